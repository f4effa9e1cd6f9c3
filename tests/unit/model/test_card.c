/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_card.c - model cards and ensembles: members' mean, gradient and scaling, and what is refused
 */
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/tiny.h"
#include "base/fs.h"

static char *folder;

static const char *in(const char *name)
{
    static char path[8][512];
    static int next;

    next = (next + 1) % 8;
    snprintf(path[next], sizeof(path[next]), "%s/%s", folder, name);
    return path[next];
}

/* Three models with different weights and numbers of outputs (tiny.h). */
static int set_up(void **state)
{
    (void)state;
    folder = scratch_folder("card");
    evk_model_free(tiny_model(in("a.keras"), "ll"));
    evk_model_free(tiny_model(in("b.keras"), "dl"));
    evk_model_free(tiny_model(in("c.keras"), "lll"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(folder);
    return 0;
}

static evk_status open_card(evk_model **out, const char *text, evk_error *why)
{
    const char *path = in("card.json");

    assert_ok(evk_fs_write(path, text, strlen(text), NULL));
    return evk_model_open(out, path, NULL, why);
}

static void fill(float *image)
{
    for (int i = 0; i < TINY_VALUES; i++)
        image[i] = (float)(100 + i * 37 % 61);
}

/* Responses are the mean of the members', and gradients the weighted sum of the members'. */
static void test_members(void **state)
{
    float x[TINY_VALUES], r[2], alone[2][2], g[TINY_VALUES], one[TINY_VALUES], sum[TINY_VALUES];
    const float weights[4] = {0.5f, -2, 0.25f, 3};
    evk_model *m = NULL;
    evk_session *s;

    (void)state;
    fill(x);
    assert_ok(open_card(&m, "{\"card\": 1, \"members\": [\"a.keras\", \"b.keras\"]}", err));
    assert_int_equal(evk_model_describe(m)->members, 2);
    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, x, r);
    evk_session_gradient(s, weights, g);
    memset(sum, 0, sizeof(sum));
    for (int i = 0; i < 2; i++) {
        evk_session *member;

        assert_ok(evk_session_new(&member, evk_model_member(m, i), err));
        evk_session_predict(member, x, alone[i]);
        evk_session_gradient(member, weights + 2 * i, one);
        for (int k = 0; k < TINY_VALUES; k++)
            sum[k] += one[k];
        evk_session_free(member);
    }
    for (int o = 0; o < 2; o++) {
        assert_true(r[o] == (float)(((double)alone[0][o] + (double)alone[1][o]) / 2));
        assert_true(evk_session_members(s)[o] == alone[0][o]);
        assert_true(evk_session_members(s)[2 + o] == alone[1][o]);
    }
    for (int k = 0; k < TINY_VALUES; k++)
        assert_true(fabsf(g[k] - sum[k]) <= 1e-6f * fabsf(sum[k]));
    evk_session_free(s);
    evk_model_free(m);
}

/* Responses of each member and neuron become (response - mean) / SD, and gradients accordingly. */
static void test_scaling(void **state)
{
    const double mean[4] = {1, 2, 3, 4}, sd[4] = {2, 4, 8, 16};
    const float weights[4] = {0, 0, 0, 1};
    float x[TINY_VALUES], raw[4], r[2], before[TINY_VALUES], after[TINY_VALUES];
    char sha256[65];
    evk_model *m = NULL;
    evk_session *s;

    (void)state;
    fill(x);
    assert_ok(open_card(&m, "{\"card\": 1, \"members\": [\"a.keras\", \"b.keras\"]}", err));
    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, x, r);
    memcpy(raw, evk_session_members(s), sizeof(raw));
    evk_session_gradient(s, weights, before);
    evk_session_free(s);
    snprintf(sha256, sizeof(sha256), "%s", evk_model_describe(m)->sha256);
    assert_ok(evk_model_scale_members(m, EVK_SCALING_Z, mean, sd, err));
    assert_string_not_equal(sha256, evk_model_describe(m)->sha256);
    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, x, r);
    evk_session_gradient(s, weights, after);
    for (int i = 0; i < 4; i++)
        assert_true(evk_session_members(s)[i] == (float)(((double)raw[i] - mean[i]) / sd[i]));
    for (int k = 0; k < TINY_VALUES; k++)
        assert_true(fabsf(after[k] - before[k] / 16) <= 1e-6f * fabsf(after[k]));
    evk_session_free(s);
    evk_model_free(m);
}

/* Scaled again, means and SDs are in units of what the members' responses are by then. */
static void test_scaled_twice(void **state)
{
    const double mean[4] = {1, 2, 3, 4}, sd[4] = {2, 4, 8, 16};
    const double then[4] = {0.5, -1, 0.25, 2}, sd_then[4] = {4, 0.5, 2, 8};
    float x[TINY_VALUES], raw[4], r[2];
    evk_model *m = NULL;
    evk_session *s;

    (void)state;
    fill(x);
    assert_ok(open_card(&m, "{\"card\": 1, \"members\": [\"a.keras\", \"b.keras\"]}", err));
    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, x, r);
    memcpy(raw, evk_session_members(s), sizeof(raw));
    evk_session_free(s);
    assert_ok(evk_model_scale_members(m, EVK_SCALING_Z, mean, sd, err));
    assert_ok(evk_model_scale_members(m, EVK_SCALING_Z, then, sd_then, err));
    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, x, r);
    for (int i = 0; i < 4; i++) {
        const double want = (((double)raw[i] - mean[i]) / sd[i] - then[i]) / sd_then[i];

        assert_true(fabs((double)evk_session_members(s)[i] - want) <= 1e-6 * fabs(want));
    }
    evk_session_free(s);
    evk_model_free(m);
}

/* A neuron of the ensemble may be one chosen output of each model. */
static void test_chosen(void **state)
{
    float x[TINY_VALUES], three[3], two[2], r;
    char text[2048], name[EVK_NEURON_TEXT];
    evk_model *m = NULL, *a, *c;
    evk_session *s;

    (void)state;
    fill(x);
    snprintf(text, sizeof(text), "pair=%s:1,%s:2", in("a.keras"), in("c.keras"));
    assert_ok(evk_model_open_ensemble(&m, text, NULL, err));
    assert_int_equal(evk_model_describe(m)->outputs, 1);
    assert_string_equal(evk_model_neuron(m, 0, name), "0");
    assert_ok(evk_model_open(&a, in("a.keras"), NULL, err));
    assert_ok(evk_model_open(&c, in("c.keras"), NULL, err));
    assert_ok(evk_session_new(&s, a, err));
    evk_session_predict(s, x, two);
    evk_session_free(s);
    assert_ok(evk_session_new(&s, c, err));
    evk_session_predict(s, x, three);
    evk_session_free(s);
    assert_ok(evk_session_new_for(&s, m, 0, err));
    evk_session_predict(s, x, &r);
    assert_true(r == (float)(((double)two[1] + (double)three[2]) / 2));
    evk_session_free(s);
    evk_model_free(a);
    evk_model_free(c);
    evk_model_free(m);
}

static void test_names(void **state)
{
    char name[EVK_NEURON_TEXT];
    evk_model *m = NULL;
    int64_t output;

    (void)state;
    assert_ok(open_card(&m,
                        "{\"card\": 1, \"name\": \"n\", \"weights\": \"a.keras\", \"neurons\": "
                        "[\"V1-left\", \"V1-right\"]}",
                        err));
    assert_string_equal(evk_model_describe(m)->name, "n");
    assert_ok(evk_model_find_neuron(m, "V1-right", &output, err));
    assert_int_equal(output, 1);
    assert_ok(evk_model_find_neuron(m, "0", &output, err));
    assert_string_equal(evk_model_neuron(m, output, name), "V1-left");
    assert_fails(EVK_EINVAL, "has no neuron 'V2'", evk_model_find_neuron(m, "V2", &output, err));
    evk_model_free(m);
}

static void test_refused(void **state)
{
    static const struct {
        evk_status status;
        const char *card, *says;
    } bad[] = {
        {EVK_EFORMAT, "{\"weights\": \"a.keras\"}", "is JSON without the member 'card'"},
        {EVK_EFORMAT, "{\"card\": 1}", "neither weights nor members"},
        {EVK_EFORMAT, "{\"card\": 1, \"members\": []}", "its list of members is empty"},
        {EVK_EFORMAT, "{\"card\": 1, \"weigths\": \"a.keras\"}", "the card has 'weigths'"},
        {EVK_ENOTFOUND, "{\"card\": 1, \"weights\": \"z.keras\"}", "z.keras are not beside it"},
        {EVK_EINVAL, "{\"card\": 1, \"members\": [\"a.keras\", \"c.keras\"]}",
         "has 3 neurons, but"},
        {EVK_EINVAL, "{\"card\": 1, \"members\": [{\"weights\": \"a.keras\", \"output\": 2}]}",
         "neuron 2 is out of range, expected 0 to 1"},
        {EVK_EFORMAT,
         "{\"card\": 1, \"members\": [{\"weights\": \"a.keras\", \"sha256\": \"00\"}]}",
         "but the card means 00"},
        {EVK_EFORMAT, "{\"card\": 1, \"weights\": \"a.keras\", \"neurons\": [\"x\"]}",
         "names 1 neurons, but there are 2"},
        {EVK_EFORMAT, "{\"card\": 1, \"weights\": \"a.keras\", \"neurons\": [\"x\", \"x\"]}",
         "both called 'x'"},
        {EVK_EFORMAT, "{\"card\": 1, \"weights\": \"a.keras\", \"input\": {\"mean\": \"x\"}}",
         "expected numbers"},
        {EVK_EFORMAT, "{\"card\": 1, ", "line 1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        evk_model *m = NULL;

        assert_fails(bad[i].status, bad[i].says, open_card(&m, bad[i].card, err));
        assert_null(m);
    }
}

/* The hash in a card is that of the file, in all of its digits. */
static void test_other_weights(void **state)
{
    static const char card[] =
        "{\"card\": 1, \"members\": [{\"weights\": \"a.keras\", \"sha256\": \"%s\"}]}";
    char text[512], sha256[65];
    evk_model *m;

    (void)state;
    assert_ok(evk_model_open(&m, in("a.keras"), NULL, err));
    snprintf(sha256, sizeof(sha256), "%s", evk_model_describe(m)->sha256);
    evk_model_free(m);
    snprintf(text, sizeof(text), card, sha256);
    assert_ok(open_card(&m, text, err));
    evk_model_free(m);
    sha256[63] = sha256[63] == '0' ? '1' : '0';
    snprintf(text, sizeof(text), card, sha256);
    assert_fails(EVK_EFORMAT, "but the card means", open_card(&m, text, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_weights), cmocka_unit_test(test_members),
        cmocka_unit_test(test_scaling),       cmocka_unit_test(test_scaled_twice),
        cmocka_unit_test(test_chosen),        cmocka_unit_test(test_names),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
