/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * neurons.c - each row is of a neuron in TargetOutputs of the description, and each of these
 * neurons has a row
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stimset/check/verify.h"
#include "stimset/folder/describe.h"
#include "stimset/record/set_file.h"

/* One neuron of TargetOutputs. */
struct asked {
    const char *model, *sha256;
    char output[EVK_NEURON_TEXT];
    bool has_row;
};

struct neurons {
    struct asked *list; /* (count), sorted */
    size_t count;
};

static int neuron_compare(const void *a, const void *b)
{
    const struct asked *x = a, *y = b;
    int order = strcmp(x->sha256, y->sha256);

    if (!order)
        order = strcmp(x->model, y->model);
    return order ? order : strcmp(x->output, y->output);
}

static evk_status list_neurons(const struct evk_verification *v, struct neurons *n, evk_error *err)
{
    struct evk_described_model m;
    int64_t count = 0;

    for (size_t i = 0; evk_description_model_at(v->description, i, &m); i++)
        count += (int64_t)evk_json_count(m.outputs);
    EVK_TRY(evk_alloc(&n->list, count, sizeof(*n->list), "neurons", err));
    for (size_t i = 0; evk_description_model_at(v->description, i, &m); i++)
        for (size_t k = 0; k < evk_json_count(m.outputs); k++) {
            struct asked *one = &n->list[n->count++];

            one->model = m.name;
            one->sha256 = m.sha256;
            evk_described_neuron(&m, k, one->output);
        }
    if (n->count)
        qsort(n->list, n->count, sizeof(*n->list), neuron_compare);
    return EVK_OK;
}

static struct asked *neuron_find(const struct neurons *n, const struct evk_row *row)
{
    struct asked key = {.model = row->target_model, .sha256 = row->model_sha256};

    if (!key.model || !key.sha256 || !n->count)
        return NULL;
    memcpy(key.output, row->target_output, sizeof(key.output));
    return bsearch(&key, n->list, n->count, sizeof(*n->list), neuron_compare);
}

/*
 * Is the row of no single neuron?  Base images are, and images that several neurons chose together.
 */
static bool is_of_none(const struct evk_verification *v, const struct neurons *n,
                       const struct evk_row *row)
{
    if (v->kind->streamed)
        return n->count != 1;
    return v->kind->unasked && evk_row_is(row, v->kind->unasked);
}

static evk_status check_row(struct evk_verification *v, void *arg, const struct evk_row *row,
                            evk_error *err)
{
    struct neurons *n = arg;
    struct asked *one = neuron_find(n, row);

    (void)err;
    if (is_of_none(v, n, row)) {
        if (row->target_output[0] && !v->kind->unasked)
            evk_report_finding(v, "%s: target_output of %s is %s, expected n/a", EVK_SET_TABLE,
                               row->stimulus_id, row->target_output);
    } else if (one) {
        one->has_row = true;
    } else {
        evk_report_finding(
            v, "%s: target_output of %s is %s, which is none of its model's TargetOutputs in %s",
            EVK_SET_TABLE, row->stimulus_id, row->target_output[0] ? row->target_output : "n/a",
            EVK_SET_DESCRIPTION);
    }
    return EVK_OK;
}

static void check_asked(struct evk_verification *v, const struct neurons *n)
{
    for (size_t i = 0; i < n->count; i++) {
        if (i && neuron_compare(&n->list[i], &n->list[i - 1]) == 0)
            evk_report_finding(v, "%s: TargetOutputs of %s has %s twice", EVK_SET_DESCRIPTION,
                               n->list[i].model, n->list[i].output);
        else if (!n->list[i].has_row)
            evk_report_finding(v, "%s: TargetOutputs of %s has %s, of which there is no row",
                               EVK_SET_DESCRIPTION, n->list[i].model, n->list[i].output);
    }
}

evk_status evk_verify_neurons(struct evk_verification *v, evk_error *err)
{
    const bool stream = v->kind->streamed;
    struct neurons n = {NULL, 0};
    evk_status s;

    if (v->kind->ascends)
        return EVK_OK; /* verify_rows of these kinds looks for each start of each neuron */
    EVK_TRY(list_neurons(v, &n, err));
    s = evk_verify_each(v, check_row, &n, err);
    if (!s && v->rows.count && !(stream && n.count > 1))
        check_asked(v, &n);
    free(n.list);
    return s;
}

bool evk_verify_outputs(struct evk_verification *v, const struct evk_described_model *m,
                        const evk_model *model)
{
    const int64_t before = v->sum.findings;
    char name[EVK_NEURON_TEXT];
    int64_t output;

    for (size_t k = 0; k < evk_json_count(m->outputs); k++) {
        evk_described_neuron(m, k, name);
        if (!name[0] || evk_model_find_neuron(model, name, &output, NULL))
            evk_report_finding(v,
                               "%s: TargetOutputs of %s has %s, which is no output of that model",
                               EVK_SET_DESCRIPTION, m->name, name[0] ? name : "what is no neuron");
    }
    return v->sum.findings == before;
}
