// SPDX-License-Identifier: BSD-3-Clause
/**
 * Zoned and key-value commands, against devices that report less, more or nothing
 */
#include <support/fake.h>

static struct xnvme_dev *g_dev;

/** 16 zones of 64 LBAs, and extensions of `zdes` units of 64 bytes */
static void
zoned_open(uint8_t zdes)
{
	g_dev = fake_open();
	fake_csi(XNVME_SPEC_CSI_ZONED);
	fake_zns()->lbafe[0].zsze = 64;
	fake_zns()->lbafe[0].zdes = zdes;
}

static void
check_report(uint64_t slba, size_t limit, uint32_t nentries)
{
	struct xnvme_znd_report *report = xnvme_znd_report_from_dev(g_dev, slba, limit, 0);
	struct xnvme_spec_znd_descr *descr = NULL;

	CHECK(report);
	CHECK_EQ(report->nentries, nentries);
	CHECK_EQ(report->nzones, 16);
	for (uint32_t i = 0; i < nentries; ++i) {
		CHECK_EQ(xnvme_znd_report_get_descr(report, i, &descr, NULL), 0);
		CHECK_EQ(descr->zslba, slba + i * 64);
	}
	CHECK_EQ(xnvme_znd_report_get_descr(report, nentries, &descr, NULL), -EINVAL);
	xnvme_buf_virt_free(report);
}

static void
reports_hold_what_was_asked_for(void)
{
	zoned_open(0);
	check_report(0, 0, 16);
	check_report(64, 0, 15);
	check_report(64, 3, 3);
	check_report(15 * 64, 16, 1);
	CHECK(!xnvme_znd_report_from_dev(g_dev, 1, 0, 0));
	CHECK_EQ(errno, EINVAL);
	CHECK(!xnvme_znd_report_from_dev(g_dev, 16 * 64, 0, 0));
	CHECK(!xnvme_znd_report_from_dev(g_dev, 0, 17, 0));
	CHECK(!xnvme_znd_report_from_dev(g_dev, 0, 0, 1));
	CHECK_EQ(errno, ENOSYS);
	xnvme_dev_close(g_dev);
}

/** The length is counted in 64 bits, and memory in a size_t */
static void
report_that_no_buffer_holds_is_enomem(void)
{
	if (SIZE_MAX > UINT32_MAX) {
		test_skip("a size_t holds the length of every report");
	}
	zoned_open(255);
	fake_ns()->nsze = 64ULL * 262144;
	CHECK(!xnvme_znd_report_from_dev(g_dev, 0, 0, 1));
	CHECK_EQ(errno, ENOMEM);
	CHECK(strstr(xnvme_err_last()->what, "262144 zones"));
	xnvme_dev_close(g_dev);
}

static void
zones_that_the_device_did_not_send_are_an_error(void)
{
	zoned_open(0);
	g_fake.zones_told = 0;
	CHECK(!xnvme_znd_report_from_dev(g_dev, 0, 0, 0));
	CHECK_EQ(errno, EIO);
	g_fake.zones_told = 15;
	CHECK(!xnvme_znd_report_from_dev(g_dev, 0, 0, 0));
	CHECK_EQ(errno, EIO);
	/* One that claims more than there is room for */
	g_fake.zones_told = UINT64_MAX - 1;
	check_report(0, 0, 16);
	g_fake.io_err = -ENODEV;
	CHECK(!xnvme_znd_report_from_dev(g_dev, 0, 0, 0));
	CHECK_EQ(errno, ENODEV);
	xnvme_dev_close(g_dev);
}

static void
reports_are_fetched_in_pieces_that_the_device_can_transfer(void)
{
	struct xnvme_znd_report *report;
	void *ext = NULL;

	zoned_open(16);
	fake_ctrlr()->mdts = 1;
	report = xnvme_znd_report_from_dev(g_dev, 0, 0, 1);
	CHECK(report);
	CHECK(g_fake.nreports > 1);
	CHECK(g_fake.report_nbytes <= 8192);
	for (uint32_t i = 0; i < 16; ++i) {
		struct xnvme_spec_znd_descr *descr = NULL;

		CHECK_EQ(xnvme_znd_report_get_descr(report, i, &descr, &ext), 0);
		CHECK_EQ(descr->zslba, i * 64);
		CHECK_EQ(*(const uint8_t *)ext, 0xee);
	}
	xnvme_buf_virt_free(report);
	xnvme_dev_close(g_dev);
}

static void
extensions_larger_than_a_transfer_are_an_error_and_not_an_endless_loop(void)
{
	zoned_open(255);
	fake_ctrlr()->mdts = 1;
	CHECK(!xnvme_znd_report_from_dev(g_dev, 0, 0, 1));
	CHECK_EQ(errno, EPROTO);
	CHECK_EQ(g_fake.nreports, 0);
	xnvme_dev_close(g_dev);
}

static void
zones_are_found_by_state(void)
{
	static const enum xnvme_spec_znd_state states[] = {
	    XNVME_SPEC_ZND_STATE_EMPTY,	  XNVME_SPEC_ZND_STATE_IOPEN, XNVME_SPEC_ZND_STATE_EOPEN,
	    XNVME_SPEC_ZND_STATE_CLOSED,  XNVME_SPEC_ZND_STATE_FULL,  XNVME_SPEC_ZND_STATE_RONLY,
	    XNVME_SPEC_ZND_STATE_OFFLINE,
	};
	struct xnvme_spec_znd_descr descr;
	struct xnvme_znd_report *report;
	uint64_t value = 0;

	zoned_open(0);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); ++i) {
		g_fake.zone_state = (uint8_t)states[i];
		CHECK_EQ(xnvme_znd_descr_from_dev_in_state(g_dev, states[i], &descr), 0);
		CHECK_EQ(descr.zs, states[i]);
		report = xnvme_znd_report_from_dev(g_dev, 0, 0, 0);
		CHECK(report);
		CHECK_EQ(xnvme_znd_report_find_arbitrary(report, states[i], &value, 0), 0);
		CHECK(value % 64 == 0 && value < 1024);
		CHECK_EQ(xnvme_znd_report_find_arbitrary(report, states[(i + 1) % 7], &value, 7),
			 -ENXIO);
		xnvme_buf_virt_free(report);
	}
	/* A device that ignores the filter */
	CHECK_EQ(xnvme_znd_descr_from_dev_in_state(g_dev, XNVME_SPEC_ZND_STATE_EMPTY, &descr),
		 -EIO);
	CHECK_EQ(xnvme_znd_descr_from_dev_in_state(g_dev, (enum xnvme_spec_znd_state)0, &descr),
		 -EINVAL);
	CHECK_EQ(xnvme_znd_descr_from_dev(g_dev, 64, &descr), 0);
	CHECK_EQ(descr.zslba, 64);
	CHECK_EQ(xnvme_znd_stat(g_dev, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, &value), 0);
	CHECK_EQ(value, 1);
	g_fake.zones_told = 0;
	CHECK_EQ(xnvme_znd_descr_from_dev(g_dev, 64, &descr), -EIO);
	CHECK_EQ(xnvme_znd_descr_from_dev_in_state(g_dev, XNVME_SPEC_ZND_STATE_EMPTY, &descr),
		 -EIO);
	g_fake.io_err = -EIO;
	CHECK_EQ(xnvme_znd_descr_from_dev(g_dev, 64, &descr), -EIO);
	xnvme_dev_close(g_dev);
}

static void
zoned_commands_carry_their_fields(void)
{
	uint8_t buf[1024];
	struct xnvme_cmd_ctx ctx;

	zoned_open(1);
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_znd_mgmt_recv(&ctx, 1, 64, XNVME_SPEC_ZND_CMD_MGMT_RECV_ACTION_REPORT,
				     XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_FULL, 1, buf, 1024),
		 0);
	CHECK_EQ(g_fake.cmd.znd.mgmt_recv.ndwords, 255);
	CHECK_EQ(g_fake.cmd.znd.mgmt_recv.slba, 64);
	CHECK_EQ(g_fake.cmd.znd.mgmt_recv.partial, 1);
	for (uint32_t nbytes = 0; nbytes < 8; ++nbytes) {
		if (nbytes != 4) {
			CHECK_EQ(xnvme_znd_mgmt_recv(
				     &ctx, 1, 0, XNVME_SPEC_ZND_CMD_MGMT_RECV_ACTION_REPORT,
				     XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, 0, buf, nbytes),
				 -EINVAL);
		}
	}
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_znd_mgmt_send(&ctx, 1, 128, true, XNVME_SPEC_ZND_CMD_MGMT_SEND_RESET,
				     (enum xnvme_spec_znd_mgmt_send_action_so)0, NULL),
		 0);
	CHECK_EQ(g_fake.cmd.znd.mgmt_send.select_all, 1);
	CHECK_EQ(g_fake.req.nbytes, 0);
	CHECK_EQ(xnvme_znd_mgmt_send(&ctx, 1, 128, false, XNVME_SPEC_ZND_CMD_MGMT_SEND_DESCRIPTOR,
				     (enum xnvme_spec_znd_mgmt_send_action_so)0, buf),
		 0);
	CHECK_EQ(g_fake.req.nbytes, 64);
	CHECK_EQ(xnvme_znd_zrwa_flush(&ctx, 1, 70), 0);
	CHECK_EQ(g_fake.cmd.znd.mgmt_send.zsa, XNVME_SPEC_ZND_CMD_MGMT_SEND_FLUSH);
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_znd_append(&ctx, 1, 64, 1, buf, NULL), 0);
	CHECK_EQ(g_fake.cmd.znd.append.zslba, 64);
	CHECK_EQ(g_fake.req.nbytes, 1024);
	xnvme_dev_close(g_dev);
}

static void
zoned_pages_are_of_zoned_devices(void)
{
	struct xnvme_spec_znd_log_changes *log;

	zoned_open(0);
	CHECK(xnvme_znd_dev_get_ns(g_dev));
	CHECK(xnvme_znd_dev_get_ctrlr(g_dev));
	CHECK_EQ(xnvme_znd_dev_get_lbafe(g_dev)->zsze, 64);
	log = xnvme_znd_log_changes_from_dev(g_dev);
	CHECK(log);
	CHECK_EQ(g_fake.cmd.log.lid, XNVME_SPEC_LOG_ZND_CHANGES);
	xnvme_buf_free(g_dev, log);
	g_fake.sc = 9;
	CHECK(!xnvme_znd_log_changes_from_dev(g_dev));
	CHECK_EQ(errno, EIO);
	xnvme_dev_close(g_dev);

	g_dev = fake_open();
	CHECK(!xnvme_znd_dev_get_ns(g_dev));
	CHECK(!xnvme_znd_dev_get_ctrlr(g_dev));
	CHECK(!xnvme_znd_dev_get_lbafe(g_dev));
	CHECK(!xnvme_znd_report_from_dev(g_dev, 0, 0, 0));
	CHECK_EQ(errno, EINVAL);
	xnvme_dev_close(g_dev);
}

static void
null_is_refused(void)
{
	struct xnvme_spec_znd_descr descr;
	struct xnvme_znd_report report = {0};
	uint64_t value;
	uint8_t buf[4];

	zoned_open(0);
	CHECK_EQ(xnvme_znd_descr_from_dev(NULL, 0, &descr), -EINVAL);
	CHECK_EQ(xnvme_znd_descr_from_dev(g_dev, 0, NULL), -EINVAL);
	CHECK_EQ(xnvme_znd_descr_from_dev_in_state(NULL, XNVME_SPEC_ZND_STATE_FULL, &descr),
		 -EINVAL);
	CHECK_EQ(xnvme_znd_descr_from_dev_in_state(g_dev, XNVME_SPEC_ZND_STATE_FULL, NULL),
		 -EINVAL);
	CHECK_EQ(xnvme_znd_stat(NULL, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, &value), -EINVAL);
	CHECK_EQ(xnvme_znd_stat(g_dev, XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, NULL), -EINVAL);
	CHECK_EQ(xnvme_znd_mgmt_recv(NULL, 1, 0, XNVME_SPEC_ZND_CMD_MGMT_RECV_ACTION_REPORT,
				     XNVME_SPEC_ZND_CMD_MGMT_RECV_SF_ALL, 0, buf, 4),
		 -EINVAL);
	CHECK_EQ(xnvme_znd_zrwa_flush(NULL, 1, 0), -EINVAL);
	CHECK_EQ(xnvme_znd_append(NULL, 1, 0, 0, buf, NULL), -EINVAL);
	CHECK_EQ(xnvme_znd_report_get_descr(NULL, 0, NULL, NULL), -EINVAL);
	CHECK_EQ(xnvme_znd_report_find_arbitrary(NULL, XNVME_SPEC_ZND_STATE_FULL, &value, 0),
		 -EINVAL);
	CHECK_EQ(xnvme_znd_report_find_arbitrary(&report, XNVME_SPEC_ZND_STATE_FULL, &value, 0),
		 -EINVAL);
	CHECK(!xnvme_znd_log_changes_from_dev(NULL));
	xnvme_dev_close(g_dev);
}

static void
keys_have_up_to_16_bytes(void)
{
	static const uint8_t key[17] = "0123456789abcdef";
	struct xnvme_cmd_ctx ctx;
	uint8_t value[64];

	g_dev = fake_open();
	fake_csi(XNVME_SPEC_CSI_KV);
	for (uint8_t len = 0; len <= 17; ++len) {
		const bool fits = len <= 16;

		ctx = xnvme_cmd_ctx_from_dev(g_dev);
		g_fake.nios = 0;
		CHECK_EQ(xnvme_kvs_store(&ctx, 1, key, len, value, sizeof(value), 2),
			 fits ? 0 : -EINVAL);
		CHECK_EQ(g_fake.nios, fits);
		if (fits) {
			CHECK_EQ(g_fake.cmd.kvs.cdw11.kl, len);
			CHECK_EQ(g_fake.cmd.kvs.cdw11.ro, 2);
			CHECK_EQ(g_fake.req.nbytes, sizeof(value));
			CHECK_MEM(&g_fake.cmd.kvs.key, key, len < 8 ? len : 8);
		}
	}
	ctx = xnvme_cmd_ctx_from_dev(g_dev);
	CHECK_EQ(xnvme_kvs_retrieve(&ctx, 1, key, 16, value, sizeof(value), 0), 0);
	CHECK_EQ(g_fake.cmd.common.opcode, XNVME_SPEC_KV_OPC_RETRIEVE);
	CHECK_EQ(xnvme_kvs_exist(&ctx, 1, key, 16), 0);
	CHECK_EQ(g_fake.cmd.common.opcode, XNVME_SPEC_KV_OPC_EXIST);
	CHECK_EQ(xnvme_kvs_delete(&ctx, 1, key, 16), 0);
	CHECK_EQ(g_fake.cmd.common.opcode, XNVME_SPEC_KV_OPC_DELETE);
	CHECK_EQ(xnvme_kvs_list(&ctx, 1, key, 16, value, sizeof(value)), 0);
	CHECK_EQ(g_fake.cmd.common.opcode, XNVME_SPEC_KV_OPC_LIST);
	CHECK_EQ(xnvme_kvs_exist(NULL, 1, key, 16), -EINVAL);
	CHECK_EQ(xnvme_kvs_exist(&ctx, 1, NULL, 16), -EINVAL);
	xnvme_dev_close(g_dev);
}

static const struct test tests[] = {
    TEST_CASE(reports_hold_what_was_asked_for),
    TEST_CASE(report_that_no_buffer_holds_is_enomem),
    TEST_CASE(zones_that_the_device_did_not_send_are_an_error),
    TEST_CASE(reports_are_fetched_in_pieces_that_the_device_can_transfer),
    TEST_CASE(extensions_larger_than_a_transfer_are_an_error_and_not_an_endless_loop),
    TEST_CASE(zones_are_found_by_state),
    TEST_CASE(zoned_commands_carry_their_fields),
    TEST_CASE(zoned_pages_are_of_zoned_devices),
    TEST_CASE(null_is_refused),
    TEST_CASE(keys_have_up_to_16_bytes),
};

int
main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
