# SPDX-License-Identifier: GPL-3.0-or-later
"""Published models, rebuilt in PyTorch and written as ONNX files, against evoke's own loaders."""
import glob
import json
import os

import nets_neuro as neuro
from compare import OnnxTest, error, evoke, export, image, main, nn, np, published, torch

COMPACT = published("compact")
MACAQUE = published("macaque_v1")
MOUSE = published("mouse_v1")
CARDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "models")


def keras_norm(weights):
    """Returns a batch norm with Keras' epsilon; takes its four arrays from `weights`."""
    norm = nn.BatchNorm2d(len(weights[0]), eps=1e-3)
    tensors = (norm.weight, norm.bias, norm.running_mean, norm.running_var)
    for tensor, array in zip(tensors, [weights.pop(0) for _ in range(4)]):
        tensor.data = torch.tensor(array)
    return norm


def keras_conv(weights, *, stride=1, depthwise=False, bias=True):
    """Returns a convolution with Keras' kernel (rows, columns, in, out), and its padding before."""
    kernel = torch.tensor(weights.pop(0)).permute(*((2, 3, 0, 1) if depthwise else (3, 2, 0, 1)))
    outputs, inputs, size = kernel.shape[:3]
    conv = nn.Conv2d(outputs if depthwise else inputs, outputs, size, stride,
                     groups=outputs if depthwise else 1, bias=bias)
    conv.weight.data = kernel.contiguous()
    if bias:
        conv.bias.data = torch.tensor(weights.pop(0))
    before = (size - 1) // 2 if stride == 1 else (size - stride) // 2
    return nn.Sequential(nn.ZeroPad2d((before, size - stride - before) * 2), conv)


class Compact(nn.Module):
    """A compact model: five convolutions with batch norms and ReLU, a dense layer of their map."""

    MEAN = (116.222, 109.270, 100.381)

    def __init__(self, weights, centred):
        super().__init__()
        self.centred = centred
        self.register_buffer("mean", torch.tensor(self.MEAN).view(3, 1, 1))
        layers = [keras_conv(weights), keras_norm(weights), nn.ReLU()]
        for stride in (2, 2, 1, 1):
            layers += [keras_conv(weights, stride=stride, depthwise=True, bias=False),
                       keras_conv(weights), keras_norm(weights), nn.ReLU()]
        self.layers, self.beta = nn.Sequential(*layers), nn.Linear(len(weights[0]), 1)
        self.beta.weight.data = torch.tensor(weights.pop(0)).t().contiguous()
        self.beta.bias.data = torch.tensor(weights.pop(0))

    def forward(self, x):
        x = self.layers(x - self.mean if self.centred else x)
        return self.beta(x.permute(0, 2, 3, 1).flatten(1))


class Excited(neuro.Separable):
    """A depth-separable layer with batch norm, ELU and squeeze-and-excitation."""

    def __init__(self, width, kernel, dilation, few):
        super().__init__(width, kernel, dilation)
        self.norm, self.act = nn.BatchNorm2d(width), nn.ELU()
        self.gates = nn.Sequential(nn.Linear(width, few), nn.ReLU(), nn.Linear(few, width),
                                   nn.Sigmoid())

    def forward(self, x):
        x = self.act(self.norm(super().forward(x)))
        return x * self.gates(x.mean((2, 3)))[:, :, None, None]


class Pooled(nn.Module):
    """A point-pooled readout: each neuron reads one position of the map and of two pools of it."""

    def __init__(self, grid, features, bias):
        super().__init__()
        self.register_buffer("grid", grid.clamp(-1, 1))
        self.register_buffer("features", features.view(1, 96, -1))
        self.register_buffer("bias", bias)
        self.pool = nn.AvgPool2d(3, 3, count_include_pad=False)

    def forward(self, x):
        read = []
        for _ in range(3):
            y = nn.functional.grid_sample(x, self.grid.expand(x.shape[0], -1, -1, -1),
                                          align_corners=True)
            read.append(y.squeeze(-1))
            x = self.pool(x)
        return nn.functional.elu((torch.cat(read, 1) * self.features).sum(1) + self.bias) + 1


class All(nn.Module):
    """Readouts of one core, joined."""

    def __init__(self, core, readouts):
        super().__init__()
        self.core, self.readouts = core, nn.ModuleList(readouts)

    def forward(self, x):
        x = self.core(x)
        return torch.cat([readout(x) for readout in self.readouts], 1)


def take(module, weights, prefix):
    """Loads the weights whose names begin with a prefix."""
    module.load_state_dict({name[len(prefix):]: value for name, value in weights.items()
                            if name.startswith(prefix)})
    return module


def first_layer(weights, width, kernel):
    conv = take(nn.Conv2d(1, width, kernel, bias=False), weights, "core.features.layer0.conv.")
    return [conv, take(nn.BatchNorm2d(width), weights, "core.features.layer0.norm."), nn.ELU()]


def separable(layer, weights, prefix):
    for conv, name in ((layer.into, "in_depth"), (layer.space, "spatial"),
                       (layer.out, "out_depth")):
        take(conv, weights, "%sds_conv.%s_conv." % (prefix, name))
    return layer


def macaque(weights, keys):
    """Returns a member of the macaque V1 ensemble with the readouts of these sessions."""
    core = first_layer(weights, 32, 24)
    for i in (1, 2):
        prefix = "core.features.layer%d." % i
        layer = separable(Excited(32, 9, 2, 2), weights, prefix)
        take(layer.norm, weights, prefix + "norm.")
        take(layer.gates[0], weights, prefix + "seg_ex_block.se.1.")
        take(layer.gates[2], weights, prefix + "seg_ex_block.se.3.")
        core.append(layer)
    readouts = [Pooled(*[weights["readout.%s.%s" % (key, name)]
                         for name in ("grid", "features", "bias")]) for key in keys]
    return All(nn.Sequential(*core), readouts).eval()


def mouse(weights, key="26872-17-20"):
    """Returns the model of mouse V1, with the positions that it predicts for its neurons."""
    core = first_layer(weights, 64, 9)
    for i in (1, 2, 3):
        prefix = "core.features.layer%d." % i
        core += [separable(neuro.Separable(64, 7), weights, prefix),
                 take(nn.BatchNorm2d(64), weights, prefix + "norm."), nn.ELU()]
    prefix = "readout.%s." % key
    features, bias = weights[prefix + "_features"], weights[prefix + "bias"]
    place = nn.Sequential(nn.Linear(2, 30), nn.ELU(), nn.Linear(30, 2), nn.Tanh())
    take(place, weights, prefix + "mu_transform.")
    readout = neuro.GaussianReadout(64, len(bias))
    with torch.no_grad():
        readout.mu.copy_(place(weights[prefix + "source_grid"])[None, :, None])
    readout.features.data, readout.bias.data = features, bias
    return nn.Sequential(*core, readout, neuro.EluPlusOne()).eval()


def loaded(*names):
    return torch.load(os.path.join(*names), map_location="cpu")


class Published(OnnxTest):
    def same(self, own, net, mean, scale, opset, said=False):
        """Compares the file of a network with a model that evoke opened by its own loader.

        said  True: the network has the preprocessing in it
        """
        path, images = self.path("net.onnx"), np.stack([image(own.shape, i) for i in range(4)])
        rows, columns, channels = own.shape
        export(path, net, (channels, rows, columns), opset)
        with evoke.open(path, **({} if said else {"mean": mean, "scale": scale})) as model:
            if said:
                self.assert_tells(model, mean, scale)
            want, found = own.predict(images), model.predict(images)
            neurons = range(0, own.outputs, -(-own.outputs // 3))
            gradients = max(error(model.gradient(images[0], n), own.gradient(images[0], n))
                            for n in neurons)
        responses = float((np.abs(found - want) / np.maximum(1, np.abs(want))).max())
        print("%-32s responses %.1e, gradients %.1e" % (own.name, responses, gradients))
        self.assertLessEqual(responses, 1e-5)
        self.assertLessEqual(gradients, 1e-4)

    def test_compact(self):
        files = sorted(glob.glob(os.path.join(COMPACT, "npy", "*.npy")))
        self.assertGreater(len(files), 5)
        for file in files:
            keras = os.path.join(COMPACT, "keras", os.path.basename(file)[:-3] + "keras")
            for centred, opset in ((False, 11), (True, 13)):
                weights = list(np.load(file, allow_pickle=True))
                net = Compact(weights, centred).eval()
                self.assertFalse(weights)  # each has its place
                with self.subTest(file, centred=centred), evoke.open(keras) as own:
                    self.same(own, net, Compact.MEAN, 1, opset, said=centred)

    def test_macaque(self):
        with open(os.path.join(CARDS, "macaque_v1.json"), encoding="utf-8") as f:
            card = json.load(f)
        for member in card["members"]:
            path = self.path(member + ".json")
            with open(path, "w", encoding="utf-8") as f:
                json.dump({**card, "members": [member], "name": member}, f)
            with self.subTest(member), evoke.open(path, weights=MACAQUE) as own:
                keys = list(dict.fromkeys(name.split(":")[0] for name in own.neurons))
                net = macaque(loaded(MACAQUE, member), keys)
                self.same(own, net, own.mean, own.scale, 16)

    def test_mouse(self):
        card = os.path.join(CARDS, "mouse_v1.json")
        with evoke.open(card, weights=MOUSE) as own:
            net = mouse(loaded(MOUSE, "sensorium_sota_model.pth"))
            self.same(own, net, own.mean, own.scale, 16)


if __name__ == "__main__":
    main()
