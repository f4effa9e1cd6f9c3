/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ensemble.c - several networks as one model, whose neurons correspond; scaling of responses */
#include "model/ensemble.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/mem.h"
#include "base/named.h"
#include "base/str.h"
#include "model/card_resolve.h"
#include "model/explain.h"
#include "model/lineage.h"

evk_status evk_ensemble_new(evk_model **out, const char *path, const char *name, const char *format,
                            evk_error *err)
{
    evk_model *m;
    evk_status s;

    EVK_TRY(evk_alloc(&m, 1, sizeof(*m), "a model", err));
    m->format = format;
    s = evk_strdup(&m->path, path, err);
    if (!s)
        s = evk_strdup(&m->name, name, err);
    if (!s)
        s = evk_alloc(&m->members, EVK_MEMBERS_MAX, sizeof(*m->members), "a model", err);
    if (s)
        evk_model_free(m);
    else
        *out = m;
    return s;
}

/* ---- do members correspond? ----------------------------------------------------------------- */

static bool has_same_keys(const evk_model *a, const evk_model *b)
{
    evk_data_key x, y;
    bool more_a = true, more_b = true;

    for (size_t i = 0; more_a && more_b; i++) {
        more_a = evk_model_data_key(a, i, &x);
        more_b = evk_model_data_key(b, i, &y);
        if (more_a != more_b || (more_a && (strcmp(x.key, y.key) != 0 || x.count != y.count)))
            return false;
    }
    return true;
}

static evk_status check_member(const evk_model *ensemble, const evk_model *member, int64_t neurons,
                               bool all, evk_error *err)
{
    const int64_t networks = member->member_count ? member->member_count : 1;
    const struct evk_shape *in = evk_model_input(member), *first;
    char a[EVK_LAYER_SHAPE_TEXT], b[EVK_LAYER_SHAPE_TEXT];

    if (ensemble->member_count + networks > EVK_MEMBERS_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "has more than %d members", EVK_MEMBERS_MAX);
    if (ensemble->member_count == 0)
        return EVK_OK;
    first = evk_model_input(ensemble);
    if (!evk_shape_equal(first, in))
        return evk_fail(err, EVK_EINVAL, "%s: takes images of %s, but %s of %s: members differ",
                        member->path, evk_layer_shape_text(in, a), ensemble->members[0].model->path,
                        evk_layer_shape_text(first, b));
    if (neurons != ensemble->outputs)
        return evk_fail(err, EVK_EINVAL,
                        "%s: has %lld neurons, but %s has %lld: members differ; expected as many, "
                        "or one neuron of each, such as FILE:7",
                        member->path, (long long)neurons, ensemble->members[0].model->path,
                        (long long)ensemble->outputs);
    if (all && !has_same_keys(ensemble->members[0].model, member))
        return evk_fail(err, EVK_EINVAL,
                        "%s: its data keys or their neurons are not those of %s: members differ",
                        member->path, ensemble->members[0].model->path);
    return EVK_OK;
}

/* Allocates the lists of a member that has this number of neurons. */
static evk_status member_init(struct evk_member *m, int64_t neurons, bool scaled, evk_error *err)
{
    EVK_TRY(evk_alloc(&m->output, neurons, sizeof(*m->output), "a model", err));
    if (!scaled)
        return EVK_OK;
    EVK_TRY(evk_alloc(&m->mean, neurons, sizeof(*m->mean), "a model", err));
    return evk_alloc(&m->gain, neurons, sizeof(*m->gain), "a model", err);
}

/* Makes output the member's neuron i.  Where the member is an ensemble of one network, inner,
   output is a neuron of that ensemble, whose output of the network and whose scaling are copied. */
static void choose_output(struct evk_member *m, const struct evk_member *inner, int64_t i,
                          int64_t output)
{
    m->output[i] = inner ? inner->output[output] : output;
    if (inner && m->gain) {
        m->mean[i] = inner->mean[output];
        m->gain[i] = inner->gain[output];
    }
}

/* Are the neurons of a model those of readouts that evoke fitted? */
static bool is_fitted(const evk_model *m)
{
    const struct evk_fitted *f = evk_model_first(m)->fitted;

    return f && f->file;
}

/*
 * Gives the ensemble the names of a fitted model's neurons, if it has no names yet.  Where it has
 * some, the neurons of a model of which all outputs are taken must have the same names.
 */
static evk_status take_fitted_names(evk_model *ensemble, const evk_model *member,
                                    const int64_t *outputs, int64_t neurons, evk_error *err)
{
    const bool has = ensemble->neurons;

    if (!member->neurons || !is_fitted(member) || (has && outputs))
        return EVK_OK;
    if (!has)
        EVK_TRY(evk_alloc(&ensemble->neurons, neurons, sizeof(char *), "names", err));
    ensemble->outputs = neurons;
    for (int64_t i = 0; i < neurons; i++) {
        const char *name = member->neurons[outputs ? outputs[i] : i];

        if (!has)
            EVK_TRY(evk_strdup(&ensemble->neurons[i], name, err));
        else if (strcmp(ensemble->neurons[i], name) != 0)
            return evk_fail(err, EVK_EINVAL,
                            "%s: its neuron %lld is %.100s, but %.100s in the members before it: "
                            "members differ; expected the same neurons in the same order, or one "
                            "neuron of each, such as FILE:%.100s",
                            member->path, (long long)i, name, ensemble->neurons[i], name);
    }
    return EVK_OK;
}

/* Gives the ensemble the names of its first member's units, if that has units. */
static evk_status take_names(evk_model *ensemble, const struct evk_member *first, evk_error *err)
{
    const evk_model *m = first->model;

    if (!m->channels.count || ensemble->neurons)
        return EVK_OK;
    EVK_TRY(evk_alloc(&ensemble->neurons, ensemble->outputs, sizeof(char *), "names", err));
    for (int64_t i = 0; i < ensemble->outputs; i++)
        EVK_TRY(evk_strdup(&ensemble->neurons[i], m->neurons[first->output[i]], err));
    for (size_t i = 0; i < m->channels.count; i++)
        EVK_TRY(evk_names_add(&ensemble->channels, m->channels.names[i], err));
    ensemble->after_activation = m->after_activation;
    return EVK_OK;
}

/* Returns what an ensemble says of its network i; NULL: the model is no ensemble. */
static const struct evk_member *inner_at(const evk_model *m, int64_t i)
{
    return m->member_count ? &m->members[i] : NULL;
}

/* Adds network i of a model, which stays the owner. */
static evk_status add_network(evk_model *ensemble, const evk_model *member, int64_t i,
                              const int64_t *outputs, int64_t neurons, evk_error *err)
{
    const struct evk_member *inner = inner_at(member, i);
    struct evk_member m = {.model = inner ? inner->model : member};
    evk_status s = member_init(&m, neurons, inner && inner->gain, err);

    if (s) {
        evk_member_release(&m);
        return s;
    }
    for (int64_t k = 0; k < neurons; k++)
        choose_output(&m, inner, k, outputs ? outputs[k] : k);
    ensemble->members[ensemble->member_count++] = m;
    ensemble->outputs = neurons;
    ensemble->chosen = ensemble->chosen || outputs || m.model->chosen;
    return EVK_OK;
}

evk_status evk_ensemble_borrow(evk_model *ensemble, const evk_model *member, const int64_t *outputs,
                               int64_t count, evk_error *err)
{
    const int64_t neurons = outputs ? count : member->outputs;
    const int64_t networks = member->member_count ? member->member_count : 1;

    EVK_TRY(check_member(ensemble, member, neurons, !outputs, err));
    EVK_TRY(take_fitted_names(ensemble, member, outputs, neurons, err));
    EVK_TRY(evk_lineage_merge(&ensemble->lineage, member->lineage, err));
    for (int64_t i = 0; i < networks; i++)
        EVK_TRY(add_network(ensemble, member, i, outputs, neurons, err));
    return take_names(ensemble, &ensemble->members[0], err);
}

evk_status evk_ensemble_take(evk_model *ensemble, evk_model *member, const int64_t *outputs,
                             int64_t count, evk_error *err)
{
    struct evk_member *first = &ensemble->members[ensemble->member_count];
    const evk_status s = evk_ensemble_borrow(ensemble, member, outputs, count, err);

    if (!s && !member->member_count) {
        first->own = member;
        return EVK_OK;
    }
    for (int64_t i = 0; !s && i < member->member_count; i++) {
        first[i].own = member->members[i].own;
        member->members[i].own = NULL;
    }
    evk_model_free(member);
    return s;
}

/* Sets what is known of the ensemble as a whole: preprocessing, mean and scale are those of the
   first member; operations and parameters are the sums over all members. */
static void describe_ensemble(evk_model *m)
{
    const evk_model *first = m->members[0].model;

    m->preprocessing = first->preprocessing;
    memcpy(m->mean, first->mean, sizeof(m->mean));
    memcpy(m->scale, first->scale, sizeof(m->scale));
    m->flops = 0;
    m->network.parameters = 0;
    for (int64_t i = 0; i < m->member_count; i++) {
        m->flops += m->members[i].model->flops;
        m->network.parameters += m->members[i].model->network.parameters;
    }
}

evk_status evk_ensemble_finish(evk_model *ensemble, evk_error *err)
{
    describe_ensemble(ensemble);
    EVK_TRY(evk_explain_readouts(ensemble, err));
    EVK_TRY(evk_lineage_note(ensemble, err));
    return evk_card_resolve(ensemble, err);
}

/* ---- scaling -------------------------------------------------------------------------------- */

static const char *const scalings[] = {
    [EVK_SCALING_RAW] = "raw", [EVK_SCALING_Z] = "z", [EVK_SCALING_SD] = "sd", NULL};

evk_status evk_scaling_parse(evk_scaling *out, const char *text, evk_error *err)
{
    int i;

    EVK_TRY(evk_word_find(&i, "member-scaling", text, scalings, err));
    *out = (evk_scaling)i;
    return EVK_OK;
}

/* Divides the responses of neuron i by sd, after subtracting mean if centre is set.  mean and sd
   are in the units of the member's responses as they are now, which a card may have scaled
   before. */
static void scale_output(struct evk_member *m, int64_t i, bool centre, double mean, double sd)
{
    if (centre)
        m->mean[i] += mean / m->gain[i];
    m->gain[i] /= sd;
}

evk_status evk_model_scale_members(evk_model *m, evk_scaling scaling, const double *mean,
                                   const double *sd, evk_error *err)
{
    EVK_ENTER();
    char name[EVK_NEURON_TEXT];

    if (scaling == EVK_SCALING_RAW)
        return EVK_OK;
    if (!m->member_count)
        return evk_fail(err, EVK_EINVAL, "%s: is no ensemble, whose members could be scaled",
                        m->path);
    for (int64_t k = 0; k < m->member_count; k++) {
        struct evk_member *member = &m->members[k];

        if (!member->gain) {
            EVK_TRY(evk_alloc(&member->mean, m->outputs, sizeof(*member->mean), "a model", err));
            EVK_TRY(evk_alloc(&member->gain, m->outputs, sizeof(*member->gain), "a model", err));
            for (int64_t i = 0; i < m->outputs; i++)
                member->gain[i] = 1;
        }
        for (int64_t i = 0; i < m->outputs; i++, mean++, sd++) {
            if (!(*sd > 0) || !isfinite(*sd) || !isfinite(*mean))
                return evk_fail(err, EVK_EINVAL,
                                "%s: responses of neuron %s to the reference images have SD %g and "
                                "mean %g, expected an SD above 0 to scale by",
                                member->model->path, evk_model_neuron(m, i, name), *sd, *mean);
            scale_output(member, i, scaling == EVK_SCALING_Z, *mean, *sd);
        }
    }
    free(m->calibration); /* It is of responses that were not scaled. */
    m->calibration = NULL;
    return evk_card_resolve(m, err);
}
