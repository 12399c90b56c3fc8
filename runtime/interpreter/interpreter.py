"""One wrapper over the packages that interpret a ``.tflite``.

Start at :class:`Interpreter`. ``backends.py`` finds and imports the package,
``delegates.py`` loads hardware inside it, ``threads.py`` chooses the number of threads.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import ModelError
from ..closing import Closing
from ..process import SealedFile
from ..tensors import TensorSpec
from ..watchdog import Invoke
from .backends import Backend, find_backend
from .captured_stderr import native_messages
from .delegates import delegate_name, load_delegate
from .invoker import run
from .threads import ThreadChoice, default_threads, measured_threads


class Interpreter(Closing):
    """Run a ``.tflite`` file's tensors: fill inputs, invoke, read outputs.

    The views that :meth:`input` and :meth:`outputs_now` return are the interpreter's
    own memory, so nothing is copied; none may be alive when :meth:`invoke` is called:
    take a fresh one per frame and drop it (it costs about a microsecond).

    Args:
        model: A path, whose bytes are read once, so that nothing that happens to the
            file later matters; or these bytes, sealed or as a value.
        threads: A number; ``auto`` measures a few (at most half a second, or three
            invokes a setting) and keeps the fastest; None follows a rule without
            measuring, see :func:`.threads.default_threads`.
        backend: A name from ``BACKENDS``, or an interpreter class that the host hands
            in (TensorFlow's own); None means the first that is installed.
        delegate: ``xnnpack``, ``none`` (built-in kernels), or the path of a delegate's
            shared library; None means XNNPACK, or the built-in kernels for a file
            that XNNPACK cannot prepare.
        input_shapes: Shapes for the inputs, for a file that leaves them open, or that
            takes several pictures at once; the model is then run once, since some
            files compute the shapes of their outputs. None keeps the file's.

    Attributes:
        inputs: The input tensors, in the file's order.
        outputs: The output tensors, in the file's order.
        backend: The package's name.
        backend_version: Its version.
        delegate: What is used.
        threads: The number that is used.
        thread_choice: One sentence on how that number came about.
        build_ms: Milliseconds of loading the file and of allocating the tensors.

    Raises:
        ModelError: The file is absent, damaged, or needs what the backend lacks.
        MissingDependencyError: No backend is installed, or it cannot be imported.
        ValueError: An unknown backend, delegate or number of threads.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | SealedFile | bytes,
        *,
        threads: int | str | None = None,
        backend: str | type | None = None,
        delegate: str | os.PathLike[str] | None = None,
        input_shapes: Sequence[Sequence[int]] | None = None,
    ) -> None:
        self._native: Any = None
        self._content = content = _content(model)
        self._what = "the model"
        if isinstance(content, SealedFile):
            self._what = os.path.basename(content.name)
        chosen = find_backend(backend)
        self.backend = chosen.name
        self.backend_version = chosen.version
        self.delegate = delegate_name(delegate)
        self._is_default = delegate is None

        def build(count: int) -> Any:
            return self._build(chosen, content, count, input_shapes)

        size = len(content) if isinstance(content, bytes) else content.size
        choice, native = _with_threads(threads, chosen.name, size, build)
        self.threads = choice.threads
        self.thread_choice = choice.reason
        try:
            self._bind(native)
        except UnicodeDecodeError as error:
            raise ModelError(
                f"Cannot load {self._what}: the name of an input or output is not "
                f"UTF-8 ({error.object[:20]!r}). Copy, download or convert it again."
            ) from error

    def _build(
        self,
        backend: Backend,
        content: SealedFile | bytes,
        threads: int,
        input_shapes: Sequence[Sequence[int]] | None,
    ) -> Any:
        options: dict[str, Any] = {"num_threads": threads}
        if self.delegate == "none":
            types = backend.module.OpResolverType
            options["experimental_op_resolver_type"] = (
                types.BUILTIN_WITHOUT_DEFAULT_DELEGATES
            )
        elif self.delegate != "xnnpack":
            options["experimental_delegates"] = [load_delegate(backend, self.delegate)]
        if isinstance(content, bytes):
            options["model_content"] = content
        elif content.place:
            # Mapped by the interpreter: there is no second copy.
            options["model_path"] = content.place
        else:
            options["model_content"] = bytes(content.data)
        try:
            with native_messages():
                start = time.perf_counter()
                native = backend.interpreter(**options)
                loaded = time.perf_counter()
                if input_shapes is not None:
                    _resize(native, input_shapes)
                native.allocate_tensors()
                if input_shapes is not None:
                    with Invoke(self._what):
                        native.invoke()
                allocated = time.perf_counter()
        except (RuntimeError, ValueError) as error:
            if self._is_default and self.delegate != "none" and "XNNPACK" in str(error):
                self.delegate = "none"
                return self._build(backend, content, threads, input_shapes)
            raise self._refused(backend.name, backend.version, error) from error
        load_ms, allocate_ms = (loaded - start) * 1e3, (allocated - loaded) * 1e3
        self.build_ms = {"load_ms": load_ms, "allocate_ms": allocate_ms}
        return native

    def _bind(self, native: Any) -> None:
        self._native = native
        self.inputs = tuple(_spec(item) for item in native.get_input_details())
        self.outputs = tuple(_spec(item) for item in native.get_output_details())
        self._input_views: list[Callable[[], npt.NDArray[Any]]] = [
            native.tensor(tensor.index) for tensor in self.inputs
        ]
        self._output_views: list[Callable[[], npt.NDArray[Any]]] = [
            native.tensor(tensor.index) for tensor in self.outputs
        ]

    @property
    def content(self) -> SealedFile:
        """Return the bytes that it runs; none once it is closed."""
        if isinstance(self._content, bytes):
            return SealedFile.of(self._content, self._what)
        return self._content

    @property
    def input_signatures(self) -> tuple[tuple[int, ...], ...]:
        """Return the inputs' shapes as the file states them; -1 where it is open."""
        return tuple(
            tuple(int(n) for n in item.get("shape_signature", item["shape"]))
            for item in self._open().get_input_details()
        )

    def resize(self, shapes: Sequence[Sequence[int]]) -> None:
        """Change the shapes of inputs that the file leaves open.

        Args:
            shapes: One per input; only what ``input_signatures`` has as -1 may differ.

        Raises:
            ModelError: The file does not take these shapes.
            ValueError: There is another number of inputs.
        """
        native = self._open()
        self._input_views = []
        self._output_views = []
        try:
            _resize(native, shapes)
            native.allocate_tensors()
        except RuntimeError as error:
            raise self._refused(self.backend, self.backend_version, error) from error
        self._bind(native)

    def input(self, position: int = 0) -> npt.NDArray[Any]:
        """Return a writable view into an input's memory; drop it before ``invoke``."""
        self._open()
        return self._input_views[position]()

    def invoke(self) -> None:
        """Compute the outputs from the inputs.

        Raises:
            ModelError: A kernel fails.
            RuntimeError: A view of the interpreter's memory is still held.
        """
        native = self._open()
        try:
            with Invoke(self._what):
                native.invoke()
        except RuntimeError as error:
            if "reference to internal data" in str(error):
                raise RuntimeError(
                    "invoke needs the model's memory for itself: a view from input() "
                    "or outputs_now() is still held. Copy what must stay and drop it."
                ) from error
            raise self._refused(self.backend, self.backend_version, error) from error

    def _refused(self, name: str, version: str, error: Exception) -> ModelError:
        # Imported here: only a refused model pays for its patterns.
        from .error_messages import refusal

        return ModelError(refusal(self._what, f"{name} {version}", str(error)))

    def outputs_now(self) -> tuple[npt.NDArray[Any], ...]:
        """Return views into the outputs' memory; drop them before ``invoke``."""
        self._open()
        return tuple(view() for view in self._output_views)

    def run(self, *inputs: npt.ArrayLike) -> tuple[npt.NDArray[Any], ...]:
        """Fill all inputs, invoke, and return copies of the outputs.

        Args:
            inputs: One array per input tensor, of its own shape and dtype.

        Raises:
            ValueError: The number, a shape or a dtype differs.
        """
        return run(self, *inputs)

    def close(self) -> None:
        """Free the model; may be called twice."""
        self._native = None
        self._content = b""
        self._input_views = []
        self._output_views = []

    def _open(self) -> Any:
        if self._native is None:
            raise ValueError(f"the interpreter of {self._what} is closed.")
        return self._native


def _content(
    model: str | os.PathLike[str] | SealedFile | bytes,
) -> SealedFile | bytes:
    """Return the bytes of a model, read once."""
    if isinstance(model, (bytes, SealedFile)):
        return model
    try:
        return SealedFile.read(model)
    except IsADirectoryError as error:
        raise ModelError(f"Cannot open {model}: it is not a file.") from error
    except OSError as error:
        raise ModelError(f"Cannot open {model}: {error.strerror}.") from error


def _resize(native: Any, shapes: Sequence[Sequence[int]]) -> None:
    details = native.get_input_details()
    if len(shapes) != len(details):
        raise ValueError(f"{len(details)} inputs, but {len(shapes)} shapes were given")
    for item, shape in zip(details, shapes, strict=True):
        if tuple(item["shape"]) != tuple(shape):
            stated = tuple(item.get("shape_signature", item["shape"]))
            # A fixed number of pictures is changed against the file's own word; that
            # it can be is seen by running it.
            several = len(stated) == len(shape) and stated[1:] == tuple(shape[1:])
            native.resize_tensor_input(item["index"], list(shape), strict=not several)


def _with_threads(
    threads: int | str | None, backend: str, size: int, build: Callable[[int], Any]
) -> tuple[ThreadChoice, Any]:
    if threads is None:
        choice = default_threads(backend, size)
        return choice, build(choice.threads)
    if threads == "auto":
        return measured_threads(build)
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise ValueError(f"threads must be 1 or more, or 'auto', got {threads!r}.")
    return ThreadChoice(threads, f"{threads} as asked for"), build(threads)


def _spec(item: dict[str, Any]) -> TensorSpec:
    scale, zero_point = item["quantization"]
    return TensorSpec(
        name=str(item["name"]),
        index=int(item["index"]),
        shape=tuple(int(n) for n in item["shape"]),
        dtype=np.dtype(item["dtype"]),
        scale=float(scale),
        zero_point=int(zero_point),
    )
