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

/**
 * Command set that a user-space driver selects in CC.CSS
 *
 * NVM Express Base Specification 2.0, "Controller Configuration"
 */
struct xnvme_opts_css {
	uint32_t value; ///< Value of CC.CSS
	uint32_t given; ///< 1: use `value`; 0: leave the choice to the driver
};

/**
 * Options of a device; 136 bytes, as in 0.7.5
 *
 * Start from xnvme_opts_default(). Options without a field here are keys in the query of the URI,
 * see xnvme_dev_open(). The strings stay the caller's and have to live as long as the device.
 *
 * An option that changes the meaning of commands is refused where it cannot be honoured: most by
 * xnvme_dev_open(), poll_io, poll_sq, register_files and register_buffers by xnvme_queue_init().
 * Options that name a resource of one backend have no effect on others, see xnvme_opts_inert().
 *
 * register_files: async io_uring and io_uring_cmd honour it.
 *
 * register_buffers: a queue registers the device's buffers (xnvme_buf_alloc()) with the kernel,
 * which then does not look up their pages for every command. Async io_uring honours it. The kernel
 * has limits on number and size; buffers beyond them are not registered but still work, and so does
 * any other memory. Until a registered buffer is freed, its pages must stay in place: do not call
 * mremap(2) on it, nor a madvise(2) that replaces them.
 *
 * command_timeout limits three waits: a queue gives a command up after this time and half a second,
 * or later on NVMe character nodes (see "Time limits" in libxnvme_queue.h); the kernel waits this
 * long for an NVMe command; and a system call that is interrupted, or told to try again, is
 * repeated for this long. 0 stands for 30 s, and for the kernel's default with NVMe commands.
 * Interfaces that execute commands in the calling thread can exceed it, see xnvme_queue_drain(). So
 * can commands without a queue: on files and block devices they take as long as the disk's driver
 * waits.
 */
struct xnvme_opts {
	const char *be;	  ///< Backend id: linux, ramdisk, spdk, ...; NULL: by the URI
	const char *dev;  ///< Id of the interface that opens the device; NULL: by the backend
	const char *mem;  ///< Id of the interface for buffers: posix, hugepage, ...; NULL: likewise
	const char *sync; ///< Id of the interface for commands without a queue; NULL: likewise
	const char *async; ///< Id of the interface for queues; NULL: likewise
	const char *admin; ///< Id of the interface for admin commands; NULL: likewise
	uint32_t nsid;	   ///< Namespace, for user-space drivers; a node of the kernel has its own
	uint8_t rdonly; ///< 1: open for reading only; wins over rdwr, and not together with wronly
	uint8_t wronly; ///< 1: open for writing only; wins over rdwr
	uint8_t rdwr;	///< 1: open for both, as when none of the three is set
	uint8_t create; ///< 1: create the file when missing
	uint8_t truncate; ///< 1: cut the file to 0 bytes; an error on a device
	uint8_t direct;	  ///< 1: bypass the page cache (O_DIRECT); where that fails, so does open
	uint32_t create_mode;	   ///< Permissions of a created file, at most 07777
	uint8_t poll_io;	   ///< 1: poll for completions (IOPOLL)
	uint8_t poll_sq;	   ///< 1: the kernel polls for submissions (SQPOLL)
	uint8_t register_files;	   ///< 1: register the descriptor with the ring
	uint8_t register_buffers;  ///< 1: register buffers of xnvme_buf_alloc() with the ring
	struct xnvme_opts_css css; ///< Command set, for user-space drivers
	uint32_t use_cmb_sqs;	   ///< 1: put submission queues into the controller memory buffer
	uint32_t shm_id;	   ///< Shared memory id of SPDK's multi-process mode
	uint32_t main_core;	   ///< Main core of SPDK
	const char *core_mask;	   ///< Cores that SPDK may use, as a hexadecimal mask
	const char *adrfam;	   ///< Address family of a fabrics target: IPv4, IPv6
	const char *subnqn;	   ///< NQN of the fabrics subsystem to connect to
	const char *hostnqn;	   ///< NQN of this host for fabrics
	uint32_t admin_timeout;	   ///< Time limit of an admin command, in microseconds
	uint32_t command_timeout;  ///< Time limit of an I/O command, in microseconds; see above
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
