/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network.c - what a loader makes of a model file: a graph, and what listings say of it */
#include "model/network.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/named.h"
#include "base/str.h"

static void record_release(struct evk_layer_record *r)
{
    free(r->name);
    free(r->type);
}

static void note_release(struct evk_network_note *note)
{
    free(note->what);
    free(note->text);
}

void evk_network_release(struct evk_network *n)
{
    evk_graph_release(&n->graph);
    for (int64_t i = 0; i < n->count; i++)
        record_release(&n->layers[i]);
    free(n->layers);
    for (int64_t i = 0; i < n->note_count; i++)
        note_release(&n->notes[i]);
    free(n->notes);
    for (int64_t i = 0; i < n->population_count; i++)
        free(n->populations[i].key);
    free(n->populations);
    evk_names_release(&n->names);
    *n = (struct evk_network){0};
}

/* Is the node a function of each value, or a softmax, as it stands behind a layer's sums? */
static bool is_activation(const struct evk_node *n)
{
    static const char *const types[] = {"relu",    "elu",         "activation", "function",
                                        "softmax", "log_softmax", NULL};

    return evk_is_word(n->type->name, types);
}

evk_status evk_network_record(struct evk_network *n, const char *name, const char *type, int node,
                              int64_t parameters, evk_error *err)
{
    const struct evk_node *at = &n->graph.nodes[node];
    struct evk_layer_record *more, r = {.shape = at->out,
                                        .parameters = parameters,
                                        .node = node,
                                        .before = is_activation(at) ? at->input[0] : node};
    evk_status s = evk_strdup(&r.name, name, err);

    if (!s)
        s = evk_strdup(&r.type, type, err);
    more = s ? NULL : realloc(n->layers, (size_t)(n->count + 1) * sizeof(*more));
    if (!more) {
        record_release(&r);
        return s ? s : evk_fail(err, EVK_ENOMEM, "out of memory for a list of layers");
    }
    n->layers = more;
    n->layers[n->count++] = r;
    n->parameters += parameters;
    return EVK_OK;
}

evk_status evk_network_prune(struct evk_network *n, int output, evk_error *err)
{
    evk_status s;
    int *number;

    EVK_TRY(evk_alloc(&number, n->graph.count, sizeof(*number), "a graph", err));
    s = evk_graph_prune(&n->graph, output, number, err);
    for (int64_t i = 0; i < n->count && !s; i++) {
        struct evk_layer_record *r = &n->layers[i];

        r->node = r->node < 0 ? -1 : number[r->node];
        r->before = r->before < 0 ? -1 : number[r->before];
    }
    free(number);
    return s;
}

evk_status evk_network_note(struct evk_network *n, const char *what, const char *text,
                            evk_error *err)
{
    struct evk_network_note note = {NULL, NULL}, *more;
    evk_status s = evk_strdup(&note.what, what, err);

    if (!s)
        s = evk_strdup(&note.text, text, err);
    more = s ? NULL : realloc(n->notes, (size_t)(n->note_count + 1) * sizeof(*more));
    if (!more) {
        note_release(&note);
        return s ? s : evk_fail(err, EVK_ENOMEM, "out of memory for a list of notes");
    }
    n->notes = more;
    n->notes[n->note_count++] = note;
    return EVK_OK;
}

static void put_numbers(struct evk_str *text, const double *v, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        evk_str_printf(text, "%s%.6g", i ? ", " : "", v[i]);
}

evk_status evk_network_note_preprocessing(struct evk_network *n, evk_error *err)
{
    const int64_t channels = n->graph.nodes[0].out.c;
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    if (!n->preprocesses)
        return EVK_OK;
    evk_str_puts(&text, "the network itself subtracts the mean ");
    put_numbers(&text, n->mean, channels);
    evk_str_puts(&text, ", and divides by the scale ");
    put_numbers(&text, n->scale, channels);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_network_note(n, "in the file", text.data, err);
    evk_str_release(&text);
    return s;
}

evk_status evk_network_population(struct evk_network *n, const char *key, int64_t count,
                                  evk_error *err)
{
    const int64_t last = n->population_count;
    struct evk_population p = {.count = count}, *more;

    if (last > 0)
        p.first = n->populations[last - 1].first + n->populations[last - 1].count;
    EVK_TRY(evk_strdup(&p.key, key, err));
    more = realloc(n->populations, (size_t)(last + 1) * sizeof(*more));
    if (!more) {
        free(p.key);
        return evk_fail(err, EVK_ENOMEM, "out of memory for a list of data keys");
    }
    n->populations = more;
    n->populations[n->population_count++] = p;
    return EVK_OK;
}
