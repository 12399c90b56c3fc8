"""Texts without the passwords of the addresses in them."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable
from typing import Final

_HIDDEN_NAME: Final = (
    r"(?:[a-z_.-]*"
    r"(?:pass(?:word|wd|phrase)?|pwd?|token|secret|key|auth(?:orization)?|sig|signature)"
    r"|usr|user(?:name|-id)?|login|streamid)"
)
_PROPERTY: Final = re.compile(
    rf"(?i)((?:^|[?&;,\s\"']){_HIDDEN_NAME}\s*=\s*)"
    # As GStreamer reads a value: its type, quotes of both kinds, spaces behind a "\".
    r"(?:\([a-z]+\))?(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|(?:\\.|[^&;#\s])*)"
)
# A value ends only where the next "name=" begins: it may hold "#", ";" and "&" itself.
_FIELD: Final = re.compile(
    rf"(?is)([?&;]{_HIDDEN_NAME}=).*?(?=[&;][a-z][a-z0-9_.-]*=|\Z)"
)
_SCHEME: Final = r"[a-z][a-z0-9+.-]*:/{1,3}(?!/)"
# An IP address and "localhost" are no user name: an "@" behind them is the path's.
_PLAIN_HOST: Final = (
    r"(?!(?:[0-9]+(?:\.[0-9]+){3}|\[[0-9a-f:.%]+\]|localhost)(?::[0-9]+)?[/?#])"
)
_BEGIN: Final = re.compile(
    rf"(?i)\b[a-z][a-z0-9+.-]{{0,60}}:/{{1,3}}(?!/){_PLAIN_HOST}"
)
_WORD: Final = re.compile(r"\S+")
_USER: Final = re.compile(r"[^/?#\s'\"]+@")
_ADDRESS: Final = re.compile(rf"(?is){_SCHEME}")
_ALL_USER_INFO: Final = re.compile(
    rf"(?is)\A({_SCHEME}){_PLAIN_HOST}(?:[^:]*:.*|[^/?#]+)@"
)
_secrets: dict[str, str] = {}
"""Texts that are never shown -> what is shown instead of each."""
_BRIEF: Final = 6  # characters; a shorter secret may be a piece of any word
_PIECE: Final = 4


def keep_secret(value: str, shown_as: str) -> None:
    """Never show a text again in what this module hides from.

    Args:
        value: The secret; one of less than six characters is hidden where it stands as
            a word of its own.
        shown_as: What is shown instead, such as ``${YARD_PASSWORD}``.
    """
    if value.strip():
        _secrets[value] = shown_as
        # As errors show a text: with its quotes, line breaks and the like escaped.
        for escaped in (repr(value)[1:-1], ascii(value)[1:-1], json.dumps(value)[1:-1]):
            _secrets.setdefault(escaped, shown_as)


def hide_secrets(text: str) -> str:
    """Return a text in which each secret of :func:`keep_secret` has its name."""
    for value in sorted(_secrets, key=len, reverse=True):
        if value in text:
            piece = re.escape(value)
            if len(value) < _BRIEF:
                piece = rf"(?<![A-Za-z0-9]){piece}(?![A-Za-z0-9])"
            name = _secrets[value].replace("\\", r"\\")
            text = re.sub(piece, name, text)
    return text


def hide_pieces(text: str, secrets: Iterable[str]) -> str:
    """Return a text without secrets, and without pieces of four characters of one.

    A sentence about a value may show a part of it: what stands between two signs, or
    its two ends.

    Example:
        >>> hide_pieces("'3sHq7Zk2' is no number", ["Hq7Zk2 Wv9"])
        "'3s***' is no number"
    """
    text = hide_secrets(text)
    is_hidden = bytearray(len(text))
    for secret in secrets:
        pieces = {secret[at : at + _PIECE] for at in range(len(secret) - _PIECE + 1)}
        for at in range(len(text) - _PIECE + 1):
            if text[at : at + _PIECE] in pieces:
                is_hidden[at : at + _PIECE] = b"\1" * _PIECE
    parts = itertools.groupby(zip(text, is_hidden, strict=True), lambda pair: pair[1])
    return "".join(
        "***" if hidden else "".join(char for char, _ in pairs)
        for hidden, pairs in parts
    )


def redact(text: str) -> str:
    """Return a text without the passwords of the addresses in it.

    User and password before an ``@`` go, and so do the values of query fields and of
    GStreamer's properties that sound like a secret. In a sentence an address ends at a
    space; a text that is an address as a whole goes to :func:`redact_address`.

    Example:
        >>> redact("cannot open rtsp://me:pa55@cam/1?token=abc&x=1")
        'cannot open rtsp://***@cam/1?token=***&x=1'
    """
    return _PROPERTY.sub(r"\1***", hide_user_info(text))


def hide_user_info(text: str) -> str:
    """Return a text in which no address has a user and a password.

    This is for sentences that may hold "key=value" of another meaning.
    """
    return _WORD.sub(lambda match: _hidden(match[0]), hide_secrets(text))


def _hidden(word: str) -> str:
    """Return a word without user and password; the time is linear in its length."""
    pieces, position = [], 0
    last = word.rfind("@")
    while scheme := _BEGIN.search(word, position, max(last, 0)):
        # With a ":" before it, everything up to the last "@" goes: a password may be
        # typed as it is, with "/", "?", "#" and "@" in it, and "cam:80/a@b" may be one.
        has_password = word.find(":", scheme.end(), last) >= 0
        user = None if has_password else _USER.match(word, scheme.end())
        end = last + 1 if has_password else user.end() if user else 0
        pieces.append(word[position : scheme.end()])
        if end:
            pieces.append("***@")
        position = end or scheme.end()
    return "".join([*pieces, word[position:]])


def redact_address(address: str) -> str:
    """Return an address without its secrets, whatever characters are in them.

    In doubt too much is hidden: of ``http://cam:8080/a@b`` the host, because it may be
    a user and the password ``8080/a``.

    Example:
        >>> redact_address("rtsp://me:it's a #/?@ secret@cam/1?pwd=a#b&x=1")
        'rtsp://***@cam/1?pwd=***&x=1'
    """
    address = hide_secrets(address)
    scheme = _ADDRESS.match(address)
    if scheme is None:
        return redact(address)
    user_info, field = _ALL_USER_INFO.match(address), _FIELD.search(address)
    if user_info and field and field.start() < user_info.end():
        # Of "http://cam:80/v?pwd=a@b" what follows the "@" is a piece of the password,
        # or the host: nobody knows.
        return f"{scheme[0]}***"
    return redact(_FIELD.sub(r"\1***", _ALL_USER_INFO.sub(r"\1***@", address)))
