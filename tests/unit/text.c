// SPDX-License-Identifier: BSD-3-Clause
/**
 * Text that people read: no byte that a terminal would execute, and one line per message
 */
#include <core/mechanism.h>
#include <print/text.h>
#include <support/test.h>

#include <stdio.h>
#include <stdlib.h>

/** No control character of either set, and nothing that is not UTF-8 */
static bool
is_safe(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t left = strlen(text);

	while (left) {
		uint32_t cp = 0;
		const size_t len = xnvi_utf8_decode(bytes, left, &cp);

		if (!len || cp < 0x20 || (cp >= 0x7f && cp <= 0x9f)) {
			return false;
		}
		bytes += len;
		left -= len;
	}

	return true;
}

static void
text_is_shown_or_spelled(void)
{
	static const struct {
		const char *from;
		const char *to;
	} cases[] = {
	    {"", ""},
	    {"plain 'quoted' \"text\" ", "plain 'quoted' \"text\" "},
	    {"a\\x1bb", "a\\x1bb"},
	    {"\x1b]0;x\x07\n", "\\x1b]0;x\\x07\\x0a"},
	    {"\t\r\x7f", "\\x09\\x0d\\x7f"},
	    {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
	    {"\x9b"
	     "31m",
	     "\\x9b31m"},
	    {"\xc2\x9b"
	     "31m",
	     "\\xc2\\x9b31m"},
	    {"\xff\xfe", "\\xff\\xfe"},
	    {"\xc3", "\\xc3"},
	    {"\xe2\x82", "\\xe2\\x82"},
	    {"\xc0\x9b", "\\xc0\\x9b"},
	    {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
	    {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
	    {"\xe2\x80\xae"
	     "abc",
	     "\\xe2\\x80\\xae"
	     "abc"},
	    {"\xe2\x80\xa8", "\\xe2\\x80\\xa8"},
	    {"\xef\xbb\xbf", "\\xef\\xbb\\xbf"},
	};
	char text[64];
	char twice[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
		CHECK_EQ(xnvi_text_safe(text, sizeof(text), cases[i].from), strlen(cases[i].to));
		CHECK_STR(text, cases[i].to);
		xnvi_text_safe(twice, sizeof(twice), text);
		CHECK_STR(twice, text);
	}
	CHECK_EQ(xnvi_text_safe(text, sizeof(text), NULL), 0);
	CHECK_STR(text, "");
}

static void
every_byte_alone_and_in_pairs_is_safe_afterwards(void)
{
	char from[3] = "";
	char text[16];

	for (unsigned first = 1; first < 256; ++first) {
		for (unsigned second = 0; second < 256; ++second) {
			from[0] = (char)first;
			from[1] = (char)second;
			xnvi_text_safe(text, sizeof(text), from);
			CHECK(is_safe(text));
		}
	}
}

static void
a_copy_that_does_not_fit_ends_between_two_characters(void)
{
	static const char from[] = "a\x1b\xc3\xa4z";
	static const char *const fits[] = {
	    "", "a", "a", "a", "a", "a\\x1b", "a\\x1b", "a\\x1b\xc3\xa4", "a\\x1b\xc3\xa4z"};
	char text[16];

	CHECK_EQ(xnvi_text_safe(text, 0, from), 0);
	for (size_t room = 0; room < sizeof(fits) / sizeof(fits[0]); ++room) {
		memset(text, '#', sizeof(text));
		CHECK_EQ(xnvi_text_safe(text, room + 1, from), strlen(fits[room]));
		CHECK_STR(text, fits[room]);
		CHECK_EQ(text[room + 1], '#');
	}
}

/** What a line looks like, for the caller to free */
static char *
line_of(const char *text, int *wrtn)
{
	struct sys_memory memory;

	CHECK(sys_memory_open(&memory));
	*wrtn = xnvi_text_line(memory.stream, "<%s>", text);

	return sys_memory_close(&memory);
}

static void
a_message_is_one_line_of_any_length(void)
{
	static const size_t lengths[] = {0, 1, 1020, 1021, 1022, 1023, 1024, 1025, 5000, 300000};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); ++i) {
		char *from = malloc(lengths[i] + 1);
		char *line;
		int wrtn;

		CHECK(from);
		memset(from, '\n', lengths[i]);
		from[lengths[i]] = '\0';
		line = line_of(from, &wrtn);
		CHECK_EQ(wrtn, 3 + 4 * lengths[i]);
		CHECK_EQ(strlen(line), wrtn);
		CHECK(line[0] == '<' && strchr(line, '\n') == line + wrtn - 1);
		free(line);
		free(from);
	}
}

static void
a_line_that_is_lost_is_told(void)
{
	int err;
	FILE *full = sys_stream_full(&err);

	CHECK(full);
	setvbuf(full, NULL, _IONBF, 0);
	CHECK_EQ(xnvi_text_line(full, "x"), err);
	fclose(full);
}

static void
recorded_failures_can_be_printed(void)
{
	static const char hostile[] = "\x1b]0;pwned\x07\nfake: line\x9b\xc2\x9b\xff ";
	char uri[64];

	snprintf(uri, sizeof(uri), "%s", hostile);
	CHECK(!xnvme_dev_open(uri, NULL));
	/* A system need not look for a file whose name it does not allow */
	CHECK(xnvme_err_last()->err == -ENOENT || !sys_name_is_allowed(uri));
	CHECK(is_safe(xnvme_err_last()->where));
	CHECK(strstr(xnvme_err_last()->where, "\\x1b]0;pwned\\x07\\x0afake"));
	snprintf(uri, sizeof(uri), "1GB?%s=1", hostile);
	CHECK(!xnvme_dev_open(uri, NULL));
	snprintf(uri, sizeof(uri), "ram:1GB?%s=1", hostile);
	CHECK(!xnvme_dev_open(uri, NULL));
	CHECK(is_safe(xnvme_err_last()->what) && is_safe(xnvme_err_last()->where));
	CHECK(strstr(xnvme_err_last()->what, "\\x1b]0;pwned"));
}

static const struct test tests[] = {
    TEST_CASE(text_is_shown_or_spelled),
    TEST_CASE(every_byte_alone_and_in_pairs_is_safe_afterwards),
    TEST_CASE(a_copy_that_does_not_fit_ends_between_two_characters),
    TEST_CASE(a_message_is_one_line_of_any_length),
    TEST_CASE(a_line_that_is_lost_is_told),
    TEST_CASE(recorded_failures_can_be_printed),
};

int
main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
