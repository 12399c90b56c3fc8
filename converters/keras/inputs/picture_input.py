"""The one picture input of a model, whatever the model's own input looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ....errors import ConversionError
from ..source_model import ModelInput, SourceModel
from .encoded_pictures import CURE, cut_decoder
from .fixed_values import fix_inputs, leave_open
from .flat_picture import from_channels_first, from_flat, from_rows, from_width_first
from .frozen_graph import FrozenGraph, freeze_graph
from .graph_steps import normalization_in_graph, own_size, skip_resize
from .open_values import read_range
from .pixel_type import make_float

# Series (100, 1) and landmarks (21, 2) are tables of numbers, not pictures of gray.
SMALLEST_SIDE: Final = 4


def with_picture_input(
    model: SourceModel,
    *,
    input_size: tuple[int, int] | None = None,
    values: Mapping[str, Any] | None = None,
    takes_pictures: bool = False,
    reads_lines: bool = False,
) -> SourceModel:
    """Return a model that takes a float32 picture (H, W, C), where that is possible.

    Bytes become float32, encoded pictures become pixels, a resize of an open input
    gives its size, pixels in rows or channels first are reordered inside the file, and
    inputs with fixed values become constants. What was done stands in ``notes``. A
    model that takes no picture is returned as it is.

    Args:
        model: The model.
        input_size: Width and height that the caller asks for.
        values: By input name a number, or one number per element, which fixes the
            input; or ``"LOW..HIGH"``, which leaves it to the caller of the file.
        takes_pictures: Whether the caller has pictures for the model, so that (H, W)
            is a picture and no table.
        reads_lines: Whether the caller says that the model reads text: its input then
            has the width first where ``input_size`` says it the other way round.

    Raises:
        ConversionError: A name or value does not fit, or encoded pictures cannot be cut
            off.
    """
    ranges = {name: read_range(x) for name, x in (values or {}).items() if _is_range(x)}
    fixed = {name: x for name, x in (values or {}).items() if name not in ranges}
    if fixed:
        model = fix_inputs(model, fixed)
    if ranges:
        model = leave_open(model, ranges)
    if len(model.inputs) != 1 + len(ranges):
        return model
    only = model.inputs[0]
    if only.dtype == "string" and not ranges:
        return _from_encoded(model, input_size)
    if len(only.shape) == 3 and only.shape[-1] in (1, 3):
        if reads_lines and _is_width_first(only.shape, input_size):
            return from_width_first(model)
        if model.keras is None and not ranges:
            return _from_graph(model, input_size)
        return model
    if len(only.shape) == 3 and only.shape[0] in (1, 3):
        return from_channels_first(model)
    is_table = any(side is not None and side < SMALLEST_SIDE for side in only.shape)
    if len(only.shape) == 2 and (input_size or (takes_pictures and not is_table)):
        return from_rows(model)
    if len(only.shape) == 1 and input_size is not None:
        return from_flat(model, input_size)
    return model


def _is_width_first(
    shape: tuple[int | None, ...], input_size: tuple[int, int] | None
) -> bool:
    """Return whether a caller's width is the number of a fixed input's rows."""
    return input_size == shape[:2] and shape[0] != shape[1]


def _is_range(value: Any) -> bool:
    return isinstance(value, str)


def _from_encoded(
    model: SourceModel, input_size: tuple[int, int] | None
) -> SourceModel:
    graph, channels = cut_decoder(freeze_graph(model))
    operator = make_float(graph, graph.input)
    if operator:
        raise ConversionError(
            f"The SavedModel computes with the bytes of its pictures ({operator}), "
            f"which the converter cannot quantize. {CURE}"
        )
    note = (
        f"The input takes encoded pictures ({channels} channels); decoding is left "
        "out, and the file takes pixels 0..255."
    )
    item = ModelInput(model.inputs[0].name, (None, None, channels), "float32", 1)
    return _with_graph(model, graph.pruned(), item, input_size, (note,))


def _from_graph(model: SourceModel, input_size: tuple[int, int] | None) -> SourceModel:
    """Look into a SavedModel's graph: bytes, own size, own normalization."""
    only = model.inputs[0]
    graph = freeze_graph(model)
    is_open = None in only.shape
    if only.dtype == "uint8":
        placeholder = graph.nodes[graph.input]
        _retype(placeholder)
        if make_float(graph, graph.input):
            return replace(model, takes_bytes=True)
        item = replace(only, dtype="float32")
        return _with_graph(model, graph.pruned(), item, input_size, ())
    if is_open and own_size(graph) is not None:
        return _with_graph(model, graph.pruned(), only, input_size, ())
    return replace(model, own=normalization_in_graph(graph))


def _retype(placeholder: Any) -> None:
    import tensorflow as tf

    placeholder.attr["dtype"].type = tf.float32.as_datatype_enum


def _with_graph(
    model: SourceModel,
    graph: FrozenGraph,
    item: ModelInput,
    input_size: tuple[int, int] | None,
    notes: tuple[str, ...],
) -> SourceModel:
    """Return a model that computes by an edited graph."""
    size = own_size(graph)
    is_bytes = model.inputs[0].dtype != "float32"
    own = normalization_in_graph(graph)
    if size is not None and None in item.shape[:2]:
        height, width = size
        if input_size in (None, (width, height)):
            skip_resize(graph)
            item = replace(item, shape=(height, width, item.shape[2]))
            notes = (
                *notes,
                f"The model resizes pictures to {width}x{height} by itself; the file "
                "takes pictures of that size.",
            )
    return SourceModel(
        inputs=(item,),
        output_names=model.output_names,
        call=graph.call,
        notes=(*model.notes, *notes),
        keep=model.keep,
        own=own,
        takes_bytes=is_bytes,
    )
