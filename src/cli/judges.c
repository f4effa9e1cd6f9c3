/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges.c - open the models of --judge, which score the images of a set */
#include "cli/judges.h"

#include <stdlib.h>

#include "cli/say.h"

void judges_close(struct judge_models *j)
{
    for (size_t i = 0; i < j->judges.count; i++) {
        evk_model_free(j->models[i]);
        evk_free(j->outputs[i]);
    }
    free(j->models);
    free(j->outputs);
    free(j->list);
}

/* Makes room for judges; false after a message. */
static bool judges_allocate(struct judge_models *j, size_t count)
{
    j->models = calloc(count + 1, sizeof(*j->models));
    j->outputs = calloc(count + 1, sizeof(*j->outputs));
    j->list = calloc(count + 1, sizeof(*j->list));
    if (j->models && j->outputs && j->list)
        return true;
    say("out of memory for judges");
    return false;
}

int judges_open(struct judge_models *j, const struct opt_texts *texts,
                const struct model_flags *flags, evk_image_list *reference)
{
    evk_error err = {EVK_OK, ""};
    struct model_settings settings;
    int status = models_options(flags, &settings);

    settings.options.channel_count = 0; /* judges score with their outputs */
    settings.options.names = NULL;
    if (status || !judges_allocate(j, texts->count))
        return status ? status : EXIT_FAILED;

    for (size_t i = 0; i < texts->count && !status; i++) {
        evk_judge_model *judge = &j->list[i];

        if (evk_model_open_judge(&j->models[i], texts->text[i], &settings.options, &j->outputs[i],
                                 &judge->count, &err))
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
