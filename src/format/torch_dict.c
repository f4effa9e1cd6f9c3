/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_dict.c - the dictionary of tensors among the values that a PyTorch file holds */
#include "format/torch_container.h"

enum { DEPTH = 4 }; /* dictionaries within dictionaries that are searched for tensors */

typedef struct evk_pickle_value value;

/* The names under which checkpoints keep a state dictionary, the surest first. */
static const char *const wrappers[] = {
    "state_dict", "model_state_dict", "model_state", "model_weights", "net_state_dict", "model",
    "net",        "network",          "module",      "weights",       "params",         NULL};

int64_t evk_torch_count(const value *v)
{
    int64_t n = 0;

    for (size_t i = 1; evk_pickle_is(v, EVK_PICKLE_DICT) && i < v->count; i += 2)
        n += evk_torch_is_tensor(v->is.items[i]);
    return n;
}

/* Returns the first value under one of the names, of a kind; NULL where there is none. */
static const value *wrapped(const value *v, enum evk_pickle_kind kind)
{
    for (int i = 0; wrappers[i]; i++) {
        const value *next = evk_pickle_get(v, wrappers[i]);

        if (evk_pickle_is(next, kind))
            return next;
    }
    return NULL;
}

/* Fails, with a message that says what a file without a dictionary of tensors holds. */
static evk_status fail_no_tensors(const value *root, evk_error *err)
{
    const value *object =
        evk_pickle_is(root, EVK_PICKLE_OBJECT) ? root : wrapped(root, EVK_PICKLE_OBJECT);

    if (evk_torch_is_tensor(root))
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "holds one tensor and nothing else, expected a state dictionary");
    if (!object)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "holds %s without tensors, expected a state "
                        "dictionary",
                        evk_pickle_kind_name(root));
    return evk_fail(err, EVK_EUNSUPPORTED,
                    "holds a whole model, or another object, of class '%.120s', and no state "
                    "dictionary: what it computes is Python code, which is not in the file; in "
                    "PyTorch, where this class can be imported, load the file and write the model "
                    "as ONNX with torch.onnx.export, or save its model.state_dict() if it is of an "
                    "architecture that is known here (models/README.md)",
                    evk_pickle_class_name(object));
}

evk_status evk_torch_find(const value **out, const value *root, evk_error *err)
{
    const value *found[DEPTH + 1];
    int depth = 0;

    found[0] = root;
    while (depth < DEPTH && (found[depth + 1] = wrapped(found[depth], EVK_PICKLE_DICT)) != NULL)
        depth++;
    for (; depth >= 0; depth--)
        if (evk_torch_count(found[depth]) > 0) {
            *out = found[depth];
            return EVK_OK;
        }
    return fail_no_tensors(root, err);
}
