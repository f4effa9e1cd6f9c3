# SPDX-License-Identifier: GPL-3.0-or-later
"""The worked example of models/README.md: the network that examples/export_onnx.py writes."""
import os
import subprocess
import sys
import tempfile
import unittest

from compare import GRADIENTS, RESPONSES, error, evoke, image, main, np, torch

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples")
sys.path.append(EXAMPLES)

import export_onnx  # noqa: E402


class ExampleTest(unittest.TestCase):
    def test_example(self):
        shown = image((36, 64, 1))
        torch.manual_seed(1)
        net = export_onnx.Network(neurons=8).eval().double()
        x = torch.tensor(shown[..., 0][None, None] / 255.0, dtype=torch.double, requires_grad=True)
        wanted = net(x)
        wanted[0, 3].backward()
        slope = x.grad.numpy()[0, 0] / 255
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "net.onnx")
            subprocess.run([sys.executable, os.path.join(EXAMPLES, "export_onnx.py"), path],
                           check=True, capture_output=True)
            model = evoke.open(path, scale=255)
            self.assertLess(np.abs(model.predict(shown[None])[0] - wanted.detach().numpy()[0]).max(),
                            RESPONSES * max(1, float(wanted.abs().max())))
            found = model.gradient(shown[None], 3)[0, ..., 0]
            self.assertLess(np.abs(found - slope).max(), GRADIENTS * np.abs(slope).max())


if __name__ == "__main__":
    main()
