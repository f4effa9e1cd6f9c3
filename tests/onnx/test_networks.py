# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of machine vision that PyTorch writes as ONNX files, against PyTorch in double."""
import nets_vision as nets
from compare import OnnxTest, main, nn, statistics, torch

IMAGENET = {"mean": (123.675, 116.28, 103.53), "scale": (58.395, 57.12, 57.375)}


class Networks(OnnxTest):
    def network(self, make, shape=(3, 32, 32), **options):
        torch.manual_seed(0)
        self.check(statistics(make(), shape), shape, **options)

    def test_resnet18(self):
        self.network(lambda: nets.resnet((2, 2, 2, 2), False), (3, 64, 64), given=IMAGENET,
                     has={"Conv", "Relu", "MaxPool", "Add", "GlobalAveragePool", "Gemm"})

    def test_resnet50(self):
        self.network(lambda: nets.resnet((3, 4, 6, 3), True), (3, 64, 64), given=IMAGENET,
                     free={0: "batch"})

    def test_resnet18_without_folding(self):
        """Batch norms stay, and the weights are inputs, too."""
        self.network(lambda: nets.resnet((1, 1), False, 10), (3, 40, 48), opset=9,
                     training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False,
                     keep_initializers_as_inputs=True)

    def test_vgg11(self):
        self.network(nets.vgg11, (3, 64, 64), given=IMAGENET, opset=11)

    def test_alexnet(self):
        self.network(nets.alexnet, (3, 63, 63))

    def test_densenet(self):
        for opset in (9, 13):
            self.network(nets.densenet, (3, 48, 48), opset=opset,
                         has={"BatchNormalization", "Concat", "AveragePool"})

    def test_mobilenet2(self):
        for opset in (9, 16):
            self.network(nets.mobilenet2, (3, 64, 64), opset=opset, has={"Clip"})

    def test_mobilenet3(self):
        for opset in (11, 14):
            self.network(nets.mobilenet3, opset=opset)

    def test_efficientnet(self):
        self.network(nets.efficientnet, has={"Sigmoid", "Mul"})

    def test_squeeze_and_excitation(self):
        for linear in (False, True):
            self.network(lambda: nets.squeeze_net(linear), free={0: "n"} if linear else ())

    def test_convnext(self):
        for opset, norm in ((13, "ReduceMean"), (17, "LayerNormalization")):
            self.network(nets.convnext, opset=opset, has={"Erf", norm})

    def test_shufflenet(self):
        for opset in (9, 13):
            self.network(nets.shufflenet, opset=opset, has={"Transpose", "Reshape"})
        self.network(nets.shufflenet, free={0: "batch"}, has={"Shape", "Slice"})

    def test_inception(self):
        self.network(nets.inception, (3, 38, 44))

    def test_transformer(self):
        for free in ((), {0: "batch"}):
            self.network(nets.Transformer, opset=14, free=free, has={"MatMul", "Softmax"})

    def test_recurrent(self):
        self.network(lambda: nets.Recurrent(12))

    def test_unet(self):
        """The output is a map, in the order of rows, columns and channels."""
        self.network(nets.UNet, has={"ConvTranspose", "Resize"})

    def test_any_size(self):
        self.network(lambda: nets.resnet((1, 1), False, 10), given={"size": (40, 56)},
                     free={0: "batch", 2: "rows", 3: "columns"}, names=["classes"])


class Preprocessed(OnnxTest):
    """Networks that subtract and divide by themselves."""

    def test_imagenet(self):
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.net = nets.mobilenet2()
                self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1))
                self.register_buffer("sd", torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1))

            def forward(self, x):
                return self.net((x / 255 - self.mean) / self.sd)

        torch.manual_seed(0)
        self.check(statistics(Net(), (3, 32, 32)), (3, 32, 32), given={"said": (
            IMAGENET["mean"], IMAGENET["scale"])})

    def test_numbers(self):
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.net = nets.squeeze_net(False)

            def forward(self, x):
                return self.net((x - 127.5) / 60)

        torch.manual_seed(0)
        for opset in (9, 13):
            self.check(statistics(Net(), (3, 32, 32)), (3, 32, 32), opset,
                       given={"said": (127.5, 60)})


if __name__ == "__main__":
    main()
