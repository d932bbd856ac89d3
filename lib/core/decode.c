// SPDX-License-Identifier: BSD-3-Clause
/**
 * From a command to a request
 *
 * The one place that compares the length that a command implies with the length of the caller's
 * buffer and the sum of the vectors, and that checks arithmetic on LBAs.
 */
#include <core/decode.h>
#include <core/removal.h>

#define LAYER "cmd"

/* Descriptor formats of Copy, NVM Command Set 1.0 section 3.2.2; 8 is one of this interface */
#define COPY_DF_EXTENDED_GUARD 1
#define COPY_DF_SRCLEN	       8
#define COPY_EXTENDED_NBYTES   40U

static int
refuse(int err, const struct xnvme_spec_cmd *cmd, const char *hint, const char *what,
       uint64_t actual, uint64_t expected)
{
	char where[64];

	snprintf(where, sizeof(where), "opcode %02xh, slba 0x%llx, nlb %u", cmd->common.opcode,
		 (unsigned long long)cmd->nvm.slba, cmd->nvm.nlb);

	return xnvi_err(err, LAYER, where, hint, "%s (given %llu, expected %llu)", what,
			(unsigned long long)actual, (unsigned long long)expected);
}

/** Check that the sum of the vectors is the length that the caller passes */
static int
check_iov(const struct xnvme_spec_cmd *cmd, const struct iovec *iov, size_t iovcnt, size_t nbytes)
{
	uint64_t sum = 0;

	if (iovcnt > UINT32_MAX) {
		return refuse(-EINVAL, cmd, "use fewer vectors", "too many vectors", iovcnt,
			      UINT32_MAX);
	}
	for (size_t i = 0; i < iovcnt; ++i) {
		if (__builtin_add_overflow(sum, iov[i].iov_len, &sum) ||
		    (iov[i].iov_len && !iov[i].iov_base)) {
			return refuse(-EINVAL, cmd, "check the vectors",
				      "a vector is NULL or too long", i, iovcnt);
		}
	}
	if (sum != nbytes) {
		return refuse(-EINVAL, cmd, "pass the sum of the vectors as the length",
			      "the vectors do not add up to the length", sum, nbytes);
	}

	return 0;
}

/** Size of a source range; it is longer with guards of 32 and 64 bits */
static size_t
copy_range_nbytes(uint8_t df)
{
	switch (df) {
	case COPY_DF_EXTENDED_GUARD:
		return COPY_EXTENDED_NBYTES;
	case COPY_DF_SRCLEN:
		return sizeof(struct xnvme_spec_nvm_cmd_scopy_fmt_srclen);
	default:
		return sizeof(struct xnvme_spec_nvm_scopy_fmt_zero);
	}
}

/** Number of bytes that the command implies; UINT64_MAX when it implies no length */
static uint64_t
implied_nbytes(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd, uint8_t len)
{
	switch (len) {
	case XNVI_LEN_LBAS:
		return (uint64_t)xnvi_cmd_lba_nbytes(dev, cmd) * (cmd->nvm.nlb + 1ULL);
	case XNVI_LEN_RANGES16:
		return (cmd->dsm.nr + 1ULL) * sizeof(struct xnvme_spec_dsm_range);
	case XNVI_LEN_RANGES32:
		return (cmd->scopy.nr + 1ULL) * copy_range_nbytes(cmd->scopy.df);
	case XNVI_LEN_DWORDS11:
		return (cmd->common.ndm + 1ULL) * 4;
	case XNVI_LEN_DWORDS12:
		return (cmd->common.cdw12 + 1ULL) * 4;
	case XNVI_LEN_NONE:
		return 0;
	default:
		return UINT64_MAX;
	}
}

/** Range lists: their length comes from the command, callers pass other things (SPDK a byte count)
 */
static int
decode_ranges(const struct xnvme_spec_cmd *cmd, size_t iovcnt, uint64_t implied,
	      struct xnvi_req *req)
{
	if (iovcnt > 1) {
		return refuse(-EINVAL, cmd, "pass the ranges in one buffer",
			      "a range list in several vectors", iovcnt, 1);
	}
	if (iovcnt == 1) {
		const struct iovec *iov = req->data;

		if (iov->iov_len < implied) {
			return refuse(-EINVAL, cmd, "pass all the ranges that NR names",
				      "the range list is shorter than NR says", iov->iov_len,
				      implied);
		}
		req->data = iov->iov_base;
		req->iovcnt = 0;
	} else if (req->nbytes < implied) {
		return refuse(-EINVAL, cmd, "pass all the ranges that NR names",
			      "the range list is shorter than NR says", req->nbytes, implied);
	}
	req->nbytes = implied;

	return 0;
}

static int
decode_data(struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd, const struct xnvi_opc *opc,
	    size_t iovcnt, struct xnvi_req *req)
{
	const uint64_t implied = implied_nbytes(dev, cmd, opc->len);
	int err;

	if (opc->len == XNVI_LEN_NONE) {
		/* Nothing moves, so the buffers of the caller do not matter */
		req->data = NULL;
		req->nbytes = 0;
		req->iovcnt = 0;
		return 0;
	}
	if (opc->len == XNVI_LEN_RANGES16 || opc->len == XNVI_LEN_RANGES32) {
		err = decode_ranges(cmd, iovcnt, implied, req);
		if (err) {
			return err;
		}
	} else if (iovcnt) {
		err = check_iov(cmd, req->data, iovcnt, xnvi_req_len(req));
		if (err) {
			return err;
		}
	}
	if (implied != UINT64_MAX && req->nbytes != implied) {
		return refuse(-EINVAL, cmd,
			      dev->geo.lba_extended && opc->pract
				  ? "pass (NLB + 1) x LBA size bytes; that is without metadata "
				    "where PRACT = 1 and it is the protection information alone"
				  : "pass (NLB + 1) x LBA size bytes",
			      "the buffer's length is not what the command moves", req->nbytes,
			      implied);
	}
	if (!req->data && req->nbytes) {
		return refuse(-EINVAL, cmd, "pass a buffer", "the data buffer is NULL", 0,
			      req->nbytes);
	}

	return 0;
}

/** Check separate metadata: all of it or none */
static int
decode_meta(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd,
	    const struct xnvi_opc *opc, struct xnvi_req *req)
{
	const uint64_t implied = (uint64_t)dev->geo.nbytes_oob * (cmd->nvm.nlb + 1ULL);

	if (!dev->geo.nbytes_oob || dev->geo.lba_extended) {
		return refuse(-ENOTSUP, cmd, "pass no metadata buffer",
			      "the device has no separate metadata", req->mbuf_nbytes, 0);
	}
	if (!dev->sync->raw) {
		return refuse(-ENOTSUP, cmd, "use sync interface nvme on the namespace's node",
			      "read(2) and write(2) carry no metadata", req->mbuf_nbytes, 0);
	}
	if (xnvi_cmd_moves_no_meta(dev, (uint8_t)cmd->common.opcode, cmd->common.cdw12)) {
		return refuse(-EINVAL, cmd, "with PRACT = 1 pass no metadata, or clear PRACT",
			      "the controller inserts and strips all of the metadata",
			      req->mbuf_nbytes, 0);
	}
	if (opc->len == XNVI_LEN_LBAS && (req->mbuf_nbytes != implied || !req->mbuf)) {
		return refuse(-EINVAL, cmd, "pass (NLB + 1) x metadata size bytes",
			      "the metadata's length is not what the command moves",
			      req->mbuf_nbytes, implied);
	}

	return 0;
}

/** Refuse what the access mode forbids */
static int
check_access(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd,
	     const struct xnvi_opc *opc)
{
	if (opc->writes && dev->refuse_writes) {
		return refuse(-EPERM, cmd, "open without opts.rdonly, or blockdev --setrw",
			      "the device is read-only", 0, 1);
	}
	if (opc->reads && dev->refuse_reads) {
		return refuse(-EPERM, cmd, "open without opts.wronly",
			      "the device was opened write-only", 0, 1);
	}

	return 0;
}

static bool
is_within(const struct xnvme_spec_cmd *cmd, uint64_t nlbas)
{
	return xnvi_lbas_are_within(cmd->nvm.slba, cmd->nvm.nlb + 1ULL, nlbas);
}

/** Whether a range beyond the last known LBA is possible: in a file, which can grow */
static XNVI_COLD bool
file_has_room(struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd, const struct xnvi_req *req)
{
	if (dev->ident.dtype != XNVI_DTYPE_FILE) {
		return false;
	}
	if (req->kind == XNVI_KIND_WRITE) {
		return is_within(cmd, INT64_MAX >> dev->ssw);
	}

	return xnvi_dev_refresh_size(dev) == 0 &&
	       is_within(cmd, atomic_load_explicit(&dev->nlbas, memory_order_relaxed));
}

/** From LBAs to bytes; beyond the last known LBA the sync path asks for the size and decides */
static void
decode_range(struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd, struct xnvi_req *req)
{
	const uint64_t nlbas = atomic_load_explicit(&dev->nlbas, memory_order_relaxed);

	req->offset = cmd->nvm.slba << dev->ssw;
	req->flags = XNVI_REQ_EXACT | (cmd->nvm.fua ? XNVI_REQ_FUA : 0);
	if (req->kind == XNVI_KIND_WRITE_ZEROES) {
		req->nbytes = (cmd->nvm.nlb + 1ULL) << dev->ssw;
	}
	if (XNVI_UNLIKELY(!is_within(cmd, nlbas)) && req->kind != XNVI_KIND_COMMAND &&
	    !file_has_room(dev, cmd, req)) {
		req->flags |= (uint8_t)(req->kind << XNVI_REQ_KIND_SHIFT);
		req->kind = XNVI_KIND_BEYOND;
	}
}

static int
decode_bytes(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd, struct xnvi_req *req)
{
	uint64_t end;

	req->flags = cmd->nvm.fua ? XNVI_REQ_FUA : 0;
	req->offset = cmd->nvm.slba;
	if (__builtin_add_overflow(req->offset, req->nbytes, &end) || end > INT64_MAX) {
		return refuse(-EINVAL, cmd, "stay below 2^63", "the range ends beyond 2^63",
			      req->nbytes, 0);
	}
	if (!dev->bounded) {
		const uint64_t mask = dev->geo.nbytes - 1ULL;

		if (dev->geo.lba_extended) {
			return refuse(-ENOTSUP, cmd, "use the NVM commands",
				      "file commands count bytes of data, and LBAs here hold "
				      "metadata too",
				      dev->geo.nbytes, dev->geo.lba_nbytes);
		}
		/* File commands become NVM commands here, so only whole blocks are possible */
		if (!dev->sync->bytes && ((req->offset & mask) || (req->nbytes & mask) ||
					  !req->nbytes || req->nbytes >> dev->ssw > 65536)) {
			return refuse(-EINVAL, cmd, "use multiples of the LBA size, 1..65536 LBAs",
				      "offset or length is not a range of whole LBAs", req->nbytes,
				      dev->geo.nbytes);
		}
	}

	return 0;
}

/** Without a controller, refuse fields that only a controller honours; hints may be ignored */
static int
check_flags(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd,
	    const struct xnvi_opc *opc)
{
	if (dev->sync->raw || !opc->ranged || opc->kind == XNVI_KIND_COMMAND ||
	    !xnvi_cmd_asks_more(cmd)) {
		return 0;
	}

	return cmd->common.fuse
		   ? refuse(-ENOTSUP, cmd, "send one command at a time",
			    "only a controller executes fused commands", cmd->common.fuse, 0)
		   : refuse(-ENOTSUP, cmd, "clear the directive type",
			    "only a controller takes directives", cmd->nvm.dtype, 0);
}

int
xnvi_refuse_kind(const struct xnvme_dev *dev, const struct xnvme_cmd_ctx *ctx)
{
	return xnvi_err(-ENOSYS, LAYER, dev->ident.uri,
			"use an NVMe namespace; ask xnvme_dev_can() first",
			"opcode %02xh is not a command of %s", ctx->cmd.common.opcode,
			xnvi_class_name(dev->cls));
}

static XNVI_COLD int
refuse_stale(const struct xnvme_dev *dev)
{
	return xnvi_err(
	    -ESTALE, LAYER, dev->ident.uri, "call xnvme_dev_derive_geo(), or open the device again",
	    "the LBA size is not %u bytes any more: the namespace was formatted", dev->geo.nbytes);
}

int
xnvi_decode(struct xnvme_dev *dev, const struct xnvme_spec_cmd *cmd, void *data, size_t iovcnt,
	    size_t nbytes, void *mbuf, size_t mbuf_nbytes, struct xnvi_req *req)
{
	const struct xnvi_opc *opc;
	int err;

	err = xnvi_dev_ready(dev);
	if (XNVI_UNLIKELY(err)) {
		return err;
	}
	if (xnvi_dev_was_removed(dev)) {
		return xnvi_dev_refuse_removed(dev);
	}
	opc = &dev->opcs[cmd->common.opcode];
	if (XNVI_UNLIKELY(atomic_load_explicit(&dev->stale, memory_order_relaxed)) &&
	    (opc->plain || opc->ranged || opc->writes)) {
		return refuse_stale(dev);
	}
	req->kind = xnvi_kind_of(dev, opc);
	req->flags = 0;
	req->iovcnt = (uint32_t)iovcnt;
	req->offset = 0;
	req->nbytes = nbytes;
	req->data = data;
	req->mbuf = mbuf;
	req->mbuf_nbytes = mbuf_nbytes;

	err = check_access(dev, cmd, opc);
	err = err ? err : check_flags(dev, cmd, opc);
	if (err) {
		return err;
	}
	err = decode_data(dev, cmd, opc, iovcnt, req);
	if (!err && XNVI_UNLIKELY(mbuf || mbuf_nbytes)) {
		err = decode_meta(dev, cmd, opc, req);
	}
	if (XNVI_UNLIKELY(err)) {
		return err;
	}
	if (opc->ranged) {
		decode_range(dev, cmd, req);
	} else if (opc->len == XNVI_LEN_BYTES) {
		return decode_bytes(dev, cmd, req);
	}

	return 0;
}

/** NVM opcodes of file commands, where commands go to a controller */
static const uint8_t g_nvm_opcs[256] = {
    [XNVME_SPEC_FS_OPC_READ] = XNVME_SPEC_NVM_OPC_READ,
    [XNVME_SPEC_FS_OPC_WRITE] = XNVME_SPEC_NVM_OPC_WRITE,
};

bool
xnvi_cmd_from_file(const struct xnvme_dev *dev, const struct xnvme_spec_cmd *file,
		   const struct xnvi_req *req, struct xnvme_spec_cmd *cmd)
{
	const uint8_t opcode = (uint8_t)file->common.opcode;

	if (XNVI_LIKELY(!g_nvm_opcs[opcode] && opcode != XNVME_SPEC_FS_OPC_FLUSH)) {
		return false;
	}
	assert(XNVME_SPEC_NVM_OPC_FLUSH == 0);
	memset(cmd, 0, sizeof(*cmd));
	cmd->common.opcode = g_nvm_opcs[opcode];
	cmd->common.nsid = dev->nsid;
	if (opcode != XNVME_SPEC_FS_OPC_FLUSH) {
		cmd->nvm.fua = !!(req->flags & XNVI_REQ_FUA) & 1U;
		cmd->nvm.slba = req->offset >> dev->ssw;
		cmd->nvm.nlb = (uint16_t)((req->nbytes >> dev->ssw) - 1);
	}

	return true;
}
