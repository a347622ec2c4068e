# %% [markdown]
# ## Six pictures of one error
#
# Here are six ways to spoil a photograph. Each has a strength, and `with_error` turns it until the
# mean squared error is that of a JPEG of very poor quality, 0.0106. The PSNR is 19.8 dB for all.
#
# > **Predict, and write it down:** the order of the six from best to worst,
# > (1) for your own eye, (2) for SSIM, (3) for a network's features. The six: noise; more light;
# > less contrast; blur; JPEG; everything one pixel to the right.
#
# The network is EfficientNet-Lite0, which has learned to name things in photographs. We have no
# weights that were fitted to people for it, so all weights are 1: the number is a perceptual
# distance, but it is not LPIPS. About 3 seconds.

# %%
import io

from PIL import Image
from skimage.filters import gaussian

from retouch.models.features import feature_extractor

astronaut = picture("astronaut", (192, 192))
grain = torch.randn(astronaut.shape, generator=torch.Generator().manual_seed(3))
network = feature_extractor("efficientnet_lite0")


def distance_seen(image, target):
    """The perceptual distance on EfficientNet's features, each channel with weight 1."""
    features = network(image), network(target)
    return perceptual_distance(*features, [torch.ones(f.shape[1]) for f in features[0]])


def to_pixels(image):
    return (image[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)


def jpeg(image, quality):
    """What is left of an image after it was saved as JPEG."""
    file = io.BytesIO()
    Image.fromarray(to_pixels(image)).save(file, "JPEG", quality=quality)
    return torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1)[None] / 255


def blur(image, sigma):
    blurred = gaussian(image[0].permute(1, 2, 0).numpy(), sigma, channel_axis=2)
    return torch.from_numpy(blurred).permute(2, 0, 1)[None].float()


def shift(image, pixels):
    """To the right by 1 to 2 pixels; the border is repeated."""
    padded = F.pad(image, (2, 0, 0, 0), mode="replicate")
    one, two = padded[..., 1:-1], padded[..., :-2]
    return one + (pixels - 1) * (two - one)


saved = jpeg(astronaut, 3)
error = mse(saved, astronaut).item()
ways = {
    "noise": lambda s: astronaut + s * grain,
    "more light": lambda s: astronaut + s,
    "less contrast": lambda s: astronaut + s * (astronaut.mean() - astronaut),
    "blur": lambda s: blur(astronaut, 0.01 + 20 * s),
    "JPEG": lambda s: saved,
    "one pixel to the right": lambda s: shift(astronaut, 1 + s),
}
spoiled = {name: with_error(damage, astronaut, error) for name, damage in ways.items()}
show_images(
    {"the photograph": astronaut[0], **{name: image[0] for name, image in spoiled.items()}},
    alt="a smiling astronaut in an orange suit",
    height=200,
)

# %% [markdown]
# Compare your first list with what you see. Then the numbers:

# %%
print(f"{'':24}     MSE    PSNR    SSIM  perceptual")
for name, image in spoiled.items():
    values = [f(image, astronaut).item() for f in (mse, psnr, ssim, distance_seen)]
    print(f"{name:24} {values[0]:.5f}  {values[1]:5.2f}  {values[2]:6.3f}  {values[3]:9.3f}")

# %% [markdown]
# - **MSE and PSNR** cannot see any difference: that is how the pictures were made.
# - **SSIM** forgives light and contrast and punishes noise most. Blur and this JPEG are the same to
#   it, to three digits.
# - **The network** forgives the same two; it hardly minds the pixel to the right; and it puts the
#   JPEG last, whose blocks look like nothing in a photograph.
#
# Which agrees with you? There is no right answer to be had from a formula: "good" depends on what
# the picture is for. To a radiologist, blur may be worse than noise, which she sees through.
# Whoever subtracts two photographs of the sky wants the pixel to be in its place.
#
# **What follows for training.** A network that is trained on MSE makes of all pictures that *might*
# be right their average: for MSE, a blur is as good as anything of the same error. That is why
# unit 5's pictures were soft.
