/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lineage.c - what a fitted model has seen: recordings, images and teachers, for its card */
#include "fit/lineage.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/lineage.h"

enum { DIGITS = 16 }; /* of a hash, which is enough to tell images apart */

static void put_hash(struct evk_json_writer *j, evk_json *list,
                     const unsigned char digest[EVK_SHA256_BYTES])
{
    char text[DIGITS + 1];

    evk_hex(digest, DIGITS / 2, text);
    evk_json_put_text(j, list, NULL, text);
}

/* Computes the hash of image i together with the mean responses of all units to the image. */
static evk_status hash_row(const struct evk_fit_work *w, int64_t i, const double *mean,
                           unsigned char digest[EVK_SHA256_BYTES], evk_error *err)
{
    const evk_recording *r = w->source->recording;
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    evk_str_add(&text, w->shown.hashes[i], EVK_SHA256_BYTES);
    for (int64_t u = 0; u < r->units; u++)
        evk_str_printf(&text, " %.6g", mean[u * r->images + i]);
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_sha256(text.data, text.size, digest, err);
    evk_str_release(&text);
    return s;
}

/* Order of images by their hashes, in which a unit's responses are hashed. */
struct hashed {
    const unsigned char *hash;
    int64_t image;
};

static int compare_hashes(const void *a, const void *b)
{
    const struct hashed *x = a, *y = b;
    const int order = memcmp(x->hash, y->hash, EVK_SHA256_BYTES);

    return order ? order : (x->image > y->image) - (x->image < y->image);
}

/* Computes the hash of all images and of the mean responses of a unit to these. */
static evk_status hash_unit(const struct hashed *order, int64_t images, const double *mean,
                            unsigned char digest[EVK_SHA256_BYTES], evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;
    evk_status s;

    for (int64_t k = 0; k < images; k++) {
        evk_str_add(&text, order[k].hash, EVK_SHA256_BYTES);
        evk_str_printf(&text, " %.6g", mean[order[k].image]);
    }
    s = evk_str_check(&text, err);
    if (!s)
        s = evk_sha256(text.data, text.size, digest, err);
    evk_str_release(&text);
    return s;
}

/* Puts the hashes of units whose responses vary: a copy of a recording keeps most of them, even
   where units were added, left out or sorted again. */
static evk_status put_units(const struct evk_fit_work *w, struct evk_json_writer *j,
                            evk_json *recording, const double *mean, evk_error *err)
{
    const evk_recording *r = w->source->recording;
    evk_json *units = evk_json_put_array(j, recording, "units_sha256");
    unsigned char digest[EVK_SHA256_BYTES];
    evk_status s = EVK_OK;
    struct hashed *order;

    EVK_TRY(evk_alloc(&order, r->images, sizeof(*order), "images", err));
    for (int64_t i = 0; i < r->images; i++)
        order[i] = (struct hashed){w->shown.hashes[i], i};
    qsort(order, (size_t)r->images, sizeof(*order), compare_hashes);
    for (int64_t u = 0; u < r->units && !s; u++) {
        if (evk_recording_unusable(r, u))
            continue;
        s = hash_unit(order, r->images, mean + u * r->images, digest, err);
        if (!s)
            put_hash(j, units, digest);
    }
    free(order);
    return s;
}

static evk_status put_rows(const struct evk_fit_work *w, struct evk_json_writer *j,
                           evk_json *recording, evk_error *err)
{
    const evk_recording *r = w->source->recording;
    evk_json *rows = evk_json_put_array(j, recording, "rows_sha256");
    unsigned char digest[EVK_SHA256_BYTES];
    evk_status s = EVK_OK;
    double *mean;

    EVK_TRY(evk_alloc(&mean, r->units * r->images, sizeof(*mean), "responses", err));
    evk_recording_means(r, mean, NULL);
    for (int64_t i = 0; i < r->images && !s; i++) {
        s = hash_row(w, i, mean, digest, err);
        if (!s)
            put_hash(j, rows, digest);
    }
    if (!s)
        s = put_units(w, j, recording, mean, err);
    free(mean);
    return s;
}

static evk_status put_recording(const struct evk_fit_work *w, struct evk_json_writer *j,
                                evk_json *recordings, evk_error *err)
{
    const evk_recording *r = w->source->recording;
    evk_json *one = evk_json_put_object(j, recordings, NULL), *images;

    evk_json_put_text(j, one, "responses", r->sha256);
    if (r->rows)
        evk_json_put_text(j, one, "rows", r->rows);
    images = evk_json_put_array(j, one, "images");
    for (int64_t i = 0; i < w->images; i++)
        put_hash(j, images, w->shown.hashes[i]);
    return put_rows(w, j, one, err);
}

static bool has(const evk_json *list, const evk_json *item)
{
    for (size_t i = 0; i < evk_json_count(list); i++)
        if (evk_json_equal(evk_json_at(list, i), item))
            return true;
    return false;
}

/* Puts what the list does not have yet: several teachers may have seen one recording. */
static void put_copies(struct evk_json_writer *j, evk_json *list, const evk_json *from)
{
    for (size_t i = 0; i < evk_json_count(from); i++)
        if (!has(list, evk_json_at(from, i)))
            evk_json_put_copy(j, list, NULL, evk_json_at(from, i));
}

/* Puts a teacher, the networks that it is made of, and what these have seen. */
static void put_teacher(struct evk_json_writer *j, evk_json *recordings, evk_json *teachers,
                        const evk_model *teacher)
{
    const evk_json *seen = evk_model_lineage(teacher);
    const evk_model_info *info = evk_model_describe(teacher);
    const evk_model *network;

    for (int64_t i = -1; (network = i < 0 ? teacher : evk_model_member(teacher, i)) != NULL; i++) {
        evk_json *one;

        if (i >= 0 && network == teacher)
            break;
        one = evk_json_put_object(j, teachers, NULL);
        evk_json_put_text(j, one, "name", i < 0 ? info->name : evk_model_describe(network)->name);
        evk_json_put_text(j, one, "sha256", evk_model_describe(network)->sha256);
    }
    put_copies(j, recordings, evk_json_get(seen, "recordings"));
    put_copies(j, teachers, evk_json_get(seen, "teachers"));
}

evk_status evk_fit_put_lineage(const struct evk_fit_work *w, struct evk_json_writer *j,
                               evk_error *err)
{
    evk_json *lineage = evk_json_put_object(j, j->root, "lineage");
    evk_json *recordings = evk_json_put_array(j, lineage, "recordings");
    evk_json *teachers = evk_json_put_array(j, lineage, "teachers");

    for (size_t k = 0; k < w->core_count; k++) {
        const evk_json *seen = evk_model_lineage(w->shown.cores[k].model);

        put_copies(j, recordings, evk_json_get(seen, "recordings"));
        put_copies(j, teachers, evk_json_get(seen, "teachers"));
    }
    if (w->source->recording)
        return put_recording(w, j, recordings, err);
    for (size_t i = 0; i < w->teacher_count; i++)
        put_teacher(j, recordings, teachers, w->teachers[i]);
    return EVK_OK;
}
