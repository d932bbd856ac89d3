// SPDX-License-Identifier: BSD-3-Clause
#include <support/test.h>

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <libxnvme_pi.h>
#include <spec/crc.h>

#define NBLOCKS	    4U
#define NBYTES_DATA 4096U
#define NBYTES_MD   64U
#define ALL_CHECKS                                                                                 \
	(XNVME_PI_FLAGS_REFTAG_CHECK | XNVME_PI_FLAGS_APPTAG_CHECK | XNVME_PI_FLAGS_GUARD_CHECK)

static uint8_t g_data[NBLOCKS * (NBYTES_DATA + NBYTES_MD)];
static uint8_t g_md[NBLOCKS * NBYTES_MD];

/** One way of laying blocks out */
struct shape {
	enum xnvme_spec_nvm_ns_pif format;
	enum xnvme_pi_type type;
	uint32_t md_nbytes;
	bool interleaved;
	bool first; ///< Tuple at the start of the metadata
};

static void
fill(void)
{
	for (size_t i = 0; i < sizeof(g_data); ++i) {
		g_data[i] = (uint8_t)(i * 31 + i / 251);
	}
	for (size_t i = 0; i < sizeof(g_md); ++i) {
		g_md[i] = (uint8_t)(i * 7 + 3);
	}
}

static uint32_t
data_nbytes(const struct shape *shape)
{
	return shape->format == XNVME_SPEC_NVM_NS_16B_GUARD ? 512 : NBYTES_DATA;
}

static int
ctx_init(struct xnvme_pi_ctx *ctx, const struct shape *shape, uint32_t flags)
{
	const uint32_t block = data_nbytes(shape) + (shape->interleaved ? shape->md_nbytes : 0);

	return xnvme_pi_ctx_init(ctx, block, shape->md_nbytes, shape->interleaved, shape->first,
				 shape->type, flags, 0xfffffffe, 0xff0f, 0x1234, shape->format);
}

/** Call `check` with every shape there is */
static void
for_each_shape(void (*check)(const struct shape *shape))
{
	for (unsigned int i = 0; i < 48; ++i) {
		const struct shape shape = {
		    .format = i & 1 ? XNVME_SPEC_NVM_NS_64B_GUARD : XNVME_SPEC_NVM_NS_16B_GUARD,
		    .interleaved = i & 2,
		    .first = i & 4,
		    .md_nbytes = i & 8	 ? NBYTES_MD
				 : i & 1 ? 16
					 : 8,
		    .type = (enum xnvme_pi_type)(1 + i / 16),
		};

		check(&shape);
	}
}

#define NTHREADS 2U

static atomic_uint g_nwaiting;

static void *
crc_first(void *arg)
{
	uint64_t *crcs = arg;

	/* Without sleeping, so that they begin within nanoseconds of each other */
	atomic_fetch_sub(&g_nwaiting, 1);
	while (atomic_load(&g_nwaiting)) {
	}
	crcs[0] = xnvi_crc16_t10dif(0, "123456789", 9);
	crcs[1] = xnvi_crc64_nvme(0, "123456789", 9);

	return NULL;
}

static int
call_first(void)
{
	struct sys_thread threads[NTHREADS];
	uint64_t crcs[NTHREADS][2];

	atomic_store(&g_nwaiting, NTHREADS);
	for (unsigned i = 0; i < NTHREADS; ++i) {
		EXPECT(1, sys_thread_start(&threads[i], crc_first, crcs[i]) == 0);
	}
	for (unsigned i = 0; i < NTHREADS; ++i) {
		sys_thread_join(&threads[i]);
		EXPECT(2, crcs[i][0] == 0xd0db);
		EXPECT(3, crcs[i][1] == UINT64_C(0xae8b14860a799888));
	}

	return 0;
}

/* Before all others, because the first call computes tables; in many copies, because threads seldom
 * meet
 */
static void
first_calls_of_several_threads_are_right(void)
{
	for (unsigned i = 0; i < 20 && !sys_lacks(SYS_FORK_THREADS); ++i) {
		CHECK_EQ(test_in_copy(call_first), 0);
	}
	CHECK_EQ(call_first(), 0);
}

static void
crc_has_the_published_check_values(void)
{
	static uint8_t block[4096];

	CHECK_EQ(xnvi_crc16_t10dif(0, "123456789", 9), 0xd0db);
	CHECK_EQ(xnvi_crc64_nvme(0, "123456789", 9), (int64_t)UINT64_C(0xae8b14860a799888));

	/* NVM Command Set 1.0, 64b CRC test cases */
	CHECK_EQ(xnvi_crc64_nvme(0, block, sizeof(block)), (int64_t)UINT64_C(0x6482d367eb22b64e));
	memset(block, 0xff, sizeof(block));
	CHECK_EQ(xnvi_crc64_nvme(0, block, sizeof(block)), (int64_t)UINT64_C(0xc0ddba7302eca3ac));
	for (size_t i = 0; i < sizeof(block); ++i) {
		block[i] = (uint8_t)i;
	}
	CHECK_EQ(xnvi_crc64_nvme(0, block, sizeof(block)), (int64_t)UINT64_C(0x3e729f5f6750449c));
	for (size_t i = 0; i < sizeof(block); ++i) {
		block[i] = (uint8_t)~i;
	}
	CHECK_EQ(xnvi_crc64_nvme(0, block, sizeof(block)), (int64_t)UINT64_C(0x9a2df64b8e9e517e));
}

static void
crc_of_parts_is_crc_of_the_whole(void)
{
	fill();
	for (size_t cut = 0; cut <= 100; ++cut) {
		const uint16_t crc16 = xnvi_crc16_t10dif(0, g_data, cut);
		const uint64_t crc64 = xnvi_crc64_nvme(0, g_data, cut);

		CHECK_EQ(xnvi_crc16_t10dif(crc16, g_data + cut, 100 - cut),
			 xnvi_crc16_t10dif(0, g_data, 100));
		CHECK_EQ(xnvi_crc64_nvme(crc64, g_data + cut, 100 - cut),
			 xnvi_crc64_nvme(0, g_data, 100));
	}
}

static void
size_is_that_of_the_tuple(void)
{
	CHECK_EQ(xnvme_pi_size(XNVME_SPEC_NVM_NS_16B_GUARD), 8);
	CHECK_EQ(xnvme_pi_size(XNVME_SPEC_NVM_NS_32B_GUARD), 16);
	CHECK_EQ(xnvme_pi_size(XNVME_SPEC_NVM_NS_64B_GUARD), 16);
}

static void
init_refuses_what_cannot_be(void)
{
	static const struct {
		uint32_t block;
		uint32_t md;
		bool interleaved;
		uint32_t type;
		uint32_t flags;
		uint32_t format;
		int res;
	} rows[] = {
	    {512, 8, false, 1, 7, 0, 0},
	    {520, 8, true, 1, 7, 0, 0},
	    {4096, 16, false, 1, 7, 2, 0},
	    {4112, 16, true, 2, 7, 2, 0},
	    {512, 8, false, 3, 6, 0, 0},
	    {512, 8, false, 1, 7 | 8, 0, 0}, /* fio keeps its action flag in bit 3 */
	    {512, 8, false, 0, 0, 0, 0},
	    {512, 7, false, 1, 7, 0, -EINVAL},
	    {4096, 15, false, 1, 7, 2, -EINVAL},
	    {512, 16, false, 1, 7, 2, -EINVAL}, /* the 64b guard is for 4 KiB and more */
	    {4096, 16, false, 1, 7, 1, -EINVAL},
	    {4096, 16, false, 1, 7, 3, -EINVAL},
	    {513, 8, false, 1, 7, 0, -EINVAL},
	    {0, 8, false, 1, 7, 0, -EINVAL},
	    {8, 8, true, 1, 7, 0, -EINVAL},
	    {512, 8, false, 3, 7, 0, -EINVAL},
	    {512, 8, false, 4, 0, 0, -EINVAL},
	};
	struct xnvme_pi_ctx ctx;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		CHECK_EQ(xnvme_pi_ctx_init(&ctx, rows[i].block, rows[i].md, rows[i].interleaved,
					   false, (enum xnvme_pi_type)rows[i].type, rows[i].flags,
					   0, 0xffff, 0,
					   (enum xnvme_spec_nvm_ns_pif)rows[i].format),
			 rows[i].res);
	}
	CHECK_EQ(xnvme_pi_ctx_init(NULL, 512, 8, false, false, XNVME_PI_TYPE1, 7, 0, 0xffff, 0,
				   XNVME_SPEC_NVM_NS_16B_GUARD),
		 -EINVAL);
	CHECK_EQ(xnvme_pi_verify(NULL, g_data, g_md, 1), -EINVAL);
	CHECK_EQ(xnvme_pi_ctx_init(&ctx, 512, 8, false, false, XNVME_PI_TYPE1, 7, 0, 0xffff, 0,
				   XNVME_SPEC_NVM_NS_16B_GUARD),
		 0);
	CHECK_EQ(xnvme_pi_verify(&ctx, NULL, g_md, 1), -EINVAL);
	CHECK_EQ(xnvme_pi_verify(&ctx, g_data, NULL, 1), -EINVAL);
}

static void
a_tuple_of_16b_guard_is_these_bytes(void)
{
	static const uint8_t expected[] = {0x00, 0x00, 0xbe, 0xef, 0xff, 0xff, 0xff, 0xff,
					   0x00, 0x00, 0xbe, 0xef, 0x00, 0x00, 0x00, 0x00};
	uint8_t data[1024] = {0};
	uint8_t md[16] = {0};
	struct xnvme_pi_ctx ctx;

	CHECK_EQ(xnvme_pi_ctx_init(&ctx, 512, 8, false, false, XNVME_PI_TYPE1, ALL_CHECKS,
				   UINT32_MAX, 0xffff, 0xbeef, XNVME_SPEC_NVM_NS_16B_GUARD),
		 0);
	xnvme_pi_generate(&ctx, data, md, 2);
	CHECK_MEM(md, expected, sizeof(expected));
}

static void
a_tuple_of_64b_guard_is_these_bytes(void)
{
	static const uint8_t expected[] = {0x64, 0x82, 0xd3, 0x67, 0xeb, 0x22, 0xb6, 0x4e,
					   0xbe, 0xef, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff,
					   0x64, 0x82, 0xd3, 0x67, 0xeb, 0x22, 0xb6, 0x4e,
					   0xbe, 0xef, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00};
	static uint8_t data[8192];
	uint8_t md[32] = {0};
	struct xnvme_pi_ctx ctx;

	CHECK_EQ(xnvme_pi_ctx_init(&ctx, 4096, 16, false, false, XNVME_PI_TYPE1, ALL_CHECKS,
				   UINT32_MAX, 0xffff, 0xbeef, XNVME_SPEC_NVM_NS_64B_GUARD),
		 0);
	xnvme_pi_generate(&ctx, data, md, 2);
	CHECK_MEM(md, expected, sizeof(expected));
}

static void
check_guard_range(const struct shape *shape)
{
	const uint32_t nbytes = data_nbytes(shape);
	const size_t tuple_nbytes = xnvme_pi_size(shape->format);
	const uint32_t before = shape->first ? 0 : shape->md_nbytes - (uint32_t)tuple_nbytes;
	const uint32_t stride = nbytes + (shape->interleaved ? shape->md_nbytes : 0);
	const uint8_t *md = shape->interleaved ? g_data + stride + nbytes : g_md + shape->md_nbytes;
	struct xnvme_pi_ctx ctx;
	uint64_t guard = 0;

	fill();
	CHECK_EQ(ctx_init(&ctx, shape, XNVME_PI_FLAGS_GUARD_CHECK), 0);
	xnvme_pi_generate(&ctx, g_data, g_md, NBLOCKS);
	for (size_t i = 0; i < tuple_nbytes / (shape->format ? 2 : 4); ++i) {
		guard = guard << 8 | md[before + i];
	}
	if (shape->format == XNVME_SPEC_NVM_NS_16B_GUARD) {
		const uint16_t crc = xnvi_crc16_t10dif(0, g_data + stride, nbytes);

		CHECK_EQ(guard, xnvi_crc16_t10dif(crc, md, before));
	} else {
		const uint64_t crc = xnvi_crc64_nvme(0, g_data + stride, nbytes);

		CHECK_EQ(guard, xnvi_crc64_nvme(crc, md, before));
	}
}

static void
guard_covers_data_and_the_metadata_before_the_tuple(void)
{
	for_each_shape(check_guard_range);
}

static void
check_flags(const struct shape *shape)
{
	for (uint32_t flags = 0; flags <= ALL_CHECKS; ++flags) {
		struct xnvme_pi_ctx ctx;

		if (shape->type == XNVME_PI_TYPE3 && (flags & XNVME_PI_FLAGS_REFTAG_CHECK)) {
			continue;
		}
		fill();
		CHECK_EQ(ctx_init(&ctx, shape, flags), 0);
		xnvme_pi_generate(&ctx, g_data, g_md, NBLOCKS);
		CHECK_EQ(xnvme_pi_verify(&ctx, g_data, g_md, NBLOCKS), 0);

		/* The last byte of data of the last block is covered by the guard alone */
		g_data[(NBLOCKS - 1) * ctx.block_size + 511] ^= 1;
		CHECK_EQ(xnvme_pi_verify(&ctx, g_data, g_md, NBLOCKS),
			 flags & XNVME_PI_FLAGS_GUARD_CHECK ? -1 : 0);
		g_data[(NBLOCKS - 1) * ctx.block_size + 511] ^= 1;

		ctx.app_tag ^= 0x0001;
		CHECK_EQ(xnvme_pi_verify(&ctx, g_data, g_md, NBLOCKS),
			 flags & XNVME_PI_FLAGS_APPTAG_CHECK ? -1 : 0);
		ctx.app_tag ^= 0x0001 | 0x0080; /* a bit outside of the mask */
		CHECK_EQ(xnvme_pi_verify(&ctx, g_data, g_md, NBLOCKS), 0);

		ctx.init_ref_tag++;
		CHECK_EQ(xnvme_pi_verify(&ctx, g_data, g_md, NBLOCKS),
			 flags & XNVME_PI_FLAGS_REFTAG_CHECK ? -1 : 0);
	}
}

static void
each_flag_generates_and_checks_its_own_part(void)
{
	for_each_shape(check_flags);
}

static void
check_untouched(const struct shape *shape)
{
	static uint8_t data[sizeof(g_data)];
	static uint8_t md[sizeof(g_md)];
	struct xnvme_pi_ctx ctx;

	fill();
	memcpy(data, g_data, sizeof(data));
	memcpy(md, g_md, sizeof(md));
	CHECK_EQ(ctx_init(&ctx, shape, 0), 0);
	xnvme_pi_generate(&ctx, g_data, g_md, NBLOCKS);
	CHECK_MEM(g_data, data, sizeof(data));
	CHECK_MEM(g_md, md, sizeof(md));

	/* With all flags: one tuple per block changes, nothing else */
	CHECK_EQ(ctx_init(&ctx, shape, shape->type == XNVME_PI_TYPE3 ? ALL_CHECKS - 1 : ALL_CHECKS),
		 0);
	xnvme_pi_generate(&ctx, g_data, g_md, NBLOCKS);
	for (uint32_t block = 0; block < NBLOCKS; ++block) {
		const size_t tuple = xnvme_pi_size(shape->format);

		if (shape->interleaved) {
			const size_t at = block * ctx.block_size + ctx.guard_interval;

			memcpy(data + at, g_data + at, tuple);
		} else {
			const size_t at = block * shape->md_nbytes + ctx.guard_interval;

			memcpy(md + at, g_md + at, tuple);
		}
	}
	CHECK_MEM(g_data, data, sizeof(data));
	CHECK_MEM(g_md, md, sizeof(md));
}

static void
generate_writes_nothing_but_the_tuples(void)
{
	for_each_shape(check_untouched);
}

static void
check_escape(const struct shape *shape)
{
	const bool type3 = shape->type == XNVME_PI_TYPE3;
	const size_t guard_nbytes = shape->format == XNVME_SPEC_NVM_NS_16B_GUARD ? 2 : 8;
	const size_t ref_nbytes = shape->format == XNVME_SPEC_NVM_NS_16B_GUARD ? 4 : 6;
	struct xnvme_pi_ctx ctx;
	uint8_t *tuple;

	fill();
	CHECK_EQ(ctx_init(&ctx, shape, type3 ? ALL_CHECKS - 1 : ALL_CHECKS), 0);
	xnvme_pi_generate(&ctx, g_data, g_md, NBLOCKS);
	tuple = shape->interleaved ? g_data + ctx.block_size + ctx.guard_interval
				   : g_md + shape->md_nbytes + ctx.guard_interval;

	/* Block 1 is escaped, its data is anything */
	g_data[ctx.block_size] ^= 1;
	memset(tuple + guard_nbytes, 0xff, 2);
	if (type3) {
		memset(tuple + guard_nbytes + 2, 0, ref_nbytes);
		CHECK_EQ(xnvme_pi_verify(&ctx, g_data, g_md, NBLOCKS), -1);
		memset(tuple + guard_nbytes + 2, 0xff, ref_nbytes);
	}
	CHECK_EQ(xnvme_pi_verify(&ctx, g_data, g_md, NBLOCKS), 0);

	/* The block after it is checked nevertheless */
	g_data[2 * ctx.block_size] ^= 1;
	CHECK_EQ(xnvme_pi_verify(&ctx, g_data, g_md, NBLOCKS), -1);
}

static void
an_escaped_block_does_not_hide_the_blocks_after_it(void)
{
	for_each_shape(check_escape);
}

/** fio's engine, with the action bit set, verifies reads with a context that it never set up */
static void
zeroed_context_has_nothing_to_check(void)
{
	struct xnvme_pi_ctx pi = {0};
	uint8_t data[512] = {0};

	CHECK_EQ(xnvme_pi_verify(&pi, data, NULL, 1), 0);
	CHECK_EQ(xnvme_pi_verify(&pi, NULL, NULL, 1), 0);
	CHECK_EQ(xnvme_pi_verify(NULL, data, data, 1), -EINVAL);
}

/** fio describes a namespace without protection information too */
static void
type_0_without_metadata_is_nothing_to_do(void)
{
	struct xnvme_pi_ctx ctx;
	uint8_t data[512] = {1};

	memset(&ctx, 0xff, sizeof(ctx));
	CHECK_EQ(xnvme_pi_ctx_init(&ctx, 512, 0, false, false, XNVME_PI_DISABLE, 7, 0, 0xffff, 0,
				   XNVME_SPEC_NVM_NS_16B_GUARD),
		 0);
	CHECK_EQ(xnvme_pi_verify(&ctx, data, NULL, 1), 0);
	xnvme_pi_generate(&ctx, data, NULL, 1);
	CHECK_EQ(data[0], 1);
	CHECK_EQ(xnvme_pi_ctx_init(&ctx, 0, 0, true, true, XNVME_PI_DISABLE, 0, 0, 0, 0,
				   (enum xnvme_spec_nvm_ns_pif)7),
		 0);
	CHECK_EQ(xnvme_pi_ctx_init(&ctx, 512, 0, false, false, XNVME_PI_TYPE1, 7, 0, 0xffff, 0,
				   XNVME_SPEC_NVM_NS_16B_GUARD),
		 -EINVAL);
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {
	    TEST_CASE(first_calls_of_several_threads_are_right),
	    TEST_CASE(type_0_without_metadata_is_nothing_to_do),
	    TEST_CASE(zeroed_context_has_nothing_to_check),
	    TEST_CASE(crc_has_the_published_check_values),
	    TEST_CASE(crc_of_parts_is_crc_of_the_whole),
	    TEST_CASE(size_is_that_of_the_tuple),
	    TEST_CASE(init_refuses_what_cannot_be),
	    TEST_CASE(a_tuple_of_16b_guard_is_these_bytes),
	    TEST_CASE(a_tuple_of_64b_guard_is_these_bytes),
	    TEST_CASE(guard_covers_data_and_the_metadata_before_the_tuple),
	    TEST_CASE(each_flag_generates_and_checks_its_own_part),
	    TEST_CASE(generate_writes_nothing_but_the_tuples),
	    TEST_CASE(an_escaped_block_does_not_hide_the_blocks_after_it),
	};

	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
