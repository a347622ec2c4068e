import numpy as np
import pytest
from skimage.data import coffee
from skimage.filters import gaussian
from skimage.transform import resize

from retouch.data.paintings import BRUSHWORK, Brushwork, paint_photograph


@pytest.fixture(scope="module")
def photograph():
    return (resize(coffee(), (64, 96), anti_aliasing=True) * 255).astype(np.uint8)


@pytest.mark.parametrize("brushwork", BRUSHWORK)
def test_a_painting_resembles_its_photograph_from_afar(photograph, brushwork):
    before = photograph.copy()
    painting = paint_photograph(photograph, brushwork)
    assert painting.shape == photograph.shape
    assert painting.dtype == np.uint8
    assert np.array_equal(photograph, before)
    far, near = (
        [gaussian(x / 255, sigma, channel_axis=2) for x in (painting, photograph)]
        for sigma in (6, 0.5)
    )
    assert np.corrcoef(far[0].ravel(), far[1].ravel())[0, 1] > 0.9
    assert np.abs(near[0] - near[1]).mean() > 0.03


def test_seeds_paint_the_same_picture_differently(photograph):
    quick = Brushwork((6.0, 4.0))
    first, again, other = (paint_photograph(photograph, quick, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert (first != other).mean() > 0.2


def test_finer_brushes_come_closer(photograph):
    coarse, fine = (
        paint_photograph(photograph, Brushwork(radii, color_jitter=0, vivid=1, relief=0))
        for radii in ((8.0,), (8.0, 3.0, 1.6))
    )
    errors = [np.abs(x.astype(float) - photograph).mean() for x in (coarse, fine)]
    assert errors[1] < 0.8 * errors[0]


def test_bad_input_is_refused(photograph):
    with pytest.raises(ValueError, match=r"brushwork: expected one of impasto, .*, got 'crayon'"):
        paint_photograph(photograph, "crayon")
    with pytest.raises(TypeError, match="photograph: expected dtype uint8"):
        paint_photograph(photograph / 255)
    with pytest.raises(ValueError, match="at least 32×32"):
        paint_photograph(photograph[:16])
