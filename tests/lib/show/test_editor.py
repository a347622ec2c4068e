import numpy as np
import pytest
import torch

from retouch.models.deepsim import primitive
from retouch.show.editor import drag_points, edit_drawing


@pytest.fixture(autouse=True)
def not_grading(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


@pytest.fixture
def subject():
    labels = torch.zeros(1, 12, 17, dtype=torch.long)
    labels[:, 3:8, 4:9] = 2
    image = torch.rand(1, 3, 12, 17, generator=torch.Generator().manual_seed(0))
    return image, labels


def change(editor, labels):
    """What the browser sends: buffers are memory views."""
    data = memoryview(labels.to(torch.uint8).numpy().tobytes())
    editor.set_state({"labels": data, "asked": editor.asked + 1})


def test_the_editor_starts_with_the_primitive_and_calls_once(subject):
    seen = []
    editor = edit_drawing(lambda x: seen.append(x) or 1 - x, *subject, alt="a square", sigma=1.0)
    assert len(seen) == 1
    assert torch.equal(seen[0], primitive(*subject, 1.0))
    assert torch.equal(editor.primitive, seen[0])
    assert torch.equal(editor.result, 1 - seen[0])
    assert not editor.edited_mask.any()
    assert editor.names == [[0, "segment 0"], [2, "segment 2"]]


def test_a_changed_drawing_is_drawn_and_answered(subject):
    editor = edit_drawing(lambda x: 1 - x, *subject, alt="a square", names=("sky", "sun", "hill"))
    assert editor.names == [[0, "sky"], [2, "hill"]]
    before = editor.picture
    labels = subject[1][0].clone()
    labels[0, :5] = 2
    change(editor, labels)
    assert editor.picture != before
    assert editor.answered == editor.asked == 1
    assert editor.edited_mask.sum() == 5
    assert editor.edited_mask[0, 0, 0, :5].all()
    assert torch.equal(editor.result, 1 - editor.primitive)


def test_a_failing_generator_is_told_and_the_last_picture_stays(subject):
    calls = []

    def sometimes(drawing):
        calls.append(drawing)
        if len(calls) == 2:
            raise RuntimeError("too\nlarge")
        return drawing

    editor = edit_drawing(sometimes, *subject, alt="a square")
    before = editor.picture
    change(editor, subject[1][0])
    assert editor.failed
    assert editor.message == "RuntimeError: too large"
    assert editor.picture == before
    assert editor.answered == 1
    change(editor, subject[1][0])
    assert not editor.failed


def test_a_network_is_called_without_gradients(subject):
    network = torch.nn.Conv2d(3, 3, 1)
    editor = edit_drawing(network, *subject, alt="a square")
    assert not editor.result.requires_grad


def test_where_nothing_can_be_clicked_there_are_pictures(subject):
    data, _ = edit_drawing(lambda x: x, *subject, alt="a square")._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/html"].count("<img") == 2
    assert "a square" in data["text/html"]
    assert data["text/plain"] == "a square"

    def bend(source, target):
        return np.full((6, 9), float((source - target).abs().max()) / 10)

    data, _ = drag_points(bend, (6, 9), alt="a plate")._repr_mimebundle_()
    assert data["text/html"].count("<img") == 2
    assert "the middle pulled up and left: a plate" in data["text/html"]


def test_points_are_in_pixels_and_move():
    seen = []

    def bend(source, target):
        seen.append((source, target))
        return np.zeros((30, 50))

    dragger = drag_points(bend, (30, 50), alt="a plate")
    assert dragger.source[0] == [0, 0]
    assert dragger.source[8] == [49, 29]
    assert len(seen) == 1
    dragger.target = [[3.0, 4.0], *dragger.source[1:]]
    assert len(seen) == 2
    assert (seen[1][1] - seen[1][0])[0].tolist() == [3, 4]
    assert "5 pixels" in dragger.message


def test_a_bad_bend_is_told():
    dragger = drag_points(lambda source, target: None, (6, 9), alt="a plate")
    assert dragger.failed
    assert "TypeError" in dragger.message
    data, _ = dragger._repr_mimebundle_()
    assert "TypeError" in data["text/html"]


def test_misfits_are_refused(subject):
    image, labels = subject
    with pytest.raises(ValueError, match="labels: expected 1×12×17"):
        edit_drawing(lambda x: x, image, labels[:, :5], alt="a square")


def test_nothing_is_called_while_grading(monkeypatch, subject):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert edit_drawing(lambda drawing: pytest.fail("called"), *subject, alt="a square") is None
    assert drag_points(lambda *points: pytest.fail("called"), (6, 9), alt="a plate") is None
