"""The signed manifest: any change fails, and says what it is."""

import copy
import json

import numpy as np
import pytest
import torch
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from retouch.ethics import generate_keys, manifest_problems, sign_manifest, verify_manifest

EDITS = [{"action": "crop", "top": 2, "left": 0}, {"action": "gamma", "gamma": 0.7}]
PRIVATE, PUBLIC = generate_keys()


def picture(seed=0, shape=(3, 5, 7)):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def test_survives_storage_as_json_and_a_copy_of_the_image():
    manifest = json.loads(json.dumps(sign_manifest(picture(), EDITS, PRIVATE)))
    assert verify_manifest(picture().clone(), manifest, PUBLIC)
    assert manifest["claim"]["edits"] == EDITS
    assert manifest_problems(picture(), manifest, PUBLIC) == []


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3 * 5 * 7 - 1))
def test_any_changed_pixel_fails(index):
    manifest = sign_manifest(picture(), EDITS, PRIVATE)
    changed = picture()
    changed.view(-1)[index] = torch.nextafter(changed.view(-1)[index], torch.tensor(2.0))
    problems = manifest_problems(changed, manifest, PUBLIC)
    assert problems == ["the image is not the one that was signed"]


@pytest.mark.parametrize(
    "change",
    [
        lambda edits: edits.reverse(),
        lambda edits: edits.pop(),
        lambda edits: edits.append({"action": "blur"}),
        lambda edits: edits[0].update(top=3),
        lambda edits: edits[1].update(action="brightness"),
    ],
    ids=["order", "removed", "added", "parameter", "action"],
)
def test_any_changed_edit_fails(change):
    manifest = sign_manifest(picture(), EDITS, PRIVATE)
    change(manifest["claim"]["edits"])
    problems = manifest_problems(picture(), manifest, PUBLIC)
    assert problems == ["the claim was changed, or signed with another key"]


def test_shape_and_dtype_are_signed_with_the_pixels():
    zeros = torch.zeros(2, 6)
    manifest = sign_manifest(zeros, EDITS, PRIVATE)
    assert not verify_manifest(zeros.view(3, 4), manifest, PUBLIC)
    assert not verify_manifest(zeros.int(), manifest, PUBLIC)
    assert verify_manifest(zeros.clone(), manifest, PUBLIC)


def test_arrays_tensors_layouts_and_byte_orders_of_equal_pixels_agree():
    manifest = sign_manifest(picture(), EDITS, PRIVATE)
    array = picture().numpy()
    for same in (array, np.asfortranarray(array), array.astype(">f4")):
        assert verify_manifest(same, manifest, PUBLIC)


def test_another_key_fails_and_signing_with_it_does_not_help():
    manifest = sign_manifest(picture(), EDITS, PRIVATE)
    other_private, other_public = generate_keys()
    assert not verify_manifest(picture(), manifest, other_public)
    forged = sign_manifest(picture(1), EDITS, other_private)
    assert not verify_manifest(picture(1), forged, PUBLIC)


def test_parent_links_the_chain_of_edits():
    first = sign_manifest(picture(), [], PRIVATE)
    second = sign_manifest(picture(1), EDITS, PRIVATE, parent=first)
    assert verify_manifest(picture(1), second, PUBLIC, parent=first)
    stranger = sign_manifest(picture(2), [], PRIVATE)
    problems = manifest_problems(picture(1), second, PUBLIC, parent=stranger)
    assert problems == ["the parent is not the manifest that was signed"]
    problems = manifest_problems(picture(), first, PUBLIC, parent=second)
    assert problems == ["the parent is not the manifest that was signed"]


def test_signature_is_plain_ed25519_over_sorted_json():
    import base64

    manifest = sign_manifest(picture(), EDITS, PRIVATE)
    message = json.dumps(manifest["claim"], sort_keys=True, separators=(",", ":")).encode()
    signature = base64.b64decode(manifest["signature"])
    Ed25519PublicKey.from_public_bytes(PUBLIC).verify(signature, message)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"claim": {}},
        {"claim": None, "signature": ""},
        {"claim": {"image": 1, "parent": None, "version": 1}, "signature": "not base64!"},
        {"claim": {"image": 1, "parent": None, "version": 1}, "signature": 5},
        [],
        None,
    ],
)
def test_a_broken_manifest_fails_without_an_exception(broken):
    problems = manifest_problems(picture(), broken, PUBLIC)
    assert problems == ["the manifest is not complete: expected a claim and a signature"]


def test_a_later_version_is_not_accepted_silently():
    manifest = copy.deepcopy(sign_manifest(picture(), EDITS, PRIVATE))
    manifest["claim"]["version"] = 2
    problems = manifest_problems(picture(), manifest, PUBLIC)
    assert "expected a manifest of version 1, got 2" in problems


def test_inputs_are_left_unchanged():
    edits, image = copy.deepcopy(EDITS), picture()
    manifest = sign_manifest(image, edits, PRIVATE)
    edits[0]["top"] = 99
    assert manifest["claim"]["edits"] == EDITS
    assert torch.equal(image, picture())


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match=r"key: expected 32 bytes .*, got 5 bytes"):
        sign_manifest(picture(), EDITS, b"short")
    with pytest.raises(ValueError, match=r"key: expected 32 bytes .*, got str"):
        verify_manifest(picture(), {}, "public")
    with pytest.raises(TypeError, match="image: expected a tensor or an array, got str"):
        sign_manifest("photo.jpg", EDITS, PRIVATE)
    with pytest.raises(TypeError, match="edits: expected a sequence of mappings"):
        sign_manifest(picture(), ["crop"], PRIVATE)
    with pytest.raises(TypeError, match="edits: expected values that JSON can hold"):
        sign_manifest(picture(), [{"gamma": float("nan")}], PRIVATE)
