"""A stream of Matroska made into a file with its length and an index."""

from __future__ import annotations

import itertools
import os
import struct

import cv2
import numpy as np
import pytest
from edgevision.runtime.sinks.video import ebml
from edgevision.runtime.sinks.video.matroska_file import MatroskaFile
from edgevision.runtime.sinks.video.opencv_writer import OpencvWriter
from edgevision.runtime.sinks.video.piece_file import PieceFile
from hypothesis import given
from hypothesis import strategies as st

from edgevision.errors import SinkError


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    path = tmp_path_factory.mktemp("matroska") / "out.mkv"
    file = PieceFile(path)
    writer = OpencvWriter(file, "mp4v", fps=12.0, size=(64, 48), paced=False)
    for number in range(150):
        writer.add(np.full((48, 64, 3), number, np.uint8), 0.0)
    writer.close()
    file.close()
    return path


def elements(data, begin=0):
    """Return what stands in the segment, by kind: places and insides."""
    top = list(ebml.children(data))
    kind, inside, end = top[1]
    assert kind == ebml.SEGMENT
    assert end == len(data)  # its length is stated
    found = {}
    for child, start, stop in ebml.children(data[inside:end]):
        found.setdefault(child, []).append((start, data[inside:][start:stop]))
    return inside, found


def test_a_finished_file_states_its_length(finished):
    capture = cv2.VideoCapture(str(finished), cv2.CAP_FFMPEG)
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == 150
    _, parts = elements(finished.read_bytes())
    ((_, info),) = parts[ebml.INFO]
    (duration,) = [
        struct.unpack(">d", info[begin:end])[0]
        for kind, begin, end in ebml.children(info)
        if kind == ebml.DURATION
    ]
    assert duration == pytest.approx(150 / 12 * 1000, abs=2)


def test_the_index_names_clusters_that_begin_with_a_whole_picture(finished):
    data = finished.read_bytes()
    inside, parts = elements(data)
    assert len(parts[ebml.CLUSTER]) >= 12  # one a second
    ((_, seek_head),) = parts[ebml.SEEK_HEAD]
    ((_, cues),) = parts[ebml.CUES]
    position = int.from_bytes(seek_head[-8:], "big")
    kind, _, _ = ebml.read_head(data, inside + position)
    assert kind == ebml.CUES
    points = [cues[begin:end] for _, begin, end in ebml.children(cues)]
    assert points
    for point in points:
        (_, a, b), (_, c, d) = ebml.children(point)
        place = int.from_bytes(point[c:d][-8:], "big")
        kind, _, _ = ebml.read_head(data, inside + place)
        assert kind == ebml.CLUSTER
        # The time of the cluster is the one that the index states.
        (_, e, f) = next(ebml.children(data[inside + place :][12:]))
        stamp = data[inside + place + 12 :][e:f]
        assert int.from_bytes(point[a:b], "big") == int.from_bytes(stamp, "big")


def test_any_part_of_the_file_from_its_begin_can_be_read(finished, tmp_path):
    data = finished.read_bytes()
    _, parts = elements(data)
    # At the end of each cluster, as after a kill: what is there is shown.
    inside, _ = elements(data)
    for count, (start, cluster) in enumerate(parts[ebml.CLUSTER][:3], 1):
        path = tmp_path / f"{count}.mkv"
        path.write_bytes(data[: inside + start + len(cluster)])
        capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        frames = 0
        while capture.read()[0]:
            frames += 1
        assert frames >= 12 * count


def written(path, portions):
    """Return the file that a stream in such portions makes."""
    file = PieceFile(path, sync_s=0.0)
    matroska = MatroskaFile(file)
    for portion in portions:
        matroska.write(portion)
    matroska.finish()
    file.close()
    return path.read_bytes()


@given(st.lists(st.integers(1, 400), max_size=60))
def test_the_sizes_of_the_portions_change_nothing(tmp_path_factory, sizes):
    path = tmp_path_factory.mktemp("portions") / "a.mkv"
    cluster = ebml.element(
        ebml.CLUSTER,
        ebml.element(ebml.TIMESTAMP, ebml.number(40))
        + ebml.element(ebml.SIMPLE_BLOCK, b"\x81\x00\x00\x80" + b"p" * 30)
        + ebml.element(ebml.SIMPLE_BLOCK, b"\x81\x00\x14\x00" + b"q" * 20),
    )
    stream = (
        ebml.element(ebml.EBML, b"head")
        + ebml.identifier(ebml.SEGMENT)
        + b"\x01"
        + b"\xff" * 7
        + ebml.element(ebml.INFO, ebml.element(ebml.CRC, b"1234"))
        + cluster * 3
    )
    portions = []
    for size in sizes:
        portions.append(stream[:size])
        stream = stream[size:]
    data = written(path, [*portions, stream])
    assert data == written(path.with_name("b.mkv"), [b"".join(portions) + stream])
    _, parts = elements(data)
    assert [inside for _, inside in parts[ebml.CLUSTER]] == [cluster[12:]] * 3
    duration = ebml.element(ebml.DURATION, struct.pack(">d", 80.0))
    assert duration in parts[ebml.INFO][0][1]


def test_an_index_of_months_keeps_its_size(tmp_path):
    file = MatroskaFile(PieceFile(tmp_path / "a.mkv"))
    for number in range(20_000):
        file._add_cue(number * 1000, number)
    assert len(file._cues) <= 4096
    times = [time_ms for time_ms, _ in file._cues]
    assert times == sorted(times)
    steps = {b - a for a, b in itertools.pairwise(times)}
    assert steps == {8000}


def test_a_file_that_cannot_be_made_is_an_error(tmp_path):
    with pytest.raises(SinkError, match="No such file or directory"):
        PieceFile(tmp_path / "none" / "a.mkv")


def test_a_file_without_a_piece_leaves_nothing_and_destroys_nothing(tmp_path):
    PieceFile(tmp_path / "a.mkv").close()
    assert not (tmp_path / "a.mkv").exists()
    (tmp_path / "b.mkv").write_bytes(b"precious")
    PieceFile(tmp_path / "b.mkv").close()
    assert (tmp_path / "b.mkv").read_bytes() == b"precious"


def test_a_disk_that_refuses_even_the_way_back_is_an_error_of_the_sink(
    tmp_path, monkeypatch
):
    """Any other error would end the thread that empties FFmpeg's pipe, and stop it."""

    def refuse(*_arguments):
        raise OSError(5, "Input/output error")

    file = PieceFile(tmp_path / "a.mkv", sync_s=0.0)
    file.append(b"first")
    with monkeypatch.context() as broken:
        broken.setattr(os, "write", refuse)
        broken.setattr(os, "ftruncate", refuse)
        with pytest.raises(SinkError, match="Input/output error"):
            file.append(b"second")
    file.append(b"third")
    file.close()
    assert (tmp_path / "a.mkv").read_bytes() == b"firstthird"
