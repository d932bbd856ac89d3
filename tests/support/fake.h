// SPDX-License-Identifier: BSD-3-Clause
/**
 * A device that answers what a test scripts: Identify pages and zone reports of odd controllers
 *
 * It is an in-memory device whose admin and sync tables are replaced before anyone asked it
 * anything.
 */
#ifndef XNVT_FAKE_H
#define XNVT_FAKE_H

#include <core/mechanism.h>
#include <support/test.h>

#define FAKE_NS_NLBAS 1024U

struct fake {
	uint8_t ctrlr[4096];
	uint8_t ns[4096];
	uint8_t descrs[4096]; ///< Namespace identification descriptors
	uint8_t ns_css[4096];
	uint8_t ctrlr_css[4096];
	uint32_t failing; ///< Bit set of CNS that fail
	int err;	  ///< With this errno; 0: with Invalid Field

	/* Zone reports */
	uint64_t zones_told;	///< What the header says; UINT64_MAX: as many as there is room for
	uint8_t zone_state;	///< Of every zone
	unsigned nreports;	///< Reports asked for
	uint32_t report_nbytes; ///< Length of the last one

	/* The last command */
	struct xnvme_spec_cmd cmd;
	struct xnvi_req req;
	unsigned nios;
	unsigned nadmins;
	int io_err; ///< What the next commands fail with
	uint8_t sc; ///< Or the status they complete with
};

static struct fake g_fake;

static inline struct xnvme_spec_idfy_ctrlr *
fake_ctrlr(void)
{
	return (struct xnvme_spec_idfy_ctrlr *)(void *)g_fake.ctrlr;
}

static inline struct xnvme_spec_idfy_ns *
fake_ns(void)
{
	return (struct xnvme_spec_idfy_ns *)(void *)g_fake.ns;
}

static inline struct xnvme_spec_znd_idfy_ns *
fake_zns(void)
{
	return (struct xnvme_spec_znd_idfy_ns *)(void *)g_fake.ns_css;
}

static inline const uint8_t *
fake_page(uint8_t cns)
{
	switch (cns) {
	case XNVME_SPEC_IDFY_CTRLR:
		return g_fake.ctrlr;
	case XNVME_SPEC_IDFY_NS:
		return g_fake.ns;
	case XNVME_SPEC_IDFY_NSDSCR:
		return g_fake.descrs;
	case XNVME_SPEC_IDFY_NS_IOCS:
		return g_fake.ns_css;
	default:
		return g_fake.ctrlr_css;
	}
}

static inline int
fake_admin(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, void *dbuf, size_t dbuf_nbytes,
	   void *mbuf, size_t mbuf_nbytes)
{
	const uint8_t cns = (uint8_t)ctx->cmd.idfy.cns;

	(void)dev;
	(void)mbuf;
	(void)mbuf_nbytes;
	g_fake.cmd = ctx->cmd;
	g_fake.nadmins++;
	if (ctx->cmd.common.opcode != XNVME_SPEC_ADM_OPC_IDFY) {
		if (g_fake.sc) {
			xnvi_cpl_status(ctx, XNVME_STATUS_CODE_TYPE_GENERIC, g_fake.sc, true);
		}
		return g_fake.io_err;
	}
	if (g_fake.failing >> (cns & 31) & 1) {
		if (!g_fake.err) {
			xnvi_cpl_status(ctx, XNVME_STATUS_CODE_TYPE_GENERIC, 2, true);
		}
		return g_fake.err;
	}
	memcpy(dbuf, fake_page(cns), dbuf_nbytes < 4096 ? dbuf_nbytes : 4096);

	return 0;
}

/** Fill a report as far as it has room, whatever the header tells */
static inline void
fake_report(const struct xnvme_spec_cmd *cmd, uint8_t *buf, uint64_t nbytes)
{
	struct xnvme_spec_znd_report_hdr *hdr = (void *)buf;
	const bool extended = cmd->znd.mgmt_recv.zra;
	const size_t entry_nbytes =
	    sizeof(struct xnvme_spec_znd_descr) + (extended ? fake_zns()->lbafe[0].zdes * 64U : 0);
	const uint64_t zsze = fake_zns()->lbafe[0].zsze;
	uint64_t n = 0;

	g_fake.nreports++;
	g_fake.report_nbytes = (uint32_t)nbytes;
	for (uint64_t pos = sizeof(*hdr); pos + entry_nbytes <= nbytes; pos += entry_nbytes) {
		struct xnvme_spec_znd_descr *descr = (void *)(buf + pos);

		descr->zt = XNVME_SPEC_ZND_TYPE_SEQWR;
		descr->zs = g_fake.zone_state & 0xfU;
		descr->zcap = zsze;
		descr->zslba = cmd->znd.mgmt_recv.slba + n * zsze;
		descr->wp = descr->zslba;
		memset(buf + pos + sizeof(*descr), 0xee, entry_nbytes - sizeof(*descr));
		n++;
	}
	hdr->nzones = g_fake.zones_told == UINT64_MAX ? n : g_fake.zones_told;
}

static inline int
fake_io(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	(void)dev;
	g_fake.cmd = ctx->cmd;
	g_fake.req = *req;
	g_fake.nios++;
	if (g_fake.sc) {
		xnvi_cpl_status(ctx, XNVME_STATUS_CODE_TYPE_GENERIC, g_fake.sc, true);
	} else if (!g_fake.io_err && ctx->cmd.common.opcode == XNVME_SPEC_ZND_OPC_MGMT_RECV) {
		fake_report(&ctx->cmd, req->data, req->nbytes);
	}

	return g_fake.io_err;
}

static const struct xnvi_admin_ops g_fake_admin = {.id = "fake", .pass = fake_admin};
static const struct xnvi_sync_ops g_fake_sync = {
    .id = "fake", .kinds = XNVI_KINDS_ALL, .raw = 1, .io = fake_io};

/** A namespace of 1024 LBAs of 512 bytes; the caller makes it odd before the first use */
static inline struct xnvme_dev *
fake_open_async(const char *async)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_dev *dev;

	memset(&g_fake, 0, sizeof(g_fake));
	g_fake.zones_told = UINT64_MAX;
	g_fake.zone_state = XNVME_SPEC_ZND_STATE_EMPTY;
	fake_ns()->nsze = FAKE_NS_NLBAS;
	fake_ns()->lbaf[0].ds = 9;
	opts.async = async;
	dev = xnvme_dev_open("ram:1MiB", &opts);
	if (dev) {
		dev->admin = &g_fake_admin;
		dev->sync = &g_fake_sync;
	}

	return dev;
}

static inline struct xnvme_dev *
fake_open(void)
{
	return fake_open_async(NULL);
}

/** The namespace is one of the given command set: one descriptor says so */
static inline void
fake_csi(uint8_t csi)
{
	g_fake.descrs[0] = 4;
	g_fake.descrs[1] = 1;
	g_fake.descrs[4] = csi;
}

#endif /* XNVT_FAKE_H */
