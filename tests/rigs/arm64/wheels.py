"""Say what pip shall put into the arm64 system: the versions that run on the host.

``wheels.py INTERPRETER`` prints one requirement per line.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version

# What the tests need; theirs are pure Python, so any host's versions have a wheel.
PACKAGES = ("numpy", "opencv-python-headless", "click", "pytest", "hypothesis")


def main(interpreter: str) -> None:
    """Print the requirements of the environment that this Python is of."""
    for package in (interpreter, *PACKAGES):
        try:
            print(f"{package}=={version(package)}")
        except PackageNotFoundError:
            raise SystemExit(
                f"The arm64 tests compare with {sys.prefix}, which lacks {package}. "
                "Run: make setup, or make test-oldest"
            ) from None


if __name__ == "__main__":
    main(sys.argv[1])
