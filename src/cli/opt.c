/* SPDX-License-Identifier: GPL-3.0-or-later */
/* opt.c - parse a command line by the options of a command */
#include "cli/opt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "cli/help.h"
#include "cli/say.h"

enum { LISTS = 5 }; /* the most options of a command whose values are a struct opt_texts */

/* Writes an option as it is typed: its name with dashes before it. */
static void spelled(const char *name, char *text, size_t size)
{
    snprintf(text, size, "%s%s", opt_dashes(name), name);
}

static int usage_error(const struct opt_spec *spec, const char *what, const char *arg)
{
    say("%s '%s'; 'evoke %s --help' lists the options", what, arg, spec->command);
    return EXIT_USAGE;
}

/* Prints that there is no option arg, and which option was probably meant.  Returns the status. */
static int no_option(const struct opt_spec *spec, const char *arg)
{
    const char *name = arg + strspn(arg, "-");
    struct evk_near near = evk_near_begin(name, strcspn(name, "="));
    char hint[EVK_NEAR_HINT];

    for (int t = 0; t < OPT_TABLES && spec->tables[t].params; t++)
        for (const evk_param *p = spec->tables[t].params; p->name; p++)
            evk_near_offer(&near, p->name);
    if (spec->list_name)
        evk_near_offer(&near, spec->list_name);
    say("there is no option '%s'; 'evoke %s --help' lists the options%s", arg, spec->command,
        evk_near_hint(&near, near.name ? opt_dashes(near.name) : "", hint));
    return EXIT_USAGE;
}

/*
 * Is arg the option of that name?  *value is what follows a '=' in it, or NULL where there is none.
 */
static int matches(const char *arg, const char *name, const char **value)
{
    char option[64];
    size_t n;

    spelled(name, option, sizeof(option));
    n = strlen(option);
    if (strncmp(arg, option, n) != 0)
        return 0;
    *value = name[1] && arg[n] == '=' ? arg + n + 1 : NULL;
    return *value || arg[n] == '\0';
}

/* Returns the option that arg spells, *table the table that has it; NULL: there is none. */
static const evk_param *opt_find(const struct opt_spec *spec, const char *arg,
                                 const struct opt_table **table, const char **value)
{
    for (int t = 0; t < OPT_TABLES && spec->tables[t].params; t++)
        for (const evk_param *p = spec->tables[t].params; p->name; p++)
            if (matches(arg, p->name, value)) {
                *table = &spec->tables[t];
                return p;
            }
    return NULL;
}

/* Adds a value; a list begins where the lists before it end, with room for all of argv. */
static void add_text(struct opt_texts *all, const char *value, int argc, struct opt_rest *rest)
{
    if (!all->count) {
        all->text = rest->texts + rest->texts_used;
        rest->texts_used += (size_t)argc;
    }
    all->text[all->count++] = value;
}

static evk_status store(const struct opt_table *table, const evk_param *p, const char *value,
                        int argc, struct opt_rest *rest, evk_error *err)
{
    if (p->kind == EVK_PARAM_FLAG)
        value = "true";
    if (table->set)
        return table->set(table->to, p->name, value, err);
    if (p->kind != EVK_PARAM_TEXTS)
        return evk_param_set(p, table->base, value, err);
    add_text((struct opt_texts *)(void *)((char *)table->base + p->offset), value, argc, rest);
    return EVK_OK;
}

/*
 * Takes the list option at argv[i]: its value behind a '=', or else the arguments that follow.
 * Returns the index of the argument behind these, or -1 after a usage error.
 */
static int take_list(const struct opt_spec *spec, int i, int argc, char **argv,
                     struct opt_rest *rest, const char *value, int *status)
{
    if (value) {
        rest->list[rest->list_count++] = value;
        return i + 1;
    }
    if (++i >= argc || argv[i][0] == '-') {
        *status = usage_error(spec, "a value is missing after", argv[i - 1]);
        return -1;
    }
    do
        rest->list[rest->list_count++] = argv[i++];
    while (i < argc && argv[i][0] != '-' && spec->list_takes(argv[i]));
    return i;
}

/*
 * Takes the option at argv[i] and its value.  Returns the index of the argument behind these, or -1
 * after a usage error.
 */
static int take_option(const struct opt_spec *spec, int i, int argc, char **argv,
                       struct opt_rest *rest, int *status)
{
    evk_error err = {EVK_OK, ""};
    const char *value, *arg = argv[i];
    const struct opt_table *table;
    const evk_param *p;

    if (spec->list_name && matches(arg, spec->list_name, &value))
        return take_list(spec, i, argc, argv, rest, value, status);
    p = opt_find(spec, arg, &table, &value);
    if (!p || (p->kind == EVK_PARAM_FLAG && value)) {
        *status = no_option(spec, arg);
        return -1;
    }
    if (p->kind != EVK_PARAM_FLAG && !value) {
        if (++i >= argc) {
            *status = usage_error(spec, "a value is missing after", arg);
            return -1;
        }
        value = argv[i];
    }
    if (store(table, p, value, argc, rest, &err)) {
        *status = opt_refuse(&err);
        return -1;
    }
    return i + 1;
}

int opt_refuse(const evk_error *err)
{
    say("option --%s", err->msg);
    return EXIT_USAGE;
}

int opt_parse(const struct opt_spec *spec, int argc, char **argv, struct opt_rest *rest,
              int *status)
{
    int options = 1;

    *rest = (struct opt_rest){0};
    for (int i = 1; i < argc; i++)
        if (help_asked(argv[i]) != HELP_NONE) {
            help_command(spec, help_asked(argv[i]));
            *status = finish_output(EXIT_DONE);
            return -1;
        }
    rest->operands = calloc((size_t)argc, sizeof(*rest->operands));
    rest->list = calloc((size_t)argc, sizeof(*rest->list));
    rest->texts = calloc(LISTS * (size_t)argc, sizeof(*rest->texts));
    if (!rest->operands || !rest->list || !rest->texts) {
        fputs("evoke: out of memory for the command line\n", stderr);
        *status = EXIT_FAILED;
        return -1;
    }
    for (int i = 1; i >= 0 && i < argc;) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = 0;
            i++;
        } else if (options && argv[i][0] == '-' && argv[i][1]) {
            i = take_option(spec, i, argc, argv, rest, status);
            if (i < 0)
                return -1;
        } else {
            rest->operands[rest->operand_count++] = argv[i++];
        }
    }
    return 0;
}

void opt_release(struct opt_rest *rest)
{
    free(rest->operands);
    free(rest->list);
    free(rest->texts);
}

bool opt_has_set(const char *folder)
{
    const bool given = folder && folder[0];

    if (!given)
        fputs("evoke: no folder is given for the stimulus set, expected -o SET\n", stderr);
    return given;
}

bool opt_has_images(const struct opt_rest *rest)
{
    if (rest->list_count == 0)
        fputs("evoke: no image is given, expected --images PATH...\n", stderr);
    return rest->list_count > 0;
}
