# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of machine vision, as their papers and torchvision have them, with random weights."""
import torch
from torch import nn


def conv_norm(inputs, outputs, kernel=3, stride=1, groups=1, act=nn.ReLU):
    """Returns a convolution with a batch norm and, unless act is None, a function."""
    conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), *([act()] if act else []))


class Sum(nn.Module):
    """A branch added to its input, or to a shortcut of it; then a function."""

    def __init__(self, branch, shortcut=None, act=None):
        super().__init__()
        self.branch, self.shortcut = branch, shortcut or nn.Identity()
        self.act = act or nn.Identity()

    def forward(self, x):
        return self.act(self.branch(x) + self.shortcut(x))


class Joined(nn.Module):
    """Branches of one input, joined along the channels."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def head(channels, classes=10):
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


def resnet(depths, bottleneck, classes=1000):
    """Returns ResNet-18 for (2, 2, 2, 2), and ResNet-50 for (3, 4, 6, 3) with bottlenecks."""
    layers = [conv_norm(3, 64, 7, 2), nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for stage, depth in enumerate(depths):
        width = 64 << stage
        outputs = 4 * width if bottleneck else width
        for block in range(depth):
            stride = 2 if stage and not block else 1
            if bottleneck:
                branch = nn.Sequential(conv_norm(inputs, width, 1),
                                       conv_norm(width, width, 3, stride),
                                       conv_norm(width, outputs, 1, act=None))
            else:
                branch = nn.Sequential(conv_norm(inputs, width, 3, stride),
                                       conv_norm(width, outputs, act=None))
            fits = stride == 1 and inputs == outputs
            shortcut = None if fits else conv_norm(inputs, outputs, 1, stride, act=None)
            layers.append(Sum(branch, shortcut, nn.ReLU()))
            inputs = outputs
    return nn.Sequential(*layers, head(inputs, classes))


def vgg11(classes=100):
    """Returns VGG-11 with batch norms for 64 x 64 images, and a classifier with dropout."""
    layers, inputs = [], 3
    for outputs in (64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0):
        layers.append(nn.MaxPool2d(2, 2) if not outputs else conv_norm(inputs, outputs))
        inputs = outputs or inputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(2048, 256),
                         nn.ReLU(), nn.Dropout(), nn.Linear(256, 256), nn.ReLU(), nn.Dropout(),
                         nn.Linear(256, classes))


def alexnet(classes=10):
    """Returns the layers of AlexNet with local response normalization and two groups."""
    return nn.Sequential(
        nn.Conv2d(3, 32, 11, 4, 2), nn.ReLU(), nn.LocalResponseNorm(5, 1e-3, 0.75, 2.0),
        nn.MaxPool2d(3, 2), nn.Conv2d(32, 48, 5, padding=2, groups=2), nn.ReLU(),
        nn.LocalResponseNorm(4), nn.MaxPool2d(3, 2), nn.Flatten(), nn.Linear(48 * 9, classes))


def densenet(growth=12, layers=3):
    """Returns two dense blocks with a transition between them."""

    def dense(inputs):
        return Joined(nn.Identity(), nn.Sequential(
            nn.BatchNorm2d(inputs), nn.ReLU(), nn.Conv2d(inputs, 4 * growth, 1, bias=False),
            nn.BatchNorm2d(4 * growth), nn.ReLU(),
            nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)))

    one = [dense(24 + i * growth) for i in range(layers)]
    joined = 24 + layers * growth
    transition = [nn.BatchNorm2d(joined), nn.ReLU(), nn.Conv2d(joined, joined // 2, 1, bias=False),
                  nn.AvgPool2d(2, 2)]
    two = [dense(joined // 2 + i * growth) for i in range(layers)]
    last = joined // 2 + layers * growth
    return nn.Sequential(conv_norm(3, 24, 7, 2), nn.MaxPool2d(3, 2, 1), *one, *transition, *two,
                         nn.BatchNorm2d(last), nn.ReLU(), head(last))


def inverted_residual(inputs, outputs, stride, expand, act=nn.ReLU6, squeeze=None):
    wide = inputs * expand
    branch = nn.Sequential(conv_norm(inputs, wide, 1, act=act),
                           conv_norm(wide, wide, 3, stride, wide, act),
                           *([squeeze(wide)] if squeeze else []),
                           conv_norm(wide, outputs, 1, act=None))
    return Sum(branch) if stride == 1 and inputs == outputs else branch


def mobilenet2():
    return nn.Sequential(conv_norm(3, 16, 3, 2, act=nn.ReLU6), inverted_residual(16, 24, 2, 6),
                         inverted_residual(24, 24, 1, 6), inverted_residual(24, 32, 2, 6),
                         inverted_residual(32, 32, 1, 6), conv_norm(32, 96, 1, act=nn.ReLU6),
                         head(96))


class Squeeze(nn.Module):
    """Squeeze and excitation: each channel is scaled by a function of the means of all."""

    def __init__(self, channels, gate=nn.Sigmoid, linear=False):
        super().__init__()
        few = max(2, channels // 4)
        if linear:
            self.gates = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                                       nn.Linear(channels, few), nn.ReLU(),
                                       nn.Linear(few, channels), gate())
        else:
            self.gates = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, few, 1),
                                       nn.ReLU(), nn.Conv2d(few, channels, 1), gate())

    def forward(self, x):
        gates = self.gates(x)
        return x * gates.view(*gates.shape[:2], 1, 1)


def squeeze_net(linear):
    return nn.Sequential(conv_norm(3, 16, 3, 2), Squeeze(16, linear=linear),
                         conv_norm(16, 24, 3, 2), Squeeze(24, linear=linear), head(24))


def mobilenet3():
    """Returns blocks with hard functions and squeeze-and-excitation."""
    gates = lambda channels: Squeeze(channels, nn.Hardsigmoid)  # noqa: E731
    return nn.Sequential(conv_norm(3, 16, 3, 2, act=nn.Hardswish),
                         inverted_residual(16, 24, 2, 4, nn.ReLU, gates),
                         inverted_residual(24, 24, 1, 4, nn.Hardswish, gates), head(24))


def efficientnet():
    """Returns blocks with SiLU and squeeze-and-excitation."""
    return nn.Sequential(conv_norm(3, 16, 3, 2, act=nn.SiLU),
                         inverted_residual(16, 24, 2, 4, nn.SiLU, Squeeze),
                         inverted_residual(24, 24, 1, 4, nn.SiLU, Squeeze), head(24))


class ChannelNorm(nn.Module):
    """LayerNorm over the channels of maps that have them first, as ConvNeXt's authors write it."""

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(0.5 + torch.rand(channels))
        self.bias = nn.Parameter(torch.randn(channels) / 3)

    def forward(self, x):
        mean = x.mean(1, keepdim=True)
        variance = (x - mean).pow(2).mean(1, keepdim=True)
        x = (x - mean) / torch.sqrt(variance + 1e-6)
        return self.weight[:, None, None] * x + self.bias[:, None, None]


class ConvNeXtBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.wide, self.act = nn.Linear(channels, 4 * channels), nn.GELU()
        self.narrow = nn.Linear(4 * channels, channels)
        self.scale = nn.Parameter(torch.rand(channels))

    def forward(self, x):
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        y = self.scale * self.narrow(self.act(self.wide(y)))
        return x + y.permute(0, 3, 1, 2)


class Means(nn.Module):
    """The mean over rows and columns."""

    def forward(self, x):
        return x.mean((-2, -1))


def convnext():
    """Returns two stages of ConvNeXt; each of its two spellings of LayerNorm occurs."""
    return nn.Sequential(nn.Conv2d(3, 24, 4, 4), ChannelNorm(24), ConvNeXtBlock(24),
                         ConvNeXtBlock(24), ChannelNorm(24), nn.Conv2d(24, 48, 2, 2),
                         ConvNeXtBlock(48), Means(), nn.LayerNorm(48, eps=1e-6), nn.Linear(48, 10))


class Shuffle(nn.Module):
    """A unit of ShuffleNet V2: half of the channels pass, and the halves are interleaved."""

    def __init__(self, channels):
        super().__init__()
        half = channels // 2
        self.branch = nn.Sequential(conv_norm(half, half, 1),
                                    conv_norm(half, half, groups=half, act=None),
                                    conv_norm(half, half, 1))

    def forward(self, x):
        one, two = x.chunk(2, 1)
        x = torch.cat((one, self.branch(two)), 1)
        n, channels, rows, columns = x.shape
        x = x.view(n, 2, channels // 2, rows, columns).transpose(1, 2)
        return x.contiguous().view(n, channels, rows, columns)


def shufflenet():
    return nn.Sequential(conv_norm(3, 24, 3, 2), Shuffle(24), Shuffle(24), head(24))


def inception():
    """Returns a module with four branches, then one with a pool that rounds up."""
    return nn.Sequential(
        conv_norm(3, 16, 3, 2), nn.MaxPool2d(3, 2, ceil_mode=True),
        Joined(conv_norm(16, 8, 1), nn.Sequential(conv_norm(16, 8, 1), conv_norm(8, 12)),
               nn.Sequential(conv_norm(16, 4, 1), conv_norm(4, 8, 5)),
               nn.Sequential(nn.MaxPool2d(3, 1, 1), conv_norm(16, 8, 1))),
        Joined(nn.AvgPool2d(3, 1, 1, count_include_pad=False),
               nn.Sequential(nn.Conv2d(36, 8, (1, 7), padding=(0, 3)), nn.ReLU(),
                             nn.Conv2d(8, 8, (7, 1), padding=(3, 0)))), nn.ReLU(), head(44))


class Attention(nn.Module):
    """Self-attention of several heads, written as most vision transformers write it."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.scale = heads, (width // heads) ** -0.5
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        n, tokens, width = x.shape
        qkv = self.qkv(x).reshape(n, tokens, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        weights = (q @ k.transpose(-2, -1) * self.scale).softmax(-1)
        return self.out((weights @ v).transpose(1, 2).reshape(n, tokens, width))


class Transformer(nn.Module):
    """A small vision transformer: patches, a class token, positions, two blocks."""

    def __init__(self, side=32, patch=8, width=24, heads=3):
        super().__init__()
        self.patches = nn.Conv2d(3, width, patch, patch)
        self.token = nn.Parameter(torch.randn(1, 1, width))
        self.positions = nn.Parameter(torch.randn(1, (side // patch) ** 2 + 1, width))
        self.blocks = nn.Sequential(*[nn.Sequential(
            Sum(nn.Sequential(nn.LayerNorm(width), Attention(width, heads))),
            Sum(nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.GELU(),
                              nn.Linear(2 * width, width)))) for _ in range(2)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, 10)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.token.expand(x.shape[0], -1, -1), x), 1) + self.positions
        return self.head(self.norm(self.blocks(x))[:, 0])


class Recurrent(nn.Module):
    """An area that passes its map through the same weights twice, as those of CORnet-S do."""

    def __init__(self, channels):
        super().__init__()
        self.first, self.again = nn.Conv2d(3, channels, 3, 2, 1), nn.Conv2d(channels, channels, 3,
                                                                            padding=1)
        self.norms = nn.ModuleList(nn.BatchNorm2d(channels) for _ in range(2))
        self.acts, self.head = nn.ModuleList(nn.ReLU() for _ in range(2)), head(channels)

    def forward(self, x):
        x = self.first(x)
        for norm, act in zip(self.norms, self.acts):
            x = act(norm(self.again(x)) + x)
        return self.head(x)


class UNet(nn.Module):
    """An encoder and a decoder with skip connections; its output is a map."""

    def __init__(self):
        super().__init__()
        self.one, self.two = conv_norm(3, 8), conv_norm(8, 16, 3, 2)
        self.three, self.up = conv_norm(16, 24, 3, 2), nn.ConvTranspose2d(24, 16, 2, 2)
        self.four = conv_norm(32, 16)
        self.rise = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.last = nn.Conv2d(24, 2, 3, padding=1)

    def forward(self, x):
        one = self.one(x)
        two = self.two(one)
        four = self.four(torch.cat((self.up(self.three(two)), two), 1))
        return self.last(torch.cat((self.rise(four), one), 1))
