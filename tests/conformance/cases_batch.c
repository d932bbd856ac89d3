// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: contexts and commands by the batch, and completions without callbacks */
#include <conformance/conf.h>

#define CAPACITY 8

struct bench {
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *bufs; ///< One LBA for each context
	uint32_t lba_nbytes;
	struct xnvme_cmd_ctx *ctxs[CAPACITY + 2];
	struct xnvme_cmd_io ios[CAPACITY + 2];
	unsigned ncb;
};

static void
begin(struct bench *bench, const struct conf_row *row)
{
	memset(bench, 0, sizeof(*bench));
	bench->dev = row_open(row);
	bench->queue = row_queue(bench->dev, CAPACITY);
	bench->lba_nbytes = row->dev->lba_nbytes;
	bench->bufs = row_buf(bench->dev, (size_t)bench->lba_nbytes * (CAPACITY + 2));
	EQ(xnvme_queue_set_cb(bench->queue, cb_count, &bench->ncb), 0);
}

static void
end(struct bench *bench)
{
	xnvme_buf_free(bench->dev, bench->bufs);
	row_close(bench->dev, bench->queue);
}

static void
fill(struct bench *bench, uint32_t i, uint8_t opcode, struct xnvme_cmd_ctx *ctx)
{
	ctx->cmd.common.opcode = opcode;
	ctx->cmd.common.nsid = xnvme_dev_get_nsid(bench->dev);
	ctx->cmd.nvm.slba = i;
	ctx->cmd.nvm.nlb = 0;
	bench->ios[i] = (struct xnvme_cmd_io){
	    .ctx = ctx,
	    .dbuf = bench->bufs + (size_t)i * bench->lba_nbytes,
	    .dbuf_nbytes = bench->lba_nbytes,
	};
}

/** `n` contexts with a command each */
static void
take(struct bench *bench, uint32_t n, uint8_t opcode)
{
	EQ(xnvme_queue_get_cmd_ctxs(bench->queue, bench->ctxs, n), n);
	for (uint32_t i = 0; i < n; ++i) {
		fill(bench, i, opcode, bench->ctxs[i]);
	}
}

/** Reap until `n` contexts are back */
static void
reap(struct bench *bench, uint32_t n)
{
	struct xnvme_cmd_ctx *ctxs[CAPACITY];
	uint32_t count = 0;

	while (count < n) {
		const int res = xnvme_queue_reap(bench->queue, ctxs, CAPACITY);

		CHECK(res >= 0 && res <= (int)(n - count));
		for (int i = 0; i < res; ++i) {
			EQ(ctxs[i]->cpl.status.sc, 0);
		}
		EQ(xnvme_queue_put_cmd_ctxs(bench->queue, ctxs, (uint32_t)res), 0);
		count += (uint32_t)res;
	}
	EQ(xnvme_queue_get_outstanding(bench->queue), 0);
}

static void
contexts_are_taken_and_put_by_the_batch(const struct conf_row *row)
{
	const struct xnvme_spec_cmd none = {0};
	struct bench bench;

	begin(&bench, row);
	EQ(xnvme_queue_get_cmd_ctxs(bench.queue, bench.ctxs, 0), 0);
	EQ(xnvme_queue_get_cmd_ctxs(bench.queue, bench.ctxs, CAPACITY + 2), CAPACITY + 1);
	EQ(xnvme_queue_get_cmd_ctxs(bench.queue, bench.ctxs, 1), 0);
	CHECK(!xnvme_queue_get_cmd_ctx(bench.queue));
	for (int i = 0; i <= CAPACITY; ++i) {
		SAME(&bench.ctxs[i]->cmd, &none, sizeof(none));
		bench.ctxs[i]->cmd.common.opcode = 0xff;
		for (int k = 0; k < i; ++k) {
			CHECK(bench.ctxs[i] != bench.ctxs[k]);
		}
	}
	EQ(xnvme_queue_put_cmd_ctxs(bench.queue, bench.ctxs, CAPACITY + 1), 0);
	EQ(xnvme_queue_put_cmd_ctxs(bench.queue, bench.ctxs, 0), 0);
	EQ(xnvme_queue_get_cmd_ctxs(bench.queue, bench.ctxs, 2), 2);
	SAME(&bench.ctxs[0]->cmd, &none, sizeof(none));
	EQ(xnvme_queue_put_cmd_ctxs(bench.queue, bench.ctxs, 2), 0);
	end(&bench);
}

static void
contexts_are_put_all_or_none(const struct conf_row *row)
{
	struct bench bench;
	struct xnvme_cmd_ctx sync, *bad[5];

	begin(&bench, row);
	take(&bench, 5, XNVME_SPEC_NVM_OPC_READ);
	sync = xnvme_cmd_ctx_from_dev(bench.dev);
	bad[0] = NULL;
	bad[1] = &sync;
	bad[2] = bench.ctxs[0]; /* Named twice */
	bad[3] = bench.ctxs[3]; /* In flight */
	bad[4] = bench.ctxs[4]; /* Idle */
	EQ(xnvme_cmd_pass_batch(bench.queue, &bench.ios[3], 1), 1);
	EQ(xnvme_queue_put_cmd_ctx(bench.queue, bench.ctxs[4]), 0);
	for (int i = 0; i < 5; ++i) {
		bench.ctxs[2] = bad[i];
		EQ(xnvme_queue_put_cmd_ctxs(bench.queue, bench.ctxs, 3), -EINVAL);
		CHECK(xnvme_err_last()->what[0] && xnvme_err_last()->hint[0]);
	}
	/* They are still held */
	EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, 3), 3);
	reap(&bench, 4);
	EQ(xnvme_queue_get_cmd_ctxs(bench.queue, bench.ctxs, CAPACITY + 2), CAPACITY + 1);
	EQ(xnvme_queue_put_cmd_ctxs(bench.queue, bench.ctxs, CAPACITY + 1), 0);
	end(&bench);
}

/** Contexts that were cleared: putting them restores their links */
static void
cleared_contexts_are_put_all_or_none(const struct conf_row *row)
{
	struct bench bench;
	struct xnvme_cmd_ctx *twice[3];

	begin(&bench, row);
	take(&bench, 3, XNVME_SPEC_NVM_OPC_READ);
	xnvme_cmd_ctx_clear(bench.ctxs[0]);
	xnvme_cmd_ctx_clear(bench.ctxs[2]);
	twice[0] = bench.ctxs[0];
	twice[1] = bench.ctxs[1];
	for (int i = 0; i < 3; ++i) {
		twice[2] = i < 2 ? bench.ctxs[i] : NULL;
		EQ(xnvme_queue_put_cmd_ctxs(bench.queue, twice, 3), -EINVAL);
	}
	EQ(xnvme_queue_put_cmd_ctxs(bench.queue, bench.ctxs, 3), 0);
	take(&bench, CAPACITY, XNVME_SPEC_NVM_OPC_READ);
	EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, CAPACITY), CAPACITY);
	reap(&bench, CAPACITY);
	end(&bench);
}

static void
reap_of_an_inherited_queue_is_eownerdead(const struct conf_row *row)
{
	struct bench bench;
	struct xnvme_cmd_ctx *ctxs[2];
	int pid;

	begin(&bench, row);
	take(&bench, 2, XNVME_SPEC_NVM_OPC_READ);
	EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, 2), 2);
	pid = sys_fork();
	if (pid == 0) {
		EQ(xnvme_queue_reap(bench.queue, ctxs, 2), -EOWNERDEAD);
		EQ(xnvme_queue_get_outstanding(bench.queue), 2);
		sys_exit_now(0);
	}
	CHECK(pid > 0);
	EQ(sys_fork_wait(pid), 0);
	reap(&bench, 2);
	end(&bench);
}

static void
batch_moves_data_and_reap_calls_nobody_back(const struct conf_row *row)
{
	struct bench bench;
	uint8_t *data;

	begin(&bench, row);
	data = row_buf(bench.dev, (size_t)bench.lba_nbytes * CAPACITY);
	pattern(data, (size_t)bench.lba_nbytes * CAPACITY, 7);
	memcpy(bench.bufs, data, (size_t)bench.lba_nbytes * CAPACITY);
	take(&bench, CAPACITY, XNVME_SPEC_NVM_OPC_WRITE);
	EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, CAPACITY), CAPACITY);
	reap(&bench, CAPACITY);
	memset(bench.bufs, 0, (size_t)bench.lba_nbytes * CAPACITY);
	take(&bench, CAPACITY, XNVME_SPEC_NVM_OPC_READ);
	EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, CAPACITY), CAPACITY);
	reap(&bench, CAPACITY);
	SAME(bench.bufs, data, (size_t)bench.lba_nbytes * CAPACITY);
	EQ(bench.ncb, 0);
	xnvme_buf_free(bench.dev, data);
	end(&bench);
}

static void
batch_ends_at_the_first_refusal(const struct conf_row *row)
{
	struct bench bench;
	struct xnvme_queue *other;
	struct xnvme_cmd_ctx sync, *foreign;

	begin(&bench, row);
	other = row_queue(bench.dev, CAPACITY);
	foreign = get_ctx(other);
	EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, 0), 0);
	for (int kind = 0; kind < 5; ++kind) {
		take(&bench, 4, XNVME_SPEC_NVM_OPC_READ);
		sync = xnvme_cmd_ctx_from_dev(bench.dev);
		switch (kind) {
		case 0:
			bench.ios[2].rsvd = 1;
			break;
		case 1:
			fill(&bench, 2, XNVME_SPEC_NVM_OPC_READ, &sync);
			break;
		case 2:
			fill(&bench, 2, XNVME_SPEC_NVM_OPC_READ, foreign);
			break;
		case 3:
			bench.ios[2].ctx = bench.ios[1].ctx; /* Named twice */
			break;
		default:
			bench.ios[2].ctx = NULL;
			break;
		}
		xnvme_err_clear();
		EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, 4), 2);
		EQ(xnvme_err_last()->err, -EINVAL);
		EQ(xnvme_queue_get_outstanding(bench.queue), 2);
		if (kind != 3) {
			EQ(xnvme_cmd_pass_batch(bench.queue, &bench.ios[2], 2), -EINVAL);
		}
		EQ(xnvme_queue_get_outstanding(bench.queue), 2);
		EQ(xnvme_queue_get_outstanding(other), 0);
		reap(&bench, 2);
		EQ(xnvme_queue_put_cmd_ctxs(bench.queue, &bench.ctxs[2], 2), 0);
	}
	/* As many as there is room for */
	take(&bench, CAPACITY + 1, XNVME_SPEC_NVM_OPC_READ);
	EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, CAPACITY + 1), CAPACITY);
	EQ(xnvme_err_last()->err, -EBUSY);
	EQ(xnvme_cmd_pass_batch(bench.queue, &bench.ios[CAPACITY], 1), -EBUSY);
	reap(&bench, CAPACITY);
	EQ(xnvme_queue_put_cmd_ctx(bench.queue, bench.ctxs[CAPACITY]), 0);
	EQ(xnvme_queue_term(other), 0);
	end(&bench);
}

static void
on_reentry(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct xnvme_cmd_ctx *ctxs[1];

	EQ(xnvme_queue_reap(ctx->async.queue, ctxs, 1), -EDEADLK);
	cb_count(ctx, arg);
}

static void
reap_and_poke_alternate(const struct conf_row *row)
{
	struct bench bench;
	struct xnvme_cmd_ctx *ctxs[1];
	unsigned nreaped = 0;

	begin(&bench, row);
	EQ(xnvme_queue_reap(bench.queue, ctxs, 0), -EINVAL);
	EQ(xnvme_queue_reap(bench.queue, ctxs, 1), 0);
	EQ(xnvme_queue_set_cb(bench.queue, on_reentry, &bench.ncb), 0);
	take(&bench, CAPACITY, XNVME_SPEC_NVM_OPC_READ);
	EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, CAPACITY), CAPACITY);
	for (unsigned k = 0; nreaped + bench.ncb < CAPACITY; ++k) {
		if (k % 2) {
			CHECK(xnvme_queue_poke(bench.queue, 1) >= 0);
			continue;
		}
		if (xnvme_queue_reap(bench.queue, ctxs, 1) == 1) {
			nreaped++;
			EQ(xnvme_queue_put_cmd_ctx(bench.queue, ctxs[0]), 0);
		}
	}
	EQ(nreaped + bench.ncb, CAPACITY);
	CHECK(nreaped > 0);
	/* Draining calls back, as ever */
	take(&bench, 2, XNVME_SPEC_NVM_OPC_READ);
	bench.ncb = 0;
	EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, 2), 2);
	EQ(xnvme_queue_drain(bench.queue), 2);
	EQ(bench.ncb, 2);
	end(&bench);
}

/** Write Zeroes is not a command of most interfaces: the pool of the device executes it */
static void
reap_hands_over_what_others_execute(const struct conf_row *row)
{
	struct bench bench;

	begin(&bench, row);
	memset(bench.bufs, 0xff, bench.lba_nbytes);
	take(&bench, 3, XNVME_SPEC_NVM_OPC_WRITE_ZEROES);
	for (int i = 0; i < 3; ++i) {
		bench.ios[i].dbuf = NULL;
		bench.ios[i].dbuf_nbytes = 0;
	}
	EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, 3), 3);
	reap(&bench, 3);
	EQ(bench.ncb, 0);
	end(&bench);
}

/** A failed command comes back too, and the next one of its context is clean */
static void
reap_hands_over_failures(const struct conf_row *row)
{
	struct bench bench;
	struct xnvme_cmd_ctx *ctx;
	int res = 0;

	begin(&bench, row);
	take(&bench, 1, XNVME_SPEC_NVM_OPC_READ);
	bench.ctxs[0]->cmd.nvm.slba = row->dev->nlbas + 8;
	EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, 1), 1);
	while (!res) {
		res = xnvme_queue_reap(bench.queue, &ctx, 1);
	}
	EQ(res, 1);
	CHECK(ctx == bench.ctxs[0]);
	EQ(ctx->cpl.status.sc, SC_LBA_OUT_OF_RANGE);
	fill(&bench, 0, XNVME_SPEC_NVM_OPC_READ, ctx);
	EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, 1), 1);
	reap(&bench, 1);
	end(&bench);
}

static void
batch_wakes_a_sleeper(const struct conf_row *row)
{
	struct bench bench;
	unsigned left = CAPACITY;
	int fd;

	begin(&bench, row);
	fd = xnvme_queue_get_completion_fd(bench.queue);
	CHECK(fd >= 0);
	take(&bench, CAPACITY, XNVME_SPEC_NVM_OPC_READ);
	EQ(xnvme_cmd_pass_batch(bench.queue, bench.ios, CAPACITY), CAPACITY);
	while (left) {
		struct xnvme_cmd_ctx *ctxs[CAPACITY];
		int res;

		EQ(sys_event_is_set(fd, 10000), 1);
		res = xnvme_queue_reap(bench.queue, ctxs, 3);
		CHECK(res >= 0);
		EQ(xnvme_queue_put_cmd_ctxs(bench.queue, ctxs, (uint32_t)res), 0);
		left -= (unsigned)res;
	}
	fd_becomes_quiet(bench.queue, fd);
	end(&bench);
}

const struct conf_case conf_cases_batch[] = {
    CONF_CASE(contexts_are_taken_and_put_by_the_batch, SCOPE_ROW, 0),
    CONF_CASE(contexts_are_put_all_or_none, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(cleared_contexts_are_put_all_or_none, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(reap_of_an_inherited_queue_is_eownerdead, SCOPE_ROW, NEED_FORK | NEED_LBAS),
    CONF_CASE(batch_moves_data_and_reap_calls_nobody_back, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(batch_ends_at_the_first_refusal, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(reap_and_poke_alternate, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(reap_hands_over_what_others_execute, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(reap_hands_over_failures, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(batch_wakes_a_sleeper, SCOPE_ROW, NEED_LBAS),
    {0},
};
