/* SPDX-License-Identifier: GPL-3.0-or-later */
/* absent.c - cells that are n/a in sets of a kind, and the words that follow from the others */
#include <math.h>
#include <string.h>

#include "stimset/record/caption.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"
#include "stimset/check/verify.h"

/* What a cell needs, to be anything but n/a. */
enum needs {
    NOTHING = 0,   /* it is never there */
    A_MODEL = 1,   /* one that saw the image */
    REFERENCE = 2, /* reference images that the set names */
    JUDGES = 4,
    ASCENT = 8,     /* an image that was climbed to */
    PERTURBED = 16, /* a set of perturbed images */
    SOURCE = 32,    /* an image that was made from another file */
    RANKED = 64,    /* one of natural images or of chosen ones */
    TRANSFORMED = 128,
    CONTROL = 256,
    SEVERAL = 512,    /* members of an ensemble, or neurons */
    MEMBERS = 1024,   /* of an ensemble */
    PARENT = 2048,    /* another image of the set, that it was made from */
    SEEDED = 4096,    /* random numbers */
    AIM = 8192,       /* a response that was to be large or small */
    COMPARED = 16384, /* with the best of reference images */
    SCORED = 32768    /* by judges that saw reference images */
};

static const struct rule {
    const char *column;
    int needs; /* any of these */
} rules[] = {
    {"license", NOTHING},
    {"copyright", NOTHING},
    {"target_model", A_MODEL},
    {"target_output", A_MODEL},
    {"objective", AIM},
    {"seed", SEEDED},
    {"start", ASCENT | CONTROL},
    {"source_id", PARENT | CONTROL},
    {"source_file", SOURCE | CONTROL},
    {"response_pred", A_MODEL},
    {"response_pred_prequant", ASCENT},
    {"response_source", PERTURBED},
    {"objective_pred", A_MODEL},
    {"response_sd", MEMBERS},
    {"response_min", MEMBERS},
    {"response_median", MEMBERS},
    {"response_disagreement", MEMBERS | SEVERAL},
    {"response_members", MEMBERS},
    {"heldout_z", SCORED},
    {"percentile_natural", SCORED},
    {"selectivity", SCORED},
    {"heldout_delta_z", SCORED},
    {"judges", JUDGES},
    {"judge_roles", JUDGES},
    {"judge_responses", JUDGES},
    {"judge_z", JUDGES},
    {"judge_percentile", JUDGES},
    {"judge_selectivity", JUDGES},
    {"own_z", REFERENCE},
    {"own_percentile", REFERENCE},
    {"natural_z", COMPARED},
    {"natural_file", COMPARED},
    {"beats_natural", COMPARED},
    {"rank", RANKED},
    {"budget", PERTURBED},
    {"budget_norm", PERTURBED},
    {"linf_delta", PERTURBED},
    {"rms_delta", PERTURBED},
    {"mean_abs_delta", PERTURBED},
    {"l2_delta", PERTURBED},
    {"delta_z", PERTURBED},
    {"held_delta", PERTURBED},
    {"reached", PERTURBED},
    {"control", CONTROL | PERTURBED},
    {"control_of", CONTROL | PERTURBED},
    {"input_mean", A_MODEL},
    {"input_sd", A_MODEL},
    {"input_norm", A_MODEL},
    {"gaudiness", TRANSFORMED},
    {"model_sha256", A_MODEL},
    {"restarts", ASCENT},
    {"stopped", ASCENT},
    {"start_image", ASCENT},
    {"start_sha256", ASCENT},
    {"dropped", ASCENT},
    {"trace_sha256", ASCENT},
};

/* What sets of each kind have. */
static const int of_kind[] = {
    [EVK_KIND_MAX] = SEEDED | AIM | COMPARED,
    [EVK_KIND_MIN] = SEEDED | AIM | COMPARED,
    [EVK_KIND_NATURAL] = SOURCE | RANKED | AIM,
    [EVK_KIND_LEAVES] = SEEDED,
    [EVK_KIND_GAUDY] = SOURCE | PARENT | RANKED | TRANSFORMED | SEEDED,
    [EVK_KIND_MATCH] = SOURCE | PARENT | SEEDED,
    [EVK_KIND_ADVERSARIAL] = PERTURBED | SOURCE | PARENT | SEEDED | AIM,
};

/* What there is in all rows of a set. */
static int has(const struct evk_verification *v)
{
    const evk_json *d = v->description, *outputs;
    struct evk_described_model m;
    int all = of_kind[evk_description_kind(d)];
    int64_t keep = 1;

    for (size_t i = 0; evk_description_model_at(d, i, &m); i++) {
        all |= A_MODEL;
        if (evk_description_method(d) && evk_json_count(m.outputs) > 1)
            all |= SEVERAL;
    }
    if (evk_description_judge_at(d, 0, &m, &outputs))
        all |= JUDGES | SCORED;
    if (evk_description_reference(d))
        all |= REFERENCE;
    else
        all &= ~(COMPARED | SCORED);
    if (all & TRANSFORMED && evk_description_int(d, "keep", &keep) && keep == 0)
        all &= ~RANKED;
    return all;
}

/* Is the row's model an ensemble? */
static bool has_members(const struct evk_verification *v, const struct evk_row *row)
{
    struct evk_described_model m;

    for (size_t i = 0; evk_description_model_at(v->description, i, &m); i++)
        if (m.card && evk_verify_is_of(&m, row))
            return true;
    return false;
}

static bool is_synthesized(const struct evk_verification *v)
{
    const enum evk_set_kind kind = evk_description_kind(v->description);

    return kind == EVK_KIND_MAX || kind == EVK_KIND_MIN;
}

static void check_row(struct evk_verification *v, const struct evk_row *row, int there,
                      struct evk_str *cell)
{
    if (is_synthesized(v))
        there |= row->control ? CONTROL : ASCENT;
    if (has_members(v, row))
        there |= MEMBERS;
    if (there & PERTURBED && row->set_type && strcmp(row->set_type, "natural") == 0)
        there = SOURCE; /* a base image */
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (rules[i].needs & there)
            continue;
        cell->size = 0;
        evk_row_cell(row, rules[i].column, cell);
        if (!cell->failed && strcmp(cell->data, "n/a") != 0)
            evk_report_finding(v, "%s: %s of %s is %s, but nothing in %s has such", EVK_SET_TABLE,
                     rules[i].column, row->stimulus_id, cell->data, EVK_SET_DESCRIPTION);
    }
}

/* ---- words ------------------------------------------------------------------------------------- */

struct words {
    evk_recipe recipe;
    evk_match_options match;
    const char *transform, *pixels;
    struct evk_source source;
};

/* What words are made of; false where the options cannot be read, which is found elsewhere. */
static bool read_words(const struct evk_verification *v, struct words *w)
{
    switch (evk_description_kind(v->description)) {
    case EVK_KIND_GAUDY:
        return !evk_description_gaudy(v->description, &w->source, &w->transform, NULL);
    case EVK_KIND_MATCH:
        return !evk_description_match(v->description, &w->match, &w->pixels, NULL);
    default:
        return !evk_description_recipe(v->description, &w->recipe, NULL);
    }
}

static void make_words(enum evk_set_kind kind, const struct words *w, struct evk_row *row)
{
    switch (kind) {
    case EVK_KIND_MAX:
    case EVK_KIND_MIN:
        if (row->control)
            evk_caption_control(row);
        else
            evk_caption_ascent(row, &w->recipe);
        break;
    case EVK_KIND_NATURAL:
        evk_caption_natural(row);
        break;
    case EVK_KIND_LEAVES:
        evk_caption_leaves(row, row->stim_code);
        break;
    case EVK_KIND_GAUDY:
        evk_caption_transformed(row, w->transform, strcmp(row->set_type, "natural") == 0);
        break;
    case EVK_KIND_MATCH:
        evk_caption_matched(row, w->match.what);
        break;
    case EVK_KIND_ADVERSARIAL:
        evk_caption_adversarial(row);
        break;
    }
}

static evk_status check_words(struct evk_verification *v, evk_error *err)
{
    const enum evk_set_kind kind = evk_description_kind(v->description);
    struct words w;

    if (!read_words(v, &w))
        return EVK_OK;
    for (int64_t i = 0; i < v->all.count; i++) {
        const struct evk_row *row = &v->all.list[i].row;
        struct evk_row truth = *row;

        if (!row->set_type)
            continue; /* found already */
        make_words(kind, &w, &truth);
        EVK_TRY(evk_verify_cell(v, row, &truth, "description", err));
    }
    return EVK_OK;
}

evk_status evk_verify_absent(struct evk_verification *v, evk_error *err)
{
    struct evk_str cell = EVK_STR_INIT;
    const int there = has(v);
    evk_status s;

    if (!evk_verify_same_version(v))
        return EVK_OK;
    for (int64_t i = 0; i < v->all.count; i++)
        check_row(v, &v->all.list[i].row, there, &cell);
    s = evk_str_check(&cell, err);
    evk_str_release(&cell);
    EVK_TRY(s);
    evk_verify_words(v);
    evk_verify_sizes(v);
    return check_words(v, err);
}
