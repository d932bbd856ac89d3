// SPDX-License-Identifier: BSD-3-Clause
/**
 * Finding devices: xnvme_scan() reports them, xnvme_enumerate() opens them
 */
#include <core/dev.h>
#include <core/err.h>

#define LAYER "scan"

/** Scan with every backend; -ENOTSUP when none of them accepts `sys_uri` */
static int
scan_all(const char *sys_uri, const struct xnvme_opts *opts, xnvme_scan_cb cb_func, void *cb_args)
{
	const uint64_t mark = xnvi_err_mark();
	int res = sys_uri ? -ENOTSUP : 0;

	for (size_t i = 0; i < xnvi_nrows; ++i) {
		const struct xnvi_dev_ops *ops = xnvi_rows[i].ops;
		int err;

		if (xnvi_rows[i].role != XNVI_ROLE_DEV || !ops->scan ||
		    (opts && opts->be && strcmp(opts->be, xnvi_rows[i].be) != 0)) {
			continue;
		}
		err = ops->scan(sys_uri, cb_func, cb_args);
		if (err && err != -ENOTSUP) {
			/* The backend has explained it; the callback may not have */
			return err > 0 ? err
				       : xnvi_err_since(mark, err, LAYER, sys_uri,
							"looking for devices");
		}
		res = err ? res : 0;
	}

	return res;
}

int
xnvme_scan(const char *sys_uri, struct xnvme_opts *opts, xnvme_scan_cb cb_func, void *cb_args)
{
	int err;

	if (!cb_func) {
		return XNVI_NULL("cb_func");
	}
	err = scan_all(sys_uri, opts, cb_func, cb_args);
	if (err == -ENOTSUP) {
		return xnvi_err(err, LAYER, sys_uri,
				"name a controller such as /dev/nvme0, \"block\", or nothing",
				"'%s' is not a place to look for devices", sys_uri);
	}

	return err;
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

	/* Enumerating must not change anything, whatever the options are */
	opts.rdonly = 1;
	opts.wronly = 0;
	opts.create = 0;
	opts.truncate = 0;
	dev = xnvme_dev_open(uri, &opts);
	if (!dev) {
		return -errno;
	}
	if (walk->cb(dev, walk->cb_args) == XNVME_ENUMERATE_DEV_CLOSE) {
		xnvme_dev_close(dev);
	}

	return 0;
}

/** Open a device and pass it to the callback; one that does not open is skipped */
static int
offer(const struct xnvme_ident *ident, void *cb_args)
{
	const struct xnvme_err before = *xnvme_err_last();

	if ((ident->dtype == XNVI_DTYPE_NAMESPACE || ident->dtype == XNVI_DTYPE_BLOCK) &&
	    open_and_offer(cb_args, ident->uri)) {
		xnvi_err_restore(&before);
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

	int err;

	if (!cb_func) {
		return XNVI_NULL("cb_func");
	}
	err = scan_all(sys_uri, opts, offer, (void *)(uintptr_t)&walk);

	return err == -ENOTSUP ? open_and_offer(&walk, sys_uri) : err;
}

int
xnvme_ident_from_uri(const char *uri, struct xnvme_ident *ident)
{
	if (!uri || !ident) {
		return XNVI_NULL("uri or ident");
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
