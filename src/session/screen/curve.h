/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * curve.h - a measured curve of a screen, between the levels at which it was measured
 *
 * Between two levels, luminance follows a cubic polynomial that has no hump where the measurements
 * have none: the slope at each level is the weighted harmonic mean of those on its two sides
 * (Fritsch and Butland, SIAM J. Sci. Stat. Comput. 5, 1984).  A straight line would be too bright
 * between dark levels: of a gamma of 2.2 that was measured at 17 levels, its inverse is up to 2
 * levels off, and the cubic's 1.
 */
#ifndef EVK_SESSION_SCREEN_CURVE_H
#define EVK_SESSION_SCREEN_CURVE_H

#include "base/error.h"

enum { EVK_CURVE_MAX = 65536 }; /* the most levels of a curve */

/*
 * Set luminance to that of pixel values 0 to 255, in units of which 255 has 1 and 0 has 0.
 *   level  (n) the pixel values, which rise from 0 to 255
 *   value  (n) their luminance, in any unit, which nowhere falls
 *   name   of the table in messages
 * EVK_EFORMAT: the table is anything else; the message has the level at fault.
 */
evk_status evk_curve_fill(double luminance[256], const double *level, const double *value,
                          int64_t n, const char *name, evk_error *err);

#endif /* EVK_SESSION_SCREEN_CURVE_H */
