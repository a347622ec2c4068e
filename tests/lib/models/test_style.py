import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from retouch.data.scenes import render, sample_scene
from retouch.models.features import feature_extractor
from retouch.models.style import (
    Balance,
    adain,
    content_loss,
    gram_matrix,
    style_loss,
    stylize,
    stylizing,
    total_variation,
)

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


def features(*shape, seed=0, dtype=torch.float32):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype) + 0.3


@DTYPES
def test_content_loss_is_a_mean_over_all_elements(dtype):
    a, b = features(2, 3, 4, 5, dtype=dtype), features(2, 3, 4, 5, seed=1, dtype=dtype)
    loop = sum(
        (x - y) ** 2 for x, y in zip(a.flatten().tolist(), b.flatten().tolist(), strict=True)
    )
    assert content_loss(a, b).item() == pytest.approx(loop / 120, rel=1e-5)
    with pytest.raises(ValueError, match="features and target: expected one shape"):
        content_loss(a, b[..., :3])


@DTYPES
def test_gram_matrix_agrees_with_a_loop(dtype):
    x = features(2, 3, 4, 5, dtype=dtype)
    gram = gram_matrix(x)
    for n in range(2):
        for i in range(3):
            for j in range(3):
                assert gram[n, i, j].item() == pytest.approx(
                    (x[n, i] * x[n, j]).sum().item() / 60, rel=1e-4
                )
    with pytest.raises(ValueError, match="features: expected N×C×H×W"):
        gram_matrix(x[0])


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 4), st.integers(1, 6), st.integers(0, 1000))
def test_gram_matrix_forgets_places(channels, side, seed):
    """Shuffling the places alike in all channels changes nothing."""
    x = features(2, channels, side, side + 1, seed=seed)
    order = torch.randperm(side * (side + 1))
    shuffled = x.flatten(2)[..., order].view_as(x)
    assert torch.allclose(gram_matrix(x), gram_matrix(shuffled), atol=1e-5)


def test_style_loss_weighs_layers_and_allows_other_sizes():
    first = [features(2, 3, 8, 6), features(2, 5, 4, 3)]
    second = [features(2, 3, 5, 9, seed=1), features(2, 5, 2, 7, seed=2)]
    parts = [
        (gram_matrix(a) - gram_matrix(b)).square().mean()
        for a, b in zip(first, second, strict=True)
    ]
    expected = 2.0 * parts[0] + 0.5 * parts[1]
    assert style_loss(first, second, [2.0, 0.5]).item() == pytest.approx(expected.item(), rel=1e-5)
    one_style = [x[:1] for x in second]
    assert torch.isfinite(style_loss(first, one_style, [1, 1]))
    assert style_loss(first, first, [1, 1]) == 0
    with pytest.raises(ValueError, match=r"one entry per layer .*got 2, 2 and 1"):
        style_loss(first, second, [1.0])


@DTYPES
def test_total_variation_agrees_with_a_loop(dtype):
    x = features(2, 3, 4, 6, dtype=dtype)
    total = 0.0
    for i in range(4):
        for j in range(6):
            if i + 1 < 4:
                total += ((x[:, :, i + 1, j] - x[:, :, i, j]) ** 2).sum().item()
            if j + 1 < 6:
                total += ((x[:, :, i, j + 1] - x[:, :, i, j]) ** 2).sum().item()
    assert total_variation(x).item() == pytest.approx(total / 2, rel=1e-5)


@DTYPES
def test_adain_takes_over_the_statistics(dtype):
    content, style = (
        4 * features(2, 3, 8, 6, dtype=dtype),
        features(2, 3, 5, 9, seed=1, dtype=dtype),
    )
    mixed = adain(content, style)
    for n in range(2):
        for c in range(3):
            assert mixed[n, c].mean().item() == pytest.approx(style[n, c].mean().item(), abs=1e-5)
            assert mixed[n, c].std().item() == pytest.approx(style[n, c].std().item(), rel=1e-3)
    assert (
        torch.corrcoef(torch.stack((mixed[0, 0].flatten(), content[0, 0].flatten())))[0, 1] > 0.999
    )
    assert torch.allclose(adain(content, content), content, atol=1e-5)
    assert torch.isfinite(adain(torch.ones(1, 3, 4, 4), style.float())).all()
    with pytest.raises(ValueError, match="as many style channels"):
        adain(content, style[:, :2])


@pytest.fixture(scope="module")
def extractor():
    return feature_extractor()


@pytest.fixture(scope="module")
def pictures():
    noon, autumn = (
        torch.tensor(render(sample_scene(i, "lake"), 64, 80, season, hour).image)
        for i, season, hour in ((1, "summer", 12), (2, "autumn", 18))
    )
    return noon.permute(2, 0, 1)[None], autumn.permute(2, 0, 1)[None]


def test_stylize_lowers_its_loss_and_stays_in_range(extractor, pictures):
    content, style = pictures
    before = content.clone()
    losses, images = zip(*stylizing(content, style, extractor, 30), strict=True)
    assert losses[-1] < 0.7 * losses[0]
    assert images[-1].shape == content.shape
    assert images[-1].min() >= 0
    assert images[-1].max() <= 1
    assert torch.equal(content, before)
    assert not images[-1].requires_grad
    assert all(p.grad is None for p in extractor.parameters())
    assert torch.equal(stylize(content, style, extractor, 30), images[-1])


def test_stylize_brings_the_style_closer(extractor, pictures):
    content, style = pictures
    result = stylize(content, style, extractor, 30, Balance(temperature=4.0))

    def distance(images):
        weights = [1.0] * len(extractor.layers)
        return style_loss(extractor(images), extractor(style), weights)

    assert distance(result) < 0.7 * distance(content)


def test_content_weight_holds_the_content(extractor, pictures):
    content, style = pictures
    loose, held = (
        stylize(content, style, extractor, 15, Balance(content=weight)) for weight in (0.0, 3.0)
    )

    def distance(images):
        return content_loss(extractor(images)[3], extractor(content)[3])

    assert distance(held) < 0.7 * distance(loose)


def test_no_steps_are_refused(extractor, pictures):
    with pytest.raises(ValueError, match="steps: expected a whole number of at least 1, got 0"):
        stylize(*pictures, extractor, 0)
