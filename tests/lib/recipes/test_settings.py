import dataclasses

import numpy as np
import pytest

from retouch.recipes import RECIPES, TrainingError


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("setting", ["steps", "batch_size"])
@pytest.mark.parametrize("value", [0, -3, 1.5, "many", None])
def test_counts_are_whole_and_at_least_one(name, setting, value):
    with pytest.raises(
        TrainingError, match=rf"expected {setting} as a whole number from 1 on, got"
    ):
        RECIPES[name](**{setting: value})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.1, "fast"])
def test_numbers_are_finite_and_not_negative(value):
    with pytest.raises(TrainingError, match=r"expected lr as a number from 0 on, got"):
        RECIPES["dcgan"](lr=value)


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("vae", {"pixels": "grey"}, r"expected pixels among \('gray', .*\), got 'grey'"),
        ("toy", {"loss": "wgan"}, r"expected loss among \('gan', 'wgan_gp'\), got 'wgan'"),
        ("toy", {"data": "disc"}, r"expected data among \('ring', .*got 'disc'"),
        ("deepsim", {"augmentation": "zoom"}, r"among \('tps', 'flips', 'none'\), got 'zoom'"),
        ("deepsim", {"height": 31}, r"expected height and columns from 32 on, got 31 and 192"),
        ("deepsim", {"magnitude": 0.25}, r"expected magnitude in \[0, 0.25\), got 0.25"),
        ("sunset", {"change": "dawn"}, r"among \('noon_to_sunset', 'beach_to_snow'\), got 'dawn'"),
        ("sunset", {"crop": 129}, r"expected crop from 32 to side, which is 128; got 129"),
        ("adain", {"crop": 300}, r"expected crop from 32 to side, which is 256; got 300"),
        ("style", {"brushwork": "spray"}, r"expected brushwork among .*, got 'spray'"),
    ],
)
def test_what_cannot_be_meant_is_refused(name, settings, message):
    with pytest.raises(TrainingError, match=message):
        RECIPES[name](**settings)


def test_zero_is_a_seed_a_scene_and_no_blocks():
    recipe = RECIPES["deepsim"](seed=0, scene=0, blocks=0)
    assert (recipe.seed, recipe.scene, recipe.blocks) == (0, 0, 0)


def test_numbers_of_numpy_become_pythons():
    recipe = RECIPES["dcgan"](steps=np.int64(7), lr=np.float32(0.5), full=np.bool_(True))
    assert [type(x) for x in (recipe.steps, recipe.lr, recipe.full)] == [int, float, bool]
    assert recipe == RECIPES["dcgan"](steps=7, lr=0.5, full=True)


def test_settings_have_one_name_everywhere():
    names = {setting.name for recipe in RECIPES.values() for setting in dataclasses.fields(recipe)}
    assert names & {"batch", "learning_rate", "judge_width", "players"} == set()
