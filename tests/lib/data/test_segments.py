import numpy as np

from retouch.data.segments import color_segments


def test_segments_are_the_colours_of_a_simple_picture():
    image = np.full((40, 60, 3), 0.2)
    image[5:30, 10:25] = (0.9, 0.1, 0.1)
    image[20:35, 35:55] = (0.1, 0.3, 0.9)
    labels = color_segments(image, 3)
    assert labels.shape == (40, 60)
    assert set(np.unique(labels)) == {0, 1, 2}
    assert labels[0, 0] == 0
    agree = (labels == 1) == (image[..., 0] > 0.5)
    assert agree.mean() > 0.97


def test_no_more_segments_than_asked_for_and_the_largest_first():
    rng = np.random.default_rng(0)
    image = np.kron(rng.random((5, 7, 3)), np.ones((8, 8, 1)))
    for count in (2, 6, 12):
        sizes = np.bincount(color_segments(image, count).ravel())
        assert 1 < len(sizes) <= count
        assert list(sizes) == sorted(sizes, reverse=True)
