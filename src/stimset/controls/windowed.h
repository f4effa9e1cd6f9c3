/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * windowed.h - synthesized images and their controls seen through a window
 *
 * The window is that of the recipe's priors at the end of the ascent (evk_recipe_window), with one
 * weight a pixel.  A latent image is shown as weight x latent + offset, applied once and rounded
 * once: where the weight is 0, a file has exactly the background.
 */
#ifndef EVK_STIMSET_CONTROLS_WINDOWED_H
#define EVK_STIMSET_CONTROLS_WINDOWED_H

#include "format/codec.h"
#include "stimset/record/row.h"
#include "synth/window.h"

struct evk_kernels;
struct evk_rng_key;

/*
 * Fill in the columns of row that are statistics inside the window, such as channel_sd_window.  row
 * is that of an image of an ascent or of a control; without a window in the recipe, the columns
 * stay missing.  ascent: the row that has the ascent's n_steps, which the window depends on.
 * pixels: those of the image file.
 */
evk_status evk_windowed_measure(const evk_recipe *recipe, const struct evk_row *ascent,
                                const struct evk_pixels *pixels, struct evk_row *row,
                                evk_error *err);

/*
 * Returns the display value where nothing is seen through the window; 128 where every pixel is seen
 * in full.
 */
unsigned char evk_windowed_background(const struct evk_image_window *w);

/*
 * Show the latent image x (h, wide, c) through the window, and round it (evk_image_quantise).  w is
 * NULL: all of x is seen.  The caller releases *out.
 */
evk_status evk_windowed_round(const struct evk_image_window *w, int64_t h, int64_t wide, int64_t c,
                              const float *x, struct evk_pixels *out, evk_error *err);

/*
 * Scale and shift each channel of the latent image x (pixels, c) so that, shown through the window,
 * it has the mean and SD of image inside the window.  With thousands of pixels to round, both agree
 * within a hundredth of a display level.  Where values must stay in 0 to 255, or x does not vary,
 * they come as near as they can.  The caller releases *out.
 */
evk_status evk_windowed_match(const struct evk_image_window *w, const float *x,
                              const struct evk_pixels *image, struct evk_pixels *out,
                              evk_error *err);

/*
 * Randomize the phases of what an image shows inside its window.  The smallest rectangle around
 * what is seen is taken, the window's view of the mean inside is subtracted, and the rest is
 * scrambled (evk_scramble_within).  evk_windowed_match then gives the result the means and SDs of
 * the image.  The window is thus applied a second time, which smooths the amplitude spectrum of the
 * rectangle.  The caller releases *out.
 */
evk_status evk_windowed_scramble(const struct evk_image_window *w, const struct evk_kernels *k,
                                 const struct evk_rng_key *key, const struct evk_pixels *image,
                                 struct evk_pixels *out, evk_error *err);

#endif /* EVK_STIMSET_CONTROLS_WINDOWED_H */
