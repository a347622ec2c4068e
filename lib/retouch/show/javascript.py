"""A widget's JavaScript as the one module that anywidget loads.

anywidget hands the browser a module's text, not its address, so that an import of the file
beside it leads nowhere. The files stay apart for their readers and tests, and are joined here.
"""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(?P<file>[\w-]+\.mjs)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default\b)", re.MULTILINE)


def joined_module(path: Path) -> str:
    """The text of a module in which each import of a file beside it is that file.

    Args:
        path: an ES module. Its own imports are of the form `import { Name } from "./file.mjs";`;
            names at the top level of the files must differ.

    Raises:
        FileNotFoundError: it, or a file that it imports, isn't there.
    """

    def imported(match: re.Match[str]) -> str:
        return _EXPORT.sub("", joined_module(path.with_name(match["file"])))

    return _IMPORT.sub(imported, path.read_text(encoding="utf-8"))
