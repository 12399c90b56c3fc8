"""A new root table that points at the old parts of a model and adds new ones."""

from __future__ import annotations

from ...runtime.tflite import ENTRY, ModelFile, Signature, schema
from ...runtime.tflite import Table as OldTable
from .flatbuffer_writer import Blob, Items, Node, Old, Scalar, TableToWrite, Utf8Text


def new_root(
    model: ModelFile, payload: bytes, signature: Signature | None
) -> TableToWrite:
    """Return a root table that points at the old parts and adds the new ones."""
    root = model.root
    slots: dict[int, Scalar | Node] = {
        schema.ModelSlots.VERSION: Scalar("I", root.u32(schema.ModelSlots.VERSION))
    }
    for slot in (
        schema.ModelSlots.OPERATOR_CODES,
        schema.ModelSlots.SUBGRAPHS,
        schema.ModelSlots.DESCRIPTION,
        schema.ModelSlots.METADATA_BUFFER,
        schema.ModelSlots.SIGNATURES,
        schema.ModelSlots.EXTERNAL_BUFFER_GROUPS,
        schema.ModelSlots.EXTERNAL_BUFFERS,
    ):
        if root.has(slot):
            slots[slot] = Old(root.target(slot))
    # Buffer indices never change: the new one comes last.
    buffers: list[Node] = [*_old_items(root, schema.ModelSlots.BUFFERS)]
    data = TableToWrite({schema.BufferSlots.DATA: Blob(payload)})
    slots[schema.ModelSlots.BUFFERS] = Items([*buffers, data])
    entry = TableToWrite(
        {
            schema.MetadataSlots.NAME: Utf8Text(ENTRY),
            schema.MetadataSlots.BUFFER: Scalar("I", len(buffers)),
        }
    )
    kept = [
        Old(table.position)
        for table in root.tables(schema.ModelSlots.METADATA)
        if table.text(schema.MetadataSlots.NAME) != ENTRY
    ]
    slots[schema.ModelSlots.METADATA] = Items([*kept, entry])
    if signature is not None:
        others = [
            Old(table.position)
            for table in root.tables(schema.ModelSlots.SIGNATURES)
            if table.text(schema.SignatureSlots.KEY) != signature.key
        ]
        slots[schema.ModelSlots.SIGNATURES] = Items([*others, _signature(signature)])
    return TableToWrite(slots)


def _old_items(root: OldTable, slot: int) -> list[Old]:
    return [Old(table.position) for table in root.tables(slot)]


def _signature(signature: Signature) -> TableToWrite:
    inputs, outputs = (
        Items(
            [
                TableToWrite(
                    {
                        schema.SignatureSlots.NAME: Utf8Text(name),
                        schema.SignatureSlots.TENSOR: Scalar("I", index),
                    }
                )
                for name, index in names.items()
            ]
        )
        for names in (signature.inputs, signature.outputs)
    )
    return TableToWrite(
        {
            schema.SignatureSlots.INPUTS: inputs,
            schema.SignatureSlots.OUTPUTS: outputs,
            schema.SignatureSlots.KEY: Utf8Text(signature.key),
            schema.SignatureSlots.SUBGRAPH: Scalar("I", 0),
        }
    )
