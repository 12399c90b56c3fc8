"""Write the page of decoders from their registry, contracts and options.

Run it from the checkout: ``python tools/docs/make_decoders_page.py``.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "decoders.md"

HEAD = """# Decoders: from tensors to a result

Made by `python tools/docs/make_decoders_page.py` from the decoders themselves; a test
compares.

`edgevision inspect` says which decoder reads a model and why; `--decoder NAME` chooses
another. Options with a switch of their own (`--score-threshold`, `--iou-threshold`,
`--max-detections`, `--top-k`, `--allow`, `--deny`, `--level`) are passed by it, all
others by `--option NAME=VALUE`, with values as in JSON. In Python they are arguments of
`load_model` or entries of its `options={...}`, and an option that is not set is None. A
model's card may hold other values than these defaults; what you pass wins.
"""


def page() -> str:
    """Return the page's text."""
    sys.path.insert(0, str(ROOT))
    from edgevision.runtime.decoders.registry import DECODERS

    from edgevision.registry import load

    names = sorted(DECODERS)
    parts = [
        HEAD,
        "| decoder | task | resize, unless the file says it |",
        "|---|---|---|",
    ]
    parts += [
        f"| [`{name}`](#{name}) | {DECODERS[name].task} | {DECODERS[name].resize} |"
        for name in names
    ]
    for name in names:
        kind = load(DECODERS[name].target)
        parts.append(f"\n## {name}\n")
        parts += [f"{text}\n" for text in contract(kind)]
        rows = [
            f"| `{field.name}` | {_default(field)} | {_meaning(kind.Options, field)} |"
            for field in fields(kind.Options)
        ]
        table = ["| option | default | meaning |", "|---|---|---|", *rows]
        parts.append("\n".join(table) if rows else "It has no options.")
    return "\n".join(parts) + "\n"


def contract(kind: type) -> list[str]:
    """Return the paragraphs of a decoder's docstring that describe it."""
    text = inspect.getdoc(kind) or ""
    text = re.split(r"\n(?:Args|Attributes|Raises|Example):\n", text)[0]
    return [
        "\n".join(_plain(item) for item in re.split(r"\n(?=- )", paragraph))
        for paragraph in text.strip().split("\n\n")
    ]


def meanings(options: type) -> dict[str, str]:
    """Return what each field means, by the docstring of an options class."""
    text = options.__dict__.get("__doc__") or ""
    _, _, rest = inspect.cleandoc(text).partition("Attributes:\n")
    sentences: dict[str, str] = {}
    for entry in re.split(r"\n(?=    \w+: )", "\n" + rest):
        match = re.match(r"\s*(\w+): (.*)", entry, re.DOTALL)
        if match:
            sentences[match[1]] = _plain(match[2])
    return sentences


def _meaning(options: type, field: Field[Any]) -> str:
    for kind in options.__mro__:
        text = meanings(kind).get(field.name)
        if text:
            return text.replace("|", "\\|")
    raise LookupError(f"{options.__name__}.{field.name} has no sentence.")


def _default(field: Field[Any]) -> str:
    value = field.default
    if value is MISSING and field.default_factory is not MISSING:
        value = field.default_factory()
    if value is MISSING:
        return "needed"
    if value is None or value in ((), ""):
        return "not set"
    return f"`{json.dumps(value)}`" if not isinstance(value, str) else f"`{value}`"


def _plain(text: str) -> str:
    """Return one line of Markdown for lines of a docstring."""
    text = " ".join(text.split()).replace("``", "`")
    return re.sub(r":(?:class|func|meth|data):`~?\.*(?:\w+\.)*(\w+)`", r"`\1`", text)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
