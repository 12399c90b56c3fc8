"""Sums of a tensor, its mean and constants, each perhaps times one common factor.

Layers write a normalization in many ways: ``(x - m) * r * g + b``, or
``x * (r * g) + (b - m * r * g)``. As such a sum all of them are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Basis: TypeAlias = Literal["x", "mean", "one"]
Term: TypeAlias = tuple[Basis, bool]
Numbers: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Affine:
    """A sum of terms.

    Attributes:
        terms: The coefficient of each term. A term is a name and whether it is
            multiplied by the common factor.
    """

    terms: Mapping[Term, Numbers]

    @classmethod
    def constant(cls, value: npt.NDArray[Any]) -> Affine:
        """Return a sum that is one constant."""
        return cls({("one", False): np.asarray(value, np.float64)})

    @classmethod
    def of(cls, name: Basis, *, factor: bool = False) -> Affine:
        """Return a sum of one term, whose coefficient is 1."""
        return cls({(name, factor): np.float64(1)})

    def plus(self, other: Affine, sign: int = 1) -> Affine:
        """Return the sum of two, or with a sign of -1 their difference."""
        terms = dict(self.terms)
        for term, value in other.terms.items():
            terms[term] = terms.get(term, np.float64(0)) + sign * value
        return Affine(terms)

    def times(self, other: Affine) -> Affine | None:
        """Return the product; None where it is no such sum."""
        for one, two in ((self, other), (other, self)):
            if len(one.terms) != 1:
                continue
            ((name, factor), value) = next(iter(one.terms.items()))
            if name == "one" and not (factor and any(f for _, f in two.terms)):
                return Affine(
                    {(n, f or factor): c * value for (n, f), c in two.terms.items()}
                )
        return None

    def coefficient(self, name: Basis, *, factor: bool) -> Numbers:
        """Return a term's coefficient, which may be 0."""
        return np.asarray(self.terms.get((name, factor), 0), np.float64)
