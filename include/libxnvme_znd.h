// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands of the Zoned Namespace command set, and zone reports
 *
 * Functions that take a device may be called from several threads, and wait for their commands.
 */
#ifndef __LIBXNVME_ZND_H
#define __LIBXNVME_ZND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <libxnvme_cmd.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Descriptor of the nth zone of a report, from 0 */
#define XNVME_ZND_REPORT_DESCR(rprt, nth)                                                          \
	((struct xnvme_spec_znd_descr *)(&(rprt)->storage[(nth) * (rprt)->zrent_nbytes]))
/** Extension of the nth zone; NULL when the report has none. The sum is taken as a number, so that
 * compilers do not conclude that the result is never NULL. */
#define XNVME_ZND_REPORT_DEXT(rprt, nth)                                                           \
	((rprt)->zdext_nbytes                                                                      \
	     ? (void *)((uintptr_t)XNVME_ZND_REPORT_DESCR(rprt, nth) + (rprt)->zd_nbytes)          \
	     : NULL)

/**
 * Report of zones, made by xnvme_znd_report_from_dev()
 */
__extension__ struct xnvme_znd_report {
	uint64_t nzones;	 ///< Zones of the device
	uint32_t zd_nbytes;	 ///< Bytes per descriptor: 64
	uint32_t zdext_nbytes;	 ///< Bytes per descriptor extension, 0 without
	uint64_t zslba;		 ///< First logical block of the first zone in the report
	uint64_t zelba;		 ///< First logical block of the last zone in the report
	uint32_t nentries;	 ///< Zones in the report
	uint8_t extended;	 ///< 1 when the report has descriptor extensions
	uint8_t _pad[3];	 ///< Zero
	uint64_t zrent_nbytes;	 ///< Bytes per entry: descriptor and extension
	uint64_t report_nbytes;	 ///< Bytes of the report, this structure included
	uint64_t entries_nbytes; ///< Bytes of all entries
	uint8_t storage[];	 ///< The entries; see the two macros above
};

/**
 * Get Identify Namespace data of a zoned namespace (Zoned Namespace Command Set Specification 1.1,
 * "I/O Command Set Specific Identify Namespace Data Structure"), identifying the device on first
 * use
 *
 * @param dev Device handle
 *
 * @return Pointer into the device, valid until the device is closed or its geometry derived again;
 * NULL and errno: EINVAL when the namespace is not zoned, or that of identifying the device
 */
const struct xnvme_spec_znd_idfy_ns *xnvme_znd_dev_get_ns(struct xnvme_dev *dev);

/**
 * Get Identify Controller data of the zoned command set (Zoned Namespace Command Set Specification
 * 1.1, "I/O Command Set Specific Identify Controller Data Structure"), identifying the device on
 * first use
 *
 * @param dev Device handle
 *
 * @return Pointer into the device, valid until the device is closed or its geometry derived again;
 * NULL and errno: EINVAL when the namespace is not zoned, or that of identifying the device
 */
const struct xnvme_spec_znd_idfy_ctrlr *xnvme_znd_dev_get_ctrlr(struct xnvme_dev *dev);

/**
 * Get the LBA format extension of the format in use: zone size, descriptor extension size (Zoned
 * Namespace Command Set Specification 1.1, "LBA Format Extension Data Structure")
 *
 * @param dev Device handle
 *
 * @return Pointer into the device, valid until the device is closed or its geometry derived again;
 * NULL and errno: EINVAL when the namespace is not zoned, or that of identifying the device
 */
const struct xnvme_spec_znd_idfy_lbafe *xnvme_znd_dev_get_lbafe(struct xnvme_dev *dev);

/**
 * Zone Management Receive (Zoned Namespace Command Set Specification 1.1, "Zone Management Receive
 * command")
 *
 * @param ctx Context of a device or of a queue; fields of the command that have no argument here
 * are kept
 * @param nsid Namespace identifier
 * @param slba First logical block of the first zone
 * @param zra Action: a report, or an extended report
 * @param zrasf Which zones to report
 * @param partial 1: the header counts the zones in the buffer, 0: all zones that match
 * @param dbuf Receives the report; it has to live until completion
 * @param dbuf_nbytes Its length in bytes, a multiple of 4, > 0
 *
 * @return As xnvme_cmd_pass(); -EINVAL also for another `dbuf_nbytes`
 */
int xnvme_znd_mgmt_recv(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba,
			enum xnvme_spec_znd_cmd_mgmt_recv_action zra,
			enum xnvme_spec_znd_cmd_mgmt_recv_action_sf zrasf, uint8_t partial,
			void *dbuf, uint32_t dbuf_nbytes);

/**
 * Get the descriptor of the zone that starts at `slba` (Zoned Namespace Command Set Specification
 * 1.1, "Zone Descriptor Data Structure")
 *
 * @param dev Device handle
 * @param slba First logical block of the zone
 * @param zdescr Filled in on success
 *
 * @return 0; -EINVAL when an argument is NULL; -EIO when the device reports no zone there; or as
 * xnvme_cmd_pass()
 */
int xnvme_znd_descr_from_dev(struct xnvme_dev *dev, uint64_t slba,
			     struct xnvme_spec_znd_descr *zdescr);

/**
 * Get the descriptor of the first zone in a state
 *
 * @param dev Device handle
 * @param state The state
 * @param zdescr Filled in on success
 *
 * @return 0; -EINVAL when an argument is NULL or `state` is not a state; -EIO when no zone is in
 * the state; or as xnvme_cmd_pass()
 */
int xnvme_znd_descr_from_dev_in_state(struct xnvme_dev *dev, enum xnvme_spec_znd_state state,
				      struct xnvme_spec_znd_descr *zdescr);

/**
 * Count the zones that match a filter
 *
 * @param dev Device handle
 * @param sfield The filter
 * @param nzones Where to put the number
 *
 * @return 0; -EINVAL when an argument is NULL; or as xnvme_cmd_pass()
 */
int xnvme_znd_stat(struct xnvme_dev *dev, enum xnvme_spec_znd_cmd_mgmt_recv_action_sf sfield,
		   uint64_t *nzones);

/**
 * Read the log page Changed Zone List (Zoned Namespace Command Set Specification 1.1, "Changed Zone
 * List"), which clears it
 *
 * @param dev Device handle
 *
 * @return The log page. Free it with xnvme_buf_free() on the same device; NULL and errno on failure
 */
struct xnvme_spec_znd_log_changes *xnvme_znd_log_changes_from_dev(struct xnvme_dev *dev);

/**
 * Zone Management Send (Zoned Namespace Command Set Specification 1.1, "Zone Management Send
 * command")
 *
 * @param ctx Context of a device or of a queue; fields of the command that have no argument here
 * are kept
 * @param nsid Namespace identifier
 * @param zslba First logical block of the zone
 * @param select_all Apply the action to all zones that can take it; `zslba` is ignored
 * @param zsa Action
 * @param zsa_so Action specific option: 1 allocates a random write area (ZRWA) when opening
 * @param dbuf Descriptor extension for XNVME_SPEC_ZND_CMD_MGMT_SEND_DESCRIPTOR, of the size that
 * the LBA format extension names; it has to live until completion. Else NULL.
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_znd_mgmt_send(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t zslba, bool select_all,
			enum xnvme_spec_znd_cmd_mgmt_send_action zsa,
			enum xnvme_spec_znd_mgmt_send_action_so zsa_so, void *dbuf);

/**
 * Zone Append (Zoned Namespace Command Set Specification 1.1, "Zone Append command");
 * ctx->cpl.result is the first LBA that was written
 *
 * @param ctx Context of a device or of a queue; fields of the command that have no argument here
 * are kept
 * @param nsid Namespace identifier
 * @param zslba First logical block of the zone
 * @param nlb Number of logical blocks, zero-based
 * @param dbuf (nlb + 1) x LBA size bytes; it has to live until completion
 * @param mbuf (nlb + 1) x metadata size bytes, or NULL; it has to live until completion
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_znd_append(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t zslba, uint16_t nlb,
		     const void *dbuf, const void *mbuf);

/**
 * Commit the random write area of a zone up to `lba` (Zoned Namespace Command Set
 * Specification 1.1, "Flush Explicit ZRWA")
 *
 * @param ctx Context of a device or of a queue; fields of the command that have no argument here
 * are kept
 * @param nsid Namespace identifier
 * @param lba Last logical block to commit
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_znd_zrwa_flush(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t lba);

/**
 * Print a report of zones
 *
 * @param stream Where to write
 * @param report The report; NULL prints as ~
 * @param flags Form of the output, see ::xnvme_pr
 *
 * @return Number of characters written, or a negative errno: -EINVAL when the stream is NULL, or
 * the error of writing to it
 */
int xnvme_znd_report_fpr(FILE *stream, const struct xnvme_znd_report *report, int flags);

/**
 * As xnvme_znd_report_fpr(), to stdout
 */
int xnvme_znd_report_pr(const struct xnvme_znd_report *report, int flags);

/**
 * Make a report of zones; on failure there is none, never a part of one
 *
 * @param dev Device handle
 * @param slba First logical block of the first zone
 * @param limit Largest number of zones, 0 for all
 * @param extended 1 to include descriptor extensions
 *
 * @return The report. Free it with xnvme_buf_virt_free(). NULL and errno: EINVAL when `slba` does
 * not start a zone, `limit` exceeds the number of zones, or the namespace is not zoned; ENOSYS when
 * it has no extensions; EIO when the device reports fewer zones than it has; ENOMEM
 */
struct xnvme_znd_report *xnvme_znd_report_from_dev(struct xnvme_dev *dev, uint64_t slba,
						   size_t limit, uint8_t extended);

/**
 * Get one entry of a report
 *
 * @param report The report
 * @param index Index of the entry, from 0
 * @param descr Where to put the address of the descriptor, may be NULL
 * @param ext Where to put the address of its extension, may be NULL
 *
 * @return 0; -EINVAL when `report` is NULL, when `index` is not in the report, or when an extension
 * is asked of a report without
 */
int xnvme_znd_report_get_descr(const struct xnvme_znd_report *report, uint32_t index,
			       struct xnvme_spec_znd_descr **descr, void **ext);

/**
 * Pick a sequential-write zone in a state at random
 *
 * @param report The report
 * @param state The state
 * @param zlba Where to put the first logical block of the zone
 * @param opts Seed; 0 stands for the time
 *
 * @return 0; -ENXIO when no zone of the report is in the state; -EINVAL when an argument is NULL or
 * the report is empty
 */
int xnvme_znd_report_find_arbitrary(const struct xnvme_znd_report *report,
				    enum xnvme_spec_znd_state state, uint64_t *zlba, int opts);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_ZND_H */
