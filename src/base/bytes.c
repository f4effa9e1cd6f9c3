/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bytes.c - bytes in memory with their number */
#include "base/bytes.h"

#include <stdlib.h>

void evk_bytes_release(struct evk_bytes *b)
{
    free(b->data);
    *b = (struct evk_bytes){NULL, 0};
}
