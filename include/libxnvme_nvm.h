// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands of the NVM command set
 */
#ifndef __LIBXNVME_NVM_H
#define __LIBXNVME_NVM_H

#include <stdbool.h>
#include <stdint.h>
#include <libxnvme_cmd.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read (NVM Command Set Specification 1.0, "Read command")
 *
 * A read that ends past the end of the device has the status LBA Out of Range. So has a read of the
 * last LBA of a file when the file ends within it; xnvme_file_pread() reads that part.
 *
 * @param ctx Context of a device or of a queue; fields of the command that have no argument here
 * are kept
 * @param nsid Namespace identifier
 * @param slba First logical block
 * @param nlb Number of logical blocks, zero-based: 0 is one block
 * @param dbuf (nlb + 1) x LBA size bytes; it has to live until completion
 * @param mbuf (nlb + 1) x metadata size bytes, or NULL; it has to live until completion
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_nvm_read(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint16_t nlb,
		   void *dbuf, void *mbuf);

/**
 * Write (NVM Command Set Specification 1.0, "Write command")
 *
 * A write that ends past the end of a file makes the file longer; a gap before it reads as zeroes.
 * Where the system refuses that, the write is a host failure (ENOSPC, EFBIG, EDQUOT), and
 * ctx->cpl.result counts the bytes that were written. At the limit RLIMIT_FSIZE the system also
 * sends SIGXFSZ, which ends a program that does not ignore it. Past the end of a device, and past
 * byte 2^63 - 1 of a file, the status is LBA Out of Range.
 *
 * @param ctx Context of a device or of a queue; fields of the command that have no argument here
 * are kept
 * @param nsid Namespace identifier
 * @param slba First logical block
 * @param nlb Number of logical blocks, zero-based: 0 is one block
 * @param dbuf (nlb + 1) x LBA size bytes; it has to live until completion
 * @param mbuf (nlb + 1) x metadata size bytes, or NULL; it has to live until completion
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_nvm_write(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint16_t nlb,
		    const void *dbuf, const void *mbuf);

/**
 * Write Uncorrectable (NVM Command Set Specification 1.0, "Write Uncorrectable command"): reading
 * the blocks fails until they are written again
 *
 * @param ctx Context of a device or of a queue; fields of the command that have no argument here
 * are kept
 * @param nsid Namespace identifier
 * @param slba First logical block
 * @param nlb Number of logical blocks, zero-based: 0 is one block
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_nvm_write_uncorrectable(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba,
				  uint16_t nlb);

/**
 * Write Zeroes (NVM Command Set Specification 1.0, "Write Zeroes command")
 *
 * It does not make a file longer: past the end the status is LBA Out of Range.
 *
 * @param ctx Context of a device or of a queue; fields of the command that have no argument here
 * are kept
 * @param nsid Namespace identifier
 * @param slba First logical block
 * @param nlb Number of logical blocks, zero-based: 0 is one block
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_nvm_write_zeroes(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint16_t nlb);

/**
 * Fill in opcode, namespace, first block and number of blocks of a command
 *
 * @param ctx Context of a device or of a queue; NULL is ignored
 * @param opcode Opcode of the I/O command
 * @param nsid Namespace identifier
 * @param slba First logical block
 * @param nlb Number of logical blocks, zero-based: 0 is one block
 */
void xnvme_prep_nvm(struct xnvme_cmd_ctx *ctx, uint8_t opcode, uint32_t nsid, uint64_t slba,
		    uint16_t nlb);

/**
 * Copy (NVM Command Set Specification 1.0, "Copy command")
 *
 * @param ctx Context of a device or of a queue; fields of the command that have no argument here
 * are kept
 * @param nsid Namespace identifier
 * @param sdlba First logical block of the destination
 * @param ranges Sources: nr + 1 entries of the format; they have to live until completion
 * @param nr Number of entries, zero-based
 * @param copy_fmt The format as a bit: 1 << format. XNVME_NVM_SCOPY_FMT_ZERO has entries of 32
 * bytes
 *
 * @return As xnvme_cmd_pass(); -EINVAL also when `copy_fmt` is not a single bit
 */
int xnvme_nvm_scopy(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t sdlba,
		    struct xnvme_spec_nvm_scopy_fmt_zero *ranges, uint8_t nr,
		    enum xnvme_nvm_scopy_fmt copy_fmt);

/**
 * Dataset Management (NVM Command Set Specification 1.0, "Dataset Management command")
 *
 * @param ctx Context of a device or of a queue; fields of the command that have no argument here
 * are kept
 * @param nsid Namespace identifier
 * @param dsm_range nr + 1 ranges of 16 bytes; they have to live until completion
 * @param nr Number of ranges, zero-based
 * @param ad Deallocate
 * @param idw Integral dataset for write
 * @param idr Integral dataset for read
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_nvm_dsm(struct xnvme_cmd_ctx *ctx, uint32_t nsid, struct xnvme_spec_dsm_range *dsm_range,
		  uint8_t nr, bool ad, bool idw, bool idr);

/**
 * I/O Management Receive (NVM Command Set Specification 1.0, "I/O Management Receive command")
 *
 * @param ctx Context of a device or of a queue; fields of the command that have no argument here
 * are kept
 * @param nsid Namespace identifier
 * @param mo Management operation: enum xnvme_spec_io_mgmt_recv_mo
 * @param mos Management operation specific
 * @param dbuf Receives the data; it has to live until completion
 * @param dbuf_nbytes Its length in bytes, a multiple of 4, > 0
 *
 * @return As xnvme_cmd_pass(); -EINVAL also for another `dbuf_nbytes`
 */
int xnvme_nvm_mgmt_recv(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t mo, uint16_t mos,
			void *dbuf, uint32_t dbuf_nbytes);

/**
 * I/O Management Send (NVM Command Set Specification 1.0, "I/O Management Send command")
 *
 * @param ctx Context of a device or of a queue; fields of the command that have no argument here
 * are kept
 * @param nsid Namespace identifier
 * @param mo Management operation: enum xnvme_spec_io_mgmt_send_mo
 * @param mos Management operation specific
 * @param dbuf The data; it has to live until completion
 * @param dbuf_nbytes Its length in bytes
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_nvm_mgmt_send(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint8_t mo, uint16_t mos,
			void *dbuf, uint32_t dbuf_nbytes);

/**
 * Compare (NVM Command Set Specification 1.0, "Compare command"); a difference has the status
 * 2h/85h
 *
 * @param ctx Context of a device or of a queue; fields of the command that have no argument here
 * are kept
 * @param nsid Namespace identifier
 * @param slba First logical block
 * @param nlb Number of logical blocks, zero-based: 0 is one block
 * @param dbuf (nlb + 1) x LBA size bytes; it has to live until completion
 * @param mbuf (nlb + 1) x metadata size bytes, or NULL; it has to live until completion
 *
 * @return As xnvme_cmd_pass()
 */
int xnvme_nvm_compare(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba, uint16_t nlb,
		      void *dbuf, void *mbuf);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_NVM_H */
