import pytest
import torch

from retouch.recipes import TrainingError, make_fabric


def test_a_cpu_computes_in_float32_whatever_it_could():
    assert make_fabric("cpu")._precision.precision == "32-true"
    assert make_fabric("cpu", precision="bf16-mixed")._precision.precision == "bf16-mixed"


def test_auto_is_the_device_of_the_environment(monkeypatch):
    monkeypatch.setenv("RETOUCH_DEVICE", "cpu")
    assert make_fabric().device == torch.device("cpu")
    monkeypatch.setenv("RETOUCH_DEVICE", "abacus")
    with pytest.raises(TrainingError, match=r"RETOUCH_DEVICE=abacus is not a device of this comp"):
        make_fabric()


def test_other_precisions_are_refused():
    with pytest.raises(TrainingError, match=r"among \('32-true', 'bf16-mixed'\), got '16-mixed'"):
        make_fabric("cpu", precision="16-mixed")


def test_unknown_and_missing_devices_are_refused(monkeypatch):
    with pytest.raises(TrainingError, match=r"expected an accelerator among .*, got 'tpu'"):
        make_fabric("tpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(
        TrainingError, match=r"this computer has no device 'cuda': use cpu, or auto"
    ):
        make_fabric("cuda")


def test_impossible_numbers_of_devices_are_refused(monkeypatch):
    with pytest.raises(TrainingError, match=r"expected at least one device, got devices=0"):
        make_fabric("cpu", devices=0)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: True)
    with pytest.raises(TrainingError, match=r"expected at most 2 of cuda, got devices=3"):
        make_fabric("cuda", devices=3)
