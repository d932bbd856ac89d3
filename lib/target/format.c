// SPDX-License-Identifier: BSD-3-Clause
/**
 * Format NVM and Sanitize: the commands that stop I/O to the namespace
 */
#include <target/private.h>

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

/**
 * Take back the intent of an operation that failed
 *
 * @return False when the intent remains in the side file. Then nothing may be written, because the
 * next open would destroy it.
 */
static bool
intent_drop(struct xnvi_target *target)
{
	return !target->store.side || !xnvi_side_abandon(target->store.side);
}

/** Drop all marks, since there is no user data: first those in the side file */
static int
format_end(struct xnvi_target *target)
{
	const int err = target->store.side ? xnvi_side_end_format(target->store.side) : 0;

	if (!err) {
		xnvi_store_drop_marks(&target->store);
	}

	return err;
}

/**
 * Erase with all stripes held
 *
 * @param usable Set to false when nothing may be written until the next open, which completes the
 * operation
 */
static int
format_run(struct xnvi_target *target, uint32_t shift, uint32_t ses, bool *usable)
{
	struct xnvi_side *side = target->store.side;
	int err = side ? xnvi_side_begin_format(side, 1u << shift, ses) : 0;

	err = err ? err : xnvi_store_erase(&target->store, NULL, NULL);
	if (err) {
		*usable = intent_drop(target);
		return err;
	}
	err = format_end(target);
	*usable = !err;

	return err;
}

uint16_t
xnvi_target_format(struct xnvi_target_run *run)
{
	struct xnvi_target *target = run->target;
	const uint32_t shift = XNVI_LBA_SHIFT_MIN + run->cmd->format.lbafl;
	uint16_t status = format_check(run);
	bool usable;

	if (!status) {
		status = xnvi_stripes_lock_all(target);
	}
	if (status) {
		return status;
	}
	if (format_run(target, shift, run->cmd->format.ses, &usable)) {
		status = XNVI_ST_INTERNAL;
	} else {
		target->ns_changed |= shift != target->lba_shift;
	}
	/* Also after a failure: commands begun before must not see the rest of the old data */
	xnvi_target_set_shape(target, status ? target->lba_shift : shift);
	if (usable) {
		xnvi_stripes_unlock_all(target);
	} else {
		xnvi_stripes_close(target, status);
	}

	return status;
}

/** End an operation: log the result, and accept I/O again unless data remains */
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

	int err;

	err = xnvi_store_erase(&target->store, sanitize->is_overwrite ? &sanitize->overwrite : NULL,
			       &sanitize->progress);
	if (!err && target->store.side) {
		err = xnvi_side_end_sanitize(target->store.side);
	}
	if (!err) {
		xnvi_store_drop_marks(&target->store);
	}
	sanitize_finish(target, err);

	return NULL;
}

/** Join the thread of the last operation, which is about to return */
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
	if (!intent_drop(target)) {
		return XNVI_ST_INTERNAL;
	}
	sanitize->failed = false;
	xnvi_target_set_shape(target, target->lba_shift);
	xnvi_stripes_open(target);

	return XNVI_ST_SUCCESS;
}

/** Set all that the thread needs: once started, it runs up to the admin mutex, which we hold
 */
static void
sanitize_prepare(struct xnvi_sanitize *sanitize, const struct xnvme_spec_cmd_sanitize *cmd,
		 uint32_t npasses_done)
{
	sanitize->is_overwrite = cmd->sanact == SANACT_OVERWRITE;
	sanitize->overwrite.pattern = cmd->ovrpat;
	sanitize->overwrite.npasses = cmd->owpass ? cmd->owpass : 16;
	sanitize->overwrite.npasses_done = npasses_done;
	sanitize->overwrite.invert = cmd->oipbp;
	atomic_store_explicit(&sanitize->progress.fraction, 0, memory_order_relaxed);
	atomic_store_explicit(&sanitize->progress.npasses, npasses_done, memory_order_relaxed);
}

/** Start the thread; 0 or a negative errno. I/O is stopped, and the admin mutex is held */
static int
sanitize_launch(struct xnvi_target *target, const struct xnvme_spec_cmd *cmd)
{
	struct xnvi_sanitize *sanitize = &target->sanitize;
	int err;

	err = xnvi_thread_start(&sanitize->thread, "xnvme-sanitize", sanitize_main, target);
	if (err) {
		return err;
	}
	sanitize->joinable = true;
	sanitize->running = true;
	sanitize->failed = false;
	sanitize->erased = false;
	sanitize->status = SOS_IN_PROGRESS;
	sanitize->cdw10 = cmd->common.ndt;
	sanitize->unrestricted = cmd->sanitize.ause;

	return 0;
}

/** Return to the state before, as nothing was erased; unless the intent cannot be taken back */
static void
sanitize_undo(struct xnvi_target *target)
{
	if (target->sanitize.failed) {
		/* The intent stays: the operation before it was not completed either */
		xnvi_stripes_close(target, XNVI_ST_SANITIZE_FAILED);
	} else if (!intent_drop(target)) {
		xnvi_stripes_close(target, XNVI_ST_INTERNAL);
	} else {
		xnvi_stripes_open(target);
	}
}

static uint16_t
sanitize_start(struct xnvi_target_run *run)
{
	const struct xnvme_spec_cmd_sanitize *cmd = &run->cmd->sanitize;
	struct xnvi_target *target = run->target;
	struct xnvi_sanitize *sanitize = &target->sanitize;
	struct xnvi_side *side = target->store.side;
	uint16_t status = XNVI_ST_SUCCESS;
	int err;

	/* An operation that failed leaves the stripes closed */
	if (!sanitize->failed) {
		status = xnvi_stripes_lock_all(target);
	}
	if (status) {
		return status;
	}
	sanitize_join(sanitize);
	sanitize_prepare(sanitize, cmd, 0);
	xnvi_stripes_close(target, XNVI_ST_SANITIZE_IN_PROGRESS);
	err = side ? xnvi_side_begin_sanitize(side, run->cmd->common.ndt, cmd->ovrpat) : 0;
	err = err ? err : sanitize_launch(target, run->cmd);
	if (err) {
		sanitize_undo(target);
	}

	return err ? XNVI_ST_INTERNAL : XNVI_ST_SUCCESS;
}

/** Continue the operation that is in the side file */
static int
sanitize_resume(struct xnvi_target *target, const struct xnvi_side_sanitize *intent)
{
	struct xnvme_spec_cmd cmd = {0};
	int err;

	cmd.common.ndt = intent->cdw10;
	cmd.sanitize.ovrpat = intent->pattern;
	/* The thread must not end before its start is recorded */
	xnvi_mutex_lock(&target->admin);
	sanitize_prepare(&target->sanitize, &cmd.sanitize, intent->npasses);
	xnvi_stripes_close(target, XNVI_ST_SANITIZE_IN_PROGRESS);
	err = sanitize_launch(target, &cmd);
	xnvi_mutex_unlock(&target->admin);

	return err;
}

int
xnvi_target_resume(struct xnvi_target *target)
{
	const struct xnvi_side_state *state = &target->side.state;
	int err = 0;

	if (state->format.is_under_way) {
		const uint32_t lba_nbytes = state->format.lba_nbytes;

		err = xnvi_store_erase(&target->store, NULL, NULL);
		err = err ? err : format_end(target);
		xnvi_target_set_shape(target, xnvi_lba_shift_of(lba_nbytes));
	}
	if (!err && state->sanitize.is_under_way) {
		err = sanitize_resume(target, &state->sanitize);
	}

	return err;
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
