"""A trained model as one function with named inputs and outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import ConversionError
from .layers import OwnNormalization, in_float32, with_float_input
from .two_kerases import dtype_name, name_for_graphs, tree_of


@dataclass(frozen=True)
class ModelInput:
    """One input of a trained model.

    Attributes:
        name: As Keras or the SavedModel's signature calls it.
        shape: Without the batch axis; None where the size is left open.
        dtype: NumPy name of the elements.
        batch: The fixed batch size, or None.
        is_scalar: Whether it has no batch axis, only one element.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str
    batch: int | None = None
    is_scalar: bool = False


@dataclass(frozen=True)
class SourceModel:
    """A trained model.

    Attributes:
        inputs: In the order that ``call`` takes them.
        output_names: In the order that ``call`` returns them.
        call: From a list of tensors to a list of tensors.
        keras: The model of Keras 3 or of tf-keras; None means a SavedModel.
        notes: What was changed on the way, in words.
        keep: What must stay alive while ``call`` is used.
        own: The normalization that the graph of a SavedModel begins with; None means
            none, or a Keras model, whose layers say it.
        takes_bytes: Whether the picture input took bytes, so that its values are
            pixels 0..255.
        ranges: By name of each input that the caller of the file fills with numbers,
            the smallest and the largest of them; these inputs come last.
    """

    inputs: tuple[ModelInput, ...]
    output_names: tuple[str, ...]
    call: Callable[[list[Any]], list[Any]]
    keras: Any = None
    notes: tuple[str, ...] = ()
    keep: Any = None
    own: OwnNormalization | None = None
    takes_bytes: bool = False
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def image(self) -> ModelInput | None:
        """Return the first input if it is a picture and all others have ranges."""
        open_inputs = len(self.inputs) - len(self.ranges)
        if open_inputs != 1 or len(self.inputs[0].shape) != 3:
            return None
        only = self.inputs[0]
        return only if only.shape[-1] in (1, 3) else None


def from_keras(model: Any) -> SourceModel:
    """Wrap a model of Keras 3 or of tf-keras that is built.

    Raises:
        ConversionError: The model has never been called, so its shapes are unknown.
    """
    inputs = getattr(model, "inputs", None) if getattr(model, "built", False) else None
    if not inputs:
        raise ConversionError(
            f"The model '{getattr(model, 'name', model)}' "
            f"({type(model).__name__}) has never been called, so the shapes of its "
            "inputs are unknown. Call it once on a batch, or give it a keras.Input."
        )
    model, rebuilt = in_float32(model)
    notes = ["The mixed-precision model was rebuilt in float32."] if rebuilt else []
    model, rebuilt = with_float_input(model)
    if rebuilt:
        notes.append("The integer input was rebuilt as float32.")
    # Sequential has no public .input; Functional's keeps lists and dicts as declared.
    structure = getattr(model, "input", None)
    if structure is None:
        structure = model.inputs[0]

    tree = tree_of(model)
    # The names that people and the stated losses know, before any is changed.
    names = _output_names(model)
    name_for_graphs(model)

    def call(tensors: list[Any]) -> list[Any]:
        packed = tree.pack_sequence_as(structure, tensors)
        return list(tree.flatten(model(packed, training=False)))

    return SourceModel(
        inputs=tuple(
            ModelInput(
                name=str(tensor.name),
                shape=tuple(tensor.shape[1:]),
                dtype=dtype_name(tensor.dtype),
                batch=tensor.shape[0],
            )
            for tensor in model.inputs
        ),
        output_names=names,
        call=call,
        keras=model,
        notes=tuple(notes),
        keep=model,
    )


def _output_names(model: Any) -> tuple[str, ...]:
    names = getattr(model, "output_names", None)
    if names:
        return tuple(str(name) for name in names)
    if len(model.outputs) == 1:
        return (str(model.layers[-1].name),)
    return tuple(f"output_{i}" for i in range(len(model.outputs)))
