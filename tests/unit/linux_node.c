// SPDX-License-Identifier: BSD-3-Clause
/**
 * NVMe nodes that are not the library's alone: what inserts protection information, a page cache,
 * a switch for writes, and formats by other processes
 */
#include <support/nvme_nodes.h>

/** PRACT where metadata is the tuple alone: the host moves data, and nothing else */
static void
inserted_protection_is_not_in_the_length(void)
{
	static const struct {
		uint8_t opcode, ms, pit, extended, pract;
		uint32_t lba_nbytes, meta_nbytes; ///< What is moved per LBA
	} cases[] = {
	    {XNVME_SPEC_NVM_OPC_WRITE, 8, 1, 1, 1, LBA, 0},
	    {XNVME_SPEC_NVM_OPC_READ, 8, 1, 1, 1, LBA, 0},
	    {XNVME_SPEC_ZND_OPC_APPEND, 8, 1, 1, 1, LBA, 0},
	    {XNVME_SPEC_NVM_OPC_WRITE, 8, 3, 0, 1, LBA, 0},
	    {XNVME_SPEC_NVM_OPC_READ, 8, 2, 0, 1, LBA, 0},
	    /* Nothing is inserted, or there is more than the tuple */
	    {XNVME_SPEC_NVM_OPC_WRITE, 8, 1, 1, 0, LBA + 8, 0},
	    {XNVME_SPEC_NVM_OPC_READ, 16, 1, 1, 1, LBA + 16, 0},
	    {XNVME_SPEC_NVM_OPC_READ, 8, 0, 1, 1, LBA + 8, 0},
	    {XNVME_SPEC_NVM_OPC_WRITE, 8, 1, 0, 0, LBA, 8},
	    {XNVME_SPEC_NVM_OPC_WRITE, 16, 1, 0, 1, LBA, 16},
	    /* Compare has no such bit: the controller judges */
	    {XNVME_SPEC_NVM_OPC_COMPARE, 8, 1, 1, 1, LBA + 8, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
		struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
		const size_t nbytes = 4 * (size_t)cases[i].lba_nbytes;
		const size_t meta_nbytes = 4 * (size_t)cases[i].meta_nbytes;
		const size_t other = cases[i].lba_nbytes == LBA ? LBA + cases[i].ms : LBA;
		uint8_t meta[4 * 16] = {0};

		CHECK(dev);
		g_kernel.ms = cases[i].ms;
		g_kernel.pit = cases[i].pit;
		g_kernel.extended = cases[i].extended;
		xnvme_prep_nvm(&ctx, cases[i].opcode, NSID, 0, 3);
		ctx.cmd.nvm.prinfo = cases[i].pract ? 0x8 : 0;
		(void)xnvme_cmd_pass(&ctx, g_data, nbytes, meta_nbytes ? meta : NULL, meta_nbytes);
		CHECK_EQ(g_kernel.nio, 1);
		CHECK_EQ(g_kernel.io.data_len, nbytes);
		CHECK_EQ(g_kernel.io.metadata_len, meta_nbytes);
		CHECK_EQ(xnvme_cmd_pass(&ctx, g_data, 4 * other, NULL, 0), -EINVAL);
		CHECK(strstr(xnvme_err_last()->what, "length"));
		if (!cases[i].extended && !meta_nbytes) {
			CHECK_EQ(xnvme_cmd_pass(&ctx, g_data, nbytes, meta, 32), -EINVAL);
			CHECK(strstr(xnvme_err_last()->what, "metadata"));
		}
		CHECK_EQ(g_kernel.nio, 1);
		/* The helpers know the length */
		ctx = xnvme_cmd_ctx_from_dev(dev);
		ctx.cmd.nvm.prinfo = cases[i].pract ? 0x8 : 0;
		if (cases[i].opcode == XNVME_SPEC_NVM_OPC_WRITE) {
			(void)xnvme_nvm_write(&ctx, NSID, 0, 3, g_data, meta_nbytes ? meta : NULL);
		} else if (cases[i].opcode == XNVME_SPEC_ZND_OPC_APPEND) {
			(void)xnvme_znd_append(&ctx, NSID, 0, 3, g_data, NULL);
		} else if (cases[i].opcode == XNVME_SPEC_NVM_OPC_COMPARE) {
			(void)xnvme_nvm_compare(&ctx, NSID, 0, 3, g_data, NULL);
		} else {
			(void)xnvme_nvm_read(&ctx, NSID, 0, 3, g_data, NULL);
		}
		CHECK_EQ(g_kernel.nio, 2);
		CHECK_EQ(g_kernel.io.data_len, nbytes);
		xnvme_dev_close(dev);
	}
}

/** By sync, or on a queue of `async`; 0, or what explains the failure */
static int
write_by(struct xnvme_dev *dev, const char *async, uint8_t prinfo, uint64_t slba, void *buf)
{
	struct xnvme_queue *queue = NULL;
	struct xnvme_cmd_ctx one = xnvme_cmd_ctx_from_dev(dev);
	struct xnvme_cmd_ctx *ctx = &one;
	struct xnvme_err words = {0};
	int err;

	if (async) {
		err = xnvme_queue_init(dev, 4, 0, &queue);
		if (err) {
			return err;
		}
		ctx = xnvme_queue_get_cmd_ctx(queue);
	}
	ctx->cmd.nvm.prinfo = prinfo & 0xfU;
	err = xnvme_nvm_write(ctx, NSID, slba, 0, buf, NULL);
	if (queue && !err && xnvme_queue_drain(queue) != 1) {
		err = -EPROTO;
	}
	if (queue && !err) {
		xnvme_cmd_ctx_explain(ctx, &words);
		err = words.err;
	}
	xnvme_queue_term(queue);

	return err;
}

/** The way to the block node: sync and every interface that executes over it, and one that does not
 */
static const char *const g_ways[] = {NULL, "emu", "thrpool", "posix"};
#define NWAYS (sizeof(g_ways) / sizeof(g_ways[0]))

static void
plain_io_of_the_block_node_takes_the_block_layer(void)
{
	for (size_t i = 0; i < NWAYS; ++i) {
		struct xnvme_dev *dev = open_node(NODE_BLOCK, g_ways[i] ? g_ways[i] : "emu");

		CHECK(dev);
		CHECK_EQ(write_by(dev, g_ways[i], 0, 9, g_data), 0);
		CHECK_EQ(g_kernel.nio, 0);
		CHECK_EQ(pread(g_kernel.fd, g_back, LBA, (off_t)9 * LBA), LBA);
		CHECK_MEM(g_back, g_data, LBA);
		CHECK_EQ(write_by(dev, g_ways[i], 1, 9, g_data), 0);
		CHECK_EQ(g_kernel.nio, 1);
		xnvme_dev_close(dev);
	}
}

#define FOLIO (2 << 20)

/** Commands go past the page cache of the block node, where other processes have pages */
static void
commands_leave_no_stale_page_behind(void)
{
	struct xnvme_dev *dev = open_node(NODE_BLOCK, "emu");
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	CHECK(dev);
	/* The folio that ends before the last LBA, and the one that has it */
	CHECK_EQ(write_by(dev, NULL, 1, 2 * FOLIO / LBA - 1, g_data), 0);
	CHECK_EQ(g_kernel.written_back.offset, FOLIO);
	CHECK_EQ(g_kernel.written_back.nbytes, FOLIO);
	CHECK_EQ(g_kernel.dropped.offset, FOLIO);
	CHECK_EQ(g_kernel.dropped.nbytes, FOLIO);
	CHECK(g_kernel.written_back.step < g_kernel.io_step);
	CHECK(g_kernel.io_step < g_kernel.dropped.step);
	/* Nothing becomes old by a read */
	g_kernel.dropped.step = 0;
	ctx.cmd.nvm.prinfo = 1;
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), 0);
	CHECK_EQ(g_kernel.written_back.offset, 0);
	CHECK(g_kernel.written_back.step < g_kernel.io_step);
	CHECK_EQ(g_kernel.dropped.step, 0);
	/* Where a command has a list of ranges, it is all of the disk */
	ctx = xnvme_cmd_ctx_from_dev(dev);
	CHECK_EQ(xnvme_nvm_dsm(&ctx, NSID, (void *)g_data, 0, true, false, false) &&
		     !xnvme_cmd_ctx_cpl_status(&ctx),
		 0);
	CHECK_EQ(g_kernel.dropped.nbytes, 0);
	CHECK(g_kernel.io_step < g_kernel.dropped.step);
	xnvme_dev_close(dev);
}

/** blockdev --setro while the device is open: the block layer stops plain writes by itself */
static void
nothing_is_written_past_a_block_layer_that_became_read_only(void)
{
	for (size_t i = 0; i < NWAYS; ++i) {
		struct xnvme_dev *dev = open_node(NODE_BLOCK, g_ways[i] ? g_ways[i] : "emu");
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

		CHECK(dev);
		CHECK_EQ(write_by(dev, g_ways[i], 1, 0, g_data), 0);
		g_kernel.read_only = 1;
		g_kernel.nio = 0;
		g_kernel.nadmin = 0;
		CHECK_EQ(write_by(dev, g_ways[i], 1, 0, g_data), -EPERM);
		CHECK_EQ(xnvme_nvm_write_zeroes(&ctx, NSID, 0, 0), -EPERM);
		CHECK(strstr(xnvme_err_last()->what, "read-only"));
		CHECK_EQ(xnvme_adm_format(&ctx, NSID, 0, 0, 0, 0, 0, 0), -EPERM);
		CHECK_EQ(g_kernel.nio + g_kernel.nadmin, 0);
		xnvme_dev_close(dev);
	}
}

/** After a foreign format, the same command would mean another place */
static void
check_stale(struct xnvme_dev *dev, const char *what)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	const unsigned nio = g_kernel.nio;

	CHECK(strstr(xnvme_err_last()->what, what));
	CHECK(strstr(xnvme_err_last()->hint, "derive_geo"));
	CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), -ESTALE);
	CHECK_EQ(xnvme_nvm_write_zeroes(&ctx, NSID, 0, 0), -ESTALE);
	CHECK_EQ(xnvme_file_pread(&ctx, g_back, LBA, 0), -ESTALE);
	CHECK(strstr(xnvme_err_last()->hint, "derive_geo"));
	CHECK_EQ(g_kernel.nio, nio);
	/* Identify is none that counts LBAs; what it then says may be impossible */
	g_kernel.answer = 0;
	if (g_kernel.ds > 16) {
		CHECK_EQ(xnvme_dev_derive_geo(dev), -EPROTO);
		return;
	}
	CHECK_EQ(xnvme_dev_derive_geo(dev), 0);
	CHECK(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL) != -ESTALE);
	CHECK(xnvme_nvm_write_zeroes(&ctx, NSID, 0, 0) != -ESTALE);
	CHECK_EQ(g_kernel.nio, nio + 2);
}

static void
foreign_format_is_noticed_by_what_the_controller_refuses(void)
{
	static const struct {
		int answer;
		uint8_t ds, ms;
		int err;
		const char *what;
	} cases[] = {
	    {0x400f, 12, 0, -ESTALE, "changed from 512 to 4096"}, /* SGL length */
	    {0x4013, 12, 0, -ESTALE, "changed from 512 to 4096"}, /* PRP offset */
	    {0x4002, 12, 0, -ESTALE, "changed from 512 to 4096"}, /* Invalid Field */
	    {0x0080, 12, 0, -ESTALE, "changed from 512 to 4096"}, /* LBA Out of Range */
	    /* What no LBA can have: 2^64 bytes, and 2^41: 512 where shifts take five bits */
	    {0x400f, 64, 0, -ESTALE, "changed from 512 to 0"},
	    {0x400f, 41, 0, -ESTALE, "changed from 512 to 0"},
	    {0x400f, 9, 8, -ESTALE, "metadata of an LBA changed from 0 to 8"},
	    {0x4080, 9, 0, -EIO, ""},
	    {0x400f, 9, 0, -EIO, ""},
	    /* The medium's own errors say nothing about it */
	    {0x4281, 12, 0, -EIO, ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
		struct xnvme_dev *dev = open_node(NODE_CHAR, "emu");
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

		CHECK(dev && xnvme_dev_get_geo(dev)->nbytes == LBA);
		g_kernel.ds = cases[i].ds;
		g_kernel.ms = cases[i].ms;
		g_kernel.answer = cases[i].answer;
		CHECK_EQ(xnvme_nvm_read(&ctx, NSID, 0, 0, g_back, NULL), cases[i].err);
		if (cases[i].err == -ESTALE) {
			check_stale(dev, cases[i].what);
		}
		xnvme_dev_close(dev);
	}
}

/** The block layer tells before anything is sent */
static void
foreign_format_is_noticed_by_the_block_layer(void)
{
	for (size_t i = 0; i < 2 * NWAYS; ++i) {
		const char *async = g_ways[i / 2];
		struct xnvme_dev *dev = open_node(NODE_BLOCK, async ? async : "emu");
		const uint64_t beyond = NBYTES / LBA;

		CHECK(dev && xnvme_dev_get_geo(dev)->nbytes == LBA);
		g_kernel.ssz = 4096;
		g_kernel.ds = 12;
		CHECK_EQ(i % 2 ? write_by(dev, async, 1, 0, g_data)
			       : write_by(dev, async, 0, beyond, g_data),
			 -ESTALE);
		CHECK_EQ(g_kernel.nio, 0);
		CHECK_EQ(write_by(dev, async, 0, 0, g_data), -ESTALE);
		CHECK_EQ(xnvme_dev_derive_geo(dev), 0);
		CHECK_EQ(xnvme_dev_get_geo(dev)->nbytes, 4096);
		CHECK_EQ(write_by(dev, async, 0, 0, g_data), 0);
		xnvme_dev_close(dev);
	}
}

static const struct test g_tests[] = {
    TEST_CASE(inserted_protection_is_not_in_the_length),
    TEST_CASE(plain_io_of_the_block_node_takes_the_block_layer),
    TEST_CASE(commands_leave_no_stale_page_behind),
    TEST_CASE(nothing_is_written_past_a_block_layer_that_became_read_only),
    TEST_CASE(foreign_format_is_noticed_by_what_the_controller_refuses),
    TEST_CASE(foreign_format_is_noticed_by_the_block_layer),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(g_tests[0]), argc, argv);
}
