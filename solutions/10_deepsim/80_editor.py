# %% [markdown]
# ## The editor
#
# Now draw. On the left is the drawing, on the right what the network makes of it, each time that
# you let go of the mouse. This is the shipped network, trained for ten times as many steps as
# yours.
#
# | tool | |
# |---|---|
# | **Move** | drag a segment, with its edges; a click chooses it for painting |
# | **Box** | draw a box, then drag: all that lies wholly inside (a house with its roof) |
# | **Remove** | click a segment: its surroundings close over it |
# | **Paint** | paint with the segment chosen beside it |
# | **Draw edge** | draw an edge, one pixel wide |
# | **Erase** | take edges away; the segments stay |
#
# With the keyboard: Tab to the drawing, arrow keys for the cursor (with Shift faster), Space to
# press and to let go.
#
# > **Predict** before each of these, then try it:
# >
# > 1. Paint a second peak beside the mountain's. Will there be snow on it?
# > 2. Remove the dark tree in front. What will stand in its place?
# > 3. Move the large cloud to the left. (Where is the sun?)
# > 4. Paint a lake into the meadow. What will it mirror?

# %%
from retouch.data.scenes import CLASSES
from retouch.show.editor import edit_drawing

full_image, full_labels = recipe.example()
editor = edit_drawing(
    shipped_deepsim,
    full_image,
    full_labels,
    sigma=recipe.sigma,
    names=CLASSES,
    alt="a lake below a mountain, with trees and a house in front",
)
editor

# %% [markdown]
# What did you find? We found: the new peak is rock, lighter towards the sky; with an edge drawn
# along it, it looks more at home. The meadow closes over the tree. The pond is pale, and mirrors
# something that isn't there, for the only water that the network knows lies at the foot of
# mountains.
#
# And the third one is the honest limit of one picture: behind the large cloud stands the sun. Its
# colour in the drawing is one that the network has never seen, so it paints *something*. **What is
# not in the picture, it does not know.**
#
# ### A photograph
#
# The same for a cup of espresso, trained for 1,800 steps on this one photograph. Nobody told it
# what a cup is: its segments are merged pixels of like colour (`color_segments`), without names.
# Paint the coffee higher (a click with **Move** chooses a segment for painting), give the cup a
# second handle, take the spoon away.

# %%
cup_deepsim, cup_recipe, _ = pretrained("deepsim_coffee")
cup_image, cup_labels = cup_recipe.example()
edit_drawing(
    cup_deepsim,
    cup_image,
    cup_labels,
    sigma=cup_recipe.sigma,
    alt="a red cup of espresso on a saucer, on a wooden table",
)

# %% [markdown]
# ### How much did you not touch?
#
# Your measure, on the edit that stands in the editor now (move something first; without an edit it
# is 0). Below, the same on an edit by program: the house, moved.

# %%
start_drawing = primitive(full_image, full_labels, recipe.sigma)
moved_drawing, _ = drawn(render(move(landscape, "house 3", -0.25), *size), recipe.sigma)
with torch.no_grad():
    before, after = shipped_deepsim(start_drawing), shipped_deepsim(moved_drawing)
if editor is not None and editor.edited_mask.any():
    near = F.max_pool2d(editor.edited_mask.float(), 9, 1, 4).bool()
    print(f"your edit: untouched error {untouched_error(before, editor.result, near).item():.4f}")

edited = (moved_drawing != start_drawing).any(dim=1, keepdim=True)
near = F.max_pool2d(edited.float(), 9, 1, 4).bool()
leak = untouched_error(before, after, near).item()
print(f"the house moved: {leak:.4f} outside of the edit, {leak * 255:.1f} of 255 gray levels")
show_images(
    {
        "before": before[0],
        "after": after[0],
        "edited, with 4 pixels around": near[0].float(),
        "change, 10 × as strong": (10 * (after - before).abs())[0].clamp(0, 1),
    },
    alt="the lake scene with its house moved, and where it changed",
    columns=2,
    height=200,
)

# %% [markdown]
# The change outside is not 0. Instance norm takes the mean of each feature over the *whole*
# picture, so any edit reaches everywhere, faintly. It is a price of this architecture, not of the
# method.
#
# ### Yours
#
# The same editor, with the network that you trained half a minute ago, at its own size.

# %%
edit_drawing(
    own_deepsim,
    image,
    labels,
    names=CLASSES,
    zoom=4,
    alt="the lake scene at 64 by 96 pixels",
)
