// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands to a target in a line each, for the unit tests of lib/target
 *
 * A status is written sct << 8 | sc, as in "0h/80h"; the whole completion is kept beside it.
 */
#ifndef XNVT_TARGET_H
#define XNVT_TARGET_H

#include <stdio.h>
#include <stdlib.h>

#include <support/test.h>
#include <target/controller.h>

#define MIB (1ull << 20)

/** Status codes, sct << 8 | sc */
enum {
	OK = 0,
	INVALID_OPCODE = 0x001,
	INVALID_FIELD = 0x002,
	INTERNAL = 0x006,
	INVALID_NS = 0x00B,
	SGL_LENGTH = 0x00F,
	SANITIZE_FAILED = 0x01C,
	SANITIZE_IN_PROGRESS = 0x01D,
	LBA_RANGE = 0x080,
	CAPACITY = 0x081,
	FORMAT_IN_PROGRESS = 0x084,
	AER_LIMIT = 0x105,
	INVALID_LOG = 0x109,
	INVALID_FORMAT = 0x10A,
	FEAT_NOT_SAVEABLE = 0x10D,
	FEAT_NOT_NS = 0x10F,
	SIZE_LIMIT = 0x183,
	WRITE_FAULT = 0x280,
	READ_ERROR = 0x281,
	COMPARE_FAILURE = 0x285,
	/** The phase bit is set, or other bits are set although the command succeeded */
	BAD_STATUS = 0xBAD,
};

enum {
	OPC_FLUSH = 0x00,
	OPC_WRITE = 0x01,
	OPC_READ = 0x02,
	OPC_UNCORRECTABLE = 0x04,
	OPC_COMPARE = 0x05,
	OPC_ZEROES = 0x08,
	OPC_DSM = 0x09,
	OPC_VERIFY = 0x0C,
	OPC_COPY = 0x19,
};

#define CDW12_FUA   (1u << 30)
#define CDW12_PRACT (1u << 29)
#define CDW12_DEAC  (1u << 25)

/** The last completion of this thread */
static _Thread_local struct xnvme_spec_cpl g_cpl;

static inline struct xnvi_target *
target_open(uint64_t nbytes, uint32_t lba_nbytes, const char *path)
{
	const struct xnvi_target_params params = {
	    .nbytes = nbytes, .lba_nbytes = lba_nbytes, .path = path};
	struct xnvi_target *target = NULL;

	return xnvi_target_open(&params, &target) ? NULL : target;
}

/** The image and what is beside it */
static inline void
image_remove(const char *path)
{
	char side[320];

	snprintf(side, sizeof(side), "%s.xnvme", path);
	sys_file_remove(side);
	sys_file_remove(path);
}

static inline int
status_of(const struct xnvme_spec_cpl *cpl)
{
	const int status = cpl->status.sct << 8 | cpl->status.sc;

	return cpl->status.p || (!status && cpl->status.val) ? BAD_STATUS : status;
}

static inline int
run_iov(struct xnvi_target *target, const struct xnvme_spec_cmd *cmd, const struct iovec *iov,
	size_t iovcnt)
{
	struct xnvi_target_data data = {.iov = iov, .iovcnt = iovcnt};

	for (size_t i = 0; i < iovcnt; ++i) {
		data.nbytes += iov[i].iov_len;
	}
	memset(&g_cpl, 0xFF, sizeof(g_cpl));
	xnvi_target_io(target, cmd, &data, &g_cpl);

	return status_of(&g_cpl);
}

static inline int
run(struct xnvi_target *target, const struct xnvme_spec_cmd *cmd, void *buf, size_t nbytes)
{
	const struct iovec iov = {buf, nbytes};

	return run_iov(target, cmd, &iov, buf ? 1 : 0);
}

static inline int
run_admin(struct xnvi_target *target, const struct xnvme_spec_cmd *cmd, void *buf, size_t nbytes)
{
	const struct iovec iov = {buf, nbytes};
	const struct xnvi_target_data data = {.iov = &iov, .iovcnt = buf ? 1 : 0, .nbytes = nbytes};

	memset(&g_cpl, 0xFF, sizeof(g_cpl));
	xnvi_target_admin(target, cmd, &data, &g_cpl);

	return status_of(&g_cpl);
}

/** A command with slba and a number of blocks, one-based, at the usual places */
static inline struct xnvme_spec_cmd
cmd_lba(uint8_t opcode, uint64_t slba, uint32_t nblocks)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = opcode;
	cmd.common.nsid = 1;
	cmd.nvm.slba = slba;
	cmd.nvm.nlb = (nblocks - 1) & 0xFFFF;

	return cmd;
}

static inline int
do_read(struct xnvi_target *target, uint64_t slba, uint32_t nblocks, void *buf, size_t nbytes)
{
	const struct xnvme_spec_cmd cmd = cmd_lba(OPC_READ, slba, nblocks);

	return run(target, &cmd, buf, nbytes);
}

static inline int
do_write(struct xnvi_target *target, uint64_t slba, uint32_t nblocks, void *buf, size_t nbytes)
{
	const struct xnvme_spec_cmd cmd = cmd_lba(OPC_WRITE, slba, nblocks);

	return run(target, &cmd, buf, nbytes);
}

static inline int
do_compare(struct xnvi_target *target, uint64_t slba, uint32_t nblocks, void *buf, size_t nbytes)
{
	const struct xnvme_spec_cmd cmd = cmd_lba(OPC_COMPARE, slba, nblocks);

	return run(target, &cmd, buf, nbytes);
}

/** Without data: Verify, Write Uncorrectable, Write Zeroes */
static inline int
do_lba(struct xnvi_target *target, uint8_t opcode, uint64_t slba, uint32_t nblocks)
{
	const struct xnvme_spec_cmd cmd = cmd_lba(opcode, slba, nblocks);

	return run(target, &cmd, NULL, 0);
}

static inline int
do_zeroes(struct xnvi_target *target, uint64_t slba, uint32_t nblocks, uint32_t flags)
{
	struct xnvme_spec_cmd cmd = cmd_lba(OPC_ZEROES, slba, nblocks);

	cmd.common.cdw12 |= flags;

	return run(target, &cmd, NULL, 0);
}

static inline int
do_dsm(struct xnvi_target *target, struct xnvme_spec_dsm_range *ranges, unsigned nranges,
       bool deallocate)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = OPC_DSM;
	cmd.common.nsid = 1;
	cmd.dsm.nr = (nranges - 1) & 0xFF;
	cmd.dsm.ad = deallocate;

	return run(target, &cmd, ranges, nranges * sizeof(*ranges));
}

static inline int
do_deallocate(struct xnvi_target *target, uint64_t slba, uint32_t nblocks)
{
	struct xnvme_spec_dsm_range range = {.slba = slba, .llb = nblocks};

	return do_dsm(target, &range, 1, true);
}

static inline int
do_copy(struct xnvi_target *target, uint64_t sdlba, struct xnvme_spec_nvm_scopy_fmt_zero *ranges,
	unsigned nranges)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = OPC_COPY;
	cmd.common.nsid = 1;
	cmd.scopy.sdlba = sdlba;
	cmd.scopy.nr = (nranges - 1) & 0xFF;

	return run(target, &cmd, ranges, nranges * sizeof(*ranges));
}

static inline int
do_identify(struct xnvi_target *target, uint8_t cns, uint32_t nsid, uint8_t csi, void *page)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_ADM_OPC_IDFY;
	cmd.common.nsid = nsid;
	cmd.idfy.cns = cns;
	cmd.idfy.csi = csi;

	return run_admin(target, &cmd, page, 4096);
}

static inline struct xnvme_spec_cmd
cmd_log(uint8_t lid, uint64_t offset, size_t nbytes)
{
	struct xnvme_spec_cmd cmd = {0};
	const uint32_t numd = (uint32_t)(nbytes / 4 - 1);

	cmd.common.opcode = XNVME_SPEC_ADM_OPC_LOG;
	cmd.common.nsid = 0xFFFFFFFF;
	cmd.log.lid = lid;
	cmd.log.numdl = numd & 0xFFFF;
	cmd.log.numdu = (uint16_t)(numd >> 16);
	cmd.log.lpol = (uint32_t)offset;
	cmd.log.lpou = (uint32_t)(offset >> 32);

	return cmd;
}

static inline int
do_log(struct xnvi_target *target, uint8_t lid, uint64_t offset, void *page, size_t nbytes)
{
	const struct xnvme_spec_cmd cmd = cmd_log(lid, offset, nbytes);

	return run_admin(target, &cmd, page, nbytes);
}

static inline int
do_format(struct xnvi_target *target, unsigned lbaf, unsigned ses)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_NVM_OPC_FMT;
	cmd.common.nsid = 1;
	cmd.format.lbafl = lbaf & 0xF;
	cmd.format.lbafu = (lbaf >> 4) & 0x3;
	cmd.format.ses = ses & 0x7;

	return run_admin(target, &cmd, NULL, 0);
}

/** Pseudo-random numbers that are the same in each run */
static inline uint64_t
rnd(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;

	return *state;
}

static inline void
fill(void *buf, size_t nbytes, uint64_t seed)
{
	uint8_t *bytes = buf;

	seed = seed * 2654435761u + 1;
	for (size_t i = 0; i < nbytes; ++i) {
		bytes[i] = (uint8_t)rnd(&seed);
	}
}

static inline bool
is_filled(const void *buf, size_t nbytes, uint8_t byte)
{
	const uint8_t *bytes = buf;
	size_t i = 0;

	while (i < nbytes && bytes[i] == byte) {
		i++;
	}

	return i == nbytes;
}

#endif /* XNVT_TARGET_H */
