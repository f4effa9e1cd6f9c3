/* SPDX-License-Identifier: GPL-3.0-or-later */
/* follow.h - the struct behind evk_follow of evoke/score.h, and how its parts are made */
#ifndef EVK_SCORE_FOLLOW_H
#define EVK_SCORE_FOLLOW_H

#include <string.h>

#include "base/names.h"
#include "evoke/score.h"
#include "recording/recording.h"

/* A stimulus of the set that was shown.  Its texts are cells of the set's table. */
struct evk_shown {
    int64_t image; /* index among the images of the recording */
    const char *id, *set_type, *model, *output, *objective, *source, *control, *control_of;
    double predicted;        /* response_pred */
    double predicted_source; /* response_source */
    double budget;           /* NaN: none */
    double contrast;         /* of a series; NaN: there is none */
};

/* A neuron of the set, and its unit. */
struct evk_followed {
    const char *model, *output;
    const char *name; /* that the set's table of units gives the neuron; NULL: none */
    int64_t unit;     /* -1: it has none */
};

struct evk_follow {
    const evk_recording *r;
    struct evk_shown *shown; /* (shown_count) in the order of the set; owned */
    int64_t shown_count;
    struct evk_followed *neurons; /* (neuron_count) in the order of the set; owned */
    int64_t neuron_count;
    evk_contrast *contrasts; /* (count); owned */
    int64_t count, room;
    struct evk_names texts; /* (count) names of groups, to which contrasts point */
    struct evk_names notes; /* owned */
};

/* Was a stimulus made for this neuron? */
static inline bool evk_is_for(const struct evk_shown *s, const struct evk_followed *n)
{
    return strcmp(s->model, n->model) == 0 && strcmp(s->output, n->output) == 0;
}

/* Reads the stimuli of the set that were shown. */
evk_status evk_follow_read_stimuli(struct evk_follow *f, const evk_set *set, evk_error *err);

/* Lists the neurons of these stimuli, and finds the unit of each, as evk_follow_set says. */
evk_status evk_follow_find_neurons(struct evk_follow *f, const evk_set *set, evk_error *err);

/* Lists and measures the comparisons of all neurons that have a unit. */
evk_status evk_follow_compare(struct evk_follow *f, bool split, evk_error *err);

/* Two groups of stimuli of a unit: members are indices of f->shown. */
struct evk_groups {
    int64_t unit;
    int64_t *a, *b; /* (n), (n_against) */
    int64_t n, n_against;
    bool paired;  /* a[i] goes with b[i], and n is n_against */
    bool sources; /* the predictions of b are predicted_source of a */
};

/* Which presentations of an image count: all, the first, third ... or the second, fourth ... */
enum evk_presented { EVK_ALL, EVK_ODD, EVK_EVEN };

/*
 * Measures two groups, and writes n to followed of *out.  Images to which the unit has no response
 * leave the groups, and so do pairs with such an image.
 */
evk_status evk_groups_measure(const struct evk_follow *f, struct evk_groups *g,
                              enum evk_presented presented, evk_contrast *out, evk_error *err);

/*
 * Leaves only the image of each group with the best mean response in the groups or, where they are
 * pairs, the best image of the first group and its partner.  low: the best response is the smallest.
 */
void evk_groups_best(const struct evk_follow *f, struct evk_groups *g, enum evk_presented presented,
                     bool low);

#endif /* EVK_SCORE_FOLLOW_H */
