"""What a live notebook knows and a grader will not: said by the check, before handing in."""

import pytest
from jupyter_client.manager import start_new_kernel

from autograder.build.course import write_unit

RIGHT = "def double(image):\n    return 2 * image"
CHECK = 'check("numbers.double", double)'
HELPED = "def double(image):\n    return helper(image)"


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel()
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture
def run(kernel, course):
    """Run cells as JupyterLab does, (id, text, deleted ids); what the last one says."""
    write_unit(course.unit, lambda line: None)

    def execute(cell, text, deleted=()):
        content = {
            "code": text, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": False,
        }  # fmt: skip
        metadata = {"cellId": cell, "deletedCells": list(deleted)}
        message = kernel.session.msg("execute_request", content, metadata=metadata)
        kernel.shell_channel.send(message)
        while True:
            reply = kernel.get_shell_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return reply["content"].get("evalue", "✓")

    fresh = "from autograder.check import session; session._run.clear(); session._deleted.clear()"
    execute("x", f"%reset -f\n%cd {course.unit.course}\n{fresh}")
    execute("setup", "from autograder import check\nimport numpy as np")

    def cells(*several):
        return [execute(*cell) for cell in several][-1]

    return cells


def test_a_right_answer_passes_whatever_is_tried_beside_it(run):
    assert run(("numbers-double", RIGHT + "\nprint(double(3))"), ("c", CHECK)) == "✓"


def test_a_helper_in_another_cell_counts(run):
    helper = "def helper(image):\n    return 2 * image"
    assert run(("h", helper), ("numbers-double", HELPED), ("c", CHECK)) == "✓"


def test_a_helper_in_a_deleted_cell_is_told(run):
    helper = "def helper(image):\n    return 2 * image"
    said = run(("h", helper), ("numbers-double", HELPED), ("c", CHECK, ["h"]))
    assert "only this session knows `helper`" in said
    assert "write it into the answer cell" in said


def test_a_helper_that_was_edited_away_is_told(run):
    helper = "def helper(image):\n    return 2 * image"
    said = run(("h", helper), ("h", "x = 1"), ("numbers-double", HELPED), ("c", CHECK))
    assert "only this session knows `helper`" in said


def test_a_deleted_answer_is_told(run):
    assert "only this session knows `double`" in run(("a", RIGHT), ("c", CHECK, ["a"]))


def test_the_answer_cell_counts_and_not_another(run):
    """A grader takes the answer cell's function, whichever was run last."""
    wrong = "def double(image):\n    return 3 * image"
    assert "fail" in run(("numbers-double", wrong), ("b", RIGHT), ("c", CHECK))


def test_a_function_under_another_name_is_told(run):
    said = run(("a", RIGHT.replace("double", "mine")), ("c", CHECK.replace(", double", ", mine")))
    assert "the grader looks for `double`" in said


def test_a_module_of_ones_own_is_told(run, course):
    (course.unit.course / "mine.py").write_text(RIGHT)
    said = run(("numbers-double", "from mine import double"), ("c", CHECK))
    assert "`mine` is a file of yours" in said
