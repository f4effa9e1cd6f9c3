/* SPDX-License-Identifier: GPL-3.0-or-later */
/* not_finite.h - responses that are no finite number: their cells are n/a, and people are told */
#ifndef EVK_CLI_NOT_FINITE_H
#define EVK_CLI_NOT_FINITE_H

#include <evoke/evoke.h>

/*
 * Are all of a model's responses (count) to an image finite?  false: 0; true: 1, and a sentence
 * that names both, unless many have been said before.
 */
size_t not_finite_say(size_t said, const char *image, const char *model, const float *responses,
                      size_t count);

/*
 * Say the images of a finished set to which a model or a judge has no finite response, and with
 * reference images the judges that have none to one of these; returns how many there are.
 */
size_t not_finite_in_set(const char *folder, bool reference);

/* evk_gaudy_options.not_finite; found is a size_t. */
void not_finite_note(void *found, const char *sentence);

/* How many were not said; the exit status. */
int not_finite_end(size_t found);

#endif /* EVK_CLI_NOT_FINITE_H */
