// SPDX-License-Identifier: BSD-3-Clause
/**
 * The short way of plain reads and writes: what takes it, what leaves it, and that nobody can tell
 *
 * Commands run on two targets in the same state: by one segment, which may take the short way, and
 * by two segments, which never do.
 */
#include <support/target.h>

#include <libxnvme_spec_fs.h>

#define NBLOCKS	     2048u
#define NWRITTEN     512u ///< Blocks with data at the begin of each test
#define CHUNK_NLBAS  128u
#define BUF_NBYTES   (64u * 1024)
#define GUARD_NBYTES 64u

static struct xnvi_target *g_short, *g_long;
static uint8_t g_a[BUF_NBYTES + GUARD_NBYTES];
static uint8_t g_b[BUF_NBYTES + GUARD_NBYTES];

static void
begin(void)
{
	g_short = target_open(NBLOCKS * 512ull, 512, NULL);
	g_long = target_open(NBLOCKS * 512ull, 512, NULL);
	CHECK(g_short && g_long);
	for (uint64_t slba = 0; slba < NWRITTEN; slba += CHUNK_NLBAS) {
		fill(g_a, BUF_NBYTES, slba);
		CHECK_EQ(do_write(g_short, slba, CHUNK_NLBAS, g_a, BUF_NBYTES), OK);
		CHECK_EQ(do_write(g_long, slba, CHUNK_NLBAS, g_a, BUF_NBYTES), OK);
	}
}

static void
end(void)
{
	xnvi_target_close(g_short);
	xnvi_target_close(g_long);
}

static int
run_long(const struct xnvme_spec_cmd *cmd, uint8_t *buf, size_t nbytes)
{
	const struct iovec iov[2] = {{buf, nbytes / 2}, {buf + nbytes / 2, nbytes - nbytes / 2}};

	return run_iov(g_long, cmd, iov, 2);
}

/** Both targets return the same status, result and data */
static int
run_twice(const struct xnvme_spec_cmd *cmd, size_t nbytes)
{
	struct xnvme_spec_cpl cpl;
	int status;

	fill(g_a, nbytes + GUARD_NBYTES, nbytes);
	memcpy(g_b, g_a, nbytes + GUARD_NBYTES);
	status = run(g_short, cmd, g_a, nbytes);
	cpl = g_cpl;
	CHECK_EQ(run_long(cmd, g_b, nbytes), status);
	CHECK_EQ(cpl.result, g_cpl.result);
	CHECK_EQ(cpl.status.val, g_cpl.status.val);
	CHECK_MEM(g_a, g_b, nbytes + GUARD_NBYTES);

	return status;
}

/** Both targets have the same content, also where blocks cannot be read */
static void
compare_targets(void)
{
	for (uint64_t lba = 0; lba < NBLOCKS; ++lba) {
		const struct xnvme_spec_cmd cmd = cmd_lba(OPC_READ, lba, 1);

		run_twice(&cmd, 512);
	}
}

/* What leaves the short way */

static void
arm_nothing(struct xnvi_target *target)
{
	(void)target;
}

static void
arm_mark(struct xnvi_target *target)
{
	CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, 64, 1), OK);
}

static void
arm_mark_in_hole(struct xnvi_target *target)
{
	CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, NWRITTEN + 64, 1), OK);
}

static void
arm_mark_and_clear(struct xnvi_target *target)
{
	arm_mark(target);
	CHECK_EQ(do_zeroes(target, 64, 1, 0), OK);
}

static void
arm_deallocation(struct xnvi_target *target)
{
	CHECK_EQ(do_deallocate(target, 0, CHUNK_NLBAS), OK);
}

static void
arm_zeroes(struct xnvi_target *target)
{
	CHECK_EQ(do_zeroes(target, 0, CHUNK_NLBAS, 0), OK);
}

static void
arm_pattern(struct xnvi_target *target)
{
	struct xnvme_spec_log_sanitize_entry log;
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_NVM_OPC_SANITIZE;
	cmd.sanitize.sanact = 3;
	cmd.sanitize.owpass = 1;
	cmd.sanitize.ovrpat = 0x12345678;
	CHECK_EQ(run_admin(target, &cmd, NULL, 0), OK);
	do {
		CHECK_EQ(do_log(target, 0x81, 0, &log, sizeof(log)), OK);
	} while (log.sstat.sos == 2);
	CHECK_EQ(log.sstat.sos, 1);
}

static void
arm_hole_in_pattern(struct xnvi_target *target)
{
	arm_pattern(target);
	arm_deallocation(target);
}

static void
arm_format(struct xnvi_target *target)
{
	CHECK_EQ(do_format(target, 0, 0), OK);
}

static void
arm_format_to_1024(struct xnvi_target *target)
{
	CHECK_EQ(do_format(target, 1, 0), OK);
}

static const struct reason {
	const char *name;
	void (*arm)(struct xnvi_target *target);
	uint64_t slba;
	uint32_t nblocks;
	bool reads_short;
	bool writes_short;
	int status;
} g_reasons[] = {
    {"nothing", arm_nothing, 3, 5, true, true, OK},
    {"all of a chunk", arm_nothing, CHUNK_NLBAS, CHUNK_NLBAS, true, true, OK},
    {"the last block of a chunk", arm_nothing, 127, 1, true, true, OK},
    {"a hole", arm_nothing, NWRITTEN + 3, 5, true, false, OK},
    {"two chunks", arm_nothing, 126, 4, false, false, OK},
    {"one block too many", arm_nothing, 120, 9, false, false, OK},
    {"the end", arm_nothing, NBLOCKS - 1, 2, false, false, LBA_RANGE},
    {"behind the end", arm_nothing, NBLOCKS, 1, false, false, LBA_RANGE},
    {"a range that wraps", arm_nothing, UINT64_MAX, 2, false, false, LBA_RANGE},
    {"bytes that wrap", arm_nothing, 1ull << 55, 1, false, false, LBA_RANGE},
    {"a mark beside", arm_mark, 3, 5, false, false, OK},
    {"a mark", arm_mark, 64, 1, false, false, READ_ERROR},
    {"a mark beside, in a hole", arm_mark_in_hole, NWRITTEN, 1, false, false, OK},
    {"a mark in a hole", arm_mark_in_hole, NWRITTEN + 64, 1, false, false, READ_ERROR},
    {"a mark that is gone", arm_mark_and_clear, 64, 1, true, true, OK},
    {"a deallocated chunk", arm_deallocation, 3, 5, true, false, OK},
    {"a zeroed chunk", arm_zeroes, 3, 5, true, true, OK},
    {"a pattern", arm_pattern, 3, 5, false, false, OK},
    {"a hole in a pattern", arm_hole_in_pattern, 3, 5, true, false, OK},
    {"a format", arm_format, 3, 5, true, false, OK},
    {"a format to longer blocks", arm_format_to_1024, 3, 2, true, false, OK},
    {"a format, and less data", arm_format_to_1024, 3, 40, false, false, SGL_LENGTH},
};

static void
warm_up(const struct reason *reason)
{
	for (uint64_t lba = 0; lba < NBLOCKS; lba += CHUNK_NLBAS) {
		CHECK(xnvi_target_read_lbas(g_short, lba, 0, g_a, 512));
		CHECK_EQ(xnvi_target_write_lbas(g_short, lba, 0, g_a, 512), lba < NWRITTEN);
		CHECK_EQ(do_read(g_long, lba, 1, g_a, 512), OK);
		CHECK_EQ(do_write(g_long, lba, 1, g_a, 512), OK);
		if (lba >= NWRITTEN) {
			CHECK_EQ(do_deallocate(g_long, lba, CHUNK_NLBAS), OK);
		}
	}
	reason->arm(g_short);
	reason->arm(g_long);
}

/** The length that is enough for blocks of 512 bytes, or for two of 1024 */
static size_t
data_nbytes(const struct reason *reason)
{
	return reason->nblocks == 2 ? 2048 : reason->nblocks * 512ull;
}

static void
check_reason(const struct reason *reason)
{
	const size_t nbytes = data_nbytes(reason);
	struct xnvme_spec_cmd cmd = cmd_lba(OPC_READ, reason->slba, reason->nblocks);
	const uint32_t nlb = reason->nblocks - 1;

	warm_up(reason);
	CHECK_EQ(run_twice(&cmd, nbytes), reason->status);
	/* The same state as before, whichever way the command took */
	CHECK_EQ(run_twice(&cmd, nbytes), reason->status);
	memset(g_a, 0x77, sizeof(g_a));
	CHECK_EQ(xnvi_target_read_lbas(g_short, reason->slba, nlb, g_a, nbytes),
		 reason->reads_short);
	CHECK(reason->reads_short || is_filled(g_a, sizeof(g_a), 0x77));
	fill(g_a, sizeof(g_a), 9);
	CHECK_EQ(xnvi_target_write_lbas(g_short, reason->slba, nlb, g_a, nbytes),
		 reason->writes_short);
	if (reason->writes_short) {
		cmd.common.opcode = OPC_WRITE;
		CHECK_EQ(run_long(&cmd, g_a, nbytes), OK);
	}
	compare_targets();
	cmd.common.opcode = OPC_WRITE;
	run_twice(&cmd, nbytes);
	compare_targets();
}

static void
what_needs_thought_leaves_the_short_way(void)
{
	for (size_t i = 0; i < sizeof(g_reasons) / sizeof(g_reasons[0]); ++i) {
		printf("# %s\n", g_reasons[i].name);
		begin();
		check_reason(&g_reasons[i]);
		end();
	}
}

static void
commands_that_are_not_plain_leave_the_short_way(void)
{
	static const struct {
		uint32_t nsid;
		unsigned fuse;
		unsigned psdt;
	} rows[] = {{0, 0, 0}, {2, 0, 0}, {UINT32_MAX, 0, 0}, {1, 1, 0}, {1, 2, 0}, {1, 0, 1}};
	static const uint8_t opcodes[] = {OPC_READ, OPC_WRITE, OPC_COMPARE};

	begin();
	for (unsigned k = 0; k < sizeof(opcodes); ++k) {
		struct xnvme_spec_cmd cmd = cmd_lba(opcodes[k], 3, 5);

		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
			cmd.common.nsid = rows[i].nsid;
			cmd.common.fuse = rows[i].fuse & 0x3;
			cmd.common.psdt = rows[i].psdt & 0x3;
			run_twice(&cmd, 5 * 512);
			compare_targets();
		}
		cmd = cmd_lba(opcodes[k], 3, 5);
		for (unsigned bit = 16; bit < 32; ++bit) {
			cmd.common.cdw12 = 4 | 1u << bit;
			run_twice(&cmd, 5 * 512);
			compare_targets();
		}
	}
	end();
}

static void
data_without_room_is_left_alone(void)
{
	begin();
	memset(g_a, 0x77, sizeof(g_a));
	CHECK(!xnvi_target_read_lbas(g_short, 3, 1, g_a, 1023));
	CHECK(!xnvi_target_write_lbas(g_short, 3, 1, g_a, 1023));
	CHECK(is_filled(g_a, sizeof(g_a), 0x77));
	compare_targets();
	CHECK_EQ(do_format(g_short, 3, 0), OK);
	memset(g_a, 0x77, sizeof(g_a));
	CHECK_EQ(do_write(g_short, 0, 1, g_a, 4096), OK);
	CHECK(!xnvi_target_read_lbas(g_short, 0, 0, g_a + 4096, 512));
	CHECK(is_filled(g_a, sizeof(g_a), 0x77));
	CHECK(xnvi_target_read_lbas(g_short, 0, 0, g_b, 4096));
	CHECK(is_filled(g_b, 4096, 0x77));
	end();
}

/** A write to what reads as zeroes must not change what other holes read */
static void
holes_stay_zero(void)
{
	begin();
	memset(g_a, 0x77, sizeof(g_a));
	for (uint64_t lba = NWRITTEN; lba < NBLOCKS; lba += CHUNK_NLBAS) {
		CHECK(xnvi_target_read_lbas(g_short, lba, 0, g_b, 512));
		CHECK(is_filled(g_b, 512, 0));
		CHECK(!xnvi_target_write_lbas(g_short, lba, 0, g_a, 512));
		CHECK_EQ(do_write(g_short, lba, 1, g_a, 512), OK);
		CHECK(xnvi_target_read_lbas(g_short, lba, 0, g_b, 512));
		CHECK(is_filled(g_b, 512, 0x77));
		CHECK(xnvi_target_read_lbas(g_short, lba, 1, g_b, 1024));
		CHECK(is_filled(g_b + 512, 512, 0));
		CHECK(xnvi_target_write_lbas(g_short, lba, 0, g_a, 512));
	}
	end();
}

static void
every_length_moves_exactly(void)
{
	begin();
	for (uint32_t nblocks = 1; nblocks <= CHUNK_NLBAS; nblocks += nblocks < 20 ? 1 : 17) {
		for (size_t shift = 0; shift < 3; ++shift) {
			const size_t nbytes = nblocks * 512ull;
			const uint64_t slba = CHUNK_NLBAS - nblocks;

			fill(g_a, sizeof(g_a), nblocks + shift);
			CHECK(xnvi_target_write_lbas(g_short, slba, nblocks - 1, g_a + shift,
						     nbytes));
			memset(g_b, 0x77, sizeof(g_b));
			CHECK(
			    xnvi_target_read_lbas(g_short, slba, nblocks - 1, g_b + shift, nbytes));
			CHECK_MEM(g_a + shift, g_b + shift, nbytes);
			CHECK(is_filled(g_b, shift, 0x77));
			CHECK(is_filled(g_b + shift + nbytes, sizeof(g_b) - shift - nbytes, 0x77));
		}
	}
	end();
}

static void
images_leave_the_short_way(void)
{
	char path[300];

	sys_temp_path(path, sizeof(path), "plain");
	g_short = target_open(NBLOCKS * 512ull, 512, path);
	CHECK(g_short);
	memset(g_a, 0x77, sizeof(g_a));
	for (unsigned i = 0; i < 2; ++i) {
		CHECK(!xnvi_target_read_lbas(g_short, 0, 0, g_b, 512));
		CHECK(!xnvi_target_write_lbas(g_short, 0, 0, g_a, 512));
		CHECK(!xnvi_target_read_bytes(g_short, 0, g_b, 512));
		CHECK(!xnvi_target_write_bytes(g_short, 0, g_a, 512));
		CHECK_EQ(do_write(g_short, 0, 1, g_a, 512), OK);
	}
	xnvi_target_close(g_short);
	image_remove(path);
}

/** A chunk that is only in part in the namespace */
static void
the_rest_of_a_namespace_leaves_the_short_way(void)
{
	g_short = target_open((CHUNK_NLBAS + 1) * 512ull, 512, NULL);
	CHECK(g_short);
	CHECK_EQ(do_write(g_short, CHUNK_NLBAS, 1, g_a, 512), OK);
	CHECK(!xnvi_target_read_lbas(g_short, CHUNK_NLBAS, 0, g_b, 512));
	CHECK(!xnvi_target_write_lbas(g_short, CHUNK_NLBAS, 1, g_a, 1024));
	CHECK(!xnvi_target_write_bytes(g_short, (CHUNK_NLBAS + 1) * 512ull, g_a, 1));
	CHECK(xnvi_target_read_lbas(g_short, CHUNK_NLBAS - 1, 0, g_b, 512));
	xnvi_target_close(g_short);
}

/* Counters */

static struct xnvme_spec_log_health_entry
health_of(struct xnvi_target *target)
{
	struct xnvme_spec_log_health_entry log;

	CHECK_EQ(do_log(target, 2, 0, &log, sizeof(log)), OK);

	return log;
}

static void
both_ways_count_alike(void)
{
	struct xnvme_spec_log_health_entry a, b;

	begin();
	for (unsigned i = 0; i < 2000; ++i) {
		const struct xnvme_spec_cmd read = cmd_lba(OPC_READ, i % 500, 1 + i % 13);
		const struct xnvme_spec_cmd write = cmd_lba(OPC_WRITE, i % 450, 1 + i % 29);

		CHECK_EQ(run_twice(&read, (1 + i % 13) * 512ull), OK);
		CHECK_EQ(run_twice(&write, (1 + i % 29) * 512ull), OK);
	}
	a = health_of(g_short);
	b = health_of(g_long);
	CHECK_MEM(a.data_units_read, b.data_units_read, sizeof(a.data_units_read));
	CHECK_MEM(a.data_units_written, b.data_units_written, sizeof(a.data_units_written));
	CHECK_MEM(a.host_read_cmds, b.host_read_cmds, sizeof(a.host_read_cmds));
	CHECK_MEM(a.host_write_cmds, b.host_write_cmds, sizeof(a.host_write_cmds));
	CHECK_EQ(a.host_read_cmds[0] | a.host_read_cmds[1] << 8, 2000);
	end();
}

/* Bytes */

static int
bytes_long(struct xnvi_target *target, uint8_t opcode, uint64_t offset, void *buf, size_t nbytes)
{
	const struct iovec iov = {buf, nbytes};
	const struct xnvi_target_data data = {.iov = &iov, .iovcnt = 1, .nbytes = nbytes};
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = opcode;
	cmd.nvm.slba = offset;
	memset(&g_cpl, 0xFF, sizeof(g_cpl));
	xnvi_target_bytes(target, &cmd, &data, &g_cpl);

	return status_of(&g_cpl);
}

static bool
is_in_one_chunk(uint64_t offset, size_t nbytes)
{
	return nbytes && offset >> 16 == (offset + nbytes - 1) >> 16;
}

static void
bytes_step(uint64_t *state)
{
	const uint64_t offset = rnd(state) % (NBLOCKS * 512ull - 5000);
	const size_t nbytes = (size_t)(rnd(state) % 3 ? rnd(state) % 5000 : rnd(state) % 9 * 512);
	const bool may_be_short = is_in_one_chunk(offset, nbytes);
	bool was_short;

	fill(g_a, nbytes, offset);
	CHECK_EQ(bytes_long(g_long, XNVME_SPEC_FS_OPC_WRITE, offset, g_a, nbytes), OK);
	was_short = xnvi_target_write_bytes(g_short, offset, g_a, nbytes);
	CHECK(!was_short || may_be_short);
	if (!was_short) {
		CHECK_EQ(bytes_long(g_short, XNVME_SPEC_FS_OPC_WRITE, offset, g_a, nbytes), OK);
	}
	/* There is memory now */
	CHECK_EQ(xnvi_target_write_bytes(g_short, offset, g_a, nbytes), may_be_short);
	if (may_be_short) {
		CHECK_EQ(bytes_long(g_long, XNVME_SPEC_FS_OPC_WRITE, offset, g_a, nbytes), OK);
	}
	memset(g_a, 0x77, nbytes + GUARD_NBYTES);
	memset(g_b, 0x77, nbytes + GUARD_NBYTES);
	CHECK_EQ(bytes_long(g_long, XNVME_SPEC_FS_OPC_READ, offset, g_b, nbytes), OK);
	if (!xnvi_target_read_bytes(g_short, offset, g_a, nbytes)) {
		CHECK(!may_be_short);
		CHECK_EQ(bytes_long(g_short, XNVME_SPEC_FS_OPC_READ, offset, g_a, nbytes), OK);
	}
	CHECK_MEM(g_a, g_b, nbytes + GUARD_NBYTES);
}

static void
bytes_move_alike_on_both_ways(void)
{
	struct xnvme_spec_log_health_entry a, b;
	uint64_t state = 3;

	for (unsigned lbaf = 0; lbaf < 4; ++lbaf) {
		begin();
		CHECK_EQ(do_format(g_short, lbaf, 0), OK);
		CHECK_EQ(do_format(g_long, lbaf, 0), OK);
		for (unsigned i = 0; i < 1500; ++i) {
			bytes_step(&state);
		}
		a = health_of(g_short);
		b = health_of(g_long);
		CHECK_MEM(a.data_units_read, b.data_units_read, sizeof(a.data_units_read));
		CHECK_MEM(a.data_units_written, b.data_units_written, sizeof(a.data_units_written));
		end();
	}
}

static void
bytes_with_marks_leave_the_short_way(void)
{
	begin();
	CHECK(xnvi_target_read_bytes(g_short, 5, g_a, 7));
	CHECK(xnvi_target_write_bytes(g_short, 5, g_a, 7));
	CHECK_EQ(do_lba(g_short, OPC_UNCORRECTABLE, 64, 1), OK);
	CHECK(!xnvi_target_read_bytes(g_short, 64 * 512, g_a, 512));
	CHECK(!xnvi_target_write_bytes(g_short, 64 * 512 + 1, g_a, 1));
	CHECK(!xnvi_target_read_bytes(g_short, UINT64_MAX, g_a, 2));
	CHECK(!xnvi_target_read_bytes(g_short, NWRITTEN * 512, g_a, SIZE_MAX));
	CHECK(!xnvi_target_read_bytes(g_short, NBLOCKS * 512, g_a, 1));
	end();
}

static const struct test g_tests[] = {
    TEST_CASE(what_needs_thought_leaves_the_short_way),
    TEST_CASE(commands_that_are_not_plain_leave_the_short_way),
    TEST_CASE(data_without_room_is_left_alone),
    TEST_CASE(holes_stay_zero),
    TEST_CASE(every_length_moves_exactly),
    TEST_CASE(images_leave_the_short_way),
    TEST_CASE(the_rest_of_a_namespace_leaves_the_short_way),
    TEST_CASE(both_ways_count_alike),
    TEST_CASE(bytes_move_alike_on_both_ways),
    TEST_CASE(bytes_with_marks_leave_the_short_way),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(*g_tests), argc, argv);
}
