"""Files whose size is looked at before they are read."""

from __future__ import annotations

import errno
import os
import threading

import pytest
from edgevision.runtime.memory import read_file

FREE = "edgevision.runtime.memory.file_limit.available_bytes"


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"12345")
    assert read_file(path, most=5) == b"12345"
    with pytest.raises(OSError, match="it has 5 bytes, and at most 4 bytes were") as e:
        read_file(path, most=4)
    assert e.value.errno == errno.EFBIG
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "no", most=4)


def test_a_sparse_file_is_refused_by_free_memory(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.touch()
    os.truncate(path, 20 << 30)
    monkeypatch.setattr(FREE, lambda: 2 << 30)
    with pytest.raises(OSError, match=r"takes 21.5 GB of memory, more than half"):
        read_file(path)
    os.truncate(path, 80_000_000)
    with pytest.raises(OSError, match=r"takes 2.0 GB of memory, more than half"):
        read_file(path, growth=25)


def test_a_pipe_has_no_size_and_is_bounded_all_the_same(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)

    def write(data):
        with open(path, "wb") as stream:
            stream.write(data)

    for data, most in ((b"abc", 3), (b"abcd", 3), (b"abc", None)):
        writer = threading.Thread(target=write, args=(data,))
        writer.start()
        if most == len(data) or most is None:
            assert read_file(path, most=most) == data
        else:
            with pytest.raises(OSError, match="at most 3 bytes were expected"):
                read_file(path, most=most)
        writer.join()
