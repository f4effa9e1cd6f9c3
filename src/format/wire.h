/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire.h - the fields of a protobuf message, as they lie in its bytes
 *
 * A message is a sequence of fields, each of which has a number, a type and a value; nothing in the
 * bytes says which message it is.  A walk through fields needs no memory, and stops where the bytes
 * end or are no field.
 */
#ifndef EVK_FORMAT_WIRE_H
#define EVK_FORMAT_WIRE_H

#include <stdbool.h>
#include <stdint.h>

enum { EVK_WIRE_VARINT = 0, EVK_WIRE_64 = 1, EVK_WIRE_BYTES = 2, EVK_WIRE_32 = 5 };

/* The bytes of a message, or of a value, that are still to be read; borrowed. */
struct evk_wire {
    const unsigned char *at, *end;
};

/* Reads a whole number of up to 10 bytes.  Returns false where the bytes end before the number. */
bool evk_wire_varint(struct evk_wire *w, uint64_t *out);

/*
 * Reads the head of a field, its number in *field and its type in *type (EVK_WIRE_...), and skips
 * its value, whose bytes become *value.  Returns false where the bytes end, or are no field.
 */
bool evk_wire_field(struct evk_wire *w, uint64_t *field, int *type, struct evk_wire *value);

#endif /* EVK_FORMAT_WIRE_H */
