import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import binary_dilation
from skimage.segmentation import find_boundaries

from retouch.data.scenes import (
    CLASSES,
    KINDS,
    PALETTE,
    move,
    remove,
    render,
    sample_scene,
    scene_pair,
)

SEASONS = ("spring", "summer", "autumn", "winter")


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sampled_from(KINDS),
    st.sampled_from(SEASONS),
    st.floats(0, 24),
    st.tuples(st.integers(16, 80), st.integers(16, 80)),
)
def test_every_scene_renders(seed, kind, season, hour, size):
    """Any seed, kind, season, hour and size gives finite colours in range and known labels."""
    picture = render(sample_scene(seed, kind), *size, season, hour)
    assert picture.image.shape == (*size, 3)
    assert picture.image.dtype == np.float32
    assert np.isfinite(picture.image).all()
    assert picture.image.min() >= 0
    assert picture.image.max() <= 1
    assert set(np.unique(picture.labels)) <= set(range(len(CLASSES)))
    assert picture.edges.dtype == bool


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_same_scene(kind):
    first, again = (render(sample_scene(7, kind), 40, 60) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    other = render(sample_scene(8, kind), 40, 60)
    assert np.abs(other.image - first.image).mean() > 0.02


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_sun_moves_with_the_hour(kind):
    scene = sample_scene(3, kind)
    noon, sunset = (render(scene, 64, 96, "summer", hour) for hour in (12, 17.6))
    sun = CLASSES.index("sun")
    moved = (noon.labels == sun) | (sunset.labels == sun)
    assert np.array_equal(noon.labels[~moved], sunset.labels[~moved])
    assert np.abs(noon.image - sunset.image).mean() > 0.1


@pytest.mark.parametrize("seed", range(3))
def test_seasons_keep_every_segment(seed):
    scene = sample_scene(seed)
    pictures = [render(scene, 64, 64, season, 14) for season in SEASONS]
    for picture in pictures[1:]:
        assert np.array_equal(picture.labels, pictures[0].labels)
        assert np.array_equal(picture.edges, pictures[0].edges)
    assert pictures[3].image.mean() > pictures[1].image.mean()  # snow is bright


@pytest.mark.parametrize("kind", KINDS)
def test_edges_hold_all_boundaries_of_segments(kind):
    picture = render(sample_scene(5, kind), 80, 70)
    right = picture.labels[:, :-1] != picture.labels[:, 1:]
    down = picture.labels[:-1] != picture.labels[1:]
    assert picture.edges[:, :-1][right].all()
    assert picture.edges[:-1][down].all()
    # The only edges away from boundaries of segments lie between two things of one class.
    assert 0.02 < picture.edges.mean() < 0.35
    thick = find_boundaries(picture.labels, mode="thick")
    assert (picture.edges & binary_dilation(thick)).sum() > 0.5 * picture.edges.sum()


def test_labels_agree_across_resolutions():
    scene = sample_scene(2, "lake")
    small, large = render(scene, 60, 60), render(scene, 180, 180)
    # With three times the pixels, every third one has the same centre.
    assert (small.labels == large.labels[1::3, 1::3]).mean() > 0.995
    block_means = large.image.reshape(60, 3, 60, 3, 3).mean(axis=(1, 3))
    assert np.abs(small.image - block_means).mean() < 0.02


def test_outlines_are_anti_aliased():
    picture = render(sample_scene(1, "lake"), 96, 96)
    row = picture.labels == CLASSES.index("sky")
    colors = picture.image[picture.edges]
    assert row.any()
    assert len(np.unique(colors.round(3), axis=0)) > 0.5 * len(colors)


def test_removing_a_thing_changes_only_its_surroundings():
    scene = sample_scene(1, "lake")
    name = scene.names()[-4]
    assert name.startswith("house")
    before, after = render(scene, 96, 96), render(remove(scene, name), 96, 96)
    changed = np.abs(before.image - after.image).max(axis=2) > 1e-3
    assert 0.005 < changed.mean() < 0.3
    assert (after.labels == CLASSES.index("roof")).sum() < (
        before.labels == CLASSES.index("roof")
    ).sum()


def test_moving_there_and_back_changes_nothing():
    scene = sample_scene(4, "valley")
    name = "house 0"
    moved = move(scene, name, 0.2)
    assert not np.array_equal(render(moved, 48, 64).labels, render(scene, 48, 64).labels)
    assert moved.houses[0].across == pytest.approx(scene.houses[0].across + 0.2)
    assert move(moved, name, -0.2).houses[0].across == pytest.approx(scene.houses[0].across)


def test_pairs_are_what_they_say():
    beach, snow = scene_pair("beach_to_snow", 3, 64, 64)
    assert np.array_equal(beach.labels, snow.labels)
    sand = beach.labels == CLASSES.index("ground")
    red, blue = beach.image[sand][:, 0].mean(), beach.image[sand][:, 2].mean()
    assert red > blue + 0.1
    snowy = snow.image[sand].mean(axis=0)
    assert snowy.min() > 0.6
    noon, sunset = scene_pair("noon_to_sunset", 3, 48, 64, "lake")
    sky = noon.labels == CLASSES.index("sky")
    assert noon.image[sky][:, 2].mean() > noon.image[sky][:, 0].mean()
    assert sunset.image[sky][:, 0].mean() > sunset.image[sky][:, 2].mean()


def test_classes_have_colors_of_their_own():
    assert PALETTE.shape == (len(CLASSES), 3)
    assert len(np.unique(PALETTE, axis=0)) == len(CLASSES)


def test_bad_requests_are_refused():
    scene = sample_scene(0)
    with pytest.raises(ValueError, match="kind: expected one of lake, valley, beach"):
        sample_scene(0, "city")
    with pytest.raises(ValueError, match="season: expected one of spring"):
        render(scene, 32, 32, "rainy")
    with pytest.raises(ValueError, match=r"hour: expected .* in \[0, 24\], got 25"):
        render(scene, 32, 32, "summer", 25)
    with pytest.raises(ValueError, match="height: expected a whole number of at least 16"):
        render(scene, 8, 32)
    with pytest.raises(ValueError, match="nothing here is called 'castle 1'"):
        move(scene, "castle 1", 0.1)
    with pytest.raises(ValueError, match="change: expected one of noon_to_sunset"):
        scene_pair("day_to_year", 0, 32, 32)
