"""Models that lie, loop, swell or change while somebody looks at them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from ground import Ground, Tally, eventually

_FLAGS = ("--normalize", "raw", "--decoder", "classifier")
# In a process of its own: TensorFlow's threads and memory stay out of the battery.
_MAKER = """
import sys, tensorflow as tf
def save(kind):
    def net(x):
        most = tf.reduce_max(x)
        if kind == "loop":    # ends at once on the zeros of a trial, never on a picture
            go = lambda i: i < most * 1e9
        else:
            go = lambda i: i < 2.0
        step = lambda i: (tf.minimum(i + 1e-9, 1.0),)
        i = tf.while_loop(go, step, [most * 0.0])[0]
        row = tf.concat([tf.reshape(i, [1]), tf.reshape(x, [-1])[:5]], 0)
        return tf.reshape(row, [1, 6])
    shape = tf.TensorSpec([1, 32, 32, 3], tf.float32)
    concrete = tf.function(net).get_concrete_function(shape)
    data = tf.lite.TFLiteConverter.from_concrete_functions([concrete]).convert()
    open(sys.argv[1] + "/" + kind + ".tflite", "wb").write(data)
save("loop"); save("endless")
"""


@cache
def loops() -> dict[str, bytes]:
    """Return a model that loops on pictures, and one that always loops."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-c", _MAKER, folder],
            check=True,
            capture_output=True,
            timeout=300,
        )
        names = ("loop", "endless")
        return {n: (Path(folder) / f"{n}.tflite").read_bytes() for n in names}


def picture(folder: Path, name: str = "picture.png") -> Path:
    """Write a bright picture and return its path."""
    path = folder / name
    cv2.imwrite(str(path), np.full((64, 64, 3), 200, np.uint8))
    return path


def code_of_the_folder(ground: Ground, tally: Tally) -> str:
    """Stand in a folder that holds a model and modules with the names of others."""
    commands = {
        "run": ("m.tflite", "--source", "picture.png", "--quiet"),
        "inspect": ("m.tflite",),
        "benchmark": ("m.tflite", "--max-seconds", "0.5"),
        "card": ("m.tflite", "--name", "x", "-o", "n.tflite"),
        "convert": ("m.keras", "-o", "c.tflite"),
    }
    for module in ("json", "importlib", "numpy", "cv2", "subprocess"):
        for name, arguments in list(commands.items())[: ground.times(5, 2)]:
            place = ground.folder / f"{name}-{module}"
            place.mkdir()
            shutil.copy(ground.classifier, place / "m.tflite")
            (place / "m.keras").write_bytes(b"PK\x03\x04")
            picture(place)
            mark = place / "executed"
            code = f"open({str(mark)!r}, 'w').write('x')\nraise SystemExit(9)\n"
            (place / f"{module}.py").write_text(code)
            # Not "-m": Python itself would put the folder first on its path.
            env = {"XDG_CACHE_HOME": str(place / "cache"), "PYTHONSAFEPATH": "1"}
            done = ground.run(name, *arguments, cwd=place, env=env)
            why = "its code ran" if mark.exists() else done.why_bad()
            tally.add(f"{name} beside {module}.py", why)
    return "json.py and others beside a model are not imported"


def replaced_while_it_runs(ground: Ground, tally: Tally) -> str:
    """Write a model anew under its name, as ``scp`` does, while it runs."""
    for number in range(ground.times(4, 1)):
        model = ground.folder / f"m{number}.tflite"
        shutil.copy(ground.detector, model)
        source = "synthetic:?size=320x240&fps=20"
        sink = f"jsonl:{number}.jsonl"
        arguments = ("run", model, "--source", source, "--quiet", "--sink", sink)
        with ground.running(*arguments) as process:
            records = ground.folder / f"{number}.jsonl"
            eventually(lambda r=records: r.is_file() and r.stat().st_size > 0, 20)
            with model.open("r+b") as file:
                file.truncate(0)
                time.sleep(0.5)
                file.write(ground.classifier.read_bytes())
            time.sleep(0.5)
            before = records.read_bytes().count(b"\n")
            time.sleep(0.7)
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=20)
        after = records.read_bytes().count(b"\n")
        why = "" if process.returncode == 0 else f"exit code {process.returncode}"
        if after <= before:
            why = why or "no record came after the change"
        tally.add(f"copy {number}", why or ("Traceback" if b"Trace" in errors else ""))
    return "the run goes on with the model that it opened"


def swapped_at_opening(ground: Ground, tally: Tally) -> str:
    """Replace a good model by one that never ends between the look and the load."""
    evil = loops()["endless"]
    good = ground.classifier.read_bytes()
    source = picture(ground.folder)
    model, other = ground.folder / "t.tflite", ground.folder / "n.tflite"
    env = {"EDGEVISION_GATE_SECONDS": "4"}
    for number in range(ground.times(24, 5)):
        shutil.rmtree(ground.folder / "cache", ignore_errors=True)
        model.write_bytes(good)
        arguments = ("run", model, "--source", source, *_FLAGS)
        with ground.running(*arguments, env=env) as process:
            time.sleep(0.2 + number * 0.04)
            other.write_bytes(evil)
            os.replace(other, model)
            try:
                process.communicate(timeout=15)
                why = "" if process.returncode in (0, 1, 2) else "crash"
            except subprocess.TimeoutExpired:
                why = "the model that was swapped in runs in the main process"
        tally.add(f"after {0.2 + number * 0.04:.2f} s", why)
    return "what was checked is what runs"


def endless(ground: Ground, tally: Tally) -> str:
    """Run a model that ends on zeros and never on a picture."""
    model = ground.folder / "loop.tflite"
    model.write_bytes(loops()["loop"])
    source = picture(ground.folder)
    sink = ("--sink", "jsonl:o.jsonl", "--force")
    arguments = ("run", model, "--source", source, *_FLAGS, *sink)
    done = ground.run(*arguments, "--max-invoke", "2s", seconds=30)
    why = done.why_bad((1,), seconds=25)
    tally.add(
        "--max-invoke 2s", why or ("" if "loop.tflite" in done.err else done.last)
    )
    for first, second in ((signal.SIGINT, signal.SIGINT), (signal.SIGTERM,) * 2):
        with ground.running(*arguments, "--max-invoke", "0") as process:
            time.sleep(5)
            process.send_signal(first)
            time.sleep(1)
            process.send_signal(second)
            try:
                process.communicate(timeout=5)
                why = ""
            except subprocess.TimeoutExpired:
                why = "still there 5 s after the second"
        tally.add(f"{first.name} twice", why)
    return "the watchdog names it, and the second Ctrl-C ends it"


def orphans(ground: Ground, tally: Tally) -> str:
    """Kill a run whose trial of a model never ends, and look for the child."""
    model = ground.folder / "endless.tflite"
    model.write_bytes(loops()["endless"])
    source = picture(ground.folder)
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        with ground.running("run", model, "--source", source, *_FLAGS) as process:
            eventually(lambda p=process: bool(_children(p.pid)), 20)
            children = _children(process.pid)
            process.send_signal(number)
            ended = eventually(lambda p=process: p.poll() is not None, 10)
            gone = eventually(lambda c=children: not any(map(_is_alive, c)), 5)
        why = "" if ended else "the run goes on"
        tally.add(number.name, why or ("" if gone else "its child goes on"))
    return "the child of a trial ends with its parent"


def greedy(ground: Ground, tally: Tally) -> str:
    """Open small files whose tensors take gigabytes, on a board that has one."""
    import resource

    from support.tiny_models import tiny_classifier

    def small_board() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    for side in (5_000, 20_000, 26_000)[: ground.times(3, 2)]:
        model = ground.folder / f"{side}.tflite"
        model.write_bytes(tiny_classifier(size=(side, side)))
        for command in ("run", "inspect"):
            more = ("--source", picture(ground.folder)) if command == "run" else ()
            done = ground.run(command, model, *more, before=small_board)
            # 75 MB of input fit; the others do not.
            why = done.why_bad((0, 1), peak_mb=300 if side > 5_000 else 600, seconds=40)
            if not why and side > 5_000 and "memory" not in done.err + done.out:
                why = f"nothing says that memory lacks: {done.last[:100]}"
            tally.add(f"{command} {side}x{side}", why)
    return "tensors are counted before memory is taken"


def _children(parent: int) -> list[int]:
    children = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            children.append(int(path.parent.name))
    return children


def _is_alive(pid: int) -> bool:
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    except OSError:
        return False
