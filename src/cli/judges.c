/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judges.c - the models of --judge */
#include "cli/judges.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd.h"

void judging_close(struct judging *j)
{
    for (size_t i = 0; i < j->judges.count; i++)
        evk_model_free(j->models[i]);
}

int judging_open(struct judging *j, const evk_texts *texts, const struct model_flags *flags,
                 const evk_image_list *reference)
{
    evk_error err = {EVK_OK, ""};
    evk_model_options o;
    int status = models_options(flags, &o);

    for (size_t i = 0; i < texts->count && !status; i++) {
        char *text = strdup(texts->text[i]);

        if (!text) {
            fputs("evoke: out of memory for judges\n", stderr);
            return EXIT_FAILED;
        }
        if (evk_model_open_neuron(&j->models[i], text, &o, &j->outputs[i], &err))
            status = complain(&err);
        else
            j->judges.count++;
        free(text);
    }
    j->judges.models = (const evk_model *const *)j->models;
    j->judges.outputs = j->outputs;
    j->judges.reference = reference;
    return status;
}
