// SPDX-License-Identifier: BSD-3-Clause
/**
 * Ranges of logical blocks
 */
#include <core/internal.h>

/** Sectors of the device in units of geo.nbytes; 0 when it has none */
static uint64_t
nunits(const struct xnvme_geo *geo)
{
	return geo->nbytes ? geo->tbytes / geo->nbytes : 0;
}

struct xnvme_lba_range
xnvme_lba_range_from_slba_elba(struct xnvme_dev *dev, uint64_t slba, uint64_t elba)
{
	const struct xnvme_lba_range invalid = {0};
	struct xnvme_lba_range range = {.slba = slba, .elba = elba};
	const struct xnvme_geo *geo;

	if (!dev) {
		return invalid;
	}
	geo = xnvme_dev_get_geo(dev);
	if (slba > elba || elba >= nunits(geo) || elba - slba >= UINT32_MAX) {
		return invalid;
	}
	range.naddrs = (uint32_t)(elba - slba + 1);
	range.nbytes = (uint64_t)range.naddrs * geo->nbytes;
	range.attr.is_zoned = geo->type == XNVME_GEO_ZONED;
	range.attr.is_valid = true;

	return range;
}

struct xnvme_lba_range
xnvme_lba_range_from_slba_naddrs(struct xnvme_dev *dev, uint64_t slba, uint64_t naddrs)
{
	const struct xnvme_lba_range invalid = {0};
	uint64_t elba;

	if (!naddrs || __builtin_add_overflow(slba, naddrs - 1, &elba)) {
		return invalid;
	}

	return xnvme_lba_range_from_slba_elba(dev, slba, elba);
}

struct xnvme_lba_range
xnvme_lba_range_from_offset_nbytes(struct xnvme_dev *dev, uint64_t offset, uint64_t nbytes)
{
	const struct xnvme_lba_range invalid = {0};
	const struct xnvme_geo *geo;

	if (!dev) {
		return invalid;
	}
	geo = xnvme_dev_get_geo(dev);
	if (!geo->nbytes || offset % geo->nbytes || nbytes % geo->nbytes) {
		return invalid;
	}

	return xnvme_lba_range_from_slba_naddrs(dev, offset / geo->nbytes, nbytes / geo->nbytes);
}

struct xnvme_lba_range
xnvme_lba_range_from_zdescr(struct xnvme_dev *dev, struct xnvme_spec_znd_descr *zdescr)
{
	const struct xnvme_lba_range invalid = {0};

	if (!zdescr) {
		return invalid;
	}

	return xnvme_lba_range_from_slba_naddrs(dev, zdescr->zslba, zdescr->zcap);
}
