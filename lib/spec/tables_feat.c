// SPDX-License-Identifier: BSD-3-Clause
/**
 * Tables of the values of features and of the directives
 */
#include <spec/tables.h>

#include <stddef.h>

static const struct xnvi_field feat_arbitration_fields[] = {
    FIELD(DEC, "ab", 0, 0, 3, 0x10),
    FIELD(DEC, "lpw", 1, 0, 8, 0x10),
    FIELD(DEC, "mpw", 2, 0, 8, 0x10),
    FIELD(DEC, "hpw", 3, 0, 8, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_feat_arbitration = {
    .header = "xnvme_spec_feat",
    .source = "Base 2.0, Get Features / Set Features - Arbitration",
    .fields = feat_arbitration_fields,
    .nfields = NFIELDS(feat_arbitration_fields),
    .nbytes = 4,
};

static const struct xnvi_field feat_pwr_mgmt_fields[] = {
    FIELD(DEC, "ps", 0, 0, 5, 0x10),
    FIELD(DEC, "wh", 0, 5, 3, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_feat_pwr_mgmt = {
    .header = "xnvme_spec_feat",
    .source = "Base 2.0, Get Features / Set Features - Power Management",
    .fields = feat_pwr_mgmt_fields,
    .nfields = NFIELDS(feat_pwr_mgmt_fields),
    .nbytes = 4,
};

static const struct xnvi_field feat_lba_rangetype_fields[] = {
    FIELD(DEC, "num", 0, 0, 6, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_feat_lba_rangetype = {
    .header = "xnvme_spec_feat",
    .source = "Base 2.0, Get Features / Set Features - LBA Range Type",
    .fields = feat_lba_rangetype_fields,
    .nfields = NFIELDS(feat_lba_rangetype_fields),
    .nbytes = 4,
};

static const struct xnvi_field feat_temp_threshold_fields[] = {
    FIELD(DEC, "tmpth", 0, 0, 16, 0x10),
    FIELD(DEC, "tmpsel", 2, 0, 4, 0x10),
    FIELD(DEC, "thsel", 2, 4, 3, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_feat_temp_threshold = {
    .header = "xnvme_spec_feat",
    .source = "Base 2.0, Get Features / Set Features - Temperature Threshold",
    .fields = feat_temp_threshold_fields,
    .nfields = NFIELDS(feat_temp_threshold_fields),
    .nbytes = 4,
};

static const struct xnvi_field feat_error_recovery_fields[] = {
    FIELD(DEC, "tler", 0, 0, 16, 0x10),
    FIELD(DEC, "dulbe", 2, 0, 1, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_feat_error_recovery = {
    .header = "xnvme_spec_feat",
    .source = "Base 2.0, Get Features / Set Features - Error Recovery",
    .fields = feat_error_recovery_fields,
    .nfields = NFIELDS(feat_error_recovery_fields),
    .nbytes = 4,
};

static const struct xnvi_field feat_vwcache_fields[] = {
    FIELD(DEC, "wce", 0, 0, 1, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_feat_vwcache = {
    .header = "xnvme_spec_feat",
    .source = "Base 2.0, Get Features / Set Features - Volatile Write Cache",
    .fields = feat_vwcache_fields,
    .nfields = NFIELDS(feat_vwcache_fields),
    .nbytes = 4,
};

static const struct xnvi_field feat_nqueues_fields[] = {
    FIELD(DEC, "nsqa", 0, 0, 16, 0x10),
    FIELD(DEC, "ncqa", 2, 0, 16, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_feat_nqueues = {
    .header = "xnvme_spec_feat",
    .source = "Base 2.0, Get Features / Set Features - Number of Queues",
    .fields = feat_nqueues_fields,
    .nfields = NFIELDS(feat_nqueues_fields),
    .nbytes = 4,
};

static const struct xnvi_field feat_fdp_mode_fields[] = {
    FIELD(DEC, "fdpe", 0, 0, 1, 0x10),
    FIELD(DEC, "fdpci", 1, 0, 8, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_feat_fdp_mode = {
    .header = "xnvme_spec_feat",
    .source = "Base 2.0, Get Features / Set Features - Flexible Data Placement",
    .fields = feat_fdp_mode_fields,
    .nfields = NFIELDS(feat_fdp_mode_fields),
    .nbytes = 4,
};

static const struct xnvi_field feat_fdp_events_fields[] = {
    FIELD(DEC, "nevents", 0, 0, 8, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_feat_fdp_events = {
    .header = "xnvme_spec_feat",
    .source = "Base 2.0, Get Features / Set Features - Flexible Data Placement Events",
    .fields = feat_fdp_events_fields,
    .nfields = NFIELDS(feat_fdp_events_fields),
    .nbytes = 4,
};

static const struct xnvi_field fdp_event_desc_fields[] = {
    FIELD(HEX, "type", 0, 0, 8, 0x20),
    FIELD(DEC, "ee", 1, 0, 1, 0x20),
};

const struct xnvi_spec_table xnvi_tbl_fdp_event_desc = {
    .header = "xnvme_spec_feat_fdp_events",
    .source = "TP4146, Supported FDP Event Descriptor",
    .fields = fdp_event_desc_fields,
    .nfields = NFIELDS(fdp_event_desc_fields),
    .nbytes = 2,
};

static const struct xnvi_field idfy_dir_rp_directives_supported_fields[] = {
    FIELD(DEC, "identify", 0, 0, 1, 0x13),
    FIELD(DEC, "streams", 0, 1, 1, 0x13),
    FIELD(DEC, "data placement", 0, 2, 1, 0x20),
};

static const struct xnvi_spec_table idfy_dir_rp_directives_supported =
    TABLE_MAP(idfy_dir_rp_directives_supported_fields);

static const struct xnvi_field idfy_dir_rp_directives_enabled_fields[] = {
    FIELD(DEC, "identify", 32, 0, 1, 0x13),
    FIELD(DEC, "streams", 32, 1, 1, 0x13),
    FIELD(DEC, "data_placement", 32, 2, 1, 0x20),
};

static const struct xnvi_spec_table idfy_dir_rp_directives_enabled =
    TABLE_MAP(idfy_dir_rp_directives_enabled_fields);

static const struct xnvi_field idfy_dir_rp_directives_persistence_fields[] = {
    FIELD(DEC, "identify", 64, 0, 1, 0x13),
    FIELD(DEC, "streams", 64, 1, 1, 0x13),
    FIELD(DEC, "data_placement", 64, 2, 1, 0x20),
};

static const struct xnvi_spec_table idfy_dir_rp_directives_persistence =
    TABLE_MAP(idfy_dir_rp_directives_persistence_fields);

static const struct xnvi_field idfy_dir_rp_fields[] = {
    MAP("directives_supported", false, &idfy_dir_rp_directives_supported, 0x13),
    MAP("directives_enabled", false, &idfy_dir_rp_directives_enabled, 0x13),
    MAP("directives_persistence", false, &idfy_dir_rp_directives_persistence, 0x13),
};

const struct xnvi_spec_table xnvi_tbl_idfy_dir_rp = {
    .header = "xnvme_spec_idfy_dir_rp",
    .source = "Base 2.0, Identify Directive - Return Parameters Data Structure",
    .fields = idfy_dir_rp_fields,
    .nfields = NFIELDS(idfy_dir_rp_fields),
    .nbytes = 4096,
};

static const struct xnvi_field streams_dir_rp_fields[] = {
    FIELD(DEC, "msl", 0, 0, 16, 0x13),	FIELD(DEC, "nssa", 2, 0, 16, 0x13),
    FIELD(DEC, "nsso", 4, 0, 16, 0x13), FIELD(DEC, "multi_host", 6, 0, 1, 0x13),
    FIELD(DEC, "sws", 16, 0, 32, 0x13), FIELD(DEC, "sgs", 20, 0, 16, 0x13),
    FIELD(DEC, "nsa", 22, 0, 16, 0x13), FIELD(DEC, "nso", 24, 0, 16, 0x13),
};

const struct xnvi_spec_table xnvi_tbl_streams_dir_rp = {
    .header = "xnvme_spec_streams_dir_rp",
    .source = "Base 2.0, Streams Directive - Return Parameters Data Structure",
    .fields = streams_dir_rp_fields,
    .nfields = NFIELDS(streams_dir_rp_fields),
    .nbytes = 32,
};

static const struct xnvi_spec_list streams_dir_gs_sid_list = {
    .nmax = 65535,
    .stride = 2,
    .count_offset = 0,
    .count_nbits = 16,
    .kind = XNVI_FIELD_DEC,
    .nbits = 16,
};

static const struct xnvi_field streams_dir_gs_fields[] = {
    FIELD(DEC, "open_sc", 0, 0, 16, 0x13),
    LIST("sid", 2, true, &streams_dir_gs_sid_list, 0x13),
};

const struct xnvi_spec_table xnvi_tbl_streams_dir_gs = {
    .header = "xnvme_spec_streams_dir_rp",
    .source = "Base 2.0, Streams Directive - Get Status Data Structure",
    .fields = streams_dir_gs_fields,
    .nfields = NFIELDS(streams_dir_gs_fields),
    .nbytes = 2,
};

static const struct xnvi_field alloc_resource_fields[] = {
    FIELD(DEC, "nsa", 0, 0, 16, 0x13),
};

const struct xnvi_spec_table xnvi_tbl_alloc_resource = {
    .header = "xnvme_spec_alloc_resource",
    .source = "Base 2.0, Streams Directive - Allocate Resources - Completion Queue Entry Dword 0",
    .fields = alloc_resource_fields,
    .nfields = NFIELDS(alloc_resource_fields),
    .nbytes = 4,
};
