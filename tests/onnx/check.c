/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.c - ONNX's own conformance cases: which of them evoke reads, and whether it computes them
 *
 *     check [DATA [CASE...]]
 *
 * Prints "CASE pass|fail|outside REASON" for each case in the folders of DATA, or for the cases
 * that are named, such as node/test_add.  All outputs are compared, and the gradients of all that
 * depend on the first input.  The exit status is 1 where a case fails that is not in `known`, where
 * one of these passes, or where fewer than 95 % of those inside pass.
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

/* Cases that fail, and why they may. */
static const struct {
    const char *name, *why;
} known[] = {
    {"node/test_cast_FLOAT_to_BFLOAT16",
     "the file cuts off bits where ONNX rounds; evoke computes in float32 all the same"},
    {"node/test_castlike_FLOAT_to_BFLOAT16_expanded",
     "the file cuts off bits where ONNX rounds; evoke computes in float32 all the same"},
    {"node/test_maxpool_with_argmax_2d_precomputed_pads",
     "positions of maxima are whole numbers that no response depends on"},
    {"node/test_maxpool_with_argmax_2d_precomputed_strides",
     "positions of maxima are whole numbers that no response depends on"},
    {"node/test_resize_downsample_scales_linear_align_corners",
     "the file aligns the corner of 2.4 columns; PyTorch and evoke align that of the 2 there are"},
};

struct tally {
    int64_t pass, fail, outside;
    int64_t surprises; /* cases that fail and are not known to, or pass and are known to fail */
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
    return got == want || (isnan(got) && isnan(want)) ||
           fabs(got - want) <= ABSOLUTE + RELATIVE * fabs(want);
}

static evk_status compare_values(struct subject *s, const struct evk_onnx_value *want,
                                 int64_t *place, evk_error *err)
{
    const int64_t n = evk_onnx_count(want);
    const float *y = NULL;

    subject_places(s, place);
    if (s->arena) {
        evk_run_forward(&s->plan, NULL, s->arena, s->image.real);
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

/* NumPy has no bfloat16: the files have the bits of such numbers as whole ones. */
static void fix_type(const Onnx__ValueInfoProto *output, Onnx__TensorProto *expected)
{
    if (output->type->tensor_type->elem_type == ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16)
        expected->data_type = ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16;
}

static evk_status check_values(struct subject *s, const Onnx__ValueInfoProto *output,
                               Onnx__TensorProto *expected, struct tally *t, evk_error *err)
{
    char got[EVK_SHAPE_TEXT], wanted[EVK_SHAPE_TEXT];
    struct evk_onnx_value want;
    int64_t *place;
    evk_status status;

    fix_type(output, expected);
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
        status = check_values(s, c->model->graph->output[i], d->output[i], t, err);
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
                evk_error_prepend(err, "output %d", j);
        }
        data_set_release(&d);
    }
    return status;
}

static const char *known_failure(const char *name)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(known[i].name, name) == 0)
            return known[i].why;
    return NULL;
}

static void print_result(const char *name, evk_status status, const evk_error *err, struct tally *t,
                         const struct tally *before)
{
    const char *why = known_failure(name);

    t->surprises += (status != EVK_OK) != (why != NULL);
    t->fail += status != EVK_OK;
    t->pass += status == EVK_OK;
    if (status)
        printf("%s fail %s%s%s\n", name, err->msg, why ? ": " : "", why ? why : "");
    else
        printf("%s pass %lld values, %lld derivatives\n", name,
               (long long)(t->values - before->values),
               (long long)(t->gradient.compared - before->gradient.compared));
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
    if (inside) {
        print_result(name, status, &err, t, &before);
        return;
    }
    printf("%s outside %s\n", name, reason);
    t->outside++;
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
    return t->surprises == 0 && percent >= PASSING;
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
