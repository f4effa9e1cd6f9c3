/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * adversarial_report.h - what became of each neuron of a set of perturbed images
 *
 * Standard output: a line of column names, then a line a neuron, with tabs between the cells and
 * n/a for what is not known.  Changes are medians over the base images, at the largest budget.
 *
 *   neuron           MODEL:OUTPUT
 *   images           of the neuron in the set, with controls
 *   rise, rise_z     change of the predicted response where it was to rise; delta_z
 *   fall, fall_z     where it was to fall
 *   change, change_z where it was to reach a value
 *   use              of the budget, 0 to 1
 *   reached          images that reach the value; n/a where none was asked for
 *   flag             ok; failed: there is no image of some base
 */
#ifndef EVK_CLI_ADVERSARIAL_REPORT_H
#define EVK_CLI_ADVERSARIAL_REPORT_H

#include <evoke/evoke.h>

/* Print it, sums and what to do next on standard error; the exit status. */
int print_adversarial_report(const evk_adversarial_report *report, const char *folder,
                             bool reference, bool judges);

#endif /* EVK_CLI_ADVERSARIAL_REPORT_H */
