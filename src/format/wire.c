/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wire.c - the fields of a protobuf message, as they lie in its bytes */
#include "format/wire.h"

bool evk_wire_varint(struct evk_wire *w, uint64_t *out)
{
    *out = 0;
    for (int shift = 0; shift < 70 && w->at < w->end; shift += 7) {
        const unsigned char byte = *w->at++;

        if (shift < 64)
            *out |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return true;
    }
    return false;
}

bool evk_wire_field(struct evk_wire *w, uint64_t *field, int *type, struct evk_wire *value)
{
    uint64_t tag, size;

    if (!evk_wire_varint(w, &tag) || tag >> 3 == 0)
        return false;
    *field = tag >> 3;
    *type = (int)(tag & 7);
    value->at = w->at;
    if (*type == EVK_WIRE_VARINT) {
        if (!evk_wire_varint(w, &size))
            return false;
        value->end = w->at;
        return true;
    }
    size = *type == EVK_WIRE_64 ? 8 : 4;
    if (*type == EVK_WIRE_BYTES && !evk_wire_varint(w, &size))
        return false;
    value->at = w->at;
    if ((*type != EVK_WIRE_BYTES && *type != EVK_WIRE_64 && *type != EVK_WIRE_32) ||
        size > (uint64_t)(w->end - w->at))
        return false;
    w->at += size;
    value->end = w->at;
    return true;
}
