/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set.c - one file of a stimulus set whose other files are valid: verified, opened, continued */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../harness/test.h"
#include "base/hash.h"
#include "base/shown.h"
#include "base/str.h"
#include "folder.h"
#include "fuzz.h"

enum { CELLS_MAX = 1 << 12, DIGITS = 16 };

/* ---- a finished set ------------------------------------------------------------------------- */

static void check_finding(void *arg, const char *sentence)
{
    int64_t *findings = arg;

    fuzz_check(sentence[0] && evk_is_plain(sentence));
    ++*findings;
}

static void verify(void)
{
    int64_t findings = 0;
    const evk_verify how = {.finding = check_finding, .arg = &findings, .threads = 1};
    evk_error err = {EVK_OK, ""};
    evk_verified v;
    evk_status s = evk_set_verify(fuzz_in("set"), NULL, 0, &how, &v, &err);

    if (s)
        fuzz_check_failure(s, &err);
    else
        fuzz_check(v.findings == findings);
}

static void read_cells(const evk_set *set)
{
    int64_t cells = 0;

    for (int64_t i = 0; i < evk_set_count(set) && cells < CELLS_MAX; i++)
        for (int64_t c = 0; evk_set_column(set, c) && cells < CELLS_MAX; c++, cells++)
            fuzz_check(evk_set_cell(set, i, evk_set_column(set, c)));
    fuzz_check(!evk_set_cell(set, evk_set_count(set), "stimulus_id"));
    fuzz_check(evk_set_find(set, "none") < 0 || evk_set_count(set) > 0);
}

static void read_image(const evk_set *set)
{
    evk_error err = {EVK_OK, ""};
    evk_image *image;
    evk_status s = evk_set_image(set, evk_set_count(set) - 1, &image, &err);

    if (s)
        fuzz_check_failure(s, &err);
    else
        evk_image_free(image);
}

static void open_set(void)
{
    evk_error err = {EVK_OK, ""};
    evk_set *set;
    evk_status s = evk_set_open(&set, fuzz_in("set"), &err);

    if (s) {
        fuzz_check_failure(s, &err);
        return;
    }
    read_cells(set);
    read_image(set);
    evk_set_free(set);
}

/* Verify and open the set with the input in place of one of its files; then put the file back. */
static void try_as(const char *name, const unsigned char *data, size_t size)
{
    const struct evk_bytes *sound = fuzz_sound(name);
    char path[64];

    snprintf(path, sizeof(path), "set/%s", name);
    fuzz_put(path, data, size);
    verify();
    open_set();
    fuzz_put(path, sound->data, sound->size);
}

/*
 * ---- an unfinished set ------------------------------------------------------------------------
 */

/* Append the lines of data to out, each with the hash that a line of a journal ends in. */
static void seal(const unsigned char *data, size_t size, struct evk_str *out)
{
    while (size > 0) {
        const unsigned char *end = memchr(data, '\n', size);
        const size_t n = end ? (size_t)(end - data) : size;
        char hash[EVK_SHA256_TEXT];

        evk_str_add(out, data, n);
        fuzz_check(evk_sha256_text(data, n, hash, NULL) == EVK_OK);
        evk_str_printf(out, "\t%.*s\n", DIGITS, hash);
        data += n + (end != NULL);
        size -= n + (end != NULL);
    }
}

/*
 * Let the call that began a set go on with it by this journal; it is stopped before the next image.
 * A file of the user's in the folder must stay.
 */
static void go_on(const void *journal, size_t size)
{
    const struct evk_bytes *description = fuzz_sound("dataset_description.json");
    evk_error err = {EVK_OK, ""};
    evk_status s;

    remove_folder(fuzz_in("begun"));
    fuzz_check(mkdir(fuzz_in("begun"), 0700) == 0 && mkdir(fuzz_in("begun/stimuli"), 0700) == 0);
    fuzz_put("begun/dataset_description.json", description->data, description->size);
    fuzz_put("begun/unfinished.tsv", journal, size);
    fuzz_put("begun/mine", "mine", 4);
    s = fuzz_make_set("begun", 0, &err);
    if (s)
        fuzz_check_failure(s, &err);
    fuzz_check(evk_fs_exists(fuzz_in("begun/mine")));
}

/*
 * ---- targets -----------------------------------------------------------------------------------
 */

void fuzz_table(const unsigned char *data, size_t size)
{
    try_as("stimuli/stimuli.tsv", data, size);
}

void fuzz_traces(const unsigned char *data, size_t size)
{
    try_as("traces.tsv", data, size);
}

void fuzz_sidecar(const unsigned char *data, size_t size)
{
    try_as("stimuli/stimuli.json", data, size);
}

void fuzz_description(const unsigned char *data, size_t size)
{
    try_as("dataset_description.json", data, size);
}

void fuzz_journal(const unsigned char *data, size_t size)
{
    struct evk_str sealed = EVK_STR_INIT;

    (void)fuzz_folder();
    seal(data, size, &sealed);
    fuzz_check(!sealed.failed);
    go_on(data, size);
    go_on(sealed.data, sealed.size);
    evk_str_release(&sealed);
}
