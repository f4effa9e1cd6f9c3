/* SPDX-License-Identifier: GPL-3.0-or-later */
/* element.c - arrays of numbers of any type, as files hold them, read as floats or doubles */
#include "format/element.h"

#include <string.h>

enum {
    REPEATED = 4,   /* numbers that a file may become in memory for each of its bytes */
    FLOOR = 1 << 18 /* numbers that a file of any size may become besides these */
};

int64_t evk_elements_max(size_t bytes)
{
    return (int64_t)bytes > INT64_MAX / REPEATED - FLOOR ? INT64_MAX
                                                         : (int64_t)bytes * REPEATED + FLOOR;
}

int64_t evk_element_size(enum evk_element e)
{
    static const int64_t size[] = {
        [EVK_F16] = 2, [EVK_BF16] = 2, [EVK_F32] = 4, [EVK_F64] = 8, [EVK_I8] = 1,
        [EVK_I16] = 2, [EVK_I32] = 4,  [EVK_I64] = 8, [EVK_U8] = 1,  [EVK_U16] = 2,
        [EVK_U32] = 4, [EVK_U64] = 8,  [EVK_B1] = 1,
    };

    return size[e];
}

static float float_of_bits(uint32_t bits)
{
    float f;

    memcpy(&f, &bits, sizeof(f));
    return f;
}

static double double_of_bits(uint64_t bits)
{
    double d;

    memcpy(&d, &bits, sizeof(d));
    return d;
}

/* Returns the value of an IEEE binary16: every such value is also a float. */
static float half(uint32_t bits)
{
    const uint32_t sign = (bits & 0x8000u) << 16, exponent = bits >> 10 & 31,
                   fraction = bits & 1023;
    const float tiny = 1.0f / (1 << 24); /* the smallest subnormal */

    if (exponent == 0)
        return sign ? -(float)fraction * tiny : (float)fraction * tiny;
    return float_of_bits(sign | (exponent == 31 ? 255u : exponent + 112) << 23 | fraction << 13);
}

/* Returns the bytes of a number, put together. */
static uint64_t bits_of(const unsigned char *p, int64_t size, bool big)
{
    uint64_t bits = 0;

    for (int64_t i = 0; i < size; i++)
        bits |= (uint64_t)p[i] << 8 * (big ? size - 1 - i : i);
    return bits;
}

/* Returns the value of bits that are a two's complement number of size bytes. */
static int64_t signed_of(uint64_t bits, int64_t size)
{
    const uint64_t top = (uint64_t)1 << (8 * size - 1);

    return bits & top ? -(int64_t)(~bits & (top - 1)) - 1 : (int64_t)bits;
}

/* Returns the value of a number, rounded where it is an integer of 64 bits that no double has. */
static double number(enum evk_element e, uint64_t bits)
{
    switch (e) {
    case EVK_F16:
        return (double)half((uint32_t)bits);
    case EVK_BF16:
        return (double)float_of_bits((uint32_t)bits << 16);
    case EVK_F32:
        return (double)float_of_bits((uint32_t)bits);
    case EVK_F64:
        return double_of_bits(bits);
    case EVK_I8:
    case EVK_I16:
    case EVK_I32:
    case EVK_I64:
        return (double)signed_of(bits, evk_element_size(e));
    case EVK_B1:
        return bits ? 1 : 0;
    default:
        return (double)bits;
    }
}

/* Returns the float that is nearest to the number, which is rounded once. */
static float nearest(enum evk_element e, uint64_t bits)
{
    if (e == EVK_I64)
        return (float)signed_of(bits, evk_element_size(e));
    return e == EVK_U64 ? (float)bits : (float)number(e, bits);
}

/* Returns the bytes of number i, put together. */
static uint64_t bits_at(const struct evk_elements *from, int64_t i)
{
    const int64_t size = evk_element_size(from->type);

    return bits_of(from->bytes + i * size, size, from->big);
}

void evk_elements_read(const struct evk_elements *from, int64_t first, int64_t step, int64_t n,
                       float *out)
{
    for (int64_t i = 0; i < n; i++)
        out[i] = nearest(from->type, bits_at(from, first + i * step));
}

void evk_elements_read_doubles(const struct evk_elements *from, int64_t first, int64_t step,
                               int64_t n, double *out)
{
    for (int64_t i = 0; i < n; i++)
        out[i] = number(from->type, bits_at(from, first + i * step));
}
