/* SPDX-License-Identifier: GPL-3.0-or-later */
/* card_resolve.c - from an ensemble back to the card that opens it again */
#include "model/card_resolve.h"

#include "base/str.h"
#include "model/card_readout.h"

static void put_numbers(struct evk_json_writer *w, evk_json *parent, const char *key,
                        const double *v, int64_t n)
{
    evk_json *a = evk_json_put_array(w, parent, key);

    for (int64_t i = 0; i < n; i++)
        evk_json_put_real(w, a, NULL, v[i]);
}

/* Are the member's outputs all of its model's outputs, in their order? */
static bool is_all(const struct evk_member *m, int64_t neurons)
{
    bool all = neurons == m->model->outputs;

    for (int64_t i = 0; i < neurons && all; i++)
        all = m->output[i] == i;
    return all;
}

static void put_input(struct evk_json_writer *w, evk_json *member, const evk_model *network)
{
    const struct evk_shape *in = evk_model_input(network);
    evk_json *part = evk_json_put_object(w, member, "input");

    evk_json_put_int(w, part, "height", in->h);
    evk_json_put_int(w, part, "width", in->w);
    put_numbers(w, part, "mean", network->mean, in->c);
    put_numbers(w, part, "scale", network->scale, in->c);
}

static void put_core(struct evk_json_writer *w, evk_json *member, const evk_model *network)
{
    if (network->core)
        evk_json_put_copy(w, member, "core", network->core);
}

void evk_card_put_network(struct evk_json_writer *w, evk_json *member, const evk_model *network)
{
    put_input(w, member, network);
    put_core(w, member, network);
}

static void put_member(struct evk_json_writer *w, evk_json *members, const struct evk_member *m,
                       int64_t neurons, bool names)
{
    evk_json *one = evk_json_put_object(w, members, NULL), *part;

    if (names)
        evk_json_put_text(w, one, "weights", evk_base_name(m->model->path));
    evk_json_put_text(w, one, "sha256", m->model->sha256);
    put_input(w, one, m->model);
    if (m->model->channels.count) {
        part = evk_json_put_array(w, one, "channels");
        for (size_t i = 0; i < m->model->channels.count; i++)
            evk_json_put_text(w, part, NULL, m->model->channels.names[i]);
        if (m->model->after_activation)
            evk_json_put_bool(w, one, "after-activation", true);
    }
    put_core(w, one, m->model);
    if (m->model->fitted && m->model->fitted->file)
        evk_card_readout_put(w, one, m->model->fitted, names);
    if (!is_all(m, neurons)) {
        part = evk_json_put_array(w, one, "outputs");
        for (int64_t i = 0; i < neurons; i++)
            evk_json_put_int(w, part, NULL, m->output[i]);
    }
    if (m->gain) {
        put_numbers(w, one, "mean", m->mean, neurons);
        put_numbers(w, one, "gain", m->gain, neurons);
    }
}

/* Writes the resolved card; without names, file names, names of neurons, the lineage and the
   calibration are left out, none of which responses depend on. */
static void put_card(struct evk_json_writer *w, const evk_model *m, bool names)
{
    evk_json *list;

    evk_json_writer_init(w);
    evk_json_put_int(w, w->root, "card", 1);
    list = evk_json_put_array(w, w->root, "members");
    for (int64_t i = 0; i < m->member_count; i++)
        put_member(w, list, &m->members[i], m->outputs, names);
    if (names && m->neurons && !m->channels.count) {
        list = evk_json_put_array(w, w->root, "neurons");
        for (int64_t i = 0; i < m->outputs; i++)
            evk_json_put_text(w, list, NULL, m->neurons[i]);
    }
    if (names && m->lineage)
        evk_json_put_copy(w, w->root, "lineage", m->lineage);
    if (names && m->calibration)
        evk_calibration_put(w, w->root, m->calibration, m->outputs);
}

evk_status evk_card_resolve(evk_model *m, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    struct evk_json_writer w;
    evk_status s;

    put_card(&w, m, false);
    s = evk_json_write_exactly(&w, &text, err);
    evk_json_writer_release(&w);
    if (!s)
        s = evk_sha256(text.data, text.size, m->digest, err);
    evk_str_release(&text);
    EVK_TRY(s);
    evk_hex(m->digest, sizeof(m->digest), m->sha256);
    evk_model_update_info(m);
    put_card(&w, m, true);
    evk_json_free(m->resolved);
    m->resolved = w.failed ? NULL : evk_json_copy(w.root);
    evk_json_writer_release(&w);
    return m->resolved ? EVK_OK : evk_fail(err, EVK_ENOMEM, "out of memory for a card");
}
