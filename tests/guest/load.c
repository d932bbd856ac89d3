// SPDX-License-Identifier: BSD-3-Clause
/**
 * A queue kept full while its device is pulled out
 *
 *   guest_load URI ASYNC DEVICE       TAP
 *
 * Reads and writes at full depth. After enough of them the host is asked to pull the device out;
 * the load goes on until commands fail, and for a while after that: whoever polls a device that is
 * gone gets an error for each command, and everything comes to an end.
 */
#include <errno.h>
#include <libxnvme.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEPTH	     32
#define NBEFORE	     500 ///< Completions before the host is asked
#define NAFTER	     200 ///< Commands after the first failure
#define LIMIT_S	     60
#define MAX_OUTCOMES 8

struct slot {
	void *buf;
	bool busy;
	bool after; ///< Accepted after the first failure
};

struct load {
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	struct slot slots[DEPTH];
	uint64_t naccepted, ncompleted, nrefused, nafter;
	uint64_t
	    nunexpected; ///< Failed before the host was asked, or completed without being accepted
	uint64_t nafter_failed; ///< Of those accepted after the first failure
	int refusal;		///< The last one
	bool asked;
	bool failing;
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
	for (int i = 0; i < DEPTH && !err; ++i) {
		g_load.slots[i].buf = xnvme_buf_alloc(g_load.dev, 8 * 4096);
		err = g_load.slots[i].buf ? 0 : -ENOMEM;
	}

	return err;
}

int
main(int argc, char **argv)
{
	uint64_t start_ms;
	int err;

	if (argc != 4 || setup(argv[1], argv[2])) {
		printf("Bail out! guest_load URI ASYNC DEVICE: %s\n", xnvme_err_last()->what);
		return EXIT_FAILURE;
	}
	report(run(argv[3]), "commands fail once the device is gone");
	start_ms = now_ms();
	err = xnvme_queue_drain(g_load.queue);
	report(err >= 0 && xnvme_queue_get_outstanding(g_load.queue) == 0, "drain ends");
	report(g_load.ncompleted == g_load.naccepted, "one completion for each accepted command");
	report(g_load.nunexpected == 0, "no error before, and none without a command");
	report(g_load.nafter_failed + g_load.nrefused >= g_load.nafter,
	       "what was submitted after the first error fails as well");
	for (int i = 0; i < DEPTH; ++i) {
		xnvme_buf_free(g_load.dev, g_load.slots[i].buf);
	}
	report(xnvme_queue_term(g_load.queue) == 0, "the queue is terminated");
	xnvme_dev_close(g_load.dev);
	report(now_ms() - start_ms < 30000, "all that within the time of one command");
	printf("# accepted %llu, completed %llu, refused %llu; errors:",
	       (unsigned long long)g_load.naccepted, (unsigned long long)g_load.ncompleted,
	       (unsigned long long)g_load.nrefused);
	for (int i = 0; i < g_load.noutcomes; ++i) {
		printf(" %s", g_load.outcomes[i]);
	}
	printf("\n1..%d\n", g_count);

	return g_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
