// SPDX-License-Identifier: BSD-3-Clause
#include <core/err.h>
#include <os/words.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <libxnvme_err.h>
#include <print/text.h>

static _Thread_local struct xnvme_err g_last;

/** Words that are not yet copied to g_last; NULL: none */
static _Thread_local const struct xnvme_err *g_lazy;

/** Number of failures recorded so far, and that of the words in g_last; 0: restored words */
static _Thread_local uint64_t g_nrecorded;
static _Thread_local uint64_t g_last_number;

/** Copy text that names URIs and paths, made safe to print */
static void
copy_text(char *dst, size_t nbytes, const char *src)
{
	xnvi_text_safe(dst, nbytes, src);
}

const char *
xnvi_err_hint(int err)
{
	static const struct {
		int err;
		const char *hint;
	} hints[] = {
	    {ENOSPC, "free space on the file system, or write less"},
	    {EIO, "the medium or the link failed; see the kernel log"},
	    {EACCES, "change the permissions of the node, or run as its owner"},
	    {EPERM, "run with the privilege that the interface needs, or open for writing"},
	    {ENODEV, "the device is gone; open it again when it is back"},
	    {ESTALE, "the namespace was formatted: call xnvme_dev_derive_geo(), or open it again"},
	    {EINVAL, "check the arguments; with opts.direct, align buffers, offsets and lengths to "
		     "the block size"},
	    {EFBIG, "the file system limits the size of a file"},
	    {EOWNERDEAD, "it belongs to the parent of this process; open it in the child"},
	    {ETIMEDOUT, "raise opts.command_timeout, or reset the controller"},
	    {ENOMEM, "free memory, or raise the limits of the process (ulimit -a)"},
	    {EMFILE, "raise the limit of open files (ulimit -n)"},
	    {ENFILE, "raise the system's limit of open files (sysctl fs.file-max)"},
	    {ENOSYS, "ask xnvme_dev_can() first, or use another interface"},
	    {ENOTSUP, "ask xnvme_dev_can() first, or use another interface"},
	    {ENXIO, "the node has no device; check that it is attached"},
	    {EBUSY, "close the other program or handle that uses it"},
	    {EPIPE, "the program that read the output has ended"},
	};

	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); ++i) {
		if (hints[i].err == err) {
			return hints[i].hint;
		}
	}

	return "see the kernel log (dmesg); strace(1) shows the call that failed";
}

int
xnvi_err(int err, const char *layer, const char *where, const char *hint, const char *format, ...)
{
	char what[2 * sizeof(g_last.what)];
	va_list ap;

	g_lazy = NULL;
	g_last_number = ++g_nrecorded;
	g_last.err = err;
	copy_text(g_last.layer, sizeof(g_last.layer), layer);
	copy_text(g_last.where, sizeof(g_last.where), where);
	copy_text(g_last.hint, sizeof(g_last.hint), hint[0] ? hint : xnvi_err_hint(-err));
	va_start(ap, format);
	vsnprintf(what, sizeof(what), format, ap);
	va_end(ap);
	copy_text(g_last.what, sizeof(g_last.what), what);

	return err;
}

int
xnvi_err_null(const char *func, const char *names)
{
	return xnvi_err(-EINVAL, "arg", func, "pass all arguments that the function needs",
			"%s is NULL or 0", names);
}

uint64_t
xnvi_err_mark(void)
{
	return g_nrecorded;
}

int
xnvi_err_since(uint64_t mark, int err, const char *layer, const char *where, const char *doing)
{
	if (g_last_number > mark && g_last.err == err && g_last.what[0]) {
		return err;
	}

	return xnvi_err_sys(err, layer, where, doing);
}

int
xnvi_err_slot(uint64_t mark, int err, const char *layer, const char *where, const char *doing)
{
	if (err == -EAGAIN || err == -EINTR) {
		return xnvi_err(-ETIMEDOUT, layer, where,
				"see what keeps the system busy, or sends signals to this process",
				"%s: the system answered %s for too long", doing,
				err == -EINTR ? "EINTR" : "EAGAIN");
	}

	return xnvi_err_since(mark, err, layer, where, doing);
}

int
xnvi_err_lazy(const struct xnvme_err *words)
{
	g_lazy = words;

	return words->err;
}

const struct xnvme_err *
xnvme_err_last(void)
{
	if (g_lazy) {
		g_last = *g_lazy;
		g_lazy = NULL;
	}

	return &g_last;
}

void
xnvme_err_clear(void)
{
	g_lazy = NULL;
	memset(&g_last, 0, sizeof(g_last));
}

void
xnvi_err_restore(const struct xnvme_err *err)
{
	g_lazy = NULL;
	g_last_number = 0;
	g_last = *err;
}

int
xnvi_err_sys(int err, const char *layer, const char *where, const char *doing)
{
	return xnvi_err(err, layer, where, xnvi_err_hint(-err), "%s: %s", doing,
			xnvi_strerror(-err));
}
