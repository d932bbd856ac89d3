// SPDX-License-Identifier: BSD-3-Clause
/**
 * Conformance: random commands against a shadow of the disk
 *
 * Commands in flight never overlap, for their order is nobody's promise. What a command changes is
 * changed in the shadow when it completes, and what a read returns is compared then.
 */
#include <conformance/conf.h>

#define NLBAS	  512U
#define NCMDS	  1500U
#define NLB_MAX	  16U
#define DEPTH_MAX 64U
#define NSEGS_MAX 8U

enum kind {
	KIND_READ,
	KIND_WRITE,
	KIND_ZEROES,
	KIND_DEALLOCATE,
	KIND_FLUSH,
	KIND_COMPARE,
	NKINDS,
};

struct disk;

struct slot {
	struct disk *disk;
	enum kind kind;
	uint32_t lba;
	uint32_t nlbas;
	bool busy;
	uint8_t *buf;
	struct iovec iov[NSEGS_MAX];
	struct xnvme_spec_dsm_range range;
};

struct disk {
	const struct conf_row *row;
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *shadow;
	bool unknown[NLBAS]; ///< Deallocated on a device that need not return zeroes
	bool busy[NLBAS];
	struct slot slots[DEPTH_MAX];
	bool can_compare;
	uint64_t rnd;
	uint64_t tag;
	unsigned ndone;
};

static uint8_t *
shadow_of(const struct disk *disk, uint32_t lba)
{
	return disk->shadow + (size_t)lba * disk->row->dev->lba_nbytes;
}

static void
set_unknown(struct disk *disk, const struct slot *slot, bool unknown)
{
	for (uint32_t i = 0; i < slot->nlbas; ++i) {
		disk->unknown[slot->lba + i] = unknown;
	}
}

static void
check_read(const struct disk *disk, const struct slot *slot)
{
	const uint32_t lba = disk->row->dev->lba_nbytes;

	for (uint32_t i = 0; i < slot->nlbas; ++i) {
		if (!disk->unknown[slot->lba + i]) {
			SAME(slot->buf + (size_t)i * lba, shadow_of(disk, slot->lba + i), lba);
		}
	}
}

static void
settle(struct disk *disk, struct slot *slot, struct outcome out)
{
	const size_t nbytes = (size_t)slot->nlbas * disk->row->dev->lba_nbytes;

	GOOD(out);
	switch (slot->kind) {
	case KIND_READ:
		check_read(disk, slot);
		break;
	case KIND_WRITE:
		memcpy(shadow_of(disk, slot->lba), slot->buf, nbytes);
		set_unknown(disk, slot, false);
		break;
	case KIND_ZEROES:
		memset(shadow_of(disk, slot->lba), 0, nbytes);
		set_unknown(disk, slot, false);
		break;
	case KIND_DEALLOCATE:
		memset(shadow_of(disk, slot->lba), 0, nbytes);
		set_unknown(disk, slot,
			    !disk->row->dev->is_file && !disk->row->dev->has_controller);
		break;
	default:
		break;
	}
	for (uint32_t i = 0; i < slot->nlbas; ++i) {
		CHECK(disk->busy[slot->lba + i]);
		disk->busy[slot->lba + i] = false;
	}
	slot->busy = false;
	disk->ndone++;
}

static void
on_random(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct slot *slot = arg;

	settle(slot->disk, slot, op_outcome(ctx, 0));
	EQ(xnvme_queue_put_cmd_ctx(slot->disk->queue, ctx), 0);
}

/** A range that nobody uses; false when the dice fell on one in use */
static bool
choose(struct disk *disk, struct slot *slot)
{
	slot->kind = (enum kind)(rnd(&disk->rnd) % NKINDS);
	/* Flush is slow on a real disk, and half of all commands are writes */
	if (slot->kind == KIND_FLUSH && rnd(&disk->rnd) % 32) {
		slot->kind = KIND_WRITE;
	}
	slot->nlbas = 1 + (uint32_t)(rnd(&disk->rnd) % NLB_MAX);
	slot->lba = (uint32_t)(rnd(&disk->rnd) % (NLBAS - slot->nlbas));
	if (slot->kind == KIND_FLUSH) {
		slot->nlbas = 0;
	}
	for (uint32_t i = 0; i < slot->nlbas; ++i) {
		if (disk->busy[slot->lba + i] ||
		    (slot->kind == KIND_COMPARE && disk->unknown[slot->lba + i])) {
			return false;
		}
	}

	return slot->kind != KIND_COMPARE || disk->can_compare;
}

/** Cut the buffer into pieces of any size */
static void
make_vectors(struct disk *disk, struct slot *slot, struct op *op)
{
	size_t left = op->nbytes;
	size_t n = 0;

	while (left) {
		size_t piece = (size_t)(1 + rnd(&disk->rnd) % left);

		if (n == NSEGS_MAX - 1) {
			piece = left;
		}
		slot->iov[n].iov_base = slot->buf + (op->nbytes - left);
		slot->iov[n++].iov_len = piece;
		left -= piece;
	}
	op->iov = slot->iov;
	op->iovcnt = n;
}

static struct op
make_op(struct disk *disk, struct slot *slot)
{
	static const uint8_t opcodes[NKINDS] = {
	    [KIND_READ] = XNVME_SPEC_NVM_OPC_READ,
	    [KIND_WRITE] = XNVME_SPEC_NVM_OPC_WRITE,
	    [KIND_ZEROES] = XNVME_SPEC_NVM_OPC_WRITE_ZEROES,
	    [KIND_DEALLOCATE] = XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT,
	    [KIND_FLUSH] = XNVME_SPEC_NVM_OPC_FLUSH,
	    [KIND_COMPARE] = XNVME_SPEC_NVM_OPC_COMPARE,
	};
	const size_t nbytes = (size_t)slot->nlbas * disk->row->dev->lba_nbytes;
	struct op op =
	    op_io(opcodes[slot->kind], slot->lba, (uint16_t)(slot->nlbas - 1), slot->buf, nbytes);

	switch (slot->kind) {
	case KIND_WRITE:
		pattern(slot->buf, nbytes, disk->tag++);
		op.cmd.nvm.fua = rnd(&disk->rnd) % 64 == 0;
		break;
	case KIND_COMPARE:
		memcpy(slot->buf, shadow_of(disk, slot->lba), nbytes);
		break;
	case KIND_READ:
		memset(slot->buf, 0xa5, nbytes);
		break;
	case KIND_DEALLOCATE:
		slot->range = (struct xnvme_spec_dsm_range){0, slot->nlbas, slot->lba};
		memset(&op, 0, sizeof(op));
		op.cmd.common.opcode = opcodes[slot->kind];
		op.cmd.dsm.ad = 1;
		op.data = &slot->range;
		op.nbytes = sizeof(slot->range);
		return op;
	default:
		op.data = NULL;
		op.nbytes = 0;
		if (slot->kind == KIND_FLUSH) {
			op.cmd.nvm.slba = 0;
			op.cmd.nvm.nlb = 0;
		}
		return op;
	}
	if (rnd(&disk->rnd) % 3 == 0) {
		make_vectors(disk, slot, &op);
	}

	return op;
}

static void
issue(struct disk *disk, struct slot *slot)
{
	struct xnvme_cmd_ctx *ctx;
	struct op op;

	for (uint32_t i = 0; i < slot->nlbas; ++i) {
		disk->busy[slot->lba + i] = true;
	}
	slot->busy = true;
	op = make_op(disk, slot);
	if (rnd(&disk->rnd) % 8 == 0) {
		settle(disk, slot, op_sync(disk->dev, &op));
		return;
	}
	ctx = get_ctx(disk->queue);
	xnvme_cmd_ctx_set_cb(ctx, on_random, slot);
	EQ(op_pass(ctx, &op), 0);
}

static void
disk_init(struct disk *disk, const struct conf_row *row, uint16_t depth)
{
	const size_t lba = row->dev->lba_nbytes;

	disk->row = row;
	disk->dev = row_open(row);
	disk->queue = row_queue(disk->dev, depth);
	disk->shadow = row_buf(disk->dev, NLBAS * lba);
	/* Compare looks at separate metadata too, which this disk does not keep */
	disk->can_compare =
	    xnvme_dev_can(disk->dev, XNVME_SPEC_NVM_OPC_COMPARE) > 0 && !row->dev->metadata;
	disk->rnd = rnd_seed(row) + depth;
	pattern(disk->shadow, NLBAS * lba, disk->tag++);
	for (uint32_t i = 0; i < NLBAS; i += NLB_MAX) {
		const struct op op = op_io(XNVME_SPEC_NVM_OPC_WRITE, i, NLB_MAX - 1,
					   shadow_of(disk, i), NLB_MAX * lba);

		GOOD(op_sync(disk->dev, &op));
	}
	for (unsigned i = 0; i < depth; ++i) {
		disk->slots[i].disk = disk;
		disk->slots[i].buf = row_buf(disk->dev, NLB_MAX * lba);
	}
}

static void
disk_term(struct disk *disk, uint16_t depth)
{
	const size_t lba = disk->row->dev->lba_nbytes;
	struct slot all = {.buf = row_buf(disk->dev, NLBAS * lba), .nlbas = NLBAS};

	for (uint32_t i = 0; i < NLBAS; i += NLB_MAX) {
		const struct op op = op_io(XNVME_SPEC_NVM_OPC_READ, i, NLB_MAX - 1,
					   all.buf + i * lba, NLB_MAX * lba);

		GOOD(op_sync(disk->dev, &op));
	}
	check_read(disk, &all);
	xnvme_buf_free(disk->dev, all.buf);
	for (unsigned i = 0; i < depth; ++i) {
		xnvme_buf_free(disk->dev, disk->slots[i].buf);
	}
	xnvme_buf_free(disk->dev, disk->shadow);
	row_close(disk->dev, disk->queue);
}

static void
run_random(const struct conf_row *row, uint16_t depth)
{
	struct disk *disk = calloc(1, sizeof(*disk));
	unsigned nissued = 0;

	CHECK(disk);
	disk_init(disk, row, depth);
	while (nissued < NCMDS) {
		struct slot *slot = &disk->slots[rnd(&disk->rnd) % depth];

		if (!slot->busy && choose(disk, slot)) {
			issue(disk, slot);
			nissued++;
		} else {
			CHECK(xnvme_queue_poke(disk->queue, (uint32_t)(rnd(&disk->rnd) % 4)) >= 0);
		}
	}
	CHECK(xnvme_queue_drain(disk->queue) >= 0);
	EQ(disk->ndone, NCMDS);
	disk_term(disk, depth);
	free(disk);
}

static void
random_commands_at_depth_1(const struct conf_row *row)
{
	run_random(row, 1);
}

static void
random_commands_at_depth_8(const struct conf_row *row)
{
	run_random(row, 8);
}

static void
random_commands_at_depth_64(const struct conf_row *row)
{
	run_random(row, 64);
}

const struct conf_case conf_cases_random[] = {
    CONF_CASE(random_commands_at_depth_1, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(random_commands_at_depth_8, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(random_commands_at_depth_64, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    {0},
};
