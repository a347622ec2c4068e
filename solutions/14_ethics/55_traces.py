# %% [markdown]
# ## Hunting with it
#
# Four kinds of pictures of clothing, 32×32: real ones; from a DCGAN that was never trained; from
# the course's trained DCGAN (unit 4); from its VAE (unit 5).
#
# > **Predict:** which of the three generators does your number find? Take `membership_advantage`
# > with minus the peak as the loss: the best rate of hits minus false alarms, 0 … 1.

# %% setup
from retouch.models.dcgan import make_generator, to_unit


def jpeg(images, quality=75):
    """Pictures N×3×H×W in [0, 1] as they come back from JPEG files."""
    from PIL import Image

    back = []
    for image in images:
        pixels = (255 * image.clamp(0, 1)).round().byte().permute(1, 2, 0).cpu().numpy()
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=quality)
        back.append(np.array(Image.open(file)))
    return torch.from_numpy(np.stack(back)).permute(0, 3, 1, 2).float() / 255


def blur(images, sigma):
    """Each channel with a Gaussian of this standard deviation in pixels."""
    reach = math.ceil(4 * sigma)
    line = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / sigma) ** 2)
    weight = torch.outer(line, line) / line.sum() ** 2
    channels = images.shape[1]
    padded = F.pad(images, (reach,) * 4, mode="reflect")
    return F.conv2d(padded, weight.expand(channels, 1, *weight.shape), groups=channels)


def shrink(images, factor=0.9):
    """Smaller, with even sides, smoothed as it should be."""
    size = [int(side * factor) // 2 * 2 for side in images.shape[2:]]
    return F.interpolate(images, size, mode="bilinear", antialias=True, align_corners=False)


def seeded(seed):
    """A generator of random numbers."""
    return torch.Generator().manual_seed(seed)


@torch.no_grad()
def draw_clothing(count, seed=1):
    """Real and generated pictures by name, each N×1×32×32 in [0, 1], 8 bits deep."""
    gan, vae = pretrained("dcgan")[0], pretrained("vae")[0]
    torch.manual_seed(0)
    newborn = make_generator()
    noise = torch.randn(count, 100, generator=seeded(seed))
    codes = torch.randn(count, 16, generator=seeded(seed))
    kinds = {
        "real": fashion_mnist("test", size=32).images[:count],
        "untrained DCGAN": to_unit(newborn(noise)),
        "DCGAN": to_unit(gan(noise)),
        "VAE": F.pad(torch.sigmoid(vae.decode(codes)), (2, 2, 2, 2)),
    }
    return {name: (255 * images.clamp(0, 1)).round() / 255 for name, images in kinds.items()}


# %%
from retouch.recipes.pretrained import pretrained

clothing = draw_clothing(600)
show_images(
    {name: torch.cat([*images[:4]], dim=2) for name, images in clothing.items()},
    alt="four pictures side by side",
    columns=2,
    height=90,
)
for name, images in clothing.items():
    peaks = upsampling_peak(images)
    advantage = membership_advantage(-peaks, -upsampling_peak(clothing["real"]))
    print(
        f"{name:16} median peak {peaks.median():6.2f}   advantage of the detector {advantage:.2f}"
    )

# %% [markdown]
# The untrained one is betrayed in every picture, though the eye sees only noise. The trained one is
# *not*: for thousands of steps it was punished by a discriminator for whatever set its pictures
# apart, and a convolutional discriminator sees checkerboards very well. On 32×32 pixels there is
# little left to measure.
#
# So use more of the spectrum, as R. Durall and others (2020) do: the mean power at *each* distance
# from frequency 0, sixteen numbers for a picture, and a little logistic regression, trained on one
# half, tested on the other.
#
# > **Predict:** the share of right answers, for the DCGAN and for the VAE (guessing: 50 %).

# %%
from retouch.ethics import power_spectrum


def profile(images):
    """Logarithm of the power at 1, 2, … 16 periods in the picture: N×16."""
    logs = (power_spectrum(images) + 1e-6).log().float()
    periods = torch.fft.fftfreq(32) * 32
    distance = torch.hypot(periods[:, None], periods).round().clamp(max=16)
    return torch.stack([logs[:, distance == k].mean(dim=1) for k in range(1, 17)], dim=1)


def train_detector(real, fake):
    """A logistic regression on profiles; gives a function from pictures to "generated?"."""
    features = torch.cat([profile(real), profile(fake)])
    labels = torch.cat([torch.zeros(len(real)), torch.ones(len(fake))])
    mean, deviation = features.mean(dim=0), features.std(dim=0)
    weights = torch.zeros(17, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def logits(features):
        return (features - mean) / deviation @ weights[1:] + weights[0]

    def closure():
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(logits(features), labels)
        loss = loss + 1e-3 * weights.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return lambda images: logits(profile(images)).detach() > 0


half = 300
for name in ("DCGAN", "VAE"):
    real, fake = clothing["real"], clothing[name]
    detector = train_detector(real[:half], fake[:half])
    hits = detector(fake[half:]).float().mean()
    alarms = detector(real[half:]).float().mean()
    print(
        f"{name}: right {(hits + 1 - alarms) / 2:.0%} (found {hits:.0%}, false alarms {alarms:.0%})"
    )

real, vae, gan = (profile(clothing[name]).mean(dim=0) for name in ("real", "VAE", "DCGAN"))
plot_curve(
    range(1, 17),
    {"real": real, "DCGAN": gan, "VAE": vae},
    xlabel="periods in the picture",
    ylabel="log of the power",
    alt="Three falling curves. The DCGAN's lies on the real one; the VAE's starts higher and falls "
    "further, by one or more at high frequencies.",
)

# %% [markdown]
# The VAE, which has no adversary, is found: it cannot do fine detail. The DCGAN is close to a coin
# toss. *That a method finds generated pictures* is therefore never true as such: it finds this
# generator's, and the next generator is trained against whatever finds it.
#
# ## False alarms, and escapes
#
# Large pictures leave more to measure. First the photographs of the course. None is generated.
#
# > **Predict:** of the 15, how many have a peak above 6?


# %%
def whole(name):
    """A photograph at its own size, even sides, 1×C×H×W in [0, 1]."""
    pixels = np.atleast_3d(photograph(name))
    height, width = (side // 2 * 2 for side in pixels.shape[:2])
    return torch.from_numpy(pixels[:height, :width].copy()).permute(2, 0, 1)[None].float() / 255


from retouch.data import PHOTOGRAPHS

PEAKS = {name: upsampling_peak(whole(name)).item() for name in PHOTOGRAPHS}
print("   ".join(f"{name} {peak:.1f}" for name, peak in sorted(PEAKS.items(), key=lambda p: p[1])))
print(f"over 6: {sum(peak > 6 for peak in PEAKS.values())} of {len(PEAKS)}")

# %% [markdown]
# Some do, and the eye's retina is far ahead. One reason you can make at home: JPEG stores colour at
# half the resolution, and whoever opens the file **upsamples** it. (So do most cameras: each pixel
# of their sensors sees one colour only.) Your number never said "generated". It says "upsampled".

# %%
galaxies = whole("hubble_deep_field")
print(f"galaxies: {upsampling_peak(galaxies).item():.1f}")
print(f"the same as JPEG, quality 95: {upsampling_peak(jpeg(galaxies, 95)).item():.1f}")
gray = galaxies.mean(dim=1, keepdim=True).expand(-1, 3, -1, -1)
print(f"the same in gray, as JPEG: {upsampling_peak(jpeg(gray, 95)).item():.1f}")

# %% [markdown]
# Now the other error. Photographs at half their size, doubled by a transposed convolution with an
# uneven kernel, as a young generator has them. Then three harmless treatments.
#
# > **Predict:** which of them takes the peak under 6: a faint blur (standard deviation 0.5 pixels),
# > a clear blur (1.5 pixels), JPEG at quality 75, shrinking to nine tenths?


# %%
def double(images):
    """What a stride-2 transposed convolution makes of images of half the size."""
    kernel = torch.tensor([0.9, 2.0, 1.1, 0.05])
    kernel = torch.outer(kernel, kernel) * 4 / kernel.sum() ** 2
    channels = images.shape[1]
    weight = kernel.expand(channels, 1, 4, 4)
    small = F.avg_pool2d(images, 2)
    return F.conv_transpose2d(small, weight, stride=2, padding=1, groups=channels).clamp(0, 1)


TREATMENTS = {
    "as it is": lambda images: images,
    "blurred by 0.5": lambda images: blur(images, 0.5),
    "blurred by 1.5": lambda images: blur(images, 1.5),
    "JPEG 75": lambda images: jpeg(images, 75),
    "shrunk to 0.9": shrink,
}
doubled = {name: double(whole(name)) for name in ("astronaut", "coffee", "rocket")}
print(f"{'':16}" + "".join(f"{name:>12}" for name in doubled))
for words, treat in TREATMENTS.items():
    found = [upsampling_peak((255 * treat(x).clamp(0, 1)).round() / 255) for x in doubled.values()]
    print(f"{words:16}" + "".join(f"{peak.item():12.1f}" for peak in found))
show_images(
    {words: treat(doubled["coffee"])[0, :, 60:220, 180:420] for words, treat in TREATMENTS.items()},
    alt="part of a cup of coffee, doubled in size",
    columns=3,
    height=150,
)

# %% [markdown]
# The faint blur and JPEG leave it; a blur that you can see removes it; and shrinking a picture a
# little, which every website does, removes it *completely and invisibly*. So:
#
# - a large peak means "upsampled somewhere", and for an accusation that is not enough;
# - a small peak means nothing at all.
#
# Whoever publishes a detector owes three numbers: hits, false alarms, and both again after what
# happens to pictures on the net.
