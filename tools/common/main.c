// SPDX-License-Identifier: BSD-3-Clause
/** main() of the tools: handlers run between the checks before and the reports after them */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <print/text.h>
#include <change.h>
#include <file.h>
#include <tool.h>

#define SUBS_MAX      64
#define STDOUT_NBYTES (64 * 1024)

/** The tool of this program */
static struct {
	const struct tool_mode *modes;
	size_t nmodes;
	xnvme_cli_subfunc handlers[SUBS_MAX];
} g_tool;

static const struct tool_mode *
mode_of(const char *sub)
{
	for (size_t i = 0; sub && i < g_tool.nmodes; ++i) {
		if (strcmp(g_tool.modes[i].sub, sub) == 0) {
			return &g_tool.modes[i];
		}
	}

	return NULL;
}

/** Called instead of the handler of every sub-command; claims the device, then calls the handler */
static int
handler_run(struct xnvme_cli *cli)
{
	const struct tool_mode *mode = mode_of(cli->sub->name);
	int err = tool_files_begin(cli);

	if (!err && mode->use != TOOL_READS && mode->use != TOOL_DECIDES) {
		err = tool_claim(cli, cli->args.dev, mode->use);
	}
	if (!err) {
		err = g_tool.handlers[cli->sub - cli->subs](cli);
	}

	return err == TOOL_SHOWN ? 0 : err;
}

/** Make the sub-command take --force and --dry-run */
static void
options_add(struct xnvme_cli_sub *sub)
{
	size_t nopts = 0;

	while (sub->opts[nopts].opt != XNVME_CLI_OPT_NONE) {
		++nopts;
	}
	sub->opts[nopts] =
	    (struct xnvme_cli_sub_opt){XNVME_CLI_OPT_NON_POSA_TITLE, XNVME_CLI_CHANGES};
}

static int
handlers_wrap(struct xnvme_cli *cli)
{
	assert(cli->nsubs <= SUBS_MAX);
	for (int i = 0; i < cli->nsubs; ++i) {
		struct xnvme_cli_sub *sub = &cli->subs[i];
		const struct tool_mode *mode = mode_of(sub->name);

		if (!mode) {
			return tool_refuse("%s %s: it is not known whether this changes a device; "
					   "add a row to the table of modes",
					   cli->title, sub->name);
		}
		if (mode->use != TOOL_READS) {
			options_add(sub);
		}
		g_tool.handlers[i] = sub->command;
		sub->command = handler_run;
	}

	return 0;
}

int
tool_main(struct xnvme_cli *cli, const struct tool_mode *modes, size_t nmodes, int argc,
	  char **argv)
{
	static char stdout_buf[STDOUT_NBYTES];
	const struct tool_mode *mode;
	int status;
	int err;

	err = xnvi_std_prepare();
	if (err) {
		xnvme_cli_perr("filling closed descriptors among 0 to 2", err);
		return EXIT_FAILURE;
	}
	g_tool.modes = modes;
	g_tool.nmodes = nmodes;
	mode = mode_of(argc > 1 ? argv[1] : NULL);
	/* Line-buffered, so that an interrupted sub-command leaves no partial line. Without one,
	 * there is only help */
	setvbuf(stdout, stdout_buf, mode ? _IOLBF : _IOFBF, sizeof(stdout_buf));
	if (handlers_wrap(cli)) {
		return EXIT_FAILURE;
	}
	status = xnvme_cli_run(cli, argc, argv,
			       XNVME_CLI_INIT_EXIT | (mode ? mode->opts : XNVME_CLI_INIT_NONE));

	return status == EXIT_SUCCESS && ferror(stderr) ? EXIT_FAILURE : status;
}
