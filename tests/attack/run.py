"""The product under attack, counted: ``run.py [--short] [--only NAME ...]``.

Each case starts real commands against hostile files, streams, signals, disks and
terminals, and says how many attempts held. Exit 1 when one did not. Everything stays in
a temporary folder and on loopback.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "attack")]

from ground import Ground, Tally, python_of_this_checkout  # noqa: E402

CASES = {
    "code beside a model": "models:code_of_the_folder",
    "model replaced while it runs": "models:replaced_while_it_runs",
    "model swapped at opening": "models:swapped_at_opening",
    "model that never ends": "models:endless",
    "children of a killed run": "models:orphans",
    "model that takes memory": "models:greedy",
    "damaged models": "programs:damaged_models",
    "changed cards": "programs:changed_cards",
    "changed apps": "programs:changed_apps",
    "pictures that claim much": "pictures:bombs",
    "arrays that claim much": "pictures:arrays",
    "changed data files": "programs:changed_data",
    "names of any bytes": "programs:names",
    "annotations": "pictures:annotations",
    "damaged frames": "streams:damaged_frames",
    "hostile cameras": "streams:hostile_cameras",
    "camera lost again and again": "streams:lost_camera",
    "pipes": "streams:pipes",
    "passwords": "streams:passwords",
    "signals": "signals:at_any_moment",
    "a stopped process": "signals:stopped",
    "a clock that is set": "signals:clock",
    "standard output": "signals:standard_output",
    "little of everything": "signals:scarce",
    "kill -9": "outputs:killed",
    "two runs, one file": "outputs:two_runs",
    "full disks": "outputs:full",
    "spreadsheets": "outputs:spreadsheets",
    "terminals": "terminals:escapes",
    "encodings and long names": "terminals:encodings",
    "web page": "web:headers",
}
"""Name -> ``module:function``; a function takes a ``Ground`` and fills a ``Tally``."""


def main() -> int:
    """Run the cases and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer attempts of each")
    parser.add_argument("--only", nargs="+", metavar="WORD", help="cases with a word")
    parser.add_argument("--python", default=python_of_this_checkout())
    arguments = parser.parse_args()
    chosen = {
        name: place
        for name, place in CASES.items()
        if not arguments.only or any(word in name for word in arguments.only)
    }
    began, failed = time.monotonic(), 0
    print(f"{'case':<30}{'tried':>7}{'held':>7}{'seconds':>9}  how")
    for name, place in chosen.items():
        module, _, function = place.partition(":")
        tally, start = Tally(), time.monotonic()
        with tempfile.TemporaryDirectory(prefix="edgevision-attack-") as folder:
            ground = Ground(
                Path(folder), python=arguments.python, short=arguments.short
            )
            try:
                how = getattr(importlib.import_module(module), function)(ground, tally)
            except Exception as error:  # the other cases are worth knowing
                how = "the case itself failed"
                tally.add(name, f"{type(error).__name__}: {error}")
        failed += bool(tally.bad)
        held, spent = tally.tried - len(tally.bad), time.monotonic() - start
        print(f"{name:<30}{tally.tried:>7}{held:>7}{spent:>9.1f}  {how}", flush=True)
        for line in tally.bad[:10]:
            print(f"    {line}", flush=True)
    print(f"{len(chosen)} cases in {time.monotonic() - began:.0f} s, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
