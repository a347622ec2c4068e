"""Output to a notebook, or to a terminal where there is none."""

import os


def publish(html: str, text: str) -> None:
    """Display HTML in a notebook, with ``text`` for whoever cannot see it; else print ``text``."""
    # Imported here: IPython is slow to load, and nobody needs it to build HTML.
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display

    if InteractiveShell.initialized():
        display({"text/html": html, "text/plain": text}, raw=True)
    else:
        print(text)


def run_by_nbgrader() -> bool:
    """Whether nbgrader executes the notebook, to grade or to validate it: nobody is looking."""
    return bool(os.environ.get("NBGRADER_EXECUTION"))
