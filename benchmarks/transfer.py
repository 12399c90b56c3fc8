"""Transfer against training from scratch: the same minute, the same pictures.

    python benchmarks/transfer.py MODEL.h5 FOLDER TEST --normalize raw --classes cat dog

MODEL is a trained classifier, FOLDER and TEST hold one folder of pictures per class. Of
each class 50 pictures are learned from, TEST is judged by. Both figures are printed.
Where the model has learned the very classes before, as a CIFAR-10 network has for two
of CIFAR-10's, that is the best case of a transfer, and not a typical one.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

# The checkout that this file is of, not a tree that was installed before.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import edgevision


def main() -> None:
    """Train twice and print both accuracies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("test", type=Path)
    parser.add_argument("--normalize")
    parser.add_argument("--classes", nargs="+", required=True)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for label in given.classes:
            (work / "train" / label).mkdir(parents=True)
            for path in sorted((given.folder / label).iterdir())[: given.count]:
                shutil.copy(path, work / "train" / label)
            shutil.copytree(given.test / label, work / "test" / label)
        common = {
            "validation": work / "test",
            "input_size": (32, 32),
            "max_seconds": given.seconds,
            "batch_size": 16,
        }
        scratch = edgevision.train(
            work / "train",
            work / "scratch.keras",
            epochs=200,
            patience=200,
            **common,
        )
        transfer = edgevision.train(
            work / "train",
            work / "transfer.keras",
            weights=str(given.model),
            normalize=given.normalize,
            epochs=60,
            patience=60,
            **common,
        )
    for words, report in (("from scratch", scratch), ("transfer", transfer)):
        sys.stdout.write(
            f"{words:<13} {report.metrics['accuracy']:.1%} on "
            f"{report.facts['held_out']} pictures, {report.arch}, "
            f"{report.parameters:,} parameters, {report.epochs} epochs in "
            f"{report.seconds:.0f} s, epoch {report.best_epoch} kept\n"
        )


if __name__ == "__main__":
    main()
