/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manual.c - the manual pages: evoke(1), and evoke-COMMAND(1) of each command */
#include "cli/manual.h"

#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/option_text.h"

enum { PAGE = 64, TEXT = 2048 };

/* ---- a command ---------------------------------------------------------------------------- */

static void put_group(void *arg, const char *title)
{
    const struct doc *doc = arg;

    if (title)
        doc->group(title);
}

/* Prints an option as an item: its help, its range and its default value. */
static void put_option(void *arg, const struct opt_entry *e)
{
    const struct doc *doc = arg;
    char name[PAGE], fallback[OPTION_DEFAULT] = "", range[OPTION_RANGE] = "", text[TEXT];

    if (e->param) {
        option_default(e->table, e->param, fallback);
        option_range(e->param, range);
    }
    snprintf(name, sizeof(name), "%s%s", opt_dashes(e->name), e->name);
    snprintf(text, sizeof(text), "%s%s%s%s%s.", e->help, range[0] ? "; " : "", range,
             fallback[0] ? "; the default is " : "", fallback);
    doc->item(name, e->value, text);
}

static void put_exit_status(const struct doc *doc, const char *fails, bool resumes)
{
    char text[TEXT];

    snprintf(text, sizeof(text), "The command failed%s%s.", fails ? ", or " : "",
             fails ? fails : "");
    doc->heading("EXIT STATUS");
    doc->item("0", NULL, "The command did its work.");
    doc->item("1", NULL, text);
    doc->item("2", NULL, "The command line is wrong: an option, its value or a name is not known.");
    if (resumes)
        doc->item("75", NULL, "The command was interrupted; the same command goes on from there.");
}

/* Refers to the pages of commands, whose names have spaces between, and to evoke(1). */
static void put_see(const struct doc *doc, const char *names)
{
    doc->heading("SEE ALSO");
    doc->see("evoke", 1, !names);
    while (names && *names) {
        const int n = (int)strcspn(names, " ");
        char page[PAGE];

        snprintf(page, sizeof(page), "evoke-%.*s", n, names);
        names += (size_t)n + strspn(names + n, " ");
        doc->see(page, 1, !*names);
    }
}

/* Returns the line that commands.def says of a command. */
static const char *summary_of(const char *command)
{
    const struct command *c;

    for (int i = 0; (c = command_at(i)) != NULL; i++)
        if (strcmp(c->name, command) == 0)
            return c->summary;
    return "";
}

void manual_command(const struct opt_spec *spec, const struct doc *doc)
{
    const struct opt_visitor visitor = {put_group, put_option, (void *)(uintptr_t)doc};
    char page[PAGE], call[PAGE];

    snprintf(page, sizeof(page), "evoke-%s", spec->command);
    snprintf(call, sizeof(call), "evoke %s", spec->command);
    doc->begin(page, summary_of(spec->command));
    doc->heading("SYNOPSIS");
    doc->usage(call, spec->usage);
    doc->heading("DESCRIPTION");
    doc->text(spec->about);
    doc->heading("OPTIONS");
    opt_visit(spec, &visitor);
    put_exit_status(doc, spec->fails, spec->resumes);
    put_see(doc, spec->see);
}

/* ---- the program -------------------------------------------------------------------------- */

static const char description[] =
    "evoke opens models of visual-cortex neurons, predicts their responses to images, and climbs "
    "these responses by gradient ascent to the images that a neuron responds to most. It writes a "
    "folder, the stimulus set: PNG images, and a table with one row for each, which is measured on "
    "the files themselves.\n"
    "Each command has a page of its own. Data go to standard output, messages for people to "
    "standard error.\n"
    "An option is spelled --name value or --name=value, and may stand before or after the "
    "arguments. The argument -- ends the options.";

static const struct {
    const char *name, *text;
} variables[] =
    {
        {"EVOKE_ISA",
         "The instruction set that is used, instead of the best that the processor has. "
         "The results are the same."},
        {"OMP_NUM_THREADS", "The number of threads of a command whose option --threads is 0."},
},
  files[] = {
      {"stimuli/stim-*_image.png", "The images: 8-bit RGB without a colour profile."},
      {"stimuli/stimuli.tsv", "A row for each image; 'evoke list columns' lists the columns."},
      {"stimuli/stimuli.json", "What the columns mean, and their units."},
      {"dataset_description.json",
       "Every option with its final value, and the SHA-256 of the models."},
      {"manifest-sha256.txt", "The SHA-256 of every other file, for 'sha256sum -c'. It is written "
                              "last: a set that has it is complete."},
};

static void put_commands(const struct doc *doc)
{
    const struct command *c;

    doc->heading("COMMANDS");
    for (int i = 0; (c = command_at(i)) != NULL; i++) {
        char page[PAGE], text[TEXT];

        snprintf(page, sizeof(page), "evoke-%s(1)", c->name);
        snprintf(text, sizeof(text), "%s.", c->summary);
        doc->item(page, NULL, text);
    }
}

static void put_see_all(const struct doc *doc)
{
    const struct command *c;

    doc->heading("SEE ALSO");
    for (int i = 0; (c = command_at(i)) != NULL; i++) {
        char page[PAGE];

        snprintf(page, sizeof(page), "evoke-%s", c->name);
        doc->see(page, 1, false);
    }
    doc->see("sha256sum", 1, true);
}

void manual_program(const struct doc *doc)
{
    doc->begin("evoke", "preferred stimuli from models of visual-cortex neurons");
    doc->heading("SYNOPSIS");
    doc->usage("evoke", "COMMAND [OPTION...] [ARGUMENT...]");
    doc->heading("DESCRIPTION");
    doc->text(description);
    put_commands(doc);
    put_exit_status(doc,
                    "some of the neurons or images failed, or something is wrong with an image; "
                    "the page of each command says more",
                    true);
    doc->heading("ENVIRONMENT");
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
        doc->item(variables[i].name, NULL, variables[i].text);
    doc->heading("FILES");
    doc->text("A stimulus set has these files:");
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        doc->item(NULL, files[i].name, files[i].text);
    put_see_all(doc);
}
