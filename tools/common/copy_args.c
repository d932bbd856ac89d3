// SPDX-License-Identifier: BSD-3-Clause
/**
 * Before and after a copy: options, opening, sizes, the summary
 */
#include <change.h>
#include <copy.h>
#include <file.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <print/emit.h>

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

/** Whether a path that is neither a file nor a device can be used as a stream */
static bool
is_stream(const char *uri)
{
	struct xnvi_file_info info;

	return tool_path_info(uri, &info) == 0 &&
	       (info.kind == XNVI_FILE_STREAM || info.kind == XNVI_FILE_CHARACTER);
}

static int
stream_open(struct tool_stream *stream, const char *uri, unsigned how)
{
	const size_t len = strlen(TOOL_FILE_SCHEME);
	int err;

	if (tool_files_are_uris && strncmp(uri, TOOL_FILE_SCHEME, len) == 0) {
		uri += len;
	}
	err = xnvi_file_open(uri, how, 0, &stream->file);
	stream->open = !err;

	return err;
}

/** Open a device, or else a stream; 0, or a negative errno after reporting */
static int
copy_open(const char *uri, struct xnvme_opts *opts, struct xnvme_dev **dev,
	  struct tool_stream *stream)
{
	char path[TOOL_MESSAGE_NBYTES];
	char msg[TOOL_MESSAGE_NBYTES];
	int err;

	/* A path that is too long for a URI is refused with its length */
	snprintf(path, sizeof(path), "%s%s", tool_files_are_uris ? "" : TOOL_FILE_SCHEME, uri);
	xnvme_err_clear();
	*dev = xnvme_dev_open(path, opts);
	err = *dev ? 0 : errno ? -errno : -EIO;
	if (err == -ENOTTY && is_stream(uri)) {
		xnvme_err_clear();
		err = stream_open(stream, uri, opts->rdonly ? XNVI_OPEN_READ : XNVI_OPEN_WRITE);
	}
	if (err) {
		snprintf(msg, sizeof(msg), "opening '%s' for %s", uri,
			 opts->rdonly ? "reading" : "writing");
		tool_fail(msg, err);
	}

	return err;
}

int
tool_copy_src_open(const struct xnvme_cli *cli, struct tool_copy *copy, const char *uri)
{
	struct xnvme_opts opts = xnvme_opts_default();

	if (tool_is_stdin(uri)) {
		copy->in = (struct tool_stream){
		    .open = true, .file = xnvi_std_handle(XNVI_STDIN), .standard = true};
		return 0;
	}
	if (xnvme_cli_to_opts(cli, &opts)) {
		return -EINVAL;
	}
	opts.rdonly = 1;
	opts.rdwr = 0;

	return copy_open(uri, &opts, &copy->src, &copy->in);
}

int
tool_copy_dst_open(const struct xnvme_cli *cli, struct tool_copy *copy, const char *uri)
{
	struct xnvme_opts opts = xnvme_opts_default();
	int err = 0;

	if (xnvme_cli_to_opts(cli, &opts)) {
		return -EINVAL;
	}
	opts.rdwr = 1;
	opts.create = 1;
	opts.create_mode = 0666;
	if (tool_is_stdout(uri)) {
		copy->out = (struct tool_stream){.open = true, .file = tool_stdout()};
		err = tool_claim_output(cli, uri, &copy->held);
	} else {
		err = copy_open(uri, &opts, &copy->dst, &copy->out);
	}
	if (!err && copy->out.open && copy->dst_offset) {
		err = tool_refuse("'%s' is written from its start; --seek is for files and "
				  "devices",
				  uri);
	}
	if (!err && copy->dst) {
		err = tool_claim(cli, copy->dst, TOOL_CHANGES);
	}

	return err;
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
	xnvme_cli_numbers_fpr(stderr, cli);
	xnvi_emit_init(&e, stdout, xnvme_cli_pr_opts(cli));
	xnvi_emit_map(&e, "dry_run", XNVI_EMIT_BLOCK);
	xnvi_emit_str(&e, "operation", cli->sub->name);
	xnvi_emit_str(&e, "data_input", src_uri ? src_uri : pattern_descr);
	xnvi_emit_str(&e, "data_output", dst_uri);
	xnvi_emit_u64(&e, "offset", copy->src_offset);
	xnvi_emit_u64(&e, "seek", copy->dst_offset);
	/* The length of a stream is not known before its end */
	if (!copy->to_end || copy->nbytes) {
		xnvi_emit_u64(&e, "data_nbytes", copy->nbytes);
	}
	xnvi_emit_end(&e);
	err = tool_printed(xnvi_emit_term(&e));

	return err ? err : TOOL_SHOWN;
}

static void
stream_close(struct tool_stream *stream)
{
	if (stream->open && !stream->standard) {
		(void)xnvi_file_close(stream->file);
	}
	free(stream->ahead);
	*stream = (struct tool_stream){0};
}

void
tool_copy_close(struct tool_copy *copy)
{
	xnvme_file_close(copy->dst);
	xnvme_file_close(copy->src);
	xnvme_dev_close(copy->held);
	stream_close(&copy->in);
	stream_close(&copy->out);
}

void
tool_copy_whole(struct tool_copy *copy)
{
	copy->to_end = copy->in.open || tool_copy_is_file(copy->src);
	copy->nbytes = copy->in.open ? 0 : xnvme_dev_get_geo(copy->src)->tbytes;
}

/** Report an input that is too short */
static int
ends_early(uint64_t found, uint64_t nbytes)
{
	struct xnvme_err words = {.err = -ENODATA};

	snprintf(words.what, sizeof(words.what),
		 "the input ends after %" PRIu64 " of %" PRIu64 " bytes", found, nbytes);

	return tool_explained("reading the input", &words);
}

/** Skip to the offset of a stream by reading */
static int
stream_skip(struct tool_copy *copy)
{
	for (uint64_t done = 0; done < copy->src_offset;) {
		const uint64_t left = copy->src_offset - done;
		const int64_t got =
		    tool_read_full(copy->in.file, copy->in.ahead,
				   left < TOOL_IOSIZE_DEFAULT ? (size_t)left : TOOL_IOSIZE_DEFAULT);

		if (got < 0) {
			return tool_fail("reading the input", (int)got);
		}
		done += (uint64_t)got;
		if (!got) {
			return ends_early(done, copy->src_offset + copy->nbytes);
		}
	}

	return 0;
}

static int
stream_check(struct tool_copy *copy)
{
	struct tool_stream *in = &copy->in;
	const bool all = !copy->to_end && copy->nbytes < TOOL_IOSIZE_DEFAULT;
	const size_t want = all ? (size_t)copy->nbytes : TOOL_IOSIZE_DEFAULT;
	int64_t got;
	int err;

	in->ahead = malloc(TOOL_IOSIZE_DEFAULT);
	if (!in->ahead) {
		return tool_fail("allocating", -ENOMEM);
	}
	err = stream_skip(copy);
	if (err) {
		return err;
	}
	got = tool_read_full(in->file, in->ahead, want);
	if (got < 0) {
		return tool_fail("reading the input", (int)got);
	}
	in->ahead_nbytes = (size_t)got;
	if (!copy->to_end && (size_t)got < want) {
		return ends_early((uint64_t)got, copy->nbytes);
	}

	return 0;
}

int
tool_copy_src_check(struct tool_copy *copy)
{
	const size_t probe_nbytes = 4096;
	const size_t want = copy->nbytes < probe_nbytes ? (size_t)copy->nbytes : probe_nbytes;
	struct xnvme_cmd_ctx ctx;
	void *buf;
	int err;

	if (copy->in.open) {
		return stream_check(copy);
	}
	err = tool_copy_range_check(copy->src, copy->src_offset, copy->nbytes, !copy->to_end);
	if (err || !tool_copy_is_file(copy->src) || (!copy->to_end && !want)) {
		return err;
	}
	buf = tool_buf_alloc(copy->src, probe_nbytes);
	if (!buf) {
		return -ENOMEM;
	}
	ctx = xnvme_cmd_ctx_from_dev(copy->src);
	err = xnvme_file_pread(&ctx, buf, probe_nbytes, (xnvme_off_t)copy->src_offset);
	err = tool_cmd_check("reading the input", &ctx, err);
	xnvme_buf_free(copy->src, buf);
	if (!err && !copy->to_end && ctx.cpl.result < want) {
		err = ends_early(ctx.cpl.result, copy->nbytes);
	}

	return err;
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
	if (!copy->src && !copy->in.open) {
		xnvi_emit_str(&e, "pattern", pattern_descr);
	}
	xnvi_emit_double(&e, "elapsed", secs, 4);
	xnvi_emit_double(&e, "mbsec", secs > 0 ? mib / secs : 0.0, 2);
	xnvi_emit_end(&e);

	return tool_printed(xnvi_emit_term(&e));
}
