/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seeds.c - the program that writes the inputs that fuzzing starts from: seeds FOLDER */
#include "seeds.h"

#include <stdio.h>
#include <stdlib.h>

#include "../harness/test.h"
#include "base/fs.h"

static const char *root;

void seed_write(const char *target, const char *name, const void *data, size_t size)
{
    char *folder, *path;

    assert_ok(evk_path_join(&folder, root, target, err));
    assert_ok(evk_fs_make_folder(folder, err));
    assert_ok(evk_path_join(&path, folder, name, err));
    assert_ok(evk_fs_write(path, data, size, err));
    free(folder);
    free(path);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: seeds FOLDER\n");
        return 2;
    }
    root = argv[1];
    seeds_images();
    seeds_keras();
    seeds_arrays();
    seeds_cores();
    seeds_onnx();
    seeds_foreign();
    seeds_sets();
    return 0;
}
