"""As much of JSON Schema as the project's own schemas use."""

from __future__ import annotations

import math
import re
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_KNOWN = {
    "$schema",
    "$defs",
    "$ref",
    "title",
    "description",
    "type",
    "required",
    "properties",
    "items",
    "const",
    "enum",
    "anyOf",
    "additionalProperties",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "minItems",
    "maxItems",
    "pattern",
}


def faults(
    value: Any, schema: dict[str, Any], root: dict[str, Any], at: str
) -> list[str]:
    """Return what is wrong with a value; a keyword that is not known is an error."""
    assert set(schema) <= _KNOWN, set(schema) - _KNOWN
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return faults(value, root["$defs"][name], root, at)
    found: list[str] = []
    if "anyOf" in schema:
        tries = [faults(value, option, root, at) for option in schema["anyOf"]]
        return [] if any(not item for item in tries) else tries[-1]
    if "const" in schema and value != schema["const"]:
        found.append(f"{at} is {value!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at} is {value!r}")
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    fits = any(
        isinstance(value, _TYPES[kind])
        and (kind == "boolean" or not isinstance(value, bool))
        for kind in kinds
    )
    if kinds and not fits:
        return [f"{at} is {type(value).__name__}, not {kinds}"]
    if isinstance(value, (int, float)) and not (
        schema.get("minimum", -math.inf) <= value <= schema.get("maximum", math.inf)
        and value > schema.get("exclusiveMinimum", -math.inf)
    ):
        found.append(f"{at} is {value}")
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{at} is {value!r}")
    if isinstance(value, dict):
        more = schema.get("additionalProperties", True)
        for key in set(value) - set(schema.get("properties", {})):
            if more is False:
                found.append(f"{at}.{key} is unknown")
            elif more is not True:
                found += faults(value[key], more, root, f"{at}.{key}")
        found += [
            f"{at} lacks {key}"
            for key in schema.get("required", ())
            if key not in value
        ]
        for key, part in schema.get("properties", {}).items():
            if key in value:
                found += faults(value[key], part, root, f"{at}.{key}")
    if isinstance(value, list) and not (
        schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", math.inf)
    ):
        found.append(f"{at} has {len(value)} items")
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            found += faults(item, schema["items"], root, f"{at}[{index}]")
    return found
