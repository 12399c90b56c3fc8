"""Byte inputs, which become float32 so that the converter can quantize what follows.

A graph that takes uint8 casts it to float32. TensorFlow Lite's quantizer leaves that
cast as a float operator; with a float32 input there is nothing to cast, and the file
gets its bytes from its quantized input type.
"""

from __future__ import annotations

from typing import Any, Final

from .frozen_graph import FrozenGraph, data_inputs, node_of

# Operators that hand on their first input's values; the attribute that types them.
_PASSES_ON: Final = {
    "ExpandDims": "T",
    "GatherV2": "Tparams",
    "Identity": "T",
    "MirrorPad": "T",
    "Pad": "T",
    "Reshape": "T",
    "ResizeNearestNeighbor": "T",
    "ReverseV2": "T",
    "Slice": "T",
    "Snapshot": "T",
    "Squeeze": "T",
    "StopGradient": "T",
    "StridedSlice": "T",
    "Transpose": "T",
}
# Operators that read values of any type and give float32, or only a shape.
_READS_ANY: Final = {
    "ResizeArea": "T",
    "ResizeBicubic": "T",
    "ResizeBilinear": "T",
    "Shape": "T",
    "ShapeN": "T",
    "Size": "T",
}


def make_float(graph: FrozenGraph, start: str) -> str:
    """Change a byte tensor to float32, and what hands it on, up to its casts.

    Args:
        graph: Edited in place.
        start: Name of the node whose output becomes float32.

    Returns:
        "", or the operator that computes in bytes: the graph is then useless.
    """
    import tensorflow as tf

    real, whole = tf.float32.as_datatype_enum, (tf.int32, tf.int64, tf.uint8)
    pending = [start]
    while pending:
        name = pending.pop()
        for node in graph.consumers(name):
            first = node_of(data_inputs(node)[0])
            if node.op == "Cast":
                wanted = tf.as_dtype(node.attr["DstT"].type)
                if wanted == tf.float32 or wanted in whole:
                    _become_identity(node, real)
                    # What reads float32 already stays as it is.
                    pending += [node.name] if wanted in whole else []
                else:
                    node.attr["SrcT"].type = real
            elif node.op in _PASSES_ON and first == name:
                node.attr[_PASSES_ON[node.op]].type = real
                pending.append(node.name)
            elif node.op in _READS_ANY and first == name:
                node.attr[_READS_ANY[node.op]].type = real
            else:
                return str(node.op)
    return ""


def _become_identity(node: Any, type_number: int) -> None:
    """Replace an operator by one that hands on its first input."""
    first = data_inputs(node)[0]
    del node.input[:]
    node.input.append(first)
    node.op = "Identity"
    node.attr.clear()
    node.attr["T"].type = type_number


def skip(node: Any) -> None:
    """Make a float32 operator hand on its first input unchanged."""
    import tensorflow as tf

    _become_identity(node, tf.float32.as_datatype_enum)
