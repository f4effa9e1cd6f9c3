/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_sheet.c - evoke sheet */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/cmd.h"
#include "cli/models.h"

struct sheet_flags {
    const char *path, *veto;
    bool doses;
};

/* ---- sets ------------------------------------------------------------------------------------ */

struct sheet_sets {
    evk_set **list; /* (count) owned */
    size_t count;
};

static void sets_close(struct sheet_sets *sets)
{
    for (size_t i = 0; sets->list && i < sets->count; i++)
        evk_set_free(sets->list[i]);
    free(sets->list);
}

static evk_status sets_open(struct sheet_sets *sets, const struct opt_rest *rest, evk_error *err)
{
    evk_status s = EVK_OK;

    *sets =
        (struct sheet_sets){calloc(rest->operand_count, sizeof(*sets->list)), rest->operand_count};
    if (!sets->list) {
        snprintf(err->msg, sizeof(err->msg), "out of memory for sets");
        return EVK_ENOMEM;
    }
    for (size_t i = 0; i < sets->count && !s; i++)
        s = evk_set_open(&sets->list[i], rest->operands[i], err);
    return s;
}

/* ---- sheets ---------------------------------------------------------------------------------- */

static evk_status draw_one(const evk_set *set, evk_image_list *reference,
                           const struct sheet_flags *flags, evk_error *err)
{
    if (flags->doses)
        return evk_set_doses(set, flags->path, err);
    if (flags->veto)
        return evk_set_sheet_veto(set, reference, flags->veto, flags->path, err);
    return evk_set_sheet(set, reference, flags->path, err);
}

static bool is_page(const char *path)
{
    const char *ending = strrchr(path, '.');

    return ending && (strcasecmp(ending, ".html") == 0 || strcasecmp(ending, ".htm") == 0);
}

/* A session is no set: its images are shown by a page alone. */
static int sheet_session(const struct opt_rest *rest, const struct sheet_flags *flags)
{
    evk_error err = {EVK_OK, ""};

    if (rest->operand_count == 1 && is_page(flags->path))
        return evk_rig_session_page(rest->operands[0], flags->veto, flags->path, &err)
                   ? complain(&err)
                   : EXIT_DONE;
    say("%s is a session; expected it alone, with a page (-o FILE.html), or sets",
        rest->operands[0]);
    return EXIT_USAGE;
}

static int sheet_draw(const struct opt_rest *rest, const struct model_flags *models,
                      const struct sheet_flags *flags)
{
    evk_error err = {EVK_OK, ""};
    evk_image_list *reference;
    struct sheet_sets sets;
    evk_status s;
    const int status = references_open(models, &reference);

    if (status)
        return status;
    s = sets_open(&sets, rest, &err);
    if (!s && is_page(flags->path))
        s = evk_sets_page((const evk_set *const *)sets.list, sets.count, flags->veto, flags->path,
                          &err);
    else if (!s && sets.count == 1)
        s = draw_one(sets.list[0], reference, flags, &err);
    else if (!s)
        s = evk_sets_compare((const evk_set *const *)sets.list, sets.count, flags->path, &err);
    sets_close(&sets);
    evk_image_list_free(reference);
    return s ? complain(&err) : EXIT_DONE;
}

/* ---- the call -------------------------------------------------------------------------------- */

/* Returns what is wrong with the call, with one %zu for the number of sets; NULL: nothing is. */
static const char *sheet_refuse(size_t sets, const struct model_flags *models,
                                const struct sheet_flags *flags)
{
    const bool page = is_page(flags->path);

    if (sets == 0)
        return "sheet takes a SET, or several to compare, found none";
    if (flags->doses && page)
        return "--dose-response draws a .png, .pdf or .svg; leave it out for a page (.html)";
    if (models->references.count && page)
        return "--reference goes with a .png, .pdf or .svg; a page (.html) shows photographs that "
               "are in the sets: make controls with '--controls natural', or a set with 'evoke "
               "naturals'";
    if (flags->doses && flags->veto)
        return "--veto marks images, and --dose-response draws none; leave one of them out";
    if (sets == 1 || page)
        return NULL;
    if (flags->doses)
        return "--dose-response takes one SET, found %zu";
    if (flags->veto)
        return "--veto goes with one SET or with a page (-o FILE.html), found %zu sets";
    if (models->references.count)
        return "--reference goes with one SET, found several; to compare with photographs, make a "
               "set of the best ones with 'evoke naturals'";
    return NULL;
}

static int sheet_run(const struct opt_rest *rest, const struct model_flags *models,
                     const struct sheet_flags *flags)
{
    const char *wrong = sheet_refuse(rest->operand_count, models, flags);
    const char *number = wrong ? strstr(wrong, "%zu") : NULL;

    if (!wrong)
        return evk_rig_session_is(rest->operands[0]) ? sheet_session(rest, flags)
                                                     : sheet_draw(rest, models, flags);
    if (number)
        fprintf(stderr, "evoke: %.*s%zu%s\n", (int)(number - wrong), wrong, rest->operand_count,
                number + 3);
    else
        fprintf(stderr, "evoke: %s\n", wrong);
    return EXIT_USAGE;
}

int cmd_sheet(int argc, char **argv)
{
    static const evk_param params[] = {
        {"o", "FILE",
         "write the sheet to FILE, whose name ends in .png (one image), .pdf (pages), .svg (a file "
         "for each page) or .html (a page for a browser)",
         EVK_PARAM_TEXT, offsetof(struct sheet_flags, path), 0, 0},
        {"dose-response", NULL,
         "of a set of perturbed images, draw how each neuron's response changes with the budget, "
         "as its model and the judges predict",
         EVK_PARAM_FLAG, offsetof(struct sheet_flags, doses), 0, 0},
        {"veto", "FILE",
         "mark the images that the table FILE vetoes, which a page saves: CSV or TSV with the "
         "columns set, stimulus_id and reason",
         EVK_PARAM_TEXT, offsetof(struct sheet_flags, veto), 0, 0},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct sheet_flags flags = {"sheet.png", NULL, false};
    struct model_flags models = model_flags_none();
    const struct opt_spec spec = {
        .command = "sheet",
        .usage = "SET... [-o sheet.png]",
        .about = "Draws the contact sheet of a set: a row for each neuron, with its images, the "
                 "best first, their responses, and the response along each ascent. Every set has a "
                 "sheet already, SET/sheet.png. With --reference, each neuron's best natural image "
                 "is drawn beside its own images. Of several sets, the sheet has each neuron's "
                 "best image of each set. With -o FILE.html, a page for a browser shows all images "
                 "of all sets, by units, and saves which of them are vetoed, and why, as a table. "
                 "Of a session, such a page shows the images as the screen shows them.",
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
