/* SPDX-License-Identifier: GPL-3.0-or-later */
/* set_names.h - short names of sets that are used together: those of their folders */
#ifndef EVK_STIMSET_RECORD_SET_NAMES_H
#define EVK_STIMSET_RECORD_SET_NAMES_H

#include "base/names.h"

/*
 * Name sets by the last part of the paths of their folders ("max" of "night/max/"); where several would have
 * one name, all of these get as many last parts as it takes to tell them apart ("a/max", "b/max").
 * Names are in the order of the folders; the caller releases *out.  EVK_EINVAL: two paths are of one
 * folder.
 */
evk_status evk_set_names(struct evk_names *out, const char *const *folders, size_t count,
                         evk_error *err);

#endif /* EVK_STIMSET_RECORD_SET_NAMES_H */
