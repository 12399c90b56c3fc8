"""EdgeVision: from a trained Keras model to a camera app on a small board.

What lives here: the public names (loaded on first use), the command line (``cli/``)
and the bottom that every other folder may use: ``errors``, ``registry``, ``card``,
``child``, ``files``, ``html``. What may not: an import of NumPy, OpenCV or TensorFlow
when this package is imported. Start reading at ``api.py``.
"""

from __future__ import annotations

import os

# As typing has it, whose import takes longer than all else here: until a command takes
# its signals, they are Python's.
TYPE_CHECKING = False

__version__ = "0.1.0"

# A clone holds the sub-packages as folders beside this one. When the checkout is the
# current folder, this folder shadows an installed EdgeVision, so without this line
# ``edgevision.runtime`` would not be found there; with it a plain clone is importable.
_checkout = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
if all(
    os.path.isfile(os.path.join(_checkout, name, "__init__.py"))
    for name in ("runtime", "devices")
):
    __path__.append(_checkout)

_LAZY = {
    "App": "edgevision.app.app",
    "Classification": "edgevision.runtime.results.classifications",
    "Classifications": "edgevision.runtime.results.classifications",
    "Detection": "edgevision.runtime.results.detections",
    "Detections": "edgevision.runtime.results.detections",
    "EdgeVisionError": "edgevision.errors",
    "Embedding": "edgevision.runtime.results.embedding",
    "Generation": "edgevision.runtime.results.generation",
    "Heads": "edgevision.runtime.results.nested.heads",
    "LandmarkItem": "edgevision.runtime.results.landmarks",
    "Landmarks": "edgevision.runtime.results.landmarks",
    "Model": "edgevision.runtime.model.model",
    "ModelCard": "edgevision.card",
    "OutputImage": "edgevision.runtime.results.output_image",
    "Pose": "edgevision.runtime.results.poses",
    "Poses": "edgevision.runtime.results.poses",
    "RefinedDetections": "edgevision.runtime.results.nested.refined_detections",
    "Region": "edgevision.runtime.results.segmentation",
    "Segmentation": "edgevision.runtime.results.segmentation",
    "Text": "edgevision.runtime.results.text",
    "TiledModel": "edgevision.runtime.model.tiled",
    "TwoStage": "edgevision.runtime.model.stages.two_stage",
    "Value": "edgevision.runtime.results.values",
    "Values": "edgevision.runtime.results.values",
    "convert": "edgevision.api",
    "generate": "edgevision.api",
    "load_app": "edgevision.app.app",
    "load_model": "edgevision.api",
    "train": "edgevision.api",
}

__all__ = [  # noqa: RUF022 - the version first, then the lazy names in order
    "__version__",
    "App",
    "Classification",
    "Classifications",
    "Detection",
    "Detections",
    "EdgeVisionError",
    "Embedding",
    "Generation",
    "Heads",
    "LandmarkItem",
    "Landmarks",
    "Model",
    "ModelCard",
    "OutputImage",
    "Pose",
    "Poses",
    "RefinedDetections",
    "Region",
    "Segmentation",
    "Text",
    "TiledModel",
    "TwoStage",
    "Value",
    "Values",
    "convert",
    "generate",
    "load_app",
    "load_model",
    "train",
]

if TYPE_CHECKING:
    from typing import Any

    from .api import convert, generate, load_model, train
    from .app import App, load_app
    from .card import ModelCard
    from .errors import EdgeVisionError
    from .runtime.model import Model, TiledModel, TwoStage
    from .runtime.results import (
        Classification,
        Classifications,
        Detection,
        Detections,
        Embedding,
        Generation,
        Heads,
        LandmarkItem,
        Landmarks,
        OutputImage,
        Pose,
        Poses,
        RefinedDetections,
        Region,
        Segmentation,
        Text,
        Value,
        Values,
    )


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    try:
        module = _LAZY[name]
    except KeyError:
        raise AttributeError(f"module 'edgevision' has no attribute '{name}'") from None
    import importlib

    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names without importing them."""
    return sorted(__all__)
