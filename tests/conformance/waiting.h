// SPDX-License-Identifier: BSD-3-Clause
/**
 * Conformance: queues with a random load, and somebody who waits for the completions
 *
 * What is run here sleeps without a limit, by each of the ways that the system has: a lost wake-up
 * is a case that hangs, which the runner reports.
 */
#ifndef XNVT_CONF_WAITING_H
#define XNVT_CONF_WAITING_H

#include <conformance/conf.h>

#define WAIT_CAPACITY 16U

struct waiter {
	const struct conf_row *row;
	const char *name; ///< Of the way to sleep
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	/** Of each context: two blocks of its own, by both vectors */
	struct {
		const struct xnvme_cmd_ctx *ctx;
		uint8_t *buf;
		struct iovec iov[2];
	} slots[WAIT_CAPACITY + 1];
	uint8_t *bufs;
	int fd;
	struct sys_sleeper sleeper;
	bool sleeps; ///< Else nobody asks for the descriptor
	uint64_t seed;
	bool polled; ///< Commands go on in poke only
	unsigned nsubmitted;
	unsigned ncb;
	unsigned nvain; ///< Wake-ups that completed nothing
};

/** Make the queue and its descriptor; false, and nothing is left, where nobody can sleep so */
bool wait_open(struct waiter *wait, const struct conf_row *row, struct xnvme_dev *dev,
	       enum sys_sleep how);
/** Make the queue for somebody who does not sleep and never asks for the descriptor */
void wait_open_awake(struct waiter *wait, const struct conf_row *row, struct xnvme_dev *dev);
void wait_close(struct waiter *wait);

void sleep_until_woken(struct waiter *wait);
/** One random command */
void submit(struct waiter *wait);
/** Submit, sleep and poke in turn */
void run_rounds(struct waiter *wait, unsigned nrounds);

#endif /* XNVT_CONF_WAITING_H */
