/* SPDX-License-Identifier: GPL-3.0-or-later */
/* adversarial_report.c - print the results of each neuron of a set of perturbed images */
#include "cli/adversarial_report.h"

#include <math.h>
#include <stdio.h>

#include "cli/folder.h"
#include "cli/not_finite.h"
#include "cli/repeats.h"
#include "cli/say.h"

static void print_number(double value, int digits)
{
    if (!isfinite(value))
        fputs("\tn/a", stdout);
    else
        printf("\t%.*g", digits, value);
}

static void print_neuron(const evk_adversarial_neuron *n)
{
    const double numbers[] = {n->rise,   n->rise_z,   n->fall, n->fall_z,
                              n->change, n->change_z, n->use};
    char model[SHOWN], neuron[SHOWN], why[SHOWN];

    shown(n->model, model);
    shown(n->neuron, neuron);
    printf("%s:%s\t%lld", model, neuron, (long long)n->images);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        print_number(numbers[i], 4);
    if (isnan(n->change))
        fputs("\tn/a", stdout);
    else
        printf("\t%lld", (long long)n->reached);
    puts(n->failed ? "\tfailed" : "\tok");
    if (n->failed)
        fprintf(stderr, "evoke: %s:%s: %lld of %lld images could not be made: %s\n", model, neuron,
                (long long)n->failed, (long long)n->failed + (long long)n->images,
                shown(n->failure, why));
}

static void print_advice(const char *folder, bool reference, bool judges)
{
    if (!reference)
        fputs("with --reference PHOTOGRAPHS, changes are in SDs of the responses to these, not to "
              "the "
              "base images\n",
              stderr);
    if (!judges)
        fputs("all responses are predicted by the model that was attacked; with --judge "
              "MODEL:OUTPUT, another model predicts them, too\n",
              stderr);
    folder_advise(folder, "measures all changes again");
}

int print_adversarial_report(const evk_adversarial_report *report, const char *folder,
                             bool reference, bool judges)
{
    const evk_made made = *evk_adversarial_made(report);
    int status;

    puts("neuron\timages\trise\trise_z\tfall\tfall_z\tchange\tchange_z\tuse\treached\tflag");
    for (size_t i = 0; i < evk_adversarial_count(report); i++) {
        const evk_adversarial_neuron n = *evk_adversarial_at(report, i);

        print_neuron(&n);
    }
    fprintf(stderr, "%lld image%s", (long long)made.images, made.images == 1 ? "" : "s");
    if (made.made < made.images)
        fprintf(stderr, " (%lld there already)", (long long)(made.images - made.made));
    fprintf(stderr, ", base images and controls among them; %lld could not be made\n",
            (long long)made.failed);
    repeats_say(folder, 0);
    print_advice(folder, reference, judges);
    status = not_finite_end(not_finite_in_set(folder, reference));
    return made.failed ? EXIT_FAILED : status;
}
