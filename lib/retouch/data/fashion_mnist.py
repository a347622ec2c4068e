"""Fashion-MNIST (Xiao et al. 2017): 28×28 gray pictures of ten kinds of clothing.

A balanced subset ships with this file (MIT licence, see `files/fashion_mnist.md`). The full
set of 60,000 + 10,000 is used where a copy of the original four files is found, or is
downloaded through torchvision when asked for. Both come through `fashion_mnist`.
"""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from platformdirs import user_cache_path
from torch import Generator, Tensor

from retouch.validation import choice, whole, wrong_value

Split = Literal["train", "test"]

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
SUBSET = Path(__file__).parent / "files" / "fashion_mnist.npz"
FOLDER_VARIABLE = "RETOUCH_FASHION_MNIST"
DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")
FILES = {"train": "train-{}-ubyte", "test": "t10k-{}-ubyte"}


class LabelledImages(NamedTuple):
    """Images in [0, 1] and the number of each one's class in `CLASS_NAMES`."""

    images: Float[Tensor, "n 1 h w"]
    labels: Int[Tensor, "n"]


def fashion_mnist(
    split: Split = "train",
    *,
    full: bool = False,
    size: int = 28,
    folder: str | Path | None = None,
    download: bool = False,
) -> LabelledImages:
    """Fashion-MNIST's images, float32 N×1×size×size in [0, 1], and labels, int64.

    Args:
        split: "train" (60,000 in full, 2,000 in the subset) or "test" (10,000; 1,000).
        full: all of the set instead of the shipped subset.
        size: 28, or more: the border is filled with black, evenly on all sides.
        folder: where the full set lies: the folder of its four files, or the root that
            torchvision was given. Without it: the environment variable
            RETOUCH_FASHION_MNIST, Debian's `dataset-fashion-mnist`, the download's place.
        download: fetch the full set (30 MB) when it is not found.

    Raises:
        ValueError: no such split, or a size under 28.
        FileNotFoundError: the full set is nowhere, or not in the folder that was named.
    """
    choice(split, "split", FILES)
    size = whole(size, "size", at_least=28)
    if size % 2:
        raise wrong_value("size", "28 or a larger even number of pixels", size)
    pixels, labels = _full(split, folder, download) if full else _subset(split)
    images = torch.from_numpy(pixels)[:, None].float() / 255
    return LabelledImages(F.pad(images, ((size - 28) // 2,) * 4), torch.from_numpy(labels).long())


def binarize(
    images: Float[Tensor, "*shape"], generator: Generator | None = None
) -> Float[Tensor, "*shape"]:
    """Black and white: above ½ without a generator, else 1 with the pixel's value as chance."""
    if generator is None:
        return (images > 0.5).to(images)
    draws = torch.rand(images.shape, generator=generator, device=generator.device)
    return (draws.to(images.device) < images).to(images)


def find_full_set(folder: str | Path | None = None) -> Path:
    """The folder of the full set's four files, plain or gzipped.

    Raises:
        FileNotFoundError: they are in none of the places; the message lists these.
    """
    places = list(_places(folder))
    for place in places:
        if all(_file(place, split, kind) for split in FILES for kind in ("images", "labels")):
            return place
    raise FileNotFoundError(
        "the full Fashion-MNIST is in none of: "
        + ", ".join(map(str, places))
        + f". Name its folder in {FOLDER_VARIABLE}, install Debian's dataset-fashion-mnist, "
        "pass download=True, or use the shipped subset with full=False"
    )


def make_subset(path: Path, train: int = 200, test: int = 100) -> None:
    """Write the subset that ships: the first `train` and `test` images of each class."""
    arrays = {}
    for split, count in (("train", train), ("test", test)):
        pixels, labels = _full(split, None, download=False)
        first = np.sort(np.concatenate([np.flatnonzero(labels == c)[:count] for c in range(10)]))
        arrays[f"{split}_images"], arrays[f"{split}_labels"] = pixels[first], labels[first]
    np.savez_compressed(path, **arrays)


def _subset(split: str) -> tuple[np.ndarray, np.ndarray]:
    with np.load(SUBSET) as arrays:
        return arrays[f"{split}_images"], arrays[f"{split}_labels"]


def _full(split: str, folder: str | Path | None, download: bool) -> tuple[np.ndarray, np.ndarray]:
    try:
        place = find_full_set(folder)
    except FileNotFoundError:
        if not download:
            raise
        root = Path(folder) if folder else user_cache_path("retouch")
        _download(root)
        place = find_full_set(root)
    pixels = _read_idx(_file(place, split, "images"))
    return pixels, _read_idx(_file(place, split, "labels"))


def _download(root: Path) -> None:
    from torchvision.datasets import FashionMNIST

    FashionMNIST(str(root), download=True)


def _places(folder: str | Path | None) -> Iterator[Path]:
    named = folder or os.environ.get(FOLDER_VARIABLE)
    roots = [Path(named)] if named else [DEBIAN_FOLDER, user_cache_path("retouch")]
    for root in roots:
        yield root
        yield root / "FashionMNIST" / "raw"  # below the root that torchvision is given


def _file(place: Path, split: str, kind: str) -> Path | None:
    dimensions = {"images": "idx3", "labels": "idx1"}[kind]
    stem = FILES[split].format(f"{kind}-{dimensions}")
    found = [place / name for name in (stem, f"{stem}.gz") if (place / name).is_file()]
    return found[0] if found else None


def _read_idx(path: Path | None) -> np.ndarray:
    """An array of bytes in LeCun's IDX format: its number of axes, its shape, its values."""
    assert path is not None
    content = path.read_bytes()
    content = gzip.decompress(content) if path.suffix == ".gz" else content
    axes = content[3]
    shape = np.frombuffer(content, ">i4", count=axes, offset=4)
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * axes)
    if content[:3] != b"\0\0\x08" or values.size != shape.prod():
        raise ValueError(f"{path} is not a complete IDX file of bytes: fetch it again")
    return values.reshape(shape).copy()
