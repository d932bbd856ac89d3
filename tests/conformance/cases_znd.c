// SPDX-License-Identifier: BSD-3-Clause
/** Conformance: zones, on namespaces that have them */
#include <conformance/conf.h>

#define NLBAS 4
#define NLB   (NLBAS - 1)

#define SC_ZONE_INVALID_WRITE 0xbc

/** Device, queue, a zone that is empty, and buffers for NLBAS blocks */
struct zone {
	struct xnvme_dev *dev;
	struct xnvme_queue *queue;
	uint32_t nsid;
	uint64_t zslba;
	size_t nbytes;
	uint8_t *data, *back;
};

static void
zone_send(const struct zone *zone, bool all, enum xnvme_spec_znd_cmd_mgmt_send_action action)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(zone->dev);

	EQ(xnvme_znd_mgmt_send(&ctx, zone->nsid, zone->zslba, all, action, 0, NULL), 0);
}

static void
zone_expect(const struct zone *zone, enum xnvme_spec_znd_state state, uint64_t nlbas)
{
	struct xnvme_spec_znd_descr descr;

	EQ(xnvme_znd_descr_from_dev(zone->dev, zone->zslba, &descr), 0);
	EQ(descr.zslba, zone->zslba);
	EQ(descr.zs, state);
	if (state != XNVME_SPEC_ZND_STATE_FULL) {
		EQ(descr.wp, zone->zslba + nlbas);
	}
}

static void
zone_init(struct zone *zone, const struct conf_row *row)
{
	zone->dev = row_open(row);
	zone->queue = row_queue(zone->dev, 8);
	zone->nsid = xnvme_dev_get_nsid(zone->dev);
	zone->zslba = xnvme_dev_get_geo(zone->dev)->nsect;
	zone->nbytes = (size_t)NLBAS * row->dev->lba_nbytes;
	zone->data = row_buf(zone->dev, zone->nbytes);
	zone->back = row_buf(zone->dev, zone->nbytes);
	pattern(zone->data, zone->nbytes, 3);
	zone_send(zone, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET);
	zone_expect(zone, XNVME_SPEC_ZND_STATE_EMPTY, 0);
}

static void
zone_term(struct zone *zone)
{
	zone_send(zone, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET);
	xnvme_buf_free(zone->dev, zone->data);
	xnvme_buf_free(zone->dev, zone->back);
	row_close(zone->dev, zone->queue);
}

static void
writes_at_the_write_pointer(const struct conf_row *row)
{
	struct zone zone;
	uint64_t slba;

	zone_init(&zone, row);
	slba = zone.zslba;
	for (enum op_way way = OP_SYNC; way < OP_NWAYS; ++way, slba += NLBAS) {
		struct op op = op_io(XNVME_SPEC_NVM_OPC_WRITE, slba, NLB, zone.data, zone.nbytes);

		pattern(zone.data, zone.nbytes, 40 + (uint64_t)way);
		GOOD(op_by(way, zone.dev, zone.queue, &op));
		/* Once more at the same place is a verdict of the controller on every row */
		if (row->dev->has_controller) {
			VERDICT(op_by(way, zone.dev, zone.queue, &op), way, SCT_COMMAND,
				SC_ZONE_INVALID_WRITE);
		} else {
			/* Put off, it would fail where nobody sees it */
			EQ(xnvme_dev_get_opts(zone.dev)->direct, 1);
			EQ(op_by(way, zone.dev, zone.queue, &op).host, -EIO);
		}
		op = op_io(XNVME_SPEC_NVM_OPC_READ, slba, NLB, zone.back, zone.nbytes);
		GOOD(op_by(way, zone.dev, zone.queue, &op));
		SAME(zone.back, zone.data, zone.nbytes);
		/* Also for the kernel, whose block layer believes in its own pointer after an
		 * error no more, until it sees a report */
		zone_expect(&zone, XNVME_SPEC_ZND_STATE_IOPEN, slba + NLBAS - zone.zslba);
	}
	zone_term(&zone);
}

struct appended {
	uint64_t lba;
	unsigned ncb;
	bool failed;
};

static void
on_append(struct xnvme_cmd_ctx *ctx, void *arg)
{
	struct appended *appended = arg;

	appended->lba = ctx->cpl.result;
	appended->ncb++;
	appended->failed = xnvme_cmd_ctx_cpl_status(ctx);
	EQ(xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx), 0);
}

/** Every append got LBAs of its own, and there is its data */
static void
appends_in_flight_get_their_own_lbas(const struct conf_row *row)
{
	enum { NAPPENDS = 8 };
	struct appended appended[NAPPENDS] = {0};
	struct zone zone;
	uint8_t *data;

	zone_init(&zone, row);
	data = row_buf(zone.dev, NAPPENDS * zone.nbytes);
	for (unsigned i = 0; i < NAPPENDS; ++i) {
		struct xnvme_cmd_ctx *ctx = get_ctx(zone.queue);

		pattern(data + i * zone.nbytes, zone.nbytes, 50 + i);
		xnvme_cmd_ctx_set_cb(ctx, on_append, &appended[i]);
		EQ(xnvme_znd_append(ctx, zone.nsid, zone.zslba, NLB, data + i * zone.nbytes, NULL),
		   0);
	}
	EQ(xnvme_queue_drain(zone.queue), NAPPENDS);
	for (unsigned i = 0; i < NAPPENDS; ++i) {
		const struct op op =
		    op_io(XNVME_SPEC_NVM_OPC_READ, appended[i].lba, NLB, zone.back, zone.nbytes);

		EQ(appended[i].ncb, 1);
		EQ(appended[i].failed, false);
		CHECK(appended[i].lba >= zone.zslba &&
		      appended[i].lba < zone.zslba + NAPPENDS * NLBAS);
		GOOD(op_sync(zone.dev, &op));
		SAME(zone.back, data + i * zone.nbytes, zone.nbytes);
	}
	zone_expect(&zone, XNVME_SPEC_ZND_STATE_IOPEN, (uint64_t)NAPPENDS * NLBAS);
	xnvme_buf_free(zone.dev, data);
	zone_term(&zone);
}

static void
zones_change_their_state_as_told(const struct conf_row *row)
{
	struct zone zone;

	zone_init(&zone, row);
	zone_send(&zone, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_OPEN);
	zone_expect(&zone, XNVME_SPEC_ZND_STATE_EOPEN, 0);
	zone_send(&zone, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_CLOSE);
	zone_expect(&zone, XNVME_SPEC_ZND_STATE_CLOSED, 0);
	zone_send(&zone, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_FINISH);
	zone_expect(&zone, XNVME_SPEC_ZND_STATE_FULL, 0);
	zone_send(&zone, true, XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET);
	zone_expect(&zone, XNVME_SPEC_ZND_STATE_EMPTY, 0);
	zone_term(&zone);
}

static void
zone_report_has_every_zone(const struct conf_row *row)
{
	struct xnvme_dev *dev = row_open(row);
	const struct xnvme_geo *geo = xnvme_dev_get_geo(dev);
	struct xnvme_znd_report *report = xnvme_znd_report_from_dev(dev, 0, 0, 0);
	uint64_t nzones;

	CHECK(report);
	EQ(report->nentries, geo->nzone);
	for (uint32_t i = 0; i < report->nentries; ++i) {
		const struct xnvme_spec_znd_descr *descr = XNVME_ZND_REPORT_DESCR(report, i);

		EQ(descr->zslba, i * geo->nsect);
		EQ(descr->zt, XNVME_SPEC_ZND_TYPE_SEQWR);
		CHECK(descr->zcap > 0 && descr->zcap <= geo->nsect);
	}
	EQ(xnvme_znd_stat(dev, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, &nzones), 0);
	EQ(nzones, geo->nzone);
	xnvme_buf_virt_free(report);
	row_close(dev, NULL);
}

const struct conf_case conf_cases_znd[] = {
    CONF_CASE(zone_report_has_every_zone, SCOPE_DEV, NEED_ZONED),
    CONF_CASE(zones_change_their_state_as_told, SCOPE_DEV, NEED_ZONED),
    CONF_CASE(writes_at_the_write_pointer, SCOPE_ROW, NEED_DATA | NEED_ZONED),
    CONF_CASE(appends_in_flight_get_their_own_lbas, SCOPE_ROW,
	      NEED_DATA | NEED_ZONED | NEED_APPEND),
    {0},
};
