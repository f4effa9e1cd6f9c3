/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roles.h - which stimuli of which sets an image of a session is, as cells of a table */
#ifndef EVK_EXPORT_ROLES_H
#define EVK_EXPORT_ROLES_H

#include "session/folder/session.h"

/* A column of roles.tsv. */
enum evk_role_column { EVK_ROLE_SET, EVK_ROLE_STIMULUS_ID, EVK_ROLE_ROLE, EVK_ROLE_UNIT };

/* The rows of roles.tsv by image. */
struct evk_image_roles {
    const struct evk_rig_session *session;
    int64_t *first; /* (images) the first row of each image, -1: none; owned */
    int64_t *next;  /* (role_count) the next row of the same image, -1: none; owned */
};

/* Find the rows of each image; the caller releases *out.  EVK_ENOMEM is the only failure. */
evk_status evk_image_roles_find(struct evk_image_roles *out, const struct evk_rig_session *s,
                                evk_error *err);
void evk_image_roles_release(struct evk_image_roles *r);

/*
 * Append a column's cells of all rows of an image (index from 0), with ';' between them: columns of
 * one image have as many parts, in the order of roles.tsv.  A ';' inside a cell becomes "%3B", and a
 * '%' "%25", as in addresses of pages.
 */
void evk_image_roles_join(const struct evk_image_roles *r, int64_t image,
                          enum evk_role_column column, struct evk_str *out);

#endif /* EVK_EXPORT_ROLES_H */
