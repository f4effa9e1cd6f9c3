/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - the rows of a set of perturbed images, and the stimuli that a row names */
#include <stdlib.h>

#include "base/mem.h"
#include "stimset/make/plan.h"
#include "stimset/record/target.h"
#include "stimset/sets/adversarial/adversarial.h"

/* A neuron that the set is made for. */
struct neuron {
    const evk_model *model;
    int64_t output;
};

struct planning {
    struct evk_adversarial_plan *plan;
    const struct evk_asked *asked;
    const evk_image_list *images;
    int64_t bases;
    struct neuron *neurons; /* (neuron_count) */
    int64_t neuron_count;
    int64_t kinds;  /* rows of a sweep for each budget: the image and its controls */
    int64_t blanks; /* rows of a neuron that belong to no sweep */
    int64_t *first; /* (neurons, bases, directions) index of the row with the smallest budget */
};

/* ---- counting ------------------------------------------------------------------------------ */

static bool has_aim(const struct evk_asked *a, enum evk_aim aim)
{
    for (size_t i = 0; i < a->aim_count; i++)
        if (a->aims[i] == aim)
            return true;
    return false;
}

/*
 * Is the control an image of the set itself, of the opposite direction?  Then it needs no row of
 * its own.
 */
static bool is_link(const struct planning *p, const struct evk_control_type *c)
{
    return c->opposite && has_aim(p->asked, evk_aim_opposite(p->asked->aims[0]));
}

static evk_status check_controls(const struct planning *p, evk_error *err)
{
    for (size_t i = 0; i < p->asked->controls.count; i++) {
        const struct evk_control_type *c = p->asked->controls.type[i];

        if (c->other_neuron && p->neuron_count < 2)
            return evk_fail(err, EVK_EINVAL, "control %s needs at least two neurons, found %lld",
                            c->name, (long long)p->neuron_count);
        if (c->other_base && p->bases < 2)
            return evk_fail(err, EVK_EINVAL,
                            "control %s needs at least two base images, found %lld", c->name,
                            (long long)p->bases);
    }
    return EVK_OK;
}

/* Count the rows that each budget of a sweep has, and the rows of a neuron that are in no sweep. */
static void count_kinds(struct planning *p)
{
    p->kinds = 1;
    for (size_t i = 0; i < p->asked->controls.count; i++) {
        const struct evk_control_type *c = p->asked->controls.type[i];

        p->kinds += c->perturbed && !is_link(p, c);
        p->blanks += c->blank != NULL;
    }
}

/*
 * Returns the number of all rows, and sets *pairs to the number of pairs of a neuron and a base
 * image.  Where they are too many to be counted, both are above EVK_CODE_MAX.
 */
static int64_t sum_rows(struct planning *p, int64_t *pairs)
{
    const struct evk_asked *a = p->asked;
    int64_t rows = EVK_CODE_MAX + 1;

    count_kinds(p);
    if (!evk_size_mul(p->neuron_count, p->bases, pairs))
        *pairs = rows;
    if (*pairs < rows)
        rows = *pairs * (int64_t)(a->aim_count * a->budget_count) * p->kinds;
    return p->bases + rows + p->neuron_count * p->blanks;
}

int64_t evk_adversarial_rows(const struct evk_asked *asked, int64_t bases, int64_t neurons)
{
    struct planning p = {.asked = asked, .bases = bases, .neuron_count = neurons};
    int64_t pairs;

    return bases < 0 ? -1 : sum_rows(&p, &pairs);
}

static evk_status count_rows(struct planning *p, int64_t *pairs, evk_error *err)
{
    const struct evk_asked *a = p->asked;

    p->plan->count = sum_rows(p, pairs);
    if (p->plan->count > EVK_CODE_MAX)
        return evk_fail(err, EVK_EINVAL,
                        "%lld neurons x %lld images x %zu directions x %zu budgets, and controls, "
                        "are more stimuli than stim_code can number, expected at most %d",
                        (long long)p->neuron_count, (long long)p->bases, a->aim_count,
                        a->budget_count, EVK_CODE_MAX);
    return EVK_OK;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static const char *base_name(const struct planning *p, int64_t base)
{
    return evk_image_list_name(p->images, (size_t)base);
}

static void add_row(struct planning *p, struct evk_row row, const struct evk_adversarial_job *job)
{
    p->plan->wanted[p->plan->count] = row;
    p->plan->jobs[p->plan->count++] = *job;
}

static void add_base(struct planning *p, int64_t base)
{
    const struct evk_adversarial_job job = {
        .role = EVK_ROLE_BASE, .onto = base, .of = -1, .neuron = -1};

    add_row(p, evk_adversarial_base_row(base_name(p, base)), &job);
}

static void add_blank(struct planning *p, const struct evk_control_type *c, int64_t neuron)
{
    const struct neuron *n = &p->neurons[neuron];
    const struct evk_adversarial_job job = {
        .role = EVK_ROLE_BLANK,
        .control = c,
        .onto = -1,
        .of = p->first[neuron * p->bases * (int64_t)p->asked->aim_count],
        .model = n->model,
        .output = n->output,
        .neuron = neuron,
    };

    add_row(p, evk_adversarial_blank_row(&job), &job);
}

/* ---- sweeps ---------------------------------------------------------------------------------- */

static int64_t *first_of(const struct planning *p, int64_t neuron, int64_t base, size_t direction)
{
    return &p->first[(neuron * p->bases + base) * (int64_t)p->asked->aim_count +
                     (int64_t)direction];
}

/* Begin a job for an image of the sweep of neuron swept, whose row is of neuron shown. */
static struct evk_adversarial_job begin_job(const struct planning *p, int64_t swept, int64_t shown,
                                            int64_t base, enum evk_aim aim)
{
    const struct neuron *a = &p->neurons[swept], *b = &p->neurons[shown];

    return (struct evk_adversarial_job){
        .role = EVK_ROLE_IMAGE,
        .sweep = {a->model, a->output, base, aim},
        .onto = base,
        .of = -1,
        .model = b->model,
        .output = b->output,
        .neuron = shown,
    };
}

/*
 * Add the controls of one kind that are made from this sweep.  Where such a control is the image of
 * another neuron, this sweep gives controls of the preceding neuron, which their rows then name.
 */
static void add_kind(struct planning *p, const struct evk_control_type *c, int64_t neuron,
                     int64_t base, size_t direction)
{
    const int64_t shown =
        c->other_neuron ? (neuron + p->neuron_count - 1) % p->neuron_count : neuron;
    const enum evk_aim aim = p->asked->aims[direction];
    struct evk_adversarial_job job =
        begin_job(p, neuron, shown, base, c->opposite ? evk_aim_opposite(aim) : aim);

    job.role = EVK_ROLE_CONTROL;
    job.control = c;
    if (c->other_base)
        job.onto = (base + 1) % p->bases;
    for (job.budget = 0; job.budget < p->asked->budget_count; job.budget++) {
        job.of = *first_of(p, shown, base, direction) + (int64_t)job.budget;
        add_row(p, evk_adversarial_control_row(p->asked, &job, aim, base_name(p, job.onto)), &job);
    }
}

static void add_sweep(struct planning *p, int64_t neuron, int64_t base, size_t direction)
{
    struct evk_adversarial_job job = begin_job(p, neuron, neuron, base, p->asked->aims[direction]);
    const struct evk_controls *controls = &p->asked->controls;

    for (size_t i = 0; i < controls->count; i++)
        if (is_link(p, controls->type[i]))
            job.control = controls->type[i];
    for (job.budget = 0; job.budget < p->asked->budget_count; job.budget++) {
        if (job.control)
            job.of = *first_of(p, neuron, base, 1 - direction) + (int64_t)job.budget;
        add_row(p, evk_adversarial_image_row(p->asked, &job, base_name(p, base)), &job);
    }
    for (size_t i = 0; i < controls->count; i++)
        if (controls->type[i]->perturbed && !is_link(p, controls->type[i]))
            add_kind(p, controls->type[i], neuron, base, direction);
}

/*
 * Find the first row of each sweep before rows are added, since a control may name a row that comes
 * later.
 */
static void place_sweeps(struct planning *p)
{
    const int64_t of_neuron = p->bases * (int64_t)p->asked->aim_count;
    int64_t at = p->bases;

    for (int64_t i = 0; i < p->neuron_count * of_neuron; i++) {
        p->first[i] = at;
        at += p->kinds * (int64_t)p->asked->budget_count;
        if ((i + 1) % of_neuron == 0)
            at += p->blanks;
    }
}

static void add_rows(struct planning *p)
{
    const struct evk_controls *controls = &p->asked->controls;

    p->plan->count = 0;
    for (int64_t b = 0; b < p->bases; b++)
        add_base(p, b);
    for (int64_t n = 0; n < p->neuron_count; n++) {
        for (int64_t b = 0; b < p->bases; b++)
            for (size_t d = 0; d < p->asked->aim_count; d++)
                add_sweep(p, n, b, d);
        for (size_t i = 0; i < controls->count; i++)
            if (controls->type[i]->blank)
                add_blank(p, controls->type[i], n);
    }
}

static evk_status plan(struct planning *p, const evk_target *targets, size_t count, evk_error *err)
{
    int64_t pairs, n = 0;

    EVK_TRY(evk_alloc(&p->neurons, p->neuron_count, sizeof(*p->neurons), "neurons", err));
    for (size_t t = 0; t < count; t++)
        for (size_t o = 0; o < targets[t].count; o++)
            p->neurons[n++] = (struct neuron){targets[t].model, targets[t].outputs[o]};
    EVK_TRY(check_controls(p, err));
    EVK_TRY(count_rows(p, &pairs, err));
    EVK_TRY(
        evk_alloc(&p->first, pairs * (int64_t)p->asked->aim_count, sizeof(*p->first), "jobs", err));
    EVK_TRY(evk_alloc(&p->plan->wanted, p->plan->count, sizeof(*p->plan->wanted), "jobs", err));
    EVK_TRY(evk_alloc(&p->plan->jobs, p->plan->count, sizeof(*p->plan->jobs), "jobs", err));
    place_sweeps(p);
    add_rows(p);
    return EVK_OK;
}

evk_status evk_adversarial_plan(struct evk_adversarial_plan *out, const struct evk_asked *asked,
                                const evk_target *targets, size_t count,
                                const evk_image_list *images, evk_error *err)
{
    struct planning p = {.plan = out,
                         .asked = asked,
                         .images = images,
                         .bases = (int64_t)evk_image_list_count(images),
                         .neuron_count = evk_targets_neurons(targets, count)};
    evk_status s;

    *out = (struct evk_adversarial_plan){NULL, NULL, 0, NULL};
    if (p.neuron_count == 0)
        return evk_fail(err, EVK_EINVAL, "there is no neuron to make images for");
    s = plan(&p, targets, count, err);
    free(p.neurons);
    free(p.first);
    if (s)
        evk_adversarial_plan_release(out);
    return s;
}

void evk_adversarial_plan_release(struct evk_adversarial_plan *p)
{
    free(p->wanted);
    free(p->jobs);
    free(p->job_of);
    *p = (struct evk_adversarial_plan){NULL, NULL, 0, NULL};
}

evk_status evk_adversarial_link(struct evk_adversarial_plan *p, const int64_t *place,
                                struct evk_stimuli *all, evk_error *err)
{
    EVK_TRY(evk_alloc(&p->job_of, all->count, sizeof(*p->job_of), "jobs", err));
    for (int64_t i = 0; i < all->count; i++)
        p->job_of[i] = -1;
    for (int64_t i = 0; i < p->count; i++) {
        const struct evk_adversarial_job *job = &p->jobs[i];
        struct evk_row *row = &all->list[place[i]].row;

        p->job_of[place[i]] = i;
        if (job->onto >= 0 && job->role != EVK_ROLE_BASE)
            row->source_id = all->list[place[job->onto]].row.stimulus_id;
        if (job->of >= 0)
            row->control_of = all->list[place[job->of]].row.stimulus_id;
    }
    return EVK_OK;
}
