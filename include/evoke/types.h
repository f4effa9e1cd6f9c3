/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/types.h - what this build can do, and how its parameters are described
 *
 * A table of parameters describes each setting once.  Command-line options, their --help, range
 * checks and the record of options in a stimulus set are all made from these tables.  Settings are
 * of two kinds: those of an opaque type, such as evk_recipe, which has functions that set and get
 * them by name and owns copies of texts; and the fields of a public struct, such as
 * evk_match_options, which evk_param_set sets and which borrows texts.
 */
#ifndef EVK_TYPES_H
#define EVK_TYPES_H

#include <stdbool.h>

#include "evoke/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The type of the field that a parameter sets, and the texts that it takes. */
typedef enum evk_param_kind {
    EVK_PARAM_FLAG,     /* bool, whose text is "true" or "false" */
    EVK_PARAM_INT,      /* int64_t in [min, max] */
    EVK_PARAM_REAL,     /* double in [min, max] */
    EVK_PARAM_OPTIONAL, /* double in [min, max], or NAN, whose text is "none" */
    EVK_PARAM_TEXT,     /* const char *, any string */
    EVK_PARAM_TEXTS     /* a list of strings, only of opaque types; each time it is set adds one */
} evk_param_kind;

/* One parameter.  A table of parameters is an array of these that ends with a name of NULL. */
typedef struct evk_param {
    const char *name;  /* name of the parameter, such as "step-size" */
    const char *value; /* placeholder of the value in help, such as "S"; NULL for a flag */
    const char *help;  /* one line, with the unit */
    evk_param_kind kind;
    size_t offset;   /* of the field in a public struct, bytes; of an opaque type, of no use */
    double min, max; /* inclusive; used by INT, REAL and OPTIONAL */
} evk_param;

/*
 * Converts a text and stores it in the field of a struct that a parameter describes.
 *   p     the parameter, of a struct that has a public definition
 *   base  the struct that has the field
 *   text  the value; a TEXT field stores the pointer, so that the text must outlive the struct
 * EVK_EINVAL: the text is not true or false (FLAG), a whole number (INT) or a number (REAL,
 * OPTIONAL), or is out of range; the message has the parameter's name, the value that was found and
 * what was expected.  The struct is then unchanged.
 */
EVK_API EVK_MUST_CHECK evk_status evk_param_set(const evk_param *p, void *base, const char *text,
                                                evk_error *err);

/*
 * Writes the value of a parameter's field as text: numbers with up to 9 significant digits (whole
 * numbers with all of theirs), NAN of an OPTIONAL field as "none", a flag as "true" or "false", and
 * the texts of a TEXTS field with spaces between them.
 *   base  the struct that has the field
 *   text  buffer of size bytes, which is always terminated; a longer result is cut off
 */
EVK_API void evk_param_get(const evk_param *p, const void *base, char *text, size_t size);

/* An entry of one of the tables below.  All strings are static. */
typedef struct evk_type_info {
    const char *name;    /* as files, options and messages spell it */
    const char *summary; /* one line */
    /*
     * Names of the entry's own parameters, such as "kernel, bias, stride", or what the function
     * that returns it says; "" where there is none.
     */
    const char *params;
} evk_type_info;

/* One column of stimuli.tsv.  All strings are static. */
typedef struct evk_column {
    const char *name;
    const char *kind;        /* "text", "boolean" (true, false), "integer" or "real" */
    const char *title;       /* the name in words, such as people read it */
    const char *units;       /* "" where the column has no unit */
    const char *description; /* one line */
} evk_column;

/*
 * Each of these functions describes entry i of one table, counted from 0, in *out.  They return
 * false, and write nothing, where i is past the end of the table.
 */
EVK_API bool evk_method_info(int i, evk_type_info *out);    /* methods of synthesis */
EVK_API bool evk_objective_info(int i, evk_type_info *out); /* objectives of ensembles */
/* optimizers, which make steps out of gradients */
EVK_API bool evk_optimizer_info(int i, evk_type_info *out);

/*
 * A method is a list of settings of the parameters in evk_recipe_params().  Gives setting i of
 * entry `method` of the table of methods: *name is the parameter's name and *value its value as
 * text; both are static.  A name comes several times where the values add up (EVK_PARAM_TEXTS).
 * Returns false past the last setting.
 */
EVK_API bool evk_method_setting(int method, int i, const char **name, const char **value);

/*
 * Describes image prior i; returns false past the end.  out->params is the publication that the
 * prior comes from, "" where there is none.  *params is the table of the prior's own parameters, or
 * NULL where it has none, and *defaults the struct that holds their default values; both are
 * static.
 */
EVK_API bool evk_prior_info(int i, evk_type_info *out, const evk_param **params,
                            const void **defaults);

/*
 * Returns the table of the parameters that every prior has besides its own; *defaults is the struct
 * that holds their default values.  Both are static.  The parameter "weight" is of penalties only.
 */
EVK_API const evk_param *evk_prior_common_params(const void **defaults);

/*
 * Each function describes entry i of one table in *out, and returns false past the end of the
 * table.
 */
EVK_API bool evk_layer_info(int i, evk_type_info *out);        /* layers of networks */
EVK_API bool evk_model_format_info(int i, evk_type_info *out); /* formats of model files */
EVK_API bool evk_image_format_info(int i, evk_type_info *out); /* formats of image files */
EVK_API bool evk_match_step_info(int i, evk_type_info *out);   /* steps of evk_match */
EVK_API bool evk_column_info(int i, evk_column *out);          /* columns of stimuli.tsv */

#ifdef __cplusplus
}
#endif
#endif /* EVK_TYPES_H */
