/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_verify.c - evoke verify */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/cmd.h"
#include "cli/images.h"
#include "cli/models.h"

struct verify_flags {
    int64_t threads;
    const char *weights;
    struct opt_texts from;
};

static void print_finding(void *arg, const char *sentence)
{
    char text[SHOWN];

    (void)arg;
    printf("%s\n", shown(sentence, text));
}

/* What could not be recomputed: phrases, each with ", " before it. */
struct remarks {
    char text[4 * SHOWN];
    size_t size; /* bytes of text, without the terminating zero */
};

static void add_remark(void *arg, const char *phrase)
{
    struct remarks *all = arg;
    const size_t room = sizeof(all->text) - all->size;
    const int n = snprintf(all->text + all->size, room, ", %s", phrase);

    all->size += n > 0 && (size_t)n < room ? (size_t)n : 0;
    all->text[all->size] = '\0';
}

static int print_total(const char *set, bool models, const evk_verified *v, const char *remarks)
{
    char text[SHOWN];

    fprintf(stderr, "%s: %lld files hashed, %lld images compared with their rows", shown(set, text),
            (long long)v->files, (long long)v->images);
    if (models)
        fprintf(stderr, ", %lld responses recomputed", (long long)v->responses);
    if (v->not_recomputed)
        fprintf(stderr, " (%lld images are of models that were not given)",
                (long long)v->not_recomputed);
    if (v->other_models)
        fprintf(stderr, " (%lld of the given files are no models of the set)",
                (long long)v->other_models);
    if (v->judged)
        fprintf(stderr, ", %lld scored again by the judges", (long long)v->judged);
    fprintf(stderr, "%s; %s\n", remarks, v->findings ? "NOT as it was made" : "all as it was made");
    return v->findings ? EXIT_FAILED : EXIT_DONE;
}

/*
 * Verifies a session; the sets that it is made of are the values of --from, and the operands after
 * the session.
 */
static evk_status verify_session(const struct opt_rest *rest, const struct verify_flags *flags,
                                 const evk_verify *how, evk_verified *v, evk_error *err)
{
    const size_t count = flags->from.count ? flags->from.count + rest->operand_count - 1 : 0;
    const char **sets = calloc(count + 1, sizeof(*sets));
    const evk_rig_source source = {
        .sets = sets, .set_count = count, .models = rest->list, .model_count = rest->list_count};
    evk_status s;

    if (!sets) {
        err->code = EVK_ENOMEM;
        snprintf(err->msg, sizeof(err->msg), "out of memory for sets");
        return EVK_ENOMEM;
    }
    for (size_t i = 0; i < flags->from.count; i++)
        sets[i] = flags->from.text[i];
    for (size_t i = flags->from.count; i < count; i++)
        sets[i] = rest->operands[i - flags->from.count + 1];
    s = evk_rig_session_verify(rest->operands[0], count ? &source : NULL, how, v, err);
    free(sets);
    return s;
}

static int verify(const struct opt_rest *rest, const struct verify_flags *flags,
                  const struct model_flags *models)
{
    struct remarks remarks = {.size = 0};
    evk_verify how = {.finding = print_finding,
                      .arg = &remarks,
                      .threads = (int)flags->threads,
                      .weights = flags->weights,
                      .remark = add_remark};
    evk_error err = {EVK_OK, ""};
    evk_image_list *reference;
    evk_verified v;
    int status;

    const bool is_session = rest->operand_count && evk_rig_session_is(rest->operands[0]);
    evk_status s;

    if (rest->operand_count == 0 || (rest->operand_count > 1 && !flags->from.count)) {
        fprintf(stderr, "evoke: verify takes one SET, found %zu\n", rest->operand_count);
        return EXIT_USAGE;
    }
    if (flags->from.count && !is_session) {
        say("--from goes with a session, and %s is none", rest->operands[0]);
        return EXIT_USAGE;
    }
    status = references_open(models, &reference);
    if (status)
        return status;
    how.reference = reference;
    s = is_session
            ? verify_session(rest, flags, &how, &v, &err)
            : evk_set_verify(rest->operands[0], rest->list, rest->list_count, &how, &v, &err);
    if (s)
        status = complain(&err);
    else
        status = print_total(rest->operands[0], rest->list_count > 0, &v, remarks.text);
    /* an unreadable image is no failure here: the set was made without it, too */
    (void)images_report(reference, false);
    evk_image_list_free(reference);
    return status;
}

/* Is an argument behind --models one more MODEL?  A folder is not: it is the SET. */
static int is_model(const char *arg)
{
    struct stat st;

    return stat(arg, &st) != 0 || !S_ISDIR(st.st_mode);
}

int cmd_verify(int argc, char **argv)
{
    static const evk_param params[] = {
        {"threads", "N", THREADS_HELP, EVK_PARAM_INT, offsetof(struct verify_flags, threads), 0,
         256},
        {"weights", "DIR",
         "look for the weights of model cards in the folder DIR, if they are not beside the card",
         EVK_PARAM_TEXT, offsetof(struct verify_flags, weights), 0, 0},
        {"from", "SET...",
         "of a session, make images and roles again from its sets, and compare them",
         EVK_PARAM_TEXTS, offsetof(struct verify_flags, from), 0, 0},
        {NULL, NULL, NULL, EVK_PARAM_FLAG, 0, 0, 0},
    };
    struct verify_flags flags = {0};
    struct model_flags models = model_flags_none();
    const struct opt_spec spec = {
        .command = "verify",
        .usage = "SET [options] [--models MODEL...]",
        .about = "Verifies a stimulus set, or a session: hashes every file, finds missing, altered "
                 "and extra "
                 "files, and compares each row of stimuli.tsv with its image. Prints a line on "
                 "standard output for each thing that is wrong. No model is needed. Of a session, "
                 "the orders of trials are made again and compared, too.",
        .fails = "something is wrong with the set",
        .see = "again sheet maximize",
        .groups = {{"Also compared", "from models reference weights"}, {"Speed", "threads"}},
        .tables = {{params, &flags}, {reference_params, &models}},
        .list_name = "models",
        .list_value = "MODEL...",
        .list_help =
            "recompute every response_pred of these models and, where all judges of the set are "
            "among them, the columns of the judges",
        .list_takes = is_model,
    };
    struct opt_rest rest;
    int status;

    if (opt_parse(&spec, argc, argv, &rest, &status) == 0)
        status = finish_output(verify(&rest, &flags, &models));
    opt_release(&rest);
    return status;
}
