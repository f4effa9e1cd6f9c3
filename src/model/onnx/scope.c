/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scope.c - names of tensors become numbers, and calls of model-local functions the nodes of these
 *
 * A name belongs to the graph or to one call of a function.  Inputs and outputs of a call are the
 * tensors of the caller under other names.  The two branches of an If see the names around them;
 * both are in the list, and the nodes of the branch that is not taken are left out when they are
 * built.
 */
#include "model/onnx/scope.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    NODES_MAX = 20000, /* the published networks of the largest kind have some 5,000 */
    DEPTH_MAX = 16,    /* functions that call functions */
    PARAMETERS_MAX = 1024,
    FUNCTIONS_MAX = 4096,
    TENSORS_MAX = 1 << 20,
    NAME_MAX_BYTES = 4096
};

static int compare_names(const void *a, const void *b)
{
    const struct evk_onnx_name *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static int64_t find_name(const struct evk_onnx_name *names, int64_t count, const char *name)
{
    const struct evk_onnx_name key = {name, -1};
    const struct evk_onnx_name *found =
        count ? bsearch(&key, names, (size_t)count, sizeof(*names), compare_names) : NULL;

    return found ? found->tensor : -1;
}

int64_t evk_onnx_find(const struct evk_onnx *o, const char *name)
{
    return find_name(o->names, o->name_count, name);
}

/* The names of the graph, of one call, or of one branch. */
struct scope {
    struct evk_onnx_name *names; /* (count) sorted once all are there; owned */
    int64_t count, room;
    const struct scope *outer; /* of a branch: the names around the If; else NULL */
    struct evk_onnx_guard guard;
};

static int64_t scope_find(const struct scope *s, const char *name)
{
    int64_t tensor = -1;

    for (; s && tensor < 0; s = s->outer)
        tensor = find_name(s->names, s->count, name);
    return tensor;
}

static evk_status scope_add(struct scope *s, const char *name, int64_t tensor, evk_error *err)
{
    struct evk_onnx_name *more;

    if (tensor >= TENSORS_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "its graph has over %d tensors", TENSORS_MAX);
    if (!name || !name[0])
        return EVK_OK;
    if (strnlen(name, NAME_MAX_BYTES + 1) > NAME_MAX_BYTES)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "the name of a tensor, '%.40s...', has over %d bytes", name,
                        NAME_MAX_BYTES);
    if (s->count == s->room) {
        s->room = 2 * s->room + 64;
        more = realloc(s->names, (size_t)s->room * sizeof(*more));
        if (!more)
            return evk_fail(err, EVK_ENOMEM, "out of memory for names");
        s->names = more;
    }
    s->names[s->count++] = (struct evk_onnx_name){name, tensor};
    return EVK_OK;
}

/* Sorts the names.  A name that nodes give twice fails. */
static evk_status scope_sort(struct scope *s, evk_error *err)
{
    if (s->count)
        qsort(s->names, (size_t)s->count, sizeof(*s->names), compare_names);
    for (int64_t i = 1; i < s->count; i++)
        if (strcmp(s->names[i - 1].name, s->names[i].name) == 0)
            return evk_fail(err, EVK_EFORMAT, "two nodes make the tensor '%.200s'",
                            s->names[i].name);
    return EVK_OK;
}

/* Returns the version of ONNX's own operators that a list of imports names; 0: it names none. */
static int64_t opset_of(Onnx__OperatorSetIdProto *const *imports, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!imports[i]->domain || !imports[i]->domain[0] ||
            strcmp(imports[i]->domain, "ai.onnx") == 0)
            return imports[i]->version;
    return 0;
}

static bool is_own_domain(const char *domain)
{
    return !domain || !domain[0] || strcmp(domain, "ai.onnx") == 0;
}

static const Onnx__GraphProto *branch_of(const Onnx__NodeProto *node, const char *name)
{
    for (size_t i = 0; i < node->n_attribute; i++)
        if (node->attribute[i]->name && strcmp(node->attribute[i]->name, name) == 0)
            return node->attribute[i]->g;
    return NULL;
}

static const Onnx__FunctionProto *find_function(const struct evk_onnx *o,
                                                const Onnx__NodeProto *node)
{
    const char *domain = node->domain ? node->domain : "";

    for (size_t i = 0; i < o->model->n_functions; i++) {
        const Onnx__FunctionProto *f = o->model->functions[i];

        if (f->name && node->op_type && strcmp(f->name, node->op_type) == 0 &&
            strcmp(f->domain ? f->domain : "", domain) == 0)
            return f;
    }
    return NULL;
}

/* Gives the tensors of a list of names; an input that is left out is -1. */
static evk_status resolve(const struct scope *s, char *const *names, size_t count, int64_t *out,
                          evk_error *err)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = names[i][0] ? scope_find(s, names[i]) : -1;
        if (names[i][0] && out[i] < 0)
            return evk_fail(err, EVK_EFORMAT,
                            "a node reads the tensor '%.200s', which nothing makes", names[i]);
    }
    return EVK_OK;
}

/* Appends a node with so many inputs and outputs, whose tensors the caller sets. */
static evk_status new_node(struct evk_onnx *o, const struct scope *s,
                           const struct evk_onnx_frame *frame, const Onnx__NodeProto *proto,
                           int64_t inputs, struct evk_onnx_node **out, evk_error *err)
{
    struct evk_onnx_node *n, *more;

    if (inputs > EVK_INPUTS_MAX || proto->n_output > EVK_INPUTS_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "node '%.100s' (%.40s) has %lld inputs and %zu outputs, supported: up to "
                        "%d",
                        proto->name ? proto->name : "", proto->op_type, (long long)inputs,
                        proto->n_output, EVK_INPUTS_MAX);
    if (o->count == NODES_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "its graph has over %d nodes", NODES_MAX);
    more = realloc(o->nodes, (size_t)(o->count + 1) * sizeof(*more));
    if (!more)
        return evk_fail(err, EVK_ENOMEM, "out of memory for nodes");
    o->nodes = more;
    n = &more[o->count++];
    *n = (struct evk_onnx_node){
        .proto = proto,
        .frame = frame,
        .op = is_own_domain(proto->domain) ? evk_onnx_op_find(proto->op_type) : NULL,
        .guard = s->guard,
        .inputs = (int)inputs,
        .outputs = (int)proto->n_output,
        .name = proto->name && proto->name[0] ? proto->name
                : proto->n_output             ? proto->output[0]
                                              : "",
    };
    EVK_TRY(evk_alloc(&n->input, n->inputs, sizeof(*n->input), "a node", err));
    EVK_TRY(evk_alloc(&n->output, n->outputs, sizeof(*n->output), "a node", err));
    *out = n;
    return resolve(s, proto->output, proto->n_output, n->output, err);
}

static evk_status add_node(struct evk_onnx *o, const struct scope *s,
                           const struct evk_onnx_frame *frame, const Onnx__NodeProto *proto,
                           evk_error *err)
{
    struct evk_onnx_node *n;

    EVK_TRY(new_node(o, s, frame, proto, (int64_t)proto->n_input, &n, err));
    return resolve(s, proto->input, proto->n_input, n->input, err);
}

static evk_status add_nodes(struct evk_onnx *o, const struct scope *s,
                            const struct evk_onnx_frame *frame, Onnx__NodeProto *const *nodes,
                            size_t count, int depth, evk_error *err);

/* Gives each output of nodes, but for those that the scope has already, a tensor of its own. */
static evk_status add_outputs(struct evk_onnx *o, struct scope *s, Onnx__NodeProto *const *nodes,
                              size_t count, char *const *known, size_t known_count, evk_error *err)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < nodes[i]->n_output; j++) {
            bool have = false;

            for (size_t k = 0; k < known_count && !have; k++)
                have = strcmp(known[k], nodes[i]->output[j]) == 0;
            if (!have)
                EVK_TRY(scope_add(s, nodes[i]->output[j], o->value_count++, err));
        }
    return EVK_OK;
}

static evk_status new_frame(struct evk_onnx *o, const struct evk_onnx_frame *outer,
                            const Onnx__NodeProto *call, const Onnx__FunctionProto *f,
                            struct evk_onnx_frame **out, evk_error *err)
{
    const int64_t own = f ? opset_of(f->opset_import, f->n_opset_import)
                          : opset_of(o->model->opset_import, o->model->n_opset_import);
    struct evk_onnx_frame **more;

    if (o->frame_count > NODES_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "its graph has over %d calls of functions",
                        NODES_MAX);
    more = realloc(o->frames, (size_t)(o->frame_count + 1) * sizeof(*more));
    if (!more)
        return evk_fail(err, EVK_ENOMEM, "out of memory for calls");
    o->frames = more;
    EVK_TRY(evk_alloc(&more[o->frame_count], 1, sizeof(**more), "a call", err));
    *out = more[o->frame_count++];
    **out = (struct evk_onnx_frame){
        .outer = outer,
        .call = call,
        .function = f,
        .opset = own     ? own
                 : outer ? outer->opset
                         : 0,
    };
    return f ? evk_onnx_defaults(*out, err) : EVK_OK;
}

/* The parameters of a function are the tensors of the node that calls it. */
static evk_status bind_call(struct evk_onnx *o, const struct scope *outer, struct scope *s,
                            const Onnx__NodeProto *call, const Onnx__FunctionProto *f,
                            evk_error *err)
{
    int64_t tensor;

    if (f->n_node > NODES_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "it has %zu nodes, supported: up to %d", f->n_node,
                        NODES_MAX);
    if (call->n_input > f->n_input || call->n_output > f->n_output)
        return evk_fail(err, EVK_EFORMAT,
                        "a call has %zu inputs and %zu outputs, expected up to %zu and %zu",
                        call->n_input, call->n_output, f->n_input, f->n_output);
    if (f->n_input > PARAMETERS_MAX || f->n_output > PARAMETERS_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "function '%.200s' has over %d parameters", f->name,
                        PARAMETERS_MAX);
    for (size_t i = 0; i < f->n_input; i++) {
        tensor = o->value_count;
        if (i < call->n_input && call->input[i][0])
            EVK_TRY(resolve(outer, &call->input[i], 1, &tensor, err));
        else
            o->value_count++; /* a tensor that nothing makes */
        EVK_TRY(scope_add(s, f->input[i], tensor, err));
    }
    for (size_t i = 0; i < f->n_output; i++) {
        tensor = o->value_count;
        if (i < call->n_output && call->output[i][0])
            EVK_TRY(resolve(outer, &call->output[i], 1, &tensor, err));
        else
            o->value_count++;
        EVK_TRY(scope_add(s, f->output[i], tensor, err));
    }
    return add_outputs(o, s, f->node, f->n_node, f->output, f->n_output, err);
}

static evk_status add_call(struct evk_onnx *o, const struct scope *outer,
                           const struct evk_onnx_frame *frame, const Onnx__NodeProto *call,
                           const Onnx__FunctionProto *f, int depth, evk_error *err)
{
    struct evk_onnx_frame *inner;
    struct scope s = {.guard = {-1, false}};
    evk_status status;

    if (depth == DEPTH_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "functions call each other over %d levels deep",
                        DEPTH_MAX);
    s.guard = outer->guard;
    EVK_TRY(new_frame(o, frame, call, f, &inner, err));
    status = bind_call(o, outer, &s, call, f, err);
    if (!status)
        status = scope_sort(&s, err);
    if (!status)
        status = add_nodes(o, &s, inner, f->node, f->n_node, depth + 1, err);
    free(s.names);
    return status ? evk_wrap(err, status, "function '%.200s'", f->name) : EVK_OK;
}

/* Notes that a tensor is an initializer. */
static evk_status add_initializer(struct evk_onnx *o, const Onnx__TensorProto *proto,
                                  evk_error *err)
{
    struct evk_onnx_given *more = realloc(o->given, (size_t)(o->given_count + 1) * sizeof(*more));

    if (!more)
        return evk_fail(err, EVK_ENOMEM, "out of memory for initializers");
    o->given = more;
    more[o->given_count++] = (struct evk_onnx_given){o->value_count++, proto};
    return EVK_OK;
}

/* Names the initializers of a graph or of a branch. */
static evk_status add_initializers(struct evk_onnx *o, struct scope *s, const Onnx__GraphProto *g,
                                   evk_error *err)
{
    for (size_t i = 0; i < g->n_initializer; i++) {
        EVK_TRY(scope_add(s, g->initializer[i]->name, o->value_count, err));
        EVK_TRY(add_initializer(o, g->initializer[i], err));
    }
    return EVK_OK;
}

/* Adds the nodes of one branch of an If, and gives the tensors of its outputs. */
static evk_status add_branch(struct evk_onnx *o, const struct scope *outer,
                             const struct evk_onnx_frame *frame, const Onnx__NodeProto *node,
                             bool taken, int64_t condition, int depth, int64_t *outputs,
                             evk_error *err)
{
    const Onnx__GraphProto *g = branch_of(node, taken ? "then_branch" : "else_branch");
    struct scope s = {.outer = outer, .guard = {condition, taken}};
    evk_status status;

    if (!g || g->n_output != node->n_output)
        return evk_fail(err, EVK_EFORMAT, "node '%.200s' (If) has no branch with %zu outputs",
                        node->name ? node->name : "", node->n_output);
    status = add_initializers(o, &s, g, err);
    if (!status)
        status = add_outputs(o, &s, g->node, g->n_node, NULL, 0, err);
    if (!status)
        status = scope_sort(&s, err);
    if (!status)
        status = add_nodes(o, &s, frame, g->node, g->n_node, depth + 1, err);
    for (size_t i = 0; i < g->n_output && !status; i++)
        if (!g->output[i]->name)
            status = evk_fail(err, EVK_EFORMAT, "an output of a branch has no name");
        else
            status = resolve(&s, &g->output[i]->name, 1, &outputs[i], err);
    free(s.names);
    return status;
}

/* An If becomes a node that reads its condition and the outputs of both branches. */
static evk_status add_if(struct evk_onnx *o, const struct scope *s,
                         const struct evk_onnx_frame *frame, const Onnx__NodeProto *proto,
                         int depth, evk_error *err)
{
    const int64_t n = (int64_t)proto->n_output;
    int64_t condition, *outputs;
    struct evk_onnx_node *node;
    evk_status status;

    if (depth == DEPTH_MAX || proto->n_input != 1 || n > EVK_INPUTS_MAX / 2 - 1)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "node '%.200s' (If) is nested over %d levels deep, or "
                        "has over %d outputs",
                        proto->name ? proto->name : "", DEPTH_MAX, EVK_INPUTS_MAX / 2 - 1);
    EVK_TRY(resolve(s, proto->input, 1, &condition, err));
    EVK_TRY(evk_alloc(&outputs, 2 * n, sizeof(*outputs), "a node", err));
    status = add_branch(o, s, frame, proto, true, condition, depth, outputs, err);
    if (!status)
        status = add_branch(o, s, frame, proto, false, condition, depth, outputs + n, err);
    if (!status)
        status = new_node(o, s, frame, proto, 1 + 2 * n, &node, err);
    if (!status) {
        node->input[0] = condition;
        memcpy(node->input + 1, outputs, (size_t)(2 * n) * sizeof(*outputs));
    }
    free(outputs);
    return status;
}

static evk_status add_nodes(struct evk_onnx *o, const struct scope *s,
                            const struct evk_onnx_frame *frame, Onnx__NodeProto *const *nodes,
                            size_t count, int depth, evk_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const Onnx__FunctionProto *f = find_function(o, nodes[i]);

        if (!nodes[i]->op_type)
            return evk_fail(err, EVK_EFORMAT, "node %zu has no operator", i);
        if (f)
            EVK_TRY(add_call(o, s, frame, nodes[i], f, depth, err));
        else if (is_own_domain(nodes[i]->domain) && strcmp(nodes[i]->op_type, "If") == 0)
            EVK_TRY(add_if(o, s, frame, nodes[i], depth, err));
        else
            EVK_TRY(add_node(o, s, frame, nodes[i], err));
    }
    return EVK_OK;
}

/* Names the initializers and the inputs of the graph; many files list an initializer as an
   input. */
static evk_status add_inputs(struct evk_onnx *o, struct scope *s, evk_error *err)
{
    const Onnx__GraphProto *g = o->model->graph;
    int64_t initializers;

    EVK_TRY(add_initializers(o, s, g, err));
    EVK_TRY(scope_sort(s, err));
    initializers = s->count;
    for (size_t i = 0; i < g->n_input; i++) {
        if (!g->input[i]->name || !g->input[i]->name[0])
            return evk_fail(err, EVK_EFORMAT, "input %zu of its graph has no name", i);
        if (find_name(s->names, initializers, g->input[i]->name) < 0)
            EVK_TRY(scope_add(s, g->input[i]->name, o->value_count++, err));
    }
    return EVK_OK;
}

/* Fails where two functions have one name: which of them a call means is told by a field that is
   newer than the description of the format. */
static evk_status check_functions(const struct evk_onnx *o, evk_error *err)
{
    for (size_t i = 0; i < o->model->n_functions; i++) {
        const Onnx__FunctionProto *f = o->model->functions[i];

        for (size_t j = 0; j < i; j++) {
            const Onnx__FunctionProto *g = o->model->functions[j];

            if (f->name && g->name && strcmp(f->name, g->name) == 0 &&
                strcmp(f->domain ? f->domain : "", g->domain ? g->domain : "") == 0)
                return evk_fail(err, EVK_EUNSUPPORTED,
                                "it has two functions '%.200s', supported: one of each name",
                                f->name);
        }
    }
    return EVK_OK;
}

evk_status evk_onnx_flatten(struct evk_onnx *o, evk_error *err)
{
    const Onnx__GraphProto *g = o->model->graph;
    struct evk_onnx_frame *frame;
    struct scope s = {.guard = {-1, false}};
    evk_status status;

    if (g->n_node > NODES_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "its graph has %zu nodes, supported: up to %d",
                        g->n_node, NODES_MAX);
    if (o->model->n_functions > FUNCTIONS_MAX)
        return evk_fail(err, EVK_EUNSUPPORTED, "it has %zu functions, supported: up to %d",
                        o->model->n_functions, FUNCTIONS_MAX);
    EVK_TRY(check_functions(o, err));
    EVK_TRY(new_frame(o, NULL, NULL, NULL, &frame, err));
    status = add_inputs(o, &s, err);
    if (!status)
        status = add_outputs(o, &s, g->node, g->n_node, NULL, 0, err);
    if (!status)
        status = scope_sort(&s, err);
    if (!status)
        status = add_nodes(o, &s, frame, g->node, g->n_node, 0, err);
    o->names = s.names;
    o->name_count = s.count;
    return status;
}
