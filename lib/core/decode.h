// SPDX-License-Identifier: BSD-3-Clause
/**
 * Decoding, for core: from a command to a request
 */
#ifndef XNVI_CORE_DECODE_H
#define XNVI_CORE_DECODE_H

#include <core/geo.h>
#include <core/mechanism.h>

/** Dword 12 of Read, Write and Write Zeroes: the type of a directive */
#define XNVI_CDW12_DTYPE 0x00f00000U

/** Whether only a controller can execute the command: it is fused, or has a directive */
static inline bool
xnvi_cmd_asks_more(const struct xnvme_spec_cmd *cmd)
{
	return cmd->common.fuse || (cmd->common.cdw12 & XNVI_CDW12_DTYPE);
}

/** Bytes of data that a command moves per logical block */
static inline uint32_t
xnvi_cmd_lba_nbytes(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd)
{
	return xnvi_cmd_moves_no_meta(dev, (uint8_t)cmd->common.opcode, cmd->common.cdw12)
		   ? dev->geo.nbytes
		   : dev->geo.lba_nbytes;
}

/**
 * Decode a command for a device; the one place where lengths, vectors and ranges are checked
 *
 * @return 0 and the request; -EINVAL, -ENOTSUP, -ENOSYS, -EPERM explained in xnvme_err_last()
 */
int xnvi_decode(struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd, void *data, size_t iovcnt,
		size_t nbytes, void *mbuf, size_t mbuf_nbytes, struct xnvi_req *req);

/** Kind of an opcode on this device: zone management only on a device with zones */
static inline uint8_t
xnvi_kind_of(const struct xnvme_dev *dev, const struct xnvi_opc *opc)
{
	return opc->kind >= XNVI_KIND_ZONE_SEND && dev->geo.type != XNVME_GEO_ZONED
		   ? XNVI_KIND_COMMAND
		   : opc->kind;
}

#endif /* XNVI_CORE_DECODE_H */
