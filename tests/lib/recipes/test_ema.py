import numpy as np
import pytest
import torch
from torch import nn

from retouch.recipes import RECIPES, make_fabric
from retouch.recipes.ema import ema_decay, update_ema
from retouch.recipes.training import start


def test_ema_is_the_weighted_sum_of_all_weights_so_far():
    """Against the closed form: Σ (1 − d) dⁿ⁻ᵏ wₖ, and dⁿ of what it began with."""
    rng, decay, steps = np.random.default_rng(0), 0.9, 30
    weights = rng.normal(size=(steps + 1, 4))
    ema, network = nn.Linear(4, 1, bias=False), nn.Linear(4, 1, bias=False)
    with torch.no_grad():
        ema.weight.copy_(torch.tensor(weights[:1]))
        for row in weights[1:]:
            network.weight.copy_(torch.tensor(row[None]))
            update_ema(ema, network, 10**6, decay)
    shares = (1 - decay) * decay ** np.arange(steps - 1, -1, -1)
    expected = decay**steps * weights[0] + shares @ weights[1:]
    assert np.allclose(ema.weight.detach().numpy(), expected, atol=1e-6)


def test_ema_follows_statistics_and_leaves_counts_alone():
    networks = [nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)) for _ in range(2)]
    networks[1](torch.randn(5, 2))
    before = {name: value.clone() for name, value in networks[0].state_dict().items()}
    update_ema(*networks, step=10**6, decay=0.75)
    for name, value in networks[0].state_dict().items():
        if value.is_floating_point():
            expected = 0.75 * before[name] + 0.25 * networks[1].state_dict()[name]
            assert torch.allclose(value, expected)
    assert networks[0][1].num_batches_tracked == 0
    update_ema(*networks, step=0, decay=0.0)
    assert torch.equal(networks[0][1].running_mean, networks[1][1].running_mean)


def test_first_steps_are_soon_forgotten():
    assert [ema_decay(step, 0.999) for step in (0, 1, 90)] == [1 / 10, 2 / 11, 91 / 100]
    assert ema_decay(10**5, 0.999) == 0.999


def test_ema_is_what_a_gan_keeps_and_no_optimiser_moves_it():
    recipe = RECIPES["dcgan"](width=8)
    run = start(recipe, make_fabric("cpu"))
    assert run.product() is run.networks["ema"]
    assert not any(parameter.requires_grad for parameter in run.product().parameters())


def test_ema_needs_one_architecture():
    with pytest.raises(ValueError, match="zip"):
        update_ema(nn.Linear(2, 2), nn.Linear(2, 2, bias=False), 0, 0.9)
