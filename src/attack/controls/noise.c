/* SPDX-License-Identifier: GPL-3.0-or-later */
/* noise.c - the control of random noise that has the norm of a perturbation, in its band */
#include "attack/controls.h"
#include "attack/lattice.h"
#include "base/error.h"

evk_status evk_control_noise(struct evk_search *s, const unsigned char *image, int64_t number,
                             unsigned char *out, evk_error *err)
{
    struct evk_rng_key key;

    EVK_TRY(evk_search_key(s, "evoke control noise", number, &key, err));
    evk_search_noise(s, &key);
    if (s->ball.norm->per_value && !s->banded)
        s->climb.k->sign(s->n, s->v);
    evk_lattice_scale(s, evk_lattice_bound(s, image), s->v);
    evk_lattice_bytes(s, out);
    return EVK_OK;
}
