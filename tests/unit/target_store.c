// SPDX-License-Identifier: BSD-3-Clause
/**
 * Opening targets, and what keeps their data: memory that follows what is written, or a file
 */
#include <support/target.h>

#include <errno.h>
#include <stdio.h>

#define FILE_NBYTES (8 * MIB)

static char g_path[300];
static uint8_t g_buf[256 * 1024];
static uint8_t g_back[256 * 1024];

static int
open_params(uint64_t nbytes, uint32_t lba_nbytes, const char *name, const char *path,
	    struct xnvi_target **target)
{
	const struct xnvi_target_params params = {
	    .nbytes = nbytes, .lba_nbytes = lba_nbytes, .name = name, .path = path};

	return xnvi_target_open(&params, target);
}

static uint64_t
file_used_nbytes(void)
{
	const int64_t nbytes = sys_file_allocated_nbytes(g_path);

	return nbytes < 0 ? UINT64_MAX : (uint64_t)nbytes;
}

static void
parameters_are_checked(void)
{
	static const struct {
		uint64_t nbytes;
		uint32_t lba_nbytes;
		const char *name;
		const char *path;
	} cases[] = {
	    {0, 512, NULL, NULL},     {MIB, 1, NULL, NULL},	     {MIB, 256, NULL, NULL},
	    {MIB, 513, NULL, NULL},   {MIB, 8192, NULL, NULL},	     {MIB + 1, 512, NULL, NULL},
	    {MIB + 1, 0, NULL, NULL}, {512, 4096, NULL, NULL},	     {MIB, 512, "", NULL},
	    {MIB, 512, NULL, ""},     {1ull << 63, 512, NULL, NULL},
	};
	struct xnvi_target *target = NULL;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		CHECK_EQ(open_params(cases[i].nbytes, cases[i].lba_nbytes, cases[i].name,
				     cases[i].path, &target),
			 -EINVAL);
		CHECK(!target);
	}
	CHECK_EQ(xnvi_target_open(NULL, &target), -EINVAL);
	CHECK_EQ(open_params(MIB, 512, NULL, NULL, NULL), -EINVAL);
	xnvi_target_close(NULL);
}

static void
same_name_is_the_same_target(void)
{
	struct xnvi_target *a = NULL;
	struct xnvi_target *b = NULL;
	struct xnvi_target *c = NULL;
	struct xnvi_target *other = NULL;

	CHECK_EQ(open_params(MIB, 512, "one", NULL, &a), 0);
	CHECK_EQ(open_params(MIB, 512, "two", NULL, &other), 0);
	CHECK_EQ(open_params(MIB, 512, "one", NULL, &b), 0);
	CHECK(a == b);
	CHECK(a != other);
	CHECK_EQ(open_params(2 * MIB, 512, "one", NULL, &c), -EINVAL);
	CHECK_EQ(open_params(MIB, 4096, "one", NULL, &c), -EINVAL);
	CHECK_EQ(open_params(MIB, 512, "one", g_path, &c), -EINVAL);
	CHECK(!c);
	memset(g_buf, 0x12, 512);
	CHECK_EQ(do_write(a, 0, 1, g_buf, 512), OK);
	xnvi_target_close(a);
	CHECK_EQ(do_compare(b, 0, 1, g_buf, 512), OK);
	xnvi_target_close(b);
	/* The last close ended it: the name is new again */
	CHECK_EQ(open_params(2 * MIB, 512, "one", NULL, &a), 0);
	CHECK_EQ(do_compare(a, 0, 1, g_buf, 512), COMPARE_FAILURE);
	xnvi_target_close(a);
	xnvi_target_close(other);
}

static void
without_a_name_each_open_is_a_target(void)
{
	struct xnvi_target *a = target_open(MIB, 512, NULL);
	struct xnvi_target *b = target_open(MIB, 512, NULL);

	CHECK(a);
	CHECK(b);
	CHECK(a != b);
	xnvi_target_close(a);
	xnvi_target_close(b);
}

static void
a_terabyte_costs_what_is_written(void)
{
	const uint64_t before = sys_resident_nbytes();
	struct xnvi_target *target = target_open(1ull << 40, 512, NULL);
	struct xnvme_spec_idfy_ns ns;
	const uint64_t nblocks = 1ull << 31;

	CHECK(target);
	CHECK(before > 0);
	fill(g_buf, 1024, 1);
	CHECK_EQ(do_write(target, 0, 1, g_buf, 512), OK);
	CHECK_EQ(do_write(target, nblocks / 2 - 1, 2, g_buf, 1024), OK);
	CHECK_EQ(do_write(target, nblocks - 1, 1, g_buf, 512), OK);
	CHECK_EQ(do_compare(target, nblocks / 2 - 1, 2, g_buf, 1024), OK);
	CHECK(sys_resident_nbytes() < before + 16 * MIB);
	CHECK_EQ(do_identify(target, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.nuse, 4 * 128);
	CHECK_EQ(do_deallocate(target, 0, 1u << 31), OK);
	CHECK_EQ(do_identify(target, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.nuse, 0);
	xnvi_target_close(target);
}

#define NRANDOM 10000u

/** In a terabyte, each of them needs a part of the table, too */
static void
a_random_write_costs_a_few_pages(void)
{
	const uint64_t before = sys_resident_nbytes();
	struct xnvi_target *target;
	uint64_t state = 5;

	NEEDS(SYS_OWN_MEMORY);
	target = target_open(1ull << 40, 512, NULL);
	CHECK(target);
	fill(g_buf, 4096, 1);
	for (unsigned i = 0; i < NRANDOM; ++i) {
		CHECK_EQ(do_write(target, rnd(&state) % (1u << 28) * 8, 8, g_buf, 4096), OK);
	}
	CHECK(sys_resident_nbytes() < before + NRANDOM * 12288ull);
	xnvi_target_close(target);
}

#define NDEALLOCATED 1024u

static void
a_deallocation_gives_memory_back(void)
{
	const uint64_t nbytes = NDEALLOCATED * 65536ull;
	const uint64_t before = sys_resident_nbytes();
	struct xnvi_target *target;

	NEEDS(SYS_OWN_MEMORY);
	target = target_open(nbytes, 512, NULL);
	CHECK(target);
	fill(g_buf, sizeof(g_buf), 1);
	for (uint64_t lba = 0; lba < NDEALLOCATED * 128; lba += 512) {
		CHECK_EQ(do_write(target, lba, 512, g_buf, sizeof(g_buf)), OK);
	}
	CHECK(sys_resident_nbytes() >= before + nbytes);
	CHECK_EQ(do_deallocate(target, 0, NDEALLOCATED * 128), OK);
	CHECK(sys_resident_nbytes() < before + nbytes / 8);
	xnvi_target_close(target);
}

static void
a_format_and_a_close_give_memory_back(void)
{
	const uint64_t nbytes = NDEALLOCATED * 65536ull;
	const uint64_t before = sys_resident_nbytes();
	struct xnvi_target *target;

	NEEDS(SYS_OWN_MEMORY);
	target = target_open(nbytes, 512, NULL);
	CHECK(target);
	fill(g_buf, sizeof(g_buf), 1);
	for (unsigned round = 0; round < 2; ++round) {
		for (uint64_t lba = 0; lba < NDEALLOCATED * 128; lba += 512) {
			CHECK_EQ(do_write(target, lba, 512, g_buf, sizeof(g_buf)), OK);
		}
		CHECK(sys_resident_nbytes() >= before + nbytes);
		if (round) {
			xnvi_target_close(target);
		} else {
			CHECK_EQ(do_format(target, 0, 0), OK);
		}
		CHECK(sys_resident_nbytes() < before + nbytes / 8);
	}
}

static void
memory_that_is_used_again_is_zero(void)
{
	struct xnvi_target *target = target_open(64 * MIB, 512, NULL);

	CHECK(target);
	memset(g_buf, 0x99, 65536);
	for (uint64_t lba = 0; lba < 64 * MIB / 512; lba += 256) {
		CHECK_EQ(do_write(target, lba, 128, g_buf, 65536), OK);
		CHECK_EQ(do_deallocate(target, lba, 128), OK);
		CHECK_EQ(do_write(target, lba + 128 + 7, 1, g_buf, 512), OK);
		CHECK_EQ(do_read(target, lba + 128, 128, g_back, 65536), OK);
		CHECK(is_filled(g_back, 7 * 512, 0));
		CHECK(is_filled(g_back + 8 * 512, 65536 - 8 * 512, 0));
		CHECK_EQ(do_read(target, lba, 128, g_back, 65536), OK);
		CHECK(is_filled(g_back, 65536, 0));
	}
	xnvi_target_close(target);
}

/** Most of a chunk, in memory that a chunk before it had */
static void
long_writes_leave_the_rest_of_a_chunk_zero(void)
{
	static const uint32_t nblocks[] = {63, 64, 65, 127, 128};
	struct xnvi_target *target = target_open(MIB, 512, NULL);

	CHECK(target);
	for (size_t i = 0; i < sizeof(nblocks) / sizeof(nblocks[0]); ++i) {
		const size_t nbytes = nblocks[i] * (size_t)512;

		memset(g_buf, 0x99, 65536);
		CHECK_EQ(do_write(target, 0, 128, g_buf, 65536), OK);
		CHECK_EQ(do_deallocate(target, 0, 128), OK);
		fill(g_buf, nbytes, i);
		CHECK_EQ(do_write(target, 128, nblocks[i], g_buf, nbytes), OK);
		CHECK_EQ(do_read(target, 128, 128, g_back, 65536), OK);
		CHECK_MEM(g_back, g_buf, nbytes);
		CHECK(is_filled(g_back + nbytes, 65536 - nbytes, 0));
		CHECK_EQ(do_deallocate(target, 128, 128), OK);
	}
	xnvi_target_close(target);
}

static void
sizes_that_are_no_chunks_work(void)
{
	static const uint32_t nblocks[] = {1, 127, 128, 129, 300};

	for (size_t i = 0; i < sizeof(nblocks) / sizeof(*nblocks); ++i) {
		const size_t nbytes = nblocks[i] * (size_t)512;
		struct xnvi_target *target = target_open(nbytes, 512, NULL);

		CHECK(target);
		fill(g_buf, nbytes, i);
		CHECK_EQ(do_write(target, 0, nblocks[i], g_buf, nbytes), OK);
		CHECK_EQ(do_write(target, nblocks[i] - 1, 1, g_buf, 512), OK);
		CHECK_EQ(do_read(target, nblocks[i] - 1, 1, g_back, 512), OK);
		CHECK_MEM(g_buf, g_back, 512);
		CHECK_EQ(do_read(target, nblocks[i] - 1, 2, g_back, 1024), LBA_RANGE);
		CHECK_EQ(do_read(target, nblocks[i], 1, g_back, 512), LBA_RANGE);
		CHECK_EQ(do_deallocate(target, 0, nblocks[i]), OK);
		CHECK_EQ(do_read(target, 0, nblocks[i], g_back, nbytes), OK);
		CHECK(is_filled(g_back, nbytes, 0));
		xnvi_target_close(target);
	}
}

/* Files */

static void
a_file_keeps_the_data(void)
{
	struct xnvi_target *target = target_open(FILE_NBYTES, 512, g_path);
	struct xnvme_spec_idfy_ctrlr before, after;
	struct xnvme_spec_cmd flush = {0};

	CHECK(target);
	CHECK_EQ(do_identify(target, 1, 0, 0, &before), OK);
	fill(g_buf, sizeof(g_buf), 1);
	CHECK_EQ(do_write(target, 100, 512, g_buf, sizeof(g_buf)), OK);
	flush.common.nsid = 1;
	CHECK_EQ(run(target, &flush, NULL, 0), OK);
	xnvi_target_close(target);

	target = target_open(FILE_NBYTES, 4096, g_path);
	CHECK(target);
	CHECK_EQ(do_identify(target, 1, 0, 0, &after), OK);
	CHECK_MEM(before.sn, after.sn, sizeof(before.sn));
	xnvi_target_close(target);

	target = target_open(FILE_NBYTES, 512, g_path);
	CHECK(target);
	CHECK_EQ(do_read(target, 100, 512, g_back, sizeof(g_back)), OK);
	CHECK_MEM(g_buf, g_back, sizeof(g_buf));
	CHECK_EQ(do_read(target, 99, 1, g_back, 512), OK);
	CHECK(is_filled(g_back, 512, 0));
	xnvi_target_close(target);
}

static void
a_file_has_the_size_of_the_namespace_and_holes(void)
{
	/* Without holes what is deallocated is written, and takes its time */
	const uint64_t nbytes = sys_has_holes() ? 1ull << 36 : 1ull << 24;
	struct xnvi_target *target = target_open(nbytes, 512, g_path);
	const uint64_t middle = nbytes / 1024;
	struct xnvme_spec_idfy_ns ns;

	CHECK(target);
	CHECK_EQ(sys_file_nbytes(g_path), nbytes);
	CHECK(sys_lacks(SYS_PERMISSIONS) || sys_file_mode(g_path) == 0600);
	memset(g_buf, 0x99, sizeof(g_buf));
	CHECK_EQ(do_write(target, middle, 512, g_buf, sizeof(g_buf)), OK);
	CHECK(file_used_nbytes() >= sizeof(g_buf));
	CHECK(file_used_nbytes() < 2 * sizeof(g_buf));
	CHECK_EQ(do_identify(target, 0, 1, 0, &ns), OK);
	CHECK(ns.nuse >= 512);
	CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, middle + 300, 1), OK);
	CHECK_EQ(do_read(target, middle, 512, g_back, sizeof(g_back)), READ_ERROR);
	CHECK_EQ(do_deallocate(target, 0, (uint32_t)(nbytes / 512)), OK);
	CHECK(!sys_has_holes() || file_used_nbytes() < 65536);
	CHECK_EQ(do_read(target, middle, 512, g_back, sizeof(g_back)), OK);
	CHECK(is_filled(g_back, sizeof(g_back), 0));
	xnvi_target_close(target);
}

static void
a_file_of_another_size_is_refused_and_stays(void)
{
	struct xnvi_target *target = NULL;

	CHECK_EQ(open_params(FILE_NBYTES, 512, NULL, g_path, &target), 0);
	xnvi_target_close(target);
	target = NULL;
	CHECK_EQ(open_params(FILE_NBYTES / 2, 512, NULL, g_path, &target), -EINVAL);
	CHECK_EQ(sys_file_resize(g_path, 0), 0);
	CHECK_EQ(open_params(FILE_NBYTES, 512, NULL, g_path, &target), -EINVAL);
	CHECK(!target);
	CHECK_EQ(sys_file_nbytes(g_path), 0);
}

static void
what_is_no_file_is_refused(void)
{
	struct xnvi_target *target = NULL;
	char path[300];

	CHECK_EQ(open_params(MIB, 512, NULL, sys_temp_dir(), &target), -EISDIR);
	sys_temp_path(path, sizeof(path), "absent/file");
	CHECK_EQ(open_params(MIB, 512, NULL, path, &target), -ENOENT);
	CHECK(!target);
}

static void
nodes_that_are_no_files_are_refused(void)
{
	struct xnvi_target *target = NULL;
	char path[300];

	NEEDS(SYS_NODES);
	CHECK_EQ(open_params(MIB, 512, NULL, "/dev/null", &target), -EINVAL);
	sys_temp_path(path, sizeof(path), "pipe");
	CHECK_EQ(sys_file_make_fifo(path), 0);
	CHECK_EQ(open_params(MIB, 512, NULL, path, &target), -EINVAL);
	CHECK(!target);
}

static void
the_descriptor_is_close_on_exec(void)
{
	const int inherited = sys_count_inheritable();
	const int before = sys_count_descriptors();
	struct xnvi_target *target = target_open(MIB, 512, g_path);

	CHECK(target);
	CHECK(sys_count_descriptors() > before);
	CHECK_EQ(sys_count_inheritable(), inherited);
	xnvi_target_close(target);
	CHECK_EQ(sys_count_descriptors(), before);
}

static void
format_and_block_erase_empty_a_file(void)
{
	struct xnvi_target *target = target_open(FILE_NBYTES, 512, g_path);
	struct xnvme_spec_log_sanitize_entry log;
	struct xnvme_spec_cmd sanitize = {0};

	CHECK(target);
	memset(g_buf, 0x99, sizeof(g_buf));
	for (unsigned i = 0; i < 2; ++i) {
		CHECK_EQ(do_write(target, 0, i ? 64 : 512, g_buf, sizeof(g_buf)), OK);
		CHECK_EQ(do_lba(target, OPC_UNCORRECTABLE, 9, 1), OK);
		if (i) {
			sanitize.common.opcode = XNVME_SPEC_NVM_OPC_SANITIZE;
			sanitize.sanitize.sanact = 2;
			CHECK_EQ(run_admin(target, &sanitize, NULL, 0), OK);
			do {
				CHECK_EQ(do_log(target, 0x81, 0, &log, sizeof(log)), OK);
			} while (log.sstat.sos == 2);
			CHECK_EQ(log.sstat.sos, 1);
		} else {
			CHECK_EQ(do_format(target, 3, 0), OK);
		}
		CHECK(!sys_has_holes() || file_used_nbytes() < 65536);
		CHECK_EQ(do_read(target, 0, 64, g_back, sizeof(g_back)), OK);
		CHECK(is_filled(g_back, sizeof(g_back), 0));
	}
	xnvi_target_close(target);
}

static void
overwrite_fills_a_file(void)
{
	struct xnvi_target *target = target_open(FILE_NBYTES, 512, g_path);
	struct xnvme_spec_log_sanitize_entry log;
	struct xnvme_spec_cmd cmd = {0};

	CHECK(target);
	cmd.common.opcode = XNVME_SPEC_NVM_OPC_SANITIZE;
	cmd.sanitize.sanact = 3;
	cmd.sanitize.owpass = 3;
	cmd.sanitize.oipbp = 1;
	cmd.sanitize.ovrpat = 0x5A5A5A5A;
	CHECK_EQ(run_admin(target, &cmd, NULL, 0), OK);
	do {
		CHECK_EQ(do_log(target, 0x81, 0, &log, sizeof(log)), OK);
	} while (log.sstat.sos == 2);
	CHECK_EQ(log.sstat.sos, 1);
	CHECK_EQ(log.sstat.opc, 3);
	for (uint64_t slba = 0; slba < FILE_NBYTES / 512; slba += 512) {
		CHECK_EQ(do_read(target, slba, 512, g_back, sizeof(g_back)), OK);
		CHECK(is_filled(g_back, sizeof(g_back), 0x5A));
	}
	xnvi_target_close(target);
}

static void
a_thousand_opens_leave_nothing(void)
{
	const int before = sys_count_descriptors();

	for (unsigned i = 0; i < 1000; ++i) {
		struct xnvi_target *target = NULL;

		CHECK_EQ(
		    open_params(MIB, 512, i % 2 ? "name" : NULL, i % 3 ? g_path : NULL, &target),
		    0);
		CHECK_EQ(do_write(target, i, 3, g_buf, 1536), OK);
		xnvi_target_close(target);
	}
	CHECK_EQ(sys_count_descriptors(), before);
}

#define IN_DIR(func)                                                                               \
	static void func##_case(void)                                                              \
	{                                                                                          \
		image_remove(g_path);                                                              \
		func();                                                                            \
		image_remove(g_path);                                                              \
	}

IN_DIR(same_name_is_the_same_target)
IN_DIR(a_file_keeps_the_data)
IN_DIR(a_file_has_the_size_of_the_namespace_and_holes)
IN_DIR(a_file_of_another_size_is_refused_and_stays)
IN_DIR(the_descriptor_is_close_on_exec)
IN_DIR(format_and_block_erase_empty_a_file)
IN_DIR(overwrite_fills_a_file)
IN_DIR(a_thousand_opens_leave_nothing)

#define CASE(func)                                                                                 \
	{                                                                                          \
#func, func##_case                                                                 \
	}

static const struct test g_tests[] = {
    TEST_CASE(parameters_are_checked),
    CASE(same_name_is_the_same_target),
    TEST_CASE(without_a_name_each_open_is_a_target),
    TEST_CASE(a_terabyte_costs_what_is_written),
    TEST_CASE(a_random_write_costs_a_few_pages),
    TEST_CASE(a_deallocation_gives_memory_back),
    TEST_CASE(a_format_and_a_close_give_memory_back),
    TEST_CASE(memory_that_is_used_again_is_zero),
    TEST_CASE(long_writes_leave_the_rest_of_a_chunk_zero),
    TEST_CASE(sizes_that_are_no_chunks_work),
    CASE(a_file_keeps_the_data),
    CASE(a_file_has_the_size_of_the_namespace_and_holes),
    CASE(a_file_of_another_size_is_refused_and_stays),
    TEST_CASE(what_is_no_file_is_refused),
    TEST_CASE(nodes_that_are_no_files_are_refused),
    CASE(the_descriptor_is_close_on_exec),
    CASE(format_and_block_erase_empty_a_file),
    CASE(overwrite_fills_a_file),
    CASE(a_thousand_opens_leave_nothing),
};

int
main(int argc, char **argv)
{
	sys_temp_path(g_path, sizeof(g_path), "data");

	return test_main(g_tests, sizeof(g_tests) / sizeof(*g_tests), argc, argv);
}
