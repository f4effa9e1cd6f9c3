/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ascend.c - one step of plain gradient ascent from gray, by hand: ascend MODEL */
#include <stdio.h>
#include <stdlib.h>

#include <evoke/evoke.h>

int main(int argc, char **argv)
{
    evk_error err = {EVK_OK, ""};
    evk_session *session = NULL;
    evk_model *model = NULL;
    float *image, *gradient, *responses, *weights, before;
    evk_model_info info;
    size_t n;

    if (argc != 2) {
        fputs("usage: ascend MODEL\n", stderr);
        return 2;
    }
    if (evk_model_open(&model, argv[1], NULL, &err) || evk_session_new(&session, model, &err)) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    info = evk_model_describe(model);
    n = (size_t)(info.height * info.width * info.channels);
    image = calloc(n, sizeof(*image));
    gradient = calloc(n, sizeof(*gradient));
    responses = calloc((size_t)info.outputs, sizeof(*responses));
    weights = calloc((size_t)info.outputs, sizeof(*weights));
    if (!image || !gradient || !responses || !weights)
        return 1;
    for (size_t i = 0; i < n; i++)
        image[i] = 128;
    weights[0] = 1; /* climb output 0 */
    evk_session_predict(session, image, responses);
    evk_session_gradient(session, weights, gradient);
    before = responses[0];
    for (size_t i = 0; i < n; i++)
        image[i] += gradient[i] > 0 ? 1.0f : gradient[i] < 0 ? -1.0f : 0.0f;
    evk_session_predict(session, image, responses);
    printf("gray %.6g, one display level along the gradient %.6g\n", (double)before,
           (double)responses[0]);
    free(image);
    free(gradient);
    free(responses);
    free(weights);
    evk_session_free(session);
    evk_model_free(model);
    return 0;
}
