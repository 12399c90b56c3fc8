"""Files in the making: hidden, whole when named, gone with their maker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edgevision.files import (
    PartFile,
    part_folder,
    parts,
    publish_file,
    remove_dead_parts,
)

MAKER = """
import os, sys, time
from edgevision.files import PartFile, part_folder
part = PartFile(sys.argv[1])
part.write(b"half")
with part_folder(sys.argv[1]) as folder:
    (folder / "net.keras").write_bytes(b"half")
    print("ready", flush=True)
    time.sleep(60)
"""


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def maker(tmp_path: Path):
    """Start a process that is in the middle of a file and a folder."""
    with subprocess.Popen(
        [sys.executable, "-c", MAKER, tmp_path], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


def test_a_part_file_is_hidden_until_it_has_its_name(tmp_path):
    part = PartFile(tmp_path)
    part.write(b"one ")
    part.write(b"two")
    (name,) = _names(tmp_path)
    assert name.startswith(".")
    part.publish(tmp_path / "a")
    part.discard()  # it is published: nothing to remove
    assert _names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"one two"


def test_names_as_long_as_they_may_be_are_written(tmp_path):
    # A part file named after its target would have too long a name.
    name = "n" * 255
    part = PartFile(tmp_path)
    part.publish(tmp_path / name)
    assert _names(tmp_path) == [name]


def test_a_file_that_cannot_have_its_name_leaves_nothing(tmp_path):
    (tmp_path / "a").mkdir()
    part = PartFile(tmp_path)
    with pytest.raises(IsADirectoryError):
        part.publish(tmp_path / "a")
    assert _names(tmp_path) == ["a"]


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_permissions_are_those_of_a_new_file_or_the_ones_asked_for(tmp_path, umask):
    before = os.umask(umask)
    try:
        for name, mode in (("usual", None), ("secret", 0o600), ("open", 0o664)):
            PartFile(tmp_path, mode).publish(tmp_path / name)
    finally:
        os.umask(before)
    modes = [path.stat().st_mode & 0o777 for path in sorted(tmp_path.iterdir())]
    assert modes == [0o664, 0o600, 0o666 & ~umask]


def test_what_a_dead_process_left_is_removed_at_the_next_start(
    tmp_path, maker, monkeypatch
):
    (tmp_path / ".mine.part").write_bytes(b"of another program")
    (tmp_path / ".edgevision-notes").write_bytes(b"of the user")
    before = _names(tmp_path)
    assert len(before) == 4
    remove_dead_parts(tmp_path)
    assert _names(tmp_path) == before  # their maker lives
    maker.send_signal(signal.SIGKILL)
    maker.wait()
    monkeypatch.setattr(parts, "_swept", set())
    PartFile(tmp_path).publish(tmp_path / "next")
    assert _names(tmp_path) == [".edgevision-notes", ".mine.part", "next"]


def test_what_is_in_the_making_here_is_not_taken_for_dead(tmp_path, monkeypatch):
    part = PartFile(tmp_path)
    with part_folder(tmp_path) as folder:
        (folder / "whole").write_bytes(b"whole")
        monkeypatch.setattr(parts, "_swept", set())
        PartFile(tmp_path).discard()
        (folder / "whole").replace(tmp_path / "whole")
    part.publish(tmp_path / "a")
    assert _names(tmp_path) == ["a", "whole"]


def test_a_maker_that_is_swept_away_before_it_has_locked_makes_another_one(
    tmp_path, monkeypatch
):
    """Somebody sweeps in the moment between making and locking: the file is lost."""
    real, swept = parts.take_lock, []

    def late(descriptor):
        if not swept:
            swept.append(descriptor)
            monkeypatch.setattr(parts, "take_lock", real)
            remove_dead_parts(tmp_path)
        return real(descriptor)

    monkeypatch.setattr(parts, "take_lock", late)
    part = PartFile(tmp_path)
    part.write(b"all of it")
    part.publish(tmp_path / "a")
    assert swept
    assert (tmp_path / "a").read_bytes() == b"all of it"
    assert _names(tmp_path) == ["a"]


def test_links_and_pipes_with_such_a_name_are_left(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_bytes(b"x")
    (tmp_path / ".edgevision-1.part").symlink_to(tmp_path / "precious")
    (tmp_path / ".edgevision-2.part").symlink_to(tmp_path / "precious" / "file")
    os.mkfifo(tmp_path / ".edgevision-3.part")
    remove_dead_parts(tmp_path)
    assert (tmp_path / "precious" / "file").read_bytes() == b"x"
    assert len(_names(tmp_path)) == 4


def test_the_content_is_on_the_disk_before_the_name(tmp_path, monkeypatch):
    """After a power loss, a name of a moment ago may hold nothing otherwise."""
    steps: list[tuple[str, str]] = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(descriptor):
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        kind = "folder" if path == str(tmp_path) else "file"
        steps.append(("sync", kind))
        real_sync(descriptor)

    def replace(source, target):
        steps.append(("name", os.path.basename(target)))
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", replace)
    PartFile(tmp_path).publish(tmp_path / "a")
    assert steps == [("sync", "file"), ("name", "a"), ("sync", "folder")]


def test_a_file_is_moved_out_of_its_part_folder_when_it_is_on_the_disk(
    tmp_path, monkeypatch
):
    synced = []
    real = os.fsync
    monkeypatch.setattr(
        os,
        "fsync",
        lambda descriptor: (
            synced.append(os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}"))),
            real(descriptor),
        ),
    )
    with part_folder(tmp_path) as folder:
        (folder / "net.keras").write_bytes(b"whole")
        publish_file(folder / "net.keras", tmp_path / "net.keras")
    assert _names(tmp_path) == ["net.keras"]
    assert synced == ["net.keras", tmp_path.name]
