// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: what is refused, how, and that nothing happens then */
#include <conformance/conf.h>

#define NGUARD 16

/** The first and the last blocks of the device, to see that nobody touched them */
struct guard {
	const struct conf_row *row;
	struct xnvme_dev *dev;
	uint8_t *before;
	uint8_t *now;
	size_t nbytes;
};

static void
guard_read(const struct guard *guard, uint8_t *buf)
{
	const uint64_t nlbas = guard->row->dev->nlbas;
	const struct op first = op_io(XNVME_SPEC_NVM_OPC_READ, 0, NGUARD - 1, buf, guard->nbytes);
	const struct op last = op_io(XNVME_SPEC_NVM_OPC_READ, nlbas - NGUARD, NGUARD - 1,
				     buf + guard->nbytes, guard->nbytes);

	GOOD(op_sync(guard->dev, &first));
	GOOD(op_sync(guard->dev, &last));
}

static void
guard_init(struct guard *guard, const struct conf_row *row, struct xnvme_dev *dev)
{
	const uint64_t nlbas = row->dev->nlbas;
	struct op op;

	guard->row = row;
	guard->dev = dev;
	guard->nbytes = (size_t)NGUARD * row->dev->lba_nbytes;
	guard->before = row_buf(dev, 2 * guard->nbytes);
	guard->now = row_buf(dev, 2 * guard->nbytes);
	pattern(guard->before, 2 * guard->nbytes, 77);
	op = op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, NGUARD - 1, guard->before, guard->nbytes);
	GOOD(op_sync(dev, &op));
	op = op_io(XNVME_SPEC_NVM_OPC_WRITE, nlbas - NGUARD, NGUARD - 1,
		   guard->before + guard->nbytes, guard->nbytes);
	GOOD(op_sync(dev, &op));
}

static void
guard_check(const struct guard *guard)
{
	guard_read(guard, guard->now);
	SAME(guard->now, guard->before, 2 * guard->nbytes);
}

static void
guard_term(struct guard *guard)
{
	guard_check(guard);
	xnvme_buf_free(guard->dev, guard->before);
	xnvme_buf_free(guard->dev, guard->now);
}

/** The verdict on a range is the same by sync and by async, and no data moves */
static void
out_of_range_lba_is_0h_80h_both_ways(const struct conf_row *row)
{
	static const uint8_t opcodes[] = {XNVME_SPEC_NVM_OPC_READ, XNVME_SPEC_NVM_OPC_WRITE,
					  XNVME_SPEC_NVM_OPC_WRITE_ZEROES};
	const uint64_t nlbas = row->dev->nlbas;
	const struct {
		uint64_t slba;
		uint16_t nlb;
	} ranges[] = {
	    {nlbas, 0},
	    {nlbas - 1, 1},
	    {nlbas - 3, 7},
	    {nlbas + 1, 0},
	    {nlbas + (1ULL << 32), 0},
	    {1ULL << 55, 0},
	    {(1ULL << 55) + 1, 3},
	    {1ULL << 63, 0},
	    {UINT64_MAX, 0},
	    {UINT64_MAX, 7},
	    {UINT64_MAX - 7, 7},
	    {UINT64_MAX - 6, 7},
	    {(1ULL << 54) - 1, 1},
	};
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 2);
	uint8_t *data = row_buf(dev, 8ULL * row->dev->lba_nbytes);
	uint8_t *kept = row_buf(dev, 8ULL * row->dev->lba_nbytes);
	struct guard guard;

	guard_init(&guard, row, dev);
	pattern(data, 8ULL * row->dev->lba_nbytes, 78);
	memcpy(kept, data, 8ULL * row->dev->lba_nbytes);
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); ++i) {
		const size_t nbytes = ((size_t)ranges[i].nlb + 1) * row->dev->lba_nbytes;

		for (int k = 0; k < 3 * OP_NWAYS; ++k) {
			struct op op = op_io(opcodes[k / OP_NWAYS], ranges[i].slba, ranges[i].nlb,
					     data, nbytes);

			if (row->dev->is_file && op.cmd.common.opcode == XNVME_SPEC_NVM_OPC_WRITE &&
			    ranges[i].slba < (1ULL << 54) - 1) {
				/* It would make the file longer */
				continue;
			}
			if (op.cmd.common.opcode == XNVME_SPEC_NVM_OPC_WRITE_ZEROES) {
				op.data = NULL;
				op.nbytes = 0;
			}
			VERDICT(op_by(op_way_of(k), dev, queue, &op), op_way_of(k), SCT_GENERIC,
				SC_LBA_OUT_OF_RANGE);
			SAME(data, kept, nbytes);
		}
	}
	guard_term(&guard);
	xnvme_buf_free(dev, data);
	xnvme_buf_free(dev, kept);
	row_close(dev, queue);
}

static void
out_of_range_vectors_and_deallocation_are_0h_80h(const struct conf_row *row)
{
	const uint32_t nbytes = row->dev->lba_nbytes;
	const uint64_t nlbas = row->dev->nlbas;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 2);
	struct xnvme_spec_dsm_range ranges[] = {{0, 4, 0}, {0, 2, nlbas - 1}};
	uint8_t *data = row_buf(dev, 2ULL * nbytes);
	struct iovec iov[2] = {{data, nbytes}, {data + nbytes, nbytes}};
	struct guard guard;

	guard_init(&guard, row, dev);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op op =
		    op_iov(row->dev->is_file ? XNVME_SPEC_NVM_OPC_READ : XNVME_SPEC_NVM_OPC_WRITE,
			   nlbas - 1, 1, iov, 2, 2ULL * nbytes);

		VERDICT(op_by(way, dev, queue, &op), way, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
		if (row->dev->has_controller && !row->dev->in_memory) {
			/* To a controller ranges may be hints, and those beyond the end nothing */
			continue;
		}
		op = op_io(XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT, 0, 0, ranges, sizeof(ranges));
		memset(&op.cmd, 0, sizeof(op.cmd));
		op.cmd.common.opcode = XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT;
		op.cmd.dsm.nr = 1;
		op.cmd.dsm.ad = 1;
		/* The first range is fine, and is not touched either */
		VERDICT(op_by(way, dev, queue, &op), way, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
		ranges[1].slba = UINT64_MAX;
		VERDICT(op_by(way, dev, queue, &op), way, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
		ranges[1].slba = nlbas - 1;
	}
	guard_term(&guard);
	xnvme_buf_free(dev, data);
	row_close(dev, queue);
}

/** A context that is used again must not report the status of its last command */
static void
failed_command_leaves_no_trace_in_the_next(const struct conf_row *row)
{
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 1);
	uint8_t *buf = row_buf(dev, nbytes);
	const struct op bad = op_io(XNVME_SPEC_NVM_OPC_READ, row->dev->nlbas, 0, buf, nbytes);
	const struct op good = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, nbytes);
	const struct op refused = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, nbytes - 1);
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	for (int i = 0; i < 4; ++i) {
		EQ(op_pass(&ctx, &bad), -EIO);
		EQ(xnvme_cmd_ctx_cpl_status(&ctx), 1);
		EQ(op_pass(&ctx, &good), 0);
		GOOD(op_outcome(&ctx, 0));
		EQ(op_pass(&ctx, &refused), -EINVAL);
		EQ(xnvme_cmd_ctx_cpl_status(&ctx), 0);

		/* Two contexts in the pool: every one of them fails and succeeds */
		VERDICT(op_async(queue, &bad), OP_ASYNC, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
		GOOD(op_async(queue, &good));
		EQ(op_async(queue, &refused).err, -EINVAL);
		GOOD(op_async(queue, &good));
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
on_keep(struct xnvme_cmd_ctx *ctx, void *arg)
{
	unsigned *count = arg;

	(void)ctx;
	++*count;
}

static void
context_can_be_used_again_without_put(const struct conf_row *row)
{
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 1);
	uint8_t *buf = row_buf(dev, nbytes);
	const struct op bad = op_io(XNVME_SPEC_NVM_OPC_READ, row->dev->nlbas, 0, buf, nbytes);
	const struct op good = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, nbytes);
	struct xnvme_cmd_ctx *ctx = get_ctx(queue);
	unsigned ncb = 0;

	xnvme_cmd_ctx_set_cb(ctx, on_keep, &ncb);
	for (unsigned i = 0; i < 10; ++i) {
		EQ(op_pass(ctx, &bad), 0);
		EQ(xnvme_queue_drain(queue), 1);
		EQ(xnvme_cmd_ctx_cpl_status(ctx), 1);
		EQ(op_pass(ctx, &good), 0);
		EQ(xnvme_queue_drain(queue), 1);
		GOOD(op_outcome(ctx, 0));
		EQ(ncb, 2 * i + 2);
	}
	EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

/** A slot of a ring still holds an old command, which must not run in place of a refused one */
static void
refused_command_is_never_executed(const struct conf_row *row)
{
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 4);
	uint8_t *old = row_buf(dev, nbytes);
	uint8_t *young = row_buf(dev, nbytes);
	uint8_t *back = row_buf(dev, nbytes);
	struct iovec iov = {old, nbytes};
	const struct op write_old = op_io(XNVME_SPEC_NVM_OPC_WRITE, 3, 0, old, nbytes);
	const struct op write_young = op_io(XNVME_SPEC_NVM_OPC_WRITE, 3, 0, young, nbytes);
	const struct op read = op_io(XNVME_SPEC_NVM_OPC_READ, 3, 0, back, nbytes);
	const struct op refused[] = {
	    op_iov(XNVME_SPEC_NVM_OPC_WRITE, 3, 0, &iov, 1, nbytes - 1),
	    op_iov(XNVME_SPEC_NVM_OPC_WRITE, 3, 1, &iov, 1, nbytes),
	    op_io(XNVME_SPEC_NVM_OPC_WRITE, 3, 1, old, nbytes),
	    op_io(XNVME_SPEC_NVM_OPC_WRITE, 3, 0, old, nbytes + 1),
	    op_io(XNVME_SPEC_NVM_OPC_WRITE, 3, 0, NULL, nbytes),
	};

	pattern(old, nbytes, 1);
	pattern(young, nbytes, 2);
	GOOD(op_async(queue, &write_old));
	GOOD(op_async(queue, &write_young));
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); ++i) {
		for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
			xnvme_err_clear();
			EQ(op_by(way, dev, queue, &refused[i]).err, -EINVAL);
			CHECK(xnvme_err_last()->what[0] && xnvme_err_last()->where[0]);
			EQ(xnvme_queue_get_outstanding(queue), 0);
			EQ(xnvme_queue_poke(queue, 0), 0);
			GOOD(op_async(queue, &read));
			SAME(back, young, nbytes);
		}
	}
	xnvme_buf_free(dev, old);
	xnvme_buf_free(dev, young);
	xnvme_buf_free(dev, back);
	row_close(dev, queue);
}

/** An opcode that nothing executes is an error, not a silent success */
static void
unknown_opcode_is_enosys_where_no_controller_judges(const struct conf_row *row)
{
	static const uint8_t opcodes[] = {OPC_UNKNOWN, XNVME_SPEC_NVM_OPC_COMPARE,
					  XNVME_SPEC_NVM_OPC_WRITE_UNCORRECTABLE, OPC_VERIFY, 0xff};
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 2);
	uint8_t *buf = row_buf(dev, nbytes);
	struct iovec iov = {buf, nbytes};
	struct guard guard;

	guard_init(&guard, row, dev);
	for (size_t i = 0; i < sizeof(opcodes); ++i) {
		for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
			struct op op = op_io(opcodes[i], 0, 0, buf, nbytes);

			xnvme_err_clear();
			EQ(op_by(way, dev, queue, &op).err, -ENOSYS);
			CHECK(xnvme_err_last()->what[0] && xnvme_err_last()->hint[0]);
			op = op_iov(opcodes[i], 0, 0, &iov, 1, nbytes);
			EQ(op_by(way, dev, queue, &op).err, -ENOSYS);
			EQ(xnvme_queue_get_outstanding(queue), 0);
		}
		EQ(xnvme_dev_can(dev, opcodes[i]), XNVME_CAPS_NONE);
	}
	guard_term(&guard);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

/** Where a controller judges opcodes, its status reaches the caller */
static void
unknown_opcode_is_the_controllers_0h_01h_both_ways(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 2);
	uint8_t *buf = row_buf(dev, 4096);
	struct guard guard;

	guard_init(&guard, row, dev);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op op = op_io(OPC_UNKNOWN, 0, 0, buf, 4096);
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
		struct xnvme_err words;

		VERDICT(op_by(way, dev, queue, &op), way, SCT_GENERIC, SC_INVALID_OPCODE);
		op = op_io(OPC_UNKNOWN, 0, 0, NULL, 0);
		VERDICT(op_by(way, dev, queue, &op), way, SCT_GENERIC, SC_INVALID_OPCODE);
		EQ(op_pass(&ctx, &op), -EIO);
		EQ(xnvme_cmd_ctx_explain(&ctx, &words), 0);
		EQ(strcmp(words.layer, "device"), 0);
		CHECK(strstr(words.what, "Opcode") && words.where[0]);
	}
	EQ(xnvme_dev_can(dev, OPC_UNKNOWN), XNVME_CAPS_NONE);
	guard_term(&guard);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
metadata_without_support_is_enotsup(const struct conf_row *row)
{
	const uint32_t nbytes = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 2);
	uint8_t *buf = row_buf(dev, nbytes);
	uint8_t meta[64] = {0};
	struct xnvme_caps caps;
	struct iovec iov = {buf, nbytes};

	EQ(xnvme_dev_get_caps(dev, &caps), 0);
	EQ(caps.metadata, xnvme_dev_get_geo(dev)->nbytes_oob != 0 && !row->dev->extended);
	for (int k = 0; !caps.metadata && k < 2 * OP_NWAYS; ++k) {
		struct op op = op_io(k / 2 ? XNVME_SPEC_NVM_OPC_WRITE : XNVME_SPEC_NVM_OPC_READ, 0,
				     0, buf, nbytes);

		op.mbuf = meta;
		op.mbuf_nbytes = 8;
		xnvme_err_clear();
		EQ(op_by(op_way_of(k), dev, queue, &op).err, -ENOTSUP);
		CHECK(strstr(xnvme_err_last()->what, "metadata"));
		op.mbuf = NULL;
		EQ(op_by(op_way_of(k), dev, queue, &op).err, -ENOTSUP);
		op = op_iov(XNVME_SPEC_NVM_OPC_READ, 0, 0, &iov, 1, nbytes);
		op.mbuf = meta;
		op.mbuf_nbytes = 8;
		EQ(op_by(op_way_of(k), dev, queue, &op).err, -ENOTSUP);
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

/** A buffer shorter than the command implies is refused before anything moves */
static void
lengths_have_to_agree(const struct conf_row *row)
{
	const uint32_t lba = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 2);
	uint8_t *buf = row_buf(dev, 17ULL * lba);
	struct iovec iovs[] = {{buf, lba}, {buf + lba, lba}, {buf + 2ULL * lba, 14ULL * lba}};
	struct iovec null_base[] = {{NULL, lba}};
	struct iovec too_long[] = {{buf, SIZE_MAX}, {buf, lba + 1ULL}};
	const struct op bad[] = {
	    op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, 0),
	    op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, 2ULL * lba),
	    op_io(XNVME_SPEC_NVM_OPC_READ, 0, 15, buf, lba),
	    op_io(XNVME_SPEC_NVM_OPC_READ, 0, UINT16_MAX, buf, lba),
	    op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, SIZE_MAX),
	    op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, NULL, lba),
	    op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, NULL, 0),
	    op_iov(XNVME_SPEC_NVM_OPC_READ, 0, 0, iovs, 3, lba),
	    op_iov(XNVME_SPEC_NVM_OPC_READ, 0, 15, iovs, 2, 16ULL * lba),
	    op_iov(XNVME_SPEC_NVM_OPC_READ, 0, 0, null_base, 1, lba),
	    op_iov(XNVME_SPEC_NVM_OPC_READ, 0, 0, too_long, 2, lba),
	    op_iov(XNVME_SPEC_NVM_OPC_READ, 0, 0, iovs, 0, lba),
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); ++i) {
		for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
			const int err = op_by(way, dev, queue, &bad[i]).err;

			if (err != -EINVAL) {
				conf_fail(__FILE__, __LINE__, "entry %zu, way %d: %d", i, way, err);
			}
		}
	}
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		const struct op good = op_iov(XNVME_SPEC_NVM_OPC_READ, 0, 15, iovs, 3, 16ULL * lba);

		GOOD(op_by(way, dev, queue, &good));
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
bytes_on_a_device_of_blocks_are_whole_blocks(const struct conf_row *row)
{
	const uint32_t lba = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 2);
	uint8_t *data = row_buf(dev, 4ULL * lba);
	uint8_t *back = row_buf(dev, 4ULL * lba);

	pattern(data, 4ULL * lba, 11);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op op = op_io(XNVME_SPEC_FS_OPC_WRITE, 4ULL * lba, 0, data, 4ULL * lba);

		GOOD(op_by(way, dev, queue, &op));
		op = op_io(XNVME_SPEC_FS_OPC_READ, 4ULL * lba, 0, back, 4ULL * lba);
		memset(back, 0, 4ULL * lba);
		GOOD(op_by(way, dev, queue, &op));
		EQ(op_by(way, dev, queue, &op).result, 4ULL * lba);
		SAME(back, data, 4ULL * lba);
		op = op_io(XNVME_SPEC_FS_OPC_FLUSH, 0, 0, NULL, 0);
		GOOD(op_by(way, dev, queue, &op));
		op = op_io(XNVME_SPEC_FS_OPC_READ, INT64_MAX, 0, back, lba);
		EQ(op_by(way, dev, queue, &op).err, -EINVAL);
		op = op_io(XNVME_SPEC_FS_OPC_READ, UINT64_MAX, 0, back, lba);
		EQ(op_by(way, dev, queue, &op).err, -EINVAL);
		if (row->dev->has_controller && !row->dev->in_memory) {
			op = op_io(XNVME_SPEC_FS_OPC_READ, 100, 0, back, lba);
			EQ(op_by(way, dev, queue, &op).err, -EINVAL);
			op = op_io(XNVME_SPEC_FS_OPC_READ, 0, 0, back, 100);
			EQ(op_by(way, dev, queue, &op).err, -EINVAL);
		}
	}
	xnvme_buf_free(dev, data);
	xnvme_buf_free(dev, back);
	row_close(dev, queue);
}

static void
read_only_device_refuses_writes(const struct conf_row *row)
{
	const uint32_t lba = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_opts opts = row_opts(row);
	struct xnvme_spec_dsm_range range = {0, 1, 0};
	uint8_t *buf = row_buf(dev, lba);
	struct op writes[] = {
	    op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, 0, buf, lba),
	    op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 0, 0, NULL, 0),
	    op_io(XNVME_SPEC_FS_OPC_WRITE, 0, 0, buf, lba),
	    op_io(XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT, 0, 0, &range, sizeof(range)),
	};
	const struct op read = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, lba);
	const struct op flush = op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0);
	struct xnvme_queue *queue;
	struct xnvme_dev *ro;
	struct xnvme_caps caps;
	struct guard guard;

	guard_init(&guard, row, dev);
	opts.rdonly = 1;
	ro = xnvme_dev_open(row->dev->uri, &opts);
	CHECK(ro);
	queue = row_queue(ro, 4);
	EQ(xnvme_dev_get_caps(ro, &caps), 0);
	EQ(caps.writable, 0);
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); ++i) {
		for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
			xnvme_err_clear();
			EQ(op_by(way, ro, queue, &writes[i]).err, -EPERM);
			CHECK(strstr(xnvme_err_last()->what, "read-only"));
			EQ(xnvme_dev_can(ro, (uint8_t)writes[i].cmd.common.opcode),
			   XNVME_CAPS_NONE);
		}
	}
	GOOD(op_async(queue, &read));
	GOOD(op_sync(ro, &read));
	GOOD(op_sync(ro, &flush));
	GOOD(op_async(queue, &flush));
	row_close(ro, queue);
	guard_term(&guard);
	xnvme_buf_free(dev, buf);
	row_close(dev, NULL);
}

static void
write_only_device_refuses_reads(const struct conf_row *row)
{
	const uint32_t lba = row->dev->lba_nbytes;
	struct xnvme_opts opts = row_opts(row);
	struct xnvme_queue *queue;
	struct xnvme_dev *dev;
	uint8_t *buf;

	opts.wronly = 1;
	dev = xnvme_dev_open(row->dev->uri, &opts);
	CHECK(dev);
	queue = row_queue(dev, 4);
	buf = row_buf(dev, lba);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		const struct op read = op_io(XNVME_SPEC_NVM_OPC_READ, 0, 0, buf, lba);
		const struct op write = op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, 0, buf, lba);
		const struct op fs_read = op_io(XNVME_SPEC_FS_OPC_READ, 0, 0, buf, lba);

		EQ(op_by(way, dev, queue, &read).err, -EPERM);
		EQ(op_by(way, dev, queue, &fs_read).err, -EPERM);
		GOOD(op_by(way, dev, queue, &write));
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
admin_command_on_a_queue_context_is_einval(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 2);
	struct xnvme_spec_idfy *idfy = row_buf(dev, sizeof(*idfy));
	struct xnvme_cmd_ctx *ctx = get_ctx(queue);

	EQ(xnvme_adm_idfy_ctrlr(ctx, idfy), -EINVAL);
	EQ(xnvme_queue_get_outstanding(queue), 0);
	EQ(xnvme_queue_put_cmd_ctx(queue, ctx), 0);
	xnvme_buf_free(dev, idfy);
	row_close(dev, queue);
}

const struct conf_case conf_cases_error[] = {
    CONF_CASE(out_of_range_lba_is_0h_80h_both_ways, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(out_of_range_vectors_and_deallocation_are_0h_80h, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(failed_command_leaves_no_trace_in_the_next, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(context_can_be_used_again_without_put, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(refused_command_is_never_executed, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(unknown_opcode_is_enosys_where_no_controller_judges, SCOPE_ROW, NEED_NO_CONTROLLER),
    CONF_CASE(unknown_opcode_is_the_controllers_0h_01h_both_ways, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_CONTROLLER),
    CONF_CASE(metadata_without_support_is_enotsup, SCOPE_ROW, 0),
    CONF_CASE(lengths_have_to_agree, SCOPE_ROW, 0),
    CONF_CASE(bytes_on_a_device_of_blocks_are_whole_blocks, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(read_only_device_refuses_writes, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(write_only_device_refuses_reads, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(admin_command_on_a_queue_context_is_einval, SCOPE_ROW, 0),
    {0},
};
