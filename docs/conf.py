"""How Sphinx makes the reference: `make docs`, offline, from the docstrings."""

import sys
from importlib import metadata
from pathlib import Path

# The reference is of these sources, whatever is installed.
sys.path[:0] = [str(Path(__file__).parent.parent / "lib"), str(Path(__file__).parent.parent)]

project = "Retouch"
author = "the authors of Retouch"
release = metadata.version("retouch")
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build", "templates"]
templates_path = ["templates"]
html_theme = "furo"
html_title = "Retouch"

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # shapes, types and ranges are in the docstrings
autodoc_default_options = {"members": True, "show-inheritance": True}
autosummary_generate = True
autosummary_ignore_module_all = False
napoleon_numpy_docstring = False
napoleon_use_ivar = True
default_role = "code"  # docstrings set code in single backticks
