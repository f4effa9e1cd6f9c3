/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state_file.c - tensors as safetensors files, and as PyTorch before 1.6 wrote them, for tests */
#include "state_file.h"

#include <stdio.h>

#include "pickle_file.h"
#include "test.h"

enum { NAME = 160, KEY = 16 };

static void add_numbers(struct evk_str *out, const struct evk_tensor *t)
{
    put_bytes(out, t->data, (size_t)evk_tensor_count(t) * sizeof(float));
}

struct evk_str safetensors_bytes(const struct evk_named_tensor *tensors, int count,
                                 const char *prefix, size_t least)
{
    struct evk_str header = EVK_STR_INIT, numbers = EVK_STR_INIT, file = EVK_STR_INIT;

    put(&header, "{");
    for (int i = 0; i < count; i++) {
        const struct evk_tensor *v = &tensors[i].values;
        const size_t begin = numbers.size;

        add_numbers(&numbers, v);
        evk_str_printf(&header, "%s\"%s%s\":{\"dtype\":\"F32\",\"shape\":[", i ? "," : "", prefix,
                       tensors[i].name);
        for (int a = 0; a < v->axes; a++)
            evk_str_printf(&header, "%s%lld", a ? "," : "", (long long)v->dim[a]);
        evk_str_printf(&header, "],\"data_offsets\":[%zu,%zu]}", begin, numbers.size);
    }
    put(&header, "}");
    while (header.size < least)
        put(&header, " ");
    put_little(&file, header.size, 8);
    put_bytes(&file, header.data, header.size);
    put_bytes(&file, numbers.data, numbers.size);
    evk_str_release(&header);
    evk_str_release(&numbers);
    return file;
}

/* Add the items of the dictionary: a name, and a tensor of the storage with the tensor's number. */
static void add_item(struct torch_file *t, const struct evk_named_tensor *tensor,
                     const char *prefix, int number)
{
    const struct evk_tensor *v = &tensor->values;
    int64_t stride[EVK_AXES_MAX], s = 1;
    char name[NAME], key[KEY];

    for (int i = v->axes - 1; i >= 0; i--) {
        stride[i] = s;
        s *= v->dim[i];
    }
    snprintf(name, sizeof(name), "%s%s", prefix, tensor->name);
    snprintf(key, sizeof(key), "%d", number);
    torch_tensor(t, &(struct torch_view){name, "FloatStorage", key, evk_tensor_count(v), 0, v->axes,
                                         v->dim, stride});
}

struct evk_str legacy_torch_bytes(const struct evk_named_tensor *tensors, int count,
                                  const char *prefix)
{
    struct evk_str file = EVK_STR_INIT;
    struct torch_file t;
    char key[KEY];

    put(&file, "\x80\x02\x8a\nl\xfc\x9c\x46\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}.");
    torch_begin(&t, "", 2);
    for (int i = 0; i < count; i++)
        add_item(&t, &tensors[i], prefix, i);
    torch_end(&t);
    put_bytes(&file, t.pickle.data, t.pickle.size);
    torch_release(&t);
    put(&file, "\x80\x02](");
    for (int i = 0; i < count; i++) {
        snprintf(key, sizeof(key), "%d", i);
        put_text(&file, key);
    }
    put(&file, "e.");
    for (int i = 0; i < count; i++) {
        put_little(&file, (uint64_t)evk_tensor_count(&tensors[i].values), 8);
        add_numbers(&file, &tensors[i].values);
    }
    return file;
}
