"""Files are written whole or not at all, and replaced only when that is asked for."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from edgevision.errors import EdgeVisionError, OutputExistsError
from edgevision.files import (
    refuse_existing,
    refuse_filled,
    write_bytes,
    write_pieces,
    write_text,
)


def test_a_file_is_replaced_only_by_force(tmp_path: Path):
    path = tmp_path / "a.html"
    write_text(path, "one")
    with pytest.raises(OutputExistsError, match="already exists. Pass --force"):
        write_text(path, "two")
    assert path.read_text() == "one"
    write_text(path, "two", force=True)
    assert path.read_text() == "two"
    assert [p.name for p in tmp_path.iterdir()] == ["a.html"]


def test_a_folder_that_holds_something_is_written_into_only_by_force(tmp_path: Path):
    refuse_filled(tmp_path / "absent", force=False)
    refuse_filled(tmp_path, force=False)
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(OutputExistsError, match=r"already holds files\. Pass --force"):
        refuse_filled(tmp_path, force=False)
    refuse_filled(tmp_path, force=True)


def test_pieces_that_cannot_be_made_leave_the_old_file_and_nothing_else(tmp_path: Path):
    path = tmp_path / "a.bin"
    write_pieces(path, [b"o", b"ld"], mode=0o640)
    assert path.read_bytes() == b"old"
    assert path.stat().st_mode & 0o777 == 0o640

    def pieces():
        yield b"new"
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        write_pieces(path, pieces())
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.bin"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    path = tmp_path / "a.bin"
    write_bytes(path, b"old")
    with pytest.raises(TypeError):
        write_bytes(path, "not bytes", force=True)  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.bin"]


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_full_disk_is_an_error_that_names_the_file(tmp_path, monkeypatch, call):
    def full(*_words, **_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    target = tmp_path / "report.html"
    with pytest.raises(OSError, match="No space left") as failure:
        write_text(target, "a")
    assert failure.value.filename == str(target)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_said_before_the_work(tmp_path):
    for name in ("absent/report.html", "absent/two/report.html"):
        with pytest.raises(EdgeVisionError, match="there is no folder .*absent"):
            refuse_existing(tmp_path / name, force=True)
    (tmp_path / "file").write_text("a")
    with pytest.raises(EdgeVisionError, match="Not a directory. Choose another"):
        refuse_existing(tmp_path / "file" / "report.html", force=False)


def test_a_name_of_five_thousand_letters_is_refused_in_a_short_sentence(tmp_path):
    for name in ("a" * 5000, "/".join(["a" * 200] * 25)):
        with pytest.raises(EdgeVisionError, match="too long|no folder") as failure:
            refuse_existing(tmp_path / name, force=False)
        assert len(str(failure.value)) < 600
    with pytest.raises(OSError, match="too long") as failure:
        write_pieces(tmp_path / ("a" * 300), [b""])
    assert str(failure.value.filename).endswith("aaa")


def test_an_output_in_the_current_folder_needs_no_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refuse_existing("report.html", force=False)
