// SPDX-License-Identifier: BSD-3-Clause
/**
 * Files by handle: what lib/os promises of them, on every system
 *
 * The names have letters beyond ASCII, and the folder is one that the test makes.
 */
#include <os/system.h>
#include <support/test.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define NBYTES 8192U

static const char g_path[] = "\xc3\xa9\xe2\x82\xac";
static const char g_other[] = "other \xc3\xa9\xe2\x82\xac";
static uint8_t g_out[NBYTES];
static uint8_t g_in[NBYTES];

/** Every byte value, so that nothing that a text stream changes is missing */
static void
begin(void)
{
	for (size_t i = 0; i < NBYTES; ++i) {
		g_out[i] = (uint8_t)(i * 7 + i / 256);
	}
	memset(g_in, 0, sizeof(g_in));
	(void)xnvi_path_remove(g_path);
	(void)xnvi_path_remove(g_other);
}

static int
file_make(const char *path, size_t nbytes)
{
	xnvi_handle file;
	int err = xnvi_file_open(path, XNVI_OPEN_WRITE | XNVI_OPEN_CREATE, 0600, &file);

	if (err) {
		return err;
	}
	err = xnvi_file_store(file, g_out, nbytes, 0);

	return err ? err : xnvi_file_close(file);
}

static uint64_t
size_of(const char *path)
{
	struct xnvi_file_info info;

	return xnvi_path_info(path, &info) ? UINT64_MAX : info.nbytes;
}

static void
opening_creates_only_what_it_is_told_to(void)
{
	xnvi_handle file;

	begin();
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_READ, 0, &file), -ENOENT);
	CHECK(file == XNVI_HANDLE_NONE);
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_RDWR, 0, &file), -ENOENT);
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_RDWR | XNVI_OPEN_NEW, 0600, &file), 0);
	CHECK_EQ(xnvi_file_store(file, g_out, 1, 0), 0);
	CHECK_EQ(xnvi_file_close(file), 0);
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_RDWR | XNVI_OPEN_NEW, 0600, &file), -EEXIST);
	/* What is there is not cut */
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_WRITE | XNVI_OPEN_CREATE, 0600, &file), 0);
	CHECK_EQ(xnvi_file_close(file), 0);
	CHECK_EQ(size_of(g_path), 1);
	CHECK_EQ(xnvi_path_remove(g_path), 0);
	CHECK_EQ(xnvi_path_remove(g_path), -ENOENT);
	/* A folder is no file to write to */
	CHECK_EQ(xnvi_file_open(".", XNVI_OPEN_RDWR, 0, &file), -EISDIR);
	CHECK(xnvi_file_open(".", XNVI_OPEN_RDWR | XNVI_OPEN_NEW, 0600, &file) < 0);
}

static void
bytes_come_back_as_they_were_written(void)
{
	struct iovec out[2] = {{g_out, 100}, {g_out + 100, NBYTES - 100}};
	struct iovec in[3] = {{g_in, 1}, {g_in + 1, 511}, {g_in + 512, NBYTES - 512}};
	xnvi_handle file;

	begin();
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_RDWR | XNVI_OPEN_CREATE, 0600, &file), 0);
	CHECK_EQ(xnvi_file_pwritev(file, out, 2, 0), NBYTES);
	CHECK_EQ(xnvi_file_pread(file, g_in, NBYTES, 0), NBYTES);
	CHECK(memcmp(g_in, g_out, NBYTES) == 0);
	memset(g_in, 0, sizeof(g_in));
	CHECK_EQ(xnvi_file_preadv(file, in, 3, 0), NBYTES);
	CHECK(memcmp(g_in, g_out, NBYTES) == 0);
	CHECK_EQ(xnvi_file_pwrite(file, "x", 1, 4096), 1);
	CHECK_EQ(xnvi_file_pread(file, g_in, 2, 4096), 2);
	CHECK_EQ(g_in[0], 'x');
	CHECK_EQ(g_in[1], g_out[4097]);
	CHECK_EQ(xnvi_file_close(file), 0);
	CHECK_EQ(size_of(g_path), NBYTES);
}

static void
the_end_of_a_file_is_no_error(void)
{
	struct iovec in[2] = {{g_in, 60}, {g_in + 60, 60}};
	xnvi_handle file;

	begin();
	CHECK_EQ(file_make(g_path, 100), 0);
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_READ, 0, &file), 0);
	CHECK_EQ(xnvi_file_pread(file, g_in, NBYTES, 0), 100);
	CHECK_EQ(xnvi_file_pread(file, g_in, NBYTES, 100), 0);
	CHECK_EQ(xnvi_file_pread(file, g_in, NBYTES, (uint64_t)1 << 40), 0);
	CHECK_EQ(xnvi_file_preadv(file, in, 2, 0), 100);
	CHECK_EQ(xnvi_file_preadv(file, in, 2, 100), 0);
	CHECK_EQ(xnvi_file_load(file, g_in, 100, 0), 0);
	CHECK_EQ(xnvi_file_load(file, g_in, 101, 0), -EIO);
	CHECK(xnvi_file_pwrite(file, g_out, 1, 0) < 0);
	CHECK_EQ(xnvi_file_close(file), 0);
}

/** What a stream does: the position moves with what was read and written */
static void
reading_and_writing_in_order_moves_on(void)
{
	xnvi_handle file;

	begin();
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_WRITE | XNVI_OPEN_CREATE, 0600, &file), 0);
	CHECK_EQ(xnvi_file_write(file, g_out, 1000), 1000);
	CHECK_EQ(xnvi_file_write(file, g_out + 1000, NBYTES - 1000), NBYTES - 1000);
	CHECK_EQ(xnvi_file_close(file), 0);
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_READ, 0, &file), 0);
	CHECK_EQ(xnvi_file_read(file, g_in, 10), 10);
	CHECK_EQ(xnvi_file_read(file, g_in + 10, NBYTES), NBYTES - 10);
	CHECK_EQ(xnvi_file_read(file, g_in, 1), 0);
	CHECK(memcmp(g_in, g_out, NBYTES) == 0);
	CHECK_EQ(xnvi_file_close(file), 0);
}

static void
offsets_beyond_4_gib_are_kept(void)
{
	const uint64_t far = ((uint64_t)5 << 30) + 3;
	xnvi_handle file;

	begin();
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_RDWR | XNVI_OPEN_CREATE, 0600, &file), 0);
	CHECK_EQ(xnvi_file_resize(file, far + 1), 0);
	CHECK_EQ(xnvi_file_store(file, "y", 1, far), 0);
	CHECK_EQ(xnvi_file_load(file, g_in, 1, far), 0);
	CHECK_EQ(g_in[0], 'y');
	CHECK_EQ(size_of(g_path), far + 1);
	CHECK_EQ(xnvi_file_load(file, g_in, 1, far & UINT32_MAX), 0);
	CHECK_EQ(g_in[0], 0);
	CHECK_EQ(xnvi_file_close(file), 0);
}

static void
the_size_follows_resize_and_trim(void)
{
	xnvi_handle file;

	begin();
	CHECK_EQ(file_make(g_path, NBYTES), 0);
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_RDWR, 0, &file), 0);
	CHECK_EQ(xnvi_file_trim(file, 2 * NBYTES), 0);
	CHECK_EQ(size_of(g_path), NBYTES);
	CHECK_EQ(xnvi_file_trim(file, 5000), 0);
	CHECK_EQ(size_of(g_path), 5000);
	CHECK_EQ(xnvi_file_resize(file, NBYTES), 0);
	CHECK_EQ(xnvi_file_load(file, g_in, NBYTES, 0), 0);
	CHECK(memcmp(g_in, g_out, 5000) == 0);
	for (size_t i = 5000; i < NBYTES; ++i) {
		CHECK_EQ(g_in[i], 0);
	}
	CHECK_EQ(xnvi_file_resize(file, 0), 0);
	CHECK_EQ(size_of(g_path), 0);
	CHECK_EQ(xnvi_file_close(file), 0);
}

static void
a_range_that_is_zeroed_leaves_what_is_around_it(void)
{
	xnvi_handle file;

	for (int dealloc = 0; dealloc < 2; ++dealloc) {
		begin();
		CHECK_EQ(file_make(g_path, NBYTES), 0);
		CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_RDWR, 0, &file), 0);
		CHECK_EQ(xnvi_file_zero_range(file, 513, 4096, dealloc, 0), 0);
		CHECK_EQ(xnvi_file_load(file, g_in, NBYTES, 0), 0);
		for (size_t i = 0; i < NBYTES; ++i) {
			CHECK_EQ(g_in[i], i < 513 || i >= 513 + 4096 ? g_out[i] : 0);
		}
		CHECK_EQ(xnvi_file_close(file), 0);
		CHECK_EQ(size_of(g_path), NBYTES);
	}
}

static void
sync_succeeds_on_files_and_folders(void)
{
	xnvi_handle file;

	begin();
	CHECK_EQ(file_make(g_path, 1), 0);
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_RDWR, 0, &file), 0);
	CHECK_EQ(xnvi_file_sync(file), 0);
	CHECK_EQ(xnvi_file_close(file), 0);
	CHECK_EQ(xnvi_folder_sync("."), 0);
	CHECK_EQ(xnvi_folder_sync("xnvt_no_such_folder"), -ENOENT);
}

static void
a_lock_excludes_other_opens_and_hinders_no_reader(void)
{
	xnvi_handle first, second;

	begin();
	CHECK_EQ(file_make(g_path, NBYTES), 0);
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_RDWR, 0, &first), 0);
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_RDWR, 0, &second), 0);
	CHECK_EQ(xnvi_file_lock(first), 0);
	CHECK_EQ(xnvi_file_lock(second), -EBUSY);
	CHECK_EQ(xnvi_file_load(second, g_in, NBYTES, 0), 0);
	CHECK_EQ(xnvi_file_store(second, g_out, NBYTES, 0), 0);
	CHECK(xnvi_file_lock_holder(second) >= 0);
	xnvi_file_unlock(first);
	CHECK_EQ(xnvi_file_lock(second), 0);
	/* Closing gives it back */
	CHECK_EQ(xnvi_file_close(second), 0);
	CHECK_EQ(xnvi_file_lock(first), 0);
	CHECK_EQ(xnvi_file_close(first), 0);
}

static void
a_file_is_the_same_by_every_path_and_handle(void)
{
	struct xnvi_file_info by_path, by_handle, other;
	xnvi_handle file;

	begin();
	CHECK_EQ(file_make(g_path, NBYTES), 0);
	CHECK_EQ(file_make(g_other, 1), 0);
	CHECK_EQ(xnvi_path_info(g_path, &by_path), 0);
	CHECK_EQ(xnvi_path_info(g_other, &other), 0);
	CHECK_EQ(xnvi_file_open(g_path, XNVI_OPEN_READ, 0, &file), 0);
	CHECK_EQ(xnvi_file_info(file, &by_handle), 0);
	CHECK_EQ(xnvi_file_close(file), 0);
	CHECK(xnvi_file_id_eq(&by_path.id, &by_handle.id));
	CHECK(!xnvi_file_id_eq(&by_path.id, &other.id));
	CHECK_EQ(by_path.kind, XNVI_FILE_REGULAR);
	CHECK_EQ(by_path.nlinks, 1);
	CHECK_EQ(by_path.nbytes, NBYTES);
	CHECK(by_path.used_nbytes >= NBYTES);
	CHECK_EQ(xnvi_path_info(".", &other), 0);
	CHECK_EQ(other.kind, XNVI_FILE_FOLDER);
	CHECK_EQ(xnvi_path_info("xnvt_no_such_file", &other), -ENOENT);
}

static void
a_rename_replaces_the_file_as_a_whole(void)
{
	bool replaced = false;

	begin();
	CHECK_EQ(file_make(g_path, NBYTES), 0);
	CHECK_EQ(file_make(g_other, 10), 0);
	CHECK_EQ(xnvi_file_replace(g_other, g_path, ".", &replaced), 0);
	CHECK(replaced);
	CHECK_EQ(size_of(g_path), 10);
	CHECK_EQ(size_of(g_other), UINT64_MAX);
	CHECK_EQ(xnvi_file_replace(g_other, g_path, ".", &replaced), -ENOENT);
	CHECK(!replaced);
	CHECK_EQ(size_of(g_path), 10);
}

static void
a_real_path_is_absolute_and_names_the_same_file(void)
{
	struct xnvi_file_info a, b;
	char *real = NULL;

	begin();
	CHECK_EQ(file_make(g_path, 1), 0);
	CHECK_EQ(xnvi_file_real_path(g_path, &real), 0);
	CHECK(real[0] == '/' || (real[1] == ':' && real[2] == '/'));
	CHECK(strrchr(real, '/') && strcmp(strrchr(real, '/') + 1, g_path) == 0);
	CHECK_EQ(xnvi_path_info(real, &a), 0);
	CHECK_EQ(xnvi_path_info(g_path, &b), 0);
	CHECK(xnvi_file_id_eq(&a.id, &b.id));
	free(real);
	CHECK_EQ(xnvi_file_real_path("xnvt_no_such_file", &real), -ENOENT);
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {
	    TEST_CASE(opening_creates_only_what_it_is_told_to),
	    TEST_CASE(bytes_come_back_as_they_were_written),
	    TEST_CASE(the_end_of_a_file_is_no_error),
	    TEST_CASE(reading_and_writing_in_order_moves_on),
	    TEST_CASE(offsets_beyond_4_gib_are_kept),
	    TEST_CASE(the_size_follows_resize_and_trim),
	    TEST_CASE(a_range_that_is_zeroed_leaves_what_is_around_it),
	    TEST_CASE(sync_succeeds_on_files_and_folders),
	    TEST_CASE(a_lock_excludes_other_opens_and_hinders_no_reader),
	    TEST_CASE(a_file_is_the_same_by_every_path_and_handle),
	    TEST_CASE(a_rename_replaces_the_file_as_a_whole),
	    TEST_CASE(a_real_path_is_absolute_and_names_the_same_file),
	};
	char dir[300];

	sys_temp_subdir(dir, sizeof(dir), "files");
	if (sys_dir_change(dir)) {
		printf("Bail out! no temporary folder\n");
		return EXIT_FAILURE;
	}

	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
