// SPDX-License-Identifier: BSD-3-Clause
/**
 * Members of the library's own structures, for printers that embed them; each function emits into
 * the open map
 */
#ifndef XNVI_PRINT_STRUCTS_H
#define XNVI_PRINT_STRUCTS_H

#include <libxnvme_geo.h>
#include <libxnvme_ident.h>
#include <libxnvme_opts.h>
#include <print/emit.h>

void xnvi_emit_geo(struct xnvi_emit *e, const struct xnvme_geo *geo);

void xnvi_emit_ident(struct xnvi_emit *e, const struct xnvme_ident *ident);

void xnvi_emit_opts(struct xnvi_emit *e, const struct xnvme_opts *opts);

#endif /* XNVI_PRINT_STRUCTS_H */
