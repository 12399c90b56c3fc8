"""Which is faster: ratios of medians with their intervals, and the answer in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .latency_record import BARE, ModelLatency
from .statistics import ratio_intervals


@dataclass(frozen=True)
class Ratio:
    """A new median over an old one, and how sure it is.

    Attributes:
        value: The ratio of the medians that every report shows.
        low: Lower end of its 95 % interval.
        high: Upper end.
        least: Lower end of its 99.7 % interval.
    """

    value: float
    low: float
    high: float
    least: float


@dataclass(frozen=True)
class FloatComparison:
    """A result beside the float model's of the same settings.

    Attributes:
        name: The result.
        float_name: The float model's.
        stage: The stage that is compared.
        speed_up: How many times as fast as float.
        interval: The 95 % interval of ``speed_up``.
        sentence: The same in words.
    """

    name: str
    float_name: str
    stage: str
    speed_up: float
    interval: tuple[float, float]
    sentence: str


@dataclass(frozen=True)
class SpeedComparison:
    """The fastest result beside another one of the same record.

    Attributes:
        faster: Name of the result with the smaller median.
        slower: Name of the other.
        stage: The stage that is compared.
        faster_ms: Median of the first.
        slower_ms: Median of the other.
        speed_up: ``slower_ms`` / ``faster_ms``: how many times as fast the first is.
        interval: The 95 % interval of ``speed_up``.
        certain: The interval excludes 1.
    """

    faster: str
    slower: str
    stage: str
    faster_ms: float
    slower_ms: float
    speed_up: float
    interval: tuple[float, float]
    certain: bool


def ratio_of(old: ModelLatency, new: ModelLatency, stage: str) -> Ratio:
    """Return the ratio of two results' medians.

    The medians are those of all samples, as the tables show them; the intervals come
    from resampling blocks and are widened where they would not hold the ratio.

    Args:
        old: What is compared with.
        new: What is compared.
        stage: A stage that both have.
    """
    value = new.stages[stage].p50_ms / old.stages[stage].p50_ms
    _, low, high, least = ratio_intervals(
        old.stage_blocks(stage), new.stage_blocks(stage)
    )
    return Ratio(value, min(low, value), max(high, value), least)


def common_stage(first: ModelLatency, second: ModelLatency) -> str:
    """Return the stage by which two results are compared."""
    return first.headline if first.headline == second.headline else BARE


def compare_speeds(results: Sequence[ModelLatency]) -> tuple[SpeedComparison, ...]:
    """Compare the fastest of some results with each other one.

    Args:
        results: Results of one record, measured in turns.

    Returns:
        One comparison less than there are results, the nearest first.
    """
    if len(results) < 2:
        return ()
    stages = {result.headline for result in results}
    stage = stages.pop() if len(stages) == 1 else BARE
    labels = dict(zip(map(id, results), short_labels(results), strict=True))
    first, *others = sorted(results, key=lambda result: result.stages[stage].p50_ms)
    comparisons = []
    for other in others:
        ratio = ratio_of(first, other, stage)
        comparisons.append(
            SpeedComparison(
                faster=labels[id(first)],
                slower=labels[id(other)],
                stage=stage,
                faster_ms=first.stages[stage].p50_ms,
                slower_ms=other.stages[stage].p50_ms,
                speed_up=round(ratio.value, 4),
                interval=(round(ratio.low, 4), round(ratio.high, 4)),
                certain=ratio.low > 1,
            )
        )
    return tuple(comparisons)


def answer(comparisons: Sequence[SpeedComparison]) -> str | None:
    """Return the sentence that says which is faster; None for nothing to compare."""
    if not comparisons:
        return None
    if len(comparisons) == 1:
        (only,) = comparisons
        return _sentence(only.faster, only.slower, only.speed_up, only.interval)
    words = []
    for item in comparisons:
        times, interval = times_and_interval(item.speed_up, item.interval)
        word = f"{times} times as fast as {item.slower} ({interval})"
        words.append(word if item.certain else f"perhaps {word}")
    return f"{comparisons[0].faster} has the smallest median: {'; '.join(words)}."


def faster_sentence(old: str, new: str, ratio: Ratio) -> str:
    """Return which of two names is how many times as fast.

    Args:
        old: Name of what is compared with.
        new: Name of what is compared.
        ratio: The new median over the old one.
    """
    if ratio.value > 1:
        return _sentence(old, new, ratio.value, (ratio.low, ratio.high))
    return _sentence(new, old, 1 / ratio.value, (1 / ratio.high, 1 / ratio.low))


def _sentence(
    faster: str, slower: str, speed_up: float, interval: tuple[float, float]
) -> str:
    times, words = times_and_interval(speed_up, interval)
    if interval[0] > 1:
        return f"{faster} is {times} times as fast as {slower}, {words}."
    return (
        f"{faster} and {slower} cannot be told apart: the first is {times} times as "
        f"fast, {words}."
    )


def times_and_interval(
    speed_up: float, interval: tuple[float, float]
) -> tuple[str, str]:
    """Return a ratio and its 95 % interval in words, with enough digits to differ."""
    digits = 3 if abs(speed_up - 1) < 0.05 else 2
    low, high = interval
    return (
        f"{speed_up:.{digits}f}",
        f"95 % interval {low:.{digits}f} to {high:.{digits}f}",
    )


def compare_with_float(
    results: Sequence[ModelLatency], pairs: Sequence[tuple[int, int]]
) -> tuple[FloatComparison, ...]:
    """Compare results with the float model's of the same settings.

    Args:
        results: Results of a record.
        pairs: Index of a result, and of the float model's that it is compared with.
    """
    comparisons = []
    for index, float_index in pairs:
        result, other = results[index], results[float_index]
        stage = common_stage(result, other)
        ratio = ratio_of(result, other, stage)
        sentence = _pays(ratio, result.model.bytes, other.model.bytes)
        if len(pairs) > 1:
            sentence = f"{result.name}: {sentence}"
        comparisons.append(
            FloatComparison(
                name=result.name,
                float_name=other.name,
                stage=stage,
                speed_up=round(ratio.value, 4),
                interval=(round(ratio.low, 4), round(ratio.high, 4)),
                sentence=sentence,
            )
        )
    return tuple(comparisons)


def _pays(ratio: Ratio, size: int, float_size: int) -> str:
    smaller = f"the file is {float_size / size:.1f} times smaller" if size else ""
    times, interval = times_and_interval(ratio.value, (ratio.low, ratio.high))
    if ratio.low > 1:
        return (
            f"int8 pays here: {times} times as fast as float ({interval}), and "
            f"{smaller}."
        )
    if ratio.high < 1:
        times, interval = times_and_interval(
            1 / ratio.value, (1 / ratio.high, 1 / ratio.low)
        )
        return (
            f"int8 does not pay here: it takes {times} times as long as float "
            f"({interval}); {smaller}."
        )
    return (
        f"int8 and float cannot be told apart here: int8 is {times} times as fast "
        f"({interval}); {smaller}."
    )


def short_labels(results: Sequence[ModelLatency]) -> list[str]:
    """Return short names: the model, and of its settings only what differs."""
    rows = [
        (result.backend, result.delegate, threads_in_words(result.threads))
        for result in results
    ]
    differs = [len(set(column)) > 1 for column in zip(*rows, strict=True)]
    labels: list[str] = []
    for result, row in zip(results, rows, strict=True):
        words = [word for word, shown in zip(row, differs, strict=True) if shown]
        name = result.model.name
        label = f"{name} ({', '.join(words)})" if words else name
        # Two models of one name, from different folders.
        labels.append(_unused(label, labels))
    return labels


def _unused(label: str, labels: Sequence[str]) -> str:
    number = 2
    name = label
    while name in labels:
        name = f"{label} [{number}]"
        number += 1
    return name


def threads_in_words(count: int) -> str:
    """Return a number of threads with its noun."""
    return "1 thread" if count == 1 else f"{count} threads"
