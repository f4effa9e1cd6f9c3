/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shared.c - networks that several ensembles have, each shown the reference images once */
#include "stimset/score/shared.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "model/model.h"
#include "model/session.h"

void evk_shared_release(struct evk_shared *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->list[i].responses);
    free(s->list);
    *s = (struct evk_shared){NULL, 0};
}

/* ---- which networks -------------------------------------------------------------------------- */

/* Order of addresses, which decides nothing but what is found. */
static int compare(const void *a, const void *b)
{
    const evk_model *const *x = a, *const *y = b;

    return (*x > *y) - (*x < *y);
}

/* Lists the networks of all ensembles, once for each ensemble that has them; returns how many. */
static size_t list_networks(const evk_model **out, const evk_target *targets, size_t count)
{
    size_t n = 0;

    for (size_t t = 0; t < count; t++)
        for (int64_t i = 0; i < targets[t].model->member_count; i++)
            out[n++] = targets[t].model->members[i].model;
    return n;
}

evk_status evk_shared_find(struct evk_shared *out, const evk_target *targets, size_t count,
                           evk_error *err)
{
    const evk_model **all;
    evk_status s;
    size_t n = 0;

    *out = (struct evk_shared){NULL, 0};
    for (size_t t = 0; t < count; t++)
        n += (size_t)targets[t].model->member_count;
    EVK_TRY(evk_alloc((void *)&all, (int64_t)n, sizeof(*all), "models", err));
    s = evk_alloc(&out->list, (int64_t)n, sizeof(*out->list), "models", err);
    if (!s && n) {
        list_networks(all, targets, count);
        qsort((void *)all, n, sizeof(*all), compare);
        for (size_t i = 1; i < n; i++)
            if (all[i] == all[i - 1] && (i == 1 || all[i] != all[i - 2]))
                out->list[out->count++].model = all[i];
    }
    free((void *)all);
    return s;
}

static struct evk_shared_network *find(const struct evk_shared *s, const evk_model *network)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].model == network)
            return &s->list[i];
    return NULL;
}

/* ---- responses ------------------------------------------------------------------------------- */

/* Responses of the networks of an ensemble. */
struct asked {
    const float *of[EVK_MEMBERS_MAX]; /* (images, outputs of the network) */
    float *own[EVK_MEMBERS_MAX];      /* those of networks that are not shared; owned */
};

/* Shows the images to a network; the caller frees *out. */
static evk_status ask(float **out, const evk_model *network, const evk_image_list *images,
                      const evk_run *run, evk_error *err)
{
    const int64_t listed = (int64_t)evk_image_list_count(images);
    int64_t n;
    evk_status s;

    if (!evk_size_mul(listed, network->outputs, &n))
        return evk_fail(err, EVK_ENOMEM, "%lld images times %lld outputs is too much",
                        (long long)listed, (long long)network->outputs);
    EVK_TRY(evk_alloc_floats(out, n, "responses to reference images", err));
    s = evk_respond_list(&network, 1, images, true, run, *out, NULL, NULL, err);
    if (s) {
        free(*out);
        *out = NULL;
    }
    return s;
}

static evk_status ask_members(const struct evk_shared *s, const evk_model *m,
                              const evk_image_list *images, const evk_run *run, struct asked *out,
                              evk_error *err)
{
    for (int64_t i = 0; i < m->member_count; i++) {
        const evk_model *network = m->members[i].model;
        struct evk_shared_network *shared = find(s, network);
        float **to = shared ? &shared->responses : &out->own[i];

        if (!*to)
            EVK_TRY(ask(to, network, images, run, err));
        out->of[i] = *to;
    }
    return EVK_OK;
}

/* Joins the responses of the networks to those of the ensemble. */
static void join(const evk_model *m, const struct asked *a, struct evk_reference *r)
{
    const float *networks[EVK_MEMBERS_MAX];

    for (int64_t k = 0; k < r->images; k++) {
        for (int64_t i = 0; i < m->member_count; i++)
            networks[i] = a->of[i] + k * m->members[i].model->outputs;
        evk_ensemble_respond(m, networks, r->responses + k * r->outputs);
    }
}

static evk_status read_members(struct evk_shared *s, struct evk_reference *r, const evk_model *m,
                               const evk_image_list *images, const evk_run *run, evk_error *err)
{
    struct asked a = {{NULL}, {NULL}};
    const evk_status status = ask_members(s, m, images, run, &a, err);

    if (!status)
        join(m, &a, r);
    for (int64_t i = 0; i < m->member_count; i++)
        free(a.own[i]);
    return status;
}

evk_status evk_shared_read(struct evk_shared *s, struct evk_reference *out, const evk_model *model,
                           const evk_image_list *images, const evk_run *run, evk_error *err)
{
    struct evk_reference r;
    bool any = false;
    evk_status status;

    for (int64_t i = 0; i < model->member_count; i++)
        any = any || find(s, model->members[i].model);
    if (!any)
        return evk_reference_read(out, model, images, run, err);
    EVK_TRY(evk_reference_check(images, err));
    EVK_TRY(evk_reference_new(&r, (int64_t)evk_image_list_count(images), model->outputs, err));
    status = read_members(s, &r, model, images, run, err);
    if (status) {
        evk_reference_release(&r);
        return status;
    }
    evk_reference_summarise(&r);
    *out = r;
    return EVK_OK;
}
