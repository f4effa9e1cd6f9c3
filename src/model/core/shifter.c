/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shifter.c - the shift of all positions of a recording, by where the eye looks */
#include <math.h>
#include <stdio.h>

#include "model/core/build.h"

enum { TEXT = 200 };

/* Sets the shift of a key by the file's shifter of that key, which has dense layers with tanh after
   each of them; pupil (inputs) is what it reads. */
static evk_status shift_by_pupil(struct evk_core *c, struct evk_core_key *k, const double *pupil,
                                 int inputs)
{
    struct evk_core_mlp m = {.hidden = evk_core_tanh, .final_tanh = true};
    struct evk_str prefix = EVK_STR_INIT;
    const int64_t before = c->taken;
    evk_status s;

    evk_str_printf(&prefix, "shifter.%s", k->key);
    s = evk_str_check(&prefix, c->err);
    if (!s && !evk_core_has(c, prefix.data, "mlp.0.weight") &&
        !evk_core_has(c, prefix.data, "weight"))
        s = evk_fail(c->err, EVK_EINVAL,
                     "has no shifter for data key %.80s, which a pupil needs; expected "
                     "shifter.%.80s.mlp.0.weight and so on, or a shift instead",
                     k->key, k->key);
    if (!s)
        s = evk_core_mlp_take(c, prefix.data, evk_core_has(c, prefix.data, "weight") ? "" : "mlp.",
                              inputs, &m);
    if (!s)
        evk_core_mlp_apply(&m, pupil, k->shift);
    k->parameters += c->taken - before;
    evk_core_mlp_release(&m);
    evk_str_release(&prefix);
    return s;
}

static evk_status note_shift(struct evk_core *c, bool pupil)
{
    const struct evk_core_key *k = c->keys;
    char text[TEXT];

    snprintf(text, sizeof(text), "%s%.60s: positions shifted by %.6g, %.6g%s",
             pupil ? "pupil " : "shift ", pupil ? c->o->pupil : c->o->shift, k->shift[0],
             k->shift[1], pupil && c->key_count > 1 ? ", and so on for each data key" : "");
    return evk_network_note(c->network, "eye", text, c->err);
}

evk_status evk_core_find_shifts(struct evk_core *c)
{
    double given[EVK_CORE_LIST_MAX];
    int count;

    EVK_TRY(evk_core_numbers("shift", c->o->shift, given, EVK_CORE_LIST_MAX, &count, c->err));
    if (count != 0) {
        if (count != 2)
            return evk_fail(c->err, EVK_EINVAL, "shift is '%.80s', expected two numbers, x and y",
                            c->o->shift);
        for (int64_t i = 0; i < c->key_count; i++)
            for (int a = 0; a < 2; a++)
                c->keys[i].shift[a] = given[a];
        return note_shift(c, false);
    }
    EVK_TRY(evk_core_numbers("pupil", c->o->pupil, given, EVK_CORE_LIST_MAX, &count, c->err));
    if (count == 0)
        return EVK_OK;
    for (int64_t i = 0; i < c->key_count; i++)
        EVK_TRY(shift_by_pupil(c, &c->keys[i], given, count));
    return note_shift(c, true);
}
