/* SPDX-License-Identifier: GPL-3.0-or-later */
/* predict.c - print a model's predicted response to each of some images: predict MODEL IMAGE... */
#include <stdio.h>
#include <stdlib.h>

#include <evoke/evoke.h>

int main(int argc, char **argv)
{
    evk_error err = {EVK_OK, ""};
    evk_session *session = NULL;
    evk_image *image = NULL;
    evk_model *model = NULL;
    const evk_model_info *info;
    float *responses;

    if (argc < 3) {
        fputs("usage: predict MODEL IMAGE...\n", stderr);
        return 2;
    }
    if (evk_model_open(&model, argv[1], NULL, &err) || evk_session_new(&session, model, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    info = evk_model_describe(model);
    responses = calloc((size_t)info->outputs, sizeof(*responses));
    for (int i = 2; i < argc && responses; i++) {
        if (evk_image_read(&image, argv[i], &err)) {
            fprintf(stderr, "%s\n", err.msg);
            return 1;
        }
        if (image->height != info->height || image->width != info->width ||
            image->channels != info->channels) {
            fprintf(stderr, "%s: not the size of the model\n", argv[i]);
            return 1;
        }
        evk_session_predict(session, image->values, responses);
        printf("%s\t%.9g\n", argv[i], (double)responses[0]);
        evk_image_free(image);
    }
    free(responses);
    evk_session_free(session);
    evk_model_free(model);
    return 0;
}
