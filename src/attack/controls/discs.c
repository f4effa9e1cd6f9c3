/* SPDX-License-Identifier: GPL-3.0-or-later */
/* discs.c - discs of blur at random centres */
#include <string.h>

#include "attack/controls.h"
#include "attack/disc.h"
#include "attack/lattice.h"
#include "base/error.h"

enum { TRIES = 10, PLACES = 1000 /* for each disc: windows may hide most of them */ };

/* A place of n, by number i of the key. */
static int64_t place(const struct evk_rng_key *key, int64_t i, int64_t n)
{
    return (int64_t)((double)evk_rng_uniform(key, (uint64_t)i) * (double)n);
}

evk_status evk_control_discs(struct evk_pursuit *p, int64_t count, int64_t number,
                             unsigned char *out, int64_t *painted, evk_error *err)
{
    float *blurred = p->spare[0], *now = p->spare[1];
    struct evk_rng_key key;

    EVK_TRY(evk_pursuit_key(p, "evoke control discs", number, &key, err));
    evk_pursuit_blur(p, blurred, now);
    memcpy(now, p->from, (size_t)p->n * sizeof(*now));
    *painted = 0;
    for (int64_t i = 0, tried = 0; tried < TRIES * count && i < PLACES * count && *painted < count;
         i++) {
        const struct evk_disc disc = {place(&key, 2 * i, p->frame.h),
                                      place(&key, 2 * i + 1, p->frame.w), p->attack->disc_radius};

        memcpy(p->x, now, (size_t)p->n * sizeof(*now));
        if (!evk_disc_paint(&p->frame, &disc, p->open, blurred, p->x))
            continue;
        tried++;
        if (!evk_lattice_fits(p, p->x))
            continue;
        memcpy(now, p->x, (size_t)p->n * sizeof(*now));
        (*painted)++;
    }
    for (int64_t i = 0; i < p->n; i++)
        out[i] = (unsigned char)now[i];
    return EVK_OK;
}
