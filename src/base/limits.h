/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limits.h - limits of models, for which arrays of fixed size have room */
#ifndef EVK_BASE_LIMITS_H
#define EVK_BASE_LIMITS_H

enum {
    EVK_CHANNELS_MAX = 16,   /* the most channels of a model's images */
    EVK_MEMBERS_MAX = 64,    /* the most members of an ensemble */
    EVK_UNIT_TEXTS_MAX = 256 /* the most texts that name units of a model */
};

#endif /* EVK_BASE_LIMITS_H */
