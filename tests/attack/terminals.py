"""What files hold, on terminals, in logs, and in other encodings."""

from __future__ import annotations

import shutil

from ground import Ground, Tally
from models import picture

_HOSTILE = "\x1b]0;owned\x07\x1b[2J\u202egnp.tac\x9b31m"


def escapes(ground: Ground, tally: Tally) -> str:
    """Print labels, names and cards that hold codes that a terminal obeys."""
    labels = ground.folder / "labels.txt"
    labels.write_text("\n".join(f"{_HOSTILE}{n}" for n in range(6)), "utf-8")
    source = picture(ground.folder)
    hostile = ground.folder / f"a{_HOSTILE}\nERROR forged line"
    hostile.mkdir()
    inside = picture(hostile)
    broken = hostile / "broken.tflite"
    broken.write_bytes(b"TFL3" * 20)
    net = shutil.copy(ground.classifier, hostile / "net.tflite")
    commands = {
        "labels": ("run", ground.classifier, "--source", source, "--labels", labels),
        "source": ("run", ground.classifier, "--source", inside),
        "a folder": ("run", ground.classifier, "--source", hostile),
        "json": ("run", ground.classifier, "--source", inside, "--json"),
        "a model": ("inspect", net),
        "a broken model": ("inspect", broken),
        "a broken model, --debug": ("--debug", "inspect", broken),
        "verbose": ("--verbose", "run", net, "--source", inside),
        "no such file": ("run", hostile / "none.tflite"),
        "no such source": ("run", ground.classifier, "--source", hostile / "none.png"),
        "a sink": (
            *("run", ground.classifier, "--source", source),
            *("--sink", f"jsonl:{hostile}/no/o.jsonl"),
        ),
        "an option": ("run", ground.classifier, f"--{_HOSTILE}"),
        "a value": ("run", ground.classifier, "--threads", _HOSTILE),
        "train": ("train", hostile, "-o", ground.folder / "n.keras"),
    }
    for name, arguments in commands.items():
        done = ground.run(*arguments)
        # --debug asks for a traceback.
        why = "" if "--debug" in arguments else done.why_bad()
        printed = done.out + done.err
        if any(code in printed for code in ("\x1b", "\x07", "\x9b", "\u202e")):
            why = "a control code is printed"
        if any(line.startswith("ERROR forged") for line in printed.splitlines()):
            why = "a name makes a line of its own"
        tally.add(name, why)
    return "shown as escapes, on one line"


def encodings(ground: Ground, tally: Tally) -> str:
    """Print Cyrillic labels and long names on terminals that do not know them."""
    labels = ground.folder / "labels.txt"
    labels.write_text("\n".join(f"кошка {n} 猫" for n in range(6)), "utf-8")
    source = picture(ground.folder)
    run = ("run", ground.classifier, "--source", source, "--labels", labels)
    for encoding in ("latin-1", "ascii", "cp1252", "utf-16", "koi8-r"):
        for more in ((), ("--json",)):
            done = ground.run(*run, *more, env={"PYTHONIOENCODING": encoding})
            tally.add(f"{encoding} {' '.join(more)}", done.why_bad((0,)))
    for name, env in (
        ("C", {"LC_ALL": "C"}),
        ("no locale", {"LC_ALL": "", "LANG": ""}),
    ):
        env = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", **env}
        tally.add(name, ground.run(*run, env=env).why_bad((0,)))
    long = "n" * 5000
    for arguments in (
        ("run", long),
        ("run", ground.classifier, "--source", long),
        ("run", ground.classifier, "--source", source, "--sink", f"jsonl:{long}"),
        ("run", ground.classifier, "--source", source, "--sink", f"csv:{long}"),
        ("run", ground.classifier, "--source", source, "--sink", f"images:{long}"),
        ("run", ground.classifier, "--source", source, "--sink", f"video:{long}.mkv"),
        ("inspect", long),
        ("inspect", ground.classifier, "--report", f"{long}.html"),
        ("card", ground.classifier, "--name", long, "-o", f"{long}.tflite"),
        ("convert", f"{long}.keras"),
        ("train", long, "-o", "n.keras"),
        ("run", ground.classifier, "--source", source, "--labels", long),
        ("run", ground.classifier, "--threads", long),
    ):
        done = ground.run(*arguments)
        why = done.why_bad()
        if len(done.last) > 2100:
            why = why or f"a line of {len(done.last)} characters"
        tally.add(f"5,000 characters in {arguments[0]}", why)
    return "a sentence that is cut"
