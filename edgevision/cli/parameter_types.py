"""The kinds of values that options take, each with its own sentence for a wrong one."""

from __future__ import annotations

import re
from typing import Any

import click

from ..escapes import is_whole


class Percentage(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Read ``1%`` as 0.01, and ``96`` as 0.96.

    A number up to 1 without the sign is refused: it could be a percentage or a share.
    """

    name = "percentage"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the share, 0..1."""
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*(%?)\s*", str(value))
        if match is None or not 0 <= float(match[1]) <= 100:
            self.fail(
                f"{value!r} is not a percentage between 0% and 100%, such as 1%.",
                param,
                ctx,
            )
        number = float(match[1])
        if not match[2] and 0 < number <= 1:
            self.fail(
                f"{value!r} may mean {number:g} % or {100 * number:g} %. Write "
                f"{number:g}% or {100 * number:g}%.",
                param,
                ctx,
            )
        return number / 100


class Share(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Read ``0.5`` or ``50%`` as 0.5."""

    name = "share"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the share, 0..1."""
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(%?)\s*", str(value))
        number = float(match[1]) / (100 if match[2] else 1) if match else -1.0
        if match and not match[2] and 1 < number <= 100:
            self.fail(
                f"{value!r} is above 1. Write {number / 100:g} or {number:g}%.",
                param,
                ctx,
            )
        if not 0 <= number <= 1:
            self.fail(f"{value!r} is not a number from 0 to 1.", param, ctx)
        return number


class ThreadCount(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Read ``auto`` or a number of threads."""

    name = "threads"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | int:
        """Return the number, or ``auto``."""
        if value == "auto":
            return "auto"
        if isinstance(value, int):
            return value
        if not str(value).isdecimal() or not 1 <= int(value) <= 256:
            self.fail(f"'{value}' is neither auto nor 1 to 256.", param, ctx)
        return int(value)


class Resize(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Read ``stretch``, ``letterbox``, ``center-crop`` or ``center-crop:0.875``."""

    name = "rule"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        """Return the rule and the share that center-crop keeps."""
        # Imported here: most commands import this module, and few read a rule.
        from ..card import RESIZE_RULES

        if isinstance(value, tuple):
            return value
        rule, colon, share = str(value).partition(":")
        if rule in RESIZE_RULES and not colon:
            return rule, 1.0
        if rule != "center-crop" or not re.fullmatch(r"0?\.\d+|1(\.0*)?", share):
            self.fail(
                f"{value!r} is not stretch, letterbox, center-crop or "
                "center-crop:0.875.",
                param,
                ctx,
            )
        return rule, float(share)


class Size(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Read ``224`` or ``320x240`` as width and height."""

    name = "size"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Return width and height."""
        if isinstance(value, tuple):
            return value
        match = re.fullmatch(r"([1-9]\d{0,4})(?:[xX×]([1-9]\d{0,4}))?", str(value))
        if match is None:
            self.fail(f"{value!r} is not WIDTHxHEIGHT, such as 224x224.", param, ctx)
        return int(match[1]), int(match[2] or match[1])


class Duration(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Read ``90s``, ``1h30m`` or ``1.5h`` as seconds; a bare number is minutes."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return seconds."""
        if isinstance(value, float):
            return value
        text = str(value).strip()
        is_bare = re.fullmatch(r"[0-9.]+", text)
        time_s = _seconds(f"{text}m" if is_bare else text)
        if not time_s:
            self.fail(f"{value!r} is not a time such as 90s, 5m or 1.5h.", param, ctx)
        return time_s


class InvokeTime(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Read ``500ms``, ``10s`` or ``2m`` as seconds; 0 is no limit."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return seconds; 0 for no limit."""
        if isinstance(value, float):
            return value
        text = str(value).strip()
        if text in ("0", "none"):
            return 0.0
        time_s = _seconds(text)
        if not time_s:
            self.fail(
                f"{value!r} is not a time such as 500ms, 10s or 2m, nor 0 (no limit).",
                param,
                ctx,
            )
        return time_s


class Words(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Take a text that a file can hold: words of a command may be any bytes."""

    name = "text"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the text."""
        text = str(value)
        if not is_whole(text):
            self.fail(f"{value!r} is not UTF-8. Write it in UTF-8.", param, ctx)
        return text


class Several(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Read values of another type, joined by commas, as a tuple.

    Args:
        item: The type of one value.
    """

    def __init__(
        self,
        item: click.ParamType,  # type: ignore[type-arg, unused-ignore]
    ) -> None:
        self._item = item
        self.name = item.name

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Any, ...]:
        """Return the values."""
        if isinstance(value, tuple):
            return value
        texts = [text.strip() for text in str(value).split(",")]
        return tuple(self._item.convert(text, param, ctx) for text in texts)


def _seconds(text: str) -> float:
    """Return the seconds of a duration; 0 for what is none."""
    # Imported here: most commands import this module, and few read a duration.
    from ..runtime.durations import seconds

    try:
        return seconds(text)
    except ValueError:
        return 0.0
