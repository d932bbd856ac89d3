// SPDX-License-Identifier: BSD-3-Clause
/**
 * Geometry of odd and of lying controllers: the right numbers or an error, never a crash
 */
#include <support/fake.h>

static struct xnvme_dev *g_dev;

static void
check_geo(int err)
{
	CHECK_EQ(xnvme_dev_derive_geo(g_dev), err);
	if (err) {
		CHECK_EQ(xnvme_err_last()->err, err);
		CHECK(xnvme_err_last()->what[0]);
		CHECK_EQ(xnvme_dev_get_geo(g_dev)->lba_nbytes, 0);
		CHECK_EQ(errno, -err);
	}
}

static void
lba_sizes_from_512_to_65536_are_taken_and_all_others_refused(void)
{
	for (unsigned ds = 0; ds < 256; ++ds) {
		g_dev = fake_open();
		CHECK(g_dev);
		fake_ns()->lbaf[0].ds = (uint8_t)ds;
		if (ds < 9 || ds > 16) {
			check_geo(-EPROTO);
		} else {
			const struct xnvme_geo *geo = xnvme_dev_get_geo(g_dev);

			CHECK_EQ(geo->lba_nbytes, 1U << ds);
			CHECK_EQ(geo->ssw, ds);
			CHECK_EQ(geo->tbytes, (uint64_t)FAKE_NS_NLBAS << ds);
			CHECK_EQ(geo->nsect, FAKE_NS_NLBAS);
			CHECK_EQ(xnvme_dev_get_ssw(g_dev), ds);
		}
		xnvme_dev_close(g_dev);
	}
}

static void
namespace_sizes_beyond_64_bits_are_refused(void)
{
	g_dev = fake_open();
	fake_ns()->nsze = UINT64_MAX;
	check_geo(-EPROTO);
	fake_ns()->nsze = (UINT64_MAX >> 9) + 1;
	check_geo(-EPROTO);
	fake_ns()->nsze = UINT64_MAX >> 9;
	CHECK_EQ(xnvme_dev_derive_geo(g_dev), 0);
	CHECK_EQ(xnvme_dev_get_geo(g_dev)->tbytes, UINT64_MAX >> 9 << 9);
	fake_ns()->nsze = 0;
	CHECK_EQ(xnvme_dev_derive_geo(g_dev), 0);
	CHECK_EQ(xnvme_dev_get_geo(g_dev)->tbytes, 0);
	xnvme_dev_close(g_dev);
}

static void
transfer_limits_are_capped(void)
{
	static const struct {
		uint8_t mdts;
		uint32_t nbytes;
	} cases[] = {{0, 1U << 20},  {1, 8192},	     {5, 131072},    {19, 1U << 31},
		     {20, 1U << 31}, {52, 1U << 31}, {255, 1U << 31}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
		g_dev = fake_open();
		fake_ctrlr()->mdts = cases[i].mdts;
		CHECK_EQ(xnvme_dev_get_geo(g_dev)->mdts_nbytes, cases[i].nbytes);
		xnvme_dev_close(g_dev);
	}
}

static void
format_index_has_six_bits(void)
{
	g_dev = fake_open();
	fake_ns()->flbas.format = 0xf;
	fake_ns()->flbas.format_msb = 3;
	fake_ns()->lbaf[63].ds = 12;
	CHECK_EQ(xnvme_dev_get_geo(g_dev)->lba_nbytes, 4096);
	xnvme_dev_close(g_dev);
}

static void
metadata_is_separate_or_part_of_the_lba(void)
{
	struct xnvme_spec_nvm_idfy_ns *css = (void *)g_fake.ns_css;

	for (unsigned extended = 0; extended < 2; ++extended) {
		const struct xnvme_geo *geo;

		g_dev = fake_open();
		fake_ns()->lbaf[0].ms = 8;
		fake_ns()->flbas.extended = extended & 1U;
		fake_ns()->dps.pit = 1;
		fake_ns()->dps.md_start = 1;
		css->elbaf[0].pif = 2;
		geo = xnvme_dev_get_geo(g_dev);
		CHECK_EQ(geo->lba_nbytes, extended ? 520 : 512);
		CHECK_EQ(geo->nbytes_oob, 8);
		CHECK_EQ(geo->lba_extended, extended);
		CHECK_EQ(geo->pi_type, 1);
		CHECK_EQ(geo->pi_loc, 1);
		CHECK_EQ(geo->pi_format, 2);
		xnvme_dev_close(g_dev);
	}
	/* Extended without metadata is nothing */
	g_dev = fake_open();
	fake_ns()->flbas.extended = 1;
	CHECK_EQ(xnvme_dev_get_geo(g_dev)->lba_extended, 0);
	xnvme_dev_close(g_dev);
}

static void
zoned_open(uint64_t nsze, uint64_t zsze)
{
	g_dev = fake_open();
	fake_csi(XNVME_SPEC_CSI_ZONED);
	fake_ns()->nsze = nsze;
	fake_zns()->lbafe[0].zsze = zsze;
}

static void
zones_are_counted_without_dividing_by_zero(void)
{
	zoned_open(1024, 0);
	check_geo(-EPROTO);
	xnvme_dev_close(g_dev);
	zoned_open(UINT64_MAX >> 9, 1);
	check_geo(-EPROTO);
	xnvme_dev_close(g_dev);
	zoned_open(1024, 1024);
	fake_ns()->flbas.format_msb = 1;
	fake_ns()->lbaf[16].ds = 9;
	check_geo(-EPROTO);
	xnvme_dev_close(g_dev);
	/* A zone larger than the namespace: no zone at all */
	zoned_open(1024, UINT64_MAX);
	CHECK_EQ(xnvme_dev_get_geo(g_dev)->nzone, 0);
	CHECK(!xnvme_znd_report_from_dev(g_dev, 0, 0, 0));
	CHECK_EQ(errno, EINVAL);
	xnvme_dev_close(g_dev);
	zoned_open(1030, 256);
	CHECK_EQ(xnvme_dev_get_geo(g_dev)->type, XNVME_GEO_ZONED);
	CHECK_EQ(xnvme_dev_get_geo(g_dev)->nzone, 4);
	CHECK_EQ(xnvme_dev_get_geo(g_dev)->nsect, 256);
	CHECK_EQ(xnvme_dev_get_csi(g_dev), XNVME_SPEC_CSI_ZONED);
	xnvme_dev_close(g_dev);
}

static void
key_value_namespaces_have_no_lbas(void)
{
	g_dev = fake_open();
	fake_csi(XNVME_SPEC_CSI_KV);
	fake_ns()->lbaf[0].ds = 0;
	fake_ctrlr()->mdts = 1;
	CHECK_EQ(xnvme_dev_get_geo(g_dev)->type, XNVME_GEO_KV);
	CHECK_EQ(xnvme_dev_get_geo(g_dev)->mdts_nbytes, 8192);
	xnvme_dev_close(g_dev);
}

/** Descriptors of 255 bytes up to one at `pos`, which claims to be a command set */
static void
descrs_up_to(unsigned pos)
{
	unsigned at = 0;

	while (at < pos) {
		const unsigned left = pos - at;
		const unsigned nidl = left >= 2 * 259 ? 255 : left > 259 ? left / 2 - 4 : left - 4;

		g_fake.descrs[at] = 3;
		g_fake.descrs[at + 1] = (uint8_t)nidl;
		at += 4 + nidl;
	}
	CHECK_EQ(at, pos);
	g_fake.descrs[pos] = 4;
	g_fake.descrs[pos + 1] = 1;
}

static void
descriptor_list_stays_inside_of_its_page(void)
{
	/* The last that fits, and one whose value would be the first byte after the page */
	g_dev = fake_open();
	descrs_up_to(4091);
	g_fake.descrs[4095] = XNVME_SPEC_CSI_KV;
	CHECK_EQ(xnvme_dev_get_csi(g_dev), XNVME_SPEC_CSI_KV);
	xnvme_dev_close(g_dev);
	g_dev = fake_open();
	descrs_up_to(4092);
	CHECK_EQ(xnvme_dev_get_csi(g_dev), XNVME_SPEC_CSI_NVM);
	xnvme_dev_close(g_dev);
	/* A command set identifier of another length is none */
	g_dev = fake_open();
	fake_csi(XNVME_SPEC_CSI_KV);
	g_fake.descrs[1] = 2;
	CHECK_EQ(xnvme_dev_get_csi(g_dev), XNVME_SPEC_CSI_NVM);
	xnvme_dev_close(g_dev);
	g_dev = fake_open();
	memset(g_fake.descrs, 0xff, sizeof(g_fake.descrs));
	CHECK_EQ(xnvme_dev_get_csi(g_dev), XNVME_SPEC_CSI_NVM);
	xnvme_dev_close(g_dev);
}

static void
identify_that_fails_is_the_callers_error_and_is_tried_again(void)
{
	static const uint8_t pages[] = {XNVME_SPEC_IDFY_CTRLR, XNVME_SPEC_IDFY_NS};

	for (size_t i = 0; i < sizeof(pages); ++i) {
		struct xnvme_cmd_ctx ctx;
		uint8_t buf[512];

		g_dev = fake_open();
		g_fake.failing = 1U << pages[i];
		g_fake.err = -ENODEV;
		check_geo(-ENODEV);
		ctx = xnvme_cmd_ctx_from_dev(g_dev);
		CHECK_EQ(xnvme_nvm_write(&ctx, 1, 0, 0, buf, NULL), -ENODEV);
		CHECK_EQ(g_fake.nios, 0);
		g_fake.err = 0;
		check_geo(-EIO);
		CHECK_EQ(xnvme_dev_get_csi(g_dev), 0xff);
		CHECK_EQ(xnvme_dev_get_ssw(g_dev), 0);
		CHECK_EQ(xnvme_dev_get_ctrlr(g_dev)->mdts, 0);
		CHECK_EQ(xnvme_dev_get_ns(g_dev)->nsze, 0);
		CHECK(xnvme_dev_get_ns_css(g_dev) && xnvme_dev_get_ctrlr_css(g_dev));
		g_fake.failing = 0;
		CHECK_EQ(xnvme_nvm_write(&ctx, 1, 0, 0, buf, NULL), 0);
		CHECK_EQ(xnvme_dev_get_ns(g_dev)->nsze, FAKE_NS_NLBAS);
		xnvme_dev_close(g_dev);
	}
}

static void
controllers_before_2_0_lack_pages_by_command_set(void)
{
	g_dev = fake_open();
	g_fake.failing = 1U << XNVME_SPEC_IDFY_NSDSCR | 1U << XNVME_SPEC_IDFY_NS_IOCS |
			 1U << XNVME_SPEC_IDFY_CTRLR_IOCS;
	g_fake.ns_css[0] = 0xff;
	CHECK_EQ(xnvme_dev_derive_geo(g_dev), 0);
	CHECK_EQ(xnvme_dev_get_csi(g_dev), XNVME_SPEC_CSI_NVM);
	CHECK_EQ(*(const uint8_t *)xnvme_dev_get_ns_css(g_dev), 0);
	xnvme_dev_close(g_dev);
}

static void
controller_handles_have_no_namespace(void)
{
	g_dev = fake_open();
	g_dev->nsid = 0xffffffff;
	g_fake.failing = 1U << XNVME_SPEC_IDFY_NS;
	CHECK_EQ(xnvme_dev_derive_geo(g_dev), 0);
	CHECK_EQ(xnvme_dev_get_geo(g_dev)->type, XNVME_GEO_UNKNOWN);
	xnvme_dev_close(g_dev);
}

static void
names_without_an_end_are_ended(void)
{
	g_dev = fake_open();
	memset(fake_ctrlr()->subnqn, 'n', sizeof(fake_ctrlr()->subnqn));
	CHECK_EQ(xnvme_dev_derive_geo(g_dev), 0);
	CHECK(strlen(xnvme_dev_get_ident(g_dev)->subnqn) < sizeof(g_dev->ident.subnqn));
	xnvme_dev_close(g_dev);
	CHECK_EQ(xnvme_dev_derive_geo(NULL), -EINVAL);
}

static const struct test tests[] = {
    TEST_CASE(lba_sizes_from_512_to_65536_are_taken_and_all_others_refused),
    TEST_CASE(namespace_sizes_beyond_64_bits_are_refused),
    TEST_CASE(transfer_limits_are_capped),
    TEST_CASE(format_index_has_six_bits),
    TEST_CASE(metadata_is_separate_or_part_of_the_lba),
    TEST_CASE(zones_are_counted_without_dividing_by_zero),
    TEST_CASE(key_value_namespaces_have_no_lbas),
    TEST_CASE(descriptor_list_stays_inside_of_its_page),
    TEST_CASE(identify_that_fails_is_the_callers_error_and_is_tried_again),
    TEST_CASE(controllers_before_2_0_lack_pages_by_command_set),
    TEST_CASE(controller_handles_have_no_namespace),
    TEST_CASE(names_without_an_end_are_ended),
};

int
main(int argc, char **argv)
{
	return test_main(tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
