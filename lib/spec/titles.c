// SPDX-License-Identifier: BSD-3-Clause
/**
 * Titles of statuses, opcodes and features, as the specifications spell them
 */
#include <spec/names.h>
#include <spec/opcodes.h>

#include <stddef.h>

#include <libxnvme_spec.h>
#include <libxnvme_spec_fs.h>

#define ADM_VENDOR_FIRST 0xc0
#define IO_VENDOR_FIRST	 0x80
#define SC_VENDOR_FIRST	 0xc0

struct title {
	uint8_t value;
	const char *name;
};

#define NTITLES(table) (sizeof(table) / sizeof((table)[0]))

/* Base 2.0 figure "Generic Command Status Values"; 80h and up: those of the I/O command sets */
static const struct title generic[] = {
    {0x00, "Successful Completion"},
    {0x01, "Invalid Command Opcode"},
    {0x02, "Invalid Field in Command"},
    {0x03, "Command ID Conflict"},
    {0x04, "Data Transfer Error"},
    {0x05, "Commands Aborted due to Power Loss Notification"},
    {0x06, "Internal Error"},
    {0x07, "Command Abort Requested"},
    {0x08, "Command Aborted due to SQ Deletion"},
    {0x09, "Command Aborted due to Failed Fused Command"},
    {0x0a, "Command Aborted due to Missing Fused Command"},
    {0x0b, "Invalid Namespace or Format"},
    {0x0c, "Command Sequence Error"},
    {0x0d, "Invalid SGL Segment Descriptor"},
    {0x0e, "Invalid Number of SGL Descriptors"},
    {0x0f, "Data SGL Length Invalid"},
    {0x10, "Metadata SGL Length Invalid"},
    {0x11, "SGL Descriptor Type Invalid"},
    {0x12, "Invalid Use of Controller Memory Buffer"},
    {0x13, "PRP Offset Invalid"},
    {0x14, "Atomic Write Unit Exceeded"},
    {0x15, "Operation Denied"},
    {0x16, "SGL Offset Invalid"},
    {0x18, "Host Identifier Inconsistent Format"},
    {0x19, "Keep Alive Timer Expired"},
    {0x1a, "Keep Alive Timeout Invalid"},
    {0x1b, "Command Aborted due to Preempt and Abort"},
    {0x1c, "Sanitize Failed"},
    {0x1d, "Sanitize In Progress"},
    {0x1e, "SGL Data Block Granularity Invalid"},
    {0x1f, "Command Not Supported for Queue in CMB"},
    {0x20, "Namespace is Write Protected"},
    {0x21, "Command Interrupted"},
    {0x22, "Transient Transport Error"},
    {0x23, "Command Prohibited by Command and Feature Lockdown"},
    {0x24, "Admin Command Media Not Ready"},
    {0x25, "Invalid Key Tag"},
    {0x26, "Host Dispersed Namespace Support Not Enabled"},
    {0x27, "Host Identifier Not Initialized"},
    {0x28, "Incorrect Key"},
    {0x29, "FDP Disabled"},
    {0x2a, "Invalid Placement Handle List"},
    {0x80, "LBA Out of Range"},
    {0x81, "Capacity Exceeded"},
    {0x82, "Namespace Not Ready"},
    {0x83, "Reservation Conflict"},
    {0x84, "Format In Progress"},
    {0x85, "Invalid Value Size"},
    {0x86, "Invalid Key Size"},
    {0x87, "KV Key Does Not Exist"},
    {0x88, "Unrecovered Error"},
    {0x89, "Key Exists"},
};

/* Base 2.0 figure "Command Specific Status Values"; 80h and up: those of the I/O command sets */
static const struct title cmdspec[] = {
    {0x00, "Completion Queue Invalid"},
    {0x01, "Invalid Queue Identifier"},
    {0x02, "Invalid Queue Size"},
    {0x03, "Abort Command Limit Exceeded"},
    {0x05, "Asynchronous Event Request Limit Exceeded"},
    {0x06, "Invalid Firmware Slot"},
    {0x07, "Invalid Firmware Image"},
    {0x08, "Invalid Interrupt Vector"},
    {0x09, "Invalid Log Page"},
    {0x0a, "Invalid Format"},
    {0x0b, "Firmware Activation Requires Conventional Reset"},
    {0x0c, "Invalid Queue Deletion"},
    {0x0d, "Feature Identifier Not Saveable"},
    {0x0e, "Feature Not Changeable"},
    {0x0f, "Feature Not Namespace Specific"},
    {0x10, "Firmware Activation Requires NVM Subsystem Reset"},
    {0x11, "Firmware Activation Requires Controller Level Reset"},
    {0x12, "Firmware Activation Requires Maximum Time Violation"},
    {0x13, "Firmware Activation Prohibited"},
    {0x14, "Overlapping Range"},
    {0x15, "Namespace Insufficient Capacity"},
    {0x16, "Namespace Identifier Unavailable"},
    {0x18, "Namespace Already Attached"},
    {0x19, "Namespace Is Private"},
    {0x1a, "Namespace Not Attached"},
    {0x1b, "Thin Provisioning Not Supported"},
    {0x1c, "Controller List Invalid"},
    {0x1d, "Device Self-test In Progress"},
    {0x1e, "Boot Partition Write Prohibited"},
    {0x1f, "Invalid Controller Identifier"},
    {0x20, "Invalid Secondary Controller State"},
    {0x21, "Invalid Number of Controller Resources"},
    {0x22, "Invalid Resource Identifier"},
    {0x23, "Sanitize Prohibited While Persistent Memory Region is Enabled"},
    {0x24, "ANA Group Identifier Invalid"},
    {0x25, "ANA Attach Failed"},
    {0x26, "Insufficient Capacity"},
    {0x27, "Namespace Attachment Limit Exceeded"},
    {0x28, "Prohibition of Command Execution Not Supported"},
    {0x29, "I/O Command Set Not Supported"},
    {0x2a, "I/O Command Set Not Enabled"},
    {0x2b, "I/O Command Set Combination Rejected"},
    {0x2c, "Invalid I/O Command Set"},
    {0x2d, "Identifier Unavailable"},
    {0x2e, "Namespace Is Dispersed"},
    {0x2f, "Invalid Discovery Information"},
    {0x30, "Zoning Data Structure Locked"},
    {0x31, "Zoning Data Structure Not Found"},
    {0x32, "Insufficient Discovery Resources"},
    {0x33, "Requested Function Disabled"},
    {0x34, "ZoneGroup Originator Invalid"},
    {0x35, "Invalid Host"},
    {0x36, "Invalid NVM Subsystem"},
    {0x37, "Invalid Controller Data Queue"},
    {0x38, "Not Enough Resources"},
    {0x39, "Controller Suspended"},
    {0x3a, "Controller Not Suspended"},
    {0x3b, "Controller Data Queue Full"},
    {0x7f, "Zoned Invalid Format"},
    {0x80, "Conflicting Attributes"},
    {0x81, "Invalid Protection Information"},
    {0x82, "Attempted Write to Read Only Range"},
    {0x83, "Command Size Limit Exceeded"},
    {0x84, "Invalid Command ID"},
    {0x85, "Incompatible Namespace or Format"},
    {0x86, "Fast Copy Not Possible"},
    {0x87, "Overlapping I/O Range"},
    {0x88, "Namespace Not Reachable"},
    {0x89, "Insufficient Resources"},
    {0xb6, "Invalid Zone Operation Request"},
    {0xb7, "Zone Random Write Area Resources Unavailable"},
    {0xb8, "Zone Boundary Error"},
    {0xb9, "Zone Is Full"},
    {0xba, "Zone Is Read Only"},
    {0xbb, "Zone Is Offline"},
    {0xbc, "Zone Invalid Write"},
    {0xbd, "Too Many Active Zones"},
    {0xbe, "Too Many Open Zones"},
    {0xbf, "Invalid Zone State Transition"},
};

/* Base 2.0 figure "Media and Data Integrity Error Values" */
static const struct title media[] = {
    {0x80, "Write Fault"},
    {0x81, "Unrecovered Read Error"},
    {0x82, "End-to-end Guard Check Error"},
    {0x83, "End-to-end Application Tag Check Error"},
    {0x84, "End-to-end Reference Tag Check Error"},
    {0x85, "Compare Failure"},
    {0x86, "Access Denied"},
    {0x87, "Deallocated or Unwritten Logical Block"},
    {0x88, "End-to-End Storage Tag Check Error"},
};

/* Base 2.0 figure "Path Related Status Values" */
static const struct title path[] = {
    {0x00, "Internal Path Error"},
    {0x01, "Asymmetric Access Persistent Loss"},
    {0x02, "Asymmetric Access Inaccessible"},
    {0x03, "Asymmetric Access Transition"},
    {0x60, "Controller Pathing Error"},
    {0x70, "Host Pathing Error"},
    {0x71, "Command Aborted By Host"},
};

/* Base 2.0 figure "Opcodes for Admin Commands" */
static const struct title opc_admin[] = {
    {0x00, "Delete I/O Submission Queue"},
    {0x01, "Create I/O Submission Queue"},
    {0x02, "Get Log Page"},
    {0x04, "Delete I/O Completion Queue"},
    {0x05, "Create I/O Completion Queue"},
    {0x06, "Identify"},
    {0x08, "Abort"},
    {0x09, "Set Features"},
    {0x0a, "Get Features"},
    {0x0c, "Asynchronous Event Request"},
    {0x0d, "Namespace Management"},
    {0x10, "Firmware Commit"},
    {0x11, "Firmware Image Download"},
    {0x14, "Device Self-test"},
    {0x15, "Namespace Attachment"},
    {0x18, "Keep Alive"},
    {0x19, "Directive Send"},
    {0x1a, "Directive Receive"},
    {0x1c, "Virtualization Management"},
    {0x1d, "NVMe-MI Send"},
    {0x1e, "NVMe-MI Receive"},
    {0x20, "Capacity Management"},
    {0x24, "Lockdown"},
    {0x7c, "Doorbell Buffer Config"},
    {0x7f, "Fabrics Commands"},
    {0x80, "Format NVM"},
    {0x81, "Security Send"},
    {0x82, "Security Receive"},
    {0x84, "Sanitize"},
    {0x86, "Get LBA Status"},
};

/** The command sets of opcodes.def */
enum set { SET_IO, SET_NVM, SET_ZND, SET_KV, SET_FS };

static const struct {
	uint8_t set; ///< enum set
	uint8_t value;
	const char *name;
} opcodes[] = {
#define XNVI_OPC(set, value, title, has, kind, len, attrs) {SET_##set, value, title},
#include <spec/opcodes.def>
#undef XNVI_OPC
};

/* Base 2.0 figure "Set Features - Feature Identifiers", NVM, Zoned and Key Value command sets */
static const struct title features[] = {
    {0x01, "Arbitration"},
    {0x02, "Power Management"},
    {0x03, "LBA Range Type"},
    {0x04, "Temperature Threshold"},
    {0x05, "Error Recovery"},
    {0x06, "Volatile Write Cache"},
    {0x07, "Number of Queues"},
    {0x08, "Interrupt Coalescing"},
    {0x09, "Interrupt Vector Configuration"},
    {0x0a, "Write Atomicity Normal"},
    {0x0b, "Asynchronous Event Configuration"},
    {0x0c, "Autonomous Power State Transition"},
    {0x0d, "Host Memory Buffer"},
    {0x0e, "Timestamp"},
    {0x0f, "Keep Alive Timer"},
    {0x10, "Host Controlled Thermal Management"},
    {0x11, "Non-Operational Power State Config"},
    {0x12, "Read Recovery Level Config"},
    {0x13, "Predictable Latency Mode Config"},
    {0x14, "Predictable Latency Mode Window"},
    {0x15, "LBA Status Information Report Interval"},
    {0x16, "Host Behavior Support"},
    {0x17, "Sanitize Config"},
    {0x18, "Endurance Group Event Configuration"},
    {0x19, "I/O Command Set Profile"},
    {0x1a, "Spinup Control"},
    {0x1d, "Flexible Data Placement"},
    {0x1e, "Flexible Data Placement Events"},
    {0x20, "Key Value Configuration"},
    {0x7d, "Enhanced Controller Metadata"},
    {0x7e, "Controller Metadata"},
    {0x7f, "Namespace Metadata"},
    {0x80, "Software Progress Marker"},
    {0x81, "Host Identifier"},
    {0x82, "Reservation Notification Mask"},
    {0x83, "Reservation Persistence"},
    {0x84, "Namespace Write Protection Config"},
};

static const char *
lookup(const struct title *titles, size_t ntitles, uint8_t value)
{
	for (size_t i = 0; i < ntitles; ++i) {
		if (titles[i].value == value) {
			return titles[i].name;
		}
	}

	return NULL;
}

const char *
xnvi_spec_status_name(uint8_t sct, uint8_t sc)
{
	static const struct {
		const struct title *titles;
		size_t ntitles;
		const char *unknown;
	} types[] = {
	    [XNVME_STATUS_CODE_TYPE_GENERIC] = {generic, NTITLES(generic),
						"Unknown Generic Command Status"},
	    [XNVME_STATUS_CODE_TYPE_CMDSPEC] = {cmdspec, NTITLES(cmdspec),
						"Unknown Command Specific Status"},
	    [XNVME_STATUS_CODE_TYPE_MEDIA] = {media, NTITLES(media),
					      "Unknown Media and Data Integrity Error"},
	    [XNVME_STATUS_CODE_TYPE_PATH] = {path, NTITLES(path), "Unknown Path Related Status"},
	};
	const char *name;

	if (sct == XNVME_STATUS_CODE_TYPE_VENDOR) {
		return "Vendor Specific Status";
	}
	if (sct >= NTITLES(types)) {
		return "Status of a Reserved Type";
	}
	name = lookup(types[sct].titles, types[sct].ntitles, sc);
	if (name) {
		return name;
	}

	return sc >= SC_VENDOR_FIRST ? "Vendor Specific Status" : types[sct].unknown;
}

static const char *
find_opcode(enum set set, uint8_t value)
{
	for (size_t i = 0; i < NTITLES(opcodes); ++i) {
		if (opcodes[i].set == (uint8_t)set && opcodes[i].value == value) {
			return opcodes[i].name;
		}
	}

	return NULL;
}

/** The file commands are accepted on every kind of device but key-value namespaces */
static const char *
io_opc_name(uint8_t csi, uint8_t opcode)
{
	static const enum set of_kv[] = {SET_IO, SET_KV};
	static const enum set of_zns[] = {SET_IO, SET_FS, SET_ZND, SET_NVM};
	static const enum set of_nvm[] = {SET_IO, SET_FS, SET_NVM};
	const enum set *sets = csi == XNVME_SPEC_CSI_KV	     ? of_kv
			       : csi == XNVME_SPEC_CSI_ZONED ? of_zns
							     : of_nvm;
	const size_t nsets = csi == XNVME_SPEC_CSI_KV	   ? NTITLES(of_kv)
			     : csi == XNVME_SPEC_CSI_ZONED ? NTITLES(of_zns)
							   : NTITLES(of_nvm);
	const char *name = NULL;

	for (size_t i = 0; i < nsets && !name; ++i) {
		name = find_opcode(sets[i], opcode);
	}

	return name;
}

const char *
xnvi_spec_opc_name(bool admin, uint8_t csi, uint8_t opcode)
{
	const char *name =
	    admin ? lookup(opc_admin, NTITLES(opc_admin), opcode) : io_opc_name(csi, opcode);

	if (name) {
		return name;
	}

	return opcode >= (admin ? ADM_VENDOR_FIRST : IO_VENDOR_FIRST) ? "Vendor Specific Command"
								      : "Unknown Command";
}

const char *
xnvi_spec_feat_name(uint8_t fid)
{
	const char *name = lookup(features, NTITLES(features), fid);

	if (name) {
		return name;
	}

	return fid >= 0xc0 ? "Vendor Specific Feature" : "Unknown Feature";
}
