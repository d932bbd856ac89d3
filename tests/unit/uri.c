// SPDX-License-Identifier: BSD-3-Clause
/**
 * What a URI is, and what merely resembles one
 */
#include <core/mechanism.h>
#include <support/test.h>

#include <stdio.h>
#include <stdlib.h>

static struct xnvi_uri g_uri;

static int
parse(const char *text)
{
	const struct xnvme_opts opts = xnvme_opts_default();

	xnvme_err_clear();

	return xnvi_uri_parse(text, &opts, &g_uri);
}

static void
check_class(const char *text, enum xnvi_class cls)
{
	const int err = parse(text);

	if (err || g_uri.cls != cls) {
		test_fail(__FILE__, __LINE__, "'%s': %d, class %u", text, err, g_uri.cls);
	}
}

/** Refused, with words and a remedy */
static void
check_refused(const char *text, int err)
{
	const int res = parse(text);

	if (res != err || !xnvme_err_last()->what[0] || !xnvme_err_last()->hint[0]) {
		test_fail(__FILE__, __LINE__, "'%s': %d instead of %d, '%s', '%s'", text, res, err,
			  xnvme_err_last()->what, xnvme_err_last()->hint);
	}
}

static void
numbers_are_digits_within_their_range(void)
{
	static const struct {
		const char *text;
		int err;
	} cases[] = {
	    {"10", 0},
	    {"1023", 0},
	    {"0010", 0},
	    {NULL, -EINVAL},
	    {"", -EINVAL},
	    {"+1", -EINVAL},
	    {"-1", -EINVAL},
	    {" 11", -EINVAL},
	    {"11 ", -EINVAL},
	    {"0x10", -EINVAL},
	    {"9", -ERANGE},
	    {"1024", -ERANGE},
	    {"18446744073709551615", -ERANGE},
	    {"18446744073709551616", -ERANGE},
	    {"99999999999999999999999", -ERANGE},
	    {"1\xff", -EINVAL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
		uint64_t value = 77;

		CHECK_EQ(xnvi_parse_u64(cases[i].text, 10, 1023, &value), cases[i].err);
		CHECK_EQ(value == 77, cases[i].err != 0);
	}
}

static void
sizes_have_binary_units(void)
{
	static const struct {
		const char *text;
		int err;
		uint64_t nbytes;
	} cases[] = {
	    {"0", 0, 0},
	    {"512", 0, 512},
	    {"512B", 0, 512},
	    {"1K", 0, 1024},
	    {"1KB", 0, 1024},
	    {"3MiB", 0, 3ULL << 20},
	    {"2G", 0, 2ULL << 30},
	    {"16777215TiB", 0, 16777215ULL << 40},
	    {"16777216T", -ERANGE, 0},
	    {"18446744073709551615", 0, UINT64_MAX},
	    {"18446744073709551615B", 0, UINT64_MAX},
	    {"18446744073709551616", -ERANGE, 0},
	    {"111111111111111111111111111111", -EINVAL, 0},
	    {"", -EINVAL, 0},
	    {"K", -EINVAL, 0},
	    {"-1K", -EINVAL, 0},
	    {"1k", -EINVAL, 0},
	    {"1KiBB", -EINVAL, 0},
	    {"1Ki", -EINVAL, 0},
	    {"1BB", -EINVAL, 0},
	    {"1.5G", -EINVAL, 0},
	    {"1 G", -EINVAL, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
		uint64_t nbytes = 0;

		if (xnvi_parse_nbytes(cases[i].text, &nbytes) != cases[i].err ||
		    nbytes != cases[i].nbytes) {
			test_fail(__FILE__, __LINE__, "'%s'", cases[i].text);
		}
	}
}

static void
sizes_name_an_in_memory_device(void)
{
	check_class("1GB", XNVI_CLASS_RAMDISK);
	CHECK_EQ(g_uri.ram_nbytes, 1ULL << 30);
	check_class("ram:64MiB", XNVI_CLASS_RAMDISK);
	CHECK_EQ(g_uri.ram_nbytes, 64ULL << 20);
	check_class("ram:1G?lba_nbytes=4096&name=a&path=/x&threads=3", XNVI_CLASS_RAMDISK);
	CHECK_EQ(g_uri.nopts, 4);
	CHECK_STR(xnvi_uri_opt(&g_uri, "lba_nbytes"), "4096");
	CHECK_STR(xnvi_uri_opt(&g_uri, "threads"), "3");
	CHECK(!xnvi_uri_opt(&g_uri, "other"));
	CHECK(strstr(xnvi_class_name(g_uri.cls), "in-memory device"));
	CHECK(strstr(xnvi_class_name(0), "unknown"));
}

static void
slips_are_refused_and_never_a_device_of_another_size(void)
{
	static const char *const texts[] = {
	    "1xGB",
	    "1 GB",
	    "1GBGB",
	    "4294967297000GB",
	    "-1GB",
	    "+1GB",
	    "0GB",
	    "1.5GB",
	    "ram:",
	    "ram:0",
	    "ram:x",
	    "ram:1Q",
	    "ram:99999999999999999999",
	    "ram:1M?",
	    "ram:1M?&",
	    "ram:1M?name",
	    "ram:1M?name=",
	    "ram:1M?=x",
	    "ram:1M?name&x=1",
	    "ram:1M?size=1",
	    "ram:1M?name=a&name=b",
	    "ram:1M?name=a&colour=red",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); ++i) {
		/* An empty query says nothing and does no harm */
		if (strcmp(texts[i], "ram:1M?") != 0) {
			check_refused(texts[i], -EINVAL);
		}
	}
	check_refused(NULL, -EINVAL);
	check_refused("", -EINVAL);
}

static void
pci_addresses_have_domain_bus_device_and_function(void)
{
	static const char *const good[] = {"0000:01:00.0", "01:00.0", "ffff:ff:1f.7", "0:1:2.3",
					   "ABCD:EF:00.1"};
	static const char *const bad[] = {
	    "0000:01:00",    "0000:01:20.0",  "0000:01:00.8",  "0000:01:00.0.0",
	    "10000:01:00.0", "0000:100:00.0", "0000:01:000.0", "01:00.",
	    ":01:00.0",	     "0000:01:00.00", "0000::00.0",    "1:2:3:4.0",
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); ++i) {
		check_class(good[i], XNVI_CLASS_PCI);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
		check_refused(bad[i], -EINVAL);
	}
}

static void
names_with_a_port_are_fabrics_addresses(void)
{
	check_class("target.example:4420", XNVI_CLASS_FABRICS);
	check_class("10.0.0.1:4420", XNVI_CLASS_FABRICS);
	check_refused("dir/name:4420", -ENOENT);
	check_refused("target.example:", -EINVAL);
	check_refused("target.example:44x", -ENOENT);
	check_refused(":4420", -EINVAL);
	check_refused("localhost:", -EINVAL);
	check_refused("1gb", -EINVAL);
	check_refused("1GB ", -EINVAL);
}

static void
paths_are_what_stands_there(void)
{
	struct xnvme_opts create = xnvme_opts_default();
	char dir[300], path[320], text[340];

	create.create = 1;
	sys_temp_subdir(dir, sizeof(dir), "paths");
	snprintf(path, sizeof(path), "%s/1GB", dir);
	check_refused(path, -ENOENT);
	CHECK_EQ(xnvi_uri_parse(path, &create, &g_uri), 0);
	CHECK_EQ(g_uri.cls, XNVI_CLASS_FILE);
	CHECK_EQ(sys_file_make(path, 0), 0);
	check_class(path, XNVI_CLASS_FILE);
	snprintf(text, sizeof(text), "%s?threads=2", path);
	check_class(text, XNVI_CLASS_FILE);
	CHECK_STR(xnvi_uri_opt(&g_uri, "threads"), "2");
	CHECK_STR(g_uri.path, path);
	snprintf(text, sizeof(text), "%s?name=2", path);
	check_refused(text, -EINVAL);
	snprintf(text, sizeof(text), "%s/none?threads=2", dir);
	check_refused(text, -ENOENT);
	CHECK_EQ(xnvi_uri_parse(text, &create, &g_uri), 0);
	snprintf(text, sizeof(text), "%s?threads=2", dir);
	check_refused(text, -EISDIR);
	check_refused(dir, -EISDIR);
	snprintf(text, sizeof(text), "%s/below", path);
	check_refused(text, -ENOENT);
	CHECK_EQ(sys_dir_remove(dir), 0);
	if (!sys_lacks(SYS_NODES)) {
		check_refused("/dev/null", -ENOTTY);
		check_refused("/dev/null?threads=1", -ENOTTY);
		check_refused("/dev/null/name?threads=1", -ENOTDIR);
	}
}

/** Names that look like something else than a file */
static const char *const uri_like[] = {
    "3GB",     "1 GB",	      "ram:1GB",  "ram:x", "0000:01:00.0", "host:1", "host:", ":1",
    "a?b.bin", "c?threads=8", "c?name=1", "?",	   "?threads=1",   "a&b=c",  "name=", "100%",
    "-",       "1gb",
};

static void
after_file_colon_everything_is_a_path(void)
{
	struct xnvme_opts create = xnvme_opts_default();
	char dir[300];
	char text[64];

	create.create = 1;
	sys_temp_subdir(dir, sizeof(dir), "colon");
	CHECK_EQ(sys_dir_change(dir), 0);
	for (size_t i = 0; i < sizeof(uri_like) / sizeof(uri_like[0]); ++i) {
		snprintf(text, sizeof(text), "file:%s", uri_like[i]);
		check_refused(text, -ENOENT);
		CHECK_STR(xnvme_err_last()->where, uri_like[i]);
		CHECK_EQ(xnvi_uri_parse(text, &create, &g_uri), 0);
		CHECK_EQ(g_uri.cls, XNVI_CLASS_FILE);
		CHECK_STR(g_uri.path, uri_like[i]);
		CHECK_EQ(g_uri.nopts, 0);
		if (!sys_name_is_allowed(uri_like[i])) {
			continue;
		}
		CHECK_EQ(sys_file_make(uri_like[i], 0), 0);
		check_class(text, XNVI_CLASS_FILE);
		CHECK_STR(g_uri.path, uri_like[i]);
		CHECK_EQ(sys_file_remove(uri_like[i]), 0);
	}
	check_refused("file:", -EINVAL);
	check_refused("file:.", -EISDIR);
	if (!sys_lacks(SYS_NODES)) {
		check_refused("file:/dev/null", -ENOTTY);
		check_refused("file:/dev/null/below", -ENOTDIR);
		CHECK_EQ(xnvi_uri_parse("file:/dev/null/below", &create, &g_uri), -ENOTDIR);
	}
	/* The scheme comes before a file of that name */
	if (sys_name_is_allowed("file:x")) {
		CHECK_EQ(sys_file_make("file:x", 0), 0);
		check_refused("file:x", -ENOENT);
		check_class("./file:x", XNVI_CLASS_FILE);
		CHECK_EQ(sys_file_remove("file:x"), 0);
	}
	CHECK_EQ(sys_dir_change(".."), 0);
	CHECK_EQ(sys_dir_remove(dir), 0);
}

static void
a_file_to_be_created_has_the_name_that_was_given(void)
{
	struct xnvme_opts create = xnvme_opts_default();
	const struct xnvme_opts opts = xnvme_opts_default();
	char text[64];

	create.create = 1;
	for (size_t i = 0; i < sizeof(uri_like) / sizeof(uri_like[0]); ++i) {
		CHECK_EQ(xnvi_uri_parse_file(uri_like[i], &create, &g_uri), 0);
		CHECK_EQ(g_uri.cls, XNVI_CLASS_FILE);
		CHECK_STR(g_uri.path, uri_like[i]);
		snprintf(text, sizeof(text), "file:%s", uri_like[i]);
		CHECK_EQ(xnvi_uri_parse_file(text, &create, &g_uri), 0);
		CHECK_STR(g_uri.path, uri_like[i]);
	}
	/* Without create, the forms are those of a device */
	CHECK_EQ(xnvi_uri_parse_file("3GB", &opts, &g_uri), 0);
	CHECK_EQ(g_uri.cls, XNVI_CLASS_RAMDISK);
	if (!sys_lacks(SYS_NODES)) {
		CHECK_EQ(xnvi_uri_parse_file("/dev/null", &create, &g_uri), -ENOTTY);
	}
	CHECK_EQ(xnvi_uri_parse_file("", &create, &g_uri), -EINVAL);
	CHECK_EQ(xnvi_uri_parse_file(NULL, &create, &g_uri), -EINVAL);
}

static void
uris_of_any_length_are_bounded(void)
{
	char text[XNVME_IDENT_URI_LEN + 1];
	struct xnvme_ident ident;

	memset(text, 'a', sizeof(text));
	text[XNVME_IDENT_URI_LEN] = '\0';
	check_refused(text, -EINVAL);
	CHECK_EQ(xnvme_ident_from_uri(text, &ident), -EINVAL);
	text[XNVME_IDENT_URI_LEN - 1] = '\0';
	CHECK(parse(text) < 0);
	CHECK_EQ(xnvme_ident_from_uri(text, &ident), 0);
	CHECK_STR(ident.uri, text);
	CHECK_EQ(ident.csi, 0xff);
	CHECK_EQ(xnvme_ident_from_uri(NULL, &ident), -EINVAL);
	CHECK_EQ(xnvme_ident_from_uri("1GB", NULL), -EINVAL);
}

static void
a_path_that_is_too_long_is_told_its_own_length(void)
{
	char text[4000] = "file:";
	int err;

	memset(text + strlen("file:"), 'a', 379);
	CHECK_EQ(parse(text), -EINVAL);
	CHECK_STR(xnvme_err_last()->what, "the path has 379 characters, the limit is 378");
	memset(text + strlen("file:"), 'a', sizeof(text) - 1 - strlen("file:"));
	CHECK_EQ(parse(text), -EINVAL);
	CHECK_STR(xnvme_err_last()->what, "the path has 3994 characters, the limit is 378");
	text[strlen("file:") + 378] = '\0';
	/* For some systems a file is not there whose name is too long for any */
	err = parse(text);
	CHECK(err == -ENAMETOOLONG || err == -ENOENT);
	memset(text, 'a', 384);
	text[384] = '\0';
	CHECK_EQ(parse(text), -EINVAL);
	CHECK_STR(xnvme_err_last()->what, "the URI has 384 characters, the limit is 383");
}

static void
options_of_a_size_in_gb_are_refused_with_the_form_that_takes_them(void)
{
	CHECK_EQ(parse("1GB?threads=8"), -EINVAL);
	CHECK_STR(xnvme_err_last()->hint, "write ram:1GiB?threads=8");
	CHECK_EQ(parse("12GB?path=/a/b&name=c"), -EINVAL);
	CHECK_STR(xnvme_err_last()->hint, "write ram:12GiB?path=/a/b&name=c");
	CHECK_EQ(parse("1GB?"), -EINVAL);
	CHECK_EQ(parse("ram:1GiB?threads=8"), 0);
}

static const struct test tests[] = {
    TEST_CASE(numbers_are_digits_within_their_range),
    TEST_CASE(sizes_have_binary_units),
    TEST_CASE(sizes_name_an_in_memory_device),
    TEST_CASE(slips_are_refused_and_never_a_device_of_another_size),
    TEST_CASE(pci_addresses_have_domain_bus_device_and_function),
    TEST_CASE(names_with_a_port_are_fabrics_addresses),
    TEST_CASE(paths_are_what_stands_there),
    TEST_CASE(after_file_colon_everything_is_a_path),
    TEST_CASE(a_file_to_be_created_has_the_name_that_was_given),
    TEST_CASE(uris_of_any_length_are_bounded),
    TEST_CASE(a_path_that_is_too_long_is_told_its_own_length),
    TEST_CASE(options_of_a_size_in_gb_are_refused_with_the_form_that_takes_them),
};

int
main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
