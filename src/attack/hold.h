/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hold.h - responses that stay where they are while another one moves
 *
 * To first order a step moves no held response if it is orthogonal to all their gradients; what
 * has moved beyond half the tolerance is brought back by the shortest step that does so to first
 * order.  Whether it did is seen at every image, and on the bytes.
 */
#ifndef EVK_ATTACK_HOLD_H
#define EVK_ATTACK_HOLD_H

#include "evoke/model.h"
#include "kernel/kernel.h"

enum { EVK_HOLD_MAX = 32 };

struct evk_hold {
    size_t count;         /* 0: nothing is held, and nothing below is there */
    int64_t *outputs;     /* (count) */
    double *tolerance;    /* (count) in the units of the model */
    evk_session *session; /* of all outputs */
    int64_t n, members;   /* values of an image */
    double *target;       /* (count) responses to the base */
    double *moved;        /* (count) by how much they are off, at the image looked at last */
    float *responses;     /* (outputs) */
    float *weights;       /* (members, outputs) */
    float *basis;         /* (count, n) gradients there, orthonormal in their order */
    double *mix;          /* (count, count) of gradient i: its parts along the basis up to i */
    const struct evk_kernels *k;
};

/*
 * list: neurons, "" for none, without the one that moves.  The caller closes *out, after a failure too.
 *   tolerance  of all of them, in the units of the model; NAN: each has its own
 *   each       (neurons of the list, in its order) then; NULL: they are not known, EVK_EINVAL
 */
evk_status evk_hold_open(struct evk_hold *out, const evk_model *model, const char *list,
                         double tolerance, const double *each, int64_t mover, evk_error *err);
void evk_hold_close(struct evk_hold *h);

/* The base: what its responses are is what is held. */
void evk_hold_base(struct evk_hold *h, const float *base);

/* Are all within their tolerances at x?  *most: how far the one is that moved most. */
bool evk_hold_check(struct evk_hold *h, const float *x, double *most);

/*
 * At the x of the last look: the basis, of values that may change (open; NULL: all may), so that
 * nothing below changes others; then g without its parts along it.
 */
void evk_hold_gradients(struct evk_hold *h, const bool *open);
void evk_hold_restrict(const struct evk_hold *h, float *g);

/* d = d + the shortest step that brings back what has moved too far, to first order. */
void evk_hold_correct(const struct evk_hold *h, float *d);

/* Nothing is to be brought back: what follows has no part in the image looked at last. */
void evk_hold_forget(struct evk_hold *h);

/*
 * d, of whole levels, moved towards 0 by single levels of single values until held responses are
 * where they were, as far as the gradients say: at each move the value that helps most.
 */
void evk_hold_restore(const struct evk_hold *h, float *d);

#endif /* EVK_ATTACK_HOLD_H */
