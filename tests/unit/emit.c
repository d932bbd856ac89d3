// SPDX-License-Identifier: BSD-3-Clause
#include <support/test.h>
#include <support/doc.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <libxnvme_pp.h>
#include <print/emit.h>

/** Run `emit` and return what it wrote; the caller frees it */
static char *
capture(void (*emit)(struct xnvi_emit *e), int opts, int *res)
{
	struct sys_memory memory;
	struct xnvi_emit e;

	CHECK(sys_memory_open(&memory));
	xnvi_emit_init(&e, memory.stream, opts);
	emit(&e);
	*res = xnvi_emit_term(&e);

	return sys_memory_close(&memory);
}

#define CHECK_EMIT(emit, opts, expected)                                                           \
	do {                                                                                       \
		int res_;                                                                          \
		char *text_ = capture(emit, opts, &res_);                                          \
		const bool same_ = !strcmp(text_, expected);                                       \
		struct doc doc_;                                                                   \
		if (!same_) {                                                                      \
			test_fail(__FILE__, __LINE__, "is\n%s", text_);                            \
		}                                                                                  \
		doc_read(&doc_, text_, (opts) == XNVME_PR_JSON);                                   \
		if (doc_.error) {                                                                  \
			test_fail(__FILE__, __LINE__, "%s at %zu", doc_.error, doc_.at);           \
		}                                                                                  \
		if (res_ != (int)strlen(text_)) {                                                  \
			test_fail(__FILE__, __LINE__, "returned %d of %zu", res_, strlen(text_));  \
		}                                                                                  \
		doc_term(&doc_);                                                                   \
		free(text_);                                                                       \
	} while (0)

static void
emit_tree(struct xnvi_emit *e)
{
	xnvi_emit_map(e, "dev", XNVI_EMIT_BLOCK);
	xnvi_emit_u64(e, "nsid", 1);
	xnvi_emit_hex(e, "cap", 0x2f);
	xnvi_emit_map(e, "nsfeat", XNVI_EMIT_BLOCK);
	xnvi_emit_bool(e, "thin", true);
	xnvi_emit_end(e);
	xnvi_emit_list(e, "lbaf", XNVI_EMIT_BLOCK);
	xnvi_emit_map(e, NULL, XNVI_EMIT_FLOW);
	xnvi_emit_u64(e, "ms", 0);
	xnvi_emit_u64(e, "ds", 9);
	xnvi_emit_end(e);
	xnvi_emit_map(e, NULL, XNVI_EMIT_BLOCK);
	xnvi_emit_i64(e, "t", -3);
	xnvi_emit_list(e, "l", XNVI_EMIT_FLOW);
	xnvi_emit_u64(e, NULL, 7);
	xnvi_emit_u64(e, NULL, 8);
	xnvi_emit_end(e);
	xnvi_emit_end(e);
	xnvi_emit_list(e, NULL, XNVI_EMIT_BLOCK);
	xnvi_emit_name(e, NULL, "X");
	xnvi_emit_null(e, NULL);
	xnvi_emit_end(e);
	xnvi_emit_end(e);
	xnvi_emit_map(e, "none", XNVI_EMIT_BLOCK);
	xnvi_emit_end(e);
	xnvi_emit_list(e, "nil", XNVI_EMIT_BLOCK);
	xnvi_emit_end(e);
	xnvi_emit_double(e, "mibs", 12.3456, 2);
	xnvi_emit_bits(e, "za", "0b", 5, 4);
	xnvi_emit_end(e);
	xnvi_emit_str(e, "second", "document key");
}

static void
a_tree_is_written_as_yaml(void)
{
	CHECK_EMIT(emit_tree, XNVME_PR_YAML,
		   "dev:\n"
		   "  nsid: 1\n"
		   "  cap: 0x2f\n"
		   "  nsfeat:\n"
		   "    thin: true\n"
		   "  lbaf:\n"
		   "    - {ms: 0, ds: 9}\n"
		   "    - t: -3\n"
		   "      l: [7, 8]\n"
		   "    - - X\n"
		   "      - ~\n"
		   "  none: {}\n"
		   "  nil: []\n"
		   "  mibs: 12.35\n"
		   "  za: '0b0101'\n"
		   "second: 'document key'\n");
}

static void
a_tree_is_written_as_json(void)
{
	CHECK_EMIT(emit_tree, XNVME_PR_JSON,
		   "{\n"
		   "  \"dev\": {\n"
		   "    \"nsid\": 1,\n"
		   "    \"cap\": 47,\n"
		   "    \"nsfeat\": {\n"
		   "      \"thin\": true\n"
		   "    },\n"
		   "    \"lbaf\": [\n"
		   "      {\"ms\": 0, \"ds\": 9},\n"
		   "      {\n"
		   "        \"t\": -3,\n"
		   "        \"l\": [7, 8]\n"
		   "      },\n"
		   "      [\n"
		   "        \"X\",\n"
		   "        null\n"
		   "      ]\n"
		   "    ],\n"
		   "    \"none\": {},\n"
		   "    \"nil\": [],\n"
		   "    \"mibs\": 12.35,\n"
		   "    \"za\": \"0b0101\"\n"
		   "  },\n"
		   "  \"second\": \"document key\"\n"
		   "}\n");
}

static void
terse_puts_each_outermost_member_on_one_line(void)
{
	CHECK_EMIT(emit_tree, XNVME_PR_TERSE,
		   "dev: {nsid: 1, cap: 0x2f, nsfeat: {thin: true}, lbaf: [{ms: 0, ds: 9}, {t: -3, "
		   "l: [7, 8]}, [X, ~]], none: {}, nil: [], mibs: 12.35, za: '0b0101'}\n"
		   "second: 'document key'\n");
}

static void
emit_root_list(struct xnvi_emit *e)
{
	xnvi_emit_list(e, NULL, XNVI_EMIT_BLOCK);
	xnvi_emit_u64(e, NULL, 1);
	xnvi_emit_map(e, NULL, XNVI_EMIT_BLOCK);
	xnvi_emit_u64(e, "a", 2);
	xnvi_emit_u64(e, "b", 3);
}

static void
emit_root_map(struct xnvi_emit *e)
{
	xnvi_emit_map(e, NULL, XNVI_EMIT_BLOCK);
	xnvi_emit_u64(e, "a", 2);
}

static void
emit_root_empty(struct xnvi_emit *e)
{
	xnvi_emit_map(e, NULL, XNVI_EMIT_BLOCK);
}

static void
emit_root_scalar(struct xnvi_emit *e)
{
	xnvi_emit_hex(e, NULL, 16);
}

static void
the_document_itself_may_be_anything(void)
{
	CHECK_EMIT(emit_root_list, XNVME_PR_YAML, "- 1\n- a: 2\n  b: 3\n");
	CHECK_EMIT(emit_root_list, XNVME_PR_JSON,
		   "[\n  1,\n  {\n    \"a\": 2,\n    \"b\": 3\n  }\n]\n");
	CHECK_EMIT(emit_root_map, XNVME_PR_YAML, "a: 2\n");
	CHECK_EMIT(emit_root_map, XNVME_PR_JSON, "{\n  \"a\": 2\n}\n");
	CHECK_EMIT(emit_root_empty, XNVME_PR_YAML, "{}\n");
	CHECK_EMIT(emit_root_empty, XNVME_PR_JSON, "{}\n");
	CHECK_EMIT(emit_root_scalar, XNVME_PR_YAML, "0x10\n");
	CHECK_EMIT(emit_root_scalar, XNVME_PR_JSON, "16\n");
}

static void
emit_strings(struct xnvi_emit *e)
{
	xnvi_emit_str(e, "plain", "nvme0n1");
	xnvi_emit_str(e, "quote", "it's \"x\"");
	xnvi_emit_str(e, "terminal", "\x1b]0;evil\a\n");
	xnvi_emit_str(e, "latin1", "caf\xe9");
	xnvi_emit_str(e, "utf8", "caf\xc3\xa9");
	xnvi_emit_str(e, "direction",
		      "\xe2\x80\xae"
		      "abc");
	xnvi_emit_str(e, "backslash", "a\\b");
	xnvi_emit_str(e, "bom", "\xef\xbb\xbf");
	xnvi_emit_str(e, "beyond", "\xf3\xa0\x80\x81");
	xnvi_emit_str(e, "null", NULL);
	xnvi_emit_str(e, "key: with 'colon'", "");
	xnvi_emit_chars(e, "cut", "abc\0def", 7);
	xnvi_emit_chars(e, "blanks", "QEMU    ", 8);
	xnvi_emit_chars(e, "full", "12345678rest", 8);
	xnvi_emit_name(e, "word", "yes");
	xnvi_emit_name(e, "number", "1");
	xnvi_emit_name(e, "nothing", NULL);
}

static void
any_bytes_are_escaped_in_yaml(void)
{
	CHECK_EMIT(emit_strings, XNVME_PR_YAML,
		   "plain: 'nvme0n1'\n"
		   "quote: 'it''s \"x\"'\n"
		   "terminal: \"\\x1b]0;evil\\x07\\n\"\n"
		   "latin1: \"caf\\xe9\"\n"
		   "utf8: 'caf\xc3\xa9'\n"
		   "direction: \"\\u202eabc\"\n"
		   "backslash: 'a\\b'\n"
		   "bom: \"\\ufeff\"\n"
		   "beyond: \"\\U000e0001\"\n"
		   "'null': ~\n"
		   "'key: with ''colon''': ''\n"
		   "cut: 'abc'\n"
		   "blanks: 'QEMU'\n"
		   "full: '12345678'\n"
		   "word: 'yes'\n"
		   "number: '1'\n"
		   "nothing: ~\n");
}

static void
any_bytes_are_escaped_in_json(void)
{
	CHECK_EMIT(emit_strings, XNVME_PR_JSON,
		   "{\n"
		   "  \"plain\": \"nvme0n1\",\n"
		   "  \"quote\": \"it's \\\"x\\\"\",\n"
		   "  \"terminal\": \"\\u001b]0;evil\\u0007\\n\",\n"
		   "  \"latin1\": \"caf\\u00e9\",\n"
		   "  \"utf8\": \"caf\xc3\xa9\",\n"
		   "  \"direction\": \"\\u202eabc\",\n"
		   "  \"backslash\": \"a\\\\b\",\n"
		   "  \"bom\": \"\\ufeff\",\n"
		   "  \"beyond\": \"\\udb40\\udc01\",\n"
		   "  \"null\": null,\n"
		   "  \"key: with 'colon'\": \"\",\n"
		   "  \"cut\": \"abc\",\n"
		   "  \"blanks\": \"QEMU\",\n"
		   "  \"full\": \"12345678\",\n"
		   "  \"word\": \"yes\",\n"
		   "  \"number\": \"1\",\n"
		   "  \"nothing\": null\n"
		   "}\n");
}

static unsigned char g_bytes[3];

static void
emit_bytes(struct xnvi_emit *e)
{
	xnvi_emit_map(e, "m", XNVI_EMIT_FLOW);
	xnvi_emit_chars(e, "v", g_bytes, sizeof(g_bytes));
	xnvi_emit_chars(e, (char[]){'k', (char)g_bytes[0], (char)g_bytes[1], '\0'}, "", 1);
	xnvi_emit_end(e);
}

static void
every_pair_of_bytes_gives_a_valid_document(void)
{
	static const int opts[] = {XNVME_PR_YAML, XNVME_PR_JSON};

	for (int i = 0; i < 2 * 65536; ++i) {
		struct doc doc;
		char *text;
		int res;

		g_bytes[0] = (unsigned char)i;
		g_bytes[1] = (unsigned char)(i >> 8);
		g_bytes[2] = 0xbf;
		text = capture(emit_bytes, opts[i >> 16], &res);
		doc_read(&doc, text, opts[i >> 16] == XNVME_PR_JSON);
		if (doc.error) {
			test_fail(__FILE__, __LINE__, "%06x: %s: %s", i, doc.error, text);
		}
		doc_term(&doc);
		free(text);
	}
}

static void
emit_numbers(struct xnvi_emit *e)
{
	xnvi_emit_u64(e, "u64", UINT64_MAX);
	xnvi_emit_i64(e, "i64", INT64_MIN);
	xnvi_emit_hex(e, "hex", UINT64_MAX);
	xnvi_emit_u128(e, "zero", 0, 0);
	xnvi_emit_u128(e, "two64", 0, 1);
	xnvi_emit_u128(e, "max", UINT64_MAX, UINT64_MAX);
	xnvi_emit_double(e, "nan", (double)NAN, 3);
	xnvi_emit_double(e, "whole", 2.0, 0);
	xnvi_emit_bits(e, "none", "", 0, 0);
	xnvi_emit_bits(e, "all", "", UINT64_MAX, 64);
}

static void
numbers_keep_all_their_digits(void)
{
	CHECK_EMIT(emit_numbers, XNVME_PR_YAML,
		   "u64: 18446744073709551615\n"
		   "i64: -9223372036854775808\n"
		   "hex: 0xffffffffffffffff\n"
		   "zero: 0\n"
		   "two64: 18446744073709551616\n"
		   "max: 340282366920938463463374607431768211455\n"
		   "nan: ~\n"
		   "whole: 2\n"
		   "none: ''\n"
		   "all: '1111111111111111111111111111111111111111111111111111111111111111'\n");
}

static void
a_fragment_has_the_indentation_and_separator_of_the_caller(void)
{
	struct sys_memory memory;
	struct xnvi_emit e;
	char *text;
	int res;

	CHECK(sys_memory_open(&memory));
	xnvi_emit_init_fragment(&e, memory.stream, 4, ";\n");
	xnvi_emit_u64(&e, "a", 1);
	xnvi_emit_str(&e, "b", "x");
	res = xnvi_emit_term(&e);
	text = sys_memory_close(&memory);
	CHECK_STR(text, "    a: 1;\n    b: 'x'");
	CHECK_EQ(res, strlen(text));
	free(text);
}

static void
a_full_disk_is_a_negative_return(void)
{
	int err;
	FILE *stream = sys_stream_full(&err);
	struct xnvi_emit e;

	CHECK(stream);
	xnvi_emit_init(&e, stream, XNVME_PR_YAML);
	emit_tree(&e);
	CHECK_EQ(xnvi_emit_term(&e), err);
	fclose(stream);
}

static void
calls_that_form_no_tree_are_refused(void)
{
	FILE *stream = sys_temp_stream();
	struct xnvi_emit e;

	CHECK(stream);
	xnvi_emit_init(&e, NULL, XNVME_PR_YAML);
	xnvi_emit_u64(&e, "a", 1);
	CHECK_EQ(xnvi_emit_term(&e), -EINVAL);

	xnvi_emit_init(&e, stream, XNVME_PR_YAML);
	xnvi_emit_end(&e);
	CHECK_EQ(xnvi_emit_term(&e), -EINVAL);

	xnvi_emit_init(&e, stream, XNVME_PR_YAML);
	xnvi_emit_map(&e, "map", XNVI_EMIT_BLOCK);
	xnvi_emit_u64(&e, NULL, 1);
	CHECK_EQ(xnvi_emit_term(&e), -EINVAL);

	xnvi_emit_init(&e, stream, XNVME_PR_YAML);
	xnvi_emit_u64(&e, NULL, 1);
	xnvi_emit_u64(&e, NULL, 2);
	CHECK_EQ(xnvi_emit_term(&e), -EINVAL);

	xnvi_emit_init(&e, stream, XNVME_PR_YAML);
	for (int i = 0; i <= XNVI_EMIT_DEPTH_MAX; ++i) {
		xnvi_emit_list(&e, NULL, XNVI_EMIT_BLOCK);
	}
	CHECK_EQ(xnvi_emit_term(&e), -E2BIG);
	fclose(stream);
}

static void
the_reader_of_the_tests_rejects_what_is_ambiguous(void)
{
	static const struct {
		const char *text;
		bool json;
		bool good;
	} rows[] = {
	    {"a: 1\n", false, true},
	    {"a: 1", false, false},
	    {"a: 1\n\n", false, false},
	    {"a: 1\na: 2\n", false, false},
	    {"a:\n  b: 1\nc: 2\na:\n  d: 3\n", false, false},
	    {"a:\n  b: 1\n  c: 2\n  b: 3\n", false, false},
	    {"a: {b: 1, c: 2, b: 3}\n", false, false},
	    {"a: 1\nb:\n  - a: 2\n  - a: 3\n  - {a: 4}\nc: {a: 5}\n", false, true},
	    {"{\"a\": {\"b\": 1, \"c\": [], \"b\": 3}}\n", true, false},
	    {"{\"a\": {\"b\": 1}, \"b\": [{\"b\": 2}]}\n", true, true},
	    {"a:1\n", false, false},
	    {"a: 1\n  - b\n", false, false},
	    {"a: 1u\n", false, false},
	    {"a: 012\n", false, false},
	    {"a: {    b: 1    c: 2  }\n", false, false},
	    {"a: 'x\n", false, false},
	    {"a: 'x'y\n", false, false},
	    {"a: \x1b[0m\n", false, false},
	    {"a: yes\n", false, false},
	    {"a:\nb: 1\n", false, false},
	    {"a:\n  b: 1\n c: 2\n", false, false},
	    {"- 1\nb: 2\n", false, false},
	    {"a: [1, 2\n", false, false},
	    {"a[0]: 1\n", false, false},
	    {"{\"a\": 1}\n", true, true},
	    {"{\"a\": 0x1}\n", true, false},
	    {"{\"a\": 1,}\n", true, false},
	    {"{a: 1}\n", true, false},
	    {"{\"a\": 'x'}\n", true, false},
	    {"{\"a\": \"\\x1b\"}\n", true, false},
	    {"{\"a\": \"\xe9\"}\n", true, false},
	    {"{\"a\": 1} 2\n", true, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		struct doc doc;

		doc_read(&doc, rows[i].text, rows[i].json);
		if (!doc.error != rows[i].good) {
			test_fail(__FILE__, __LINE__, "%s: %s", rows[i].text,
				  doc.error ? doc.error : "accepted");
		}
		doc_term(&doc);
	}
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {
	    TEST_CASE(a_tree_is_written_as_yaml),
	    TEST_CASE(a_tree_is_written_as_json),
	    TEST_CASE(terse_puts_each_outermost_member_on_one_line),
	    TEST_CASE(the_document_itself_may_be_anything),
	    TEST_CASE(any_bytes_are_escaped_in_yaml),
	    TEST_CASE(any_bytes_are_escaped_in_json),
	    TEST_CASE(every_pair_of_bytes_gives_a_valid_document),
	    TEST_CASE(numbers_keep_all_their_digits),
	    TEST_CASE(a_fragment_has_the_indentation_and_separator_of_the_caller),
	    TEST_CASE(a_full_disk_is_a_negative_return),
	    TEST_CASE(calls_that_form_no_tree_are_refused),
	    TEST_CASE(the_reader_of_the_tests_rejects_what_is_ambiguous),
	};

	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
