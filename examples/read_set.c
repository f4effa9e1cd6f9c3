/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_set.c - print the stimuli of a set in the order of their rows: read_set SET */
#include <stdio.h>

#include <evoke/evoke.h>

/* Returns the mean over all pixels and channels, a display value. */
static double mean(const evk_image *image)
{
    const int64_t n = image->height * image->width * image->channels;
    double sum = 0;

    for (int64_t i = 0; i < n; i++)
        sum += (double)image->values[i];
    return sum / (double)n;
}

int main(int argc, char **argv)
{
    evk_error err = {EVK_OK, ""};
    evk_set *set;

    if (argc != 2) {
        fputs("usage: read_set SET\n", stderr);
        return 2;
    }
    if (evk_set_open(&set, argv[1], &err)) {
        fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    for (int64_t i = 0; i < evk_set_count(set); i++) {
        evk_image *image;

        printf("%s\t%s\t%s:%s\t%s", evk_set_cell(set, i, "stim_code"),
               evk_set_cell(set, i, "stimulus_id"), evk_set_cell(set, i, "target_model"),
               evk_set_cell(set, i, "target_output"), evk_set_cell(set, i, "response_pred"));
        if (evk_set_image(set, i, &image, &err)) {
            printf("\t%s\n", err.msg);
            continue;
        }
        printf("\t%lldx%lld pixels, mean %.1f\n", (long long)image->height, (long long)image->width,
               mean(image));
        evk_image_free(image);
    }
    evk_set_free(set);
    return 0;
}
