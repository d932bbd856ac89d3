// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: what cases share */
#include <conformance/conf.h>

#include <stdio.h>

struct xnvme_opts
row_opts(const struct conf_row *row)
{
	struct xnvme_opts opts = xnvme_opts_default();

	if (row->be[0]) {
		opts.be = row->be;
		opts.async = row->async;
		opts.sync = row->sync;
		opts.admin = row->admin;
		opts.mem = row->mem;
	}

	return opts;
}

struct xnvme_dev *
row_open(const struct conf_row *row)
{
	struct xnvme_opts opts = row_opts(row);
	struct xnvme_dev *dev = xnvme_dev_open(row->dev->uri, &opts);

	if (!dev) {
		conf_fail(__FILE__, __LINE__, "open: %s", xnvme_err_last()->what);
	}

	return dev;
}

struct xnvme_queue *
row_queue(struct xnvme_dev *dev, uint16_t capacity)
{
	struct xnvme_queue *queue = NULL;

	EQ(xnvme_queue_init(dev, capacity, 0, &queue), 0);
	CHECK(queue);

	return queue;
}

void
row_close(struct xnvme_dev *dev, struct xnvme_queue *queue)
{
	if (queue) {
		EQ(xnvme_queue_get_outstanding(queue), 0);
		EQ(xnvme_queue_term(queue), 0);
	}
	xnvme_dev_close(dev);
}

void *
row_buf(struct xnvme_dev *dev, size_t nbytes)
{
	void *buf = xnvme_buf_alloc(dev, nbytes);

	CHECK(buf);
	memset(buf, 0, nbytes);

	return buf;
}

void
pattern(void *buf, size_t nbytes, uint64_t tag)
{
	uint64_t x = (tag + 1) * 0x9e3779b97f4a7c15ULL;
	uint8_t *bytes = buf;

	for (size_t i = 0; i < nbytes; ++i) {
		if (i % 8 == 0) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
		}
		bytes[i] = (uint8_t)(x >> (8 * (i % 8)));
	}
}

void
check_zeroes(const void *buf, size_t nbytes)
{
	const uint8_t *bytes = buf;

	for (size_t i = 0; i < nbytes; ++i) {
		EQ(bytes[i], 0);
	}
}

uint64_t
rnd(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;

	return *state >> 11;
}

/** Different rows get different sequences, the same in every run */
uint64_t
rnd_seed(const struct conf_row *row)
{
	uint64_t hash = 0xcbf29ce484222325ULL ^ (conf_env.seed * 0x9e3779b97f4a7c15ULL);

	for (const char *c = row->label; *c; ++c) {
		hash = (hash ^ (uint8_t)*c) * 0x100000001b3ULL;
	}

	return hash | 1;
}

void
fd_becomes_quiet(struct xnvme_queue *queue, int fd)
{
	const uint64_t deadline_ms = sys_time_ms() + 10000;
	int readable;

	EQ(xnvme_queue_get_outstanding(queue), 0);
	do {
		EQ(xnvme_queue_poke(queue, 0), 0);
		/* Once is enough: a second late thread may set it before it is asked again */
		readable = sys_event_is_set(fd, 0);
	} while (readable && sys_time_ms() < deadline_ms);
	EQ(readable, 0);
}

void
cb_count(struct xnvme_cmd_ctx *ctx, void *arg)
{
	unsigned *count = arg;

	++*count;
	if (xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx)) {
		conf_fail(__FILE__, __LINE__, "put from a callback: %s", xnvme_err_last()->what);
	}
}

struct xnvme_cmd_ctx *
get_ctx(struct xnvme_queue *queue)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(queue);

	CHECK(ctx);

	return ctx;
}
