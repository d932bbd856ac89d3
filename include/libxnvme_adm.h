// SPDX-License-Identifier: BSD-3-Clause
/**
 * Admin commands
 *
 * Each function takes a context of a device, used by one thread at a time, and waits for the
 * command. Functions named xnvme_prep_ only fill in the command, for xnvme_cmd_pass_admin(). Fields
 * of the command that a function has no argument for keep their value.
 */
#ifndef __LIBXNVME_ADM_H
#define __LIBXNVME_ADM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libxnvme_cmd.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Fill in Identify (NVM Express Base Specification 2.0, "Identify command")
 *
 * @param ctx Context of a device; NULL is ignored
 * @param cns Controller or Namespace Structure, enum xnvme_spec_idfy_cns
 * @param cntid Controller identifier
 * @param nsid Namespace identifier, all 32 bits
 * @param nvmsetid NVM set identifier
 * @param uuid UUID index, 7 bits
 */
void xnvme_prep_adm_idfy(struct xnvme_cmd_ctx *ctx, uint8_t cns, uint16_t cntid, uint32_t nsid,
			 uint16_t nvmsetid, uint8_t uuid);

/**
 * Identify by CNS (NVM Express Base Specification 2.0, "Identify command")
 *
 * `nsid` has 8 bits here, as in 0.7.5; xnvme_prep_adm_idfy() takes all 32.
 *
 * @param ctx Context of a device
 * @param cns Controller or Namespace Structure, enum xnvme_spec_idfy_cns
 * @param cntid Controller identifier
 * @param nsid Namespace identifier
 * @param nvmsetid NVM set identifier
 * @param uuid UUID index, 7 bits
 * @param dbuf Receives 4096 bytes
 *
 * @return As xnvme_cmd_pass_admin()
 */
int xnvme_adm_idfy(struct xnvme_cmd_ctx *ctx, uint8_t cns, uint16_t cntid, uint8_t nsid,
		   uint16_t nvmsetid, uint8_t uuid, struct xnvme_spec_idfy *dbuf);

/**
 * Identify Controller (NVM Express Base Specification 2.0, "Identify command", CNS 01h)
 *
 * @param ctx Context of a device
 * @param dbuf Receives 4096 bytes
 *
 * @return As xnvme_cmd_pass_admin()
 */
int xnvme_adm_idfy_ctrlr(struct xnvme_cmd_ctx *ctx, struct xnvme_spec_idfy *dbuf);

/**
 * Identify Controller of a command set (NVM Express Base Specification 2.0, "Identify command", CNS
 * 06h)
 *
 * @param ctx Context of a device
 * @param csi Command set identifier, see enum xnvme_spec_csi
 * @param dbuf Receives 4096 bytes
 *
 * @return As xnvme_cmd_pass_admin()
 */
int xnvme_adm_idfy_ctrlr_csi(struct xnvme_cmd_ctx *ctx, uint8_t csi, struct xnvme_spec_idfy *dbuf);

/**
 * Identify Namespace (NVM Express Base Specification 2.0, "Identify command", CNS 00h)
 *
 * @param ctx Context of a device
 * @param nsid Namespace identifier; 0 stands for that of the device
 * @param dbuf Receives 4096 bytes
 *
 * @return As xnvme_cmd_pass_admin()
 */
int xnvme_adm_idfy_ns(struct xnvme_cmd_ctx *ctx, uint32_t nsid, struct xnvme_spec_idfy *dbuf);

/**
 * Identify Namespace of a command set (NVM Express Base Specification 2.0, "Identify command", CNS
 * 05h)
 *
 * @param ctx Context of a device
 * @param nsid Namespace identifier; 0 stands for that of the device
 * @param csi Command set identifier, see enum xnvme_spec_csi
 * @param dbuf Receives 4096 bytes
 *
 * @return As xnvme_cmd_pass_admin()
 */
int xnvme_adm_idfy_ns_csi(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t csi,
			  struct xnvme_spec_idfy *dbuf);

/**
 * Fill in Get Log Page (NVM Express Base Specification 2.0, "Get Log Page command"), without
 * checks
 *
 * @param ctx Context of a device; NULL is ignored
 * @param lid Log page identifier
 * @param lsp Log specific field, 7 bits
 * @param lpo_nbytes Offset in bytes, all 64 bits
 * @param nsid Namespace identifier
 * @param rae Retain asynchronous event
 * @param dbuf_nbytes Length in bytes, a multiple of 4, > 0
 */
void xnvme_prep_adm_log(struct xnvme_cmd_ctx *ctx, uint8_t lid, uint8_t lsp, uint64_t lpo_nbytes,
			uint32_t nsid, uint8_t rae, uint32_t dbuf_nbytes);

/**
 * Get Log Page (NVM Express Base Specification 2.0, "Get Log Page command"); zeroes `dbuf` first
 *
 * @param ctx Context of a device
 * @param lid Log page identifier
 * @param lsp Log specific field, 7 bits
 * @param lpo_nbytes Offset in bytes, a multiple of 4
 * @param nsid Namespace identifier
 * @param rae Retain asynchronous event
 * @param dbuf Receives the log page
 * @param dbuf_nbytes Its length in bytes, a multiple of 4, > 0
 *
 * @return As xnvme_cmd_pass_admin(); -EINVAL for other lengths and offsets
 */
int xnvme_adm_log(struct xnvme_cmd_ctx *ctx, uint8_t lid, uint8_t lsp, uint64_t lpo_nbytes,
		  uint32_t nsid, uint8_t rae, void *dbuf, uint32_t dbuf_nbytes);

/**
 * Fill in Get Features (NVM Express Base Specification 2.0, "Get Features command")
 *
 * @param ctx Context of a device; NULL is ignored
 * @param nsid Namespace identifier
 * @param fid Feature identifier, see enum xnvme_spec_feat_id
 * @param sel Select: enum xnvme_spec_feat_sel
 */
void xnvme_prep_adm_gfeat(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t fid, uint8_t sel);

/**
 * Fill in Set Features (NVM Express Base Specification 2.0, "Set Features command")
 *
 * @param ctx Context of a device; NULL is ignored
 * @param nsid Namespace identifier
 * @param fid Feature identifier, see enum xnvme_spec_feat_id
 * @param feat Value of the feature: dword 11
 * @param save 1 to keep the value across power cycles and resets
 */
void xnvme_prep_adm_sfeat(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t fid, uint32_t feat,
			  uint8_t save);

/**
 * Get Features (NVM Express Base Specification 2.0, "Get Features command"); ctx->cpl.cdw0 is the
 * value
 *
 * @param ctx Context of a device
 * @param nsid Namespace identifier
 * @param fid Feature identifier, see enum xnvme_spec_feat_id
 * @param sel Select: enum xnvme_spec_feat_sel
 * @param dbuf Receives the data of the feature; NULL for features without data
 * @param dbuf_nbytes Its length in bytes
 *
 * @return As xnvme_cmd_pass_admin()
 */
int xnvme_adm_gfeat(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t fid, uint8_t sel, void *dbuf,
		    size_t dbuf_nbytes);

/**
 * Set Features (NVM Express Base Specification 2.0, "Set Features command")
 *
 * @param ctx Context of a device
 * @param nsid Namespace identifier
 * @param fid Feature identifier, see enum xnvme_spec_feat_id
 * @param feat Value of the feature: dword 11
 * @param save 1 to keep the value across power cycles and resets
 * @param dbuf Data of the feature; NULL for features without data
 * @param dbuf_nbytes Its length in bytes
 *
 * @return As xnvme_cmd_pass_admin()
 */
int xnvme_adm_sfeat(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t fid, uint32_t feat,
		    uint8_t save, const void *dbuf, size_t dbuf_nbytes);

/**
 * Format NVM (NVM Express Base Specification 2.0, "Format NVM command"): all data of the namespace
 * is lost
 *
 * Call xnvme_dev_derive_geo() afterwards.
 *
 * @param ctx Context of a device
 * @param nsid Namespace identifier, 0xffffffff for all
 * @param lbaf Lower 4 bits of the format index
 * @param zf Upper 2 bits of the format index
 * @param mset 1 to transfer metadata as part of an extended LBA, 0 in a buffer of its own
 * @param ses Secure erase setting: 0 none, 1 user data, 2 cryptographic
 * @param pi Protection information type, 0..3
 * @param pil 1 for protection information at the start of the metadata
 *
 * @return As xnvme_cmd_pass_admin(); -EINVAL when an argument does not fit its field
 */
int xnvme_adm_format(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t lbaf, uint8_t zf,
		     uint8_t mset, uint8_t ses, uint8_t pi, uint8_t pil);

/**
 * Sanitize (NVM Express Base Specification 2.0, "Sanitize command"): all data of the subsystem is
 * lost
 *
 * The command starts the operation; log page 81h tells its progress.
 *
 * @param ctx Context of a device
 * @param sanact Action: 1 exit failure mode, 2 block erase, 3 overwrite, 4 crypto erase
 * @param ause AUSE: a failed operation may be left without restrictions
 * @param ovrpat Pattern for overwriting
 * @param owpass Number of passes when overwriting, 4 bits; 0 stands for 16
 * @param oipbp OIPBP: every other pass writes the inverse of the pattern
 * @param nodas NDAS: leave the blocks allocated afterwards
 *
 * @return As xnvme_cmd_pass_admin(); -EINVAL when an argument does not fit its field
 */
int xnvme_nvm_sanitize(struct xnvme_cmd_ctx *ctx, uint8_t sanact, bool ause, uint32_t ovrpat,
		       uint8_t owpass, bool oipbp, bool nodas);

/**
 * Directive Send without data (NVM Express Base Specification 2.0, "Directive Send command")
 *
 * @param ctx Context of a device
 * @param nsid Namespace identifier
 * @param doper Directive operation
 * @param dtype Directive type, 8 bits
 * @param dspec Directive specific, 16 bits
 * @param val Dword 12
 *
 * @return As xnvme_cmd_pass_admin(); -EINVAL when `dtype` or `dspec` has more bits
 */
int xnvme_adm_dir_send(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t doper, uint32_t dtype,
		       uint32_t dspec, uint32_t val);

/**
 * Directive Receive (NVM Express Base Specification 2.0, "Directive Receive command")
 *
 * @param ctx Context of a device
 * @param nsid Namespace identifier
 * @param doper Directive operation
 * @param dtype Directive type, 8 bits
 * @param val Dword 12
 * @param dbuf Receives the data; NULL for operations without data
 * @param dbuf_nbytes Its length in bytes, a multiple of 4; 0 for no data
 *
 * @return As xnvme_cmd_pass_admin(); -EINVAL when `dtype` has more than 8 bits, or for another
 * `dbuf_nbytes`
 */
int xnvme_adm_dir_recv(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t doper, uint32_t dtype,
		       uint32_t val, void *dbuf, size_t dbuf_nbytes);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_ADM_H */
