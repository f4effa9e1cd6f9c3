/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges.c - open the models of --judge, which score the images of a set */
#include "cli/judges.h"

#include <stdlib.h>

#include "cli/say.h"

void judges_close(struct judge_models *j)
{
    for (size_t i = 0; i < j->judges.count; i++) {
        evk_model_free(j->models[i]);
        free(j->outputs[i]);
    }
}

int judges_open(struct judge_models *j, const evk_texts *texts, const struct model_flags *flags,
                evk_image_list *reference)
{
    evk_error err = {EVK_OK, ""};
    evk_model_options o;
    int status = models_options(flags, &o);

    for (size_t i = 0; i < texts->count && !status; i++) {
        evk_judge_model *judge = &j->list[i];

        if (evk_model_open_judge(&j->models[i], texts->text[i], &o, &j->outputs[i], &judge->count,
                                 &err))
            status = complain(&err);
        else
            j->judges.count++;
        judge->model = j->models[i];
        judge->outputs = j->outputs[i];
    }
    j->judges.list = j->list;
    j->judges.reference = reference;
    return status;
}
