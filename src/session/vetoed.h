/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vetoed.h - the pictures that are vetoed, by their pixels
 *
 * Who vetoes an image does not want this picture on the screen.  So a veto also holds for other
 * stimuli, of whatever set, whose files have the same pixels.
 */
#ifndef EVK_SESSION_VETOED_H
#define EVK_SESSION_VETOED_H

#include "base/hash.h"
#include "base/names.h"
#include "evoke/set.h"

struct evk_vetoed {
    char (*pixels)[EVK_SHA256_TEXT]; /* (count) pixel_sha256, in their order; owned */
    int64_t count;
};

/*
 * Find the pictures of vetoes, "set\tstimulus_id\treason", among sets with names; the caller
 * releases *out.  vetoes may be NULL.  A veto of another set, or of no stimulus, is of no picture.
 */
evk_status evk_vetoed_find(struct evk_vetoed *out, const struct evk_names *vetoes,
                           evk_set *const *sets, const struct evk_names *names, evk_error *err);
void evk_vetoed_release(struct evk_vetoed *v);

/* Is the picture with this pixel_sha256 vetoed? */
bool evk_vetoed_has(const struct evk_vetoed *v, const char *pixel_sha256);

#endif /* EVK_SESSION_VETOED_H */
