// SPDX-License-Identifier: BSD-3-Clause
/**
 * Costs that are not of a command in a loop: opening, queues, memory, many devices
 *
 * callgrind counts what runs inside the functions bench_*() of this file.
 */
#include "bench.h"

#include <libxnvme.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NSAMPLES     10U ///< Of many devices or queues
#define CHUNK_NBYTES 65536U
#define BLOCK_NBYTES 4096U

/** System calls between two of these are counted; nothing else closes this descriptor */
static void
mark(void)
{
	close(-1);
}

static struct xnvme_dev *
open_by(const char *uri, const char *async)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev;

	opts.async = async;
	dev = xnvme_dev_open(uri, &opts);
	if (!dev) {
		bench_die("opening");
	}

	return dev;
}

static struct xnvme_queue *
queue_of(struct xnvme_dev *dev, uint16_t capacity)
{
	struct xnvme_queue *queue;

	if (xnvme_queue_init(dev, capacity, 0, &queue)) {
		bench_die("setting up a queue");
	}

	return queue;
}

static void *
table_of(uint32_t n)
{
	void *table = calloc(n, sizeof(void *));

	if (!table) {
		bench_die("memory");
	}

	return table;
}

/** Of opening a device: heap, system calls, instructions */
static void
cost_open(const char *uri, uint32_t n)
{
	struct xnvme_opts opts = xnvme_opts_default();
	/* The first allocation in a process makes the C library ask the system for memory */
	void *volatile first = malloc(1);
	struct xnvme_dev *dev;
	size_t before;

	(void)n;
	free(first);
	before = mallinfo2().uordblks;
	mark();
	dev = xnvme_dev_open(uri, &opts);
	mark();
	if (!dev) {
		bench_die("opening");
	}
	printf("%zu\n", mallinfo2().uordblks - before);
	xnvme_dev_close(dev);
}

/** Of a queue of a device that had one before: heap, system calls, instructions */
static void
cost_queue(const char *uri, uint32_t n)
{
	struct xnvme_dev *dev = open_by(uri, "thrpool");
	struct xnvme_queue *queue;
	size_t before;
	size_t heap;

	(void)n;
	/* The first queue brings up what the device shares among them */
	xnvme_queue_term(queue_of(dev, BENCH_QD_MAX));
	before = mallinfo2().uordblks;
	mark();
	queue = queue_of(dev, BENCH_QD_MAX);
	heap = mallinfo2().uordblks - before;
	xnvme_queue_term(queue);
	mark();
	printf("%zu\n", heap);
	xnvme_dev_close(dev);
}

/** Resident memory of this process */
static uint64_t
resident_nbytes(void)
{
	FILE *statm = fopen("/proc/self/statm", "r");
	unsigned long long total, resident;

	if (!statm || fscanf(statm, "%llu %llu", &total, &resident) != 2) {
		bench_die("/proc/self/statm");
	}
	fclose(statm);

	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

__attribute__((noinline)) static void
bench_fresh(struct xnvme_dev *dev, uint8_t *buf, uint32_t n)
{
	const struct xnvme_geo *geo = xnvme_dev_get_geo(dev);
	const uint32_t nblocks = BLOCK_NBYTES / geo->lba_nbytes;
	const uint32_t nchunks = (uint32_t)(geo->tbytes / CHUNK_NBYTES);
	const uint32_t nsid = xnvme_dev_get_nsid(dev);

	for (uint32_t i = 0; i < n; ++i) {
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
		/* A multiplier without a common factor: in no order, and each chunk once */
		const uint64_t chunk = (uint64_t)i * 40503U % nchunks;
		const uint64_t offset = chunk * CHUNK_NBYTES + i % 16 * BLOCK_NBYTES;

		if (xnvme_nvm_write(&ctx, nsid, offset / geo->lba_nbytes, (uint16_t)(nblocks - 1),
				    buf, NULL)) {
			bench_die("writing");
		}
	}
}

/** Of writing 4 KiB where nothing was: resident bytes per write, and instructions */
static void
cost_fresh(const char *uri, uint32_t n)
{
	struct xnvme_dev *dev = open_by(uri, "emu");
	uint8_t *buf = xnvme_buf_alloc(dev, BLOCK_NBYTES);
	uint64_t before;

	if (!buf || xnvme_dev_get_geo(dev)->tbytes / CHUNK_NBYTES < n) {
		bench_die("the device is too small");
	}
	memset(buf, 1, BLOCK_NBYTES);
	before = resident_nbytes();
	bench_fresh(dev, buf, n);
	printf("%.0f\n", (double)(resident_nbytes() - before) / n);
	xnvme_buf_free(dev, buf);
	xnvme_dev_close(dev);
}

__attribute__((noinline)) static void
bench_requeue(struct xnvme_dev *dev)
{
	for (uint32_t i = 0; i < NSAMPLES; ++i) {
		xnvme_queue_term(queue_of(dev, 16));
	}
}

__attribute__((noinline)) static void
bench_close(struct xnvme_dev **devs, uint32_t n)
{
	for (uint32_t i = 0; i < NSAMPLES; ++i) {
		xnvme_dev_close(devs[i * (n / NSAMPLES)]);
	}
}

/** Of a queue, and of closing devices, while there are n devices */
static void
cost_devices(const char *uri, uint32_t n)
{
	struct xnvme_dev **devs = table_of(n);

	for (uint32_t i = 0; i < n; ++i) {
		devs[i] = open_by(uri, "emu");
	}
	bench_requeue(devs[0]);
	bench_close(devs, n);
	exit(EXIT_SUCCESS);
}

__attribute__((noinline)) static void
bench_term(struct xnvme_queue **queues, uint32_t n)
{
	for (uint32_t i = 0; i < NSAMPLES; ++i) {
		xnvme_queue_term(queues[i * (n / NSAMPLES)]);
	}
}

/** Of terminating queues while there are n */
static void
cost_queues(const char *uri, uint32_t n)
{
	struct xnvme_dev *dev = open_by(uri, "emu");
	struct xnvme_queue **queues = table_of(n);

	for (uint32_t i = 0; i < n; ++i) {
		queues[i] = queue_of(dev, 16);
	}
	bench_term(queues, n);
	exit(EXIT_SUCCESS);
}

/** Of terminating n queues of libaio: milliseconds that the caller waits */
static void
cost_aio(const char *uri, uint32_t n)
{
	struct xnvme_dev *dev = open_by(uri, "libaio");
	struct xnvme_queue **queues = table_of(n);
	struct timespec begin;
	struct timespec end;

	for (uint32_t i = 0; i < n; ++i) {
		queues[i] = queue_of(dev, 16);
	}
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (uint32_t i = 0; i < n; ++i) {
		xnvme_queue_term(queues[i]);
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%.3f\n", (double)(end.tv_sec - begin.tv_sec) * 1e3 +
			     (double)(end.tv_nsec - begin.tv_nsec) / 1e6);
	xnvme_dev_close(dev);
	free(queues);
}

const struct bench_cost bench_costs[] = {
    {"open", cost_open},
    {"queue", cost_queue},
    {"fresh", cost_fresh},
    {"devices", cost_devices},
    {"queues", cost_queues},
    {"aio", cost_aio},
    {0},
};
