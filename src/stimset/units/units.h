/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.h - the struct behind evk_units of evoke/units.h, and how its parts are read */
#ifndef EVK_STIMSET_UNITS_UNITS_H
#define EVK_STIMSET_UNITS_UNITS_H

#include "base/names.h"
#include "base/table.h"
#include "evoke/units.h"

/* The columns of a table of units that evoke reads. */
enum evk_unit_column {
    EVK_UNIT_NAME,
    EVK_UNIT_MODEL,
    EVK_UNIT_OUTPUT,
    EVK_UNIT_IMAGES,
    EVK_UNIT_JUDGE,
    EVK_UNIT_JUDGE_OUTPUT,
    EVK_UNIT_KEEP,
    EVK_UNIT_COLUMNS
};

/* A row of the table that is used. */
struct evk_unit_row {
    evk_unit unit; /* its name points into the table */
    size_t row;    /* number of the row in the table, from 0 */
    size_t target; /* index of its model among the targets */
};

/*
 * A model that is open: a model file, which is opened once, by its absolute path, or the ensemble of
 * a unit that has several models, whose networks are those of the files.
 */
struct evk_unit_file {
    char *path;       /* absolute; owned; NULL: there is no such file */
    const char *name; /* that the table gave the model; NULL: its own */
    evk_model *own;   /* owned; NULL: the caller had opened the model */
    const evk_model *model;
    bool used;        /* the model of a unit, or a judge, and not only a part of an ensemble */
    int64_t *outputs; /* of a target or a judge, see below; owned */
};

struct evk_unit_files {
    struct evk_unit_file *list; /* (count); owned */
    size_t count;
};

struct evk_units {
    struct evk_table table;
    size_t column[EVK_UNIT_COLUMNS]; /* place of each column; table.columns: there is none */
    char *folder;                    /* of the table; owned */
    struct evk_unit_row *list;       /* (count) in the order of the targets; owned */
    size_t count;
    struct evk_unit_files models; /* outputs: those of the target */
    struct evk_unit_files judges; /* outputs (count): -1 where the judge does not score a unit */
    evk_target *targets;          /* (target_count); owned */
    size_t target_count;
    evk_judge_model *judge_list; /* (judges.count); owned */
};

/* Returns the cell of a row in one of the columns above; NULL where the table lacks the column. */
const char *evk_unit_cell(const struct evk_units *u, size_t row, enum evk_unit_column column);

/* Fails with a message that begins with the table and the line of the row. */
#define evk_unit_fail(u, row, err, code, fmt, ...)              \
    evk_fail(err, code, "%s: line %lld: " fmt, (u)->table.path, \
             (long long)(u)->table.line[(row) + 1], __VA_ARGS__)

/*
 * Reads the table into *u, which is zeroed before, and lists the rows that are used: their names
 * and numbers of images.  Failures are those of evk_units_open.
 */
evk_status evk_units_read(struct evk_units *u, const char *path, evk_error *err);

/*
 * Returns the output of a model that a unit has, by a cell of the table; EVK_EINVAL, EVK_EFORMAT:
 * there is none, or the model has a neuron of the unit's name that is another one.
 *   neuron  another name by which a judge may know the unit; NULL: none
 */
evk_status evk_unit_output(const struct evk_units *u, size_t row, const evk_model *model,
                           const char *cell, const char *neuron, int64_t *output, evk_error *err);

/*
 * Finds the file of a path, relative to the folder of the table, among those that are open, or
 * opens it.  *place: its place in the list.
 *   name  the name that the model gets, which outlives u; NULL: its own
 */
evk_status evk_unit_file_find(const struct evk_units *u, struct evk_unit_files *files, size_t row,
                              const char *path, const char *name, const evk_model_options *options,
                              size_t *place, evk_error *err);

/* Adds an open model to the files, which own it and its absolute path (may be NULL) from then on;
   name is the one that it was given, or NULL.  Fails with EVK_ENOMEM only. */
evk_status evk_unit_file_add(struct evk_unit_files *files, evk_model *model, char *absolute,
                             const char *name, evk_error *err);

/*
 * Makes the model at a place one that a set can name.  EVK_EINVAL: its name cannot stand in tables,
 * or is that of another model in use.
 */
evk_status evk_unit_file_use(const struct evk_units *u, struct evk_unit_files *files, size_t row,
                             size_t place, evk_error *err);

/*
 * Opens the models of a unit, of which a cell lists several, and makes them one ensemble of the
 * unit's name; output becomes its only one.  *place: the ensemble's place among the models.
 */
evk_status evk_unit_open_ensemble(struct evk_units *u, struct evk_unit_row *r,
                                  const evk_model_options *options, size_t *place, evk_error *err);

/* Returns the next item of a list with semicolons, without spaces around it, and cuts the list
   behind it; NULL: there is no more. */
char *evk_unit_next_item(char **list);

/* Returns how many items a list has; a missing list has none. */
size_t evk_unit_count_items(const char *list);

/* Opens the judges of all units, once the units have their models. */
evk_status evk_units_open_judges(struct evk_units *u, const evk_model_options *options,
                                 evk_error *err);

/* Returns the unit of an output of a model; NULL where there is none, and where u is NULL. */
const struct evk_unit_row *evk_units_find(const struct evk_units *u, const evk_model *model,
                                          int64_t output);

#endif /* EVK_STIMSET_UNITS_UNITS_H */
