/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron_group.h - the joint response of several neurons of one model: the memory of one thread */
#ifndef EVK_STIMSET_SCORE_NEURON_GROUP_H
#define EVK_STIMSET_SCORE_NEURON_GROUP_H

#include "evoke/stimset.h"
#include "format/codec.h"

struct evk_neuron_group {
    const evk_target *target;
    evk_session *session;
    float *image;          /* (h, w, c); owned */
    float *responses;      /* (outputs of the session); owned */
    const int64_t *picked; /* (target->count) places of the target's outputs in responses */
};

struct evk_neuron_group_response {
    double mean; /* mean response over the neurons */
    /* median distance between the members' responses (evk_disagreement); NaN: a single model */
    double disagreement;
};

/*
 * Open a session for the outputs of the target, on the first call only.  The caller zeroes *g
 * before that call, and releases it with evk_neuron_group_release.  target must outlive *g.
 */
evk_status evk_neuron_group_open(struct evk_neuron_group *g, const evk_target *target,
                                 evk_error *err);
void evk_neuron_group_release(struct evk_neuron_group *g);

/*
 * Show an image to the neurons.  each: (target->count) receives the response of each neuron; may be
 * NULL.  EVK_EINVAL: the image does not have the model's size.
 */
evk_status evk_neuron_group_show(struct evk_neuron_group *g, const struct evk_pixels *pixels,
                                 struct evk_neuron_group_response *out, float *each,
                                 evk_error *err);

#endif /* EVK_STIMSET_SCORE_NEURON_GROUP_H */
