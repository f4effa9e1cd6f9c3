/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_hostile.c - model files that are cut off or altered, in every format
 *
 * Cut at every 199th byte: an error with one sentence.  Every 199th byte altered:
 * that, or a model that runs; always the error where an archive's checksum covers
 * the byte.  All in this process: a crash ends it,
 * and so do a hang and more than 1 GiB of memory.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../harness/published.h"
#include "base/fs.h"

enum { STEP = 199, SECONDS = 20 };

static const char *const samples[] = {
    "compact/keras/compact_model_201025_neuron2.keras",
    "compact/torch/compact_model_201025_neuron2.pt",
    "compact/h5/compact_model_201025_neuron2.h5",
    "compact/weights_h5/compact_model_201025_neuron2.weights.h5",
    "compact/npy/compact_model_201025_neuron2.npy",
};

static void write_file(const char *path, const void *data, size_t size)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

/* Refused with one sentence, false; or opened, run, and true. */
static bool opens(const char *path)
{
    static float image[112 * 112 * 3];
    evk_error why = {EVK_OK, ""};
    evk_session *s;
    evk_model *m;
    float response;

    alarm(SECONDS);
    if (evk_model_open(&m, path, NULL, &why)) {
        assert_true(strlen(why.msg) > strlen(path) + 10 && !strchr(why.msg, '\n'));
        return false;
    }
    assert_int_equal(evk_model_describe(m)->outputs, 1);
    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, image, &response);
    evk_session_free(s);
    evk_model_free(m);
    return true;
}

static uint32_t number(const unsigned char *p, int bytes)
{
    uint32_t n = 0;

    for (int i = bytes - 1; i >= 0; i--)
        n = n << 8 | p[i];
    return n;
}

/* Which bytes are contents of an archive: as its directory says (APPNOTE 4.3.7, 4.3.12, 4.3.16). */
static bool *find_contents(const struct evk_bytes *file)
{
    bool *covered = calloc(file->size, sizeof(*covered));
    const unsigned char *end = file->data + file->size - 22, *entry;

    assert_non_null(covered);
    if (memcmp(file->data, "PK", 2) != 0)
        return covered;
    while (memcmp(end, "PK\5\6", 4) != 0)
        end--;
    entry = file->data + number(end + 16, 4);
    for (uint32_t i = number(end + 10, 2); i > 0; i--) {
        const uint32_t local = number(entry + 42, 4), size = number(entry + 20, 4);
        const unsigned char *header = file->data + local;

        memset(covered + local + 30 + number(header + 26, 2) + number(header + 28, 2), 1, size);
        entry += 46 + number(entry + 28, 2) + number(entry + 30, 2) + number(entry + 32, 2);
    }
    return covered;
}

static void check(const char *sample)
{
    char *folder = scratch_folder("hostile"), path[256];
    struct evk_bytes file;
    int opened = 0, altered = 0, covered = 0;
    bool *contents;

    assert_ok(evk_fs_read(&file, published_path("%s", sample), (size_t)1 << 30, err));
    contents = find_contents(&file);
    snprintf(path, sizeof(path), "%s/x%s", folder, strchr(strrchr(sample, '/'), '.'));
    for (size_t size = 0; size < file.size; size += STEP) {
        write_file(path, file.data, size);
        assert_false(opens(path));
    }
    for (size_t at = 0; at < file.size; at += STEP, altered++) {
        bool ok;

        file.data[at] ^= 0xff;
        write_file(path, file.data, file.size);
        ok = opens(path);
        assert_false(ok && contents[at]);
        opened += ok;
        covered += contents[at];
        file.data[at] ^= 0xff;
    }
    alarm(0);
    write_file(path, file.data, file.size);
    assert_true(opens(path));
    printf("%s: %d of %d altered files open; %d are under a checksum\n", sample, opened, altered,
           covered);
    free(contents);
    evk_bytes_release(&file);
    free(folder);
}

static void test_all(void **state)
{
    const struct rlimit memory = {(rlim_t)1 << 30, (rlim_t)1 << 30};

    (void)state;
    assert_int_equal(setrlimit(RLIMIT_AS, &memory), 0);
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
        check(samples[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all)};

    published();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
