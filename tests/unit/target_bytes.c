// SPDX-License-Identifier: BSD-3-Clause
/** File commands of the controller in memory: any offset, any length, one LBA at a time */
#include <support/target.h>

#include <libxnvme_spec_fs.h>
#include <os/system.h>

#define NBYTES	    (3ull << 16)
#define NINCREMENTS 100000u

static struct xnvi_target *g_t;
static uint8_t g_shadow[NBYTES];
static uint8_t g_buf[NBYTES + 8192];

/** By two segments, of which the first one ends in the middle */
static int
bytes(uint8_t opcode, uint64_t offset, void *buf, size_t nbytes)
{
	struct iovec iov[2] = {{buf, nbytes / 2},
			       {(uint8_t *)buf + nbytes / 2, nbytes - nbytes / 2}};
	const struct xnvi_target_data data = {.iov = iov, .iovcnt = 2, .nbytes = nbytes};
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = opcode;
	cmd.nvm.slba = offset;
	memset(&g_cpl, 0xFF, sizeof(g_cpl));
	xnvi_target_bytes(g_t, &cmd, &data, &g_cpl);

	return g_cpl.status.sct << 8 | g_cpl.status.sc;
}

static int
read_bytes(uint64_t offset, void *buf, size_t nbytes)
{
	return bytes(XNVME_SPEC_FS_OPC_READ, offset, buf, nbytes);
}

static int
write_bytes(uint64_t offset, void *buf, size_t nbytes)
{
	return bytes(XNVME_SPEC_FS_OPC_WRITE, offset, buf, nbytes);
}

/** Where a target is: in memory and in a file, with every LBA size */
struct place {
	uint32_t lba_nbytes;
	const char *path;
};

static const struct place g_places[] = {
    {512, NULL},	  {1024, NULL},		 {2048, NULL},		{4096, NULL},
    {512, "bytes.image"}, {1024, "bytes.image"}, {2048, "bytes.image"}, {4096, "bytes.image"},
};

#define NPLACES (sizeof(g_places) / sizeof(g_places[0]))

static void
begin(const struct place *place)
{
	if (place->path) {
		image_remove(place->path);
	}
	g_t = target_open(NBYTES, place->lba_nbytes, place->path);
	CHECK(g_t);
	memset(g_shadow, 0, sizeof(g_shadow));
}

static void
end(const struct place *place)
{
	xnvi_target_close(g_t);
	if (place->path) {
		image_remove(place->path);
	}
}

static void
any_range_is_read_and_written(void)
{
	uint64_t state = 1;

	for (size_t k = 0; k < NPLACES; ++k) {
		begin(&g_places[k]);
		for (unsigned i = 0; i < 2000; ++i) {
			const uint64_t offset = rnd(&state) % NBYTES;
			const uint64_t most = i % 8 ? 3 * g_places[k].lba_nbytes : NBYTES;
			const uint64_t left = NBYTES - offset;
			const size_t nbytes = (size_t)(rnd(&state) % (most < left ? most : left));

			for (size_t j = 0; j < nbytes; ++j) {
				g_buf[j] = (uint8_t)rnd(&state);
			}
			if (i & 1) {
				CHECK_EQ(write_bytes(offset, g_buf, nbytes), OK);
				memcpy(g_shadow + offset, g_buf, nbytes);
			} else {
				CHECK_EQ(read_bytes(offset, g_buf, nbytes), OK);
				CHECK(memcmp(g_buf, g_shadow + offset, nbytes) == 0);
			}
			CHECK_EQ(g_cpl.result, nbytes);
		}
		CHECK_EQ(do_compare(g_t, 0, NBYTES / g_places[k].lba_nbytes, g_shadow, NBYTES), OK);
		end(&g_places[k]);
	}
}

static void
the_end_cuts_reads_and_refuses_writes(void)
{
	static const struct {
		uint64_t offset;
		size_t nbytes;
		size_t nread;
		int status; ///< Of the write
	} rows[] = {
	    {0, 0, 0, OK},
	    {NBYTES - 7, 7, 7, OK},
	    {NBYTES - 7, 8, 7, LBA_RANGE},
	    {NBYTES - 5000, 8192, 5000, LBA_RANGE},
	    {0, NBYTES + 1, NBYTES, LBA_RANGE},
	    {NBYTES, 0, 0, OK},
	    {NBYTES, 1, 0, LBA_RANGE},
	    {NBYTES + 1, 0, 0, OK},
	    {NBYTES + 1, 512, 0, LBA_RANGE},
	    {1ull << 62, 4096, 0, LBA_RANGE},
	    {INT64_MAX, 0, 0, OK},
	};

	for (size_t k = 0; k < NPLACES; ++k) {
		begin(&g_places[k]);
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
			memset(g_buf, 0xEE, sizeof(g_buf));
			CHECK_EQ(read_bytes(rows[i].offset, g_buf, rows[i].nbytes), OK);
			CHECK_EQ(g_cpl.result, rows[i].nread);
			CHECK(is_filled(g_buf, rows[i].nread, 0));
			CHECK(
			    is_filled(g_buf + rows[i].nread, sizeof(g_buf) - rows[i].nread, 0xEE));
			memset(g_buf, 0, sizeof(g_buf));
			CHECK_EQ(write_bytes(rows[i].offset, g_buf, rows[i].nbytes),
				 rows[i].status);
			CHECK_EQ(g_cpl.result, rows[i].status ? 0 : rows[i].nbytes);
			memset(g_buf, 0xDD, sizeof(g_buf));
			if (rows[i].status) {
				CHECK_EQ(write_bytes(rows[i].offset, g_buf, rows[i].nbytes),
					 rows[i].status);
			}
		}
		CHECK_EQ(do_compare(g_t, 0, NBYTES / g_places[k].lba_nbytes, g_shadow, NBYTES), OK);
		end(&g_places[k]);
	}
}

static void
lba_that_is_marked_is_changed_as_a_whole_only(void)
{
	for (size_t k = 0; k < NPLACES; ++k) {
		const uint32_t lba = g_places[k].lba_nbytes;

		begin(&g_places[k]);
		CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 5, 2), OK);
		memset(g_buf, 0xAB, sizeof(g_buf));
		CHECK_EQ(read_bytes(5 * lba + 1, g_buf, 1), READ_ERROR);
		CHECK_EQ(g_cpl.result, 0);
		CHECK_EQ(read_bytes(4 * lba, g_buf, lba + 1), READ_ERROR);
		CHECK_EQ(write_bytes(5 * lba, g_buf, lba - 1), READ_ERROR);
		CHECK_EQ(write_bytes(5 * lba + 1, g_buf, lba - 1), READ_ERROR);
		CHECK_EQ(write_bytes(6 * lba + 7, g_buf, 1), READ_ERROR);
		CHECK_EQ(do_read(g_t, 5, 1, g_buf, lba), READ_ERROR);
		CHECK_EQ(do_read(g_t, 6, 1, g_buf, lba), READ_ERROR);
		/* One of them as a whole, the other one in part */
		memset(g_buf, 0xAB, sizeof(g_buf));
		CHECK_EQ(write_bytes(5 * lba, g_buf, lba + 1), READ_ERROR);
		CHECK_EQ(do_read(g_t, 6, 1, g_buf, lba), READ_ERROR);
		memset(g_buf, 0xAB, sizeof(g_buf));
		CHECK_EQ(write_bytes(5 * lba - 1, g_buf, 2 * lba + 2), OK);
		CHECK_EQ(read_bytes(5 * lba - 2, g_buf, 2 * lba + 4), OK);
		CHECK(is_filled(g_buf + 1, 2 * lba + 2, 0xAB));
		CHECK_EQ(g_buf[0], 0);
		CHECK_EQ(g_buf[2 * lba + 3], 0);
		end(&g_places[k]);
	}
}

static void *
increment(void *arg)
{
	const uint64_t offset = 1000 + *(unsigned *)arg;

	for (unsigned i = 0; i < NINCREMENTS; ++i) {
		uint8_t byte;

		if (read_bytes(offset, &byte, 1)) {
			return NULL;
		}
		byte++;
		if (write_bytes(offset, &byte, 1)) {
			return NULL;
		}
	}
	*(unsigned *)arg = NINCREMENTS;

	return NULL;
}

/** Both bytes are in one LBA: a writer that put back what it had read of the other would be seen */
static void
two_threads_change_one_lba_and_nothing_is_lost(void)
{
	unsigned args[2] = {0, 1};
	struct xnvi_thread threads[2];
	uint8_t both[2];

	begin(&g_places[3]);
	for (unsigned i = 0; i < 2; ++i) {
		CHECK_EQ(xnvi_thread_start(&threads[i], "bytes", increment, &args[i]), 0);
	}
	for (unsigned i = 0; i < 2; ++i) {
		xnvi_thread_join(&threads[i]);
		CHECK_EQ(args[i], NINCREMENTS);
	}
	CHECK_EQ(read_bytes(1000, both, 2), OK);
	CHECK_EQ(both[0], NINCREMENTS % 256);
	CHECK_EQ(both[1], NINCREMENTS % 256);
	end(&g_places[3]);
}

static const struct test g_tests[] = {
    TEST_CASE(any_range_is_read_and_written),
    TEST_CASE(the_end_cuts_reads_and_refuses_writes),
    TEST_CASE(lba_that_is_marked_is_changed_as_a_whole_only),
    TEST_CASE(two_threads_change_one_lba_and_nothing_is_lost),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(*g_tests), argc, argv);
}
