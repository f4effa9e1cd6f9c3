/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tensors.c - tensors with names */
#include "format/tensors.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 1000 };

void evk_tensors_release(struct evk_tensors *t)
{
    for (int64_t i = 0; i < t->count; i++) {
        free(t->tensors[i].name);
        evk_tensor_release(&t->tensors[i].values);
    }
    free(t->tensors);
    free(t->key);
    free(t->beside);
    *t = (struct evk_tensors){0};
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct evk_named_tensor *)a)->name,
                  ((const struct evk_named_tensor *)b)->name);
}

void evk_tensors_sort(struct evk_tensors *t)
{
    if (t->count)
        qsort(t->tensors, (size_t)t->count, sizeof(*t->tensors), by_name);
}

evk_status evk_tensors_check_name(const char *name, size_t n, evk_error *err)
{
    if (n > NAME_MAX_BYTES)
        return evk_fail(err, EVK_EFORMAT,
                        "has a tensor whose name has %zu bytes, expected %d at "
                        "most",
                        n, NAME_MAX_BYTES);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
            return evk_fail(err, EVK_EFORMAT, "has a tensor with control characters in its name");
    return EVK_OK;
}
