// SPDX-License-Identifier: BSD-3-Clause
/**
 * Tables of the Identify data structures and of the records of the I/O command sets
 */
#include <spec/tables.h>

#include <stddef.h>

#include <libxnvme_spec_pp.h>

static const char *
znd_state_name(unsigned int value)
{
	return xnvme_spec_znd_state_str((enum xnvme_spec_znd_state)value);
}

static const struct xnvi_field nvm_scopy_fmt_zero_fields[] = {
    FIELD(HEX, "slba", 8, 0, 64, 0x10),	   FIELD(DEC, "nlb", 16, 0, 16, 0x10),
    FIELD(HEX, "eilbrt", 20, 0, 32, 0x10), FIELD(HEX, "elbatm", 24, 0, 32, 0x10),
    FIELD(HEX, "elbat", 28, 0, 32, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_nvm_scopy_fmt_zero = {
    .header = "xnvme_spec_nvm_scopy_fmt_zero",
    .source = "NVM Command Set 1.0, Copy - Source Range Entry Format 0h",
    .fields = nvm_scopy_fmt_zero_fields,
    .nfields = NFIELDS(nvm_scopy_fmt_zero_fields),
    .nbytes = 32,
};

static const struct xnvi_field nvm_idfy_ctrlr_fields[] = {
    FIELD(DEC, "vsl", 0, 0, 8, 0x10),	 FIELD(DEC, "wzsl", 1, 0, 8, 0x10),
    FIELD(DEC, "wusl", 2, 0, 8, 0x10),	 FIELD(DEC, "dmrl", 3, 0, 8, 0x10),
    FIELD(DEC, "dmrsl", 4, 0, 32, 0x10), FIELD(DEC, "dmsl", 8, 0, 64, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_nvm_idfy_ctrlr = {
    .header = "xnvme_spec_nvm_idfy_ctrlr",
    .source = "NVM Command Set 1.0, I/O Command Set Specific Identify Controller Data Structure",
    .fields = nvm_idfy_ctrlr_fields,
    .nfields = NFIELDS(nvm_idfy_ctrlr_fields),
    .nbytes = 4096,
};

static const struct xnvi_field elbaf_fields[] = {
    FIELD(DEC, "sts", 0, 0, 7, 0x10),
    FIELD(DEC, "pif", 0, 7, 2, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_elbaf = {
    .header = "xnvme_spec_elbaf",
    .source = "NVM Command Set 1.0, Extended LBA Format Data Structure",
    .fields = elbaf_fields,
    .nfields = NFIELDS(elbaf_fields),
    .nbytes = 4,
};

static const struct xnvi_field nvm_idfy_ns_pic_fields[] = {
    FIELD(DEC, "gpistm", 8, 1, 1, 0x10),
    FIELD(DEC, "gpists", 8, 0, 1, 0x10),
    FIELD(DEC, "stcrs", 8, 2, 1, 0x10),
};

static const struct xnvi_spec_table nvm_idfy_ns_pic = TABLE_MAP(nvm_idfy_ns_pic_fields);

static const struct xnvi_spec_list nvm_idfy_ns_elbaf_list = {
    .nmax = 64,
    .stride = 4,
    .item = &xnvi_tbl_elbaf,
};

static const struct xnvi_field nvm_idfy_ns_fields[] = {
    FIELD(DEC, "lbstm", 0, 0, 64, 0x10),
    MAP("pic", false, &nvm_idfy_ns_pic, 0x10),
    LIST("elbaf", 12, false, &nvm_idfy_ns_elbaf_list, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_nvm_idfy_ns = {
    .header = "xnvme_spec_nvm_idfy_ns",
    .source = "NVM Command Set 1.0, I/O Command Set Specific Identify Namespace Data Structure",
    .fields = nvm_idfy_ns_fields,
    .nfields = NFIELDS(nvm_idfy_ns_fields),
    .nbytes = 4096,
};

static const struct xnvi_field znd_idfy_ctrlr_fields[] = {
    FIELD(DEC, "zasl", 0, 0, 8, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_znd_idfy_ctrlr = {
    .header = "xnvme_spec_znd_idfy_ctrlr",
    .source = "Zoned Namespaces 1.1, I/O Command Set Specific Identify Controller Data Structure",
    .fields = znd_idfy_ctrlr_fields,
    .nfields = NFIELDS(znd_idfy_ctrlr_fields),
    .nbytes = 4096,
};

static const struct xnvi_field znd_idfy_lbafe_fields[] = {
    FIELD(DEC, "zsze", 0, 0, 64, 0x10),
    FIELD(DEC, "zdes", 8, 0, 8, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_znd_idfy_lbafe = {
    .header = "xnvme_spec_znd_idfy_lbafe",
    .source = "Zoned Namespaces 1.1, LBA Format Extension Data Structure",
    .fields = znd_idfy_lbafe_fields,
    .nfields = NFIELDS(znd_idfy_lbafe_fields),
    .nbytes = 16,
};

static const struct xnvi_field znd_idfy_ns_zoc_fields[] = {
    FIELD(DEC, "vzcap", 0, 0, 1, 0x10),
    FIELD(DEC, "zae", 0, 1, 1, 0x10),
};

static const struct xnvi_spec_table znd_idfy_ns_zoc = TABLE_MAP(znd_idfy_ns_zoc_fields);

static const struct xnvi_field znd_idfy_ns_ozcs_fields[] = {
    FIELD(HEX, "val", 2, 0, 16, 0x10),
    FIELD(DEC, "razb", 2, 0, 1, 0x10),
    FIELD(DEC, "zrwasup", 2, 1, 1, 0x11),
};

static const struct xnvi_spec_table znd_idfy_ns_ozcs = TABLE_MAP(znd_idfy_ns_ozcs_fields);

static const struct xnvi_spec_list znd_idfy_ns_lbafe_list = {
    .nmax = 16,
    .stride = 16,
    .item = &xnvi_tbl_znd_idfy_lbafe,
};

static const struct xnvi_field znd_idfy_ns_zrwacap_fields[] = {
    FIELD(HEX, "val", 52, 0, 8, 0x11),
    FIELD(DEC, "expflushsup", 52, 0, 1, 0x11),
};

static const struct xnvi_spec_table znd_idfy_ns_zrwacap = TABLE_MAP(znd_idfy_ns_zrwacap_fields);

static const struct xnvi_field znd_idfy_ns_fields[] = {
    MAP("zoc", true, &znd_idfy_ns_zoc, 0x10),
    MAP("ozcs", false, &znd_idfy_ns_ozcs, 0x10),
    FIELD(DEC, "mar", 4, 0, 32, 0x10),
    FIELD(DEC, "mor", 8, 0, 32, 0x10),
    FIELD(DEC, "rrl", 12, 0, 32, 0x10),
    FIELD(DEC, "frl", 16, 0, 32, 0x10),
    LIST("lbafe", 2816, false, &znd_idfy_ns_lbafe_list, 0x10),
    FIELD(DEC, "numzrwa", 44, 0, 32, 0x11),
    FIELD(DEC, "zrwas", 50, 0, 16, 0x11),
    FIELD(DEC, "zrwafg", 48, 0, 16, 0x11),
    MAP("zrwacap", false, &znd_idfy_ns_zrwacap, 0x11),
};

const struct xnvi_spec_table xnvi_tbl_znd_idfy_ns = {
    .header = "xnvme_spec_znd_idfy_ns",
    .source = "Zoned Namespaces 1.1, I/O Command Set Specific Identify Namespace Data Structure",
    .fields = znd_idfy_ns_fields,
    .nfields = NFIELDS(znd_idfy_ns_fields),
    .nbytes = 4096,
};

static const struct xnvi_field znd_descr_fields[] = {
    FIELD(HEX, "zslba", 16, 0, 64, 0x10),      FIELD(HEX, "wp", 24, 0, 64, 0x10),
    FIELD(DEC, "zcap", 8, 0, 64, 0x10),	       FIELD(HEX, "zt", 0, 0, 4, 0x10),
    NAME("zs", 1, 4, 4, 0x10, znd_state_name), FIELD(BITS, "za", 2, 0, 8, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_znd_descr = {
    .header = "xnvme_spec_znd_descr",
    .source = "Zoned Namespaces 1.1, Zone Descriptor Data Structure",
    .fields = znd_descr_fields,
    .nfields = NFIELDS(znd_descr_fields),
    .nbytes = 64,
};

static const struct xnvi_field znd_report_hdr_fields[] = {
    FIELD(DEC, "nzones", 0, 0, 64, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_znd_report_hdr = {
    .header = "xnvme_spec_znd_report_hdr",
    .source = "Zoned Namespaces 1.1, Report Zones Data Structure",
    .fields = znd_report_hdr_fields,
    .nfields = NFIELDS(znd_report_hdr_fields),
    .nbytes = 64,
};

static const struct xnvi_field kvs_idfy_ns_format_fields[] = {
    FIELD(DEC, "kml", 0, 0, 16, 0x10),
    FIELD(HEX, "fopt", 3, 0, 8, 0x10),
    FIELD(DEC, "vml", 4, 0, 32, 0x10),
    FIELD(DEC, "mnk", 8, 0, 32, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_kvs_idfy_ns_format = {
    .header = "xnvme_spec_kvs_idfy_ns_format",
    .source = "Key Value Command Set 1.0, KV Format Data Structure",
    .fields = kvs_idfy_ns_format_fields,
    .nfields = NFIELDS(kvs_idfy_ns_format_fields),
    .nbytes = 16,
};

static const struct xnvi_spec_list kvs_idfy_ns_kvf_list = {
    .nmax = 16,
    .stride = 16,
    .count_offset = 25,
    .count_nbits = 8,
    .count_add = 1,
    .item = &xnvi_tbl_kvs_idfy_ns_format,
};

static const struct xnvi_field kvs_idfy_ns_fields[] = {
    FIELD(DEC, "nsze", 0, 0, 64, 0x10),
    FIELD(DEC, "nuse", 16, 0, 64, 0x10),
    FIELD(DEC, "nkvf", 25, 0, 8, 0x10),
    LIST("kvf", 72, false, &kvs_idfy_ns_kvf_list, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_kvs_idfy_ns = {
    .header = "xnvme_spec_kvs_idfy_ns",
    .source =
	"Key Value Command Set 1.0, I/O Command Set Specific Identify Namespace Data Structure",
    .fields = kvs_idfy_ns_fields,
    .nfields = NFIELDS(kvs_idfy_ns_fields),
    .nbytes = 4096,
};
