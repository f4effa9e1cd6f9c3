/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/units.h - a table of units: which neurons, how many images each gets, and who judges them
 *
 * A unit is a recorded neuron under the name that the experimenter gave it.  A table of units is a
 * file of CSV or TSV whose first line names its columns, in any order:
 *
 *   unit          name of the unit, as of a neuron: UTF-8, no spaces, at most 95 bytes
 *   model         the unit's model: a path relative to the folder of the table, or an absolute one;
 *                 several paths, separated by semicolons, are an ensemble that has the name of the
 *                 unit, and of which the networks count alike
 *   output        the neuron of the model, by its name or number, of several models one for each,
 *                 separated by semicolons; empty: the neuron that is named as the unit, or the only
 *                 one
 *   images        how many images the unit gets in a set; 0: the unit is left out; empty: as many
 *                 as the call gives every neuron
 *   judge         models that score the unit's images, as paths separated by semicolons; of the one
 *                 behind "selection=" the name is selection (evk_judge_model)
 *   judge_output  the judges' outputs for the unit, separated by semicolons; empty: the outputs
 *                 that are named as the unit or its neuron
 *   keep          TRUE, yes or 1; FALSE, no or 0: the unit is left out
 *
 * Only unit is necessary.  A cell that says n/a, NA or NaN counts as empty, but in the column keep.
 * Other columns stay as they are, and a set that is made with the table has them in its units.tsv.
 */
#ifndef EVK_UNITS_H
#define EVK_UNITS_H

#include "evoke/adversarial.h"
#include "evoke/stimset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct evk_units evk_units;

/*
 * Reads a table of units, and opens the models and judges that it names, each file once.
 *   out      the units, which the caller frees with evk_units_free
 *   path     the table
 *   models   (count) models that are open already and must outlive *out: a row without a model is
 *            of the only one of them, and a row with the file of one of them uses it, in an ensemble,
 *            too; may be NULL where count is 0
 *   options  what the files of models do not say; judges are opened with the same options, but for
 *            names and channels; NULL: nothing
 * EVK_EFORMAT: the file is no such table, a cell has another kind of value, two rows are of one unit
 * or one neuron, or a row names a model or a judge twice.  EVK_EINVAL: a model or a judge does not
 * have an output, several models are open and a row names none, the models of a unit take images of
 * different sizes, two models have one name, or a model has an output of the unit's name but the row
 * pairs the unit with another.  EVK_EIO: the table cannot be read.  Otherwise as evk_model_open and
 * evk_model_open_ensemble.  Each message has the line of the table.
 */
EVK_API EVK_MUST_CHECK evk_status evk_units_open(evk_units **out, const char *path,
                                                 const evk_model *const *models, size_t count,
                                                 const evk_model_options *options, evk_error *err);
EVK_API void evk_units_free(evk_units *units);

/*
 * Returns the neurons of the units, by model, in *count targets.  Models are in the order in which
 * the table first names them, and the neurons of a model in the order of their rows.  The units own
 * the array.
 */
EVK_API const evk_target *evk_units_targets(const evk_units *units, size_t *count);

/*
 * Returns the judges of the units, of which there are *count.  Each has an output for every neuron
 * of evk_units_targets, in their order: -1 where the judge does not score the neuron.  The units own
 * the array; it is NULL where the table names no judge.
 */
EVK_API const evk_judge_model *evk_units_judges(const evk_units *units, size_t *count);

/*
 * Returns model i of those that evk_units_open opened or made ensembles of, for which the units have
 * neurons, or NULL past the last.  Judges, and files that are members of ensembles only, are not
 * among them.  The units own the model.
 */
EVK_API evk_model *evk_units_model(const evk_units *units, size_t i);

/* A unit.  The units own its name, and the model if they opened it. */
typedef struct evk_unit {
    const char *name;
    const evk_model *model;
    int64_t output; /* index of the unit's neuron among the model's outputs */
    int64_t images; /* images that the unit gets in a set; -1: the table does not say */
} evk_unit;

/* Gives unit i, in the order of the neurons of evk_units_targets; returns false past the last. */
EVK_API bool evk_units_at(const evk_units *units, size_t i, evk_unit *out);

/*
 * Each of these writes a set as the function without _units does.  Neurons of the targets that are
 * units of the table get as many images as it says, and the set has a file units.tsv, which says
 * for each unit of the table which neuron of the set it is, and has all columns of its row.  A call
 * that extends a set adds the rows of new units.
 *   units  the table; NULL: none
 *
 * evk_maximize_units    the images of a unit are that many of its starts, in place of keep.
 * evk_naturals_units    the images with the highest responses are that many, in place of keep.
 *                       least: -1, as many images with the lowest responses as with the highest
 * evk_adversarial_units a set of perturbed images has as many images of each neuron as its options
 *                       say, so that images has no influence
 *
 * EVK_EINVAL: a unit is to get more images than the recipe has starts, a unit or its neuron has
 * another name in the set that the folder holds, or a column of the table has the name of one that
 * the set itself writes.  Other errors are those of the functions without _units.
 */
EVK_API EVK_MUST_CHECK evk_status evk_maximize_units(const char *folder, const evk_target *targets,
                                                     size_t count, const evk_recipe *recipe,
                                                     const evk_judges *judges,
                                                     const evk_units *units, const evk_run *run,
                                                     evk_set_report **out, evk_error *err);
EVK_API EVK_MUST_CHECK evk_status evk_naturals_units(const char *folder, const evk_target *targets,
                                                     size_t count, evk_image_list *images,
                                                     int64_t keep, int64_t least,
                                                     const evk_units *units, const evk_run *run,
                                                     evk_set_report **out, evk_error *err);
EVK_API EVK_MUST_CHECK evk_status evk_adversarial_units(
    const char *folder, const evk_target *targets, size_t count, evk_image_list *images,
    const evk_adversarial_options *options, const evk_judges *judges, const evk_units *units,
    const evk_run *run, evk_adversarial_report **out, evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_UNITS_H */
