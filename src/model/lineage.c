/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lineage.c - what a fitted model has seen: recordings and teachers */
#include "model/lineage.h"

#include <string.h>

#include "base/str.h"
#include "model/card_file.h"

enum { SHORT_HASH = 16 }; /* digits of the hash of an image, which tell images apart */

const evk_json *evk_model_lineage(const evk_model *m)
{
    return m->lineage;
}

/* ---- is it a lineage? ------------------------------------------------------------------------ */

static bool is_hex(const evk_json *v, size_t digits)
{
    const char *text = evk_json_text(v);

    return text && strlen(text) == digits && strspn(text, "0123456789abcdef") == digits;
}

static evk_status check_hashes(const evk_json *recording, const char *key, size_t *count,
                               evk_error *err)
{
    const evk_json *list = evk_json_get(recording, key);

    *count = evk_json_count(list);
    if (!evk_json_is_array(list))
        return evk_fail(err, EVK_EFORMAT, "a recording of its lineage has no list of %s", key);
    for (size_t i = 0; i < *count; i++)
        if (!is_hex(evk_json_at(list, i), SHORT_HASH))
            return evk_fail(
                err, EVK_EFORMAT,
                "the %s of a recording of its lineage are not all %d hexadecimal digits", key,
                SHORT_HASH);
    return EVK_OK;
}

static evk_status check_recording(const evk_json *recording, evk_error *err)
{
    static const char *const known[] = {"responses",   "rows",         "images",
                                        "rows_sha256", "units_sha256", NULL};
    size_t images, rows, units;

    EVK_TRY(evk_card_check_keys(recording, "a recording of its lineage", known, err));
    if (!is_hex(evk_json_get(recording, "responses"), EVK_SHA256_TEXT - 1))
        return evk_fail(err, EVK_EFORMAT,
                        "a recording of its lineage has no SHA-256 of its responses");
    if (evk_json_get(recording, "rows") && !evk_json_text(evk_json_get(recording, "rows")))
        return evk_fail(err, EVK_EFORMAT,
                        "a recording of its lineage has rows that are no text such as 1-600");
    EVK_TRY(check_hashes(recording, "images", &images, err));
    EVK_TRY(check_hashes(recording, "rows_sha256", &rows, err));
    if (evk_json_get(recording, "units_sha256"))
        EVK_TRY(check_hashes(recording, "units_sha256", &units, err));
    if (images != rows)
        return evk_fail(err, EVK_EFORMAT,
                        "a recording of its lineage has %zu images and %zu rows_sha256, expected "
                        "as many",
                        images, rows);
    return EVK_OK;
}

static evk_status check_teacher(const evk_json *teacher, evk_error *err)
{
    static const char *const known[] = {"name", "sha256", NULL};

    EVK_TRY(evk_card_check_keys(teacher, "a teacher of its lineage", known, err));
    if (!evk_json_text(evk_json_get(teacher, "name")) ||
        !is_hex(evk_json_get(teacher, "sha256"), EVK_SHA256_TEXT - 1))
        return evk_fail(err, EVK_EFORMAT,
                        "a teacher of its lineage has no name or no SHA-256, expected both");
    return EVK_OK;
}

evk_status evk_lineage_check(const evk_json *lineage, evk_error *err)
{
    static const char *const known[] = {"recordings", "teachers", NULL};
    const evk_json *recordings = evk_json_get(lineage, "recordings");
    const evk_json *teachers = evk_json_get(lineage, "teachers");

    if (!evk_json_is_array(recordings) || !evk_json_is_array(teachers))
        return evk_fail(err, EVK_EFORMAT, "its lineage has no lists of recordings and teachers");
    EVK_TRY(evk_card_check_keys(lineage, "its lineage", known, err));
    for (size_t i = 0; i < evk_json_count(recordings); i++)
        EVK_TRY(check_recording(evk_json_at(recordings, i), err));
    for (size_t i = 0; i < evk_json_count(teachers); i++)
        EVK_TRY(check_teacher(evk_json_at(teachers, i), err));
    return EVK_OK;
}

/* ---- several lineages ------------------------------------------------------------------------ */

static bool has(const evk_json *list, const evk_json *item)
{
    for (size_t i = 0; i < evk_json_count(list); i++)
        if (evk_json_equal(evk_json_at(list, i), item))
            return true;
    return false;
}

/* Adds to the list under key what that of more has beyond it. */
static void merge_list(struct evk_json_writer *w, const char *key, const evk_json *more)
{
    evk_json *list = evk_json_member(w->root, key);
    const evk_json *from = evk_json_get(more, key);

    if (!list)
        list = evk_json_put_array(w, w->root, key);
    for (size_t i = 0; i < evk_json_count(from); i++)
        if (!has(list, evk_json_at(from, i)))
            evk_json_put_copy(w, list, NULL, evk_json_at(from, i));
}

evk_status evk_lineage_merge(evk_json **into, const evk_json *more, evk_error *err)
{
    struct evk_json_writer w;
    evk_json *merged = NULL;

    if (!more)
        return EVK_OK;
    evk_json_writer_init(&w);
    merge_list(&w, "recordings", *into);
    merge_list(&w, "teachers", *into);
    merge_list(&w, "recordings", more);
    merge_list(&w, "teachers", more);
    if (!w.failed)
        merged = evk_json_copy(w.root);
    evk_json_writer_release(&w);
    if (!merged)
        return evk_fail(err, EVK_ENOMEM, "out of memory for a lineage");
    evk_json_free(*into);
    *into = merged;
    return EVK_OK;
}

/* ---- listings -------------------------------------------------------------------------------- */

static evk_status note(evk_model *m, const char *what, struct evk_str *text, evk_error *err)
{
    evk_status s = evk_str_check(text, err);

    if (!s)
        s = evk_network_note(&m->network, what, text->data, err);
    evk_str_release(text);
    return s;
}

static evk_status note_recording(evk_model *m, const evk_json *recording, evk_error *err)
{
    const char *rows = evk_json_text(evk_json_get(recording, "rows"));
    struct evk_str text = EVK_STR_INIT;

    evk_str_printf(&text, "responses %.12s, ", evk_json_text(evk_json_get(recording, "responses")));
    if (rows)
        evk_str_printf(&text, "rows %s, ", rows);
    evk_str_printf(&text, "%zu images", evk_json_count(evk_json_get(recording, "images")));
    return note(m, "fitted on", &text, err);
}

static evk_status note_teacher(evk_model *m, const evk_json *teacher, evk_error *err)
{
    struct evk_str text = EVK_STR_INIT;

    evk_str_printf(&text, "%s, SHA-256 %.12s", evk_json_text(evk_json_get(teacher, "name")),
                   evk_json_text(evk_json_get(teacher, "sha256")));
    return note(m, "teacher", &text, err);
}

evk_status evk_lineage_note(evk_model *m, evk_error *err)
{
    const evk_json *recordings = evk_json_get(m->lineage, "recordings");
    const evk_json *teachers = evk_json_get(m->lineage, "teachers");

    for (size_t i = 0; i < evk_json_count(recordings); i++)
        EVK_TRY(note_recording(m, evk_json_at(recordings, i), err));
    for (size_t i = 0; i < evk_json_count(teachers); i++)
        EVK_TRY(note_teacher(m, evk_json_at(teachers, i), err));
    return EVK_OK;
}
