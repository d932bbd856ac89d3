// SPDX-License-Identifier: BSD-3-Clause
#include <os/posix/descriptor.h>

#include <os/system.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define STAT_BLOCK_NBYTES 512U

int
xnvi_file_open(const char *path, unsigned how, unsigned mode, xnvi_handle *handle)
{
	static const int access[] = {
	    [XNVI_OPEN_READ] = O_RDONLY,
	    [XNVI_OPEN_WRITE] = O_WRONLY,
	    [XNVI_OPEN_RDWR] = O_RDWR,
	};
	int flags = access[how & XNVI_OPEN_RDWR];

	flags |= how & XNVI_OPEN_CREATE ? O_CREAT : 0;
	flags |= how & XNVI_OPEN_NEW ? O_CREAT | O_EXCL : 0;
	flags |= how & XNVI_OPEN_NOWAIT ? O_NONBLOCK : 0;
	*handle = xnvi_open(path, flags, mode);

	return *handle < 0 ? -errno : 0;
}

int
xnvi_file_close(xnvi_handle handle)
{
	return close(handle) ? -errno : 0;
}

int64_t
xnvi_file_pread(xnvi_handle handle, void *buf, size_t nbytes, uint64_t offset)
{
	struct xnvi_retry retry = {0};
	ssize_t n;

	do {
		n = pread(handle, buf, nbytes, (off_t)offset);
	} while (n < 0 && xnvi_retry(&retry));

	return n < 0 ? -errno : n;
}

int64_t
xnvi_os_pwrite(xnvi_handle handle, const void *buf, size_t nbytes, uint64_t offset,
	       uint32_t limit_us)
{
	struct xnvi_retry retry = {.limit_us = limit_us};
	ssize_t n;

	do {
		n = pwrite(handle, buf, nbytes, (off_t)offset);
	} while (n < 0 && xnvi_retry(&retry));

	return n < 0 ? -errno : n;
}

int64_t
xnvi_file_preadv(xnvi_handle handle, const struct iovec *iov, unsigned iovcnt, uint64_t offset)
{
	struct xnvi_retry retry = {0};
	ssize_t n;

	do {
		n = preadv(handle, iov, (int)iovcnt, (off_t)offset);
	} while (n < 0 && xnvi_retry(&retry));

	return n < 0 ? -errno : n;
}

int64_t
xnvi_file_pwritev(xnvi_handle handle, const struct iovec *iov, unsigned iovcnt, uint64_t offset)
{
	struct xnvi_retry retry = {0};
	ssize_t n;

	do {
		n = pwritev(handle, iov, (int)iovcnt, (off_t)offset);
	} while (n < 0 && xnvi_retry(&retry));

	return n < 0 ? -errno : n;
}

int64_t
xnvi_file_read(xnvi_handle handle, void *buf, size_t nbytes)
{
	ssize_t n;

	do {
		n = read(handle, buf, nbytes);
	} while (n < 0 && errno == EINTR);

	return n < 0 ? -errno : n;
}

int64_t
xnvi_file_write(xnvi_handle handle, const void *buf, size_t nbytes)
{
	ssize_t n;

	do {
		n = write(handle, buf, nbytes);
	} while (n < 0 && errno == EINTR);

	return n < 0 ? -errno : n;
}

int
xnvi_file_sync(xnvi_handle handle)
{
	struct xnvi_retry retry = {0};
	int err;

	do {
		err = fsync(handle) ? -errno : 0;
	} while (err && xnvi_retry(&retry));

	return err;
}

int
xnvi_folder_sync(const char *folder)
{
	const int fd = xnvi_open(folder, O_RDONLY | O_DIRECTORY, 0);
	int err;

	if (fd < 0) {
		return -errno;
	}
	err = xnvi_file_sync(fd);
	close(fd);

	/* A file system that cannot has nothing to make durable */
	return err == -EINVAL ? 0 : err;
}

int
xnvi_file_resize(xnvi_handle handle, uint64_t nbytes)
{
	struct xnvi_retry retry = {0};
	int err;

	do {
		err = ftruncate(handle, (off_t)nbytes) ? -errno : 0;
	} while (err && xnvi_retry(&retry));

	return err;
}

static enum xnvi_file_kind
kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return XNVI_FILE_REGULAR;
	case S_IFDIR:
		return XNVI_FILE_FOLDER;
	case S_IFBLK:
		return XNVI_FILE_BLOCK;
	case S_IFCHR:
		return XNVI_FILE_CHARACTER;
	case S_IFIFO:
	case S_IFSOCK:
		return XNVI_FILE_STREAM;
	default:
		return XNVI_FILE_OTHER;
	}
}

static int
info_of(const struct stat *st, struct xnvi_file_info *info)
{
	*info = (struct xnvi_file_info){
	    .kind = kind_of(st->st_mode),
	    .id = {.volume = (uint64_t)st->st_dev, .file = (uint64_t)st->st_ino},
	    .access = {.uid = st->st_uid,
		       .gid = st->st_gid,
		       .mode = st->st_mode & (S_IRWXU | S_IRWXG | S_IRWXO)},
	    .device = (uint64_t)st->st_rdev,
	    .nlinks = (uint64_t)st->st_nlink,
	    .nbytes = (uint64_t)st->st_size,
	    .used_nbytes = (uint64_t)st->st_blocks * STAT_BLOCK_NBYTES,
	};

	return 0;
}

int
xnvi_file_info(xnvi_handle handle, struct xnvi_file_info *info)
{
	struct stat st;

	return fstat(handle, &st) ? -errno : info_of(&st, info);
}

int
xnvi_path_info(const char *path, struct xnvi_file_info *info)
{
	struct stat st;

	return stat(path, &st) ? -errno : info_of(&st, info);
}

int
xnvi_file_set_owner(xnvi_handle handle, const struct xnvi_file_access *access)
{
	const int err =
	    access->uid != geteuid() && fchown(handle, access->uid, access->gid) ? -errno : 0;

	return err == -EPERM ? 0 : err;
}

int
xnvi_path_remove(const char *path)
{
	return unlink(path) ? -errno : 0;
}

bool
xnvi_path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}
