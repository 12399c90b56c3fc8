"""Decide for each picture: show it, hide it, or let a person look first.

    python examples/picture_moderation.py moderation.tflite incoming/ --hide nudity,gore

Each picture gets a line in decisions.csv. Choose both scores on pictures of your own:
between them a person decides, and a picture that cannot be read goes to a person, too.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path

import edgevision
from edgevision.errors import SourceError

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}


def main(arguments: list[str] | None = None) -> Counter[str]:
    """Judge all pictures of a folder; return how many had which decision."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hide", required=True, help="labels, by commas")
    parser.add_argument("--ask", type=float, default=0.3, help="a person from here on")
    parser.add_argument("--no", type=float, default=0.8, help="hidden from here on")
    parser.add_argument("--log", type=Path, default=Path("decisions.csv"))
    options = parser.parse_args(arguments)

    labels = options.hide.split(",")
    counts: Counter[str] = Counter()
    with (
        # The first is a typing error's net: a label that is not there is refused.
        edgevision.load_model(options.model, allow=labels, score_threshold=0) as model,
        options.log.open("w", newline="") as log,
    ):
        rows = csv.writer(log)
        rows.writerow(["picture", "decision", "label", "score"])
        for path in sorted(options.folder.iterdir()):
            if path.suffix.lower() not in SUFFIXES:
                continue
            try:
                worst = model(path).top
            except SourceError:
                decision, label, score = "person", "cannot be read", ""
            else:
                label, score = worst.label, f"{worst.score:.3f}"
                is_doubtful = worst.score >= options.ask
                decision = "person" if is_doubtful else "show"
                decision = "hide" if worst.score >= options.no else decision
            rows.writerow([path.name, decision, label, score])
            counts[decision] += 1
    return counts


if __name__ == "__main__":
    print(dict(main()))
