"""What students get of a unit besides check data: `checks/unit.json`, so that a check in the
notebook runs what the grader runs.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.cell_ids import answer_id
from autograder.check.answer import Slot
from autograder.check.data import CheckData

FILE = "unit.json"


@dataclass(frozen=True)
class PublicUnit:
    """A unit's setup cells, and the stub and functions of each exercise by its id, in order."""

    setup: tuple[str, ...] = ()
    stubs: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    def dump(self) -> bytes:
        """The file's content."""
        return (json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n").encode()

    @classmethod
    def read(cls, folder: Path) -> PublicUnit:
        """The unit in a folder of check data; an empty one where there is no such file."""
        try:
            tree = json.loads((folder / FILE).read_text(encoding="utf-8"))
            stubs = tuple((name, stub, tuple(names)) for name, stub, names in tree["stubs"])
            return cls(tuple(tree["setup"]), stubs)
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def slot(self, data: CheckData) -> Slot:
        """The place for an answer; what it may build on of other exercises is the student's."""
        ids = [name for name, _, _ in self.stubs]
        number = ids.index(data.exercise) if data.exercise in ids else 0
        earlier = frozenset(name for _, _, names in self.stubs[:number] for name in names)
        stub = self.stubs[number][1] if data.exercise in ids else ""
        functions, forbid = tuple(data.functions), tuple(data.forbid)
        return Slot(answer_id(data.exercise), functions, stub, forbid, self.setup, earlier)
