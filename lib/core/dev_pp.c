// SPDX-License-Identifier: BSD-3-Clause
#include <core/dev.h>
#include <core/err.h>
#include <print/emit.h>
#include <print/structs.h>
#include <print/term.h>

static void
emit_backend(struct xnvi_emit *e, const struct xnvme_dev *dev)
{
	xnvi_emit_map(e, "xnvme_be", XNVI_EMIT_BLOCK);
	for (int role = XNVI_ROLE_ADMIN; role <= XNVI_ROLE_ASYNC; ++role) {
		static const char *const keys[] = {
		    [XNVI_ROLE_ADMIN] = "admin",
		    [XNVI_ROLE_SYNC] = "sync",
		    [XNVI_ROLE_MEM] = "mem",
		    [XNVI_ROLE_ASYNC] = "async",
		};
		const char *const ids[] = {
		    [XNVI_ROLE_ADMIN] = dev->admin->id,
		    [XNVI_ROLE_SYNC] = dev->sync->id,
		    [XNVI_ROLE_MEM] = dev->mem->id,
		    [XNVI_ROLE_ASYNC] = dev->async->id,
		};

		xnvi_emit_map(e, keys[role], XNVI_EMIT_FLOW);
		xnvi_emit_str(e, "id", ids[role]);
		xnvi_emit_end(e);
	}
	xnvi_emit_map(e, "attr", XNVI_EMIT_FLOW);
	xnvi_emit_str(e, "name", dev->be);
	xnvi_emit_bool(e, "enabled", true);
	xnvi_emit_end(e);
	xnvi_emit_end(e);
}

int
xnvme_dev_fpr(FILE *stream, const struct xnvme_dev *dev, int opts)
{
	struct xnvi_emit e;

	if (!stream) {
		return XNVI_NULL("stream");
	}
	xnvi_emit_init(&e, stream, opts);
	if (!dev) {
		xnvi_emit_str(&e, "xnvme_dev", NULL);
		return xnvi_print_term(&e);
	}
	xnvi_emit_map(&e, "xnvme_dev", XNVI_EMIT_BLOCK);
	xnvi_emit_map(&e, "xnvme_ident", XNVI_EMIT_BLOCK);
	xnvi_emit_ident(&e, &dev->ident);
	xnvi_emit_end(&e);
	emit_backend(&e, dev);
	xnvi_emit_map(&e, "xnvme_opts", XNVI_EMIT_BLOCK);
	xnvi_emit_opts(&e, &dev->opts);
	xnvi_emit_end(&e);
	xnvi_emit_map(&e, "xnvme_geo", XNVI_EMIT_BLOCK);
	xnvi_emit_geo(&e, &dev->geo);
	xnvi_emit_end(&e);
	xnvi_emit_end(&e);

	return xnvi_print_term(&e);
}

int
xnvme_dev_pr(const struct xnvme_dev *dev, int opts)
{
	return xnvme_dev_fpr(stdout, dev, opts);
}
