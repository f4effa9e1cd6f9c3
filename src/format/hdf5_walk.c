/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hdf5_walk.c - a walk through all of an HDF5 file with libhdf5, in a process of its own
 *
 * Each object that is met becomes a record (hdf5_record.h) in the pipe.
 */
#include "format/hdf5_walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "format/hdf5_dataset.h"
#include "format/hdf5_library.h"

enum { DEPTH_MAX = 32 }; /* groups within groups, at most */

struct walk {
    struct evk_hdf5_sink *sink;
    size_t size;                     /* bytes of the file */
    uint64_t values_left, rest_left; /* bytes that may still be sent: values; all else */
    struct evk_str path;             /* path of the object that is being read; "" is the root */
    haddr_t *seen;                   /* addresses of all groups that have been entered */
    size_t seen_count;
    int depth; /* groups that are being walked through */
    evk_error *err;
    evk_status status; /* the first failure, which ends the walk */
};

/* The group that is being walked through, for the library's callbacks. */
struct group {
    struct walk *walk;
    hid_t id;
    uint64_t links; /* number of links that the walk has met so far */
};

/* Returns the path of the object that is being read. */
static const char *current_path(const struct walk *w)
{
    return w->path.size ? w->path.data : "/";
}

/*
 * Send a record of the object that is being read.  false: the records would take more bytes than
 * this file may send, or the walk has failed before.
 */
static bool send_record(struct walk *w, struct evk_hdf5_record r, const char *name,
                        const char *text, const float *values)
{
    uint64_t rest;

    if (!w->status)
        w->status = evk_str_check(&w->path, w->err);
    if (w->status)
        return false;
    r.path = strlen(current_path(w));
    rest = sizeof(r) + r.path + r.name + r.text;
    if (rest > w->rest_left) {
        w->status = evk_fail(w->err, EVK_EFORMAT,
                             "has names and attributes of over %llu bytes, in a file of %zu",
                             (unsigned long long)evk_hdf5_rest_max(w->size), w->size);
        return false;
    }
    w->rest_left -= rest;
    evk_hdf5_put(w->sink, &r, current_path(w), name, text, values);
    return true;
}

/* ---- datasets ---- */

/* Send that the object cannot be read, and why. */
static bool send_unreadable(struct walk *w, evk_status status, const char *why)
{
    return send_record(w,
                       (struct evk_hdf5_record){
                           .kind = EVK_HDF5_UNREADABLE, .status = status, .text = strlen(why)},
                       NULL, why, NULL);
}

/*
 * Send a dataset.  If it cannot be read, the reason is sent instead, and the walk goes on, since
 * nobody may ever ask for this dataset.
 */
static bool walk_dataset(struct walk *w, hid_t id)
{
    const int64_t room = (int64_t)(w->values_left / sizeof(float));
    struct evk_hdf5_record r = {.kind = EVK_HDF5_DATASET};
    evk_error why = {EVK_OK, ""};
    struct evk_tensor t = {0};
    const evk_status s = evk_hdf5_dataset_read(&t, id, w->size, room, &why);
    bool ok;

    if (s)
        return send_unreadable(w, s, why.msg);
    r.axes = (uint32_t)t.axes;
    r.values = (uint64_t)evk_tensor_count(&t);
    memcpy(r.dim, t.dim, sizeof(r.dim));
    w->values_left -= r.values * sizeof(float);
    ok = send_record(w, r, NULL, NULL, t.data);
    evk_tensor_release(&t);
    return ok;
}

/* ---- attributes ---- */

/*
 * The type in memory that an attribute's strings are read as: variable: each of its own length,
 * otherwise all of the same length as in the file.
 */
static hid_t text_type(hid_t type, bool variable)
{
    const hid_t id = H5Tcopy(H5T_C_S1);

    if (id >= 0 && H5Tset_size(id, variable ? H5T_VARIABLE : H5Tget_size(type)) >= 0 &&
        H5Tset_strpad(id, H5Tget_strpad(type)) >= 0 && H5Tset_cset(id, H5Tget_cset(type)) >= 0)
        return id;
    if (id >= 0)
        H5Tclose(id);
    return H5I_INVALID_HID;
}

/* Append strings of variable length to out, with a zero byte after each. */
static bool read_variable(hid_t id, hid_t type, hid_t space, uint64_t count, struct evk_str *out)
{
    char **list;
    bool ok;

    if (evk_alloc(&list, (int64_t)count, sizeof(*list), "strings", NULL))
        return false;
    ok = H5Aread(id, type, list) >= 0;
    for (uint64_t i = 0; ok && i < count; i++)
        evk_str_add(out, list[i] ? list[i] : "", list[i] ? strlen(list[i]) + 1 : 1);
    if (ok)
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, list);
    free(list);
    return ok;
}

/* Append strings of fixed length to out, without their padding, with a zero byte after each. */
static bool read_fixed(hid_t id, hid_t type, uint64_t count, struct evk_str *out)
{
    const bool spaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
    const size_t size = H5Tget_size(type);
    char *all;
    bool ok;

    if (evk_alloc(&all, (int64_t)count, size, "strings", NULL))
        return false;
    ok = H5Aread(id, type, all) >= 0;
    for (uint64_t i = 0; ok && i < count; i++) {
        const char *one = all + i * size;
        size_t n = 0;

        while (n < size && one[n])
            n++;
        while (spaces && n > 0 && one[n - 1] == ' ')
            n--;
        evk_str_add(out, one, n);
        evk_str_add(out, "", 1);
    }
    free(all);
    return ok;
}

/* Append the strings of an attribute to out.  false: damaged, or more than fit into the file. */
static bool read_strings(const struct walk *w, hid_t id, hid_t type, hid_t space,
                         struct evk_str *out)
{
    const bool variable = H5Tis_variable_str(type) > 0;
    const uint64_t count = (uint64_t)H5Sget_simple_extent_npoints(space);
    const size_t size = variable ? 1 : H5Tget_size(type);
    hid_t memory;
    bool ok;

    if (size == 0 || size > w->size || count > w->size / size)
        return false;
    memory = text_type(type, variable);
    if (memory < 0)
        return false;
    ok = variable ? read_variable(id, memory, space, count, out)
                  : read_fixed(id, memory, count, out);
    H5Tclose(memory);
    return ok && !out->failed;
}

/* Send an attribute, unless it is not text; but an empty list may be of any type. */
static bool send_attribute(struct walk *w, const char *name, hid_t id, hid_t type, hid_t space)
{
    const H5S_class_t shape = H5Sget_simple_extent_type(space);
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    const bool is_text = H5Tget_class(type) == H5T_STRING;
    struct evk_hdf5_record r = {.kind = EVK_HDF5_ATTRIBUTE, .scalar = shape == H5S_SCALAR};
    struct evk_str text = EVK_STR_INIT;
    bool ok = count >= 0;

    if (shape == H5S_NULL || (!is_text && count > 0))
        return true;
    if (ok && count > 0)
        ok = read_strings(w, id, type, space, &text);
    if (ok) {
        r.name = strlen(name);
        r.text = text.size;
        r.count = (uint64_t)count;
        ok = send_record(w, r, name, text.data, NULL);
    }
    evk_str_release(&text);
    return ok;
}

/* For H5Aiterate2: send the attribute of this name; data is the walk. */
static herr_t walk_attribute(hid_t object, const char *name, const H5A_info_t *info, void *data)
{
    const hid_t id = H5Aopen(object, name, H5P_DEFAULT);
    const hid_t type = id < 0 ? id : H5Aget_type(id), space = id < 0 ? id : H5Aget_space(id);
    const bool ok = type >= 0 && space >= 0 && send_attribute(data, name, id, type, space);

    (void)info;
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    if (id >= 0)
        H5Aclose(id);
    return ok ? 0 : -1;
}

static bool walk_attributes(struct walk *w, hid_t id)
{
    if (w->status)
        return false;
    if (H5Aiterate2(id, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, walk_attribute, w) < 0 && !w->status)
        w->status =
            evk_fail(w->err, EVK_EFORMAT, "the attributes of '%s' are damaged", current_path(w));
    return !w->status;
}

/* ---- groups ---- */

/* Note that a group is entered.  false: it has been entered before, or memory ran out. */
static bool enter_group(struct walk *w, haddr_t address)
{
    haddr_t *more;

    for (size_t i = 0; i < w->seen_count; i++)
        if (w->seen[i] == address)
            return false;
    more = realloc(w->seen, (w->seen_count + 1) * sizeof(*more));
    if (!more) {
        w->status = evk_fail(w->err, EVK_ENOMEM, "out of memory for groups");
        return false;
    }
    w->seen = more;
    w->seen[w->seen_count++] = address;
    return true;
}

static herr_t walk_link(hid_t group, const char *name, const H5L_info_t *info, void *data);

/* Walk through all members of a group, then send the group and its attributes. */
static bool walk_group(struct walk *w, hid_t id)
{
    struct group g = {w, id, 0};
    H5O_info_t info;
    bool ok = H5Oget_info(id, &info) >= 0;

    if (ok && enter_group(w, info.addr)) {
        if (w->depth == DEPTH_MAX)
            w->status =
                evk_fail(w->err, EVK_EFORMAT, "has groups in groups, over %d deep", DEPTH_MAX);
        w->depth++;
        ok = !w->status && H5Literate(id, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, walk_link, &g) >= 0;
        w->depth--;
    }
    if (!ok && !w->status)
        w->status = evk_fail(w->err, EVK_EFORMAT, "group '%s' is damaged", current_path(w));
    return send_record(w, (struct evk_hdf5_record){.kind = EVK_HDF5_GROUP, .count = g.links}, NULL,
                       NULL, NULL) &&
           walk_attributes(w, id);
}

static bool walk_object(struct walk *w, hid_t group, const char *name)
{
    const hid_t id = H5Oopen(group, name, H5P_DEFAULT);
    bool ok = true;

    if (id < 0)
        return send_unreadable(w, EVK_EFORMAT, "its description is damaged");
    switch (H5Iget_type(id)) {
    case H5I_GROUP:
        ok = walk_group(w, id);
        break;
    case H5I_DATASET:
        ok = walk_dataset(w, id) && walk_attributes(w, id);
        break;
    default:
        break;
    }
    H5Oclose(id);
    return ok;
}

/*
 * For H5Literate: walk to the object of this link; data is the group.  Only hard links are
 * followed, since a soft or external link could lead anywhere.
 */
static herr_t walk_link(hid_t group, const char *name, const H5L_info_t *info, void *data)
{
    struct group *g = data;
    struct walk *w = g->walk;
    const size_t before = w->path.size;
    bool ok;

    (void)group;
    g->links++;
    if (info->type != H5L_TYPE_HARD || !name[0] || strchr(name, '/'))
        return 0;
    evk_str_printf(&w->path, "/%s", name);
    ok = walk_object(w, g->id, name);
    if (!w->path.failed) {
        w->path.size = before;
        w->path.data[before] = '\0';
    }
    return ok ? 0 : -1;
}

evk_status evk_hdf5_walk(struct evk_hdf5_sink *sink, const void *data, size_t size, evk_error *err)
{
    struct walk w = {.sink = sink,
                     .size = size,
                     .values_left = evk_hdf5_values_max(size),
                     .rest_left = evk_hdf5_rest_max(size),
                     .path = EVK_STR_INIT,
                     .err = err};
    const hid_t fapl = evk_hdf5_quiet() ? evk_hdf5_memory_access(data, size) : H5I_INVALID_HID;
    hid_t file = H5I_INVALID_HID, root = H5I_INVALID_HID;
    char name[EVK_HDF5_NAME];

    if (fapl >= 0)
        file = H5Fopen(evk_hdf5_file_name(&w, name), H5F_ACC_RDONLY, fapl);
    if (file >= 0)
        root = H5Gopen2(file, "/", H5P_DEFAULT);
    if (root >= 0)
        walk_group(&w, root);
    else
        w.status = evk_fail(err, EVK_EFORMAT, "libhdf5 cannot open it: damaged or cut short");
    evk_str_release(&w.path);
    free(w.seen);
    return w.status; /* the file and the root stay open until the process ends */
}
