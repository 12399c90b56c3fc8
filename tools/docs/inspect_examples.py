"""Write the page of what ``inspect`` says of ten foreign models.

Run it from the checkout, with the shared data beside it:
``python tools/docs/inspect_examples.py``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from edgevision.runtime.opening.inspection import inspect_model  # noqa: E402

from edgevision.cli.reports import model_lines  # noqa: E402

MODELS = (
    "tf2_mobilenet_v2_1.0_224_ptq",
    "mobilenet_v1_0.25_224_float_metadata",
    "cifar10_resnet8_float",
    "vww_mobilenetv1_96_int8_reference",
    "coco_ssd_mobilenet_v1_1.0_quant_metadata",
    "yolov8n_416_full_integer_quant",
    "deeplabv3_mnv2_dm05_pascal_quant",
    "movenet_single_pose_lightning_ptq",
    "mobilenet_v1_1.0_224_quant_embedding_extractor",
    "invalid_custom_op",
)


def main() -> None:
    """Write the page."""
    shared = Path(os.environ.get("EDGEVISION_SHARED", ROOT.parent / "shared"))
    parts = [
        "# What `inspect` says of ten foreign models",
        "Made by `python tools/docs/inspect_examples.py`. Other people made the files, "
        "and they are as they were published.",
    ]
    os.chdir(shared / "data" / "models")
    for name in MODELS:
        facts = inspect_model(f"{name}.tflite").to_dict()
        lines = model_lines(facts)
        parts += [f"## {name}", "```\n" + "\n".join(lines) + "\n```"]
    text = "\n\n".join(parts) + "\n"
    page = ROOT / "docs" / "reference" / "inspect-examples.md"
    page.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
