/* SPDX-License-Identifier: GPL-3.0-or-later */
/* not_finite.h - tell the user of predicted responses that are infinite or not a number */
#ifndef EVK_CLI_NOT_FINITE_H
#define EVK_CLI_NOT_FINITE_H

#include <evoke/evoke.h>

/*
 * Checks the responses (count) of a model to an image.  Where one of them is not finite, prints a
 * message that names both, unless said, the number of messages so far, is large already.  Returns 1
 * in that case, and 0 where all responses are finite.
 */
size_t not_finite_say(size_t said, const char *image, const char *model, const float *responses,
                      size_t count);

/*
 * Names the images of a finished set to which its model or a judge has no finite response, and,
 * where reference is true, the judges that have no finite response to one of the reference images.
 * Returns how many such pairs there are.
 */
size_t not_finite_in_set(const char *folder, bool reference);

/*
 * Prints a sentence; an evk_gaudy_options.not_finite.  found is a size_t that counts the sentences.
 */
void not_finite_note(void *found, const char *sentence);

/* Says how many of all that were found got no message.  Returns the exit status. */
int not_finite_end(size_t found);

#endif /* EVK_CLI_NOT_FINITE_H */
