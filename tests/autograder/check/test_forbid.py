"""What an answer uses of what is forbidden, by its text alone."""

import pytest

from autograder.check.forbid import forbidden_uses, origins

FORBID = ["skimage.transform", "torch.nn.functional.kl_div", "numpy.convolve"]
GIVEN = origins(("import numpy as np\nfrom skimage import transform as tf\nimport skimage",))

TRANSFORM = {
    "an alias": "def f(x): return tf.rotate(x)",
    "a path": "def f(x): return skimage.transform.rotate(x)",
    "an import within": "def f(x):\n    from skimage.transform import rotate\n    return rotate(x)",
    "a module within": "def f(x):\n    import skimage.transform as t\n    return t.rotate(x)",
    "a comprehension": "def f(xs): return [tf.rotate(x) for x in xs]",
    "a tuple": "a, b = tf, 3\ndef f(x): return a.rotate(x)",
    "an alias of an alias": "a = skimage\nb = a.transform\ndef f(x): return b.rotate(x)",
    "a closure": "def make():\n    r = tf.rotate\n    def f(x): return r(x)\n    return f",
    "importlib": "import importlib\nm = importlib.import_module('skimage.' + 'transform')\nm.f()",
    "__import__": "def f(x): return __import__('skimage').transform.rotate(x)",
    "getattr": "def f(x): return getattr(skimage, 'transform').rotate(x)",
    "__dict__": "def f(x): return skimage.__dict__['transform'].rotate(x)",
    "vars": "def f(x): return vars(skimage)['transform'].rotate(x)",
    "sys.modules": "import sys\ndef f(x): return sys.modules['skimage.transform'].rotate(x)",
    "a star": "from skimage.transform import *\ndef f(x): return rotate(x)",
    "eval": "def f(x): return eval('tf.rotate')(x)",
    "a default": "def f(x, r=tf.rotate): return r(x)",
    "a decorator": "@tf.rotate\ndef f(x): return x",
    "a class": "class A:\n    def f(self, x): return tf.rotate(x)",
}


@pytest.mark.parametrize("way", TRANSFORM)
def test_every_route_is_named(way):
    assert forbidden_uses(TRANSFORM[way], FORBID, GIVEN) == ["skimage.transform"]


def test_a_single_function_may_be_forbidden():
    text = "import torch.nn.functional as F\ndef f(a): return F.kl_div(a) + np.convolve(a, a)"
    assert forbidden_uses(text, FORBID, GIVEN) == ["numpy.convolve", "torch.nn.functional.kl_div"]


@pytest.mark.parametrize(
    "text",
    [
        "import skimage.transform\nfrom skimage import transform\ndef f(x): return x",
        "def f(transform):\n    from skimage import filters\n    return transform(filters)",
        "from skimage import transform\ndef f(transform): return transform.rotate(3)",
        "def f(x):\n    tf = x.copy()\n    return tf.rotate",
        "def f(x): return np.flip(x)",
        "def f(x): return x.transform.rotate",
        "def f(:",
    ],
)
def test_what_only_looks_like_it_is_no_use(text):
    assert forbidden_uses(text, FORBID, GIVEN) == []


def test_a_part_of_a_name_is_another_name():
    assert (
        forbidden_uses("def f(x): return np.flip(np.linspace(0, 1, 3))", ["numpy.fl"], GIVEN) == []
    )
