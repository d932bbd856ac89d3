// SPDX-License-Identifier: BSD-3-Clause
/**
 * A program that passes offsets: they arrive as they are, also those that 32 bits do not hold
 *
 * off_t.sh compiles it. That it is no part of the build is the point: its flags are a client's.
 */
#include <libxnvme.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NBYTES 4096

static unsigned g_ntests;
static int g_status;

static void
move(struct xnvme_dev *dev, char *buf, off_t offset, const char *name)
{
	struct xnvme_cmd_ctx ctx = xnvme_file_get_cmd_ctx(dev);
	int ok;

	memset(buf, 'x', NBYTES);
	ok = !xnvme_file_pwrite(&ctx, buf, NBYTES, offset) && ctx.cpl.result == NBYTES;
	memset(buf, 0, NBYTES);
	ctx = xnvme_file_get_cmd_ctx(dev);
	ok = ok && !xnvme_file_pread(&ctx, buf, NBYTES, offset) && ctx.cpl.result == NBYTES;
	ok = ok && buf[0] == 'x' && buf[NBYTES - 1] == 'x';
	printf("%s %u - %s\n", ok ? "ok" : "not ok", ++g_ntests, name);
	g_status |= !ok;
}

int
main(int argc, char **argv)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev;
	char *buf;

	opts.create = 1;
	opts.create_mode = 0600;
	dev = argc == 2 ? xnvme_file_open(argv[1], &opts) : NULL;
	buf = dev ? xnvme_buf_alloc(dev, NBYTES) : NULL;
	if (!buf) {
		printf("Bail out! usage: client_off_t FILE\n");
		return 1;
	}
	move(dev, buf, 8192, "an offset of a few bytes");
	move(dev, buf, 5LL << 30, "an offset beyond 4 GiB");
	xnvme_buf_free(dev, buf);
	xnvme_dev_close(dev);
	unlink(argv[1]);
	printf("1..%u\n", g_ntests);

	return g_status;
}
