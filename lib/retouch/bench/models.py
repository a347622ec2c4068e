"""The models that ship, measured again; and the speed of their training."""

import torch

from retouch.recipes.evaluate import Quality, floor, quality
from retouch.recipes.example_dcgan import speed
from retouch.recipes.fabric import make_fabric
from retouch.recipes.fashion import FashionMNIST
from retouch.recipes.pretrained import load_product, pretrained_yardstick
from retouch.weights import FOLDER


def model_rows(full: bool = True, device: str | torch.device = "cpu") -> dict[str, Quality]:
    """Quality by model, as on the cards of their files; the real test images come first.

    Args:
        full: against the full Fashion-MNIST, as the cards have it; else against the subset
            that ships.
        device: where the models run.
    """
    yardstick = pretrained_yardstick(full, device)
    rows = {"real test images": floor(yardstick)}
    for path in sorted(FOLDER.glob("*.safetensors")):
        product, recipe, _ = load_product(path)
        if isinstance(recipe, FashionMNIST):
            rows[recipe.name] = quality(recipe, product.to(device), yardstick)
    return rows


def training_rows(
    accelerator: str = "auto", rounds: int = 5, batch_size: int = 128
) -> list[dict[str, str | float]]:
    """Steps of DCGAN per second, against a plain loop over the PyTorch example's networks.

    Args:
        accelerator: as `make_fabric` has it; our recipe runs there in its best precision, the
            plain loop in float32.
        rounds: how often the two take turns; the medians count.
        batch_size: images per step.
    """
    fabric = make_fabric(accelerator)
    rows: list[dict[str, str | float]] = []
    for size in (32, 64):
        found = speed(fabric, size, batch_size, rounds=rounds)
        ratio = found["retouch"] / found["example"]
        what = f"DCGAN at 32×32, the example at {size}×{size}"
        rows.append({"what": what, "device": str(fabric.device)} | found | {"ratio": ratio})
    return rows
