// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: capacity, contexts, callbacks, poking */
#include <conformance/conf.h>

#define NROUNDS 100

/** Writes, for those may have one buffer in common */
static struct op
write_lba(const struct conf_row *row, uint64_t slba, void *buf)
{
	return op_io(XNVME_SPEC_NVM_OPC_WRITE, slba, 0, buf, row->dev->lba_nbytes);
}

/** Any other capacity is refused, and not rounded */
static void
capacity_is_a_power_of_two_in_1_to_4096(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *const untouched = (struct xnvme_queue *)(uintptr_t)0x10;

	for (unsigned capacity = 0; capacity <= UINT16_MAX; ++capacity) {
		const bool good = capacity && capacity <= 4096 && (capacity & (capacity - 1)) == 0;
		struct xnvme_queue *queue = untouched;

		xnvme_err_clear();
		EQ(xnvme_queue_init(dev, (uint16_t)capacity, 0, &queue), good ? 0 : -EINVAL);
		if (!good) {
			CHECK(queue == untouched);
			CHECK(xnvme_err_last()->what[0]);
			continue;
		}
		EQ(xnvme_queue_get_capacity(queue), capacity);
		EQ(xnvme_queue_get_outstanding(queue), 0);
		EQ(xnvme_queue_term(queue), 0);
	}
	row_close(dev, NULL);
}

static void
unknown_queue_options_are_refused(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = NULL;

	EQ(xnvme_queue_init(dev, 4, 4, &queue), -EINVAL);
	EQ(xnvme_queue_init(dev, 4, 1 << 30, &queue), -EINVAL);
	EQ(xnvme_queue_init(dev, 4, -1, &queue), -EINVAL);
	CHECK(!queue);
	row_close(dev, NULL);
}

static void
full_queue_is_ebusy_without_side_effects(const struct conf_row *row)
{
	enum { CAPACITY = 8 };
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	const uint32_t nbytes = row->dev->lba_nbytes;
	uint8_t *bufs = row_buf(dev, (CAPACITY + 1) * (size_t)nbytes);
	struct xnvme_cmd_ctx *extra, before;
	struct xnvme_queue_stats stats;
	unsigned ncb = 0;
	struct op op;

	EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	for (unsigned i = 0; i < CAPACITY; ++i) {
		op = write_lba(row, i, bufs + i * nbytes);
		EQ(op_pass(get_ctx(queue), &op), 0);
	}
	extra = get_ctx(queue);
	op = write_lba(row, 0, bufs + CAPACITY * nbytes);
	EQ(op_pass(extra, &op), -EBUSY);
	before = *extra;
	EQ(op_pass(extra, &op), -EBUSY);
	SAME(extra, &before, sizeof(before));
	EQ(xnvme_queue_get_outstanding(queue), CAPACITY);
	EQ(ncb, 0);
	EQ(xnvme_queue_get_stats(queue, &stats), 0);
	EQ(stats.busy, 2);
	EQ(stats.submitted, CAPACITY);
	EQ(xnvme_queue_drain(queue), CAPACITY);
	EQ(ncb, CAPACITY);
	EQ(op_pass(extra, &op), 0);
	EQ(xnvme_queue_drain(queue), 1);
	EQ(ncb, CAPACITY + 1);
	xnvme_buf_free(dev, bufs);
	row_close(dev, queue);
}

/** An exhausted pool of contexts is an error that the caller can wait for */
static void
contexts_run_out_after_capacity_plus_one(const struct conf_row *row)
{
	enum { CAPACITY = 16 };
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	struct xnvme_cmd_ctx *ctxs[CAPACITY + 1];

	for (int round = 0; round < 3; ++round) {
		for (int i = 0; i <= CAPACITY; ++i) {
			ctxs[i] = get_ctx(queue);
			for (int k = 0; k < i; ++k) {
				CHECK(ctxs[k] != ctxs[i]);
			}
		}
		errno = 0;
		CHECK(!xnvme_queue_get_cmd_ctx(queue));
		EQ(errno, ENOMEM);
		errno = 0;
		CHECK(!xnvme_cmd_ctx_from_queue(queue));
		EQ(errno, ENOMEM);
		for (int i = 0; i <= CAPACITY; ++i) {
			EQ(xnvme_queue_put_cmd_ctx(queue, ctxs[i]), 0);
		}
	}
	row_close(dev, queue);
}

/** A context that is put back twice would be handed out twice */
static void
double_and_foreign_put_are_refused(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 4);
	struct xnvme_queue *other = row_queue(dev, 4);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	struct xnvme_cmd_ctx *ctx = get_ctx(queue);
	struct xnvme_cmd_ctx *foreign = get_ctx(other);
	struct xnvme_cmd_ctx of_dev = xnvme_cmd_ctx_from_dev(dev);
	const struct op op = write_lba(row, 0, buf);
	struct xnvme_cmd_ctx *all[5];
	unsigned ncb = 0;

	EQ(xnvme_queue_put_cmd_ctx(queue, foreign), -EINVAL);
	EQ(xnvme_queue_put_cmd_ctx(queue, &of_dev), -EINVAL);
	EQ(xnvme_queue_put_cmd_ctx(queue, NULL), -EINVAL);
	EQ(xnvme_queue_put_cmd_ctx(NULL, ctx), -EINVAL);
	EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
	EQ(xnvme_queue_put_cmd_ctx(queue, ctx), -EINVAL);
	/* Idle, so not to be submitted either */
	EQ(op_pass(ctx, &op), -EINVAL);
	EQ(xnvme_queue_get_outstanding(queue), 0);
	EQ(xnvme_queue_put_cmd_ctx(other, foreign), 0);
	EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	ctx = get_ctx(queue);
	EQ(op_pass(ctx, &op), 0);
	EQ(xnvme_queue_put_cmd_ctx(queue, ctx), -EINVAL);
	/* Not by op_pass(): the command of a context in flight is not ours to write */
	EQ(xnvme_cmd_pass(ctx, buf, row->dev->lba_nbytes, NULL, 0), -EINVAL);
	EQ(xnvme_queue_drain(queue), 1);
	EQ(ncb, 1);
	for (int i = 0; i < 5; ++i) {
		all[i] = get_ctx(queue);
		for (int k = 0; k < i; ++k) {
			CHECK(all[k] != all[i]);
		}
	}
	CHECK(!xnvme_queue_get_cmd_ctx(queue));
	for (int i = 0; i < 5; ++i) {
		EQ(xnvme_queue_put_cmd_ctx(queue, all[i]), 0);
	}
	xnvme_buf_free(dev, buf);
	EQ(xnvme_queue_term(other), 0);
	row_close(dev, queue);
}

/** A context that was used before is zeroed when it is handed out again */
static void
contexts_come_clean(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 1);
	const struct xnvme_spec_cmd no_cmd = {0};
	const struct xnvme_spec_cpl no_cpl = {0};

	for (int i = 0; i < 8; ++i) {
		struct xnvme_cmd_ctx *ctx = get_ctx(queue);

		SAME(&ctx->cmd, &no_cmd, sizeof(no_cmd));
		SAME(&ctx->cpl, &no_cpl, sizeof(no_cpl));
		CHECK(ctx->dev == dev);
		CHECK(ctx->async.queue == queue);
		memset(&ctx->cmd, 0xff, sizeof(ctx->cmd));
		memset(&ctx->cpl, 0xff, sizeof(ctx->cpl));
		EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
	}
	row_close(dev, queue);
}

static void
cleared_context_can_be_put_and_taken_again(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 2);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	const struct op op = write_lba(row, 0, buf);

	for (int i = 0; i < 10; ++i) {
		struct xnvme_cmd_ctx *ctx = get_ctx(queue);

		xnvme_cmd_ctx_clear(ctx);
		EQ(xnvme_cmd_pass(ctx, buf, row->dev->lba_nbytes, NULL, 0), -EINVAL);
		EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
		GOOD(op_async(queue, &op));
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

struct resubmit {
	struct op op;
	struct xnvme_queue *queue;
	unsigned ncb;
	unsigned limit;
	unsigned nsubmitted;
};

static void
on_resubmit(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct resubmit *all = arg;

	all->ncb++;
	EQ(ctx->cpl.status.sc, 0);
	CHECK(xnvme_queue_get_outstanding(all->queue) < xnvme_queue_get_capacity(all->queue));
	if (all->nsubmitted == all->limit) {
		EQ(xnvme_queue_put_cmd_ctx(all->queue, ctx), 0);
		return;
	}
	/* Every other time a fresh context, so that both ways hold */
	if (all->ncb % 2) {
		EQ(xnvme_queue_put_cmd_ctx(all->queue, ctx), 0);
		ctx = get_ctx(all->queue);
	}
	EQ(op_pass(ctx, &all->op), 0);
	all->nsubmitted++;
}

/** A callback finds room for one command in a queue that was full */
static void
resubmit_from_callback_at_full_depth(const struct conf_row *row)
{
	for (uint16_t capacity = 1; capacity <= 64; capacity = (uint16_t)(capacity * 8)) {
		struct xnvme_dev *dev = row_open(row);
		struct resubmit all = {.limit = capacity * NROUNDS};
		uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
		struct xnvme_queue_stats stats;

		all.op = write_lba(row, 1, buf);
		all.queue = row_queue(dev, capacity);
		EQ(xnvme_queue_set_cb(all.queue, on_resubmit, &all), 0);
		for (unsigned i = 0; i < capacity; ++i) {
			EQ(op_pass(get_ctx(all.queue), &all.op), 0);
			all.nsubmitted++;
		}
		while (xnvme_queue_get_outstanding(all.queue)) {
			CHECK(xnvme_queue_poke(all.queue, 0) >= 0);
		}
		EQ(all.ncb, all.limit);
		EQ(xnvme_queue_get_stats(all.queue, &stats), 0);
		EQ(stats.submitted, all.limit);
		EQ(stats.completed, all.limit);
		EQ(stats.failed, 0);
		xnvme_buf_free(dev, buf);
		row_close(dev, all.queue);
	}
}

static void
poke_is_bounded_by_max(const struct conf_row *row)
{
	enum { CAPACITY = 32 };
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	const struct op op = write_lba(row, 0, buf);
	unsigned ncb = 0, seen = 0;

	EQ(xnvme_queue_poke(queue, 0), 0);
	EQ(xnvme_queue_poke(queue, 1), 0);
	EQ(xnvme_queue_poke(queue, UINT32_MAX), 0);
	EQ(xnvme_queue_drain(queue), 0);
	EQ(xnvme_queue_wait(queue), 0);
	EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	for (uint32_t max = 1; max <= 8; ++max) {
		for (int i = 0; i < CAPACITY; ++i) {
			EQ(op_pass(get_ctx(queue), &op), 0);
		}
		while (xnvme_queue_get_outstanding(queue)) {
			const int done = xnvme_queue_poke(queue, max);

			CHECK(done >= 0 && (uint32_t)done <= max);
			seen += (unsigned)done;
			EQ(ncb, seen);
		}
	}
	EQ(ncb, 8 * CAPACITY);
	for (int i = 0; i < CAPACITY; ++i) {
		EQ(op_pass(get_ctx(queue), &op), 0);
	}
	while (xnvme_queue_get_outstanding(queue)) {
		CHECK(xnvme_queue_poke(queue, UINT32_MAX) >= 0);
	}
	EQ(xnvme_queue_poke(queue, 0), 0);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
on_reentry(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct xnvme_queue *queue = ctx->async.queue;
	unsigned *count = arg;

	EQ(xnvme_queue_poke(queue, 0), -EDEADLK);
	EQ(xnvme_queue_poke(queue, 1), -EDEADLK);
	EQ(xnvme_queue_drain(queue), -EDEADLK);
	EQ(xnvme_queue_wait(queue), -EDEADLK);
	EQ(xnvme_queue_term(queue), -EDEADLK);
	CHECK(xnvme_err_last()->what[0]);
	++*count;
	EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
}

/** A callback that would wait for itself is told so */
static void
poke_drain_term_inside_callback_are_edeadlk(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 8);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	const struct op op = write_lba(row, 0, buf);
	unsigned ncb = 0;

	EQ(xnvme_queue_set_cb(queue, on_reentry, &ncb), 0);
	for (int i = 0; i < 8; ++i) {
		EQ(op_pass(get_ctx(queue), &op), 0);
	}
	EQ(xnvme_queue_drain(queue), 8);
	EQ(ncb, 8);
	for (int i = 0; i < 8; ++i) {
		EQ(op_pass(get_ctx(queue), &op), 0);
	}
	/* The same holds for the callbacks that terminating calls */
	EQ(xnvme_queue_term(queue), 0);
	EQ(ncb, 16);
	xnvme_buf_free(dev, buf);
	row_close(dev, NULL);
}

static void
on_late_submit(struct xnvme_cmd_ctx *ctx, void *arg)
{
	const struct resubmit *all = arg;
	struct resubmit *mine = arg;

	EQ(op_pass(ctx, &all->op), -ESHUTDOWN);
	mine->ncb++;
}

static void
submit_while_terminating_is_eshutdown(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct resubmit all = {0};
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);

	all.queue = row_queue(dev, 8);
	all.op = write_lba(row, 0, buf);
	EQ(xnvme_queue_set_cb(all.queue, on_late_submit, &all), 0);
	for (int i = 0; i < 8; ++i) {
		EQ(op_pass(get_ctx(all.queue), &all.op), 0);
	}
	EQ(xnvme_queue_term(all.queue), 0);
	EQ(all.ncb, 8);
	xnvme_buf_free(dev, buf);
	row_close(dev, NULL);
}

/** Failing and good commands alike: one callback for what was accepted, none for the rest */
static void
every_accepted_command_has_one_callback(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 16);
	const uint32_t nbytes = row->dev->lba_nbytes;
	uint64_t state = rnd_seed(row);
	uint8_t *buf = row_buf(dev, nbytes);
	unsigned naccepted = 0, ncb = 0;
	struct xnvme_queue_stats stats;

	EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	for (int i = 0; i < 2000; ++i) {
		struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(queue);
		struct op op = write_lba(row, rnd(&state) % 64, buf);

		if (!ctx) {
			CHECK(xnvme_queue_poke(queue, 0) >= 0);
			continue;
		}
		switch (rnd(&state) % 4) {
		case 0:
			op.cmd.nvm.slba = UINT64_MAX;
			break;
		case 1:
			op.nbytes = nbytes - 1;
			break;
		default:
			break;
		}
		if (op_pass(ctx, &op)) {
			EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
		} else {
			naccepted++;
		}
		if (rnd(&state) % 8 == 0) {
			CHECK(xnvme_queue_poke(queue, (uint32_t)(rnd(&state) % 5)) >= 0);
		}
		EQ(xnvme_queue_get_outstanding(queue), naccepted - ncb);
	}
	CHECK(xnvme_queue_drain(queue) >= 0);
	EQ(ncb, naccepted);
	EQ(xnvme_queue_get_stats(queue, &stats), 0);
	EQ(stats.completed, ncb);
	CHECK(!row->moves_data || stats.failed > 0);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
outstanding_equals_a_shadow_model(const struct conf_row *row)
{
	uint64_t state = rnd_seed(row);

	for (uint16_t capacity = 1; capacity <= 32; capacity = (uint16_t)(capacity * 2)) {
		struct xnvme_dev *dev = row_open(row);
		struct xnvme_queue *queue = row_queue(dev, capacity);
		uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
		const struct op op = write_lba(row, 2, buf);
		unsigned model = 0, ncb = 0;

		EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
		for (int i = 0; i < 500; ++i) {
			if (rnd(&state) % 3) {
				struct xnvme_cmd_ctx *ctx = get_ctx(queue);
				const int err = op_pass(ctx, &op);

				EQ(err, model == capacity ? -EBUSY : 0);
				model += !err;
				if (err) {
					EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
				}
			} else {
				const unsigned before = ncb;
				const int done =
				    xnvme_queue_poke(queue, (uint32_t)(rnd(&state) % 4));

				CHECK(done >= 0);
				EQ(ncb, before + (unsigned)done);
				model -= (unsigned)done;
			}
			EQ(xnvme_queue_get_outstanding(queue), model);
		}
		EQ(xnvme_queue_drain(queue), model);
		xnvme_buf_free(dev, buf);
		row_close(dev, queue);
	}
}

static void
keep_ctx(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct outcome *out = arg;

	*out = op_outcome(ctx, 0);
	out->ncb = 1;
}

/** Submit on a context that the caller keeps */
static struct outcome
again(struct xnvme_cmd_ctx *ctx, const struct op *op)
{
	struct outcome out = {0};

	xnvme_cmd_ctx_set_cb(ctx, keep_ctx, &out);
	EQ(op_pass(ctx, op), 0);
	EQ(xnvme_queue_drain(ctx->async.queue), 1);
	EQ(out.ncb, 1);

	return out;
}

/** A failure must not shine through the success of the next command, however that is submitted */
static void
completion_is_clean_after_a_failure_on_the_same_context(const struct conf_row *row)
{
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 4);
	uint8_t *buf = row_buf(dev, 2 * (size_t)nbytes);
	struct iovec iov[2] = {{buf, nbytes}, {buf + nbytes, nbytes}};
	struct xnvme_cmd_ctx *ctx = get_ctx(queue);
	struct xnvme_spec_dsm_range range = {.llb = 1};
	const struct op bad = op_io(XNVME_SPEC_NVM_OPC_READ, UINT64_MAX - 1, 0, buf, nbytes);
	struct op ops[] = {
	    op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, nbytes),
	    op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, 0, buf, nbytes),
	    op_iov(XNVME_SPEC_NVM_OPC_READ, 0, 1, iov, 2, 2ULL * nbytes),
	    op_iov(XNVME_SPEC_NVM_OPC_WRITE, 0, 1, iov, 2, 2ULL * nbytes),
	    op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0),
	    op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 0, 0, NULL, 0),
	    op_io(XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT, 0, 0, &range, sizeof(range)),
	    op_io(XNVME_SPEC_FS_OPC_READ, 0, 0, buf, nbytes),
	    op_iov(XNVME_SPEC_FS_OPC_WRITE, 0, 0, iov, 2, 2ULL * nbytes),
	    op_io(XNVME_SPEC_FS_OPC_FLUSH, 0, 0, NULL, 0),
	};

	ops[6].cmd = (struct xnvme_spec_cmd){0};
	ops[6].cmd.common.opcode = XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); ++i) {
		VERDICT(again(ctx, &bad), OP_ASYNC, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
		GOOD(again(ctx, &ops[i]));
	}
	EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

/** Commands that the async interface cannot carry run all the same, and are counted */
static void
stats_count_what_was_deferred(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 8);
	const uint32_t nbytes = row->dev->lba_nbytes;
	uint8_t *buf = row_buf(dev, 2 * (size_t)nbytes);
	struct iovec iov[2] = {{buf, nbytes}, {buf + nbytes, nbytes}};
	const struct op vectored = op_iov(XNVME_SPEC_NVM_OPC_WRITE, 0, 1, iov, 2, 2ULL * nbytes);
	const struct op flush = op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0);
	const struct op zeroes = op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 0, 0, NULL, 0);
	uint64_t expected = 0;
	struct xnvme_queue_stats stats;
	struct xnvme_caps caps;

	EQ(xnvme_dev_get_caps(dev, &caps), 0);
	CHECK(caps.queue_capacity_max >= 1);
	GOOD(op_async(queue, &vectored));
	/* Where metadata is none of the caller's, the sync path makes some up for commands */
	expected +=
	    !caps.vectored || (row->dev->metadata && strcmp(row->async, "io_uring_cmd") == 0);
	GOOD(op_async(queue, &flush));
	expected += xnvme_dev_can(dev, XNVME_SPEC_NVM_OPC_FLUSH) == XNVME_CAPS_SYNC;
	GOOD(op_async(queue, &zeroes));
	expected += xnvme_dev_can(dev, XNVME_SPEC_NVM_OPC_WRITE_ZEROES) == XNVME_CAPS_SYNC;
	EQ(xnvme_queue_get_stats(queue, &stats), 0);
	EQ(stats.deferred, expected);
	EQ(stats.submitted, 3);
	EQ(stats.completed, 3);
	EQ(stats.failed, 0);
	EQ(stats.busy, 0);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
polling_where_there_is_none_is_enotsup(const struct conf_row *row)
{
	static const int polls[] = {XNVME_QUEUE_IOPOLL, XNVME_QUEUE_SQPOLL,
				    XNVME_QUEUE_IOPOLL | XNVME_QUEUE_SQPOLL};

	for (size_t i = 0; i < 3; ++i) {
		struct xnvme_opts opts = row_opts(row);
		struct xnvme_dev *dev = row_open(row);
		struct xnvme_queue *queue = NULL;
		int by_queue, by_dev;

		by_queue = xnvme_queue_init(dev, 4, polls[i], &queue);
		/* Honoured or refused, never dropped */
		CHECK(by_queue == -ENOTSUP ? !queue && xnvme_err_last()->what[0] : !by_queue);
		xnvme_queue_term(queue);
		xnvme_dev_close(dev);

		queue = NULL;
		opts.poll_io = (polls[i] & XNVME_QUEUE_IOPOLL) != 0;
		opts.poll_sq = (polls[i] & XNVME_QUEUE_SQPOLL) != 0;
		dev = xnvme_dev_open(row->dev->uri, &opts);
		CHECK(dev);
		by_dev = xnvme_queue_init(dev, 4, 0, &queue);
		EQ(by_dev, by_queue);
		xnvme_queue_term(queue);
		xnvme_dev_close(dev);
	}
}

/** What a queue that polls was asked to do is done, as by any other: not one refusal per command */
static void
polling_queues_work_or_are_refused(const struct conf_row *row)
{
	enum { NBLOCKS = 8 };
	const size_t nbytes = (size_t)NBLOCKS * row->dev->lba_nbytes;

	for (int poll = 1; poll <= (XNVME_QUEUE_IOPOLL | XNVME_QUEUE_SQPOLL); ++poll) {
		struct xnvme_opts opts = row_opts(row);
		struct xnvme_queue *queue = NULL;
		struct xnvme_dev *dev;
		uint8_t *data, *back;

		/* Files are polled past the page cache only */
		opts.direct = row->dev->is_file;
		dev = xnvme_dev_open(row->dev->uri, &opts);
		if (!dev) {
			EQ(errno, EINVAL);
			CHECK(strstr(xnvme_err_last()->what, "O_DIRECT"));
			continue;
		}
		if (xnvme_queue_init(dev, 4, poll, &queue) == 0) {
			struct op write =
			    op_io(XNVME_SPEC_NVM_OPC_WRITE, 8, NBLOCKS - 1, NULL, nbytes);
			struct op read =
			    op_io(XNVME_SPEC_NVM_OPC_READ, 8, NBLOCKS - 1, NULL, nbytes);

			write.data = data = row_buf(dev, nbytes);
			read.data = back = row_buf(dev, nbytes);
			for (uint64_t i = 0; i < 16; ++i) {
				pattern(data, nbytes, 60 + i);
				GOOD(op_async(queue, &write));
				GOOD(op_async(queue, &read));
				SAME(back, data, nbytes);
			}
			xnvme_buf_free(dev, data);
			xnvme_buf_free(dev, back);
		} else {
			CHECK(xnvme_err_last()->what[0]);
		}
		row_close(dev, queue);
	}
}

/** Nobody put it back in a callback, so the caller still has it, and the verdict is in there */
static void
context_without_a_callback_completes_in_silence(const struct conf_row *row)
{
	enum { N = 4 };
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, N);
	uint8_t *buf = row_buf(dev, (size_t)N * nbytes);
	const bool fails = row->moves_data;

	for (unsigned round = 0; round < 3; ++round) {
		struct xnvme_cmd_ctx *ctxs[N];

		for (unsigned i = 0; i < N; ++i) {
			/* The last one fails: reads past the end do everywhere */
			const uint64_t slba = i == N - 1 ? row->dev->nlbas : i;
			const struct op op =
			    op_io(XNVME_SPEC_NVM_OPC_READ, slba, 0, buf + i * nbytes, nbytes);

			ctxs[i] = get_ctx(queue);
			EQ(op_pass(ctxs[i], &op), 0);
		}
		EQ(xnvme_queue_drain(queue), N);
		for (unsigned i = 0; i < N; ++i) {
			const bool bad = fails && i == N - 1;

			EQ(!!xnvme_cmd_ctx_cpl_status(ctxs[i]), bad);
			EQ(ctxs[i]->cpl.status.sc, bad ? SC_LBA_OUT_OF_RANGE : 0);
			EQ(xnvme_queue_put_cmd_ctx(queue, ctxs[i]), 0);
		}
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

const struct conf_case conf_cases_queue[] = {
    CONF_CASE(capacity_is_a_power_of_two_in_1_to_4096, SCOPE_ROW, 0),
    CONF_CASE(unknown_queue_options_are_refused, SCOPE_ROW, 0),
    CONF_CASE(polling_where_there_is_none_is_enotsup, SCOPE_ROW, 0),
    CONF_CASE(polling_queues_work_or_are_refused, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(full_queue_is_ebusy_without_side_effects, SCOPE_ROW, 0),
    CONF_CASE(contexts_run_out_after_capacity_plus_one, SCOPE_ROW, 0),
    CONF_CASE(double_and_foreign_put_are_refused, SCOPE_ROW, 0),
    CONF_CASE(contexts_come_clean, SCOPE_ROW, 0),
    CONF_CASE(cleared_context_can_be_put_and_taken_again, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(resubmit_from_callback_at_full_depth, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(poke_is_bounded_by_max, SCOPE_ROW, 0),
    CONF_CASE(poke_drain_term_inside_callback_are_edeadlk, SCOPE_ROW, 0),
    CONF_CASE(submit_while_terminating_is_eshutdown, SCOPE_ROW, 0),
    CONF_CASE(every_accepted_command_has_one_callback, SCOPE_ROW, 0),
    CONF_CASE(outstanding_equals_a_shadow_model, SCOPE_ROW, 0),
    CONF_CASE(completion_is_clean_after_a_failure_on_the_same_context, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS),
    CONF_CASE(context_without_a_callback_completes_in_silence, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(stats_count_what_was_deferred, SCOPE_ROW, NEED_LBAS),
    {0},
};
