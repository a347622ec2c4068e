from pathlib import Path

import retouch.recipes
from retouch.bench.models import model_rows, training_rows
from retouch.recipes.evaluate import quality_table
from retouch.weights import FOLDER, load_weights

FRECHET = "Fréchet distance, classifier features"


def test_shipped_models_are_better_than_nothing_and_worse_than_the_real_images():
    rows = model_rows(full=False)
    real = rows.pop("real test images")
    assert rows.pop("classifier")["test accuracy"] > 0.9
    assert set(rows) == {"dcgan", "conditional_dcgan", "wgan_gp", "vae", "cvae"}
    for name, row in rows.items():
        assert real[FRECHET] < row[FRECHET] < 320, name
        assert row["diversity"] > real["diversity"] / 2, name


def test_the_documented_figures_are_those_of_the_cards():
    text = Path(retouch.recipes.__file__).with_name("README.md").read_text(encoding="utf-8")
    figures = [line.replace(" ", "") for line in text.splitlines()]
    for path in FOLDER.glob("*.safetensors"):
        _, card = load_weights(path)
        assert card.quality, path.name
        *_, row = quality_table({path.stem: dict(card.quality)}).splitlines()
        assert any(
            line.startswith(f"|{path.stem}|") and _numbers(row) == _numbers(line)
            for line in figures
        ), path.name


def _numbers(row):
    return [cell.strip() for cell in row.split("|")[2:] if cell.strip()]


def test_speed_is_that_of_one_loop_over_that_of_the_other():
    for row in training_rows("cpu", rounds=1, batch_size=4):
        assert row["ratio"] == row["retouch"] / row["example"] > 0
