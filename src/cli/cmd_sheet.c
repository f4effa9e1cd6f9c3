/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_sheet.c - evoke sheet */
#include <stdio.h>

#include "cli/cmd.h"
#include "cli/opt.h"

struct sheet_flags {
    const char *path;
};

static int run(const struct opt_rest *rest, const char *path)
{
    evk_error err = {EVK_OK, ""};
    evk_status s;
    evk_set *set;

    if (rest->operand_count != 1) {
        fprintf(stderr, "evoke: sheet takes one SET, found %zu\n", rest->operand_count);
        return EXIT_USAGE;
    }
    if (evk_set_open(&set, rest->operands[0], &err))
        return complain(&err);
    s = evk_set_sheet(set, path, &err);
    evk_set_free(set);
    return s ? complain(&err) : EXIT_DONE;
}

int cmd_sheet(int argc, char **argv)
{
    static const evk_param params[] = {
        {"o", "FILE", "ends in .png: one image; .pdf: pages; .svg: a file a page", EVK_PARAM_TEXT,
         offsetof(struct sheet_flags, path), 0, 0},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct sheet_flags flags = {"sheet.png"};
    const struct opt_spec spec = {
        .command = "sheet",
        .usage = "SET [-o sheet.png]",
        .about = "Draws a contact sheet: a row a neuron, best start first, each image with its "
                 "response and the\n"
                 "response along its ascent. Every set has one already, SET/sheet.png.",
        .tables = {{params, &flags}},
    };
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = run(&rest, flags.path);
    opt_release(&rest);
    return status;
}
