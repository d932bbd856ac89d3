// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: the end of a file: short reads, writes that extend, what stops them */
#include <conformance/conf.h>

#include <stdio.h>

#define LBA 512ULL

/** Change the size of the file below the device */
static void
resize(const struct conf_row *row, uint64_t nbytes)
{
	EQ(sys_file_resize(row->dev->path, nbytes), 0);
}

/** A read that meets the end of the file is a success with the bytes that were there */
static void
short_read_at_end_of_file_counts_its_bytes(const struct conf_row *row)
{
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *buf, *kept;

	resize(row, 10000);
	dev = row_open(row);
	queue = row_queue(dev, 2);
	buf = row_buf(dev, 8192);
	kept = row_buf(dev, 8192);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct iovec iov[2] = {{buf, 1000}, {buf + 1000, 7192}};
		struct op op = op_io(XNVME_SPEC_FS_OPC_READ, 8000, 0, buf, 8192);
		struct outcome out;

		memset(buf, 0xee, 8192);
		memset(kept, 0xee, 8192);
		/* What errno was before does not matter */
		errno = ENOENT;
		out = op_by(way, dev, queue, &op);
		GOOD(out);
		EQ(out.result, 2000);
		memset(kept, 0, 2000);
		SAME(buf, kept, 8192);
		op = op_iov(XNVME_SPEC_FS_OPC_READ, 8000, 0, iov, 2, 8192);
		out = op_by(way, dev, queue, &op);
		GOOD(out);
		EQ(out.result, 2000);
		op = op_io(XNVME_SPEC_FS_OPC_READ, 10000, 0, buf, 8192);
		out = op_by(way, dev, queue, &op);
		GOOD(out);
		EQ(out.result, 0);
		op = op_io(XNVME_SPEC_FS_OPC_READ, 1ULL << 40, 0, buf, 8192);
		out = op_by(way, dev, queue, &op);
		GOOD(out);
		EQ(out.result, 0);
	}
	xnvme_buf_free(dev, buf);
	xnvme_buf_free(dev, kept);
	row_close(dev, queue);
}

static void
nvm_read_past_end_of_file_is_out_of_range(const struct conf_row *row)
{
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *buf;

	/* 19 LBAs and a piece: the piece is no LBA */
	resize(row, 19 * 512 + 272);
	dev = row_open(row);
	queue = row_queue(dev, 2);
	buf = row_buf(dev, 4096);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op op = op_io(XNVME_SPEC_NVM_OPC_READ, 18, 0, buf, 512);

		GOOD(op_by(way, dev, queue, &op));
		op = op_io(XNVME_SPEC_NVM_OPC_READ, 19, 0, buf, 512);
		VERDICT(op_by(way, dev, queue, &op), way, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
		op = op_io(XNVME_SPEC_NVM_OPC_READ, 16, 7, buf, 4096);
		VERDICT(op_by(way, dev, queue, &op), way, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
grown_and_shrunk_file_is_seen(const struct conf_row *row)
{
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *buf;

	resize(row, 4096);
	dev = row_open(row);
	queue = row_queue(dev, 2);
	buf = row_buf(dev, 4096);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		const struct op read = op_io(XNVME_SPEC_NVM_OPC_READ, 8, 7, buf, 4096);
		const struct op write = op_io(XNVME_SPEC_NVM_OPC_WRITE, 8, 7, buf, 4096);

		VERDICT(op_by(way, dev, queue, &read), way, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
		resize(row, 8192);
		GOOD(op_by(way, dev, queue, &read));
		GOOD(op_by(way, dev, queue, &write));
		resize(row, 4096);
		VERDICT(op_by(way, dev, queue, &read), way, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
		EQ(sys_file_nbytes(row->dev->path), 4096);
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
file_write_past_the_end_grows_the_file(const struct conf_row *row)
{
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *data, *back;

	resize(row, 0);
	dev = row_open(row);
	queue = row_queue(dev, 2);
	data = row_buf(dev, 5000);
	back = row_buf(dev, 5000);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		const uint64_t offset = 1234 + (uint64_t)way * 10000;
		const struct op write = op_io(XNVME_SPEC_FS_OPC_WRITE, offset, 0, data, 5000);
		const struct op read = op_io(XNVME_SPEC_FS_OPC_READ, offset, 0, back, 5000);
		const struct op nothing = op_io(XNVME_SPEC_FS_OPC_WRITE, offset, 0, data, 0);
		struct outcome out;

		pattern(data, 5000, (uint64_t)way);
		out = op_by(way, dev, queue, &write);
		GOOD(out);
		EQ(out.result, 5000);
		EQ(sys_file_nbytes(row->dev->path), offset + 5000);
		out = op_by(way, dev, queue, &read);
		GOOD(out);
		EQ(out.result, 5000);
		SAME(back, data, 5000);
		out = op_by(way, dev, queue, &nothing);
		GOOD(out);
		EQ(out.result, 0);
	}
	xnvme_buf_free(dev, data);
	xnvme_buf_free(dev, back);
	row_close(dev, queue);
}

/** No length on the way has 32 bits */
static void
transfer_beyond_4_gib_is_exact(const struct conf_row *row)
{
	const uint64_t nbytes = 4096 * MIB + 4096;
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	struct iovec *iov = calloc(257, sizeof(*iov));
	struct outcome out;
	struct op op;
	uint8_t *buf;

	CHECK(iov);
	resize(row, nbytes);
	dev = row_open(row);
	queue = row_queue(dev, 2);
	buf = row_buf(dev, 16 * MIB);
	for (int i = 0; i < 257; ++i) {
		iov[i].iov_base = buf;
		iov[i].iov_len = i < 256 ? 16 * MIB : 4096;
	}
	op = op_iov(XNVME_SPEC_FS_OPC_READ, 0, 0, iov, 257, (size_t)nbytes);
	out = op_async(queue, &op);
	GOOD(out);
	EQ(out.result, nbytes);
	xnvme_buf_free(dev, buf);
	free(iov);
	row_close(dev, queue);
}

static uint64_t
size_of(const struct conf_row *row)
{
	const int64_t nbytes = sys_file_nbytes(row->dev->path);

	CHECK(nbytes >= 0);

	return (uint64_t)nbytes;
}

/** Commands that ran over the sync path because the async interface did not carry them */
static uint64_t
count_deferred(struct xnvme_queue *queue)
{
	struct xnvme_queue_stats stats;

	EQ(xnvme_queue_get_stats(queue, &stats), 0);

	return stats.deferred;
}

/** Write LBAs, and see that the file ends after them and that they are there */
static void
extend(enum op_way way, struct xnvme_dev *dev, struct xnvme_queue *queue,
       const struct conf_row *row, uint64_t slba, uint8_t *data)
{
	const struct op write = op_io(XNVME_SPEC_NVM_OPC_WRITE, slba, 7, data, 8 * LBA);
	uint8_t *back = row_buf(dev, 8 * LBA);
	const struct op read = op_io(XNVME_SPEC_NVM_OPC_READ, slba, 7, back, 8 * LBA);
	struct outcome out;

	pattern(data, 8 * LBA, slba);
	out = op_by(way, dev, queue, &write);
	GOOD(out);
	EQ(out.result, 8 * LBA);
	EQ(size_of(row), (slba + 8) * LBA);
	GOOD(op_by(way, dev, queue, &read));
	SAME(back, data, 8 * LBA);
	EQ(xnvme_dev_get_geo(dev)->tbytes, (slba + 8) * LBA);
	xnvme_buf_free(dev, back);
}

static void
nvm_write_past_the_end_extends_the_file(const struct conf_row *row)
{
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *data;

	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op op;

		resize(row, 0);
		dev = row_open(row);
		queue = row_queue(dev, 2);
		data = row_buf(dev, 8 * LBA);
		/* An empty file, at the end, and over a gap, which is a hole */
		extend(way, dev, queue, row, 0, data);
		extend(way, dev, queue, row, 8, data);
		extend(way, dev, queue, row, 100, data);
		op = op_io(XNVME_SPEC_NVM_OPC_READ, 92, 7, data, 8 * LBA);
		GOOD(op_by(way, dev, queue, &op));
		check_zeroes(data, 8 * LBA);
		/* Over the end, whole or in the middle of an LBA */
		extend(way, dev, queue, row, 104, data);
		resize(row, 112 * LBA + 100);
		extend(way, dev, queue, row, 112, data);
		resize(row, 120 * LBA + 100);
		extend(way, dev, queue, row, 119, data);
		EQ(count_deferred(queue), 0);
		xnvme_buf_free(dev, data);
		row_close(dev, queue);
	}
}

static void
vectored_write_past_the_end_extends_the_file(const struct conf_row *row)
{
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *data, *back;

	resize(row, 3 * LBA);
	dev = row_open(row);
	queue = row_queue(dev, 2);
	data = row_buf(dev, 4 * LBA);
	back = row_buf(dev, 4 * LBA);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		const uint64_t slba = 2 + 10 * (uint64_t)way;
		struct iovec iov[2] = {{data, LBA}, {data + LBA, 3 * LBA}};
		struct op op = op_iov(XNVME_SPEC_NVM_OPC_WRITE, slba, 3, iov, 2, 4 * LBA);
		struct outcome out;

		op.cmd.nvm.fua = 1;
		pattern(data, 4 * LBA, slba);
		out = op_by(way, dev, queue, &op);
		GOOD(out);
		EQ(out.result, 4 * LBA);
		EQ(size_of(row), (slba + 4) * LBA);
		op = op_io(XNVME_SPEC_NVM_OPC_READ, slba, 3, back, 4 * LBA);
		GOOD(op_by(way, dev, queue, &op));
		SAME(back, data, 4 * LBA);
	}
	xnvme_buf_free(dev, data);
	xnvme_buf_free(dev, back);
	row_close(dev, queue);
}

static void
only_a_write_extends_a_file(const struct conf_row *row)
{
	static const uint64_t far[] = {(1ULL << 54) - 1, 1ULL << 54,	 1ULL << 55,
				       1ULL << 63,	 UINT64_MAX - 1, UINT64_MAX};
	struct xnvme_spec_dsm_range range = {.slba = 6, .llb = 4};
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint8_t *buf;

	resize(row, 8 * LBA);
	dev = row_open(row);
	queue = row_queue(dev, 2);
	buf = row_buf(dev, 2 * LBA);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op op = op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 7, 1, NULL, 0);

		VERDICT(op_by(way, dev, queue, &op), way, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
		op = op_io(XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT, 0, 0, &range, sizeof(range));
		memset(&op.cmd, 0, sizeof(op.cmd));
		op.cmd.common.opcode = XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT;
		op.cmd.dsm.ad = 1;
		VERDICT(op_by(way, dev, queue, &op), way, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
		op = op_io(XNVME_SPEC_NVM_OPC_WRITE_UNCORRECTABLE, 7, 1, NULL, 0);
		EQ(op_by(way, dev, queue, &op).err, -ENOSYS);
		op = op_io(XNVME_SPEC_NVM_OPC_COMPARE, 7, 1, buf, 2 * LBA);
		EQ(op_by(way, dev, queue, &op).err, -ENOSYS);
		for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); ++i) {
			/* No file has such an end: it would be 2^63 or more */
			op = op_io(XNVME_SPEC_NVM_OPC_WRITE, far[i], 1, buf, 2 * LBA);
			VERDICT(op_by(way, dev, queue, &op), way, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
		}
		EQ(size_of(row), 8 * LBA);
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

/** Zeroing what is gone would make the file longer, or change nothing and succeed all the same */
static void
ranges_of_a_cut_file_are_not_zeroed(const struct conf_row *row)
{
	struct xnvme_spec_dsm_range range = {.slba = 16, .llb = 8};
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;

	resize(row, 32 * LBA);
	dev = row_open(row);
	queue = row_queue(dev, 2);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op op = op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 16, 7, NULL, 0);

		resize(row, 32 * LBA);
		EQ(xnvme_dev_get_geo(dev)->tbytes, 32 * LBA);
		GOOD(op_by(way, dev, queue, &op));
		resize(row, 20 * LBA);
		VERDICT(op_by(way, dev, queue, &op), way, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
		EQ(size_of(row), 20 * LBA);

		resize(row, 32 * LBA);
		EQ(xnvme_dev_get_geo(dev)->tbytes, 32 * LBA);
		resize(row, 20 * LBA);
		op = op_io(XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT, 0, 0, &range, sizeof(range));
		memset(&op.cmd, 0, sizeof(op.cmd));
		op.cmd.common.opcode = XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT;
		op.cmd.dsm.ad = 1;
		VERDICT(op_by(way, dev, queue, &op), way, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
		EQ(size_of(row), 20 * LBA);
	}
	row_close(dev, queue);
}

static void
range_of_a_file_that_changed_is_judged_by_its_size(const struct conf_row *row)
{
	struct xnvme_dev *dev;

	resize(row, 0);
	dev = row_open(row);
	CHECK(!xnvme_lba_range_from_offset_nbytes(dev, 0, 8 * LBA).attr.is_valid);
	resize(row, 8 * LBA);
	CHECK(xnvme_lba_range_from_offset_nbytes(dev, 0, 8 * LBA).attr.is_valid);
	resize(row, 16 * LBA);
	CHECK(xnvme_lba_range_from_slba_elba(dev, 0, 16 * LBA - 1).attr.is_valid);
	CHECK(!xnvme_lba_range_from_slba_naddrs(dev, 0, 16 * LBA + 1).attr.is_valid);
	resize(row, 4 * LBA);
	CHECK(!xnvme_lba_range_from_slba_elba(dev, 0, 4 * LBA).attr.is_valid);
	xnvme_dev_close(dev);
}

static void
read_only_file_is_not_extended(const struct conf_row *row)
{
	struct xnvme_opts opts = row_opts(row);
	struct xnvme_queue *queue;
	struct xnvme_dev *dev;
	uint8_t *buf;

	resize(row, 8 * LBA);
	opts.rdonly = 1;
	dev = xnvme_dev_open(row->dev->uri, &opts);
	CHECK(dev);
	queue = row_queue(dev, 2);
	buf = row_buf(dev, LBA);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		const struct op op = op_io(XNVME_SPEC_NVM_OPC_WRITE, 8, 0, buf, LBA);

		EQ(op_by(way, dev, queue, &op).err, -EPERM);
		EQ(size_of(row), 8 * LBA);
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

/** Pieces of LBAs, vectors that cut them elsewhere, nothing at all, and what meets the end */
static void
device_in_memory_takes_file_commands_of_any_range(const struct conf_row *row)
{
	const uint64_t end = row->dev->nlbas * row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 2);
	uint8_t *data = row_buf(dev, 4 * MIB);
	uint8_t *back = row_buf(dev, 4 * MIB);

	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct iovec iov[3] = {{data, 13}, {data + 13, 5000}, {data + 5013, 3 * MIB}};
		const size_t nbytes = 5013 + 3 * MIB;
		struct op op = op_iov(XNVME_SPEC_FS_OPC_WRITE, 777, 0, iov, 3, nbytes);
		struct outcome out;

		pattern(data, 4 * MIB, 5 + (uint64_t)way);
		out = op_by(way, dev, queue, &op);
		GOOD(out);
		EQ(out.result, nbytes);
		op = op_io(XNVME_SPEC_FS_OPC_READ, 777, 0, back, nbytes);
		out = op_by(way, dev, queue, &op);
		GOOD(out);
		EQ(out.result, nbytes);
		SAME(back, data, nbytes);
		op = op_io(XNVME_SPEC_FS_OPC_WRITE, 1, 0, data, 0);
		out = op_by(way, dev, queue, &op);
		GOOD(out);
		EQ(out.result, 0);
		op = op_io(XNVME_SPEC_FS_OPC_READ, end - 3, 0, back, 100);
		out = op_by(way, dev, queue, &op);
		GOOD(out);
		EQ(out.result, 3);
		op = op_io(XNVME_SPEC_FS_OPC_READ, end, 0, back, 100);
		out = op_by(way, dev, queue, &op);
		GOOD(out);
		EQ(out.result, 0);
		op = op_io(XNVME_SPEC_FS_OPC_WRITE, end - 3, 0, data, 4);
		VERDICT(op_by(way, dev, queue, &op), way, SCT_GENERIC, SC_LBA_OUT_OF_RANGE);
	}
	xnvme_buf_free(dev, data);
	xnvme_buf_free(dev, back);
	row_close(dev, queue);
}

/** Writes of one LBA each, all of them in flight, in random order; `direct` if the system has it */
static void
extend_at_depth(const struct conf_row *row, bool direct)
{
	enum { N = 64, UNIT = 4096 };
	struct xnvme_opts opts = row_opts(row);
	uint64_t state = rnd_seed(row);
	struct xnvme_queue *queue;
	struct xnvme_dev *dev;
	unsigned order[N];
	unsigned ncb = 0;
	uint8_t *data;

	resize(row, UNIT);
	opts.direct = direct;
	dev = xnvme_dev_open(row->dev->uri, &opts);
	if (!dev && direct && errno == EINVAL) {
		return;
	}
	CHECK(dev);
	queue = row_queue(dev, N);
	data = row_buf(dev, (size_t)N * UNIT);
	pattern(data, (size_t)N * UNIT, 7);
	for (unsigned i = 0; i < N; ++i) {
		const unsigned k = (unsigned)(rnd(&state) % (i + 1));

		order[i] = order[k];
		order[k] = i;
	}
	for (unsigned i = 0; i < N; ++i) {
		const struct op op = op_io(XNVME_SPEC_NVM_OPC_WRITE, order[i] * (UNIT / LBA),
					   UNIT / LBA - 1, data + (size_t)order[i] * UNIT, UNIT);
		struct xnvme_cmd_ctx *ctx = get_ctx(queue);

		xnvme_cmd_ctx_set_cb(ctx, cb_count, &ncb);
		EQ(op_pass(ctx, &op), 0);
	}
	CHECK(xnvme_queue_drain(queue) >= 0);
	EQ(ncb, N);
	EQ(size_of(row), N * UNIT);
	for (unsigned i = 0; i < N; ++i) {
		uint8_t *back = row_buf(dev, UNIT);
		const struct op op =
		    op_io(XNVME_SPEC_NVM_OPC_READ, i * (UNIT / LBA), UNIT / LBA - 1, back, UNIT);

		GOOD(op_async(queue, &op));
		SAME(back, data + (size_t)i * UNIT, UNIT);
		xnvme_buf_free(dev, back);
	}
	EQ(count_deferred(queue), 0);
	xnvme_buf_free(dev, data);
	row_close(dev, queue);
}

static void
extending_writes_are_carried_at_depth(const struct conf_row *row)
{
	extend_at_depth(row, false);
	extend_at_depth(row, true);
}

static void
cb_read(struct xnvme_cmd_ctx *ctx, void *arg)
{
	unsigned *ncb = arg;

	if (xnvme_cmd_ctx_cpl_status(ctx)) {
		EQ(ctx->cpl.status.sct, SCT_GENERIC);
		EQ(ctx->cpl.status.sc, SC_LBA_OUT_OF_RANGE);
	}
	(*ncb)++;
	EQ(xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx), 0);
}

/** Reads that meet an end which moves are done or out of range, and need no second try */
static void
file_may_be_cut_during_reads(const struct conf_row *row)
{
	enum { NROUNDS = 20, N = 16 };
	struct xnvme_queue *queue;
	struct xnvme_dev *dev;
	uint8_t *buf;

	resize(row, N * 4 * LBA);
	dev = row_open(row);
	queue = row_queue(dev, N);
	buf = row_buf(dev, N * 4 * LBA);
	for (unsigned round = 0; round < NROUNDS; ++round) {
		unsigned ncb = 0;

		resize(row, N * 4 * LBA);
		for (unsigned i = 0; i < N; ++i) {
			const struct op op =
			    op_io(XNVME_SPEC_NVM_OPC_READ, i * 4ULL, 3, buf + i * 4 * LBA, 4 * LBA);
			struct xnvme_cmd_ctx *ctx = get_ctx(queue);

			xnvme_cmd_ctx_set_cb(ctx, cb_read, &ncb);
			EQ(op_pass(ctx, &op), 0);
		}
		resize(row, round * 3 * LBA + 77);
		CHECK(xnvme_queue_drain(queue) >= 0);
		EQ(ncb, N);
	}
	EQ(count_deferred(queue), 0);
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

static void
size_limit_is_efbig_with_the_bytes_before(const struct conf_row *row)
{
	struct xnvme_queue *queue;
	struct xnvme_dev *dev;
	uint8_t *buf;

	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op op;

		resize(row, 0);
		dev = row_open(row);
		queue = row_queue(dev, 2);
		buf = row_buf(dev, 8 * LBA);
		EQ(sys_limit_set(SYS_LIMIT_FILE_NBYTES, 20 * LBA), 0);
		op = op_io(XNVME_SPEC_NVM_OPC_WRITE, 16, 7, buf, 8 * LBA);
		op_stopped(op_by(way, dev, queue, &op), way, -EFBIG, 4 * LBA);
		op = op_io(XNVME_SPEC_NVM_OPC_WRITE, 20, 7, buf, 8 * LBA);
		op_stopped(op_by(way, dev, queue, &op), way, -EFBIG, 0);
		EQ(size_of(row), 20 * LBA);
		EQ(sys_limit_reset(SYS_LIMIT_FILE_NBYTES), 0);
		xnvme_buf_free(dev, buf);
		row_close(dev, queue);
	}
}

const struct conf_case conf_cases_file[] = {
    CONF_CASE(short_read_at_end_of_file_counts_its_bytes, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_FILE),
    CONF_CASE(nvm_read_past_end_of_file_is_out_of_range, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_FILE),
    CONF_CASE(grown_and_shrunk_file_is_seen, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_FILE),
    CONF_CASE(file_write_past_the_end_grows_the_file, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_FILE),
    CONF_CASE(transfer_beyond_4_gib_is_exact, SCOPE_DEV,
	      NEED_DATA | NEED_LBAS | NEED_FILE | NEED_SIZE64),
    CONF_CASE(nvm_write_past_the_end_extends_the_file, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_FILE),
    CONF_CASE(vectored_write_past_the_end_extends_the_file, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_FILE),
    CONF_CASE(only_a_write_extends_a_file, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_FILE),
    CONF_CASE(ranges_of_a_cut_file_are_not_zeroed, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_FILE),
    CONF_CASE(range_of_a_file_that_changed_is_judged_by_its_size, SCOPE_DEV, NEED_FILE),
    CONF_CASE(read_only_file_is_not_extended, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_FILE),
    CONF_CASE(device_in_memory_takes_file_commands_of_any_range, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_IN_MEMORY),
    CONF_CASE(extending_writes_are_carried_at_depth, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_FILE),
    CONF_CASE(file_may_be_cut_during_reads, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_FILE),
    CONF_CASE(size_limit_is_efbig_with_the_bytes_before, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_FILE | NEED_LIMITS),
    {0},
};
