// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <change.h>
#include <spec/emit.h>

#define TOOL_NSUBS_MAX	    64
#define STDOUT_NBYTES	    (64 * 1024)
#define TRANSFER_NBYTES_MAX (1U << 30)
#define NSEC_PER_SEC	    UINT64_C(1000000000)

/** The tool that this program is */
static struct {
	const struct tool_mode *modes;
	size_t nmodes;
	xnvme_cli_subfunc handlers[TOOL_NSUBS_MAX]; ///< Of the sub-commands that change a device
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

/** Stands before the handler of every sub-command that changes a device */
static int
change(struct xnvme_cli *cli)
{
	const struct tool_mode *mode = mode_of(cli->sub->name);
	int err = 0;

	if (mode->use != TOOL_DECIDES) {
		err = tool_claim(cli, cli->args.dev, mode->use);
	}
	if (!err) {
		err = g_tool.handlers[cli->sub - cli->subs](cli);
	}

	return err == TOOL_SHOWN ? 0 : err;
}

/** Let the sub-command take --force and --dry-run, and put change() before its handler */
static void
sub_guard(struct xnvme_cli *cli, int idx)
{
	struct xnvme_cli_sub *sub = &cli->subs[idx];
	size_t nopts = 0;

	while (sub->opts[nopts].opt != XNVME_CLI_OPT_NONE) {
		++nopts;
	}
	sub->opts[nopts] =
	    (struct xnvme_cli_sub_opt){XNVME_CLI_OPT_NON_POSA_TITLE, XNVME_CLI_CHANGES};
	g_tool.handlers[idx] = sub->command;
	sub->command = change;
}

static int
subs_guard(struct xnvme_cli *cli)
{
	for (int i = 0; i < cli->nsubs; ++i) {
		const struct tool_mode *mode = mode_of(cli->subs[i].name);

		if (!mode || i >= TOOL_NSUBS_MAX) {
			return tool_refuse("%s %s: nobody has decided whether it changes a device; "
					   "add a row to the table of modes",
					   cli->title, cli->subs[i].name);
		}
		if (mode->use != TOOL_READS) {
			sub_guard(cli, i);
		}
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

	/* Whole lines only, so that a tool that is interrupted leaves no partial one behind */
	setvbuf(stdout, stdout_buf, _IOLBF, sizeof(stdout_buf));

	g_tool.modes = modes;
	g_tool.nmodes = nmodes;
	if (subs_guard(cli)) {
		return 2;
	}
	mode = mode_of(argc > 1 ? argv[1] : NULL);
	status = xnvme_cli_run(cli, argc, argv, mode ? mode->opts : XNVME_CLI_INIT_NONE);

	return status < 0 ? 2 : status;
}

static void
words_print(const struct xnvme_err *words)
{
	if (words->what[0]) {
		fprintf(stderr, "#   what: %s\n", words->what);
	}
	if (words->where[0]) {
		fprintf(stderr, "#   where: %s\n", words->where);
	}
	if (words->hint[0]) {
		fprintf(stderr, "#   hint: %s\n", words->hint);
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
	char msg[512];
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

static int
file_fail(const char *doing, const char *path, int err)
{
	char msg[512];

	snprintf(msg, sizeof(msg), "%s '%s'", doing, path);
	xnvme_cli_perr(msg, err);

	return err;
}

static int
buf_to_file(const void *buf, size_t nbytes, const char *path)
{
	size_t done = 0;
	int err = 0;
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		return file_fail("opening for writing", path, -errno);
	}
	while (!err && done < nbytes) {
		const size_t left = nbytes - done;
		const ssize_t got = write(fd, (const char *)buf + done,
					  left < TRANSFER_NBYTES_MAX ? left : TRANSFER_NBYTES_MAX);

		if (got >= 0) {
			done += (size_t)got;
		} else if (errno != EINTR) {
			err = -errno;
		}
	}
	if (close(fd) && !err) {
		err = -errno;
	}

	return err ? file_fail("writing", path, err) : 0;
}

int
tool_buf_to_file(const void *buf, size_t nbytes, const char *path)
{
	struct xnvme_dev *held;
	int err;

	err = tool_claim_output(path, &held);
	if (!err) {
		err = buf_to_file(buf, nbytes, path);
	}
	xnvme_dev_close(held);

	return err;
}

int
tool_buf_from_file(void *buf, size_t nbytes, const char *path)
{
	size_t done = 0;
	ssize_t got = 1;
	int err = 0;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return file_fail("opening for reading", path, -errno);
	}
	while (!err && got && done < nbytes) {
		const size_t left = nbytes - done;

		got = read(fd, (char *)buf + done,
			   left < TRANSFER_NBYTES_MAX ? left : TRANSFER_NBYTES_MAX);
		if (got > 0) {
			done += (size_t)got;
		} else if (got < 0 && errno == EINTR) {
			got = 1;
		} else if (got < 0) {
			err = -errno;
		}
	}
	close(fd);
	if (err) {
		return file_fail("reading", path, err);
	}
	if (done < nbytes) {
		return tool_refuse("'%s' holds %zu bytes, %zu are needed", path, done, nbytes);
	}

	return 0;
}

int
tool_file_nbytes(const char *path, size_t *nbytes)
{
	struct stat st;

	if (stat(path, &st)) {
		return file_fail("looking at", path, -errno);
	}
	if (!S_ISREG(st.st_mode)) {
		return tool_refuse("'%s' is not a regular file, give its size with --data-nbytes",
				   path);
	}
	*nbytes = (size_t)st.st_size;

	return 0;
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
	progress->enabled = total && isatty(STDERR_FILENO) == 1;
	if (progress->enabled) {
		progress->start_ns = now_ns();
		progress->shown_ns = progress->start_ns;
	}
}

void
tool_progress_update(struct tool_progress *progress, uint64_t done)
{
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
	fprintf(stderr, "\r# %s: %3.0f %%, %" PRIu64 " of %" PRIu64 " MiB, %" PRIu64 " s",
		progress->what, 100.0 * (double)done / (double)progress->total, done >> 20,
		progress->total >> 20, (uint64_t)((now - progress->start_ns) / NSEC_PER_SEC));
	fflush(stderr);
}

void
tool_progress_finish(struct tool_progress *progress)
{
	if (progress->shown) {
		fputc('\n', stderr);
		progress->shown = false;
	}
}
