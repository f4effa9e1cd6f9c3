/* SPDX-License-Identifier: GPL-3.0-or-later */
/* completion.c - the completion script for bash, which is made from the tables of options */
#include "cli/completion.h"

#include <stdio.h>
#include <string.h>

#include "cli/cmd.h"

/* Prints an assignment of the names of a table to the shell variable words. */
static void bash_words(opt_choices *at)
{
    evk_type_info t;

    fputs(" words='", stdout);
    for (int i = 0; at(i, &t); i++)
        printf("%s%s", i ? " " : "", t.name);
    fputs("'", stdout);
}

/* Returns the table whose names are the values of an option, or NULL where there is none. */
static opt_choices *choices_of(const struct opt_spec *spec, const char *name)
{
    for (int i = 0; i < OPT_CHOICES && spec->choices[i].name; i++)
        if (strcmp(spec->choices[i].name, name) == 0)
            return spec->choices[i].at;
    return NULL;
}

void completion_command(const struct opt_spec *spec)
{
    printf("    %s)\n        options='", spec->command);
    if (spec->list_name)
        printf("%s%s ", opt_dashes(spec->list_name), spec->list_name);
    for (int t = 0; t < OPT_TABLES && spec->tables[t].params; t++)
        for (const evk_param *p = spec->tables[t].params; p->name; p++)
            printf("%s%s ", opt_dashes(p->name), p->name);
    puts("--help'\n        case $before in");
    if (spec->list_name)
        printf("        %s%s) ;;\n", opt_dashes(spec->list_name), spec->list_name);
    for (int t = 0; t < OPT_TABLES && spec->tables[t].params; t++)
        for (const evk_param *p = spec->tables[t].params; p->name; p++) {
            opt_choices *at = choices_of(spec, p->name);

            if (p->kind == EVK_PARAM_FLAG)
                continue;
            printf("        %s%s)", opt_dashes(p->name), p->name);
            if (at)
                bash_words(at);
            else if (p->kind != EVK_PARAM_TEXT)
                fputs(" files=", stdout);
            puts(" ;;");
        }
    if (spec->operands) {
        fputs("        *)", stdout);
        bash_words(spec->operands);
        puts(" ;;");
    }
    puts("        esac ;;");
}

/* ---- the script ------------------------------------------------------------------------- */

/* What stands before and after the commands in the completion script. */
static const char bash_begin[] =
    "_evoke()\n"
    "{\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local command='' options='' words='' files=yes\n"
    "\n"
    "    COMPREPLY=()\n"
    "    ((COMP_CWORD == 1)) || command=${COMP_WORDS[1]}\n"
    "    # Bash sees three words in --name=value.\n"
    "    if [[ $word == = ]]; then\n"
    "        word=\n"
    "    elif [[ $before == = ]]; then\n"
    "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n"
    "    case $command in\n";

static const char bash_end[] =
    "    esac\n"
    "    if [[ $word == -* && $files ]]; then\n"
    "        words=$options\n"
    "    fi\n"
    "    if [[ $words ]]; then\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
    "        files=\n"
    "    fi\n"
    "    [[ $files ]] || compopt +o default 2> /dev/null\n"
    "}\n"
    "complete -o default -F _evoke evoke\n";

/* Has each command print its branch. */
static int each_command(void)
{
    const struct command *c;
    int status = EXIT_DONE;

    for (int i = 0; (c = command_at(i)) != NULL && status == EXIT_DONE; i++)
        status = command_help(c, HELP_BASH);
    return status;
}

int completion_program(void)
{
    const struct command *c;
    int status;

    printf("# Completion of evoke %s for bash; written by 'evoke help --bash'.\n%s    '')\n"
           "        words='",
           evk_version(), bash_begin);
    for (int i = 0; (c = command_at(i)) != NULL; i++)
        printf("%s%s", i ? " " : "", c->name);
    puts("'\n        options='--help --version' ;;");
    status = each_command();
    fputs(bash_end, stdout);
    return finish_output(status);
}
