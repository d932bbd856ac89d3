// SPDX-License-Identifier: BSD-3-Clause
/**
 * Content of buffers: patterns, and files that are read and written through the library
 */
#include <core/cmd.h>

/** Write the whole buffer, then cut the file: if the write fails, the file keeps the old content
 * that was not yet overwritten */
static int
write_all(struct xnvme_dev *dev, void *buf, size_t nbytes)
{
	struct xnvme_cmd_ctx ctx = xnvme_file_get_cmd_ctx(dev);
	int err = nbytes ? xnvme_file_pwrite(&ctx, buf, nbytes, 0) : 0;

	if (!err && nbytes && ctx.cpl.result != nbytes) {
		err = xnvi_err(-EIO, "buf", dev->ident.uri, "see the kernel log (dmesg)",
			       "%llu of %zu bytes were written", (unsigned long long)ctx.cpl.result,
			       nbytes);
	}
	if (err) {
		return err;
	}
	err = xnvi_file_trim(*(const xnvi_handle *)xnvme_dev_get_be_state(dev), nbytes);

	return err ? xnvi_err_slot(xnvi_err_mark(), err, "buf", dev->ident.uri, "ftruncate")
		   : xnvme_file_sync(dev);
}

/** Read or write a file through the library; after a write the file holds exactly the buffer */
static int
transfer(void *buf, size_t nbytes, const char *path, bool write)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev;
	struct xnvme_cmd_ctx ctx;
	int err;

	if (!buf || !path) {
		return XNVI_NULL("buf or path");
	}
	opts.rdonly = !write;
	opts.wronly = write;
	opts.create = write;
	dev = xnvme_file_open(path, &opts);
	if (!dev) {
		return -errno;
	}
	ctx = xnvme_file_get_cmd_ctx(dev);
	if (write) {
		err = write_all(dev, buf, nbytes);
	} else {
		err = nbytes ? xnvme_file_pread(&ctx, buf, nbytes, 0) : 0;
	}
	xnvme_file_close(dev);

	return err;
}

int
xnvme_buf_to_file(void *buf, size_t nbytes, const char *path)
{
	return transfer(buf, nbytes, path, true);
}

int
xnvme_buf_from_file(void *buf, size_t nbytes, const char *path)
{
	return transfer(buf, nbytes, path, false);
}

static void
fill_letters(uint8_t *buf, size_t nbytes)
{
	for (size_t i = 0; i < nbytes; ++i) {
		buf[i] = (uint8_t)('A' + i % 26);
	}
}

/** xorshift without global state, so that the same seed gives the same bytes in every thread */
static void
fill_random(uint8_t *buf, size_t nbytes, uint64_t seed)
{
	uint64_t x = seed * 0x9e3779b97f4a7c15ULL + 0x2545f4914f6cdd1dULL;

	for (size_t i = 0; i < nbytes; ++i) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		buf[i] = (uint8_t)(x >> 32);
	}
}

int
xnvme_buf_fill(void *buf, size_t nbytes, const char *content)
{
	if (!buf || !content) {
		return XNVI_NULL("buf or content");
	}
	if (!*content) {
		return xnvi_err(-EINVAL, "buf", "content",
				"pass a character, zero, anum, rand-k, rand-t or a file name",
				"the content is an empty string");
	}
	if (!content[1]) {
		memset(buf, content[0], nbytes);
	} else if (strncmp(content, "anum", 4) == 0 || strncmp(content, "ascii", 5) == 0) {
		fill_letters(buf, nbytes);
	} else if (strncmp(content, "rand-k", 6) == 0) {
		fill_random(buf, nbytes, 0);
	} else if (strncmp(content, "rand-t", 6) == 0) {
		fill_random(buf, nbytes, xnvi_time_ns());
	} else if (strncmp(content, "zero", 4) == 0) {
		memset(buf, 0, nbytes);
	} else {
		return xnvme_buf_from_file(buf, nbytes, content);
	}

	return 0;
}
