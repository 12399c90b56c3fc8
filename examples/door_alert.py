"""Report a person at the door, with a picture, at most once a minute.

    python examples/door_alert.py detector.tflite csi: --folder alerts/

Replace the body of ``alert`` by what should ring: a GPIO pin, an MQTT message, a mail.
"""

from __future__ import annotations

import argparse
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from edgevision.runtime.event import Event

import edgevision


def alert(event: Event, folder: Path) -> None:
    """Save the picture and print its name."""
    path = folder / f"{datetime.now():%Y%m%d-%H%M%S}-{event.frame.index:06d}.jpg"
    event.result.save(path, event.frame.image)
    print(f"{len(event.result)} at the door: {path}", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Watch until the source ends or Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("source", nargs="?", default="auto")
    parser.add_argument("--label", default="person")
    parser.add_argument("--score", type=float, default=0.6)
    parser.add_argument("--frames", type=int, default=3, help="so many in a row")
    parser.add_argument("--pause", type=float, default=60.0, help="seconds of silence")
    parser.add_argument("--folder", type=Path, default=Path("alerts"))
    options = parser.parse_args(arguments)

    options.folder.mkdir(parents=True, exist_ok=True)
    in_a_row, quiet_until = 0, 0.0
    with (
        suppress(KeyboardInterrupt),  # Ctrl-C is the normal end
        edgevision.load_model(
            options.model, score_threshold=options.score, allow=[options.label]
        ) as model,
        model.stream(options.source, max_fps=5) as events,
    ):
        for event in events:
            # One frame may err; a person stays for several.
            in_a_row = in_a_row + 1 if len(event.result) else 0
            if in_a_row >= options.frames and time.monotonic() >= quiet_until:
                alert(event, options.folder)
                quiet_until = time.monotonic() + options.pause


if __name__ == "__main__":
    main()
