// SPDX-License-Identifier: BSD-3-Clause
/**
 * What a consumer's program does: writes over a queue, reads back, compares; client URI ...
 *
 * It is C99 and C++11 at once, and is compiled in every way in which a consumer would.
 */
#include <errno.h>
#include <libxnvme.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(CLIENT_WANTS_LFS) && _FILE_OFFSET_BITS != 64
#error "the package did not say _FILE_OFFSET_BITS=64"
#endif

#define NLBAS 8
#define DEPTH 4

struct outcome {
	unsigned ndone;
	unsigned nfailed;
};

static void
on_completion(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	struct outcome *outcome = (struct outcome *)cb_arg;

	outcome->ndone++;
	outcome->nfailed += xnvme_cmd_ctx_cpl_status(ctx) != 0;
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

/** Write each LBA by a command of its own; 0 when all completed well */
static int
write_all(struct xnvme_dev *dev, const char *buf, size_t lba_nbytes)
{
	struct outcome outcome = {0, 0};
	struct xnvme_queue *queue = NULL;
	uint32_t nsid = xnvme_dev_get_nsid(dev);
	int err = xnvme_queue_init(dev, DEPTH, 0, &queue);

	for (uint64_t lba = 0; !err && lba < NLBAS; ++lba) {
		struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(queue);

		while (!ctx && xnvme_queue_poke(queue, 0) >= 0) {
			ctx = xnvme_queue_get_cmd_ctx(queue);
		}
		if (!ctx) {
			return -1;
		}
		xnvme_cmd_ctx_set_cb(ctx, on_completion, &outcome);
		do {
			err = xnvme_nvm_write(ctx, nsid, lba, 0, buf + lba * lba_nbytes, NULL);
		} while (err == -EBUSY && xnvme_queue_poke(queue, 0) >= 0);
	}
	if (xnvme_queue_drain(queue) < 0 || outcome.ndone != NLBAS || outcome.nfailed) {
		err = -1;
	}

	return xnvme_queue_term(queue) ? -1 : err;
}

static int
write_and_read(const char *uri)
{
	struct xnvme_dev *dev = xnvme_dev_open(uri, NULL);
	size_t lba_nbytes, nbytes;
	struct xnvme_cmd_ctx ctx;
	char *wbuf, *rbuf;
	int err;

	if (!dev) {
		return -1;
	}
	lba_nbytes = xnvme_dev_get_geo(dev)->lba_nbytes;
	nbytes = NLBAS * lba_nbytes;
	wbuf = (char *)xnvme_buf_alloc(dev, nbytes);
	rbuf = (char *)xnvme_buf_alloc(dev, nbytes);
	if (!wbuf || !rbuf) {
		return -1;
	}
	for (size_t i = 0; i < nbytes; ++i) {
		wbuf[i] = (char)(i / lba_nbytes + i + 1);
	}
	err = write_all(dev, wbuf, lba_nbytes);
	if (!err) {
		ctx = xnvme_cmd_ctx_from_dev(dev);
		err = xnvme_nvm_read(&ctx, xnvme_dev_get_nsid(dev), 0, NLBAS - 1, rbuf, NULL);
	}
	if (!err && memcmp(wbuf, rbuf, nbytes) != 0) {
		err = -1;
	}
	xnvme_buf_free(dev, rbuf);
	xnvme_buf_free(dev, wbuf);
	xnvme_dev_close(dev);

	return err;
}

int
main(int argc, char **argv)
{
	struct xnvme_timer timer;

	xnvme_timer_start(&timer);
	for (int i = 1; i < argc; ++i) {
		if (write_and_read(argv[i])) {
			xnvme_err_pr(xnvme_err_last(), XNVME_PR_DEF);
			fprintf(stderr, "%s: failed\n", argv[i]);
			return EXIT_FAILURE;
		}
		printf("%s: written and read\n", argv[i]);
	}
	xnvme_timer_stop(&timer);

	return argc > 1 && xnvme_timer_elapsed(&timer) > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
