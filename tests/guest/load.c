// SPDX-License-Identifier: BSD-3-Clause
/**
 * A queue kept full while its device is pulled out, or reset
 *
 *   guest_load URI ASYNC DEVICE       TAP
 *   guest_load URI ASYNC PATH COUNT   TAP; PATH is the function's "reset" in sysfs
 *
 * Reads and writes at full depth. After enough of them the host is asked to pull the device out.
 * The load goes on until commands fail, and for a while after that: each command to a device that
 * is gone gets an error, and everything comes to an end. A function that is reset comes back:
 * commands may fail meanwhile, and succeed after it.
 *
 * When nothing completes for a while, a thread prints where all threads are, and has the kernel
 * print the same of all tasks to the console.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <libxnvme.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DEPTH	     32
#define NBEFORE	     500 ///< Completions before the host is asked
#define NAFTER	     200 ///< Commands after the first failure
#define LIMIT_S	     60
#define MAX_OUTCOMES 8
#define NBETWEEN     300 ///< Completions between two resets
#define STUCK_S	     20	 ///< Without a completion

struct slot {
	void *buf;
	bool busy;
	bool after; ///< Accepted after the first failure
};

struct load {
	struct xnvme_dev *dev;
	struct xnvme_dev *plain_dev; ///< The same without a controller behind it; NULL: no such way
	struct xnvme_queue *queue;
	struct slot slots[DEPTH];
	uint64_t naccepted, ncompleted, nrefused, nafter;
	uint64_t
	    nunexpected; ///< Failed before the host was asked, or completed without being accepted
	uint64_t nafter_failed; ///< Of those accepted after the first failure
	int refusal;		///< The last one
	bool asked;
	bool failing;
	const char *reset; ///< NULL: the device is pulled out
	uint64_t nresets;
	uint64_t nsince; ///< Completions since the last reset, without failures since
	atomic_bool resetting;
	atomic_ullong pulse; ///< For the watchdog
	char outcomes[MAX_OUTCOMES][40];
	int noutcomes;
};

static struct load g_load;
static int g_count;
static int g_failed;

static void
report(bool passed, const char *what)
{
	g_count++;
	g_failed += !passed;
	printf("%s %d - %s\n", passed ? "ok" : "not ok", g_count, what);
	fflush(stdout);
}

/** Lines of a file of the kernel, as comments */
static void
print_file(const char *path)
{
	char line[256];
	FILE *file = fopen(path, "r");

	printf("# %s:\n", path);
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		printf("#   %s\n", line);
	}
	if (file) {
		fclose(file);
	}
}

static void
write_text(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0) {
		printf("# %s: %s\n", path, strerror(errno));
	}
	if (fd >= 0) {
		close(fd);
	}
}

/** Where every thread is: ours here, all tasks on the console */
static void
print_where(void)
{
	static const char *const files[] = {"stack", "wchan", "syscall"};
	glob_t found = {0};

	for (int k = 0; k < 3; ++k) {
		char pattern[64];

		snprintf(pattern, sizeof(pattern), "/proc/self/task/*/%s", files[k]);
		glob(pattern, k ? GLOB_APPEND : 0, NULL, &found);
	}
	for (size_t i = 0; i < found.gl_pathc; ++i) {
		print_file(found.gl_pathv[i]);
	}
	globfree(&found);
	fflush(stdout);
	write_text("/proc/sysrq-trigger", "w");
	write_text("/proc/sysrq-trigger", "t");
}

static void *
watch(void *arg)
{
	unsigned long long last = 0;
	int nstuck_s = 0;

	(void)arg;
	for (;;) {
		const unsigned long long now = atomic_load(&g_load.pulse);

		nstuck_s = now == last ? nstuck_s + 1 : 0;
		last = now;
		if (nstuck_s == STUCK_S) {
			printf("# nothing completed for %d s\n", STUCK_S);
			print_where();
		}
		sleep(1);
	}

	return NULL;
}

static void *
reset(void *arg)
{
	(void)arg;
	write_text(g_load.reset, "1");
	atomic_store(&g_load.resetting, false);

	return NULL;
}

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/** Each way of failing once, for the log */
static void
note(const char *text)
{
	for (int i = 0; i < g_load.noutcomes; ++i) {
		if (strcmp(g_load.outcomes[i], text) == 0) {
			return;
		}
	}
	if (g_load.noutcomes < MAX_OUTCOMES) {
		snprintf(g_load.outcomes[g_load.noutcomes++], sizeof(g_load.outcomes[0]), "%s",
			 text);
	}
}

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct slot *slot = arg;
	struct xnvme_err words;
	char text[40];

	g_load.ncompleted++;
	g_load.nsince++;
	atomic_fetch_add(&g_load.pulse, 1);
	g_load.nunexpected += !slot->busy;
	xnvme_cmd_ctx_explain(ctx, &words);
	if (words.err) {
		if (words.err == -EIO && ctx->cpl.status.sct != 7) {
			snprintf(text, sizeof(text), "%x/%02x", ctx->cpl.status.sct,
				 (unsigned)ctx->cpl.status.sc);
		} else {
			snprintf(text, sizeof(text), "%s", strerrorname_np(-words.err));
		}
		note(text);
		g_load.nunexpected += !g_load.asked;
		g_load.nsince = 0;
		g_load.failing = true;
		g_load.nafter_failed += slot->after;
	}
	slot->busy = false;
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

static int
submit(struct slot *slot)
{
	struct xnvme_cmd_ctx *ctx = xnvme_queue_get_cmd_ctx(g_load.queue);
	const uint64_t number = g_load.naccepted + g_load.nrefused;
	const struct xnvme_geo *geo = xnvme_dev_get_geo(g_load.dev);
	const uint64_t slba = number * 2654435761u % (geo->tbytes / geo->lba_nbytes - 8);
	const uint32_t nsid = xnvme_dev_get_nsid(g_load.dev);
	int err;

	xnvme_cmd_ctx_set_cb(ctx, on_done, slot);
	slot->busy = true;
	slot->after = g_load.failing;
	err = number % 2 ? xnvme_nvm_write(ctx, nsid, slba, 7, slot->buf, NULL)
			 : xnvme_nvm_read(ctx, nsid, slba, 7, slot->buf, NULL);
	if (err) {
		slot->busy = false;
		g_load.nrefused++;
		g_load.refusal = err;
		g_load.nunexpected += !g_load.asked;
		g_load.nafter += g_load.asked;
		g_load.failing = true;
		note(strerrorname_np(-err));
		xnvme_queue_put_cmd_ctx(g_load.queue, ctx);
		return err;
	}
	g_load.naccepted++;
	g_load.nafter += slot->after;

	return 0;
}

static void
ask(const char *device)
{
	if (!g_load.asked && g_load.ncompleted >= NBEFORE) {
		g_load.asked = true;
		printf("@@host unplug %s\n", device);
		fflush(stdout);
	}
}

/** Load between `count` resets, and until it goes well again after the last; false: not in time */
static bool
run_resets(uint64_t count)
{
	const uint64_t deadline_ms = now_ms() + (count + 1) * LIMIT_S * 1000;
	pthread_t thread;

	while (g_load.nresets < count || g_load.nsince < NBETWEEN ||
	       atomic_load(&g_load.resetting)) {
		for (int i = 0; i < DEPTH; ++i) {
			if (!g_load.slots[i].busy && submit(&g_load.slots[i])) {
				break;
			}
		}
		if (xnvme_queue_poke(g_load.queue, 0) < 0 || now_ms() > deadline_ms) {
			note("poke, or time");
			return false;
		}
		if (g_load.nsince < NBETWEEN || g_load.nresets == count ||
		    atomic_exchange(&g_load.resetting, true)) {
			continue;
		}
		g_load.asked = true;
		g_load.nresets++;
		g_load.nsince = 0;
		if (pthread_create(&thread, NULL, reset, NULL) || pthread_detach(thread)) {
			return false;
		}
	}

	return true;
}

/** False when the time is over */
static bool
run(const char *device)
{
	const uint64_t deadline_ms = now_ms() + LIMIT_S * 1000;

	while (g_load.nafter < NAFTER) {
		for (int i = 0; i < DEPTH && g_load.nafter < NAFTER; ++i) {
			if (!g_load.slots[i].busy && submit(&g_load.slots[i])) {
				break;
			}
		}
		if (xnvme_queue_poke(g_load.queue, 0) < 0) {
			note("poke");
			return false;
		}
		ask(device);
		if (now_ms() > deadline_ms) {
			return false;
		}
	}

	return true;
}

static void
keep_outcome(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct xnvme_err words;

	xnvme_cmd_ctx_explain(ctx, &words);
	*(int *)arg = words.err;
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

/** One command, plain or with a hint that only a controller takes; 0, or why it failed */
static int
pass(struct xnvme_dev *dev, struct xnvme_queue *queue, uint8_t opcode, bool more)
{
	struct xnvme_cmd_ctx one = xnvme_cmd_ctx_from_dev(dev);
	struct xnvme_cmd_ctx *ctx = queue ? xnvme_queue_get_cmd_ctx(queue) : &one;
	int outcome = 0;
	int err;

	xnvme_prep_nvm(ctx, opcode, xnvme_dev_get_nsid(dev), 0, 0);
	ctx->cmd.common.cdw13 = more;
	if (queue) {
		xnvme_cmd_ctx_set_cb(ctx, keep_outcome, &outcome);
	}
	err = xnvme_cmd_pass(ctx, g_load.slots[0].buf, xnvme_dev_get_geo(dev)->lba_nbytes, NULL, 0);
	if (queue && err) {
		xnvme_queue_put_cmd_ctx(queue, ctx);
	} else if (queue) {
		err = xnvme_queue_drain(queue) < 0 ? -EPROTO : outcome;
	}

	return err;
}

/** What a handle says of a device that is gone, whatever it is asked */
static void
check_gone(struct xnvme_dev *dev, struct xnvme_queue *queue, bool has_controller)
{
	static const uint8_t opcodes[] = {XNVME_SPEC_NVM_OPC_READ, XNVME_SPEC_NVM_OPC_WRITE};
	int err = -ENODEV;

	for (int i = 0; i < 8 && err == -ENODEV; ++i) {
		if ((i & 2 && !has_controller) || (i & 4 && !queue)) {
			continue;
		}
		err = pass(dev, i & 4 ? queue : NULL, opcodes[i & 1], i & 2);
		printf("# gone: %s %s: %d\n", i & 1 ? "write" : "read", i & 4 ? "queue" : "sync",
		       err);
	}
	report(err == -ENODEV, "commands to what is gone are ENODEV");
	err = xnvme_dev_derive_geo(dev);
	printf("# geometry: %d, %s\n", err, xnvme_err_last()->what);
	report(err == -ENODEV, "geometry of what is gone is ENODEV");
}

static int
setup(const char *uri, const char *async)
{
	struct xnvme_opts opts = xnvme_opts_default();
	int err;

	opts.async = async;
	opts.direct = strncmp(uri, "/dev/ng", 7) != 0;
	g_load.dev = xnvme_dev_open(uri, &opts);
	if (!g_load.dev) {
		return -errno;
	}
	err = xnvme_queue_init(g_load.dev, DEPTH, 0, &g_load.queue);
	if (opts.direct) {
		opts.sync = "psync";
		opts.admin = "block";
		g_load.plain_dev = xnvme_dev_open(uri, &opts);
		err = err || g_load.plain_dev ? err : -errno;
		err = err || xnvme_dev_get_geo(g_load.plain_dev)->nbytes ? err : -errno;
	}
	for (int i = 0; i < DEPTH && !err; ++i) {
		g_load.slots[i].buf = xnvme_buf_alloc(g_load.dev, 8 * 4096);
		err = g_load.slots[i].buf ? 0 : -ENOMEM;
	}

	return err;
}

int
main(int argc, char **argv)
{
	pthread_t watchdog;
	uint64_t start_ms;
	int err;

	g_load.reset = argc == 5 ? argv[3] : NULL;
	if (argc < 4 || argc > 5 || pthread_create(&watchdog, NULL, watch, NULL) ||
	    setup(argv[1], argv[2])) {
		printf("Bail out! guest_load URI ASYNC DEVICE: %s\n", xnvme_err_last()->what);
		return EXIT_FAILURE;
	}
	if (g_load.reset) {
		report(run_resets(strtoull(argv[4], NULL, 10)),
		       "commands succeed after each reset");
	} else {
		report(run(argv[3]), "commands fail once the device is gone");
	}
	start_ms = now_ms();
	err = xnvme_queue_drain(g_load.queue);
	report(err >= 0 && xnvme_queue_get_outstanding(g_load.queue) == 0, "drain ends");
	report(g_load.ncompleted == g_load.naccepted, "one completion for each accepted command");
	report(g_load.nunexpected == 0, "no error before, and none without a command");
	report(g_load.reset || g_load.nafter_failed + g_load.nrefused >= g_load.nafter,
	       "what was submitted after the first error fails as well");
	if (!g_load.reset) {
		check_gone(g_load.dev, g_load.queue, true);
	}
	if (!g_load.reset && g_load.plain_dev) {
		check_gone(g_load.plain_dev, NULL, false);
	}
	for (int i = 0; i < DEPTH; ++i) {
		xnvme_buf_free(g_load.dev, g_load.slots[i].buf);
	}
	report(xnvme_queue_term(g_load.queue) == 0, "the queue is terminated");
	xnvme_dev_close(g_load.dev);
	xnvme_dev_close(g_load.plain_dev);
	report(now_ms() - start_ms < 30000, "all that within the time of one command");
	printf("# resets %llu, ", (unsigned long long)g_load.nresets);
	printf("accepted %llu, completed %llu, refused %llu; errors:",
	       (unsigned long long)g_load.naccepted, (unsigned long long)g_load.ncompleted,
	       (unsigned long long)g_load.nrefused);
	for (int i = 0; i < g_load.noutcomes; ++i) {
		printf(" %s", g_load.outcomes[i]);
	}
	printf("\n1..%d\n", g_count);

	return g_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
