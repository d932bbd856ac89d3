// SPDX-License-Identifier: BSD-3-Clause
/**
 * Printers of the library's own structures
 */
#include <support/test.h>
#include <support/capture.h>
#include <support/doc.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <libxnvme_err.h>
#include <libxnvme_lba.h>
#include <libxnvme_pp.h>
#include <libxnvme_ver.h>
#include <libxnvme_znd.h>

#define CHECK_PRINTS(call, expected)                                                               \
	do {                                                                                       \
		char *text_;                                                                       \
		int res_;                                                                          \
		bool same_;                                                                        \
		capture_begin();                                                                   \
		res_ = (call);                                                                     \
		text_ = capture_end();                                                             \
		same_ = !strcmp(text_, expected) && res_ == (int)strlen(text_);                    \
		if (!same_) {                                                                      \
			test_fail(__FILE__, __LINE__, "returned %d, printed\n%s", res_, text_);    \
		}                                                                                  \
		free(text_);                                                                       \
		if (!same_) {                                                                      \
			return;                                                                    \
		}                                                                                  \
	} while (0)

static void
geometry_prints_as_in_0_7_5(void)
{
	struct xnvme_geo geo = {
	    .type = XNVME_GEO_CONVENTIONAL,
	    .npugrp = 1,
	    .npunit = 1,
	    .nzone = 1,
	    .nsect = 2097152,
	    .nbytes = 512,
	    .tbytes = 1073741824,
	    .ssw = 9,
	    .mdts_nbytes = 524288,
	    .lba_nbytes = 512,
	};

	CHECK_PRINTS(xnvme_geo_pr(&geo, XNVME_PR_DEF), "xnvme_geo:\n"
						       "  type: XNVME_GEO_CONVENTIONAL\n"
						       "  npugrp: 1\n"
						       "  npunit: 1\n"
						       "  nzone: 1\n"
						       "  nsect: 2097152\n"
						       "  nbytes: 512\n"
						       "  nbytes_oob: 0\n"
						       "  tbytes: 1073741824\n"
						       "  mdts_nbytes: 524288\n"
						       "  lba_nbytes: 512\n"
						       "  lba_extended: 0\n"
						       "  ssw: 9\n"
						       "  pi_type: 0\n"
						       "  pi_loc: 0\n"
						       "  pi_format: 0\n");
	geo.type = (enum xnvme_geo_type)77;
	CHECK_PRINTS(
	    xnvme_geo_pr(&geo, XNVME_PR_TERSE),
	    "xnvme_geo: {type: XNVME_GEO_ENOSYS, npugrp: 1, npunit: 1, nzone: 1, nsect: "
	    "2097152, nbytes: 512, nbytes_oob: 0, tbytes: 1073741824, mdts_nbytes: 524288, "
	    "lba_nbytes: 512, lba_extended: 0, ssw: 9, pi_type: 0, pi_loc: 0, pi_format: 0}\n");
	CHECK_PRINTS(xnvme_geo_pr(NULL, XNVME_PR_DEF), "xnvme_geo: ~\n");
}

static void
an_identity_prints_alone_and_embedded(void)
{
	struct xnvme_ident ident = {.uri = "/dev/nvme0n1", .dtype = 2, .nsid = 1, .csi = 0};

	memset(ident.subnqn, 'q', sizeof(ident.subnqn)); /* not terminated */
	ident.subnqn[3] = '\0';
	CHECK_PRINTS(xnvme_ident_pr(&ident, XNVME_PR_DEF), "xnvme_ident:\n"
							   "  uri: '/dev/nvme0n1'\n"
							   "  dtype: 0x2\n"
							   "  nsid: 0x1\n"
							   "  csi: 0x0\n"
							   "  subnqn: 'qqq'\n");
	CHECK_PRINTS(xnvme_ident_yaml(stdout, &ident, 0, ", ", 0),
		     "uri: '/dev/nvme0n1', dtype: 0x2, nsid: 0x1, csi: 0x0, subnqn: 'qqq'");
	CHECK_PRINTS(xnvme_ident_yaml(stdout, &ident, 2, "\n", 1), "  xnvme_ident:\n"
								   "    uri: '/dev/nvme0n1'\n"
								   "    dtype: 0x2\n"
								   "    nsid: 0x1\n"
								   "    csi: 0x0\n"
								   "    subnqn: 'qqq'");
	CHECK_PRINTS(xnvme_ident_yaml(stdout, NULL, 0, "\n", 1), "xnvme_ident: ~");
	CHECK_PRINTS(xnvme_ident_pr(NULL, XNVME_PR_JSON), "{\n  \"xnvme_ident\": null\n}\n");
	CHECK_EQ(xnvme_ident_yaml(stdout, &ident, -1, "\n", 1), -EINVAL);
	CHECK_EQ(xnvme_ident_yaml(stdout, &ident, 0, NULL, 1), -EINVAL);
	CHECK_EQ(xnvme_ident_yaml(NULL, &ident, 0, "\n", 1), -EINVAL);
}

static void
an_unterminated_identity_is_cut_at_its_end(void)
{
	struct xnvme_ident *ident = malloc(sizeof(*ident));
	struct doc doc;
	char *text;

	CHECK(ident);
	memset(ident, 0x1b, sizeof(*ident));
	capture_begin();
	xnvme_ident_pr(ident, XNVME_PR_DEF);
	text = capture_end();
	doc_read(&doc, text, false);
	free(ident);
	free(text);
	doc_term(&doc);
	CHECK(!doc.error);
}

static void
addresses_go_to_the_stream_they_were_asked_for(void)
{
	const uint64_t lba[] = {0x10, 0xff};
	struct sys_memory memory;
	char *leaked, *text;
	int res;

	CHECK(sys_memory_open(&memory));
	capture_begin();
	res = xnvme_lba_fprn(memory.stream, lba, 2, XNVME_PR_DEF);
	leaked = capture_end();
	text = sys_memory_close(&memory);
	CHECK_STR(text, "lbas:\n  nlb: 2\n  elements:\n    - 0x10\n    - 0xff\n");
	CHECK_EQ(res, strlen(text));
	CHECK_STR(leaked, "");
	free(leaked);
	free(text);

	CHECK_PRINTS(xnvme_lba_pr(0x10, XNVME_PR_DEF), "lba: 0x10\n");
	CHECK_PRINTS(xnvme_lba_pr(0x10, XNVME_PR_TERSE), "0x0000000000000010\n");
	CHECK_PRINTS(xnvme_lba_pr(0x10, XNVME_PR_JSON), "{\n  \"lba\": 16\n}\n");
	CHECK_PRINTS(xnvme_lba_prn(lba, 2, XNVME_PR_TERSE),
		     "0x0000000000000010\n0x00000000000000ff\n");
	CHECK_PRINTS(xnvme_lba_prn(NULL, 2, XNVME_PR_DEF), "lbas: ~\n");
	CHECK_EQ(xnvme_lba_fpr(NULL, 1, XNVME_PR_DEF), -EINVAL);
	CHECK_EQ(xnvme_lba_fprn(NULL, lba, 1, XNVME_PR_TERSE), -EINVAL);
}

static void
a_range_prints_as_in_0_7_5(void)
{
	struct xnvme_lba_range range = {
	    .slba = 0x10, .elba = 0x1f, .naddrs = 16, .nbytes = 8192, .attr = {.is_valid = true}};

	CHECK_PRINTS(xnvme_lba_range_pr(&range, XNVME_PR_DEF),
		     "xnvme_lba_range:\n"
		     "  slba: 0x10\n"
		     "  elba: 0x1f\n"
		     "  naddrs: 16\n"
		     "  nbytes: 8192\n"
		     "  attr: {is_zones: 0, is_valid: 1}\n");
	CHECK_PRINTS(xnvme_lba_range_pr(NULL, XNVME_PR_DEF), "xnvme_lba_range: ~\n");
}

static void
the_version_is_that_of_the_project(void)
{
	CHECK_EQ(xnvme_ver_major(), 0);
	CHECK_EQ(xnvme_ver_minor(), 8);
	CHECK_EQ(xnvme_ver_patch(), 0);
	CHECK_PRINTS(xnvme_ver_pr(XNVME_PR_DEF), "ver: {major: 0, minor: 8, patch: 0}\n");
	CHECK_PRINTS(xnvme_ver_pr(XNVME_PR_JSON),
		     "{\n  \"ver\": {\"major\": 0, \"minor\": 8, \"patch\": 0}\n}\n");
}

static void
options_print_with_strings_that_are_not_set(void)
{
	struct xnvme_opts opts = {.be = "linux", .rdwr = 1, .nsid = 1, .create_mode = 0600};

	CHECK_PRINTS(
	    xnvme_opts_pr(&opts, XNVME_PR_TERSE),
	    "xnvme_opts: {be: 'linux', dev: ~, mem: ~, sync: ~, async: ~, admin: ~, nsid: 0x1, "
	    "rdonly: 0, wronly: 0, rdwr: 1, create: 0, truncate: 0, direct: 0, create_mode: "
	    "0x180, poll_io: 0, poll_sq: 0, register_files: 0, register_buffers: 0, css: "
	    "{value: 0x0, given: 0}, use_cmb_sqs: 0, shm_id: 0, main_core: 0, core_mask: ~, "
	    "adrfam: ~, subnqn: ~, hostnqn: ~, admin_timeout: 0, command_timeout: 0, "
	    "spdk_fabrics: 0, keep_alive_timeout_ms: 0}\n");
	CHECK_PRINTS(xnvme_opts_pr(NULL, XNVME_PR_DEF), "xnvme_opts: ~\n");
}

static void
backends_print_one_per_line(void)
{
	struct xnvme_be_attr_list *list = calloc(1, sizeof(*list) + 2 * sizeof(list->item[0]));

	CHECK(list);
	list->capacity = 2;
	list->count = 2;
	list->item[0] = (struct xnvme_be_attr){.name = "linux", .enabled = 1};
	list->item[1] = (struct xnvme_be_attr){.name = NULL};
	CHECK_PRINTS(xnvme_be_attr_list_pr(list, XNVME_PR_DEF),
		     "xnvme_be_attr_list:\n"
		     "  count: 2\n"
		     "  capacity: 2\n"
		     "  items:\n"
		     "    - {name: 'linux', enabled: 1}\n"
		     "    - {name: ~, enabled: 0}\n");
	CHECK_PRINTS(xnvme_be_attr_pr(&list->item[0], XNVME_PR_DEF),
		     "xnvme_be_attr:\n  name: 'linux'\n  enabled: 1\n");
	CHECK_PRINTS(xnvme_be_attr_pr(NULL, XNVME_PR_DEF), "xnvme_be_attr: ~\n");
	CHECK_PRINTS(xnvme_be_attr_list_pr(NULL, XNVME_PR_DEF), "xnvme_be_attr_list: ~\n");
	free(list);
}

static int
cmd_ctx_pr(const struct xnvme_cmd_ctx *ctx, int opts, int nbytes)
{
	xnvme_cmd_ctx_pr(ctx, opts);

	return nbytes;
}

static void
a_context_prints_its_completion_on_one_line(void)
{
	struct xnvme_cmd_ctx ctx = {0};

	ctx.cpl.cdw0 = 0x10;
	ctx.cpl.status.sc = 0x80;
	ctx.cpl.status.sct = 2;
	CHECK_PRINTS(cmd_ctx_pr(&ctx, XNVME_PR_DEF, 48),
		     "xnvme_cmd_ctx: {cdw0: 0x10, sc: 0x80, sct: 0x2}\n");
	CHECK_PRINTS(cmd_ctx_pr(NULL, XNVME_PR_DEF, 17), "xnvme_cmd_ctx: ~\n");
}

static void
a_failure_prints_in_words(void)
{
	struct xnvme_err err = {.err = -EINVAL, .layer = "uri", .what = "it's\n", .where = "1xGB"};

	memset(err.hint, 'h', sizeof(err.hint)); /* not terminated */
	err.hint[2] = '\0';
	CHECK_PRINTS(xnvme_err_pr(&err, XNVME_PR_DEF), "xnvme_err:\n"
						       "  err: -22\n"
						       "  layer: 'uri'\n"
						       "  what: \"it's\\n\"\n"
						       "  where: '1xGB'\n"
						       "  hint: 'hh'\n");
	CHECK_PRINTS(xnvme_err_pr(NULL, XNVME_PR_DEF), "xnvme_err: ~\n");
}

static void
a_report_prints_the_zones_it_has_room_for(void)
{
	const size_t nentries = 2;
	struct xnvme_znd_report *report = calloc(1, sizeof(*report) + nentries * 64);
	struct xnvme_spec_znd_descr *descr;

	CHECK(report);
	report->nzones = 5;
	report->zd_nbytes = 64;
	report->zrent_nbytes = 64;
	report->entries_nbytes = nentries * 64;
	report->report_nbytes = sizeof(*report) + nentries * 64;
	report->zelba = 0x1fff;
	report->nentries = 3; /* one more than there are */
	descr = XNVME_ZND_REPORT_DESCR(report, 1);
	descr->zs = XNVME_SPEC_ZND_STATE_FULL;
	descr->zslba = 0x1000;
	CHECK_PRINTS(xnvme_znd_report_pr(report, XNVME_PR_DEF),
		     "xnvme_znd_report:\n"
		     "  report_nbytes: 192\n"
		     "  entries_nbytes: 128\n"
		     "  zd_nbytes: 64\n"
		     "  zdext_nbytes: 0\n"
		     "  zrent_nbytes: 64\n"
		     "  zslba: 0x0\n"
		     "  zelba: 0x1fff\n"
		     "  nzones: 5\n"
		     "  nentries: 3\n"
		     "  extended: 0\n"
		     "  entries:\n"
		     "    - {zslba: 0x0, wp: 0x0, zcap: 0, zt: 0x0, zs: ENOSYS, za: '0b00000000'}\n"
		     "    - {zslba: 0x1000, wp: 0x0, zcap: 0, zt: 0x0, zs: ZND_STATE_FULL, za: "
		     "'0b00000000'}\n");
	report->zrent_nbytes = 0;
	report->nentries = UINT32_MAX;
	CHECK(xnvme_znd_report_fpr(NULL, report, 0) == -EINVAL);
	CHECK_PRINTS(
	    xnvme_znd_report_pr(report, XNVME_PR_TERSE),
	    "xnvme_znd_report: {report_nbytes: 192, entries_nbytes: 128, zd_nbytes: 64, "
	    "zdext_nbytes: 0, zrent_nbytes: 0, zslba: 0x0, zelba: 0x1fff, nzones: 5, nentries: "
	    "4294967295, extended: 0, entries: []}\n");
	CHECK_PRINTS(xnvme_znd_report_pr(NULL, XNVME_PR_DEF), "xnvme_znd_report: ~\n");
	free(report);
}

static void
a_stream_that_cannot_be_written_is_a_negative_return(void)
{
	int err_full;
	FILE *full = sys_stream_full(&err_full);
	const struct xnvme_geo geo = {0};
	const struct xnvme_ident ident = {0};
	const struct xnvme_err err = {0};
	const struct xnvme_be_attr attr = {0};
	struct xnvme_lba_range range = {0};

	CHECK(full);
	CHECK_EQ(xnvme_geo_fpr(full, &geo, 0), err_full);
	CHECK_EQ(xnvme_ident_fpr(full, &ident, 0), err_full);
	CHECK_EQ(xnvme_ident_yaml(full, &ident, 0, "\n", 1), err_full);
	CHECK_EQ(xnvme_lba_fpr(full, 1, XNVME_PR_DEF), err_full);
	CHECK_EQ(xnvme_lba_fpr(full, 1, XNVME_PR_TERSE), err_full);
	CHECK_EQ(xnvme_lba_range_fpr(full, &range, 0), err_full);
	CHECK_EQ(xnvme_err_fpr(full, &err, 0), err_full);
	CHECK_EQ(xnvme_be_attr_fpr(full, &attr, 0), err_full);
	CHECK_EQ(xnvme_ver_fpr(full, 0), err_full);
	fclose(full);
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {
	    TEST_CASE(geometry_prints_as_in_0_7_5),
	    TEST_CASE(an_identity_prints_alone_and_embedded),
	    TEST_CASE(an_unterminated_identity_is_cut_at_its_end),
	    TEST_CASE(addresses_go_to_the_stream_they_were_asked_for),
	    TEST_CASE(a_range_prints_as_in_0_7_5),
	    TEST_CASE(the_version_is_that_of_the_project),
	    TEST_CASE(options_print_with_strings_that_are_not_set),
	    TEST_CASE(backends_print_one_per_line),
	    TEST_CASE(a_context_prints_its_completion_on_one_line),
	    TEST_CASE(a_failure_prints_in_words),
	    TEST_CASE(a_report_prints_the_zones_it_has_room_for),
	    TEST_CASE(a_stream_that_cannot_be_written_is_a_negative_return),
	};

	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
