/* SPDX-License-Identifier: GPL-3.0-or-later */
/* means.c - mean responses of units to images, and units that have nothing to say */
#include <math.h>

#include "recording/recording.h"

/* Sets *mean to the mean response of a unit to an image, and returns the number of responses. */
static int64_t mean_of(const evk_recording *r, int64_t unit, int64_t image, double *mean)
{
    double sum = 0;
    int64_t n = 0;

    for (int64_t k = 0; k < r->repeats; k++) {
        const double value = evk_recorded(r, unit, image, k);

        if (!isnan(value)) {
            sum += value;
            n++;
        }
    }
    *mean = n ? sum / (double)n : (double)NAN;
    return n;
}

void evk_recording_means(const evk_recording *r, double *mean, int64_t *count)
{
    for (int64_t u = 0; u < r->units; u++)
        for (int64_t i = 0; i < r->images; i++) {
            const int64_t n = mean_of(r, u, i, &mean[u * r->images + i]);

            if (count)
                count[u * r->images + i] = n;
        }
}

const char *evk_recording_unusable(const evk_recording *r, int64_t unit)
{
    const double *values = r->values + unit * r->images * r->repeats;
    double first = NAN;
    bool varies = false;

    for (int64_t i = 0; i < r->images * r->repeats; i++) {
        if (fabs(values[i]) > EVK_RESPONSE_MAX)
            return "has a response beyond 1e12";
        if (isnan(first))
            first = values[i];
        varies = varies || (!isnan(values[i]) && values[i] != first);
    }
    if (varies)
        return NULL;
    return isnan(first) ? "has no responses" : first == 0 ? "silent" : "constant";
}
