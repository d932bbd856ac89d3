// SPDX-License-Identifier: BSD-3-Clause
/**
 * Block devices of Linux: Identify from the limits of the block layer, zones from its ioctls
 *
 * The disk is one of our own: ioctl(2) is replaced when the program is linked. Its data is a file.
 */
#include <backends/linux/ioctl.h>
#include <backends/linux/kernel.h>
#include <backends/posix/fd.h>
#include <backends/tables.h>
#include <backends/linux/ioctl.h>
#include <support/test.h>
#include <support/wrap.h>

#include <linux/blkzoned.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define LBA_NBYTES   4096U
#define SECTORS	     8U	  /* Of 512 bytes, per logical block */
#define ZONE_NLBAS   64U  /* Size of a zone */
#define ZONE_CAP     56U  /* Blocks of it that can be written */
#define NZONES	     300U /* More than one call reports */
#define NLBAS	     ((uint64_t)NZONES * ZONE_NLBAS)
#define MAX_OPEN     4U
#define HDR_NBYTES   sizeof(struct xnvme_spec_znd_report_hdr)
#define DESCR_NBYTES sizeof(struct xnvme_spec_znd_descr)

static struct {
	uint32_t zone_nsectors; ///< 0: a disk without zones
	unsigned short max_nsectors;
	int limit_err; ///< errno of asking for it
	uint8_t conds[NZONES];
	unsigned nreports; ///< Calls for a report
	unsigned nactions; ///< Calls that change zones
	unsigned ninterrupts;
	bool has_capacity;
	bool has_no_zones; ///< Reports none, as a disk that lost them
	bool has_odd_zone; ///< Its first zone has no sectors
	int err;	   ///< Every call about zones fails with it
} g_disk;

static char g_path[] = "/tmp/xnvt_block_XXXXXX";
static struct xnvme_dev *g_dev;

static int
fails(int err)
{
	errno = err;

	return -1;
}

static int
disk_report(struct blk_zone_report *report)
{
	const uint64_t first = report->sector / (ZONE_NLBAS * SECTORS);
	uint32_t n = 0;

	g_disk.nreports++;
	for (uint64_t i = first; i < NZONES && n < report->nr_zones; ++i, ++n) {
		struct blk_zone *zone = &report->zones[n];

		memset(zone, 0, sizeof(*zone));
		zone->start = i * ZONE_NLBAS * SECTORS;
		zone->len = ZONE_NLBAS * SECTORS;
		zone->capacity = ZONE_CAP * SECTORS;
		zone->wp = zone->start + 16 * SECTORS;
		zone->type = i ? BLK_ZONE_TYPE_SEQWRITE_REQ : BLK_ZONE_TYPE_CONVENTIONAL;
		zone->cond = g_disk.conds[i];
		zone->reset = i == 2;
	}
	if (g_disk.has_odd_zone) {
		report->zones[0].len = 0;
	}
	report->nr_zones = g_disk.has_no_zones ? 0 : n;
	report->flags = g_disk.has_capacity ? BLK_ZONE_REP_CAPACITY : 0;

	return 0;
}

static unsigned
count_cond(uint8_t cond)
{
	unsigned n = 0;

	for (unsigned i = 0; i < NZONES; ++i) {
		n += g_disk.conds[i] == cond;
	}

	return n;
}

/** A range of whole zones; all of the disk is for a reset only */
static int
disk_act(unsigned request, const struct blk_zone_range *range)
{
	const uint64_t zone_nsectors = (uint64_t)ZONE_NLBAS * SECTORS;
	const uint64_t zone = range->sector / zone_nsectors;
	uint8_t cond = BLK_ZONE_COND_EMPTY;

	g_disk.nactions++;
	if (range->sector % zone_nsectors || zone >= NZONES) {
		return fails(EINVAL);
	}
	if (request == BLKRESETZONE && !range->sector && range->nr_sectors == NLBAS * SECTORS) {
		memset(g_disk.conds + 1, cond, NZONES - 1);
		return 0;
	}
	if (range->nr_sectors != zone_nsectors) {
		return fails(EINVAL);
	}
	if (request == BLKOPENZONE) {
		if (count_cond(BLK_ZONE_COND_EXP_OPEN) == MAX_OPEN) {
			return fails(ETOOMANYREFS);
		}
		cond = BLK_ZONE_COND_EXP_OPEN;
	} else if (request == BLKCLOSEZONE) {
		if (g_disk.conds[zone] != BLK_ZONE_COND_EXP_OPEN &&
		    g_disk.conds[zone] != BLK_ZONE_COND_IMP_OPEN) {
			return fails(EIO);
		}
		cond = BLK_ZONE_COND_CLOSED;
	} else if (request == BLKFINISHZONE) {
		cond = BLK_ZONE_COND_FULL;
	}
	g_disk.conds[zone] = cond;

	return 0;
}

WRAP(int, ioctl, int fd, xnvi_ioctl_request number, ...)
{
	const unsigned request = (unsigned)number;
	va_list ap;
	void *arg;

	(void)fd;
	va_start(ap, number);
	arg = va_arg(ap, void *);
	va_end(ap);
	switch (request) {
	case BLKGETSIZE64:
		*(uint64_t *)arg = NLBAS * LBA_NBYTES;
		return 0;
	case BLKSSZGET:
		*(int *)arg = LBA_NBYTES;
		return 0;
	case BLKSECTGET:
		if (g_disk.limit_err) {
			return fails(g_disk.limit_err);
		}
		*(unsigned short *)arg = g_disk.max_nsectors;
		return 0;
	default:
		break;
	}
	if (g_disk.ninterrupts && request != BLKGETZONESZ) {
		g_disk.ninterrupts--;
		return fails(EINTR);
	}
	if (g_disk.err) {
		return fails(g_disk.err);
	}
	switch (request) {
	case BLKGETZONESZ:
		*(uint32_t *)arg = g_disk.zone_nsectors;
		return 0;
	case BLKREPORTZONE:
		return disk_report(arg);
	case BLKRESETZONE:
	case BLKOPENZONE:
	case BLKCLOSEZONE:
	case BLKFINISHZONE:
		return disk_act(request, arg);
	default:
		return fails(ENOTTY);
	}
}

/** A handle that takes the file for a block device, before anyone asked it anything */
static void
disk_open(uint32_t zone_nsectors, const char *async)
{
	struct xnvme_opts opts = xnvme_opts_default();

	memset(&g_disk, 0, sizeof(g_disk));
	memset(g_disk.conds, BLK_ZONE_COND_EMPTY, sizeof(g_disk.conds));
	g_disk.conds[0] = BLK_ZONE_COND_NOT_WP;
	g_disk.has_capacity = true;
	g_disk.zone_nsectors = zone_nsectors;
	g_disk.max_nsectors = 2560;
	opts.async = async;
	g_dev = xnvme_dev_open(g_path, &opts);
	if (!g_dev) {
		test_fail(__FILE__, __LINE__, "%s does not open", g_path);
		exit(EXIT_FAILURE);
	}
	g_dev->sync = &xnvi_sync_block;
	g_dev->admin = &xnvi_admin_block;
	g_dev->ident.dtype = XNVI_DTYPE_BLOCK;
	xnvi_fd_of(g_dev)->block = true;
	xnvi_fd_of(g_dev)->ask_lba_nbytes = xnvi_linux_block_lba_nbytes;
	xnvi_fd_of(g_dev)->lba_nbytes = LBA_NBYTES;
	xnvi_fd_of(g_dev)->rdev = 0;
	if (xnvi_linux_zone_nbytes(xnvi_fd_of(g_dev)->fd, &xnvi_fd_of(g_dev)->zone_nbytes)) {
		test_fail(__FILE__, __LINE__, "the zones are not known");
	}
}

static void
zoned_open(void)
{
	disk_open(ZONE_NLBAS * SECTORS, "emu");
}

static void
a_zoned_disk_is_a_zoned_namespace(void)
{
	const struct xnvme_geo *geo;

	zoned_open();
	geo = xnvme_dev_get_geo(g_dev);
	CHECK_EQ(geo->type, XNVME_GEO_ZONED);
	CHECK_EQ(geo->nzone, NZONES);
	CHECK_EQ(geo->nsect, ZONE_NLBAS);
	CHECK_EQ(geo->lba_nbytes, LBA_NBYTES);
	CHECK_EQ(geo->tbytes, NLBAS * LBA_NBYTES);
	CHECK_EQ(xnvme_dev_get_csi(g_dev), XNVME_SPEC_CSI_ZONED);
	CHECK_EQ(xnvme_znd_dev_get_lbafe(g_dev)->zsze, ZONE_NLBAS);
	CHECK_EQ(xnvme_znd_dev_get_lbafe(g_dev)->zdes, 0);
	/* Nothing in sysfs about this disk: no limits */
	CHECK_EQ(xnvme_znd_dev_get_ns(g_dev)->mar, 0xffffffff);
	CHECK_EQ(xnvme_znd_dev_get_ns(g_dev)->mor, 0xffffffff);
	CHECK(xnvme_znd_dev_get_ctrlr(g_dev));
	CHECK_EQ(xnvme_dev_can(g_dev, XNVME_SPEC_ZND_OPC_MGMT_SEND), XNVME_CAPS_NATIVE);
	CHECK_EQ(xnvme_dev_can(g_dev, XNVME_SPEC_ZND_OPC_APPEND), XNVME_CAPS_NONE);
	xnvme_dev_close(g_dev);
}

static void
a_disk_without_zones_has_none_to_manage(void)
{
	struct xnvme_queue *queue = NULL;
	struct xnvme_cmd_ctx ctx;
	/* Kernels and emulators without the call have no zones either */
	static const int errs[] = {0, ENOTTY, ENOSYS};
	uint8_t buf[256] = {0};

	for (size_t i = 0; i < sizeof(errs) / sizeof(errs[0]); ++i) {
		uint64_t nbytes = 1;

		disk_open(0, "emu");
		g_disk.err = errs[i];
		CHECK_EQ(xnvi_linux_zone_nbytes(0, &nbytes), 0);
		CHECK_EQ(nbytes, 0);
		CHECK_EQ(xnvme_dev_get_geo(g_dev)->type, XNVME_GEO_CONVENTIONAL);
		CHECK_EQ(xnvme_dev_get_csi(g_dev), XNVME_SPEC_CSI_FS);
		CHECK(!xnvme_znd_dev_get_ns(g_dev));
		CHECK_EQ(xnvme_dev_can(g_dev, XNVME_SPEC_ZND_OPC_MGMT_RECV), XNVME_CAPS_NONE);
		ctx = xnvme_cmd_ctx_from_dev(g_dev);
		CHECK_EQ(xnvme_znd_mgmt_recv(&ctx, 1, 0, 0, 0, 0, buf, sizeof(buf)), -ENOSYS);
		CHECK_EQ(xnvme_queue_init(g_dev, 1, 0, &queue), 0);
		CHECK_EQ(xnvme_znd_mgmt_send(xnvme_queue_get_cmd_ctx(queue), 1, 0, true,
					     XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET, 0, NULL),
			 -ENOSYS);
		CHECK_EQ(xnvme_queue_term(queue), 0);
		CHECK_EQ(g_disk.nreports + g_disk.nactions, 0);
		xnvme_dev_close(g_dev);
	}
	/* A disk that does not say is not taken for one without */
	g_disk.err = EIO;
	CHECK_EQ(xnvi_linux_zone_nbytes(0, &(uint64_t){0}), -EIO);
}

static void
psync_refuses_to_manage_zones(void)
{
	struct xnvme_cmd_ctx ctx;
	uint8_t buf[256];

	zoned_open();
	g_dev->sync = &xnvi_sync_psync;
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_znd_mgmt_recv(&ctx, 1, 0, 0, 0, 0, buf, sizeof(buf)), -ENOSYS);
	CHECK_EQ(xnvme_dev_can(g_dev, XNVME_SPEC_ZND_OPC_MGMT_RECV), XNVME_CAPS_NONE);
	CHECK_EQ(g_disk.nreports, 0);
	xnvme_dev_close(g_dev);
}

static void
a_report_holds_every_zone(void)
{
	struct xnvme_znd_report *report;
	struct xnvme_spec_znd_descr *descr;

	for (int i = 0; i < 2; ++i) {
		zoned_open();
		g_disk.has_capacity = !i;
		g_disk.conds[5] = BLK_ZONE_COND_FULL;
		g_disk.conds[299] = BLK_ZONE_COND_OFFLINE;
		g_disk.ninterrupts = 3;
		report = xnvme_znd_report_from_dev(g_dev, 0, 0, 0);
		CHECK(report);
		CHECK_EQ(g_disk.nreports, 2);
		CHECK_EQ(report->nentries, NZONES);
		for (uint32_t z = 0; z < NZONES; ++z) {
			CHECK_EQ(xnvme_znd_report_get_descr(report, z, &descr, NULL), 0);
			CHECK_EQ(descr->zslba, z * ZONE_NLBAS);
			CHECK_EQ(descr->wp, z * ZONE_NLBAS + 16);
			CHECK_EQ(descr->zcap, i ? ZONE_NLBAS : ZONE_CAP);
			CHECK_EQ(descr->zt, z ? XNVME_SPEC_ZND_TYPE_SEQWR : 1);
			CHECK_EQ(descr->zs, g_disk.conds[z]);
			CHECK_EQ(descr->za.val, z == 2 ? 4 : 0);
		}
		xnvme_buf_virt_free(report);
		xnvme_dev_close(g_dev);
	}
}

struct asked {
	uint64_t slba;
	uint8_t sf;
	uint8_t partial;
	uint32_t room;	 ///< Descriptors that the buffer has room for
	uint64_t nzones; ///< What the header is to say
	uint64_t first;	 ///< The zone that comes first, UINT64_MAX when none does
};

static void
the_count_is_of_the_matches_or_of_the_buffer(void)
{
	static const struct asked asked[] = {
	    {0, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, 0, 4, 300, 0},
	    {0, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, 1, 4, 4, 0},
	    {0, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, 1, 0, 0, UINT64_MAX},
	    {0, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, 0, 0, 300, UINT64_MAX},
	    {10 * ZONE_NLBAS, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, 0, 4, 290, 10},
	    {10 * ZONE_NLBAS + 9, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, 0, 4, 290, 10},
	    {0, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_FULL, 0, 4, 2, 20},
	    {0, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_FULL, 1, 1, 1, 20},
	    {21 * ZONE_NLBAS, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_FULL, 0, 4, 1, 290},
	    {0, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_CLOSED, 1, 4, 0, UINT64_MAX},
	    {0, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_IOPEN, 0, 4, 1, 7},
	    {0, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_EOPEN, 0, 4, 1, 8},
	    {0, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_RONLY, 0, 4, 1, 9},
	    {0, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_OFFLINE, 0, 4, 1, 11},
	    {0, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_EMPTY, 0, 4, 293, 1},
	};
	uint8_t buf[HDR_NBYTES + 4 * DESCR_NBYTES];

	zoned_open();
	g_disk.conds[20] = g_disk.conds[290] = BLK_ZONE_COND_FULL;
	g_disk.conds[7] = BLK_ZONE_COND_IMP_OPEN;
	g_disk.conds[8] = BLK_ZONE_COND_EXP_OPEN;
	g_disk.conds[9] = BLK_ZONE_COND_READONLY;
	g_disk.conds[11] = BLK_ZONE_COND_OFFLINE;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); ++i) {
		const struct asked *ask = &asked[i];
		struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(g_dev);
		const uint32_t nbytes = (uint32_t)(HDR_NBYTES + ask->room * DESCR_NBYTES);
		struct xnvme_spec_znd_report_hdr hdr;
		struct xnvme_spec_znd_descr descr;

		memset(buf, 0xee, sizeof(buf));
		CHECK_EQ(
		    xnvme_znd_mgmt_recv(&ctx, 1, ask->slba, 0, ask->sf, ask->partial, buf, nbytes),
		    0);
		memcpy(&hdr, buf, sizeof(hdr));
		CHECK_EQ(hdr.nzones, ask->nzones);
		memcpy(&descr, buf + HDR_NBYTES, sizeof(descr));
		if (ask->first != UINT64_MAX) {
			CHECK_EQ(descr.zslba, ask->first * ZONE_NLBAS);
		} else {
			/* Cleared as far as the command reaches, and not beyond */
			CHECK_EQ(buf[HDR_NBYTES], ask->room ? 0 : 0xee);
		}
	}
	xnvme_dev_close(g_dev);
}

static void
a_report_may_be_in_pieces(void)
{
	const size_t nbytes = HDR_NBYTES + 3 * DESCR_NBYTES;
	uint8_t whole[HDR_NBYTES + 3 * DESCR_NBYTES];
	uint8_t pieces[HDR_NBYTES + 3 * DESCR_NBYTES];
	struct iovec iov[] = {{pieces, 3},
			      {pieces + 3, 70},
			      {NULL, 0},
			      {pieces + 73, 100},
			      {pieces + 173, nbytes - 173}};
	struct xnvme_cmd_ctx ctx;

	zoned_open();
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	memset(pieces, 0xee, nbytes);
	CHECK_EQ(xnvme_znd_mgmt_recv(&ctx, 1, 0, 0, 0, 0, whole, (uint32_t)nbytes), 0);
	CHECK_EQ(xnvme_cmd_pass_iov(&ctx, iov, 5, nbytes, NULL, 0), 0);
	CHECK_MEM(pieces, whole, nbytes);
	xnvme_dev_close(g_dev);
}

static void
fields_that_make_no_sense_are_the_devices_verdict(void)
{
	static const struct {
		uint64_t slba;
		uint8_t zra;
		uint8_t sf;
		uint8_t sc;
	} cases[] = {
	    {0, 1, 0, 0x02},	{0, 2, 0, 0x02},     {0, 0, 8, 0x02},
	    {0, 0, 0xff, 0x02}, {NLBAS, 0, 0, 0x80}, {UINT64_MAX, 0, 0, 0x80},
	};
	struct xnvme_cmd_ctx ctx;
	uint8_t buf[256];

	zoned_open();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
		ctx = xnvme_cmd_ctx_from_dev(g_dev);
		CHECK_EQ(xnvme_znd_mgmt_recv(&ctx, 1, cases[i].slba, cases[i].zra, cases[i].sf, 0,
					     buf, sizeof(buf)),
			 -EIO);
		CHECK_EQ(ctx.cpl.status.sct, 0);
		CHECK_EQ(ctx.cpl.status.sc, cases[i].sc);
	}
	CHECK_EQ(g_disk.nreports, 0);
	xnvme_dev_close(g_dev);
}

static int
send_to(uint64_t slba, bool all, uint8_t zsa, struct xnvme_cmd_ctx *ctx)
{
	*ctx = xnvme_cmd_ctx_from_dev(g_dev);

	return xnvme_znd_mgmt_send(ctx, 1, slba, all, zsa, 0, NULL);
}

static void
zones_are_opened_closed_finished_and_reset(void)
{
	static const struct {
		uint8_t zsa;
		uint8_t cond;
	} steps[] = {
	    {XNVME_SPEC_ZND_CMD_MGMT_SEND_OPEN, BLK_ZONE_COND_EXP_OPEN},
	    {XNVME_SPEC_ZND_CMD_MGMT_SEND_CLOSE, BLK_ZONE_COND_CLOSED},
	    {XNVME_SPEC_ZND_CMD_MGMT_SEND_FINISH, BLK_ZONE_COND_FULL},
	    {XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET, BLK_ZONE_COND_EMPTY},
	};
	struct xnvme_spec_znd_descr descr;
	struct xnvme_cmd_ctx ctx;

	zoned_open();
	g_disk.ninterrupts = 1;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); ++i) {
		CHECK_EQ(send_to(7 * ZONE_NLBAS, false, steps[i].zsa, &ctx), 0);
		CHECK_EQ(g_disk.conds[7], steps[i].cond);
		CHECK_EQ(count_cond(steps[i].cond) % (NZONES - 1), i < 3);
		CHECK_EQ(xnvme_znd_descr_from_dev(g_dev, 7 * ZONE_NLBAS, &descr), 0);
		CHECK_EQ(descr.zs, steps[i].cond);
	}
	CHECK_EQ(
	    send_to((NZONES - 1) * ZONE_NLBAS, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_FINISH, &ctx),
	    0);
	CHECK_EQ(g_disk.conds[NZONES - 1], BLK_ZONE_COND_FULL);
	CHECK_EQ(g_disk.nactions, 5);
	xnvme_dev_close(g_dev);
}

static void
select_all_reaches_the_zones_that_the_action_applies_to(void)
{
	struct xnvme_cmd_ctx ctx;

	zoned_open();
	g_disk.conds[3] = BLK_ZONE_COND_IMP_OPEN;
	g_disk.conds[280] = BLK_ZONE_COND_EXP_OPEN;
	g_disk.conds[281] = BLK_ZONE_COND_FULL;
	CHECK_EQ(send_to(5, true, XNVME_SPEC_ZND_CMD_MGMT_SEND_CLOSE, &ctx), 0);
	CHECK_EQ(g_disk.nactions, 2);
	CHECK_EQ(count_cond(BLK_ZONE_COND_CLOSED), 2);
	CHECK_EQ(g_disk.conds[3], BLK_ZONE_COND_CLOSED);
	CHECK_EQ(send_to(0, true, XNVME_SPEC_ZND_CMD_MGMT_SEND_OPEN, &ctx), 0);
	CHECK_EQ(count_cond(BLK_ZONE_COND_EXP_OPEN), 2);
	CHECK_EQ(send_to(0, true, XNVME_SPEC_ZND_CMD_MGMT_SEND_FINISH, &ctx), 0);
	CHECK_EQ(count_cond(BLK_ZONE_COND_FULL), 3);
	CHECK_EQ(g_disk.nactions, 6);
	CHECK_EQ(send_to(0, true, XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET, &ctx), 0);
	CHECK_EQ(g_disk.nactions, 7);
	CHECK_EQ(count_cond(BLK_ZONE_COND_EMPTY), NZONES - 1);
	xnvme_dev_close(g_dev);
}

static void
what_the_disk_refuses_is_a_status(void)
{
	struct xnvme_cmd_ctx ctx;

	zoned_open();
	for (unsigned i = 1; i <= MAX_OPEN + 1; ++i) {
		const int err =
		    send_to(i * ZONE_NLBAS, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_OPEN, &ctx);

		CHECK_EQ(err, i <= MAX_OPEN ? 0 : -EIO);
	}
	CHECK_EQ(ctx.cpl.status.sct, XNVME_STATUS_CODE_TYPE_CMDSPEC);
	CHECK_EQ(ctx.cpl.status.sc, XNVME_SPEC_ZND_SC_TOO_MANY_OPEN);
	/* The first that is refused ends the walk */
	memset(g_disk.conds + 1, BLK_ZONE_COND_CLOSED, NZONES - 1);
	g_disk.nactions = 0;
	CHECK_EQ(send_to(0, true, XNVME_SPEC_ZND_CMD_MGMT_SEND_OPEN, &ctx), -EIO);
	CHECK_EQ(ctx.cpl.status.sc, XNVME_SPEC_ZND_SC_TOO_MANY_OPEN);
	CHECK_EQ(g_disk.nactions, MAX_OPEN + 1);
	g_disk.err = EOVERFLOW;
	CHECK_EQ(send_to(0, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_OPEN, &ctx), -EIO);
	CHECK_EQ(ctx.cpl.status.sc, XNVME_SPEC_ZND_SC_TOO_MANY_ACTIVE);
	g_disk.err = EACCES;
	CHECK_EQ(send_to(0, true, XNVME_SPEC_ZND_CMD_MGMT_SEND_CLOSE, &ctx), -EACCES);
	CHECK_EQ(send_to(0, true, XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET, &ctx), -EACCES);
	g_disk.err = 0;
	g_disk.nactions = 0;
	CHECK_EQ(send_to(1, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET, &ctx), -EIO);
	CHECK_EQ(ctx.cpl.status.sc, 0x02);
	CHECK_EQ(send_to(NLBAS, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET, &ctx), -EIO);
	CHECK_EQ(ctx.cpl.status.sc, 0x80);
	CHECK_EQ(g_disk.nactions, 0);
	xnvme_dev_close(g_dev);
}

static void
what_the_block_layer_cannot_do_is_refused_in_words(void)
{
	static const uint8_t zsas[] = {XNVME_SPEC_ZND_CMD_MGMT_SEND_OFFLINE,
				       XNVME_SPEC_ZND_CMD_MGMT_SEND_DESCRIPTOR,
				       XNVME_SPEC_ZND_CMD_MGMT_SEND_FLUSH, 0, 0xff};
	static uint8_t block[LBA_NBYTES];
	struct xnvme_cmd_ctx ctx;

	zoned_open();
	for (size_t i = 0; i < sizeof(zsas); ++i) {
		xnvme_err_clear();
		CHECK_EQ(send_to(0, false, zsas[i], &ctx), -ENOSYS);
		CHECK(xnvme_err_last()->what[0]);
	}
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_znd_mgmt_send(&ctx, 1, 0, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_OPEN,
				     XNVME_SPEC_ZND_MGMT_OPEN_WITH_ZRWA, NULL),
		 -ENOSYS);
	xnvme_err_clear();
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_znd_append(&ctx, 1, 0, 0, block, NULL), -ENOSYS);
	CHECK(strstr(xnvme_err_last()->what, "7d"));
	CHECK(!xnvme_znd_report_from_dev(g_dev, 0, 0, 1));
	CHECK_EQ(errno, ENOSYS);
	CHECK_EQ(g_disk.nactions, 0);
	xnvme_dev_close(g_dev);
}

static void
reports_that_are_impossible_are_an_error(void)
{
	struct xnvme_spec_znd_descr descr;

	zoned_open();
	g_disk.has_no_zones = true;
	CHECK(!xnvme_znd_report_from_dev(g_dev, 0, 0, 0));
	CHECK_EQ(errno, EIO);
	CHECK_EQ(xnvme_znd_descr_from_dev(g_dev, 0, &descr), -EIO);
	g_disk.has_no_zones = false;
	g_disk.has_odd_zone = true;
	CHECK(!xnvme_znd_report_from_dev(g_dev, 0, 0, 0));
	CHECK_EQ(errno, EPROTO);
	g_disk.has_odd_zone = false;
	g_disk.err = ENODEV;
	CHECK(!xnvme_znd_report_from_dev(g_dev, 0, 0, 0));
	CHECK_EQ(errno, ENODEV);
	xnvme_dev_close(g_dev);
}

static void
on_done(struct xnvme_cmd_ctx *ctx, void *arg)
{
	*(int *)arg = xnvme_cmd_ctx_cpl_status(ctx) ? -1 : 1;
}

static void
queues_manage_zones_on_the_sync_path(void)
{
	static const char *const asyncs[] = {"emu", "thrpool", "posix"};
	uint8_t buf[HDR_NBYTES + DESCR_NBYTES];

	for (size_t i = 0; i < sizeof(asyncs) / sizeof(asyncs[0]); ++i) {
		struct xnvme_queue *queue = NULL;
		struct xnvme_cmd_ctx *ctx;
		uint64_t nzones = 0;
		int done = 0;

		disk_open(ZONE_NLBAS * SECTORS, asyncs[i]);
		CHECK_EQ(xnvme_queue_init(g_dev, 4, 0, &queue), 0);
		ctx = xnvme_queue_get_cmd_ctx(queue);
		ctx->async.cb = on_done;
		ctx->async.cb_arg = &done;
		CHECK_EQ(xnvme_znd_mgmt_recv(ctx, 1, 0, 0, 0, 0, buf, sizeof(buf)), 0);
		CHECK(xnvme_queue_drain(queue) >= 0);
		CHECK_EQ(done, 1);
		memcpy(&nzones, buf, sizeof(nzones));
		CHECK_EQ(nzones, NZONES);
		CHECK_EQ(xnvme_queue_term(queue), 0);
		xnvme_dev_close(g_dev);
	}
}

static void
the_transfer_limit_is_a_power_of_two_that_fits(void)
{
	static const struct {
		unsigned short nsectors;
		uint8_t mdts;
	} cases[] = {{0, 0},	{1, 1},	    {8, 1},	 {16, 1},    {31, 1},
		     {32, 2},	{256, 5},   {2559, 8},	 {2560, 8},  {4096, 9},
		     {8191, 9}, {8192, 10}, {65535, 12}, {32768, 12}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
		disk_open(0, "emu");
		g_disk.max_nsectors = cases[i].nsectors;
		CHECK_EQ(xnvme_dev_get_ctrlr(g_dev)->mdts, cases[i].mdts);
		CHECK_EQ(xnvme_dev_get_geo(g_dev)->mdts_nbytes,
			 cases[i].mdts ? 4096U << cases[i].mdts : 1U << 20);
		/* Sysfs has nothing about this disk: nothing says that it discards */
		CHECK_EQ(xnvme_dev_get_ctrlr(g_dev)->oncs.dsm, 0);
		xnvme_dev_close(g_dev);
	}
}

/** The block layer cuts what is too long, so a limit that it cannot tell is none */
static void
a_transfer_limit_that_cannot_be_asked_for_is_none(void)
{
	static const int errs[] = {ENOTTY, ENOSYS};

	for (size_t i = 0; i < sizeof(errs) / sizeof(errs[0]); ++i) {
		disk_open(0, "emu");
		g_disk.limit_err = errs[i];
		CHECK_EQ(xnvme_dev_derive_geo(g_dev), 0);
		CHECK_EQ(xnvme_dev_get_ctrlr(g_dev)->mdts, 0);
		xnvme_dev_close(g_dev);
	}
	disk_open(0, "emu");
	g_disk.limit_err = EIO;
	CHECK_EQ(xnvme_dev_derive_geo(g_dev), -EIO);
	xnvme_dev_close(g_dev);
}

static void
limits_of_a_partition_are_those_of_its_disk(void)
{
	char sys[] = "/tmp/xnvt_block_sys_XXXXXX";
	uint64_t value = 0;
	char cmd[128];
	char path[128];
	FILE *file;

	CHECK(mkdtemp(sys));
	snprintf(path, sizeof(path), "%s/dev", sys);
	CHECK_EQ(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/dev/block", sys);
	CHECK_EQ(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/disk", sys);
	CHECK_EQ(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/disk/part", sys);
	CHECK_EQ(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/disk/queue", sys);
	CHECK_EQ(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/disk/queue/discard_max_bytes", sys);
	file = fopen(path, "w");
	CHECK(file && fputs("65536\n", file) >= 0 && !fclose(file));
	snprintf(path, sizeof(path), "%s/dev/block/8:16", sys);
	CHECK_EQ(symlink("../../disk", path), 0);
	snprintf(path, sizeof(path), "%s/dev/block/259:300", sys);
	CHECK_EQ(symlink("../../disk/part", path), 0);
	CHECK_EQ(xnvi_linux_queue_limit(sys, makedev(8, 16), "discard_max_bytes", &value), 0);
	CHECK_EQ(value, 65536);
	value = 0;
	CHECK_EQ(xnvi_linux_queue_limit(sys, makedev(259, 300), "discard_max_bytes", &value), 0);
	CHECK_EQ(value, 65536);
	CHECK_EQ(xnvi_linux_queue_limit(sys, makedev(8, 16), "none", &value), -ENOENT);
	CHECK_EQ(xnvi_linux_queue_limit(sys, makedev(8, 17), "discard_max_bytes", &value), -ENOENT);
	snprintf(cmd, sizeof(cmd), "rm -r %s", sys);
	CHECK_EQ(system(cmd), 0);
}

static const struct test tests[] = {
    TEST_CASE(a_zoned_disk_is_a_zoned_namespace),
    TEST_CASE(a_disk_without_zones_has_none_to_manage),
    TEST_CASE(psync_refuses_to_manage_zones),
    TEST_CASE(a_report_holds_every_zone),
    TEST_CASE(the_count_is_of_the_matches_or_of_the_buffer),
    TEST_CASE(a_report_may_be_in_pieces),
    TEST_CASE(fields_that_make_no_sense_are_the_devices_verdict),
    TEST_CASE(zones_are_opened_closed_finished_and_reset),
    TEST_CASE(select_all_reaches_the_zones_that_the_action_applies_to),
    TEST_CASE(what_the_disk_refuses_is_a_status),
    TEST_CASE(what_the_block_layer_cannot_do_is_refused_in_words),
    TEST_CASE(reports_that_are_impossible_are_an_error),
    TEST_CASE(queues_manage_zones_on_the_sync_path),
    TEST_CASE(the_transfer_limit_is_a_power_of_two_that_fits),
    TEST_CASE(a_transfer_limit_that_cannot_be_asked_for_is_none),
    TEST_CASE(limits_of_a_partition_are_those_of_its_disk),
};

int
main(int argc, char **argv)
{
	const int fd = mkstemp(g_path);
	int status;

	if (fd < 0 || ftruncate(fd, (off_t)(NLBAS * LBA_NBYTES))) {
		printf("Bail out! no temporary file\n");
		return EXIT_FAILURE;
	}
	close(fd);
	status = test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
	unlink(g_path);

	return status;
}
