/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trials.c - the presentations of a session, read from the tables of its orders */
#include "session/folder/trials.h"

#include <stdlib.h>
#include <string.h>

#include "base/cells.h"
#include "base/num.h"
#include "session/folder/files.h"
#include "stimset/record/set_file.h"

enum { BLOCK, TRIAL, POSITION, CODE, FILENAME, ONSET, DURATION, IS_BLANK, IS_CATCH, COLUMNS };

static const char *const names[COLUMNS] = {"block",      "trial",    "position",
                                           "stim_code",  "filename", "onset_s",
                                           "duration_s", "is_blank", "is_catch"};

void evk_rig_trials_release(struct evk_rig_trials *t)
{
    free(t->list);
    *t = (struct evk_rig_trials){NULL, 0};
}

static evk_status fail(const struct evk_cells *c, const char *what, int column,
                       const char *expected, evk_error *err)
{
    return evk_fail(err, EVK_EFORMAT, "%s: line %lld: %s is '%s', expected %s", what,
                    (long long)c->line, names[column], c->cell[column], expected);
}

static bool read_bool(const char *text, bool *out)
{
    *out = strcmp(text, "true") == 0;
    return *out || strcmp(text, "false") == 0;
}

static evk_status read_line(const struct evk_cells *c, const char *what, int64_t codes,
                            struct evk_rig_trial *out, evk_error *err)
{
    int64_t *const whole[] = {&out->block, &out->trial, &out->position, &out->code};
    double *const real[] = {&out->onset_s, &out->duration_s};

    if (c->count != COLUMNS)
        return evk_fail(err, EVK_EFORMAT, "%s: line %lld has %lld cells, expected %d", what,
                        (long long)c->line, (long long)c->count, COLUMNS);
    for (int i = BLOCK; i <= CODE; i++)
        if (!evk_parse_int(c->cell[i], whole[i]) || *whole[i] < 1 || *whole[i] > INT32_MAX)
            return fail(c, what, i, "a whole number from 1", err);
    if (out->code > codes)
        return fail(c, what, CODE, "the code of an image of the session", err);
    for (int i = 0; i < 2; i++)
        if (!evk_parse_real(c->cell[ONSET + i], real[i]) || !(*real[i] >= 0) || *real[i] > 1e9)
            return fail(c, what, ONSET + i, "seconds", err);
    if (!read_bool(c->cell[IS_BLANK], &out->is_blank))
        return fail(c, what, IS_BLANK, "true or false", err);
    if (!read_bool(c->cell[IS_CATCH], &out->is_catch))
        return fail(c, what, IS_CATCH, "true or false", err);
    return EVK_OK;
}

static evk_status add(struct evk_rig_trials *all, const struct evk_rig_trial *one, int64_t *room,
                      evk_error *err)
{
    if (all->count == *room) {
        const int64_t more = *room ? 2 * *room : 1024;
        struct evk_rig_trial *list = realloc(all->list, (size_t)more * sizeof(*list));

        if (!list)
            return evk_fail(err, EVK_ENOMEM, "out of memory for %lld presentations",
                            (long long)more);
        all->list = list;
        *room = more;
    }
    all->list[all->count++] = *one;
    return EVK_OK;
}

static evk_status read_lines(struct evk_rig_trials *all, struct evk_cells *c, const char *what,
                             int64_t codes, evk_error *err)
{
    int64_t room = all->count;
    bool more;

    EVK_TRY(evk_cells_next(c, &more, err));
    for (int i = 0; i < COLUMNS; i++)
        if (!more || c->count != COLUMNS || strcmp(c->cell[i], names[i]) != 0)
            return evk_fail(err, EVK_EFORMAT,
                            "%s: has other columns than a table of trials, expected %s as number "
                            "%d",
                            what, names[i], i + 1);
    for (;;) {
        struct evk_rig_trial one;

        EVK_TRY(evk_cells_next(c, &more, err));
        if (!more)
            return EVK_OK;
        EVK_TRY(read_line(c, what, codes, &one, err));
        if (all->count && one.trial != all->list[all->count - 1].trial &&
            one.trial != all->list[all->count - 1].trial + 1)
            return fail(c, what, TRIAL, "the number of the trial before, or one more", err);
        EVK_TRY(add(all, &one, &room, err));
    }
}

evk_status evk_rig_trials_take(struct evk_rig_trials *all, const struct evk_bytes *text,
                               const char *what, int64_t codes, int64_t after, evk_error *err)
{
    struct evk_cells c;
    evk_status s;

    while (all->count && all->list[all->count - 1].trial > after)
        all->count--;
    s = evk_cells_open(&c, text, '\t', err);
    if (s)
        return evk_wrap(err, s, "%s", what);
    s = read_lines(all, &c, what, codes, err);
    evk_cells_close(&c);
    return s;
}

evk_status evk_rig_trials_read(struct evk_rig_trials *all, const struct evk_dir *folder,
                               const evk_json *changes, size_t orders, int64_t codes,
                               evk_error *err)
{
    for (size_t k = 0; k < orders; k++) {
        char name[EVK_RIG_TRIALS_NAME];
        struct evk_bytes text;
        int64_t after = 0;
        evk_status s;

        if (k)
            (void)evk_json_int(evk_json_get(evk_json_at(changes, k - 1), "After"), &after);
        evk_rig_trials_name((int64_t)k + 1, name);
        EVK_TRY(evk_set_file_get(folder, name, &text, err));
        s = evk_rig_trials_take(all, &text, name, codes, after, err);
        evk_bytes_release(&text);
        if (s)
            return evk_wrap(err, s, "%s", folder->path);
    }
    return EVK_OK;
}
