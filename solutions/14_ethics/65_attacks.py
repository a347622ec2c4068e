# %% [markdown]
# ## Attack it
#
# First, look at what you cannot see: the picture, the marked picture, and the mark itself, twenty
# times as strong.

# %% setup
def photographs(*names, size=(192, 256)):
    """Photographs as one batch, N×3×H×W in [0, 1]."""
    pixels = [photograph(name, size=size) for name in names]
    pixels = [image if image.ndim == 3 else np.stack([image] * 3, axis=2) for image in pixels]
    return torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2).float() / 255


def stored(images):
    """As a file with 8 bits stores them."""
    return (255 * images.clamp(0, 1)).round() / 255


# %%
KEY = 14_2718
gallery = photographs("coffee", "astronaut", "rocket", "chelsea", "brick", "camera")
marked = stored(embed_watermark(gallery, KEY, 0.01))
show_images(
    {
        "original": gallery[0],
        "marked, 0.01": marked[0],
        "the mark, × 20": (0.5 + 20 * (marked - gallery)[0]).clamp(0, 1),
    },
    alt="a cup of coffee; the mark is a fine pattern of worms that repeats every 64 pixels",
    columns=3,
    height=190,
)

# %% [markdown]
# The rival: **the least significant bit**. Each pixel's lowest bit is set as the key says; nothing
# is less visible (51 dB), and it is found if three bits of four agree.


# %%
def embed_bits(image, key):
    """Sets the lowest bit of each pixel."""
    levels = (255 * image).round().long()
    bits = torch.randint(0, 2, levels.shape[2:], generator=seeded(key))
    return (levels - levels % 2 + bits) / 255


def detect_bits(image, key):
    """Whether the lowest bits are the key's."""
    bits = torch.randint(0, 2, image.shape[2:], generator=seeded(key))
    same = ((255 * image).round().long() % 2 == bits).double().mean(dim=(1, 2, 3))
    return same > 0.75


def turn(images, degrees):
    """Turned about the middle."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    height, width = images.shape[2:]
    matrix = torch.tensor([[cos, -sin * height / width, 0.0], [sin * width / height, cos, 0.0]])
    grid = F.affine_grid(matrix.expand(len(images), 2, 3), images.shape, align_corners=False)
    return F.grid_sample(images, grid, padding_mode="reflection", align_corners=False)


ATTACKS = {
    "none": lambda images: images,
    "JPEG 75": lambda images: jpeg(images, 75),
    "JPEG 30": lambda images: jpeg(images, 30),
    "10 % cut off": lambda images: images[:, :, 7:-12, 19:-7],
    "noise of 0.03": lambda images: images + 0.03 * torch.randn(images.shape, generator=seeded(0)),
    "blurred by 1.5": lambda images: blur(images, 1.5),
    "shrunk to 0.9": shrink,
    "turned by 3°": lambda images: turn(images, 3.0),
    "mirrored": lambda images: images.flip(3),
}

# %% [markdown]
# > **Predict:** a table with a row for each attack: which of the two marks is still found in
# > (nearly) all six pictures? Three rows will be bad news for yours.
#
# The third column is the course's own detector, `retouch.ethics`. Its idea is yours; it also tries
# 61 scales. (About 10 seconds.)

# %%
from retouch import ethics

versions = {
    "bits": (stored(embed_bits(gallery, KEY)), detect_bits),
    "yours": (marked, detect_watermark),
    "course": (stored(ethics.embed_watermark(gallery, KEY, 0.01)), ethics.detect_watermark),
}
print(f"{'found in 6':18}" + "".join(f"{name:>8}" for name in versions))
for words, attack in ATTACKS.items():
    found = [int(detect(stored(attack(x)), KEY).sum()) for x, detect in versions.values()]
    print(f"{words:18}" + "".join(f"{count:8}" for count in found))

# %% [markdown]
# A mark in the lowest bits survives nothing at all. (And the bits *say* nothing against forgery:
# anybody can see where they are.) Yours survives what happens by accident, except what changes the
# *scale* or the *angle*; the course's searches the scale, but not the angle. Each search costs time
# and false alarms, since chance gets more tries: this is why the course's threshold is higher.
#
# ## How strong?
#
# > **Predict:** at half the strength the change has 6 dB less. How strong must the mark be, in dB
# > of PSNR, to be found in all six pictures after JPEG 75: 30, 40, 50?

# %%
from retouch.metrics import psnr

print("strength   PSNR      found in 6 after: nothing, JPEG 75, JPEG 30")
for strength in (0.001, 0.002, 0.003, 0.005, 0.01, 0.02):
    louder = stored(embed_watermark(gallery, KEY, strength))
    found = [
        int(detect_watermark(stored(ATTACKS[words](louder)), KEY).sum())
        for words in ("none", "JPEG 75", "JPEG 30")
    ]
    print(f"{strength:8.3f} {psnr(louder, gallery).mean():6.1f} dB {found}")

# %% [markdown]
# Turn the knobs yourself. Where is the mark still found, although you would throw the picture away?


# %%
def through_the_world(photo, strength, quality, cut, noise):
    before = photographs(photo)
    after = stored(embed_watermark(before, KEY, strength))
    after = after[:, :, cut : 192 - cut, cut : 256 - cut]
    after = after + noise * torch.randn(after.shape, generator=seeded(0))
    after = jpeg(stored(after), quality)
    words = "found" if bool(detect_watermark(after, KEY)) else "not found"
    return {"original": before[0], f"the mark is {words}": after[0]}


explore(
    through_the_world,
    alt="a photograph, and what is left of it after its journey",
    height=220,
    photo=["coffee", "astronaut", "rocket", "chelsea", "grass"],
    strength=(0.0, 0.03, 0.002, 0.01),
    quality=(5, 95, 5, 75),
    cut=(0, 60, 5, 10),
    noise=(0.0, 0.3, 0.02, 0.0),
)

# %% [markdown]
# ## Why those waves?
#
# The recipe kept waves of 4 to 16 periods in 64 pixels. Here are other bands. *Loudness* is how
# well a picture agrees with its own tile, in standard deviations of its agreement with 200 other
# tiles of the same band, as the mean of the six pictures. (Nothing is cut off here, so there are no
# shifts to try.)
#
# > **Predict:** in which band is the mark loudest as it is? And in which after the picture has been
# > to half its size and back?


# %%
def band_tiles(count, low, high):
    """Tiles of plane waves with low to high periods in 64 pixels, root mean square 1."""
    y, x = torch.meshgrid(torch.arange(64), torch.arange(64), indexing="ij")
    far = torch.minimum(y, 64 - y) ** 2 + torch.minimum(x, 64 - x) ** 2
    angles = 2 * math.pi * torch.rand(count, 64, 64, generator=seeded(3))
    waves = torch.polar(((far >= low**2) & (far < high**2)).float().expand_as(angles), angles)
    tiles = torch.fft.ifft2(waves).real
    return tiles / tiles.std(dim=(1, 2), keepdim=True)


def loudness(images, tiles):
    """Agreement with the first tile, in standard deviations of that with all others."""
    gray = images.mean(dim=1)
    soft = F.avg_pool2d(gray[:, None], 9, 1, 4, count_include_pad=False)[:, 0]
    rest = (gray - soft).clamp(-0.05, 0.05)
    folded = rest.reshape(len(rest), 3, 64, 4, 64).mean(dim=(1, 3)).flatten(1)
    agreement = folded @ tiles.flatten(1).T
    return (agreement[:, 0] / agreement[:, 1:].std(dim=1)).mean().item()


def half_and_back(images):
    small = F.avg_pool2d(images, 2)
    return F.interpolate(small, images.shape[2:], mode="bilinear", align_corners=False)


print("periods     as it is   JPEG 75   JPEG 30   half and back")
for low, high in [(1, 4), (4, 8), (8, 16), (16, 24), (24, 32), (32, 46)]:
    tiles = band_tiles(201, low, high)
    louder = stored(gallery + 0.01 * tiles[0].repeat(3, 4))
    after = [louder, jpeg(louder, 75), jpeg(louder, 30), half_and_back(louder)]
    row = [loudness(stored(images), tiles) for images in after]
    print(f"{low:3} to {high:2} " + "".join(f"{value:10.1f}" for value in row))

# %% [markdown]
# The finest waves shout, until somebody shrinks the picture: then they are gone without a trace.
# The longest are drowned by the picture itself. In between lies what I. Cox and others found in
# 1997, to everybody's surprise: a mark that is to last must sit in the parts that **matter to the
# picture**, so that nobody can remove it without doing harm.
#
# ## An attack with a brain
#
# *Averaging.* Somebody collects pictures that you marked with one key, adds up their tiles after a
# blur, and has yours. Then it can be taken *off* a picture, or be put **onto** one that you never
# made.
#
# > **Predict:** how many of your pictures does it take: 5, 50, 500?

# %%
names = ["coins", "ihc", "text", "gravel", "moon", "retina", "hubble_deep_field"]
collection = photographs(*names, size=(384, 512))
parts = collection.unfold(2, 192, 192).unfold(3, 256, 256).permute(0, 2, 3, 1, 4, 5).flatten(0, 2)
collected = stored(embed_watermark(parts, KEY, 0.01))
innocent = photographs("page")
for count in (1, 4, 16):
    sample = collected[torch.randperm(len(collected), generator=seeded(1))[:count]]
    gray = sample.mean(dim=1)
    soft = F.avg_pool2d(gray[:, None], 5, 1, 2, count_include_pad=False)[:, 0]
    rest = (gray - soft).clamp(-0.03, 0.03)
    tile = rest.reshape(count, 3, 64, 4, 64).mean(dim=(0, 1, 3))
    tile = tile / tile.std()
    cleaned = stored(marked - 0.01 * tile.repeat(3, 4))
    forged = stored(innocent + 0.02 * tile.repeat(3, 4))
    print(
        f"{count:3} pictures: still found in {int(detect_watermark(cleaned, KEY).sum())} of 6; "
        f"forged onto another: {bool(detect_watermark(forged, KEY))}"
    )

# %% [markdown]
# **One.** A single picture of this size holds the tile twelve times, and that is enough. What makes
# the mark survive a crop, its repetition, is what gives it away: no free lunch. (Marks that follow
# the picture's content, or change from picture to picture, are harder to copy, and harder to
# detect.)
#
# A forged mark is worse than a lost one: it is a signature under something that you never said. A
# watermark survives copying; it doesn't *prove* anything. Proof needs something else.
