import pytest
import torch
from skimage.exposure import match_histograms as oracle

from retouch.recipes.sunset import crop_pair, match_histograms, pairs


def test_pairs_are_batches_of_images():
    before, after = pairs("beach_to_snow", range(2), 32)
    assert before.shape == after.shape == (2, 3, 32, 32)
    assert before.dtype == torch.float32
    assert after.mean() > before.mean()


def test_crops_are_the_same_for_both_and_reach_every_corner():
    image = torch.arange(30.0).view(1, 1, 5, 6)
    generator = torch.Generator().manual_seed(0)
    corners = set()
    for _ in range(200):
        first, second = crop_pair(image, image + 100, 3, generator)
        assert torch.equal(first + 100, second)
        corners.add(int(first[0, 0, 0, 0]))
    assert corners == {6 * row + column for row in range(3) for column in range(4)}
    with pytest.raises(ValueError, match="a square of 6×6 does not fit"):
        crop_pair(image, image, 6, generator)


def test_histogram_match_agrees_with_scikit_image():
    generator = torch.Generator().manual_seed(1)
    before = torch.rand(2, 3, 12, 15, generator=generator)
    reference = torch.rand(1, 3, 12, 15, generator=generator) ** 2
    matched = match_histograms(before, reference)
    for i in range(2):
        expected = oracle(before[i].double().numpy(), reference[0].double().numpy(), channel_axis=0)
        assert torch.allclose(matched[i], torch.tensor(expected).float(), atol=1e-5)
    other_size = match_histograms(before, reference[..., :7])
    assert set(other_size[0, 0].flatten().tolist()) <= set(reference[0, 0].flatten().tolist())
