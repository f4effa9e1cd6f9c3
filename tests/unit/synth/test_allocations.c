/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_allocations.c - once it climbs, an ascent allocates nothing */
#include "../../harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <evoke/evoke.h>

#include "../../harness/allocations.h"
#include "../../harness/keras_file.h"
#include "../../harness/recipe.h"
#include "synth/settings.h"

enum { H = 12, W = 13, C = 3, N = H * W * C, FIRST = 1, LAST = FIRST + 10 };

/* The kinds of layer that models of neurons are made of. */
static evk_model *model(void)
{
    char *folder = scratch_folder("allocations"), path[256];
    const int64_t six = 6, two = 2;
    struct keras_file k;
    uint64_t seed = 3;
    evk_model *m;

    keras_init(&k, NULL);
    keras_input(&k, "in", H, W, C);
    keras_layer(&k, "Conv2D", "conv",
                "'filters':6,'kernel_size':3,'padding':'same','activation':'relu'", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){3, 3, C, 6});
    keras_random(&k, &seed, 1, &six);
    keras_layer(&k, "DepthwiseConv2D", "depth", "'kernel_size':5,'padding':'same'", NULL);
    keras_random(&k, &seed, 4, (const int64_t[]){5, 5, 6, 1});
    keras_random(&k, &seed, 1, &six);
    keras_layer(&k, "Add", "add", "", "depth,conv");
    keras_layer(&k, "BatchNormalization", "norm", "'scale':false,'center':false", NULL);
    keras_random(&k, &seed, 1, &six);
    memcpy(keras_array(&k, 1, &six), (const float[]){1, 2, 3, 4, 5, 6}, 6 * sizeof(float));
    keras_layer(&k, "MaxPooling2D", "max", "'pool_size':2", NULL);
    keras_layer(&k, "Flatten", "flat", "", NULL);
    keras_layer(&k, "Dense", "dense", "'units':2", NULL);
    keras_random(&k, &seed, 2, (const int64_t[]){(H / 2) * (W / 2) * 6, 2});
    keras_random(&k, &seed, 1, &two);
    snprintf(path, sizeof(path), "%s/model.keras", folder);
    keras_save(&k, path, "dense");
    keras_release(&k);
    assert_ok(evk_model_open(&m, path, NULL, err));
    free(folder);
    return m;
}

struct counts {
    long first, last;
    bool leak; /* allocate on the way, to see that it is seen */
};

static bool step(void *arg, const evk_step *now)
{
    struct counts *c = arg;

    if (now->step == FIRST)
        c->first = allocations();
    if (now->step == LAST)
        c->last = allocations();
    if (c->leak && now->step == FIRST + 5) {
        void *volatile p = malloc(1);

        free(p);
    }
    return true;
}

static long climb(evk_session *s, const evk_recipe *r, bool leak)
{
    static float image[N];
    struct counts c = {-1, -1, leak};
    const evk_watch watch = {step, &c, false};
    evk_ascent out;

    allocations(); /* the first call allocates */
    assert_ok(evk_synthesize(s, r, 0, NULL, &watch, image, &out, err));
    assert_true(c.first >= 0 && c.last >= 0);
    return c.last - c.first;
}

static void test_nothing(void **state)
{
    evk_model *m = model();
    evk_session *s;

    (void)state;
    assert_ok(evk_session_new_for(&s, m, 1, err));
    for (int kind = 0; kind < 16; kind++) {
        evk_recipe r = kind / 8 ? evk_recipe_default() : published_recipe();

        r.steps = LAST + 3;
        r.image_blur_every = 3; /* three blurs on the way */
        r.minimize = kind % 2;
        r.grayscale = kind / 2 % 2;
        if (kind / 4 % 2)
            r.gradient_blur = r.image_blur = 0;
        assert_int_equal(climb(s, &r, false), 0);
        assert_int_equal(climb(s, &r, true), 2);
    }
    evk_session_free(s);
    evk_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
