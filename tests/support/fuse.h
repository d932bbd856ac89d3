// SPDX-License-Identifier: BSD-3-Clause
/**
 * A file system of one file that fails as it is told to: a server for /dev/fuse in a child process
 *
 * The kernel hands the answers of the server to the caller of the system call: pread(2), a thread
 * of io_uring, or io_submit(2). So errors are real ones, on every way to the file.
 */
#ifndef XNVT_FUSE_H
#define XNVT_FUSE_H

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define FUSE_FILE_NBYTES 65536U

/** What the server answers; 0 is success, else the errno */
struct fuse_ctl {
	_Atomic int32_t read;
	_Atomic int32_t write;
	_Atomic int32_t sync;
	_Atomic int32_t fallocate;
	_Atomic bool cached;	       ///< Files opened from now on have a page cache
	_Atomic uint32_t short_nbytes; ///< Most that a read or a write moves; 0: all of it
	_Atomic uint32_t nleft;	       ///< Answers that may be an errno; 0: any number
	_Atomic bool stalled;	       ///< Each read waits for one post of `gate`
	sem_t gate;
	_Atomic uint32_t nreads;    ///< Reads that arrived
	_Atomic uint32_t nfailed;   ///< Answers that were an errno
	_Atomic uint32_t nsyncs;    ///< Successful fsync(2) and fdatasync(2)
	_Atomic uint32_t nunsynced; ///< Changes since the last of them
};

struct fuse_fs {
	struct fuse_ctl *ctl; ///< Shared with the server
	pid_t pid;
	char dir[256];
	char path[300]; ///< Of the file
};

/**
 * Mount it on an existing folder, in the mount namespace of the caller
 *
 * @return 0, or a negative errno: the system does not let us
 */
int fuse_start(struct fuse_fs *fs, const char *dir);

/** Unmount, and wait for the server to end */
int fuse_stop(struct fuse_fs *fs);

#endif /* XNVT_FUSE_H */
