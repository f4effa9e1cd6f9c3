/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lineage.h - what a fitted model has seen: recordings, and teachers whose responses it was fitted
 * to (schema: models/README.md)
 */
#ifndef EVK_MODEL_LINEAGE_H
#define EVK_MODEL_LINEAGE_H

#include "model/model.h"

/*
 * Returns the lineage of a model, {"recordings": [...], "teachers": [...]}, which belongs to the
 * model: that of its card, or, of an ensemble, all that its cards say.  NULL: no card says it.  The
 * resolved card of the model has the same under "lineage".
 */
const evk_json *evk_model_lineage(const evk_model *m);

/* Fails with EVK_EFORMAT where JSON is no lineage as models/README.md has it. */
evk_status evk_lineage_check(const evk_json *lineage, evk_error *err);

/*
 * Adds to the lineage *into, which the caller frees, the recordings and teachers of more that it
 * does not have yet.  *into may be NULL: it becomes a copy.  more may be NULL: nothing is added.
 * Fails with EVK_ENOMEM only.
 */
evk_status evk_lineage_merge(evk_json **into, const evk_json *more, evk_error *err);

/* Adds a line to the notes of a model (evk_model_noted) for each recording and teacher. */
evk_status evk_lineage_note(evk_model *m, evk_error *err);

#endif /* EVK_MODEL_LINEAGE_H */
