// SPDX-License-Identifier: BSD-3-Clause
/**
 * Files and devices by handle
 *
 * A handle is what the system has: a descriptor on POSIX systems, a HANDLE on Windows. Paths are
 * UTF-8 on Windows. Functions return 0, or a count of bytes, or a negative errno. A call that a
 * signal interrupts is made again.
 */
#ifndef XNVI_FILE_H
#define XNVI_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libxnvme_iovec.h>
#include <os_types.h>

enum xnvi_open_how {
	XNVI_OPEN_READ = 0x1,
	XNVI_OPEN_WRITE = 0x2,
	XNVI_OPEN_RDWR = XNVI_OPEN_READ | XNVI_OPEN_WRITE,
	XNVI_OPEN_CREATE = 0x4, ///< Make the file when it does not exist
	XNVI_OPEN_NEW = 0x8,	///< Make the file; -EEXIST when it exists
	XNVI_OPEN_NOWAIT =
	    0x10, ///< Of a pipe: open it at once, whether or not the other end is open
};

/**
 * Open a path; children of this process do not inherit the handle
 *
 * @param how Set of enum xnvi_open_how
 * @param mode Permissions of a new file, as of open(2); systems without such permissions ignore it
 * @param handle XNVI_HANDLE_NONE on failure
 */
int xnvi_file_open(const char *path, unsigned how, unsigned mode, xnvi_handle *handle);

/** 0, or the negative errno of a delayed write; the handle is closed in any case */
int xnvi_file_close(xnvi_handle handle);

/* One call of the system: the bytes moved, possibly fewer than asked for; 0 at the end of a file */

int64_t xnvi_file_pread(xnvi_handle handle, void *buf, size_t nbytes, uint64_t offset);
int64_t xnvi_file_pwrite(xnvi_handle handle, const void *buf, size_t nbytes, uint64_t offset);
int64_t xnvi_file_preadv(xnvi_handle handle, const struct iovec *iov, unsigned iovcnt,
			 uint64_t offset);
int64_t xnvi_file_pwritev(xnvi_handle handle, const struct iovec *iov, unsigned iovcnt,
			  uint64_t offset);

/** As xnvi_file_pwrite(); `limit_us`: how long it may be interrupted, 0: a default */
int64_t xnvi_os_pwrite(xnvi_handle handle, const void *buf, size_t nbytes, uint64_t offset,
		       uint32_t limit_us);

/* At the position of the handle, which moves on: for pipes, terminals and what is read in order */

int64_t xnvi_file_read(xnvi_handle handle, void *buf, size_t nbytes);
int64_t xnvi_file_write(xnvi_handle handle, const void *buf, size_t nbytes);

/** Read all of it: 0 or a negative errno, -EIO when the file ends before */
int xnvi_file_load(xnvi_handle handle, void *buf, size_t nbytes, uint64_t offset);
/** Write all of it: 0 or a negative errno */
int xnvi_file_store(xnvi_handle handle, const void *buf, size_t nbytes, uint64_t offset);

/** Make what was written durable */
int xnvi_file_sync(xnvi_handle handle);
/** Make the entries of a folder durable; 0 where the system does that by itself, or cannot */
int xnvi_folder_sync(const char *folder);

/** Set the size; what is added reads as zeroes, and takes no space where the system can do that */
int xnvi_file_resize(xnvi_handle handle, uint64_t nbytes);

/** Cut a regular file to `nbytes`; what is shorter, or no regular file, is left alone */
int xnvi_file_trim(xnvi_handle handle, uint64_t nbytes);

/**
 * Make a range of a file or block device read as zeroes by the system's own means, giving its space
 * back with `dealloc`; -ENOTSUP when there is none. The size does not change.
 *
 * @param limit_us How long a call may be interrupted, 0: a default; -EINTR or -EAGAIN afterwards
 */
int xnvi_os_zero_range(xnvi_handle handle, uint64_t offset, uint64_t nbytes, bool dealloc,
		       uint32_t limit_us);

/** As xnvi_os_zero_range(), but writes zeroes when the system has no means */
int xnvi_file_zero_range(xnvi_handle handle, uint64_t offset, uint64_t nbytes, bool dealloc,
			 uint32_t limit_us);

enum xnvi_file_kind {
	XNVI_FILE_REGULAR,
	XNVI_FILE_FOLDER,
	XNVI_FILE_BLOCK,
	XNVI_FILE_CHARACTER, ///< Also a terminal
	XNVI_FILE_STREAM,    ///< A pipe or a socket
	XNVI_FILE_OTHER,
};

/** Which file it is, whatever its path */
struct xnvi_file_id {
	uint64_t volume;
	uint64_t file;
};

static inline bool
xnvi_file_id_eq(const struct xnvi_file_id *a, const struct xnvi_file_id *b)
{
	return a->volume == b->volume && a->file == b->file;
}

/** Who may use a file; all 0 on systems without such numbers */
struct xnvi_file_access {
	uint32_t uid;
	uint32_t gid;
	uint32_t mode; ///< Permission bits
};

struct xnvi_file_info {
	enum xnvi_file_kind kind;
	struct xnvi_file_id id;
	struct xnvi_file_access access;
	uint64_t device;      ///< Of a node: the number of the device
	uint64_t nlinks;      ///< Names that it has
	uint64_t nbytes;      ///< Size, 0 of what has none
	uint64_t used_nbytes; ///< Space that it takes
};

int xnvi_file_info(xnvi_handle handle, struct xnvi_file_info *info);
/** Follows symbolic links */
int xnvi_path_info(const char *path, struct xnvi_file_info *info);

/** Give a new file the owner of another one; 0 also where only its permissions can be had */
int xnvi_file_set_owner(xnvi_handle handle, const struct xnvi_file_access *access);

/** Classify an existing path as one of enum xnvi_class
 *
 * @return The class; -EISDIR; -ENXIO for a character node that no device has the number of; -ENOTTY
 * for a character device, pipe or socket that is not NVMe; or
 * the negative errno of stat(2)
 */
int xnvi_os_classify(const char *path);

/**
 * Lock an open file against other processes, without waiting
 *
 * The lock belongs to what xnvi_file_open() made. Children of fork(2) share it; a second open of
 * the same file in this process does not. It hinders nobody who does not ask for it.
 *
 * @return 0; -EBUSY when another open of the file has the lock; or another negative errno
 */
int xnvi_file_lock(xnvi_handle handle);
/** Give the lock back, even while children of fork(2) have the descriptor */
void xnvi_file_unlock(xnvi_handle handle);
/** Process that has locked the file; 0 when the system does not tell */
int xnvi_file_lock_holder(xnvi_handle handle);

/** Absolute path of an existing file, without symbolic links, with slashes only; free() it */
int xnvi_file_real_path(const char *path, char **real);

/**
 * Rename a file over another in the same folder, and make that durable
 *
 * Windows refuses while somebody has the other one open (-EACCES).
 *
 * @param replaced True when `to` is the new file, even if that may not survive a power cut
 *
 * @return 0 or a negative errno
 */
int xnvi_file_replace(const char *from, const char *to, const char *folder, bool *replaced);

int xnvi_path_remove(const char *path);

/** Something has that name; false also when the system does not tell */
bool xnvi_path_exists(const char *path);

#endif /* XNVI_FILE_H */
