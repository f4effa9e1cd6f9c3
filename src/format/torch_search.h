/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torch_search.h - the search for dictionaries of tensors in a PyTorch file; for torch*.c only */
#ifndef EVK_FORMAT_TORCH_SEARCH_H
#define EVK_FORMAT_TORCH_SEARCH_H

#include "format/pickle.h"

enum {
    EVK_TORCH_DEPTH = 4, /* containers within containers that are searched for tensors */
    EVK_TORCH_FOUND = 8  /* dictionaries that a search finds at most */
};

/* The way to a dictionary: the key at each level, NULL for an item of a list, and the item. */
struct evk_torch_way {
    const struct evk_pickle_value *key[EVK_TORCH_DEPTH + 1];
    size_t item[EVK_TORCH_DEPTH + 1];
    int levels;
};

/*
 * What is searched for, the surest first.  PARAMETERS: tensors whose names have a dot, as those of
 * modules within a module have; TENSORS: any; ARRAYS: NumPy's arrays in the place of tensors.
 */
enum evk_torch_sought { EVK_TORCH_PARAMETERS, EVK_TORCH_TENSORS, EVK_TORCH_ARRAYS };

/* A dictionary that a search has found. */
struct evk_torch_place {
    const struct evk_pickle_value *dict;
    struct evk_torch_way way;
};

struct evk_torch_search {
    enum evk_torch_sought sought;
    int64_t visits;
    struct evk_torch_way way; /* to the dictionary that is searched just now */
    struct evk_torch_place found[EVK_TORCH_FOUND];
    int count;
};

/*
 * Finds the dictionary that v holds under one of the names of checkpoints for state dictionaries, or
 * v itself if it holds what is sought, and no whole model beside it.  Returns false if there is none.
 */
bool evk_torch_search_known(struct evk_torch_search *s, const struct evk_pickle_value *v);

/*
 * Finds all dictionaries that hold what is sought, under whatever names, and not what stands within
 * such a dictionary.  What training keeps beside a network is not searched, by its key; keys that
 * are no text are those of an optimizer's state.  A dictionary with an object under one of the names
 * of checkpoints for state dictionaries is searched for parameters only, and is itself not found.
 */
void evk_torch_search_all(struct evk_torch_search *s, const struct evk_pickle_value *v);

/*
 * Returns the first object that a dictionary holds under one of the names and that is no tensor;
 * NULL where there is none.  The object may be a whole model.
 */
const struct evk_pickle_value *evk_torch_wrapped_object(const struct evk_pickle_value *v);

#endif /* EVK_FORMAT_TORCH_SEARCH_H */
