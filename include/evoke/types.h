/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/types.h - what this build can do, and how its parameters are described
 *
 * A parameter table describes the fields of a struct once; command-line
 * options, --help, range checks and the record in a stimulus set come from it.
 */
#ifndef EVK_TYPES_H
#define EVK_TYPES_H

#include <stdbool.h>

#include "evoke/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum evk_param_kind {
    EVK_PARAM_FLAG,     /* bool: true when given */
    EVK_PARAM_INT,      /* int64_t in [min, max] */
    EVK_PARAM_REAL,     /* double in [min, max] */
    EVK_PARAM_OPTIONAL, /* the same, or NAN: "none" */
    EVK_PARAM_TEXT,     /* const char *, any string; the struct does not own it */
    EVK_PARAM_TEXTS     /* evk_texts: one more each time it is given */
} evk_param_kind;

enum { EVK_TEXTS_MAX = 16 };
typedef struct evk_texts {
    const char *text[EVK_TEXTS_MAX]; /* (count), not owned */
    size_t count;
} evk_texts;

typedef struct evk_param {
    const char *name;  /* "step-size"; NULL ends a table */
    const char *value; /* its placeholder in help: "S"; NULL for a flag */
    const char *help;  /* one line, with the unit */
    evk_param_kind kind;
    size_t offset;   /* of the field in its struct */
    double min, max; /* inclusive, for INT, REAL and OPTIONAL */
} evk_param;

/*
 * Store the text of one parameter in the struct at base, after checking that
 * it is a whole number or a number, and in range, or "none" where a parameter
 * may be none.  text is ignored for a flag.
 * EVK_EINVAL with a sentence that names the parameter, the value found and the
 * range expected.
 */
EVK_API EVK_MUST_CHECK evk_status evk_param_set(const evk_param *p, void *base, const char *text,
                                                evk_error *err);

/* A parameter's value as text, numbers with up to 9 digits; "true" or "false" for a flag. */
EVK_API void evk_param_get(const evk_param *p, const void *base, char *text, size_t size);

typedef struct evk_type_info {
    const char *name;    /* as files, options and messages spell it */
    const char *summary; /* one line */
    const char *params;  /* its own parameters: "kernel, bias, stride"; "" where it has none */
} evk_type_info;

/* One column of stimuli.tsv. */
typedef struct evk_column {
    const char *name;
    const char *kind; /* "text", "boolean" (true, false), "integer" or "real" */
    const char *title;
    const char *units; /* "" where there is none */
    const char *description;
} evk_column;

/* Describe entry i of a table; false past the end. The strings are static. */
EVK_API bool evk_method_info(int i, evk_type_info *out);
EVK_API bool evk_objective_info(int i, evk_type_info *out);
EVK_API bool evk_optimizer_info(int i, evk_type_info *out);

/*
 * Setting i of a method: the name of one of evk_recipe_params() and its value as text; a name may
 * come several times, where values add up.  False past the end.
 */
EVK_API bool evk_method_setting(int method, int i, const char **name, const char **value);

/* Of a prior, params of out is its reference; its parameters, NULL where it has none, and defaults. */
EVK_API bool evk_prior_info(int i, evk_type_info *out, const evk_param **params,
                            const void **defaults);
/* The parameters that all priors have, and their defaults; weight is of penalties alone. */
EVK_API const evk_param *evk_prior_common_params(const void **defaults);
EVK_API bool evk_layer_info(int i, evk_type_info *out);
EVK_API bool evk_model_format_info(int i, evk_type_info *out);
EVK_API bool evk_image_format_info(int i, evk_type_info *out);
EVK_API bool evk_match_step_info(int i, evk_type_info *out);
EVK_API bool evk_column_info(int i, evk_column *out);

#ifdef __cplusplus
}
#endif
#endif /* EVK_TYPES_H */
