/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_hdf5_at_once.c - HDF5 files are read while other threads are inside libhdf5: a copy of a
 * process, made while a thread holds that library's lock, has a lock that nobody gives back
 */
#include "../../harness/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <hdf5.h>

#include "format/hdf5.h"

static float value = 7;
static struct evk_tensor values = {.data = &value, .axes = 1, .dim = {1}};
static struct evk_bytes file;

static int set_up(void **state)
{
    hbool_t is_safe = 0;

    (void)state;
    assert_ok(evk_hdf5_write(&file, &(const struct evk_hdf5_dataset){"/a", &values}, 1, err));
    assert_true(H5is_library_threadsafe(&is_safe) >= 0 && is_safe);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    evk_bytes_release(&file);
    return 0;
}

static void read_once(void)
{
    struct evk_tensor read;
    struct evk_hdf5 *f;

    assert_ok(evk_hdf5_open(&f, file.data, file.size, err));
    assert_ok(evk_hdf5_read(f, "/a", &read, err));
    assert_true(read.data[0] == value);
    evk_tensor_release(&read);
    evk_hdf5_close(f);
}

/* libhdf5 calls this for a property of a list, and holds its lock meanwhile. */
static herr_t linger(hid_t id, const char *name, void *inside)
{
    (void)id;
    (void)name;
    atomic_store((atomic_bool *)inside, true);
    nanosleep(&(struct timespec){0, 300000000}, NULL);
    return 1;
}

static void *stay_inside(void *inside)
{
    H5Piterate(H5P_FILE_ACCESS, NULL, linger, inside);
    return NULL;
}

static void test_lock_is_held(void **state)
{
    atomic_bool inside = false;
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, stay_inside, &inside), 0);
    while (!atomic_load(&inside))
        nanosleep(&(struct timespec){0, 100000}, NULL);
    read_once();
    assert_int_equal(pthread_join(thread, NULL), 0);
}

/* Makes and closes files in memory without a pause. */
static void *keep_writing(void *over)
{
    while (!atomic_load((atomic_bool *)over)) {
        struct evk_bytes bytes;

        if (evk_hdf5_write(&bytes, &(const struct evk_hdf5_dataset){"/a", &values}, 1, NULL))
            return over;
        evk_bytes_release(&bytes);
    }
    return NULL;
}

static void test_busy_library(void **state)
{
    atomic_bool over = false;
    pthread_t thread;
    void *failed;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, keep_writing, &over), 0);
    for (int i = 0; i < trials(50); i++)
        read_once();
    atomic_store(&over, true);
    assert_int_equal(pthread_join(thread, &failed), 0);
    assert_null(failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lock_is_held),
        cmocka_unit_test(test_busy_library),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
