/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.c - options of a set of perturbed images, checked and resolved */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "stimset/sets/adversarial/adversarial.h"

enum { GRAY = 128 };

/* ---- checks ------------------------------------------------------------------------------- */

static int rising(const void *pa, const void *pb)
{
    const double a = *(const double *)pa, b = *(const double *)pb;

    return (a > b) - (a < b);
}

/*
 * Read the n characters at text as a budget, rounded to nine digits as in a table; false: they are
 * no number.
 */
static bool read_budget(const char *text, size_t n, double *out)
{
    char number[EVK_REAL_TEXT];

    if (n >= sizeof(number))
        return false;
    memcpy(number, text, n);
    number[n] = '\0';
    return evk_parse_real(number, out) && evk_parse_real(evk_format_real(*out, number), out);
}

static evk_status read_budgets(struct evk_asked *a, const char *list, evk_error *err)
{
    const char *at = list;

    a->budget_count = 0;
    for (;; at++) {
        const size_t n = strcspn(at, ",");

        if (a->budget_count == EVK_BUDGETS_MAX)
            return evk_fail(err, EVK_EINVAL, "found more than %d budgets", EVK_BUDGETS_MAX);
        if (!read_budget(at, n, &a->budgets[a->budget_count++]))
            return evk_fail(err, EVK_EINVAL, "budget is '%.*s', expected a number", (int)n, at);
        at += n;
        if (!*at)
            break;
    }
    qsort(a->budgets, a->budget_count, sizeof(*a->budgets), rising);
    for (size_t i = 1; i < a->budget_count; i++)
        if (a->budgets[i] <= a->budgets[i - 1])
            return evk_fail(err, EVK_EINVAL, "budget %g is asked for twice", a->budgets[i]);
    return EVK_OK;
}

static evk_status choose_aims(struct evk_asked *a, const evk_adversarial_options *o, evk_error *err)
{
    const bool target = !isnan(o->attack.target);

    if (target && (o->increase || o->decrease))
        return evk_fail(err, EVK_EINVAL,
                        "found --target and --%s, expected one of --increase, --decrease and "
                        "--target",
                        o->increase ? "increase" : "decrease");
    a->aim_count = 0;
    if (target)
        a->aims[a->aim_count++] = EVK_AIM_REACH;
    if (o->increase || (!target && !o->decrease))
        a->aims[a->aim_count++] = EVK_AIM_RAISE;
    if (o->decrease || (!target && !o->increase))
        a->aims[a->aim_count++] = EVK_AIM_LOWER;
    return EVK_OK;
}

/* Do the controls suit perturbed images, and this attack? */
static evk_status check_controls(const struct evk_asked *a, evk_error *err)
{
    for (size_t i = 0; i < a->controls.count; i++) {
        const struct evk_control_type *c = a->controls.type[i];

        if (!c->perturbed && !c->blank)
            return evk_fail(
                err, EVK_EINVAL,
                "control %s is for synthesized images, but the images of this set are perturbed",
                c->name);
        if (c->opposite && a->aims[0] == EVK_AIM_REACH)
            return evk_fail(err, EVK_EINVAL,
                            "control %s does not go with a target response, which has no opposite",
                            c->name);
        if (c->of_discs && strcmp(a->attack.method, "smoothing") != 0)
            return evk_fail(err, EVK_EINVAL,
                            "control %s goes with method smoothing only, found method %s", c->name,
                            a->attack.method);
    }
    return EVK_OK;
}

/* Blank controls have the background of window priors; without any, mean gray. */
static evk_status choose_blank(struct evk_asked *a, evk_error *err)
{
    double background = GRAY;

    EVK_TRY(evk_priors_background(&a->attack.priors, &background, err));
    a->blank = (unsigned char)(background + 0.5);
    return EVK_OK;
}

evk_status evk_adversarial_resolve(struct evk_asked *out, const evk_adversarial_options *options,
                                   evk_error *err)
{
    *out = (struct evk_asked){.attack = options->attack, .recipe = evk_recipe_default()};
    EVK_TRY(read_budgets(out, options->budgets ? options->budgets : "", err));
    EVK_TRY(choose_aims(out, options, err));
    out->attack.direction = evk_aim_direction(out->aims[0]);
    out->recipe.objective = options->attack.objective;
    for (size_t i = 0; i < out->budget_count; i++) {
        out->attack.budget = out->budgets[i];
        EVK_TRY(evk_attack_check(&out->attack, err));
    }
    EVK_TRY(evk_controls_parse(&out->controls, options->controls, err));
    EVK_TRY(choose_blank(out, err));
    return check_controls(out, err);
}

evk_status evk_adversarial_spell(const struct evk_asked *asked, struct evk_str *budgets,
                                 struct evk_str *controls, evk_error *err)
{
    char number[EVK_REAL_TEXT];

    for (size_t i = 0; i < asked->budget_count; i++)
        evk_str_printf(budgets, "%s%s", i ? "," : "", evk_format_real(asked->budgets[i], number));
    for (size_t i = 0; i < asked->controls.count; i++)
        evk_str_printf(controls, "%s%s", i ? "," : "", asked->controls.type[i]->name);
    EVK_TRY(evk_str_check(budgets, err));
    return evk_str_check(controls, err);
}
