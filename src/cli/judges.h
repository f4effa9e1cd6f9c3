/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges.h - open the models of --judge, which score the images of a set */
#ifndef EVK_CLI_JUDGES_H
#define EVK_CLI_JUDGES_H

#include "cli/models.h"

#define JUDGE_VALUE "[NAME=]MODEL[:OUTPUTS]"
#define JUDGE_HELP                                                                            \
    "a model that scores the finished images and has no influence on them; OUTPUTS, such as " \
    "35,100 or 0-32, has its output for each neuron, in the order of the neurons; repeatable"

/* The judges of a call, and what they consist of; to be zero before judges_open. */
struct judge_models {
    evk_model **models;    /* (judges.count), and the models, owned */
    int64_t **outputs;     /* (judges.count), and the lists, owned; NULL where a judge has none */
    evk_judge_model *list; /* (judges.count), owned; what judges.list points to */
    evk_judges judges;     /* its reference images are not owned */
};

/*
 * Opens the models of --judge.
 *   texts      values of the option, each as JUDGE_VALUE
 *   flags      options of models
 *   reference  reference images, which stay the caller's; NULL: none
 * Returns 0, or an exit status after a message.  The caller closes *j in either case.
 */
int judges_open(struct judge_models *j, const struct opt_texts *texts,
                const struct model_flags *flags, evk_image_list *reference);
void judges_close(struct judge_models *j);

#endif /* EVK_CLI_JUDGES_H */
