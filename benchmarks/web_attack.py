"""Does a malicious browser slow inference down? The web page attacked during a run.

Rounds with and without an attacker take turns in one run. The attacker, a process of
its own at the lowest priority, opens connections up to 1,000 at a time: some say
nothing, some send a header without end, some ask for files, some watch the picture and
never read. Given are the milliseconds of the model (prepare, invoke, decode) and of the
web sink (emit), and how long an honest browser waits for the status.

    python benchmarks/web_attack.py [MODEL.tflite] [--rounds 3] [--seconds 8]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import edgevision  # noqa: E402

MODEL = ROOT.parent / "shared/data/models/tf2_mobilenet_v2_1.0_224_ptq.tflite"
ATTACKER = """
import os, socket, sys, time
os.nice(19)
port, held, number = int(sys.argv[1]), [], 0
says = [b"", b"GET / HTTP/1.1\\r\\nX: ", b"GET /../../etc/passwd HTTP/1.1\\r\\n\\r\\n",
        b"GET /stream.mjpg HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n", b"\\0" * 9000]
while True:
    for _ in range(50):
        try:
            connection = socket.create_connection(("127.0.0.1", port), 1)
            connection.setblocking(False)
            connection.send(says[number % len(says)])
            held.append(connection)
        except OSError:
            pass
        number += 1
    for connection in held[1::5]:
        try:
            connection.send(b"x")
        except OSError:
            pass
    while len(held) > 1000:
        held.pop(0).close()
    time.sleep(0.1)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", type=Path, default=MODEL)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args()
    times: dict[str, list[tuple[float, float]]] = {"calm": [], "attacked": []}
    answers: dict[str, list[float]] = {"calm": [], "attacked": []}
    with (
        edgevision.load_model(options.model, threads=1) as model,
        model.stream("synthetic:?fps=10", sinks=["web:0"]) as events,
    ):
        address = getattr(events.sinks[0], "address", "")
        port = address.rstrip("/").rpartition(":")[2]
        stream = iter(events)
        for number in range(2 * options.rounds):
            name = ("calm", "attacked")[number % 2]
            attacker = None
            if name == "attacked":
                command = [sys.executable, "-c", ATTACKER, port]
                attacker = subprocess.Popen(command)
                time.sleep(1)
            until = time.monotonic() + options.seconds
            while time.monotonic() < until:
                timing = next(stream).timing
                spent = timing.prepare_ms + timing.invoke_ms + timing.decode_ms
                times[name].append((spent, timing.emit_ms))
            began = time.monotonic()
            try:
                answer = urllib.request.urlopen(  # noqa: S310 - http, our own
                    f"{address}status.json", timeout=10
                )
                with answer:
                    answer.read()
                answers[name].append((time.monotonic() - began) * 1e3)
            except OSError:
                answers[name].append(float("inf"))
            if attacker is not None:
                attacker.kill()
                attacker.wait()
    for name, rows in times.items():
        for part, what in enumerate(("model", "web sink")):
            ordered = sorted(row[part] for row in rows)
            print(
                f"{name:9} {what:9} n {len(ordered)}, p50 "
                f"{statistics.median(ordered):.2f} ms, p90 "
                f"{ordered[len(ordered) * 9 // 10]:.2f} ms, max {ordered[-1]:.2f} ms"
            )
        print(f"{name:9} status    {', '.join(f'{ms:.0f}' for ms in answers[name])} ms")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
