# %% [markdown]
# ## Which eye?
#
# You have read the network at layers called `expand`: inside a block, just after its activations
# were cut to 0 … 6. Each block's *output*, `stage`, is something else: a sum to which every block
# adds its part, a *residual* connection. Most modern networks are made of such sums, and it has
# long been known that they paint worse than the old VGG, which has none.
#
# Wang, Li and Vasconcelos (2021) looked for the reason, and found *peaks*: in a sum that runs
# through the whole network a few activations can grow very large. A Gram matrix, made of squares,
# then sees little else. Their measure is the **entropy**: how evenly the activity is spread, here
# 1 if all places and channels have the same share, near 0 if one has all. And their remedy is to
# put the features through a soft-max, which makes peaks flat, before the Gram matrix is taken.
#
# What we can do offline, and what we can't: they studied networks of the ResNet family, trained and
# untrained. ResNet's trained weights are not installed here, so ours is *untrained*: its weights
# are noise. For trained weights, we compare two places in our own network.
#
# > **Predict:** where is the entropy lowest? And will pictures made with the untrained network show
# > anything of the painting at all?

# %%
from torchvision.models import resnet18

from retouch.models.features import activation_entropy, smooth_activations


def untrained_resnet(seed=0):
    """ResNet-18 with random weights, as an extractor of four layers, all sums of residuals."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = resnet18(weights=None).eval().requires_grad_(False).to(device)

    def see(images):
        x = network.relu(network.bn1(network.conv1((images - 0.45) / 0.225)))
        features = [x]
        x = network.maxpool(x)
        for layer in (network.layer1, network.layer2, network.layer3):
            x = layer(x)
            features.append(x)
        return features

    return see


EYES = {
    "Lite0, expand": extractor,
    "Lite0, stage": feature_extractor(layers=["stem", "stage2", "stage3", "stage4", "stage5"]).to(
        device
    ),
    "ResNet-18, untrained": untrained_resnet(),
}


def smoothed(eye, temperature=4.0):
    """An extractor whose features go through the soft-max."""
    return lambda images: [smooth_activations(x, temperature) for x in eye(images)]


def in_words(values):
    return "  ".join(f"{value.item():.2f}" for value in values)


with torch.no_grad():
    for name, eye in EYES.items():
        plain = [activation_entropy(x).mean() for x in eye(small_night)]
        flat = [activation_entropy(x).mean() for x in smoothed(eye)(small_night)]
        print(f"{name:21} entropy per layer {in_words(plain):30}  smoothed {in_words(flat)}")

# %% [markdown]
# Now paint the cat with each, with and without smoothing. Six pictures: about 10 seconds.

# %%
pictures = {}
for name, eye in EYES.items():
    pictures[name] = stylize(cat, small_night, eye, FEW)[0]
    pictures[f"{name}, smoothed"] = stylize(cat, small_night, smoothed(eye), FEW)[0]
show_images(pictures, alt="the cat in the manner of the painting", columns=6, height=150)

# %% [markdown]
# Be honest about what you see. In our network the entropy is high everywhere (0.86 and more), in
# the sums as well as between them. Smoothing leaves the strokes as they are, and a little more of
# the cat's own colours. The peaks that Wang and others found in ResNets are not there, so the
# remedy has little to heal; perhaps because this network is small, and its blocks end without an
# activation. The course reads `expand` since its features are never below 0, as VGG's are; the
# difference to `stage` is one of taste.
#
# In the untrained network it does change the picture: dark blots give way to a fine grain. Neither
# is a stroke. Its entropy was no lower than ours, so here the number did not tell what would
# happen. Trained ResNets, for which the remedy was made, we could not try.
#
# A remedy that is famous may not be needed where you are. Look for the disease first: you have its
# measure, and have now seen its limits as well.
