# %% [markdown]
# ## The straight way looks better
#
# Unit 4's generator, 200 pairs of latents, and the squared distance of our classifier's features.
# Along each path, at eleven positions, the path length with slerp (yours) and with lerp (the
# library's, `space="w"`).
#
# > **Predict, and write it down:** on average over the path, is lerp's length larger or smaller
# > than slerp's? And along the path: is each of the two curves flat, or where is it highest?
#
# About 15 seconds.

# %%
import retouch.metrics
from retouch.models.dcgan import to_unit

generator = shipped("dcgan")[0].to(device)
draws = torch.Generator().manual_seed(6)
start, end = torch.randn(2, 200, 100, generator=draws).to(device)


def images_of(latents):
    return to_unit(generator(latents))


def features_apart(images, others):
    return (classifier.features(images) - classifier.features(others)).square().sum(dim=1)


positions = np.linspace(0, 0.98, 8)
lengths = {"slerp": [], "lerp": []}
for position in positions:
    here = torch.full((200,), position, device=device)
    path = (images_of, features_apart, start, end, here, 1e-2)
    lengths["slerp"].append(path_length(*path).median().item())
    lengths["lerp"].append(retouch.metrics.path_length(*path, space="w").median().item())
for name, values in lengths.items():
    print(f"{name}: {np.mean(values):6.0f} on average over the path")
plot_curve(
    positions,
    lengths,
    xlabel="position on the path",
    ylabel="path length (median of 200 pairs)",
    alt="Slerp's curve is nearly flat. Lerp's is low at both ends and rises to a high peak in the "
    "middle.",
)

# %% [markdown]
# **Lerp is shorter**, and so it *looks* like the smoother generator. But it is the same generator.
# In 100 dimensions two random latents are at nearly a right angle, the chord is $\sqrt{2} \cdot
# 10 = 14.1$ long and the arc $\pi/2 \cdot 10 = 15.7$; squared, that is 0.81. Whoever reports a path
# length with lerp has given themselves about a fifth.
#
# And the curves tell the rest. Along the arc the generator changes at a steady pace. Along the
# chord it hardly moves near the ends, and in the middle, where the latents are too short, it has to
# turn quickly.
#
# You can see what the short latents do:

# %%
first, last = torch.randn(2, 3, 100, generator=torch.Generator().manual_seed(9)).to(device)
strips = {}
for name in ("lerp", "slerp"):
    walk = getattr(retouch.metrics, name)
    steps = [walk(first, last, torch.full((3,), t, device=device)) for t in np.linspace(0, 1, 9)]
    with torch.no_grad():
        rows = torch.cat([images_of(latents).cpu() for latents in steps], dim=3)
    strips[name] = torch.cat([*rows], dim=1)
show_images(
    strips, alt="three pieces of clothing on their way to three others", columns=1, height=190
)

# %% [markdown]
# In the middle of lerp's strips the clothes fade: a latent of radius 7 is a place to which training
# never went.
