/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blanks.c - the blanks of each block */
#include "session/order/blanks.h"

#include <inttypes.h>

static evk_status check(int64_t room, int64_t needed, int64_t blanks, evk_error *err)
{
    if (blanks > room)
        return evk_fail(err, EVK_EINVAL,
                        "--blanks: %" PRId64 " blanks are too many, expected at most %" PRId64
                        ": each stands before an image, and no blank follows a blank",
                        blanks, room);
    if (blanks < needed)
        return evk_fail(err, EVK_EINVAL,
                        "--blanks: %" PRId64 " blanks are too few, expected at least %" PRId64
                        ": blocks of one image show it again and again, and a blank has to stand "
                        "between; or show more images, or use --repeats 1",
                        blanks, needed);
    return EVK_OK;
}

evk_status evk_blanks_spread(struct evk_block_blanks *block, int64_t count, int64_t blanks,
                             struct evk_draw *d, evk_error *err)
{
    int64_t room = 0, needed = 0, free_room, others, start, sum;

    for (int64_t i = 0; i < count; i++) {
        room += block[i].room;
        needed += block[i].needed;
    }
    EVK_TRY(check(room, needed, blanks, err));
    free_room = room - needed;
    others = blanks - needed;
    start = free_room ? evk_draw_below(d, free_room) : 0;
    sum = start;
    for (int64_t i = 0; i < count; i++) {
        const int64_t next = sum + others * (block[i].room - block[i].needed);

        block[i].count = block[i].needed;
        if (free_room)
            block[i].count += next / free_room - sum / free_room;
        sum = next;
    }
    return EVK_OK;
}
