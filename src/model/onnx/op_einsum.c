/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * op_einsum.c - ONNX's Einsum: sums of products along named axes
 *
 * Tensors are taken in one after the other.  An axis that only one of the two has, and nobody
 * asks for later, is summed before; then the product is one of matrices, whose rows, columns and
 * sums are the axes of the first, of the second, and of both that nobody asks for later.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "model/onnx/ops.h"
#include "model/onnx/product.h"
#include "model/onnx/reduce.h"

enum { EQUATION = 256, ELLIPSIS = 128 }; /* axes of an ellipsis are ELLIPSIS, ELLIPSIS + 1 ... */

/* The names of a tensor's axes. */
struct term {
    int count;
    int label[EQUATION];
};

struct equation {
    struct term in[EVK_INPUTS_MAX], out;
    int inputs;
};

static bool has(const struct term *t, int label)
{
    for (int i = 0; i < t->count; i++)
        if (t->label[i] == label)
            return true;
    return false;
}

static evk_status malformed(const struct evk_onnx_call *c, evk_error *err)
{
    return evk_onnx_fail(c, EVK_EUNSUPPORTED, err,
                         "its equation cannot be read, or does not fit "
                         "its inputs");
}

/* Reads the names of one tensor; `hidden` is how many axes an ellipsis stands for, the last of
   which is the last of all ellipses. */
static evk_status read_term(const struct evk_onnx_call *c, const char **at, int hidden,
                            struct term *t, evk_error *err)
{
    t->count = 0;
    for (; **at && **at != ',' && **at != '-'; ++*at) {
        if (**at == ' ')
            continue;
        if (strncmp(*at, "...", 3) == 0) {
            for (int i = hidden; i > 0 && t->count < EVK_ONNX_AXES; i--)
                t->label[t->count++] = ELLIPSIS + EVK_ONNX_AXES - i;
            *at += 2;
            continue;
        }
        if (!isalpha((unsigned char)**at) || t->count == EVK_ONNX_AXES)
            return malformed(c, err);
        t->label[t->count++] = **at;
    }
    return EVK_OK;
}

/* Returns how many axes the ellipsis of the term at `at` stands for, where the tensor has
   `axes`. */
static int hidden_axes(const char *at, int axes)
{
    int named = 0;
    bool dots = false;

    for (; *at && *at != ',' && *at != '-'; at++) {
        named += isalpha((unsigned char)*at) != 0;
        dots = dots || *at == '.';
    }
    return dots && axes > named ? axes - named : 0;
}

/* Without "->", the result has the axes of ellipses, and then those that are named once, in the
   order of their names. */
static void implicit_output(struct equation *e)
{
    for (int i = 0; i < 2 * ELLIPSIS; i++) {
        const int label = i < ELLIPSIS ? ELLIPSIS + i : i - ELLIPSIS;
        int count = 0;

        for (int j = 0; j < e->inputs; j++)
            for (int k = 0; k < e->in[j].count; k++)
                count += e->in[j].label[k] == label;
        if ((count == 1 || (count > 0 && label >= ELLIPSIS)) && e->out.count < EVK_ONNX_AXES)
            e->out.label[e->out.count++] = label;
    }
}

static evk_status read_equation(const struct evk_onnx_call *c, struct equation *e, evk_error *err)
{
    char text[EQUATION];
    const char *at = text;
    int most = 0;

    EVK_TRY(evk_onnx_text(c, "equation", "", text, sizeof(text), err));
    for (int i = 0; i < c->inputs; i++) {
        const int hidden = hidden_axes(at, c->in[i]->axes);

        most = hidden > most ? hidden : most;
        EVK_TRY(read_term(c, &at, hidden, &e->in[i], err));
        if (e->in[i].count != c->in[i]->axes || (i + 1 < c->inputs && *at != ','))
            return malformed(c, err);
        at += *at == ',';
    }
    e->inputs = c->inputs;
    if (*at == '-' && at[1] == '>') {
        at += 2;
        EVK_TRY(read_term(c, &at, most, &e->out, err));
    } else {
        implicit_output(e);
    }
    return *at ? malformed(c, err) : EVK_OK;
}

/* ---- one tensor ----------------------------------------------------------------------------- */

/* Moves axis `from` of a tensor behind axis `to`. */
static evk_status bring_beside(struct evk_onnx_call *c, struct evk_onnx_value *v, int to, int from,
                               evk_error *err)
{
    int order[EVK_ONNX_AXES], n = 0;

    for (int a = 0; a < v->axes; a++) {
        if (a != from)
            order[n++] = a;
        if (a == to)
            order[n++] = from;
    }
    return evk_onnx_transpose(c, v, order, v, err);
}

/* Takes the diagonal of axes that have one name. */
static evk_status take_diagonals(struct evk_onnx_call *c, struct evk_onnx_value *v, struct term *t,
                                 evk_error *err)
{
    for (int i = 0; i < t->count; i++)
        for (int j = i + 1; j < t->count; j++) {
            const int64_t n = v->dim[i], *pick[EVK_ONNX_AXES] = {NULL};
            int64_t dim[EVK_ONNX_AXES], *list;

            if (t->label[i] != t->label[j])
                continue;
            if (v->dim[j] != n)
                return malformed(c, err);
            EVK_TRY(bring_beside(c, v, i, j, err));
            for (int a = 0; a < v->axes - 1; a++)
                dim[a] = a < i ? v->dim[a] : a == i ? n * n : v->dim[a + 1];
            EVK_TRY(evk_onnx_reshape(c, v, v->axes - 1, dim, v, err));
            EVK_TRY(evk_onnx_alloc(c, &list, n, sizeof(*list), err));
            for (int64_t k = 0; k < n; k++)
                list[k] = k * (n + 1);
            pick[i] = list;
            dim[i] = n;
            EVK_TRY(evk_onnx_pick(c, v, pick, dim, 0, v, err));
            memmove(&t->label[j], &t->label[j + 1],
                    (size_t)(t->count - j - 1) * sizeof(t->label[0]));
            t->count--;
            j--;
        }
    return EVK_OK;
}

/* Sums the axes for which `keep` has no name. */
static evk_status sum_others(struct evk_onnx_call *c, struct evk_onnx_value *v, struct term *t,
                             const struct term *keep, evk_error *err)
{
    bool chosen[EVK_ONNX_AXES] = {false}, any = false;
    int n = 0;

    for (int i = 0; i < t->count; i++) {
        chosen[i] = !has(keep, t->label[i]);
        any = any || chosen[i];
        if (!chosen[i])
            t->label[n++] = t->label[i];
    }
    t->count = n;
    if (!any)
        return EVK_OK;
    EVK_TRY(evk_onnx_node_of(c, v, v, err));
    return evk_onnx_reduce(c, v, chosen, false, "sum", v, err);
}

/* ---- two tensors ---------------------------------------------------------------------------- */

/* Brings the axes of v into the order of three lists of names, and makes one axis of each. */
static evk_status as_matrices(struct evk_onnx_call *c, struct evk_onnx_value *v,
                              const struct term *t, const struct term *const lists[3],
                              evk_error *err)
{
    int from[EVK_ONNX_AXES], n = 0;
    int64_t dim[3] = {1, 1, 1};

    for (int l = 0; l < 3; l++)
        for (int i = 0; i < lists[l]->count; i++)
            for (int a = 0; a < t->count; a++)
                if (t->label[a] == lists[l]->label[i]) {
                    from[n++] = a;
                    dim[l] *= v->dim[a];
                }
    EVK_TRY(evk_onnx_transpose(c, v, from, v, err));
    return evk_onnx_reshape(c, v, 3, dim, v, err);
}

static void add_label(struct term *t, int label)
{
    if (t->count < EVK_ONNX_AXES)
        t->label[t->count++] = label;
}

static int64_t size_of(const struct evk_onnx_value *v, const struct term *t, int label)
{
    for (int a = 0; a < t->count; a++)
        if (t->label[a] == label)
            return v->dim[a];
    return 1;
}

/* Multiplies a by b into a.  wanted: the names that are asked for later. */
static evk_status multiply(struct evk_onnx_call *c, struct evk_onnx_value *a, struct term *ta,
                           struct evk_onnx_value *b, const struct term *tb,
                           const struct term *wanted, evk_error *err)
{
    struct term both = {0}, rows = {0}, columns = {0}, sums = {0}, all = {0};
    const struct term *left[3] = {&both, &rows, &sums}, *right[3] = {&both, &sums, &columns};
    int64_t dim[EVK_ONNX_AXES];

    for (int i = 0; i < ta->count; i++) {
        const int l = ta->label[i];

        if (has(tb, l) && size_of(b, tb, l) != a->dim[i])
            return malformed(c, err);
        add_label(!has(tb, l) ? &rows : has(wanted, l) ? &both : &sums, l);
    }
    for (int i = 0; i < tb->count; i++)
        if (!has(ta, tb->label[i]))
            add_label(&columns, tb->label[i]);
    if (both.count + rows.count + columns.count > EVK_ONNX_AXES)
        return malformed(c, err);
    for (int i = 0; i < both.count; i++)
        add_label(&all, both.label[i]);
    for (int i = 0; i < rows.count; i++)
        add_label(&all, rows.label[i]);
    for (int i = 0; i < columns.count; i++)
        add_label(&all, columns.label[i]);
    for (int i = 0; i < all.count; i++)
        dim[i] =
            has(ta, all.label[i]) ? size_of(a, ta, all.label[i]) : size_of(b, tb, all.label[i]);
    EVK_TRY(as_matrices(c, a, ta, left, err));
    EVK_TRY(as_matrices(c, b, tb, right, err));
    EVK_TRY(evk_onnx_product(c, a, b, a, err));
    *ta = all;
    return evk_onnx_reshape(c, a, all.count, dim, a, err);
}

evk_status evk_onnx_op_einsum(struct evk_onnx_call *c, evk_error *err)
{
    struct equation e = {.inputs = 0};
    struct evk_onnx_value a, b;
    int from[EVK_ONNX_AXES];

    EVK_TRY(evk_onnx_all_inputs(c, err));
    EVK_TRY(read_equation(c, &e, err));
    a = *c->in[0];
    EVK_TRY(take_diagonals(c, &a, &e.in[0], err));
    for (int i = 1; i <= e.inputs; i++) {
        struct term wanted = e.out, either;

        for (int j = i + 1; j < e.inputs; j++)
            for (int k = 0; k < e.in[j].count && wanted.count < EQUATION; k++)
                wanted.label[wanted.count++] = e.in[j].label[k];
        if (i == e.inputs) {
            EVK_TRY(sum_others(c, &a, &e.in[0], &wanted, err));
            break;
        }
        b = *c->in[i];
        EVK_TRY(take_diagonals(c, &b, &e.in[i], err));
        either = wanted;
        for (int k = 0; k < e.in[i].count && either.count < EQUATION; k++)
            either.label[either.count++] = e.in[i].label[k];
        EVK_TRY(sum_others(c, &a, &e.in[0], &either, err));
        either = wanted;
        for (int k = 0; k < e.in[0].count && either.count < EQUATION; k++)
            either.label[either.count++] = e.in[0].label[k];
        EVK_TRY(sum_others(c, &b, &e.in[i], &either, err));
        if (a.node < 0 && b.node < 0)
            EVK_TRY(evk_onnx_node_of(c, &a, &a, err));
        EVK_TRY(multiply(c, &a, &e.in[0], &b, &e.in[i], &wanted, err));
    }
    if (e.in[0].count != e.out.count)
        return malformed(c, err);
    for (int i = 0; i < e.out.count; i++)
        for (int j = 0; j < e.in[0].count; j++)
            if (e.in[0].label[j] == e.out.label[i])
                from[i] = j;
    return evk_onnx_transpose(c, &a, from, &c->out[0], err);
}
