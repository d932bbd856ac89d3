// SPDX-License-Identifier: BSD-3-Clause
/**
 * Floor: libaio, one io_submit(2) per batch
 */
#include "bench.h"

#include <fcntl.h>
#include <libaio.h>
#include <stdlib.h>
#include <unistd.h>

struct floor {
	io_context_t ctx;
	int fd;
	uint32_t qdepth;
	uint32_t nbytes;
	uint8_t *buf;
	struct iocb iocbs[BENCH_QD_MAX];
	struct iocb *batch[BENCH_QD_MAX];
};

static void *
init(const struct bench_args *args)
{
	struct floor *floor = calloc(1, sizeof(*floor));

	if (!floor) {
		bench_die("memory");
	}
	floor->qdepth = args->qdepth;
	floor->nbytes = args->nbytes;
	floor->fd = open(args->uri, O_RDWR);
	floor->buf = aligned_alloc(4096, (size_t)args->nbytes * BENCH_QD_MAX);
	if (floor->fd < 0 || !floor->buf || io_setup(BENCH_QD_MAX, &floor->ctx) < 0) {
		bench_die("opening");
	}

	return floor;
}

static void
term(void *state)
{
	struct floor *floor = state;

	io_destroy(floor->ctx);
	close(floor->fd);
	free(floor->buf);
	free(floor);
}

static void
run(void *state, uint64_t ncmds)
{
	struct floor *floor = state;
	struct io_event events[BENCH_QD_MAX];

	for (uint64_t i = 0; i < ncmds; i += floor->qdepth) {
		for (uint32_t k = 0; k < floor->qdepth; ++k) {
			io_prep_pread(&floor->iocbs[k], floor->fd,
				      floor->buf + (size_t)k * floor->nbytes, floor->nbytes,
				      (long long)((i + k) & (BENCH_NBLOCKS - 1)) * floor->nbytes);
			floor->batch[k] = &floor->iocbs[k];
		}
		if (io_submit(floor->ctx, (long)floor->qdepth, floor->batch) !=
		    (int)floor->qdepth) {
			bench_die("io_submit");
		}
		for (uint32_t n = 0; n < floor->qdepth;) {
			const int got =
			    io_getevents(floor->ctx, 1, (long)(floor->qdepth - n), events, NULL);

			for (int k = 0; k < got; ++k) {
				if (events[k].res != floor->nbytes) {
					bench_die("read");
				}
			}
			n += got > 0 ? (uint32_t)got : 0;
		}
	}
}

const struct bench_path bench_floors_libaio[] = {
    {"floor-libaio", init, run, term},
    {0},
};
