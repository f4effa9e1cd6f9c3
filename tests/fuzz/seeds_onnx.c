/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seeds_onnx.c - ONNX files: a network of each operator, functions, constants, types of numbers */
#include "../harness/onnx_samples.h"
#include "../harness/test.h"
#include "seeds.h"

static void write_all(struct evk_str (*sample)(int i, char name[32]))
{
    struct evk_str file;
    char name[32];

    for (int i = 0; (file = sample(i, name)).size; i++) {
        assert_ok(evk_str_check(&file, err));
        seed_write("onnx", name, file.data, file.size);
        evk_str_release(&file);
    }
}

void seeds_onnx(void)
{
    write_all(onnx_sample);
    write_all(onnx_whole_sample);
}
