/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * room.h - memory that jobs of all threads share, counted in bytes
 *
 * Who is about to hold much takes room for it, and gives it back when it is
 * freed.  A thread that has no room yet waits, in the order of asking, until
 * its bytes fit within EVK_ROOM_MAX beside those that are taken.  A thread that
 * has room already, and asks for more, goes first; it waits too, unless every
 * other thread with room is waiting as well: then one of them is let in, so
 * that the limit is passed by the needs of one thread and nobody waits for ever.
 * A request over the limit is let in where no other thread has room.
 *
 * A thread that has room must not wait for another that may ask for some.
 */
#ifndef EVK_BASE_ROOM_H
#define EVK_BASE_ROOM_H

#include <stdint.h>

enum { EVK_ROOM_MAX = 384 << 20 }; /* bytes, of all threads together */

/* bytes is not negative, and what a thread takes it gives. */
void evk_room_take(int64_t bytes);
void evk_room_give(int64_t bytes);

#endif /* EVK_BASE_ROOM_H */
