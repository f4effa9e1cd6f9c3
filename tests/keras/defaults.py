# SPDX-License-Identifier: GPL-3.0-or-later
"""The configs of Keras' classes: every key that Keras writes, with the default of its argument."""


def initializer(kind, **config):
    return {"module": "keras.initializers", "class_name": kind, "config": config,
            "registered_name": None}


GLOROT = initializer("GlorotUniform", seed=None)
ZEROS, ONES = initializer("Zeros"), initializer("Ones")

BIAS = {"activation": "linear", "use_bias": True, "bias_initializer": ZEROS,
        "bias_regularizer": None, "activity_regularizer": None, "bias_constraint": None}
KERNEL = {"kernel_initializer": GLOROT, "kernel_regularizer": None, "kernel_constraint": None}
WINDOW = {"strides": [1, 1], "padding": "valid", "data_format": "channels_last",
          "dilation_rate": [1, 1]}
POOL = {"pool_size": [2, 2], "padding": "valid", "data_format": "channels_last"}
SCALED = {"epsilon": 0.001, "center": True, "scale": True, "beta_initializer": ZEROS,
          "gamma_initializer": ONES, "beta_regularizer": None, "gamma_regularizer": None,
          "beta_constraint": None, "gamma_constraint": None}
WARP = {"fill_mode": "reflect", "interpolation": "bilinear", "seed": None, "fill_value": 0.0}
PLAIN = {"data_format": "channels_last"}

CONFIGS = {
    "Conv2D": {**WINDOW, "groups": 1, **KERNEL, **BIAS},
    "Conv2DTranspose": {**WINDOW, "output_padding": None, **KERNEL, **BIAS},
    "DepthwiseConv2D": {**WINDOW, "depth_multiplier": 1, "depthwise_initializer": GLOROT,
                        "depthwise_regularizer": None, "depthwise_constraint": None, **BIAS},
    "SeparableConv2D": {**WINDOW, "depth_multiplier": 1, "depthwise_initializer": GLOROT,
                        "pointwise_initializer": GLOROT, "depthwise_regularizer": None,
                        "pointwise_regularizer": None, "depthwise_constraint": None,
                        "pointwise_constraint": None, **BIAS},
    "Dense": {**KERNEL, **BIAS},
    "Activation": {}, "Add": {}, "Subtract": {}, "Multiply": {}, "Average": {}, "Maximum": {},
    "Minimum": {}, "Concatenate": {"axis": -1}, "Identity": {},
    "ReLU": {"max_value": None, "negative_slope": 0.0, "threshold": 0.0},
    "LeakyReLU": {"negative_slope": 0.3}, "ELU": {"alpha": 1.0}, "Softmax": {"axis": -1},
    "PReLU": {"alpha_initializer": ZEROS, "alpha_regularizer": None, "alpha_constraint": None,
              "shared_axes": None},
    "BatchNormalization": {"axis": -1, "momentum": 0.99, **SCALED,
                           "moving_mean_initializer": ZEROS, "moving_variance_initializer": ONES},
    "LayerNormalization": {"axis": -1, "rms_scaling": False, **SCALED},
    "GroupNormalization": {"groups": 32, "axis": -1, **SCALED},
    "UnitNormalization": {"axis": -1},
    "Normalization": {"axis": [-1], "invert": False, "mean": None, "variance": None},
    "Rescaling": {"offset": 0.0},
    "Resizing": {"interpolation": "bilinear", "crop_to_aspect_ratio": False,
                 "pad_to_aspect_ratio": False, "fill_mode": "constant", "fill_value": 0.0, **PLAIN},
    "ZeroPadding2D": {"padding": [[1, 1], [1, 1]], **PLAIN},
    "Cropping2D": {"cropping": [[0, 0], [0, 0]], **PLAIN},
    "UpSampling2D": {"size": [2, 2], "interpolation": "nearest", **PLAIN},
    "MaxPooling2D": POOL, "AveragePooling2D": POOL,
    "GlobalMaxPooling2D": {"keepdims": False, **PLAIN},
    "GlobalAveragePooling2D": {"keepdims": False, **PLAIN},
    "Flatten": PLAIN, "Reshape": {}, "Permute": {},
    "Dropout": {"seed": None, "noise_shape": None},
    "SpatialDropout2D": {"seed": None, **PLAIN},
    "AlphaDropout": {"seed": None, "noise_shape": None},
    "GaussianDropout": {"seed": None}, "GaussianNoise": {"seed": None},
    "ActivityRegularization": {"l1": 0.0, "l2": 0.0},
    "RandomFlip": {"seed": None, "mode": "horizontal_and_vertical", **PLAIN},
    "RandomRotation": {**WARP, **PLAIN}, "RandomZoom": {"width_factor": None, **WARP, **PLAIN},
    "RandomTranslation": {**WARP, **PLAIN}, "RandomShear": {"y_factor": 0.0, **WARP, **PLAIN},
    "RandomPerspective": {"scale": 1.0, **WARP, **PLAIN},
    **{kind: {"seed": None, "value_range": [0, 255]} for kind in (
        "RandomContrast", "RandomBrightness", "RandomColorDegeneration", "RandomColorJitter",
        "RandomErasing", "RandomGaussianBlur", "RandomInvert", "RandomPosterization",
        "RandomSaturation", "RandomSharpness", "RandomHue", "RandomGrayscale", "MixUp")},
    "InputLayer": {}, "Functional": {}, "Sequential": {},
}

# Keys that Keras 2 has not.
ONLY_3 = {
    "Resizing": ("pad_to_aspect_ratio", "fill_mode", "fill_value", "data_format"),
    "LayerNormalization": ("rms_scaling",), "SpatialDropout2D": ("data_format", "seed"),
    "RandomFlip": ("data_format",), "RandomRotation": ("data_format",),
    "RandomZoom": ("data_format",), "RandomTranslation": ("data_format",),
    "RandomContrast": ("value_range",), "AlphaDropout": ("seed", "noise_shape"),
    "GaussianNoise": ("seed",),
}

# Keras 2 writes these axes as a list of axes that are counted from the batch.
LISTED_2 = ("BatchNormalization", "LayerNormalization")


def listed(axis, rank):
    """Returns an axis or axes as a list of positive numbers."""
    return [a % rank for a in (axis if isinstance(axis, list) else [axis])]


def full(layer, keras, bare=False):
    """Returns the config of a layer as Keras 2 or 3 writes it.

    bare  True: without the keys that the test does not give
    """
    out = dict(layer.config) if bare else {**CONFIGS[layer.kind], **layer.config}
    if not bare and "pool_size" in out:
        out.setdefault("strides", out["pool_size"])
    if keras == 2:
        for key in ONLY_3.get(layer.kind, ()):
            if key not in layer.config:
                out.pop(key, None)
        if layer.kind == "LeakyReLU" and "negative_slope" in out:
            out["alpha"] = out.pop("negative_slope")
        if layer.kind in LISTED_2 and "axis" in out:
            rank = 1 + len(layer.calls[0][0][0].shape)
            out["axis"] = listed(out["axis"], rank)
    return out
