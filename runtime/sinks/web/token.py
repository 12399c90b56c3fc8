"""The token of the web page: a new one per start, or one that is kept."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Final

from ....errors import SinkError
from ....files import write_pieces

_USABLE: Final = re.compile(r"[A-Za-z0-9_-]{16,128}")
_RULE: Final = "expected 16 to 128 letters, digits, - and _"


def token_of(where: str) -> str:
    """Return the token that every request must carry.

    Args:
        where: ``env:NAME`` for an environment variable, ``file:PATH`` for a file, which
            is made with a new token when it is absent; empty means a new token.

    Raises:
        SinkError: The variable or the file has no usable token.
    """
    if not where:
        return secrets.token_urlsafe(16)
    kind, _, name = where.partition(":")
    if kind == "env" and name:
        return _checked(os.environ.get(name, ""), f"The environment variable {name}")
    if kind == "file" and name:
        return _from_file(Path(os.path.expanduser(name)))
    # The text itself stays out of the sentence: it may be a token.
    raise SinkError(
        "token= of the web sink is not usable: expected env:NAME (an environment "
        "variable) or file:PATH. A token itself is not written on the command line, "
        "where every user of the machine can read it."
    )


def _from_file(path: Path) -> str:
    try:
        token = path.read_text("utf-8").strip() if path.exists() else ""
        if token:  # an empty file is one that a power loss has left
            return _checked(token, f"The file {path}")
        token = secrets.token_urlsafe(16)
        write_pieces(path, [f"{token}\n".encode()], mode=0o600)
    except (OSError, UnicodeDecodeError) as error:
        # The file of the error itself may be one of a moment's name.
        reason = error.strerror if isinstance(error, OSError) else error
        raise SinkError(
            f"Cannot read or make the token file {path}: {reason}. Choose another file."
        ) from error
    return token


def _checked(token: str, owner: str) -> str:
    if _USABLE.fullmatch(token):
        return token
    if not token:
        state = "is not set"
    elif len(token) < 16:
        state = f"has only {len(token)} characters"
    else:
        state = "has characters that cannot stand in an address, or too many"
    raise SinkError(
        f"{owner} {state} as the token of the web page: {_RULE}. Make one with: "
        "python3 -c 'import secrets; print(secrets.token_urlsafe(16))'"
    )
