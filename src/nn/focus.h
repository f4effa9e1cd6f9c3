/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * focus.h - the part of a graph that one value of the output needs
 *
 * A neuron that reads one position of the last map of a convolutional core
 * depends on a part of the image only, and on a part of each map in between.
 * These parts make up a graph of their own, which is as small as the neuron's
 * receptive field and takes as little time.
 */
#ifndef EVK_NN_FOCUS_H
#define EVK_NN_FOCUS_H

#include "nn/graph.h"

/*
 * Makes in *out the graph that computes value i of the last node of g and
 * nothing else: each layer of g is cut down to the box of its output that the
 * value depends on.  *image is the box of the image that *out takes as its
 * input.  A layer that needs all of its input (a dense layer, a mean over all
 * pixels) keeps the layers before it whole.
 *
 * The value is that of g to the last bit, since every sum keeps its terms and
 * their order.  The gradient consists of the same terms, but a convolution adds
 * overlapping patches in an order that depends on the width of the map, so that
 * the last bits may differ.
 *
 * g must be folded, and must outlive *out, which may share layers with it.  The
 * caller releases *out with evk_graph_release.  Fails with EVK_ENOMEM only.
 */
evk_status evk_graph_focus(const struct evk_graph *g, int64_t i, struct evk_graph *out,
                           struct evk_box *image, evk_error *err);

/* Counts the operations of the graph that evk_graph_focus would make, which takes far less time than
   making it: no weights are copied.  A resampling counts as the share of it that the part's pixels
   have.  Fails with EVK_ENOMEM only. */
evk_status evk_graph_focus_flops(const struct evk_graph *g, int64_t i, int64_t *flops,
                                 evk_error *err);

#endif /* EVK_NN_FOCUS_H */
