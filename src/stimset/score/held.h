/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * held.h - by how much responses that are held may move, where the options do not say
 *
 * A tenth of the SD of each neuron's responses to the reference images or, without any, to the base
 * images.  A set records it, so that an image can be made again without those; as a number that nine
 * digits tell from all others, so that what is read is what was used.
 */
#ifndef EVK_STIMSET_SCORE_HELD_H
#define EVK_STIMSET_SCORE_HELD_H

#include "base/json.h"
#include "evoke/adversarial.h"

/* The held neurons of one model. */
struct evk_held {
    const evk_model *model;
    int64_t *outputs;   /* (count) in the order of the option */
    double *tolerances; /* (count) in the units of the model */
    size_t count;
};

/* Are neurons held, without a tolerance of the user's? */
bool evk_held_is_measured(const evk_attack *attack);

/*
 * From the SD (outputs of the model) of its responses to so many images.  Release *out, also after a
 * failure.  EVK_EINVAL: a neuron's SD is no number above 0.
 */
evk_status evk_held_of(struct evk_held *out, const evk_model *model, const evk_attack *attack,
                       const double *sd, int64_t images, evk_error *err);

/* From the images themselves, at the model's size; run: threads and stop count. */
evk_status evk_held_measure(struct evk_held *out, const evk_model *model, const evk_attack *attack,
                            const evk_image_list *images, const evk_run *run, evk_error *err);
void evk_held_release(struct evk_held *h);

/* Those of a model among several; NULL: it has none. */
const double *evk_held_find(const struct evk_held *list, size_t count, const evk_model *model);

/* Into a model of a description, and out of the one with the model's SHA-256: EVK_EFORMAT. */
void evk_held_describe(struct evk_json_writer *w, evk_json *model, const struct evk_held *h);
evk_status evk_held_read(struct evk_held *out, const evk_json *description, const evk_model *model,
                         const evk_attack *attack, evk_error *err);

#endif /* EVK_STIMSET_SCORE_HELD_H */
