/* SPDX-License-Identifier: GPL-3.0-or-later */
/* follow.c - did units respond to the stimuli of a set as its models predicted? */
#include "score/follow.h"

#include <stdlib.h>

#include "base/host.h"
#include "base/mem.h"

void evk_follow_free(evk_follow *f)
{
    if (!f)
        return;
    free(f->shown);
    free(f->neurons);
    free(f->contrasts);
    evk_names_release(&f->texts);
    evk_names_release(&f->notes);
    free(f);
}

static evk_status follow(evk_follow *f, const evk_set *set, bool split, evk_error *err)
{
    if (f->r->list)
        return evk_fail(err, EVK_EINVAL,
                        "%s: was read with images, expected codes of the stimuli of a set",
                        f->r->path);
    EVK_TRY(evk_follow_read_stimuli(f, set, err));
    EVK_TRY(evk_follow_find_neurons(f, set, err));
    return evk_follow_compare(f, split, err);
}

evk_status evk_follow_set(evk_follow **out, const evk_set *set, const evk_recording *recording,
                          bool split, evk_error *err)
{
    EVK_ENTER();
    evk_follow *f;
    evk_status s;

    EVK_TRY(evk_alloc(&f, 1, sizeof(*f), "comparisons", err));
    f->r = recording;
    s = follow(f, set, split, err);
    if (s)
        evk_follow_free(f);
    else
        *out = f;
    return s;
}

const evk_contrast *evk_follow_contrast(const evk_follow *follow, size_t i)
{
    return (int64_t)i < follow->count ? &follow->contrasts[i] : NULL;
}

const char *evk_follow_note(const evk_follow *follow, size_t i)
{
    return i < follow->notes.count ? follow->notes.names[i] : NULL;
}
