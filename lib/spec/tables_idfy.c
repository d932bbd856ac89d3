// SPDX-License-Identifier: BSD-3-Clause
/**
 * Tables of the Identify data structures of the base specification, and of the controller registers
 */
#include <spec/tables.h>

#include <stddef.h>

static const struct xnvi_field lbaf_fields[] = {
    FIELD(DEC, "ms", 0, 0, 16, 0x10),
    FIELD(DEC, "ds", 2, 0, 8, 0x10),
    FIELD(DEC, "rp", 3, 0, 2, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_lbaf = {
    .header = "xnvme_spec_lbaf",
    .source = "NVM Command Set 1.0, LBA Format Data Structure",
    .fields = lbaf_fields,
    .nfields = NFIELDS(lbaf_fields),
    .nbytes = 4,
};

static const struct xnvi_field idfy_ns_nsfeat_fields[] = {
    FIELD(DEC, "thin_prov", 24, 0, 1, 0x10),
    FIELD(DEC, "ns_atomic_write_unit", 24, 1, 1, 0x12),
    FIELD(DEC, "dealloc_or_unwritten_error", 24, 2, 1, 0x12),
    FIELD(DEC, "guid_never_reused", 24, 3, 1, 0x13),
    FIELD(DEC, "optimal_performance", 24, 4, 1, 0x14),
    FIELD(DEC, "reserved1", 24, 5, 3, 0x10),
};

static const struct xnvi_spec_table idfy_ns_nsfeat = TABLE_MAP(idfy_ns_nsfeat_fields);

static const struct xnvi_field idfy_ns_flbas_fields[] = {
    FIELD(DEC, "format_lsb", 26, 0, 4, 0x10),
    FIELD(DEC, "extended", 26, 4, 1, 0x10),
    FIELD(DEC, "format_msb", 26, 5, 2, 0x20),
    FIELD(DEC, "reserved2", 26, 7, 1, 0x10),
};

static const struct xnvi_spec_table idfy_ns_flbas = TABLE_MAP(idfy_ns_flbas_fields);

static const struct xnvi_field idfy_ns_mc_fields[] = {
    FIELD(DEC, "extended", 27, 0, 1, 0x10),
    FIELD(DEC, "pointer", 27, 1, 1, 0x10),
    FIELD(DEC, "reserved3", 27, 2, 6, 0x10),
};

static const struct xnvi_spec_table idfy_ns_mc = TABLE_MAP(idfy_ns_mc_fields);

static const struct xnvi_spec_list idfy_ns_nvmcap_list = {
    .nmax = 2,
    .stride = 8,
    .kind = XNVI_FIELD_DEC,
    .nbits = 64,
};

static const struct xnvi_spec_list idfy_ns_nguid_list = {
    .nmax = 16,
    .stride = 1,
    .kind = XNVI_FIELD_HEX,
    .nbits = 8,
};

static const struct xnvi_spec_list idfy_ns_lbaf_list = {
    .nmax = 64,
    .stride = 4,
    .count_offset = 25,
    .count_nbits = 8,
    .count_add = 1,
    .item = &xnvi_tbl_lbaf,
};

static const struct xnvi_field idfy_ns_fields[] = {
    FIELD(DEC, "nsze", 0, 0, 64, 0x10),
    FIELD(DEC, "ncap", 8, 0, 64, 0x10),
    FIELD(DEC, "nuse", 16, 0, 64, 0x10),
    FIELD(DEC, "nlbaf", 25, 0, 8, 0x10),
    MAP("nsfeat", false, &idfy_ns_nsfeat, 0x10),
    MAP("flbas", false, &idfy_ns_flbas, 0x10),
    MAP("mc", false, &idfy_ns_mc, 0x10),
    FIELD(HEX, "dpc", 28, 0, 8, 0x10),
    FIELD(HEX, "dps", 29, 0, 8, 0x10),
    FIELD(HEX, "nsrescap", 31, 0, 8, 0x11),
    FIELD(HEX, "fpi", 32, 0, 8, 0x12),
    FIELD(HEX, "dlfeat", 33, 0, 8, 0x13),
    FIELD(HEX, "nawun", 34, 0, 16, 0x12),
    FIELD(HEX, "nawupf", 36, 0, 16, 0x12),
    FIELD(HEX, "nacwu", 38, 0, 16, 0x12),
    FIELD(HEX, "nabsn", 40, 0, 16, 0x12),
    FIELD(HEX, "nabspf", 44, 0, 16, 0x12),
    FIELD(HEX, "noiob", 46, 0, 16, 0x13),
    LIST("nvmcap", 48, false, &idfy_ns_nvmcap_list, 0x12),
    FIELD(HEX, "npwg", 64, 0, 16, 0x14),
    FIELD(HEX, "npwa", 66, 0, 16, 0x14),
    FIELD(HEX, "npdg", 68, 0, 16, 0x14),
    FIELD(HEX, "npda", 70, 0, 16, 0x14),
    FIELD(HEX, "nows", 72, 0, 16, 0x14),
    FIELD(DEC, "mssrl", 74, 0, 16, 0x20),
    FIELD(DEC, "mcl", 76, 0, 32, 0x20),
    FIELD(DEC, "msrc", 80, 0, 8, 0x20),
    FIELD(HEX, "anagrpid", 92, 0, 32, 0x14),
    FIELD(HEX, "nsattr", 99, 0, 8, 0x14),
    FIELD(HEX, "nvmsetid", 100, 0, 16, 0x14),
    FIELD(HEX, "endgid", 102, 0, 16, 0x14),
    LIST("nguid", 104, true, &idfy_ns_nguid_list, 0x12),
    FIELD(DEC, "eui64", 120, 0, 64, 0x11),
    LIST("lbaf", 128, false, &idfy_ns_lbaf_list, 0x10),
};

const struct xnvi_spec_table xnvi_tbl_idfy_ns = {
    .header = "xnvme_spec_idfy_ns",
    .source = "NVM Command Set 1.0, Identify Namespace Data Structure",
    .fields = idfy_ns_fields,
    .nfields = NFIELDS(idfy_ns_fields),
    .nbytes = 4096,
};

static const struct xnvi_field idfy_ctrlr_lpa_fields[] = {
    FIELD(DEC, "ns_smart", 261, 0, 1, 0x10), FIELD(DEC, "celp", 261, 1, 1, 0x12),
    FIELD(DEC, "edlp", 261, 2, 1, 0x12),     FIELD(DEC, "telemetry", 261, 3, 1, 0x13),
    FIELD(DEC, "pel", 261, 4, 1, 0x14),	     FIELD(DEC, "mel", 261, 5, 1, 0x20),
    FIELD(DEC, "tel_da4", 261, 6, 1, 0x20),  FIELD(HEX, "val", 261, 0, 8, 0x10),
};

static const struct xnvi_spec_table idfy_ctrlr_lpa = TABLE_MAP(idfy_ctrlr_lpa_fields);

static const struct xnvi_spec_list idfy_ctrlr_tnvmcap_list = {
    .nmax = 2,
    .stride = 8,
    .kind = XNVI_FIELD_DEC,
    .nbits = 64,
};

static const struct xnvi_spec_list idfy_ctrlr_unvmcap_list = {
    .nmax = 2,
    .stride = 8,
    .kind = XNVI_FIELD_DEC,
    .nbits = 64,
};

static const struct xnvi_spec_list idfy_ctrlr_megcap_list = {
    .nmax = 2,
    .stride = 8,
    .kind = XNVI_FIELD_DEC,
    .nbits = 64,
};

static const struct xnvi_field idfy_ctrlr_oncs_fields[] = {
    FIELD(DEC, "compare", 520, 0, 1, 0x10),
    FIELD(DEC, "write_unc", 520, 1, 1, 0x10),
    FIELD(DEC, "dsm", 520, 2, 1, 0x10),
    FIELD(DEC, "write_zeroes", 520, 3, 1, 0x11),
    FIELD(DEC, "set_features_save", 520, 4, 1, 0x11),
    FIELD(DEC, "reservations", 520, 5, 1, 0x11),
    FIELD(DEC, "timestamp", 520, 6, 1, 0x13),
    FIELD(DEC, "verify", 520, 7, 1, 0x14),
    FIELD(DEC, "copy", 521, 0, 1, 0x20),
};

static const struct xnvi_spec_table idfy_ctrlr_oncs = TABLE_MAP(idfy_ctrlr_oncs_fields);

static const struct xnvi_field idfy_ctrlr_cdfs_fields[] = {
    FIELD(DEC, "format0", 534, 0, 1, 0x20),
    FIELD(DEC, "format1", 534, 1, 1, 0x20),
};

static const struct xnvi_spec_table idfy_ctrlr_cdfs = TABLE_MAP(idfy_ctrlr_cdfs_fields);

static const struct xnvi_spec_list idfy_ctrlr_maxdna_list = {
    .nmax = 2,
    .stride = 8,
    .kind = XNVI_FIELD_DEC,
    .nbits = 64,
};

static const struct xnvi_field idfy_ctrlr_fields[] = {
    FIELD(HEX, "vid", 0, 0, 16, 0x10),
    FIELD(HEX, "ssvid", 2, 0, 16, 0x10),
    FIELD(CHARS, "sn", 4, 0, 160, 0x10),
    FIELD(CHARS, "mn", 24, 0, 320, 0x10),
    FIELD(CHARS, "fr", 64, 0, 64, 0x10),
    FIELD(DEC, "rab", 72, 0, 8, 0x10),
    FIELD(DIGITS, "ieee", 73, 0, 24, 0x10),
    FIELD(HEX, "cmic", 76, 0, 8, 0x11),
    FIELD(DEC, "mdts", 77, 0, 8, 0x10),
    FIELD(HEX, "cntlid", 78, 0, 16, 0x11),
    FIELD(HEX, "ver", 80, 0, 32, 0x12),
    FIELD(HEX, "rtd3r", 84, 0, 32, 0x12),
    FIELD(HEX, "rtd3e", 88, 0, 32, 0x12),
    FIELD(HEX, "oaes", 92, 0, 32, 0x12),
    FIELD(HEX, "ctratt", 96, 0, 32, 0x12),
    FIELD(HEX, "rrls", 100, 0, 16, 0x14),
    FIELD(HEX, "cntrltype", 111, 0, 8, 0x14),
    FIELD(HEX, "crdt1", 128, 0, 16, 0x14),
    FIELD(HEX, "crdt2", 130, 0, 16, 0x14),
    FIELD(HEX, "crdt3", 132, 0, 16, 0x14),
    FIELD(HEX, "nvmsr", 253, 0, 8, 0x20),
    FIELD(HEX, "vwci", 254, 0, 8, 0x20),
    FIELD(HEX, "mec", 255, 0, 8, 0x20),
    FIELD(HEX, "oacs", 256, 0, 16, 0x10),
    FIELD(DEC, "acl", 258, 0, 8, 0x10),
    FIELD(DEC, "aerl", 259, 0, 8, 0x10),
    FIELD(HEX, "frmw", 260, 0, 8, 0x10),
    MAP("lpa", true, &idfy_ctrlr_lpa, 0x10),
    FIELD(DEC, "elpe", 262, 0, 8, 0x10),
    FIELD(DEC, "npss", 263, 0, 8, 0x10),
    FIELD(HEX, "avscc", 264, 0, 8, 0x10),
    FIELD(HEX, "apsta", 265, 0, 8, 0x11),
    FIELD(DEC, "wctemp", 266, 0, 16, 0x12),
    FIELD(DEC, "cctemp", 268, 0, 16, 0x12),
    FIELD(DEC, "mtfa", 270, 0, 16, 0x12),
    FIELD(DEC, "hmpre", 272, 0, 32, 0x12),
    FIELD(DEC, "hmmin", 276, 0, 32, 0x12),
    LIST("tnvmcap", 280, true, &idfy_ctrlr_tnvmcap_list, 0x12),
    LIST("unvmcap", 296, true, &idfy_ctrlr_unvmcap_list, 0x12),
    FIELD(HEX, "rpmbs", 312, 0, 32, 0x12),
    FIELD(DEC, "edstt", 316, 0, 16, 0x13),
    FIELD(DEC, "dsto", 318, 0, 8, 0x13),
    FIELD(DEC, "fwug", 319, 0, 8, 0x13),
    FIELD(DEC, "kas", 320, 0, 16, 0x12),
    FIELD(HEX, "hctma", 322, 0, 16, 0x13),
    FIELD(DEC, "mntmt", 324, 0, 16, 0x13),
    FIELD(DEC, "mxtmt", 326, 0, 16, 0x13),
    FIELD(HEX, "sanicap", 328, 0, 32, 0x13),
    FIELD(DEC, "hmminds", 332, 0, 32, 0x14),
    FIELD(DEC, "hmmaxd", 336, 0, 16, 0x14),
    FIELD(DEC, "nsetidmax", 338, 0, 16, 0x14),
    FIELD(DEC, "endgidmax", 340, 0, 16, 0x14),
    FIELD(DEC, "anatt", 342, 0, 8, 0x14),
    FIELD(HEX, "anacap", 343, 0, 8, 0x14),
    FIELD(DEC, "anagrpmax", 344, 0, 32, 0x14),
    FIELD(DEC, "nanagrpid", 348, 0, 32, 0x14),
    FIELD(DEC, "pels", 352, 0, 32, 0x14),
    FIELD(DEC, "domain_identifier", 356, 0, 16, 0x20),
    LIST("megcap", 368, true, &idfy_ctrlr_megcap_list, 0x20),
    FIELD(HEX, "sqes", 512, 0, 8, 0x10),
    FIELD(HEX, "cqes", 513, 0, 8, 0x10),
    FIELD(DEC, "maxcmd", 514, 0, 16, 0x12),
    FIELD(DEC, "nn", 516, 0, 32, 0x10),
    MAP("oncs", false, &idfy_ctrlr_oncs, 0x10),
    FIELD(HEX, "fuses", 522, 0, 16, 0x10),
    FIELD(HEX, "fna", 524, 0, 8, 0x10),
    FIELD(HEX, "vwc", 525, 0, 8, 0x10),
    FIELD(DEC, "awun", 526, 0, 16, 0x10),
    FIELD(DEC, "awupf", 528, 0, 16, 0x10),
    FIELD(DEC, "nvscc", 530, 0, 8, 0x11),
    FIELD(DEC, "acwu", 532, 0, 16, 0x11),
    MAP("cdfs", false, &idfy_ctrlr_cdfs, 0x20),
    FIELD(HEX, "sgls", 536, 0, 32, 0x11),
    FIELD(DEC, "mnan", 540, 0, 32, 0x14),
    LIST("maxdna", 544, true, &idfy_ctrlr_maxdna_list, 0x20),
    FIELD(DEC, "maxcna", 560, 0, 32, 0x20),
    FIELD(CHARS, "subnqn", 768, 0, 2048, 0x12),
};

const struct xnvi_spec_table xnvi_tbl_idfy_ctrlr = {
    .header = "xnvme_spec_idfy_ctrlr",
    .source = "Base 2.0, Identify Controller Data Structure",
    .fields = idfy_ctrlr_fields,
    .nfields = NFIELDS(idfy_ctrlr_fields),
    .nbytes = 4096,
};

static const struct xnvi_field cs_vector_fields[] = {
    FIELD(HEX, "val", 0, 0, 64, 0x20),
    FIELD(DEC, "nvm", 0, 0, 1, 0x20),
    FIELD(DEC, "kv", 0, 1, 1, 0x20),
    FIELD(DEC, "zns", 0, 2, 1, 0x20),
};

const struct xnvi_spec_table xnvi_tbl_cs_vector = {
    .header = "xnvme_spec_cs_vector",
    .source = "Base 2.0, I/O Command Set Vector",
    .fields = cs_vector_fields,
    .nfields = NFIELDS(cs_vector_fields),
    .nbytes = 8,
};

static const struct xnvi_spec_list idfy_cs_iocsc_list = {
    .nmax = 512,
    .stride = 8,
    .item = &xnvi_tbl_cs_vector,
    .nonzero = true,
    .index = "iocsci",
};

static const struct xnvi_field idfy_cs_fields[] = {
    LIST("iocsc", 0, false, &idfy_cs_iocsc_list, 0x20),
};

const struct xnvi_spec_table xnvi_tbl_idfy_cs = {
    .header = "xnvme_spec_idfy_cs",
    .source = "Base 2.0, Identify I/O Command Set Data Structure",
    .fields = idfy_cs_fields,
    .nfields = NFIELDS(idfy_cs_fields),
    .nbytes = 4096,
};

static const struct xnvi_field ctrlr_bar_fields[] = {
    FIELD(HEX, "cap", 0, 0, 64, 0x10),	      FIELD(DEC, "vs", 8, 0, 32, 0x10),
    FIELD(DEC, "intms", 12, 0, 32, 0x10),     FIELD(DEC, "intmc", 16, 0, 32, 0x10),
    FIELD(DEC, "cc", 20, 0, 32, 0x10),	      FIELD(DEC, "csts", 28, 0, 32, 0x10),
    FIELD(DEC, "nssr", 32, 0, 32, 0x11),      FIELD(DEC, "aqa", 36, 0, 32, 0x10),
    FIELD(DEC, "asq", 40, 0, 64, 0x10),	      FIELD(DEC, "acq", 48, 0, 64, 0x10),
    FIELD(DEC, "cmbloc", 56, 0, 32, 0x12),    FIELD(DEC, "cmbsz", 60, 0, 32, 0x12),
    FIELD(DEC, "bpinfo", 64, 0, 32, 0x13),    FIELD(DEC, "bprsel", 68, 0, 32, 0x13),
    FIELD(DEC, "bpmbl", 72, 0, 64, 0x13),     FIELD(DEC, "cmbmsc", 80, 0, 64, 0x14),
    FIELD(DEC, "cmbsts", 88, 0, 32, 0x14),    FIELD(DEC, "pmrcap", 3584, 0, 32, 0x14),
    FIELD(DEC, "pmrctl", 3588, 0, 32, 0x14),  FIELD(DEC, "pmrsts", 3592, 0, 32, 0x14),
    FIELD(DEC, "pmrebs", 3596, 0, 32, 0x14),  FIELD(DEC, "pmrswtp", 3600, 0, 32, 0x14),
    FIELD(DEC, "pmrmscl", 3604, 0, 32, 0x14), FIELD(DEC, "pmrmscu", 3608, 0, 32, 0x14),
};

const struct xnvi_spec_table xnvi_tbl_ctrlr_bar = {
    .header = "xnvme_spec_ctrlr_bar",
    .source = "NVMe over PCIe Transport 1.0, Controller Properties",
    .fields = ctrlr_bar_fields,
    .nfields = NFIELDS(ctrlr_bar_fields),
    .nbytes = 4096,
};
