"""PyAV's reader beyond files: pipes, addresses, what an error says."""

from __future__ import annotations

import io
import socket
import threading
from fractions import Fraction

import pytest
from edgevision.runtime.sources.video import PyavReader
from support.clips import make_clip, needs_pyav, number_of

from edgevision.errors import SourceError

pytestmark = needs_pyav


class Pipe:
    """Bytes that come in small pieces and cannot be sought in."""

    def __init__(self, data):
        self.file = io.BytesIO(data)

    def read(self, size):
        return self.file.read(min(size, 700))


def numbers(reader):
    pictures = iter(reader.read, None)
    return [number_of(image) for image, _ in pictures]


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize(
    ("name", "container"), [("a.h264", "h264"), ("a.ts", ""), ("a.mkv", "")]
)
def test_a_pipe_is_read_to_its_end(tmp_path, name, container, live):
    path = make_clip(tmp_path / name, range(20), Fraction(1, 10), options={"bf": "0"})
    reader = PyavReader(
        Pipe(path.read_bytes()), name="-", container=container, live=live
    )
    assert reader.codec == "H.264"
    assert reader.size == (64, 48)
    assert numbers(reader) == list(range(20))
    assert reader.damaged == 0
    reader.close()


def test_an_address_is_read_until_the_connection_ends(tmp_path):
    data = make_clip(
        tmp_path / "a.ts", range(20), Fraction(1, 10), options={"bf": "0"}
    ).read_bytes()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.sendall(data)

        thread = threading.Thread(target=serve)
        thread.start()
        reader = PyavReader(f"tcp://127.0.0.1:{port}", timeouts=(5, 5), live=True)
        assert numbers(reader) == list(range(20))
        thread.join()


def test_a_silent_address_is_an_error_after_its_time():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(SourceError, match="cam as a video: it does not answer"):
            PyavReader(f"tcp://127.0.0.1:{port}", name="cam", timeouts=(0.5, 0.5))


def test_no_error_shows_the_address():
    with pytest.raises(SourceError, match="Cannot read cam as a video: ") as caught:
        PyavReader("tcp://me:pa55word@127.0.0.1:1", name="cam", timeouts=(2, 2))
    assert "pa55" not in str(caught.value)


def test_a_stream_that_is_no_video_is_told(tmp_path):
    import av

    path = tmp_path / "a.wav"
    with av.open(str(path), "w") as container:
        container.add_stream("pcm_s16le", rate=8000, layout="mono")
        container.start_encoding()
    with pytest.raises(SourceError, match="it holds no video"):
        PyavReader(path)


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4"])
def test_a_title_that_is_no_utf_8_does_not_matter(tmp_path, name):
    path = make_clip(tmp_path / name, range(20), Fraction(1, 10))
    data = path.read_bytes()
    assert b"Lavf" in data  # the name of the program that wrote it
    path.write_bytes(data.replace(b"Lavf", b"L\xe9vf"))
    assert numbers(PyavReader(path)) == list(range(20))


def _flv_sound(at_ms: int) -> bytes:
    """Return a tag of MP3 sound (Adobe's FLV specification, E.4.1)."""
    body = b"\x2f" + bytes(30)
    head = b"\x08" + len(body).to_bytes(3, "big") + at_ms.to_bytes(3, "big") + bytes(4)
    return head + body + (len(head) + len(body)).to_bytes(4, "big")


@pytest.mark.parametrize("live", [False, True])
def test_sound_that_begins_later_does_not_end_the_pictures(tmp_path, live):
    first = make_clip(
        tmp_path / "a.flv", range(20), Fraction(1, 10), options={"bf": "0"}
    ).read_bytes()
    # Tags of pictures begin with 9; the sound goes between two of them.
    tags, place = [], 13
    while place + 11 < len(first):
        end = place + 15 + int.from_bytes(first[place + 1 : place + 4], "big")
        tags.append(first[place:end])
        place = end
    tags.insert(len(tags) // 2, _flv_sound(900))
    tags.insert(len(tags) - 2, _flv_sound(1500))
    data = first[:13] + b"".join(tags)
    # FFmpeg must not see the sound while it looks at the beginning.
    options = {"probesize": "4096", "analyzeduration": "1000"}
    reader = PyavReader(Pipe(data), name="-", options=options, live=live)
    assert numbers(reader) == list(range(20))
