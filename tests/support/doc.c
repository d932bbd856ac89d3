// SPDX-License-Identifier: BSD-3-Clause
#include <support/doc.h>

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NBYTES_PATH 1024

struct reader {
	const char *text;
	size_t pos;
	bool json;
	const char *error;
	char path[NBYTES_PATH];
	size_t path_len;
	char *out;
	size_t out_len;
	size_t out_cap;
};

static void read_flow(struct reader *r);
static void read_block(struct reader *r, size_t indent);

static void
fail(struct reader *r, const char *why)
{
	if (!r->error) {
		r->error = why;
	}
}

static char
peek(const struct reader *r)
{
	return r->error ? '\0' : r->text[r->pos];
}

static bool
accept(struct reader *r, char c)
{
	if (r->error || r->text[r->pos] != c || !c) {
		return false;
	}
	r->pos++;
	return true;
}

static void
expect(struct reader *r, char c, const char *why)
{
	if (!accept(r, c)) {
		fail(r, why);
	}
}

static void
out_put(struct reader *r, const char *text, size_t nbytes)
{
	while (r->out_len + nbytes + 1 > r->out_cap) {
		r->out_cap = r->out_cap ? r->out_cap * 2 : 4096;
		r->out = realloc(r->out, r->out_cap);
		if (!r->out) {
			abort();
		}
	}
	memcpy(r->out + r->out_len, text, nbytes);
	r->out_len += nbytes;
	r->out[r->out_len] = '\0';
}

static void
leaf(struct reader *r, const char *prefix, const char *value)
{
	if (r->error) {
		return;
	}
	out_put(r, r->path, r->path_len);
	out_put(r, "=", 1);
	out_put(r, prefix, strlen(prefix));
	out_put(r, value, strlen(value));
	out_put(r, "\n", 1);
}

/** True when a leaf at or below the current path was written since `first`, where its map began */
static bool
is_duplicate(const struct reader *r, size_t first)
{
	const char *line = r->out ? r->out + first : NULL;

	for (; line && *line; line = strchr(line, '\n') + 1) {
		if (!strncmp(line, r->path, r->path_len) && strchr("=.[", line[r->path_len])) {
			return true;
		}
	}

	return false;
}

/** @return Length of the path before, to be given back to path_pop() */
static size_t
path_push(struct reader *r, const char *format, const char *key, size_t index)
{
	const size_t before = r->path_len;
	const size_t room = sizeof(r->path) - before;
	int len;

	len = key ? snprintf(r->path + before, room, "%s%s", format, key)
		  : snprintf(r->path + before, room, "[%zu]", index);
	if (len < 0 || (size_t)len >= room) {
		fail(r, "path too long");
		return before;
	}
	r->path_len += (size_t)len;

	return before;
}

static void
path_pop(struct reader *r, size_t before)
{
	r->path_len = before;
	r->path[before] = '\0';
}

static void
add_byte(char *text, size_t *len, size_t cap, unsigned int byte)
{
	if (*len + 5 > cap) {
		return;
	}
	if (byte >= ' ' && byte <= '~' && byte != '\\') {
		text[(*len)++] = (char)byte;
	} else {
		*len += (size_t)snprintf(text + *len, 5, "\\x%02x", byte);
	}
	text[*len] = '\0';
}

static void
add_cp(char *text, size_t *len, size_t cap, uint32_t cp)
{
	if (cp < 0x80) {
		add_byte(text, len, cap, cp);
		return;
	}
	if (cp >= 0x10000) {
		add_byte(text, len, cap, 0xf0 | (cp >> 18));
		add_byte(text, len, cap, 0x80 | ((cp >> 12) & 0x3f));
	} else if (cp >= 0x800) {
		add_byte(text, len, cap, 0xe0 | (cp >> 12));
	} else {
		add_byte(text, len, cap, 0xc0 | (cp >> 6));
	}
	if (cp >= 0x800) {
		add_byte(text, len, cap, 0x80 | ((cp >> 6) & 0x3f));
	}
	add_byte(text, len, cap, 0x80 | (cp & 0x3f));
}

static uint32_t
read_hex(struct reader *r, int ndigits)
{
	uint32_t value = 0;

	for (int i = 0; i < ndigits; ++i) {
		const char c = peek(r);

		if (!isxdigit((unsigned char)c)) {
			fail(r, "not a hexadecimal digit");
			return 0;
		}
		value = value * 16 +
			(uint32_t)(isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10);
		r->pos++;
	}

	return value;
}

static uint32_t
read_escape(struct reader *r)
{
	static const char plain[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	const char c = peek(r);
	uint32_t cp;

	r->pos++;
	for (size_t i = 0; i + 1 < sizeof(plain); i += 2) {
		if (c == plain[i]) {
			return (unsigned char)plain[i + 1];
		}
	}
	if (c == 'x' && !r->json) {
		return read_hex(r, 2);
	}
	if (c == 'U' && !r->json) {
		return read_hex(r, 8);
	}
	if (c != 'u') {
		fail(r, "unknown escape");
		return 0;
	}
	cp = read_hex(r, 4);
	if (r->json && cp >= 0xd800 && cp < 0xdc00) {
		expect(r, '\\', "half a surrogate pair");
		expect(r, 'u', "half a surrogate pair");
		cp = 0x10000 + ((cp - 0xd800) << 10) + (read_hex(r, 4) - 0xdc00);
	}

	return cp;
}

/** Raw bytes: UTF-8 must be well-formed and not a control character */
static void
read_raw(struct reader *r, char *text, size_t *len, size_t cap)
{
	const unsigned char first = (unsigned char)peek(r);
	size_t nmore = 0;

	if (first < ' ' || first == 0x7f || (first >= 0x80 && first < 0xc2) || first > 0xf4) {
		fail(r, "raw control character or broken UTF-8");
		return;
	}
	nmore = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
	add_byte(text, len, cap, first);
	r->pos++;
	for (; nmore; --nmore) {
		const unsigned char more = (unsigned char)peek(r);

		if ((more & 0xc0) != 0x80 || (first == 0xc2 && more < 0xa0)) {
			fail(r, "broken UTF-8 or raw C1 control character");
			return;
		}
		add_byte(text, len, cap, more);
		r->pos++;
	}
}

static void
read_quoted(struct reader *r, char *text, size_t cap)
{
	const char quote = peek(r);
	size_t len = 0;

	text[0] = '\0';
	r->pos++;
	while (!r->error) {
		if (accept(r, quote)) {
			if (quote == '"' || peek(r) != quote) {
				return;
			}
			add_byte(text, &len, cap, '\'');
			r->pos++;
		} else if (quote == '"' && accept(r, '\\')) {
			add_cp(text, &len, cap, read_escape(r));
		} else if (!peek(r)) {
			fail(r, "unterminated string");
		} else {
			read_raw(r, text, &len, cap);
		}
	}
}

static void
leaf_number(struct reader *r, const char *word)
{
	const char *digits = word + (word[0] == '-');
	const size_t ndigits = strspn(digits, "0123456789");
	const char *rest = digits + ndigits;

	if (!r->json && !strncmp(word, "0x", 2) && word[2] &&
	    strspn(word + 2, "0123456789abcdef") == strlen(word + 2)) {
		char text[32];

		snprintf(text, sizeof(text), "%" PRIu64, (uint64_t)strtoull(word + 2, NULL, 16));
		leaf(r, "n:", text);
	} else if (!ndigits || (digits[0] == '0' && ndigits > 1)) {
		fail(r, "not a number");
	} else if (!*rest) {
		leaf(r, "n:", word);
	} else if (*rest == '.' && rest[1] && strspn(rest + 1, "0123456789") == strlen(rest + 1)) {
		leaf(r, "f:", word);
	} else {
		fail(r, "neither number nor word");
	}
}

static void
leaf_word(struct reader *r, const char *word)
{
	if (!strcmp(word, r->json ? "null" : "~")) {
		leaf(r, "null", "");
	} else if (!strcmp(word, "true") || !strcmp(word, "false")) {
		leaf(r, "b:", word);
	} else if (isdigit((unsigned char)word[0]) || word[0] == '-') {
		leaf_number(r, word);
	} else if (r->json) {
		fail(r, "bare word");
	} else if (!strcasecmp(word, "null") || !strcasecmp(word, "yes") ||
		   !strcasecmp(word, "no") || !strcasecmp(word, "on") || !strcasecmp(word, "off")) {
		fail(r, "ambiguous word");
	} else {
		leaf(r, "s:", word);
	}
}

/** A plain word: of characters that never mean anything else in YAML */
static void
read_plain(struct reader *r, char *text, size_t cap)
{
	size_t len = 0;

	while (isalnum((unsigned char)peek(r)) || (peek(r) && strchr("_-./~ ", peek(r)))) {
		if (len + 1 < cap) {
			text[len++] = peek(r);
		}
		r->pos++;
	}
	text[len] = '\0';
	if (!len || text[0] == ' ' || text[len - 1] == ' ') {
		fail(r, "malformed plain scalar");
	}
	if (!isalnum((unsigned char)text[0]) && !strchr("_-~", text[0])) {
		fail(r, "plain scalar starts with punctuation");
	}
}

static void
read_key(struct reader *r, char *text, size_t cap)
{
	text[0] = '\0';
	if (peek(r) == '"' || (peek(r) == '\'' && !r->json)) {
		read_quoted(r, text, cap);
	} else if (r->json) {
		fail(r, "key without quotes");
	} else {
		read_plain(r, text, cap);
		if (!isalpha((unsigned char)text[0]) && text[0] != '_') {
			fail(r, "key is not a word");
		}
	}
	expect(r, ':', "no colon after a key");
}

static size_t
enter_key(struct reader *r, const char *key, size_t first)
{
	const size_t before = path_push(r, r->path_len ? "." : "", key, 0);

	if (is_duplicate(r, first)) {
		fail(r, "key given twice");
	}

	return before;
}

static void
skip_blanks(struct reader *r)
{
	while (r->json ? strchr(" \n", peek(r)) && peek(r) : peek(r) == ' ') {
		r->pos++;
	}
}

static void
read_flow_nested(struct reader *r, bool list)
{
	const char close = list ? ']' : '}';
	const size_t first = r->out_len;
	size_t nitems = 0;
	char key[256];

	r->pos++;
	skip_blanks(r);
	if (accept(r, close)) {
		leaf(r, list ? "[]" : "{}", "");
		return;
	}
	while (!r->error) {
		size_t before;

		if (list) {
			before = path_push(r, "", NULL, nitems);
		} else {
			read_key(r, key, sizeof(key));
			before = enter_key(r, key, first);
			if (!r->json && peek(r) != ' ') {
				fail(r, "no blank after a colon");
			}
		}
		nitems++;
		skip_blanks(r);
		read_flow(r);
		path_pop(r, before);
		skip_blanks(r);
		if (accept(r, close)) {
			return;
		}
		expect(r, ',', "neither comma nor end");
		skip_blanks(r);
	}
}

static void
read_flow(struct reader *r)
{
	const char c = peek(r);
	char text[4096];

	if (c == '{' || c == '[') {
		read_flow_nested(r, c == '[');
	} else if (c == '"' || (c == '\'' && !r->json)) {
		read_quoted(r, text, sizeof(text));
		leaf(r, "s:", text);
	} else {
		read_plain(r, text, sizeof(text));
		leaf_word(r, text);
	}
}

static size_t
line_indent(const struct reader *r)
{
	return strspn(r->text + r->pos, " ");
}

static bool
at_item(const struct reader *r)
{
	return peek(r) == '-' && r->text[r->pos + 1] == ' ';
}

/** True when the rest of the line is the first member of a map */
static bool
at_key(const struct reader *r)
{
	struct reader probe = *r;
	char text[256];

	if (peek(r) == '{' || peek(r) == '[') {
		return false;
	}
	read_key(&probe, text, sizeof(text));

	return !probe.error;
}

/** After a value: true when the next line is another member of the same collection */
static bool
next_line(struct reader *r, size_t indent)
{
	expect(r, '\n', "something after a value");
	if (r->error || !r->text[r->pos]) {
		return false;
	}
	if (line_indent(r) > indent) {
		fail(r, "indented too far");
		return false;
	}
	if (line_indent(r) < indent) {
		r->pos--; /* the newline belongs to the enclosing collection */
		return false;
	}
	r->pos += indent;

	return true;
}

static void
read_block_value(struct reader *r, size_t indent)
{
	if (accept(r, '\n')) {
		const size_t deeper = line_indent(r);

		if (deeper <= indent) {
			fail(r, "key without a value");
			return;
		}
		r->pos += deeper;
		read_block(r, deeper);
		return;
	}
	expect(r, ' ', "no blank after a colon");
	read_flow(r);
}

/** Everything from here that is indented by `indent`; ends on the newline after it, or at the end
 */
static void
read_block(struct reader *r, size_t indent)
{
	const bool list = at_item(r);
	const size_t first = r->out_len;
	size_t nitems = 0;
	char key[256];

	if (!list && !at_key(r)) {
		read_flow(r);
		return;
	}
	do {
		size_t before;

		if (list) {
			if (!at_item(r)) {
				fail(r, "a list with something else in it");
				return;
			}
			r->pos += 2;
			before = path_push(r, "", NULL, nitems++);
			read_block(r, indent + 2);
		} else {
			read_key(r, key, sizeof(key));
			before = enter_key(r, key, first);
			read_block_value(r, indent);
		}
		path_pop(r, before);
		/* The innermost collection has consumed the last newline of the document */
	} while (!r->error && r->text[r->pos] && next_line(r, indent));
}

void
doc_read(struct doc *doc, const char *text, bool json)
{
	struct reader r = {.text = text, .json = json};
	const size_t len = strlen(text);

	out_put(&r, "", 0);
	if (!len || text[len - 1] != '\n' || (len > 1 && text[len - 2] == '\n')) {
		fail(&r, "does not end in one newline");
	} else if (json) {
		read_flow(&r);
		expect(&r, '\n', "something after the document");
	} else {
		read_block(&r, 0);
		accept(&r, '\n');
	}
	if (!r.error && r.pos != len) {
		fail(&r, "something after the document");
	}
	doc->flat = r.out;
	doc->error = r.error;
	doc->at = r.pos;
}

void
doc_term(struct doc *doc)
{
	free(doc->flat);
	doc->flat = NULL;
}

bool
doc_has(const struct doc *doc, const char *wanted)
{
	const size_t len = strlen(wanted);

	for (const char *line = doc->flat; *line; line = strchr(line, '\n') + 1) {
		if (!strncmp(line, wanted, len) && line[len] == '\n') {
			return true;
		}
	}

	return false;
}
