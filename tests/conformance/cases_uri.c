// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: what a URI is, and what is none */
#include <conformance/conf.h>

#include <stdio.h>

struct verdict {
	const char *uri;
	int err;
};

/* 0: it opens. '@' stands for the folder of this run; nothing is in it but what the case made */
static const struct verdict g_verdicts[] = {
    {"1GB", 0},
    {"2GB", 0},
    {"01GB", 0},
    {"1xGB", EINVAL},
    {"1 GB", EINVAL},
    {"1GBGB", EINVAL},
    {"-1GB", EINVAL},
    {"+1GB", EINVAL},
    {"0GB", EINVAL},
    {"00GB", EINVAL},
    {"1.5GB", EINVAL},
    {"0x1GB", EINVAL},
    {"4294967297GB", EINVAL},
    {"17179869184GB", EINVAL},
    {"18446744073709551616GB", EINVAL},
    {"99999999999999999999999999GB", EINVAL},
    {"ram:", EINVAL},
    {"ram:0", EINVAL},
    {"ram:0GiB", EINVAL},
    {"ram:512", 0},
    {"ram:1M", 0},
    {"ram:1MB", 0},
    {"ram:1MiB", 0},
    {"ram:1024B", 0},
    {"ram:1", EINVAL},
    {"ram:513", EINVAL},
    {"ram:-1", EINVAL},
    {"ram:+1MiB", EINVAL},
    {"ram: 1MiB", EINVAL},
    {"ram:1 MiB", EINVAL},
    {"ram:1MiB ", EINVAL},
    {"ram:1XiB", EINVAL},
    {"ram:1iB", EINVAL},
    {"ram:1KiBB", EINVAL},
    {"ram:0x100000", EINVAL},
    {"ram:1.5MiB", EINVAL},
    {"ram:18446744073709551104", EINVAL},
    {"ram:18446744073709551615", EINVAL},
    {"ram:18446744073709551616", EINVAL},
    {"ram:16777216T", EINVAL},
    {"ram:1MiB?", EINVAL},
    {"ram:1MiB?foo=1", EINVAL},
    {"ram:1MiB?name", EINVAL},
    {"ram:1MiB?name=", EINVAL},
    {"ram:1MiB?=x", EINVAL},
    {"ram:1MiB?name=a", 0},
    {"ram:1MiB?name=a&name=b", EINVAL},
    {"ram:1MiB?name=a&", EINVAL},
    {"ram:1MiB?&name=a", EINVAL},
    {"ram:1MiB?name=a&&threads=1", EINVAL},
    {"ram:1MiB&name=a", EINVAL},
    {"ram:1MiB?lba_nbytes=512", 0},
    {"ram:1MiB?lba_nbytes=4096", 0},
    {"ram:1MiB?lba_nbytes=0", EINVAL},
    {"ram:1MiB?lba_nbytes=256", EINVAL},
    {"ram:1MiB?lba_nbytes=513", EINVAL},
    {"ram:1MiB?lba_nbytes=8192", EINVAL},
    {"ram:1MiB?lba_nbytes=4k", EINVAL},
    {"ram:1536?lba_nbytes=1024", EINVAL},
    {"ram:1MiB?threads=1", 0},
    {"ram:1MiB?threads=1023", 0},
    {"ram:1MiB?threads=0", EINVAL},
    {"ram:1MiB?threads=1024", EINVAL},
    {"ram:1MiB?threads=abc", EINVAL},
    {"ram:1MiB?threads=-1", EINVAL},
    {"ram:1MiB?exclusive=0", 0},
    {"ram:1MiB?exclusive=1", 0},
    {"ram:1MiB?exclusive=2", EINVAL},
    {"ram:1MiB?exclusive=", EINVAL},
    {"ram:1MiB?exclusive=true", EINVAL},
    {"ram:1MiB?path=@/none/file", ENOENT},
    {"0000:01:00.8", EINVAL},
    {"0000:01:20.0", EINVAL},
    {"fffff:01:00.0", EINVAL},
    {"0000:01:00", EINVAL},
    {"0000:01:00.0.0", EINVAL},
    {"0000:01:00.", EINVAL},
    {"0000:100:00.0", EINVAL},
    {"1.2.3.4:4420", ENOTSUP},
    {"localhost:4420", ENOTSUP},
    {"localhost:", EINVAL},
    {":4420", EINVAL},
    {"1gb", EINVAL},
    {"1GB ", EINVAL},
    {"[::1]:4420", ENOTSUP},
    {"/", EISDIR},
    {"@", EISDIR},
    {".", EISDIR},
    {"@/none", ENOENT},
    {"@/none/1GB", ENOENT},
    {"@/none?threads=2", ENOENT},
    {"./none-1GB", ENOENT},
    {"", EINVAL},
};

static void
check_verdict(const char *uri, int expected)
{
	struct xnvme_dev *dev;
	int err;

	xnvme_err_clear();
	errno = 0;
	dev = xnvme_dev_open(uri, NULL);
	err = dev ? 0 : errno;
	if (err != expected) {
		conf_fail(__FILE__, __LINE__, "'%s': errno %d (%s), expected %d",
			  uri ? uri : "NULL", err, xnvme_err_last()->what, expected);
	}
	if (expected && (xnvme_err_last()->err != -expected || !xnvme_err_last()->what[0] ||
			 !xnvme_err_last()->layer[0])) {
		conf_fail(__FILE__, __LINE__, "'%s': no words: err %d, layer '%s', what '%s'",
			  uri ? uri : "NULL", xnvme_err_last()->err, xnvme_err_last()->layer,
			  xnvme_err_last()->what);
	}
	if (!expected && (xnvme_err_last()->err || xnvme_err_last()->what[0])) {
		conf_fail(__FILE__, __LINE__, "'%s' opened and left an error: %s", uri,
			  xnvme_err_last()->what);
	}
	xnvme_dev_close(dev);
}

static void
check_verdict_in_dir(const char *pattern, int expected)
{
	const size_t nbefore = strcspn(pattern, "@");
	char uri[sizeof(conf_env.dir) + 64];

	snprintf(uri, sizeof(uri), "%.*s%s%s", (int)nbefore, pattern,
		 pattern[nbefore] ? conf_env.dir : "",
		 pattern[nbefore] ? pattern + nbefore + 1 : "");
	check_verdict(uri, expected);
}

static void
uris_are_judged_strictly_and_in_words(const struct conf_row *row)
{
	const int nfds = sys_count_descriptors();

	(void)row;
	EQ(sys_dir_change(conf_env.dir), 0);
	for (size_t i = 0; i < sizeof(g_verdicts) / sizeof(g_verdicts[0]); ++i) {
		check_verdict_in_dir(g_verdicts[i].uri, g_verdicts[i].err);
	}
	check_verdict(NULL, EINVAL);
	EQ(sys_count_descriptors(), nfds);
}

static void
long_uris_are_refused(const struct conf_row *row)
{
	char uri[XNVME_IDENT_URI_LEN + 2];

	(void)row;
	memset(uri, 'x', sizeof(uri));
	uri[sizeof(uri) - 1] = '\0';
	check_verdict(uri, EINVAL);
	uri[XNVME_IDENT_URI_LEN] = '\0';
	check_verdict(uri, EINVAL);
	/* The longest that is allowed is only not there; a name that long is none of any file */
	uri[XNVME_IDENT_URI_LEN - 1] = '\0';
	for (size_t i = 1; i < XNVME_IDENT_URI_LEN; i += 100) {
		uri[i] = '/';
	}
	check_verdict(uri, ENOENT);
}

static void
refused_nodes_leak_no_descriptor(const struct conf_row *row)
{
	char fifo[300];
	int nfds;

	(void)row;
	snprintf(fifo, sizeof(fifo), "%s/fifo", conf_env.dir);
	EQ(sys_file_make_fifo(fifo), 0);
	check_verdict(fifo, ENOTTY);
	check_verdict("/dev", EISDIR);
	check_verdict("/dev/zero", ENOTTY);
	check_verdict("/dev/full", ENOTTY);
	check_verdict("/dev/null?threads=2", ENOTTY);
	check_verdict("/dev/null/file", ENOENT);
	nfds = sys_count_descriptors();
	for (int i = 0; i < 20; ++i) {
		struct xnvme_opts opts = xnvme_opts_default();

		check_verdict(fifo, ENOTTY);
		check_verdict("/dev/null", ENOTTY);
		check_verdict("/tmp", EISDIR);
		opts.rdonly = 1;
		CHECK(!xnvme_dev_open("/tmp", &opts));
		EQ(errno, EISDIR);
		opts.be = "linux";
		CHECK(!xnvme_dev_open("/dev/null", &opts));
		EQ(errno, ENOTTY);
	}
	EQ(sys_count_descriptors(), nfds);
	EQ(sys_file_remove(fifo), 0);
}

static void
existing_path_wins_over_every_form(const struct conf_row *row)
{
	static const char *const names[] = {"1GB", "ram:1MiB", "0000:01:00.0", "host:1", "1 GB"};
	struct xnvme_opts opts = xnvme_opts_default();

	(void)row;
	EQ(sys_dir_change(conf_env.dir), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); ++i) {
		struct xnvme_dev *dev;

		if (!sys_name_is_allowed(names[i])) {
			continue;
		}
		EQ(sys_file_make(names[i], 0), 0);
		dev = xnvme_dev_open(names[i], NULL);
		CHECK(dev);
		EQ(xnvme_dev_get_geo(dev)->nbytes, 1);
		xnvme_dev_close(dev);
		EQ(sys_file_remove(names[i]), 0);
	}
	opts.create = 1;
	CHECK(!xnvme_dev_open("1 GB", &opts));
	CHECK(!sys_file_exists("1 GB"));
	CHECK(!xnvme_dev_open("0000:01:00", &opts));
	CHECK(!sys_file_exists("0000:01:00"));
}

static int
on_enumerate(struct xnvme_dev *dev, void *arg)
{
	unsigned *count = arg;

	CHECK(xnvme_dev_get_geo(dev)->tbytes > 0);
	++*count;

	return XNVME_ENUMERATE_DEV_CLOSE;
}

static void
enumerate_offers_the_named_device(const struct conf_row *row)
{
	const int nfds = sys_count_descriptors();
	unsigned count = 0;

	EQ(xnvme_enumerate(row->dev->uri, NULL, on_enumerate, &count), 0);
	EQ(count, 1);
	EQ(xnvme_enumerate(conf_env.dir, NULL, on_enumerate, &count), -EISDIR);
	EQ(xnvme_enumerate(NULL, NULL, NULL, NULL), -EINVAL);
	EQ(xnvme_enumerate(NULL, NULL, on_enumerate, &count), 0);
	EQ(sys_count_descriptors(), nfds);
}

/** The device's URI with one more key; false when it is a short form that takes none */
static bool
uri_with(const struct conf_row *row, const char *key, char *uri, size_t nbytes)
{
	const bool has_query = strchr(row->dev->uri, '?') != NULL;

	snprintf(uri, nbytes, "%s%c%s", row->dev->uri, has_query ? '&' : '?', key);

	return row->dev->uri[0] == '/' || strncmp(row->dev->uri, "ram:", strlen("ram:")) == 0;
}

static void
a_claim_keeps_others_out_until_the_device_is_closed(const struct conf_row *row)
{
	/* Nobody else uses a file or memory in this sense, so that there is nothing to claim */
	const bool excludes = !row->dev->is_file && !row->dev->in_memory;
	const int nfds = sys_count_descriptors();
	struct xnvme_dev *first, *second;
	char uri[512];

	EQ(xnvme_dev_claim(NULL), -EINVAL);
	EQ(xnvme_dev_claim_all(NULL), -EINVAL);
	if (!uri_with(row, "exclusive=1", uri, sizeof(uri))) {
		snprintf(uri, sizeof(uri), "%s", row->dev->uri);
	}
	for (int round = 0; round < 3; ++round) {
		first = round ? row_open(row) : xnvme_dev_open(uri, NULL);
		CHECK(first);
		/* Once more changes nothing */
		EQ(round == 2 ? xnvme_dev_claim_all(first) : xnvme_dev_claim(first), 0);
		EQ(xnvme_dev_claim(first), 0);

		/* A plain open stays as it is, and only claims exclude each other */
		second = row_open(row);
		EQ(xnvme_dev_claim(second), excludes ? -EBUSY : 0);
		EQ(xnvme_dev_claim_all(second), excludes ? -EBUSY : 0);
		if (excludes) {
			CHECK(strstr(xnvme_err_last()->what, "is in use"));
			CHECK(!xnvme_dev_open(uri, NULL));
			EQ(errno, EBUSY);
		}
		xnvme_dev_close(first);
		EQ(xnvme_dev_claim(second), 0);
		xnvme_dev_close(second);
		EQ(sys_count_descriptors(), nfds);
	}
}

struct probed {
	const char *uri;
	unsigned n;
	unsigned nusable;
};

static int
on_probe(const struct xnvme_probe *probe, void *arg)
{
	struct probed *all = arg;

	all->n++;
	all->nusable += !probe->err;
	CHECK(probe->be);
	/* The reason is there exactly when it is not usable */
	EQ(probe->reason[0] != '\0', probe->err != 0);

	return 0;
}

static int
on_probe_stop(const struct xnvme_probe *probe, void *arg)
{
	unsigned *count = arg;

	(void)probe;
	++*count;

	return 42;
}

static void
probe_gives_a_reason_for_what_is_not_usable(const struct conf_row *row)
{
	const int nfds = sys_count_descriptors();
	struct probed all = {.uri = row->dev->uri};
	unsigned count = 0;

	EQ(xnvme_dev_probe(row->dev->uri, NULL, on_probe, &all), 0);
	CHECK(all.n > all.nusable && all.nusable >= 1);
	EQ(xnvme_dev_probe(row->dev->uri, NULL, on_probe_stop, &count), 42);
	EQ(count, 1);
	EQ(xnvme_dev_probe(row->dev->uri, NULL, NULL, NULL), -EINVAL);
	EQ(xnvme_dev_probe(NULL, NULL, on_probe, &all), -EINVAL);
	EQ(xnvme_dev_probe(conf_env.dir, NULL, on_probe, &all), -EISDIR);
	EQ(sys_count_descriptors(), nfds);
}

const struct conf_case conf_cases_uri[] = {
    CONF_CASE(uris_are_judged_strictly_and_in_words, SCOPE_ONCE, 0),
    CONF_CASE(long_uris_are_refused, SCOPE_ONCE, 0),
    CONF_CASE(refused_nodes_leak_no_descriptor, SCOPE_ONCE, NEED_NODES),
    CONF_CASE(existing_path_wins_over_every_form, SCOPE_ONCE, NEED_FILES),
    CONF_CASE(enumerate_offers_the_named_device, SCOPE_DEV, 0),
    CONF_CASE(a_claim_keeps_others_out_until_the_device_is_closed, SCOPE_DEV, 0),
    CONF_CASE(probe_gives_a_reason_for_what_is_not_usable, SCOPE_DEV, 0),
    {0},
};
