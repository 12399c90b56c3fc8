"""Suggestions for an option that a command does not have."""

from __future__ import annotations

from typing import Final

import click

_SAVE: Final = "--sink images:FOLDER or --sink video:FILE.mkv"
_TEXT: Final = "--sink jsonl:FILE or --sink csv:FILE"

OTHER_TOOLS: Final[dict[str, tuple[str, ...]]] = {
    "--accuracy": ("--min-accuracy",),
    "--architecture": ("--arch",),
    "--batch": ("--batch-size",),
    "--calibration-data": ("--calibration",),
    "--camera": ("--source",),
    "--class-names": ("--labels",),
    "--classes": ("--allow LABEL", "--labels"),
    "--conf": ("--score-threshold",),
    "--conf-thres": ("--score-threshold",),
    "--conf-threshold": ("--score-threshold",),
    "--confidence": ("--score-threshold",),
    "--confidence-threshold": ("--score-threshold",),
    "--cpu": ("--delegate none",),
    "--csv": (_TEXT, "--report FILE.csv"),
    "--data": ("DATA",),
    "--dataset": ("DATA", "--calibration"),
    "--device": ("--delegate", "--profile"),
    "--dtype": ("--recipe",),
    "--duration": ("--minutes", "--max-time", "--max-frames"),
    "--exclude": ("--deny LABEL",),
    "--exist-ok": ("--force",),
    "--file": ("--source",),
    "--filter": ("--allow LABEL",),
    "--float16": ("--recipe float16",),
    "--fp16": ("--recipe float16",),
    "--frames": ("--max-frames",),
    "--fps": ("--max-fps",),
    "--half": ("--recipe float16",),
    "--headless": ("--quiet",),
    "--image": ("--source",),
    "--images": ("--source", "--calibration", "DATA"),
    "--img": ("--input-size", "--source"),
    "--img-size": ("--input-size",),
    "--imgsz": ("--input-size", "--tiles"),
    "--input": ("--source", "MODEL", "DATA"),
    "--int8": ("--recipe int8",),
    "--iou": ("--iou-threshold",),
    "--iou-thres": ("--iou-threshold",),
    "--keras": ("MODEL",),
    "--label": ("--labels",),
    "--label-map": ("--labels",),
    "--labelmap": ("--labels",),
    "--line-thickness": (),
    "--lr": ("--learning-rate",),
    "--lr0": ("--learning-rate",),
    "--max-det": ("--max-detections",),
    "--max-num-detections": ("--max-detections",),
    "--max-results": ("--max-detections", "--top-k"),
    "--max-seconds": ("--max-time", "--minutes"),
    "--mean": ("--normalize mean=..,std=..",),
    "--model": ("MODEL", "--arch"),
    "--model-path": ("MODEL",),
    "--names": ("--labels",),
    "--nms": ("--iou-threshold",),
    "--nms-threshold": ("--iou-threshold",),
    "--no-display": ("--quiet",),
    "--num-calibration-steps": ("--calibration-count",),
    "--num-classes": ("--labels",),
    "--num-frames": ("--max-frames",),
    "--num-results": ("--max-detections", "--top-k"),
    "--num-threads": ("--threads",),
    "--optimize": ("--recipe",),
    "--out": ("--output", _SAVE),
    "--output": (_SAVE,),
    "--output-file": ("--output", _SAVE),
    "--overwrite": ("--force",),
    "--path": ("--source", "DATA"),
    "--precision": ("--recipe",),
    "--preprocess": ("--normalize",),
    "--preprocessing": ("--normalize",),
    "--project": ("--output", _SAVE),
    "--quantization": ("--recipe",),
    "--quantize": ("--recipe int8",),
    "--representative-dataset": ("--calibration",),
    "--rotate": ("--source 'SOURCE?rotate=180'",),
    "--rtsp": ("--source rtsp://...",),
    "--save": (_SAVE, "--output"),
    "--save-conf": (_TEXT,),
    "--save-csv": ("--sink csv:FILE",),
    "--save-json": ("--sink jsonl:FILE",),
    "--save-txt": (_TEXT,),
    "--score": ("--score-threshold",),
    "--show": ("--sink window: or --sink web:8080",),
    "--silent": ("--quiet",),
    "--size": ("--input-size",),
    "--std": ("--normalize mean=..,std=..",),
    "--stream": ("--sink web:8080", "--source"),
    "--stride": ("--max-fps",),
    "--tflite": ("--output", "MODEL"),
    "--thres": ("--score-threshold",),
    "--thresh": ("--score-threshold",),
    "--threshold": ("--score-threshold",),
    "--time": ("--max-time", "--minutes"),
    "--topk": ("--top-k",),
    "--tpu": ("--delegate LIBRARY",),
    "--type": ("--io", "--task"),
    "--val": ("--validation", "--verify"),
    "--validation-data": ("--validation", "--verify"),
    "--verify-data": ("--verify",),
    "--vid-stride": ("--max-fps",),
    "--video": ("--source",),
    "--view-img": ("--sink window: or --sink web:8080",),
    "--webcam": ("--source 0",),
    "--weights": ("MODEL",),
    "--width": ("--input-size",),
    "--workers": ("--threads",),
    "-c": ("--score-threshold",),
    "-f": ("--force",),
    "-i": ("--source", "MODEL"),
    "-m": ("MODEL",),
    "-n": ("--max-frames", "--count"),
    "-o": ("--output", _SAVE),
    "-q": ("--quiet",),
    "-t": ("--score-threshold", "--threads"),
    "-v": ("--verbose",),
}
"""Option of another tool -> what it may be here, the most probable first.

A name in capitals is an argument. What a command does not have is skipped.
"""


OTHER_COMMANDS: Final[dict[str, str]] = {
    "bench": "benchmark",
    "camera": "run MODEL --source csi:",
    "classify": "run",
    "detect": "run",
    "diff": "compare",
    "eval": "convert MODEL --verify FOLDER",
    "evaluate": "convert MODEL --verify FOLDER",
    "export": "convert",
    "fit": "train",
    "help": "--help",
    "infer": "run",
    "inference": "run",
    "info": "inspect",
    "predict": "run",
    "profile": "benchmark",
    "quantize": "convert",
    "serve": "run MODEL --sink web:8080",
    "show": "inspect",
    "stream": "run MODEL --sink web:8080",
    "summary": "inspect",
    "test": "convert MODEL --verify FOLDER",
    "track": "run",
    "val": "convert MODEL --verify FOLDER",
    "validate": "convert MODEL --verify FOLDER",
    "verify": "convert MODEL --verify FOLDER",
    "version": "-V",
    "webcam": "run MODEL --source 0",
}
"""Command of another tool -> what to type here behind ``edgevision``."""


def no_such_command(name: str, commands: list[str], program: str) -> str:
    """Return the sentence for a command that does not exist."""
    suffix = name.lower().rpartition(".")[2]
    taker = {"tflite": "run", "keras": "convert", "h5": "convert"}.get(suffix, "")
    meant = f"{taker} {name}" if taker else OTHER_COMMANDS.get(name.lower(), "")
    if not meant:
        import difflib

        close = difflib.get_close_matches(name.lower(), commands, n=1)
        meant = close[0] if close else ""
    hint = f" Did you mean '{program} {meant}'?" if meant else ""
    return f"No command '{name}'.{hint} Known: {', '.join(sorted(commands))}."


def no_such_option(name: str, words: list[str], ctx: click.Context) -> str:
    """Return the sentence for an option that a command does not have.

    Args:
        name: The option as click split it off: of ``-conf`` only ``-c``.
        words: All words of the call.
        ctx: Of the command.
    """
    typed = _whole(name, words)
    meant = _meant(typed, ctx)
    if meant.isupper():
        hint = f"{meant} is an argument: {ctx.command_path} {meant}."
    elif meant:
        hint = f"Did you mean {meant}?"
    else:
        hint = _elsewhere(typed, ctx)
    return f"{ctx.command_path} has no option {typed}. {hint}".rstrip()


def _whole(name: str, words: list[str]) -> str:
    """Return ``-conf`` where click read ``-c`` with the value ``onf``."""
    if name.startswith("--") or len(name) != 2:
        return name
    for word in words:
        if word.startswith(name) and word[2:].isalpha():
            return word
    return name


def _meant(typed: str, ctx: click.Context) -> str:
    """Return the option or argument that was probably meant; empty when unknown."""
    options = {name for param in ctx.command.params for name in _names(param)}
    arguments = {
        (param.metavar or param.name or "").upper().strip("[].")
        for param in ctx.command.params
        if isinstance(param, click.Argument)
    }
    name = typed.lower().replace("_", "-").partition("=")[0]
    if len(name) > 2 and not name.startswith("--"):
        name = f"-{name}"
    if name in options:
        return name
    here = {
        other: target
        for other, targets in OTHER_TOOLS.items()
        for target in reversed(targets)
        if target.split()[0] in options | arguments
    }
    if name in here:
        return here[name]
    if len(name) <= 2:
        return ""
    begins = [option for option in options if option.startswith(name)]
    if len(begins) == 1:
        return begins[0]
    # Imported here: every call imports this module, and few are wrong.
    import difflib

    close = difflib.get_close_matches(name, sorted(options), n=1, cutoff=0.7)
    # A misspelled word of another tool: --treshold.
    words = [word for word in here if len(word) > 5]
    other = difflib.get_close_matches(name, words, n=1, cutoff=0.9)
    if other:
        return here[other[0]]
    return close[0] if close else ""


def _elsewhere(typed: str, ctx: click.Context) -> str:
    """Return a sentence that names the commands which have the option; may be empty."""
    root = ctx.find_root()
    if not isinstance(root.command, click.Group):
        return ""
    having = [
        name
        for name in root.command.list_commands(root)
        if (command := root.command.get_command(root, name)) is not None
        and any(typed in _names(param) for param in command.params)
    ]
    if not having:
        return f"'{ctx.command_path} --help' lists those it has."
    commands = " and ".join(f"'{root.info_name} {name}'" for name in having[:2])
    return f"It is an option of {commands}."


def _names(param: click.Parameter) -> list[str]:
    return [*param.opts, *param.secondary_opts] if param.opts[0][:1] == "-" else []
