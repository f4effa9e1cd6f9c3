/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_onnx_samples.c - a small ONNX file of every operator opens and runs */
#define _GNU_SOURCE /* memmem */
#include "../../harness/onnx_samples.h"
#include "../../harness/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "base/fs.h"

static const char *const operators[] = {
#define EVK_ONNX_OP(name, least, most, constants, function, detail) name,
#include "model/onnx/ops.def"
#undef EVK_ONNX_OP
};

enum { OPERATORS = sizeof(operators) / sizeof(operators[0]), IMAGE = 4 * 6 * 6 };

static void run_sample(const char *path, const struct evk_str *file)
{
    float image[IMAGE], *responses;
    evk_session *session;
    evk_model *m;

    assert_ok(evk_fs_write(path, file->data, file->size, err));
    assert_ok(evk_model_open(&m, path, NULL, err));
    for (int i = 0; i < IMAGE; i++)
        image[i] = (float)(1 + i * 37 % 200);
    responses = calloc((size_t)evk_model_describe(m)->outputs, sizeof(*responses));
    assert_non_null(responses);
    assert_ok(evk_session_new(&session, m, err));
    evk_session_predict(session, image, responses);
    for (int64_t i = 0; i < evk_model_describe(m)->outputs; i++)
        assert_false(isnan(responses[i]));
    evk_session_free(session);
    evk_model_free(m);
    free(responses);
}

static void run_all(struct evk_str (*sample)(int i, char name[32]), struct evk_str *all)
{
    char *folder = scratch_folder("onnx_samples"), name[32];
    struct evk_str file;

    for (int i = 0; (file = sample(i, name)).size; i++) {
        print_message("%s\n", name);
        run_sample(path_in(folder, "m.onnx"), &file);
        evk_str_add(all, file.data, file.size);
        evk_str_release(&file);
    }
    remove_folder(folder);
    free(folder);
}

static void test_samples(void **state)
{
    struct evk_str all = EVK_STR_INIT;
    char field[64];

    (void)state;
    run_all(onnx_sample, &all);
    run_all(onnx_whole_sample, &all);
    for (int i = 0; i < OPERATORS; i++) { /* field 4 of a node is its operator */
        const int n =
            snprintf(field, sizeof(field), "\x22%c%s", (int)strlen(operators[i]), operators[i]);

        if (!memmem(all.data, all.size, field, (size_t)n))
            fail_msg("no sample has the operator %s", operators[i]);
    }
    evk_str_release(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_samples)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
