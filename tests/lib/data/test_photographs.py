import socket

import numpy as np
import pytest
import skimage.data
import skimage.transform

from retouch.data import PHOTOGRAPHS, photograph
from retouch.data.photographs import _read

COLORED = {"astronaut", "chelsea", "coffee", "hubble_deep_field", "ihc", "retina", "rocket"}


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_every_photograph_is_scikit_images_own_and_needs_no_network(name, monkeypatch):
    def refuse(*_arguments):
        raise OSError("this test is offline")

    _read.cache_clear()
    monkeypatch.setattr(socket, "socket", refuse)
    image = photograph(name)
    assert image.dtype == np.uint8
    assert image.shape[2:] == ((3,) if name in COLORED else ())
    load = skimage.data.immunohistochemistry if name == "ihc" else getattr(skimage.data, name)
    np.testing.assert_array_equal(image, load())


def test_every_photograph_has_one_line_of_description_and_a_source():
    for description, source in PHOTOGRAPHS.values():
        assert 20 < len(description) < 120
        assert "\n" not in description + source
        assert len(source) > 5


def test_a_photograph_is_a_fresh_writable_copy():
    first = photograph("coffee")
    first[:] = 0
    assert photograph("coffee").any()
    small = photograph("coffee", size=(4, 6))
    small[:] = 0
    assert photograph("coffee", size=(4, 6)).any()


@pytest.mark.parametrize("size", [(48, 64), (64, 48), (1, 1), (7, 500), (900, 30), (600, 700)])
@pytest.mark.parametrize("name", ["coffee", "camera"])
def test_the_size_is_the_one_that_was_asked_for(name, size):
    assert photograph(name, size=size).shape[:2] == size


def test_shrinking_averages_areas_of_the_centre():
    crop = skimage.data.coffee()[:, 100:500]  # the middle 400 columns of 600
    expected = skimage.transform.downscale_local_mean(crop, (10, 10, 1))
    difference = np.abs(photograph("coffee", size=(40, 40)) - expected)
    # Pillow rounds twice, after averaging rows and after averaging columns.
    assert difference.max() <= 1
    assert difference.mean() < 0.3


def test_the_own_size_changes_nothing():
    np.testing.assert_array_equal(photograph("page", size=(191, 384)), photograph("page"))


def test_an_unknown_name_gets_the_names_that_exist():
    with pytest.raises(ValueError, match=r"name: expected one of astronaut, brick, .*, got 'lena'"):
        photograph("lena")


@pytest.mark.parametrize("size", [(0, 4), (4,), (-1, 5)])
def test_an_impossible_size_is_refused(size):
    with pytest.raises(ValueError, match="size: expected "):
        photograph("coffee", size=size)
