/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_export.c - evoke export */
#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "base/named.h"
#include "base/num.h"
#include "base/str.h"
#include "base/table.h"
#include "cli/cmd.h"
#include "cli/opt.h"

enum { FORMAT_NAME = 64 }; /* bytes of a name of a format, with its final zero; others are cut */

struct export_flags {
    struct opt_texts to;
};

/* Returns the first trial of the table of an order; 0: there is no such table. */
static int64_t first_trial(const char *path)
{
    struct evk_table order;
    const char *cell;
    int64_t trial;

    if (!evk_fs_exists(path) || evk_table_read(&order, path, NULL))
        return 0;
    cell = evk_table_cell(&order, 0, evk_table_find(&order, "trial"));
    if (!cell || !evk_parse_int(cell, &trial))
        trial = 0;
    evk_table_release(&order);
    return trial;
}

/* Says from which trial on files have the order, where the session was changed. */
static void say_rest(const char *folder)
{
    int64_t trial = 0, found = 1;

    for (int k = 2; found; k++) {
        struct evk_str path = EVK_STR_INIT;

        evk_str_printf(&path, "%s/trials-%d.tsv", folder, k);
        found = evk_str_check(&path, NULL) ? 0 : first_trial(path.data);
        trial = found ? found : trial;
        evk_str_release(&path);
    }
    if (trial)
        fprintf(stderr,
                "evoke: %s was changed: files have what remains, from trial %lld on, and csv has "
                "all trials; for MonkeyLogic, images that are not shown any more are in block 2\n",
                folder, (long long)trial);
}

static int export_one(const char *folder, const char *format)
{
    evk_error err = {EVK_OK, ""};
    evk_type_info t;

    if (evk_export(folder, format, &err))
        return complain(&err);
    for (int i = 0; evk_export_info(i, &t); i++)
        if (strcmp(t.name, format) == 0)
            fprintf(stderr, "%s: wrote %s\n", format, t.params);
    return EXIT_DONE;
}

/* Writes nothing, and complains where there is no such format. */
static int check_one(const char *folder, const char *format)
{
    evk_error err = {EVK_OK, ""};
    int which;

    (void)folder;
    return evk_named_find(&which, "--to", format, evk_export_info, &err) ? complain(&err)
                                                                         : EXIT_DONE;
}

/* Does something with each format of lists such as "psychopy,csv". */
static int each_format(const struct opt_texts *lists, const char *folder,
                       int (*what)(const char *folder, const char *format))
{
    int status = EXIT_DONE;

    for (size_t i = 0; i < lists->count; i++)
        for (const char *at = lists->text[i]; at && status == EXIT_DONE;) {
            const char *comma = strchr(at, ',');
            const size_t size = comma ? (size_t)(comma - at) : strlen(at);
            char name[FORMAT_NAME] = "";

            memcpy(name, at, size < sizeof(name) ? size : sizeof(name) - 1);
            status = what(folder, name);
            at = comma ? comma + 1 : NULL;
        }
    return status;
}

static int export_run(const struct opt_rest *rest, const struct export_flags *flags)
{
    int status;

    if (rest->operand_count != 1) {
        fprintf(stderr, "evoke: export takes one SESSION, found %zu\n", rest->operand_count);
        return EXIT_USAGE;
    }
    if (flags->to.count == 0) {
        fputs("evoke: export needs --to with the name of a format; 'evoke list exports' describes "
              "them\n",
              stderr);
        return EXIT_USAGE;
    }
    status = each_format(&flags->to, rest->operands[0], check_one);
    if (!status)
        status = each_format(&flags->to, rest->operands[0], export_one);
    if (!status)
        say_rest(rest->operands[0]);
    return status;
}

int cmd_export(int argc, char **argv)
{
    static const evk_param params[] = {
        {"to", "FORMAT",
         "write the files of FORMAT, or of several with commas between them; may be given several "
         "times; 'evoke list exports' describes all",
         EVK_PARAM_TEXTS, offsetof(struct export_flags, to), 0, 0},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct export_flags flags = {{NULL, 0}};
    const struct opt_spec spec = {
        .command = "export",
        .usage = "SESSION --to FORMAT...",
        .about = "Writes a session that 'evoke session' made as files that a display program shows "
                 "as they are, or that an analysis reads. They are put into the folder of the "
                 "session, beside its images, and are listed in its manifest. Earlier ones are "
                 "replaced.",
        .see = "session verify list",
        .tables = {{params, &flags}},
        .choices = {{"to", evk_export_info}},
    };
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = export_run(&rest, &flags);
    opt_release(&rest);
    return status;
}
