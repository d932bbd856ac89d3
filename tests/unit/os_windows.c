// SPDX-License-Identifier: BSD-3-Clause
/**
 * What lib/os makes of error codes, paths and names of Windows
 */
#include <os/system.h>
#include <os/windows/error.h>
#include <os/windows/path.h>
#include <os/words.h>
#include <backends/backend.h>
#include <support/test.h>

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

static void
error_codes_are_numbers_of_errno(void)
{
	static const struct {
		uint32_t code;
		int err;
	} rows[] = {
	    {ERROR_FILE_NOT_FOUND, ENOENT},	  {ERROR_PATH_NOT_FOUND, ENOENT},
	    {ERROR_ACCESS_DENIED, EACCES},	  {ERROR_FILE_EXISTS, EEXIST},
	    {ERROR_ALREADY_EXISTS, EEXIST},	  {ERROR_SHARING_VIOLATION, EBUSY},
	    {ERROR_LOCK_VIOLATION, EBUSY},	  {ERROR_DISK_FULL, ENOSPC},
	    {ERROR_HANDLE_DISK_FULL, ENOSPC},	  {ERROR_WRITE_PROTECT, EROFS},
	    {ERROR_INVALID_PARAMETER, EINVAL},	  {ERROR_INVALID_FUNCTION, ENOTSUP},
	    {ERROR_NOT_SUPPORTED, ENOTSUP},	  {ERROR_NOT_ENOUGH_MEMORY, ENOMEM},
	    {ERROR_NO_SYSTEM_RESOURCES, ENOMEM},  {ERROR_TOO_MANY_OPEN_FILES, EMFILE},
	    {ERROR_DEVICE_NOT_CONNECTED, ENODEV}, {ERROR_OPERATION_ABORTED, ECANCELED},
	    {ERROR_INVALID_NAME, ENOENT},	  {WAIT_TIMEOUT, ETIMEDOUT},
	    {ERROR_BROKEN_PIPE, EPIPE},		  {1295 /* quota */, EDQUOT},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		CHECK_EQ(xnvi_errno_of(rows[i].code), rows[i].err);
	}
	CHECK_EQ(xnvi_errno_of(0x7fffffff), EIO);
	SetLastError(ERROR_DISK_FULL);
	CHECK_EQ(xnvi_last_error(), -ENOSPC);
}

/** A caller that tests for an error takes 0 for success, whatever the code was */
static void
no_error_code_becomes_success_or_a_number_without_words(void)
{
	for (uint32_t code = 1; code < 16384; ++code) {
		const int err = xnvi_errno_of(code);

		CHECK(err > 0);
		CHECK(!strstr(xnvi_strerror(err), "Unknown"));
	}
	CHECK_STR(xnvi_strerror(ENOENT), "No such file or directory");
	CHECK(!strstr(xnvi_strerror(ESHUTDOWN), "Unknown"));
	CHECK(!strstr(xnvi_strerror(ESTALE), "Unknown"));
}

static void
check_name(const char *path, const char *name)
{
	char found[64];
	size_t nchars;
	const char *begin = xnvi_program_name(path, &nchars);

	snprintf(found, sizeof(found), "%.*s", (int)nchars, begin);
	CHECK_STR(found, name);
}

static void
names_of_programs_are_without_folder_and_exe(void)
{
	check_name("C:\\tools\\lblk.exe", "lblk");
	check_name("Z:/tools/lblk.EXE", "lblk");
	check_name("lblk", "lblk");
	check_name("C:lblk.exe", "lblk");
	check_name(".exe", ".exe");
	check_name("a\\b/c.exe.old", "c.exe.old");
	check_name("folder\\", "folder\\");
}

static void
paths_are_classified(void)
{
	char path[300];

	CHECK_EQ(xnvi_os_classify(sys_temp_dir()), -EISDIR);
	CHECK_EQ(xnvi_os_classify(sys_program_self()), XNVI_CLASS_FILE);
	CHECK_EQ(xnvi_os_classify("\\\\.\\PhysicalDrive7"), XNVI_CLASS_BLOCK);
	CHECK_EQ(xnvi_os_classify("//./PhysicalDrive7"), XNVI_CLASS_BLOCK);
	sys_temp_path(path, sizeof(path), "absent");
	CHECK_EQ(xnvi_os_classify(path), -ENOENT);
	CHECK_EQ(xnvi_os_classify("ram:1GB?path=a&b=c"), -ENOENT);
}

static void
what_no_file_can_be_named_does_not_exist(void)
{
	char path[600];
	xnvi_handle file;

	CHECK_EQ(xnvi_file_open("\xff\xfe", XNVI_OPEN_READ, 0, &file), -ENOENT);
	CHECK(file == XNVI_HANDLE_NONE);
	memset(path, 'a', 256);
	path[256] = '\0';
	CHECK_EQ(xnvi_file_open(path, XNVI_OPEN_READ, 0, &file), -ENAMETOOLONG);
	path[255] = '\0';
	CHECK_EQ(xnvi_file_open(path, XNVI_OPEN_READ, 0, &file), -ENOENT);
	/* Of each part, not of the path */
	snprintf(path, sizeof(path), "%0200d/%0200d/%0100d", 1, 2, 3);
	CHECK_EQ(xnvi_file_open(path, XNVI_OPEN_READ, 0, &file), -ENOENT);
}

static void
folder_make(const char *path)
{
	wchar_t *wide;

	CHECK_EQ(xnvi_path_wide(path, &wide), 0);
	CHECK(CreateDirectoryW(wide, NULL));
	free(wide);
}

static void
folder_remove(const char *path)
{
	wchar_t *wide;

	CHECK_EQ(xnvi_path_wide(path, &wide), 0);
	CHECK(RemoveDirectoryW(wide));
	free(wide);
}

/** The limit of 260 characters is that of a path without the prefix */
static void
paths_longer_than_260_characters_are_used_like_others(void)
{
	char one[300], two[600], name[700];
	xnvi_handle file;

	snprintf(one, sizeof(one), "%s/%0150d", sys_temp_dir(), 1);
	snprintf(two, sizeof(two), "%s/%0150d", one, 2);
	snprintf(name, sizeof(name), "%s/file", two);
	folder_make(one);
	folder_make(two);
	CHECK(strlen(name) > MAX_PATH);
	CHECK_EQ(xnvi_file_open(name, XNVI_OPEN_WRITE | XNVI_OPEN_NEW, 0, &file), 0);
	CHECK_EQ(xnvi_file_close(file), 0);
	CHECK(xnvi_path_exists(name));
	CHECK_EQ(xnvi_file_open(name, XNVI_OPEN_READ, 0, &file), 0);
	CHECK_EQ(xnvi_file_close(file), 0);
	CHECK_EQ(xnvi_path_remove(name), 0);
	folder_remove(two);
	folder_remove(one);
}

static void
prefixes_are_taken_off(void)
{
	static const struct {
		const wchar_t *wide;
		const char *path;
	} rows[] = {
	    {L"\\\\?\\C:\\a\\b", "C:/a/b"},
	    {L"\\\\?\\UNC\\server\\share\\a", "//server/share/a"},
	    {L"C:\\a", "C:/a"},
	    {L"a", "a"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		char *path = xnvi_path_utf8(rows[i].wide);

		CHECK(path);
		CHECK_STR(path, rows[i].path);
		free(path);
	}
}

static void
long_paths_of_servers_get_the_prefix_of_servers(void)
{
	char path[400];
	wchar_t *wide;
	char *back;

	snprintf(path, sizeof(path), "//server/share/%0200d/%0100d", 1, 2);
	CHECK_EQ(xnvi_path_wide(path, &wide), 0);
	CHECK(wcsncmp(wide, L"\\\\?\\UNC\\server\\share\\", 21) == 0);
	back = xnvi_path_utf8(wide);
	CHECK(back);
	CHECK_STR(back, path);
	free(back);
	free(wide);
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {
	    TEST_CASE(error_codes_are_numbers_of_errno),
	    TEST_CASE(no_error_code_becomes_success_or_a_number_without_words),
	    TEST_CASE(names_of_programs_are_without_folder_and_exe),
	    TEST_CASE(paths_are_classified),
	    TEST_CASE(what_no_file_can_be_named_does_not_exist),
	    TEST_CASE(paths_longer_than_260_characters_are_used_like_others),
	    TEST_CASE(prefixes_are_taken_off),
	    TEST_CASE(long_paths_of_servers_get_the_prefix_of_servers),
	};

	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
