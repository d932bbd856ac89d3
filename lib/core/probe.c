// SPDX-License-Identifier: BSD-3-Clause
/**
 * Probing: trying every row that serves a URI, and reporting each refusal with its reason
 */
#include <core/dev.h>
#include <os/words.h>
#include <core/err.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LAYER "select"

static int
probe_one(const char *uri, const struct xnvme_opts *opts, const struct xnvi_row *async,
	  struct xnvme_probe *probe)
{
	struct xnvme_opts probe_opts = *opts;
	struct xnvme_queue *queue = NULL;
	struct xnvme_dev *dev;

	probe_opts.be = async->be;
	probe_opts.async = xnvi_row_id(async);
	memset(probe, 0, sizeof(*probe));
	probe->be = async->be;
	probe->async = probe_opts.async;
	probe->sync = opts->sync;
	probe->admin = opts->admin;
	probe->mem = opts->mem;

	xnvme_err_clear();
	dev = xnvme_dev_open(uri, &probe_opts);
	if (dev) {
		probe->sync = dev->opts.sync;
		probe->admin = dev->opts.admin;
		probe->mem = dev->opts.mem;
		probe->err = xnvme_queue_init(dev, 16, 0, &queue);
	} else {
		probe->err = -errno;
	}
	if (probe->err) {
		/* Some failures of the system have only a number */
		snprintf(probe->reason, sizeof(probe->reason), "%s",
			 xnvme_err_last()->what[0] ? xnvme_err_last()->what
						   : xnvi_strerror(-probe->err));
		snprintf(probe->remedy, sizeof(probe->remedy), "%s", xnvme_err_last()->hint);
	}
	if (queue) {
		xnvme_queue_term(queue);
	}
	xnvme_dev_close(dev);

	return 0;
}

/** Result for a backend that does not serve the URI, with the reason */
static void
probe_refused(int family, uint32_t cls, struct xnvme_probe *probe)
{
	memset(probe, 0, sizeof(*probe));
	probe->be = xnvi_families[family].name;
	probe->err = -ENOTSUP;
	if (xnvi_family_is_built(xnvi_families[family].name)) {
		snprintf(probe->reason, sizeof(probe->reason), "does not serve %s",
			 xnvi_class_name(cls));
	} else {
		snprintf(probe->reason, sizeof(probe->reason), "is not part of this build");
		snprintf(probe->remedy, sizeof(probe->remedy), "%s", xnvi_families[family].remedy);
	}
}

static int
probe_family(int family, const char *text, uint32_t cls, const struct xnvme_opts *opts,
	     xnvme_probe_cb cb, void *cb_args)
{
	struct xnvme_probe probe;
	bool serves = false;
	int res;

	for (size_t i = 0; i < xnvi_nrows; ++i) {
		const struct xnvi_row *row = &xnvi_rows[i];

		if (row->role != XNVI_ROLE_ASYNC || !(row->classes & cls) ||
		    strcmp(row->be, xnvi_families[family].name) != 0 ||
		    (opts->async && strcmp(opts->async, xnvi_row_id(row)) != 0)) {
			continue;
		}
		serves = true;
		probe_one(text, opts, row, &probe);
		res = cb(&probe, cb_args);
		if (res) {
			return res;
		}
	}
	if (serves) {
		return 0;
	}
	probe_refused(family, cls, &probe);

	return cb(&probe, cb_args);
}

int
xnvme_dev_probe(const char *uri, const struct xnvme_opts *opts, xnvme_probe_cb cb, void *cb_args)
{
	struct xnvme_opts probe_opts = opts ? *opts : xnvme_opts_default();
	struct xnvi_uri parsed;
	uint64_t mark;
	int family;
	int err;

	if (!cb) {
		return XNVI_NULL("cb");
	}
	/* Probing must not change anything: open read-only, and do not create */
	probe_opts.rdonly = 1;
	probe_opts.wronly = 0;
	probe_opts.create = 0;
	probe_opts.truncate = 0;

	err = xnvi_uri_parse(uri, &probe_opts, &parsed);
	if (err) {
		return err;
	}
	err = xnvi_family_check(&probe_opts, &family);
	if (err) {
		return err;
	}
	for (int i = 0; i < (int)xnvi_nfamilies; ++i) {
		if (family >= 0 && i != family) {
			continue;
		}
		mark = xnvi_err_mark();
		err = probe_family(i, uri, parsed.cls, &probe_opts, cb, cb_args);
		if (err) {
			return err > 0 ? err
				       : xnvi_err_since(mark, err, LAYER, uri, "the callback");
		}
	}
	/* The callback got each refusal; the probe itself did not fail */
	xnvme_err_clear();

	return 0;
}
