"""Write the tables of keys on the page of the app's file from the dataclasses.

Run it from the checkout: ``python tools/docs/make_app_page.py``. The words between the
tables are the page's own.
"""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "app.md"
TABLE = re.compile(
    r"(<!-- keys of (\S+), made by make_app_page.py -->\n).*?(<!-- end -->)", re.DOTALL
)


def page() -> str:
    """Return the page's text."""
    return TABLE.sub(
        lambda match: f"{match[1]}{keys(match[2])}{match[3]}",
        PAGE.read_text("utf-8"),
    )


def keys(target: str) -> str:
    """Return the table of a dataclass's keys.

    Args:
        target: ``module:class``.
    """
    sys.path.insert(0, str(ROOT))
    from edgevision.runtime.tables import attribute_texts, is_required, schema_of

    from edgevision.registry import load

    kind = load(target)
    texts, schema = attribute_texts(kind), schema_of(kind)["properties"]
    rows = ["| key | value | default | meaning |", "|---|---|---|---|"]
    for field in dataclasses.fields(kind):
        default = "needed" if is_required(field) else words_of_default(field)
        text = texts[field.name].replace("``", "`").replace("|", "\\|")
        rows.append(
            f"| `{field.name}` | {value_words(schema[field.name])} | {default} | "
            f"{text} |"
        )
    return "\n".join([*rows, ""])


def value_words(schema: dict[str, Any]) -> str:
    """Return what a value is, in two words."""
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(map(value_words, schema["anyOf"]))
    if "const" in schema:
        return f"`{schema['const']}`"
    kind = schema.get("type")
    if kind == "string":
        pattern = schema.get("pattern", "")
        if "min" in pattern:
            return 'a duration, `"5s"`'
        return 'a size, `"2GB"`' if "B" in pattern else "a text"
    if kind == "array":
        inner = value_words(schema["items"])
        if schema["items"].get("maxItems") == 2:
            return "a list of points"
        if inner == "a list of points":
            return "lists of points"
        return f"a list of {inner.removeprefix('a ').removesuffix('s')}s"
    if kind in ("number", "integer"):
        return "a number" if kind == "number" else "a whole number"
    return {"boolean": "true or false", "object": "a table"}.get(kind, "any")


def words_of_default(field: dataclasses.Field[Any]) -> str:
    """Return a default as the file would have it; empty where there is none."""
    from edgevision.runtime.durations import duration_text

    value = field.default
    if value is None or value is dataclasses.MISSING or value in ((), ""):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if str(field.type) in ("Seconds", "PositiveSeconds"):
        return f'`"{duration_text(value)}"`'
    if str(field.type) == "ByteCount":
        return f'`"{value // 10**6}MB"`'
    if isinstance(value, (str, tuple)):
        return f"`{json.dumps(value)}`"
    return f"`{value:g}`"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
