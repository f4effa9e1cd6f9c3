/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * opt.h - command lines from parameter tables
 *
 * An option is a row of an evk_param table: --name VALUE, --name=VALUE, or
 * --name for a flag; a name of one letter is spelled -o.  "--" ends options.
 */
#ifndef EVK_CLI_OPT_H
#define EVK_CLI_OPT_H

#include <evoke/evoke.h>

enum { OPT_TABLES = 7, OPT_CHOICES = 5 };

struct opt_table {
    const evk_param *params;
    void *base; /* holds the defaults, receives the values */
};

/* A table that values come from, such as evk_method_info. */
typedef bool opt_choices(int i, evk_type_info *out);

struct opt_choice {
    const char *name; /* of the option */
    opt_choices *at;
};

struct opt_spec {
    const char *command;
    const char *usage; /* what follows the command's name in the usage line */
    const char *about; /* a paragraph; may be NULL */
    struct opt_table tables[OPT_TABLES];
    struct opt_choice choices[OPT_CHOICES];
    opt_choices *operands; /* the words that operands are; NULL: files */
    /* An option that takes several arguments: all that this accepts, at least one. */
    const char *list_name; /* may be NULL */
    const char *list_value, *list_help;
    int (*list_takes)(const char *arg);
};

/* What was not an option, and the arguments of the list option: parts of argv. */
struct opt_rest {
    const char **operands; /* owned */
    size_t operand_count;
    const char **list; /* owned */
    size_t list_count;
};

/* 0 to go on; otherwise -1, with the exit status in *status: after --help, or a usage error. */
int opt_parse(const struct opt_spec *spec, int argc, char **argv, struct opt_rest *rest,
              int *status);
void opt_release(struct opt_rest *rest);

/* Is -o SET given, and are --images? Otherwise false, after a sentence. */
bool opt_has_set(const char *folder);
bool opt_has_images(const struct opt_rest *rest);

/* What stands before an option's name. */
const char *opt_dashes(const char *name);

#endif /* EVK_CLI_OPT_H */
