import pytest
import torch

from retouch.data.toys import ring_centers
from retouch.models.gan import modes_covered
from retouch.recipes import make_fabric, train
from retouch.recipes.toy import TOYS, ToyGAN
from tests.lib.recipes.small import equal


def quick(recipe, **options):
    return train(recipe, fabric=make_fabric("cpu"), progress=False, **options)


@pytest.mark.parametrize("loss", ["gan", "wgan_gp"])
def test_repeats_and_can_be_watched(loss):
    recipe = ToyGAN(loss=loss, data="spiral", steps=7, batch_size=16, width=8)
    noise, frames = torch.randn(5, 2), {}

    def keep(run, losses):
        with torch.no_grad():
            frames[run.step] = run.networks["generator"](noise)

    run = quick(recipe, watch=keep)
    assert equal(run, quick(recipe))
    assert list(frames) == [1, 2, 3, 4, 5, 6, 7]
    assert torch.equal(frames[7], run.product()(noise))
    assert not torch.equal(frames[6], frames[7])


@pytest.mark.parametrize("data", TOYS)
def test_points_are_those_of_the_distribution(data):
    recipe = ToyGAN(data=data)
    points = recipe.load()["points"]
    assert torch.equal(points, recipe.load()["points"])
    again = TOYS[data](20_000, torch.Generator().manual_seed(1))
    assert torch.allclose(points.mean(0), again.mean(0), atol=0.05)
    assert torch.allclose(points.std(0), again.std(0), atol=0.05)


def test_modes_are_counted_where_there_are_any():
    class Knows(torch.nn.Module):
        """Samples every second mode of the ring, whatever the noise."""

        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(1))

        def forward(self, noise):
            return ring_centers()[::2].repeat(len(noise) // 4, 1)

    assert ToyGAN().measure(Knows()) == {"modes of 8": 4}
    assert ToyGAN(data="spiral").measure(Knows()) == {}


def covered(recipe):
    run = quick(recipe)
    noise = torch.randn(2000, recipe.latent_dim, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        return modes_covered(run.product()(noise), ring_centers(), radius=0.25, min_count=20)


def test_modes_collapse_and_the_penalised_critic_covers_them():
    assert covered(ToyGAN(loss="gan", steps=1000)) <= 2
    assert covered(ToyGAN(loss="wgan_gp", steps=300)) == 8
