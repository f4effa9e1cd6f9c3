/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schedule.c - the order of a session's images, or of what remains of them, and its parts */
#include "session/schedule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/shown.h"

/* A schedule while it is made. */
struct scheduling {
    const struct evk_rig_schedule *s;
    struct evk_order_block *blocks; /* owned */
    int64_t *all, *kind, *code;     /* (s->count) owned */
    int64_t *item;                  /* (EVK_CODE_MAX + 1) of each code, -1: of none; owned */
    int64_t block_count, kinds;
    int64_t *shown; /* (s->count) presentations of each item; owned */
};

static evk_status open_arrays(struct scheduling *c, evk_error *err)
{
    const int64_t n = c->s->count;

    EVK_TRY(evk_alloc(&c->all, n, sizeof(*c->all), "an order", err));
    EVK_TRY(evk_alloc(&c->item, EVK_CODE_MAX + 1, sizeof(*c->item), "an order", err));
    EVK_TRY(evk_alloc(&c->kind, n, sizeof(*c->kind), "an order", err));
    EVK_TRY(evk_alloc(&c->code, n, sizeof(*c->code), "an order", err));
    return evk_alloc(&c->shown, n, sizeof(*c->shown), "an order", err);
}

/* Numbers the kinds of items in the order in which they come first. */
static evk_status number_kinds(struct scheduling *c, evk_error *err)
{
    const struct evk_rig_item *items = c->s->items;
    const char **roles; /* (kinds) */

    EVK_TRY(evk_alloc(&roles, c->s->count, sizeof(*roles), "an order", err));
    for (int64_t code = 0; code <= EVK_CODE_MAX; code++)
        c->item[code] = -1;
    for (int64_t i = 0; i < c->s->count; i++) {
        int64_t k = 0;

        while (k < c->kinds && strcmp(roles[k], items[i].role) != 0)
            k++;
        if (k == c->kinds)
            roles[c->kinds++] = items[i].role;
        c->kind[i] = k;
        c->all[i] = i;
        c->code[i] = items[i].code;
        c->item[items[i].code] = i;
    }
    free(roles);
    return EVK_OK;
}

static evk_status make_blocks(struct scheduling *c, evk_error *err)
{
    const struct evk_rig_schedule *s = c->s;

    c->block_count = s->blocks ? s->block_count : s->plan->options->repeats;
    EVK_TRY(evk_alloc(&c->blocks, c->block_count, sizeof(*c->blocks), "an order", err));
    for (int64_t b = 0; b < c->block_count; b++)
        c->blocks[b] = s->blocks ? s->blocks[b] : (struct evk_order_block){b + 1, c->all, s->count};
    return EVK_OK;
}

static int64_t presentations(const struct scheduling *c)
{
    int64_t n = c->s->blanks;

    for (int64_t b = 0; b < c->block_count; b++)
        n += c->blocks[b].count;
    return n;
}

/* Returns what an order has for the code that was shown before it. */
static int64_t shown_before(const struct scheduling *c)
{
    const int64_t code = c->s->before;

    if (code && code == c->s->blank)
        return EVK_ORDER_BLANK;
    return code && c->item[code] >= 0 ? c->item[code] : INT64_MIN;
}

static int64_t catch_trials(const struct scheduling *c)
{
    const int64_t per_trial = c->s->plan->options->per_trial;

    return c->s->catch_trials >= 0
               ? c->s->catch_trials
               : evk_rig_plan_catch(c->s->plan, (presentations(c) + per_trial - 1) / per_trial);
}

/* ---- totals and parts ------------------------------------------------------------------------ */

static void count(struct scheduling *c, const struct evk_order *o, evk_rig_total *total)
{
    const struct evk_rig_schedule *s = c->s;
    const struct evk_trial_clock *clock = &s->plan->clock;

    for (int64_t i = 0; i < o->count; i++) {
        const struct evk_presentation *p = &o->list[i];

        total->presentations++;
        total->blanks += p->image == EVK_ORDER_BLANK && !p->is_catch;
        total->catch_trials += p->is_catch && p->position == 1;
        if (p->image >= 0)
            c->shown[p->image]++;
    }
    total->trials = s->first_trial - 1 + o->trials;
    total->minutes = ((double)s->begin / clock->rate + evk_trial_clock_seconds(clock, o)) / 60;
}

/* Returns the minutes by which the session would be shorter without so many presentations. */
static double minutes_of(const struct scheduling *c, const evk_rig_total *t, int64_t presentations)
{
    const int64_t per_trial = c->s->plan->options->per_trial;
    const struct evk_trial_clock *clock = &c->s->plan->clock;

    return (evk_trial_clock_estimate(clock, t->presentations, per_trial) -
            evk_trial_clock_estimate(clock, t->presentations - presentations, per_trial)) /
           60;
}

static evk_status add_kinds(const struct scheduling *c, evk_rig_report *r, evk_error *err)
{
    for (int64_t k = 0; k < c->kinds; k++) {
        evk_rig_part part = {.group = "kind", .name = NULL};

        for (int64_t i = 0; i < c->s->count; i++)
            if (c->kind[i] == k && c->shown[i]) {
                part.name = c->s->items[i].role;
                part.images++;
                part.presentations += c->shown[i];
            }
        part.minutes = minutes_of(c, &r->total, part.presentations);
        if (part.name)
            EVK_TRY(evk_rig_report_add(r, &part, err));
    }
    return EVK_OK;
}

static int by_unit(const void *a, const void *b)
{
    const struct evk_rig_belonging *x = a, *y = b;
    const int order = strcmp(x->unit, y->unit);

    return order ? order : (x->code > y->code) - (x->code < y->code);
}

/* Adds the part of a unit, whose belongings (n) are sorted by code. */
static evk_status add_unit(const struct scheduling *c, const int64_t *owners,
                           const struct evk_rig_belonging *list, int64_t n, evk_rig_report *r,
                           evk_error *err)
{
    evk_rig_part part = {.group = "unit", .name = list[0].unit};
    int64_t alone = 0;

    for (int64_t i = 0; i < n; i++) {
        const int64_t item = c->item[list[i].code];

        if (item < 0 || !c->shown[item] || (i && list[i].code == list[i - 1].code))
            continue;
        part.images++;
        part.presentations += c->shown[item];
        alone += owners[item] == 1 ? c->shown[item] : 0;
    }
    part.minutes = minutes_of(c, &r->total, alone);
    return part.images ? evk_rig_report_add(r, &part, err) : EVK_OK;
}

/* Counts to how many units each item belongs; an image that is also for no unit counts one more. */
static void count_owners(const struct scheduling *c, const struct evk_rig_belonging *sorted,
                         int64_t n, int64_t *owners)
{
    for (int64_t i = 0; i < n; i++) {
        const int64_t item = c->item[sorted[i].code];

        if (item >= 0 && (!i || by_unit(&sorted[i], &sorted[i - 1]) != 0))
            owners[item]++;
    }
    for (int64_t i = 0; i < c->s->belonging_count; i++) {
        const int64_t item = c->s->belongings[i].unit ? -1 : c->item[c->s->belongings[i].code];

        if (item >= 0)
            owners[item]++;
    }
}

static evk_status add_units(const struct scheduling *c, struct evk_rig_belonging *sorted,
                            int64_t *owners, evk_rig_report *r, evk_error *err)
{
    int64_t n = 0;

    for (int64_t i = 0; i < c->s->belonging_count; i++)
        if (c->s->belongings[i].unit)
            sorted[n++] = c->s->belongings[i];
    if (n)
        qsort(sorted, (size_t)n, sizeof(*sorted), by_unit);
    count_owners(c, sorted, n, owners);
    for (int64_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && strcmp(sorted[end].unit, sorted[first].unit) == 0; end++) {
        }
        EVK_TRY(add_unit(c, owners, sorted + first, end - first, r, err));
    }
    return EVK_OK;
}

static evk_status add_parts(const struct scheduling *c, evk_rig_report *r, evk_error *err)
{
    struct evk_rig_belonging *sorted;
    int64_t *owners = NULL;
    evk_status s;

    EVK_TRY(add_kinds(c, r, err));
    EVK_TRY(evk_alloc(&sorted, c->s->belonging_count, sizeof(*sorted), "a report", err));
    s = evk_alloc(&owners, c->s->count, sizeof(*owners), "a report", err);
    if (!s)
        s = add_units(c, sorted, owners, r, err);
    free(owners);
    free(sorted);
    return s;
}

/* ---- all ------------------------------------------------------------------------------------- */

static evk_status order(struct scheduling *c, struct evk_str *text, evk_rig_report *r,
                        evk_error *err)
{
    const struct evk_rig_schedule *s = c->s;
    const struct evk_order_ask ask = {.blocks = c->blocks,
                                      .block_count = c->block_count,
                                      .kind = c->kind,
                                      .images = s->count,
                                      .kinds = c->kinds,
                                      .blanks = s->blanks,
                                      .catch_trials = catch_trials(c),
                                      .catch_blank = !s->catch_image,
                                      .per_trial = s->plan->options->per_trial,
                                      .first_trial = s->first_trial,
                                      .before = shown_before(c),
                                      .seed = (uint64_t)s->plan->options->seed};
    const struct evk_rig_codes codes = {c->code, s->blank, s->catch_image};
    struct evk_order o;

    EVK_TRY(evk_order_make(&o, &ask, err));
    evk_rig_trials_lines(text, &o, &codes, &s->plan->clock, s->begin);
    count(c, &o, &r->total);
    evk_order_release(&o);
    EVK_TRY(evk_str_check(text, err));
    return add_parts(c, r, err);
}

static evk_status schedule(struct scheduling *c, struct evk_str *text, evk_rig_report *r,
                           evk_error *err)
{
    EVK_TRY(open_arrays(c, err));
    EVK_TRY(number_kinds(c, err));
    EVK_TRY(make_blocks(c, err));
    return order(c, text, r, err);
}

evk_status evk_rig_schedule_make(const struct evk_rig_schedule *s, struct evk_str *text,
                                 evk_rig_report *report, evk_error *err)
{
    struct scheduling c = {.s = s};
    const evk_status status = schedule(&c, text, report, err);

    free(c.blocks);
    free(c.all);
    free(c.item);
    free(c.kind);
    free(c.code);
    free(c.shown);
    return status;
}

/* Returns the minutes of the session with another number of repeats. */
static double with_repeats(const struct evk_rig_schedule *s, int64_t repeats)
{
    const int64_t per_trial = s->plan->options->per_trial;
    const int64_t n = repeats * s->count + s->blanks;
    const int64_t trials = (n + per_trial - 1) / per_trial;

    return evk_trial_clock_estimate(
               &s->plan->clock, n + per_trial * evk_rig_plan_catch(s->plan, trials), per_trial) /
           60;
}

evk_status evk_rig_schedule_check(const struct evk_rig_schedule *s, const evk_rig_report *report,
                                  double minutes, evk_error *err)
{
    const struct evk_rig_options *o = s->plan->options;
    const double over = report->total.minutes - minutes;
    int64_t repeats = o->repeats;

    if (over <= 0)
        return EVK_OK;
    while (repeats > 1 && with_repeats(s, repeats) > minutes)
        repeats--;
    if (s->blocks)
        return evk_fail(err, EVK_EINVAL,
                        "the session takes %.1f minutes, which is %.1f more than --minutes %g",
                        report->total.minutes, over, minutes);
    if (with_repeats(s, repeats) > minutes)
        return evk_fail(err, EVK_EINVAL,
                        "the session takes %.1f minutes, which is %.1f more than --minutes %g, and "
                        "a single repeat of each image takes %.1f; 'evoke session --plan' says "
                        "what each kind and each unit takes",
                        report->total.minutes, over, minutes, with_repeats(s, 1));
    return evk_fail(err, EVK_EINVAL,
                    "the session takes %.1f minutes, which is %.1f more than --minutes %g; "
                    "--repeats %lld would fit, and so would a session without %lld of the images; "
                    "'evoke session --plan' says what each kind and each unit takes",
                    report->total.minutes, over, minutes, (long long)repeats,
                    (long long)ceil(over / (report->total.minutes / (double)(s->count + 1))));
}
