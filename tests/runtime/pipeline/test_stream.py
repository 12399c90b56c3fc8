"""Streams of large JPEGs into a small model: what is decoded, and what comes out."""

from __future__ import annotations

import os
import threading
import time

import numpy as np
import pytest
from edgevision.runtime.geometry.boxes import iou
from edgevision.runtime.interpreter import backends
from edgevision.runtime.late_frame import LateFrame
from edgevision.runtime.sources.open import open_source
from edgevision.runtime.sources.pipe.pipe_source import PipeSource
from edgevision.runtime.sources.transform import Transform, TransformedSource
from support.damage import encoded
from support.running import REPOSITORY
from support.scripted_server import PARTS, ScriptedServer, part
from support.streams import FakeSink

import edgevision

pytestmark = pytest.mark.skipif(
    not backends.installed_backends(), reason="no TFLite interpreter is installed"
)


@pytest.fixture(scope="module")
def model():
    """Return the shipped detector of shapes; its input is 192x144, letterboxed."""
    path = REPOSITORY / "runtime" / "demo" / "detector.tflite"
    with edgevision.load_model(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def scenes():
    """Return frames of 960x720 with their true boxes."""
    source = open_source("synthetic:?size=960x720&fps=0&frames=8&period=0.1")
    return list(source)


@pytest.fixture(scope="module")
def files(scenes):
    """Return their JPEG files."""
    return [encoded(scene.image) for scene in scenes]


def _pipe(data, **settings):
    reader, writer = os.pipe()

    def write():
        with os.fdopen(writer, "wb") as stream:
            stream.write(data)

    threading.Thread(target=write, daemon=True).start()
    return PipeSource(reader, **settings)


def _events(model, source, **options):
    with model.stream(source, **options) as pipeline:
        events = list(pipeline)
    return events, pipeline.summary()


def _all_near(boxes, others, least):
    return len(boxes) == len(others) and (
        not len(boxes) or (iou(boxes, others).max(axis=1) > least).all()
    )


def test_boxes_stay_in_pixels_of_the_full_frame(model, scenes, files):
    whole, full = _events(model, _pipe(b"".join(files)), full_decode=True)
    small, reduced = _events(model, _pipe(b"".join(files)))
    assert (full.decoded_at, reduced.decoded_at) == (1, 2)
    assert "JPEGs decoded at 1/2 of their size" in "\n".join(reduced.lines())
    assert reduced.to_dict()["decoded_at"] == 2
    agree = right = 0
    for one, other, scene in zip(whole, small, scenes, strict=True):
        assert type(other.frame) is LateFrame
        assert other.frame.size == (960, 720)
        record = other.to_dict()
        assert (record["width"], record["height"]) == (960, 720)
        agree += _all_near(one.result.boxes, other.result.boxes, 0.9)
        right += _all_near(scene.details["boxes"], other.result.boxes, 0.6)
        np.testing.assert_array_equal(one.frame.image, other.frame.image)
    assert agree >= 7
    assert right >= 5


def test_a_sink_that_needs_every_picture_has_it_decoded_whole_at_once(model, files):
    needy = FakeSink()
    needy.needs_pictures = True
    events, summary = _events(model, _pipe(b"".join(files)), sinks=[needy])
    assert summary.decoded_at == 1
    assert all(type(event.frame) is not LateFrame for event in events)


def test_a_sink_that_asks_sometimes_gets_the_full_picture(model, scenes, files):
    shapes = []
    sink = FakeSink(hook=lambda event: shapes.append(event.frame.image.shape))
    _, summary = _events(model, _pipe(b"".join(files)), sinks=[sink])
    assert summary.decoded_at == 2
    assert set(shapes) == {(720, 960, 3)}


def test_a_folder_of_jpegs_and_one_of_pngs(model, files, tmp_path):
    for number, file in enumerate(files):
        (tmp_path / f"{number}.jpg").write_bytes(file)
    small, summary = _events(model, tmp_path)
    piped, _ = _events(model, _pipe(b"".join(files)))
    assert summary.decoded_at == 2
    for one, other in zip(small, piped, strict=True):
        np.testing.assert_array_equal(one.result.boxes, other.result.boxes)
        assert one.frame.source.endswith(f"{one.frame.index}.jpg")


def test_a_camera_of_the_network(model, files):
    def answer(connection, _request):
        connection.sendall(PARTS)
        for file in files * 3:
            connection.sendall(part(file))
            time.sleep(0.02)

    with ScriptedServer(answer) as server:
        _, summary = _events(model, server.url(), max_frames=4)
    assert summary.decoded_at == 2


@pytest.mark.parametrize(
    ("transform", "scale"),
    [
        (Transform(rotate=180), 2),
        (Transform(rotate=90), 4),
        (Transform(flip="hv"), 2),
        (Transform(roi=(0, 0, 480, 360)), 1),
    ],
)
def test_turned_pictures_are_small_and_cut_out_ones_whole(
    model, files, transform, scale
):
    def stream(**options):
        piped = _pipe(b"".join(files))
        return _events(model, TransformedSource(piped, transform), **options)

    whole, _ = stream(full_decode=True)
    small, summary = stream()
    assert summary.decoded_at == scale
    agree = 0
    for one, other in zip(whole, small, strict=True):
        np.testing.assert_array_equal(one.frame.image, other.frame.image)
        assert one.frame.size == other.frame.size
        agree += _all_near(one.result.boxes, other.result.boxes, 0.8)
    assert agree >= 6


def test_models_that_cut_parts_out_get_whole_frames(files):
    path = REPOSITORY / "runtime" / "demo" / "detector.tflite"
    with edgevision.load_model(path, tiles="2x2") as tiled:
        _, summary = _events(tiled, _pipe(b"".join(files)))
    assert summary.decoded_at == 1
