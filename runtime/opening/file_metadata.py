"""What metadata inside a file say of its input and outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from ...card import OutputCard
from ...errors import ModelCardError, ModelError, shown
from ..decoders import DECODERS, decoder_options
from ..labels import labels_from, parse_label_lines
from ..tflite import ModelFile
from .evidence import Evidence
from .image_input import ImageInput

if TYPE_CHECKING:
    from ..tflite import Metadata
    from .recognition import Recognition

ULTRALYTICS: Final = "Ultralytics' embedded metadata"
_METADATA: Final = "TFLite Metadata"
_MAX_LABELS: Final = 16 * 2**20


def optional_metadata(model: ModelFile, attribute: str, evidence: Evidence) -> Any:
    """Return metadata that a model may lack; damaged metadata become a note."""
    try:
        return getattr(model, attribute)
    except ModelCardError:
        raise
    except ModelError as error:
        evidence.note(f"Not used: {error}")
        return None


def color_of(
    image: ImageInput,
    ultralytics: Mapping[str, Any] | None,
    metadata: Metadata | None,
    evidence: Evidence,
    published: Recognition,
) -> str:
    """Return the order of the input's channels: rgb, bgr or gray."""
    if image.channels == 1:
        evidence.set("color", "the input has one channel")
        return "gray"
    if ultralytics is not None:
        evidence.set("color", ULTRALYTICS)
    elif metadata is not None and metadata.inputs and metadata.inputs[0].color == "rgb":
        evidence.set("color", _METADATA)
    elif published.color:
        evidence.set("color", published.input_evidence)
        return published.color
    else:
        evidence.assume(
            "color",
            "Channels are red, green, blue; nothing in the file says so. Pass --color "
            "bgr for the other order.",
        )
    return "rgb"


def with_metadata(
    model: ModelFile,
    output: OutputCard,
    ultralytics: Mapping[str, Any] | None,
    metadata: Metadata | None,
    evidence: Evidence,
) -> OutputCard:
    """Add labels and thresholds that metadata in the file states."""
    labels: Sequence[str] = ()
    # A landmark net's file of labels has what an item may be ("Left"), and a label of
    # that decoder is the name of a point.
    names_points = output.decoder == "landmarks"
    if ultralytics is not None:
        labels = labels_from(ultralytics.get("names"), f"{model.name} (Ultralytics)")
        evidence.set("labels", ULTRALYTICS)
    elif metadata is not None:
        for tensor in metadata.outputs:
            if tensor.label_file is not None and not (labels or names_points):
                labels = _metadata_labels(model, tensor.label_file.name, evidence)
            threshold = tensor.score_threshold
            if (
                threshold is not None
                and 0 < threshold < 1
                and output.decoder in DECODERS
                and "score_threshold" in decoder_options(output.decoder)
            ):
                options = {**output.options, "score_threshold": threshold}
                output = replace(output, options=options)
                evidence.set("options.score_threshold", _METADATA)
    return replace(output, labels=tuple(labels) or output.labels)


def _metadata_labels(
    model: ModelFile, name: str, evidence: Evidence
) -> tuple[str, ...]:
    try:
        data = model.archive.read(name, limit=_MAX_LABELS)
        if data is None:
            why = model.archive.problem or "the file behind the model is missing"
            evidence.note(
                f"The labels {shown(name)} that TFLite Metadata names are not used: "
                f"{why}."
            )
            return ()
        labels = parse_label_lines(data, name=f"{model.name}: {name}")
    except ModelError as error:
        evidence.note(f"Not used: {error}")
        return ()
    evidence.set("labels", f"{_METADATA} ({name})")
    return labels
