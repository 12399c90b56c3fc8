"""Count the people who cross a line across the picture, in both directions.

python examples/people_counter.py detector.tflite rtsp://cam/1 --line 0.5
"""

import argparse
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from edgevision.runtime.geometry import iou

import edgevision


@dataclass
class Track:
    """One person: the last box, its frame, and its side of the line."""

    box: np.ndarray
    seen: int
    side: int


def main(arguments: list[str] | None = None) -> tuple[int, int]:
    """Count until the source ends or Ctrl-C; return how many went down and up."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("source", nargs="?", default="auto")
    parser.add_argument("--label", default="person")
    parser.add_argument("--line", type=float, default=0.5)
    parser.add_argument("--patience", type=int, default=30, help="frames")
    options = parser.parse_args(arguments)

    down, up, tracks = 0, 0, list[Track]()
    with (
        suppress(KeyboardInterrupt),  # Ctrl-C is the normal end
        edgevision.load_model(options.model, allow=[options.label]) as model,
        model.stream(options.source) as events,
    ):
        for event in events:
            now, line = event.frame.index, options.line * event.frame.image.shape[0]
            tracks = [t for t in tracks if now - t.seen <= options.patience]
            free = list(tracks)
            for box in event.result.boxes:
                side = 1 if (box[1] + box[3]) / 2 > line else -1
                overlaps = iou(np.array([t.box for t in free] or [box]), box[None])
                if not free or overlaps.max() < 0.2:
                    tracks.append(Track(box, now, side))
                    continue
                track = free.pop(int(overlaps.argmax()))
                if side != track.side:
                    down, up = down + (side > 0), up + (side < 0)
                    print(f"down {down}, up {up}", flush=True)
                track.box, track.seen, track.side = box, now, side
    return down, up


if __name__ == "__main__":
    main()
