// SPDX-License-Identifier: BSD-3-Clause
/**
 * The image: the file that holds the data of a store
 */
#include <target/private.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAT_BLOCK_NBYTES 512

int
xnvi_fd_read(int fd, void *buf, size_t nbytes, uint64_t offset)
{
	struct xnvi_retry retry = {0};
	char *to = buf;

	while (nbytes) {
		const ssize_t n = pread(fd, to, nbytes, (off_t)offset);

		if (n < 0 && xnvi_retry(&retry)) {
			continue;
		}
		if (n <= 0) {
			/* End of file: somebody cut the file */
			return n ? -errno : -EIO;
		}
		retry = (struct xnvi_retry){0};
		to += n;
		offset += (uint64_t)n;
		nbytes -= (size_t)n;
	}

	return 0;
}

int
xnvi_fd_write(int fd, const void *buf, size_t nbytes, uint64_t offset)
{
	struct xnvi_retry retry = {0};
	const char *from = buf;

	while (nbytes) {
		const ssize_t n = pwrite(fd, from, nbytes, (off_t)offset);

		if (n < 0 && xnvi_retry(&retry)) {
			continue;
		}
		if (n <= 0) {
			return n ? -errno : -EIO;
		}
		retry = (struct xnvi_retry){0};
		from += n;
		offset += (uint64_t)n;
		nbytes -= (size_t)n;
	}

	return 0;
}

int
xnvi_fd_sync(int fd)
{
	struct xnvi_retry retry = {0};
	int err;

	do {
		err = fsync(fd) ? -errno : 0;
	} while (err && xnvi_retry(&retry));

	return err;
}

uint16_t
xnvi_store_write_status(int err)
{
	return err == -ENOSPC || err == -EDQUOT || err == -EFBIG ? XNVI_ST_CAPACITY
								 : XNVI_ST_WRITE_FAULT;
}

uint16_t
xnvi_store_flush(struct xnvi_store *store)
{
	if (store->fd < 0 || !xnvi_fd_sync(store->fd)) {
		return XNVI_ST_SUCCESS;
	}

	return XNVI_ST_WRITE_FAULT;
}

uint16_t
xnvi_store_zero_file(struct xnvi_store *store, uint64_t offset, uint64_t nbytes)
{
	const int err = xnvi_file_zero_range(store->fd, offset, nbytes, true, 0);

	return err ? xnvi_store_write_status(err) : XNVI_ST_SUCCESS;
}

uint64_t
xnvi_store_file_used(struct xnvi_store *store)
{
	struct stat st;

	return fstat(store->fd, &st) ? store->nbytes : (uint64_t)st.st_blocks * STAT_BLOCK_NBYTES;
}

static int
fd_resize(int fd, uint64_t nbytes)
{
	struct xnvi_retry retry = {0};
	int err;

	do {
		err = ftruncate(fd, (off_t)nbytes) ? -errno : 0;
	} while (err && xnvi_retry(&retry));

	return err;
}

/** Punch a hole before truncating: if a cut file failed to grow again, it could not be opened */
int
xnvi_store_file_clear(struct xnvi_store *store)
{
	int err = xnvi_os_zero_range(store->fd, 0, store->nbytes, true, 0);

	if (err == -ENOTSUP) {
		err = fd_resize(store->fd, 0);
	}
	err = err ? err : fd_resize(store->fd, store->nbytes);

	return err ? err : xnvi_fd_sync(store->fd);
}

/* Images */

static bool
is_refusal_to_write(int err)
{
	return err == EACCES || err == EROFS || err == EPERM || err == ETXTBSY;
}

int
xnvi_image_open(struct xnvi_image *image, const char *path, bool read_only)
{
	int err;

	image->path = path;
	image->is_new = !read_only;
	image->is_read_only = false;
	if (read_only) {
		/* Nothing is created */
		image->fd = xnvi_open(path, O_RDWR | O_NONBLOCK, 0);
	} else {
		image->fd = xnvi_open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	}
	if (image->fd < 0 && errno == EEXIST) {
		/* O_NONBLOCK: a path that names a pipe is refused below instead of waited on */
		image->is_new = false;
		image->fd = xnvi_open(path, O_RDWR | O_NONBLOCK, 0);
	}
	if (image->fd < 0 && read_only && is_refusal_to_write(errno)) {
		image->is_read_only = true;
		image->fd = xnvi_open(path, O_RDONLY | O_NONBLOCK, 0);
	}
	if (image->fd < 0) {
		return -errno;
	}
	err = xnvi_file_id(image->fd, &image->id);
	if (err) {
		xnvi_image_drop(image);
	}

	return err;
}

static int
image_lock(struct xnvi_image *image, struct xnvi_target_words *words)
{
	const int err = xnvi_file_lock(image->fd);
	const int holder = err == -EBUSY ? xnvi_file_lock_holder(image->fd) : 0;

	/* Another process locked the file that this open created, so it is not removed here */
	image->is_new = image->is_new && err != -EBUSY;
	if (holder) {
		return xnvi_target_refuse(words, err, "wait until it is closed there",
					  "process %d has the image open", holder);
	}
	if (err == -EBUSY) {
		return xnvi_target_refuse(words, err, "wait until it is closed there",
					  "another process has the image open; it is not visible "
					  "here");
	}
	if (err) {
		return xnvi_target_refuse(words, err,
					  "put the image on a file system with flock(2)",
					  "the image cannot be locked: %s", strerror(-err));
	}
	image->is_locked = true;

	return 0;
}

static int
image_check(struct xnvi_image *image, uint64_t nbytes, struct xnvi_target_words *words)
{
	struct stat st;

	if (fstat(image->fd, &st)) {
		return -errno;
	}
	image->mode = st.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
	image->uid = st.st_uid;
	image->gid = st.st_gid;
	if (!S_ISREG(st.st_mode)) {
		return xnvi_target_refuse(words, -EINVAL, "use the path of a file, or a new path",
					  "the image is not a regular file");
	}
	if (st.st_nlink > 1) {
		return xnvi_target_refuse(words, -EMLINK, "copy the image instead",
					  "the image has %llu names (hard links), and its state "
					  "would be beside one of them",
					  (unsigned long long)st.st_nlink);
	}
	if ((uint64_t)st.st_size != nbytes) {
		return xnvi_target_refuse(words, -EINVAL, "use the size that the image has",
					  "the image has %lld bytes, the URI says %llu",
					  (long long)st.st_size, (unsigned long long)nbytes);
	}

	return 0;
}

int
xnvi_image_claim(struct xnvi_image *image, uint64_t nbytes, struct xnvi_target_words *words)
{
	int err = image_lock(image, words);

	/* Pipes and devices cannot be locked everywhere; "not a regular file" says more */
	if (err && err != -EBUSY) {
		const int worse = image_check(image, nbytes, words);

		return worse ? worse : err;
	}
	if (!err && image->is_new) {
		err = fd_resize(image->fd, nbytes);
	}

	return err ? err : image_check(image, nbytes, words);
}

void
xnvi_image_drop(struct xnvi_image *image)
{
	if (image->is_new) {
		unlink(image->path);
	}
	if (image->is_locked) {
		xnvi_file_unlock(image->fd);
	}
	close(image->fd);
	image->fd = -1;
}
