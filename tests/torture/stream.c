// SPDX-License-Identifier: BSD-3-Clause
/** Torture: which commands come, and how they are passed */
#include "torture.h"

#include <string.h>

uint64_t
rnd(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;

	return *state >> 11;
}

/** Out of 64 */
static enum kind
pick_kind(uint64_t dice)
{
	static const struct {
		uint8_t below;
		enum kind kind;
	} shares[] = {
	    {26, KIND_READ},	{52, KIND_WRITE},  {55, KIND_ZEROES}, {58, KIND_DEALLOCATE},
	    {61, KIND_COMPARE}, {63, KIND_BEYOND}, {64, KIND_FLUSH},
	};
	size_t i = 0;

	while (dice % 64 >= shares[i].below) {
		i++;
	}

	return shares[i].kind;
}

/** Mostly short, at times as long as there may be */
static struct range
pick_range(struct disk *disk, uint32_t nmax)
{
	const uint64_t dice = rnd(&disk->rnd);
	struct range range;

	range.nlbas = 1 + (uint32_t)(dice >> 8) % (dice % 32 == 0 ? nmax : dice % 4 ? 8 : 32);
	if (range.nlbas > nmax) {
		range.nlbas = nmax;
	}
	range.lba = (uint32_t)(rnd(&disk->rnd) % (disk->nlbas - range.nlbas + 1));

	return range;
}

static bool
overlaps(const struct range *a, const struct range *b)
{
	return a->lba < b->lba + b->nlbas && b->lba < a->lba + a->nlbas;
}

/** Ranges of one command do not overlap either */
static void
pick_ranges(struct disk *disk, struct command *cmd)
{
	const uint8_t want =
	    cmd->kind == KIND_DEALLOCATE ? 1 + (uint8_t)(rnd(&disk->rnd) % NRANGES_MAX) : 1;

	while (cmd->nranges < want) {
		struct range range = pick_range(disk, disk->nlb_max);
		bool good = true;

		for (unsigned i = 0; i < cmd->nranges; ++i) {
			good &= !overlaps(&range, &cmd->ranges[i]);
		}
		if (good) {
			cmd->ranges[cmd->nranges++] = range;
		}
	}
}

struct command
next_command(struct disk *disk)
{
	struct command cmd = {.nth = ++disk->nth};
	const uint64_t dice = rnd(&disk->rnd);

	cmd.row = (uint8_t)(dice % disk->nrows);
	cmd.queue = (dice >> 8) % NQUEUES;
	cmd.sync = (dice >> 12) % 8 == 0;
	cmd.vectored = (dice >> 16) % 3 == 0;
	cmd.bytes = (dice >> 20) % 8 == 0;
	cmd.fua = (dice >> 24) % 64 == 0;
	cmd.writes = !disk->is_file && ((dice >> 32) & 1);
	cmd.kind = (uint8_t)pick_kind(rnd(&disk->rnd));
	cmd.rnd = rnd(&disk->rnd) | 1;
	if (cmd.kind == KIND_COMPARE && !disk->can_compare) {
		cmd.kind = KIND_READ;
	}
	cmd.mismatch = cmd.kind == KIND_COMPARE && (dice >> 34) % 4 == 0;
	if (cmd.kind != KIND_FLUSH && cmd.kind != KIND_BEYOND) {
		pick_ranges(disk, &cmd);
	}
	disk->history[cmd.nth % HISTORY_MAX] = cmd;

	return cmd;
}

/** Cut the buffer into pieces, some of them empty; with O_DIRECT in whole blocks */
static size_t
cut(struct slot *slot, size_t nbytes)
{
	const size_t unit = slot->disk->direct ? slot->disk->lba_nbytes : 1;
	size_t left = nbytes / unit;
	size_t n = 0;

	while (left) {
		size_t piece = (size_t)(rnd(&slot->cmd.rnd) % (left + 1));

		if (n == NSEGS_MAX - 1) {
			piece = left;
		}
		slot->iov[n].iov_base = slot->buf + (nbytes - left * unit);
		slot->iov[n++].iov_len = piece * unit;
		left -= piece;
	}

	return n;
}

static int
pass_data(struct slot *slot, struct xnvme_cmd_ctx *ctx, size_t nbytes)
{
	if (slot->cmd.vectored) {
		return xnvme_cmd_passv(ctx, slot->iov, cut(slot, nbytes), nbytes, NULL, 0, 0);
	}

	return xnvme_cmd_pass(ctx, slot->buf, nbytes, NULL, 0);
}

/** A read or write of one range; `bytes`: by the opcodes that count in bytes */
static int
pass_rw(struct slot *slot, struct xnvme_cmd_ctx *ctx, bool write)
{
	const struct command *cmd = &slot->cmd;
	const uint32_t lba = slot->disk->lba_nbytes;

	if (cmd->bytes) {
		ctx->cmd.common.opcode = write ? XNVME_SPEC_FS_OPC_WRITE : XNVME_SPEC_FS_OPC_READ;
		ctx->cmd.nvm.slba = (uint64_t)cmd->ranges[0].lba * lba;
	} else {
		ctx->cmd.common.opcode = write ? XNVME_SPEC_NVM_OPC_WRITE : XNVME_SPEC_NVM_OPC_READ;
		ctx->cmd.nvm.slba = cmd->ranges[0].lba;
		ctx->cmd.nvm.nlb = (uint16_t)(cmd->ranges[0].nlbas - 1);
		ctx->cmd.nvm.fua = cmd->fua;
	}

	return pass_data(slot, ctx, (size_t)cmd->ranges[0].nlbas * lba);
}

static int
pass_deallocate(struct slot *slot, struct xnvme_cmd_ctx *ctx)
{
	const struct command *cmd = &slot->cmd;

	for (unsigned i = 0; i < cmd->nranges; ++i) {
		slot->dsm[i] = (struct xnvme_spec_dsm_range){.llb = cmd->ranges[i].nlbas,
							     .slba = cmd->ranges[i].lba};
	}
	ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT;
	ctx->cmd.dsm.nr = (uint8_t)(cmd->nranges - 1);
	ctx->cmd.dsm.ad = 1;

	return xnvme_cmd_pass(ctx, slot->dsm, cmd->nranges * sizeof(slot->dsm[0]), NULL, 0);
}

static int
pass_compare(struct slot *slot, struct xnvme_cmd_ctx *ctx)
{
	const struct range *range = &slot->cmd.ranges[0];
	const size_t nbytes = (size_t)range->nlbas * slot->disk->lba_nbytes;

	if (memchr(&slot->disk->loose[range->lba], true, range->nlbas) && !slot->disk->strict) {
		/* What the blocks hold is the device's choice, so have a look instead */
		slot->cmd.kind = KIND_READ;
		slot->cmd.mismatch = false;
		return pass_rw(slot, ctx, false);
	}
	memcpy(slot->buf, shadow_of(slot->disk, slot->cmd.ranges[0].lba), nbytes);
	if (slot->cmd.mismatch) {
		slot->buf[rnd(&slot->cmd.rnd) % nbytes] ^= 0x10;
	}
	ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_COMPARE;
	ctx->cmd.nvm.slba = slot->cmd.ranges[0].lba;
	ctx->cmd.nvm.nlb = (uint16_t)(slot->cmd.ranges[0].nlbas - 1);

	return pass_data(slot, ctx, nbytes);
}

static int
pass_beyond(struct slot *slot, struct xnvme_cmd_ctx *ctx)
{
	ctx->cmd.common.opcode =
	    slot->cmd.writes ? XNVME_SPEC_NVM_OPC_WRITE : XNVME_SPEC_NVM_OPC_READ;
	ctx->cmd.nvm.slba = slot->disk->nlbas_dev - slot->cmd.rnd % 3;
	ctx->cmd.nvm.nlb = 3;

	return pass_data(slot, ctx, 4ULL * slot->disk->lba_nbytes);
}

int
pass(struct slot *slot, struct xnvme_cmd_ctx *ctx)
{
	const struct command *cmd = &slot->cmd;

	ctx->cmd.common.nsid = xnvme_dev_get_nsid(ctx->dev);
	switch (cmd->kind) {
	case KIND_READ:
		memset(slot->buf, 0xa5, (size_t)cmd->ranges[0].nlbas * slot->disk->lba_nbytes);
		return pass_rw(slot, ctx, false);
	case KIND_WRITE:
		for (uint32_t k = 0; k < cmd->ranges[0].nlbas; ++k) {
			fill_block(slot->disk, slot->buf + (size_t)k * slot->disk->lba_nbytes,
				   cmd->nth, cmd->ranges[0].lba + k);
		}
		return pass_rw(slot, ctx, true);
	case KIND_ZEROES:
		ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_WRITE_ZEROES;
		ctx->cmd.nvm.slba = cmd->ranges[0].lba;
		ctx->cmd.nvm.nlb = (uint16_t)(cmd->ranges[0].nlbas - 1);
		return xnvme_cmd_pass(ctx, NULL, 0, NULL, 0);
	case KIND_DEALLOCATE:
		return pass_deallocate(slot, ctx);
	case KIND_COMPARE:
		return pass_compare(slot, ctx);
	case KIND_BEYOND:
		return pass_beyond(slot, ctx);
	default:
		ctx->cmd.common.opcode = XNVME_SPEC_NVM_OPC_FLUSH;
		return xnvme_cmd_pass(ctx, NULL, 0, NULL, 0);
	}
}
