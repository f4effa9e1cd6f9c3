# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of visual neuroscience that PyTorch writes as ONNX files, against PyTorch in double."""
import nets_neuro as nets
from compare import OnnxTest, main, nn, statistics, torch

GRAY = {"mean": 114.5, "scale": 64.1}


class Neurons(OnnxTest):
    def network(self, make, shape=(1, 36, 64), **options):
        torch.manual_seed(0)
        self.check(statistics(make(), shape), shape, **{"given": GRAY, **options})

    def test_factorized(self):
        for einsum, opset in ((False, 9), (False, 13), (True, 12), (True, 16)):
            self.network(lambda: nn.Sequential(
                nets.conv_core(), nets.FactorizedReadout(16, 28, 56, 9, einsum), nets.EluPlusOne()),
                opset=opset, free={0: "batch"} if opset > 12 else ())

    def test_normalized(self):
        for free in ((), {0: "batch"}):
            self.network(lambda: nn.Sequential(
                nets.conv_core(), nets.NormalizedReadout(16, 28, 56, 9), nets.EluPlusOne()),
                opset=13, free=free, has={"Einsum"})

    def test_full_gaussian(self):
        for free in ((), {0: "batch"}):
            self.network(lambda: nn.Sequential(
                nets.StackedCore(), nets.FullGaussianReadout(16, 40), nets.EluPlusOne()), opset=16,
                free=free, has={"GridSample", "Elu"})

    def test_gaussian(self):
        """A stacked core with depth-separable layers and a Gaussian readout, as of Sensorium."""
        for free in ((), {0: "batch"}):
            self.network(lambda: nn.Sequential(
                nets.StackedCore(), nets.GaussianReadout(16, 40), nets.EluPlusOne()), opset=16,
                free=free, has={"GridSample", "Elu"})

    def test_gaussian_reads_all_layers(self):
        self.network(lambda: nn.Sequential(
            nets.StackedCore(3, 8, 3, 5, 3, range(3), 2), nets.GaussianReadout(24, 11),
            nn.Softplus()), (3, 30, 41), opset=17)

    def test_grid_sample(self):
        for mode in ("bilinear", "nearest"):
            for padding in ("zeros", "border", "reflection"):
                for corners in (False, True):
                    with self.subTest(mode=mode, padding=padding, corners=corners):
                        self.network(lambda: nets.Sampled(mode, padding, corners), (3, 12, 9),
                                     opset=16, given={})

    def test_energy(self):
        for opset in (9, 13):
            self.network(nets.Energy, (1, 24, 28), opset=opset, has={"Pow", "Sqrt"})

    def test_divisive(self):
        self.network(nets.Divisive, (1, 24, 24), has={"Div", "Pow", "Exp", "Log", "ReduceMax"})

    def test_gabor_bank(self):
        for opset in (9, 13):
            self.network(nets.GaborBank, (3, 20, 24), opset=opset)

    def test_point_readout(self):
        self.network(lambda: nn.Sequential(nn.Conv2d(1, 6, 5), nn.BatchNorm2d(6), nn.ELU(),
                                           nets.PointReadout(6, 16, 20, 9)), (1, 20, 24))

    def test_readouts_by_einsum(self):
        """A mask and features in one sum, and masks that are products of rows and columns."""
        class Readout(nn.Module):
            def __init__(self, text, *shapes):
                super().__init__()
                self.text = text
                self.parts = nn.ParameterList(nn.Parameter(torch.randn(*s) / 4) for s in shapes)

            def forward(self, x):
                return torch.einsum(self.text, x, *self.parts)

        for text, shapes in (("bchw,nchw->bn", [(5, 6, 16, 20)]),
                             ("bchw,nhw,nc->bn", [(5, 16, 20), (5, 6)]),
                             ("bchw,nc,nh,nw->bn", [(5, 6), (5, 16), (5, 20)])):
            with self.subTest(text):
                self.network(lambda: nn.Sequential(nn.Conv2d(1, 6, 5), nn.ELU(),
                                                   Readout(text, *shapes)), (1, 20, 24))

    def test_linear_nonlinear(self):
        for free in ((), {0: "batch"}):
            self.network(lambda: nets.LinearNonlinear(20 * 24), (1, 20, 24), free=free,
                         has={"Exp", "Clip"})

    def test_retina(self):
        self.network(nets.retina, (1, 24, 24), has={"Softplus"})

    def test_several_outputs(self):
        """Two readouts of one core, and the core's map."""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.core = nets.StackedCore(layers=2)
                self.left, self.right = (nets.GaussianReadout(16, n) for n in (5, 3))

            def forward(self, x):
                x = self.core(x)
                return self.left(x), x, nets.EluPlusOne()(self.right(x))

        self.network(Net, opset=16, names=["left", "map", "right"])


if __name__ == "__main__":
    main()
