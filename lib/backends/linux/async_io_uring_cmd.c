// SPDX-License-Identifier: BSD-3-Clause
/**
 * async: io_uring_cmd
 *
 * Talks to:             IORING_OP_URING_CMD of io_uring, which the kernel's NVMe driver serves
 * Serves:               namespaces by their character node: /dev/ngXnY
 * Needs:                Linux 5.19; CAP_SYS_ADMIN, or since 6.2 the node's permissions
 * Queue and limits:     1..4096; at most what the kernel maps at once
 * Completion delivery:  the completion ring; at most one system call per poke
 * Threads:              none
 * Error mapping:        a positive result is the controller's status, with all 64 bits of the
 *                       command's result; an errno is the host's failure
 * Quirks:               entries of 128 bytes and completions of 32; commands that the kernel
 *                       refuses to send go to the sync path, which can send some of them
 * Not supported:        reads and writes without metadata on a namespace that keeps it in a buffer
 *                       of its own (core runs them over the sync path); opts.register_buffers,
 *                       since liburing has no flag for it before 2.3
 */
#include <backends/linux/nvme.h>
#include <backends/linux/uring.h>

/** An entry of twice the size: the command begins at the last fields of a short one */
union entry {
	struct io_uring_sqe sqe;
	struct {
		uint8_t head[offsetof(struct io_uring_sqe, cmd)];
		struct nvme_uring_cmd cmd;
	} nvme;
};

static int
uring_cmd_init(struct xnvme_queue *queue, int opts)
{
	return xnvi_uring_init(queue, opts, IORING_SETUP_SQE128 | IORING_SETUP_CQE32);
}

/** Whether the kernel has the operation, which is asked once */
static bool
uring_cmd_usable(void)
{
	static atomic_int known; /* 0 not yet, 1 yes, -1 no */
	struct io_uring_probe *probe;
	int answer = atomic_load_explicit(&known, memory_order_relaxed);

	/* Not cached here: a child of fork(2) may have a seccomp filter */
	if (!xnvi_uring_usable()) {
		return false;
	}
	if (answer) {
		return answer > 0;
	}
	probe = io_uring_get_probe();
	if (!probe) {
		return false;
	}
	answer = io_uring_opcode_supported(probe, IORING_OP_URING_CMD) ? 1 : -1;
	io_uring_free_probe(probe);
	atomic_store_explicit(&known, answer, memory_order_relaxed);

	return answer > 0;
}

static int
uring_cmd_submit(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, struct xnvi_req *req)
{
	struct xnvi_uring *priv = queue->priv;
	struct nvme_uring_cmd cmd;
	struct io_uring_sqe *sqe;

	xnvi_nvme_cmd_from_req(&cmd, queue->dev, ctx, req);
	if (XNVI_UNLIKELY(xnvi_nvme_lacks_mbuf(queue->dev, &cmd) || req->nbytes > UINT32_MAX)) {
		return xnvi_queue_defer(queue, ctx, req);
	}
	if (req->iovcnt) {
		cmd.addr = (uintptr_t)req->data;
		cmd.data_len = req->iovcnt;
	}
	sqe = io_uring_get_sqe(&priv->ring);
	/* The ring has room for all commands that may be outstanding, see xnvi_uring_init() */
	assert(sqe);
	io_uring_prep_rw(IORING_OP_URING_CMD, sqe, priv->fd, NULL, 0, 0);
	sqe->cmd_op = req->iovcnt ? NVME_URING_CMD_IO_VEC : NVME_URING_CMD_IO;
	((union entry *)sqe)->nvme.cmd = cmd;

	return xnvi_uring_accept(queue, ctx, sqe);
}

/** @return Number of commands completed, 0 or 1 */
static uint32_t
complete(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx, int res, uint64_t result)
{
	const struct xnvi_req *req = xnvi_ctx_req(ctx);
	const struct xnvi_opc *opcs = queue->dev->opcs;
	int err;

	if (xnvi_queue_takes_back(queue, ctx)) {
		return 0;
	}
	switch (res) {
	case -EAGAIN:
	case -ECANCELED:
	case -EINVAL:
	case -ENOTTY:
	case -EOPNOTSUPP:
		/* Nothing was sent: the sync path tries another way, and decides the outcome */
		return xnvi_queue_redo(queue, ctx);
	default:
		break;
	}
	err = xnvi_nvme_io_verdict(
	    queue->dev, ctx, res,
	    opcs[ctx->cmd.common.opcode].plain == XNVI_PLAIN_BYTES ? req->nbytes : result);
	if (err) {
		xnvi_cpl_host_err(ctx, err, 0);
	}
	xnvi_queue_complete(queue, ctx);

	return 1;
}

static int
uring_cmd_poke(struct xnvme_queue *queue, uint32_t max)
{
	struct xnvi_uring *priv = queue->priv;
	uint32_t ndone = xnvi_uring_flush(queue, max);
	const unsigned nready = xnvi_uring_ready(priv, max - ndone);
	const struct io_uring_cq *cq = &priv->ring.cq;

	/* Callbacks may submit, but not reap */
	for (unsigned i = 0; i < nready; ++i) {
		/* Entries of twice the size */
		const struct io_uring_cqe *cqe = &cq->cqes[((*cq->khead + i) & cq->ring_mask) * 2];

		ndone += complete(queue, io_uring_cqe_get_data(cqe), cqe->res, cqe->big_cqe[0]);
	}
	io_uring_cq_advance(&priv->ring, nready);

	return (int)ndone;
}

const struct xnvi_async_ops xnvi_async_io_uring_cmd = {
    .id = "io_uring_cmd",
    .caps = XNVI_ASYNC_IOPOLL | XNVI_ASYNC_SQPOLL | XNVI_ASYNC_RAW | XNVI_ASYNC_FILES,
    .kinds = XNVI_KINDS_ALL,
    .iovcnt_max = XNVI_NVME_IOVCNT_MAX,
    .queue_nbytes = sizeof(struct xnvi_uring),
    .usable = uring_cmd_usable,
    .init = uring_cmd_init,
    .term = xnvi_uring_term,
    .submit = uring_cmd_submit,
    .poke = uring_cmd_poke,
    .flush = xnvi_uring_kick,
    .ready = xnvi_uring_is_ready,
    .arm = xnvi_uring_arm,
    .expire = xnvi_uring_expire,
};
