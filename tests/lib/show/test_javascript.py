"""The widgets' JavaScript: its own tests, and the module that the browser gets."""

import subprocess
from pathlib import Path

import pytest

from retouch.show.editor import DrawingEditor, PointDragger
from retouch.show.javascript import joined_module

FOLDER = Path(__file__).parent


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.test.mjs")), ids=lambda path: path.name)
def test_the_javascript_passes_its_own_tests(path: Path, needs):
    run = subprocess.run(
        [needs("node"), "--test", path], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("widget", [DrawingEditor, PointDragger])
def test_a_widget_is_one_module_that_parses(widget, needs):
    module = str(widget._esm)
    assert "import" not in module
    assert module.count("export ") == module.count("export default") == 1
    check = [needs("node"), "--input-type=module", "--check"]
    run = subprocess.run(check, input=module, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_imports_are_replaced_by_the_files_also_of_what_is_imported(tmp_path: Path):
    (tmp_path / "one.mjs").write_text('import { two } from "./two.mjs";\nexport default { two };\n')
    (tmp_path / "two.mjs").write_text(
        'import { three } from "./three.mjs";\nexport const two = 2;\n'
    )
    (tmp_path / "three.mjs").write_text("export function three() {}\n")
    assert joined_module(tmp_path / "one.mjs") == (
        "function three() {}\n\nconst two = 2;\n\nexport default { two };\n"
    )


def test_a_missing_file_is_an_error(tmp_path: Path):
    (tmp_path / "one.mjs").write_text('import { two } from "./two.mjs";\n')
    with pytest.raises(FileNotFoundError, match=r"two\.mjs"):
        joined_module(tmp_path / "one.mjs")
