// SPDX-License-Identifier: BSD-3-Clause
/**
 * Paths through the library
 */
#include "bench.h"

#include <libxnvme.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#define NVECS 4U ///< Vectors of a command at most

struct ours {
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *buf;
	uint32_t qdepth;
	uint32_t nbytes;
	uint32_t nblocks; ///< Of the device, per command
	uint32_t nsid;
	uint64_t nfailed;
	struct iovec whole[BENCH_QD_MAX]; ///< The buffer of a command as one vector
	struct iovec parts[BENCH_QD_MAX][NVECS];
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

static void
fill_vectors(struct ours *ours)
{
	const uint32_t part = ours->nbytes / NVECS;

	for (uint32_t k = 0; k < BENCH_QD_MAX; ++k) {
		uint8_t *buf = ours->buf + (size_t)k * ours->nbytes;

		ours->whole[k] = (struct iovec){buf, ours->nbytes};
		for (uint32_t i = 0; i < NVECS; ++i) {
			ours->parts[k][i] = (struct iovec){buf + (size_t)i * part, part};
		}
	}
}

/** All but the content of the device */
static struct ours *
init_empty(const struct bench_args *args, struct xnvme_opts *opts, int opts_queue)
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
	fill_vectors(ours);

	return ours;
}

static void *
init_by(const struct bench_args *args, struct xnvme_opts *opts, int opts_queue)
{
	struct ours *ours = init_empty(args, opts, opts_queue);

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
expect(int err)
{
	if (err) {
		bench_die("submitting");
	}
}

static inline uint64_t
block_of(const struct ours *ours, uint64_t nth)
{
	return (nth & (BENCH_NBLOCKS - 1)) * ours->nblocks;
}

static inline uint8_t *
buf_of(const struct ours *ours, uint32_t k)
{
	return ours->buf + (size_t)k * ours->nbytes;
}

/* The ways to submit the nth command, with the kth buffer */

static inline void
submit(struct ours *ours, uint64_t nth, uint32_t k)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(ours->queue);

	expect(xnvme_nvm_read(ctx, ours->nsid, block_of(ours, nth), (uint16_t)(ours->nblocks - 1),
			      buf_of(ours, k), NULL));
}

static inline void
submit_pread(struct ours *ours, uint64_t nth, uint32_t k)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(ours->queue);

	expect(xnvme_file_pread(ctx, buf_of(ours, k), ours->nbytes,
				(off_t)((nth & (BENCH_NBLOCKS - 1)) * ours->nbytes)));
}

/** As fio's engine and SPDK's bdev do, which fill in the command themselves */
static inline struct xnvme_cmd_ctx *
get_filled(struct ours *ours, uint64_t nth)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(ours->queue);

	ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_READ;
	ctx->cmd.common.nsid = ours->nsid;
	ctx->cmd.nvm.slba = block_of(ours, nth);
	ctx->cmd.nvm.nlb = (uint16_t)(ours->nblocks - 1);

	return ctx;
}

static inline void
submit_pass(struct ours *ours, uint64_t nth, uint32_t k)
{
	expect(xnvme_cmd_pass(get_filled(ours, nth), buf_of(ours, k), ours->nbytes, NULL, 0));
}

static inline void
submit_iov1(struct ours *ours, uint64_t nth, uint32_t k)
{
	expect(
	    xnvme_cmd_pass_iov(get_filled(ours, nth), &ours->whole[k], 1, ours->nbytes, NULL, 0));
}

static inline void
submit_iov4(struct ours *ours, uint64_t nth, uint32_t k)
{
	expect(xnvme_cmd_pass_iov(get_filled(ours, nth), ours->parts[k], NVECS, ours->nbytes, NULL,
				  0));
}

static inline void
submit_passv1(struct ours *ours, uint64_t nth, uint32_t k)
{
	expect(
	    xnvme_cmd_passv(get_filled(ours, nth), &ours->whole[k], 1, ours->nbytes, NULL, 0, 0));
}

static inline void
submit_passv4(struct ours *ours, uint64_t nth, uint32_t k)
{
	expect(xnvme_cmd_passv(get_filled(ours, nth), ours->parts[k], NVECS, ours->nbytes, NULL, 0,
			       0));
}

__attribute__((noinline)) void
bench_submit(void *state, uint32_t nth)
{
	submit(state, nth, nth & (BENCH_QD_MAX - 1));
}

/** In a function that callgrind can tell from the rest */
static inline void
submit_apart(struct ours *ours, uint64_t nth, uint32_t k)
{
	(void)k;
	bench_submit(ours, (uint32_t)nth);
}

/* A loop for each way: a pointer to the way would be a call that programs do not make */
#define RUN(name, submit_by)                                                                       \
	static void run_##name(void *state, uint64_t ncmds)                                        \
	{                                                                                          \
		struct ours *ours = state;                                                         \
                                                                                                   \
		for (uint64_t i = 0; i < ncmds; i += ours->qdepth) {                               \
			for (uint32_t k = 0; k < ours->qdepth; ++k) {                              \
				submit_by(ours, i + k, k);                                         \
			}                                                                          \
			while (xnvme_queue_get_outstanding(ours->queue)) {                         \
				xnvme_queue_poke(ours->queue, 0);                                  \
			}                                                                          \
		}                                                                                  \
	}

RUN(queue, submit)
RUN(pread, submit_pread)
RUN(pass, submit_pass)
RUN(iov1, submit_iov1)
RUN(iov4, submit_iov4)
RUN(passv1, submit_passv1)
RUN(passv4, submit_passv4)
RUN(submit, submit_apart)

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

#ifdef BENCH_BATCH

#define NBATCH 32

/** The first commands, by which the queue has its depth */
static void
submit_first(struct ours *ours, struct xnvme_cmd_io ios[NBATCH], struct xnvme_cmd_ctx **ctxs)
{
	for (uint32_t i = 0; i < ours->qdepth; i += NBATCH) {
		if (xnvme_queue_get_cmd_ctxs(ours->queue, ctxs, NBATCH) != NBATCH) {
			bench_die("contexts");
		}
		for (uint32_t k = 0; k < NBATCH; ++k) {
			xnvme_prep_nvm(ctxs[k], XNVME_SPEC_NVM_OPC_READ, ours->nsid, 0,
				       (uint16_t)(ours->nblocks - 1));
			ios[k].ctx = ctxs[k];
			ios[k].dbuf = buf_of(ours, k);
			ios[k].dbuf_nbytes = ours->nbytes;
		}
		expect(xnvme_cmd_pass_batch(ours->queue, ios, NBATCH) - NBATCH);
	}
}

/** Contexts that are reaped are submitted again, with the next block */
static void
run_batch(void *state, uint64_t ncmds)
{
	struct xnvme_cmd_io ios[NBATCH] = {0};
	struct xnvme_cmd_ctx *ctxs[NBATCH];
	struct ours *ours = state;
	uint64_t i = 0;

	submit_first(ours, ios, ctxs);
	while (i < ncmds) {
		const int n = xnvme_queue_reap(ours->queue, ctxs, NBATCH);

		for (int k = 0; k < n; ++k, ++i) {
			ours->nfailed += (uint64_t)xnvme_cmd_ctx_cpl_status(ctxs[k]);
			ctxs[k]->cmd.nvm.slba = block_of(ours, i);
			ios[k].ctx = ctxs[k];
		}
		expect(xnvme_cmd_pass_batch(ours->queue, ios, (uint32_t)n) - n);
	}
	while (xnvme_queue_get_outstanding(ours->queue)) {
		const int n = xnvme_queue_reap(ours->queue, ctxs, NBATCH);

		expect(xnvme_queue_put_cmd_ctxs(ours->queue, ctxs, (uint32_t)n));
	}
}

#endif

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

static void *
init_direct(const struct bench_args *args)
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.async = "io_uring";
	opts.direct = 1;

	return init_by(args, &opts, 0);
}

static void *
init_hole(const struct bench_args *args)
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.async = "emu";

	return init_empty(args, &opts, 0);
}

const struct bench_path bench_ours[] = {
    {"nil", init_nil, run_queue, term},		  {"emu", init_emu, run_queue, term},
    {"thrpool", init_thrpool, run_queue, term},	  {"posix", init_posix, run_queue, term},
    {"io_uring", init_io_uring, run_queue, term}, {"sqpoll", init_sqpoll, run_queue, term},
    {"buffers", init_buffers, run_queue, term},	  {"libaio", init_libaio, run_queue, term},
    {"submit", init_thrpool, run_submit, term},	  {"sync", init_emu, run_sync, term},
    {"poke-emu", init_emu, run_poke, term},	  {"poke-thrpool", init_thrpool, run_poke, term},
    {"poke-posix", init_posix, run_poke, term},	  {"poke-io_uring", init_io_uring, run_poke, term},
    {"poke-libaio", init_libaio, run_poke, term}, {"direct", init_direct, run_queue, term},
    {"hole", init_hole, run_queue, term},	  {0},
};

const struct bench_way bench_ways[] = {
    {"pread", run_pread},
    {"pass", run_pass},
    {"iov1", run_iov1},
    {"iov4", run_iov4},
    {"passv1", run_passv1},
    {"passv4", run_passv4},
#ifdef BENCH_BATCH
    {"batch", run_batch},
#endif
    {0},
};
