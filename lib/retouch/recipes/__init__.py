"""Training recipes: one dataclass of settings each, run by `train` on any device.

    from retouch.recipes import RECIPES, train

    generator = train(RECIPES["dcgan"](steps=200)).product()

A recipe's step is the same function that the lessons build; Lightning Fabric brings the
device, the precision and the other GPUs. Every random draw of step k is a function of the
seed and k, so a run that was interrupted goes on from its checkpoint exactly as if it had not
been.
"""

from retouch.recipes.adain import AdaIN
from retouch.recipes.base import Batch, Losses, Recipe, Run
from retouch.recipes.classifier import Classifier
from retouch.recipes.dcgan import DCGAN, ConditionalDCGAN
from retouch.recipes.deepsim import DeepSIM
from retouch.recipes.example_dcgan import ExampleDCGAN
from retouch.recipes.fabric import make_fabric
from retouch.recipes.settings import TrainingError
from retouch.recipes.style import Style
from retouch.recipes.sunset import Sunset
from retouch.recipes.toy import ToyGAN
from retouch.recipes.training import Interrupted, train
from retouch.recipes.vae import CVAERecipe, VAERecipe
from retouch.recipes.wgan_gp import WGANGP

RECIPES: dict[str, type[Recipe]] = {
    recipe.name: recipe
    for recipe in (
        ToyGAN, Classifier, DCGAN, ConditionalDCGAN, ExampleDCGAN, WGANGP, VAERecipe, CVAERecipe,
        Style, AdaIN, DeepSIM, Sunset,
    )
}  # fmt: skip

__all__ = [
    "RECIPES", "Batch", "Interrupted", "Losses", "Recipe", "Run", "TrainingError", "make_fabric",
    "train",
]  # fmt: skip
