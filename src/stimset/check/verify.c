/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.c - is a set whole, and does every row say what its image is? */
#include "stimset/check/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/host.h"
#include "base/lock_file.h"
#include "stimset/folder/describe.h"
#include "stimset/folder/journal.h"
#include "stimset/record/set_file.h"
#include "stimset/record/tables.h"

void evk_report_finding(struct evk_verification *v, const char *fmt, ...)
{
    char raw[1024], sentence[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    v->sum.findings++;
    if (v->how->finding)
        v->how->finding(v->how->arg, evk_show(raw, sentence, sizeof(sentence)));
}

evk_status evk_verify_open(const struct evk_verification *v, const struct evk_described_model *m,
                           evk_model **out, evk_error *err)
{
    return evk_described_open(v->folder->path, m, &v->models, out, err);
}

bool evk_verify_same_version(const struct evk_verification *v)
{
    return strcmp(evk_description_version(v->description), evk_version()) == 0;
}

/*
 * Models of other sets may be among the given ones, but at least one has to be a model of this set.
 */
static evk_status check_models(struct evk_verification *v, evk_error *err)
{
    const struct evk_model_files *f = &v->models;
    const size_t count = f->paths.count;

    for (size_t i = 0; i < count; i++)
        v->sum.other_models += !evk_model_file_is_needed(v->description, f->hashes[i]);
    if (count && v->sum.other_models == (int64_t)count)
        return evk_fail(err, EVK_EINVAL,
                        "%s: is none of the models of %s (its SHA-256 is %.12s...)",
                        f->paths.names[count - 1], v->folder->path, f->hashes[count - 1]);
    return EVK_OK;
}

/*
 * Reports a GeneratedBy that does not name a version of evoke: verification depends on the version.
 */
static void check_version(struct evk_verification *v)
{
    const evk_json *all = evk_json_get(v->description, "GeneratedBy"), *one = evk_json_at(all, 0);
    const char *name = evk_json_text(evk_json_get(one, "Name"));
    const char *version = evk_json_text(evk_json_get(one, "Version"));

    if (!name || strcmp(name, "evoke") != 0 || !version || !version[0] ||
        evk_json_count(all) != 1 || !strchr("0123456789", version[0]) ||
        strspn(version, "0123456789.") != strlen(version) || strstr(version, "..") ||
        version[strlen(version) - 1] == '.')
        evk_report_finding(v, "%s: does not say which version of evoke made the set",
                           EVK_SET_DESCRIPTION);
}

/* Reports the journal and the lock file, which only a set that is not finished has. */
static void check_working_files(struct evk_verification *v)
{
    const bool begun = evk_set_file_has(v->folder, evk_journal_name);
    bool is_held = false;

    if (begun)
        evk_report_finding(v,
                           "%s: the set is unfinished; the command that began it goes on with it",
                           evk_journal_name);
    if (!evk_set_file_has(v->folder, EVK_SET_LOCK) ||
        evk_lock_file_is_held(v->folder, EVK_SET_LOCK, &is_held, NULL))
        return;
    if (is_held)
        evk_report_finding(v, "%s: a process is writing to the set", EVK_SET_LOCK);
    else if (!begun)
        evk_report_finding(
            v,
            "%s: the process that wrote to the set was killed, expected no such file in a "
            "finished set",
            EVK_SET_LOCK);
}

/* Compares rows with what the given models predict for the files. */
static evk_status ask_models(struct evk_verification *v, evk_error *err)
{
    EVK_TRY(evk_verify_responses(v, err));
    if (v->kind->verify_models)
        EVK_TRY(v->kind->verify_models(v, err));
    EVK_TRY(evk_verify_judges(v, err));
    return evk_verify_naturals(v, err);
}

evk_status evk_verify_each(struct evk_verification *v,
                           evk_status (*check)(struct evk_verification *v, void *arg,
                                               const struct evk_row *row, evk_error *err),
                           void *arg, evk_error *err)
{
    struct evk_row_line line = {.line = {.cells = NULL}};
    evk_status s = EVK_OK;

    for (int64_t i = 0; i < v->rows.count && !s; i++) {
        s = evk_set_rows_get(&v->rows, i, &line, err);
        if (!s)
            s = check(v, arg, &line.row, err);
    }
    evk_row_line_release(&line);
    return s;
}

/* Opens the rows; those of a streamed set stay on the disk, since there may be very many. */
static evk_status read_rows(struct evk_verification *v, evk_error *err)
{
    EVK_TRY(evk_set_rows_open(&v->rows, v->folder, evk_set_kind_most_rows(v->kind), err));
    EVK_TRY(evk_set_rows_check(&v->rows, err));
    if (!v->kind->streamed)
        EVK_TRY(evk_stimuli_take(&v->rows, v->rows.count, &v->all, err));
    return evk_traces_read(v->folder, &v->rows, v->all.list, err);
}

static evk_status verify(struct evk_verification *v, const char *const *models, size_t count,
                         evk_error *err)
{
    evk_error why = {EVK_OK, ""};

    if (evk_description_read(v->folder, &v->description, &why))
        evk_report_finding(v, "%s", why.msg);
    if (v->description)
        check_version(v);
    EVK_TRY(evk_model_files_find(&v->models, models, count, v->how->weights, err));
    EVK_TRY(check_models(v, err));
    check_working_files(v);
    EVK_TRY(evk_verify_files(v, err));
    EVK_TRY(evk_verify_table(v, err));
    evk_verify_texts(v);
    if (v->description && evk_set_kind_find(&v->kind, v->description, &why))
        evk_report_finding(v, "%s: %s", EVK_SET_DESCRIPTION, why.msg);
    if (!v->kind)
        return EVK_OK; /* without a description, nothing says what the rows should hold */
    EVK_TRY(evk_verify_description(v, err));
    EVK_TRY(evk_verify_units(v, err));
    if (read_rows(v, &why)) {
        if (evk_set_file_has(v->folder, EVK_SET_TABLE) && !v->no_table)
            evk_report_finding(v, "%s", why.msg);
        return EVK_OK;
    }
    evk_verify_explained(v);
    EVK_TRY(evk_verify_rows(v, err));
    EVK_TRY(evk_verify_intervals(v, err));
    EVK_TRY(evk_verify_traces(v, err));
    return ask_models(v, err);
}

/* Tells that something was checked by hash only, and why.  Does nothing where why is empty. */
static void remark(const struct evk_verification *v, const char *what, const char *why)
{
    char phrase[512], safe[512];

    if (!why[0] || !v->how->remark)
        return;
    snprintf(phrase, sizeof(phrase), "%s checked by hash only (%s)", what, why);
    v->how->remark(v->how->arg, evk_show(phrase, safe, sizeof(safe)));
}

static void tell_remarks(const struct evk_verification *v)
{
    char version[64];

    remark(v, "columns of judges", v->not_judged);
    remark(v, "columns of what windows show", v->not_seen);
    if (!v->description || evk_verify_same_version(v))
        return;
    snprintf(version, sizeof(version), "evoke %.31s made them",
             evk_description_version(v->description));
    remark(v, "texts and traces", version);
}

evk_status evk_set_verify(const char *folder, const char *const *models, size_t count,
                          const evk_verify *how, evk_verified *out, evk_error *err)
{
    EVK_ENTER();
    struct evk_dir dir;
    struct evk_verification v = {.folder = &dir, .how = how};
    evk_status s;

    if (!evk_fs_is_folder(folder))
        return evk_fail(err, EVK_EINVAL, "%s: is not a folder, expected a stimulus set", folder);
    EVK_TRY(evk_dir_open(&dir, folder, err));
    if (!evk_set_file_has(&dir, EVK_SET_DESCRIPTION) && !evk_set_file_has(&dir, EVK_SET_MANIFEST))
        s = evk_fail(err, EVK_EINVAL, "%s: is not a stimulus set (it has no %s)", folder,
                     EVK_SET_DESCRIPTION);
    else
        s = verify(&v, models, count, err);
    evk_dir_close(&dir);
    if (!s) {
        tell_remarks(&v);
        *out = v.sum;
    }
    evk_json_free(v.description);
    evk_model_files_release(&v.models);
    evk_manifest_release(&v.manifest);
    evk_stimuli_release(&v.all);
    evk_set_rows_close(&v.rows);
    return s;
}
