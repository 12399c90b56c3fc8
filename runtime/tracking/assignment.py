"""Pairs of rows and columns with the least cost, for small tables with a limit."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

_NOTHING: Final = np.empty(0, np.int64)


def assign(cost: Floats, limit: float) -> tuple[Positions, Positions]:
    """Return the pairs whose costs, each less the limit, have the least sum.

    A pair that costs the limit or more is never made, so a pair is only worth the
    difference. Rows and columns that have no choice but each other are paired first;
    what is left falls into independent blocks, each solved by the shortest augmenting
    paths of Jonker and Volgenant (Computing 38, 1987).

    Args:
        cost: float64 (N, M); infinity forbids a pair.
        limit: What a pair must cost less than.

    Returns:
        Rows and columns of the pairs, int64 (K,) each, in no order.
    """
    gain = cost - limit
    allowed = gain < 0
    by_row, by_column = np.add.reduce(allowed, axis=1), np.add.reduce(allowed, axis=0)
    alone = allowed & (by_row == 1)[:, None] & (by_column == 1)
    rows, columns = alone.nonzero()
    by_row[rows] = 0
    by_column[columns] = 0
    open_rows = by_row.nonzero()[0]
    if not len(open_rows):
        return rows, columns
    open_columns = by_column.nonzero()[0]
    table = np.minimum(gain[open_rows[:, None], open_columns], 0.0)
    pairs = [
        (row, column)
        for block_rows, block_columns in _blocks(table < 0)
        for row, column in _solve_block(table, block_rows, block_columns)
    ]
    if not pairs:
        return rows, columns
    some_rows, some_columns = np.asarray(pairs, np.int64).T
    return (
        np.concatenate([rows, open_rows[some_rows]]),
        np.concatenate([columns, open_columns[some_columns]]),
    )


def _blocks(allowed: npt.NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """Return the rows and columns of each part that shares no pair with the others."""
    choices = [np.flatnonzero(row).tolist() for row in allowed]
    rows_of: list[list[int]] = [[] for _ in range(allowed.shape[1])]
    for row, columns in enumerate(choices):
        for column in columns:
            rows_of[column].append(row)
    seen_rows, seen_columns = [False] * len(choices), [False] * len(rows_of)
    blocks = []
    for start in range(len(choices)):
        if seen_rows[start]:
            continue
        seen_rows[start] = True
        block_rows, block_columns = [start], []
        for row in block_rows:  # grows while it is read
            for column in choices[row]:
                if seen_columns[column]:
                    continue
                seen_columns[column] = True
                block_columns.append(column)
                for other in rows_of[column]:
                    if not seen_rows[other]:
                        seen_rows[other] = True
                        block_rows.append(other)
        blocks.append((block_rows, block_columns))
    return blocks


def _solve_block(
    table: Floats, rows: list[int], columns: list[int]
) -> list[tuple[int, int]]:
    """Return the pairs of one block, without those that gain nothing."""
    part = table[np.ix_(rows, columns)]
    turned = len(rows) > len(columns)
    values: list[list[float]] = (part.T if turned else part).tolist()
    pairs = []
    for first, second in enumerate(shortest_paths(values)):
        if values[first][second] < 0:
            row, column = (second, first) if turned else (first, second)
            pairs.append((rows[row], columns[column]))
    return pairs


def shortest_paths(values: list[list[float]]) -> list[int]:
    """Return the column of each row, all different, with the least sum.

    Plain lists: up to some tens of rows they are quicker than arrays.

    Args:
        values: N rows of M numbers, N at most M.
    """
    count = len(values[0])
    of_row = [0.0] * len(values)  # the dual variables
    of_column = [0.0] * count
    owner = [-1] * count  # which row has the column
    for start in range(len(values)):
        best = [math.inf] * count
        via = [-1] * count
        todo = list(range(count))
        done: list[int] = []
        row, column, reached = start, -1, 0.0
        while True:
            line, own = values[row], of_row[row]
            nearest, place = math.inf, 0
            for position, other in enumerate(todo):
                length = reached + line[other] - own - of_column[other]
                if length < best[other]:
                    best[other] = length
                    via[other] = column
                if best[other] < nearest:
                    nearest, place = best[other], position
            reached, column = nearest, todo[place]
            todo[place] = todo[-1]
            todo.pop()
            if owner[column] < 0:
                break
            done.append(column)
            row = owner[column]
        of_row[start] += reached
        for other in done:
            of_row[owner[other]] += reached - best[other]
            of_column[other] += best[other] - reached
        while column >= 0:
            before = via[column]
            owner[column] = owner[before] if before >= 0 else start
            column = before
    result = [-1] * len(values)
    for column, row in enumerate(owner):
        if row >= 0:
            result[row] = column
    return result
