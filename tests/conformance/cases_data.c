// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: what is written is what is read: vectors, durable writes, zeroes, deallocation */
#include <conformance/conf.h>

#include <limits.h>
#include <stdio.h>

#ifndef IOV_MAX
#define IOV_MAX 1024
#endif

/** Cut `nbytes` of `buf` into segments of the given size, the last one shorter; count */
static size_t
cut(struct iovec *iov, uint8_t *buf, size_t nbytes, size_t seg_nbytes)
{
	size_t n = 0;

	for (size_t pos = 0; pos < nbytes; pos += seg_nbytes) {
		iov[n].iov_base = buf + pos;
		iov[n++].iov_len = nbytes - pos < seg_nbytes ? nbytes - pos : seg_nbytes;
	}

	return n;
}

struct vectors {
	const struct conf_row *row;
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	struct iovec *iov;
	uint8_t *data;
	uint8_t *back;
	size_t nbytes;
	uint64_t tag;
};

/** Write by vectors and read in one piece, then the other way round, sync and async */
static void
check_vectors(struct vectors *v, uint8_t write_opc, uint8_t read_opc, uint64_t slba,
	      size_t seg_nbytes)
{
	const uint16_t nlb = (uint16_t)(v->nbytes / v->row->dev->lba_nbytes - 1);

	for (int k = 0; k < 2 * OP_NWAYS; ++k) {
		const bool vectored_write = k / OP_NWAYS == 0;
		size_t n = cut(v->iov, vectored_write ? v->data : v->back, v->nbytes, seg_nbytes);
		struct op write = op_io(write_opc, slba, nlb, v->data, v->nbytes);
		struct op read = op_io(read_opc, slba, nlb, v->back, v->nbytes);

		if (vectored_write) {
			write.iov = v->iov;
			write.iovcnt = n;
		} else {
			read.iov = v->iov;
			read.iovcnt = n;
		}
		pattern(v->data, v->nbytes, v->tag++);
		memset(v->back, 0, v->nbytes);
		GOOD(op_by(op_way_of(k), v->dev, v->queue, &write));
		GOOD(op_by(op_way_of(k), v->dev, v->queue, &read));
		SAME(v->back, v->data, v->nbytes);
	}
}

static void
vectors_init(struct vectors *v, const struct conf_row *row)
{
	struct xnvme_caps caps;

	memset(v, 0, sizeof(*v));
	v->row = row;
	v->dev = row_open(row);
	v->queue = row_queue(v->dev, 4);
	EQ(xnvme_dev_get_caps(v->dev, &caps), 0);
	v->nbytes = (size_t)XNVME_MIN_U64(caps.data_nbytes_max, 64 * KIB);
	v->iov = calloc(v->nbytes, sizeof(*v->iov));
	CHECK(v->iov);
	v->data = row_buf(v->dev, v->nbytes);
	v->back = row_buf(v->dev, v->nbytes);
}

static void
vectors_term(struct vectors *v)
{
	xnvme_buf_free(v->dev, v->data);
	xnvme_buf_free(v->dev, v->back);
	free(v->iov);
	row_close(v->dev, v->queue);
}

static void
vectors_equal_contiguous_in_any_shape(const struct conf_row *row)
{
	const size_t sizes[] = {row->dev->lba_nbytes, 3ULL * row->dev->lba_nbytes, 4096, 64 * KIB};
	struct vectors v;

	vectors_init(&v, row);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
		check_vectors(&v, XNVME_SPEC_NVM_OPC_WRITE, XNVME_SPEC_NVM_OPC_READ, 7, sizes[i]);
	}
	/* More segments than a system call takes, and sizes that fit nothing */
	v.nbytes = (size_t)row->dev->lba_nbytes * 16;
	check_vectors(&v, XNVME_SPEC_NVM_OPC_WRITE, XNVME_SPEC_NVM_OPC_READ, 7, 1);
	check_vectors(&v, XNVME_SPEC_NVM_OPC_WRITE, XNVME_SPEC_NVM_OPC_READ, 7, 7);
	check_vectors(&v, XNVME_SPEC_NVM_OPC_WRITE, XNVME_SPEC_NVM_OPC_READ, 7, 513);
	vectors_term(&v);
}

static void
vectors_of_bytes_in_a_file(const struct conf_row *row)
{
	struct vectors v;

	vectors_init(&v, row);
	v.nbytes = 3 * IOV_MAX + 1;
	check_vectors(&v, XNVME_SPEC_FS_OPC_WRITE, XNVME_SPEC_FS_OPC_READ, 12345, 1);
	check_vectors(&v, XNVME_SPEC_FS_OPC_WRITE, XNVME_SPEC_FS_OPC_READ, 1, 13);
	vectors_term(&v);
}

static void
empty_segments_are_passed_over(const struct conf_row *row)
{
	const uint32_t lba = row->dev->lba_nbytes;
	struct vectors v;

	vectors_init(&v, row);
	pattern(v.data, 2ULL * lba, 9);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct iovec write_iov[] = {{NULL, 0}, {v.data, lba},	    {v.data, 0},
					    {NULL, 0}, {v.data + lba, lba}, {NULL, 0}};
		struct iovec read_iov[] = {{v.back, 0}, {NULL, 0}, {v.back, 2ULL * lba}, {NULL, 0}};
		const struct op write =
		    op_iov(XNVME_SPEC_NVM_OPC_WRITE, 2, 1, write_iov, 6, 2ULL * lba);
		const struct op read =
		    op_iov(XNVME_SPEC_NVM_OPC_READ, 2, 1, read_iov, 4, 2ULL * lba);

		memset(v.back, 0, 2ULL * lba);
		GOOD(op_by(way, v.dev, v.queue, &write));
		GOOD(op_by(way, v.dev, v.queue, &read));
		SAME(v.back, v.data, 2ULL * lba);
	}
	vectors_term(&v);
}

static void
passv_is_pass_iov(const struct conf_row *row)
{
	const uint32_t lba = row->dev->lba_nbytes;
	struct xnvme_cmd_ctx ctx;
	struct vectors v;
	struct iovec meta[2] = {{NULL, 0}, {NULL, 0}};
	size_t n;

	vectors_init(&v, row);
	pattern(v.data, 2ULL * lba, 10);
	n = cut(v.iov, v.data, 2ULL * lba, lba);
	ctx = xnvme_cmd_ctx_from_dev(v.dev);
	xnvme_prep_nvm(&ctx, XNVME_SPEC_NVM_OPC_WRITE, xnvme_dev_get_nsid(v.dev), 4, 1);
	EQ(xnvme_cmd_passv(&ctx, v.iov, n, 2ULL * lba, NULL, 0, 0), 0);
	n = cut(v.iov, v.back, 2ULL * lba, lba);
	xnvme_prep_nvm(&ctx, XNVME_SPEC_NVM_OPC_READ, xnvme_dev_get_nsid(v.dev), 4, 1);
	EQ(xnvme_cmd_passv(&ctx, v.iov, n, 2ULL * lba, NULL, 0, 0), 0);
	SAME(v.back, v.data, 2ULL * lba);
	EQ(xnvme_cmd_passv(&ctx, v.iov, n, 2ULL * lba, meta, 2, 0), -EINVAL);
	EQ(xnvme_cmd_passv(&ctx, v.iov, n, 2ULL * lba, NULL, 1, 8), -EINVAL);
	vectors_term(&v);
}

static void
fua_write_is_a_write(const struct conf_row *row)
{
	const uint32_t lba = row->dev->lba_nbytes;
	struct vectors v;

	vectors_init(&v, row);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op write = op_io(XNVME_SPEC_NVM_OPC_WRITE, 30, 3, v.data, 4ULL * lba);
		struct op read = op_io(XNVME_SPEC_NVM_OPC_READ, 30, 3, v.back, 4ULL * lba);

		write.cmd.nvm.fua = 1;
		read.cmd.nvm.fua = 1;
		pattern(v.data, 4ULL * lba, 60 + (uint64_t)way);
		GOOD(op_by(way, v.dev, v.queue, &write));
		GOOD(op_by(way, v.dev, v.queue, &read));
		SAME(v.back, v.data, 4ULL * lba);
	}
	vectors_term(&v);
}

/** Flush is carried on every interface, by sync and by async */
static void
flush_works_both_ways(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 4);
	const struct op nvm = op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0);
	const struct op fs = op_io(XNVME_SPEC_FS_OPC_FLUSH, 0, 0, NULL, 0);

	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		GOOD(op_by(way, dev, queue, &nvm));
		GOOD(op_by(way, dev, queue, &fs));
	}
	EQ(xnvme_file_sync(dev), 0);
	CHECK(xnvme_dev_can(dev, XNVME_SPEC_NVM_OPC_FLUSH) > 0);
	row_close(dev, queue);
}

static void
write_zeroes_zeroes_its_range_only(const struct conf_row *row)
{
	const uint32_t lba = row->dev->lba_nbytes;
	struct vectors v;

	vectors_init(&v, row);
	for (int k = 0; k < 2 * OP_NWAYS; ++k) {
		const enum op_way way = op_way_of(k);
		struct op write = op_io(XNVME_SPEC_NVM_OPC_WRITE, 40, 15, v.data, 16ULL * lba);
		struct op zeroes = op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 43, 8, NULL, 0);
		struct op read = op_io(XNVME_SPEC_NVM_OPC_READ, 40, 15, v.back, 16ULL * lba);

		zeroes.cmd.write_zeroes.deac = k / OP_NWAYS ? 1 : 0;
		pattern(v.data, 16ULL * lba, 50 + (uint64_t)k);
		GOOD(op_by(way, v.dev, v.queue, &write));
		GOOD(op_by(way, v.dev, v.queue, &zeroes));
		GOOD(op_by(way, v.dev, v.queue, &read));
		memset(v.data + 3ULL * lba, 0, 9ULL * lba);
		SAME(v.back, v.data, 16ULL * lba);
	}
	vectors_term(&v);
}

/** `nbytes` is what the caller says: SPDK passes a byte count of blocks */
static struct op
deallocate(struct xnvme_spec_dsm_range *ranges, uint8_t nranges, size_t nbytes)
{
	struct op op = {.data = ranges, .nbytes = nbytes};

	op.cmd.common.opcode = XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT;
	op.cmd.dsm.nr = (uint8_t)(nranges - 1);
	op.cmd.dsm.ad = 1;

	return op;
}

static void
deallocate_reads_back_zeroes_or_old_data(const struct conf_row *row)
{
	const uint32_t lba = row->dev->lba_nbytes;
	const bool zeroes = row->dev->is_file || row->dev->has_controller;
	struct vectors v;

	vectors_init(&v, row);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct xnvme_spec_dsm_range ranges[] = {
		    {0, 2, 41}, {0, 1, 45}, {0, 0, 47}, {0, 0, UINT64_MAX}};
		struct op write = op_io(XNVME_SPEC_NVM_OPC_WRITE, 40, 7, v.data, 8ULL * lba);
		struct op read = op_io(XNVME_SPEC_NVM_OPC_READ, 40, 7, v.back, 8ULL * lba);
		struct op dsm = deallocate(ranges, 4, sizeof(ranges));
		uint8_t *touched[] = {v.back + lba, v.back + 5ULL * lba};

		pattern(v.data, 8ULL * lba, 70 + (uint64_t)way);
		GOOD(op_by(way, v.dev, v.queue, &write));
		GOOD(op_by(way, v.dev, v.queue, &dsm));
		GOOD(op_by(way, v.dev, v.queue, &read));
		for (int i = 0; i < 2; ++i) {
			const size_t nbytes = (i ? 1U : 2U) * (size_t)lba;
			uint8_t *old = v.data + (touched[i] - v.back);

			/* A block device that cannot discard keeps what it has */
			if (zeroes || touched[i][0] == 0) {
				memset(old, 0, nbytes);
			}
		}
		SAME(v.back, v.data, 8ULL * lba);
		dsm = deallocate(ranges, 4, 4ULL * lba);
		GOOD(op_by(way, v.dev, v.queue, &dsm));
		dsm = deallocate(ranges, 4, sizeof(ranges) - 1);
		EQ(op_by(way, v.dev, v.queue, &dsm).err, -EINVAL);
		dsm = deallocate(NULL, 4, sizeof(ranges));
		EQ(op_by(way, v.dev, v.queue, &dsm).err, -EINVAL);
	}
	vectors_term(&v);
}

/** Every block is written first, so that each can tell whether it was given back */
static void
deallocate_reaches_the_last_block_and_all_of_them(const struct conf_row *row)
{
	const uint64_t nlbas = row->dev->nlbas;
	const uint64_t ends[] = {0, nlbas / 2, nlbas - 1};
	const uint32_t lba = row->dev->lba_nbytes;
	const bool zeroes = row->dev->is_file || row->dev->has_controller;
	struct vectors v;

	CHECK(nlbas <= UINT32_MAX);
	vectors_init(&v, row);
	for (int k = 0; k < 3 * OP_NWAYS; ++k) {
		const bool whole = k / OP_NWAYS == 2;
		/* Whole: all blocks. Otherwise the last two, and the last one alone */
		const uint64_t first = whole ? 0 : nlbas - 2 + (uint64_t)(k / OP_NWAYS);
		struct xnvme_spec_dsm_range range = {0, (uint32_t)(nlbas - first), first};
		const struct op dsm = deallocate(&range, 1, sizeof(range));

		for (int i = 0; i < 3; ++i) {
			const struct op write =
			    op_io(XNVME_SPEC_NVM_OPC_WRITE, ends[i], 0, v.data, lba);

			pattern(v.data, lba, 80 + (uint64_t)i);
			GOOD(op_by(op_way_of(k), v.dev, v.queue, &write));
		}
		GOOD(op_by(op_way_of(k), v.dev, v.queue, &dsm));
		for (int i = 0; i < 3; ++i) {
			const struct op read =
			    op_io(XNVME_SPEC_NVM_OPC_READ, ends[i], 0, v.back, lba);

			GOOD(op_by(op_way_of(k), v.dev, v.queue, &read));
			pattern(v.data, lba, 80 + (uint64_t)i);
			if (ends[i] >= first && (zeroes || v.back[0] == 0)) {
				memset(v.data, 0, lba);
			}
			SAME(v.back, v.data, lba);
		}
	}
	vectors_term(&v);
}

static void
largest_transfer_of_caps_works(const struct conf_row *row)
{
	const uint32_t lba = row->dev->lba_nbytes;
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 2);
	struct xnvme_caps caps;
	uint64_t nblocks;
	size_t nbytes;
	uint8_t *data, *back;

	EQ(xnvme_dev_get_caps(dev, &caps), 0);
	CHECK(caps.data_nbytes_max >= 4096 && caps.data_nbytes_max_src[0]);
	nblocks = caps.data_nbytes_max / lba;
	nblocks = nblocks > 65536 ? 65536 : nblocks;
	nblocks = nblocks > row->dev->nlbas ? row->dev->nlbas : nblocks;
	nbytes = (size_t)nblocks * lba;
	data = row_buf(dev, nbytes);
	back = row_buf(dev, nbytes);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		const uint16_t nlb = (uint16_t)(nblocks - 1);
		const struct op write = op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, nlb, data, nbytes);
		const struct op read = op_io(XNVME_SPEC_NVM_OPC_READ, 0, nlb, back, nbytes);

		pattern(data, nbytes, 90 + (uint64_t)way);
		GOOD(op_by(way, dev, queue, &write));
		GOOD(op_by(way, dev, queue, &read));
		SAME(back, data, nbytes);
	}
	xnvme_buf_free(dev, data);
	xnvme_buf_free(dev, back);
	row_close(dev, queue);
}

/** A shorter buffer written to a longer file leaves no old bytes after the new ones */
static void
buf_to_file_leaves_nothing_of_the_old_file(const struct conf_row *row)
{
	char path[300];
	uint8_t *old = malloc(100000);
	uint8_t back[64];

	(void)row;
	CHECK(old);
	snprintf(path, sizeof(path), "%s/buf", conf_env.dir);
	pattern(old, 100000, 1);
	EQ(xnvme_buf_to_file(old, 100000, path), 0);
	EQ(sys_file_nbytes(path), 100000);
	CHECK(sys_lacks(SYS_PERMISSIONS) || sys_file_mode(path) == 0600);
	EQ(xnvme_buf_to_file(old, 10, path), 0);
	EQ(sys_file_nbytes(path), 10);
	memset(back, 0xee, sizeof(back));
	EQ(xnvme_buf_from_file(back, sizeof(back), path), 0);
	SAME(back, old, 10);
	EQ(back[10], 0xee);
	EQ(xnvme_buf_to_file(old, 0, path), 0);
	EQ(sys_file_nbytes(path), 0);
	EQ(sys_file_remove(path), 0);
	EQ(xnvme_buf_from_file(back, sizeof(back), path), -ENOENT);
	free(old);
}

/** What has no descriptor of its own must not write to descriptor 0, which is a file here */
static void
standard_descriptors_are_never_written(const struct conf_row *row)
{
	static const char canary[] = "PRECIOUS";
	const uint32_t lba = row->dev->lba_nbytes;
	char path[300], now[16] = {0};
	struct vectors v;
	struct op ops[4];
	size_t n;

	snprintf(path, sizeof(path), "%s/canary", conf_env.dir);
	EQ(sys_file_put(path, canary, sizeof(canary)), 0);
	CHECK(freopen(path, "r+b", stdin));
	vectors_init(&v, row);
	memset(v.data, 'Z', 2ULL * lba);
	n = cut(v.iov, v.data, 2ULL * lba, lba);
	ops[0] = op_io(XNVME_SPEC_NVM_OPC_WRITE, 0, 1, v.data, 2ULL * lba);
	ops[1] = op_iov(XNVME_SPEC_NVM_OPC_WRITE, 0, 1, v.iov, n, 2ULL * lba);
	ops[2] = op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0);
	ops[3] = op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 0, 1, NULL, 0);
	for (int k = 0; k < 4 * OP_NWAYS; ++k) {
		GOOD(op_by(op_way_of(k), v.dev, v.queue, &ops[k / OP_NWAYS]));
	}
	EQ(sys_file_get(path, now, sizeof(now)), sizeof(canary));
	SAME(now, canary, sizeof(canary));
	vectors_term(&v);
}

/** A device in memory never shows what the heap held before */
static void
new_memory_is_zeroes(const struct conf_row *row)
{
	struct xnvme_dev *dev = xnvme_dev_open("ram:1MiB", NULL);
	uint8_t *zeroes = calloc(1, MIB);
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);
	uint8_t *buf;

	(void)row;
	CHECK(dev && zeroes);
	buf = row_buf(dev, MIB);
	memset(buf, 0xff, MIB);
	EQ(xnvme_nvm_read(&ctx, 1, 0, 2047, buf, NULL), 0);
	SAME(buf, zeroes, MIB);
	free(zeroes);
	xnvme_buf_free(dev, buf);
	row_close(dev, NULL);
}

const struct conf_case conf_cases_data[] = {
    CONF_CASE(vectors_equal_contiguous_in_any_shape, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(vectors_of_bytes_in_a_file, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_FILE),
    CONF_CASE(empty_segments_are_passed_over, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(passv_is_pass_iov, SCOPE_DEV, NEED_LBAS),
    CONF_CASE(fua_write_is_a_write, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(flush_works_both_ways, SCOPE_ROW, 0),
    CONF_CASE(write_zeroes_zeroes_its_range_only, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(deallocate_reads_back_zeroes_or_old_data, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(standard_descriptors_are_never_written, SCOPE_ROW, NEED_LBAS),
    CONF_CASE(new_memory_is_zeroes, SCOPE_ONCE, 0),
    CONF_CASE(deallocate_reaches_the_last_block_and_all_of_them, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(largest_transfer_of_caps_works, SCOPE_ROW, NEED_DATA | NEED_LBAS),
    CONF_CASE(buf_to_file_leaves_nothing_of_the_old_file, SCOPE_ONCE, NEED_FILES),
    {0},
};
