"""Published networks from ``keras.applications``, with their normalization inside.

Every one takes pixels 0..255 as they are, in the channel order that ``color`` names:
its normalization is a layer. All are built from scratch here; ``body`` without a head
is for transfer, with weights from Keras' own cache.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ...errors import TrainingError
from ..keras_import import load_keras

_CAFFE: Final = (103.939, 116.779, 123.68)
_IMAGENET_MEAN: Final = (123.675, 116.28, 103.53)
_IMAGENET_STD: Final = (58.395, 57.12, 57.375)
# Keras multiplies by 1/sqrt(std) after EfficientNet's Normalization when it loads its
# own weights (tensorflow/tensorflow#49930): part of what they were made for.
_IMAGENET_ROOT: Final = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Published:
    """A published network; calling it builds the network.

    Attributes:
        maker: Its function in ``keras.applications``.
        size: Side of the input that it was published with, in pixels.
        minimum: The smallest side that its pooling layers do not reduce to nothing.
        cached: The file of ImageNet weights without a head in Keras' cache.
        mean: Subtracted from pixels, per channel; None means that the network's own
            layers normalize.
        std: Divides the result, per channel.
        color: Order of the channels.
    """

    maker: str
    size: int
    minimum: int
    cached: str
    mean: tuple[float, ...] | None = (127.5,)
    std: tuple[float, ...] = (127.5,)
    color: str = "rgb"

    def __call__(
        self, input_shape: tuple[int, int, int], classes: int, *, width: float = 1.0
    ) -> Any:
        """Return the untrained network with its published head."""
        tensor = self._entry(input_shape)
        model = self._function()(
            include_top=True,
            weights=None,
            input_tensor=tensor,
            input_shape=input_shape,
            classes=classes,
        )
        model = narrowed(model, width, classes) if width != 1 else model
        # Keras expects a list for the one input, and would warn of calls without one.
        return load_keras().Model(model.inputs[0], model.outputs[0], name=model.name)

    def body(
        self, input_shape: tuple[int, int, int], weights: str | None = None
    ) -> Any:
        """Return the network without a head.

        Args:
            input_shape: Height, width and channels.
            weights: A file of weights without a head, as Keras publishes them.

        Raises:
            TrainingError: The weights are of another network.
        """
        tensor = self._entry(input_shape)
        model = self._function()(
            include_top=False,
            weights=None,
            input_tensor=tensor,
            input_shape=input_shape,
        )
        if weights is None:
            return model
        bare = self._function()(
            include_top=False, weights=None, input_shape=input_shape
        )
        try:
            bare.load_weights(weights)
        except (ValueError, OSError, KeyError) as error:
            raise TrainingError(
                f"{weights} holds no weights of {self.maker}: "
                f"{str(error).splitlines()[0][:200]}"
            ) from error
        model.set_weights(bare.get_weights())
        if self.maker == "EfficientNetB0":
            _divide_by_root(model)
        return model

    def with_imagenet_weights(self) -> Any:
        """Return the network without a head as Keras publishes it.

        Keras downloads the weights into its cache when they are not there.
        """
        return self._function()(
            include_top=False,
            weights="imagenet",
            input_shape=(self.size, self.size, 3),
        )

    def _function(self) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(load_keras().applications, self.maker)
        return function

    def _entry(self, input_shape: tuple[int, int, int]) -> Any:
        if input_shape[2] != 3:
            raise ValueError(
                f"{self.maker} takes three channels, got {input_shape[2]}. Use cnn, "
                "cnn-deep, cnn-224 or cnn-separable for gray pictures."
            )
        keras = load_keras()
        image = keras.Input(input_shape, name="image")
        if self.mean is None:
            return image
        scale = [1 / value for value in self.std]
        offset = [
            -a / b for a, b in zip(self.mean, self.std * len(self.mean), strict=False)
        ]
        one = len(scale) == len(offset) == 1
        layer = keras.layers.Rescaling(
            scale[0] if len(scale) == 1 else scale,
            offset[0] if one else offset,
            name="normalize",
        )
        return layer(image)


def narrowed(model: Any, width: float, classes: int) -> Any:
    """Return an untrained copy of a network with other numbers of filters and units.

    Layers of equal width stay equal, so layers that are added together still fit.

    Args:
        model: A network of Keras' own layers.
        width: Factor on filters and units.
        classes: Units of the last layer, which stay.
    """
    keras = load_keras()
    last = next(
        layer
        for layer in reversed(model.layers)
        if getattr(layer, "units", getattr(layer, "filters", None)) == classes
    )

    def changed(layer: Any) -> Any:
        config = layer.get_config()
        for name in ("filters", "units"):
            if layer is not last and isinstance(config.get(name), int):
                config[name] = _narrow(config[name], layer.name, width)
        shape = config.get("target_shape")
        if shape is not None and len(shape) == 3 and tuple(shape[:2]) == (1, 1):
            config["target_shape"] = (1, 1, -1)
        return type(layer).from_config(config)

    return keras.models.clone_model(model, clone_function=changed)


def _narrow(count: int, name: str, width: float) -> int:
    # NASNet joins two layers of half the width and adds a layer of the full width.
    half = name.startswith(("adjust_conv_1", "adjust_conv_2"))
    whole = 2 * count if half else count
    if whole % 2:
        return max(1, round(whole * width))
    even = 2 * max(1, round(whole * width / 2))
    return even // 2 if half else even


def _divide_by_root(model: Any) -> None:
    layer = next(x for x in model.layers if type(x).__name__ == "Normalization")
    layer.adapt_variance.assign(layer.adapt_variance * _IMAGENET_ROOT)
    layer.finalize_state()


_TF = "_weights_tf_dim_ordering_tf_kernels"
DENSENET_121: Final = Published(
    "DenseNet121",
    224,
    32,
    f"densenet121{_TF}_notop.h5",
    mean=_IMAGENET_MEAN,
    std=_IMAGENET_STD,
)
EFFICIENTNET_B0: Final = Published(
    "EfficientNetB0", 224, 32, "efficientnetb0_notop.h5", mean=None
)
EFFICIENTNET_V2_B0: Final = Published(
    "EfficientNetV2B0", 224, 32, "efficientnetv2-b0_notop.h5", mean=None
)
INCEPTION_V3: Final = Published("InceptionV3", 299, 75, f"inception_v3{_TF}_notop.h5")
MOBILENET_V2: Final = Published(
    "MobileNetV2", 224, 32, f"mobilenet_v2{_TF}_1.0_224_no_top.h5"
)
MOBILENET_V3_LARGE: Final = Published(
    "MobileNetV3Large",
    224,
    32,
    "weights_mobilenet_v3_large_224_1.0_float_no_top_v2.h5",
    mean=None,
)
MOBILENET_V3_SMALL: Final = Published(
    "MobileNetV3Small",
    224,
    32,
    "weights_mobilenet_v3_small_224_1.0_float_no_top_v2.h5",
    mean=None,
)
NASNET_MOBILE: Final = Published("NASNetMobile", 224, 32, "nasnet_mobile_no_top.h5")
RESNET_50: Final = Published(
    "ResNet50", 224, 32, f"resnet50{_TF}_notop.h5", mean=_CAFFE, std=(1.0,), color="bgr"
)
RESNET_50_V2: Final = Published("ResNet50V2", 224, 32, f"resnet50v2{_TF}_notop.h5")
VGG_16: Final = Published(
    "VGG16", 224, 32, f"vgg16{_TF}_notop.h5", mean=_CAFFE, std=(1.0,), color="bgr"
)
XCEPTION: Final = Published("Xception", 299, 71, f"xception{_TF}_notop.h5")
