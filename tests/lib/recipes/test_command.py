import dataclasses
import os
import signal
import subprocess
import sys

import pytest

from retouch.recipes import RECIPES
from retouch.recipes.command import main, make_parser
from retouch.recipes.pretrained import load_product
from tests.lib.recipes.small import Line

PLACE = ["--accelerator", "cpu", "--precision", "32-true"]
SMALL = ["--width", "4", "--batch-size", "8", *PLACE]


def test_train_measures_and_stores(tmp_path, capsys):
    ruler, output = tmp_path / "c.safetensors", tmp_path / "v.safetensors"
    assert main(["classifier", "--steps", "2", *SMALL, "--output", str(ruler)]) == 0
    assert "| model | test accuracy |" in capsys.readouterr().out
    options = ["--steps", "2", *SMALL, "--output", str(output), "--classifier", str(ruler)]
    assert main(["dcgan", *options, "--lr", "0.001"]) == 0
    assert "Fréchet distance, classifier features" in capsys.readouterr().out
    _, recipe, card = load_product(output)
    assert recipe == RECIPES["dcgan"](steps=2, width=4, batch_size=8, lr=0.001)
    assert card.quality["diversity"] > 0


def test_without_a_classifier_it_says_so_and_stores(tmp_path, capsys):
    output = tmp_path / "v.safetensors"
    missing = ["--classifier", str(tmp_path / "none")]
    assert main(["vae", "--steps", "1", *SMALL, *missing, "--output", str(output)]) == 0
    assert "so nothing is measured: train the recipe classifier" in capsys.readouterr().out
    assert load_product(output)[2].quality == {}


@pytest.mark.parametrize("name", RECIPES)
def test_every_setting_is_an_option_with_its_default(name):
    options = vars(make_parser().parse_args([name, "--seed", "4"]))
    assert options["seed"] == 4
    recipe = RECIPES[name](seed=4)
    assert dataclasses.asdict(recipe).items() <= options.items()


def refused(capsys, *arguments):
    """The one line that `retouch train` prints for bad input."""
    try:
        status = main([str(argument) for argument in arguments])
    except SystemExit as end:  # argparse
        status = end.code
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert status == 2
    return error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pixelrnn"], "invalid choice: 'pixelrnn' (choose from"),
        (["toy", "--steps", "0"], "expected steps as a whole number from 1 on, got 0"),
        (["dcgan", "--batch-size", "0"], "expected batch_size as a whole number from 1 on, got 0"),
        (["dcgan", "--batch-size", "5000"], "takes 5000 examples and there are 2000: use a small"),
        (["dcgan", "--lr", "nan"], "expected lr as a number from 0 on, got nan"),
        (["vae", "--pixels", "grey"], "invalid choice: 'grey'"),
        (["deepsim", "--picture", "cofee"], "expected a file or one of lake, "),
        (["deepsim", "--picture", "no/such.jpg"], "text; got 'no/such.jpg'"),
        (["style", "--picture", "cofee"], "expected a file or one of astronaut, "),
        (["sunset", "--change", "dawn"], "invalid choice: 'dawn'"),
        (["sunset", "--crop", "500"], "expected crop from 32 to side, which is 128; got 500"),
        (["toy", "--accelerator", "abacus"], "invalid choice: 'abacus'"),
        (["toy", "--devices", "0"], "expected at least one device, got devices=0"),
        (["toy", "--precision", "8"], "invalid choice: '8'"),
    ],
    ids=str,
)
def test_bad_input_gets_one_line(capsys, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert message in refused(capsys, *arguments)
    assert list(tmp_path.iterdir()) == []


def test_missing_device_gets_one_line(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert "no device 'cuda': use" in refused(capsys, "toy", "--accelerator", "cuda")
    monkeypatch.setenv("RETOUCH_DEVICE", "abacus")
    assert "RETOUCH_DEVICE=abacus is not a device" in refused(capsys, "toy")


def test_missing_full_set_gets_one_line(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETOUCH_FASHION_MNIST", str(tmp_path))
    assert "the full Fashion-MNIST is in none of" in refused(capsys, "dcgan", "--full")


def test_output_is_tried_before_training(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("retouch.recipes.command.train", lambda *_, **__: pytest.fail("trained"))
    folder, file = tmp_path / "folder", tmp_path / "file"
    folder.mkdir()
    file.write_text("here")
    assert "folder (it is a folder): name another" in refused(capsys, "toy", "--output", folder)
    inside = file / "a.safetensors"
    assert "expected --output as a file that can be" in refused(capsys, "toy", "--output", inside)
    assert file.read_text() == "here"
    if os.geteuid():  # root may write everywhere
        folder.chmod(0o500)
        assert "Permission denied" in refused(capsys, "toy", "--output", folder / "a.safetensors")


def test_an_output_that_is_there_stays_until_it_is_replaced(capsys, tmp_path, monkeypatch):
    output = tmp_path / "a.safetensors"
    output.write_text("earlier weights")
    message = "expected crop from 32 to side"
    assert message in refused(capsys, "sunset", "--crop", "5", "--output", output)
    assert output.read_text() == "earlier weights"


def test_damaged_and_other_checkpoints_get_one_line(capsys, tmp_path):
    output = tmp_path / "a.safetensors"
    small = ["toy", "--width", "4", "--steps", "2", *PLACE, "--output", output]
    assert main([str(word) for word in small]) == 0
    assert "was made with lr=0.001 and not 0.5:" in refused(capsys, *small, "--lr", "0.5")
    output.with_suffix(".ckpt").write_bytes(b"damaged")
    assert "a.ckpt is no checkpoint, or a damaged one: delete it" in refused(capsys, *small)


def test_damaged_classifier_is_found_before_training(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("retouch.recipes.command.train", lambda *_, **__: pytest.fail("trained"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.safetensors").write_text("damaged")
    message = "c.safetensors is not a safetensors file"
    assert message in refused(capsys, "dcgan", "--classifier", "c.safetensors")


def test_a_training_that_diverges_gets_one_line(capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(RECIPES, "line", Line)
    output = ["--output", tmp_path / "a.safetensors"]
    error = refused(capsys, "line", "--lr", "1e30", *PLACE, *output)
    assert error.startswith("retouch train: the loss 'loss' is ")
    assert "at step " in error


SLOW_LINE = """
import sys, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from retouch.recipes import RECIPES
from retouch.recipes.command import main
from tests.lib.recipes.small import Line

def update(self, run, batch, generator, fast=Line.update):
    print("step", run.step, flush=True)
    time.sleep(0.05)
    return fast(self, run, batch, generator)

Line.update = update
RECIPES["line"] = Line
sys.exit(main(["line", "--steps", "1000", "--accelerator", "cpu", "--output", sys.argv[1]]))
"""


@pytest.mark.slow
def test_control_c_in_a_terminal_keeps_a_checkpoint_and_says_how_to_go_on(tmp_path):
    command = [sys.executable, "-c", SLOW_LINE, str(tmp_path / "a.safetensors")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while "step 3" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    last = errors.strip().splitlines()[-1]
    assert "of 1000 steps; the same again goes on from" in last
    assert last.startswith("retouch train: stopped after ")
    assert (tmp_path / "a.ckpt").is_file()
    assert "Traceback" not in errors
