/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prior.c - priors from the texts of a recipe: the table of priors, their parameters, schedules */
#include "synth/prior.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/param_call.h"

#define EVK_PRIOR(name) extern const struct evk_prior_type evk_prior_##name;
#include "synth/priors.def"
#undef EVK_PRIOR

static const struct evk_prior_type *const table[] = {
#define EVK_PRIOR(name) &evk_prior_##name,
#include "synth/priors.def"
#undef EVK_PRIOR
};

#define PRIORS ((int)(sizeof(table) / sizeof(table[0])))

/* The parameters that every prior has.  The first, weight, is only for priors with a penalty. */
static const evk_param common[] = {
    {"weight", "W", "RMS of a penalty's gradient, as a multiple of that of the response's gradient",
     EVK_PARAM_REAL, offsetof(struct evk_prior, weight), 0, 1e6},
    {"from", "F", "fraction of the steps that pass before the prior acts", EVK_PARAM_REAL,
     offsetof(struct evk_prior, from), 0, 1},
    {"until", "F",
     "fraction of the steps after which the prior no longer acts; 0: it acts on the start image "
     "alone",
     EVK_PARAM_REAL, offsetof(struct evk_prior, until), 0, 1},
    {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
};

static const struct evk_prior plain = {.weight = 0.1, .until = 1};

const evk_param *evk_prior_common_params(const void **defaults)
{
    *defaults = &plain;
    return common;
}

bool evk_prior_info(int i, evk_type_info *out, const evk_param **params, const void **defaults)
{
    if (i < 0 || i >= PRIORS)
        return false;
    *out = (evk_type_info){table[i]->name, table[i]->summary, table[i]->reference};
    *params = table[i]->params;
    *defaults = table[i]->defaults;
    return true;
}

/* ---- texts ---------------------------------------------------------------------------- */

static bool info_at(int row, evk_type_info *out)
{
    const evk_param *params;
    const void *defaults;

    return evk_prior_info(row, out, &params, &defaults);
}

static const struct evk_call_table names = {"prior", info_at};

static bool is_number(const evk_param *param)
{
    return param->kind == EVK_PARAM_REAL || param->kind == EVK_PARAM_OPTIONAL;
}

/*
 * Sets a parameter of the prior's own.  A number "A..B" sets A at the first step and B at the last;
 * any other value is that of both.  value is cut at the dots; it points into p->text.
 */
static evk_status set_own(struct evk_prior *p, const evk_param *param, char *value, evk_error *err)
{
    char *dots = is_number(param) ? strstr(value, "..") : NULL;

    if (dots)
        *dots = '\0';
    EVK_TRY(evk_param_set(param, p->first, value, err));
    if (dots)
        p->scheduled = true;
    return evk_param_set(param, p->last, dots ? dots + 2 : value, err);
}

/*
 * Sets a parameter.  which is the index of its table in evk_call.params: 0 for the prior's own
 * parameters, 1 for those that every prior has.
 */
static evk_status set_param(void *arg, int which, const evk_param *param, char *value,
                            evk_error *err)
{
    return which == 0 ? set_own(arg, param, value, err) : evk_param_set(param, arg, value, err);
}

static evk_status prior_allocate(struct evk_prior *p, const char *text, evk_error *err)
{
    const int64_t size = (int64_t)p->type->size;

    p->text = strdup(text);
    if (!p->text)
        return evk_fail(err, EVK_ENOMEM, "out of memory for a prior");
    EVK_TRY(evk_alloc(&p->self, 1, size, "a prior", err));
    EVK_TRY(evk_alloc(&p->first, 1, size, "a prior", err));
    EVK_TRY(evk_alloc(&p->last, 1, size, "a prior", err));
    memcpy(p->first, p->type->defaults, p->type->size);
    memcpy(p->last, p->type->defaults, p->type->size);
    return EVK_OK;
}

/* Reads a text into *p.  The caller releases *p, after a failure too. */
static evk_status read_text(struct evk_prior *p, const char *text, evk_error *err)
{
    struct evk_call call = {.kind = names.kind, .set = set_param, .arg = p};

    *p = plain;
    EVK_TRY(evk_call_find(&names, text, &p->row, err));
    p->type = table[p->row];
    EVK_TRY(prior_allocate(p, text, err));
    call.name = p->type->name;
    call.params[0] = p->type->params;
    call.params[1] = p->type->penalty ? common : common + 1; /* weight is a penalty's alone */
    return evk_call_read(&call, p->text, err);
}

/* ---- schedules ------------------------------------------------------------------------ */

/* Returns the value of a schedule from a to b at t, from 0 to 1. */
static double between(double a, double b, double t)
{
    if (a > 0 && b > 0)
        return a * evk_exp(t * evk_log(b / a));
    return a + t * (b - a);
}

static double real_at(const void *self, const evk_param *param)
{
    double r;

    memcpy(&r, (const char *)self + param->offset, sizeof(r));
    return r;
}

static void set_real(void *self, const evk_param *param, double r)
{
    memcpy((char *)self + param->offset, &r, sizeof(r));
}

/* Sets the parameters in p->self to those at t; with t NULL, to the larger of both ends. */
static void set_scheduled(struct evk_prior *p, const double *t)
{
    for (const evk_param *param = p->type->params; param && param->name; param++)
        if (is_number(param)) {
            const double a = real_at(p->first, param), b = real_at(p->last, param);

            set_real(p->self, param, t ? between(a, b, *t) : fmax(a, b));
        }
}

/* ---- the priors of an ascent ---------------------------------------------------------- */

static evk_status prior_prepare(struct evk_prior *p, const struct evk_frame *f, evk_error *err)
{
    evk_status s = EVK_OK;

    memcpy(p->self, p->first, p->type->size);
    set_scheduled(p, NULL);
    p->prepared = true;
    if (p->type->prepare)
        s = p->type->prepare(p->self, f, err);
    return s ? evk_wrap(err, s, "prior %s", p->type->name) : EVK_OK;
}

static void prior_release(struct evk_prior *p)
{
    if (p->prepared && p->type->release)
        p->type->release(p->self);
    free(p->text);
    free(p->self);
    free(p->first);
    free(p->last);
}

static bool has_name(const char *text, const char *name, size_t n)
{
    return strncmp(text, name, n) == 0 && (text[n] == '\0' || text[n] == ':');
}

/* Does a later text of the same prior replace text i, or is text i "NAME:off"? */
static bool is_replaced(const evk_texts *texts, size_t i)
{
    const char *text = texts->text[i];
    const size_t n = strcspn(text, ":");

    for (size_t j = i + 1; j < texts->count; j++)
        if (has_name(texts->text[j], text, n))
            return true;
    return strcmp(text + n, ":off") == 0;
}

/* Sorts the priors into the order of the table. */
static void sort_by_row(struct evk_priors *all)
{
    for (size_t i = 1; i < all->count; i++)
        for (size_t j = i; j > 0 && all->prior[j].row < all->prior[j - 1].row; j--) {
            const struct evk_prior swap = all->prior[j];

            all->prior[j] = all->prior[j - 1];
            all->prior[j - 1] = swap;
        }
}

static bool is_any(const struct evk_prior_type *type)
{
    (void)type;
    return true;
}

static bool is_window(const struct evk_prior_type *type)
{
    return type->narrow != NULL;
}

/* Reads the texts of the priors for which wanted(type) is true, and sorts the priors. */
static evk_status read_some(struct evk_priors *out, const evk_texts *texts,
                            bool (*wanted)(const struct evk_prior_type *), evk_error *err)
{
    for (size_t i = 0; i < texts->count; i++) {
        int row;

        EVK_TRY(evk_call_find(&names, texts->text[i], &row, err));
        if (!is_replaced(texts, i) && wanted(table[row]))
            EVK_TRY(read_text(&out->prior[out->count++], texts->text[i], err));
    }
    sort_by_row(out);
    return EVK_OK;
}

static evk_status read_texts(struct evk_priors *out, const evk_texts *texts, evk_error *err)
{
    return read_some(out, texts, is_any, err);
}

evk_status evk_priors_check(const evk_texts *texts, evk_error *err)
{
    struct evk_priors all = {.count = 0};
    const evk_status s = read_texts(&all, texts, err);

    evk_priors_close(&all);
    return s;
}

evk_status evk_priors_background(const evk_texts *texts, double *value, evk_error *err)
{
    struct evk_priors all = {.count = 0};
    const evk_status s = read_texts(&all, texts, err);

    for (size_t i = 0; i < all.count && !s; i++)
        for (const evk_param *p = all.prior[i].type->params; p && p->name; p++)
            if (strcmp(p->name, "background") == 0)
                *value = real_at(all.prior[i].first, p);
    evk_priors_close(&all);
    return s;
}

static evk_status open_some(struct evk_priors *out, const evk_texts *texts,
                            const struct evk_frame *f,
                            bool (*wanted)(const struct evk_prior_type *), evk_error *err)
{
    evk_status s;

    out->count = 0;
    s = read_some(out, texts, wanted, err);
    for (size_t i = 0; i < out->count && !s; i++)
        s = prior_prepare(&out->prior[i], f, err);
    if (s)
        evk_priors_close(out);
    return s;
}

evk_status evk_priors_open(struct evk_priors *out, const evk_texts *texts,
                           const struct evk_frame *f, evk_error *err)
{
    return open_some(out, texts, f, is_any, err);
}

evk_status evk_priors_open_windows(struct evk_priors *out, const evk_texts *texts,
                                   const struct evk_frame *f, evk_error *err)
{
    return open_some(out, texts, f, is_window, err);
}

void evk_priors_close(struct evk_priors *all)
{
    for (size_t i = 0; i < all->count; i++)
        prior_release(&all->prior[i]);
    all->count = 0;
}

/*
 * Does the prior act at this point?  t is the part of the steps that are done.  The last step
 * counts as the end (t = 1) even where it is the only one.  At the start, step -1, `until` does not
 * matter.
 */
static bool prior_acts(const struct evk_prior *p, const struct evk_clock *now, double t)
{
    const bool begun = t >= p->from || now->step >= now->steps - 1;

    return now->step < 0 ? begun : begun && t <= p->until && p->until > 0;
}

void evk_priors_at(struct evk_priors *all, const struct evk_frame *f, const struct evk_clock *now)
{
    const int64_t step = now->step < 0 ? 0 : now->step;
    const double t = now->steps > 1 ? (double)step / (double)(now->steps - 1) : 0;

    for (size_t i = 0; i < all->count; i++) {
        struct evk_prior *p = &all->prior[i];

        p->acts = prior_acts(p, now, t);
        if (!p->acts || !p->scheduled)
            continue;
        set_scheduled(p, &t);
        if (p->type->retune)
            p->type->retune(p->self, f);
    }
}

/* ---- files ---------------------------------------------------------------------------- */

static bool is_file(const evk_param *param)
{
    return param->kind == EVK_PARAM_TEXT && strcmp(param->value, "FILE") == 0;
}

static evk_status tell_files(const struct evk_prior *p, evk_prior_file_fn *tell, void *arg,
                             evk_error *err)
{
    for (const evk_param *param = p->type->params; param && param->name; param++) {
        const char *file;

        if (!is_file(param))
            continue;
        memcpy(&file, (const char *)p->first + param->offset, sizeof(file));
        if (file && file[0])
            EVK_TRY(tell(arg, p->type->name, file, err));
    }
    return EVK_OK;
}

evk_status evk_priors_files(const evk_texts *texts, evk_prior_file_fn *tell, void *arg,
                            evk_error *err)
{
    struct evk_priors all = {.count = 0};
    evk_status s = read_texts(&all, texts, err);

    for (size_t i = 0; i < all.count && !s; i++)
        s = tell_files(&all.prior[i], tell, arg, err);
    evk_priors_close(&all);
    return s;
}

/* ---- windows -------------------------------------------------------------------------- */

bool evk_priors_have_window(const struct evk_priors *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->prior[i].type->narrow)
            return true;
    return false;
}

void evk_priors_window(const struct evk_priors *all, const struct evk_frame *f,
                       struct evk_image_window *w)
{
    evk_image_window_clear(w);
    for (size_t i = 0; i < all->count; i++)
        if (all->prior[i].acts && all->prior[i].type->narrow)
            all->prior[i].type->narrow(all->prior[i].self, f, w);
    evk_image_window_finish(w);
}
