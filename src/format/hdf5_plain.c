/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_plain.c - plain HDF5 files, read without libhdf5; numbers of messages are the format's */
#include "format/hdf5_plain.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "format/hdf5_record.h"

enum {
    DEPTH_MAX = 32,  /* groups within groups, as in hdf5_walk.c */
    SUPERBLOCK = 96, /* bytes of the superblock with the root's entry */
    ENTRY = 40,      /* bytes of an entry of a symbol table */
    TREE = 24,       /* bytes of a B-tree node before its keys */
    HEAD = 16,       /* bytes of an object header before its messages */
    MESSAGE = 8,     /* bytes of a message before its body */
    LEAF = 8,        /* entries of a symbol table, at most, where a file says 4 */
    INNER = 32,      /* children of a B-tree node, at most, where a file says 16 */
    NODE = 544,      /* bytes of a B-tree node with room for INNER children */
    /* What no weights have, and what would take long in a file that is made to take long: */
    GROUPS_MAX = 4096,
    NAME_BYTES = 256, /* of a name with its zero */
    FREE_MAX = 64,    /* pieces of free room among the names of a group */
    LEVELS_MAX = 16,  /* levels of a B-tree */
    ROOT_ENTRY = 56,  /* where the entry of the root begins */
    FLOAT_BYTES = 4,  /* of a float32 */
    INTEGER_BYTES = 8 /* of an int64 */
};

static const uint64_t UNDEFINED = UINT64_MAX;

/* The file, and what may still be found in it. */
struct plain {
    const unsigned char *data;
    uint64_t size;
    uint64_t nodes_left;             /* B-tree nodes that may still be visited */
    uint64_t values_left, rest_left; /* bytes that libhdf5's process could still send */
    uint64_t *groups;                /* (group_room) addresses of groups that have been entered */
    size_t group_count, group_room;
    struct evk_str path; /* of the object that is being read; "" is the root */
    bool (*put)(void *arg, const struct evk_hdf5_plain *object);
    void *arg;
};

/* A group that is being read. */
struct group {
    struct plain *file;
    uint64_t names, names_size; /* where the names of its members are, and how many bytes */
    const char *last;           /* name of the member before; NULL: none */
    int64_t members;
    int depth;
    /* of the node of each level that was visited last: its address, and that of the node to its
       right; UNDEFINED: none */
    uint64_t visited[LEVELS_MAX], right[LEVELS_MAX];
};

static uint64_t number_at(const unsigned char *p, int bytes)
{
    uint64_t n = 0;

    for (int i = bytes; i-- > 0;)
        n = n << 8 | p[i];
    return n;
}

static unsigned u16(const unsigned char *p)
{
    return (unsigned)number_at(p, 2);
}

static uint32_t u32(const unsigned char *p)
{
    return (uint32_t)number_at(p, 4);
}

static uint64_t u64(const unsigned char *p)
{
    return number_at(p, 8);
}

/* Returns n bytes at an address of the file, or NULL where they are not all in it. */
static const unsigned char *bytes_at(const struct plain *p, uint64_t address, uint64_t n)
{
    return address <= p->size && n <= p->size - address ? p->data + address : NULL;
}

/* ---- messages of object headers ---------------------------------------------------------- */

/* What the messages of an object header say; a body is NULL where there is no such message. */
struct header {
    const unsigned char *space, *type, *fill, *layout, *table;
    uint64_t space_size, type_size, fill_size, layout_size, table_size;
};

/* Note one message; false: a plain file has no such one, or has it once only. */
static bool take_message(struct header *h, unsigned kind, const unsigned char *body, uint64_t n)
{
    const struct {
        unsigned kind;
        const unsigned char **body;
        uint64_t *size;
    } known[] = {{0x01, &h->space, &h->space_size},
                 {0x03, &h->type, &h->type_size},
                 {0x05, &h->fill, &h->fill_size},
                 {0x08, &h->layout, &h->layout_size},
                 {0x11, &h->table, &h->table_size}};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (kind == known[i].kind && !*known[i].body) {
            *known[i].body = body;
            *known[i].size = n;
            return true;
        }
    return kind == 0; /* room that is not used */
}

/* Read an object header of version 1, which has all of its messages in one piece. */
static bool read_header(const struct plain *p, uint64_t address, struct header *out)
{
    const unsigned char *head = bytes_at(p, address, HEAD), *at;
    uint64_t left, count;

    *out = (struct header){NULL};
    if (!head || head[0] != 1)
        return false;
    left = u32(head + 8);
    at = bytes_at(p, address + HEAD, left);
    for (count = u16(head + 2); at && count > 0 && left >= MESSAGE; count--) {
        const uint64_t n = u16(at + 2);

        /* of the flags, only "constant" is plain: others say that the message is elsewhere */
        if (n > left - MESSAGE || n % 8 || at[4] > 1 ||
            !take_message(out, u16(at), at + MESSAGE, n))
            return false;
        at += MESSAGE + n;
        left -= MESSAGE + n;
    }
    return at && count == 0 && left == 0;
}

/* ---- datasets ---------------------------------------------------------------------------- */

/* A float32, and an int64, each little-endian, as a message describes it. */
static const unsigned char float_type[] = {0x11, 0x20, 0x1f, 0, 4, 0,  0,   0, 0, 0,
                                           32,   0,    23,   8, 0, 23, 127, 0, 0, 0};
static const unsigned char integer_type[] = {0x10, 8, 0, 0, 8, 0, 0, 0, 0, 0, 64, 0};

static bool read_type(const struct header *h, struct evk_hdf5_plain *out)
{
    if (h->type_size >= sizeof(float_type) &&
        memcmp(h->type, float_type, sizeof(float_type)) == 0) {
        out->integer = false;
        return true;
    }
    out->integer = true;
    return h->type_size >= sizeof(integer_type) &&
           memcmp(h->type, integer_type, sizeof(integer_type)) == 0;
}

/* Read a shape, whose largest extents, where they are given, are the extents themselves. */
static bool read_shape(const struct header *h, struct evk_hdf5_plain *out)
{
    const unsigned char *s = h->space, *dims;
    uint64_t most;

    if (h->space_size < 8 || s[0] != 1 || s[1] > EVK_AXES_MAX || s[2] > 1)
        return false;
    dims = s + 8;
    out->axes = s[1];
    most = 8 * (uint64_t)out->axes;
    if (h->space_size < 8 + most * (s[2] ? 2 : 1) ||
        (s[2] && memcmp(dims, dims + most, (size_t)most) != 0))
        return false;
    out->count = 1;
    for (int i = 0; i < out->axes; i++) {
        const uint64_t extent = u64(dims + 8 * i);

        if (extent < 1 || extent > INT64_MAX ||
            !evk_size_mul(out->count, (int64_t)extent, &out->count))
            return false;
        out->dim[i] = (int64_t)extent;
    }
    return true;
}

/* A fill value is for values that were not written, of which a plain dataset has none. */
static bool is_plain_fill(const struct header *h)
{
    const unsigned char *f = h->fill;

    if (!f)
        return true;
    return h->fill_size >= 8 && f[0] == 2 && f[1] >= 1 && f[1] <= 3 && f[2] <= 2 && f[3] <= 1 &&
           (f[3] == 0 || u32(f + 4) == 0);
}

/* Find the values, which are in one piece. */
static bool find_content(const struct plain *p, const struct header *h, struct evk_hdf5_plain *out)
{
    const unsigned char *l = h->layout;
    int64_t bytes;

    if (h->layout_size < 18 || l[0] != 3 || l[1] != 1 ||
        !evk_size_mul(out->count, out->integer ? INTEGER_BYTES : FLOAT_BYTES, &bytes) ||
        u64(l + 10) != (uint64_t)bytes)
        return false;
    out->content = bytes_at(p, u64(l + 2), (uint64_t)bytes);
    return out->content != NULL;
}

/* Put the object, if libhdf5's process could still send what it is. */
static bool put_object(struct plain *p, struct evk_hdf5_plain *object)
{
    const uint64_t values = object->members < 0 ? 4 * (uint64_t)object->count : 0,
                   rest = sizeof(struct evk_hdf5_record) + (p->path.size ? p->path.size : 1);

    if (values > p->values_left || rest > p->rest_left || p->path.failed)
        return false;
    p->values_left -= values;
    p->rest_left -= rest;
    object->path = p->path.size ? p->path.data : "/";
    return p->put(p->arg, object);
}

static bool read_dataset(struct plain *p, const struct header *h)
{
    struct evk_hdf5_plain object = {.members = -1};

    return h->space && h->type && h->layout && !h->table && read_type(h, &object) &&
           read_shape(h, &object) && (uint64_t)object.count <= p->size && is_plain_fill(h) &&
           find_content(p, h, &object) && put_object(p, &object);
}

/* ---- groups ------------------------------------------------------------------------------ */

/* Note that a group is entered; false: it was before, there are too many, or memory ran out. */
static bool enter_group(struct plain *p, uint64_t address)
{
    for (size_t i = 0; i < p->group_count; i++)
        if (p->groups[i] == address)
            return false;
    if (p->group_count == GROUPS_MAX)
        return false;
    if (p->group_count == p->group_room) {
        const size_t room = p->group_room ? 2 * p->group_room : 64;
        uint64_t *more = realloc(p->groups, room * sizeof(*more));

        if (!more)
            return false;
        p->groups = more;
        p->group_room = room;
    }
    p->groups[p->group_count++] = address;
    return true;
}

/* Returns the name at an offset among those of a group, or NULL where none ends there. */
static const char *name_at(const struct group *g, uint64_t offset)
{
    const unsigned char *all = g->file->data + g->names;
    const uint64_t left = offset < g->names_size ? g->names_size - offset : 0;

    return left && memchr(all + offset, 0, left < NAME_BYTES ? (size_t)left : NAME_BYTES)
               ? (const char *)all + offset
               : NULL;
}

static bool read_group(struct plain *p, uint64_t address, const struct header *h, int depth);

/*
 * Does an entry that repeats what the header of a group says, repeat it rightly?  Other entries
 * repeat nothing, as those of datasets.
 */
static bool is_true_copy(const unsigned char *entry, const struct header *h)
{
    const uint32_t kind = u32(entry + 16);

    if (kind == 1)
        return h->table && memcmp(entry + 24, h->table, 16) == 0;
    return kind == 0;
}

static bool read_object(struct plain *p, const unsigned char *entry, int depth)
{
    const uint64_t address = u64(entry + 8);
    struct header h;

    if (!read_header(p, address, &h) || !is_true_copy(entry, &h))
        return false;
    return h.table ? read_group(p, address, &h, depth) : read_dataset(p, &h);
}

/* Names in a B-tree: what is below a node has names above `low`, up to `high`; borrowed. */
struct bounds {
    const char *low, *high;
};

/* Read the object of an entry.  Names of a group rise, so that no two are the same. */
static bool read_member(struct group *g, const unsigned char *entry, const struct bounds *in)
{
    struct plain *p = g->file;
    const size_t before = p->path.size;
    const char *name = name_at(g, u64(entry));
    bool ok;

    if (!name || strchr(name, '/') || strcmp(name, in->low) <= 0 || strcmp(name, in->high) > 0 ||
        (g->last && strcmp(name, g->last) <= 0))
        return false;
    g->last = name;
    g->members++;
    evk_str_printf(&p->path, "/%s", name);
    ok = !p->path.failed && read_object(p, entry, g->depth + 1);
    if (!p->path.failed) {
        p->path.size = before;
        p->path.data[before] = '\0';
    }
    return ok;
}

static bool read_table(struct group *g, uint64_t address, const struct bounds *in)
{
    const struct plain *p = g->file;
    const unsigned char *head = bytes_at(p, address, 8), *entries;
    uint64_t count;

    if (!head || memcmp(head, "SNOD\1", 5) != 0)
        return false;
    count = u16(head + 6);
    entries = bytes_at(p, address + 8, count * ENTRY);
    if (!entries || count > LEAF)
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!read_member(g, entries + i * ENTRY, in))
            return false;
    return true;
}

/* Note that a node is visited; false: nodes of its level name other ones as their neighbours. */
static bool visit_node(struct group *g, uint64_t address, const unsigned char *node, unsigned level)
{
    if (u64(node + 8) != g->visited[level] ||
        (g->visited[level] != UNDEFINED && g->right[level] != address))
        return false;
    g->visited[level] = address;
    g->right[level] = u64(node + 16);
    return true;
}

static bool read_tree(struct group *g, uint64_t address, unsigned level, const struct bounds *in);

/* Read what is below child i of a node, whose keys are given: names on both sides of each child. */
static bool read_child(struct group *g, const unsigned char *keys, uint64_t i, unsigned level,
                       const struct bounds *in)
{
    const uint64_t child = u64(keys + 16 * i + 8);
    const struct bounds own = {name_at(g, u64(keys + 16 * i)), name_at(g, u64(keys + 16 * i + 16))};

    if (!own.low || !own.high || strcmp(own.low, own.high) >= 0 ||
        (in && (strcmp(own.low, in->low) < 0 || strcmp(own.high, in->high) > 0)))
        return false;
    return level ? read_tree(g, child, level - 1, &own) : read_table(g, child, &own);
}

/* Read the symbol tables below a node of a B-tree, whose level is given; in: NULL for the root. */
static bool read_tree(struct group *g, uint64_t address, unsigned level, const struct bounds *in)
{
    struct plain *p = g->file;
    const unsigned char *node = bytes_at(p, address, TREE), *keys;
    uint64_t count;

    if (!node || p->nodes_left == 0 || memcmp(node, "TREE", 5) != 0 || node[5] != level ||
        !visit_node(g, address, node, level))
        return false;
    p->nodes_left--;
    count = u16(node + 6);
    keys = bytes_at(p, address + TREE, 16 * count + 8);
    if (!keys || count > INNER)
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!read_child(g, keys, i, level, in))
            return false;
    return true;
}

/* Is the list of free room among the names whole, which begins at an offset?  1 ends the list. */
static bool is_free_list(const struct group *g, uint64_t offset)
{
    const unsigned char *names = g->file->data + g->names;
    int left = FREE_MAX;

    for (; offset != 1; left--) {
        if (left == 0 || offset == 0 || offset > g->names_size || g->names_size - offset < 16 ||
            u64(names + offset + 8) > g->names_size - offset)
            return false;
        offset = u64(names + offset);
    }
    return true;
}

/* Find the names of a group's members: the local heap at an address. */
static bool find_names(struct group *g, uint64_t address)
{
    const unsigned char *heap = bytes_at(g->file, address, 32);

    if (!heap || memcmp(heap, "HEAP\0", 5) != 0)
        return false;
    g->names_size = u64(heap + 8);
    g->names = u64(heap + 24);
    return bytes_at(g->file, g->names, g->names_size) && is_free_list(g, u64(heap + 16));
}

static bool read_group(struct plain *p, uint64_t address, const struct header *h, int depth)
{
    struct group g = {.file = p, .depth = depth};
    struct evk_hdf5_plain object = {.members = 0};
    const unsigned char *root;

    if (h->space || h->type || h->fill || h->layout || h->table_size < 16 || depth >= DEPTH_MAX ||
        !enter_group(p, address) || !find_names(&g, u64(h->table + 8)))
        return false;
    root = bytes_at(p, u64(h->table), TREE);
    if (!root || root[5] >= LEVELS_MAX)
        return false;
    for (int i = 0; i < LEVELS_MAX; i++)
        g.visited[i] = g.right[i] = UNDEFINED;
    if (!read_tree(&g, u64(h->table), root[5], NULL))
        return false;
    for (int i = 0; i < LEVELS_MAX; i++)
        if (g.right[i] != UNDEFINED)
            return false;
    object.members = g.members;
    return put_object(p, &object);
}

/* ---- the file ---------------------------------------------------------------------------- */

/* Read the superblock of version 0, whose addresses and lengths have 8 bytes. */
static bool read_superblock(struct plain *p)
{
    static const unsigned char begin[] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n',
                                          0,    0,   0,   0,   0,    8,    8,    0};
    const unsigned char *s = bytes_at(p, 0, SUPERBLOCK);

    if (!s || memcmp(s, begin, sizeof(begin)) != 0)
        return false;
    return u16(s + 16) == LEAF / 2 && u16(s + 18) == INNER / 2 && u32(s + 20) == 0 &&
           u64(s + 24) == 0 && u64(s + 32) == UNDEFINED && u64(s + 40) == p->size &&
           u64(s + 48) == UNDEFINED;
}

float evk_hdf5_plain_value(const struct evk_hdf5_plain *object, int64_t i)
{
    uint32_t bits;
    float value;

    if (object->integer)
        return (float)(int64_t)u64(object->content + INTEGER_BYTES * i);
    bits = u32(object->content + FLOAT_BYTES * i);
    memcpy(&value, &bits, sizeof(value));
    return value;
}

bool evk_hdf5_plain_read(const void *data, size_t size,
                         bool (*put)(void *arg, const struct evk_hdf5_plain *object), void *arg)
{
    struct plain p = {.data = data,
                      .size = size,
                      .nodes_left = size / NODE,
                      .values_left = evk_hdf5_values_max(size),
                      .rest_left = evk_hdf5_rest_max(size),
                      .path = EVK_STR_INIT,
                      .put = put,
                      .arg = arg};
    const bool plain = read_superblock(&p) && read_object(&p, p.data + ROOT_ENTRY, 0);

    evk_str_release(&p.path);
    free(p.groups);
    return plain;
}
