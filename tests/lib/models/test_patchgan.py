import pytest
import torch

from retouch.models.patchgan import (
    MultiScaleDiscriminator,
    PatchDiscriminator,
    feature_matching_loss,
    lsgan_discriminator_loss,
    lsgan_generator_loss,
)


def scores(seed=0):
    generator = torch.Generator().manual_seed(seed)
    return [
        torch.randn(2, 1, 5, 4, generator=generator),
        torch.randn(2, 1, 3, 2, generator=generator),
    ]


def test_losses_agree_with_a_loop():
    real, fake = scores(0), scores(1)
    expected_d = expected_g = 0.0
    for r, f in zip(real, fake, strict=True):
        expected_d += sum((x - 1) ** 2 for x in r.flatten().tolist()) / r.numel()
        expected_d += sum(x**2 for x in f.flatten().tolist()) / f.numel()
        expected_g += sum((x - 1) ** 2 for x in f.flatten().tolist()) / f.numel()
    assert lsgan_discriminator_loss(real, fake).item() == pytest.approx(expected_d, rel=1e-5)
    assert lsgan_generator_loss(fake).item() == pytest.approx(expected_g, rel=1e-5)


def test_right_scores_cost_nothing():
    ones, zeros = ([make(x) for x in scores()] for make in (torch.ones_like, torch.zeros_like))
    assert lsgan_discriminator_loss(ones, zeros) == 0
    assert lsgan_discriminator_loss(zeros, ones) == 4
    assert lsgan_generator_loss(ones) == 0


def test_feature_matching_is_a_mean_of_means_and_spares_the_real_side():
    real = [
        [torch.rand(2, 3, 4, 4, requires_grad=True)],
        [torch.rand(2, 5, 2, 2), torch.rand(2, 6, 1, 3)],
    ]
    fake = [[torch.rand_like(x, requires_grad=True) for x in scale] for scale in real]
    first = (real[0][0] - fake[0][0]).abs().mean()
    second = sum((a - b).abs().mean() for a, b in zip(real[1], fake[1], strict=True)) / 2
    loss = feature_matching_loss(real, fake)
    assert loss.item() == pytest.approx(((first + second) / 2).item(), rel=1e-5)
    loss.backward()
    assert real[0][0].grad is None
    assert fake[0][0].grad.abs().sum() > 0


def test_scales_judge_smaller_and_smaller_copies():
    judge = MultiScaleDiscriminator(6, width=8, scales=3)
    judged = judge(torch.rand(2, 3, 64, 96), torch.rand(2, 3, 64, 96))
    sizes = [tuple(x.shape[2:]) for x in judged.scores]
    assert len(sizes) == 3
    assert sizes == sorted(sizes, reverse=True)
    assert all(x.shape[:2] == (2, 1) for x in judged.scores)
    assert [len(scale) for scale in judged.features] == [4, 4, 4]


def test_a_score_sees_a_patch_of_70_pixels():
    """Only inputs within 70×70 pixels of a score have a gradient."""
    judge = PatchDiscriminator(1, width=4).double()
    for module in judge.modules():  # instance norm looks at the whole image
        if isinstance(module, torch.nn.InstanceNorm2d):
            module.forward = lambda x: x
    x = torch.rand(1, 1, 160, 160, dtype=torch.float64, requires_grad=True)
    score, _ = judge(x)
    score[0, 0, score.shape[2] // 2, score.shape[3] // 2].backward()
    rows = x.grad[0, 0].abs().sum(1).nonzero()
    assert rows.max() - rows.min() + 1 == 70


def test_condition_and_image_both_matter():
    torch.manual_seed(0)
    judge = MultiScaleDiscriminator(6, width=8)
    a, b, other = torch.rand(3, 1, 3, 64, 64)
    plain = judge(a, b).scores[0]
    assert not torch.allclose(plain, judge(other, b).scores[0])
    assert not torch.allclose(plain, judge(a, other).scores[0])


def test_a_single_tensor_is_refused():
    with pytest.raises(ValueError, match="one entry per layer or scale"):
        lsgan_discriminator_loss(scores()[0], scores()[0])
    with pytest.raises(ValueError, match="got 2 and 1"):
        lsgan_discriminator_loss(scores(), scores()[:1])
    with pytest.raises(ValueError, match="one entry per layer or scale"):
        lsgan_generator_loss([])
