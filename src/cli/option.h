/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * option.h - which options a command has: tables of parameters, and what its help says of them
 *
 * An option is a parameter (evk_param) of one of the command's tables, which stores its value in a
 * struct.  It is spelled --name VALUE or --name=VALUE, or --name alone where it is a flag; an
 * option whose name has one letter is spelled -o VALUE.
 */
#ifndef EVK_CLI_OPTION_H
#define EVK_CLI_OPTION_H

#include <evoke/evoke.h>

enum { OPT_TABLES = 8, OPT_CHOICES = 8, OPT_GROUPS = 12 };

/* Help of options that many commands have. */
#define SET_HELP                                                                               \
    "write the stimulus set into the folder SET, which is new, empty, or has a set that this " \
    "call "                                                                                    \
    "continues"
#define THREADS_HELP                                                                           \
    "compute with N threads, on which no result depends; 0: as many as OMP_NUM_THREADS says, " \
    "else "                                                                                    \
    "one for each core"

#define RESIZE_HELP                                                                          \
    "bring images of another size to the size of the model, by --shape and then by bicubic " \
    "interpolation"

/* The values of an option that may be given several times: strings of argv, in their order. */
struct opt_texts {
    const char **text; /* (count), owned by the struct opt_rest of the command line */
    size_t count;
};

/* Sets the option `name` to a text of argv; `to` is the opt_table's. */
typedef evk_status opt_set(void *to, const char *name, const char *text, evk_error *err);

/* Gives the value of the option `name` as text, which the caller frees with evk_free. */
typedef evk_status opt_get(const void *base, const char *name, char **text, evk_error *err);

/*
 * A table of parameters, and the struct that has their fields.  The field of an EVK_PARAM_TEXTS
 * parameter of a table without `set` is a struct opt_texts.
 */
struct opt_table {
    const evk_param *params;
    void *base;   /* has the default values and, where set is NULL, receives those of argv */
    opt_set *set; /* receives the values of argv, of settings that only the library can change */
    void *to;     /* passed to set */
    opt_get *get; /* gives the values of base; NULL: they are the fields of the parameters */
};

/* Gives entry i of a table whose names are an option's values, such as evk_method_info. */
typedef bool opt_choices(int i, evk_type_info *out);

/* An option whose values are the names of a table, which the shell can then complete. */
struct opt_choice {
    const char *name; /* name of the option, without dashes */
    opt_choices *at;
};

/* Options that stand under one heading in help. */
struct opt_group {
    const char *title;
    const char *names; /* of the options, in their order, without dashes and with spaces between */
};

/* All that a command takes.  Unused entries at the end of arrays are zero. */
struct opt_spec {
    const char *command;
    const char *usage; /* what follows the command's name in the usage line */
    const char *about; /* paragraphs that say what the command does, with '\n' between */
    const char *fails; /* when the exit status is 1 though the command did its work; NULL: never */
    const char *see;   /* names of related commands, with spaces between; NULL: none */
    bool resumes;      /* does a call after an interruption go on with the work? */
    struct opt_table tables[OPT_TABLES];
    struct opt_group groups[OPT_GROUPS];
    struct opt_choice choices[OPT_CHOICES];
    opt_choices *operands; /* table with the words that operands can be; NULL: they are files */
    /*
     * The list option, which takes several arguments: the one behind it, and then all that follow
     * for which list_takes returns other than 0.  NULL: the command has no such option.
     */
    const char *list_name;
    const char *list_value, *list_help; /* placeholder of the values in help, and a line of help */
    int (*list_takes)(const char *arg);
};

/* An option as help shows it. */
struct opt_entry {
    const char *name, *value, *help; /* as in evk_param */
    const evk_param *param;          /* NULL: the list option, or --help */
    const struct opt_table *table;   /* the table that has param */
};

/* What is done with each heading and with each option of a command; arg is the caller's. */
struct opt_visitor {
    void (*group)(void *arg, const char *title); /* NULL: all options are in this group */
    void (*option)(void *arg, const struct opt_entry *entry);
    void *arg;
};

/*
 * Visits the groups of a command in their order, and in each its options.  A last group has the
 * options that no group names, and --help.
 */
void opt_visit(const struct opt_spec *spec, const struct opt_visitor *visitor);

/* Returns the dashes that an option's name is spelled with. */
static inline const char *opt_dashes(const char *name)
{
    return name[1] ? "--" : "-";
}

#endif /* EVK_CLI_OPTION_H */
