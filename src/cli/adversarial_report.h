/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * adversarial_report.h - print the results of each neuron of a set of perturbed images
 *
 * Standard output gets a line of column names, then a line for each neuron, with tabs between the
 * cells and n/a where a value is not known.  Changes of a response are medians over the base
 * images, at the largest budget, in the units of the response; columns that end in _z have them in
 * SDs (the column delta_z of stimuli.tsv).
 *
 *   neuron           MODEL:OUTPUT
 *   images           number of the neuron's images in the set, with its controls
 *   rise, rise_z     change of the response where it was to rise
 *   fall, fall_z     change of the response where it was to fall
 *   change, change_z change of the response where it was to reach a value
 *   use              norm of the perturbation over the budget, 0 to 1, median over the base images
 *   reached          number of images that reach the value; n/a where none was asked for
 *   flag             ok; or failed, where an image of the neuron could not be made
 */
#ifndef EVK_CLI_ADVERSARIAL_REPORT_H
#define EVK_CLI_ADVERSARIAL_REPORT_H

#include <evoke/evoke.h>

/*
 * Prints the lines on standard output, and on standard error the sums and what the user may do
 * next.
 *   folder     the folder of the set
 *   reference  whether the call had reference images
 *   judges     whether the call had judges
 * Returns the exit status.
 */
int print_adversarial_report(const evk_adversarial_report *report, const char *folder,
                             bool reference, bool judges);

#endif /* EVK_CLI_ADVERSARIAL_REPORT_H */
