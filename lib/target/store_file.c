// SPDX-License-Identifier: BSD-3-Clause
/**
 * The image: the file that holds the data of a store
 */
#include <target/private.h>
#include <os/words.h>

#include <errno.h>

uint16_t
xnvi_store_write_status(int err)
{
	return err == -ENOSPC || err == -EDQUOT || err == -EFBIG ? XNVI_ST_CAPACITY
								 : XNVI_ST_WRITE_FAULT;
}

uint16_t
xnvi_store_flush(struct xnvi_store *store)
{
	if (!xnvi_store_has_file(store) || !xnvi_file_sync(store->file)) {
		return XNVI_ST_SUCCESS;
	}

	return XNVI_ST_WRITE_FAULT;
}

uint16_t
xnvi_store_zero_file(struct xnvi_store *store, uint64_t offset, uint64_t nbytes)
{
	const int err = xnvi_file_zero_range(store->file, offset, nbytes, true, 0);

	return err ? xnvi_store_write_status(err) : XNVI_ST_SUCCESS;
}

uint64_t
xnvi_store_file_used(struct xnvi_store *store)
{
	struct xnvi_file_info info;

	return xnvi_file_info(store->file, &info) ? store->nbytes : info.used_nbytes;
}

/** Punch a hole before truncating: if a cut file failed to grow again, it could not be opened */
int
xnvi_store_file_clear(struct xnvi_store *store)
{
	int err = xnvi_os_zero_range(store->file, 0, store->nbytes, true, 0);

	if (err == -ENOTSUP) {
		err = xnvi_file_resize(store->file, 0);
	}
	err = err ? err : xnvi_file_resize(store->file, store->nbytes);

	return err ? err : xnvi_file_sync(store->file);
}

/* Images */

static bool
is_refusal_to_write(int err)
{
	return err == -EACCES || err == -EROFS || err == -EPERM || err == -ETXTBSY;
}

int
xnvi_image_open(struct xnvi_image *image, const char *path, bool read_only)
{
	struct xnvi_file_info info;
	int err;

	image->path = path;
	image->is_new = !read_only;
	image->is_read_only = false;
	if (read_only) {
		/* Nothing is created */
		err = xnvi_file_open(path, XNVI_OPEN_RDWR | XNVI_OPEN_NOWAIT, 0, &image->file);
	} else {
		err = xnvi_file_open(path, XNVI_OPEN_RDWR | XNVI_OPEN_NEW, 0600, &image->file);
	}
	if (err == -EEXIST) {
		/* NOWAIT: a path that names a pipe is refused below instead of waited on */
		image->is_new = false;
		err = xnvi_file_open(path, XNVI_OPEN_RDWR | XNVI_OPEN_NOWAIT, 0, &image->file);
	}
	if (read_only && is_refusal_to_write(err)) {
		image->is_read_only = true;
		err = xnvi_file_open(path, XNVI_OPEN_READ | XNVI_OPEN_NOWAIT, 0, &image->file);
	}
	if (err) {
		return err;
	}
	err = xnvi_file_info(image->file, &info);
	image->id = info.id;
	if (err) {
		xnvi_image_drop(image);
	}

	return err;
}

static int
image_lock(struct xnvi_image *image, struct xnvi_target_words *words)
{
	const int err = xnvi_file_lock(image->file);
	const int holder = err == -EBUSY ? xnvi_file_lock_holder(image->file) : 0;

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
					  "the image cannot be locked: %s", xnvi_strerror(-err));
	}
	image->is_locked = true;

	return 0;
}

static int
image_check(struct xnvi_image *image, uint64_t nbytes, struct xnvi_target_words *words)
{
	struct xnvi_file_info info;
	const int err = xnvi_file_info(image->file, &info);

	if (err) {
		return err;
	}
	image->access = info.access;
	if (info.kind != XNVI_FILE_REGULAR) {
		return xnvi_target_refuse(words, -EINVAL, "use the path of a file, or a new path",
					  "the image is not a regular file");
	}
	if (info.nlinks > 1) {
		return xnvi_target_refuse(words, -EMLINK, "copy the image instead",
					  "the image has %llu names (hard links), and its state "
					  "would be beside one of them",
					  (unsigned long long)info.nlinks);
	}
	if (info.nbytes != nbytes) {
		return xnvi_target_refuse(words, -EINVAL, "use the size that the image has",
					  "the image has %llu bytes, the URI says %llu",
					  (unsigned long long)info.nbytes,
					  (unsigned long long)nbytes);
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
		err = xnvi_file_resize(image->file, nbytes);
	}

	return err ? err : image_check(image, nbytes, words);
}

void
xnvi_image_drop(struct xnvi_image *image)
{
	if (image->is_new) {
		(void)xnvi_path_remove(image->path);
	}
	if (image->is_locked) {
		xnvi_file_unlock(image->file);
	}
	(void)xnvi_file_close(image->file);
	image->file = XNVI_HANDLE_NONE;
}
