"""Sort pictures of parts into one folder per class, and doubtful ones into another.

    python examples/parts_classifier.py parts.tflite incoming/ --folder sorted/

The pictures are copied, never moved. Those with a score below --score go to
``unsure/``, where a person can sort them for the next training.
"""

from __future__ import annotations

import argparse
import re
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path

import cv2

import edgevision


def main(arguments: list[str] | None = None) -> Counter[str]:
    """Sort all frames of the source; return how many went into each folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("source")
    parser.add_argument("--score", type=float, default=0.8)
    parser.add_argument("--folder", type=Path, default=Path("sorted"))
    options = parser.parse_args(arguments)

    counts: Counter[str] = Counter()
    with (
        suppress(KeyboardInterrupt),  # Ctrl-C is the normal end
        edgevision.load_model(options.model, top_k=1) as model,
        model.stream(options.source) as events,
    ):
        for event in events:
            best = event.result.top
            sure = best is not None and best.score >= options.score
            # A label is text from a file: only some signs may be in a folder's name.
            name = re.sub(r"[^\w -]", "_", best.label) if sure else "unsure"
            target = options.folder / name
            target.mkdir(parents=True, exist_ok=True)
            path = Path(event.frame.source)
            if path.is_file() and event.frame.details is None:
                shutil.copy2(path, target / f"{event.frame.index:06d}-{path.name}")
            else:
                picture = target / f"{event.frame.index:06d}.jpg"
                cv2.imwrite(str(picture), event.frame.image)
            counts[name] += 1
    for name, count in counts.most_common():
        print(f"{count:6d}  {name}")
    return counts


if __name__ == "__main__":
    main()
