// SPDX-License-Identifier: BSD-3-Clause
/**
 * Four threads on one target: no block is torn, nothing deadlocks, and the counters add up
 *
 * A block describes itself: all of its words are the same, and tell who wrote it.
 */
#include <support/target.h>

#include <libxnvme_spec_fs.h>
#include <stdatomic.h>
#include <stdio.h>

#include <os/system.h>

#define NTHREADS      4u
#define NBLOCKS	      1024u
#define NBLOCKS_MAX   300u
#define TARGET_NBYTES (NBLOCKS * 512ull)

static struct xnvi_target *g_t;
static atomic_bool g_stop;

struct worker {
	struct xnvi_thread thread;
	unsigned id;
	unsigned nsteps;
	bool disturbed; ///< Format and Sanitize run beside
	uint64_t nreads;
	uint64_t nwrites;
	char problem[128];
	uint64_t buf[NBLOCKS_MAX * 512 / 8];
};

static struct worker g_workers[NTHREADS];

static void
blocks_fill(struct worker *worker, uint32_t nblocks, uint64_t stamp)
{
	for (uint32_t i = 0; i < nblocks * 64; ++i) {
		worker->buf[i] = stamp;
	}
}

/** All words of each block are equal; the first block that is torn, or nblocks */
static uint32_t
blocks_check(const struct worker *worker, uint32_t nblocks)
{
	for (uint32_t i = 0; i < nblocks; ++i) {
		for (uint32_t j = 1; j < 64; ++j) {
			if (worker->buf[i * 64 + j] != worker->buf[i * 64]) {
				return i;
			}
		}
	}

	return nblocks;
}

static bool
is_expected(const struct worker *worker, int status)
{
	if (!worker->disturbed) {
		return status == OK;
	}

	/* At another LBA size the same numbers may lie outside, or need more than the buffer */
	return status == OK || status == FORMAT_IN_PROGRESS || status == SANITIZE_IN_PROGRESS ||
	       status == LBA_RANGE || status == SGL_LENGTH;
}

/** The same blocks by bytes: the short way, or the long one if it is not for these */
static int
move_bytes(uint8_t opcode, uint64_t slba, void *buf, size_t nbytes)
{
	const struct iovec iov = {buf, nbytes};
	const struct xnvi_target_data data = {.iov = &iov, .iovcnt = 1, .nbytes = nbytes};
	struct xnvme_spec_cmd cmd = {0};

	if (opcode == XNVME_SPEC_FS_OPC_WRITE
		? xnvi_target_write_bytes(g_t, slba * 512, buf, nbytes)
		: xnvi_target_read_bytes(g_t, slba * 512, buf, nbytes)) {
		return OK;
	}
	cmd.common.opcode = opcode;
	cmd.nvm.slba = slba * 512;
	memset(&g_cpl, 0xFF, sizeof(g_cpl));
	xnvi_target_bytes(g_t, &cmd, &data, &g_cpl);

	return status_of(&g_cpl);
}

static int
worker_step(struct worker *worker, uint64_t *state)
{
	const uint32_t kind = rnd(state) % 16;
	const uint32_t max = kind < 12 ? 4 : NBLOCKS_MAX;
	const uint32_t nblocks = (uint32_t)(rnd(state) % max) + 1;
	const uint64_t slba = rnd(state) % (NBLOCKS - nblocks + 1);
	const size_t nbytes = nblocks * 512ull;
	struct xnvme_spec_nvm_scopy_fmt_zero source = {0};
	int status;

	switch (kind) {
	case 0:
		return do_deallocate(g_t, slba, nblocks);
	case 1:
		return do_zeroes(g_t, slba, nblocks, 0);
	case 2:
		source.slba = rnd(state) % (NBLOCKS - nblocks + 1);
		source.nlb = (nblocks - 1) & 0xFFFF;
		status = do_copy(g_t, slba, &source, 1);
		worker->nwrites += status == OK;
		return status;
	case 3:
	case 4:
	case 5:
	case 6:
	case 12:
	case 13:
		blocks_fill(worker, nblocks, rnd(state) << 8 | worker->id);
		status = kind & 1 ? do_write(g_t, slba, nblocks, worker->buf, nbytes)
				  : move_bytes(XNVME_SPEC_FS_OPC_WRITE, slba, worker->buf, nbytes);
		worker->nwrites += status == OK;
		return status;
	default:
		status = kind & 1 ? do_read(g_t, slba, nblocks, worker->buf, nbytes)
				  : move_bytes(XNVME_SPEC_FS_OPC_READ, slba, worker->buf, nbytes);
		worker->nreads += status == OK;
		if (status == OK && blocks_check(worker, nblocks) < nblocks) {
			snprintf(worker->problem, sizeof(worker->problem), "block %llu is torn",
				 (unsigned long long)slba + blocks_check(worker, nblocks));
		}
		return status;
	}
}

static void *
worker_main(void *arg)
{
	struct worker *worker = arg;
	uint64_t state = 0x9E3779B97F4A7C15ull * (worker->id + 1);

	for (unsigned i = 0; !*worker->problem; ++i) {
		int status;

		if (worker->disturbed ? atomic_load(&g_stop) : i == worker->nsteps) {
			break;
		}
		status = worker_step(worker, &state);
		if (!is_expected(worker, status)) {
			snprintf(worker->problem, sizeof(worker->problem), "status 0x%x in step %u",
				 (unsigned)status, i);
		}
	}

	return NULL;
}

static bool
workers_start(unsigned nsteps, bool disturbed)
{
	atomic_store(&g_stop, false);
	for (unsigned i = 0; i < NTHREADS; ++i) {
		struct worker *worker = &g_workers[i];

		memset(worker, 0, sizeof(*worker));
		worker->id = i;
		worker->nsteps = nsteps;
		worker->disturbed = disturbed;
		if (xnvi_thread_start(&worker->thread, "worker", worker_main, worker)) {
			return false;
		}
	}

	return true;
}

static void
workers_join(void)
{
	atomic_store(&g_stop, true);
	for (unsigned i = 0; i < NTHREADS; ++i) {
		xnvi_thread_join(&g_workers[i].thread);
		if (*g_workers[i].problem) {
			test_fail(__FILE__, __LINE__, "thread %u: %s", i, g_workers[i].problem);
		}
	}
}

static uint64_t
u64_at(const uint8_t *field)
{
	uint64_t value;

	memcpy(&value, field, sizeof(value));

	return value;
}

static void
blocks_are_never_torn(void)
{
	struct xnvme_spec_log_health_entry log;
	uint64_t nreads = 0;
	uint64_t nwrites = 0;

	g_t = target_open(TARGET_NBYTES, 512, NULL);
	CHECK(g_t);
	CHECK(workers_start(10000, false));
	workers_join();
	for (unsigned i = 0; i < NTHREADS; ++i) {
		nreads += g_workers[i].nreads;
		nwrites += g_workers[i].nwrites;
	}
	CHECK(nreads > 0 && nwrites > 0);
	CHECK_EQ(do_log(g_t, 2, 0, &log, sizeof(log)), OK);
	CHECK_EQ(u64_at(log.host_read_cmds), nreads);
	CHECK_EQ(u64_at(log.host_write_cmds), nwrites);
	xnvi_target_close(g_t);
}

static void
blocks_of_a_file_are_never_torn(void)
{
	char path[300];

	sys_temp_path(path, sizeof(path), "image");
	g_t = target_open(TARGET_NBYTES, 512, path);
	CHECK(g_t);
	CHECK(workers_start(1500, false));
	workers_join();
	xnvi_target_close(g_t);
	CHECK_EQ(sys_file_remove(path), 0);
}

static int
sanitize(unsigned action)
{
	struct xnvme_spec_log_sanitize_entry log;
	struct xnvme_spec_cmd cmd = {0};
	int status;

	cmd.common.opcode = XNVME_SPEC_NVM_OPC_SANITIZE;
	cmd.sanitize.sanact = action & 0x7;
	cmd.sanitize.owpass = 2;
	cmd.sanitize.ovrpat = 0x01020304;
	status = run_admin(g_t, &cmd, NULL, 0);
	do {
		xnvi_thread_yield();
		if (!status) {
			status = do_log(g_t, 0x81, 0, &log, sizeof(log));
		}
	} while (!status && log.sstat.sos == 2);

	return status;
}

static void
format_and_sanitize_exclude_io(void)
{
	struct xnvme_spec_log_health_entry log;

	g_t = target_open(TARGET_NBYTES, 512, NULL);
	CHECK(g_t);
	CHECK(workers_start(0, true));
	for (unsigned i = 0; i < 200; ++i) {
		const int status =
		    i % 4 == 3 ? sanitize(2 + i / 4 % 3) : do_format(g_t, i % 2 * 3, 1);

		if (status || do_log(g_t, 2, 0, &log, sizeof(log))) {
			test_fail(__FILE__, __LINE__, "status 0x%x in round %u", (unsigned)status,
				  i);
		}
		xnvi_thread_yield();
	}
	workers_join();
	xnvi_target_close(g_t);
}

/* Memory */

#define NCHUNKS_EACH 16u

/** Write to chunks of one's own, look at all of them, and deallocate them */
static int
chunks_round(struct worker *worker, uint64_t stamp)
{
	const uint64_t first = worker->id * NCHUNKS_EACH * 128ull;
	int status = OK;

	for (unsigned i = 0; i < NCHUNKS_EACH && !status; ++i) {
		blocks_fill(worker, 1, stamp + i);
		status = do_write(g_t, first + i * 128ull, 1, worker->buf, 512);
	}
	for (unsigned i = 0; i < NCHUNKS_EACH && !status; ++i) {
		blocks_fill(worker, 1, stamp + i);
		status = do_compare(g_t, first + i * 128ull, 1, worker->buf, 512);
	}

	return status ? status : do_deallocate(g_t, first, NCHUNKS_EACH * 128);
}

static void *
chunks_main(void *arg)
{
	struct worker *worker = arg;

	for (uint64_t i = 0; i < 1000 && !*worker->problem; ++i) {
		const int status = chunks_round(worker, i << 32 | worker->id << 16);

		if (status) {
			snprintf(worker->problem, sizeof(worker->problem), "status 0x%x",
				 (unsigned)status);
		}
	}

	return NULL;
}

static void
a_chunk_is_given_to_one_thread(void)
{
	g_t = target_open((uint64_t)NTHREADS * NCHUNKS_EACH << 16, 512, NULL);
	CHECK(g_t);
	for (unsigned i = 0; i < NTHREADS; ++i) {
		memset(&g_workers[i], 0, sizeof(g_workers[i]));
		g_workers[i].id = i;
		CHECK_EQ(
		    xnvi_thread_start(&g_workers[i].thread, "chunks", chunks_main, &g_workers[i]),
		    0);
	}
	workers_join();
	xnvi_target_close(g_t);
}

/* Opening and closing beside each other */

static void *
opener_main(void *arg)
{
	struct worker *worker = arg;
	const struct xnvi_target_params params = {
	    .nbytes = MIB, .lba_nbytes = 512, .name = worker->id % 2 ? "shared" : "other"};

	for (unsigned i = 0; i < 300 && !*worker->problem; ++i) {
		struct xnvi_target *target = NULL;

		if (xnvi_target_open(&params, &target)) {
			snprintf(worker->problem, sizeof(worker->problem), "open fails");
			break;
		}
		blocks_fill(worker, 1, worker->id);
		if (do_write(target, worker->id, 1, worker->buf, 512) != OK ||
		    do_compare(target, worker->id, 1, worker->buf, 512) != OK) {
			snprintf(worker->problem, sizeof(worker->problem), "data is lost");
		}
		xnvi_target_close(target);
	}

	return NULL;
}

static void
opens_of_one_name_share_from_any_thread(void)
{
	for (unsigned i = 0; i < NTHREADS; ++i) {
		memset(&g_workers[i], 0, sizeof(g_workers[i]));
		g_workers[i].id = i;
		CHECK_EQ(
		    xnvi_thread_start(&g_workers[i].thread, "opener", opener_main, &g_workers[i]),
		    0);
	}
	workers_join();
}

static const struct test g_tests[] = {
    TEST_CASE(blocks_are_never_torn),
    TEST_CASE(blocks_of_a_file_are_never_torn),
    TEST_CASE(format_and_sanitize_exclude_io),
    TEST_CASE(a_chunk_is_given_to_one_thread),
    TEST_CASE(opens_of_one_name_share_from_any_thread),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(*g_tests), argc, argv);
}
