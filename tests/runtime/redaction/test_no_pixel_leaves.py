"""A run with every sink: nothing of a marked region leaves it, by any way.

The region shows colours that nothing else in the picture has, in blocks that survive a
JPEG and a video. Whoever finds one of them outside has seen the region.
"""

import base64
import io
import json
import pickle
import re
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.runtime.clips import Clips, ClipSettings
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.image import open_picture
from edgevision.runtime.late_frame import LateFrame, LatePicture
from edgevision.runtime.pipeline import Pipeline
from edgevision.runtime.redaction import RedactionSettings, RedactStage
from edgevision.runtime.results import InstanceMasks, OutputImage
from edgevision.runtime.sinks import Sink, open_sink
from edgevision.runtime.sinks.registry import SINKS
from edgevision.runtime.sinks.text import line_of
from edgevision.runtime.sinks.window import window_sink
from edgevision.runtime.sources import Source
from edgevision.runtime.stage import Stage
from edgevision.runtime.timing import Timing
from edgevision.runtime.tracking import TrackStage
from support.clip_events import report
from support.results_of_people import boxes
from support.streams import FakeRunner

SIZE = (160, 120)
FACE = (48, 24, 112, 88)
FRAMES = 8
COLORS = ((255, 0, 255), (0, 255, 0))
_NEAR = 90  # what a JPEG or a video with half of the colours may change
_KEEPS_INPUT = """
import shutil, sys
print("ready", flush=True)
with open({path!r}, "wb") as file:
    shutil.copyfileobj(sys.stdin.buffer, file)
"""


def secret_picture() -> np.ndarray:
    """Return a gray picture with a region of pure green and magenta, uint8."""
    x = np.arange(SIZE[0], dtype=np.float32)
    image = np.repeat(np.tile(60 + x, (SIZE[1], 1))[..., None], 3, 2).astype(np.uint8)
    left, top, right, bottom = FACE
    y, x = np.indices((bottom - top, right - left)) // 4
    is_green = (x + y) % 2 == 0
    colors = np.asarray(COLORS, np.uint8)
    image[top:bottom, left:right] = colors[is_green.astype(int)]
    return image


def shows_the_region(image: np.ndarray) -> bool:
    """Return whether a picture has colours that only the region has."""
    near = [
        (np.abs(image.astype(int) - color).max(axis=2) < _NEAR).sum()
        for color in COLORS
    ]
    return min(near) > 8


def _decoded(jpeg: bytes, how: int) -> np.ndarray:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), how), np.uint8)


class Secrets(Source):
    """Yield the picture in one of the ways in which a frame may have it.

    Args:
        kind: plain, or late: the JPEG, and a picture of half its size.
        is_enough: Returns whether everybody has got a picture.
    """

    def __init__(self, kind: str, is_enough: Callable[[], bool]) -> None:
        super().__init__("secrets")
        self._kind, self._is_enough = kind, is_enough

    def frames(self):
        for index in range(600):  # half a minute, for a machine with other work
            if index >= FRAMES and self._is_enough():
                return
            if self.closed.wait(0.02 if index < FRAMES else 0.05):
                return
            yield self._frame(index)

    def _frame(self, index: int) -> Frame:
        image = secret_picture()
        times = (index * 10**8 + 10**9, index, self.name)
        if self._kind == "plain":
            return Frame(image, *times, {"fps": 10.0, "crop": image.copy()})
        jpeg = cv2.imencode(".jpg", image)[1].tobytes()
        small = _decoded(jpeg, cv2.IMREAD_REDUCED_COLOR_2)
        whole = partial(_decoded, jpeg, cv2.IMREAD_COLOR)
        picture = LatePicture(small, 2, whole, jpeg)
        return LateFrame(picture, *times, {"jpeg": jpeg})


class Finder(FakeRunner):
    """Find the face, with a mask; or answer with a picture of what it sees."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind

    def run(self, frame):
        if self._kind == "picture":
            image = frame.image.copy()
            result = OutputImage(image, SIZE, (0, 0, *SIZE))
        else:
            part = np.zeros((64, 64), bool)  # a tint would hide the rest
            part[:16, :16] = True
            masks = InstanceMasks(SIZE, np.asarray([FACE[:2]]), (part,))
            result = boxes([FACE], ("face",), masks)
        return result, Timing(invoke_ms=1.0)


class Alarm(Stage):
    """Report one event, from the third frame to the end of the run."""

    name = "rules"

    def apply(self, event):
        is_due = event.frame.index == 2
        at = {"time_s": event.frame.time_s, "box": tuple(map(float, FACE))}
        return replace(event, rule_events=(report("start", **at),) if is_due else ())

    def end(self, rule_events):
        return (*rule_events, report("end", 9.0, started_s=1.2))


class Keeping(Sink):
    """Keep all that an event holds, as bytes."""

    def __init__(self) -> None:
        super().__init__("keeping")
        self.events: list[bytes] = []

    def write(self, event: Event) -> None:
        self.events.append(pickle.dumps(event))


def _read_web(address: str, path: str, out: io.BytesIO, until: threading.Event) -> None:
    port = int(re.search(r":(\d+)/", address)[1])
    while not until.is_set():
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                connection.sendall(request.encode())
                while data := connection.recv(65536):
                    out.write(data)
        except OSError:
            return  # the run has ended


def _jpegs(data: bytes) -> list[np.ndarray]:
    """Return the pictures of all whole JPEGs in some bytes."""
    pictures = []
    for match in re.finditer(rb"\xff\xd8\xff.*?\xff\xd9", data, re.DOTALL):
        image = cv2.imdecode(np.frombuffer(match[0], np.uint8), cv2.IMREAD_COLOR)
        if image is not None:
            pictures.append(image)
    return pictures


def _video(path: Path) -> list[np.ndarray]:
    capture, pictures = cv2.VideoCapture(str(path)), []
    while len(pictures) < 2 * FRAMES:
        ok, image = capture.read()
        if not ok:
            break
        pictures.append(image)
    capture.release()
    return pictures


def _window(path: Path) -> list[np.ndarray]:
    data, pictures = path.read_bytes(), []
    while len(data) >= 8:
        width, height = np.frombuffer(data[:8], "<u4").tolist()
        end = 8 + width * height * 3
        pixels = np.frombuffer(data[8:end], np.uint8)
        if pixels.size == width * height * 3:
            pictures.append(pixels.reshape(height, width, 3))
        data = data[end:]
    return pictures


def _colored_again(path: Path) -> np.ndarray:
    """Return a gray picture with the region's colours, if its squares can be seen.

    A heat map is over a scene in gray, and in colours only at people's feet: so only
    the upper half of the region is looked at.
    """
    gray = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    left, top, right, bottom = FACE
    half = gray[top : (top + bottom) // 2, left:right]
    squares = half.reshape(-1, 4, (right - left) // 4, 4).mean(axis=(1, 3))
    image = np.repeat(gray[..., None], 3, axis=2)
    if np.abs(np.diff(squares, axis=1)).mean() > 15:
        image[:8, :8], image[:8, 8:16] = COLORS
    return image


def all_that_leaves(
    folder: Path, monkeypatch, stages: list[Stage], *, frames: str, answer: str
) -> tuple[dict[str, list[np.ndarray]], dict[str, bytes]]:
    """Run with every sink, and return all pictures and all other bytes, by origin."""
    monkeypatch.setenv("DISPLAY", ":88")
    code = _KEEPS_INPUT.format(path=str(folder / "window.raw"))
    monkeypatch.setattr(
        window_sink, "child_command", lambda *rest: [sys.executable, "-c", code]
    )
    sinks = {
        "jsonl": [f"jsonl:{folder}/a.jsonl"],
        "csv": [f"csv:{folder}/a.csv"],
        "heat": [f"heat:{folder}/heat"],
        "images": [
            f"images:{folder}/jpg?sync=0",
            f"images:{folder}/png?format=png&draw=0&sync=0",
            f"images:{folder}/beside?view=beside&sync=0",
            f"images:{folder}/chosen?when=every:3&view=overlay&sync=0",
        ],
        "video": [
            f"video:{folder}/a.mkv",
            f"video:{folder}/b.avi?draw=0",
            f"video:{folder}/c.mp4?fourcc=mp4v",
            f"video:{folder}/d.mkv?fourcc=MJPG&view=beside",
        ],
        "web": ["web:0"],
        "window": ["window:"],
    }
    if answer == "picture":
        del sinks["csv"], sinks["heat"]
    else:
        stages = [TrackStage(), *stages]
        assert set(sinks) == set(SINKS), "every sink of the registry is to be read here"
    opened = [open_sink(text) for texts in sinks.values() for text in texts]
    web = next(sink for sink in opened if sink.address)
    keeping = Keeping()
    ended = threading.Event()
    pages = {path: io.BytesIO() for path in ("stream.mjpg", "snapshot.jpg", "")}
    pages["status.json"] = io.BytesIO()
    readers = [
        threading.Thread(target=_read_web, args=(web.address, f"/{path}", out, ended))
        for path, out in pages.items()
    ]
    pictures: dict[str, list[np.ndarray]] = {"event": []}
    texts: dict[str, bytes] = {}

    def is_enough() -> bool:
        window = folder / "window.raw"
        seen = [pages[path].getvalue() for path in ("stream.mjpg", "snapshot.jpg")]
        has_window = window.is_file() and window.stat().st_size > 0
        return has_window and all(b"\xff\xd9" in data for data in seen)

    clips = Clips(ClipSettings(str(folder / "events"), before=1, fps=0))
    pipeline = Pipeline(
        Secrets(frames, is_enough),
        Finder(answer),
        [*opened, keeping],
        stages=[Alarm(), *stages, clips],
    )
    lines = []
    with pipeline:
        for reader in readers:
            reader.start()
        for event in pipeline:
            pictures["event"] += [event.frame.image, event.frame.view[0]]
            if isinstance(event.result, OutputImage):
                pictures["event"].append(event.result.image)
            texts["event"] = texts.get("event", b"") + pickle.dumps(event)
            lines.append(line_of(event))
        ended.set()
    for reader in readers:
        reader.join(20)
        assert not reader.is_alive()
    pictures["images"] = [
        open_picture(str(path), "bgr")[0]
        for path in folder.rglob("*")
        if path.suffix in (".jpg", ".png")
    ]
    if answer != "picture":
        pictures["heat"] = [_colored_again(folder / "heat/heat-map.jpg")]
    for path in folder.glob("[a-d].[ma]*"):
        pictures[path.name] = _video(path)
    pictures["window"] = _window(folder / "window.raw")
    (clip,) = (folder / "events").glob("*.m[kp]*")
    pictures["clip"] = _video(clip)
    for path in (folder / "events").glob("*.jpg"):
        pictures[path.name] = [open_picture(str(path), "bgr")[0]]
    texts["clip"] = b"".join(path.read_bytes() for path in clip.parent.iterdir())
    for path, out in pages.items():
        texts[f"/{path}"] = out.getvalue()
    for path in ("stream.mjpg", "snapshot.jpg"):
        pictures[path] = _jpegs(pages[path].getvalue())
    texts["keeping"] = b"".join(keeping.events)
    texts["jsonl"] = (folder / "a.jsonl").read_bytes()
    texts["lines"] = "\n".join(lines).encode()
    texts["summary"] = json.dumps(pipeline.summary().to_dict()).encode()
    return pictures, texts


def _rows() -> list[bytes]:
    """Return pieces of the region in the forms in which text or memory has pixels."""
    left, top, right, _ = FACE
    raw = secret_picture()[top, left:right].tobytes()
    return [
        raw[:96],
        raw[:96].hex().encode(),
        base64.b64encode(raw[:96])[:64],
        b"255, 0, 255, 0, 255",
    ]


def _zone_stage(style: str) -> RedactStage:
    left, top, right, bottom = FACE
    zone = tuple(
        (x / SIZE[0], y / SIZE[1])
        for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
    )
    settings = RedactionSettings(zones=(zone,), style=style)
    return RedactStage(settings)


@pytest.mark.parametrize(
    ("frames", "answer", "style"),
    [("late", "boxes", "blur"), ("plain", "picture", "pixelate")],
)
def test_no_sink_ever_holds_a_pixel_of_a_marked_region(
    tmp_path, monkeypatch, caplog, frames, answer, style
):
    stages = [_zone_stage(style)]
    if answer == "boxes":
        settings = RedactionSettings(labels=("face",), style=style)
        stages = [RedactStage(settings)]
    pictures, texts = all_that_leaves(
        tmp_path, monkeypatch, stages, frames=frames, answer=answer
    )
    for name, some in pictures.items():
        assert some, f"{name} was to be looked at"
        assert not any(shows_the_region(image) for image in some), name
    for name, data in {**texts, "log": caplog.text.encode()}.items():
        assert not any(row in data for row in _rows()), name
        for image in _jpegs(data):
            assert not shows_the_region(image), name
    assert stages[0].failed == 0


@pytest.mark.parametrize("frames", ["plain", "late"])
def test_without_redaction_every_way_out_shows_the_region(
    tmp_path, monkeypatch, frames
):
    """Otherwise the test above would look at nothing."""
    pictures, texts = all_that_leaves(
        tmp_path, monkeypatch, [], frames=frames, answer="boxes"
    )
    blind = {
        name
        for name, some in pictures.items()
        if not any(shows_the_region(image) for image in some)
    }
    assert not blind
    if frames == "plain":
        raw = _rows()[0]
        shows = {name for name, data in texts.items() if raw in data}
        assert shows == {"event", "keeping"}


def test_a_late_frame_is_what_redaction_must_replace():
    frame = next(iter(Secrets("late", lambda: True)))
    assert isinstance(frame, LateFrame)
    assert shows_the_region(frame.view[0])
    assert shows_the_region(frame.image)
