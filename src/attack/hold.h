/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hold.h - held responses: neurons whose responses stay as they are while another neuron's moves
 *
 * To first order a step moves no held response if the step is orthogonal to the gradients of all
 * held responses.  A response that has moved by more than half of its tolerance is brought back by
 * the shortest step that does so to first order.  Whether the responses are within their tolerances
 * is checked on every image that the search evaluates, at the end on the bytes.
 */
#ifndef EVK_ATTACK_HOLD_H
#define EVK_ATTACK_HOLD_H

#include "evoke/model.h"
#include "kernel/kernel.h"

enum { EVK_HOLD_MAX = 32 }; /* the most neurons that may be held */

/* The held neurons.  Owns all arrays and the session. */
struct evk_hold {
    size_t count;         /* number of held neurons; 0: nothing below is allocated */
    int64_t *outputs;     /* (count) indices of the neurons in the model's outputs */
    double *tolerance;    /* (count) largest allowed change, in the units of the model */
    evk_session *session; /* a session for all outputs of the model */
    int64_t n;            /* number of values of an image */
    double *target;       /* (count) responses to the base image */
    double *moved;        /* (count) response less target, at the image checked last */
    float *responses;     /* (outputs of the model) */
    float *weights;       /* (members, outputs) weights of a gradient */
    float *basis;         /* (count, n) the gradients, made orthonormal in their order */
    double *mix;          /* (count, count) row i: coordinates of gradient i along basis 0..i */
    const struct evk_kernels *k;
};

/*
 * Opens the held neurons of a list for a model.  The caller closes *out, after a failure too.
 *   list       neurons as text, such as "0-3,7"; NULL or "" for none
 *   tolerance  of every neuron, in the units of the model; NAN: taken from each
 *   each       (neurons of the list, in its order) tolerances, read where tolerance is NAN; may be
 *              NULL
 *   mover      the output that is to move
 * EVK_EINVAL: mover is in the list, the list has more than EVK_HOLD_MAX neurons, or there is no
 * tolerance.  EVK_ENOMEM.
 */
evk_status evk_hold_open(struct evk_hold *out, const evk_model *model, const char *list,
                         double tolerance, const double *each, int64_t mover, evk_error *err);
void evk_hold_close(struct evk_hold *h);

/* Sets the base image (n display values), whose responses are the ones to hold. */
void evk_hold_base(struct evk_hold *h, const float *base);

/*
 * Evaluates the held responses at x (n) and returns whether all are within their tolerances.
 * *most: the largest magnitude by which a response has moved, 0 where nothing is held.
 */
bool evk_hold_check(struct evk_hold *h, const float *x, double *most);

/*
 * Computes the gradients of the held responses at the x of the last check, and from them the basis
 * for the functions below.  Only values i with open[i] enter (NULL: all do), so that the functions
 * below change no others.
 */
void evk_hold_gradients(struct evk_hold *h, const bool *open);

/* Removes from g (n) its components along the basis. */
void evk_hold_restrict(const struct evk_hold *h, float *g);

/*
 * Adds to d (n) the shortest step that brings every response that has moved by more than half of
 * its tolerance back to its target, to first order.
 */
void evk_hold_correct(const struct evk_hold *h, float *d);

/* Sets all movements to 0, so that evk_hold_correct does nothing until the next check. */
void evk_hold_forget(struct evk_hold *h);

/*
 * Moves values of d, which are whole levels, towards 0 by one level at a time, until the held
 * responses are back at their targets as far as the gradients tell.  Each move takes the value that
 * helps most; there are at most 256 moves.
 */
void evk_hold_restore(const struct evk_hold *h, float *d);

#endif /* EVK_ATTACK_HOLD_H */
