/* SPDX-License-Identifier: GPL-3.0-or-later */
/* discs.c - discs of blur at random centres */
#include <string.h>

#include "attack/controls.h"
#include "attack/disc.h"
#include "attack/lattice.h"
#include "base/error.h"

enum { TRIES = 10, PLACES = 1000 }; /* for each wanted disc: most discs tried, most places drawn */

/* Returns a random place from 0 to n - 1, a function of the key and of i. */
static int64_t disc_place(const struct evk_rng_key *key, int64_t i, int64_t n)
{
    return (int64_t)((double)evk_rng_uniform(key, (uint64_t)i) * (double)n);
}

evk_status evk_control_discs(struct evk_search *s, int64_t count, int64_t number,
                             unsigned char *out, int64_t *painted, evk_error *err)
{
    float *blurred = s->spare[0], *now = s->spare[1];
    struct evk_rng_key key;

    EVK_TRY(evk_search_key(s, "evoke control discs", number, &key, err));
    evk_search_blur(s, blurred, now);
    memcpy(now, s->from, (size_t)s->n * sizeof(*now));
    *painted = 0;
    for (int64_t i = 0, tried = 0; tried < TRIES * count && i < PLACES * count && *painted < count;
         i++) {
        const struct evk_disc disc = {disc_place(&key, 2 * i, s->frame.h),
                                      disc_place(&key, 2 * i + 1, s->frame.w),
                                      s->attack->disc_radius};

        memcpy(s->x, now, (size_t)s->n * sizeof(*now));
        if (!evk_disc_paint(&s->frame, &disc, s->open, blurred, s->x))
            continue;
        tried++;
        if (!evk_lattice_fits(s, s->x))
            continue;
        memcpy(now, s->x, (size_t)s->n * sizeof(*now));
        (*painted)++;
    }
    for (int64_t i = 0; i < s->n; i++)
        out[i] = (unsigned char)now[i];
    return EVK_OK;
}
