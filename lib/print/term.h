// SPDX-License-Identifier: BSD-3-Clause
/**
 * Ending a document of the library
 */
#ifndef XNVI_PRINT_TERM_H
#define XNVI_PRINT_TERM_H

#include <print/emit.h>

/** As xnvi_emit_term(), for the printers of the library: a failure is explained too */
int xnvi_print_term(struct xnvi_emit *e);

#endif /* XNVI_PRINT_TERM_H */
