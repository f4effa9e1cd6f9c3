/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * windowed.h - synthesized images, and their controls, that are seen through a window
 *
 * The window is that of the recipe's priors at the end of the ascent (evk_recipe_window), with one
 * weight a pixel.  What is shown of a latent image is weight x latent + offset, applied once and
 * rounded once: where the weight is 0 a file has exactly the background.
 */
#ifndef EVK_STIMSET_CONTROLS_WINDOWED_H
#define EVK_STIMSET_CONTROLS_WINDOWED_H

#include "format/codec.h"
#include "stimset/record/row.h"
#include "synth/window.h"

/*
 * Measure in row, the image of an ascent or its control, what is inside the window; nothing where
 * the recipe has none.  ascent is the row that has the ascent's n_steps, pixels are the file's.
 */
evk_status evk_windowed_measure(const evk_recipe *recipe, const struct evk_row *ascent,
                                const struct evk_pixels *pixels, struct evk_row *row,
                                evk_error *err);

/* The display value where nothing is seen; 128 where every pixel is seen in full. */
unsigned char evk_windowed_background(const struct evk_image_window *w);

/* What is shown of x (h, wide, c), rounded (evk_image_quantise); w is NULL: all of it. */
evk_status evk_windowed_round(const struct evk_image_window *w, int64_t h, int64_t wide, int64_t c,
                              const float *x, struct evk_pixels *out, evk_error *err);

/*
 * The latent image x (pixels, c) through the window, scaled and shifted channel by channel such that
 * what comes out has the mean and the SD of image inside the window, within a hundredth of a level
 * where there are thousands of pixels to round; where the box 0..255 does not let it, or x does not
 * vary, it comes as near as it can.
 * The caller releases *out.
 */
evk_status evk_windowed_match(const struct evk_image_window *w, const float *x,
                              const struct evk_pixels *image, struct evk_pixels *out,
                              evk_error *err);

/*
 * What an image shows in its window, with random phases, in the window again: of the smallest
 * rectangle around what is seen, the image less what the window shows of its mean inside is
 * scrambled (evk_scramble_within), then evk_windowed_match gives it the image's means and SDs.  The
 * window is applied to it a second time, which smooths the amplitude spectrum of the rectangle.
 */
struct evk_kernels;
struct evk_rng_key;
evk_status evk_windowed_scramble(const struct evk_image_window *w, const struct evk_kernels *k,
                                 const struct evk_rng_key *key, const struct evk_pixels *image,
                                 struct evk_pixels *out, evk_error *err);

#endif /* EVK_STIMSET_CONTROLS_WINDOWED_H */
