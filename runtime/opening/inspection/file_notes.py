"""What is odd about a model file, though nothing is damaged."""

from __future__ import annotations

from collections.abc import Sequence

from ....errors import ModelError, shown
from ...tflite import ModelFile


def notes_about(model: ModelFile) -> tuple[str, ...]:
    """Return a sentence for everything that is odd about a file."""
    notes = []
    if model.archive.problem:
        notes.append(
            f"The files behind the model are not used: {model.archive.problem}."
        )
    notes += _label_notes(model)
    if any(tensor.shape_signature for tensor in model.input_tensors):
        notes.append("An input has a dynamic size; convert with a fixed one for speed.")
    return tuple(notes)


def _label_notes(model: ModelFile) -> Sequence[str]:
    try:
        metadata = model.tflite_metadata
    except ModelError:
        return []
    if metadata is None:
        return []
    notes = []
    for tensor in metadata.outputs:
        file = tensor.label_file
        if file is None:
            continue
        try:
            data = model.archive.read(file.name, limit=2**24)
        except ModelError as error:
            notes.append(str(error))
            continue
        if data is None:
            notes.append(
                f"TFLite Metadata names {shown(file.name)}, which is not in the file."
            )
        elif b"\r\n" in data:
            notes.append(
                f"The labels {shown(file.name)} have CRLF line ends, which the Task "
                "Library keeps in the labels. Write them anew with 'edgevision card'."
            )
    return notes
