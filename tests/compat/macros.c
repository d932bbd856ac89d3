// SPDX-License-Identifier: BSD-3-Clause
/**
 * Uses every macro of 0.7.5 as programs do, as C and as C++, with and without XNVME_DEBUG_ENABLED
 *
 * It includes libxnvme.h and nothing else: what it takes from the standard headers comes with it.
 */
#include <libxnvme.h>

XNVME_STATIC_ASSERT(sizeof(uint8_t) == 1, "without a semicolon after it")
XNVME_STATIC_ASSERT(XNVME_SIZEOF_MEMBER(struct xnvme_cmd_ctx, cpl) == 16, "a constant");

static int g_nfailed;
static int g_n;

static void
report(bool good, const char *name)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++g_n, name);
	g_nfailed += !good;
}

static int
takes_nothing(struct xnvme_dev *XNVME_UNUSED(dev), void *XNVME_UNUSED(arg))
{
	return 7;
}

static void
bits(void)
{
	const uint64_t val = 0x8000000f0055aa01ULL;
	char text[65];

	snprintf(text, sizeof(text), XNVME_I8_FMT, XNVME_I8_TO_STR(val));
	report(!strcmp(text, "00000001"), "XNVME_I8_FMT, XNVME_I8_TO_STR");
	snprintf(text, sizeof(text), XNVME_I16_FMT, XNVME_I16_TO_STR(val));
	report(!strcmp(text, "1010101000000001"), "XNVME_I16_FMT, XNVME_I16_TO_STR");
	snprintf(text, sizeof(text), XNVME_I32_FMT, XNVME_I32_TO_STR(val));
	report(!strcmp(text, "00000000010101011010101000000001"),
	       "XNVME_I32_FMT, XNVME_I32_TO_STR");
	snprintf(text, sizeof(text), XNVME_I64_FMT, XNVME_I64_TO_STR(val));
	report(!strncmp(text, "10000000000000000000000000001111", 32) && strlen(text) == 64,
	       "XNVME_I64_FMT, XNVME_I64_TO_STR");
}

static void
features(void)
{
	uint32_t dword0 = 0x10005;

	report(XNVME_SPEC_FEAT_ERROR_RECOVERY_TLER(dword0) == 5, "ERROR_RECOVERY_TLER: bits 15:0");
	report(XNVME_SPEC_FEAT_ERROR_RECOVERY_DULBE(dword0) == 0x10000 &&
		   XNVME_SPEC_FEAT_ERROR_RECOVERY_DULBE(0xfffeffffU) == 0,
	       "ERROR_RECOVERY_DULBE: bit 16 in place");
	report(XNVME_SPEC_FEAT_MEDIA_FEEDBACK_HECC(3U) == 1 &&
		   XNVME_SPEC_FEAT_MEDIA_FEEDBACK_HECC(2U) == 0,
	       "MEDIA_FEEDBACK_HECC: bit 0");
	report(XNVME_SPEC_FEAT_MEDIA_FEEDBACK_VHECC(3U) == 2 &&
		   XNVME_SPEC_FEAT_MEDIA_FEEDBACK_VHECC(1U) == 0,
	       "MEDIA_FEEDBACK_VHECC: bit 1 in place");
}

static void
zones(void)
{
	const size_t entry_nbytes = sizeof(struct xnvme_spec_znd_descr) + 64;
	struct xnvme_znd_report *rprt =
	    (struct xnvme_znd_report *)calloc(1, sizeof(*rprt) + 2 * entry_nbytes);

	assert(rprt);
	rprt->nentries = 2;
	rprt->zd_nbytes = sizeof(struct xnvme_spec_znd_descr);
	rprt->zrent_nbytes = rprt->zd_nbytes;
	report((uint8_t *)XNVME_ZND_REPORT_DESCR(rprt, 1) == rprt->storage + rprt->zd_nbytes,
	       "XNVME_ZND_REPORT_DESCR: the entry of that number");
	report(!XNVME_ZND_REPORT_DEXT(rprt, 1), "XNVME_ZND_REPORT_DEXT: NULL without extensions");
	rprt->extended = 1;
	rprt->zdext_nbytes = 64;
	rprt->zrent_nbytes = entry_nbytes;
	report((uint8_t *)XNVME_ZND_REPORT_DESCR(rprt, 1) == rprt->storage + entry_nbytes &&
		   (uint8_t *)XNVME_ZND_REPORT_DEXT(rprt, 1) ==
		       rprt->storage + entry_nbytes + rprt->zd_nbytes,
	       "XNVME_ZND_REPORT_DEXT: after the descriptor of the same number");
	free(rprt);
}

static void
debugging(void)
{
	int ncalls = 0;

	XNVME_DEBUG("a number: %d", ncalls);
	XNVME_DEBUG("none");
	XNVME_DEBUG_FCALL(ncalls++;)
#ifdef XNVME_DEBUG_ENABLED
	report(ncalls == 1, "XNVME_DEBUG_FCALL: the call");
#else
	report(ncalls == 0, "XNVME_DEBUG_FCALL: nothing");
#endif
}

static int
sub_run(struct xnvme_cli *XNVME_UNUSED(cli))
{
	return 0;
}

static struct xnvme_cli_sub g_subs[] = {
    {"core", "Sum", "Long", sub_run, {{XNVME_CLI_OPT_URI, XNVME_CLI_POSA}, XNVME_CLI_CORE_OPTS}},
    {"admin", "Sum", "Long", sub_run, {{XNVME_CLI_OPT_URI, XNVME_CLI_POSA}, XNVME_CLI_ADMIN_OPTS}},
    {"sync", "Sum", "Long", sub_run, {{XNVME_CLI_OPT_URI, XNVME_CLI_POSA}, XNVME_CLI_SYNC_OPTS}},
    {"async", "Sum", "Long", sub_run, {{XNVME_CLI_OPT_URI, XNVME_CLI_POSA}, XNVME_CLI_ASYNC_OPTS}},
};

static void
command_line(void)
{
	size_t nopts[4] = {0, 0, 0, 0};

	for (size_t i = 0; i < sizeof(g_subs) / sizeof(g_subs[0]); ++i) {
		while (g_subs[i].opts[nopts[i]].opt != XNVME_CLI_OPT_NONE) {
			nopts[i]++;
		}
	}
	report(nopts[0] < nopts[1] && nopts[1] < nopts[2] && nopts[2] < nopts[3],
	       "XNVME_CLI_{CORE,ADMIN,SYNC,ASYNC}_OPTS: rows of an option table");
	report(sizeof(g_subs[0].opts) / sizeof(g_subs[0].opts[0]) == XNVME_CLI_SUB_OPTS_LEN &&
		   XNVME_CLI_SUB_OPTS_LEN == 200 && XNVME_CLI_SUB_NAME_LEN_MAX == 30,
	       "XNVME_CLI_SUB_OPTS_LEN, XNVME_CLI_SUB_NAME_LEN_MAX");
}

static void
numbers(void)
{
	report(XNVME_UNIVERSAL_SECT_SH == 9 && XNVME_SPEC_CSI_FS == 0x1f &&
		   XNVME_SPEC_NVM_SCOPY_NENTRY_MAX == 128 && ZND_CHANGES_LEN == 511,
	       "numbers of the command sets");
	report(XNVME_IDENT_URI_LEN == 384 && XNVME_IDENT_SCHM_LEN == 5 &&
		   XNVME_IDENT_TRGT_LEN == 155 && XNVME_IDENT_OPTS_LEN == 160 &&
		   XNVME_IDENT_OPTS_SEP == '?' && XNVME_IDENT_OPT_MAX == 20 &&
		   XNVME_IDENT_URI_LEN_MIN == 6,
	       "XNVME_IDENT_*");
	report(XNVME_SPEC_CTRLR_SN_LEN == 20 && XNVME_SPEC_CTRLR_MN_LEN == 40 &&
		   XNVME_SPEC_CTRLR_FR_LEN == 8 && XNVME_SPEC_IDFY_CS_IOCSC_LEN == 512,
	       "XNVME_SPEC_*_LEN");
	report(XNVME_APPTAG_IGNORE == 0xffff && XNVME_REFTAG_MASK_16 == 0xffffffffULL &&
		   XNVME_REFTAG_MASK_32 == UINT64_MAX && XNVME_REFTAG_MASK_64 == 0xffffffffffffULL,
	       "XNVME_APPTAG_IGNORE, XNVME_REFTAG_MASK_*");
}

/** One thing of each standard header that comes with libxnvme.h */
static void
standard_headers(void)
{
	struct iovec iov = {NULL, 0};
	struct timespec ts = {0, 0};
	struct stat st;
	off_t offset = 0;
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, (uint64_t)iov.iov_len);
	report(!strcmp(text, "0") && !offset && !ts.tv_sec && stat("/", &st) == 0 && atoi("7") == 7,
	       "assert inttypes stdbool stdint stdio stdlib string sys/{stat,types,uio} time");
}

int
main(void)
{
	report(takes_nothing(NULL, NULL) == 7, "XNVME_UNUSED declares a parameter");
	bits();
	features();
	zones();
	debugging();
	command_line();
	numbers();
	standard_headers();
	printf("1..%d\n", g_n);

	return g_nfailed ? EXIT_FAILURE : EXIT_SUCCESS;
}
