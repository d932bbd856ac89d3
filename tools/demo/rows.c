// SPDX-License-Identifier: BSD-3-Clause
/**
 * Rows of the demo: what can serve a medium, whether data survives, and what a command costs
 */
#include <shared.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define LIMIT_NS	  30000000000ULL ///< Limit for copying; measurements end much earlier
#define LOAD_NS		  400000000ULL
#define LATENCY_NS	  250000000ULL
#define LATENCY_NCMDS	  20000U
#define TRACE_LIMIT_NS	  1500000000ULL ///< Enough for a process that stops at each system call
#define TRACE_WARMUP	  64U
#define TRACE_NCMDS	  1000U
#define STRIDE		  7919U ///< A prime: visits every block, none of them twice in a row
#define NSEC_PER_USEC	  1000.0
#define NSEC_PER_SEC	  1000000000.0
#define P50		  0.50
#define P99		  0.99
#define BYTE_THAT_IS_LOST 4242U

/* Interfaces that complete commands without doing them */
static const char *const g_no_data[] = {"nil"};

struct find_state {
	struct demo *demo;
	const struct demo_medium *medium;
};

static struct demo_row *
row_add(struct demo *demo, const struct demo_medium *medium, const char *be, const char *id)
{
	struct demo_row *row;

	if (demo->nrows == DEMO_ROWS_MAX) {
		return NULL;
	}
	row = &demo->rows[demo->nrows++];
	row->medium = medium;
	snprintf(row->iface.be, sizeof(row->iface.be), "%s", be);
	snprintf(row->iface.id, sizeof(row->iface.id), "%s", id ? id : "");

	return row;
}

/** The sync interface is an interface of its own: one row for all queues that it goes with */
static void
add_sync(struct demo *demo, const struct demo_medium *medium, const struct xnvme_probe *probe)
{
	struct demo_row *row;

	for (size_t i = 0; i < demo->nrows; ++i) {
		row = &demo->rows[i];
		if (row->medium == medium && row->iface.sync && !strcmp(row->iface.be, probe->be) &&
		    !strcmp(row->iface.id, probe->sync)) {
			return;
		}
	}
	row = row_add(demo, medium, probe->be, probe->sync);
	if (row) {
		row->iface.sync = true;
	}
}

static void
row_refused(struct demo_row *row, const struct xnvme_probe *probe)
{
	row->state = DEMO_UNAVAILABLE;
	snprintf(row->why, sizeof(row->why), "%s", probe->reason);
	snprintf(row->remedy, sizeof(row->remedy), "%s", probe->remedy);
}

static int
on_probe(const struct xnvme_probe *probe, void *cb_args)
{
	const struct find_state *state = cb_args;
	struct demo_row *row;

	/* A backend that is not built, or serves other devices, does not concern the medium */
	if (probe->err && !probe->async) {
		return 0;
	}
	if (!probe->err && probe->sync) {
		add_sync(state->demo, state->medium, probe);
	}
	row = row_add(state->demo, state->medium, probe->be, probe->async);
	if (!row) {
		return -ENOSPC;
	}
	if (probe->err) {
		row_refused(row, probe);
		return 0;
	}
	for (size_t i = 0; i < sizeof(g_no_data) / sizeof(g_no_data[0]); ++i) {
		if (!strcmp(row->iface.id, g_no_data[i])) {
			row->state = DEMO_NO_DATA;
			snprintf(row->why, sizeof(row->why), "moves no data: the library alone");
		}
	}

	return 0;
}

static bool
is_built(const char *be)
{
	const struct xnvme_be_attr *attr;

	for (int i = 0; (attr = xnvme_be_attr_get(i)); ++i) {
		if (!strcmp(attr->name, be)) {
			return attr->enabled;
		}
	}

	return false;
}

/** A backend of this build that refuses the URI serves other devices: it is not missing */
static int
on_missing(const struct xnvme_probe *probe, void *cb_args)
{
	static const struct demo_medium any = {.name = "any"};
	struct demo *demo = cb_args;
	struct demo_row *row;

	if (!probe->err || probe->async || is_built(probe->be)) {
		return 0;
	}
	row = row_add(demo, &any, probe->be, NULL);
	if (!row) {
		return -ENOSPC;
	}
	row_refused(row, probe);
	demo->counts[row->state]++;
	demo_print_row(row);

	return 0;
}

int
demo_rows_find_missing(struct demo *demo)
{
	return xnvme_dev_probe("1GB", NULL, on_missing, demo);
}

int
demo_rows_find(struct demo *demo, const struct demo_medium *medium)
{
	struct find_state state = {.demo = demo, .medium = medium};
	struct demo_row *row;

	if (!medium->why[0]) {
		return xnvme_dev_probe(medium->uri, NULL, on_probe, &state);
	}
	row = row_add(demo, medium, "", "");
	if (!row) {
		return -ENOSPC;
	}
	row->state = DEMO_UNAVAILABLE;
	memcpy(row->why, medium->why, sizeof(row->why));
	memcpy(row->remedy, medium->remedy, sizeof(row->remedy));

	return 0;
}

/** Move the whole region; `data` is the source when writing, else the destination */
static int
transfer(const struct demo *demo, const struct demo_row *row, bool write, uint8_t *data)
{
	const size_t nbytes = demo->content.region_nbytes;
	struct demo_load load = {
	    .write = write,
	    .qdepth = DEMO_QDEPTH,
	    .io_nbytes = DEMO_COPY_NBYTES,
	    .stride = 1,
	    .limit_ns = LIMIT_NS,
	    .region_nbytes = nbytes,
	};
	struct demo_path path;
	uint32_t mdts;
	int err;

	err = demo_path_open(&path, row->medium->uri, &row->iface);
	if (err) {
		return err;
	}
	mdts = xnvme_dev_get_geo(path.dev)->mdts_nbytes;
	if (mdts >= DEMO_IO_NBYTES && mdts < DEMO_COPY_NBYTES) {
		load.io_nbytes = mdts - mdts % DEMO_IO_NBYTES;
	}
	load.ncmds = (nbytes + load.io_nbytes - 1) / load.io_nbytes;
	load.buf = xnvme_buf_alloc(path.dev, nbytes);
	if (!load.buf) {
		err = -ENOMEM;
	}
	if (!err && write) {
		memcpy(load.buf, data, nbytes);
	}
	err = err ? err : demo_run(&path, &load);
	if (!err && path.ncompleted < load.ncmds) {
		err = -ETIMEDOUT;
	}
	if (!err && !write) {
		memcpy(data, load.buf, nbytes);
	}
	xnvme_buf_free(path.dev, load.buf);
	demo_path_close(&path);

	return err;
}

/** Flip one byte on the medium, through another interface than the one that wrote it */
static int
corrupt(const struct demo *demo, const struct demo_row *scrubber, uint8_t *scratch)
{
	const size_t nth = BYTE_THAT_IS_LOST % demo->content.nbytes;
	int err = transfer(demo, scrubber, false, scratch);

	scratch[nth] = (uint8_t)~scratch[nth];

	return err ? err : transfer(demo, scrubber, true, scratch);
}

static void
row_fail(struct demo_row *row, const char *what, int err)
{
	const char *words = xnvme_err_last()->what;

	row->state = DEMO_FAILED;
	snprintf(row->why, sizeof(row->why), "%s: %s%s%.160s", what, strerror(-err),
		 words[0] ? "; " : "", words);
	snprintf(row->remedy, sizeof(row->remedy), "%.255s", xnvme_err_last()->hint);
}

/**
 * Write by one interface and read by another
 *
 * First every byte of the medium is overwritten with another one, so that the data of an earlier
 * row cannot be taken for that of this row.
 */
static void
verify(const struct demo *demo, struct demo_row *row, const struct demo_row *reader,
       const struct demo_row *scrubber, uint8_t *scratch)
{
	const struct demo_content *content = &demo->content;
	int err;

	snprintf(row->reader, sizeof(row->reader), "%.31s", reader->iface.id);
	for (size_t i = 0; i < content->region_nbytes; ++i) {
		scratch[i] = (uint8_t)~content->data[i];
	}
	xnvme_err_clear();
	err = transfer(demo, scrubber, true, scratch);
	if (err) {
		row_fail(row, "preparing the medium", err);
		return;
	}
	err = transfer(demo, row, true, content->data);
	if (err) {
		row_fail(row, "writing", err);
		return;
	}
	err = demo->corrupt ? corrupt(demo, scrubber, scratch) : 0;
	err = err ? err : transfer(demo, reader, false, scratch);
	if (err) {
		row_fail(row, "reading back", err);
		return;
	}
	row->crc = demo_crc32c(scratch, content->nbytes);
	if (row->crc != content->crc) {
		row->state = DEMO_MISMATCH;
		snprintf(row->why, sizeof(row->why), "wrote CRC-32C %08x, read back %08x",
			 content->crc, row->crc);
	}
}

static double
usec_of(const struct timeval *from, const struct timeval *to)
{
	return (double)(to->tv_sec - from->tv_sec) * 1e6 + (double)(to->tv_usec - from->tv_usec);
}

static int
by_value(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a;
	const uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static struct demo_load
random_reads(const struct demo *demo, uint8_t *buf)
{
	return (struct demo_load){
	    .qdepth = DEMO_QDEPTH,
	    .io_nbytes = DEMO_IO_NBYTES,
	    .stride = STRIDE,
	    .ncmds = UINT64_MAX / STRIDE,
	    .limit_ns = LOAD_NS,
	    .buf = buf,
	    .region_nbytes = demo->content.region_nbytes,
	};
}

static int
measure_rate(struct demo_path *path, struct demo_row *row, const struct demo_load *load)
{
	struct rusage before;
	struct rusage after;
	uint64_t start_ns;
	double ncmds;
	int err;

	getrusage(RUSAGE_SELF, &before);
	start_ns = demo_now_ns();
	err = demo_run(path, load);
	ncmds = (double)path->ncompleted;
	if (err || !path->ncompleted) {
		return err ? err : -EIO;
	}
	row->iops = ncmds * NSEC_PER_SEC / (double)(demo_now_ns() - start_ns);
	getrusage(RUSAGE_SELF, &after);
	row->user_ns = usec_of(&before.ru_utime, &after.ru_utime) * NSEC_PER_USEC / ncmds;
	row->kernel_ns = usec_of(&before.ru_stime, &after.ru_stime) * NSEC_PER_USEC / ncmds;

	return 0;
}

static int
measure_latency(struct demo_path *path, struct demo_row *row, struct demo_load load)
{
	static uint32_t lat_ns[LATENCY_NCMDS];
	int n;

	load.ncmds = LATENCY_NCMDS;
	load.limit_ns = LATENCY_NS;
	n = demo_run_latency(path, &load, lat_ns);
	if (n <= 0) {
		return n ? n : -EIO;
	}
	qsort(lat_ns, (size_t)n, sizeof(lat_ns[0]), by_value);
	row->p50_ns = lat_ns[(int)(n * P50)];
	row->p99_ns = lat_ns[(int)(n * P99)];

	return 0;
}

/** Shared with the child process */
struct traced {
	const struct demo *demo;
	const struct demo_row *row;
	uint64_t ncmds; ///< Commands done between the marks
};

/** Runs in a child process: set up, then run a known number of commands between two marks */
static int
traced_run(void *arg)
{
	struct traced *traced = arg;
	struct demo_load load;
	struct demo_path path;
	uint8_t *buf;
	int err;

	err = demo_path_open(&path, traced->row->medium->uri, &traced->row->iface);
	if (err) {
		return err;
	}
	buf = xnvme_buf_alloc(path.dev, traced->demo->content.region_nbytes);
	if (!buf) {
		demo_path_close(&path);
		return -ENOMEM;
	}
	load = random_reads(traced->demo, buf);
	load.limit_ns = TRACE_LIMIT_NS;
	load.ncmds = TRACE_WARMUP;
	err = demo_run(&path, &load);
	load.ncmds = TRACE_NCMDS;
	demo_trace_mark();
	demo_trace_mark();
	err = err ? err : demo_run(&path, &load);
	demo_trace_mark();
	traced->ncmds = path.ncompleted;
	xnvme_buf_free(path.dev, buf);
	demo_path_close(&path);

	return err;
}

static void
count_syscalls(const struct demo *demo, struct demo_row *row)
{
	struct traced *traced =
	    mmap(NULL, sizeof(*traced), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t nsyscalls = 0;

	if (traced == MAP_FAILED) {
		snprintf(row->syscalls_why, sizeof(row->syscalls_why), "mmap: %s", strerror(errno));
		return;
	}
	traced->demo = demo;
	traced->row = row;
	if (!demo_trace(traced_run, traced, &nsyscalls, row->syscalls_why,
			sizeof(row->syscalls_why)) &&
	    traced->ncmds) {
		row->has_syscalls = true;
		row->syscalls = (double)nsyscalls / (double)traced->ncmds;
	}
	munmap(traced, sizeof(*traced));
}

void
demo_rows_count_syscalls(struct demo *demo)
{
	for (size_t i = 0; i < demo->nrows; ++i) {
		if (demo->rows[i].state != DEMO_UNAVAILABLE) {
			count_syscalls(demo, &demo->rows[i]);
		}
	}
}

static void
measure(const struct demo *demo, struct demo_row *row)
{
	struct demo_path path;
	uint8_t *buf;
	int err;

	xnvme_err_clear();
	err = demo_path_open(&path, row->medium->uri, &row->iface);
	if (err) {
		row_fail(row, "measuring", err);
		return;
	}
	buf = xnvme_buf_alloc(path.dev, demo->content.region_nbytes);
	if (buf) {
		const struct demo_load load = random_reads(demo, buf);

		err = measure_rate(&path, row, &load);
		err = err ? err : measure_latency(&path, row, load);
	} else {
		err = -ENOMEM;
	}
	xnvme_buf_free(path.dev, buf);
	demo_path_close(&path);
	if (err) {
		row_fail(row, "measuring", err);
	}
}

/** Next row of the medium that moves data; the row itself when there is no other */
static const struct demo_row *
reader_of(const struct demo *demo, size_t nth)
{
	const struct demo_medium *medium = demo->rows[nth].medium;

	for (size_t i = 1; i <= demo->nrows; ++i) {
		const struct demo_row *row = &demo->rows[(nth + i) % demo->nrows];

		if (row->medium == medium && row->state != DEMO_NO_DATA &&
		    row->state != DEMO_UNAVAILABLE) {
			return row;
		}
	}

	return &demo->rows[nth];
}

static const struct demo_row *
scrubber_of(const struct demo *demo, const struct demo_medium *medium)
{
	for (size_t i = 0; i < demo->nrows; ++i) {
		if (demo->rows[i].medium == medium && demo->rows[i].iface.sync) {
			return &demo->rows[i];
		}
	}

	return NULL;
}

int
demo_rows_run(struct demo *demo, const struct demo_medium *medium)
{
	const struct demo_row *scrubber = scrubber_of(demo, medium);
	uint8_t *scratch = xnvme_buf_virt_alloc(DEMO_IO_NBYTES, demo->content.region_nbytes);

	if (!scratch) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < demo->nrows; ++i) {
		struct demo_row *row = &demo->rows[i];

		if (row->medium != medium) {
			continue;
		}
		if (row->state == DEMO_VERIFIED && scrubber) {
			verify(demo, row, reader_of(demo, i), scrubber, scratch);
		}
		if (row->state != DEMO_UNAVAILABLE && row->state != DEMO_FAILED) {
			measure(demo, row);
		}
		demo->counts[row->state]++;
		demo_print_row(row);
	}
	xnvme_buf_virt_free(scratch);

	return 0;
}
