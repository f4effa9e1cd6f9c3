/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transfer.c - the control that adds the perturbation of one base image to another */
#include "attack/controls.h"

void evk_control_transfer(int64_t n, const unsigned char *base, const unsigned char *image,
                          const unsigned char *other, unsigned char *out)
{
    for (int64_t i = 0; i < n; i++) {
        const int v = other[i] + image[i] - base[i];

        out[i] = (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : v);
    }
}
