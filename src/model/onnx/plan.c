/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - the nodes of an ONNX file that its outputs need, each of them after its inputs */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "model/onnx/onnx.h"
#include "model/onnx/scope.h"

enum { OPSET_FIRST = 6, OPSET_LAST = 21 };

enum state { NEW, OPEN, DONE };

/* A walk from the outputs to what they depend on. */
struct walk {
    int64_t *maker;               /* (tensors) the node that makes a tensor; -1: none */
    enum state *state;            /* (nodes) */
    int64_t *stack;               /* (nodes) the nodes that wait for an input */
    int *next;                    /* (nodes) the input of a node that comes next */
    struct evk_onnx_node *sorted; /* (count) */
    int64_t count;
};

/* Returns the tensor that a node reads as its input i, or, behind the last one, as the condition of
   the branch that the node is in; -1: none. */
static int64_t read_by(const struct evk_onnx_node *n, int i)
{
    return i < n->inputs ? n->input[i] : n->guard.condition;
}

static evk_status visit(const struct evk_onnx *o, struct walk *w, int64_t node, evk_error *err)
{
    int64_t depth = 0;

    if (w->state[node] != NEW)
        return EVK_OK;
    w->stack[depth++] = node;
    w->state[node] = OPEN;
    while (depth > 0) {
        const int64_t at = w->stack[depth - 1];
        const struct evk_onnx_node *n = &o->nodes[at];
        int64_t tensor, maker;

        if (w->next[at] > n->inputs) {
            w->sorted[w->count++] = *n;
            w->state[at] = DONE;
            depth--;
            continue;
        }
        tensor = read_by(n, w->next[at]++);
        maker = tensor < 0 ? -1 : w->maker[tensor];
        if (maker >= 0 && w->state[maker] == OPEN)
            return evk_fail(err, EVK_EFORMAT, "node '%.200s' (%.60s): is part of a loop of nodes",
                            o->nodes[maker].name, o->nodes[maker].proto->op_type);
        if (maker >= 0 && w->state[maker] == NEW) {
            w->stack[depth++] = maker;
            w->state[maker] = OPEN;
        }
    }
    return EVK_OK;
}

/* Marks the nodes that a tensor depends on. */
static void mark(const struct evk_onnx *o, const struct walk *w, int64_t tensor, bool *needed)
{
    int64_t depth = 0;

    if (w->maker[tensor] < 0 || needed[w->maker[tensor]])
        return;
    w->stack[depth++] = w->maker[tensor];
    needed[w->maker[tensor]] = true;
    while (depth > 0) {
        const struct evk_onnx_node *n = &o->nodes[w->stack[--depth]];

        for (int i = 0; i <= n->inputs; i++) {
            const int64_t read = read_by(n, i), maker = read < 0 ? -1 : w->maker[read];

            if (maker >= 0 && !needed[maker]) {
                needed[maker] = true;
                w->stack[depth++] = maker;
            }
        }
    }
}

/* Keeps the nodes that are needed, in the order of the file where that order is possible. */
static evk_status sort_nodes(struct evk_onnx *o, struct walk *w, bool *needed, evk_error *err)
{
    const Onnx__GraphProto *g = o->model->graph;

    for (int64_t i = 0; i < o->count; i++)
        for (int j = 0; j < o->nodes[i].outputs; j++)
            if (o->nodes[i].output[j] >= 0)
                w->maker[o->nodes[i].output[j]] = i;
    for (size_t i = 0; i < g->n_output; i++) {
        const int64_t tensor = g->output[i]->name ? evk_onnx_find(o, g->output[i]->name) : -1;

        if (tensor < 0)
            return evk_fail(err, EVK_EFORMAT, "its output '%.200s' is made by no node",
                            g->output[i]->name ? g->output[i]->name : "");
        mark(o, w, tensor, needed);
    }
    for (int64_t i = 0; i < o->count; i++)
        if (needed[i])
            EVK_TRY(visit(o, w, i, err));
    for (int64_t i = 0; i < o->count; i++)
        if (!needed[i]) {
            free(o->nodes[i].input);
            free(o->nodes[i].output);
        }
    memcpy(o->nodes, w->sorted, (size_t)w->count * sizeof(*o->nodes));
    o->count = w->count;
    return EVK_OK;
}

static evk_status plan_order(struct evk_onnx *o, evk_error *err)
{
    struct walk w = {0};
    bool *needed = NULL;
    evk_status s = evk_alloc(&w.maker, o->value_count, sizeof(*w.maker), "a plan", err);

    for (int64_t i = 0; i < o->value_count && !s; i++)
        w.maker[i] = -1;
    if (!s)
        s = evk_alloc(&w.state, o->count, sizeof(*w.state), "a plan", err);
    if (!s)
        s = evk_alloc(&w.stack, o->count, sizeof(*w.stack), "a plan", err);
    if (!s)
        s = evk_alloc(&w.next, o->count, sizeof(*w.next), "a plan", err);
    if (!s)
        s = evk_alloc(&w.sorted, o->count, sizeof(*w.sorted), "a plan", err);
    if (!s)
        s = evk_alloc(&needed, o->count, sizeof(*needed), "a plan", err);
    if (!s)
        s = sort_nodes(o, &w, needed, err);
    free(w.maker);
    free(w.state);
    free(w.stack);
    free(w.next);
    free(w.sorted);
    free(needed);
    return s;
}

/* Fails where an operator is not supported: names the first of them, and all others.  A node in a
   branch that is not taken may have any. */
static evk_status check_operators(const struct evk_onnx *o, evk_error *err)
{
    struct evk_str others = EVK_STR_INIT;
    const struct evk_onnx_node *first = NULL;
    evk_status s = EVK_OK;
    int64_t count = 0;

    for (int64_t i = 0; i < o->count; i++) {
        bool known = o->nodes[i].op || o->nodes[i].guard.condition >= 0;

        for (int64_t j = 0; j < i && !known; j++)
            known = strcmp(o->nodes[j].proto->op_type, o->nodes[i].proto->op_type) == 0 &&
                    !o->nodes[j].op;
        if (known)
            continue;
        if (first)
            evk_str_printf(&others, "%s%.60s", count++ ? ", " : "; nor are ",
                           o->nodes[i].proto->op_type);
        else
            first = &o->nodes[i];
    }
    if (first)
        s = evk_fail(err, EVK_EUNSUPPORTED,
                     "node '%.200s': the operator %s%s%.60s is not supported%s", first->name,
                     first->proto->domain ? first->proto->domain : "",
                     first->proto->domain && first->proto->domain[0] ? "." : "",
                     first->proto->op_type, others.data);
    evk_str_release(&others);
    return s;
}

/* Operators that OPSET_FIRST left as opset 1 had them. */
static const char unchanged[] =
    " AveragePool Constant Conv ConvTranspose DepthToSpace Flatten GlobalAveragePool"
    " GlobalMaxPool LRN LogSoftmax MatMul MaxPool Softmax Softplus Softsign Squeeze Transpose"
    " Unsqueeze ";

static bool is_unchanged(const char *op)
{
    char word[80];

    return snprintf(word, sizeof(word), " %s ", op) < (int)sizeof(word) && strstr(unchanged, word);
}

/* An older file is fine where all of its operators have stayed the same. */
static evk_status check_opset(const struct evk_onnx *o, evk_error *err)
{
    const int64_t opset = o->frames[0]->opset;
    bool older = opset > 0;

    for (int64_t i = 0; i < o->count; i++)
        older = older && is_unchanged(o->nodes[i].proto->op_type);
    if (opset > OPSET_LAST || (opset < OPSET_FIRST && !older))
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "is an ONNX file of opset %lld, supported: %d to %d; export it again with "
                        "one of these",
                        (long long)opset, OPSET_FIRST, OPSET_LAST);
    for (int64_t i = 1; i < o->frame_count; i++)
        if (o->frames[i]->opset > OPSET_LAST)
            return evk_fail(
                err, EVK_EUNSUPPORTED, "function '%.200s' is of opset %lld, supported: up to %d",
                o->frames[i]->function->name, (long long)o->frames[i]->opset, OPSET_LAST);
    return EVK_OK;
}

evk_status evk_onnx_plan(struct evk_onnx *o, evk_error *err)
{
    const Onnx__GraphProto *g = o->model->graph;

    if (!g || g->n_output == 0)
        return evk_fail(err, EVK_EFORMAT, "is an ONNX file without a graph or without an output");
    EVK_TRY(evk_onnx_flatten(o, err));
    EVK_TRY(check_opset(o, err));
    EVK_TRY(plan_order(o, err));
    EVK_TRY(check_operators(o, err));
    EVK_TRY(evk_alloc(&o->values, o->value_count, sizeof(*o->values), "tensors", err));
    EVK_TRY(evk_alloc(&o->initializers, o->value_count, sizeof(*o->initializers), "tensors", err));
    for (int64_t i = 0; i < o->given_count; i++)
        o->initializers[o->given[i].tensor] = o->given[i].proto;
    return EVK_OK;
}
