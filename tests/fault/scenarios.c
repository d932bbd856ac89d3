// SPDX-License-Identifier: BSD-3-Clause
/**
 * What is done under fault: a caller that checks every return value and cleans up after itself
 */
#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define LBA_NBYTES	512U
#define LBAS_PER_UNIT	(UNIT_NBYTES / LBA_NBYTES)
#define UNIT_NLB	(LBAS_PER_UNIT - 1)
#define FIRST_UNIT	16U /* Units before and after the written ones must stay as they are */
#define NUNITS		16U
#define DEPTH		8U
#define TIMEOUT_US	2000000U
#define POLL_MS		2000
#define RAM		"ram:262144?name=points"
#define RAM_THREADS	"ram:262144?name=points&threads=3"
#define RAM_FILE	"ram:262144?path=%"
#define FILE_PATH	"/file"
#define SRC_NAME	"src"
#define LID_HEALTH	0x02
#define FID_WCACHE	0x06
#define SANITIZE_FAILED 3U
#define SANACT_CRYPTO	4U

static uint64_t
slba_of(unsigned unit)
{
	return (uint64_t)unit * LBAS_PER_UNIT;
}

/** Open, and make sure that the geometry is there */
static struct xnvme_dev *
open_dev(struct run *run, const char *uri, const char *async)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev;
	int err;

	opts.async = async;
	opts.command_timeout = TIMEOUT_US;
	opts.register_buffers = (run->scenario->flags & WITH_BUFFERS) != 0;
	dev = xnvme_dev_open(uri, &opts);
	if (!dev) {
		run_failed(run, -errno);
		return NULL;
	}
	err = xnvme_dev_derive_geo(dev);
	if (err) {
		run_failed(run, err);
		xnvme_dev_close(dev);
		return NULL;
	}

	return dev;
}

/** Nothing that fails from now on has anyone to tell: xnvme_dev_close() returns nothing */
static void
close_dev(struct run *run, struct xnvme_dev *dev)
{
	if (dev && !run->closing) {
		run->closing = true;
		run->nfired = fault_nfired();
	}
	xnvme_dev_close(dev);
}

static uint8_t *
alloc_buf(struct run *run, struct xnvme_dev *dev, size_t nbytes)
{
	uint8_t *buf = xnvme_buf_alloc(dev, nbytes);

	if (!buf) {
		run_failed(run, -errno);
	}

	return buf;
}

static void
check_read(struct run *run, const uint8_t *buf, unsigned unit)
{
	const enum unit_state state = run->units[unit];

	if ((state == UNIT_NEW && !unit_is(buf, unit, run->seed)) ||
	    (state == UNIT_OLD && !unit_is(buf, unit, run->seed - 1))) {
		run_broken(run, "reading unit %u succeeds with other bytes", unit);
	}
}

/* Open */

static void
open_close(struct run *run)
{
	struct xnvme_spec_idfy *page;
	struct xnvme_dev *dev = open_dev(run, run->uri, run->scenario->async);
	struct xnvme_cmd_ctx ctx;

	if (!dev) {
		return;
	}
	page = (struct xnvme_spec_idfy *)(void *)alloc_buf(run, dev, sizeof(*page));
	if (page) {
		ctx = xnvme_cmd_ctx_from_dev(dev);
		run_failed(run, xnvme_adm_idfy_ctrlr(&ctx, page));
		ctx = xnvme_cmd_ctx_from_dev(dev);
		run_failed(run, xnvme_adm_idfy_ns(&ctx, 1, page));
	}
	if (xnvme_dev_get_geo(dev)->tbytes != DEV_NBYTES) {
		run_broken(run, "the geometry says %llu bytes",
			   (unsigned long long)xnvme_dev_get_geo(dev)->tbytes);
	}
	xnvme_buf_free(dev, page);
	close_dev(run, dev);
}

/* Synchronous */

static void
sync_write(struct run *run, struct xnvme_dev *dev, unsigned unit, uint8_t *buf)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	int err;

	unit_fill(buf, unit, run->seed);
	run->units[unit] = UNIT_EITHER;
	err = xnvme_nvm_write(&ctx, 1, slba_of(unit), UNIT_NLB, buf, NULL);
	if (!err) {
		run->units[unit] = UNIT_NEW;
	}
	run_failed(run, err);
}

static void
sync_read(struct run *run, struct xnvme_dev *dev, unsigned unit, uint8_t *buf)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	int err;

	memset(buf, 0x5a, UNIT_NBYTES);
	err = xnvme_nvm_read(&ctx, 1, slba_of(unit), UNIT_NLB, buf, NULL);
	run_failed(run, err);
	if (!err) {
		check_read(run, buf, unit);
	}
}

static void
sync_flush(struct run *run, struct xnvme_dev *dev)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	ctx.cmd.common.opcode = XNVME_SPEC_NVM_OPC_FLUSH;
	ctx.cmd.common.nsid = 1;
	run_failed(run, xnvme_cmd_pass(&ctx, NULL, 0, NULL, 0));
}

/** A write that is durable when it returns */
static void
sync_fua(struct run *run, struct xnvme_dev *dev, unsigned unit, uint8_t *buf)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	int err;

	unit_fill(buf, unit, run->seed);
	xnvme_prep_nvm(&ctx, XNVME_SPEC_NVM_OPC_WRITE, 1, slba_of(unit), UNIT_NLB);
	ctx.cmd.nvm.fua = 1;
	run->units[unit] = UNIT_EITHER;
	err = xnvme_cmd_pass(&ctx, buf, UNIT_NBYTES, NULL, 0);
	if (!err) {
		run->units[unit] = UNIT_NEW;
	}
	run_failed(run, err);
}

static void
sync_rw(struct run *run)
{
	struct xnvme_dev *dev = open_dev(run, run->uri, run->scenario->async);
	uint8_t *buf;

	if (!dev) {
		return;
	}
	buf = alloc_buf(run, dev, UNIT_NBYTES);
	if (buf) {
		for (unsigned i = 0; i < 4; ++i) {
			sync_write(run, dev, FIRST_UNIT + i, buf);
		}
		sync_fua(run, dev, FIRST_UNIT + 4, buf);
		sync_flush(run, dev);
		for (unsigned i = 0; i < 5; ++i) {
			sync_read(run, dev, FIRST_UNIT + i, buf);
		}
	}
	xnvme_buf_free(dev, buf);
	close_dev(run, dev);
}

/** Four vectors of odd lengths over one unit */
static void
split(struct iovec iov[4], uint8_t *buf)
{
	static const size_t lens[4] = {1, 1023, 2560, 512};

	for (unsigned i = 0; i < 4; ++i) {
		iov[i].iov_base = buf;
		iov[i].iov_len = lens[i];
		buf += lens[i];
	}
}

static int
pass_vectored(struct xnvme_cmd_ctx *ctx, unsigned unit, bool write, struct iovec *iov)
{
	xnvme_prep_nvm(ctx, write ? XNVME_SPEC_NVM_OPC_WRITE : XNVME_SPEC_NVM_OPC_READ, 1,
		       slba_of(unit), UNIT_NLB);

	return xnvme_cmd_pass_iov(ctx, iov, 4, UNIT_NBYTES, NULL, 0);
}

static void
sync_vectored(struct run *run)
{
	struct xnvme_dev *dev = open_dev(run, run->uri, run->scenario->async);
	struct xnvme_cmd_ctx ctx;
	struct iovec iov[4];
	uint8_t *buf;
	int err;

	if (!dev) {
		return;
	}
	buf = alloc_buf(run, dev, UNIT_NBYTES);
	for (unsigned i = FIRST_UNIT; buf && i < FIRST_UNIT + 3; ++i) {
		split(iov, buf);
		unit_fill(buf, i, run->seed);
		ctx = xnvme_cmd_ctx_from_dev(dev);
		run->units[i] = UNIT_EITHER;
		err = pass_vectored(&ctx, i, true, iov);
		run->units[i] = err ? UNIT_EITHER : UNIT_NEW;
		run_failed(run, err);

		memset(buf, 0x5a, UNIT_NBYTES);
		ctx = xnvme_cmd_ctx_from_dev(dev);
		err = pass_vectored(&ctx, i, false, iov);
		run_failed(run, err);
		if (!err) {
			check_read(run, buf, i);
		}
	}
	xnvme_buf_free(dev, buf);
	close_dev(run, dev);
}

/* Asynchronous */

enum op { OP_WRITE, OP_READ, OP_FLUSH };

struct client;

/** One command and what it is about */
struct io {
	struct client *client;
	unsigned unit;
	enum op op;
	unsigned ncalled;
	struct iovec iov[4];
};

struct client {
	struct run *run;
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *buf; ///< NUNITS units
	unsigned first;
	bool vectored;
	bool sleeps; ///< Waits on the completion descriptor
	int fd;
	struct io ios[NUNITS];
};

static uint8_t *
buf_of(const struct io *io)
{
	return io->client->buf + (size_t)(io->unit - io->client->first) * UNIT_NBYTES;
}

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct io *io = arg;
	struct run *run = io->client->run;
	const bool nil = run->scenario->async && strcmp(run->scenario->async, "nil") == 0;
	struct xnvme_err why;

	run->ncalled++;
	if (++io->ncalled > 1) {
		run_broken(run, "unit %u is called back twice", io->unit);
	}
	if (xnvme_cmd_ctx_cpl_status(ctx)) {
		xnvme_cmd_ctx_explain(ctx, &why);
		run_told(run, why.err, strcmp(why.layer, "device") == 0);
	} else if (io->op == OP_WRITE && !nil) {
		run->units[io->unit] = UNIT_NEW;
	} else if (io->op == OP_READ && !nil) {
		check_read(run, buf_of(io), io->unit);
	}
	xnvme_queue_put_cmd_ctx(io->client->queue, ctx);
}

static int
submit(struct client *client, struct io *io, struct xnvme_cmd_ctx *ctx)
{
	ctx->async.cb = on_done;
	ctx->async.cb_arg = io;
	if (io->op == OP_FLUSH) {
		ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_FLUSH;
		ctx->cmd.common.nsid = 1;
		return xnvme_cmd_pass(ctx, NULL, 0, NULL, 0);
	}
	if (client->vectored) {
		return pass_vectored(ctx, io->unit, io->op == OP_WRITE, io->iov);
	}

	return io->op == OP_WRITE
		   ? xnvme_nvm_write(ctx, 1, slba_of(io->unit), UNIT_NLB, buf_of(io), NULL)
		   : xnvme_nvm_read(ctx, 1, slba_of(io->unit), UNIT_NLB, buf_of(io), NULL);
}

/** Poke, after sleeping until there is something to poke for */
static int
progress(struct client *client)
{
	if (client->sleeps && xnvme_queue_get_outstanding(client->queue)) {
		struct pollfd pfd = {.fd = client->fd, .events = POLLIN};
		const int n = poll(&pfd, 1, POLL_MS);

		if (n == 0) {
			run_broken(client->run,
				   "the completion descriptor stays silent with %u "
				   "commands outstanding",
				   xnvme_queue_get_outstanding(client->queue));
			client->sleeps = false;
		}
	}

	return xnvme_queue_poke(client->queue, 0);
}

static void
send_one(struct client *client, struct io *io)
{
	struct run *run = client->run;
	int err;

	do {
		struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(client->queue);
		const enum unit_state before = run->units[io->unit];

		if (!ctx) {
			run_broken(run, "no context though callbacks put theirs back");
			return;
		}
		if (io->op == OP_WRITE) {
			run->units[io->unit] = UNIT_EITHER;
		}
		err = submit(client, io, ctx);
		if (!err) {
			run->naccepted++;
			return;
		}
		run->units[io->unit] = before;
		xnvme_queue_put_cmd_ctx(client->queue, ctx);
		if (err == -EBUSY) {
			progress(client);
		}
	} while (err == -EBUSY);
	run_failed(run, err);
}

static void
wait_all(struct client *client)
{
	while (client->sleeps && xnvme_queue_get_outstanding(client->queue)) {
		const int res = progress(client);

		if (res < 0) {
			run_failed(client->run, res);
			return;
		}
	}
	{
		const int res = xnvme_queue_drain(client->queue);

		run_failed(client->run, res < 0 ? res : 0);
	}
}

static void
round_of(struct client *client, enum op op, unsigned n)
{
	for (unsigned i = 0; i < n; ++i) {
		struct io *io = &client->ios[i];

		*io = (struct io){.client = client, .unit = client->first + i, .op = op};
		split(io->iov, buf_of(io));
		if (op == OP_WRITE) {
			unit_fill(buf_of(io), io->unit, client->run->seed);
		} else if (op == OP_READ) {
			memset(buf_of(io), 0x5a, UNIT_NBYTES);
		}
		send_one(client, io);
	}
	wait_all(client);
}

/** The commands of a scenario on a queue of its own */
static void
run_client(struct client *client)
{
	struct run *run = client->run;
	int err;

	err = xnvme_queue_init(client->dev, DEPTH, 0, &client->queue);
	if (err) {
		run_failed(run, err);
		return;
	}
	if (client->sleeps) {
		client->fd = xnvme_queue_get_completion_fd(client->queue);
		run_failed(run, client->fd < 0 ? client->fd : 0);
	}
	client->buf = client->sleeps && client->fd < 0
			  ? NULL
			  : alloc_buf(run, client->dev, (size_t)NUNITS * UNIT_NBYTES);
	if (client->buf) {
		round_of(client, OP_WRITE, NUNITS);
		round_of(client, OP_FLUSH, 1);
		round_of(client, OP_READ, NUNITS);
	}
	run_failed(run, xnvme_queue_term(client->queue));
	xnvme_buf_free(client->dev, client->buf);
}

static void
async_client(struct run *run, bool vectored, bool sleeps)
{
	struct client client = {
	    .run = run, .first = FIRST_UNIT, .vectored = vectored, .sleeps = sleeps};

	client.dev = open_dev(run, run->uri, run->scenario->async);
	if (client.dev) {
		run_client(&client);
		close_dev(run, client.dev);
	}
}

static void
async_rw(struct run *run)
{
	async_client(run, false, false);
}

static void
async_vectored(struct run *run)
{
	async_client(run, true, false);
}

static void
async_sleeper(struct run *run)
{
	async_client(run, false, true);
}

static void
queues(struct run *run)
{
	struct xnvme_dev *dev = open_dev(run, run->uri, run->scenario->async);

	for (uint16_t capacity = 1; dev && capacity <= 64; capacity = (uint16_t)(capacity * 8)) {
		struct xnvme_queue *queue = NULL;
		const int err = xnvme_queue_init(dev, capacity, 0, &queue);

		if (err && queue) {
			run_broken(run, "a queue that was not initialised is handed out");
		}
		run_failed(run, err);
		if (!err) {
			run_failed(run, xnvme_queue_term(queue));
		}
	}
	close_dev(run, dev);
}

/* Threads: two queues on one device, each in a thread */

static void *
client_thread(void *arg)
{
	run_client(arg);

	return NULL;
}

static void
two_threads(struct run *run)
{
	struct xnvme_dev *dev = open_dev(run, run->uri, run->scenario->async);
	static struct run runs[2];
	struct client clients[2];
	pthread_t threads[2];

	if (!dev) {
		return;
	}
	for (unsigned i = 0; i < 2; ++i) {
		runs[i] = *run;
		clients[i] =
		    (struct client){.run = &runs[i], .dev = dev, .first = FIRST_UNIT * (i + 1)};
		if (__real_pthread_create(&threads[i], NULL, client_thread, &clients[i])) {
			run_broken(run, "the test has no thread");
			_exit(2);
		}
	}
	for (unsigned i = 0; i < 2; ++i) {
		__real_pthread_join(threads[i], NULL);
		run->naccepted += runs[i].naccepted;
		run->ncalled += runs[i].ncalled;
		run->broken |= runs[i].broken;
		run_told(run, runs[i].err, runs[i].verdict);
		memcpy(&run->units[clients[i].first], &runs[i].units[clients[i].first],
		       NUNITS * sizeof(run->units[0]));
	}
	close_dev(run, dev);
}

/** Two handles on one in-memory device: what one writes the other reads, also when one is gone */
static void
two_handles(struct run *run)
{
	struct xnvme_dev *first = open_dev(run, run->uri, run->scenario->async);
	struct xnvme_dev *second = first ? open_dev(run, run->uri, run->scenario->async) : NULL;
	uint8_t *buf = second ? alloc_buf(run, second, UNIT_NBYTES) : NULL;

	if (buf) {
		sync_write(run, first, FIRST_UNIT, buf);
		sync_read(run, second, FIRST_UNIT, buf);
		xnvme_dev_close(first);
		first = NULL;
		sync_write(run, second, FIRST_UNIT + 1, buf);
		sync_read(run, second, FIRST_UNIT, buf);
		sync_read(run, second, FIRST_UNIT + 1, buf);
	}
	xnvme_buf_free(second, buf);
	close_dev(run, second);
	close_dev(run, first);
}

/* Looking for devices */

static int
on_ident(const struct xnvme_ident *ident, void *arg)
{
	(void)ident;
	(void)arg;

	return 0;
}

static int
on_dev(struct xnvme_dev *dev, void *arg)
{
	(void)dev;
	(void)arg;

	return XNVME_ENUMERATE_DEV_CLOSE;
}

static int
on_probe(const struct xnvme_probe *probe, void *arg)
{
	if (probe->err != -ENOTSUP) {
		run_failed(arg, probe->err);
	}
	if (probe->err && !probe->reason[0]) {
		run_broken(arg, "%s of %s is refused without a reason",
			   probe->async ? probe->async : "all", probe->be);
	}

	return 0;
}

static void
look(struct run *run)
{
	run_failed(run, xnvme_scan(NULL, NULL, on_ident, NULL));
	run_failed(run, xnvme_enumerate(NULL, NULL, on_dev, NULL));
	run_failed(run, xnvme_enumerate(run->uri, NULL, on_dev, NULL));
	run_failed(run, xnvme_dev_probe(run->uri, NULL, on_probe, run));
}

/* Copy: blocking reads from one device, a queue of writes to the other */

static void
copy(struct run *run)
{
	char path[160];
	struct run src = *run;
	struct client dst = {.run = run, .first = FIRST_UNIT};
	struct xnvme_dev *from;
	int err;

	snprintf(path, sizeof(path), "%s/" SRC_NAME, run->dir);
	from = open_dev(run, path, "emu");
	dst.dev = from ? open_dev(run, run->uri, run->scenario->async) : NULL;
	err = dst.dev ? xnvme_queue_init(dst.dev, DEPTH, 0, &dst.queue) : 0;
	run_failed(run, err);
	dst.buf = dst.queue ? alloc_buf(run, dst.dev, (size_t)NUNITS * UNIT_NBYTES) : NULL;
	for (unsigned i = 0; dst.buf && i < NUNITS; ++i) {
		struct io *io = &dst.ios[i];

		*io = (struct io){.client = &dst, .unit = FIRST_UNIT + i, .op = OP_WRITE};
		src.err = 0;
		src.seed = 0;
		src.units[io->unit] = UNIT_NEW;
		sync_read(&src, from, io->unit, buf_of(io));
		run->broken |= src.broken;
		if (src.err) {
			run_told(run, src.err, src.verdict);
			break;
		}
		unit_fill(buf_of(io), io->unit, run->seed);
		send_one(&dst, io);
	}
	if (dst.queue) {
		wait_all(&dst);
		run_failed(run, xnvme_queue_term(dst.queue));
	}
	xnvme_buf_free(dst.dev, dst.buf);
	close_dev(run, dst.dev);
	xnvme_dev_close(from);
}

/** The source is a file that is laid once, without faults */
static void
copy_from_file(struct run *run)
{
	static uint8_t unit[UNIT_NBYTES];
	char path[160];
	int fd;

	snprintf(path, sizeof(path), "%s/" SRC_NAME, run->dir);
	if (access(path, F_OK)) {
		fault_disarm();
		fd = open(path, O_RDWR | O_CREAT, 0600);
		for (unsigned i = 0; i < UNITS; ++i) {
			unit_fill(unit, i, 0);
			if (pwrite(fd, unit, UNIT_NBYTES, (off_t)i * UNIT_NBYTES) < 0) {
				run_broken(run, "the test cannot lay its file");
			}
		}
		close(fd);
	}
	copy(run);
}

/* Administration of the in-memory device */

static void
wait_for_sanitize(struct run *run, struct xnvme_dev *dev)
{
	struct xnvme_spec_log_sanitize_entry log = {0};
	struct xnvme_cmd_ctx ctx;
	int err;

	do {
		ctx = xnvme_cmd_ctx_from_dev(dev);
		err = xnvme_adm_log(&ctx, LID_SANITIZE, 0, 0, 0xffffffff, 0, &log, sizeof(log));
		run_failed(run, err);
	} while (!err && log.sstat.sos == SANITIZE_BUSY);
	if (!err && log.sstat.sos == SANITIZE_FAILED) {
		run_told(run, -EIO, true);
	}
}

static void
admin(struct run *run)
{
	struct xnvme_dev *dev = open_dev(run, run->uri, run->scenario->async);
	struct xnvme_spec_log_health_entry health;
	struct xnvme_cmd_ctx ctx;
	uint8_t *buf;
	int err;

	if (!dev) {
		return;
	}
	ctx = xnvme_cmd_ctx_from_dev(dev);
	run_failed(run,
		   xnvme_adm_log(&ctx, LID_HEALTH, 0, 0, 0xffffffff, 0, &health, sizeof(health)));
	ctx = xnvme_cmd_ctx_from_dev(dev);
	run_failed(run, xnvme_adm_gfeat(&ctx, 0, FID_WCACHE, 0, NULL, 0));
	ctx = xnvme_cmd_ctx_from_dev(dev);
	run_failed(run, xnvme_adm_sfeat(&ctx, 0, FID_WCACHE, 0, 0, NULL, 0));
	ctx = xnvme_cmd_ctx_from_dev(dev);
	run_failed(run, xnvme_adm_sfeat(&ctx, 0, FID_WCACHE, 1, 0, NULL, 0));
	buf = alloc_buf(run, dev, UNIT_NBYTES);
	if (buf) {
		sync_write(run, dev, FIRST_UNIT, buf);
		ctx = xnvme_cmd_ctx_from_dev(dev);
		run_failed(run, xnvme_adm_format(&ctx, 1, 0, 0, 0, 0, 0, 0));
		ctx = xnvme_cmd_ctx_from_dev(dev);
		err = xnvme_nvm_sanitize(&ctx, SANACT_CRYPTO, false, 0, 0, false, false);
		run_failed(run, err);
		if (!err) {
			wait_for_sanitize(run, dev);
		}
	}
	xnvme_buf_free(dev, buf);
	close_dev(run, dev);
}

/* Ranges: zeroes and deallocation, whose content is checked here and not by the runner */

static void
zeroes(struct run *run)
{
	struct xnvme_dev *dev = open_dev(run, run->uri, run->scenario->async);
	struct xnvme_spec_dsm_range range = {.slba = slba_of(FIRST_UNIT), .llb = LBAS_PER_UNIT};
	struct xnvme_cmd_ctx ctx;
	uint8_t *buf;
	int err;

	if (!dev) {
		return;
	}
	buf = alloc_buf(run, dev, UNIT_NBYTES);
	if (buf) {
		ctx = xnvme_cmd_ctx_from_dev(dev);
		err = xnvme_nvm_write_zeroes(&ctx, 1, slba_of(FIRST_UNIT), UNIT_NLB);
		run_failed(run, err);
		if (!err) {
			ctx = xnvme_cmd_ctx_from_dev(dev);
			err = xnvme_nvm_read(&ctx, 1, slba_of(FIRST_UNIT), UNIT_NLB, buf, NULL);
			run_failed(run, err);
		}
		if (!err && (buf[0] || memcmp(buf, buf + 1, UNIT_NBYTES - 1) != 0)) {
			run_broken(run, "zeroes were reported and are not there");
		}
		ctx = xnvme_cmd_ctx_from_dev(dev);
		run_failed(run, xnvme_nvm_dsm(&ctx, 1, &range, 0, true, false, false));
		/* The runner expects the pattern: write over what was zeroed */
		fault_disarm();
		sync_write(run, dev, FIRST_UNIT, buf);
	}
	xnvme_buf_free(dev, buf);
	close_dev(run, dev);
}

/* Buffers and files */

static void
buf_and_file(struct run *run)
{
	static uint8_t out[4 * UNIT_NBYTES];
	static uint8_t in[sizeof(out)];
	int err;

	for (unsigned i = 0; i < 4; ++i) {
		unit_fill(out + (size_t)i * UNIT_NBYTES, i, run->seed);
	}
	err = xnvme_buf_to_file(out, sizeof(out), run->uri);
	run_failed(run, err);
	if (err) {
		return;
	}
	memset(in, 0x5a, sizeof(in));
	err = xnvme_buf_from_file(in, sizeof(in), run->uri);
	run_failed(run, err);
	/* A read that moves nothing is the end of a file, which is no failure here */
	if (!err && memcmp(in, out, sizeof(in)) != 0 && fault_armed()->kind != FAULT_NONE) {
		run_broken(run, "what was read is not what was written");
	}
}

/** A mark, and data over it; the base of the next run clears what is left */
static void
marks(struct run *run)
{
	struct xnvme_dev *dev = open_dev(run, run->uri, run->scenario->async);
	struct xnvme_cmd_ctx ctx;
	uint8_t *buf;

	if (!dev) {
		return;
	}
	ctx = xnvme_cmd_ctx_from_dev(dev);
	run_failed(run, xnvme_nvm_write_uncorrectable(&ctx, 1, slba_of(FIRST_UNIT), UNIT_NLB));
	buf = alloc_buf(run, dev, UNIT_NBYTES);
	if (buf) {
		sync_write(run, dev, FIRST_UNIT, buf);
		sync_write(run, dev, FIRST_UNIT + 1, buf);
	}
	xnvme_buf_free(dev, buf);
	close_dev(run, dev);
}

const struct scenario scenarios[] = {
    {"open ram", "ram:262144?name=points", NULL, 0, open_close},
    {"open ram in a file", RAM_FILE, NULL, WITH_BASE, open_close},
    {"open file", FILE_PATH, NULL, WITH_BASE, open_close},
    {"sync ram", RAM, NULL, WITH_BASE | WITH_KEEP, sync_rw},
    {"sync ram in a file", RAM_FILE, NULL, WITH_BASE, sync_rw},
    {"sync file", FILE_PATH, NULL, WITH_BASE, sync_rw},
    {"async ram emu", RAM, "emu", WITH_BASE | WITH_KEEP, async_rw},
    {"async ram thrpool", RAM_THREADS, "thrpool", WITH_BASE | WITH_KEEP, async_rw},
    {"async ram nil", RAM, "nil", WITH_KEEP, async_rw},
    {"async ram in a file thrpool", RAM_FILE, "thrpool", WITH_BASE, async_rw},
    {"async file emu", FILE_PATH, "emu", WITH_BASE, async_rw},
    {"async file thrpool", FILE_PATH, "thrpool", WITH_BASE, async_rw},
    {"async file posix", FILE_PATH, "posix", WITH_BASE, async_rw},
    {"async file io_uring", FILE_PATH, "io_uring", WITH_BASE | IF_HERE, async_rw},
    {"async file io_uring, registered", FILE_PATH, "io_uring", WITH_BASE | IF_HERE | WITH_BUFFERS,
     async_rw},
    {"async file libaio", FILE_PATH, "libaio", WITH_BASE | IF_HERE, async_rw},
    {"async file libaio without a ring", FILE_PATH, "libaio", WITH_BASE | IF_HERE | NO_RING,
     async_rw},
    {"async file nil", FILE_PATH, "nil", WITH_BASE | WITH_ERASE, async_rw},
    {"vectored ram", RAM, NULL, WITH_BASE | WITH_KEEP, sync_vectored},
    {"vectored file", FILE_PATH, NULL, WITH_BASE, sync_vectored},
    {"vectored file thrpool", FILE_PATH, "thrpool", WITH_BASE, async_vectored},
    {"vectored file posix", FILE_PATH, "posix", WITH_BASE, async_vectored},
    {"vectored file io_uring", FILE_PATH, "io_uring", WITH_BASE | IF_HERE, async_vectored},
    {"vectored file libaio", FILE_PATH, "libaio", WITH_BASE | IF_HERE, async_vectored},
    {"queues ram thrpool", RAM, "thrpool", WITH_BASE | WITH_KEEP, queues},
    {"queues file emu", FILE_PATH, "emu", WITH_BASE, queues},
    {"queues file posix", FILE_PATH, "posix", WITH_BASE, queues},
    {"queues file io_uring", FILE_PATH, "io_uring", WITH_BASE | IF_HERE, queues},
    {"queues file libaio", FILE_PATH, "libaio", WITH_BASE | IF_HERE, queues},
    {"sleeper ram emu", RAM, "emu", WITH_BASE | WITH_KEEP, async_sleeper},
    {"sleeper ram thrpool", RAM_THREADS, "thrpool", WITH_BASE | WITH_KEEP, async_sleeper},
    {"sleeper file posix", FILE_PATH, "posix", WITH_BASE, async_sleeper},
    {"sleeper file thrpool", FILE_PATH, "thrpool", WITH_BASE, async_sleeper},
    {"sleeper file io_uring", FILE_PATH, "io_uring", WITH_BASE | IF_HERE, async_sleeper},
    {"sleeper file libaio", FILE_PATH, "libaio", WITH_BASE | IF_HERE, async_sleeper},
    {"sleeper file libaio without a ring", FILE_PATH, "libaio", WITH_BASE | IF_HERE | NO_RING,
     async_sleeper},
    {"look for a file", FILE_PATH, NULL, WITH_BASE, look},
    {"copy file to ram", RAM, "thrpool", WITH_BASE | WITH_KEEP, copy_from_file},
    {"copy file to file", FILE_PATH, "posix", WITH_BASE, copy_from_file},
    {"admin ram", RAM, NULL, WITH_BASE | WITH_KEEP | WITH_ERASE, admin},
    {"admin ram in a file", RAM_FILE, NULL, WITH_BASE | WITH_ERASE, admin},
    {"marks ram in a file", RAM_FILE, NULL, WITH_BASE | WITH_ERASE, marks},
    {"zeroes ram", RAM, NULL, WITH_BASE | WITH_KEEP, zeroes},
    {"zeroes ram in a file", RAM_FILE, NULL, WITH_BASE, zeroes},
    {"zeroes file", FILE_PATH, NULL, WITH_BASE, zeroes},
    {"two threads on ram", RAM_THREADS, "thrpool", WITH_BASE | WITH_KEEP, two_threads},
    {"two threads on a file", FILE_PATH, "thrpool", WITH_BASE, two_threads},
    {"two handles on ram", RAM, NULL, WITH_BASE | WITH_KEEP, two_handles},
    {"buffer to and from a file", "/buffer", NULL, 0, buf_and_file},
};

const size_t nscenarios = sizeof(scenarios) / sizeof(scenarios[0]);

void
scenarios_clean(const char *dir)
{
	static const char *const names[] = {"file",	   SRC_NAME,	      "image",
					    "image.xnvme", "image.xnvme.tmp", "buffer"};
	char path[160];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}
