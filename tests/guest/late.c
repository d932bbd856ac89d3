// SPDX-License-Identifier: BSD-3-Clause
/**
 * Transfers that end after their queue: memory that was given back is not written to
 *
 *   guest_late URI DISK ROUNDS ASYNC [registered]    TAP; DISK is the block node of the same disk
 *
 * A round in which everything was in time, on a host that was busy elsewhere, is made again.
 *
 * In each round a process reads more than the disk delivers within opts.command_timeout, and
 * terminates the queue. The callbacks free their buffers. The process takes as much memory as it
 * had, fills it, waits until the disk is idle, and counts the bytes that have changed since.
 */
#include <errno.h>
#include <fcntl.h>
#include <libxnvme.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NREADS	    8U
#define READ_NBYTES (64U << 10)
#define TIMEOUT_US  300000U
#define PATTERN	    0xa5
#define NMINE	    32U
#define NHEAP	    64U
#define HEAP_NBYTES (16U << 10)
#define NTRIES	    5
#define IN_TIME	    7 ///< Exit status of a round that nothing was late in: it proves nothing

struct memory {
	uint8_t *at;
	size_t nbytes;
};

static struct xnvme_dev *g_dev;
static void *g_bufs[NREADS];
static struct memory g_memory[NREADS + NMINE + NHEAP];
static unsigned g_nmemory;
static unsigned g_ncalled;
static unsigned g_nlate;

static void
watch(void *mem, size_t nbytes)
{
	if (mem) {
		memset(mem, PATTERN, nbytes);
		g_memory[g_nmemory++] = (struct memory){mem, nbytes};
	}
}

/** Somebody else gets memory right after the buffer was freed */
static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct xnvme_err words;

	g_ncalled++;
	xnvme_cmd_ctx_explain(ctx, &words);
	g_nlate += strstr(words.what, "may still") != NULL;
	xnvme_buf_free(g_dev, arg);
	watch(xnvme_buf_alloc(g_dev, READ_NBYTES), READ_NBYTES);
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

static int
begin(char **args, bool registered, struct xnvme_queue **queue)
{
	struct xnvme_opts opts = xnvme_opts_default();
	int err;

	opts.async = args[4];
	opts.command_timeout = TIMEOUT_US;
	opts.register_buffers = registered;
	opts.direct = strncmp(args[1], "/dev/ng", 7) != 0;
	g_dev = xnvme_dev_open(args[1], &opts);
	err = g_dev ? xnvme_queue_init(g_dev, NREADS, 0, queue) : -errno;
	if (!err && strcmp(args[4], "thrpool") == 0) {
		/* With the descriptor in use the caller executes nothing: it could not time out */
		err = xnvme_queue_get_completion_fd(*queue) < 0 ? -EIO : 0;
	}
	for (unsigned i = 0; i < NREADS && !err; ++i) {
		g_bufs[i] = xnvme_buf_alloc(g_dev, READ_NBYTES);
		err = g_bufs[i] ? 0 : -errno;
	}

	return err;
}

static int
submit(struct xnvme_queue *queue)
{
	const uint16_t nblocks = (uint16_t)(READ_NBYTES / xnvme_dev_get_geo(g_dev)->lba_nbytes);

	for (unsigned i = 0; i < NREADS; ++i) {
		struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(queue);
		int err;

		xnvme_cmd_ctx_set_cb(ctx, on_done, g_bufs[i]);
		/* With a gap between two, so that the block layer does not make them one */
		err = xnvme_nvm_read(ctx, xnvme_dev_get_nsid(g_dev), 2ULL * i * nblocks,
				     (uint16_t)(nblocks - 1), g_bufs[i], NULL);
		if (err) {
			return err;
		}
	}

	return 0;
}

/** The number that the disk is known by in /sys, as text */
static bool
is_idle(const char *disk)
{
	char path[80];
	unsigned nreads = 1, nwrites = 1;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/block/%s/inflight", strrchr(disk, '/') + 1);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%u %u", &nreads, &nwrites) != 2) {
		nreads = 1;
	}
	if (file) {
		fclose(file);
	}

	return !nreads && !nwrites;
}

/** The disk delivers in the order of arrival: after one more read it has nothing else to do */
static int
wait_for(const char *disk)
{
	const int fd = open(disk, O_RDONLY | O_DIRECT);
	void *page = aligned_alloc(4096, 4096);
	ssize_t n = -1;

	if (fd >= 0 && page) {
		n = pread(fd, page, 4096, 0);
	}
	while (n == 4096 && !is_idle(disk)) {
		sched_yield();
	}
	free(page);
	close(fd);

	return n == 4096 ? 0 : -EIO;
}

static unsigned long
count_changed(void)
{
	unsigned long n = 0;

	for (unsigned i = 0; i < g_nmemory; ++i) {
		for (size_t k = 0; k < g_memory[i].nbytes; ++k) {
			n += g_memory[i].at[k] != PATTERN;
		}
	}

	return n;
}

/** One round, in a process of its own; the exit status is 0 when all is as it has to be */
static int
one_round(char **args, bool registered)
{
	const bool is_char = strncmp(args[1], "/dev/ng", 7) == 0;
	const bool in_caller = strcmp(args[4], "emu") == 0;
	struct xnvme_queue *queue = NULL;
	unsigned long nchanged;
	int err;

	err = begin(args, registered, &queue);
	err = err ? err : submit(queue);
	if (err) {
		printf("# begin: %d, %s\n", err, xnvme_err_last()->what);
		return 2;
	}
	err = xnvme_queue_term(queue);
	for (unsigned i = 0; i < NMINE; ++i) {
		watch(xnvme_buf_alloc(g_dev, READ_NBYTES), READ_NBYTES);
	}
	for (unsigned i = 0; i < NHEAP; ++i) {
		watch(malloc(HEAP_NBYTES), HEAP_NBYTES);
	}
	if (wait_for(args[2])) {
		printf("# the disk cannot be read\n");
		return 3;
	}
	nchanged = count_changed();
	printf("# term: %d; %u callbacks, %u late; %lu bytes of others changed\n", err, g_ncalled,
	       g_nlate, nchanged);
	fflush(stdout);
	if (nchanged || g_ncalled != NREADS) {
		return 4;
	}
	/* The kernel gives up what is late on a character node, and the library waits for that */
	if (is_char || in_caller) {
		return g_nlate || err ? 5 : 0;
	}

	if (!g_nlate && !err) {
		return IN_TIME;
	}

	return g_nlate && err == -ETIMEDOUT ? 0 : 6;
}

/** In a process of its own; its exit status */
static int
try_round(char **argv, bool registered)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		const int res = one_round(argv, registered);

		fflush(stdout);
		_exit(res);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
		printf("# the process ended with %#x\n", (unsigned)status);
		return 1;
	}

	return WEXITSTATUS(status);
}

int
main(int argc, char **argv)
{
	const int nrounds = argc >= 5 ? atoi(argv[3]) : 0;
	int nfailed = 0;

	if (argc < 5 || argc > 6 || nrounds < 1) {
		fprintf(stderr, "guest_late URI DISK ROUNDS ASYNC [registered]\n");
		return EXIT_FAILURE;
	}
	for (int i = 1; i <= nrounds; ++i) {
		int status = IN_TIME;

		for (int k = 0; k < NTRIES && status == IN_TIME; ++k) {
			status = try_round(argv, argc == 6);
		}
		nfailed += status != 0;
		printf("%s %d - late transfers change no memory of others\n",
		       status ? "not ok" : "ok", i);
	}
	printf("1..%d\n", nrounds);

	return nfailed ? EXIT_FAILURE : EXIT_SUCCESS;
}
