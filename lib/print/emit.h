// SPDX-License-Identifier: BSD-3-Clause
/**
 * Writer of structured output: one sequence of calls, YAML or JSON
 *
 * Everything the library and the tools print goes through here, so quoting and escaping are done in
 * one place: the output is valid YAML or JSON, whatever bytes the device or the caller supplied.
 *
 * A document is a tree of maps and lists. The caller emits it depth first; keys are given inside
 * maps and are NULL inside lists. YAML nests with two spaces, "- " opens a list item, and a map
 * opened with XNVI_EMIT_FLOW is written on one line as {key: value, ...}. A key on the outermost
 * level makes the document itself a map, so a document is usually one xnvi_emit_map() with a key,
 * its members, and its end.
 *
 * Errors are sticky: after writing failed, or the calls did not form a tree, every call is a no-op
 * and xnvi_emit_term() returns the negative errno. Callers check once, at the end.
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
	XNVI_EMIT_FLOW = 1,  ///< All members on one line
};

struct xnvi_emit {
	FILE *stream;
	int wrtn;	    ///< Characters written so far, or a negative errno once writing failed
	bool failed_before; ///< The stream's error flag was set when this began
	bool json;	    ///< JSON instead of YAML
	bool terse;	    ///< Every map and list on one line, except the outermost
	bool fragment;	    ///< Part of a document of the caller: no newline at the end
	const char *sep;    ///< Of a fragment: text between two members
	int indent;	    ///< Of a fragment: blanks before each member
	int depth;	    ///< Number of open maps and lists
	struct {
		bool list;	   ///< A list; otherwise a map
		bool flow;	   ///< On one line
		bool continues;	   ///< The first member is on the line of the "- " before it
		unsigned int nind; ///< Blanks before a member
		size_t nitems;	   ///< Members written so far
	} stack[XNVI_EMIT_DEPTH_MAX];
};

/**
 * Start a document
 *
 * `opts` is an enum xnvme_pr: XNVME_PR_JSON selects JSON, XNVME_PR_TERSE the compact YAML with
 * everything below the outermost map on one line, all else YAML.
 */
void xnvi_emit_init(struct xnvi_emit *e, FILE *stream, int opts);

/**
 * Start a piece of YAML that the caller embeds in a document of its own
 *
 * Members on the outermost level have `indent` blanks before them and `sep` between them.
 */
void xnvi_emit_init_fragment(struct xnvi_emit *e, FILE *stream, int indent, const char *sep);

/**
 * End the document with a newline and flush the stream
 *
 * Closes all maps and lists that are open.
 *
 * @return The characters written, or a negative errno
 */
int xnvi_emit_term(struct xnvi_emit *e);

void xnvi_emit_map(struct xnvi_emit *e, const char *key, enum xnvi_emit_style style);

void xnvi_emit_list(struct xnvi_emit *e, const char *key, enum xnvi_emit_style style);

/** Close the innermost open map or list */
void xnvi_emit_end(struct xnvi_emit *e);

void xnvi_emit_u64(struct xnvi_emit *e, const char *key, uint64_t value);

/** The 128-bit number `hi` * 2^64 + `lo`, in decimal */
void xnvi_emit_u128(struct xnvi_emit *e, const char *key, uint64_t lo, uint64_t hi);

void xnvi_emit_i64(struct xnvi_emit *e, const char *key, int64_t value);

/** As hexadecimal with 0x prefix in YAML (without leading zeroes), a decimal number in JSON */
void xnvi_emit_hex(struct xnvi_emit *e, const char *key, uint64_t value);

void xnvi_emit_double(struct xnvi_emit *e, const char *key, double value, int ndecimals);

void xnvi_emit_bool(struct xnvi_emit *e, const char *key, bool value);

/** ~ (YAML) or null (JSON) */
void xnvi_emit_null(struct xnvi_emit *e, const char *key);

/** The name of a constant, in YAML without quotes if every reader takes it for a string */
void xnvi_emit_name(struct xnvi_emit *e, const char *key, const char *name);

/** A string of `nbits` binary digits, the most significant one first, after `prefix` */
void xnvi_emit_bits(struct xnvi_emit *e, const char *key, const char *prefix, uint64_t value,
		    unsigned int nbits);

/** `value` NULL is written as ~ (YAML) or null (JSON) */
void xnvi_emit_str(struct xnvi_emit *e, const char *key, const char *value);

/** A string of at most nbytes, cut at the first NUL; blanks at its end are kept */
void xnvi_emit_strn(struct xnvi_emit *e, const char *key, const char *value, size_t nbytes);

/** A fixed-width field of a device: at most nbytes, cut at the first NUL, trailing blanks dropped
 */
void xnvi_emit_chars(struct xnvi_emit *e, const char *key, const void *value, size_t nbytes);

#endif /* XNVI_EMIT_H */
