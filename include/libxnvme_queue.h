// SPDX-License-Identifier: BSD-3-Clause
/**
 * Queues: commands that complete later
 */
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

/**
 * Set up a queue on a device
 *
 * A queue is used by one thread at a time, without locks; different queues of one device by
 * different threads.
 *
 * @param dev The device; it stays until the queue is terminated
 * @param capacity Largest number of outstanding commands: a power of two in 1..4096
 * @param opts Set of enum xnvme_queue_opts; the device's poll_io and poll_sq are added
 * @param queue Where to put the queue; untouched when an argument is refused, NULL when setting up
 * failed
 *
 * @return 0; -EINVAL; -ENOTSUP when the interface has no such polling; -ENOMEM; or that of the
 * system
 */
int xnvme_queue_init(struct xnvme_dev *dev, uint16_t capacity, int opts,
		     struct xnvme_queue **queue);

/**
 * The capacity that the queue was set up with; 0 when `queue` is NULL
 */
uint32_t xnvme_queue_get_capacity(struct xnvme_queue *queue);

/**
 * Number of commands accepted and not yet called back; 0 when `queue` is NULL
 */
uint32_t xnvme_queue_get_outstanding(struct xnvme_queue *queue);

/**
 * Terminate a queue
 *
 * Stops intake, completes what is outstanding with one callback each, and frees the queue with its
 * contexts. Waits as xnvme_queue_drain() does, and no longer than that: the same interfaces can
 * exceed opts.command_timeout, by the same.
 *
 * On the character node of an NVMe namespace (/dev/ngXnY) the wait for one to complete is
 * 2 x opts.command_timeout + 10 seconds: the kernel aborts a command after opts.command_timeout and
 * then resets the controller, and after that the completions are true and nothing is transferred.
 *
 * After -ETIMEDOUT the system may still read and write the memory of the commands that did not come
 * back: data, metadata and the array of vectors. xnvme_cmd_ctx_explain() says so in their callback,
 * and also which commands had not begun: those never begin, and their memory is free.
 * Buffers of the library may be freed all the same: xnvme_buf_free() and xnvme_buf_virt_free()
 * withhold such a buffer until the process ends. Any other memory has to stay allocated, and
 * unused, until the process ends: memory of malloc(3), of the stack, or a mapping.
 *
 * @return 0; -EINVAL for NULL or a queue that is not live; -EDEADLK from inside a callback;
 * -ETIMEDOUT when commands did not come back: they were called back with that error
 */
int xnvme_queue_term(struct xnvme_queue *queue);

/**
 * Make progress: submit what waits, and call back what completed
 *
 * @param max Largest number of callbacks; 0, or more than are outstanding, stands for all
 * outstanding
 *
 * @return Number of callbacks, 0 when nothing was ready; -EINVAL; -EDEADLK from inside a callback;
 * -EOWNERDEAD in a child of fork(2)
 */
int xnvme_queue_poke(struct xnvme_queue *queue, uint32_t max);

/**
 * Poke until nothing is outstanding
 *
 * Gives up when nothing completed for opts.command_timeout (0: 30 s) and half a second. Every
 * completion starts that time anew, and the clock is looked at between pokes. So what a poke itself
 * executes is waited for, however long it takes:
 *
 *  - emu: every command, one after the other.
 *  - thrpool without a completion descriptor: each command that no thread has taken.
 *  - libaio: io_submit(2), which does the work itself without opts.direct, and on file systems that
 *    are not asynchronous.
 *  - Every interface but nil, where no thread can be made: what threads would execute. On thrpool
 *    and posix that is every command, on the others what they do not carry, such as Write Zeroes.
 *  - Every interface: the callbacks.
 *
 * A command that a poke executes takes this long: on files and block devices, as long as the driver
 * of the disk waits; a system call that is interrupted is made again for opts.command_timeout. On
 * NVMe nodes the kernel waits for opts.command_timeout, and then for its abort or for a reset of
 * the controller.
 *
 * io_uring, io_uring_cmd, posix, and thrpool with a completion descriptor leave commands to the
 * kernel or to threads. While threads can be made, only callbacks make them exceed the time.
 *
 * On the character node of an NVMe namespace the limit is that of xnvme_queue_term(). After
 * -ETIMEDOUT the commands are still outstanding: their memory is in use, and draining again may get
 * their completions.
 *
 * @return Number of callbacks; -ETIMEDOUT when nothing completed for opts.command_timeout; else as
 * xnvme_queue_poke()
 */
int xnvme_queue_drain(struct xnvme_queue *queue);

/**
 * As xnvme_queue_drain(), with the same limits; kept for programs that use the old name
 */
int xnvme_queue_wait(struct xnvme_queue *queue);

/**
 * Take a context from the queue
 *
 * There is one more than the capacity, so that a full queue can be met with a context in hand
 * (-EBUSY).
 *
 * The callback of a new queue does nothing. A command that is submitted with it completes in
 * silence: poke or drain counts it, then the caller reads `cpl` and puts the context back.
 *
 * @return The context, command and completion zeroed, callback as last set; NULL and errno ENOMEM
 * when all are out
 */
struct xnvme_cmd_ctx *xnvme_queue_get_cmd_ctx(struct xnvme_queue *queue);

/**
 * Give a context back, usually from its callback
 *
 * @return 0; -EINVAL when the context is in flight, was given back before, or is of another queue
 */
int xnvme_queue_put_cmd_ctx(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/**
 * Set callback and argument of every context of the queue
 *
 * @return 0, -EINVAL when `queue` or `cb` is NULL
 */
int xnvme_queue_set_cb(struct xnvme_queue *queue, xnvme_queue_cb cb, void *cb_arg);

/**
 * A descriptor to sleep on until xnvme_queue_poke() has something to do
 *
 * For read(2) of 8 bytes, which blocks, and for poll(2), select(2) and epoll(7), level- and
 * edge-triggered. On every interface:
 *
 *  1. When submitting or poking returns, it is set if another poke would complete something.
 *  2. It may be set without: then the wake-up was in vain. That happens at most once per
 *     completion.
 *  3. A poke that leaves completions behind sets it again, even if it is set: a reader who took the
 *     8 bytes is woken, and an edge-triggered user gets a new edge.
 *  4. A poke with nothing outstanding clears it.
 *  5. Interfaces without events of the kernel (emu, nil, queues that poll) are set while anything
 *     is outstanding, since commands go on in poke only. Rule 2 has no limit there.
 *
 * Asking for it changes how the queue works: commands are submitted at once, for the caller is
 * going to sleep. Where no thread can be made, poke executes what threads would have.
 *
 * With io_uring, epoll_wait(2) and poll(2) may return EINTR without a signal: wait again.
 *
 * @return The descriptor (an eventfd(2) on Linux), owned by the queue, the same on every call;
 * -EBUSY when commands are outstanding on the first call; -EINVAL; or that of the system, such as
 * -EMFILE
 */
int xnvme_queue_get_completion_fd(struct xnvme_queue *queue);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_QUEUE_H */
