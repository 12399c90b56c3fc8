"""Held-out pictures are chosen by content and seed; nothing is learned from them."""

from __future__ import annotations

import pytest
from edgevision.training.data.held_out import check_place, hold_back, not_held, split
from edgevision.training.data.pictures import find_pictures
from hypothesis import given
from hypothesis import strategies as st
from support.class_pictures import write_picture, write_two_classes

from edgevision.errors import TrainingError


@pytest.fixture
def folder(tmp_path):
    return write_two_classes(tmp_path)


def test_a_split_has_every_class_on_both_sides_and_shares_nothing(folder):
    files = find_pictures(folder, print)
    train, held = split(files, 0.3, seed=1)
    assert train.counts() == [4, 4]
    assert held.counts() == [2, 2]
    assert not set(train.digests) & set(held.digests)
    again, _ = split(files, 0.3, seed=1)
    assert again.digests == train.digests
    other, _ = split(files, 0.3, seed=2)
    assert other.digests != train.digests


def test_pictures_that_are_held_out_are_not_learned_from(tmp_path):
    told = []
    assert not_held(["a", "b", "c", "b"], ["b", "x"], tmp_path, told.append) == [0, 2]
    assert told == [
        f"2 pictures are in {tmp_path} too, and are left out of the training."
    ]
    assert not_held(["a"], ["x"], tmp_path, told.append) == [0]
    assert len(told) == 1


def test_held_out_pictures_must_lie_in_a_folder(tmp_path):
    check_place(tmp_path)
    with pytest.raises(TrainingError, match="Cannot validate on .*: no such folder"):
        check_place(tmp_path / "nowhere")


def test_a_split_does_not_depend_on_names(folder, tmp_path_factory):
    renamed = tmp_path_factory.mktemp("renamed")
    for path in folder.glob("*/*.png"):
        new = renamed / path.parent.name / f"x{9 - int(path.stem)}.png"
        new.parent.mkdir(exist_ok=True)
        new.write_bytes(path.read_bytes())
    one, _ = split(find_pictures(folder, print), 0.3, seed=1)
    two, _ = split(find_pictures(renamed, print), 0.3, seed=1)
    assert set(one.digests) == set(two.digests)


def test_a_class_of_one_picture_cannot_be_split(folder):
    write_picture(folder / "c" / "only.png", 77)
    with pytest.raises(TrainingError, match="'c' has 1 readable picture, and needs"):
        split(find_pictures(folder, print), 0.2, seed=0)


@given(
    count=st.integers(2, 60),
    share=st.floats(0, 1),
    seed=st.integers(0, 9),
    data=st.data(),
)
def test_both_sides_have_some_whatever_the_order(count, share, seed, data):
    digests = [f"picture {i}" for i in range(count)]
    places = data.draw(st.permutations(range(count)))
    held, others = hold_back(places, digests, share, seed=seed)
    assert sorted(held + others) == list(range(count))
    assert 1 <= len(held) < count
    assert abs(len(held) - share * count) <= 1
    assert hold_back(range(count), digests, share, seed=seed) == (held, others)
