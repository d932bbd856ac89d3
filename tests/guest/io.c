// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands on every row of a node, and what each has to come to
 *
 *   guest_io rows URI                                        the usable rows, one a line
 *   guest_io expect URI OUTCOME OP SLBA NBLOCKS [TAG]        TAP: sync and every async interface
 *   guest_io once URI OUTCOME SLBA STRIDE                    TAP: the first write of each row comes
 *                                                            to that, and did it; the next is good
 *   guest_io slow URI ROW MILLISECONDS                       TAP: terminates a queue of commands,
 *                                                            each of which takes that long, longer
 *                                                            than opts.command_timeout
 *
 * OUTCOME is ok, SCT/SC in hex as 2/81, or the name of an errno. OP is read, write or flush. Data
 * is a pattern that depends on TAG and LBA; a read compares with it when a tag is given; tag 0 is
 * zeroes.
 */
#include <errno.h>
#include <libxnvme.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_ROWS	   16
#define QUEUE_CAPACITY	   8
#define COMMAND_TIMEOUT_US 200000
#define NSLOW		   4
#define SLACK_MS	   2000

struct rows {
	char ids[MAX_ROWS][32];
	int n;
};

/** One way to one device: its sync interface, or a queue */
struct way {
	struct xnvme_dev *dev;
	struct xnvme_queue *queue; ///< NULL for sync
	char name[40];
};

struct outcome {
	int err; ///< 0, -EIO for a verdict of the device, else a negative errno
	int sct;
	int sc;
	int ncb;
};

static int g_count;
static int g_failed;

static void
report(bool passed, const char *way, const char *what, const char *why)
{
	g_count++;
	g_failed += !passed;
	printf("%s %d - %s %s\n", passed ? "ok" : "not ok", g_count, way, what);
	if (!passed) {
		printf("# %s\n", why);
	}
	fflush(stdout);
}

static int
on_probe(const struct xnvme_probe *probe, void *arg)
{
	struct rows *rows = arg;

	if (!probe->err && probe->async && rows->n < MAX_ROWS) {
		snprintf(rows->ids[rows->n++], sizeof(rows->ids[0]), "%s", probe->async);
	}

	return 0;
}

static struct outcome
outcome_of(const struct xnvme_cmd_ctx *ctx, int err)
{
	struct outcome out = {.err = err};
	struct xnvme_err words;

	if (!err || err == -EIO) {
		xnvme_cmd_ctx_explain(ctx, &words);
		out.err = words.err ? words.err : err;
		out.sct = ctx->cpl.status.sct;
		out.sc = (int)ctx->cpl.status.sc;
	}

	return out;
}

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct outcome *out = arg;
	const int ncb = out->ncb + 1;

	*out = outcome_of(ctx, 0);
	out->ncb = ncb;
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

static struct outcome
pass(struct way *way, uint8_t opcode, uint64_t slba, uint16_t nblocks, void *buf)
{
	const size_t nbytes = (size_t)nblocks * xnvme_dev_get_geo(way->dev)->lba_nbytes;
	struct outcome out = {0};
	struct xnvme_cmd_ctx one = xnvme_cmd_ctx_from_dev(way->dev);
	struct xnvme_cmd_ctx *ctx = way->queue ? xnvme_queue_get_cmd_ctx(way->queue) : &one;
	int err;

	memset(&ctx->cmd, 0, sizeof(ctx->cmd));
	ctx->cmd.common.opcode = opcode;
	ctx->cmd.common.nsid = xnvme_dev_get_nsid(way->dev);
	if (buf) {
		ctx->cmd.nvm.slba = slba;
		ctx->cmd.nvm.nlb = (uint16_t)(nblocks - 1);
	}
	if (way->queue) {
		xnvme_cmd_ctx_set_cb(ctx, on_done, &out);
	}
	err = xnvme_cmd_pass(ctx, buf, buf ? nbytes : 0, NULL, 0);
	if (!way->queue) {
		return outcome_of(ctx, err);
	}
	if (err) {
		out.err = err;
		xnvme_queue_put_cmd_ctx(way->queue, ctx);
		return out;
	}
	err = xnvme_queue_drain(way->queue);
	if (err < 0 || out.ncb != 1) {
		out.err = err < 0 ? err : -EPROTO;
	}

	return out;
}

static void
describe(const struct outcome *out, char *text, size_t nbytes)
{
	if (out->err == -EIO && (out->sct || out->sc) && out->sct != 7) {
		snprintf(text, nbytes, "%x/%02x", out->sct, out->sc);
	} else if (out->err) {
		snprintf(text, nbytes, "%s", strerrorname_np(-out->err));
	} else {
		snprintf(text, nbytes, "ok");
	}
}

/** One of the outcomes in the list, which has commas between */
static bool
is_one_of(const char *list, const char *text)
{
	const size_t len = strlen(text);

	for (const char *at = list; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, text, len) == 0 && (at[len] == '\0' || at[len] == ',')) {
			return true;
		}
	}

	return false;
}

static void
fill(uint8_t *buf, uint64_t slba, uint32_t nblocks, uint32_t lba_nbytes, unsigned tag)
{
	for (uint64_t i = 0; i < (uint64_t)nblocks * lba_nbytes; ++i) {
		buf[i] = (uint8_t)(tag ? tag * 31 + (slba + i / lba_nbytes) * 7 + i : 0);
	}
}

/** Pass one command and hold it against what was expected; true when the command did its work */
static bool
check(struct way *way, const char *expected, const char *op, uint64_t slba, uint16_t nblocks,
      const char *tag)
{
	const uint32_t lba_nbytes = xnvme_dev_get_geo(way->dev)->lba_nbytes;
	const bool flush = strcmp(op, "flush") == 0;
	const bool write = strcmp(op, "write") == 0;
	const uint8_t opcode = flush   ? XNVME_SPEC_NVM_OPC_FLUSH
			       : write ? XNVME_SPEC_NVM_OPC_WRITE
				       : XNVME_SPEC_NVM_OPC_READ;
	const size_t nbytes = (size_t)nblocks * lba_nbytes;
	uint8_t *buf = flush ? NULL : xnvme_buf_alloc(way->dev, nbytes);
	uint8_t *want = malloc(nbytes + 1);
	char what[96], why[160], got[32];
	struct outcome out;
	bool passed;

	if (buf) {
		memset(buf, 0xee, nbytes);
		fill(write ? buf : want, slba, nblocks, lba_nbytes, tag ? (unsigned)atoi(tag) : 0);
	}
	out = pass(way, opcode, slba, nblocks, buf);
	describe(&out, got, sizeof(got));
	passed = is_one_of(expected, got);
	snprintf(what, sizeof(what), "%s %llu+%u: %s", op, (unsigned long long)slba, nblocks,
		 expected);
	snprintf(why, sizeof(why), "came to %s", got);
	if (passed && !out.err && tag && buf && !write && memcmp(buf, want, nbytes) != 0) {
		passed = false;
		snprintf(why, sizeof(why), "the data is not that of tag %s", tag);
	}
	report(passed, way->name, what, why);
	xnvme_buf_free(way->dev, buf);
	free(want);

	return !out.err;
}

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static int
way_open(struct way *way, const char *uri, const char *async, bool with_queue, uint32_t timeout_us)
{
	struct xnvme_opts opts = xnvme_opts_default();

	memset(way, 0, sizeof(*way));
	opts.async = async;
	opts.command_timeout = timeout_us ? timeout_us : opts.command_timeout;
	/* Of a block node the page cache would answer, and write later */
	opts.direct = strncmp(uri, "/dev/ng", 7) != 0;
	snprintf(way->name, sizeof(way->name), "%s", with_queue ? async : "sync");
	way->dev = xnvme_dev_open(uri, &opts);
	if (!way->dev) {
		return -errno;
	}

	return with_queue ? xnvme_queue_init(way->dev, QUEUE_CAPACITY, 0, &way->queue) : 0;
}

static void
way_close(struct way *way)
{
	if (way->queue && xnvme_queue_term(way->queue)) {
		report(false, way->name, "queue_term", xnvme_err_last()->what);
	}
	xnvme_dev_close(way->dev);
}

/** Sync, and each row that moves data; the function gets the way and its number */
static void
every_way(const char *uri, void (*func)(struct way *way, int number, char **args), char **args)
{
	struct rows rows = {0};

	xnvme_dev_probe(uri, NULL, on_probe, &rows);
	if (!rows.n) {
		/* The reason is that of opening it in any way */
		snprintf(rows.ids[rows.n++], sizeof(rows.ids[0]), "emu");
	}
	for (int i = -1, number = 0; i < rows.n; ++i) {
		struct way way;
		int err;

		if (i >= 0 && strcmp(rows.ids[i], "nil") == 0) {
			continue;
		}
		err = way_open(&way, uri, rows.ids[i < 0 ? 0 : i], i >= 0, 0);
		if (err) {
			report(is_one_of(args[0], strerrorname_np(-err)), rows.ids[i < 0 ? 0 : i],
			       "open", strerrorname_np(-err));
		} else {
			func(&way, number, args);
		}
		if (way.dev) {
			way_close(&way);
		}
		number++;
	}
}

static void
do_expect(struct way *way, int number, char **args)
{
	(void)number;
	check(way, args[0], args[1], strtoull(args[2], NULL, 0), (uint16_t)atoi(args[3]), args[4]);
}

static void
do_once(struct way *way, int number, char **args)
{
	const uint64_t slba =
	    strtoull(args[1], NULL, 0) + (unsigned long long)number * strtoull(args[2], NULL, 0);
	bool written;

	check(way, "ok", "read", slba, 8, "0");
	written = check(way, args[0], "write", slba, 8, "1");
	check(way, "ok", "read", slba, 8, written ? "1" : "0");
	check(way, "ok", "write", slba, 8, "2");
	check(way, "ok", "read", slba, 8, "2");
}

static void
count(struct xnvme_cmd_ctx *ctx, void *arg)
{
	unsigned *ncb = arg;

	++*ncb;
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

/** Terminating a queue is bounded, and calls back for each command */
static void
check_slow(struct way *way, uint32_t device_ms)
{
	struct xnvme_cmd_ctx *ctx;
	unsigned naccepted = 0, ncb = 0;
	void *buf = xnvme_buf_alloc(way->dev, 4096);
	uint64_t start_ms, took_ms;
	char why[96];
	int err;

	for (ctx = xnvme_queue_get_cmd_ctx(way->queue); naccepted < NSLOW;
	     ctx = xnvme_queue_get_cmd_ctx(way->queue)) {
		xnvme_cmd_ctx_set_cb(ctx, count, &ncb);
		if (xnvme_nvm_read(ctx, xnvme_dev_get_nsid(way->dev), naccepted, 0, buf, NULL)) {
			break;
		}
		naccepted++;
	}
	report(naccepted == NSLOW, way->name, "accepts commands", xnvme_err_last()->what);
	start_ms = now_ms();
	err = xnvme_queue_term(way->queue);
	way->queue = NULL;
	took_ms = now_ms() - start_ms;
	snprintf(why, sizeof(why), "term: %d after %llu ms", err, (unsigned long long)took_ms);
	printf("# %s\n", why);
	report(err == 0 || err == -ETIMEDOUT, way->name, "term ends", why);
	/* The limit is per completion: one by one they take the device's time for all */
	report(took_ms < (err ? COMMAND_TIMEOUT_US / 1000 : NSLOW * device_ms) + SLACK_MS,
	       way->name, "term ends in time", why);
	snprintf(why, sizeof(why), "%u callbacks", ncb);
	report(ncb == naccepted, way->name, "one callback for each command", why);
}

static void
slow(const char *uri, const char *row, const char *device_ms)
{
	struct way way;
	const int err = way_open(&way, uri, row, true, COMMAND_TIMEOUT_US);

	report(!err, row, "open", xnvme_err_last()->what);
	if (!err) {
		check_slow(&way, (uint32_t)atoi(device_ms));
	}
	way_close(&way);
}

static int
print_rows(const char *uri)
{
	struct rows rows = {0};
	const int err = xnvme_dev_probe(uri, NULL, on_probe, &rows);

	for (int i = 0; i < rows.n; ++i) {
		puts(rows.ids[i]);
	}

	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "rows") == 0) {
		return print_rows(argv[2]);
	}
	if (argc >= 7 && strcmp(argv[1], "expect") == 0) {
		every_way(argv[2], do_expect, argv + 3);
	} else if (argc == 6 && strcmp(argv[1], "once") == 0) {
		every_way(argv[2], do_once, argv + 3);
	} else if (argc == 5 && strcmp(argv[1], "slow") == 0) {
		slow(argv[2], argv[3], argv[4]);
	} else {
		fprintf(stderr, "guest_io: see the head of its source\n");
		return EXIT_FAILURE;
	}
	printf("1..%d\n", g_count);

	return g_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
