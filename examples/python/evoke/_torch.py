# SPDX-License-Identifier: GPL-3.0-or-later
"""A model as a function of PyTorch that can be differentiated."""
import numpy as np

from ._library import ArgumentError


def _array(tensor):
    """Returns the values of a tensor as float32 on the CPU."""
    import torch
    return tensor.detach().to("cpu", torch.float32).numpy()


def torch_function(model, neuron=None, threads=0):
    """Returns a function of PyTorch that maps images to a model's responses.

    model    from evoke.open
    neuron   index or name of the neuron; None: all neurons of the model
    threads  as in Model.predict

    The function takes a tensor of floats, (height, width, channels) or (N, height, width,
    channels), of display values.  It returns the responses: (N, outputs) or (outputs,); with a
    neuron, (N,) or ().  They have the type and the device of the images, but are computed as
    float32 on the CPU.  Gradients with respect to the images are those of Model.gradient; a second
    derivative raises an exception.

        response = evoke.torch_function(m, neuron=0)
        image = torch.full(m.shape, 128.0, requires_grad=True)
        response(image).backward()
        image.grad
    """
    try:
        import torch
        from torch.autograd.function import once_differentiable
    except ImportError:
        raise ImportError("torch_function needs PyTorch; type 'pip install torch' or "
                          "'sudo apt install python3-torch'") from None
    output = -1 if neuron is None else model._output(neuron)

    class Response(torch.autograd.Function):
        """The responses, whose gradient evoke computes."""

        @staticmethod
        def forward(ctx, images):
            if not torch.is_tensor(images) or not images.is_floating_point():
                raise ArgumentError("%s: expected a tensor of floats" % model.name)
            ctx.save_for_backward(images)
            responses = model.predict(_array(images), threads)
            return images.new_tensor(responses if output < 0 else responses[..., output])

        @staticmethod
        @once_differentiable
        def backward(ctx, weights):
            images, = ctx.saved_tensors
            x, _ = model._images(_array(images))
            weights = np.require(_array(weights), np.float32, "C")
            gradients = model._weighted(x, output, weights, threads)
            return images.new_tensor(gradients).reshape(images.shape)

    return Response.apply
