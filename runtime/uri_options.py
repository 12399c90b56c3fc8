"""The options behind a ``?`` in a source or sink string, read with their types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..errors import EdgeVisionError, SourceError, unknown_name

_QUERY = re.compile(r"[a-z][a-z0-9-]*=[^&]*(?:&[a-z][a-z0-9-]*=[^&]*)*")


def split_options(text: str) -> tuple[str, dict[str, str]]:
    """Split ``what?key=value&key=value``; without options all of it is ``what``.

    Example:
        >>> split_options("clip.mp4?rotate=180&flip=h")
        ('clip.mp4', {'rotate': '180', 'flip': 'h'})
        >>> split_options("photo?.jpg")
        ('photo?.jpg', {})
    """
    what, mark, query = text.rpartition("?")
    if not mark or not _QUERY.fullmatch(query):
        return text, {}
    pairs = (pair.partition("=") for pair in query.split("&"))
    return what, {key: value for key, _, value in pairs}


def target_arguments(
    opener: type, target: str, *, owner: str, error: type[EdgeVisionError]
) -> tuple[str, ...]:
    """Return the arguments with which a class is made for a target: it, or none.

    Args:
        opener: The class.
        target: The text behind its name; may be empty.
        owner: What the class is, for the sentence ("the sink Lamp").
        error: The error to raise.

    Raises:
        EdgeVisionError: The class cannot be made with them.
    """
    import inspect  # only classes of somebody else come here

    arguments = (target,) if target else ()
    try:
        inspect.signature(opener).bind(*arguments)
    except TypeError as failure:
        offered = f"the target '{target}'" if target else "no target"
        raise error(
            f"Cannot open {owner} with {offered}: {failure}. Write "
            "CLASS:TARGET where the class takes one argument, else CLASS alone."
        ) from failure
    return arguments


class Options:
    """Options as texts, taken one by one with name and type; the rest is unknown.

    Args:
        owner: Owner of the options, for the error sentences ("the video source").
        values: Texts by name.
        error: The error to raise.
    """

    def __init__(
        self,
        owner: str,
        values: Mapping[str, str],
        *,
        error: type[EdgeVisionError] = SourceError,
    ) -> None:
        self._owner = owner
        self._values = dict(values)
        self._known: list[str] = []
        self._error = error

    def text(self, name: str, default: str = "", *, one_of: Iterable[str] = ()) -> str:
        """Take a text; ``one_of`` lists the texts that are allowed."""
        self._known.append(name)
        value = self._values.pop(name, None)
        if value is None:
            return default
        allowed = tuple(one_of)
        if allowed and value not in allowed:
            raise self._wrong(name, value, f"one of {', '.join(allowed)}")
        return value

    def number(
        self, name: str, default: float, *, low: float = 0.0, high: float = 1e9
    ) -> float:
        """Take a number between ``low`` and ``high``."""
        text = self.text(name)
        if not text:
            return default
        try:
            value = float(text)
        except ValueError:
            raise self._wrong(name, text, "a number") from None
        if not low <= value <= high:
            raise self._wrong(name, text, f"a number from {low:g} to {high:g}")
        return value

    def integer(
        self, name: str, default: int, *, low: int = 0, high: int = 10**9
    ) -> int:
        """Take a whole number between ``low`` and ``high``."""
        text = self.text(name)
        if not text:
            return default
        if not re.fullmatch(r"[0-9]{1,10}", text) or not low <= int(text) <= high:
            raise self._wrong(name, text, f"a whole number from {low} to {high}")
        return int(text)

    def switch(self, name: str, *, default: bool = False) -> bool:
        """Take 1 or 0."""
        return self.text(name, "1" if default else "0", one_of=("0", "1")) == "1"

    def size(self, name: str) -> tuple[int, int] | None:
        """Take ``WIDTHxHEIGHT``; None means that it is absent."""
        text = self.text(name)
        if not text:
            return None
        match = re.fullmatch(r"([1-9][0-9]{0,4})x([1-9][0-9]{0,4})", text)
        if not match:
            raise self._wrong(name, text, "WIDTHxHEIGHT such as 1280x720")
        return int(match[1]), int(match[2])

    def byte_count(self, name: str, default: int) -> int:
        """Take a number of bytes with an optional kB, MB or GB."""
        text = self.text(name)
        if not text:
            return default
        match = re.fullmatch(r"([0-9]{1,12})(|kB|MB|GB)", text)
        if not match or not int(match[1]):
            raise self._wrong(name, text, "a number of bytes such as 10MB")
        return int(match[1]) * {"": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9}[match[2]]

    def finish(self) -> None:
        """Refuse the options that nobody took."""
        for name in self._values:
            if not self._known:
                raise self._error(f"{self._owner} has no options, got '{name}'.")
            raise self._error(
                unknown_name(f"option of {self._owner}", name, self._known)
            )

    def _wrong(self, name: str, value: str, expected: str) -> EdgeVisionError:
        return self._error(
            f"{name}={value} of {self._owner} is not usable: expected {expected}."
        )
