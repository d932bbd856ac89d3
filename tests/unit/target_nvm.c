// SPDX-License-Identifier: BSD-3-Clause
/**
 * The NVM command set of the target: what each command does, and every status it can end with
 */
#include <support/target.h>

#include <stdio.h>

/** The target of the running test, 512-byte blocks, and two buffers of 3 MiB */
static struct xnvi_target *g_t;
static uint8_t *g_a;
static uint8_t *g_b;

#define BUF_NBYTES    (3 * MIB)
#define TARGET_NBYTES (64 * MIB)
#define NBLOCKS	      (TARGET_NBYTES / 512)

static void
fresh_device_reads_zeroes(void)
{
	memset(g_a, 0xAA, MIB);
	CHECK_EQ(do_read(g_t, 0, 2048, g_a, MIB), OK);
	CHECK(is_filled(g_a, MIB, 0));
	memset(g_a, 0xAA, 512);
	CHECK_EQ(do_read(g_t, NBLOCKS - 1, 1, g_a, 512), OK);
	CHECK(is_filled(g_a, 512, 0));
	CHECK_EQ(g_cpl.result, 0);
	CHECK_EQ(g_cpl.status.val, 0);
}

/** On the short way and on the long one; no command leaves what was in the completion before */
static void
success_is_a_status_of_zero_and_no_phase_bit_is_ever_set(void)
{
	static const uint8_t opcodes[] = {OPC_WRITE,  OPC_READ,	  OPC_COMPARE, OPC_FLUSH,
					  OPC_ZEROES, OPC_VERIFY, OPC_WRITE,   OPC_READ};
	static const uint8_t admin[] = {0x06, 0x08, 0x18, 0x0A};
	struct xnvme_spec_cmd cmd = {0};

	for (size_t i = 0; i < sizeof(opcodes); ++i) {
		cmd = cmd_lba(opcodes[i], 0, 1);
		run(g_t, &cmd, g_a, 512);
		CHECK_EQ(g_cpl.status.val, 0);
		/* Failures: the range, the phase bit and "more" */
		cmd = cmd_lba(opcodes[i], NBLOCKS, 1);
		if (run(g_t, &cmd, g_a, 512)) {
			CHECK_EQ(g_cpl.status.p, 0);
			CHECK_EQ(g_cpl.status.val, 0x80 << 1 | 1 << 14 | 1 << 15);
		}
	}
	for (size_t i = 0; i < sizeof(admin); ++i) {
		memset(&cmd, 0, sizeof(cmd));
		cmd.common.opcode = admin[i];
		cmd.common.ndt = 1;
		run_admin(g_t, &cmd, g_a, 4096);
		CHECK_EQ(g_cpl.status.val, 0);
	}
}

static void
write_is_read_back(void)
{
	/* Within a chunk, over one border, over several, all of a chunk, and the last block */
	static const struct {
		uint64_t slba;
		uint32_t nblocks;
	} cases[] = {{0, 1},	 {5, 7},     {127, 2},	       {100, 700},
		     {256, 128}, {64, 4096}, {NBLOCKS - 1, 1}, {NBLOCKS - 200, 200}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		const size_t nbytes = cases[i].nblocks * 512;

		fill(g_a, nbytes, i);
		memset(g_b, 0, nbytes);
		CHECK_EQ(do_write(g_t, cases[i].slba, cases[i].nblocks, g_a, nbytes), OK);
		CHECK_EQ(do_read(g_t, cases[i].slba, cases[i].nblocks, g_b, nbytes), OK);
		CHECK_MEM(g_a, g_b, nbytes);
		/* Once more, now that the chunk is known to the stripe, and the longer way */
		memset(g_b, 0, nbytes);
		CHECK_EQ(do_read(g_t, cases[i].slba, cases[i].nblocks, g_b, nbytes), OK);
		CHECK_MEM(g_a, g_b, nbytes);
	}
}

static void
neighbours_of_a_write_stay(void)
{
	fill(g_a, 128 * 512, 1);
	CHECK_EQ(do_write(g_t, 0, 128, g_a, 128 * 512), OK);
	fill(g_b, 512, 2);
	CHECK_EQ(do_write(g_t, 64, 1, g_b, 512), OK);
	memcpy(g_a + 64 * 512, g_b, 512);
	CHECK_EQ(do_read(g_t, 0, 128, g_b, 128 * 512), OK);
	CHECK_MEM(g_a, g_b, 128 * 512);
}

static void
flags_change_the_path_but_not_the_data(void)
{
	struct xnvme_spec_cmd cmd = cmd_lba(OPC_WRITE, 3, 4);

	fill(g_a, 2048, 3);
	cmd.common.cdw12 |= CDW12_FUA | 1u << 31;
	CHECK_EQ(run(g_t, &cmd, g_a, 2048), OK);
	cmd.common.opcode = OPC_READ;
	CHECK_EQ(run(g_t, &cmd, g_b, 2048), OK);
	CHECK_MEM(g_a, g_b, 2048);
	/* A buffer longer than the command needs is used in part */
	memset(g_b, 0x55, 4096);
	CHECK_EQ(do_read(g_t, 3, 4, g_b, 4096), OK);
	CHECK_MEM(g_a, g_b, 2048);
	CHECK(is_filled(g_b + 2048, 2048, 0x55));
}

static void
odd_vectors_equal_contiguous_buffers(void)
{
	const struct xnvme_spec_cmd wr = cmd_lba(OPC_WRITE, 120, 20);
	const struct xnvme_spec_cmd rd = cmd_lba(OPC_READ, 120, 20);
	const struct xnvme_spec_cmd cmp = cmd_lba(OPC_COMPARE, 120, 20);
	struct iovec iov[] = {{g_a, 1}, {NULL, 0},	  {g_a + 1, 3999},
			      {g_a, 0}, {g_a + 4000, 97}, {g_a + 4097, 10240 - 4097}};

	fill(g_a, 10240, 4);
	CHECK_EQ(run_iov(g_t, &wr, iov, 6), OK);
	CHECK_EQ(do_read(g_t, 120, 20, g_b, 10240), OK);
	CHECK_MEM(g_a, g_b, 10240);
	CHECK_EQ(run_iov(g_t, &cmp, iov, 6), OK);
	memset(g_a, 0, 10240);
	CHECK_EQ(run_iov(g_t, &rd, iov, 6), OK);
	CHECK_MEM(g_a, g_b, 10240);
	/* From where nothing was written, too */
	CHECK_EQ(do_deallocate(g_t, 0, 256), OK);
	CHECK_EQ(run_iov(g_t, &rd, iov, 6), OK);
	CHECK(is_filled(g_a, 10240, 0));
	CHECK_EQ(run_iov(g_t, &cmp, iov, 6), OK);
	g_a[10239] = 1;
	CHECK_EQ(run_iov(g_t, &cmp, iov, 6), COMPARE_FAILURE);
}

static const struct {
	uint64_t slba;
	uint32_t nblocks;
} g_outside[] = {
    {NBLOCKS, 1},	   {NBLOCKS - 1, 2},	    {NBLOCKS - 127, 128},
    {1ull << 55, 1}, /* wraps to block 0 when shifted to bytes */
    {(1ull << 55) + 5, 1}, {UINT64_MAX, 1},	    {UINT64_MAX, 2},
    {UINT64_MAX - 1, 4},   {UINT64_MAX - 127, 128},
};

static void
outside_is_lba_out_of_range_and_touches_nothing(void)
{
	static const uint8_t opcodes[] = {OPC_READ,   OPC_WRITE,  OPC_COMPARE,
					  OPC_VERIFY, OPC_ZEROES, OPC_UNCORRECTABLE};

	/* The blocks that wrapped arithmetic would hit are allocated, and known to the stripes */
	fill(g_a, 65536, 5);
	CHECK_EQ(do_write(g_t, 0, 128, g_a, 65536), OK);
	CHECK_EQ(do_write(g_t, NBLOCKS - 128, 128, g_a, 65536), OK);
	for (size_t i = 0; i < sizeof(g_outside) / sizeof(*g_outside); ++i) {
		for (size_t j = 0; j < sizeof(opcodes); ++j) {
			const struct xnvme_spec_cmd cmd =
			    cmd_lba(opcodes[j], g_outside[i].slba, g_outside[i].nblocks);

			memset(g_b, 0x77, 65536);
			CHECK_EQ(run(g_t, &cmd, g_b, 65536), LBA_RANGE);
			CHECK_EQ(g_cpl.status.dnr, 1);
			CHECK(is_filled(g_b, 65536, 0x77));
		}
	}
	CHECK_EQ(do_compare(g_t, 0, 128, g_a, 65536), OK);
	CHECK_EQ(do_compare(g_t, NBLOCKS - 128, 128, g_a, 65536), OK);
}

static void
transfers_end_at_mdts(void)
{
	fill(g_a, 2 * MIB, 6);
	CHECK_EQ(do_write(g_t, 1, 4096, g_a, 2 * MIB), OK);
	CHECK_EQ(do_read(g_t, 1, 4096, g_b, 2 * MIB), OK);
	CHECK_MEM(g_a, g_b, 2 * MIB);
	CHECK_EQ(do_read(g_t, 1, 4097, g_b, BUF_NBYTES), INVALID_FIELD);
	CHECK_EQ(do_write(g_t, 1, 4097, g_b, BUF_NBYTES), INVALID_FIELD);
	CHECK_EQ(do_compare(g_t, 1, 0x10000, g_b, BUF_NBYTES), INVALID_FIELD);
	/* What transfers no data has no such limit */
	CHECK_EQ(do_lba(g_t, OPC_VERIFY, 0, 0x10000), OK);
	CHECK_EQ(do_lba(g_t, OPC_ZEROES, 0, 0x10000), OK);
}

static void
short_buffers_are_refused_and_not_touched(void)
{
	static const uint8_t opcodes[] = {OPC_READ, OPC_WRITE, OPC_COMPARE};

	memset(g_a, 0, 16384);
	CHECK_EQ(do_write(g_t, 0, 16, g_a, 8192), OK);
	memset(g_a, 0x11, 16384);
	for (size_t i = 0; i < sizeof(opcodes); ++i) {
		const struct xnvme_spec_cmd cmd = cmd_lba(opcodes[i], 0, 16);
		const struct iovec iov[] = {{g_a, 4096}, {g_a + 4096, 4095}};

		CHECK_EQ(run(g_t, &cmd, g_a, 512), SGL_LENGTH);
		CHECK_EQ(run(g_t, &cmd, g_a, 8191), SGL_LENGTH);
		CHECK_EQ(run_iov(g_t, &cmd, iov, 2), SGL_LENGTH);
		CHECK_EQ(run_iov(g_t, &cmd, NULL, 0), SGL_LENGTH);
		CHECK_EQ(g_cpl.status.dnr, 1);
	}
	CHECK(is_filled(g_a, 16384, 0x11));
	CHECK_EQ(do_read(g_t, 0, 16, g_b, 8192), OK);
	CHECK(is_filled(g_b, 8192, 0));
}

static void
a_vector_that_disagrees_with_its_sum_is_refused(void)
{
	const struct xnvme_spec_cmd cmd = cmd_lba(OPC_READ, 0, 16);
	const struct iovec iov[] = {{g_a, 512}, {g_a + 512, 512}};
	const struct iovec long_iov[] = {{g_a, 512}, {g_a + 512, SIZE_MAX - 256}};
	struct xnvi_target_data data = {.iov = iov, .iovcnt = 2, .nbytes = 8192};

	xnvi_target_io(g_t, &cmd, &data, &g_cpl);
	CHECK_EQ(status_of(&g_cpl), SGL_LENGTH);
	data = (struct xnvi_target_data){.iov = iov, .iovcnt = 1, .nbytes = 8192};
	xnvi_target_io(g_t, &cmd, &data, &g_cpl);
	CHECK_EQ(status_of(&g_cpl), SGL_LENGTH);
	/* A sum that wraps is not taken for too little */
	data = (struct xnvi_target_data){.iov = long_iov, .iovcnt = 2, .nbytes = 8192};
	xnvi_target_io(g_t, &cmd, &data, &g_cpl);
	CHECK_EQ(status_of(&g_cpl), OK);
}

static void
invalid_commands_have_their_status(void)
{
	struct xnvme_spec_cmd cmd = cmd_lba(0x7F, 0, 1);

	CHECK_EQ(run(g_t, &cmd, g_a, 512), INVALID_OPCODE);
	CHECK_EQ(g_cpl.status.dnr, 1);
	CHECK_EQ(g_cpl.status.m, 1);
	CHECK_EQ(g_cpl.result, 0);
	cmd = cmd_lba(OPC_READ, 0, 1);
	cmd.common.nsid = 0;
	CHECK_EQ(run(g_t, &cmd, g_a, 512), INVALID_NS);
	cmd.common.nsid = 2;
	CHECK_EQ(run(g_t, &cmd, g_a, 512), INVALID_NS);
	cmd.common.nsid = 0xFFFFFFFF;
	CHECK_EQ(run(g_t, &cmd, g_a, 512), INVALID_NS);
	cmd = cmd_lba(OPC_COMPARE, 0, 1);
	cmd.common.fuse = 1;
	CHECK_EQ(run(g_t, &cmd, g_a, 512), INVALID_FIELD);
	cmd = cmd_lba(OPC_WRITE, 0, 1);
	cmd.common.fuse = 2;
	CHECK_EQ(run(g_t, &cmd, g_a, 512), INVALID_FIELD);
	cmd = cmd_lba(OPC_WRITE, 0, 1);
	cmd.nvm.dtype = 1;
	CHECK_EQ(run(g_t, &cmd, g_a, 512), INVALID_FIELD);
	CHECK_EQ(do_read(g_t, 0, 1, g_a, 512), OK);
	CHECK(is_filled(g_a, 512, 0));
}

static void
flush_is_for_our_namespace_or_all(void)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.nsid = 1;
	CHECK_EQ(run(g_t, &cmd, NULL, 0), OK);
	cmd.common.nsid = 0xFFFFFFFF;
	CHECK_EQ(run(g_t, &cmd, NULL, 0), OK);
	cmd.common.nsid = 0;
	CHECK_EQ(run(g_t, &cmd, NULL, 0), INVALID_NS);
	/* No buffers at all */
	cmd.common.nsid = 1;
	xnvi_target_io(g_t, &cmd, NULL, &g_cpl);
	CHECK_EQ(status_of(&g_cpl), OK);
}

static void
compare_tells_equal_from_different(void)
{
	fill(g_a, 300 * 512, 7);
	CHECK_EQ(do_write(g_t, 50, 300, g_a, 300 * 512), OK);
	CHECK_EQ(do_compare(g_t, 50, 300, g_a, 300 * 512), OK);
	g_a[299 * 512] ^= 1;
	CHECK_EQ(do_compare(g_t, 50, 300, g_a, 300 * 512), COMPARE_FAILURE);
	CHECK_EQ(g_cpl.status.dnr, 0);
	CHECK_EQ(do_compare(g_t, 50, 299, g_a, 299 * 512), OK);
	memset(g_a, 0, 512);
	CHECK_EQ(do_compare(g_t, 40000, 1, g_a, 512), OK);
	g_a[511] = 1;
	CHECK_EQ(do_compare(g_t, 40000, 1, g_a, 512), COMPARE_FAILURE);
}

static void
write_zeroes_zeroes(void)
{
	for (unsigned deac = 0; deac < 2; ++deac) {
		memset(g_a, 0xFF, 400 * 512);
		CHECK_EQ(do_write(g_t, 0, 400, g_a, 400 * 512), OK);
		CHECK_EQ(do_zeroes(g_t, 10, 300, deac ? CDW12_DEAC | CDW12_FUA : 0), OK);
		memset(g_a + 10 * 512, 0, 300 * 512);
		CHECK_EQ(do_compare(g_t, 0, 400, g_a, 400 * 512), OK);
		CHECK_EQ(do_zeroes(g_t, 0, 0x10000, deac ? CDW12_DEAC : 0), OK);
		memset(g_a, 0, 400 * 512);
		CHECK_EQ(do_compare(g_t, 0, 400, g_a, 400 * 512), OK);
	}
}

/** The namespace has no protection information: what asks for it is executed as if it did not */
static void
protection_flags_mean_nothing_without_protection(void)
{
	for (unsigned prinfo = 1; prinfo < 16; ++prinfo) {
		struct xnvme_spec_cmd cmd = cmd_lba(OPC_WRITE, 77, 2);

		fill(g_a, 1024, prinfo);
		cmd.common.cdw12 |= prinfo << 26;
		CHECK_EQ(run(g_t, &cmd, g_a, 1024), OK);
		cmd.common.opcode = OPC_COMPARE;
		CHECK_EQ(run(g_t, &cmd, g_a, 1024), OK);
		cmd.common.opcode = OPC_VERIFY;
		CHECK_EQ(run(g_t, &cmd, NULL, 0), OK);
		memset(g_b, 0, 1024);
		cmd.common.opcode = OPC_READ;
		CHECK_EQ(run(g_t, &cmd, g_b, 1024), OK);
		CHECK(memcmp(g_a, g_b, 1024) == 0);
		CHECK_EQ(do_zeroes(g_t, 77, 1, prinfo << 26), OK);
	}
}

static void
dataset_management_deallocates_ranges(void)
{
	struct xnvme_spec_dsm_range ranges[3] = {
	    {.cattr = 0x0F00073F, .slba = 3, .llb = 5},
	    {.slba = 127, .llb = 300},
	    {.slba = 1000, .llb = 0},
	};

	memset(g_a, 0xEE, 500 * 512);
	CHECK_EQ(do_write(g_t, 0, 500, g_a, 500 * 512), OK);
	/* Hints change nothing */
	CHECK_EQ(do_dsm(g_t, ranges, 3, false), OK);
	CHECK_EQ(do_compare(g_t, 0, 500, g_a, 500 * 512), OK);
	CHECK_EQ(do_dsm(g_t, ranges, 3, true), OK);
	memset(g_a + 3 * 512, 0, 5 * 512);
	memset(g_a + 127 * 512, 0, 300 * 512);
	CHECK_EQ(do_compare(g_t, 0, 500, g_a, 500 * 512), OK);
}

static void
dataset_management_checks_all_ranges_first(void)
{
	struct xnvme_spec_dsm_range ranges[129] = {{.slba = 0, .llb = 8},
						   {.slba = NBLOCKS, .llb = 1}};
	struct xnvme_spec_cmd cmd = {0};

	memset(g_a, 0xEE, 8 * 512);
	CHECK_EQ(do_write(g_t, 0, 8, g_a, 8 * 512), OK);
	CHECK_EQ(do_dsm(g_t, ranges, 2, true), LBA_RANGE);
	ranges[1].slba = UINT64_MAX;
	ranges[1].llb = 2;
	CHECK_EQ(do_dsm(g_t, ranges, 2, true), LBA_RANGE);
	ranges[1].slba = 1ull << 55;
	CHECK_EQ(do_dsm(g_t, ranges, 2, true), LBA_RANGE);
	ranges[1].slba = NBLOCKS - 1;
	CHECK_EQ(do_dsm(g_t, ranges, 2, true), LBA_RANGE);
	ranges[1].llb = UINT32_MAX;
	CHECK_EQ(do_dsm(g_t, ranges, 2, true), SIZE_LIMIT);
	CHECK_EQ(do_dsm(g_t, ranges, 129, true), SIZE_LIMIT);
	/* Fewer descriptors than the command says */
	cmd.common.opcode = OPC_DSM;
	cmd.common.nsid = 1;
	cmd.dsm.ad = 1;
	cmd.dsm.nr = 1;
	CHECK_EQ(run(g_t, &cmd, ranges, 31), SGL_LENGTH);
	CHECK_EQ(do_compare(g_t, 0, 8, g_a, 8 * 512), OK);
	memset(ranges, 0, sizeof(ranges));
	CHECK_EQ(do_dsm(g_t, ranges, 128, true), OK);
}

static void
dataset_management_limits_the_sum(void)
{
	struct xnvi_target *big = target_open(1ull << 40, 512, NULL);
	struct xnvme_spec_dsm_range ranges[3];

	CHECK(big);
	for (unsigned i = 0; i < 3; ++i) {
		ranges[i] = (struct xnvme_spec_dsm_range){.slba = 0, .llb = 1u << 31};
	}
	CHECK_EQ(do_dsm(big, ranges, 2, true), OK);
	CHECK_EQ(do_dsm(big, ranges, 3, true), SIZE_LIMIT);
	xnvi_target_close(big);
}

static void
uncorrectable_blocks_fail_until_rewritten(void)
{
	struct xnvme_spec_nvm_scopy_fmt_zero source = {.slba = 98, .nlb = 3};

	fill(g_a, 200 * 512, 8);
	CHECK_EQ(do_write(g_t, 0, 200, g_a, 200 * 512), OK);
	CHECK_EQ(do_read(g_t, 100, 1, g_b, 512), OK);
	CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 100, 2), OK);
	CHECK_EQ(do_read(g_t, 100, 1, g_b, 512), READ_ERROR);
	CHECK_EQ(g_cpl.status.dnr, 1);
	CHECK_EQ(do_read(g_t, 0, 200, g_b, 200 * 512), READ_ERROR);
	CHECK_EQ(do_compare(g_t, 101, 1, g_a, 512), READ_ERROR);
	CHECK_EQ(do_lba(g_t, OPC_VERIFY, 90, 11), READ_ERROR);
	CHECK_EQ(do_copy(g_t, 1000, &source, 1), READ_ERROR);
	CHECK_EQ(do_read(g_t, 99, 1, g_b, 512), OK);
	CHECK_EQ(do_read(g_t, 102, 98, g_b, 98 * 512), OK);

	CHECK_EQ(do_write(g_t, 100, 1, g_a, 512), OK);
	CHECK_EQ(do_compare(g_t, 100, 1, g_a, 512), OK);
	CHECK_EQ(do_read(g_t, 101, 1, g_b, 512), READ_ERROR);
	CHECK_EQ(do_zeroes(g_t, 101, 1, 0), OK);
	CHECK_EQ(do_lba(g_t, OPC_VERIFY, 0, 200), OK);

	CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 0, 0x10000), OK);
	CHECK_EQ(do_read(g_t, 60000, 1, g_b, 512), READ_ERROR);
	CHECK_EQ(do_deallocate(g_t, 0, 0x10000), OK);
	CHECK_EQ(do_lba(g_t, OPC_VERIFY, 0, 0x10000), OK);
	CHECK_EQ(do_read(g_t, 0, 200, g_b, 200 * 512), OK);
	CHECK(is_filled(g_b, 200 * 512, 0));
}

static void
copy_gathers_sources(void)
{
	struct xnvme_spec_nvm_scopy_fmt_zero sources[2] = {{.slba = 10, .nlb = 4},
							   {.slba = 120, .nlb = 15}};

	fill(g_a, 200 * 512, 9);
	CHECK_EQ(do_write(g_t, 0, 200, g_a, 200 * 512), OK);
	CHECK_EQ(do_copy(g_t, 5000, sources, 2), OK);
	CHECK_EQ(do_read(g_t, 5000, 21, g_b, 21 * 512), OK);
	CHECK_MEM(g_b, g_a + 10 * 512, 5 * 512);
	CHECK_MEM(g_b + 5 * 512, g_a + 120 * 512, 16 * 512);
}

static void
copy_takes_the_longer_descriptors(void)
{
	struct xnvme_spec_cmd cmd = {0};
	uint8_t descriptors[80] = {0};
	const uint64_t slbas[2] = {77, 130};

	fill(g_a, 200 * 512, 10);
	CHECK_EQ(do_write(g_t, 0, 200, g_a, 200 * 512), OK);
	memcpy(descriptors + 8, &slbas[0], 8);
	descriptors[16] = 1;
	memcpy(descriptors + 48, &slbas[1], 8);
	cmd.common.opcode = OPC_COPY;
	cmd.common.nsid = 1;
	cmd.scopy.sdlba = 9000;
	cmd.scopy.nr = 1;
	cmd.scopy.df = 1;
	cmd.scopy.fua = 1;
	CHECK_EQ(run(g_t, &cmd, descriptors, 80), OK);
	CHECK_EQ(do_compare(g_t, 9000, 2, g_a + 77 * 512, 1024), OK);
	CHECK_EQ(do_compare(g_t, 9002, 1, g_a + 130 * 512, 512), OK);
	CHECK_EQ(run(g_t, &cmd, descriptors, 79), SGL_LENGTH);
	cmd.scopy.df = 2;
	CHECK_EQ(run(g_t, &cmd, descriptors, 80), INVALID_FIELD);
	cmd.scopy.df = 0;
	cmd.scopy.dtype = 1;
	CHECK_EQ(run(g_t, &cmd, descriptors, 80), INVALID_FIELD);
	cmd.scopy.dtype = 0;
	cmd.scopy.prinfow = 15;
	cmd.scopy.prinfor = 15;
	CHECK_EQ(run(g_t, &cmd, descriptors, 80), OK);
}

static void
copy_onto_its_own_source_sees_the_old_data(void)
{
	struct xnvme_spec_nvm_scopy_fmt_zero source = {.slba = 100, .nlb = 499};

	fill(g_a, 600 * 512, 11);
	CHECK_EQ(do_write(g_t, 100, 500, g_a, 500 * 512), OK);
	CHECK_EQ(do_copy(g_t, 110, &source, 1), OK);
	CHECK_EQ(do_compare(g_t, 110, 500, g_a, 500 * 512), OK);
	CHECK_EQ(do_compare(g_t, 100, 10, g_a, 10 * 512), OK);
	source.slba = 110;
	CHECK_EQ(do_copy(g_t, 105, &source, 1), OK);
	CHECK_EQ(do_compare(g_t, 105, 500, g_a, 500 * 512), OK);
}

static void
copy_enforces_its_limits(void)
{
	struct xnvme_spec_nvm_scopy_fmt_zero sources[129] = {{.slba = 0, .nlb = 1023}};

	CHECK_EQ(do_copy(g_t, 50000, sources, 1), OK);
	sources[0].nlb = 1024;
	CHECK_EQ(do_copy(g_t, 50000, sources, 1), SIZE_LIMIT);
	CHECK_EQ(g_cpl.status.dnr, 1);
	for (unsigned i = 0; i < 5; ++i) {
		sources[i].nlb = 1023;
	}
	CHECK_EQ(do_copy(g_t, 50000, sources, 4), OK);
	CHECK_EQ(do_copy(g_t, 50000, sources, 5), SIZE_LIMIT);
	memset(sources, 0, sizeof(sources));
	CHECK_EQ(do_copy(g_t, 50000, sources, 128), OK);
	CHECK_EQ(do_copy(g_t, 50000, sources, 129), SIZE_LIMIT);

	fill(g_a, 512, 12);
	CHECK_EQ(do_write(g_t, NBLOCKS - 1, 1, g_a, 512), OK);
	CHECK_EQ(do_copy(g_t, NBLOCKS, sources, 1), LBA_RANGE);
	CHECK_EQ(do_copy(g_t, NBLOCKS - 1, sources, 2), LBA_RANGE);
	CHECK_EQ(do_copy(g_t, UINT64_MAX, sources, 2), LBA_RANGE);
	sources[1].slba = NBLOCKS;
	CHECK_EQ(do_copy(g_t, NBLOCKS - 2, sources, 2), LBA_RANGE);
	CHECK_EQ(do_compare(g_t, NBLOCKS - 1, 1, g_a, 512), OK);
}

/* Random commands against a plain array */

#define SHADOW_NBYTES (2 * MIB)

/** Apply one random command to the target and to the shadow; false when they differ */
static bool
random_step(struct xnvi_target *target, uint8_t *shadow, uint32_t lba_nbytes, uint64_t *state)
{
	const uint64_t total = SHADOW_NBYTES / lba_nbytes;
	const uint64_t slba = rnd(state) % total;
	uint64_t nblocks = rnd(state) % 4 ? rnd(state) % 8 + 1 : rnd(state) % 200 + 1;
	uint8_t *at = shadow + slba * lba_nbytes;
	struct xnvme_spec_nvm_scopy_fmt_zero source = {0};
	uint64_t from;
	size_t nbytes;

	nblocks = nblocks < total - slba ? nblocks : total - slba;
	nbytes = (size_t)nblocks * lba_nbytes;
	switch (rnd(state) % 7) {
	case 0:
	case 1:
		fill(g_a, nbytes, rnd(state));
		memcpy(at, g_a, nbytes);
		return do_write(target, slba, (uint32_t)nblocks, g_a, nbytes) == OK;
	case 2:
		memset(at, 0, nbytes);
		return do_deallocate(target, slba, (uint32_t)nblocks) == OK;
	case 3:
		memset(at, 0, nbytes);
		return do_zeroes(target, slba, (uint32_t)nblocks,
				 rnd(state) % 2 ? CDW12_DEAC : 0) == OK;
	case 4:
		return do_compare(target, slba, (uint32_t)nblocks, at, nbytes) == OK;
	case 5:
		from = rnd(state) % (total - nblocks + 1);
		memmove(at, shadow + from * lba_nbytes, nbytes);
		source.slba = from;
		source.nlb = (nblocks - 1) & 0xFFFF;
		return do_copy(target, slba, &source, 1) == OK;
	default:
		return do_read(target, slba, (uint32_t)nblocks, g_a, nbytes) == OK &&
		       !memcmp(g_a, at, nbytes);
	}
}

static void
random_run(const char *path, uint32_t lba_nbytes, unsigned nsteps)
{
	struct xnvi_target *target = target_open(SHADOW_NBYTES, lba_nbytes, path);
	uint8_t *shadow = calloc(1, SHADOW_NBYTES);
	uint64_t state = 88172645463325252ull + lba_nbytes;

	CHECK(target);
	CHECK(shadow);
	for (unsigned i = 0; i < nsteps; ++i) {
		if (!random_step(target, shadow, lba_nbytes, &state)) {
			test_fail(__FILE__, __LINE__, "differs in step %u, LBA size %u, %s", i,
				  lba_nbytes, path ? path : "memory");
			break;
		}
	}
	CHECK_EQ(do_read(target, 0, (uint32_t)(SHADOW_NBYTES / lba_nbytes), g_a, SHADOW_NBYTES),
		 OK);
	CHECK_MEM(g_a, shadow, SHADOW_NBYTES);
	free(shadow);
	xnvi_target_close(target);
}

static void
random_commands_equal_a_plain_array(void)
{
	for (uint32_t lba_nbytes = 512; lba_nbytes <= 4096; lba_nbytes *= 2) {
		random_run(NULL, lba_nbytes, 4000);
	}
}

static void
random_commands_equal_a_plain_array_in_a_file(void)
{
	char path[300];

	sys_temp_path(path, sizeof(path), "image");
	for (uint32_t lba_nbytes = 512; lba_nbytes <= 4096; lba_nbytes *= 8) {
		random_run(path, lba_nbytes, 2000);
		image_remove(path);
	}
}

#define ON_TARGET(func)                                                                            \
	static void func##_case(void)                                                              \
	{                                                                                          \
		g_t = target_open(TARGET_NBYTES, 512, NULL);                                       \
		CHECK(g_t);                                                                        \
		func();                                                                            \
		xnvi_target_close(g_t);                                                            \
	}

ON_TARGET(fresh_device_reads_zeroes)
ON_TARGET(success_is_a_status_of_zero_and_no_phase_bit_is_ever_set)
ON_TARGET(write_is_read_back)
ON_TARGET(neighbours_of_a_write_stay)
ON_TARGET(flags_change_the_path_but_not_the_data)
ON_TARGET(odd_vectors_equal_contiguous_buffers)
ON_TARGET(outside_is_lba_out_of_range_and_touches_nothing)
ON_TARGET(transfers_end_at_mdts)
ON_TARGET(short_buffers_are_refused_and_not_touched)
ON_TARGET(a_vector_that_disagrees_with_its_sum_is_refused)
ON_TARGET(invalid_commands_have_their_status)
ON_TARGET(flush_is_for_our_namespace_or_all)
ON_TARGET(compare_tells_equal_from_different)
ON_TARGET(write_zeroes_zeroes)
ON_TARGET(protection_flags_mean_nothing_without_protection)
ON_TARGET(dataset_management_deallocates_ranges)
ON_TARGET(dataset_management_checks_all_ranges_first)
ON_TARGET(uncorrectable_blocks_fail_until_rewritten)
ON_TARGET(copy_gathers_sources)
ON_TARGET(copy_takes_the_longer_descriptors)
ON_TARGET(copy_onto_its_own_source_sees_the_old_data)
ON_TARGET(copy_enforces_its_limits)

#define CASE(func)                                                                                 \
	{                                                                                          \
#func, func##_case                                                                 \
	}

static const struct test g_tests[] = {
    CASE(fresh_device_reads_zeroes),
    CASE(success_is_a_status_of_zero_and_no_phase_bit_is_ever_set),
    CASE(write_is_read_back),
    CASE(neighbours_of_a_write_stay),
    CASE(flags_change_the_path_but_not_the_data),
    CASE(odd_vectors_equal_contiguous_buffers),
    CASE(outside_is_lba_out_of_range_and_touches_nothing),
    CASE(transfers_end_at_mdts),
    CASE(short_buffers_are_refused_and_not_touched),
    CASE(a_vector_that_disagrees_with_its_sum_is_refused),
    CASE(invalid_commands_have_their_status),
    CASE(flush_is_for_our_namespace_or_all),
    CASE(compare_tells_equal_from_different),
    CASE(write_zeroes_zeroes),
    CASE(dataset_management_deallocates_ranges),
    CASE(dataset_management_checks_all_ranges_first),
    CASE(protection_flags_mean_nothing_without_protection),
    TEST_CASE(dataset_management_limits_the_sum),
    CASE(uncorrectable_blocks_fail_until_rewritten),
    CASE(copy_gathers_sources),
    CASE(copy_takes_the_longer_descriptors),
    CASE(copy_onto_its_own_source_sees_the_old_data),
    CASE(copy_enforces_its_limits),
    TEST_CASE(random_commands_equal_a_plain_array),
    TEST_CASE(random_commands_equal_a_plain_array_in_a_file),
};

int
main(int argc, char **argv)
{
	int rc;

	g_a = malloc(BUF_NBYTES);
	g_b = malloc(BUF_NBYTES);
	if (!g_a || !g_b) {
		return EXIT_FAILURE;
	}
	rc = test_main(g_tests, sizeof(g_tests) / sizeof(*g_tests), argc, argv);
	free(g_a);
	free(g_b);

	return rc;
}
