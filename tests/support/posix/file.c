// SPDX-License-Identifier: BSD-3-Clause
#include <support/sys.h>

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static char g_dir[256];
/** Copies of the process are not to clean up */
static pid_t g_owner;

static void
remove_temp_dir(void)
{
	if (getpid() == g_owner && sys_dir_remove(g_dir)) {
		printf("# left behind: %s\n", g_dir);
	}
}

const char *
sys_temp_dir(void)
{
	const char *base = getenv("TMPDIR");

	if (!g_dir[0]) {
		snprintf(g_dir, sizeof(g_dir), "%s/xnvt-XXXXXX", base && *base ? base : "/tmp");
		if (!mkdtemp(g_dir) || atexit(remove_temp_dir)) {
			printf("Bail out! no temporary folder %s: %s\n", g_dir, strerror(errno));
			exit(EXIT_FAILURE);
		}
		g_owner = getpid();
	}

	return g_dir;
}

FILE *
sys_temp_stream(void)
{
	return tmpfile();
}

static int
open_file(const char *path, int flags)
{
	const int fd = open(path, flags | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : fd;
}

int
sys_file_make(const char *path, uint64_t nbytes)
{
	const int fd = open_file(path, O_RDWR | O_CREAT | O_TRUNC);
	int err;

	if (fd < 0) {
		return fd;
	}
	err = ftruncate(fd, (off_t)nbytes) ? -errno : 0;
	close(fd);

	return err;
}

int
sys_file_resize(const char *path, uint64_t nbytes)
{
	return truncate(path, (off_t)nbytes) ? -errno : 0;
}

/** Write all of it and close; 0 or a negative errno */
static int
write_and_close(int fd, const void *data, size_t nbytes, uint64_t offset)
{
	ssize_t n;
	int err;

	if (fd < 0) {
		return fd;
	}
	n = pwrite(fd, data, nbytes, (off_t)offset);
	err = n < 0 ? -errno : (size_t)n != nbytes ? -EIO : 0;
	close(fd);

	return err;
}

int
sys_file_put(const char *path, const void *data, size_t nbytes)
{
	return write_and_close(open_file(path, O_WRONLY | O_CREAT | O_TRUNC), data, nbytes, 0);
}

int
sys_file_write_at(const char *path, uint64_t offset, const void *data, size_t nbytes)
{
	return write_and_close(open_file(path, O_WRONLY), data, nbytes, offset);
}

int64_t
sys_file_get(const char *path, void *data, size_t nbytes)
{
	const int fd = open_file(path, O_RDONLY);
	ssize_t n;

	if (fd < 0) {
		return fd;
	}
	n = read(fd, data, nbytes);
	n = n < 0 ? -errno : n;
	close(fd);

	return n;
}

int64_t
sys_file_nbytes(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -errno : (int64_t)st.st_size;
}

int64_t
sys_file_allocated_nbytes(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -errno : (int64_t)st.st_blocks * 512;
}

bool
sys_file_exists(const char *path)
{
	return !access(path, F_OK);
}

bool
sys_name_is_allowed(const char *name)
{
	return !strchr(name, '/');
}

int
sys_file_remove(const char *path)
{
	return unlink(path) ? -errno : 0;
}

int
sys_file_rename(const char *from, const char *to)
{
	return rename(from, to) ? -errno : 0;
}

/** On every file system that tests meet here */
bool
sys_has_holes(void)
{
	return true;
}

int
sys_file_mode(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -errno : (int)(st.st_mode & 07777);
}

int
sys_file_set_mode(const char *path, unsigned mode)
{
	return chmod(path, (mode_t)mode) ? -errno : 0;
}

void
sys_file_mask_none(void)
{
	umask(0);
}

int
sys_file_link(const char *existing, const char *path)
{
	return link(existing, path) ? -errno : 0;
}

int
sys_file_symlink(const char *target, const char *path)
{
	return symlink(target, path) ? -errno : 0;
}

int
sys_file_make_fifo(const char *path)
{
	return mkfifo(path, 0600) ? -errno : 0;
}

bool
sys_file_is_locked(const char *path)
{
	const int fd = open_file(path, O_RDONLY);
	const bool locked = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB);

	if (fd >= 0) {
		close(fd);
	}

	return locked;
}

int
sys_dir_make(const char *path)
{
	return mkdir(path, 0700) ? -errno : 0;
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;

	return remove(path);
}

int
sys_dir_remove(const char *path)
{
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) ? -errno : 0;
}

int
sys_dir_change(const char *path)
{
	return chdir(path) ? -errno : 0;
}

int
sys_stream_redirect(FILE *stream, FILE *to)
{
	int before;

	fflush(stream);
	before = fcntl(fileno(stream), F_DUPFD_CLOEXEC, 3);
	if (before < 0 || dup2(fileno(to), fileno(stream)) < 0) {
		return -errno;
	}

	return before;
}

void
sys_stream_restore(FILE *stream, int before)
{
	fflush(stream);
	dup2(before, fileno(stream));
	close(before);
}

void
sys_stream_binary(FILE *stream)
{
	(void)stream;
}

/** /dev/full, or a pipe that nobody reads */
FILE *
sys_stream_full(int *err)
{
	FILE *stream = fopen("/dev/full", "w");
	int fds[2];

	*err = -ENOSPC;
	if (!stream && !pipe(fds)) {
		signal(SIGPIPE, SIG_IGN);
		close(fds[0]);
		stream = fdopen(fds[1], "w");
		*err = -EPIPE;
	}

	return stream;
}

void
sys_stream_close(int fd)
{
	close(fd);
}

bool
sys_stream_is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

FILE *
sys_memory_open(struct sys_memory *memory)
{
	memory->stream = open_memstream(&memory->text, &memory->nbytes);

	return memory->stream;
}

char *
sys_memory_close(struct sys_memory *memory)
{
	fclose(memory->stream);

	return memory->text;
}

int
sys_event_is_set(int fd, unsigned timeout_ms)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	int res;

	do {
		res = poll(&pfd, 1, (int)timeout_ms);
	} while (res < 0 && errno == EINTR);

	return res == 1 && (pfd.revents & POLLIN);
}

int
sys_event_read(int fd)
{
	uint64_t count = 0;

	/* EAGAIN would be a caller that spins */
	if (read(fd, &count, sizeof(count)) != sizeof(count)) {
		return -errno;
	}

	return count ? 0 : -EIO;
}

int
sys_event_set(int fd)
{
	const uint64_t one = 1;

	return write(fd, &one, sizeof(one)) == sizeof(one) ? 0 : -errno;
}

bool
sys_descriptor_is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

bool
sys_descriptor_is_direct(int fd)
{
	struct stat st;

#ifdef O_DIRECT
	if (fcntl(fd, F_GETFL) & O_DIRECT) {
		return true;
	}
#endif
	/* Nodes that take commands only have no cache */
	return !fstat(fd, &st) && S_ISCHR(st.st_mode);
}
