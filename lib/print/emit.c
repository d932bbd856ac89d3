// SPDX-License-Identifier: BSD-3-Clause
#include <print/emit.h>

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <float.h>
#include <string.h>

#include <libxnvme_pp.h>
#include <print/text.h>

#define NLIMBS_U128 4

static void
put(struct xnvi_emit *e, const char *text, size_t nbytes)
{
	if (e->wrtn < 0 || !nbytes) {
		return;
	}
	if (nbytes > (size_t)(INT_MAX - e->wrtn)) {
		e->wrtn = -EOVERFLOW;
		return;
	}
	errno = 0;
	/* When a line-buffered stream fails to write a line, only its error flag says so */
	if (fwrite(text, 1, nbytes, e->stream) != nbytes ||
	    (!e->failed_before && ferror(e->stream))) {
		e->wrtn = errno ? -errno : -EIO;
		return;
	}
	e->wrtn += (int)nbytes;
}

static void
puts_raw(struct xnvi_emit *e, const char *text)
{
	put(e, text, strlen(text));
}

static void
put_blanks(struct xnvi_emit *e, unsigned int nblanks)
{
	static const char blanks[] = "                                ";
	const unsigned int nmax = sizeof(blanks) - 1;

	for (; nblanks > nmax; nblanks -= nmax) {
		put(e, blanks, nmax);
	}
	put(e, blanks, nblanks);
}

static bool
is_printable(const unsigned char *text, size_t nbytes)
{
	uint32_t cp;

	for (size_t i = 0, len; i < nbytes; i += len) {
		len = xnvi_utf8_decode(text + i, nbytes - i, &cp);
		if (!len || xnvi_cp_needs_escape(cp)) {
			return false;
		}
	}

	return true;
}

static void
put_escape(struct xnvi_emit *e, uint32_t cp)
{
	static const char named[] = "\bb\tt\nn\ff\rr\"\"\\\\";
	char text[16];
	int len;

	for (size_t i = 0; i + 1 < sizeof(named); i += 2) {
		if (cp == (unsigned char)named[i]) {
			text[0] = '\\';
			text[1] = named[i + 1];
			put(e, text, 2);
			return;
		}
	}
	if (cp > 0xffff && e->json) {
		const uint32_t rest = cp - 0x10000;

		len = snprintf(text, sizeof(text), "\\u%04" PRIx32 "\\u%04" PRIx32,
			       0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
	} else if (cp > 0xffff) {
		len = snprintf(text, sizeof(text), "\\U%08" PRIx32, cp);
	} else if (cp > 0xff || e->json) {
		len = snprintf(text, sizeof(text), "\\u%04" PRIx32, cp);
	} else {
		len = snprintf(text, sizeof(text), "\\x%02" PRIx32, cp);
	}
	put(e, text, (size_t)len);
}

/** A byte that is not UTF-8 is written as the code point of its value, so that it stays readable */
static void
put_double_quoted(struct xnvi_emit *e, const unsigned char *text, size_t nbytes)
{
	uint32_t cp;

	put(e, "\"", 1);
	for (size_t i = 0, len; i < nbytes; i += len) {
		len = xnvi_utf8_decode(text + i, nbytes - i, &cp);
		if (!len) {
			put_escape(e, text[i]);
			len = 1;
		} else if (xnvi_cp_needs_escape(cp) || cp == '"' || cp == '\\') {
			put_escape(e, cp);
		} else {
			put(e, (const char *)text + i, len);
		}
	}
	put(e, "\"", 1);
}

static void
put_single_quoted(struct xnvi_emit *e, const unsigned char *text, size_t nbytes)
{
	put(e, "'", 1);
	for (size_t i = 0; i < nbytes; ++i) {
		put(e, "''", text[i] == '\'' ? 1 : 0);
		put(e, (const char *)text + i, 1);
	}
	put(e, "'", 1);
}

static void
put_string(struct xnvi_emit *e, const void *value, size_t nbytes)
{
	const unsigned char *text = value;

	if (e->json || !is_printable(text, nbytes)) {
		put_double_quoted(e, text, nbytes);
	} else {
		put_single_quoted(e, text, nbytes);
	}
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/** Whether every reader of YAML takes the text for a string, also within a flow collection */
static bool
is_plain(const char *text)
{
	static const char *const words[] = {"null", "true", "false", "yes", "no",
					    "on",   "off",  "y",     "n"};
	const size_t len = strlen(text);

	if (!is_alpha(text[0]) || text[len - 1] == ' ') {
		return false;
	}
	for (size_t i = 0; i < len; ++i) {
		if (!is_alpha(text[i]) && !is_digit(text[i]) && !strchr(" .-/", text[i])) {
			return false;
		}
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); ++i) {
		size_t nsame = 0;

		while (nsame < len && words[i][nsame] && (text[nsame] | 0x20) == words[i][nsame]) {
			nsame++;
		}
		if (nsame == len && !words[i][nsame]) {
			return false;
		}
	}

	return true;
}

static void
put_plain_or_string(struct xnvi_emit *e, const char *text)
{
	if (!e->json && is_plain(text)) {
		puts_raw(e, text);
	} else {
		put_string(e, text, strlen(text));
	}
}

static void
push(struct xnvi_emit *e, bool list, bool flow, bool continues, unsigned int nind)
{
	if (e->wrtn < 0) {
		return;
	}
	if (e->depth >= XNVI_EMIT_DEPTH_MAX) {
		e->wrtn = -E2BIG;
		return;
	}
	e->stack[e->depth].list = list;
	e->stack[e->depth].flow = flow;
	e->stack[e->depth].continues = continues;
	e->stack[e->depth].nind = nind;
	e->stack[e->depth].nitems = 0;
	e->depth++;
}

/** Write the separator between the previous member and this one */
static void
put_gap(struct xnvi_emit *e)
{
	const int top = e->depth - 1;
	const bool first = !e->stack[top].nitems;

	if (e->fragment && !top && !e->stack[top].flow) {
		puts_raw(e, first ? "" : e->sep);
		put_blanks(e, e->stack[top].nind);
	} else if (e->stack[top].flow) {
		puts_raw(e, first ? "" : ", ");
	} else if (e->json) {
		puts_raw(e, first ? "\n" : ",\n");
		put_blanks(e, e->stack[top].nind);
	} else if (!(first && e->stack[top].continues)) {
		puts_raw(e, e->wrtn ? "\n" : "");
		put_blanks(e, e->stack[top].nind);
	}
}

/**
 * Write everything before a value: separator, line break and indentation, the key or the "- "
 *
 * @param block The value is a YAML map or list in block style, which starts on the next line
 */
static void
lead(struct xnvi_emit *e, const char *key, bool block)
{
	const int top = e->depth - 1;

	if (e->wrtn < 0) {
		return;
	}
	if (!e->depth && !key) {
		e->wrtn = e->wrtn ? -EINVAL : 0;
		return;
	}
	if (!e->depth) {
		puts_raw(e, e->json ? "{" : "");
		push(e, false, false, false, e->json ? 2 : (unsigned int)e->indent);
		lead(e, key, block);
		return;
	}
	if (e->stack[top].list == (key != NULL)) {
		e->wrtn = -EINVAL;
		return;
	}
	put_gap(e);
	e->stack[top].nitems++;
	if (key) {
		put_plain_or_string(e, key);
		puts_raw(e, block ? ":" : ": ");
	} else if (!e->json && !e->stack[top].flow) {
		puts_raw(e, "- ");
	}
}

static void
open_nested(struct xnvi_emit *e, const char *key, bool list, enum xnvi_emit_style style)
{
	const bool within_flow = e->depth && e->stack[e->depth - 1].flow;
	const bool outermost = !e->depth;
	const bool flow =
	    style == XNVI_EMIT_FLOW || within_flow || (e->terse && (key || !outermost));
	const bool block = !flow && !e->json;
	unsigned int nind = 0;
	bool continues = false;

	lead(e, key, block);
	if (e->wrtn < 0) {
		return;
	}
	if (e->depth) {
		nind = e->stack[e->depth - 1].nind + 2;
		continues = e->stack[e->depth - 1].list;
	} else if (e->json) {
		nind = 2;
	}
	if (!block) {
		puts_raw(e, list ? "[" : "{");
	}
	push(e, list, flow, continues || (outermost && !key), nind);
}

void
xnvi_emit_map(struct xnvi_emit *e, const char *key, enum xnvi_emit_style style)
{
	open_nested(e, key, false, style);
}

void
xnvi_emit_list(struct xnvi_emit *e, const char *key, enum xnvi_emit_style style)
{
	open_nested(e, key, true, style);
}

void
xnvi_emit_end(struct xnvi_emit *e)
{
	int top = e->depth - 1;

	if (e->wrtn < 0) {
		return;
	}
	if (top < 0) {
		e->wrtn = -EINVAL;
		return;
	}
	if (e->json && !e->stack[top].flow && e->stack[top].nitems) {
		puts_raw(e, "\n");
		put_blanks(e, e->stack[top].nind - 2);
	} else if (!e->json && !e->stack[top].flow) {
		if (!e->stack[top].nitems) {
			puts_raw(e, e->stack[top].continues ? "" : " ");
			puts_raw(e, e->stack[top].list ? "[]" : "{}");
		}
		e->depth--;
		return;
	}
	puts_raw(e, e->stack[top].list ? "]" : "}");
	e->depth--;
}

void
xnvi_emit_init(struct xnvi_emit *e, FILE *stream, int opts)
{
	memset(e, 0, sizeof(*e));
	e->stream = stream;
	e->json = opts == XNVME_PR_JSON;
	e->terse = opts == XNVME_PR_TERSE;
	e->failed_before = stream && ferror(stream);
	e->wrtn = stream ? 0 : -EINVAL;
}

void
xnvi_emit_init_fragment(struct xnvi_emit *e, FILE *stream, int indent, const char *sep)
{
	xnvi_emit_init(e, stream, XNVME_PR_YAML);
	e->fragment = true;
	e->indent = indent;
	e->sep = sep;
	if (indent < 0 || !sep) {
		e->wrtn = -EINVAL;
	}
}

int
xnvi_emit_term(struct xnvi_emit *e)
{
	while (e->wrtn >= 0 && e->depth) {
		xnvi_emit_end(e);
	}
	if (!e->fragment) {
		puts_raw(e, "\n");
	}
	/* A full disk is noticed only when the buffer of the stream is written */
	if (e->wrtn >= 0 && fflush(e->stream)) {
		e->wrtn = errno ? -errno : -EIO;
	}

	return e->wrtn;
}

static void
put_u64(struct xnvi_emit *e, uint64_t value)
{
	char text[24];
	const int len = snprintf(text, sizeof(text), "%" PRIu64, value);

	put(e, text, (size_t)len);
}

void
xnvi_emit_u64(struct xnvi_emit *e, const char *key, uint64_t value)
{
	lead(e, key, false);
	put_u64(e, value);
}

void
xnvi_emit_u128(struct xnvi_emit *e, const char *key, uint64_t lo, uint64_t hi)
{
	uint32_t limbs[NLIMBS_U128] = {(uint32_t)(hi >> 32), (uint32_t)hi, (uint32_t)(lo >> 32),
				       (uint32_t)lo};
	char text[40];
	size_t first = sizeof(text);
	uint32_t left;

	do {
		uint64_t rem = 0;

		left = 0;
		for (size_t i = 0; i < NLIMBS_U128; ++i) {
			const uint64_t part = (rem << 32) | limbs[i];

			limbs[i] = (uint32_t)(part / 10);
			rem = part % 10;
			left |= limbs[i];
		}
		text[--first] = (char)('0' + rem);
	} while (left);

	lead(e, key, false);
	put(e, text + first, sizeof(text) - first);
}

void
xnvi_emit_i64(struct xnvi_emit *e, const char *key, int64_t value)
{
	char text[24];
	const int len = snprintf(text, sizeof(text), "%" PRId64, value);

	lead(e, key, false);
	put(e, text, (size_t)len);
}

void
xnvi_emit_hex(struct xnvi_emit *e, const char *key, uint64_t value)
{
	char text[24];
	const int len = snprintf(text, sizeof(text), e->json ? "%" PRIu64 : "0x%" PRIx64, value);

	lead(e, key, false);
	put(e, text, (size_t)len);
}

void
xnvi_emit_double(struct xnvi_emit *e, const char *key, double value, int ndecimals)
{
	char text[352];
	size_t nkept = 0;
	int len;

	if (!(value >= -DBL_MAX && value <= DBL_MAX)) {
		xnvi_emit_null(e, key);
		return;
	}
	ndecimals = ndecimals < 0 ? 0 : ndecimals > 17 ? 17 : ndecimals;
	len = snprintf(text, sizeof(text), "%.*f", ndecimals, value);

	/* In the locale of the program the decimal point may be another character */
	for (int i = 0; i < len; ++i) {
		if (is_digit(text[i]) || text[i] == '-') {
			text[nkept++] = text[i];
		} else if (text[nkept - 1] != '.') {
			text[nkept++] = '.';
		}
	}
	lead(e, key, false);
	put(e, text, nkept);
}

void
xnvi_emit_bool(struct xnvi_emit *e, const char *key, bool value)
{
	lead(e, key, false);
	puts_raw(e, value ? "true" : "false");
}

void
xnvi_emit_null(struct xnvi_emit *e, const char *key)
{
	lead(e, key, false);
	puts_raw(e, e->json ? "null" : "~");
}

void
xnvi_emit_name(struct xnvi_emit *e, const char *key, const char *name)
{
	if (!name) {
		xnvi_emit_null(e, key);
		return;
	}
	lead(e, key, false);
	put_plain_or_string(e, name);
}

void
xnvi_emit_bits(struct xnvi_emit *e, const char *key, const char *prefix, uint64_t value,
	       unsigned int nbits)
{
	char digits[64];

	nbits = nbits > 64 ? 64 : nbits;
	for (unsigned int i = 0; i < nbits; ++i) {
		digits[i] = (value >> (nbits - 1 - i)) & 1 ? '1' : '0';
	}
	lead(e, key, false);
	puts_raw(e, e->json ? "\"" : "'");
	puts_raw(e, prefix);
	put(e, digits, nbits);
	puts_raw(e, e->json ? "\"" : "'");
}

void
xnvi_emit_str(struct xnvi_emit *e, const char *key, const char *value)
{
	if (!value) {
		xnvi_emit_null(e, key);
		return;
	}
	lead(e, key, false);
	put_string(e, value, strlen(value));
}

void
xnvi_emit_chars(struct xnvi_emit *e, const char *key, const void *value, size_t nbytes)
{
	if (!value) {
		xnvi_emit_null(e, key);
		return;
	}
	lead(e, key, false);
	put_string(e, value, xnvi_text_padded_len(value, nbytes));
}

void
xnvi_emit_strn(struct xnvi_emit *e, const char *key, const char *value, size_t nbytes)
{
	if (!value) {
		xnvi_emit_null(e, key);
		return;
	}
	lead(e, key, false);
	put_string(e, value, strnlen(value, nbytes));
}
