// SPDX-License-Identifier: BSD-3-Clause
/**
 * Printers of the Identify data structures, the controller registers, and the records of command
 * sets
 */
#include <errno.h>

#include <libxnvme_spec.h>
#include <libxnvme_spec_pp.h>
#include <spec/tables.h>
#include <core/err.h>
#include <print/structs.h>
#include <print/term.h>
#include <print/walk.h>

int
xnvme_spec_idfy_ns_fpr(FILE *stream, const struct xnvme_spec_idfy_ns *idfy, int opts)
{
	return xnvi_spec_print(stream, &xnvi_tbl_idfy_ns, idfy, sizeof(*idfy), SIZE_MAX, opts);
}

int
xnvme_spec_idfy_ns_pr(const struct xnvme_spec_idfy_ns *idfy, int opts)
{
	return xnvme_spec_idfy_ns_fpr(stdout, idfy, opts);
}

int
xnvme_spec_idfy_ctrlr_fpr(FILE *stream, const struct xnvme_spec_idfy_ctrlr *idfy, int opts)
{
	return xnvi_spec_print(stream, &xnvi_tbl_idfy_ctrlr, idfy, sizeof(*idfy), SIZE_MAX, opts);
}

int
xnvme_spec_idfy_ctrlr_pr(const struct xnvme_spec_idfy_ctrlr *idfy, int opts)
{
	return xnvme_spec_idfy_ctrlr_fpr(stdout, idfy, opts);
}

/** As in 0.7.5, there is no key between the header and the vectors */
int
xnvme_spec_idfy_cs_fpr(FILE *stream, const struct xnvme_spec_idfy_cs *idfy, int opts)
{
	struct xnvi_field vectors = xnvi_tbl_idfy_cs.fields[0];
	const struct xnvi_spec_table table = {.fields = &vectors, .nfields = 1};
	const struct xnvi_record rec = {
	    .bytes = (const uint8_t *)idfy, .nbytes = sizeof(*idfy), .limit = SIZE_MAX};
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	vectors.key = xnvi_tbl_idfy_cs.header;
	if (idfy) {
		xnvi_spec_walk(&e, &table, &rec);
	} else {
		xnvi_emit_null(&e, vectors.key);
	}

	return xnvi_print_term(&e);
}

int
xnvme_spec_idfy_cs_pr(const struct xnvme_spec_idfy_cs *idfy, int opts)
{
	return xnvme_spec_idfy_cs_fpr(stdout, idfy, opts);
}

int
xnvme_spec_ctrlr_bar_fpr(FILE *stream, struct xnvme_spec_ctrlr_bar *bar, int opts)
{
	return xnvi_spec_print(stream, &xnvi_tbl_ctrlr_bar, bar, sizeof(*bar), SIZE_MAX, opts);
}

int
xnvme_spec_ctrlr_bar_pp(struct xnvme_spec_ctrlr_bar *bar, int opts)
{
	return xnvme_spec_ctrlr_bar_fpr(stdout, bar, opts);
}

int
xnvme_spec_nvm_idfy_ctrlr_fpr(FILE *stream, struct xnvme_spec_nvm_idfy_ctrlr *idfy, int opts)
{
	return xnvi_spec_print(stream, &xnvi_tbl_nvm_idfy_ctrlr, idfy, sizeof(*idfy), SIZE_MAX,
			       opts);
}

int
xnvme_spec_nvm_idfy_ctrlr_pr(struct xnvme_spec_nvm_idfy_ctrlr *idfy, int opts)
{
	return xnvme_spec_nvm_idfy_ctrlr_fpr(stdout, idfy, opts);
}

int
xnvme_spec_nvm_idfy_ns_fpr(FILE *stream, struct xnvme_spec_nvm_idfy_ns *idfy, int opts)
{
	return xnvi_spec_print(stream, &xnvi_tbl_nvm_idfy_ns, idfy, sizeof(*idfy), SIZE_MAX, opts);
}

int
xnvme_spec_nvm_idfy_ns_pr(struct xnvme_spec_nvm_idfy_ns *idfy, int opts)
{
	return xnvme_spec_nvm_idfy_ns_fpr(stdout, idfy, opts);
}

int
xnvme_spec_nvm_scopy_fmt_zero_fpr(FILE *stream, const struct xnvme_spec_nvm_scopy_fmt_zero *entry,
				  int opts)
{
	return xnvi_spec_print(stream, &xnvi_tbl_nvm_scopy_fmt_zero, entry, sizeof(*entry),
			       SIZE_MAX, opts);
}

int
xnvme_spec_nvm_scopy_fmt_zero_pr(const struct xnvme_spec_nvm_scopy_fmt_zero *entry, int opts)
{
	return xnvme_spec_nvm_scopy_fmt_zero_fpr(stdout, entry, opts);
}

int
xnvme_spec_nvm_scopy_source_range_fpr(FILE *stream,
				      const struct xnvme_spec_nvm_scopy_source_range *srange,
				      uint8_t nr, int opts)
{
	static const char header[] = "xnvme_spec_nvm_scopy_source_range";
	const size_t nranges = (size_t)nr + 1;
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	if (!srange) {
		xnvi_emit_null(&e, header);
		return xnvi_print_term(&e);
	}
	xnvi_emit_map(&e, header, XNVI_EMIT_BLOCK);
	xnvi_emit_u64(&e, "nranges", nranges);
	xnvi_emit_u64(&e, "nr", nr);
	xnvi_emit_list(&e, "entries", XNVI_EMIT_BLOCK);
	for (size_t i = 0; i < nranges && i < XNVME_SPEC_NVM_SCOPY_NENTRY_MAX; ++i) {
		const struct xnvi_record rec = {
		    .bytes = (const uint8_t *)&srange->entry[i],
		    .nbytes = sizeof(srange->entry[i]),
		    .limit = SIZE_MAX,
		};

		xnvi_emit_map(&e, NULL, XNVI_EMIT_FLOW);
		xnvi_spec_walk(&e, &xnvi_tbl_nvm_scopy_fmt_zero, &rec);
		xnvi_emit_end(&e);
	}

	return xnvi_print_term(&e);
}

int
xnvme_spec_nvm_scopy_source_range_pr(const struct xnvme_spec_nvm_scopy_source_range *srange,
				     uint8_t nr, int opts)
{
	return xnvme_spec_nvm_scopy_source_range_fpr(stdout, srange, nr, opts);
}

int
xnvme_spec_znd_idfy_ctrlr_fpr(FILE *stream, struct xnvme_spec_znd_idfy_ctrlr *zctrlr, int opts)
{
	return xnvi_spec_print(stream, &xnvi_tbl_znd_idfy_ctrlr, zctrlr, sizeof(*zctrlr), SIZE_MAX,
			       opts);
}

int
xnvme_spec_znd_idfy_ctrlr_pr(struct xnvme_spec_znd_idfy_ctrlr *zctrlr, int opts)
{
	return xnvme_spec_znd_idfy_ctrlr_fpr(stdout, zctrlr, opts);
}

/** Without header and newline, since callers embed it in a list of their own */
int
xnvme_spec_znd_idfy_lbafe_fpr(FILE *stream, struct xnvme_spec_znd_idfy_lbafe *zonef, int opts)
{
	const struct xnvi_record rec = {
	    .bytes = (const uint8_t *)zonef, .nbytes = sizeof(*zonef), .limit = SIZE_MAX};
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	e.fragment = true;
	if (zonef) {
		xnvi_emit_map(&e, NULL, XNVI_EMIT_FLOW);
		xnvi_spec_walk(&e, &xnvi_tbl_znd_idfy_lbafe, &rec);
		xnvi_emit_end(&e);
	} else {
		xnvi_emit_null(&e, NULL);
	}

	return xnvi_print_term(&e);
}

int
xnvme_spec_znd_idfy_ns_fpr(FILE *stream, struct xnvme_spec_znd_idfy_ns *zns, int opts)
{
	return xnvi_spec_print(stream, &xnvi_tbl_znd_idfy_ns, zns, sizeof(*zns), SIZE_MAX, opts);
}

int
xnvme_spec_znd_idfy_ns_pr(struct xnvme_spec_znd_idfy_ns *zns, int opts)
{
	return xnvme_spec_znd_idfy_ns_fpr(stdout, zns, opts);
}

int
xnvme_spec_znd_descr_fpr(FILE *stream, const struct xnvme_spec_znd_descr *descr, int opts)
{
	return xnvi_spec_print(stream, &xnvi_tbl_znd_descr, descr, sizeof(*descr), SIZE_MAX, opts);
}

int
xnvme_spec_znd_descr_pr(const struct xnvme_spec_znd_descr *descr, int opts)
{
	return xnvme_spec_znd_descr_fpr(stdout, descr, opts);
}

int
xnvme_spec_znd_descr_fpr_yaml(FILE *stream, const struct xnvme_spec_znd_descr *descr, int indent,
			      const char *sep)
{
	const struct xnvi_record rec = {
	    .bytes = (const uint8_t *)descr, .nbytes = sizeof(*descr), .limit = SIZE_MAX};
	struct xnvi_emit e;

	if (!descr) {
		return XNVI_NULL("descr");
	}
	xnvi_emit_init_fragment(&e, stream, indent, sep);
	xnvi_spec_walk(&e, &xnvi_tbl_znd_descr, &rec);

	return xnvi_print_term(&e);
}

int
xnvme_spec_znd_report_hdr_fpr(FILE *stream, const struct xnvme_spec_znd_report_hdr *hdr, int opts)
{
	return xnvi_spec_print(stream, &xnvi_tbl_znd_report_hdr, hdr, sizeof(*hdr), SIZE_MAX, opts);
}

int
xnvme_spec_znd_report_hdr_pr(const struct xnvme_spec_znd_report_hdr *hdr, int opts)
{
	return xnvme_spec_znd_report_hdr_fpr(stdout, hdr, opts);
}

int
xnvme_spec_kvs_idfy_ns_fpr(FILE *stream, const struct xnvme_spec_kvs_idfy_ns *idfy, int opts)
{
	return xnvi_spec_print(stream, &xnvi_tbl_kvs_idfy_ns, idfy, sizeof(*idfy), SIZE_MAX, opts);
}

int
xnvme_spec_kvs_idfy_ns_pr(const struct xnvme_spec_kvs_idfy_ns *idfy, int opts)
{
	return xnvme_spec_kvs_idfy_ns_fpr(stdout, idfy, opts);
}
