# %% [markdown]
# ## Why it forgets the place
#
# You have seen that features may be shuffled. Now shuffle the *picture*: cut the painting into
# square blocks and put them back in any order. Inside a block everything stays as it was.
#
# > **Predict, and write it down:** the style loss of the shuffled painting against the whole one,
# > in percent of the style loss of the photograph of the cup. For blocks of 64 pixels? Of 16? And
# > of single pixels, which keeps every colour? And for the painting in a mirror?

# %%
def balanced(image, target):
    """Weights under which each layer of the image adds the same, and all together 100."""
    features, targets = extractor(image), extractor(target)
    losses = [style_loss([x], [t], [1.0]).item() for x, t in zip(features, targets)]
    return [100 / (len(losses) * loss) for loss in losses]


def shuffled(image, block, seed=0):
    """The blocks of a picture in another order; its sides must be multiples of block."""
    n, c, height, width = image.shape
    blocks = F.unfold(image, block, stride=block)
    order = torch.randperm(blocks.shape[2], generator=torch.Generator().manual_seed(seed))
    return F.fold(blocks[:, :, order.to(image.device)], (height, width), block, stride=block)


weights = balanced(cup, night)
variants = {"whole": night}
variants |= {f"blocks of {b}": shuffled(night, b) for b in (64, 16, 1)}
variants["in a mirror"] = night.flip(3)
losses = {
    name: style_loss(extractor(image), extractor(night), weights).item()
    for name, image in variants.items()
}
show_images(
    {f"{name}: {losses[name]:.1f} %": image[0] for name, image in variants.items()},
    alt="the painting of the rocket, cut up and put together in another order",
    columns=5,
    height=150,
)

# %% [markdown]
# Where the rocket stands does not matter. What a block of 64 pixels holds is kept, and the seams
# cost little (we got 2 %). Cut smaller, and you cut strokes: 20 % for blocks of 16. Single pixels
# keep every colour, and are further from the painting than the *photograph of a cup*. So the Gram
# matrix does not ignore place altogether: it ignores where a window is, not what is inside it.
# And the windows of deeper layers are larger.
#
# The mirror is a fine point. It moves places, and turns each stroke round as well: a channel that
# waits for strokes from the lower left now sees those from the lower right. That is not nothing:
# we got 1 %.
#
# ### What each layer carries
#
# Now *make* pictures from Gram matrices. Begin with gray noise, and make the style loss of one
# layer small; nothing else. What appears is all that the Gram matrix of this layer knows of the
# painting.
#
# > **Predict:** which layer will give the longest strokes? Will there be a rocket?
#
# About 5 seconds.


# %%
def texture(style, layers, steps, seed=0):
    """A picture made from noise whose Gram matrices, in these layers, are those of style."""
    eye = feature_extractor(layers=layers).to(device)
    targets = [t.detach() for t in eye(style)]
    noise = torch.rand(style.shape, generator=torch.Generator().manual_seed(seed)).to(device)
    pixels = 0.4 + 0.1 * (noise - 0.5)
    shares = [
        1 / (len(layers) * style_loss([x], [t], [1.0]).item()) for x, t in zip(eye(pixels), targets)
    ]
    pixels.requires_grad_()
    optimizer = torch.optim.Adam([pixels], 0.05)
    for _ in range(steps):
        loss = style_loss(eye(pixels), targets, shares)
        loss = loss + 20 * grain(pixels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            pixels.clamp_(0, 1)
    return pixels.detach()


small_night = painting("rocket", SMALL).to(device)
layers = {name: [name] for name in extractor.layers[:4]}
layers["all five"] = list(extractor.layers)
made = {"the painting": small_night[0]}
made |= {name: texture(small_night, names, FEW)[0] for name, names in layers.items()}
show_images(made, alt="a texture with this layer's Gram matrix", columns=6, height=150)

# %% [markdown]
# `stem` alone gives the mean colours, in specks a few pixels wide. Each deeper layer gives longer
# strokes, and knows less of colours: at `expand4` they may be anything, as in the memories of the
# cup. Together they give the night's colours *and* its curls, and no rocket: nobody asked for the
# places.
