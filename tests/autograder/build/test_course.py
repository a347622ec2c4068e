import json

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from autograder.build.course import stale_files, write_unit
from autograder.build.notebook import instructor_notebook, student_notebook
from autograder.build.source import read_unit
from autograder.check.data import CheckData


@pytest.fixture
def built(course):
    write_unit(course.unit, lambda line: None)
    return course


def notebook_of(course):
    return nbformat.read(course.unit.course / "01_numbers.ipynb", as_version=4)


def test_fresh_build_is_not_stale(built):
    assert stale_files(built.unit) == []


def test_building_again_changes_nothing(built):
    lines = []
    write_unit(built.unit, lines.append)
    assert lines == []


def test_changed_prose_names_the_notebook(built):
    built.replace("doubles an image", "doubles a picture")
    (line,) = stale_files(built.unit)
    assert line == (
        "course/01_numbers/01_numbers.ipynb: differs from its source in solutions/; "
        "run `retouch build 01_numbers`"
    )


def test_changed_diagnosis_names_the_check_data(built):
    built.replace("that squares it", "that is the square")
    assert any("checks/10_double.npz: differs" in line for line in stale_files(built.unit))


def test_changed_solution_names_the_check_data(built):
    built.replace("image + image", "image + image + 1e-3")
    assert any("checks/10_double.npz: differs" in line for line in stale_files(built.unit))


def test_missing_and_surplus_files_are_named(built):
    data = built.unit.course / "checks" / "10_double.npz"
    data.rename(data.with_name("11_old.npz"))
    missing, surplus = stale_files(built.unit)
    assert "10_double.npz: expected this file, found none" in missing
    assert "11_old.npz: expected no such file" in surplus


def test_build_removes_surplus_files(built):
    surplus = built.unit.course / "checks" / "11_old.npz"
    surplus.write_bytes(b"old")
    write_unit(built.unit, lambda line: None)
    assert not surplus.exists()


def test_student_notebook_is_valid_and_has_no_outputs(built):
    notebook = notebook_of(built)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


def test_student_notebook_holds_stubs_and_nothing_hidden(built):
    text = json.dumps(notebook_of(built))
    assert "raise NotImplementedError()" in text
    for secret in ("doubled_values", "BEGIN SOLUTION", "hidden", "MARK SCHEME", "names a reason"):
        assert secret not in text


def test_instructor_notebook_holds_solution_hidden_check_and_rubric(course):
    text = json.dumps(instructor_notebook(read_unit(course.unit)))
    for part in ("doubled_values", "hidden=True", "names a reason"):
        assert part in text


def test_check_data_hold_no_code_of_answers(built):
    content = (built.unit.course / "checks" / "10_double.npz").read_bytes()
    document = json.dumps(CheckData.load(content), default=str)
    for secret in ("doubled_values", "image * image", "swapaxes", "ndindex"):
        assert secret not in document


def test_points_stand_in_the_check_cell(built):
    meta = {c.metadata.nbgrader.grade_id: c.metadata.nbgrader for c in notebook_of(built).cells
            if "nbgrader" in c.metadata}  # fmt: skip
    assert meta["numbers-double"].solution
    assert not meta["numbers-double"].grade
    assert meta["numbers-double-check"].points == 2
    assert meta["numbers-essay"].points == 4
    assert all("." not in name for name in meta)  # the formgrader's selectors break on dots


def test_cell_ids_stay_when_another_file_changes(built):
    before = [cell.id for cell in notebook_of(built).cells]
    built.write("05_more.py", "# %% [markdown]\n# A new page.\n")
    after = [cell.id for cell in student_notebook(read_unit(built.unit)).cells]
    assert [name for name in after if not name.startswith("more")] == before
    assert len(set(after)) == len(after)


def test_cell_tags_tell_setup_from_demonstration(built):
    tags = {cell.source: cell.metadata.get("tags") for cell in notebook_of(built).cells}
    assert tags["demonstration_only = 3"] == ["demo"]
    assert tags["import numpy as np"] == ["setup"]
