/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges.h - open the models of --judge and of --units, which score the images of a set */
#ifndef EVK_CLI_JUDGES_H
#define EVK_CLI_JUDGES_H

#include "cli/models.h"

#define JUDGE_VALUE "[NAME=]MODEL[:OUTPUTS]"
#define JUDGE_HELP                                                                              \
    "let one more model, which has no influence on the images, score them when they are "       \
    "finished; "                                                                                \
    "OUTPUTS, such as 35,100 or 0-32, are its outputs for the neurons, in their order; may be " \
    "repeated"

/* The judges of a call, and what they consist of; to be zero before judges_open. */
struct judge_models {
    evk_model **models;    /* (judges.count), and the models, owned; NULL: the units own it */
    int64_t **outputs;     /* (judges.count), and the lists, owned; NULL where a judge has none */
    evk_judge_model *list; /* (judges.count), owned; what judges.list points to */
    evk_judges judges;     /* its reference images are not owned */
};

/*
 * Opens the models of --judge, behind the judges of the table of units.
 *   texts   values of the option, each as JUDGE_VALUE
 *   flags   options of models
 *   models  the models of the call, with the units and reference images, which must outlive *j
 * Returns 0, or an exit status after a message.  The caller closes *j in either case.
 */
int judges_open(struct judge_models *j, const struct opt_texts *texts,
                const struct model_flags *flags, const struct models *models);
void judges_close(struct judge_models *j);

/* Says which judges are related to which models, and why. */
void judges_say_related(const struct judge_models *j, const struct models *models);

#endif /* EVK_CLI_JUDGES_H */
