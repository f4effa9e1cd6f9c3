/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bytes.h - bytes in memory with their number, such as a whole file */
#ifndef EVK_BASE_BYTES_H
#define EVK_BASE_BYTES_H

#include <stddef.h>

struct evk_bytes {
    unsigned char *data; /* from malloc; owned */
    size_t size;
};

/* Free the bytes, and leave NULL and 0.  Bytes that are NULL already are fine. */
void evk_bytes_release(struct evk_bytes *b);

#endif /* EVK_BASE_BYTES_H */
