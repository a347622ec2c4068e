import gc
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.check import archive
from autograder.check.values import Value, decode, describe, encode, identical

arrays = hnp.arrays(
    st.sampled_from([np.uint8, np.int64, np.float32, np.float64, np.bool_, np.complex128]),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text() | arrays,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(plain)
def test_plain_data_come_back_from_an_archive(value):
    sent = encode(value)
    assert identical(archive.load(archive.dump({"value": sent}))["value"], sent)


@given(plain)
def test_decoding_undoes_encoding(value):
    assert identical(encode(decode(encode(value))), encode(value))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.uint8])
def test_tensors_stay_tensors(dtype):
    tensor = torch.arange(6).reshape(2, 3).to(dtype)
    back = decode(encode(tensor))
    assert back.dtype == dtype
    assert torch.equal(back, tensor)


def test_a_tensor_with_gradient_and_half_precision_is_plain_data():
    tensor = torch.ones(2, dtype=torch.bfloat16, requires_grad=True) * 2
    assert encode(tensor).data.tolist() == [2, 2]


def test_decoded_arrays_are_fresh():
    value = encode(np.zeros(3))
    decode(value)[0] = 1
    assert value.data[0] == 0


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (np.zeros((4, 6, 3), np.uint8), "a NumPy array of uint8, shape (4, 6, 3)"),
        (torch.zeros(2), "a PyTorch tensor of float32, shape (2,)"),
        (None, "None"),
        (3, "3 (a int)"),
        ([1, 2], "a list of 2"),
        ((i for i in ()), "a generator"),
        (print, "a builtin_function_or_method"),
        (np.array([object()]), "a numpy.ndarray of object"),
    ],
)
def test_description_is_what_a_student_would_say(thing, words):
    assert describe(encode(thing)) == words


def test_whatever_is_not_plain_keeps_only_its_type():
    assert encode(object()) == Value("object", "object")
    with pytest.raises(TypeError, match="a object is not plain data"):
        decode(encode(object()))


def test_a_container_that_holds_itself_ends():
    loop: list = []
    loop.append(loop)
    assert "object" in str(encode(loop))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"not a zip", archive.dump({})[:-30]], ids=len
)
def test_damaged_archives_are_refused(content):
    with pytest.raises(archive.ArchiveError, match="not a tree of plain data"):
        archive.load(content)


def test_an_archive_that_unpacks_to_too_much_is_refused():
    bomb = archive.dump({"zeros": encode(np.zeros(10**6))})
    assert len(bomb) < 10**5
    with pytest.raises(archive.ArchiveError, match="at most 1000000 allowed"):
        archive.load(bomb, limit=10**6)


def test_pickles_are_refused(tmp_path):
    path = tmp_path / "forged.npz"
    np.savez(path, document=np.array([{"a": 1}], dtype=object))
    with pytest.raises(archive.ArchiveError, match="allow_pickle=False"):
        archive.load(path.read_bytes())


def test_archives_are_deterministic():
    tree = {"a": encode(np.arange(5)), "b": encode(np.arange(5))}
    assert archive.dump(tree) == archive.dump(tree)


def test_threads_may_read_archives_at_once():
    """Python before 3.11.8 mixed up two parsers when the garbage collector changed the thread."""
    data = archive.dump({"values": [encode(np.ones((rows, 2))) for rows in range(1, 40)]})
    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.callbacks.append(change_thread)
    gc.set_threshold(20)
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            trees = list(pool.map(archive.load, [data] * 100))
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*thresholds)
        gc.callbacks.remove(change_thread)
    assert all(len(tree["values"]) == 39 for tree in trees)


def change_thread(phase, info):
    time.sleep(0)
