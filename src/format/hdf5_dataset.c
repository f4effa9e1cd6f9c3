/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hdf5_dataset.c - the values of a dataset, by libhdf5, if nothing about it is dangerous
 *
 * Refused are values in other files, filters that could be plugins, and sizes for which the library
 * would take too much memory.
 */
#include "format/hdf5_dataset.h"

#include "base/mem.h"
#include "format/hdf5_record.h"

enum {
    NUMBER_MAX = 16,     /* bytes of a number, at most */
    CHUNK_MAX = 1 << 26, /* bytes of a chunk, at most: the library allocates whole chunks */
    CHUNK_AXES = 1 + EVK_AXES_MAX,
};

/* An open dataset, and what describes it.  id belongs to the caller. */
struct dataset {
    hid_t id;
    hid_t type, space, plist; /* below 0: not open */
};

static void close_description(struct dataset *d)
{
    if (d->plist >= 0)
        H5Pclose(d->plist);
    if (d->space >= 0)
        H5Sclose(d->space);
    if (d->type >= 0)
        H5Tclose(d->type);
}

static evk_status check_type(const struct dataset *d, evk_error *err)
{
    const H5T_class_t class = H5Tget_class(d->type);
    const size_t size = H5Tget_size(d->type);

    if ((class != H5T_FLOAT && class != H5T_INTEGER) || size == 0 || size > NUMBER_MAX)
        return evk_fail(err, EVK_EFORMAT, "does not hold numbers");
    return EVK_OK;
}

/*
 * Read the shape of a dataset, and the number of its values.  More values than the file has bytes
 * are EVK_EFORMAT.
 */
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

/* Refuse large chunks, since the library allocates a chunk whole. */
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

/* Refuse all filters but deflate and shuffle. */
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

/* Refuse values that are in other files, large chunks, and filters that could be plugins. */
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

/* Open what describes a dataset. */
static evk_status open_description(struct dataset *d, evk_error *err)
{
    d->type = H5Dget_type(d->id);
    d->space = H5Dget_space(d->id);
    d->plist = H5Dget_create_plist(d->id);
    if (d->type < 0 || d->space < 0 || d->plist < 0)
        return evk_fail(err, EVK_EFORMAT, "its description is damaged");
    return EVK_OK;
}

static evk_status read_values(struct evk_tensor *out, const struct dataset *d, size_t file_size,
                              int64_t room, evk_error *err)
{
    struct evk_tensor t;
    int64_t dim[EVK_AXES_MAX] = {0}, count = 0;
    int axes = 0;

    EVK_TRY(check_type(d, err));
    EVK_TRY(check_storage(d, err));
    EVK_TRY(read_shape(d, file_size, &axes, dim, &count, err));
    if (count > room)
        return evk_fail(err, EVK_EFORMAT,
                        "is beyond what a file of %zu bytes may hold in all, %llu as floats",
                        file_size, (unsigned long long)evk_hdf5_values_max(file_size));
    EVK_TRY(evk_tensor_new(&t, axes, dim, err));
    if (count > 0 && H5Dread(d->id, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, t.data) < 0) {
        evk_tensor_release(&t);
        return evk_fail(err, EVK_EFORMAT, "its values are damaged or cut short");
    }
    *out = t;
    return EVK_OK;
}

evk_status evk_hdf5_dataset_read(struct evk_tensor *out, hid_t id, size_t file_size, int64_t room,
                                 evk_error *err)
{
    struct dataset d = {id, H5I_INVALID_HID, H5I_INVALID_HID, H5I_INVALID_HID};
    evk_status s = open_description(&d, err);

    if (!s)
        s = read_values(out, &d, file_size, room, err);
    close_description(&d);
    return s;
}
