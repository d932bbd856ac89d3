// SPDX-License-Identifier: BSD-3-Clause
/**
 * Slow parts of the functions of mechanism.h
 */
#ifndef XNVI_CORE_LATE_H
#define XNVI_CORE_LATE_H

#include <core/state.h>

/** Part of xnvi_queue_takes_back(): make the context usable again */
void xnvi_late_return(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/** Call the callback, or hand the context to the caller of xnvme_queue_reap() */
void xnvi_queue_deliver(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/** Part of xnvi_queue_complete(): a command that failed */
void xnvi_queue_complete_failed(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/** Part of xnvi_queue_accept(), with the completion event in use: watch the deadline */
void xnvi_watch_accepted(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/* The short way, see plain.h */

/** No command takes the short way into the queue any more */
void xnvi_gate_close(struct xnvme_queue *queue, enum xnvi_gate why);

/** The functions of the short way follow from the mechanism of the queue */
void xnvi_plain_set(struct xnvme_queue *queue);

/** Set the number of logical blocks */
void xnvi_plain_set_nlbas(struct xnvme_dev *dev, uint64_t nlbas);

/** The device was removed or formatted, which is recorded already: no command is plain any more */
void xnvi_plain_close_dev(struct xnvme_dev *dev);

#endif /* XNVI_CORE_LATE_H */
