// SPDX-License-Identifier: BSD-3-Clause
/**
 * Writer of structured output: one sequence of calls, YAML or JSON
 *
 * Everything the library and the tools print goes through here, so quoting and escaping are done in
 * one place: the output is valid YAML or JSON whatever bytes the device or the caller supplied.
 *
 * A document is a tree of maps and lists. The caller emits it depth first; keys are given inside maps
 * and are NULL inside lists. YAML nests with two spaces, "- " opens a list item, and a map opened with
 * XNVI_EMIT_FLOW is written on one line as {key: value, ...}.
 */
#ifndef XNVI_EMIT_H
#define XNVI_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define XNVI_EMIT_DEPTH_MAX 16

enum xnvi_emit_style {
	XNVI_EMIT_BLOCK = 0, ///< One member per line
	XNVI_EMIT_FLOW  = 1, ///< All members on one line
};

struct xnvi_emit {
	FILE *stream;
	int wrtn;  ///< Characters written so far, or a negative errno once writing failed
	bool json; ///< JSON instead of YAML
	int depth; ///< Number of open maps and lists
	struct {
		bool list;  ///< A list; otherwise a map
		bool flow;  ///< On one line
		int nitems; ///< Members written so far
	} stack[XNVI_EMIT_DEPTH_MAX];
};

/** Start a document; `opts` is an enum xnvme_pr: XNVME_PR_JSON selects JSON, all else YAML */
void
xnvi_emit_init(struct xnvi_emit *e, FILE *stream, int opts);

/** End the document with a newline; returns the characters written or a negative errno */
int
xnvi_emit_term(struct xnvi_emit *e);

void
xnvi_emit_map(struct xnvi_emit *e, const char *key, enum xnvi_emit_style style);

void
xnvi_emit_list(struct xnvi_emit *e, const char *key, enum xnvi_emit_style style);

/** Close the innermost open map or list */
void
xnvi_emit_end(struct xnvi_emit *e);

void
xnvi_emit_u64(struct xnvi_emit *e, const char *key, uint64_t value);

void
xnvi_emit_i64(struct xnvi_emit *e, const char *key, int64_t value);

/** As hexadecimal with 0x prefix in YAML (without leading zeroes), a decimal number in JSON */
void
xnvi_emit_hex(struct xnvi_emit *e, const char *key, uint64_t value);

void
xnvi_emit_double(struct xnvi_emit *e, const char *key, double value, int ndecimals);

void
xnvi_emit_bool(struct xnvi_emit *e, const char *key, bool value);

/** `value` NULL is written as ~ (YAML) or null (JSON) */
void
xnvi_emit_str(struct xnvi_emit *e, const char *key, const char *value);

/** A fixed-width field of a device: at most nbytes, cut at the first NUL, trailing blanks dropped */
void
xnvi_emit_chars(struct xnvi_emit *e, const char *key, const void *value, size_t nbytes);

#endif /* XNVI_EMIT_H */
