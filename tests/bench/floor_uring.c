// SPDX-License-Identifier: BSD-3-Clause
/**
 * Floor: a plain loop over liburing
 */
#include "bench.h"

#include <fcntl.h>
#include <liburing.h>
#include <stdlib.h>
#include <unistd.h>

struct floor {
	struct io_uring ring;
	int fd;
	uint32_t qdepth;
	uint32_t nbytes;
	uint8_t *buf;
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
	if (floor->fd < 0 || !floor->buf ||
	    io_uring_queue_init(BENCH_QD_MAX, &floor->ring, 0) < 0) {
		bench_die("opening");
	}

	return floor;
}

static void
term(void *state)
{
	struct floor *floor = state;

	io_uring_queue_exit(&floor->ring);
	close(floor->fd);
	free(floor->buf);
	free(floor);
}

static void
run(void *state, uint64_t ncmds)
{
	struct floor *floor = state;

	for (uint64_t i = 0; i < ncmds; i += floor->qdepth) {
		for (uint32_t k = 0; k < floor->qdepth; ++k) {
			struct io_uring_sqe *sqe = io_uring_get_sqe(&floor->ring);

			io_uring_prep_read(sqe, floor->fd, floor->buf + (size_t)k * floor->nbytes,
					   floor->nbytes,
					   ((i + k) & (BENCH_NBLOCKS - 1)) * floor->nbytes);
		}
		if (io_uring_submit(&floor->ring) != (int)floor->qdepth) {
			bench_die("io_uring_submit");
		}
		for (uint32_t k = 0; k < floor->qdepth; ++k) {
			struct io_uring_cqe *cqe;

			while (io_uring_peek_cqe(&floor->ring, &cqe)) {
			}
			if (cqe->res != (int)floor->nbytes) {
				bench_die("read");
			}
			io_uring_cqe_seen(&floor->ring, cqe);
		}
	}
}

const struct bench_path bench_floors_uring[] = {
    {"floor-uring", init, run, term},
    {0},
};
