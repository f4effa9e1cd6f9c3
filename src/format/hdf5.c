/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5.c - HDF5 files in memory */
#include "format/hdf5.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    FILE_NAME = 64,
    GROWTH = 1 << 16,    /* bytes by which a file in memory grows */
    NUMBER_MAX = 16,     /* bytes of the widest number */
    CHUNK_MAX = 1 << 26, /* bytes of a chunk, which the library allocates whole */
    CHUNK_AXES = 1 + EVK_AXES_MAX,
};

struct evk_hdf5 {
    hid_t file;
    size_t size;
};

/* What describes a dataset; H5I_INVALID_HID where it was not opened. */
struct dataset {
    hid_t id, type, space, plist;
};

static const struct dataset NOTHING = {H5I_INVALID_HID, H5I_INVALID_HID, H5I_INVALID_HID,
                                       H5I_INVALID_HID};

/* A plugin is code that a file names; the library's own printing would go to stderr. */
static bool quiet_library(void)
{
    return H5open() >= 0 && H5Eset_auto2(H5E_DEFAULT, NULL, NULL) >= 0 &&
           H5PLset_loading_state(0) >= 0;
}

/*
 * The library takes two open files of one name for the same file, in memory too: each gets the
 * address of its owner as a name.  Nothing of that name is ever on disk.
 */
static const char *file_name(const void *owner, char name[FILE_NAME])
{
    snprintf(name, FILE_NAME, "evoke, in memory at %p", owner);
    return name;
}

/* H5Pset_file_image copies the bytes, although it does not say const. */
static hid_t memory_access(const void *data, size_t size)
{
    hid_t fapl = H5Pcreate(H5P_FILE_ACCESS);
    void *image;

    memcpy(&image, &data, sizeof(image));
    if (fapl < 0)
        return fapl;
    if (H5Pset_fapl_core(fapl, GROWTH, 0) >= 0 &&
        H5Pset_fclose_degree(fapl, H5F_CLOSE_STRONG) >= 0 &&
        (!data || H5Pset_file_image(fapl, image, size) >= 0))
        return fapl;
    H5Pclose(fapl);
    return H5I_INVALID_HID;
}

evk_status evk_hdf5_open(struct evk_hdf5 **out, const void *data, size_t size, evk_error *err)
{
    static const unsigned char signature[] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    struct evk_hdf5 *f;
    char name[FILE_NAME];
    hid_t fapl;

    if (size < sizeof(signature) || memcmp(data, signature, sizeof(signature)) != 0)
        return evk_fail(err, EVK_EFORMAT, "is not an HDF5 file");
    EVK_TRY(evk_alloc(&f, 1, sizeof(*f), "an HDF5 file", err));
    f->size = size;
    f->file = H5I_INVALID_HID;
    fapl = quiet_library() ? memory_access(data, size) : H5I_INVALID_HID;
    if (fapl >= 0) {
        f->file = H5Fopen(file_name(f, name), H5F_ACC_RDONLY, fapl);
        H5Pclose(fapl);
    }
    if (f->file < 0) {
        free(f);
        return evk_fail(err, EVK_EFORMAT, "libhdf5 cannot open it: damaged or cut short");
    }
    *out = f;
    return EVK_OK;
}

void evk_hdf5_close(struct evk_hdf5 *file)
{
    if (!file)
        return;
    H5Fclose(file->file);
    free(file);
}

static bool is_hard(hid_t file, const char *path)
{
    H5L_info_t info;

    return H5Lget_info(file, path, &info, H5P_DEFAULT) >= 0 && info.type == H5L_TYPE_HARD;
}

/* Are all steps of an absolute path hard links?  A soft or external one could lead anywhere. */
static bool reaches(hid_t file, const char *path)
{
    bool ok = path[0] == '/';
    char *copy;

    if (!ok || evk_strdup(&copy, path, NULL))
        return false;
    for (char *end = copy + 1; ok && path[1]; end++) {
        const char was = *end;

        if (was && was != '/')
            continue;
        *end = '\0';
        ok = end[-1] != '/' && end[-1] != '\0' && is_hard(file, copy);
        *end = was;
        if (!was)
            break;
    }
    free(copy);
    return ok;
}

bool evk_hdf5_has(const struct evk_hdf5 *file, const char *path)
{
    H5I_type_t type;
    hid_t id;

    if (!reaches(file->file, path))
        return false;
    id = H5Oopen(file->file, path, H5P_DEFAULT);
    if (id < 0)
        return false;
    type = H5Iget_type(id);
    H5Oclose(id);
    return type == H5I_GROUP || type == H5I_DATASET;
}

int64_t evk_hdf5_members(const struct evk_hdf5 *file, const char *path)
{
    H5G_info_t info = {0};
    hid_t id =
        reaches(file->file, path) ? H5Gopen2(file->file, path, H5P_DEFAULT) : H5I_INVALID_HID;

    if (id < 0)
        return 0;
    if (H5Gget_info(id, &info) < 0 || info.nlinks > INT64_MAX)
        info.nlinks = 0;
    H5Gclose(id);
    return (int64_t)info.nlinks;
}

static void dataset_close(struct dataset *d)
{
    if (d->plist >= 0)
        H5Pclose(d->plist);
    if (d->space >= 0)
        H5Sclose(d->space);
    if (d->type >= 0)
        H5Tclose(d->type);
    if (d->id >= 0)
        H5Dclose(d->id);
}

static evk_status dataset_open(struct dataset *d, hid_t file, const char *path, evk_error *err)
{
    *d = NOTHING;
    if (reaches(file, path))
        d->id = H5Dopen2(file, path, H5P_DEFAULT);
    if (d->id < 0)
        return evk_fail(err, EVK_EFORMAT, "there is no such dataset");
    d->type = H5Dget_type(d->id);
    d->space = H5Dget_space(d->id);
    d->plist = H5Dget_create_plist(d->id);
    if (d->type < 0 || d->space < 0 || d->plist < 0)
        return evk_fail(err, EVK_EFORMAT, "its description is damaged");
    return EVK_OK;
}

static evk_status check_type(const struct dataset *d, evk_error *err)
{
    const H5T_class_t class = H5Tget_class(d->type);
    const size_t size = H5Tget_size(d->type);

    if ((class != H5T_FLOAT && class != H5T_INTEGER) || size == 0 || size > NUMBER_MAX)
        return evk_fail(err, EVK_EFORMAT, "does not hold numbers");
    return EVK_OK;
}

/* The axes and sizes, and the number of values, which the size of the file bounds. */
static evk_status read_shape(const struct dataset *d, size_t file_size, int *axes,
                             int64_t dim[EVK_AXES_MAX], int64_t *count, evk_error *err)
{
    const H5S_class_t class = H5Sget_simple_extent_type(d->space);
    const int rank = H5Sget_simple_extent_ndims(d->space);
    hsize_t size[EVK_AXES_MAX] = {0};
    char text[EVK_SHAPE_TEXT];
    bool fits = true;

    if ((class != H5S_SCALAR && class != H5S_SIMPLE) || rank < 0)
        return evk_fail(err, EVK_EFORMAT, "has no shape");
    if (rank > EVK_AXES_MAX)
        return evk_fail(err, EVK_EFORMAT, "has %d axes, expected at most %d", rank, EVK_AXES_MAX);
    if (H5Sget_simple_extent_dims(d->space, size, NULL) < 0)
        return evk_fail(err, EVK_EFORMAT, "its shape is damaged");
    *axes = rank;
    *count = 1;
    for (int i = 0; i < rank; i++) {
        dim[i] = size[i] > INT64_MAX ? INT64_MAX : (int64_t)size[i];
        fits = evk_size_mul(*count, dim[i], count) && fits;
    }
    if (!fits || (uint64_t)*count > file_size)
        return evk_fail(err, EVK_EFORMAT, "has shape %s, more values than the file has bytes (%zu)",
                        evk_shape_text(rank, dim, text), file_size);
    return EVK_OK;
}

static evk_status check_chunks(const struct dataset *d, evk_error *err)
{
    hsize_t size[CHUNK_AXES] = {0};
    const int axes = H5Pget_chunk(d->plist, CHUNK_AXES, size);
    int64_t bytes = (int64_t)H5Tget_size(d->type);

    if (axes < 0 || axes > CHUNK_AXES)
        return evk_fail(err, EVK_EFORMAT, "its chunks are damaged");
    for (int i = 0; i < axes; i++)
        if (size[i] > CHUNK_MAX || !evk_size_mul(bytes, (int64_t)size[i], &bytes) ||
            bytes > CHUNK_MAX)
            return evk_fail(err, EVK_EFORMAT, "has chunks of over %d bytes", CHUNK_MAX);
    return EVK_OK;
}

static evk_status check_filters(const struct dataset *d, evk_error *err)
{
    const int n = H5Pget_nfilters(d->plist);

    for (int i = 0; i < n; i++) {
        unsigned flags, config;
        size_t values = 0;
        const H5Z_filter_t id =
            H5Pget_filter2(d->plist, (unsigned)i, &flags, &values, NULL, 0, NULL, &config);

        if (id != H5Z_FILTER_DEFLATE && id != H5Z_FILTER_SHUFFLE)
            return evk_fail(err, EVK_EUNSUPPORTED,
                            "is packed with HDF5 filter %d, expected deflate or shuffle", (int)id);
    }
    return n < 0 ? evk_fail(err, EVK_EFORMAT, "its filters are damaged") : EVK_OK;
}

/* Data elsewhere than in this file, and filters that are plugins, stay closed. */
static evk_status check_storage(const struct dataset *d, evk_error *err)
{
    const H5D_layout_t layout = H5Pget_layout(d->plist);

    if (layout == H5D_VIRTUAL || H5Pget_external_count(d->plist) != 0)
        return evk_fail(err, EVK_EUNSUPPORTED, "keeps its values in other files");
    if (layout == H5D_CHUNKED)
        EVK_TRY(check_chunks(d, err));
    else if (layout != H5D_CONTIGUOUS && layout != H5D_COMPACT)
        return evk_fail(err, EVK_EFORMAT, "has no known layout");
    return check_filters(d, err);
}

static evk_status read_values(const struct dataset *d, size_t file_size, struct evk_tensor *out,
                              evk_error *err)
{
    struct evk_tensor t;
    int64_t dim[EVK_AXES_MAX] = {0}, count = 0;
    int axes = 0;

    EVK_TRY(check_type(d, err));
    EVK_TRY(check_storage(d, err));
    EVK_TRY(read_shape(d, file_size, &axes, dim, &count, err));
    EVK_TRY(evk_tensor_new(&t, axes, dim, err));
    if (count > 0 && H5Dread(d->id, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, t.data) < 0) {
        evk_tensor_release(&t);
        return evk_fail(err, EVK_EFORMAT, "its values are damaged or cut short");
    }
    *out = t;
    return EVK_OK;
}

evk_status evk_hdf5_read(const struct evk_hdf5 *file, const char *path, struct evk_tensor *out,
                         evk_error *err)
{
    struct dataset d;
    evk_status s = dataset_open(&d, file->file, path, err);

    if (!s)
        s = read_values(&d, file->size, out, err);
    dataset_close(&d);
    return s ? evk_wrap(err, s, "dataset '%s'", path) : EVK_OK;
}

/* ---- writing ---- */

/* A property list of a class, without times, so that equal content gives equal bytes. */
static hid_t timeless(hid_t class)
{
    hid_t plist = H5Pcreate(class);

    if (plist >= 0 && H5Pset_obj_track_times(plist, 0) < 0) {
        H5Pclose(plist);
        plist = H5I_INVALID_HID;
    }
    return plist;
}

static bool make_group(hid_t file, const char *path)
{
    hid_t gcpl, id;

    if (H5Lexists(file, path, H5P_DEFAULT) > 0)
        return true;
    gcpl = timeless(H5P_GROUP_CREATE);
    id = gcpl < 0 ? H5I_INVALID_HID : H5Gcreate2(file, path, H5P_DEFAULT, gcpl, H5P_DEFAULT);
    if (id >= 0)
        H5Gclose(id);
    if (gcpl >= 0)
        H5Pclose(gcpl);
    return id >= 0;
}

/* All groups on the way to path; a library that made them on its own would date them. */
static bool make_groups(hid_t file, const char *path)
{
    bool ok = true;
    char *copy;

    if (evk_strdup(&copy, path, NULL))
        return false;
    for (char *end = strchr(copy + 1, '/'); ok && end; end = strchr(end + 1, '/')) {
        *end = '\0';
        ok = make_group(file, copy);
        *end = '/';
    }
    free(copy);
    return ok;
}

static hid_t make_space(const struct evk_tensor *t)
{
    hsize_t dim[EVK_AXES_MAX];

    for (int i = 0; i < t->axes; i++)
        dim[i] = (hsize_t)t->dim[i];
    return t->axes ? H5Screate_simple(t->axes, dim, NULL) : H5Screate(H5S_SCALAR);
}

static bool write_dataset(hid_t file, const struct evk_hdf5_dataset *dataset)
{
    struct dataset d = NOTHING;
    bool ok = false;

    if (dataset->path[0] == '/' && make_groups(file, dataset->path)) {
        d.space = make_space(dataset->values);
        d.plist = timeless(H5P_DATASET_CREATE);
    }
    if (d.space >= 0 && d.plist >= 0)
        d.id = H5Dcreate2(file, dataset->path, H5T_IEEE_F32LE, d.space, H5P_DEFAULT, d.plist,
                          H5P_DEFAULT);
    if (d.id >= 0)
        ok = H5Dwrite(d.id, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                      dataset->values->data) >= 0;
    dataset_close(&d);
    return ok;
}

static evk_status get_image(struct evk_bytes *out, hid_t file, evk_error *err)
{
    ssize_t size = H5Fflush(file, H5F_SCOPE_GLOBAL) < 0 ? -1 : H5Fget_file_image(file, NULL, 0);
    unsigned char *data;

    if (size < 0)
        return evk_fail(err, EVK_ENOMEM, "libhdf5 cannot finish a file in memory");
    EVK_TRY(evk_alloc(&data, (int64_t)size, 1, "an HDF5 file", err));
    if (H5Fget_file_image(file, data, (size_t)size) != size) {
        free(data);
        return evk_fail(err, EVK_ENOMEM, "libhdf5 cannot give a file in memory");
    }
    *out = (struct evk_bytes){data, (size_t)size};
    return EVK_OK;
}

evk_status evk_hdf5_write(struct evk_bytes *out, const struct evk_hdf5_dataset *datasets,
                          size_t count, evk_error *err)
{
    const hid_t fapl = quiet_library() ? memory_access(NULL, 0) : H5I_INVALID_HID;
    hid_t file = H5I_INVALID_HID;
    char name[FILE_NAME];
    evk_status s = EVK_OK;

    if (fapl >= 0) {
        file = H5Fcreate(file_name(out, name), H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
        H5Pclose(fapl);
    }
    if (file < 0)
        return evk_fail(err, EVK_ENOMEM, "libhdf5 cannot make a file in memory");
    for (size_t i = 0; !s && i < count; i++)
        if (!write_dataset(file, &datasets[i]))
            s = evk_fail(err, EVK_EINVAL, "libhdf5 cannot write dataset '%s'", datasets[i].path);
    if (!s)
        s = get_image(out, file, err);
    H5Fclose(file);
    return s;
}
