/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seen.h - was a model fitted to responses that it is now scored by? */
#ifndef EVK_SCORE_SEEN_H
#define EVK_SCORE_SEEN_H

#include "base/names.h"
#include "evoke/model.h"
#include "recording/recording.h"

/*
 * Adds a sentence for each model whose lineage (models/README.md) names the file of the recording,
 * with rows of which some take part now.
 */
evk_status evk_note_seen(const evk_recording *recording, const evk_model *const *models,
                         size_t count, struct evk_names *notes, evk_error *err);

#endif /* EVK_SCORE_SEEN_H */
