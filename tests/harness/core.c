/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core.c - a core as models of mouse V1 have it, with random weights, and neurons at positions */
#include "core.h"

#include <stdlib.h>

#include "net.h"
#include "test.h"

static int conv(struct evk_graph *g, int x, bool depthwise, int64_t size, int64_t padding,
                int64_t o, uint64_t *seed)
{
    const struct evk_window v = {size, size, 1, 1, 1, 1, padding, padding, padding, padding};
    struct evk_tensor k =
        random_tensor(seed, 4, (const int64_t[]){size, size, g->nodes[x].out.c, o});
    int node;

    for (int64_t i = 0; i < evk_tensor_count(&k); i++)
        k.data[i] *= 0.2f;
    assert_ok(depthwise ? evk_add_depthwise(g, "depthwise", x, &v, &k, NULL, &node, err)
                        : evk_add_conv2d(g, "conv", x, &v, &k, NULL, &node, err));
    evk_tensor_release(&k);
    return node;
}

static int elu(struct evk_graph *g, int x)
{
    int node;

    assert_ok(evk_add_activation(g, "elu", x, "elu", &node, err));
    return node;
}

void core_build(struct evk_graph *g, int64_t count, uint64_t *seed)
{
    const struct evk_shape image = {36, 64, 1, false};
    struct evk_tensor features = random_tensor(seed, 2, (const int64_t[]){count, 64});
    float *xy = random_floats(seed, 2 * count);
    int x;

    assert_ok(evk_add_input(g, "in", &image, &x, err));
    x = elu(g, conv(g, x, false, 9, 0, 64, seed));
    for (int i = 0; i < 3; i++)
        x = elu(g, conv(g, conv(g, x, true, 7, 3, 1, seed), false, 1, 0, 64, seed));
    assert_ok(evk_add_points(g, "points", 1, &x, &(struct evk_points){count, xy, &features, NULL},
                             &x, err));
    evk_tensor_release(&features);
    free(xy);
}
