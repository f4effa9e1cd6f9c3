/* SPDX-License-Identifier: GPL-3.0-or-later */
/* room.c - how large the tensors of an ONNX file may become, one by one and together */
#include <stdlib.h>

#include "base/mem.h"
#include "model/onnx/value.h"

enum { ROOM = 1 << 27, ROOM_FACTOR = 16 }; /* bytes; bytes for each byte of the file */

bool evk_onnx_fits(int axes, const int64_t *dim)
{
    int64_t n = 1;

    for (int a = 0; a < axes; a++)
        if (!evk_size_mul(n, dim[a] == 0 ? 1 : dim[a], &n) || n > EVK_NODE_VALUES_MAX)
            return false;
    return true;
}

evk_status evk_onnx_charge(struct evk_onnx_call *c, int64_t n, size_t size, evk_error *err)
{
    const int64_t room = ROOM + ROOM_FACTOR * c->o->bytes;
    int64_t bytes;

    if (!evk_size_mul(n, (int64_t)size, &bytes) || bytes > room - c->o->taken)
        return evk_fail(err, EVK_EUNSUPPORTED,
                        "%s %s: its tensors take over %lld MiB of memory, the most for a file of "
                        "%lld bytes",
                        c->label ? c->o->part : "a", c->label ? c->label : "tensor",
                        (long long)(room >> 20), (long long)c->o->bytes);
    c->o->taken += bytes;
    return EVK_OK;
}

evk_status evk_onnx_weights(struct evk_onnx_call *c, struct evk_tensor *out, int axes,
                            const int64_t *dim, evk_error *err)
{
    int64_t n = 1;

    for (int a = 0; a < axes; a++)
        if (!evk_size_mul(n, dim[a], &n))
            n = INT64_MAX;
    EVK_TRY(evk_onnx_charge(c, n, sizeof(*out->data), err));
    return evk_tensor_new(out, axes, dim, err);
}

evk_status evk_onnx_alloc(struct evk_onnx_call *c, void *out, int64_t n, size_t size,
                          evk_error *err)
{
    struct evk_onnx *o = c->o;
    void **more;

    EVK_TRY(evk_onnx_charge(c, n, size, err));
    more = realloc(o->memory, (size_t)(o->memory_count + 1) * sizeof(*more));
    if (!more)
        return evk_fail(err, EVK_ENOMEM, "out of memory for constants");
    o->memory = more;
    EVK_TRY(evk_alloc(&more[o->memory_count], n, size, "a constant", err));
    *(void **)out = more[o->memory_count++];
    return EVK_OK;
}
