// SPDX-License-Identifier: BSD-3-Clause
/**
 * Conformance: metadata and protection information
 *
 * Namespaces that have them belong to a controller. On other devices, the cases check what the same
 * fields of a command mean.
 */
#include <conformance/conf.h>

#define FIRST 32
#define NLBAS 4
#define NLB   (NLBAS - 1)

#define PRINFO_CHECK_ALL 0x7
#define SC_GUARD_CHECK	 0x82

/** Device, queue, and buffers for NLBAS blocks */
struct meta {
	const struct conf_row *row;
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	const struct xnvme_geo *geo;
	size_t nbytes;
	size_t mbuf_nbytes;
	uint8_t *data, *back;
	uint8_t *mdata, *mback;
};

static void
meta_init(struct meta *meta, const struct conf_row *row)
{
	meta->row = row;
	meta->dev = row_open(row);
	meta->queue = row_queue(meta->dev, 4);
	meta->geo = xnvme_dev_get_geo(meta->dev);
	meta->nbytes = (size_t)NLBAS * meta->geo->lba_nbytes;
	meta->mbuf_nbytes = (size_t)NLBAS * meta->geo->nbytes_oob;
	meta->data = row_buf(meta->dev, meta->nbytes);
	meta->back = row_buf(meta->dev, meta->nbytes);
	if (meta->mbuf_nbytes) {
		meta->mdata = row_buf(meta->dev, meta->mbuf_nbytes);
		meta->mback = row_buf(meta->dev, meta->mbuf_nbytes);
	}
	pattern(meta->data, meta->nbytes, 1);
	pattern(meta->mdata, meta->mbuf_nbytes, 2);
}

static void
meta_term(struct meta *meta)
{
	xnvme_buf_free(meta->dev, meta->data);
	xnvme_buf_free(meta->dev, meta->back);
	xnvme_buf_free(meta->dev, meta->mdata);
	xnvme_buf_free(meta->dev, meta->mback);
	row_close(meta->dev, meta->queue);
}

static struct op
meta_op(const struct meta *meta, uint8_t opcode, uint8_t *data, uint8_t *mbuf)
{
	struct op op = op_io(opcode, FIRST, NLB, data, meta->nbytes);

	op.mbuf = mbuf;
	op.mbuf_nbytes = mbuf ? meta->mbuf_nbytes : 0;

	return op;
}

static void
metadata_round_trips_both_ways(const struct conf_row *row)
{
	struct meta meta;

	meta_init(&meta, row);
	for (int k = 0; k < OP_NWAYS * OP_NWAYS; ++k) {
		struct op op = meta_op(&meta, XNVME_SPEC_NVM_OPC_WRITE, meta.data, meta.mdata);

		pattern(meta.mdata, meta.mbuf_nbytes, 10 + (uint64_t)k);
		GOOD(op_by(op_way_of(k), meta.dev, meta.queue, &op));
		memset(meta.back, 0, meta.nbytes);
		memset(meta.mback, 0, meta.mbuf_nbytes);
		op = meta_op(&meta, XNVME_SPEC_NVM_OPC_READ, meta.back, meta.mback);
		GOOD(op_by(op_way_of(k / OP_NWAYS), meta.dev, meta.queue, &op));
		SAME(meta.back, meta.data, meta.nbytes);
		SAME(meta.mback, meta.mdata, meta.mbuf_nbytes);
	}
	meta_term(&meta);
}

static void
vectors_and_metadata_go_together(const struct conf_row *row)
{
	struct meta meta;
	struct iovec iov[2];

	meta_init(&meta, row);
	iov[0].iov_len = meta.geo->lba_nbytes;
	iov[1].iov_len = meta.nbytes - iov[0].iov_len;
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op op = meta_op(&meta, XNVME_SPEC_NVM_OPC_WRITE, NULL, meta.mdata);

		op.iov = iov;
		op.iovcnt = 2;
		iov[0].iov_base = meta.data;
		iov[1].iov_base = meta.data + iov[0].iov_len;
		GOOD(op_by(way, meta.dev, meta.queue, &op));
		op.cmd.common.opcode = XNVME_SPEC_NVM_OPC_READ;
		op.mbuf = meta.mback;
		iov[0].iov_base = meta.back;
		iov[1].iov_base = meta.back + iov[0].iov_len;
		GOOD(op_by(way, meta.dev, meta.queue, &op));
		SAME(meta.back, meta.data, meta.nbytes);
		SAME(meta.mback, meta.mdata, meta.mbuf_nbytes);
	}
	meta_term(&meta);
}

static void
metadata_length_has_to_agree(const struct conf_row *row)
{
	struct meta meta;

	meta_init(&meta, row);
	for (int k = 0; k < 3 * OP_NWAYS; ++k) {
		struct op op = meta_op(&meta, XNVME_SPEC_NVM_OPC_READ, meta.back, meta.mback);

		op.mbuf_nbytes = (size_t[]){meta.mbuf_nbytes - 1, 0, meta.mbuf_nbytes}[k / 2];
		op.mbuf = k / 2 == 2 ? NULL : meta.mback;
		EQ(op_by(op_way_of(k), meta.dev, meta.queue, &op).err, -EINVAL);
		CHECK(strstr(xnvme_err_last()->what, "metadata"));
	}
	meta_term(&meta);
}

/** The controller is never sent address 0 for metadata that the caller has none of */
static void
data_can_be_had_without_metadata(const struct conf_row *row)
{
	struct meta meta;

	meta_init(&meta, row);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op op = meta_op(&meta, XNVME_SPEC_NVM_OPC_WRITE, meta.data, NULL);

		pattern(meta.data, meta.nbytes, 20 + (uint64_t)way);
		GOOD(op_by(way, meta.dev, meta.queue, &op));
		memset(meta.back, 0, meta.nbytes);
		op = meta_op(&meta, XNVME_SPEC_NVM_OPC_READ, meta.back, NULL);
		GOOD(op_by(way, meta.dev, meta.queue, &op));
		SAME(meta.back, meta.data, meta.nbytes);
	}
	meta_term(&meta);
}

/** Of a command with protection information: the tags that the tuples hold */
static void
protect(const struct meta *meta, struct op *op)
{
	const bool type3 = meta->geo->pi_type == XNVME_PI_TYPE3;

	op->cmd.nvm.prinfo = type3 ? PRINFO_CHECK_ALL & ~1U : PRINFO_CHECK_ALL;
	op->cmd.nvm.ilbrt = FIRST;
	op->cmd.nvm.lbat = 0x1234;
	op->cmd.nvm.lbatm = 0xffff;
}

static void
generate(const struct meta *meta)
{
	const struct xnvme_geo *geo = meta->geo;
	const uint32_t checks = XNVME_PI_FLAGS_GUARD_CHECK | XNVME_PI_FLAGS_APPTAG_CHECK |
				(geo->pi_type == XNVME_PI_TYPE3 ? 0 : XNVME_PI_FLAGS_REFTAG_CHECK);
	struct xnvme_pi_ctx pi;

	EQ(xnvme_pi_ctx_init(&pi, geo->nbytes, geo->nbytes_oob, false, geo->pi_loc,
			     (enum xnvme_pi_type)geo->pi_type, checks, FIRST, 0xffff, 0x1234,
			     (enum xnvme_spec_nvm_ns_pif)geo->pi_format),
	   0);
	memset(meta->mdata, 0, meta->mbuf_nbytes);
	xnvme_pi_generate(&pi, meta->data, meta->mdata, NLBAS);
	EQ(xnvme_pi_verify(&pi, meta->data, meta->mdata, NLBAS), 0);
}

static void
protection_information_is_checked(const struct conf_row *row)
{
	struct meta meta;

	meta_init(&meta, row);
	if (!meta.geo->pi_type) {
		/* Metadata without protection: nothing checks it, and the cases above cover it */
		meta_term(&meta);
		return;
	}
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op op = meta_op(&meta, XNVME_SPEC_NVM_OPC_WRITE, meta.data, meta.mdata);

		generate(&meta);
		protect(&meta, &op);
		GOOD(op_by(way, meta.dev, meta.queue, &op));
		memset(meta.mback, 0, meta.mbuf_nbytes);
		op = meta_op(&meta, XNVME_SPEC_NVM_OPC_READ, meta.back, meta.mback);
		protect(&meta, &op);
		GOOD(op_by(way, meta.dev, meta.queue, &op));
		SAME(meta.back, meta.data, meta.nbytes);
		SAME(meta.mback, meta.mdata, meta.mbuf_nbytes);

		/* The data does not go with its guard: refused, and nothing is written */
		meta.data[meta.geo->nbytes + 1] ^= 1;
		op = meta_op(&meta, XNVME_SPEC_NVM_OPC_WRITE, meta.data, meta.mdata);
		protect(&meta, &op);
		VERDICT(op_by(way, meta.dev, meta.queue, &op), way, SCT_MEDIA, SC_GUARD_CHECK);
		meta.data[meta.geo->nbytes + 1] ^= 1;
	}
	meta_term(&meta);
}

/** LBAs that hold their metadata are longer, and that is all */
static void
extended_lbas_round_trip(const struct conf_row *row)
{
	struct meta meta;

	meta_init(&meta, row);
	EQ(meta.geo->lba_nbytes, meta.geo->nbytes + meta.geo->nbytes_oob);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op op = meta_op(&meta, XNVME_SPEC_NVM_OPC_WRITE, meta.data, NULL);

		pattern(meta.data, meta.nbytes, 30 + (uint64_t)way);
		GOOD(op_by(way, meta.dev, meta.queue, &op));
		memset(meta.back, 0, meta.nbytes);
		op = meta_op(&meta, XNVME_SPEC_NVM_OPC_READ, meta.back, NULL);
		GOOD(op_by(way, meta.dev, meta.queue, &op));
		SAME(meta.back, meta.data, meta.nbytes);
		op.nbytes = (size_t)NLBAS * meta.geo->nbytes;
		EQ(op_by(way, meta.dev, meta.queue, &op).err, -EINVAL);
	}
	meta_term(&meta);
}

#define PRACT 0x8

/** As protect(), with tuples that the controller makes and takes away */
static void
insert(const struct meta *meta, struct op *op)
{
	protect(meta, op);
	op->cmd.nvm.prinfo |= PRACT;
	op->nbytes = (size_t)NLBAS * meta->geo->nbytes;
}

/** Data that is written without its protection information is where it has to be in each LBA */
static void
data_is_in_place(const struct meta *meta, enum op_way way)
{
	const struct xnvme_geo *geo = meta->geo;
	struct op op = meta_op(meta, XNVME_SPEC_NVM_OPC_READ, meta->back,
			       geo->lba_extended ? NULL : meta->mback);

	memset(meta->back, 0, meta->nbytes);
	GOOD(op_by(way, meta->dev, meta->queue, &op));
	for (size_t i = 0; i < NLBAS; ++i) {
		SAME(meta->back + i * geo->lba_nbytes, meta->data + i * geo->nbytes, geo->nbytes);
	}
}

static void
lengths_with_inserted_protection(const struct meta *meta, enum op_way way)
{
	const struct xnvme_geo *geo = meta->geo;
	const size_t wrong = geo->lba_extended ? meta->nbytes : meta->nbytes + meta->mbuf_nbytes;
	struct op op = meta_op(meta, XNVME_SPEC_NVM_OPC_WRITE, meta->data, NULL);

	insert(meta, &op);
	op.nbytes = wrong;
	EQ(op_by(way, meta->dev, meta->queue, &op).err, -EINVAL);
	CHECK(strstr(xnvme_err_last()->what, "length"));
	if (!geo->lba_extended) {
		insert(meta, &op);
		op.mbuf = meta->mdata;
		op.mbuf_nbytes = meta->mbuf_nbytes;
		EQ(op_by(way, meta->dev, meta->queue, &op).err, -EINVAL);
		CHECK(strstr(xnvme_err_last()->what, "metadata"));
	}
	/* Where PRACT is clear, the metadata is the caller's to move */
	op = meta_op(meta, XNVME_SPEC_NVM_OPC_READ, meta->back, NULL);
	op.nbytes = geo->lba_extended ? (size_t)NLBAS * geo->nbytes : wrong;
	EQ(op_by(way, meta->dev, meta->queue, &op).err, -EINVAL);
}

static void
inserted_protection_moves_data_only(const struct conf_row *row)
{
	struct meta meta;

	meta_init(&meta, row);
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
		struct op op = meta_op(&meta, XNVME_SPEC_NVM_OPC_WRITE, meta.data, NULL);

		pattern(meta.data, meta.nbytes, 40 + (uint64_t)way);
		insert(&meta, &op);
		GOOD(op_by(way, meta.dev, meta.queue, &op));
		memset(meta.back, 0, meta.nbytes);
		op = meta_op(&meta, XNVME_SPEC_NVM_OPC_READ, meta.back, NULL);
		insert(&meta, &op);
		GOOD(op_by(way, meta.dev, meta.queue, &op));
		SAME(meta.back, meta.data, (size_t)NLBAS * meta.geo->nbytes);
		data_is_in_place(&meta, way);
		lengths_with_inserted_protection(&meta, way);
	}
	meta_term(&meta);
}

/** All of PRACT and PRCHK, in any command that has them: executed as if absent */
static void
protection_flags_mean_nothing_without_metadata(const struct conf_row *row)
{
	struct meta meta = {0};

	meta_init(&meta, row);
	for (unsigned prinfo = 0; prinfo < 16; ++prinfo) {
		for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way) {
			const size_t half = meta.nbytes / 2;
			struct iovec iov[] = {{meta.data, half}, {meta.data + half, half}};
			struct iovec back[] = {{meta.back, half}, {meta.back + half, half}};
			struct op ops[] = {
			    op_io(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, FIRST, NLB, NULL, 0),
			    op_io(XNVME_SPEC_NVM_OPC_WRITE, FIRST, NLB, meta.data, meta.nbytes),
			    op_io(XNVME_SPEC_NVM_OPC_READ, FIRST, NLB, meta.back, meta.nbytes),
			    op_iov(XNVME_SPEC_NVM_OPC_WRITE, FIRST, NLB, iov, 2, meta.nbytes),
			    op_iov(XNVME_SPEC_NVM_OPC_READ, FIRST, NLB, back, 2, meta.nbytes),
			};

			pattern(meta.data, meta.nbytes, prinfo + way);
			for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); ++i) {
				ops[i].cmd.nvm.prinfo = prinfo & 0xfU;
				ops[i].cmd.nvm.ilbrt = FIRST + 1;
				ops[i].cmd.nvm.lbat = 0x1234;
				ops[i].cmd.nvm.lbatm = UINT16_MAX;
				GOOD(op_by(way, meta.dev, meta.queue, &ops[i]));
				if (ops[i].cmd.common.opcode == XNVME_SPEC_NVM_OPC_READ) {
					SAME(meta.data, meta.back, meta.nbytes);
					memset(meta.back, 0, meta.nbytes);
				}
			}
		}
	}
	meta_term(&meta);
}

const struct conf_case conf_cases_meta[] = {
    CONF_CASE(inserted_protection_moves_data_only, SCOPE_ROW, NEED_DATA | NEED_TUPLE),
    CONF_CASE(metadata_round_trips_both_ways, SCOPE_ROW, NEED_DATA | NEED_METADATA),
    CONF_CASE(vectors_and_metadata_go_together, SCOPE_ROW, NEED_DATA | NEED_METADATA),
    CONF_CASE(metadata_length_has_to_agree, SCOPE_ROW, NEED_METADATA),
    CONF_CASE(data_can_be_had_without_metadata, SCOPE_ROW, NEED_DATA | NEED_METADATA),
    CONF_CASE(protection_information_is_checked, SCOPE_ROW, NEED_DATA | NEED_METADATA),
    CONF_CASE(extended_lbas_round_trip, SCOPE_ROW, NEED_DATA | NEED_EXTENDED),
    CONF_CASE(protection_flags_mean_nothing_without_metadata, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_NO_METADATA),
    {0},
};
