// SPDX-License-Identifier: BSD-3-Clause
/**
 * Admin commands of the target: identify pages, logs, Format NVM and Sanitize
 */
#include <support/target.h>

#include <stdio.h>

#include <os/system.h>
#include <spec/version.h>

#define TARGET_NBYTES (16 * MIB)
#define NBLOCKS	      (TARGET_NBYTES / 512)

static struct xnvi_target *g_t;
static uint8_t g_page[8192];

/* Identify */

static void
controller_page_is_truthful(void)
{
	struct xnvme_spec_idfy_ctrlr ctrlr;

	CHECK_EQ(do_identify(g_t, 1, 0, 0, &ctrlr), OK);
	CHECK(ctrlr.vid != 0);
	CHECK(memcmp(ctrlr.sn, "MEM", 3) == 0);
	CHECK(memcmp(ctrlr.mn, "xNVMe in-memory controller ", 27) == 0);
	CHECK_EQ(ctrlr.mn[39], ' ');
	CHECK_EQ(ctrlr.ver.val, 0x20000);
	CHECK_EQ(ctrlr.mdts, 9);
	CHECK_EQ(ctrlr.nn, 1);
	CHECK_EQ(ctrlr.oacs.val, 2);
	CHECK_EQ(ctrlr.oncs.val, 0x1DF);
	CHECK_EQ(ctrlr.sqes.val, 0x66);
	CHECK_EQ(ctrlr.cqes.val, 0x44);
	CHECK_EQ(ctrlr.fuses, 0);
	CHECK_EQ(ctrlr.sanicap.bits.overwrite, 1);
	CHECK_EQ(ctrlr.tnvmcap[0], TARGET_NBYTES);
	CHECK(strncmp((char *)ctrlr.subnqn, "nqn.2014-08.org.nvmexpress:uuid:", 32) == 0);
	CHECK_EQ(strlen((char *)ctrlr.subnqn), 68);
}

static void
namespace_page_is_truthful(void)
{
	struct xnvme_spec_idfy_ns ns;

	CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.nsze, NBLOCKS);
	CHECK_EQ(ns.ncap, NBLOCKS);
	CHECK_EQ(ns.nuse, 0);
	CHECK_EQ(ns.nlbaf, 3);
	CHECK_EQ(ns.flbas.format, 0);
	for (unsigned i = 0; i < 4; ++i) {
		CHECK_EQ(ns.lbaf[i].ds, 9 + i);
		CHECK_EQ(ns.lbaf[i].ms, 0);
	}
	CHECK_EQ(ns.dlfeat.val, 9);
	CHECK_EQ(ns.mssrl, 1024);
	CHECK_EQ(ns.mcl, 4096);
	CHECK_EQ(ns.msrc, 127);
	CHECK_EQ(ns.npwg, 7);
}

static void
nuse_follows_the_allocation(void)
{
	struct xnvme_spec_idfy_ns ns;
	static uint8_t buf[65536];

	CHECK_EQ(do_write(g_t, 0, 1, buf, 512), OK);
	CHECK_EQ(do_write(g_t, 128, 1, buf, 512), OK);
	CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.nuse, 256);
	CHECK_EQ(do_deallocate(g_t, 0, 1), OK);
	CHECK_EQ(do_deallocate(g_t, 128, 128), OK);
	CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.nuse, 128);
}

static void
identify_refuses_what_is_not_there(void)
{
	static const struct {
		uint8_t cns;
		uint32_t nsid;
		uint8_t csi;
		int status;
	} cases[] = {
	    {0x00, 0, 0, INVALID_NS},	       {0x00, 2, 0, INVALID_NS},
	    {0x00, 0xFFFFFFFF, 0, INVALID_NS}, {0x03, 2, 0, INVALID_NS},
	    {0x05, 2, 0, INVALID_NS},	       {0x05, 1, 2, INVALID_FIELD},
	    {0x06, 0, 2, INVALID_FIELD},       {0x08, 3, 0, INVALID_NS},
	    {0x02, 0xFFFFFFFE, 0, INVALID_NS}, {0x02, 0xFFFFFFFF, 0, INVALID_NS},
	    {0xFF, 1, 0, INVALID_FIELD},       {0x16, 1, 0, INVALID_FIELD},
	};
	struct xnvme_spec_cmd cmd = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
		CHECK_EQ(do_identify(g_t, cases[i].cns, cases[i].nsid, cases[i].csi, g_page),
			 cases[i].status);
		CHECK_EQ(g_cpl.status.dnr, 1);
	}
	cmd.common.opcode = XNVME_SPEC_ADM_OPC_IDFY;
	cmd.idfy.cns = 1;
	memset(g_page, 0x5A, 4096);
	CHECK_EQ(run_admin(g_t, &cmd, g_page, 4095), SGL_LENGTH);
	CHECK(is_filled(g_page, 4096, 0x5A));
	cmd.idfy.cns = 0x1C;
	cmd.idfy.cntid = 77;
	CHECK_EQ(run_admin(g_t, &cmd, g_page, 4096), INVALID_FIELD);
}

static void
other_identify_pages_are_there(void)
{
	struct xnvme_spec_nvm_idfy_ctrlr nvm;
	struct xnvme_spec_idfy_ns ns;
	uint32_t nsid;

	CHECK_EQ(do_identify(g_t, 2, 0, 0, g_page), OK);
	memcpy(&nsid, g_page, 4);
	CHECK_EQ(nsid, 1);
	CHECK(is_filled(g_page + 4, 4092, 0));
	CHECK_EQ(do_identify(g_t, 2, 1, 0, g_page), OK);
	CHECK(is_filled(g_page, 4096, 0));

	CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
	CHECK_EQ(do_identify(g_t, 3, 1, 0, g_page), OK);
	CHECK_EQ(g_page[0], 1);
	CHECK_EQ(g_page[1], 8);
	CHECK_MEM(g_page + 4, &ns.eui64, 8);
	CHECK_EQ(g_page[12], 2);
	CHECK_EQ(g_page[13], 16);
	CHECK_MEM(g_page + 16, ns.nguid, 16);
	CHECK_EQ(g_page[32], 3);
	CHECK_EQ(g_page[36 + 6] >> 4, 8);
	CHECK_EQ(g_page[52], 4);
	CHECK_EQ(g_page[53], 1);
	CHECK_EQ(g_page[56], 0);
	CHECK_EQ(g_page[57], 0);

	CHECK_EQ(do_identify(g_t, 5, 1, 0, g_page), OK);
	CHECK_EQ(do_identify(g_t, 6, 0, 0, &nvm), OK);
	CHECK_EQ(nvm.dmrl, 128);
	CHECK_EQ(nvm.dmrsl, 1u << 31);
	CHECK_EQ(nvm.dmsl, 1ull << 32);
	CHECK_EQ(do_identify(g_t, 8, 1, 0, g_page), OK);
	CHECK_EQ(g_page[14], 1);
	CHECK_EQ(do_identify(g_t, 0x1C, 0, 0, g_page), OK);
	CHECK_EQ(g_page[0], 1);
}

static void
identities_differ_between_targets(void)
{
	struct xnvi_target *other = target_open(TARGET_NBYTES, 512, NULL);
	struct xnvme_spec_idfy_ctrlr a, b;

	CHECK(other);
	CHECK_EQ(do_identify(g_t, 1, 0, 0, &a), OK);
	CHECK_EQ(do_identify(other, 1, 0, 0, &b), OK);
	xnvi_target_close(other);
	CHECK(memcmp(a.sn, b.sn, sizeof(a.sn)) != 0);
	CHECK(memcmp(a.subnqn, b.subnqn, sizeof(a.subnqn)) != 0);
}

/* Get Log Page */

static void
supported_logs_are_readable(void)
{
	uint32_t supported[256];
	unsigned nsupported = 0;

	CHECK_EQ(do_log(g_t, 0, 0, supported, sizeof(supported)), OK);
	for (unsigned i = 0; i < 256; ++i) {
		CHECK_EQ(do_log(g_t, (uint8_t)i, 0, g_page, 512), supported[i] ? OK : INVALID_LOG);
		nsupported += supported[i];
	}
	CHECK_EQ(nsupported, 8);
}

static void
error_log_counts_and_keeps_the_newest(void)
{
	struct xnvme_spec_log_erri_entry log[64];
	struct xnvme_spec_cmd cmd = cmd_lba(OPC_READ, NBLOCKS + 7, 1);

	CHECK_EQ(do_log(g_t, 1, 0, log, sizeof(log)), OK);
	CHECK_EQ(log[0].ecnt, 0);
	CHECK_EQ(do_read(g_t, 0, 1, g_page, 512), OK);
	for (unsigned i = 1; i <= 70; ++i) {
		cmd.common.cid = (uint16_t)i;
		CHECK_EQ(run(g_t, &cmd, g_page, 512), LBA_RANGE);
		CHECK_EQ(g_cpl.status.m, 1);
	}
	CHECK_EQ(do_log(g_t, 1, 0, log, sizeof(log)), OK);
	for (unsigned i = 0; i < 64; ++i) {
		CHECK_EQ(log[i].ecnt, 70 - i);
		CHECK_EQ(log[i].cid, 70 - i);
		CHECK_EQ(log[i].lba, NBLOCKS + 7);
		CHECK_EQ(log[i].nsid, 1);
		CHECK_EQ(log[i].status.sc, 0x80);
	}
	/* An entry in the middle, by offset */
	CHECK_EQ(do_log(g_t, 1, 64 * 5, log, 64), OK);
	CHECK_EQ(log[0].ecnt, 65);
}

static uint64_t
u64_at(const uint8_t *field)
{
	uint64_t value;

	memcpy(&value, field, sizeof(value));

	return value;
}

static void
health_log_counts_commands_and_data(void)
{
	struct xnvme_spec_log_health_entry log;
	static uint8_t buf[MIB];

	CHECK_EQ(do_log(g_t, 2, 0, &log, sizeof(log)), OK);
	CHECK_EQ(u64_at(log.host_read_cmds), 0);
	CHECK_EQ(u64_at(log.data_units_read), 0);
	CHECK_EQ(log.comp_temp, 310);
	CHECK_EQ(log.crit_warn, 0);
	for (unsigned i = 0; i < 5; ++i) {
		CHECK_EQ(do_write(g_t, i, 1, buf, 512), OK);
		CHECK_EQ(do_write(g_t, 0, 2048, buf, MIB), OK);
	}
	CHECK_EQ(do_read(g_t, 0, 1, buf, 512), OK);
	CHECK_EQ(do_compare(g_t, 0, 2, buf, 1024), OK);
	CHECK_EQ(do_lba(g_t, OPC_VERIFY, 100, 300), OK);
	CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 0, 1), OK);
	CHECK_EQ(do_read(g_t, 0, 1, buf, 512), READ_ERROR);
	CHECK_EQ(do_log(g_t, 2, 0, &log, sizeof(log)), OK);
	CHECK_EQ(u64_at(log.host_write_cmds), 10);
	CHECK_EQ(u64_at(log.data_units_written), 11); /* 10245 units of 512, rounded up */
	CHECK_EQ(u64_at(log.host_read_cmds), 3);
	CHECK_EQ(u64_at(log.data_units_read), 1);
	CHECK_EQ(u64_at(log.mdi_errs), 1);
	CHECK_EQ(u64_at(log.nr_err_logs), 1);
}

static void
effects_log_matches_what_is_executed(void)
{
	uint32_t effects[1024];

	CHECK_EQ(do_log(g_t, 5, 0, effects, sizeof(effects)), OK);
	for (unsigned i = 0; i < 256; ++i) {
		struct xnvme_spec_cmd cmd = {0};

		/* A namespace that is not there: supported commands fail, but not as unknown */
		cmd.common.opcode = i & 0xFF;
		cmd.common.nsid = 7;
		CHECK_EQ(run(g_t, &cmd, NULL, 0) != INVALID_OPCODE, effects[256 + i] & 1);
		CHECK_EQ(run_admin(g_t, &cmd, NULL, 0) != INVALID_OPCODE, effects[i] & 1);
	}
	CHECK_EQ(effects[256 + OPC_WRITE] & 2, 2);
	CHECK_EQ(effects[256 + OPC_READ] & 2, 0);
}

static void
log_page_fields_are_checked(void)
{
	struct xnvme_spec_cmd cmd = cmd_log(2, 0, 512);

	CHECK_EQ(do_log(g_t, 2, 516, g_page, 4), INVALID_FIELD);
	CHECK_EQ(do_log(g_t, 2, 1ull << 32, g_page, 4), INVALID_FIELD);
	CHECK_EQ(do_log(g_t, 2, 2, g_page, 4), INVALID_FIELD);
	memset(g_page, 0xFF, 1024);
	CHECK_EQ(do_log(g_t, 2, 508, g_page, 1024), OK);
	CHECK(is_filled(g_page, 1024, 0));
	CHECK_EQ(run_admin(g_t, &cmd, g_page, 511), SGL_LENGTH);
	cmd.log.ot = 1;
	CHECK_EQ(run_admin(g_t, &cmd, g_page, 512), INVALID_FIELD);
	cmd.log.ot = 0;
	cmd.common.nsid = 2;
	CHECK_EQ(run_admin(g_t, &cmd, g_page, 512), INVALID_NS);
	cmd.common.nsid = 1;
	CHECK_EQ(run_admin(g_t, &cmd, g_page, 512), OK);
	cmd.log.numdu = 0xFFFF;
	cmd.log.numdl = 0xFFFF;
	CHECK_EQ(run_admin(g_t, &cmd, g_page, 512), INVALID_FIELD);
}

static void
firmware_log_and_controller_agree(void)
{
	struct xnvme_spec_idfy_ctrlr ctrlr;

	CHECK_EQ(do_identify(g_t, 1, 0, 0, &ctrlr), OK);
	CHECK_EQ(do_log(g_t, 3, 0, g_page, 512), OK);
	CHECK_EQ(g_page[0], 1);
	CHECK_MEM(g_page + 8, ctrlr.fr, 8);
}

/* Format NVM */

static void
format_changes_the_lba_size_and_clears(void)
{
	struct xnvme_spec_idfy_ns ns;
	static uint8_t buf[65536];
	uint32_t nsid;

	for (unsigned i = 0; i < 8; ++i) {
		const unsigned lbaf = i < 4 ? i : 7 - i;
		const uint32_t lba_nbytes = 512u << lbaf;

		CHECK_EQ(do_format(g_t, lbaf, i % 3), OK);
		CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
		CHECK_EQ(ns.flbas.format, lbaf);
		CHECK_EQ(ns.nsze, TARGET_NBYTES / lba_nbytes);
		CHECK_EQ(ns.nuse, 0);
		memset(buf, 0x33, sizeof(buf));
		CHECK_EQ(do_read(g_t, 0, 65536 / lba_nbytes, buf, 65536), OK);
		CHECK(is_filled(buf, 65536, 0));
		memset(buf, 0x33, sizeof(buf));
		CHECK_EQ(do_write(g_t, ns.nsze - 1, 1, buf, lba_nbytes), OK);
		CHECK_EQ(do_write(g_t, 0, 65536 / lba_nbytes, buf, 65536), OK);
		CHECK_EQ(do_write(g_t, 1, 1, buf, lba_nbytes), OK);
		CHECK_EQ(do_read(g_t, ns.nsze, 1, buf, lba_nbytes), LBA_RANGE);
		CHECK_EQ(do_lba(g_t, OPC_UNCORRECTABLE, 3, 1), OK);
	}
	/* The log says so until it is read, and reading with RAE is no reading */
	for (unsigned rae = 2; rae--;) {
		struct xnvme_spec_cmd cmd = cmd_log(4, 0, 4096);

		cmd.log.rae = rae & 1;
		CHECK_EQ(run_admin(g_t, &cmd, g_page, 4096), OK);
		memcpy(&nsid, g_page, 4);
		CHECK_EQ(nsid, 1);
	}
	CHECK_EQ(do_log(g_t, 4, 0, g_page, 4096), OK);
	CHECK(is_filled(g_page, 4096, 0));
}

static void
format_drops_the_remainder(void)
{
	struct xnvi_target *target = target_open(5 * 512, 512, NULL);
	struct xnvme_spec_idfy_ns ns;
	uint8_t buf[2048];

	CHECK(target);
	CHECK_EQ(do_format(target, 2, 0), OK);
	CHECK_EQ(do_identify(target, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.nsze, 1);
	CHECK_EQ(do_read(target, 0, 1, buf, 2048), OK);
	CHECK_EQ(do_read(target, 1, 1, buf, 2048), LBA_RANGE);
	CHECK_EQ(do_format(target, 0, 0), OK);
	CHECK_EQ(do_identify(target, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.nsze, 5);
	xnvi_target_close(target);
}

static void
format_refuses_what_is_not_there(void)
{
	struct xnvme_spec_cmd cmd = {0};
	uint8_t buf[512];
	uint8_t back[512];

	fill(buf, 512, 1);
	CHECK_EQ(do_write(g_t, 0, 1, buf, 512), OK);
	CHECK_EQ(do_format(g_t, 4, 0), INVALID_FORMAT);
	CHECK_EQ(g_cpl.status.dnr, 1);
	CHECK_EQ(do_format(g_t, 15, 0), INVALID_FORMAT);
	CHECK_EQ(do_format(g_t, 16, 0), INVALID_FORMAT);
	CHECK_EQ(do_format(g_t, 0, 3), INVALID_FIELD);
	CHECK_EQ(do_format(g_t, 0, 7), INVALID_FIELD);
	cmd.common.opcode = XNVME_SPEC_NVM_OPC_FMT;
	CHECK_EQ(run_admin(g_t, &cmd, NULL, 0), INVALID_NS);
	cmd.common.nsid = 1;
	cmd.format.pi = 1;
	CHECK_EQ(run_admin(g_t, &cmd, NULL, 0), INVALID_FORMAT);
	CHECK_EQ(do_read(g_t, 0, 1, back, 512), OK);
	CHECK_MEM(buf, back, 512);
	cmd.format.pi = 0;
	cmd.common.nsid = 0xFFFFFFFF;
	CHECK_EQ(run_admin(g_t, &cmd, NULL, 0), OK);
	CHECK_EQ(do_read(g_t, 0, 1, back, 512), OK);
	CHECK(is_filled(back, 512, 0));
}

/* Sanitize */

static int
do_sanitize(unsigned action, uint32_t pattern, unsigned npasses, bool invert)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_NVM_OPC_SANITIZE;
	cmd.sanitize.sanact = action & 0x7;
	cmd.sanitize.owpass = npasses & 0xF;
	cmd.sanitize.oipbp = invert;
	cmd.sanitize.ovrpat = pattern;

	return run_admin(g_t, &cmd, NULL, 0);
}

/** Follow the log until the operation has ended; its progress never goes back */
static int
sanitize_wait(struct xnvme_spec_log_sanitize_entry *log)
{
	unsigned progress = 0;
	int status;

	do {
		xnvi_thread_yield();
		status = do_log(g_t, 0x81, 0, log, sizeof(*log));
		if (!status && log->sprog < progress) {
			return -1;
		}
		progress = log->sprog;
	} while (!status && log->sstat.sos == 2);

	return status;
}

static void
sanitize_erases(void)
{
	struct xnvme_spec_log_sanitize_entry log;
	struct xnvme_spec_idfy_ns ns;
	uint8_t buf[1024];

	CHECK_EQ(do_log(g_t, 0x81, 0, &log, sizeof(log)), OK);
	CHECK_EQ(log.sstat.sos, 0);
	CHECK_EQ(log.sstat.gde, 1);
	CHECK_EQ(log.sprog, 0xFFFF);
	for (unsigned action = 2; action <= 4; action += 2) {
		fill(buf, 1024, action);
		CHECK_EQ(do_write(g_t, 77, 2, buf, 1024), OK);
		CHECK_EQ(do_write(g_t, 77, 2, buf, 1024), OK);
		CHECK_EQ(do_log(g_t, 0x81, 0, &log, sizeof(log)), OK);
		CHECK_EQ(log.sstat.gde, 0);
		CHECK_EQ(do_sanitize(action, 0, 0, false), OK);
		CHECK_EQ(sanitize_wait(&log), OK);
		CHECK_EQ(log.sstat.sos, 1);
		CHECK_EQ(log.sstat.gde, 1);
		CHECK_EQ(log.sprog, 0xFFFF);
		CHECK_EQ(log.scdw10, action);
		CHECK_EQ(do_read(g_t, 77, 2, buf, 1024), OK);
		CHECK(is_filled(buf, 1024, 0));
		CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
		CHECK_EQ(ns.nuse, 0);
	}
}

static void
sanitize_overwrites_with_the_pattern(void)
{
	const uint32_t pattern = 0xA1B2C3D4;
	struct xnvme_spec_log_sanitize_entry log;
	static uint32_t buf[65536 / 4];
	static uint32_t want[65536 / 4];
	struct xnvme_spec_idfy_ns ns;

	for (unsigned npasses = 1; npasses <= 2; ++npasses) {
		fill(buf, sizeof(buf), npasses);
		CHECK_EQ(do_write(g_t, 128, 128, buf, 65536), OK);
		CHECK_EQ(do_sanitize(3, pattern, npasses, true), OK);
		CHECK_EQ(sanitize_wait(&log), OK);
		CHECK_EQ(log.sstat.sos, 1);
		CHECK_EQ(log.sstat.opc, npasses);
		for (size_t i = 0; i < 65536 / 4; ++i) {
			want[i] = npasses == 2 ? ~pattern : pattern;
		}
		CHECK_EQ(do_read(g_t, 100, 128, buf, 65536), OK);
		CHECK_MEM(buf, want, 65536);
		CHECK_EQ(do_compare(g_t, 5000, 128, want, 65536), OK);
		CHECK_EQ(do_lba(g_t, OPC_VERIFY, 0, 5000), OK);
	}
	CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.nuse, NBLOCKS);

	/* What is written, zeroed and deallocated afterwards is not the pattern, the rest is */
	memset(buf, 0, sizeof(buf));
	CHECK_EQ(do_write(g_t, 5, 1, buf, 512), OK);
	CHECK_EQ(do_zeroes(g_t, 7, 1, 0), OK);
	CHECK_EQ(do_zeroes(g_t, 1024 + 7, 1, 0), OK);
	memcpy(buf, want, sizeof(buf));
	memset(buf + 5 * 128, 0, 512);
	memset(buf + 7 * 128, 0, 512);
	CHECK_EQ(do_compare(g_t, 0, 128, buf, 65536), OK);
	memset(buf, 0, sizeof(buf));
	CHECK_EQ(do_deallocate(g_t, 0, 300), OK);
	CHECK_EQ(do_compare(g_t, 0, 128, buf, 65536), OK);
	CHECK_EQ(do_compare(g_t, 172, 128, buf, 65536), OK);
	CHECK_EQ(do_compare(g_t, 300, 10, want, 5120), OK);
	CHECK_EQ(do_deallocate(g_t, 0, 256), OK);
	CHECK_EQ(do_identify(g_t, 0, 1, 0, &ns), OK);
	CHECK_EQ(ns.nuse, NBLOCKS - 256);
	memset(buf, 0x44, sizeof(buf));
	CHECK_EQ(do_write(g_t, 1, 1, buf, 512), OK);
	CHECK_EQ(do_read(g_t, 0, 3, buf, 1536), OK);
	CHECK(is_filled(buf, 512, 0));
	CHECK(is_filled(buf + 128, 512, 0x44));
	CHECK(is_filled(buf + 256, 512, 0));

	/* Pass count 0 means 16; block erase makes it zeroes again */
	CHECK_EQ(do_sanitize(3, pattern, 0, false), OK);
	CHECK_EQ(sanitize_wait(&log), OK);
	CHECK_EQ(log.sstat.opc, 16);
	CHECK_EQ(do_sanitize(2, 0, 0, false), OK);
	CHECK_EQ(sanitize_wait(&log), OK);
	CHECK_EQ(do_read(g_t, 5000, 1, buf, 512), OK);
	CHECK(is_filled(buf, 512, 0));
}

static void
sanitize_refuses_what_is_not_there(void)
{
	CHECK_EQ(do_sanitize(0, 0, 0, false), INVALID_FIELD);
	CHECK_EQ(do_sanitize(5, 0, 0, false), INVALID_FIELD);
	CHECK_EQ(do_sanitize(7, 0, 0, false), INVALID_FIELD);
	/* There is no failure to leave */
	CHECK_EQ(do_sanitize(1, 0, 0, false), OK);
}

/** Bytes in the command; of what has no wrong field, all ones */
static void
error_log_tells_where_the_wrong_parameter_is(void)
{
	static const struct {
		uint8_t opcode;
		bool is_io;
		uint32_t nsid;
		uint32_t cdw10;
		uint32_t cdw12;
		uint16_t eloc;
	} rows[] = {
	    {XNVME_SPEC_NVM_OPC_SANITIZE, false, 0, 0, 0, 40},
	    {XNVME_SPEC_NVM_OPC_SANITIZE, false, 0, 5, 0, 40},
	    {XNVME_SPEC_NVM_OPC_SANITIZE, false, 0, 7, 0, 40},
	    {XNVME_SPEC_NVM_OPC_FMT, false, 1, 15, 0, 40},
	    {XNVME_SPEC_NVM_OPC_FMT, false, 1, 7 << 9, 0, 40},
	    {XNVME_SPEC_NVM_OPC_FMT, false, 2, 0, 0, 4},
	    {XNVME_SPEC_ADM_OPC_GFEAT, false, 0, 0x7F, 0, 40},
	    {XNVME_SPEC_ADM_OPC_GFEAT, false, 5, 1, 0, 4},
	    {XNVME_SPEC_ADM_OPC_SFEAT, false, 0, 0x7F, 0, 40},
	    {XNVME_SPEC_ADM_OPC_SFEAT, false, 0, 1u << 31 | 7, 0, 40},
	    {XNVME_SPEC_ADM_OPC_LOG, false, 0, 0x7F, 0, 40},
	    {XNVME_SPEC_ADM_OPC_LOG, false, 5, 2, 0, 4},
	    {XNVME_SPEC_ADM_OPC_LOG, false, 0, 2, 1, 48},
	    {OPC_WRITE, true, 1, 0, 1u << 20, 48},
	    {OPC_READ, true, 7, 0, 0, 4},
	    {OPC_READ, true, 1, 0xFFFFFFFF, 0, 0xFFFF},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); ++i) {
		struct xnvme_spec_log_erri_entry entry;
		struct xnvme_spec_cmd cmd = {0};
		uint16_t status;

		cmd.common.opcode = rows[i].opcode;
		cmd.common.nsid = rows[i].nsid;
		cmd.common.ndt = rows[i].cdw10;
		cmd.common.cdw12 = rows[i].cdw12;
		cmd.common.cid = (uint16_t)(100 + i);
		CHECK(rows[i].is_io ? run(g_t, &cmd, g_page, 512)
				    : run_admin(g_t, &cmd, g_page, 4096));
		status = g_cpl.status.val;
		CHECK_EQ(do_log(g_t, 1, 0, &entry, sizeof(entry)), OK);
		CHECK_EQ(entry.cid, 100 + i);
		CHECK_EQ(entry.status.val, status & ~(1 << 14));
		CHECK_EQ(entry.eloc, rows[i].eloc);
	}
}

/** Not terminated: each field is filled up to its end, and not beyond */
static void
names_of_the_controller_have_the_length_of_their_fields(void)
{
	struct xnvme_spec_idfy_ctrlr ctrlr;
	char firmware[16];

	memset(&ctrlr, 0xFF, sizeof(ctrlr));
	CHECK_EQ(do_identify(g_t, 1, 0, 0, &ctrlr), OK);
	CHECK_EQ(sizeof(ctrlr.sn), 20);
	for (size_t i = 3; i < 19; ++i) {
		CHECK(strchr("0123456789ABCDEF", ctrlr.sn[i]) && ctrlr.sn[i]);
	}
	CHECK_EQ(ctrlr.sn[19], ' ');
	CHECK_EQ(sizeof(ctrlr.mn), 40);
	CHECK_MEM(ctrlr.mn, "xNVMe in-memory controller              ", 40);
	CHECK_EQ(sizeof(ctrlr.fr), 8);
	snprintf(firmware, sizeof(firmware), "%-8s", XNVI_VERSION);
	CHECK_MEM(ctrlr.fr, firmware, 8);
}

static void
closing_stops_a_sanitize_operation(void)
{
	g_t = target_open(1ull << 44, 512, NULL);
	CHECK(g_t);
	CHECK_EQ(do_sanitize(3, 1, 0, true), OK);
	xnvi_target_close(g_t);
}

/* The others */

static void
commands_without_effect_answer(void)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = 0x08;
	CHECK_EQ(run_admin(g_t, &cmd, NULL, 0), OK);
	CHECK_EQ(g_cpl.cdw0, 1);
	cmd.common.opcode = 0x0C;
	CHECK_EQ(run_admin(g_t, &cmd, NULL, 0), AER_LIMIT);
	cmd.common.opcode = 0x18;
	CHECK_EQ(run_admin(g_t, &cmd, NULL, 0), OK);
	CHECK_EQ(g_cpl.result, 0);
	cmd.common.opcode = 0xC0;
	CHECK_EQ(run_admin(g_t, &cmd, NULL, 0), INVALID_OPCODE);
	/* No buffers at all */
	cmd.common.opcode = 0x06;
	xnvi_target_admin(g_t, &cmd, NULL, &g_cpl);
	CHECK_EQ(status_of(&g_cpl), INVALID_NS);
	cmd.common.fuse = 1;
	CHECK_EQ(run_admin(g_t, &cmd, NULL, 0), INVALID_FIELD);
}

#define ON_TARGET(func)                                                                            \
	static void func##_case(void)                                                              \
	{                                                                                          \
		g_t = target_open(TARGET_NBYTES, 512, NULL);                                       \
		CHECK(g_t);                                                                        \
		func();                                                                            \
		xnvi_target_close(g_t);                                                            \
	}

ON_TARGET(controller_page_is_truthful)
ON_TARGET(namespace_page_is_truthful)
ON_TARGET(nuse_follows_the_allocation)
ON_TARGET(identify_refuses_what_is_not_there)
ON_TARGET(other_identify_pages_are_there)
ON_TARGET(identities_differ_between_targets)
ON_TARGET(supported_logs_are_readable)
ON_TARGET(error_log_counts_and_keeps_the_newest)
ON_TARGET(health_log_counts_commands_and_data)
ON_TARGET(effects_log_matches_what_is_executed)
ON_TARGET(log_page_fields_are_checked)
ON_TARGET(firmware_log_and_controller_agree)
ON_TARGET(format_changes_the_lba_size_and_clears)
ON_TARGET(format_refuses_what_is_not_there)
ON_TARGET(sanitize_erases)
ON_TARGET(sanitize_overwrites_with_the_pattern)
ON_TARGET(sanitize_refuses_what_is_not_there)
ON_TARGET(error_log_tells_where_the_wrong_parameter_is)
ON_TARGET(names_of_the_controller_have_the_length_of_their_fields)
ON_TARGET(commands_without_effect_answer)

#define CASE(func)                                                                                 \
	{                                                                                          \
#func, func##_case                                                                 \
	}

static const struct test g_tests[] = {
    CASE(controller_page_is_truthful),
    CASE(namespace_page_is_truthful),
    CASE(nuse_follows_the_allocation),
    CASE(identify_refuses_what_is_not_there),
    CASE(other_identify_pages_are_there),
    CASE(identities_differ_between_targets),
    CASE(supported_logs_are_readable),
    CASE(error_log_counts_and_keeps_the_newest),
    CASE(health_log_counts_commands_and_data),
    CASE(effects_log_matches_what_is_executed),
    CASE(log_page_fields_are_checked),
    CASE(firmware_log_and_controller_agree),
    CASE(format_changes_the_lba_size_and_clears),
    TEST_CASE(format_drops_the_remainder),
    CASE(format_refuses_what_is_not_there),
    CASE(sanitize_erases),
    CASE(sanitize_overwrites_with_the_pattern),
    CASE(sanitize_refuses_what_is_not_there),
    CASE(error_log_tells_where_the_wrong_parameter_is),
    CASE(names_of_the_controller_have_the_length_of_their_fields),
    TEST_CASE(closing_stops_a_sanitize_operation),
    CASE(commands_without_effect_answer),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(*g_tests), argc, argv);
}
