"""Inputs of encoded pictures (JPEG or PNG bytes), cut off behind their decoder.

TensorFlow Serving takes files; a device has pixels. What stands before the decoder is
left out, and the decoder's output becomes the input of the model.
"""

from __future__ import annotations

from typing import Any, Final

from ....errors import ConversionError
from .frozen_graph import FrozenGraph, data_inputs, node_of

PIXELS: Final = "edgevision_pixels"
_DECODERS: Final = (
    "DecodeAndCropJpeg",
    "DecodeBmp",
    "DecodeImage",
    "DecodeJpeg",
    "DecodePng",
)
_LOOPS: Final = ("StatelessWhile", "While")
_INSIDE: Final = "edgevision_loop/"

CURE: Final = (
    "Write the SavedModel with a signature that takes pixels: tf.saved_model.save("
    "module, 'folder', signatures=module.call.get_concrete_function(tf.TensorSpec("
    "[1, 224, 224, 3], tf.float32)))"
)


def cut_decoder(graph: FrozenGraph) -> tuple[FrozenGraph, int]:
    """Return a graph that takes pixels (1, H, W, C) where it took encoded pictures.

    The loop over a batch of files (``tf.map_fn``) is replaced by its body, for one
    picture.

    Returns:
        The graph, whose input is a float32 placeholder of open height and width, and
        its number of channels.

    Raises:
        ConversionError: There is no decoder, or it cannot be cut out.
    """
    decoder = _only_decoder(graph.definition.node)
    if decoder is None:
        _unroll(graph)
        decoder = _only_decoder(graph.definition.node)
    if decoder is None:
        raise ConversionError(
            "The SavedModel takes text or encoded pictures (a string), and its graph "
            f"has no picture decoder that can be cut off. {CURE}"
        )
    channels = int(decoder.attr["channels"].i) or 3
    _replace(graph, decoder, channels)
    return FrozenGraph(graph.definition, PIXELS, graph.outputs), channels


def _only_decoder(nodes: Any) -> Any:
    decoders = [node for node in nodes if node.op in _DECODERS]
    return decoders[0] if len(decoders) == 1 else None


def _replace(graph: FrozenGraph, decoder: Any, channels: int) -> None:
    """Put a placeholder (1, H, W, C) of float pixels in the place of a decoder."""
    import tensorflow as tf

    pixels = graph.definition.node.add(name=PIXELS, op="Placeholder")
    pixels.attr["dtype"].type = tf.float32.as_datatype_enum
    shape = tf.TensorShape([1, None, None, channels])
    pixels.attr["shape"].shape.CopyFrom(shape.as_proto())
    decoder.op = "Squeeze"
    del decoder.input[:]
    decoder.input.append(PIXELS)
    decoder.attr.clear()
    # Bytes, as before: the caller turns them into float32 with all that follows.
    decoder.attr["T"].type = tf.float32.as_datatype_enum
    decoder.attr["squeeze_dims"].list.i.append(0)


def _unroll(graph: FrozenGraph) -> None:
    """Replace the stacked output of a loop that decodes pictures by one of its turns.

    Raises:
        ConversionError: The loop has another shape than ``tf.map_fn`` gives it.
    """
    bodies = {item.signature.name: item for item in graph.definition.library.function}
    for loop in graph.definition.node:
        if loop.op not in _LOOPS:
            continue
        body = bodies[loop.attr["body"].func.name]
        if _only_decoder(body.node_def) is None:
            continue
        stacks = [
            node
            for node in graph.definition.node
            if node.op == "TensorListStack"
            and node_of(data_inputs(node)[0]) == loop.name
        ]
        for stack in stacks:
            _, _, index = data_inputs(stack)[0].partition(":")
            _put_turn(graph, loop, body, int(index or 0), stack)
        return


def _put_turn(graph: FrozenGraph, loop: Any, body: Any, index: int, stack: Any) -> None:
    """Compute one turn of a loop outside of it, and stack that alone."""
    import tensorflow as tf

    inner = {node.name: node for node in body.node_def}
    arguments = [item.name for item in body.signature.input_arg]
    returned = body.ret[body.signature.output_arg[index].name]
    writer = inner.get(node_of(returned))
    while writer is not None and writer.op == "Identity":
        writer = inner.get(node_of(data_inputs(writer)[0]))
    if writer is None or writer.op != "TensorListSetItem":
        raise ConversionError(
            "The SavedModel decodes pictures in a loop that is no plain tf.map_fn. "
            f"{CURE}"
        )
    item = data_inputs(writer)[2]
    known = set(graph.nodes)
    pending = [item]
    while pending:
        name = node_of(pending.pop())
        if name in arguments or _INSIDE + name in known:
            continue
        known.add(_INSIDE + name)
        copy = graph.definition.node.add()
        copy.CopyFrom(inner[name])
        copy.name = _INSIDE + name
        reads = [] if copy.op in _DECODERS else data_inputs(copy)
        del copy.input[:]
        copy.input.extend(_outside(text, arguments, loop) for text in reads)
        pending += reads
    axis = graph.definition.node.add(name=f"{_INSIDE}axis", op="Const")
    axis.attr["dtype"].type = tf.int32.as_datatype_enum
    axis.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(0, tf.int32))
    element = stack.attr["element_dtype"].type
    stack.op = "ExpandDims"
    del stack.input[:]
    stack.input.extend([_outside(item, arguments, loop), axis.name])
    stack.attr.clear()
    stack.attr["T"].type = element
    stack.attr["Tdim"].type = tf.int32.as_datatype_enum


def _outside(text: str, arguments: list[str], loop: Any) -> str:
    """Return the graph's name of a tensor of a function's body."""
    name, _, rest = text.partition(":")
    if name in arguments:
        # What the loop carries along without changing it comes from outside.
        return str(data_inputs(loop)[arguments.index(name)])
    _, _, number = rest.partition(":")
    return f"{_INSIDE}{name}:{number or 0}"
