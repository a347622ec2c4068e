import subprocess
import sys

import pytest
import torch

from retouch.device import describe_device, pick_device


@pytest.fixture(autouse=True)
def no_wish(monkeypatch):
    monkeypatch.delenv("RETOUCH_DEVICE", raising=False)


def test_the_device_is_the_best_that_torch_finds():
    if torch.cuda.is_available():
        expected = "cuda"
    else:
        expected = "mps" if torch.backends.mps.is_available() else "cpu"
    assert pick_device().type == expected


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_cuda_goes_before_mps_before_the_cpu(monkeypatch, cuda, mps, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert pick_device() == torch.device(expected)


def test_the_environment_overrides_the_choice(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv("RETOUCH_DEVICE", " cpu ")
    assert pick_device() == torch.device("cpu")


@pytest.mark.parametrize("name", ["toaster", "meta", "cuda:99", "cuda:x"])
def test_a_device_that_is_not_there_is_refused_in_one_line(monkeypatch, name):
    monkeypatch.setenv("RETOUCH_DEVICE", name)
    with pytest.raises(ValueError, match=f"RETOUCH_DEVICE={name} is not a device .* cpu$"):
        pick_device()


def test_the_cpu_is_described_with_its_threads():
    assert f"CPU with {torch.get_num_threads()} thread" in describe_device(torch.device("cpu"))


def test_the_description_is_one_sentence():
    sentence = describe_device(torch.device("cpu"))
    assert sentence.index(".") == len(sentence) - 1


def test_pytorch_waits_until_a_device_is_asked_for():
    code = "import sys; import retouch.device; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
