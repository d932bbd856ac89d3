// SPDX-License-Identifier: BSD-3-Clause
/**
 * io_uring_cmd: the entries that are prepared, and what becomes of the kernel's answers
 *
 * io_uring_submit() is replaced when the program is linked: it keeps the entries and puts the
 * completions, which the test chooses, into the completion ring. Nothing reaches the kernel but the
 * setup of the ring. The device is one in memory, whose sync path executes what has to be done over
 * again.
 */
#include <backends/linux/uring.h>
#include <backends/tables.h>
#include <core/mechanism.h>
#include <support/test.h>

#include <linux/nvme_ioctl.h>
#include <stdio.h>

#define LBA	   512U
#define NBLOCKS	   8U
#define META	   8U
#define NENTRIES   16U
#define TIMEOUT_US 20000500U

/** The kernel's side of the ring */
static struct {
	unsigned nentries; ///< Entries that were submitted
	struct {
		struct io_uring_sqe sqe;
		struct nvme_uring_cmd cmd;
	} entries[NENTRIES];
	int res; ///< The answer to each
	uint64_t result;
} g_kernel;

static struct xnvme_dev *g_dev;
static struct xnvme_queue *g_queue;
static uint8_t g_data[NBLOCKS * LBA];
static uint8_t g_meta[NBLOCKS * META];

int __wrap_io_uring_submit(struct io_uring *ring);
long __wrap_xnvi_uring_enter(struct io_uring *ring, unsigned nsubmit, unsigned flags);

/** Keep one entry, and answer it */
static void
take(struct io_uring *ring, const struct io_uring_sqe *sqe)
{
	struct io_uring_cq *cq = &ring->cq;
	const unsigned tail = *cq->ktail;
	struct io_uring_cqe *cqe = &cq->cqes[(tail & cq->ring_mask) * 2];

	CHECK(g_kernel.nentries < NENTRIES);
	g_kernel.entries[g_kernel.nentries].sqe = *sqe;
	memcpy(&g_kernel.entries[g_kernel.nentries].cmd,
	       (const uint8_t *)sqe + offsetof(struct io_uring_sqe, cmd),
	       sizeof(g_kernel.entries[0].cmd));
	g_kernel.nentries++;
	cqe->user_data = sqe->user_data;
	cqe->res = g_kernel.res;
	cqe->big_cqe[0] = g_kernel.result;
	io_uring_smp_store_release(cq->ktail, tail + 1);
}

int
__wrap_io_uring_submit(struct io_uring *ring)
{
	struct io_uring_sq *sq = &ring->sq;
	const unsigned n = sq->sqe_tail - sq->sqe_head;

	for (; sq->sqe_head != sq->sqe_tail; ++sq->sqe_head) {
		take(ring, &sq->sqes[(sq->sqe_head & sq->ring_mask) * 2]);
	}
	io_uring_smp_store_release(sq->ktail, sq->sqe_tail);
	io_uring_smp_store_release(sq->khead, sq->sqe_tail);

	return (int)n;
}

long
__wrap_xnvi_uring_enter(struct io_uring *ring, unsigned nsubmit, unsigned flags)
{
	(void)nsubmit;
	(void)flags;

	return __wrap_io_uring_submit(ring);
}

static void
start(void)
{
	struct xnvme_opts opts = xnvme_opts_default();
	int err;

	memset(&g_kernel, 0, sizeof(g_kernel));
	opts.async = "emu";
	opts.command_timeout = TIMEOUT_US;
	g_dev = xnvme_dev_open("ram:1MiB", &opts);
	if (!g_dev || xnvme_dev_derive_geo(g_dev)) {
		test_fail(__FILE__, __LINE__, "%s", xnvme_err_last()->what);
	}
	/* From here on the device is a character node to the queues */
	g_dev->async = &xnvi_async_io_uring_cmd;
	g_dev->cls = XNVI_CLASS_NVME;
	err = xnvme_queue_init(g_dev, 8, 0, &g_queue);
	if (err) {
		xnvme_dev_close(g_dev);
		test_skip("the system has no rings with large entries");
	}
	for (size_t i = 0; i < sizeof(g_data); ++i) {
		g_data[i] = (uint8_t)(i * 3 + i / 256);
	}
}

static void
stop(void)
{
	CHECK_EQ(xnvme_queue_term(g_queue), 0);
	g_dev->cls = XNVI_CLASS_RAMDISK;
	xnvme_dev_close(g_dev);
}

struct outcome {
	int err; ///< Of passing it, or what explains the completion
	uint16_t status;
	uint64_t result;
};

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct outcome *out = arg;
	struct xnvme_err words;

	xnvme_cmd_ctx_explain(ctx, &words);
	out->err = words.err;
	out->status = ctx->cpl.status.val;
	out->result = ctx->cpl.result;
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

/** One command, to its end; with vectors when `iov` is not NULL */
static struct outcome
io(uint8_t opcode, uint64_t slba, struct iovec *iov, size_t iovcnt, void *mbuf)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(g_queue);
	struct outcome out = {.err = -EINPROGRESS};
	const size_t mbuf_nbytes = mbuf ? sizeof(g_meta) : 0;
	int err;

	xnvme_cmd_ctx_set_cb(ctx, on_done, &out);
	xnvme_prep_nvm(ctx, opcode, 1, slba, NBLOCKS - 1);
	err = iov ? xnvme_cmd_pass_iov(ctx, iov, iovcnt, sizeof(g_data), mbuf, mbuf_nbytes)
		  : xnvme_cmd_pass(ctx, g_data, sizeof(g_data), mbuf, mbuf_nbytes);
	if (err) {
		xnvme_queue_put_cmd_ctx(g_queue, ctx);
		out.err = err;
		return out;
	}
	if (xnvme_queue_drain(g_queue) != 1) {
		out.err = -ETIMEDOUT;
	}

	return out;
}

static void
plain_command_is_sent_field_by_field(void)
{
	const struct nvme_uring_cmd *cmd = &g_kernel.entries[0].cmd;
	const struct io_uring_sqe *sqe = &g_kernel.entries[0].sqe;
	struct outcome out;

	start();
	g_kernel.result = 0x123456789abcdefULL;
	out = io(XNVME_SPEC_NVM_OPC_READ, 0x123456789ULL, NULL, 0, NULL);
	/* Beyond the end: the controller judges, not the library */
	CHECK_EQ(out.err, 0);
	CHECK_EQ(out.status, 0);
	CHECK_EQ(out.result, 0x123456789abcdefULL);
	CHECK_EQ(g_kernel.nentries, 1);
	CHECK_EQ(sqe->opcode, IORING_OP_URING_CMD);
	CHECK_EQ(sqe->cmd_op, NVME_URING_CMD_IO);
	CHECK_EQ(cmd->opcode, XNVME_SPEC_NVM_OPC_READ);
	CHECK_EQ(cmd->flags, 0);
	CHECK_EQ(cmd->nsid, 1);
	CHECK_EQ(cmd->cdw10, 0x23456789);
	CHECK_EQ(cmd->cdw11, 1);
	CHECK_EQ(cmd->cdw12, NBLOCKS - 1);
	CHECK(cmd->addr == (uintptr_t)g_data);
	CHECK_EQ(cmd->data_len, sizeof(g_data));
	CHECK_EQ(cmd->metadata, 0);
	CHECK_EQ(cmd->metadata_len, 0);
	/* Rounded up: the kernel counts milliseconds */
	CHECK_EQ(cmd->timeout_ms, 20001);
	stop();
}

static void
vectored_command_names_its_vectors(void)
{
	const struct nvme_uring_cmd *cmd = &g_kernel.entries[0].cmd;
	struct iovec iov[2] = {{g_data, LBA}, {g_data + LBA, sizeof(g_data) - LBA}};

	start();
	CHECK_EQ(io(XNVME_SPEC_NVM_OPC_WRITE, 3, iov, 2, NULL).err, 0);
	CHECK_EQ(g_kernel.nentries, 1);
	CHECK_EQ(g_kernel.entries[0].sqe.cmd_op, NVME_URING_CMD_IO_VEC);
	CHECK_EQ(cmd->opcode, XNVME_SPEC_NVM_OPC_WRITE);
	CHECK(cmd->addr == (uintptr_t)iov);
	CHECK_EQ(cmd->data_len, 2);
	CHECK_EQ(cmd->cdw10, 3);
	stop();
}

static void
metadata_goes_along(void)
{
	const struct nvme_uring_cmd *cmd = &g_kernel.entries[0].cmd;
	struct iovec iov[2] = {{g_data, LBA}, {g_data + LBA, sizeof(g_data) - LBA}};

	start();
	g_dev->geo.nbytes_oob = META;
	CHECK_EQ(io(XNVME_SPEC_NVM_OPC_READ, 0, NULL, 0, g_meta).err, 0);
	CHECK(cmd->metadata == (uintptr_t)g_meta);
	CHECK_EQ(cmd->metadata_len, sizeof(g_meta));
	CHECK_EQ(io(XNVME_SPEC_NVM_OPC_WRITE, 0, iov, 2, g_meta).err, 0);
	CHECK_EQ(g_kernel.nentries, 2);
	CHECK(cmd[0].metadata == (uintptr_t)g_meta);
	CHECK(g_kernel.entries[1].cmd.metadata == (uintptr_t)g_meta);
	CHECK_EQ(g_kernel.entries[1].cmd.metadata_len, sizeof(g_meta));
	CHECK_EQ(g_kernel.entries[1].sqe.cmd_op, NVME_URING_CMD_IO_VEC);
	g_dev->geo.nbytes_oob = 0;
	stop();
}

static void
file_commands_are_sent_as_reads_and_writes(void)
{
	const struct nvme_uring_cmd *cmd = &g_kernel.entries[0].cmd;
	struct xnvme_cmd_ctx *ctx;
	struct outcome out = {0};

	start();
	g_kernel.result = 77;
	ctx = xnvme_queue_get_cmd_ctx(g_queue);
	xnvme_cmd_ctx_set_cb(ctx, on_done, &out);
	ctx->cmd.nvm.fua = 1;
	CHECK_EQ(xnvme_file_pwrite(ctx, g_data, 2 * LBA, 5 * LBA), 0);
	CHECK_EQ(xnvme_queue_drain(g_queue), 1);
	CHECK_EQ(out.err, 0);
	CHECK_EQ(out.result, 2 * LBA);
	CHECK_EQ(cmd->opcode, XNVME_SPEC_NVM_OPC_WRITE);
	CHECK_EQ(cmd->cdw10, 5);
	CHECK_EQ(cmd->cdw12, 1U | 1U << 30);
	stop();
}

static void
positive_answer_is_the_controllers_status(void)
{
	struct outcome out;

	start();
	g_kernel.res = 0x4281; /* DNR, media error, Unrecovered Read Error */
	out = io(XNVME_SPEC_NVM_OPC_READ, 0, NULL, 0, NULL);
	CHECK_EQ(out.err, -EIO);
	CHECK_EQ(out.status, 0x4281 << 1);
	CHECK_EQ(g_kernel.nentries, 1);
	stop();
}

/** The controller may have executed it, so it is never sent again */
static void
negative_answer_is_a_host_failure(void)
{
	static const int errs[] = {-EIO, -EINTR, -ENODEV, -ENOMEM, -EFAULT, -EACCES};
	struct xnvme_queue_stats stats;

	start();
	for (unsigned i = 0; i < sizeof(errs) / sizeof(errs[0]); ++i) {
		struct outcome out;

		g_kernel.res = errs[i];
		out = io(XNVME_SPEC_NVM_OPC_WRITE, 0, NULL, 0, NULL);
		CHECK_EQ(out.err, errs[i]);
		CHECK_EQ(out.status >> 9 & 7, XNVME_STATUS_CODE_TYPE_VENDOR);
		CHECK_EQ(g_kernel.nentries, i + 1);
	}
	CHECK_EQ(xnvme_queue_get_stats(g_queue, &stats), 0);
	CHECK_EQ(stats.deferred, 0);
	CHECK_EQ(stats.failed, sizeof(errs) / sizeof(errs[0]));
	stop();
}

static void
refusal_before_sending_is_done_over_the_sync_path(void)
{
	static const int errs[] = {-EINVAL, -EAGAIN, -ENOTTY, -EOPNOTSUPP};
	struct xnvme_queue_stats stats;

	start();
	for (unsigned i = 0; i < sizeof(errs) / sizeof(errs[0]); ++i) {
		struct xnvme_cmd_ctx sync = xnvme_cmd_ctx_from_dev(g_dev);
		uint8_t back[LBA];

		g_data[0] = (uint8_t)(0xa0 + i);
		g_kernel.res = errs[i];
		CHECK_EQ(io(XNVME_SPEC_NVM_OPC_WRITE, 0, NULL, 0, NULL).err, 0);
		CHECK_EQ(xnvme_nvm_read(&sync, 1, 0, 0, back, NULL), 0);
		CHECK_MEM(back, g_data, LBA);
	}
	CHECK_EQ(xnvme_queue_get_stats(g_queue, &stats), 0);
	CHECK_EQ(stats.deferred, sizeof(errs) / sizeof(errs[0]));
	CHECK_EQ(g_kernel.nentries, sizeof(errs) / sizeof(errs[0]));
	stop();
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {
	    TEST_CASE(plain_command_is_sent_field_by_field),
	    TEST_CASE(vectored_command_names_its_vectors),
	    TEST_CASE(metadata_goes_along),
	    TEST_CASE(file_commands_are_sent_as_reads_and_writes),
	    TEST_CASE(positive_answer_is_the_controllers_status),
	    TEST_CASE(negative_answer_is_a_host_failure),
	    TEST_CASE(refusal_before_sending_is_done_over_the_sync_path),
	};

	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
