"""User and password of a camera: the header that answers its question for them."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, unquote

# By RFC 7616; a name with "-sess" mixes the nonces into the first hash.
_HASHES: Final = {"MD5": "md5", "SHA-256": "sha256"}
_LONGEST: Final = 4096
_FIELD: Final = re.compile(
    r'([a-z0-9_-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,"]+))', re.I
)


@dataclass(frozen=True)
class Login:
    """A user and a password.

    Attributes:
        user: The user's name.
        password: Its password; hidden in every text.
    """

    user: str
    password: str = field(repr=False)

    @classmethod
    def of(cls, parts: SplitResult) -> Login | None:
        """Return what stands before the host of an address; None means nothing."""
        if parts.username is None:
            return None
        # Bytes that are no UTF-8 stay: %FC is a letter for a camera with Latin-1.
        user, password = (
            unquote(text, errors="surrogateescape")
            for text in (parts.username, parts.password or "")
        )
        return cls(user, password)

    def answer(self, question: str, method: str, path: str) -> str | None:
        """Return the value of ``Authorization``, or None for an unknown scheme.

        Digest goes before Basic, which sends the password as it is.

        Args:
            question: The values of ``WWW-Authenticate``, joined by commas.
            method: GET.
            path: The path that is asked for, with its query.
        """
        # More is no question, and the pattern would take minutes for a line of letters.
        question = question[:_LONGEST]
        digest = re.search(r"\bdigest\b", question, re.I)
        if digest:
            rest = question[digest.end() :]
            fields = {
                name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain
                for name, quoted, plain in _FIELD.findall(rest)
            }
            answer = self.digest(fields, method, path, nonce=os.urandom(8).hex())
            if answer is not None:
                return answer
        if re.search(r"\bbasic\b", question, re.I):
            token = f"{self.user}:{self.password}".encode("utf-8", "surrogateescape")
            return f"Basic {base64.b64encode(token).decode()}"
        return None

    def digest(
        self, fields: dict[str, str], method: str, path: str, *, nonce: str
    ) -> str | None:
        """Return the answer to a Digest question (RFC 7616), or None.

        Args:
            fields: What the question says: realm, nonce, qop, algorithm, opaque.
            method: GET.
            path: The path that is asked for.
            nonce: The client's random number.
        """
        algorithm = fields.get("algorithm", "MD5")
        kind, is_session = algorithm.upper(), algorithm.upper().endswith("-SESS")
        name = _HASHES.get(kind.removesuffix("-SESS"))
        options = [option.strip() for option in fields.get("qop", "").split(",")]
        if (
            name is None
            or "nonce" not in fields
            or (options[0] and "auth" not in options)
        ):
            return None

        def hashed(*pieces: str) -> str:
            return hashlib.new(
                name, ":".join(pieces).encode("latin-1"), usedforsecurity=False
            ).hexdigest()

        # http.client reads and writes headers as Latin-1, one character per byte. What
        # the camera said is hashed and sent back byte by byte, in whatever encoding.
        realm, theirs = fields.get("realm", ""), fields["nonce"]
        user, password = (_bytewise(text) for text in (self.user, self.password))
        secret = hashed(user, realm, password)
        if is_session:
            secret = hashed(secret, theirs, nonce)
        request = hashed(method, path)
        said = {"username": user, "realm": realm, "nonce": theirs, "uri": path}
        count = "00000001"
        if options[0]:
            said["response"] = hashed(secret, theirs, count, nonce, "auth", request)
            said["cnonce"] = nonce
        else:
            said["response"] = hashed(secret, theirs, request)
        if "opaque" in fields:
            said["opaque"] = fields["opaque"]
        words = [f"{key}={_quoted(value)}" for key, value in said.items()]
        words += ["qop=auth", f"nc={count}"] if options[0] else []
        words += [f"algorithm={algorithm}"] if "algorithm" in fields else []
        return "Digest " + ", ".join(words)


def _bytewise(text: str) -> str:
    """Return the UTF-8 bytes of a text as characters of Latin-1."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
