/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recording.c - files of responses: opened with images and without, and measured */
#include <math.h>
#include <stdlib.h>

#include "folder.h"
#include "fuzz.h"
#include "recording/measures.h"

static const char list_text[] = "photo1.png\nphoto2.png\nphoto3.png\nphoto4.png\n";

static void measure(const evk_recording *r, int64_t unit)
{
    struct evk_reliability noise;
    double *predicted = calloc((size_t)r->images, sizeof(*predicted));
    evk_error err;

    fuzz_check(predicted);
    for (int64_t i = 0; i < r->images; i++)
        predicted[i] = (double)(i * i);
    fuzz_check(evk_reliability_measure(r, unit, &noise, &err) == EVK_OK);
    fuzz_check(isnan(noise.ceiling) || (noise.ceiling >= 0 && noise.ceiling <= 1));
    (void)evk_r2_er(r, unit, predicted, NULL, &noise);
    (void)evk_recording_unusable(r, unit);
    free(predicted);
}

static void check(const evk_recording *r)
{
    fuzz_check(r->units >= 1 && r->images >= 1 && r->repeats >= 1);
    fuzz_check((int64_t)r->names.count == r->units);
    for (int64_t i = 0; i < r->units * r->images * r->repeats; i++)
        fuzz_check(!isinf(r->values[i]));
    for (int64_t i = 1; i < r->images; i++)
        fuzz_check(r->image[i] > r->image[i - 1]);
    measure(r, 0);
}

static void open_recording(const char *name, const evk_image_list *images)
{
    evk_error err = {EVK_OK, ""};
    evk_recording *r;
    const evk_status s = evk_recording_open(&r, fuzz_in(name), images, NULL, NULL, &err);

    if (s) {
        fuzz_check_failure(s, &err);
        return;
    }
    check(r);
    evk_recording_free(r);
}

void fuzz_recording(const unsigned char *data, size_t size)
{
    static evk_image_list *images;
    char path[512];
    evk_error err;

    (void)fuzz_folder();
    if (!images) {
        fuzz_put("recorded.txt", list_text, sizeof(list_text) - 1);
        path[0] = '@';
        fuzz_check(evk_show(fuzz_in("recorded.txt"), path + 1, sizeof(path) - 1));
        fuzz_check(evk_image_list_open(&images, (const char *[]){path}, 1, NULL, &err) == EVK_OK);
    }
    fuzz_put("recorded.csv", data, size);
    open_recording("recorded.csv", images);
    open_recording("recorded.csv", NULL);
}
