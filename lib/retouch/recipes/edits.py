"""Edits of a scene whose true answer is known, because the edited scene can be rendered.

drawings, answers = edited_pairs(scene_edits(scene), 128, 192)
print(edit_quality(in_parts(generator, drawings), answers))
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from retouch.data.scenes import Rendering, Scene, move, remove, render
from retouch.metrics import perceptual_distance, psnr, single_image_frechet_distance, ssim
from retouch.models.deepsim import primitive
from retouch.models.features import FeatureExtractor, feature_extractor
from retouch.recipes.pictures import to_tensor

Images = Float[Tensor, "n 3 h w"]
LAYERS = ("stem", "expand2", "expand3")


def scene_edits(scene: Scene, shift: float = 0.1, smallest: float = 0.1) -> Iterator[Scene]:
    """The scene with one thing moved to the left, to the right, or taken away, for each thing.

    Args:
        scene: of `sample_scene`.
        shift: how far things move, as a share of the width; not beyond the border.
        smallest: things of less than this share of the height are left alone.
    """
    for name in scene.names():
        kind, number = name.split()
        thing = getattr(scene, f"{kind}s")[int(number)]
        if thing.size < smallest:
            continue
        for step in (-shift, shift):
            if 0 <= thing.across + step <= 1:
                yield move(scene, name, step)
        yield remove(scene, name)


def rearranged(scene: Scene, count: int = 12, seed: int = 0) -> Iterator[Scene]:
    """The scene with everything in another place, `count` times: what an artist would redraw.

    Things move sideways by up to a quarter of the width; each land's skyline is raised or
    lowered by up to 0.05, tilted by up to 0.15, and gets up to half as much relief again.
    """
    rng = np.random.default_rng(seed)
    for _ in range(count):
        edit = scene
        for name in scene.names():
            edit = move(edit, name, rng.uniform(-0.25, 0.25))
        lands = [
            replace(
                land,
                level=land.level + rng.uniform(-0.05, 0.05),
                slope=land.slope + rng.uniform(-0.15, 0.15),
                relief=land.relief * rng.uniform(0.5, 1.5),
            )
            for land in scene.lands
        ]
        yield replace(edit, lands=tuple(lands))


def edited_pairs(
    edits: Iterable[Scene], height: int, width: int, sigma: float = 1.5
) -> tuple[Images, Images]:
    """Primitives of edited scenes, and the true images that they should become."""
    renderings = [render(edit, height, width) for edit in edits]
    drawings, images = zip(*(drawn(each, sigma) for each in renderings), strict=True)
    return torch.cat(drawings), torch.cat(images)


def drawn(rendering: Rendering, sigma: float = 1.5) -> tuple[Images, Images]:
    """A rendered scene's primitive and image, 1×3×H×W each."""
    image = to_tensor(rendering.image)
    labels = torch.from_numpy(rendering.labels)[None].long()
    return primitive(image, labels, sigma), image


@torch.no_grad()
def edit_quality(made: Images, answer: Images) -> dict[str, float]:
    """How far images are from their true answers, by name; each a mean over the images.

    The perceptual distance is LPIPS's formula on EfficientNet-Lite0's features with equal
    weights; the single-image Fréchet distance is on those of the first two layers, averaged.
    """
    made, answer = made.cpu().float(), answer.cpu().float()
    extractor = _extractor()
    pairs = list(zip(extractor(made), extractor(answer), strict=True))
    weights = [torch.ones(x.shape[1]) for x, _ in pairs]
    first, second = zip(*pairs, strict=True)
    # The first layers have many positions for each channel, as a covariance needs.
    frechet = [single_image_frechet_distance(x, y).mean() for x, y in pairs[:2]]
    return {
        "perceptual distance": float(perceptual_distance(first, second, weights).mean()),
        "single-image Fréchet distance": float(torch.stack(frechet).mean()),
        "PSNR (dB)": float(psnr(made, answer).mean()),
        "SSIM": float(ssim(made, answer).mean()),
    }


@torch.no_grad()
def in_parts(network: torch.nn.Module, images: Images, size: int = 8) -> Images:
    """What the network makes of many images, a few at a time, on the CPU."""
    device = next(network.parameters()).device
    parts = torch.split(images, size)
    return torch.cat([network(part.to(device)).float().cpu() for part in parts])


@lru_cache(maxsize=1)
def _extractor(layers: Sequence[str] = LAYERS) -> FeatureExtractor:
    return feature_extractor(layers=layers)
