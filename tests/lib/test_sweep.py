# ruff: noqa: B023 - each function is called before its loop goes on
"""Whatever a public function is given, it answers right or refuses in one line."""

import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import jaxtyping
import numpy as np
import pytest
import torch
from torch import Generator, Tensor

from tests.lib.another_device import AnotherDevice, Elsewhere, _here
from tests.lib.inputs import Inputs, inputs_by_annotation, parts, public_functions, takes_numbers
from tests.lib.sweep import AREAS, ELSEWHERE, TABLE, UNIT

FUNCTIONS = {
    name: function
    for name, function in public_functions().items()
    if name.split(".")[0] in AREAS
    and not name.startswith(ELSEWHERE)
    and (name in TABLE or takes_numbers(function))
}
OUR_LINE = re.compile(r"[^:\n]+: expected [^\n]+, got [^\n]+")
"""What `retouch.validation` says; torch's own errors have another form."""
COARSE = {torch.float16: 4e-3, torch.bfloat16: 3e-2, torch.float64: 1e-4}
DROPS = ("random_crop", "cutout", "modes_covered", "verify_manifest", "manifest_problems",
         "sign_manifest", "as_uint8", "difference_image", "binarize", "disparity", "gan.",
         "membership", "sobel", "primitive", "canny", "one_hot", "normal_like", "sample_bilinear",
         "warps.warp")  # fmt: skip
"""A value that is not finite rightly leaves no trace: it was cut out, signed, painted magenta, is
ignored as promised, or has a finite limit."""


def fresh(name: str) -> Inputs:
    given = TABLE[name]() if name in TABLE else {}
    return inputs_by_annotation(FUNCTIONS[name], given)


def outcome(name: str, inputs: Inputs) -> list[Tensor] | str:
    """The tensors of the result, or the words of a refusal; any other error is the test's."""
    jaxtyping.config.update("jaxtyping_disable", True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [part.clone() for part in parts(FUNCTIONS[name](**inputs))]
    except (TypeError, ValueError) as error:
        if not OUR_LINE.fullmatch(str(error)):
            raise AssertionError(f"{type(error).__name__}: {error}") from error
        return str(error)
    finally:
        jaxtyping.config.update("jaxtyping_disable", False)


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with every array and tensor in it changed."""
    if isinstance(value, list):
        return [mapped(item, change) for item in value]
    return change(value) if isinstance(value, Tensor | np.ndarray) else value


def changed(inputs: Inputs, change: Callable[[Any], Any]) -> Inputs:
    return {name: mapped(value, change) for name, value in inputs.items()}


def close(got: list[Tensor], wanted: list[Tensor], rtol: float = 1e-4) -> bool:
    if len(got) != len(wanted) or any(x.shape != y.shape for x, y in zip(got, wanted, strict=True)):
        return False
    pairs = [
        (x.to(torch.complex128), y.to(torch.complex128)) for x, y in zip(got, wanted, strict=True)
    ]
    return all(
        torch.allclose(x, y, rtol=0, atol=rtol * (1 + _largest(y)), equal_nan=True)
        for x, y in pairs
    )  # fmt: skip


def _largest(x: Tensor) -> float:
    return max(x.abs().nan_to_num(0, 0).flatten().tolist(), default=0)


def floating(x: Any) -> bool:
    return x.is_floating_point() if isinstance(x, Tensor) else x.dtype.kind == "f"


def like(x: Any, dtype: torch.dtype) -> Any:
    """An array of this dtype, where its numbers are floats and NumPy has the dtype."""
    if not floating(x):
        return x
    if isinstance(x, Tensor):
        return x.to(dtype)
    return x if dtype == torch.bfloat16 else x.astype(str(dtype).removeprefix("torch."))


def with_bad(x: Any, bad: float) -> Any:
    if not floating(x) or 0 in x.shape:
        return x
    x = x.clone() if isinstance(x, Tensor) else x.copy()
    x.reshape(-1)[len(x.reshape(-1)) // 2] = bad
    return x


def strided(x: Any) -> Any:
    """The same values, every second of a larger array."""
    if isinstance(x, Tensor):
        return torch.stack((x, x), dim=-1)[..., 0] if x.ndim else x
    return np.stack((x, x), axis=-1)[..., 0]


def swapped(x: Any) -> Any:
    """The same values in another order in memory."""
    if isinstance(x, Tensor):
        return x.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else x
    return np.asfortranarray(x)


def whole_levels(x: Any, dtype: str) -> Any:
    if not floating(x):
        return x.to(getattr(torch, dtype)) if isinstance(x, Tensor) else x
    return (x * 255).to(getattr(torch, dtype)) if isinstance(x, Tensor) else (x * 255).astype(dtype)


def as_floats(x: Any) -> Any:
    return x.float() if isinstance(x, Tensor) else x.astype(np.float32)


def numpy_scalar(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return np.int64(value) if isinstance(value, int) else np.float64(value)


def judge(got: list[Tensor] | str, right: Callable[[list[Tensor]], bool]) -> str:
    if isinstance(got, str):
        return "refused"
    return "right" if right(got) else "silent wrong"


def verdicts(name: str) -> Iterator[tuple[str, str]]:
    """What comes of every input of the sweep, by its name."""
    plain = outcome(name, fresh(name))
    assert not isinstance(plain, str), plain
    same = lambda got: close(got, plain)  # noqa: E731
    for bad in (float("nan"), float("inf")):
        for argument, value in fresh(name).items():
            inputs = fresh(name) | {argument: mapped(value, lambda x: with_bad(x, bad))}
            if any(not bool(p.isfinite().all()) for p in parts(inputs[argument])):
                traced = lambda got: any(not bool(p.isfinite().all()) for p in got)  # noqa: E731
                kept = any(word in name for word in DROPS)
                found = judge(outcome(name, inputs), lambda got: kept or traced(got))
                yield f"{bad} in {argument}", found
    for dtype, tolerance in COARSE.items():
        rounded = changed(fresh(name), lambda x: as_floats(like(x, dtype)) if floating(x) else x)
        wanted = outcome(name, rounded)
        got = outcome(name, changed(fresh(name), lambda x: like(x, dtype)))
        yield str(dtype), judge(got, lambda got: close(got, wanted, tolerance))
    for dtype in ("uint8", "int64"):
        inputs = changed(fresh(name), lambda x: whole_levels(x, dtype))
        got = outcome(name, inputs)
        if not isinstance(got, str):
            again = changed(fresh(name), lambda x: whole_levels(x, dtype))
            wanted = outcome(name, changed(again, as_floats))
            levels = isinstance(wanted, str) or name.startswith(("show.", "ethics.manifest"))
            yield dtype, "right" if levels or close(got, wanted, 1e-3) else "silent wrong"
        else:
            yield dtype, "refused"
    for kind, change in (("not contiguous", strided), ("channels last", swapped)):
        yield kind, judge(outcome(name, changed(fresh(name), change)), same)
    scalars = {key: numpy_scalar(value) for key, value in fresh(name).items()}
    yield "NumPy's numbers", judge(outcome(name, scalars), same)
    if name in UNIT:
        inputs = changed(fresh(name), lambda x: 255 * x if floating(x) else x)
        yield "0 to 255", judge(outcome(name, inputs), lambda _: False)
    if any(isinstance(x, Tensor | np.ndarray) for x in fresh(name).values()):
        empty = (lambda _: True) if "manifest" in name else nothing  # a shape is signed too
        yield "empty", judge(outcome(name, changed(fresh(name), lambda x: x[:0])), empty)
        yield "N = 1", judge(outcome(name, changed(fresh(name), lambda x: x[:1])), lambda _: True)
    yield "another device", judge(elsewhere(name), same)


def nothing(got: list[Tensor]) -> bool:
    """Whether no finite number was made of nothing."""
    return all(x.numel() == 0 or not bool(x.isfinite().any()) for x in got)


def elsewhere(name: str) -> list[Tensor] | str:
    move = lambda x: x.as_subclass(Elsewhere) if isinstance(x, Tensor) else x  # noqa: E731
    jaxtyping.config.update("jaxtyping_disable", True)
    try:
        with AnotherDevice():
            result = FUNCTIONS[name](**changed(fresh(name), move))
        return [_here(part).clone() for part in parts(result)]
    finally:
        jaxtyping.config.update("jaxtyping_disable", False)


COUNTS: Counter[str] = Counter()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_answer_is_right_or_a_refusal(name):
    found = dict(verdicts(name))
    COUNTS.update(found.values())
    assert [what for what, verdict in found.items() if verdict == "silent wrong"] == []


def test_the_table_names_functions_that_there_are():
    public = public_functions()
    assert set(TABLE) | UNIT <= set(FUNCTIONS)
    assert [name for name in ELSEWHERE if not any(f.startswith(name) for f in public)] == []


def test_the_other_device_refuses_what_a_gpu_refuses():
    far, near = torch.ones(2).as_subclass(Elsewhere), torch.ones(2)
    with AnotherDevice():
        for mix in (lambda: far + near, lambda: far.numpy(), lambda: far.double(),
                    lambda: torch.cat((far, near)), lambda: torch.rand(2, device=far.device,
                    generator=Generator())):  # fmt: skip
            with pytest.raises((RuntimeError, TypeError), match="device"):
                mix()
        assert torch.equal(far.cpu() + near, near + 1)


def test_another_devices_result_is_seen_to_be_another_devices():
    far = torch.ones(2, 3).as_subclass(Elsewhere)
    with AnotherDevice():
        assert all(isinstance(x, Elsewhere) for x in (far.T, far + 1, far[0], far.clone()))
        assert far.device.type == "mps"
        assert not isinstance(far.cpu(), Elsewhere)
