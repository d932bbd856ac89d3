// SPDX-License-Identifier: BSD-3-Clause
#include <support/sys.h>

#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <windows.h>
#include <winioctl.h>

/** Errors that tests look at, as errno */
static int
err_of(DWORD error)
{
	static const struct {
		DWORD error;
		int err;
	} rows[] = {
	    {ERROR_FILE_NOT_FOUND, ENOENT},    {ERROR_PATH_NOT_FOUND, ENOENT},
	    {ERROR_ACCESS_DENIED, EACCES},     {ERROR_SHARING_VIOLATION, EACCES},
	    {ERROR_FILE_EXISTS, EEXIST},       {ERROR_ALREADY_EXISTS, EEXIST},
	    {ERROR_PRIVILEGE_NOT_HELD, EPERM}, {ERROR_NOT_SUPPORTED, EPERM},
	    {ERROR_INVALID_FUNCTION, EPERM},   {ERROR_CALL_NOT_IMPLEMENTED, EPERM},
	    {ERROR_DIR_NOT_EMPTY, ENOTEMPTY},  {ERROR_DISK_FULL, ENOSPC},
	    {ERROR_INVALID_NAME, ENOENT},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		if (rows[i].error == error) {
			return -rows[i].err;
		}
	}

	return -EIO;
}

static int
result(BOOL good)
{
	return good ? 0 : err_of(GetLastError());
}

static char g_dir[MAX_PATH];

/** Files that are open cannot be removed */
static void
remove_temp_dir(void)
{
	_fcloseall();
	/* Nor can the folder that the process is in */
	(void)sys_dir_change("/");
	if (sys_dir_remove(g_dir)) {
		printf("# left behind: %s\n", g_dir);
	}
}

const char *
sys_temp_dir(void)
{
	char base[MAX_PATH];

	if (g_dir[0]) {
		return g_dir;
	}
	if (!GetTempPathA(sizeof(base), base)) {
		base[0] = '\0';
	}
	snprintf(g_dir, sizeof(g_dir), "%.200sxnvt-%lu", base, GetCurrentProcessId());
	for (char *c = g_dir; *c; ++c) {
		*c = *c == '\\' ? '/' : *c;
	}
	sys_dir_remove(g_dir);
	if (sys_dir_make(g_dir) || atexit(remove_temp_dir)) {
		printf("Bail out! no temporary folder %s\n", g_dir);
		exit(EXIT_FAILURE);
	}

	return g_dir;
}

/** Not tmpfile(), which wants to write to the root of the drive */
FILE *
sys_temp_stream(void)
{
	static unsigned count;
	char path[MAX_PATH];
	int fd;

	snprintf(path, sizeof(path), "%.200s/stream-%u", sys_temp_dir(), count++);
	fd = _open(path, _O_RDWR | _O_CREAT | _O_TRUNC | _O_BINARY | _O_TEMPORARY | _O_NOINHERIT,
		   _S_IREAD | _S_IWRITE);

	return fd < 0 ? NULL : _fdopen(fd, "w+b");
}

/** Others may do with the file what they like meanwhile, as on other systems */
static HANDLE
open_file(const char *path, DWORD access, DWORD how)
{
	return CreateFileA(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
			   NULL, how, FILE_ATTRIBUTE_NORMAL, NULL);
}

static int
resize(const char *path, DWORD how, uint64_t nbytes)
{
	HANDLE file = open_file(path, GENERIC_WRITE, how);
	LARGE_INTEGER end = {.QuadPart = (LONGLONG)nbytes};
	int err;

	if (file == INVALID_HANDLE_VALUE) {
		return err_of(GetLastError());
	}
	err = result(SetFilePointerEx(file, end, NULL, FILE_BEGIN) && SetEndOfFile(file));
	CloseHandle(file);

	return err;
}

int
sys_file_make(const char *path, uint64_t nbytes)
{
	return resize(path, CREATE_ALWAYS, nbytes);
}

int
sys_file_resize(const char *path, uint64_t nbytes)
{
	return resize(path, OPEN_EXISTING, nbytes);
}

static int
write_file(const char *path, DWORD how, uint64_t offset, const void *data, size_t nbytes)
{
	HANDLE file = open_file(path, GENERIC_WRITE, how);
	OVERLAPPED at = {.Offset = (DWORD)offset, .OffsetHigh = (DWORD)(offset >> 32)};
	DWORD n = 0;
	int err;

	if (file == INVALID_HANDLE_VALUE) {
		return err_of(GetLastError());
	}
	err = result(WriteFile(file, data, (DWORD)nbytes, &n, &at));
	CloseHandle(file);

	return !err && n != nbytes ? -EIO : err;
}

int
sys_file_put(const char *path, const void *data, size_t nbytes)
{
	return write_file(path, CREATE_ALWAYS, 0, data, nbytes);
}

int
sys_file_write_at(const char *path, uint64_t offset, const void *data, size_t nbytes)
{
	return write_file(path, OPEN_EXISTING, offset, data, nbytes);
}

int64_t
sys_file_get(const char *path, void *data, size_t nbytes)
{
	HANDLE file = open_file(path, GENERIC_READ, OPEN_EXISTING);
	DWORD n = 0;
	int err;

	if (file == INVALID_HANDLE_VALUE) {
		return err_of(GetLastError());
	}
	err = result(ReadFile(file, data, (DWORD)nbytes, &n, NULL));
	CloseHandle(file);

	return err ? err : (int64_t)n;
}

static int
inquire(const char *path, FILE_STANDARD_INFO *info)
{
	HANDLE file = open_file(path, FILE_READ_ATTRIBUTES, OPEN_EXISTING);
	int err;

	if (file == INVALID_HANDLE_VALUE) {
		return err_of(GetLastError());
	}
	err = result(GetFileInformationByHandleEx(file, FileStandardInfo, info, sizeof(*info)));
	CloseHandle(file);

	return err;
}

int64_t
sys_file_nbytes(const char *path)
{
	FILE_STANDARD_INFO info;
	const int err = inquire(path, &info);

	return err ? err : info.EndOfFile.QuadPart;
}

int64_t
sys_file_allocated_nbytes(const char *path)
{
	FILE_STANDARD_INFO info;
	const int err = inquire(path, &info);

	return err ? err : info.AllocationSize.QuadPart;
}

bool
sys_file_exists(const char *path)
{
	return GetFileAttributesA(path) != INVALID_FILE_ATTRIBUTES;
}

bool
sys_name_is_allowed(const char *name)
{
	return !strpbrk(name, "<>:\"/\\|?*");
}

int
sys_file_remove(const char *path)
{
	return result(DeleteFileA(path));
}

int
sys_file_rename(const char *from, const char *to)
{
	return result(MoveFileExA(from, to, MOVEFILE_REPLACE_EXISTING));
}

int
sys_file_mode(const char *path)
{
	(void)path;

	return -ENOSYS;
}

int
sys_file_set_mode(const char *path, unsigned mode)
{
	(void)path;
	(void)mode;

	return -ENOSYS;
}

void
sys_file_mask_none(void)
{
}

int
sys_file_link(const char *existing, const char *path)
{
	return result(CreateHardLinkA(path, existing, NULL));
}

int
sys_file_symlink(const char *target, const char *path)
{
	const int err = result(CreateSymbolicLinkA(path, target, 0));

	/* wine says yes and makes none */
	return err || GetFileAttributesA(path) != INVALID_FILE_ATTRIBUTES ? err : -EPERM;
}

int
sys_file_make_fifo(const char *path)
{
	(void)path;

	return -ENOSYS;
}

bool
sys_file_is_locked(const char *path)
{
	HANDLE file = open_file(path, GENERIC_READ, OPEN_EXISTING);
	OVERLAPPED all = {.Offset = 0};
	bool locked;

	if (file == INVALID_HANDLE_VALUE) {
		return GetLastError() == ERROR_SHARING_VIOLATION;
	}
	locked = !LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, MAXDWORD,
			     MAXDWORD, &all);
	CloseHandle(file);

	return locked;
}

int
sys_dir_make(const char *path)
{
	return result(CreateDirectoryA(path, NULL));
}

int
sys_dir_remove(const char *path)
{
	char inside[MAX_PATH];
	WIN32_FIND_DATAA found;
	HANDLE search;

	snprintf(inside, sizeof(inside), "%s/*", path);
	search = FindFirstFileA(inside, &found);
	for (BOOL more = search != INVALID_HANDLE_VALUE; more;
	     more = FindNextFileA(search, &found)) {
		const bool is_dir = found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY;
		const bool is_link = found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT;

		if (strcmp(found.cFileName, ".") == 0 || strcmp(found.cFileName, "..") == 0) {
			continue;
		}
		snprintf(inside, sizeof(inside), "%s/%s", path, found.cFileName);
		if (is_dir && !is_link) {
			sys_dir_remove(inside);
		} else {
			DeleteFileA(inside);
		}
	}
	if (search != INVALID_HANDLE_VALUE) {
		FindClose(search);
	}

	return result(RemoveDirectoryA(path));
}

int
sys_dir_change(const char *path)
{
	return result(SetCurrentDirectoryA(path));
}

int
sys_stream_redirect(FILE *stream, FILE *to)
{
	int before;

	fflush(stream);
	before = _dup(_fileno(stream));
	if (before < 0 || _dup2(_fileno(to), _fileno(stream)) < 0) {
		return -errno;
	}

	return before;
}

void
sys_stream_restore(FILE *stream, int before)
{
	fflush(stream);
	_dup2(before, _fileno(stream));
	_close(before);
}

void
sys_stream_binary(FILE *stream)
{
	_setmode(_fileno(stream), _O_BINARY);
}

/** A file that was opened for reading only */
FILE *
sys_stream_full(int *err)
{
	const char *path = sys_program_self();
	const int fd = path ? _open(path, _O_RDONLY | _O_BINARY | _O_NOINHERIT) : -1;

	*err = -EBADF;

	return fd < 0 ? NULL : _fdopen(fd, "wb");
}

void
sys_stream_close(int fd)
{
	_close(fd);
}

bool
sys_stream_is_open(int fd)
{
	return _get_osfhandle(fd) >= 0;
}

/** A file that was used and is empty again, because to make one takes a millisecond */
static FILE *g_spare;

FILE *
sys_memory_open(struct sys_memory *memory)
{
	*memory = (struct sys_memory){.stream = g_spare ? g_spare : sys_temp_stream()};
	g_spare = NULL;

	return memory->stream;
}

/** The file is read back */
char *
sys_memory_close(struct sys_memory *memory)
{
	const long end = fseek(memory->stream, 0, SEEK_END) ? -1 : ftell(memory->stream);

	memory->text = end < 0 ? NULL : malloc((size_t)end + 1);
	if (memory->text) {
		rewind(memory->stream);
		memory->nbytes = fread(memory->text, 1, (size_t)end, memory->stream);
		memory->text[memory->nbytes] = '\0';
	}
	rewind(memory->stream);
	if (!g_spare && !_chsize(_fileno(memory->stream), 0)) {
		g_spare = memory->stream;
	} else {
		fclose(memory->stream);
	}

	return memory->text;
}

bool
sys_has_holes(void)
{
	FILE_ZERO_DATA_INFORMATION range = {.FileOffset = {.QuadPart = 0}};
	HANDLE file;
	char path[300];
	DWORD n;
	bool has;

	range.BeyondFinalZero.QuadPart = 65536;
	sys_temp_path(path, sizeof(path), "holes");
	file = open_file(path, GENERIC_WRITE, CREATE_ALWAYS);
	has = DeviceIoControl(file, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &n, NULL) &&
	      DeviceIoControl(file, FSCTL_SET_ZERO_DATA, &range, sizeof(range), NULL, 0, &n, NULL);
	CloseHandle(file);
	DeleteFileA(path);

	return has;
}

/** The descriptor of a queue is the handle of an event, which is a small number */
static HANDLE
event_of(int fd)
{
	return (HANDLE)(intptr_t)fd;
}

int
sys_event_is_set(int fd, unsigned timeout_ms)
{
	return WaitForSingleObject(event_of(fd), timeout_ms) == WAIT_OBJECT_0;
}

/** Waiting leaves the event set */
int
sys_event_read(int fd)
{
	return WaitForSingleObject(event_of(fd), INFINITE) == WAIT_OBJECT_0 ? 0 : -EBADF;
}

int
sys_event_set(int fd)
{
	return SetEvent(event_of(fd)) ? 0 : -EBADF;
}

/** Waiting leaves the event set, so that there is no waiting for edges */
int
sys_sleeper_init(struct sys_sleeper *sleeper, int fd, enum sys_sleep how)
{
	*sleeper = (struct sys_sleeper){.fd = fd, .how = (int)how};

	return how == SYS_SLEEP_EDGES ? -ENOSYS : 0;
}

int
sys_sleeper_wait(struct sys_sleeper *sleeper)
{
	return sys_event_read(sleeper->fd);
}

void
sys_sleeper_term(struct sys_sleeper *sleeper)
{
	(void)sleeper;
}

bool
sys_descriptor_is_open(int fd)
{
	DWORD flags;

	return GetHandleInformation(event_of(fd), &flags);
}

/** No file of Windows tells how it was opened */
bool
sys_descriptor_is_direct(int fd)
{
	(void)fd;

	return false;
}
