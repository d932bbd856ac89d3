// SPDX-License-Identifier: BSD-3-Clause
/** Torture: devices, rounds and the clock */
#include "torture.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <support/loop.h>
#include <time.h>
#include <unistd.h>

#define NDISKS_MAX 16U
#define HANG_S	   60.0

struct options g_options = {.seed = 1, .cpu_seconds = 10, .ncmds = 4000};

static struct disk *g_disks[NDISKS_MAX];
static unsigned g_ndisks;
static char g_files[2][300];
static int g_loop_fd = -1;

static double
seconds(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);

	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

_Noreturn static void
bail(const char *what, const char *why)
{
	printf("Bail out! %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static void *
need(void *mem)
{
	if (!mem) {
		bail("memory", strerror(errno));
	}

	return mem;
}

/* --- a round: commands until so many were issued --- */

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct slot *slot = arg;

	settle(slot, ctx, 0);
	if (xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx)) {
		die_of(slot->disk, &slot->cmd, 0, "put: %s", xnvme_err_last()->what);
	}
}

static void
poke(struct disk *disk, struct queue *queue, uint32_t max)
{
	const int res = xnvme_queue_poke(queue->xq, max);

	if (res < 0 && res != -EAGAIN && res != -EBUSY) {
		die_of(disk, &disk->history[disk->nth % HISTORY_MAX], 0, "poke: %d, %s", res,
		       xnvme_err_last()->what);
	}
}

/** What is in flight gets on; with a completion descriptor only when that says so */
static void
progress(struct disk *disk)
{
	const uint64_t before = disk->ndone;

	for (unsigned i = 0; i < disk->nrows * NQUEUES; ++i) {
		struct queue *queue = &disk->rows[i / NQUEUES].queues[i % NQUEUES];
		struct pollfd pfd = {.fd = queue->fd, .events = POLLIN};

		if (xnvme_queue_get_outstanding(queue->xq) &&
		    (queue->fd < 0 || poll(&pfd, 1, 0) == 1)) {
			poke(disk, queue, 0);
		}
	}
	if (disk->ndone == before) {
		sched_yield();
	}
}

/** Something that has to come true; a minute without any completion is a hang */
#define WAIT_UNTIL(disk, cond)                                                                     \
	do {                                                                                       \
		uint64_t ndone_ = (disk)->ndone;                                                   \
		double since_ = seconds(CLOCK_MONOTONIC);                                          \
		while (!(cond)) {                                                                  \
			progress(disk);                                                            \
			if ((disk)->ndone != ndone_) {                                             \
				ndone_ = (disk)->ndone;                                            \
				since_ = seconds(CLOCK_MONOTONIC);                                 \
			} else if (seconds(CLOCK_MONOTONIC) - since_ > HANG_S) {                   \
				die_hung(disk);                                                    \
			}                                                                          \
		}                                                                                  \
	} while (0)

_Noreturn static void
die_hung(const struct disk *disk)
{
	for (unsigned i = 0; i < NSLOTS; ++i) {
		if (disk->slots[i].busy) {
			die_of(disk, &disk->slots[i].cmd, disk->slots[i].cmd.ranges[0].lba,
			       "hang: %u commands in flight, no completion for %.0f s, e.g.",
			       disk->nbusy, HANG_S);
		}
	}
	bail(disk->uri, "nothing is in flight, and yet there is no going on");
}

static void
drain(struct disk *disk)
{
	WAIT_UNTIL(disk, !disk->nbusy);
}

static bool
is_clear(const struct disk *disk, const struct command *cmd)
{
	for (unsigned i = 0; i < cmd->nranges; ++i) {
		if (memchr(&disk->busy[cmd->ranges[i].lba], true, cmd->ranges[i].nlbas)) {
			return false;
		}
	}

	return true;
}

static struct slot *
take_slot(struct disk *disk)
{
	struct slot *slot = disk->slots;

	while (slot->busy) {
		slot++;
	}
	slot->busy = true;
	disk->nbusy++;

	return slot;
}

static void
issue(struct disk *disk, const struct command *cmd)
{
	struct row *row = &disk->rows[cmd->row];
	struct queue *queue = &row->queues[cmd->queue];
	struct xnvme_cmd_ctx sync = xnvme_cmd_ctx_from_dev(row->dev);
	struct xnvme_cmd_ctx *ctx = &sync;
	struct slot *slot;
	int err;

	WAIT_UNTIL(disk, is_clear(disk, cmd) && disk->nbusy < NSLOTS &&
			     (cmd->sync || xnvme_queue_get_outstanding(queue->xq) < queue->limit));
	slot = take_slot(disk);
	slot->cmd = *cmd;
	for (unsigned i = 0; i < cmd->nranges; ++i) {
		memset(&disk->busy[cmd->ranges[i].lba], true, cmd->ranges[i].nlbas);
		row->nbytes += (uint64_t)cmd->ranges[i].nlbas * disk->lba_nbytes;
	}
	row->ncmds++;
	if (!cmd->sync) {
		ctx = xnvme_queue_get_cmd_ctx(queue->xq);
		if (!ctx) {
			die_of(disk, cmd, 0, "no context with %u outstanding",
			       xnvme_queue_get_outstanding(queue->xq));
		}
		xnvme_cmd_ctx_set_cb(ctx, on_done, slot);
	}
	err = pass(slot, ctx);
	if (cmd->sync) {
		settle(slot, ctx, err);
	} else if (err) {
		die_of(disk, cmd, cmd->ranges[0].lba, "submission: %d, %s", err,
		       xnvme_err_last()->what);
	}
}

/** Between commands: depths change, and somebody pokes a little */
static void
meddle(struct disk *disk)
{
	const uint64_t dice = rnd(&disk->rnd);
	struct queue *queue =
	    &disk->rows[(dice >> 16) % disk->nrows].queues[(dice >> 24) % NQUEUES];

	if (dice % 64 == 0) {
		queue->limit = 1 + (uint32_t)(dice >> 32) % xnvme_queue_get_capacity(queue->xq);
	} else if (dice % 4 == 0 && xnvme_queue_get_outstanding(queue->xq)) {
		poke(disk, queue, (uint32_t)(dice >> 32) % 4);
	}
}

/* --- around rounds: everything is opened anew, and read in full --- */

static void
queue_open(struct disk *disk, struct row *row, struct queue *queue)
{
	const uint64_t dice = rnd(&disk->rnd);
	const uint16_t capacity = (uint16_t)(1U << dice % 9);

	if (xnvme_queue_init(row->dev, capacity, 0, &queue->xq)) {
		bail(row->async, xnvme_err_last()->what);
	}
	queue->limit = capacity;
	queue->fd = -1;
	if ((dice >> 8) % 4 == 0) {
		queue->fd = xnvme_queue_get_completion_fd(queue->xq);
		if (queue->fd < 0) {
			bail(row->async, xnvme_err_last()->what);
		}
	}
}

static void
disk_open(struct disk *disk)
{
	for (unsigned i = 0; i < disk->nrows; ++i) {
		struct xnvme_opts opts = xnvme_opts_default();
		struct row *row = &disk->rows[i];

		opts.async = row->async;
		opts.direct = disk->direct;
		row->dev = xnvme_dev_open(disk->uri, &opts);
		if (!row->dev) {
			bail(disk->uri, xnvme_err_last()->what);
		}
		for (unsigned k = 0; k < NQUEUES; ++k) {
			queue_open(disk, row, &row->queues[k]);
		}
	}
}

/** Terminating completes what is in flight: nobody drains before */
static void
disk_close(struct disk *disk)
{
	for (unsigned i = 0; i < disk->nrows; ++i) {
		struct row *row = &disk->rows[i];

		for (unsigned k = 0; k < NQUEUES; ++k) {
			struct xnvme_queue_stats stats;

			xnvme_queue_get_stats(row->queues[k].xq, &stats);
			row->ndeferred += stats.deferred;
			if (xnvme_queue_term(row->queues[k].xq)) {
				bail(row->async, xnvme_err_last()->what);
			}
		}
		xnvme_dev_close(row->dev);
	}
	if (disk->nbusy) {
		die_hung(disk);
	}
}

static void
disk_verify(struct disk *disk)
{
	const struct command cmd = {.kind = KIND_READ, .sync = true};
	struct row *row = &disk->rows[rnd(&disk->rnd) % disk->nrows];

	for (uint32_t lba = 0; lba < disk->nlbas; ++lba) {
		const uint32_t k = lba % disk->nlb_max;
		const uint32_t left = disk->nlbas - lba;
		const uint32_t n = left < disk->nlb_max ? left : disk->nlb_max;
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(row->dev);

		if (!k && xnvme_nvm_read(&ctx, xnvme_dev_get_nsid(row->dev), lba, (uint16_t)(n - 1),
					 disk->slots[0].buf, NULL)) {
			die_of(disk, &cmd, lba, "reading all of it: %s", xnvme_err_last()->what);
		}
		check_block(disk, &cmd, lba, disk->slots[0].buf + (size_t)k * disk->lba_nbytes);
	}
}

static void
disk_round(struct disk *disk)
{
	disk_open(disk);
	for (uint32_t i = 0; i < g_options.ncmds; ++i) {
		const struct command cmd = next_command(disk);

		if (g_options.print_commands) {
			print_command(disk, &cmd);
		}
		issue(disk, &cmd);
		meddle(disk);
	}
	if (rnd(&disk->rnd) % 2) {
		drain(disk);
		disk_verify(disk);
	}
	disk_close(disk);
}

/* --- devices --- */

static int
on_probe(const struct xnvme_probe *probe, void *arg)
{
	struct disk *disk = arg;

	/* nil moves no data */
	if (probe->err || !probe->async || !strcmp(probe->async, "nil") ||
	    (g_options.async && strcmp(g_options.async, probe->async) != 0) ||
	    disk->nrows == NROWS_MAX) {
		return 0;
	}
	snprintf(disk->rows[disk->nrows++].async, sizeof(disk->rows[0].async), "%s", probe->async);

	return 0;
}

/** Sizes, and what the device can; -ENOTSUP when blocks are not what this program knows */
static int
disk_measure(struct disk *disk, struct xnvme_dev *dev)
{
	const struct xnvme_geo *geo = xnvme_dev_get_geo(dev);
	struct xnvme_caps caps;

	if (geo->type != XNVME_GEO_CONVENTIONAL || geo->nbytes_oob ||
	    xnvme_dev_get_caps(dev, &caps)) {
		return -ENOTSUP;
	}
	disk->lba_nbytes = 1U << geo->ssw;
	disk->nlbas_dev = geo->tbytes >> geo->ssw;
	disk->nlbas = DISK_NBYTES / disk->lba_nbytes;
	if (disk->nlbas > disk->nlbas_dev) {
		disk->nlbas = (uint32_t)disk->nlbas_dev;
	}
	disk->nlb_max = NLB_MAX;
	if (caps.data_nbytes_max && caps.data_nbytes_max / disk->lba_nbytes < NLB_MAX) {
		disk->nlb_max = (uint32_t)(caps.data_nbytes_max / disk->lba_nbytes);
	}
	disk->strict = !strcmp(xnvme_dev_get_opts(dev)->be, "ramdisk");
	disk->is_file = xnvme_dev_get_geo(dev)->nbytes == 1;
	disk->can_compare = xnvme_dev_can(dev, XNVME_SPEC_NVM_OPC_COMPARE) > 0;

	return disk->nlbas >= 2 * NLB_MAX ? 0 : -ENOTSUP;
}

static void
disk_alloc(struct disk *disk, struct xnvme_dev *dev)
{
	disk->shadow = need(calloc(disk->nlbas, disk->lba_nbytes));
	disk->loose = need(calloc(disk->nlbas, sizeof(*disk->loose)));
	disk->busy = need(calloc(disk->nlbas, sizeof(*disk->busy)));
	disk->history = need(calloc(HISTORY_MAX, sizeof(*disk->history)));
	for (unsigned i = 0; i < NSLOTS; ++i) {
		disk->slots[i].disk = disk;
		disk->slots[i].buf = need(xnvme_buf_alloc(dev, (size_t)NLB_MAX * disk->lba_nbytes));
	}
}

/** Every block is written once, so that its contents are known */
static void
disk_format(struct disk *disk, struct xnvme_dev *dev)
{
	for (uint32_t lba = 0; lba < disk->nlbas; ++lba) {
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

		fill_block(disk, shadow_of(disk, lba), 0, lba);
		memcpy(disk->slots[0].buf, shadow_of(disk, lba), disk->lba_nbytes);
		if (xnvme_nvm_write(&ctx, xnvme_dev_get_nsid(dev), lba, 0, disk->slots[0].buf,
				    NULL)) {
			bail(disk->uri, xnvme_err_last()->what);
		}
	}
}

/** The device is kept open: one in memory lives as long as somebody has it open */
static void
add_disk(const char *label, const char *uri, bool direct)
{
	struct disk *disk = need(calloc(1, sizeof(*disk)));
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev;

	disk->label = label;
	disk->direct = direct;
	snprintf(disk->uri, sizeof(disk->uri), "%s", uri);
	opts.direct = direct;
	dev = xnvme_dev_open(uri, &opts);
	if (!dev || disk_measure(disk, dev)) {
		bail(uri, dev ? "not conventional, with metadata, or too small"
			      : xnvme_err_last()->what);
	}
	if (disk->strict && !strstr(uri, "name=")) {
		bail(uri, "every open is a device of its own: give it a ?name=");
	}
	if (xnvme_dev_probe(uri, NULL, on_probe, disk) || !disk->nrows) {
		bail(uri, "no such interface");
	}
	disk_alloc(disk, dev);
	disk_format(disk, dev);
	/* Streams of different disks differ, those of the same seed are the same */
	disk->rnd = (g_options.seed + 1) * 0x9e3779b97f4a7c15ULL + g_ndisks * 0x632be59bd9b4e019ULL;
	disk->rnd |= 1;
	g_disks[g_ndisks++] = disk;
}

void
remove_files(void)
{
	for (int i = 0; i < 2; ++i) {
		if (g_files[i][0]) {
			unlink(g_files[i]);
		}
	}
	if (g_loop_fd >= 0) {
		close(g_loop_fd);
	}
}

static void
make_file(char *path, size_t nbytes)
{
	const char *base = getenv("TMPDIR");
	int fd;

	snprintf(path, nbytes, "%s/xnvme-torture-XXXXXX", base && *base ? base : "/tmp");
	fd = mkstemp(path);
	if (fd < 0 || ftruncate(fd, DISK_NBYTES)) {
		bail(path, strerror(errno));
	}
	close(fd);
}

static void
add_default_disks(void)
{
	static char loop[64];

	atexit(remove_files);
	add_disk("memory", "ram:16MiB?name=torture", false);
	add_disk("memory-4k", "ram:16MiB?name=torture4k&lba_nbytes=4096", false);
	make_file(g_files[0], sizeof(g_files[0]));
	add_disk("file", g_files[0], false);
	make_file(g_files[1], sizeof(g_files[1]));
	g_loop_fd = loop_attach(g_files[1], false, loop, sizeof(loop));
	if (g_loop_fd >= 0) {
		add_disk("loop", loop, true);
	} else {
		printf("# no loop device can be had: %s\n", strerror(-g_loop_fd));
	}
}

/* --- the program --- */

static void
report(const struct disk *disk)
{
	for (unsigned i = 0; i < disk->nrows; ++i) {
		const struct row *row = &disk->rows[i];

		printf("# %-10s %-14s %10llu commands %8.1f MiB %9llu deferred\n", disk->label,
		       row->async, (unsigned long long)row->ncmds, (double)row->nbytes / (1 << 20),
		       (unsigned long long)row->ndeferred);
	}
}

static void
usage(FILE *stream)
{
	fputs(
	    "usage: torture [--uri URI]... [--async ID] [--direct] [--seed N] [--cpu-seconds N]\n"
	    "               [--commands N] [--print-commands] [--sabotage N]\n"
	    "Random commands over all rows of a device at once, against a shadow of it; what the\n"
	    "first 8 MiB of a device held is lost. --commands is per round, and with 0 CPU\n"
	    "seconds there is one round. --sabotage flips a bit of what command N and all after\n"
	    "it read: that has to be noticed.\n",
	    stream);
}

struct args {
	const char *uris[NDISKS_MAX];
	unsigned nuris;
	bool direct;
};

static int
parse_one(int opt, struct args *args)
{
	switch (opt) {
	case 'u':
		if (args->nuris == NDISKS_MAX) {
			return -EINVAL;
		}
		args->uris[args->nuris++] = optarg;
		return 0;
	case 'a':
		g_options.async = optarg;
		return 0;
	case 'd':
		args->direct = true;
		return 0;
	case 's':
		g_options.seed = strtoull(optarg, NULL, 0);
		return 0;
	case 'c':
		g_options.cpu_seconds = strtod(optarg, NULL);
		return 0;
	case 'n':
		g_options.ncmds = (uint32_t)strtoul(optarg, NULL, 0);
		return g_options.ncmds ? 0 : -EINVAL;
	case 'p':
		g_options.print_commands = true;
		return 0;
	case 'x':
		g_options.sabotage = strtoull(optarg, NULL, 0);
		return g_options.sabotage ? 0 : -EINVAL;
	default:
		return -EINVAL;
	}
}

static int
parse(int argc, char **argv, struct args *args)
{
	static const struct option options[] = {
	    {"uri", required_argument, NULL, 'u'},
	    {"async", required_argument, NULL, 'a'},
	    {"direct", no_argument, NULL, 'd'},
	    {"seed", required_argument, NULL, 's'},
	    {"cpu-seconds", required_argument, NULL, 'c'},
	    {"commands", required_argument, NULL, 'n'},
	    {"print-commands", no_argument, NULL, 'p'},
	    {"sabotage", required_argument, NULL, 'x'},
	    {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0},
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 'h') {
			usage(stdout);
			exit(EXIT_SUCCESS);
		}
		if (parse_one(opt, args)) {
			return -EINVAL;
		}
	}

	return optind == argc ? 0 : -EINVAL;
}

int
main(int argc, char **argv)
{
	struct args args = {0};
	uint64_t ncmds = 0;
	uint32_t nrounds = 0;

	if (parse(argc, argv, &args)) {
		usage(stderr);
		return 2;
	}
	printf("# seed %llu\n", (unsigned long long)g_options.seed);
	fflush(stdout);
	for (unsigned i = 0; i < args.nuris; ++i) {
		add_disk(args.uris[i], args.uris[i], args.direct);
	}
	if (!args.nuris) {
		add_default_disks();
	}
	do {
		for (unsigned i = 0; i < g_ndisks; ++i) {
			disk_round(g_disks[i]);
		}
		nrounds++;
	} while (seconds(CLOCK_PROCESS_CPUTIME_ID) < g_options.cpu_seconds);
	for (unsigned i = 0; i < g_ndisks; ++i) {
		report(g_disks[i]);
		ncmds += g_disks[i]->ndone;
	}
	printf("# seed %llu, %u rounds, %llu commands, %.1f CPU seconds\n",
	       (unsigned long long)g_options.seed, nrounds, (unsigned long long)ncmds,
	       seconds(CLOCK_PROCESS_CPUTIME_ID));

	return EXIT_SUCCESS;
}
