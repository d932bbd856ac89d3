// SPDX-License-Identifier: BSD-3-Clause
/**
 * Giving up, for core: calling back a command whose time is over
 */
#ifndef XNVI_CORE_GIVE_UP_H
#define XNVI_CORE_GIVE_UP_H

#include <core/state.h>

/** Complete a command that did not complete in time: -ETIMEDOUT, and whether it had begun */
void xnvi_queue_give_up(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx,
			enum xnvi_given_up how);

/** As xnvi_queue_give_up(), but the system still has the command: its memory is withheld */
void xnvi_queue_give_up_late(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

#endif /* XNVI_CORE_GIVE_UP_H */
