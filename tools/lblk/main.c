// SPDX-License-Identifier: BSD-3-Clause
/**
 * The tool `lblk`: commands on logical blocks. --nlb is zero-based, as in the command: 0 is one
 * block.
 */
#include <dsm.h>
#include <find.h>
#include <subs.h>

// clang-format off
static struct xnvme_cli_sub subs[] = {
	{
	    .name = "enum",
	    .descr_short = "Open every device found and describe it",
	    .command = tool_enum,
	    .opts = {TOOL_OPTIONS, TOOL_OPT(SYS_URI), TOOL_OPT(FLAGS), XNVME_CLI_CORE_OPTS},
	},
	{
	    .name = "info",
	    .descr_short = "Describe a device: identity, interfaces in use, geometry",
	    .command = tool_info,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "idfy",
	    .descr_short = "Identify: namespace, and what the NVM command set adds to it",
	    .command = sub_idfy,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_OPT(NSID),
		     TOOL_OPT(DATA_OUTPUT), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "dir-send",
	    .descr_short = "Directive Send",
	    .command = sub_dir_send,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_OPT(NSID),
		     TOOL_OPT(DSPEC), TOOL_OPT(DTYPE), TOOL_OPT(DOPER), TOOL_OPT(ENDIR),
		     TOOL_OPT(TGTDIR), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "dir-receive",
	    .descr_short = "Directive Receive",
	    .command = sub_dir_receive,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_OPT(NSID),
		     TOOL_OPT(DTYPE), TOOL_OPT(DOPER), TOOL_OPT(NSR), XNVME_CLI_ADMIN_OPTS},
	},
	{
	    .name = "read",
	    .descr_short = "Read logical blocks",
	    .descr_long = "Read logical blocks. Without --data-output the data is read and "
			  "dropped.",
	    .command = sub_read,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(SLBA),
		     TOOL_REQ(NLB), TOOL_OPT(NSID), TOOL_OPT(DATA_OUTPUT),
		     TOOL_OPT(META_OUTPUT), XNVME_CLI_SYNC_OPTS},
	},
	{
	    .name = "write",
	    .descr_short = "Write logical blocks",
	    .descr_long = "Write logical blocks. --data-input takes a path or one of the words "
			  "zero, anum (A to Z, repeated), rand-k and rand-t (random, the same each "
			  "time or not); ./zero is a path. Without it the data is anum; block "
			  "devices and NVMe namespaces need it.",
	    .command = sub_write,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(SLBA),
		     TOOL_REQ(NLB), TOOL_OPT(NSID), TOOL_OPT(DATA_INPUT),
		     TOOL_OPT(META_INPUT), XNVME_CLI_SYNC_OPTS},
	},
	{
	    .name = "write-zeros",
	    .descr_short = "Write Zeroes",
	    .command = sub_write_zeros,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(SLBA),
		     TOOL_REQ(NLB), TOOL_OPT(NSID), TOOL_OPT(DATA_INPUT),
		     TOOL_OPT(META_INPUT), XNVME_CLI_SYNC_OPTS},
	},
	{
	    .name = "write-uncor",
	    .descr_short = "Write Uncorrectable: later reads of the blocks fail",
	    .command = sub_write_uncor,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(SLBA),
		     TOOL_REQ(NLB), TOOL_OPT(NSID), TOOL_OPT(DATA_INPUT),
		     TOOL_OPT(META_INPUT), XNVME_CLI_SYNC_OPTS},
	},
	{
	    .name = "write-dir",
	    .descr_short = "Write logical blocks with a directive",
	    .descr_long = "Write logical blocks with a directive. Without --data-input the data "
			  "is the letters A to Z, repeated.",
	    .command = sub_write_dir,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(SLBA),
		     TOOL_REQ(NLB), TOOL_OPT(NSID), TOOL_OPT(DATA_INPUT),
		     TOOL_OPT(META_INPUT), TOOL_OPT(DTYPE), TOOL_OPT(DSPEC),
		     XNVME_CLI_SYNC_OPTS},
	},
	{
	    .name = "write-read-pi",
	    .descr_short = "Write, read back and check with protection information",
	    .descr_long = "Write, read back and check with protection information. Without "
			  "--data-input the data is the letters A to Z, repeated.",
	    .command = sub_write_read_pi,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(SLBA),
		     TOOL_REQ(NLB), TOOL_OPT(NSID), TOOL_OPT(PRACT), TOOL_OPT(PRCHK),
		     TOOL_OPT(APPTAG), TOOL_OPT(APPTAG_MASK), TOOL_OPT(DATA_INPUT),
		     TOOL_OPT(META_INPUT), XNVME_CLI_SYNC_OPTS},
	},
	{
	    .name = "compare",
	    .descr_short = "Compare logical blocks with data",
	    .descr_long = "Compare logical blocks with data. Without --data-input the data is "
			  "the letters A to Z, repeated, as written by write.",
	    .command = sub_compare,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(SLBA),
		     TOOL_REQ(NLB), TOOL_OPT(NSID), TOOL_OPT(DATA_INPUT),
		     TOOL_OPT(META_INPUT), XNVME_CLI_SYNC_OPTS},
	},
	{
	    .name = "verify",
	    .descr_short = "Verify: the device checks logical blocks, no data is transferred",
	    .command = sub_verify,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(SLBA), TOOL_REQ(NLB),
		     TOOL_OPT(NSID), XNVME_CLI_SYNC_OPTS},
	},
	{
	    .name = "flush",
	    .descr_short = "Flush: make the data that was written persistent",
	    .command = sub_flush,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_OPT(NSID),
		     XNVME_CLI_SYNC_OPTS},
	},
	{
	    .name = "copy",
	    .descr_short = "Copy: the device copies logical blocks within itself",
	    .command = sub_copy,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(SLBA), TOOL_REQ(NLB),
		     TOOL_REQ(SDLBA), TOOL_OPT(NSID), XNVME_CLI_SYNC_OPTS},
	},
	{
	    .name = "dsm",
	    .descr_short = "Dataset Management of one range",
	    .command = tool_dsm,
	    .opts = {TOOL_ARGUMENTS, TOOL_POS(URI), TOOL_OPTIONS, TOOL_REQ(SLBA), TOOL_REQ(LLB),
		     TOOL_OPT(NSID), TOOL_FLG(AD), TOOL_FLG(IDW), TOOL_FLG(IDR),
		     XNVME_CLI_SYNC_OPTS},
	},
};
// clang-format on

#define OPEN   XNVME_CLI_INIT_DEV_OPEN
#define RDONLY (XNVME_CLI_INIT_DEV_OPEN | XNVME_CLI_INIT_RDONLY)

static const struct tool_mode modes[] = {
    {"enum", XNVME_CLI_INIT_NONE, TOOL_READS},
    {"info", RDONLY, TOOL_READS},
    {"idfy", RDONLY, TOOL_READS},
    {"read", RDONLY, TOOL_READS},
    {"compare", RDONLY, TOOL_READS},
    {"verify", RDONLY, TOOL_READS},
    {"flush", OPEN, TOOL_READS},
    {"dir-send", OPEN, TOOL_CHANGES},
    {"write", OPEN, TOOL_CHANGES},
    {"write-zeros", OPEN, TOOL_CHANGES},
    {"write-uncor", OPEN, TOOL_CHANGES},
    {"write-dir", OPEN, TOOL_CHANGES},
    {"write-read-pi", OPEN, TOOL_CHANGES},
    {"copy", OPEN, TOOL_CHANGES},
    {"dsm", OPEN, TOOL_CHANGES},
    /* One of the operations allocates resources */
    {"dir-receive", OPEN, TOOL_DECIDES},
};

static struct xnvme_cli cli = {
    .title = "lblk",
    .descr_short = "Logical blocks: read, write, compare, copy, ...",
    .subs = subs,
    .nsubs = (int)TOOL_ARRAY_LEN(subs),
    .ver_pr = xnvme_ver_pr,
};

int
main(int argc, char **argv)
{
	return tool_main(&cli, modes, TOOL_ARRAY_LEN(modes), argc, argv);
}
