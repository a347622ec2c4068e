import gzip
import shutil

import numpy as np
import pytest
import torch
from torchvision.datasets import FashionMNIST

from retouch.data import fashion_mnist as module
from retouch.data.fashion_mnist import CLASS_NAMES, binarize, fashion_mnist


def full_set_is_here():
    try:
        return bool(module.find_full_set())
    except FileNotFoundError:
        return False


needs_full = pytest.mark.skipif(not full_set_is_here(), reason="the full set is not here")


def write_full_set(folder, zipped, n=(7, 3)):
    """A small set in the original's files; returns its arrays by split."""
    folder.mkdir(parents=True, exist_ok=True)
    rng, arrays = np.random.default_rng(0), {}
    for split, stem, count in (("train", "train", n[0]), ("test", "t10k", n[1])):
        pixels = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        labels = np.arange(count, dtype=np.uint8)
        for name, values in (("images-idx3", pixels), ("labels-idx1", labels)):
            head = bytes([0, 0, 8, values.ndim])
            sides = np.array(values.shape, ">i4").tobytes()
            content = head + sides + values.tobytes()
            path = folder / f"{stem}-{name}-ubyte{'.gz' if zipped else ''}"
            path.write_bytes(gzip.compress(content) if zipped else content)
        arrays[split] = pixels, labels
    return arrays


@pytest.mark.parametrize(("split", "count"), [("train", 2000), ("test", 1000)])
def test_subset_ships_balanced(split, count):
    images, labels = fashion_mnist(split)
    assert images.shape == (count, 1, 28, 28)
    assert images.dtype == torch.float32
    assert (images.min(), images.max()) == (0, 1)
    assert labels.dtype == torch.int64
    assert labels.bincount().tolist() == [count // 10] * 10
    assert labels[:100].bincount(minlength=10).min() > 0  # not sorted by class
    assert len(CLASS_NAMES) == 10


def test_subset_is_small_enough_for_git():
    assert module.SUBSET.stat().st_size <= 1_400_000


def test_padding_is_black_and_even():
    small, large = fashion_mnist("test")[0], fashion_mnist("test", size=32)[0]
    assert torch.equal(large[..., 2:30, 2:30], small)
    assert large.sum() == pytest.approx(small.sum())


@needs_full
def test_subset_is_what_its_recipe_makes(tmp_path):
    module.make_subset(tmp_path / "again.npz")
    with np.load(tmp_path / "again.npz") as again, np.load(module.SUBSET) as shipped:
        assert sorted(again) == sorted(shipped)
        assert all(np.array_equal(again[name], shipped[name]) for name in again)


@needs_full
def test_full_test_set_is_what_torchvision_reads(tmp_path):
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for path in module.find_full_set().iterdir():
        if path.name.endswith(".gz"):
            (raw / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
        else:
            shutil.copy(path, raw)
    expected = FashionMNIST(str(tmp_path), train=False)
    images, labels = fashion_mnist("test", full=True, folder=tmp_path)
    assert torch.equal((images[:, 0] * 255).round().byte(), expected.data)
    assert torch.equal(labels, expected.targets)
    assert expected.classes == list(CLASS_NAMES)


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("below", ["", "FashionMNIST/raw"])
@pytest.mark.parametrize("named_by", ["argument", "variable"])
def test_full_set_is_found(tmp_path, monkeypatch, zipped, below, named_by):
    arrays = write_full_set(tmp_path / below, zipped)
    folder = tmp_path if named_by == "argument" else None
    if named_by == "variable":
        monkeypatch.setenv(module.FOLDER_VARIABLE, str(tmp_path))
    for split, (pixels, classes) in arrays.items():
        images, labels = fashion_mnist(split, full=True, folder=folder)
        assert np.array_equal((images[:, 0] * 255).round().numpy(), pixels)
        assert np.array_equal(labels, classes)


def test_missing_full_set_says_where_it_looked_and_what_to_do(tmp_path):
    (tmp_path / "train-images-idx3-ubyte.gz").touch()
    with pytest.raises(FileNotFoundError, match=rf"in none of: {tmp_path}.*download=True.*subset"):
        fashion_mnist(full=True, folder=tmp_path)


def test_download_is_only_tried_when_asked_for_and_missing(tmp_path, monkeypatch):
    asked = []

    def download(root):
        asked.append(root)
        write_full_set(root / "FashionMNIST" / "raw", zipped=False)

    monkeypatch.setattr(module, "_download", download)
    for _ in range(2):
        assert len(fashion_mnist(full=True, folder=tmp_path, download=True).labels) == 7
    assert asked == [tmp_path]


def test_truncated_file_is_named(tmp_path):
    write_full_set(tmp_path, zipped=False)
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte is not a complete IDX file"):
        fashion_mnist(full=True, folder=tmp_path)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="split: expected one of train, test, got 'valid'"):
        fashion_mnist("valid")
    for size in (27, 31):
        with pytest.raises(ValueError, match=f"size: expected .*, got {size}"):
            fashion_mnist(size=size)


def test_binarize_thresholds_or_draws():
    images = torch.tensor([0.0, 0.2, 0.5, 0.7, 1.0]).expand(20_000, 5)
    assert binarize(images)[0].tolist() == [0, 0, 0, 1, 1]
    drawn = binarize(images, torch.Generator().manual_seed(0))
    assert set(drawn.unique().tolist()) == {0.0, 1.0}
    spread = (images[0] * (1 - images[0]) / 20_000).sqrt()
    assert ((drawn.mean(0) - images[0]).abs() <= 6 * spread).all()
