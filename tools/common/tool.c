// SPDX-License-Identifier: BSD-3-Clause
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <print/emit.h>
#include <print/text.h>

#include <os/std.h>
#include <tool.h>

#define NSEC_PER_SEC UINT64_C(1000000000)

static void
words_print(const struct xnvme_err *words)
{
	if (words->what[0]) {
		xnvi_text_line(stderr, "#   what: %s", words->what);
	}
	if (words->where[0]) {
		xnvi_text_line(stderr, "#   where: %s", words->where);
	}
	if (words->hint[0]) {
		xnvi_text_line(stderr, "#   hint: %s", words->hint);
	}
}

int
tool_explained(const char *what, const struct xnvme_err *words)
{
	const int err = words->err < 0 ? words->err : -EIO;

	xnvme_cli_perr(what, err);
	words_print(words);

	return err;
}

int
tool_fail(const char *what, int err)
{
	const struct xnvme_err *last = xnvme_err_last();
	const int code = err > 0 ? -err : err < 0 ? err : -EIO;

	xnvme_cli_perr(what, code);
	if (last->err == code) {
		words_print(last);
	}

	return code;
}

int
tool_refuse(const char *format, ...)
{
	char msg[TOOL_MESSAGE_NBYTES];
	va_list ap;

	va_start(ap, format);
	vsnprintf(msg, sizeof(msg), format, ap);
	va_end(ap);
	xnvme_cli_perr(msg, -EINVAL);

	return -EINVAL;
}

int
tool_cmd_check(const char *what, const struct xnvme_cmd_ctx *ctx, int err)
{
	struct xnvme_err words = {0};

	if (!err && !ctx->cpl.status.sc && !ctx->cpl.status.sct) {
		return 0;
	}
	/* xnvme_err_last() has more words than the context, which has only an errno */
	if (err && xnvme_err_last()->err == err) {
		return tool_explained(what, xnvme_err_last());
	}
	if (xnvme_cmd_ctx_explain(ctx, &words) || !words.err) {
		return tool_fail(what, err);
	}

	return tool_explained(what, &words);
}

int
tool_printed(int wrtn)
{
	return wrtn < 0 ? tool_fail("writing the output", wrtn) : 0;
}

void *
tool_buf_alloc(struct xnvme_dev *dev, size_t nbytes)
{
	void *buf = xnvme_buf_alloc(dev, nbytes);

	if (!buf) {
		tool_fail("allocating a buffer", errno ? -errno : -ENOMEM);
		return NULL;
	}
	memset(buf, 0, nbytes);

	return buf;
}

uint32_t
tool_nsid(const struct xnvme_cli *cli)
{
	if (cli->given[XNVME_CLI_OPT_NSID]) {
		return cli->args.nsid;
	}

	return xnvme_dev_get_nsid(cli->args.dev);
}

void
tool_hexdump_emit(struct xnvi_emit *e, const char *key, const void *buf, size_t nbytes)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = buf;
	const size_t row_nbytes = 16;
	char text[3 * 16 + 1];

	while (nbytes && !bytes[nbytes - 1]) {
		--nbytes;
	}
	xnvi_emit_list(e, key, XNVI_EMIT_BLOCK);
	for (size_t ofz = 0; ofz < nbytes; ofz += row_nbytes) {
		size_t pos = 0;

		for (size_t i = ofz; i < ofz + row_nbytes && i < nbytes; ++i) {
			text[pos++] = digits[bytes[i] >> 4];
			text[pos++] = digits[bytes[i] & 0xf];
			text[pos++] = ' ';
		}
		text[pos ? pos - 1 : 0] = '\0';
		xnvi_emit_map(e, NULL, XNVI_EMIT_FLOW);
		xnvi_emit_hex(e, "offset", ofz);
		xnvi_emit_str(e, "bytes", text);
		xnvi_emit_end(e);
	}
	xnvi_emit_end(e);
}

static uint64_t
now_ns(void)
{
	struct xnvme_timer timer = {0};

	return xnvme_timer_start(&timer);
}

void
tool_progress_start(struct tool_progress *progress, const char *what, uint64_t total)
{
	*progress = (struct tool_progress){.what = what, .total = total};
	progress->enabled = total && xnvi_std_is_terminal(XNVI_STDERR);
	if (progress->enabled) {
		progress->start_ns = now_ns();
		progress->shown_ns = progress->start_ns;
	}
}

void
tool_progress_update(struct tool_progress *progress, uint64_t done)
{
	char progress_line[128];
	uint64_t now;

	if (!progress->enabled) {
		return;
	}
	now = now_ns();
	if (now - progress->shown_ns < NSEC_PER_SEC) {
		return;
	}
	progress->shown_ns = now;
	progress->shown = true;
	snprintf(progress_line, sizeof(progress_line),
		 "\r# %s: %3.0f %%, %" PRIu64 " of %" PRIu64 " MiB, %" PRIu64 " s", progress->what,
		 100.0 * (double)done / (double)progress->total, done >> 20, progress->total >> 20,
		 (uint64_t)((now - progress->start_ns) / NSEC_PER_SEC));
	/* Not made safe to print: it needs the carriage return, and quotes nothing */
	fputs(progress_line, stderr);
	fflush(stderr);
}

void
tool_progress_finish(struct tool_progress *progress)
{
	if (progress->shown) {
		fputs("\n", stderr);
		progress->shown = false;
	}
}
