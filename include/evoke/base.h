/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evoke/base.h - status codes, error details, text for people, version
 *
 * Every function that can fail returns an evk_status and takes an evk_error as its last argument.
 * The caller owns the evk_error, and may pass NULL where the code alone matters.  When a function
 * succeeds, it leaves the evk_error as it was.  When it fails, it writes the code and a sentence
 * into the evk_error, and leaves nothing in its output arguments that the caller would have to
 * free; structs and buffers that the caller provides may be partly filled.
 *
 * A pointer that a function returns as `const` belongs to the object that the function was given,
 * and stays valid as long as that object.  Every function whose name ends in _free accepts NULL.
 *
 * Threads.  Functions may run in any number of threads at once, on different objects always, and on
 * one object where each of the functions takes it as `const`: one open model, or one finished set,
 * serves all threads.  An object that a function takes without `const` belongs to one thread at a
 * time: a session is the memory of one pass, images that cannot be used leave an evk_image_list,
 * and evk_model_scale_members changes a model.  Of two calls that write a set to one folder at
 * once, in one process or in two, the second fails with EVK_EBUSY.  evk_run and evk_watch say which
 * threads call a callback.
 *
 * While a function runs, no thread may change the environment (setenv), the locale of the process
 * (setlocale) or, where a path is relative, the current folder; and no thread may make or destroy
 * plans of FFTW in single precision, whose planner is the process's, unless the host has called
 * fftwf_make_planner_thread_safe.  A function that opens a file with HDF5 in it, such as .keras and
 * .h5, forks a child process and waits for it: the host may get SIGCHLD.  Other threads may use
 * libhdf5 meanwhile if it was built to be thread-safe.  In a child that the host itself forks, the
 * library works only where no other thread was inside one of its functions at the fork.
 *
 * The library catches no signal.  It leaves the signal mask, the mask of file permissions (umask),
 * the current folder, the locale, and the floating-point environment of a thread (rounding,
 * flushing of very small numbers to 0, exceptions) as they were.  Results depend on none of the
 * last two: while a function runs, and so in callbacks, numbers are rounded to nearest, very small
 * ones are kept, and a thread whose locale has no decimal point has the locale "C".
 */
#ifndef EVK_BASE_H
#define EVK_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define EVK_API               __attribute__((visibility("default")))
#define EVK_MUST_CHECK        __attribute__((warn_unused_result))
#define EVK_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define EVK_API
#define EVK_MUST_CHECK
#define EVK_PRINTF(fmt, args)
#endif

typedef enum evk_status {
    EVK_OK = 0,
    EVK_ENOMEM = -1,       /* an allocation failed */
    EVK_EIO = -2,          /* the operating system refused a read, a write or another call */
    EVK_EFORMAT = -3,      /* the contents of a file are damaged, or not what they should be */
    EVK_EUNSUPPORTED = -4, /* the input is valid, but this library does not implement it */
    EVK_EINVAL = -5,       /* an argument is out of range, or contradicts another argument */
    EVK_ENOTFOUND = -6,    /* there is no parameter, layer, method, image or file of that name */
    EVK_EDEAD = -7,        /* the neuron's gradient was zero at every start that was tried */
    EVK_ESTOPPED = -8,     /* a callback of the caller asked the function to stop */
    EVK_EBUSY = -9         /* another call, in any process, is writing to the folder */
} evk_status;

/*
 * What went wrong.  The struct is a buffer of the caller's, of 1024 bytes for all time; a longer
 * sentence is cut between characters.
 */
typedef struct evk_error {
    evk_status code;
    char msg[1020]; /* one whole sentence that begins in lower case and has no full stop */
} evk_error;

/* Frees memory that a function of the library gave to the caller; memory may be NULL. */
EVK_API void evk_free(void *memory);

/* Returns a short, fixed description of a status, such as "out of memory"; never NULL. */
EVK_API const char *evk_status_str(evk_status s);

enum { EVK_FLOAT_TEXT = 32 };

/*
 * Writes a number as printf does with "%.9g", but with '.' as the decimal point in every locale,
 * and as "n/a" where the number is not finite.  Nine digits restore a float exactly.  Returns the
 * length of the text without its terminating zero byte.
 */
EVK_API size_t evk_float_text(float value, char text[EVK_FLOAT_TEXT]);

/*
 * Makes text from an untrusted source, such as the name of a file or of a neuron, safe to print on
 * a terminal or a page.  A byte that is not part of valid UTF-8 becomes an escape such as "\xff"; a
 * control character, an invisible character, or one that changes the direction of writing becomes
 * an escape such as "\u{9b}"; all other characters stay as they are.
 *   text  the text, terminated by a zero byte
 *   out   buffer for the result, which is always terminated where size is not 0
 *   size  bytes in out, 0 or more; a result that is too long is cut between characters
 * Returns out.  Messages of the library have passed through this function already.
 */
EVK_API const char *evk_show(const char *text, char *out, size_t size);

/* Returns the version of the library, such as "0.2.0". */
EVK_API const char *evk_version(void);

#ifdef __cplusplus
}
#endif
#endif /* EVK_BASE_H */
