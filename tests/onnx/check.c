/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.c - ONNX's own conformance cases: which of them evoke reads, and whether it computes them
 *
 *     check [DATA [CASE...]]
 *
 * Prints "CASE pass|fail|outside REASON" for each case in the folders of DATA, or for the cases
 * that are named, such as node/test_add.  All outputs are compared, and the gradients of all that
 * depend on the first input.  The exit status is 1 where a case fails that is not in `known`, or
 * where fewer than 95 % of those inside pass.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "gradient.h"
#include "inside.h"

static const char DATA[] = "/usr/share/libonnx-testdata/data";
static const char *const folders[] = {"node", "pytorch-converted", "pytorch-operator", "simple"};
static const double RELATIVE = 1e-3, ABSOLUTE = 1e-7, SLOPES = 5e-3;
static const double PASSING = 95; /* % of those inside */

struct tally {
    int64_t pass, fail, outside;
    struct gradient_tally gradient;
    int64_t values;
};

/* ---- one output -------------------------------------------------------------------------------- */

/* Returns number i of a constant. */
static double number_at(const struct evk_onnx_value *v, int64_t i)
{
    return v->real ? (double)v->real[i] : (double)v->whole[i];
}

static bool near(double got, double want)
{
    return got == want || fabs(got - want) <= ABSOLUTE + RELATIVE * fabs(want);
}

static evk_status compare_values(struct subject *s, const struct evk_onnx_value *want,
                                 int64_t *place, evk_error *err)
{
    const int64_t n = evk_onnx_count(want);
    const float *y = NULL;

    subject_places(s, place);
    if (s->arena) {
        evk_run_forward(&s->plan, s->arena, s->image.real);
        y = evk_run_output(&s->plan, s->arena);
    }
    for (int64_t i = 0; i < n; i++) {
        const double got = y ? (double)y[place[i]] : number_at(&s->value, place[i]);

        if (!near(got, number_at(want, i)))
            return evk_fail(err, EVK_EFORMAT, "value %lld of %lld is %.9g, expected %.9g",
                            (long long)i, (long long)n, got, number_at(want, i));
    }
    return EVK_OK;
}

static evk_status check_values(struct subject *s, const Onnx__TensorProto *expected,
                               struct tally *t, evk_error *err)
{
    char got[EVK_SHAPE_TEXT], wanted[EVK_SHAPE_TEXT];
    struct evk_onnx_value want;
    int64_t *place;
    evk_status status;

    EVK_TRY(evk_onnx_tensor(&s->onnx, expected, &want, err));
    if (want.axes != s->value.axes ||
        memcmp(want.dim, s->value.dim, (size_t)want.axes * sizeof(*want.dim)) != 0)
        return evk_fail(err, EVK_EFORMAT, "its shape is %s, expected %s",
                        evk_shape_text(s->value.axes, s->value.dim, got),
                        evk_shape_text(want.axes, want.dim, wanted));
    EVK_TRY(evk_alloc(&place, evk_onnx_count(&want) + 1, sizeof(*place), "places", err));
    status = compare_values(s, &want, place, err);
    free(place);
    t->values += evk_onnx_count(&want);
    return status;
}

static evk_status check_gradient(struct subject *s, struct tally *t, evk_error *err)
{
    struct gradient_tally g = {0};

    EVK_TRY(gradient_check(s, &g, err));
    t->gradient.compared += g.compared;
    t->gradient.skipped += g.skipped;
    t->gradient.worst = fmax(t->gradient.worst, g.worst);
    if (!(g.worst <= SLOPES))
        return evk_fail(err, EVK_EFORMAT, "a derivative is %.7g, and differences say %.7g", g.got,
                        g.expected);
    return EVK_OK;
}

static evk_status check_output(const struct conformance_case *c, const struct data_set *d, int i,
                               struct tally *t, evk_error *err)
{
    struct subject *s;
    evk_status status;

    EVK_TRY(evk_alloc(&s, 1, sizeof(*s), "a case", err));
    status = subject_make(s, c, d, i, err);
    if (!status)
        status = check_values(s, d->output[i], t, err);
    if (!status && s->arena)
        status = check_gradient(s, t, err);
    subject_release(s);
    free(s);
    return status;
}

/* ---- cases ------------------------------------------------------------------------------------- */

/* Compares all outputs of all data sets, or says why the case is outside. */
static evk_status check_sets(const struct conformance_case *c, struct tally *t, bool *inside,
                             char reason[REASON], evk_error *err)
{
    evk_status status = EVK_OK;

    for (int i = 0; i < c->sets && *inside && !status; i++) {
        struct data_set d;

        status = case_read(c, i, &d, err);
        *inside = status || case_is_inside(c, &d, reason);
        for (int j = 0; j < d.outputs && *inside && !status; j++) {
            status = check_output(c, &d, j, t, err);
            if (status && d.outputs > 1)
                evk_error_prepend(err, "output %d: ", j);
        }
        data_set_release(&d);
    }
    return status;
}

static void check_case(const char *data, const char *name, struct tally *t)
{
    const struct tally before = *t;
    struct conformance_case c;
    char reason[REASON];
    bool inside = true;
    evk_error err = {0};
    evk_status status = case_open(&c, data, name, &err);

    if (!status && c.sets == 0)
        status = evk_fail(&err, EVK_EFORMAT, "it has no data set");
    if (!status)
        status = check_sets(&c, t, &inside, reason, &err);
    case_close(&c);
    if (!inside) {
        printf("%s outside %s\n", name, reason);
        t->outside++;
    } else if (status) {
        printf("%s fail %s\n", name, err.msg);
        t->fail++;
    } else {
        printf("%s pass %lld values, %lld derivatives\n", name,
               (long long)(t->values - before.values),
               (long long)(t->gradient.compared - before.gradient.compared));
        t->pass++;
    }
}

static evk_status check_folder(const char *data, const char *folder, struct tally *t,
                               evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    struct evk_names names = {0};
    evk_status s;

    evk_str_printf(&path, "%s/%s", data, folder);
    s = evk_fs_list(&names, path.data, err);
    for (size_t i = 0; i < names.count && !s; i++) {
        struct evk_str name = EVK_STR_INIT;

        evk_str_printf(&name, "%s/%s", folder, names.names[i]);
        check_case(data, name.data, t);
        evk_str_release(&name);
    }
    evk_names_release(&names);
    evk_str_release(&path);
    return s;
}

static bool report(const struct tally *t)
{
    const int64_t inside = t->pass + t->fail;
    const double percent = inside ? 100 * (double)t->pass / (double)inside : 0;

    printf("%lld cases: %lld inside, of which %lld pass (%.1f %%) and %lld fail; %lld outside\n",
           (long long)(inside + t->outside), (long long)inside, (long long)t->pass, percent,
           (long long)t->fail, (long long)t->outside);
    printf("%lld values; %lld derivatives compared with differences, the worst %.1e of the largest "
           "of its case; %lld could not be told by differences\n",
           (long long)t->values, (long long)t->gradient.compared, t->gradient.worst,
           (long long)t->gradient.skipped);
    return t->fail == 0 && percent >= PASSING;
}

int main(int argc, char **argv)
{
    const char *data = argc > 1 ? argv[1] : DATA;
    struct tally t = {0};
    evk_error err;

    for (int i = 2; i < argc; i++)
        check_case(data, argv[i], &t);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && argc <= 2; i++)
        if (check_folder(data, folders[i], &t, &err)) {
            fprintf(stderr, "check: %s\n", err.msg);
            return 2;
        }
    return report(&t) ? 0 : 1;
}
