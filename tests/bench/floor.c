// SPDX-License-Identifier: BSD-3-Clause
/**
 * The floors: the least that does the same, written by hand for one purpose
 */
#include "bench.h"

#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NHELPERS   3
#define IDLE_SPINS 200

struct op {
	uint64_t offset;
	uint8_t *data;
	void (*cb)(struct op *op, void *arg);
	struct op *next;
};

struct floor {
	int fd; ///< -1: copy from `disk`
	uint32_t qdepth;
	uint32_t nbytes;
	uint8_t *disk;
	uint8_t *buf;
	struct op *free;
	struct op *ring[BENCH_QD_MAX];
	struct op ops[BENCH_QD_MAX];
	struct aiocb cbs[BENCH_QD_MAX];

	pthread_t threads[NHELPERS];
	pthread_mutex_t lock;
	pthread_cond_t work;
	bool stop;
	_Atomic uint32_t nidle;
	_Alignas(64) _Atomic uint32_t tail;
	_Alignas(64) _Atomic uint32_t head;
	_Alignas(64) _Atomic uint32_t ndone;
};

static void
on_op(struct op *op, void *arg)
{
	struct floor *floor = arg;

	op->next = floor->free;
	floor->free = op;
}

static void *
init(const struct bench_args *args)
{
	struct floor *floor = aligned_alloc(64, sizeof(*floor));

	if (!floor) {
		bench_die("memory");
	}
	memset(floor, 0, sizeof(*floor));
	floor->fd = args->uri[0] == '/' ? open(args->uri, O_RDWR) : -1;
	floor->qdepth = args->qdepth;
	floor->nbytes = args->nbytes;
	floor->disk = aligned_alloc(4096, (size_t)args->nbytes * BENCH_NBLOCKS);
	floor->buf = aligned_alloc(4096, (size_t)args->nbytes * BENCH_QD_MAX);
	if (!floor->disk || !floor->buf || (args->uri[0] == '/' && floor->fd < 0)) {
		bench_die("opening");
	}
	memset(floor->disk, 1, (size_t)args->nbytes * BENCH_NBLOCKS);
	memset(floor->buf, 0, (size_t)args->nbytes * BENCH_QD_MAX);
	for (uint32_t i = 0; i < BENCH_QD_MAX; ++i) {
		floor->ops[i].cb = on_op;
		on_op(&floor->ops[i], floor);
	}

	return floor;
}

static void
term(void *state)
{
	struct floor *floor = state;

	if (floor->fd >= 0) {
		close(floor->fd);
	}
	free(floor->disk);
	free(floor->buf);
	free(floor);
}

static inline void
move(const struct floor *floor, const struct op *op)
{
	if (floor->fd < 0) {
		memcpy(op->data, floor->disk + op->offset, floor->nbytes);
	} else if (pread(floor->fd, op->data, floor->nbytes, (off_t)op->offset) !=
		   (ssize_t)floor->nbytes) {
		bench_die("pread");
	}
}

static inline void
push(struct floor *floor, uint64_t nth, uint32_t k)
{
	struct op *op = floor->free;

	floor->free = op->next;
	op->offset = (nth & (BENCH_NBLOCKS - 1)) * floor->nbytes;
	op->data = floor->buf + (size_t)k * floor->nbytes;
	floor->ring[k] = op;
}

static inline void
run_inline(struct floor *floor, uint64_t ncmds, bool moves)
{
	for (uint64_t i = 0; i < ncmds; i += floor->qdepth) {
		for (uint32_t k = 0; k < floor->qdepth; ++k) {
			push(floor, i + k, k);
		}
		for (uint32_t k = 0; k < floor->qdepth; ++k) {
			struct op *op = floor->ring[k];

			if (moves) {
				move(floor, op);
			}
			op->cb(op, floor);
		}
	}
}

static void
run_nil(void *state, uint64_t ncmds)
{
	run_inline(state, ncmds, false);
}

static void
run_move(void *state, uint64_t ncmds)
{
	run_inline(state, ncmds, true);
}

/** One after the other, without any queue */
static void
run_plain(void *state, uint64_t ncmds)
{
	struct floor *floor = state;

	for (uint64_t i = 0; i < ncmds; ++i) {
		const struct op op = {
		    .offset = (i & (BENCH_NBLOCKS - 1)) * floor->nbytes,
		    .data = floor->buf,
		};

		move(floor, &op);
	}
}

static void
run_poke(void *state, uint64_t ncmds)
{
	struct floor *floor = state;

	for (uint64_t i = 0; i < ncmds; ++i) {
		if (atomic_load_explicit(&floor->ndone, memory_order_acquire) !=
		    atomic_load_explicit(&floor->tail, memory_order_relaxed)) {
			bench_die("poke found something");
		}
	}
}

static void
run_aio(void *state, uint64_t ncmds)
{
	struct floor *floor = state;

	for (uint64_t i = 0; i < ncmds; i += floor->qdepth) {
		for (uint32_t k = 0; k < floor->qdepth; ++k) {
			struct aiocb *cb = &floor->cbs[k];

			memset(cb, 0, sizeof(*cb));
			cb->aio_fildes = floor->fd;
			cb->aio_buf = floor->buf + (size_t)k * floor->nbytes;
			cb->aio_nbytes = floor->nbytes;
			cb->aio_offset = (off_t)(((i + k) & (BENCH_NBLOCKS - 1)) * floor->nbytes);
			cb->aio_sigevent.sigev_notify = SIGEV_NONE;
			if (aio_read(cb)) {
				bench_die("aio_read");
			}
		}
		for (uint32_t k = 0; k < floor->qdepth; ++k) {
			while (aio_error(&floor->cbs[k]) == EINPROGRESS) {
			}
			if (aio_return(&floor->cbs[k]) != (ssize_t)floor->nbytes) {
				bench_die("aio_return");
			}
		}
	}
}

static inline void
relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* --- a pool of threads whose owner helps ------------------------------------------------------ */

static bool
step(struct floor *floor)
{
	uint32_t head = atomic_load_explicit(&floor->head, memory_order_relaxed);

	do {
		if (head == atomic_load_explicit(&floor->tail, memory_order_acquire)) {
			return false;
		}
	} while (!atomic_compare_exchange_weak(&floor->head, &head, head + 1));
	move(floor, floor->ring[head % floor->qdepth]);
	atomic_fetch_add_explicit(&floor->ndone, 1, memory_order_release);

	return true;
}

static void *
helper(void *arg)
{
	struct floor *floor = arg;
	int nidle = 0;

	for (;;) {
		if (step(floor)) {
			nidle = 0;
			continue;
		}
		if (++nidle < IDLE_SPINS) {
			relax();
			continue;
		}
		pthread_mutex_lock(&floor->lock);
		atomic_fetch_add(&floor->nidle, 1);
		while (!floor->stop && atomic_load(&floor->head) == atomic_load(&floor->tail)) {
			pthread_cond_wait(&floor->work, &floor->lock);
		}
		atomic_fetch_sub(&floor->nidle, 1);
		if (floor->stop) {
			pthread_mutex_unlock(&floor->lock);
			return NULL;
		}
		pthread_mutex_unlock(&floor->lock);
		nidle = 0;
	}
}

static void *
init_pool(const struct bench_args *args)
{
	struct floor *floor = init(args);

	pthread_mutex_init(&floor->lock, NULL);
	pthread_cond_init(&floor->work, NULL);
	for (int i = 0; i < NHELPERS; ++i) {
		if (pthread_create(&floor->threads[i], NULL, helper, floor)) {
			bench_die("pthread_create");
		}
	}

	return floor;
}

static void
term_pool(void *state)
{
	struct floor *floor = state;

	pthread_mutex_lock(&floor->lock);
	floor->stop = true;
	pthread_cond_broadcast(&floor->work);
	pthread_mutex_unlock(&floor->lock);
	for (int i = 0; i < NHELPERS; ++i) {
		pthread_join(floor->threads[i], NULL);
	}
	term(floor);
}

static void
run_pool(void *state, uint64_t ncmds)
{
	struct floor *floor = state;
	/* Handing a copy of 512 bytes to another thread never pays */
	const bool wakes = floor->fd >= 0 && floor->qdepth > 1;

	for (uint64_t i = 0; i < ncmds; i += floor->qdepth) {
		const uint32_t tail = atomic_load_explicit(&floor->tail, memory_order_relaxed);

		for (uint32_t k = 0; k < floor->qdepth; ++k) {
			push(floor, i + k, (tail + k) % floor->qdepth);
		}
		atomic_store_explicit(&floor->tail, tail + floor->qdepth, memory_order_release);
		if (wakes && atomic_load(&floor->nidle)) {
			pthread_mutex_lock(&floor->lock);
			pthread_cond_signal(&floor->work);
			pthread_mutex_unlock(&floor->lock);
		}
		while (step(floor)) {
		}
		while (atomic_load_explicit(&floor->ndone, memory_order_acquire) !=
		       tail + floor->qdepth) {
			relax();
		}
		for (uint32_t k = 0; k < floor->qdepth; ++k) {
			floor->ring[k]->cb(floor->ring[k], floor);
		}
	}
}

const struct bench_path bench_floors[] = {
    {"floor-nil", init, run_nil, term},
    {"floor-move", init, run_move, term},
    {"floor-plain", init, run_plain, term},
    {"floor-poke", init, run_poke, term},
    {"floor-aio", init, run_aio, term},
    {"floor-pool", init_pool, run_pool, term_pool},
    {0},
};
