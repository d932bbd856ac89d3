// SPDX-License-Identifier: BSD-3-Clause
/**
 * The tables, and macros for their rows
 */
#ifndef XNVI_SPEC_TABLES_H
#define XNVI_SPEC_TABLES_H

#include <spec/field.h>

#define NFIELDS(array) (sizeof(array) / sizeof((array)[0]))

#define FIELD(kind_, key_, offset_, bit_, nbits_, since_)                                          \
	{                                                                                          \
		.key = (key_), .offset = (offset_), .nbits = (nbits_), .bit = (bit_),              \
		.since = (since_), .kind = XNVI_FIELD_##kind_                                      \
	}

#define NAME(key_, offset_, bit_, nbits_, since_, name_)                                           \
	{                                                                                          \
		.key = (key_), .offset = (offset_), .nbits = (nbits_), .bit = (bit_),              \
		.since = (since_), .kind = XNVI_FIELD_NAME, .name = (name_)                        \
	}

#define MAP(key_, flow_, map_, since_)                                                             \
	{                                                                                          \
		.key = (key_), .since = (since_), .kind = XNVI_FIELD_MAP, .flow = (flow_),         \
		.map = (map_)                                                                      \
	}

#define LIST(key_, offset_, flow_, list_, since_)                                                  \
	{                                                                                          \
		.key = (key_), .offset = (offset_), .since = (since_), .kind = XNVI_FIELD_LIST,    \
		.flow = (flow_), .list = (list_)                                                   \
	}

/** Fields of a record, for a map of their own */
#define TABLE_MAP(fields_)                                                                         \
	{                                                                                          \
		.fields = (fields_), .nfields = NFIELDS(fields_)                                   \
	}

extern const struct xnvi_spec_table xnvi_tbl_log_health;
extern const struct xnvi_spec_table xnvi_tbl_log_sanitize;
extern const struct xnvi_spec_table xnvi_tbl_log_erri_entry;
extern const struct xnvi_spec_table xnvi_tbl_fdp_conf_desc;
extern const struct xnvi_spec_table xnvi_tbl_log_fdp_conf;
extern const struct xnvi_spec_table xnvi_tbl_log_fdp_stats;
extern const struct xnvi_spec_table xnvi_tbl_fdp_event;
extern const struct xnvi_spec_table xnvi_tbl_log_fdp_events;
extern const struct xnvi_spec_table xnvi_tbl_log_ruhu;
extern const struct xnvi_spec_table xnvi_tbl_ruhs_desc;
extern const struct xnvi_spec_table xnvi_tbl_ruhs;
extern const struct xnvi_spec_table xnvi_tbl_znd_log_changes;
extern const struct xnvi_spec_table xnvi_tbl_lbaf;
extern const struct xnvi_spec_table xnvi_tbl_idfy_ns;
extern const struct xnvi_spec_table xnvi_tbl_idfy_ctrlr;
extern const struct xnvi_spec_table xnvi_tbl_cs_vector;
extern const struct xnvi_spec_table xnvi_tbl_idfy_cs;
extern const struct xnvi_spec_table xnvi_tbl_ctrlr_bar;
extern const struct xnvi_spec_table xnvi_tbl_nvm_scopy_fmt_zero;
extern const struct xnvi_spec_table xnvi_tbl_nvm_idfy_ctrlr;
extern const struct xnvi_spec_table xnvi_tbl_elbaf;
extern const struct xnvi_spec_table xnvi_tbl_nvm_idfy_ns;
extern const struct xnvi_spec_table xnvi_tbl_znd_idfy_ctrlr;
extern const struct xnvi_spec_table xnvi_tbl_znd_idfy_lbafe;
extern const struct xnvi_spec_table xnvi_tbl_znd_idfy_ns;
extern const struct xnvi_spec_table xnvi_tbl_znd_descr;
extern const struct xnvi_spec_table xnvi_tbl_znd_report_hdr;
extern const struct xnvi_spec_table xnvi_tbl_kvs_idfy_ns_format;
extern const struct xnvi_spec_table xnvi_tbl_kvs_idfy_ns;
extern const struct xnvi_spec_table xnvi_tbl_feat_arbitration;
extern const struct xnvi_spec_table xnvi_tbl_feat_pwr_mgmt;
extern const struct xnvi_spec_table xnvi_tbl_feat_lba_rangetype;
extern const struct xnvi_spec_table xnvi_tbl_feat_temp_threshold;
extern const struct xnvi_spec_table xnvi_tbl_feat_error_recovery;
extern const struct xnvi_spec_table xnvi_tbl_feat_vwcache;
extern const struct xnvi_spec_table xnvi_tbl_feat_nqueues;
extern const struct xnvi_spec_table xnvi_tbl_feat_fdp_mode;
extern const struct xnvi_spec_table xnvi_tbl_feat_fdp_events;
extern const struct xnvi_spec_table xnvi_tbl_fdp_event_desc;
extern const struct xnvi_spec_table xnvi_tbl_idfy_dir_rp;
extern const struct xnvi_spec_table xnvi_tbl_streams_dir_rp;
extern const struct xnvi_spec_table xnvi_tbl_streams_dir_gs;
extern const struct xnvi_spec_table xnvi_tbl_alloc_resource;
extern const struct xnvi_spec_table xnvi_tbl_cmd_common;
extern const struct xnvi_spec_table xnvi_tbl_cmd_sanitize;
extern const struct xnvi_spec_table xnvi_tbl_cmd_format;
extern const struct xnvi_spec_table xnvi_tbl_cmd_log;
extern const struct xnvi_spec_table xnvi_tbl_cmd_gfeat;
extern const struct xnvi_spec_table xnvi_tbl_cmd_sfeat;
extern const struct xnvi_spec_table xnvi_tbl_cmd_idfy;
extern const struct xnvi_spec_table xnvi_tbl_cmd_dsend;
extern const struct xnvi_spec_table xnvi_tbl_cmd_drecv;
extern const struct xnvi_spec_table xnvi_tbl_cmd_nvm;
extern const struct xnvi_spec_table xnvi_tbl_cmd_dsm;
extern const struct xnvi_spec_table xnvi_tbl_cmd_scopy;
extern const struct xnvi_spec_table xnvi_tbl_cmd_write_zeroes;
extern const struct xnvi_spec_table xnvi_tbl_cmd_compare;
extern const struct xnvi_spec_table xnvi_tbl_cmd_mgmt_recv;
extern const struct xnvi_spec_table xnvi_tbl_cmd_mgmt_send;
extern const struct xnvi_spec_table xnvi_tbl_cmd_znd_mgmt_send;
extern const struct xnvi_spec_table xnvi_tbl_cmd_znd_mgmt_recv;
extern const struct xnvi_spec_table xnvi_tbl_cmd_znd_append;
extern const struct xnvi_spec_table xnvi_tbl_cmd_kvs;
extern const struct xnvi_spec_table xnvi_tbl_cmd_none;

#endif /* XNVI_SPEC_TABLES_H */
