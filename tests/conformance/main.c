// SPDX-License-Identifier: BSD-3-Clause
/**
 * Conformance: arguments, the walk over rows and cases, TAP and the matrix
 */
#include <conformance/conf.h>

#include <getopt.h>
#include <limits.h>
#include <stdio.h>

#define MAX_CASES   256
#define MAX_FILTERS 32
#define WHY_NBYTES  4096

static const struct conf_case *const g_tables[] = {
    conf_cases_lifecycle, conf_cases_uri,    conf_cases_opts,	 conf_cases_args,  conf_cases_queue,
    conf_cases_fd,	  conf_cases_batch,  conf_cases_entry,	 conf_cases_error, conf_cases_data,
    conf_cases_nvm,	  conf_cases_random, conf_cases_threads, conf_cases_fork,  conf_cases_meta,
    conf_cases_znd,	  conf_cases_bufs,   conf_cases_wait,	 conf_cases_file,  NULL,
};

static const struct {
	unsigned need;
	const char *reason;
} g_reasons[] = {
    {NEED_DATA, "the row moves no data (async nil)"},
    {NEED_FILE, "the device is not a file: it has no end that moves"},
    {NEED_CONTROLLER, "no controller judges the commands of a file or block device"},
    {NEED_NO_CONTROLLER, "the controller itself judges the commands"},
    {NEED_SHARED, "every open of this URI is a device of its own"},
    {NEED_THREADS_AFTER_FORK, "ThreadSanitizer takes the parent's threads for alive in a child"},
    {NEED_FMT_ZERO, "64-bit guards have a Copy descriptor format of their own"},
    {NEED_EXTENDED, "LBAs hold data only"},
    {NEED_ZONED, "the namespace is not zoned"},
    {NEED_APPEND, "the block layer has no Zone Append"},
    {NEED_METADATA, "the namespace has no separate metadata"},
    {NEED_NO_METADATA, "the namespace has metadata"},
    {NEED_TUPLE, "metadata is not the protection information alone"},
    {NEED_UNCORRECTABLE, "the controller has no Write Uncorrectable (ONCS)"},
    {NEED_MOUNT, "this process may not mount a small file system"},
    {NEED_EXT4, "this process may not mount an ext4 file system, or there is no mkfs.ext4"},
    {NEED_XFS, "this process may not mount an XFS file system, or there is no mkfs.xfs"},
    {NEED_FUSE, "this process may not serve a file system through /dev/fuse"},
    {NEED_LOOP, "the device is not a loop device that was made here"},
    {NEED_USER_THREADS, "the kernel, or the caller of poke, executes the commands"},
    {NEED_OWN_MEDIUM, "the medium of the device is not a file that was made here"},
    {NEED_IMMUTABLE, "this process may not make a file immutable"},
    {NEED_ROOT, "this process may not become another user"},
    {NEED_IN_MEMORY, "only a device in memory can have an image"},
    {NEED_SIGNALS, "signals interrupt no system calls here, or mix threads up"},
    {NEED_SECCOMP, "this process may not forbid itself system calls"},
    {NEED_FORK, "this system cannot copy a process"},
    {NEED_LIMITS, "this system has no limits of a process for descriptors and sizes of files"},
    {NEED_NODES, "no path of a folder names a pipe or a device of this system"},
    {NEED_FILES, "this build has no backend for files"},
    {NEED_SIZE64, "a size_t of this host does not hold the length"},
};

struct args {
	const char *be;
	const char *async;
	const char *filters[MAX_FILTERS];
	int nfilters;
	bool list;
	const char *only_row; ///< This process has been started for one case
	const char *only_case;
};

struct totals {
	int run;
	int failed;
	int skipped;
};

static const struct conf_case *g_cases[MAX_CASES];
static int g_ncases;
static struct conf_row g_rows[CONF_MAX_ROWS];
static char g_matrix[CONF_MAX_ROWS][MAX_CASES];

static void
usage(FILE *stream)
{
	fprintf(stream,
		"Usage: conformance [--uri URI]... [--be ID] [--async ID] [--case NAME]...\n"
		"                   [--seed N] [--rounds N] [--timeout SECONDS] [--list]\n"
		"\n"
		"Proves the contract of the library on every row of every device. The contents of\n"
		"devices given by --uri are lost. Without --uri it makes devices of its own.\n");
}

static int
parse_number(const char *text, uint64_t max, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);

	return errno || end == text || *end || *value > max ? -EINVAL : 0;
}

static int
parse_one(int opt, struct args *args)
{
	uint64_t value;
	int err;

	switch (opt) {
	case 'u':
		err = conf_add_dev(optarg, optarg);
		if (err) {
			fprintf(stderr, "%s: %s\n", optarg, xnvme_err_last()->what);
		}
		return err;
	case 'b':
		args->be = optarg;
		return 0;
	case 'a':
		args->async = optarg;
		return 0;
	case 'c':
		if (args->nfilters == MAX_FILTERS) {
			return -E2BIG;
		}
		args->filters[args->nfilters++] = optarg;
		return 0;
	case 's':
		return parse_number(optarg, UINT64_MAX, &conf_env.seed);
	case 'r':
		err = parse_number(optarg, INT_MAX, &value);
		conf_env.nrounds = (unsigned)value;
		return err;
	case 't':
		err = parse_number(optarg, INT_MAX / 1000, &value);
		conf_env.timeout_s = (unsigned)value;
		return err;
	case 'l':
		args->list = true;
		return 0;
	case 'd':
		snprintf(conf_env.dir, sizeof(conf_env.dir), "%s", optarg);
		return 0;
	case 'R':
		args->only_row = optarg;
		return 0;
	case 'O':
		args->only_case = optarg;
		return 0;
	default:
		return -EINVAL;
	}
}

static int
parse(int argc, char **argv, struct args *args)
{
	static const struct option options[] = {
	    {"uri", required_argument, NULL, 'u'},
	    {"be", required_argument, NULL, 'b'},
	    {"async", required_argument, NULL, 'a'},
	    {"case", required_argument, NULL, 'c'},
	    {"seed", required_argument, NULL, 's'},
	    {"rounds", required_argument, NULL, 'r'},
	    {"timeout", required_argument, NULL, 't'},
	    {"list", no_argument, NULL, 'l'},
	    {"dir", required_argument, NULL, 'd'},
	    {"row", required_argument, NULL, 'R'},
	    {"only", required_argument, NULL, 'O'},
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

static bool
is_wanted(const struct args *args, const char *name)
{
	for (int i = 0; i < args->nfilters; ++i) {
		if (strstr(name, args->filters[i])) {
			return true;
		}
	}

	return !args->nfilters;
}

/** Two needs with one bit would run cases where they cannot, and skip others */
static bool
needs_are_distinct(void)
{
	unsigned seen = NEED_LBAS;

	for (size_t i = 0; i < sizeof(g_reasons) / sizeof(g_reasons[0]); ++i) {
		if (seen & g_reasons[i].need) {
			return false;
		}
		seen |= g_reasons[i].need;
	}

	return true;
}

static void
collect_tables(const struct args *args, const struct conf_case *const *tables)
{
	for (; *tables; ++tables) {
		for (const struct conf_case *cas = *tables; cas->name; ++cas) {
			if (is_wanted(args, cas->name) && g_ncases < MAX_CASES) {
				g_cases[g_ncases++] = cas;
			}
		}
	}
}

static enum conf_scope
scope_of(const struct conf_row *row)
{
	return !row->dev ? SCOPE_ONCE : row->async[0] ? SCOPE_ROW : SCOPE_DEV;
}

/** Why the row cannot run the case; NULL when it can */
static const char *
skip_reason(const struct conf_case *cas, const struct conf_row *row)
{
	unsigned has = conf_env.can;

	has |= conf_env.under_tsan ? 0 : NEED_THREADS_AFTER_FORK;
	if (row->blind) {
		return "ThreadSanitizer dies of the C library's aio threads, in any program";
	}
	has |= row->moves_data ? NEED_DATA : 0;
	if (row->dev && cas->needs & NEED_LBAS) {
		if (row->dev->zoned) {
			return "writes go to write pointers only: the cases of zones cover them";
		}
		if (row->dev->extended) {
			return "LBAs hold metadata too: a case of metadata covers them";
		}
	}
	has |= NEED_LBAS;
	if (row->dev) {
		has |= row->dev->zoned ? NEED_ZONED : 0;
		has |= row->dev->extended ? NEED_EXTENDED : 0;
		has |= row->dev->appends ? NEED_APPEND : 0;
		has |= row->dev->metadata ? NEED_METADATA : 0;
		has |= row->dev->metadata || row->dev->extended ? 0 : NEED_NO_METADATA;
		has |= row->dev->tuple ? NEED_TUPLE : 0;
		has |= row->dev->copies_fmt_zero ? NEED_FMT_ZERO : 0;
		has |= row->dev->is_file ? NEED_FILE : 0;
		has |= row->dev->has_controller ? NEED_CONTROLLER : NEED_NO_CONTROLLER;
		has |= row->dev->shared ? NEED_SHARED : 0;
		has |= row->dev->has_uncorrectable ? NEED_UNCORRECTABLE : 0;
		has |= row->dev->is_loop ? NEED_LOOP : 0;
		has |= strcmp(row->async, "thrpool") == 0 || strcmp(row->async, "posix") == 0
			   ? NEED_USER_THREADS
			   : 0;
		has |= row->dev->is_file || row->dev->in_memory || row->dev->is_loop
			   ? NEED_OWN_MEDIUM
			   : 0;
		has |= row->dev->in_memory ? NEED_IN_MEMORY : 0;
	}
	for (size_t i = 0; i < sizeof(g_reasons) / sizeof(g_reasons[0]); ++i) {
		if (cas->needs & g_reasons[i].need & ~has) {
			return g_reasons[i].reason;
		}
	}

	return NULL;
}

static void
print_why(char *why)
{
	char *save = NULL;

	for (char *line = strtok_r(why, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		printf("# %s\n", line);
	}
}

static char
run_one(int number, const struct conf_case *cas, const struct conf_row *row, struct totals *totals)
{
	const char *reason = skip_reason(cas, row);
	char why[WHY_NBYTES] = {0};
	bool passed;

	if (reason) {
		printf("ok %d - %s %s # SKIP %s\n", number, row->label, cas->name, reason);
		totals->skipped++;
		return 's';
	}
	passed = conf_run(cas, row, why, sizeof(why));
	printf("%s %d - %s %s\n", passed ? "ok" : "not ok", number, row->label, cas->name);
	print_why(why);
	fflush(stdout);
	totals->run++;
	totals->failed += !passed;

	return passed ? 'P' : 'F';
}

static void
print_matrix(int nrows)
{
	printf("#\n# matrix: P passed, F failed, s skipped, . not of this row\n");
	for (int row = 0; row < nrows; ++row) {
		printf("# %-22s %.*s\n", g_rows[row].label, g_ncases, g_matrix[row]);
	}
	for (int i = 0; i < g_ncases; ++i) {
		printf("# case %d: %s\n", i + 1, g_cases[i]->name);
	}
}

/** Each reason once, with what it kept from running */
static void
print_skips(int nrows)
{
	printf("#\n# skips\n");
	for (int i = 0; i < g_ncases; ++i) {
		for (int row = 0; row < nrows; ++row) {
			if (g_matrix[row][i] == 's') {
				printf("# %s %s: %s\n", g_rows[row].label, g_cases[i]->name,
				       skip_reason(g_cases[i], &g_rows[row]));
			}
		}
	}
}

static int
count_tests(int nrows)
{
	int ntests = 0;

	for (int row = 0; row < nrows; ++row) {
		for (int i = 0; i < g_ncases; ++i) {
			ntests += g_cases[i]->scope == scope_of(&g_rows[row]);
		}
	}

	return ntests;
}

static struct totals
run_all(int nrows)
{
	struct totals totals = {0};
	int number = 0;

	for (int row = 0; row < nrows; ++row) {
		for (int i = 0; i < g_ncases; ++i) {
			g_matrix[row][i] = '.';
			if (g_cases[i]->scope == scope_of(&g_rows[row])) {
				g_matrix[row][i] =
				    run_one(++number, g_cases[i], &g_rows[row], &totals);
			}
		}
	}

	return totals;
}

/** The one case that this process has been started for */
static int
run_only(const struct args *args, int nrows)
{
	for (int row = 0; row < nrows; ++row) {
		for (int i = 0; strcmp(g_rows[row].label, args->only_row) == 0 && i < g_ncases;
		     ++i) {
			if (strcmp(g_cases[i]->name, args->only_case) == 0) {
				conf_run_here(g_cases[i], &g_rows[row]);
			}
		}
	}
	fprintf(stderr, "no case %s of row %s\n", args->only_case, args->only_row);

	return EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	struct totals totals = {0};
	struct args args = {0};
	int nrows, err;

	sys_program_name(argv[0]);
	if (argc == 4 && strcmp(argv[1], CONF_ELSEWHERE) == 0) {
		sys_stream_binary(stdout);
		return conf_open_here(argv[2], argv[3][0] == '1');
	}
	conf_env.argv = argv;
	if (parse(argc, argv, &args)) {
		usage(stderr);
		return EXIT_FAILURE;
	}
	if (!needs_are_distinct()) {
		printf("Bail out! two of enum conf_needs are the same bit\n");
		return EXIT_FAILURE;
	}
	collect_tables(&args, g_tables);
	collect_tables(&args, conf_system_cases);
	if (args.list) {
		for (int i = 0; i < g_ncases; ++i) {
			printf("%s\n", g_cases[i]->name);
		}
		return EXIT_SUCCESS;
	}
	if (!args.only_case) {
		snprintf(conf_env.dir, sizeof(conf_env.dir), "%s", sys_temp_dir());
	}
	err = conf_add_default_devs();
	if (err) {
		printf("Bail out! no device can be made: %s (%s)\n", strerror(-err),
		       xnvme_err_last()->what);
		return EXIT_FAILURE;
	}
	nrows = conf_rows(g_rows, CONF_MAX_ROWS, args.be, args.async);
	if (nrows < 1 || !g_ncases) {
		printf("Bail out! %s\n", nrows < 1 ? "no row" : "no case of that name");
		return EXIT_FAILURE;
	}
	if (args.only_case) {
		return run_only(&args, nrows);
	}
	printf("1..%d\n# seed %llu\n", count_tests(nrows), (unsigned long long)conf_env.seed);
	fflush(stdout);
	totals = run_all(nrows);
	print_matrix(nrows);
	print_skips(nrows);
	printf("# rows %d, cases %d, ran %d, failed %d, skipped %d\n", nrows, g_ncases, totals.run,
	       totals.failed, totals.skipped);

	return totals.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
