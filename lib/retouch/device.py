"""Where tensors live: CUDA, Apple MPS or the CPU.

PyTorch is imported when a device is asked for: a notebook of NumPy exercises, and the grader
that runs hundreds of them, need not wait for it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def pick_device() -> torch.device:
    """The fastest device here: CUDA, then Apple MPS, then the CPU.

    The environment variable ``RETOUCH_DEVICE`` (``cpu``, ``cuda``, ``cuda:1``, ``mps``)
    overrides the choice.

    Raises:
        ValueError: ``RETOUCH_DEVICE`` names a device that this computer does not have.
    """
    import torch

    wanted = os.environ.get("RETOUCH_DEVICE", "").strip()
    if wanted:
        return _existing(wanted)
    return torch.device(_accelerators()[0] if _accelerators() else "cpu")


def has_double(device: torch.device) -> bool:
    """Whether the device computes in float64; Apple's GPUs don't."""
    return device.type != "mps"


def double(values: torch.Tensor) -> torch.Tensor:
    """The values in float64: on their own device, or on the CPU where that has none."""
    return values.double() if has_double(values.device) else values.cpu().double()


def describe_device(device: torch.device | None = None) -> str:
    """One sentence that tells a student where the work will run.

    Args:
        device: the device to describe; the one that ``pick_device`` picks by default.
    """
    import torch

    device = device or pick_device()
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        memory = properties.total_memory / 2**30
        return f"GPU {properties.name} with {memory:.0f} GiB; training runs on it."
    if device.type == "mps":
        return "Apple GPU (MPS); training runs on it."
    count = torch.get_num_threads()
    threads = f"{count} thread{'' if count == 1 else 's'}"
    return f"CPU with {threads}; every lesson works on it, a GPU would only train faster."


def _accelerators() -> list[str]:
    """The kinds of accelerators that torch can use here, the preferred one first."""
    import torch

    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    return ["cuda"] * cuda + ["mps"] * mps


def _existing(name: str) -> torch.device:
    """The device of this name, once a tensor has been there and back."""
    import torch

    try:
        device = torch.device(name)
        torch.zeros(1, device=device).item()
    except (AssertionError, RuntimeError, NotImplementedError) as error:
        here = ", ".join([*_accelerators(), "cpu"])
        raise ValueError(
            f"RETOUCH_DEVICE={name} is not a device of this computer; choose one of {here}"
        ) from error
    return device
