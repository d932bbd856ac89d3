// SPDX-License-Identifier: BSD-3-Clause
/**
 * Open a device, write one block, read it back
 *
 * usage: hello [URI], by default a device in memory. It writes to the first block of the device!
 */
#include <errno.h>
#include <libxnvme.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
write_and_read(struct xnvme_dev *dev, uint8_t *wbuf, uint8_t *rbuf, size_t nbytes)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	const uint32_t nsid = xnvme_dev_get_nsid(dev);
	int err;

	snprintf((char *)wbuf, nbytes, "hello, %s", xnvme_dev_get_ident(dev)->uri);
	err = xnvme_nvm_write(&ctx, nsid, 0, 0, wbuf, NULL);
	if (err) {
		return err;
	}
	err = xnvme_nvm_read(&ctx, nsid, 0, 0, rbuf, NULL);
	if (err) {
		return err;
	}

	return memcmp(wbuf, rbuf, nbytes) ? -EIO : 0;
}

int
main(int argc, char **argv)
{
	const char *uri = argc > 1 ? argv[1] : "1GB";
	struct xnvme_dev *dev = xnvme_dev_open(uri, NULL);
	uint8_t *wbuf, *rbuf;
	size_t nbytes;
	int err;

	if (!dev) {
		xnvme_err_fpr(stderr, xnvme_err_last(), XNVME_PR_DEF);
		return EXIT_FAILURE;
	}
	nbytes = xnvme_dev_get_geo(dev)->lba_nbytes;
	wbuf = xnvme_buf_alloc(dev, nbytes);
	rbuf = xnvme_buf_alloc(dev, nbytes);
	err = wbuf && rbuf ? 0 : -ENOMEM;
	if (!err) {
		memset(wbuf, 0, nbytes);
		err = write_and_read(dev, wbuf, rbuf, nbytes);
	}
	if (err) {
		xnvme_err_fpr(stderr, xnvme_err_last(), XNVME_PR_DEF);
	} else if (printf("%s\n", (const char *)rbuf) < 0 || fflush(stdout)) {
		err = -EIO;
	}
	xnvme_buf_free(dev, rbuf);
	xnvme_buf_free(dev, wbuf);
	xnvme_dev_close(dev);

	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
