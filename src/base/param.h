/* SPDX-License-Identifier: GPL-3.0-or-later */
/* param.h - the list of texts that a parameter of the kind EVK_PARAM_TEXTS adds to */
#ifndef EVK_BASE_PARAM_H
#define EVK_BASE_PARAM_H

#include "evoke/types.h"

/* The most texts of one list, which is more than there are image priors. */
enum { EVK_TEXTS_MAX = 64 };

/* The field of an EVK_PARAM_TEXTS parameter.  evk_param_set refuses a text beyond EVK_TEXTS_MAX. */
typedef struct evk_texts {
    const char *text[EVK_TEXTS_MAX]; /* (count), not owned */
    size_t count;
} evk_texts;

#endif /* EVK_BASE_PARAM_H */
