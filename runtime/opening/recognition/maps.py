"""Recognise outputs with a number, or several, for every pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ....errors import UnsupportedModelError
from ...tflite import ModelFile, Tensor
from .answer import Proof, Recognition, shape_words, single_output
from .heatmaps import coarse_grid
from .last_operation import MOVING, last_name, mask_activation

_LEAST_SIDE: Final = 8
_LEAST_SHARE: Final = 8  # a map has at least an eighth of the input's rows
_LEAST_FLAT: Final = 64 * 64
_FEATURES: Final = ("RELU", "RELU6", "LEAKY_RELU", "PRELU", "HARD_SWISH", "ELU")
_TRANSPOSED: Final = "Convolution2DTransposeBias"  # MediaPipe's own operation


@dataclass(frozen=True)
class OutputMap:
    """A model's one output as rows and columns of numbers.

    Attributes:
        tensor: The output.
        rows: Its rows.
        columns: Its columns.
        channels: Numbers per cell.
        maker: Name of the operation that computes its values, "" for none.
        sides: Rows and columns of the picture that the model takes.
        colors: Channels of that picture.
        channel_first: The channels come before rows and columns.
    """

    tensor: Tensor
    rows: int
    columns: int
    channels: int
    maker: str
    sides: tuple[int, int]
    colors: int
    channel_first: bool = False

    @property
    def has_input_size(self) -> bool:
        """Return whether there is a cell for each pixel of the input."""
        return (self.rows, self.columns) == self.sides

    @property
    def is_number(self) -> bool:
        """Return whether its values are more than the numbers of classes."""
        return self.tensor.type_name.startswith("FLOAT") or bool(self.tensor.scales)


def output_map(model: ModelFile) -> OutputMap | None:
    """Return a model's one output as a map; None when it is none.

    Flat outputs, 1x65536 for 256x256 pixels, are maps where they hold scores.
    """
    output = single_output(model)
    picture = _picture(model)
    if output is None or picture is None:
        return None
    *sides, colors = picture
    size = (sides[0], sides[1])
    shape = output.shape
    if (
        len(shape) == 2
        and shape[0] != 1
        and last_name(model, output.index) == "ARG_MAX"
    ):
        shape = (1, *shape)  # without a batch
    if shape[:1] != (1,):
        return None
    maker = last_name(model, output.index, MOVING)
    if shape == (1, size[0] * size[1]) and shape[1] >= _LEAST_FLAT:
        if maker not in ("LOGISTIC", "SOFTMAX"):
            return None
        return OutputMap(output, *size, 1, maker, size, colors)
    cells = _rows_and_columns(shape, size)
    if cells is None or min(cells[:2]) < _LEAST_SIDE:
        return None
    rows, columns, channels, first = cells
    return OutputMap(output, rows, columns, channels, maker, size, colors, first)


def _rows_and_columns(
    shape: tuple[int, ...], sides: tuple[int, int]
) -> tuple[int, int, int, bool] | None:
    """Return rows, columns, channels, and whether the channels come first.

    Rows and columns are those two axes whose ratio is the input's. A map whose axes may
    be either is none.
    """
    if len(shape) == 3:
        return (shape[1], shape[2], 1, False)
    if len(shape) != 4:
        return None
    readings = [
        (*shape[1:3], shape[3], False),
        (*shape[2:4], shape[1], True),
    ]
    fitting = [r for r in readings if _has_ratio((r[0], r[1]), sides)]
    return fitting[0] if len(fitting) == 1 else None


def _has_ratio(cells: tuple[int, int], sides: tuple[int, int]) -> bool:
    """Return whether cells have the ratio of an input, rounded to whole cells."""
    return abs(cells[0] * sides[1] - cells[1] * sides[0]) <= max(sides)


def find_segmentation(model: ModelFile) -> Recognition | None:
    """Recognise a map of classes, or of a score per class.

    Raises:
        UnsupportedModelError: One number per pixel may be a mask, a depth or a picture.
    """
    cells = output_map(model)
    if cells is None or coarse_grid(model):
        return None  # cells as FOMO has them are its own, or a question
    words = shape_words(cells.tensor)
    if cells.channels == 1 and not cells.is_number:
        # Whole numbers without a scale: the classes themselves.
        name = last_name(model, cells.tensor.index)
        if name != "ARG_MAX":
            return None
        return Recognition("segmentation", f"one output {words} made by ARG_MAX")
    if cells.rows * _LEAST_SHARE < cells.sides[0]:
        return None  # a grid of cells, as detectors have it
    if cells.channels == 1:
        return _mask(model, cells)
    known = _published(model, cells)
    options: dict[str, Any] = {}
    evidence = {}
    if cells.channel_first:
        options["channel_first"] = True
        evidence["channel_first"] = (
            f"rows and columns of {words} have the input's ratio behind the channels"
        )
    if cells.maker == "SOFTMAX":
        return Recognition(
            "segmentation",
            f"one output {words} made by SOFTMAX: scores for every pixel",
            options,
            evidence,
            **known,
        )
    if cells.channels == 3 or (cells.channels == 2 and cells.colors == 1):
        return None  # a picture, or the colours of a gray one, as well
    if cells.channels in (2, 4) and not cells.has_input_size:
        return None
    if cells.maker in _FEATURES:
        return None  # an encoder's features: scores and logits are not cut at 0
    assumed = {} if known else {"task": _CLASSES.format(cells.channels)}
    return Recognition(
        "segmentation",
        f"one output {words}: scores for every pixel",
        options,
        evidence,
        question="" if cells.has_input_size or known else _coarse(model, words),
        is_proven=bool(known),
        assumed=assumed,
        **known,
    )


def _coarse(model: ModelFile, words: str) -> str:
    return (
        f"The output of {model.name} ({words}) is a map coarser than the picture, and "
        "nothing shows whether its channels are classes, heatmaps of points, or "
        "features. Pass --task segmentation for scores of classes, --decoder pose for "
        "heatmaps of one person's keypoints, --decoder fomo for cells in which the "
        "middle of an object lies, or --task raw."
    )


_CLASSES: Final = (
    "The {} channels of the output are scores of as many classes, and the largest "
    "wins; nothing in the file says so."
)
_MASK: Final = (
    "The output is a mask: the score of each pixel; nothing in the file says so. Pass "
    "--task image --option kind=map for a depth."
)


def _mask(model: ModelFile, cells: OutputMap) -> Recognition | None:
    """Recognise one score per pixel.

    Raises:
        UnsupportedModelError: The numbers may be something else.
    """
    if cells.rows * cells.sides[1] != cells.columns * cells.sides[0]:
        return None
    words = shape_words(cells.tensor)
    known = _published(model, cells)
    is_score = cells.maker in ("LOGISTIC", "SOFTMAX")
    if is_score and (known or cells.colors > 1):
        return Recognition(
            "segmentation",
            f"one output {words} made by {cells.maker}: a score for every pixel",
            *prove_mask(model),
            assumed={} if known else {"task": _MASK},
            **known,
        )
    gray = "--task image --option pixels=unit for a gray picture"
    depth = (
        "--task image --option kind=map for a depth (also --option near=large if large "
        "is near, as in MiDaS)"
    )
    mask = "--task segmentation for a mask"
    raise UnsupportedModelError(
        f"The output of {model.name} ({words}) is one number per pixel, and nothing "
        f"says what it is. Pass {depth}, {mask}, or {gray}."
    )


def prove_mask(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove whether a mask of one channel holds scores or logits."""
    output = single_output(model)
    if output is None or not output.shape or output.size != _cells(model, output):
        return {}, {}
    if output.type_name in ("INT64", "INT32", "BOOL"):
        return {}, {}
    if not (output.type_name.startswith("FLOAT") or model.outputs[0].is_quantized):
        return {}, {}
    activation, evidence = mask_activation(model)
    return {"activation": activation}, {"activation": evidence}


def _cells(model: ModelFile, output: Tensor) -> int:
    """Return the number of pixels of a map with one channel; 0 for anything else."""
    shape = output.shape
    if len(shape) == 2:
        cells = output_map(model)
        return 0 if cells is None else cells.rows * cells.columns
    if len(shape) not in (3, 4) or (len(shape) == 4 and shape[3] != 1):
        return 0
    return shape[1] * shape[2] if shape[0] == 1 else 0


def _picture(model: ModelFile) -> tuple[int, int, int] | None:
    """Return rows, columns and channels of the one input that looks like a picture."""
    pictures = []
    for spec in model.inputs:
        shape = spec.shape
        if len(shape) != 4 or shape[0] != 1:
            continue
        if shape[3] in (1, 3, 4):
            pictures.append((shape[1], shape[2], shape[3]))
        elif shape[1] in (1, 3, 4):
            pictures.append((shape[2], shape[3], shape[1]))
    # 1x1x1x100 is a style beside the picture.
    pictures = [one for one in pictures if min(one[:2]) >= _LEAST_SIDE]
    return pictures[0] if len(pictures) == 1 else None


def _published(model: ModelFile, cells: OutputMap) -> Mapping[str, Any]:
    """Return what MediaPipe's graphs say of their own segmentation models."""
    if not any(op.name == _TRANSPOSED for op in model.operators):
        return {}
    shape = (*cells.sides, cells.colors, cells.channels)
    graph = _GRAPHS.get(shape)
    if graph is None:
        return {}
    name, labels = graph
    return {
        "normalize": "unit",
        "resize": "stretch",
        "labels": labels,
        "input_evidence": f"MediaPipe's graph {name}",
    }


# Rows, columns and channels of the picture, channels of the output -> graph, labels.
_GRAPHS: Final[Mapping[tuple[int, ...], tuple[str, tuple[str, ...]]]] = {
    (256, 256, 3, 1): ("selfie_segmentation", ("background", "person")),
    (144, 256, 3, 1): ("selfie_segmentation", ("background", "person")),
    (512, 512, 4, 2): ("hair_segmentation", ("background", "hair")),
}
