/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stimulus.h - the stimuli of a set, in memory */
#ifndef EVK_STIMSET_RECORD_STIMULUS_H
#define EVK_STIMSET_RECORD_STIMULUS_H

#include "base/dir.h"
#include "stimset/record/response_trace.h"
#include "stimset/record/row.h"

struct evk_stimulus {
    struct evk_row row;
    struct evk_response_trace trace;
    bool failed; /* was tried and gave no image, though its neuron is not dead */
};

struct evk_stimuli {
    struct evk_stimulus *list; /* (count), by stim_code once complete; owned */
    int64_t count;
    char *text; /* what rows point into; owned, NULL where they point elsewhere */
};

/* Zeroed room for more; what is there may move. */
evk_status evk_stimuli_grow(struct evk_stimuli *s, int64_t more, evk_error *err);
void evk_stimuli_release(struct evk_stimuli *s);

/* The row of a stimulus_id, of stimuli by stim_code; NULL: there is none. id may be NULL. */
const struct evk_row *evk_stimuli_find(const struct evk_stimuli *all, const char *id);

/* EVK_EFORMAT unless stim_code counts from 1 up; from is the file that they come from. */
evk_status evk_stimuli_check_codes(const struct evk_stimuli *all, const char *from, evk_error *err);

#endif /* EVK_STIMSET_RECORD_STIMULUS_H */
