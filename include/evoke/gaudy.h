/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evoke/gaudy.h - transforms of photographs into stimuli of high contrast */
#ifndef EVK_GAUDY_H
#define EVK_GAUDY_H

#include "evoke/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Describe transform i; false past the end.  params of out is its reference; its parameters, NULL
 * where it has none, and their defaults.  The strings are static.
 */
EVK_API bool evk_transform_info(int i, evk_type_info *out, const evk_param **params,
                                const void **defaults);

#ifdef __cplusplus
}
#endif
#endif /* EVK_GAUDY_H */
