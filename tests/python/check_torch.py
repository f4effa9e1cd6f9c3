# SPDX-License-Identifier: GPL-3.0-or-later
"""evoke.torch_function: gradients against those of Model.gradient and against differences.

`make check-torch` runs this test; `make check` does not, since PyTorch is a large package.

The responses are float32: near 1e5, where those of tiny.keras are, floats are 1/128 apart.
torch.autograd.gradcheck therefore takes differences over 1 display level (eps=0.5), whose two ends
are rounded by 1/256 each at most: so does a slope err by 1/128.  Over larger steps the units of the
model change their signs.  The tolerance is 0.02, where the largest slope is 4.9.
"""
from common import TINY, Test, embedded, evoke, main, noise, np

try:
    import torch
except ImportError:
    raise SystemExit("PyTorch is missing; Debian's package is python3-torch") from None


class Torch(Test):
    def setUp(self):
        super().setUp()
        self.model = evoke.open(TINY)
        self.addCleanup(self.model.close)

    def images(self, *shape, dtype=torch.float64):
        return torch.tensor(noise(shape + self.model.shape), dtype=dtype, requires_grad=True)

    def gradcheck(self, function, images):
        return torch.autograd.gradcheck(function, images, eps=0.5, atol=0.02, rtol=0)

    def test_gradcheck(self):
        for neuron in (0, 1, "1"):
            function = evoke.torch_function(self.model, neuron)
            self.assertTrue(self.gradcheck(function, self.images()))
        first_two = lambda x: evoke.torch_function(self.model)(x)[..., :2]  # noqa: E731
        self.assertTrue(self.gradcheck(first_two, self.images(2)))

    def test_a_wrong_gradient_is_noticed(self):
        right = evoke.torch_function(self.model, 0)
        with self.assertRaisesRegex(Exception, "Jacobian mismatch"):
            self.gradcheck(lambda x: right(x) + 0.05 * right(x).detach(), self.images())

    def test_gradients_are_the_models(self):
        images = self.images(3)
        want = np.stack([self.model.gradient(i, 1) for i in images.detach().numpy()])
        evoke.torch_function(self.model, 1)(images).sum().backward()
        self.assert_same(images.grad.numpy().astype(np.float32), want)

    def test_weights(self):
        images, weights = self.images(2), torch.tensor([[1.5, -2, 0], [0, 3, 0]])
        (evoke.torch_function(self.model)(images)[:, :3] * weights).sum().backward()
        x = images.detach().numpy()
        want = np.stack([1.5 * self.model.gradient(x[0], 0) - 2.0 * self.model.gradient(x[0], 1),
                         3.0 * self.model.gradient(x[1], 1)])
        np.testing.assert_allclose(images.grad.numpy(), want, atol=1e-5 * np.abs(want).max())

    def test_ensemble(self):
        paths = [embedded("gabor_member%d" % i) for i in range(3)]
        with evoke.open_ensemble("e", paths) as ensemble:
            image = torch.tensor(noise(ensemble.shape), dtype=torch.float32, requires_grad=True)
            evoke.torch_function(ensemble, 0)(image).backward()
            want = np.mean([evoke.open(p).gradient(image.detach().numpy()) for p in paths], axis=0)
            np.testing.assert_allclose(image.grad.numpy(), want, atol=1e-5 * np.abs(want).max())

    def test_shapes_and_types(self):
        for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
            for shape, one, all_ in (((), (), (4,)), ((3,), (3,), (3, 4)), ((0,), (0,), (0, 4))):
                images = self.images(*shape, dtype=dtype)
                for neuron, expected in ((0, one), (None, all_)):
                    responses = evoke.torch_function(self.model, neuron)(images)
                    self.assertEqual(tuple(responses.shape), expected)
                    self.assertEqual((responses.dtype, responses.device), (dtype, images.device))

    def test_responses(self):
        images = self.images(4, dtype=torch.float32)
        responses = evoke.torch_function(self.model)(images).detach().numpy()
        self.assert_same(responses, self.model.predict(images.detach().numpy()))

    def test_ascent(self):
        """PyTorch's own optimizer raises the response through other differentiable steps."""
        latent = torch.zeros(self.model.shape, requires_grad=True)
        function, responses = evoke.torch_function(self.model, 0), []
        optimizer = torch.optim.Adam([latent], lr=0.1)
        for _ in range(30):
            response = function(255 * torch.sigmoid(latent))
            responses.append(float(response))
            optimizer.zero_grad()
            (-response).backward()
            optimizer.step()
        self.assertGreater(responses[-1], responses[0] + 100)

    def test_wrong(self):
        function = evoke.torch_function(self.model)
        for images, sentence in ((torch.zeros(8, 9, 3), r"expected \(9, 8, 3\)"),
                                 (noise(self.model.shape), "tensor of floats"),
                                 (torch.zeros(9, 8, 3, dtype=torch.uint8), "tensor of floats")):
            with self.assertRaisesRegex(evoke.ArgumentError, sentence):
                function(images)
        with self.assertRaisesRegex(evoke.ArgumentError, "expected 0 to 3"):
            evoke.torch_function(self.model, 4)
        image = self.images()
        response = evoke.torch_function(self.model, 0)(image)
        slope, = torch.autograd.grad(response, image, create_graph=True)
        with self.assertRaises(RuntimeError):  # a second derivative
            slope.sum().backward()


if __name__ == "__main__":
    main()
