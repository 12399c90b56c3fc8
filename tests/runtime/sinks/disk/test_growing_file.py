"""Files that grow by whole records: appending, starting anew, a full disk."""

from __future__ import annotations

import os
import threading

import pytest
from edgevision.runtime.sinks.disk.growing_file import FileOptions, GrowingFile
from edgevision.runtime.sinks.open import open_sink

from edgevision.errors import OutputExistsError, SinkError

APPEND = FileOptions(append=True)


def _append(path, record, **choices):
    file = GrowingFile(path, options=APPEND, **choices)
    file.write(record)
    file.close()


def test_records_are_readable_as_soon_as_they_are_written(tmp_path):
    file = GrowingFile(tmp_path / "a")
    file.write(b"one\n")
    assert (tmp_path / "a").read_bytes() == b"one\n"
    file.close()
    file.close()


def test_an_existing_file_is_kept_unless_forced_or_appended_to(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old\n")
    with pytest.raises(OutputExistsError, match="already exists. Pass --force"):
        GrowingFile(path)
    _append(path, b"more\n")
    assert path.read_bytes() == b"old\nmore\n"
    file = GrowingFile(path, force=True)
    file.write(b"new\n")
    file.close()
    assert path.read_bytes() == b"new\n"


def test_rows_with_other_columns_are_not_mixed(tmp_path):
    path = tmp_path / "out.csv"
    path.write_bytes(b"time,label\n1,cat\n")
    with pytest.raises(SinkError, match="names other columns"):
        GrowingFile(path, options=APPEND, header=b"time,label,score\n")
    assert path.read_bytes() == b"time,label\n1,cat\n"
    _append(path, b"2,dog\n", header=b"time,label\n")
    assert path.read_bytes() == b"time,label\n1,cat\n2,dog\n"


@pytest.mark.parametrize("rest", [b"", b'{"half":', b"x" * 200_000])
def test_appending_cuts_off_what_a_killed_run_left_of_a_record(tmp_path, rest):
    path = tmp_path / "a"
    path.write_bytes(b"whole\n" + rest)
    _append(path, b"next\n")
    assert path.read_bytes() == b"whole\nnext\n"


def test_what_a_power_loss_left_in_older_files_is_cut_off_too(tmp_path):
    """A file that started anew just before the cut was not on the disk so far."""
    contents = {
        "a": b"5\n",
        "a.1": b"3\n4\nhal",
        "a.2": b"1\n2\n",
        "a.3": b"",
        "b.1": b"x",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    file = GrowingFile(
        tmp_path / "a", options=FileOptions(append=True, max_size=100, keep=3)
    )
    file.close()
    contents["a.1"] = b"3\n4\n"
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == contents


def test_a_file_without_any_whole_record_is_emptied(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"hea")
    _append(path, b"next\n", header=b"head\n")
    assert path.read_bytes() == b"head\nnext\n"


def test_a_file_starts_anew_at_its_size_and_the_oldest_goes(tmp_path):
    file = GrowingFile(
        tmp_path / "a", options=FileOptions(max_size=10, keep=2), header=b"h\n"
    )
    for number in range(8):
        file.write(b"r%d__\n" % number)
    file.close()
    contents = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert contents == {
        "a": b"h\nr7__\n",
        "a.1": b"h\nr6__\n",
        "a.2": b"h\nr5__\n",
    }


def test_a_record_that_the_disk_does_not_take_is_taken_back(tmp_path, monkeypatch):
    file = GrowingFile(tmp_path / "a")
    file.write(b"whole\n")
    real, calls = os.write, []

    def full(descriptor, data):
        calls.append(1)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(descriptor, bytes(data)[:3])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(SinkError, match="No space left on device"):
        file.write(b"second record\n")
    monkeypatch.undo()
    assert (tmp_path / "a").read_bytes() == b"whole\n"
    file.write(b"third\n")
    assert (tmp_path / "a").read_bytes() == b"whole\nthird\n"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SinkError, match="No such file or directory"):
        GrowingFile(tmp_path / "none" / "a")


def test_a_file_that_is_written_to_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "a"
    first = GrowingFile(path)
    first.write(b"one\n")
    for choices in ({"force": True}, {"options": APPEND}):
        with pytest.raises(SinkError, match="by another output of this very process"):
            GrowingFile(path, **choices)
    first.write(b"two\n")
    assert path.read_bytes() == b"one\ntwo\n"
    first.close()
    _append(path, b"three\n")
    assert path.read_bytes() == b"one\ntwo\nthree\n"


def test_a_file_is_free_again_when_nobody_has_it_any_more(tmp_path):
    GrowingFile(tmp_path / "a").write(b"one\n")  # and never closed
    _append(tmp_path / "a", b"two\n")
    assert (tmp_path / "a").read_bytes() == b"one\ntwo\n"


@pytest.mark.parametrize("sync_s", [0.0, 60.0])
def test_a_file_that_starts_anew_keeps_its_lock_and_few_descriptors(tmp_path, sync_s):
    path = tmp_path / "a"
    before = len(os.listdir("/proc/self/fd"))
    options = FileOptions(max_size=4, keep=100, sync_s=sync_s)
    file = GrowingFile(path, options=options)
    for number in range(50):
        file.write(b"%03d\n" % number)
    assert len(os.listdir("/proc/self/fd")) < before + 10
    with pytest.raises(SinkError, match="by another output of this very process"):
        GrowingFile(path, force=True)
    file.close()
    assert len(os.listdir("/proc/self/fd")) == before
    assert len(list(tmp_path.iterdir())) == 50


def test_a_pipe_is_written_to_as_it_is(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    file = GrowingFile(path)
    file.write(b"one\n")
    file.close()
    reader.join(5)
    assert got == [b"one\n"]


def test_a_file_of_another_kind_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"a thought\nand its end")  # no newline: not a part of a record
    with pytest.raises(SinkError, match="its first line names other columns"):
        GrowingFile(path, options=APPEND, header=b"time,label\n")
    with pytest.raises(SinkError, match="does not begin with {, as its records do"):
        open_sink(f"jsonl:{path}?append=1")
    assert path.read_bytes() == b"a thought\nand its end"
