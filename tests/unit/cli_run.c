// SPDX-License-Identifier: BSD-3-Clause
/**
 * Running a sub-command: help, results, output, opening the device; and lists of devices
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <support/cli.h>
#include <support/test.h>

static void
help_and_version_run_nothing(void)
{
	char *bare[] = {(char *)(uintptr_t) "tool", NULL};

	setup();
	sub_add(XNVME_CLI_OPT_SLBA, XNVME_CLI_LREQ);
	CHECK_EQ(run_argv(1, bare, 0), 0);
	CHECK_EQ(run_argv(0, bare + 1, 0), 0);
	CHECK_EQ(run("--help"), 0);
	CHECK_EQ(run("-h"), 0);
	CHECK_EQ(run("try --help"), 0);
	CHECK_EQ(run("try --slba zz -h"), 0);
	CHECK_EQ(run("--version"), 0);
	CHECK_EQ(run("try --version"), 0);
	CHECK_EQ(run("--help-man"), 0);
	CHECK_EQ(run("--help-completion"), 0);
	CHECK_EQ(handler_ncalls, 0);
}

static void
json_is_known_to_the_handler_and_forgotten_afterwards(void)
{
	setup();
	CHECK_EQ(run("try"), 0);
	CHECK_EQ(handler_pr_opts, XNVME_PR_DEF);
	CHECK_EQ(run("try --json"), 0);
	CHECK_EQ(handler_pr_opts, XNVME_PR_JSON);
	CHECK_EQ(xnvme_cli_pr_opts(&cli), XNVME_PR_DEF);
	CHECK_EQ(run("try"), 0);
	CHECK_EQ(handler_pr_opts, XNVME_PR_DEF);
}

static void
force_and_dry_run_are_known_to_the_handler_and_forgotten_afterwards(void)
{
	setup();
	sub_add(XNVME_CLI_OPT_NON_POSA_TITLE, XNVME_CLI_CHANGES);
	CHECK_EQ(run("try"), 0);
	CHECK(!handler_is_forced && !handler_is_dry_run);
	CHECK_EQ(run("try --force"), 0);
	CHECK(handler_is_forced && !handler_is_dry_run);
	CHECK_EQ(run("try --dry-run"), 0);
	CHECK(!handler_is_forced && handler_is_dry_run);
	CHECK_EQ(run("try --dry-run --force --json"), 0);
	CHECK(handler_is_forced && handler_is_dry_run);
	CHECK(!xnvme_cli_is_forced(&cli) && !xnvme_cli_is_dry_run(&cli));
	CHECK_EQ(run("try"), 0);
	CHECK(!handler_is_forced && !handler_is_dry_run);
	CHECK_EQ(run("try --force=1"), -1);
	CHECK_EQ(run("try --frce"), -1);
	CHECK(said("did you mean --force?"));
}

static void
what_changes_nothing_takes_neither_force_nor_dry_run(void)
{
	setup();
	sub_add(XNVME_CLI_OPT_SLBA, XNVME_CLI_LOPT);
	handler_ncalls = 0;
	CHECK_EQ(run("try --force"), -1);
	CHECK(said("unknown option --force"));
	CHECK_EQ(run("try --dry-run"), -1);
	CHECK(said("unknown option --dry-run"));
	CHECK_EQ(run("try --frce"), -1);
	CHECK(!said("did you mean"));
	CHECK_EQ(run("--force"), -1);
	CHECK_EQ(run("--dry-run"), -1);
	CHECK_EQ(handler_ncalls, 0);
}

static void
usage_manual_and_completion_have_force_and_dry_run_where_they_apply(void)
{
	static const struct {
		const char *line;
		const char *force;
		const char *dry_run;
	} rows[] = {
	    {"try --help", "  --force ", "  --dry-run "},
	    {"try --help", " [--force]", " [--dry-run]"},
	    {"--help-man", ".B \\-\\-force\n", ".B \\-\\-dry\\-run\n"},
	    {"--help-completion", " --force ", " --dry-run"},
	};
	static char text[65536];

	for (size_t i = 0; i < ARRAY_LEN(rows); ++i) {
		for (int changes = 0; changes < 2; ++changes) {
			setup();
			sub_add(XNVME_CLI_OPT_SLBA, XNVME_CLI_LOPT);
			if (changes) {
				sub_add(XNVME_CLI_OPT_NON_POSA_TITLE, XNVME_CLI_CHANGES);
			}
			CHECK_EQ(run_kept(rows[i].line, text, sizeof(text)), 0);
			CHECK_EQ(strstr(text, rows[i].force) != NULL, changes);
			CHECK_EQ(strstr(text, rows[i].dry_run) != NULL, changes);
		}
	}
	CHECK_EQ(run_kept("--help", text, sizeof(text)), 0);
	CHECK(!strstr(text, "--force"));
}

static void
the_result_tells_a_refused_line_from_a_failed_handler(void)
{
	setup();
	CHECK_EQ(run("try"), 0);
	handler_result = -EIO;
	CHECK_EQ(run("try"), 1);
	CHECK(said("tool try failed") && said("errno: -5"));
	handler_result = 5;
	CHECK_EQ(run("try"), 1);
	CHECK_EQ(run("try --bogus"), -1);
	CHECK_EQ(xnvme_cli_run(NULL, 0, NULL, 0), -1);
}

static int
chatty(struct xnvme_cli *self)
{
	(void)self;
	for (int i = 0; i < 10000; ++i) {
		puts("a line that has to get out");
	}

	return 0;
}

static void
output_that_cannot_be_written_is_a_failure(void)
{
	char *argv[] = {(char *)(uintptr_t) "tool", (char *)(uintptr_t) "try", NULL};
	char *help[] = {(char *)(uintptr_t) "tool", (char *)(uintptr_t) "--help", NULL};
	FILE *thrown_away = sys_temp_stream();
	int status, status_help, err_before, out_before, err;
	FILE *full = sys_stream_full(&err);

	CHECK(full && thrown_away);
	setup();
	sub.command = chatty;
	err_before = sys_stream_redirect(stderr, thrown_away);
	out_before = sys_stream_redirect(stdout, full);
	status = xnvme_cli_run(&cli, 2, argv, 0);
	status_help = xnvme_cli_run(&cli, 2, help, 0);
	sys_stream_restore(stdout, out_before);
	sys_stream_restore(stderr, err_before);
	fclose(thrown_away);
	fclose(full);
	CHECK_EQ(status, 1);
	CHECK_EQ(status_help, 1);
}

static void
to_opts_means_only_the_mode_that_was_given(void)
{
	struct xnvme_opts opts = xnvme_opts_default();

	setup();
	sub_add(XNVME_CLI_OPT_RDONLY, XNVME_CLI_LOPT);
	sub_add(XNVME_CLI_OPT_WRONLY, XNVME_CLI_LOPT);
	sub_add(XNVME_CLI_OPT_RDWR, XNVME_CLI_LOPT);
	CHECK_EQ(run("try --rdonly 1"), 0);
	CHECK_EQ(xnvme_cli_to_opts(&cli, &opts), 0);
	CHECK_EQ(opts.rdonly, 1);
	CHECK_EQ(opts.rdwr, 0);
	opts = xnvme_opts_default();
	CHECK_EQ(run("try --rdonly 0"), 0);
	CHECK_EQ(xnvme_cli_to_opts(&cli, &opts), 0);
	CHECK_EQ(opts.rdonly, 0);
	CHECK_EQ(opts.rdwr, 1);
	opts = xnvme_opts_default();
	CHECK_EQ(run("try --rdwr 1 --wronly 1"), 0);
	CHECK_EQ(xnvme_cli_to_opts(&cli, &opts), 0);
	CHECK_EQ(opts.wronly, 1);
	CHECK_EQ(opts.rdwr, 1);
}

static void
the_device_is_opened_for_the_handler_and_closed_after_it(void)
{
	setup();
	sub_add(XNVME_CLI_OPT_URI, XNVME_CLI_POSA);
	sub_add(XNVME_CLI_OPT_BE, XNVME_CLI_LOPT);
	CHECK_EQ(run_opts("try 1GB", XNVME_CLI_INIT_DEV_OPEN), 0);
	CHECK(handler_had_dev);
	CHECK_EQ(handler_rdonly, 0);
	CHECK(!cli.args.dev);
	CHECK_EQ(run_opts("try 1GB", XNVME_CLI_INIT_DEV_OPEN | XNVME_CLI_INIT_RDONLY), 0);
	CHECK_EQ(handler_rdonly, 1);
	sub_add(XNVME_CLI_OPT_NON_POSA_TITLE, XNVME_CLI_CHANGES);
	CHECK_EQ(run_opts("try 1GB --force", XNVME_CLI_INIT_DEV_OPEN), 0);
	CHECK_EQ(handler_rdonly, 0);
	CHECK_EQ(run_opts("try 1GB --dry-run", XNVME_CLI_INIT_DEV_OPEN), 0);
	CHECK_EQ(handler_rdonly, 1);
	CHECK_EQ(run_opts("try 1GB", XNVME_CLI_INIT_NONE), 0);
	CHECK(!handler_had_dev);
	handler_ncalls = 0;
	CHECK_EQ(run_opts("try 1GB --be nosuch", XNVME_CLI_INIT_DEV_OPEN), -1);
	CHECK(said("cannot open '1GB'"));
	CHECK_EQ(handler_ncalls, 0);
}

static void
a_list_of_devices_takes_as_many_as_it_was_made_for(void)
{
	struct xnvme_cli_enumeration *list = NULL;
	struct xnvme_ident ident = {.nsid = 1};
	struct sys_memory memory;
	char *text;

	CHECK_EQ(xnvme_cli_enumeration_alloc(NULL, 1), -EINVAL);
	CHECK_EQ(xnvme_cli_enumeration_alloc(&list, 0), -EINVAL);
	CHECK_EQ(xnvme_cli_enumeration_alloc(&list, 3), 0);
	snprintf(ident.uri, sizeof(ident.uri), "one");
	CHECK_EQ(xnvme_cli_enumeration_append(list, &ident), 0);
	CHECK_EQ(xnvme_cli_enumeration_append(list, &ident), 0);
	snprintf(ident.uri, sizeof(ident.uri), "two");
	CHECK_EQ(xnvme_cli_enumeration_append(list, &ident), 0);
	CHECK_EQ(xnvme_cli_enumeration_append(list, &ident), -ENOMEM);
	CHECK_EQ(xnvme_cli_enumeration_append(list, NULL), -EINVAL);
	CHECK_EQ(xnvme_cli_enumeration_append(NULL, &ident), -EINVAL);
	CHECK_EQ(list->nentries, 3);

	CHECK(sys_memory_open(&memory));
	CHECK(xnvme_cli_enumeration_fpp(memory.stream, list, XNVME_PR_DEF) > 0);
	text = sys_memory_close(&memory);
	CHECK(strstr(text, "one") && strstr(text, "two"));
	/* The same device is named once */
	CHECK(!strstr(strstr(text, "one") + 1, "one"));
	free(text);
	xnvme_cli_enumeration_free(list);
	xnvme_cli_enumeration_free(NULL);
}

static void
random_command_lines_end_in_one_of_three_results(void)
{
	static const char *const words[] = {
	    "try",   "--slba", "--slba=0", "--nlb",   "1",	 "-1",	"0x1",	    "zz",   "--",
	    "-h",    "--json", "--bogus",  "--help",  "--nlb=",	 "=",	"--=",	    "-",    "",
	    "--uri", "1GB",    "%s%n",	   "\x1b[0m", "--a=b=c", "---", "--slba==", "\xff", "try",
	};
	uint64_t seed = 20231107;

	setup();
	sub_add(XNVME_CLI_OPT_URI, XNVME_CLI_POSA);
	sub_add(XNVME_CLI_OPT_SLBA, XNVME_CLI_LREQ);
	sub_add(XNVME_CLI_OPT_NLB, XNVME_CLI_LOPT);
	sub_add(XNVME_CLI_OPT_AD, XNVME_CLI_LFLG);
	for (int round = 0; round < 2000; ++round) {
		char *argv[10] = {(char *)(uintptr_t) "tool"};
		int argc = 1;
		int status;

		for (; argc < 9; ++argc) {
			seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
			argv[argc] = (char *)(uintptr_t)words[(seed >> 33) % ARRAY_LEN(words)];
			if ((seed >> 60) == 0) {
				break;
			}
		}
		argv[1] = (char *)(uintptr_t)(round % 4 ? "try" : argv[1]);
		handler_ncalls = 0;
		argc = argc < 2 ? 2 : argc;
		status = run_argv(argc, argv, 0);
		CHECK(status == 0 || status == -1);
		/* Refused means refused: a message, and the handler is not reached */
		CHECK(status == 0 || (handler_ncalls == 0 && errors[0]));
	}
}

static void
print_all(struct xnvme_cli_enumeration *list)
{
	cli.args.uri = "some\"where";
	cli.args.nsid = 0x17;
	cli.args.nlb = 23;
	xnvme_cli_args_pr(&cli.args, XNVME_PR_DEF);
	xnvme_cli_args_pr(NULL, XNVME_PR_DEF);
	xnvme_cli_pinf("number %d", 42);
	xnvme_cli_pinf(NULL);
	cli.timer.start = 1000000000ULL;
	cli.timer.stop = 3000000000ULL;
	xnvme_cli_timer_bw_pr(&cli, "bandwidth", 4 << 20);
	xnvme_cli_enumeration_pr(list, XNVME_PR_DEF);
	xnvme_cli_enumeration_pp(list, XNVME_PR_JSON);
	xnvme_cli_enumeration_pr(NULL, XNVME_PR_DEF);
}

static void
what_is_printed_is_what_was_given(void)
{
	static const char *const wanted[] = {
	    "xnvme_cli_args:\n", "  uri: 'some\"where'\n",
	    "  nsid: 0x17\n",	 "  nlb: 23\n",
	    "  sys_uri: ~\n",	 "xnvme_cli_args: ~\n",
	    "# number 42\n",	 "bandwidth: {elapsed: 2.0000, mb: 4.00, mbsec: 2.00}\n",
	    "  nentries: 1\n",	 "uri: 'dev', dtype: 0x2, nsid: 0x7, csi: 0x0",
	    "\"uri\": \"dev\"",	 "xnvme_cli_enumeration: ~\n",
	};
	static char text[65536];
	const struct xnvme_ident ident = {.uri = "dev", .nsid = 7, .dtype = 2};
	struct xnvme_cli_enumeration *list = NULL;
	FILE *kept = sys_temp_stream();
	int before;

	setup();
	CHECK_EQ(xnvme_cli_enumeration_alloc(&list, 1), 0);
	CHECK_EQ(xnvme_cli_enumeration_append(list, &ident), 0);
	before = sys_stream_redirect(stdout, kept);
	print_all(list);
	sys_stream_restore(stdout, before);
	xnvme_cli_enumeration_free(list);
	rewind(kept);
	text[fread(text, 1, sizeof(text) - 1, kept)] = '\0';
	fclose(kept);
	for (size_t i = 0; i < ARRAY_LEN(wanted); ++i) {
		if (!strstr(text, wanted[i])) {
			test_fail(__FILE__, __LINE__, "missing: %s", wanted[i]);
		}
	}
}

static void
the_stopwatch_runs_forward(void)
{
	setup();
	const uint64_t start = xnvme_cli_timer_start(&cli);
	const uint64_t stop = xnvme_cli_timer_stop(&cli);

	CHECK(start > 0 && stop >= start);
	CHECK_EQ(cli.timer.start, start);
	CHECK_EQ(cli.timer.stop, stop);
}

static void
an_error_is_one_line_with_number_and_words(void)
{
	FILE *kept = sys_temp_stream();
	const int before = sys_stream_redirect(stderr, kept);
	char line[256] = "";
	char more[256];

	xnvme_cli_perr("doing it", -ENOENT);
	sys_stream_restore(stderr, before);
	rewind(kept);
	CHECK(fgets(line, sizeof(line), kept));
	CHECK(!fgets(more, sizeof(more), kept));
	fclose(kept);
	CHECK(strstr(line, "doing it") && strstr(line, "-2"));
	CHECK(strstr(line, "No such file or directory"));
}

static const struct test tests[] = {
    TEST_CASE(what_is_printed_is_what_was_given),
    TEST_CASE(the_stopwatch_runs_forward),
    TEST_CASE(an_error_is_one_line_with_number_and_words),
    TEST_CASE(help_and_version_run_nothing),
    TEST_CASE(json_is_known_to_the_handler_and_forgotten_afterwards),
    TEST_CASE(force_and_dry_run_are_known_to_the_handler_and_forgotten_afterwards),
    TEST_CASE(what_changes_nothing_takes_neither_force_nor_dry_run),
    TEST_CASE(usage_manual_and_completion_have_force_and_dry_run_where_they_apply),
    TEST_CASE(the_result_tells_a_refused_line_from_a_failed_handler),
    TEST_CASE(output_that_cannot_be_written_is_a_failure),
    TEST_CASE(to_opts_means_only_the_mode_that_was_given),
    TEST_CASE(the_device_is_opened_for_the_handler_and_closed_after_it),
    TEST_CASE(a_list_of_devices_takes_as_many_as_it_was_made_for),
    TEST_CASE(random_command_lines_end_in_one_of_three_results),
};

int
main(int argc, char **argv)
{
	return test_main(tests, ARRAY_LEN(tests), argc, argv);
}
