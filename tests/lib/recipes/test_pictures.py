import numpy as np
import pytest
import torch
from PIL import Image

from retouch.data.photographs import photograph
from retouch.recipes import TrainingError
from retouch.recipes.pictures import open_picture, to_tensor


def test_photographs_come_by_name_in_colour():
    assert np.array_equal(open_picture("coffee", (30, 40)), photograph("coffee", (30, 40)))
    gray = open_picture("camera", (30, 40))
    assert gray.shape == (30, 40, 3)
    assert np.array_equal(gray[..., 1], photograph("camera", (30, 40)))


def test_a_file_is_cut_in_the_middle_and_resized(tmp_path):
    pixels = np.zeros((40, 120, 3), np.uint8)
    pixels[:, 40:80] = (10, 200, 30)
    Image.fromarray(pixels).save(tmp_path / "stripe.png")
    image = open_picture(str(tmp_path / "stripe.png"), (20, 20))
    assert image.shape == (20, 20, 3)
    assert (image == (10, 200, 30)).all()


def test_a_file_is_upright_and_in_colour(tmp_path):
    image = Image.new("L", (60, 40))
    image.paste(255, (0, 0, 30, 40))  # the left half is white; turned, the upper one
    exif = image.getexif()
    exif[0x0112] = 6  # the camera was turned: 90 degrees clockwise to show it
    image.save(tmp_path / "turned.png", exif=exif)
    upright = open_picture(str(tmp_path / "turned.png"), (60, 40))
    assert upright[:28].min() == 255
    assert upright[32:].max() == 0


def test_no_picture_gets_one_line(tmp_path):
    with pytest.raises(TrainingError, match=r"a file or one of astronaut, .*; got 'cofee'"):
        open_picture("cofee", (30, 40))
    (tmp_path / "notes.jpg").write_text("no picture")
    with pytest.raises(
        TrainingError, match=r"notes.jpg: expected a picture that can be read, got something else"
    ):
        open_picture(str(tmp_path / "notes.jpg"), (30, 40))


def test_arrays_become_batches_of_one_image():
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    tensor = to_tensor(pixels)
    assert tensor.shape == (1, 3, 2, 4)
    assert torch.equal(tensor[0, :, 1, 2], torch.tensor([18, 19, 20]) / 255)
    assert torch.equal(to_tensor(pixels / 255), tensor)
