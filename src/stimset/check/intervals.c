/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * intervals.c - response_low and response_high, computed again from response_pred and the card in
 * the description; and p_beats_natural, as far as that is possible without reference images
 */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"
#include "stimset/score/interval.h"

static evk_status check_interval(struct evk_verification *v, struct evk_card_intervals *c,
                                 const struct evk_row *row, evk_error *err)
{
    static const char *const cells[] = {"response_low", "response_high", NULL};
    struct evk_row truth = *row;
    struct evk_described_model m;
    evk_error why = {EVK_OK, ""};

    if (!row->model_sha256 || !evk_description_model(v->description, row->model_sha256, &m) ||
        !m.card)
        return EVK_OK;
    if (evk_card_intervals_turn(c, m.card, &why))
        evk_report_finding(v, "%s: %s: %s", EVK_SET_DESCRIPTION, m.name, why.msg);
    if (!c->units && evk_json_get(m.card, "calibration"))
        return EVK_OK; /* It cannot be read, which was reported. */
    /* The prediction was a float, of which a table has all digits. */
    evk_card_interval(c, row->target_output, (double)(float)row->response_pred, &truth.response_low,
                      &truth.response_high);
    evk_row_round(&truth);
    return evk_verify_cells(v, row, &truth, cells, err);
}

/* Says what p_beats_natural has to be in a row that does not fit to it; NULL: it fits. */
static const char *expected_probability(const struct evk_row *row)
{
    const double p = row->p_beats_natural;

    if (p < 0 || p > 1)
        return "from 0 to 1";
    if (!row->beats_natural)
        return NULL;
    if (p < 0.5 && strcmp(row->beats_natural, "true") == 0)
        return "0.5 or more, since beats_natural is true";
    if (p > 0.5 && strcmp(row->beats_natural, "false") == 0)
        return "0.5 or less, since beats_natural is false";
    return NULL;
}

static evk_status check_row(struct evk_verification *v, void *arg, const struct evk_row *row,
                            evk_error *err)
{
    const char *expected = v->how->reference ? NULL : expected_probability(row);
    char found[EVK_REAL_TEXT];

    if (expected)
        evk_report_finding(v, "%s: p_beats_natural of %s is %s, expected %s", EVK_SET_TABLE,
                           row->stimulus_id, evk_format_real(row->p_beats_natural, found),
                           expected);
    return check_interval(v, arg, row, err);
}

evk_status evk_verify_intervals(struct evk_verification *v, evk_error *err)
{
    struct evk_card_intervals c = {NULL, NULL, 0};
    evk_status s;

    if (!evk_verify_same_version(v))
        return EVK_OK;
    s = evk_verify_each(v, check_row, &c, err);
    evk_card_intervals_release(&c);
    return s;
}
