/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * claim.h - one process at a time: a lock file that names its holder
 *
 * The claim ends with the process, however that ends; the file may stay behind
 * then, and does not keep the next one out.
 */
#ifndef EVK_BASE_CLAIM_H
#define EVK_BASE_CLAIM_H

#include "base/dir.h"

struct evk_claim {
    int fd; /* -1: none */
    const struct evk_dir *folder;
    const char *name;
};

/*
 * EVK_EBUSY names the process that has it: "process 4711 on rig1".  Folder, which holds the file
 * itself, and name must outlive the claim.
 */
evk_status evk_claim_take(struct evk_claim *out, const struct evk_dir *folder, const char *name,
                          evk_error *err);

/* Remove the file and end the claim. */
void evk_claim_give(struct evk_claim *claim);

/* Has a process that runs now claimed the folder? *is_held is false for a file that stayed behind. */
evk_status evk_claim_look(const struct evk_dir *folder, const char *name, bool *is_held,
                          evk_error *err);

#endif /* EVK_BASE_CLAIM_H */
