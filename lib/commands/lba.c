// SPDX-License-Identifier: BSD-3-Clause
/**
 * Ranges of logical blocks
 */
#include <core/cmd.h>
#include <core/geo.h>

#define LAYER "lba"

/** Size of the device in units of geo.nbytes; 0 when it has no blocks */
static uint64_t
nunits(const struct xnvme_geo *geo)
{
	return geo->nbytes ? geo->tbytes / geo->nbytes : 0;
}

/** The range that every failure returns; the words are recorded already */
static struct xnvme_lba_range
invalid(int err)
{
	errno = -err;

	return (struct xnvme_lba_range){0};
}

static int
refuse(const struct xnvme_dev *dev, uint64_t slba, uint64_t elba)
{
	return xnvi_err(-EINVAL, LAYER, dev->ident.uri,
			"stay within the device, and within 2^32 - 1 blocks",
			"LBAs 0x%llx to 0x%llx are not a range of the device",
			(unsigned long long)slba, (unsigned long long)elba);
}

struct xnvme_lba_range
xnvme_lba_range_from_slba_elba(struct xnvme_dev *dev, uint64_t slba, uint64_t elba)
{
	struct xnvme_lba_range range = {.slba = slba, .elba = elba};
	const struct xnvme_geo *geo;
	int err;

	err = dev ? xnvi_dev_ready(dev) : XNVI_NULL("dev");
	if (err) {
		return invalid(err);
	}
	/* The size of a file may have changed */
	geo = xnvme_dev_get_geo(dev);
	if (slba > elba || elba >= nunits(geo) || elba - slba >= UINT32_MAX) {
		return invalid(refuse(dev, slba, elba));
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
	uint64_t elba;

	if (!dev || !naddrs) {
		return invalid(XNVI_NULL("dev or naddrs"));
	}
	if (__builtin_add_overflow(slba, naddrs - 1, &elba)) {
		return invalid(refuse(dev, slba, UINT64_MAX));
	}

	return xnvme_lba_range_from_slba_elba(dev, slba, elba);
}

struct xnvme_lba_range
xnvme_lba_range_from_offset_nbytes(struct xnvme_dev *dev, uint64_t offset, uint64_t nbytes)
{
	const struct xnvme_geo *geo;
	int err;

	if (!dev || !nbytes) {
		return invalid(XNVI_NULL("dev or nbytes"));
	}
	err = xnvi_dev_ready(dev);
	if (err) {
		return invalid(err);
	}
	geo = &dev->geo;
	if (!geo->nbytes || offset % geo->nbytes || nbytes % geo->nbytes) {
		return invalid(
		    xnvi_err(-EINVAL, LAYER, dev->ident.uri, "use multiples of the LBA size",
			     "offset %llu or length %llu is not whole LBAs of %u bytes",
			     (unsigned long long)offset, (unsigned long long)nbytes, geo->nbytes));
	}

	return xnvme_lba_range_from_slba_naddrs(dev, offset / geo->nbytes, nbytes / geo->nbytes);
}

struct xnvme_lba_range
xnvme_lba_range_from_zdescr(struct xnvme_dev *dev, struct xnvme_spec_znd_descr *zdescr)
{
	if (!dev || !zdescr) {
		return invalid(XNVI_NULL("dev or zdescr"));
	}

	return xnvme_lba_range_from_slba_naddrs(dev, zdescr->zslba, zdescr->zcap);
}
