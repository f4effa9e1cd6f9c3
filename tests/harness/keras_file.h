/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * keras_file.h - Keras 3 archives for tests
 *
 *     keras_init(&k, NULL);
 *     keras_input(&k, "in", 8, 8, 3);
 *     keras_layer(&k, "Conv2D", "conv", "'filters':4,'kernel_size':[3,3]", NULL);
 *     keras_random(&k, &seed, 4, (const int64_t[]){3, 3, 3, 4});
 *     keras_random(&k, &seed, 1, (const int64_t[]){4});
 *     keras_layer(&k, "Add", "sum", "", "conv,in");
 *     keras_save(&k, path, "sum");
 *     keras_release(&k);
 *
 * Nothing is checked, so that tests can also write archives that Keras never would.  Any failure in
 * these functions fails the test.
 */
#ifndef EVK_TESTS_KERAS_FILE_H
#define EVK_TESTS_KERAS_FILE_H

#include "base/fs.h"
#include "base/str.h"
#include "format/hdf5.h"

/*
 * Details of the file format in which versions of Keras 3 differ.  All false: Keras 3.1, which
 * wrote the published models.
 */
struct keras_style {
    bool policy_dtype;   /* "dtype" is an object, DTypePolicy, not a string */
    bool flat_ends;      /* "output_layers" is ["out",0,0], not [["out",0,0]]; so is the input */
    bool groups_by_name; /* weights are under the layer's name, not its class and a counter */
};

struct keras_file {
    struct keras_style style;
    struct evk_str layers;     /* JSON, without the brackets */
    struct evk_names names;    /* of the layers so far */
    struct evk_names groups;   /* stems of their weight groups, "conv2d" */
    struct evk_names inputs;   /* names of the input layers */
    struct evk_names paths;    /* of the arrays */
    struct evk_tensor *arrays; /* (paths.count) */
    int vars;                  /* how many arrays the layer added last has */
};

/* style may be NULL. */
void keras_init(struct keras_file *k, const struct keras_style *style);
void keras_release(struct keras_file *k);

/* Add an input layer; a size of 0 is written as null, which leaves it open. */
void keras_input(struct keras_file *k, const char *name, int64_t height, int64_t width,
                 int64_t channels);

/*
 * Add a layer.  config: the fields of its own configuration, JSON in which ' stands for ".  from:
 * the names of the layers that it reads, "a,b"; NULL: the layer added before it.
 */
void keras_layer(struct keras_file *k, const char *class, const char *name, const char *config,
                 const char *from);

/*
 * Returns the next array of the layer added last, zeros to fill in; it is valid until
 * keras_release.
 */
float *keras_array(struct keras_file *k, int axes, const int64_t *dim);
/* Returns the next array of the layer added last, filled with numbers uniform in [-1, 1). */
float *keras_random(struct keras_file *k, uint64_t *state, int axes, const int64_t *dim);

/* The config.json of a Functional model with these outputs, "a,b"; release it. */
struct evk_str keras_config(const struct keras_file *k, const char *outputs);
/* Write the archive. */
void keras_save(const struct keras_file *k, const char *path, const char *outputs);

/* Write an archive of any config.json and any arrays. */
void keras_write(const char *path, const char *config, const struct evk_hdf5_dataset *arrays,
                 size_t count);

#endif /* EVK_TESTS_KERAS_FILE_H */
