"""One's own pictures, as cameras and programs write them."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from retouch.data import open_photo

RAMP = np.linspace(0, 1, 12).reshape(3, 4)
LEVELS = np.rint(255 * RAMP).astype(np.uint8)


def packed(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def test_a_turned_camera_gives_an_upright_picture():
    exif = Image.Exif()
    exif[0x0112] = 6  # 90 degrees clockwise to show it
    pixels = open_photo(packed(Image.fromarray(LEVELS), exif=exif))
    assert np.array_equal(pixels[..., 0], np.rot90(LEVELS, -1))


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (LEVELS, "PNG"),
        (np.rint(65535 * RAMP).astype(np.uint16), "PNG"),
        (np.rint(65535 * RAMP).astype(np.uint16), "TIFF"),
        (RAMP.astype(np.float32), "TIFF"),
        ((255 * RAMP).astype(np.float32), "TIFF"),
        (np.rint(65535 * RAMP).astype(np.int32), "TIFF"),
    ],
)
def test_every_depth_becomes_eight_bits(array, kind):
    pixels = open_photo(packed(Image.fromarray(array), kind))
    assert pixels.dtype == np.uint8
    assert all(np.abs(pixels[..., c].astype(int) - LEVELS).max() <= 1 for c in range(3))


def test_what_is_transparent_is_white():
    hidden = Image.new("RGBA", (4, 3), (200, 0, 0, 0))
    assert (open_photo(packed(hidden)) == 255).all()
    assert (open_photo(packed(Image.new("LA", (4, 3), (0, 127)))) == 128).all()
    palette = Image.new("P", (4, 3), 1)
    palette.putpalette([0, 0, 0, 10, 200, 30])
    assert (open_photo(packed(palette)) == (10, 200, 30)).all()
    assert (open_photo(packed(palette, transparency=1)) == 255).all()


def test_printers_colours_become_a_screens():
    cmyk = Image.new("RGB", (16, 16), (10, 200, 30)).convert("CMYK")
    for kind in ("TIFF", "JPEG"):
        assert np.abs(open_photo(packed(cmyk, kind)).astype(int) - (10, 200, 30)).max() <= 3


def test_a_path_is_as_good_and_a_size_cuts_the_middle(tmp_path):
    stripe = np.zeros((40, 120, 3), np.uint8)
    stripe[:, 40:80] = (10, 200, 30)
    (tmp_path / "stripe.png").write_bytes(packed(Image.fromarray(stripe)))
    assert (open_photo(tmp_path / "stripe.png", (20, 20)) == (10, 200, 30)).all()
    assert open_photo(str(tmp_path / "stripe.png"), 20).shape == (20, 60, 3)


def test_a_strip_stays_of_a_sane_size():
    assert open_photo(packed(Image.new("L", (8000, 4))), 64).shape == (64, 256, 3)


NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (50, 60), np.uint8))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed(NOISE)[:1500], "got a file that is cut off or damaged; copy it again"),
        (packed(NOISE, "JPEG")[:1500], "got a file that is cut off or damaged; copy it again"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "got a HEIC file; convert it to JPEG"),
        (b"", "got an empty file; copy it again"),
        (b"no picture", "got something else .*; open it in another program and save it as PNG"),
        (packed(Image.fromarray(np.full((2, 2), 7, np.float32)), "TIFF"), "7 to 7; rescale"),
        (packed(Image.fromarray(np.full((2, 2), np.nan, np.float32)), "TIFF"), "nan; rescale"),
    ],
)
def test_what_is_no_picture_gets_one_line(content, words):
    with pytest.raises(ValueError, match=rf"picture: expected .*{words}[^\n]*$"):
        open_photo(content)


def test_no_file_gets_one_line(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"me.jpg: expected a picture's file, got none"):
        open_photo(tmp_path / "me.jpg")
    with pytest.raises(ValueError, match="expected a picture's file, got a folder"):
        open_photo(tmp_path)
    with pytest.raises(TypeError, match="source: expected a file's path, or its bytes, got int"):
        open_photo(3)
