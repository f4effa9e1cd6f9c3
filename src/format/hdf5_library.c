/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_library.c - libhdf5, set up without plugins, printing and files */
#include "format/hdf5_library.h"

#include <stdio.h>
#include <string.h>

enum { GROWTH = 1 << 16 }; /* bytes by which a file in memory grows */

bool evk_hdf5_quiet(void)
{
    return H5open() >= 0 && H5Eset_auto2(H5E_DEFAULT, NULL, NULL) >= 0 &&
           H5PLset_loading_state(0) >= 0;
}

const char *evk_hdf5_file_name(const void *owner, char name[EVK_HDF5_NAME])
{
    snprintf(name, EVK_HDF5_NAME, "evoke, in memory at %p", owner);
    return name;
}

/* H5Pset_file_image copies the bytes, although it does not say const. */
hid_t evk_hdf5_memory_access(const void *data, size_t size)
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
