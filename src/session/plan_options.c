/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_options.c - what the texts of options stand for: times, shares, pairs of numbers, words */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "session/options.h"

enum { BACKGROUND = 128 }; /* without a display: the display value of evoke's blank control */

/* Reads a number with one of two endings, each with what it is multiplied by. */
static bool read_time(const char *text, double *seconds)
{
    char number[64];
    const size_t n = strlen(text);
    const bool is_ms = n > 2 && strcmp(text + n - 2, "ms") == 0;
    const size_t unit = is_ms ? 2 : n > 1 && text[n - 1] == 's' ? 1 : 0;

    if (n == 0 || n >= sizeof(number) || (unit == 0 && strcmp(text, "0") != 0))
        return false;
    memcpy(number, text, n - unit);
    number[n - unit] = '\0';
    if (!evk_parse_real(number, seconds) || !(*seconds >= 0))
        return false;
    *seconds *= is_ms ? 1e-3 : 1;
    return *seconds <= 3600;
}

static evk_status read_times(struct evk_rig_plan *p, evk_error *err)
{
    const struct evk_rig_options *o = p->options;
    const char *const texts[] = {o->on, o->off, o->overhead};
    static const char *const names[] = {"on", "off", "overhead"};

    for (int i = 0; i < 3; i++)
        if (!read_time(texts[i], &p->times[i]))
            return evk_fail(err, EVK_EINVAL,
                            "%s is '%s', expected a time of at most an hour, such as 100ms or 0.1s",
                            names[i], texts[i]);
    return evk_trial_clock_make(&p->clock, p->times[0], p->times[1], p->times[2],
                                p->has_display ? p->display.refresh_hz : 0, err);
}

static evk_status read_catch(struct evk_rig_plan *p, evk_error *err)
{
    const char *text = p->options->catch_trials;
    const size_t n = strlen(text);
    char number[32];
    double percent;

    if (n > 1 && n < sizeof(number) && text[n - 1] == '%') {
        memcpy(number, text, n - 1);
        number[n - 1] = '\0';
        if (evk_parse_real(number, &percent) && percent >= 0 && percent <= 90) {
            p->catch_share = percent / 100;
            return EVK_OK;
        }
    } else if (evk_parse_int(text, &p->catch_trials) && p->catch_trials >= 0 &&
               p->catch_trials <= 1000000) {
        return EVK_OK;
    }
    return evk_fail(err, EVK_EINVAL,
                    "catch is '%s', expected a number of trials, or 0%% to 90%% of all trials",
                    text);
}

int64_t evk_rig_plan_catch(const struct evk_rig_plan *p, int64_t others)
{
    if (p->catch_share > 0)
        return (int64_t)floor(p->catch_share * (double)others / (1 - p->catch_share) + 0.5);
    return p->catch_trials;
}

static evk_status read_pair(const char *name, const char *text, double out[2], evk_error *err)
{
    const char *comma = strchr(text, ',');
    char first[64];

    if (comma && (size_t)(comma - text) < sizeof(first)) {
        memcpy(first, text, (size_t)(comma - text));
        first[comma - text] = '\0';
        if (evk_parse_real(first, &out[0]) && evk_parse_real(comma + 1, &out[1]))
            return EVK_OK;
    }
    return evk_fail(err, EVK_EINVAL, "%s is '%s', expected two numbers with a comma, such as 2,-3",
                    name, text);
}

/* Finds a word in a list that ends with NULL; fails with the words. */
static evk_status read_word(const char *name, const char *text, const char *const *words, int *out,
                            evk_error *err)
{
    struct evk_str all = EVK_STR_INIT;
    evk_status s;

    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], text) == 0) {
            *out = i;
            evk_str_release(&all);
            return EVK_OK;
        }
        evk_str_printf(&all, "%s%s", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
    }
    s = evk_fail(err, EVK_EINVAL, "%s is '%s', expected %s", name, text, all.data);
    evk_str_release(&all);
    return s;
}

static evk_status read_words(struct evk_rig_plan *p, evk_error *err)
{
    static const char *const canvases[] = {"patch", "full", NULL};
    static const char *const kinds[] = {"bicubic", "nearest", NULL};
    static const char *const corners[] = {"none",        "top-left",     "top-right",
                                          "bottom-left", "bottom-right", NULL};
    const struct evk_rig_options *o = p->options;
    int canvas, resize, corner = 0;

    EVK_TRY(read_word("canvas", o->canvas, canvases, &canvas, err));
    EVK_TRY(read_word("resize", o->resize, kinds, &resize, err));
    if (o->photodiode)
        EVK_TRY(read_word("photodiode", o->photodiode, corners, &corner, err));
    p->show.full = canvas == 1;
    p->show.resize = (enum evk_resize_kind)resize;
    p->show.photodiode = (enum evk_corner)corner;
    p->show.photodiode_px = o->photodiode_px;
    if (corner && !p->show.full)
        return evk_fail(err, EVK_EINVAL,
                        "photodiode is %s, but files of the image alone have no corner of the "
                        "screen; expected --canvas full",
                        o->photodiode);
    return EVK_OK;
}

/* Without a display nothing says what a degree is. */
static evk_status check_alone(const struct evk_rig_options *o, evk_error *err)
{
    const char *name = !isnan(o->degrees)               ? "degrees"
                       : !isnan(o->edge)                ? "edge"
                       : strcmp(o->at, "0,0") != 0      ? "at"
                       : o->fixation                    ? "fixation"
                       : strcmp(o->canvas, "full") == 0 ? "canvas full"
                       : o->linearise                   ? "linearise"
                                                        : NULL;

    if (!name)
        return EVK_OK;
    return evk_fail(err, EVK_EINVAL,
                    "--%s needs a screen, found none; expected --display FILE, which describes the "
                    "screen",
                    name);
}

static evk_status read_screen(struct evk_rig_plan *p, const evk_json *screen, evk_error *err)
{
    const struct evk_rig_options *o = p->options;

    for (int c = 0; c < 3; c++)
        p->show.background[c] = BACKGROUND;
    if (!o->display && !screen)
        return check_alone(o, err);
    if (screen)
        EVK_TRY(evk_display_parse(&p->display, screen, "dataset_description.json", err));
    else
        EVK_TRY(evk_display_read(&p->display, o->display, err));
    p->has_display = true;
    p->show.display = &p->display;
    if (isnan(o->degrees))
        return evk_fail(err, EVK_EINVAL,
                        "degrees is not given, expected --degrees D beside --display: how wide an "
                        "image is shown");
    memcpy(p->show.background, p->display.background, 3);
    p->show.edge_deg = isnan(o->edge) ? 0 : o->edge;
    p->show.linearise = o->linearise;
    p->place.degrees = o->degrees;
    if (2 * p->show.edge_deg > o->degrees)
        return evk_fail(err, EVK_EINVAL,
                        "edge is %g degrees, expected at most half of --degrees, which is %g",
                        o->edge, o->degrees / 2);
    return EVK_OK;
}

evk_status evk_rig_plan_read(struct evk_rig_plan *out, const struct evk_rig_options *options,
                             const evk_json *screen, evk_error *err)
{
    double at[2];

    *out = (struct evk_rig_plan){.options = options,
                                 .place = {.fixation = {(double)NAN, (double)NAN}}};
    EVK_TRY(read_screen(out, screen, err));
    EVK_TRY(read_times(out, err));
    EVK_TRY(read_catch(out, err));
    EVK_TRY(read_words(out, err));
    EVK_TRY(read_pair("at", options->at, at, err));
    out->place.x_deg = at[0];
    out->place.y_deg = at[1];
    if (options->fixation)
        EVK_TRY(read_pair("fixation", options->fixation, out->place.fixation, err));
    return EVK_OK;
}

void evk_rig_plan_release(struct evk_rig_plan *p)
{
    if (p->has_display)
        evk_display_release(&p->display);
    p->has_display = false;
}
