// SPDX-License-Identifier: BSD-3-Clause
/**
 * The kernel's NVMe nodes: what the library asks ioctl(2) for, and what it makes of the answers
 */
#include <support/nvme_nodes.h>

#define OPC_VENDOR_WRITE 0xc1

static void
character_node_is_a_namespace(void)
{
	struct xnvme_dev *dev = open_node(NODE_CHAR, NULL);

	CHECK(dev);
	CHECK_STR(xnvme_dev_get_opts(dev)->sync, "nvme");
	CHECK_STR(xnvme_dev_get_opts(dev)->admin, "nvme");
	CHECK_EQ(xnvme_dev_get_nsid(dev), NSID);
	CHECK_EQ(xnvme_dev_get_ident(dev)->dtype, 2);
	CHECK_EQ(xnvme_dev_get_csi(dev), XNVME_SPEC_CSI_NVM);
	CHECK_EQ(xnvme_dev_get_geo(dev)->tbytes, NBYTES);
	CHECK_EQ(g_kernel.open_flags & (O_ACCMODE | O_DIRECT | O_CLOEXEC), O_RDWR | O_CLOEXEC);
	xnvme_dev_close(dev);
}

static void
controller_node_has_the_broadcast_nsid(void)
{
	struct xnvme_dev *dev = open_node(NODE_CTRLR, NULL);

	CHECK(dev);
	CHECK_EQ(xnvme_dev_get_nsid(dev), 0xffffffffU);
	CHECK_EQ(xnvme_dev_get_ident(dev)->dtype, 1);
	CHECK_EQ(xnvme_dev_get_ctrlr(dev)->nn, 1);
	xnvme_dev_close(dev);
}

static void
block_node_goes_past_the_page_cache(void)
{
	struct xnvme_dev *dev = open_node(NODE_BLOCK, "emu");

	CHECK(dev);
	CHECK_EQ(g_kernel.open_flags & O_DIRECT, O_DIRECT);
	CHECK_EQ(xnvme_dev_get_opts(dev)->direct, 1);
	CHECK_EQ(xnvme_dev_get_ident(dev)->dtype, 2);
	xnvme_dev_close(dev);
}

static void
read_and_write(void)
{
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	CHECK(dev);
	CHECK_EQ(xnvme_nvm_write(&ctx, NSID, 5, 7, g_data, NULL), 0);
	CHECK_EQ(g_kernel.io.data_len, 8 * LBA);
	CHECK_EQ(g_kernel.io.metadata, 0);
	CHECK_EQ(g_kernel.io.flags, 0);
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 5, 7, g_back, NULL), 0);
	CHECK_MEM(g_back, g_data, 8 * LBA);
	xnvme_dev_close(dev);
}

/** The kernel reads a timeout from where a context that is used again has its last result */
static void
timeouts_are_those_of_the_options(void)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	CHECK(dev);
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), 0);
	CHECK_EQ(g_kernel.io.timeout_ms, 30000);
	CHECK_EQ(g_kernel.admin.timeout_ms, 60000);
	ctx.cpl.result = 5;
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), 0);
	CHECK_EQ(g_kernel.io.timeout_ms, 30000);
	xnvme_dev_close(dev);

	opts.command_timeout = 1;
	opts.admin_timeout = 0;
	dev = xnvme_dev_open(NODE_CHAR, &opts);
	CHECK(dev);
	ctx = xnvme_cmd_ctx_from_dev(dev);
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), 0);
	/* Shorter than what the kernel counts in is not none */
	CHECK_EQ(g_kernel.io.timeout_ms, 1);
	CHECK_EQ(g_kernel.admin.timeout_ms, 0);
	xnvme_dev_close(dev);
}

static void
status_and_result_are_the_controllers(void)
{
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	CHECK(dev && xnvme_dev_get_geo(dev)->nbytes);
	g_kernel.answer = 0x4000 | 0x2000 | 0x281;
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), -EIO);
	CHECK_EQ(ctx.cpl.status.sct, 2);
	CHECK_EQ(ctx.cpl.status.sc, 0x81);
	CHECK_EQ(ctx.cpl.status.dnr, 1);
	CHECK_EQ(ctx.cpl.status.m, 1);
	CHECK_EQ(ctx.cpl.status.p, 0);
	g_kernel.answer = 0x1bc;
	g_kernel.result = 0x123456789abcdefULL;
	CHECK_EQ(xnvme_znd_append(&ctx, NSID, 0, 0, g_data, NULL), -EIO);
	CHECK_EQ(ctx.cpl.result, 0x123456789abcdefULL);
	CHECK_EQ(ctx.cpl.status.sct, 1);
	xnvme_dev_close(dev);
}

static void
errnos_of_the_kernel_stay_errnos(void)
{
	static const int errs[] = {EPERM, EACCES, ENODEV, EINTR, EINVAL, ENOMEM, EBUSY};
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");

	CHECK(dev && xnvme_dev_get_geo(dev)->nbytes);
	for (size_t i = 0; i < sizeof(errs) / sizeof(errs[0]); ++i) {
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
		struct xnvme_err words;

		g_kernel.refuse_io = errs[i];
		g_kernel.nio = 0;
		CHECK_EQ(xnvme_nvm_write(&ctx, NSID, 0, 0, g_data, NULL), -errs[i]);
		/* A write that the kernel gave up may have been done: once is once */
		CHECK_EQ(g_kernel.nio, 1);
		CHECK_EQ(xnvme_cmd_ctx_explain(&ctx, &words), 0);
		CHECK_EQ(words.err, -errs[i]);
		CHECK_EQ(ctx.cpl.status.sct, 7);
	}
	xnvme_dev_close(dev);
}

/** What the driver makes of a removal depends on when a command meets it */
static void
node_that_lost_its_device_is_enodev(void)
{
	static const struct {
		int refuse, answer;
		bool is_there; ///< The number is one of a device: of /dev/null, which all have
		int err;
		unsigned sct; ///< 7: the host failed
	} cases[] = {
	    {EIO, 0, false, -ENODEV, 7},   {ENXIO, 0, false, -ENODEV, 7},
	    {0, 0x370, false, -ENODEV, 7}, {0, 0x4370, false, -ENODEV, 7},
	    {EIO, 0, true, -EIO, 7},	   {0, 0x370, true, -EIO, 3},
	    {0, 0x371, false, -EIO, 3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
		struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

		CHECK(dev && xnvme_dev_get_geo(dev)->nbytes);
		g_kernel.rdev = cases[i].is_there ? makedev(1, 3) : 0;
		g_kernel.refuse_io = cases[i].refuse;
		g_kernel.answer = cases[i].answer;
		CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), cases[i].err);
		CHECK_EQ(ctx.cpl.status.sct, cases[i].sct);
		xnvme_dev_close(dev);
	}
}

static void
check_vectors(struct xnvme_dev *dev, size_t iovcnt)
{
	struct iovec iov[1200];
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	size_t left = 60 * LBA;

	ctx.cmd.common.nsid = NSID;
	ctx.cmd.nvm.nlb = 59;
	for (int k = 0; k < 2; ++k) {
		uint8_t *at = k ? g_back : g_data;

		left = 60 * LBA;
		for (size_t i = 0; i < iovcnt; ++i) {
			const size_t len = i + 1 < iovcnt ? 1 + i % 13 : left;

			iov[i] = (struct iovec){at, len};
			at += len;
			left -= len;
		}
		ctx.cmd.common.opcode = k ? XNVME_SPEC_NVM_OPC_READ : XNVME_SPEC_NVM_OPC_WRITE;
		CHECK_EQ(xnvme_cmd_pass_iov(&ctx, iov, iovcnt, 60 * LBA, NULL, 0), 0);
	}
	CHECK_MEM(g_back, g_data, 60 * LBA);
	memset(g_back, 0, sizeof(g_back));
}

/** What the kernel does not map goes through one buffer, with the same outcome */
static void
vectors_in_every_number(void)
{
	static const int refusals[] = {0, ENOTTY, EINVAL};
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");

	CHECK(dev);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); ++i) {
		g_kernel.refuse_vectors = refusals[i];
		g_kernel.nvec = 0;
		check_vectors(dev, 3);
		CHECK_EQ(g_kernel.nvec, 2);
		check_vectors(dev, 1024);
		CHECK_EQ(g_kernel.nvec, 4);
		check_vectors(dev, 1200);
		CHECK_EQ(g_kernel.nvec, 4);
	}
	/* A refusal of another kind is the answer, and nothing is tried again */
	g_kernel.refuse_vectors = EPERM;
	g_kernel.nio = 0;
	{
		struct iovec iov[2] = {{g_data, LBA}, {g_data + LBA, LBA}};
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

		ctx.cmd.common.opcode = XNVME_SPEC_NVM_OPC_WRITE;
		ctx.cmd.common.nsid = NSID;
		ctx.cmd.nvm.nlb = 1;
		CHECK_EQ(xnvme_cmd_pass_iov(&ctx, iov, 2, 2 * LBA, NULL, 0), -EPERM);
		CHECK_EQ(g_kernel.nio, 1);
	}
	xnvme_dev_close(dev);
}

/** The one buffer that they go through is rounded up, and a size_t does not hold that */
static void
vectors_as_long_as_memory_are_enomem(void)
{
	static uint8_t data[16U << 20];
	struct iovec iov[256];
	struct xnvme_dev *dev;
	struct xnvme_cmd_ctx ctx;

	if (SIZE_MAX > UINT32_MAX) {
		test_skip("a size_t holds the length of every command");
	}
	dev = open_node(NODE_CHAR, "emu");
	CHECK(dev);
	for (size_t i = 0; i < 256; ++i) {
		iov[i] = (struct iovec){data, sizeof(data) - (i == 255)};
	}
	g_kernel.refuse_vectors = EINVAL;
	ctx = xnvme_cmd_ctx_from_dev(dev);
	ctx.cmd.common.opcode = OPC_VENDOR_WRITE;
	ctx.cmd.common.nsid = NSID;
	CHECK_EQ(xnvme_cmd_pass_iov(&ctx, iov, 256, UINT32_MAX, NULL, 0), -ENOMEM);
	xnvme_dev_close(dev);
}

/** Without a metadata buffer the controller would take address 0 for one */
static void
metadata_is_never_at_address_0(void)
{
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	CHECK(dev);
	g_kernel.ms = 8;
	g_kernel.pit = 1;
	CHECK_EQ(xnvme_nvm_write(&ctx, NSID, 0, 3, g_data, NULL), 0);
	CHECK(g_kernel.io.metadata);
	CHECK_EQ(g_kernel.io.metadata_len, 4 * 8);
	/* The tuple that says: do not check */
	CHECK_EQ(g_kernel.mbuf_first, 0xff);
	CHECK_EQ(g_kernel.mbuf_last, 0xff);
	CHECK_EQ(xnvme_nvm_compare(&ctx, NSID, 0, 3, g_data, NULL), -EINVAL);
	CHECK(strstr(xnvme_err_last()->what, "metadata"));
	/* Inserted and stripped by the controller: there is none to transfer */
	ctx = xnvme_cmd_ctx_from_dev(dev);
	xnvme_prep_nvm(&ctx, XNVME_SPEC_NVM_OPC_WRITE, NSID, 0, 3);
	ctx.cmd.nvm.prinfo = 0x8;
	CHECK_EQ(xnvme_cmd_pass(&ctx, g_data, 4 * LBA, NULL, 0), 0);
	CHECK_EQ(g_kernel.io.metadata, 0);
	CHECK_EQ(xnvme_nvm_write_zeroes(&ctx, NSID, 0, 3), 0);
	CHECK_EQ(g_kernel.io.metadata, 0);
	xnvme_dev_close(dev);
}

static void
file_commands_are_sent_as_nvm_commands(void)
{
	struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	CHECK(dev);
	CHECK_EQ(xnvme_file_pwrite(&ctx, g_data, 4 * LBA, 3 * LBA), 0);
	CHECK_EQ(g_kernel.io.opcode, XNVME_SPEC_NVM_OPC_WRITE);
	CHECK_EQ(g_kernel.io.cdw10, 3);
	CHECK_EQ(g_kernel.io.cdw12, 3);
	CHECK_EQ(ctx.cpl.result, 4 * LBA);
	CHECK_EQ(ctx.cmd.common.opcode, XNVME_SPEC_FS_OPC_WRITE);
	CHECK_EQ(xnvme_file_pread(&ctx, g_back, 4 * LBA, 3 * LBA), 0);
	CHECK_MEM(g_back, g_data, 4 * LBA);
	/* A range that is no whole LBA is refused, and not rounded */
	CHECK_EQ(xnvme_file_pread(&ctx, g_back, 100, 0), -EINVAL);
	CHECK_EQ(xnvme_file_pread(&ctx, g_back, LBA, 100), -EINVAL);
	xnvme_dev_close(dev);
}

static unsigned g_ncb;

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	g_ncb += !xnvme_cmd_ctx_cpl_status(ctx);
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
	(void)arg;
}

/** A Read on the queue, with one field of the command changed; true when the controller got it */
static bool
reached_the_controller(struct xnvme_queue *queue, void (*change)(struct xnvme_spec_cmd *cmd))
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(queue);
	const unsigned nio = g_kernel.nio;

	xnvme_cmd_ctx_set_cb(ctx, on_done, NULL);
	xnvme_prep_nvm(ctx, XNVME_SPEC_NVM_OPC_READ, NSID, 0, 0);
	change(&ctx->cmd);
	if (xnvme_cmd_pass(ctx, g_back, LBA, NULL, 0) || xnvme_queue_drain(queue) != 1) {
		test_fail(__FILE__, __LINE__, "%s", xnvme_err_last()->what);
	}

	return g_kernel.nio != nio;
}

static void
nothing(struct xnvme_spec_cmd *cmd)
{
	(void)cmd;
}

static void
fua(struct xnvme_spec_cmd *cmd)
{
	cmd->nvm.fua = 1;
}

static void
fused(struct xnvme_spec_cmd *cmd)
{
	cmd->common.fuse = 2;
}

static void
prinfo(struct xnvme_spec_cmd *cmd)
{
	cmd->nvm.prinfo = 1;
}

static void
directive(struct xnvme_spec_cmd *cmd)
{
	cmd->nvm.dtype = 2;
}

static void
placement(struct xnvme_spec_cmd *cmd)
{
	cmd->nvm.cdw13.dspec = 3;
}

static void
tags(struct xnvme_spec_cmd *cmd)
{
	cmd->nvm.lbat = 1;
}

static void
upper_tags(struct xnvme_spec_cmd *cmd)
{
	cmd->common.cdw03 = 1;
}

static void
other_namespace(struct xnvme_spec_cmd *cmd)
{
	cmd->common.nsid = NSID + 1;
}

/** The block layer carries a plain read; what it would lose, FUA too, goes to the controller */
static void
nothing_of_a_command_is_lost_on_the_block_node(void)
{
	static void (*const changes[])(struct xnvme_spec_cmd * cmd) = {
	    fua, fused, prinfo, directive, placement, tags, upper_tags, other_namespace,
	};
	struct xnvme_dev *dev = open_node(NODE_BLOCK, "posix");
	struct xnvme_queue *queue = NULL;

	CHECK(dev);
	CHECK_EQ(xnvme_queue_init(dev, 4, 0, &queue), 0);
	g_ncb = 0;
	CHECK(!reached_the_controller(queue, nothing));
	CHECK_EQ(g_ncb, 1);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); ++i) {
		CHECK(reached_the_controller(queue, changes[i]));
	}
	CHECK_EQ(xnvme_queue_term(queue), 0);
	xnvme_dev_close(dev);
}

/** The block layer would do the part of a write that fits */
static void
beyond_the_end_is_the_controllers_to_judge(void)
{
	static const uint8_t zeroes[LBA];
	struct xnvme_dev *dev = open_node(NODE_BLOCK, "posix");
	struct xnvme_queue *queue = NULL;
	struct xnvme_cmd_ctx *ctx;

	CHECK(dev);
	CHECK_EQ(xnvme_queue_init(dev, 4, 0, &queue), 0);
	ctx = xnvme_queue_get_cmd_ctx(queue);
	CHECK_EQ(xnvme_nvm_write(ctx, NSID, NBYTES / LBA - 1, 1, g_data, NULL), 0);
	CHECK_EQ(xnvme_queue_drain(queue), 1);
	CHECK_EQ(ctx->cpl.status.sct, 0);
	CHECK_EQ(ctx->cpl.status.sc, 0x80);
	CHECK_EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
	CHECK_EQ(pread(g_kernel.fd, g_back, LBA, NBYTES - LBA), LBA);
	CHECK_MEM(g_back, zeroes, LBA);
	CHECK_EQ(xnvme_queue_term(queue), 0);
	xnvme_dev_close(dev);
}

/** Commands go past the block layer, which would have refused the write */
static void
read_only_block_node_is_not_written_by_commands(void)
{
	struct xnvme_dev *dev = open_node(NODE_BLOCK, "emu");
	struct xnvme_cmd_ctx ctx;

	xnvme_dev_close(dev);
	g_kernel.read_only = 1;
	dev = xnvme_dev_open(NODE_BLOCK, NULL);
	CHECK(dev);
	ctx = xnvme_cmd_ctx_from_dev(dev);
	CHECK_EQ(xnvme_nvm_write(&ctx, NSID, 0, 0, g_data, NULL), -EPERM);
	CHECK_EQ(xnvme_adm_format(&ctx, NSID, 0, 0, 0, 0, 0, 0), -EPERM);
	CHECK_EQ(g_kernel.nio, 0);
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), 0);
	xnvme_dev_close(dev);
}

static void
destroying_needs_the_right_to_write(void)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev = open_node(NODE_CHAR, NULL);
	struct xnvme_cmd_ctx ctx;

	xnvme_dev_close(dev);
	opts.rdonly = 1;
	dev = xnvme_dev_open(NODE_CHAR, &opts);
	CHECK(dev);
	CHECK_EQ(g_kernel.open_flags & O_ACCMODE, O_RDONLY);
	ctx = xnvme_cmd_ctx_from_dev(dev);
	CHECK_EQ(xnvme_adm_format(&ctx, NSID, 0, 0, 0, 0, 0, 0), -EPERM);
	CHECK_EQ(xnvme_nvm_sanitize(&ctx, 2, false, 0, 0, false, false), -EPERM);
	CHECK_EQ(g_kernel.nadmin, 0);
	xnvme_dev_close(dev);
}

/** The namespace's node has no resets; its controller's has */
static void
resets_go_to_the_controllers_node(void)
{
	static const struct {
		int (*func)(struct xnvme_dev *dev);
		unsigned long request;
	} resets[] = {
	    {xnvme_controller_reset, NVME_IOCTL_RESET},
	    {xnvme_subsystem_reset, NVME_IOCTL_SUBSYS_RESET},
	    {xnvme_namespace_rescan, NVME_IOCTL_RESCAN},
	};

	for (size_t i = 0; i < 2 * sizeof(resets) / sizeof(resets[0]); ++i) {
		struct xnvme_dev *dev = open_node(i % 2 ? NODE_CHAR : NODE_CTRLR, NULL);

		CHECK(dev);
		CHECK_EQ(resets[i / 2].func(dev), 0);
		CHECK_EQ(g_kernel.reset, resets[i / 2].request);
		CHECK_STR(g_kernel.opened, NODE_CTRLR);
		xnvme_dev_close(dev);
	}
}

static const struct test g_tests[] = {
    TEST_CASE(character_node_is_a_namespace),
    TEST_CASE(controller_node_has_the_broadcast_nsid),
    TEST_CASE(block_node_goes_past_the_page_cache),
    TEST_CASE(read_and_write),
    TEST_CASE(timeouts_are_those_of_the_options),
    TEST_CASE(status_and_result_are_the_controllers),
    TEST_CASE(errnos_of_the_kernel_stay_errnos),
    TEST_CASE(node_that_lost_its_device_is_enodev),
    TEST_CASE(vectors_in_every_number),
    TEST_CASE(vectors_as_long_as_memory_are_enomem),
    TEST_CASE(metadata_is_never_at_address_0),
    TEST_CASE(file_commands_are_sent_as_nvm_commands),
    TEST_CASE(nothing_of_a_command_is_lost_on_the_block_node),
    TEST_CASE(beyond_the_end_is_the_controllers_to_judge),
    TEST_CASE(read_only_block_node_is_not_written_by_commands),
    TEST_CASE(destroying_needs_the_right_to_write),
    TEST_CASE(resets_go_to_the_controllers_node),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(g_tests[0]), argc, argv);
}
