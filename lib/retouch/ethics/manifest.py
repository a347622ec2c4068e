"""A signed record of how an image was made, after the ideas of C2PA.

As in C2PA 2, a *claim* binds the pixels (a hash), the actions that led to them, in order,
and the manifest of the image that was edited, and is signed as a whole. We are simpler:
JSON instead of CBOR in a JUMBF box, bare Ed25519 keys instead of certificates with a chain
of trust, no trusted time, and the manifest travels beside the image, not inside the file.
We hash decoded pixels, not bytes of the file: a lossless copy stays valid, a JPEG does not.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from retouch.validation import wrong_type, wrong_value

Edit = Mapping[str, Any]
Manifest = dict[str, Any]
VERSION = 1


def generate_keys() -> tuple[bytes, bytes]:
    """A new private and its public Ed25519 key, 32 bytes each."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def sign_manifest(
    image: Tensor | np.ndarray, edits: Sequence[Edit], key: bytes, parent: Manifest | None = None
) -> Manifest:
    """Sign what an image is, and which edits made it.

    Args:
        image: the edited image; any shape and dtype, all of which are signed.
        edits: in order, each a mapping that JSON can hold, such as
            {"action": "crop", "top": 8, "left": 0}.
        key: the signer's private key, 32 bytes.
        parent: the manifest of the image before these edits, when there is one.

    Returns:
        The claim and its signature, ready for `json.dump`.

    Raises:
        TypeError: the image or an edit has a wrong type, or JSON cannot hold it.
        ValueError: the key is not 32 bytes long.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    _check_key(key)
    if isinstance(edits, str | Mapping) or not all(isinstance(edit, Mapping) for edit in edits):
        raise wrong_type("edits", "a sequence of mappings, one per edit", type(edits).__name__)
    claim = {
        "version": VERSION,
        "image": _describe(image),
        "edits": json.loads(_canonical(list(map(dict, edits)))),
        "parent": None if parent is None else _digest(_canonical(parent)),
    }
    signature = Ed25519PrivateKey.from_private_bytes(key).sign(_canonical(claim))
    return {"claim": claim, "signature": base64.b64encode(signature).decode()}


def verify_manifest(
    image: Tensor | np.ndarray,
    manifest: Any,  # a stranger's: whatever it is, it is looked at
    public_key: bytes,
    parent: Manifest | None = None,
) -> bool:
    """Whether an image, its edits and their order are as signed.

    Args:
        image: the image in hand.
        manifest: what came with it.
        public_key: of the signer, 32 bytes, from a source that you trust.
        parent: the manifest of the image before, to check the link to it.

    Raises:
        TypeError: the image is neither a tensor nor an array.
        ValueError: the key is not 32 bytes long.
    """
    return not manifest_problems(image, manifest, public_key, parent)


def manifest_problems(
    image: Tensor | np.ndarray,
    manifest: Any,  # a stranger's: whatever it is, it is looked at
    public_key: bytes,
    parent: Manifest | None = None,
) -> list[str]:
    """What does not hold, one line each; empty when all of it does.

    Raises:
        TypeError, ValueError: as `verify_manifest`.
    """
    _check_key(public_key)
    found = _describe(image)
    try:
        claim, signature = manifest["claim"], base64.b64decode(manifest["signature"], validate=True)
        signed, named_parent, version = claim["image"], claim["parent"], claim["version"]
        message = _canonical(claim)
    except (KeyError, TypeError, ValueError, binascii.Error):
        return ["the manifest is not complete: expected a claim and a signature"]
    problems = []
    if not _signature_holds(signature, message, public_key):
        problems.append("the claim was changed, or signed with another key")
    if version != VERSION:
        problems.append(f"expected a manifest of version {VERSION}, got {version}")
    if signed != found:
        problems.append("the image is not the one that was signed")
    if parent is not None and named_parent != _digest(_canonical(parent)):
        problems.append("the parent is not the manifest that was signed")
    return problems


def _signature_holds(signature: bytes, message: bytes, public_key: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _describe(image: Tensor | np.ndarray) -> dict[str, Any]:
    if not isinstance(image, Tensor | np.ndarray):
        raise wrong_type("image", "a tensor or an array", type(image).__name__)
    if isinstance(image, Tensor) and image.dtype == torch.bfloat16:
        advice = "convert it with .float()"
        raise wrong_type("image", "a dtype that NumPy has", image.dtype, advice)
    array = image.detach().cpu().numpy() if isinstance(image, Tensor) else image
    # One byte order and one layout, so that every machine hashes the same pixels alike.
    little = array.astype(array.dtype.newbyteorder("<"), order="C")
    return {
        "shape": list(array.shape),
        "dtype": array.dtype.name,
        "sha256": _digest(little.tobytes()),
    }


def _canonical(value: Any) -> bytes:
    """One spelling per value: sorted keys, no spaces, no NaN."""
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise wrong_type("edits", "values that JSON can hold", error) from error
    return text.encode()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _check_key(key: bytes) -> None:
    if not isinstance(key, bytes) or len(key) != 32:
        found = f"{len(key)} bytes" if isinstance(key, bytes) else type(key).__name__
        raise wrong_value("key", "32 bytes from generate_keys()", found)
