# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of visual neuroscience: cores with readouts, and models written as formulas."""
import torch
from torch import nn
from torch.nn import functional as F


class EluPlusOne(nn.Module):
    def forward(self, x):
        return F.elu(x) + 1


def conv_core(channels=1, width=16, layers=3):
    """Returns a core of convolutions with batch norms and ELU, as of Cadena et al. 2019."""
    core = [nn.Conv2d(channels, width, 9, bias=False), nn.BatchNorm2d(width), nn.ELU()]
    for _ in range(layers - 1):
        core += [nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ELU()]
    return nn.Sequential(*core)


class Separable(nn.Module):
    """A depth-separable layer of neuralpredictors: 1 x 1, one kernel a channel, 1 x 1."""

    def __init__(self, width, kernel, dilation=1):
        super().__init__()
        self.into = nn.Conv2d(width, width, 1, bias=False)
        self.space = nn.Conv2d(width, width, kernel, padding=dilation * (kernel - 1) // 2,
                               dilation=dilation, groups=width, bias=False)
        self.out = nn.Conv2d(width, width, 1, bias=False)

    def forward(self, x):
        return self.out(self.space(self.into(x)))


class StackedCore(nn.Module):
    """A stacked core, whose layers' maps are joined: all of them or the last ones."""

    def __init__(self, channels=1, width=16, layers=4, input_kernel=9, hidden_kernel=7, stack=None,
                 dilation=1):
        super().__init__()
        first = nn.Conv2d(channels, width, input_kernel, bias=False)
        self.layers = nn.ModuleList([nn.Sequential(first, nn.BatchNorm2d(width), nn.ELU())])
        for _ in range(layers - 1):
            self.layers.append(nn.Sequential(Separable(width, hidden_kernel, dilation),
                                             nn.BatchNorm2d(width), nn.ELU()))
        self.stack = range(layers)[-1:] if stack is None else stack

    def forward(self, x):
        maps = []
        for layer in self.layers:
            x = layer(x)
            maps.append(x)
        return torch.cat([maps[i] for i in self.stack], 1)


class FactorizedReadout(nn.Module):
    """Responses are sums over a mask of each neuron and over its weights of channels."""

    def __init__(self, channels, rows, columns, neurons, einsum=False):
        super().__init__()
        self.masks = nn.Parameter(torch.randn(neurons, rows, columns) / (rows * columns) ** 0.5)
        self.features = nn.Parameter(torch.randn(neurons, channels) / channels ** 0.5)
        self.bias = nn.Parameter(torch.rand(neurons))
        self.einsum = einsum

    def forward(self, x):
        if self.einsum:
            y = torch.einsum("bchw,nhw->bcn", x, self.masks)
            return torch.einsum("bcn,nc->bn", y, self.features) + self.bias
        y = x.flatten(2) @ self.masks.flatten(1).t()
        return (y * self.features.t()).sum(1) + self.bias


class NormalizedReadout(FactorizedReadout):
    """The same with masks that are divided by their norms, as neuralpredictors writes it."""

    def forward(self, x):
        norms = self.masks.pow(2).sum(1, keepdim=True).sum(2, keepdim=True).sqrt()
        masks = self.masks / (norms.expand_as(self.masks) + 1e-6)
        y = torch.einsum("ncwh,owh->nco", x, masks)
        return torch.einsum("nco,oc->no", y, self.features) + self.bias


class GaussianReadout(nn.Module):
    """Each neuron reads one position of the maps; in responses there is no noise on it."""

    def __init__(self, channels, neurons):
        super().__init__()
        self.mu = nn.Parameter(torch.rand(1, neurons, 1, 2) * 2 - 1)
        self.features = nn.Parameter(torch.randn(1, channels, 1, neurons) / channels ** 0.5)
        self.bias = nn.Parameter(torch.rand(neurons))

    def forward(self, x):
        n, channels = x.shape[:2]
        with torch.no_grad():
            self.mu.clamp_(-1, 1)
        grid = self.mu.expand(n, -1, -1, -1)
        y = F.grid_sample(x, grid, align_corners=True)
        y = (y.squeeze(-1) * self.features.view(1, channels, -1)).sum(1)
        return y.view(n, -1) + self.bias


class FullGaussianReadout(GaussianReadout):
    """The same with a covariance, written as neuralpredictors writes it: its noise is zero here."""

    def __init__(self, channels, neurons):
        super().__init__(channels, neurons)
        self.sigma = nn.Parameter(torch.randn(1, neurons, 2, 2) / 10)

    def forward(self, x):
        n, channels = x.size()[:2]
        neurons = self.bias.numel()
        with torch.no_grad():
            self.mu.clamp_(-1, 1)
        noise = self.mu.new(n, neurons, 1, 2).zero_()
        grid = (torch.einsum("ancd,bnid->bnic", self.sigma, noise) + self.mu).clamp(-1, 1)
        y = F.grid_sample(x, grid, align_corners=True)
        y = (y.squeeze(-1) * self.features.view(1, channels, neurons)).sum(1).view(n, neurons)
        return y + self.bias


class Sampled(nn.Module):
    """Maps sampled at fixed positions, some of them outside; every mode of grid_sample."""

    def __init__(self, mode, padding, corners):
        super().__init__()
        self.conv, self.options = nn.Conv2d(3, 4, 3, padding=1), (mode, padding, corners)
        self.grid = nn.Parameter(torch.rand(1, 5, 6, 2) * 2.6 - 1.3)

    def forward(self, x):
        grid = self.grid.expand(x.shape[0], -1, -1, -1)
        return F.grid_sample(self.conv(x), grid, *self.options)


class Energy(nn.Module):
    """Complex cells: roots of sums of squares, pooled."""

    def __init__(self, cells=6):
        super().__init__()
        self.even, self.odd = nn.Conv2d(1, cells, 9), nn.Conv2d(1, cells, 9)

    def forward(self, x):
        energy = torch.sqrt(self.even(x) ** 2 + self.odd(x).pow(2) + 1e-2)
        return F.avg_pool2d(energy, 5, 2)


class Divisive(nn.Module):
    """Divisive normalization: each unit is divided by a pool of its neighbours, to a power."""

    def __init__(self, cells=8):
        super().__init__()
        self.drive, self.act = nn.Conv2d(1, cells, 9), nn.ReLU()
        self.pool = nn.Conv2d(cells, cells, 5, padding=2)
        nn.init.uniform_(self.pool.weight, 0, 0.02)
        nn.init.uniform_(self.pool.bias, 0.2, 0.5)
        self.readout = nn.Linear(cells, 5)

    def forward(self, x):
        drive = self.act(self.drive(x)) ** 1.5
        y = drive / (self.pool(drive) + 0.1)
        return torch.log(1 + torch.exp(self.readout(y.amax((2, 3)))))


class GaborBank(nn.Module):
    """Simple and complex cells whose kernels are computed from parameters, as of VOneNet."""

    def __init__(self, cells=4, reach=4):
        super().__init__()
        self.angle, self.frequency = (nn.Parameter(torch.rand(cells, 1, 1) * 3) for _ in range(2))
        self.act = nn.ReLU()
        rows = torch.arange(-reach, reach + 1.0)
        self.register_buffer("y", rows.view(1, -1, 1))
        self.register_buffer("x", rows.view(1, 1, -1))

    def forward(self, image):
        across = self.x * torch.cos(self.angle) + self.y * torch.sin(self.angle)
        envelope = torch.exp(-(self.x ** 2 + self.y ** 2) / 8)
        gray = image.mean(1, keepdim=True)
        even, odd = (F.conv2d(gray, (envelope * wave(self.frequency * across)).unsqueeze(1))
                     for wave in (torch.cos, torch.sin))
        return torch.cat([self.act(even), torch.sqrt(even ** 2 + odd ** 2 + 1e-3) / 2 ** 0.5], 1)


class PointReadout(nn.Module):
    """Each neuron reads the channels at one position of the map, which indices give."""

    def __init__(self, channels, rows, columns, neurons):
        super().__init__()
        self.register_buffer("rows", torch.randint(rows, (neurons,)))
        self.register_buffer("columns", torch.randint(columns, (neurons,)))
        self.features = nn.Parameter(torch.randn(channels, neurons))

    def forward(self, x):
        return (x[:, :, self.rows, self.columns] * self.features).sum(1)


class LinearNonlinear(nn.Module):
    """A receptive field over all pixels, an exponential, and Poisson rates that are bounded."""

    def __init__(self, pixels, neurons=4):
        super().__init__()
        self.field = nn.Linear(pixels, neurons)

    def forward(self, x):
        return torch.clamp(torch.exp(self.field(x.view(x.shape[0], -1))), 0.02, 50.0)


def retina():
    """Returns a model of the retina: convolutions, softplus and a dense layer over all of it."""
    return nn.Sequential(nn.Conv2d(1, 8, 7), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 5),
                         nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 14 * 14, 7),
                         nn.Softplus())
