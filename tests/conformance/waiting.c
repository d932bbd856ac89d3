// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: queues with a random load, and somebody who waits for the completions */
#include <conformance/waiting.h>

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct waiter *wait = arg;
	const int status = xnvme_cmd_ctx_cpl_status(ctx);

	if (status) {
		conf_fail(__FILE__, __LINE__, "%s: opcode %02xh: %d", wait->name,
			  ctx->cmd.common.opcode, status);
	}
	wait->ncb++;
	EQ(xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx), 0);
}

/** All but the descriptor */
static void
open_queue(struct waiter *wait, const struct conf_row *row, struct xnvme_dev *dev)
{
	const size_t nbytes = 2 * (size_t)row->dev->lba_nbytes;

	*wait = (struct waiter){.row = row, .dev = dev, .name = "drain"};
	wait->polled = strcmp(row->async, "emu") == 0 || strcmp(row->async, "nil") == 0;
	wait->seed = rnd_seed(row);
	wait->queue = row_queue(dev, WAIT_CAPACITY);
	wait->bufs = row_buf(dev, (WAIT_CAPACITY + 1) * nbytes);
	memset(wait->bufs, 0, (WAIT_CAPACITY + 1) * nbytes);
	for (unsigned i = 0; i <= WAIT_CAPACITY; ++i) {
		uint8_t *buf = wait->bufs + i * nbytes;

		wait->slots[i].buf = buf;
		wait->slots[i].iov[0] = (struct iovec){buf, nbytes / 2};
		wait->slots[i].iov[1] = (struct iovec){buf + nbytes / 2, nbytes / 2};
	}
	EQ(xnvme_queue_set_cb(wait->queue, on_done, wait), 0);
}

void
wait_open_awake(struct waiter *wait, const struct conf_row *row, struct xnvme_dev *dev)
{
	open_queue(wait, row, dev);
}

bool
wait_open(struct waiter *wait, const struct conf_row *row, struct xnvme_dev *dev,
	  enum sys_sleep how)
{
	static const char *const names[] = {"a read that blocks", "waiting for a level",
					    "waiting for an edge"};
	int err;

	open_queue(wait, row, dev);
	wait->name = names[how];
	wait->fd = xnvme_queue_get_completion_fd(wait->queue);
	CHECK(wait->fd > 2);
	err = sys_sleeper_init(&wait->sleeper, wait->fd, how);
	wait->sleeps = !err;
	if (err == -ENOSYS) {
		wait_close(wait);
		return false;
	}
	EQ(err, 0);

	return true;
}

void
wait_close(struct waiter *wait)
{
	if (wait->sleeps) {
		sys_sleeper_term(&wait->sleeper);
	}
	xnvme_buf_free(wait->dev, wait->bufs);
	EQ(xnvme_queue_term(wait->queue), 0);
}

void
sleep_until_woken(struct waiter *wait)
{
	EQ(sys_sleeper_wait(&wait->sleeper), 0);
}

/** Index of what the context has for itself */
static unsigned
slot_of(struct waiter *wait, const struct xnvme_cmd_ctx *ctx)
{
	unsigned i = 0;

	while (wait->slots[i].ctx && wait->slots[i].ctx != ctx) {
		CHECK(++i <= WAIT_CAPACITY);
	}
	wait->slots[i].ctx = ctx;

	return i;
}

void
submit(struct waiter *wait)
{
	struct xnvme_cmd_ctx *ctx = get_ctx(wait->queue);
	const unsigned slot = slot_of(wait, ctx);
	uint8_t *buf = wait->slots[slot].buf;
	const uint32_t nbytes = wait->row->dev->lba_nbytes;
	const uint64_t slba = rnd(&wait->seed) % 64 * 2;
	struct op op;

	switch (rnd(&wait->seed) % 16) {
	case 0:
		op = op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0);
		break;
	case 1:
		op = op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, slba, 1, NULL, 0);
		break;
	case 2:
	case 3:
		op = op_iov(XNVME_SPEC_NVM_OPC_READ, slba, 1, wait->slots[slot].iov, 2,
			    2ULL * nbytes);
		break;
	case 4:
	case 5:
	case 6:
	case 7:
	case 8:
		op = op_io(XNVME_SPEC_NVM_OPC_READ, slba, 0, buf, nbytes);
		break;
	default:
		op = op_io(XNVME_SPEC_NVM_OPC_WRITE, slba, 0, buf, nbytes);
		break;
	}
	EQ(op_pass(ctx, &op), 0);
	wait->nsubmitted++;
}

/** Some commands, of which the callbacks come by sleeping and poking in turn */
static void
round_of(struct waiter *wait)
{
	const unsigned depth = 1 + (unsigned)(rnd(&wait->seed) % WAIT_CAPACITY);
	const uint32_t max = rnd(&wait->seed) % 2 ? 1 : 0;

	for (unsigned i = 0; i < depth; ++i) {
		submit(wait);
	}
	while (wait->ncb < wait->nsubmitted) {
		int ndone;

		sleep_until_woken(wait);
		ndone = xnvme_queue_poke(wait->queue, max);
		CHECK(ndone >= 0);
		wait->nvain += !ndone;
		if (rnd(&wait->seed) % 8 == 0 && wait->nsubmitted - wait->ncb < WAIT_CAPACITY) {
			submit(wait);
		}
	}
	fd_becomes_quiet(wait->queue, wait->fd);
}

void
run_rounds(struct waiter *wait, unsigned nrounds)
{
	for (unsigned i = 0; i < nrounds; ++i) {
		round_of(wait);
	}
	if (!wait->polled && wait->nvain > wait->ncb) {
		conf_fail(__FILE__, __LINE__, "%s: %u of the wake-ups for %u commands were in vain",
			  wait->name, wait->nvain, wait->ncb);
	}
}
