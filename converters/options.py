"""What a conversion is asked to do: one record that crosses the process border."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from ..card import RESIZE_RULES, TASKS
from ..errors import unknown_name
from .build import IO_TYPES, RECIPES, TARGETS, recipe

DEFAULT_COUNT: Final = 100


@dataclass(frozen=True)
class ConvertOptions:
    """Every choice of a conversion except the files.

    Where a ``.keras`` file has a card, it fills what is None here.

    Attributes:
        recipe: A name from ``RECIPES``.
        io: Type of inputs and outputs: uint8, int8 or float32; None means the default
            of the recipe.
        target: Name from ``TARGETS`` of the oldest interpreter that must open the file.
        normalize: What ``parse_normalize`` reads, ``own`` (what the model's own layers
            do) or ``auto`` (the scale that figures put beyond doubt); None means own.
        stacked: Whether pixels are normalized first and then pass through the model's
            own layers that normalize, because it was trained so.
        color: rgb, bgr or gray; None means what the normalization implies, otherwise
            rgb (gray for one channel).
        resize: stretch, letterbox or center-crop; None means what models of the
            decoder are mostly trained with, stretch without a decoder.
        crop_fraction: Share of each side that center-crop keeps.
        input_size: Width and height for a model whose size is open, or whose pictures
            are one row of numbers.
        inputs: For a model with inputs beside the picture, by name: a number or one
            number per element, which fixes it; or ``"LOW..HIGH"``, which leaves it to
            the caller of the file and says what it is calibrated with.
        task: A name from ``edgevision.card.TASKS``; None means what the outputs prove.
        decoder: Name of a decoder; None means the one that the task implies.
        decoder_options: Options of that decoder, by name.
        heads: For a network of several tasks, by the output's name: ``task``, and where
            they are needed ``labels`` (one text per class) and ``options`` (of the
            task's decoder).
        labels: One text per class; None means the names of the class folders.
        hierarchy: label -> parent label, for labels that roll up.
        truth: Folder of the pictures that a model should answer with, by the names of
            those that verify; None means that they are not known.
        calibration_count: Number of images that are drawn to choose ranges.
        seed: Random seed.
        min_agreement: Smallest share of equal answers, 0..1; None means no limit.
        max_drop: Largest loss of the metric, 0..1 (0.01 is one point).
        min_accuracy: Smallest accuracy of the converted file, 0..1.
        allow_unsafe: Run code that the model file brings (Lambda layers).
        lambdas: Name of a Lambda layer -> arithmetic in x that replaces its code, such
            as ``x / 127.5 - 1``.
        custom: Python files with the model's custom layers and functions; they are run.
        allow_flat: Accept a float model that gives different pictures the same answer.
        allow_flex: Accept TensorFlow ops that a device's interpreter may lack.
        keep_float: Write the float twin beside the file.
        keep_rejected: Keep a file that missed its budget as ``*.rejected.tflite``.
        name: Short name of the model in its card; None means the output's name without
            its suffix.
    """

    recipe: str = "int8"
    io: str | None = None
    target: str = "litert"
    normalize: str | None = None
    stacked: bool = False
    color: str | None = None
    resize: str | None = None
    crop_fraction: float = 1.0
    input_size: tuple[int, int] | None = None
    inputs: Mapping[str, Any] | None = None
    task: str | None = None
    decoder: str | None = None
    decoder_options: Mapping[str, Any] | None = None
    heads: Mapping[str, Mapping[str, Any]] | None = None
    labels: tuple[str, ...] | None = None
    hierarchy: Mapping[str, str] | None = None
    truth: str | None = None
    calibration_count: int = DEFAULT_COUNT
    seed: int = 0
    min_agreement: float | None = None
    max_drop: float | None = None
    min_accuracy: float | None = None
    allow_unsafe: bool = False
    lambdas: Mapping[str, str] | None = None
    custom: tuple[str, ...] = ()
    allow_flat: bool = False
    allow_flex: bool = False
    keep_float: bool = False
    keep_rejected: bool = False
    name: str | None = None

    def __post_init__(self) -> None:
        _known("recipe", self.recipe, RECIPES)
        _known("target", self.target, TARGETS)
        if self.resize is not None:
            _known("resize rule", self.resize, RESIZE_RULES)
        if self.io is not None:
            _known("input and output type", self.io, IO_TYPES)
            allowed = recipe(self.recipe).ios
            if self.io not in allowed:
                raise ValueError(
                    f"The recipe {self.recipe} has {' or '.join(allowed)} inputs and "
                    f"outputs, got io {self.io!r}. Leave io out, or choose the recipe "
                    "int8."
                )
        if self.color is not None:
            _known("color order", self.color, ("rgb", "bgr", "gray"))
        if self.task is not None:
            _known("task", self.task, TASKS)
        is_plain = self.task in (None, "multi-task") and self.decoder in (None, "heads")
        if self.heads and not is_plain:
            raise ValueError(
                "heads say the task of each output, so task and decoder say too much. "
                "Leave them out."
            )
        if self.stacked and self.normalize in (None, "auto", "own"):
            raise ValueError(
                "stacked says that pixels are normalized before the model's own layers "
                "normalize again, so it needs the rule: normalize unit, signed or "
                f"another, got {self.normalize}."
            )
        if not 0 < self.crop_fraction <= 1:
            raise ValueError(
                "crop_fraction must be above 0 and at most 1, "
                f"got {self.crop_fraction}."
            )
        if self.calibration_count < 1:
            raise ValueError(
                f"calibration_count must be at least 1, got {self.calibration_count}."
            )
        for name in ("min_agreement", "max_drop", "min_accuracy"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise ValueError(
                    f"{name} must be in 0..1 (0.01 is one point), got {value}."
                )

    @property
    def io_type(self) -> str:
        """Return the type of the file's inputs and outputs."""
        return self.io or recipe(self.recipe).ios[0]

    @property
    def budget(self) -> dict[str, float]:
        """Return the limits that were asked for, by name."""
        limits = {
            "min_agreement": self.min_agreement,
            "max_drop": self.max_drop,
            "min_accuracy": self.min_accuracy,
        }
        return {name: value for name, value in limits.items() if value is not None}

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types that :meth:`from_dict` reads back equal."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ConvertOptions:
        """Read what :meth:`to_dict` wrote, after a trip through JSON."""
        values = {item.name: data[item.name] for item in fields(cls)}
        for name in ("labels", "input_size", "custom"):
            if values[name] is not None:
                values[name] = tuple(values[name])
        return cls(**values)


def _known(kind: str, name: str, names: Any) -> None:
    if name not in names:
        raise ValueError(unknown_name(kind, name, names))
