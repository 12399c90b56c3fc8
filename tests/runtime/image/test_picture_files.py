"""Which files of a folder are pictures, in which order, and what is said of others."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from edgevision.runtime.image.picture_files import (
    has_pictures,
    list_folders,
    list_pictures,
    natural_order,
    walk_files,
)

from edgevision.errors import SourceError


def put(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    return root


def names(root: Path, **options: bool) -> list[str]:
    return [str(p.relative_to(root)) for p in list_pictures(root, **options).paths]


def test_pictures_are_found_in_natural_order(tmp_path):
    put(tmp_path, "10.jpg", "2.JPEG", "1.png", "b/1.gif", "a/3.heic", "a/notes.txt")
    wanted = ["1.png", "2.JPEG", "10.jpg", "a/3.heic", "b/1.gif"]
    assert names(tmp_path) == wanted
    assert names(tmp_path, deep=False) == wanted[:3]
    assert list_pictures(tmp_path).note is None


def test_the_order_is_that_of_numbers_and_total():
    paths = [Path(f"{a}/{b}.png") for a in ("x9", "x10") for b in (1, 2, 11, "01")]
    paths += [Path("x9 b/1.png"), Path("x9-b/1.png")]
    expected = natural_order(paths)
    for seed in range(20):
        mixed = random.Random(seed).sample(paths, len(paths))
        assert natural_order(mixed) == expected
    numbers = [Path(str(n)) for n in range(120)]
    assert natural_order(sorted(numbers)) == tuple(numbers)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("._a.jpg", "hidden picture files (._a.jpg)"),
        ("b/.c.png", "hidden picture files (b/.c.png)"),
        (".thumbnails/a.jpg", "hidden folders of pictures (.thumbnails)"),
        ("b/.thumbs/a.jpg", "hidden folders of pictures (b/.thumbs)"),
        ("__MACOSX/a/._b.jpg", None),  # nothing in it would be taken anyway
        ("__MACOSX/a/b.jpg", "hidden folders of pictures (__MACOSX)"),
        ("@eaDir/a.jpg", "hidden folders of pictures (@eaDir)"),
        ("a.dng", "pictures of a format that OpenCV does not read (a.dng)"),
        (".DS_Store", None),
        (".git/config", None),
    ],
)
def test_what_is_left_out_is_said(tmp_path, name, sentence):
    content = list_pictures(put(tmp_path, "a.jpg", name))
    assert content.paths == (tmp_path / "a.jpg",)
    if sentence is None:
        assert content.note is None
    else:
        assert content.note == f"Left out of {tmp_path}: {sentence}."


def test_the_note_counts_and_names_one_of_each_kind(tmp_path):
    put(tmp_path, ".a.jpg", ".b.jpg", ".thumbs/a.jpg", "c.jpg")
    assert list_pictures(tmp_path).note == (
        f"Left out of {tmp_path}: hidden picture files (2, such as .a.jpg); hidden "
        "folders of pictures (.thumbs)."
    )


def test_a_hidden_folder_that_is_named_itself_is_read(tmp_path):
    assert names(put(tmp_path / ".photos", "a.jpg")) == ["a.jpg"]


def test_links_are_followed_and_loops_end(tmp_path):
    put(tmp_path, "a/1.jpg", "a/b/2.jpg")
    away = put(tmp_path.parent / f"{tmp_path.name}-away", "3.jpg")
    (tmp_path / "a/b/up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a/self").symlink_to("self")
    (tmp_path / "0").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "away").symlink_to(away, target_is_directory=True)
    (away / "back").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "4.jpg").symlink_to(away / "3.jpg")
    (tmp_path / "5.jpg").symlink_to(away / "gone.jpg")
    # A file that is linked to nothing stays, to be named when it is read.
    wanted = ["4.jpg", "5.jpg", "a/1.jpg", "a/b/2.jpg", "away/3.jpg"]
    assert names(tmp_path) == wanted


def test_what_is_no_file_is_no_picture(tmp_path):
    put(tmp_path, "a.jpg/b.png")
    os.mkfifo(tmp_path / "pipe.jpg")
    assert names(tmp_path) == ["a.jpg/b.png"]


def test_a_folder_that_cannot_be_read_is_said(tmp_path, monkeypatch):
    put(tmp_path, "a.jpg", "closed/b.jpg")
    with pytest.raises(SourceError, match=r"Cannot read the folder .*none: No such"):
        list_pictures(tmp_path / "none")
    real = os.scandir

    def refuse(path):
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    content = list_pictures(tmp_path)
    assert content.paths == (tmp_path / "a.jpg",)
    assert content.note.endswith("folders that may not be read (closed).")


def test_other_files_and_folders_follow_the_same_rules(tmp_path):
    put(tmp_path, "2.xml", "10.XML", ".a.xml", ".b/c.xml", "class10/a.jpg")
    put(tmp_path, "class2/a.jpg", "__MACOSX/d.xml", "empty/notes.txt")
    files = natural_order(walk_files(tmp_path, ".xml"))
    assert [p.name for p in files] == ["2.xml", "10.XML"]
    # Folders that are classes keep the order in which Keras numbers them.
    folders = list_folders(tmp_path)
    assert [p.name for p in folders] == ["class10", "class2", "empty"]
    assert [has_pictures(p) for p in folders] == [True, True, False]
    assert not has_pictures(tmp_path, deep=False)
