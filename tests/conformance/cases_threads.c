// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: several threads, and signals */
#include <conformance/conf.h>

#define NTHREADS 4
#define NCMDS	 500
#define CAPACITY 8

struct worker {
	const struct conf_row *row;
	struct xnvme_dev *dev;
	struct sys_barrier *barrier;
	unsigned number;
};

/** Write and read back a range of its own through a queue of its own */
static void *
use_queue(void *arg)
{
	const struct worker *self = arg;
	const uint32_t nbytes = self->row->dev->lba_nbytes;
	struct xnvme_queue *queue = row_queue(self->dev, CAPACITY);
	uint8_t *data = row_buf(self->dev, (size_t)nbytes * CAPACITY);
	uint8_t *back = row_buf(self->dev, (size_t)nbytes * CAPACITY);
	const uint32_t nsid = xnvme_dev_get_nsid(self->dev);
	unsigned ncb = 0;

	EQ(xnvme_queue_set_cb(queue, cb_count, &ncb), 0);
	for (unsigned round = 0; round < NCMDS / CAPACITY; ++round) {
		const uint64_t slba = self->number * 1024ULL + round * CAPACITY;

		pattern(data, (size_t)nbytes * CAPACITY, slba);
		for (unsigned i = 0; i < CAPACITY; ++i) {
			EQ(xnvme_nvm_write(get_ctx(queue), nsid, slba + i, 0, data + i * nbytes,
					   NULL),
			   0);
		}
		EQ(xnvme_queue_drain(queue), CAPACITY);
		for (unsigned i = 0; i < CAPACITY; ++i) {
			EQ(xnvme_nvm_read(get_ctx(queue), nsid, slba + i, 0, back + i * nbytes,
					  NULL),
			   0);
		}
		EQ(xnvme_queue_drain(queue), CAPACITY);
		if (self->row->moves_data) {
			SAME(back, data, (size_t)nbytes * CAPACITY);
		}
	}
	EQ(ncb, NCMDS / CAPACITY * CAPACITY * 2);
	EQ(xnvme_queue_term(queue), 0);
	xnvme_buf_free(self->dev, data);
	xnvme_buf_free(self->dev, back);

	return NULL;
}

static void
run_threads(void *(*func)(void *), struct worker *workers, unsigned nthreads)
{
	struct sys_thread threads[NTHREADS];

	for (unsigned i = 0; i < nthreads; ++i) {
		workers[i].number = i;
		EQ(sys_thread_start(&threads[i], func, &workers[i]), 0);
	}
	for (unsigned i = 0; i < nthreads; ++i) {
		sys_thread_join(&threads[i]);
	}
}

static void
two_queues_of_two_devices_in_two_threads(const struct conf_row *row)
{
	struct worker workers[2] = {
	    {.row = row, .dev = row_open(row)},
	    {.row = row, .dev = row_open(row)},
	};

	run_threads(use_queue, workers, 2);
	row_close(workers[0].dev, NULL);
	row_close(workers[1].dev, NULL);
}

static void
four_queues_of_one_device_in_four_threads(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct worker workers[NTHREADS];

	for (int i = 0; i < NTHREADS; ++i) {
		workers[i] = (struct worker){.row = row, .dev = dev};
	}
	run_threads(use_queue, workers, NTHREADS);
	row_close(dev, NULL);
}

/** Where the queues are, and whose turn it is */
struct exchange {
	const struct conf_row *row;
	struct xnvme_dev *dev;
	struct xnvme_queue *queues[2];
	struct sys_barrier barrier;
};

struct party {
	struct exchange *exchange;
	unsigned number;
};

static void
use_for_a_while(const struct exchange *exchange, struct xnvme_queue *queue, uint64_t slba)
{
	const uint32_t nbytes = exchange->row->dev->lba_nbytes;
	uint8_t *data = row_buf(exchange->dev, nbytes);
	uint8_t *back = row_buf(exchange->dev, nbytes);

	/* A queue that was made in another thread still carries what it carried there */
	const bool carries =
	    xnvme_dev_can(exchange->dev, XNVME_SPEC_NVM_OPC_READ) != XNVME_CAPS_SYNC &&
	    !exchange->row->dev->metadata && !exchange->row->dev->extended;
	struct xnvme_queue_stats stats;

	for (unsigned i = 0; i < 20; ++i) {
		const struct op write = op_io(XNVME_SPEC_NVM_OPC_WRITE, slba, 0, data, nbytes);
		const struct op read = op_io(XNVME_SPEC_NVM_OPC_READ, slba, 0, back, nbytes);

		pattern(data, nbytes, slba * 100 + i);
		GOOD(op_async(queue, &write));
		GOOD(op_async(queue, &read));
		if (exchange->row->moves_data) {
			SAME(back, data, nbytes);
		}
	}
	EQ(xnvme_queue_get_stats(queue, &stats), 0);
	EQ(carries ? stats.deferred : 0, 0);
	xnvme_buf_free(exchange->dev, data);
	xnvme_buf_free(exchange->dev, back);
}

/** Each sets a queue up and uses it, then the other's, then its own; the other one terminates it */
static void *
exchange_queues(void *arg)
{
	const struct party *self = arg;
	struct exchange *exchange = self->exchange;
	const unsigned mine = self->number;

	exchange->queues[mine] = row_queue(exchange->dev, CAPACITY);
	for (unsigned turn = 0; turn < 4; ++turn) {
		use_for_a_while(exchange, exchange->queues[(mine + turn) % 2], mine);
		sys_barrier_wait(&exchange->barrier);
	}
	EQ(xnvme_queue_term(exchange->queues[1 - mine]), 0);
	sys_barrier_wait(&exchange->barrier);
	/* And what is set up after that is not mistaken for what is gone */
	exchange->queues[mine] = row_queue(exchange->dev, CAPACITY);
	use_for_a_while(exchange, exchange->queues[mine], mine);
	EQ(xnvme_queue_term(exchange->queues[mine]), 0);

	return NULL;
}

static void
queues_may_move_between_threads(const struct conf_row *row)
{
	struct exchange exchange = {.row = row, .dev = row_open(row)};
	struct sys_thread threads[2];
	struct party parties[2];

	EQ(sys_barrier_init(&exchange.barrier, 2), 0);
	for (unsigned i = 0; i < 2; ++i) {
		parties[i] = (struct party){&exchange, i};
		EQ(sys_thread_start(&threads[i], exchange_queues, &parties[i]), 0);
	}
	for (unsigned i = 0; i < 2; ++i) {
		sys_thread_join(&threads[i]);
	}
	sys_barrier_term(&exchange.barrier);
	row_close(exchange.dev, NULL);
}

static void *
first_use(void *arg)
{
	const struct worker *self = arg;
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(self->dev);
	const struct xnvme_geo *geo;
	uint8_t *buf = row_buf(self->dev, self->row->dev->lba_nbytes);

	sys_barrier_wait(self->barrier);
	switch (self->number % 4) {
	case 0:
		EQ(xnvme_nvm_read(&ctx, xnvme_dev_get_nsid(self->dev), 0, 0, buf, NULL), 0);
		break;
	case 1:
		CHECK(1ULL << xnvme_dev_get_ssw(self->dev) <= self->row->dev->lba_nbytes);
		break;
	case 2:
		CHECK(xnvme_dev_get_ns(self->dev)->nsze == self->row->dev->nlbas);
		break;
	default:
		break;
	}
	geo = xnvme_dev_get_geo(self->dev);
	EQ(geo->lba_nbytes, self->row->dev->lba_nbytes);
	EQ(geo->tbytes, self->row->dev->nlbas << xnvme_dev_get_ssw(self->dev));
	xnvme_buf_free(self->dev, buf);

	return NULL;
}

/** Geometry is derived once, by the first of several threads that ask */
static void
first_use_of_geometry_from_four_threads(const struct conf_row *row)
{
	for (int round = 0; round < 20; ++round) {
		struct xnvme_dev *dev = row_open(row);
		struct worker workers[NTHREADS];
		struct sys_barrier barrier;

		EQ(sys_barrier_init(&barrier, NTHREADS), 0);
		for (int i = 0; i < NTHREADS; ++i) {
			workers[i] = (struct worker){.row = row, .dev = dev, .barrier = &barrier};
		}
		run_threads(first_use, workers, NTHREADS);
		sys_barrier_term(&barrier);
		row_close(dev, NULL);
	}
}

static void *
open_and_close(void *arg)
{
	const struct worker *self = arg;

	for (int i = 0; i < 50; ++i) {
		struct xnvme_dev *dev = row_open(self->row);
		struct xnvme_queue *queue = row_queue(dev, 2);

		row_close(dev, queue);
	}

	return NULL;
}

static void
open_and_close_from_four_threads(const struct conf_row *row)
{
	struct worker workers[NTHREADS];

	for (int i = 0; i < NTHREADS; ++i) {
		workers[i] = (struct worker){.row = row};
	}
	run_threads(open_and_close, workers, NTHREADS);
}

/** A signal to the process is no failure of a command */
static void
interrupted_system_calls_are_tried_again(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	const uint32_t nbytes = row->dev->lba_nbytes;
	uint8_t *buf = row_buf(dev, nbytes);
	const struct op ops[] = {
	    op_io(XNVME_SPEC_NVM_OPC_WRITE, 1, 0, buf, nbytes),
	    op_io(XNVME_SPEC_NVM_OPC_READ, 1, 0, buf, nbytes),
	    op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 2, 0, NULL, 0),
	    op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0),
	};
	const int fd = xnvme_queue_get_completion_fd(queue);
	unsigned n = 0;

	CHECK(fd >= 0);
	EQ(sys_interrupts(1000), 0);
	while (n < 2000 || sys_count_interrupts() < 3) {
		/* Flush is slow on a real disk: a few will do */
		const struct op *op = &ops[n % 100 == 0 ? 3 : n % 3];

		if (n++ % 2) {
			GOOD(op_sync(dev, op));
		} else {
			GOOD(op_async(queue, op));
		}
	}
	EQ(sys_interrupts(0), 0);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

const struct conf_case conf_cases_threads[] = {
    CONF_CASE(two_queues_of_two_devices_in_two_threads, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(four_queues_of_one_device_in_four_threads, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(queues_may_move_between_threads, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(first_use_of_geometry_from_four_threads, SCOPE_DEV, 0),
    CONF_CASE(open_and_close_from_four_threads, SCOPE_ROW, 0),
    CONF_CASE(interrupted_system_calls_are_tried_again, SCOPE_ROW, NEED_LBAS | NEED_SIGNALS),
    {0},
};
