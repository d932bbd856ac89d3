// SPDX-License-Identifier: BSD-3-Clause
/**
 * Does what SPDK's bdev_xnvme does with the library, call for call
 *
 * A queue of 512; every command by xnvme_cmd_passv(); contexts taken without a look at NULL; the
 * callback submits the next command before it gives its own context back; Dataset Management with
 * the size of the unmapped area as the length, and with stray bits in dwords 10 to 12.
 */
#include <errno.h>
#include <libxnvme.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH	512U
#define NCMDS	8192U
#define NBLOCKS 8U
#define NSLOTS	(NCMDS / 4U)

struct bdev_io {
	struct client *client;
	struct iovec iov;
};

struct client {
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	struct bdev_io ios[DEPTH + 1];
	uint32_t nbytes; ///< Of an LBA
	uint32_t nsid;
	uint8_t opcode;
	uint32_t nsubmitted;
	uint32_t ncompleted;
	uint32_t nfailed;
	uint32_t nretried;
};

static unsigned g_ntests;
static int g_status;

static void
expect(int cond, const char *async, const char *what)
{
	printf("%s %u - %s: %s\n", cond ? "ok" : "not ok", ++g_ntests, async, what);
	if (!cond) {
		g_status = EXIT_FAILURE;
	}
}

/** One command of the bdev layer; -EBUSY is met with a context in hand and means: try later */
static int
submit(struct client *client, struct bdev_io *io)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(client->queue);
	const uint64_t slba = (client->nsubmitted % NSLOTS) * NBLOCKS;
	int err;

	ctx->cmd.common.opcode = client->opcode;
	ctx->cmd.common.nsid = client->nsid;
	ctx->cmd.nvm.nlb = NBLOCKS - 1;
	ctx->cmd.nvm.slba = slba;
	ctx->async.cb_arg = io;
	if (client->opcode != XNVME_SPEC_NVM_OPC_READ) {
		memset(io->iov.iov_base, (int)(slba / NBLOCKS) & 0xff, io->iov.iov_len);
	}
	err = xnvme_cmd_passv(
	    ctx, &io->iov, client->opcode == XNVME_SPEC_NVM_OPC_WRITE_ZEROES ? 0 : 1,
	    client->opcode == XNVME_SPEC_NVM_OPC_WRITE_ZEROES ? 0 : io->iov.iov_len, NULL, 0, 0);
	if (err) {
		xnvme_queue_put_cmd_ctx(client->queue, ctx);
		client->nretried += err == -EBUSY || err == -EAGAIN || err == -ENOMEM;
		return err;
	}
	client->nsubmitted++;

	return 0;
}

static void
on_completion(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	struct bdev_io *io = ctx->async.cb_arg;
	struct client *client = io->client;

	(void)cb_arg;
	client->ncompleted++;
	if (xnvme_cmd_ctx_cpl_status(ctx)) {
		client->nfailed++;
	} else if (client->opcode == XNVME_SPEC_NVM_OPC_READ) {
		const uint8_t want = (uint8_t)(ctx->cmd.nvm.slba / NBLOCKS);
		const uint8_t *buf = io->iov.iov_base;

		client->nfailed += buf[0] != want || buf[io->iov.iov_len - 1] != want;
	}
	/* The completed I/O lets its user submit another one before the context is back */
	if (client->nsubmitted < NCMDS && submit(client, io)) {
		client->nfailed++;
	}
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

/** Fill the queue, meet -EBUSY once, then let the callbacks keep it full */
static int
run(struct client *client, uint8_t opcode)
{
	client->opcode = opcode;
	client->nsubmitted = client->ncompleted = client->nfailed = client->nretried = 0;
	for (uint32_t i = 0; i < DEPTH; ++i) {
		if (submit(client, &client->ios[i])) {
			return 0;
		}
	}
	if (submit(client, &client->ios[DEPTH]) != -EBUSY || client->nretried != 1) {
		return 0;
	}
	while (client->ncompleted < client->nsubmitted) {
		if (xnvme_queue_poke(client->queue, 0) < 0) {
			return 0;
		}
	}

	return client->nsubmitted == NCMDS && !client->nfailed &&
	       !xnvme_queue_get_outstanding(client->queue);
}

static void
on_unmapped(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	int *status = cb_arg;

	*status = xnvme_cmd_ctx_cpl_status(ctx);
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

/** Unmap the first blocks: the length passed is that of the area, not of the list of ranges */
static int
unmap(struct client *client)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(client->queue);
	struct xnvme_spec_dsm_range range = {.llb = NBLOCKS, .slba = 0};
	struct iovec iov = {.iov_base = &range, .iov_len = sizeof(range)};
	struct xnvme_cmd_ctx sync = xnvme_cmd_ctx_from_dev(client->dev);
	uint8_t *buf = client->ios[0].iov.iov_base;
	int status = -1;

	ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT;
	ctx->cmd.common.nsid = client->nsid;
	ctx->cmd.nvm.nlb = NBLOCKS - 1;
	ctx->cmd.nvm.slba = 0;
	ctx->cmd.dsm.nr = 0;
	ctx->cmd.dsm.ad = 1;
	xnvme_cmd_ctx_set_cb(ctx, on_unmapped, &status);
	if (xnvme_cmd_passv(ctx, &iov, 1, (size_t)NBLOCKS * client->nbytes, NULL, 0, 0)) {
		return 0;
	}
	if (xnvme_queue_drain(client->queue) != 1 || status) {
		return 0;
	}
	/* A context keeps the callback that it was given */
	xnvme_queue_set_cb(client->queue, on_completion, client);
	memset(buf, 0xff, client->ios[0].iov.iov_len);
	if (xnvme_nvm_read(&sync, client->nsid, 0, NBLOCKS - 1, buf, NULL)) {
		return 0;
	}

	return !buf[0] && !buf[client->ios[0].iov.iov_len - 1];
}

/** Polls for completions unless told to save processor time, as the bdev module does */
static int
client_open(struct client *client, const char *uri, const char *async, bool conserve_cpu)
{
	struct xnvme_opts opts = xnvme_opts_default();
	const struct xnvme_geo *geo;

	memset(client, 0, sizeof(*client));
	opts.async = async;
	opts.direct = 1;
	opts.poll_io = !conserve_cpu;
	client->dev = xnvme_dev_open(uri, &opts);
	if (!client->dev || xnvme_queue_init(client->dev, DEPTH, 0, &client->queue)) {
		return 0;
	}
	geo = xnvme_dev_get_geo(client->dev);
	client->nbytes = geo->nbytes;
	client->nsid = xnvme_dev_get_nsid(client->dev);
	xnvme_queue_set_cb(client->queue, on_completion, client);
	for (uint32_t i = 0; i <= DEPTH; ++i) {
		client->ios[i].client = client;
		client->ios[i].iov.iov_len = (size_t)NBLOCKS * client->nbytes;
		client->ios[i].iov.iov_base =
		    xnvme_buf_alloc(client->dev, client->ios[i].iov.iov_len);
	}

	return xnvme_dev_get_csi(client->dev) == XNVME_SPEC_CSI_NVM && geo->nbytes >= 512 &&
	       geo->tbytes % geo->nbytes == 0;
}

static void
client_close(struct client *client)
{
	xnvme_queue_term(client->queue);
	for (uint32_t i = 0; i <= DEPTH; ++i) {
		xnvme_buf_free(client->dev, client->ios[i].iov.iov_base);
	}
	xnvme_dev_close(client->dev);
}

static void
run_all(const char *uri, const char *async, bool conserve_cpu)
{
	static struct client client;
	const char *label = async ? async : "default";

	expect(client_open(&client, uri, async, conserve_cpu), label, "opens, with a queue of 512");
	if (client.queue) {
		expect(run(&client, XNVME_SPEC_NVM_OPC_WRITE), label, "writes with a full queue");
		expect(run(&client, XNVME_SPEC_NVM_OPC_READ), label, "reads back what it wrote");
		expect(unmap(&client), label, "unmaps, by SPDK's idea of the length");
		expect(run(&client, XNVME_SPEC_NVM_OPC_WRITE_ZEROES), label, "writes zeroes");
	}
	client_close(&client);
}

/** client_bdev [URI ASYNC [poll]]: without arguments, what is there on every machine */
int
main(int argc, char **argv)
{
	static const char *const asyncs[] = {NULL, "thrpool", "emu", "posix"};

	if (argc > 2) {
		run_all(argv[1], argv[2], argc < 4 || strcmp(argv[3], "poll") != 0);
	}
	for (size_t i = 0; argc < 2 && i < sizeof(asyncs) / sizeof(asyncs[0]); ++i) {
		run_all("ram:64MiB", asyncs[i], true);
	}
	printf("1..%u\n", g_ntests);

	return g_status;
}
