// SPDX-License-Identifier: BSD-3-Clause
#include <os/system.h>
#include <os/windows/error.h>
#include <os/windows/path.h>

#include <errno.h>
#include <stdlib.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <winioctl.h>

/** Most bytes of one call, which counts in 32 bits */
#define CALL_NBYTES_MAX (1U << 30)

/** Where xnvi_file_lock() locks a byte: locks hinder others, and no file has data there */
#define LOCK_OFFSET_LOW	 0xfffffffeU
#define LOCK_OFFSET_HIGH 0x7fffffffU

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static bool
is_folder(const wchar_t *wide)
{
	const DWORD attributes = GetFileAttributesW(wide);

	return attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_DIRECTORY;
}

int
xnvi_file_open(const char *path, unsigned how, unsigned mode, xnvi_handle *handle)
{
	const DWORD access =
	    (how & XNVI_OPEN_READ ? GENERIC_READ : 0) | (how & XNVI_OPEN_WRITE ? GENERIC_WRITE : 0);
	const DWORD creation = how & XNVI_OPEN_NEW	? CREATE_NEW
			       : how & XNVI_OPEN_CREATE ? OPEN_ALWAYS
							: OPEN_EXISTING;
	/* The second flag opens folders, which cannot be written */
	const DWORD flags =
	    FILE_ATTRIBUTE_NORMAL | (how & XNVI_OPEN_WRITE ? 0 : FILE_FLAG_BACKUP_SEMANTICS);
	wchar_t *wide;
	int err;

	(void)mode;
	*handle = XNVI_HANDLE_NONE;
	err = xnvi_path_wide(path, &wide);
	if (!err) {
		*handle = CreateFileW(wide, access, SHARE_ALL, NULL, creation, flags, NULL);
		err = *handle == XNVI_HANDLE_NONE ? xnvi_last_error() : 0;
	}
	if (err == -EACCES && is_folder(wide)) {
		err = -EISDIR;
	}
	free(wide);

	return err;
}

int
xnvi_file_close(xnvi_handle handle)
{
	return CloseHandle(handle) ? 0 : xnvi_last_error();
}

static DWORD
call_nbytes(size_t nbytes)
{
	return nbytes < CALL_NBYTES_MAX ? (DWORD)nbytes : CALL_NBYTES_MAX;
}

static OVERLAPPED
at_offset(uint64_t offset)
{
	return (OVERLAPPED){.Offset = (DWORD)offset, .OffsetHigh = (DWORD)(offset >> 32)};
}

/** What a failed read comes to: at the end of a file, or of a pipe that nobody writes to, 0 */
static int64_t
read_failed(void)
{
	const DWORD code = GetLastError();

	return code == ERROR_HANDLE_EOF || code == ERROR_BROKEN_PIPE ? 0 : -xnvi_errno_of(code);
}

int64_t
xnvi_file_pread(xnvi_handle handle, void *buf, size_t nbytes, uint64_t offset)
{
	OVERLAPPED at = at_offset(offset);
	DWORD n = 0;

	return ReadFile(handle, buf, call_nbytes(nbytes), &n, &at) ? (int64_t)n : read_failed();
}

int64_t
xnvi_os_pwrite(xnvi_handle handle, const void *buf, size_t nbytes, uint64_t offset,
	       uint32_t limit_us)
{
	OVERLAPPED at = at_offset(offset);
	DWORD n = 0;

	/* Nothing interrupts a call here */
	(void)limit_us;

	return WriteFile(handle, buf, call_nbytes(nbytes), &n, &at) ? (int64_t)n
								    : xnvi_last_error();
}

/** The calls of the system for vectors take whole pages only, so each piece is a call of its own */
int64_t
xnvi_file_preadv(xnvi_handle handle, const struct iovec *iov, unsigned iovcnt, uint64_t offset)
{
	int64_t done = 0;

	for (unsigned i = 0; i < iovcnt; ++i) {
		const int64_t n = xnvi_file_pread(handle, iov[i].iov_base, iov[i].iov_len,
						  offset + (uint64_t)done);

		if (n < 0) {
			return done ? done : n;
		}
		done += n;
		if ((uint64_t)n < iov[i].iov_len) {
			break;
		}
	}

	return done;
}

int64_t
xnvi_file_pwritev(xnvi_handle handle, const struct iovec *iov, unsigned iovcnt, uint64_t offset)
{
	int64_t done = 0;

	for (unsigned i = 0; i < iovcnt; ++i) {
		const int64_t n = xnvi_file_pwrite(handle, iov[i].iov_base, iov[i].iov_len,
						   offset + (uint64_t)done);

		if (n < 0) {
			return done ? done : n;
		}
		done += n;
		if ((uint64_t)n < iov[i].iov_len) {
			break;
		}
	}

	return done;
}

int64_t
xnvi_file_read(xnvi_handle handle, void *buf, size_t nbytes)
{
	DWORD n = 0;

	return ReadFile(handle, buf, call_nbytes(nbytes), &n, NULL) ? (int64_t)n : read_failed();
}

int64_t
xnvi_file_write(xnvi_handle handle, const void *buf, size_t nbytes)
{
	DWORD n = 0;

	return WriteFile(handle, buf, call_nbytes(nbytes), &n, NULL) ? (int64_t)n
								     : xnvi_last_error();
}

int
xnvi_file_sync(xnvi_handle handle)
{
	return FlushFileBuffers(handle) ? 0 : xnvi_last_error();
}

/** File systems of Windows log what happens to names, and only administrators may flush a folder */
int
xnvi_folder_sync(const char *folder)
{
	struct xnvi_file_info info;

	return xnvi_path_info(folder, &info);
}

/** Without this the file system gives space to zeroes; not every file system knows it */
static void
make_sparse(HANDLE handle)
{
	DWORD n;

	(void)DeviceIoControl(handle, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &n, NULL);
}

int
xnvi_file_resize(xnvi_handle handle, uint64_t nbytes)
{
	FILE_END_OF_FILE_INFO end = {.EndOfFile.QuadPart = (LONGLONG)nbytes};

	make_sparse(handle);

	return SetFileInformationByHandle(handle, FileEndOfFileInfo, &end, sizeof(end))
		   ? 0
		   : xnvi_last_error();
}

int
xnvi_os_zero_range(xnvi_handle handle, uint64_t offset, uint64_t nbytes, bool dealloc,
		   uint32_t limit_us)
{
	FILE_ZERO_DATA_INFORMATION range = {
	    .FileOffset.QuadPart = (LONGLONG)offset,
	    .BeyondFinalZero.QuadPart = (LONGLONG)(offset + nbytes),
	};
	DWORD n;
	int err;

	(void)limit_us;
	if (dealloc) {
		make_sparse(handle);
	}
	if (DeviceIoControl(handle, FSCTL_SET_ZERO_DATA, &range, sizeof(range), NULL, 0, &n,
			    NULL)) {
		return 0;
	}
	err = xnvi_last_error();

	return err == -ENOSYS ? -ENOTSUP : err;
}

static enum xnvi_file_kind
kind_of(HANDLE handle)
{
	switch (GetFileType(handle)) {
	case FILE_TYPE_DISK:
		return XNVI_FILE_REGULAR;
	case FILE_TYPE_CHAR:
		return XNVI_FILE_CHARACTER;
	case FILE_TYPE_PIPE:
		return XNVI_FILE_STREAM;
	default:
		return XNVI_FILE_OTHER;
	}
}

int
xnvi_file_info(xnvi_handle handle, struct xnvi_file_info *info)
{
	BY_HANDLE_FILE_INFORMATION by;
	FILE_STANDARD_INFO standard;

	/* A pipe or a terminal has no number of its own: it is the same as itself */
	*info = (struct xnvi_file_info){
	    .kind = kind_of(handle),
	    .id.file = (uint64_t)(uintptr_t)handle,
	};
	if (info->kind != XNVI_FILE_REGULAR) {
		return 0;
	}
	if (!GetFileInformationByHandle(handle, &by)) {
		/* A disk has none of that, and is no file to ask for it */
		info->kind = XNVI_FILE_BLOCK;
		return 0;
	}
	if (!GetFileInformationByHandleEx(handle, FileStandardInfo, &standard, sizeof(standard))) {
		return xnvi_last_error();
	}
	if (by.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
		info->kind = XNVI_FILE_FOLDER;
	}
	info->id.volume = by.dwVolumeSerialNumber;
	info->id.file = (uint64_t)by.nFileIndexHigh << 32 | by.nFileIndexLow;
	info->nlinks = by.nNumberOfLinks;
	info->nbytes = (uint64_t)standard.EndOfFile.QuadPart;
	info->used_nbytes = (uint64_t)standard.AllocationSize.QuadPart;

	return 0;
}

int
xnvi_path_info(const char *path, struct xnvi_file_info *info)
{
	xnvi_handle handle;
	int err = xnvi_file_open(path, 0, 0, &handle);

	if (!err) {
		err = xnvi_file_info(handle, info);
		(void)xnvi_file_close(handle);
	}

	return err;
}

/** Files here get the rights that their folder hands on */
int
xnvi_file_set_owner(xnvi_handle handle, const struct xnvi_file_access *access)
{
	(void)handle;
	(void)access;

	return 0;
}

int
xnvi_file_lock(xnvi_handle handle)
{
	OVERLAPPED at = {.Offset = LOCK_OFFSET_LOW, .OffsetHigh = LOCK_OFFSET_HIGH};
	DWORD code;

	if (LockFileEx(handle, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)) {
		return 0;
	}
	code = GetLastError();

	return code == ERROR_IO_PENDING ? -EBUSY : -xnvi_errno_of(code);
}

void
xnvi_file_unlock(xnvi_handle handle)
{
	OVERLAPPED at = {.Offset = LOCK_OFFSET_LOW, .OffsetHigh = LOCK_OFFSET_HIGH};

	(void)UnlockFileEx(handle, 0, 1, 0, &at);
}

/** The system tells administrators at most */
int
xnvi_file_lock_holder(xnvi_handle handle)
{
	(void)handle;

	return 0;
}
