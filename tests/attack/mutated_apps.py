"""Files of apps, changed in every key: ``mutated_apps.py --count 2000``.

Each file meets ``edgevision app --check``. It may be refused in a sentence. Exit 1 when
the command calls one a fault of its own, ends in a traceback, takes long, prints what a
terminal obeys, or shows a secret of the environment.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from attack.hostile import VALUES, damage, paths  # noqa: E402
from attack.hostile import Path as Place  # noqa: E402
from attack.in_process import faults_of, report, show_progress  # noqa: E402

_SQUARE: Final = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]
APP: Final[dict[str, Any]] = {
    "model": {
        "file": "demo:detector",
        "allow": ["circle", "square"],
        "score_threshold": 0.4,
        "max_detections": 10,
        "threads": 1,
        "tiles": "2x1",
        "max_invoke": "30s",
        "options": {"max_detections": 8},
        "trust": True,
        "then": {"file": "demo:classifier", "margin": 0.1, "allow": ["circle"]},
    },
    "camera": {
        "yard": {
            "source": "synthetic:?size=64x48&fps=0",
            "max_fps": 5.0,
            "give_up_after": "1m",
            "when_motion": True,
            "max_answer_age": "5s",
            "region": {
                "lawn": {"zone": _SQUARE, "labels": ["circle"], "part": "touch"},
                "gate": {"line": [[0.2, 0.5], [0.8, 0.5]], "margin": 0.1},
            },
            "redact": {"labels": ["circle"], "style": "blur", "cells": 2},
            "watch": {"every": "1s"},
        },
        "door": {"source": "synthetic:?size=64x48"},
    },
    "rule": {
        "come": {"when": "circle in lawn for 3s", "cool_down": "5m"},
        "full": {"when": "count(circle) > 3 for 2s", "cameras": ["yard", "door"]},
    },
    "redact": {"zones": [_SQUARE], "color": [1, 2, 3], "margin": 0.1, "hold": "1s"},
    "clips": {"folder": "clips", "before": "1s", "quota": "1MB", "rules": ["come"]},
    "watch": {"covered": True, "file": "{camera}.npz", "learn": "5s"},
    "sink": [{"to": "jsonl:{camera}.jsonl?what=events", "cameras": ["yard"]}],
}
"""An app that uses every table."""

SECRETS: Final = (
    "Hq7Zk2Wv9Xp4",
    "Hq7Zk2'Wv9\"Xp4\\Lm8\\nRt5",
    "Hq7Zk2/Wv9?Xp4=Lm8&Rt5=Bn3@Gd6#Fs1",
    "Hq7Zk2 Wv9Xp4 Lm8Rt5",
    "Hq7Zk2Wv9\nXp4Lm8\tRt5Bn3\x1b[2J",
    "Hq7Zk2%40Wv9%2FXp4Lm8",
    "Hq7Zk2Wv9Xp4Lm8Rt5Bn3Gd6Fs1" * 9,
    "Hq7Zk2é\u202eWv9Xp4",
    "Hq7Zk2:Wv9Xp4,Lm8Rt5;Bn3[Gd6]{Fs1}",
)
"""Passwords of a hard kind; each three letters and digits of one stand in no word."""

_PIECES: Final = ("Hq7Zk2", "Wv9Xp4", "Lm8Rt5", "Xp4Lm8", "Bn3Gd6")


class Raw(str):
    """A text that stands in the file as it is."""


def mutations(count: int, seed: int) -> Iterator[tuple[str, bytes, str]]:
    """Yield what is changed, the file's text, and the secret of the environment.

    Every key has its turn before one has a second.
    """
    draw = random.Random(seed)
    turns: list[Place] = []
    for _ in range(count):
        if not turns:
            turns = sorted(set(paths(APP)) - {()}, key=str)
            draw.shuffle(turns)
        place = turns.pop()
        secret = draw.choice(SECRETS)
        if draw.random() < 0.05:
            how, text = damage(toml(APP).encode(), draw)
            yield how, text, secret
            continue
        how, new = _changed(place, draw)
        yield f"{'.'.join(map(str, place))} {how}", new, secret


def _changed(place: Place, draw: random.Random) -> tuple[str, bytes]:
    app = copy.deepcopy(APP)
    inner: Any = app
    for key in place[:-1]:
        inner = inner[key]
    last = place[-1]
    how = draw.choice(("gone", "value", "value", "secret", "secret", "twice", "key"))
    if how == "gone":
        del inner[last]
    elif how == "twice" and isinstance(last, str):
        inner[Raw(f"{last} = 1, {last}")] = inner.pop(last)
    elif how == "key" and isinstance(last, str):
        name = draw.choice(('"\\u0007 x"', '""', '"a.b"', "x" * 300, '"${SECRET}"'))
        inner[Raw(name)] = inner.pop(last)
    elif how == "secret":
        old = inner[last]
        text = draw.choice(("${SECRET}", "a ${SECRET}", "rtsp://me:${SECRET}@cam/1"))
        if isinstance(old, str) and draw.random() < 0.5:
            text = f"{old}${{SECRET}}"
        how = f"is {text}"
        inner[last] = text
    else:
        text = draw.choice(VALUES).replace("null", "1979-05-27").replace(": ", " = ")
        how = f"is {text[:40]}"
        inner[last] = Raw(text)
    return how, toml(app).encode("utf-8", "surrogatepass")


def toml(app: dict[str, Any]) -> str:
    """Return a file: one line per table, or array of tables."""
    return "".join(f"{_key(key)} = {_text(value)}\n" for key, value in app.items())


def _key(key: str) -> str:
    return key if isinstance(key, Raw) else json.dumps(key)


def _text(value: Any) -> str:
    if isinstance(value, Raw):
        return value
    if isinstance(value, dict):
        items = (f"{_key(key)} = {_text(item)}" for key, item in value.items())
        return f"{{{', '.join(items)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return json.dumps(value)


def attack(folder: Path, count: int, seed: int) -> tuple[int, list[str]]:
    """Try files with ``app --check``.

    Args:
        folder: Where they are written.
        count: Their number.
        seed: Chooses the mutations.

    Returns:
        How many were tried, and a line for each that did not hold.
    """
    fallen: list[str] = []
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    os.chdir(folder)
    file = folder / "app.toml"
    for number, (what, text, secret) in enumerate(mutations(count, seed)):
        file.write_bytes(text)
        os.environ["SECRET"] = secret
        words = ["app", str(file), "--check", *(["--json"] if number % 2 else [])]
        began = time.monotonic()
        faults = faults_of(words, hidden=_PIECES)
        if time.monotonic() - began > 10:
            faults.append(f"{time.monotonic() - began:.0f} s")
        if faults:
            fallen.append(f"{what[:200]} ({secret[:20]!r}): {'; '.join(faults)}")
        show_progress(number + 1, count)
    return count, fallen


def main(words: list[str] | None = None) -> int:
    """Try every mutation, and print one row of a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as name:
        tried, fallen = attack(Path(name), arguments.count, arguments.seed)
    return report("mutated apps", tried, fallen)


if __name__ == "__main__":
    sys.exit(main())
