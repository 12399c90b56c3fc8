"""Read TFLite Metadata: the standard payload beside the graph, with ``struct`` alone.

The payload is a flatbuffer of its own inside a buffer of the model. It names tensors,
their normalization and the label files in the ZIP behind the flatbuffer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .flatbuffer import Reader, Table

ENTRY: Final = "TFLITE_METADATA"
IDENTIFIER: Final = b"M001"

AXIS_LABELS: Final = 2
VALUE_LABELS: Final = 3
FILE_KINDS: Final = {
    0: "unknown",
    1: "description",
    AXIS_LABELS: "axis labels",
    VALUE_LABELS: "value labels",
    4: "score calibration",
    5: "vocabulary",
    6: "index",
}
_CONTENT: Final = {1: "feature", 2: "image", 3: "bounding box", 4: "audio"}
_COLORS: Final = {0: "unknown", 1: "rgb", 2: "gray"}


@dataclass(frozen=True)
class AssociatedFile:
    """Name a file in the ZIP and say what it is for.

    Attributes:
        name: Its name in the ZIP.
        kind: A number of ``FILE_KINDS``.
        locale: Language of its texts, such as "en"; empty when it states none.
    """

    name: str
    kind: int
    locale: str = ""


@dataclass(frozen=True)
class TensorMetadata:
    """What TFLite Metadata say about one input or output.

    Attributes:
        name: The name that other tools match by.
        description: Words for people.
        content: image, feature, bounding box, audio, or empty.
        color: rgb, gray or unknown for an image; empty otherwise.
        box_order: Where left, top, right and bottom lie in a box; empty for none.
        box_kind: Boundaries (1), upper-left (2), centre (3); 0 when it states none.
        in_pixels: Whether box coordinates are pixels rather than shares.
        mean: Normalization, in the units of the float model's pixels; may be empty.
        std: As ``mean``.
        score_threshold: Smallest score that counts; None when it states none.
        minimum: Smallest value per channel, as stated; may be empty.
        maximum: Largest value per channel, as stated; may be empty.
        files: Label files and others.
    """

    name: str = ""
    description: str = ""
    content: str = ""
    color: str = ""
    box_order: tuple[int, ...] = ()
    box_kind: int = 0
    in_pixels: bool = False
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    score_threshold: float | None = None
    minimum: tuple[float, ...] = ()
    maximum: tuple[float, ...] = ()
    files: tuple[AssociatedFile, ...] = ()

    @property
    def label_file(self) -> AssociatedFile | None:
        """Return the label file, the one without a locale first."""
        label_files = [f for f in self.files if f.kind in (AXIS_LABELS, VALUE_LABELS)]
        return min(label_files, key=lambda file: file.locale != "", default=None)


@dataclass(frozen=True)
class Metadata:
    """TFLite Metadata of a model.

    Attributes:
        name: The model's name.
        description: Words for people.
        version: The model's version, as its author writes it.
        author: Who made it.
        license: Its licence.
        min_parser_version: The oldest reader that understands all of it.
        inputs: One entry per input, in the model's order.
        outputs: One entry per output, in the model's order.
        files: Files that belong to the whole model.
        custom: Names of further entries.
    """

    name: str = ""
    description: str = ""
    version: str = ""
    author: str = ""
    license: str = ""
    min_parser_version: str = ""
    inputs: tuple[TensorMetadata, ...] = ()
    outputs: tuple[TensorMetadata, ...] = ()
    files: tuple[AssociatedFile, ...] = ()
    custom: tuple[str, ...] = ()

    @property
    def file_names(self) -> frozenset[str]:
        """Return every file that the metadata expects in the ZIP."""
        groups = [self.files, *(t.files for t in (*self.inputs, *self.outputs))]
        return frozenset(file.name for group in groups for file in group)


def read_metadata(payload: bytes, name: str) -> Metadata:
    """Read a payload.

    Args:
        payload: The bytes of the buffer that ``TFLITE_METADATA`` names.
        name: What errors call it.

    Raises:
        ModelError: The payload is of another kind, or damaged.
    """
    reader = Reader(payload, name)
    if payload[4:8] != IDENTIFIER:
        raise reader.error(
            f"its identifier is {payload[4:8]!r} where {IDENTIFIER!r} was expected"
        )
    root = reader.root()
    graphs = root.tables(3)
    graph = graphs[0] if graphs else None
    return Metadata(
        name=root.text(0) or "",
        description=root.text(1) or "",
        version=root.text(2) or "",
        author=root.text(4) or "",
        license=root.text(5) or "",
        min_parser_version=root.text(7) or "",
        inputs=tuple(map(_tensor, graph.tables(2))) if graph else (),
        outputs=tuple(map(_tensor, graph.tables(3))) if graph else (),
        files=_files(root, 6) + (_files(graph, 4) if graph else ()),
        custom=tuple(t.text(0) or "" for t in graph.tables(9)) if graph else (),
    )


def _files(table: Table, slot: int) -> tuple[AssociatedFile, ...]:
    return tuple(
        AssociatedFile(file.text(0) or "", file.i8(2), file.text(3) or "")
        for file in table.tables(slot)
    )


def _tensor(table: Table) -> TensorMetadata:
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    threshold: float | None = None
    for unit in table.tables(4):
        kind, value = unit.u8(0), unit.table(1)
        if value is None:
            continue
        if kind == 1:
            mean, std = value.floats(0), value.floats(1)
        elif kind == 3:
            threshold = value.f32(0)
    content = table.table(3)
    kind = content.u8(0) if content else 0
    value = content.table(1) if content else None
    stats = table.table(5)
    is_image = kind == 2 and value is not None
    is_box = kind == 3 and value is not None
    return TensorMetadata(
        name=table.text(0) or "",
        description=table.text(1) or "",
        content=_CONTENT.get(kind, ""),
        color=_COLORS.get(value.i8(0), "unknown") if value and is_image else "",
        box_order=value.numbers(0, "I") if value and is_box else (),
        box_kind=value.i8(1) if value and is_box else 0,
        in_pixels=value.i8(2) == 1 if value and is_box else False,
        mean=mean,
        std=std,
        score_threshold=threshold,
        minimum=stats.floats(1) if stats else (),
        maximum=stats.floats(0) if stats else (),
        files=_files(table, 6),
    )
