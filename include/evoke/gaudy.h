/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evoke/gaudy.h - the table of transforms that turn photographs into stimuli of high contrast */
#ifndef EVK_GAUDY_H
#define EVK_GAUDY_H

#include "evoke/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Describes transform i; returns false past the last.
 *   out       name and summary; out->params is the publication that the transform comes from, or ""
 *   params    table of the transform's own parameters, or NULL where it has none
 *   defaults  the struct that holds their default values
 * All of them are static.
 */
EVK_API bool evk_transform_info(int i, evk_type_info *out, const evk_param **params,
                                const void **defaults);

#ifdef __cplusplus
}
#endif
#endif /* EVK_GAUDY_H */
