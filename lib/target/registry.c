// SPDX-License-Identifier: BSD-3-Clause
/**
 * Opening and closing targets: sharing them, and their initial state
 *
 * Opens of one file share one target, also by different paths. The open that creates the target
 * locks the image against other processes. A child of fork(2) inherits targets with a file, but
 * does not use them.
 */
#include <target/private.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#define LBA_NBYTES_DEFAULT 512u

/**
 * Targets with and without a name
 *
 * The lock is a number, because it must work before any initialisation: 0, or the fork generation
 * of the process that holds it, plus one. A child of fork(2) takes over a lock that its parent
 * held, because nobody in the child would release it.
 */
static struct {
	atomic_uint lock;
	struct xnvi_target *head;
} g_registry;

static void
registry_lock(void)
{
	const unsigned ours = xnvi_fork_generation + 1;
	unsigned nspins = 0;
	unsigned held = 0;

	while (!atomic_compare_exchange_weak_explicit(&g_registry.lock, &held, ours,
						      memory_order_acquire, memory_order_relaxed)) {
		if (held == ours) {
			held = 0;
			xnvi_spin_wait(&nspins);
		}
	}
}

static void
registry_unlock(void)
{
	atomic_store_explicit(&g_registry.lock, 0, memory_order_release);
}

static bool
params_are_valid(const struct xnvi_target_params *params)
{
	const uint32_t lba_nbytes = params->lba_nbytes ? params->lba_nbytes : LBA_NBYTES_DEFAULT;

	if (!params->nbytes || params->nbytes > INT64_MAX || !xnvi_lba_shift_of(lba_nbytes)) {
		return false;
	}
	if (params->nbytes % lba_nbytes) {
		return false;
	}

	return (!params->name || *params->name) && (!params->path || *params->path);
}

/** Copy an optional string; false when out of memory */
static bool
copy_string(const char *string, char **copy)
{
	size_t nbytes;

	*copy = NULL;
	if (!string) {
		return true;
	}
	nbytes = strlen(string) + 1;
	*copy = malloc(nbytes);
	if (*copy) {
		memcpy(*copy, string, nbytes);
	}

	return *copy;
}

/* Creating and destroying */

/** Compare the LBA size of the URI with that of the image */
static int
lba_nbytes_check(uint32_t asked, uint32_t have, const char *side_path,
		 struct xnvi_target_words *words)
{
	if (!asked || asked == have) {
		return 0;
	}

	return XNVI_SIDE_REFUSE(words, side_path, "the image has LBAs of %u bytes, the URI says %u",
				have, asked);
}

/** Read the side file and compare it with the URI; an interrupted Format counts as done */
static int
target_init_side(struct xnvi_target *target, const struct xnvi_target_params *params)
{
	struct xnvi_side *side = &target->side;
	struct xnvi_side_state *state = &side->state;
	struct xnvi_target_words *words = params->words;
	const struct xnvi_side_image image = {
	    .path = params->path,
	    .id = target->image.id,
	    .access = target->image.access,
	    .nbytes = params->nbytes,
	};
	int err;

	err = xnvi_side_open(side, &image, words);
	if (err) {
		return err;
	}
	if (!side->exists) {
		state->lba_nbytes = params->lba_nbytes ? params->lba_nbytes : LBA_NBYTES_DEFAULT;
	} else if (target->image.is_new) {
		err =
		    XNVI_SIDE_REFUSE(words, side->path,
				     "the image is new, but there is a side file of another image");
	} else {
		err = lba_nbytes_check(params->lba_nbytes,
				       state->format.is_under_way ? state->format.lba_nbytes
								  : state->lba_nbytes,
				       side->path, words);
	}
	if (!err && target->image.is_read_only &&
	    (state->format.is_under_way || state->sanitize.is_under_way)) {
		err =
		    xnvi_target_refuse(words, -EROFS, "make the image writable",
				       "an interrupted %s has to continue, and the image cannot be "
				       "written",
				       state->format.is_under_way ? "Format NVM" : "Sanitize");
	}
	if (err) {
		xnvi_side_close(side);
	}

	return err;
}

/** Set the state of a new target; the side file is applied afterwards */
static void
target_init_state(struct xnvi_target *target, const struct xnvi_target_params *params)
{
	target->nrefs = 1;
	target->fork_gen = xnvi_fork_generation;
	target->opened_ns = xnvi_time_ns();
	target->sanitize.erased = !params->path;
	xnvi_target_add_ops(target->io_ops, xnvi_target_nvm_ops, xnvi_target_nvm_nops);
	xnvi_target_add_ops(target->admin_ops, xnvi_target_admin_ops, xnvi_target_admin_nops);
	xnvi_identity_init(target);
	xnvi_features_init(target);
}

/** Apply the side file to a target that is otherwise complete */
static int
target_restore(struct xnvi_target *target, struct xnvi_target_words *words)
{
	struct xnvi_side_state *state = &target->side.state;
	int err;

	memcpy(state->identity, target->identity, sizeof(state->identity));
	if (!xnvi_features_restore(target, state->features, state->nfeatures)) {
		return XNVI_SIDE_REFUSE(words, target->side.path,
					"the side file has a saved feature that is not valid");
	}
	err = xnvi_store_load_marks(&target->store);

	return err ? err : xnvi_target_resume(target);
}

static int
target_init_file(struct xnvi_target *target, const struct xnvi_target_params *params,
		 struct xnvi_image *image)
{
	int err;

	err = xnvi_image_claim(image, params->nbytes, params->words);
	if (err) {
		return err;
	}
	target->image = *image;
	target->image.path = target->path;
	err = target_init_side(target, params);
	if (err) {
		return err;
	}
	target->store.file = image->file;
	target->store.side = &target->side;

	return 0;
}

/** What to undo when a later step fails */
static int
target_init(struct xnvi_target *target, const struct xnvi_target_params *params,
	    struct xnvi_image *image)
{
	uint32_t lba_nbytes = params->lba_nbytes ? params->lba_nbytes : LBA_NBYTES_DEFAULT;
	int err;

	err = xnvi_store_init(&target->store, params->nbytes);
	if (err) {
		return err;
	}
	if (image) {
		err = target_init_file(target, params, image);
		if (err) {
			goto term_store;
		}
		lba_nbytes = target->side.state.lba_nbytes;
	}
	target_init_state(target, params);
	target->lba_nbytes_opened = lba_nbytes;
	xnvi_target_set_shape(target, xnvi_lba_shift_of(lba_nbytes));
	err = image ? target_restore(target, params->words) : 0;
	if (!err && target->image.is_new && lba_nbytes != LBA_NBYTES_DEFAULT) {
		/* The URI of the next open may not have the LBA size */
		err = xnvi_side_save(&target->side);
	}
	if (err) {
		goto close_side;
	}

	return 0;

close_side:
	xnvi_side_close(&target->side);
term_store:
	xnvi_store_term(&target->store);

	return err;
}

static int
target_create(const struct xnvi_target_params *params, struct xnvi_image *image,
	      struct xnvi_target **out)
{
	struct xnvi_target *target;
	int err;

	err = xnvi_fork_watch();
	if (err) {
		return err;
	}
	target = xnvi_target_alloc(sizeof(*target));
	if (!target) {
		return -ENOMEM;
	}
	memset(target, 0, sizeof(*target));

	err = xnvi_mutex_init(&target->admin);
	if (err) {
		goto free_target;
	}
	err = xnvi_mutex_init(&target->errlog.mutex);
	if (err) {
		goto term_admin;
	}
	err = copy_string(params->name, &target->name) && copy_string(params->path, &target->path)
		  ? target_init(target, params, image)
		  : -ENOMEM;
	if (err) {
		goto free_strings;
	}
	*out = target;

	return 0;

free_strings:
	free(target->name);
	free(target->path);
	xnvi_mutex_term(&target->errlog.mutex);
term_admin:
	xnvi_mutex_term(&target->admin);
free_target:
	xnvi_target_free(target);

	return err;
}

static bool
is_of_parent(const struct xnvi_target *target)
{
	return target->fork_gen != xnvi_fork_generation;
}

/** Whether the target was inherited by fork(2): it is not shared, and its commands are refused */
static bool
is_inherited(const struct xnvi_target *target)
{
	return target->store.side && is_of_parent(target);
}

static void
target_destroy(struct xnvi_target *target)
{
	/* A child does not have the thread of a sanitize operation, so what it changes remains */
	if (is_of_parent(target) && target->sanitize.joinable) {
		return;
	}
	if (!is_of_parent(target)) {
		xnvi_sanitize_term(target);
		xnvi_store_flush(&target->store);
	}
	xnvi_store_term(&target->store);
	if (target->store.side) {
		target->image.is_new = false;
		xnvi_image_drop(&target->image);
		xnvi_side_close(&target->side);
	}
	/* A thread of the parent may hold the locks, in the copy that the child has */
	if (!is_of_parent(target)) {
		xnvi_mutex_term(&target->errlog.mutex);
		xnvi_mutex_term(&target->admin);
	}
	free(target->name);
	free(target->path);
	xnvi_target_free(target);
}

/* Sharing */

static void
link_target(struct xnvi_target *target)
{
	target->next = g_registry.head;
	target->back = &g_registry.head;
	g_registry.head = target;
	if (target->next) {
		target->next->back = &target->next;
	}
}

static void
unlink_target(struct xnvi_target *target)
{
	*target->back = target->next;
	if (target->next) {
		target->next->back = target->back;
	}
}

/** Find a target by name if `image` is NULL, else by file */
static struct xnvi_target *
registry_find(const char *name, const struct xnvi_image *image)
{
	struct xnvi_target *target;

	for (target = g_registry.head; target; target = target->next) {
		const bool is_it =
		    image ? target->store.side && xnvi_file_id_eq(&target->image.id, &image->id)
			  : target->name && !strcmp(target->name, name);

		if (is_it && !is_inherited(target)) {
			break;
		}
	}

	return target;
}

/** Current LBA size; Format changes it with the admin mutex held */
static uint32_t
lba_nbytes_now(struct xnvi_target *target)
{
	uint32_t lba_nbytes;

	if (!target->store.side) {
		return target->lba_nbytes_opened;
	}
	xnvi_mutex_lock(&target->admin);
	lba_nbytes = 1u << target->lba_shift;
	xnvi_mutex_unlock(&target->admin);

	return lba_nbytes;
}

static int
share_check(struct xnvi_target *target, const struct xnvi_target_params *params,
	    const struct xnvi_image *image)
{
	const uint32_t lba_nbytes = lba_nbytes_now(target);

	if (target->store.nbytes != params->nbytes) {
		return xnvi_target_refuse(params->words, -EINVAL, "use the size it is open with",
					  "it is open with %llu bytes, the URI says %llu",
					  (unsigned long long)target->store.nbytes,
					  (unsigned long long)params->nbytes);
	}
	if (params->lba_nbytes && params->lba_nbytes != lba_nbytes) {
		return xnvi_target_refuse(params->words, -EINVAL,
					  "use the LBA size it is open with",
					  "it is open with LBAs of %u bytes, the URI says %u",
					  lba_nbytes, params->lba_nbytes);
	}
	if (!image && target->store.side) {
		return xnvi_target_refuse(params->words, -EINVAL, "use another name",
					  "the name '%.64s' is in use with a path", params->name);
	}
	if (image && target->image.is_read_only && !image->is_read_only && !params->read_only) {
		return xnvi_target_refuse(params->words, -EACCES, "close it first",
					  "it is open read-only");
	}

	return 0;
}

/** A target that was opened without a name takes the first name that an open gives */
static int
share_name(struct xnvi_target *target, const struct xnvi_target_params *params)
{
	const struct xnvi_target *named = params->name ? registry_find(params->name, NULL) : NULL;

	if (!params->name || named == target) {
		return 0;
	}
	if (named || target->name) {
		return xnvi_target_refuse(params->words, -EINVAL, "use the name it is open with",
					  "the file is open as '%.64s', the URI says '%.64s'",
					  target->name ? target->name : "", params->name);
	}

	return copy_string(params->name, &target->name) ? 0 : -ENOMEM;
}

static int
target_share(struct xnvi_target *target, const struct xnvi_target_params *params,
	     const struct xnvi_image *image)
{
	int err;

	err = share_check(target, params, image);
	err = err ? err : share_name(target, params);
	if (!err) {
		target->nrefs++;
	}

	return err;
}

static int
target_add(const struct xnvi_target_params *params, struct xnvi_image *image,
	   struct xnvi_target **out)
{
	const int err = target_create(params, image, out);

	if (!err) {
		link_target(*out);
	}

	return err;
}

static int
open_in_memory(const struct xnvi_target_params *params, struct xnvi_target **out)
{
	*out = params->name ? registry_find(params->name, NULL) : NULL;

	return *out ? target_share(*out, params, NULL) : target_add(params, NULL, out);
}

static int
open_in_file(const struct xnvi_target_params *params, struct xnvi_target **out)
{
	const struct xnvi_target *named;
	struct xnvi_image image = {0};
	int err;

	err = xnvi_image_open(&image, params->path, params->read_only);
	if (err) {
		return err;
	}
	*out = registry_find(NULL, &image);
	if (*out) {
		/* The target has its own descriptor, which holds the lock */
		err = target_share(*out, params, &image);
		xnvi_image_drop(&image);
		return err;
	}
	named = params->name ? registry_find(params->name, NULL) : NULL;
	err = named ? xnvi_target_refuse(params->words, -EINVAL, "use another name",
					 "the name '%.64s' is in use for something else",
					 params->name)
		    : target_add(params, &image, out);
	if (err) {
		xnvi_image_drop(&image);
	}

	return err;
}

int
xnvi_target_open(const struct xnvi_target_params *params, struct xnvi_target **target)
{
	struct xnvi_target *found = NULL;
	int err;

	if (!params || !target || !params_are_valid(params)) {
		return -EINVAL;
	}

	/* Held while the target is created, so that of two opens of a new name one shares
	 */
	registry_lock();
	err = params->path ? open_in_file(params, &found) : open_in_memory(params, &found);
	registry_unlock();
	if (!err) {
		*target = found;
	}

	return err;
}

void
xnvi_target_close(struct xnvi_target *target)
{
	if (!target) {
		return;
	}

	registry_lock();
	assert(target->nrefs > 0);
	if (--target->nrefs) {
		registry_unlock();
		return;
	}
	if (is_inherited(target)) {
		/*
		 * The lock belongs to the parent. The memory stays in the registry, because a
		 * thread of the parent may have been changing it.
		 */
		target->image.is_new = false;
		target->image.is_locked = false;
		xnvi_image_drop(&target->image);
		registry_unlock();
		return;
	}
	unlink_target(target);
	/* With the lock held, since an open of the same path must find the closed file
	 */
	target_destroy(target);
	registry_unlock();
}
