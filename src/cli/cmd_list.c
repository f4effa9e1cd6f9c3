/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_list.c - evoke list */
#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/help.h"
#include "cli/models.h"

/* Is name one of names, which commas separate? */
static bool among(const char *names, const char *name)
{
    const size_t n = strlen(name);

    for (; names; names = strchr(names, ',')) {
        names += strspn(names, ", ");
        if (strncmp(names, name, n) == 0 && (names[n] == ',' || names[n] == '\0'))
            return true;
    }
    return false;
}

static bool is_of_a_method(const char *param)
{
    evk_type_info t;

    for (int i = 0; evk_method_info(i, &t); i++)
        if (among(t.params, param))
            return true;
    return false;
}

static void print_types(const char *title, opt_choices *at)
{
    evk_type_info t;

    puts(title);
    for (int i = 0; at(i, &t); i++) {
        printf("  %-12s %s\n", t.name, t.summary);
        if (t.params[0])
            printf("  %-12s parameters: %s\n", "", t.params);
    }
}

static void print_methods(void)
{
    const evk_recipe recipe = evk_recipe_default();
    evk_type_info t;

    print_types("methods (--method):", evk_method_info);
    for (int i = 0; evk_method_info(i, &t); i++) {
        if (t.params[0])
            printf("parameters of %s [default]:\n", t.name);
        for (const evk_param *p = evk_recipe_params(); p->name; p++)
            if (among(t.params, p->name))
                help_option(p, &recipe, true);
    }
    puts("parameters of every method [default]:");
    for (const evk_param *p = evk_recipe_params(); p->name; p++)
        if (!is_of_a_method(p->name))
            help_option(p, &recipe, true);
}

static void print_objectives(void)
{
    print_types("objectives of an ensemble (--objective):", evk_objective_info);
}

static void print_layers(void)
{
    print_types("layers:", evk_layer_info);
}

static void print_formats(void)
{
    const struct model_flags flags = {0};

    print_types("model formats:", evk_model_format_info);
    puts("what a model file may leave open:");
    for (const evk_param *p = model_params; p->name; p++)
        help_option(p, &flags, true);
    print_types("image formats:", evk_image_format_info);
}

static void print_columns(void)
{
    evk_column c;

    puts("columns of stimuli/stimuli.tsv:");
    for (int i = 0; evk_column_info(i, &c); i++)
        printf("  %-22s %-8s %s%s%s%s\n", c.name, c.kind, c.description, c.units[0] ? " [" : "",
               c.units, c.units[0] ? "]" : "");
}

static const struct {
    const char *name;
    void (*print)(void);
} topics[] = {
    {"methods", print_methods}, {"objectives", print_objectives}, {"layers", print_layers},
    {"formats", print_formats}, {"columns", print_columns},
};

enum { TOPICS = sizeof(topics) / sizeof(topics[0]) };

/* An opt_choices. */
static bool topic_at(int i, evk_type_info *out)
{
    if (i > TOPICS)
        return false;
    *out = (evk_type_info){i == TOPICS ? "all" : topics[i].name, "", ""};
    return true;
}

static int print_topic(const char *name)
{
    bool found = false;

    for (int i = 0; i < TOPICS; i++)
        if (strcmp(name, "all") == 0 || strcmp(name, topics[i].name) == 0) {
            topics[i].print();
            found = true;
        }
    if (found)
        return EXIT_DONE;
    fprintf(stderr, "evoke: there is no list of '%s', expected one of:", name);
    for (int i = 0; i < TOPICS; i++)
        fprintf(stderr, " %s,", topics[i].name);
    fputs(" all\n", stderr);
    return EXIT_USAGE;
}

int cmd_list(int argc, char **argv)
{
    const struct opt_spec spec = {
        .command = "list",
        .usage = "[TOPIC]...",
        .about =
            "What this build knows. TOPIC is methods, objectives (of an ensemble), layers, "
            "formats\n"
            "(of model and image files), columns (of stimuli.tsv) or all, which it is without an\n"
            "argument.",
        .operands = topic_at,
    };
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0) {
        status = rest.operand_count ? EXIT_DONE : print_topic("all");
        for (size_t i = 0; i < rest.operand_count && status == EXIT_DONE; i++)
            status = print_topic(rest.operands[i]);
        status = finish_output(status);
    }
    opt_release(&rest);
    return status;
}
