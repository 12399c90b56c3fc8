"""Recognise the detectors of the SSD family."""

from __future__ import annotations

from ...tflite import ModelFile
from .answer import Proof, Recognition
from .last_operation import POST_PROCESS, computed_tensor, last_operation


def find_post_process(model: ModelFile) -> Recognition | None:
    """Recognise the four outputs of ``TFLite_Detection_PostProcess``."""
    if len(model.outputs) != 4:
        return None
    maker = last_operation(model, model.output_tensors[0].index)
    if maker is None or maker.name != POST_PROCESS:
        return None
    options, evidence = prove_roles(model)
    return Recognition(
        "ssd-op", f"its last operation is {POST_PROCESS}", options, evidence
    )


def prove_roles(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove which output of the post-processing operation each output is."""
    from ...decoders.ssd import ROLES

    maker = last_operation(model, model.output_tensors[0].index)
    if maker is None or maker.name != POST_PROCESS:
        return {}, {}
    role_of = dict(zip(maker.outputs, ROLES, strict=False))
    roles = [
        role_of.get(computed_tensor(model, tensor.index), "")
        for tensor in model.output_tensors
    ]
    if sorted(roles) != sorted(ROLES):
        return {}, {}
    why = f"the order in which {POST_PROCESS} makes its outputs"
    return {"roles": roles}, {"roles": why}
