// SPDX-License-Identifier: BSD-3-Clause
/**
 * How the library was built
 */
#include <core/err.h>
#include <libxnvme.h>
#include <print/emit.h>
#include <print/structs.h>
#include <print/term.h>
#include <xnvi_config.h>

#define ENABLED(what) "conf: XNVME_BE_" what "_ENABLED",

const char *xnvme_libconf[] = {
    XNVI_IF_LINUX(ENABLED("LINUX")) XNVI_IF_FREEBSD(ENABLED("FBSD"))
	XNVI_IF_WINDOWS(ENABLED("WINDOWS")) XNVI_IF_MACOS(ENABLED("MACOS"))
	    XNVI_IF_URING(ENABLED("LINUX_LIBURING")) XNVI_IF_AIO(ENABLED("LINUX_LIBAIO"))
		ENABLED("RAMDISK") ENABLED("CBI_ASYNC_EMU") ENABLED("CBI_ASYNC_NIL")
		    XNVI_IF_POSIX(ENABLED("CBI_ASYNC_POSIX")) ENABLED("CBI_ASYNC_THRPOOL")
			XNVI_IF_POSIX(ENABLED("CBI_SYNC_PSYNC")) NULL,
};

const struct xnvme_libconf *
xnvme_libconf_get(void)
{
	static const struct xnvme_libconf libconf = {.entries = xnvme_libconf};

	return &libconf;
}

int
xnvme_libconf_fpr(FILE *stream, enum xnvme_pr opts)
{
	struct xnvi_emit e;

	if (!stream) {
		return XNVI_NULL("stream");
	}
	xnvi_emit_init(&e, stream, (int)opts);
	xnvi_emit_list(&e, "xnvme_libconf", XNVI_EMIT_BLOCK);
	for (size_t i = 0; xnvme_libconf[i]; ++i) {
		xnvi_emit_str(&e, NULL, xnvme_libconf[i]);
	}
	xnvi_emit_end(&e);

	return xnvi_print_term(&e);
}

int
xnvme_libconf_pr(enum xnvme_pr opts)
{
	return xnvme_libconf_fpr(stdout, opts);
}
