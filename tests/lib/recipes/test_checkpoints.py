import pytest

from retouch.recipes import TrainingError, make_fabric, train
from retouch.recipes.checkpoints import resume, save
from retouch.recipes.training import start
from tests.lib.recipes.small import Line, equal, small


@pytest.fixture(scope="module")
def fabric():
    return make_fabric("cpu", precision="32-true")


@pytest.fixture
def path(fabric, tmp_path):
    """A checkpoint of two steps."""
    path = tmp_path / "run.ckpt"
    train(Line(), fabric=fabric, progress=False, checkpoint=path, until=2)
    return path


def test_interrupted_writing_leaves_the_old_checkpoint(fabric, path, monkeypatch):
    before = path.read_bytes()

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", interrupt)
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        save(start(Line(), fabric), path)
    assert path.read_bytes() == before


def test_resume_restores_networks_optimisers_and_step(fabric, path):
    run = start(Line(), fabric)
    resume(run, path)
    assert run.step == 2
    assert equal(run, train(Line(), fabric=fabric, progress=False, until=2))


def test_other_settings_are_named(fabric, path):
    message = r"run.ckpt was made with lr=0.1 and not 0.2, seed=0 and not 3: use its settings, or"
    with pytest.raises(TrainingError, match=message):
        resume(start(Line(lr=0.2, seed=3), fabric), path)


def test_another_recipe_is_named(fabric, path):
    with pytest.raises(TrainingError, match=r"run.ckpt was made with recipe='line' and not 'toy'"):
        resume(start(small("toy"), fabric), path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: b"no checkpoint",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:100] + bytes(100) + whole[200:],
        lambda whole: b"cos\nsystem\n(S'echo pickled'\ntR.",
    ],
    ids=["empty", "text", "half", "zeros", "pickled code"],
)
def test_a_damaged_checkpoint_gets_one_line(fabric, path, damage):
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(TrainingError, match=r"run.ckpt is no checkpoint, or a damaged one: delete"):
        train(Line(), fabric=fabric, progress=False, checkpoint=path)
