# %% [markdown]
# ## What a seal shows, and what it can't
#
# A small editor that writes down what it does, in unit 1's own functions.

# %% setup
def edit(image, action, **settings):
    """One edit of an image H×W×3 in [0, 1]: the new image, and its line in the history."""
    from retouch import pixels

    if action == "crop":
        top, left, height, width = (settings[k] for k in ("top", "left", "height", "width"))
        image = image[top : top + height, left : left + width]
    elif action == "gamma":
        image = pixels.adjust_gamma(image, settings["gamma"])
    elif action == "sharpen":
        image = pixels.unsharp_mask(image, settings["sigma"], settings["amount"])
    elif action == "clone":
        image = image.copy()
        top, left, height, width = (settings[k] for k in ("top", "left", "height", "width"))
        source = left - settings["shift"]
        image[top : top + height, left : left + width] = image[
            top : top + height, source : source + width
        ]
    else:
        raise ValueError(f"there is no action {action!r}")
    return image, {"action": action, **settings}


# %%
SECRET = b"the picture desk's key"
original = photograph("rocket", size=(240, 320)) / 255
history = []
picture = original
for action, settings in [
    ("gamma", {"gamma": 0.6}),
    ("crop", {"top": 20, "left": 60, "height": 200, "width": 200}),
    ("sharpen", {"sigma": 1.5, "amount": 0.8}),
]:
    picture, line = edit(picture, action, **settings)
    history.append(line)

published = torch.from_numpy(picture.copy())
manifest = sign_manifest(published, history, SECRET)
show_images({"as taken": original, "as published": picture}, alt="a rocket at dusk", height=190)
print(json.dumps(manifest["edits"], indent=1))
print("it holds:", verify_manifest(published, manifest, SECRET))

# %% [markdown]
# Six people handle the picture.
#
# > **Predict** for each: does the manifest still hold?
# >
# > 1. A: one pixel, one level brighter.
# > 2. B: "gamma 0.6" becomes "gamma 0.9" in the history.
# > 3. C: saves it as a PNG file with 8 bits and loads it again. Nothing to be seen.
# > 4. D: removes a mast from the picture, and signs anew with a key of his own.
# > 5. E: cuts the manifest off and publishes the bare picture.
# > 6. F: works at the desk and has the key. She removes a mast, and signs the *old* history.

# %%
brighter = published.clone()
brighter[0, 0, 0] += 1 / 255
milder = json.loads(json.dumps(manifest))
milder["edits"][0]["gamma"] = 0.9
eight_bits = (255 * published).round() / 255
mastless, _ = edit(picture, "clone", top=40, left=158, height=148, width=34, shift=36)
mastless = torch.from_numpy(mastless)
show_images({"published": picture, "without a mast": mastless.numpy()}, alt="a rocket", height=190)

print("A", verify_manifest(brighter, manifest, SECRET))
print("B", verify_manifest(published, milder, SECRET))
print("C", verify_manifest(eight_bits, manifest, SECRET))
print("D", verify_manifest(mastless, sign_manifest(mastless, history, b"D's own key"), SECRET))
print("E", "no manifest: nothing to verify")
print("F", verify_manifest(mastless, sign_manifest(mastless, history, SECRET), SECRET))

# %% [markdown]
# **A, B, D**: caught. **C** is a false alarm, and the reason why the standard signs the bytes of
# the *file*, and why every program on the way has to take part. **E** cannot be prevented: that a
# picture has *no* history proves nothing, as long as most pictures have none. And **F** is what no
# signature will ever show: it says *who* vouches, never that it is *true*. (Nor would it notice a
# camera that takes a picture of a screen.)
#
# There is another hole, in your version only. To verify, one needs the key; and whoever has the key
# can sign. So nobody outside the desk can check anything, and a reader who could would be able to
# forge. With a *pair* of keys the public one verifies and only the private one signs. The course's
# version works like that (Ed25519; C2PA does the same, with certificates that name the owner):

# %%
private, public = ethics.generate_keys()
signed = ethics.sign_manifest(published, history, private)
print("with the public key:", ethics.verify_manifest(published, signed, public))
print("what is wrong with D's:", ethics.manifest_problems(mastless, signed, public))
smaller = published[:100]
second = ethics.sign_manifest(smaller, [{"action": "crop", "height": 100}], private, parent=signed)
print(
    "a chain, back to the camera:", ethics.verify_manifest(smaller, second, public, parent=signed)
)
