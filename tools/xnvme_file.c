// SPDX-License-Identifier: BSD-3-Clause
/**
 * The tool `xnvme_file`: write, read and copy files. An output file holds exactly what was written.
 */
#include <errno.h>
#include <copy.h>
#include <file.h>

/** Fill in the plan of a copy; ids of interfaces go to the library with the options */
static int
run_and_report(struct xnvme_cli *cli, struct tool_copy *copy)
{
	int err;

	xnvme_cli_timer_start(cli);
	err = tool_copy_run(copy);
	xnvme_cli_timer_stop(cli);

	return err ? err : tool_copy_summary(cli, copy);
}

static int
dump(struct xnvme_cli *cli, uint32_t qdepth, uint32_t vec_cnt)
{
	struct tool_copy copy = {
	    .what = cli->sub->name,
	    .nbytes = cli->args.data_nbytes,
	    .qdepth = qdepth,
	    .vec_cnt = vec_cnt,
	};
	int err;

	tool_copy_args(cli, &copy);
	err = tool_copy_show(cli, &copy, NULL, cli->args.data_output);
	if (!err) {
		err = tool_copy_dst_open(cli, &copy, cli->args.data_output);
	}
	if (!err) {
		err = run_and_report(cli, &copy);
	}
	tool_copy_close(&copy);

	return err;
}

/** Read a whole file, and write it to the other file if there is one */
static int
load(struct xnvme_cli *cli, uint32_t qdepth, const char *dst)
{
	struct tool_copy copy = {.what = cli->sub->name, .qdepth = qdepth};
	int err;

	tool_copy_args(cli, &copy);
	err = tool_copy_src_open(cli, &copy, cli->args.data_input);
	if (!err) {
		tool_copy_whole(&copy);
		err = tool_copy_src_check(&copy);
	}
	if (!err && dst) {
		err = tool_copy_show(cli, &copy, cli->args.data_input, dst);
	}
	if (!err && dst) {
		err = tool_copy_dst_open(cli, &copy, dst);
	}
	if (!err) {
		err = run_and_report(cli, &copy);
	}
	tool_copy_close(&copy);

	return err;
}

static int
copy_file(struct xnvme_cli *cli, uint32_t qdepth)
{
	const struct xnvme_cli_args *args = &cli->args;
	const int err = tool_same_check(args->data_input, args->data_output);

	return err ? err : load(cli, qdepth, args->data_output);
}

static int
sub_write_read(struct xnvme_cli *cli)
{
	struct tool_copy copy = {.what = cli->sub->name, .nbytes = cli->args.data_nbytes};
	struct tool_copy check;
	int err;

	if (tool_is_stdout(cli->args.uri)) {
		return tool_refuse("'%s' cannot be read back, name a file", cli->args.uri);
	}
	tool_copy_args(cli, &copy);
	err = tool_copy_show(cli, &copy, NULL, cli->args.uri);
	if (!err) {
		err = tool_copy_dst_open(cli, &copy, cli->args.uri);
	}
	if (!err && !copy.dst) {
		err = tool_refuse("'%s' cannot be read back, name a file", cli->args.uri);
	}
	check = copy;
	check.src = copy.dst;
	check.dst = NULL;
	check.verify = true;
	if (!err) {
		xnvme_cli_timer_start(cli);
		err = tool_copy_run(&copy);
	}
	if (!err) {
		err = xnvme_dev_derive_geo(check.src);
		err = err ? tool_fail("looking at the size", err) : tool_copy_run(&check);
		xnvme_cli_timer_stop(cli);
	}
	if (!err) {
		err = tool_copy_summary(cli, &copy);
	}
	tool_copy_close(&copy);

	return err;
}

static int
sub_dump_sync(struct xnvme_cli *cli)
{
	return dump(cli, 0, 0);
}

static int
sub_dump_sync_iovec(struct xnvme_cli *cli)
{
	return dump(cli, 0, TOOL_VEC_CNT_DEFAULT);
}

static int
sub_dump_async(struct xnvme_cli *cli)
{
	return dump(cli, TOOL_QDEPTH_DEFAULT, 0);
}

static int
sub_dump_async_iovec(struct xnvme_cli *cli)
{
	return dump(cli, TOOL_QDEPTH_DEFAULT, TOOL_VEC_CNT_DEFAULT);
}

static int
sub_load_sync(struct xnvme_cli *cli)
{
	return load(cli, 0, NULL);
}

static int
sub_load_async(struct xnvme_cli *cli)
{
	return load(cli, TOOL_QDEPTH_DEFAULT, NULL);
}

static int
sub_copy_sync(struct xnvme_cli *cli)
{
	return copy_file(cli, 0);
}

static int
sub_copy_async(struct xnvme_cli *cli)
{
	return copy_file(cli, TOOL_QDEPTH_DEFAULT);
}

// clang-format off
static struct xnvme_cli_sub subs[] = {
	{
	    .name = "write-read",
	    .descr_short = "Write a pattern to a file, read it back and compare",
	    .command = sub_write_read,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_POS(DATA_NBYTES),
		     TOOL_OPTIONS, TOOL_OPT(BE), TOOL_OPT(SYNC)},
	},
	{
	    .name = "dump-sync",
	    .descr_short = "Write a pattern to a file",
	    .descr_long = "Write a pattern to a file. The pattern is the letters A to Z, "
			  "repeated.",
	    .command = sub_dump_sync,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(DATA_OUTPUT), TOOL_OPTIONS,
		     TOOL_REQ(DATA_NBYTES), TOOL_OPT(IOSIZE), TOOL_FLG(DIRECT),
		     TOOL_OPT(BE), TOOL_OPT(SYNC)},
	},
	{
	    .name = "dump-sync-iovec",
	    .descr_short = "Write a pattern to a file by vectored commands",
	    .descr_long = "Write a pattern to a file by vectored commands. Each command carries "
			  "--vec-cnt buffers of --iosize.",
	    .command = sub_dump_sync_iovec,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(DATA_OUTPUT), TOOL_OPTIONS,
		     TOOL_REQ(DATA_NBYTES), TOOL_OPT(IOSIZE), TOOL_FLG(DIRECT),
		     TOOL_OPT(SYNC), TOOL_OPT(BE), TOOL_OPT(VEC_CNT)},
	},
	{
	    .name = "dump-async",
	    .descr_short = "Write a pattern to a file through a queue",
	    .descr_long = "Write a pattern to a file through a queue. The pattern is the letters "
			  "A to Z, repeated.",
	    .command = sub_dump_async,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(DATA_OUTPUT), TOOL_OPTIONS,
		     TOOL_REQ(DATA_NBYTES), TOOL_OPT(IOSIZE), TOOL_OPT(QDEPTH),
		     TOOL_FLG(DIRECT),
		     TOOL_OPT(BE), TOOL_OPT(ASYNC)},
	},
	{
	    .name = "dump-async-iovec",
	    .descr_short = "Write a pattern to a file through a queue, by vectored commands",
	    .descr_long = "Write a pattern to a file through a queue, by vectored commands. Each "
			  "command carries --vec-cnt buffers of --iosize.",
	    .command = sub_dump_async_iovec,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(DATA_OUTPUT), TOOL_OPTIONS,
		     TOOL_REQ(DATA_NBYTES), TOOL_OPT(IOSIZE), TOOL_OPT(QDEPTH),
		     TOOL_FLG(DIRECT), TOOL_OPT(ASYNC), TOOL_OPT(BE), TOOL_OPT(VEC_CNT)},
	},
	{
	    .name = "load-sync",
	    .descr_short = "Read a whole file",
	    .command = sub_load_sync,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(DATA_INPUT), TOOL_OPTIONS, TOOL_OPT(IOSIZE),
		     TOOL_FLG(DIRECT),
		     TOOL_OPT(BE), TOOL_OPT(SYNC)},
	},
	{
	    .name = "load-async",
	    .descr_short = "Read a whole file through a queue",
	    .command = sub_load_async,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(DATA_INPUT), TOOL_OPTIONS, TOOL_OPT(IOSIZE),
		     TOOL_OPT(QDEPTH), TOOL_FLG(DIRECT),
		     TOOL_OPT(BE), TOOL_OPT(ASYNC)},
	},
	{
	    .name = "copy-sync",
	    .descr_short = "Copy a file",
	    .command = sub_copy_sync,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(DATA_INPUT), TOOL_POS(DATA_OUTPUT),
		     TOOL_OPTIONS, TOOL_OPT(IOSIZE), TOOL_FLG(DIRECT),
		     TOOL_OPT(BE), TOOL_OPT(SYNC)},
	},
	{
	    .name = "copy-async",
	    .descr_short = "Copy a file through two queues",
	    .command = sub_copy_async,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(DATA_INPUT), TOOL_POS(DATA_OUTPUT),
		     TOOL_OPTIONS, TOOL_OPT(IOSIZE), TOOL_OPT(QDEPTH), TOOL_FLG(DIRECT),
		     TOOL_OPT(BE), TOOL_OPT(ASYNC)},
	},};
// clang-format on

static struct xnvme_cli cli = {
    .title = "xnvme_file",
    .descr_short = "Files: write, read and copy them",
    .subs = subs,
    .nsubs = (int)TOOL_ARRAY_LEN(subs),
    .ver_pr = xnvme_ver_pr,
};

/** The sub-commands open their files themselves */
static const struct tool_mode modes[] = {
    {"write-read", XNVME_CLI_INIT_NONE, TOOL_DECIDES},
    {"dump-sync", XNVME_CLI_INIT_NONE, TOOL_DECIDES},
    {"dump-sync-iovec", XNVME_CLI_INIT_NONE, TOOL_DECIDES},
    {"dump-async", XNVME_CLI_INIT_NONE, TOOL_DECIDES},
    {"dump-async-iovec", XNVME_CLI_INIT_NONE, TOOL_DECIDES},
    {"copy-sync", XNVME_CLI_INIT_NONE, TOOL_DECIDES},
    {"copy-async", XNVME_CLI_INIT_NONE, TOOL_DECIDES},
    {"load-sync", XNVME_CLI_INIT_NONE, TOOL_READS},
    {"load-async", XNVME_CLI_INIT_NONE, TOOL_READS},
};

int
main(int argc, char **argv)
{
	return tool_main(&cli, modes, TOOL_ARRAY_LEN(modes), argc, argv);
}
