// SPDX-License-Identifier: BSD-3-Clause
/**
 * Identifying a device, and its geometry
 *
 * The first caller that needs geometry identifies the device, under its lock. A failure is the
 * error of that caller, and the next one tries again. Values from the device are checked before
 * they are used in shifts, divisions and sizes.
 */
#include <core/geo.h>
#include <core/plain.h>
#include <core/removal.h>
#include <core/mechanism.h>

#include <stdlib.h>

#define LAYER "identify"

#define FILE_MDTS_NBYTES (1U << 20)
#define FILE_LBA_NBYTES	 512U
#define MDTS_PAGE_SHIFT	 12U
#define DS_MIN		 9U
#define DS_MAX		 16U
#define NSID_BROADCAST	 0xffffffffU

static int
identify(struct xnvme_dev *dev, uint8_t cns, uint8_t csi, uint32_t nsid, void *page)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(dev);

	ctx.cmd.common.opcode = XNVME_SPEC_ADM_OPC_IDFY;
	ctx.cmd.common.nsid = nsid;
	ctx.cmd.idfy.cns = cns;
	ctx.cmd.idfy.csi = csi;
	memset(page, 0, sizeof(struct xnvme_spec_idfy));

	return xnvme_cmd_pass_admin(&ctx, page, sizeof(struct xnvme_spec_idfy), NULL, 0);
}

/** Command set from the descriptor list; a controller without the list has the NVM command set */
static uint8_t
csi_from_descriptors(const uint8_t *page)
{
	size_t pos = 0;

	while (pos + 4 <= sizeof(struct xnvme_spec_idfy) && page[pos + 1] &&
	       pos + 4 + page[pos + 1] <= sizeof(struct xnvme_spec_idfy)) {
		if (page[pos] == XNVI_NIDT_CSI && page[pos + 1] == 1) {
			return page[pos + 4];
		}
		pos += 4U + page[pos + 1];
	}

	return XNVME_SPEC_CSI_NVM;
}

/** Read all pages into `idfy`, through the buffer `page`, which the device can reach */
static int
identify_pages(struct xnvme_dev *dev, struct xnvi_idfy *idfy, void *page)
{
	const size_t nbytes = sizeof(struct xnvme_spec_idfy);
	const struct xnvme_err before = *xnvme_err_last();
	uint8_t csi = dev->ident.csi;
	int err;

	err = identify(dev, XNVME_SPEC_IDFY_CTRLR, 0, 0, page);
	if (err) {
		return err;
	}
	memcpy(&idfy->ctrlr, page, nbytes);
	if (dev->nsid == NSID_BROADCAST) {
		return 0;
	}

	err = identify(dev, XNVME_SPEC_IDFY_NS, 0, dev->nsid, page);
	if (err) {
		return err;
	}
	memcpy(&idfy->ns, page, nbytes);

	if (csi == XNVME_SPEC_CSI_NVM &&
	    identify(dev, XNVME_SPEC_IDFY_NSDSCR, 0, dev->nsid, page) == 0) {
		csi = csi_from_descriptors(page);
	}
	/* Controllers before 2.0 lack the pages by command set: they stay zero */
	if (identify(dev, XNVME_SPEC_IDFY_NS_IOCS, csi, dev->nsid, page) == 0) {
		memcpy(&idfy->ns_css, page, nbytes);
	}
	if (identify(dev, XNVME_SPEC_IDFY_CTRLR_IOCS, csi, 0, page) == 0) {
		memcpy(&idfy->ctrlr_css, page, nbytes);
	}
	dev->ident.csi = csi;
	xnvi_err_restore(&before);

	return 0;
}

/** Largest transfer in bytes, limited by the size of the field; 1 MiB when not reported */
static uint32_t
mdts_nbytes(uint8_t mdts)
{
	if (!mdts) {
		return FILE_MDTS_NBYTES;
	}

	return mdts + MDTS_PAGE_SHIFT > 31 ? 1U << 31 : 1U << (mdts + MDTS_PAGE_SHIFT);
}

static int
geo_refuse(const struct xnvme_dev *dev, const char *what, uint64_t value)
{
	return xnvi_err(
	    -EPROTO, LAYER, dev->ident.uri, "look for an update of the device's firmware",
	    "identify: the device reports an impossible %s: %llu", what, (unsigned long long)value);
}

/** Protection information of the formatted LBA size */
static void
geo_from_pi(struct xnvme_geo *geo, const struct xnvi_idfy *idfy, uint8_t format)
{
	const struct xnvme_spec_nvm_idfy_ns *css = (const void *)&idfy->ns_css;

	geo->pi_type = idfy->ns.dps.pit;
	geo->pi_loc = idfy->ns.dps.md_start & 1;
	geo->pi_format = css->elbaf[format].pif;
}

static int
geo_from_zones(struct xnvme_dev *dev, struct xnvme_geo *geo, const struct xnvi_idfy *idfy,
	       uint8_t format)
{
	const struct xnvme_spec_znd_idfy_ns *zns = (const void *)&idfy->ns_css;
	uint64_t zsze;

	if (format >= 16) {
		return geo_refuse(dev, "format index of a zoned namespace", format);
	}
	zsze = zns->lbafe[format].zsze;
	if (!zsze || idfy->ns.nsze / zsze > UINT32_MAX) {
		return geo_refuse(dev, "zone size", zsze);
	}
	geo->type = XNVME_GEO_ZONED;
	geo->nsect = zsze;
	geo->nzone = (uint32_t)(idfy->ns.nsze / zsze);

	return 0;
}

static int
geo_from_ns(struct xnvme_dev *dev, const struct xnvi_idfy *idfy, struct xnvme_geo *geo)
{
	const struct xnvme_spec_idfy_ns *ns = &idfy->ns;
	const uint8_t format = (uint8_t)(ns->flbas.format | (ns->flbas.format_msb << 4));
	const struct xnvme_spec_lbaf *lbaf = &ns->lbaf[format];
	int err;

	if (dev->ident.csi == XNVME_SPEC_CSI_KV) {
		geo->type = XNVME_GEO_KV;
		geo->mdts_nbytes = mdts_nbytes(idfy->ctrlr.mdts);
		return 0;
	}
	if (lbaf->ds < DS_MIN || lbaf->ds > DS_MAX) {
		return geo_refuse(dev, "LBA data size exponent", lbaf->ds);
	}
	geo->type = XNVME_GEO_CONVENTIONAL;
	geo->npugrp = 1;
	geo->npunit = 1;
	geo->nzone = 1;
	geo->nsect = ns->nsze;
	geo->ssw = lbaf->ds;
	geo->nbytes = 1U << lbaf->ds;
	geo->nbytes_oob = lbaf->ms;
	geo->lba_extended = ns->flbas.extended && lbaf->ms;
	geo->lba_nbytes = geo->nbytes + (geo->lba_extended ? geo->nbytes_oob : 0);
	geo->mdts_nbytes = mdts_nbytes(idfy->ctrlr.mdts);
	if (ns->nsze > UINT64_MAX >> lbaf->ds) {
		return geo_refuse(dev, "namespace size", ns->nsze);
	}
	geo->tbytes = ns->nsze << lbaf->ds;
	geo_from_pi(geo, idfy, format);
	if (dev->ident.csi == XNVME_SPEC_CSI_ZONED) {
		err = geo_from_zones(dev, geo, idfy, format);
		if (err) {
			return err;
		}
	}

	return 0;
}

/** A file is a range of bytes, which NVM commands address in units of 512 */
static int
geo_from_file(struct xnvme_dev *dev, struct xnvme_geo *geo)
{
	const uint64_t mark = xnvi_err_mark();
	uint64_t nbytes;
	int err;

	err = dev->ops->size(dev, &nbytes);
	if (err) {
		return xnvi_err_slot(mark, err, LAYER, dev->ident.uri, "reading the size");
	}
	geo->type = XNVME_GEO_CONVENTIONAL;
	geo->npugrp = 1;
	geo->npunit = 1;
	geo->nzone = 1;
	geo->nsect = 1;
	geo->nbytes = 1;
	geo->lba_nbytes = FILE_LBA_NBYTES;
	geo->ssw = XNVME_ILOG2(FILE_LBA_NBYTES);
	geo->mdts_nbytes = FILE_MDTS_NBYTES;
	geo->tbytes = nbytes;

	return 0;
}

static uint64_t
nlbas_of(const struct xnvme_dev *dev, const struct xnvme_geo *geo)
{
	/* Controllers and key-value namespaces are not addressed in LBAs, and have no bound */
	return dev->bounded || geo->tbytes ? geo->tbytes >> geo->ssw : UINT64_MAX;
}

int
xnvi_geo_derive(struct xnvme_dev *dev)
{
	struct xnvme_geo geo = {.type = XNVME_GEO_UNKNOWN};
	struct xnvi_idfy *idfy;
	void *page;
	int err;

	if (xnvi_dev_was_removed(dev)) {
		return xnvi_dev_refuse_removed(dev);
	}
	idfy = calloc(1, sizeof(*idfy));
	page = xnvme_buf_alloc(dev, sizeof(struct xnvme_spec_idfy));
	if (!page) {
		/* The `mem` interface has explained it */
		err = -errno;
		free(idfy);
		return err;
	}
	if (!idfy) {
		xnvme_buf_free(dev, page);
		return xnvi_err(-ENOMEM, LAYER, dev->ident.uri, "free memory",
				"no memory for the identify pages");
	}
	err = identify_pages(dev, idfy, page);
	xnvme_buf_free(dev, page);
	if (!err && dev->ident.dtype == XNVI_DTYPE_FILE) {
		err = geo_from_file(dev, &geo);
	} else if (!err && dev->nsid != NSID_BROADCAST) {
		err = geo_from_ns(dev, idfy, &geo);
	}
	if (err) {
		free(idfy);
		return err;
	}

	dev->limit_src = idfy->ctrlr.mdts ? "identify:mdts" : "library:default";
	if (dev->ops->limits) {
		dev->ops->limits(dev, &geo);
	}
	memcpy(dev->ident.subnqn, idfy->ctrlr.subnqn, sizeof(dev->ident.subnqn));
	dev->ident.subnqn[sizeof(dev->ident.subnqn) - 1] = '\0';
	free(dev->idfy);
	dev->idfy = idfy;
	dev->geo = geo;
	dev->opcs = geo.type == XNVME_GEO_KV ? xnvi_opcs_kv : xnvi_opcs_nvm;
	dev->ssw = (uint8_t)geo.ssw;
	atomic_store_explicit(&dev->nlbas, nlbas_of(dev, &geo), memory_order_relaxed);
	atomic_store_explicit(&dev->stale, false, memory_order_relaxed);
	xnvi_plain_set_dev(dev);

	return 0;
}

int
xnvi_dev_derive(struct xnvme_dev *dev)
{
	int err = 0;

	xnvi_mutex_lock(&dev->lock);
	if (!atomic_load_explicit(&dev->geo_ready, memory_order_relaxed)) {
		err = xnvi_geo_derive(dev);
		if (!err) {
			atomic_store_explicit(&dev->geo_ready, true, memory_order_release);
		}
	}
	xnvi_mutex_unlock(&dev->lock);

	return err;
}

int
xnvi_dev_is_stale(struct xnvme_dev *dev, uint32_t lba_nbytes, uint32_t meta_nbytes)
{
	static const char hint[] = "call xnvme_dev_derive_geo(), or open the device again";
	const struct xnvme_geo *geo = &dev->geo;

	atomic_store(&dev->stale, true);
	xnvi_plain_close_dev(dev);

	return geo->nbytes != lba_nbytes
		   ? xnvi_err(-ESTALE, LAYER, dev->ident.uri, hint,
			      "the LBA size changed from %u to %u bytes", geo->nbytes, lba_nbytes)
		   : xnvi_err(-ESTALE, LAYER, dev->ident.uri, hint,
			      "the metadata of an LBA changed from %u to %u bytes", geo->nbytes_oob,
			      meta_nbytes);
}

/**
 * Identify again, for example after Format NVM
 *
 * The caller makes sure that no I/O is running, since LBAs may change their meaning.
 */
int
xnvme_dev_derive_geo(struct xnvme_dev *dev)
{
	int err;

	if (!dev) {
		return XNVI_NULL("dev");
	}
	xnvi_mutex_lock(&dev->lock);
	err = xnvi_geo_derive(dev);
	if (!err) {
		atomic_store_explicit(&dev->geo_ready, true, memory_order_release);
	}
	xnvi_mutex_unlock(&dev->lock);

	return err;
}

static int
look_at_size(struct xnvme_dev *dev, uint64_t *nbytes)
{
	const int err = dev->ops->size(dev, nbytes);

	if (!err) {
		xnvi_plain_set_nlbas(dev, *nbytes >> dev->ssw);
	}

	return err;
}

int
xnvi_dev_refresh_size(struct xnvme_dev *dev)
{
	uint64_t nbytes;

	return dev->ops->size ? look_at_size(dev, &nbytes) : 0;
}

void
xnvi_geo_follow_file(struct xnvme_dev *dev)
{
	const struct xnvme_err before = *xnvme_err_last();
	uint64_t nbytes;

	xnvi_mutex_lock(&dev->lock);
	if (look_at_size(dev, &nbytes)) {
		xnvi_err_restore(&before);
	} else if (nbytes != dev->geo.tbytes) {
		dev->geo.tbytes = nbytes;
	}
	xnvi_mutex_unlock(&dev->lock);
}
