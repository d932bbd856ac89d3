// SPDX-License-Identifier: BSD-3-Clause
/**
 * Opening: options, the choice of a backend, the registry of devices, probing and scanning
 */
#include <core/dev.h>
#include <core/mechanism.h>
#include <support/files.h>
#include <support/test.h>

#include <stdio.h>
#include <stdlib.h>

static char g_path[300];

/** Refused with `err` and with words about it */
static void
check_refused(const char *uri, struct xnvme_opts *opts, int err)
{
	struct xnvme_dev *dev;

	xnvme_err_clear();
	errno = 0;
	dev = xnvme_dev_open(uri, opts);
	if (dev || errno != -err || xnvme_err_last()->err != err || !xnvme_err_last()->what[0]) {
		test_fail(__FILE__, __LINE__, "'%s': errno %d, words %d '%s'", uri, errno,
			  xnvme_err_last()->err, xnvme_err_last()->what);
	}
	xnvme_dev_close(dev);
}

static void
options_that_contradict_each_other_are_refused(void)
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.rdonly = opts.wronly = 1;
	check_refused("1GB", &opts, -EINVAL);
	opts.wronly = 0;
	opts.truncate = 1;
	check_refused("1GB", &opts, -EINVAL);
	opts = xnvme_opts_default();
	opts.create_mode = 010000;
	check_refused("1GB", &opts, -EINVAL);
	xnvme_opts_set_defaults(NULL);
}

static void
options_without_an_access_mode_mean_both(void)
{
	struct xnvme_opts opts = {.nsid = 1, .create = 1};
	struct xnvme_dev *dev = xnvme_dev_open("1GB", &opts);

	CHECK(dev);
	CHECK_EQ(opts.rdwr, 1);
	CHECK_EQ(opts.create_mode, 0600);
	CHECK_EQ(xnvme_dev_get_opts(dev)->rdwr, 1);
	CHECK_STR(xnvme_dev_get_opts(dev)->be, "ramdisk");
	CHECK_STR(xnvme_dev_get_opts(dev)->async, "thrpool");
	xnvme_dev_close(dev);
	CHECK(!xnvme_dev_get_opts(NULL));
}

static void
interfaces_are_chosen_by_id(void)
{
	static const char *const ids[] = {"emu", "thrpool", "nil", "posix"};

	needs_files();
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); ++i) {
		struct xnvme_opts opts = xnvme_opts_default();
		struct xnvme_dev *dev;

		opts.async = ids[i];
		opts.be = "linux";
		opts.dev = "linux";
		opts.admin = "file_as_ns";
		opts.sync = "psync";
		opts.mem = "posix";
		dev = xnvme_dev_open(g_path, &opts);
		CHECK(dev);
		CHECK_STR(xnvme_dev_get_opts(dev)->async, ids[i]);
		xnvme_dev_close(dev);
	}
}

static void
what_is_not_there_is_refused_by_name(void)
{
	struct xnvme_opts opts = xnvme_opts_default();

	opts.be = "nonesuch";
	check_refused("1GB", &opts, -EINVAL);
	opts.be = "macos";
	check_refused("1GB", &opts, -ENOTSUP);
	opts.be = "mac";
	check_refused("1GB", &opts, -ENOTSUP);
	opts.be = "libvfn";
	check_refused("1GB", &opts, -ENOTSUP);
	opts.be = "ramdisk";
	check_refused(g_path, &opts, -ENOTSUP);
	opts.be = "linux";
	check_refused("1GB", &opts, -ENOTSUP);
	opts.be = NULL;
	opts.async = "nonesuch";
	check_refused("1GB", &opts, -ENOTSUP);
	CHECK(strstr(xnvme_err_last()->hint, "thrpool"));
	opts.async = NULL;
	opts.sync = "psync";
	check_refused("1GB", &opts, -ENOTSUP);
	opts.sync = NULL;
	opts.mem = "nonesuch";
	check_refused(g_path, &opts, -ENOTSUP);
	check_refused("0000:ff:1f.7", NULL, -ENOTSUP);
	CHECK(strstr(xnvme_err_last()->what, "' does not serve a PCI address"));
	CHECK(xnvi_family_is_built(xnvme_err_last()->where));
	check_refused("target.example:4420", NULL, -ENOTSUP);
}

static void
a_file_is_opened_by_the_name_that_was_given(void)
{
	static const struct {
		const char *name;
		const char *path; ///< The file that then exists, NULL for none
	} cases[] = {
	    {"3GB", "3GB"},
	    {"file:3GB", "3GB"},
	    {"c?threads=8", "c?threads=8"},
	    {"file:c?threads=8", "c?threads=8"},
	    {"a?b.bin", "a?b.bin"},
	    {"ram:1GB", "ram:1GB"},
	    {"0000:01:00.0", "0000:01:00.0"},
	    {"host:1", "host:1"},
	    {"./file:x", "file:x"},
	    {"-", "-"},
	};
	struct xnvme_opts create = xnvme_opts_default();
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev;
	char dir[300];

	needs_files();
	create.create = 1;
	sys_temp_subdir(dir, sizeof(dir), "names");
	CHECK_EQ(sys_dir_change(dir), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
		if (!sys_name_is_allowed(cases[i].path)) {
			continue;
		}
		dev = xnvme_file_open(cases[i].name, &create);
		CHECK(dev);
		CHECK_EQ(dev->ident.dtype, XNVI_DTYPE_FILE);
		CHECK_STR(xnvme_dev_get_ident(dev)->uri, cases[i].name);
		CHECK_EQ(dev->nthreads, 0);
		xnvme_dev_close(dev);
		CHECK(sys_file_exists(cases[i].path));
		/* Once it is there, its name is a path for everybody */
		dev = xnvme_file_open(cases[i].name, &opts);
		CHECK(dev && dev->ident.dtype == XNVI_DTYPE_FILE);
		xnvme_dev_close(dev);
		dev = xnvme_dev_open(cases[i].name, &opts);
		CHECK(dev && dev->ident.dtype == XNVI_DTYPE_FILE);
		xnvme_dev_close(dev);
		CHECK_EQ(sys_file_remove(cases[i].path), 0);
	}
	dev = xnvme_file_open("1GB", &opts);
	CHECK(dev && dev->ident.dtype == XNVI_DTYPE_RAMDISK);
	xnvme_dev_close(dev);
	CHECK_EQ(sys_dir_change(".."), 0);
	CHECK_EQ(sys_dir_remove(dir), 0);
}

static void
queries_are_checked(void)
{
	struct xnvme_dev *dev;

	check_refused("ram:1M?threads=0", NULL, -EINVAL);
	check_refused("ram:1M?threads=1024", NULL, -EINVAL);
	check_refused("ram:1M?threads=x", NULL, -EINVAL);
	check_refused("ram:1M?exclusive=2", NULL, -EINVAL);
	CHECK(strstr(xnvme_err_last()->what, "exclusive '2' is neither 0 nor 1"));
	check_refused("ram:1M?exclusive=yes", NULL, -EINVAL);
	check_refused("ram:1M?exclusive=-1", NULL, -EINVAL);
	check_refused("ram:1M?lba_nbytes=513", NULL, -EINVAL);
	check_refused("ram:1M?lba_nbytes=8192", NULL, -EINVAL);
	check_refused("ram:1025", NULL, -EINVAL);
	dev = xnvme_dev_open("ram:1M?threads=1023&lba_nbytes=4096", NULL);
	CHECK(dev);
	CHECK_EQ(xnvme_dev_get_geo(dev)->lba_nbytes, 4096);
	xnvme_dev_close(dev);
}

static void
errors_of_the_system_are_told_with_a_remedy(void)
{
	struct xnvme_opts opts = xnvme_opts_default();
	char path[300];

	sys_temp_path(path, sizeof(path), "none/none");
	check_refused(path, NULL, -ENOENT);
	CHECK(strstr(xnvme_err_last()->hint, "create"));
	if (!sys_lacks(SYS_NODES) && sys_file_exists("/proc/self/comm")) {
		opts.direct = 1;
		check_refused("/proc/self/comm", &opts, -EINVAL);
		opts.direct = 0;
		opts.create = 1;
		check_refused("/proc/self/none", &opts, -ENOENT);
	}
}

static void
closing_twice_is_refused(void)
{
	struct xnvme_queue *queue;
	struct xnvme_dev *dev = xnvme_dev_open("ram:1M", NULL);

	CHECK(dev);
	CHECK_EQ(xnvme_queue_init(dev, 1, 0, &queue), 0);
	/* Lives until its last queue is gone, but nothing new begins */
	xnvme_dev_close(dev);
	xnvme_err_clear();
	xnvme_dev_close(dev);
	CHECK_EQ(xnvme_err_last()->err, -EINVAL);
	CHECK_EQ(xnvme_queue_init(dev, 1, 0, &(struct xnvme_queue *){NULL}), -EINVAL);
	CHECK_EQ(xnvi_dev_ref(dev), -ENODEV);
	CHECK_EQ(xnvme_queue_term(queue), 0);
	xnvme_err_clear();
	xnvme_dev_close((struct xnvme_dev *)(void *)g_path);
	CHECK_EQ(xnvme_err_last()->err, -EINVAL);
	xnvme_dev_close(NULL);
}

static void
getters_take_null(void)
{
	CHECK_EQ(xnvme_dev_get_geo(NULL)->type, XNVME_GEO_UNKNOWN);
	CHECK_EQ(errno, EINVAL);
	CHECK(xnvme_dev_get_ctrlr(NULL) && xnvme_dev_get_ctrlr_css(NULL));
	CHECK(xnvme_dev_get_ns(NULL) && xnvme_dev_get_ns_css(NULL));
	CHECK(!xnvme_dev_get_ident(NULL));
	CHECK(!xnvme_dev_get_be_state(NULL));
	CHECK_EQ(xnvme_dev_get_nsid(NULL), 0);
	CHECK_EQ(xnvme_dev_get_csi(NULL), 0xff);
	CHECK_EQ(xnvme_dev_get_ssw(NULL), 0);
}

static void
getters_answer(void)
{
	struct xnvme_dev *dev = xnvme_dev_open("ram:1M", NULL);

	CHECK(dev);
	CHECK_EQ(xnvme_dev_get_nsid(dev), 1);
	CHECK_EQ(xnvme_dev_get_csi(dev), XNVME_SPEC_CSI_NVM);
	CHECK_EQ(xnvme_dev_get_ssw(dev), 9);
	CHECK_EQ(*(const int *)xnvme_dev_get_be_state(dev), -1);
	CHECK(xnvme_dev_get_ctrlr(dev)->mdts);
	CHECK_EQ(xnvme_dev_get_ns(dev)->nsze, 2048);
	CHECK(xnvme_dev_get_ctrlr_css(dev) && xnvme_dev_get_ns_css(dev));
	CHECK_STR(xnvme_dev_get_ident(dev)->uri, "ram:1M");
	CHECK_EQ(xnvme_dev_fpr(NULL, dev, 0), -EINVAL);
	CHECK_EQ(xnvme_libconf_fpr(NULL, 0), -EINVAL);
	CHECK(xnvme_libconf_get()->entries[0]);
	xnvme_dev_close(dev);
}

static void
printers_print_a_device_and_none(void)
{
	struct xnvme_dev *dev = xnvme_dev_open("ram:1M", NULL);
	struct sys_memory memory;
	char *text;

	CHECK(dev && sys_memory_open(&memory));
	CHECK(xnvme_dev_fpr(memory.stream, dev, 0) >= 0);
	CHECK(xnvme_dev_fpr(memory.stream, NULL, 0) >= 0);
	CHECK(xnvme_libconf_fpr(memory.stream, 0) >= 0);
	text = sys_memory_close(&memory);
	CHECK(strstr(text, "ram:1M") && strstr(text, "xnvme_dev: ~") && strstr(text, "RAMDISK"));
	free(text);
	xnvme_dev_close(dev);
}

struct seen {
	unsigned n;
	unsigned usable;
	int stop;
};

static int
on_probe(const struct xnvme_probe *probe, void *arg)
{
	struct seen *seen = arg;

	seen->n++;
	seen->usable += !probe->err;
	if (probe->err && !probe->reason[0]) {
		test_fail(__FILE__, __LINE__, "%s has no reason", probe->be);
	}

	return seen->stop;
}

static void
probing_tries_everything_and_says_why_not(void)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct seen seen = {0};
	unsigned nall;

	needs_files();
	CHECK_EQ(xnvme_dev_probe(g_path, NULL, on_probe, &seen), 0);
	nall = seen.n;
	CHECK(nall >= 8 && seen.usable >= 4);
	CHECK_EQ(xnvme_dev_probe(g_path, NULL, NULL, NULL), -EINVAL);
	CHECK_EQ(xnvme_dev_probe("1 GB", NULL, on_probe, &seen), -EINVAL);
	memset(&seen, 0, sizeof(seen));
	opts.be = "linux";
	opts.async = "emu";
	CHECK_EQ(xnvme_dev_probe(g_path, &opts, on_probe, &seen), 0);
	CHECK_EQ(seen.n, 1);
	CHECK_EQ(seen.usable, 1);
	opts.be = "nonesuch";
	CHECK_EQ(xnvme_dev_probe(g_path, &opts, on_probe, &seen), -EINVAL);
	memset(&seen, 0, sizeof(seen));
	seen.stop = 42;
	CHECK_EQ(xnvme_dev_probe(g_path, NULL, on_probe, &seen), 42);
	CHECK_EQ(seen.n, 1);
	opts.be = "linux";
	CHECK_EQ(xnvme_dev_probe(g_path, &opts, on_probe, &seen), 42);
	opts.be = "ramdisk";
	CHECK_EQ(xnvme_dev_probe(g_path, &opts, on_probe, &seen), 42);
}

static void
backends_are_listed(void)
{
	struct xnvme_be_attr_list *list = NULL;

	CHECK_EQ(xnvme_be_attr_list_bundled(&list), 0);
	CHECK(list->count >= 2);
	for (int i = 0; i < list->count; ++i) {
		CHECK_STR(list->item[i].name, xnvme_be_attr_get(i)->name);
	}
	CHECK(!xnvme_be_attr_get(-1));
	CHECK(!xnvme_be_attr_get(list->count));
	CHECK_EQ(xnvme_be_attr_list_bundled(NULL), -EINVAL);
	xnvme_buf_virt_free(list);
}

static struct xnvme_dev *g_kept;

static int
on_dev(struct xnvme_dev *dev, void *arg)
{
	g_kept = dev;

	return *(int *)arg;
}

static int
on_ident(const struct xnvme_ident *ident, void *arg)
{
	(void)ident;
	(void)arg;

	return 0;
}

static void
enumeration_closes_what_is_not_kept(void)
{
	struct xnvme_opts opts = xnvme_opts_default();
	int answer = XNVME_ENUMERATE_DEV_KEEP_OPEN;

	CHECK_EQ(xnvme_enumerate("1GB", NULL, on_dev, &answer), 0);
	CHECK(xnvi_dev_is_live(g_kept));
	CHECK_EQ(xnvme_dev_get_opts(g_kept)->rdonly, 1);
	xnvme_dev_close(g_kept);
	answer = XNVME_ENUMERATE_DEV_CLOSE;
	CHECK_EQ(xnvme_enumerate("1GB", &opts, on_dev, &answer), 0);
	CHECK(!xnvi_dev_is_live(g_kept));
	CHECK_EQ(xnvme_enumerate("1 GB", NULL, on_dev, &answer), -EINVAL);
	CHECK_EQ(xnvme_enumerate(NULL, NULL, NULL, NULL), -EINVAL);
	CHECK_EQ(xnvme_enumerate(NULL, NULL, on_dev, &answer), 0);
	opts.be = "ramdisk";
	CHECK_EQ(xnvme_enumerate(NULL, &opts, on_dev, &answer), 0);
	CHECK_EQ(xnvme_scan(NULL, &opts, on_ident, NULL), 0);
	opts.be = NULL;
	CHECK_EQ(xnvme_scan(NULL, &opts, on_ident, NULL), 0);
	CHECK_EQ(xnvme_scan(NULL, NULL, NULL, NULL), -EINVAL);
}

static void
every_field_of_the_options_has_a_row(void)
{
	size_t end = 0;

	for (size_t i = 0; i < xnvi_nopts_rows; ++i) {
		const struct xnvi_opts_row *row = &xnvi_opts_rows[i];

		CHECK(row->offset >= end);
		/* What is between two rows is padding: there is no room for a field */
		CHECK(row->offset - end <
		      (row->nbytes < sizeof(void *) ? row->nbytes : sizeof(void *)));
		CHECK(row->by[0]);
		end = (size_t)row->offset + row->nbytes;
	}
	CHECK_EQ(sizeof(struct xnvme_opts) - end, 0);
}

static void
count_inert(const char *name, const char *by, void *arg)
{
	unsigned *n = arg;

	*n += by[0] && (strcmp(name, "subnqn") == 0 || strcmp(name, "css") == 0);
}

static void
options_that_name_what_others_have_are_inert(void)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev;
	unsigned n = 0;

	CHECK_EQ(xnvme_opts_inert("ram:1MiB", &opts, count_inert, &n), 0);
	CHECK_EQ(n, 0);
	opts.subnqn = "nqn.2014-08.org.nvmexpress:x";
	opts.css.given = 1;
	opts.core_mask = "0x1";
	opts.shm_id = 7;
	opts.adrfam = "IPv4";
	opts.use_cmb_sqs = 1;
	opts.keep_alive_timeout_ms = 1000;
	opts.spdk_fabrics = 1;
	opts.hostnqn = "nqn.2014-08.org.nvmexpress:y";
	CHECK_EQ(xnvme_opts_inert("ram:1MiB", &opts, count_inert, &n), 0);
	CHECK_EQ(n, 2);
	n = 0;
	CHECK_EQ(xnvme_opts_inert("127.0.0.1:4420", &opts, count_inert, &n), 0);
	CHECK_EQ(n, 0);
	dev = xnvme_dev_open("ram:1MiB", &opts);
	CHECK(dev);
	xnvme_dev_close(dev);
	opts = xnvme_opts_default();
	opts.truncate = 1;
	check_refused("ram:1MiB", &opts, -ENOTSUP);
	CHECK(strstr(xnvme_err_last()->where, "truncate"));
}

static const struct test tests[] = {
    TEST_CASE(options_that_contradict_each_other_are_refused),
    TEST_CASE(every_field_of_the_options_has_a_row),
    TEST_CASE(options_that_name_what_others_have_are_inert),
    TEST_CASE(options_without_an_access_mode_mean_both),
    TEST_CASE(interfaces_are_chosen_by_id),
    TEST_CASE(what_is_not_there_is_refused_by_name),
    TEST_CASE(a_file_is_opened_by_the_name_that_was_given),
    TEST_CASE(queries_are_checked),
    TEST_CASE(errors_of_the_system_are_told_with_a_remedy),
    TEST_CASE(closing_twice_is_refused),
    TEST_CASE(getters_take_null),
    TEST_CASE(getters_answer),
    TEST_CASE(printers_print_a_device_and_none),
    TEST_CASE(probing_tries_everything_and_says_why_not),
    TEST_CASE(backends_are_listed),
    TEST_CASE(enumeration_closes_what_is_not_kept),
};

int
main(int argc, char **argv)
{
	sys_temp_path(g_path, sizeof(g_path), "file");
	if (sys_file_make(g_path, 1 << 20)) {
		printf("Bail out! no temporary file\n");
		return EXIT_FAILURE;
	}

	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
