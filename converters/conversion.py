"""A conversion from beginning to end: what runs in the child process.

Four stages hand on values: a model is prepared, built, verified and written. Nothing
here knows how the steps are shown or where the files go in the end.
"""

from __future__ import annotations

from ..errors import VerificationError
from .child import Request
from .progress import Journal
from .stages import build_file, prepare, verify_file, write_file
from .verify import check_budget
from .write import ConversionReport


def carry_out(request: Request, journal: Journal) -> ConversionReport:
    """Convert one model, compare the file with it, and describe both.

    Args:
        request: Files and options; ``request.result`` is written.
        journal: Steps, notes and warnings go here.

    Raises:
        EdgeVisionError: A stage failed; the sentence says which and what to do.
        VerificationError: The file is written, but a budget is missed.
    """
    prepared = prepare(request, journal)
    built = build_file(prepared, journal)
    verified = verify_file(built, journal)
    written = write_file(verified, journal)
    if verified.verification is not None:
        try:
            check_budget(
                verified.verification,
                prepared.options.budget,
                recipe=prepared.recipe.name,
                count=int(prepared.samples.calibration.get("count", 0)),
            )
        except VerificationError as error:
            error.conversion = written.report.to_dict()
            raise
    return written.report
