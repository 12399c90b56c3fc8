"""Several heads in one network: each output goes to a decoder of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy.typing as npt

from ....errors import UnsupportedModelError
from ...geometry import Letterbox
from ...results import Heads
from ...tensors import TensorSpec
from ..factory import decoder_options, named_decoder
from ..registry import Decoder
from .options import Head, HeadsOptions


class HeadsDecoder:
    """Return one result per head.

    Tensors: those of the heads' own decoders; an output that no head reads is left out.

    Args:
        tensors: The outputs, in the model's order.
        labels: Not used: each head has labels of its own.
        model_size: Width and height of the input.
        options: The heads; there must be at least one.

    Raises:
        UnsupportedModelError: There are no heads, or an output that does not exist, or
            one does not fit its head's decoder.
        ValueError: An option of a head is unknown or out of range.
    """

    Options: ClassVar[type] = HeadsOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int] | None = None,
        options: HeadsOptions | None = None,
    ) -> None:
        known = options or HeadsOptions()
        heads: Sequence[Head] = known.heads
        if not heads:
            raise UnsupportedModelError(
                "The heads decoder needs to know its heads. Pass --head NAME=TASK for "
                f"each of the {len(tensors)} outputs, in the file's order."
            )
        for head in heads:
            if max(head.outputs) >= len(tensors):
                raise UnsupportedModelError(
                    f"The head '{head.name}' reads the output {max(head.outputs)}, and "
                    f"the model has {len(tensors)}, counted from 0."
                )
        shared = {
            name: value
            for name, value in (
                ("score_threshold", known.score_threshold),
                ("top_k", known.top_k),
            )
            if value is not None
        }
        self.heads = tuple(heads)
        self._decoders: dict[str, Decoder] = {}
        for head in heads:
            takes = decoder_options(head.decoder)
            passed = {k: v for k, v in shared.items() if k in takes}
            try:
                self._decoders[head.name] = named_decoder(
                    head.decoder,
                    [tensors[i] for i in head.outputs],
                    labels=head.labels,
                    model_size=model_size or (0, 0),
                    options={**head.options, **passed},
                )
            except (UnsupportedModelError, ValueError) as error:
                raise type(error)(
                    f"The head '{head.name}': {error} An option of one head has its "
                    f"name before it: --option {head.name}.OPTION=VALUE."
                ) from error
            _check_labels(head, tensors)

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Heads:
        """Return the results of one frame, by the heads' names."""
        return Heads(
            {
                head.name: self._decoders[head.name].decode(
                    [outputs[i] for i in head.outputs], letterbox
                )
                for head in self.heads
            }
        )


def _check_labels(head: Head, tensors: Sequence[TensorSpec]) -> None:
    """Refuse labels that are not as many as a classifier's classes.

    Raises:
        ValueError: They are not.
    """
    if head.decoder != "classifier" or not head.labels:
        return
    # One value is the score of the second of two classes.
    classes = max(2, tensors[head.outputs[0]].size)
    if len(head.labels) != classes:
        raise ValueError(
            f"The head '{head.name}' has {classes} classes, but {len(head.labels)} "
            'labels. Name each class in its "labels".'
        )
