/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seeds_keras.c - Keras archives, the config.json in them, and their weights */
#include <string.h>

#include "../harness/test.h"
#include "format/hdf5.h"
#include "format/zip.h"
#include "sample.h"
#include "seeds.h"

static void write_archive(const char *name, const struct evk_zip_entry *entries, size_t count)
{
    struct evk_bytes archive;

    assert_ok(evk_zip_write(&archive, entries, count, err));
    seed_write("keras_zip", name, archive.data, archive.size);
    evk_bytes_release(&archive);
}

/* A network that needs no weights. */
static void write_small(void)
{
    static const char config[] =
        "{\"class_name\": \"Sequential\", \"config\": {\"layers\": ["
        "{\"class_name\": \"InputLayer\", \"config\": {\"batch_shape\": [null, 4, 5, 3], "
        "\"dtype\": \"float32\", \"name\": \"in\"}}, "
        "{\"class_name\": \"ZeroPadding2D\", \"config\": {\"name\": \"pad\", \"padding\": 1}}, "
        "{\"class_name\": \"Flatten\", \"config\": {\"name\": \"flat\"}}]}}";
    const float one = 1;
    const struct evk_tensor scalar = {.axes = 0, .data = (float[]){one}};
    const struct evk_hdf5_dataset dataset = {"/x", &scalar};
    struct evk_bytes weights;

    assert_ok(evk_hdf5_write(&weights, &dataset, 1, err));
    seed_write("keras_config", "sequential.json", config, sizeof(config) - 1);
    seed_write("keras_h5", "scalar.h5", weights.data, weights.size);
    {
        const struct evk_zip_entry entries[] = {
            {"config.json", config, sizeof(config) - 1},
            {"model.weights.h5", weights.data, weights.size},
        };

        write_archive("small.keras", entries, 2);
    }
    evk_bytes_release(&weights);
}

void seeds_keras(void)
{
    struct sample s;

    sample_make(&s);
    seed_write("keras_config", "every_class.json", s.config.data, s.config.size);
    seed_write("keras_h5", "every_class.h5", s.weights.data, s.weights.size);
    {
        const struct evk_zip_entry entries[] = {
            {"metadata.json", "{}", 2},
            {"config.json", s.config.data, s.config.size},
            {"model.weights.h5", s.weights.data, s.weights.size},
        };

        write_archive("every_class.keras", entries, 3);
    }
    sample_release(&s);
    write_small();
}
