// SPDX-License-Identifier: BSD-3-Clause
/**
 * Paths through the library
 */
#include "bench.h"

#include <libxnvme.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct ours {
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *buf;
	uint32_t qdepth;
	uint32_t nbytes;
	uint32_t nblocks; ///< Of the device, per command
	uint32_t nsid;
	uint64_t nfailed;
};

static void
on_completion(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	((struct ours *)cb_arg)->nfailed += (uint64_t)xnvme_cmd_ctx_cpl_status(ctx);
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

/** Memory that was never written is read without copying: write all of it */
static void
fill(struct ours *ours)
{
	for (uint32_t i = 0; i < BENCH_NBLOCKS; ++i) {
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(ours->dev);

		memset(ours->buf, (int)(i & 0x7f) + 1, ours->nbytes);
		if (xnvme_nvm_write(&ctx, ours->nsid, (uint64_t)i * ours->nblocks,
				    (uint16_t)(ours->nblocks - 1), ours->buf, NULL)) {
			bench_die("writing");
		}
	}
}

static void *
init_by(const struct bench_args *args, struct xnvme_opts *opts, int opts_queue)
{
	struct ours *ours = calloc(1, sizeof(*ours));

	ours->dev = xnvme_dev_open(args->uri, opts);
	if (!ours->dev) {
		bench_die("opening");
	}
	ours->qdepth = args->qdepth;
	ours->nbytes = args->nbytes;
	ours->nblocks = args->nbytes / xnvme_dev_get_geo(ours->dev)->lba_nbytes;
	ours->nsid = xnvme_dev_get_nsid(ours->dev);
	if (!ours->nblocks || xnvme_queue_init(ours->dev, BENCH_QD_MAX, opts_queue, &ours->queue)) {
		bench_die("setting up a queue");
	}
	xnvme_queue_set_cb(ours->queue, on_completion, ours);
	ours->buf = xnvme_buf_alloc(ours->dev, (size_t)args->nbytes * BENCH_QD_MAX);
	if (!ours->buf) {
		bench_die("memory");
	}
	fill(ours);

	return ours;
}

static void *
init(const struct bench_args *args, const char *async, int opts_queue)
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.async = async;

	return init_by(args, &opts, opts_queue);
}

static void
term(void *state)
{
	struct ours *ours = state;

	if (ours->nfailed) {
		bench_die("commands failed");
	}
	xnvme_queue_term(ours->queue);
	xnvme_buf_free(ours->dev, ours->buf);
	xnvme_dev_close(ours->dev);
	free(ours);
}

static inline void
submit(struct ours *ours, uint64_t nth, uint32_t k)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(ours->queue);

	if (xnvme_nvm_read(ctx, ours->nsid, (nth & (BENCH_NBLOCKS - 1)) * ours->nblocks,
			   (uint16_t)(ours->nblocks - 1), ours->buf + (size_t)k * ours->nbytes,
			   NULL)) {
		bench_die("submitting");
	}
}

static void
run_queue(void *state, uint64_t ncmds)
{
	struct ours *ours = state;

	for (uint64_t i = 0; i < ncmds; i += ours->qdepth) {
		for (uint32_t k = 0; k < ours->qdepth; ++k) {
			submit(ours, i + k, k);
		}
		while (xnvme_queue_get_outstanding(ours->queue)) {
			xnvme_queue_poke(ours->queue, 0);
		}
	}
}

__attribute__((noinline)) void
bench_submit(void *state, uint32_t nth)
{
	submit(state, nth, nth & (BENCH_QD_MAX - 1));
}

/** As run_queue(), with the submissions in a function that callgrind can tell from the rest */
static void
run_submit(void *state, uint64_t ncmds)
{
	struct ours *ours = state;

	for (uint64_t i = 0; i < ncmds; i += ours->qdepth) {
		for (uint32_t k = 0; k < ours->qdepth; ++k) {
			bench_submit(ours, (uint32_t)i + k);
		}
		while (xnvme_queue_get_outstanding(ours->queue)) {
			xnvme_queue_poke(ours->queue, 0);
		}
	}
}

static void
run_sync(void *state, uint64_t ncmds)
{
	struct ours *ours = state;

	for (uint64_t i = 0; i < ncmds; ++i) {
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(ours->dev);

		if (xnvme_file_pread(&ctx, ours->buf, ours->nbytes,
				     (off_t)((i & (BENCH_NBLOCKS - 1)) * ours->nbytes))) {
			bench_die("reading");
		}
	}
}

static void
run_poke(void *state, uint64_t ncmds)
{
	struct ours *ours = state;

	for (uint64_t i = 0; i < ncmds; ++i) {
		if (xnvme_queue_poke(ours->queue, 0)) {
			bench_die("poke found something");
		}
	}
}

#define INIT(name)                                                                                 \
	static void *init_##name(const struct bench_args *args)                                    \
	{                                                                                          \
		return init(args, #name, 0);                                                       \
	}

INIT(nil)
INIT(emu)
INIT(thrpool)
INIT(posix)
INIT(io_uring)
INIT(libaio)

static void *
init_sqpoll(const struct bench_args *args)
{
	return init(args, "io_uring", XNVME_QUEUE_SQPOLL);
}

static void *
init_buffers(const struct bench_args *args)
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.async = "io_uring";
	opts.register_buffers = 1;

	return init_by(args, &opts, 0);
}

const struct bench_path bench_ours[] = {
    {"nil", init_nil, run_queue, term},		  {"emu", init_emu, run_queue, term},
    {"thrpool", init_thrpool, run_queue, term},	  {"posix", init_posix, run_queue, term},
    {"io_uring", init_io_uring, run_queue, term}, {"sqpoll", init_sqpoll, run_queue, term},
    {"buffers", init_buffers, run_queue, term},	  {"libaio", init_libaio, run_queue, term},
    {"submit", init_thrpool, run_submit, term},	  {"sync", init_emu, run_sync, term},
    {"poke-emu", init_emu, run_poke, term},	  {"poke-thrpool", init_thrpool, run_poke, term},
    {"poke-posix", init_posix, run_poke, term},	  {"poke-io_uring", init_io_uring, run_poke, term},
    {"poke-libaio", init_libaio, run_poke, term}, {0},
};

/** System calls between two of these are counted; nothing else closes this descriptor */
static void
mark(void)
{
	close(-1);
}

void
bench_open(const struct bench_args *args)
{
	struct xnvme_opts opts = xnvme_opts_default();
	/* The first allocation in a process makes the C library ask the system for memory */
	void *volatile first = malloc(1);
	struct xnvme_dev *dev;
	size_t before;

	free(first);
	before = mallinfo2().uordblks;
	mark();
	dev = xnvme_dev_open(args->uri, &opts);
	mark();
	if (!dev) {
		bench_die("opening");
	}
	printf("%zu\n", mallinfo2().uordblks - before);
	xnvme_dev_close(dev);
}

void
bench_queue(const struct bench_args *args)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_queue *queue = NULL;
	struct xnvme_dev *dev;
	size_t before;
	size_t heap;

	opts.async = "thrpool";
	dev = xnvme_dev_open(args->uri, &opts);
	/* The first queue brings up what the device shares among them */
	if (!dev || xnvme_queue_init(dev, BENCH_QD_MAX, 0, &queue) || xnvme_queue_term(queue)) {
		bench_die("opening");
	}
	before = mallinfo2().uordblks;
	mark();
	if (xnvme_queue_init(dev, BENCH_QD_MAX, 0, &queue)) {
		bench_die("setting up a queue");
	}
	heap = mallinfo2().uordblks - before;
	xnvme_queue_term(queue);
	mark();
	printf("%zu\n", heap);
	xnvme_dev_close(dev);
}
