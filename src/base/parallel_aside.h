/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parallel_aside.h - something that one other thread does, while the calling thread goes on */
#ifndef EVK_BASE_PARALLEL_ASIDE_H
#define EVK_BASE_PARALLEL_ASIDE_H

struct evk_aside;

/* Begins fn on a thread of its own.  Returns NULL where the system refuses that; fn then is not
   called.  evk_aside_end waits for the end of fn and frees the rest (NULL is allowed). */
struct evk_aside *evk_aside_begin(void (*fn)(void));
void evk_aside_end(struct evk_aside *aside);

#endif /* EVK_BASE_PARALLEL_ASIDE_H */
