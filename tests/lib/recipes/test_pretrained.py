import dataclasses

import pytest

from retouch.recipes.pretrained import load_product, pretrained
from retouch.weights import FOLDER, load_weights, save_weights


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.safetensors")), ids=lambda path: path.stem)
def test_what_ships_loads_and_its_card_has_every_setting_that_it_names(path):
    model, recipe, card = pretrained(path.stem)
    assert dataclasses.asdict(recipe).items() >= dict(card.settings).items()
    assert not model.training


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(FileNotFoundError, match=r"'dcgam'; choose one of classifier, .*dcgan"):
        pretrained("dcgam")


def changed_card(tmp_path, **changes):
    """The pretrained style network with another card."""
    tensors, card = load_weights(FOLDER / "style.safetensors")
    fields = dataclasses.asdict(card) | changes
    fields.pop("sha256")
    save_weights(tmp_path / "a.safetensors", tensors, **fields)
    return tmp_path / "a.safetensors"


@pytest.mark.parametrize("changes", [{"recipe": "pixelrnn"}, {"settings": {"judge_width": 3}}])
def test_card_of_another_version_gets_one_line(tmp_path, changes):
    with pytest.raises(
        ValueError, match=r"is of another version: .* or one of its settings is unk"
    ):
        load_product(changed_card(tmp_path, **changes))


def test_weights_that_do_not_fit_their_card_get_one_line(tmp_path):
    with pytest.raises(ValueError, match=r"not those of the recipe 'style' with the settings on"):
        load_product(changed_card(tmp_path, settings={"width": 4}))


def test_a_card_that_names_impossible_settings_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"expected width as a whole number from 1 on, got 0"):
        load_product(changed_card(tmp_path, settings={"width": 0}))
