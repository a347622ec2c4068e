"""Which folders are students'."""

import unicodedata

import pytest

from autograder.grade.submissions.course_directory import is_student_id

GOOD = ["ada", "Ada Lovelace", "a.b@uni-x.edu", "x+y_1", "Zoë", unicodedata.normalize("NFD", "Zoë"),
        "李", "a" * 128]  # fmt: skip
BAD = ["", "<img src=x onerror=alert(1)>", "a/b", "a'b", 'a"b', "a&b", "a;b", "a\nb", "a\x1b[2J",
       "a\u202eb", "a\u200bb", "a\udc80", " a", "a ", ".a", "a.", "..", "a" * 129, "a\\b",
       "{{a}}", "a\u00a0b"]  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_what_can_be_an_id(name):
    assert is_student_id(name)


@pytest.mark.parametrize("name", BAD)
def test_what_cannot(name):
    assert not is_student_id(name)
