/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neuron_group.h - what some neurons of one model say of an image, together: the memory of one thread */
#ifndef EVK_STIMSET_SCORE_NEURON_GROUP_H
#define EVK_STIMSET_SCORE_NEURON_GROUP_H

#include "evoke/stimset.h"
#include "format/codec.h"

struct evk_neuron_group {
    const evk_target *target;
    evk_session *session;
    float *image;          /* (h, w, c); owned */
    float *responses;      /* (outputs of the session); owned */
    const int64_t *picked; /* (target->count) those that count */
};

struct evk_neuron_group_response {
    double mean;         /* response, over neurons */
    double disagreement; /* of an ensemble's members, over all neurons; NaN of a single model */
};

/* Zeroed to begin with; made on the first call. */
evk_status evk_neuron_group_open(struct evk_neuron_group *g, const evk_target *target,
                                 evk_error *err);
void evk_neuron_group_release(struct evk_neuron_group *g);

/* each (target->count) are the responses; may be NULL. EVK_EINVAL: the image has another size. */
evk_status evk_neuron_group_show(struct evk_neuron_group *g, const struct evk_pixels *pixels,
                                 struct evk_neuron_group_response *out, float *each,
                                 evk_error *err);

#endif /* EVK_STIMSET_SCORE_NEURON_GROUP_H */
