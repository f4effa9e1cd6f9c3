/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * controls.h - images that differ from a base as much as a perturbed one does, for other reasons
 *
 * One file each.  The pursuit is open, and has the base (evk_search_base); no network is asked.
 * Each keeps to the budget of the attack, and to the measured norm of the perturbed image, on the
 * bytes.  number: another one of the kind, from 0.
 */
#ifndef EVK_ATTACK_CONTROLS_H
#define EVK_ATTACK_CONTROLS_H

#include "attack/search.h"

/*
 * The amplitude spectrum of the perturbation, channel by channel, with the phases of noise; its mean
 * stays.  Where this leaves the box, or the linf ball, phases are sought with which it does so less
 * (alternating projections, Gerchberg & Saxton 1972).  It is scaled to the norm: by 1 but for
 * roundings in a Euclidean norm; where the norm is another one the spectrum is the same up to
 * that factor.  With a window nothing outside of it changes, phases are sought for that as well, and
 * the spectrum is kept less well: what is cut off outside smears it over neighbouring frequencies.
 */
evk_status evk_control_scrambled(struct evk_search *s, const unsigned char *image, int64_t number,
                                 unsigned char *out, evk_error *err);

/*
 * White noise, or, where the attack has a band or a window, as these let it through: of random
 * signs where the norm is linf and there is no band, else uniform.
 */
evk_status evk_control_noise(struct evk_search *s, const unsigned char *image, int64_t number,
                             unsigned char *out, evk_error *err);

/*
 * As many discs of blur as fit of count, at random centres, where windows show some of them.
 * *painted: how many did, of those tried (ten times count at most).
 */
evk_status evk_control_discs(struct evk_search *s, int64_t count, int64_t number,
                             unsigned char *out, int64_t *painted, evk_error *err);

/* The perturbation of one base on another one, cut at the box; no norm grows. All (n). */
void evk_control_transfer(int64_t n, const unsigned char *base, const unsigned char *image,
                          const unsigned char *other, unsigned char *out);

#endif /* EVK_ATTACK_CONTROLS_H */
