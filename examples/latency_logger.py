"""Log how fast a model really is on this board: one JSON line per minute.

    python examples/latency_logger.py net.tflite csi: latency.jsonl

Each line has the throughput of that minute, the mean, percentiles and maximum of every
stage, the age of the frames, the number of dropped frames, and the board's temperature
where it is known. A board that gets hot and slow in the afternoon shows it here.
"""

from __future__ import annotations

import argparse
import json
import time
from contextlib import suppress

from edgevision.runtime.timing import LatencyTable

import edgevision


def main(arguments: list[str] | None = None) -> None:
    """Log until the source ends or Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("source")
    parser.add_argument("log")
    parser.add_argument("--every", type=float, default=60.0, help="seconds")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args(arguments)

    with (
        suppress(KeyboardInterrupt),  # Ctrl-C is the normal end
        edgevision.load_model(options.model, threads=options.threads) as model,
        model.stream(options.source) as events,
        open(options.log, "a", buffering=1) as log,
    ):
        table, dropped, due = LatencyTable(), 0, time.monotonic() + options.every
        for event in events:
            table.add(event.timing)
            if time.monotonic() < due:
                continue
            line = {
                "time": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
                **table.to_dict(),
                "dropped": event.dropped - dropped,
                "reconnects": event.reconnects,
                "health": event.to_dict()["health"],
            }
            log.write(json.dumps(line) + "\n")
            table, dropped, due = LatencyTable(), event.dropped, due + options.every


if __name__ == "__main__":
    main()
