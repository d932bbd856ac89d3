// SPDX-License-Identifier: BSD-3-Clause
/**
 * Read a device from start to end over a queue, and count completions and errors
 *
 * usage: queue [URI [ASYNC]], by default a device in memory and the default interface
 */
#include <errno.h>
#include <libxnvme.h>
#include <stdio.h>
#include <stdlib.h>

#define QDEPTH	  16
#define NLBAS_MAX 4096

struct progress {
	uint64_t ncompleted;
	uint64_t nfailed;
};

static void
on_completion(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	struct progress *progress = cb_arg;

	progress->ncompleted++;
	progress->nfailed += (uint64_t)xnvme_cmd_ctx_cpl_status(ctx);
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

static int
read_all(struct xnvme_queue *queue, struct xnvme_dev *dev, uint8_t *buf, uint64_t nlbas)
{
	const struct xnvme_geo *geo = xnvme_dev_get_geo(dev);

	for (uint64_t lba = 0; lba < nlbas;) {
		struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(queue);
		int err = xnvme_nvm_read(ctx, xnvme_dev_get_nsid(dev), lba, 0,
					 buf + lba * geo->lba_nbytes, NULL);

		if (!err) {
			lba++;
			continue;
		}
		xnvme_queue_put_cmd_ctx(queue, ctx);
		if (err != -EBUSY) {
			return err;
		}
		/* The queue is full: make room */
		err = xnvme_queue_poke(queue, 0);
		if (err < 0) {
			return err;
		}
	}

	return xnvme_queue_drain(queue) < 0 ? -EIO : 0;
}

int
main(int argc, char **argv)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct progress progress = {0};
	struct xnvme_queue *queue = NULL;
	struct xnvme_dev *dev;
	uint8_t *buf = NULL;
	size_t nlbas = 0;
	int err;

	opts.async = argc > 2 ? argv[2] : NULL;
	dev = xnvme_dev_open(argc > 1 ? argv[1] : "1GB", &opts);
	err = dev ? xnvme_queue_init(dev, QDEPTH, 0, &queue) : -errno;
	if (!err) {
		const struct xnvme_geo *geo = xnvme_dev_get_geo(dev);

		/* Commands run at the same time, so each has memory of its own */
		nlbas = (size_t)XNVME_MIN_U64(geo->tbytes / geo->lba_nbytes, NLBAS_MAX);
		buf = xnvme_buf_alloc(dev, nlbas * geo->lba_nbytes);
		err = buf ? xnvme_queue_set_cb(queue, on_completion, &progress) : -ENOMEM;
	}
	if (!err) {
		err = read_all(queue, dev, buf, nlbas);
	}
	if (err) {
		xnvme_err_fpr(stderr, xnvme_err_last(), XNVME_PR_DEF);
	} else if (printf("async: '%s', completed: %llu, failed: %llu\n",
			  xnvme_dev_get_opts(dev)->async, (unsigned long long)progress.ncompleted,
			  (unsigned long long)progress.nfailed) < 0 ||
		   fflush(stdout)) {
		err = -EIO;
	}
	xnvme_queue_term(queue);
	xnvme_buf_free(dev, buf);
	xnvme_dev_close(dev);

	return err || progress.nfailed ? EXIT_FAILURE : EXIT_SUCCESS;
}
