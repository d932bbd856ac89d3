// SPDX-License-Identifier: BSD-3-Clause
/**
 * Ties the tables to the structures of the public header
 *
 * For every row of every table: a structure that is zero but for one member has exactly the bits
 * set that the table says the field has. The last check of each test counts, so that no row goes
 * untied.
 */
#include <support/test.h>

#include <errno.h>

#include <libxnvme_spec.h>
#include <spec/tables.h>

/** Fields that are not maps */
static size_t
nleaves(const struct xnvi_spec_table *table)
{
	size_t count = 0;

	for (size_t i = 0; i < table->nfields; ++i) {
		const struct xnvi_field *field = &table->fields[i];

		count += field->kind == XNVI_FIELD_MAP ? nleaves(field->map) : 1;
	}

	return count;
}

static size_t
field_nbits(const struct xnvi_field *field)
{
	if (field->kind == XNVI_FIELD_LIST) {
		return field->list->nmax * field->list->stride * (size_t)8;
	}

	return field->nbits;
}

static bool
has_bit(const struct xnvi_field *field, size_t bit)
{
	const size_t first = field->offset * (size_t)8 + field->bit;

	return bit >= first && bit - first < field->nbits;
}

/** A number: setting any bit of the structure changes the member if and only if it is one of the
 * field */
#define TIE(table, path, type, member)                                                             \
	do {                                                                                       \
		const struct xnvi_field *field_ = xnvi_spec_find(&(table), path);                  \
		union {                                                                            \
			type s;                                                                    \
			uint8_t bytes[sizeof(type)];                                               \
		} rec_ = {.bytes = {0}};                                                           \
		CHECK(field_);                                                                     \
		for (size_t i_ = 0; i_ < sizeof(type) * 8; ++i_) {                                 \
			rec_.bytes[i_ / 8] = (uint8_t)(1U << (i_ % 8));                            \
			if ((rec_.s.member != 0) != has_bit(field_, i_)) {                         \
				test_fail(__FILE__, __LINE__, "%s: bit %zu", path, i_);            \
				return;                                                            \
			}                                                                          \
			rec_.bytes[i_ / 8] = 0;                                                    \
		}                                                                                  \
		ntied++;                                                                           \
	} while (0)

/** Bytes or a list: the same place and size */
#define TIE_ARRAY(table, path, type, member)                                                       \
	do {                                                                                       \
		const struct xnvi_field *field_ = xnvi_spec_find(&(table), path);                  \
		CHECK(field_);                                                                     \
		CHECK_EQ(field_->offset, offsetof(type, member));                                  \
		CHECK_EQ(field_nbits(field_), sizeof(((type *)NULL)->member) * 8);                 \
		ntied++;                                                                           \
	} while (0)

/** A list that follows the structure: the same place and size of an entry */
#define TIE_FLEX(table, path, type, member)                                                        \
	do {                                                                                       \
		const struct xnvi_field *field_ = xnvi_spec_find(&(table), path);                  \
		CHECK(field_);                                                                     \
		CHECK_EQ(field_->offset, offsetof(type, member));                                  \
		CHECK_EQ(field_->list->stride, sizeof(((type *)NULL)->member[0]));                 \
		ntied++;                                                                           \
	} while (0)

/** A part of a feature value that the structure has no member for */
#define TIE_MASK(table, path, mask)                                                                \
	do {                                                                                       \
		const struct xnvi_field *field_ = xnvi_spec_find(&(table), path);                  \
		CHECK(field_);                                                                     \
		for (size_t i_ = 0; i_ < 32; ++i_) {                                               \
			CHECK_EQ(has_bit(field_, i_), ((uint32_t)(mask) >> i_) & 1);               \
		}                                                                                  \
		ntied++;                                                                           \
	} while (0)

static void
log_health_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_log_health, "crit_warn", struct xnvme_spec_log_health_entry, crit_warn);
	TIE(xnvi_tbl_log_health, "comp_temp", struct xnvme_spec_log_health_entry, comp_temp);
	TIE(xnvi_tbl_log_health, "avail_spare", struct xnvme_spec_log_health_entry, avail_spare);
	TIE(xnvi_tbl_log_health, "avail_spare_thresh", struct xnvme_spec_log_health_entry,
	    avail_spare_thresh);
	TIE(xnvi_tbl_log_health, "pct_used", struct xnvme_spec_log_health_entry, pct_used);
	TIE(xnvi_tbl_log_health, "eg_crit_warn_sum", struct xnvme_spec_log_health_entry,
	    eg_crit_warn_sum);
	TIE_ARRAY(xnvi_tbl_log_health, "data_units_read", struct xnvme_spec_log_health_entry,
		  data_units_read);
	TIE_ARRAY(xnvi_tbl_log_health, "data_units_written", struct xnvme_spec_log_health_entry,
		  data_units_written);
	TIE_ARRAY(xnvi_tbl_log_health, "host_read_cmds", struct xnvme_spec_log_health_entry,
		  host_read_cmds);
	TIE_ARRAY(xnvi_tbl_log_health, "host_write_cmds", struct xnvme_spec_log_health_entry,
		  host_write_cmds);
	TIE_ARRAY(xnvi_tbl_log_health, "ctrlr_busy_time", struct xnvme_spec_log_health_entry,
		  ctrlr_busy_time);
	TIE_ARRAY(xnvi_tbl_log_health, "pwr_cycles", struct xnvme_spec_log_health_entry,
		  pwr_cycles);
	TIE_ARRAY(xnvi_tbl_log_health, "pwr_on_hours", struct xnvme_spec_log_health_entry,
		  pwr_on_hours);
	TIE_ARRAY(xnvi_tbl_log_health, "unsafe_shutdowns", struct xnvme_spec_log_health_entry,
		  unsafe_shutdowns);
	TIE_ARRAY(xnvi_tbl_log_health, "mdi_errs", struct xnvme_spec_log_health_entry, mdi_errs);
	TIE_ARRAY(xnvi_tbl_log_health, "nr_err_logs", struct xnvme_spec_log_health_entry,
		  nr_err_logs);
	TIE(xnvi_tbl_log_health, "warn_comp_temp_time", struct xnvme_spec_log_health_entry,
	    warn_comp_temp_time);
	TIE(xnvi_tbl_log_health, "crit_comp_temp_time", struct xnvme_spec_log_health_entry,
	    crit_comp_temp_time);
	TIE(xnvi_tbl_log_health, "temp_sens1", struct xnvme_spec_log_health_entry, temp_sens[0]);
	TIE(xnvi_tbl_log_health, "temp_sens2", struct xnvme_spec_log_health_entry, temp_sens[1]);
	TIE(xnvi_tbl_log_health, "temp_sens3", struct xnvme_spec_log_health_entry, temp_sens[2]);
	TIE(xnvi_tbl_log_health, "temp_sens4", struct xnvme_spec_log_health_entry, temp_sens[3]);
	TIE(xnvi_tbl_log_health, "temp_sens5", struct xnvme_spec_log_health_entry, temp_sens[4]);
	TIE(xnvi_tbl_log_health, "temp_sens6", struct xnvme_spec_log_health_entry, temp_sens[5]);
	TIE(xnvi_tbl_log_health, "temp_sens7", struct xnvme_spec_log_health_entry, temp_sens[6]);
	TIE(xnvi_tbl_log_health, "temp_sens8", struct xnvme_spec_log_health_entry, temp_sens[7]);
	TIE(xnvi_tbl_log_health, "tmt1tc", struct xnvme_spec_log_health_entry, tmt1tc);
	TIE(xnvi_tbl_log_health, "tmt2tc", struct xnvme_spec_log_health_entry, tmt2tc);
	TIE(xnvi_tbl_log_health, "tttmt1", struct xnvme_spec_log_health_entry, tttmt1);
	TIE(xnvi_tbl_log_health, "tttmt2", struct xnvme_spec_log_health_entry, tttmt2);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_log_health));
	CHECK_EQ(xnvi_tbl_log_health.nbytes, sizeof(struct xnvme_spec_log_health_entry));
}

static void
log_sanitize_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_log_sanitize, "sanitize progress", struct xnvme_spec_log_sanitize_entry,
	    sprog);
	TIE(xnvi_tbl_log_sanitize, "sanitize status", struct xnvme_spec_log_sanitize_entry,
	    sstat.val);
	TIE(xnvi_tbl_log_sanitize, "sanitize command dw10", struct xnvme_spec_log_sanitize_entry,
	    scdw10);
	TIE(xnvi_tbl_log_sanitize, "est. time for overwrite", struct xnvme_spec_log_sanitize_entry,
	    eto);
	TIE(xnvi_tbl_log_sanitize, "est. time for block erase",
	    struct xnvme_spec_log_sanitize_entry, etbe);
	TIE(xnvi_tbl_log_sanitize, "est. time for crypto erase",
	    struct xnvme_spec_log_sanitize_entry, etce);
	TIE(xnvi_tbl_log_sanitize, "est. time for overwrite with no-dealloc media modification",
	    struct xnvme_spec_log_sanitize_entry, etodmm);
	TIE(xnvi_tbl_log_sanitize, "est. time for block erase with no-dealloc media modification",
	    struct xnvme_spec_log_sanitize_entry, etbenmm);
	TIE(xnvi_tbl_log_sanitize, "est. time for crypto erase with no-dealloc media modification",
	    struct xnvme_spec_log_sanitize_entry, etcenmm);
	TIE(xnvi_tbl_log_sanitize, "sanitize state information",
	    struct xnvme_spec_log_sanitize_entry, ssi);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_log_sanitize));
	CHECK_EQ(xnvi_tbl_log_sanitize.nbytes, sizeof(struct xnvme_spec_log_sanitize_entry));
}

static void
log_erri_entry_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_log_erri_entry, "ecnt", struct xnvme_spec_log_erri_entry, ecnt);
	TIE(xnvi_tbl_log_erri_entry, "sqid", struct xnvme_spec_log_erri_entry, sqid);
	TIE(xnvi_tbl_log_erri_entry, "cid", struct xnvme_spec_log_erri_entry, cid);
	TIE(xnvi_tbl_log_erri_entry, "status", struct xnvme_spec_log_erri_entry, status.val);
	TIE(xnvi_tbl_log_erri_entry, "eloc", struct xnvme_spec_log_erri_entry, eloc);
	TIE(xnvi_tbl_log_erri_entry, "lba", struct xnvme_spec_log_erri_entry, lba);
	TIE(xnvi_tbl_log_erri_entry, "nsid", struct xnvme_spec_log_erri_entry, nsid);
	TIE(xnvi_tbl_log_erri_entry, "ven_si", struct xnvme_spec_log_erri_entry, ven_si);
	TIE(xnvi_tbl_log_erri_entry, "trtype", struct xnvme_spec_log_erri_entry, trtype);
	TIE(xnvi_tbl_log_erri_entry, "cmd_si", struct xnvme_spec_log_erri_entry, cmd_si);
	TIE(xnvi_tbl_log_erri_entry, "trtype_si", struct xnvme_spec_log_erri_entry, trtype_si);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_log_erri_entry));
	CHECK_EQ(xnvi_tbl_log_erri_entry.nbytes, sizeof(struct xnvme_spec_log_erri_entry));
}

static void
fdp_conf_desc_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_fdp_conf_desc, "ds", struct xnvme_spec_fdp_conf_desc, ds);
	TIE(xnvi_tbl_fdp_conf_desc, "fdp attributes.rgif", struct xnvme_spec_fdp_conf_desc,
	    fdpa.rgif);
	TIE(xnvi_tbl_fdp_conf_desc, "fdp attributes.fdpvwc", struct xnvme_spec_fdp_conf_desc,
	    fdpa.fdpvwc);
	TIE(xnvi_tbl_fdp_conf_desc, "fdp attributes.fdpcv", struct xnvme_spec_fdp_conf_desc,
	    fdpa.fdpcv);
	TIE(xnvi_tbl_fdp_conf_desc, "fdp attributes.val", struct xnvme_spec_fdp_conf_desc,
	    fdpa.val);
	TIE(xnvi_tbl_fdp_conf_desc, "vss", struct xnvme_spec_fdp_conf_desc, vss);
	TIE(xnvi_tbl_fdp_conf_desc, "nrg", struct xnvme_spec_fdp_conf_desc, nrg);
	TIE(xnvi_tbl_fdp_conf_desc, "nruh", struct xnvme_spec_fdp_conf_desc, nruh);
	TIE(xnvi_tbl_fdp_conf_desc, "maxpids", struct xnvme_spec_fdp_conf_desc, maxpids);
	TIE(xnvi_tbl_fdp_conf_desc, "nns", struct xnvme_spec_fdp_conf_desc, nns);
	TIE(xnvi_tbl_fdp_conf_desc, "runs", struct xnvme_spec_fdp_conf_desc, runs);
	TIE(xnvi_tbl_fdp_conf_desc, "erutl", struct xnvme_spec_fdp_conf_desc, erutl);
	TIE_FLEX(xnvi_tbl_fdp_conf_desc, "ruht", struct xnvme_spec_fdp_conf_desc, ruh_desc);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_fdp_conf_desc));
	CHECK_EQ(xnvi_tbl_fdp_conf_desc.nbytes, sizeof(struct xnvme_spec_fdp_conf_desc));
}

static void
log_fdp_conf_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_log_fdp_conf, "ncfg", struct xnvme_spec_log_fdp_conf, ncfg);
	TIE(xnvi_tbl_log_fdp_conf, "version", struct xnvme_spec_log_fdp_conf, version);
	TIE(xnvi_tbl_log_fdp_conf, "size", struct xnvme_spec_log_fdp_conf, size);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_log_fdp_conf));
	CHECK_EQ(xnvi_tbl_log_fdp_conf.nbytes, sizeof(struct xnvme_spec_log_fdp_conf));
}

static void
log_fdp_stats_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE_ARRAY(xnvi_tbl_log_fdp_stats, "hbmw", struct xnvme_spec_log_fdp_stats, hbmw);
	TIE_ARRAY(xnvi_tbl_log_fdp_stats, "mbmw", struct xnvme_spec_log_fdp_stats, mbmw);
	TIE_ARRAY(xnvi_tbl_log_fdp_stats, "mbe", struct xnvme_spec_log_fdp_stats, mbe);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_log_fdp_stats));
	CHECK_EQ(xnvi_tbl_log_fdp_stats.nbytes, sizeof(struct xnvme_spec_log_fdp_stats));
}

static void
fdp_event_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_fdp_event, "type", struct xnvme_spec_fdp_event, type);
	TIE(xnvi_tbl_fdp_event, "fdpef", struct xnvme_spec_fdp_event, fdpef.val);
	TIE(xnvi_tbl_fdp_event, "pid", struct xnvme_spec_fdp_event, pid);
	TIE(xnvi_tbl_fdp_event, "timestamp", struct xnvme_spec_fdp_event, timestamp);
	TIE(xnvi_tbl_fdp_event, "nsid", struct xnvme_spec_fdp_event, nsid);
	TIE(xnvi_tbl_fdp_event, "rgid", struct xnvme_spec_fdp_event, rgid);
	TIE(xnvi_tbl_fdp_event, "ruhid", struct xnvme_spec_fdp_event, ruhid);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_fdp_event));
	CHECK_EQ(xnvi_tbl_fdp_event.nbytes, sizeof(struct xnvme_spec_fdp_event));
}

static void
log_fdp_events_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_log_fdp_events, "nevents", struct xnvme_spec_log_fdp_events, nevents);
	TIE_FLEX(xnvi_tbl_log_fdp_events, "event", struct xnvme_spec_log_fdp_events, event);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_log_fdp_events));
	CHECK_EQ(xnvi_tbl_log_fdp_events.nbytes, sizeof(struct xnvme_spec_log_fdp_events));
}

static void
log_ruhu_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_log_ruhu, "nruh", struct xnvme_spec_log_ruhu, nruh);
	TIE_FLEX(xnvi_tbl_log_ruhu, "ruhu_desc", struct xnvme_spec_log_ruhu, ruhu_desc);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_log_ruhu));
	CHECK_EQ(xnvi_tbl_log_ruhu.nbytes, sizeof(struct xnvme_spec_log_ruhu));
}

static void
ruhs_desc_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_ruhs_desc, "pi", struct xnvme_spec_ruhs_desc, pi);
	TIE(xnvi_tbl_ruhs_desc, "ruhi", struct xnvme_spec_ruhs_desc, ruhi);
	TIE(xnvi_tbl_ruhs_desc, "earutr", struct xnvme_spec_ruhs_desc, earutr);
	TIE(xnvi_tbl_ruhs_desc, "ruamw", struct xnvme_spec_ruhs_desc, ruamw);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_ruhs_desc));
	CHECK_EQ(xnvi_tbl_ruhs_desc.nbytes, sizeof(struct xnvme_spec_ruhs_desc));
}

static void
ruhs_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_ruhs, "nruhsd", struct xnvme_spec_ruhs, nruhsd);
	TIE_FLEX(xnvi_tbl_ruhs, "ruhs_desc", struct xnvme_spec_ruhs, desc);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_ruhs));
	CHECK_EQ(xnvi_tbl_ruhs.nbytes, sizeof(struct xnvme_spec_ruhs));
}

static void
znd_log_changes_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_znd_log_changes, "nidents", struct xnvme_spec_znd_log_changes, nidents);
	TIE_ARRAY(xnvi_tbl_znd_log_changes, "idents", struct xnvme_spec_znd_log_changes, idents);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_znd_log_changes));
	CHECK_EQ(xnvi_tbl_znd_log_changes.nbytes, sizeof(struct xnvme_spec_znd_log_changes));
}

static void
lbaf_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_lbaf, "ms", struct xnvme_spec_lbaf, ms);
	TIE(xnvi_tbl_lbaf, "ds", struct xnvme_spec_lbaf, ds);
	TIE(xnvi_tbl_lbaf, "rp", struct xnvme_spec_lbaf, rp);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_lbaf));
	CHECK_EQ(xnvi_tbl_lbaf.nbytes, sizeof(struct xnvme_spec_lbaf));
}

static void
idfy_ns_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_idfy_ns, "nsze", struct xnvme_spec_idfy_ns, nsze);
	TIE(xnvi_tbl_idfy_ns, "ncap", struct xnvme_spec_idfy_ns, ncap);
	TIE(xnvi_tbl_idfy_ns, "nuse", struct xnvme_spec_idfy_ns, nuse);
	TIE(xnvi_tbl_idfy_ns, "nlbaf", struct xnvme_spec_idfy_ns, nlbaf);
	TIE(xnvi_tbl_idfy_ns, "nsfeat.thin_prov", struct xnvme_spec_idfy_ns, nsfeat.thin_prov);
	TIE(xnvi_tbl_idfy_ns, "nsfeat.ns_atomic_write_unit", struct xnvme_spec_idfy_ns,
	    nsfeat.ns_atomic_write_unit);
	TIE(xnvi_tbl_idfy_ns, "nsfeat.dealloc_or_unwritten_error", struct xnvme_spec_idfy_ns,
	    nsfeat.dealloc_or_unwritten_error);
	TIE(xnvi_tbl_idfy_ns, "nsfeat.guid_never_reused", struct xnvme_spec_idfy_ns,
	    nsfeat.guid_never_reused);
	TIE(xnvi_tbl_idfy_ns, "nsfeat.optimal_performance", struct xnvme_spec_idfy_ns,
	    nsfeat.optimal_performance);
	TIE(xnvi_tbl_idfy_ns, "nsfeat.reserved1", struct xnvme_spec_idfy_ns, nsfeat.reserved1);
	TIE(xnvi_tbl_idfy_ns, "flbas.format_lsb", struct xnvme_spec_idfy_ns, flbas.format);
	TIE(xnvi_tbl_idfy_ns, "flbas.extended", struct xnvme_spec_idfy_ns, flbas.extended);
	TIE(xnvi_tbl_idfy_ns, "flbas.format_msb", struct xnvme_spec_idfy_ns, flbas.format_msb);
	TIE(xnvi_tbl_idfy_ns, "flbas.reserved2", struct xnvme_spec_idfy_ns, flbas.reserved2);
	TIE(xnvi_tbl_idfy_ns, "mc.extended", struct xnvme_spec_idfy_ns, mc.extended);
	TIE(xnvi_tbl_idfy_ns, "mc.pointer", struct xnvme_spec_idfy_ns, mc.pointer);
	TIE(xnvi_tbl_idfy_ns, "mc.reserved3", struct xnvme_spec_idfy_ns, mc.reserved3);
	TIE(xnvi_tbl_idfy_ns, "dpc", struct xnvme_spec_idfy_ns, dpc.val);
	TIE(xnvi_tbl_idfy_ns, "dps", struct xnvme_spec_idfy_ns, dps.val);
	TIE(xnvi_tbl_idfy_ns, "nsrescap", struct xnvme_spec_idfy_ns, nsrescap.val);
	TIE(xnvi_tbl_idfy_ns, "fpi", struct xnvme_spec_idfy_ns, fpi.val);
	TIE(xnvi_tbl_idfy_ns, "dlfeat", struct xnvme_spec_idfy_ns, dlfeat.val);
	TIE(xnvi_tbl_idfy_ns, "nawun", struct xnvme_spec_idfy_ns, nawun);
	TIE(xnvi_tbl_idfy_ns, "nawupf", struct xnvme_spec_idfy_ns, nawupf);
	TIE(xnvi_tbl_idfy_ns, "nacwu", struct xnvme_spec_idfy_ns, nacwu);
	TIE(xnvi_tbl_idfy_ns, "nabsn", struct xnvme_spec_idfy_ns, nabsn);
	TIE(xnvi_tbl_idfy_ns, "nabspf", struct xnvme_spec_idfy_ns, nabspf);
	TIE(xnvi_tbl_idfy_ns, "noiob", struct xnvme_spec_idfy_ns, noiob);
	TIE_ARRAY(xnvi_tbl_idfy_ns, "nvmcap", struct xnvme_spec_idfy_ns, nvmcap);
	TIE(xnvi_tbl_idfy_ns, "npwg", struct xnvme_spec_idfy_ns, npwg);
	TIE(xnvi_tbl_idfy_ns, "npwa", struct xnvme_spec_idfy_ns, npwa);
	TIE(xnvi_tbl_idfy_ns, "npdg", struct xnvme_spec_idfy_ns, npdg);
	TIE(xnvi_tbl_idfy_ns, "npda", struct xnvme_spec_idfy_ns, npda);
	TIE(xnvi_tbl_idfy_ns, "nows", struct xnvme_spec_idfy_ns, nows);
	TIE(xnvi_tbl_idfy_ns, "mssrl", struct xnvme_spec_idfy_ns, mssrl);
	TIE(xnvi_tbl_idfy_ns, "mcl", struct xnvme_spec_idfy_ns, mcl);
	TIE(xnvi_tbl_idfy_ns, "msrc", struct xnvme_spec_idfy_ns, msrc);
	TIE(xnvi_tbl_idfy_ns, "anagrpid", struct xnvme_spec_idfy_ns, anagrpid);
	TIE(xnvi_tbl_idfy_ns, "nsattr", struct xnvme_spec_idfy_ns, nsattr);
	TIE(xnvi_tbl_idfy_ns, "nvmsetid", struct xnvme_spec_idfy_ns, nvmsetid);
	TIE(xnvi_tbl_idfy_ns, "endgid", struct xnvme_spec_idfy_ns, endgid);
	TIE_ARRAY(xnvi_tbl_idfy_ns, "nguid", struct xnvme_spec_idfy_ns, nguid);
	TIE(xnvi_tbl_idfy_ns, "eui64", struct xnvme_spec_idfy_ns, eui64);
	TIE_ARRAY(xnvi_tbl_idfy_ns, "lbaf", struct xnvme_spec_idfy_ns, lbaf);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_idfy_ns));
	CHECK_EQ(xnvi_tbl_idfy_ns.nbytes, sizeof(struct xnvme_spec_idfy_ns));
}

static void
idfy_ctrlr_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_idfy_ctrlr, "vid", struct xnvme_spec_idfy_ctrlr, vid);
	TIE(xnvi_tbl_idfy_ctrlr, "ssvid", struct xnvme_spec_idfy_ctrlr, ssvid);
	TIE_ARRAY(xnvi_tbl_idfy_ctrlr, "sn", struct xnvme_spec_idfy_ctrlr, sn);
	TIE_ARRAY(xnvi_tbl_idfy_ctrlr, "mn", struct xnvme_spec_idfy_ctrlr, mn);
	TIE_ARRAY(xnvi_tbl_idfy_ctrlr, "fr", struct xnvme_spec_idfy_ctrlr, fr);
	TIE(xnvi_tbl_idfy_ctrlr, "rab", struct xnvme_spec_idfy_ctrlr, rab);
	TIE_ARRAY(xnvi_tbl_idfy_ctrlr, "ieee", struct xnvme_spec_idfy_ctrlr, ieee);
	TIE(xnvi_tbl_idfy_ctrlr, "cmic", struct xnvme_spec_idfy_ctrlr, cmic.val);
	TIE(xnvi_tbl_idfy_ctrlr, "mdts", struct xnvme_spec_idfy_ctrlr, mdts);
	TIE(xnvi_tbl_idfy_ctrlr, "cntlid", struct xnvme_spec_idfy_ctrlr, cntlid);
	TIE(xnvi_tbl_idfy_ctrlr, "ver", struct xnvme_spec_idfy_ctrlr, ver.val);
	TIE(xnvi_tbl_idfy_ctrlr, "rtd3r", struct xnvme_spec_idfy_ctrlr, rtd3r);
	TIE(xnvi_tbl_idfy_ctrlr, "rtd3e", struct xnvme_spec_idfy_ctrlr, rtd3e);
	TIE(xnvi_tbl_idfy_ctrlr, "oaes", struct xnvme_spec_idfy_ctrlr, oaes.val);
	TIE(xnvi_tbl_idfy_ctrlr, "ctratt", struct xnvme_spec_idfy_ctrlr, ctratt.val);
	TIE(xnvi_tbl_idfy_ctrlr, "rrls", struct xnvme_spec_idfy_ctrlr, rrls);
	TIE(xnvi_tbl_idfy_ctrlr, "cntrltype", struct xnvme_spec_idfy_ctrlr, cntrltype);
	TIE(xnvi_tbl_idfy_ctrlr, "crdt1", struct xnvme_spec_idfy_ctrlr, crdt1);
	TIE(xnvi_tbl_idfy_ctrlr, "crdt2", struct xnvme_spec_idfy_ctrlr, crdt2);
	TIE(xnvi_tbl_idfy_ctrlr, "crdt3", struct xnvme_spec_idfy_ctrlr, crdt3);
	TIE(xnvi_tbl_idfy_ctrlr, "nvmsr", struct xnvme_spec_idfy_ctrlr, nvmsr.val);
	TIE(xnvi_tbl_idfy_ctrlr, "vwci", struct xnvme_spec_idfy_ctrlr, vwci.val);
	TIE(xnvi_tbl_idfy_ctrlr, "mec", struct xnvme_spec_idfy_ctrlr, mec.val);
	TIE(xnvi_tbl_idfy_ctrlr, "oacs", struct xnvme_spec_idfy_ctrlr, oacs.val);
	TIE(xnvi_tbl_idfy_ctrlr, "acl", struct xnvme_spec_idfy_ctrlr, acl);
	TIE(xnvi_tbl_idfy_ctrlr, "aerl", struct xnvme_spec_idfy_ctrlr, aerl);
	TIE(xnvi_tbl_idfy_ctrlr, "frmw", struct xnvme_spec_idfy_ctrlr, frmw.val);
	TIE(xnvi_tbl_idfy_ctrlr, "lpa.ns_smart", struct xnvme_spec_idfy_ctrlr, lpa.ns_smart);
	TIE(xnvi_tbl_idfy_ctrlr, "lpa.celp", struct xnvme_spec_idfy_ctrlr, lpa.celp);
	TIE(xnvi_tbl_idfy_ctrlr, "lpa.edlp", struct xnvme_spec_idfy_ctrlr, lpa.edlp);
	TIE(xnvi_tbl_idfy_ctrlr, "lpa.telemetry", struct xnvme_spec_idfy_ctrlr, lpa.telemetry);
	TIE(xnvi_tbl_idfy_ctrlr, "lpa.pel", struct xnvme_spec_idfy_ctrlr, lpa.pel);
	TIE(xnvi_tbl_idfy_ctrlr, "lpa.mel", struct xnvme_spec_idfy_ctrlr, lpa.mel);
	TIE(xnvi_tbl_idfy_ctrlr, "lpa.tel_da4", struct xnvme_spec_idfy_ctrlr, lpa.tel_da4);
	TIE(xnvi_tbl_idfy_ctrlr, "lpa.val", struct xnvme_spec_idfy_ctrlr, lpa.val);
	TIE(xnvi_tbl_idfy_ctrlr, "elpe", struct xnvme_spec_idfy_ctrlr, elpe);
	TIE(xnvi_tbl_idfy_ctrlr, "npss", struct xnvme_spec_idfy_ctrlr, npss);
	TIE(xnvi_tbl_idfy_ctrlr, "avscc", struct xnvme_spec_idfy_ctrlr, avscc.val);
	TIE(xnvi_tbl_idfy_ctrlr, "apsta", struct xnvme_spec_idfy_ctrlr, apsta.val);
	TIE(xnvi_tbl_idfy_ctrlr, "wctemp", struct xnvme_spec_idfy_ctrlr, wctemp);
	TIE(xnvi_tbl_idfy_ctrlr, "cctemp", struct xnvme_spec_idfy_ctrlr, cctemp);
	TIE(xnvi_tbl_idfy_ctrlr, "mtfa", struct xnvme_spec_idfy_ctrlr, mtfa);
	TIE(xnvi_tbl_idfy_ctrlr, "hmpre", struct xnvme_spec_idfy_ctrlr, hmpre);
	TIE(xnvi_tbl_idfy_ctrlr, "hmmin", struct xnvme_spec_idfy_ctrlr, hmmin);
	TIE_ARRAY(xnvi_tbl_idfy_ctrlr, "tnvmcap", struct xnvme_spec_idfy_ctrlr, tnvmcap);
	TIE_ARRAY(xnvi_tbl_idfy_ctrlr, "unvmcap", struct xnvme_spec_idfy_ctrlr, unvmcap);
	TIE(xnvi_tbl_idfy_ctrlr, "rpmbs", struct xnvme_spec_idfy_ctrlr, rpmbs.val);
	TIE(xnvi_tbl_idfy_ctrlr, "edstt", struct xnvme_spec_idfy_ctrlr, edstt);
	TIE(xnvi_tbl_idfy_ctrlr, "dsto", struct xnvme_spec_idfy_ctrlr, dsto.val);
	TIE(xnvi_tbl_idfy_ctrlr, "fwug", struct xnvme_spec_idfy_ctrlr, fwug);
	TIE(xnvi_tbl_idfy_ctrlr, "kas", struct xnvme_spec_idfy_ctrlr, kas);
	TIE(xnvi_tbl_idfy_ctrlr, "hctma", struct xnvme_spec_idfy_ctrlr, hctma.val);
	TIE(xnvi_tbl_idfy_ctrlr, "mntmt", struct xnvme_spec_idfy_ctrlr, mntmt);
	TIE(xnvi_tbl_idfy_ctrlr, "mxtmt", struct xnvme_spec_idfy_ctrlr, mxtmt);
	TIE(xnvi_tbl_idfy_ctrlr, "sanicap", struct xnvme_spec_idfy_ctrlr, sanicap.val);
	TIE(xnvi_tbl_idfy_ctrlr, "hmminds", struct xnvme_spec_idfy_ctrlr, hmminds);
	TIE(xnvi_tbl_idfy_ctrlr, "hmmaxd", struct xnvme_spec_idfy_ctrlr, hmmaxd);
	TIE(xnvi_tbl_idfy_ctrlr, "nsetidmax", struct xnvme_spec_idfy_ctrlr, nsetidmax);
	TIE(xnvi_tbl_idfy_ctrlr, "endgidmax", struct xnvme_spec_idfy_ctrlr, endgidmax);
	TIE(xnvi_tbl_idfy_ctrlr, "anatt", struct xnvme_spec_idfy_ctrlr, anatt);
	TIE(xnvi_tbl_idfy_ctrlr, "anacap", struct xnvme_spec_idfy_ctrlr, anacap.val);
	TIE(xnvi_tbl_idfy_ctrlr, "anagrpmax", struct xnvme_spec_idfy_ctrlr, anagrpmax);
	TIE(xnvi_tbl_idfy_ctrlr, "nanagrpid", struct xnvme_spec_idfy_ctrlr, nanagrpid);
	TIE(xnvi_tbl_idfy_ctrlr, "pels", struct xnvme_spec_idfy_ctrlr, pels);
	TIE(xnvi_tbl_idfy_ctrlr, "domain_identifier", struct xnvme_spec_idfy_ctrlr,
	    domain_identifier);
	TIE_ARRAY(xnvi_tbl_idfy_ctrlr, "megcap", struct xnvme_spec_idfy_ctrlr, megcap);
	TIE(xnvi_tbl_idfy_ctrlr, "sqes", struct xnvme_spec_idfy_ctrlr, sqes.val);
	TIE(xnvi_tbl_idfy_ctrlr, "cqes", struct xnvme_spec_idfy_ctrlr, cqes.val);
	TIE(xnvi_tbl_idfy_ctrlr, "maxcmd", struct xnvme_spec_idfy_ctrlr, maxcmd);
	TIE(xnvi_tbl_idfy_ctrlr, "nn", struct xnvme_spec_idfy_ctrlr, nn);
	TIE(xnvi_tbl_idfy_ctrlr, "oncs.compare", struct xnvme_spec_idfy_ctrlr, oncs.compare);
	TIE(xnvi_tbl_idfy_ctrlr, "oncs.write_unc", struct xnvme_spec_idfy_ctrlr, oncs.write_unc);
	TIE(xnvi_tbl_idfy_ctrlr, "oncs.dsm", struct xnvme_spec_idfy_ctrlr, oncs.dsm);
	TIE(xnvi_tbl_idfy_ctrlr, "oncs.write_zeroes", struct xnvme_spec_idfy_ctrlr,
	    oncs.write_zeroes);
	TIE(xnvi_tbl_idfy_ctrlr, "oncs.set_features_save", struct xnvme_spec_idfy_ctrlr,
	    oncs.set_features_save);
	TIE(xnvi_tbl_idfy_ctrlr, "oncs.reservations", struct xnvme_spec_idfy_ctrlr,
	    oncs.reservations);
	TIE(xnvi_tbl_idfy_ctrlr, "oncs.timestamp", struct xnvme_spec_idfy_ctrlr, oncs.timestamp);
	TIE(xnvi_tbl_idfy_ctrlr, "oncs.verify", struct xnvme_spec_idfy_ctrlr, oncs.verify);
	TIE(xnvi_tbl_idfy_ctrlr, "oncs.copy", struct xnvme_spec_idfy_ctrlr, oncs.copy);
	TIE(xnvi_tbl_idfy_ctrlr, "fuses", struct xnvme_spec_idfy_ctrlr, fuses);
	TIE(xnvi_tbl_idfy_ctrlr, "fna", struct xnvme_spec_idfy_ctrlr, fna.val);
	TIE(xnvi_tbl_idfy_ctrlr, "vwc", struct xnvme_spec_idfy_ctrlr, vwc.val);
	TIE(xnvi_tbl_idfy_ctrlr, "awun", struct xnvme_spec_idfy_ctrlr, awun);
	TIE(xnvi_tbl_idfy_ctrlr, "awupf", struct xnvme_spec_idfy_ctrlr, awupf);
	TIE(xnvi_tbl_idfy_ctrlr, "nvscc", struct xnvme_spec_idfy_ctrlr, nvscc);
	TIE(xnvi_tbl_idfy_ctrlr, "acwu", struct xnvme_spec_idfy_ctrlr, acwu);
	TIE(xnvi_tbl_idfy_ctrlr, "cdfs.format0", struct xnvme_spec_idfy_ctrlr, cdfs.format0);
	TIE(xnvi_tbl_idfy_ctrlr, "cdfs.format1", struct xnvme_spec_idfy_ctrlr, cdfs.format1);
	TIE(xnvi_tbl_idfy_ctrlr, "sgls", struct xnvme_spec_idfy_ctrlr, sgls.val);
	TIE(xnvi_tbl_idfy_ctrlr, "mnan", struct xnvme_spec_idfy_ctrlr, mnan);
	TIE_ARRAY(xnvi_tbl_idfy_ctrlr, "maxdna", struct xnvme_spec_idfy_ctrlr, maxdna);
	TIE(xnvi_tbl_idfy_ctrlr, "maxcna", struct xnvme_spec_idfy_ctrlr, maxcna);
	TIE_ARRAY(xnvi_tbl_idfy_ctrlr, "subnqn", struct xnvme_spec_idfy_ctrlr, subnqn);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_idfy_ctrlr));
	CHECK_EQ(xnvi_tbl_idfy_ctrlr.nbytes, sizeof(struct xnvme_spec_idfy_ctrlr));
}

static void
cs_vector_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cs_vector, "val", struct xnvme_spec_cs_vector, val);
	TIE(xnvi_tbl_cs_vector, "nvm", struct xnvme_spec_cs_vector, nvm);
	TIE(xnvi_tbl_cs_vector, "kv", struct xnvme_spec_cs_vector, kv);
	TIE(xnvi_tbl_cs_vector, "zns", struct xnvme_spec_cs_vector, zns);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cs_vector));
	CHECK_EQ(xnvi_tbl_cs_vector.nbytes, sizeof(struct xnvme_spec_cs_vector));
}

static void
idfy_cs_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE_ARRAY(xnvi_tbl_idfy_cs, "iocsc", struct xnvme_spec_idfy_cs, iocsc);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_idfy_cs));
	CHECK_EQ(xnvi_tbl_idfy_cs.nbytes, sizeof(struct xnvme_spec_idfy_cs));
}

static void
ctrlr_bar_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_ctrlr_bar, "cap", struct xnvme_spec_ctrlr_bar, cap);
	TIE(xnvi_tbl_ctrlr_bar, "vs", struct xnvme_spec_ctrlr_bar, vs);
	TIE(xnvi_tbl_ctrlr_bar, "intms", struct xnvme_spec_ctrlr_bar, intms);
	TIE(xnvi_tbl_ctrlr_bar, "intmc", struct xnvme_spec_ctrlr_bar, intmc);
	TIE(xnvi_tbl_ctrlr_bar, "cc", struct xnvme_spec_ctrlr_bar, cc);
	TIE(xnvi_tbl_ctrlr_bar, "csts", struct xnvme_spec_ctrlr_bar, csts);
	TIE(xnvi_tbl_ctrlr_bar, "nssr", struct xnvme_spec_ctrlr_bar, nssr);
	TIE(xnvi_tbl_ctrlr_bar, "aqa", struct xnvme_spec_ctrlr_bar, aqa);
	TIE(xnvi_tbl_ctrlr_bar, "asq", struct xnvme_spec_ctrlr_bar, asq);
	TIE(xnvi_tbl_ctrlr_bar, "acq", struct xnvme_spec_ctrlr_bar, acq);
	TIE(xnvi_tbl_ctrlr_bar, "cmbloc", struct xnvme_spec_ctrlr_bar, cmbloc);
	TIE(xnvi_tbl_ctrlr_bar, "cmbsz", struct xnvme_spec_ctrlr_bar, cmbsz);
	TIE(xnvi_tbl_ctrlr_bar, "bpinfo", struct xnvme_spec_ctrlr_bar, bpinfo);
	TIE(xnvi_tbl_ctrlr_bar, "bprsel", struct xnvme_spec_ctrlr_bar, bprsel);
	TIE(xnvi_tbl_ctrlr_bar, "bpmbl", struct xnvme_spec_ctrlr_bar, bpmbl);
	TIE(xnvi_tbl_ctrlr_bar, "cmbmsc", struct xnvme_spec_ctrlr_bar, cmbmsc);
	TIE(xnvi_tbl_ctrlr_bar, "cmbsts", struct xnvme_spec_ctrlr_bar, cmbsts);
	TIE(xnvi_tbl_ctrlr_bar, "pmrcap", struct xnvme_spec_ctrlr_bar, pmrcap);
	TIE(xnvi_tbl_ctrlr_bar, "pmrctl", struct xnvme_spec_ctrlr_bar, pmrctl);
	TIE(xnvi_tbl_ctrlr_bar, "pmrsts", struct xnvme_spec_ctrlr_bar, pmrsts);
	TIE(xnvi_tbl_ctrlr_bar, "pmrebs", struct xnvme_spec_ctrlr_bar, pmrebs);
	TIE(xnvi_tbl_ctrlr_bar, "pmrswtp", struct xnvme_spec_ctrlr_bar, pmrswtp);
	TIE(xnvi_tbl_ctrlr_bar, "pmrmscl", struct xnvme_spec_ctrlr_bar, pmrmscl);
	TIE(xnvi_tbl_ctrlr_bar, "pmrmscu", struct xnvme_spec_ctrlr_bar, pmrmscu);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_ctrlr_bar));
	CHECK_EQ(xnvi_tbl_ctrlr_bar.nbytes, sizeof(struct xnvme_spec_ctrlr_bar));
}

static void
nvm_scopy_fmt_zero_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_nvm_scopy_fmt_zero, "slba", struct xnvme_spec_nvm_scopy_fmt_zero, slba);
	TIE(xnvi_tbl_nvm_scopy_fmt_zero, "nlb", struct xnvme_spec_nvm_scopy_fmt_zero, nlb);
	TIE(xnvi_tbl_nvm_scopy_fmt_zero, "eilbrt", struct xnvme_spec_nvm_scopy_fmt_zero, eilbrt);
	TIE(xnvi_tbl_nvm_scopy_fmt_zero, "elbatm", struct xnvme_spec_nvm_scopy_fmt_zero, elbatm);
	TIE(xnvi_tbl_nvm_scopy_fmt_zero, "elbat", struct xnvme_spec_nvm_scopy_fmt_zero, elbat);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_nvm_scopy_fmt_zero));
	CHECK_EQ(xnvi_tbl_nvm_scopy_fmt_zero.nbytes, sizeof(struct xnvme_spec_nvm_scopy_fmt_zero));
}

static void
nvm_idfy_ctrlr_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_nvm_idfy_ctrlr, "vsl", struct xnvme_spec_nvm_idfy_ctrlr, vsl);
	TIE(xnvi_tbl_nvm_idfy_ctrlr, "wzsl", struct xnvme_spec_nvm_idfy_ctrlr, wzsl);
	TIE(xnvi_tbl_nvm_idfy_ctrlr, "wusl", struct xnvme_spec_nvm_idfy_ctrlr, wusl);
	TIE(xnvi_tbl_nvm_idfy_ctrlr, "dmrl", struct xnvme_spec_nvm_idfy_ctrlr, dmrl);
	TIE(xnvi_tbl_nvm_idfy_ctrlr, "dmrsl", struct xnvme_spec_nvm_idfy_ctrlr, dmrsl);
	TIE(xnvi_tbl_nvm_idfy_ctrlr, "dmsl", struct xnvme_spec_nvm_idfy_ctrlr, dmsl);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_nvm_idfy_ctrlr));
	CHECK_EQ(xnvi_tbl_nvm_idfy_ctrlr.nbytes, sizeof(struct xnvme_spec_nvm_idfy_ctrlr));
}

static void
elbaf_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_elbaf, "sts", struct xnvme_spec_elbaf, sts);
	TIE(xnvi_tbl_elbaf, "pif", struct xnvme_spec_elbaf, pif);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_elbaf));
	CHECK_EQ(xnvi_tbl_elbaf.nbytes, sizeof(struct xnvme_spec_elbaf));
}

static void
nvm_idfy_ns_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_nvm_idfy_ns, "lbstm", struct xnvme_spec_nvm_idfy_ns, lbstm);
	TIE(xnvi_tbl_nvm_idfy_ns, "pic.gpistm", struct xnvme_spec_nvm_idfy_ns, pic.gpistm);
	TIE(xnvi_tbl_nvm_idfy_ns, "pic.gpists", struct xnvme_spec_nvm_idfy_ns, pic.gpists);
	TIE(xnvi_tbl_nvm_idfy_ns, "pic.stcrs", struct xnvme_spec_nvm_idfy_ns, pic.stcrs);
	TIE_ARRAY(xnvi_tbl_nvm_idfy_ns, "elbaf", struct xnvme_spec_nvm_idfy_ns, elbaf);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_nvm_idfy_ns));
	CHECK_EQ(xnvi_tbl_nvm_idfy_ns.nbytes, sizeof(struct xnvme_spec_nvm_idfy_ns));
}

static void
znd_idfy_ctrlr_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_znd_idfy_ctrlr, "zasl", struct xnvme_spec_znd_idfy_ctrlr, zasl);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_znd_idfy_ctrlr));
	CHECK_EQ(xnvi_tbl_znd_idfy_ctrlr.nbytes, sizeof(struct xnvme_spec_znd_idfy_ctrlr));
}

static void
znd_idfy_lbafe_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_znd_idfy_lbafe, "zsze", struct xnvme_spec_znd_idfy_lbafe, zsze);
	TIE(xnvi_tbl_znd_idfy_lbafe, "zdes", struct xnvme_spec_znd_idfy_lbafe, zdes);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_znd_idfy_lbafe));
	CHECK_EQ(xnvi_tbl_znd_idfy_lbafe.nbytes, sizeof(struct xnvme_spec_znd_idfy_lbafe));
}

static void
znd_idfy_ns_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_znd_idfy_ns, "zoc.vzcap", struct xnvme_spec_znd_idfy_ns, zoc.bits.vzcap);
	TIE(xnvi_tbl_znd_idfy_ns, "zoc.zae", struct xnvme_spec_znd_idfy_ns, zoc.bits.zae);
	TIE(xnvi_tbl_znd_idfy_ns, "ozcs.val", struct xnvme_spec_znd_idfy_ns, ozcs.val);
	TIE(xnvi_tbl_znd_idfy_ns, "ozcs.razb", struct xnvme_spec_znd_idfy_ns, ozcs.bits.razb);
	TIE(xnvi_tbl_znd_idfy_ns, "ozcs.zrwasup", struct xnvme_spec_znd_idfy_ns, ozcs.bits.zrwasup);
	TIE(xnvi_tbl_znd_idfy_ns, "mar", struct xnvme_spec_znd_idfy_ns, mar);
	TIE(xnvi_tbl_znd_idfy_ns, "mor", struct xnvme_spec_znd_idfy_ns, mor);
	TIE(xnvi_tbl_znd_idfy_ns, "rrl", struct xnvme_spec_znd_idfy_ns, rrl);
	TIE(xnvi_tbl_znd_idfy_ns, "frl", struct xnvme_spec_znd_idfy_ns, frl);
	TIE_ARRAY(xnvi_tbl_znd_idfy_ns, "lbafe", struct xnvme_spec_znd_idfy_ns, lbafe);
	TIE(xnvi_tbl_znd_idfy_ns, "numzrwa", struct xnvme_spec_znd_idfy_ns, numzrwa);
	TIE(xnvi_tbl_znd_idfy_ns, "zrwas", struct xnvme_spec_znd_idfy_ns, zrwas);
	TIE(xnvi_tbl_znd_idfy_ns, "zrwafg", struct xnvme_spec_znd_idfy_ns, zrwafg);
	TIE(xnvi_tbl_znd_idfy_ns, "zrwacap.val", struct xnvme_spec_znd_idfy_ns, zrwacap.val);
	TIE(xnvi_tbl_znd_idfy_ns, "zrwacap.expflushsup", struct xnvme_spec_znd_idfy_ns,
	    zrwacap.bits.expflushsup);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_znd_idfy_ns));
	CHECK_EQ(xnvi_tbl_znd_idfy_ns.nbytes, sizeof(struct xnvme_spec_znd_idfy_ns));
}

static void
znd_descr_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_znd_descr, "zslba", struct xnvme_spec_znd_descr, zslba);
	TIE(xnvi_tbl_znd_descr, "wp", struct xnvme_spec_znd_descr, wp);
	TIE(xnvi_tbl_znd_descr, "zcap", struct xnvme_spec_znd_descr, zcap);
	TIE(xnvi_tbl_znd_descr, "zt", struct xnvme_spec_znd_descr, zt);
	TIE(xnvi_tbl_znd_descr, "zs", struct xnvme_spec_znd_descr, zs);
	TIE(xnvi_tbl_znd_descr, "za", struct xnvme_spec_znd_descr, za.val);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_znd_descr));
	CHECK_EQ(xnvi_tbl_znd_descr.nbytes, sizeof(struct xnvme_spec_znd_descr));
}

static void
znd_report_hdr_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_znd_report_hdr, "nzones", struct xnvme_spec_znd_report_hdr, nzones);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_znd_report_hdr));
	CHECK_EQ(xnvi_tbl_znd_report_hdr.nbytes, sizeof(struct xnvme_spec_znd_report_hdr));
}

static void
kvs_idfy_ns_format_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_kvs_idfy_ns_format, "kml", struct xnvme_spec_kvs_idfy_ns_format, kml);
	TIE(xnvi_tbl_kvs_idfy_ns_format, "fopt", struct xnvme_spec_kvs_idfy_ns_format, fopt);
	TIE(xnvi_tbl_kvs_idfy_ns_format, "vml", struct xnvme_spec_kvs_idfy_ns_format, vml);
	TIE(xnvi_tbl_kvs_idfy_ns_format, "mnk", struct xnvme_spec_kvs_idfy_ns_format, mnk);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_kvs_idfy_ns_format));
	CHECK_EQ(xnvi_tbl_kvs_idfy_ns_format.nbytes, sizeof(struct xnvme_spec_kvs_idfy_ns_format));
}

static void
kvs_idfy_ns_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_kvs_idfy_ns, "nsze", struct xnvme_spec_kvs_idfy_ns, nsze);
	TIE(xnvi_tbl_kvs_idfy_ns, "nuse", struct xnvme_spec_kvs_idfy_ns, nuse);
	TIE(xnvi_tbl_kvs_idfy_ns, "nkvf", struct xnvme_spec_kvs_idfy_ns, nkvf);
	TIE_ARRAY(xnvi_tbl_kvs_idfy_ns, "kvf", struct xnvme_spec_kvs_idfy_ns, kvf);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_kvs_idfy_ns));
	CHECK_EQ(xnvi_tbl_kvs_idfy_ns.nbytes, sizeof(struct xnvme_spec_kvs_idfy_ns));
}

static void
feat_arbitration_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE_MASK(xnvi_tbl_feat_arbitration, "ab", 0x7);
	TIE_MASK(xnvi_tbl_feat_arbitration, "lpw", 0xff00);
	TIE_MASK(xnvi_tbl_feat_arbitration, "mpw", 0xff0000);
	TIE_MASK(xnvi_tbl_feat_arbitration, "hpw", 0xff000000);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_feat_arbitration));
	CHECK_EQ(xnvi_tbl_feat_arbitration.nbytes, sizeof(struct xnvme_spec_feat));
}

static void
feat_pwr_mgmt_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE_MASK(xnvi_tbl_feat_pwr_mgmt, "ps", 0x1f);
	TIE_MASK(xnvi_tbl_feat_pwr_mgmt, "wh", 0xe0);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_feat_pwr_mgmt));
	CHECK_EQ(xnvi_tbl_feat_pwr_mgmt.nbytes, sizeof(struct xnvme_spec_feat));
}

static void
feat_lba_rangetype_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE_MASK(xnvi_tbl_feat_lba_rangetype, "num", 0x3f);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_feat_lba_rangetype));
	CHECK_EQ(xnvi_tbl_feat_lba_rangetype.nbytes, sizeof(struct xnvme_spec_feat));
}

static void
feat_temp_threshold_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_feat_temp_threshold, "tmpth", struct xnvme_spec_feat, temp_threshold.tmpth);
	TIE(xnvi_tbl_feat_temp_threshold, "tmpsel", struct xnvme_spec_feat, temp_threshold.tmpsel);
	TIE(xnvi_tbl_feat_temp_threshold, "thsel", struct xnvme_spec_feat, temp_threshold.thsel);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_feat_temp_threshold));
	CHECK_EQ(xnvi_tbl_feat_temp_threshold.nbytes, sizeof(struct xnvme_spec_feat));
}

static void
feat_error_recovery_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_feat_error_recovery, "tler", struct xnvme_spec_feat, error_recovery.tler);
	TIE(xnvi_tbl_feat_error_recovery, "dulbe", struct xnvme_spec_feat, error_recovery.dulbe);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_feat_error_recovery));
	CHECK_EQ(xnvi_tbl_feat_error_recovery.nbytes, sizeof(struct xnvme_spec_feat));
}

static void
feat_vwcache_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE_MASK(xnvi_tbl_feat_vwcache, "wce", 0x1);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_feat_vwcache));
	CHECK_EQ(xnvi_tbl_feat_vwcache.nbytes, sizeof(struct xnvme_spec_feat));
}

static void
feat_nqueues_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_feat_nqueues, "nsqa", struct xnvme_spec_feat, nqueues.nsqa);
	TIE(xnvi_tbl_feat_nqueues, "ncqa", struct xnvme_spec_feat, nqueues.ncqa);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_feat_nqueues));
	CHECK_EQ(xnvi_tbl_feat_nqueues.nbytes, sizeof(struct xnvme_spec_feat));
}

static void
feat_fdp_mode_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_feat_fdp_mode, "fdpe", struct xnvme_spec_feat, fdp_mode.fdpe);
	TIE(xnvi_tbl_feat_fdp_mode, "fdpci", struct xnvme_spec_feat, fdp_mode.fdpci);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_feat_fdp_mode));
	CHECK_EQ(xnvi_tbl_feat_fdp_mode.nbytes, sizeof(struct xnvme_spec_feat));
}

static void
feat_fdp_events_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE_MASK(xnvi_tbl_feat_fdp_events, "nevents", 0xff);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_feat_fdp_events));
	CHECK_EQ(xnvi_tbl_feat_fdp_events.nbytes, sizeof(struct xnvme_spec_feat));
}

static void
fdp_event_desc_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_fdp_event_desc, "type", struct xnvme_spec_fdp_event_desc, type);
	TIE(xnvi_tbl_fdp_event_desc, "ee", struct xnvme_spec_fdp_event_desc, fdpeta.ee);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_fdp_event_desc));
	CHECK_EQ(xnvi_tbl_fdp_event_desc.nbytes, sizeof(struct xnvme_spec_fdp_event_desc));
}

static void
idfy_dir_rp_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_idfy_dir_rp, "directives_supported.identify", struct xnvme_spec_idfy_dir_rp,
	    directives_supported.identify);
	TIE(xnvi_tbl_idfy_dir_rp, "directives_supported.streams", struct xnvme_spec_idfy_dir_rp,
	    directives_supported.streams);
	TIE(xnvi_tbl_idfy_dir_rp, "directives_supported.data placement",
	    struct xnvme_spec_idfy_dir_rp, directives_supported.data_placement);
	TIE(xnvi_tbl_idfy_dir_rp, "directives_enabled.identify", struct xnvme_spec_idfy_dir_rp,
	    directives_enabled.identify);
	TIE(xnvi_tbl_idfy_dir_rp, "directives_enabled.streams", struct xnvme_spec_idfy_dir_rp,
	    directives_enabled.streams);
	TIE(xnvi_tbl_idfy_dir_rp, "directives_enabled.data_placement",
	    struct xnvme_spec_idfy_dir_rp, directives_enabled.data_placement);
	TIE(xnvi_tbl_idfy_dir_rp, "directives_persistence.identify", struct xnvme_spec_idfy_dir_rp,
	    directives_persistence.identify);
	TIE(xnvi_tbl_idfy_dir_rp, "directives_persistence.streams", struct xnvme_spec_idfy_dir_rp,
	    directives_persistence.streams);
	TIE(xnvi_tbl_idfy_dir_rp, "directives_persistence.data_placement",
	    struct xnvme_spec_idfy_dir_rp, directives_persistence.data_placement);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_idfy_dir_rp));
	CHECK_EQ(xnvi_tbl_idfy_dir_rp.nbytes, sizeof(struct xnvme_spec_idfy_dir_rp));
}

static void
streams_dir_rp_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_streams_dir_rp, "msl", struct xnvme_spec_streams_dir_rp, msl);
	TIE(xnvi_tbl_streams_dir_rp, "nssa", struct xnvme_spec_streams_dir_rp, nssa);
	TIE(xnvi_tbl_streams_dir_rp, "nsso", struct xnvme_spec_streams_dir_rp, nsso);
	TIE(xnvi_tbl_streams_dir_rp, "multi_host", struct xnvme_spec_streams_dir_rp,
	    nssc.bits.multi_host);
	TIE(xnvi_tbl_streams_dir_rp, "sws", struct xnvme_spec_streams_dir_rp, sws);
	TIE(xnvi_tbl_streams_dir_rp, "sgs", struct xnvme_spec_streams_dir_rp, sgs);
	TIE(xnvi_tbl_streams_dir_rp, "nsa", struct xnvme_spec_streams_dir_rp, nsa);
	TIE(xnvi_tbl_streams_dir_rp, "nso", struct xnvme_spec_streams_dir_rp, nso);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_streams_dir_rp));
	CHECK_EQ(xnvi_tbl_streams_dir_rp.nbytes, sizeof(struct xnvme_spec_streams_dir_rp));
}

static void
streams_dir_gs_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_streams_dir_gs, "open_sc", struct xnvme_spec_streams_dir_gs, open_sc);
	TIE_FLEX(xnvi_tbl_streams_dir_gs, "sid", struct xnvme_spec_streams_dir_gs, sid);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_streams_dir_gs));
	CHECK_EQ(xnvi_tbl_streams_dir_gs.nbytes, sizeof(struct xnvme_spec_streams_dir_gs));
}

static void
alloc_resource_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_alloc_resource, "nsa", struct xnvme_spec_alloc_resource, bits.nsa);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_alloc_resource));
	CHECK_EQ(xnvi_tbl_alloc_resource.nbytes, sizeof(struct xnvme_spec_alloc_resource));
}

static void
cmd_common_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_common, "opcode", struct xnvme_spec_cmd_common, opcode);
	TIE(xnvi_tbl_cmd_common, "fuse", struct xnvme_spec_cmd_common, fuse);
	TIE(xnvi_tbl_cmd_common, "psdt", struct xnvme_spec_cmd_common, psdt);
	TIE(xnvi_tbl_cmd_common, "cid", struct xnvme_spec_cmd_common, cid);
	TIE(xnvi_tbl_cmd_common, "nsid", struct xnvme_spec_cmd_common, nsid);
	TIE(xnvi_tbl_cmd_common, "cdw02", struct xnvme_spec_cmd_common, cdw02);
	TIE(xnvi_tbl_cmd_common, "cdw03", struct xnvme_spec_cmd_common, cdw03);
	TIE(xnvi_tbl_cmd_common, "mptr", struct xnvme_spec_cmd_common, mptr);
	TIE(xnvi_tbl_cmd_common, "dptr.prp1", struct xnvme_spec_cmd_common, dptr.prp.prp1);
	TIE(xnvi_tbl_cmd_common, "dptr.prp2", struct xnvme_spec_cmd_common, dptr.prp.prp2);
	TIE(xnvi_tbl_cmd_common, "ndt", struct xnvme_spec_cmd_common, ndt);
	TIE(xnvi_tbl_cmd_common, "ndm", struct xnvme_spec_cmd_common, ndm);
	TIE(xnvi_tbl_cmd_common, "cdw12", struct xnvme_spec_cmd_common, cdw12);
	TIE(xnvi_tbl_cmd_common, "cdw13", struct xnvme_spec_cmd_common, cdw13);
	TIE(xnvi_tbl_cmd_common, "cdw14", struct xnvme_spec_cmd_common, cdw14);
	TIE(xnvi_tbl_cmd_common, "cdw15", struct xnvme_spec_cmd_common, cdw15);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_common));
	CHECK_EQ(xnvi_tbl_cmd_common.nbytes, sizeof(struct xnvme_spec_cmd_common));
}

static void
cmd_sanitize_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_sanitize, "sanact", struct xnvme_spec_cmd_sanitize, sanact);
	TIE(xnvi_tbl_cmd_sanitize, "ause", struct xnvme_spec_cmd_sanitize, ause);
	TIE(xnvi_tbl_cmd_sanitize, "owpass", struct xnvme_spec_cmd_sanitize, owpass);
	TIE(xnvi_tbl_cmd_sanitize, "oipbp", struct xnvme_spec_cmd_sanitize, oipbp);
	TIE(xnvi_tbl_cmd_sanitize, "nodas", struct xnvme_spec_cmd_sanitize, nodas);
	TIE(xnvi_tbl_cmd_sanitize, "ovrpat", struct xnvme_spec_cmd_sanitize, ovrpat);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_sanitize));
	CHECK_EQ(xnvi_tbl_cmd_sanitize.nbytes, sizeof(struct xnvme_spec_cmd_sanitize));
}

static void
cmd_format_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_format, "lbafl", struct xnvme_spec_cmd_format, lbafl);
	TIE(xnvi_tbl_cmd_format, "mset", struct xnvme_spec_cmd_format, mset);
	TIE(xnvi_tbl_cmd_format, "pi", struct xnvme_spec_cmd_format, pi);
	TIE(xnvi_tbl_cmd_format, "pil", struct xnvme_spec_cmd_format, pil);
	TIE(xnvi_tbl_cmd_format, "ses", struct xnvme_spec_cmd_format, ses);
	TIE(xnvi_tbl_cmd_format, "lbafu", struct xnvme_spec_cmd_format, lbafu);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_format));
	CHECK_EQ(xnvi_tbl_cmd_format.nbytes, sizeof(struct xnvme_spec_cmd_format));
}

static void
cmd_log_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_log, "lid", struct xnvme_spec_cmd_log, lid);
	TIE(xnvi_tbl_cmd_log, "lsp", struct xnvme_spec_cmd_log, lsp);
	TIE(xnvi_tbl_cmd_log, "rae", struct xnvme_spec_cmd_log, rae);
	TIE(xnvi_tbl_cmd_log, "numdl", struct xnvme_spec_cmd_log, numdl);
	TIE(xnvi_tbl_cmd_log, "numdu", struct xnvme_spec_cmd_log, numdu);
	TIE(xnvi_tbl_cmd_log, "lsi", struct xnvme_spec_cmd_log, lsi);
	TIE(xnvi_tbl_cmd_log, "lpol", struct xnvme_spec_cmd_log, lpol);
	TIE(xnvi_tbl_cmd_log, "lpou", struct xnvme_spec_cmd_log, lpou);
	TIE(xnvi_tbl_cmd_log, "uuidx", struct xnvme_spec_cmd_log, uuidx);
	TIE(xnvi_tbl_cmd_log, "ot", struct xnvme_spec_cmd_log, ot);
	TIE(xnvi_tbl_cmd_log, "csi", struct xnvme_spec_cmd_log, csi);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_log));
	CHECK_EQ(xnvi_tbl_cmd_log.nbytes, sizeof(struct xnvme_spec_cmd_log));
}

static void
cmd_gfeat_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_gfeat, "fid", struct xnvme_spec_cmd_gfeat, cdw10.fid);
	TIE(xnvi_tbl_cmd_gfeat, "sel", struct xnvme_spec_cmd_gfeat, cdw10.sel);
	TIE(xnvi_tbl_cmd_gfeat, "cdw11", struct xnvme_spec_cmd_gfeat, cdw11);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_gfeat));
	CHECK_EQ(xnvi_tbl_cmd_gfeat.nbytes, sizeof(struct xnvme_spec_cmd_gfeat));
}

static void
cmd_sfeat_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_sfeat, "fid", struct xnvme_spec_cmd_sfeat, cdw10.fid);
	TIE(xnvi_tbl_cmd_sfeat, "save", struct xnvme_spec_cmd_sfeat, cdw10.save);
	TIE(xnvi_tbl_cmd_sfeat, "feat", struct xnvme_spec_cmd_sfeat, feat.val);
	TIE(xnvi_tbl_cmd_sfeat, "cdw12", struct xnvme_spec_cmd_sfeat, cdw12);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_sfeat));
	CHECK_EQ(xnvi_tbl_cmd_sfeat.nbytes, sizeof(struct xnvme_spec_cmd_sfeat));
}

static void
cmd_idfy_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_idfy, "cns", struct xnvme_spec_cmd_idfy, cns);
	TIE(xnvi_tbl_cmd_idfy, "cntid", struct xnvme_spec_cmd_idfy, cntid);
	TIE(xnvi_tbl_cmd_idfy, "nvmsetid", struct xnvme_spec_cmd_idfy, nvmsetid);
	TIE(xnvi_tbl_cmd_idfy, "csi", struct xnvme_spec_cmd_idfy, csi);
	TIE(xnvi_tbl_cmd_idfy, "uuid", struct xnvme_spec_cmd_idfy, uuid);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_idfy));
	CHECK_EQ(xnvi_tbl_cmd_idfy.nbytes, sizeof(struct xnvme_spec_cmd_idfy));
}

static void
cmd_dsend_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_dsend, "numd", struct xnvme_spec_cmd_dsend, numd);
	TIE(xnvi_tbl_cmd_dsend, "doper", struct xnvme_spec_cmd_dsend, doper);
	TIE(xnvi_tbl_cmd_dsend, "dtype", struct xnvme_spec_cmd_dsend, dtype);
	TIE(xnvi_tbl_cmd_dsend, "dspec", struct xnvme_spec_cmd_dsend, dspec);
	TIE(xnvi_tbl_cmd_dsend, "endir", struct xnvme_spec_cmd_dsend, cdw12.endir);
	TIE(xnvi_tbl_cmd_dsend, "tdtype", struct xnvme_spec_cmd_dsend, cdw12.tdtype);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_dsend));
	CHECK_EQ(xnvi_tbl_cmd_dsend.nbytes, sizeof(struct xnvme_spec_cmd_dsend));
}

static void
cmd_drecv_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_drecv, "numd", struct xnvme_spec_cmd_drecv, numd);
	TIE(xnvi_tbl_cmd_drecv, "doper", struct xnvme_spec_cmd_drecv, doper);
	TIE(xnvi_tbl_cmd_drecv, "dtype", struct xnvme_spec_cmd_drecv, dtype);
	TIE(xnvi_tbl_cmd_drecv, "dspec", struct xnvme_spec_cmd_drecv, dspec);
	TIE(xnvi_tbl_cmd_drecv, "nsr", struct xnvme_spec_cmd_drecv, cdw12.nsr);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_drecv));
	CHECK_EQ(xnvi_tbl_cmd_drecv.nbytes, sizeof(struct xnvme_spec_cmd_drecv));
}

static void
cmd_nvm_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_nvm, "slba", struct xnvme_spec_cmd_nvm, slba);
	TIE(xnvi_tbl_cmd_nvm, "nlb", struct xnvme_spec_cmd_nvm, nlb);
	TIE(xnvi_tbl_cmd_nvm, "dtype", struct xnvme_spec_cmd_nvm, dtype);
	TIE(xnvi_tbl_cmd_nvm, "prinfo", struct xnvme_spec_cmd_nvm, prinfo);
	TIE(xnvi_tbl_cmd_nvm, "fua", struct xnvme_spec_cmd_nvm, fua);
	TIE(xnvi_tbl_cmd_nvm, "lr", struct xnvme_spec_cmd_nvm, lr);
	TIE(xnvi_tbl_cmd_nvm, "af", struct xnvme_spec_cmd_nvm, cdw13.af);
	TIE(xnvi_tbl_cmd_nvm, "al", struct xnvme_spec_cmd_nvm, cdw13.al);
	TIE(xnvi_tbl_cmd_nvm, "sr", struct xnvme_spec_cmd_nvm, cdw13.sr);
	TIE(xnvi_tbl_cmd_nvm, "incom", struct xnvme_spec_cmd_nvm, cdw13.incom);
	TIE(xnvi_tbl_cmd_nvm, "dspec", struct xnvme_spec_cmd_nvm, cdw13.dspec);
	TIE(xnvi_tbl_cmd_nvm, "ilbrt", struct xnvme_spec_cmd_nvm, ilbrt);
	TIE(xnvi_tbl_cmd_nvm, "lbat", struct xnvme_spec_cmd_nvm, lbat);
	TIE(xnvi_tbl_cmd_nvm, "lbatm", struct xnvme_spec_cmd_nvm, lbatm);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_nvm));
	CHECK_EQ(xnvi_tbl_cmd_nvm.nbytes, sizeof(struct xnvme_spec_cmd_nvm));
}

static void
cmd_dsm_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_dsm, "nr", struct xnvme_spec_cmd_dsm, nr);
	TIE(xnvi_tbl_cmd_dsm, "idr", struct xnvme_spec_cmd_dsm, idr);
	TIE(xnvi_tbl_cmd_dsm, "idw", struct xnvme_spec_cmd_dsm, idw);
	TIE(xnvi_tbl_cmd_dsm, "ad", struct xnvme_spec_cmd_dsm, ad);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_dsm));
	CHECK_EQ(xnvi_tbl_cmd_dsm.nbytes, sizeof(struct xnvme_spec_cmd_dsm));
}

static void
cmd_scopy_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_scopy, "sdlba", struct xnvme_spec_nvm_cmd_scopy, sdlba);
	TIE(xnvi_tbl_cmd_scopy, "nr", struct xnvme_spec_nvm_cmd_scopy, nr);
	TIE(xnvi_tbl_cmd_scopy, "df", struct xnvme_spec_nvm_cmd_scopy, df);
	TIE(xnvi_tbl_cmd_scopy, "prinfor", struct xnvme_spec_nvm_cmd_scopy, prinfor);
	TIE(xnvi_tbl_cmd_scopy, "dtype", struct xnvme_spec_nvm_cmd_scopy, dtype);
	TIE(xnvi_tbl_cmd_scopy, "prinfow", struct xnvme_spec_nvm_cmd_scopy, prinfow);
	TIE(xnvi_tbl_cmd_scopy, "fua", struct xnvme_spec_nvm_cmd_scopy, fua);
	TIE(xnvi_tbl_cmd_scopy, "lr", struct xnvme_spec_nvm_cmd_scopy, lr);
	TIE(xnvi_tbl_cmd_scopy, "dspec", struct xnvme_spec_nvm_cmd_scopy, dspec);
	TIE(xnvi_tbl_cmd_scopy, "ilbrt", struct xnvme_spec_nvm_cmd_scopy, ilbrt);
	TIE(xnvi_tbl_cmd_scopy, "lbat", struct xnvme_spec_nvm_cmd_scopy, lbat);
	TIE(xnvi_tbl_cmd_scopy, "lbatm", struct xnvme_spec_nvm_cmd_scopy, lbatm);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_scopy));
	CHECK_EQ(xnvi_tbl_cmd_scopy.nbytes, sizeof(struct xnvme_spec_nvm_cmd_scopy));
}

static void
cmd_write_zeroes_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_write_zeroes, "slba", struct xnvme_spec_nvm_write_zeroes, slba);
	TIE(xnvi_tbl_cmd_write_zeroes, "nlb", struct xnvme_spec_nvm_write_zeroes, nlb);
	TIE(xnvi_tbl_cmd_write_zeroes, "stc", struct xnvme_spec_nvm_write_zeroes, stc);
	TIE(xnvi_tbl_cmd_write_zeroes, "deac", struct xnvme_spec_nvm_write_zeroes, deac);
	TIE(xnvi_tbl_cmd_write_zeroes, "prinfo", struct xnvme_spec_nvm_write_zeroes, prinfo);
	TIE(xnvi_tbl_cmd_write_zeroes, "fua", struct xnvme_spec_nvm_write_zeroes, fua);
	TIE(xnvi_tbl_cmd_write_zeroes, "lr", struct xnvme_spec_nvm_write_zeroes, lr);
	TIE(xnvi_tbl_cmd_write_zeroes, "ilbrt", struct xnvme_spec_nvm_write_zeroes, ilbrt);
	TIE(xnvi_tbl_cmd_write_zeroes, "lbat", struct xnvme_spec_nvm_write_zeroes, lbat);
	TIE(xnvi_tbl_cmd_write_zeroes, "lbatm", struct xnvme_spec_nvm_write_zeroes, lbatm);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_write_zeroes));
	CHECK_EQ(xnvi_tbl_cmd_write_zeroes.nbytes, sizeof(struct xnvme_spec_nvm_write_zeroes));
}

static void
cmd_compare_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_compare, "slba", struct xnvme_spec_nvm_compare, slba);
	TIE(xnvi_tbl_cmd_compare, "nlb", struct xnvme_spec_nvm_compare, nlb);
	TIE(xnvi_tbl_cmd_compare, "stc", struct xnvme_spec_nvm_compare, stc);
	TIE(xnvi_tbl_cmd_compare, "prinfo", struct xnvme_spec_nvm_compare, prinfo);
	TIE(xnvi_tbl_cmd_compare, "fua", struct xnvme_spec_nvm_compare, fua);
	TIE(xnvi_tbl_cmd_compare, "lr", struct xnvme_spec_nvm_compare, lr);
	TIE(xnvi_tbl_cmd_compare, "ilbrt", struct xnvme_spec_nvm_compare, ilbrt);
	TIE(xnvi_tbl_cmd_compare, "lbat", struct xnvme_spec_nvm_compare, lbat);
	TIE(xnvi_tbl_cmd_compare, "lbatm", struct xnvme_spec_nvm_compare, lbatm);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_compare));
	CHECK_EQ(xnvi_tbl_cmd_compare.nbytes, sizeof(struct xnvme_spec_nvm_compare));
}

static void
cmd_mgmt_recv_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_mgmt_recv, "mo", struct xnvme_spec_io_mgmt_recv_cmd, mo);
	TIE(xnvi_tbl_cmd_mgmt_recv, "mos", struct xnvme_spec_io_mgmt_recv_cmd, mos);
	TIE(xnvi_tbl_cmd_mgmt_recv, "numd", struct xnvme_spec_io_mgmt_recv_cmd, numd);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_mgmt_recv));
	CHECK_EQ(xnvi_tbl_cmd_mgmt_recv.nbytes, sizeof(struct xnvme_spec_io_mgmt_recv_cmd));
}

static void
cmd_mgmt_send_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_mgmt_send, "mo", struct xnvme_spec_io_mgmt_send_cmd, mo);
	TIE(xnvi_tbl_cmd_mgmt_send, "mos", struct xnvme_spec_io_mgmt_send_cmd, mos);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_mgmt_send));
	CHECK_EQ(xnvi_tbl_cmd_mgmt_send.nbytes, sizeof(struct xnvme_spec_io_mgmt_send_cmd));
}

static void
cmd_znd_mgmt_send_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_znd_mgmt_send, "slba", struct xnvme_spec_znd_cmd_mgmt_send, slba);
	TIE(xnvi_tbl_cmd_znd_mgmt_send, "zsa", struct xnvme_spec_znd_cmd_mgmt_send, zsa);
	TIE(xnvi_tbl_cmd_znd_mgmt_send, "select_all", struct xnvme_spec_znd_cmd_mgmt_send,
	    select_all);
	TIE(xnvi_tbl_cmd_znd_mgmt_send, "zsaso", struct xnvme_spec_znd_cmd_mgmt_send, zsaso);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_znd_mgmt_send));
	CHECK_EQ(xnvi_tbl_cmd_znd_mgmt_send.nbytes, sizeof(struct xnvme_spec_znd_cmd_mgmt_send));
}

static void
cmd_znd_mgmt_recv_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_znd_mgmt_recv, "slba", struct xnvme_spec_znd_cmd_mgmt_recv, slba);
	TIE(xnvi_tbl_cmd_znd_mgmt_recv, "ndwords", struct xnvme_spec_znd_cmd_mgmt_recv, ndwords);
	TIE(xnvi_tbl_cmd_znd_mgmt_recv, "zra", struct xnvme_spec_znd_cmd_mgmt_recv, zra);
	TIE(xnvi_tbl_cmd_znd_mgmt_recv, "zrasf", struct xnvme_spec_znd_cmd_mgmt_recv, zrasf);
	TIE(xnvi_tbl_cmd_znd_mgmt_recv, "partial", struct xnvme_spec_znd_cmd_mgmt_recv, partial);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_znd_mgmt_recv));
	CHECK_EQ(xnvi_tbl_cmd_znd_mgmt_recv.nbytes, sizeof(struct xnvme_spec_znd_cmd_mgmt_recv));
}

static void
cmd_znd_append_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_znd_append, "zslba", struct xnvme_spec_znd_cmd_append, zslba);
	TIE(xnvi_tbl_cmd_znd_append, "nlb", struct xnvme_spec_znd_cmd_append, nlb);
	TIE(xnvi_tbl_cmd_znd_append, "dtype", struct xnvme_spec_znd_cmd_append, dtype);
	TIE(xnvi_tbl_cmd_znd_append, "prinfo", struct xnvme_spec_znd_cmd_append, prinfo);
	TIE(xnvi_tbl_cmd_znd_append, "fua", struct xnvme_spec_znd_cmd_append, fua);
	TIE(xnvi_tbl_cmd_znd_append, "lr", struct xnvme_spec_znd_cmd_append, lr);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_znd_append));
	CHECK_EQ(xnvi_tbl_cmd_znd_append.nbytes, sizeof(struct xnvme_spec_znd_cmd_append));
}

static void
cmd_kvs_is_laid_out_as_its_structure(void)
{
	size_t ntied = 0;

	TIE(xnvi_tbl_cmd_kvs, "key", struct xnvme_spec_kvs_cmd, key);
	TIE(xnvi_tbl_cmd_kvs, "key_hi", struct xnvme_spec_kvs_cmd, key_hi);
	TIE(xnvi_tbl_cmd_kvs, "kl", struct xnvme_spec_kvs_cmd, cdw11.kl);
	TIE(xnvi_tbl_cmd_kvs, "ro", struct xnvme_spec_kvs_cmd, cdw11.ro);
	TIE(xnvi_tbl_cmd_kvs, "cdw10", struct xnvme_spec_kvs_cmd, cdw10);
	CHECK_EQ(ntied, nleaves(&xnvi_tbl_cmd_kvs));
	CHECK_EQ(xnvi_tbl_cmd_kvs.nbytes, sizeof(struct xnvme_spec_kvs_cmd));
}

static void
a_number_is_read_from_any_position_and_never_past_the_end(void)
{
	const uint8_t bytes[9] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x10};
	const struct xnvi_record rec = {.bytes = bytes, .nbytes = sizeof(bytes), .limit = SIZE_MAX};
	const struct {
		struct xnvi_field field;
		int res;
		uint64_t value;
	} rows[] = {
	    {{.offset = 0, .nbits = 8}, 0, 0x01},
	    {{.offset = 1, .nbits = 16}, 0, 0x4523},
	    {{.offset = 1, .bit = 4, .nbits = 12}, 0, 0x452},
	    {{.offset = 0, .bit = 3, .nbits = 61},
	     0,
	     0x1df9b5712ce8a460 & UINT64_C(0x1fffffffffffffff)},
	    {{.offset = 0, .nbits = 64}, 0, UINT64_C(0xefcdab8967452301)},
	    {{.offset = 1, .nbits = 64}, 0, UINT64_C(0x10efcdab89674523)},
	    {{.offset = 8, .nbits = 8}, 0, 0x10},
	    {{.offset = 8, .bit = 4, .nbits = 1}, 0, 1},
	    {{.offset = 8, .bit = 7, .nbits = 2}, -ERANGE, 0},
	    {{.offset = 8, .nbits = 16}, -ERANGE, 0},
	    {{.offset = 2, .nbits = 64}, -ERANGE, 0},
	    {{.offset = 9, .nbits = 1}, -ERANGE, 0},
	    {{.offset = UINT16_MAX, .nbits = 64}, -ERANGE, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); ++i) {
		uint64_t value = 0;

		CHECK_EQ(xnvi_spec_get(&rec, &rows[i].field, &value), rows[i].res);
		CHECK_EQ(value, rows[i].value);
	}
}

static void
a_list_is_as_long_as_the_least_of_all_bounds(void)
{
	static const struct xnvi_spec_list counted = {
	    .nmax = 5, .stride = 2, .count_nbits = 8, .count_add = 1, .nbits = 16};
	const struct xnvi_field field = {
	    .key = "l", .offset = 4, .kind = XNVI_FIELD_LIST, .list = &counted};
	uint8_t bytes[64] = {0};
	struct xnvi_record rec = {.bytes = bytes, .nbytes = sizeof(bytes), .limit = SIZE_MAX};

	CHECK_EQ(xnvi_spec_list_count(&rec, &field), 1);
	bytes[0] = 3;
	CHECK_EQ(xnvi_spec_list_count(&rec, &field), 4);
	bytes[0] = 255;
	CHECK_EQ(xnvi_spec_list_count(&rec, &field), 5);
	rec.limit = 2;
	CHECK_EQ(xnvi_spec_list_count(&rec, &field), 2);
	rec.limit = SIZE_MAX;
	rec.nbytes = 9;
	CHECK_EQ(xnvi_spec_list_count(&rec, &field), 2);
	rec.nbytes = 4;
	CHECK_EQ(xnvi_spec_list_count(&rec, &field), 0);
	rec.nbytes = 0;
	CHECK_EQ(xnvi_spec_list_count(&rec, &field), 0);
}

int
main(int argc, char **argv)
{
	static const struct test tests[] = {
	    TEST_CASE(log_health_is_laid_out_as_its_structure),
	    TEST_CASE(log_sanitize_is_laid_out_as_its_structure),
	    TEST_CASE(log_erri_entry_is_laid_out_as_its_structure),
	    TEST_CASE(fdp_conf_desc_is_laid_out_as_its_structure),
	    TEST_CASE(log_fdp_conf_is_laid_out_as_its_structure),
	    TEST_CASE(log_fdp_stats_is_laid_out_as_its_structure),
	    TEST_CASE(fdp_event_is_laid_out_as_its_structure),
	    TEST_CASE(log_fdp_events_is_laid_out_as_its_structure),
	    TEST_CASE(log_ruhu_is_laid_out_as_its_structure),
	    TEST_CASE(ruhs_desc_is_laid_out_as_its_structure),
	    TEST_CASE(ruhs_is_laid_out_as_its_structure),
	    TEST_CASE(znd_log_changes_is_laid_out_as_its_structure),
	    TEST_CASE(lbaf_is_laid_out_as_its_structure),
	    TEST_CASE(idfy_ns_is_laid_out_as_its_structure),
	    TEST_CASE(idfy_ctrlr_is_laid_out_as_its_structure),
	    TEST_CASE(cs_vector_is_laid_out_as_its_structure),
	    TEST_CASE(idfy_cs_is_laid_out_as_its_structure),
	    TEST_CASE(ctrlr_bar_is_laid_out_as_its_structure),
	    TEST_CASE(nvm_scopy_fmt_zero_is_laid_out_as_its_structure),
	    TEST_CASE(nvm_idfy_ctrlr_is_laid_out_as_its_structure),
	    TEST_CASE(elbaf_is_laid_out_as_its_structure),
	    TEST_CASE(nvm_idfy_ns_is_laid_out_as_its_structure),
	    TEST_CASE(znd_idfy_ctrlr_is_laid_out_as_its_structure),
	    TEST_CASE(znd_idfy_lbafe_is_laid_out_as_its_structure),
	    TEST_CASE(znd_idfy_ns_is_laid_out_as_its_structure),
	    TEST_CASE(znd_descr_is_laid_out_as_its_structure),
	    TEST_CASE(znd_report_hdr_is_laid_out_as_its_structure),
	    TEST_CASE(kvs_idfy_ns_format_is_laid_out_as_its_structure),
	    TEST_CASE(kvs_idfy_ns_is_laid_out_as_its_structure),
	    TEST_CASE(feat_arbitration_is_laid_out_as_its_structure),
	    TEST_CASE(feat_pwr_mgmt_is_laid_out_as_its_structure),
	    TEST_CASE(feat_lba_rangetype_is_laid_out_as_its_structure),
	    TEST_CASE(feat_temp_threshold_is_laid_out_as_its_structure),
	    TEST_CASE(feat_error_recovery_is_laid_out_as_its_structure),
	    TEST_CASE(feat_vwcache_is_laid_out_as_its_structure),
	    TEST_CASE(feat_nqueues_is_laid_out_as_its_structure),
	    TEST_CASE(feat_fdp_mode_is_laid_out_as_its_structure),
	    TEST_CASE(feat_fdp_events_is_laid_out_as_its_structure),
	    TEST_CASE(fdp_event_desc_is_laid_out_as_its_structure),
	    TEST_CASE(idfy_dir_rp_is_laid_out_as_its_structure),
	    TEST_CASE(streams_dir_rp_is_laid_out_as_its_structure),
	    TEST_CASE(streams_dir_gs_is_laid_out_as_its_structure),
	    TEST_CASE(alloc_resource_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_common_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_sanitize_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_format_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_log_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_gfeat_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_sfeat_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_idfy_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_dsend_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_drecv_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_nvm_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_dsm_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_scopy_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_write_zeroes_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_compare_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_mgmt_recv_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_mgmt_send_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_znd_mgmt_send_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_znd_mgmt_recv_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_znd_append_is_laid_out_as_its_structure),
	    TEST_CASE(cmd_kvs_is_laid_out_as_its_structure),
	    TEST_CASE(a_number_is_read_from_any_position_and_never_past_the_end),
	    TEST_CASE(a_list_is_as_long_as_the_least_of_all_bounds),
	};

	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
