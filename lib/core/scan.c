// SPDX-License-Identifier: BSD-3-Clause
/**
 * Finding devices: scan reports what is there, enumerate opens it
 */
#include <core/internal.h>

#define LAYER "scan"

/** Every backend once: a table may stand in several rows */
int
xnvme_scan(const char *sys_uri, struct xnvme_opts *opts, xnvme_scan_cb cb_func, void *cb_args)
{
	if (!cb_func) {
		return -EINVAL;
	}
	for (size_t i = 0; i < xnvi_nrows; ++i) {
		const struct xnvi_dev_ops *ops = xnvi_rows[i].ops;
		int err;

		if (xnvi_rows[i].role != XNVI_ROLE_DEV || !ops->scan ||
		    (opts && opts->be && strcmp(opts->be, xnvi_rows[i].be) != 0)) {
			continue;
		}
		err = ops->scan(sys_uri, cb_func, cb_args);
		if (err) {
			return err;
		}
	}

	return 0;
}

struct walk {
	const struct xnvme_opts *opts;
	xnvme_enumerate_cb cb;
	void *cb_args;
};

static int
open_and_offer(const struct walk *walk, const char *uri)
{
	struct xnvme_opts opts = *walk->opts;
	struct xnvme_dev *dev;

	opts.rdonly = 1;
	dev = xnvme_dev_open(uri, &opts);
	if (!dev) {
		return -errno;
	}
	if (walk->cb(dev, walk->cb_args) == XNVME_ENUMERATE_DEV_CLOSE) {
		xnvme_dev_close(dev);
	}

	return 0;
}

/** A device that does not open is no reason to stop looking */
static int
offer(const struct xnvme_ident *ident, void *cb_args)
{
	if (ident->dtype == XNVI_DTYPE_NAMESPACE || ident->dtype == XNVI_DTYPE_BLOCK) {
		(void)open_and_offer(cb_args, ident->uri);
	}

	return 0;
}

int
xnvme_enumerate(const char *sys_uri, struct xnvme_opts *opts, xnvme_enumerate_cb cb_func,
		void *cb_args)
{
	struct xnvme_opts defaults = xnvme_opts_default();
	const struct walk walk = {
	    .opts = opts ? opts : &defaults,
	    .cb = cb_func,
	    .cb_args = cb_args,
	};

	if (!cb_func) {
		return -EINVAL;
	}
	if (sys_uri) {
		return open_and_offer(&walk, sys_uri);
	}

	return xnvme_scan(NULL, opts, offer, (void *)(uintptr_t)&walk);
}

int
xnvme_ident_from_uri(const char *uri, struct xnvme_ident *ident)
{
	if (!uri || !ident) {
		return -EINVAL;
	}
	if (strlen(uri) >= sizeof(ident->uri)) {
		return xnvi_err(-EINVAL, LAYER, "", "use a shorter URI",
				"the URI has %zu characters, the limit is %zu", strlen(uri),
				sizeof(ident->uri) - 1);
	}
	memset(ident, 0, sizeof(*ident));
	memcpy(ident->uri, uri, strlen(uri) + 1);
	ident->nsid = 0xffffffff;
	ident->csi = 0xff;

	return 0;
}
