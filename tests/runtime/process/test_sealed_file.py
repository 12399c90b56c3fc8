"""A file's bytes stay what they were, whatever happens to its path."""

from __future__ import annotations

import errno
import fcntl
import gc
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from edgevision.devices import memory
from edgevision.runtime.process import process_memory
from edgevision.runtime.process.sealed_file import SealedFile

import edgevision
from edgevision.child import child_command

BYTES = bytes(range(256)) * 9000  # more than two portions

linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux seals files"
)


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "net.tflite"
    place.write_bytes(BYTES)
    return place


def cut(path):
    os.truncate(path, 0)


def written_over(path):
    with path.open("r+b") as file:
        file.write(b"x" * len(BYTES))


def replaced(path):
    other = path.with_suffix(".new")
    other.write_bytes(b"other")
    other.replace(path)


@pytest.mark.parametrize("change", [cut, written_over, replaced, Path.unlink])
def test_the_bytes_stay_whatever_happens_to_the_path(path, change):
    sealed = SealedFile.read(path)
    change(path)
    assert bytes(sealed.data) == BYTES
    assert sealed.sha256 == hashlib.sha256(BYTES).hexdigest()
    assert (sealed.size, sealed.name) == (len(BYTES), str(path))
    assert Path(sealed.place).read_bytes() == BYTES


@linux
def test_nobody_can_write_or_cut_it(path):
    sealed = SealedFile.read(path)
    for flags in (os.O_RDWR, os.O_WRONLY | os.O_TRUNC):
        with pytest.raises(PermissionError):  # noqa: PT012 - which of the two refuses
            descriptor = os.open(sealed.place, flags)
            try:
                os.write(descriptor, b"x")
            finally:
                os.close(descriptor)
    assert bytes(sealed.data) == BYTES


def test_a_value_is_as_good_as_a_file(path):
    sealed = SealedFile.of(BYTES, "the model")
    assert bytes(sealed.data) == BYTES
    assert sealed.sha256 == SealedFile.read(path).sha256
    assert bytes(SealedFile.of(b"", "nothing").data) == b""


def test_a_child_gets_the_bytes_and_not_the_path(path, tmp_path, monkeypatch):
    (tmp_path / "reader.py").write_text(
        "from edgevision.runtime.process.sealed_file import SealedFile\n"
        "def main(words):\n"
        "    print(SealedFile.inherited(int(words[0]), 'net').sha256)\n"
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    sealed = SealedFile.read(path)
    path.unlink()
    done = subprocess.run(
        child_command("reader", str(sealed.descriptor)),
        pass_fds=[sealed.descriptor],
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().strip() == sealed.sha256


@linux
def test_nothing_stays_open(path):
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        sealed = SealedFile.read(path)
        assert len(sealed.data) == len(BYTES)
    del sealed
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        SealedFile.read(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        SealedFile.read("/dev/zero")
    with pytest.raises(IsADirectoryError):
        SealedFile.read(tmp_path)
    with pytest.raises(FileNotFoundError):
        SealedFile.read(tmp_path / "absent")


def test_a_look_at_the_head_comes_before_the_rest(path):
    seen = []

    def look(head, size):
        seen.append((head, size))
        raise ValueError("no model")

    with pytest.raises(ValueError, match="no model"):
        SealedFile.read(path, look)
    assert seen == [(BYTES[:512], len(BYTES))]


def test_a_file_that_grows_while_it_is_read_is_what_it_was(path):
    def grow(head, size):
        with path.open("ab") as file:
            file.write(b"more")

    assert bytes(SealedFile.read(path, grow).data) == BYTES


def test_a_file_larger_than_the_free_memory_is_not_read(tmp_path, monkeypatch):
    sparse = tmp_path / "huge.tflite"
    sparse.touch()
    os.truncate(sparse, 2**40)
    monkeypatch.setattr(memory, "available_bytes", lambda: 500 * 10**6)
    with pytest.raises(OSError, match="1099512 MB, and 500 MB of memory are") as caught:
        SealedFile.read(sparse)
    assert caught.value.errno == errno.ENOMEM


@linux
def test_without_files_in_memory_one_on_the_disk_does(path, monkeypatch):
    def refuse(*_arguments):
        raise PermissionError(errno.EACCES, "not in this sandbox")

    monkeypatch.setattr(os, "memfd_create", refuse)
    check_that_it_stays(path)


@linux
def test_a_python_for_an_old_c_library_has_no_files_in_memory(path, monkeypatch):
    for module, begin in ((os, "MFD_"), (fcntl, "F_SEAL_")):
        for name in [name for name in dir(module) if name.startswith(begin)]:
            monkeypatch.delattr(module, name)
    monkeypatch.delattr(os, "memfd_create")
    monkeypatch.delattr(fcntl, "F_ADD_SEALS")
    check_that_it_stays(path)


def check_that_it_stays(path):
    sealed = SealedFile.read(path)
    path.unlink()
    assert bytes(sealed.data) == BYTES
    assert Path(sealed.place).read_bytes() == BYTES


@linux
def test_a_large_file_lies_in_memory_once(tmp_path):
    if not process_memory.resident_bytes():
        pytest.skip("this system does not tell")
    size = 100 * 2**20
    place = tmp_path / "large"
    with place.open("wb") as file:
        for _ in range(100):
            file.write(os.urandom(2**20))
    code = (
        "import sys; sys.path[:] = sys.argv[2].split('\\n')\n"
        "from edgevision.runtime.process import process_memory\n"
        "from edgevision.runtime.process.sealed_file import SealedFile\n"
        "SealedFile.of(b'x', 'first').sha256\n"
        "before = process_memory.peak_bytes()\n"
        "sealed = SealedFile.read(sys.argv[1])\n"
        "sealed.sha256, max(sealed.data[::4096])\n"  # every page is touched
        "print(process_memory.peak_bytes() - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(place), "\n".join(sys.path)],
        capture_output=True,
        check=True,
        cwd=Path(edgevision.__file__).parents[1],
    )
    assert 0.9 * size < int(done.stdout) < 1.2 * size
