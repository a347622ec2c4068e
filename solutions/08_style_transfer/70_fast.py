# %% [markdown]
# ## All at once: a network that has learned one style
#
# Your `stylize` takes as many passes through a network as it has steps, forwards and backwards.
# Johnson and others turned it round: train a *second* network to make pictures for which the same
# loss is small, on many photographs, for one style. That takes a while, once. Then each picture
# takes a single pass.
#
# Such a network ships with the course (`retouch train style` makes it again). It learned from
# photographs and drawn landscapes, but never saw the cup, nor the man with the camera.
#
# > **Predict:** by what factor is it faster than `stylize`? And is the loss that it reaches larger
# > or smaller than that of your `stylize` after all its steps?

# %%
import time

from retouch.recipes.pretrained import pretrained

network, recipe, card = pretrained("style")
network = network.to(device)
weights_in_words = sum(weight.numel() for weight in network.parameters())
print(f"{weights_in_words:,} weights, {recipe.steps:,} steps of training")
print(f"unseen pictures: {100 * card.quality['style loss']:.0f} % of their style loss is left")

unseen = torch.cat([cup, photo("camera", SIZE).to(device)])
style = recipe.painting().to(device)
started = time.perf_counter()
with torch.no_grad():
    fast = network(unseen)
seconds = time.perf_counter() - started
print(f"one pass for two pictures: {seconds:.2f} s")
show_images(
    {
        "style": style[0],
        "unseen": unseen[0],
        "in one pass": fast[0],
        "unseen, gray": unseen[1],
        "in one pass, too": fast[1],
    },
    alt="photographs, and what the network makes of them in one pass",
    columns=5,
    height=200,
)


# %% [markdown]
# The same loss, on the cup, for both; yours with as many steps as at the beginning of this unit.
# About 10 seconds.


# %%
def losses_of(image, content, style):
    """Style loss as a share of the content image's own, and content lost."""
    wanted, targets, seen = (extractor(x) for x in (content, style, image))
    shares = balanced_weights(wanted, targets)
    lost = content_loss(seen[-2], wanted[-2]) / wanted[-2].var()
    return style_loss(seen, targets, shares).item(), lost.item()


started = time.perf_counter()
slow = stylize(cup, style, extractor, STEPS)
slow_seconds = time.perf_counter() - started
for name, image in {"photograph": cup, "network": fast[:1], "stylize": slow}.items():
    left, lost = losses_of(image, cup, style)
    print(f"{name:11} style left {100 * left:5.1f} %   content lost {100 * lost:5.1f} %")
print(f"the network is {2 * slow_seconds / seconds:.0f} times as fast")
show_images(
    {"network, one pass": fast[0], f"stylize, {STEPS} steps": slow[0]},
    alt="the cup, painted by the network and by optimisation",
    height=256,
)

# %% [markdown]
# Optimisation wins on the picture that it works on, and has to begin anew for each. The network
# has one set of strokes for all pictures, and lays them on in the time of a blink.
#
# Look at what it has learned, and what not. The night's blue and its darkness came first, since
# every layer sees them. Then it began to lay short, dark strokes, and puts them where the
# photograph is flat, and around heads. What a thing *is*, it doesn't know: skin turns as blue as
# the sky. Its training took about half an hour of one core, two pictures in each step; Johnson and
# others took five times as many steps with four. (If you have a GPU: `retouch train style --steps
# 40000 --batch-size 4`.)
#
# ### A slider that paints
#
# This network adds something to the photograph: its last layer says by how much each value is to
# move. So any share of it can be added, and half of it is half the style. That is one
# multiplication, and reacts at once.

# %%
MOVES = {}


def paint_by(picture, strength):
    """A photograph with a share of what the network would add."""
    if picture not in MOVES:
        image = photo(picture, 256).to(device)
        with torch.no_grad():
            MOVES[picture] = image.logit(0.02), network(image).logit(1e-4) - image.logit(0.02)
    before, move = MOVES[picture]
    return {f"strength {strength:g}": (before + strength * move).sigmoid()[0].cpu()}


show_images(
    {f"strength {s:g}": [*paint_by("coffee", s).values()][0] for s in (0.0, 0.25, 0.5, 1.0, 1.5)},
    alt="the cup, from the photograph to more than the painting",
    columns=5,
    height=160,
)

# %%
explore(
    paint_by,
    alt="a photograph, painted by a network",
    height=360,
    picture=["coffee", "camera", "chelsea", "astronaut", "coins"],
    strength=(0.0, 1.5, 0.05, 0.7),
)
