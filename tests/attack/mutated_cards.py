"""Model cards, changed in every field: ``mutated_cards.py --count 2000``.

Each card lies behind a small model, and every command that reads cards meets it. It may
be refused in a sentence. Exit 1 when a command calls one a fault of its own, ends in a
traceback, or prints what a terminal obeys.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from attack.base_cards import Base, base_cards, option_names  # noqa: E402
from attack.hostile import damage, mutate, paths  # noqa: E402
from attack.in_process import faults_of, report, show_progress  # noqa: E402


def mutations(count: int, seed: int) -> Iterator[tuple[Base, str, bytes]]:
    """Yield a model, what is changed in its card, and the card's new text.

    Every field of every card has its turn before one has a second.
    """
    draw = random.Random(seed)
    bases = base_cards()
    turns: list[tuple[Base, tuple[str | int, ...]]] = []
    for _ in range(count):
        if not turns:
            for base in bases:
                places = set(paths(base.card))
                places |= {("output", "options", name) for name in option_names(base)}
                turns += [(base, place) for place in sorted(places, key=str)]
            draw.shuffle(turns)
        base, place = turns.pop()
        if draw.random() < 0.05:
            text = mutate(base.card, [], draw)[1]
            yield base, *damage(text, draw)
            continue
        at = [place]
        if draw.random() < 0.2:
            at.append(draw.choice(list(paths(base.card))))
        yield base, *mutate(base.card, at, draw)


def commands(folder: Path, number: int) -> list[list[str]]:
    """Return the commands that read ``net.tflite`` and ``card.json`` of a folder."""
    model, picture = str(folder / "net.tflite"), str(folder / "picture.png")
    card, new = str(folder / "card.json"), str(folder / "new.tflite")
    page = str(folder / f"report.{'html' if number % 2 else 'json'}")
    sinks = [f"--sink=jsonl:{folder}/r.jsonl", f"--sink=csv:{folder}/r.csv"]
    sinks.append(f"--sink=images:{folder}/drawn")
    how = [["--json"], ["--quiet", "--force", *sinks], ["--verbose"], ["--card", card]]
    listed = ["--tensors"] if number % 2 else ["--json"]
    some = [
        ["run", model, "-s", picture, "--trust", *how[number % 4]],
        ["inspect", model, "--no-run", "--report", page, "--force"],
        ["inspect", model, "--no-run", *listed],
        ["card", model, "-o", new, "--name", "new", "--force"],
    ]
    # These try the model in a process of its own, which takes a third of a second.
    slow = [
        ["inspect", model, "--check"],
        ["benchmark", model, "--max-seconds", "0.1", "--json"],
    ]
    return [*some, slow[number % 2]] if number % 20 > 17 else some


def attack(folder: Path, count: int, seed: int) -> tuple[int, list[str]]:
    """Try mutations with every command.

    Args:
        folder: Where the files are written; :func:`prepare` was called with it.
        count: Number of cards.
        seed: Chooses the mutations.

    Returns:
        How many commands were run, and a line for each that did not hold.
    """
    tried = 0
    fallen: list[str] = []
    for number, (base, what, text) in enumerate(mutations(count, seed)):
        (folder / "net.tflite").write_bytes(base.with_card(text))
        (folder / "card.json").write_bytes(text)
        for command in commands(folder, number):
            tried += 1
            faults = faults_of(command)
            if faults:
                words = "; ".join(faults)
                fallen.append(f"{base.name}, {what[:200]}: {command[0]}: {words}")
        show_progress(number + 1, count)
    return tried, fallen


def main(words: list[str] | None = None) -> int:
    """Try every mutation with every command, and print one row of a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        tried, fallen = attack(folder, arguments.count, arguments.seed)
    return report("mutated cards", tried, fallen)


def prepare(folder: Path) -> None:
    """Write what the commands need beside the model, and keep their cache there."""
    import cv2
    import numpy as np

    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    pixels = np.random.default_rng(15).integers(0, 255, (48, 64, 3), np.uint8)
    cv2.imwrite(str(folder / "picture.png"), pixels)


if __name__ == "__main__":
    sys.exit(main())
