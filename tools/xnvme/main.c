// SPDX-License-Identifier: BSD-3-Clause
/**
 * The tool `xnvme`: its sub-commands
 */
#include <subs.h>

// clang-format off
static struct xnvme_cli_sub subs[] = {
	{
	    .name = "list",
	    .descr_short = "List the URIs of the devices found",
	    .command = sub_list,
	    .opts = {TOOL_OPTIONS, TOOL_OPT(SYS_URI), TOOL_OPT(FLAGS), XNVME_CLI_CORE_OPTS},
	},
	{
	    .name = "enum",
	    .descr_short = "Open every device found and describe it",
	    .command = sub_enum,
	    .opts = {TOOL_OPTIONS, TOOL_OPT(SYS_URI), TOOL_OPT(FLAGS), XNVME_CLI_CORE_OPTS},
	},
	{
	    .name = "scan",
	    .descr_short = "Describe the devices found without opening any",
	    .command = sub_scan,
	    .opts = {TOOL_OPTIONS, TOOL_OPT(SYS_URI), TOOL_OPT(FLAGS), XNVME_CLI_CORE_OPTS},
	},
	{
	    .name = "doctor",
	    .descr_short = "Say what a URI is, what can use it, and why the others cannot",
	    .descr_long = "Try every combination of backend and interfaces on a URI. For each "
			  "one that cannot be used it says why, and which command or option "
			  "helps. Nothing is written to the device. Fails when no "
			  "combination is usable.",
	    .command = sub_doctor,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), XNVME_CLI_ASYNC_OPTS},
	},
	{
	    .name = "info",
	    .descr_short = "Describe a device: identity, interfaces in use, geometry",
	    .command = sub_info,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "idfy",
	    .descr_short = "Identify: any structure",
	    .descr_long = "Identify: any structure. Without --nsid, structures of a namespace "
			  "are those of the opened device.",
	    .command = sub_idfy,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(CNS),
		     TOOL_OPT(CNTID), TOOL_OPT(NSID), TOOL_OPT(SETID), TOOL_OPT(UUID),
		     TOOL_OPT(CSI), TOOL_OPT(DATA_OUTPUT), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "idfy-ns",
	    .descr_short = "Identify: namespace",
	    .command = sub_idfy_ns,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_OPT(NSID),
		     TOOL_OPT(DATA_OUTPUT), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "idfy-ctrlr",
	    .descr_short = "Identify: controller",
	    .command = sub_idfy_ctrlr,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_OPT(DATA_OUTPUT),
		     XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "idfy-cs",
	    .descr_short = "Identify: I/O command sets",
	    .command = sub_idfy_cs,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_OPT(DATA_OUTPUT),
		     XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "log",
	    .descr_short = "Get Log Page: any page",
	    .descr_long = "Get Log Page: any page. Without --data-nbytes, 4096 bytes are asked "
			  "for.",
	    .command = sub_log,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(LID),
		     TOOL_OPT(LSP), TOOL_OPT(LPO_NBYTES), TOOL_OPT(NSID), TOOL_OPT(RAE),
		     TOOL_OPT(DATA_NBYTES), TOOL_OPT(DATA_OUTPUT), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "log-erri",
	    .descr_short = "Get Log Page: error information",
	    .descr_long = "Get Log Page: error information. Without --limit, all entries that "
			  "the device keeps.",
	    .command = sub_log_erri,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_OPT(NSID),
		     TOOL_OPT(LIMIT), TOOL_OPT(DATA_OUTPUT), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "log-health",
	    .descr_short = "Get Log Page: SMART / health information",
	    .command = sub_log_health,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_OPT(NSID),
		     TOOL_OPT(DATA_OUTPUT), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "log-fdp-config",
	    .descr_short = "Get Log Page: FDP configurations",
	    .descr_long = "Get Log Page: FDP configurations. --lsi is the endurance group "
			  "identifier.",
	    .command = sub_log_fdp_config,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(DATA_NBYTES),
		     TOOL_REQ(LSI), TOOL_OPT(NSID), TOOL_OPT(DATA_OUTPUT),
		     XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "log-ruhu",
	    .descr_short = "Get Log Page: reclaim unit handle usage",
	    .descr_long = "Get Log Page: reclaim unit handle usage. --lsi is the endurance group "
			  "identifier.",
	    .command = sub_log_ruhu,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(LIMIT),
		     TOOL_REQ(LSI), TOOL_OPT(NSID), TOOL_OPT(DATA_OUTPUT),
		     XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "log-fdp-stats",
	    .descr_short = "Get Log Page: FDP statistics",
	    .descr_long = "Get Log Page: FDP statistics. --lsi is the endurance group "
			  "identifier.",
	    .command = sub_log_fdp_stats,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(LSI),
		     TOOL_OPT(NSID), TOOL_OPT(DATA_OUTPUT), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "log-fdp-events",
	    .descr_short = "Get Log Page: FDP events",
	    .descr_long = "Get Log Page: FDP events. --lsi is the endurance group identifier; "
			  "--lsp 1 asks for host events, 0 for those of the controller.",
	    .command = sub_log_fdp_events,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(LIMIT),
		     TOOL_REQ(LSI), TOOL_REQ(LSP), TOOL_OPT(NSID), TOOL_OPT(DATA_OUTPUT),
		     XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "feature-get",
	    .descr_short = "Get Features",
	    .command = sub_feature_get,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(FID),
		     TOOL_OPT(NSID), TOOL_OPT(SEL), TOOL_OPT(CDW11), TOOL_OPT(DATA_OUTPUT),
		     TOOL_OPT(DATA_NBYTES), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "feature-set",
	    .descr_short = "Set Features",
	    .command = sub_feature_set,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(FID),
		     TOOL_REQ(FEAT), TOOL_OPT(NSID), TOOL_FLG(SAVE), TOOL_OPT(CDW12),
		     TOOL_OPT(DATA_INPUT), TOOL_OPT(DATA_NBYTES), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "set-fdp-events",
	    .descr_short = "Set Features: which FDP events are logged",
	    .descr_long = "Set Features: which FDP events are logged. --feat: bits 15:0 "
			  "placement handle, bits 23:16 number of event types; --cdw12 0x1 "
			  "enables them.",
	    .command = sub_set_fdp_events,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(FID),
		     TOOL_REQ(FEAT), TOOL_REQ(CDW12), TOOL_OPT(NSID), TOOL_FLG(SAVE),
		     XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "format",
	    .descr_short = "Format NVM: erases the namespace",
	    .command = sub_format,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_OPT(NSID),
		     TOOL_OPT(LBAFL), TOOL_OPT(LBAFU), TOOL_OPT(MSET), TOOL_OPT(SES),
		     TOOL_OPT(PI), TOOL_OPT(PIL), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "sanitize",
	    .descr_short = "Sanitize: erases the NVM subsystem",
	    .command = sub_sanitize,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(SANACT),
		     TOOL_FLG(AUSE), TOOL_OPT(OVRPAT), TOOL_OPT(OWPASS), TOOL_FLG(OIPBP),
		     TOOL_FLG(NODAS), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "fdp-ruhs",
	    .descr_short = "I/O Management Receive: reclaim unit handle status",
	    .command = sub_fdp_ruhs,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(LIMIT),
		     TOOL_OPT(NSID), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "fdp-ruhu",
	    .descr_short = "I/O Management Send: reclaim unit handle update",
	    .command = sub_fdp_ruhu,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(PID),
		     TOOL_OPT(NSID), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "pioc",
	    .descr_short = "Pass an I/O command as given",
	    .descr_long = "Pass an I/O command as given. Dwords come from --cmd-input or are 0; "
			  "--cdwN, --opcode and --nsid replace theirs.",
	    .command = sub_pioc,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_OPT(CDW00),
		     TOOL_OPT(CDW01), TOOL_OPT(CDW02), TOOL_OPT(CDW03), TOOL_OPT(CDW04),
		     TOOL_OPT(CDW05), TOOL_OPT(CDW06), TOOL_OPT(CDW07), TOOL_OPT(CDW08),
		     TOOL_OPT(CDW09), TOOL_OPT(CDW10), TOOL_OPT(CDW11), TOOL_OPT(CDW12),
		     TOOL_OPT(CDW13), TOOL_OPT(CDW14), TOOL_OPT(CDW15), TOOL_OPT(OPCODE),
		     TOOL_OPT(CMD_INPUT), TOOL_OPT(NSID), TOOL_OPT(DATA_INPUT),
		     TOOL_OPT(DATA_OUTPUT),
		     TOOL_OPT(DATA_NBYTES), TOOL_OPT(META_INPUT), TOOL_OPT(META_OUTPUT),
		     TOOL_OPT(META_NBYTES), TOOL_FLG(VERBOSE), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "padc",
	    .descr_short = "Pass an admin command as given",
	    .descr_long = "Pass an admin command as given. Dwords come from --cmd-input or are "
			  "0; --cdwN, --opcode and --nsid replace theirs.",
	    .command = sub_padc,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_OPT(CDW00),
		     TOOL_OPT(CDW01), TOOL_OPT(CDW02), TOOL_OPT(CDW03), TOOL_OPT(CDW04),
		     TOOL_OPT(CDW05), TOOL_OPT(CDW06), TOOL_OPT(CDW07), TOOL_OPT(CDW08),
		     TOOL_OPT(CDW09), TOOL_OPT(CDW10), TOOL_OPT(CDW11), TOOL_OPT(CDW12),
		     TOOL_OPT(CDW13), TOOL_OPT(CDW14), TOOL_OPT(CDW15), TOOL_OPT(OPCODE),
		     TOOL_OPT(CMD_INPUT), TOOL_OPT(NSID), TOOL_OPT(DATA_INPUT),
		     TOOL_OPT(DATA_OUTPUT),
		     TOOL_OPT(DATA_NBYTES), TOOL_OPT(META_INPUT), TOOL_OPT(META_OUTPUT),
		     TOOL_OPT(META_NBYTES), TOOL_FLG(VERBOSE), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "library-info",
	    .descr_short = "Describe the library: version, configuration, backends",
	    .command = sub_library_info,
	    .opts = {},
	},
	{
	    .name = "dsm",
	    .descr_short = "Dataset Management of one range",
	    .command = sub_dsm,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(NSID),
		     TOOL_REQ(SLBA), TOOL_REQ(LLB), TOOL_FLG(AD), TOOL_FLG(IDW),
		     TOOL_FLG(IDR), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "subsystem-reset",
	    .descr_short = "Reset the NVM subsystem",
	    .command = sub_subsystem_reset,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "show-regs",
	    .descr_short = "Show the registers of the controller",
	    .command = sub_show_regs,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "ctrlr-reset",
	    .descr_short = "Reset the controller",
	    .command = sub_ctrlr_reset,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "ns-rescan",
	    .descr_short = "Rescan the namespaces of the controller",
	    .command = sub_ns_rescan,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), XNVME_CLI_ADMIN_OPTS},
	},
};
// clang-format on

#define OPEN   XNVME_CLI_INIT_DEV_OPEN
#define RDONLY (XNVME_CLI_INIT_DEV_OPEN | XNVME_CLI_INIT_RDONLY)

/** Sub-commands that only read open the device read-only; NONE opens it itself, or opens none
 */
static const struct tool_mode modes[] = {
    {"list", XNVME_CLI_INIT_NONE, TOOL_READS},
    {"enum", XNVME_CLI_INIT_NONE, TOOL_READS},
    {"scan", XNVME_CLI_INIT_NONE, TOOL_READS},
    {"doctor", XNVME_CLI_INIT_NONE, TOOL_READS},
    {"library-info", XNVME_CLI_INIT_NONE, TOOL_READS},
    {"info", RDONLY, TOOL_READS},
    {"idfy", RDONLY, TOOL_READS},
    {"idfy-ns", RDONLY, TOOL_READS},
    {"idfy-ctrlr", RDONLY, TOOL_READS},
    {"idfy-cs", RDONLY, TOOL_READS},
    {"log", RDONLY, TOOL_READS},
    {"log-erri", RDONLY, TOOL_READS},
    {"log-health", RDONLY, TOOL_READS},
    {"log-fdp-config", RDONLY, TOOL_READS},
    {"log-ruhu", RDONLY, TOOL_READS},
    {"log-fdp-stats", RDONLY, TOOL_READS},
    {"log-fdp-events", RDONLY, TOOL_READS},
    {"feature-get", RDONLY, TOOL_READS},
    {"fdp-ruhs", RDONLY, TOOL_READS},
    {"show-regs", RDONLY, TOOL_READS},
    /* The kernel looks for namespaces; the device does not change */
    {"ns-rescan", OPEN, TOOL_READS},
    {"set-fdp-events", OPEN, TOOL_CHANGES},
    {"fdp-ruhu", OPEN, TOOL_CHANGES},
    {"dsm", OPEN, TOOL_CHANGES},
    {"feature-set", OPEN, TOOL_CHANGES_ALL},
    {"sanitize", OPEN, TOOL_CHANGES_ALL},
    {"subsystem-reset", OPEN, TOOL_CHANGES_ALL},
    {"ctrlr-reset", OPEN, TOOL_CHANGES_ALL},
    {"format", OPEN, TOOL_DECIDES},
    {"pioc", OPEN, TOOL_DECIDES},
    {"padc", OPEN, TOOL_DECIDES},
};

static struct xnvme_cli cli = {
    .title = "xnvme",
    .descr_short = "NVMe devices: find, describe, manage",
    .subs = subs,
    .nsubs = (int)TOOL_ARRAY_LEN(subs),
    .ver_pr = xnvme_ver_pr,
};

int
main(int argc, char **argv)
{
	return tool_main(&cli, modes, TOOL_ARRAY_LEN(modes), argc, argv);
}
