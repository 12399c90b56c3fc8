"""Cameras that lie, flood, stall and come back; pipes; passwords in addresses."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from ground import Ground, Tally, eventually

SECRET = "Geheim4711"  # noqa: S105
_STREAM = (
    b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n"
)
Talk = Callable[[socket.socket, bytes], None]


@contextmanager
def server(talk: Talk) -> Iterator[int]:
    """Yield the port of a camera on loopback that answers each client by ``talk``."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve(client: socket.socket) -> None:
        with client:
            client.settimeout(20)
            try:
                talk(client, client.recv(4096))
            except OSError:
                return

    def accept() -> None:
        while not over.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.close()


def part(data: bytes) -> bytes:
    """Return a JPEG as a part of a stream."""
    head = b"--b\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(data)
    return head + data + b"\r\n"


def scene(number: int = 0, width: int = 320) -> bytes:
    """Return a JPEG with shapes of the demo detector's kind."""
    image = np.full((width * 3 // 4, width, 3), (90, 110, 100), np.uint8)
    cv2.circle(image, (100 + number % 5, 120), 40, (40, 60, 220), -1)
    cv2.rectangle(image, (190, 80), (260, 150), (210, 90, 30), -1)
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def damaged(data: bytes, draw: random.Random) -> bytes:
    """Return a JPEG that was cut, overwritten or has bytes missing in its pixels."""
    start = data.find(b"\xff\xda") + 14
    spoiled = bytearray(data)
    kind = draw.randrange(4)
    if kind == 0:
        return bytes(spoiled[: draw.randint(start, len(data) - 20)]) + b"\xff\xd9"
    if kind == 1:
        return bytes(spoiled[: draw.randint(start, len(data) - 20)])
    place = draw.randint(start, len(data) - 80)
    if kind == 2:
        spoiled[place : place + 60] = draw.randbytes(60).replace(b"\xff", b"\xfe")
    else:
        del spoiled[place : place + draw.randint(1, 60)]
    return bytes(spoiled)


def damaged_frames(ground: Ground, tally: Tally) -> str:
    """Send damaged pictures among good ones; no box may come from a damaged one."""
    draw = random.Random(4)
    good = scene()
    truth = _boxes(ground, [good] * 3, "truth")
    count = ground.times(200, 40)
    stream = []
    for _ in range(count):
        stream += [good, damaged(good, draw)]
    for name, records in (
        ("http", _boxes(ground, stream, "http")),
        ("stdin", _boxes(ground, stream, "stdin", piped=True)),
    ):
        wrong = [boxes for boxes in records if boxes != truth[0]]
        tally.tried += count - 1
        tally.add(name, f"{len(wrong)} of {count} moved boxes" if wrong else "")
        # A reader that is busy misses some pictures of a camera, never of a pipe.
        enough = len(records) >= (1 if name == "http" else count)
        tally.expect(f"{name} good ones", enough, f"{len(records)} records")

    def broken(client: socket.socket, _: bytes) -> None:
        client.sendall(_STREAM)
        for _ in range(400):
            cut = draw.randint(len(good) // 3, len(good) - 20)
            client.sendall(part(good[:cut] + b"\xff\xd9"))
            time.sleep(0.02)

    with server(broken) as port:
        done = ground.run(
            *("run", ground.detector, "--source", f"http://127.0.0.1:{port}/v"),
            *("--give-up-after", "3", "--quiet"),
            seconds=60,
        )
    tally.add("nothing but damage", done.why_bad((1,), seconds=40))
    return "skipped, counted; nothing else is a lost camera"


def _boxes(
    ground: Ground, pictures: list[bytes], name: str, *, piped: bool = False
) -> list[list[object]]:
    """Return the detections of each record of a run over a stream."""
    out = ground.folder / f"{name}.jsonl"
    options = ("--quiet", "--sink", f"jsonl:{out}", "--give-up-after", "1")
    if piped:
        file = ground.folder / "stream.mjpeg"
        file.write_bytes(b"".join(pictures))
        with file.open("rb") as stream:
            ground.run("run", ground.detector, "--source", "-", *options, stdin=stream)
    else:

        def talk(client: socket.socket, _: bytes) -> None:
            client.sendall(_STREAM)
            for data in pictures:
                client.sendall(part(data))
                time.sleep(0.02)

        with server(talk) as port:
            address = f"http://127.0.0.1:{port}/v"
            # The camera hangs up at its end and would begin anew.
            most = ("--max-frames", str(max(1, len(pictures) // 2 - 2)))
            ground.run("run", ground.detector, "--source", address, *options, *most)
    lines = out.read_text().splitlines() if out.is_file() else []
    return [json.loads(line)["detections"] for line in lines]


def hostile_cameras(ground: Ground, tally: Tally) -> str:
    """Answer with floods, loops and redirects, to an address with a password."""
    good = part(scene())
    hits: list[bytes] = []

    def flood(head: bytes, rest: bytes) -> Talk:
        def talk(client: socket.socket, _: bytes) -> None:
            client.sendall(head)
            until = time.monotonic() + 15
            while time.monotonic() < until:
                client.sendall(rest)

        return talk

    def redirect(to: bytes) -> Talk:
        def talk(client: socket.socket, _: bytes) -> None:
            reply = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
            client.sendall(reply % to)

        return talk

    def target(client: socket.socket, request: bytes) -> None:
        hits.append(request)
        client.sendall(_STREAM + good * 5)

    def playlist(client: socket.socket, _: bytes) -> None:
        body = b"#EXTM3U\n#EXTINF:10,\nfile:///etc/hosts\n#EXT-X-ENDLIST\n"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\n"
        client.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def huge(client: socket.socket, _: bytes) -> None:
        data = bytearray(scene())
        place = data.find(b"\xff\xc0")
        data[place + 5 : place + 9] = b"\xff\xf0\xff\xf0"
        client.sendall(_STREAM + part(bytes(data)) * 20)
        time.sleep(3)

    with server(target) as elsewhere:
        other = b"http://localhost:%d/elsewhere" % elsewhere
        frame = b"--b\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff\xda\0\2"
        ok = b"HTTP/1.1 200 OK\r\n"
        cameras = {
            "endless headers": flood(ok, b"X-A: " + b"b" * 60_000 + b"\r\n"),
            "an endless line": flood(ok + b"X: ", b"a" * 65_536),
            "an endless picture": flood(_STREAM + frame, b"a" * 65_536),
            "endless part headers": flood(_STREAM + b"--b\r\n", b"X: y\r\n" * 1000),
            "a length of 99 GB": flood(
                _STREAM + good * 30 + b"--b\r\nContent-Length: 99999999999\r\n\r\n",
                b"a" * 65_536,
            ),
            "a redirect to a file": redirect(b"file:///etc/hosts"),
            "a redirect to itself": redirect(b"/"),
            "a redirect elsewhere": redirect(other),
            "concat:": redirect(b"concat:/etc/passwd|/etc/hosts"),
            "a playlist of files": playlist,
            "65520x65520": huge,
        }
        for name, talk in list(cameras.items())[:: ground.times(1, 2)]:
            with server(talk) as port:
                address = f"http://user:{SECRET}@127.0.0.1:{port}/v"
                done = ground.run(
                    *("run", ground.detector, "--source", address, "--quiet"),
                    *("--give-up-after", "3", "--max-frames", "20"),
                    seconds=45,
                )
            why = done.why_bad((0, 1), seconds=35, peak_mb=500)
            if SECRET in done.err + done.out:
                why = "the password is printed"
            tally.add(name, why)
    leaks = [h for h in hits if b"authorization" in h.lower() or SECRET.encode() in h]
    tally.expect("credentials stay with their host", not leaks, "they are sent on")
    return "ends within its time, below 500 MB, without the password"


def lost_camera(ground: Ground, tally: Tally) -> str:
    """Let a camera hang up after each half second, again and again."""
    count = ground.times(50, 8)
    data, connections = part(scene()), []

    def talk(client: socket.socket, _: bytes) -> None:
        connections.append(time.monotonic())
        client.sendall(_STREAM)
        for _ in range(15):
            client.sendall(data)
            time.sleep(0.02)

    with server(talk) as port:
        arguments = (
            *("run", ground.detector, "--source", f"http://127.0.0.1:{port}/v"),
            *("--quiet", "--sink", "jsonl:o.jsonl"),
        )
        with ground.running(*arguments) as process:
            figures = []
            for mark in (count // 4, count):
                eventually(lambda m=mark: len(connections) > m, 150)
                figures.append(_figures(process.pid))
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)
    lines = (ground.folder / "o.jsonl").read_text().splitlines()
    last = json.loads(lines[-1])
    tally.tried += count - 1
    tally.add("exit code", "" if process.returncode == 0 else f"{process.returncode}")
    tally.expect("reconnects", last["reconnects"] >= count - 1, f"{last['reconnects']}")
    (rss, threads, files), (rss_2, threads_2, files_2) = figures
    grew = rss_2 > rss + 20_000 or threads_2 > threads + 2 or files_2 > files + 3
    tally.expect("no growth", not grew, f"{figures}")
    return "found again each time; memory, threads and files stay"


def _figures(pid: int) -> tuple[int, int, int]:
    """Return kilobytes, threads and open files of a process."""
    text = Path(f"/proc/{pid}/status").read_text()
    rows = (line.split() for line in text.splitlines())
    values = {row[0].strip(":"): row[1] for row in rows if len(row) > 1}
    files = len(os.listdir(f"/proc/{pid}/fd"))
    return int(values["VmRSS"]), int(values["Threads"]), files


def pipes(ground: Ground, tally: Tally) -> str:
    """Pipe pictures in by every name that a pipe has, and what is none."""
    stream = scene() * 10
    file = ground.folder / "s.mjpeg"
    file.write_bytes(stream)
    for name in ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"):
        with file.open("rb") as opened:
            run = ("run", ground.detector, "--source", name)
            done = ground.run(*run, stdin=opened)
        why = done.why_bad((0,))
        tally.add(name, why or ("" if done.out.count("\n") == 10 else "lines are lost"))
    fifo = ground.folder / "fifo"
    os.mkfifo(fifo)

    def fill() -> None:
        with fifo.open("wb") as out:
            out.write(stream)

    threading.Thread(target=fill, daemon=True).start()
    done = ground.run("run", ground.detector, "--source", fifo, seconds=30)
    why = done.why_bad((0,))
    tally.add("FIFO", why or ("" if done.out.count("\n") == 10 else "lines are lost"))
    # 67 MB of segments that begin anew at each 6th byte took 46 s.
    segment = bytearray(b"\xff\xe0\xff\xff" + bytes(65_533))
    for place in range(4, len(segment) - 6, 6):
        left = len(segment) - place - 4
        if 2 <= left <= 65_535:
            segment[place : place + 6] = b"\xff\xd8\xff\xe0" + left.to_bytes(2, "big")
    nested = ground.folder / "nested"
    nested.write_bytes(b"\xff\xd8" + bytes(segment) * ground.times(1040, 1030))
    with nested.open("rb") as opened:
        run = ("run", ground.detector, "--source", "-")
        done = ground.run(*run, stdin=opened)
    tally.add("67 MB of starts", done.why_bad((0, 1), seconds=20, peak_mb=600))
    return "read like standard input; cutting is linear"


def passwords(ground: Ground, tally: Tally) -> str:
    """Type passwords as they are into addresses that do not answer."""
    draw = random.Random(1)
    signs = "@#/?:%&+ []"
    for number in range(ground.times(40, 8)):
        left, right = "GEHEIMLINKS", "GEHEIMRECHTS"
        sign = signs[number % len(signs)]
        scheme = draw.choice(("rtsp", "http", "https", "rtmp", "srt", "tcp", "udp"))
        address = f"{scheme}://admin:{left}{sign}{right}@127.0.0.1:9/live"
        run = ("run", ground.detector, "--source", address, "--give-up-after", "1")
        more = ("--debug",) if number % 5 == 4 else ()
        done = ground.run(*more, *run, seconds=60)
        why = "" if more else done.why_bad((0, 1, 2))
        if any(half in done.err + done.out for half in (left, right)):
            why = "a part of the password is printed"
        tally.add(f"{scheme} {sign}", why)
    return "no part is shown"
