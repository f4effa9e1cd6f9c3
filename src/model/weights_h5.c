/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * weights_h5.c - the loader of weights that Keras saved without a description of layers
 *
 * The weights are taken for those of a published compact model, whose
 * architecture follows from the shapes of its arrays.  Keras 3 puts the arrays
 * of a layer in a group that is named after the layer's class and a counter, or
 * after the layer; Keras 2 lists layers, and the arrays of each, in attributes.
 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "model/compact.h"
#include "model/hdf5_other.h"
#include "model/loader.h"

enum { IMAGE = 112 };

static const char LAYERS[] = "layer_names";
/* epsilon of batch norms: Keras' default, since the file has none */
static const double EPSILON = 1e-3;

/* A layer of a compact model that has weights. */
struct slot {
    const char *by_class,
        *by_name; /* its group's name after class and counter, or after the layer */
    int arrays;   /* number of arrays that the layer has */
};

/* clang-format off */
static const struct slot slots[] = {
    {"conv2d", "layer0_conv", 2},
    {"batch_normalization", "layer0_bn", 4},
    {"separable_conv2d", "layer1_conv", 3}, {"batch_normalization_1", "layer1_bn", 4},
    {"separable_conv2d_1", "layer2_conv", 3}, {"batch_normalization_2", "layer2_bn", 4},
    {"separable_conv2d_2", "layer3_conv", 3}, {"batch_normalization_3", "layer3_bn", 4},
    {"separable_conv2d_3", "layer4_conv", 3}, {"batch_normalization_4", "layer4_bn", 4},
};
static const struct slot dense[] = {{"dense", "Beta", 2}};
static const struct slot shared[] = {{"conv2d_1", "mixing_stage", 2},
                                     {"depthwise_conv2d", "spatial_pool_stage", 2}};
/* clang-format on */

/* The group that holds all layers' groups: that of Keras 3, and that of Keras 2.12 to 2.15. */
static const char *const roots[] = {"/layers", "/_layer_checkpoint_dependencies"};

struct source {
    const struct evk_hdf5 *file;
    const char *path;       /* of the file; NULL: unknown */
    const char *root;       /* one of roots; NULL: attributes list the arrays */
    bool by_name;           /* groups are named after layers rather than after classes */
    struct evk_names paths; /* paths of the arrays, in Keras' order */
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static evk_status group_of(const struct source *s, const struct slot *slot, struct evk_str *path,
                           evk_error *err)
{
    path->size = 0;
    evk_str_printf(path, "%s/%s/vars", s->root, s->by_name ? slot->by_name : slot->by_class);
    return evk_str_check(path, err);
}

/* Fails since an array tells that the weights are those of another network. */
static evk_status fail_other(const struct source *s, const char *there, const char *array,
                             const char *models, evk_error *err)
{
    struct evk_str why = EVK_STR_INIT;
    evk_status status;

    evk_str_printf(&why, "%s %.100s, which the published compact models %s", there, array, models);
    status = evk_str_check(&why, err);
    if (!status)
        status = evk_hdf5_bare_fail(s->file, s->root ? s->root : "", why.data, s->path, err);
    evk_str_release(&why);
    return status;
}

static evk_status add_slots(struct source *s, const struct slot *list, size_t count, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    evk_status status = EVK_OK;

    for (size_t i = 0; i < count && !status; i++)
        for (int j = 0; j < list[i].arrays && !status; j++) {
            status = group_of(s, &list[i], &path, err);
            evk_str_printf(&path, "/%d", j);
            if (!status)
                status = evk_str_check(&path, err);
            if (!status && !evk_hdf5_has(s->file, path.data))
                status = fail_other(s, "there is no", path.data, "have", err);
            if (!status)
                status = evk_names_add(&s->paths, path.data, err);
        }
    evk_str_release(&path);
    return status;
}

static bool is_listed(const struct evk_names *list, const char *path)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->names[i], path) == 0)
            return true;
    return false;
}

/* Fails where the file has an array that no compact model has: it would be another model. */
static evk_status check_rest(const struct source *s, evk_error *err)
{
    const size_t n = strlen(s->root);
    bool is_dataset;
    const char *path;

    for (size_t i = 0; (path = evk_hdf5_path(s->file, i, &is_dataset)); i++)
        if (is_dataset && strncmp(path, s->root, n) == 0 && path[n] == '/' &&
            !is_listed(&s->paths, path))
            return fail_other(s, "there is", path, "lack", err);
    return EVK_OK;
}

/* Lists the arrays of Keras 3.  Groups are named after layers if the first layer's group is, and
   after classes otherwise. */
static evk_status list_groups(struct source *s, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    const struct slot *end = dense;
    size_t count = COUNT(dense);
    evk_status status;

    s->by_name = true;
    status = group_of(s, &slots[0], &path, err);
    s->by_name = !status && evk_hdf5_has(s->file, path.data);
    if (!status)
        status = group_of(s, &shared[1], &path, err);
    if (!status && evk_hdf5_has(s->file, path.data)) {
        end = shared;
        count = COUNT(shared);
    }
    evk_str_release(&path);
    if (!status)
        status = add_slots(s, slots, COUNT(slots), err);
    if (!status)
        status = add_slots(s, end, count, err);
    return status ? status : check_rest(s, err);
}

/* Lists the arrays of Keras 2: the attribute layer_names of the file lists the layers' groups, and
   the attribute weight_names of each group lists the paths of its arrays within the group. */
static evk_status list_attributes(struct source *s, evk_error *err)
{
    struct evk_names layers, names = {NULL, 0};
    struct evk_str path = EVK_STR_INIT;
    evk_status status = evk_hdf5_texts(s->file, "/", LAYERS, &layers, err);

    for (size_t i = 0; i < layers.count && !status; i++) {
        path.size = 0;
        evk_str_printf(&path, "/%s", layers.names[i]);
        status = evk_str_check(&path, err);
        if (!status)
            status = evk_hdf5_texts(s->file, path.data, "weight_names", &names, err);
        for (size_t j = 0; j < names.count && !status; j++) {
            path.size = 0;
            evk_str_printf(&path, "/%s/%s", layers.names[i], names.names[j]);
            status = evk_str_check(&path, err);
            if (!status && s->paths.count == EVK_COMPACT_SHARED_ARRAYS)
                status = fail_other(s, "there is", path.data, "lack", err);
            if (!status)
                status = evk_names_add(&s->paths, path.data, err);
        }
        evk_names_release(&names);
    }
    evk_str_release(&path);
    evk_names_release(&layers);
    return status;
}

static evk_status list_arrays(struct source *s, evk_error *err)
{
    for (size_t i = 0; i < COUNT(roots) && !s->root; i++)
        if (evk_hdf5_has(s->file, roots[i]))
            s->root = roots[i];
    if (s->root)
        return list_groups(s, err);
    if (evk_hdf5_has_texts(s->file, "/", LAYERS))
        return list_attributes(s, err);
    return evk_hdf5_other_fail(s->file, err);
}

static evk_status read_arrays(const struct source *s, struct evk_compact_array *arrays,
                              evk_error *err)
{
    for (size_t i = 0; i < s->paths.count; i++) {
        arrays[i].name = s->paths.names[i];
        EVK_TRY(evk_hdf5_read(s->file, s->paths.names[i], &arrays[i].values, err));
    }
    return EVK_OK;
}

/* Fails where the options say that the images have another size than those of compact models. */
static evk_status check_size(const struct evk_load_options *options, evk_error *err)
{
    if ((options->height && options->height != IMAGE) ||
        (options->width && options->width != IMAGE))
        return evk_fail(err, EVK_EINVAL,
                        "is taken for a compact model, whose image is %dx%d, but "
                        "the size given says %lldx%lld",
                        IMAGE, IMAGE, (long long)options->height, (long long)options->width);
    return EVK_OK;
}

static evk_status weights_h5_build(struct evk_network *out, struct source *s,
                                   const struct evk_load_options *options, evk_error *err)
{
    struct evk_compact_array arrays[EVK_COMPACT_SHARED_ARRAYS] = {{0}};
    evk_status status;

    EVK_TRY(list_arrays(s, err));
    EVK_TRY(evk_network_note(out, "recognised",
                             s->root ? "an HDF5 file of weights without model_config, by Keras 3"
                                     : "an HDF5 file of weights without model_config, by Keras 2",
                             err));
    status = read_arrays(s, arrays, err);
    if (!status && evk_compact_unlike(arrays, (int64_t)s->paths.count))
        status =
            evk_hdf5_bare_fail(s->file, s->root ? s->root : "",
                               evk_compact_unlike(arrays, (int64_t)s->paths.count), s->path, err);
    if (!status)
        status = check_size(options, err);
    if (!status)
        status = evk_compact_build(out, arrays, (int64_t)s->paths.count, EPSILON, err);
    for (size_t i = 0; i < s->paths.count; i++)
        evk_tensor_release(&arrays[i].values);
    return status;
}

static evk_status weights_h5_load(struct evk_network *out, const unsigned char *data, size_t size,
                                  const struct evk_load_options *options, evk_error *err)
{
    struct source s = {.path = options->path};
    struct evk_hdf5 *file;
    evk_status status;

    EVK_TRY(evk_hdf5_open(&file, data, size, err));
    s.file = file;
    status = weights_h5_build(out, &s, options, err);
    evk_names_release(&s.paths);
    evk_hdf5_close(file);
    return status;
}

static enum evk_probe weights_h5_probe(const unsigned char *data, size_t size)
{
    return evk_hdf5_probe(data, size) && !evk_hdf5_mentions(data, size, "model_config")
               ? EVK_PROBE_YES
               : EVK_PROBE_NO;
}

extern const struct evk_loader evk_loader_weights_h5;
const struct evk_loader evk_loader_weights_h5 = {
    .name = "weights_h5",
    .summary = "bare Keras weights of a compact model (.weights.h5)",
    .probe = weights_h5_probe,
    .load = weights_h5_load,
};
