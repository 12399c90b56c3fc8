"""Decoders that the caller brings: find them, check them and make them.

Only decoders that the caller passes are read here. A model's card cannot name code: a
file that somebody sends must not be able to run code.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from typing import Any, Final

import numpy.typing as npt

from ...card import RESIZE_RULES, TASKS
from ...errors import ModelError, UnsupportedModelError, shown, unknown_name
from ...registry import load_entry_point, load_own, make_own, split_own
from ..geometry import Letterbox
from ..results import Result
from ..tensors import TensorSpec
from .options import read_options
from .registry import DECODERS, ENTRY_POINTS
from .selection import Selection

GUIDE: Final = "docs/guides/own-decoder.md"

_SIGNATURE: Final = "(self, tensors, *, labels, model_size)"
_KNOWN: Final = ("labels", "model_size", "hierarchy")


@dataclass(frozen=True)
class OwnDecoder:
    """A decoder that the caller passed.

    Attributes:
        name: How the caller named it, or the place of its class.
        maker: The class, or a function that returns a decoder.
        task: The task whose results it returns: its attribute ``task``, else ``raw``.
        resize: How pictures are fitted where the file does not say it: its attribute
            ``resize``, else stretch.
    """

    name: str
    maker: Callable[..., Any]
    task: str = "raw"
    resize: str = "stretch"

    def make(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...],
        model_size: tuple[int, int],
        hierarchy: Mapping[str, str],
        options: Mapping[str, Any],
    ) -> CheckedDecoder:
        """Return the decoder for a model's outputs.

        Raises:
            ModelError: Its constructor fails.
            UnsupportedModelError: It lacks something that a decoder needs.
            ValueError: An option is unknown, of another type or out of range.
        """
        known: dict[str, Any] = {
            "labels": labels,
            "model_size": model_size,
            "hierarchy": hierarchy,
        }
        accepted = _accepted(self.name, self.maker)
        keywords = {name: value for name, value in known.items() if name in accepted}
        keywords.update(self._options(options, accepted))

        def make() -> Any:
            return self.maker(tensors, **keywords)

        try:
            inner = make_own("decoder", self.name, make, error=ModelError)
        except ModelError as error:
            # An option that is out of range.
            if options and isinstance(error.__cause__, ValueError):
                raise error.__cause__ from None
            raise
        return CheckedDecoder(self.name, inner)

    def _options(
        self, values: Mapping[str, Any], accepted: Mapping[str, bool]
    ) -> dict[str, Any]:
        """Return the keyword arguments that pass the options."""
        owner = f"decoder '{self.name}'"
        declared = getattr(self.maker, "Options", None)
        if isinstance(declared, type) and is_dataclass(declared):
            return {"options": read_options(declared, values, owner)}
        if "options" in accepted:
            return {"options": dict(values)}
        names = {name: needed for name, needed in accepted.items() if name != "**"}
        names = {name: names[name] for name in names if name not in _KNOWN}
        for name in values:
            if name not in names and "**" not in accepted:
                raise ValueError(unknown_name(f"option of {owner}", name, names))
        for name, needed in names.items():
            if needed and name not in values:
                raise ValueError(
                    f"The {owner} needs the option '{name}'. Pass --option "
                    f"{name}=VALUE, or options={{'{name}': ...}} from Python."
                )
        return dict(values)


class CheckedDecoder:
    """A decoder of the caller's, whose first result is checked.

    Args:
        name: How the caller named it.
        inner: The decoder.

    Raises:
        UnsupportedModelError: It has no method ``decode(outputs, letterbox)``.
    """

    def __init__(self, name: str, inner: Any) -> None:
        _check_decode(name, getattr(inner, "decode", None))
        self.inner = inner
        self._name = name
        self._checked: type | None = None

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Result:
        """Return the result for one frame.

        Raises:
            UnsupportedModelError: What it returns is no result.
        """
        result = self.inner.decode(outputs, letterbox)
        if type(result) is not self._checked:
            _check_result(self._name, result)
            self._checked = type(result)
        checked: Result = result
        return checked

    @property
    def selection(self) -> Selection:
        """Return the rule that selects detections; tiles and second stages use it.

        Raises:
            UnsupportedModelError: It has no selection.
        """
        selection = getattr(self.inner, "selection", None)
        if not isinstance(selection, Selection):
            raise UnsupportedModelError(
                f"The decoder {self._name} has no attribute 'selection', which says "
                "how boxes compete; --tiles and a second model need it. Set it to a "
                f"Selection; see {GUIDE}."
            )
        return selection


def find_own_decoder(passed: str | Callable[..., Any] | None) -> OwnDecoder | None:
    """Return the decoder that a caller passed; None means it is EdgeVision's.

    Args:
        passed: A name from ``DECODERS``, the name of an entry point, the place of a
            class (``./file.py:Class``, ``package.module:Class``), a class, or a
            function that returns a decoder.

    Raises:
        ModelError: There is no such class, or its code cannot be imported.
        UnsupportedModelError: It lacks something that a decoder needs.
        ValueError: No decoder has that name.
    """
    if passed is None or (isinstance(passed, str) and passed in DECODERS):
        return None
    if not isinstance(passed, str):
        return _described(_place_of(passed), passed)
    if split_own(passed):
        return _described(passed, load_own("decoder", passed, error=ModelError))
    maker = load_entry_point("decoder", passed, group=ENTRY_POINTS, error=ModelError)
    if maker is None:
        raise ValueError(
            f"{unknown_name('decoder', passed, DECODERS)} A decoder of your own is "
            f"./file.py:CLASS or package.module:CLASS; see {GUIDE}."
        )
    return _described(passed, maker)


def _place_of(maker: object) -> str:
    named = maker if inspect.isclass(maker) or inspect.isroutine(maker) else type(maker)
    return f"{named.__module__}:{named.__qualname__}"


def _described(name: str, maker: Any) -> OwnDecoder:
    if not callable(maker):
        raise UnsupportedModelError(
            f"{name} is no decoder: expected a class with a method decode(outputs, "
            f"letterbox), got a {type(maker).__name__}. See {GUIDE}."
        )
    if isinstance(maker, type):
        _check_decode(name, getattr(maker, "decode", None), bound=False)
    _accepted(name, maker)
    task = getattr(maker, "task", "raw")
    resize = getattr(maker, "resize", "stretch")
    for attribute, value, known in (
        ("task", task, TASKS),
        ("resize", resize, RESIZE_RULES),
    ):
        if value not in known:
            raise UnsupportedModelError(
                f"The attribute '{attribute}' of the decoder {name} must be one of "
                f"{', '.join(known)}, got {shown(value)}."
            )
    return OwnDecoder(name, maker, task, resize)


def _accepted(name: str, maker: Callable[..., Any]) -> dict[str, bool]:
    """Return the keywords that a maker takes, and whether each has to be passed.

    ``**`` among them stands for any.

    Raises:
        UnsupportedModelError: It does not take what every decoder gets.
    """
    try:
        parameters = list(inspect.signature(maker).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    accepted = {
        item.name: item.default is item.empty
        for item in parameters[1:]
        if item.kind in (item.KEYWORD_ONLY, item.POSITIONAL_OR_KEYWORD)
    }
    if any(item.kind is item.VAR_KEYWORD for item in parameters):
        accepted = {"labels": False, "model_size": False, **accepted, "**": False}
    missing = [item for item in ("labels", "model_size") if item not in accepted]
    takes_tensors = bool(parameters) and parameters[0].kind in (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.VAR_POSITIONAL,
    )
    if not takes_tensors:
        missing.insert(0, "tensors")
    declared = getattr(maker, "Options", None)
    if is_dataclass(declared) and "options" not in accepted and "**" not in accepted:
        missing.append("options")
    if missing:
        raise UnsupportedModelError(
            f"The constructor of the decoder {name} does not take "
            f"{', '.join(missing)}. Write it as __init__{_SIGNATURE}, followed by its "
            f"options; see {GUIDE}."
        )
    return accepted


def _check_decode(name: str, decode: object, *, bound: bool = True) -> None:
    if callable(decode):
        try:
            inspect.signature(decode).bind(*([None] * (2 if bound else 3)))
        except TypeError:
            decode = None
        except ValueError:
            return  # compiled code that shows no signature
    if not callable(decode):
        raise UnsupportedModelError(
            f"The decoder {name} has no method decode(outputs, letterbox), which "
            f"returns the result of a frame. See {GUIDE}."
        )


def _check_result(name: str, result: object) -> None:
    if not isinstance(result, Result):
        raise UnsupportedModelError(
            f"The decoder {name} returned a {type(result).__name__}: expected a result "
            "of edgevision.runtime.results, such as Detections, or an object with a "
            "method to_dict()."
        )
    try:
        record = result.to_dict()
        json.dumps(record, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise UnsupportedModelError(
            f"What the decoder {name} returned cannot be recorded: {error}. Its "
            "to_dict() has to return plain texts, numbers, lists and dictionaries."
        ) from error
    if not isinstance(record, dict):
        raise UnsupportedModelError(
            f"What the decoder {name} returned cannot be recorded: to_dict() has to "
            f"return a dictionary, got a {type(record).__name__}."
        )
