"""Trained weights as small safetensors files that say where they come from.

A file's metadata holds its card: the recipe with its settings and seed that makes the
weights again, their measured quality, and a hash of the tensors.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

FOLDER = Path(__file__).parent / "data" / "files"
"""Where the weights lie that ship with the library."""


@dataclass(frozen=True)
class Card:
    """What a file of weights says about itself.

    Attributes:
        recipe: name of the recipe in `retouch.recipes`.
        seed: the seed that it was run with.
        settings: all of its settings, so that `retouch train` can repeat it.
        quality: what was measured on these weights, by name; units in the name.
        sha256: of the tensors as stored, by `tensor_hash`.
    """

    recipe: str
    seed: int
    settings: Mapping[str, Any]
    quality: Mapping[str, float]
    sha256: str


def save_weights(  # noqa: PLR0913 - a card's fields
    path: Path,
    tensors: Mapping[str, Tensor],
    *,
    recipe: str,
    seed: int,
    settings: Mapping[str, Any],
    quality: Mapping[str, float],
    dtype: torch.dtype = torch.float32,
) -> Card:
    """Write a state dictionary and its card; measure `quality` on what `dtype` leaves of it.

    Args:
        path: ends in .safetensors.
        tensors: for example `model.state_dict()`.
        recipe, seed, settings, quality: see `Card`.
        dtype: of floating-point tensors in the file; float16 halves it.
    """
    stored = {
        name: value.detach().cpu().to(dtype if value.is_floating_point() else value.dtype)
        for name, value in tensors.items()
    }
    # contiguous drops channels-last strides, and a copy the storage that tied weights share.
    stored = {name: value.contiguous().clone() for name, value in stored.items()}
    card = Card(recipe, seed, dict(settings), dict(quality), tensor_hash(stored))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(save(stored, {"card": json.dumps(asdict(card), sort_keys=True)}))
    return card


def load_weights(path: Path) -> tuple[dict[str, Tensor], Card]:
    """Read a state dictionary, with floats as float32 on the CPU, and its card.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no safetensors file, has no card, or its tensors are not those
            that the card describes.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no weights at {path}: `retouch train` makes them")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(f"{path} is not a safetensors file ({error}): fetch it again") from error
    if "card" not in metadata:
        raise ValueError(f"{path} has no card: it was not written by retouch.weights")
    card = Card(**json.loads(metadata["card"]))
    if tensor_hash(tensors) != card.sha256:
        raise ValueError(f"{path} is damaged: its tensors do not have the hash on its card")
    return {
        name: value.float() if value.is_floating_point() else value
        for name, value in tensors.items()
    }, card


def tensor_hash(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 over the names, dtypes, shapes and bytes of tensors, in order of name."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        value = tensors[name].detach().cpu().contiguous()
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}\n".encode())
        digest.update(value.flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
