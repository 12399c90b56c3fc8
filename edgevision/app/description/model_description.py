"""The model of an app, and a second one behind it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Annotated, Any, Final

from ...errors import shown
from ...runtime.tables import Count, Seconds, Share, ValueKind

_OF_APP: Final = ("file", "tiles", "then", "max_invoke", "margin", "merge")


@dataclass(frozen=True)
class ThreadNumber(ValueKind):
    """A number of threads, or ``"auto"``."""

    def read(self, value: Any) -> Any:
        """Return the number, or ``auto``."""
        if value != "auto" and not (type(value) is int and 1 <= value <= 256):
            raise ValueError(f'is {shown(value)}, expected 1 to 256, or "auto".')
        return value

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema."""
        number = {"type": "integer", "minimum": 1, "maximum": 256}
        return {"anyOf": [number, {"const": "auto"}]}


@dataclass(frozen=True)
class SecondModel:
    """A model that looks at each thing that the first one finds.

    Attributes:
        file: The ``.tflite`` file.
        margin: What is added to a box on each side, as a share of its sides.
        merge: How both answers become one: ``product``, ``second``, ``attach``.
        score_threshold: Lowest score that is reported.
        top_k: Largest number of classes.
        allow: Report only these labels.
        deny: Report all but these.
        labels: A label file, over the file's own.
        task: What the model does, where its file does not prove it.
        options: Other options of the decoder, by name.
    """

    file: str = field(metadata={"example": '"classifier.tflite"'})
    margin: Share | None = None
    merge: str | None = None
    score_threshold: Share | None = None
    top_k: Count | None = None
    allow: tuple[str, ...] | None = None
    deny: tuple[str, ...] | None = None
    labels: str | None = None
    task: str | None = None
    options: dict[str, Any] | None = None

    @property
    def opening(self) -> dict[str, Any]:
        """Return the options of opening it that are not None, by name."""
        return _options(self)

    @property
    def joining(self) -> dict[str, Any]:
        """Return the options of the pair that are not None, by name."""
        pair = {"margin": self.margin, "merge": self.merge}
        return {name: value for name, value in pair.items() if value is not None}


@dataclass(frozen=True)
class ModelDescription:
    """The model that looks at the pictures of all cameras.

    Attributes:
        file: The ``.tflite`` file; ``demo:detector`` and ``demo:classifier`` are those
            that EdgeVision brings, which know six shapes.
        allow: Report only these labels.
        deny: Report all but these.
        score_threshold: Lowest score that is reported.
        iou_threshold: Of two boxes that overlap more than this, only the better one is
            reported.
        max_detections: Boxes per picture at most.
        top_k: Classes per picture at most.
        tiles: ``COLUMNSxROWS[:OVERLAP]``, to find small objects.
        then: A second model, which looks at each thing that this one finds.
        labels: A label file, over the file's own.
        level: For labels with ancestors, the level that is reported: ``1`` for the
            roots, or a name.
        gallery: For embeddings, a file of ``edgevision enroll``.
        task: What the model does, where its file does not prove it.
        decoder: What reads the outputs, where they do not prove it.
        normalize: What is done to pixel values, where the file does not say it.
        color: Channel order, where the file does not say it: rgb, bgr or gray.
        resize: stretch, letterbox or center-crop, where the file does not say it.
        input_size: Width and height of the pictures, where the file leaves them open.
        options: Other options of the decoder, by name.
        threads: A number, or ``auto``, which measures for half a second.
        backend: ``ai-edge-litert`` or ``tflite-runtime``.
        delegate: ``xnnpack``, ``none``, or the path of a library.
        card: A model card, over the file's own.
        max_invoke: The model counts as hanging after so long. Without it: 20 times its
            slowest answer, and at least ten seconds.
        trust: Do not try a new file in a process of its own first.
    """

    file: str = field(metadata={"example": '"detector.tflite"'})
    allow: tuple[str, ...] | None = None
    deny: tuple[str, ...] | None = None
    score_threshold: Share | None = None
    iou_threshold: Share | None = None
    max_detections: Count | None = None
    top_k: Count | None = None
    tiles: str | None = None
    then: SecondModel | None = None
    labels: str | None = None
    level: str | None = None
    gallery: str | None = None
    task: str | None = None
    decoder: str | None = None
    normalize: str | None = None
    color: str | None = None
    resize: str | None = None
    input_size: str | None = None
    options: dict[str, Any] | None = None
    threads: Annotated[int | str, ThreadNumber()] | None = None
    backend: str | None = None
    delegate: str | None = None
    card: str | None = None
    max_invoke: Seconds | None = None
    trust: bool = False

    @property
    def opening(self) -> dict[str, Any]:
        """Return the options of opening it that are not None, by name."""
        return _options(self)


def _options(table: ModelDescription | SecondModel) -> dict[str, Any]:
    values = {
        each.name: getattr(table, each.name)
        for each in fields(table)
        if each.name not in _OF_APP
    }
    return {name: value for name, value in values.items() if value is not None}
