import numpy as np
import pytest
import torch
from skimage.color import rgb2gray
from skimage.feature import canny

from retouch.data.scenes import render, sample_scene
from retouch.models.deepsim import (
    Generator,
    flip_pair,
    perceptual_loss,
    primitive,
    segment_colors,
    tps_warp_pair,
    untouched_error,
)
from retouch.pixels.warps import random_tps_grid, warp


@pytest.fixture(scope="module")
def scenes():
    pictures = [render(sample_scene(i), 48, 64) for i in (1, 2)]
    images = torch.stack([torch.tensor(p.image).permute(2, 0, 1) for p in pictures])
    return images, torch.tensor(np.stack([p.labels for p in pictures]))


@pytest.mark.parametrize("sigma", [1.0, 2.5])
def test_primitive_is_colors_with_cannys_edges(scenes, sigma):
    images, labels = scenes
    drawing = primitive(images, labels, sigma)
    colors = segment_colors(int(labels.max()) + 1)
    for n in range(2):
        edges = canny(rgb2gray(images[n].permute(1, 2, 0).double().numpy()), sigma=sigma)
        assert edges.any()
        assert (drawing[n][:, torch.tensor(edges)] == 1).all()
        flat = drawing[n][:, torch.tensor(~edges)].T
        assert torch.equal(flat, colors[labels[n][torch.tensor(~edges)].long()])


def test_segment_colors_differ_and_none_is_white():
    colors = segment_colors(40)
    gaps = torch.cdist(colors, colors) + torch.eye(40)
    assert gaps.min() > 0.03
    assert gaps[:12, :12].min() > 0.2
    assert colors.min(dim=1).values.max() < 0.6
    assert torch.equal(segment_colors(5), colors[:5])


def test_tps_warp_pair_bends_both_alike_and_keeps_colors_pure(scenes):
    images, labels = scenes
    drawing = primitive(images, labels)
    before = images.clone(), drawing.clone()
    generator = torch.Generator().manual_seed(3)
    bent, bent_drawing = tps_warp_pair(images, drawing, 0.1, generator)
    grid = random_tps_grid(2, (48, 64), 0.1, torch.Generator().manual_seed(3))
    assert torch.allclose(bent, warp(images, grid))
    assert torch.equal(bent_drawing, warp(drawing, grid, "nearest"))
    known = {tuple(c) for c in drawing.permute(0, 2, 3, 1).reshape(-1, 3).tolist()}
    assert {tuple(c) for c in bent_drawing.permute(0, 2, 3, 1).reshape(-1, 3).tolist()} <= known
    assert (bent - images).abs().mean() > 0.005
    assert torch.equal(images, before[0])
    assert torch.equal(drawing, before[1])
    again = tps_warp_pair(images, drawing, 0.1, generator)[0]
    assert not torch.allclose(again, bent)


def test_flip_pair_flips_both_or_neither():
    images = torch.rand(200, 3, 2, 4)
    flipped, also = flip_pair(images, images + 1, torch.Generator().manual_seed(0))
    assert torch.equal(flipped + 1, also)
    same = torch.tensor([torch.equal(a, b) for a, b in zip(flipped, images, strict=True)])
    mirrored = torch.tensor(
        [torch.equal(a, b.flip(-1)) for a, b in zip(flipped, images, strict=True)]
    )
    assert (same ^ mirrored).all()
    assert 70 < same.sum() < 130


@pytest.mark.parametrize("size", [(32, 32), (37, 61)])
def test_generator_keeps_size_and_range(size):
    generator = Generator(4, width=4, downs=2, blocks=1)
    images = generator(torch.rand(2, 4, *size))
    assert images.shape == (2, 3, *size)
    assert images.min() >= 0
    assert images.max() <= 1
    assert images.std() > 0


def test_generator_has_the_stated_sizes():
    with torch.device("meta"):
        laptop, paper = Generator(width=32, downs=3), Generator()
    count = [sum(p.numel() for p in network.parameters()) / 1e6 for network in (laptop, paper)]
    assert count == [pytest.approx(11.4, abs=0.1), pytest.approx(182.4, abs=0.1)]


def test_perceptual_loss_spares_the_real_side():
    real = [torch.rand(1, 2, 3, 3, requires_grad=True), torch.rand(1, 4, 2, 2)]
    fake = [x.detach() + 0.5 for x in real]
    fake[0].requires_grad_()
    loss = perceptual_loss(real, fake)
    assert loss.item() == pytest.approx(0.5)
    loss.backward()
    assert real[0].grad is None


def test_untouched_error_looks_outside_only():
    before = torch.rand(2, 3, 6, 8)
    mask = torch.zeros(2, 1, 6, 8, dtype=torch.bool)
    mask[:, :, 1:4, 2:5] = True
    after = before.clone()
    after[:, :, 1:4, 2:5] += 0.7
    assert untouched_error(before, after, mask).tolist() == [0, 0]
    after[1, 0, 5, 7] += 0.39
    assert untouched_error(before, after, mask).tolist() == pytest.approx(
        [0, 0.39 / 3 / 39], abs=1e-7
    )
    assert untouched_error(before, after, torch.ones_like(mask)).isnan().all()


def test_misfits_are_refused(scenes):
    images, labels = scenes
    with pytest.raises(ValueError, match="labels: expected "):
        primitive(images, labels[:1])
    with pytest.raises(TypeError, match=r"got torch\.float32"):
        primitive(images, labels.float())
    with pytest.raises(ValueError, match="labels: expected "):
        primitive(images, labels - 1)
    with pytest.raises(ValueError, match="one primitive per image"):
        tps_warp_pair(images, images[..., :10], 0.1, torch.Generator())
    with pytest.raises(TypeError, match="boolean mask"):
        untouched_error(images, images, images[:, :1])
