/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_write.c - HDF5 files of float32 datasets, equal bytes for equal content */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "format/hdf5.h"
#include "format/hdf5_library.h"

/*
 * Returns a property list of this class that keeps no times, so that equal content gives equal
 * bytes.
 */
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

/* Make all groups in a path.  The library would make them itself, but with time stamps. */
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
    const hid_t plist = timeless(H5P_DATASET_CREATE), space = make_space(dataset->values);
    hid_t id = H5I_INVALID_HID;
    bool ok = false;

    if (space >= 0 && plist >= 0 && dataset->path[0] == '/' && make_groups(file, dataset->path))
        id =
            H5Dcreate2(file, dataset->path, H5T_IEEE_F32LE, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    if (id >= 0) {
        ok = H5Dwrite(id, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, dataset->values->data) >=
             0;
        H5Dclose(id);
    }
    if (space >= 0)
        H5Sclose(space);
    if (plist >= 0)
        H5Pclose(plist);
    return ok;
}

/* Copy the whole file out of the library. */
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
    const hid_t fapl = evk_hdf5_quiet() ? evk_hdf5_memory_access(NULL, 0) : H5I_INVALID_HID;
    hid_t file = H5I_INVALID_HID;
    char name[EVK_HDF5_NAME];
    evk_status s = EVK_OK;

    if (fapl >= 0) {
        file = H5Fcreate(evk_hdf5_file_name(out, name), H5F_ACC_TRUNC, H5P_DEFAULT, fapl);
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
