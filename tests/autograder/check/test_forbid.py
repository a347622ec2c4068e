import numpy as np
import skimage.transform
import torch.nn.functional as F
from skimage import transform as tf

from autograder.check.forbid import forbidden_uses

FORBID = ["skimage.transform", "torch.nn.functional.kl_div", "numpy.convolve"]


def helper(image):
    return tf.rotate(image, 30)


def by_alias(image):
    return tf.rotate(image, 30)


def by_path(image):
    return skimage.transform.rotate(image, 30)


def by_local_import(image):
    from skimage.transform import rotate

    return rotate(image, 30)


def by_local_module(image):
    import skimage

    return skimage.transform.rotate(image, 30)


def by_helper(image):
    return helper(image)


def in_a_comprehension(images):
    return [tf.rotate(image, 30) for image in images]


def by_function(p, q):
    return F.kl_div(p, q)


def honest(image):
    return np.flip(image) + np.linspace(0, 1, 3)


def test_every_route_is_named():
    for function in (by_alias, by_path, by_local_import, by_local_module, by_helper,
                     in_a_comprehension):  # fmt: skip
        assert forbidden_uses([function], FORBID) == ["skimage.transform"], function.__name__


def test_a_single_function_may_be_forbidden():
    assert forbidden_uses([by_function], FORBID) == ["torch.nn.functional.kl_div"]
    assert forbidden_uses([lambda a, b: np.convolve(a, b)], FORBID) == ["numpy.convolve"]


def test_a_closure_is_followed():
    rotate = tf.rotate

    def closed(image):
        return rotate(image, 30)

    assert forbidden_uses([closed], FORBID) == ["skimage.transform"]


def test_an_honest_answer_uses_nothing_forbidden():
    assert forbidden_uses([honest], FORBID) == []
    assert forbidden_uses([honest], ["numpy.fl", "numpy.lin"]) == []


def test_mutual_recursion_ends():
    def one(n):
        return other(n)

    def other(n):
        return one(n)

    assert forbidden_uses([one, other], FORBID) == []


def test_a_callable_object_is_no_trouble():
    assert forbidden_uses([np.sum, type], FORBID) == []
