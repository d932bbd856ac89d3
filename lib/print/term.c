// SPDX-License-Identifier: BSD-3-Clause
#include <print/term.h>

#include <core/err.h>

int
xnvi_print_term(struct xnvi_emit *e)
{
	const int res = xnvi_emit_term(e);

	if (res >= 0) {
		return res;
	}

	return e->stream ? xnvi_err_sys(res, "print", "", "printing")
			 : xnvi_err(res, "print", "stream", "pass a stream that is open",
				    "the stream to print to is NULL");
}
