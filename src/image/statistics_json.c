/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics_json.c - statistics of natural images written to a JSON file, and read back */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/json.h"
#include "base/mem.h"
#include "image/statistics.h"

enum { FORMAT = 1, FILE_MAX = 1 << 24 };

static const char kind[] = "evoke image statistics";

/* Elements of components, which have length 1, are rounded to multiples of 1 / DIGITS. */
static const double DIGITS = 1e5;

/* ---- writing ------------------------------------------------------------------------ */

static void put_numbers(struct evk_json_writer *w, evk_json *parent, const char *key,
                        const double *v, int64_t n)
{
    evk_json *array = evk_json_put_array(w, parent, key);

    for (int64_t i = 0; i < n; i++)
        if (isnan(v[i]))
            evk_json_put_null(w, array, NULL);
        else
            evk_json_put_real(w, array, NULL, v[i]);
}

static void put_colour(struct evk_json_writer *w, const evk_statistics *s)
{
    evk_json *colour = evk_json_put_object(w, w->root, "colour"), *rows;

    put_numbers(w, colour, "mean", s->mean, 3);
    rows = evk_json_put_array(w, colour, "covariance");
    for (size_t i = 0; i < 3; i++)
        put_numbers(w, rows, NULL, s->covariance + 3 * i, 3);
}

static void put_contrast(struct evk_json_writer *w, const evk_statistics *s)
{
    evk_json *contrast = evk_json_put_object(w, w->root, "contrast");

    put_numbers(w, contrast, "quantiles", s->quantile, EVK_STATISTICS_QUANTILES);
    put_numbers(w, contrast, "channel_sd", s->channel_sd, EVK_STATISTICS_QUANTILES);
    put_numbers(w, contrast, "rms_contrast", s->rms_contrast, EVK_STATISTICS_QUANTILES);
    put_numbers(w, contrast, "mean", s->level, EVK_STATISTICS_QUANTILES);
}

static void put_spectrum(struct evk_json_writer *w, const evk_statistics *s)
{
    evk_json *spectrum = evk_json_put_object(w, w->root, "spectrum");

    put_numbers(w, spectrum, "cycles_per_pixel", s->frequency, EVK_STATISTICS_BANDS);
    put_numbers(w, spectrum, "amplitude", s->amplitude, EVK_STATISTICS_BANDS);
    if (isnan(s->slope))
        evk_json_put_null(w, spectrum, "slope");
    else
        evk_json_put_real(w, spectrum, "slope", s->slope);
}

static void put_patches(struct evk_json_writer *w, const evk_statistics *s)
{
    evk_json *patches = evk_json_put_object(w, w->root, "patches"), *rows;

    evk_json_put_int(w, patches, "size", EVK_PATCH);
    evk_json_put_real(w, patches, "rest_variance", s->rest);
    put_numbers(w, patches, "variances", s->variance, s->components);
    rows = evk_json_put_array(w, patches, "components");
    for (int64_t i = 0; i < s->components; i++) {
        double v[EVK_PATCH_VALUES];

        for (int64_t j = 0; j < EVK_PATCH_VALUES; j++)
            v[j] = floor(s->component[i * EVK_PATCH_VALUES + j] * DIGITS + 0.5) / DIGITS + 0.0;
        put_numbers(w, rows, NULL, v, EVK_PATCH_VALUES);
    }
}

evk_status evk_statistics_text(const evk_statistics *s, struct evk_str *text, evk_error *err)
{
    struct evk_json_writer w;
    evk_status status;

    evk_json_writer_init(&w);
    evk_json_put_text(&w, w.root, "kind", kind);
    evk_json_put_int(&w, w.root, "format", FORMAT);
    evk_json_put_int(&w, w.root, "images", s->images);
    evk_json_put_int(&w, w.root, "channels", 3);
    put_colour(&w, s);
    put_contrast(&w, s);
    put_spectrum(&w, s);
    put_patches(&w, s);
    status = evk_json_write_line(&w, text, err);
    evk_json_writer_release(&w);
    return status;
}

evk_status evk_statistics_write(const evk_statistics *s, const char *path, evk_error *err)
{
    EVK_ENTER();
    struct evk_str text = EVK_STR_INIT;
    evk_status status = evk_statistics_text(s, &text, err);

    if (!status)
        status = evk_fs_write(path, text.data, text.size, err);
    evk_str_release(&text);
    return status;
}

/* ---- reading ------------------------------------------------------------------------- */

/* What a list of numbers must be: n numbers from least to most; optional: any may be null. */
struct want {
    int64_t n;
    double least, most;
    bool optional;
};

static evk_status read_numbers(const evk_json *array, const char *name, const struct want *want,
                               double *out, evk_error *err)
{
    if (!evk_json_is_array(array) || evk_json_count(array) != (size_t)want->n)
        return evk_fail(err, EVK_EFORMAT, "%s is not a list of %lld", name, (long long)want->n);
    for (int64_t i = 0; i < want->n; i++) {
        const evk_json *v = evk_json_at(array, (size_t)i);
        char brief[EVK_JSON_BRIEF];

        out[i] = (double)NAN;
        if (evk_json_is_null(v) && want->optional)
            continue;
        if (!evk_json_real(v, &out[i]) || !(out[i] >= want->least && out[i] <= want->most))
            return evk_fail(err, EVK_EFORMAT, "%s has %s, expected a number from %g to %g", name,
                            evk_json_brief(v, brief), want->least, want->most);
    }
    return EVK_OK;
}

static evk_status read_whole(const evk_json *object, const char *key, int64_t least, int64_t most,
                             int64_t *out, evk_error *err)
{
    const evk_json *v = evk_json_get(object, key);
    char brief[EVK_JSON_BRIEF];

    if (!evk_json_int(v, out) || *out < least || *out > most)
        return evk_fail(err, EVK_EFORMAT, "%s is %s, expected %lld to %lld", key,
                        evk_json_brief(v, brief), (long long)least, (long long)most);
    return EVK_OK;
}

static evk_status read_head(const evk_json *root, evk_statistics *s, evk_error *err)
{
    const char *found = evk_json_text(evk_json_get(root, "kind"));
    int64_t ignored;

    if (!found || strcmp(found, kind) != 0)
        return evk_fail(err, EVK_EFORMAT,
                        "is not a file of image statistics, which 'evoke statistics' writes");
    EVK_TRY(read_whole(root, "format", FORMAT, FORMAT, &ignored, err));
    EVK_TRY(read_whole(root, "channels", 3, 3, &ignored, err));
    return read_whole(root, "images", 1, (int64_t)1 << 53, &s->images, err);
}

static evk_status read_colour(const evk_json *colour, evk_statistics *s, evk_error *err)
{
    static const struct want level = {3, 0, 255, false}, moment = {3, -65025, 65025, false};
    const evk_json *rows = evk_json_get(colour, "covariance");

    EVK_TRY(read_numbers(evk_json_get(colour, "mean"), "the colour mean", &level, s->mean, err));
    for (size_t i = 0; i < 3; i++)
        EVK_TRY(read_numbers(evk_json_at(rows, i), "a row of the colour covariance", &moment,
                             s->covariance + 3 * i, err));
    for (size_t i = 0; i < 9; i++) {
        const double across = s->covariance[i % 3 * 3 + i / 3];

        if (s->covariance[4 * (i % 3)] < 0 || fabs(s->covariance[i] - across) > 1e-6 * fabs(across))
            return evk_fail(err, EVK_EFORMAT,
                            "the colour covariance is not symmetric, "
                            "or has a negative variance");
    }
    return EVK_OK;
}

static evk_status read_contrast(const evk_json *contrast, evk_statistics *s, evk_error *err)
{
    static const struct want part = {EVK_STATISTICS_QUANTILES, 0, 1, false};
    static const struct want level = {EVK_STATISTICS_QUANTILES, 0, 255, false};
    static const struct want ratio = {EVK_STATISTICS_QUANTILES, 0, 1e6, false};

    EVK_TRY(
        read_numbers(evk_json_get(contrast, "quantiles"), "quantiles", &part, s->quantile, err));
    EVK_TRY(read_numbers(evk_json_get(contrast, "channel_sd"), "channel_sd", &level, s->channel_sd,
                         err));
    EVK_TRY(read_numbers(evk_json_get(contrast, "rms_contrast"), "rms_contrast", &ratio,
                         s->rms_contrast, err));
    return read_numbers(evk_json_get(contrast, "mean"), "mean", &level, s->level, err);
}

static evk_status read_spectrum(const evk_json *spectrum, evk_statistics *s, evk_error *err)
{
    static const struct want frequency = {EVK_STATISTICS_BANDS, 0, 1, false};
    static const struct want amplitude = {EVK_STATISTICS_BANDS, 0, 1e6, true};
    const evk_json *slope = evk_json_get(spectrum, "slope");

    EVK_TRY(read_numbers(evk_json_get(spectrum, "cycles_per_pixel"), "cycles_per_pixel", &frequency,
                         s->frequency, err));
    EVK_TRY(read_numbers(evk_json_get(spectrum, "amplitude"), "amplitude", &amplitude, s->amplitude,
                         err));
    s->slope = (double)NAN;
    if (!evk_json_is_null(slope) && !evk_json_real(slope, &s->slope))
        return evk_fail(err, EVK_EFORMAT, "slope is not a number");
    return EVK_OK;
}

/*
 * Make the components orthonormal by Gram-Schmidt, since the file has them rounded.  EVK_EFORMAT:
 * they are further from orthonormal than rounding explains.
 */
static evk_status orthonormalise(evk_statistics *s, evk_error *err)
{
    enum { N = EVK_PATCH_VALUES };

    for (int64_t i = 0; i < s->components; i++) {
        double *v = s->component + i * N, square = 0;

        for (int64_t k = 0; k <= i; k++) {
            const double *before = s->component + k * N;
            double dot = 0;

            for (int64_t j = 0; j < N; j++)
                dot += v[j] * before[j];
            if (fabs(dot - (k == i)) > 1e-2)
                return evk_fail(err, EVK_EFORMAT,
                                "components %lld and %lld of the patches are not "
                                "orthonormal",
                                (long long)k, (long long)i);
            for (int64_t j = 0; j < N && k < i; j++)
                v[j] -= dot * before[j];
        }
        for (int64_t j = 0; j < N; j++)
            square += v[j] * v[j];
        for (int64_t j = 0; j < N; j++)
            v[j] /= sqrt(square);
    }
    return EVK_OK;
}

static evk_status read_patches(const evk_json *patches, evk_statistics *s, evk_error *err)
{
    static const struct want element = {EVK_PATCH_VALUES, -1, 1, false};
    const evk_json *rows = evk_json_get(patches, "components");
    const int64_t count = (int64_t)evk_json_count(rows);
    const struct want variance = {count, 0, 1e8, false};
    int64_t ignored;

    EVK_TRY(read_whole(patches, "size", EVK_PATCH, EVK_PATCH, &ignored, err));
    if (count < 1 || count > EVK_PATCH_COMPONENTS)
        return evk_fail(err, EVK_EFORMAT, "the patches have %lld components, expected 1 to %d",
                        (long long)count, EVK_PATCH_COMPONENTS);
    s->components = count;
    if (!evk_json_real(evk_json_get(patches, "rest_variance"), &s->rest) ||
        !(s->rest > 0 && s->rest <= 1e8))
        return evk_fail(err, EVK_EFORMAT, "rest_variance is not a positive number");
    EVK_TRY(
        read_numbers(evk_json_get(patches, "variances"), "variances", &variance, s->variance, err));
    for (int64_t i = 0; i < count; i++) {
        if (s->variance[i] < s->rest || (i && s->variance[i] > s->variance[i - 1]))
            return evk_fail(err, EVK_EFORMAT, "variances do not fall to rest_variance");
        EVK_TRY(read_numbers(evk_json_at(rows, (size_t)i), "a component of the patches", &element,
                             s->component + i * EVK_PATCH_VALUES, err));
    }
    return orthonormalise(s, err);
}

static evk_status read_all(const evk_json *root, evk_statistics *s, evk_error *err)
{
    EVK_TRY(read_head(root, s, err));
    EVK_TRY(read_colour(evk_json_get(root, "colour"), s, err));
    EVK_TRY(read_contrast(evk_json_get(root, "contrast"), s, err));
    EVK_TRY(read_spectrum(evk_json_get(root, "spectrum"), s, err));
    return read_patches(evk_json_get(root, "patches"), s, err);
}

evk_status evk_statistics_parse(evk_statistics **out, const void *text, size_t size, evk_error *err)
{
    evk_statistics *s;
    evk_json *root;
    evk_status status;

    EVK_TRY(evk_json_parse(&root, text, size, err));
    status = evk_alloc(&s, 1, sizeof(*s), "statistics", err);
    if (!status) {
        status = read_all(root, s, err);
        if (status)
            evk_statistics_free(s);
        else
            *out = s;
    }
    evk_json_free(root);
    return status;
}

evk_status evk_statistics_read(evk_statistics **out, const char *path, evk_error *err)
{
    EVK_ENTER();
    struct evk_bytes file;
    evk_status s;

    if (!path)
        return evk_statistics_parse(out, evk_statistics_default, evk_statistics_default_size, err);
    EVK_TRY(evk_fs_read(&file, path, FILE_MAX, err));
    s = evk_statistics_parse(out, file.data, file.size, err);
    evk_bytes_release(&file);
    return s ? evk_wrap(err, s, "%s", path) : EVK_OK;
}
