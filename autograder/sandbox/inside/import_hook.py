"""Keeping from an answer what its exercise forbids.

Two cases, told apart after the trusted prelude has run:

1. *Nothing permitted needs the module.* Then it was never loaded in this process, its files are
   covered by empty ones (see `room.cover`), and `import` in the answer gives a stand-in. There
   is no real code to be found by any route: `importlib`, `sys.modules`, `gc`, a copied source.
2. *A permitted module needs it*, as `skimage.filters` needs `scipy.ndimage`, or it is one
   function of a permitted module. Then its code is in this process and no wall can be built.
   The answer still gets a stand-in from `import`, the attribute is refused to callers outside
   the libraries (see `guard`), and the check of compiled code (`autograder.check.forbid`) runs.
   Someone who knows CPython well can get round that, as they could by typing the code in.

A stand-in may be imported but not used, so that an import that is left over costs nothing, in
the sandbox as in the notebook.
"""

from __future__ import annotations

import builtins
import importlib.abc
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any


class ForbiddenUseError(ImportError):
    """An answer used what its exercise is about."""


def rule_for(name: str, rules: Iterable[str]) -> str | None:
    """The rule that forbids a dotted name, if one does."""
    return next((rule for rule in rules if name == rule or name.startswith(rule + ".")), None)


def refusal(rule: str) -> ForbiddenUseError:
    """The error that an answer meets, in the words that a student should read."""
    return ForbiddenUseError(f"this exercise is about writing it yourself, without {rule}")


class StandIn:
    """What an answer gets for a forbidden function or class: its name, and an error when used."""

    def __init__(self, module: str, name: str, withheld: Withheld) -> None:
        self.__dict__.update(__module__=module, __qualname__=name, __withheld=withheld)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse to be used."""
        raise self._refuse()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise self._refuse()

    def _refuse(self) -> ForbiddenUseError:
        return self.__dict__["__withheld"].note(f"{self.__module__}.{self.__qualname__}")


class StandInModule(ModuleType):
    """What an answer gets for a forbidden module; everything in it is a stand-in."""

    def __init__(self, name: str, withheld: Withheld, real: ModuleType | None = None) -> None:
        super().__init__(name)
        self.__dict__.update(__path__=[], __withheld=withheld, __real=real)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        withheld, real = self.__dict__["__withheld"], self.__dict__["__real"]
        if real is not None and not withheld.covers(f"{self.__name__}.{name}"):
            return getattr(real, name)
        return StandIn(self.__name__, name, withheld)


class Withheld(importlib.abc.MetaPathFinder):
    """The names that one exercise forbids, and which of them its answer has used."""

    def __init__(self, rules: Sequence[str]) -> None:
        self.rules = tuple(rules)
        self.used: set[str] = set()

    def covers(self, name: str) -> bool:
        """Whether a dotted name is forbidden."""
        return rule_for(name, self.rules) is not None

    def note(self, name: str) -> ForbiddenUseError:
        """Write down that a name was used; the error to raise."""
        rule = rule_for(name, self.rules) or name
        self.used.add(rule)
        return refusal(rule)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        """As a finder: what is forbidden can't be found, by `importlib` neither."""
        rule = rule_for(fullname, self.rules)
        if rule is not None:
            raise refusal(rule)

    def builtins(self) -> dict[str, Any]:
        """Python's builtins with an `import` that gives stand-ins; for one namespace only."""
        return {**vars(builtins), "__import__": self._import}

    def _import(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        names = [name, *(f"{name}.{item}" for item in fromlist or ())]
        if level or not any(map(self.covers, names)):
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        if self.covers(name):
            return self._stand_in(name, last=bool(fromlist))
        plain = [item for item in fromlist or () if not self.covers(f"{name}.{item}")]
        real = builtins.__import__(name, globals, locals, plain or ["__name__"], 0)
        return StandInModule(name, self, real)

    def _stand_in(self, name: str, last: bool) -> ModuleType:
        """For `from a.b import c` the module a.b, for `import a.b` the module a holding b."""
        parts = name.split(".")
        modules = [self._module(".".join(parts[: n + 1])) for n in range(len(parts))]
        for parent, child, part in zip(modules, modules[1:], parts[1:], strict=False):
            parent.__dict__[part] = child
        return modules[-1] if last else modules[0]

    def _module(self, name: str) -> ModuleType:
        if self.covers(name):
            return StandInModule(name, self)
        return StandInModule(name, self, builtins.__import__(name, fromlist=["__name__"]))


def loaded(rule: str) -> bool:
    """Whether a module, or a module that holds this name, is loaded in this process."""
    if rule_in_modules(rule):
        return True
    home, _, name = rule.rpartition(".")
    return name in vars(sys.modules.get(home, ModuleType("")))


def rule_in_modules(rule: str) -> bool:
    """Whether a forbidden module or a part of it is loaded."""
    return any(name == rule or name.startswith(rule + ".") for name in sys.modules)


def files_of(module: str, folders: Iterable[str]) -> list[Path]:
    """Where the code of a module is: folders, and files compiled or not.

    Args:
        module: a dotted name.
        folders: where packages are looked for, as in `sys.path`.
    """
    *parents, name = module.split(".")
    places = [Path(folder, *parents) for folder in folders]
    found: list[Path] = []
    for place in places:
        found += [place / name] if (place / name).is_dir() else []
        for pattern in (f"{name}.*", f"__pycache__/{name}.*"):
            found += [path for path in place.glob(pattern) if path.is_file()]
    return found
