/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settings.h - the fields of an evk_adversarial_options, each of which is a parameter of
 * evk_adversarial_params
 */
#ifndef EVK_STIMSET_SETS_ADVERSARIAL_SETTINGS_H
#define EVK_STIMSET_SETS_ADVERSARIAL_SETTINGS_H

#include "attack/settings.h"
#include "evoke/adversarial.h"

/*
 * The settings of a set of perturbed images.  The texts of options that evk_adversarial_options_new
 * made are in attack.owned; those of any other options must outlive the options.
 */
struct evk_adversarial_options {
    evk_attack attack; /* settings of every image; its direction and its budget are ignored */
    /*
     * Only raise, or only lower, the responses.  Where both are false and there is no
     * attack.target, there is an image for either direction.
     */
    bool increase;
    bool decrease;
    /*
     * Budgets, each of which gives one image: up to 32 different numbers with commas between them,
     * such as "2,5,10", in the unit of the norm.
     */
    const char *budgets;
    /*
     * Control images: names of evk_control_info with commas between them, such as
     * "scrambled,noise"; "": none.
     */
    const char *controls;
    bool resize; /* bring base images to the size of the models; otherwise they must have it */
};

/* Returns the defaults, which own nothing. */
evk_adversarial_options evk_adversarial_default(void);

#endif /* EVK_STIMSET_SETS_ADVERSARIAL_SETTINGS_H */
