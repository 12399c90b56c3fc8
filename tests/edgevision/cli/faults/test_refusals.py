"""What the operating system refuses is a sentence with the file and a cure."""

from __future__ import annotations

import errno
import os

import pytest
from edgevision.runtime.memory import read_file

from edgevision.cli.faults import system_refusal


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "Cannot write a.html: No space left on device. Free space"),
        (errno.EDQUOT, "Cannot write a.html: "),
        (errno.EFBIG, "Cannot write a.html: File too large. Free space"),
        (errno.ENOENT, "Cannot use a.html: No such file or directory. Check the path."),
        (errno.ENAMETOOLONG, "Cannot use a.html: File name too long. Choose a shorter"),
        (errno.EROFS, "Cannot use a.html: Read-only file system. Choose a place"),
        (errno.EACCES, "Cannot use a.html: Permission denied. Change its permissions"),
    ],
)
def test_it_names_the_file_and_what_to_do(number, words):
    error = OSError(number, os.strerror(number), "a.html")
    assert system_refusal(error).startswith(words)


def test_what_takes_too_much_memory_is_no_disk_that_is_full(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"12345")
    with pytest.raises(OSError, match="it has 5 bytes") as caught:
        read_file(path, most=4)
    words = system_refusal(caught.value)
    assert words.startswith(f"Cannot read {path}: it has 5 bytes, and at most 4 bytes")
    assert words.endswith("Take a smaller file.")


def test_a_name_is_escaped_and_cut():
    name = "caf\udce9\x1b]0;t\x07" + "a" * 5000
    error = OSError(errno.ENAMETOOLONG, "File name too long", name)
    words = system_refusal(error)
    assert "caf\\udce9\\x1b]0;t\\x07a" in words
    assert len(words) < 300


def test_without_a_file_and_without_a_reason():
    assert system_refusal(OSError(errno.EMFILE, "Too many open files")).startswith(
        "The operating system refuses: Too many open files. Raise the limit"
    )
    assert system_refusal(OSError("no number")) == ""
    assert system_refusal(OSError(errno.EINVAL, "Invalid argument")) == ""
