/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * set_report.h - what became of each neuron of a set, in lines for people and programs
 *
 * Standard output: a line of column names, then a line a neuron, with tabs between the cells and
 * n/a for what is not known.
 *
 *   neuron      MODEL:OUTPUT
 *   kept        images in the set
 *   response    predicted to the best of them; of an ensemble the objective
 *   own_z       of that image by its own model, over the reference images, in their SDs
 *   natural_z   the same of the best reference image
 *   heldout_z   the same by judges that did not steer, their mean
 *   channel_sd  of that image, inside its window if it has one, display levels
 *   flag        ok, or what is wrong, with commas between: dead (no gradient anywhere), failed
 *               (some start gave no image), natural-is-better (no image goes beyond the best
 *               reference image), flat, no-gain, extrapolates, saturated (of some image: the column
 *               flags of stimuli.tsv says of which)
 *   file        that image
 */
#ifndef EVK_CLI_SET_REPORT_H
#define EVK_CLI_SET_REPORT_H

#include <evoke/evoke.h>

/* What to say at the end. */
struct set_call {
    const char *folder;
    bool reference, judges; /* were there any? */
    bool natural;           /* a set of natural images */
};

/* Print it: neurons on standard output, sums and what to do next on the other; the exit status. */
int print_set_report(const evk_set_report *report, const struct set_call *call);

/* A set that was not finished: what is there stays, and how to go on; the exit status. */
int set_failed(const evk_error *err);

#endif /* EVK_CLI_SET_REPORT_H */
