/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lock_file.h - a lock file in a folder, which names the process that holds it
 *
 * It keeps two processes, or two threads of one, from writing to one folder at a time.  The kernel
 * ends the lock with the process, however the process ends; the file may stay behind then, and does
 * not keep the next process out.
 */
#ifndef EVK_BASE_LOCK_FILE_H
#define EVK_BASE_LOCK_FILE_H

#include "base/dir.h"

struct evk_lock_file {
    int fd; /* -1: no lock is held */
    const struct evk_dir *folder;
    const char *name;
};

/*
 * Lock the file called name in folder, which is made if it is not there, and write into it which
 * process holds it.  The file is in the folder itself, not in one below.  folder and name are
 * borrowed, and must outlive the lock.  EVK_EBUSY where another call holds the lock: the message
 * names that process, "process 4711 on rig1".
 */
evk_status evk_lock_file_take(struct evk_lock_file *out, const struct evk_dir *folder,
                              const char *name, evk_error *err);

/* Remove the file and end the lock.  Where fd is -1, nothing is done. */
void evk_lock_file_give(struct evk_lock_file *lock);

/*
 * Set *is_held to whether a running process holds the lock: false where only the file stayed
 * behind.  A file that is not there is EVK_EIO.
 */
evk_status evk_lock_file_is_held(const struct evk_dir *folder, const char *name, bool *is_held,
                                 evk_error *err);

#endif /* EVK_BASE_LOCK_FILE_H */
