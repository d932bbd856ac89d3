// SPDX-License-Identifier: BSD-3-Clause
/**
 * Around a copy: options, opening, sizes, the summary
 */
#include <change.h>
#include <copy.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <spec/emit.h>

static const char pattern_descr[] = "A to Z, repeated";

void
tool_copy_args(const struct xnvme_cli *cli, struct tool_copy *copy)
{
	const struct xnvme_cli_args *args = &cli->args;

	copy->iosize = cli->given[XNVME_CLI_OPT_IOSIZE] ? args->iosize : TOOL_IOSIZE_DEFAULT;
	if (copy->qdepth) {
		copy->qdepth =
		    cli->given[XNVME_CLI_OPT_QDEPTH] ? args->qdepth : TOOL_QDEPTH_DEFAULT;
	}
	if (copy->vec_cnt) {
		copy->vec_cnt =
		    cli->given[XNVME_CLI_OPT_VEC_CNT] ? args->vec_cnt : TOOL_VEC_CNT_DEFAULT;
	}
	copy->direct = args->direct;
}

static struct xnvme_dev *
copy_open(const char *uri, struct xnvme_opts *opts, const char *doing)
{
	struct xnvme_dev *dev;
	char msg[512];

	xnvme_err_clear();
	dev = xnvme_file_open(uri, opts);
	if (!dev) {
		snprintf(msg, sizeof(msg), "opening '%s' for %s", uri, doing);
		tool_fail(msg, errno ? -errno : -EIO);
	}

	return dev;
}

struct xnvme_dev *
tool_copy_src_open(const struct xnvme_cli *cli, const char *uri)
{
	struct xnvme_opts opts = xnvme_opts_default();

	if (xnvme_cli_to_opts(cli, &opts)) {
		return NULL;
	}
	opts.rdonly = 1;
	opts.rdwr = 0;

	return copy_open(uri, &opts, "reading");
}

struct xnvme_dev *
tool_copy_dst_open(const struct xnvme_cli *cli, const char *uri, bool truncate)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev;

	if (xnvme_cli_to_opts(cli, &opts)) {
		return NULL;
	}
	opts.rdwr = 1;
	opts.create = 1;
	opts.create_mode = 0666;
	opts.truncate = truncate;
	dev = copy_open(uri, &opts, "writing");
	/* A file is truncated by now, but is never in use in this sense */
	if (dev && tool_claim(cli, dev, TOOL_CHANGES)) {
		xnvme_file_close(dev);
		return NULL;
	}

	return dev;
}

int
tool_copy_show(struct xnvme_cli *cli, const struct tool_copy *copy, const char *src_uri,
	       const char *dst_uri)
{
	struct xnvi_emit e;
	int err;

	if (!xnvme_cli_is_dry_run(cli)) {
		return 0;
	}
	xnvi_emit_init(&e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(&e, "dry_run", XNVI_EMIT_BLOCK);
	xnvi_emit_str(&e, "operation", cli->sub->name);
	xnvi_emit_str(&e, "data_input", src_uri ? src_uri : pattern_descr);
	xnvi_emit_str(&e, "data_output", dst_uri);
	xnvi_emit_u64(&e, "offset", copy->dst_offset);
	xnvi_emit_u64(&e, "data_nbytes", copy->nbytes);
	xnvi_emit_end(&e);
	err = tool_printed(xnvi_emit_term(&e));

	return err ? err : TOOL_SHOWN;
}

/** stat() of the path in a URI, which may carry options after a question mark */
static bool
uri_stat(const char *uri, struct stat *st, char *path, size_t path_nbytes)
{
	snprintf(path, path_nbytes, "%s", uri);
	if (stat(path, st) == 0) {
		return true;
	}
	path[strcspn(path, "?")] = '\0';

	return stat(path, st) == 0;
}

int
tool_copy_same_check(const char *src_uri, const char *dst_uri)
{
	char path[XNVME_IDENT_URI_LEN];
	struct stat src;
	struct stat dst;
	bool same;

	if (!uri_stat(src_uri, &src, path, sizeof(path)) ||
	    !uri_stat(dst_uri, &dst, path, sizeof(path))) {
		return 0;
	}
	same = src.st_dev == dst.st_dev && src.st_ino == dst.st_ino;
	if (S_ISBLK(src.st_mode) && S_ISBLK(dst.st_mode)) {
		same = src.st_rdev == dst.st_rdev;
	}

	return same ? tool_refuse("input and output are the same: '%s'", dst_uri) : 0;
}

int
tool_copy_trim(const char *uri, uint64_t nbytes)
{
	char path[XNVME_IDENT_URI_LEN];
	struct stat st;

	if (!uri_stat(uri, &st, path, sizeof(path)) || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size == nbytes) {
		return 0;
	}
	if (truncate(path, (off_t)nbytes)) {
		return tool_fail("cutting the output to its size", -errno);
	}

	return 0;
}

int
tool_copy_summary(struct xnvme_cli *cli, const struct tool_copy *copy)
{
	const double secs = xnvme_timer_elapsed(&cli->timer);
	const double mib = (double)copy->nbytes / (double)(1 << 20);
	struct xnvi_emit e;

	xnvi_emit_init(&e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(&e, cli->sub->name, XNVI_EMIT_BLOCK);
	xnvi_emit_u64(&e, "data_nbytes", copy->nbytes);
	xnvi_emit_u64(&e, "iosize", copy->iosize);
	if (copy->qdepth) {
		xnvi_emit_u64(&e, "qdepth", copy->qdepth);
	}
	if (copy->vec_cnt) {
		xnvi_emit_u64(&e, "vec_cnt", copy->vec_cnt);
	}
	if (!copy->src) {
		xnvi_emit_str(&e, "pattern", pattern_descr);
	}
	xnvi_emit_double(&e, "elapsed", secs, 4);
	xnvi_emit_double(&e, "mbsec", secs > 0 ? mib / secs : 0.0, 2);
	xnvi_emit_end(&e);

	return tool_printed(xnvi_emit_term(&e));
}
