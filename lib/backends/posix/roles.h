// SPDX-License-Identifier: BSD-3-Clause
/**
 * Slots of POSIX roles, for roles of other backends that build on them
 */
#ifndef XNVI_POSIX_ROLES_H
#define XNVI_POSIX_ROLES_H

#include <core/mechanism.h>

/** xnvi_admin_ops.pass of a descriptor */
int xnvi_file_as_ns_pass(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, void *dbuf,
			 size_t dbuf_nbytes, void *mbuf, size_t mbuf_nbytes);

/** Kinds that xnvi_psync_io() can execute */
#define XNVI_PSYNC_KINDS                                                                           \
	(XNVI_KINDS_RW | (1U << XNVI_KIND_FLUSH) | (1U << XNVI_KIND_WRITE_ZEROES) |                \
	 (1U << XNVI_KIND_DEALLOCATE) | (1U << XNVI_KIND_BEYOND))

/** xnvi_sync_ops.io of a descriptor */
int xnvi_psync_io(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req);

#endif /* XNVI_POSIX_ROLES_H */
