// SPDX-License-Identifier: BSD-3-Clause
/**
 * A program as it was compiled against 0.7.5: it declares what it uses by itself, with the layouts
 * of that version, and includes none of our headers. What it proves is that such a program runs on
 * this library.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NLBAS 64U
#define DEPTH 16U

struct opts_0_7_5 {
	const char *be, *dev, *mem, *sync, *async, *admin;
	uint32_t nsid;
	uint8_t rdonly, wronly, rdwr, create, truncate, direct;
	uint32_t create_mode;
	uint8_t poll_io, poll_sq, register_files, register_buffers;
	uint32_t css[2], use_cmb_sqs, shm_id, main_core;
	const char *core_mask, *adrfam, *subnqn, *hostnqn;
	uint32_t admin_timeout, command_timeout, spdk_fabrics, keep_alive_timeout_ms;
};

struct geo_0_7_5 {
	uint32_t type, npugrp, npunit, nzone;
	uint64_t nsect;
	uint32_t nbytes, nbytes_oob;
	uint64_t tbytes, ssw;
	uint32_t mdts_nbytes, lba_nbytes;
	uint8_t lba_extended, pi_type, pi_loc, pi_format, rsvd[4];
};

struct ctx_0_7_5 {
	uint8_t opcode, flags;
	uint16_t cid;
	uint32_t nsid;
	uint32_t cdw02_09[8];
	uint64_t slba;
	uint32_t cdw12_15[4];
	uint64_t result;
	uint16_t sqhd, sqid, cpl_cid, status;
	void *dev, *queue;
	void (*cb)(struct ctx_0_7_5 *ctx, void *cb_arg);
	void *cb_arg;
	uint32_t opts;
	uint8_t be_rsvd[12];
};

_Static_assert(sizeof(struct opts_0_7_5) == 136, "layout of 0.7.5");
_Static_assert(sizeof(struct geo_0_7_5) == 64, "layout of 0.7.5");
_Static_assert(sizeof(struct ctx_0_7_5) == 128, "layout of 0.7.5");
_Static_assert(offsetof(struct ctx_0_7_5, cb) == 96, "layout of 0.7.5");

struct opts_0_7_5 xnvme_opts_default(void);
void *xnvme_dev_open(const char *uri, struct opts_0_7_5 *opts);
void xnvme_dev_close(void *dev);
const struct geo_0_7_5 *xnvme_dev_get_geo(const void *dev);
uint32_t xnvme_dev_get_nsid(const void *dev);
const struct opts_0_7_5 *xnvme_dev_get_opts(const void *dev);
void *xnvme_buf_alloc(const void *dev, size_t nbytes);
void xnvme_buf_free(const void *dev, void *buf);
int xnvme_queue_init(void *dev, uint16_t capacity, int opts, void **queue);
int xnvme_queue_term(void *queue);
int xnvme_queue_set_cb(void *queue, void (*cb)(struct ctx_0_7_5 *ctx, void *arg), void *cb_arg);
struct ctx_0_7_5 *xnvme_queue_get_cmd_ctx(void *queue);
int xnvme_queue_put_cmd_ctx(void *queue, struct ctx_0_7_5 *ctx);
int xnvme_queue_poke(void *queue, uint32_t max);
int xnvme_queue_drain(void *queue);
int xnvme_nvm_write(struct ctx_0_7_5 *ctx, uint32_t nsid, uint64_t slba, uint16_t nlb,
		    const void *dbuf, const void *mbuf);
int xnvme_cmd_pass(struct ctx_0_7_5 *ctx, void *dbuf, size_t nbytes, void *mbuf, size_t mbytes);
struct ctx_0_7_5 xnvme_cmd_ctx_from_dev(void *dev);

static unsigned g_ntests;
static int g_status;

static void
expect(int cond, const char *name)
{
	printf("%s %u - %s\n", cond ? "ok" : "not ok", ++g_ntests, name);
	if (!cond) {
		g_status = EXIT_FAILURE;
	}
}

static void
on_completion(struct ctx_0_7_5 *ctx, void *cb_arg)
{
	unsigned *nerrors = cb_arg;

	*nerrors += (ctx->status >> 1) != 0;
	xnvme_queue_put_cmd_ctx(ctx->queue, ctx);
}

/** Write every LBA with its number, over a queue, as fio's engine does */
static unsigned
write_all(void *queue, uint8_t *buf, uint32_t nsid, uint32_t lba_nbytes)
{
	unsigned nerrors = 0;

	xnvme_queue_set_cb(queue, on_completion, &nerrors);
	for (uint32_t lba = 0; lba < NLBAS;) {
		struct ctx_0_7_5 *ctx = xnvme_queue_get_cmd_ctx(queue);
		int err;

		memset(buf + (size_t)lba * lba_nbytes, (int)lba + 1, lba_nbytes);
		err = ctx ? xnvme_nvm_write(ctx, nsid, lba, 0, buf + (size_t)lba * lba_nbytes, NULL)
			  : -EBUSY;
		if (!err) {
			lba++;
			continue;
		}
		if (ctx) {
			xnvme_queue_put_cmd_ctx(queue, ctx);
		}
		if (err != -EBUSY || xnvme_queue_poke(queue, 0) < 0) {
			return 1;
		}
	}

	return xnvme_queue_drain(queue) < 0 ? 1 : nerrors;
}

int
main(void)
{
	struct opts_0_7_5 opts = xnvme_opts_default();
	const struct geo_0_7_5 *geo;
	struct ctx_0_7_5 ctx;
	uint8_t *wbuf, *rbuf;
	void *dev, *queue = NULL;
	size_t nbytes;

	expect(opts.rdwr == 1 && opts.nsid == 1 && opts.create_mode == 0600 &&
		   opts.admin_timeout == 60000000 && opts.command_timeout == 30000000,
	       "the defaults of the options are where 0.7.5 has them");
	opts.async = "emu";
	dev = xnvme_dev_open("1GB", &opts);
	expect(dev != NULL, "opens an in-memory device");
	if (!dev) {
		return EXIT_FAILURE;
	}
	geo = xnvme_dev_get_geo(dev);
	expect(geo->tbytes == 1ULL << 30 && geo->lba_nbytes == 512 && geo->ssw == 9,
	       "geometry is where 0.7.5 has it");
	expect(strcmp(xnvme_dev_get_opts(dev)->async, "emu") == 0,
	       "the options name what was chosen");

	nbytes = (size_t)NLBAS * geo->lba_nbytes;
	wbuf = xnvme_buf_alloc(dev, nbytes);
	rbuf = xnvme_buf_alloc(dev, nbytes);
	expect(wbuf && rbuf && xnvme_queue_init(dev, DEPTH, 0, &queue) == 0, "sets up a queue");
	expect(queue && write_all(queue, wbuf, xnvme_dev_get_nsid(dev), geo->lba_nbytes) == 0,
	       "writes over the queue without an error");

	memset(rbuf, 0, nbytes);
	ctx = xnvme_cmd_ctx_from_dev(dev);
	ctx.opcode = 0x02;
	ctx.nsid = xnvme_dev_get_nsid(dev);
	ctx.slba = 0;
	ctx.cdw12_15[0] = NLBAS - 1;
	expect(xnvme_cmd_pass(&ctx, rbuf, nbytes, NULL, 0) == 0 && ctx.status == 0,
	       "reads back by a command it filled in itself");
	expect(memcmp(wbuf, rbuf, nbytes) == 0, "what comes back is what was written");

	expect(xnvme_queue_term(queue) == 0, "terminates the queue");
	xnvme_buf_free(dev, wbuf);
	xnvme_buf_free(dev, rbuf);
	xnvme_dev_close(dev);
	printf("1..%u\n", g_ntests);

	return g_status;
}
