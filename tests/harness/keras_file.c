/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keras_file.c - Keras 3 archives for tests */
#include "keras_file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/zip.h"
#include "test.h"

static const char METADATA[] =
    "{\"keras_version\": \"3.1.1\", \"date_saved\": \"2025-02-18@12:53:23\"}";

void keras_init(struct keras_file *k, const struct keras_style *style)
{
    *k = (struct keras_file){.layers = EVK_STR_INIT};
    if (style)
        k->style = *style;
}

void keras_release(struct keras_file *k)
{
    for (size_t i = 0; i < k->paths.count; i++)
        evk_tensor_release(&k->arrays[i]);
    free(k->arrays);
    evk_names_release(&k->paths);
    evk_names_release(&k->inputs);
    evk_names_release(&k->groups);
    evk_names_release(&k->names);
    evk_str_release(&k->layers);
}

/* Append text, with double quotes instead of single ones. */
static void add_json(struct evk_str *s, const char *text)
{
    for (; *text; text++)
        evk_str_add(s, *text == '\'' ? "\"" : text, 1);
}

/* Split "a,b" into names. */
static struct evk_names split(const char *list)
{
    struct evk_names n = {NULL, 0};
    char name[128];

    while (*list) {
        const size_t length = strcspn(list, ",");

        snprintf(name, sizeof(name), "%.*s", (int)length, list);
        assert_ok(evk_names_add(&n, name, err));
        list += length + (list[length] == ',');
    }
    return n;
}

/*
 * Convert a class name by Keras's rule: "SeparableConv2D" to "separable_conv2d", "ReLU" to "re_lu".
 */
static void snake_case(char *out, size_t size, const char *class)
{
    size_t n = 0;

    for (size_t i = 0; class[i] && n + 2 < size; i++) {
        if (i > 0 && isupper((unsigned char)class[i]) &&
            (islower((unsigned char)class[i - 1]) || islower((unsigned char)class[i + 1])))
            out[n++] = '_';
        out[n++] = (char)tolower((unsigned char)class[i]);
    }
    out[n] = '\0';
}

static void add_tensor(struct evk_str *s, const char *layer)
{
    evk_str_printf(s,
                   "{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [null], "
                   "\"dtype\": \"float32\", \"keras_history\": [\"%s\", 0, 0]}}",
                   layer);
}

/*
 * A layer that reads one tensor has it as its argument; one that reads several has a list of them.
 */
static void add_inbound(struct evk_str *s, const char *from)
{
    struct evk_names n = split(from);

    evk_str_puts(s, n.count > 1 ? "[{\"args\": [[" : "[{\"args\": [");
    for (size_t i = 0; i < n.count; i++) {
        evk_str_puts(s, i ? ", " : "");
        add_tensor(s, n.names[i]);
    }
    evk_str_puts(s, n.count > 1 ? "]], \"kwargs\": {}}]" : "], \"kwargs\": {}}]");
    evk_names_release(&n);
}

static void begin_layer(struct keras_file *k, const char *class, const char *name)
{
    char group[64];

    snake_case(group, sizeof(group), class);
    assert_ok(evk_names_add(&k->names, name, err));
    assert_ok(evk_names_add(&k->groups, group, err));
    k->vars = 0;
    if (k->names.count > 1)
        evk_str_puts(&k->layers, ", ");
    evk_str_printf(&k->layers,
                   "{\"module\": \"keras.layers\", \"class_name\": \"%s\", \"config\": "
                   "{\"name\": \"%s\", \"trainable\": true, \"dtype\": ",
                   class, name);
    if (k->style.policy_dtype)
        evk_str_puts(&k->layers, "{\"module\": \"keras\", \"class_name\": \"DTypePolicy\", "
                                 "\"config\": {\"name\": \"float32\"}, \"registered_name\": null}");
    else
        evk_str_puts(&k->layers, "\"float32\"");
}

static void end_layer(struct keras_file *k, const char *name, const char *from)
{
    evk_str_printf(&k->layers,
                   "}, \"registered_name\": null, \"build_config\": {}, \"name\": \"%s\", "
                   "\"inbound_nodes\": ",
                   name);
    if (from)
        add_inbound(&k->layers, from);
    else
        evk_str_puts(&k->layers, "[]");
    evk_str_puts(&k->layers, "}");
}

static void add_size(struct evk_str *s, int64_t size)
{
    if (size)
        evk_str_printf(s, ", %lld", (long long)size);
    else
        evk_str_puts(s, ", null");
}

void keras_input(struct keras_file *k, const char *name, int64_t height, int64_t width,
                 int64_t channels)
{
    begin_layer(k, "InputLayer", name);
    evk_str_puts(&k->layers, ", \"sparse\": false, \"batch_shape\": [null");
    add_size(&k->layers, height);
    add_size(&k->layers, width);
    add_size(&k->layers, channels);
    evk_str_puts(&k->layers, "]");
    end_layer(k, name, NULL);
    assert_ok(evk_names_add(&k->inputs, name, err));
}

void keras_layer(struct keras_file *k, const char *class, const char *name, const char *config,
                 const char *from)
{
    const char *before = k->names.count ? k->names.names[k->names.count - 1] : "nothing";

    begin_layer(k, class, name);
    if (*config) {
        evk_str_puts(&k->layers, ", ");
        add_json(&k->layers, config);
    }
    end_layer(k, name, from ? from : before);
}

/*
 * Write the next array's path, "/layers/conv2d_1/vars/0": "_1" counts earlier layers of that stem.
 */
static void array_path(const struct keras_file *k, char *path, size_t size)
{
    const size_t last = k->names.count - 1;
    int n = 0;

    for (size_t i = 0; i < last; i++)
        n += strcmp(k->groups.names[i], k->groups.names[last]) == 0;
    if (k->style.groups_by_name)
        snprintf(path, size, "/layers/%s/vars/%d", k->names.names[last], k->vars);
    else if (n)
        snprintf(path, size, "/layers/%s_%d/vars/%d", k->groups.names[last], n, k->vars);
    else
        snprintf(path, size, "/layers/%s/vars/%d", k->groups.names[last], k->vars);
}

float *keras_array(struct keras_file *k, int axes, const int64_t *dim)
{
    const size_t n = k->paths.count;
    struct evk_tensor *more = realloc(k->arrays, (n + 1) * sizeof(*more));
    char path[256];

    if (!more || k->names.count == 0)
        fail_msg("an array without a layer, or no memory");
    k->arrays = more;
    assert_ok(evk_tensor_new(&k->arrays[n], axes, dim, err));
    array_path(k, path, sizeof(path));
    assert_ok(evk_names_add(&k->paths, path, err));
    k->vars++;
    return k->arrays[n].data;
}

float *keras_random(struct keras_file *k, uint64_t *state, int axes, const int64_t *dim)
{
    float *p = keras_array(k, axes, dim);
    const int64_t n = evk_tensor_count(&k->arrays[k->paths.count - 1]);

    for (int64_t i = 0; i < n; i++)
        p[i] = random_float(state);
    return p;
}

/* Append [["a", 0, 0], ["b", 0, 0]], or, flat and where there is one name, ["a", 0, 0]. */
static void add_ends(struct evk_str *s, const struct evk_names *n, bool flat)
{
    flat = flat && n->count == 1;
    evk_str_puts(s, flat ? "" : "[");
    for (size_t i = 0; i < n->count; i++)
        evk_str_printf(s, "%s[\"%s\", 0, 0]", i ? ", " : "", n->names[i]);
    evk_str_puts(s, flat ? "" : "]");
}

struct evk_str keras_config(const struct keras_file *k, const char *outputs)
{
    struct evk_names out = split(outputs);
    struct evk_str s = EVK_STR_INIT;

    evk_str_puts(&s,
                 "{\"module\": \"keras.src.models.functional\", \"class_name\": \"Functional\", "
                 "\"config\": {\"name\": \"functional_1\", \"trainable\": true, \"layers\": [");
    evk_str_add(&s, k->layers.data, k->layers.size);
    evk_str_puts(&s, "], \"input_layers\": ");
    add_ends(&s, &k->inputs, k->style.flat_ends);
    evk_str_puts(&s, ", \"output_layers\": ");
    add_ends(&s, &out, k->style.flat_ends);
    evk_str_puts(&s, "}, \"registered_name\": \"Functional\", "
                     "\"build_config\": {\"input_shape\": null}}");
    evk_names_release(&out);
    assert_ok(evk_str_check(&s, err));
    return s;
}

void keras_save(const struct keras_file *k, const char *path, const char *outputs)
{
    struct evk_str config = keras_config(k, outputs);
    struct evk_hdf5_dataset *list = calloc(k->paths.count + 1, sizeof(*list));

    if (!list)
        fail_msg("no memory for %zu arrays", k->paths.count);
    for (size_t i = 0; i < k->paths.count; i++)
        list[i] = (struct evk_hdf5_dataset){k->paths.names[i], &k->arrays[i]};
    keras_write(path, config.data, list, k->paths.count);
    free(list);
    evk_str_release(&config);
}

void keras_write(const char *path, const char *config, const struct evk_hdf5_dataset *arrays,
                 size_t count)
{
    struct evk_bytes weights, archive;

    assert_ok(evk_hdf5_write(&weights, arrays, count, err));
    {
        const struct evk_zip_entry entries[] = {
            {"metadata.json", METADATA, sizeof(METADATA) - 1},
            {"config.json", config, strlen(config)},
            {"model.weights.h5", weights.data, weights.size},
        };

        assert_ok(evk_zip_write(&archive, entries, 3, err));
    }
    assert_ok(evk_fs_write(path, archive.data, archive.size, err));
    evk_bytes_release(&archive);
    evk_bytes_release(&weights);
}
