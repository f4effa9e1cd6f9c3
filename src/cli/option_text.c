/* SPDX-License-Identifier: GPL-3.0-or-later */
/* option_text.c - the default, the range and the line of an option, as text */
#include "cli/option_text.h"

#include <stdio.h>
#include <string.h>

/* Writes the value that table->get gives; "" where it fails. */
static void get_text(const struct opt_table *table, const char *name, char text[OPTION_DEFAULT])
{
    char *value;

    if (table->get(table->base, name, &value, NULL))
        return;
    snprintf(text, OPTION_DEFAULT, "%s", value);
    evk_free(value);
}

const char *option_default(const struct opt_table *table, const evk_param *p,
                           char text[OPTION_DEFAULT])
{
    text[0] = '\0';
    if (p->kind == EVK_PARAM_FLAG)
        return text;
    if (table->get)
        get_text(table, p->name, text);
    else if (p->kind != EVK_PARAM_TEXTS)
        evk_param_get(p, table->base, text, OPTION_DEFAULT);
    if (p->kind == EVK_PARAM_INT && p->min > 0 && strcmp(text, "0") == 0)
        text[0] = '\0'; /* 0 is out of range, and stands for an option that has to be given */
    return text;
}

const char *option_range(const evk_param *p, char text[OPTION_RANGE])
{
    text[0] = '\0';
    if (p->kind == EVK_PARAM_INT)
        snprintf(text, OPTION_RANGE, "%lld to %lld", (long long)p->min, (long long)p->max);
    else if (p->kind == EVK_PARAM_REAL)
        snprintf(text, OPTION_RANGE, "%.9g to %.9g", p->min, p->max);
    else if (p->kind == EVK_PARAM_OPTIONAL)
        snprintf(text, OPTION_RANGE, "%.9g to %.9g, or none", p->min, p->max);
    return text;
}

static void print_line(const char *dashes, const struct opt_table *table, const evk_param *p)
{
    char fallback[OPTION_DEFAULT], range[OPTION_RANGE], left[128];

    snprintf(left, sizeof(left), "%s%s%s%s", dashes, p->name, p->value ? " " : "",
             p->value ? p->value : "");
    option_default(table, p, fallback);
    option_range(p, range);
    printf("  %-24s %s%s%s%s%s%s\n", left, p->help, range[0] ? "; " : "", range,
           fallback[0] ? " [" : "", fallback, fallback[0] ? "]" : "");
}

void option_line(const struct opt_table *table, const evk_param *p)
{
    print_line(opt_dashes(p->name), table, p);
}

void option_parameter_line(const struct opt_table *table, const evk_param *p)
{
    print_line("  ", table, p);
}

evk_status option_recipe_get(const void *recipe, const char *name, char **text, evk_error *err)
{
    return evk_recipe_get(recipe, name, text, err);
}
