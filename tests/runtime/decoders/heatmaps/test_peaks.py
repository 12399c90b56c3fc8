"""Local maxima are those of a 3x3 max pooling."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.heatmaps import local_maxima


@pytest.mark.parametrize("share", [0.02, 0.4, 1.0])
@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.float32])
def test_peaks_are_those_of_a_max_pooling(rng, dtype, share) -> None:
    low = 0 if dtype == np.uint8 else -100
    floor = round(100 - share * (100 - low))
    raw = rng.integers(low, 100, (9, 13, 3)).astype(dtype)
    padded = np.full((11, 15, 3), low, np.float64)
    padded[1:-1, 1:-1] = raw
    pooled = np.max(
        [padded[y : y + 9, x : x + 13] for y in range(3) for x in range(3)], axis=0
    )
    expected = np.argwhere((raw >= pooled) & (raw >= floor)).tolist()
    rows, columns, kinds = local_maxima(raw, floor, 1000)
    answer = np.stack([rows, columns, kinds], axis=1).tolist()
    assert sorted(answer) == sorted(expected)
    values = raw[rows, columns, kinds].tolist()
    assert values == sorted(values, reverse=True)
    few = min(4, len(expected))
    assert [len(part) for part in local_maxima(raw, floor, 4)] == [few] * 3


def test_numbers_that_are_none_are_no_peak() -> None:
    raw = np.full((3, 3, 1), 0.5, np.float32)
    raw[1, 1] = np.nan
    rows, columns, _ = local_maxima(raw, 0.5, 9)
    assert (1, 1) not in zip(rows.tolist(), columns.tolist(), strict=True)
    assert len(rows) == 8
