// SPDX-License-Identifier: BSD-3-Clause
#ifndef __LIBXNVME_QUEUE_H
#define __LIBXNVME_QUEUE_H

#include <stdint.h>
#include <libxnvme_dev.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xnvme_cmd_ctx;
struct xnvme_queue;

enum xnvme_queue_opts {
	XNVME_QUEUE_IOPOLL = 1,
	XNVME_QUEUE_SQPOLL = 2,
};

typedef void (*xnvme_queue_cb)(struct xnvme_cmd_ctx *, void *);

int xnvme_queue_init(struct xnvme_dev *dev, uint16_t capacity, int opts,
		     struct xnvme_queue **queue);

uint32_t xnvme_queue_get_capacity(struct xnvme_queue *queue);

uint32_t xnvme_queue_get_outstanding(struct xnvme_queue *queue);

int xnvme_queue_term(struct xnvme_queue *queue);

int xnvme_queue_poke(struct xnvme_queue *queue, uint32_t max);

int xnvme_queue_drain(struct xnvme_queue *queue);

int xnvme_queue_wait(struct xnvme_queue *queue);

struct xnvme_cmd_ctx *xnvme_queue_get_cmd_ctx(struct xnvme_queue *queue);

int xnvme_queue_put_cmd_ctx(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

int xnvme_queue_set_cb(struct xnvme_queue *queue, xnvme_queue_cb cb, void *cb_arg);

int xnvme_queue_get_completion_fd(struct xnvme_queue *queue);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_QUEUE_H */
