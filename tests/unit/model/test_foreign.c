/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_foreign.c - files that evoke does not open: each is recognised by its bytes, no model of
 * evoke's own is taken for one, and damaged ones are refused in one plain sentence
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/foreign_samples.h"
#include "../../harness/formats.h"
#include "../../harness/test.h"
#include "base/fs.h"
#include "base/shown.h"
#include "model/foreign/foreign.h"
#include "model/way.h"

static char *folder;

/* The rows of formats.def. */
static const struct {
    const char *format, *what, *way;
} rows[] = {
#define EVK_FOREIGN(name, turn, what, way)            {#name, what, way},
#define EVK_FOREIGN_BYTES(name, at, bytes, what, way) {#name, what, way},
#include "model/foreign/formats.def"
#undef EVK_FOREIGN
#undef EVK_FOREIGN_BYTES
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static int setup(void **state)
{
    (void)state;
    folder = scratch_folder("foreign");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    remove_folder(folder);
    free(folder);
    return 0;
}

/* Writes a file without waiting for the disk, and opens it as a model. */
static evk_status open_bytes(const char *name, const void *data, size_t size, evk_error *err)
{
    const char *path = path_in(folder, name);
    FILE *f = fopen(path, "wb");
    evk_model *m = NULL;
    evk_status s;

    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
    s = evk_model_open(&m, path, NULL, err);
    if (!s)
        evk_model_free(m);
    else if (strncmp(err->msg, path, strlen(path)) != 0 || strlen(err->msg) < strlen(path) + 10 ||
             !evk_is_plain(err->msg))
        fail_msg("%s: %s", evk_status_str(s), err->msg);
    return s;
}

/* ---- recognised ------------------------------------------------------------------------------ */

static int row_of(const char *format)
{
    for (int i = 0; i < ROWS; i++)
        if (strcmp(rows[i].format, format) == 0)
            return i;
    fail_msg("formats.def has no row %s", format);
    return -1;
}

/* Does the message say "is" and this, up to the first word in braces? */
static bool says(const char *message, const char *what)
{
    char begin[256];

    snprintf(begin, sizeof(begin), "is %.*s", (int)strcspn(what, "{"), what);
    return strstr(message, begin) != NULL;
}

static void test_each_row(void **state)
{
    bool seen[ROWS] = {[0] = false};
    struct foreign_sample s;

    (void)state;
    for (int i = 0; foreign_sample(i, &s); i++) {
        const int row = row_of(s.format);
        evk_error err = {EVK_OK, ""};

        if (open_bytes("m.keras", s.bytes.data, s.bytes.size, &err) != EVK_EUNSUPPORTED ||
            !says(err.msg, rows[row].what))
            fail_msg("%s: %s", s.format, err.msg);
        seen[row] = true;
        evk_str_release(&s.bytes);
    }
    for (int i = 0; i < ROWS; i++)
        if (!seen[i] && strcmp(rows[i].format, "tf_values") != 0)
            fail_msg("no sample of %s", rows[i].format);
}

/* Words in braces must be those that evk_way_add knows. */
static void test_words(void **state)
{
    static const char *const known[] = {"{path}", "{name}", "{folder}", "{found}"};

    (void)state;
    for (int i = 0; i < 2 * ROWS; i++) {
        const char *at = i < ROWS ? rows[i].what : rows[i - ROWS].way;

        while ((at = strchr(at, '{')) != NULL) {
            bool found = false;

            for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
                found |= strncmp(at, known[k], strlen(known[k])) == 0;
            if (!found)
                fail_msg("%s: %.12s", rows[i % ROWS].format, at);
            at++;
        }
    }
}

/* The values of a checkpoint of TensorFlow are recognised by their name alone. */
static void test_name(void **state)
{
    static const struct {
        const char *name;
        evk_status status;
    } names[] = {{"ckpt-3.data-00000-of-00001", EVK_EUNSUPPORTED},
                 {"ckpt-3.data-00001-of-00001", EVK_EFORMAT},
                 {"ckpt-3.data-00000-of-00001.x", EVK_EFORMAT},
                 {"ckpt-3.data-0", EVK_EFORMAT}};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        evk_error err = {EVK_OK, ""};

        assert_int_equal(open_bytes(names[i].name, "\0\0\x80\x3f\0\0\0\x40", 8, &err),
                         names[i].status);
        assert_int_equal(strstr(err.msg, "checkpoint of TensorFlow") != NULL,
                         names[i].status == EVK_EUNSUPPORTED);
    }
}

/* ---- not recognised -------------------------------------------------------------------------- */

/* The models that evoke opens are of no foreign format, also before a loader has looked at them. */
static void test_own_models(void **state)
{
    struct evk_names list;
    char own[256];

    (void)state;
    snprintf(own, sizeof(own), "%s", path_in(folder, "own"));
    assert_ok(evk_fs_make_folder(own, err));
    formats_write(own);
    assert_ok(evk_fs_list(&list, own, err));
    assert_true(list.count >= 6); /* some formats are of one file */
    for (size_t i = 0; i < list.count; i++) {
        struct evk_bytes file;

        assert_ok(evk_fs_read(&file, path_in(own, list.names[i]), 1 << 24, err));
        assert_ok(evk_foreign_refuse(EVK_FOREIGN_FIRST, list.names[i], &file, err));
        evk_bytes_release(&file);
    }
    evk_names_release(&list);
    assert_ok(evk_foreign_refuse_folder(own, err));
}

/* A state dictionary may have any names, and so may the files that are packed with a network. */
static void test_near(void **state)
{
    static const char *const near[][4] = {
        {"net/data.pkl", "net/data/0", "net/version", "net/byteorder"},
        {"code/data.pkl", "code/data/0", "code/version", NULL},
        {"config.json", "model.weights.h5", "metadata.json", "assets/code/a"},
        {"models/model.json", "weights/a.keras", NULL, NULL},
        {"a.npy", "b.npy", NULL, NULL}};

    (void)state;
    for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++) {
        const size_t count = near[i][2] ? near[i][3] ? 4 : 3 : 2;
        struct evk_str zip = foreign_zip(near[i], count);
        const struct evk_bytes file = {(unsigned char *)zip.data, zip.size};

        assert_ok(evk_foreign_refuse(EVK_FOREIGN_FIRST, "m", &file, err));
        evk_str_release(&zip);
    }
}

static void test_card(void **state)
{
    static const char card[] = "{\"card\": 1, \"description\": \"of the \\\"model_type\\\" "
                               "\\\"graph-model\\\" \", \"weights\": \"none.keras\"}";
    evk_error err = {EVK_OK, ""};

    (void)state;
    assert_int_equal(open_bytes("m.json", card, sizeof(card) - 1, &err), EVK_ENOTFOUND);
}

/* ---- damaged --------------------------------------------------------------------------------- */

/* Returns a random number from 0 to n - 1. */
static size_t below(uint64_t *random, size_t n)
{
    const size_t i = (size_t)((random_float(random) + 1) / 2 * (float)n);

    return i < n ? i : n - 1;
}

/* Changes the bytes in one of several ways, which the trial's number chooses. */
static void mutate(struct evk_str *s, int trial, uint64_t *random)
{
    static const unsigned char odd[] = {0, 1, 0x7f, 0x80, 0xff, '\n', '{', 0x1b};
    const size_t at = s->size ? below(random, s->size) : 0;
    struct evk_str part = EVK_STR_INIT;

    switch (trial % 6) {
    case 0: /* cut */
        s->size = at;
        break;
    case 1: /* flip a bit */
        if (s->size)
            s->data[at] = (char)(s->data[at] ^ 1 << below(random, 8));
        break;
    case 2: /* an odd value, such as a length that is too large */
        if (s->size)
            s->data[at] = (char)odd[below(random, sizeof(odd))];
        break;
    case 3: /* lengths of 4 bytes */
        for (size_t i = at; i < at + 4 && i < s->size; i++)
            s->data[i] = '\xff';
        break;
    case 4: /* a part twice */
        evk_str_add(&part, s->data + at, s->size - at);
        evk_str_add(s, part.data, part.size);
        break;
    default: /* a name with control characters and bytes that are no text */
        for (size_t i = at; i < at + 3 && i < s->size; i++)
            s->data[i] = "\x1b\xc2\x9b"[i - at];
        break;
    }
    evk_str_release(&part);
}

/* 36 mutants of each sample; each is opened, or refused in one plain sentence about the file. */
static void test_mutants(void **state)
{
    enum { EACH = 36 };
    struct foreign_sample s;
    uint64_t random = 1;
    int count = 0;

    (void)state;
    for (int i = 0; foreign_sample(i, &s); i++) {
        for (int trial = 0; trial < EACH; trial++, count++) {
            struct evk_str mutant = EVK_STR_INIT;
            evk_error err = {EVK_OK, ""};

            evk_str_add(&mutant, s.bytes.data, s.bytes.size);
            for (int more = 0; more <= trial / 12; more++)
                mutate(&mutant, trial + more, &random);
            (void)open_bytes("m.keras", mutant.data, mutant.size, &err);
            evk_str_release(&mutant);
        }
        evk_str_release(&s.bytes);
    }
    assert_true(count >= 2000);
}

/* ---- commands with the user's names ----------------------------------------------------------- */

static void test_way(void **state)
{
    static const struct {
        const char *path, *text;
    } cases[] = {{"own_net.safetensors", "own_net.safetensors|.|own_net|x"},
                 {"a/b.weights.h5", "a/b.weights.h5|a|b|x"},
                 {"/net.pth.tar", "/net.pth.tar|/|net|x"},
                 {"a/b", "a/b|a|b|x"},
                 {"a/.hidden", "a/.hidden|a|net|x"},
                 {"a b.pt", "FILE|FOLDER|net|x"},
                 {"a\";b.pt", "FILE|FOLDER|net|x"},
                 {"-o.pt", "FILE|FOLDER|net|x"},
                 {"", "FILE|FOLDER|net|x"},
                 {NULL, "FILE|FOLDER|net|x"}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct evk_str out = EVK_STR_INIT;

        evk_way_add(&out, "{path}|{folder}|{name}|{found}", cases[i].path, "x");
        assert_string_equal(out.data, cases[i].text);
        evk_str_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_row), cmocka_unit_test(test_words),
        cmocka_unit_test(test_name),     cmocka_unit_test(test_own_models),
        cmocka_unit_test(test_near),     cmocka_unit_test(test_card),
        cmocka_unit_test(test_mutants),  cmocka_unit_test(test_way),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
