/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/session.h - a recording session: from sets to what the animal sees, and in which order
 *
 * A session is a folder made of one or several finished sets.  Each distinct image is in it once, as
 * the screen shows it, under a new stim_code; roles.tsv says which stimuli of which sets an image
 * is, and trials.tsv has the order of presentations.  The names begin with evk_rig_session, since
 * an evk_session (evoke/model.h) is another thing: a model in memory that predicts responses.
 */
#ifndef EVK_SESSION_H
#define EVK_SESSION_H

#include "evoke/set.h"
#include "evoke/units.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The options of a session.  An option has a name and a text, such as "repeats" and "10";
 * evk_rig_options_params describes all of them.  Options own copies of the texts that they are
 * given.
 */
typedef struct evk_rig_options evk_rig_options;

/* Makes options with the default values.  The caller frees *out with evk_rig_options_free. */
EVK_API EVK_MUST_CHECK evk_status evk_rig_options_new(evk_rig_options **out, evk_error *err);
EVK_API void evk_rig_options_free(evk_rig_options *options);

/* Sets one option, and gives one, with the errors of evk_recipe_set and evk_recipe_get. */
EVK_API EVK_MUST_CHECK evk_status evk_rig_options_set(evk_rig_options *options, const char *name,
                                                      const char *text, evk_error *err);
EVK_API EVK_MUST_CHECK evk_status evk_rig_options_get(const evk_rig_options *options,
                                                      const char *name, char **text,
                                                      evk_error *err);

/* Returns the table of the options of a session, which is static. */
EVK_API const evk_param *evk_rig_options_params(void);

/* What a session is made of.  Nothing is owned. */
typedef struct evk_rig_source {
    const char *const *sets; /* (set_count) folders of finished sets */
    size_t set_count;
    /*
     * A table of images that are left out, with the columns set, stimulus_id and reason.  Left out
     * with them are stimuli with the same pixels, their controls, and images that were made from
     * them.  NULL: none.
     */
    const char *veto;
    /*
     * Units by name (evoke/units.h): images of other neurons are left out, with their controls.
     * NULL: all neurons take part.
     */
    const evk_units *units;
    /*
     * Files or cards of models (model_count) that are asked for responses to images as they are
     * shown; models that are not among them are looked for as evk_set_again does.
     */
    const char *const *models;
    size_t model_count;
} evk_rig_source;

/* How long a session takes, and what it has. */
typedef struct evk_rig_total {
    int64_t images;        /* distinct images, with the blank and the image of catch trials */
    int64_t stimuli;       /* rows of roles.tsv */
    int64_t presentations; /* of images and blanks, those of catch trials included */
    int64_t blanks, trials, catch_trials;
    double minutes; /* from the onset of the first image to the end of the last one */
    double won;     /* minutes by which it is shorter than before a change; below 0: longer */
} evk_rig_total;

/* A part of a session: all images of one kind, or of one unit. */
typedef struct evk_rig_part {
    const char *group; /* "kind" or "unit" */
    const char *name;  /* of the kind, as the column role has it, or of the unit */
    int64_t images, presentations;
    double minutes; /* by how much the session would be shorter without them */
} evk_rig_part;

/* What became of a session; its texts live as long as the report. */
typedef struct evk_rig_report evk_rig_report;
EVK_API void evk_rig_report_total(const evk_rig_report *report, evk_rig_total *out);

/* Gives part i; returns false past the last. */
EVK_API bool evk_rig_report_part(const evk_rig_report *report, size_t i, evk_rig_part *out);

/* Returns sentence i of what the user should know, or NULL past the last. */
EVK_API const char *evk_rig_report_note(const evk_rig_report *report, size_t i);
EVK_API void evk_rig_report_free(evk_rig_report *report);

/*
 * Makes a session.  An interrupted call is finished by the same call; the bytes of the folder are
 * the same with any number of threads.
 *   folder  the new session; NULL: nothing is written, and the report says what the session would
 *           be, also where it takes longer than the option minutes
 *   source  sets, vetoes, units and models
 *   run     threads and callbacks; may be NULL
 *   out     what became of it, which the caller frees with evk_rig_report_free
 * EVK_EINVAL: the folder holds something else or another session, an option is not valid, an image
 * would be off the screen, no order has no neighbours alike, a veto names no image, or the session
 * takes longer than the option minutes.  EVK_EFORMAT or EVK_EIO: a file cannot be read or is
 * damaged.  EVK_EBUSY: another process writes to the folder.  EVK_ESTOPPED: run->stop returned true.
 */
EVK_API EVK_MUST_CHECK evk_status evk_rig_session_make(const char *folder,
                                                       const evk_rig_source *source,
                                                       const evk_rig_options *options,
                                                       const evk_run *run, evk_rig_report **out,
                                                       evk_error *err);

/*
 * Leaves units out of the rest of a session: writes the order of what remains after a trial as a
 * new file, trials-2.tsv or the next one.  No image and no code changes.
 *   units  (count) names, as the column unit of roles.tsv has them
 *   after  number of the last trial that was shown; 0: none
 * EVK_EINVAL: the session has no such unit or no such trial, or nothing would remain.  Otherwise as
 * evk_rig_session_make.
 */
EVK_API EVK_MUST_CHECK evk_status evk_rig_session_drop(const char *folder, const char *const *units,
                                                       size_t count, int64_t after,
                                                       evk_rig_report **out, evk_error *err);

/*
 * Adds the images of sets to a session, under new codes, and writes the order of what remains after
 * a trial as a new file.  An added image that the rest of the session does not show is shown once in
 * each block that is left.  Arguments and errors are those of evk_rig_session_make and of
 * evk_rig_session_drop.
 *   minutes  the most that the session may take; NAN: as its options say
 */
EVK_API EVK_MUST_CHECK evk_status evk_rig_session_add(const char *folder,
                                                      const evk_rig_source *source, int64_t after,
                                                      double minutes, const evk_run *run,
                                                      evk_rig_report **out, evk_error *err);

/*
 * Writes a page for a browser, as evk_sets_page does, of the images of a session as they are shown.
 *   veto  a table of vetoes, or NULL
 *   path  the file to write, whose name ends in .html
 * Errors are those of evk_sets_page; EVK_EINVAL also where the folder is no session.
 */
EVK_API EVK_MUST_CHECK evk_status evk_rig_session_page(const char *folder, const char *veto,
                                                       const char *path, evk_error *err);

/* Is the folder a session, rather than a set? */
EVK_API bool evk_rig_session_is(const char *folder);

/*
 * Verifies a session.  Every file is hashed, and missing, altered and extra files are found; rows
 * are compared with their images, and orders with what the options give.
 *   source  the sets of the session, from which images and roles are then made again and compared;
 *           NULL: they are not
 *   how     threads and callbacks; not NULL
 *   out     what was verified, written
 * Whatever is wrong with the session is a finding, and no error of the call.  EVK_EINVAL: the folder
 * is no session, or source lacks one of its sets or has another one.
 */
EVK_API EVK_MUST_CHECK evk_status evk_rig_session_verify(const char *folder,
                                                         const evk_rig_source *source,
                                                         const evk_verify *how, evk_verified *out,
                                                         evk_error *err);

#ifdef __cplusplus
}
#endif
#endif /* EVK_SESSION_H */
