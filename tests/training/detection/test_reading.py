"""What is learned from and what is judged by share no picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.converters.datasets.annotations.box_set import BoxSet, boxed
from edgevision.training.detection.reading import PicturesOnDisk, apart

from edgevision.card import InputCard
from edgevision.errors import TrainingError


def box_set(folder, shades):
    folder.mkdir()
    items = []
    for i, shade in enumerate(shades):
        path = folder / f"{i}.bmp"
        cv2.imwrite(str(path), np.full((8, 8, 3), shade, np.uint8))
        items.append(boxed(path, [(0, 0, 1, 1)], [0]))
    return BoxSet(tuple(items), ("thing",), folder.name)


def test_a_held_out_picture_under_another_name_is_not_learned(tmp_path):
    learnt, held = box_set(tmp_path / "a", (1, 2, 3)), box_set(tmp_path / "b", (9, 2))
    rest, count = apart(learnt, held)
    assert [item.path.name for item in rest.pictures] == ["0.bmp", "2.bmp"]
    assert count == 1


def test_the_same_pictures_leave_nothing_to_learn(tmp_path):
    data = box_set(tmp_path / "a", (1, 2))
    with pytest.raises(TrainingError, match="All 2 pictures of a are held out too"):
        apart(data, data)


@pytest.mark.parametrize("memory", [10**9, 0])
def test_damaged_pictures_are_left_out_while_they_are_few(tmp_path, memory):
    data = box_set(tmp_path / "a", range(40))
    for i in (3, 39):
        data.pictures[i].path.write_bytes(b"no picture")
    found = PicturesOnDisk(data, InputCard(8, 8), memory=memory)
    told = []
    text = found.leave_out_damaged(lambda done, total: told.append((done, total)))
    assert text.startswith("2 of 40 pictures cannot be read and are left out")
    assert "3.bmp" in text
    assert told[-1] == (40, 40)
    assert len(found) == len(found.data) == 38
    shades = [int(found.sample(i).image[0, 0, 0]) for i in range(38)]
    assert shades == [i for i in range(40) if i not in (3, 39)]
    data.pictures[4].path.write_bytes(b"")
    with pytest.raises(TrainingError, match="3 of 40 pictures .* more than 5%"):
        PicturesOnDisk(data, InputCard(8, 8)).leave_out_damaged(lambda *_: None)
