// SPDX-License-Identifier: BSD-3-Clause
/**
 * sync: nvme
 *
 * Talks to:             ioctl(2) of the kernel's NVMe driver; on a block node plain reads and
 *                       writes as psync
 * Serves:               namespaces: /dev/nvmeXnY, /dev/ngXnY
 * Needs:                Linux 5.11; CAP_SYS_ADMIN, or since 6.2 the node's permissions
 * Queue and limits:     any opcode, unchanged; at most what the kernel maps at once
 * Completion delivery:  on return
 * Threads:              any number at once
 * Error mapping:        a positive result of ioctl(2) is the controller's status; an errno is the
 *                       host's failure
 * Quirks:               vectors that the kernel cannot map, or does not take at all, go through one
 *                       buffer; where a namespace has separate metadata and the caller passes none,
 *                       the command gets a buffer of metadata, which for a write says "do not
 *                       check". On a block node, dirty pages of the range are written out before a
 *                       command by ioctl(2), and a write leaves no stale pages, unless another
 *                       process maps the page or changes it meanwhile
 * Not supported:        fused commands: the kernel refuses them
 */
#include <backends/linux/kernel.h>
#include <backends/posix/roles.h>
#include <backends/posix/fd_done.h>
#include <backends/linux/nvme.h>

#include <fcntl.h>
#include <backends/linux/ioctl.h>
#include <stdlib.h>

#define LAYER		  "be:nvme"
#define BUF_ALIGN	  4096U
#define OPC_TO_CONTROLLER 0x1U /* Data transfer direction: NVMe Base 2.0, "Opcode field" */
#define OPC_TO_HOST	  0x2U
#define FOLIO_NBYTES	  (2ULL << 20) /* The largest folio of the page cache */

/** Byte of an application tag (and reference tag) that disables checking */
#define PI_ESCAPE 0xff

/** Copy between the vectors and one buffer; `out` copies out of the vectors */
static void
copy_vectors(const struct xnvi_req *req, uint8_t *buf, bool out)
{
	const struct iovec *iov = req->data;

	for (uint32_t i = 0; i < req->iovcnt; ++i) {
		if (out && iov[i].iov_len) {
			memcpy(buf, iov[i].iov_base, iov[i].iov_len);
		} else if (iov[i].iov_len) {
			memcpy(iov[i].iov_base, buf, iov[i].iov_len);
		}
		buf += iov[i].iov_len;
	}
}

static int
submit(struct xnvme_dev *dev, union xnvi_nvme_cmd *cmd, unsigned long request)
{
	return xnvi_linux_ioctl_once(xnvi_fd_of(dev)->fd, request, &cmd->ioctl);
}

/** Send a command with vectors by way of one buffer */
static int
submit_bounced(struct xnvme_dev *dev, const struct xnvi_req *req, union xnvi_nvme_cmd *cmd)
{
	const size_t pad = BUF_ALIGN - 1;
	const size_t nbytes = xnvi_req_len(req);
	/* On a 32-bit host the sum of the vectors may be the largest size_t */
	uint8_t *buf =
	    nbytes > SIZE_MAX - pad ? NULL : aligned_alloc(BUF_ALIGN, (nbytes + pad) & ~pad);
	int res;

	if (!buf) {
		return -ENOMEM;
	}
	if (cmd->ioctl.opcode & OPC_TO_CONTROLLER) {
		copy_vectors(req, buf, true);
	}
	cmd->ioctl.addr = (uintptr_t)buf;
	cmd->ioctl.data_len = (uint32_t)req->nbytes;
	res = submit(dev, cmd, NVME_IOCTL_IO64_CMD);
	if (res >= 0 && (cmd->ioctl.opcode & OPC_TO_HOST)) {
		copy_vectors(req, buf, false);
	}
	free(buf);

	return res;
}

static int
submit_vectored(struct xnvme_dev *dev, const struct xnvi_req *req, union xnvi_nvme_cmd *cmd)
{
	int res = -EINVAL;

	if (req->iovcnt <= XNVI_NVME_IOVCNT_MAX) {
		cmd->ioctl.addr = (uintptr_t)req->data;
		cmd->ioctl.vec_cnt = req->iovcnt;
		res = submit(dev, cmd, NVME_IOCTL_IO64_CMD_VEC);
	}

	/* Nothing was sent: there are more pieces than the kernel maps, or the kernel is too old */
	return res == -EINVAL || res == -ENOTTY ? submit_bounced(dev, req, cmd) : res;
}

static int
submit_any(struct xnvme_dev *dev, const struct xnvi_req *req, union xnvi_nvme_cmd *cmd)
{
	return req->iovcnt ? submit_vectored(dev, req, cmd) : submit(dev, cmd, NVME_IOCTL_IO64_CMD);
}

/** Send a command with metadata that the caller did not pass: ignored by a read, unchecked by a
 * write */
static XNVI_COLD int
submit_with_scratch(struct xnvme_dev *dev, const struct xnvi_req *req, union xnvi_nvme_cmd *cmd)
{
	const size_t nbytes = dev->geo.nbytes_oob * (xnvi_req_len(req) >> dev->ssw);
	void *mbuf;
	int res;

	mbuf = malloc(nbytes);
	if (!mbuf) {
		return -ENOMEM;
	}
	memset(mbuf, dev->geo.pi_type ? PI_ESCAPE : 0, nbytes);
	cmd->ioctl.metadata = (uintptr_t)mbuf;
	cmd->ioctl.metadata_len = (uint32_t)nbytes;
	res = submit_any(dev, req, cmd);
	free(mbuf);

	return res;
}

static XNVI_COLD int
refuse(const struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, int err, const char *hint,
       const char *what)
{
	return xnvi_cmd_explained(ctx, xnvi_err(err, LAYER, dev->ident.uri, hint, "%s", what));
}

/** Send a command unchanged */
static int
pass(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	union xnvi_nvme_cmd cmd = {0};
	bool is_file;
	int res;

	if (XNVI_UNLIKELY(req->nbytes > UINT32_MAX || req->mbuf_nbytes > UINT32_MAX)) {
		return refuse(dev, ctx, -EINVAL, "pass less than 4 GiB",
			      "a command of more than 4 GiB");
	}
	xnvi_nvme_cmd_from_req(&cmd.uring, dev, ctx, req);
	is_file = cmd.uring.opcode != ctx->cmd.common.opcode;
	if (XNVI_LIKELY(!xnvi_nvme_lacks_mbuf(dev, &cmd.uring))) {
		res = submit_any(dev, req, &cmd);
	} else if (cmd.uring.opcode == XNVME_SPEC_NVM_OPC_COMPARE) {
		return refuse(dev, ctx, -EINVAL, "pass the metadata to compare with",
			      "Compare on a namespace with separate metadata needs metadata");
	} else {
		res = submit_with_scratch(dev, req, &cmd);
	}

	return xnvi_nvme_io_verdict(dev, ctx, res, is_file ? req->nbytes : cmd.ioctl.result);
}

/* --- the block node: other programs share its page cache -------------------------------------- */

/** Range of bytes of the disk, in whole folios of the page cache; `nbytes` 0 is the whole disk */
struct range {
	off_t offset;
	off_t nbytes;
};

static struct range
cached_range(const struct xnvme_dev *dev, const struct xnvme_cmd_ctx *ctx,
	     const struct xnvi_req *req)
{
	const bool is_lbas = dev->opcs[ctx->cmd.common.opcode].ranged;
	const uint64_t nbytes = is_lbas ? (ctx->cmd.nvm.nlb + 1ULL) << dev->ssw : req->nbytes;
	const uint64_t start = req->offset & ~(FOLIO_NBYTES - 1);
	uint64_t end;

	if ((!is_lbas && !dev->opcs[ctx->cmd.common.opcode].plain) ||
	    __builtin_add_overflow(req->offset, nbytes + FOLIO_NBYTES - 1, &end) ||
	    end > INT64_MAX) {
		return (struct range){0};
	}

	return (struct range){(off_t)start, (off_t)((end & ~(FOLIO_NBYTES - 1)) - start)};
}

/** Write dirty pages out: they are older than the command, and must not be written after it */
static void
write_back(const struct xnvme_dev *dev, struct range range)
{
	(void)sync_file_range(xnvi_fd_of(dev)->fd, range.offset, range.nbytes,
			      SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
				  SYNC_FILE_RANGE_WAIT_AFTER);
}

/** Send a command by ioctl(2) on the block node, so that no page with old data remains */
static int
pass_coherently(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	const uint8_t opcode = (uint8_t)ctx->cmd.common.opcode;
	const bool writes = dev->opcs[opcode].writes;
	const struct range range = cached_range(dev, ctx, req);
	int err;

	if (writes && xnvi_nvme_is_read_only(dev)) {
		return refuse(dev, ctx, -EPERM, "blockdev --setrw",
			      "the block device is read-only");
	}
	/* After a format, commands count new LBAs, and the block layer old bytes */
	err = xnvi_linux_check_lba(dev);
	if (err) {
		return xnvi_cmd_explained(ctx, err);
	}
	if (req->kind != XNVI_KIND_FLUSH) {
		write_back(dev, range);
	}
	err = pass(dev, ctx, req);
	if (writes || (opcode & OPC_TO_CONTROLLER)) {
		(void)posix_fadvise(xnvi_fd_of(dev)->fd, range.offset, range.nbytes,
				    POSIX_FADV_DONTNEED);
	}

	return err;
}

/** Whether the block layer can carry the whole command, as it does for queues */
static bool
is_plain(const struct xnvme_dev *dev, const struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	return req->kind < 32 && ((XNVI_KINDS_RW >> req->kind) & 1) && !req->mbuf &&
	       !dev->geo.lba_extended && !xnvi_cmd_has_extras(dev, &ctx->cmd) &&
	       !(req->kind == XNVI_KIND_READ && (req->flags & XNVI_REQ_FUA));
}

/** Send a command that the block layer failed to the controller, unless writing is not allowed */
static XNVI_COLD int
ask_controller(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req,
	       int err)
{
	if ((err && !xnvi_fd_asks_controller(dev, err)) ||
	    (!err && xnvi_rsvd_of(ctx)->host_err == XNVI_RSVD_HOST_ERR)) {
		return err;
	}
	xnvi_cpl_clear(ctx);

	return pass_coherently(dev, ctx, req);
}

static int
block_io(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	int err;

	if (!is_plain(dev, ctx, req)) {
		return pass_coherently(dev, ctx, req);
	}
	err = xnvi_psync_io(dev, ctx, req);
	if (XNVI_LIKELY(!err && !xnvme_cmd_ctx_cpl_status(ctx))) {
		return 0;
	}

	return ask_controller(dev, ctx, req, err);
}

static int
nvme_io(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	return xnvi_fd_of(dev)->block ? block_io(dev, ctx, req) : pass(dev, ctx, req);
}

const struct xnvi_sync_ops xnvi_sync_nvme = {
    .id = "nvme",
    .kinds = XNVI_KINDS_ALL,
    .raw = 1,
    .io = nvme_io,
};
