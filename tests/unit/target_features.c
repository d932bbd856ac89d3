// SPDX-License-Identifier: BSD-3-Clause
/**
 * Get Features and Set Features of the target
 */
#include <support/target.h>

static struct xnvi_target *g_t;

static int
get_feature(uint8_t fid, unsigned sel, uint32_t cdw11, void *buf, size_t nbytes)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_ADM_OPC_GFEAT;
	cmd.gfeat.cdw10.fid = fid;
	cmd.gfeat.cdw10.sel = sel & 0x7;
	cmd.gfeat.cdw11 = cdw11;

	return run_admin(g_t, &cmd, buf, nbytes);
}

static int
set_feature(uint8_t fid, uint32_t nsid, bool save, uint32_t value, void *buf, size_t nbytes)
{
	struct xnvme_spec_cmd cmd = {0};

	cmd.common.opcode = XNVME_SPEC_ADM_OPC_SFEAT;
	cmd.common.nsid = nsid;
	cmd.sfeat.cdw10.fid = fid;
	cmd.sfeat.cdw10.save = save;
	cmd.sfeat.feat.val = value;

	return run_admin(g_t, &cmd, buf, nbytes);
}

static void
feature_values_are_current_default_and_saved(void)
{
	static const struct {
		uint8_t fid;
		uint32_t initial;
		uint32_t value;
		uint32_t bad;
		uint32_t caps;
	} rows[] = {
	    {0x01, 7, 0x01020303, 0x10, 5},
	    {0x02, 0, 0x20, 0x01, 5},
	    {0x04, 343, 300, 1u << 31, 5},
	    {0x05, 0, 0x1234, 0x10000, 7},
	    {0x06, 1, 0, 2, 5},
	    {0x08, 0, 0x0203, 0x10000, 5},
	    {0x0A, 0, 1, 2, 5},
	    {0x0B, 0, 0x1FF, 0, 5},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); ++i) {
		const uint8_t fid = rows[i].fid;
		const uint32_t nsid = fid == 5 ? 1 : 0;

		CHECK_EQ(get_feature(fid, 0, 0, NULL, 0), OK);
		CHECK_EQ(g_cpl.result, rows[i].initial);
		CHECK_EQ(set_feature(fid, nsid, false, rows[i].value, NULL, 0), OK);
		CHECK_EQ(get_feature(fid, 0, 0, NULL, 0), OK);
		CHECK_EQ(g_cpl.result, rows[i].value);
		CHECK_EQ(get_feature(fid, 1, 0, NULL, 0), OK);
		CHECK_EQ(g_cpl.result, rows[i].initial);
		CHECK_EQ(get_feature(fid, 2, 0, NULL, 0), OK);
		CHECK_EQ(g_cpl.result, rows[i].initial);
		CHECK_EQ(set_feature(fid, nsid, true, rows[i].value, NULL, 0), OK);
		CHECK_EQ(get_feature(fid, 2, 0, NULL, 0), OK);
		CHECK_EQ(g_cpl.result, rows[i].value);
		CHECK_EQ(get_feature(fid, 3, 0, NULL, 0), OK);
		CHECK_EQ(g_cpl.result, rows[i].caps);
		if (rows[i].bad) {
			CHECK_EQ(set_feature(fid, nsid, false, rows[i].bad, NULL, 0),
				 INVALID_FIELD);
			CHECK_EQ(get_feature(fid, 0, 0, NULL, 0), OK);
			CHECK_EQ(g_cpl.result, rows[i].value);
		}
	}
}

static void
features_refuse_what_is_not_there(void)
{
	struct xnvme_spec_cmd cmd = {0};
	uint8_t page[8] = {0};

	CHECK_EQ(get_feature(0x7F, 0, 0, NULL, 0), INVALID_FIELD);
	CHECK_EQ(set_feature(0x7F, 0, false, 0, NULL, 0), INVALID_FIELD);
	CHECK_EQ(get_feature(1, 4, 0, NULL, 0), INVALID_FIELD);
	CHECK_EQ(set_feature(1, 1, false, 0, NULL, 0), FEAT_NOT_NS);
	CHECK_EQ(set_feature(1, 2, false, 0, NULL, 0), INVALID_NS);
	CHECK_EQ(set_feature(1, 0xFFFFFFFF, false, 0, NULL, 0), OK);
	CHECK_EQ(set_feature(5, 0, false, 0, NULL, 0), INVALID_NS);
	CHECK_EQ(set_feature(7, 0, true, 0, NULL, 0), FEAT_NOT_SAVEABLE);
	CHECK_EQ(g_cpl.status.dnr, 1);
	CHECK_EQ(set_feature(0x0E, 0, true, 0, page, 8), FEAT_NOT_SAVEABLE);
	cmd.common.opcode = XNVME_SPEC_ADM_OPC_GFEAT;
	cmd.common.nsid = 3;
	cmd.gfeat.cdw10.fid = 1;
	CHECK_EQ(run_admin(g_t, &cmd, NULL, 0), INVALID_NS);
}

static void
temperature_has_two_thresholds_and_a_warning(void)
{
	struct xnvme_spec_log_health_entry log;

	CHECK_EQ(get_feature(4, 0, 1u << 20, NULL, 0), OK);
	CHECK_EQ(g_cpl.result, 0);
	CHECK_EQ(set_feature(4, 0, false, 1u << 20 | 320, NULL, 0), OK);
	CHECK_EQ(get_feature(4, 0, 1u << 20, NULL, 0), OK);
	CHECK_EQ(g_cpl.result, 320);
	CHECK_EQ(do_log(g_t, 2, 0, &log, sizeof(log)), OK);
	CHECK_EQ(log.crit_warn, 2);
	CHECK_EQ(set_feature(4, 0, true, 1u << 20 | 0xFu << 16 | 200, NULL, 0), OK);
	CHECK_EQ(get_feature(4, 2, 1u << 20, NULL, 0), OK);
	CHECK_EQ(g_cpl.result, 200);
	CHECK_EQ(do_log(g_t, 2, 0, &log, sizeof(log)), OK);
	CHECK_EQ(log.crit_warn, 0);
	CHECK_EQ(set_feature(4, 0, false, 310, NULL, 0), OK);
	CHECK_EQ(do_log(g_t, 2, 0, &log, sizeof(log)), OK);
	CHECK_EQ(log.crit_warn, 2);
	/* There are no sensors, and no third kind of threshold */
	CHECK_EQ(set_feature(4, 0, false, 1u << 16, NULL, 0), INVALID_FIELD);
	CHECK_EQ(get_feature(4, 0, 1u << 16, NULL, 0), INVALID_FIELD);
	CHECK_EQ(get_feature(4, 0, 2u << 20, NULL, 0), INVALID_FIELD);
}

static void
queues_are_granted_up_to_what_there_is(void)
{
	CHECK_EQ(set_feature(7, 0, false, 3u << 16 | 5, NULL, 0), OK);
	CHECK_EQ(g_cpl.result, 3u << 16 | 5);
	CHECK_EQ(get_feature(7, 0, 0, NULL, 0), OK);
	CHECK_EQ(g_cpl.result, 3u << 16 | 5);
	CHECK_EQ(set_feature(7, 0, false, 1000u << 16 | 1000, NULL, 0), OK);
	CHECK_EQ(g_cpl.result, 63u << 16 | 63);
	CHECK_EQ(set_feature(7, 0, false, 0xFFFF, NULL, 0), INVALID_FIELD);
	CHECK_EQ(set_feature(7, 0, false, 0xFFFF0000, NULL, 0), INVALID_FIELD);
}

static void
vectors_have_a_bit_each(void)
{
	CHECK_EQ(set_feature(9, 0, false, 1u << 16 | 5, NULL, 0), OK);
	CHECK_EQ(get_feature(9, 0, 5, NULL, 0), OK);
	CHECK_EQ(g_cpl.result, 1u << 16 | 5);
	CHECK_EQ(get_feature(9, 1, 5, NULL, 0), OK);
	CHECK_EQ(g_cpl.result, 5);
	CHECK_EQ(get_feature(9, 0, 6, NULL, 0), OK);
	CHECK_EQ(g_cpl.result, 6);
	CHECK_EQ(set_feature(9, 0, false, 5, NULL, 0), OK);
	CHECK_EQ(get_feature(9, 0, 5, NULL, 0), OK);
	CHECK_EQ(g_cpl.result, 5);
	CHECK_EQ(set_feature(9, 0, false, 64, NULL, 0), INVALID_FIELD);
	CHECK_EQ(set_feature(9, 0, false, 1u << 17, NULL, 0), INVALID_FIELD);
	CHECK_EQ(get_feature(9, 0, 64, NULL, 0), INVALID_FIELD);
}

static void
timestamp_goes_on_from_what_was_set(void)
{
	const uint64_t set = 1700000000000ull;
	uint64_t value = set;

	CHECK_EQ(set_feature(0x0E, 0, false, 0, &value, 7), SGL_LENGTH);
	CHECK_EQ(get_feature(0x0E, 0, 0, &value, 7), SGL_LENGTH);
	CHECK_EQ(get_feature(0x0E, 0, 0, &value, 8), OK);
	CHECK_EQ(value >> 48, 0);
	value = set;
	CHECK_EQ(set_feature(0x0E, 0, false, 0, &value, 8), OK);
	CHECK_EQ(get_feature(0x0E, 0, 0, &value, 8), OK);
	CHECK_EQ(value >> 48, 2);
	CHECK((value & 0xFFFFFFFFFFFF) >= set);
	CHECK((value & 0xFFFFFFFFFFFF) < set + 60000);
	CHECK_EQ(get_feature(0x0E, 1, 0, &value, 8), OK);
	CHECK_EQ(value, 0);
}

static void
host_behavior_is_kept(void)
{
	uint8_t value[512] = {1, 0, 1};
	uint8_t back[512];

	CHECK_EQ(set_feature(0x16, 0, false, 0, value, 511), SGL_LENGTH);
	CHECK_EQ(set_feature(0x16, 0, false, 0, value, 512), OK);
	CHECK_EQ(get_feature(0x16, 0, 0, back, 512), OK);
	CHECK_MEM(value, back, 512);
	CHECK_EQ(get_feature(0x16, 1, 0, back, 512), OK);
	CHECK(is_filled(back, 512, 0));
	value[1] = 2;
	CHECK_EQ(set_feature(0x16, 0, false, 0, value, 512), INVALID_FIELD);
	value[1] = 0;
	value[3] = 1;
	CHECK_EQ(set_feature(0x16, 0, false, 0, value, 512), INVALID_FIELD);
}

static void
supported_features_log_matches_get_features(void)
{
	uint32_t effects[256];

	CHECK_EQ(do_log(g_t, 0x12, 0, effects, sizeof(effects)), OK);
	for (unsigned i = 0; i < 256; ++i) {
		CHECK_EQ(get_feature((uint8_t)i, 3, 0, NULL, 0),
			 effects[i] & 1 ? OK : INVALID_FIELD);
	}
}

#define ON_TARGET(func)                                                                            \
	static void func##_case(void)                                                              \
	{                                                                                          \
		g_t = target_open(MIB, 512, NULL);                                                 \
		CHECK(g_t);                                                                        \
		func();                                                                            \
		xnvi_target_close(g_t);                                                            \
	}

ON_TARGET(feature_values_are_current_default_and_saved)
ON_TARGET(features_refuse_what_is_not_there)
ON_TARGET(temperature_has_two_thresholds_and_a_warning)
ON_TARGET(queues_are_granted_up_to_what_there_is)
ON_TARGET(vectors_have_a_bit_each)
ON_TARGET(timestamp_goes_on_from_what_was_set)
ON_TARGET(host_behavior_is_kept)
ON_TARGET(supported_features_log_matches_get_features)

#define CASE(func)                                                                                 \
	{                                                                                          \
#func, func##_case                                                                 \
	}

static const struct test g_tests[] = {
    CASE(feature_values_are_current_default_and_saved),
    CASE(features_refuse_what_is_not_there),
    CASE(temperature_has_two_thresholds_and_a_warning),
    CASE(queues_are_granted_up_to_what_there_is),
    CASE(vectors_have_a_bit_each),
    CASE(timestamp_goes_on_from_what_was_set),
    CASE(host_behavior_is_kept),
    CASE(supported_features_log_matches_get_features),
};

int
main(int argc, char **argv)
{
	return test_main(g_tests, sizeof(g_tests) / sizeof(*g_tests), argc, argv);
}
