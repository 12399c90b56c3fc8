"""A process to which the system gives little: address space, threads, memory."""

from __future__ import annotations

import os
from typing import Final

_NO_THREAD: Final = "can't start new thread"
_NO_MEMORY: Final = -4  # OpenCV's code of "insufficient memory"


def save_address_space() -> None:
    """Let NumPy reserve less where the address space is limited (``ulimit -v``).

    OpenBLAS sets memory aside for as many threads as there are cores, and 512 MB are
    too little for that beside OpenCV's libraries. It reads the variable when NumPy is
    imported; a user's own value stays.
    """
    try:
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    except (ImportError, OSError):
        return
    if limit != resource.RLIM_INFINITY:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def refusal_of_resources(error: BaseException) -> str:
    """Return a sentence for memory or threads that the system refuses; else nothing.

    Args:
        error: What was raised.
    """
    if isinstance(error, RuntimeError) and _NO_THREAD in str(error):
        return (
            "The system starts no more threads for this process: its limit of threads "
            "or of memory is reached. See 'ulimit -u', 'ulimit -v' and the limits of "
            "the container or service."
        )
    # By its name: only a command that has loaded OpenCV can have its error.
    kind = type(error)
    is_of_opencv = kind.__module__ == "cv2" and kind.__name__ == "error"
    code = vars(error).get("code") if is_of_opencv else None
    if isinstance(error, MemoryError) or code == _NO_MEMORY:
        return (
            "There is too little memory for this. Close other programs, take smaller "
            "pictures or a smaller model, or raise the limit ('ulimit -v', the "
            "container's or the service's)."
        )
    return ""
