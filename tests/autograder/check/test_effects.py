"""Side effects of a call that are observed for every exercise."""

import numpy as np
import pytest
import torch

from autograder.check.effects import (
    BUFFERS,
    DETACHED,
    FLAGS,
    GRADIENTS,
    MESSAGES,
    MODES,
    NEW,
    RANDOM,
    Effects,
)


def broken(function, *arguments):
    """The observations that a call breaks."""
    effects = Effects()
    torch.manual_seed(0)
    before = effects.before(arguments)
    effects.note(before, function(*arguments))
    return {name for name, (value, _) in effects.observed().items() if not value.data}


def network():
    return torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))


def leaves_gradients(net, x):
    net(x).sum().backward()


def puts_back(net, x):
    was = net.training
    net.eval()
    with torch.no_grad():
        y = net(x)
    net.train(was)
    return y


X = torch.ones(4, 3)
RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("function", "arguments", "names"),
    [
        (lambda x: x, [X], {NEW}),
        (lambda x: x.T, [X], {NEW}),
        (lambda x: [x[::-1]], [np.ones((3, 2))], {NEW}),
        (lambda x: torch.from_numpy(x), [np.ones(3)], {NEW}),
        (lambda x: x + 0, [X], set()),
        (lambda x: x.copy(), [np.ones(3)], set()),
        (lambda rng: np.random.rand(), [RNG], {RANDOM}),
        (lambda rng: torch.manual_seed(0) and None, [torch.Generator()], {RANDOM}),
        (lambda rng: rng.random(), [RNG], set()),
        (lambda: np.random.rand(), [], set()),
        (lambda net: net.eval() and None, [network()], {MODES}),
        (lambda x: x.requires_grad_() and None, [torch.ones(())], {FLAGS}),
        (lambda net, x: net(x).detach(), [network(), X], {BUFFERS}),
        (lambda net, x: net(x), [network().eval(), X], {DETACHED}),
        (leaves_gradients, [network().eval(), X], {GRADIENTS}),
        (puts_back, [network(), X], set()),
    ],
)
def test_a_call_breaks_just_what_it_does(function, arguments, names):
    assert broken(function, *arguments) == names


def test_every_observation_has_words():
    assert set(Effects().observed()) == set(MESSAGES)
