"""Images: order, sub-folders, and pictures that cannot be read."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.sources.open import open_source
from support.fault_rows import Listener

from edgevision.errors import SourceError


def _write(path, value=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((4, 5, 3), value, np.uint8))


def _names(source):
    return [frame.source.rsplit("/", 1)[-1] for frame in source]


def test_a_folder_is_read_in_natural_order_with_its_sub_folders(tmp_path):
    for name in ("10.png", "2.png", "1.png", "a/3.png"):
        _write(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no image")
    source = open_source(str(tmp_path))
    assert not source.live
    assert _names(source) == ["1.png", "2.png", "10.png", "3.png"]


def test_a_glob_takes_what_matches(tmp_path):
    for name in ("a1.png", "a2.png", "b1.png"):
        _write(tmp_path / name)
    assert _names(open_source(f"{tmp_path}/a?.png")) == ["a1.png", "a2.png"]
    assert _names(open_source(f"{tmp_path}/**/*1.png")) == ["a1.png", "b1.png"]


def test_a_folder_without_images_is_an_error(tmp_path):
    with pytest.raises(SourceError, match="the folder holds no image"):
        open_source(str(tmp_path))


def test_a_corrupt_image_is_told_counted_and_left_out(tmp_path):
    for name in ("1.png", "2.png", "3.png"):
        _write(tmp_path / name)
    (tmp_path / "2.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    source = open_source(str(tmp_path))
    listener = Listener(source)
    listener.harm()
    frames = list(source)
    assert [frame.index for frame in frames] == [0, 2]
    assert source.status.unreadable == 1
    assert len(listener.told) == 1
    assert "2.png as an image: it is damaged" in listener.told[0]
    assert listener.told[0].endswith("It is skipped.")
    listener.record(
        "images-corrupt",
        source="images",
        fault="one of three images is damaged",
        against="PNG with a broken body",
        then="left out and counted, the others are used; exit 1 at the end",
    )


def test_no_readable_image_at_all_is_an_error(tmp_path):
    for name in ("1.png", "2.png"):
        (tmp_path / name).write_bytes(b"broken")
    source = open_source(str(tmp_path))
    source.status.on_note = lambda text: None
    with pytest.raises(SourceError, match="None of the 2 images"):
        list(source)


def test_a_single_corrupt_image_is_its_own_error(tmp_path):
    (tmp_path / "1.png").write_bytes(b"broken")
    with pytest.raises(SourceError, match=r"1\.png as an image: it is damaged"):
        list(open_source(str(tmp_path / "1.png")))


def test_closing_ends_the_iteration(tmp_path):
    for number in range(5):
        _write(tmp_path / f"{number}.png")
    source = open_source(str(tmp_path))
    seen = []
    for frame in source:
        seen.append(frame.index)
        source.close()
        source.close()
    assert seen == [0]


def test_what_a_pattern_matches_and_no_picture_is_is_said(tmp_path):
    cv2.imwrite(str(tmp_path / "1.png"), np.zeros((4, 6, 3), np.uint8))
    for name in ("2.dng", "notes.txt"):
        (tmp_path / name).write_text("x")
    source = open_source(f"{tmp_path}/*")
    notes: list[str] = []
    source.status.on_note = notes.append
    assert _names(source) == ["1.png"]
    assert notes == [
        f"Left out of {tmp_path}/*, as no picture: 2 files, such as {tmp_path}/2.dng."
    ]
