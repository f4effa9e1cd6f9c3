/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep.c - make sweeps over budgets, and the controls of their images */
#include <stdlib.h>

#include "attack/perturb.h"
#include "base/mem.h"
#include "stimset/record/stop.h"
#include "stimset/sets/adversarial/adversarial.h"

evk_status evk_sweep_worker_open(struct evk_sweep_worker *out, const struct evk_asked *asked,
                                 int64_t n, int threads, evk_error *err)
{
    static const char what[] = "perturbed images";
    int64_t all;

    *out = (struct evk_sweep_worker){.asked = asked, .n = n, .attack = asked->attack};
    if (!evk_size_mul((int64_t)asked->budget_count, n, &all))
        return evk_fail(err, EVK_ENOMEM, "too many %s", what);
    EVK_TRY(evk_team_new(&out->team, threads, err));
    out->attacked.team = out->other_neuron.team = out->team;
    EVK_TRY(evk_alloc(&out->base, n, 1, what, err));
    EVK_TRY(evk_alloc(&out->other, n, 1, what, err));
    EVK_TRY(evk_alloc(&out->made, n, 1, what, err));
    EVK_TRY(evk_alloc(&out->images, all, 1, what, err));
    return evk_alloc(&out->results, (int64_t)asked->budget_count, sizeof(*out->results), what, err);
}

static void close_search(struct evk_sweep_worker *a)
{
    if (a->session)
        evk_search_close(&a->search);
    a->session = NULL;
}

void evk_sweep_worker_close(struct evk_sweep_worker *a)
{
    close_search(a);
    evk_worker_release(&a->attacked);
    evk_worker_release(&a->other_neuron);
    evk_team_free(a->team);
    free(a->base);
    free(a->other);
    free(a->made);
    free(a->images);
    free(a->results);
}

/* Open the search for the neuron of the sweep, unless it is open for this neuron. */
static evk_status turn_to(struct evk_sweep_worker *a, const struct evk_sweep *sweep, evk_error *err)
{
    const evk_session *s = a->session;
    evk_status status;

    if (s && evk_session_model(s) == sweep->model && evk_session_output(s) == sweep->output)
        return EVK_OK;
    close_search(a);
    EVK_TRY(evk_worker_turn(&a->attacked, sweep->model, sweep->output, err));
    status =
        evk_search_open(&a->search, a->attacked.session, &a->attack,
                        evk_held_find(a->asked->held, a->asked->held_count, sweep->model), err);
    if (status)
        evk_search_close(&a->search);
    else
        a->session = a->attacked.session;
    return status;
}

static bool watch(void *arg, const evk_step *now)
{
    (void)now;
    return !evk_is_stopped(arg);
}

static evk_status run_sweep(struct evk_sweep_worker *a, const struct evk_sweep *sweep,
                            const evk_run *run, evk_error *err)
{
    evk_run how = run ? *run : (evk_run){.threads = 1};
    const evk_watch w = {.step = watch, .arg = &how};

    a->attack.direction = evk_aim_direction(sweep->aim);
    EVK_TRY(turn_to(a, sweep, err));
    return evk_perturb_sweep(&a->search, a->base, a->asked->budgets, a->asked->budget_count, &w,
                             a->images, a->results, err);
}

static bool is_same(const struct evk_sweep *a, const struct evk_sweep *b)
{
    return a->model == b->model && a->output == b->output && a->base == b->base && a->aim == b->aim;
}

evk_status evk_sweep_run(struct evk_sweep_worker *a, const struct evk_sweep *sweep,
                         const evk_run *run, evk_error *err)
{
    if (!a->tried || !is_same(&a->sweep, sweep)) {
        a->sweep = *sweep;
        a->tried = true;
        a->why = (evk_error){EVK_OK, ""};
        a->status = run_sweep(a, sweep, run, &a->why);
    }
    return a->status ? evk_fail(err, a->status, "%s", a->why.msg) : EVK_OK;
}

evk_status evk_sweep_control(struct evk_sweep_worker *a, const struct evk_control_type *type,
                             size_t budget, evk_error *err)
{
    const struct evk_perturbed of = {
        .search = &a->search,
        .result = &a->results[budget],
        .number = a->sweep.aim == EVK_AIM_LOWER,
        .n = a->n,
        .base = a->base,
        .image = a->images + (int64_t)budget * a->n,
        .other = a->other,
    };

    evk_search_base(&a->search, a->base);
    evk_search_aim(&a->search, a->asked->budgets[budget], 1);
    return type->perturbed(&of, a->made, err);
}

evk_status evk_pixels_of_bytes(struct evk_pixels *out, int64_t h, int64_t w, int64_t c,
                               const unsigned char *bytes, evk_error *err)
{
    EVK_TRY(evk_pixels_new(out, h, w, 3, err));
    for (int64_t i = 0; i < h * w; i++)
        for (int64_t k = 0; k < 3; k++)
            out->data[i * 3 + k] = bytes[i * c + (c == 3 ? k : 0)];
    return EVK_OK;
}
