"""Keeping from an answer what its exercise forbids.

1. *Walled*: whole modules that no import of the trusted code needs. They are never loaded in the
   exercise's process, their files are covered by empty ones for every answer (see
   `isolation.mask`), in all processes that it starts as well, and nothing can find them.
2. *By courtesy*: what a permitted module needs, as `skimage.filters` needs `scipy.ndimage`, or
   what is a part of one, as `torch.nn` is. Its code is in the answer's process, and Python has no
   walls inside. There the answer's text is judged (`autograder.check.forbid`), and `import` gives
   a stand-in. Whoever knows Python can get round that, as they could by typing the code in.

A stand-in may be imported but not used, so that an import that is left over costs nothing, in
the sandbox as in the notebook. The same holds for permitted modules that need a walled one.
"""

from __future__ import annotations

import builtins
import importlib.abc
import itertools
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    """What an answer gets for a function or class that it can't have: an error when used."""

    def __init__(self, module: str, name: str, refuse: Callable[[str], ImportError]) -> None:
        self.__dict__.update(__module__=module, __qualname__=name, __refuse=refuse)

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        """Refuse to be used."""
        raise self._refuse()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise self._refuse()

    def _refuse(self) -> ImportError:
        return self.__dict__["__refuse"](f"{self.__module__}.{self.__qualname__}")


class StandInModule(ModuleType):
    """What an answer gets for a module that it can't have; all in it is a stand-in.

    Args:
        name: the module's.
        forbidden: what the exercise forbids.
        real: the module itself, where only some of its names are forbidden.
        refuse: makes the error that using it raises.
    """

    def __init__(
        self,
        name: str,
        forbidden: ForbiddenImports,
        real: ModuleType | None = None,
        refuse: Callable[[str], ImportError] | None = None,
    ) -> None:
        super().__init__(name)
        self.__dict__.update(__path__=[], __forbidden=forbidden, __real=real)
        self.__dict__.update(__refuse=refuse or forbidden.note)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        forbidden, real = self.__dict__["__forbidden"], self.__dict__["__real"]
        if real is not None and not forbidden.covers(f"{self.__name__}.{name}"):
            return getattr(real, name)
        return StandIn(self.__name__, name, self.__dict__["__refuse"])


class ForbiddenImports(importlib.abc.MetaPathFinder):
    """The names that one exercise forbids, and which of them its answer has used.

    Attributes:
        rules: dotted names.
        walled: those that nothing can import any more, trusted code neither.
        unavailable: permitted modules that are known to need a walled one.
    """

    def __init__(self, rules: Sequence[str]) -> None:
        self.rules = tuple(rules)
        self.walled: tuple[str, ...] = ()
        self.unavailable: set[str] = set()
        self.used: set[str] = set()

    def covers(self, name: str) -> bool:
        """Whether a dotted name is forbidden."""
        return rule_for(name, self.rules) is not None

    def note(self, name: str) -> ForbiddenUseError:
        """Write down that a name was used; the error to raise."""
        rule = rule_for(name, self.rules) or name
        self.used.add(rule)
        return refusal(rule)

    def find_spec(self, fullname: str, _path: Any = None, _target: Any = None) -> None:
        """As a finder: what is walled can't be found, by libraries neither."""
        rule = rule_for(fullname, self.walled)
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
        if level:
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        if self.covers(name):
            return self._stand_in(name, last=bool(fromlist))
        if self.unavailable.intersection(names):
            return self._missing(name, last=bool(fromlist))
        plain = [item for item in fromlist or () if not self.covers(f"{name}.{item}")]
        try:
            real = builtins.__import__(name, globals, locals, plain or list(fromlist or ()), 0)
        except ImportError as error:
            if not _is_walled(error):
                raise
            return self._missing(name, last=bool(fromlist))
        return StandInModule(name, self, real) if any(map(self.covers, names)) else real

    def _stand_in(self, name: str, last: bool) -> ModuleType:
        """For `from a.b import c` the module a.b, for `import a.b` the module a holding b."""
        return _chained([self._module(part) for part in _parents(name)], last)

    def _module(self, name: str) -> ModuleType:
        if self.covers(name):
            return StandInModule(name, self)
        return StandInModule(name, self, builtins.__import__(name, fromlist=["__name__"]))

    def _missing(self, name: str, last: bool) -> ModuleType:
        """A stand-in for a permitted module that needs a walled one."""
        modules = [StandInModule(part, self, refuse=_unavailable) for part in _parents(name)]
        return _chained(modules, last)


def _unavailable(name: str) -> ImportError:
    return ImportError(f"{name} is not there while grading: it needs what this exercise forbids")


def _is_walled(error: BaseException | None) -> bool:
    """Whether an import failed because something that it needs is walled."""
    while error is not None and not isinstance(error, ForbiddenUseError):
        error = error.__cause__ or error.__context__
    return error is not None


def _parents(name: str) -> list[str]:
    """The names a, a.b and a.b.c for a.b.c."""
    parts = name.split(".")
    return [".".join(parts[: n + 1]) for n in range(len(parts))]


def _chained(modules: Sequence[ModuleType], last: bool) -> ModuleType:
    for parent, child in itertools.pairwise(modules):
        parent.__dict__[child.__name__.rpartition(".")[2]] = child
    return modules[-1] if last else modules[0]


def walls(rules: Iterable[str]) -> dict[str, list[Path]]:
    """The rules that can be walled in this process, each with its files.

    A rule can be if it names modules that are not loaded. One that is not installed has no files.
    """
    return {rule: files_of(rule, sys.path) for rule in rules if _can_be_walled(rule)}


def _can_be_walled(rule: str) -> bool:
    home, _, name = rule.rpartition(".")
    return not rule_in_modules(rule) and not hasattr(sys.modules.get(home), name)


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
