"""Texts of an app's file that are taken from the environment: ``${NAME}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ...redaction import keep_secret
from ...runtime.tables import FaultList, TablePath

_NAME: Final = re.compile(r"\$(\$?)\{([^}]*)(\}?)")


FilledIn = dict[TablePath, tuple[str, ...]]
"""By the path of a text, the values of the variables that stand in it."""


def fill_in(
    value: Any,
    environment: Mapping[str, str],
    faults: FaultList,
    filled: FilledIn | None = None,
    path: TablePath = (),
) -> Any:
    """Return tables in which each ``${NAME}`` is a variable of the environment.

    ``$${`` stands for ``${`` itself. The values of variables are never shown again: see
    :func:`edgevision.redaction.keep_secret`.

    Args:
        value: What a TOML reader returned.
        environment: Variables by name.
        faults: Takes the names that the environment does not have.
        filled: Takes the values, by the paths of their texts.
        path: Where the value stands.
    """
    if isinstance(value, dict):
        return {
            key: fill_in(item, environment, faults, filled, (*path, key))
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [
            fill_in(item, environment, faults, filled, (*path, index))
            for index, item in enumerate(value)
        ]
    if not isinstance(value, str) or "${" not in value:
        return value

    def text(match: re.Match[str]) -> str:
        if match[1]:
            return match[0][1:]
        name = match[2]
        if not match[3] or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            faults.add(
                path,
                "has a '${' without a name and a '}'. Write ${NAME} for a variable of "
                "the environment, or $${ for the signs themselves.",
            )
        elif not environment.get(name):
            faults.add(
                path,
                f"needs the variable {name}, which the environment does not have. Set "
                f"it before you start the app: export {name}=...",
            )
        else:
            keep_secret(environment[name], f"${{{name}}}")
            if filled is not None:
                filled[path] = (*filled.get(path, ()), environment[name])
            return environment[name]
        return ""

    return _NAME.sub(text, value)
