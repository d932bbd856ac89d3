// SPDX-License-Identifier: BSD-3-Clause
/**
 * Format NVM and Sanitize: the commands that take the namespace away from I/O
 */
#include <target/target_priv.h>

#include <errno.h>

#define SES_MAX 2

enum sanitize_action {
	SANACT_EXIT_FAILURE = 1,
	SANACT_BLOCK_ERASE = 2,
	SANACT_OVERWRITE = 3,
	SANACT_CRYPTO_ERASE = 4,
};

/** SSTAT.SOS */
enum sanitize_status {
	SOS_COMPLETED = 1,
	SOS_IN_PROGRESS = 2,
	SOS_FAILED = 3,
};

static uint16_t
format_check(struct xnvi_target_run *run)
{
	const struct xnvme_spec_cmd_format *cmd = &run->cmd->format;

	run->eloc = offsetof(struct xnvme_spec_cmd_common, ndt);
	if (((unsigned)cmd->lbafu << 4 | cmd->lbafl) >= XNVI_LBA_NFORMATS || cmd->pi) {
		return XNVI_ST_INVALID_FORMAT;
	}

	return cmd->ses > SES_MAX ? XNVI_ST_INVALID_FIELD : XNVI_ST_SUCCESS;
}

uint16_t
xnvi_target_format(struct xnvi_target_run *run)
{
	struct xnvi_target *target = run->target;
	const uint32_t shift = XNVI_LBA_SHIFT_MIN + run->cmd->format.lbafl;
	uint16_t status = format_check(run);

	if (!status) {
		status = xnvi_stripes_lock_all(target);
	}
	if (status) {
		return status;
	}
	if (xnvi_store_erase(&target->store, NULL, NULL)) {
		status = XNVI_ST_INTERNAL;
	} else {
		target->ns_changed |= shift != target->lba_shift;
	}
	/* Also after a failure: what is left of the old data is not for commands begun before */
	xnvi_target_set_shape(target, status ? target->lba_shift : shift);
	xnvi_stripes_unlock_all(target);

	return status;
}

/** The end of an operation: the result goes to the log, and I/O comes back unless data is left */
static void
sanitize_finish(struct xnvi_target *target, int err)
{
	struct xnvi_sanitize *sanitize = &target->sanitize;

	xnvi_mutex_lock(&target->admin);
	sanitize->running = false;
	sanitize->failed = err;
	sanitize->status = err ? SOS_FAILED : SOS_COMPLETED;
	atomic_store_explicit(&sanitize->progress.fraction, UINT16_MAX, memory_order_relaxed);
	if (err) {
		atomic_store_explicit(&target->closed_status, XNVI_ST_SANITIZE_FAILED,
				      memory_order_relaxed);
	} else {
		xnvi_target_set_shape(target, target->lba_shift);
		sanitize->erased = true;
		sanitize->erased_nwrites = xnvi_target_nwrites(target);
		xnvi_stripes_open(target);
	}
	xnvi_mutex_unlock(&target->admin);
}

static void *
sanitize_main(void *arg)
{
	struct xnvi_target *target = arg;
	struct xnvi_sanitize *sanitize = &target->sanitize;

	sanitize_finish(target,
			xnvi_store_erase(&target->store,
					 sanitize->is_overwrite ? &sanitize->overwrite : NULL,
					 &sanitize->progress));

	return NULL;
}

/** The thread of the last operation has nothing left to do but to return */
static void
sanitize_join(struct xnvi_sanitize *sanitize)
{
	if (sanitize->joinable) {
		xnvi_thread_join(&sanitize->thread);
	}
	sanitize->joinable = false;
}

static uint16_t
sanitize_exit_failure(struct xnvi_target *target)
{
	struct xnvi_sanitize *sanitize = &target->sanitize;

	if (!sanitize->failed) {
		return XNVI_ST_SUCCESS;
	}
	if (!sanitize->unrestricted) {
		return XNVI_ST_SANITIZE_FAILED;
	}
	sanitize->failed = false;
	xnvi_target_set_shape(target, target->lba_shift);
	xnvi_stripes_open(target);

	return XNVI_ST_SUCCESS;
}

/** What the thread needs; it may run as soon as it is started, up to the admin mutex that we hold
 */
static void
sanitize_prepare(struct xnvi_sanitize *sanitize, const struct xnvme_spec_cmd_sanitize *cmd)
{
	sanitize->is_overwrite = cmd->sanact == SANACT_OVERWRITE;
	sanitize->overwrite.pattern = cmd->ovrpat;
	sanitize->overwrite.npasses = cmd->owpass ? cmd->owpass : 16;
	sanitize->overwrite.invert = cmd->oipbp;
	atomic_store_explicit(&sanitize->progress.fraction, 0, memory_order_relaxed);
	atomic_store_explicit(&sanitize->progress.npasses, 0, memory_order_relaxed);
}

static uint16_t
sanitize_start(struct xnvi_target_run *run)
{
	const struct xnvme_spec_cmd_sanitize *cmd = &run->cmd->sanitize;
	struct xnvi_target *target = run->target;
	struct xnvi_sanitize *sanitize = &target->sanitize;
	uint16_t status = XNVI_ST_SUCCESS;

	/* An operation that failed has left the stripes closed */
	if (!sanitize->failed) {
		status = xnvi_stripes_lock_all(target);
	}
	if (status) {
		return status;
	}
	sanitize_join(sanitize);
	sanitize_prepare(sanitize, cmd);
	xnvi_stripes_close(target, XNVI_ST_SANITIZE_IN_PROGRESS);
	if (xnvi_thread_start(&sanitize->thread, "xnvme-sanitize", sanitize_main, target)) {
		/* Nothing was touched: as before */
		if (sanitize->failed) {
			xnvi_stripes_close(target, XNVI_ST_SANITIZE_FAILED);
		} else {
			xnvi_stripes_open(target);
		}
		return XNVI_ST_INTERNAL;
	}
	sanitize->joinable = true;
	sanitize->running = true;
	sanitize->failed = false;
	sanitize->erased = false;
	sanitize->status = SOS_IN_PROGRESS;
	sanitize->cdw10 = run->cmd->common.ndt;
	sanitize->unrestricted = cmd->ause;

	return XNVI_ST_SUCCESS;
}

uint16_t
xnvi_target_sanitize(struct xnvi_target_run *run)
{
	const unsigned action = run->cmd->sanitize.sanact;

	if (run->target->sanitize.running) {
		return XNVI_ST_SANITIZE_IN_PROGRESS;
	}
	if (action == SANACT_EXIT_FAILURE) {
		return sanitize_exit_failure(run->target);
	}
	if (action < SANACT_BLOCK_ERASE || action > SANACT_CRYPTO_ERASE) {
		run->eloc = offsetof(struct xnvme_spec_cmd_common, ndt);
		return XNVI_ST_INVALID_FIELD;
	}

	return sanitize_start(run);
}

void
xnvi_sanitize_term(struct xnvi_target *target)
{
	atomic_store_explicit(&target->sanitize.progress.stop, true, memory_order_relaxed);
	sanitize_join(&target->sanitize);
}
