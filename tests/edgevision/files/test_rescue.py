"""What a killed process had written whole gets its name at the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from edgevision.files import PartFile, rescue_whole_files

MAKER = """
import os, sys, time, zlib
from edgevision.files import PartFile
parts = []
for name, content, checksum in (
    ("whole.jpg", b"content", zlib.crc32(b"content")),
    ("in part.jpg", b"cont", zlib.crc32(b"content")),
    ("there.jpg", b"newer", zlib.crc32(b"newer")),
    ("a.b\\nc.jpg", b"", 0),
    ("n" * 255, b"too long a name", zlib.crc32(b"too long a name")),
):
    part = PartFile(sys.argv[1])
    part.write(content)
    part.keep(name, checksum)
    parts.append(part)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def maker(tmp_path: Path):
    command = [sys.executable, "-c", MAKER, tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


def test_whole_files_of_a_killed_process_get_their_names(tmp_path, maker):
    (tmp_path / "there.jpg").write_bytes(b"older")
    assert rescue_whole_files(tmp_path) == 0  # their maker lives
    assert len(list(tmp_path.iterdir())) == 6
    maker.send_signal(signal.SIGKILL)
    maker.wait()
    assert rescue_whole_files(tmp_path) == 2
    contents = {
        path.name: path.read_bytes()
        for path in tmp_path.iterdir()
        if not path.name.endswith(".part")
    }
    assert contents == {
        **{"whole.jpg": b"content", "a.b\nc.jpg": b"", "there.jpg": b"older"},
    }


def test_links_with_such_a_name_are_left(tmp_path):
    (tmp_path / "precious").write_bytes(b"x")
    name = f".a.jpg.{zlib.crc32(b'x'):08x}.edgevision-whole"
    (tmp_path / name).symlink_to(tmp_path / "precious")
    assert rescue_whole_files(tmp_path) == 0
    assert rescue_whole_files(tmp_path / "nowhere") == 0
    assert len(list(tmp_path.iterdir())) == 2


def test_a_kept_file_is_published_and_discarded_as_any_other(tmp_path):
    for name in ("a", "b"):
        part = PartFile(tmp_path)
        part.write(b"x")
        part.keep(name, zlib.crc32(b"x"))
        assert all(path.name.startswith(".") for path in tmp_path.iterdir())
        part.discard() if name == "a" else part.publish(tmp_path / name)
    assert os.listdir(tmp_path) == ["b"]
