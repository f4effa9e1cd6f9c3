/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core.c - from the tensors of a state dictionary to the network of a core with readouts */
#include "model/core/core.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/core/build.h"

enum { TEXT = 200 };

static void core_release(struct evk_core *c)
{
    for (int64_t i = 0; i < c->key_count; i++) {
        free(c->keys[i].key);
        free(c->keys[i].prefix);
    }
    free(c->keys);
    free(c->used);
}

/* Notes how many positions were moved to the edge of the map. */
static evk_status note_positions(struct evk_core *c)
{
    char text[TEXT];

    if (c->clamped == 0)
        return EVK_OK;
    snprintf(text, sizeof(text), "%lld neuron%s beyond the edge of the map, moved onto it",
             (long long)c->clamped, c->clamped == 1 ? "" : "s");
    return evk_network_note(c->network, "positions", text, c->err);
}

static evk_status core_build(struct evk_core *c, int64_t height, int64_t width)
{
    EVK_TRY(evk_core_check_options(c->o, c->err));
    EVK_TRY(evk_alloc(&c->used, c->t->count, sizeof(*c->used), "a list of tensors", c->err));
    EVK_TRY(evk_core_find_keys(c));
    EVK_TRY(evk_core_find_shifts(c));
    c->taken = 0;
    EVK_TRY(evk_core_add_layers(c, height, width));
    EVK_TRY(evk_core_add_readouts(c));
    EVK_TRY(note_positions(c));
    return evk_core_check_rest(c);
}

evk_status evk_core_build(struct evk_network *out, const struct evk_tensors *t,
                          const struct evk_core_options *o, int64_t height, int64_t width,
                          evk_error *err)
{
    struct evk_core c = {.network = out, .t = t, .o = o, .err = err};
    evk_status s;

    if (height < 1 || width < 1)
        return evk_fail(err, EVK_EINVAL, "images are %lldx%lld, expected at least 1x1",
                        (long long)height, (long long)width);
    s = core_build(&c, height, width);
    if (!s)
        s = evk_network_prune(out, c.node, err);
    core_release(&c);
    return s;
}
