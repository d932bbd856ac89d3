// SPDX-License-Identifier: BSD-3-Clause
/**
 * URIs and options: a verdict with words, and in-memory devices of the size that was parsed
 *
 * Nothing else is opened: what an input names could be a disk of this machine.
 */
#include <core/mechanism.h>

#include "fuzz.h"

#define OPEN_NBYTES_MAX (1ULL << 24)

static void
open_ram(const char *text, const struct xnvi_uri *uri, struct xnvme_opts *opts)
{
	struct xnvme_dev *dev;

	if (uri->ram_nbytes > OPEN_NBYTES_MAX || xnvi_uri_opt(uri, "path")) {
		return;
	}
	dev = xnvme_dev_open(text, opts);
	if (dev) {
		MUST(xnvme_dev_get_geo(dev)->tbytes == uri->ram_nbytes);
		MUST(strcmp(xnvme_dev_get_ident(dev)->uri, text) == 0);
		xnvme_dev_close(dev);
	} else {
		MUST(xnvme_err_last()->err < 0 && xnvme_err_last()->what[0]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvi_uri uri;
	char *text;
	int err;

	if (nbytes < 2) {
		return 0;
	}
	opts.rdonly = data[0] & 1;
	opts.wronly = data[0] >> 1 & 1;
	opts.create = data[0] >> 2 & 1;
	opts.truncate = data[0] >> 3 & 1;
	opts.create_mode = data[1] * 257U;
	opts.async = data[0] & 0x10 ? "emu" : NULL;
	text = fuzz_text(data + 2, nbytes - 2);
	xnvme_err_clear();
	err = xnvi_uri_parse(text, &opts, &uri);
	if (err) {
		MUST(err < 0 && xnvme_err_last()->err == err && xnvme_err_last()->what[0]);
	} else {
		MUST(uri.cls != XNVI_CLASS_NONE && uri.path >= uri.text);
		MUST(uri.path < uri.text + sizeof(uri.text));
		if (uri.cls == XNVI_CLASS_RAMDISK) {
			open_ram(text, &uri, &opts);
		}
	}
	err = xnvi_uri_parse_file(text, &opts, &uri);
	MUST(err <= 0 && (err || uri.cls != XNVI_CLASS_NONE));
	free(text);

	return 0;
}
