// SPDX-License-Identifier: BSD-3-Clause
/**
 * Programs for `./x bench`: paths through the library, and the least that does the same by hand
 *
 * A path runs commands the way every program does: fill the queue to its depth, poke until drained.
 * bench.py runs them under callgrind and strace, and two at a time against each other.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

#define BENCH_NBLOCKS 1024U ///< Commands address this many blocks, one after the other
#define BENCH_QD_MAX  128U

struct bench_args {
	const char *uri; ///< Of ours; the floors take a path from it, or memory when it is no path
	uint32_t nbytes; ///< Per command
	uint32_t qdepth;
};

struct bench_path {
	const char *name;
	void *(*init)(const struct bench_args *args);
	void (*run)(void *state, uint64_t ncmds);
	void (*term)(void *state);
};

/** Another way to submit the commands of a path of ours: "PATH:WAY" */
struct bench_way {
	const char *name;
	void (*run)(void *state, uint64_t ncmds);
};

/** End the program with the reason; the figures of a bench that goes on after an error are none */
_Noreturn void bench_die(const char *what);

extern const struct bench_path bench_ours[];
extern const struct bench_way bench_ways[];
extern const struct bench_path bench_floors[];
extern const struct bench_path bench_floors_uring[];  ///< Where liburing is
extern const struct bench_path bench_floors_libaio[]; ///< Where libaio is

/** Run a path; callgrind collects what happens in here */
void bench_loop(const struct bench_path *path, void *state, uint64_t ncmds);

/** Only what callgrind is to collect is in here: get a context and submit a read */
void bench_submit(void *state, uint32_t nth);

/** What something costs once: the program prints it, or counts are taken of what is named here */
struct bench_cost {
	const char *name;
	void (*measure)(const char *uri, uint32_t n);
};

extern const struct bench_cost bench_costs[];

#endif /* BENCH_H */
