// SPDX-License-Identifier: BSD-3-Clause
/**
 * Usage, with PATH also as PATH:WAY, and ns per command always by the clock and of the processor:
 * - bench count PATH URI NBYTES QDEPTH NCMDS: commands inside bench_loop(), for callgrind
 * - bench time PATH PATH URI NBYTES QDEPTH ROUNDS MS: a line for each round, with ns of both
 * - bench once PATH URI NBYTES QDEPTH MS: ns
 * - bench scale PATH URI NBYTES QDEPTH ROUNDS MS: as time, of two threads and of two processes
 * - bench cost NAME URI N: see costs.c
 * - bench has PATH: whether this build has the path
 * - bench build: what decides how many instructions the same source takes; under valgrind, what it
 *   lets programs see of the processor
 */
#include "bench.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif
#include <gnu/libc-version.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 1024U ///< Commands between two looks at the clock; a multiple of every depth

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

/** "PATH" or "PATH:WAY" into `path` */
static bool
parse_path(const char *text, struct bench_path *path)
{
	char name[32];
	const size_t nchars = strcspn(text, ":");
	const struct bench_path *found;

	if (nchars >= sizeof(name)) {
		return false;
	}
	memcpy(name, text, nchars);
	name[nchars] = '\0';
	found = look_up(name);
	if (!found) {
		return false;
	}
	*path = *found;
	if (!text[nchars]) {
		return true;
	}
	for (const struct bench_way *way = bench_ways; way->name; ++way) {
		if (!strcmp(way->name, text + nchars + 1)) {
			path->run = way->run;
			return true;
		}
	}

	return false;
}

static struct bench_path
find(const char *text)
{
	struct bench_path path;

	if (!parse_path(text, &path)) {
		bench_die(text);
	}

	return path;
}

static uint32_t
number(const char *text)
{
	return (uint32_t)strtoul(text, NULL, 10);
}

static double
clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);

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
	const struct bench_args args = {argv[1], number(argv[2]), number(argv[3])};
	const struct bench_path path = find(argv[0]);
	void *state = path.init(&args);

	/* The first commands start threads and fault pages in */
	path.run(state, CHUNK);
	close(-1);
	bench_loop(&path, state, strtoull(argv[4], NULL, 10));
	close(-1);
	path.term(state);

	return 0;
}

/** Per command */
struct ns {
	double clock;
	double cpu;
};

/** Run for a time; `cpu` is the processor's clock: that of the thread, or of all threads */
static struct ns
run_for(const struct bench_path *path, void *state, double ns, clockid_t cpu)
{
	const double cpu_begin = clock_ns(cpu);
	const double begin = clock_ns(CLOCK_MONOTONIC);
	uint64_t ncmds = 0;
	double end;

	do {
		path->run(state, CHUNK);
		ncmds += CHUNK;
		end = clock_ns(CLOCK_MONOTONIC);
	} while (end - begin < ns);

	return (struct ns){(end - begin) / (double)ncmds,
			   (clock_ns(cpu) - cpu_begin) / (double)ncmds};
}

static void
print_round(const struct ns *ours, const struct ns *floor)
{
	printf("%.3f %.3f %.3f %.3f\n", ours->clock, floor->clock, ours->cpu, floor->cpu);
}

static int
cmd_time(char **argv)
{
	const struct bench_path paths[] = {find(argv[0]), find(argv[1])};
	const struct bench_args args = {argv[2], number(argv[3]), number(argv[4])};
	const uint32_t nrounds = number(argv[5]);
	const double ns = strtod(argv[6], NULL) * 1e6;
	void *states[] = {paths[0].init(&args), paths[1].init(&args)};
	struct ns values[2];

	for (uint32_t round = 0; round <= nrounds; ++round) {
		/* Who goes first changes, so that neither always has the better part */
		for (uint32_t i = 0; i < 2; ++i) {
			const uint32_t who = (i + round) % 2;

			values[who] =
			    run_for(&paths[who], states[who], ns, CLOCK_PROCESS_CPUTIME_ID);
		}
		/* Round 0 warms up */
		if (round) {
			print_round(&values[0], &values[1]);
		}
	}
	paths[0].term(states[0]);
	paths[1].term(states[1]);

	return 0;
}

static int
cmd_once(char **argv)
{
	const struct bench_args args = {argv[1], number(argv[2]), number(argv[3])};
	const struct bench_path path = find(argv[0]);
	void *state = path.init(&args);
	struct ns ns;

	path.run(state, CHUNK);
	ns = run_for(&path, state, strtod(argv[4], NULL) * 1e6, CLOCK_PROCESS_CPUTIME_ID);
	printf("%.3f %.3f\n", ns.clock, ns.cpu);
	path.term(state);

	return 0;
}

struct worker {
	const struct bench_path *path;
	void *state;
	double ns;
	struct ns result;
};

static void *
work(void *arg)
{
	struct worker *worker = arg;

	worker->result = run_for(worker->path, worker->state, worker->ns, CLOCK_THREAD_CPUTIME_ID);

	return NULL;
}

/** Of both workers together: as long for a command as their rates give */
static struct ns
both(const struct worker *workers)
{
	const struct ns *a = &workers[0].result;
	const struct ns *b = &workers[1].result;

	return (struct ns){1 / (1 / a->clock + 1 / b->clock), (a->cpu + b->cpu) / 2};
}

static struct ns
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

	return both(workers);
}

/** In children, which open the path themselves: a queue does not survive fork(2) */
static struct ns
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

	return both(workers);
}

static int
cmd_scale(char **argv)
{
	const struct bench_path path = find(argv[0]);
	const struct bench_args args = {argv[1], number(argv[2]), number(argv[3])};
	const uint32_t nrounds = number(argv[4]);
	struct worker *workers = mmap(NULL, 2 * sizeof(*workers), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	void *states[2];

	if (workers == MAP_FAILED) {
		bench_die("mmap");
	}
	for (int i = 0; i < 2; ++i) {
		workers[i].path = &path;
		workers[i].ns = strtod(argv[5], NULL) * 1e6;
		states[i] = path.init(&args);
	}
	for (uint32_t nth = 0; nth < nrounds; ++nth) {
		const struct ns processes = two_processes(workers, &args);
		struct ns threads;

		workers[0].state = states[0];
		workers[1].state = states[1];
		threads = two_threads(workers);
		print_round(&threads, &processes);
		/* A child would print it again */
		fflush(stdout);
	}
	path.term(states[0]);
	path.term(states[1]);
	munmap(workers, 2 * sizeof(*workers));

	return 0;
}

static int
cmd_cost(char **argv)
{
	for (const struct bench_cost *cost = bench_costs; cost->name; ++cost) {
		if (!strcmp(cost->name, argv[0])) {
			cost->measure(argv[1], number(argv[2]));
			return 0;
		}
	}
	bench_die(argv[0]);
}

static int
cmd_has(char **argv)
{
	struct bench_path path;

	return !parse_path(argv[0], &path);
}

/** Features by which the C library chooses how to copy and to clear memory */
static void
print_features(void)
{
#if defined(__x86_64__) || defined(__i386__)
	enum { EBX, EDX };
	static const struct {
		const char *name;
		int reg;
		int bit;
	} features[] = {
	    {"avx2", EBX, 5},	   {"bmi2", EBX, 8}, {"erms", EBX, 9},
	    {"avx512vl", EBX, 31}, {"fsrm", EDX, 4},
	};
	unsigned eax;
	unsigned ecx;
	unsigned regs[2] = {0, 0};

	__get_cpuid_count(7, 0, &eax, &regs[EBX], &ecx, &regs[EDX]);
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); ++i) {
		if (regs[features[i].reg] >> features[i].bit & 1) {
			printf(",%s", features[i].name);
		}
	}
#endif
}

static int
cmd_build(char **argv)
{
	struct utsname name;

	(void)argv;
#ifdef __clang__
	printf("cc=clang-%d.%d", __clang_major__, __clang_minor__);
#else
	printf("cc=gcc-%d.%d", __GNUC__, __GNUC_MINOR__);
#endif
	printf(" libc=%s", gnu_get_libc_version());
#ifndef NDEBUG
	printf(" assertions=on");
#endif
	printf(" cpu=%s", uname(&name) ? "unknown" : name.machine);
	print_features();
	puts("");

	return 0;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int nargs;
		int (*run)(char **argv);
	} cmds[] = {
	    {"count", 5, cmd_count}, {"time", 7, cmd_time}, {"once", 5, cmd_once},
	    {"scale", 6, cmd_scale}, {"cost", 3, cmd_cost}, {"has", 1, cmd_has},
	    {"build", 0, cmd_build},
	};

	for (size_t i = 0; i < sizeof(cmds) / sizeof(cmds[0]); ++i) {
		if (argc == cmds[i].nargs + 2 && !strcmp(argv[1], cmds[i].name)) {
			return cmds[i].run(argv + 2);
		}
	}
	fputs("usage: see the top of tests/bench/main.c\n", stderr);

	return 2;
}
