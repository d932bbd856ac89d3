// SPDX-License-Identifier: BSD-3-Clause
/**
 * Printers of the library's own structures: geometry, identity, ranges, versions, options, errors
 */
#include <print/structs.h>
#include <print/term.h>
#include <print/walk.h>

#include <errno.h>
#include <inttypes.h>
#include <limits.h>

#include <libxnvme_err.h>
#include <libxnvme_lba.h>
#include <libxnvme_pp.h>
#include <libxnvme_ver.h>
#include <libxnvme_znd.h>
#include <spec/tables.h>
#include <core/err.h>

static const char *
geo_type_name(enum xnvme_geo_type type)
{
	static const char *const names[] = {
	    [XNVME_GEO_UNKNOWN] = "XNVME_GEO_UNKNOWN",
	    [XNVME_GEO_CONVENTIONAL] = "XNVME_GEO_CONVENTIONAL",
	    [XNVME_GEO_ZONED] = "XNVME_GEO_ZONED",
	    [XNVME_GEO_KV] = "XNVME_GEO_KV",
	};

	return (size_t)type < NFIELDS(names) ? names[type] : "XNVME_GEO_ENOSYS";
}

void
xnvi_emit_geo(struct xnvi_emit *e, const struct xnvme_geo *geo)
{
	xnvi_emit_name(e, "type", geo_type_name(geo->type));
	xnvi_emit_u64(e, "npugrp", geo->npugrp);
	xnvi_emit_u64(e, "npunit", geo->npunit);
	xnvi_emit_u64(e, "nzone", geo->nzone);
	xnvi_emit_u64(e, "nsect", geo->nsect);
	xnvi_emit_u64(e, "nbytes", geo->nbytes);
	xnvi_emit_u64(e, "nbytes_oob", geo->nbytes_oob);
	xnvi_emit_u64(e, "tbytes", geo->tbytes);
	xnvi_emit_u64(e, "mdts_nbytes", geo->mdts_nbytes);
	xnvi_emit_u64(e, "lba_nbytes", geo->lba_nbytes);
	xnvi_emit_u64(e, "lba_extended", geo->lba_extended);
	xnvi_emit_u64(e, "ssw", geo->ssw);
	xnvi_emit_u64(e, "pi_type", geo->pi_type);
	xnvi_emit_u64(e, "pi_loc", geo->pi_loc);
	xnvi_emit_u64(e, "pi_format", geo->pi_format);
}

int
xnvme_geo_fpr(FILE *stream, const struct xnvme_geo *geo, int opts)
{
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	if (geo) {
		xnvi_emit_map(&e, "xnvme_geo", XNVI_EMIT_BLOCK);
		xnvi_emit_geo(&e, geo);
	} else {
		xnvi_emit_null(&e, "xnvme_geo");
	}

	return xnvi_print_term(&e);
}

int
xnvme_geo_pr(const struct xnvme_geo *geo, int opts)
{
	return xnvme_geo_fpr(stdout, geo, opts);
}

void
xnvi_emit_ident(struct xnvi_emit *e, const struct xnvme_ident *ident)
{
	xnvi_emit_strn(e, "uri", ident->uri, sizeof(ident->uri));
	xnvi_emit_hex(e, "dtype", ident->dtype);
	xnvi_emit_hex(e, "nsid", ident->nsid);
	xnvi_emit_hex(e, "csi", ident->csi);
	xnvi_emit_chars(e, "subnqn", ident->subnqn, sizeof(ident->subnqn));
}

int
xnvme_ident_yaml(FILE *stream, const struct xnvme_ident *ident, int indent, const char *sep,
		 int head)
{
	const int deeper = head ? 2 : 0;
	struct xnvi_emit e;
	int head_nbytes = 0;
	int nbytes;

	if (!stream || !sep) {
		return XNVI_NULL("stream or sep");
	}
	if (indent < 0 || indent > INT_MAX - deeper) {
		return xnvi_err(-EINVAL, "print", "indent", "pass 0 or more",
				"an indentation of %d", indent);
	}
	if (head) {
		head_nbytes = fprintf(stream, "%*sxnvme_ident:%s", indent, "", ident ? "\n" : " ~");
	} else if (!ident) {
		head_nbytes = fprintf(stream, "~");
	}
	if (head_nbytes < 0) {
		return xnvi_err_sys(errno ? -errno : -EIO, "print", "", "printing");
	}
	if (!ident) {
		return head_nbytes;
	}
	xnvi_emit_init_fragment(&e, stream, indent + deeper, sep);
	xnvi_emit_ident(&e, ident);
	nbytes = xnvi_print_term(&e);

	return nbytes < 0 ? nbytes : nbytes + head_nbytes;
}

int
xnvme_ident_fpr(FILE *stream, const struct xnvme_ident *ident, int opts)
{
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	if (ident) {
		xnvi_emit_map(&e, "xnvme_ident", XNVI_EMIT_BLOCK);
		xnvi_emit_ident(&e, ident);
	} else {
		xnvi_emit_null(&e, "xnvme_ident");
	}

	return xnvi_print_term(&e);
}

int
xnvme_ident_pr(const struct xnvme_ident *ident, int opts)
{
	return xnvme_ident_fpr(stdout, ident, opts);
}

/** In terse form a number has 16 digits, so that scripts get columns that line up */
static int
lba_terse(FILE *stream, const uint64_t *lba, size_t nlbas)
{
	int wrtn = 0;

	for (size_t i = 0; i < nlbas; ++i) {
		char line[24];
		const int nbytes = snprintf(line, sizeof(line), "0x%016" PRIx64 "\n", lba[i]);

		/* Not every fprintf() tells that the stream could not be written */
		if (fputs(line, stream) < 0) {
			return xnvi_err_sys(errno ? -errno : -EIO, "print", "", "printing");
		}
		wrtn += nbytes;
	}
	if (fflush(stream)) {
		return xnvi_err_sys(errno ? -errno : -EIO, "print", "", "printing");
	}

	return wrtn;
}

int
xnvme_lba_fpr(FILE *stream, uint64_t lba, enum xnvme_pr opts)
{
	struct xnvi_emit e;

	if (!stream) {
		return XNVI_NULL("stream");
	}
	if (opts == XNVME_PR_TERSE) {
		return lba_terse(stream, &lba, 1);
	}
	xnvi_emit_init(&e, stream, (int)opts);
	xnvi_emit_hex(&e, "lba", lba);

	return xnvi_print_term(&e);
}

int
xnvme_lba_pr(uint64_t lba, enum xnvme_pr opts)
{
	return xnvme_lba_fpr(stdout, lba, opts);
}

int
xnvme_lba_fprn(FILE *stream, const uint64_t *lba, uint16_t nlb, enum xnvme_pr opts)
{
	struct xnvi_emit e;

	if (!stream) {
		return XNVI_NULL("stream");
	}
	if (opts == XNVME_PR_TERSE && lba) {
		return lba_terse(stream, lba, nlb);
	}
	xnvi_emit_init(&e, stream, (int)opts);
	if (!lba) {
		xnvi_emit_null(&e, "lbas");
		return xnvi_print_term(&e);
	}
	xnvi_emit_map(&e, "lbas", XNVI_EMIT_BLOCK);
	xnvi_emit_u64(&e, "nlb", nlb);
	xnvi_emit_list(&e, "elements", XNVI_EMIT_BLOCK);
	for (uint16_t i = 0; i < nlb; ++i) {
		xnvi_emit_hex(&e, NULL, lba[i]);
	}

	return xnvi_print_term(&e);
}

int
xnvme_lba_prn(const uint64_t *lba, uint16_t nlb, enum xnvme_pr opts)
{
	return xnvme_lba_fprn(stdout, lba, nlb, opts);
}

int
xnvme_lba_range_fpr(FILE *stream, struct xnvme_lba_range *range, int opts)
{
	static const char header[] = "xnvme_lba_range";
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	if (!range) {
		xnvi_emit_null(&e, header);
		return xnvi_print_term(&e);
	}
	xnvi_emit_map(&e, header, XNVI_EMIT_BLOCK);
	xnvi_emit_hex(&e, "slba", range->slba);
	xnvi_emit_hex(&e, "elba", range->elba);
	xnvi_emit_u64(&e, "naddrs", range->naddrs);
	xnvi_emit_u64(&e, "nbytes", range->nbytes);
	xnvi_emit_map(&e, "attr", XNVI_EMIT_FLOW);
	xnvi_emit_u64(&e, "is_zones", range->attr.is_zoned);
	xnvi_emit_u64(&e, "is_valid", range->attr.is_valid);

	return xnvi_print_term(&e);
}

int
xnvme_lba_range_pr(struct xnvme_lba_range *range, int opts)
{
	return xnvme_lba_range_fpr(stdout, range, opts);
}

int
xnvme_ver_major(void)
{
	return XNVI_VER_MAJOR;
}

int
xnvme_ver_minor(void)
{
	return XNVI_VER_MINOR;
}

int
xnvme_ver_patch(void)
{
	return XNVI_VER_PATCH;
}

int
xnvme_ver_fpr(FILE *stream, int opts)
{
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	xnvi_emit_map(&e, "ver", XNVI_EMIT_FLOW);
	xnvi_emit_i64(&e, "major", xnvme_ver_major());
	xnvi_emit_i64(&e, "minor", xnvme_ver_minor());
	xnvi_emit_i64(&e, "patch", xnvme_ver_patch());

	return xnvi_print_term(&e);
}

int
xnvme_ver_pr(int opts)
{
	return xnvme_ver_fpr(stdout, opts);
}

void
xnvi_emit_opts(struct xnvi_emit *e, const struct xnvme_opts *opts)
{
	xnvi_emit_str(e, "be", opts->be);
	xnvi_emit_str(e, "dev", opts->dev);
	xnvi_emit_str(e, "mem", opts->mem);
	xnvi_emit_str(e, "sync", opts->sync);
	xnvi_emit_str(e, "async", opts->async);
	xnvi_emit_str(e, "admin", opts->admin);
	xnvi_emit_hex(e, "nsid", opts->nsid);
	xnvi_emit_u64(e, "rdonly", opts->rdonly);
	xnvi_emit_u64(e, "wronly", opts->wronly);
	xnvi_emit_u64(e, "rdwr", opts->rdwr);
	xnvi_emit_u64(e, "create", opts->create);
	xnvi_emit_u64(e, "truncate", opts->truncate);
	xnvi_emit_u64(e, "direct", opts->direct);
	xnvi_emit_hex(e, "create_mode", opts->create_mode);
	xnvi_emit_u64(e, "poll_io", opts->poll_io);
	xnvi_emit_u64(e, "poll_sq", opts->poll_sq);
	xnvi_emit_u64(e, "register_files", opts->register_files);
	xnvi_emit_u64(e, "register_buffers", opts->register_buffers);
	xnvi_emit_map(e, "css", XNVI_EMIT_FLOW);
	xnvi_emit_hex(e, "value", opts->css.value);
	xnvi_emit_u64(e, "given", opts->css.given);
	xnvi_emit_end(e);
	xnvi_emit_u64(e, "use_cmb_sqs", opts->use_cmb_sqs);
	xnvi_emit_u64(e, "shm_id", opts->shm_id);
	xnvi_emit_u64(e, "main_core", opts->main_core);
	xnvi_emit_str(e, "core_mask", opts->core_mask);
	xnvi_emit_str(e, "adrfam", opts->adrfam);
	xnvi_emit_str(e, "subnqn", opts->subnqn);
	xnvi_emit_str(e, "hostnqn", opts->hostnqn);
	xnvi_emit_u64(e, "admin_timeout", opts->admin_timeout);
	xnvi_emit_u64(e, "command_timeout", opts->command_timeout);
	xnvi_emit_u64(e, "spdk_fabrics", opts->spdk_fabrics);
	xnvi_emit_u64(e, "keep_alive_timeout_ms", opts->keep_alive_timeout_ms);
}

int
xnvme_opts_pr(const struct xnvme_opts *opts, int pr_opts)
{
	struct xnvi_emit e;

	xnvi_emit_init(&e, stdout, pr_opts);
	if (opts) {
		xnvi_emit_map(&e, "xnvme_opts", XNVI_EMIT_BLOCK);
		xnvi_emit_opts(&e, opts);
	} else {
		xnvi_emit_null(&e, "xnvme_opts");
	}

	return xnvi_print_term(&e);
}

static void
emit_be_attr(struct xnvi_emit *e, const struct xnvme_be_attr *attr)
{
	xnvi_emit_str(e, "name", attr->name);
	xnvi_emit_u64(e, "enabled", attr->enabled);
}

int
xnvme_be_attr_fpr(FILE *stream, const struct xnvme_be_attr *attr, int opts)
{
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	if (attr) {
		xnvi_emit_map(&e, "xnvme_be_attr", XNVI_EMIT_BLOCK);
		emit_be_attr(&e, attr);
	} else {
		xnvi_emit_null(&e, "xnvme_be_attr");
	}

	return xnvi_print_term(&e);
}

int
xnvme_be_attr_pr(const struct xnvme_be_attr *attr, int opts)
{
	return xnvme_be_attr_fpr(stdout, attr, opts);
}

int
xnvme_be_attr_list_fpr(FILE *stream, const struct xnvme_be_attr_list *list, int opts)
{
	static const char header[] = "xnvme_be_attr_list";
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	if (!list) {
		xnvi_emit_null(&e, header);
		return xnvi_print_term(&e);
	}
	xnvi_emit_map(&e, header, XNVI_EMIT_BLOCK);
	xnvi_emit_i64(&e, "count", list->count);
	xnvi_emit_u64(&e, "capacity", list->capacity);
	xnvi_emit_list(&e, "items", XNVI_EMIT_BLOCK);
	for (int i = 0; i < list->count; ++i) {
		xnvi_emit_map(&e, NULL, XNVI_EMIT_FLOW);
		emit_be_attr(&e, &list->item[i]);
		xnvi_emit_end(&e);
	}

	return xnvi_print_term(&e);
}

int
xnvme_be_attr_list_pr(const struct xnvme_be_attr_list *list, int opts)
{
	return xnvme_be_attr_list_fpr(stdout, list, opts);
}

void
xnvme_cmd_ctx_pr(const struct xnvme_cmd_ctx *ctx, int UNUSED_opts)
{
	struct xnvi_emit e;

	xnvi_emit_init(&e, stdout, UNUSED_opts);
	if (ctx) {
		xnvi_emit_map(&e, "xnvme_cmd_ctx", XNVI_EMIT_FLOW);
		xnvi_emit_hex(&e, "cdw0", ctx->cpl.cdw0);
		xnvi_emit_hex(&e, "sc", ctx->cpl.status.sc);
		xnvi_emit_hex(&e, "sct", ctx->cpl.status.sct);
	} else {
		xnvi_emit_null(&e, "xnvme_cmd_ctx");
	}
	xnvi_print_term(&e);
}

int
xnvme_err_fpr(FILE *stream, const struct xnvme_err *err, int opts)
{
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	if (err) {
		xnvi_emit_map(&e, "xnvme_err", XNVI_EMIT_BLOCK);
		xnvi_emit_i64(&e, "err", err->err);
		xnvi_emit_strn(&e, "layer", err->layer, sizeof(err->layer));
		xnvi_emit_strn(&e, "what", err->what, sizeof(err->what));
		xnvi_emit_strn(&e, "where", err->where, sizeof(err->where));
		xnvi_emit_strn(&e, "hint", err->hint, sizeof(err->hint));
	} else {
		xnvi_emit_null(&e, "xnvme_err");
	}

	return xnvi_print_term(&e);
}

int
xnvme_err_pr(const struct xnvme_err *err, int opts)
{
	return xnvme_err_fpr(stdout, err, opts);
}

/** Number of entries within the bytes of the report, which may come from a file or another host */
static size_t
znd_report_nentries(const struct xnvme_znd_report *report)
{
	uint64_t room;

	if (report->zrent_nbytes < sizeof(struct xnvme_spec_znd_descr)) {
		return 0;
	}
	room = report->entries_nbytes / report->zrent_nbytes;

	return report->nentries < room ? report->nentries : (size_t)room;
}

int
xnvme_znd_report_fpr(FILE *stream, const struct xnvme_znd_report *report, int flags)
{
	static const char header[] = "xnvme_znd_report";
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, flags);
	if (!report) {
		xnvi_emit_null(&e, header);
		return xnvi_print_term(&e);
	}
	xnvi_emit_map(&e, header, XNVI_EMIT_BLOCK);
	xnvi_emit_u64(&e, "report_nbytes", report->report_nbytes);
	xnvi_emit_u64(&e, "entries_nbytes", report->entries_nbytes);
	xnvi_emit_u64(&e, "zd_nbytes", report->zd_nbytes);
	xnvi_emit_u64(&e, "zdext_nbytes", report->zdext_nbytes);
	xnvi_emit_u64(&e, "zrent_nbytes", report->zrent_nbytes);
	xnvi_emit_hex(&e, "zslba", report->zslba);
	xnvi_emit_hex(&e, "zelba", report->zelba);
	xnvi_emit_u64(&e, "nzones", report->nzones);
	xnvi_emit_u64(&e, "nentries", report->nentries);
	xnvi_emit_u64(&e, "extended", report->extended);
	xnvi_emit_list(&e, "entries", XNVI_EMIT_BLOCK);
	for (size_t i = 0; i < znd_report_nentries(report); ++i) {
		const struct xnvi_record rec = {
		    .bytes = &report->storage[i * report->zrent_nbytes],
		    .nbytes = sizeof(struct xnvme_spec_znd_descr),
		    .limit = SIZE_MAX,
		};

		xnvi_emit_map(&e, NULL, XNVI_EMIT_FLOW);
		xnvi_spec_walk(&e, &xnvi_tbl_znd_descr, &rec);
		xnvi_emit_end(&e);
	}

	return xnvi_print_term(&e);
}

int
xnvme_znd_report_pr(const struct xnvme_znd_report *report, int flags)
{
	return xnvme_znd_report_fpr(stdout, report, flags);
}
