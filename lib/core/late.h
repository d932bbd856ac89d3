// SPDX-License-Identifier: BSD-3-Clause
/**
 * Slow paths of accepting and completing a command, for functions of mechanism.h
 */
#ifndef XNVI_CORE_LATE_H
#define XNVI_CORE_LATE_H

#include <core/state.h>

/** Part of xnvi_queue_takes_back(): make the context usable again */
void xnvi_late_return(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/** Part of xnvi_queue_accept(), with the completion event in use: watch the deadline */
void xnvi_watch_accepted(struct xnvme_queue *queue);

#endif /* XNVI_CORE_LATE_H */
