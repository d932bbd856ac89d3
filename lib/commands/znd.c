// SPDX-License-Identifier: BSD-3-Clause
/**
 * Commands of the Zoned Namespace command set, and reports built from them
 */
#include <core/cmd.h>
#include <core/decode.h>
#include <core/geo.h>

#include <stdlib.h>

#define LAYER		  "znd"
#define ZDES_UNIT_NBYTES  64U
#define REPORT_NBYTES_MAX (1U << 20)
#define LBAFE_MAX	  16U

static bool
is_zoned(struct xnvme_dev *dev)
{
	int err;

	if (!dev) {
		errno = -XNVI_NULL("dev");
		return false;
	}
	err = xnvi_dev_ready(dev);
	if (!err && dev->geo.type != XNVME_GEO_ZONED) {
		err = xnvi_err(-EINVAL, LAYER, dev->ident.uri, "name a zoned namespace",
			       "the device has no zones");
	}
	if (err) {
		errno = -err;
	}

	return !err;
}

const struct xnvme_spec_znd_idfy_ns *
xnvme_znd_dev_get_ns(struct xnvme_dev *dev)
{
	return is_zoned(dev) ? (const void *)xnvme_dev_get_ns_css(dev) : NULL;
}

const struct xnvme_spec_znd_idfy_ctrlr *
xnvme_znd_dev_get_ctrlr(struct xnvme_dev *dev)
{
	return is_zoned(dev) ? (const void *)xnvme_dev_get_ctrlr_css(dev) : NULL;
}

const struct xnvme_spec_znd_idfy_lbafe *
xnvme_znd_dev_get_lbafe(struct xnvme_dev *dev)
{
	const struct xnvme_spec_znd_idfy_ns *zns = xnvme_znd_dev_get_ns(dev);

	if (!zns) {
		return NULL;
	}
	static_assert(sizeof(zns->lbafe) / sizeof(zns->lbafe[0]) == LBAFE_MAX, "4-bit index");

	return &zns->lbafe[xnvme_dev_get_ns(dev)->flbas.format];
}

int
xnvme_znd_mgmt_recv(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t slba,
		    enum xnvme_spec_znd_cmd_mgmt_recv_action zra,
		    enum xnvme_spec_znd_cmd_mgmt_recv_action_sf zrasf, uint8_t partial, void *dbuf,
		    uint32_t dbuf_nbytes)
{
	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	if (dbuf_nbytes < 4 || dbuf_nbytes % 4) {
		return xnvi_err(-EINVAL, LAYER, "mgmt_recv", "use a multiple of 4",
				"%u bytes are not a positive multiple of 4", dbuf_nbytes);
	}
	ctx->cmd.common.opcode = XNVME_SPEC_ZND_OPC_MGMT_RECV;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.znd.mgmt_recv.slba = slba;
	ctx->cmd.znd.mgmt_recv.ndwords = dbuf_nbytes / 4 - 1;
	ctx->cmd.znd.mgmt_recv.zra = (uint32_t)zra & 0xffU;
	ctx->cmd.znd.mgmt_recv.zrasf = (uint32_t)zrasf & 0xffU;
	ctx->cmd.znd.mgmt_recv.partial = partial & 0x1U;

	return xnvme_cmd_pass(ctx, dbuf, dbuf_nbytes, NULL, 0);
}

/** Descriptor extension of one zone in bytes, 0 when the namespace has none */
static uint32_t
zdes_nbytes(struct xnvme_dev *dev)
{
	const struct xnvme_spec_znd_idfy_lbafe *lbafe = xnvme_znd_dev_get_lbafe(dev);

	return lbafe ? lbafe->zdes * ZDES_UNIT_NBYTES : 0;
}

int
xnvme_znd_mgmt_send(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t zslba, bool select_all,
		    enum xnvme_spec_znd_cmd_mgmt_send_action zsa,
		    enum xnvme_spec_znd_mgmt_send_action_so zsa_so, void *dbuf)
{
	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	ctx->cmd.common.opcode = XNVME_SPEC_ZND_OPC_MGMT_SEND;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.znd.mgmt_send.slba = zslba;
	ctx->cmd.znd.mgmt_send.zsa = (uint32_t)zsa & 0xffU;
	ctx->cmd.znd.mgmt_send.select_all = select_all;
	ctx->cmd.znd.mgmt_send.zsaso = (uint32_t)zsa_so & 0x1U;

	return xnvme_cmd_pass(ctx, dbuf, dbuf ? zdes_nbytes(ctx->dev) : 0, NULL, 0);
}

int
xnvme_znd_append(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t zslba, uint16_t nlb,
		 const void *dbuf, const void *mbuf)
{
	const size_t nblocks = (size_t)nlb + 1;
	const struct xnvme_geo *geo;
	int err;

	if (!ctx || !ctx->dev) {
		return XNVI_NULL("ctx or the device of ctx");
	}
	if (xnvi_ctx_is_busy(ctx)) {
		return xnvi_refuse_busy(ctx);
	}
	err = xnvi_dev_ready(ctx->dev);
	if (err) {
		return err;
	}
	geo = &ctx->dev->geo;
	ctx->cmd.common.opcode = XNVME_SPEC_ZND_OPC_APPEND;
	ctx->cmd.common.nsid = nsid;
	ctx->cmd.znd.append.zslba = zslba;
	ctx->cmd.znd.append.nlb = nlb;

	return xnvme_cmd_pass(ctx, (void *)(uintptr_t)dbuf,
			      xnvi_cmd_lba_nbytes(ctx->dev, &ctx->cmd) * nblocks,
			      (void *)(uintptr_t)mbuf, mbuf ? geo->nbytes_oob * nblocks : 0);
}

int
xnvme_znd_zrwa_flush(struct xnvme_cmd_ctx *ctx, uint32_t nsid, uint64_t lba)
{
	return xnvme_znd_mgmt_send(ctx, nsid, lba, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_FLUSH,
				   (enum xnvme_spec_znd_mgmt_send_action_so)0, NULL);
}

/** Send one report command, into a buffer of the device */
static int
recv_into(struct xnvme_dev *dev, uint64_t slba, enum xnvme_spec_znd_cmd_mgmt_recv_action zra,
	  enum xnvme_spec_znd_cmd_mgmt_recv_action_sf zrasf, uint8_t partial, void *buf,
	  uint32_t nbytes)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	memset(buf, 0, nbytes);

	return xnvme_znd_mgmt_recv(&ctx, dev->nsid, slba, zra, zrasf, partial, buf, nbytes);
}

/** Get the header and the first descriptor of a report */
static int
first_of(struct xnvme_dev *dev, uint64_t slba, enum xnvme_spec_znd_cmd_mgmt_recv_action_sf zrasf,
	 uint64_t *nzones, struct xnvme_spec_znd_descr *descr)
{
	const uint32_t nbytes = sizeof(struct xnvme_spec_znd_report_hdr) + sizeof(*descr);
	const struct xnvme_spec_znd_report_hdr *hdr;
	uint8_t *buf;
	int err;

	buf = xnvme_buf_alloc(dev, nbytes);
	if (!buf) {
		return -errno;
	}
	err =
	    recv_into(dev, slba, XNVME_SPEC_ZND_CMD_MGMT_RECV_ACTION_REPORT, zrasf, 0, buf, nbytes);
	if (!err) {
		hdr = (const void *)buf;
		*nzones = hdr->nzones;
		memcpy(descr, buf + sizeof(*hdr), sizeof(*descr));
	}
	xnvme_buf_free(dev, buf);

	return err;
}

int
xnvme_znd_descr_from_dev(struct xnvme_dev *dev, uint64_t slba, struct xnvme_spec_znd_descr *zdescr)
{
	struct xnvme_spec_znd_descr descr;
	uint64_t nzones = 0;
	int err;

	if (!dev || !zdescr) {
		return XNVI_NULL("dev or zdescr");
	}
	err = first_of(dev, slba, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, &nzones, &descr);
	if (!err && !nzones) {
		err =
		    xnvi_err(-EIO, LAYER, dev->ident.uri, "pass the first LBA of a zone",
			     "the device reports no zone at LBA 0x%llx", (unsigned long long)slba);
	}
	if (!err) {
		*zdescr = descr;
	}

	return err;
}

/** Filter of a report by state; -EINVAL for values that are not a state */
static int
sf_of_state(enum xnvme_spec_znd_state state)
{
	switch (state) {
	case XNVME_SPEC_ZND_STATE_EMPTY:
		return XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_EMPTY;
	case XNVME_SPEC_ZND_STATE_IOPEN:
		return XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_IOPEN;
	case XNVME_SPEC_ZND_STATE_EOPEN:
		return XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_EOPEN;
	case XNVME_SPEC_ZND_STATE_CLOSED:
		return XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_CLOSED;
	case XNVME_SPEC_ZND_STATE_FULL:
		return XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_FULL;
	case XNVME_SPEC_ZND_STATE_RONLY:
		return XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_RONLY;
	case XNVME_SPEC_ZND_STATE_OFFLINE:
		return XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_OFFLINE;
	}

	return -EINVAL;
}

int
xnvme_znd_descr_from_dev_in_state(struct xnvme_dev *dev, enum xnvme_spec_znd_state state,
				  struct xnvme_spec_znd_descr *zdescr)
{
	const int sf = sf_of_state(state);
	struct xnvme_spec_znd_descr descr;
	uint64_t nzones = 0;
	int err;

	if (!dev || !zdescr) {
		return XNVI_NULL("dev or zdescr");
	}
	if (sf < 0) {
		return xnvi_err(sf, LAYER, dev->ident.uri, "use one of enum xnvme_spec_znd_state",
				"%d is not the state of a zone", (int)state);
	}
	err = first_of(dev, 0, (enum xnvme_spec_znd_cmd_mgmt_recv_action_sf)sf, &nzones, &descr);
	if (!err && (!nzones || descr.zs != (uint8_t)state)) {
		err = xnvi_err(-EIO, LAYER, dev->ident.uri, "ask for another state",
			       "no zone is in state %d", (int)state);
	}
	if (!err) {
		*zdescr = descr;
	}

	return err;
}

int
xnvme_znd_stat(struct xnvme_dev *dev, enum xnvme_spec_znd_cmd_mgmt_recv_action_sf sfield,
	       uint64_t *nzones)
{
	struct xnvme_spec_znd_descr descr;

	if (!dev || !nzones) {
		return XNVI_NULL("dev or nzones");
	}

	return first_of(dev, 0, sfield, nzones, &descr);
}

struct xnvme_spec_znd_log_changes *
xnvme_znd_log_changes_from_dev(struct xnvme_dev *dev)
{
	struct xnvme_spec_znd_log_changes *log;
	struct xnvme_cmd_ctx ctx;
	int err;

	if (!dev) {
		return xnvi_err_ptr(XNVI_NULL("dev"));
	}
	log = xnvme_buf_alloc(dev, sizeof(*log));
	if (!log) {
		return NULL;
	}
	ctx = xnvme_cmd_ctx_from_dev(dev);
	err =
	    xnvme_adm_log(&ctx, XNVME_SPEC_LOG_ZND_CHANGES, 0, 0, dev->nsid, 0, log, sizeof(*log));
	if (err) {
		xnvme_buf_free(dev, log);
		return xnvi_err_ptr(err);
	}

	return log;
}

/** Check the arguments, and allocate a report for `limit` zones beginning at `slba` */
static struct xnvme_znd_report *
report_alloc(struct xnvme_dev *dev, uint64_t slba, size_t limit, uint8_t extended)
{
	const struct xnvme_geo *geo = &dev->geo;
	const uint32_t zdext_nbytes = extended ? zdes_nbytes(dev) : 0;
	struct xnvme_znd_report *report;
	uint64_t nzones, entries_nbytes;
	size_t nbytes;

	if (slba % geo->nsect || slba / geo->nsect >= geo->nzone || limit > geo->nzone) {
		return xnvi_err_ptr(xnvi_err(
		    -EINVAL, LAYER, dev->ident.uri, "start at a zone, stay within the device",
		    "slba 0x%llx does not start a zone, or limit %zu exceeds %u zones",
		    (unsigned long long)slba, limit, geo->nzone));
	}
	if (extended && !zdext_nbytes) {
		return xnvi_err_ptr(xnvi_err(-ENOSYS, LAYER, dev->ident.uri,
					     "ask for a plain report",
					     "the namespace has no zone descriptor extensions"));
	}
	nzones = geo->nzone - slba / geo->nsect;
	nzones = limit && limit < nzones ? limit : nzones;
	entries_nbytes = nzones * (sizeof(struct xnvme_spec_znd_descr) + zdext_nbytes);
	if (entries_nbytes > SIZE_MAX - sizeof(*report)) {
		return xnvi_err_ptr(xnvi_err(
		    -ENOMEM, LAYER, dev->ident.uri, "ask for fewer zones at a time",
		    "a report of %llu zones does not fit into memory", (unsigned long long)nzones));
	}
	nbytes = sizeof(*report) + (size_t)entries_nbytes;

	report = xnvme_buf_virt_alloc(64, nbytes);
	if (!report) {
		return NULL;
	}
	memset(report, 0, nbytes);
	report->nzones = geo->nzone;
	report->zd_nbytes = sizeof(struct xnvme_spec_znd_descr);
	report->zdext_nbytes = zdext_nbytes;
	report->zrent_nbytes = report->zd_nbytes + zdext_nbytes;
	report->zslba = slba;
	report->zelba = slba + (nzones - 1) * geo->nsect;
	report->nentries = (uint32_t)nzones;
	report->extended = extended;
	report->entries_nbytes = entries_nbytes;
	report->report_nbytes = nbytes;

	return report;
}

/** Fetch the report in chunks; a device that returns fewer zones than it has is an error */
static int
report_fill(struct xnvme_dev *dev, struct xnvme_znd_report *report, uint8_t *buf, uint32_t nbytes)
{
	const uint32_t hdr_nbytes = sizeof(struct xnvme_spec_znd_report_hdr);
	const uint32_t per_chunk = (uint32_t)((nbytes - hdr_nbytes) / report->zrent_nbytes);
	const enum xnvme_spec_znd_cmd_mgmt_recv_action zra =
	    report->extended ? XNVME_SPEC_ZND_CMD_MGMT_RECV_ACTION_REPORT_EXTENDED
			     : XNVME_SPEC_ZND_CMD_MGMT_RECV_ACTION_REPORT;
	uint64_t done = 0;

	if (!per_chunk) {
		return xnvi_err(-EPROTO, LAYER, dev->ident.uri, "ask for a plain report",
				"a zone descriptor of %llu bytes exceeds the transfer limit of %u",
				(unsigned long long)report->zrent_nbytes, nbytes);
	}
	while (done < report->nentries) {
		const uint64_t want = XNVME_MIN_U64(report->nentries - done, per_chunk);
		const uint64_t slba = report->zslba + done * dev->geo.nsect;
		const struct xnvme_spec_znd_report_hdr *hdr = (const void *)buf;
		int err;

		err = recv_into(dev, slba, zra, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, 1, buf,
				(uint32_t)(hdr_nbytes + want * report->zrent_nbytes));
		if (err) {
			return err;
		}
		if (hdr->nzones < want) {
			return xnvi_err(-EIO, LAYER, dev->ident.uri,
					"look for an update of the device's firmware",
					"the device reported %llu zones where it has %llu",
					(unsigned long long)hdr->nzones, (unsigned long long)want);
		}
		memcpy(report->storage + done * report->zrent_nbytes, buf + hdr_nbytes,
		       (size_t)(want * report->zrent_nbytes));
		done += want;
	}

	return 0;
}

struct xnvme_znd_report *
xnvme_znd_report_from_dev(struct xnvme_dev *dev, uint64_t slba, size_t limit, uint8_t extended)
{
	struct xnvme_znd_report *report;
	uint32_t nbytes;
	uint8_t *buf;
	int err;

	if (!is_zoned(dev)) {
		return NULL;
	}
	report = report_alloc(dev, slba, limit, extended);
	if (!report) {
		return NULL;
	}
	nbytes = (uint32_t)XNVME_MIN_U64(dev->geo.mdts_nbytes, REPORT_NBYTES_MAX);
	buf = xnvme_buf_alloc(dev, nbytes);
	err = buf ? report_fill(dev, report, buf, nbytes) : -errno;
	xnvme_buf_free(dev, buf);
	if (err) {
		xnvme_buf_virt_free(report);
		return xnvi_err_ptr(err);
	}

	return report;
}

int
xnvme_znd_report_get_descr(const struct xnvme_znd_report *report, uint32_t index,
			   struct xnvme_spec_znd_descr **descr, void **ext)
{
	if (!report) {
		return XNVI_NULL("report");
	}
	if (index >= report->nentries) {
		return xnvi_err(-EINVAL, LAYER, "index", "count from 0",
				"the report has no entry %u of %u", index, report->nentries);
	}
	if (ext && !report->extended) {
		return xnvi_err(-EINVAL, LAYER, "ext", "ask for an extended report, or pass NULL",
				"the report has no descriptor extensions");
	}
	if (descr) {
		*descr =
		    XNVME_ZND_REPORT_DESCR((struct xnvme_znd_report *)(uintptr_t)report, index);
	}
	if (ext) {
		*ext = XNVME_ZND_REPORT_DEXT((struct xnvme_znd_report *)(uintptr_t)report, index);
	}

	return 0;
}

int
xnvme_znd_report_find_arbitrary(const struct xnvme_znd_report *report,
				enum xnvme_spec_znd_state state, uint64_t *zlba, int opts)
{
	uint64_t seed = opts ? (uint64_t)opts : xnvi_time_ns();

	if (!report || !zlba || !report->nentries) {
		return XNVI_NULL("report or zlba or report->nentries");
	}
	/* One round of a mixer is enough: the start of the search only has to vary */
	seed ^= seed >> 33;
	seed *= 0xff51afd7ed558ccdULL;
	seed ^= seed >> 33;
	for (uint32_t i = 0; i < report->nentries; ++i) {
		const uint64_t at = (seed % report->nentries + i) % report->nentries;
		const struct xnvme_spec_znd_descr *descr =
		    XNVME_ZND_REPORT_DESCR((struct xnvme_znd_report *)(uintptr_t)report, at);

		if (descr->zs == (uint8_t)state && descr->zt == XNVME_SPEC_ZND_TYPE_SEQWR &&
		    descr->zcap) {
			*zlba = descr->zslba;
			return 0;
		}
	}

	return xnvi_err(-ENXIO, LAYER, "", "ask for another state",
			"no zone of the report is in state %d and takes sequential writes",
			(int)state);
}
