// SPDX-License-Identifier: BSD-3-Clause
/**
 * The tool `xdd`: copy between any two URIs
 */
#include <errno.h>
#include <copy.h>
#include <file.h>

#define XDD_DESCR                                                                                  \
	"Copy --data-nbytes from one URI to another: files, block devices, NVMe namespaces,\n"     \
	"devices in memory. --offset skips bytes of the input, --seek of the output. An output\n"  \
	"file is created when missing and ends where the copy ends. The output is flushed\n"       \
	"before the tool reports success. An input that is too short is a failure, and the\n"      \
	"output is as before. \"-\" is standard input and output; file:PATH is always a path."

static int
xdd(struct xnvme_cli *cli, uint32_t qdepth)
{
	const struct xnvme_cli_args *args = &cli->args;
	struct tool_copy copy = {
	    .what = "xdd",
	    .src_offset = args->offset,
	    .dst_offset = args->sdlba, /* --seek */
	    .nbytes = args->data_nbytes,
	    .qdepth = qdepth,
	};
	int err;

	err = tool_same_check(args->data_input, args->data_output);
	if (err) {
		return err;
	}
	tool_copy_args(cli, &copy);
	err = tool_copy_src_open(cli, &copy, args->data_input);
	if (!err) {
		err = tool_copy_src_check(&copy);
	}
	if (!err) {
		err = tool_copy_show(cli, &copy, args->data_input, args->data_output);
	}
	if (!err) {
		err = tool_copy_dst_open(cli, &copy, args->data_output);
	}
	if (!err) {
		xnvme_cli_timer_start(cli);
		err = tool_copy_run(&copy);
		xnvme_cli_timer_stop(cli);
	}
	if (!err) {
		err = tool_copy_summary(cli, &copy);
	}
	tool_copy_close(&copy);

	return err;
}

static int
sub_sync(struct xnvme_cli *cli)
{
	return xdd(cli, 0);
}

static int
sub_async(struct xnvme_cli *cli)
{
	return xdd(cli, TOOL_QDEPTH_DEFAULT);
}

// clang-format off
static struct xnvme_cli_sub subs[] = {
	{
	    .name = "sync",
	    .descr_short = "Copy from URI to URI",
	    .descr_long = XDD_DESCR,
	    .command = sub_sync,
	    .opts = {TOOL_OPTIONS, TOOL_REQ(DATA_INPUT), TOOL_REQ(DATA_OUTPUT),
		     TOOL_REQ(DATA_NBYTES), TOOL_OPT(IOSIZE), TOOL_FLG(DIRECT),
		     TOOL_OPT(OFFSET), TOOL_OPT(SEEK),
		     TOOL_OPT(BE), TOOL_OPT(SYNC)},
	},
	{
	    .name = "async",
	    .descr_short = "Copy from URI to URI through two queues",
	    .descr_long = XDD_DESCR,
	    .command = sub_async,
	    .opts = {TOOL_OPTIONS, TOOL_REQ(DATA_INPUT), TOOL_REQ(DATA_OUTPUT),
		     TOOL_REQ(DATA_NBYTES), TOOL_OPT(IOSIZE), TOOL_OPT(QDEPTH),
		     TOOL_FLG(DIRECT), TOOL_OPT(OFFSET), TOOL_OPT(SEEK),
		     TOOL_OPT(BE), TOOL_OPT(ASYNC)},
	},};
// clang-format on

static struct xnvme_cli cli = {
    .title = "xdd",
    .descr_short = "Copy between any two URIs",
    .subs = subs,
    .nsubs = (int)TOOL_ARRAY_LEN(subs),
    .ver_pr = xnvme_ver_pr,
};

/** The sub-commands open their devices themselves */
static const struct tool_mode modes[] = {
    {"sync", XNVME_CLI_INIT_NONE, TOOL_DECIDES},
    {"async", XNVME_CLI_INIT_NONE, TOOL_DECIDES},
};

int
main(int argc, char **argv)
{
	tool_files_are_uris = true;

	return tool_main(&cli, modes, TOOL_ARRAY_LEN(modes), argc, argv);
}
