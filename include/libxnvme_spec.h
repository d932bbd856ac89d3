// SPDX-License-Identifier: BSD-3-Clause
/**
 * Data structures of the NVM Express specifications, and printers for them
 *
 * Every structure names the specification and the figure or section it is from. Fields are
 * little-endian as the device has them and are named as in the specification. "Zero-based" means
 * that a value of 0 stands for one. Members named rsvd or reserved are reserved.
 *
 * The printers write YAML or JSON, see ::xnvme_pr. Their output is valid whatever the record
 * holds; lists are never longer than the specification and the buffer of the caller allow.
 *
 * Structures with members that have no name, and lists at their end, say __extension__: C99 and C++
 * lack these, all compilers have them, and -Wpedantic is silent about them.
 */
#ifndef __LIBXNVME_SPEC_H
#define __LIBXNVME_SPEC_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <libxnvme_host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define XNVME_SPEC_CTRLR_SN_LEN		20
#define XNVME_SPEC_CTRLR_MN_LEN		40
#define XNVME_SPEC_CTRLR_FR_LEN		8
#define XNVME_SPEC_IDFY_CS_IOCSC_LEN	512
#define XNVME_SPEC_NVM_SCOPY_NENTRY_MAX 128
#define ZND_CHANGES_LEN			511

/* Fields of dword 0 of a feature, an unsigned number; they stay in place: DULBE is 0 or 0x10000 */
#define XNVME_SPEC_FEAT_ERROR_RECOVERY_DULBE(feat) ((feat)&0x10000U)
#define XNVME_SPEC_FEAT_ERROR_RECOVERY_TLER(feat)  ((feat)&0xffffU)
#define XNVME_SPEC_FEAT_MEDIA_FEEDBACK_HECC(feat)  ((feat)&0x1U)
#define XNVME_SPEC_FEAT_MEDIA_FEEDBACK_VHECC(feat) ((feat)&0x2U)

/**
 * Status code types
 *
 * NVM Express Base Specification 2.0, figure "Status Code - Status Code Type Values"
 */
enum xnvme_spec_status_code_type {
	XNVME_STATUS_CODE_TYPE_GENERIC = 0,
	XNVME_STATUS_CODE_TYPE_CMDSPEC = 1,
	XNVME_STATUS_CODE_TYPE_MEDIA = 2,
	XNVME_STATUS_CODE_TYPE_PATH = 3,
	XNVME_STATUS_CODE_TYPE_VENDOR = 7,
};

/**
 * Generic command status codes, the ones programs compare with
 *
 * NVM Express Base Specification 2.0, figure "Status Code - Generic Command Status Values"
 */
enum xnvme_spec_status_code {
	XNVME_STATUS_CODE_INVALID_FIELD = 2,
};

/**
 * Log page identifiers
 *
 * NVM Express Base Specification 2.0, figure "Get Log Page - Log Page Identifiers"
 */
enum xnvme_spec_log_lpi {
	XNVME_SPEC_LOG_RSVD = 0,
	XNVME_SPEC_LOG_ERRI = 1,
	XNVME_SPEC_LOG_HEALTH = 2,
	XNVME_SPEC_LOG_FW = 3,
	XNVME_SPEC_LOG_CHNS = 4,
	XNVME_SPEC_LOG_CSAE = 5,
	XNVME_SPEC_LOG_SELFTEST = 6,
	XNVME_SPEC_LOG_TELEHOST = 7,
	XNVME_SPEC_LOG_TELECTRLR = 8,
	XNVME_SPEC_LOG_FDPCONF = 0x20,
	XNVME_SPEC_LOG_FDPRUHU = 0x21,
	XNVME_SPEC_LOG_FDPSTATS = 0x22,
	XNVME_SPEC_LOG_FDPEVENTS = 0x23,
};

/**
 * Management operations of I/O Management Receive
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "I/O Management Receive - Management
 * Operation"
 */
enum xnvme_spec_io_mgmt_recv_mo {
	XNVME_SPEC_IO_MGMT_RECV_RUHS = 1,
};

/**
 * Management operations of I/O Management Send
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "I/O Management Send - Management
 * Operation"
 */
enum xnvme_spec_io_mgmt_send_mo {
	XNVME_SPEC_IO_MGMT_SEND_RUHU = 1,
};

/**
 * Controller or Namespace Structure: what Identify returns
 *
 * NVM Express Base Specification 2.0, figure "Identify - CNS Values"
 */
enum xnvme_spec_idfy_cns {
	XNVME_SPEC_IDFY_NS = 0,
	XNVME_SPEC_IDFY_CTRLR = 1,
	XNVME_SPEC_IDFY_NSLIST = 2,
	XNVME_SPEC_IDFY_NSDSCR = 3,
	XNVME_SPEC_IDFY_SETL = 4,
	XNVME_SPEC_IDFY_NS_IOCS = 5,
	XNVME_SPEC_IDFY_CTRLR_IOCS = 6,
	XNVME_SPEC_IDFY_NSLIST_IOCS = 7,
	XNVME_SPEC_IDFY_NSLIST_ALLOC = 0x10,
	XNVME_SPEC_IDFY_NS_ALLOC = 0x11,
	XNVME_SPEC_IDFY_CTRLR_NS = 0x12,
	XNVME_SPEC_IDFY_CTRLR_SUB = 0x13,
	XNVME_SPEC_IDFY_CTRLR_PRI = 0x14,
	XNVME_SPEC_IDFY_CTRLR_SEC = 0x15,
	XNVME_SPEC_IDFY_NSGRAN = 0x16,
	XNVME_SPEC_IDFY_UUIDL = 0x17,
	XNVME_SPEC_IDFY_NSLIST_ALLOC_IOCS = 0x1a,
	XNVME_SPEC_IDFY_NS_ALLOC_IOCS = 0x1b,
	XNVME_SPEC_IDFY_IOCS = 0x1c,
};

/**
 * Command set identifiers
 *
 * NVM Express Base Specification 2.0, figure "Command Set Identifiers"
 */
enum xnvme_spec_csi {
	XNVME_SPEC_CSI_NVM = 0,
	XNVME_SPEC_CSI_KV = 1,
	XNVME_SPEC_CSI_ZONED = 2,
};

/**
 * Protection information formats
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Extended LBA Format Data Structure, NVM
 * Command Set Specific"
 */
enum xnvme_spec_nvm_ns_pif {
	XNVME_SPEC_NVM_NS_16B_GUARD = 0,
	XNVME_SPEC_NVM_NS_32B_GUARD = 1,
	XNVME_SPEC_NVM_NS_64B_GUARD = 2,
};

/**
 * Opcodes of admin commands
 *
 * NVM Express Base Specification 2.0, figure "Opcodes for Admin Commands"
 */
enum xnvme_spec_adm_opc {
	XNVME_SPEC_ADM_OPC_LOG = 2,
	XNVME_SPEC_ADM_OPC_IDFY = 6,
	XNVME_SPEC_ADM_OPC_SFEAT = 9,
	XNVME_SPEC_ADM_OPC_GFEAT = 10,
	XNVME_SPEC_ADM_OPC_DSEND = 0x19,
	XNVME_SPEC_ADM_OPC_DRECV = 0x1a,
};

/**
 * Opcodes of NVM commands; Format NVM and Sanitize are admin commands
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Opcodes for NVM Commands"
 */
enum xnvme_spec_nvm_opc {
	XNVME_SPEC_NVM_OPC_FLUSH = 0,
	XNVME_SPEC_NVM_OPC_WRITE = 1,
	XNVME_SPEC_NVM_OPC_READ = 2,
	XNVME_SPEC_NVM_OPC_WRITE_UNCORRECTABLE = 4,
	XNVME_SPEC_NVM_OPC_COMPARE = 5,
	XNVME_SPEC_NVM_OPC_WRITE_ZEROES = 8,
	XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT = 9,
	XNVME_SPEC_NVM_OPC_SCOPY = 0x19,
	XNVME_SPEC_NVM_OPC_IO_MGMT_RECV = 0x12,
	XNVME_SPEC_NVM_OPC_IO_MGMT_SEND = 0x1d,
	XNVME_SPEC_NVM_OPC_FMT = 0x80,
	XNVME_SPEC_NVM_OPC_SANITIZE = 0x84,
};

/**
 * Feature identifiers
 *
 * NVM Express Base Specification 2.0, figure "Set Features - Feature Identifiers"
 */
enum xnvme_spec_feat_id {
	XNVME_SPEC_FEAT_ARBITRATION = 1,
	XNVME_SPEC_FEAT_PWR_MGMT = 2,
	XNVME_SPEC_FEAT_LBA_RANGETYPE = 3,
	XNVME_SPEC_FEAT_TEMP_THRESHOLD = 4,
	XNVME_SPEC_FEAT_ERROR_RECOVERY = 5,
	XNVME_SPEC_FEAT_VWCACHE = 6,
	XNVME_SPEC_FEAT_NQUEUES = 7,
	XNVME_SPEC_FEAT_FDP_MODE = 0x1d,
	XNVME_SPEC_FEAT_FDP_EVENTS = 0x1e,
};

/**
 * Which value Get Features returns
 *
 * NVM Express Base Specification 2.0, figure "Get Features - Select"
 */
enum xnvme_spec_feat_sel {
	XNVME_SPEC_FEAT_SEL_CURRENT = 0,
	XNVME_SPEC_FEAT_SEL_DEFAULT = 1,
	XNVME_SPEC_FEAT_SEL_SAVED = 2,
	XNVME_SPEC_FEAT_SEL_SUPPORTED = 3,
};

/**
 * Directive types
 *
 * NVM Express Base Specification 2.0, figure "Directive Types"
 */
enum xnvme_spec_dir_types {
	XNVME_SPEC_DIR_IDENTIFY = 0,
	XNVME_SPEC_DIR_STREAMS = 1,
};

/**
 * Directive Send operations of the Identify directive
 *
 * NVM Express Base Specification 2.0, figure "Identify Directive - Directive Operations"
 */
enum xnvme_spec_dsend_idfy_doper {
	XNVME_SPEC_DSEND_IDFY_ENDIR = 1,
};

/**
 * Directive Send operations of the Streams directive
 *
 * NVM Express Base Specification 2.0, figure "Streams - Directive Operations"
 */
enum xnvme_spec_dsend_streams_doper {
	XNVME_SPEC_DSEND_STREAMS_RELID = 1,
	XNVME_SPEC_DSEND_STREAMS_RELRS = 2,
};

/**
 * Directive Receive operations of the Identify directive
 *
 * NVM Express Base Specification 2.0, figure "Identify Directive - Directive Operations"
 */
enum xnvme_spec_drecv_idfy_doper {
	XNVME_SPEC_DRECV_IDFY_RETPR = 1,
};

/**
 * Directive Receive operations of the Streams directive
 *
 * NVM Express Base Specification 2.0, figure "Streams - Directive Operations"
 */
enum xnvme_spec_drecv_streams_doper {
	XNVME_SPEC_DRECV_STREAMS_RETPR = 1,
	XNVME_SPEC_DRECV_STREAMS_GETST = 2,
	XNVME_SPEC_DRECV_STREAMS_ALLRS = 3,
};

/**
 * Bits of the upper half of Command Dword 12 of reads and writes, shifted down by 16
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Read - Command Dword 12"
 */
enum xnvme_spec_flag {
	XNVME_SPEC_FLAG_LIMITED_RETRY = 0x8000,
	XNVME_SPEC_FLAG_FORCE_UNIT_ACCESS = 0x4000,
	XNVME_SPEC_FLAG_PRINFO_PRCHK_REF = 0x400,
	XNVME_SPEC_FLAG_PRINFO_PRCHK_APP = 0x800,
	XNVME_SPEC_FLAG_PRINFO_PRCHK_GUARD = 0x1000,
	XNVME_SPEC_FLAG_PRINFO_PRACT = 0x2000,
};

/**
 * SGL descriptor types
 *
 * NVM Express Base Specification 2.0, figure "SGL Descriptor Type"
 */
enum xnvme_nvme_sgl_descriptor_type {
	XNVME_SPEC_SGL_DESCR_TYPE_DATA_BLOCK = 0,
	XNVME_SPEC_SGL_DESCR_TYPE_BIT_BUCKET = 1,
	XNVME_SPEC_SGL_DESCR_TYPE_SEGMENT = 2,
	XNVME_SPEC_SGL_DESCR_TYPE_LAST_SEGMENT = 3,
	XNVME_SPEC_SGL_DESCR_TYPE_KEYED_DATA_BLOCK = 4,
	XNVME_SPEC_SGL_DESCR_TYPE_VENDOR_SPECIFIC = 15,
};

/**
 * SGL descriptor sub-types
 *
 * NVM Express Base Specification 2.0, figure "SGL Descriptor Sub Type Values"
 */
enum xnvme_spec_sgl_descriptor_subtype {
	XNVME_SPEC_SGL_DESCR_SUBTYPE_ADDRESS = 0,
	XNVME_SPEC_SGL_DESCR_SUBTYPE_OFFSET = 1,
};

/**
 * PRP or SGL for Data Transfer
 *
 * NVM Express Base Specification 2.0, figure "Common Command Format, Command Dword 0"
 */
enum xnvme_spec_psdt {
	XNVME_SPEC_PSDT_PRP = 0,
	XNVME_SPEC_PSDT_SGL_MPTR_CONTIGUOUS = 1,
	XNVME_SPEC_PSDT_SGL_MPTR_SGL = 2,
};

/**
 * Command specific status codes of NVM commands
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Status Code - Command Specific Status
 * Values, NVM Commands"
 */
enum xnvme_spec_nvm_cmd_cpl_sc {
	XNVME_SPEC_NVM_CMD_CPL_SC_WRITE_TO_RONLY = 0x82,
};

/**
 * Source range formats, as bits: bit n is format n; SRCLEN is the format of this library
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Copy - Descriptor Formats"
 */
enum xnvme_nvm_scopy_fmt {
	XNVME_NVM_SCOPY_FMT_ZERO = 1,
	XNVME_NVM_SCOPY_FMT_SRCLEN = 0x100,
};

/**
 * Log page identifiers of zoned namespaces
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Get Log Page - Log Page
 * Identifiers"
 */
enum xnvme_spec_znd_log_lid {
	XNVME_SPEC_LOG_ZND_CHANGES = 0xbf,
};

/**
 * Opcodes of zoned namespace commands
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Opcodes for Zoned Namespace
 * Commands"
 */
enum xnvme_spec_znd_opc {
	XNVME_SPEC_ZND_OPC_MGMT_SEND = 0x79,
	XNVME_SPEC_ZND_OPC_MGMT_RECV = 0x7a,
	XNVME_SPEC_ZND_OPC_APPEND = 0x7d,
};

/**
 * Opcodes of key value commands
 *
 * NVM Express Key Value Command Set Specification 1.0, figure "Opcodes for Key Value Commands"
 */
enum xnvme_spec_kv_opc {
	XNVME_SPEC_KV_OPC_STORE = 1,
	XNVME_SPEC_KV_OPC_RETRIEVE = 2,
	XNVME_SPEC_KV_OPC_DELETE = 0x10,
	XNVME_SPEC_KV_OPC_EXIST = 0x14,
	XNVME_SPEC_KV_OPC_LIST = 6,
};

/**
 * Generic status codes of key value commands
 *
 * NVM Express Key Value Command Set Specification 1.0, figure "Status Code - Generic Command
 * Status Values, Key Value Command Set"
 */
enum xnvme_spec_kv_status_code {
	XNVME_SPEC_KV_SC_CAPACITY_EXCEEDED = 0x81,
	XNVME_SPEC_KV_SC_NS_NOT_READY = 0x82,
	XNVME_SPEC_KV_SC_RESERVATION_CONFLICT = 0x83,
	XNVME_SPEC_KV_SC_FORMAT_IN_PROGRESS = 0x84,
	XNVME_SPEC_KV_SC_INVALID_VAL_SIZE = 0x85,
	XNVME_SPEC_KV_SC_INVALID_KEY_SIZE = 0x86,
	XNVME_SPEC_KV_SC_KEY_NOT_EXISTS = 0x87,
	XNVME_SPEC_KV_SC_UNRECOVERED_ERR = 0x88,
	XNVME_SPEC_KV_SC_KEY_EXISTS = 0x89,
};

/**
 * Command specific status codes of zoned namespaces
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Status Code - Command
 * Specific Status Values"
 */
enum xnvme_spec_znd_status_code {
	XNVME_SPEC_ZND_SC_INVALID_FORMAT = 0x7f,
	XNVME_SPEC_ZND_SC_INVALID_ZONE_OP = 0xb6,
	XNVME_SPEC_ZND_SC_NOZRWA = 0xb7,
	XNVME_SPEC_ZND_SC_BOUNDARY_ERROR = 0xb8,
	XNVME_SPEC_ZND_SC_IS_FULL = 0xb9,
	XNVME_SPEC_ZND_SC_IS_READONLY = 0xba,
	XNVME_SPEC_ZND_SC_IS_OFFLINE = 0xbb,
	XNVME_SPEC_ZND_SC_INVALID_WRITE = 0xbc,
	XNVME_SPEC_ZND_SC_TOO_MANY_ACTIVE = 0xbd,
	XNVME_SPEC_ZND_SC_TOO_MANY_OPEN = 0xbe,
	XNVME_SPEC_ZND_SC_INVALID_TRANS = 0xbf,
};

/**
 * Zone send action specific options
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Zone Management Send -
 * Command Dword 13"
 */
enum xnvme_spec_znd_mgmt_send_action_so {
	XNVME_SPEC_ZND_MGMT_OPEN_WITH_ZRWA = 1,
};

/**
 * Zone send actions
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Zone Management Send -
 * Command Dword 13"
 */
enum xnvme_spec_znd_cmd_mgmt_send_action {
	XNVME_SPEC_ZND_CMD_MGMT_SEND_CLOSE = 1,
	XNVME_SPEC_ZND_CMD_MGMT_SEND_FINISH = 2,
	XNVME_SPEC_ZND_CMD_MGMT_SEND_OPEN = 3,
	XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET = 4,
	XNVME_SPEC_ZND_CMD_MGMT_SEND_OFFLINE = 5,
	XNVME_SPEC_ZND_CMD_MGMT_SEND_DESCRIPTOR = 0x10,
	XNVME_SPEC_ZND_CMD_MGMT_SEND_FLUSH = 0x11,
};

/**
 * Which zones a report lists
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Zone Management Receive -
 * Zone Receive Action Specific Field"
 */
enum xnvme_spec_znd_cmd_mgmt_recv_action_sf {
	XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL = 0,
	XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_EMPTY = 1,
	XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_IOPEN = 2,
	XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_EOPEN = 3,
	XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_CLOSED = 4,
	XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_FULL = 5,
	XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_RONLY = 6,
	XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_OFFLINE = 7,
};

/**
 * Zone receive actions
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Zone Management Receive -
 * Command Dword 13"
 */
enum xnvme_spec_znd_cmd_mgmt_recv_action {
	XNVME_SPEC_ZND_CMD_MGMT_RECV_ACTION_REPORT = 0,
	XNVME_SPEC_ZND_CMD_MGMT_RECV_ACTION_REPORT_EXTENDED = 1,
};

/**
 * Zone types
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Zone Descriptor Data
 * Structure"
 */
enum xnvme_spec_znd_type {
	XNVME_SPEC_ZND_TYPE_SEQWR = 2,
};

/**
 * Zone states
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Zone Descriptor Data
 * Structure"
 */
enum xnvme_spec_znd_state {
	XNVME_SPEC_ZND_STATE_EMPTY = 1,
	XNVME_SPEC_ZND_STATE_IOPEN = 2,
	XNVME_SPEC_ZND_STATE_EOPEN = 3,
	XNVME_SPEC_ZND_STATE_CLOSED = 4,
	XNVME_SPEC_ZND_STATE_RONLY = 13,
	XNVME_SPEC_ZND_STATE_FULL = 14,
	XNVME_SPEC_ZND_STATE_OFFLINE = 15,
};

/**
 * Controller registers, the first 4096 bytes of BAR0
 *
 * NVMe over PCIe Transport Specification 1.0, figure "PCI Express Specific Property Definitions"
 * and NVM Express Base Specification 2.0, figure "Property Definition"
 */
struct xnvme_spec_ctrlr_bar {
	uint64_t cap;
	uint32_t vs;
	uint32_t intms;
	uint32_t intmc;
	uint32_t cc;
	uint32_t rsvd24;
	uint32_t csts;
	uint32_t nssr;
	uint32_t aqa;
	uint64_t asq;
	uint64_t acq;
	uint32_t cmbloc;
	uint32_t cmbsz;
	uint32_t bpinfo;
	uint32_t bprsel;
	uint64_t bpmbl;
	uint64_t cmbmsc;
	uint32_t cmbsts;
	uint8_t rsvd92[3492];
	uint32_t pmrcap;
	uint32_t pmrctl;
	uint32_t pmrsts;
	uint32_t pmrebs;
	uint32_t pmrswtp;
	uint32_t pmrmscl;
	uint32_t pmrmscu;
	uint8_t css[484];
} __attribute__((packed));

/**
 * Status field of a completion queue entry, with the phase tag in bit 0
 *
 * NVM Express Base Specification 2.0, figure "Completion Queue Entry: Status Field"
 */
__extension__ struct xnvme_spec_status {
	union {
		struct {
			uint16_t p : 1;
			uint16_t sc : 8;
			uint16_t sct : 3;
			uint16_t rsvd2 : 2;
			uint16_t m : 1;
			uint16_t dnr : 1;
		};
		uint16_t val;
	};
};

/**
 * Completion queue entry
 *
 * NVM Express Base Specification 2.0, figure "Common Completion Queue Entry Layout"
 *
 * `result` is dwords 0 and 1 together, e.g. the LBA that Zone Append wrote to.
 */
__extension__ struct xnvme_spec_cpl {
	union {
		struct {
			uint32_t cdw0;
			uint32_t rsvd1;
		};
		uint64_t result;
	};
	uint16_t sqhd;
	uint16_t sqid;
	uint16_t cid;
	struct xnvme_spec_status status;
};

/**
 * SMART / Health Information log page
 *
 * NVM Express Base Specification 2.0, figure "SMART / Health Information Log Page"
 *
 * Temperatures are in kelvin. Arrays of 16 bytes are little-endian 128-bit counters; data units
 * are thousands of 512 bytes.
 */
struct xnvme_spec_log_health_entry {
	uint8_t crit_warn;
	uint16_t comp_temp;
	uint8_t avail_spare;
	uint8_t avail_spare_thresh;
	uint8_t pct_used;
	uint8_t eg_crit_warn_sum;
	uint8_t rsvd8[25];
	uint8_t data_units_read[16];
	uint8_t data_units_written[16];
	uint8_t host_read_cmds[16];
	uint8_t host_write_cmds[16];
	uint8_t ctrlr_busy_time[16];
	uint8_t pwr_cycles[16];
	uint8_t pwr_on_hours[16];
	uint8_t unsafe_shutdowns[16];
	uint8_t mdi_errs[16];
	uint8_t nr_err_logs[16];
	uint32_t warn_comp_temp_time;
	uint32_t crit_comp_temp_time;
	uint16_t temp_sens[8];
	uint32_t tmt1tc;
	uint32_t tmt2tc;
	uint32_t tttmt1;
	uint32_t tttmt2;
	uint8_t rsvd[280];
} __attribute__((packed));

/**
 * Sanitize Status log page
 *
 * NVM Express Base Specification 2.0, figure "Sanitize Status Log Page"
 *
 * Estimates are in seconds, 0xffffffff when there is none.
 */
__extension__ struct xnvme_spec_log_sanitize_entry {
	uint16_t sprog;
	union {
		struct {
			uint8_t sos : 3;
			uint8_t opc : 5;
			uint8_t gde : 1;
			uint8_t mvcncld : 1;
			uint8_t rsvd : 6;
		};
		uint16_t val;
	} sstat;
	uint32_t scdw10;
	uint32_t eto;
	uint32_t etbe;
	uint32_t etce;
	uint32_t etodmm;
	uint32_t etbenmm;
	uint32_t etcenmm;
	uint32_t etpvds;
	uint8_t ssi;
	uint8_t rsvd[475];
} __attribute__((packed));

/**
 * Entry of the Error Information log page
 *
 * NVM Express Base Specification 2.0, figure "Error Information Log Entry Data Structure"
 */
struct xnvme_spec_log_erri_entry {
	uint64_t ecnt;
	uint16_t sqid;
	uint16_t cid;
	struct xnvme_spec_status status;
	uint16_t eloc;
	uint64_t lba;
	uint32_t nsid;
	uint8_t ven_si;
	uint8_t trtype;
	uint8_t reserved30[2];
	uint64_t cmd_si;
	uint16_t trtype_si;
	uint8_t reserved42[22];
};

/**
 * Reclaim unit handle descriptor
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "Reclaim Unit Handle Descriptor"
 */
struct xnvme_spec_ruh_desc {
	uint8_t ruht;
	uint8_t rsvd[3];
};

/**
 * FDP configuration descriptor
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "FDP Configuration Descriptor"
 *
 * `ds` is the size of this descriptor with its handles, in bytes; `runs` is in bytes.
 */
__extension__ struct xnvme_spec_fdp_conf_desc {
	uint16_t ds;
	union {
		struct {
			uint8_t rgif : 4;
			uint8_t fdpvwc : 1;
			uint8_t rsvd1 : 2;
			uint8_t fdpcv : 1;
		};
		uint8_t val;
	} fdpa;
	uint8_t vss;
	uint32_t nrg;
	uint16_t nruh;
	uint16_t maxpids;
	uint32_t nns;
	uint64_t runs;
	uint32_t erutl;
	uint8_t rsvd28[36];
	struct xnvme_spec_ruh_desc ruh_desc[];
};

/**
 * FDP Configurations log page
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "FDP Configurations Log Page"
 *
 * `ncfg` is zero-based, `size` is that of the log, in bytes; descriptors follow each other at
 * their own size.
 */
__extension__ struct xnvme_spec_log_fdp_conf {
	uint16_t ncfg;
	uint8_t version;
	uint8_t rsvd1;
	uint32_t size;
	uint8_t rsvd2[8];
	__extension__ struct xnvme_spec_fdp_conf_desc conf_desc[];
};

/**
 * Reclaim unit handle usage descriptor
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "Reclaim Unit Handle Usage Descriptor"
 */
struct xnvme_spec_ruhu_desc {
	uint8_t ruha;
	uint8_t rsvd[7];
};

/**
 * Reclaim Unit Handle Usage log page
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "Reclaim Unit Handle Usage Log Page"
 */
__extension__ struct xnvme_spec_log_ruhu {
	uint16_t nruh;
	uint8_t rsvd[6];
	struct xnvme_spec_ruhu_desc ruhu_desc[];
};

/**
 * FDP Statistics log page
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "FDP Statistics Log Page"
 *
 * Each counter is 128 bits of bytes: low half first.
 */
struct xnvme_spec_log_fdp_stats {
	uint64_t hbmw[2];
	uint64_t mbmw[2];
	uint64_t mbe[2];
	uint8_t rsvd48[16];
};

/**
 * Type specific part of the event Media Reallocated
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "Media Reallocated Event Type Specific"
 */
__extension__ struct xnvme_spec_fdp_event_media_reallocated {
	union {
		struct {
			uint8_t lbav : 1;
			uint8_t rsvd : 7;
		};
		uint8_t val;
	} sef;
	uint8_t rsvd1;
	uint16_t nlbam;
	uint64_t lba;
	uint8_t rsvd2[4];
} __attribute__((packed));

/**
 * FDP event
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "FDP Event"
 */
__extension__ struct xnvme_spec_fdp_event {
	uint8_t type;
	union {
		struct {
			uint8_t piv : 1;
			uint8_t nsidv : 1;
			uint8_t lv : 1;
			uint8_t rsvd1 : 5;
		};
		uint8_t val;
	} fdpef;
	uint16_t pid;
	uint64_t timestamp;
	uint32_t nsid;
	uint8_t type_specific[16];
	uint16_t rgid;
	uint16_t ruhid;
	uint8_t rsvd1[4];
	uint8_t vs[24];
} __attribute__((packed));

/**
 * FDP Events log page
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "FDP Events Log Page"
 */
__extension__ struct xnvme_spec_log_fdp_events {
	uint32_t nevents;
	uint8_t rsvd[60];
	struct xnvme_spec_fdp_event event[];
};

/**
 * Supported FDP event descriptor
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "Supported FDP Event Descriptor"
 */
__extension__ struct xnvme_spec_fdp_event_desc {
	uint8_t type;
	union {
		struct {
			uint8_t ee : 1;
			uint8_t rsvd : 7;
		};
		uint8_t val;
	} fdpeta;
};

/**
 * Reclaim unit handle status descriptor
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "Reclaim Unit Handle Status Descriptor"
 *
 * `earutr` is in seconds, `ruamw` in logical blocks.
 */
struct xnvme_spec_ruhs_desc {
	uint16_t pi;
	uint16_t ruhi;
	uint32_t earutr;
	uint64_t ruamw;
	uint8_t rsvd[16];
};

/**
 * Reclaim unit handle status, as I/O Management Receive returns it
 *
 * NVM Express TP4146 (Flexible Data Placement), figure "Reclaim Unit Handle Status"
 */
__extension__ struct xnvme_spec_ruhs {
	uint8_t rsvd[14];
	uint16_t nruhsd;
	struct xnvme_spec_ruhs_desc desc[];
};

/**
 * LBA format
 *
 * NVM Express NVM Command Set Specification 1.0, figure "LBA Format Data Structure, NVM Command
 * Set Specific"
 *
 * `ms` is in bytes, `ds` the binary logarithm of the block size in bytes.
 */
struct xnvme_spec_lbaf {
	uint16_t ms;
	uint8_t ds;
	uint8_t rp : 2;
	uint8_t rsvd : 6;
};

/**
 * Identify Namespace data structure
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Identify - Identify Namespace Data
 * Structure, NVM Command Set Specific"
 *
 * Sizes and capacities are in logical blocks, `nvmcap` in bytes; `nlbaf` and `msrc` are zero-based.
 */
__extension__ struct xnvme_spec_idfy_ns {
	uint64_t nsze;
	uint64_t ncap;
	uint64_t nuse;
	struct {
		uint8_t thin_prov : 1;
		uint8_t ns_atomic_write_unit : 1;
		uint8_t dealloc_or_unwritten_error : 1;
		uint8_t guid_never_reused : 1;
		uint8_t optimal_performance : 1;
		uint8_t reserved1 : 3;
	} nsfeat;
	uint8_t nlbaf;
	struct {
		uint8_t format : 4;
		uint8_t extended : 1;
		uint8_t format_msb : 2;
		uint8_t reserved2 : 1;
	} flbas;
	struct {
		uint8_t extended : 1;
		uint8_t pointer : 1;
		uint8_t reserved3 : 6;
	} mc;
	union {
		struct {
			uint8_t pit1 : 1;
			uint8_t pit2 : 1;
			uint8_t pit3 : 1;
			uint8_t md_start : 1;
			uint8_t md_end : 1;
			uint8_t reserved : 3;
		};
		uint8_t val;
	} dpc;
	union {
		struct {
			uint8_t pit : 3;
			uint8_t md_start : 1;
			uint8_t reserved4 : 4;
		};
		uint8_t val;
	} dps;
	struct {
		uint8_t can_share : 1;
		uint8_t reserved : 7;
	} nmic;
	union {
		struct {
			uint8_t persist : 1;
			uint8_t write_exclusive : 1;
			uint8_t exclusive_access : 1;
			uint8_t write_exclusive_reg_only : 1;
			uint8_t exclusive_access_reg_only : 1;
			uint8_t write_exclusive_all_reg : 1;
			uint8_t exclusive_access_all_reg : 1;
			uint8_t ignore_existing_key : 1;
		};
		uint8_t val;
	} nsrescap;
	union {
		struct {
			uint8_t percentage_remaining : 7;
			uint8_t fpi_supported : 1;
		};
		uint8_t val;
	} fpi;
	union {
		struct {
			uint8_t read_value : 3;
			uint8_t write_zero_deallocate : 1;
			uint8_t guard_value : 1;
			uint8_t reserved : 3;
		} bits;
		uint8_t val;
	} dlfeat;
	uint16_t nawun;
	uint16_t nawupf;
	uint16_t nacwu;
	uint16_t nabsn;
	uint16_t nabo;
	uint16_t nabspf;
	uint16_t noiob;
	uint64_t nvmcap[2];
	uint16_t npwg;
	uint16_t npwa;
	uint16_t npdg;
	uint16_t npda;
	uint16_t nows;
	uint16_t mssrl;
	uint32_t mcl;
	uint8_t msrc;
	uint8_t reserved81[11];
	uint32_t anagrpid;
	uint8_t reserved96[3];
	uint8_t nsattr;
	uint16_t nvmsetid;
	uint16_t endgid;
	uint8_t nguid[16];
	uint64_t eui64;
	struct xnvme_spec_lbaf lbaf[64];
	uint8_t vendor_specific[3712];
};

/**
 * Protection information tuple of 16b and 64b guard
 *
 * NVM Express NVM Command Set Specification 1.0, section "Protection Information"; all elements
 * are big-endian in memory
 */
__extension__ struct xnvme_pif {
	union {
		struct {
			uint16_t guard;
			uint16_t app_tag;
			uint32_t stor_ref_space;
		} g16;
		struct {
			uint64_t guard;
			uint16_t app_tag;
			uint16_t stor_ref_space_p1;
			uint32_t stor_ref_space_p2;
		} g64;
	};
};

/**
 * Extended LBA format
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Extended LBA Format Data Structure, NVM
 * Command Set Specific"
 */
struct xnvme_spec_elbaf {
	uint32_t sts : 7;
	uint32_t pif : 2;
	uint32_t rsvd : 23;
};

/**
 * Power state descriptor
 *
 * NVM Express Base Specification 2.0, figure "Identify - Power State Descriptor Data Structure"
 */
struct xnvme_spec_power_state {
	uint16_t mp;
	uint8_t reserved1;
	uint8_t mps : 1;
	uint8_t nops : 1;
	uint8_t reserved2 : 6;
	uint32_t enlat;
	uint32_t exlat;
	uint8_t rrt : 5;
	uint8_t reserved3 : 3;
	uint8_t rrl : 5;
	uint8_t reserved4 : 3;
	uint8_t rwt : 5;
	uint8_t reserved5 : 3;
	uint8_t rwl : 5;
	uint8_t reserved6 : 3;
	uint16_t idlp;
	uint8_t reserved7 : 6;
	uint8_t ips : 2;
	uint8_t reserved8;
	uint16_t actp;
	uint8_t apw : 3;
	uint8_t reserved9 : 3;
	uint8_t aps : 2;
	uint8_t reserved10[9];
};

/**
 * Version: major, minor, tertiary
 *
 * NVM Express Base Specification 2.0, figure "Offset 8h: VS - Version"
 */
union xnvme_spec_vs_register {
	struct {
		uint32_t ter : 8;
		uint32_t mnr : 8;
		uint32_t mjr : 16;
	} bits;
	uint32_t val;
};

/**
 * Identify Controller data structure
 *
 * NVM Express Base Specification 2.0, figure "Identify - Identify Controller Data Structure, I/O
 * Command Set Independent"
 *
 * `sn`, `mn`, `fr` are padded with blanks and not terminated; `mdts` is the binary logarithm of
 * the limit in minimum memory pages; `wctemp`, `cctemp`, `mntmt`, `mxtmt` are in kelvin.
 */
__extension__ struct xnvme_spec_idfy_ctrlr {
	uint16_t vid;
	uint16_t ssvid;
	int8_t sn[20];
	int8_t mn[40];
	uint8_t fr[8];
	uint8_t rab;
	uint8_t ieee[3];
	union {
		struct {
			uint8_t multi_port : 1;
			uint8_t multi_host : 1;
			uint8_t sr_iov : 1;
			uint8_t ana_rprt : 1;
			uint8_t reserved : 4;
		};
		uint8_t val;
	} cmic;
	uint8_t mdts;
	uint16_t cntlid;
	union xnvme_spec_vs_register ver;
	uint32_t rtd3r;
	uint32_t rtd3e;
	union {
		struct {
			uint32_t reserved1 : 8;
			uint32_t ns_attribute_notices : 1;
			uint32_t fw_activation_notices : 1;
			uint32_t reserved2 : 1;
			uint32_t ana_notices : 1;
			uint32_t pleal_notices : 1;
			uint32_t lba_sia_notices : 1;
			uint32_t egea_notices : 1;
			uint32_t normal_nvm_ss : 1;
			uint32_t reserved3 : 11;
			uint32_t zone_changes : 1;
			uint32_t reserved4 : 3;
			uint32_t discovery_log_notices : 1;
		};
		uint32_t val;
	} oaes;
	union {
		struct {
			uint32_t host_id_exhid_supported : 1;
			uint32_t non_operational_power_state_permissive_mode : 1;
			uint32_t nvm_sets : 1;
			uint32_t read_recovery_levels : 1;
			uint32_t endurance_groups : 1;
			uint32_t predictable_latency_mode : 1;
			uint32_t tbkas : 1;
			uint32_t namespace_granularity : 1;
			uint32_t sq_associations : 1;
			uint32_t uuid_list : 1;
			uint32_t multi_domain_subsystem : 1;
			uint32_t fixed_capacity_management : 1;
			uint32_t variable_capacity_management : 1;
			uint32_t delete_endurance_group : 1;
			uint32_t delete_nvm_set : 1;
			uint32_t extended_lba_formats : 1;
			uint32_t reserved1 : 3;
			uint32_t flexible_data_placement : 1;
			uint32_t reserved2 : 12;
		};
		uint32_t val;
	} ctratt;
	uint16_t rrls;
	uint8_t reserved_102[9];
	uint8_t cntrltype;
	uint8_t fguid[16];
	uint16_t crdt1;
	uint16_t crdt2;
	uint16_t crdt3;
	uint8_t reserved_134[119];
	union {
		struct {
			uint8_t nvmesd : 1;
			uint8_t nvmee : 1;
			uint8_t nvmsr_rsvd : 6;
		};
		uint8_t val;
	} nvmsr;
	union {
		struct {
			uint8_t vwcr : 7;
			uint8_t vwcrv : 1;
		};
		uint8_t val;
	} vwci;
	union {
		struct {
			uint8_t smbusme : 1;
			uint8_t pcieme : 1;
			uint8_t mec_rsvd : 6;
		};
		uint8_t val;
	} mec;
	union {
		struct {
			uint16_t security : 1;
			uint16_t format : 1;
			uint16_t firmware : 1;
			uint16_t ns_manage : 1;
			uint16_t device_self_test : 1;
			uint16_t directives : 1;
			uint16_t nvme_mi : 1;
			uint16_t virtualization_management : 1;
			uint16_t doorbell_buffer_config : 1;
			uint16_t lba_status : 1;
			uint16_t cmd_feature_lockdown : 1;
			uint16_t oacs_rsvd : 5;
		};
		uint16_t val;
	} oacs;
	uint8_t acl;
	uint8_t aerl;
	union {
		struct {
			uint8_t slot1_ro : 1;
			uint8_t num_slots : 3;
			uint8_t activation_without_reset : 1;
			uint8_t mul_update_detection : 1;
			uint8_t frmw_rsvd : 2;
		};
		uint8_t val;
	} frmw;
	union {
		struct {
			uint8_t ns_smart : 1;
			uint8_t celp : 1;
			uint8_t edlp : 1;
			uint8_t telemetry : 1;
			uint8_t pel : 1;
			uint8_t mel : 1;
			uint8_t tel_da4 : 1;
			uint8_t lpa_rsvd : 1;
		};
		uint8_t val;
	} lpa;
	uint8_t elpe;
	uint8_t npss;
	union {
		struct {
			uint8_t spec_format : 1;
			uint8_t avscc_rsvd : 7;
		};
		uint8_t val;
	} avscc;
	union {
		struct {
			uint8_t supported : 1;
			uint8_t apsta_rsvd : 7;
		};
		uint8_t val;
	} apsta;
	uint16_t wctemp;
	uint16_t cctemp;
	uint16_t mtfa;
	uint32_t hmpre;
	uint32_t hmmin;
	uint64_t tnvmcap[2];
	uint64_t unvmcap[2];
	union {
		struct {
			uint8_t num_rpmb_units : 3;
			uint8_t auth_method : 3;
			uint8_t reserved1 : 2;
			uint8_t reserved2;
			uint8_t total_size;
			uint8_t access_size;
		};
		uint32_t val;
	} rpmbs;
	uint16_t edstt;
	union {
		struct {
			uint8_t one_only : 1;
			uint8_t reserved : 7;
		} bits;
		uint8_t val;
	} dsto;
	uint8_t fwug;
	uint16_t kas;
	union {
		struct {
			uint16_t supported : 1;
			uint16_t reserved : 15;
		} bits;
		uint16_t val;
	} hctma;
	uint16_t mntmt;
	uint16_t mxtmt;
	union {
		struct {
			uint32_t crypto_erase : 1;
			uint32_t block_erase : 1;
			uint32_t overwrite : 1;
			uint32_t reserved : 26;
			uint32_t ndi : 1;
			uint32_t nodmmas : 2;
		} bits;
		uint32_t val;
	} sanicap;
	uint32_t hmminds;
	uint16_t hmmaxd;
	uint16_t nsetidmax;
	uint16_t endgidmax;
	uint8_t anatt;
	union {
		struct {
			uint8_t optimize : 1;
			uint8_t non_optimize : 1;
			uint8_t inaccessible : 1;
			uint8_t persist_loss : 1;
			uint8_t change : 1;
			uint8_t reserved1 : 1;
			uint8_t ns_anagrpid : 1;
			uint8_t mgt_anagrpid : 1;
		} bits;
		uint8_t val;
	} anacap;
	uint32_t anagrpmax;
	uint32_t nanagrpid;
	uint32_t pels;
	uint16_t domain_identifier;
	uint8_t reserved_358[10];
	uint64_t megcap[2];
	uint8_t reserved_384[128];
	union {
		struct {
			uint8_t min : 4;
			uint8_t max : 4;
		};
		uint8_t val;
	} sqes;
	union {
		struct {
			uint8_t min : 4;
			uint8_t max : 4;
		};
		uint8_t val;
	} cqes;
	uint16_t maxcmd;
	uint32_t nn;
	union {
		struct {
			uint16_t compare : 1;
			uint16_t write_unc : 1;
			uint16_t dsm : 1;
			uint16_t write_zeroes : 1;
			uint16_t set_features_save : 1;
			uint16_t reservations : 1;
			uint16_t timestamp : 1;
			uint16_t verify : 1;
			uint16_t copy : 1;
			uint16_t reserved : 7;
		};
		uint16_t val;
	} oncs;
	uint16_t fuses;
	union {
		struct {
			uint8_t format_all_ns : 1;
			uint8_t erase_all_ns : 1;
			uint8_t crypto_erase_supported : 1;
			uint8_t nsid_ffffffff : 1;
			uint8_t reserved : 4;
		};
		uint8_t val;
	} fna;
	union {
		struct {
			uint8_t present : 1;
			uint8_t flush_broadcast : 2;
			uint8_t reserved : 5;
		};
		uint8_t val;
	} vwc;
	uint16_t awun;
	uint16_t awupf;
	uint8_t nvscc;
	uint8_t nwpc;
	uint16_t acwu;
	union {
		struct {
			uint16_t format0 : 1;
			uint16_t format1 : 1;
			uint16_t reserved : 14;
		};
		uint16_t val;
	} cdfs;
	union {
		struct {
			uint32_t supported : 2;
			uint32_t keyed_sgl : 1;
			uint32_t reserved1 : 5;
			uint32_t sgl_desc_threshold : 8;
			uint32_t bit_bucket_descriptor : 1;
			uint32_t metadata_pointer : 1;
			uint32_t oversized_sgl : 1;
			uint32_t metadata_address : 1;
			uint32_t sgl_offset : 1;
			uint32_t transport_sgl : 1;
			uint32_t reserved2 : 10;
		};
		uint32_t val;
	} sgls;
	uint32_t mnan;
	uint64_t maxdna[2];
	uint32_t maxcna;
	uint8_t reserved_564[204];
	uint8_t subnqn[256];
	uint8_t reserved_1024[768];
	struct {
		uint32_t ioccsz;
		uint32_t iorcsz;
		uint16_t icdoff;
		struct {
			uint8_t ctrlr_model : 1;
			uint8_t reserved : 7;
		} ctrattr;
		uint8_t msdbd;
		struct {
			uint16_t disc_del : 1;
			uint16_t reserved : 15;
		} ofcs;
		uint8_t reserved[242];
	} nvmf_specific;
	struct xnvme_spec_power_state psd[32];
	uint8_t vs[1024];
};

/**
 * I/O command set vector
 *
 * NVM Express Base Specification 2.0, figure "Identify I/O Command Set Data Structure"
 */
__extension__ struct xnvme_spec_cs_vector {
	union {
		struct {
			uint64_t nvm : 1;
			uint64_t kv : 1;
			uint64_t zns : 1;
			uint64_t rsvd : 61;
		};
		uint64_t val;
	};
};

/**
 * Identify I/O Command Set data structure
 *
 * NVM Express Base Specification 2.0, figure "Identify I/O Command Set Data Structure"
 */
struct xnvme_spec_idfy_cs {
	struct xnvme_spec_cs_vector iocsc[512];
};

/**
 * Any data structure that Identify returns, 4096 bytes
 *
 * NVM Express Base Specification 2.0, section "Identify command"
 */
__extension__ struct xnvme_spec_idfy {
	union {
		struct xnvme_spec_idfy_ctrlr ctrlr;
		struct xnvme_spec_idfy_ns ns;
		struct xnvme_spec_idfy_cs cs;
	};
};

/**
 * Return parameters of the Identify directive
 *
 * NVM Express Base Specification 2.0, figure "Identify Directive - Return Parameters Data
 * Structure"
 */
struct xnvme_spec_idfy_dir_rp {
	struct {
		uint8_t identify : 1;
		uint8_t streams : 1;
		uint8_t data_placement : 1;
		uint8_t rsvd1 : 5;
		uint8_t rsvd2[31];
	} directives_supported;
	struct {
		uint8_t identify : 1;
		uint8_t streams : 1;
		uint8_t data_placement : 1;
		uint8_t rsvd1 : 5;
		uint8_t rsvd2[31];
	} directives_enabled;
	struct {
		uint8_t identify : 1;
		uint8_t streams : 1;
		uint8_t data_placement : 1;
		uint8_t rsvd1 : 5;
		uint8_t rsvd2[31];
	} directives_persistence;
	uint8_t rsvd4[4000];
};

/**
 * Return parameters of the Streams directive
 *
 * NVM Express Base Specification 2.0, figure "Streams Directive - Return Parameters Data
 * Structure"
 *
 * `sws` is in logical blocks, `sgs` in units of `sws`.
 */
struct xnvme_spec_streams_dir_rp {
	uint16_t msl;
	uint16_t nssa;
	uint16_t nsso;
	union {
		struct {
			uint8_t multi_host : 1;
			uint8_t reserved : 7;
		} bits;
		uint8_t val;
	} nssc;
	uint8_t reserved1[9];
	uint32_t sws;
	uint16_t sgs;
	uint16_t nsa;
	uint16_t nso;
	uint8_t reserved2[6];
};

/**
 * Open streams
 *
 * NVM Express Base Specification 2.0, figure "Streams Directive - Get Status Data Structure"
 */
__extension__ struct xnvme_spec_streams_dir_gs {
	uint16_t open_sc;
	uint16_t sid[];
};

/**
 * Completion of Allocate Resources: how many were allocated
 *
 * NVM Express Base Specification 2.0, figure "Allocate Resources - Completion Queue Entry Dword 0"
 */
__extension__ struct xnvme_spec_alloc_resource {
	union {
		struct {
			uint32_t nsa : 16;
			uint32_t rsvd : 16;
		} bits;
		uint32_t val;
	};
};

/**
 * Value of a feature: Command Dword 11 of Set Features, Dword 0 of the completion of Get Features
 *
 * NVM Express Base Specification 2.0, section "Set Features command"
 */
__extension__ struct xnvme_spec_feat {
	union {
		struct {
			uint32_t tmpth : 16;
			uint32_t tmpsel : 4;
			uint32_t thsel : 3;
			uint32_t rsvd : 9;
		} temp_threshold;
		struct {
			uint32_t tler : 16;
			uint32_t dulbe : 1;
			uint32_t rsvd : 15;
		} error_recovery;
		struct {
			uint32_t nsqa : 16;
			uint32_t ncqa : 16;
		} nqueues;
		struct {
			uint32_t fdpe : 1;
			uint32_t rsvd1 : 7;
			uint32_t fdpci : 8;
			uint32_t rsvd2 : 16;
		} fdp_mode;
		uint32_t val;
	};
};

/**
 * Range of Dataset Management; `llb` is a one-based number of blocks
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Dataset Management - Range Definition"
 */
struct xnvme_spec_dsm_range {
	uint32_t cattr;
	uint32_t llb;
	uint64_t slba;
};

/**
 * SGL descriptor
 *
 * NVM Express Base Specification 2.0, figure "SGL Descriptor Format"
 */
__extension__ struct xnvme_spec_sgl_descriptor {
	uint64_t addr;
	union {
		struct {
			uint64_t rsvd : 56;
			uint64_t subtype : 4;
			uint64_t type : 4;
		} generic;
		struct {
			uint64_t len : 32;
			uint64_t rsvd : 24;
			uint64_t subtype : 4;
			uint64_t type : 4;
		} unkeyed;
	};
};

/**
 * Command, fields that all commands have
 *
 * NVM Express Base Specification 2.0, figure "Common Command Format"
 *
 * `lnx_ioctl` is how the kernel's passthrough lays the pointers out.
 */
struct xnvme_spec_cmd_common {
	uint16_t opcode : 8;
	uint16_t fuse : 2;
	uint16_t rsvd : 4;
	uint16_t psdt : 2;
	uint16_t cid;
	uint32_t nsid;
	uint32_t cdw02;
	uint32_t cdw03;
	uint64_t mptr;
	union {
		struct {
			uint64_t prp1;
			uint64_t prp2;
		} prp;
		struct xnvme_spec_sgl_descriptor sgl;
		struct {
			uint64_t data;
			uint32_t metadata_len;
			uint32_t data_len;
		} lnx_ioctl;
	} dptr;
	uint32_t ndt;
	uint32_t ndm;
	uint32_t cdw12;
	uint32_t cdw13;
	uint32_t cdw14;
	uint32_t cdw15;
};

/**
 * Sanitize command
 *
 * NVM Express Base Specification 2.0, section "Sanitize command"
 */
struct xnvme_spec_cmd_sanitize {
	uint32_t cdw00_09[10];
	uint32_t sanact : 3;
	uint32_t ause : 1;
	uint32_t owpass : 4;
	uint32_t oipbp : 1;
	uint32_t nodas : 1;
	uint32_t rsvd : 22;
	uint32_t ovrpat;
	uint32_t cdw12_15[4];
};

/**
 * Format NVM command
 *
 * NVM Express Base Specification 2.0, section "Format NVM command"
 */
struct xnvme_spec_cmd_format {
	uint32_t cdw00_09[10];
	uint32_t lbafl : 4;
	uint32_t mset : 1;
	uint32_t pi : 3;
	uint32_t pil : 1;
	uint32_t ses : 3;
	uint32_t lbafu : 2;
	uint32_t rsvd : 18;
	uint32_t cdw11_15[5];
};

/**
 * Get Features command
 *
 * NVM Express Base Specification 2.0, section "Get Features command"
 */
__extension__ struct xnvme_spec_cmd_gfeat {
	uint32_t cdw00_09[10];
	union {
		struct {
			uint32_t fid : 8;
			uint32_t sel : 3;
			uint32_t rsvd10 : 21;
		};
		uint32_t val;
	} cdw10;
	uint32_t cdw11;
	uint32_t cdw12_15[4];
};

/**
 * Set Features command
 *
 * NVM Express Base Specification 2.0, section "Set Features command"
 */
__extension__ struct xnvme_spec_cmd_sfeat {
	uint32_t cdw00_09[10];
	union {
		struct {
			uint32_t fid : 8;
			uint32_t rsvd10 : 23;
			uint32_t save : 1;
		};
		uint32_t val;
	} cdw10;
	struct xnvme_spec_feat feat;
	uint32_t cdw12;
	uint32_t cdw13_15[3];
};

/**
 * Directive Send command; `numd` is zero-based dwords
 *
 * NVM Express Base Specification 2.0, section "Directive Send command"
 */
__extension__ struct xnvme_spec_cmd_dsend {
	uint32_t cdw00_09[10];
	uint32_t numd;
	uint32_t doper : 8;
	uint32_t dtype : 8;
	uint32_t dspec : 16;
	union {
		struct {
			uint32_t endir : 1;
			uint32_t rsvd1 : 7;
			uint32_t tdtype : 8;
			uint32_t rsvd2 : 16;
		};
		uint32_t val;
	} cdw12;
	uint32_t cdw13_15[3];
};

/**
 * Directive Receive command; `numd` is zero-based dwords
 *
 * NVM Express Base Specification 2.0, section "Directive Receive command"
 */
__extension__ struct xnvme_spec_cmd_drecv {
	uint32_t cdw00_09[10];
	uint32_t numd;
	uint32_t doper : 8;
	uint32_t dtype : 8;
	uint32_t dspec : 16;
	union {
		struct {
			uint32_t nsr : 16;
			uint32_t rsvd : 16;
		};
		uint32_t val;
	} cdw12;
	uint32_t cdw13_15[3];
};

/**
 * Identify command
 *
 * NVM Express Base Specification 2.0, section "Identify command"
 */
struct xnvme_spec_cmd_idfy {
	uint32_t cdw00_09[10];
	uint32_t cns : 8;
	uint32_t rsvd1 : 8;
	uint32_t cntid : 16;
	uint32_t nvmsetid : 16;
	uint32_t rsvd2 : 8;
	uint32_t csi : 8;
	uint32_t cdw12_13[2];
	uint32_t uuid : 7;
	uint32_t rsvd3 : 25;
	uint32_t cdw15;
};

/**
 * Get Log Page command; `numdl` and `numdu` are the halves of zero-based dwords, `lpol` and `lpou`
 * of the offset in bytes
 *
 * NVM Express Base Specification 2.0, section "Get Log Page command"
 */
struct xnvme_spec_cmd_log {
	uint32_t cdw00_09[10];
	uint32_t lid : 8;
	uint32_t lsp : 7;
	uint32_t rae : 1;
	uint32_t numdl : 16;
	uint32_t numdu : 16;
	uint32_t lsi : 16;
	uint32_t lpol;
	uint32_t lpou;
	uint32_t uuidx : 7;
	uint32_t rsvd1 : 16;
	uint32_t ot : 1;
	uint32_t csi : 8;
	uint32_t cdw15;
};

/**
 * Read, Write and similar commands; `nlb` is zero-based
 *
 * NVM Express NVM Command Set Specification 1.0, section "Read command" and following
 */
__extension__ struct xnvme_spec_cmd_nvm {
	uint32_t cdw00_09[10];
	uint64_t slba;
	uint32_t nlb : 16;
	uint32_t rsvd : 4;
	uint32_t dtype : 4;
	uint32_t rsvd2 : 2;
	uint32_t prinfo : 4;
	uint32_t fua : 1;
	uint32_t lr : 1;
	union {
		struct {
			uint32_t af : 4;
			uint32_t al : 2;
			uint32_t sr : 1;
			uint32_t incom : 1;
			uint32_t rsvd3 : 8;
			uint32_t dspec : 16;
		};
		uint32_t val;
	} cdw13;
	uint32_t ilbrt : 32;
	uint32_t lbat : 16;
	uint32_t lbatm : 16;
};

/**
 * Dataset Management command; `nr` is zero-based
 *
 * NVM Express NVM Command Set Specification 1.0, section "Dataset Management command"
 */
struct xnvme_spec_cmd_dsm {
	uint32_t cdw00_09[10];
	uint32_t nr : 8;
	uint32_t rsvd1 : 24;
	uint32_t idr : 1;
	uint32_t idw : 1;
	uint32_t ad : 1;
	uint32_t rsvd2 : 29;
	uint32_t cdw12_15[4];
};

/**
 * Write Zeroes command; `nlb` is zero-based
 *
 * NVM Express NVM Command Set Specification 1.0, section "Write Zeroes command"
 */
struct xnvme_spec_nvm_write_zeroes {
	uint32_t cdw00_09[10];
	uint64_t slba;
	uint32_t nlb : 16;
	uint32_t rsvd1 : 8;
	uint32_t stc : 1;
	uint32_t deac : 1;
	uint32_t prinfo : 4;
	uint32_t fua : 1;
	uint32_t lr : 1;
	uint32_t cdw_13;
	uint32_t ilbrt : 32;
	uint32_t lbat : 16;
	uint32_t lbatm : 16;
};

/**
 * Source range of Copy, format 0; `nlb` is zero-based
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Copy - Source Range Entries Copy
 * Descriptor Format 0h"
 */
struct xnvme_spec_nvm_scopy_fmt_zero {
	uint8_t rsvd0[8];
	uint64_t slba;
	uint32_t nlb : 16;
	uint32_t rsvd20 : 16;
	uint32_t eilbrt;
	uint32_t elbatm;
	uint32_t elbat;
};

/**
 * Source ranges of Copy
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Copy - Source Range Entries Copy
 * Descriptor Format 0h"
 */
struct xnvme_spec_nvm_scopy_source_range {
	struct xnvme_spec_nvm_scopy_fmt_zero entry[128];
};

/**
 * Copy command; `nr` is zero-based
 *
 * NVM Express NVM Command Set Specification 1.0, section "Copy command"
 */
struct xnvme_spec_nvm_cmd_scopy {
	uint32_t cdw00_09[10];
	uint64_t sdlba;
	uint32_t nr : 8;
	uint32_t df : 4;
	uint32_t prinfor : 4;
	uint32_t rsvd1 : 4;
	uint32_t dtype : 4;
	uint32_t rsvd2 : 2;
	uint32_t prinfow : 4;
	uint32_t fua : 1;
	uint32_t lr : 1;
	uint32_t rsvd3 : 16;
	uint32_t dspec : 16;
	uint32_t ilbrt;
	uint32_t lbat : 16;
	uint32_t lbatm : 16;
};

/**
 * Source range in the format of this library: start and length in bytes
 *
 * Not from a specification: for backends that copy within files
 */
struct xnvme_spec_nvm_cmd_scopy_fmt_srclen {
	uint64_t start;
	uint64_t len;
};

/**
 * NVM commands with a layout of their own
 *
 * NVM Express NVM Command Set Specification 1.0, section "NVM Command Set Commands"
 */
__extension__ struct xnvme_spec_nvm_cmd {
	union {
		struct xnvme_spec_nvm_cmd_scopy scopy;
	};
};

/**
 * I/O Command Set specific Identify Controller data structure, NVM
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Identify - I/O Command Set Specific
 * Identify Controller Data Structure, NVM Command Set"
 *
 * `vsl`, `wzsl`, `wusl` are binary logarithms in minimum memory pages, 0 for no limit.
 */
struct xnvme_spec_nvm_idfy_ctrlr {
	uint8_t vsl;
	uint8_t wzsl;
	uint8_t wusl;
	uint8_t dmrl;
	uint32_t dmrsl;
	uint64_t dmsl;
	uint8_t reserved16[4080];
};

/**
 * I/O Command Set specific Identify Namespace data structure, NVM
 *
 * NVM Express NVM Command Set Specification 1.0, figure "Identify - NVM Command Set Identify
 * Namespace Data Structure"
 */
__extension__ struct xnvme_spec_nvm_idfy_ns {
	uint64_t lbstm;
	union {
		struct {
			uint8_t gpists : 1;
			uint8_t gpistm : 1;
			uint8_t stcrs : 1;
			uint8_t reserved3 : 5;
		};
		uint8_t val;
	} pic;
	uint8_t reserved9[3];
	struct xnvme_spec_elbaf elbaf[64];
	uint8_t reserved268[3828];
};

/**
 * Any data structure that Identify returns for the NVM command set
 *
 * NVM Express NVM Command Set Specification 1.0, section "Identify command"
 */
__extension__ struct xnvme_spec_nvm_idfy {
	union {
		struct xnvme_spec_idfy base;
		struct xnvme_spec_nvm_idfy_ctrlr ctrlr;
		struct xnvme_spec_nvm_idfy_ns ns;
	};
};

/**
 * Zone Management Send command
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, section "Zone Management Send
 * command"
 */
struct xnvme_spec_znd_cmd_mgmt_send {
	uint32_t cdw00_09[10];
	uint64_t slba;
	uint32_t nrange;
	uint32_t zsa : 8;
	uint32_t select_all : 1;
	uint32_t zsaso : 1;
	uint32_t rsvd : 22;
	uint32_t cdw14_15[2];
};

/**
 * Zone Management Receive command; `ndwords` is zero-based
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, section "Zone Management Receive
 * command"
 */
struct xnvme_spec_znd_cmd_mgmt_recv {
	uint32_t cdw00_09[10];
	uint64_t slba;
	uint32_t ndwords;
	uint32_t zra : 8;
	uint32_t zrasf : 8;
	uint32_t partial : 1;
	uint32_t rsvd : 15;
	uint64_t addrs_dst;
};

/**
 * Zone Append command; `nlb` is zero-based
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, section "Zone Append command"
 *
 * As in 0.7.5, `prinfo` names bits 24 to 27 of Command Dword 12; in the specification PRINFO is
 * bits 26 to 29.
 */
struct xnvme_spec_znd_cmd_append {
	uint32_t cdw00_09[10];
	uint64_t zslba;
	uint32_t nlb : 16;
	uint32_t rsvd : 4;
	uint32_t dtype : 4;
	uint32_t prinfo : 4;
	uint32_t rsvd2 : 2;
	uint32_t fua : 1;
	uint32_t lr : 1;
	uint32_t cdw13_15[3];
};

/**
 * Commands of zoned namespaces
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, section "Zoned Namespace Command Set
 * Commands"
 */
__extension__ struct xnvme_spec_znd_cmd {
	union {
		struct xnvme_spec_znd_cmd_mgmt_send mgmt_send;
		struct xnvme_spec_znd_cmd_mgmt_recv mgmt_recv;
		struct xnvme_spec_znd_cmd_append append;
	};
};

/**
 * I/O Management Receive command; `numd` is zero-based
 *
 * NVM Express TP4146 (Flexible Data Placement), section "I/O Management Receive command"
 */
struct xnvme_spec_io_mgmt_recv_cmd {
	uint32_t cdw00_09[10];
	uint32_t mo : 8;
	uint32_t rsvd : 8;
	uint32_t mos : 16;
	uint32_t numd;
	uint32_t cdw12_15[4];
};

/**
 * I/O Management Send command
 *
 * NVM Express TP4146 (Flexible Data Placement), section "I/O Management Send command"
 */
struct xnvme_spec_io_mgmt_send_cmd {
	uint32_t cdw00_09[10];
	uint32_t mo : 8;
	uint32_t rsvd : 8;
	uint32_t mos : 16;
	uint32_t cdw11_15[5];
};

/**
 * I/O management commands
 *
 * NVM Express TP4146 (Flexible Data Placement), section "I/O Management Receive command"
 */
__extension__ struct xnvme_spec_io_mgmt_cmd {
	union {
		struct xnvme_spec_io_mgmt_recv_cmd mgmt_recv;
		struct xnvme_spec_io_mgmt_send_cmd mgmt_send;
	};
};

/**
 * Key value commands
 *
 * NVM Express Key Value Command Set Specification 1.0, section "Key Value Command Set Commands"
 *
 * `key` and `key_hi` are the halves of the key, `cdw11.kl` its length in bytes, `cdw10` the size
 * of the buffer in bytes.
 */
struct xnvme_spec_kvs_cmd {
	uint32_t cdw0;
	uint32_t nsid;
	uint64_t key;
	uint64_t mptr;
	uint32_t cdw06;
	uint32_t cdw07;
	uint32_t cdw08;
	uint32_t cdw09;
	uint32_t cdw10;
	struct {
		uint8_t kl;
		uint8_t ro;
		uint16_t rsvd;
	} cdw11;
	uint32_t cdw12;
	uint32_t cdw13;
	uint64_t key_hi;
};

/**
 * Compare command; `nlb` is zero-based
 *
 * NVM Express NVM Command Set Specification 1.0, section "Compare command"
 */
struct xnvme_spec_nvm_compare {
	uint32_t cdw00_09[10];
	uint64_t slba;
	uint32_t nlb : 16;
	uint32_t rsvd1 : 8;
	uint32_t stc : 1;
	uint32_t rsvd2 : 1;
	uint32_t prinfo : 4;
	uint32_t fua : 1;
	uint32_t lr : 1;
	uint32_t cdw_13;
	uint32_t ilbrt : 32;
	uint32_t lbat : 16;
	uint32_t lbatm : 16;
};

/**
 * Submission queue entry, 64 bytes, by command
 *
 * NVM Express Base Specification 2.0, figure "Common Command Format"
 */
__extension__ struct xnvme_spec_cmd {
	union {
		struct xnvme_spec_cmd_common common;
		struct xnvme_spec_cmd_sanitize sanitize;
		struct xnvme_spec_cmd_format format;
		struct xnvme_spec_cmd_log log;
		struct xnvme_spec_cmd_gfeat gfeat;
		struct xnvme_spec_cmd_sfeat sfeat;
		struct xnvme_spec_cmd_idfy idfy;
		struct xnvme_spec_cmd_dsend dsend;
		struct xnvme_spec_cmd_drecv drecv;
		struct xnvme_spec_cmd_nvm nvm;
		struct xnvme_spec_cmd_dsm dsm;
		struct xnvme_spec_nvm_cmd_scopy scopy;
		struct xnvme_spec_nvm_write_zeroes write_zeroes;
		struct xnvme_spec_znd_cmd znd;
		struct xnvme_spec_io_mgmt_cmd mgmt;
		struct xnvme_spec_kvs_cmd kvs;
		struct xnvme_spec_nvm_compare compare;
	};
};

/**
 * I/O Command Set specific Identify Controller data structure, zoned
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Identify - I/O Command Set
 * Specific Identify Controller Data Structure"
 *
 * `zasl` is a binary logarithm in minimum memory pages, 0 for the limit of `mdts`.
 */
struct xnvme_spec_znd_idfy_ctrlr {
	uint8_t zasl;
	uint8_t rsvd8[4095];
};

/**
 * LBA format extension
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "LBA Format Extension Data
 * Structure"
 *
 * `zsze` is in logical blocks, `zdes` in units of 64 bytes.
 */
struct xnvme_spec_znd_idfy_lbafe {
	uint64_t zsze;
	uint8_t zdes;
	uint8_t rsvd[7];
};

/**
 * I/O Command Set specific Identify Namespace data structure, zoned
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Identify - I/O Command Set
 * Specific Identify Namespace Data Structure"
 *
 * `mar` and `mor` are zero-based, 0xffffffff for no limit; `rrl` and `frl` are in seconds.
 */
struct xnvme_spec_znd_idfy_ns {
	union {
		struct {
			uint16_t vzcap : 1;
			uint16_t zae : 1;
			uint16_t rsvd : 14;
		} bits;
		uint16_t val;
	} zoc;
	union {
		struct {
			uint16_t razb : 1;
			uint16_t zrwasup : 1;
			uint16_t rsvd : 14;
		} bits;
		uint16_t val;
	} ozcs;
	uint32_t mar;
	uint32_t mor;
	uint32_t rrl;
	uint32_t frl;
	uint8_t rsvd12[24];
	uint32_t numzrwa;
	uint16_t zrwafg;
	uint16_t zrwas;
	union {
		struct {
			uint8_t expflushsup : 1;
			uint8_t rsvd0 : 7;
		} bits;
		uint8_t val;
	} zrwacap;
	uint8_t rsvd53[2763];
	struct xnvme_spec_znd_idfy_lbafe lbafe[16];
	uint8_t rsvd3072[768];
	uint8_t vs[256];
};

/**
 * Any data structure that Identify returns for zoned namespaces
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, section "Identify command"
 */
__extension__ struct xnvme_spec_znd_idfy {
	union {
		struct xnvme_spec_idfy base;
		struct xnvme_spec_znd_idfy_ctrlr zctrlr;
		struct xnvme_spec_znd_idfy_ns zns;
	};
};

/**
 * Changed Zone List log page
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Changed Zone List Log Page"
 *
 * `nidents` is 0xffff when more zones changed than the list holds.
 */
struct xnvme_spec_znd_log_changes {
	uint16_t nidents;
	uint8_t rsvd2[6];
	uint64_t idents[511];
};

/**
 * Zone descriptor; addresses and capacity are in logical blocks
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Zone Descriptor Data
 * Structure"
 */
__extension__ struct xnvme_spec_znd_descr {
	uint8_t zt : 4;
	uint8_t rsvd0 : 4;
	uint8_t rsvd1 : 4;
	uint8_t zs : 4;
	union {
		struct {
			uint8_t zfc : 1;
			uint8_t zfr : 1;
			uint8_t rzr : 1;
			uint8_t zrwav : 1;
			uint8_t rsvd3 : 3;
			uint8_t zdev : 1;
		};
		uint8_t val;
	} za;
	uint8_t rsvd7[5];
	uint64_t zcap;
	uint64_t zslba;
	uint64_t wp;
	uint8_t rsvd63[32];
};

/**
 * Head of a report of zones
 *
 * NVM Express Zoned Namespace Command Set Specification 1.1, figure "Report Zones Data Structure"
 */
struct xnvme_spec_znd_report_hdr {
	uint64_t nzones;
	uint8_t rsvd[56];
};

/**
 * KV format
 *
 * NVM Express Key Value Command Set Specification 1.0, figure "KV Format Data Structure"
 *
 * `kml` and `vml` are in bytes, `mnk` a number of keys, each 0 for no limit.
 */
struct xnvme_spec_kvs_idfy_ns_format {
	uint16_t kml;
	uint8_t rsvd2;
	uint8_t fopt;
	uint32_t vml;
	uint32_t mnk;
	uint8_t rsvd12[4];
};

/**
 * I/O Command Set specific Identify Namespace data structure, key value
 *
 * NVM Express Key Value Command Set Specification 1.0, figure "Identify - I/O Command Set Specific
 * Identify Namespace Data Structure"
 *
 * `nsze` and `nuse` are in bytes, `nkvf` is zero-based.
 */
struct xnvme_spec_kvs_idfy_ns {
	uint64_t nsze;
	uint8_t rsvd8[8];
	uint64_t nuse;
	uint8_t nsfeat;
	uint8_t nkvf;
	uint8_t nmic;
	uint8_t rescap;
	uint8_t fpi;
	uint8_t rsvd29[3];
	uint32_t novg;
	uint32_t anagrpid;
	uint8_t rsvd40[3];
	uint8_t nsattr;
	uint16_t nvmsetid;
	uint16_t endgid;
	uint64_t nguid[2];
	uint64_t eui64;
	struct xnvme_spec_kvs_idfy_ns_format kvf[16];
	uint8_t rsvd328[3512];
	uint8_t vs[256];
};

/**
 * Any data structure that Identify returns for key value namespaces
 *
 * NVM Express Key Value Command Set Specification 1.0, section "Identify command"
 */
__extension__ struct xnvme_spec_kvs_idfy {
	union {
		struct xnvme_spec_idfy base;
		struct xnvme_spec_kvs_idfy_ns ns;
	};
};

/**
 * Print the SMART / Health Information log page
 *
 * Temperatures are printed in degrees Celsius, 128-bit counters in decimal.
 *
 * @param stream Where to write
 * @param log The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_log_health_fpr(FILE *stream, const struct xnvme_spec_log_health_entry *log,
			      int opts);

/**
 * As xnvme_spec_log_health_fpr(), to stdout
 */
int xnvme_spec_log_health_pr(const struct xnvme_spec_log_health_entry *log, int opts);

/**
 * Print the Sanitize Status log page
 *
 * @param stream Where to write
 * @param log The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_log_sanitize_fpr(FILE *stream, const struct xnvme_spec_log_sanitize_entry *log,
				int opts);

/**
 * As xnvme_spec_log_sanitize_fpr(), to stdout
 */
int xnvme_spec_log_sanitize_pr(const struct xnvme_spec_log_sanitize_entry *log, int opts);

/**
 * Print `limit` entries of the Error Information log page, also those without an error
 *
 * @param stream Where to write
 * @param log `limit` entries; NULL prints as ~
 * @param limit Entries that the buffer of the caller holds; a negative number is -EINVAL
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_log_erri_fpr(FILE *stream, const struct xnvme_spec_log_erri_entry *log, int limit,
			    int opts);

/**
 * As xnvme_spec_log_erri_fpr(), to stdout
 */
int xnvme_spec_log_erri_pr(const struct xnvme_spec_log_erri_entry *log, int limit, int opts);

/**
 * Print the FDP Configurations log page, to stdout
 *
 * The function gets no length, so it uses the size in the log, up to 4096 bytes. A descriptor that
 * contradicts that size ends the list.
 *
 * @param log At least min(`log->size`, 4096) bytes, and its fixed head; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: the error of
 * writing
 */
int xnvme_spec_log_fdp_conf_pr(const struct xnvme_spec_log_fdp_conf *log, int opts);

/**
 * Print the FDP Statistics log page, to stdout
 *
 * @param log The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: the error of
 * writing
 */
int xnvme_spec_log_fdp_stats_pr(const struct xnvme_spec_log_fdp_stats *log, int opts);

/**
 * Print the FDP Events log page, to stdout
 *
 * Prints as many events as the log says, `limit` at most.
 *
 * @param log The head and `limit` events; NULL prints as ~
 * @param limit Entries that the buffer of the caller holds; a negative number is -EINVAL
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * `limit` is negative, or the error of writing
 */
int xnvme_spec_log_fdp_events_pr(const struct xnvme_spec_log_fdp_events *log, int limit, int opts);

/**
 * Print the Reclaim Unit Handle Usage log page, to stdout
 *
 * Prints as many descriptors as the log says, `limit` at most.
 *
 * @param log The head and `limit` descriptors; NULL prints as ~
 * @param limit Entries that the buffer of the caller holds; a negative number is -EINVAL
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * `limit` is negative, or the error of writing
 */
int xnvme_spec_log_ruhu_pr(const struct xnvme_spec_log_ruhu *log, int limit, int opts);

/**
 * Print the reclaim unit handle status, to stdout
 *
 * Prints as many descriptors as there are, `limit` at most.
 *
 * @param ruhs The head and `limit` descriptors; NULL prints as ~
 * @param limit Entries that the buffer of the caller holds; a negative number is -EINVAL
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * `limit` is negative, or the error of writing
 */
int xnvme_spec_ruhs_pr(const struct xnvme_spec_ruhs *ruhs, int limit, int opts);

/**
 * Print the Identify Namespace data structure
 *
 * Prints `nlbaf` + 1 LBA formats, 64 at most.
 *
 * @param stream Where to write
 * @param idfy The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_idfy_ns_fpr(FILE *stream, const struct xnvme_spec_idfy_ns *idfy, int opts);

/**
 * As xnvme_spec_idfy_ns_fpr(), to stdout
 */
int xnvme_spec_idfy_ns_pr(const struct xnvme_spec_idfy_ns *idfy, int opts);

/**
 * Print the Identify Controller data structure
 *
 * @param stream Where to write
 * @param idfy The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_idfy_ctrlr_fpr(FILE *stream, const struct xnvme_spec_idfy_ctrlr *idfy, int opts);

/**
 * As xnvme_spec_idfy_ctrlr_fpr(), to stdout
 */
int xnvme_spec_idfy_ctrlr_pr(const struct xnvme_spec_idfy_ctrlr *idfy, int opts);

/**
 * Print the I/O command set vectors that are not zero
 *
 * @param stream Where to write
 * @param idfy The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_idfy_cs_fpr(FILE *stream, const struct xnvme_spec_idfy_cs *idfy, int opts);

/**
 * As xnvme_spec_idfy_cs_fpr(), to stdout
 */
int xnvme_spec_idfy_cs_pr(const struct xnvme_spec_idfy_cs *idfy, int opts);

/**
 * Print the value of a feature by name, and as a number
 *
 * @param stream Where to write
 * @param fid Feature identifier; an unknown one is printed as a number only
 * @param feat Its value
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_feat_fpr(FILE *stream, uint8_t fid, struct xnvme_spec_feat feat, int opts);

/**
 * As xnvme_spec_feat_fpr(), to stdout
 */
int xnvme_spec_feat_pr(uint8_t fid, struct xnvme_spec_feat feat, int opts);

/**
 * Print the FDP events that a namespace supports, to stdout
 *
 * @param buf 2-byte descriptors, at most 255; `feat` is their number; NULL prints as ~
 * @param feat Dword 0 of the completion: the number of descriptors
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: the error of
 * writing
 */
int xnvme_spec_feat_fdp_events_pr(void *buf, struct xnvme_spec_feat feat, int opts);

/**
 * Print a command
 *
 * The opcode alone does not say whether this is an I/O, a key value or an admin command. Its fields
 * are printed once for each command that has the opcode.
 *
 * @param stream Where to write
 * @param cmd The command; NULL prints as ~
 * @param opts 0 = 16 dwords in binary, 1 = 16 dwords in hexadecimal, 2 = common fields on one
 * line, 3 = all fields by name, 16 = the same as JSON
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_cmd_fpr(FILE *stream, struct xnvme_spec_cmd *cmd, int opts);

/**
 * As xnvme_spec_cmd_fpr(), to stdout
 */
int xnvme_spec_cmd_pr(struct xnvme_spec_cmd *cmd, int opts);

/**
 * Print what the Identify directive returns, to stdout
 *
 * @param idfy The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: the error of
 * writing
 */
int xnvme_spec_drecv_idfy_pr(struct xnvme_spec_idfy_dir_rp *idfy, int opts);

/**
 * Print the parameters of the Streams directive, to stdout
 *
 * @param srp The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: the error of
 * writing
 */
int xnvme_spec_drecv_srp_pr(struct xnvme_spec_streams_dir_rp *srp, int opts);

/**
 * Print the open streams, to stdout
 *
 * The function gets no length, so it uses the count in the record, up to 4096 bytes.
 *
 * @param sgs At least min(2 + 2 * `sgs->open_sc`, 4096) bytes; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: the error of
 * writing
 */
int xnvme_spec_drecv_sgs_pr(struct xnvme_spec_streams_dir_gs *sgs, int opts);

/**
 * Print the number of allocated streams, to stdout
 *
 * @param sar Dword 0 of the completion
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: the error of
 * writing
 */
int xnvme_spec_drecv_sar_pr(struct xnvme_spec_alloc_resource sar, int opts);

/**
 * Print a source range
 *
 * @param stream Where to write
 * @param entry The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_nvm_scopy_fmt_zero_fpr(FILE *stream,
				      const struct xnvme_spec_nvm_scopy_fmt_zero *entry, int opts);

/**
 * As xnvme_spec_nvm_scopy_fmt_zero_fpr(), to stdout
 */
int xnvme_spec_nvm_scopy_fmt_zero_pr(const struct xnvme_spec_nvm_scopy_fmt_zero *entry, int opts);

/**
 * Print source ranges
 *
 * @param stream Where to write
 * @param srange `nr` + 1 ranges, 128 at most; NULL prints as ~
 * @param nr Number of ranges, zero-based
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_nvm_scopy_source_range_fpr(FILE *stream,
					  const struct xnvme_spec_nvm_scopy_source_range *srange,
					  uint8_t nr, int opts);

/**
 * As xnvme_spec_nvm_scopy_source_range_fpr(), to stdout
 */
int xnvme_spec_nvm_scopy_source_range_pr(const struct xnvme_spec_nvm_scopy_source_range *srange,
					 uint8_t nr, int opts);

/**
 * Print the limits of the NVM command set
 *
 * @param stream Where to write
 * @param idfy The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_nvm_idfy_ctrlr_fpr(FILE *stream, struct xnvme_spec_nvm_idfy_ctrlr *idfy, int opts);

/**
 * As xnvme_spec_nvm_idfy_ctrlr_fpr(), to stdout
 */
int xnvme_spec_nvm_idfy_ctrlr_pr(struct xnvme_spec_nvm_idfy_ctrlr *idfy, int opts);

/**
 * Print the extended LBA formats
 *
 * @param stream Where to write
 * @param idfy The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_nvm_idfy_ns_fpr(FILE *stream, struct xnvme_spec_nvm_idfy_ns *idfy, int opts);

/**
 * As xnvme_spec_nvm_idfy_ns_fpr(), to stdout
 */
int xnvme_spec_nvm_idfy_ns_pr(struct xnvme_spec_nvm_idfy_ns *idfy, int opts);

/**
 * Print the limits of the zoned command set
 *
 * @param stream Where to write
 * @param zctrlr The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_znd_idfy_ctrlr_fpr(FILE *stream, struct xnvme_spec_znd_idfy_ctrlr *zctrlr, int opts);

/**
 * As xnvme_spec_znd_idfy_ctrlr_fpr(), to stdout
 */
int xnvme_spec_znd_idfy_ctrlr_pr(struct xnvme_spec_znd_idfy_ctrlr *zctrlr, int opts);

/**
 * Print an LBA format extension as a piece of a document: on one line, without key and newline
 *
 * @param stream Where to write
 * @param zonef The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_znd_idfy_lbafe_fpr(FILE *stream, struct xnvme_spec_znd_idfy_lbafe *zonef, int opts);

/**
 * Print the zoned namespace data structure
 *
 * @param stream Where to write
 * @param zns The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_znd_idfy_ns_fpr(FILE *stream, struct xnvme_spec_znd_idfy_ns *zns, int opts);

/**
 * As xnvme_spec_znd_idfy_ns_fpr(), to stdout
 */
int xnvme_spec_znd_idfy_ns_pr(struct xnvme_spec_znd_idfy_ns *zns, int opts);

/**
 * Print the Changed Zone List log page
 *
 * Lists 511 zones at most, and none when more changed than the list holds.
 *
 * @param stream Where to write
 * @param changes The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_znd_log_changes_fpr(FILE *stream, const struct xnvme_spec_znd_log_changes *changes,
				   int opts);

/**
 * As xnvme_spec_znd_log_changes_fpr(), to stdout
 */
int xnvme_spec_znd_log_changes_pr(const struct xnvme_spec_znd_log_changes *changes, int opts);

/**
 * Print a zone descriptor
 *
 * @param stream Where to write
 * @param descr The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_znd_descr_fpr(FILE *stream, const struct xnvme_spec_znd_descr *descr, int opts);

/**
 * As xnvme_spec_znd_descr_fpr(), to stdout
 */
int xnvme_spec_znd_descr_pr(const struct xnvme_spec_znd_descr *descr, int opts);

/**
 * Print the head of a report of zones
 *
 * @param stream Where to write
 * @param hdr The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_znd_report_hdr_fpr(FILE *stream, const struct xnvme_spec_znd_report_hdr *hdr,
				  int opts);

/**
 * As xnvme_spec_znd_report_hdr_fpr(), to stdout
 */
int xnvme_spec_znd_report_hdr_pr(const struct xnvme_spec_znd_report_hdr *hdr, int opts);

/**
 * Print the members of a zone descriptor as a piece of a YAML document
 *
 * Neither `sep` nor a newline follows the last member.
 *
 * @param stream Where to write
 * @param descr The record, not NULL
 * @param indent Number of blanks before each member
 * @param sep Text between two members, e.g. ", " or a newline
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * an argument is NULL or `indent` negative, or the error of writing to it
 */
int xnvme_spec_znd_descr_fpr_yaml(FILE *stream, const struct xnvme_spec_znd_descr *descr,
				  int indent, const char *sep);

/**
 * Print the key value namespace data structure
 *
 * Prints `nkvf` + 1 formats, 16 at most.
 *
 * @param stream Where to write
 * @param idfy The record; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return On success, the number of characters written. On error, a negative errno: -EINVAL when
 * the stream is NULL, or the error of writing to it
 */
int xnvme_spec_kvs_idfy_ns_fpr(FILE *stream, const struct xnvme_spec_kvs_idfy_ns *idfy, int opts);

/**
 * As xnvme_spec_kvs_idfy_ns_fpr(), to stdout
 */
int xnvme_spec_kvs_idfy_ns_pr(const struct xnvme_spec_kvs_idfy_ns *idfy, int opts);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_SPEC_H */
