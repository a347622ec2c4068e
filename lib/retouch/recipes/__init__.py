"""Training recipes: one dataclass of settings each, run by `train` on any device.

    from retouch.recipes import RECIPES, train

    run = train(RECIPES["dcgan"](steps=200))

A recipe's step is the same function that the lessons build; Lightning Fabric brings the
device, the precision and the other GPUs. Every random draw of step k is a function of the
seed and k, so a run that was interrupted goes on from its checkpoint exactly as if it had not
been.
"""

from retouch.recipes.base import Recipe, Run
from retouch.recipes.classifier import Classifier
from retouch.recipes.dcgan import DCGAN, ConditionalDCGAN
from retouch.recipes.example_dcgan import ExampleDCGAN
from retouch.recipes.paired import DeepSIM, Sunset
from retouch.recipes.style import Style
from retouch.recipes.training import make_fabric, train
from retouch.recipes.vae import CVAERecipe, VAERecipe
from retouch.recipes.wgan_gp import WGANGP

RECIPES: dict[str, type[Recipe]] = {
    recipe.name: recipe
    for recipe in (
        Classifier, DCGAN, ConditionalDCGAN, ExampleDCGAN, WGANGP, VAERecipe, CVAERecipe,
        Style, DeepSIM, Sunset,
    )
}  # fmt: skip

__all__ = ["RECIPES", "Recipe", "Run", "make_fabric", "train"]
