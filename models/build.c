/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build.c - write the embedded models into a folder */
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/str.h"
#include "cell.h"

static const struct {
    const char *name;
    readout_fn *readout;
    const void *parameters;
} cells[] = {
    {"gabor", gabor_readout,
     &(struct gabor){.row = 55,
                     .column = 57,
                     .orientation = 0.785398163,
                     .wavelength = 20,
                     .phase = 0,
                     .sd = 14}},
    {"dot", dot_readout, &(struct dot){.row = 59, .column = 51, .radius = 14, .polarity = 1}},
};

static evk_status write_cell(const char *folder, size_t i, evk_error *err)
{
    struct evk_str path = EVK_STR_INIT;
    struct readout r = {0};
    evk_status s;

    cells[i].readout(cells[i].parameters, &r);
    evk_str_printf(&path, "%s/%s.keras", folder, cells[i].name);
    s = evk_str_check(&path, err);
    if (!s)
        s = compact_write(path.data, &r, err);
    evk_str_release(&path);
    return s;
}

int main(int argc, char **argv)
{
    evk_error err;
    evk_status s;

    if (argc != 2) {
        fputs("usage: build FOLDER\n", stderr);
        return 2;
    }
    s = evk_fs_make_folder(argv[1], &err);
    for (size_t i = 0; !s && i < sizeof(cells) / sizeof(cells[0]); i++)
        s = write_cell(argv[1], i, &err);
    if (s)
        fprintf(stderr, "build: %s\n", err.msg);
    return s ? EXIT_FAILURE : EXIT_SUCCESS;
}
