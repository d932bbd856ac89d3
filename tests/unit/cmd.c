// SPDX-License-Identifier: BSD-3-Clause
/**
 * From commands to requests: lengths, vectors, ranges, access; and how failures are told
 */
#include <support/fake.h>

#include <stdio.h>
#include <stdlib.h>

static struct xnvme_dev *g_dev;
static uint8_t g_buf[8192];

static int
pass(uint8_t opcode, uint64_t slba, uint16_t nlb, void *buf, size_t nbytes)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(g_dev);

	xnvme_prep_nvm(&ctx, opcode, 1, slba, nlb);

	return xnvme_cmd_pass(&ctx, buf, nbytes, NULL, 0);
}

static int
pass_iov(struct iovec *iov, size_t iovcnt, size_t nbytes)
{
	struct xnvme_cmd_ctx ctx = xnvme_cmd_ctx_from_dev(g_dev);

	xnvme_prep_nvm(&ctx, XNVME_SPEC_NVM_OPC_WRITE, 1, 0, 1);

	return xnvme_cmd_pass_iov(&ctx, iov, iovcnt, nbytes, NULL, 0);
}

static void
length_of_the_buffer_is_that_of_the_command(void)
{
	static const uint8_t opcodes[] = {XNVME_SPEC_NVM_OPC_WRITE, XNVME_SPEC_NVM_OPC_READ,
					  XNVME_SPEC_NVM_OPC_COMPARE};

	g_dev = fake_open();
	for (size_t i = 0; i < sizeof(opcodes); ++i) {
		CHECK_EQ(pass(opcodes[i], 0, 1, g_buf, 1024), 0);
		CHECK_EQ(g_fake.req.nbytes, 1024);
		g_fake.nios = 0;
		CHECK_EQ(pass(opcodes[i], 0, 1, g_buf, 512), -EINVAL);
		CHECK_EQ(pass(opcodes[i], 0, 1, g_buf, 1025), -EINVAL);
		CHECK_EQ(pass(opcodes[i], 0, 1, NULL, 1024), -EINVAL);
		CHECK_EQ(pass(opcodes[i], 0, 1, NULL, 0), -EINVAL);
		CHECK_EQ(g_fake.nios, 0);
	}
	/* What carries no data ignores the buffer */
	CHECK_EQ(pass(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 2, 1, g_buf, 77), 0);
	CHECK(!g_fake.req.data);
	CHECK_EQ(g_fake.req.nbytes, 1024);
	CHECK_EQ(g_fake.req.offset, 1024);
	/* What is not known takes any */
	CHECK_EQ(pass(0xc1, 0, 0, g_buf, 77), 0);
	CHECK_EQ(g_fake.req.nbytes, 77);
	CHECK_EQ(g_fake.req.kind, XNVI_KIND_COMMAND);
	xnvme_dev_close(g_dev);
}

static void
vectors_add_up_to_the_length(void)
{
	struct iovec iov[3] = {{g_buf, 1}, {g_buf + 1, 511}, {g_buf + 512, 512}};

	g_dev = fake_open();
	CHECK_EQ(pass_iov(iov, 3, 1024), 0);
	CHECK_EQ(g_fake.req.iovcnt, 3);
	g_fake.nios = 0;
	CHECK_EQ(pass_iov(iov, 2, 1024), -EINVAL);
	CHECK_EQ(pass_iov(iov, 3, 1023), -EINVAL);
	CHECK_EQ(pass_iov(iov, 2, 512), -EINVAL);
	iov[0].iov_len = SIZE_MAX;
	CHECK_EQ(pass_iov(iov, 3, 1022), -EINVAL);
	iov[0] = (struct iovec){NULL, 1};
	CHECK_EQ(pass_iov(iov, 3, 1024), -EINVAL);
	CHECK_EQ(pass_iov(iov, (size_t)UINT32_MAX + 1, 1024), -EINVAL);
	CHECK_EQ(pass_iov(NULL, 1, 1024), -EINVAL);
	CHECK_EQ(g_fake.nios, 0);
	/* Segments of nothing are nothing */
	iov[0] = (struct iovec){NULL, 0};
	iov[1] = (struct iovec){g_buf, 512};
	CHECK_EQ(pass_iov(iov, 3, 1024), 0);
	xnvme_dev_close(g_dev);
}

static void
range_lists_have_the_length_that_the_command_says(void)
{
	struct xnvme_spec_dsm_range ranges[4] = {{0}};
	struct iovec iov[2] = {{ranges, sizeof(ranges)}, {ranges, 16}};
	struct xnvme_cmd_ctx ctx;

	g_dev = fake_open();
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_nvm_dsm(&ctx, 1, ranges, 3, true, false, true), 0);
	CHECK_EQ(g_fake.req.nbytes, 64);
	CHECK_EQ(g_fake.req.kind, XNVI_KIND_DEALLOCATE);
	/* Longer is what known clients pass; shorter would be read past its end */
	CHECK_EQ(xnvme_cmd_pass(&ctx, ranges, 640, NULL, 0), 0);
	CHECK_EQ(g_fake.req.nbytes, 64);
	CHECK_EQ(xnvme_cmd_pass(&ctx, ranges, 63, NULL, 0), -EINVAL);
	CHECK_EQ(xnvme_cmd_pass_iov(&ctx, iov, 1, 64, NULL, 0), 0);
	CHECK_EQ(g_fake.req.iovcnt, 0);
	CHECK(g_fake.req.data == ranges);
	CHECK_EQ(xnvme_cmd_pass_iov(&ctx, iov, 2, 80, NULL, 0), -EINVAL);
	iov[0].iov_len = 63;
	CHECK_EQ(xnvme_cmd_pass_iov(&ctx, iov, 1, 63, NULL, 0), -EINVAL);
	CHECK_EQ(xnvme_nvm_dsm(&ctx, 1, NULL, 3, true, false, true), -EINVAL);
	CHECK_EQ(xnvme_nvm_dsm(NULL, 1, ranges, 3, true, false, true), -EINVAL);
	xnvme_dev_close(g_dev);
}

static void
copy_ranges_have_the_size_of_their_format(void)
{
	struct xnvme_spec_nvm_scopy_fmt_zero ranges[4] = {0};
	struct xnvme_cmd_ctx ctx;

	g_dev = fake_open();
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_nvm_scopy(&ctx, 1, 9, ranges, 1, XNVME_NVM_SCOPY_FMT_ZERO), 0);
	CHECK_EQ(g_fake.req.nbytes, 2 * sizeof(ranges[0]));
	CHECK_EQ(g_fake.cmd.scopy.sdlba, 9);
	CHECK_EQ(xnvme_nvm_scopy(&ctx, 1, 9, ranges, 1, XNVME_NVM_SCOPY_FMT_SRCLEN), 0);
	CHECK_EQ(g_fake.req.nbytes, 2 * sizeof(struct xnvme_spec_nvm_cmd_scopy_fmt_srclen));
	CHECK_EQ(xnvme_nvm_scopy(&ctx, 1, 9, ranges, 1, (enum xnvme_nvm_scopy_fmt)0), -EINVAL);
	CHECK_EQ(xnvme_nvm_scopy(&ctx, 1, 9, ranges, 1, (enum xnvme_nvm_scopy_fmt)3), -EINVAL);
	CHECK_EQ(xnvme_nvm_scopy(&ctx, 1, 9, ranges, 1, (enum xnvme_nvm_scopy_fmt)0x10000),
		 -EINVAL);
	CHECK_EQ(xnvme_nvm_scopy(NULL, 1, 9, ranges, 1, XNVME_NVM_SCOPY_FMT_ZERO), -EINVAL);

	/* Format 1h has 40 bytes, for guards of 32 and 64 bits */
	memset(&ctx.cmd, 0, sizeof(ctx.cmd));
	ctx.cmd.common.opcode = XNVME_SPEC_NVM_OPC_SCOPY;
	ctx.cmd.common.nsid = 1;
	ctx.cmd.scopy.nr = 1;
	ctx.cmd.scopy.df = 1;
	CHECK_EQ(xnvme_cmd_pass(&ctx, ranges, 64, NULL, 0), -EINVAL);
	CHECK_EQ(xnvme_cmd_pass(&ctx, ranges, 80, NULL, 0), 0);
	CHECK_EQ(g_fake.req.nbytes, 80);
	xnvme_dev_close(g_dev);
}

static void
management_lengths_are_dwords(void)
{
	struct xnvme_cmd_ctx ctx;

	g_dev = fake_open();
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_nvm_mgmt_recv(&ctx, 1, 1, 2, g_buf, 4096), 0);
	CHECK_EQ(g_fake.cmd.mgmt.mgmt_recv.numd, 1023);
	CHECK_EQ(g_fake.req.nbytes, 4096);
	CHECK_EQ(xnvme_nvm_mgmt_send(&ctx, 1, 1, 2, g_buf, 6), 0);
	CHECK_EQ(g_fake.cmd.mgmt.mgmt_send.mos, 2);
	for (uint32_t nbytes = 0; nbytes < 4; ++nbytes) {
		CHECK_EQ(xnvme_nvm_mgmt_recv(&ctx, 1, 1, 2, g_buf, nbytes), -EINVAL);
	}
	CHECK_EQ(xnvme_nvm_mgmt_recv(NULL, 1, 1, 2, g_buf, 4), -EINVAL);
	CHECK_EQ(xnvme_nvm_mgmt_send(NULL, 1, 1, 2, g_buf, 4), -EINVAL);
	CHECK_EQ(xnvme_nvm_read(NULL, 1, 0, 0, g_buf, NULL), -EINVAL);
	CHECK_EQ(xnvme_nvm_write_zeroes(NULL, 1, 0, 0), -EINVAL);
	CHECK_EQ(xnvme_nvm_write_uncorrectable(&ctx, 1, 5, 6), 0);
	CHECK_EQ(g_fake.cmd.nvm.nlb, 6);
	CHECK_EQ(xnvme_nvm_compare(&ctx, 1, 5, 0, g_buf, NULL), 0);
	xnvme_dev_close(g_dev);
}

static void
ranges_beyond_the_device_are_marked_and_never_wrap(void)
{
	static const uint64_t slbas[] = {FAKE_NS_NLBAS, FAKE_NS_NLBAS - 1, 1ULL << 32,
					 1ULL << 55,	UINT64_MAX - 1,	   UINT64_MAX};

	g_dev = fake_open();
	CHECK_EQ(xnvme_dev_derive_geo(g_dev), 0);
	g_dev->bounded = 1;
	CHECK_EQ(xnvme_dev_derive_geo(g_dev), 0);
	for (size_t i = 0; i < sizeof(slbas) / sizeof(slbas[0]); ++i) {
		CHECK_EQ(pass(XNVME_SPEC_NVM_OPC_READ, slbas[i], 1, g_buf, 1024), 0);
		CHECK_EQ(g_fake.req.kind, XNVI_KIND_BEYOND);
		CHECK_EQ(g_fake.req.flags >> XNVI_REQ_KIND_SHIFT, XNVI_KIND_READ);
		/* A sync path that takes raw commands judges them itself */
		CHECK_EQ(pass(XNVME_SPEC_NVM_OPC_COMPARE, slbas[i], 1, g_buf, 1024), 0);
		CHECK_EQ(g_fake.req.kind, XNVI_KIND_COMMAND);
	}
	CHECK_EQ(pass(XNVME_SPEC_NVM_OPC_READ, FAKE_NS_NLBAS - 2, 1, g_buf, 1024), 0);
	CHECK_EQ(g_fake.req.kind, XNVI_KIND_READ);
	xnvme_dev_close(g_dev);
}

static void
byte_ranges_are_whole_lbas_of_a_device_of_blocks(void)
{
	struct xnvme_cmd_ctx ctx;

	g_dev = fake_open();
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_file_pread(&ctx, g_buf, 1024, 512), 0);
	CHECK_EQ(g_fake.req.offset, 512);
	CHECK_EQ(g_fake.req.nbytes, 1024);
	CHECK_EQ(xnvme_file_pread(&ctx, g_buf, 100, 0), -EINVAL);
	CHECK_EQ(xnvme_file_pread(&ctx, g_buf, 512, 100), -EINVAL);
	CHECK_EQ(xnvme_file_pread(&ctx, g_buf, 0, 0), -EINVAL);
	CHECK_EQ(xnvme_file_pwrite(&ctx, g_buf, 65537ULL * 512, 0), -EINVAL);
	CHECK_EQ(xnvme_file_pread(&ctx, g_buf, 512, -512), -EINVAL);
	CHECK_EQ(pass(XNVME_SPEC_FS_OPC_READ, INT64_MAX - 511, 0, g_buf, 1024), -EINVAL);
	CHECK_EQ(pass(XNVME_SPEC_FS_OPC_READ, UINT64_MAX - 511, 0, g_buf, 1024), -EINVAL);
	CHECK_EQ(xnvme_file_sync(g_dev), 0);
	CHECK_EQ(g_fake.req.kind, XNVI_KIND_FLUSH);
	CHECK_EQ(xnvme_file_sync(NULL), -EINVAL);
	CHECK_EQ(xnvme_file_close(NULL), 0);
	CHECK_EQ(xnvme_file_pread(NULL, g_buf, 1, 0), -EINVAL);
	xnvme_dev_close(g_dev);
}

static void
access_modes_are_kept(void)
{
	g_dev = fake_open();
	g_dev->refuse_writes = 1;
	CHECK_EQ(pass(XNVME_SPEC_NVM_OPC_WRITE, 0, 0, g_buf, 512), -EPERM);
	CHECK_EQ(pass(XNVME_SPEC_NVM_OPC_WRITE_ZEROES, 0, 0, NULL, 0), -EPERM);
	CHECK_EQ(pass(XNVME_SPEC_NVM_OPC_READ, 0, 0, g_buf, 512), 0);
	CHECK_EQ(xnvme_dev_can(g_dev, XNVME_SPEC_NVM_OPC_WRITE), XNVME_CAPS_NONE);
	g_dev->refuse_writes = 0;
	g_dev->refuse_reads = 1;
	CHECK_EQ(pass(XNVME_SPEC_NVM_OPC_WRITE, 0, 0, g_buf, 512), 0);
	CHECK_EQ(pass(XNVME_SPEC_NVM_OPC_COMPARE, 0, 0, g_buf, 512), -EPERM);
	CHECK_EQ(xnvme_dev_can(g_dev, XNVME_SPEC_NVM_OPC_READ), XNVME_CAPS_NONE);
	xnvme_dev_close(g_dev);
}

static void
metadata_is_all_of_it_or_none(void)
{
	struct iovec data = {g_buf, 1024};
	struct iovec meta[2] = {{g_buf + 4096, 16}, {g_buf, 1}};
	struct xnvme_cmd_ctx ctx;

	g_dev = fake_open();
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_nvm_read(&ctx, 1, 0, 1, g_buf, g_buf + 4096), -ENOTSUP);
	xnvme_dev_close(g_dev);

	g_dev = fake_open();
	fake_ns()->lbaf[0].ms = 8;
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_nvm_read(&ctx, 1, 0, 1, g_buf, g_buf + 4096), 0);
	CHECK_EQ(g_fake.req.mbuf_nbytes, 16);
	CHECK_EQ(xnvme_cmd_pass(&ctx, g_buf, 1024, g_buf + 4096, 15), -EINVAL);
	CHECK_EQ(xnvme_cmd_pass(&ctx, g_buf, 1024, NULL, 16), -EINVAL);
	CHECK_EQ(xnvme_cmd_passv(&ctx, &data, 1, 1024, meta, 1, 16), 0);
	CHECK(g_fake.req.mbuf == g_buf + 4096);
	CHECK_EQ(xnvme_cmd_passv(&ctx, &data, 1, 1024, NULL, 0, 16), 0);
	CHECK(!g_fake.req.mbuf);
	CHECK_EQ(xnvme_cmd_passv(&ctx, &data, 1, 1024, meta, 2, 17), -EINVAL);
	CHECK_EQ(xnvme_cmd_passv(&ctx, &data, 1, 1024, NULL, 1, 16), -EINVAL);
	xnvme_dev_close(g_dev);

	g_dev = fake_open();
	fake_ns()->lbaf[0].ms = 8;
	fake_ns()->flbas.extended = 1;
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_nvm_read(&ctx, 1, 0, 1, g_buf, g_buf + 4096), -ENOTSUP);
	CHECK_EQ(xnvme_nvm_read(&ctx, 1, 0, 1, g_buf, NULL), 0);
	CHECK_EQ(g_fake.req.nbytes, 1040);
	xnvme_dev_close(g_dev);
}

static void
contexts_of_nothing_are_refused(void)
{
	struct xnvme_cmd_ctx ctx = {0};
	struct iovec iov = {g_buf, 512};

	CHECK_EQ(xnvme_cmd_pass(NULL, g_buf, 512, NULL, 0), -EINVAL);
	CHECK_EQ(xnvme_cmd_pass(&ctx, g_buf, 512, NULL, 0), -EINVAL);
	CHECK_EQ(xnvme_cmd_pass_iov(NULL, &iov, 1, 512, NULL, 0), -EINVAL);
	CHECK_EQ(xnvme_cmd_pass_admin(NULL, NULL, 0, NULL, 0), -EINVAL);
	CHECK_EQ(xnvme_cmd_pass_admin(&ctx, NULL, 0, NULL, 0), -EINVAL);
	ctx.opts = XNVI_CTX_SYNC;
	CHECK_EQ(xnvme_cmd_pass(&ctx, g_buf, 512, NULL, 0), -EINVAL);
	ctx.opts = XNVI_CTX_ASYNC;
	CHECK_EQ(xnvme_cmd_pass(&ctx, g_buf, 512, NULL, 0), -EINVAL);
	xnvme_cmd_ctx_clear(NULL);
	g_dev = fake_open();
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_cmd_pass_admin(&ctx, NULL, 4096, NULL, 0), -EINVAL);
	ctx.opts = XNVI_CTX_ASYNC;
	CHECK_EQ(xnvme_cmd_pass_admin(&ctx, NULL, 0, NULL, 0), -EINVAL);
	xnvme_dev_close(g_dev);
}

static void
what_nothing_executes_is_not_implemented(void)
{
	struct xnvi_sync_ops none = g_fake_sync;
	const struct xnvi_admin_ops no_admin = {.id = "none"};
	struct xnvme_spec_ctrlr_bar bar;
	struct xnvme_cmd_ctx ctx;

	g_dev = fake_open();
	none.kinds = 0;
	none.raw = 0;
	g_dev->sync = &none;
	CHECK_EQ(pass(XNVME_SPEC_NVM_OPC_READ, 0, 0, g_buf, 512), -ENOSYS);
	CHECK_EQ(xnvme_dev_can(g_dev, XNVME_SPEC_NVM_OPC_READ), XNVME_CAPS_NONE);
	g_dev->admin = &no_admin;
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_cmd_pass_admin(&ctx, NULL, 0, NULL, 0), -ENOSYS);
	CHECK(xnvme_subsystem_reset(g_dev) < 0);
	CHECK(xnvme_controller_reset(g_dev) < 0);
	CHECK(xnvme_namespace_rescan(g_dev) < 0);
	CHECK(xnvme_controller_get_registers(g_dev, &bar) < 0);
	CHECK_EQ(xnvme_subsystem_reset(NULL), -EINVAL);
	CHECK_EQ(xnvme_controller_reset(NULL), -EINVAL);
	CHECK_EQ(xnvme_namespace_rescan(NULL), -EINVAL);
	CHECK_EQ(xnvme_controller_get_registers(NULL, &bar), -EINVAL);
	xnvme_dev_close(g_dev);
}

static void
verdicts_of_the_device_and_failures_of_the_host_are_told_apart(void)
{
	static const int errs[] = {ENOSPC, EIO,	  EACCES,    EPERM, ENODEV,
				   EINVAL, EFBIG, ETIMEDOUT, 256,   EBADF};
	struct xnvme_cmd_ctx ctx;
	struct xnvme_err why;

	g_dev = fake_open();
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	g_fake.sc = 0x80;
	CHECK_EQ(xnvme_nvm_read(&ctx, 1, 0, 0, g_buf, NULL), -EIO);
	CHECK_EQ(ctx.cpl.status.sc, 0x80);
	CHECK_EQ(xnvme_cmd_ctx_explain(&ctx, &why), 0);
	CHECK_STR(why.layer, "device");
	CHECK(strstr(why.hint, "DNR"));
	ctx.cpl.status.dnr = 0;
	CHECK_EQ(xnvme_cmd_ctx_explain(&ctx, &why), 0);
	CHECK(strstr(why.hint, "retried"));
	g_fake.sc = 0;
	for (size_t i = 0; i < sizeof(errs) / sizeof(errs[0]); ++i) {
		CHECK_EQ(xnvme_dev_derive_geo(g_dev), 0);
		g_fake.io_err = -errs[i];
		CHECK_EQ(xnvme_nvm_read(&ctx, 1, 0, 0, g_buf, NULL), -errs[i]);
		CHECK_EQ(ctx.cpl.status.sct, 7);
		CHECK(ctx.cpl.status.sc);
		CHECK_EQ(xnvme_cmd_ctx_explain(&ctx, &why), 0);
		CHECK_EQ(why.err, -errs[i]);
		CHECK_STR(why.layer, "host");
	}
	/* Nothing of a failure is left in the next use of the context */
	g_fake.io_err = 0;
	CHECK_EQ(xnvme_nvm_read(&ctx, 1, 0, 0, g_buf, NULL), 0);
	CHECK_EQ(xnvme_cmd_ctx_cpl_status(&ctx), 0);
	CHECK_EQ(xnvme_cmd_ctx_explain(&ctx, &why), 0);
	CHECK_EQ(why.err, 0);
	/* A vendor's status is no failure of the host */
	ctx.cpl.status.sct = 7;
	ctx.cpl.status.sc = 5;
	CHECK_EQ(xnvme_cmd_ctx_explain(&ctx, &why), 0);
	CHECK_STR(why.layer, "device");
	ctx.cpl.status.sc = 0;
	CHECK_EQ(xnvme_cmd_ctx_explain(&ctx, &why), 0);
	CHECK_EQ(why.err, -EIO);
	CHECK_EQ(xnvme_cmd_ctx_explain(NULL, &why), -EINVAL);
	CHECK_EQ(xnvme_cmd_ctx_explain(&ctx, NULL), -EINVAL);
	xnvme_dev_close(g_dev);
}

static void
capabilities_follow_identify(void)
{
	static const uint8_t always[] = {0x00,
					 0x01,
					 0x02,
					 XNVME_SPEC_FS_OPC_READ,
					 XNVME_SPEC_FS_OPC_WRITE,
					 XNVME_SPEC_FS_OPC_FLUSH};
	static const uint8_t optional[] = {0x04, 0x05, 0x08, 0x09, 0x0c, 0x19};
	static const uint8_t fdp[] = {XNVME_SPEC_NVM_OPC_IO_MGMT_RECV,
				      XNVME_SPEC_NVM_OPC_IO_MGMT_SEND};
	static const uint8_t zoned[] = {XNVME_SPEC_ZND_OPC_MGMT_SEND, XNVME_SPEC_ZND_OPC_MGMT_RECV,
					XNVME_SPEC_ZND_OPC_APPEND};

	for (int has = 0; has < 2; ++has) {
		g_dev = fake_open();
		if (has) {
			memset(&fake_ctrlr()->oncs, 0xff, sizeof(fake_ctrlr()->oncs));
			fake_ctrlr()->ctratt.flexible_data_placement = 1;
			fake_csi(XNVME_SPEC_CSI_ZONED);
			fake_zns()->lbafe[0].zsze = 64;
		}
		for (size_t i = 0; i < sizeof(always); ++i) {
			CHECK(xnvme_dev_can(g_dev, always[i]) == XNVME_CAPS_NATIVE);
		}
		for (size_t i = 0; i < sizeof(optional); ++i) {
			CHECK_EQ(xnvme_dev_can(g_dev, optional[i]) != XNVME_CAPS_NONE, has);
		}
		for (size_t i = 0; i < sizeof(fdp); ++i) {
			CHECK_EQ(xnvme_dev_can(g_dev, fdp[i]) != XNVME_CAPS_NONE, has);
		}
		for (size_t i = 0; i < sizeof(zoned); ++i) {
			CHECK_EQ(xnvme_dev_can(g_dev, zoned[i]) != XNVME_CAPS_NONE, has);
		}
		CHECK_EQ(xnvme_dev_can(g_dev, 0xee), XNVME_CAPS_NONE);
		xnvme_dev_close(g_dev);
	}
}

static void
limits_name_their_source(void)
{
	struct xnvme_caps caps;

	g_dev = fake_open();
	CHECK_EQ(xnvme_dev_get_caps(g_dev, &caps), 0);
	CHECK_STR(caps.data_nbytes_max_src, "library:default");
	CHECK_EQ(caps.metadata, 0);
	fake_ctrlr()->mdts = 5;
	fake_ns()->lbaf[0].ms = 8;
	CHECK_EQ(xnvme_dev_derive_geo(g_dev), 0);
	CHECK_EQ(xnvme_dev_get_caps(g_dev, &caps), 0);
	CHECK_STR(caps.data_nbytes_max_src, "identify:mdts");
	CHECK_EQ(caps.data_nbytes_max, 131072);
	CHECK_EQ(caps.metadata, 1);
	fake_ns()->flbas.extended = 1;
	CHECK_EQ(xnvme_dev_derive_geo(g_dev), 0);
	CHECK_EQ(xnvme_dev_get_caps(g_dev, &caps), 0);
	CHECK_EQ(caps.metadata, 0);
	CHECK_EQ(xnvme_dev_get_caps(NULL, &caps), -EINVAL);
	CHECK_EQ(xnvme_dev_get_caps(g_dev, NULL), -EINVAL);
	CHECK_EQ(xnvme_dev_can(NULL, 0), -EINVAL);
	xnvme_dev_close(g_dev);
	g_dev = fake_open();
	g_fake.failing = 1U << XNVME_SPEC_IDFY_CTRLR;
	CHECK_EQ(xnvme_dev_get_caps(g_dev, &caps), -EIO);
	CHECK_EQ(xnvme_dev_can(g_dev, 0), -EIO);
	xnvme_dev_close(g_dev);
}

static void
files_have_no_controller_and_any_length(void)
{
	struct xnvme_opts opts = xnvme_opts_default();
	struct xnvme_caps caps;
	char path[300];

	NEEDS(SYS_POSIX_AIO);
	sys_temp_path(path, sizeof(path), "file");
	CHECK_EQ(sys_file_make(path, 65536), 0);
	opts.async = "posix";
	g_dev = xnvme_dev_open(path, &opts);
	CHECK(g_dev);
	CHECK_EQ(xnvme_dev_get_caps(g_dev, &caps), 0);
	CHECK_EQ(caps.admin, 0);
	CHECK_EQ(caps.vectored, 0);
	CHECK_STR(caps.data_nbytes_max_src, "command:nlb");
	CHECK_EQ(xnvme_dev_can(g_dev, XNVME_SPEC_NVM_OPC_READ), XNVME_CAPS_NATIVE);
	CHECK_EQ(xnvme_dev_can(g_dev, XNVME_SPEC_NVM_OPC_WRITE_ZEROES), XNVME_CAPS_SYNC);
	CHECK_EQ(xnvme_dev_can(g_dev, XNVME_SPEC_NVM_OPC_COMPARE), XNVME_CAPS_NONE);
	CHECK_EQ(pass(XNVME_SPEC_NVM_OPC_COMPARE, 0, 0, g_buf, 512), -ENOSYS);
	xnvme_dev_close(g_dev);
	sys_file_remove(path);
}

static void
ranges_of_lbas_are_inside_of_the_device(void)
{
	struct xnvme_spec_znd_descr descr = {.zslba = 64, .zcap = 32};

	g_dev = fake_open();
	CHECK(xnvme_lba_range_from_slba_elba(g_dev, 0, FAKE_NS_NLBAS - 1).attr.is_valid);
	CHECK(!xnvme_lba_range_from_slba_elba(g_dev, 0, FAKE_NS_NLBAS).attr.is_valid);
	CHECK(!xnvme_lba_range_from_slba_elba(g_dev, 2, 1).attr.is_valid);
	CHECK(!xnvme_lba_range_from_slba_elba(NULL, 0, 1).attr.is_valid);
	CHECK_EQ(xnvme_lba_range_from_slba_naddrs(g_dev, 8, 8).elba, 15);
	CHECK(!xnvme_lba_range_from_slba_naddrs(g_dev, 8, 0).attr.is_valid);
	CHECK(!xnvme_lba_range_from_slba_naddrs(g_dev, UINT64_MAX, 2).attr.is_valid);
	CHECK_EQ(xnvme_lba_range_from_offset_nbytes(g_dev, 512, 1024).naddrs, 2);
	CHECK_EQ(xnvme_lba_range_from_offset_nbytes(g_dev, 512, 1024).nbytes, 1024);
	CHECK(!xnvme_lba_range_from_offset_nbytes(g_dev, 511, 1024).attr.is_valid);
	CHECK(!xnvme_lba_range_from_offset_nbytes(g_dev, 512, 1023).attr.is_valid);
	CHECK(!xnvme_lba_range_from_offset_nbytes(NULL, 512, 1024).attr.is_valid);
	CHECK_EQ(xnvme_lba_range_from_zdescr(g_dev, &descr).naddrs, 32);
	CHECK(!xnvme_lba_range_from_zdescr(g_dev, NULL).attr.is_valid);
	xnvme_dev_close(g_dev);
}

static const struct test tests[] = {
    TEST_CASE(length_of_the_buffer_is_that_of_the_command),
    TEST_CASE(vectors_add_up_to_the_length),
    TEST_CASE(range_lists_have_the_length_that_the_command_says),
    TEST_CASE(copy_ranges_have_the_size_of_their_format),
    TEST_CASE(management_lengths_are_dwords),
    TEST_CASE(ranges_beyond_the_device_are_marked_and_never_wrap),
    TEST_CASE(byte_ranges_are_whole_lbas_of_a_device_of_blocks),
    TEST_CASE(access_modes_are_kept),
    TEST_CASE(metadata_is_all_of_it_or_none),
    TEST_CASE(contexts_of_nothing_are_refused),
    TEST_CASE(what_nothing_executes_is_not_implemented),
    TEST_CASE(verdicts_of_the_device_and_failures_of_the_host_are_told_apart),
    TEST_CASE(capabilities_follow_identify),
    TEST_CASE(limits_name_their_source),
    TEST_CASE(files_have_no_controller_and_any_length),
    TEST_CASE(ranges_of_lbas_are_inside_of_the_device),
};

int
main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
