"""Landscapes drawn from a seed, with their exact segments and edges, at any hour and season.

scene = sample_scene(3, "lake")
noon = render(scene, 256, 384, "summer", hour=12)
sunset = render(move(scene, "house 0", 0.1), 256, 384, "summer", hour=17.7)
"""

from retouch.data.scenes.canvas import CLASSES, PALETTE
from retouch.data.scenes.pairs import scene_pair
from retouch.data.scenes.rendering import Rendering, render
from retouch.data.scenes.samples import sample_scene
from retouch.data.scenes.world import KINDS, Scene, move, remove

__all__ = [
    "CLASSES", "KINDS", "PALETTE", "Rendering", "Scene", "move", "remove", "render", "sample_scene",
    "scene_pair",
]  # fmt: skip
