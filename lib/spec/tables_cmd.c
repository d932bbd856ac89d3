// SPDX-License-Identifier: BSD-3-Clause
/**
 * Tables of the commands: fields beyond those that all commands share
 */
#include <spec/tables.h>

#include <stddef.h>

static const struct xnvi_field cmd_common_dptr_fields[] = {
    FIELD(HEX, "prp1", 24, 0, 64, 0x10),
    FIELD(HEX, "prp2", 32, 0, 64, 0x10),
};

static const struct xnvi_spec_table cmd_common_dptr = TABLE_MAP(cmd_common_dptr_fields);

static const struct xnvi_field cmd_common_fields[] = {
    FIELD(HEX, "opcode", 0, 0, 8, 0x10),       FIELD(HEX, "fuse", 1, 0, 2, 0x10),
    FIELD(HEX, "psdt", 1, 6, 2, 0x10),	       FIELD(HEX, "cid", 2, 0, 16, 0x10),
    FIELD(HEX, "nsid", 4, 0, 32, 0x10),	       FIELD(HEX, "cdw02", 8, 0, 32, 0x10),
    FIELD(HEX, "cdw03", 12, 0, 32, 0x10),      FIELD(HEX, "mptr", 16, 0, 64, 0x10),
    MAP("dptr", true, &cmd_common_dptr, 0x10), FIELD(HEX, "ndt", 40, 0, 32, 0x10),
    FIELD(HEX, "ndm", 44, 0, 32, 0x10),	       FIELD(HEX, "cdw12", 48, 0, 32, 0x10),
    FIELD(HEX, "cdw13", 52, 0, 32, 0x10),      FIELD(HEX, "cdw14", 56, 0, 32, 0x10),
    FIELD(HEX, "cdw15", 60, 0, 32, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_common = {
    .header = "xnvme_spec_cmd",
    .source = "Base 2.0, Common Command Format",
    .fields = cmd_common_fields,
    .nfields = NFIELDS(cmd_common_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_sanitize_fields[] = {
    FIELD(DEC, "sanact", 40, 0, 3, 0x13), FIELD(DEC, "ause", 40, 3, 1, 0x13),
    FIELD(DEC, "owpass", 40, 4, 4, 0x13), FIELD(DEC, "oipbp", 41, 0, 1, 0x13),
    FIELD(DEC, "nodas", 41, 1, 1, 0x13),  FIELD(HEX, "ovrpat", 44, 0, 32, 0x13),
};

const struct xnvi_spec_table xnvi_tbl_cmd_sanitize = {
    .header = "xnvme_spec_cmd",
    .source = "Base 2.0, Sanitize",
    .fields = cmd_sanitize_fields,
    .nfields = NFIELDS(cmd_sanitize_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_format_fields[] = {
    FIELD(DEC, "lbafl", 40, 0, 4, 0x10), FIELD(DEC, "mset", 40, 4, 1, 0x10),
    FIELD(DEC, "pi", 40, 5, 3, 0x10),	 FIELD(DEC, "pil", 41, 0, 1, 0x10),
    FIELD(DEC, "ses", 41, 1, 3, 0x10),	 FIELD(DEC, "lbafu", 41, 4, 2, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_format = {
    .header = "xnvme_spec_cmd",
    .source = "Base 2.0, Format NVM",
    .fields = cmd_format_fields,
    .nfields = NFIELDS(cmd_format_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_log_fields[] = {
    FIELD(HEX, "lid", 40, 0, 8, 0x10),	  FIELD(HEX, "lsp", 41, 0, 7, 0x10),
    FIELD(DEC, "rae", 41, 7, 1, 0x10),	  FIELD(DEC, "numdl", 42, 0, 16, 0x10),
    FIELD(DEC, "numdu", 44, 0, 16, 0x10), FIELD(HEX, "lsi", 46, 0, 16, 0x10),
    FIELD(HEX, "lpol", 48, 0, 32, 0x10),  FIELD(HEX, "lpou", 52, 0, 32, 0x10),
    FIELD(DEC, "uuidx", 56, 0, 7, 0x10),  FIELD(DEC, "ot", 58, 7, 1, 0x10),
    FIELD(HEX, "csi", 59, 0, 8, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_log = {
    .header = "xnvme_spec_cmd",
    .source = "Base 2.0, Get Log Page",
    .fields = cmd_log_fields,
    .nfields = NFIELDS(cmd_log_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_gfeat_fields[] = {
    FIELD(HEX, "fid", 40, 0, 8, 0x10),
    FIELD(DEC, "sel", 41, 0, 3, 0x10),
    FIELD(HEX, "cdw11", 44, 0, 32, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_gfeat = {
    .header = "xnvme_spec_cmd",
    .source = "Base 2.0, Get Features",
    .fields = cmd_gfeat_fields,
    .nfields = NFIELDS(cmd_gfeat_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_sfeat_fields[] = {
    FIELD(HEX, "fid", 40, 0, 8, 0x10),
    FIELD(DEC, "save", 43, 7, 1, 0x10),
    FIELD(HEX, "feat", 44, 0, 32, 0x10),
    FIELD(HEX, "cdw12", 48, 0, 32, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_sfeat = {
    .header = "xnvme_spec_cmd",
    .source = "Base 2.0, Set Features",
    .fields = cmd_sfeat_fields,
    .nfields = NFIELDS(cmd_sfeat_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_idfy_fields[] = {
    FIELD(HEX, "cns", 40, 0, 8, 0x10),	     FIELD(HEX, "cntid", 42, 0, 16, 0x10),
    FIELD(HEX, "nvmsetid", 44, 0, 16, 0x10), FIELD(HEX, "csi", 47, 0, 8, 0x10),
    FIELD(DEC, "uuid", 56, 0, 7, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_idfy = {
    .header = "xnvme_spec_cmd",
    .source = "Base 2.0, Identify",
    .fields = cmd_idfy_fields,
    .nfields = NFIELDS(cmd_idfy_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_dsend_fields[] = {
    FIELD(DEC, "numd", 40, 0, 32, 0x13), FIELD(HEX, "doper", 44, 0, 8, 0x13),
    FIELD(HEX, "dtype", 45, 0, 8, 0x13), FIELD(HEX, "dspec", 46, 0, 16, 0x13),
    FIELD(DEC, "endir", 48, 0, 1, 0x13), FIELD(HEX, "tdtype", 49, 0, 8, 0x13),
};

const struct xnvi_spec_table xnvi_tbl_cmd_dsend = {
    .header = "xnvme_spec_cmd",
    .source = "Base 2.0, Directive Send",
    .fields = cmd_dsend_fields,
    .nfields = NFIELDS(cmd_dsend_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_drecv_fields[] = {
    FIELD(DEC, "numd", 40, 0, 32, 0x13), FIELD(HEX, "doper", 44, 0, 8, 0x13),
    FIELD(HEX, "dtype", 45, 0, 8, 0x13), FIELD(HEX, "dspec", 46, 0, 16, 0x13),
    FIELD(DEC, "nsr", 48, 0, 16, 0x13),
};

const struct xnvi_spec_table xnvi_tbl_cmd_drecv = {
    .header = "xnvme_spec_cmd",
    .source = "Base 2.0, Directive Receive",
    .fields = cmd_drecv_fields,
    .nfields = NFIELDS(cmd_drecv_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_nvm_fields[] = {
    FIELD(HEX, "slba", 40, 0, 64, 0x10),  FIELD(DEC, "nlb", 48, 0, 16, 0x10),
    FIELD(HEX, "dtype", 50, 4, 4, 0x10),  FIELD(HEX, "prinfo", 51, 2, 4, 0x10),
    FIELD(DEC, "fua", 51, 6, 1, 0x10),	  FIELD(DEC, "lr", 51, 7, 1, 0x10),
    FIELD(DEC, "af", 52, 0, 4, 0x10),	  FIELD(DEC, "al", 52, 4, 2, 0x10),
    FIELD(DEC, "sr", 52, 6, 1, 0x10),	  FIELD(DEC, "incom", 52, 7, 1, 0x10),
    FIELD(HEX, "dspec", 54, 0, 16, 0x10), FIELD(HEX, "ilbrt", 56, 0, 32, 0x10),
    FIELD(HEX, "lbat", 60, 0, 16, 0x10),  FIELD(HEX, "lbatm", 62, 0, 16, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_nvm = {
    .header = "xnvme_spec_cmd",
    .source = "NVM Command Set 1.0, Read, Write, Write Uncorrectable, Verify",
    .fields = cmd_nvm_fields,
    .nfields = NFIELDS(cmd_nvm_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_dsm_fields[] = {
    FIELD(DEC, "nr", 40, 0, 8, 0x10),
    FIELD(DEC, "idr", 44, 0, 1, 0x10),
    FIELD(DEC, "idw", 44, 1, 1, 0x10),
    FIELD(DEC, "ad", 44, 2, 1, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_dsm = {
    .header = "xnvme_spec_cmd",
    .source = "NVM Command Set 1.0, Dataset Management",
    .fields = cmd_dsm_fields,
    .nfields = NFIELDS(cmd_dsm_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_scopy_fields[] = {
    FIELD(HEX, "sdlba", 40, 0, 64, 0x10), FIELD(DEC, "nr", 48, 0, 8, 0x10),
    FIELD(DEC, "df", 49, 0, 4, 0x10),	  FIELD(HEX, "prinfor", 49, 4, 4, 0x10),
    FIELD(HEX, "dtype", 50, 4, 4, 0x10),  FIELD(HEX, "prinfow", 51, 2, 4, 0x10),
    FIELD(DEC, "fua", 51, 6, 1, 0x10),	  FIELD(DEC, "lr", 51, 7, 1, 0x10),
    FIELD(HEX, "dspec", 54, 0, 16, 0x10), FIELD(HEX, "ilbrt", 56, 0, 32, 0x10),
    FIELD(HEX, "lbat", 60, 0, 16, 0x10),  FIELD(HEX, "lbatm", 62, 0, 16, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_scopy = {
    .header = "xnvme_spec_cmd",
    .source = "NVM Command Set 1.0, Copy",
    .fields = cmd_scopy_fields,
    .nfields = NFIELDS(cmd_scopy_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_write_zeroes_fields[] = {
    FIELD(HEX, "slba", 40, 0, 64, 0x10),  FIELD(DEC, "nlb", 48, 0, 16, 0x10),
    FIELD(DEC, "stc", 51, 0, 1, 0x10),	  FIELD(DEC, "deac", 51, 1, 1, 0x10),
    FIELD(HEX, "prinfo", 51, 2, 4, 0x10), FIELD(DEC, "fua", 51, 6, 1, 0x10),
    FIELD(DEC, "lr", 51, 7, 1, 0x10),	  FIELD(HEX, "ilbrt", 56, 0, 32, 0x10),
    FIELD(HEX, "lbat", 60, 0, 16, 0x10),  FIELD(HEX, "lbatm", 62, 0, 16, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_write_zeroes = {
    .header = "xnvme_spec_cmd",
    .source = "NVM Command Set 1.0, Write Zeroes",
    .fields = cmd_write_zeroes_fields,
    .nfields = NFIELDS(cmd_write_zeroes_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_compare_fields[] = {
    FIELD(HEX, "slba", 40, 0, 64, 0x10),  FIELD(DEC, "nlb", 48, 0, 16, 0x10),
    FIELD(DEC, "stc", 51, 0, 1, 0x10),	  FIELD(HEX, "prinfo", 51, 2, 4, 0x10),
    FIELD(DEC, "fua", 51, 6, 1, 0x10),	  FIELD(DEC, "lr", 51, 7, 1, 0x10),
    FIELD(HEX, "ilbrt", 56, 0, 32, 0x10), FIELD(HEX, "lbat", 60, 0, 16, 0x10),
    FIELD(HEX, "lbatm", 62, 0, 16, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_compare = {
    .header = "xnvme_spec_cmd",
    .source = "NVM Command Set 1.0, Compare",
    .fields = cmd_compare_fields,
    .nfields = NFIELDS(cmd_compare_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_mgmt_recv_fields[] = {
    FIELD(HEX, "mo", 40, 0, 8, 0x20),
    FIELD(HEX, "mos", 42, 0, 16, 0x20),
    FIELD(DEC, "numd", 44, 0, 32, 0x20),
};

const struct xnvi_spec_table xnvi_tbl_cmd_mgmt_recv = {
    .header = "xnvme_spec_cmd",
    .source = "TP4146, I/O Management Receive",
    .fields = cmd_mgmt_recv_fields,
    .nfields = NFIELDS(cmd_mgmt_recv_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_mgmt_send_fields[] = {
    FIELD(HEX, "mo", 40, 0, 8, 0x20),
    FIELD(HEX, "mos", 42, 0, 16, 0x20),
};

const struct xnvi_spec_table xnvi_tbl_cmd_mgmt_send = {
    .header = "xnvme_spec_cmd",
    .source = "TP4146, I/O Management Send",
    .fields = cmd_mgmt_send_fields,
    .nfields = NFIELDS(cmd_mgmt_send_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_znd_mgmt_send_fields[] = {
    FIELD(HEX, "slba", 40, 0, 64, 0x10),
    FIELD(HEX, "zsa", 52, 0, 8, 0x10),
    FIELD(DEC, "select_all", 53, 0, 1, 0x10),
    FIELD(DEC, "zsaso", 53, 1, 1, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_znd_mgmt_send = {
    .header = "xnvme_spec_cmd",
    .source = "Zoned Namespaces 1.1, Zone Management Send",
    .fields = cmd_znd_mgmt_send_fields,
    .nfields = NFIELDS(cmd_znd_mgmt_send_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_znd_mgmt_recv_fields[] = {
    FIELD(HEX, "slba", 40, 0, 64, 0x10),   FIELD(DEC, "ndwords", 48, 0, 32, 0x10),
    FIELD(HEX, "zra", 52, 0, 8, 0x10),	   FIELD(HEX, "zrasf", 53, 0, 8, 0x10),
    FIELD(DEC, "partial", 54, 0, 1, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_znd_mgmt_recv = {
    .header = "xnvme_spec_cmd",
    .source = "Zoned Namespaces 1.1, Zone Management Receive",
    .fields = cmd_znd_mgmt_recv_fields,
    .nfields = NFIELDS(cmd_znd_mgmt_recv_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_znd_append_fields[] = {
    FIELD(HEX, "zslba", 40, 0, 64, 0x10), FIELD(DEC, "nlb", 48, 0, 16, 0x10),
    FIELD(HEX, "dtype", 50, 4, 4, 0x10),  FIELD(HEX, "prinfo", 51, 0, 4, 0x10),
    FIELD(DEC, "fua", 51, 6, 1, 0x10),	  FIELD(DEC, "lr", 51, 7, 1, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_znd_append = {
    .header = "xnvme_spec_cmd",
    .source = "Zoned Namespaces 1.1, Zone Append",
    .fields = cmd_znd_append_fields,
    .nfields = NFIELDS(cmd_znd_append_fields),
    .nbytes = 64,
};

static const struct xnvi_field cmd_kvs_fields[] = {
    FIELD(HEX, "key", 8, 0, 64, 0x10),	  FIELD(HEX, "key_hi", 56, 0, 64, 0x10),
    FIELD(DEC, "kl", 44, 0, 8, 0x10),	  FIELD(HEX, "ro", 45, 0, 8, 0x10),
    FIELD(DEC, "cdw10", 40, 0, 32, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_cmd_kvs = {
    .header = "xnvme_spec_cmd",
    .source = "Key Value Command Set 1.0, Store, Retrieve, List, Delete, Exist",
    .fields = cmd_kvs_fields,
    .nfields = NFIELDS(cmd_kvs_fields),
    .nbytes = 64,
};

const struct xnvi_spec_table xnvi_tbl_cmd_none = {
    .header = "xnvme_spec_cmd",
    .source = "Base 2.0, Flush",
    .nbytes = 64,
};
