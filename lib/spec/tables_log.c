// SPDX-License-Identifier: BSD-3-Clause
/**
 * Tables of the log pages
 */
#include <spec/tables.h>

#include <stddef.h>

static const struct xnvi_field log_health_fields[] = {
    FIELD(DEC, "crit_warn", 0, 0, 8, 0x10),
    FIELD(KELVIN, "comp_temp", 1, 0, 16, 0x10),
    FIELD(DEC, "avail_spare", 3, 0, 8, 0x10),
    FIELD(DEC, "avail_spare_thresh", 4, 0, 8, 0x10),
    FIELD(DEC, "pct_used", 5, 0, 8, 0x10),
    FIELD(DEC, "eg_crit_warn_sum", 6, 0, 8, 0x14),
    FIELD(U128, "data_units_read", 32, 0, 128, 0x10),
    FIELD(U128, "data_units_written", 48, 0, 128, 0x10),
    FIELD(U128, "host_read_cmds", 64, 0, 128, 0x10),
    FIELD(U128, "host_write_cmds", 80, 0, 128, 0x10),
    FIELD(U128, "ctrlr_busy_time", 96, 0, 128, 0x10),
    FIELD(U128, "pwr_cycles", 112, 0, 128, 0x10),
    FIELD(U128, "pwr_on_hours", 128, 0, 128, 0x10),
    FIELD(U128, "unsafe_shutdowns", 144, 0, 128, 0x10),
    FIELD(U128, "mdi_errs", 160, 0, 128, 0x10),
    FIELD(U128, "nr_err_logs", 176, 0, 128, 0x10),
    FIELD(DEC, "warn_comp_temp_time", 192, 0, 32, 0x12),
    FIELD(DEC, "crit_comp_temp_time", 196, 0, 32, 0x12),
    FIELD(KELVIN, "temp_sens1", 200, 0, 16, 0x12),
    FIELD(KELVIN, "temp_sens2", 202, 0, 16, 0x12),
    FIELD(KELVIN, "temp_sens3", 204, 0, 16, 0x12),
    FIELD(KELVIN, "temp_sens4", 206, 0, 16, 0x12),
    FIELD(KELVIN, "temp_sens5", 208, 0, 16, 0x12),
    FIELD(KELVIN, "temp_sens6", 210, 0, 16, 0x12),
    FIELD(KELVIN, "temp_sens7", 212, 0, 16, 0x12),
    FIELD(KELVIN, "temp_sens8", 214, 0, 16, 0x12),
    FIELD(DEC, "tmt1tc", 216, 0, 32, 0x13),
    FIELD(DEC, "tmt2tc", 220, 0, 32, 0x13),
    FIELD(DEC, "tttmt1", 224, 0, 32, 0x13),
    FIELD(DEC, "tttmt2", 228, 0, 32, 0x13),
};

const struct xnvi_spec_table xnvi_tbl_log_health = {
    .header = "xnvme_spec_log_health_entry",
    .source = "Base 2.0, SMART / Health Information Log Page",
    .fields = log_health_fields,
    .nfields = NFIELDS(log_health_fields),
    .nbytes = 512,
};

static const struct xnvi_field log_sanitize_fields[] = {
    FIELD(DEC, "sanitize progress", 0, 0, 16, 0x13),
    FIELD(DEC, "sanitize status", 2, 0, 16, 0x13),
    FIELD(DEC, "sanitize command dw10", 4, 0, 32, 0x13),
    FIELD(DEC, "est. time for overwrite", 8, 0, 32, 0x13),
    FIELD(DEC, "est. time for block erase", 12, 0, 32, 0x13),
    FIELD(DEC, "est. time for crypto erase", 16, 0, 32, 0x13),
    FIELD(DEC, "est. time for overwrite with no-dealloc media modification", 20, 0, 32, 0x14),
    FIELD(DEC, "est. time for block erase with no-dealloc media modification", 24, 0, 32, 0x14),
    FIELD(DEC, "est. time for crypto erase with no-dealloc media modification", 28, 0, 32, 0x14),
    FIELD(DEC, "sanitize state information", 36, 0, 8, 0x21),
};

const struct xnvi_spec_table xnvi_tbl_log_sanitize = {
    .header = "xnvme_spec_log_sanitize_entry",
    .source = "Base 2.0, Sanitize Status Log Page",
    .fields = log_sanitize_fields,
    .nfields = NFIELDS(log_sanitize_fields),
    .nbytes = 512,
};

static const struct xnvi_field log_erri_entry_fields[] = {
    FIELD(DEC, "ecnt", 0, 0, 64, 0x10),	      FIELD(DEC, "sqid", 8, 0, 16, 0x10),
    FIELD(DEC, "cid", 10, 0, 16, 0x10),	      FIELD(HEX, "status", 12, 0, 16, 0x10),
    FIELD(HEX, "eloc", 14, 0, 16, 0x10),      FIELD(HEX, "lba", 16, 0, 64, 0x10),
    FIELD(DEC, "nsid", 24, 0, 32, 0x10),      FIELD(HEX, "ven_si", 28, 0, 8, 0x10),
    FIELD(HEX, "trtype", 29, 0, 8, 0x14),     FIELD(HEX, "cmd_si", 32, 0, 64, 0x14),
    FIELD(HEX, "trtype_si", 40, 0, 16, 0x14),
};

const struct xnvi_spec_table xnvi_tbl_log_erri_entry = {
    .header = "xnvme_spec_log_erri",
    .source = "Base 2.0, Error Information Log Entry",
    .fields = log_erri_entry_fields,
    .nfields = NFIELDS(log_erri_entry_fields),
    .nbytes = 64,
};

static const struct xnvi_field fdp_conf_desc_fdp_attributes_fields[] = {
    FIELD(DEC, "rgif", 2, 0, 4, 0x20),
    FIELD(DEC, "fdpvwc", 2, 4, 1, 0x20),
    FIELD(DEC, "fdpcv", 2, 7, 1, 0x20),
    FIELD(HEX, "val", 2, 0, 8, 0x20),
};

static const struct xnvi_spec_table fdp_conf_desc_fdp_attributes =
    TABLE_MAP(fdp_conf_desc_fdp_attributes_fields);

static const struct xnvi_spec_list fdp_conf_desc_ruht_list = {
    .nmax = 65535,
    .stride = 4,
    .count_offset = 8,
    .count_nbits = 16,
    .kind = XNVI_FIELD_DEC,
    .nbits = 8,
};

static const struct xnvi_field fdp_conf_desc_fields[] = {
    FIELD(DEC, "ds", 0, 0, 16, 0x20),
    MAP("fdp attributes", true, &fdp_conf_desc_fdp_attributes, 0x20),
    FIELD(DEC, "vss", 3, 0, 8, 0x20),
    FIELD(DEC, "nrg", 4, 0, 32, 0x20),
    FIELD(DEC, "nruh", 8, 0, 16, 0x20),
    FIELD(DEC, "maxpids", 10, 0, 16, 0x20),
    FIELD(DEC, "nns", 12, 0, 32, 0x20),
    FIELD(DEC, "runs", 16, 0, 64, 0x20),
    FIELD(DEC, "erutl", 24, 0, 32, 0x20),
    LIST("ruht", 64, true, &fdp_conf_desc_ruht_list, 0x20),
};

const struct xnvi_spec_table xnvi_tbl_fdp_conf_desc = {
    .header = "xnvme_spec_fdp_conf_desc",
    .source = "TP4146, FDP Configuration Descriptor",
    .fields = fdp_conf_desc_fields,
    .nfields = NFIELDS(fdp_conf_desc_fields),
    .nbytes = 64,
};

static const struct xnvi_field log_fdp_conf_fields[] = {
    FIELD(DEC, "ncfg", 0, 0, 16, 0x20),
    FIELD(DEC, "version", 2, 0, 8, 0x20),
    FIELD(DEC, "size", 4, 0, 32, 0x20),
};

const struct xnvi_spec_table xnvi_tbl_log_fdp_conf = {
    .header = "xnvme_spec_log_fdp_conf",
    .source = "TP4146, FDP Configurations Log Page",
    .fields = log_fdp_conf_fields,
    .nfields = NFIELDS(log_fdp_conf_fields),
    .nbytes = 16,
};

static const struct xnvi_spec_list log_fdp_stats_hbmw_list = {
    .nmax = 2,
    .stride = 8,
    .kind = XNVI_FIELD_DEC,
    .nbits = 64,
};

static const struct xnvi_spec_list log_fdp_stats_mbmw_list = {
    .nmax = 2,
    .stride = 8,
    .kind = XNVI_FIELD_DEC,
    .nbits = 64,
};

static const struct xnvi_spec_list log_fdp_stats_mbe_list = {
    .nmax = 2,
    .stride = 8,
    .kind = XNVI_FIELD_DEC,
    .nbits = 64,
};

static const struct xnvi_field log_fdp_stats_fields[] = {
    LIST("hbmw", 0, true, &log_fdp_stats_hbmw_list, 0x20),
    LIST("mbmw", 16, true, &log_fdp_stats_mbmw_list, 0x20),
    LIST("mbe", 32, true, &log_fdp_stats_mbe_list, 0x20),
};

const struct xnvi_spec_table xnvi_tbl_log_fdp_stats = {
    .header = "xnvme_spec_log_fdp_stats",
    .source = "TP4146, FDP Statistics Log Page",
    .fields = log_fdp_stats_fields,
    .nfields = NFIELDS(log_fdp_stats_fields),
    .nbytes = 64,
};

static const struct xnvi_field fdp_event_fields[] = {
    FIELD(DEC, "type", 0, 0, 8, 0x20),	  FIELD(HEX, "fdpef", 1, 0, 8, 0x20),
    FIELD(DEC, "pid", 2, 0, 16, 0x20),	  FIELD(DEC, "timestamp", 4, 0, 64, 0x20),
    FIELD(DEC, "nsid", 12, 0, 32, 0x20),  FIELD(DEC, "rgid", 32, 0, 16, 0x20),
    FIELD(DEC, "ruhid", 34, 0, 16, 0x20),
};

const struct xnvi_spec_table xnvi_tbl_fdp_event = {
    .header = "xnvme_spec_fdp_event",
    .source = "TP4146, FDP Event",
    .fields = fdp_event_fields,
    .nfields = NFIELDS(fdp_event_fields),
    .nbytes = 64,
};

static const struct xnvi_spec_list log_fdp_events_event_list = {
    .nmax = UINT32_MAX,
    .stride = 64,
    .count_offset = 0,
    .count_nbits = 32,
    .item = &xnvi_tbl_fdp_event,
};

static const struct xnvi_field log_fdp_events_fields[] = {
    FIELD(DEC, "nevents", 0, 0, 32, 0x20),
    LIST("event", 64, false, &log_fdp_events_event_list, 0x20),
};

const struct xnvi_spec_table xnvi_tbl_log_fdp_events = {
    .header = "xnvme_spec_log_fdp_events",
    .source = "TP4146, FDP Events Log Page",
    .fields = log_fdp_events_fields,
    .nfields = NFIELDS(log_fdp_events_fields),
    .nbytes = 64,
};

static const struct xnvi_spec_list log_ruhu_ruhu_desc_list = {
    .nmax = UINT32_MAX,
    .stride = 8,
    .count_offset = 0,
    .count_nbits = 16,
    .kind = XNVI_FIELD_HEX,
    .nbits = 8,
};

static const struct xnvi_field log_ruhu_fields[] = {
    FIELD(DEC, "nruh", 0, 0, 16, 0x20),
    LIST("ruhu_desc", 8, false, &log_ruhu_ruhu_desc_list, 0x20),
};

const struct xnvi_spec_table xnvi_tbl_log_ruhu = {
    .header = "xnvme_spec_log_ruhu",
    .source = "TP4146, Reclaim Unit Handle Usage Log Page",
    .fields = log_ruhu_fields,
    .nfields = NFIELDS(log_ruhu_fields),
    .nbytes = 8,
};

static const struct xnvi_field ruhs_desc_fields[] = {
    FIELD(DEC, "pi", 0, 0, 16, 0x20),
    FIELD(DEC, "ruhi", 2, 0, 16, 0x20),
    FIELD(DEC, "earutr", 4, 0, 32, 0x20),
    FIELD(DEC, "ruamw", 8, 0, 64, 0x20),
};

const struct xnvi_spec_table xnvi_tbl_ruhs_desc = {
    .header = "xnvme_spec_ruhs_desc",
    .source = "TP4146, Reclaim Unit Handle Status Descriptor",
    .fields = ruhs_desc_fields,
    .nfields = NFIELDS(ruhs_desc_fields),
    .nbytes = 32,
};

static const struct xnvi_spec_list ruhs_ruhs_desc_list = {
    .nmax = UINT32_MAX,
    .stride = 32,
    .count_offset = 14,
    .count_nbits = 16,
    .item = &xnvi_tbl_ruhs_desc,
};

static const struct xnvi_field ruhs_fields[] = {
    FIELD(DEC, "nruhsd", 14, 0, 16, 0x20),
    LIST("ruhs_desc", 16, false, &ruhs_ruhs_desc_list, 0x20),
};

const struct xnvi_spec_table xnvi_tbl_ruhs = {
    .header = "xnvme_spec_ruhs",
    .source = "TP4146, Reclaim Unit Handle Status",
    .fields = ruhs_fields,
    .nfields = NFIELDS(ruhs_fields),
    .nbytes = 16,
};

static const struct xnvi_spec_list znd_log_changes_idents_list = {
    .nmax = 511,
    .stride = 8,
    .count_offset = 0,
    .count_nbits = 16,
    .kind = XNVI_FIELD_HEX,
    .nbits = 64,
};

static const struct xnvi_field znd_log_changes_fields[] = {
    FIELD(DEC, "nidents", 0, 0, 16, 0x10),
    LIST("idents", 8, false, &znd_log_changes_idents_list, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_znd_log_changes = {
    .header = "xnvme_spec_znd_log_changes",
    .source = "Zoned Namespaces 1.1, Changed Zone List Log Page",
    .fields = znd_log_changes_fields,
    .nfields = NFIELDS(znd_log_changes_fields),
    .nbytes = 4096,
};
