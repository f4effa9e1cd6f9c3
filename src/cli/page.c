/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page.c - the help of the whole program: usage, the manual page, the completion script */
#include "cli/page.h"

#include "cli/cmd.h"

/* What stands before and after the commands in the manual page, in roff. */
static const char man_begin[] =
    ".SH NAME\n"
    "evoke \\- preferred stimuli from models of visual-cortex neurons\n"
    ".SH SYNOPSIS\n"
    ".B evoke\n"
    ".I command\n"
    ".RI [ option ...]\n"
    ".RI [ argument ...]\n"
    ".br\n"
    ".B evoke \\-\\-version\n"
    ".br\n"
    ".B evoke\n"
    ".RI [ command ]\n"
    ".BR \\-\\-help [ =man | =bash ]\n"
    ".SH DESCRIPTION\n"
    ".B evoke\n"
    "opens models of visual-cortex neurons, predicts their responses to images,\n"
    "and climbs those responses by gradient ascent to the images that a neuron\n"
    "responds to most.\n"
    "What it makes is a folder, the stimulus set: PNG images and a table with one\n"
    "row for each, measured on the files themselves.\n"
    ".PP\n"
    "Standard output is data, standard error is for people.\n"
    "An option is spelled \\fB\\-\\-name\\fR \\fIvalue\\fR or\n"
    "\\fB\\-\\-name=\\fIvalue\\fR, and may stand before or after the arguments;\n"
    "\\fB\\-\\-\\fR ends the options.\n"
    ".PP\n"
    "\\fB\\-\\-help\\fR describes the program or a command as text,\n"
    "\\fB\\-\\-help=man\\fR as a manual page and \\fB\\-\\-help=bash\\fR as\n"
    "completion for\n"
    ".BR bash (1).\n"
    ".SH COMMANDS\n";

static const char man_end[] =
    ".SH EXIT STATUS\n"
    ".TP\n"
    ".B 0\n"
    "Done.\n"
    ".TP\n"
    ".B 1\n"
    "Failed, or some neurons have no image, or some images are flagged \\fBflat\\fR\n"
    "(too little contrast to show) or \\fBno\\-gain\\fR (no better than their start image).\n"
    ".TP\n"
    ".B 2\n"
    "Called wrongly: an option, its value or a name is not known.\n"
    ".TP\n"
    ".B 75\n"
    "Interrupted; the same command goes on from there.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n"
    ".B EVOKE_ISA\n"
    "The instruction set to use, instead of the best that the processor has.\n"
    "The results are the same.\n"
    ".SH FILES\n"
    "In a stimulus set:\n"
    ".TP\n"
    ".I stimuli/stim\\-*_image.png\n"
    "The images: 8-bit RGB without a colour profile.\n"
    ".TP\n"
    ".I stimuli/stimuli.tsv\n"
    "One row for each image; \\fBevoke list columns\\fR has the columns.\n"
    ".TP\n"
    ".I stimuli/stimuli.json\n"
    "What the columns mean, and their units.\n"
    ".TP\n"
    ".I dataset_description.json\n"
    "Every option as resolved, and the SHA-256 of the models.\n"
    ".TP\n"
    ".I manifest\\-sha256.txt\n"
    "SHA-256 of every other file, for \\fBsha256sum \\-c\\fR; written last, so that a\n"
    "set that has it is complete.\n"
    ".SH SEE ALSO\n"
    ".BR sha256sum (1)\n";

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

/* Has each command print its own help; help is the option that asks for it. */
static int each_command(const char *help)
{
    const struct command *c;
    int status = EXIT_DONE;

    for (int i = 0; (c = command_at(i)) != NULL && status == EXIT_DONE; i++) {
        char name[64], option[64], *argv[] = {name, option, NULL};

        snprintf(name, sizeof(name), "%s", c->name);
        snprintf(option, sizeof(option), "%s", help);
        status = c->run(2, argv);
    }
    return status;
}

static int man_page(void)
{
    int status;

    printf(".\\\" Written by 'evoke --help=man'.\n"
           ".TH EVOKE 1 %s \"evoke %s\" \"User Commands\"\n%s",
           EVK_RELEASED, evk_version(), man_begin);
    status = each_command("--help=man");
    fputs(man_end, stdout);
    return finish_output(status);
}

static int bash_script(void)
{
    const struct command *c;
    int status;

    printf("# Completion of evoke %s for bash; written by 'evoke --help=bash'.\n%s    '')\n"
           "        words='",
           evk_version(), bash_begin);
    for (int i = 0; (c = command_at(i)) != NULL; i++)
        printf("%s%s", i ? " " : "", c->name);
    puts("'\n        options='--help --version' ;;");
    status = each_command("--help=bash");
    fputs(bash_end, stdout);
    return finish_output(status);
}

void page_usage(FILE *out)
{
    const struct command *c;

    fputs("usage: evoke <command> [options]\n\n", out);
    for (int i = 0; (c = command_at(i)) != NULL; i++)
        fprintf(out, "  %-10s %s\n", c->name, c->summary);
    fputs("\n'evoke <command> --help' describes a command, 'evoke --version' says which this is.\n",
          out);
}

int page_print(enum help_format format)
{
    if (format == HELP_MAN)
        return man_page();
    if (format == HELP_BASH)
        return bash_script();
    page_usage(stdout);
    return finish_output(EXIT_DONE);
}
