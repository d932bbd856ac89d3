// SPDX-License-Identifier: BSD-3-Clause
/**
 * Does what fio's engine xnvme does with the library, call for call
 *
 * Options as fio passes them: a string that was not given is NULL, nsid is 0. The device is opened
 * for its size, again for its zones, again for the job; get_geo and get_ssw come right after.
 * Buffers are of the first device and serve all of the job. Contexts are used again as they come,
 * only the fields that fio writes are written. One poke completes no more than it was asked for.
 *
 * Every block says which one it is and which of its writes it is of, as with fio's verify.
 */
#include <errno.h>
#include <getopt.h>
#include <libxnvme.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <support/loop.h>
#include <support/sys.h>
#include <unistd.h>

#define BS	   4096U
#define NBLOCKS	   1024U ///< Per file of a job
#define NFILES_MAX 2U
#define DEPTH_MAX  128U
#define NMIXED	   4096U ///< Commands of the part that reads and writes
#define FILE_BYTES ((off_t)BS * NBLOCKS)
#define NO_BLOCK   UINT32_MAX

/** What fio's options become */
struct fioe_opts {
	const char *be, *async, *sync, *admin, *mem;
	uint32_t nsid;
	uint8_t direct, poll_io, poll_sq;
	bool iovec;
	uint16_t iodepth;
	unsigned nfiles;
	const char *uris[NFILES_MAX];
};

struct fwrap {
	struct xnvme_dev *dev;
	const struct xnvme_geo *geo;
	struct xnvme_queue *queue;
	uint32_t ssw;
	uint32_t lba_nbytes;
	uint32_t md_nbytes;
};

struct io_u {
	struct job *job;
	struct fwrap *fwrap;
	uint32_t block; ///< Within the file
	bool write;
	bool busy;
	int error;
	uint8_t *xfer_buf;
	struct iovec iov;
};

struct job {
	const struct fioe_opts *opts;
	struct fwrap files[NFILES_MAX];
	struct io_u ios[DEPTH_MAX];
	uint8_t *orig_buffer;
	uint32_t generation[NFILES_MAX][NBLOCKS];
	bool busy[NFILES_MAX][NBLOCKS];
	uint32_t cur; ///< File to poke next
	uint32_t completed;
	uint32_t inflight;
	uint32_t nfailed;
	uint64_t rnd;
};

static pthread_mutex_t g_serialize = PTHREAD_MUTEX_INITIALIZER;
static unsigned g_ntests;
static int g_status;

static bool
expect(bool cond, const struct fioe_opts *opts, const char *what)
{
	printf("%s %u - %s async=%s iodepth=%u iovec=%d direct=%d: %s\n", cond ? "ok" : "not ok",
	       ++g_ntests, opts->uris[0], opts->async ? opts->async : "(none)", opts->iodepth,
	       opts->iovec, opts->direct, what);
	if (!cond) {
		g_status = EXIT_FAILURE;
		printf("# %s: %s\n", xnvme_err_last()->where, xnvme_err_last()->what);
	}

	return cond;
}

static uint64_t
rnd(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;

	return *state >> 11;
}

static struct xnvme_opts
opts_from_fioe(const struct fioe_opts *fioe)
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.nsid = fioe->nsid;
	opts.subnqn = NULL;
	opts.be = fioe->be;
	opts.async = fioe->async;
	opts.sync = fioe->sync;
	opts.admin = fioe->admin;
	opts.mem = fioe->mem;
	opts.direct = fioe->direct;
	opts.poll_io = fioe->poll_io;
	opts.poll_sq = fioe->poll_sq;

	return opts;
}

/* --- before the job: the size, the zones --- */

/** The size of a file, by an open of its own */
static uint64_t
get_file_size(const struct fioe_opts *fioe, unsigned nth)
{
	struct xnvme_opts opts = opts_from_fioe(fioe);
	uint64_t tbytes = 0;
	struct xnvme_dev *dev;

	pthread_mutex_lock(&g_serialize);
	dev = xnvme_dev_open(fioe->uris[nth], &opts);
	if (dev) {
		tbytes = xnvme_dev_get_geo(dev)->tbytes;
	}
	xnvme_dev_close(dev);
	pthread_mutex_unlock(&g_serialize);

	return tbytes;
}

/** Reset what is not empty; the report counts its zones from the one it was asked for */
static bool
reset_zones(struct xnvme_dev *dev, const struct xnvme_geo *geo)
{
	struct xnvme_znd_report *report = xnvme_znd_report_from_dev(dev, 0, geo->nzone, 0);
	bool good = report && report->nentries == geo->nzone;

	for (uint64_t i = 0; good && i < report->nentries; ++i) {
		const struct xnvme_spec_znd_descr *descr = XNVME_ZND_REPORT_DESCR(report, i);
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

		good = descr->zt == XNVME_SPEC_ZND_TYPE_SEQWR && descr->zslba == i * geo->nsect &&
		       descr->zcap <= geo->nsect;
		if (good && descr->zs != XNVME_SPEC_ZND_STATE_EMPTY) {
			good =
			    !xnvme_znd_mgmt_send(&ctx, xnvme_dev_get_nsid(dev), descr->zslba, false,
						 XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET, 0x0, NULL) &&
			    !xnvme_cmd_ctx_cpl_status(&ctx);
		}
	}
	xnvme_buf_virt_free(report);

	return good;
}

/** What fio asks before a job: is it zoned, and then which zones are there */
static bool
get_zoned_model(const struct fioe_opts *fioe, unsigned nth)
{
	struct xnvme_opts opts = opts_from_fioe(fioe);
	const struct xnvme_geo *geo;
	struct xnvme_dev *dev;
	bool good = false;

	pthread_mutex_lock(&g_serialize);
	dev = xnvme_dev_open(fioe->uris[nth], &opts);
	if (dev) {
		geo = xnvme_dev_get_geo(dev);
		good = geo->type == XNVME_GEO_CONVENTIONAL;
		if (geo->type == XNVME_GEO_ZONED) {
			good = xnvme_znd_dev_get_lbafe(dev)->zsze == geo->nsect &&
			       xnvme_dev_get_ns_css(dev) && reset_zones(dev, geo);
		}
	}
	xnvme_dev_close(dev);
	pthread_mutex_unlock(&g_serialize);

	return good;
}

/* --- the job --- */

static void
cb_pool(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	struct io_u *io_u = ctx->async.cb_arg;

	(void)cb_arg;
	if (xnvme_cmd_ctx_cpl_status(ctx)) {
		io_u->error = ctx->cpl.status.sc;
	} else {
		io_u->error = 0;
	}
	io_u->job->completed++;
	io_u->job->inflight--;
	io_u->busy = false;
	io_u->job->nfailed += io_u->error != 0;
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

/** Why the last queue could not be had */
static struct xnvme_err g_refusal;

static bool
fioe_dev_open(const struct fioe_opts *fioe, struct fwrap *fwrap, unsigned nth)
{
	struct xnvme_opts opts = opts_from_fioe(fioe);

	pthread_mutex_lock(&g_serialize);
	fwrap->dev = xnvme_dev_open(fioe->uris[nth], &opts);
	if (!fwrap->dev) {
		goto failure;
	}
	fwrap->geo = xnvme_dev_get_geo(fwrap->dev);
	if (xnvme_queue_init(fwrap->dev, fioe->iodepth, 0, &fwrap->queue)) {
		/* Giving back the queue that is not there is a failure of its own */
		g_refusal = *xnvme_err_last();
		goto failure;
	}
	xnvme_queue_set_cb(fwrap->queue, cb_pool, NULL);
	fwrap->ssw = (uint32_t)xnvme_dev_get_ssw(fwrap->dev);
	fwrap->lba_nbytes = fwrap->geo->lba_nbytes;
	fwrap->md_nbytes = fwrap->geo->nbytes_oob;
	/* A divisor of fio's, and metadata needs a buffer that this job has not */
	if (!fwrap->lba_nbytes || BS % fwrap->lba_nbytes || fwrap->md_nbytes) {
		goto failure;
	}
	pthread_mutex_unlock(&g_serialize);

	return true;

failure:
	xnvme_queue_term(fwrap->queue);
	xnvme_dev_close(fwrap->dev);
	memset(fwrap, 0, sizeof(*fwrap));
	pthread_mutex_unlock(&g_serialize);

	return false;
}

static void
job_term(struct job *job)
{
	for (unsigned i = 0; i < job->opts->nfiles; ++i) {
		xnvme_queue_term(job->files[i].queue);
	}
	if (job->files[0].dev) {
		xnvme_buf_free(job->files[0].dev, job->orig_buffer);
	}
	for (unsigned i = 0; i < job->opts->nfiles; ++i) {
		xnvme_dev_close(job->files[i].dev);
	}
}

static bool
job_init(struct job *job, const struct fioe_opts *fioe)
{
	memset(job, 0, sizeof(*job));
	job->opts = fioe;
	job->rnd = 0x2545f4914f6cdd1dULL + fioe->iodepth;
	for (unsigned i = 0; i < fioe->nfiles; ++i) {
		if (!fioe_dev_open(fioe, &job->files[i], i)) {
			return false;
		}
	}
	job->orig_buffer = xnvme_buf_alloc(job->files[0].dev, (size_t)fioe->iodepth * BS);
	for (unsigned i = 0; job->orig_buffer && i < fioe->iodepth; ++i) {
		job->ios[i].job = job;
		job->ios[i].block = NO_BLOCK;
		job->ios[i].xfer_buf = job->orig_buffer + (size_t)i * BS;
	}

	return job->orig_buffer;
}

/** 0 is queued, -EBUSY is to be tried again, anything else ends the job */
static int
fioe_queue(struct job *job, struct io_u *io_u)
{
	struct fwrap *fwrap = io_u->fwrap;
	const uint64_t offset = (uint64_t)io_u->block * BS;
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(fwrap->queue);
	int err;

	ctx->async.cb_arg = io_u;
	ctx->cmd.common.nsid = xnvme_dev_get_nsid(fwrap->dev);
	ctx->cmd.nvm.slba = offset >> fwrap->ssw;
	ctx->cmd.nvm.nlb = (uint16_t)((BS >> fwrap->ssw) - 1);
	ctx->cmd.common.opcode = io_u->write ? XNVME_SPEC_NVM_OPC_WRITE : XNVME_SPEC_NVM_OPC_READ;
	if (job->opts->iovec) {
		io_u->iov.iov_base = io_u->xfer_buf;
		io_u->iov.iov_len = BS;
		err = xnvme_cmd_passv(ctx, &io_u->iov, 1, BS, NULL, 0, 0);
	} else {
		err = xnvme_cmd_pass(ctx, io_u->xfer_buf, BS, NULL, 0);
	}
	if (err) {
		xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
	} else {
		job->inflight++;
	}

	return err == -EAGAIN ? -EBUSY : err;
}

/** Poke the files in turn until at least `min` are done; none may give more than it was asked for
 */
static bool
fioe_getevents(struct job *job, uint32_t min, uint32_t max)
{
	job->completed = 0;
	while (job->completed < min) {
		const uint32_t before = job->completed;
		const int res = xnvme_queue_poke(job->files[job->cur].queue, max - before);

		if (res < 0 && res != -EBUSY && res != -EAGAIN) {
			return false;
		}
		if (res >= 0 && job->completed - before != (uint32_t)res) {
			return false;
		}
		job->cur = (job->cur + 1) % job->opts->nfiles;
	}

	return job->completed <= max;
}

/* --- blocks that describe themselves --- */

/** Every word of a block follows from its place and its generation; 0 is "never written" */
static void
fill(uint64_t *words, uint64_t file, uint64_t block, uint64_t generation)
{
	uint64_t state = (file << 56 | block << 32 | generation) * 0x9e3779b97f4a7c15ULL | 1;

	words[0] = file;
	words[1] = block;
	words[2] = generation;
	for (size_t i = 3; i < BS / sizeof(*words); ++i) {
		words[i] = rnd(&state);
	}
}

static unsigned
file_of(const struct job *job, const struct io_u *io_u)
{
	return (unsigned)(io_u->fwrap - job->files);
}

/** What has come back is compared, and the block is free for another command */
static void
retire(struct job *job, struct io_u *io_u)
{
	const unsigned file = file_of(job, io_u);
	uint64_t want[BS / sizeof(uint64_t)];

	if (!io_u->write) {
		fill(want, file, io_u->block, job->generation[file][io_u->block]);
		job->nfailed += memcmp(want, io_u->xfer_buf, BS) != 0;
	}
	job->busy[file][io_u->block] = false;
	io_u->block = NO_BLOCK;
}

static void
prepare(struct job *job, struct io_u *io_u, unsigned file, uint32_t block, bool write)
{
	io_u->fwrap = &job->files[file];
	io_u->block = block;
	io_u->write = write;
	job->busy[file][block] = true;
	if (write) {
		fill((uint64_t *)(void *)io_u->xfer_buf, file, block,
		     ++job->generation[file][block]);
	} else {
		memset(io_u->xfer_buf, 0xa5, BS);
	}
}

static struct io_u *
free_io_u(struct job *job)
{
	for (unsigned i = 0; i < job->opts->iodepth; ++i) {
		struct io_u *io_u = &job->ios[i];

		if (!io_u->busy && io_u->block != NO_BLOCK) {
			retire(job, io_u);
		}
		if (!io_u->busy) {
			return io_u;
		}
	}

	return NULL;
}

/** One command, with as many others in flight as the depth allows */
static bool
issue(struct job *job, unsigned file, uint32_t block, bool write)
{
	struct io_u *io_u;
	int err;

	for (io_u = free_io_u(job); !io_u; io_u = free_io_u(job)) {
		if (!fioe_getevents(job, 1, 1 + (uint32_t)(rnd(&job->rnd) % job->inflight))) {
			return false;
		}
	}
	if (job->busy[file][block]) {
		return true; /* fio has one command at a time per block, and takes another one */
	}
	prepare(job, io_u, file, block, write);
	io_u->busy = true;
	for (err = fioe_queue(job, io_u); err == -EBUSY; err = fioe_queue(job, io_u)) {
		if (!fioe_getevents(job, 1, job->inflight)) {
			return false;
		}
	}

	return !err;
}

static bool
finish(struct job *job)
{
	while (job->inflight) {
		if (!fioe_getevents(job, 1, job->inflight)) {
			return false;
		}
	}
	for (unsigned i = 0; i < job->opts->iodepth; ++i) {
		if (job->ios[i].block != NO_BLOCK) {
			retire(job, &job->ios[i]);
		}
	}

	return !job->nfailed;
}

/** All blocks once, in random order: what comes n-th is n times an odd number, off an offset */
static bool
run_all(struct job *job, bool write)
{
	const uint32_t total = NBLOCKS * job->opts->nfiles;
	const uint32_t start = (uint32_t)rnd(&job->rnd) % total;

	for (uint32_t i = 0; i < total; ++i) {
		const uint32_t nth = (start + i * 389U) % total;

		if (!issue(job, nth / NBLOCKS, nth % NBLOCKS, write)) {
			return false;
		}
	}

	return finish(job);
}

static bool
run_mixed(struct job *job)
{
	for (uint32_t i = 0; i < NMIXED; ++i) {
		const uint64_t dice = rnd(&job->rnd);

		if (!issue(job, (unsigned)(dice >> 20) % job->opts->nfiles,
			   (uint32_t)(dice >> 24) % NBLOCKS, dice & 1)) {
			return false;
		}
	}

	return finish(job);
}

static void
run_job(const struct fioe_opts *fioe)
{
	static struct job job;
	bool sized = true;

	for (unsigned i = 0; i < fioe->nfiles; ++i) {
		sized &= get_file_size(fioe, i) >= (uint64_t)FILE_BYTES && get_zoned_model(fioe, i);
	}
	expect(sized, fioe, "tells size and zones");
	if (!expect(job_init(&job, fioe), fioe, "opens, with geometry, queue and buffers")) {
		job_term(&job);
		return;
	}
	expect(run_all(&job, true), fioe, "randwrite");
	expect(run_all(&job, false), fioe, "randread, verified");
	expect(run_mixed(&job), fioe, "randrw, verified");
	expect(run_all(&job, false), fioe, "verified once more");
	job_term(&job);
}

/* --- what goes wrong --- */

/** A job that does not start: fio terminates and closes what it has, and that is NULL */
static void
run_errors(const struct fioe_opts *good)
{
	struct fioe_opts fioe = *good;
	static struct job job;
	char path[300];

	sys_temp_path(path, sizeof(path), "none/file");
	fioe.nfiles = 1;
	fioe.uris[0] = path;
	expect(!job_init(&job, &fioe), &fioe, "is not there, so the job does not start");
	job_term(&job);
	expect(!get_file_size(&fioe, 0), &fioe, "has no size, and closing NULL is harmless");
	fioe = *good;
	fioe.async = "no_such_interface";
	expect(!job_init(&job, &fioe), &fioe, "an unknown interface is refused");
	job_term(&job);
	fioe = *good;
	fioe.iodepth = 3;
	expect(!job_init(&job, &fioe), &fioe, "a depth that is no power of two is refused");
	job_term(&job);
}

/** Where placement is asked for: a handle per reclaim unit, or an error that says so */
static void
run_fdp(const struct fioe_opts *fioe)
{
	struct xnvme_opts opts = opts_from_fioe(fioe);
	struct xnvme_dev *dev = xnvme_dev_open(fioe->uris[0], &opts);
	const uint32_t nbytes = sizeof(struct xnvme_spec_ruhs) + 128 * 32;
	struct xnvme_spec_ruhs *ruhs = dev ? xnvme_buf_alloc(dev, nbytes) : NULL;
	struct xnvme_cmd_ctx ctx;
	bool good = false;
	int err;

	if (ruhs) {
		memset(ruhs, 0, nbytes);
		ctx = xnvme_cmd_ctx_from_dev(dev);
		err = xnvme_nvm_mgmt_recv(&ctx, xnvme_dev_get_nsid(dev),
					  XNVME_SPEC_IO_MGMT_RECV_RUHS, 0, ruhs, nbytes);
		if (err || xnvme_cmd_ctx_cpl_status(&ctx)) {
			good = err < 0 && !ruhs->nruhsd;
		} else {
			good = ruhs->nruhsd && ruhs->desc[0].pi == 0;
		}
	}
	expect(good, fioe, "placement handles, or an error");
	xnvme_buf_free(dev, ruhs);
	xnvme_dev_close(dev);
}

/** Polling is had or refused; where it is had, the data is right */
static void
run_polled(const struct fioe_opts *good)
{
	struct fioe_opts fioe = *good;
	static struct job job;

	fioe.poll_sq = 1;
	if (job_init(&job, &fioe)) {
		expect(run_all(&job, true) && run_all(&job, false), &fioe, "sqthread_poll");
	} else {
		expect(strstr(g_refusal.what, "polling"), &fioe,
		       "sqthread_poll is refused in words");
	}
	job_term(&job);
}

static void
run_row(const struct fioe_opts *row)
{
	static const uint16_t depths[] = {1, 4, DEPTH_MAX};
	struct fioe_opts fioe = *row;

	for (size_t i = 0; i < sizeof(depths) / sizeof(depths[0]); ++i) {
		fioe.iodepth = depths[i];
		for (int iovec = 0; iovec < 2; ++iovec) {
			fioe.iovec = iovec;
			run_job(&fioe);
		}
	}
	run_polled(&fioe);
	run_errors(&fioe);
	run_fdp(&fioe);
}

/* --- the rows --- */

struct rows {
	const struct fioe_opts *base;
	const char *ids[16];
	unsigned n;
};

static int
on_probe(const struct xnvme_probe *probe, void *arg)
{
	struct rows *rows = arg;

	/* nil moves no data, so there is nothing to verify */
	if (!probe->err && probe->async && strcmp(probe->async, "nil") != 0 && rows->n < 16) {
		rows->ids[rows->n++] = probe->async;
	}

	return 0;
}

/** Without an interface named, and then with each by name */
static void
run_rows(const struct fioe_opts *base)
{
	struct rows rows = {.base = base, .ids = {NULL}, .n = 1};
	struct fioe_opts fioe = *base;

	if (base->async) {
		run_row(base);
		return;
	}
	if (xnvme_dev_probe(base->uris[0], NULL, on_probe, &rows) || rows.n < 3) {
		expect(false, base, "has interfaces");
	}
	for (unsigned i = 0; i < rows.n; ++i) {
		fioe.async = rows.ids[i];
		run_row(&fioe);
	}
}

static bool
make_file(char *path, size_t nbytes, const char *name)
{
	const char *base = getenv("TMPDIR");
	int fd;
	bool good;

	snprintf(path, nbytes, "%s/xnvme-%s-XXXXXX", base && *base ? base : "/tmp", name);
	fd = mkstemp(path);
	good = fd >= 0 && !ftruncate(fd, FILE_BYTES);
	if (fd >= 0) {
		close(fd);
	}

	return good;
}

static void
run_default(struct fioe_opts fioe)
{
	char paths[3][256];
	char loop[64];
	int fd;

	for (unsigned i = 0; i < 3; ++i) {
		if (!make_file(paths[i], sizeof(paths[i]), "client-fio")) {
			printf("Bail out! %s: %s\n", paths[i], strerror(errno));
			exit(EXIT_FAILURE);
		}
	}
	fioe.nfiles = 2;
	fioe.uris[0] = "ram:8MiB?name=fio0";
	fioe.uris[1] = "ram:8MiB?name=fio1";
	run_rows(&fioe);
	fioe.uris[0] = paths[0];
	fioe.uris[1] = paths[1];
	run_rows(&fioe);
	fioe.nfiles = 1;
	fioe.uris[0] = loop;
	fioe.direct = 1;
	fd = loop_attach(paths[2], false, loop, sizeof(loop));
	if (fd >= 0) {
		run_rows(&fioe);
		close(fd);
	} else {
		printf("ok %u - loop # SKIP no loop device can be had: %s\n", ++g_ntests,
		       strerror(-fd));
	}
	for (unsigned i = 0; i < 3; ++i) {
		unlink(paths[i]);
	}
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"uri", required_argument, NULL, 'u'},   {"async", required_argument, NULL, 'a'},
	    {"be", required_argument, NULL, 'b'},    {"sync", required_argument, NULL, 's'},
	    {"admin", required_argument, NULL, 'd'}, {NULL, 0, NULL, 0},
	};
	struct fioe_opts fioe = {.nfiles = 1};
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		const char **place = opt == 'u'	  ? &fioe.uris[0]
				     : opt == 'a' ? &fioe.async
				     : opt == 'b' ? &fioe.be
				     : opt == 's' ? &fioe.sync
				     : opt == 'd' ? &fioe.admin
						  : NULL;

		if (!place) {
			fputs("usage: client_fio [--uri URI] [--async ID] [--be ID] [--sync ID] "
			      "[--admin ID]\nOverwrites the first 4 MiB of the device.\n",
			      stderr);
			return 2;
		}
		*place = optarg;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (fioe.uris[0]) {
		fioe.direct = 1;
		run_rows(&fioe);
	} else {
		run_default(fioe);
	}
	printf("1..%u\n", g_ntests);

	return g_status;
}
