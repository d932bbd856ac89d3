// SPDX-License-Identifier: BSD-3-Clause
/** Torture: the shadow, and what is held against it */
#include "torture.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NHISTORY 40 ///< Commands of a block that are printed

static const char *const g_kinds[NKINDS] = {
    "read", "write", "write-zeroes", "deallocate", "flush", "compare", "beyond",
};

uint8_t *
shadow_of(const struct disk *disk, uint32_t lba)
{
	return disk->shadow + (size_t)lba * disk->lba_nbytes;
}

/** A block says which command wrote it and where; the rest follows from both */
void
fill_block(const struct disk *disk, uint8_t *block, uint64_t nth, uint32_t lba)
{
	uint64_t state = ((nth << 24) ^ lba) * 0x9e3779b97f4a7c15ULL | 1;
	uint64_t *words = (uint64_t *)(void *)block;

	words[0] = nth;
	words[1] = lba;
	for (size_t i = 2; i < disk->lba_nbytes / sizeof(*words); ++i) {
		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		words[i] = state;
	}
}

void
print_command(const struct disk *disk, const struct command *cmd)
{
	printf("%8llu %-12s %s/%u%s%s%s%s%s", (unsigned long long)cmd->nth, g_kinds[cmd->kind],
	       disk->rows[cmd->row].async, cmd->queue, cmd->sync ? " sync" : "",
	       cmd->vectored ? " vectored" : "", cmd->fua ? " fua" : "", cmd->bytes ? " bytes" : "",
	       cmd->mismatch ? " mismatch" : "");
	for (unsigned i = 0; i < cmd->nranges; ++i) {
		printf(" [%u, %u)", cmd->ranges[i].lba, cmd->ranges[i].lba + cmd->ranges[i].nlbas);
	}
	putchar('\n');
}

static bool
touches(const struct command *cmd, uint32_t lba)
{
	for (unsigned i = 0; i < cmd->nranges; ++i) {
		if (lba >= cmd->ranges[i].lba && lba - cmd->ranges[i].lba < cmd->ranges[i].nlbas) {
			return true;
		}
	}

	return false;
}

/** The last commands that touched a block, oldest first; what is in flight is among them */
static void
print_history(const struct disk *disk, uint32_t lba)
{
	uint64_t nths[NHISTORY];
	int n = 0;

	for (uint64_t nth = disk->nth; nth && n < NHISTORY && disk->nth - nth < HISTORY_MAX;
	     --nth) {
		if (touches(&disk->history[nth % HISTORY_MAX], lba)) {
			nths[n++] = nth;
		}
	}
	printf("# history of LBA %u, oldest first:\n", lba);
	while (n--) {
		printf("# ");
		print_command(disk, &disk->history[nths[n] % HISTORY_MAX]);
	}
}

void
die_of(const struct disk *disk, const struct command *cmd, uint32_t lba, const char *format, ...)
{
	va_list ap;

	printf("# FAILED: %s, seed %llu: ", disk->uri, (unsigned long long)g_options.seed);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n# command:\n# ");
	print_command(disk, cmd);
	if (cmd->nranges) {
		print_history(disk, lba);
	}
	fflush(stdout);
	remove_files();
	/* Threads of the library are at work: no cleaning up around them */
	_Exit(EXIT_FAILURE);
}

static bool
is_all(const uint8_t *data, uint8_t value, size_t nbytes)
{
	return data[0] == value && !memcmp(data, data + 1, nbytes - 1);
}

void
check_block(struct disk *disk, const struct command *cmd, uint32_t lba, const uint8_t *data)
{
	uint8_t *want = shadow_of(disk, lba);
	const uint64_t *words = (const uint64_t *)(const void *)data;
	size_t at = 0;

	if (!memcmp(data, want, disk->lba_nbytes)) {
		return;
	}
	if (disk->loose[lba] && !disk->strict &&
	    (is_all(data, 0, disk->lba_nbytes) || is_all(data, 0xff, disk->lba_nbytes))) {
		/* Which of them it is stays so until it is written */
		memcpy(want, data, disk->lba_nbytes);
		disk->loose[lba] = false;
		return;
	}
	while (data[at] == want[at]) {
		at++;
	}
	die_of(disk, cmd, lba,
	       "LBA %u differs from byte %zu on: 0x%02x, expected 0x%02x; what is there says it is "
	       "of command %llu, LBA %llu; expected command %llu",
	       lba, at, data[at], want[at], (unsigned long long)words[0],
	       (unsigned long long)words[1],
	       (unsigned long long)((const uint64_t *)(const void *)want)[0]);
}

/** The status that the command has to have */
static uint16_t
expected_status(const struct command *cmd)
{
	return cmd->kind == KIND_BEYOND ? 0x080 : cmd->mismatch ? 0x285 : 0;
}

static void
check_status(const struct slot *slot, const struct xnvme_cmd_ctx *ctx, int err)
{
	const struct command *cmd = &slot->cmd;
	const uint16_t status = (uint16_t)(ctx->cpl.status.sct << 8 | ctx->cpl.status.sc);
	const uint16_t expected = expected_status(cmd);
	struct xnvme_err words = {0};

	if (status == expected && err == (expected && cmd->sync ? -EIO : 0)) {
		return;
	}
	xnvme_cmd_ctx_explain(ctx, &words);
	die_of(slot->disk, cmd, cmd->ranges[0].lba,
	       "returned %d, status %03x, expected %03x: %s (%s)", err, status, expected,
	       words.what, err ? xnvme_err_last()->what : "");
}

static void
sabotage(struct slot *slot)
{
	const struct command *cmd = &slot->cmd;

	if (g_options.sabotage && cmd->nth >= g_options.sabotage) {
		slot->buf[cmd->rnd % ((size_t)cmd->ranges[0].nlbas * slot->disk->lba_nbytes)] ^= 1;
	}
}

static void
change(struct disk *disk, const struct command *cmd, const uint8_t *data)
{
	for (unsigned i = 0; i < cmd->nranges; ++i) {
		for (uint32_t k = 0; k < cmd->ranges[i].nlbas; ++k) {
			const uint32_t lba = cmd->ranges[i].lba + k;

			if (data) {
				memcpy(shadow_of(disk, lba), data + (size_t)k * disk->lba_nbytes,
				       disk->lba_nbytes);
			} else if (cmd->kind == KIND_ZEROES || disk->strict) {
				memset(shadow_of(disk, lba), 0, disk->lba_nbytes);
			}
			disk->loose[lba] = cmd->kind == KIND_DEALLOCATE;
		}
	}
}

void
settle(struct slot *slot, const struct xnvme_cmd_ctx *ctx, int err)
{
	const struct command *cmd = &slot->cmd;
	struct disk *disk = slot->disk;

	check_status(slot, ctx, err);
	switch (cmd->kind) {
	case KIND_READ:
		sabotage(slot);
		for (uint32_t k = 0; k < cmd->ranges[0].nlbas; ++k) {
			check_block(disk, cmd, cmd->ranges[0].lba + k,
				    slot->buf + (size_t)k * disk->lba_nbytes);
		}
		break;
	case KIND_WRITE:
		change(disk, cmd, slot->buf);
		break;
	case KIND_ZEROES:
	case KIND_DEALLOCATE:
		change(disk, cmd, NULL);
		break;
	default:
		break;
	}
	for (unsigned i = 0; i < cmd->nranges; ++i) {
		memset(&disk->busy[cmd->ranges[i].lba], 0, cmd->ranges[i].nlbas);
	}
	slot->busy = false;
	disk->nbusy--;
	disk->ndone++;
}
