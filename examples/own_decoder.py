"""Read a classifier with a decoder of your own: an answer only when it is clear.

    python examples/own_decoder.py net.tflite cat.jpg dog.jpg --least 0.3
    edgevision run net.tflite -s photos/ --decoder examples/own_decoder.py:Margin

It says "unsure" unless the best class is well ahead; see docs/guides/own-decoder.md.
"""

import argparse
from dataclasses import asdict, dataclass
from typing import Any

from edgevision.runtime.tensors import to_real

import edgevision


@dataclass(frozen=True)
class Answer:
    """What is in a picture, and how far that class is ahead of the second."""

    label: str
    margin: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, for records."""
        return asdict(self)


class Margin:
    """Turn class scores into an answer that may be "unsure"."""

    def __init__(self, tensors: Any, *, labels: Any, model_size: Any, least=0.2):
        self.tensor, self.labels, self.least = tensors[0], labels, least

    def decode(self, outputs: Any, letterbox: Any) -> Answer:
        """Return the answer for one picture."""
        scores = to_real(outputs[0], self.tensor).reshape(-1)
        second, best = scores.argsort()[-2:]
        margin = float(scores[best] - scores[second])
        return Answer(self.labels[best] if margin >= self.least else "unsure", margin)


def main(arguments: list[str] | None = None) -> int:
    """Print an answer for each picture; return how many were unsure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("pictures", nargs="+")
    parser.add_argument("--least", type=float, default=0.2, help="a margin")
    known = parser.parse_args(arguments)
    options = {"least": known.least}
    with edgevision.load_model(known.model, decoder=Margin, options=options) as model:
        answers = [model(picture) for picture in known.pictures]
    for picture, answer in zip(known.pictures, answers, strict=True):
        print(f"{picture}: {answer.label} ({answer.margin:.2f} ahead)")
    return sum(answer.label == "unsure" for answer in answers)


if __name__ == "__main__":
    main()
