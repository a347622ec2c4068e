# %% [markdown]
# ## Train it on one picture
#
# Everything is there. One step:
#
# 1. mirror the pair with probability ½, and bend it (yours);
# 2. the generator makes a picture of the drawing;
# 3. the discriminator learns to tell the two (your loss);
# 4. the generator learns from your adversarial loss, 10 × your feature matching, and
#    10 × the perceptual loss: the same, on the features of a network that knows ImageNet.
#
# The generator is pix2pixHD's: it shrinks the drawing with strided convolutions, works on it with
# residual blocks, and grows it again. It has 0.35 million parameters here; the paper's has
# 180 million.
#
# Set `SCALE = "gpu"` if `describe_device()` told you of one: more pixels, a larger network, more
# steps.

# %%
import time

from retouch.models.deepsim import Generator, perceptual_loss
from retouch.models.features import feature_extractor
from retouch.models.patchgan import MultiScaleDiscriminator

SCALE = "cpu"  # or "gpu": about 5 minutes on one
SIZES = {
    "cpu": {"size": (64, 96), "steps": 240, "width": 16, "downs": 2, "blocks": 4, "rate": 8e-4},
    "gpu": {"size": (256, 384), "steps": 6000, "width": 64, "downs": 3, "blocks": 9, "rate": 2e-4},
}
plan = SIZES[SCALE]
device = pick_device()


def flip_pair(image, drawing, draws):
    """Mirror the batch, or not: image and drawing alike."""
    if torch.rand((), generator=draws) < 0.5:
        return image.flip(-1), drawing.flip(-1)
    return image, drawing


AUGMENTATIONS = {
    "none": lambda image, drawing, draws: (image, drawing),
    "flips": flip_pair,
    "tps": lambda image, drawing, draws: augment_pair(
        *flip_pair(image, drawing, draws), 0.1, draws
    ),
}


def train_deepsim(image, drawing, augmentation="tps", steps=plan["steps"], seed=0, show=4):
    """A generator that was trained on one pair; prints the losses and shows pictures on the way."""
    torch.manual_seed(seed)
    draws = torch.Generator().manual_seed(seed)
    maker = Generator(3, plan["width"], plan["downs"], plan["blocks"]).to(device)
    judge = MultiScaleDiscriminator(6, plan["width"]).to(device)
    eyes = feature_extractor().to(device)
    adams = [torch.optim.Adam(n.parameters(), plan["rate"], (0.5, 0.999)) for n in (maker, judge)]
    frames, start = {}, time.perf_counter()
    for step in range(1, steps + 1):
        for adam in adams:  # the rate: constant, then down to 0 in a straight line
            adam.param_groups[0]["lr"] = plan["rate"] * min(1, 2 - 2 * (step - 1) / steps)
        real, given = AUGMENTATIONS[augmentation](image, drawing, draws)
        real, given = real.to(device), given.to(device)
        fake = maker(given)

        seen_real, seen_fake = judge(given, real), judge(given, fake.detach())
        judge_loss = discriminator_loss(seen_real.scores, seen_fake.scores)
        adams[1].zero_grad()
        judge_loss.backward()
        adams[1].step()

        judge.requires_grad_(False)
        seen_fake = judge(given, fake)
        losses = [
            generator_adversarial_loss(seen_fake.scores),
            10 * feature_matching_loss(seen_real.features, seen_fake.features),
            10 * perceptual_loss(eyes(real), eyes(fake)),
        ]
        adams[0].zero_grad()
        sum(losses).backward()
        adams[0].step()
        judge.requires_grad_(True)

        if show and step in {1, *(steps * (k + 1) // show for k in range(show))}:
            numbers = "  ".join(f"{loss.item():6.3f}" for loss in (judge_loss, *losses))
            print(f"step {step:5}  {numbers}  {time.perf_counter() - start:5.0f} s", flush=True)
            with torch.no_grad():
                frames[f"step {step}"] = maker(drawing.to(device))[0].cpu()
    return maker.eval(), frames


# %% [markdown]
# On a laptop's CPU the picture is only 64×96 pixels, and gets 240 steps: about 20 seconds.
#
# > **Predict, and write it down:** the discriminator's loss was 1 for one that says ½ everywhere.
# > Where will it end: near 0, near 1, above?

# %%
little, labels = (render(landscape, *plan["size"])[i] for i in (0, 1))
image, labels = to_tensor(little), torch.from_numpy(labels)[None].long()
drawing = primitive(image, labels, 1.5)
print("              judge    fool     match  perceive")
own_deepsim, frames = train_deepsim(image, drawing)
show_images(
    {"the drawing": drawing[0], **frames, "the picture": image[0]},
    alt="the lake scene, from a gray blur to trees and a house",
    columns=4,
    height=120,
)

# %% [markdown]
# The judge's loss stays near 1: it is hardly better than ½ everywhere, and that is good. A judge
# that wins teaches nothing. *Match* wanders, because the discriminator keeps finding other things
# to look at. *Perceive* is the only one of the four that can be compared between two moments, for
# its network never changes.
#
# The picture is soft, after so few steps. But mountain, trees and house have their shapes, and it
# has learned something that a picture by heart would not tell it: what *becomes* of a shape.
