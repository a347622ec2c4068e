"""Recipes small enough to run many times, and what tests look at in a run."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.optim import Adam

from retouch.recipes import RECIPES
from retouch.recipes.base import Recipe
from retouch.recipes.schedules import cosine

SETTINGS = {"batch_size": 16, "width": 8}
PAIRED = {"batch_size": 2, "width": 8, "blocks": 1, "discriminator_width": 8}
PICTURES = {"batch_size": 2, "crop": 64, "side": 72, "scenes": 2, "lr": 5e-3}
OWN = {
    "toy": {"loss": "wgan_gp", "batch_size": 64, "width": 32, "critic_updates": 3},
    "deepsim": {**PAIRED, "height": 48, "columns": 56},
    "sunset": {**PAIRED, "scenes": 4, "side": 48, "crop": 40, "held_out": 2},
    "style": {**PICTURES, "width": 8},
    "adain": {**PICTURES, "paintings": 2, "lr": 2e-3},
}


def small(name, **settings):
    """A recipe with small settings, for 24 steps."""
    return RECIPES[name](**{**OWN.get(name, SETTINGS), "steps": 24, **settings})


@dataclass(frozen=True, kw_only=True)
class Line(Recipe):
    """Least squares for y = 3x: one weight, known examples, a learning rate that falls."""

    name = "line"
    steps: int = 8
    batch_size: int = 2
    lr: float = 0.1

    def load(self):
        x = torch.linspace(-1, 1, 10)[:, None]
        return {"x": x, "y": 3 * x}

    def make_networks(self):
        return {"line": nn.Linear(1, 1)}

    def make_optimizers(self, networks):
        return {"adam": Adam(networks["line"].parameters(), self.lr)}

    def schedule(self, step):
        return cosine(step, self.steps)

    def update(self, run, batch, generator):
        noise = 0.01 * torch.randn(batch["x"].shape, generator=generator)
        loss = (run.networks["line"](batch["x"] + noise) - batch["y"]).square().mean()
        run.optimizers["adam"].zero_grad()
        run.fabric.backward(loss)
        run.optimizers["adam"].step()
        return {"loss": loss.detach()}

    def product(self, networks):
        return networks["line"]


def everything(run):
    """All tensors of a run, by name."""
    tensors = {}
    for name, network in run.networks.items():
        tensors |= {f"{name}.{key}": value for key, value in network.state_dict().items()}
    for name, optimizer in run.optimizers.items():
        for index, state in optimizer.state_dict()["state"].items():
            tensors |= {f"{name}.{index}.{key}": value for key, value in state.items()}
    return tensors


def equal(first, second):
    """Whether two runs agree in every bit of every tensor."""
    first, second = everything(first), everything(second)
    return first.keys() == second.keys() and all(torch.equal(first[k], second[k]) for k in first)
