// SPDX-License-Identifier: BSD-3-Clause
/**
 * Titles of statuses, opcodes and features, as the specifications spell them
 */
#include <spec/names.h>
#include <spec/opcodes.h>

#include <stddef.h>
#include <string.h>

#include <libxnvme_spec.h>
#include <libxnvme_spec_fs.h>

#define ADM_VENDOR_FIRST 0xc0
#define IO_VENDOR_FIRST	 0x80
#define SC_VENDOR_FIRST	 0xc0

/*
 * Tables of titles are text: for each of them the value as one byte, the title, NUL. Tables of
 * pointers would have to be relocated by every program that is started.
 */
#define TITLE(value, name) value name "\0"

/** A table, and the byte after its last title */
#define TITLES(table) (table), (table) + sizeof(table) - 1

#define NTITLES(table) (sizeof(table) / sizeof((table)[0]))

// clang-format off
/* Base 2.0 figure "Generic Command Status Values"; 80h and up: those of the I/O command sets */
static const char generic[] =
    TITLE("\x00", "Successful Completion")
    TITLE("\x01", "Invalid Command Opcode")
    TITLE("\x02", "Invalid Field in Command")
    TITLE("\x03", "Command ID Conflict")
    TITLE("\x04", "Data Transfer Error")
    TITLE("\x05", "Commands Aborted due to Power Loss Notification")
    TITLE("\x06", "Internal Error")
    TITLE("\x07", "Command Abort Requested")
    TITLE("\x08", "Command Aborted due to SQ Deletion")
    TITLE("\x09", "Command Aborted due to Failed Fused Command")
    TITLE("\x0a", "Command Aborted due to Missing Fused Command")
    TITLE("\x0b", "Invalid Namespace or Format")
    TITLE("\x0c", "Command Sequence Error")
    TITLE("\x0d", "Invalid SGL Segment Descriptor")
    TITLE("\x0e", "Invalid Number of SGL Descriptors")
    TITLE("\x0f", "Data SGL Length Invalid")
    TITLE("\x10", "Metadata SGL Length Invalid")
    TITLE("\x11", "SGL Descriptor Type Invalid")
    TITLE("\x12", "Invalid Use of Controller Memory Buffer")
    TITLE("\x13", "PRP Offset Invalid")
    TITLE("\x14", "Atomic Write Unit Exceeded")
    TITLE("\x15", "Operation Denied")
    TITLE("\x16", "SGL Offset Invalid")
    TITLE("\x18", "Host Identifier Inconsistent Format")
    TITLE("\x19", "Keep Alive Timer Expired")
    TITLE("\x1a", "Keep Alive Timeout Invalid")
    TITLE("\x1b", "Command Aborted due to Preempt and Abort")
    TITLE("\x1c", "Sanitize Failed")
    TITLE("\x1d", "Sanitize In Progress")
    TITLE("\x1e", "SGL Data Block Granularity Invalid")
    TITLE("\x1f", "Command Not Supported for Queue in CMB")
    TITLE("\x20", "Namespace is Write Protected")
    TITLE("\x21", "Command Interrupted")
    TITLE("\x22", "Transient Transport Error")
    TITLE("\x23", "Command Prohibited by Command and Feature Lockdown")
    TITLE("\x24", "Admin Command Media Not Ready")
    TITLE("\x25", "Invalid Key Tag")
    TITLE("\x26", "Host Dispersed Namespace Support Not Enabled")
    TITLE("\x27", "Host Identifier Not Initialized")
    TITLE("\x28", "Incorrect Key")
    TITLE("\x29", "FDP Disabled")
    TITLE("\x2a", "Invalid Placement Handle List")
    TITLE("\x80", "LBA Out of Range")
    TITLE("\x81", "Capacity Exceeded")
    TITLE("\x82", "Namespace Not Ready")
    TITLE("\x83", "Reservation Conflict")
    TITLE("\x84", "Format In Progress")
    TITLE("\x85", "Invalid Value Size")
    TITLE("\x86", "Invalid Key Size")
    TITLE("\x87", "KV Key Does Not Exist")
    TITLE("\x88", "Unrecovered Error")
    TITLE("\x89", "Key Exists");

/* Base 2.0 figure "Command Specific Status Values"; 80h and up: those of the I/O command sets */
static const char cmdspec[] =
    TITLE("\x00", "Completion Queue Invalid")
    TITLE("\x01", "Invalid Queue Identifier")
    TITLE("\x02", "Invalid Queue Size")
    TITLE("\x03", "Abort Command Limit Exceeded")
    TITLE("\x05", "Asynchronous Event Request Limit Exceeded")
    TITLE("\x06", "Invalid Firmware Slot")
    TITLE("\x07", "Invalid Firmware Image")
    TITLE("\x08", "Invalid Interrupt Vector")
    TITLE("\x09", "Invalid Log Page")
    TITLE("\x0a", "Invalid Format")
    TITLE("\x0b", "Firmware Activation Requires Conventional Reset")
    TITLE("\x0c", "Invalid Queue Deletion")
    TITLE("\x0d", "Feature Identifier Not Saveable")
    TITLE("\x0e", "Feature Not Changeable")
    TITLE("\x0f", "Feature Not Namespace Specific")
    TITLE("\x10", "Firmware Activation Requires NVM Subsystem Reset")
    TITLE("\x11", "Firmware Activation Requires Controller Level Reset")
    TITLE("\x12", "Firmware Activation Requires Maximum Time Violation")
    TITLE("\x13", "Firmware Activation Prohibited")
    TITLE("\x14", "Overlapping Range")
    TITLE("\x15", "Namespace Insufficient Capacity")
    TITLE("\x16", "Namespace Identifier Unavailable")
    TITLE("\x18", "Namespace Already Attached")
    TITLE("\x19", "Namespace Is Private")
    TITLE("\x1a", "Namespace Not Attached")
    TITLE("\x1b", "Thin Provisioning Not Supported")
    TITLE("\x1c", "Controller List Invalid")
    TITLE("\x1d", "Device Self-test In Progress")
    TITLE("\x1e", "Boot Partition Write Prohibited")
    TITLE("\x1f", "Invalid Controller Identifier")
    TITLE("\x20", "Invalid Secondary Controller State")
    TITLE("\x21", "Invalid Number of Controller Resources")
    TITLE("\x22", "Invalid Resource Identifier")
    TITLE("\x23", "Sanitize Prohibited While Persistent Memory Region is Enabled")
    TITLE("\x24", "ANA Group Identifier Invalid")
    TITLE("\x25", "ANA Attach Failed")
    TITLE("\x26", "Insufficient Capacity")
    TITLE("\x27", "Namespace Attachment Limit Exceeded")
    TITLE("\x28", "Prohibition of Command Execution Not Supported")
    TITLE("\x29", "I/O Command Set Not Supported")
    TITLE("\x2a", "I/O Command Set Not Enabled")
    TITLE("\x2b", "I/O Command Set Combination Rejected")
    TITLE("\x2c", "Invalid I/O Command Set")
    TITLE("\x2d", "Identifier Unavailable")
    TITLE("\x2e", "Namespace Is Dispersed")
    TITLE("\x2f", "Invalid Discovery Information")
    TITLE("\x30", "Zoning Data Structure Locked")
    TITLE("\x31", "Zoning Data Structure Not Found")
    TITLE("\x32", "Insufficient Discovery Resources")
    TITLE("\x33", "Requested Function Disabled")
    TITLE("\x34", "ZoneGroup Originator Invalid")
    TITLE("\x35", "Invalid Host")
    TITLE("\x36", "Invalid NVM Subsystem")
    TITLE("\x37", "Invalid Controller Data Queue")
    TITLE("\x38", "Not Enough Resources")
    TITLE("\x39", "Controller Suspended")
    TITLE("\x3a", "Controller Not Suspended")
    TITLE("\x3b", "Controller Data Queue Full")
    TITLE("\x7f", "Zoned Invalid Format")
    TITLE("\x80", "Conflicting Attributes")
    TITLE("\x81", "Invalid Protection Information")
    TITLE("\x82", "Attempted Write to Read Only Range")
    TITLE("\x83", "Command Size Limit Exceeded")
    TITLE("\x84", "Invalid Command ID")
    TITLE("\x85", "Incompatible Namespace or Format")
    TITLE("\x86", "Fast Copy Not Possible")
    TITLE("\x87", "Overlapping I/O Range")
    TITLE("\x88", "Namespace Not Reachable")
    TITLE("\x89", "Insufficient Resources")
    TITLE("\xb6", "Invalid Zone Operation Request")
    TITLE("\xb7", "Zone Random Write Area Resources Unavailable")
    TITLE("\xb8", "Zone Boundary Error")
    TITLE("\xb9", "Zone Is Full")
    TITLE("\xba", "Zone Is Read Only")
    TITLE("\xbb", "Zone Is Offline")
    TITLE("\xbc", "Zone Invalid Write")
    TITLE("\xbd", "Too Many Active Zones")
    TITLE("\xbe", "Too Many Open Zones")
    TITLE("\xbf", "Invalid Zone State Transition");

/* Base 2.0 figure "Media and Data Integrity Error Values" */
static const char media[] =
    TITLE("\x80", "Write Fault")
    TITLE("\x81", "Unrecovered Read Error")
    TITLE("\x82", "End-to-end Guard Check Error")
    TITLE("\x83", "End-to-end Application Tag Check Error")
    TITLE("\x84", "End-to-end Reference Tag Check Error")
    TITLE("\x85", "Compare Failure")
    TITLE("\x86", "Access Denied")
    TITLE("\x87", "Deallocated or Unwritten Logical Block")
    TITLE("\x88", "End-to-End Storage Tag Check Error");

/* Base 2.0 figure "Path Related Status Values" */
static const char path[] =
    TITLE("\x00", "Internal Path Error")
    TITLE("\x01", "Asymmetric Access Persistent Loss")
    TITLE("\x02", "Asymmetric Access Inaccessible")
    TITLE("\x03", "Asymmetric Access Transition")
    TITLE("\x60", "Controller Pathing Error")
    TITLE("\x70", "Host Pathing Error")
    TITLE("\x71", "Command Aborted By Host");

/* Base 2.0 figure "Opcodes for Admin Commands" */
static const char opc_admin[] =
    TITLE("\x00", "Delete I/O Submission Queue")
    TITLE("\x01", "Create I/O Submission Queue")
    TITLE("\x02", "Get Log Page")
    TITLE("\x04", "Delete I/O Completion Queue")
    TITLE("\x05", "Create I/O Completion Queue")
    TITLE("\x06", "Identify")
    TITLE("\x08", "Abort")
    TITLE("\x09", "Set Features")
    TITLE("\x0a", "Get Features")
    TITLE("\x0c", "Asynchronous Event Request")
    TITLE("\x0d", "Namespace Management")
    TITLE("\x10", "Firmware Commit")
    TITLE("\x11", "Firmware Image Download")
    TITLE("\x14", "Device Self-test")
    TITLE("\x15", "Namespace Attachment")
    TITLE("\x18", "Keep Alive")
    TITLE("\x19", "Directive Send")
    TITLE("\x1a", "Directive Receive")
    TITLE("\x1c", "Virtualization Management")
    TITLE("\x1d", "NVMe-MI Send")
    TITLE("\x1e", "NVMe-MI Receive")
    TITLE("\x20", "Capacity Management")
    TITLE("\x24", "Lockdown")
    TITLE("\x7c", "Doorbell Buffer Config")
    TITLE("\x7f", "Fabrics Commands")
    TITLE("\x80", "Format NVM")
    TITLE("\x81", "Security Send")
    TITLE("\x82", "Security Receive")
    TITLE("\x84", "Sanitize")
    TITLE("\x86", "Get LBA Status");
// clang-format on

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

// clang-format off
/* Base 2.0 figure "Set Features - Feature Identifiers", NVM, Zoned and Key Value command sets */
static const char features[] =
    TITLE("\x01", "Arbitration")
    TITLE("\x02", "Power Management")
    TITLE("\x03", "LBA Range Type")
    TITLE("\x04", "Temperature Threshold")
    TITLE("\x05", "Error Recovery")
    TITLE("\x06", "Volatile Write Cache")
    TITLE("\x07", "Number of Queues")
    TITLE("\x08", "Interrupt Coalescing")
    TITLE("\x09", "Interrupt Vector Configuration")
    TITLE("\x0a", "Write Atomicity Normal")
    TITLE("\x0b", "Asynchronous Event Configuration")
    TITLE("\x0c", "Autonomous Power State Transition")
    TITLE("\x0d", "Host Memory Buffer")
    TITLE("\x0e", "Timestamp")
    TITLE("\x0f", "Keep Alive Timer")
    TITLE("\x10", "Host Controlled Thermal Management")
    TITLE("\x11", "Non-Operational Power State Config")
    TITLE("\x12", "Read Recovery Level Config")
    TITLE("\x13", "Predictable Latency Mode Config")
    TITLE("\x14", "Predictable Latency Mode Window")
    TITLE("\x15", "LBA Status Information Report Interval")
    TITLE("\x16", "Host Behavior Support")
    TITLE("\x17", "Sanitize Config")
    TITLE("\x18", "Endurance Group Event Configuration")
    TITLE("\x19", "I/O Command Set Profile")
    TITLE("\x1a", "Spinup Control")
    TITLE("\x1d", "Flexible Data Placement")
    TITLE("\x1e", "Flexible Data Placement Events")
    TITLE("\x20", "Key Value Configuration")
    TITLE("\x7d", "Enhanced Controller Metadata")
    TITLE("\x7e", "Controller Metadata")
    TITLE("\x7f", "Namespace Metadata")
    TITLE("\x80", "Software Progress Marker")
    TITLE("\x81", "Host Identifier")
    TITLE("\x82", "Reservation Notification Mask")
    TITLE("\x83", "Reservation Persistence")
    TITLE("\x84", "Namespace Write Protection Config");
// clang-format on

static const char *
lookup(const char *title, const char *end, uint8_t value)
{
	for (; title < end; title += strlen(title + 1) + 2) {
		if ((uint8_t)title[0] == value) {
			return title + 1;
		}
	}

	return NULL;
}

const char *
xnvi_spec_status_name(uint8_t sct, uint8_t sc)
{
	static const struct {
		const char *titles;
		const char *end;
		const char *unknown;
	} types[] = {
	    [XNVME_STATUS_CODE_TYPE_GENERIC] = {TITLES(generic), "Unknown Generic Command Status"},
	    [XNVME_STATUS_CODE_TYPE_CMDSPEC] = {TITLES(cmdspec), "Unknown Command Specific Status"},
	    [XNVME_STATUS_CODE_TYPE_MEDIA] = {TITLES(media),
					      "Unknown Media and Data Integrity Error"},
	    [XNVME_STATUS_CODE_TYPE_PATH] = {TITLES(path), "Unknown Path Related Status"},
	};
	const char *name;

	if (sct == XNVME_STATUS_CODE_TYPE_VENDOR) {
		return "Vendor Specific Status";
	}
	if (sct >= NTITLES(types)) {
		return "Status of a Reserved Type";
	}
	name = lookup(types[sct].titles, types[sct].end, sc);
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
	const char *name = admin ? lookup(TITLES(opc_admin), opcode) : io_opc_name(csi, opcode);

	if (name) {
		return name;
	}

	return opcode >= (admin ? ADM_VENDOR_FIRST : IO_VENDOR_FIRST) ? "Vendor Specific Command"
								      : "Unknown Command";
}

const char *
xnvi_spec_feat_name(uint8_t fid)
{
	const char *name = lookup(TITLES(features), fid);

	if (name) {
		return name;
	}

	return fid >= 0xc0 ? "Vendor Specific Feature" : "Unknown Feature";
}
