/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * set_report.h - print the results of each neuron of a set
 *
 * Standard output gets a line of column names, then a line for each neuron, with tabs between the
 * cells and n/a where a value is not known.  The best image is the one with the highest predicted
 * response, or the lowest where responses are minimized.
 *
 *   neuron      MODEL:OUTPUT
 *   kept        number of the neuron's images in the set
 *   response    predicted response to the best image, in units of the model; of an ensemble the
 *               objective
 *   own_z       the same by the neuron's own model, in SDs from the mean over the reference images
 *   natural_z   that of the best reference image, in the same way
 *   heldout_z   that of the best image by the judges, which had no influence on it; their mean
 *   channel_sd  SD of a channel of the best image, display levels; inside its window, if it has one
 *   flag        ok, or what is wrong, with commas between: dead (the gradient is zero at all
 *               starts), failed (a start gave no image), no-time (no start was begun in the given
 *               time), natural-is-better (no image has a better response than the best reference
 *               image), flat, no-gain, extrapolates, saturated (an image has that flag: the column
 *               flags of stimuli.tsv says which one)
 *   file        the file of the best image
 */
#ifndef EVK_CLI_SET_REPORT_H
#define EVK_CLI_SET_REPORT_H

#include <evoke/evoke.h>

/* The call that made the set. */
struct set_call {
    const char *folder;
    bool reference, judges; /* whether the call had reference images, and whether it had judges */
    bool natural;           /* the set is of natural images */
};

/*
 * Prints the lines on standard output, and on standard error the sums and what the user may do
 * next. Returns the exit status.
 */
int print_set_report(const evk_set_report *report, const struct set_call *call);

/*
 * Prints the error that ended a call before its set was finished and, where the same command would
 * go on with the set, says so.  Returns the exit status.
 */
int set_failed(const evk_error *err);

#endif /* EVK_CLI_SET_REPORT_H */
