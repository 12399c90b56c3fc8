"""Every error that EdgeVision raises for wrong data, in one tree.

::

    EdgeVisionError              exit 1
    ├── ModelError               a model file or Keras model is not usable
    │   ├── ModelCardError       the card is missing, unreadable, of an unknown schema
    │   ├── ConversionError      TensorFlow refused, or the recipe's promise is broken
    │   └── UnsupportedModelError  valid, but no decoder fits or its card disagrees
    ├── CalibrationError         no images, wrong count, overlaps with verification
    ├── BudgetError              exit 3: an accuracy or speed budget was missed
    │   └── VerificationError    exit 3: the converted or float model fails its check
    ├── TrainingError            the data, or the weights, cannot be trained on
    ├── SourceError              a source cannot be opened, or failed while streaming
    ├── SinkError                a sink cannot be opened, or failed while writing
    ├── RedactionError           what is to be covered in a picture is not known
    ├── OutputExistsError        an output file exists and --force was not given
    ├── AppFileError             an app's file that is not usable, with each line
    ├── DeviceProfileError       an unknown or invalid device profile
    └── MissingDependencyError   (also an ImportError) an optional package is absent

Wrong *calls* from Python stay built-in (``ValueError``, ``TypeError``); wrong *data*
from the world is ours. Only ``edgevision.cli`` turns errors into exit codes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any, Final

_LONGEST: Final = 2000
"""Characters of a sentence; what a foreign file holds may be longer than any screen."""


class EdgeVisionError(Exception):
    """Root of all EdgeVision errors: one ``except`` covers the library.

    Attributes:
        exit_code: What the command line exits with.
        table: Lines that belong under the sentence, such as the figures of a choice.
    """

    exit_code = 1
    table: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Return the error without its table; of a very long one, both ends.

        An address in it has no user and no password, whoever wrote the sentence, and
        what an app's file takes from the environment is not shown.
        """
        text = super().__str__()
        # Few sentences hold an address, and secrets are known only to that module.
        if "@" in text or "edgevision.redaction" in sys.modules:
            from .redaction import hide_user_info

            text = hide_user_info(text)
        return both_ends(text, _LONGEST)

    def __str__(self) -> str:
        """Return the sentence, and the table under it."""
        return "\n".join([self.sentence, *self.table])


class ModelError(EdgeVisionError):
    """A model file or a Keras model that is not usable."""


class ModelCardError(ModelError):
    """A model card that is missing, unreadable or of an unknown schema."""


class ConversionError(ModelError):
    """A conversion that TensorFlow refuses, or whose result breaks its promise."""


class UnsupportedModelError(ModelError):
    """A valid model that no decoder fits, or that disagrees with its card."""


class CalibrationError(EdgeVisionError):
    """A calibration set that cannot be used."""


class BudgetError(EdgeVisionError):
    """A budget that was missed.

    Attributes:
        report: What was measured, as plain JSON types; empty when nothing was.
        conversion: The whole report of the conversion that missed it, as plain JSON
            types; empty when no file was made.
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        report: dict[str, Any] | None = None,
        conversion: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.report: dict[str, Any] = report or {}
        self.conversion: dict[str, Any] = conversion or {}


class VerificationError(BudgetError):
    """A model that fails its verification."""


class TrainingError(EdgeVisionError):
    """A network that cannot be trained on its data, or from its weights."""


class SourceError(EdgeVisionError):
    """A source that cannot be opened, or that failed while streaming."""


class SinkError(EdgeVisionError):
    """A sink that cannot be opened, or that failed while writing."""


class RedactionError(EdgeVisionError):
    """What is to be covered in a picture is not known, so it must not be shown."""


class OutputExistsError(EdgeVisionError):
    """An output that exists and may not be replaced."""


class AppFileError(EdgeVisionError):
    """An app's file that is not usable.

    Attributes:
        faults: Each thing that is wrong in it, with its line; all of them, of which the
            sentence and the table show the first ten.
    """

    def __init__(
        self, message: str, *, faults: tuple[Any, ...] = (), table: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.faults = faults
        self.table = table


class DeviceProfileError(EdgeVisionError):
    """A device profile that is unknown or invalid."""


class MissingDependencyError(EdgeVisionError, ImportError):
    """A package that is missing: what needs it, and how to install it."""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """Return the sentence for a name that a registry does not have.

    Args:
        kind: What the registry holds, in the singular ("decoder").
        name: The name that was asked for.
        known: Every name that would have worked.

    Example:
        >>> unknown_name("decoder", "yolo8", ["ssd", "yolo"])
        "No decoder 'yolo8'. Did you mean 'yolo'? Known: ssd, yolo."
    """
    # Imported here: every process imports this module, and few meet a wrong name.
    import difflib

    names = sorted(known)
    # A name of a foreign file may be of any length.
    close = difflib.get_close_matches(name[:_LONGEST], names, n=1)
    hint = f" Did you mean {shown(close[0])}?" if close else ""
    return f"No {kind} {shown(name)}.{hint} Known: {', '.join(names)}."


def shown(value: object, width: int = 80) -> str:
    r"""Return a value as an error's sentence shows it: on one line, and not too long.

    What stands in a foreign file may be of any type and length, and nested to any
    depth. Both ends of a long value are kept, because a file name's end says most.

    Args:
        value: A text is shown in quotes, a path or an error without them, and anything
            else as ``repr`` does it, a container by its first pieces. Line breaks and
            control characters are escaped.
        width: The most characters of the result, at least 10.

    Example:
        >>> shown("cat\x1b[2J")
        "'cat\\x1b[2J'"
        >>> shown("a" * 5000, width=20)
        "'aaaaaaa...aaaaaaaa'"
        >>> shown([[1, 2], {"a": None}])
        "[[1, 2], {'a': None}]"
    """
    if isinstance(value, (os.PathLike, BaseException)):
        text = both_ends(str(value), width)
        return "".join(
            char if char.isprintable() else ascii(char)[1:-1] for char in text
        )
    if isinstance(value, str) and "edgevision.redaction" in sys.modules:
        from .redaction import hide_secrets

        value = hide_secrets(value)  # one that is cut would not be known any more
    # Imported here: every process imports this module, and few meet a wrong value.
    import reprlib

    short = reprlib.Repr()
    short.maxlevel, short.maxstring, short.maxother, short.maxlong = 4, *3 * [width]
    try:
        text = short.repr(value)
    except ValueError:  # Python does not write integers of thousands of digits
        text = "an integer of too many digits"
    return both_ends(" ".join(map(str.strip, text.splitlines())), width)


def both_ends(text: str, width: int = _LONGEST) -> str:
    """Return a text, or its beginning, three dots and its end in so many characters."""
    if len(text) <= width:
        return text
    end = (width - 3) // 2
    return f"{text[: width - 3 - end]}...{text[-end:]}"
