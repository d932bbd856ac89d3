// SPDX-License-Identifier: BSD-3-Clause
/**
 * Running a sub-command: parse, open the device, call the handler, report, check the output
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <libxnvme_err.h>
#include <libxnvme_pp.h>
#include <core/err.h>
#include <os/words.h>
#include <print/text.h>
#include <options.h>

void
xnvme_cli_perr(const char *msg, int err)
{
	const int code = err < 0 && err != INT32_MIN ? -err : err;

	if (xnvi_cli_current) {
		xnvi_cli_current->reported = true;
	}
	xnvi_text_line(stderr, "# ERR: '%s': {errno: %d, msg: '%s'}", msg ? msg : "", err,
		       xnvi_strerror(code));
}

/** The library's words for the last failure, each line indented below the message they explain */
static void
last_failure_explain(void)
{
	const struct xnvme_err *last = xnvme_err_last();

	if (!last->err) {
		return;
	}
	if (last->what[0]) {
		xnvi_text_line(stderr, "#   what: %s", last->what);
	}
	if (last->where[0]) {
		xnvi_text_line(stderr, "#   where: %s", last->where);
	}
	if (last->hint[0]) {
		xnvi_text_line(stderr, "#   hint: %s", last->hint);
	}
}

/** Output that could not be written is a failure, even when the handler succeeded */
static int
stdout_check(const struct xnvme_cli *cli)
{
	const int failed_before = ferror(stdout);
	int err = 0;

	errno = 0;
	if (fflush(stdout)) {
		err = errno ? errno : EIO;
	} else if (failed_before) {
		err = EIO;
	}
	if (!err) {
		return 0;
	}
	xnvi_text_line(stderr, "%s: writing to standard output failed: %s", xnvi_cli_tool_name(cli),
		       xnvi_strerror(err));
	clearerr(stdout);

	return 1;
}

static int
device_open(struct xnvme_cli *cli)
{
	struct xnvme_opts opts = xnvme_opts_default();
	char msg[512];
	int err;

	err = xnvme_cli_to_opts(cli, &opts);
	if (err) {
		xnvme_cli_perr("xnvme_cli_to_opts()", err);
		return err;
	}
	xnvme_err_clear();
	cli->args.dev = xnvme_dev_open(cli->args.uri, &opts);
	if (!cli->args.dev) {
		err = errno ? -errno : -EIO;
		snprintf(msg, sizeof(msg), "%s: cannot open '%s'", xnvi_cli_tool_name(cli),
			 cli->args.uri);
		xnvme_cli_perr(msg, err);
		last_failure_explain();
		return err;
	}

	return 0;
}

/** How a run ended; xnvme_cli_run() turns it into the value of 0.7.5 or into an exit status */
enum run_end {
	RUN_DONE = 0,
	RUN_FAILED,
	RUN_REFUSED,  ///< The command line was refused
	RUN_NOT_OPEN, ///< The device did not open
};

static enum run_end
handler_call(struct xnvme_cli *cli, struct xnvi_cli_run *run)
{
	char msg[128];
	int err;

	if (!cli->sub->command) {
		return RUN_DONE;
	}
	xnvme_err_clear();
	run->reported = false;
	err = cli->sub->command(cli);
	if (err && !run->reported) {
		snprintf(msg, sizeof(msg), "%s %s failed", xnvi_cli_tool_name(cli), cli->sub->name);
		xnvme_cli_perr(msg, err);
		last_failure_explain();
	}

	return err ? RUN_FAILED : RUN_DONE;
}

/** Print text for packagers, by options that the usage does not list; false without one */
static bool
hidden_text(const struct xnvme_cli *cli, int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--help-completion") == 0) {
		xnvi_cli_completion(stdout, cli);
		return true;
	}
	if (argc == 2 && strcmp(argv[1], "--help-man") == 0) {
		xnvi_cli_man(stdout, cli);
		return true;
	}

	return false;
}

static void
version_print(const struct xnvme_cli *cli, const struct xnvi_cli_run *run)
{
	if (cli->ver_pr) {
		cli->ver_pr(run->json ? XNVME_PR_JSON : XNVME_PR_DEF);
		fputc('\n', stdout);
	}
}

static enum run_end
sub_run(struct xnvme_cli *cli, struct xnvi_cli_run *run, int opts)
{
	enum run_end end;

	if (cli->given[XNVME_CLI_OPT_VERBOSE] && cli->args.verbose) {
		xnvi_cli_args_fpr(stderr, &cli->args, XNVME_PR_DEF);
	}
	/* A dry run changes nothing, so it works without write permission */
	if ((run->dry_run || (opts & XNVME_CLI_INIT_RDONLY)) && !cli->given[XNVME_CLI_OPT_RDONLY] &&
	    !cli->given[XNVME_CLI_OPT_RDWR] && !cli->given[XNVME_CLI_OPT_WRONLY]) {
		cli->args.rdonly = 1;
		cli->given[XNVME_CLI_OPT_RDONLY] = 1;
	}
	if ((opts & XNVME_CLI_INIT_DEV_OPEN) && cli->args.uri) {
		if (device_open(cli)) {
			return RUN_NOT_OPEN;
		}
		end = handler_call(cli, run);
		xnvme_dev_close(cli->args.dev);
		cli->args.dev = NULL;
		return end;
	}

	return handler_call(cli, run);
}

static enum run_end
run_parsed(struct xnvme_cli *cli, struct xnvi_cli_run *run, int argc, char **argv, int opts)
{
	if (hidden_text(cli, argc, argv)) {
		return RUN_DONE;
	}
	if (xnvi_cli_parse(cli, run, argc, argv)) {
		return RUN_REFUSED;
	}
	if (run->help && cli->sub) {
		xnvi_cli_usage_sub(stdout, cli, cli->sub);
		return RUN_DONE;
	}
	if (run->help) {
		xnvi_cli_usage_tool(stdout, cli);
		return RUN_DONE;
	}
	if (run->version) {
		version_print(cli, run);
		return RUN_DONE;
	}

	return sub_run(cli, run, opts);
}

int
xnvme_cli_run(struct xnvme_cli *cli, int argc, char **argv, int opts)
{
	/* By enum run_end */
	static const int returned[] = {0, 1, -1, -1};
	static const int exits[] = {0, 1, 2, 1};
	struct xnvi_cli_run run = {.cli = cli, .outer = xnvi_cli_current};
	enum run_end end;

	if (!cli || argc < 0 || (argc > 0 && !argv) || cli->nsubs < 0 ||
	    (cli->nsubs > 0 && !cli->subs)) {
		xnvi_text_line(stderr, "xnvme_cli_run: the description of the tool is incomplete");
		xnvi_err(-EINVAL, "cli", __func__, "fill in struct xnvme_cli, and pass argv",
			 "cli, argv or subs is NULL, or argc or nsubs is negative");
		return (opts & XNVME_CLI_INIT_EXIT ? exits : returned)[RUN_REFUSED];
	}
	cli->argc = argc;
	cli->argv = argv;

	xnvi_cli_current = &run;
	end = run_parsed(cli, &run, argc, argv, opts);
	xnvi_cli_current = run.outer;

	if (stdout_check(cli) && end == RUN_DONE) {
		end = RUN_FAILED;
	}

	return (opts & XNVME_CLI_INIT_EXIT ? exits : returned)[end];
}
