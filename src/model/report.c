/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.c - the description of a model as JSON, for "evoke info --json" */
#include <math.h>
#include <stdlib.h>

#include "base/host.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"
#include "model/model.h"

static void put_pair(struct evk_json_writer *w, evk_json *parent, const char *key, double a,
                     double b)
{
    evk_json *pair = evk_json_put_array(w, parent, key);

    evk_json_put_real(w, pair, NULL, a);
    evk_json_put_real(w, pair, NULL, b);
}

static void put_range(struct evk_json_writer *w, evk_json *parent, const char *key, int64_t a,
                      int64_t b)
{
    evk_json *pair = evk_json_put_array(w, parent, key);

    evk_json_put_int(w, pair, NULL, a);
    evk_json_put_int(w, pair, NULL, b);
}

static void put_input(struct evk_json_writer *w, const evk_model_info *info)
{
    static const char *const preprocessing[] = {
        [EVK_PREPROCESSING_UNKNOWN] = "unknown",
        [EVK_PREPROCESSING_GIVEN] = "given",
        [EVK_PREPROCESSING_PUBLISHED] = "published",
        [EVK_PREPROCESSING_FILE] = "file",
    };
    evk_json *in = evk_json_put_object(w, w->root, "input"), *mean, *scale;

    evk_json_put_int(w, in, "height", info->height);
    evk_json_put_int(w, in, "width", info->width);
    evk_json_put_int(w, in, "channels", info->channels);
    mean = evk_json_put_array(w, in, "mean");
    scale = evk_json_put_array(w, in, "scale");
    for (int64_t c = 0; c < info->channels; c++) {
        evk_json_put_real(w, mean, NULL, info->mean[c]);
        evk_json_put_real(w, scale, NULL, info->scale[c]);
    }
    evk_json_put_text(w, in, "preprocessing", preprocessing[info->preprocessing]);
}

static void put_notes(struct evk_json_writer *w, const evk_model *m)
{
    evk_json *notes = evk_json_put_array(w, w->root, "notes");
    evk_model_note n;

    for (size_t i = 0; evk_model_noted(m, i, &n); i++) {
        evk_json *note = evk_json_put_object(w, notes, NULL);

        evk_json_put_text(w, note, "what", n.what);
        evk_json_put_text(w, note, "text", n.text);
    }
}

static bool is_fitted(const evk_model *network)
{
    return network->fitted && network->fitted->file;
}

static void put_readout(struct evk_json_writer *w, evk_json *readouts, const evk_model *network)
{
    const struct evk_fitted *f = network->fitted;
    evk_json *one = evk_json_put_object(w, readouts, NULL), *layers, *layer, *shape;

    evk_json_put_text(w, one, "network", network->sha256);
    evk_json_put_text(w, one, "file", f->file);
    evk_json_put_text(w, one, "sha256", f->sha256);
    evk_json_put_int(w, one, "member", f->member);
    evk_json_put_int(w, one, "grid", f->features.grid);
    evk_json_put_text(w, one, "output", f->output);
    layers = evk_json_put_array(w, one, "layers");
    for (size_t i = 0; i < f->features.count; i++) {
        const struct evk_feature_block *b = &f->features.blocks[i];

        layer = evk_json_put_object(w, layers, NULL);
        evk_json_put_text(w, layer, "name", b->layer);
        shape = evk_json_put_array(w, layer, "shape");
        evk_json_put_int(w, shape, NULL, b->shape.h);
        evk_json_put_int(w, shape, NULL, b->shape.w);
        evk_json_put_int(w, shape, NULL, b->shape.c);
    }
}

/* Puts the fitted readouts of a model, and what it has seen, if it has some. */
static void put_fitted(struct evk_json_writer *w, const evk_model *m)
{
    evk_json *readouts = NULL;

    for (int64_t i = 0; i < m->member_count; i++) {
        const evk_model *network = m->members[i].model;

        if (!is_fitted(network))
            continue;
        if (!readouts)
            readouts = evk_json_put_array(w, w->root, "readouts");
        put_readout(w, readouts, network);
    }
    if (m->lineage)
        evk_json_put_copy(w, w->root, "lineage", m->lineage);
}

static void put_populations(struct evk_json_writer *w, const evk_model *m)
{
    evk_json *populations = evk_json_put_array(w, w->root, "populations");
    evk_data_key k;

    for (size_t i = 0; evk_model_data_key(m, i, &k); i++) {
        evk_json *p = evk_json_put_object(w, populations, NULL);

        evk_json_put_text(w, p, "key", k.key);
        evk_json_put_int(w, p, "first", k.first);
        evk_json_put_int(w, p, "count", k.count);
    }
}

static void put_layers(struct evk_json_writer *w, const evk_model *m)
{
    evk_json *layers = evk_json_put_array(w, w->root, "layers");
    evk_layer_summary l;

    for (size_t i = 0; evk_model_layer(m, i, &l); i++) {
        evk_json *layer = evk_json_put_object(w, layers, NULL), *shape;

        evk_json_put_text(w, layer, "name", l.name);
        evk_json_put_text(w, layer, "type", l.type);
        shape = evk_json_put_array(w, layer, "shape");
        if (l.height) {
            evk_json_put_int(w, shape, NULL, l.height);
            evk_json_put_int(w, shape, NULL, l.width);
        }
        evk_json_put_int(w, shape, NULL, l.channels);
        evk_json_put_int(w, layer, "parameters", l.parameters);
    }
}

static evk_status put_range_of(struct evk_json_writer *w, const evk_model *m, evk_error *err)
{
    evk_json *o = evk_json_put_object(w, w->root, "range");
    evk_range r;

    EVK_TRY(evk_model_range(m, &r, err));
    put_pair(w, o, "noise", r.noise_lowest, r.noise_highest);
    put_pair(w, o, "gray", r.gray_lowest, r.gray_highest);
    if (r.layer) {
        evk_json_put_text(w, o, "layer", r.layer);
        evk_json_put_real(w, o, "layer_mean", r.layer_mean);
        evk_json_put_real(w, o, "layer_sd", r.layer_sd);
    }
    if (r.doubt)
        evk_json_put_text(w, o, "doubt", r.doubt);
    return EVK_OK;
}

static evk_status put_neuron(struct evk_json_writer *w, evk_json *neurons, const evk_model *m,
                             int64_t output, const evk_receptive_field *field, evk_error *err)
{
    evk_json *n = evk_json_put_object(w, neurons, NULL), *part;
    evk_extent extent;

    EVK_TRY(evk_model_extent(m, output, &extent, err));
    evk_json_put_int(w, n, "output", output);
    if (is_fitted(evk_model_first(m)) && m->neurons)
        evk_json_put_text(w, n, "name", m->neurons[output]);
    part = evk_json_put_object(w, n, "extent");
    put_range(w, part, "rows", extent.row_first, extent.row_last);
    put_range(w, part, "columns", extent.column_first, extent.column_last);
    if (isnan(field->height)) {
        evk_json_put_null(w, n, "receptive_field");
        return EVK_OK;
    }
    part = evk_json_put_object(w, n, "receptive_field");
    put_pair(w, part, "centre", field->centre_row, field->centre_column);
    put_pair(w, part, "size", field->height, field->width);
    return EVK_OK;
}

static evk_status put_neurons(struct evk_json_writer *w, const evk_model *m, const int64_t *outputs,
                              size_t count, evk_error *err)
{
    evk_json *neurons = evk_json_put_array(w, w->root, "neurons");
    evk_receptive_field *fields;
    evk_status s;

    EVK_TRY(evk_alloc(&fields, (int64_t)count, sizeof(*fields), "receptive fields", err));
    s = evk_model_receptive_fields(m, outputs, count, fields, err);
    for (size_t i = 0; i < count && !s; i++)
        s = put_neuron(w, neurons, m, outputs[i], &fields[i], err);
    free(fields);
    return s;
}

evk_status evk_model_json(const evk_model *m, const int64_t *outputs, size_t count, char **json,
                          evk_error *err)
{
    EVK_ENTER();
    const evk_model_info *info = evk_model_describe(m);
    struct evk_str text = EVK_STR_INIT;
    struct evk_json_writer w;
    evk_status s;

    evk_json_writer_init(&w);
    evk_json_put_text(&w, w.root, "name", info->name);
    evk_json_put_text(&w, w.root, "file", info->path);
    evk_json_put_text(&w, w.root, "format", info->format);
    evk_json_put_text(&w, w.root, "sha256", info->sha256);
    put_notes(&w, m);
    put_input(&w, info);
    evk_json_put_int(&w, w.root, "outputs", info->outputs);
    put_populations(&w, m);
    put_fitted(&w, m);
    evk_json_put_int(&w, w.root, "parameters", info->parameters);
    evk_json_put_int(&w, w.root, "flops", info->flops);
    put_layers(&w, m);
    s = put_range_of(&w, m, err);
    if (!s)
        s = put_neurons(&w, m, outputs, count, err);
    if (!s)
        s = evk_json_write_line(&w, &text, err);
    if (!s)
        s = evk_strdup(json, text.data, err);
    evk_json_writer_release(&w);
    evk_str_release(&text);
    return s;
}
