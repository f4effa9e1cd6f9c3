/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * keys.c - checking that a config asks for nothing that is not computed
 *
 * A key that a class neither reads nor may ignore must be off.  Otherwise what
 * the key asks for would be left out, and responses would be wrong without
 * anybody being told.
 */
#include <stdio.h>
#include <string.h>

#include "model/keras/keras.h"

enum { DTYPE_TEXT = 2 * EVK_JSON_BRIEF }; /* a class and its configuration, in brief */

/* Keys that change no response of any layer; dtype is checked separately. */
static const char anywhere[] = "name trainable dtype autocast batch_input_shape";

/* The endings of all keys that matter in training only. */
static const char *const training[] = {"_initializer", "_regularizer", "_constraint"};

/* Keys of the config of a whole model that change no response, or that layers.c and graph.c read. */
static const char whole[] =
    "name trainable dtype layers input_layers output_layers build_input_shape batch_input_shape";

/* Is a key one of the words, which are separated by single spaces? */
static bool is_among(const char *words, const char *key)
{
    const size_t n = strlen(key);

    for (const char *at = words; *at; at += strcspn(at, " "), at += *at == ' ')
        if (strncmp(at, key, n) == 0 && (at[n] == ' ' || !at[n]))
            return true;
    return false;
}

static bool is_of_training(const char *key)
{
    const size_t n = strlen(key);

    for (size_t i = 0; i < sizeof(training) / sizeof(training[0]); i++) {
        const size_t end = strlen(training[i]);

        if (n > end && strcmp(key + n - end, training[i]) == 0)
            return true;
    }
    return false;
}

bool evk_keras_is_off(const evk_json *v)
{
    return evk_json_is_null(v) || (evk_json_is_bool(v) && !evk_json_bool(v, true));
}

/* ---- dtype ---------------------------------------------------------------------------- */

/* Returns the name of a dtype policy, which is a text or in an object of one of these classes; NULL
   for anything else. */
static const char *policy_of(const evk_json *v)
{
    static const char plain[] = "DTypePolicy FloatDTypePolicy Policy PolicyV1";
    const char *class = evk_json_text(evk_json_get(v, "class_name"));

    if (evk_json_text(v))
        return evk_json_text(v);
    return class && is_among(plain, class)
               ? evk_json_text(evk_json_get(evk_json_get(v, "config"), "name"))
               : NULL;
}

/*
 * Is a model of this dtype computed as evoke does it, in float32?  float64 is accepted too: evoke
 * then only rounds more coarsely than Keras.  With fewer bits, or in whole numbers, a model is
 * another function.
 */
static bool is_computed(const evk_json *dtype)
{
    const char *name = policy_of(dtype);

    return evk_json_is_null(dtype) || (name && is_among("float32 float64", name));
}

static const char *dtype_text(const evk_json *dtype, char text[DTYPE_TEXT])
{
    const char *class = evk_json_text(evk_json_get(dtype, "class_name"));
    char brief[EVK_JSON_BRIEF];

    if (class)
        snprintf(text, DTYPE_TEXT, "%.60s %s", class,
                 evk_json_brief(evk_json_get(dtype, "config"), brief));
    else
        snprintf(text, DTYPE_TEXT, "%s", evk_json_brief(dtype, brief));
    return text;
}

/* ---- keys ----------------------------------------------------------------------------- */

static bool is_known(const struct evk_keras_class *class, const char *key)
{
    return is_among(anywhere, key) || is_of_training(key) || is_among(class->reads, key) ||
           is_among(class->ignores, key) || strcmp(class->reads, "*") == 0 ||
           strcmp(class->ignores, "*") == 0;
}

static const char NOT_COMPUTED[] = "is not supported; supported: float32, float64";

evk_status evk_keras_check_keys(const struct evk_keras_layer *l, evk_error *err)
{
    const evk_json *dtype = evk_json_get(l->config, "dtype");
    char text[DTYPE_TEXT];
    const char *key = NULL;

    while ((key = evk_json_key_after(l->config, key)) != NULL) {
        const evk_json *v = evk_json_get(l->config, key);

        if (!is_known(l->class, key) && !evk_keras_is_off(v))
            return evk_keras_fail(l, EVK_EUNSUPPORTED, err,
                                  "%.60s is %s, which changes the layer in a way that is not "
                                  "supported; expected null or no such key",
                                  key, evk_json_brief(v, text));
    }
    if (!is_computed(dtype))
        return evk_keras_fail(l, EVK_EUNSUPPORTED, err, "dtype %s %s", dtype_text(dtype, text),
                              NOT_COMPUTED);
    return EVK_OK;
}

evk_status evk_keras_check_model(const char *where, const evk_json *config, evk_error *err)
{
    const evk_json *dtype = evk_json_get(config, "dtype");
    char text[DTYPE_TEXT];
    const char *key = NULL;

    while ((key = evk_json_key_after(config, key)) != NULL) {
        const evk_json *v = evk_json_get(config, key);

        if (!is_among(whole, key) && !evk_keras_is_off(v))
            return evk_fail(err, EVK_EUNSUPPORTED,
                            "%s: %.60s of the model is %s, which changes it in a way that is not "
                            "supported; expected null or no such key",
                            where, key, evk_json_brief(v, text));
    }
    if (!is_computed(dtype))
        return evk_fail(err, EVK_EUNSUPPORTED, "%s: dtype of the model, %s, %s", where,
                        dtype_text(dtype, text), NOT_COMPUTED);
    return EVK_OK;
}
