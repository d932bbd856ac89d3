// SPDX-License-Identifier: BSD-3-Clause
/** Memory in pages: zero, given back, and zero again */
#include <support/test.h>

#include <os/system.h>

#define UNIT_NBYTES   65536u
#define NUNITS	      64u
#define REGION_NBYTES ((size_t)NUNITS * UNIT_NBYTES)

static bool
is_zero(const uint8_t *mem, size_t nbytes)
{
	size_t i = 0;

	while (i < nbytes && !mem[i]) {
		++i;
	}

	return i == nbytes;
}

static void
pages_are_zero_until_they_are_written(void)
{
	uint8_t *mem = xnvi_pages_alloc(REGION_NBYTES);

	CHECK(mem);
	CHECK_EQ((uintptr_t)mem % xnvi_page_nbytes(), 0);
	xnvi_pages_expect(mem, UNIT_NBYTES);
	CHECK(is_zero(mem, REGION_NBYTES));
	memset(mem, 0x55, REGION_NBYTES);
	xnvi_pages_free(mem, REGION_NBYTES);
}

static void
pages_that_are_cleared_leave_their_neighbours(void)
{
	uint8_t *mem = xnvi_pages_alloc(REGION_NBYTES);

	CHECK(mem);
	for (unsigned round = 0; round < 3; ++round) {
		memset(mem, 0x55, REGION_NBYTES);
		CHECK(xnvi_pages_clear(mem + UNIT_NBYTES, UNIT_NBYTES));
		CHECK(is_zero(mem + UNIT_NBYTES, UNIT_NBYTES));
		CHECK(!is_zero(mem + UNIT_NBYTES - 1, 1));
		CHECK(!is_zero(mem + 2 * UNIT_NBYTES, 1));
	}
	xnvi_pages_free(mem, REGION_NBYTES);
}

static void
pages_take_memory_when_they_are_written(void)
{
	const uint64_t before = sys_resident_nbytes();
	uint8_t *mem;

	NEEDS(SYS_OWN_MEMORY);
	mem = xnvi_pages_alloc(REGION_NBYTES);
	CHECK(mem);
	CHECK(sys_resident_nbytes() < before + REGION_NBYTES / 2);
	for (size_t i = 0; i < NUNITS; ++i) {
		mem[i * UNIT_NBYTES] = 1;
	}
	/* One page of each unit */
	CHECK(sys_resident_nbytes() < before + REGION_NBYTES / 2);
	memset(mem, 1, REGION_NBYTES);
	CHECK(sys_resident_nbytes() > before + REGION_NBYTES / 2);
	CHECK(xnvi_pages_clear(mem, REGION_NBYTES));
	CHECK(sys_resident_nbytes() < before + REGION_NBYTES / 2);
	xnvi_pages_free(mem, REGION_NBYTES);
}

static const struct test g_tests[] = {
    TEST_CASE(pages_are_zero_until_they_are_written),
    TEST_CASE(pages_that_are_cleared_leave_their_neighbours),
    TEST_CASE(pages_take_memory_when_they_are_written),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(*g_tests), argc, argv);
}
