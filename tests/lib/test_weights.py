import dataclasses
import hashlib

import pytest
import torch
from retouch.models.dcgan import make_generator
from retouch.weights import Card, load_weights, save_weights, tensor_hash
from safetensors.torch import load_file, save_file

ABOUT = {
    "recipe": "dcgan",
    "seed": 3,
    "settings": {"width": 4, "lr": 2e-4},
    "quality": {"diversity": 0.125},
}


def network():
    return make_generator(5, 1, 4).to(memory_format=torch.channels_last)


def test_weights_come_back_with_their_card(tmp_path):
    model = network()
    written = save_weights(tmp_path / "new" / "a.safetensors", model.state_dict(), **ABOUT)
    tensors, card = load_weights(tmp_path / "new" / "a.safetensors")
    assert card == written == Card(**ABOUT, sha256=tensor_hash(model.state_dict()))
    assert tensors.keys() == model.state_dict().keys()
    assert all(torch.equal(tensors[name], value) for name, value in model.state_dict().items())
    assert {value.dtype for value in tensors.values()} == {torch.float32, torch.int64}


def test_half_precision_halves_the_file_and_rounds(tmp_path):
    weights = {"w": torch.randn(1000, dtype=torch.float64), "n": torch.tensor(3)}
    for dtype in (torch.float32, torch.float16):
        save_weights(tmp_path / f"{dtype}", weights, dtype=dtype, **ABOUT)
    sizes = [(tmp_path / f"{dtype}").stat().st_size for dtype in (torch.float32, torch.float16)]
    assert sizes[0] - sizes[1] == 2000
    tensors, card = load_weights(tmp_path / "torch.float16")
    assert torch.equal(tensors["w"], weights["w"].half().float())
    assert tensors["n"] == 3
    assert card.sha256 == tensor_hash({"w": weights["w"].half(), "n": weights["n"]})


def test_any_safetensors_reader_reads_them(tmp_path):
    save_weights(tmp_path / "a.safetensors", {"w": torch.arange(3.0)}, **ABOUT)
    assert load_file(tmp_path / "a.safetensors")["w"].tolist() == [0, 1, 2]


def test_hash_is_of_names_types_shapes_and_bytes():
    value = torch.arange(4.0).reshape(2, 2)
    plain = hashlib.sha256(b"w torch.float32 (2, 2)\n" + value.numpy().tobytes()).hexdigest()
    assert tensor_hash({"w": value}) == plain
    changed = [{"v": value}, {"w": value.flatten()}, {"w": value.half()}, {"w": value + 1}]
    assert plain not in map(tensor_hash, changed)
    strided = {"w": value.T.contiguous().T}
    assert tensor_hash(strided) == plain


def test_what_is_not_there_or_not_ours_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no weights at .*gone.*retouch train"):
        load_weights(tmp_path / "gone")
    (tmp_path / "text").write_text("not weights at all")
    with pytest.raises(ValueError, match=r"text is not a safetensors file"):
        load_weights(tmp_path / "text")
    save_file({"w": torch.zeros(2)}, tmp_path / "bare")
    with pytest.raises(ValueError, match=r"bare has no card"):
        load_weights(tmp_path / "bare")


def test_a_changed_byte_is_noticed(tmp_path):
    path = tmp_path / "a.safetensors"
    save_weights(path, {"w": torch.ones(9)}, **ABOUT)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"a.safetensors is damaged"):
        load_weights(path)


def test_card_is_not_to_be_changed():
    card = Card(**ABOUT, sha256="")
    with pytest.raises(dataclasses.FrozenInstanceError, match="seed"):
        card.seed = 1
