// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: the commands of the NVM command set, each good and misused, by its helper */
#include <conformance/conf.h>

#define NLB   7
#define NLBAS (NLB + 1)
#define FIRST 100

/** Sync by a context of the device, async by one of the queue */
struct nvm {
	const struct conf_row *row;
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	enum op_way way;
	uint32_t nsid;
	size_t nbytes;
	uint8_t *data;
	uint8_t *back;
	struct xnvme_cmd_ctx sync;
	struct xnvme_cmd_ctx *ctx;
	unsigned ncb;
};

static void
on_nvm(struct xnvme_cmd_ctx *ctx, void *arg)
{
	unsigned *count = arg;

	(void)ctx;
	++*count;
}

static void
nvm_init(struct nvm *nvm, const struct conf_row *row)
{
	memset(nvm, 0, sizeof(*nvm));
	nvm->row = row;
	nvm->dev = row_open(row);
	nvm->queue = row_queue(nvm->dev, 4);
	nvm->nsid = xnvme_dev_get_nsid(nvm->dev);
	nvm->nbytes = (size_t)NLBAS * row->dev->lba_nbytes;
	nvm->data = row_buf(nvm->dev, nvm->nbytes);
	nvm->back = row_buf(nvm->dev, nvm->nbytes);
	pattern(nvm->data, nvm->nbytes, 5);
}

static void
nvm_term(struct nvm *nvm)
{
	xnvme_buf_free(nvm->dev, nvm->data);
	xnvme_buf_free(nvm->dev, nvm->back);
	row_close(nvm->dev, nvm->queue);
}

static struct xnvme_cmd_ctx *
nvm_ctx(struct nvm *nvm)
{
	if (nvm->way == OP_SYNC) {
		nvm->sync = xnvme_cmd_ctx_from_dev(nvm->dev);
		nvm->ctx = &nvm->sync;
	} else {
		nvm->ctx = get_ctx(nvm->queue);
		xnvme_cmd_ctx_set_cb(nvm->ctx, on_nvm, &nvm->ncb);
	}

	return nvm->ctx;
}

/** The outcome of the command just passed with nvm_ctx() */
static struct outcome
nvm_done(struct nvm *nvm, int err)
{
	struct outcome out;

	if (nvm->way == OP_ASYNC && !err) {
		EQ(xnvme_queue_drain(nvm->queue), 1);
	}
	out = op_outcome(nvm->ctx, err);
	if (nvm->way == OP_ASYNC) {
		EQ(xnvme_queue_put_cmd_ctx(nvm->queue, nvm->ctx), 0);
	}

	return out;
}

#define NVM(nvm, func, ...)	 nvm_done((nvm), func(nvm_ctx(nvm), __VA_ARGS__))
#define NVM_GOOD(nvm, func, ...) GOOD(NVM(nvm, func, __VA_ARGS__))
#define NVM_BAD(nvm, sct, sc, func, ...)                                                           \
	VERDICT(NVM(nvm, func, __VA_ARGS__), (nvm)->way, (sct), (sc))

static void
nvm_write_pattern(struct nvm *nvm, uint64_t slba)
{
	NVM_GOOD(nvm, xnvme_nvm_write, nvm->nsid, slba, NLB, nvm->data, NULL);
}

static void
nvm_expect(struct nvm *nvm, uint64_t slba, const void *expected)
{
	memset(nvm->back, 0xee, nvm->nbytes);
	NVM_GOOD(nvm, xnvme_nvm_read, nvm->nsid, slba, NLB, nvm->back, NULL);
	SAME(nvm->back, expected, nvm->nbytes);
}

/** Run `func` once per way */
static void
both_ways(const struct conf_row *row, void (*func)(struct nvm *nvm))
{
	struct nvm nvm;

	nvm_init(&nvm, row);
	for (nvm.way = OP_SYNC; nvm.way < OP_NWAYS; ++nvm.way) {
		func(&nvm);
	}
	nvm_term(&nvm);
}

/** Our controller says Invalid Namespace or Format, a node of the kernel takes its own NSID only */
static void
other_nsid(struct nvm *nvm, uint32_t nsid)
{
	if (nvm->row->dev->in_memory) {
		NVM_BAD(nvm, SCT_GENERIC, 0x0b, xnvme_nvm_write, nsid, 0, NLB, nvm->data, NULL);
		NVM_BAD(nvm, SCT_GENERIC, 0x0b, xnvme_nvm_read, nsid, 0, NLB, nvm->back, NULL);
		return;
	}
	EQ(NVM(nvm, xnvme_nvm_write, nsid, 0, NLB, nvm->data, NULL).host, -EINVAL);
	EQ(NVM(nvm, xnvme_nvm_read, nsid, 0, NLB, nvm->back, NULL).host, -EINVAL);
}

static void
read_write(struct nvm *nvm)
{
	nvm_write_pattern(nvm, FIRST);
	nvm_expect(nvm, FIRST, nvm->data);
	NVM_BAD(nvm, SCT_GENERIC, SC_LBA_OUT_OF_RANGE, xnvme_nvm_read, nvm->nsid,
		nvm->row->dev->nlbas - NLB, NLB, nvm->back, NULL);
	other_nsid(nvm, nvm->nsid + 6);
	other_nsid(nvm, 0);
}

static void
nvm_read_and_write(const struct conf_row *row)
{
	both_ways(row, read_write);
}

static void
compare(struct nvm *nvm)
{
	void *meta = NULL;

	nvm_write_pattern(nvm, FIRST);
	if (nvm->row->dev->metadata) {
		/* Where there is separate metadata, it is compared too */
		meta = row_buf(nvm->dev, (size_t)NLBAS * xnvme_dev_get_geo(nvm->dev)->nbytes_oob);
		NVM_GOOD(nvm, xnvme_nvm_read, nvm->nsid, FIRST, NLB, nvm->back, meta);
	}
	NVM_GOOD(nvm, xnvme_nvm_compare, nvm->nsid, FIRST, NLB, nvm->data, meta);
	memcpy(nvm->back, nvm->data, nvm->nbytes);
	nvm->back[nvm->nbytes - 1] ^= 1;
	/* A comparison that fails is a verdict of the device, not a failure of the host */
	NVM_BAD(nvm, SCT_MEDIA, SC_COMPARE_FAILURE, xnvme_nvm_compare, nvm->nsid, FIRST, NLB,
		nvm->back, meta);
	NVM_BAD(nvm, SCT_GENERIC, SC_LBA_OUT_OF_RANGE, xnvme_nvm_compare, nvm->nsid,
		nvm->row->dev->nlbas, NLB, nvm->data, meta);
	EQ(NVM(nvm, xnvme_nvm_compare, nvm->nsid, FIRST, NLB, NULL, meta).err, -EINVAL);
	xnvme_buf_free(nvm->dev, meta);
	nvm_expect(nvm, FIRST, nvm->data);
}

static void
nvm_compare_tells_a_difference(const struct conf_row *row)
{
	both_ways(row, compare);
}

static void
write_zeroes(struct nvm *nvm)
{
	uint8_t *zeroes = calloc(1, nvm->nbytes);

	CHECK(zeroes);
	nvm_write_pattern(nvm, FIRST);
	nvm_write_pattern(nvm, FIRST + NLBAS);
	NVM_GOOD(nvm, xnvme_nvm_write_zeroes, nvm->nsid, FIRST, NLB);
	nvm_expect(nvm, FIRST, zeroes);
	nvm_expect(nvm, FIRST + NLBAS, nvm->data);
	NVM_BAD(nvm, SCT_GENERIC, SC_LBA_OUT_OF_RANGE, xnvme_nvm_write_zeroes, nvm->nsid,
		nvm->row->dev->nlbas - 1, 1);
	free(zeroes);
}

static void
nvm_write_zeroes(const struct conf_row *row)
{
	both_ways(row, write_zeroes);
}

static void
uncorrectable(struct nvm *nvm)
{
	nvm_write_pattern(nvm, FIRST);
	NVM_GOOD(nvm, xnvme_nvm_write_uncorrectable, nvm->nsid, FIRST + 2, 0);
	NVM_BAD(nvm, SCT_MEDIA, SC_UNRECOVERED_READ, xnvme_nvm_read, nvm->nsid, FIRST, NLB,
		nvm->back, NULL);
	nvm_write_pattern(nvm, FIRST);
	nvm_expect(nvm, FIRST, nvm->data);
	NVM_BAD(nvm, SCT_GENERIC, SC_LBA_OUT_OF_RANGE, xnvme_nvm_write_uncorrectable, nvm->nsid,
		UINT64_MAX, 0);
}

static void
nvm_write_uncorrectable_until_written(const struct conf_row *row)
{
	both_ways(row, uncorrectable);
}

static void
verify(struct nvm *nvm)
{
	struct op op = op_io(OPC_VERIFY, FIRST, NLB, NULL, 0);

	nvm_write_pattern(nvm, FIRST);
	GOOD(op_by(nvm->way, nvm->dev, nvm->queue, &op));
	NVM_GOOD(nvm, xnvme_nvm_write_uncorrectable, nvm->nsid, FIRST + 2, 0);
	VERDICT(op_by(nvm->way, nvm->dev, nvm->queue, &op), nvm->way, SCT_MEDIA,
		SC_UNRECOVERED_READ);
	nvm_write_pattern(nvm, FIRST);
	op.cmd.nvm.slba = nvm->row->dev->nlbas;
	VERDICT(op_by(nvm->way, nvm->dev, nvm->queue, &op), nvm->way, SCT_GENERIC,
		SC_LBA_OUT_OF_RANGE);
}

static void
nvm_verify_finds_the_uncorrectable(const struct conf_row *row)
{
	both_ways(row, verify);
}

static void
dsm(struct nvm *nvm)
{
	struct xnvme_spec_dsm_range ranges[2] = {{0, 2, FIRST}, {0, 1, FIRST + 5}};
	uint8_t *expected = malloc(nvm->nbytes);
	const uint32_t lba = nvm->row->dev->lba_nbytes;

	CHECK(expected);
	nvm_write_pattern(nvm, FIRST);
	/* Without AD it is a hint and changes nothing */
	NVM_GOOD(nvm, xnvme_nvm_dsm, nvm->nsid, ranges, 1, false, true, true);
	nvm_expect(nvm, FIRST, nvm->data);
	NVM_GOOD(nvm, xnvme_nvm_dsm, nvm->nsid, ranges, 1, true, false, false);
	memcpy(expected, nvm->data, nvm->nbytes);
	memset(expected, 0, 2ULL * lba);
	memset(expected + 5ULL * lba, 0, lba);
	nvm_expect(nvm, FIRST, expected);
	if (nvm->row->dev->in_memory) {
		/* To other controllers ranges may be hints, and those beyond the end nothing */
		ranges[1].slba = nvm->row->dev->nlbas;
		NVM_BAD(nvm, SCT_GENERIC, SC_LBA_OUT_OF_RANGE, xnvme_nvm_dsm, nvm->nsid, ranges, 1,
			true, false, false);
	}
	free(expected);
}

static void
nvm_dataset_management(const struct conf_row *row)
{
	both_ways(row, dsm);
}

static void
scopy(struct nvm *nvm)
{
	struct xnvme_spec_nvm_scopy_fmt_zero sources[2] = {
	    {.slba = FIRST, .nlb = 3},
	    {.slba = FIRST + 4, .nlb = 3},
	};
	uint8_t *nothing = calloc(1, nvm->nbytes);

	CHECK(nothing);
	nvm_write_pattern(nvm, FIRST);
	NVM_GOOD(nvm, xnvme_nvm_write_zeroes, nvm->nsid, 1000, NLB);
	NVM_GOOD(nvm, xnvme_nvm_scopy, nvm->nsid, 1000, sources, 1, XNVME_NVM_SCOPY_FMT_ZERO);
	nvm_expect(nvm, 1000, nvm->data);
	NVM_GOOD(nvm, xnvme_nvm_write_zeroes, nvm->nsid, 1000, NLB);
	sources[1].slba = nvm->row->dev->nlbas;
	NVM_BAD(nvm, SCT_GENERIC, SC_LBA_OUT_OF_RANGE, xnvme_nvm_scopy, nvm->nsid, 1000, sources, 1,
		XNVME_NVM_SCOPY_FMT_ZERO);
	if (nvm->row->dev->in_memory) {
		/* Others may have copied what came before the bad range */
		nvm_expect(nvm, 1000, nothing);
	}
	EQ(NVM(nvm, xnvme_nvm_scopy, nvm->nsid, 1000, sources, 1, 0).err, -EINVAL);
	EQ(NVM(nvm, xnvme_nvm_scopy, nvm->nsid, 1000, sources, 1, 3).err, -EINVAL);
	EQ(NVM(nvm, xnvme_nvm_scopy, nvm->nsid, 1000, NULL, 1, XNVME_NVM_SCOPY_FMT_ZERO).err,
	   -EINVAL);
	free(nothing);
}

static void
nvm_copy(const struct conf_row *row)
{
	both_ways(row, scopy);
}

static void
flush(struct nvm *nvm)
{
	struct op op = op_io(XNVME_SPEC_NVM_OPC_FLUSH, 0, 0, NULL, 0);

	nvm_write_pattern(nvm, FIRST);
	GOOD(op_by(nvm->way, nvm->dev, nvm->queue, &op));
	nvm_expect(nvm, FIRST, nvm->data);
}

static void
nvm_flush(const struct conf_row *row)
{
	both_ways(row, flush);
}

/** Who has the commands for other namespaces says FDP Disabled */
static void
not_there(const struct nvm *nvm, struct outcome out)
{
	VERDICT(out, nvm->way, SCT_GENERIC,
		out.sc == SC_FDP_DISABLED && !nvm->row->dev->in_memory ? SC_FDP_DISABLED
								       : SC_INVALID_OPCODE);
}

static void
io_mgmt(struct nvm *nvm)
{
	EQ(NVM(nvm, xnvme_nvm_mgmt_recv, nvm->nsid, 1, 0, nvm->back, 0).err, -EINVAL);
	EQ(NVM(nvm, xnvme_nvm_mgmt_recv, nvm->nsid, 1, 0, nvm->back, 3).err, -EINVAL);
	not_there(nvm, NVM(nvm, xnvme_nvm_mgmt_recv, nvm->nsid, 1, 0, nvm->back, 64));
	not_there(nvm, NVM(nvm, xnvme_nvm_mgmt_send, nvm->nsid, 1, 0, nvm->back, 64));
}

static void
nvm_io_management_where_there_is_none(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	const bool can = xnvme_dev_can(dev, XNVME_SPEC_NVM_OPC_IO_MGMT_RECV) > 0;

	row_close(dev, NULL);
	if (!can) {
		both_ways(row, io_mgmt);
	}
}

/** What the controller says that it can, it does */
static void
nvm_abilities_are_those_of_identify(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	const struct xnvme_spec_idfy_ctrlr *ctrlr = xnvme_dev_get_ctrlr(dev);

	EQ(xnvme_dev_can(dev, XNVME_SPEC_NVM_OPC_COMPARE) > 0, ctrlr->oncs.compare);
	EQ(xnvme_dev_can(dev, XNVME_SPEC_NVM_OPC_WRITE_UNCORRECTABLE) > 0, ctrlr->oncs.write_unc);
	EQ(xnvme_dev_can(dev, XNVME_SPEC_NVM_OPC_WRITE_ZEROES) > 0, ctrlr->oncs.write_zeroes);
	EQ(xnvme_dev_can(dev, XNVME_SPEC_NVM_OPC_DATASET_MANAGEMENT) > 0, ctrlr->oncs.dsm);
	EQ(xnvme_dev_can(dev, XNVME_SPEC_NVM_OPC_SCOPY) > 0, ctrlr->oncs.copy);
	EQ(xnvme_dev_can(dev, OPC_VERIFY) > 0, ctrlr->oncs.verify);
	EQ(xnvme_dev_can(dev, XNVME_SPEC_ZND_OPC_APPEND) > 0, row->dev->zoned);
	row_close(dev, NULL);
}

/** A write that is half of a fused pair must not be done alone, nor a directive be ignored */
static void
fields_that_nothing_carries_are_refused(const struct conf_row *row)
{
	static const struct {
		const char *name;
		uint8_t fuse;
		uint8_t dtype;
	} fields[] = {
	    {"fused, first", 1, 0},
	    {"fused, second", 2, 0},
	    {"directive of streams", 0, 1},
	    {"directive of data placement", 0, 2},
	};
	static const uint8_t opcodes[] = {XNVME_SPEC_NVM_OPC_READ, XNVME_SPEC_NVM_OPC_WRITE,
					  XNVME_SPEC_NVM_OPC_WRITE_ZEROES};
	struct xnvme_dev *dev = row_open(row);
	struct xnvme_queue *queue = row_queue(dev, 4);
	const uint32_t nbytes = row->dev->lba_nbytes;
	uint8_t *buf = row_buf(dev, nbytes);

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); ++i) {
		for (int k = 0; k < (int)sizeof(opcodes) * OP_NWAYS; ++k) {
			struct op op = op_io(opcodes[k / OP_NWAYS], 0, 0, buf, nbytes);
			struct outcome out;

			op.cmd.common.fuse = fields[i].fuse & 3U;
			op.cmd.nvm.dtype = fields[i].dtype & 15U;
			xnvme_err_clear();
			out = op_by(op_way_of(k), dev, queue, &op);
			if (out.err != -ENOTSUP || !xnvme_err_last()->what[0]) {
				conf_fail(__FILE__, __LINE__, "%s, opcode %02xh: err %d",
					  fields[i].name, op.cmd.common.opcode, out.err);
			}
		}
	}
	xnvme_buf_free(dev, buf);
	row_close(dev, queue);
}

const struct conf_case conf_cases_nvm[] = {
    CONF_CASE(nvm_read_and_write, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_CONTROLLER),
    CONF_CASE(nvm_compare_tells_a_difference, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_CONTROLLER),
    CONF_CASE(nvm_write_zeroes, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_CONTROLLER),
    CONF_CASE(nvm_write_uncorrectable_until_written, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_CONTROLLER | NEED_UNCORRECTABLE),
    CONF_CASE(nvm_verify_finds_the_uncorrectable, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_CONTROLLER | NEED_UNCORRECTABLE),
    CONF_CASE(nvm_dataset_management, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_CONTROLLER),
    CONF_CASE(nvm_copy, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_CONTROLLER | NEED_FMT_ZERO),
    CONF_CASE(nvm_flush, SCOPE_ROW, NEED_DATA | NEED_LBAS | NEED_CONTROLLER),
    CONF_CASE(nvm_io_management_where_there_is_none, SCOPE_ROW,
	      NEED_DATA | NEED_LBAS | NEED_CONTROLLER),
    CONF_CASE(nvm_abilities_are_those_of_identify, SCOPE_DEV, NEED_CONTROLLER),
    CONF_CASE(fields_that_nothing_carries_are_refused, SCOPE_ROW,
	      NEED_DATA | NEED_NO_CONTROLLER | NEED_LBAS),
    {0},
};
