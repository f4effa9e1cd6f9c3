# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers of PyTorch one by one, each between convolutions, against PyTorch in double."""
from compare import OnnxTest, main, nn, statistics, torch

OPSETS = (9, 11, 13, 16)


class Lambda(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Layers(OnnxTest):
    def layer(self, make, channels=6, opsets=OPSETS, shape=(3, 17, 20), **options):
        """Compares a convolution of 6 channels, then the layer, then a readout."""
        for opset in opsets:
            with self.subTest(opset=opset):
                torch.manual_seed(0)
                net = nn.Sequential(nn.Conv2d(shape[0], 6, 3, padding=1), make(),
                                    nn.Conv2d(channels, 4, 3, 2, 1))
                self.check(statistics(net, shape), shape, opset, **options)

    def test_functions(self):
        functions = [nn.ReLU, nn.LeakyReLU, nn.ELU, lambda: nn.ELU(0.7), nn.SELU,
                     nn.GELU, nn.Sigmoid, nn.Tanh, nn.Softplus, nn.Softsign,
                     nn.Hardswish, nn.Hardsigmoid, nn.SiLU, nn.Mish, nn.LogSigmoid,
                     lambda: nn.GELU("tanh"), lambda: nn.Hardtanh(-0.2, 0.3),
                     nn.ReLU6]
        for make in functions:
            with self.subTest(make()):
                self.layer(make, opsets=(9, 14))
        self.layer(lambda: nn.CELU(1.5), opsets=(12,), has={"Celu"})

    def test_prelu(self):
        self.layer(lambda: nn.PReLU(6))
        self.layer(nn.PReLU)

    def test_arithmetic(self):
        functions = {
            "abs": torch.abs, "neg": torch.neg, "exp": torch.exp,
            "log": lambda x: torch.log(x.abs() + 0.5), "sqrt": lambda x: torch.sqrt(x * x + 0.5),
            "rsqrt": lambda x: torch.rsqrt(x * x + 0.5), "power": lambda x: (x.abs() + 0.1) ** 1.7,
            "reciprocal": lambda x: 1 / (x.abs() + 0.5), "subtract": lambda x: 1 - x,
            "clip": lambda x: x.clamp(-0.2, 0.3), "least": lambda x: x.clamp(min=-0.1),
            "most": lambda x: x.clamp(max=0.1),
            "product": lambda x: x * torch.sigmoid(x.mean((2, 3), keepdim=True)),
            "ratio": lambda x: x / (1 + x.pow(2).sum(1, keepdim=True)),
        }
        for name, function in functions.items():
            with self.subTest(name):
                self.layer(lambda: Lambda(function), opsets=(9, 13))

    def test_convolutions(self):
        for make, channels in ((lambda: nn.Conv2d(6, 12, 3, groups=3), 12),
                               (lambda: nn.Conv2d(6, 12, 3, groups=6, padding=1), 12),
                               (lambda: nn.Conv2d(6, 5, 3, dilation=2, padding=2), 5),
                               (lambda: nn.Conv2d(6, 5, (5, 1), (2, 1), (2, 0), (1, 1)), 5),
                               (lambda: nn.Conv2d(6, 4, (3, 2), (3, 2), (0, 1), (2, 3), 2), 4)):
            with self.subTest(make()):
                self.layer(make, channels, (9, 13))

    def test_transposed_convolutions(self):
        for make, channels in ((lambda: nn.ConvTranspose2d(6, 5, 2, 2), 5),
                               (lambda: nn.ConvTranspose2d(6, 5, 3, 2, 1, 1), 5),
                               (lambda: nn.ConvTranspose2d(6, 4, 4, (2, 1), (1, 2), groups=2), 4),
                               (lambda: nn.ConvTranspose2d(6, 6, 3, 2, 0, 0, 6, False, 2), 6)):
            with self.subTest(make()):
                self.layer(make, channels, (9, 13))

    def test_pools(self):
        for make in (lambda: nn.MaxPool2d(3, 2, 1), lambda: nn.MaxPool2d((2, 3), (2, 1), (1, 0)),
                     lambda: nn.MaxPool2d(3, 2, ceil_mode=True),
                     lambda: nn.MaxPool2d(3, 1, 1, dilation=2), lambda: nn.AvgPool2d(3, 2, 1),
                     lambda: nn.AvgPool2d(3, 2, 1, count_include_pad=False),
                     lambda: nn.AvgPool2d(2, ceil_mode=True),
                     lambda: nn.AvgPool2d(4, 3, 1, True, False)):
            with self.subTest(make()):
                self.layer(make, opsets=(11, 13))

    def test_adaptive_pools(self):
        shape = (3, 18, 24)
        for make in (lambda: nn.AdaptiveAvgPool2d((6, 4)), lambda: nn.AdaptiveMaxPool2d((3, 6)),
                     lambda: nn.AdaptiveAvgPool2d((1, 1)), lambda: nn.AdaptiveMaxPool2d(1)):
            with self.subTest(make()):
                self.layer(make, opsets=(9, 13), shape=shape)

    def test_norms(self):
        for make in (lambda: nn.InstanceNorm2d(6), lambda: nn.InstanceNorm2d(6, affine=True),
                     lambda: nn.GroupNorm(3, 6), lambda: nn.GroupNorm(1, 6),
                     lambda: nn.BatchNorm2d(6), lambda: nn.LayerNorm((6, 17, 20)),
                     lambda: nn.LocalResponseNorm(3)):
            with self.subTest(make()):
                self.layer(make, opsets=(9, 13, 17))

    def test_upsampling(self):
        for options in ({"mode": "nearest"}, {"mode": "bilinear", "align_corners": False},
                        {"mode": "bilinear", "align_corners": True}):
            with self.subTest(options):
                self.layer(lambda: nn.Upsample(scale_factor=2, **options), opsets=(11, 13, 16))
                self.layer(lambda: nn.Upsample(size=(23, 31), **options), opsets=(11, 13, 16))
                self.layer(lambda: nn.Upsample(scale_factor=2, **options), opsets=(13,),
                           free={0: "batch"})
        self.layer(lambda: nn.Upsample(scale_factor=2), opsets=(9,), has={"Upsample"})
        self.layer(lambda: nn.Upsample(size=(9, 11), mode="bilinear"), opsets=(11,))

    def test_pixels(self):
        self.layer(lambda: nn.Sequential(nn.Conv2d(6, 8, 1), nn.PixelShuffle(2)), 2)
        self.layer(lambda: nn.PixelUnshuffle(2), 24, (9, 13), (3, 16, 20))

    def test_padding(self):
        for make in (lambda: nn.ReflectionPad2d((1, 2, 3, 0)), lambda: nn.ReplicationPad2d(2),
                     lambda: nn.ConstantPad2d((0, 1, 2, 3), 0.5),
                     lambda: nn.ZeroPad2d((1, -2, 0, -1)),
                     lambda: nn.Conv2d(6, 6, 3, padding=1, padding_mode="reflect")):
            with self.subTest(make()):
                self.layer(make)

    def test_parts(self):
        functions = {
            "crop": (lambda x: x[:, :, 2:-1, 1:15], 6), "every": (lambda x: x[:, :, ::2, 1::3], 6),
            "channels": (lambda x: x[:, 1:5], 4), "one": (lambda x: x[:, 2:3], 1),
            "split": (lambda x: torch.cat(x.split([1, 3, 2], 1)[::-1], 1), 6),
            "select": (lambda x: torch.stack([x[:, 3], x[:, 0]], 1), 2),
            "roll": (lambda x: torch.roll(x, (3, -2), (2, 3)), 6),
            "turn": (lambda x: x.transpose(2, 3), 6),
        }
        for name, (function, channels) in functions.items():
            with self.subTest(name):
                opsets = (11, 13) if name == "every" else (9, 13)
                self.layer(lambda: Lambda(function), channels, opsets)

    def test_flips(self):
        """Slices that run backwards."""
        self.layer(lambda: Lambda(lambda x: x.flip(3)), opsets=(11, 13))
        self.layer(lambda: Lambda(lambda x: x.flip(1, 2)), opsets=(11, 13))

    def test_points(self):
        """Parts that indices choose, and maxima of groups of channels."""
        self.layer(lambda: Lambda(lambda x: x[:, [3, 0, 5, 3]]), 4, (9, 13))
        self.layer(lambda: Lambda(lambda x: x[:, :, [7, 1, 9], 2:]), 6, (11, 13))
        self.layer(lambda: Lambda(lambda x: x.view(x.shape[0], 3, 2, 17, 20).max(2)[0]), 3, (9, 13))
        self.layer(lambda: Lambda(lambda x: torch.max(x[:, :3], x[:, 3:])), 3, (9, 13), has={"Max"})

    def test_reductions(self):
        functions = {
            "mean": lambda x: x.mean(1, keepdim=True), "sum": lambda x: x.sum((1,), keepdim=True),
            "most": lambda x: x.amax(1, keepdim=True),
            "rows": lambda x: (x - x.mean(2, keepdim=True)).sum(1, keepdim=True),
            "norm": lambda x: (x / x.norm(dim=1, keepdim=True)).sum(1, keepdim=True),
            "softmax": lambda x: x.softmax(1)[:, :1], "log": lambda x: x.log_softmax(1)[:, :1],
        }
        for name, function in functions.items():
            with self.subTest(name):
                self.layer(lambda: Lambda(function), 1, (9, 13))


class Ends(OnnxTest):
    """How networks end and begin."""

    def ending(self, *layers, shape=(3, 12, 10), **options):
        torch.manual_seed(0)
        net = nn.Sequential(nn.Conv2d(shape[0], 5, 3), nn.ELU(), *layers).eval()
        self.check(net, shape, **options)

    def test_log_softmax(self):
        self.ending(nn.Flatten(), nn.Linear(400, 6), nn.LogSoftmax(1))
        self.ending(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, 6), nn.LogSoftmax(-1),
                    opset=9)

    def test_softmax(self):
        for opset in (9, 13):
            self.ending(nn.Flatten(), nn.Linear(400, 6), nn.Softmax(1), opset=opset)

    def test_map(self):
        for opset in (9, 13):
            self.ending(nn.Conv2d(5, 3, 1), opset=opset)

    def test_squeezed(self):
        self.ending(nn.Conv2d(5, 3, (10, 8)), Lambda(lambda x: x.squeeze(3).squeeze(2)))
        self.ending(nn.Conv2d(5, 3, (10, 8)), Lambda(lambda x: x[:, :, 0, 0]))
        self.ending(Lambda(lambda x: x[:, :, 4, 3]), nn.Linear(5, 2))
        self.ending(nn.Flatten(), nn.Linear(400, 1), Lambda(lambda x: x.squeeze(1)[:, None]))

    def test_flattened_with_a_free_batch(self):
        """The tracer writes a shape that it reads from its input."""
        for function in (lambda x: x.view(x.size(0), -1), lambda x: x.reshape(x.shape[0], 400),
                         lambda x: x.flatten(1), lambda x: x.view(-1, 400)):
            self.ending(Lambda(function), nn.Linear(400, 3), free={0: "batch"})

    def test_one_channel(self):
        self.ending(nn.Conv2d(5, 3, 1), shape=(1, 12, 10), given={"mean": 100, "scale": 50})

    def test_gray_of_colour(self):
        """A network that makes three channels of one."""
        net = nn.Sequential(Lambda(lambda x: x.expand(-1, 3, -1, -1)), nn.Conv2d(3, 4, 3), nn.ELU(),
                            Lambda(lambda x: x.repeat(1, 2, 1, 1)), nn.Conv2d(8, 2, 3))
        torch.manual_seed(0)
        self.check(net.eval(), (1, 12, 10))

    def test_channels_last(self):
        """Images as Keras has them, and a dense layer that reads rows, columns, channels."""
        torch.manual_seed(0)
        net = nn.Sequential(Lambda(lambda x: x.permute(0, 3, 1, 2)), nn.Conv2d(3, 5, 3),
                            nn.BatchNorm2d(5), nn.ReLU(), nn.MaxPool2d(2),
                            Lambda(lambda x: x.permute(0, 2, 3, 1)), nn.Flatten(),
                            nn.Linear(100, 4))
        self.check(statistics(net, (12, 10, 3)), (12, 10, 3), given={"rows_first": True})
        self.check(net, (12, 10, 3), free={0: "n"}, given={"rows_first": True})

    def test_dropout_and_identity(self):
        self.ending(nn.Dropout(0.3), nn.Identity(), nn.Dropout2d(), nn.Conv2d(5, 2, 3),
                    training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)

    def test_double(self):
        """A network of doubles, with doubles as its input."""
        torch.manual_seed(0)
        net = nn.Sequential(nn.Conv2d(3, 5, 3), nn.BatchNorm2d(5), nn.ELU(), nn.Flatten(),
                            nn.Linear(400, 3))
        net = statistics(net, (3, 12, 10)).double()
        path = self.path("double.onnx")
        torch.onnx.export(net, torch.zeros(1, 3, 12, 10).double(), path, opset_version=13)
        self.compare(path, net)


if __name__ == "__main__":
    main()
