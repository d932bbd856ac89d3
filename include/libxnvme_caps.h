// SPDX-License-Identifier: BSD-3-Clause
/**
 * Asking before doing: what a device, a queue and a URI can do
 *
 * An addition to the interface of 0.7.5.
 */
#ifndef __LIBXNVME_CAPS_H
#define __LIBXNVME_CAPS_H

#include <stdint.h>
#include <stdio.h>
#include <libxnvme_dev.h>
#include <libxnvme_queue.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * How a command is carried by a device
 */
enum xnvme_caps_path {
	XNVME_CAPS_NONE = 0,   ///< Not carried: -ENOSYS, or -EPERM where the access mode forbids it
	XNVME_CAPS_SYNC = 1,   ///< By the sync interface; for a queue, on the device's thread pool
	XNVME_CAPS_NATIVE = 2, ///< By the async interface itself; without a queue, by sync
};

/**
 * Limits and abilities of an open device
 */
struct xnvme_caps {
	uint8_t vectored;	      ///< 1 when the async interface carries vectors itself
	uint8_t metadata;	      ///< 1 when LBAs have metadata in a buffer of its own
	uint8_t admin;		      ///< 1 when admin commands reach a controller, 0 when emulated
	uint8_t writable;	      ///< 1, or 0 when opened read-only
	uint32_t queue_capacity_max;  ///< Largest capacity for xnvme_queue_init()
	uint64_t data_nbytes_max;     ///< Largest data transfer of one command, in bytes
	char data_nbytes_max_src[32]; ///< Source of that limit, e.g. "identify:mdts"
	uint8_t rsvd[80];	      ///< Zero
};

/**
 * What a queue has done so far
 */
struct xnvme_queue_stats {
	uint64_t submitted; ///< Commands accepted
	uint64_t completed; ///< Commands called back
	uint64_t busy;	    ///< Submissions refused with -EBUSY
	uint64_t deferred;  ///< Commands that the sync interface ran for the async interface
	uint64_t failed;    ///< Completions with a non-zero status
	uint64_t rsvd[3];   ///< Zero
};

/**
 * One combination of backend and interfaces, and whether it can serve a URI at present
 *
 * An id is NULL when it is not known, because the device did not open.
 */
struct xnvme_probe {
	const char *be;	   ///< Id of the backend, never NULL
	const char *async; ///< Id of the interface for queues
	const char *sync;  ///< Id of the interface for commands without a queue
	const char *admin; ///< Id of the interface for admin commands
	const char *mem;   ///< Id of the interface for buffers
	int err;	   ///< 0 when usable, else the negative errno of opening or of the queue
	char reason[256];  ///< Why it is not usable; empty when it is
	char remedy[256];  ///< The command or option that helps; empty when there is none
};

/**
 * Called by xnvme_dev_probe() for one combination, in the thread that called it
 *
 * `probe` is valid until the callback returns; its ids are static strings or those of the options.
 * A return value other than 0 ends the walk.
 */
typedef int (*xnvme_probe_cb)(const struct xnvme_probe *probe, void *cb_args);

/**
 * Ask for the abilities and limits of a device, identifying it on first use
 *
 * May be called from several threads.
 *
 * @param dev Device handle
 * @param caps Filled in
 *
 * @return 0; -EINVAL when an argument is NULL; or the negative errno of identifying the device
 */
int xnvme_dev_get_caps(struct xnvme_dev *dev, struct xnvme_caps *caps);

/**
 * Ask how a device carries an I/O command, identifying the device on first use
 *
 * For optional commands of a controller, its Identify data decide. May be called from several
 * threads.
 *
 * @param dev Device handle
 * @param opcode Opcode of the I/O command, as in enum xnvme_spec_nvm_opc, xnvme_spec_fs_opcs, ...
 *
 * @return One of enum xnvme_caps_path; -EINVAL when `dev` is NULL; or the negative errno of
 * identifying the device
 */
int xnvme_dev_can(struct xnvme_dev *dev, uint8_t opcode);

/**
 * Read the counters of a queue, in the thread that uses it
 *
 * Commands that the current poke calls back are counted as completed when it returns.
 *
 * @param queue The queue
 * @param stats Filled in
 *
 * @return 0, or -EINVAL when an argument is NULL
 */
int xnvme_queue_get_stats(struct xnvme_queue *queue, struct xnvme_queue_stats *stats);

/**
 * Try every backend and interface on a URI and report each with the reason and the remedy
 *
 * Opens each combination read-only, sets up a queue on it, and closes it. Nothing is written to the
 * device.
 *
 * @param uri Device URI
 * @param opts Options for every attempt, NULL for the defaults; opts->be and opts->async restrict
 * the combinations
 * @param cb Called once per combination; a non-zero return ends the walk
 * @param cb_args Passed to `cb`
 *
 * @return 0; the non-zero value of `cb`; -EINVAL without `cb`, or for a malformed URI or an unknown
 * backend; or the negative errno of looking at the URI
 */
int xnvme_dev_probe(const char *uri, const struct xnvme_opts *opts, xnvme_probe_cb cb,
		    void *cb_args);

/**
 * Called for an option that is set and has no effect
 *
 * @param name Name of the field of struct xnvme_opts, a static string
 * @param by Which interfaces or backends honour it, in words, a static string
 * @param cb_arg The argument of xnvme_opts_inert()
 */
typedef void (*xnvme_opts_inert_cb)(const char *name, const char *by, void *cb_arg);

/**
 * List the options that have no effect on the device of a URI
 *
 * These options name a resource of another backend, such as the cores of SPDK. Programs set them
 * for every device, so xnvme_dev_open() does not refuse them. It refuses an option that changes the
 * meaning of commands and cannot be honoured. May be called from several threads.
 *
 * @param uri As for xnvme_dev_open(); nothing is opened
 * @param opts The options; those that are zero or have their default are not listed
 * @param cb Called once per option, in the calling thread, before this function returns
 * @param cb_arg Passed to `cb`
 *
 * @return 0; -EINVAL when `uri`, `opts` or `cb` is NULL; or the negative errno of parsing the URI
 */
int xnvme_opts_inert(const char *uri, const struct xnvme_opts *opts, xnvme_opts_inert_cb cb,
		     void *cb_arg);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_CAPS_H */
