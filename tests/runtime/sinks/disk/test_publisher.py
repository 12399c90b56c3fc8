"""Files have their names when their content is on the disk, several at a time."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from edgevision.runtime.sinks.disk import publisher
from edgevision.runtime.sinks.disk.publisher import MOST_WAITING, Publisher


def test_a_file_has_no_name_before_it_is_on_the_disk(tmp_path, monkeypatch):
    asked, may_end = threading.Event(), threading.Event()

    def sync(_):
        asked.set()
        may_end.wait(20)

    monkeypatch.setattr(os, "fsync", sync)
    published: list[Path] = []
    files = Publisher(tmp_path, published.append)
    files.publish(tmp_path / "a", b"content")
    assert asked.wait(20)
    assert not (tmp_path / "a").exists()
    assert files.is_taken(tmp_path / "a")
    assert not files.is_taken(tmp_path / "b")
    may_end.set()
    files.close()
    files.close()
    assert (tmp_path / "a").read_bytes() == b"content"
    assert published == [tmp_path / "a"]


def test_a_disk_that_is_too_slow_holds_the_run_up_but_not_for_ever(
    tmp_path, monkeypatch
):
    may_end = threading.Event()
    monkeypatch.setattr(os, "fsync", lambda _: may_end.wait(20))
    monkeypatch.setattr(publisher, "LONGEST_WAIT_S", 0.05)
    files = Publisher(tmp_path, lambda _: None)
    for number in range(MOST_WAITING):
        files.publish(tmp_path / str(number), b"x")
    with pytest.raises(OSError, match=r"did not answer for 0\.05 s"):
        files.publish(tmp_path / "more", b"x")
    with pytest.raises(OSError, match=r"did not answer for 0\.05 s"):
        files.close()
    monkeypatch.setattr(publisher, "LONGEST_WAIT_S", 20)
    may_end.set()
    files.close()
    assert sorted(int(path.name) for path in tmp_path.iterdir()) == list(
        range(MOST_WAITING)
    )


def test_a_file_of_the_same_name_is_the_later_one(tmp_path):
    files = Publisher(tmp_path, lambda _: None)
    for number in range(10):
        files.publish(tmp_path / "a", b"%d" % number)
    files.close()
    assert (tmp_path / "a").read_bytes() == b"9"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_an_old_file_that_cannot_be_deleted_does_not_end_the_thread(tmp_path):
    def delete(path):
        if path.name == "0":
            raise PermissionError(13, "Permission denied")

    files = Publisher(tmp_path, delete)
    for number in range(3 * MOST_WAITING):
        files.publish(tmp_path / str(number), b"x")
    files.close()
    assert len(list(tmp_path.iterdir())) == 3 * MOST_WAITING
    lost, error = files.take_losses()
    assert (lost, str(error)) == (0, "[Errno 13] Permission denied")


def test_without_sync_a_file_is_there_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: pytest.fail("the disk was asked"))
    published: list[Path] = []
    files = Publisher(tmp_path, published.append, sync=False)
    files.publish(tmp_path / "a", b"content")
    assert (tmp_path / "a").read_bytes() == b"content"
    assert published == [tmp_path / "a"]
    files.close()


def test_many_files_wait_for_the_disk_alone(tmp_path, monkeypatch):
    """A folder of pictures is worked through as fast as the disk takes them."""
    monkeypatch.setattr(publisher, "_EVERY_S", 1000)
    files = Publisher(tmp_path, lambda _: None)
    for number in range(3 * MOST_WAITING):
        files.publish(tmp_path / str(number), b"x")
    files.close()
    assert len(list(tmp_path.iterdir())) == 3 * MOST_WAITING
