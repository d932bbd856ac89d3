// SPDX-License-Identifier: BSD-3-Clause
/**
 * Options of a device
 */
#ifndef __LIBXNVME_OPTS_H
#define __LIBXNVME_OPTS_H

#include <stdint.h>
#include <libxnvme_host.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xnvme_opts_css {
	uint32_t value;
	uint32_t given;
};

/**
 * Options of a device; 136 bytes, as in 0.7.5
 *
 * Start from xnvme_opts_default(). What there is no field for is said by the query of the URI.
 *
 * With register_buffers, queues of the device know the pages of its buffers, so that the kernel
 * need not look them up for every command. Async io_uring honours it and others refuse queues, as
 * they do with register_files. Commands with other memory work as usual, and so do those with
 * buffers that are too many or too large. As long as a buffer is not freed its pages have to stay
 * where they are: no mremap(2) or madvise(2) that replaces them.
 *
 * command_timeout is how long queues wait for the next completion, plus half a second, how long the
 * kernel waits for an NVMe command, and how long a system call that is interrupted is made again.
 * With 0 it is 30 s, and the kernel's default for NVMe commands. Interfaces that execute commands
 * in the calling thread can exceed it, see xnvme_queue_drain(). So can commands without a queue: on
 * files and block devices they take as long as the driver of the disk waits.
 */
struct xnvme_opts {
	const char *be;	   ///< Backend id: linux, ramdisk, spdk, ...; NULL: by the URI
	const char *dev;   ///< Device handling id; NULL: by the backend
	const char *mem;   ///< Buffer allocation id: posix, hugepage, ...; NULL: by the backend
	const char *sync;  ///< Id of the interface for commands that complete at once
	const char *async; ///< Id of the interface for queues
	const char *admin; ///< Id of the interface for admin commands
	uint32_t nsid;	   ///< Namespace, for user-space drivers; kernel-backed rows know it
	uint8_t rdonly;	   ///< 1: open for reading only; wins over rdwr
	uint8_t wronly;	   ///< 1: open for writing only; wins over rdwr
	uint8_t rdwr;	   ///< 1: open for both
	uint8_t create;	   ///< 1: create the file when missing
	uint8_t truncate;  ///< 1: cut the file to nothing
	uint8_t direct;	   ///< 1: bypass the page cache (O_DIRECT); an error where it cannot be had
	uint32_t create_mode;	   ///< Permissions of a created file
	uint8_t poll_io;	   ///< 1: poll for completions (IOPOLL)
	uint8_t poll_sq;	   ///< 1: the kernel polls for submissions (SQPOLL)
	uint8_t register_files;	   ///< 1: register the descriptor with the ring
	uint8_t register_buffers;  ///< 1: register buffers of xnvme_buf_alloc() with the ring
	struct xnvme_opts_css css; ///< Command set to ask the controller for, user-space drivers
	uint32_t use_cmb_sqs;	   ///< 1: submission queues in the controller memory buffer
	uint32_t shm_id;	   ///< Shared memory id of a multi-process SPDK
	uint32_t main_core;	   ///< Core that SPDK runs on
	const char *core_mask;	   ///< Cores that SPDK may use
	const char *adrfam;	   ///< Address family of a fabrics target: IPv4, IPv6
	const char *subnqn;	   ///< NQN of the subsystem to connect to
	const char *hostnqn;	   ///< NQN to connect as
	uint32_t admin_timeout;	   ///< Time an admin command may take, in microseconds
	uint32_t command_timeout;  ///< Time an I/O command may take, in microseconds; see above
	uint32_t spdk_fabrics;	   ///< 1: the URI names a fabrics target, for SPDK
	uint32_t keep_alive_timeout_ms; ///< Keep-alive of a fabrics connection, in milliseconds
};

/**
 * Set the fields that have defaults; every other field keeps its value
 *
 * rdwr = 1, nsid = 1, create_mode = 0600, admin_timeout = 60000000 us, command_timeout = 30000000
 * us.
 *
 * @param opts Options to change; NULL is ignored
 */
void xnvme_opts_set_defaults(struct xnvme_opts *opts);

/**
 * Options with the defaults of xnvme_opts_set_defaults() and zero elsewhere
 *
 * @return The options, by value: 136 bytes, as in 0.7.5
 */
struct xnvme_opts xnvme_opts_default(void);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_OPTS_H */
