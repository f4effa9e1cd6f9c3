/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * session.h - what evoke/model.h has not: passes that a team makes, an ensemble of networks that
 * were asked before, and values before a softmax
 *
 * A softmax makes responses compete: raised through it, one response may rise because all others
 * fall, and near 0 and 1 its gradient vanishes.  Ascents and attacks therefore climb the value that
 * goes into the softmax, where a network ends in one.
 */
#ifndef EVK_MODEL_SESSION_H
#define EVK_MODEL_SESSION_H

#include "base/parallel_team.h"
#include "evoke/model.h"

/*
 * Opens a session for one output, or for all with -1, whose passes a team makes, with the same
 * bits.  The team, which may be NULL, must outlive the session, and serves one call of one session
 * at a time.
 */
evk_status evk_session_new_team(evk_session **out, const evk_model *model, int64_t output,
                                struct evk_team *team, evk_error *err);

/* Returns the team of the session, which may be NULL. */
struct evk_team *evk_session_team(const evk_session *session);

/*
 * Computes the responses of an ensemble to an image from those of its networks, to the bits that
 * evk_session_predict gives.
 *   networks   (members) the responses of all outputs of each network
 *   responses  (outputs), written
 */
void evk_ensemble_respond(const evk_model *m, const float *const *networks, float *responses);

/*
 * Does the network end in a softmax, or its logarithm?  Of an ensemble: do all members, and is none
 * of them scaled?
 */
bool evk_model_ends_in_softmax(const evk_model *m);

/*
 * Computes the value of the session's output before the softmax at an image (h, w, c).  The model
 * ends in a softmax, and the session is for one output.  Returns the values of each member,
 * (members), which the session owns; the next call overwrites them.
 */
const float *evk_session_before_softmax(evk_session *session, const float *image);

/*
 * Computes the gradient of a weighted sum of these values, weights (members), at the image of the
 * last evk_session_before_softmax.  gradient: (h, w, c).
 */
void evk_session_gradient_before_softmax(evk_session *session, const float *weights,
                                         float *gradient);

#endif /* EVK_MODEL_SESSION_H */
