/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * focus.h - the part of a graph that one value needs
 *
 * A neuron of a convolutional core that reads one place of the last map sees a
 * part of the image, and of each map the part in between: a pyramid.  That is
 * a graph of its own, as small as the neuron's field.
 */
#ifndef EVK_NN_FOCUS_H
#define EVK_NN_FOCUS_H

#include "nn/graph.h"

/*
 * The part of a graph that value i of its last node needs, whose output is that
 * value alone: each layer for the box of its output that reaches the value.
 * *image is the box of the input that it reads, the shape of *out's input.
 * Layers that need all of their input (a dense layer, a mean over all pixels)
 * keep what is below them whole.
 *
 * Values are those of the whole graph to the last bit: each keeps its terms and
 * their order.  Gradients are the same sums; a convolution adds overlapping
 * patches in an order that depends on the width, so their last bits may differ.
 *
 * g is folded, and outlives *out, which may share layers with it.  The caller
 * releases *out.
 */
evk_status evk_graph_focus(const struct evk_graph *g, int64_t i, struct evk_graph *out,
                           struct evk_box *image, evk_error *err);

#endif /* EVK_NN_FOCUS_H */
