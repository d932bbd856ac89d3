// SPDX-License-Identifier: BSD-3-Clause
/**
 * sync: nvme
 *
 * Talks to:             ioctl(2) of the kernel's NVMe driver
 * Serves:               namespaces: /dev/nvmeXnY, /dev/ngXnY
 * Needs:                Linux 5.11; CAP_SYS_ADMIN, or since 6.2 the node's permissions
 * Queue and limits:     any opcode, as it is; at most what the kernel maps at once
 * Completion delivery:  on return
 * Threads:              any number at once
 * Error mapping:        a positive result of ioctl(2) is the controller's status; an errno is the
 *                       host's failure
 * Quirks:               vectors that the kernel cannot map, or a kernel that takes none, go through
 *                       one buffer; where a namespace has metadata of its own and the caller passes
 *                       none, some is sent along: what a write says in it is "not checked"
 * Not supported:        fused commands: the kernel refuses them
 */
#include <backends/linux/nvme.h>

#include <stdlib.h>
#include <sys/ioctl.h>

#define LAYER		  "be:nvme"
#define BUF_ALIGN	  4096U
#define OPC_TO_CONTROLLER 0x1U /* Data transfer direction: NVMe Base 2.0, "Opcode field" */
#define OPC_TO_HOST	  0x2U

/** Application tag (and reference tag) that tells controllers to check nothing */
#define PI_ESCAPE 0xff

/** The vectors in one buffer, `nbytes` long; `out` copies out of the vectors */
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
	const int res = ioctl(xnvi_fd_of(dev)->fd, request, &cmd->ioctl);

	return res < 0 ? -errno : res;
}

/** Vectors by way of one buffer */
static int
submit_bounced(struct xnvme_dev *dev, const struct xnvi_req *req, union xnvi_nvme_cmd *cmd)
{
	const size_t nbytes = (req->nbytes + BUF_ALIGN - 1) & ~(BUF_ALIGN - 1ULL);
	uint8_t *buf = aligned_alloc(BUF_ALIGN, nbytes);
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

	/* Refused before anything was sent: more pieces than the kernel maps, or an old kernel */
	return res == -EINVAL || res == -ENOTTY ? submit_bounced(dev, req, cmd) : res;
}

static int
submit_any(struct xnvme_dev *dev, const struct xnvi_req *req, union xnvi_nvme_cmd *cmd)
{
	return req->iovcnt ? submit_vectored(dev, req, cmd) : submit(dev, cmd, NVME_IOCTL_IO64_CMD);
}

/** Metadata that nobody asked for: what is read is dropped, what is written says nothing */
static XNVI_COLD int
submit_with_scratch(struct xnvme_dev *dev, const struct xnvi_req *req, union xnvi_nvme_cmd *cmd)
{
	const size_t nbytes = (size_t)dev->geo.nbytes_oob * (req->nbytes >> dev->ssw);
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
refuse(const struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const char *hint, const char *what)
{
	return xnvi_cmd_explained(ctx, xnvi_err(-EINVAL, LAYER, dev->ident.uri, hint, "%s", what));
}

static int
nvme_io(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	union xnvi_nvme_cmd cmd = {0};
	bool is_file;
	int res;

	if (XNVI_UNLIKELY(req->nbytes > UINT32_MAX || req->mbuf_nbytes > UINT32_MAX)) {
		return refuse(dev, ctx, "pass less than 4 GiB", "a command of more than 4 GiB");
	}
	xnvi_nvme_cmd_from_req(&cmd.uring, dev, ctx, req);
	is_file = cmd.uring.opcode != ctx->cmd.common.opcode;
	if (XNVI_LIKELY(!xnvi_nvme_lacks_mbuf(dev, &cmd.uring))) {
		res = submit_any(dev, req, &cmd);
	} else if (cmd.uring.opcode == XNVME_SPEC_NVM_OPC_COMPARE) {
		return refuse(dev, ctx, "pass the metadata to compare with",
			      "Compare on a namespace with separate metadata needs metadata");
	} else {
		res = submit_with_scratch(dev, req, &cmd);
	}

	return xnvi_nvme_verdict(dev, ctx, res, is_file ? req->nbytes : cmd.ioctl.result);
}

const struct xnvi_sync_ops xnvi_sync_nvme = {
    .id = "nvme",
    .kinds = XNVI_KINDS_ALL,
    .raw = 1,
    .io = nvme_io,
};
