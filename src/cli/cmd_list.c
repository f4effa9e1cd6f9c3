/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_list.c - evoke list */
#include <stdio.h>
#include <string.h>

#include "base/named.h"
#include "cli/cmd.h"
#include "cli/models.h"
#include "cli/option_text.h"

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

/* Prints the settings of a method as options, in lines below its summary. */
static void print_settings(int method)
{
    enum { LEFT = 15, WIDTH = 100 };
    const char *name, *value;
    int column = WIDTH;

    for (int i = 0; evk_method_setting(method, i, &name, &value); i++) {
        const bool is_flag = strcmp(value, "true") == 0;
        const int n = (int)(strlen(name) + (is_flag ? 0 : strlen(value) + 1)) + 3;

        if (column + n > WIDTH) {
            printf("%s%*s", i ? "\n" : "", LEFT - 1, "");
            column = LEFT - 1;
        }
        printf(" --%s%s%s", name, is_flag ? "" : " ", is_flag ? "" : value);
        column += n;
    }
    putchar('\n');
}

static void print_methods(void)
{
    struct opt_table table;
    evk_recipe *recipe;
    evk_type_info t;

    puts("methods (--method), each a name for values of other options; an option that is given "
         "replaces "
         "the method's:");
    for (int i = 0; evk_method_info(i, &t); i++) {
        printf("  %-12s %s\n", t.name, t.summary);
        print_settings(i);
    }
    puts("options of every method [default]:");
    if (evk_recipe_new(&recipe, NULL, NULL, NULL))
        return;
    table = (struct opt_table){.base = recipe, .get = option_recipe_get};
    for (const evk_param *p = evk_recipe_params(); p->name; p++)
        option_line(&table, p);
    evk_recipe_free(recipe);
}

/* Prints parameters and their default values; params may be NULL. */
static void print_parameters(const evk_param *params, const void *defaults)
{
    const struct opt_table table = {.base = (void *)(uintptr_t)defaults};

    for (const evk_param *p = params; p && p->name; p++)
        option_parameter_line(&table, p);
}

/* Prints an entry whose t->params is its reference (a publication), then its parameters. */
static void print_row(const evk_type_info *t, const evk_param *params, const void *defaults)
{
    printf("  %-18s %s%s%s%s\n", t->name, t->summary, t->params[0] ? " (" : "", t->params,
           t->params[0] ? ")" : "");
    print_parameters(params, defaults);
}

static void print_priors(void)
{
    const evk_param *params;
    const void *defaults;
    evk_type_info t;

    puts("image priors (--prior NAME, NAME:VALUE of the first parameter, or "
         "NAME:PARAMETER=VALUE,...;\n"
         "a number may be A..B, which changes from A at the first step to B at the last):");
    for (int i = 0; evk_prior_info(i, &t, &params, &defaults); i++)
        print_row(&t, params, defaults);
    puts("  parameters of every prior:");
    params = evk_prior_common_params(&defaults);
    print_parameters(params, defaults);
}

static void print_transforms(void)
{
    const evk_param *params;
    const void *defaults;
    evk_type_info t;

    puts("image transforms (NAME, NAME:VALUE of the first parameter, or "
         "NAME:PARAMETER=VALUE,...):");
    for (int i = 0; evk_transform_info(i, &t, &params, &defaults); i++)
        print_row(&t, params, defaults);
}

static void print_optimizers(void)
{
    print_types("optimizers (--optimizer):", evk_optimizer_info);
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
    struct model_flags flags = model_flags_none();
    const struct opt_table table = {.base = &flags};

    print_types("model formats:", evk_model_format_info);
    puts("options for what a model file does not say:");
    for (const evk_param *p = model_params; p->name; p++)
        option_line(&table, p);
    print_types("image formats:", evk_image_format_info);
}

static void print_readouts(void)
{
    print_types("readouts (fit --readout):", evk_readout_info);
}

static void print_attacks(void)
{
    print_types("methods of changing images within a budget (adversarial --method):",
                evk_attack_method_info);
}

static void print_norms(void)
{
    evk_type_info t;

    puts("norms that a budget bounds (adversarial --norm):");
    for (int i = 0; evk_norm_info(i, &t); i++)
        printf("  %-12s %s [%s]\n", t.name, t.summary, t.params);
}

static void print_controls(void)
{
    evk_type_info t;

    puts("control images to compare stimuli with (--controls), and which sets they are for:");
    for (int i = 0; evk_control_info(i, &t); i++)
        printf("  %-12s %s [%s]\n", t.name, t.summary, t.params);
}

static void print_exports(void)
{
    evk_type_info t;

    puts("display programs and tables that a session is written for (export --to):");
    for (int i = 0; evk_export_info(i, &t); i++)
        printf("  %-12s %s [%s]\n", t.name, t.summary, t.params);
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
    {"methods", print_methods},       {"priors", print_priors},   {"optimizers", print_optimizers},
    {"objectives", print_objectives}, {"layers", print_layers},   {"formats", print_formats},
    {"transforms", print_transforms}, {"attacks", print_attacks}, {"norms", print_norms},
    {"controls", print_controls},     {"columns", print_columns}, {"readouts", print_readouts},
    {"exports", print_exports},
};

enum { TOPICS = sizeof(topics) / sizeof(topics[0]) };

/* Gives topic i, a word that the shell can complete as the operand (an opt_choices function). */
static bool topic_at(int i, evk_type_info *out)
{
    if (i > TOPICS)
        return false;
    *out = (evk_type_info){i == TOPICS ? "all" : topics[i].name, "", ""};
    return true;
}

static int print_topic(const char *name)
{
    evk_error err = {EVK_OK, ""};
    int which;

    if (evk_named_find(&which, "topic", name, topic_at, &err))
        return complain(&err);
    for (int i = 0; i < TOPICS; i++)
        if (which == TOPICS || which == i)
            topics[i].print();
    return EXIT_DONE;
}

int cmd_list(int argc, char **argv)
{
    const struct opt_spec spec = {
        .command = "list",
        .usage = "[TOPIC]...",
        .about =
            "Lists what this build knows. TOPIC is methods, priors (of images), optimizers, "
            "objectives (of ensembles), layers, formats (of model and image files), transforms (of "
            "images), attacks (methods of 'evoke adversarial'), norms (of budgets), controls "
            "(images to compare with), columns (of stimuli.tsv), readouts (of 'evoke fit'), "
            "exports (of 'evoke export') or all, "
            "which is the default.",
        .see = "maximize adversarial gaudy",
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
