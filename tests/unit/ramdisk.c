// SPDX-License-Identifier: BSD-3-Clause
/** The backend ramdisk: commands with one buffer get the status and the result of the controller */
#include <support/test.h>

#include <libxnvme.h>

#define NBYTES 1024u

static uint8_t g_buf[2 * NBYTES];

static struct xnvme_dev *g_dev;
static struct xnvme_queue *g_queue;

/** A command with one buffer, and what it completes with */
struct row {
	const char *name;
	uint8_t opcode;
	uint32_t nsid;
	uint64_t slba;
	unsigned fuse;
	uint32_t flags; ///< Of cdw12
	int status;	///< sct << 8 | sc
	uint64_t result;
};

#define READ	   XNVME_SPEC_NVM_OPC_READ
#define WRITE	   XNVME_SPEC_NVM_OPC_WRITE
#define FILE_READ  XNVME_SPEC_FS_OPC_READ
#define FILE_WRITE XNVME_SPEC_FS_OPC_WRITE

static const struct row g_rows[] = {
    {"write", WRITE, 1, 2, 0, 0, 0, 0},
    {"read", READ, 1, 2, 0, 0, 0, 0},
    {"file write", FILE_WRITE, 1, 100, 0, 0, 0, NBYTES},
    {"file read", FILE_READ, 1, 100, 0, 0, 0, NBYTES},
    {"write of a hole", WRITE, 1, 1000, 0, 0, 0, 0},
    {"read of a hole", READ, 1, 1200, 0, 0, 0, 0},
    {"read with FUA", READ, 1, 2, 0, 1u << 30, 0, 0},
    {"fused read", READ, 1, 2, 1, 0, 0x002, 0},
    {"fused write", WRITE, 1, 2, 2, 0, 0x002, 0},
    {"write with a directive", WRITE, 1, 2, 0, 1u << 20, 0x002, 0},
    {"read of another namespace", READ, 2, 2, 0, 0, 0x00b, 0},
    {"write to another namespace", WRITE, 2, 2, 0, 0, 0x00b, 0},
    {"read past the end", READ, 1, 2047, 0, 0, 0x080, 0},
    {"write past the end", WRITE, 1, 2047, 0, 0, 0x080, 0},
};

static void
on_completion(struct xnvme_cmd_ctx *ctx, void *arg)
{
	*(struct xnvme_spec_cpl *)arg = ctx->cpl;
}

static void
prepare(struct xnvme_cmd_ctx *ctx, const struct row *row)
{
	ctx->cmd.common.opcode = row->opcode;
	ctx->cmd.common.fuse = row->fuse & 0x3;
	ctx->cmd.common.nsid = row->nsid;
	ctx->cmd.nvm.slba = row->slba;
	if (row->opcode == READ || row->opcode == WRITE) {
		ctx->cmd.common.cdw12 = (NBYTES / 512 - 1) | row->flags;
	}
}

static struct xnvme_spec_cpl
run_sync(const struct row *row)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(g_dev);

	prepare(&ctx, row);
	xnvme_cmd_pass(&ctx, g_buf, NBYTES, NULL, 0);

	return ctx.cpl;
}

static struct xnvme_spec_cpl
run_queue(const struct row *row)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(g_queue);
	struct xnvme_spec_cpl cpl = {0};

	CHECK(ctx);
	xnvme_cmd_ctx_set_cb(ctx, on_completion, &cpl);
	prepare(ctx, row);
	CHECK_EQ(xnvme_cmd_pass(ctx, g_buf, NBYTES, NULL, 0), 0);
	CHECK(xnvme_queue_drain(g_queue) >= 0);
	CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, ctx), 0);

	return cpl;
}

static void check_rows(struct xnvme_spec_cpl (*run)(const struct row *row))
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.async = "emu";
	g_dev = xnvme_dev_open("ram:1M", &opts);
	CHECK(g_dev);
	CHECK_EQ(xnvme_queue_init(g_dev, 8, 0, &g_queue), 0);
	for (unsigned round = 0; round < 2; ++round) {
		for (size_t i = 0; i < sizeof(g_rows) / sizeof(g_rows[0]); ++i) {
			const struct xnvme_spec_cpl cpl = run(&g_rows[i]);

			printf("# %s\n", g_rows[i].name);
			CHECK_EQ(cpl.status.sct << 8 | cpl.status.sc, g_rows[i].status);
			CHECK_EQ(cpl.result, g_rows[i].result);
		}
	}
	CHECK_EQ(xnvme_queue_term(g_queue), 0);
	xnvme_dev_close(g_dev);
}

static void
commands_of_a_device_complete_as_the_controller_says(void)
{
	check_rows(run_sync);
}

static void
commands_of_a_queue_complete_as_the_controller_says(void)
{
	check_rows(run_queue);
}

/** A context that is not put back between its commands */
static void
result_of_a_command_is_not_that_of_the_one_before(void)
{
	static const uint8_t opcodes[] = {FILE_READ, READ, FILE_WRITE, WRITE};
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_spec_cpl cpl = {0};
	struct xnvme_cmd_ctx *ctx;

	opts.async = "emu";
	g_dev = xnvme_dev_open("ram:1M", &opts);
	CHECK(g_dev);
	CHECK_EQ(xnvme_queue_init(g_dev, 8, 0, &g_queue), 0);
	ctx = xnvme_queue_get_cmd_ctx(g_queue);
	CHECK(ctx);
	xnvme_cmd_ctx_set_cb(ctx, on_completion, &cpl);
	for (unsigned i = 0; i < 8; ++i) {
		const uint8_t opcode = opcodes[i % 4];

		xnvme_prep_nvm(ctx, opcode, 1, 0, NBYTES / 512 - 1);
		CHECK_EQ(xnvme_cmd_pass(ctx, g_buf, NBYTES, NULL, 0), 0);
		CHECK_EQ(xnvme_queue_drain(g_queue), 1);
		CHECK_EQ(cpl.result, opcode == READ || opcode == WRITE ? 0 : NBYTES);
	}
	CHECK_EQ(xnvme_queue_put_cmd_ctx(g_queue, ctx), 0);
	CHECK_EQ(xnvme_queue_term(g_queue), 0);
	xnvme_dev_close(g_dev);
}

static void
vectors_and_buffers_move_the_same(void)
{
	struct xnvme_cmd_ctx ctx;
	struct iovec iov[2] = {{g_buf, 512}, {g_buf + NBYTES, 512}};

	g_dev = xnvme_dev_open("ram:1M", NULL);
	CHECK(g_dev);
	memset(g_buf, 0x11, 512);
	memset(g_buf + 512, 0x22, 512);
	memset(g_buf + NBYTES, 0x33, NBYTES);
	for (unsigned round = 0; round < 2; ++round) {
		ctx = xnvme_cmd_ctx_from_dev(g_dev);
		xnvme_prep_nvm(&ctx, WRITE, 1, 0, 1);
		CHECK_EQ(xnvme_cmd_pass_iov(&ctx, iov, 2, NBYTES, NULL, 0), 0);
	}
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_nvm_read(&ctx, 1, 0, 1, g_buf, NULL), 0);
	CHECK_EQ(g_buf[511], 0x11);
	CHECK_EQ(g_buf[512], 0x33);
	xnvme_dev_close(g_dev);
}

/** Twice, since the first write to a chunk takes the long way */
static void
data_is_where_it_was_written(void)
{
	struct xnvme_cmd_ctx ctx;

	g_dev = xnvme_dev_open("ram:1M", NULL);
	CHECK(g_dev);
	for (uint8_t round = 1; round < 3; ++round) {
		ctx = xnvme_cmd_ctx_from_dev(g_dev);
		memset(g_buf, round, NBYTES);
		CHECK_EQ(xnvme_nvm_write(&ctx, 1, 2, 1, g_buf, NULL), 0);
		memset(g_buf, 0x10 + round, NBYTES);
		CHECK_EQ(xnvme_file_pwrite(&ctx, g_buf, 1000, 1100), 0);
		memset(g_buf, 0, NBYTES);
		CHECK_EQ(xnvme_nvm_read(&ctx, 1, 2, 1, g_buf, NULL), 0);
		CHECK_EQ(g_buf[75], round);
		CHECK_EQ(g_buf[76], 0x10 + round);
		memset(g_buf, 0, NBYTES);
		CHECK_EQ(xnvme_file_pread(&ctx, g_buf, 2, 1099), 0);
		CHECK_EQ(g_buf[0], round);
		CHECK_EQ(g_buf[1], 0x10 + round);
		CHECK_EQ(g_buf[2], 0);
	}
	xnvme_dev_close(g_dev);
}

static const struct test g_tests[] = {
    TEST_CASE(commands_of_a_device_complete_as_the_controller_says),
    TEST_CASE(commands_of_a_queue_complete_as_the_controller_says),
    TEST_CASE(result_of_a_command_is_not_that_of_the_one_before),
    TEST_CASE(vectors_and_buffers_move_the_same),
    TEST_CASE(data_is_where_it_was_written),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(*g_tests), argc, argv);
}
