// SPDX-License-Identifier: BSD-3-Clause
/**
 * An NVMe controller in memory
 *
 * A target is one controller with one namespace (NSID 1) whose logical blocks are in memory or in a
 * file. It executes commands and returns the completions of the NVMe specification. It knows
 * nothing of queues, backends or transports: the `ramdisk` backend calls it directly, and a
 * transport can put registers and queues before it.
 *
 * Threads: every function may be called from any thread at any time, also for the same target. A
 * logical block is never seen half-written. The functions do not call back or print, and block no
 * longer than the data transfer takes.
 */
#ifndef XNVI_TARGET_CONTROLLER_H
#define XNVI_TARGET_CONTROLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libxnvme_iovec.h>
#include <libxnvme_spec.h>

/** The one namespace of a target */
#define XNVI_TARGET_NSID 1u

struct xnvi_target;

/** Why a target does not open, where words say more than the errno */
struct xnvi_target_words {
	char what[192]; ///< What is wrong, with both values if two disagree; "" when unknown
	char hint[192]; ///< What to try
};

struct xnvi_target_params {
	uint64_t nbytes;     ///< Size of the namespace in bytes; a multiple of lba_nbytes, > 0
	uint32_t lba_nbytes; ///< LBA size in bytes: 512, 1024, 2048 or 4096; or 0: that of the
			     ///< file at `path`, or 512
	const char *name;    ///< Opens with the same name in this process share one target, or NULL
	const char *path;    ///< File that holds the data, or NULL for memory
	bool read_only;	     ///< Accept a file at `path` that cannot be written
	struct xnvi_target_words *words; ///< Filled in when opening fails; may be NULL
};

/**
 * The buffers of one command, as a vector; a contiguous buffer is a vector of one
 */
struct xnvi_target_data {
	const struct iovec *iov; ///< Data buffer segments; may be NULL when iovcnt is 0
	size_t iovcnt;		 ///< Number of segments
	size_t nbytes;		 ///< Sum of the segments' lengths, in bytes
	void *mbuf;		 ///< Separate metadata buffer, or NULL
	size_t mbuf_nbytes;	 ///< Length of mbuf in bytes
};

/**
 * Open a target: create it, or take another reference to that of the same name or file
 *
 * One process at a time can open a file. State that the file cannot hold is in a file beside it,
 * see side.h.
 *
 * @return 0 and the target in *target; -EINVAL when a parameter is out of range, when name or file
 * are in use with another size, LBA size, path or name, or when the file beside `path` is not
 * understood or disagrees; -EBUSY when another process has the file open; -ENOMEM; or the negative
 * errno of opening `path`.
 */
int xnvi_target_open(const struct xnvi_target_params *params, struct xnvi_target **target);

/**
 * Drop one reference; the last one writes pending data to `path` and releases everything
 *
 * In a child of fork(2) an inherited target with a file only closes its descriptor.
 */
void xnvi_target_close(struct xnvi_target *target);

/**
 * Execute one I/O command (the opcode is read from cmd->common.opcode) to completion
 *
 * Writes only `cpl->result` and `cpl->status`. Never touches memory outside the buffers in `data`:
 * a command that implies more data than `data->nbytes` is completed with Data SGL Length Invalid
 * (0h/0Fh). `data` may be NULL only for commands without data, such as Flush.
 */
void xnvi_target_io(struct xnvi_target *target, const struct xnvme_spec_cmd *cmd,
		    const struct xnvi_target_data *data, struct xnvme_spec_cpl *cpl);

/**
 * Execute a plain Read or Write of the namespace in a few instructions
 *
 * The command has one buffer, and neither flags nor metadata. Among the reasons to refuse it are a
 * range that leaves the chunk where it begins, uncorrectable blocks, an image, and another thread
 * that is at work there.
 *
 * @param slba First block
 * @param nlb Number of blocks, zero-based: the whole cdw12 of the command, because a command with
 * flags in the upper half is refused then
 * @param data_nbytes Length of `data` in bytes: a command that needs more is not executed
 *
 * @return True: the command succeeded, and its result is 0. False: it was not executed, and
 * xnvi_target_io() has to.
 */
bool xnvi_target_read_lbas(struct xnvi_target *target, uint64_t slba, uint32_t nlb, void *data,
			   size_t data_nbytes);
bool xnvi_target_write_lbas(struct xnvi_target *target, uint64_t slba, uint32_t nlb, void *data,
			    size_t data_nbytes);

/**
 * As these, for a plain file command, which xnvi_target_bytes() executes otherwise
 *
 * @param offset First byte
 * @param nbytes Number of bytes, which is the result when the function returns true
 */
bool xnvi_target_read_bytes(struct xnvi_target *target, uint64_t offset, void *data, size_t nbytes);
bool xnvi_target_write_bytes(struct xnvi_target *target, uint64_t offset, void *data,
			     size_t nbytes);

/**
 * Execute one file command, Read or Write: any offset in bytes (at `nvm.slba`), and all of `data`
 *
 * A read past the end is short; a write past the end is LBA Out of Range and writes nothing. Each
 * logical block changes at once. When a block marked by Write Uncorrectable would change in part,
 * the status is Unrecovered Read Error and the block does not change. `cpl->result` counts the
 * bytes.
 */
void xnvi_target_bytes(struct xnvi_target *target, const struct xnvme_spec_cmd *cmd,
		       const struct xnvi_target_data *data, struct xnvme_spec_cpl *cpl);

/**
 * Execute one admin command to completion; the same rules as xnvi_target_io()
 */
void xnvi_target_admin(struct xnvi_target *target, const struct xnvme_spec_cmd *cmd,
		       const struct xnvi_target_data *data, struct xnvme_spec_cpl *cpl);

#endif /* XNVI_TARGET_CONTROLLER_H */
