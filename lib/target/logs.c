// SPDX-License-Identifier: BSD-3-Clause
/**
 * Get Log Page
 */
#include <target/private.h>

#define LOG_NBYTES_MAX 4096

/** Bits of the log of supported pages and of supported features */
#define SUPPORTED 1u

/** A data unit is a thousand times 512 bytes */
#define DATA_UNIT_NBYTES (1000u * 512u)

#define NS_PER_HOUR 3600000000000ull

_Static_assert(sizeof(struct xnvme_spec_log_erri_entry) == 64, "Error Information entry");
_Static_assert(sizeof(struct xnvme_spec_log_health_entry) == 512, "SMART / Health");
_Static_assert(sizeof(struct xnvme_spec_log_sanitize_entry) == 512, "Sanitize Status");

struct counters {
	uint64_t nreads;
	uint64_t read_nbytes;
	uint64_t nwrites;
	uint64_t write_nbytes;
};

/** A closed stripe opens only with the admin mutex held, so its counters do not change */
static void
counters_sum(struct xnvi_target *target, struct counters *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (unsigned i = 0; i < XNVI_NSTRIPES; ++i) {
		struct xnvi_stripe *stripe = &target->stripes[i];
		const bool is_held = !xnvi_stripe_lock(target, stripe);

		sum->nreads += stripe->nreads;
		sum->read_nbytes += stripe->read_nbytes;
		sum->nwrites += stripe->nwrites;
		sum->write_nbytes += stripe->write_nbytes;
		if (is_held) {
			xnvi_stripe_unlock(stripe);
		}
	}
}

uint64_t
xnvi_target_nwrites(struct xnvi_target *target)
{
	struct counters sum;

	counters_sum(target, &sum);

	return sum.nwrites;
}

void
xnvi_errlog_add(struct xnvi_target *target, const struct xnvi_target_run *run, uint16_t status)
{
	struct xnvi_errlog *errlog = &target->errlog;
	struct xnvme_spec_log_erri_entry entry = {
	    .cid = run->cmd->common.cid,
	    .eloc = run->eloc,
	    .lba = run->lba,
	    .nsid = run->cmd->common.nsid,
	};

	entry.status.val = status;
	xnvi_mutex_lock(&errlog->mutex);
	entry.ecnt = ++errlog->count;
	errlog->entries[entry.ecnt % XNVI_ERRLOG_NSLOTS] = entry;
	xnvi_mutex_unlock(&errlog->mutex);
}

static uint64_t
errlog_count(struct xnvi_target *target)
{
	uint64_t count;

	xnvi_mutex_lock(&target->errlog.mutex);
	count = target->errlog.count;
	xnvi_mutex_unlock(&target->errlog.mutex);

	return count;
}

/** Newest entry first; unused entries have the count 0 */
static void
fill_errors(struct xnvi_target *target, void *page)
{
	struct xnvme_spec_log_erri_entry *out = page;
	struct xnvi_errlog *errlog = &target->errlog;

	xnvi_mutex_lock(&errlog->mutex);
	for (uint64_t i = 0; i < XNVI_ERRLOG_NSLOTS && i < errlog->count; ++i) {
		out[i] = errlog->entries[(errlog->count - i) % XNVI_ERRLOG_NSLOTS];
	}
	xnvi_mutex_unlock(&errlog->mutex);
}

static void
put_u128(uint8_t field[16], uint64_t value)
{
	memcpy(field, &value, sizeof(value));
}

static uint64_t
data_units(uint64_t nbytes)
{
	return nbytes / DATA_UNIT_NBYTES + !!(nbytes % DATA_UNIT_NBYTES);
}

static void
fill_health(struct xnvi_target *target, void *page)
{
	struct xnvme_spec_log_health_entry *health = page;
	struct counters sum;

	counters_sum(target, &sum);
	health->crit_warn = xnvi_features_temp_is_outside(target) ? 1 << 1 : 0;
	health->comp_temp = XNVI_TEMP_COMPOSITE;
	health->avail_spare = 100;
	health->avail_spare_thresh = 10;
	put_u128(health->data_units_read, data_units(sum.read_nbytes));
	put_u128(health->data_units_written, data_units(sum.write_nbytes));
	put_u128(health->host_read_cmds, sum.nreads);
	put_u128(health->host_write_cmds, sum.nwrites);
	put_u128(health->pwr_cycles, 1);
	put_u128(health->pwr_on_hours, (xnvi_time_ns() - target->opened_ns) / NS_PER_HOUR);
	put_u128(health->mdi_errs,
		 atomic_load_explicit(&target->nmedia_errors, memory_order_relaxed));
	put_u128(health->nr_err_logs, errlog_count(target));
}

static void
fill_firmware(struct xnvi_target *target, void *page)
{
	uint8_t *firmware = page;

	(void)target;
	firmware[0] = 1; /* slot 1 is active */
	xnvi_target_ascii(firmware + 8, 8, XNVI_TARGET_FIRMWARE);
}

static void
fill_changed_ns(struct xnvi_target *target, void *page)
{
	const uint32_t nsid = XNVI_TARGET_NSID;

	if (target->ns_changed) {
		memcpy(page, &nsid, sizeof(nsid));
	}
}

static void
clear_changed_ns(struct xnvi_target *target)
{
	target->ns_changed = false;
}

static void
fill_effects(struct xnvi_target *target, void *page)
{
	uint32_t *admin = page;
	uint32_t *io = admin + 256;

	for (unsigned i = 0; i < 256; ++i) {
		admin[i] = target->admin_ops[i] ? target->admin_ops[i]->effects : 0;
		io[i] = target->io_ops[i] ? target->io_ops[i]->effects : 0;
	}
}

static void
fill_features(struct xnvi_target *target, void *page)
{
	(void)target;
	xnvi_features_effects(page);
}

static void
fill_sanitize(struct xnvi_target *target, void *page)
{
	struct xnvme_spec_log_sanitize_entry *log = page;
	struct xnvi_sanitize *sanitize = &target->sanitize;
	const unsigned fraction =
	    atomic_load_explicit(&sanitize->progress.fraction, memory_order_relaxed);

	/* The field is all ones unless an operation is running */
	log->sprog = sanitize->running ? (uint16_t)fraction : UINT16_MAX;
	log->sstat.sos = sanitize->status & 0x7u;
	log->sstat.opc =
	    atomic_load_explicit(&sanitize->progress.npasses, memory_order_relaxed) & 0x1F;
	log->sstat.gde = !sanitize->running && sanitize->erased &&
			 xnvi_target_nwrites(target) == sanitize->erased_nwrites;
	log->scdw10 = sanitize->cdw10;
	/* Estimated times: not reported */
	log->eto = UINT32_MAX;
	log->etbe = UINT32_MAX;
	log->etce = UINT32_MAX;
	log->etodmm = UINT32_MAX;
	log->etbenmm = UINT32_MAX;
	log->etcenmm = UINT32_MAX;
}

static void fill_supported(struct xnvi_target *target, void *page);

struct log_row {
	uint8_t lid;
	uint16_t nbytes;
	void (*fill)(struct xnvi_target *target, void *page);
	void (*clear)(
	    struct xnvi_target *target); ///< Clears the event that the page reports; may be NULL
};

static const struct log_row g_logs[] = {
    {XNVME_SPEC_LOG_RSVD, 1024, fill_supported, NULL},
    {XNVME_SPEC_LOG_ERRI, 64 * XNVI_ERRLOG_NSLOTS, fill_errors, NULL},
    {XNVME_SPEC_LOG_HEALTH, 512, fill_health, NULL},
    {XNVME_SPEC_LOG_FW, 512, fill_firmware, NULL},
    {XNVME_SPEC_LOG_CHNS, 4096, fill_changed_ns, clear_changed_ns},
    {XNVME_SPEC_LOG_CSAE, 4096, fill_effects, NULL},
    {0x12, 1024, fill_features, NULL},
    {0x81, 512, fill_sanitize, NULL},
};

static void
fill_supported(struct xnvi_target *target, void *page)
{
	uint32_t *supported = page;

	(void)target;
	for (size_t i = 0; i < sizeof(g_logs) / sizeof(*g_logs); ++i) {
		supported[g_logs[i].lid] = SUPPORTED;
	}
}

static const struct log_row *
log_find(uint8_t lid)
{
	for (size_t i = 0; i < sizeof(g_logs) / sizeof(*g_logs); ++i) {
		if (g_logs[i].lid == lid) {
			return &g_logs[i];
		}
	}

	return NULL;
}

/** Check everything except the log itself */
static uint16_t
log_check(struct xnvi_target_run *run, uint64_t nbytes)
{
	const struct xnvme_spec_cmd_log *cmd = &run->cmd->log;
	const uint32_t nsid = run->cmd->common.nsid;

	if (nsid && nsid != XNVI_TARGET_NSID && nsid != XNVI_NSID_ALL) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, nsid);
		return XNVI_ST_INVALID_NS;
	}
	/* An offset is in bytes and a multiple of 4; no page here takes an index */
	if (cmd->lpol % 4 || cmd->ot) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, cdw12);
		return XNVI_ST_INVALID_FIELD;
	}
	if (nbytes > XNVI_MDTS_NBYTES) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, ndt);
		return XNVI_ST_INVALID_FIELD;
	}

	return xnvi_data_covers(run->data, nbytes) ? XNVI_ST_SUCCESS : XNVI_ST_SGL_LENGTH;
}

/** Return a part of the page; bytes beyond its end are zeroes */
static void
log_reply(const struct xnvi_target_run *run, const uint8_t *page, size_t page_nbytes,
	  uint64_t nbytes)
{
	struct xnvi_cursor cursor = xnvi_cursor_init(run->data);
	const size_t have = nbytes < page_nbytes ? (size_t)nbytes : page_nbytes;
	size_t left = (size_t)nbytes - have;

	xnvi_cursor_put(&cursor, page, have);
	while (left) {
		size_t part_nbytes;
		void *part = xnvi_cursor_next(&cursor, left, &part_nbytes);

		memset(part, 0, part_nbytes);
		left -= part_nbytes;
	}
}

uint16_t
xnvi_target_get_log(struct xnvi_target_run *run)
{
	const struct xnvme_spec_cmd_log *cmd = &run->cmd->log;
	const struct log_row *row = log_find(cmd->lid & 0xFF);
	const uint64_t nbytes = (((uint64_t)cmd->numdu << 16 | cmd->numdl) + 1) * 4;
	const uint64_t offset = (uint64_t)cmd->lpou << 32 | cmd->lpol;
	uint64_t page[LOG_NBYTES_MAX / sizeof(uint64_t)] = {0};
	uint16_t status;

	if (!row) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, ndt);
		return XNVI_ST_INVALID_LOG;
	}
	status = log_check(run, nbytes);
	if (status) {
		return status;
	}
	if (offset > row->nbytes) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, cdw12);
		return XNVI_ST_INVALID_FIELD;
	}
	row->fill(run->target, page);
	if (row->clear && !cmd->rae) {
		row->clear(run->target);
	}
	log_reply(run, (const uint8_t *)page + offset, row->nbytes - (size_t)offset, nbytes);

	return XNVI_ST_SUCCESS;
}
