"""Files are written whole or not at all, and replaced only when that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgevision.errors import OutputExistsError
from edgevision.files import refuse_filled, write_bytes, write_pieces, write_text


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
