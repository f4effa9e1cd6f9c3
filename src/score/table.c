/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - scores as a table of units */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/shown.h"
#include "base/str.h"
#include "score/score.h"

/* Adds the path of a model: as it was given where the table is in the current folder, else an
   absolute one. */
static evk_status add_path(struct evk_str *s, const char *path, bool here, evk_error *err)
{
    char *absolute = here ? NULL : evk_fs_absolute(path);
    const char *shown = absolute ? absolute : path;
    evk_status status = EVK_OK;

    if (evk_fits_table(shown))
        evk_str_printf(s, "\t%s", shown);
    else
        status = evk_fail(err, EVK_EINVAL,
                          "%s: this path has a character that a table cannot hold; rename the file",
                          shown);
    free(absolute);
    return status;
}

static evk_status add_unit(struct evk_str *s, const evk_unit_score *u, double covered, bool here,
                           evk_error *err)
{
    const double numbers[] = {u->r,       u->r_low, u->r_high, u->r2_er,
                              u->ceiling, u->slope, u->offset, covered};

    evk_str_puts(s, u->unit);
    EVK_TRY(add_path(s, u->path, here, err));
    evk_str_printf(s, "\t%s\tn/a\tn/a\tn/a\t%s\t%zu", u->output, u->keep ? "true" : "false",
                   u->images);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        evk_str_cell(s, numbers[i]);
    evk_str_puts(s, "\n");
    return EVK_OK;
}

evk_status evk_score_write(const evk_score *score, const char *path, evk_error *err)
{
    EVK_ENTER();
    struct evk_str text = EVK_STR_INIT;
    evk_status s = EVK_OK;

    evk_str_puts(&text, "unit\tmodel\toutput\timages\tjudge\tjudge_output\tkeep\tn\tr\tr_low\t"
                        "r_high\tr2_er\tceiling\tslope\toffset\tcovered\n");
    for (int64_t i = 0; i < score->count && !s; i++)
        s = add_unit(&text, &score->units[i], score->covered[i], !strchr(path, '/'), err);
    if (!s)
        s = evk_str_check(&text, err);
    if (!s)
        s = evk_fs_write(path, text.data, text.size, err);
    evk_str_release(&text);
    return s;
}
