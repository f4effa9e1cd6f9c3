/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draw.c - whole numbers from Philox, without the bias of a remainder */
#include "session/order/draw.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/hash.h"

evk_status evk_draw_begin(struct evk_draw *out, uint64_t seed, const char *purpose, int64_t first,
                          int64_t second, evk_error *err)
{
    unsigned char digest[EVK_SHA256_BYTES];
    char text[160];
    const int length =
        snprintf(text, sizeof(text), "order of a session\n%s\n%" PRIu64 "\n%" PRId64 "\n%" PRId64,
                 purpose, seed, first, second);

    EVK_TRY(evk_sha256(text, (size_t)length, digest, err));
    *out = (struct evk_draw){.key = evk_rng_key(digest)};
    return EVK_OK;
}

static uint32_t word(struct evk_draw *d)
{
    if (!d->left) {
        const uint32_t counter[4] = {(uint32_t)d->next, (uint32_t)(d->next >> 32), d->key.high[0],
                                     d->key.high[1]};

        evk_philox(counter, d->key.key, d->word);
        d->next++;
        d->left = 4;
    }
    return d->word[--d->left];
}

/*
 * The upper half of word * n is below n; of the 2^32 words, those whose lower half is less than
 * 2^32 mod n are one too many for some results, and are drawn again (Lemire 2019).
 */
int64_t evk_draw_below(struct evk_draw *d, int64_t n)
{
    const uint64_t excess = ((uint64_t)1 << 32) % (uint64_t)n;
    uint64_t product;

    do {
        product = (uint64_t)word(d) * (uint64_t)n;
    } while ((product & UINT32_MAX) < excess);
    return (int64_t)(product >> 32);
}

void evk_draw_spread(struct evk_draw *d, int64_t count, int64_t places, int64_t *out)
{
    for (int64_t k = 0; k < count; k++) {
        const int64_t low = k * places / count, high = (k + 1) * places / count;

        out[k] = high > low ? low + evk_draw_below(d, high - low) : low;
    }
}
