"""Where a training runs: device, precision and number of processes, by Lightning Fabric."""

from inspect import signature
from typing import Any, Literal

import torch
from lightning_fabric import Fabric
from lightning_fabric.strategies.ddp import DDPStrategy
from torch.nn.parallel import DistributedDataParallel

from retouch.device import pick_device
from retouch.recipes.settings import TrainingError

Precision = Literal["32-true", "bf16-mixed"]
PRECISIONS: tuple[Precision, ...] = ("32-true", "bf16-mixed")
ACCELERATORS = ("auto", "cpu", "cuda", "mps")
# torch 2.15 gave the option another name.
_SHARE_STATISTICS = (
    "forward_sync_buffers"
    if "forward_sync_buffers" in signature(DistributedDataParallel).parameters
    else "broadcast_buffers"
)


def make_fabric(
    accelerator: str = "auto", devices: int = 1, precision: str | None = None
) -> Fabric:
    """Lightning Fabric for one machine.

    Args:
        accelerator: "cpu", "cuda" or "mps"; "auto" is what `pick_device` picks.
        devices: processes, one per GPU (or, for a test, several on the CPU).
        precision: "32-true" or "bf16-mixed"; without it, the latter on a GPU that computes in
            it, and float32 elsewhere, so that no CPU trains otherwise than another.

    Raises:
        TrainingError: no such device here, not so many of them, or another precision.
    """
    device = _device(accelerator)
    if precision is None:
        fast = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
        precision = PRECISIONS[fast]
    if precision not in PRECISIONS:
        raise TrainingError(f"expected a precision among {PRECISIONS}, got {precision!r}")
    _require_devices(device, devices)
    # Each process keeps its own batch statistics between two passes of one step; sharing them
    # in between would change, in place, what the backward pass needs.
    own_statistics: dict[str, Any] = {_SHARE_STATISTICS: False}
    return Fabric(
        accelerator=device.type,
        devices=devices if device.index is None else [device.index],
        precision=precision,
        strategy=DDPStrategy(**own_statistics) if devices > 1 else "auto",
    )


def _device(accelerator: str) -> torch.device:
    if accelerator not in ACCELERATORS:
        raise TrainingError(f"expected an accelerator among {ACCELERATORS}, got {accelerator!r}")
    if accelerator == "auto":
        try:
            return pick_device()
        except ValueError as error:
            raise TrainingError(str(error)) from error
    here = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not here.get(accelerator, True):
        raise TrainingError(f"this computer has no device {accelerator!r}: use cpu, or auto")
    return torch.device(accelerator)


def _require_devices(device: torch.device, devices: int) -> None:
    """On a CPU several processes share it; on GPUs each needs one."""
    if devices < 1:
        raise TrainingError(f"expected at least one device, got devices={devices}")
    most = {"cuda": torch.cuda.device_count(), "mps": 1}.get(device.type, devices)
    if device.index is not None:
        most = 1
    if devices > most:
        raise TrainingError(f"expected at most {most} of {device}, got devices={devices}")
