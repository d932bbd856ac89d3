// SPDX-License-Identifier: BSD-3-Clause
/**
 * sync: block
 *
 * Talks to:             as psync; zones by BLKREPORTZONE, BLKRESETZONE, BLKOPENZONE, ...
 * Serves:               block devices
 * Needs:                nothing
 * Queue and limits:     any length: transfers beyond the system's limit per call are continued
 * Completion delivery:  on return
 * Threads:              any number at once
 * Error mapping:        errno as it is; errors about too many open or active zones become the
 *                       status codes that the kernel made them from
 * Quirks:               a conventional zone of a disk is reported with the kernel's type 1; with
 *                       select all, the action is sent zone by zone to the zones that can take it
 * Not supported:        Zone Append, zone descriptor extensions and random write areas: the block
 *                       layer has no requests for them
 */
#include <backends/posix/fd.h>
#include <backends/posix/roles.h>
#include <os/posix/descriptor.h>

#include <linux/blkzoned.h>
#include <backends/linux/ioctl.h>
#include <stdlib.h>

#define LAYER		 "be:block"
#define SECTOR_SHIFT	 9U
#define NZONES		 256U /* Zones per call */
#define SC_INVALID_FIELD 0x02

#define IS(state) (1U << XNVME_SPEC_ZND_STATE_##state)

/** States of the zones in a report, by reporting option */
static const uint32_t g_filters[] = {
    [XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL] = UINT32_MAX,
    [XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_EMPTY] = IS(EMPTY),
    [XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_IOPEN] = IS(IOPEN),
    [XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_EOPEN] = IS(EOPEN),
    [XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_CLOSED] = IS(CLOSED),
    [XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_FULL] = IS(FULL),
    [XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_RONLY] = IS(RONLY),
    [XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_OFFLINE] = IS(OFFLINE),
};

/** Actions, and the states of zones that select all applies to; 0: the whole device in one call */
static const struct action {
	uint8_t zsa;
	unsigned long request;
	uint32_t states;
} g_actions[] = {
    {XNVME_SPEC_ZND_CMD_MGMT_SEND_CLOSE, BLKCLOSEZONE, IS(IOPEN) | IS(EOPEN)},
    {XNVME_SPEC_ZND_CMD_MGMT_SEND_FINISH, BLKFINISHZONE, IS(IOPEN) | IS(EOPEN) | IS(CLOSED)},
    {XNVME_SPEC_ZND_CMD_MGMT_SEND_OPEN, BLKOPENZONE, IS(CLOSED)},
    {XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET, BLKRESETZONE, 0},
};

/** Called with each zone; a value other than 0 ends the walk */
typedef int (*zone_func)(struct xnvme_dev *dev, const struct xnvme_spec_znd_descr *descr,
			 void *arg);

static uint64_t
nlbas_of(const struct xnvme_dev *dev)
{
	return atomic_load_explicit(&dev->nlbas, memory_order_relaxed);
}

static int
retry_ioctl(const struct xnvme_dev *dev, unsigned long request, void *arg)
{
	struct xnvi_retry retry = {.limit_us = dev->opts.command_timeout};
	int res;

	do {
		res = xnvi_linux_ioctl_once(xnvi_fd_for_ranges(xnvi_fd_of(dev)), request, arg);
	} while (res < 0 && xnvi_retry(&retry));

	return res < 0 ? res : 0;
}

/** Convert a zone from sectors of 512 bytes to logical blocks */
static struct xnvme_spec_znd_descr
descr_of(const struct blk_zone *zone, bool has_capacity, unsigned shift)
{
	struct xnvme_spec_znd_descr descr = {
	    .zt = zone->type & 0xfU,
	    .zs = zone->cond & 0xfU,
	    .zcap = (has_capacity ? zone->capacity : zone->len) >> shift,
	    .zslba = zone->start >> shift,
	    .wp = zone->wp >> shift,
	};

	descr.za.rzr = zone->reset & 1U;

	return descr;
}

/** Walk the zones of one call; *sector moves to the sector after them */
static int
walk_some(struct xnvme_dev *dev, struct blk_zone_report *report, uint64_t *sector, zone_func func,
	  void *arg)
{
	const unsigned shift = dev->ssw - SECTOR_SHIFT;
	int res;

	report->sector = *sector;
	report->nr_zones = NZONES;
	report->flags = 0;
	res = retry_ioctl(dev, BLKREPORTZONE, report);
	if (res) {
		return res;
	}
	for (uint32_t i = 0; i < report->nr_zones && i < NZONES; ++i) {
		const struct blk_zone *zone = &report->zones[i];
		const struct xnvme_spec_znd_descr descr =
		    descr_of(zone, report->flags & BLK_ZONE_REP_CAPACITY, shift);

		if (!zone->len || zone->start + zone->len <= *sector) {
			return xnvi_err(
			    -EPROTO, LAYER, dev->ident.uri,
			    "look for an update of the device's firmware",
			    "the device reports an impossible zone: sector %llu, %llu sectors",
			    (unsigned long long)zone->start, (unsigned long long)zone->len);
		}
		*sector = zone->start + zone->len;
		res = func(dev, &descr, arg);
		if (res) {
			return res;
		}
	}

	/* The report has fewer zones than its count says */
	return report->nr_zones ? 0 : 1;
}

/** Walk all zones, beginning with the one that contains `slba` */
static int
walk_zones(struct xnvme_dev *dev, uint64_t slba, zone_func func, void *arg)
{
	const unsigned shift = dev->ssw - SECTOR_SHIFT;
	const uint64_t end = nlbas_of(dev) << shift;
	uint64_t sector = slba << shift;
	struct blk_zone_report *report;
	int res = 0;

	report = calloc(1, sizeof(*report) + NZONES * sizeof(report->zones[0]));
	if (!report) {
		return xnvi_err(-ENOMEM, LAYER, dev->ident.uri, "free memory",
				"no memory for a report of zones");
	}
	while (!res && sector < end) {
		res = walk_some(dev, report, &sector, func, arg);
	}
	free(report);

	return res < 0 ? res : 0;
}

/** Copy bytes to an offset in the data of the command, which may be in several pieces */
static void
put(const struct xnvi_req *req, size_t pos, const void *src, size_t nbytes)
{
	const struct iovec one = {.iov_base = req->data, .iov_len = xnvi_req_len(req)};
	const struct iovec *iov = req->iovcnt ? req->data : &one;
	const uint32_t iovcnt = req->iovcnt ? req->iovcnt : 1;
	const uint8_t *from = src;

	for (uint32_t i = 0; i < iovcnt && nbytes; ++i) {
		const size_t len = iov[i].iov_len;
		size_t n;

		if (pos >= len) {
			pos -= len;
			continue;
		}
		n = nbytes < len - pos ? nbytes : len - pos;
		if (from) {
			memcpy((uint8_t *)iov[i].iov_base + pos, from, n);
			from += n;
		} else {
			memset((uint8_t *)iov[i].iov_base + pos, 0, n);
		}
		nbytes -= n;
		pos = 0;
	}
}

struct report {
	const struct xnvi_req *req;
	uint32_t states;
	bool partial;
	size_t room;	   ///< Number of descriptors that fit
	size_t nput;	   ///< Number of descriptors in the buffer
	uint64_t nmatches; ///< Number of zones that match
};

static int
report_zone(struct xnvme_dev *dev, const struct xnvme_spec_znd_descr *descr, void *arg)
{
	struct report *report = arg;

	(void)dev;
	if (report->partial && report->nput == report->room) {
		return 1;
	}
	if (!(report->states >> descr->zs & 1)) {
		return 0;
	}
	report->nmatches++;
	if (report->nput < report->room) {
		put(report->req,
		    sizeof(struct xnvme_spec_znd_report_hdr) + report->nput * sizeof(*descr), descr,
		    sizeof(*descr));
		report->nput++;
	}

	return 0;
}

static int
refuse_field(struct xnvme_cmd_ctx *ctx, uint8_t sc)
{
	xnvi_cpl_status(ctx, XNVME_STATUS_CODE_TYPE_GENERIC, sc, true);

	return 0;
}

static int
zone_recv(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	const struct xnvme_spec_znd_cmd_mgmt_recv *cmd = &ctx->cmd.znd.mgmt_recv;
	struct xnvme_spec_znd_report_hdr hdr = {0};
	struct report report = {.req = req, .partial = cmd->partial};
	const size_t nbytes = xnvi_req_len(req);
	int err;

	if (cmd->zra != XNVME_SPEC_ZND_CMD_MGMT_RECV_ACTION_REPORT ||
	    cmd->zrasf >= sizeof(g_filters) / sizeof(g_filters[0])) {
		return refuse_field(ctx, SC_INVALID_FIELD);
	}
	if (cmd->slba >= nlbas_of(dev)) {
		return refuse_field(ctx, XNVI_SC_LBA_OUT_OF_RANGE);
	}
	put(req, 0, NULL, nbytes);
	report.states = g_filters[cmd->zrasf];
	report.room =
	    nbytes < sizeof(hdr) ? 0 : (nbytes - sizeof(hdr)) / sizeof(struct xnvme_spec_znd_descr);
	err = walk_zones(dev, cmd->slba, report_zone, &report);
	if (err) {
		return err;
	}
	hdr.nzones = report.partial ? report.nput : report.nmatches;
	put(req, 0, &hdr, nbytes < sizeof(hdr) ? nbytes : sizeof(hdr));

	return 0;
}

struct apply {
	const struct action *action;
	struct xnvme_cmd_ctx *ctx;
};

/** Send an action for a range; turn the errno of the kernel back into the status of the disk */
static int
act(struct xnvme_dev *dev, const struct apply *apply, uint64_t slba, uint64_t nlbas)
{
	const unsigned shift = dev->ssw - SECTOR_SHIFT;
	struct blk_zone_range range = {
	    .sector = slba << shift,
	    .nr_sectors = nlbas << shift,
	};
	const int err = retry_ioctl(dev, apply->action->request, &range);

	switch (err) {
	case -ETOOMANYREFS:
		xnvi_cpl_status(apply->ctx, XNVME_STATUS_CODE_TYPE_CMDSPEC,
				XNVME_SPEC_ZND_SC_TOO_MANY_OPEN, false);
		return 0;
	case -EOVERFLOW:
		xnvi_cpl_status(apply->ctx, XNVME_STATUS_CODE_TYPE_CMDSPEC,
				XNVME_SPEC_ZND_SC_TOO_MANY_ACTIVE, false);
		return 0;
	default:
		return err;
	}
}

/** The last zone may be shorter than the others */
static int
act_on_zone(struct xnvme_dev *dev, const struct apply *apply, uint64_t zslba)
{
	return act(dev, apply, zslba, XNVME_MIN_U64(dev->geo.nsect, nlbas_of(dev) - zslba));
}

static int
apply_to_zone(struct xnvme_dev *dev, const struct xnvme_spec_znd_descr *descr, void *arg)
{
	const struct apply *apply = arg;
	int err;

	if (!(apply->action->states >> descr->zs & 1)) {
		return 0;
	}
	err = act_on_zone(dev, apply, descr->zslba);

	return err ? err : xnvme_cmd_ctx_cpl_status(apply->ctx);
}

static int
zone_send(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx)
{
	const struct xnvme_spec_znd_cmd_mgmt_send *cmd = &ctx->cmd.znd.mgmt_send;
	struct apply apply = {.ctx = ctx};

	for (size_t i = 0; i < sizeof(g_actions) / sizeof(g_actions[0]); ++i) {
		if (g_actions[i].zsa == cmd->zsa) {
			apply.action = &g_actions[i];
		}
	}
	if (!apply.action || cmd->zsaso) {
		return xnvi_err(-ENOSYS, LAYER, dev->ident.uri,
				"use the character node of an NVMe namespace",
				"the block layer opens, closes, finishes and resets zones; it has "
				"no action %02xh%s",
				cmd->zsa, cmd->zsaso ? " with an option" : "");
	}
	if (cmd->select_all) {
		return apply.action->states ? walk_zones(dev, 0, apply_to_zone, &apply)
					    : act(dev, &apply, 0, nlbas_of(dev));
	}
	if (cmd->slba >= nlbas_of(dev)) {
		return refuse_field(ctx, XNVI_SC_LBA_OUT_OF_RANGE);
	}
	if (cmd->slba % dev->geo.nsect) {
		return refuse_field(ctx, SC_INVALID_FIELD);
	}

	return act_on_zone(dev, &apply, cmd->slba);
}

static int
block_io(struct xnvme_dev *dev, struct xnvme_cmd_ctx *ctx, const struct xnvi_req *req)
{
	int err;

	if (XNVI_LIKELY(req->kind < XNVI_KIND_ZONE_SEND)) {
		return xnvi_psync_io(dev, ctx, req);
	}

	err = xnvi_cpl_patience(ctx, req->kind == XNVI_KIND_ZONE_SEND ? zone_send(dev, ctx)
								      : zone_recv(dev, ctx, req));

	return err ? xnvi_fd_verdict(dev, err) : 0;
}

const struct xnvi_sync_ops xnvi_sync_block = {
    .id = "block",
    .kinds = XNVI_PSYNC_KINDS | (1U << XNVI_KIND_ZONE_SEND) | (1U << XNVI_KIND_ZONE_RECV),
    .io = block_io,
};
