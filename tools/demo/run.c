// SPDX-License-Identifier: BSD-3-Clause
/**
 * I/O of the demo, through the public interface
 */
#include <shared.h>

#include <errno.h>
#include <string.h>
#include <time.h>

#define NSEC_PER_SEC	   1000000000ULL
#define CRC32C_POLYNOMIAL  0x82f63b78U
#define CLOCK_CHECK_ROUNDS 64U

uint32_t
demo_crc32c(const void *data, size_t nbytes)
{
	static uint32_t table[256];
	const uint8_t *bytes = data;
	uint32_t crc = ~0U;

	for (uint32_t i = 0; !table[255] && i < 256; ++i) {
		table[i] = i;
		for (int bit = 0; bit < 8; ++bit) {
			table[i] = (table[i] >> 1) ^ (table[i] & 1 ? CRC32C_POLYNOMIAL : 0);
		}
	}
	for (size_t i = 0; i < nbytes; ++i) {
		crc = (crc >> 8) ^ table[(crc ^ bytes[i]) & 0xff];
	}

	return ~crc;
}

uint64_t
demo_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/** Record how a command ended */
static void
settle(struct demo_path *path, const struct xnvme_cmd_ctx *ctx)
{
	struct xnvme_err words;

	path->ncompleted++;
	if (!path->err && !xnvme_cmd_ctx_explain(ctx, &words) && words.err) {
		path->err = words.err;
	}
}

static void
on_completion(struct xnvme_cmd_ctx *ctx, void *cb_arg)
{
	if (xnvme_cmd_ctx_cpl_status(ctx)) {
		settle(cb_arg, ctx);
	} else {
		((struct demo_path *)cb_arg)->ncompleted++;
	}
	xnvme_queue_put_cmd_ctx(ctx->async.queue, ctx);
}

int
demo_path_open(struct demo_path *path, const char *uri, const struct demo_iface *iface)
{
	struct xnvme_opts opts = xnvme_opts_default();
	const struct xnvme_geo *geo;
	int err;

	memset(path, 0, sizeof(*path));
	opts.be = iface->be;
	opts.async = iface->sync ? NULL : iface->id;
	opts.sync = iface->sync ? iface->id : NULL;
	path->dev = xnvme_dev_open(uri, &opts);
	if (!path->dev) {
		return -errno;
	}
	geo = xnvme_dev_get_geo(path->dev);
	if (!geo->lba_nbytes || DEMO_IO_NBYTES % geo->lba_nbytes) {
		demo_path_close(path);
		return -EPROTO;
	}
	path->lba_nbytes = geo->lba_nbytes;
	path->nsid = xnvme_dev_get_nsid(path->dev);
	err = iface->sync ? 0 : xnvme_queue_init(path->dev, DEMO_QDEPTH, 0, &path->queue);
	err = err || iface->sync ? err : xnvme_queue_set_cb(path->queue, on_completion, path);
	if (err) {
		demo_path_close(path);
	}

	return err;
}

void
demo_path_close(struct demo_path *path)
{
	if (path->queue) {
		xnvme_queue_term(path->queue);
	}
	xnvme_dev_close(path->dev);
	path->queue = NULL;
	path->dev = NULL;
}

static int
pass(struct demo_path *path, struct xnvme_cmd_ctx *ctx, const struct demo_load *load,
     uint64_t offset)
{
	const uint64_t left = load->region_nbytes - offset;
	const uint64_t nbytes = left < load->io_nbytes ? left : load->io_nbytes;
	const uint64_t slba = offset / path->lba_nbytes;
	const uint16_t nlb = (uint16_t)(nbytes / path->lba_nbytes - 1);
	uint8_t *data = load->buf + offset;

	return load->write ? xnvme_nvm_write(ctx, path->nsid, slba, nlb, data, NULL)
			   : xnvme_nvm_read(ctx, path->nsid, slba, nlb, data, NULL);
}

/** Send the n-th command */
static int
submit(struct demo_path *path, const struct demo_load *load, uint64_t n)
{
	const uint64_t nios = (load->region_nbytes + load->io_nbytes - 1) / load->io_nbytes;
	const uint64_t offset = n * load->stride % nios * load->io_nbytes;
	struct xnvme_cmd_ctx *queued;
	struct xnvme_cmd_ctx ctx;
	int err;

	if (!path->queue) {
		ctx = xnvme_cmd_ctx_from_dev(path->dev);
		err = pass(path, &ctx, load, offset);
		path->ncompleted++;
		return err;
	}
	queued = xnvme_queue_get_cmd_ctx(path->queue);
	if (!queued) {
		return -errno;
	}
	err = pass(path, queued, load, offset);
	if (err) {
		xnvme_queue_put_cmd_ctx(path->queue, queued);
	}

	return err;
}

int
demo_run(struct demo_path *path, const struct demo_load *load)
{
	const uint64_t deadline_ns = demo_now_ns() + load->limit_ns;
	uint64_t nsubmitted = 0;
	uint32_t nrounds = 0;
	int err = 0;

	path->ncompleted = 0;
	path->err = 0;
	while (!err && !path->err && nsubmitted < load->ncmds) {
		/* Sync commands complete at once, so the depth also limits the number per round */
		for (uint32_t i = 0; i < load->qdepth && !err && nsubmitted < load->ncmds &&
				     nsubmitted - path->ncompleted < load->qdepth;
		     ++i) {
			err = submit(path, load, nsubmitted);
			nsubmitted += !err;
		}
		if (path->queue && !err) {
			const int res = xnvme_queue_poke(path->queue, 0);

			err = res < 0 ? res : 0;
		}
		if (++nrounds % CLOCK_CHECK_ROUNDS == 0 && demo_now_ns() > deadline_ns) {
			break;
		}
	}
	if (path->queue) {
		const int res = xnvme_queue_drain(path->queue);

		err = err ? err : res < 0 ? res : 0;
	}

	return err ? err : path->err;
}

int
demo_run_latency(struct demo_path *path, const struct demo_load *load, uint32_t *lat_ns)
{
	const uint64_t deadline_ns = demo_now_ns() + load->limit_ns;
	uint64_t start_ns = demo_now_ns();
	uint64_t n = 0;

	path->ncompleted = 0;
	path->err = 0;
	while (n < load->ncmds && start_ns < deadline_ns) {
		int err = submit(path, load, n);
		uint64_t end_ns;

		while (!err && path->ncompleted == n) {
			const int res = xnvme_queue_poke(path->queue, 0);

			err = res < 0 ? res : 0;
		}
		err = err ? err : path->err;
		if (err) {
			return err;
		}
		end_ns = demo_now_ns();
		lat_ns[n++] = (uint32_t)(end_ns - start_ns);
		start_ns = end_ns;
	}

	return (int)n;
}
