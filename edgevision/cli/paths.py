"""Paths on the command line, checked before they are opened."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Any, Final, Literal

import click

_KERAS: Final = (".keras", ".h5", ".hdf5")
_TORCH: Final = (".pt", ".pth")


class InputPath(click.Path):
    """A file or folder that something is read from.

    Args:
        holds: What the path must be, where it exists: a file, a folder, or either.
        path_type: The type that the command gets; ``str`` by default.
    """

    def __init__(
        self,
        holds: Literal["file", "folder", "either"] = "file",
        *,
        path_type: type[Any] | None = None,
    ) -> None:
        super().__init__(path_type=path_type, file_okay=True, dir_okay=True)
        self.holds = holds
        self.name = "path"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        """Return the path.

        Raises:
            click.BadParameter: It is an address, or a folder where a file is meant.
        """
        text = os.fspath(value)
        if "://" in text:
            self.fail(_address(text), param, ctx)
        self.refuse_foreign(Path(text), param, ctx)
        if self.holds == "file" and os.path.isdir(text):
            self.fail(self.folder(Path(text)), param, ctx)
        if self.holds == "folder" and os.path.isfile(text):
            self.fail(f"{text} is a file, and a folder is needed.", param, ctx)
        return super().convert(value, param, ctx)

    def refuse_foreign(
        self,
        path: Path,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> None:
        """Refuse a file whose name shows that it is of another kind.

        Raises:
            click.BadParameter: It is.
        """

    def folder(self, path: Path) -> str:
        """Return the sentence for a folder where a file is meant."""
        return f"{path} is a folder, and a file is needed."


class ModelPath(InputPath):
    """A ``.tflite`` file; it need not exist."""

    def __init__(self, *, path_type: type[Any] | None = None) -> None:
        super().__init__("file", path_type=path_type)

    def refuse_foreign(
        self,
        path: Path,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> None:
        """Refuse a Keras model, which is not converted yet, and a PyTorch model.

        Raises:
            click.BadParameter: It is one.
        """
        if path.suffix.lower() in _KERAS:
            sentence = f"{path} is a Keras model. {_convert_first(path)}"
            self.fail(sentence, param, ctx)
        if path.suffix.lower() in _TORCH:
            self.fail(_torch(path), param, ctx)

    def folder(self, path: Path) -> str:
        """Return the sentence for a folder where a ``.tflite`` file is meant."""
        if (path / "saved_model.pb").is_file():
            return f"{path} is a SavedModel. {_convert_first(path)}"
        inside = sorted(item.name for item in path.glob("*.tflite"))
        if inside:
            names = ", ".join(inside[:5]) + (", ..." if len(inside) > 5 else "")
            return f"{path} is a folder. Pass one of the models in it: {names}."
        return f"{path} is a folder without a .tflite file. Pass a model's file."


class KerasPath(InputPath):
    """A ``.keras`` or ``.h5`` file, or a SavedModel folder."""

    def __init__(self, *, path_type: type[Any] | None = None) -> None:
        super().__init__("either", path_type=path_type)

    def refuse_foreign(
        self,
        path: Path,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> None:
        """Refuse a ``.tflite`` file, which is converted already, and a PyTorch model.

        Raises:
            click.BadParameter: It is one.
        """
        if path.suffix.lower() == ".tflite":
            self.fail(
                f"{path} is converted already; a Keras model is needed (.keras, .h5 or "
                f"a SavedModel folder). See what the file is: edgevision inspect "
                f"{shlex.quote(str(path))}",
                param,
                ctx,
            )
        if path.suffix.lower() in _TORCH:
            self.fail(_torch(path), param, ctx)


class AnyModelPath(InputPath):
    """A model file of any kind that EdgeVision reads, or a folder of them."""

    def __init__(self, *, path_type: type[Any] | None = None) -> None:
        super().__init__("either", path_type=path_type)

    def refuse_foreign(
        self,
        path: Path,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> None:
        """Refuse a PyTorch model.

        Raises:
            click.BadParameter: It is one.
        """
        if path.suffix.lower() in _TORCH:
            self.fail(_torch(path), param, ctx)


def _torch(path: Path) -> str:
    return (
        f"{path} is a PyTorch model, which EdgeVision does not read. Export it as "
        ".tflite with the tool that trained it, for Ultralytics: yolo export model="
        f"{shlex.quote(str(path))} format=tflite int8=True"
    )


def _address(text: str) -> str:
    name = text.partition("?")[0].rstrip("/").rpartition("/")[2] or "FILE"
    return (
        f"'{text}' is an address, and EdgeVision downloads nothing. Fetch the file "
        f"first (curl -L -o {shlex.quote(name)} {shlex.quote(text)}), then pass its "
        "path."
    )


def _convert_first(path: Path) -> str:
    return (
        "Convert it first, on a machine with TensorFlow: edgevision convert "
        f"{shlex.quote(str(path))} --calibration FOLDER"
    )
