/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_sheet.c - evoke sheet */
#include <stdio.h>
#include <stdlib.h>

#include "cli/cmd.h"
#include "cli/models.h"

struct sheet_flags {
    const char *path;
    bool doses;
};

static int draw_one(const char *folder, const struct model_flags *models,
                    const struct sheet_flags *flags)
{
    evk_error err = {EVK_OK, ""};
    evk_image_list *reference;
    evk_status s;
    evk_set *set;
    const int status = references_open(models, &reference);

    if (status)
        return status;
    s = evk_set_open(&set, folder, &err);
    if (!s) {
        s = flags->doses ? evk_set_doses(set, flags->path, &err)
                         : evk_set_sheet(set, reference, flags->path, &err);
        evk_set_free(set);
    }
    evk_image_list_free(reference);
    return s ? complain(&err) : EXIT_DONE;
}

static int sheet_compare(const struct opt_rest *rest, const char *path)
{
    evk_set **sets = calloc(rest->operand_count, sizeof(*sets));
    evk_error err = {EVK_OK, ""};
    evk_status s = EVK_OK;

    if (!sets) {
        fputs("evoke: out of memory for sets\n", stderr);
        return EXIT_FAILED;
    }
    for (size_t i = 0; i < rest->operand_count && !s; i++)
        s = evk_set_open(&sets[i], rest->operands[i], &err);
    if (!s)
        s = evk_sets_compare((const evk_set *const *)sets, rest->operand_count, path, &err);
    for (size_t i = 0; i < rest->operand_count; i++)
        evk_set_free(sets[i]);
    free(sets);
    return s ? complain(&err) : EXIT_DONE;
}

static int sheet_run(const struct opt_rest *rest, const struct model_flags *models,
                     const struct sheet_flags *flags)
{
    if (rest->operand_count == 0) {
        fputs("evoke: sheet takes a SET, or several to compare, found none\n", stderr);
        return EXIT_USAGE;
    }
    if (rest->operand_count == 1)
        return draw_one(rest->operands[0], models, flags);
    if (flags->doses) {
        fprintf(stderr, "evoke: --dose-response takes one SET, found %zu\n", rest->operand_count);
        return EXIT_USAGE;
    }
    if (models->references.count) {
        fputs("evoke: --reference goes with one SET, found several; to compare with photographs, "
              "make "
              "a set of the best ones with 'evoke naturals'\n",
              stderr);
        return EXIT_USAGE;
    }
    return sheet_compare(rest, flags->path);
}

int cmd_sheet(int argc, char **argv)
{
    static const evk_param params[] = {
        {"o", "FILE",
         "write the sheet to FILE, whose name ends in .png (one image), .pdf (pages) or .svg (a "
         "file for each page)",
         EVK_PARAM_TEXT, offsetof(struct sheet_flags, path), 0, 0},
        {"dose-response", NULL,
         "of a set of perturbed images, draw how each neuron's response changes with the budget, "
         "as its model and the judges predict",
         EVK_PARAM_FLAG, offsetof(struct sheet_flags, doses), 0, 0},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct sheet_flags flags = {"sheet.png", false};
    struct model_flags models = model_flags_none();
    const struct opt_spec spec = {
        .command = "sheet",
        .usage = "SET... [-o sheet.png]",
        .about = "Draws the contact sheet of a set: a row for each neuron, with its images, the "
                 "best first, their responses, and the response along each ascent. Every set has a "
                 "sheet already, SET/sheet.png. With --reference, each neuron's best natural image "
                 "is drawn beside its own images. Of several sets, the sheet has each neuron's "
                 "best image of each set.",
        .see = "maximize naturals verify",
        .tables = {{params, &flags}, {reference_params, &models}},
    };
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = sheet_run(&rest, &models, &flags);
    opt_release(&rest);
    return status;
}
