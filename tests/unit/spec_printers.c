// SPDX-License-Identifier: BSD-3-Clause
/**
 * Every printer over every kind of record
 *
 * Whatever the bytes: the return value is the number of characters, YAML, terse YAML and JSON are
 * valid and say the same, and nothing outside of the record is read (records are heap blocks of
 * their exact size, so the sanitized build and valgrind see any read beyond).
 */
#include <support/test.h>
#include <support/capture.h>
#include <support/doc.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <libxnvme_pp.h>
#include <libxnvme_spec.h>
#include <libxnvme_spec_pp.h>

#define LIMIT 3

#define HAS_FPR(name, type)                                                                        \
	static int name##_to(FILE *stream, void *rec, int opts)                                    \
	{                                                                                          \
		return xnvme_spec_##name##_fpr(stream, (type *)rec, opts);                         \
	}

#define HAS_PR(name, type)                                                                         \
	static int name(void *rec, int opts)                                                       \
	{                                                                                          \
		return xnvme_spec_##name##_pr((type *)rec, opts);                                  \
	}

#define HAS_BOTH(name, type)                                                                       \
	HAS_FPR(name, type)                                                                        \
	HAS_PR(name, type)

HAS_BOTH(log_health, struct xnvme_spec_log_health_entry)
HAS_BOTH(log_sanitize, struct xnvme_spec_log_sanitize_entry)
HAS_PR(log_fdp_conf, struct xnvme_spec_log_fdp_conf)
HAS_PR(log_fdp_stats, struct xnvme_spec_log_fdp_stats)
HAS_BOTH(idfy_ns, struct xnvme_spec_idfy_ns)
HAS_BOTH(idfy_ctrlr, struct xnvme_spec_idfy_ctrlr)
HAS_BOTH(idfy_cs, struct xnvme_spec_idfy_cs)
HAS_PR(drecv_idfy, struct xnvme_spec_idfy_dir_rp)
HAS_PR(drecv_srp, struct xnvme_spec_streams_dir_rp)
HAS_PR(drecv_sgs, struct xnvme_spec_streams_dir_gs)
HAS_BOTH(nvm_scopy_fmt_zero, struct xnvme_spec_nvm_scopy_fmt_zero)
HAS_BOTH(nvm_idfy_ctrlr, struct xnvme_spec_nvm_idfy_ctrlr)
HAS_BOTH(nvm_idfy_ns, struct xnvme_spec_nvm_idfy_ns)
HAS_BOTH(znd_idfy_ctrlr, struct xnvme_spec_znd_idfy_ctrlr)
HAS_BOTH(znd_idfy_ns, struct xnvme_spec_znd_idfy_ns)
HAS_BOTH(znd_log_changes, struct xnvme_spec_znd_log_changes)
HAS_BOTH(znd_descr, struct xnvme_spec_znd_descr)
HAS_BOTH(znd_report_hdr, struct xnvme_spec_znd_report_hdr)
HAS_BOTH(kvs_idfy_ns, struct xnvme_spec_kvs_idfy_ns)
HAS_FPR(ctrlr_bar, struct xnvme_spec_ctrlr_bar)

static int
ctrlr_bar(void *rec, int opts)
{
	return xnvme_spec_ctrlr_bar_pp(rec, opts);
}

static int
log_erri(void *rec, int opts)
{
	return xnvme_spec_log_erri_pr(rec, LIMIT, opts);
}

static int
log_erri_to(FILE *stream, void *rec, int opts)
{
	return xnvme_spec_log_erri_fpr(stream, rec, LIMIT, opts);
}

static int
log_fdp_events(void *rec, int opts)
{
	return xnvme_spec_log_fdp_events_pr(rec, LIMIT, opts);
}

static int
log_ruhu(void *rec, int opts)
{
	return xnvme_spec_log_ruhu_pr(rec, LIMIT, opts);
}

static int
ruhs(void *rec, int opts)
{
	return xnvme_spec_ruhs_pr(rec, LIMIT, opts);
}

static int
feat_fdp_events(void *rec, int opts)
{
	const struct xnvme_spec_feat feat = {.val = UINT32_MAX};

	return xnvme_spec_feat_fdp_events_pr(rec, feat, opts);
}

static int
scopy_source_range(void *rec, int opts)
{
	return xnvme_spec_nvm_scopy_source_range_pr(rec, UINT8_MAX, opts);
}

static int
scopy_source_range_to(FILE *stream, void *rec, int opts)
{
	return xnvme_spec_nvm_scopy_source_range_fpr(stream, rec, UINT8_MAX, opts);
}

/** Named fields where the other printers have their default */
static int
cmd_to(FILE *stream, void *rec, int opts)
{
	return xnvme_spec_cmd_fpr(stream, rec, opts == XNVME_PR_JSON ? opts : 3);
}

static int
cmd(void *rec, int opts)
{
	return xnvme_spec_cmd_pr(rec, opts == XNVME_PR_JSON ? opts : 3);
}

static const struct printer {
	const char *header;
	size_t nbytes;
	int (*pr)(void *rec, int opts);
	int (*fpr)(FILE *stream, void *rec, int opts);
} printers[] = {
    {"xnvme_spec_log_health_entry", 512, log_health, log_health_to},
    {"xnvme_spec_log_sanitize_entry", 512, log_sanitize, log_sanitize_to},
    {"xnvme_spec_log_erri", 64 * LIMIT, log_erri, log_erri_to},
    {"xnvme_spec_log_fdp_conf", 4096, log_fdp_conf, NULL},
    {"xnvme_spec_log_fdp_stats", 64, log_fdp_stats, NULL},
    {"xnvme_spec_log_fdp_events", 64 + 64 * LIMIT, log_fdp_events, NULL},
    {"xnvme_spec_log_ruhu", 8 + 8 * LIMIT, log_ruhu, NULL},
    {"xnvme_spec_ruhs", 16 + 32 * LIMIT, ruhs, NULL},
    {"xnvme_spec_idfy_ns", 4096, idfy_ns, idfy_ns_to},
    {"xnvme_spec_idfy_ctrlr", 4096, idfy_ctrlr, idfy_ctrlr_to},
    {"xnvme_spec_idfy_cs", 4096, idfy_cs, idfy_cs_to},
    {"xnvme_spec_feat_fdp_events", 255 * 2, feat_fdp_events, NULL},
    {"xnvme_spec_cmd", 64, cmd, cmd_to},
    {"xnvme_spec_idfy_dir_rp", 4096, drecv_idfy, NULL},
    {"xnvme_spec_streams_dir_rp", 32, drecv_srp, NULL},
    {"xnvme_spec_streams_dir_rp", 4096, drecv_sgs, NULL},
    {"xnvme_spec_nvm_scopy_fmt_zero", 32, nvm_scopy_fmt_zero, nvm_scopy_fmt_zero_to},
    {"xnvme_spec_nvm_scopy_source_range", 4096, scopy_source_range, scopy_source_range_to},
    {"xnvme_spec_nvm_idfy_ctrlr", 4096, nvm_idfy_ctrlr, nvm_idfy_ctrlr_to},
    {"xnvme_spec_nvm_idfy_ns", 4096, nvm_idfy_ns, nvm_idfy_ns_to},
    {"xnvme_spec_znd_idfy_ctrlr", 4096, znd_idfy_ctrlr, znd_idfy_ctrlr_to},
    {"xnvme_spec_znd_idfy_ns", 4096, znd_idfy_ns, znd_idfy_ns_to},
    {"xnvme_spec_znd_log_changes", 4096, znd_log_changes, znd_log_changes_to},
    {"xnvme_spec_znd_descr", 64, znd_descr, znd_descr_to},
    {"xnvme_spec_znd_report_hdr", 64, znd_report_hdr, znd_report_hdr_to},
    {"xnvme_spec_kvs_idfy_ns", 4096, kvs_idfy_ns, kvs_idfy_ns_to},
    {"xnvme_spec_ctrlr_bar", 4096, ctrlr_bar, ctrlr_bar_to},
};

/** What a printer wrote; `text` is heap */
struct output {
	char *text;
	int res;
};

static struct output
capture_fpr(const struct printer *printer, void *rec, int opts)
{
	struct output out = {0};
	struct sys_memory memory;

	CHECK(sys_memory_open(&memory));
	out.res = printer->fpr(memory.stream, rec, opts);
	out.text = sys_memory_close(&memory);

	return out;
}

static struct output
capture_pr(int (*pr)(void *rec, int opts), void *rec, int opts)
{
	struct output out;

	capture_begin();
	out.res = pr(rec, opts);
	out.text = capture_end();

	return out;
}

/** @return The leaves of a document, heap; a malformed document fails the test */
static char *
leaves_of(const struct printer *printer, void *rec, int opts)
{
	struct output out = capture_pr(printer->pr, rec, opts);
	struct doc doc;

	doc_read(&doc, out.text, opts == XNVME_PR_JSON);
	if (!doc.flat) {
		abort();
	}
	if (doc.error) {
		test_fail(__FILE__, __LINE__, "%s opts %d: %s at %zu:\n%s", printer->header, opts,
			  doc.error, doc.at, out.text);
	}
	if (out.res != (int)strlen(out.text)) {
		test_fail(__FILE__, __LINE__, "%s opts %d: returned %d, wrote %zu", printer->header,
			  opts, out.res, strlen(out.text));
	}
	if (opts == XNVME_PR_TERSE && printer->pr != cmd &&
	    strchr(out.text, '\n') != out.text + strlen(out.text) - 1) {
		test_fail(__FILE__, __LINE__, "%s: more than one line", printer->header);
	}
	if (printer->fpr) {
		struct output same = capture_fpr(printer, rec, opts);

		if (strcmp(same.text, out.text) != 0 || same.res != out.res) {
			test_fail(__FILE__, __LINE__, "%s: _fpr differs from _pr", printer->header);
		}
		free(same.text);
	}
	free(out.text);

	return doc.flat;
}

static void
check_record(const struct printer *printer, void *rec)
{
	static const int opts[] = {XNVME_PR_DEF, XNVME_PR_TERSE, XNVME_PR_JSON};
	char *yaml = leaves_of(printer, rec, XNVME_PR_YAML);

	for (size_t i = 0; i < sizeof(opts) / sizeof(opts[0]); ++i) {
		char *other = leaves_of(printer, rec, opts[i]);

		if (!yaml || !other) {
			abort();
		}

		if (strcmp(yaml, other) != 0) {
			test_fail(__FILE__, __LINE__, "%s opts %d says something else:\n%s--\n%s",
				  printer->header, opts[i], yaml, other);
		}
		free(other);
	}
	free(yaml);
}

/** Fill records by `fill` and run them through all printers */
static void
for_each_printer(void (*fill)(uint8_t *bytes, size_t nbytes, unsigned int seed), unsigned int seed)
{
	for (size_t i = 0; i < sizeof(printers) / sizeof(printers[0]); ++i) {
		uint8_t *rec = malloc(printers[i].nbytes);

		if (!rec) {
			abort();
		}
		fill(rec, printers[i].nbytes, seed);
		check_record(&printers[i], rec);
		free(rec);
	}
}

static void
fill_byte(uint8_t *bytes, size_t nbytes, unsigned int seed)
{
	memset(bytes, (int)seed, nbytes);
}

static void
fill_random(uint8_t *bytes, size_t nbytes, unsigned int seed)
{
	uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;

	for (size_t i = 0; i < nbytes; ++i) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		bytes[i] = (uint8_t)(state >> 32);
	}
}

static void
records_of_zeroes_print_as_valid_documents(void)
{
	for_each_printer(fill_byte, 0);
}

static void
records_of_ones_print_as_valid_documents(void)
{
	for_each_printer(fill_byte, 0xff);
}

static void
records_of_text_print_as_valid_documents(void)
{
	for_each_printer(fill_byte, 'J');
	for_each_printer(fill_byte, '\'');
	for_each_printer(fill_byte, 0x1b);
}

static void
records_of_random_bytes_print_as_valid_documents(void)
{
	for (unsigned int seed = 1; seed <= 8; ++seed) {
		for_each_printer(fill_random, seed);
	}
}

static void
no_record_prints_as_null(void)
{
	for (size_t i = 0; i < sizeof(printers) / sizeof(printers[0]); ++i) {
		struct output out = capture_pr(printers[i].pr, NULL, XNVME_PR_DEF);
		char expected[128];

		snprintf(expected, sizeof(expected), "%s: ~\n", printers[i].header);
		CHECK_STR(out.text, expected);
		free(out.text);

		out = capture_pr(printers[i].pr, NULL, XNVME_PR_JSON);
		snprintf(expected, sizeof(expected), "{\n  \"%s\": null\n}\n", printers[i].header);
		CHECK_STR(out.text, expected);
		free(out.text);
	}
}

static void
a_stream_that_cannot_be_written_is_a_negative_return(void)
{
	uint8_t *rec = calloc(1, 8192);
	int err;
	FILE *full = sys_stream_full(&err);

	CHECK(rec && full);
	for (size_t i = 0; i < sizeof(printers) / sizeof(printers[0]); ++i) {
		if (printers[i].fpr) {
			CHECK_EQ(printers[i].fpr(full, rec, XNVME_PR_DEF), err);
			CHECK_EQ(printers[i].fpr(NULL, rec, XNVME_PR_DEF), -EINVAL);
		}
	}
	fclose(full);
	free(rec);
}

static void
a_negative_limit_is_refused(void)
{
	uint8_t rec[4096] = {0};

	CHECK_EQ(xnvme_spec_log_erri_pr((void *)rec, -1, 0), -EINVAL);
	CHECK_EQ(xnvme_spec_log_fdp_events_pr((void *)rec, -1, 0), -EINVAL);
	CHECK_EQ(xnvme_spec_log_ruhu_pr((void *)rec, -1, 0), -EINVAL);
	CHECK_EQ(xnvme_spec_ruhs_pr((void *)rec, -1, 0), -EINVAL);
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {
	    TEST_CASE(records_of_zeroes_print_as_valid_documents),
	    TEST_CASE(records_of_ones_print_as_valid_documents),
	    TEST_CASE(records_of_text_print_as_valid_documents),
	    TEST_CASE(records_of_random_bytes_print_as_valid_documents),
	    TEST_CASE(no_record_prints_as_null),
	    TEST_CASE(a_stream_that_cannot_be_written_is_a_negative_return),
	    TEST_CASE(a_negative_limit_is_refused),
	};

	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
