/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model.c - what is known of an opened model, and freeing it */
#include "model/model.h"

#include <math.h>
#include <stdlib.h>

void evk_member_release(struct evk_member *m)
{
    evk_model_free(m->own);
    free(m->output);
    free(m->mean);
    free(m->gain);
    *m = (struct evk_member){0};
}

void evk_model_free(evk_model *m)
{
    if (!m)
        return;
    for (int64_t i = 0; i < m->member_count; i++)
        evk_member_release(&m->members[i]);
    free(m->members);
    for (int64_t i = 0; m->neurons && i < m->outputs; i++)
        free(m->neurons[i]);
    free(m->neurons);
    evk_names_release(&m->channels);
    evk_json_free(m->card);
    evk_json_free(m->resolved);
    evk_json_free(m->core);
    evk_plan_release(&m->unnormalised_plan);
    evk_graph_release(&m->unnormalised);
    evk_plan_release(&m->plan);
    evk_network_release(&m->network);
    evk_fitted_free(m->fitted);
    evk_json_free(m->lineage);
    free(m->calibration);
    free(m->path);
    free(m->name);
    free(m);
}

void evk_model_update_info(evk_model *m)
{
    const struct evk_shape *in = evk_model_input(m);

    m->info = (evk_model_info){
        .path = m->path,
        .name = m->name,
        .format = m->format,
        .sha256 = m->sha256,
        .height = in->h,
        .width = in->w,
        .channels = in->c,
        .outputs = m->outputs,
        .members = m->member_count ? m->member_count : 1,
        .parameters = m->network.parameters,
        .flops = m->flops,
        .preprocessing = m->preprocessing,
        .mean = m->mean,
        .scale = m->scale,
    };
}

void evk_model_rename(evk_model *m, char *name)
{
    free(m->name);
    m->name = name;
    evk_model_update_info(m);
}

const evk_model_info *evk_model_describe(const evk_model *m)
{
    return &m->info;
}

bool evk_model_layer(const evk_model *m, size_t i, evk_layer_summary *out)
{
    const struct evk_network *n = &evk_model_first(m)->network;
    const struct evk_layer_record *r;

    if ((int64_t)i >= n->count)
        return false;
    r = &n->layers[i];
    *out = (evk_layer_summary){
        .name = r->name,
        .type = r->type,
        .height = r->shape.flat ? 0 : r->shape.h,
        .width = r->shape.flat ? 0 : r->shape.w,
        .channels = r->shape.c,
        .parameters = r->parameters,
    };
    return true;
}

bool evk_model_noted(const evk_model *m, size_t i, evk_model_note *out)
{
    const struct evk_network *n = &evk_model_first(m)->network;

    if ((int64_t)i >= n->note_count && m->member_count) { /* an ensemble has notes of its own */
        i -= (size_t)n->note_count;
        n = &m->network;
    }
    if ((int64_t)i >= n->note_count)
        return false;
    *out = (evk_model_note){n->notes[i].what, n->notes[i].text};
    return true;
}

const evk_model *evk_model_member(const evk_model *m, int64_t i)
{
    if (m->member_count == 0)
        return i == 0 ? m : NULL;
    return i >= 0 && i < m->member_count ? m->members[i].model : NULL;
}

bool evk_model_file(const evk_model *m, size_t i, const char **path, const char **sha256)
{
    const evk_model *network;

    for (int64_t k = 0; (network = evk_model_member(m, k)) != NULL; k++) {
        const struct evk_fitted *f = network->fitted;
        const size_t files = f && f->file ? 2 : 1;

        if (i < files) {
            *path = i ? f->file : network->path;
            *sha256 = i ? f->sha256 : network->sha256;
            return true;
        }
        i -= files;
    }
    return false;
}

int64_t evk_model_member_output(const evk_model *m, int64_t i, int64_t output)
{
    return m->member_count ? m->members[i].output[output] : output;
}

evk_status evk_model_check_output(const evk_model *m, int64_t output, evk_error *err)
{
    if (output < 0 || output >= m->outputs)
        return evk_fail(err, EVK_EINVAL, "%s: neuron %lld is out of range, expected 0 to %lld",
                        m->path, (long long)output, (long long)m->outputs - 1);
    return EVK_OK;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Finds the pixels that influence an output of a network; pixel 0 where none does. */
static evk_status find_field(const evk_model *m, int64_t output, struct evk_box *out,
                             evk_error *err)
{
    EVK_TRY(evk_graph_field(&m->network.graph, output, out, err));
    if (out->last[0] < 0)
        *out = (struct evk_box){{0, 0, 0}, {0, 0, 0}};
    return EVK_OK;
}

evk_status evk_model_extent(const evk_model *m, int64_t output, evk_extent *out, evk_error *err)
{
    struct evk_box box;

    EVK_TRY(evk_model_check_output(m, output, err));
    EVK_TRY(find_field(evk_model_member(m, 0), evk_model_member_output(m, 0, output), &box, err));
    *out = (evk_extent){box.first[0], box.last[0], box.first[1], box.last[1]};
    for (int64_t i = 1; i < m->member_count; i++) {
        EVK_TRY(find_field(m->members[i].model, m->members[i].output[output], &box, err));
        *out = (evk_extent){least(out->row_first, box.first[0]), most(out->row_last, box.last[0]),
                            least(out->column_first, box.first[1]),
                            most(out->column_last, box.last[1])};
    }
    return EVK_OK;
}

bool evk_model_interval(const evk_model *model, int64_t output, double response, double *low,
                        double *high)
{
    const struct evk_calibration *c =
        output >= 0 && output < model->outputs ? evk_model_calibration(model, output) : NULL;
    struct evk_expected e = {.low = (double)NAN, .high = (double)NAN};

    if (c)
        e = evk_calibration_expect(c, response);
    *low = e.low;
    *high = e.high;
    return !isnan(e.low);
}
