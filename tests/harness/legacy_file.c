/* SPDX-License-Identifier: GPL-3.0-or-later */
/* legacy_file.c - HDF5 files as Keras 2 writes them, for tests */
#include "legacy_file.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "test.h"

static hid_t good(hid_t id)
{
    if (id < 0)
        fail_msg("libhdf5 cannot write a test's file");
    return id;
}

void legacy_init(struct legacy_file *f, const struct legacy_style *style)
{
    hid_t fapl = good(H5Pcreate(H5P_FILE_ACCESS));
    char name[64];

    *f = (struct legacy_file){.style = style ? *style : (struct legacy_style){0}};
    f->group = H5I_INVALID_HID;
    snprintf(name, sizeof(name), "evoke, legacy at %p", (void *)f);
    H5Pset_fapl_core(fapl, 1 << 16, 0);
    f->file = good(H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, fapl));
    H5Pclose(fapl);
}

static void write_text(hid_t object, const char *name, const char *text, bool fixed)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR), id;

    H5Tset_size(type, fixed ? strlen(text) + 1 : H5T_VARIABLE);
    id = good(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT));
    assert_true(H5Awrite(id, type, fixed ? (const void *)text : (const void *)&text) >= 0);
    H5Aclose(id);
    H5Sclose(space);
    H5Tclose(type);
}

/* Keras writes an empty list as an attribute of floats with the shape (0). */
static void write_list(const struct legacy_file *f, hid_t object, const char *name, char **list,
                       size_t count)
{
    const hsize_t dim = count;
    hid_t space = H5Screate_simple(1, &dim, NULL), type = H5Tcopy(H5T_C_S1), id;
    size_t size = 1;
    char *all;

    for (size_t i = 0; i < count; i++)
        size = strlen(list[i]) > size ? strlen(list[i]) : size;
    H5Tset_size(type, f->style.variable_list ? H5T_VARIABLE : size);
    H5Tset_strpad(type, f->style.variable_list ? H5T_STR_NULLTERM : H5T_STR_NULLPAD);
    id = good(
        H5Acreate2(object, name, count ? type : H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT));
    all = calloc(count + 1, size);
    assert_non_null(all);
    for (size_t i = 0; i < count; i++)
        memcpy(all + i * size, list[i], strlen(list[i]));
    if (count > 0)
        assert_true(H5Awrite(id, type, f->style.variable_list ? (void *)list : all) >= 0);
    free(all);
    H5Aclose(id);
    H5Tclose(type);
    H5Sclose(space);
}

static void write_names(const struct legacy_file *f, hid_t object, const char *name,
                        const struct evk_names *list)
{
    const size_t each = (size_t)f->style.split;
    char part[64];

    if (each == 0 || list->count <= each) {
        write_list(f, object, name, list->names, list->count);
        return;
    }
    for (size_t i = 0; i * each < list->count; i++) {
        const size_t left = list->count - i * each;

        snprintf(part, sizeof(part), "%s%zu", name, i);
        write_list(f, object, part, list->names + i * each, left < each ? left : each);
    }
}

static void end_layer(struct legacy_file *f)
{
    if (f->group < 0)
        return;
    write_names(f, f->group, "weight_names", &f->weights);
    evk_names_release(&f->weights);
    H5Gclose(f->group);
    f->group = H5I_INVALID_HID;
}

/* Returns the HDF5 property list with which missing groups on a path are created. */
static hid_t making_groups(void)
{
    hid_t lcpl = good(H5Pcreate(H5P_LINK_CREATE));

    H5Pset_create_intermediate_group(lcpl, 1);
    return lcpl;
}

void legacy_layer(struct legacy_file *f, const char *name)
{
    hid_t lcpl = making_groups();
    char path[256];

    end_layer(f);
    snprintf(path, sizeof(path), "%s/%s", f->style.weights_only ? "" : "/model_weights", name);
    f->group = good(H5Gcreate2(f->file, path, lcpl, H5P_DEFAULT, H5P_DEFAULT));
    H5Pclose(lcpl);
    assert_ok(evk_names_add(&f->layers, name, err));
}

void legacy_array(struct legacy_file *f, const char *path, const struct evk_tensor *values)
{
    hid_t lcpl = making_groups(), space, id;
    hsize_t dim[EVK_AXES_MAX];

    for (int i = 0; i < values->axes; i++)
        dim[i] = (hsize_t)values->dim[i];
    space = good(H5Screate_simple(values->axes, dim, NULL));
    id = good(H5Dcreate2(f->group, path, H5T_IEEE_F32LE, space, lcpl, H5P_DEFAULT, H5P_DEFAULT));
    assert_true(H5Dwrite(id, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values->data) >= 0);
    H5Dclose(id);
    H5Sclose(space);
    H5Pclose(lcpl);
    assert_ok(evk_names_add(&f->weights, path, err));
}

struct evk_bytes legacy_end(struct legacy_file *f, const char *config)
{
    struct evk_bytes b = {NULL, 0};
    struct evk_str json = EVK_STR_INIT;
    ssize_t size;
    hid_t at;

    end_layer(f);
    for (const char *c = config; c && *c; c++)
        evk_str_add(&json, *c == '\'' ? "\"" : c, 1);
    write_text(f->file, "keras_version", "2.2.4-tf", f->style.fixed_text);
    if (!f->style.weights_only)
        write_text(f->file, "model_config", json.data, f->style.fixed_text);
    evk_str_release(&json);
    at = good(H5Gopen2(f->file, f->style.weights_only ? "/" : "/model_weights", H5P_DEFAULT));
    write_names(f, at, "layer_names", &f->layers);
    H5Gclose(at);
    evk_names_release(&f->layers);
    H5Fflush(f->file, H5F_SCOPE_GLOBAL);
    size = H5Fget_file_image(f->file, NULL, 0);
    assert_true(size > 0);
    b.size = (size_t)size;
    b.data = malloc(b.size);
    assert_non_null(b.data);
    assert_int_equal(H5Fget_file_image(f->file, b.data, b.size), size);
    H5Fclose(f->file);
    return b;
}
