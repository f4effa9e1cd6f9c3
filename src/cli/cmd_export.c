/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_export.c - evoke export */
#include <stdio.h>
#include <string.h>

#include "base/named.h"
#include "cli/cmd.h"
#include "cli/opt.h"

enum { FORMAT_NAME = 64 }; /* bytes of a name of a format, with its final zero; others are cut */

struct export_flags {
    struct opt_texts to;
};

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
    return status ? status : each_format(&flags->to, rest->operands[0], export_one);
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
