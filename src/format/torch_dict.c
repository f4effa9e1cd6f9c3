/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_dict.c - the dictionary of tensors among the values that a PyTorch file holds */
#include "format/torch_container.h"

enum {
    DEPTH = 4,   /* dictionaries within dictionaries that are searched for tensors */
    VISITS = 100 /* dictionaries that are searched at most: they may refer to each other */
};

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

/*
 * Returns the first object under one of the names that is no tensor; NULL where there is none.  It
 * may be a whole model.
 */
static const value *wrapped_object(const value *v)
{
    for (int i = 0; wrappers[i]; i++) {
        const value *next = evk_pickle_get(v, wrappers[i]);

        if (evk_pickle_is(next, EVK_PICKLE_OBJECT) && !evk_torch_is_tensor(next))
            return next;
    }
    return NULL;
}

/*
 * Returns the dictionary of tensors that v holds under one of the names, or v itself if it has
 * tensors, and no whole model beside them; NULL where there is none.
 */
static const value *find_tensors(const value *v, int depth, int *visits)
{
    if (!evk_pickle_is(v, EVK_PICKLE_DICT) || depth > DEPTH || ++*visits > VISITS)
        return NULL;
    for (int i = 0; wrappers[i]; i++) {
        const value *found = find_tensors(evk_pickle_get(v, wrappers[i]), depth + 1, visits);

        if (found)
            return found;
    }
    return evk_torch_count(v) > 0 && !wrapped_object(v) ? v : NULL;
}

/* Fails, with a message that says what a file without a dictionary of tensors holds. */
static evk_status fail_no_tensors(const value *root, evk_error *err)
{
    const value *object = evk_pickle_is(root, EVK_PICKLE_OBJECT) ? root : wrapped_object(root);

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
    int visits = 0;

    *out = find_tensors(root, 0, &visits);
    return *out ? EVK_OK : fail_no_tensors(root, err);
}
