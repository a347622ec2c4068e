"""The losses of a training, on their way from the device to its history."""

import math
from pathlib import Path

from retouch.recipes.base import Losses, Run
from retouch.recipes.settings import TrainingError

LATEST = 50
"""Steps whose losses may stay on a GPU: to ask for each at once would make it wait each time."""


class Record:
    """Writes each step's losses to `run.history` and notices the first that is not finite.

    Args:
        run: whose history is written.
        checkpoint: what is left if a loss is not finite.
    """

    def __init__(self, run: Run, checkpoint: Path | None = None) -> None:
        self.run, self.checkpoint = run, checkpoint
        self.pending: list[tuple[int, Losses]] = []
        self.most = 1 if run.fabric.device.type == "cpu" else LATEST

    def add(self, losses: Losses) -> None:
        """Take the losses of the step that was just made.

        Raises:
            TrainingError: see `settle`.
        """
        self.pending.append((self.run.step - 1, losses))
        if len(self.pending) >= self.most:
            self.settle()

    def settle(self) -> None:
        """Fetch what is still on the device.

        Raises:
            TrainingError: a loss is not finite; the text names its step.
        """
        pending, self.pending = self.pending, []
        for step, losses in pending:
            values = {name: float(value) for name, value in losses.items()}
            self.run.history.append((step, values))
            for name, value in values.items():
                if not math.isfinite(value):
                    raise TrainingError(self._diverged(step, name, value))

    def _diverged(self, step: int, name: str, value: float) -> str:
        kept = self.checkpoint is not None and self.checkpoint.is_file()
        left = f"{self.checkpoint} keeps the last good checkpoint" if kept else "nothing was kept"
        return f"the loss {name!r} is {value} at step {step}; {left}: use a smaller learning rate"
