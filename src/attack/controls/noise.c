/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise.c - random noise of the same norm, and in the same band */
#include <string.h>

#include "attack/controls.h"
#include "attack/lattice.h"
#include "base/error.h"

evk_status evk_control_noise(struct evk_pursuit *p, const unsigned char *image, int64_t number,
                             unsigned char *out, evk_error *err)
{
    struct evk_rng_key key;

    EVK_TRY(evk_pursuit_key(p, "evoke control noise", number, &key, err));
    evk_pursuit_noise(p, &key);
    if (strcmp(p->ball.norm->name, "linf") == 0 && !p->banded)
        p->climb.k->sign(p->n, p->v);
    evk_lattice_scale(p, evk_lattice_bound(p, image), p->v);
    evk_lattice_bytes(p, out);
    return EVK_OK;
}
