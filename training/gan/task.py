"""Train generators on plain pictures: the task ``gan``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from ...card import InputCard, ModelCard, OutputCard
from ...errors import OutputExistsError, TrainingError, unknown_name
from ...files import write_bytes
from ...runtime.frame import Image
from ...runtime.image import list_pictures
from ...runtime.model import grid_of, latents_of
from ..callbacks import TrainCallbacks
from ..data import (
    DataKind,
    PictureFiles,
    Pixels,
    chosen_augmentation,
    contact_sheet,
    digest_of,
    picture_batches,
    read_pictures,
    seeded,
    shown,
    without_copies,
)
from ..job import Job, TrainingStage
from ..request import TrainRequest
from .adversarial_model import LEARNING_RATE, build_gan, pictures_of, second_optimizer
from .networks import GENERATORS, LATENT

_SIZE: Final = 32
_EPOCHS: Final = 60
_BATCH: Final = 64
_SHOWN: Final = 36
_FEW: Final = 200
_SEED: Final = 7  # of the latents that the sample grids show


@dataclass(frozen=True)
class GanData:
    """Pictures to generate others like; none are held out.

    Attributes:
        files: The files to learn from.
        pixels: uint8 (N, H, W, C) of them.
        card: How pictures are laid into that size.
        warnings: What was left out, or will show in the result.
    """

    files: PictureFiles
    pixels: Pixels
    card: InputCard
    warnings: tuple[str, ...]


class GanTask:
    """Train a generator against a discriminator: the task ``gan``."""

    architectures: Mapping[str, str] = dict(sorted(GENERATORS.items()))

    def prepare(
        self, request: TrainRequest, data: DataKind, callbacks: TrainCallbacks
    ) -> Job:
        """Return the training; see :class:`~edgevision.training.tasks.Task`."""
        if request.weights != "none":
            raise ValueError(
                f"a generator is trained from scratch; weights {request.weights!r} "
                "cannot be used."
            )
        for name, unwanted in (
            ("patience", request.patience is not None),
            ("class weights", request.class_weights != "none"),
            ("validation", request.validation is not None),
            ("normalize", request.normalize is not None),
        ):
            if unwanted:
                raise ValueError(
                    f"a generator has no use for {name}: it starts from scratch, and "
                    "no number says which epoch made the best pictures. Leave it out."
                )
        strange = sorted(set(request.options) - {"latent"})
        if strange:
            raise ValueError(unknown_name("option of gan", strange[0], ("latent",)))
        arch = request.arch or "dcgan"
        latent = request.options.get("latent", LATENT)
        if isinstance(latent, bool) or not isinstance(latent, int) or latent < 1:
            raise ValueError(f"latent must be at least 1, got {latent!r}.")
        sets = read_data(request, data, callbacks)
        files, pixels, card = sets.files, sets.pixels, sets.card
        gan = build_gan(
            arch,
            (card.height, card.width, card.channels),
            latent=latent,
            width=request.width,
            seed=request.seed,
        )
        samples = _Samples(request, latent)
        return Job(
            model=gan,
            compile=lambda model, optimizer: model.compile(
                optimizer=optimizer, d_optimizer=second_optimizer(optimizer)
            ),
            train=picture_batches(
                pixels,
                files.class_ids,
                batch_size=request.batch_size or _BATCH,
                seed=request.seed,
                augment=_augmenter(request),
            ),
            stages=(
                TrainingStage(
                    "gan",
                    request.epochs or _EPOCHS,
                    request.learning_rate or LEARNING_RATE,
                    schedule="constant",
                ),
            ),
            card=ModelCard(
                name="",
                task="generation",
                input=None,
                output=OutputCard(
                    "image", {"mean": 127.5, "std": 127.5, "latent": latent}
                ),
            ),
            arch=arch,
            measure=lambda model: {"spread": samples.spread(model, pixels)},
            optimizer=_adam,
            optimizers=lambda model: [model.optimizer, model.d_optimizer],
            each_epoch=samples.write,
            saved=lambda model: model.average,
            # A training with other latents cannot go on with this one's state.
            facts={
                "pictures": len(files),
                "latent": latent,
                "digest": f"{digest_of(files)} {latent}",
            },
            warnings=sets.warnings,
        )

    def preview(
        self, request: TrainRequest, data: DataKind, callbacks: TrainCallbacks
    ) -> Image:
        """Return a contact sheet; see :class:`~edgevision.training.tasks.Task`."""
        pixels = read_data(request, data, callbacks).pixels
        order = np.random.default_rng(request.seed).permutation(len(pixels))[:24]
        pictures: Any = pixels[np.sort(order)].astype(np.float32)
        augment = _augmenter(request)
        if augment is not None:
            pictures = augment(pictures, 0, 0)
        return contact_sheet([shown(picture) for picture in np.asarray(pictures)])


class _Samples:
    """Write what a generator makes of the same latents after every epoch.

    Args:
        request: Names the folder: ``NAME.samples`` beside the output.
        latent: Numbers per picture.

    Raises:
        OutputExistsError: The folder holds grids of an earlier training.
    """

    def __init__(self, request: TrainRequest, latent: int) -> None:
        self._folder = request.output.with_suffix(".samples")
        self._latents = latents_of(_SHOWN, latent, seed=_SEED)
        if request.resume:
            return
        old = sorted(self._folder.glob("epoch-*.png"))
        if old and not request.force:
            raise OutputExistsError(
                f"{self._folder} holds the grids of an earlier training. Pass --force "
                "to replace them."
            )
        for path in old:
            path.unlink()

    def write(self, model: Any, epoch: int) -> None:
        """Write ``epoch-0001.png`` and so on."""
        pictures = pictures_of(model.average, self._latents)
        grid = grid_of(np.stack([shown(picture) for picture in pictures]), columns=6)
        try:
            self._folder.mkdir(exist_ok=True)
        except OSError as error:
            raise TrainingError(
                f"Cannot make the folder {self._folder}: {error.strerror}."
            ) from error
        _, data = cv2.imencode(".png", grid)
        path = Path(self._folder / f"epoch-{epoch:04d}.png")
        write_bytes(path, data.tobytes(), force=True)

    def spread(self, model: Any, pixels: Pixels) -> float:
        """Return how varied the pictures are: 1 like the data, 0 all the same."""
        pictures = pictures_of(model.average, self._latents).astype(np.float64)
        real = pixels[: len(pictures)].astype(np.float64)
        truth = float(real.std(axis=0).mean())
        return float(pictures.std(axis=0).mean()) / truth if truth else 0.0


def read_data(
    request: TrainRequest, data: DataKind, callbacks: TrainCallbacks
) -> GanData:
    """Find and read the pictures.

    Raises:
        TrainingError: Too little can be read.
    """
    warnings: list[str] = []
    width, height = request.input_size or (_SIZE, _SIZE)
    card = InputCard(
        width, height, color=request.color or "rgb", resize=request.resize or "stretch"
    )
    callbacks.on_progress("reading pictures")
    content = list_pictures(data.root)
    if content.note is not None:
        warnings.append(content.note)
    files = without_copies(content.paths, warnings.append)
    files, pixels = read_pictures(files, card, warnings.append)
    if len(files) < _FEW:
        warnings.append(
            f"{len(files)} pictures are few: a generator copies them or learns "
            "nothing. Use a thousand or more."
        )
    if card.channels == 3 and not np.ptp(pixels[:_FEW].astype(np.int16), axis=3).any():
        warnings.append(
            "The pictures have no colour. Pass --color gray for a smaller generator "
            "that learns sooner."
        )
    callbacks.on_note(f"{len(files)} pictures to learn from")
    return GanData(files, pixels, card, tuple(warnings))


def _augmenter(request: TrainRequest) -> Any:
    """Return the function that changes batches; None changes nothing."""
    amounts = chosen_augmentation(request.augment, "none")
    return seeded(amounts, seed=request.seed) if amounts else None


def _adam() -> Any:
    from .adversarial_model import adam

    return adam()
