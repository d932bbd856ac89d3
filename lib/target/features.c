// SPDX-License-Identifier: BSD-3-Clause
/**
 * Get Features and Set Features
 *
 * Most features are a value with a mask, described by a row. The others have functions. Bits
 * outside the mask are refused, not ignored.
 */
#include <target/private.h>

#define NSEC_PER_MSEC	  1000000u
#define TIMESTAMP_BY_HOST (1ull << 49)
#define TIMESTAMP_MAX	  ((1ull << 48) - 1)

/** Feature Identifiers Supported and Effects, and the result of SEL = supported */
enum {
	EFFECT_FSUPP = 1 << 0,
	EFFECT_SCOPE_NS = 1 << 20,
	EFFECT_SCOPE_CTRLR = 1 << 21,
	CAP_SAVEABLE = 1 << 0,
	CAP_NS = 1 << 1,
	CAP_CHANGEABLE = 1 << 2,
};

#define NQUEUES_VALUE ((XNVI_NQUEUES_MAX - 1) << 16 | (XNVI_NQUEUES_MAX - 1))
#define THSEL_SHIFT   20
#define TMPSEL_SHIFT  16
#define TMPSEL_ALL    0xFu

struct feature {
	uint8_t fid;
	uint8_t caps;
	uint8_t variant; ///< Which of several values under one identifier
	uint32_t initial;
	uint32_t mask;
	/** NULL: the feature is the value of the row */
	uint16_t (*get)(struct xnvi_target_run *run, const struct feature *feature, unsigned sel);
	uint16_t (*set)(struct xnvi_target_run *run, const struct feature *feature, bool save);
};

enum { NROWS = 13 };

static const struct feature g_features[NROWS];

static uint32_t *
current_of(struct xnvi_target *target, const struct feature *feature)
{
	return &target->features.current[feature - g_features];
}

static uint16_t
get_value(struct xnvi_target_run *run, const struct feature *feature, unsigned sel)
{
	struct xnvi_features *features = &run->target->features;
	const uint32_t values[] = {
	    [XNVME_SPEC_FEAT_SEL_CURRENT] = features->current[feature - g_features],
	    [XNVME_SPEC_FEAT_SEL_DEFAULT] = feature->initial,
	    [XNVME_SPEC_FEAT_SEL_SAVED] = features->saved[feature - g_features],
	};

	run->result = values[sel];

	return XNVI_ST_SUCCESS;
}

static uint16_t
set_value(struct xnvi_target_run *run, const struct feature *feature, bool save)
{
	struct xnvi_features *features = &run->target->features;
	const uint32_t value = run->cmd->sfeat.feat.val;

	if (value & ~feature->mask) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, ndm);
		return XNVI_ST_INVALID_FIELD;
	}
	features->current[feature - g_features] = value;
	if (save) {
		features->saved[feature - g_features] = value;
	}

	return XNVI_ST_SUCCESS;
}

static uint16_t
set_write_cache(struct xnvi_target_run *run, const struct feature *feature, bool save)
{
	const uint16_t status = set_value(run, feature, save);
	const bool enable = run->cmd->sfeat.feat.val & 1;

	if (status) {
		return status;
	}
	atomic_store_explicit(&run->target->write_cache, enable, memory_order_relaxed);

	/* Writes cached before must not be lost when later writes are durable */
	return enable ? XNVI_ST_SUCCESS : xnvi_store_flush(&run->target->store);
}

/** The host may ask for any number, and is told the number that it gets */
static uint16_t
set_nqueues(struct xnvi_target_run *run, const struct feature *feature, bool save)
{
	const uint32_t asked = run->cmd->sfeat.feat.val;
	uint32_t nsq = asked & 0xFFFF;
	uint32_t ncq = asked >> 16;

	(void)save;
	if (nsq == UINT16_MAX || ncq == UINT16_MAX) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, ndm);
		return XNVI_ST_INVALID_FIELD;
	}
	nsq = nsq < XNVI_NQUEUES_MAX ? nsq : XNVI_NQUEUES_MAX - 1;
	ncq = ncq < XNVI_NQUEUES_MAX ? ncq : XNVI_NQUEUES_MAX - 1;
	run->result = ncq << 16 | nsq;
	*current_of(run->target, feature) = (uint32_t)run->result;

	return XNVI_ST_SUCCESS;
}

static uint16_t
get_vector(struct xnvi_target_run *run, const struct feature *feature, unsigned sel)
{
	const uint32_t vector = run->cmd->gfeat.cdw11 & 0xFFFF;

	(void)feature;
	if (vector >= XNVI_NVECTORS) {
		return XNVI_ST_INVALID_FIELD;
	}
	run->result = vector;
	if (sel == XNVME_SPEC_FEAT_SEL_CURRENT) {
		run->result |= (run->target->features.vectors >> vector & 1) << 16;
	}

	return XNVI_ST_SUCCESS;
}

static uint16_t
set_vector(struct xnvi_target_run *run, const struct feature *feature, bool save)
{
	const uint32_t value = run->cmd->sfeat.feat.val;
	const uint32_t vector = value & 0xFFFF;

	(void)save;
	if (value & ~feature->mask || vector >= XNVI_NVECTORS) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, ndm);
		return XNVI_ST_INVALID_FIELD;
	}
	run->target->features.vectors &= ~(1ull << vector);
	run->target->features.vectors |= (uint64_t)(value >> 16) << vector;

	return XNVI_ST_SUCCESS;
}

static uint16_t
get_timestamp(struct xnvi_target_run *run, const struct feature *feature, unsigned sel)
{
	const struct xnvi_features *features = &run->target->features;
	uint64_t value = 0;

	(void)feature;
	if (sel == XNVME_SPEC_FEAT_SEL_CURRENT) {
		value = features->timestamp_ms +
			(xnvi_time_ns() - features->timestamp_set_ns) / NSEC_PER_MSEC;
		value &= TIMESTAMP_MAX;
		value |= features->timestamp_by_host ? TIMESTAMP_BY_HOST : 0;
	}

	return xnvi_data_reply(run, &value, sizeof(value));
}

static uint16_t
set_timestamp(struct xnvi_target_run *run, const struct feature *feature, bool save)
{
	struct xnvi_features *features = &run->target->features;
	uint64_t value;
	const uint16_t status = xnvi_data_fetch(run, &value, sizeof(value));

	(void)feature;
	(void)save;
	if (status) {
		return status;
	}
	/* The upper 16 bits are reserved when setting */
	features->timestamp_ms = value & TIMESTAMP_MAX;
	features->timestamp_set_ns = xnvi_time_ns();
	features->timestamp_by_host = true;

	return XNVI_ST_SUCCESS;
}

static uint16_t
get_host_behavior(struct xnvi_target_run *run, const struct feature *feature, unsigned sel)
{
	static const uint8_t initial[XNVI_HOST_BEHAVIOR_NBYTES];
	const uint8_t *value = run->target->features.host_behavior;

	(void)feature;

	return xnvi_data_reply(run, sel == XNVME_SPEC_FEAT_SEL_CURRENT ? value : initial,
			       XNVI_HOST_BEHAVIOR_NBYTES);
}

static uint16_t
set_host_behavior(struct xnvi_target_run *run, const struct feature *feature, bool save)
{
	uint8_t value[XNVI_HOST_BEHAVIOR_NBYTES];
	const uint16_t status = xnvi_data_fetch(run, value, sizeof(value));

	(void)feature;
	(void)save;
	if (status) {
		return status;
	}
	/* ACRE, ETDAS and LBAFEE are 0 or 1; the rest is reserved */
	for (size_t i = 0; i < sizeof(value); ++i) {
		if (value[i] > (i < 3)) {
			return XNVI_ST_INVALID_FIELD;
		}
	}
	memcpy(run->target->features.host_behavior, value, sizeof(value));

	return XNVI_ST_SUCCESS;
}

/** There is only the composite temperature; for setting, 0Fh means all sensors */
static uint16_t
set_temperature(struct xnvi_target_run *run, const struct feature *feature, bool save)
{
	const uint32_t value = run->cmd->sfeat.feat.val;
	const uint32_t tmpsel = value >> TMPSEL_SHIFT & 0xF;
	struct xnvi_features *features = &run->target->features;

	if (value & ~feature->mask || (tmpsel && tmpsel != TMPSEL_ALL)) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, ndm);
		return XNVI_ST_INVALID_FIELD;
	}
	features->current[feature - g_features] = value & 0xFFFF;
	if (save) {
		features->saved[feature - g_features] = value & 0xFFFF;
	}

	return XNVI_ST_SUCCESS;
}

static uint16_t
get_temperature(struct xnvi_target_run *run, const struct feature *feature, unsigned sel)
{
	if (run->cmd->gfeat.cdw11 >> TMPSEL_SHIFT & 0xF) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, ndm);
		return XNVI_ST_INVALID_FIELD;
	}

	return get_value(run, feature, sel);
}

#define SAVED	(CAP_SAVEABLE | CAP_CHANGEABLE)
#define UNSAVED CAP_CHANGEABLE
#define TEMP	(0xFu << TMPSEL_SHIFT | 3u << THSEL_SHIFT | 0xFFFFu)

enum { ROW_TEMP_OVER = 2, ROW_TEMP_UNDER = 3, ROW_WRITE_CACHE = 5 };

static const struct feature g_features[NROWS] = {
    {XNVME_SPEC_FEAT_ARBITRATION, SAVED, 0, 7, 0xFFFFFF07, get_value, set_value},
    {XNVME_SPEC_FEAT_PWR_MGMT, SAVED, 0, 0, 0xE0, get_value, set_value},
    [ROW_TEMP_OVER] = {XNVME_SPEC_FEAT_TEMP_THRESHOLD, SAVED, 0, XNVI_TEMP_WARNING, TEMP,
		       get_temperature, set_temperature},
    [ROW_TEMP_UNDER] = {XNVME_SPEC_FEAT_TEMP_THRESHOLD, SAVED, 1, 0, TEMP, get_temperature,
			set_temperature},
    {XNVME_SPEC_FEAT_ERROR_RECOVERY, SAVED | CAP_NS, 0, 0, 0xFFFF, get_value, set_value},
    [ROW_WRITE_CACHE] = {XNVME_SPEC_FEAT_VWCACHE, SAVED, 0, 1, 1, get_value, set_write_cache},
    {XNVME_SPEC_FEAT_NQUEUES, UNSAVED, 0, NQUEUES_VALUE, 0, get_value, set_nqueues},
    {0x08, SAVED, 0, 0, 0xFFFF, get_value, set_value},		    /* Interrupt Coalescing */
    {0x09, UNSAVED, 0, 0, 0x1FFFF, get_vector, set_vector},	    /* Interrupt Vector */
    {0x0A, SAVED, 0, 0, 1, get_value, set_value},		    /* Write Atomicity Normal */
    {0x0B, SAVED, 0, 0, UINT32_MAX, get_value, set_value},	    /* Async Event Configuration */
    {0x0E, UNSAVED, 0, 0, 0, get_timestamp, set_timestamp},	    /* Timestamp */
    {0x16, UNSAVED, 0, 0, 0, get_host_behavior, set_host_behavior}, /* Host Behavior Support */
};

_Static_assert((int)NROWS <= (int)XNVI_FEAT_NROWS_MAX, "one value for each row");
_Static_assert((int)XNVI_FEAT_NROWS_MAX == XNVI_SIDE_NFEATURES_MAX, "each can be saved");

/** Row of the identifier; for thresholds, of the one that dword 11 selects */
static const struct feature *
feature_find(uint8_t fid, uint32_t cdw11)
{
	const uint32_t variant =
	    fid == XNVME_SPEC_FEAT_TEMP_THRESHOLD ? cdw11 >> THSEL_SHIFT & 0x3 : 0;

	for (size_t i = 0; i < NROWS; ++i) {
		if (g_features[i].fid == fid && g_features[i].variant == variant) {
			return &g_features[i];
		}
	}

	return NULL;
}

void
xnvi_features_init(struct xnvi_target *target)
{
	for (size_t i = 0; i < NROWS; ++i) {
		target->features.current[i] = g_features[i].initial;
		target->features.saved[i] = g_features[i].initial;
	}
	target->features.timestamp_set_ns = xnvi_time_ns();
	atomic_init(&target->write_cache, g_features[ROW_WRITE_CACHE].initial);
}

bool
xnvi_features_restore(struct xnvi_target *target, const struct xnvi_side_feature *features,
		      unsigned nfeatures)
{
	for (unsigned i = 0; i < nfeatures; ++i) {
		const struct xnvi_side_feature *saved = &features[i];
		size_t row = 0;

		while (row < NROWS && (g_features[row].fid != saved->fid ||
				       g_features[row].variant != saved->variant)) {
			row++;
		}
		if (row == NROWS || !(g_features[row].caps & CAP_SAVEABLE) ||
		    (saved->value & ~g_features[row].mask)) {
			return false;
		}
		target->features.current[row] = saved->value;
		target->features.saved[row] = saved->value;
	}
	atomic_store_explicit(&target->write_cache, target->features.current[ROW_WRITE_CACHE],
			      memory_order_relaxed);

	return true;
}

/** Write saved values that differ from the defaults to the side file, if there is one */
static int
features_keep(struct xnvi_target *target)
{
	struct xnvi_side_feature list[XNVI_FEAT_NROWS_MAX];
	unsigned n = 0;

	if (!target->store.side) {
		return 0;
	}
	for (size_t i = 0; i < NROWS; ++i) {
		if (target->features.saved[i] != g_features[i].initial) {
			list[n++] = (struct xnvi_side_feature){
			    g_features[i].fid, g_features[i].variant, target->features.saved[i]};
		}
	}

	return xnvi_side_save_features(target->store.side, list, n);
}

void
xnvi_features_effects(uint32_t effects[256])
{
	for (size_t i = 0; i < NROWS; ++i) {
		effects[g_features[i].fid] =
		    EFFECT_FSUPP |
		    (g_features[i].caps & CAP_NS ? EFFECT_SCOPE_NS : EFFECT_SCOPE_CTRLR);
	}
}

bool
xnvi_features_temp_is_outside(const struct xnvi_target *target)
{
	return XNVI_TEMP_COMPOSITE >= target->features.current[ROW_TEMP_OVER] ||
	       XNVI_TEMP_COMPOSITE <= target->features.current[ROW_TEMP_UNDER];
}

static bool
nsid_is_known(uint32_t nsid)
{
	return !nsid || nsid == XNVI_TARGET_NSID || nsid == XNVI_NSID_ALL;
}

uint16_t
xnvi_target_get_features(struct xnvi_target_run *run)
{
	const struct xnvme_spec_cmd_gfeat *cmd = &run->cmd->gfeat;
	const struct feature *feature = feature_find(cmd->cdw10.fid & 0xFF, cmd->cdw11);

	if (!nsid_is_known(run->cmd->common.nsid)) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, nsid);
		return XNVI_ST_INVALID_NS;
	}
	if (!feature || cmd->cdw10.sel > XNVME_SPEC_FEAT_SEL_SUPPORTED) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, ndt);
		return XNVI_ST_INVALID_FIELD;
	}
	if (cmd->cdw10.sel == XNVME_SPEC_FEAT_SEL_SUPPORTED) {
		run->result = feature->caps;
		return XNVI_ST_SUCCESS;
	}

	return feature->get(run, feature, cmd->cdw10.sel);
}

/** Set a feature; it is saved first, so that a failed save changes nothing */
static uint16_t
set_and_keep(struct xnvi_target_run *run, const struct feature *feature, bool save)
{
	struct xnvi_target *target = run->target;
	const struct xnvi_features before = target->features;
	uint16_t status = feature->set(run, feature, save);

	if (!status && save && features_keep(target)) {
		target->features = before;
		atomic_store_explicit(&target->write_cache, before.current[ROW_WRITE_CACHE],
				      memory_order_relaxed);
		status = XNVI_ST_INTERNAL;
	}

	return status;
}

uint16_t
xnvi_target_set_features(struct xnvi_target_run *run)
{
	const struct xnvme_spec_cmd_sfeat *cmd = &run->cmd->sfeat;
	const struct feature *feature = feature_find(cmd->cdw10.fid & 0xFF, cmd->feat.val);
	const uint32_t nsid = run->cmd->common.nsid;

	if (!feature) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, ndt);
		return XNVI_ST_INVALID_FIELD;
	}
	run->eloc = offsetof(struct xnvme_spec_cmd_common, nsid);
	if (!nsid_is_known(nsid) || ((feature->caps & CAP_NS) && !nsid)) {
		return XNVI_ST_INVALID_NS;
	}
	if (!(feature->caps & CAP_NS) && nsid == XNVI_TARGET_NSID) {
		return XNVI_ST_FEAT_NOT_NS;
	}
	run->eloc = offsetof(struct xnvme_spec_cmd_common, ndt);
	if (cmd->cdw10.save && !(feature->caps & CAP_SAVEABLE)) {
		return XNVI_ST_FEAT_NOT_SAVEABLE;
	}

	return set_and_keep(run, feature, cmd->cdw10.save);
}
