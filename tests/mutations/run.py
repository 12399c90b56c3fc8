"""What happens to damaged models, counted: ``run.py --count 1000``.

Three real models with a card are damaged in six ways, and each of the files is opened
as ``run`` opens one, with the interpreter that is installed here. Exit 1 when a single
one gets through the gate and then crashes, hangs or ends in a traceback.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from edgevision.runtime.interpreter.backends import find_backend  # noqa: E402
from support.golden_models import NAMES, with_golden_check  # noqa: E402
from support.mutations import KINDS, mutate  # noqa: E402
from support.trials import ESCAPED, OUTCOMES, answers, in_child, trial  # noqa: E402


def shared() -> Path:
    """Return the folder of real models."""
    named = os.environ.get("EDGEVISION_SHARED")
    places = [Path(named)] if named else [p / "shared" for p in ROOT.parents[:3]]
    for place in places:
        if (place / "data" / "README.md").is_file():
            return place / "data"
    raise SystemExit("make test-mutations needs ../shared/data beside the checkout.")


def main() -> int:
    """Count outcomes and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    found: Counter[tuple[str, str]] = Counter()
    escaped = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.tflite"
        models = []
        for name in NAMES:
            # In a child: an interpreter's threads would not survive the forks below.
            source = shared() / f"models/{name}.tflite"
            data = in_child(lambda source=source: with_golden_check(source), 300)[1]
            path.write_bytes(data)
            models.append((name, data, in_child(lambda: answers(path), 300)[1]))
        for number in range(arguments.count):
            name, data, expected = models[number % len(models)]
            kind, damaged = mutate(data, arguments.seed + number)
            path.write_bytes(damaged)
            outcome, detail = trial(path, expected)
            found[kind, outcome] += 1
            if outcome == ESCAPED:
                escaped.append(
                    {"seed": arguments.seed + number, "model": name, "detail": detail}
                )
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{number + 1} of {arguments.count}")
    backend = find_backend()
    sys.stdout.write(f"\n{backend.name} {backend.version}, {arguments.count} files\n\n")
    sys.stdout.write(table(found))
    for item in escaped:
        sys.stdout.write(json.dumps(item) + "\n")
    return 1 if escaped else 0


def table(found: Counter[tuple[str, str]]) -> str:
    """Return the counts as a Markdown table, a row per outcome."""
    kinds = [name for name, _, _ in KINDS]
    lines = [
        "| outcome | " + " | ".join(kinds) + " | all |",
        "|---|" + "---|" * (len(kinds) + 1),
    ]
    for outcome in OUTCOMES:
        counts = [found[kind, outcome] for kind in kinds]
        cells = " | ".join(map(str, [*counts, sum(counts)]))
        lines.append(f"| {outcome} | {cells} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
