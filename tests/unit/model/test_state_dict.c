/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_state_dict.c - which network a state dictionary is: prefixes of names, tensors beside the
 * network, cores that no card describes, and the containers that hold the tensors
 */
#include "../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/dict.h"
#include "../../harness/pickle_file.h"
#include "../../harness/state_file.h"
#include "base/fs.h"
#include "model/card.h"
#include "model/core/options.h"
#include "model/load.h"
#include "model/model.h"

enum { SIDE = 7, NEURONS = 2, NAME = 120 };

static const struct oracle_window valid3 = {3, 3, 1, 1, 1, 1, 0, 0, 0, 0};

static struct dict core;
static char *folder;
static float image[SIDE * SIDE];

static int set_up(void **state)
{
    struct map x = map_new(SIDE, SIDE, 1), y;

    (void)state;
    folder = scratch_folder("state-dict");
    core.seed = 5;
    dict_conv(&core, "core.features.layer0.conv", &x, &valid3, 2, true);
    dict_norm(&core, "core.features.layer0.norm", &x);
    y = dict_gaussian(&core, "mouse1", &x, NEURONS, NULL);
    dict_sort(&core);
    map_release(&x);
    map_release(&y);
    for (int i = 0; i < SIDE * SIDE; i++)
        image[i] = random_float(&core.seed);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    dict_release(&core);
    free(folder);
    return 0;
}

/* ---- files ------------------------------------------------------------------------------ */

static const char *write_file(const char *name, const void *data, size_t size)
{
    const char *path = path_in(folder, name);

    assert_ok(evk_fs_write(path, data, size, err));
    return path;
}

static void add_all(struct torch_file *t, const char *prefix)
{
    char name[NAME];

    for (int i = 0; i < core.count; i++) {
        snprintf(name, sizeof(name), "%s%s", prefix, core.tensors[i].name);
        torch_floats(t, name, &core.tensors[i].values);
    }
}

static void add_one(struct torch_file *t, const char *name)
{
    torch_floats(t, name, &core.tensors[0].values);
}

static const char *end_torch(struct torch_file *t)
{
    struct evk_bytes file;
    const char *path;

    torch_end(t);
    file = torch_bytes(t);
    path = write_file("a.ckpt", file.data, file.size);
    evk_bytes_release(&file);
    torch_release(t);
    return path;
}

static const char *write_str(const char *name, struct evk_str file)
{
    const char *path = write_file(name, file.data, file.size);

    evk_str_release(&file);
    return path;
}

/* Write the core as a safetensors file, whose header is padded to at least `least` bytes. */
static const char *write_safetensors(const char *prefix, size_t least)
{
    return write_str("a.safetensors", safetensors_bytes(core.tensors, core.count, prefix, least));
}

/* ---- opening ---------------------------------------------------------------------------- */

static evk_status open_core(evk_model **out, const char *path, evk_error *err)
{
    const struct evk_load_options o = {
        .height = SIDE, .width = SIDE, .core = &evk_core_options_default};

    return evk_model_open_with(out, path, &o, err);
}

/* Open a core, and compute its responses; the note on what was passed over has this text. */
static void respond(const char *path, const char *format, const char *passed, float out[NEURONS])
{
    evk_session *session = NULL;
    evk_model_note note;
    evk_model *m = NULL;
    bool found = false;

    assert_ok(open_core(&m, path, err));
    assert_string_equal(evk_model_describe(m)->format, format);
    assert_int_equal(m->outputs, NEURONS);
    for (size_t i = 0; evk_model_noted(m, i, &note); i++)
        found =
            found || (passed && strcmp(note.what, "passed over") == 0 && strstr(note.text, passed));
    assert_true(found == (passed != NULL));
    assert_ok(evk_session_new(&session, m, err));
    evk_session_predict(session, image, out);
    evk_session_free(session);
    evk_model_free(m);
}

static void refused(const char *text, const char *path)
{
    evk_model *m = NULL;

    assert_fails(EVK_EUNSUPPORTED, text, open_core(&m, path, err));
    assert_null(m);
}

/* Names may stand behind those of any modules, and losses beside them. */
static void test_prefixes(void **state)
{
    static const char *const prefixes[] = {"",           "model.",
                                           "net.",       "module.",
                                           "_orig_mod.", "module._orig_mod.model.",
                                           "model.net.", "module.lab.encoder."};
    float first[NEURONS], again[NEURONS];

    (void)state;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        struct torch_file t;

        torch_begin(&t, "archive/", 2);
        add_all(&t, prefixes[i]);
        respond(end_torch(&t), "torch", NULL, i ? again : first);
        if (i)
            assert_memory_equal(again, first, sizeof(first));
        respond(write_safetensors(prefixes[i], 0), "safetensors", NULL, again);
        assert_memory_equal(again, first, sizeof(first));
        respond(write_str("a.th", legacy_torch_bytes(core.tensors, core.count, prefixes[i])),
                "torch", NULL, again);
        assert_memory_equal(again, first, sizeof(first));
    }
}

static void test_training(void **state)
{
    float first[NEURONS], again[NEURONS];
    struct torch_file t;

    (void)state;
    torch_begin(&t, "archive/", 2);
    add_all(&t, "");
    respond(end_torch(&t), "torch", NULL, first);
    torch_begin(&t, "archive/", 2);
    add_all(&t, "model.");
    add_one(&t, "loss_fn.weight");
    respond(end_torch(&t), "torch",
            "1 tensor of losses, measures or averages of training: loss_fn.weight", again);
    assert_memory_equal(again, first, sizeof(first));
    torch_begin(&t, "archive/", 2);
    add_all(&t, "module.");
    add_one(&t, "module.criterion.weight");
    add_one(&t, "module.val_metrics.sum");
    respond(end_torch(&t), "torch", "2 tensors of losses, measures", again);
    assert_memory_equal(again, first, sizeof(first));
}

/* Copies of the network with averaged weights are passed over, and what counts them. */
static void test_averages(void **state)
{
    static const struct {
        const char *network, *copy, *counter;
    } list[] = {
        {"model.", "ema.", "ema.decay"},
        {"model.", "ema_model.module.", "ema_model.num_updates"},
        {"", "model_ema.", "num_updates"},
        {"module.", "module.average_model.", "module.n_averaged"},
        {"_orig_mod.model.", "averaged_model.module.", "decay"},
        {"net.", "swa_model.", "n_averaged"},
        {"model.", "val_corr.", "test_r2.sum"},
        {"module.", NULL, "n_averaged"}, /* torch.optim.swa_utils.AveragedModel */
    };
    const int64_t none[1] = {0};
    float first[NEURONS], again[NEURONS];
    struct evk_tensor count;
    struct torch_file t;

    (void)state;
    assert_ok(evk_tensor_new(&count, 0, none, err));
    respond(write_safetensors("", 0), "safetensors", NULL, first);
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        torch_begin(&t, "archive/", 2);
        if (list[i].copy)
            add_all(&t, list[i].copy);
        torch_floats(&t, list[i].counter, &count);
        add_all(&t, list[i].network);
        respond(end_torch(&t), "torch", "averages of training", again);
        assert_memory_equal(again, first, sizeof(first));
    }
    evk_tensor_release(&count);
    respond(write_safetensors("ema.", 0), "safetensors", NULL, again); /* nothing else is there */
    assert_memory_equal(again, first, sizeof(first));
    torch_begin(&t, "archive/", 2);
    add_all(&t, "");
    torch_floats(&t, "decay", &core.tensors[0].values); /* of many values, and so no counter */
    refused("has a tensor decay, which may change responses", end_torch(&t));
}

/* Has the model a note of this name and text? */
static bool is_noted(const evk_model *m, const char *what, const char *text)
{
    evk_model_note note;

    for (size_t i = 0; evk_model_noted(m, i, &note); i++)
        if (strcmp(note.what, what) == 0 && strcmp(note.text, text) == 0)
            return true;
    return false;
}

static void add_dictionary(struct torch_file *t, const char *key)
{
    put_text(&t->pickle, key);
    put(&t->pickle, "}(");
    add_all(t, "");
    put(&t->pickle, "u");
}

/* Notes say which of several state dictionaries a checkpoint's network is of. */
static void test_checkpoint(void **state)
{
    evk_model *m = NULL;
    struct torch_file t;

    (void)state;
    torch_begin(&t, "archive/", 2);
    add_dictionary(&t, "best");
    add_dictionary(&t, "model_state_dict");
    assert_ok(open_core(&m, end_torch(&t), err));
    assert_true(is_noted(m, "recognised",
                         "a PyTorch state dictionary, 'model_state_dict' of the checkpoint, of a "
                         "core with readouts"));
    assert_true(is_noted(m, "passed over", "other state dictionaries of the checkpoint: 'best'"));
    evk_model_free(m);
    torch_begin(&t, "archive/", 2);
    add_all(&t, "");
    assert_ok(open_core(&m, end_torch(&t), err));
    assert_true(is_noted(m, "recognised", "a PyTorch state dictionary of a core with readouts"));
    evk_model_free(m);
    torch_begin(&t, "archive/", 2);
    put_text(&t.pickle, "fold0");
    put(&t.pickle, "}(");
    add_one(&t, "encoder.weight");
    put(&t.pickle, "u");
    refused("is a PyTorch state dictionary, 'fold0' of the checkpoint, which has the weights of",
            end_torch(&t));
}

/* What stands beside a core may change what it computes. */
static void test_beside(void **state)
{
    struct torch_file t;

    (void)state;
    torch_begin(&t, "archive/", 2);
    add_all(&t, "model.");
    add_one(&t, "scale");
    refused("its core stands behind 'model.', and beside it is scale, which may change responses",
            end_torch(&t));
    torch_begin(&t, "archive/", 2);
    add_all(&t, "members.0.");
    add_all(&t, "members.1.");
    refused("its core stands behind 'members.0.', and beside it is members.1.", end_torch(&t));
    torch_begin(&t, "archive/", 2);
    add_all(&t, "");
    add_one(&t, "loss"); /* no module of losses, but a tensor */
    refused("has a tensor loss, which may change responses", end_torch(&t));
}

/* Cores of other labs, by the names of their tensors. */
static void test_misfits(void **state)
{
    static const struct {
        const char *names[4], *text;
    } list[] = {
        {{"core.features.layer0.hermite_conv.coeffs", "core.features.layer0.norm.weight",
          "readout.all_sessions._mu", NULL},
         "its core is rotation-equivariant (core.features.layer0.hermite_conv.coeffs), which a "
         "card cannot describe"},
        {{"features.layer0.hermite_conv.rotate_hermite.H", NULL}, "rotation-equivariant"},
        {{"core.features.layer0.conv.weight", "readout.Wc", "readout.Wx", NULL},
         "its readout, that of a minimodel, has readout.Wc, which a card cannot describe"},
        {{"core.features.layer0.conv.weight", "readout.linear.A", NULL},
         "its readout has readout.linear.A, which a card cannot"},
        {{"core.features.layer0.conv.weight", "core.features.layer0.scale.scale",
          "readout.a.features", NULL},
         "its core has core.features.layer0.scale.scale, which a card cannot"},
        {{"core.features.layer0.conv.weight", "core.gru.weight", "readout.a.features", NULL},
         "its core has core.gru.weight, which a card cannot"},
        {{"core.features.layer0.conv.weight", NULL}, "it has a core, but no readout"},
        {{"mycore.features.layer0.conv.weight", "readout.a.features", NULL},
         "there is neither layer0_conv.weight (a compact model) nor core.features.layer0"},
        {{"encoder.weight", NULL}, "is a PyTorch state dictionary, which has the weights of"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        struct torch_file t;

        torch_begin(&t, "archive/", 2);
        for (int k = 0; list[i].names[k]; k++)
            add_one(&t, list[i].names[k]);
        refused(list[i].text, end_torch(&t));
    }
}

/* A core of videos is told that no card describes it, and not to write one. */
static void test_time(void **state)
{
    const int64_t dim[5] = {2, 1, 3, 3, 3};
    struct evk_tensor kernel;
    struct torch_file t;

    (void)state;
    assert_ok(evk_tensor_new(&kernel, 5, dim, err));
    torch_begin(&t, "archive/", 2);
    torch_floats(&t, "model.core.features.layer0.conv.weight", &kernel);
    add_one(&t, "model.readout.a.features");
    refused(
        "its core reads videos (model.core.features.layer0.conv.weight has 5 axes, of which one "
        "is time), which a card cannot describe",
        end_torch(&t));
    evk_tensor_release(&kernel);
}

/* The line for ONNX has the number of channels that the kernels tell, or letters. */
static void test_channels(void **state)
{
    static const struct {
        struct {
            int axes;
            int64_t dim[5];
        } arrays[4];
        const char *text;
    } list[] = {
        {{{4, {8, 3, 7, 7}}, {4, {8, 8, 3, 3}}}, "zeros(1, 3, H, W)"},
        {{{4, {8, 1, 7, 7}}, {4, {8, 8, 3, 3}}}, "zeros(1, 1, H, W)"},
        {{{4, {8, 2, 7, 7}}, {4, {8, 8, 3, 3}}}, "zeros(1, 2, H, W)"},
        {{{4, {8, 8, 3, 3}}, {4, {8, 2, 7, 7}}}, "zeros(1, C, H, W)"},
        {{{4, {8, 1, 7, 7}}, {4, {8, 3, 4, 4}}}, "zeros(1, 3, H, W)"}, /* depthwise first */
        {{{4, {8, 1, 7, 7}}, {4, {8, 1, 3, 3}}}, "zeros(1, C, H, W)"},
        {{{4, {8, 1, 1, 1}}, {4, {8, 3, 3, 3}}}, "zeros(1, 3, H, W)"}, /* weight_g */
        {{{4, {8, 1, 1, 1}}, {4, {8, 8, 3, 3}}}, "zeros(1, C, H, W)"},
        {{{4, {1, 5, 1, 2}}, {2, {5, 7}}}, "zeros(1, C, H, W)"}, /* positions of readouts */
        {{{3, {8, 4, 9}}, {2, {3, 8}}}, "zeros(1, C, H, W)"},
        {{{5, {8, 1, 5, 9, 9}}, {2, {3, 8}}}, "zeros(1, C, H, W)"},
        {{{2, {16, 784}}, {1, {16}}, {2, {1, 16}}}, "zeros(1, 784), "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        struct torch_file t;

        torch_begin(&t, "archive/", 2);
        for (int k = 0; list[i].arrays[k].axes; k++) {
            struct evk_tensor values;
            char name[NAME];

            snprintf(name, sizeof(name), "layer%d.weight", k);
            assert_ok(evk_tensor_new(&values, list[i].arrays[k].axes, list[i].arrays[k].dim, err));
            torch_floats(&t, name, &values);
            evk_tensor_release(&values);
        }
        refused(list[i].text, end_torch(&t));
    }
}

/* A header of 0x7b20 bytes begins with a space and a brace, as a model card may. */
static void test_not_a_card(void **state)
{
    evk_model *m = NULL;
    float out[NEURONS];

    (void)state;
    respond(write_safetensors("", 0x7b20), "safetensors", NULL, out);
    respond(write_safetensors("", 0x7b7b), "safetensors", NULL, out);
    assert_false(evk_is_card((const unsigned char *)" {\0\0\0\0\0\0{}", 10));
    assert_true(evk_is_card((const unsigned char *)"{\"card\": 1}", 11));
    assert_true(evk_is_card((const unsigned char *)"\n {}", 4));
    assert_fails(EVK_EUNSUPPORTED, "expected a model card",
                 evk_model_open(&m, path_in(folder, "a.safetensors"), NULL, err));
}

/* A card has weights in any container. */
static void test_card(void **state)
{
    static const char card[] =
        "{\"card\": 1, \"input\": {\"height\": 7, \"width\": 7}, \"weights\": \"a.safetensors\"}";
    evk_model *m = NULL;

    (void)state;
    write_safetensors("model.", 0);
    assert_ok(evk_model_open(&m, write_file("card.json", card, strlen(card)), NULL, err));
    assert_int_equal(m->outputs, NEURONS);
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prefixes),   cmocka_unit_test(test_training),
        cmocka_unit_test(test_beside),     cmocka_unit_test(test_checkpoint),
        cmocka_unit_test(test_averages),   cmocka_unit_test(test_misfits),
        cmocka_unit_test(test_channels),   cmocka_unit_test(test_time),
        cmocka_unit_test(test_not_a_card), cmocka_unit_test(test_card),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
