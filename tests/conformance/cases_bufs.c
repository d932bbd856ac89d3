// SPDX-License-Identifier: BSD-3-Clause
/**
 * Conformance: buffers that come and go while queues live
 *
 * Where opts.register_buffers is honoured it is set: then the system knows buffers by their pages,
 * and what is read and written must still be what the addresses hold by now.
 */
#include <conformance/conf.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#define NLBAS	   256U
#define NLB_MAX	   16U
#define NROUNDS	   200
#define NBUFS_MANY 300
#define CAPACITY   8
#define LARGE	   (256U << 10) /* Its pages go when it is freed, see pages_come_and_go() */

static struct xnvme_dev *
open_registering(const struct conf_row *row)
{
	struct xnvme_opts opts = row_opts(row);
	struct xnvme_dev *dev;

	opts.register_buffers = strcmp(row->async, "io_uring") == 0;
	dev = xnvme_dev_open(row->dev->uri, &opts);
	CHECK(dev);

	return dev;
}

/**
 * Memory of this size is mapped and unmapped: the next buffer has its address and other pages
 *
 * Where a sanitizer allocates instead it does not: unit/linux_uring has memory of its own for that.
 * C libraries without this option map what is larger than 128 KiB.
 */
static void
pages_come_and_go(void)
{
#ifdef M_MMAP_THRESHOLD
	(void)mallopt(M_MMAP_THRESHOLD, LARGE / 2);
#endif
}

static void
put(struct xnvme_queue *queue, uint64_t slba, uint32_t nlbas, void *data, size_t nbytes)
{
	const struct op op =
	    op_io(XNVME_SPEC_NVM_OPC_WRITE, slba, (uint16_t)(nlbas - 1), data, nbytes);

	GOOD(op_async(queue, &op));
}

static void
get(struct xnvme_queue *queue, uint64_t slba, uint32_t nlbas, void *data, size_t nbytes)
{
	const struct op op =
	    op_io(XNVME_SPEC_NVM_OPC_READ, slba, (uint16_t)(nlbas - 1), data, nbytes);

	memset(data, 0xa5, nbytes);
	GOOD(op_async(queue, &op));
}

/** Any part of any buffer: two of the device's, and one that the library does not know */
static void
parts_of_buffers_are_read_and_written(const struct conf_row *row)
{
	const size_t lba = row->dev->lba_nbytes;
	const size_t nbytes = 4 * NLB_MAX * lba;
	struct xnvme_dev *dev = open_registering(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint8_t *bufs[] = {row_buf(dev, nbytes), row_buf(dev, nbytes),
			   xnvme_buf_virt_alloc(4096, nbytes)};
	uint8_t *shadow = xnvme_buf_virt_alloc(4096, NLBAS * lba);
	uint64_t dice = rnd_seed(row);

	CHECK(bufs[2] && shadow);
	pattern(shadow, NLBAS * lba, 0);
	for (uint32_t i = 0; i < NLBAS; i += NLB_MAX) {
		memcpy(bufs[0], shadow + i * lba, NLB_MAX * lba);
		put(queue, i, NLB_MAX, bufs[0], NLB_MAX * lba);
	}
	for (uint64_t i = 0; i < NROUNDS; ++i) {
		const uint32_t nlbas = 1 + (uint32_t)(rnd(&dice) % NLB_MAX);
		const uint32_t slba = (uint32_t)(rnd(&dice) % (NLBAS - nlbas + 1));
		uint8_t *data = bufs[rnd(&dice) % 3] + rnd(&dice) % (3 * NLB_MAX) * lba;

		if (rnd(&dice) % 2) {
			pattern(data, nlbas * lba, i + 1);
			memcpy(shadow + slba * lba, data, nlbas * lba);
			put(queue, slba, nlbas, data, nlbas * lba);
		} else {
			get(queue, slba, nlbas, data, nlbas * lba);
			SAME(data, shadow + slba * lba, nlbas * lba);
		}
	}
	xnvme_buf_free(dev, bufs[0]);
	xnvme_buf_free(dev, bufs[1]);
	xnvme_buf_virt_free(bufs[2]);
	xnvme_buf_virt_free(shadow);
	row_close(dev, queue);
}

/** Freed on this device or on another one, and followed by a buffer or by other memory */
static void
a_buffer_follows_another_at_its_address(const struct conf_row *row)
{
	const size_t nbytes = row->dev->lba_nbytes;
	struct xnvme_dev *dev = open_registering(row);
	struct xnvme_dev *other = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint8_t *expected = xnvme_buf_virt_alloc(4096, nbytes);

	CHECK(expected);
	pages_come_and_go();
	for (unsigned i = 0; i < 16; ++i) {
		uint8_t *buf = xnvme_buf_alloc(dev, LARGE);

		CHECK(buf);
		pattern(buf, nbytes, i);
		pattern(expected, nbytes, i);
		put(queue, i, 1, buf, nbytes);
		xnvme_buf_free(i & 1 ? other : dev, buf);
		buf = i & 2 ? xnvme_buf_virt_alloc(4096, LARGE) : xnvme_buf_alloc(dev, LARGE);
		CHECK(buf);
		get(queue, i, 1, buf, nbytes);
		SAME(buf, expected, nbytes);
		pattern(buf, nbytes, i + 1000);
		pattern(expected, nbytes, i + 1000);
		put(queue, i, 1, buf, nbytes);
		get(queue, i, 1, buf, nbytes);
		SAME(buf, expected, nbytes);
		if (i & 2) {
			xnvme_buf_virt_free(buf);
		} else {
			xnvme_buf_free(dev, buf);
		}
	}
	xnvme_buf_virt_free(expected);
	row_close(other, NULL);
	row_close(dev, queue);
}

static void
there_may_be_any_number_of_buffers(const struct conf_row *row)
{
	const size_t nbytes = row->dev->lba_nbytes;
	struct xnvme_dev *dev = open_registering(row);
	struct xnvme_queue *queue = row_queue(dev, CAPACITY);
	uint8_t *expected = xnvme_buf_virt_alloc(4096, nbytes);
	uint8_t *bufs[NBUFS_MANY];

	CHECK(expected);
	for (unsigned i = 0; i < NBUFS_MANY; ++i) {
		bufs[i] = row_buf(dev, nbytes);
		pattern(bufs[i], nbytes, i);
	}
	for (unsigned i = 0; i < NBUFS_MANY; ++i) {
		put(queue, i, 1, bufs[i], nbytes);
	}
	for (unsigned i = 0; i < NBUFS_MANY; i += 3) {
		xnvme_buf_free(dev, bufs[i]);
	}
	for (unsigned i = 0; i < NBUFS_MANY; i += 3) {
		bufs[i] = row_buf(dev, nbytes);
	}
	for (unsigned i = 0; i < NBUFS_MANY; ++i) {
		get(queue, NBUFS_MANY - 1 - i, 1, bufs[i], nbytes);
		pattern(expected, nbytes, NBUFS_MANY - 1 - i);
		SAME(bufs[i], expected, nbytes);
	}
	for (unsigned i = 0; i < NBUFS_MANY; ++i) {
		xnvme_buf_free(dev, bufs[i]);
	}
	xnvme_buf_virt_free(expected);
	row_close(dev, queue);
}

struct exchange {
	const struct conf_row *row;
	struct xnvme_dev *dev;
	struct sys_barrier barrier;
	uint8_t *bufs[2];
};

struct party {
	struct exchange *exchange;
	unsigned number;
};

/** Allocate for the other one, use what the other one allocated, free one's own */
static void *
give_and_take(void *arg)
{
	const struct party *self = arg;
	struct exchange *exchange = self->exchange;
	const size_t nbytes = exchange->row->dev->lba_nbytes;
	struct xnvme_queue *queue = row_queue(exchange->dev, CAPACITY);
	uint8_t *expected = xnvme_buf_virt_alloc(4096, nbytes);

	CHECK(expected);
	for (unsigned i = 0; i < 40; ++i) {
		const uint64_t slba = self->number * 64ULL + i;
		uint8_t *buf;

		exchange->bufs[!self->number] = xnvme_buf_alloc(exchange->dev, LARGE);
		sys_barrier_wait(&exchange->barrier);
		buf = exchange->bufs[self->number];
		CHECK(buf);
		pattern(buf, nbytes, slba);
		pattern(expected, nbytes, slba);
		put(queue, slba, 1, buf, nbytes);
		get(queue, slba, 1, buf + LARGE - nbytes, nbytes);
		SAME(buf + LARGE - nbytes, expected, nbytes);
		sys_barrier_wait(&exchange->barrier);
		xnvme_buf_free(exchange->dev, exchange->bufs[!self->number]);
	}
	xnvme_buf_virt_free(expected);
	EQ(xnvme_queue_term(queue), 0);

	return NULL;
}

static void
buffers_of_another_thread_are_as_good(const struct conf_row *row)
{
	struct exchange exchange = {.row = row, .dev = open_registering(row)};
	struct party parties[] = {{&exchange, 0}, {&exchange, 1}};
	struct sys_thread other;

	pages_come_and_go();
	EQ(sys_barrier_init(&exchange.barrier, 2), 0);
	EQ(sys_thread_start(&other, give_and_take, &parties[1]), 0);
	give_and_take(&parties[0]);
	sys_thread_join(&other);
	sys_barrier_term(&exchange.barrier);
	row_close(exchange.dev, NULL);
}

const struct conf_case conf_cases_bufs[] = {
    CONF_CASE(parts_of_buffers_are_read_and_written, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(a_buffer_follows_another_at_its_address, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(there_may_be_any_number_of_buffers, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(buffers_of_another_thread_are_as_good, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    {0},
};
