/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_copy.c - reading pickles and PyTorch files from a block of their own */
#include "read_copy.h"

#include <stdlib.h>
#include <string.h>

#include "format/torch.h"
#include "test.h"

const struct evk_pickle_class pickle_known[] = {
    [DICT_CLASS] = {"collections.OrderedDict", EVK_PICKLE_DICT},
    [BOX] = {"lab.things.Box", EVK_PICKLE_OBJECT},
    {NULL, EVK_PICKLE_NONE},
};

static unsigned char *copy_of(const void *data, size_t size)
{
    unsigned char *copy = malloc(size ? size : 1);

    assert_non_null(copy);
    memcpy(copy, data, size);
    return copy;
}

void pickle_copy_release(struct pickle_copy *c)
{
    evk_pickle_free(c->pickle);
    free(c->data);
    *c = (struct pickle_copy){NULL, NULL, NULL};
}

evk_status pickle_copy_read(struct pickle_copy *c, const void *data, size_t size, evk_error *err)
{
    pickle_copy_release(c);
    c->data = copy_of(data, size);
    return evk_pickle_read(&c->pickle, &c->root, c->data, size, pickle_known, err);
}

evk_status torch_copy_read(struct evk_tensors *t, const void *data, size_t size, evk_error *err)
{
    unsigned char *copy = copy_of(data, size);
    evk_status s;

    evk_tensors_release(t);
    s = evk_torch_read(t, copy, size, err);
    if (s)
        assert_null(t->tensors);
    free(copy);
    return s;
}
