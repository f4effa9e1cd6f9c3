/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_torch_legacy.c - PyTorch's files before version 1.6 */
#include "../../harness/test.h"

#include <stdlib.h>
#include <string.h>

#include "../../harness/pickle_file.h"
#include "../../harness/read_copy.h"
#include "format/torch.h"

#define MAGIC "\x80\x02\x8a\nl\xfc\x9c\x46\xf9 j\xa8P\x19."

static struct evk_tensors torch;

static void reads(struct evk_str *f)
{
    assert_true(evk_torch_probe(f->data, f->size));
    assert_ok(torch_copy_read(&torch, f->data, f->size, err));
    evk_str_release(f);
}

static void fails(evk_status status, const char *text, struct evk_str *f)
{
    assert_fails(status, text, torch_copy_read(&torch, f->data, f->size, err));
    evk_str_release(f);
}

static void is_tensor(int64_t i, const char *name, int64_t count, const float *values)
{
    assert_true(i < torch.count);
    assert_string_equal(torch.tensors[i].name, name);
    assert_true(evk_tensor_is(&torch.tensors[i].values, 1, &count));
    assert_memory_equal(torch.tensors[i].values.data, values, (size_t)count * sizeof(float));
}

/* ---- files ---------------------------------------------------------------------------- */

static const float numbers[] = {1, 2, 3, 4};
static const double doubles[] = {5, 6};

/* Write the three pickles before the object. */
static void head(struct evk_str *f, int64_t version)
{
    put(f, MAGIC);
    put_begin(f, 2);
    put_int(f, version);
    put(f, ".");
    put_begin(f, 2);
    put(f, "}.");
}

/* Write a tensor of a whole storage, or of a part of one: view is the end of the persistent id. */
static void tensor(struct evk_str *f, const char *name, const char *class, const char *key,
                   int64_t stored, int64_t count, const char *view)
{
    put_text(f, name);
    put_class(f, "torch._utils", "_rebuild_tensor");
    put(f, "((");
    put_text(f, "storage");
    put_class(f, "torch", class);
    put_text(f, key);
    put_text(f, "cpu");
    put_int(f, stored);
    put(f, view);
    put(f, "tQ");
    put_int(f, 0);
    put_ints(f, 1, &count);
    put_ints(f, 1, (const int64_t[]){1});
    put(f, "tR");
}

/* Write the list of keys, each a letter. */
static void keys(struct evk_str *f, const char *letters)
{
    put_begin(f, 2);
    put(f, "](");
    for (; *letters; letters++)
        put_text(f, (const char[]){*letters, '\0'});
    put(f, "e.");
}

static void storage(struct evk_str *f, int64_t count, const void *data, size_t size)
{
    put_little(f, (uint64_t)count, 8);
    put_bytes(f, data, size);
}

static struct evk_str two_storages(void)
{
    struct evk_str f = EVK_STR_INIT;

    head(&f, 1001);
    put_begin(&f, 2);
    put(&f, "}(");
    tensor(&f, "w", "FloatStorage", "b", 4, 4, "N");
    tensor(&f, "v", "DoubleStorage", "a", 2, 2, "N");
    tensor(&f, "again", "FloatStorage", "b", 4, 2, "N");
    put(&f, "u.");
    keys(&f, "ba");
    storage(&f, 4, numbers, sizeof(numbers));
    storage(&f, 2, doubles, sizeof(doubles));
    return f;
}

static void test_reads(void **state)
{
    struct evk_str f = two_storages();

    (void)state;
    reads(&f);
    assert_int_equal(torch.count, 3);
    is_tensor(0, "again", 2, numbers);
    is_tensor(1, "v", 2, (const float[]){5, 6});
    is_tensor(2, "w", 4, numbers);
}

/* A storage that is a part of another one begins at an offset. */
static void test_parts(void **state)
{
    struct evk_str f = EVK_STR_INIT;

    (void)state;
    head(&f, 1001);
    put_begin(&f, 2);
    put(&f, "}(");
    tensor(&f, "part", "FloatStorage", "b", 4, 2, "(K\x07K\x01K\x02t");
    tensor(&f, "w", "FloatStorage", "b", 4, 4, "N");
    put(&f, "u.");
    keys(&f, "b");
    storage(&f, 4, numbers, sizeof(numbers));
    reads(&f);
    is_tensor(0, "part", 2, numbers + 1);
    is_tensor(1, "w", 4, numbers);
    head(&f, 1001);
    put_begin(&f, 2);
    put(&f, "}(");
    tensor(&f, "part", "FloatStorage", "b", 4, 2, "(K\x07K\x03K\x02t");
    put(&f, "u.");
    keys(&f, "b");
    storage(&f, 4, numbers, sizeof(numbers));
    fails(EVK_EFORMAT, "its storage has 16 bytes, expected 5 numbers of 4", &f);
}

/* One tensor "w" of the storage "b", and a list of keys and storages that the caller writes. */
static struct evk_str one_tensor(const char *class)
{
    struct evk_str f = EVK_STR_INIT;

    head(&f, 1001);
    put_begin(&f, 2);
    put(&f, "}(");
    tensor(&f, "w", class, "b", 4, 4, "N");
    put(&f, "u.");
    return f;
}

static void test_refused(void **state)
{
    static const uint64_t huge[] = {5, (uint64_t)1 << 62, UINT64_MAX, (uint64_t)1 << 63};
    struct evk_str f = EVK_STR_INIT;
    char key[130] = "";

    (void)state;
    head(&f, 1002);
    fails(EVK_EUNSUPPORTED, "of an unknown version, expected 1001", &f);
    for (size_t i = 0; i < sizeof(huge) / sizeof(huge[0]); i++) {
        f = one_tensor("FloatStorage");
        keys(&f, "b");
        storage(&f, (int64_t)huge[i], numbers, sizeof(numbers));
        fails(EVK_EFORMAT, "within a storage of", &f);
    }
    f = one_tensor("FloatStorage");
    keys(&f, "b");
    put(&f, "1234567");
    fails(EVK_EFORMAT, "before the last of its storages", &f);
    f = one_tensor("FloatStorage");
    keys(&f, "b");
    storage(&f, 4, numbers, sizeof(numbers));
    put(&f, "more");
    fails(EVK_EFORMAT, "has 4 bytes behind the last", &f);
    f = one_tensor("FloatStorage");
    keys(&f, "b");
    storage(&f, 3, numbers, 12);
    fails(EVK_EFORMAT, "w: its storage has 12 bytes, expected 4 numbers of 4", &f);
    f = one_tensor("FloatStorage");
    keys(&f, "bb");
    storage(&f, 4, numbers, sizeof(numbers));
    fails(EVK_EFORMAT, "lists a storage twice", &f);
    f = one_tensor("FloatStorage");
    keys(&f, "c");
    fails(EVK_EFORMAT, "none of its tensors has", &f);
    f = one_tensor("FloatStorage");
    keys(&f, "");
    fails(EVK_EFORMAT, "has no storage b, which should hold", &f);
    f = one_tensor("FloatStorage");
    put_begin(&f, 2);
    put(&f, "}.");
    fails(EVK_EFORMAT, "has a dictionary instead of a list of storages", &f);
    head(&f, 1001); /* a key that is too long */
    put_begin(&f, 2);
    put(&f, "}(");
    memset(key, 'b', sizeof(key) - 1);
    tensor(&f, "w", "FloatStorage", key, 4, 4, "N");
    put(&f, "u.");
    keys(&f, "");
    fails(EVK_EFORMAT, "w: is a view of something that is not a storage of numbers", &f);
    f = one_tensor("NewStorage");
    keys(&f, "b");
    fails(EVK_EFORMAT, "none of its tensors has", &f);
}

static void test_two_types(void **state)
{
    struct evk_str f = EVK_STR_INIT;

    (void)state;
    head(&f, 1001);
    put_begin(&f, 2);
    put(&f, "}(");
    tensor(&f, "w", "FloatStorage", "b", 4, 4, "N");
    tensor(&f, "v", "DoubleStorage", "b", 2, 2, "N");
    put(&f, "u.");
    keys(&f, "b");
    storage(&f, 4, numbers, sizeof(numbers));
    fails(EVK_EFORMAT, "has a storage of two types of numbers", &f);
}

/* Protocol 0: lines of text, and persistent ids that are texts. */
static void test_texts(void **state)
{
    static const struct {
        const char *id;
        bool right;
    } list[] = {
        {"('storage', <class 'torch.FloatStorage'>, 'b', 'cuda:0', 4, None)", true},
        {"('storage', <class 'torch.FloatStorage'>, 'b', 'cpu', 4)", true},
        {"('storage', <class 'torch.FloatStorage'>, 'b', 'cpu', 4", false},
        {"('storage', <class 'torch.FloatStorage'>, 'b', 'cpu', 4, 7)", false},
        {"('storage', <class 'torch.FloatStorage'>, 'b', 'cpu', 99999999999999999999)", false},
        {"('storage', <class 'torch.FloatStorage'>, 'b', 'cpu', )", false},
        {"('storage', <class 'torch.FloatStorage'>, 'b", false},
        {"('storage', <class 'torch.Size'>, 'b', 'cpu', 4)", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        struct evk_str f = EVK_STR_INIT;

        put(&f,
            "L119547037146038801333356L\n.I1001\n.(d.(dVw\nctorch._utils\n_rebuild_tensor_v2\n(P");
        put(&f, list[i].id);
        put(&f, "\nI1\n(I3\nt(I1\ntI00\nNtRs.(lVb\na.");
        storage(&f, 4, numbers, sizeof(numbers));
        if (list[i].right) {
            reads(&f);
            is_tensor(0, "w", 3, numbers + 1);
        } else {
            assert_true(torch_copy_read(&torch, f.data, f.size, NULL) == EVK_EFORMAT);
            evk_str_release(&f);
        }
    }
}

static void test_tar(void **state)
{
    char block[512] = "sys_info";

    (void)state;
    assert_false(evk_torch_probe(block, sizeof(block)));
    memcpy(block + 257, "ustar", 5);
    assert_true(evk_torch_probe(block, sizeof(block)));
    assert_fails(EVK_EUNSUPPORTED, "of a version before 0.2",
                 torch_copy_read(&torch, block, sizeof(block), err));
    memcpy(block, "README\0\0", 8);
    assert_false(evk_torch_probe(block, sizeof(block)));
}

/* Cut off anywhere, or changed anywhere: an error or other numbers, and nothing worse. */
static void test_damage(void **state)
{
    static const unsigned char masks[] = {1, 2, 0x10, 0x40, 0x80, 0xff};
    struct evk_str f = two_storages();

    (void)state;
    for (size_t n = 0; n < f.size; n++)
        assert_true(torch_copy_read(&torch, f.data, n, NULL) != EVK_OK);
    for (size_t i = 0; i < f.size; i++)
        for (size_t m = 0; m < sizeof(masks); m++) {
            evk_status s;

            f.data[i] = (char)(f.data[i] ^ masks[m]);
            s = torch_copy_read(&torch, f.data, f.size, NULL);
            assert_true(s == EVK_OK || s == EVK_EFORMAT || s == EVK_EUNSUPPORTED);
            f.data[i] = (char)(f.data[i] ^ masks[m]);
        }
    assert_ok(torch_copy_read(&torch, f.data, f.size, err));
    evk_str_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),   cmocka_unit_test(test_parts),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_two_types),
        cmocka_unit_test(test_texts),   cmocka_unit_test(test_tar),
        cmocka_unit_test(test_damage),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);

    evk_tensors_release(&torch);
    return failed;
}
