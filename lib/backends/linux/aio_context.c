// SPDX-License-Identifier: BSD-3-Clause
#include <backends/linux/aio_context.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <os/system.h>

#define NKEPT	   8U  ///< Idle contexts that are not destroyed
#define NLOOKED_AT 64U ///< Those to be destroyed among which one to use again is looked for

struct idle {
	io_context_t handle;
	uint32_t capacity;
};

/** To be destroyed */
struct doomed {
	struct idle idle;
	struct doomed *next;
};

static struct {
	struct xnvi_mutex lock;
	uint32_t nkept;
	struct idle kept[NKEPT]; ///< The oldest first
	struct doomed *doomed;
	struct doomed *in_thread; ///< The one that the thread destroys
	uint32_t nunder_way;	  ///< Calls of io_destroy(2) that have not returned
	uint32_t ndestroyed;	  ///< Those that have, ever
	bool has_thread;
	bool has_cond;
	struct xnvi_cond destroyed; ///< `ndestroyed` has risen
} g = {.lock = XNVI_MUTEX_INITIALIZER};

static void
prepare_fork(void)
{
	xnvi_mutex_lock(&g.lock);
}

static void
unlock(void)
{
	xnvi_mutex_unlock(&g.lock);
}

/** A child of fork(2) has neither the contexts nor the thread */
static void
begin_child(void)
{
	while (g.doomed) {
		struct doomed *next = g.doomed->next;

		free(g.doomed);
		g.doomed = next;
	}
	free(g.in_thread);
	g.in_thread = NULL;
	g.nkept = 0;
	g.nunder_way = 0;
	g.has_thread = false;
	g.has_cond = false;
	unlock();
}

static int
watch_forks(void)
{
	static struct xnvi_fork_hook hook = {
	    .prepare = prepare_fork,
	    .parent = unlock,
	    .child = begin_child,
	};

	return xnvi_fork_hook(&hook);
}

/* The lock is held in what follows, up to set_up() */

static struct idle
take_kept(uint32_t i)
{
	const struct idle idle = g.kept[i];

	g.nkept--;
	memmove(&g.kept[i], &g.kept[i + 1], (g.nkept - i) * sizeof(g.kept[0]));

	return idle;
}

static struct doomed *
take_doomed(struct doomed **link)
{
	struct doomed *doomed = *link;

	*link = doomed->next;

	return doomed;
}

/** Find an idle context of this capacity; false when there is none */
static bool
take_by_capacity(uint32_t capacity, io_context_t *context)
{
	struct doomed **link = &g.doomed;

	for (uint32_t i = 0; i < g.nkept; ++i) {
		if (g.kept[i].capacity == capacity) {
			*context = take_kept(i).handle;
			return true;
		}
	}
	for (uint32_t n = 0; *link && n < NLOOKED_AT; ++n, link = &(*link)->next) {
		if ((*link)->idle.capacity == capacity) {
			struct doomed *doomed = take_doomed(link);

			*context = doomed->idle.handle;
			free(doomed);
			return true;
		}
	}

	return false;
}

/** Destroy a context, without the lock meanwhile */
static void
destroy(io_context_t handle)
{
	g.nunder_way++;
	unlock();
	io_destroy(handle);
	xnvi_mutex_lock(&g.lock);
	g.nunder_way--;
	g.ndestroyed++;
	if (g.has_cond) {
		xnvi_cond_broadcast(&g.destroyed);
	}
}

static void *
thread_main(void *arg)
{
	(void)arg;
	xnvi_mutex_lock(&g.lock);
	while (g.doomed) {
		g.in_thread = take_doomed(&g.doomed);
		destroy(g.in_thread->idle.handle);
		free(g.in_thread);
	}
	g.in_thread = NULL;
	g.has_thread = false;
	unlock();

	return NULL;
}

/** Returns false when there is no thread */
static bool
start_thread(void)
{
	struct xnvi_thread thread;

	if (!g.has_cond) {
		g.has_cond = xnvi_cond_init(&g.destroyed) == 0;
	}
	if (g.has_cond && !g.has_thread &&
	    xnvi_thread_start(&thread, "xnvme-aio", thread_main, NULL) == 0) {
		xnvi_thread_detach(&thread);
		g.has_thread = true;
	}

	return g.has_thread;
}

/** Let the thread destroy a context; without thread or memory, destroy it here */
static void
doom(struct idle idle)
{
	struct doomed *doomed = start_thread() ? malloc(sizeof(*doomed)) : NULL;

	if (!doomed) {
		destroy(idle.handle);
		return;
	}
	*doomed = (struct doomed){idle, g.doomed};
	g.doomed = doomed;
}

/** Destroy an idle context here; false when there is none */
static bool
destroy_one(void)
{
	if (g.doomed) {
		struct doomed *doomed = take_doomed(&g.doomed);
		const io_context_t handle = doomed->idle.handle;

		free(doomed);
		destroy(handle);
		return true;
	}
	if (g.nkept) {
		destroy(take_kept(0).handle);
		return true;
	}

	return false;
}

/**
 * Make room under fs.aio-max-nr; false when that is not possible
 *
 * @param ndestroyed Number of destroyed contexts when there was no room
 */
static bool
make_room(uint32_t ndestroyed)
{
	if (g.ndestroyed != ndestroyed || destroy_one()) {
		return true;
	}
	while (g.ndestroyed == ndestroyed && g.nunder_way && g.has_cond) {
		xnvi_cond_wait(&g.destroyed, &g.lock);
	}

	return g.ndestroyed != ndestroyed;
}

/** As io_setup(2), without the lock meanwhile */
static int
set_up(uint32_t capacity, io_context_t *context)
{
	uint32_t ndestroyed;
	int err;

	do {
		ndestroyed = g.ndestroyed;
		*context = NULL;
		unlock();
		err = io_setup((int)capacity, context);
		xnvi_mutex_lock(&g.lock);
	} while (err == -EAGAIN && make_room(ndestroyed));

	return err;
}

int
xnvi_aio_context_get(uint32_t capacity, io_context_t *context)
{
	int err = watch_forks();

	if (err) {
		return err;
	}
	xnvi_mutex_lock(&g.lock);
	if (!take_by_capacity(capacity, context)) {
		err = set_up(capacity, context);
	}
	unlock();

	return err;
}

void
xnvi_aio_context_put(uint32_t capacity, io_context_t context)
{
	xnvi_mutex_lock(&g.lock);
	while (g.nkept == NKEPT) {
		doom(take_kept(0));
	}
	g.kept[g.nkept++] = (struct idle){context, capacity};
	unlock();
}
