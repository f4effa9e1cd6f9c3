/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option.c - the options of a command in the order in which help shows them */
#include "cli/option.h"

#include <string.h>

/* Is the text of n characters one of the words, which have spaces between? */
static bool is_among(const char *text, size_t n, const char *words)
{
    for (; *words; words += strspn(words, " ")) {
        const size_t m = strcspn(words, " ");

        if (m == n && memcmp(words, text, n) == 0)
            return true;
        words += m;
    }
    return false;
}

static bool is_in_a_group(const struct opt_spec *spec, const char *name)
{
    for (int g = 0; g < OPT_GROUPS && spec->groups[g].title; g++)
        if (is_among(name, strlen(name), spec->groups[g].names))
            return true;
    return false;
}

/* Gives option i of a command, the list option first; false: there are no more. */
static bool entry_at(const struct opt_spec *spec, int i, struct opt_entry *out)
{
    if (spec->list_name && i-- == 0) {
        *out = (struct opt_entry){spec->list_name, spec->list_value, spec->list_help, NULL, NULL};
        return true;
    }
    for (int t = 0; t < OPT_TABLES && spec->tables[t].params; t++)
        for (const evk_param *p = spec->tables[t].params; p->name; p++)
            if (i-- == 0) {
                *out = (struct opt_entry){p->name, p->value, p->help, p, &spec->tables[t]};
                return true;
            }
    return false;
}

static void visit_group(const struct opt_spec *spec, const struct opt_group *group,
                        const struct opt_visitor *visitor)
{
    struct opt_entry entry;

    visitor->group(visitor->arg, group->title);
    for (const char *name = group->names; *name; name += strspn(name, " ")) {
        const size_t n = strcspn(name, " ");

        for (int i = 0; entry_at(spec, i, &entry); i++)
            if (strlen(entry.name) == n && memcmp(entry.name, name, n) == 0)
                visitor->option(visitor->arg, &entry);
        name += n;
    }
}

void opt_visit(const struct opt_spec *spec, const struct opt_visitor *visitor)
{
    static const struct opt_entry help = {"help", NULL, "print this description", NULL, NULL};
    struct opt_entry entry;

    for (int g = 0; g < OPT_GROUPS && spec->groups[g].title; g++)
        visit_group(spec, &spec->groups[g], visitor);
    visitor->group(visitor->arg, spec->groups[0].title ? "Other options" : NULL);
    for (int i = 0; entry_at(spec, i, &entry); i++)
        if (!is_in_a_group(spec, entry.name))
            visitor->option(visitor->arg, &entry);
    visitor->option(visitor->arg, &help);
}
