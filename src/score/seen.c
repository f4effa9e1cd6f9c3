/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seen.c - was a model fitted to responses that it is now scored by? */
#include "score/seen.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/list.h"
#include "model/lineage.h"
#include "recording/rows.h"

/* Returns how many images of the recording are among the rows of a lineage, a text such as 1-600;
   all of them where the text cannot be read. */
static int64_t count_seen(const evk_recording *r, const char *rows)
{
    const int64_t images = (int64_t)r->list->count;
    int64_t *index, count, seen = 0;
    bool *taken;

    if (evk_rows_read(&index, &count, rows && rows[0] ? rows : NULL, images, NULL))
        return r->images;
    if (evk_alloc(&taken, images, sizeof(*taken), "rows", NULL)) {
        free(index);
        return r->images;
    }
    for (int64_t i = 0; i < count; i++)
        taken[index[i]] = true;
    for (int64_t i = 0; i < r->images; i++)
        seen += taken[r->image[i]];
    free(taken);
    free(index);
    return seen;
}

/* Returns how many images of the recording a model was fitted to, by its lineage. */
static int64_t seen_by(const evk_recording *r, const evk_json *lineage)
{
    const evk_json *recordings = evk_json_get(lineage, "recordings");
    int64_t most = 0;

    for (size_t i = 0; i < evk_json_count(recordings); i++) {
        const evk_json *one = evk_json_at(recordings, i);
        const char *file = evk_json_text(evk_json_get(one, "responses"));

        if (file && strcmp(file, r->sha256) == 0) {
            const int64_t seen = count_seen(r, evk_json_text(evk_json_get(one, "rows")));

            most = seen > most ? seen : most;
        }
    }
    return most;
}

evk_status evk_note_seen(const evk_recording *r, const evk_model *const *models, size_t count,
                         struct evk_names *notes, evk_error *err)
{
    for (size_t m = 0; m < count; m++) {
        const evk_json *lineage = evk_model_lineage(models[m]);
        const int64_t seen = lineage ? seen_by(r, lineage) : 0;

        if (seen)
            EVK_TRY(evk_names_printf(notes, err,
                                     "warning: %s was fitted to the responses to %lld of these "
                                     "%lld images; r on images that it has not seen is lower",
                                     evk_model_describe(models[m])->name, (long long)seen,
                                     (long long)r->images));
    }
    return EVK_OK;
}
