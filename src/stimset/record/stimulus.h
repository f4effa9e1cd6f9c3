/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stimulus.h - stimuli of a set in memory: rows and response traces */
#ifndef EVK_STIMSET_RECORD_STIMULUS_H
#define EVK_STIMSET_RECORD_STIMULUS_H

#include "base/dir.h"
#include "stimset/record/response_trace.h"
#include "stimset/record/row.h"

struct evk_stimulus {
    struct evk_row row;
    struct evk_response_trace trace;
    bool failed; /* making its image failed, though its neuron is not dead */
};

struct evk_stimuli {
    struct evk_stimulus *list; /* (count) in the order of stim_code, which is i + 1; owned */
    int64_t count;
    char *text; /* the texts that rows point into; owned; NULL: rows point elsewhere */
};

/* Add zeroed stimuli at the end of the list, which may move.  EVK_ENOMEM: no memory. */
evk_status evk_stimuli_grow(struct evk_stimuli *s, int64_t more, evk_error *err);
void evk_stimuli_release(struct evk_stimuli *s);

/* Returns the row of a stimulus_id; NULL: there is none, or id is NULL. */
const struct evk_row *evk_stimuli_find(const struct evk_stimuli *all, const char *id);

/*
 * Check that stim_code counts from 1 up; from: the file that the stimuli come from, for the
 * message.  EVK_EFORMAT: it does not.
 */
evk_status evk_stimuli_check_codes(const struct evk_stimuli *all, const char *from, evk_error *err);

#endif /* EVK_STIMSET_RECORD_STIMULUS_H */
