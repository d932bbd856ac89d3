// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: the completion descriptor is readable if and only if there is work for poke */
#include <conformance/conf.h>

#define WAIT_MS 10000

static void
fd_is_the_same_on_every_call(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 4);
	struct xnvme_queue *other = row_queue(dev, 4);
	const int fd = xnvme_queue_get_completion_fd(queue);

	CHECK(fd > 2);
	EQ(xnvme_queue_get_completion_fd(queue), fd);
	CHECK(xnvme_queue_get_completion_fd(other) != fd);
	EQ(sys_event_is_set(fd, 0), 0);
	EQ(xnvme_queue_term(other), 0);
	EQ(xnvme_queue_get_completion_fd(queue), fd);
	row_close(dev, queue);
}

static void
fd_that_cannot_be_had_is_an_error_with_a_remedy(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 4);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	const struct op op = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, row->dev->lba_nbytes);

	GOOD(op_async(queue, &op));
	EQ(sys_limit_set(SYS_LIMIT_DESCRIPTORS, 0), 0);
	xnvme_err_clear();
	EQ(xnvme_queue_get_completion_fd(queue), -EMFILE);
	EQ(sys_limit_reset(SYS_LIMIT_DESCRIPTORS), 0);
	EQ(xnvme_err_last()->err, -EMFILE);
	CHECK(xnvme_err_last()->what[0] && strstr(xnvme_err_last()->hint, "ulimit -n"));
	/* The queue is as it was, and the descriptor can be had once there is room */
	GOOD(op_async(queue, &op));
	CHECK(xnvme_queue_get_completion_fd(queue) > 2);
	GOOD(op_async(queue, &op));
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
fd_with_commands_outstanding_is_ebusy(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 4);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	const struct op op = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, row->dev->lba_nbytes);

	EQ(op_pass(get_ctx(queue), &op), 0);
	xnvme_err_clear();
	EQ(xnvme_queue_get_completion_fd(queue), -EBUSY);
	CHECK(xnvme_err_last()->what[0]);
	EQ(xnvme_queue_drain(queue), 1);
	CHECK(xnvme_queue_get_completion_fd(queue) >= 0);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

/** One command by the descriptor alone: sleep, poke once, quiet again */
static void
by_fd(struct xnvme_queue *queue, int fd, const struct op *op, unsigned *ncb)
{
	const unsigned before = *ncb;

	EQ(sys_event_is_set(fd, 0), 0);
	EQ(op_pass(get_ctx(queue), op), 0);
	EQ(sys_event_is_set(fd, WAIT_MS), 1);
	EQ(*ncb, before);
	EQ(xnvme_queue_poke(queue, 0), 1);
	EQ(*ncb, before + 1);
	EQ(sys_event_is_set(fd, 0), 0);
}

static void
fd_is_readable_for_every_kind_of_command(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 4);
	const uint32_t nbytes = row->dev->lba_nbytes;
	uint8_t *buf = row_buf(dev, 2 * (size_t)nbytes);
	struct iovec iov[2] = {{buf, nbytes}, {buf + nbytes, nbytes}};
	struct xnvme_spec_dsm_range range = {.llb = 1};
	struct op ops[] = {
	    op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, nbytes),
	    op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, 0, buf, nbytes),
	    op_iov(XNVME_SPEC_NVM_OPC_READ, 0, 1, iov, 2, 2ULL * nbytes),
	    op_iov(XNVME_SPEC_NVM_OPC_WRITE, 0, 1, iov, 2, 2ULL * nbytes),
	    op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0),
	    op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 0, 0, NULL, 0),
	    op_io(XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT, 0, 0, &range, sizeof(range)),
	    op_io(XNVME_SPEC_NVM_OPC_READ, UINT64_MAX, 0, buf, nbytes),
	};
	unsigned ncb = 0;
	int fd;

	ops[6].cmd = (struct xnvme_spec_cmd){.dsm = {.nr = 0}};
	ops[6].cmd.common.opcode = XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT;
	EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	/* The thread pool of what cannot be carried is there before the descriptor, and after */
	EQ(op_pass(get_ctx(queue), &ops[2]), 0);
	EQ(xnvme_queue_drain(queue), 1);
	fd = xnvme_queue_get_completion_fd(queue);
	CHECK(fd >= 0);
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); ++i) {
		by_fd(queue, fd, &ops[i], &ncb);
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
fd_loses_no_wakeup_over_1000_commands(const struct conf_row *row)
{
	enum { CAPACITY = 16, NCMDS = 1000 };
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	const int fd = xnvme_queue_get_completion_fd(queue);
	uint64_t state = rnd_seed(row);
	unsigned nsubmitted = 0, ncb = 0, nvain = 0;
	int ndone;

	CHECK(fd >= 0);
	EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	while (ncb < NCMDS) {
		const unsigned burst = 1 + (unsigned)(rnd(&state) % CAPACITY);

		for (unsigned i = 0; i < burst && nsubmitted < NCMDS; ++i) {
			const struct op op = op_io(XNVME_SPEC_NVM_OPC_WRITE, rnd(&state) % 64, 0,
						   buf, row->dev->lba_nbytes);
			struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(queue);

			if (!ctx || op_pass(ctx, &op)) {
				EQ(xnvme_queue_put_cmd_ctx(queue, ctx), ctx ? 0 : -EINVAL);
				break;
			}
			nsubmitted++;
		}
		/* What is outstanding becomes readable, and what is readable can be reaped */
		EQ(sys_event_is_set(fd, WAIT_MS), 1);
		ndone = xnvme_queue_poke(queue, (uint32_t)(rnd(&state) % 4));
		CHECK(ndone >= 0);
		/* In vain at most once per completion */
		nvain += !ndone;
		EQ(xnvme_queue_get_outstanding(queue), nsubmitted - ncb);
	}
	CHECK(nvain <= NCMDS);
	fd_becomes_quiet(queue, fd);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
fd_stays_readable_while_work_is_left(const struct conf_row *row)
{
	enum { CAPACITY = 8 };
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	const struct op op = op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, 0, buf, row->dev->lba_nbytes);
	const int fd = xnvme_queue_get_completion_fd(queue);
	unsigned ncb = 0;

	CHECK(fd >= 0);
	EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	for (int i = 0; i < CAPACITY; ++i) {
		EQ(op_pass(get_ctx(queue), &op), 0);
	}
	while (ncb < CAPACITY) {
		const unsigned before = ncb;

		EQ(sys_event_is_set(fd, WAIT_MS), 1);
		EQ(xnvme_queue_poke(queue, 1), ncb - before);
		CHECK(ncb - before <= 1);
	}
	fd_becomes_quiet(queue, fd);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
cb_good(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	unsigned *ngood = cb_arg;

	EQ(xnvme_cmd_ctx_cpl_status(ctx), 0);
	*ngood += 1;
	EQ(xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx), 0);
}

/** They are complete long before their time is over, and the caller pokes long after it */
static void
fd_of_completions_that_wait_for_a_late_poke(const struct conf_row *row)
{
	enum { NCMDS = 8, LIMIT_MS = 500 };
	struct xnvme_opts opts = row_opts(row);
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct xnvme_queue *queue;
	struct xnvme_dev *dev;
	unsigned ngood = 0;
	uint64_t start_ms;
	uint8_t *buf;
	int fd;

	opts.command_timeout = 1;
	dev = xnvme_dev_open(row->dev->uri, &opts);
	CHECK(dev);
	buf = row_buf(dev, NCMDS * (size_t)nbytes);
	queue = row_queue(dev, NCMDS);
	fd = xnvme_queue_get_completion_fd(queue);
	EQ(xnvme_queue_set_cb(queue, cb_good, &ngood), 0);
	for (unsigned i = 0; i < NCMDS; ++i) {
		const struct op op =
		    i % 2 ? op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0)
			  : op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf + i * nbytes, nbytes);

		EQ(op_pass(get_ctx(queue), &op), 0);
	}
	/* The descriptor is not asked meanwhile: nobody sleeps on it */
	for (start_ms = sys_time_ms(); sys_time_ms() - start_ms < 2 * LIMIT_MS;) {
		sys_thread_yield();
	}
	while (ngood < NCMDS) {
		EQ(sys_event_is_set(fd, WAIT_MS), 1);
		CHECK(xnvme_queue_poke(queue, 1) <= 1);
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

const struct conf_case conf_cases_fd[] = {
    CONF_CASE(fd_is_the_same_on_every_call, SCOPE_ROW, 0),
    CONF_CASE(fd_that_cannot_be_had_is_an_error_with_a_remedy, SCOPE_ROW, NEED_LIMITS),
    CONF_CASE(fd_with_commands_outstanding_is_ebusy, SCOPE_ROW, 0),
    CONF_CASE(fd_is_readable_for_every_kind_of_command, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(fd_loses_no_wakeup_over_1000_commands, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(fd_stays_readable_while_work_is_left, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(fd_of_completions_that_wait_for_a_late_poke, SCOPE_ROW, NEED_LBAS),
    {0},
};
