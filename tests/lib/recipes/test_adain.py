import pytest
import torch

from retouch.data.scenes import render, sample_scene
from retouch.models.style_networks import AdaINNetwork
from retouch.recipes import make_fabric, train
from retouch.recipes.adain import AdaIN
from retouch.recipes.command import main
from retouch.recipes.pretrained import load_product

TINY = {"steps": 1, "side": 72, "crop": 64, "scenes": 1, "paintings": 2, "batch_size": 1}


def scenes(*moments):
    pictures = [render(sample_scene(i), 72, 72, season, hour).image for i, season, hour in moments]
    return torch.stack([torch.tensor(picture).permute(2, 0, 1) for picture in pictures])


@pytest.fixture(scope="module")
def contents():
    return scenes((0, "summer", 12), (1, "summer", 12), (2, "summer", 12), (3, "summer", 12))


@pytest.fixture(scope="module")
def styles():
    return scenes((7, "autumn", 17.8), (8, "winter", 22))


def test_training_learns_to_decode(contents, styles):
    recipe = AdaIN(steps=50, batch_size=2, crop=64, lr=2e-3)
    data = {"content": contents, "style": styles.repeat(2, 1, 1, 1)}
    trained = train(recipe, data=data, fabric=make_fabric("cpu"), progress=False).product()
    untrained = AdaINNetwork(trained.extractor)

    def error(network):
        """Mean difference of the result's colours to the style's, for both styles."""
        with torch.no_grad():
            colors = [network(contents, styles[[i]]).mean((0, 2, 3)) for i in (0, 1)]
        return (torch.stack(colors) - styles.mean((2, 3))).abs().mean()

    assert error(trained) < 0.6 * error(untrained)


def test_every_content_may_meet_any_style_but_its_own_examples(monkeypatch):
    seen = []

    def look(self, run, batch, generator):
        seen.append(batch["style"].flatten().tolist())
        return {}

    monkeypatch.setattr(AdaIN, "update", look)
    numbers = torch.arange(6.0)[:, None]
    train(AdaIN(steps=3, batch_size=3), data={"content": numbers, "style": numbers},
          fabric=make_fabric("cpu"), progress=False)  # fmt: skip
    assert [len(set(batch)) for batch in seen] == [6, 6, 6]


def test_encoder_stays_as_it_is(contents, styles):
    recipe = AdaIN(steps=2, batch_size=1, crop=64)
    data = {"content": contents[:2], "style": styles}
    network = train(recipe, data=data, fabric=make_fabric("cpu"), progress=False).product()
    fresh = recipe.make_networks()["network"]
    for name, value in fresh.state_dict().items():
        assert torch.equal(value, network.state_dict()[name]) == name.startswith("extractor"), name


def test_recipe_trains_stores_and_loads(tmp_path):
    output = tmp_path / "a.safetensors"
    options = [word for k, v in TINY.items() for word in ("--" + k.replace("_", "-"), str(v))]
    assert main(["adain", *options, "--accelerator", "cpu", "--output", str(output)]) == 0
    network, recipe, _ = load_product(output)
    assert recipe == AdaIN(**TINY)
    data = recipe.load()
    assert len(data["content"]) == len(data["style"]) > 2
    assert network(data["content"][:1], data["style"][:1]).shape == (1, 3, 72, 72)
