// SPDX-License-Identifier: BSD-3-Clause
/**
 * Usage:
 * - bench count PATH URI NBYTES QDEPTH NCMDS: commands inside bench_loop(), for callgrind
 * - bench time PATH PATH URI NBYTES QDEPTH ROUNDS MS: ns of both and the median of the ratios
 * - bench scale PATH URI NBYTES QDEPTH ROUNDS MS: two threads against two processes
 * - bench open|queue URI: bytes of heap that it takes
 * - bench has PATH: whether this build has the path
 */
#include "bench.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 101
#define CHUNK	   1024U ///< Commands between two looks at the clock; a multiple of every depth

_Noreturn void
bench_die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static const struct bench_path *
look_up(const char *name)
{
	static const struct bench_path *const tables[] = {
	    bench_ours,
	    bench_floors,
#ifdef BENCH_URING
	    bench_floors_uring,
#endif
#ifdef BENCH_LIBAIO
	    bench_floors_libaio,
#endif
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); ++i) {
		for (const struct bench_path *path = tables[i]; path->name; ++path) {
			if (!strcmp(path->name, name)) {
				return path;
			}
		}
	}

	return NULL;
}

static const struct bench_path *
find(const char *name)
{
	const struct bench_path *path = look_up(name);

	if (!path) {
		bench_die(name);
	}

	return path;
}

static double
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

__attribute__((noinline)) void
bench_loop(const struct bench_path *path, void *state, uint64_t ncmds)
{
	path->run(state, ncmds);
	/* Not a tail call: callgrind has to see this function return */
	atomic_signal_fence(memory_order_seq_cst);
}

static int
cmd_count(char **argv)
{
	const struct bench_args args = {
	    .uri = argv[1],
	    .nbytes = (uint32_t)strtoul(argv[2], NULL, 10),
	    .qdepth = (uint32_t)strtoul(argv[3], NULL, 10),
	};
	const struct bench_path *path = find(argv[0]);
	void *state = path->init(&args);

	/* The first commands start threads and fault pages in */
	path->run(state, CHUNK);
	close(-1);
	bench_loop(path, state, strtoull(argv[4], NULL, 10));
	close(-1);
	path->term(state);

	return 0;
}

/** Run for a time; ns per command */
static double
run_for(const struct bench_path *path, void *state, double ns)
{
	const double start = now_ns();
	uint64_t ncmds = 0;
	double end;

	do {
		path->run(state, CHUNK);
		ncmds += CHUNK;
		end = now_ns();
	} while (end - start < ns);

	return (end - start) / (double)ncmds;
}

static int
by_value(const void *a, const void *b)
{
	const double x = *(const double *)a;
	const double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_value);

	return values[n / 2];
}

static size_t
rounds_of(const char *text)
{
	const size_t nrounds = strtoul(text, NULL, 10);

	return nrounds < 1 ? 1 : nrounds > ROUNDS_MAX ? ROUNDS_MAX : nrounds;
}

static int
cmd_time(char **argv)
{
	const struct bench_path *paths[] = {find(argv[0]), find(argv[1])};
	const struct bench_args args = {
	    .uri = argv[2],
	    .nbytes = (uint32_t)strtoul(argv[3], NULL, 10),
	    .qdepth = (uint32_t)strtoul(argv[4], NULL, 10),
	};
	const size_t nrounds = rounds_of(argv[5]);
	const double ns = strtod(argv[6], NULL) * 1e6;
	void *states[] = {paths[0]->init(&args), paths[1]->init(&args)};
	double values[2][ROUNDS_MAX];
	double ratios[ROUNDS_MAX];

	for (size_t round = 0; round <= nrounds; ++round) {
		const size_t nth = round ? round - 1 : 0; /* Round 0 warms up */

		/* Who goes first changes, so that neither always has the better part */
		for (size_t i = 0; i < 2; ++i) {
			const size_t who = (i + round) % 2;

			values[who][nth] = run_for(paths[who], states[who], ns);
		}
		ratios[nth] = values[0][nth] / values[1][nth];
	}
	printf("%.2f %.2f %.4f\n", median(values[0], nrounds), median(values[1], nrounds),
	       median(ratios, nrounds));
	paths[0]->term(states[0]);
	paths[1]->term(states[1]);

	return 0;
}

struct worker {
	const struct bench_path *path;
	void *state;
	double ns;
	double rate;
};

static void *
work(void *arg)
{
	struct worker *worker = arg;

	worker->rate = 1e9 / run_for(worker->path, worker->state, worker->ns);

	return NULL;
}

static double
two_threads(struct worker *workers)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; ++i) {
		if (pthread_create(&threads[i], NULL, work, &workers[i])) {
			bench_die("pthread_create");
		}
	}
	for (int i = 0; i < 2; ++i) {
		pthread_join(threads[i], NULL);
	}

	return workers[0].rate + workers[1].rate;
}

/** In children, which open the path themselves: a queue does not survive fork(2) */
static double
two_processes(struct worker *workers, const struct bench_args *args)
{
	for (int i = 0; i < 2; ++i) {
		const pid_t pid = fork();

		if (pid == 0) {
			workers[i].state = workers[i].path->init(args);
			work(&workers[i]);
			_exit(0);
		}
		if (pid < 0) {
			bench_die("fork");
		}
	}
	for (int i = 0; i < 2; ++i) {
		int status;

		if (wait(&status) < 0 || status) {
			bench_die("a process failed");
		}
	}

	return workers[0].rate + workers[1].rate;
}

static int
cmd_scale(char **argv)
{
	const struct bench_args args = {
	    .uri = argv[1],
	    .nbytes = (uint32_t)strtoul(argv[2], NULL, 10),
	    .qdepth = (uint32_t)strtoul(argv[3], NULL, 10),
	};
	const size_t nrounds = rounds_of(argv[4]);
	struct worker *workers = mmap(NULL, 2 * sizeof(*workers), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double values[2][ROUNDS_MAX];
	double ratios[ROUNDS_MAX];
	void *states[2];

	if (workers == MAP_FAILED) {
		bench_die("mmap");
	}
	for (int i = 0; i < 2; ++i) {
		workers[i].path = find(argv[0]);
		workers[i].ns = strtod(argv[5], NULL) * 1e6;
		states[i] = workers[i].path->init(&args);
	}
	for (size_t nth = 0; nth < nrounds; ++nth) {
		values[1][nth] = two_processes(workers, &args);
		workers[0].state = states[0];
		workers[1].state = states[1];
		values[0][nth] = two_threads(workers);
		ratios[nth] = values[0][nth] / values[1][nth];
	}
	printf("%.0f %.0f %.4f\n", median(values[0], nrounds), median(values[1], nrounds),
	       median(ratios, nrounds));
	workers[0].path->term(states[0]);
	workers[1].path->term(states[1]);
	munmap(workers, 2 * sizeof(*workers));

	return 0;
}

int
main(int argc, char **argv)
{
	const struct bench_args args = {.uri = argc > 2 ? argv[2] : ""};
	const char *cmd = argc > 1 ? argv[1] : "";

	if (!strcmp(cmd, "count") && argc == 7) {
		return cmd_count(argv + 2);
	}
	if (!strcmp(cmd, "time") && argc == 9) {
		return cmd_time(argv + 2);
	}
	if (!strcmp(cmd, "scale") && argc == 8) {
		return cmd_scale(argv + 2);
	}
	if (!strcmp(cmd, "build") && argc == 2) {
#ifdef NDEBUG
		puts("NDEBUG: assertions are off");
#else
		puts("no NDEBUG: assertions are on, and counted");
#endif
		return 0;
	}
	if (!strcmp(cmd, "has") && argc == 3) {
		return !look_up(argv[2]);
	}
	if (!strcmp(cmd, "open") && argc == 3) {
		bench_open(&args);
		return 0;
	}
	if (!strcmp(cmd, "queue") && argc == 3) {
		bench_queue(&args);
		return 0;
	}
	fputs("usage: see the top of tests/bench/main.c\n", stderr);

	return 2;
}
