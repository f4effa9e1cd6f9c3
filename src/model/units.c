/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.c - units inside a network as its neurons, in place of its outputs */
#include "model/units.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/neurons.h"
#include "model/unit_text.h"

static const char NAME[] = "that joins the units";

/* ---- where the outputs look ----------------------------------------------------------------- */

static bool is_map(const struct evk_shape *s)
{
    return s->h * s->w > 1;
}

/* Follows value i of what node n reads back to the map that it comes from: *n becomes the node of
   the map, or the node before that is a readout itself, and *box the part of its output. */
static void follow_back(const struct evk_graph *g, int *n, int64_t i, struct evk_box *box)
{
    const struct evk_shape *in = &g->nodes[*n].in[0];
    const int64_t at[3] = {i / (in->w * in->c), i / in->c % in->w, i % in->c};

    for (int a = 0; a < 3; a++)
        box->first[a] = box->last[a] = at[a];
    for (*n = g->nodes[*n].input[0]; *n > 0 && !is_map(&g->nodes[*n].out);) {
        const struct evk_node *node = &g->nodes[*n];

        if (node->type->strongest || node->inputs == 0)
            return;
        if (node->type->field)
            node->type->field(node->layer, node->in, 0, &node->out, box);
        *n = node->input[0];
    }
}

bool evk_units_look(const struct evk_graph *g, struct evk_look *out)
{
    for (int n = g->count - 1; n > 0 && g->nodes[n].inputs > 0;) {
        const struct evk_node *node = &g->nodes[n];
        struct evk_box box;

        if (!node->type->strongest || is_map(&node->out)) {
            n = node->input[0];
            continue;
        }
        follow_back(g, &n, node->type->strongest(node->layer, node->in), &box);
        if (!is_map(&g->nodes[n].out))
            continue;
        *out = (struct evk_look){g->nodes[n].out.h, g->nodes[n].out.w,
                                 (box.first[0] + box.last[0] + 1) / 2,
                                 (box.first[1] + box.last[1] + 1) / 2};
        return true;
    }
    return false;
}

/* Returns the pixel, of n along an axis, that covers the middle of pixel `at` of `of`. */
static int64_t scaled(int64_t at, int64_t of, int64_t n)
{
    return (2 * at + 1) * n / (2 * of);
}

/* ---- nodes for units ------------------------------------------------------------------------ */

/* The units of a network, which become its outputs. */
struct choice {
    struct evk_network *network;
    struct evk_unit_list list;
    bool after;           /* after activations */
    struct evk_look look; /* where the outputs look */
    int *nodes;           /* (count) flat nodes, which are joined; owned */
    int64_t count;
};

static int node_of(const struct choice *c, const struct evk_unit *u)
{
    return c->after ? u->layer->node : u->layer->before;
}

/* Returns how many units from number i on are neighbouring channels of one layer at one place. */
static int64_t run_from(const struct evk_unit_list *l, int64_t i)
{
    const struct evk_unit *u = &l->units[i];
    int64_t n = 1;

    for (; i + n < l->count; n++) {
        const struct evk_unit *v = u + n;

        if (v->layer != u->layer || v->channel != u->channel + n || v->place != u->place ||
            v->row != u->row || v->column != u->column)
            break;
    }
    return n;
}

/* Returns the box of the values of n units from u on, of a node of this shape. */
static struct evk_box box_of(const struct choice *c, const struct evk_unit *u, int64_t n,
                             const struct evk_shape *map)
{
    struct evk_box box = evk_box_whole(map);

    box.first[2] = u->layer->first + u->channel;
    box.last[2] = box.first[2] + n - 1;
    if (u->place == EVK_UNIT_MEAN)
        return box;
    box.first[0] = box.last[0] =
        u->place == EVK_UNIT_AT ? u->row : scaled(c->look.row, c->look.h, map->h);
    box.first[1] = box.last[1] =
        u->place == EVK_UNIT_AT ? u->column : scaled(c->look.column, c->look.w, map->w);
    return box;
}

/* Adds the node that gives n units from u on as a vector. */
static evk_status add_run(struct choice *c, const struct evk_unit *u, int64_t n, evk_error *err)
{
    struct evk_graph *g = &c->network->graph;
    const bool reshaped = u->layer->reshaped;
    int x = node_of(c, u);
    const struct evk_shape map = reshaped ? u->layer->shape : g->nodes[x].out;
    const struct evk_box box = box_of(c, u, n, &map);

    if (reshaped)
        EVK_TRY(evk_add_reshape(g, NAME, x, &map, &x, err));
    EVK_TRY(evk_add_crop(g, NAME, x, &box, &x, err));
    if (u->place == EVK_UNIT_MEAN)
        EVK_TRY(evk_add_globalpool(g, NAME, x, false, &x, err));
    else if (!map.flat)
        EVK_TRY(evk_add_flatten(g, NAME, x, &x, err));
    c->nodes[c->count++] = x;
    return EVK_OK;
}

/* Joins all nodes into one vector: EVK_INPUTS_MAX at a time, until a single one is left. */
static evk_status join(struct choice *c, evk_error *err)
{
    while (c->count > 1) {
        int64_t joined = 0;

        for (int64_t i = 0; i < c->count; i += EVK_INPUTS_MAX) {
            const int64_t left = c->count - i;
            const int n = left < EVK_INPUTS_MAX ? (int)left : EVK_INPUTS_MAX;

            EVK_TRY(evk_add_concat(&c->network->graph, NAME, n, c->nodes + i, 2,
                                   &c->nodes[joined++], err));
        }
        c->count = joined;
    }
    return EVK_OK;
}

/* ---- names ---------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Fails where two names are equal. */
static evk_status check_twice(const struct evk_names *names, evk_error *err)
{
    const char **sorted;
    evk_status s = EVK_OK;

    EVK_TRY(evk_alloc(&sorted, (int64_t)names->count, sizeof(*sorted), "units", err));
    memcpy(sorted, names->names, names->count * sizeof(*sorted));
    qsort(sorted, names->count, sizeof(*sorted), compare);
    for (size_t i = 1; i < names->count && !s; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            s = evk_fail(err, EVK_EINVAL, "channel '%s' is named twice, expected each unit once",
                         sorted[i]);
    free(sorted);
    return s;
}

static evk_status name_units(const struct evk_unit_list *l, struct evk_names *names, evk_error *err)
{
    for (int64_t i = 0; i < l->count; i++) {
        char *name;
        evk_status s;

        EVK_TRY(evk_unit_name(&l->units[i], &name, err));
        s = evk_neuron_check_name(name, err);
        if (!s)
            s = evk_names_add(names, name, err);
        free(name);
        EVK_TRY(s);
    }
    return check_twice(names, err);
}

/* ---- the whole ------------------------------------------------------------------------------ */

static evk_status choose(struct choice *c, const struct evk_load_options *o,
                         struct evk_names *names, evk_error *err)
{
    for (int i = 0; i < o->channel_count; i++)
        EVK_TRY(evk_unit_list_add(&c->list, c->network, o->channels[i], err));
    EVK_TRY(name_units(&c->list, names, err));
    if (!evk_units_look(&c->network->graph, &c->look))
        c->look = (struct evk_look){1, 1, 0, 0}; /* a map of one pixel, for the middle */
    EVK_TRY(evk_alloc(&c->nodes, c->list.count, sizeof(*c->nodes), "units", err));
    for (int64_t i = 0, n; i < c->list.count; i += n) {
        n = run_from(&c->list, i);
        EVK_TRY(add_run(c, &c->list.units[i], n, err));
    }
    EVK_TRY(join(c, err));
    return evk_network_prune(c->network, c->nodes[0], err);
}

evk_status evk_units_choose(struct evk_network *n, const struct evk_load_options *o,
                            struct evk_names *names, evk_error *err)
{
    struct choice c = {.network = n, .after = o->after_activation};
    const evk_status s = choose(&c, o, names, err);

    evk_unit_list_release(&c.list);
    free(c.nodes);
    return s;
}
