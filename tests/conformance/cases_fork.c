// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: a child of fork(2) does not disturb its parent */
#include <conformance/conf.h>

#include <sys/wait.h>
#include <unistd.h>

#define CAPACITY 8

static struct op
write_first(const struct conf_row *row, void *buf)
{
	return op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, 0, buf, row->dev->lba_nbytes);
}

static void
in_child(struct xnvme_dev *dev, struct xnvme_queue *queue, const struct op *op)
{
	struct xnvme_cmd_ctx *ctx = get_ctx(queue);
	const uint32_t before = xnvme_queue_get_outstanding(queue);

	xnvme_err_clear();
	EQ(op_pass(ctx, op), -EOWNERDEAD);
	CHECK(xnvme_err_last()->hint[0]);
	EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
	EQ(xnvme_queue_poke(queue, 0), -EOWNERDEAD);
	EQ(xnvme_queue_drain(queue), -EOWNERDEAD);
	EQ(xnvme_queue_get_outstanding(queue), before);
	EQ(xnvme_queue_term(queue), 0);
	xnvme_dev_close(dev);
}

static void
wait_for(pid_t pid)
{
	int status = -1;

	CHECK(pid > 0);
	EQ(waitpid(pid, &status, 0), pid);
	CHECK(WIFEXITED(status));
	EQ(WEXITSTATUS(status), 0);
}

/* U52 */
static void
forked_child_gets_eownerdead_and_parent_goes_on(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	const struct op op = write_first(row, buf);
	unsigned ncb = 0;
	pid_t pid;

	EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	/* Once idle, once with commands in flight and threads awake */
	for (unsigned nbusy = 0; nbusy <= CAPACITY; nbusy += CAPACITY) {
		ncb = 0;
		for (unsigned i = 0; i < nbusy; ++i) {
			EQ(op_pass(get_ctx(queue), &op), 0);
		}
		pid = fork();
		if (pid == 0) {
			in_child(dev, queue, &op);
			_exit(0);
		}
		wait_for(pid);
		EQ(ncb, 0);
		EQ(xnvme_queue_get_outstanding(queue), nbusy);
		EQ(xnvme_queue_drain(queue), nbusy);
		EQ(ncb, nbusy);
		GOOD(op_async(queue, &op));
		EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

/* With the descriptor in use there are threads, and locks that they may hold */
static void
forked_child_with_completion_fd_does_not_hang(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	const struct op op = write_first(row, buf);
	const int fd = xnvme_queue_get_completion_fd(queue);
	unsigned ncb = 0;

	CHECK(fd >= 0);
	for (int round = 0; round < 10; ++round) {
		pid_t pid;

		EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
		for (unsigned i = 0; i < CAPACITY; ++i) {
			EQ(op_pass(get_ctx(queue), &op), 0);
		}
		pid = fork();
		if (pid == 0) {
			in_child(dev, queue, &op);
			_exit(0);
		}
		wait_for(pid);
		while (xnvme_queue_get_outstanding(queue)) {
			EQ(fd_readable(fd, 10000), 1);
			CHECK(xnvme_queue_poke(queue, 0) >= 1);
		}
	}
	EQ(ncb, 10 * CAPACITY);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static uint64_t
ndeferred(struct xnvme_queue *queue)
{
	struct xnvme_queue_stats stats;

	EQ(xnvme_queue_get_stats(queue, &stats), 0);

	return stats.deferred;
}

/** Giving back what was inherited takes nothing from what is its own: commands go the way they went
 */
static void
use_own(const struct conf_row *row, struct xnvme_queue *inherited, const struct op *op)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint64_t before;

	GOOD(op_async(queue, op));
	before = ndeferred(queue);
	EQ(xnvme_queue_term(inherited), 0);
	GOOD(op_async(queue, op));
	EQ(ndeferred(queue), 2 * before);
	GOOD(op_sync(dev, op));
	row_close(dev, queue);
}

static void
forked_child_opens_its_own(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint8_t *buf = row_buf(dev, row->dev->lba_nbytes);
	const struct op op = write_first(row, buf);
	pid_t pid;

	GOOD(op_async(queue, &op));
	pid = fork();
	if (pid == 0) {
		use_own(row, queue, &op);
		_exit(0);
	}
	wait_for(pid);
	GOOD(op_async(queue, &op));
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

const struct conf_case conf_cases_fork[] = {
    CONF_CASE(forked_child_gets_eownerdead_and_parent_goes_on, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(forked_child_with_completion_fd_does_not_hang, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(forked_child_opens_its_own, SCOPE_ROW, NEED_THREADS_AFTER_FORK | NEED_LBAS),
    {0},
};
