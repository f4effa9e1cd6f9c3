/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges.h - the models of --judge */
#ifndef EVK_CLI_JUDGES_H
#define EVK_CLI_JUDGES_H

#include "cli/models.h"

/* Zeroed to begin with. */
struct judging {
    evk_model *models[EVK_TEXTS_MAX];
    int64_t outputs[EVK_TEXTS_MAX];
    evk_judges judges; /* its reference images are owned elsewhere */
};

/* Open MODEL[:OUTPUT] each; 0, or the exit status after a sentence. Close it in either case. */
int judging_open(struct judging *j, const evk_texts *texts, const struct model_flags *flags,
                 const evk_image_list *reference);
void judging_close(struct judging *j);

#endif /* EVK_CLI_JUDGES_H */
