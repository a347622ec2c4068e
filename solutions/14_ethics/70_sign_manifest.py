# %% [markdown]
# # What was done to it?
#
# ## A signed history
#
# **Goal.** A *manifest* says what a picture is and which edits made it. Sign it, so that nobody
# without the key can change the picture, an edit, or the order of the edits unnoticed.
#
# | | type | |
# |---|---|---|
# | `image` | float tensor | any shape |
# | `edits` | `list` of `dict` | in order, such as `[{"action": "crop", "top": 8}]`, for JSON |
# | `key` | `bytes` | the secret |
# | `sign_manifest(image, edits, key)` | `dict` | the manifest; JSON must be able to hold it |
# | `verify_manifest(image, manifest, key)` | `bool` | whether all is as it was signed |
#
# What the manifest looks like is **up to you**, except that `manifest["edits"]` is the list of
# edits, for people to read. What counts is what the pair does. `verify_manifest` returns
#
# - `True` for what was signed, also after the manifest went through `json.dumps` and `json.loads`,
#   also if its keys come back in another order (`{"top": 8, "action": "crop"}` is the same edit);
# - `False` if any value of any pixel differs, however little; if pixels were exchanged; if the same
#   numbers come in another shape; if an edit was changed, added, removed or moved; if the signature
#   was changed; if the key is another one;
# - `False`, not an exception, if parts of the manifest are missing.
#
# And the key itself must not be found in the manifest.
#
# **The tools** (imported above):
#
# - `hashlib.sha256(data).hexdigest()`: a fingerprint of some bytes. Nobody can find other bytes
#   with the same one. But *everybody* can compute it.
# - `hmac.new(key, data, hashlib.sha256).hexdigest()`: a fingerprint that needs the key.
#   `hmac.compare_digest(a, b)` compares two without telling, by its running time, how much was
#   right.
# - `image.contiguous().numpy().tobytes()`: the bytes of the pixels. Not the shape!
# - `json.dumps(value, sort_keys=True)`: one spelling for each value. `.encode()` makes bytes of it.
#
# By hand: sign the *one* text `{"edits": …, "pixels": "9f86d0…", "shape": [3, 64, 96]}`. Whatever
# changes, the text changes, and the signature doesn't fit.
#
# **Why it matters.** Detectors of fakes lose their race sooner or later. A signed history turns the
# question round: not "is this fake?" but "who vouches for it?" Cameras, editors and newspapers use
# a standard for it, C2PA. It signs with *certificates*, so that verifying takes no secret; yours
# has one key for both.

# %% exercise points=3 forbid="retouch.ethics cryptography"
def sign_manifest(image, edits, key):
    """Sign what a picture is, and which edits made it.

    Args:
        image: float tensor of any shape.
        edits: list of dictionaries, in order.
        key: bytes.

    Returns:
        A dictionary for JSON, with the edits under "edits".
    """
    ### BEGIN SOLUTION
    pixels = hashlib.sha256(image.contiguous().numpy().tobytes()).hexdigest()
    claim = {"edits": edits, "pixels": pixels, "shape": list(image.shape)}
    text = json.dumps(claim, sort_keys=True).encode()
    # A copy by way of JSON, so that later changes of the list don't reach the manifest.
    return {**json.loads(text), "signature": hmac.new(key, text, hashlib.sha256).hexdigest()}
    ### END SOLUTION


def verify_manifest(image, manifest, key):
    """Whether picture, edits and order are as they were signed with this key.

    Args:
        image: float tensor of any shape.
        manifest: a dictionary, perhaps not one of ours.
        key: bytes.

    Returns:
        True or False.
    """
    ### BEGIN SOLUTION
    if "edits" not in manifest or "signature" not in manifest:
        return False
    expected = sign_manifest(image, manifest["edits"], key)["signature"]
    return hmac.compare_digest(str(manifest["signature"]), expected)
    ### END SOLUTION


# %% hint
# Verifying can be the same as signing once more: which parts come from the manifest then, and which
# must come from the picture in hand?

# %% hint
# Put all that must not change into one dictionary, make one text of it with `json.dumps(claim,
# sort_keys=True).encode()`, and give that to `hmac.new(key, text, hashlib.sha256).hexdigest()`.

# %% hint
# `claim = {"edits": edits, "shape": list(image.shape), "pixels": <sha256 of the bytes>}`; the
# manifest is the claim with its `"signature"`. `verify_manifest` signs the picture in hand with the
# edits of the manifest again, and compares the two signatures; before that it looks whether both
# parts are there.

# %% cases
import torch


def cases(rng):
    def picture(*shape):
        return torch.from_numpy(rng.random(shape).astype("float32"))

    def key(n=16):
        return [int(value) for value in rng.integers(33, 126, n)]

    crop = {"action": "crop", "top": int(rng.integers(1, 9)), "left": 0}
    gamma = {"action": "gamma", "gamma": float(rng.uniform(0.5, 2))}
    text = {"action": "text", "words": "Grüße", "place": [3, 4]}
    yield (
        "two edits of a colour picture",
        {"image": picture(3, 6, 8), "edits": [crop, gamma], "key": key()},
    )
    yield (
        "three edits of a batch (float64)",
        {"image": picture(2, 1, 4, 6).double(), "edits": [gamma, text, crop], "key": key(32)},
    )
    yield (
        "a picture turned on its side, in memory",
        {"image": picture(6, 8, 3).movedim(2, 0), "edits": [text, crop], "key": key(5)},
    )
    yield (
        "the same edit twice",
        {"image": picture(5, 7), "edits": [gamma, gamma, crop], "key": key()},
    )


# %% observe
import copy
import json

import torch

from autograder import equal


def observe(sign_manifest, verify_manifest, image, edits, key):
    key = bytes(key)
    other_key = bytes([key[0] ^ 1, *key[1:]])

    def sign(image, edits, key=key):
        return sign_manifest(image, copy.deepcopy(edits), key)

    manifest = sign(image, edits)
    if not isinstance(manifest, dict):
        return {"the manifest": manifest}
    text = json.dumps(manifest, sort_keys=True)

    def holds(image, manifest, key=key):
        """True, False, or the name of the exception."""
        try:
            return bool(verify_manifest(image, manifest, key))
        except Exception as error:
            return type(error).__name__

    def loaded():
        return json.loads(text)

    def with_edits(change):
        changed = loaded()
        change(changed.setdefault("edits", [{}]))
        return equal(holds(image, changed))

    def with_pixels(change):
        changed = image.clone().reshape(-1)
        change(changed)
        return equal(holds(changed.reshape(image.shape), loaded()))

    before = copy.deepcopy(manifest)
    known = loaded().get("edits")
    return {
        "edits in the manifest": equal(known == edits),
        "holds": equal(holds(image, manifest)),
        "holds when asked again": equal(holds(image, manifest)),
        "verifying leaves the manifest alone": equal(before == manifest),
        "holds after a visit to JSON": equal(holds(image, loaded())),
        "holds for a copy of the picture": equal(holds(image.clone().contiguous(), loaded())),
        "signing again gives a manifest that holds": equal(holds(image, sign(image, known))),
        "another picture": equal(holds(image * 0 + 0.5, loaded())),
        "one pixel changed a little": with_pixels(lambda pixels: pixels[-1:].mul_(0.99999)),
        "two pixels exchanged": with_pixels(exchange),
        "one pixel brighter, one darker": with_pixels(balance),
        "another shape": equal(holds(image.contiguous().reshape(1, -1), loaded())),
        "an edit renamed": with_edits(lambda edits: edits[0].update(action="blur")),
        "a parameter added": with_edits(lambda edits: edits[-1].update(opacity=0.5)),
        "an edit added": with_edits(lambda edits: edits.append({"action": "blur"})),
        "an edit repeated": with_edits(lambda edits: edits.append(dict(edits[0]))),
        "an edit removed": with_edits(lambda edits: edits.pop()),
        "two edits exchanged": with_edits(lambda edits: edits.insert(0, edits.pop())),
        "all edits removed": with_edits(lambda edits: edits.clear()),
        "another key": equal(holds(image, loaded(), other_key)),
        "signed with another key": equal(holds(image, sign(image, edits, other_key))),
        "another signature": equal(holds(image, resealed(loaded())) is True),
        "only the edits are left": equal(holds(image, {"edits": known})),
        "the edits are missing": equal(holds(image, without_edits(loaded()))),
        "an empty manifest": equal(holds(image, {})),
        "two pictures have the same manifest": equal(manifest == sign(image * 0.5, edits)),
        "the key stands in the manifest": equal(any(word in text for word in spellings(key))),
    }


def exchange(pixels):
    pixels[:2] = pixels[:2].flip(0).clone()


def balance(pixels):
    pixels[:2] += torch.tensor([0.25, -0.25]).to(pixels)


def without_edits(manifest):
    return {name: value for name, value in manifest.items() if name != "edits"}


def resealed(manifest):
    """All texts of the manifest end in another letter."""

    def other(text):
        return text[:-1] + ("1" if text.endswith("0") else "0")

    return {name: other(v) if isinstance(v, str) else v for name, v in manifest.items()}


def spellings(key):
    """How the key would look in a text."""
    return [key.hex(), repr(list(key)), key.decode("latin-1"), repr(key)[2:-1]]


# %% right "one text, joined by hand"
def sign_manifest(image, edits, key):
    parts = [repr(tuple(image.shape)), image.contiguous().numpy().tobytes().hex()]
    parts += [json.dumps(edit, sort_keys=True, ensure_ascii=False) for edit in edits]
    seal = hmac.new(key, "\n".join(parts).encode(), "sha512").hexdigest()
    return {"edits": [dict(edit) for edit in edits], "seal": seal, "by": "me"}


def verify_manifest(image, manifest, key):
    try:
        return sign_manifest(image, manifest["edits"], key)["seal"] == manifest["seal"]
    except (KeyError, TypeError):
        return False


# %% right "a chain: each link signs the one before"
def sign_manifest(image, edits, key):
    header = json.dumps([list(image.shape), str(image.dtype)]).encode()
    pixels = hashlib.sha3_256(header + image.contiguous().numpy().tobytes()).digest()
    links = [hmac.new(key, pixels, "sha256").hexdigest()]
    for edit in edits:
        message = links[-1] + json.dumps(edit, sort_keys=True)
        links.append(hmac.new(key, message.encode(), "sha256").hexdigest())
    end = hmac.new(key, f"{len(links)}{links[-1]}".encode(), "sha256").hexdigest()
    return {"edits": list(edits), "links": links, "end": end}


def verify_manifest(image, manifest, key):
    if not {"edits", "links", "end"} <= set(manifest):
        return False
    again = sign_manifest(image, manifest["edits"], key)
    return again["links"] == manifest["links"] and again["end"] == manifest["end"]


# %% right "with a public and a private key"
def _ed25519(key):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(key).digest())


def _claim(image, edits):
    pixels = hashlib.blake2b(image.contiguous().numpy().tobytes()).hexdigest()
    return json.dumps([edits, pixels, list(image.shape)], sort_keys=True).encode()


def sign_manifest(image, edits, key):
    return {"edits": edits, "ed25519": _ed25519(key).sign(_claim(image, edits)).hex()}


def verify_manifest(image, manifest, key):
    from cryptography.exceptions import InvalidSignature

    try:
        signature = bytes.fromhex(manifest["ed25519"])
        _ed25519(key).public_key().verify(signature, _claim(image, manifest["edits"]))
    except (KeyError, ValueError, InvalidSignature):
        return False
    return True


# %% wrong "a hash without the key"
# You make the seal without the key, so whoever changes the picture can seal it again. Use
# `hmac.new(key, …)`.
# - return {**json.loads(text), "signature": hmac.new(key, text, hashlib.sha256).hexdigest()}
# + return {**json.loads(text), "signature": hashlib.sha256(text).hexdigest()}


# %% wrong "signs the picture only"
# Your signature covers the picture but not the edits, so any history can be written beside it. Put
# both into the text that you sign.
def sign_manifest(image, edits, key):
    pixels = hashlib.sha256(image.contiguous().numpy().tobytes()).hexdigest()
    claim = {"pixels": pixels, "shape": list(image.shape)}
    text = json.dumps(claim, sort_keys=True).encode()
    return {
        **json.loads(text),
        "edits": edits,
        "signature": hmac.new(key, text, hashlib.sha256).hexdigest(),
    }


# %% wrong "signs the edits only"
# Your signature covers the edits but not the picture: the history of one fits any other. Put a hash
# of the pixels into the text that you sign.
# - claim = {"edits": edits, "pixels": pixels, "shape": list(image.shape)}
# + claim = {"edits": edits, "pixels": "the picture"}

# %% wrong "signs the size only"
# You sign the picture's shape, not its pixels (as if you had hashed a file's name). Hash the bytes
# of the pixels.
# - claim = {"edits": edits, "pixels": pixels, "shape": list(image.shape)}
# + claim = {"edits": edits, "shape": list(image.shape)}

# %% wrong "believes the manifest about the pixels"
# `verify_manifest` takes the hash of the pixels from the manifest and never looks at the picture in
# hand. Compute it anew.
# - expected = sign_manifest(image, manifest["edits"], key)["signature"]
# + claim = {name: value for name, value in manifest.items() if name != "signature"}
# + text = json.dumps(claim, sort_keys=True).encode()
# + expected = hmac.new(key, text, hashlib.sha256).hexdigest()


# %% wrong "compares the pixels, not the seal"
# `verify_manifest` compares the hash of the pixels with the one in the manifest, and anybody can
# write both. Compute the signature anew, with the key.
def verify_manifest(image, manifest, key):
    again = sign_manifest(image, manifest.get("edits"), key)
    return manifest.get("pixels") == again["pixels"] and manifest.get("shape") == again["shape"]


# %% wrong "ignores the order" of "signs the picture only"
# You sort the edits before you sign, so they can be put into any order. First blurred and then
# sharpened is another picture: keep the list as it is.
# - claim = {"pixels": pixels, "shape": list(image.shape)}
# + claim = {"edits": sorted(edits, key=str), "pixels": pixels, "shape": list(image.shape)}

# %% wrong "names of the edits only" of "signs the picture only"
# You sign the names of the actions, without their parameters: a crop of one pixel and of half the
# picture are the same to you. Sign whole edits.
# - claim = {"pixels": pixels, "shape": list(image.shape)}
# + names = [edit.get("action") for edit in edits]
# + claim = {"edits": names, "pixels": pixels, "shape": list(image.shape)}

# %% wrong "the number of edits" of "signs the picture only"
# You sign how many edits there are, not what they are.
# - claim = {"pixels": pixels, "shape": list(image.shape)}
# + claim = {"edits": len(edits), "pixels": pixels, "shape": list(image.shape)}

# %% wrong "each edit once" of "signs the picture only"
# You sign the *set* of the edits, which knows neither their order nor how often each was done. Sign
# the list.
# - claim = {"pixels": pixels, "shape": list(image.shape)}
# + once = sorted({json.dumps(edit, sort_keys=True) for edit in edits})
# + claim = {"edits": once, "pixels": pixels, "shape": list(image.shape)}

# %% wrong "one spelling too many"
# A dictionary whose keys come back in another order is written as another text, and a good manifest
# fails. Use `sort_keys=True`.
# - text = json.dumps(claim, sort_keys=True).encode()
# + text = json.dumps(claim).encode()

# %% wrong "the shape is missing"
# The bytes of the pixels don't say how wide the picture is: the same numbers in another shape pass.
# Sign the shape, too.
# - claim = {"edits": edits, "pixels": pixels, "shape": list(image.shape)}
# + claim = {"edits": edits, "pixels": pixels}

# %% wrong "rounded to bytes"
# You round the pixels to 8 bits before you hash them, so small changes go unnoticed. Hash the
# values as they are.
# - pixels = hashlib.sha256(image.contiguous().numpy().tobytes()).hexdigest()
# + pixels = hashlib.sha256((image * 255).round().byte().contiguous().numpy().tobytes()).hexdigest()

# %% wrong "a sum of the pixels"
# You sign the sum of the pixels, and two pixels that change places keep it. Hash the bytes with
# `hashlib.sha256`.
# - pixels = hashlib.sha256(image.contiguous().numpy().tobytes()).hexdigest()
# + pixels = format(float(image.double().sum()), ".3f")

# %% wrong "sorted pixels"
# You sort the pixels before you hash them, so they can change places unnoticed. Hash them in order.
# - pixels = hashlib.sha256(image.contiguous().numpy().tobytes()).hexdigest()
# + pixels = hashlib.sha256(
# +     image.contiguous().flatten().sort().values.numpy().tobytes()
# + ).hexdigest()

# %% wrong "the key in the manifest" of "signs the picture only"
# You put the key into the manifest. Now everybody can sign in your name.
# - claim = {"pixels": pixels, "shape": list(image.shape)}
# + claim = {"edits": edits, "pixels": pixels, "shape": list(image.shape)}
# - "edits": edits,
# + "key": key.hex(),


# %% wrong "the first letters of the seal"
# You compare only with the start of the signature, or accept an empty one: a missing signature
# passes. Without a signature, nothing holds.
def verify_manifest(image, manifest, key):
    if "edits" not in manifest:
        return False
    expected = sign_manifest(image, manifest["edits"], key)["signature"]
    return expected.startswith(str(manifest.get("signature", "")))


# %% wrong "an exception for what is missing"
# Your `verify_manifest` raises an exception where a part of the manifest is missing. Strangers send
# strange manifests: answer False.
# - if "edits" not in manifest or "signature" not in manifest:
# -     return False


# %% wrong "takes the signature out"
# `verify_manifest` takes the signature out of the manifest that it was given, so a second look
# fails. Work on a copy.
def verify_manifest(image, manifest, key):
    signature = str(manifest.pop("signature", ""))
    expected = sign_manifest(image, manifest.get("edits"), key)["signature"]
    return hmac.compare_digest(signature, expected)


# %% wrong "True for everything"
# Your `verify_manifest` holds whatever comes. Is its result compared with anything?
def verify_manifest(image, manifest, key):
    return bool(manifest) and "edits" in manifest and "signature" in manifest
