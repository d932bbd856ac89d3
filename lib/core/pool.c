// SPDX-License-Identifier: BSD-3-Clause
/**
 * Threads that execute commands over the sync path
 *
 * A device has one pool, which its queues share. A queue has two rings. The owner of the queue
 * writes the submission ring, and anyone claims from it (a compare-and-swap on `head`). The threads
 * write the completion ring, and the owner reads it. The owner may claim from its submission ring
 * too: on a device as fast as memory, executing a command costs less than handing it to another
 * thread.
 *
 * A thread works on a copy of the command and leaves the outcome in the completion ring, so only
 * the owner accesses contexts. It can give up a command that a thread is stuck in. When the thread
 * returns later, it writes to the ring, which still exists (xnvi_poolq_term()).
 *
 * Waking a thread costs a system call and microseconds, so submission alone wakes none. The owner
 * decides in poke: it compares the number of waiting commands times the duration of a command with
 * the cost of a wake-up. Threads are started when first needed, and stay awake while there is work.
 *
 * With the completion event armed, the owner sleeps in read(2) or poll(2). Then every submission
 * wakes a thread, and the owner does not help. When no thread can be started, the owner executes
 * commands in poke, and the event stays set until none are left.
 */
#include <core/mechanism.h>
#include <core/pool.h>

#include <stdlib.h>

#define LAYER		 "pool"
#define NTHREADS_DEFAULT 4U
#define NTHREADS_MAX	 1023U
#define ENV_NTHREADS	 "XNVME_BE_CBI_ASYNC_THRPOOL_NTHREADS"

/* Cost of waking a sleeping thread, and how often the duration of a command is measured */
#define WAKE_COST_NS	20000U
#define SAMPLE_INTERVAL 64U
#define EWMA_SHIFT	2U

/* How long a thread looks for more work before it sleeps */
#define IDLE_SPINS 200U

struct xnvi_pool {
	struct xnvme_dev *dev;
	struct xnvi_mutex lock;
	struct xnvi_cond work; ///< There is a command to claim, or `stop` is set
	struct xnvi_cond left; ///< A thread left a queue
	struct xnvi_poolq *queues;
	struct xnvi_thread *threads;
	uint32_t nthreads;	   ///< Largest number of threads
	uint32_t fork_gen;	   ///< xnvi_fork_generation at creation
	_Atomic uint32_t nstarted; ///< Written under `lock`
	_Atomic uint32_t nidle;	   ///< Threads asleep; written under `lock`
	_Atomic uint32_t nunfit;   ///< Threads that the backend refused; they have ended
	bool stop;
	bool stuck; ///< A thread is stuck in a command: no thread is joined
};

/** An entry of the completion ring */
struct outcome {
	_Atomic uint32_t number; ///< Index of the context + 1; 0 while the entry is empty
	struct xnvi_rsvd rsvd;	 ///< Host failure, if any
	struct xnvme_spec_cpl cpl;
};

struct xnvi_poolq {
	struct xnvi_pool *pool;
	struct xnvme_queue *queue;
	struct xnvi_poolq *next; ///< Guarded by pool->lock
	uint32_t nusers;	 ///< Threads that work on this queue; guarded by pool->lock
	uint32_t mask;		 ///< Entries of each ring, minus one

	/* Used by the owner */
	uint32_t nsamples;
	uint32_t cost_ns;	 ///< Duration of a command, a moving average
	uint32_t chead;		 ///< Next completion to read
	_Atomic uint16_t *sring; ///< Index of the context
	struct outcome *cring;
	atomic_bool armed;

	_Alignas(XNVI_CACHELINE_NBYTES) _Atomic uint32_t tail; ///< Next slot to submit into
	_Alignas(XNVI_CACHELINE_NBYTES) _Atomic uint32_t head; ///< Next slot to claim
	_Atomic uint32_t ncopying; ///< Threads that claim a submission or copy its command
	_Alignas(XNVI_CACHELINE_NBYTES) _Atomic uint32_t ctail; ///< Next slot to complete into
};

/** Take the oldest submission that nobody has taken; false when there is none */
static bool
claim(struct xnvi_poolq *pq, uint16_t *idx)
{
	uint32_t head = atomic_load_explicit(&pq->head, memory_order_relaxed);

	do {
		if (head == atomic_load_explicit(&pq->tail, memory_order_acquire)) {
			return false;
		}
		*idx = atomic_load_explicit(&pq->sring[head & pq->mask], memory_order_relaxed);
	} while (!atomic_compare_exchange_weak_explicit(
	    &pq->head, &head, head + 1, memory_order_acq_rel, memory_order_relaxed));

	return true;
}

/** As claim(), for threads, which work on a copy of the command */
static bool
claim_copy(struct xnvi_poolq *pq, uint16_t *idx, struct xnvme_spec_cmd *cmd)
{
	bool claimed;

	atomic_fetch_add_explicit(&pq->ncopying, 1, memory_order_relaxed);
	claimed = claim(pq, idx);
	if (claimed) {
		*cmd = pq->queue->places[*idx].ctx.cmd;
	}
	atomic_fetch_sub_explicit(&pq->ncopying, 1, memory_order_release);

	return claimed;
}

static bool
has_work(const struct xnvi_poolq *pq)
{
	return atomic_load_explicit(&pq->head, memory_order_relaxed) !=
	       atomic_load_explicit(&pq->tail, memory_order_acquire);
}

/** Index of the context of the oldest submission, while nobody claims it */
static uint16_t
front_of(const struct xnvi_poolq *pq)
{
	const uint32_t head = atomic_load_explicit(&pq->head, memory_order_relaxed);

	return atomic_load_explicit(&pq->sring[head & pq->mask], memory_order_relaxed);
}

/**
 * The owner has read the entry before it is written again: there are as many entries as commands
 * may be outstanding, so the command that now gets the entry was submitted after the owner had read
 * it. Acquire and release make that visible in this thread.
 */
static void
push_outcome(struct xnvi_poolq *pq, uint16_t idx, const struct xnvme_cmd_ctx *ctx)
{
	const uint32_t slot = atomic_fetch_add_explicit(&pq->ctail, 1, memory_order_acq_rel);
	struct outcome *out = &pq->cring[slot & pq->mask];

	assert(!atomic_load_explicit(&out->number, memory_order_relaxed));
	out->cpl = ctx->cpl;
	out->rsvd = *xnvi_rsvd_of(ctx);
	atomic_store_explicit(&out->number, idx + 1U, memory_order_release);
}

/** Execute the oldest submission in a thread; false when there is none */
static bool
serve(struct xnvi_poolq *pq)
{
	struct xnvme_cmd_ctx ctx = {.dev = pq->queue->dev};
	uint16_t idx;
	bool armed;

	if (!has_work(pq) || !claim_copy(pq, &idx, &ctx.cmd)) {
		return false;
	}
	xnvi_execute(pq->queue->dev, &ctx, &pq->queue->places[idx].req);
	armed = atomic_load_explicit(&pq->armed, memory_order_acquire);
	push_outcome(pq, idx, &ctx);
	if (armed) {
		xnvi_event_set(&pq->queue->event);
	}

	return true;
}

/** Find a queue with work, with the lock of the pool held */
static struct xnvi_poolq *
find_work(struct xnvi_pool *pool)
{
	for (struct xnvi_poolq *pq = pool->queues; pq; pq = pq->next) {
		if (has_work(pq)) {
			return pq;
		}
	}

	return NULL;
}

static void
work_on(struct xnvi_poolq *pq)
{
	uint32_t nidle = 0;

	while (nidle < IDLE_SPINS) {
		if (serve(pq)) {
			nidle = 0;
		} else {
			xnvi_cpu_relax();
			nidle++;
		}
	}
}

/** The backend refused the thread; wake sleepers on queues, which may be without threads now */
static void
thread_is_unfit(struct xnvi_pool *pool)
{
	xnvi_mutex_lock(&pool->lock);
	atomic_fetch_add_explicit(&pool->nunfit, 1, memory_order_relaxed);
	for (struct xnvi_poolq *pq = pool->queues; pq; pq = pq->next) {
		if (atomic_load_explicit(&pq->armed, memory_order_acquire)) {
			xnvi_event_set(&pq->queue->event);
		}
	}
	xnvi_mutex_unlock(&pool->lock);
}

static void *
thread_main(void *arg)
{
	struct xnvi_pool *pool = arg;
	const struct xnvi_dev_ops *ops = pool->dev->ops;

	if (ops->thread_init && ops->thread_init(pool->dev)) {
		thread_is_unfit(pool);
		return NULL;
	}
	xnvi_mutex_lock(&pool->lock);
	while (!pool->stop) {
		struct xnvi_poolq *pq = find_work(pool);

		if (!pq) {
			atomic_fetch_add_explicit(&pool->nidle, 1, memory_order_relaxed);
			xnvi_cond_wait(&pool->work, &pool->lock);
			atomic_fetch_sub_explicit(&pool->nidle, 1, memory_order_relaxed);
			continue;
		}
		pq->nusers++;
		xnvi_mutex_unlock(&pool->lock);
		work_on(pq);
		xnvi_mutex_lock(&pool->lock);
		if (--pq->nusers == 0) {
			xnvi_cond_broadcast(&pool->left);
		}
	}
	xnvi_mutex_unlock(&pool->lock);
	if (ops->thread_term) {
		ops->thread_term(pool->dev);
	}

	return NULL;
}

/**
 * Have one more thread look for work: an idle one, else a new one up to the limit
 *
 * A thread that cannot be started is no failure: other threads, or the owner, execute the commands.
 * The next submission tries again.
 */
static void
wake(struct xnvi_pool *pool)
{
	uint32_t nstarted;

	xnvi_mutex_lock(&pool->lock);
	nstarted = atomic_load_explicit(&pool->nstarted, memory_order_relaxed);
	if (atomic_load_explicit(&pool->nidle, memory_order_relaxed)) {
		xnvi_cond_signal(&pool->work);
	} else if (nstarted < pool->nthreads) {
		const int err =
		    xnvi_thread_start(&pool->threads[nstarted], "xnvme-pool", thread_main, pool);

		if (!err && pool->stuck) {
			xnvi_thread_detach(&pool->threads[nstarted]);
		}
		nstarted += !err;
		atomic_store_explicit(&pool->nstarted, nstarted, memory_order_relaxed);
	}
	xnvi_mutex_unlock(&pool->lock);
}

/** There is no thread: the caller of poke executes */
static bool
is_alone(const struct xnvi_poolq *pq)
{
	return atomic_load_explicit(&pq->pool->nstarted, memory_order_relaxed) ==
	       atomic_load_explicit(&pq->pool->nunfit, memory_order_relaxed);
}

static int
nthreads_of(const struct xnvme_dev *dev, uint32_t *nthreads)
{
	const char *env = xnvi_env(ENV_NTHREADS);
	uint64_t value = NTHREADS_DEFAULT;

	if (env && xnvi_parse_u64(env, 1, NTHREADS_MAX, &value)) {
		return xnvi_err(-EINVAL, "env", ENV_NTHREADS, "set it to a number in 1..1023",
				"'%s' is not a number of threads", env);
	}
	*nthreads = dev->nthreads ? dev->nthreads : (uint32_t)value;

	return 0;
}

static int
no_memory(const struct xnvme_dev *dev)
{
	return xnvi_err(-ENOMEM, LAYER, dev->ident.uri, "free memory",
			"no memory for the threads that execute commands");
}

static int
pool_create(struct xnvme_dev *dev, struct xnvi_pool **out)
{
	const uint64_t mark = xnvi_err_mark();
	struct xnvi_pool *pool;
	uint32_t nthreads = 0;
	int err;

	err = nthreads_of(dev, &nthreads);
	if (err) {
		return err;
	}
	pool = calloc(1, sizeof(*pool));
	if (!pool) {
		return no_memory(dev);
	}
	pool->dev = dev;
	pool->fork_gen = xnvi_fork_generation;
	pool->nthreads = nthreads;
	pool->threads = calloc(nthreads, sizeof(*pool->threads));
	err = pool->threads ? xnvi_mutex_init(&pool->lock) : no_memory(dev);
	if (err) {
		goto free_pool;
	}
	err = xnvi_cond_init(&pool->work);
	if (err) {
		goto term_lock;
	}
	err = xnvi_cond_init(&pool->left);
	if (err) {
		goto term_work;
	}
	*out = pool;

	return 0;

term_work:
	xnvi_cond_term(&pool->work);
term_lock:
	xnvi_mutex_term(&pool->lock);
free_pool:
	free(pool->threads);
	free(pool);

	return xnvi_err_since(mark, err, LAYER, dev->ident.uri, "a lock for the threads");
}

struct xnvi_pool *
xnvi_pool_get(struct xnvme_dev *dev)
{
	int err = 0;

	xnvi_mutex_lock(&dev->lock);
	if (dev->pool && dev->pool->fork_gen != xnvi_fork_generation) {
		/* Its threads are in the parent */
		xnvi_pool_term(dev->pool);
		dev->pool = NULL;
	}
	if (!dev->pool) {
		err = pool_create(dev, &dev->pool);
	}
	xnvi_mutex_unlock(&dev->lock);

	return err ? xnvi_err_ptr(err) : dev->pool;
}

/** Detach the threads, and those that are started later; the lock is held */
static void
detach_all(struct xnvi_pool *pool)
{
	for (uint32_t i = 0; i < pool->nstarted; ++i) {
		xnvi_thread_detach(&pool->threads[i]);
	}
	pool->stuck = true;
}

void
xnvi_pool_term(struct xnvi_pool *pool)
{
	if (pool->fork_gen != xnvi_fork_generation) {
		/* The threads are in the parent, and so is the holder of the lock */
		free(pool->threads);
		free(pool);
		return;
	}
	/* A device with a stuck thread is never closed */
	assert(!pool->queues && !pool->stuck);

	xnvi_mutex_lock(&pool->lock);
	pool->stop = true;
	xnvi_cond_broadcast(&pool->work);
	xnvi_mutex_unlock(&pool->lock);
	for (uint32_t i = 0; i < pool->nstarted; ++i) {
		xnvi_thread_join(&pool->threads[i]);
	}
	xnvi_cond_term(&pool->left);
	xnvi_cond_term(&pool->work);
	xnvi_mutex_term(&pool->lock);
	free(pool->threads);
	free(pool);
}

static void
poolq_free(struct xnvi_poolq *pq)
{
	free((void *)pq->sring);
	free(pq->cring);
	xnvi_heap_free(pq);
}

int
xnvi_poolq_init(struct xnvme_queue *queue, struct xnvi_poolq **poolq)
{
	const size_t nentries = queue->capacity;
	struct xnvi_pool *pool = xnvi_pool_get(queue->dev);
	struct xnvi_poolq *pq;

	if (!pool) {
		return -errno;
	}
	pq = xnvi_heap_alloc(XNVI_CACHELINE_NBYTES, sizeof(*pq));
	if (!pq) {
		return no_memory(queue->dev);
	}
	memset(pq, 0, sizeof(*pq));
	pq->pool = pool;
	pq->queue = queue;
	pq->mask = queue->capacity - 1;
	pq->sring = calloc(nentries, sizeof(*pq->sring));
	pq->cring = calloc(nentries, sizeof(*pq->cring));
	if (!pq->sring || !pq->cring) {
		poolq_free(pq);
		return no_memory(queue->dev);
	}

	xnvi_mutex_lock(&pool->lock);
	pq->next = pool->queues;
	pool->queues = pq;
	xnvi_mutex_unlock(&pool->lock);
	*poolq = pq;

	return 0;
}

void
xnvi_poolq_term(struct xnvi_poolq *pq)
{
	struct xnvi_pool *pool = pq->pool;
	struct xnvi_poolq **link = &pool->queues;

	if (pq->queue->fork_gen != xnvi_fork_generation) {
		/* The threads are in the parent, and so is the holder of the lock */
		poolq_free(pq);
		return;
	}
	xnvi_mutex_lock(&pool->lock);
	while (*link != pq) {
		link = &(*link)->next;
	}
	*link = pq->next;
	if (pq->queue->abandoned) {
		/* A thread is inside a command of this queue and will write to its memory */
		if (!pool->stuck) {
			detach_all(pool);
		}
		xnvi_mutex_unlock(&pool->lock);
		return;
	}
	while (pq->nusers) {
		xnvi_cond_wait(&pool->left, &pool->lock);
	}
	xnvi_mutex_unlock(&pool->lock);
	poolq_free(pq);
}

void
xnvi_poolq_submit(struct xnvi_poolq *pq, uint32_t idx, bool kick)
{
	const uint32_t tail = atomic_load_explicit(&pq->tail, memory_order_relaxed);
	const bool armed = atomic_load_explicit(&pq->armed, memory_order_relaxed);

	assert(tail - atomic_load_explicit(&pq->head, memory_order_relaxed) <= pq->mask);
	atomic_store_explicit(&pq->sring[tail & pq->mask], (uint16_t)idx, memory_order_relaxed);
	atomic_store_explicit(&pq->tail, tail + 1, memory_order_release);
	if (XNVI_UNLIKELY(kick || armed)) {
		wake(pq->pool);
		if (armed && is_alone(pq)) {
			xnvi_event_set(&pq->queue->event);
		}
	}
}

/** Take an outcome out of the ring; false when there is none. `number` is 0 of one that is late */
static bool
pop_outcome(struct xnvi_poolq *pq, uint32_t *number)
{
	struct outcome *out = &pq->cring[pq->chead & pq->mask];
	struct xnvme_cmd_ctx *ctx;

	*number = atomic_load_explicit(&out->number, memory_order_acquire);
	if (!*number) {
		return false;
	}
	ctx = xnvi_queue_ctx(pq->queue, *number - 1);
	if (xnvi_queue_takes_back(pq->queue, ctx)) {
		*number = 0;
	} else {
		xnvi_ctx_take_outcome(ctx, &out->cpl, &out->rsvd);
	}
	atomic_store_explicit(&out->number, 0, memory_order_relaxed);
	pq->chead++;

	return true;
}

/** Reap; the slot is cleared before the callback, which may submit and so reuse it */
static uint32_t
reap(struct xnvi_poolq *pq, uint32_t max)
{
	uint32_t ndone = 0;
	uint32_t number;

	while (ndone < max && pop_outcome(pq, &number)) {
		if (XNVI_LIKELY(number)) {
			xnvi_queue_complete(pq->queue, xnvi_queue_ctx(pq->queue, number - 1));
			ndone++;
		}
	}

	return ndone;
}

/** Execute commands that no thread has taken, in the calling thread */
static uint32_t
help(struct xnvi_poolq *pq, uint32_t max)
{
	const uint32_t waiting = atomic_load_explicit(&pq->tail, memory_order_relaxed) -
				 atomic_load_explicit(&pq->head, memory_order_relaxed);
	const bool sample = pq->nsamples++ % SAMPLE_INTERVAL == 0;
	uint64_t start_ns = 0;
	uint32_t ndone = 0;
	uint16_t idx;

	if (waiting > 1 && (uint64_t)(waiting - 1) * pq->cost_ns > WAKE_COST_NS) {
		wake(pq->pool);
	}
	if (sample) {
		start_ns = xnvi_time_ns();
	}
	while (ndone < max && claim(pq, &idx)) {
		struct xnvme_cmd_ctx *ctx = xnvi_queue_ctx(pq->queue, idx);

		xnvi_execute(pq->queue->dev, ctx, &pq->queue->places[idx].req);
		ndone++;
		if (sample && ndone == 1) {
			const uint32_t ns = (uint32_t)(xnvi_time_ns() - start_ns);

			pq->cost_ns +=
			    pq->cost_ns ? (ns >> EWMA_SHIFT) - (pq->cost_ns >> EWMA_SHIFT) : ns;
		}
		xnvi_queue_complete(pq->queue, ctx);
	}

	return ndone;
}

uint32_t
xnvi_poolq_poke(struct xnvi_poolq *pq, uint32_t max, bool may_help)
{
	const bool armed = atomic_load_explicit(&pq->armed, memory_order_relaxed);
	uint32_t ndone = reap(pq, max);

	if (((may_help && !armed) || is_alone(pq)) && ndone < max) {
		ndone += help(pq, max - ndone);
	}

	return ndone;
}

uint32_t
xnvi_poolq_expire(struct xnvi_poolq *pq)
{
	const struct xnvme_queue *queue = pq->queue;
	uint32_t ndone = 0;
	uint16_t idx;

	/* The oldest is first; at the same time threads may claim it, and later ones */
	while (xnvi_queue_may_give_up(queue) && has_work(pq) &&
	       xnvi_queue_is_late(queue, xnvi_queue_ctx(queue, front_of(pq))) && claim(pq, &idx)) {
		if (!xnvi_queue_is_late(queue, xnvi_queue_ctx(queue, idx))) {
			xnvi_poolq_submit(pq, idx, true);
			break;
		}
		xnvi_queue_cancelled(pq->queue, xnvi_queue_ctx(pq->queue, idx));
		ndone++;
	}

	return ndone;
}

/** The callback of a command that a thread has taken may write to its context */
static void
wait_for_copies(const struct xnvi_poolq *pq)
{
	while (atomic_load_explicit(&pq->ncopying, memory_order_acquire)) {
		xnvi_thread_yield();
	}
}

enum xnvi_expiry
xnvi_poolq_expiry(const struct xnvi_poolq *pq, uint32_t idx)
{
	const uint32_t tail = atomic_load_explicit(&pq->tail, memory_order_relaxed);

	for (uint32_t i = atomic_load_explicit(&pq->head, memory_order_acquire); i != tail; ++i) {
		if (atomic_load_explicit(&pq->sring[i & pq->mask], memory_order_relaxed) == idx) {
			return XNVI_EXPIRY_WAIT;
		}
	}
	for (uint32_t i = 0; i <= pq->mask; ++i) {
		if (atomic_load_explicit(&pq->cring[i].number, memory_order_acquire) == idx + 1) {
			return XNVI_EXPIRY_WAIT;
		}
	}
	wait_for_copies(pq);

	return XNVI_EXPIRY_LATE;
}

uint32_t
xnvi_poolq_cancel(struct xnvi_poolq *pq)
{
	uint32_t ndone = 0;
	uint16_t idx;

	for (; claim(pq, &idx); ++ndone) {
		xnvi_queue_cancelled(pq->queue, xnvi_queue_ctx(pq->queue, idx));
	}
	wait_for_copies(pq);

	return ndone;
}

void
xnvi_poolq_arm(struct xnvi_poolq *pq)
{
	atomic_store_explicit(&pq->armed, true, memory_order_release);
}

bool
xnvi_poolq_ready(const struct xnvi_poolq *pq)
{
	return atomic_load_explicit(&pq->cring[pq->chead & pq->mask].number,
				    memory_order_acquire) ||
	       (is_alone(pq) && has_work(pq));
}
