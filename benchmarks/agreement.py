"""The bare invoke of ``edgevision benchmark`` beside LiteRT's own ``litert-benchmark``.

Both run as whole programs, in turns whose order alternates, five blocks each; compared
are the medians of the quieter half of the blocks, because a disturbance only ever makes
a block slower. Exits with 1 when a model of three differs by more than 5 percent, and
with 2 when that cannot be told, because the quieter half of a program's own blocks
spreads wider.

    python benchmarks/agreement.py [--data ../shared/data] [--blocks 5] [--threads 1]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from edgevision.runtime.benchmark import quieter_half

ROOT = Path(__file__).resolve().parent.parent
MODELS = (
    "mobilenet_v1_0.25_224_quant_metadata.tflite",
    "tf2_mobilenet_v2_1.0_224_ptq.tflite",
    "coco_ssd_mobilenet_v1_1.0_quant_metadata.tflite",
)
LIMIT = 0.05
SECONDS = 1.5


def ours(model: Path, threads: int) -> float:
    command = [sys.executable, "-m", "edgevision.cli", "benchmark", str(model)]
    command += ["--bare", "--threads", str(threads), "--json"]
    command += ["--max-seconds", str(SECONDS)]
    done = subprocess.run(
        command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    return float(json.loads(done.stdout)["results"][0]["stages"]["bare"]["p50_ms"])


def theirs(model: Path, threads: int, runs: int) -> float:
    program = Path(sys.executable).with_name("litert-benchmark")
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [str(program), "--model", str(model), "--num_runs", str(runs)]
        command += ["--warmup_runs", str(max(10, runs // 10))]
        command += ["--num_threads", str(threads), "--result_json", str(result)]
        subprocess.run(command, check=True, cwd=folder, capture_output=True)
        return float(json.loads(result.read_text())["latency"]["median_ms"])


def spread(blocks: list[float]) -> float:
    """Return how far the quieter half of some blocks lies apart, as a share."""
    half = sorted(blocks)[: max(1, (len(blocks) + 1) // 2)]
    return half[-1] / half[0] - 1


def compare(model: Path, blocks: int, threads: int) -> tuple[float, float]:
    """Return the ratio of the programs, and the wider spread of the two."""
    first = ours(model, threads)
    runs = max(20, int(SECONDS * 1e3 / first))
    mine: list[float] = []
    other: list[float] = []
    for block in range(blocks):
        if block % 2:
            mine.append(ours(model, threads))
            other.append(theirs(model, threads, runs))
        else:
            other.append(theirs(model, threads, runs))
            mine.append(ours(model, threads))
    ratio = quieter_half(mine) / quieter_half(other)
    print(
        f"{model.name}: edgevision {quieter_half(mine):.3f} ms, litert-benchmark "
        f"{quieter_half(other):.3f} ms, ratio {ratio:.3f}"
    )
    print(f"  blocks: {' '.join(f'{ms:.2f}' for ms in mine)}", end="")
    print(f" | {' '.join(f'{ms:.2f}' for ms in other)}", flush=True)
    return ratio, max(spread(mine), spread(other))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--blocks", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    comparisons = [
        compare(
            arguments.data.resolve() / "models" / name,
            arguments.blocks,
            arguments.threads,
        )
        for name in MODELS
    ]
    worst = max(abs(ratio - 1) for ratio, _ in comparisons)
    noise = max(noise for _, noise in comparisons)
    print(f"largest difference: {worst:.1%} (limit {LIMIT:.0%})")
    if noise > LIMIT:
        print(f"not to be told: blocks of one program spread by {noise:.0%}; this")
        print("machine is too busy")
        sys.exit(2)
    sys.exit(1 if worst > LIMIT else 0)


if __name__ == "__main__":
    main()
