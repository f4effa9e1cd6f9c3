# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints as labs save them with PyTorch: the responses are those of the state dictionary alone.

A published compact model is saved again with what training programs put beside the weights, in both
containers, by every protocol of pickles, and as a safetensors file.
"""
import argparse
import collections
import datetime
import enum
import json
import os
import pathlib
import struct
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))

from common import Test, evoke, main, noise, np, published, skip  # noqa: E402

try:
    import torch
except ImportError:
    skip("PyTorch is missing; Debian's package is python3-torch")

from torch import nn  # noqa: E402

COMPACT = published("compact", "torch", "compact_model_190923_neuron0.pt")
MACAQUE = published("macaque_v1", "monkey_model3.pt")
MOUSE = published("mouse_v1", "sensorium_sota_model.pth")
CARDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "models")
PROTOCOLS = range(6)


class Config:
    """A plain object of settings."""

    def __init__(self):
        self.rate, self.layers = 1e-3, [5, 5]


class Attributes(dict):
    """A dictionary of settings whose keys are attributes, as in EasyDict."""

    def __getattr__(self, name):
        if name not in self:
            raise AttributeError(name)
        return self[name]


class Kind(enum.Enum):
    """A choice among settings."""

    MOUSE = 1


Point = collections.namedtuple("Point", "x y")


def save(path, what, protocol=2, zipped=True):
    """Saves what with PyTorch, and returns the path."""
    torch.save(what, path, pickle_protocol=protocol, _use_new_zipfile_serialization=zipped)
    return path


def save_safetensors(path, state):
    """Writes a state dictionary as a safetensors file, and returns the path."""
    names = {torch.float64: "F64", torch.float32: "F32", torch.int64: "I64"}
    header, numbers = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in state.items():
        raw = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [len(numbers), len(numbers) + len(raw)]}
        numbers += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + numbers)
    return path


def prefixed(state, prefix):
    """Returns a state dictionary with this text before all names."""
    return collections.OrderedDict((prefix + name, value) for name, value in state.items())


def optimizer_state():
    """Returns the state of an optimizer that has made a step."""
    weight = nn.Parameter(torch.ones(3))
    optimizer = torch.optim.Adam([weight])
    weight.sum().backward()
    optimizer.step()
    return optimizer.state_dict()


def beside():
    """Returns what stands beside the weights in checkpoints, by a name for each kind."""
    return {
        "a NumPy scalar": np.float64(0.71),
        "NumPy scalars of all types": [np.float32(1), np.int64(-3), np.bool_(True), np.uint8(200)],
        "a history of arrays": {"loss": [np.arange(5.0), np.zeros((2, 3), "i4")]},
        "a Fortran array": np.asfortranarray(np.ones((3, 4), ">f8")),
        "an array of texts": np.array(["a", "bc"]),
        "a Namespace": argparse.Namespace(lr=1e-3, device=torch.device("cuda"), kind=Kind.MOUSE),
        "plain objects": [Config(), Point(1, 2), slice(3), range(4), complex(1, 2)],
        "dictionaries of other classes": [Attributes(a=1), collections.defaultdict(list, {"a": [1]}),
                                          collections.Counter("abca")],
        "sets": [{1, 2}, frozenset("ab"), collections.deque([1])],
        "paths and dates": [pathlib.PurePosixPath("/data/x"), datetime.datetime(2024, 5, 1, 12),
                            datetime.timedelta(3)],
        "types of PyTorch": [torch.float32, torch.Size([1, 2]), torch.device("cpu")],
        "an optimizer": optimizer_state(),
        "a generator": torch.get_rng_state(),
        "large numbers": [2 ** 80, -2 ** 2100, 2 ** 63 - 1, -1, True, None, float("inf")],
        "bytes": [b"\x00\xff", bytearray(b"\x00\xff"), b"", "\u00e9\0\U0001f600"],
        "functions by name": [len, os.path.basename, np.tanh],
        "references to itself": [],
    }


class Shared(nn.Module):
    """A shared compact model: five convolutions, a mixing one, and a pool for each neuron."""

    WIDTHS = (3, 8, 6, 6, 5, 5)

    def __init__(self, neurons):
        super().__init__()
        self.layers = nn.ModuleDict()
        for i, (a, b) in enumerate(zip(self.WIDTHS, self.WIDTHS[1:])):
            if i:
                self.layers["layer%d_conv_depth" % i] = nn.Conv2d(a, a, 5, 2 if i < 3 else 1,
                                                                  groups=a, bias=False)
                self.layers["layer%d_conv_point" % i] = nn.Conv2d(a, b, 1)
            else:
                self.layers["layer0_conv"] = nn.Conv2d(a, b, 5)
            self.layers["layer%d_bn" % i] = nn.BatchNorm2d(b)
        self.mixing_stage = nn.Conv2d(self.WIDTHS[-1], neurons, 1)
        self.spatial_pool_stage = nn.Conv2d(neurons, neurons, 28, groups=neurons)

    def forward(self, x):
        for i in range(5):
            before, after = (1, 2) if i in (1, 2) else (2, 2)
            x = nn.functional.pad(x, (before, after, before, after))
            for part in ("conv", "conv_depth", "conv_point", "bn"):
                if "layer%d_%s" % (i, part) in self.layers:
                    x = self.layers["layer%d_%s" % (i, part)](x)
            x = torch.relu(x)
        return self.spatial_pool_stage(self.mixing_stage(x)).flatten(1)


class Checkpoints(Test):
    """Everything that is saved here responds as the published file."""

    def setUp(self):
        super().setUp()
        self.images = noise((2, 112, 112, 3))
        self.state = torch.load(COMPACT, map_location="cpu")
        self.expected = self.responses(COMPACT)

    def responses(self, path):
        """Returns a model's responses to two images."""
        with evoke.open(path) as model:
            return model.predict(self.images)

    def same(self, path, what):
        """The file at path responds as the published one, to the last bit."""
        with self.subTest(what):
            np.testing.assert_array_equal(self.responses(path), self.expected)

    def refused(self, path, *texts):
        """The file at path is refused, by a sentence with all texts."""
        with self.assertRaises(evoke.Error) as caught:
            evoke.open(path)
        for text in texts:
            self.assertIn(text, str(caught.exception))

    def test_beside(self):
        for name, value in beside().items():
            if name == "references to itself":
                value.append(value)
            for zipped in (True, False):
                for protocol in (2, 4):
                    path = save(self.path("a.ckpt"), {"extra": value, "state_dict": self.state,
                                                      "epoch": 3}, protocol, zipped)
                    self.same(path, "%s, protocol %d, archive %s" % (name, protocol, zipped))

    def test_protocols(self):
        everything = dict(beside(), model_state_dict=self.state)
        for protocol in PROTOCOLS:
            for zipped in (True, False):
                what = "protocol %d, archive %s" % (protocol, zipped)
                self.same(save(self.path("a.th"), self.state, protocol, zipped), what)
                self.same(save(self.path("b"), everything, protocol, zipped), what + ", all")

    def test_wrappers(self):
        for prefix in ("model.", "net.", "module.", "_orig_mod.", "module._orig_mod.model."):
            state = prefixed(self.state, prefix)
            state["loss_fn.weight"] = torch.ones(2)
            checkpoint = {"epoch": 1, "global_step": 10, "pytorch-lightning_version": "2.0.0",
                          "state_dict": state, "loops": {}, "callbacks": {Kind.MOUSE: {}},
                          "optimizer_states": [optimizer_state()], "lr_schedulers": [],
                          "hparams_name": "kwargs", "hyper_parameters": Attributes(lr=1e-3)}
            self.same(save(self.path("last.ckpt"), checkpoint), prefix)
        self.same(save(self.path("b.pt"), {"model": {"name": "compact"}, "loss": torch.ones(1),
                                           "weights": self.state}), "another dictionary first")
        parameters = {name: nn.Parameter(value) if value.is_floating_point() else value
                      for name, value in self.state.items()}
        parameters["layers.Beta.bias"].note = "an attribute"
        self.same(save(self.path("parameters.pth.tar"), {"net": parameters}), "parameters")

    def test_places(self):
        """The only state dictionary of a checkpoint is found under any names."""
        state, optimizer = self.state, optimizer_state()
        for what, checkpoint in (
                ("another name", {"best_state_dict": state, "epoch": 3, "optimizer": optimizer}),
                ("nested", {"checkpoint": {"model": {"state_dict": state}}}),
                ("nested in other names", {"run": {"generator": state, "optim_G": optimizer}}),
                ("a lone measure", {"fold0": state, "best": torch.tensor(0.5)}),
                ("a tuple", (state, {"a": 1}, optimizer)), ("a list", [state]),
                ("settings of a known name", {"params": Config(), "fold0": state}),
                ("two of known names", {"ema": prefixed(state, "x."), "model": state})):
            for zipped in (True, False):
                self.same(save(self.path("a.pt"), checkpoint, zipped=zipped), what)
        other = nn.Sequential(nn.Linear(2, 2)).state_dict()
        self.refused(save(self.path("several.pt"), {"folds": [state, other], "optim": optimizer}),
                     "holds several state dictionaries, under 'folds[0]' and 'folds[1]'",
                     'torch.save(torch.load("FILE")["folds"][0], "one.pt")')
        arrays = {name: value.numpy() for name, value in state.items()}
        self.refused(save(self.path("arrays.pt"), arrays), "holds NumPy arrays and no tensors")
        self.refused(save(self.path("arrays.pt"), {"state_dict": arrays}),
                     'torch.load("FILE", weights_only=False)["state_dict"].items()')
        self.refused(save(self.path("folds.pt"), {0: state, 1: other}), "keys that are texts")
        self.refused(save(self.path("optimizer.pt"), optimizer), "a dictionary, in which no state dictionary was found")
        self.refused(save(self.path("number.pt"), {**state, 7: torch.ones(1)}),
                     "has a tensor under the key 7")

    def test_safetensors(self):
        for prefix in ("", "model."):
            path = save_safetensors(self.path("a.safetensors"), prefixed(self.state, prefix))
            self.same(path, "safetensors " + prefix)
        os.rename(path, self.path("model"))
        self.same(self.path("model"), "without an ending")

    def test_shared(self):
        torch.manual_seed(4)
        net = Shared(7).eval()
        for i in range(5):
            norm = net.layers["layer%d_bn" % i]
            nn.init.uniform_(norm.running_var, 0.5, 2)
            nn.init.uniform_(norm.bias, -0.5, 0.5)
        mean = torch.tensor((116.222, 109.270, 100.381)).view(3, 1, 1)
        x = torch.tensor(self.images).permute(0, 3, 1, 2) - mean
        with torch.no_grad():
            expected = net.double()(x.double()).numpy()
        for path in (save(self.path("shared.pt"), net.float().state_dict()),
                     save_safetensors(self.path("shared.safetensors"), net.state_dict())):
            found = self.responses(path)
            self.assertLess(abs(found - expected).max(), 1e-5 * abs(expected).max())

    def test_cores(self):
        """Cores of published cards, behind prefixes and in other containers."""
        for weights, name in ((MACAQUE, "monkey_model3.pt"), (MOUSE, "sensorium_sota_model.pth")):
            self.check_core(weights, name)

    def check_core(self, weights, name):
        with open(os.path.join(CARDS, "macaque_v1.json" if weights == MACAQUE else
                               "mouse_v1.json"), encoding="utf-8") as file:
            card = json.load(file)
        card.pop("members", None)
        card["weights"] = {"weights": name}
        with open(self.path("card.json"), "w", encoding="utf-8") as file:
            json.dump(card, file)
        state = torch.load(weights, map_location="cpu")
        with evoke.open(self.path("card.json"), weights=os.path.dirname(weights)) as model:
            images = noise((1, *model.shape))
            expected = model.predict(images)
        for save_as in (lambda: save(self.path(name), {"state_dict": prefixed(state, "model.")}),
                        lambda: save(self.path(name), prefixed(state, "module."), zipped=False),
                        lambda: save_safetensors(self.path(name), state)):
            save_as()
            with evoke.open(self.path("card.json")) as model:
                np.testing.assert_array_equal(model.predict(images), expected)

    def test_refused(self):
        torch.manual_seed(1)
        net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4, 2))
        for zipped in (True, False):
            for protocol in PROTOCOLS:
                if not zipped and protocol == 0:
                    continue  # PyTorch cannot write such a file
                self.refused(save(self.path("whole.pt"), net, protocol, zipped),
                             "torch.nn.modules.container.Sequential", "torch.onnx.export")
                self.refused(save(self.path("in.pt"), {"model": Shared(2), "epoch": 1}, protocol,
                                  zipped), "__main__.Shared", "torch.onnx.export")
            self.refused(save(self.path("other.pt"), net.state_dict(), 2, zipped),
                         "is a PyTorch state dictionary", "architecture", "0.weight 4x3x3x3")
        self.refused(save_safetensors(self.path("other.safetensors"), net.state_dict()),
                     "is a safetensors file", "architecture", "0.weight 4x3x3x3")
        self.refused(save(self.path("loss.pt"), {"model": net, "loss": torch.ones(1)}),
                     "torch.nn.modules.container.Sequential")
        self.refused(save(self.path("one.pt"), torch.ones(3)), "one tensor and nothing else")
        self.refused(save(self.path("none.pt"), [1, 2]), "a list, in which no state dictionary was found")
        extra = dict(self.state, scale=torch.ones(1))
        self.refused(save(self.path("extra.pt"), extra), "has scale too, which may change responses")
        fewer = {name: value for name, value in self.state.items() if "layer3_bn" not in name}
        self.refused(save(self.path("fewer.pt"), fewer), "has no layer3_bn.weight")
        quantised = dict(self.state)
        quantised["layers.Beta.bias"] = torch.quantize_per_tensor(torch.ones(1), 0.1, 0, torch.qint8)
        self.refused(save(self.path("q.pt"), quantised), "layers.Beta.bias", "_rebuild_qtensor")
        arrays = dict(self.state)
        arrays["layers.Beta.bias"] = np.ones(1)
        self.refused(save(self.path("np.pt"), arrays), "layers.Beta.bias", "_reconstruct")

    def test_hostile(self):
        """A file that would run a command where Python loads it is named, and runs nothing."""
        class Hostile:
            def __reduce__(self):
                return os.system, ("touch " + victim,)

        victim = self.path("victim")
        for zipped in (True, False):
            path = save(self.path("hostile.pt"), {"a": Hostile(), "state_dict": self.state},
                        zipped=zipped)
            self.refused(path, "would run 'posix.system'", "do not load")
        self.assertFalse(os.path.exists(victim))


if __name__ == "__main__":
    main()
