import html
import re
from statistics import NormalDist

import numpy as np
import pytest

from retouch.show import BlindTest, blind_test


@pytest.fixture(autouse=True)
def not_grading(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def flat(level, count=12):
    return np.full((count, 4, 6), level)


SOURCES = {"real": flat(0.9), "good": flat(0.6), "bad <b>": flat(0.1)}


def widget(**options):
    box = blind_test(SOURCES, **options)
    assert box is not None
    return box


def press(box, description):
    next(b for b in box.children[1].children if b.description == description).click()


@pytest.mark.parametrize("trials", [1, 7, 20])
@pytest.mark.parametrize("seed", range(5))
def test_half_of_the_single_pictures_are_real_and_the_rest_is_shared_out(trials, seed):
    test = BlindTest(SOURCES, real="real", trials=trials, seed=seed)
    shown = [name for ((name, _),) in test.trials]
    assert len(shown) == trials
    assert shown.count("real") == trials - trials // 2
    assert abs(shown.count("good") - shown.count("bad <b>")) <= 1


@pytest.mark.parametrize("seed", range(5))
def test_all_pairs_are_shown_equally_often_and_on_both_sides(seed):
    test = BlindTest(SOURCES, trials=30, seed=seed)
    pairs = [tuple(sorted(name for name, _ in group)) for group in test.trials]
    assert {pairs.count(pair) for pair in pairs} == {10}
    assert 5 < sum(group[0][0] < group[1][0] for group in test.trials) < 25


def test_pictures_belong_to_their_names_and_are_not_repeated_while_they_last():
    sources = {name: [np.full((2, 2), k / 10) for k in range(6)] for name in "ab"}
    for k, picture in enumerate(sources["b"]):
        picture[0, 0] = 1 - k / 100
    test = BlindTest(sources, trials=6)
    for name in "ab":
        used = [id(picture) for group in test.trials for n, picture in group if n == name]
        assert sorted(used) == sorted(map(id, sources[name]))


def test_another_seed_asks_in_another_order():
    first, same, other = (
        [[name for name, _ in group] for group in BlindTest(SOURCES, trials=20, seed=seed).trials]
        for seed in (0, 0, 1)
    )
    assert first == same
    assert first != other


def test_who_always_prefers_the_brighter_picture_ranks_by_brightness():
    test = BlindTest(SOURCES, trials=30)
    for (_, left), (_, right) in test.trials:
        test.answer("left" if left.mean() > right.mean() else "right")
    assert [row.source for row in test.ranking()] == ["real", "good", "bad <b>"]
    assert [row.share for row in test.ranking()] == [1, 0.5, 0]


def test_the_share_taken_for_real_counts_each_source_alone():
    test = BlindTest(SOURCES, real="real", trials=20)
    for ((name, _),) in test.trials:
        test.answer("generated" if name == "bad <b>" else "real")
    rows = {row.source: row for row in test.ranking()}
    assert (rows["real"].chosen, rows["real"].shown) == (10, 10)
    assert (rows["good"].chosen, rows["bad <b>"].chosen) == (5, 0)


def test_intervals_are_wilsons():
    test = BlindTest(SOURCES, real="real", trials=20)
    for _ in test.trials:
        test.answer("real")
    low, high = test.ranking()[0].low, test.ranking()[0].high
    # n / (n + z²), the closed form for n of n
    z = NormalDist().inv_cdf(0.975)
    shown = test.ranking()[0].shown
    assert low == pytest.approx(shown / (shown + z**2))
    assert high == pytest.approx(1)


def test_a_ranking_of_the_first_answers_only():
    test = BlindTest(SOURCES, trials=10)
    assert test.ranking() == []
    assert "No answers yet" in test.summary()
    test.answer("left")
    assert sum(row.shown for row in test.ranking()) == 2
    assert "preferred  1 of  1" in test.summary()


def test_answers_that_make_no_sense_are_refused_in_words():
    test = BlindTest(SOURCES, trials=1)
    with pytest.raises(ValueError, match="expected 'left' or 'right', got 'real'"):
        test.answer("real")
    test.answer("left")
    with pytest.raises(ValueError, match="all 1 questions have been answered"):
        test.answer("left")


@pytest.mark.parametrize(
    ("sources", "options", "words"),
    [
        ({"a": flat(0)}, {}, "sources: expected at least two"),
        ({"a": flat(0), "b": flat(0)[:0]}, {}, "pictures of 'b', got none"),
        (SOURCES, {"real": "true"}, "real: expected one of real, good"),
        (SOURCES, {"trials": 0}, "trials: expected a whole number of at least 1"),
    ],
)
def test_a_test_that_cannot_be_made_says_why(sources, options, words):
    with pytest.raises(ValueError, match=words):
        BlindTest(sources, **options)


def test_the_widget_hides_the_names_until_the_end():
    box = widget(trials=6)
    for number in range(6):
        view = box.children[0].value
        assert f"({number + 1} of 6)" in view
        assert not any(name in view for name in ("good", "bad"))
        press(box, "left")
    view = box.children[0].value
    assert "good" in view
    assert "bad &lt;b&gt;" in view
    assert box.test.finished
    assert all(b.disabled for b in box.children[1].children[:2])


def test_pictures_have_an_alternative_that_gives_nothing_away():
    view = widget(real="real", trials=4).children[0].value
    alternatives = [html.unescape(a) for a in re.findall('alt="([^"]*)"', view)]
    assert alternatives == ["picture: to be judged, question 1 of 4"]


def test_starting_again_draws_other_questions():
    box = widget(trials=20)
    first = [[name for name, _ in group] for group in box.test.trials]
    press(box, "right")
    press(box, "start again")
    assert box.test.answers == []
    assert [[name for name, _ in group] for group in box.test.trials] != first
    assert "(1 of 20)" in box.children[0].value


def test_without_widgets_there_is_a_sheet_with_a_key():
    box = widget(real="real", trials=4)
    page = box._repr_mimebundle_()["text/html"]
    assert page.count("<img") == 4
    assert page.index("<details>") > page.rindex("<img")
    assert page.count("<li>") == 4


def test_nothing_happens_while_grading(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert blind_test(SOURCES) is None
