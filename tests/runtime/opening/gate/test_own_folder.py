"""What is kept counts only in a folder that nobody else can write."""

from __future__ import annotations

import os
import stat

import pytest
from edgevision.runtime.opening.gate import own_folder, verdicts
from edgevision.runtime.opening.gate.own_folder import cache_base, keep, read_kept

SOMEBODY = 65_534


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(verdicts, "_admitted", set())
    return tmp_path / "edgevision/admitted"


@pytest.fixture
def kept(cache):
    keep("admitted", "key", b"words")
    assert read_kept("admitted", "key", 100) == b"words"
    return cache


def belongs_to_somebody(path, monkeypatch):
    """Let a place belong to another user, seen from here."""
    if os.geteuid() == 0:
        os.chown(path, SOMEBODY, SOMEBODY)
        return
    fstat, place = os.fstat, path.stat()

    def other(descriptor):
        status = fstat(descriptor)
        if (status.st_dev, status.st_ino) != (place.st_dev, place.st_ino):
            return status
        fields = list(status)
        fields[4] = SOMEBODY
        return os.stat_result(fields)

    monkeypatch.setattr(own_folder.os, "fstat", other)


@pytest.mark.parametrize("place", [".", "..", "key"])
def test_what_belongs_to_somebody_else_does_not_count(kept, monkeypatch, place):
    belongs_to_somebody(kept / place, monkeypatch)
    with pytest.raises(PermissionError):
        read_kept("admitted", "key", 100)
    assert not verdicts.is_admitted("key")


@pytest.mark.parametrize("place", [".", ".."])
def test_nothing_is_written_into_a_folder_of_somebody_else(kept, monkeypatch, place):
    belongs_to_somebody(kept / place, monkeypatch)
    with pytest.raises(PermissionError):
        keep("admitted", "other", b"words")
    verdicts.keep_verdict("other")  # says nothing, and costs a trial next time
    assert os.listdir(kept) == ["key"]


@pytest.mark.parametrize("place", [".", "..", "key"])
@pytest.mark.parametrize("others", [stat.S_IWGRP, stat.S_IWOTH])
def test_what_others_could_write_does_not_count(kept, place, others):
    path = kept / place
    path.chmod(stat.S_IMODE(path.stat().st_mode) | others)
    with pytest.raises(PermissionError):
        read_kept("admitted", "key", 100)
    assert not verdicts.is_admitted("key")


@pytest.mark.parametrize("place", ["admitted", ""])
def test_a_link_is_not_followed(kept, tmp_path, place):
    path = tmp_path / "edgevision" / place
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"Not a directory|symbolic links"):
        read_kept("admitted", "key", 100)
    assert not verdicts.is_admitted("key")
    with pytest.raises(OSError, match=r"Not a directory|symbolic links"):
        keep("admitted", "other", b"words")


def test_a_file_that_is_a_link_is_not_followed(kept, tmp_path):
    (tmp_path / "file").write_text("words")
    (kept / "link").symlink_to(tmp_path / "file")
    os.mkfifo(kept / "pipe", 0o600)
    for name in ("link", "pipe"):
        with pytest.raises(OSError, match=r"symbolic links|another kind"):
            read_kept("admitted", name, 100)
    keep("admitted", "link", b"new")
    assert read_kept("admitted", "link", 100) == b"new"
    assert (tmp_path / "file").read_text() == "words"


def test_a_folder_that_was_open_to_others_is_closed_and_emptied(kept):
    """Whoever could write there may have left a verdict by a rename of another one."""
    kept.chmod(0o777)
    keep("admitted", "new", b"")
    assert os.listdir(kept) == ["new"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700


def test_a_wide_mask_does_not_open_the_folders(cache):
    before = os.umask(0)
    try:
        keep("admitted", "key", b"")
    finally:
        os.umask(before)
    for path in (cache.parent, cache, cache / "key"):
        assert not path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    assert verdicts.is_admitted("key")


def test_there_are_not_many(cache):
    for number in range(9):
        keep("admitted", f"{number}", b"", most=4)
    assert 2 <= len(os.listdir(cache)) <= 4


def test_the_cache_is_where_the_desktop_says_or_below_home(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_base() == str(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # not allowed, so not used
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_base() == str(tmp_path / "home/.cache")
