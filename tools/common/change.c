// SPDX-License-Identifier: BSD-3-Clause
#include <change.h>
#include <file.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <print/emit.h>
#include <print/text.h>

#define NDWORDS 16

/** Values of xnvme_ident.dtype for devices that have nodes in the system */
enum {
	DTYPE_CONTROLLER = 1,
	DTYPE_NAMESPACE = 2,
	DTYPE_BLOCK = 3,
};

int
tool_claim(const struct xnvme_cli *cli, struct xnvme_dev *dev, enum tool_use use)
{
	const bool all = use == TOOL_CHANGES_ALL;
	struct xnvme_err words;
	char what[128];
	int err;

	/* --slba is base 16, so "16" means 22, which not everybody expects */
	xnvme_cli_numbers_fpr(stderr, cli);
	if (xnvme_cli_is_dry_run(cli)) {
		return 0;
	}
	xnvme_err_clear();
	err = all ? xnvme_dev_claim_all(dev) : xnvme_dev_claim(dev);
	if (!err || xnvme_cli_is_forced(cli)) {
		xnvme_err_clear();
		return 0;
	}
	words = *xnvme_err_last();
	words.err = err;
	if (err == -EBUSY) {
		snprintf(words.hint, sizeof(words.hint),
			 "unmount or release it, or give --force to do it nevertheless");
	}
	snprintf(what, sizeof(what), "%s %s: refused, and nothing was changed", cli->title,
		 cli->sub->name);

	return tool_explained(what, &words);
}

/** Get the node to open for an output that is a block device; false for any other output */
static bool
output_node(const char *path, char *node, size_t nbytes)
{
	struct xnvi_file_info info;
	int err;

	if (tool_is_stdout(path)) {
		err = xnvi_handle_path(tool_stdout(), node, nbytes);
		err = err ? err : xnvi_file_info(tool_stdout(), &info);
	} else {
		snprintf(node, nbytes, "%s", path);
		err = xnvi_path_info(path, &info);
	}

	return !err && info.kind == XNVI_FILE_BLOCK;
}

int
tool_claim_output(const struct xnvme_cli *cli, const char *path, struct xnvme_dev **held)
{
	struct xnvme_opts opts = xnvme_opts_default();
	char node[TOOL_MESSAGE_NBYTES];
	struct xnvme_err words;
	int err;

	*held = NULL;
	if (!output_node(path, node, sizeof(node)) ||
	    (cli && (xnvme_cli_is_forced(cli) || xnvme_cli_is_dry_run(cli)))) {
		return 0;
	}
	opts.rdonly = 1;
	xnvme_err_clear();
	*held = xnvme_dev_open(node, &opts);
	err = *held ? xnvme_dev_claim(*held) : -errno;
	if (!err) {
		return 0;
	}
	words = *xnvme_err_last();
	words.err = err;
	if (err == -EBUSY) {
		snprintf(words.hint, sizeof(words.hint),
			 "unmount or release it, or use %s --force to write to it nevertheless",
			 cli ? cli->title : "xdd");
	}
	xnvme_dev_close(*held);
	*held = NULL;

	return tool_explained("the output was not changed", &words);
}

bool
tool_is_node(struct xnvme_dev *dev)
{
	const uint32_t dtype = xnvme_dev_get_ident(dev)->dtype;

	return dtype == DTYPE_CONTROLLER || dtype == DTYPE_NAMESPACE || dtype == DTYPE_BLOCK;
}

static void
question_print(struct xnvme_dev *dev, const char *doing)
{
	const struct xnvme_spec_idfy_ctrlr *ctrlr = xnvme_dev_get_ctrlr(dev);
	const struct xnvme_geo *geo = xnvme_dev_get_geo(dev);
	const char *mn = (const char *)ctrlr->mn;
	const char *sn = (const char *)ctrlr->sn;
	const int sn_len = (int)xnvi_text_padded_len(sn, sizeof(ctrlr->sn));
	char size[48] = "";

	/* A controller has no size */
	if (geo->tbytes) {
		snprintf(size, sizeof(size), ", %" PRIu64 " bytes", geo->tbytes);
	}
	/* Not every block device has a serial number */
	xnvi_text_line(stderr, "%s %s (%.*s%s%.*s%s)?", doing, xnvme_dev_get_ident(dev)->uri,
		       (int)xnvi_text_padded_len(mn, sizeof(ctrlr->mn)), mn,
		       sn_len ? ", serial number " : "", sn_len, sn, size);
	xnvi_text_line(stderr, "All data there is lost. Type y to do it [y/N]:");
}

int
tool_confirm(const struct xnvme_cli *cli, const char *doing)
{
	char answer[16] = {0};

	if (xnvme_cli_is_forced(cli) || xnvme_cli_is_dry_run(cli) || !tool_is_node(cli->args.dev)) {
		return 0;
	}
	if (!xnvi_std_is_terminal(XNVI_STDIN) || !xnvi_std_is_terminal(XNVI_STDERR)) {
		return tool_refuse(
		    "%s erases data and there is no terminal to ask on: give --force "
		    "to do it",
		    cli->sub->name);
	}
	question_print(cli->args.dev, doing);
	if (!fgets(answer, sizeof(answer), stdin)) {
		answer[0] = '\0';
	}
	answer[strcspn(answer, "\n")] = '\0';
	if (strcasecmp(answer, "y") != 0 && strcasecmp(answer, "yes") != 0) {
		return tool_refuse("%s: the answer was not yes, and nothing was done",
				   cli->sub->name);
	}

	return 0;
}

static void
show_begin(struct xnvi_emit *e, struct xnvme_cli *cli, const char *operation)
{
	xnvi_emit_init(e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(e, "dry_run", XNVI_EMIT_BLOCK);
	xnvi_emit_str(e, "operation", operation);
	xnvi_emit_str(e, "uri", cli->args.uri);
}

static int
show_end(struct xnvi_emit *e)
{
	int err;

	xnvi_emit_end(e);
	err = tool_printed(xnvi_emit_term(e));

	return err ? err : TOOL_SHOWN;
}

int
tool_show(struct xnvme_cli *cli, const char *operation)
{
	struct xnvi_emit e;

	if (!xnvme_cli_is_dry_run(cli)) {
		return 0;
	}
	show_begin(&e, cli, operation);

	return show_end(&e);
}

static int
command_show(struct xnvme_cli *cli, const struct xnvme_cmd_ctx *ctx, const struct tool_cmd *cmd)
{
	uint32_t dwords[NDWORDS];
	struct xnvi_emit e;
	char key[8];

	_Static_assert(sizeof(dwords) == sizeof(ctx->cmd), "a command is 16 dwords");

	memcpy(dwords, &ctx->cmd, sizeof(dwords));
	show_begin(&e, cli, cmd->name);
	xnvi_emit_name(&e, "queue", cmd->admin ? "admin" : "io");
	for (size_t i = 0; i < NDWORDS; ++i) {
		snprintf(key, sizeof(key), "cdw%zu", i);
		xnvi_emit_hex(&e, key, dwords[i]);
	}
	xnvi_emit_u64(&e, "data_nbytes", cmd->data_nbytes);
	xnvi_emit_u64(&e, "meta_nbytes", cmd->meta_nbytes);

	return show_end(&e);
}

int
tool_send(struct xnvme_cli *cli, struct xnvme_cmd_ctx *ctx, const struct tool_cmd *cmd)
{
	int err;

	if (xnvme_cli_is_dry_run(cli)) {
		return command_show(cli, ctx, cmd);
	}
	err = (cmd->admin ? xnvme_cmd_pass_admin : xnvme_cmd_pass)(ctx, cmd->data, cmd->data_nbytes,
								   cmd->meta, cmd->meta_nbytes);

	return tool_cmd_check(cmd->name, ctx, err);
}

int
tool_buf_to_file(const void *buf, size_t nbytes, const char *path)
{
	struct xnvme_dev *held = NULL;
	int err;

	err = tool_claim_output(NULL, path, &held);
	if (!err) {
		err = tool_path_write(buf, nbytes, path);
	}
	xnvme_dev_close(held);

	return err;
}
