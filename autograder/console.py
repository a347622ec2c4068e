"""Tables and progress bars on a terminal, with colours of ours and cleaned texts in them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import IO, Any, cast

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from autograder.text import EncodableStream, printable_lines, raw_stream


class CleanConsole(Console):
    """A rich console for tables and bars: the texts in it are cleaned, its own colours stay."""

    def __init__(self, *, stderr: bool = False, **options: Any) -> None:
        stream = raw_stream(sys.stderr if stderr else sys.stdout)
        file = cast(IO[str], EncodableStream(stream))
        super().__init__(file=file, **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The segments of a renderable, each text cleaned."""
        for segment in super().render(renderable, options):
            text = segment.text if segment.control else printable_lines(segment.text)
            yield segment._replace(text=text)
