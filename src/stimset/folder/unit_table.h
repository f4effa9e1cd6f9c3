/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit_table.h - SET/units.tsv: which unit is which neuron of the set, with all columns of the table
 * of units that the set was made with
 *
 * The first three columns are unit, target_model and target_output, as in stimuli.tsv; the others
 * are those of the user's table, in their order, with n/a for empty cells.  The file has a row for
 * each unit that the set was made for.  A later call adds rows for new units, and columns that only
 * its table has; rows that are there stay as they are.
 */
#ifndef EVK_STIMSET_FOLDER_UNIT_TABLE_H
#define EVK_STIMSET_FOLDER_UNIT_TABLE_H

#include "base/dir.h"
#include "base/json.h"
#include "evoke/units.h"

/*
 * Put UnitTable into the StimulusSet of a description; nothing where units is NULL.  The numbers of
 * images go to evk_unit_table_describe_images.
 */
void evk_unit_table_describe(struct evk_json_writer *w, const evk_units *units);

/*
 * Put the numbers of images of units into the object of each model, as Keep and, where least is
 * true, as Least.  targets (count): the neurons of the description.
 */
void evk_unit_table_describe_images(struct evk_json_writer *w, const evk_target *targets,
                                    size_t count, const evk_units *units, bool least);

/* Returns the number of images of a neuron: that of its unit, else `options`.  units may be NULL. */
int64_t evk_unit_images(const evk_units *units, const evk_model *model, int64_t output,
                        int64_t options);

/* Has the set of this description a table of units? */
bool evk_description_has_units(const evk_json *description);

/*
 * Check that units (NULL: none) may be added to the set in a folder, whose description is `there`.
 * EVK_EINVAL: the set has a unit as another neuron, or a neuron as another unit.  EVK_EFORMAT,
 * EVK_EIO: its table of units is damaged or cannot be read.
 */
evk_status evk_unit_table_check(const struct evk_dir *folder, const evk_json *there,
                                const evk_units *units, evk_error *err);

/* Write the table: rows that are there, then those of units that are not.  units is not NULL. */
evk_status evk_unit_table_write(const struct evk_dir *folder, const evk_units *units,
                                evk_error *err);

#endif /* EVK_STIMSET_FOLDER_UNIT_TABLE_H */
