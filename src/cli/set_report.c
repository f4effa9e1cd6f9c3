/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set_report.c - print the results of each neuron of a set */
#include "cli/set_report.h"

#include <math.h>
#include <stdio.h>

#include "cli/folder.h"
#include "cli/not_finite.h"
#include "cli/repeats.h"
#include "cli/say.h"

/*
 * Sums of the counts of all neurons (evk_neuron_report).  below, beyond and empty count neurons:
 * those of which no image is better than a reference image, those with an image that extrapolates,
 * and those that have no image since time was over.
 */
struct total {
    long long images, dropped, alike, late, failed, dead, saturated, duplicates, below, empty,
        neurons, flat, no_gain, beyond;
};

static void print_number(double value, int digits)
{
    if (!isfinite(value))
        fputs("\tn/a", stdout);
    else
        printf("\t%.*g", digits, value);
}

static void print_flags(const evk_neuron_report *n)
{
    const struct {
        bool is;
        const char *word;
    } flags[] = {{n->dead > 0 && n->images == 0, "dead"},
                 {n->failed > n->dead || (n->dead > 0 && n->images > 0), "failed"},
                 {n->late > 0 && n->images == 0, "no-time"},
                 {n->natural_is_better, "natural-is-better"},
                 {n->flat > 0, "flat"},
                 {n->no_gain > 0, "no-gain"},
                 {n->extrapolates > 0, "extrapolates"},
                 {n->saturated > 0, "saturated"}};
    bool any = false;

    putchar('\t');
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        if (!flags[i].is)
            continue;
        printf("%s%s", any ? "," : "", flags[i].word);
        any = true;
    }
    if (!any)
        fputs("ok", stdout);
}

static void print_neuron(const evk_neuron_report *n, const char *folder)
{
    char model[SHOWN], neuron[SHOWN], text[SHOWN];
    const int64_t starts = n->failed + n->images + n->dropped + n->late;

    shown(n->model, model);
    shown(n->neuron, neuron);
    printf("%s:%s\t%lld", model, neuron, (long long)n->images);
    print_number(n->best_response, 6);
    print_number(n->own_z, 4);
    print_number(n->natural_z, 4);
    print_number(n->heldout_z, 4);
    print_number(n->channel_sd, 3);
    print_flags(n);
    putchar('\t');
    if (n->best_file) {
        folder_print(stdout, folder);
        printf("/%s\n", shown(n->best_file, text));
    } else {
        puts("n/a");
    }
    if (n->restarts)
        fprintf(stderr, "evoke: %s:%s: %lld dead starts (zero gradient) were replaced\n", model,
                neuron, (long long)n->restarts);
    if (n->failed)
        fprintf(stderr, "evoke: %s:%s: %lld of %lld starts gave no image: %s\n", model, neuron,
                (long long)n->failed, (long long)starts, shown(n->failure, text));
}

static void total_add(struct total *t, const evk_neuron_report *n)
{
    t->neurons++;
    t->images += n->images;
    t->dropped += n->dropped;
    t->alike += n->alike;
    t->late += n->late;
    t->empty += n->late > 0 && n->images == 0;
    t->failed += n->failed;
    t->dead += n->dead;
    t->saturated += n->saturated;
    t->duplicates += n->duplicates;
    t->below += n->natural_is_better;
    t->flat += n->flat;
    t->no_gain += n->no_gain;
    t->beyond += n->extrapolates > 0;
}

static void print_total(const struct total *t, long long made)
{
    const long long all = t->images + t->dropped;

    fprintf(stderr, "%lld image%s", all, all == 1 ? "" : "s");
    if (made < all)
        fprintf(stderr, " (%lld there already)", all - made);
    fprintf(stderr, "; %lld dead, %lld failed otherwise, %lld saturated, %lld duplicates\n",
            t->dead, t->failed - t->dead, t->saturated, t->duplicates);
    if (t->late)
        fprintf(stderr,
                "the time was over: %lld starts were not begun, and %lld of %lld neurons have no "
                "image; the same command goes on from there\n",
                t->late, t->empty, t->neurons);
    if (t->dropped)
        fprintf(
            stderr,
            "kept: %lld distinct image%s; dropped: %lld that resemble a better one, %lld beyond "
            "the number to keep\n",
            t->images, t->images == 1 ? "" : "s", t->alike, t->dropped - t->alike);
}

/* Says how many images have a flag; the column flags of stimuli.tsv says which ones. */
static void print_flagged(const struct total *t)
{
    if (t->flat)
        fprintf(stderr, "flat: %lld of %lld images have too little contrast to be worth showing\n",
                t->flat, t->images);
    if (t->no_gain)
        fprintf(
            stderr,
            "no-gain: %lld of %lld images are no better than the start images of their ascents\n",
            t->no_gain, t->images);
    if (t->beyond)
        fprintf(stderr,
                "extrapolates: for %lld of %lld neurons the predicted response is so far beyond "
                "that to "
                "the best photograph that the model has not been tested there\n",
                t->beyond, t->neurons);
}

static void print_advice(const struct total *t, const struct set_call *call)
{
    if (!t->images)
        return;
    if (t->below)
        fprintf(stderr,
                "%lld of %lld neurons have no image beyond their best natural one: an ensemble, "
                "--start natural or more --steps may help; 'evoke naturals' makes a set of those "
                "photographs\n",
                t->below, t->neurons);
    else if (!call->reference && !call->natural)
        fputs(call->judges
                  ? "with --reference PHOTOGRAPHS, the judges' responses become heldout_z\n"
                  : "with --reference PHOTOGRAPHS, each neuron's images are compared with "
                    "its best photograph\n",
              stderr);
    else if (!call->judges && !call->natural)
        fputs("own_z is predicted by the model that the images were made for; with --judge "
              "MODEL:OUTPUT, another model predicts heldout_z\n",
              stderr);
    folder_advise(call->folder, "checks a copy");
}

int print_set_report(const evk_set_report *report, const struct set_call *call)
{
    struct total t = {0};
    int status;

    puts("neuron\tkept\tresponse\town_z\tnatural_z\theldout_z\tchannel_sd\tflag\tfile");
    for (size_t i = 0; i < evk_set_report_count(report); i++) {
        const evk_neuron_report n = *evk_set_report_neuron(report, i);

        total_add(&t, &n);
        print_neuron(&n, call->folder);
    }
    print_total(&t, (long long)evk_set_report_made(report));
    repeats_say(call->folder, t.duplicates);
    print_flagged(&t);
    print_advice(&t, call);
    status = not_finite_end(not_finite_in_set(call->folder, call->reference));
    return t.failed || t.empty || t.flat || t.no_gain ? EXIT_FAILED : status;
}

int set_failed(const evk_error *err)
{
    const int status = complain(err);

    if (status == EXIT_INTERRUPTED)
        fputs("the same command goes on from there\n", stderr);
    return status;
}
