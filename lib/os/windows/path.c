// SPDX-License-Identifier: BSD-3-Clause
#include <os/windows/path.h>

#include <os/file.h>
#include <os/windows/error.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <backends/backend.h>

/** Longer paths need the prefix; folders end 12 characters before */
#define SHORT_NCHARS (MAX_PATH - 12)
/** Of a path with its prefix and its end; no path is longer */
#define PATH_NCHARS_MAX 32768U
/** Of one name in a path */
#define NAME_NCHARS_MAX 255

#define PREFIX	   L"\\\\?\\"
#define PREFIX_UNC L"\\\\?\\UNC\\"
#define PREFIX_DEV L"\\\\.\\"

#define NCHARS(text) (sizeof(text) / sizeof((text)[0]) - 1)

static bool
begins_with(const wchar_t *wide, const wchar_t *prefix)
{
	return wcsncmp(wide, prefix, wcslen(prefix)) == 0;
}

/** The absolute path with the prefix, which goes to the file system as it is */
static int
lengthen(wchar_t **wide)
{
	const DWORD nchars = GetFullPathNameW(*wide, 0, NULL, NULL);
	wchar_t *full = calloc(NCHARS(PREFIX_UNC) + nchars + 1, sizeof(*full));
	const bool is_unc = begins_with(*wide, L"\\\\") || begins_with(*wide, L"//");
	const wchar_t *prefix = is_unc ? PREFIX_UNC : PREFIX;
	/* Of "\\server" one backslash is taken over by the prefix, and one goes */
	const size_t at = wcslen(prefix) - (is_unc ? 2 : 0);

	if (!full) {
		return -ENOMEM;
	}
	if (!nchars || !GetFullPathNameW(*wide, nchars, full + at, NULL)) {
		free(full);
		return xnvi_last_error();
	}
	memcpy(full, prefix, wcslen(prefix) * sizeof(*full));
	free(*wide);
	*wide = full;

	return 0;
}

/** A part between slashes that is longer than file systems take it */
static bool
has_long_name(const wchar_t *wide)
{
	while (*wide) {
		const size_t nchars = wcscspn(wide, L"/\\");

		if (nchars > NAME_NCHARS_MAX) {
			return true;
		}
		wide += nchars;
		wide += *wide != L'\0';
	}

	return false;
}

int
xnvi_path_wide(const char *path, wchar_t **wide)
{
	const int nchars = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, NULL, 0);
	int err = 0;

	*wide = NULL;
	if (nchars <= 0) {
		return -ENOENT;
	}
	*wide = calloc((size_t)nchars, sizeof(**wide));
	if (!*wide) {
		return -ENOMEM;
	}
	MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, *wide, nchars);
	if (has_long_name(*wide)) {
		err = -ENAMETOOLONG;
	} else if (nchars > SHORT_NCHARS && !begins_with(*wide, PREFIX) &&
		   !begins_with(*wide, PREFIX_DEV)) {
		err = lengthen(wide);
	}
	if (err) {
		free(*wide);
		*wide = NULL;
	}

	return err;
}

char *
xnvi_path_utf8(const wchar_t *wide)
{
	const bool is_unc = begins_with(wide, PREFIX_UNC);
	const wchar_t *from = wide + (is_unc			  ? NCHARS(PREFIX_UNC) - 2
				      : begins_with(wide, PREFIX) ? NCHARS(PREFIX)
								  : 0);
	const int nbytes = WideCharToMultiByte(CP_UTF8, 0, from, -1, NULL, 0, NULL, NULL);
	char *path = nbytes > 0 ? malloc((size_t)nbytes) : NULL;

	if (!path) {
		return NULL;
	}
	WideCharToMultiByte(CP_UTF8, 0, from, -1, path, nbytes, NULL, NULL);
	if (is_unc) {
		path[0] = '/';
	}
	for (char *c = path; *c; ++c) {
		*c = *c == '\\' ? '/' : *c;
	}

	return path;
}

int
xnvi_path_remove(const char *path)
{
	wchar_t *wide;
	int err = xnvi_path_wide(path, &wide);

	if (!err) {
		err = DeleteFileW(wide) ? 0 : xnvi_last_error();
	}
	free(wide);

	return err;
}

/** FILE_ATTRIBUTE_...; INVALID_FILE_ATTRIBUTES and *err when there is no such path */
static DWORD
attributes_of(const char *path, int *err)
{
	DWORD attributes = INVALID_FILE_ATTRIBUTES;
	wchar_t *wide;

	*err = xnvi_path_wide(path, &wide);
	if (!*err) {
		attributes = GetFileAttributesW(wide);
		*err = attributes == INVALID_FILE_ATTRIBUTES ? xnvi_last_error() : 0;
	}
	free(wide);

	return attributes;
}

bool
xnvi_path_exists(const char *path)
{
	int err;

	(void)attributes_of(path, &err);

	return !err;
}

int
xnvi_os_classify(const char *path)
{
	DWORD attributes;
	int err;

	/* A name of the system's devices, such as a disk */
	if (strncmp(path, "\\\\.\\", 4) == 0 || strncmp(path, "//./", 4) == 0) {
		return XNVI_CLASS_BLOCK;
	}
	attributes = attributes_of(path, &err);
	if (err) {
		return err;
	}

	return attributes & FILE_ATTRIBUTE_DIRECTORY ? -EISDIR : XNVI_CLASS_FILE;
}

int
xnvi_file_real_path(const char *path, char **real)
{
	wchar_t *wide = NULL;
	xnvi_handle file;
	DWORD nchars;
	int err;

	*real = NULL;
	err = xnvi_file_open(path, 0, 0, &file);
	if (err) {
		return err;
	}
	wide = malloc(PATH_NCHARS_MAX * sizeof(*wide));
	nchars =
	    wide ? GetFinalPathNameByHandleW(file, wide, PATH_NCHARS_MAX, FILE_NAME_NORMALIZED) : 0;
	if (wide && (!nchars || nchars >= PATH_NCHARS_MAX)) {
		err = nchars ? -ENAMETOOLONG : xnvi_last_error();
	} else {
		*real = wide ? xnvi_path_utf8(wide) : NULL;
		err = *real ? 0 : -ENOMEM;
	}
	free(wide);
	(void)xnvi_file_close(file);

	return err;
}

int
xnvi_file_replace(const char *from, const char *to, const char *folder, bool *replaced)
{
	wchar_t *wide_from = NULL;
	wchar_t *wide_to = NULL;
	int err;

	err = xnvi_path_wide(from, &wide_from);
	err = err ? err : xnvi_path_wide(to, &wide_to);
	if (!err &&
	    !MoveFileExW(wide_from, wide_to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) {
		err = xnvi_last_error();
	}
	free(wide_from);
	free(wide_to);
	*replaced = !err;

	return err ? err : xnvi_folder_sync(folder);
}
