// SPDX-License-Identifier: BSD-3-Clause
/**
 * Printers of the log pages and of reclaim unit handle status
 */
#include <errno.h>

#include <libxnvme_spec.h>
#include <spec/tables.h>
#include <core/err.h>
#include <print/structs.h>
#include <print/term.h>
#include <print/walk.h>

/**
 * Bytes that may be read of a log whose printer is not told how many there are
 *
 * The log contains its size, but a device can report any size. So it counts up to the smallest
 * buffer that log pages are read into; entries beyond that are not printed.
 */
#define FDP_CONF_NBYTES_MAX 4096U

/** Value of the number of changed zones when there are more than fit; the list is then empty */
#define ZND_CHANGES_OVERFLOW 0xffff

static int
refuse_limit(int limit)
{
	return xnvi_err(-EINVAL, "print", "limit", "pass the number of entries, 0 or more",
			"a limit of %d entries", limit);
}

/**
 * Print a log that consists of a fixed head and entries; the buffer holds `limit` entries
 */
static int
print_entries(FILE *stream, const struct xnvi_spec_table *table, const void *log, size_t stride,
	      int limit, int opts)
{
	if (limit < 0 || (size_t)limit > (SIZE_MAX - table->nbytes) / stride) {
		return refuse_limit(limit);
	}

	return xnvi_spec_print(stream, table, log, table->nbytes + (size_t)limit * stride,
			       (size_t)limit, opts);
}

int
xnvme_spec_log_health_fpr(FILE *stream, const struct xnvme_spec_log_health_entry *log, int opts)
{
	return xnvi_spec_print(stream, &xnvi_tbl_log_health, log, sizeof(*log), SIZE_MAX, opts);
}

int
xnvme_spec_log_health_pr(const struct xnvme_spec_log_health_entry *log, int opts)
{
	return xnvme_spec_log_health_fpr(stdout, log, opts);
}

int
xnvme_spec_log_sanitize_fpr(FILE *stream, const struct xnvme_spec_log_sanitize_entry *log, int opts)
{
	return xnvi_spec_print(stream, &xnvi_tbl_log_sanitize, log, sizeof(*log), SIZE_MAX, opts);
}

int
xnvme_spec_log_sanitize_pr(const struct xnvme_spec_log_sanitize_entry *log, int opts)
{
	return xnvme_spec_log_sanitize_fpr(stdout, log, opts);
}

int
xnvme_spec_log_erri_fpr(FILE *stream, const struct xnvme_spec_log_erri_entry *log, int limit,
			int opts)
{
	const struct xnvi_spec_table *table = &xnvi_tbl_log_erri_entry;
	struct xnvi_emit e;

	if (limit < 0) {
		return refuse_limit(limit);
	}
	xnvi_emit_init(&e, stream, opts);
	if (!log) {
		xnvi_emit_null(&e, table->header);
		return xnvi_print_term(&e);
	}
	xnvi_emit_list(&e, table->header, XNVI_EMIT_BLOCK);
	for (int i = 0; i < limit; ++i) {
		const struct xnvi_record rec = {
		    .bytes = (const uint8_t *)&log[i],
		    .nbytes = sizeof(log[i]),
		    .limit = SIZE_MAX,
		};

		xnvi_emit_map(&e, NULL, XNVI_EMIT_FLOW);
		xnvi_spec_walk(&e, table, &rec);
		xnvi_emit_end(&e);
	}
	xnvi_emit_end(&e);

	return xnvi_print_term(&e);
}

int
xnvme_spec_log_erri_pr(const struct xnvme_spec_log_erri_entry *log, int limit, int opts)
{
	return xnvme_spec_log_erri_fpr(stdout, log, limit, opts);
}

static size_t
fdp_conf_nbytes(const struct xnvme_spec_log_fdp_conf *log)
{
	const uint32_t size = log->size < FDP_CONF_NBYTES_MAX ? log->size : FDP_CONF_NBYTES_MAX;

	return size < sizeof(*log) ? sizeof(*log) : size;
}

/** Each descriptor contains its size; the first impossible size ends the list */
static void
emit_fdp_conf_descs(struct xnvi_emit *e, const uint8_t *bytes, size_t nbytes)
{
	static const struct xnvi_field ncfg = {.offset = 0, .nbits = 16};
	static const struct xnvi_field ds = {.offset = 0, .nbits = 16};
	const struct xnvi_spec_table *table = &xnvi_tbl_fdp_conf_desc;
	struct xnvi_record rec = {.bytes = bytes, .nbytes = nbytes, .limit = SIZE_MAX};
	size_t offset = sizeof(struct xnvme_spec_log_fdp_conf);
	uint64_t last = 0;
	uint64_t desc_nbytes;

	if (xnvi_spec_get(&rec, &ncfg, &last)) {
		return;
	}
	for (uint64_t i = 0; i <= last && nbytes - offset >= table->nbytes; ++i) {
		rec.bytes = bytes + offset;
		rec.nbytes = nbytes - offset;
		if (xnvi_spec_get(&rec, &ds, &desc_nbytes) || desc_nbytes < table->nbytes ||
		    desc_nbytes > rec.nbytes) {
			return;
		}
		rec.nbytes = (size_t)desc_nbytes;
		xnvi_emit_map(e, NULL, XNVI_EMIT_BLOCK);
		xnvi_spec_walk(e, table, &rec);
		xnvi_emit_end(e);
		offset += (size_t)desc_nbytes;
	}
}

static int
fdp_conf_fpr(FILE *stream, const struct xnvme_spec_log_fdp_conf *log, int opts)
{
	const struct xnvi_spec_table *table = &xnvi_tbl_log_fdp_conf;
	struct xnvi_record rec = {.bytes = (const uint8_t *)log, .limit = SIZE_MAX};
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	if (log) {
		rec.nbytes = fdp_conf_nbytes(log);
		xnvi_emit_map(&e, table->header, XNVI_EMIT_BLOCK);
		xnvi_spec_walk(&e, table, &rec);
		xnvi_emit_list(&e, "config_desc", XNVI_EMIT_BLOCK);
		emit_fdp_conf_descs(&e, rec.bytes, rec.nbytes);
		xnvi_emit_end(&e);
		xnvi_emit_end(&e);
	} else {
		xnvi_emit_null(&e, table->header);
	}

	return xnvi_print_term(&e);
}

int
xnvme_spec_log_fdp_conf_pr(const struct xnvme_spec_log_fdp_conf *log, int opts)
{
	return fdp_conf_fpr(stdout, log, opts);
}

int
xnvme_spec_log_fdp_stats_pr(const struct xnvme_spec_log_fdp_stats *log, int opts)
{
	return xnvi_spec_print(stdout, &xnvi_tbl_log_fdp_stats, log, sizeof(*log), SIZE_MAX, opts);
}

int
xnvme_spec_log_fdp_events_pr(const struct xnvme_spec_log_fdp_events *log, int limit, int opts)
{
	return print_entries(stdout, &xnvi_tbl_log_fdp_events, log, sizeof(log->event[0]), limit,
			     opts);
}

int
xnvme_spec_log_ruhu_pr(const struct xnvme_spec_log_ruhu *log, int limit, int opts)
{
	return print_entries(stdout, &xnvi_tbl_log_ruhu, log, sizeof(log->ruhu_desc[0]), limit,
			     opts);
}

int
xnvme_spec_ruhs_pr(const struct xnvme_spec_ruhs *ruhs, int limit, int opts)
{
	return print_entries(stdout, &xnvi_tbl_ruhs, ruhs, sizeof(ruhs->desc[0]), limit, opts);
}

int
xnvme_spec_znd_log_changes_fpr(FILE *stream, const struct xnvme_spec_znd_log_changes *changes,
			       int opts)
{
	const bool overflow = changes && changes->nidents == ZND_CHANGES_OVERFLOW;

	return xnvi_spec_print(stream, &xnvi_tbl_znd_log_changes, changes, sizeof(*changes),
			       overflow ? 0 : SIZE_MAX, opts);
}

int
xnvme_spec_znd_log_changes_pr(const struct xnvme_spec_znd_log_changes *changes, int opts)
{
	return xnvme_spec_znd_log_changes_fpr(stdout, changes, opts);
}
