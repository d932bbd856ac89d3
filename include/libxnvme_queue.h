// SPDX-License-Identifier: BSD-3-Clause
/**
 * Queues: commands that complete later
 *
 * A queue and its contexts are used by one thread at a time, without locks. Different threads may
 * use different queues of the same device at once. A queue may move to another thread, as long as
 * no two threads use it at once.
 *
 * Time limits
 *
 * A command that is outstanding for too long is given up by poke, drain or terminate: it is called
 * back with the host error -ETIMEDOUT. The limit is opts.command_timeout (0: 30 s) plus half a
 * second; a command may be given up up to 15 % later, and only while the queue is poked. A poke
 * that calls others back looks for late commands every 256th time only, so a command may be given
 * up by the time of 512 such pokes later. With the completion descriptor in use, the descriptor
 * wakes the caller, and the next poke looks. On the character node of an NVMe namespace
 * (/dev/ngXnY) the limit is 2 x opts.command_timeout + 10 seconds without any completion: the
 * kernel aborts a command after opts.command_timeout, and resets the controller after the same
 * time again; then every command has its true status, and nothing is transferred any more.
 *
 * In the callback, xnvme_cmd_ctx_explain() tells two cases apart:
 *
 *  - The command had not begun. It never begins, and its memory is free.
 *  - The system still has the command, and may read and write its memory: data, metadata and the
 *    array of vectors. A buffer of the library may be freed nevertheless: xnvme_buf_free() and
 *    xnvme_buf_virt_free() withhold it until the process ends. All other memory has to stay
 *    allocated and unused until the process ends: memory of malloc(3), the stack, or a mapping. Put
 *    the context back as usual. Until the system returns the command, the context cannot be used
 *    again, and the queue takes one command less.
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

/**
 * Options of xnvme_queue_init(); they can be OR-ed
 */
enum xnvme_queue_opts {
	/** Poll the device for completions, as opts.poll_io; without effect on libaio */
	XNVME_QUEUE_IOPOLL = 1,
	XNVME_QUEUE_SQPOLL = 2, ///< A thread of the kernel polls for submissions, as opts.poll_sq
};

/**
 * Callback: a command completed, and `ctx->cpl` says how
 *
 * It is called inside xnvme_queue_poke(), xnvme_queue_drain(), xnvme_queue_wait() or
 * xnvme_queue_term(), in the thread that called that function; once for each accepted command. The
 * command no longer counts as outstanding, so the callback may submit another one even on a queue
 * that was full. It may
 *
 *  - put the context back, or fill in the next command and submit it again,
 *  - get and submit further contexts; inside xnvme_queue_term() submitting is -ESHUTDOWN,
 *  - execute commands with contexts of a device, which block.
 *
 * It must not poke, drain, wait for or terminate its own queue (-EDEADLK), and it has to return: do
 * not leave it by longjmp(3) or by an exception.
 *
 * @param ctx The context of the command; the callback holds it until it puts or submits it
 * @param cb_arg The argument that was set together with the callback
 */
typedef void (*xnvme_queue_cb)(struct xnvme_cmd_ctx *, void *);

/**
 * Set up a queue on a device
 *
 * May be called from several threads.
 *
 * @param dev The device; when it is closed, it stays until the queue is terminated
 * @param capacity Largest number of outstanding commands: a power of two in 1..4096, or up to a
 * smaller limit of the device, see xnvme_caps.queue_capacity_max
 * @param opts Set of enum xnvme_queue_opts; the device's poll_io and poll_sq are added
 * @param queue Where to put the queue; release it with xnvme_queue_term(). When this function
 * fails, it is NULL or was not written.
 *
 * @return 0; -EINVAL for a wrong argument or a device that is not open; -ENOTSUP when the interface
 * does not have the polling, or does not honour opts.register_files or opts.register_buffers;
 * -ENODEV when the device was removed; -ENOMEM; or another errno of the system
 */
int xnvme_queue_init(struct xnvme_dev *dev, uint16_t capacity, int opts,
		     struct xnvme_queue **queue);

/**
 * Capacity that the queue was set up with
 *
 * @param queue The queue
 *
 * @return The capacity; 0 when `queue` is NULL
 */
uint32_t xnvme_queue_get_capacity(struct xnvme_queue *queue);

/**
 * Number of commands that were accepted and not yet called back
 *
 * @param queue The queue
 *
 * @return The number; 0 when `queue` is NULL
 */
uint32_t xnvme_queue_get_outstanding(struct xnvme_queue *queue);

/**
 * Terminate a queue
 *
 * Accepts no more commands, completes the outstanding ones with one callback each, and frees the
 * queue with its contexts. It waits as long as xnvme_queue_drain() does, and the same interfaces
 * can exceed the time limit. Then it gives up the commands that are left, see "Time limits" at the
 * head of this file.
 *
 * @param queue The queue; it is gone afterwards, unless the result is -EINVAL or -EDEADLK
 *
 * @return 0; -EINVAL for NULL or a queue that is not live; -EDEADLK in a callback of the queue;
 * -ETIMEDOUT when commands did not complete; or the errno that polling for them failed with. Such
 * commands were called back with -ETIMEDOUT.
 */
int xnvme_queue_term(struct xnvme_queue *queue);

/**
 * Make progress: submit waiting commands, and call back completed ones
 *
 * Does not wait for a completion. Interfaces that execute commands in the calling thread do so
 * here, see xnvme_queue_drain(). Commands that are late are given up, see "Time limits" at the head
 * of this file.
 *
 * @param queue The queue
 * @param max Largest number of callbacks; 0, or more than are outstanding, stands for all
 * outstanding
 *
 * @return Number of callbacks, 0 when nothing was ready; -EINVAL when `queue` is NULL; -EDEADLK in
 * a callback of the queue; -EOWNERDEAD in a child of fork(2); or the errno of the system
 */
int xnvme_queue_poke(struct xnvme_queue *queue, uint32_t max);

/**
 * Poke until nothing is outstanding
 *
 * Stops waiting when nothing completes for the time limit at the head of this file, which is
 * opts.command_timeout (0: 30 s) plus half a second on most devices. Each completion starts that
 * time again. The clock is read between pokes, so work that a poke does itself can exceed the time:
 *
 *  - emu: every command, one after the other.
 *  - thrpool without a completion descriptor: each command that no thread has taken.
 *  - libaio: io_submit(2), which does the work itself without opts.direct, and on file systems that
 *    are not asynchronous.
 *  - Every interface but nil, when no thread can be started: the commands that threads would
 *    execute. For thrpool and posix these are all commands, for the others those that they do not
 *    carry, such as Write Zeroes.
 *  - Every interface: the callbacks.
 *
 * A command that a poke executes takes as long as the disk's driver waits (files and block
 * devices), and an interrupted system call is repeated for opts.command_timeout. On NVMe nodes the
 * kernel waits for opts.command_timeout, and then for its abort or for a reset of the controller.
 *
 * io_uring, io_uring_cmd, posix, and thrpool with a completion descriptor leave commands to the
 * kernel or to threads. While threads can be started, only callbacks make them exceed the time.
 *
 * After -ETIMEDOUT the commands are still outstanding: their memory is in use. Poking or draining
 * again completes them, or gives them up.
 *
 * @param queue The queue
 *
 * @return Number of callbacks; -ETIMEDOUT when the time is over; else as xnvme_queue_poke()
 */
int xnvme_queue_drain(struct xnvme_queue *queue);

/**
 * As xnvme_queue_drain(); kept for programs that use the old name
 *
 * @param queue The queue
 *
 * @return As xnvme_queue_drain()
 */
int xnvme_queue_wait(struct xnvme_queue *queue);

/**
 * Take a context from the queue
 *
 * A queue has one context more than its capacity. So a caller can hold a context while the queue is
 * full, and learns from -EBUSY that it is.
 *
 * The contexts of a new queue have a callback that does nothing. Such a command completes silently:
 * poke or drain counts it, and the caller then reads ctx->cpl and puts the context back.
 *
 * @param queue The queue
 *
 * @return The context, with command and completion zeroed and the callback as last set; it belongs
 * to the queue, put it back. NULL and errno: ENOMEM when all contexts are taken, EINVAL when
 * `queue` is NULL
 */
struct xnvme_cmd_ctx *xnvme_queue_get_cmd_ctx(struct xnvme_queue *queue);

/**
 * Put a context back, usually in its callback
 *
 * A context whose command was given up is put back in the same way; see "Time limits" at the head
 * of this file.
 *
 * @param queue The queue that the context is from
 * @param ctx The context
 *
 * @return 0; -EINVAL when an argument is NULL, or when the context is in flight, was put back
 * before, or belongs to another queue
 */
int xnvme_queue_put_cmd_ctx(struct xnvme_queue *queue, struct xnvme_cmd_ctx *ctx);

/**
 * Take contexts from the queue
 *
 * @param queue The queue
 * @param ctxs Where to put them, room for `n`; each is as from xnvme_queue_get_cmd_ctx()
 * @param n How many to take
 *
 * @return How many were taken, fewer than `n` when no more are left; -EINVAL when an argument is
 * NULL
 */
int xnvme_queue_get_cmd_ctxs(struct xnvme_queue *queue, struct xnvme_cmd_ctx **ctxs, uint32_t n);

/**
 * Put contexts back, all or none
 *
 * @param queue The queue that the contexts are from
 * @param ctxs The contexts
 * @param n How many they are
 *
 * @return 0; -EINVAL when an argument is NULL, or when one of the contexts cannot be put, see
 * xnvme_queue_put_cmd_ctx(), or is named twice: then none is
 */
int xnvme_queue_put_cmd_ctxs(struct xnvme_queue *queue, struct xnvme_cmd_ctx **ctxs, uint32_t n);

/**
 * As xnvme_queue_poke(), without callbacks: hands over the contexts of completed commands
 *
 * The caller holds these contexts, as a callback would, and reads ctx->cpl. No callback is
 * called, even if one is set. Calls of reap and poke may alternate. xnvme_queue_drain() and
 * xnvme_queue_term() call back.
 *
 * @param queue The queue
 * @param ctxs Where to put the contexts, room for `max`
 * @param max Largest number of contexts, at least 1
 *
 * @return Number of contexts; -EINVAL when an argument is NULL, or when `max` is 0; else as
 * xnvme_queue_poke()
 */
int xnvme_queue_reap(struct xnvme_queue *queue, struct xnvme_cmd_ctx **ctxs, uint32_t max);

/**
 * Set callback and argument of every context of the queue, those in flight included
 *
 * @param queue The queue
 * @param cb Called when a command completes
 * @param cb_arg Passed to the callback; it stays the caller's
 *
 * @return 0; -EINVAL when `queue` or `cb` is NULL
 */
int xnvme_queue_set_cb(struct xnvme_queue *queue, xnvme_queue_cb cb, void *cb_arg);

/**
 * Get a descriptor to wait on until xnvme_queue_poke() has something to do
 *
 * Use read(2) of 8 bytes, which blocks, or poll(2), select(2) and epoll(7), level- or
 * edge-triggered. On Windows it is the HANDLE of an event as a number, to wait for by
 * WaitForSingleObject() and the like. On every interface:
 *
 *  1. When submitting or poking returns, the descriptor is set if another poke would complete
 *     something.
 *  2. It may also be set when nothing is ready. Such a needless wake-up happens at most once per
 *     completion. It is set as well when a command is late, which the next poke gives up.
 *  3. A poke that leaves completions sets it again, even if it is set already: a reader who took
 *     the 8 bytes is woken, and an edge-triggered user gets a new edge.
 *  4. A poke with nothing outstanding clears it.
 *  5. Interfaces without events of the kernel (emu, nil, queues that poll) make progress in poke
 *     only. They keep it set while anything is outstanding, and rule 2 has no limit there.
 *
 * Asking for the descriptor changes how the queue works: commands are submitted at once, because
 * the caller is going to sleep. When no thread can be started, poke executes what threads would
 * execute.
 *
 * With io_uring, epoll_wait(2) and poll(2) may return EINTR without a signal: wait again.
 *
 * @param queue The queue
 *
 * @return The descriptor (an eventfd(2) on Linux), the same on every call. It belongs to the queue,
 * do not close it. -EBUSY when commands are outstanding on the first call; -EINVAL when `queue` is
 * NULL; -EOWNERDEAD in a child of fork(2); or another errno of the system, such as -EMFILE
 */
int xnvme_queue_get_completion_fd(struct xnvme_queue *queue);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_QUEUE_H */
