"""Refusing attributes of modules that had to be loaded: case 2 of `import_hook`.

The libraries may look up what is forbidden, the answer may not: what counts is whose code asks.
Frames of the standard library are passed over, so that `inspect.getmembers` asks in the name of
its caller.
"""

from __future__ import annotations

import sys
import sysconfig
from types import FrameType, ModuleType
from typing import Any

from autograder.sandbox.inside.import_hook import Withheld

_STANDARD = sysconfig.get_path("stdlib")
_TRUSTED_CODE = ("<prelude ", "<observe ")


def guard(withheld: Withheld, rules: list[str]) -> None:
    """Refuse these names, which are loaded, to all code but that of the libraries."""
    if not rules:
        return
    judge = _Callers()
    for rule in rules:
        home, _, name = rule.rpartition(".")
        for module in list(sys.modules):
            if module == rule or module.startswith(rule + "."):
                _guard_module(sys.modules[module], None, withheld, judge)
        if home in sys.modules:
            _guard_module(sys.modules[home], name, withheld, judge)


class _Callers:
    """Knows the libraries' code by the identity of its globals, which is hard to imitate."""

    def __init__(self) -> None:
        self.standard, self.libraries = set[int](), set[int]()
        for module in list(sys.modules.values()):
            known = self.libraries if _is_library(module) else self.standard
            known.add(id(getattr(module, "__dict__", None)))

    def trust(self, frame: FrameType | None) -> bool:
        while frame is not None and id(frame.f_globals) in self.standard:
            frame = frame.f_back
        if frame is None or id(frame.f_globals) in self.libraries:
            return True
        return frame.f_code.co_filename.startswith(_TRUSTED_CODE) or _loaded_late(frame)


def _is_library(module: ModuleType) -> bool:
    """Whether a module is neither built in nor of the standard library."""
    path = getattr(module, "__file__", None) or ""
    installed = "site-packages" in path or "dist-packages" in path
    return bool(path) and (installed or not path.startswith(_STANDARD))


def _loaded_late(frame: FrameType) -> bool:
    """Whether the code is that of a library's module which was imported after the guard."""
    module = sys.modules.get(frame.f_globals.get("__name__", ""))
    return module is not None and vars(module) is frame.f_globals and _is_library(module)


class _Guarded(ModuleType):
    """A module that asks who is asking."""

    def __getattribute__(self, name: str) -> Any:
        state = _GUARDS.get(id(self))
        if state is not None and not _is_harmless(name):
            names, withheld, callers = state
            whole = None in names
            if (whole or name in names or name == "__dict__") and not callers.trust(
                sys._getframe(1)
            ):
                own = super().__getattribute__("__name__")
                raise withheld.note(f"{own}.{name if name != '__dict__' else _first(names)}")
        return super().__getattribute__(name)


_GUARDS: dict[int, tuple[set[str | None], Withheld, _Callers]] = {}


def _guard_module(
    module: ModuleType, name: str | None, withheld: Withheld, callers: _Callers
) -> None:
    names = _GUARDS.get(id(module), (set(), withheld, callers))[0]
    names.add(name)
    _GUARDS[id(module)] = (names, withheld, callers)
    if type(module) is ModuleType:
        module.__class__ = _Guarded


def _is_harmless(name: str) -> bool:
    """What the import system and the check of compiled code look at."""
    return name.startswith("__") and name != "__dict__"


def _first(names: set[str | None]) -> str:
    return next((name for name in names if name), "")
