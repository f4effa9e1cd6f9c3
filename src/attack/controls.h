/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * controls.h - control images: they differ from a base image as much as a perturbed image does,
 * but not in what the search found
 *
 * Each control is one file in controls/.  The search is open and has the base image
 * (evk_search_base); no network is evaluated.  Unless said otherwise a control stays, on its bytes,
 * within the budget of the attack and within the measured norm of the perturbed image.
 *
 * Arguments that several controls share: `image` is the perturbed image and `out` the control,
 * both (h, w, c) bytes; `number` counts controls of one kind from 0, and each number gives another
 * random control.
 */
#ifndef EVK_ATTACK_CONTROLS_H
#define EVK_ATTACK_CONTROLS_H

#include "attack/search.h"

/*
 * A perturbation with the amplitude spectrum of the given one, channel by channel, and the phases
 * of noise; the mean of each channel stays.  Where this perturbation leaves the box 0..255, or the
 * linf ball, phases are sought with which it leaves them less (alternating projections, Gerchberg &
 * Saxton 1972).  The result is scaled to the measured norm: in a Euclidean norm the factor is 1 up
 * to rounding, in other norms the spectrum stays the same up to that factor.  With a window nothing
 * changes outside of it, and phases are sought for that as well; the cut at the window's edge then
 * smears the spectrum over neighbouring frequencies.  EVK_ENOMEM.
 */
evk_status evk_control_scrambled(struct evk_search *s, const unsigned char *image, int64_t number,
                                 unsigned char *out, evk_error *err);

/*
 * Makes white noise, passed through the band and the window of the attack if it has them.  The
 * noise is of random signs where the norm is linf and there is no band, else uniform.
 */
evk_status evk_control_noise(struct evk_search *s, const unsigned char *image, int64_t number,
                             unsigned char *out, evk_error *err);

/*
 * Paints discs of blur, like those of the method smoothing, at random centres where windows show at
 * least a part of the disc.  At most `count` discs are painted, as long as they fit into the
 * budget, and at most 10 * count are tried.  *painted: the number of discs in the image.
 */
evk_status evk_control_discs(struct evk_search *s, int64_t count, int64_t number,
                             unsigned char *out, int64_t *painted, evk_error *err);

/*
 * out = other + image - base, cut at 0 and 255: the perturbation of one base image, added to
 * another image.  No norm grows by the cut.  All arrays have n bytes.
 */
void evk_control_transfer(int64_t n, const unsigned char *base, const unsigned char *image,
                          const unsigned char *other, unsigned char *out);

#endif /* EVK_ATTACK_CONTROLS_H */
