"""A blind test: pictures without their names, two buttons, and a count of what you chose.

The numbers of a metric are worth what they have to do with people. Here one person judges;
the sources of the pictures are hidden until the last one.
"""

import random
from collections.abc import Mapping, Sequence
from html import escape
from itertools import combinations, cycle, islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from retouch.show.images import images_html
from retouch.show.notebook import run_by_nbgrader
from retouch.show.pixels import ImageLike
from retouch.validation import choice as require_choice
from retouch.validation import whole, wrong_value

if TYPE_CHECKING:
    from ipywidgets import VBox

Pictures = Mapping[str, Sequence[ImageLike] | np.ndarray]

_WORDS = {
    "real": ("Real or generated?", ("real", "generated"), "taken for real"),
    "better": ("Which is better?", ("left", "right"), "preferred"),
}
_CELL = "text-align:left;padding:0 1.5em 0 0"


class Row(NamedTuple):
    """What came of one source: chosen in `chosen` of `shown` trials, and a 95 % interval."""

    source: str
    chosen: int
    shown: int
    share: float
    low: float
    high: float


class BlindTest:
    """The trials of a blind test, the answers so far, and the ranking that they make.

    Args:
        sources: name to pictures; each picture is shown at most once while they last.
        real: the name of the real pictures, for the question "real or generated?", where
            one picture is shown at a time and every second is real; None asks "which is
            better?" of two pictures from two sources.
        trials: how many questions there are.
        seed: of the order, the choice of pictures and the sides.

    Raises:
        ValueError: fewer than two sources, one without pictures, no source called `real`, or
            no trials.

    Examples:
        >>> test = BlindTest({"a": [[[0.0]]], "b": [[[1.0]]]}, trials=1)
        >>> test.answer("left" if test.trials[0][0][0] == "a" else "right")
        >>> [(row.source, row.chosen) for row in test.ranking()]
        [('a', 1), ('b', 0)]
    """

    def __init__(
        self, sources: Pictures, *, real: str | None = None, trials: int = 20, seed: int = 0
    ) -> None:
        _check(sources, real, trials)
        self.sources, self.real, self.seed = sources, real, seed
        draws = random.Random(seed)
        names = _order(list(sources), real, trials, draws)
        stacks = {name: _shuffled(len(pictures), draws) for name, pictures in sources.items()}
        self.trials = [
            [(name, sources[name][next(stacks[name])]) for name in group] for group in names
        ]
        self.answers: list[str] = []

    @property
    def question(self) -> str:
        """What is asked."""
        return _WORDS[self._kind][0]

    @property
    def choices(self) -> tuple[str, str]:
        """The two answers that there are."""
        return _WORDS[self._kind][1]

    @property
    def finished(self) -> bool:
        """Whether every question has been answered."""
        return len(self.answers) == len(self.trials)

    def answer(self, choice: str) -> None:
        """Answer the next question.

        Raises:
            ValueError: not one of the choices, or nothing is left to answer.
        """
        if choice not in self.choices:
            raise wrong_value("choice", " or ".join(map(repr, self.choices)), repr(choice))
        if self.finished:
            answered = f"all {len(self.trials)} questions have been answered"
            raise wrong_value("choice", "a question to answer", answered, "begin another test")
        self.answers.append(choice)

    def ranking(self) -> list[Row]:
        """The sources that were judged so far, the one chosen most often first."""
        shown: dict[str, list[bool]] = {}
        for group, answer in zip(self.trials, self.answers, strict=False):
            for side, (name, _) in enumerate(group):
                shown.setdefault(name, []).append(answer == self.choices[side])
        rows = [_row(name, sum(chosen), len(chosen)) for name, chosen in shown.items()]
        return sorted(rows, key=lambda row: (-row.share, row.source))

    def summary(self) -> str:
        """The ranking as text, or what to do to get one."""
        if not self.answers:
            return "No answers yet: use the buttons of the blind test, then run this cell again."
        verb = _WORDS[self._kind][2]
        width = max(len(row.source) for row in self.ranking())
        return "\n".join(
            f"{row.source:{width}}  {verb} {row.chosen:2} of {row.shown:2}   {_percent(row)}"
            for row in self.ranking()
        )

    @property
    def _kind(self) -> str:
        return "better" if self.real is None else "real"


def blind_test(
    sources: Pictures,
    *,
    real: str | None = None,
    trials: int = 20,
    seed: int = 0,
    height: int = 160,
) -> "VBox | None":
    """Buttons that ask a `BlindTest`, and a table at its end.

    While nbgrader grades a notebook there is none. Where widgets don't run, in a saved page, the
    same pictures stand in a numbered sheet with the key below it.

    Args:
        sources, real, trials, seed: see `BlindTest`.
        height: of each picture on the screen, in pixels.

    Returns:
        A widget to be the last line of a cell, with the test as its attribute ``test``; None
        while grading.

    Raises:
        ValueError: as `BlindTest`.
    """
    if run_by_nbgrader():
        return None
    # Imported here, because whoever only shows images need not wait for the widgets.
    from ipywidgets import HTML, Button, HBox, VBox

    class BlindTestBox(VBox):
        """The widget; as HTML, where there are none, the sheet."""

        def _repr_mimebundle_(self, **options: Any) -> Any:
            bundle = super()._repr_mimebundle_(**options)
            if isinstance(bundle, dict):
                bundle["text/html"] = sheet_html(self.test, height)
            return bundle

    test = BlindTest(sources, real=real, trials=trials, seed=seed)
    view = HTML()
    buttons = [Button(description=choice, tooltip=test.question) for choice in test.choices]
    again = Button(description="start again", tooltip="The same test with other pictures")
    box = BlindTestBox([view, HBox([*buttons, again])])
    box.test = test

    def update() -> None:
        view.value = _view_html(box.test, height)
        for button in buttons:
            button.disabled = box.test.finished

    def choose(button: Any) -> None:
        box.test.answer(button.description)
        update()

    def restart(_button: Any) -> None:
        box.test = BlindTest(sources, real=real, trials=trials, seed=box.test.seed + 1)
        update()

    for button in buttons:
        button.on_click(choose)
    again.on_click(restart)
    update()
    return box


def sheet_html(test: BlindTest, height: int = 160) -> str:
    """All questions of a test on one page, and the key to open when they are answered."""
    rows, key = [], []
    for number, group in enumerate(test.trials, 1):
        sides = ("",) if len(group) == 1 else (" left", " right")
        pictures = {f"{number}{side}": p for side, (_, p) in zip(sides, group, strict=True)}
        rows.append(images_html(pictures, alt="a picture to judge", height=height))
        key.append(f"<li>{escape(', '.join(name for name, _ in group))}</li>")
    return (
        f"<p><strong>{escape(test.question)}</strong></p>"
        f'<div style="display:flex;flex-wrap:wrap;gap:12px">{"".join(rows)}</div>'
        f"<details><summary>The key</summary><ol>{''.join(key)}</ol></details>"
    )


def _view_html(test: BlindTest, height: int) -> str:
    """The next question, or the result."""
    if test.finished:
        return f'<div role="status" aria-live="polite">{_table_html(test)}</div>'
    number = len(test.answers)
    group = test.trials[number]
    captions = ("picture",) if len(group) == 1 else test.choices
    pictures = {caption: p for caption, (_, p) in zip(captions, group, strict=True)}
    alt = f"to be judged, question {number + 1} of {len(test.trials)}"
    return (
        f'<p role="status" aria-live="polite"><strong>{escape(test.question)}</strong> '
        f"({number + 1} of {len(test.trials)})</p>{images_html(pictures, alt=alt, height=height)}"
    )


def _table_html(test: BlindTest) -> str:
    verb = _WORDS[test._kind][2]
    rows = "".join(
        f"<tr><td style='{_CELL}'>{escape(row.source)}</td>"
        f"<td style='{_CELL}'>{row.chosen} of {row.shown}</td>"
        f"<td style='{_CELL}'>{_percent(row)}</td></tr>"
        for row in test.ranking()
    )
    return (
        f"<table><caption style='{_CELL}'>{escape(test.question)} Your ranking:</caption>"
        f"<thead><tr><th style='{_CELL}'>source</th><th style='{_CELL}'>{verb}</th>"
        f"<th style='{_CELL}'>share, with a 95 % interval</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _percent(row: Row) -> str:
    return f"{100 * row.share:.0f} % ({100 * row.low:.0f} to {100 * row.high:.0f} %)"


def _row(source: str, chosen: int, shown: int) -> Row:
    """With Wilson's interval, which stays between 0 and 1 even for few answers."""
    # Imported here: SciPy's statistics take longer to load than a blind test to begin.
    from scipy.stats import binomtest

    interval = binomtest(chosen, shown).proportion_ci(0.95, method="wilson")
    return Row(source, chosen, shown, chosen / shown, float(interval.low), float(interval.high))


def _order(
    names: list[str], real: str | None, trials: int, draws: random.Random
) -> list[tuple[str, ...]]:
    """The sources of each question: all as often as each other, in random order and sides."""
    groups: list[tuple[str, ...]]
    if real is None:
        pairs = list(combinations(names, 2))
        draws.shuffle(pairs)
        groups = [
            (a, b) if draws.random() < 0.5 else (b, a) for a, b in islice(cycle(pairs), trials)
        ]
    else:
        others = [name for name in names if name != real]
        draws.shuffle(others)
        fakes = list(islice(cycle(others), trials // 2))
        groups = [(name,) for name in [real] * (trials - len(fakes)) + fakes]
    draws.shuffle(groups)
    return groups


def _shuffled(count: int, draws: random.Random) -> "cycle[int]":
    """The numbers below `count` in random order, over and over."""
    numbers = list(range(count))
    draws.shuffle(numbers)
    return cycle(numbers)


def _check(sources: Pictures, real: str | None, trials: int) -> None:
    if len(sources) < 2:
        raise wrong_value("sources", "at least two to compare", len(sources))
    for name, pictures in sources.items():
        if len(pictures) == 0:
            raise wrong_value("sources", f"pictures of {name!r}", "none")
    if real is not None:
        require_choice(real, "real", sources)
    whole(trials, "trials", at_least=1)
