"""Make a time-lapse of a night, with only the frames that show an animal.

    python examples/animal_time_lapse.py detector.tflite csi: night.mkv --every 2

It looks at one frame every few seconds; those with an animal become a video. If the
power fails before the morning, an .mkv can still be read.
"""

from __future__ import annotations

import argparse
from contextlib import suppress

from edgevision.runtime.sinks import open_sink

import edgevision

ANIMALS = "bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe"


def main(arguments: list[str] | None = None) -> int:
    """Watch until the source ends or Ctrl-C; return how many frames were kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("source")
    parser.add_argument("video")
    parser.add_argument("--animals", default=ANIMALS, help="labels, by commas")
    parser.add_argument("--every", type=float, default=2.0, help="seconds")
    options = parser.parse_args(arguments)

    frames, kept, labels = 0, 0, options.animals.split(",")
    with (
        suppress(KeyboardInterrupt),  # Ctrl-C is the normal end
        edgevision.load_model(options.model, allow=labels) as model,
        model.stream(options.source, max_fps=1 / options.every) as events,
        open_sink(f"video:{options.video}?fps=10") as video,
    ):
        for event in events:
            frames += 1
            if len(event.result):
                video.write(event)
                kept += 1
    print(f"{kept} of {frames} frames kept in {options.video}")
    return kept


if __name__ == "__main__":
    main()
