// SPDX-License-Identifier: BSD-3-Clause
/** Kills at random moments of two threads that write, mark and save */
#include "kills.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define NWORKERS       2U
#define NCOMMANDS_MAX  60U
#define FID_COALESCING 0x08

/** What was completed, and what may have been begun */
struct expected {
	atomic_int completed;
	atomic_int begun;
};

static struct journal {
	struct expected lbas[NLBAS];
	struct expected feature;
	atomic_uint ncommands;
} * g_journal;

struct worker {
	struct xnvme_dev *dev;
	unsigned id;
	uint64_t seed;
};

static uint64_t
rnd(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;

	return *state;
}

/**
 * A byte from 1 to INT8_MAX, zeroes or a mark
 *
 * One command in sixteen of the first worker saves a feature instead.
 */
static int
command(struct worker *worker)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(worker->dev);
	const uint64_t dice = rnd(&worker->seed);
	const uint64_t slba = (dice >> 8) % (NLBAS / NWORKERS) * NWORKERS + worker->id;
	const int kind = (int)(dice % 4);
	const int byte = kind == 0   ? BYTE_MARKED
			 : kind == 1 ? 0
				     : (int)((dice >> 40) % INT8_MAX) + 1;
	const bool is_feature = !worker->id && (dice >> 4) % 16 == 0;
	struct expected *expected = is_feature ? &g_journal->feature : &g_journal->lbas[slba];
	uint8_t lba[LBA_NBYTES];
	int err;

	atomic_store(&expected->begun, byte);
	if (is_feature) {
		err = xnvme_adm_sfeat(&ctx, 0, FID_COALESCING, (uint32_t)byte & 0xFF, 1, NULL, 0);
	} else if (kind == 0) {
		err = xnvme_nvm_write_uncorrectable(&ctx, 1, slba, 0);
	} else if (kind == 1) {
		err = xnvme_nvm_write_zeroes(&ctx, 1, slba, 0);
	} else {
		memset(lba, byte, sizeof(lba));
		err = xnvme_nvm_write(&ctx, 1, slba, 0, lba, NULL);
	}
	if (!err) {
		atomic_store(&expected->completed, byte);
		atomic_fetch_add(&g_journal->ncommands, 1);
	}

	return err;
}

static void *
worker_main(void *arg)
{
	while (!command(arg)) {
	}

	return NULL;
}

static void
child_main(unsigned round)
{
	struct xnvme_dev *dev = image_open();
	struct worker workers[NWORKERS];
	pthread_t threads[NWORKERS];

	for (unsigned i = 0; i < NWORKERS; ++i) {
		workers[i] = (struct worker){dev, i, (round + 1) * 2654435761U + i * 40503U};
		if (pthread_create(&threads[i], NULL, worker_main, &workers[i])) {
			_exit(3);
		}
	}
	for (unsigned i = 0; i < NWORKERS; ++i) {
		pthread_join(threads[i], NULL);
	}
	/* A command has failed */
	_exit(4);
}

/** From here on it is known */
static bool
settle(struct expected *expected, int is, const char *what, uint64_t nth)
{
	const int completed = atomic_load(&expected->completed);
	const int begun = atomic_load(&expected->begun);

	atomic_store(&expected->completed, is);
	atomic_store(&expected->begun, is);
	if (is == completed || is == begun) {
		return true;
	}
	printf("# %s %llu is %d; completed was %d, begun %d\n", what, (unsigned long long)nth, is,
	       completed, begun);

	return false;
}

static bool
check_image(void)
{
	struct xnvme_dev *dev = image_open();
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	bool ok = true;

	for (uint64_t slba = 0; slba < NLBAS; ++slba) {
		ok &= settle(&g_journal->lbas[slba], lba_byte(dev, slba), "LBA", slba);
	}
	ok &= !xnvme_adm_gfeat(&ctx, 0, FID_COALESCING, 0, NULL, 0);
	ok &= settle(&g_journal->feature, (int)(int8_t)ctx.cpl.result, "feature", FID_COALESCING);
	xnvme_dev_close(dev);

	return ok;
}

static bool
run_round(unsigned round, uint64_t *seed)
{
	const unsigned ncommands = (unsigned)(rnd(seed) % NCOMMANDS_MAX);
	int status = 0;
	pid_t pid;

	atomic_store(&g_journal->ncommands, 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		child_main(round);
	}
	while (pid > 0 && atomic_load(&g_journal->ncommands) < ncommands) {
		if (waitpid(pid, &status, WNOHANG)) {
			printf("# round %u: the child ends by itself: 0x%x\n", round,
			       (unsigned)status);
			return false;
		}
		sched_yield();
	}
	if (pid < 0 || kill(pid, SIGKILL) || waitpid(pid, &status, 0) != pid) {
		die("kill: %s", strerror(errno));
	}

	return check_image();
}

bool
kills_under_load(unsigned nrounds)
{
	uint64_t seed = 88172645463325252ULL;
	bool ok = true;

	g_journal = mmap(NULL, sizeof(*g_journal), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (g_journal == MAP_FAILED) {
		die("mmap: %s", strerror(errno));
	}
	image_remove();
	for (unsigned round = 0; ok && round < nrounds; ++round) {
		ok = run_round(round, &seed);
	}

	return ok;
}
