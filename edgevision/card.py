"""The model card: what a ``.tflite`` file says about itself, as ``edgevision.json``.

The card describes *the file's own input and outputs*: ``mean`` and ``std`` say what a
real input value means after the tensor's ``scale`` and ``zero_point`` are applied
(``real = (pixel - mean) / std``). Where a normalization was folded into the graph, the
card says mean 0 and std 1, and ``quantization["normalize"]`` keeps the original.

Standard library only: a device reads cards, and nothing else is needed for that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from .errors import ModelCardError, shown
from .foreign_json import as_object, as_text, list_in, read_json, write_json

FILE_NAME: Final = "edgevision.json"
SCHEMA: Final = 1

TASKS: Final = (
    "classification",
    "detection",
    "segmentation",
    "pose",
    "landmarks",
    "embedding",
    "values",
    "image",
    "generation",
    *("text", "multi-task", "raw"),
)
COLORS: Final = ("rgb", "bgr", "gray")
RESIZE_RULES: Final = ("stretch", "letterbox", "center-crop")
INTERPOLATIONS: Final = ("bilinear", "area", "nearest", "bilinear-corners")
LARGEST: Final = 1e30
"""Beyond it numbers are no longer safe in float32, whose largest is 3.4e38."""


@dataclass(frozen=True)
class InputCard:
    """The image input: how a frame becomes the input tensor.

    Attributes:
        width: Columns of the model's input, in pixels.
        height: Rows of the model's input, in pixels.
        color: Channel order that the model expects: rgb, bgr or gray.
        resize: stretch, letterbox or center-crop.
        crop_fraction: Share of the largest centred rectangle of the model's aspect
            ratio that center-crop keeps, 0 < f <= 1.
        interpolation: bilinear, area or nearest; or bilinear-corners, as MediaPipe has
            it: sampled at pixels' corners, and a letterbox not rounded.
        mean: Per channel (or one for all), in pixel units 0..255.
        std: Per channel (or one for all), in pixel units 0..255.
        pad_value: Pixel value, 0..255, around a letterboxed picture.
    """

    width: int
    height: int
    color: str = "rgb"
    resize: str = "stretch"
    crop_fraction: float = 1.0
    interpolation: str = "bilinear"
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    pad_value: int = 114

    def __post_init__(self) -> None:
        _one_of("input color", self.color, COLORS)
        _one_of("input resize", self.resize, RESIZE_RULES)
        _one_of("input interpolation", self.interpolation, INTERPOLATIONS)
        if self.width < 1 or self.height < 1:
            raise ModelCardError(
                f"input size must be at least 1x1, got {self.width}x{self.height}."
            )
        if not 0 < self.crop_fraction <= 1:
            raise ModelCardError(
                "crop_fraction must be above 0 and at most 1, "
                f"got {self.crop_fraction}."
            )
        if not 0 <= self.pad_value <= 255:
            raise ModelCardError(f"pad_value must be in 0..255, got {self.pad_value}.")
        if len(self.mean) not in (1, 3) or len(self.std) not in (1, 3):
            raise ModelCardError(
                "mean and std must have 1 or 3 values, got "
                f"{shown(self.mean)} and {shown(self.std)}."
            )
        safe = all(abs(number) <= LARGEST for number in (*self.mean, *self.std))
        if not safe or min(self.std) < 1 / LARGEST:
            raise ModelCardError(
                f"std must be above 0 and mean a number, up to {LARGEST:.0e}, got "
                f"{self.std} and {self.mean}."
            )

    @property
    def channels(self) -> int:
        """Return the number of channels that ``color`` implies."""
        return 1 if self.color == "gray" else 3


@dataclass(frozen=True)
class ExtraInput:
    """An input beside the picture, which the caller fills with numbers.

    Attributes:
        name: As the trained model calls it.
        index: Its position among the file's inputs.
        low: Smallest value that the file was calibrated with.
        high: Largest value that the file was calibrated with.
    """

    name: str
    index: int
    low: float
    high: float

    def __post_init__(self) -> None:
        is_far = any(LARGEST < abs(x) < float("inf") for x in (self.low, self.high))
        if self.index < 0 or is_far or not self.low < self.high:
            raise ModelCardError(
                f"extra input {shown(self.name)} must have a position and a range, got "
                f"{self.index} and {self.low}..{self.high}."
            )


@dataclass(frozen=True)
class OutputCard:
    """The outputs: which decoder reads them, with which options.

    Attributes:
        decoder: A name from ``edgevision.runtime.decoders.registry.DECODERS``.
        options: Options of that decoder, by their Python names (score_threshold,
            iou_threshold, max_detections, activation, anchors ...).
        labels: One text per class, by class_id; empty when labels are numbers.
        hierarchy: label -> parent label, for labels that roll up; empty otherwise.
    """

    decoder: str
    options: Mapping[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    hierarchy: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelCard:
    """Everything that a ``.tflite`` says about itself.

    Attributes:
        name: A short name, usually the file's stem.
        task: One of ``TASKS``; raw: nothing is known of what the outputs mean.
        input: The image input; None means that the model takes no image.
        output: Decoder, its options and the labels.
        quantization: recipe, io, normalize, calibration {count, sha256}, and per output
            ``step``: one quantization step in score units.
        verification: metric, float, quantized, drop, agreement, n, interval, budget.
        check: Formula, expected answers and tolerance of the golden check.
        provenance: sha256 of the source model, versions, minimum runtime per backend.
        extra_inputs: The inputs beside the picture; mostly none.
    """

    name: str
    task: str
    input: InputCard | None
    output: OutputCard
    quantization: Mapping[str, Any] = field(default_factory=dict)
    verification: Mapping[str, Any] = field(default_factory=dict)
    check: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    extra_inputs: tuple[ExtraInput, ...] = ()

    def __post_init__(self) -> None:
        _one_of("task", self.task, TASKS)
        extras = self.extra_inputs
        names, places = {x.name for x in extras}, {x.index for x in extras}
        if min(len(names), len(places)) < len(extras):
            raise ModelCardError("each extra input must have its own name and index.")

    def to_dict(self) -> dict[str, Any]:
        """Return the card as plain JSON types, ``schema`` first."""
        data = {"schema": SCHEMA, **asdict(self)}
        if not self.extra_inputs:
            del data["extra_inputs"]
        return data

    def to_json(self) -> str:
        """Return the card as JSON text that :meth:`from_json` reads back equal.

        Raises:
            ModelCardError: A number is not finite, or a text holds half of a character.
        """
        try:
            return write_json(self.to_dict())
        except ValueError as error:
            raise ModelCardError(
                f"The card of {shown(self.name)} cannot be written: {error}."
            ) from error

    def with_input(self, **changes: Any) -> ModelCard:
        """Return a copy whose input differs by the named fields."""
        if self.input is None:
            raise ModelCardError(f"{self.name} has no image input to change.")
        return replace(self, input=replace(self.input, **changes))

    def with_output(self, **changes: Any) -> ModelCard:
        """Return a copy whose output differs by the named fields."""
        return replace(self, output=replace(self.output, **changes))

    @classmethod
    def from_json(cls, text: str | bytes) -> ModelCard:
        """Read a card; fields of a newer minor schema are ignored.

        Raises:
            ModelCardError: The text is not JSON, not a card, or of a newer schema.
        """
        try:
            data = read_json(text)
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ModelCardError(f"{FILE_NAME} is not JSON: {error}.") from error
        except ValueError as error:
            raise ModelCardError(f"{FILE_NAME} is not usable: {error}.") from error
        if not isinstance(data, dict):
            raise ModelCardError(
                f"{FILE_NAME} must hold a JSON object, got {type(data).__name__}."
            )
        return cls.from_dict(data)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ModelCard:
        """Build a card from plain JSON types.

        Raises:
            ModelCardError: A field is missing, of the wrong type or out of range, or
                the schema is newer than this EdgeVision knows.
        """
        schema = data.get("schema")
        if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
            raise ModelCardError(
                f"{FILE_NAME} has no schema number, got {shown(schema)}."
            )
        if schema > SCHEMA:
            raise ModelCardError(
                f"{FILE_NAME} has schema {schema}; this EdgeVision reads up to "
                f"{SCHEMA}. Upgrade edgevision on this device."
            )
        try:
            source = data["input"]
            return cls(
                name=as_text(data["name"]),
                task=as_text(data["task"]),
                input=None if source is None else _input(as_object("input", source)),
                output=_output(as_object("output", data["output"])),
                **{
                    name: as_object(name, data.get(name, {}))
                    for name in ("quantization", "verification", "check", "provenance")
                },
                extra_inputs=tuple(map(_extra_input, list_in(data, "extra_inputs"))),
            )
        except KeyError as error:
            raise ModelCardError(f"{FILE_NAME} lacks the field {error}.") from error
        except (TypeError, ValueError, OverflowError) as error:
            raise ModelCardError(f"{FILE_NAME} is unreadable: {error}.") from error


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ModelCardError(
            f"{what} must be one of {', '.join(allowed)}, got {shown(value)}."
        )


def _input(data: Mapping[str, Any]) -> InputCard:
    known = {item.name for item in fields(InputCard)}
    values = {key: value for key, value in data.items() if key in known}
    for key in ("mean", "std"):
        if key in values:
            values[key] = tuple(float(number) for number in list_in(values, key))
    for key in ("width", "height", "pad_value"):
        if key in values and type(values[key]) is not int:
            raise TypeError(f"input {key} must be an integer, got {shown(values[key])}")
    return InputCard(**values)


def _extra_input(data: Mapping[str, Any]) -> ExtraInput:
    if type(data["index"]) is not int:
        raise TypeError(f"index must be an integer, got {shown(data['index'])}")
    low, high = float(data["low"]), float(data["high"])
    return ExtraInput(as_text(data["name"]), data["index"], low, high)


def _output(data: Mapping[str, Any]) -> OutputCard:
    parents = as_object("output hierarchy", data.get("hierarchy", {}))
    return OutputCard(
        decoder=as_text(data["decoder"]),
        options=as_object("output options", data.get("options", {})),
        labels=tuple(as_text(label) for label in list_in(data, "labels")),
        hierarchy={label: as_text(parent) for label, parent in parents.items()},
    )
