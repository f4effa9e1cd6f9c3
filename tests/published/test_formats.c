/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_formats.c - eight neurons in three formats: .npy responds as .keras does, to the last bit,
 * .pt as PyTorch does; other labs' files are read, and refused for what they are
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../harness/published.h"
#include "base/fs.h"
#include "base/json.h"
#include "format/torch.h"

enum { SIDE = 112, VALUES = SIDE * SIDE * 3, NEURONS = 8, IMAGES = 5, STEP = 97 };

static const char *const stems[NEURONS] = {
    "190923_neuron0", "190923_neuron7",  "190923_neuron20", "201025_neuron2",
    "201025_neuron4", "201025_neuron10", "201025_neuron40", "201025_neuron63",
};

static float image[VALUES];

static evk_model *open_as(const char *folder, const char *stem, const char *ending,
                          const evk_model_options *options)
{
    evk_model *m = NULL;

    assert_ok(evk_model_open(
        &m, published_path("compact/%s/compact_model_%s.%s", folder, stem, ending), options, err));
    return m;
}

static float respond(evk_model *m)
{
    evk_session *s = NULL;
    float response;

    assert_ok(evk_session_new(&s, m, err));
    evk_session_predict(s, image, &response);
    evk_session_free(s);
    return response;
}

static void same_bits(void **state)
{
    evk_image_list *list[2] = {open_images("190923"), open_images("201025")};

    (void)state;
    for (int n = 0; n < NEURONS; n++) {
        evk_model *keras = open_as("keras", stems[n], "keras", NULL);
        evk_model *numpy = open_as("npy", stems[n], "npy", NULL);

        assert_string_equal(evk_model_describe(numpy)->format, "numpy");
        assert_int_equal(evk_model_describe(numpy)->preprocessing, EVK_PREPROCESSING_PUBLISHED);
        assert_int_equal(evk_model_describe(numpy)->parameters,
                         evk_model_describe(keras)->parameters);
        for (size_t i = 0; i < IMAGES; i++) {
            evk_image *shown = NULL;
            float a, b;

            assert_ok(evk_image_list_read(list[n % 2], 40 * i, &shown, err));
            assert_int_equal(shown->height * shown->width * shown->channels, VALUES);
            memcpy(image, shown->values, sizeof(image));
            evk_image_free(shown);
            a = respond(keras);
            b = respond(numpy);
            assert_memory_equal(&a, &b, sizeof(a));
        }
        evk_model_free(numpy);
        evk_model_free(keras);
    }
    evk_image_list_free(list[0]);
    evk_image_list_free(list[1]);
}

/* "v4_formula_input" of formula_inputs.json */
static void fill(void)
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            for (int c = 0; c < 3; c++)
                image[(y * SIDE + x) * 3 + c] =
                    (float)(60 * sin(0.11 * (x + 1) * (c + 1)) * cos(0.07 * (y + 1)) + 10 * c);
}

static void formula_inputs(void **state)
{
    static const char *const ways[][3] = {
        {"keras", "keras", "keras"}, {"npy", "npy", "keras"}, {"torch", "pt", "pt"}};
    const evk_model_options raw = {.mean_count = 1,
                                   .mean = (const double[]){0},
                                   .scale_count = 1,
                                   .scale = (const double[]){1}};
    struct evk_bytes file = {NULL, 0};
    evk_json *root = NULL;

    (void)state;
    assert_ok(evk_fs_read(&file, published_path("expected/formula_inputs.json"), 1 << 24, err));
    assert_ok(evk_json_parse(&root, file.data, file.size, err));
    fill();
    for (int w = 0; w < 3; w++) {
        double worst = 0, other = 0;

        for (int n = 0; n < NEURONS; n++) {
            evk_model *m = open_as(ways[w][0], stems[n], ways[w][1], &raw);
            const double got = (double)respond(m);
            const evk_json *wanted;
            char key[64];
            double keras, pt, want;

            snprintf(key, sizeof(key), "compact_model_%s", stems[n]);
            wanted = evk_json_get(evk_json_get(root, "v4"), key);
            assert_true(evk_json_real(evk_json_get(wanted, "keras"), &keras));
            assert_true(evk_json_real(evk_json_get(wanted, "pt"), &pt));
            want = ways[w][2][0] == 'k' ? keras : pt;
            worst = fmax(worst, fabs(got - want) / fabs(want));
            other = fmax(other, fabs(got - keras - pt + want) / fabs(want));
            evk_model_free(m);
        }
        printf("%s: largest relative difference %.2g, from the other framework %.2g\n", ways[w][1],
               worst, other);
        assert_true(worst <= 1e-5);
        assert_true(other > 1e-3); /* the two are not the same model */
    }
    evk_json_free(root);
    evk_bytes_release(&file);
}

/* Real files of other architectures: every tensor is read, and the sentence says what they are. */
static void other_labs(void **state)
{
    static const struct {
        const char *path;
        int64_t tensors;
        const char *text;
    } list[] = {
        {"macaque_v1/monkey_model3.pt", 127,
         "is a core with readouts for 32 data keys (3631896544452, 3632669014376, "},
        {"mouse_v1/sensorium_sota_model.pth", 39,
         "is a core with readouts for 1 data key (26872-17-20), which"},
        {"mouse_v1/sensorium_p_sota_model.pth", 45,
         "is a core with readouts for 1 data key (27204-5-13), which"},
        {"other/resnet20_cifar_legacy.th", 97,
         "is a PyTorch state dictionary, 'state_dict' of the checkpoint, which has"},
        {"other/whole_module_pickle", -1,
         "holds a whole model, or another object, of class "
         "'neuraldistributions.models.flowfa.FlowFA'"},
        {"judges/readouts.npz", -1, "is an archive of NumPy's arrays, which has the weights of a"},
        {"compact/nums_filters/compact_model_190923_neuron0.npy", -1, "NumPy file of one array, 5"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        struct evk_bytes file = {NULL, 0};
        struct evk_tensors t = {0};
        evk_error e = {EVK_OK, ""};
        evk_model *m = NULL;

        assert_true(evk_model_open(&m, published_path("%s", list[i].path), NULL, &e) != EVK_OK);
        if (!strstr(e.msg, list[i].text))
            fail_msg("'%s' has no '%s'", e.msg, list[i].text);
        if (list[i].tensors < 0)
            continue;
        assert_ok(evk_fs_read(&file, published_path("%s", list[i].path), 1 << 24, err));
        assert_ok(evk_torch_read(&t, file.data, file.size, err));
        assert_int_equal(t.count, list[i].tensors);
        for (int64_t k = 0; k < t.count; k++)
            assert_int_equal(evk_tensor_not_finite(&t.tensors[k].values), -1);
        evk_tensors_release(&t);
        evk_bytes_release(&file);
    }
}

/* A signature of all tensors that are read. */
static double signature(const struct evk_bytes *file, evk_status *s)
{
    struct evk_tensors t = {0};
    double sum = 0;

    *s = evk_torch_read(&t, file->data, file->size, NULL);
    for (int64_t i = 0; i < t.count; i++)
        for (int64_t k = 0; k < evk_tensor_count(&t.tensors[i].values); k++)
            sum += (double)t.tensors[i].values.data[k] * (double)((k + i) % 1009 + 1);
    evk_tensors_release(&t);
    return sum;
}

/* A real file, cut off or changed at every 97th byte: an error, or not a number is another. */
static void damaged(void **state)
{
    struct evk_bytes file = {NULL, 0};
    int read = 0, tried = 0;
    evk_status s;
    double whole;

    (void)state;
    assert_ok(evk_fs_read(&file, published_path("compact/torch/compact_model_190923_neuron7.pt"),
                          1 << 24, err));
    whole = signature(&file, &s);
    assert_int_equal(s, EVK_OK);
    for (size_t n = 0; n < file.size; n += STEP) {
        struct evk_bytes cut = {file.data, n};

        signature(&cut, &s);
        assert_true(s != EVK_OK);
    }
    for (size_t i = 0; i < file.size; i += STEP, tried++) {
        double sum;

        file.data[i] ^= 0xff;
        sum = signature(&file, &s);
        if (s == EVK_OK) {
            read++;
            assert_true(sum == whole);
        }
        file.data[i] ^= 0xff;
    }
    printf("%d of %d flips are in bytes that hold nothing\n", read, tried);
    evk_bytes_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bits),
        cmocka_unit_test(formula_inputs),
        cmocka_unit_test(other_labs),
        cmocka_unit_test(damaged),
    };

    published();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
