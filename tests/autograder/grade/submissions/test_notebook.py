"""A submitted notebook is data: whatever it holds, it is read or refused in words."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.check.answer import MAX_ANSWER, Slot
from autograder.grade.submissions.json_text import without_outputs
from autograder.grade.submissions.notebook import (
    MAX_BYTES,
    NotANotebook,
    Wanted,
    parse_notebook,
    read_submission,
)

STUB = "def double(image):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
ANSWER = "def double(image):\n    return 2 * image"
WANTED = [
    Wanted("counting-double", STUB, "code", Slot("counting-double", ("double",), STUB)),
    Wanted("counting-essay", "YOUR ANSWER HERE", "markdown"),
]


def cell(text, name="counting-double", kind="code", **more):
    metadata = {"nbgrader": {"grade_id": name, "solution": True}} if name else {}
    return {"cell_type": kind, "source": text, "metadata": metadata, **more}


def read(*cells, **metadata):
    document = {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return read_submission(json.dumps(document).encode(), "01_counting", "r1", WANTED)


def double(*cells):
    return read(*cells).answers["counting-double"]


def test_sources_may_be_lines_or_one_text():
    assert double(cell(ANSWER)).text == ANSWER
    assert double(cell(ANSWER.splitlines(keepends=True))).text == ANSWER


def test_the_stub_is_no_answer_however_it_is_spaced():
    for text in (STUB, "\n\n" + STUB + "\n", STUB.replace("\n", "   \n"), "", "  \n"):
        assert "no answer in the answer cell" in double(cell(text)).problem


@pytest.mark.parametrize(
    "cells",
    [
        [cell(ANSWER), cell(STUB)],
        [cell(STUB), cell(ANSWER)],
        [cell(STUB), cell(ANSWER), cell(STUB), cell("")],
        [cell(ANSWER), cell(ANSWER)],
    ],
)
def test_among_duplicates_the_students_answer_counts(cells):
    answer = double(*cells)
    assert (answer.text, answer.problem, answer.notes) == (ANSWER, "", ())


def test_the_parts_of_a_split_cell_are_joined():
    answer = double(cell("factor = 2"), cell("def double(image):\n    return factor * image"))
    assert answer.program.startswith("factor = 2\ndef double")
    assert answer.notes == ()


def test_of_two_definitions_the_last_counts_and_that_is_said():
    answer = double(cell(ANSWER), cell(ANSWER + " + 1"))
    assert answer.program.endswith("image + 1")
    assert answer.notes == ("`double` is defined 2 times; the last one counts",)


def test_a_lost_label_is_found_by_the_cells_own_id():
    assert double(cell(ANSWER, name="", id="counting-double")).text == ANSWER


def test_an_answer_in_a_new_cell_counts_and_that_is_said():
    for text in (ANSWER, "double = lambda image: 2 * image", "class double: pass"):
        answer = double(cell(STUB), cell(text, name=""))
        assert (answer.program, answer.problem) == (text, "")
        assert answer.notes == ("`double` was taken from another cell",)
    assert "no answer" in double(cell(STUB), cell("doubled = 1", name="")).problem


def test_an_endless_answer_is_refused():
    assert "characters" in double(cell("#" * (MAX_ANSWER + 1))).problem


def test_half_a_surrogate_becomes_a_question_mark():
    assert double(cell("x = '\ud800'")).text == "x = '?'"


def test_an_essay_keeps_what_is_attached_to_it():
    picture = {"a.png": {"image/png": "iVBO\nRw==<script>", "text/html": "<b>"}, "b": 3}
    essay = cell("![](attachment:a.png)", "counting-essay", "markdown", attachments=picture)
    answer = read(essay).answers["counting-essay"]
    assert answer.text == "![](attachment:a.png)"
    assert answer.attachments == {"a.png": picture["a.png"]}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"\xff\xfe{", "not in UTF-8"),
        (b"{'cells': []}", "not a notebook, or its end is missing"),
        (b"[]", "no list of cells"),
        (b"null", "no list of cells"),
        (b'{"cells": {}}', "no list of cells"),
        (b'{"worksheets": [7], "nbformat": 3}', "old format"),
        (b'{"cells": []}', "none of the answer cells"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[]," * 600_000, "more than 500,000 parts"),
        (b'{"cells": [' + b"9" * 10_000 + b"]}", "not a notebook"),
    ],
)
def test_what_is_no_notebook_is_said_in_words(content, reason):
    with pytest.raises(NotANotebook, match=reason):
        read_submission(content, "01_counting", "r1", WANTED)


def test_another_units_notebook_is_named():
    with pytest.raises(NotANotebook, match="this is the notebook of 05_vae, not of 01_counting"):
        read(cell(ANSWER, name="vae-loss"), retouch={"unit": "05_vae"})


def test_an_edited_unit_costs_nothing_but_is_noted():
    submission = read(cell(ANSWER), retouch={"unit": "05_vae", "release": "r1"})
    assert submission.answers["counting-double"].text == ANSWER
    assert submission.notes == ("the notebook says that it belongs to 05_vae",)


def test_outputs_are_dropped_before_the_size_is_judged():
    output = {"output_type": "stream", "text": ["x" * 2**20, '"]}{["'] * 40}
    document = {"cells": [cell(ANSWER, outputs=[output])], "metadata": {}}
    content = json.dumps(document).encode()
    assert len(content) > MAX_BYTES
    (node,) = parse_notebook(content)["cells"]
    assert (node["source"], node["outputs"]) == (ANSWER, [])


@pytest.mark.parametrize(
    "content", [b'"' * 10**6, b'\\"' * 10**6, b'{"outputs": ["' + b"\\" * 10**6]
)
def test_damaged_text_comes_back_as_it_was(content):
    assert without_outputs(content) == content


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["cells", "metadata", "nbgrader", "grade_id", "source", "id", "retouch",
                         "unit", "release", "attachments", "cell_type", "image/png"]),
        inner | st.sampled_from(["counting-double", "counting-essay"]), max_size=5),
    max_leaves=30,
)  # fmt: skip


@given(anything, st.lists(anything, max_size=4))
def test_no_json_stops_the_reading(document, cells):
    """Law: any JSON document is read, or refused with a reason; nothing else happens."""
    for tree in (document, {"cells": cells}, {"cells": [cell(item) for item in cells]}):
        with contextlib.suppress(NotANotebook):
            submission = read_submission(json.dumps(tree).encode(), "01_counting", "r1", WANTED)
            assert set(submission.answers) == {"counting-double", "counting-essay"}
            for answer in submission.answers.values():
                answer.text.encode()
                json.dumps(answer.attachments)


@given(st.binary(max_size=200))
def test_no_bytes_stop_the_reading(content):
    """Law: any bytes are parsed, or refused with a reason."""
    with contextlib.suppress(NotANotebook):
        parse_notebook(content)
