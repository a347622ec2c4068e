from itertools import chain

import pytest
import torch

from retouch.recipes import TrainingError, make_fabric
from retouch.recipes.batches import Batches, check_data, seeded


@pytest.fixture(scope="module")
def fabric():
    return make_fabric("cpu")


class Numbered:
    """A recipe whose images are their own numbers."""

    seed = 5

    def __init__(self, n, count):
        self.n, self.count = n, count

    def load(self):
        numbers = torch.arange(self.n)
        return {"images": numbers[:, None, None, None] / 1000, "labels": numbers}

    def examples_per_step(self):
        return self.count


def test_batches_of_an_epoch_are_disjoint_and_epochs_differ(fabric):
    batches = Batches(Numbered(10, 3), fabric)
    seen = [batches[step]["labels"].tolist() for step in range(6)]
    for batch in (batches[0], batches[5]):
        assert torch.equal(batch["images"][:, 0, 0, 0], batch["labels"] / 1000)
    epochs = [list(chain(*seen[:3])), list(chain(*seen[3:]))]
    assert [len(set(epoch)) for epoch in epochs] == [9, 9]
    assert epochs[0] != epochs[1]
    assert batches[1]["labels"].tolist() == seen[1]


def test_batch_larger_than_the_data_is_named(fabric):
    with pytest.raises(TrainingError, match=r"takes 11 examples and there are 10: use a smaller"):
        Batches(Numbered(10, 11), fabric)


class Rank:
    """One of two processes."""

    world_size, device = 2, "cpu"

    def __init__(self, rank):
        self.global_rank = rank

    def to_device(self, tensor):
        return tensor


def test_processes_share_a_batch(fabric):
    shares = [Batches(Numbered(10, 4), Rank(rank))[0]["labels"] for rank in range(2)]
    whole = Batches(Numbered(10, 4), fabric)[0]["labels"]
    assert torch.equal(torch.stack(shares, 1).flatten(), whole)


def test_more_processes_than_examples_are_refused():
    with pytest.raises(TrainingError, match=r"takes 1 examples, too few for 2 processes: use few"):
        Batches(Numbered(10, 1), Rank(1))


def test_seeds_steps_and_streams_are_unrelated():
    draws = {
        torch.rand(1, generator=seeded(seed, step, stream)).item()
        for seed in range(5)
        for step in range(20)
        for stream in (-1, 0, 1)
    }
    assert len(draws) == 300
    assert seeded(1, 2, 3).initial_seed() == seeded(1, 2, 3).initial_seed()


def with_value(value):
    images = torch.full((2, 3, 4, 5), 0.5)
    images[1, 2, 3, 4] = value
    return images


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, r"at least one; got {}"),
        ({"x": torch.ones(0, 2)}, r"at least one; got {'x': 0}"),
        ({"x": torch.ones(2), "y": torch.ones(3)}, r"as many examples of each.*'x': 2, 'y': 3"),
        ({"points": torch.tensor([[0.0, float("inf")]])}, r"points hold NaN or infinity"),
        ({"images": with_value(float("nan"))}, r"images hold NaN or infinity: leave out or"),
        ({"images": with_value(255.0)}, r"float32 from 0.5 to 255: divide 8-bit values by 255"),
        ({"target": with_value(-0.01)}, r"expected target as float images in \[0, 1\].* -0.01 to"),
        ({"images": with_value(1.0).byte()}, r"got torch.uint8 from 0 to 1: divide"),
    ],
)
def test_unsound_data_gets_one_line(data, message):
    with pytest.raises(TrainingError, match=message):
        check_data(data)


def test_sound_data_is_counted():
    data = {"images": with_value(1.0), "labels": torch.tensor([7, 9]), "points": -torch.ones(2, 2)}
    assert check_data(data) == 2
