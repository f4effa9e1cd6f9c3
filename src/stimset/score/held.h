/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * held.h - how far held responses may move where the user gave no tolerance
 *
 * The tolerance of a held neuron is then a tenth of the SD of its responses to the reference images
 * or, without reference images, to the base images.  The description of a set records it, so that
 * an image can be made again without those images.  A tolerance is rounded to a float, which the
 * nine digits of the record tell from every other float: what is read is what was used.
 */
#ifndef EVK_STIMSET_SCORE_HELD_H
#define EVK_STIMSET_SCORE_HELD_H

#include "base/json.h"
#include "evoke/adversarial.h"

/* The held neurons of one model, and their tolerances. */
struct evk_held {
    const evk_model *model;
    int64_t *outputs;   /* (count) in the order of the option */
    double *tolerances; /* (count) in the units of the model */
    size_t count;
};

/* Does the attack hold neurons, and is their tolerance to be measured since the user gave none? */
bool evk_held_is_measured(const evk_attack *attack);

/*
 * Take the tolerances from the SDs of responses.  sd: one for each output of the model.  images:
 * the number of images that the SDs are over, for the message.  EVK_EINVAL: the SD of a held neuron
 * is not a finite number above 0.  The caller releases *out, also after a failure.
 */
evk_status evk_held_of(struct evk_held *out, const evk_model *model, const evk_attack *attack,
                       const double *sd, int64_t images, evk_error *err);

/*
 * Show the images to the model, at its size, and take the tolerances from its responses.
 * EVK_EINVAL: images is NULL.  Only threads and stop of run are used.  The caller releases *out,
 * also after a failure.
 */
evk_status evk_held_measure(struct evk_held *out, const evk_model *model, const evk_attack *attack,
                            const evk_image_list *images, const evk_run *run, evk_error *err);
void evk_held_release(struct evk_held *h);

/*
 * Returns the tolerances of a model in a list (count); NULL: the model is not in the list.  They
 * stay owned by the list.
 */
const double *evk_held_find(const struct evk_held *list, size_t count, const evk_model *model);

/*
 * Write the tolerances into a model's object of a description, and read them from the object that
 * has the model's SHA-256.  EVK_EFORMAT: a held neuron has no tolerance there.  The caller releases
 * *out, also after a failure.
 */
void evk_held_describe(struct evk_json_writer *w, evk_json *model, const struct evk_held *h);
evk_status evk_held_read(struct evk_held *out, const evk_json *description, const evk_model *model,
                         const evk_attack *attack, evk_error *err);

#endif /* EVK_STIMSET_SCORE_HELD_H */
