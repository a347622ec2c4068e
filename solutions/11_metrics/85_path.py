# %% [markdown]
# ## The straight way looks better
#
# Unit 4's generator, 300 pairs of latents, and the squared distance of our classifier's features.
# Along each path, at five positions, the path length with slerp (yours) and with lerp (the
# library's, `space="w"`).
#
# > **Predict, and write it down:** on average over the path, is lerp's length larger or smaller
# > than slerp's? And along the path: is each of the two curves flat, or where is it highest?
#
# About 15 seconds.

# %%
import retouch.metrics
from retouch.models.dcgan import to_unit

generator = pretrained("dcgan")[0].to(device)
draws = torch.Generator().manual_seed(6)
start, end = torch.randn(2, 300, 100, generator=draws).to(device)


def images_of(latents):
    return to_unit(generator(latents))


def features_apart(images, others):
    return (classifier.features(images) - classifier.features(others)).square().sum(dim=1)


positions = np.linspace(0, 0.98, 5)
lengths = {"slerp": [], "lerp": []}
for position in positions:
    here = torch.full((300,), position, device=device)
    path = (images_of, features_apart, start, end, here, 1e-2)
    lengths["slerp"].append(path_length(*path).median().item())
    lengths["lerp"].append(retouch.metrics.path_length(*path, space="w").median().item())
for name, values in lengths.items():
    print(f"{name}: {np.mean(values):6.0f} on average over the path")
plot_curve(
    positions,
    lengths,
    xlabel="position on the path",
    ylabel="path length (median of 300 pairs)",
    alt="Slerp's curve rises a little. Lerp's is low at both ends and rises to a high peak in the "
    "middle.",
)

# %% [markdown]
# **Lerp is shorter**, and so it *looks* like the smoother generator. But it is the same generator.
# In 100 dimensions two random latents are at nearly a right angle: the chord is $10\sqrt{2} = 14.1$
# long, the arc $10\,\pi/2 = 15.7$. Squared, that is a ratio of 0.81, and nearly as much has been
# won here by nothing but the choice of a path.
#
# And the curves tell the rest. Along the arc the pictures change at about the same pace everywhere.
# (Its slow rise is chance: nothing tells a start from an end, and so far do 300 pairs scatter.)
# Along the chord they hardly change near the ends; in the middle, where the latents are short, the
# same step is a larger turn.
#
# What do the short latents do to the pictures? 300 middles of each path:

# %%
middle = torch.full((300,), 0.5, device=device)
halfway = {
    "the ends": start,
    "halfway, slerp": retouch.metrics.slerp(start, end, middle),
    "halfway, lerp": retouch.metrics.lerp(start, end, middle),
}
for name, latents in halfway.items():
    with torch.no_grad():
        images = images_of(latents).cpu()
    distance = frechet_distance(*feature_statistics(features_of(images)), *real).item()
    print(f"{name:15} radius {latents.norm(dim=1).mean():5.2f}   brightness {images.mean():.3f}   "
          f"Fréchet {distance:6.1f}")  # fmt: skip

pairs = [torch.randn(2, 1, 100, generator=torch.Generator().manual_seed(k)) for k in (1, 2, 10)]
first, last = torch.cat(pairs, dim=1).to(device)
strips = {}
for name in ("lerp", "slerp"):
    walk = getattr(retouch.metrics, name)
    steps = [walk(first, last, torch.full((3,), t, device=device)) for t in np.linspace(0, 1, 9)]
    with torch.no_grad():
        rows = torch.cat([images_of(latents).cpu() for latents in steps], dim=3)
    strips[name] = torch.cat([*rows], dim=1)
show_images(strips, alt="three pieces of clothing turn into three others", columns=2, height=140)

# %% [markdown]
# In the middle of lerp's strip the clothes fade: a latent of radius 7 is a place to which training
# never went. Compare the two strips there.
