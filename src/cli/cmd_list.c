/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_list.c - evoke list */
#include <stdio.h>

#include "cli/cmd.h"
#include "cli/opt.h"

static void print_table(const char *title, bool (*at)(int i, evk_type_info *out))
{
    evk_type_info t;

    puts(title);
    for (int i = 0; at(i, &t); i++)
        printf("  %-12s %s\n", t.name, t.summary);
}

int cmd_list(int argc, char **argv)
{
    const struct opt_spec spec = {.command = "list", .usage = ""};
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0) {
        if (rest.operand_count) {
            fprintf(stderr, "evoke: list takes no argument, found '%s'\n", rest.operands[0]);
            status = EXIT_USAGE;
        } else {
            print_table("methods (--method):", evk_method_info);
            print_table("layers:", evk_layer_info);
            status = finish_output(EXIT_DONE);
        }
    }
    opt_release(&rest);
    return status;
}
