"""Everything that a ``.tflite`` says about itself: ``inspect_model(path)``.

Nothing in this process runs the model; child processes do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...tflite import Cost, ModelFile, Signature, check_model, cost, tensor_rows
from ..gate import check_hash
from ..options import OpenOptions
from .embedded import EmbeddedMetadata, read_embedded
from .file_notes import notes_about
from .run_plan import RunPlan, plan_of
from .runtime_support import RuntimeSupport, runtime_support
from .tensor_facts import TensorFacts


@dataclass(frozen=True)
class FileFacts:
    """What a model's file is.

    Attributes:
        path: Where it lies.
        name: Its name.
        bytes: Its size.
        sha256: Its hash.
        checksum_file: Name of the checksum file that vouches for it, or empty.
        flatbuffer_bytes: Size of the model itself, without the files behind it.
        description: What the converter wrote.
        graphs: Number of graphs.
        members: Name and size of each file behind the model.
    """

    path: str
    name: str
    bytes: int
    sha256: str
    checksum_file: str
    flatbuffer_bytes: int
    description: str
    graphs: int
    members: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, model: ModelFile, checksum_file: str) -> FileFacts:
        """Return the facts of a file.

        Args:
            model: The file.
            checksum_file: What :func:`.check_hash` returned for it.
        """
        return cls(
            path=str(model.path),
            name=model.name,
            bytes=model.size,
            sha256=model.sha256,
            checksum_file=checksum_file,
            flatbuffer_bytes=model.flatbuffer_size,
            description=model.description,
            graphs=model.graph_count,
            members=tuple(
                (info.filename, info.file_size) for info in model.archive.members
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; the files behind the model stand elsewhere."""
        return {
            "path": self.path,
            "name": self.name,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "checksum_file": self.checksum_file,
            "flatbuffer_bytes": self.flatbuffer_bytes,
            "description": self.description,
            "graphs": self.graphs,
        }


@dataclass(frozen=True)
class Inspection:
    """Everything that a model file says about itself.

    Attributes:
        file: What the file is.
        inputs: The input tensors.
        outputs: The output tensors.
        run: How it would be run, and why.
        graph: What its operators cost.
        runtimes: What can run it.
        signatures: The signatures of the main graph.
        metadata_entries: Names of the entries that tools left in the file.
        embedded: What the metadata in the file say.
        notes: What is odd, though nothing is damaged.
        tensors: A row for every tensor; None where they were not asked for.
    """

    file: FileFacts
    inputs: tuple[TensorFacts, ...]
    outputs: tuple[TensorFacts, ...]
    run: RunPlan
    graph: Cost
    runtimes: RuntimeSupport
    signatures: tuple[Signature, ...]
    metadata_entries: tuple[str, ...]
    embedded: EmbeddedMetadata
    notes: tuple[str, ...]
    tensors: tuple[Mapping[str, object], ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        facts: dict[str, Any] = {
            "file": self.file.to_dict(),
            "inputs": [tensor.to_dict() for tensor in self.inputs],
            "outputs": [tensor.to_dict() for tensor in self.outputs],
            "run": self.run.to_dict(),
            "graph": _cost(self.graph, self.file.bytes),
            "runtimes": self.runtimes.to_dict(),
            "signatures": [
                {
                    "key": item.key,
                    "inputs": dict(item.inputs),
                    "outputs": dict(item.outputs),
                }
                for item in self.signatures
            ],
            "metadata_entries": list(self.metadata_entries),
            "files": [
                {"name": name, "bytes": size} for name, size in self.file.members
            ],
            **self.embedded.to_dict(),
            "notes": list(self.notes),
        }
        if self.tensors is not None:
            facts["tensors"] = [dict(row) for row in self.tensors]
        return facts


def inspect_model(
    path: str | Path | ModelFile,
    *,
    options: OpenOptions | None = None,
    run: bool = True,
    tensors: bool = False,
) -> Inspection:
    """Return everything that a model file says about itself.

    Args:
        path: The file, or what was read of it.
        options: What a user says where the file does not, as for ``run``.
        run: Load and run it in a child process per installed backend.
        tensors: List every tensor.

    Raises:
        ModelError: The file is no TensorFlow Lite model, is damaged, or is not the one
            that a checksum file names.
    """
    model = path if isinstance(path, ModelFile) else ModelFile.open(path)
    checksum_file = check_hash(model)
    check_model(model)
    runtimes = runtime_support(model, options, run=run)
    return Inspection(
        file=FileFacts.of(model, checksum_file),
        inputs=tuple(map(TensorFacts.of, model.input_tensors)),
        outputs=tuple(map(TensorFacts.of, model.output_tensors)),
        run=plan_of(model, options, runtimes.outputs).with_problem(runtimes.problem),
        graph=cost(model),
        runtimes=runtimes,
        signatures=model.signatures,
        metadata_entries=model.metadata_names,
        embedded=read_embedded(model),
        notes=notes_about(model),
        tensors=tuple(tensor_rows(model)) if tensors else None,
    )


def _cost(total: Cost, file_bytes: int) -> dict[str, Any]:
    return {
        "operators": [
            {
                "name": item.name,
                "version": item.version,
                "custom": item.is_custom,
                "count": item.count,
                "macs": item.macs,
                "float": item.float_count,
            }
            for item in total.operators
        ],
        "macs": total.macs,
        "macs_are_a_lower_bound": total.is_dynamic,
        "parameters": total.parameters,
        "weight_bytes": total.weight_bytes,
        "other_bytes": file_bytes - total.weight_bytes,
        "float_operators": sum(item.float_count for item in total.operators),
        "operator_count": sum(item.count for item in total.operators),
    }
