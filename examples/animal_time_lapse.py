"""Make a time-lapse of a night that holds only frames with animals.

    python examples/animal_time_lapse.py detector.tflite csi: night.mkv --every 2

A frame every few seconds is looked at; those with an animal become a video. An .mkv
can be read even when the power fails before the morning.
"""

from __future__ import annotations

import argparse

from edgevision.runtime.event import Event
from edgevision.runtime.sinks import Sink, open_sink

import edgevision

ANIMALS = "bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe"


class OnlyWithResults(Sink):
    """Hand on to another sink what has at least one box in it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._sink, self.kept = open_sink(text), 0

    def write(self, event: Event) -> None:
        """Keep an event, or not."""
        if len(event.result):
            self._sink.write(event)
            self.kept += 1

    def close(self) -> None:
        """Finish the file."""
        self._sink.close()


def main(arguments: list[str] | None = None) -> int:
    """Watch until the source ends or Ctrl-C; return how many frames were kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("source")
    parser.add_argument("video")
    parser.add_argument("--animals", default=ANIMALS, help="labels, by commas")
    parser.add_argument("--every", type=float, default=2.0, help="seconds")
    options = parser.parse_args(arguments)

    sink = OnlyWithResults(f"video:{options.video}?fps=10")
    labels = options.animals.split(",")
    with edgevision.load_model(options.model, allow=labels) as model:
        rate = 1 / options.every
        with model.stream(options.source, sinks=[sink], max_fps=rate) as events:
            looked = sum(1 for _ in events)
    print(f"{sink.kept} of {looked} frames kept in {options.video}")
    return sink.kept


if __name__ == "__main__":
    main()
