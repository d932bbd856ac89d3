// SPDX-License-Identifier: BSD-3-Clause
/**
 * Identify pages of a lying controller: geometry and zone reports, and every printer
 *
 * The input is a list of patches: page, offset (two bytes), length, bytes. Records are printed from
 * blocks of exactly their size.
 */
#include <support/fake.h>
#include <libxnvme_pp.h>
#include <libxnvme_spec_pp.h>

#include "fuzz.h"

#define NENTRIES 3

static FILE *g_null;

static void
patch_pages(const uint8_t *data, size_t nbytes)
{
	uint8_t *const pages[] = {g_fake.ctrlr, g_fake.ns, g_fake.descrs, g_fake.ns_css,
				  g_fake.ctrlr_css};

	while (nbytes > 4) {
		const size_t offset = (data[1] | (size_t)data[2] << 8) % 4096;
		size_t len = data[3];

		len = len > nbytes - 4 ? nbytes - 4 : len;
		memcpy(pages[data[0] % 5] + offset, data + 4,
		       len > 4096 - offset ? 4096 - offset : len);
		data += 4 + len;
		nbytes -= 4 + len;
	}
}

static void
check_geo(struct xnvme_dev *dev)
{
	const struct xnvme_geo *geo;

	if (xnvme_dev_derive_geo(dev)) {
		MUST(xnvme_dev_get_geo(dev)->tbytes == 0);
		return;
	}
	geo = xnvme_dev_get_geo(dev);
	if (geo->type == XNVME_GEO_KV) {
		return;
	}
	MUST(geo->ssw >= 9 && geo->ssw <= 16 && geo->nbytes == 1U << geo->ssw);
	MUST(geo->tbytes >> geo->ssw == xnvme_dev_get_ns(dev)->nsze);
	MUST(geo->lba_nbytes == geo->nbytes + (geo->lba_extended ? geo->nbytes_oob : 0));
	MUST(geo->mdts_nbytes >= 8192 && geo->mdts_nbytes <= 1U << 31);
	if (geo->type == XNVME_GEO_ZONED && geo->nzone && geo->nzone < 1024) {
		struct xnvme_znd_report *report;

		report = xnvme_znd_report_from_dev(dev, 0, 0, 0);
		xnvme_buf_virt_free(report);
		report = xnvme_znd_report_from_dev(dev, 0, 0, 1);
		xnvme_buf_virt_free(report);
	}
}

/* clang-format off */
#define RECORDS(X)                                                                                 \
	X(idfy_ctrlr, 4096, xnvme_spec_idfy_ctrlr_pr(rec, opts))                                   \
	X(idfy_ns, 4096, xnvme_spec_idfy_ns_pr(rec, opts))                                         \
	X(idfy_cs, 4096, xnvme_spec_idfy_cs_pr(rec, opts))                                         \
	X(health, 512, xnvme_spec_log_health_pr(rec, opts))                                        \
	X(sanitize, 512, xnvme_spec_log_sanitize_pr(rec, opts))                                    \
	X(erri, 64 * NENTRIES, xnvme_spec_log_erri_pr(rec, NENTRIES, opts))                        \
	X(fdp_conf, 4096, xnvme_spec_log_fdp_conf_pr(rec, opts))                                   \
	X(fdp_stats, 64, xnvme_spec_log_fdp_stats_pr(rec, opts))                                   \
	X(fdp_events, 64 + 64 * NENTRIES, xnvme_spec_log_fdp_events_pr(rec, NENTRIES, opts))       \
	X(ruhu, 8 + 8 * NENTRIES, xnvme_spec_log_ruhu_pr(rec, NENTRIES, opts))                     \
	X(ruhs, 16 + 32 * NENTRIES, xnvme_spec_ruhs_pr(rec, NENTRIES, opts))                       \
	X(cmd, 64, xnvme_spec_cmd_pr(rec, opts))                                                   \
	X(dir_idfy, 4096, xnvme_spec_drecv_idfy_pr(rec, opts))                                     \
	X(dir_srp, 32, xnvme_spec_drecv_srp_pr(rec, opts))                                         \
	X(dir_sgs, 4096, xnvme_spec_drecv_sgs_pr(rec, opts))                                       \
	X(scopy, 32, xnvme_spec_nvm_scopy_fmt_zero_pr(rec, opts))                                  \
	X(nvm_ctrlr, 4096, xnvme_spec_nvm_idfy_ctrlr_pr(rec, opts))                                \
	X(nvm_ns, 4096, xnvme_spec_nvm_idfy_ns_pr(rec, opts))                                      \
	X(znd_ctrlr, 4096, xnvme_spec_znd_idfy_ctrlr_pr(rec, opts))                                \
	X(znd_ns, 4096, xnvme_spec_znd_idfy_ns_pr(rec, opts))                                      \
	X(znd_changes, 4096, xnvme_spec_znd_log_changes_pr(rec, opts))                             \
	X(znd_descr, 64, xnvme_spec_znd_descr_pr(rec, opts))                                       \
	X(znd_hdr, 64, xnvme_spec_znd_report_hdr_pr(rec, opts))                                    \
	X(kvs_ns, 4096, xnvme_spec_kvs_idfy_ns_pr(rec, opts))
/* clang-format on */

#define PRINT(name, nbytes, call)                                                                  \
	static int print_##name(void *rec, int opts)                                               \
	{                                                                                          \
		return call;                                                                       \
	}
RECORDS(PRINT)

#define ROW(name, nbytes, call) {nbytes, print_##name},
static const struct {
	size_t nbytes;
	int (*func)(void *rec, int opts);
} g_records[] = {RECORDS(ROW)};

#define NRECORDS (sizeof(g_records) / sizeof(g_records[0]))

/** One printer per input, by its last byte: all of them would be a slow way to test any */
static void
print_one(const uint8_t *data, size_t nbytes)
{
	const size_t which = data[nbytes - 1] % NRECORDS;
	const int opts = nbytes > 1 && data[nbytes - 2] & 1 ? XNVME_PR_JSON : XNVME_PR_DEF;
	uint8_t *rec = calloc(1, g_records[which].nbytes);

	MUST(rec);
	for (size_t i = 0; i < g_records[which].nbytes; ++i) {
		rec[i] = i < nbytes ? data[i] : data[i % nbytes] & data[0];
	}
	MUST(g_records[which].func(rec, opts) >= 0);
	free(rec);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes)
{
	struct xnvme_dev *dev;

	if (!nbytes) {
		return 0;
	}
	if (!g_null) {
		g_null = freopen("/dev/null", "w", stdout);
		MUST(g_null);
	}
	dev = fake_open_async("emu");
	MUST(dev);
	patch_pages(data, nbytes);
	check_geo(dev);
	MUST(xnvme_dev_fpr(stdout, dev, XNVME_PR_DEF) >= 0);
	xnvme_dev_close(dev);
	print_one(data, nbytes);

	return 0;
}
