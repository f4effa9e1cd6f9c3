/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * room.h - a limit on the memory that all threads together hold, in bytes
 *
 * Before a thread allocates much, it takes room for as many bytes, and it gives
 * the room back when it frees them.  A thread that has no room yet waits, in the
 * order of asking, until its bytes fit within EVK_ROOM_MAX beside the room that
 * others have; but a request over EVK_ROOM_MAX is granted once no other thread
 * has room.
 *
 * A thread that has room already, and asks for more, goes before threads that
 * have none.  It waits for its bytes to fit too, unless all threads that have room are
 * waiting: then one of them is granted its request at once.  So nobody waits for
 * ever, and the limit is exceeded by the needs of one thread only.
 *
 * A thread that has room must not wait for another that may ask for room.
 */
#ifndef EVK_BASE_ROOM_H
#define EVK_BASE_ROOM_H

#include <stdint.h>

enum { EVK_ROOM_MAX = 384 << 20 }; /* bytes of all threads together */

/*
 * Take room for this many bytes, and give it back; bytes is not negative.  A thread gives back
 * what it has taken itself, in whatever portions.
 */
void evk_room_take(int64_t bytes);
void evk_room_give(int64_t bytes);

#endif /* EVK_BASE_ROOM_H */
