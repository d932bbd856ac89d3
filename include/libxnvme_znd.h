// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands of the Zoned Namespace command set, and zone reports
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

#define XNVME_ZND_REPORT_DESCR(rprt, nth)                                                          \
	((struct xnvme_spec_znd_descr *)(&(rprt)->storage[(nth) * (rprt)->zrent_nbytes]))
/** NULL when the report has no descriptor extensions; by way of a number, so that compilers do not
 * hold it for an address that is never NULL */
#define XNVME_ZND_REPORT_DEXT(rprt, nth)                                                           \
	((rprt)->zdext_nbytes                                                                      \
	     ? (void *)((uintptr_t)XNVME_ZND_REPORT_DESCR(rprt, nth) + (rprt)->zd_nbytes)          \
	     : NULL)

__extension__ struct xnvme_znd_report {
	uint64_t nzones;
	uint32_t zd_nbytes;
	uint32_t zdext_nbytes;
	uint64_t zslba;
	uint64_t zelba;
	uint32_t nentries;
	uint8_t extended;
	uint8_t _pad[3];
	uint64_t zrent_nbytes;
	uint64_t report_nbytes;
	uint64_t entries_nbytes;
	uint8_t storage[];
};

/**
 * Identify Namespace data of a zoned namespace
 *
 * @return Valid until the device is closed; NULL and errno EINVAL when the namespace is not zoned
 */
const struct xnvme_spec_znd_idfy_ns *xnvme_znd_dev_get_ns(struct xnvme_dev *dev);

/**
 * Identify Controller data of the zoned command set
 *
 * @return Valid until the device is closed; NULL and errno EINVAL when the namespace is not zoned
 */
const struct xnvme_spec_znd_idfy_ctrlr *xnvme_znd_dev_get_ctrlr(struct xnvme_dev *dev);

/**
 * LBA format extension of the format in use: zone size, descriptor extension size
 *
 * @return Valid until the device is closed; NULL and errno EINVAL when the namespace is not zoned
 */
const struct xnvme_spec_znd_idfy_lbafe *xnvme_znd_dev_get_lbafe(struct xnvme_dev *dev);

/**
 * Zone Management Receive (Zoned Namespace Command Set Specification 1.1, "Zone Management Receive
 * command")
 *
 * @param slba First logical block of the first zone
 * @param zra Action
 * @param zrasf Which zones
 * @param partial 1: the count in the header is of the zones in the buffer, 0: of all that match
 * @param dbuf_nbytes Length in bytes, a multiple of 4, > 0
 *
 * @return As xnvme_cmd_pass(); -EINVAL also when `dbuf_nbytes` is not such a length
 */
int xnvme_znd_mgmt_recv(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba,
			enum xnvme_spec_znd_cmd_mgmt_recv_action zra,
			enum xnvme_spec_znd_cmd_mgmt_recv_action_sf zrasf, uint8_t partial,
			void *dbuf, uint32_t dbuf_nbytes);

/**
 * Descriptor of the zone that starts at `slba`
 *
 * @return 0; -EIO when the device reports no zone there; -EINVAL; or as xnvme_cmd_pass()
 */
int xnvme_znd_descr_from_dev(struct xnvme_dev *dev, uint64_t slba,
			     struct xnvme_spec_znd_descr *zdescr);

/**
 * Descriptor of the first zone in a state
 *
 * @return 0; -EIO when there is none; -EINVAL for what is not a state; or as xnvme_cmd_pass()
 */
int xnvme_znd_descr_from_dev_in_state(struct xnvme_dev *dev, enum xnvme_spec_znd_state state,
				      struct xnvme_spec_znd_descr *zdescr);

/**
 * Number of zones that match `sfield`
 *
 * @return 0, -EINVAL, or as xnvme_cmd_pass()
 */
int xnvme_znd_stat(struct xnvme_dev *dev, enum xnvme_spec_znd_cmd_mgmt_recv_action_sf sfield,
		   uint64_t *nzones);

/**
 * The Changed Zone List log page
 *
 * @return Free it with xnvme_buf_free() on the same device; NULL and errno on failure
 */
struct xnvme_spec_znd_log_changes *xnvme_znd_log_changes_from_dev(struct xnvme_dev *dev);

/**
 * Zone Management Send (Zoned Namespace Command Set Specification 1.1, "Zone Management Send
 * command")
 *
 * @param zslba First logical block of the zone
 * @param select_all All zones that the action applies to; `zslba` is ignored
 * @param zsa Action
 * @param zsa_so Action specific option: open with ZRWA
 * @param dbuf Descriptor extension for XNVME_SPEC_ZND_CMD_MGMT_SEND_DESCRIPTOR, else NULL
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_znd_mgmt_send(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t zslba, bool select_all,
			enum xnvme_spec_znd_cmd_mgmt_send_action zsa,
			enum xnvme_spec_znd_mgmt_send_action_so zsa_so, void *dbuf);

/**
 * Zone Append (Zoned Namespace Command Set Specification 1.1, "Zone Append command");
 * ctx->cpl.result is the LBA that was written
 *
 * @param zslba First logical block of the zone
 * @param nlb Number of logical blocks, zero-based
 * @param dbuf (nlb + 1) x LBA size bytes
 * @param mbuf (nlb + 1) x metadata size bytes, or NULL
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_znd_append(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t zslba, uint16_t nlb,
		     const void *dbuf, const void *mbuf);

/**
 * Commit the random write area of a zone up to `lba` (Zoned Namespace Command Set
 * Specification 1.1, "Flush Explicit ZRWA")
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_znd_zrwa_flush(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t lba);

/**
 * Print a report of zones
 *
 * @return Number of characters written, or a negative errno
 */
int xnvme_znd_report_fpr(FILE *stream, const struct xnvme_znd_report *report, int flags);

/**
 * As xnvme_znd_report_fpr(), to stdout
 */
int xnvme_znd_report_pr(const struct xnvme_znd_report *report, int flags);

/**
 * Report of zones, complete or not at all
 *
 * @param slba First logical block of the first zone
 * @param limit Largest number of zones, 0 for all
 * @param extended 1 to include descriptor extensions
 *
 * @return Free it with xnvme_buf_virt_free(); NULL and errno: EINVAL (not a zone start, limit above
 * the number of zones, not zoned), ENOSYS (no extensions), EIO (the device reported fewer zones
 * than it has), ENOMEM
 */
struct xnvme_znd_report *xnvme_znd_report_from_dev(struct xnvme_dev *dev, uint64_t slba,
						   size_t limit, uint8_t extended);

/**
 * One entry of a report
 *
 * @param descr Where to put the address of the descriptor, may be NULL
 * @param ext Where to put the address of its extension, may be NULL
 *
 * @return 0; -EINVAL when `index` is beyond the report, or for an extension of a plain report
 */
int xnvme_znd_report_get_descr(const struct xnvme_znd_report *report, uint32_t index,
			       struct xnvme_spec_znd_descr **descr, void **ext);

/**
 * Some sequential-write zone in a state, at a place that varies
 *
 * @param zlba Where to put its first logical block
 * @param opts Seed; 0 stands for the time
 *
 * @return 0; -ENXIO when there is none; -EINVAL
 */
int xnvme_znd_report_find_arbitrary(const struct xnvme_znd_report *report,
				    enum xnvme_spec_znd_state state, uint64_t *zlba, int opts);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_ZND_H */
