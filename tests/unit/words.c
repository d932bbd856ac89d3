// SPDX-License-Identifier: BSD-3-Clause
/**
 * Every error of every public function has words of its own in xnvme_err_last()
 *
 * words.def has rows for every name of lib/libxnvme.map. Before each call another failure is
 * recorded, so that a function which records nothing is caught with words that are not its own.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <libxnvme.h>
#include <libxnvme_cli.h>
#include <libxnvme_pi.h>
#include <libxnvme_pp.h>
#include <support/huge.h>
#include <support/test.h>

#define MARKER	   "ram:marker"
#define NNAMES_MAX 400
#define CAPACITY   2

static void
cb_inert(const char *name, const char *by, void *arg)
{
	(void)name;
	(void)by;
	(void)arg;
}

static struct xnvme_dev *g_dev;	   ///< In memory
static struct xnvme_dev *g_rdonly; ///< Likewise
static struct xnvme_dev *g_file;   ///< NULL in a build without a backend for files
static struct xnvme_queue *g_queue;
static FILE *g_full;
/* Paths of nothing */
static char g_none[300];
static char g_none_below[320];
static char g_none_image[340];
static struct xnvme_cli_enumeration g_list; ///< Without room
static _Alignas(4096) uint8_t g_buf[4096];

static struct xnvme_cmd_ctx *
ctx_of(struct xnvme_dev *dev)
{
	static struct xnvme_cmd_ctx ctx;

	ctx = xnvme_cmd_ctx_from_dev(dev);

	return &ctx;
}

static struct xnvme_cmd_ctx *
idfy_of(struct xnvme_dev *dev)
{
	struct xnvme_cmd_ctx *ctx = ctx_of(dev);

	ctx->cmd.common.opcode = XNVME_SPEC_ADM_OPC_IDFY;
	ctx->cmd.idfy.cns = XNVME_SPEC_IDFY_CTRLR;

	return ctx;
}

/** A report of one full zone, without extensions */
static struct xnvme_znd_report *
report_of_one(void)
{
	struct xnvme_znd_report *report = (void *)g_buf;

	memset(g_buf, 0, sizeof(g_buf));
	report->nentries = 1;
	report->zd_nbytes = sizeof(struct xnvme_spec_znd_descr);
	report->zrent_nbytes = report->zd_nbytes;
	XNVME_ZND_REPORT_DESCR(report, 0)->zs = XNVME_SPEC_ZND_STATE_FULL;

	return report;
}

static struct xnvme_cmd_ctx *
take_all(void)
{
	struct xnvme_cmd_ctx *ctxs[CAPACITY + 1];
	struct xnvme_cmd_ctx *more;
	int err;

	for (int i = 0; i <= CAPACITY; ++i) {
		ctxs[i] = xnvme_queue_get_cmd_ctx(g_queue);
	}
	more = xnvme_queue_get_cmd_ctx(g_queue);
	err = errno;
	for (int i = 0; i <= CAPACITY; ++i) {
		xnvme_queue_put_cmd_ctx(g_queue, ctxs[i]);
	}
	errno = err;

	return more;
}

static int
pi_init(uint32_t flags, uint32_t block_size, uint32_t md_size, bool interleave,
	enum xnvme_pi_type type, uint32_t format)
{
	static struct xnvme_pi_ctx ctx;

	return xnvme_pi_ctx_init(flags ? &ctx : NULL, block_size, md_size, interleave, false, type,
				 flags, 0, 0, 0, (enum xnvme_spec_nvm_ns_pif)format);
}

/** A caller that ends a search without a word */
static int
cb_probe(const struct xnvme_probe *probe, void *arg)
{
	(void)probe;
	(void)arg;

	return -ENOTRECOVERABLE;
}

static int
cb_scan(const struct xnvme_ident *ident, void *arg)
{
	(void)ident;
	(void)arg;

	return 0;
}

static int
cb_enumerate(struct xnvme_dev *dev, void *arg)
{
	(void)dev;
	(void)arg;

	return XNVME_ENUMERATE_DEV_CLOSE;
}

/** Call a function that prints to stdout, where there is no room; the disk is full */
static int
call_full(int (*func)(void))
{
	const int before = sys_stream_redirect(stdout, g_full);
	int res;

	/* Nothing stays behind in a buffer */
	setvbuf(stdout, NULL, _IONBF, 0);
	errno = 0;
	res = func();
	clearerr(stdout);
	sys_stream_restore(stdout, before);
	setvbuf(stdout, NULL, _IOLBF, 1024);

	return res;
}

/*
 * Kinds of rows: what the function returns where it fails
 *
 *   INT   a negative errno
 *   OUT   likewise, of a function that prints to stdout
 *   PTR   NULL, and errno
 *   OK    false, and errno
 *   VAL   something empty, and errno
 *   NONE  it does not fail: for the reason in the row
 */
#define JOIN2(a, b) a##b
#define JOIN(a, b)  JOIN2(a, b)

/* One function per row, numbered by its line */
#define INT(name, expr)                                                                            \
	static int JOIN(call_, __LINE__)(void)                                                     \
	{                                                                                          \
		return (int)(expr);                                                                \
	}
#define OUT(name, expr)                                                                            \
	static int JOIN(print_, __LINE__)(void)                                                    \
	{                                                                                          \
		return (int)(expr);                                                                \
	}                                                                                          \
	static int JOIN(call_, __LINE__)(void)                                                     \
	{                                                                                          \
		return call_full(JOIN(print_, __LINE__));                                          \
	}
#define PTR(name, expr)                                                                            \
	static int JOIN(call_, __LINE__)(void)                                                     \
	{                                                                                          \
		return (expr) ? 0 : -errno;                                                        \
	}
#define OK(name, expr) PTR(name, expr)
#define VAL(name, expr)                                                                            \
	static int JOIN(call_, __LINE__)(void)                                                     \
	{                                                                                          \
		(void)(expr);                                                                      \
		return -errno;                                                                     \
	}
#define NONE(name, why)
#include "words.def"
#undef INT
#undef OUT
#undef PTR
#undef OK
#undef VAL
#undef NONE

#define ROW(name, expr) {#name, #expr, JOIN(call_, __LINE__)},
#define INT(name, expr) ROW(name, expr)
#define OUT(name, expr) ROW(name, expr)
#define PTR(name, expr) ROW(name, expr)
#define OK(name, expr)	ROW(name, expr)
#define VAL(name, expr) ROW(name, expr)
#define NONE(name, why) {#name, why, NULL},

static const struct row {
	const char *name;
	const char *text;
	int (*call)(void); ///< NULL: the function does not fail
} g_rows[] = {
#include "words.def"
};

#define NROWS (sizeof(g_rows) / sizeof(g_rows[0]))

static bool
is_in_table(const char *name)
{
	for (size_t i = 0; i < NROWS; ++i) {
		if (strcmp(g_rows[i].name, name) == 0) {
			return true;
		}
	}

	return false;
}

/** A function that is new has to say here how it fails, or why it does not */
static void
every_public_function_has_a_row(void)
{
	FILE *map = fopen(LIBXNVME_MAP, "r");
	char line[256];
	char name[128];
	int nmissing = 0;
	int nnames = 0;

	CHECK(map);
	while (fgets(line, sizeof(line), map)) {
		if (sscanf(line, " xnvme_%100[a-z0-9_];", line + 128) != 1) {
			continue;
		}
		snprintf(name, sizeof(name), "xnvme_%.100s", line + 128);
		nnames++;
		if (!is_in_table(name)) {
			printf("# %s has no row in words.def\n", name);
			nmissing++;
		}
	}
	fclose(map);
	CHECK(nnames > 200);
	CHECK_EQ(nmissing, 0);
}

/** What is wrong with the words of a call, NULL when nothing is */
static const char *
judge(int res, const struct xnvme_err *marker)
{
	const struct xnvme_err *words = xnvme_err_last();

	if (res >= 0) {
		return "the call does not fail";
	}
	if (memcmp(words, marker, sizeof(*words)) == 0) {
		return "its words are those of an earlier failure";
	}
	if (words->err != res) {
		return "its words are of another errno";
	}

	return words->layer[0] && words->what[0] && words->hint[0]
		   ? NULL
		   : "the layer, what failed or the remedy is empty";
}

static void
every_error_has_words_of_its_own(void)
{
	struct xnvme_err marker;
	int nbad = 0;

	for (size_t i = 0; i < NROWS; ++i) {
		const struct row *row = &g_rows[i];
		const char *wrong;
		int res;

		if (!row->call || (!g_file && strstr(row->text, "g_file"))) {
			continue;
		}
		CHECK(!xnvme_dev_open(MARKER, NULL));
		marker = *xnvme_err_last();
		CHECK_STR(marker.where, MARKER);
		errno = 0;
		res = row->call();
		wrong = judge(res, &marker);
		if (wrong) {
			printf("# %s = %d: %s (%s; %s)\n", row->text, res, wrong,
			       xnvme_err_last()->what, xnvme_err_last()->hint);
			nbad++;
		}
	}
	CHECK_EQ(nbad, 0);
}

/** A success says nothing: what failed before is still there */
static void
a_success_leaves_the_words_alone(void)
{
	struct xnvme_err marker;
	struct xnvme_dev *dev;

	CHECK(!xnvme_dev_open(MARKER, NULL));
	marker = *xnvme_err_last();
	dev = xnvme_dev_open("ram:1MiB", NULL);
	CHECK(dev);
	CHECK_EQ(xnvme_dev_derive_geo(dev), 0);
	CHECK_EQ(xnvme_nvm_read(ctx_of(dev), 1, 0, 0, g_buf, NULL), 0);
	xnvme_dev_close(dev);
	CHECK_MEM(xnvme_err_last(), &marker, sizeof(marker));
}

static const struct test g_tests[] = {
    TEST_CASE(every_public_function_has_a_row),
    TEST_CASE(every_error_has_words_of_its_own),
    TEST_CASE(a_success_leaves_the_words_alone),
};

int
main(int argc, char **argv)
{
	struct xnvme_opts opts = xnvme_opts_default();
	char path[300];
	int status, err;

	sys_temp_path(path, sizeof(path), "file");
	sys_temp_path(g_none, sizeof(g_none), "none");
	snprintf(g_none_below, sizeof(g_none_below), "%s/below", g_none);
	snprintf(g_none_image, sizeof(g_none_image), "ram:1MiB?path=%s", g_none_below);
	g_dev = xnvme_dev_open("ram:1MiB", NULL);
	opts.rdonly = 1;
	g_rdonly = xnvme_dev_open("ram:1MiB", &opts);
	g_file = sys_file_make(path, 0) ? NULL : xnvme_dev_open(path, NULL);
	g_full = sys_stream_full(&err);
	if (!g_dev || !g_rdonly || (!g_file && errno != ENOTSUP) || !g_full ||
	    xnvme_queue_init(g_dev, CAPACITY, 0, &g_queue)) {
		printf("Bail out! no devices to fail with\n");
		return 1;
	}
	status = test_main(g_tests, sizeof(g_tests) / sizeof(g_tests[0]), argc, argv);
	xnvme_queue_term(g_queue);
	xnvme_dev_close(g_dev);
	xnvme_dev_close(g_rdonly);
	xnvme_dev_close(g_file);
	fclose(g_full);

	return status;
}
