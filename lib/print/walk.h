// SPDX-License-Identifier: BSD-3-Clause
/**
 * Printing the structures that the tables of lib/spec describe
 */
#ifndef XNVI_PRINT_WALK_H
#define XNVI_PRINT_WALK_H

#include <stdio.h>

#include <print/emit.h>
#include <spec/field.h>

/** Emit the fields of a record as members of the open map */
void xnvi_spec_walk(struct xnvi_emit *e, const struct xnvi_spec_table *table,
		    const struct xnvi_record *rec);

/**
 * Print a record as a document of its own under the header of its table
 *
 * @param buf The bytes; NULL prints as ~
 * @param nbytes Number of bytes that may be read
 * @param limit Entries of lists that the caller wants, SIZE_MAX for all
 *
 * @return Characters written, or a negative errno
 */
int xnvi_spec_print(FILE *stream, const struct xnvi_spec_table *table, const void *buf,
		    size_t nbytes, size_t limit, int opts);

#endif /* XNVI_PRINT_WALK_H */
