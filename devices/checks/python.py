"""Python, its interpreter wheel, NumPy, TensorFlow."""

from __future__ import annotations

from ..environment import Environment
from ..finding import Finding
from ..wheels import (
    DEVICE_PYTHONS,
    dotted,
    interpreter_hint,
    keras_2_command,
    span,
    tensorflow_hint,
)


def version(environment: Environment) -> Finding:
    """Check that this Python is neither too old nor newer than the wheels."""
    facts = environment.machine.python
    oldest, newest = DEVICE_PYTHONS
    if facts.version < oldest:
        return Finding(
            "broken",
            f"{facts.describe()} is too old: EdgeVision needs {dotted(oldest)}.",
            "Upgrade the system, or install a newer Python.",
        )
    if facts.version > newest:
        return Finding(
            "warning",
            f"{facts.describe()} is newer than any Python that EdgeVision knows.",
            f"Use Python {span(DEVICE_PYTHONS)}.",
        )
    return Finding("ok", f"{facts.describe()}.")


def userland(environment: Environment) -> Finding | None:
    """Check that a 64-bit board runs a 64-bit system."""
    facts = environment.machine.python
    if facts.bits == 64:
        return None
    kernel = environment.machine.cpu.machine
    beside = " under a 64-bit kernel" if kernel in ("aarch64", "x86_64") else ""
    return Finding(
        "warning",
        f"This is a 32-bit system{beside}: slower int8 kernels, no ai-edge-litert, and "
        "no NumPy or OpenCV on the package index.",
        "Install the 64-bit system where the board allows it.",
    )


def managed(environment: Environment) -> Finding | None:
    """Check that pip may install here at all."""
    if not environment.is_managed:
        return None
    return Finding(
        "note",
        "This is the system's own Python, into which pip refuses to install.",
        "Run: python3 -m venv --system-site-packages ~/edgevision-env; then use "
        "~/edgevision-env/bin/pip",
    )


def interpreter(environment: Environment) -> Finding:
    """Check that a package that runs models is there and can be imported."""
    hint = interpreter_hint(environment.machine.python)
    failed = []
    for package, module in (
        ("ai-edge-litert", "ai_edge_litert"),
        ("tflite-runtime", "tflite_runtime"),
    ):
        probe = environment.probes.get(module)
        if probe is None:
            continue
        if not probe.error:
            installed = environment.packages.get(package) or probe.version
            return Finding("ok", f"{package} {installed} can be imported.")
        failed.append(f"{package} cannot be imported ({probe.error}).")
    what = " ".join(failed) or "No interpreter is installed, so no model can run."
    return Finding("broken", what, hint)


def numpy(environment: Environment) -> Finding:
    """Check that NumPy is there and fits the packages that were built for NumPy 1."""
    major = environment.major("numpy")
    probe = environment.probes.get("numpy")
    if major is None and probe is None:
        return Finding("broken", "NumPy is not installed.", "Run: pip install numpy")
    if probe is not None and probe.error:
        return Finding(
            "broken",
            f"NumPy cannot be imported ({probe.error}).",
            "Run: pip install --force-reinstall numpy",
        )
    installed = environment.packages.get("numpy") or (probe.version if probe else "")
    if major is not None and major >= 2 and "tflite-runtime" in environment.packages:
        what = (
            f"tflite-runtime {environment.packages['tflite-runtime']} is built for "
            f"NumPy 1 and fails with NumPy {installed} when it opens a model."
        )
        cure = f"Run: {environment.numpy1_command}"
        if environment.runs("ai_edge_litert"):
            return Finding(
                "warning",
                f"{what} ai-edge-litert is there and works.",
                f"{cure} or: pip uninstall tflite-runtime",
            )
        return Finding("broken", what, cure)
    return Finding("ok", f"NumPy {installed}.")


def tensorflow(environment: Environment) -> Finding | None:
    """Check that models can be converted here, if that is wanted."""
    if "convert" not in environment.wants:
        return None
    installed = _tensorflow(environment)
    if installed:
        return Finding("ok", f"TensorFlow {installed}, for converting.")
    return Finding(
        "broken",
        "Converting needs TensorFlow, which is not installed.",
        tensorflow_hint(environment.machine.python),
    )


def keras_2(environment: Environment) -> Finding | None:
    """Check that files of Keras 2 can be converted here, if that is wanted."""
    if "convert" not in environment.wants:
        return None
    base = _tensorflow(environment)
    if base is None:
        return None
    installed = environment.packages.get("tf-keras")
    if installed:
        return Finding("ok", f"tf-keras {installed}, for files of Keras 2.")
    return Finding(
        "warning",
        "tf-keras is not installed, so files that Keras 2 wrote cannot be converted.",
        f"Run: {keras_2_command(base)}",
    )


def _tensorflow(environment: Environment) -> str | None:
    """Return the version of TensorFlow that is installed."""
    packages = environment.packages
    return packages.get("tensorflow") or packages.get("tensorflow-cpu")
