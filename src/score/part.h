/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part.h - predictions for the images of a recording */
#ifndef EVK_SCORE_PART_H
#define EVK_SCORE_PART_H

#include "base/names.h"
#include "evoke/stimset.h"
#include "recording/recording.h"

/*
 * Predicts the responses of models to the images of a recording that take part, and to no others of
 * the list.
 *   responses  (images of the recording, outputs of all models in their order), written; NAN for an
 *              image that cannot be read
 *   notes      a sentence is added for each image that cannot be read, and for each kind of change
 *              of the others
 * Failures are those of evk_predict_list.
 */
evk_status evk_predict_part(const evk_recording *recording, const evk_model *const *models,
                            size_t count, bool resize, const evk_run *run, float *responses,
                            struct evk_names *notes, evk_error *err);

#endif /* EVK_SCORE_PART_H */
