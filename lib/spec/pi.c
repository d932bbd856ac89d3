// SPDX-License-Identifier: BSD-3-Clause
/**
 * End-to-end protection information in host memory
 *
 * NVM Command Set 1.0, section 5.2: a tuple of guard, application tag and reference tag in the
 * metadata of each block, all big-endian.
 */
#include <errno.h>
#include <string.h>

#include <libxnvme_pi.h>
#include <spec/crc.h>
#include <core/err.h>

#define NBYTES_TUPLE_16B 8U
#define NBYTES_TUPLE_64B 16U
#define NBYTES_DATA_16B	 512U
#define NBYTES_DATA_64B	 4096U

#define MISMATCH (-1)

/** A tuple in the byte order of the host */
struct tuple {
	uint64_t guard;
	uint64_t ref_tag;
	uint16_t app_tag;
};

/** Place and width of each element of the tuple, by XNVME_SPEC_NVM_NS_*_GUARD */
static const struct layout {
	uint8_t guard_nbytes;
	uint8_t app_tag_offset;
	uint8_t ref_tag_offset;
	uint8_t ref_tag_nbytes;
	uint64_t ref_tag_mask;
} layouts[] = {
    [XNVME_SPEC_NVM_NS_16B_GUARD] = {2, 2, 4, 4, UINT32_MAX},
    [XNVME_SPEC_NVM_NS_64B_GUARD] = {8, 8, 10, 6, UINT64_C(0xffffffffffff)},
};

static void
put_be(uint8_t *bytes, unsigned int nbytes, uint64_t value)
{
	for (unsigned int i = 0; i < nbytes; ++i) {
		bytes[i] = (uint8_t)(value >> (8 * (nbytes - 1 - i)));
	}
}

static uint64_t
get_be(const uint8_t *bytes, unsigned int nbytes)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < nbytes; ++i) {
		value = (value << 8) | bytes[i];
	}

	return value;
}

size_t
xnvme_pi_size(enum xnvme_spec_nvm_ns_pif pi_format)
{
	return pi_format == XNVME_SPEC_NVM_NS_16B_GUARD ? NBYTES_TUPLE_16B : NBYTES_TUPLE_64B;
}

static int
refuse(const char *name, const char *hint, uint32_t value)
{
	return xnvi_err(-EINVAL, "pi", name, hint, "%s is 0x%x", name, value);
}

int
xnvme_pi_ctx_init(struct xnvme_pi_ctx *ctx, uint32_t block_size, uint32_t md_size,
		  bool md_interleave, bool pi_loc, enum xnvme_pi_type pi_type, uint32_t pi_flags,
		  uint32_t init_ref_tag, uint16_t apptag_mask, uint16_t app_tag,
		  enum xnvme_spec_nvm_ns_pif pi_format)
{
	const uint32_t tuple_nbytes = (uint32_t)xnvme_pi_size(pi_format);
	const uint32_t unit =
	    pi_format == XNVME_SPEC_NVM_NS_16B_GUARD ? NBYTES_DATA_16B : NBYTES_DATA_64B;

	if (!ctx) {
		return XNVI_NULL("ctx");
	}
	if (pi_type == XNVME_PI_DISABLE && !md_size) {
		memset(ctx, 0, sizeof(*ctx));
		return 0;
	}
	if (pi_format != XNVME_SPEC_NVM_NS_16B_GUARD && pi_format != XNVME_SPEC_NVM_NS_64B_GUARD) {
		return refuse("pi_format", "use the 16b or the 64b guard", (uint32_t)pi_format);
	}
	if (md_size < tuple_nbytes) {
		return refuse("md_size", "pass at least xnvme_pi_size() bytes", md_size);
	}
	if (md_interleave ? block_size <= md_size : !block_size || block_size % unit) {
		return refuse("block_size",
			      "with md_interleave pass more than md_size, else a multiple of 512 "
			      "(16b guard) or 4096 (64b guard)",
			      block_size);
	}
	if (pi_type > XNVME_PI_TYPE3) {
		return refuse("pi_type", "use one of enum xnvme_pi_type", (uint32_t)pi_type);
	}
	if (pi_type == XNVME_PI_TYPE3 && (pi_flags & XNVME_PI_FLAGS_REFTAG_CHECK)) {
		return refuse("pi_flags", "type 3 checks no reference tag: clear that flag",
			      pi_flags);
	}

	memset(ctx, 0, sizeof(*ctx));
	ctx->block_size = block_size;
	ctx->md_size = md_size;
	ctx->md_interleave = md_interleave;
	/* The guard covers the metadata before the tuple too, so the guarded bytes end here
	 */
	ctx->guard_interval = md_interleave ? block_size - md_size : 0;
	ctx->guard_interval += pi_loc ? 0 : md_size - tuple_nbytes;
	ctx->pi_flags = pi_flags;
	ctx->pi_type = (uint16_t)pi_type;
	ctx->pi_format = (uint16_t)pi_format;
	ctx->init_ref_tag = init_ref_tag;
	ctx->app_tag = app_tag;
	ctx->apptag_mask = apptag_mask;

	return 0;
}

/** Address of the tuple of the given block */
static uint8_t *
tuple_at(const struct xnvme_pi_ctx *ctx, uint8_t *data_buf, uint8_t *md_buf, uint32_t block)
{
	uint8_t *base = ctx->md_interleave ? data_buf + (size_t)block * ctx->block_size
					   : md_buf + (size_t)block * ctx->md_size;

	return base + ctx->guard_interval;
}

static uint64_t
guard_of(const struct xnvme_pi_ctx *ctx, const uint8_t *data_buf, const uint8_t *md_buf,
	 uint32_t block)
{
	const uint8_t *data = data_buf + (size_t)block * ctx->block_size;
	const uint8_t *md = ctx->md_interleave ? NULL : md_buf + (size_t)block * ctx->md_size;
	const size_t data_nbytes = md ? ctx->block_size : ctx->guard_interval;
	const size_t md_nbytes = md ? ctx->guard_interval : 0;

	if (ctx->pi_format == XNVME_SPEC_NVM_NS_16B_GUARD) {
		return xnvi_crc16_t10dif(xnvi_crc16_t10dif(0, data, data_nbytes), md, md_nbytes);
	}

	return xnvi_crc64_nvme(xnvi_crc64_nvme(0, data, data_nbytes), md, md_nbytes);
}

static uint64_t
ref_tag_of(const struct xnvme_pi_ctx *ctx, uint32_t block)
{
	const uint64_t step = ctx->pi_type == XNVME_PI_TYPE3 ? 0 : block;

	return (ctx->init_ref_tag + step) & layouts[ctx->pi_format].ref_tag_mask;
}

static bool
is_usable(const struct xnvme_pi_ctx *ctx, const uint8_t *data_buf, const uint8_t *md_buf)
{
	if (!ctx || !data_buf || !(md_buf || ctx->md_interleave)) {
		return false;
	}

	return ctx->pi_format == XNVME_SPEC_NVM_NS_16B_GUARD ||
	       ctx->pi_format == XNVME_SPEC_NVM_NS_64B_GUARD;
}

void
xnvme_pi_generate(struct xnvme_pi_ctx *ctx, uint8_t *data_buf, uint8_t *md_buf, uint32_t num_blocks)
{
	const struct layout *layout;

	if (!is_usable(ctx, data_buf, md_buf) || ctx->pi_type == XNVME_PI_DISABLE) {
		return;
	}
	layout = &layouts[ctx->pi_format];
	for (uint32_t i = 0; i < num_blocks; ++i) {
		uint8_t *tuple = tuple_at(ctx, data_buf, md_buf, i);

		if (ctx->pi_flags & XNVME_PI_FLAGS_GUARD_CHECK) {
			put_be(tuple, layout->guard_nbytes, guard_of(ctx, data_buf, md_buf, i));
		}
		if (ctx->pi_flags & XNVME_PI_FLAGS_APPTAG_CHECK) {
			put_be(tuple + layout->app_tag_offset, sizeof(ctx->app_tag), ctx->app_tag);
		}
		if (ctx->pi_flags & XNVME_PI_FLAGS_REFTAG_CHECK) {
			put_be(tuple + layout->ref_tag_offset, layout->ref_tag_nbytes,
			       ref_tag_of(ctx, i));
		}
	}
}

/** Whether the tags exclude the block from checking */
static bool
is_escaped(const struct xnvme_pi_ctx *ctx, const struct tuple *tuple)
{
	if (tuple->app_tag != XNVME_APPTAG_IGNORE) {
		return false;
	}

	return ctx->pi_type != XNVME_PI_TYPE3 ||
	       tuple->ref_tag == layouts[ctx->pi_format].ref_tag_mask;
}

int
xnvme_pi_verify(struct xnvme_pi_ctx *ctx, uint8_t *data_buf, uint8_t *md_buf, uint32_t num_blocks)
{
	const struct layout *layout;

	if (ctx && ctx->pi_type == XNVME_PI_DISABLE) {
		/* Nothing is protected: fio calls this with a context of zeroes */
		return 0;
	}
	if (!is_usable(ctx, data_buf, md_buf)) {
		return xnvi_err(
		    -EINVAL, "pi", "ctx, data_buf, md_buf",
		    "pass a context from xnvme_pi_ctx_init(), and the buffers that it needs",
		    "the context or a buffer is missing");
	}
	layout = &layouts[ctx->pi_format];
	for (uint32_t i = 0; i < num_blocks; ++i) {
		const uint8_t *bytes = tuple_at(ctx, data_buf, md_buf, i);
		const struct tuple tuple = {
		    .guard = get_be(bytes, layout->guard_nbytes),
		    .app_tag = (uint16_t)get_be(bytes + layout->app_tag_offset, 2),
		    .ref_tag = get_be(bytes + layout->ref_tag_offset, layout->ref_tag_nbytes),
		};

		if (is_escaped(ctx, &tuple)) {
			continue;
		}
		if ((ctx->pi_flags & XNVME_PI_FLAGS_GUARD_CHECK) &&
		    tuple.guard != guard_of(ctx, data_buf, md_buf, i)) {
			return MISMATCH;
		}
		if ((ctx->pi_flags & XNVME_PI_FLAGS_APPTAG_CHECK) &&
		    ((tuple.app_tag ^ ctx->app_tag) & ctx->apptag_mask)) {
			return MISMATCH;
		}
		if ((ctx->pi_flags & XNVME_PI_FLAGS_REFTAG_CHECK) &&
		    tuple.ref_tag != ref_tag_of(ctx, i)) {
			return MISMATCH;
		}
	}

	return 0;
}
