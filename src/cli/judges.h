/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges.h - the models of --judge */
#ifndef EVK_CLI_JUDGES_H
#define EVK_CLI_JUDGES_H

#include "cli/models.h"

#define JUDGE_VALUE "[NAME=]MODEL[:OUTPUTS]"
#define JUDGE_HELP                                                                                \
    "a model that scores the finished images and never steers; OUTPUTS, such as 35,100 or 0-32, " \
    "says which output is each neuron, in the order of the neurons; repeatable"

/* Zeroed to begin with. */
struct judging {
    evk_model *models[EVK_TEXTS_MAX];
    int64_t *outputs[EVK_TEXTS_MAX];
    evk_judge_model list[EVK_TEXTS_MAX]; /* of these */
    evk_judges judges;                   /* its reference images are owned elsewhere */
};

/* Open JUDGE_VALUE each; 0, or the exit status after a sentence. Close it in either case. */
int judging_open(struct judging *j, const evk_texts *texts, const struct model_flags *flags,
                 evk_image_list *reference);
void judging_close(struct judging *j);

#endif /* EVK_CLI_JUDGES_H */
