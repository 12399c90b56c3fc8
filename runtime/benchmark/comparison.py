"""Compare two benchmarks: slower, faster, or no certain difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from ...errors import EdgeVisionError
from .latency_record import ModelLatency
from .record import BenchmarkRecord
from .speed import common_stage, faster_sentence, ratio_of, short_labels

SLOWER: Final = "slower"
WITHIN_LIMIT: Final = "slower, within your limit"
PERHAPS: Final = "slower, perhaps above your limit"
FASTER: Final = "faster"
NO_DIFFERENCE: Final = "no certain difference"


@dataclass(frozen=True)
class LatencyChange:
    """The latency of one model beside that of an older record, or of another model.

    Attributes:
        name: The new result.
        old_name: The result it is compared with.
        stage: The stage that is compared: ``model`` or ``bare``.
        old_ms: The old median.
        new_ms: The new median.
        ratio: New over old; 1.1 is ten percent slower.
        low: Lower end of the ratio's 95 % interval.
        high: Upper end.
        least: Lower end of the ratio's 99.7 % interval.
        verdict: ``slower`` (above the limit), ``slower, within your limit``, ``slower,
            perhaps above your limit``, ``faster`` or ``no certain difference``.
        sentence: Which of the two is how many times as fast.
    """

    name: str
    old_name: str
    stage: str
    old_ms: float
    new_ms: float
    ratio: float
    low: float
    high: float
    least: float
    verdict: str
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            key: round(value, 5) if isinstance(value, float) else value
            for key, value in asdict(self).items()
        }


@dataclass(frozen=True)
class BenchmarkComparison:
    """All latencies that two benchmarks have in common.

    Attributes:
        changes: One per pair of results.
        cautions: Why the comparison may mislead, one sentence each.
        max_slowdown: The slowdown that is allowed, 0.05 for five percent; None means
            that there is no limit.
    """

    changes: tuple[LatencyChange, ...]
    cautions: tuple[str, ...]
    max_slowdown: float | None

    @property
    def too_slow(self) -> tuple[LatencyChange, ...]:
        """Return what is slower than allowed beyond doubt, the slowest first."""
        if self.max_slowdown is None:
            return ()
        slow = [change for change in self.changes if change.verdict == SLOWER]
        return tuple(sorted(slow, key=lambda change: -change.ratio))

    @property
    def answer(self) -> str | None:
        """Return the sentence about a single pair; None for several."""
        return self.changes[0].sentence if len(self.changes) == 1 else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "schema": 1,
            "max_slowdown": self.max_slowdown,
            "slower": bool(self.too_slow),
            "comparisons": [change.to_dict() for change in self.changes],
            "cautions": list(self.cautions),
            "answer": self.answer,
        }


def verdict(
    ratio: float, low: float, high: float, least: float, max_slowdown: float
) -> str:
    """Return the verdict on a ratio.

    A slowdown counts as above the limit only where noise cannot explain the
    difference: 99.7 % of the resamplings (three standard deviations) lie above it. A
    ratio that is merely above it fails every second time when what was allowed happens.

    Args:
        ratio: New median over old.
        low: Lower end of its 95 % interval.
        high: Upper end.
        least: Lower end of its 99.7 % interval.
        max_slowdown: The slowdown that is allowed, 0.05 for five percent.
    """
    # A hair of rounding must not make "5 %" of a limit of 5 %.
    limit = (1 + max_slowdown) * (1 + 1e-9)
    if min(least, ratio) > limit:
        return SLOWER
    if low > 1:
        return PERHAPS if ratio > limit else WITHIN_LIMIT
    return FASTER if high < 1 else NO_DIFFERENCE


def compare_records(
    old: BenchmarkRecord, new: BenchmarkRecord, *, max_slowdown: float
) -> BenchmarkComparison:
    """Compare every result that both records hold.

    Results belong together when model name, backend, threads and delegate are equal;
    when each record holds one result, they belong together whatever their names are.

    Raises:
        EdgeVisionError: The records have nothing in common.
    """
    pairs = _pairs(old.results, new.results)
    if not pairs:
        raise EdgeVisionError(
            "The two records have no model with the same name, threads and delegate in "
            f"common: {_names(old.results)} against {_names(new.results)}. "
            "Measure the same settings twice."
        )
    changes = []
    for before, after in pairs:
        labels = short_labels([before, after])
        if before.model.name == after.model.name:
            labels = [f"{after.model.name} ({age})" for age in ("old", "new")]
        names = (before.name, after.name)
        changes.append(_change(before, after, names, labels, max_slowdown))
    words = _cautions(old, new, pairs)
    if any(change.verdict == PERHAPS for change in changes):
        words.append(
            "A slowdown may be above your limit. Measure both again for longer "
            "(benchmark --max-seconds 120) to know."
        )
    return BenchmarkComparison(tuple(changes), tuple(words), max_slowdown)


def compare_models(
    record: BenchmarkRecord, *, max_slowdown: float | None
) -> BenchmarkComparison:
    """Compare the two models of one record, which were measured in turns.

    Args:
        record: A record of two results; the first is the old one.
        max_slowdown: The slowdown that is allowed; None means that there is no limit.
    """
    old, new = record.results
    labels = short_labels([old, new])
    limit = 0.0 if max_slowdown is None else max_slowdown
    change = _change(old, new, (labels[0], labels[1]), labels, limit)
    # A reason may begin with a file's name, which keeps its letters.
    words = [f"Not to be trusted: {reason}." for reason in record.trust.reasons]
    return BenchmarkComparison((change,), tuple(words), max_slowdown)


def _change(
    old: ModelLatency,
    new: ModelLatency,
    names: tuple[str, str],
    labels: Sequence[str],
    max_slowdown: float,
) -> LatencyChange:
    stage = common_stage(old, new)
    ratio = ratio_of(old, new, stage)
    return LatencyChange(
        name=names[1],
        old_name=names[0],
        stage=stage,
        old_ms=old.stages[stage].p50_ms,
        new_ms=new.stages[stage].p50_ms,
        ratio=ratio.value,
        low=ratio.low,
        high=ratio.high,
        least=ratio.least,
        verdict=verdict(ratio.value, ratio.low, ratio.high, ratio.least, max_slowdown),
        sentence=faster_sentence(labels[0], labels[1], ratio),
    )


def _cautions(
    old: BenchmarkRecord,
    new: BenchmarkRecord,
    pairs: Sequence[tuple[ModelLatency, ModelLatency]],
) -> list[str]:
    """Return why a comparison of two records may mislead."""
    sentences = []
    for word, record in (("old", old), ("new", new)):
        if not record.trust.trustworthy:
            reasons = "; ".join(record.trust.reasons)
            sentences.append(
                f"The {word} record calls itself untrustworthy: {reasons}."
            )
    for name, what in (
        ("board", "board"),
        ("processor", "kind of processor"),
        ("kernel", "kernel"),
    ):
        before, after = old.environment[name], new.environment[name]
        if before != after:
            sentences.append(f"The {what} differs: {before!r} and {after!r}.")
    if old.source.name != new.source.name:
        sentences.append(
            f"The pictures differ: {old.source.name!r} and {new.source.name!r}."
        )
    for one, other in pairs:
        if one.model.sha256 != other.model.sha256:
            sentences.append(
                f"The files differ: {one.model.name} and {other.model.name} are not "
                "the same bytes."
            )
        runs = [f"{item.backend} {item.backend_version}" for item in (one, other)]
        if runs[0] != runs[1]:
            sentences.append(f"The backend differs: {runs[0]} and {runs[1]}.")
    return list(dict.fromkeys(sentences))


def _pairs(
    old: Sequence[ModelLatency], new: Sequence[ModelLatency]
) -> list[tuple[ModelLatency, ModelLatency]]:
    if len(old) == len(new) == 1:
        return [(old[0], new[0])]
    # Two models of one name in different folders are told apart by their order.
    waiting: dict[tuple[Any, ...], list[ModelLatency]] = {}
    for result in old:
        waiting.setdefault(_key(result), []).append(result)
    pairs = []
    for result in new:
        if waiting.get(_key(result)):
            pairs.append((waiting[_key(result)].pop(0), result))
    return pairs


def _key(result: ModelLatency) -> tuple[Any, ...]:
    return result.model.name, result.backend, result.threads, result.delegate


def _names(results: Sequence[ModelLatency]) -> str:
    return ", ".join(result.name for result in results)
