// SPDX-License-Identifier: BSD-3-Clause
/**
 * The file under a store that keeps its data
 */
#include <target/target_priv.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAT_BLOCK_NBYTES 512

int
xnvi_store_file_read(struct xnvi_store *store, void *buf, size_t nbytes, uint64_t offset)
{
	char *to = buf;

	while (nbytes) {
		const ssize_t n = pread(store->fd, to, nbytes, (off_t)offset);

		if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
			continue;
		}
		if (n <= 0) {
			/* Nothing to read: somebody cut the file */
			return n ? -errno : -EIO;
		}
		to += n;
		offset += (uint64_t)n;
		nbytes -= (size_t)n;
	}

	return 0;
}

int
xnvi_store_file_write(struct xnvi_store *store, const void *buf, size_t nbytes, uint64_t offset)
{
	const char *from = buf;

	while (nbytes) {
		const ssize_t n = pwrite(store->fd, from, nbytes, (off_t)offset);

		if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
			continue;
		}
		if (n <= 0) {
			return n ? -errno : -EIO;
		}
		from += n;
		offset += (uint64_t)n;
		nbytes -= (size_t)n;
	}

	return 0;
}

uint16_t
xnvi_store_write_status(int err)
{
	return err == -ENOSPC || err == -EDQUOT || err == -EFBIG ? XNVI_ST_CAPACITY
								 : XNVI_ST_WRITE_FAULT;
}

int
xnvi_store_file_sync(struct xnvi_store *store)
{
	int err;

	do {
		err = fsync(store->fd) ? -errno : 0;
	} while (err == -EINTR);

	return err;
}

uint16_t
xnvi_store_flush(struct xnvi_store *store)
{
	if (store->fd < 0 || !xnvi_store_file_sync(store)) {
		return XNVI_ST_SUCCESS;
	}

	return XNVI_ST_WRITE_FAULT;
}

uint16_t
xnvi_store_zero_file(struct xnvi_store *store, uint64_t offset, uint64_t nbytes)
{
	const int err = xnvi_file_zero_range(store->fd, offset, nbytes, true);

	return err ? xnvi_store_write_status(err) : XNVI_ST_SUCCESS;
}

uint64_t
xnvi_store_file_used(struct xnvi_store *store)
{
	struct stat st;

	return fstat(store->fd, &st) ? store->nbytes : (uint64_t)st.st_blocks * STAT_BLOCK_NBYTES;
}

static int
file_resize(struct xnvi_store *store, uint64_t nbytes)
{
	int err;

	do {
		err = ftruncate(store->fd, (off_t)nbytes) ? -errno : 0;
	} while (err == -EINTR);

	return err;
}

/** Holes before truncation: a file that is cut and does not grow again could not be opened */
int
xnvi_store_file_clear(struct xnvi_store *store)
{
	int err = xnvi_os_zero_range(store->fd, 0, store->nbytes, true);

	if (err == -ENOTSUP) {
		err = file_resize(store, 0);
	}
	err = err ? err : file_resize(store, store->nbytes);

	return err ? err : xnvi_store_file_sync(store);
}

static int
file_check(struct xnvi_store *store)
{
	struct stat st;

	if (fstat(store->fd, &st)) {
		return -errno;
	}

	return S_ISREG(st.st_mode) && (uint64_t)st.st_size == store->nbytes ? 0 : -EINVAL;
}

int
xnvi_store_file_open(struct xnvi_store *store, const char *path)
{
	bool is_new = true;
	int err;

	/* O_NONBLOCK: a path that names a pipe is refused below instead of waited on */
	store->fd = xnvi_open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (store->fd < 0 && errno == EEXIST) {
		is_new = false;
		store->fd = xnvi_open(path, O_RDWR | O_NONBLOCK, 0);
	}
	if (store->fd < 0) {
		return -errno;
	}

	if (is_new) {
		err = file_resize(store, store->nbytes);
	} else {
		err = file_check(store);
	}
	if (err) {
		xnvi_store_file_close(store);
		if (is_new) {
			unlink(path);
		}
	}

	return err;
}

void
xnvi_store_file_close(struct xnvi_store *store)
{
	if (store->fd >= 0) {
		close(store->fd);
	}
	store->fd = -1;
}
