# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of PyTorch written as ONNX files, and evoke's numbers compared with PyTorch's in double.

A network of PyTorch takes images (N, channels, rows, columns).  evoke takes images of display
values, (N, rows, columns, channels), of which the network sees (value - mean) / scale.
"""
import copy
import os
import sys
import warnings

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))

from common import Test, evoke, main, np, published, run, skip  # noqa: E402

try:
    import onnx
    import onnx.helper
    import onnx.numpy_helper
    import torch
except ImportError as e:
    skip("%s is missing; Debian's packages are python3-torch and python3-onnx" % e.name)

from torch import nn  # noqa: E402

__all__ = ["OnnxTest", "error", "evoke", "export", "image", "main", "nn", "np", "onnx", "published",
           "statistics", "torch"]

RESPONSES = 1e-5  # of the largest response, or of 1: how far responses may lie from PyTorch's
GRADIENTS = 1e-4  # of the gradient's largest value
BENT = 1e-2       # the same, where float32 puts a unit on the other side of a bend

# Where the slope of a function jumps: float32 may find a unit on the other side of it.
BENDS = {nn.ReLU: (0,), nn.ReLU6: (0, 6), nn.LeakyReLU: (0,), nn.PReLU: (0,), nn.SELU: (0,),
         nn.Hardswish: (-3, 3), nn.Hardsigmoid: (-3, 3), nn.Hardtanh: (-1, 1)}


def image(shape, seed=1):
    """Returns a random image, (rows, columns, channels) of display values, rough and smooth."""
    random = np.random.default_rng(seed)
    rows, columns, channels = shape
    coarse = random.integers(0, 256, (4, 4, channels))
    smooth = np.kron(coarse, np.ones((-(-rows // 4), -(-columns // 4), 1)))[:rows, :columns]
    return np.floor((2 * smooth + random.integers(0, 256, shape)) / 3).astype(np.float32)


def statistics(net, shape, seed=1):
    """Gives the batch norms of a network random weights and running statistics; returns it.

    The statistics are those of random inputs, moved by random amounts: with statistics that fit
    nothing, the maps of a deep network would vanish or grow without limit.
    """
    torch.manual_seed(seed)
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None  # the mean over all that it sees
        nn.init.uniform_(norm.weight, 0.5, 1.5)
        nn.init.normal_(norm.bias, 0, 0.3)
    with torch.no_grad():
        if norms:
            net.train()(torch.rand(8, *shape) - 0.5)
        for norm in norms:
            norm.running_mean += 0.3 * norm.running_var.sqrt() * torch.randn(norm.num_features)
            norm.running_var *= 0.5 + torch.rand(norm.num_features)
    return net.eval()


def export(path, net, shape, opset=13, free=(), names=None, **options):
    """Writes a network for one image of the shape into an ONNX file.

    free     names of the input's axes that are left free, such as {0: "batch"}
    names    names of the outputs
    options  of torch.onnx.export
    """
    with torch.no_grad():
        outputs = net(torch.zeros(1, *shape))
    count = 1 if torch.is_tensor(outputs) else len(outputs)
    names = names or ["output%d" % i for i in range(count)]
    if free:
        batch = {axis: name for axis, name in free.items() if axis == 0}
        options["dynamic_axes"] = {"input": free, **{n: batch for n in names}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a tracer that sees shapes as numbers
        torch.onnx.export(net, torch.zeros(1, *shape), path, opset_version=opset,
                          input_names=["input"], output_names=names, **options)


def joined(outputs):
    """Returns a network's outputs as (N, outputs): maps by row, column and channel."""
    outputs = [outputs] if torch.is_tensor(outputs) else outputs
    return torch.cat([(o.permute(0, 2, 3, 1) if o.ndim == 4 else o).flatten(1) for o in outputs], 1)


class Bends:
    """Counts the units that float32 and double put on different sides of a bend."""

    def __init__(self, net):
        self.sides = []
        for m in net.modules():
            if type(m) in BENDS or isinstance(m, nn.MaxPool2d):
                m.register_forward_pre_hook(self.note)

    def note(self, module, inputs):
        if isinstance(module, nn.MaxPool2d):
            self.sides.append(nn.functional.max_pool2d(
                inputs[0], module.kernel_size, module.stride, module.padding, module.dilation,
                module.ceil_mode, return_indices=True)[1])
        else:
            self.sides.extend(inputs[0] > bend for bend in BENDS[type(module)])

    def differences(self, other):
        return sum(int((a != b).sum()) for a, b in zip(self.sides, other.sides))


class Reference:
    """A network in double, as a function of display values."""

    def __init__(self, net, mean, scale, rows_first=False):
        self.net, self.rows_first = copy.deepcopy(net).double(), rows_first
        self.mean, self.scale = torch.tensor(mean).double(), torch.tensor(scale).double()

    def seen(self, images):
        """Returns what the network sees of images of evoke, which are (N, rows, columns, ...)."""
        x = (torch.as_tensor(images).double() - self.mean) / self.scale
        return x if self.rows_first else x.permute(0, 3, 1, 2).contiguous()

    def responses(self, images):
        with torch.no_grad():
            return joined(self.net(self.seen(images))).numpy()

    def gradient(self, images, weights):
        """Returns the gradient of the sum of weights * responses, in the shape of the images."""
        x = torch.tensor(images).double().requires_grad_()
        (joined(self.net(self.seen(x))) * torch.as_tensor(weights).double()).sum().backward()
        return x.grad.numpy()

    def bends(self, images):
        """Returns how many units are on another side of a bend in float32."""
        nets = copy.deepcopy(self.net).float(), copy.deepcopy(self.net)
        single, double = Bends(nets[0]), Bends(nets[1])
        with torch.no_grad():
            nets[0](self.seen(images).float())
            nets[1](self.seen(images))
        return single.differences(double)


def error(found, want, least=0.0):
    """Returns the largest difference in units of the largest wanted value, or of `least`."""
    return float(np.abs(found - want).max() / max(least, np.abs(want).max()))


class OnnxTest(Test):
    """A test that opens ONNX files in evoke and compares them with PyTorch."""

    def compare(self, path, net, mean=0.0, scale=255.0, said=None, size=None, rows_first=False,
                name=None):
        """Compares responses and gradients of a file with those of the network in double.

        mean, scale  the preprocessing outside of the network, which evoke is told
        said         the preprocessing that `evoke info` must find in the file: (mean, scale)
        size         (rows, columns) of a file that takes images of any size
        rows_first   True: the network takes (N, rows, columns, channels)
        """
        given = {} if said else {"mean": mean, "scale": scale}
        with evoke.open(path, size=size, **given) as model:
            if said:
                mean, scale = 0.0, 1.0
            images = np.stack([image(model.shape, seed) for seed in (1, 2)])
            reference = Reference(net, mean, scale, rows_first)
            responses, gradients = self.errors(model, reference, images)
            bends = reference.bends(images)
            if said:
                self.assert_tells(model, *said)
        print("%-32s responses %.1e, gradients %.1e, %d units across a bend" %
              (name or self._testMethodName[5:], responses, gradients, bends))
        self.assertLessEqual(responses, RESPONSES)
        self.assertLessEqual(gradients, BENT if bends else GRADIENTS)

    def assert_tells(self, model, mean, scale):
        """`evoke info` tells the preprocessing that is in the file."""
        mean, scale = (", ".join("%g" % v for v in np.broadcast_to(values, model.shape[2]))
                       for values in (mean, scale))
        self.assertEqual(model.preprocessing, "file")
        self.assertIn("subtracts the mean %s, and divides by the scale %s" % (mean, scale),
                      " ".join(run("info", model.path).split()))

    def errors(self, model, reference, images):
        """Returns the errors of a model's responses and gradients."""
        want = reference.responses(images)
        self.assertEqual((len(images), model.outputs), want.shape)
        self.assertGreater(np.abs(want[0] - want[1]).max(), 1e-3 * np.abs(want).max())
        found = model.predict(images, threads=1)
        self.assert_same(model.predict(images, threads=2), found)
        responses = error(found, want, 1.0)
        weights = np.random.default_rng(3).standard_normal(want.shape).astype(np.float32)
        x = torch.tensor(images).requires_grad_()
        (evoke.torch_function(model)(x) * torch.tensor(weights)).sum().backward()
        joint = error(x.grad.numpy(), reference.gradient(images, weights))
        neuron = int(np.abs(want[0]).argmax())
        alone = error(model.gradient(images[:1], neuron),
                      reference.gradient(images[:1], np.eye(model.outputs)[[neuron]]))
        return responses, max(joint, alone)

    def check(self, net, shape, opset=13, has=(), rewrite=None, given=None, **options):
        """Exports a network and compares the file with it; `has` are operators it must have.

        rewrite  a function that changes the onnx.ModelProto
        given    the arguments of `compare`
        options  of `export`
        """
        path = self.path("%s.onnx" % self._testMethodName)
        export(path, net, shape, opset, **options)
        model = onnx.load(path)
        operators = {n.op_type for part in [model.graph, *model.functions] for n in part.node}
        self.assertLessEqual(set(has), operators)
        if rewrite:
            rewrite(model, path)
        self.compare(path, net, **(given or {}))
