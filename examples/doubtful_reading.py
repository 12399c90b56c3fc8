"""Read a picture of medicine or science, and say how sure that is.

    python examples/doubtful_reading.py lesions.tflite patient.png

The model sees eight views of the picture: turned, mirrored, darker, brighter. Where
they disagree, or no class is clear, the answer is "refer": a person reads it. It does
not notice a picture of another kind than those of the training: pure noise may get a
sure answer. A device that decides about patients needs far more than this.
"""

from __future__ import annotations

import argparse
import json

import cv2
import numpy as np

import edgevision


def views(image: np.ndarray) -> list[np.ndarray]:
    """Return the picture as it is, and seven others that mean the same."""
    turned = [np.ascontiguousarray(np.rot90(image, turns)) for turns in range(4)]
    lights = [cv2.convertScaleAbs(image, alpha=alpha) for alpha in (0.85, 1.15)]
    return [*turned, *(cv2.flip(image, code) for code in (0, 1)), *lights]


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Read one picture; return the answer with its scores and their spread."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("picture")
    parser.add_argument("--score", type=float, default=0.7, help="lowest mean")
    parser.add_argument("--spread", type=float, default=0.15, help="highest deviation")
    options = parser.parse_args(arguments)

    image = cv2.imread(options.picture)
    if image is None:
        parser.error(f"{options.picture} is no picture that can be read")
    with edgevision.load_model(options.model, top_k=1000, score_threshold=0) as model:
        seen: dict[str, list[float]] = {}
        for view in views(image):
            for item in model(view):
                seen.setdefault(item.label, []).append(item.score)
    means = {label: float(np.mean(scores)) for label, scores in seen.items()}
    best = max(means, key=means.__getitem__)
    spread = float(np.std(seen[best]))
    is_sure = means[best] >= options.score and spread <= options.spread
    return {
        "answer": best if is_sure else "refer",
        "most_likely": best,
        "score": round(means[best], 3),
        "spread": round(spread, 3),
        "scores": {label: round(mean, 3) for label, mean in means.items()},
    }


if __name__ == "__main__":
    print(json.dumps(main()))
