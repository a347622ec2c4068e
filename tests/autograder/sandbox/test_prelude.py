"""Of what answers may build on, a sandbox gets compiled code, and of that what is needed."""

import marshal

import pytest

from autograder.sandbox.host.prelude import imports, needed

PRELUDE = (
    "import math\nSCALE = 2",
    "def one(x):\n    return x",
    "def two(x):\n    secret_name = one(x)  # a comment\n    return secret_name",
    "def broken(:\n",
)


def test_a_setup_that_also_defines_a_helper_is_always_there():
    (code,) = marshal.loads(needed(("import math\ndef helper():\n    pass",), "x = 1"))
    assert "helper" in code.co_names


@pytest.mark.parametrize(
    ("answer", "cells"),
    [
        ("def f(x):\n    return x", [0]),
        ("def f(x):\n    return one(x)", [0, 1]),
        ("def f(x):\n    return two(x)", [0, 1, 2]),
        ("f = lambda x: globals()['one'](x)", [0, 1]),
        ("def f(:", [0]),
        ("", [0]),
    ],
)
def test_an_answer_gets_what_it_names_and_what_that_names(answer, cells):
    codes = marshal.loads(needed(PRELUDE, answer))
    assert [code.co_filename for code in codes] == [f"<prelude {n}>" for n in cells]


def test_no_text_of_a_solution_is_among_it():
    content = needed(PRELUDE, "two") + imports(PRELUDE, None)
    assert b"return secret_name" not in content
    assert b"a comment" not in content


def test_imports_are_compiled_each_by_itself():
    text = "import math\nfrom json import dumps\nx = 1\ndef f():\n    import os"
    shared, observe = marshal.loads(imports([text, "not python ("], "import re"))
    assert (len(shared), len(observe)) == (2, 1)
    namespace = {}
    for code in shared:
        exec(code, namespace)
    assert {"math", "dumps"} <= set(namespace)
