// SPDX-License-Identifier: BSD-3-Clause
/**
 * The state beside an image: a copy in memory of the side file
 *
 * A change makes a new state, writes it, and then replaces the old one. One mutex serialises the
 * changes, so that none is lost. Commands that change nothing do not take it.
 */
#include <target/side.h>
#include <os/words.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Largest number of ranges; with more, the file would be too long to be read back */
#define NMARKS_MAX (1u << 25)

/** Largest number of characters of a path in a hint */
#define SHOWN_MAX 120

int
xnvi_target_refuse(struct xnvi_target_words *words, int err, const char *hint, const char *format,
		   ...)
{
	va_list ap;

	if (!words) {
		return err;
	}
	snprintf(words->hint, sizeof(words->hint), "%s", hint ? hint : "");
	va_start(ap, format);
	vsnprintf(words->what, sizeof(words->what), format, ap);
	va_end(ap);

	return err;
}

int
xnvi_side_hint(struct xnvi_target_words *words, const char *path, int err)
{
	const size_t len = strlen(path);

	if (words) {
		snprintf(words->hint, sizeof(words->hint),
			 "remove %s%s to open the image without its state",
			 len > SHOWN_MAX ? "..." : "",
			 len > SHOWN_MAX ? path + len - SHOWN_MAX : path);
	}

	return err;
}

static struct xnvi_range
units(uint64_t offset, uint64_t nbytes)
{
	return (struct xnvi_range){offset >> XNVI_SIDE_UNIT_SHIFT,
				   (offset + nbytes) >> XNVI_SIDE_UNIT_SHIFT};
}

/** Make `next` the state, after it is durable; the mutex is held */
static int
state_replace(struct xnvi_side *side, const struct xnvi_side_state *next)
{
	bool replaced;
	size_t nbytes;
	uint8_t *buf;
	int err;

	if (next->marks.n > NMARKS_MAX) {
		return -EFBIG;
	}
	buf = xnvi_side_encode(next, &nbytes);
	if (!buf) {
		return -ENOMEM;
	}
	err = xnvi_side_write(side, buf, nbytes, &replaced);
	free(buf);
	if (replaced) {
		side->state = *next;
		side->exists = true;
		side->uncertain = err;
		atomic_store_explicit(&side->has_marks, err || next->marks.n, memory_order_release);
	}

	return err;
}

/** As state_replace(), for a `next` with another list of marks; frees the list that is not used */
static int
marks_replace(struct xnvi_side *side, struct xnvi_side_state *next)
{
	struct xnvi_ranges old = side->state.marks;
	const int err = state_replace(side, next);

	xnvi_ranges_free(side->state.marks.items == old.items ? &next->marks : &old);

	return err;
}

int
xnvi_side_mark(struct xnvi_side *side, uint64_t offset, uint64_t nbytes, bool *marked)
{
	const struct xnvi_range range = units(offset, nbytes);
	struct xnvi_side_state next;
	int err;

	xnvi_mutex_lock(&side->mutex);
	next = side->state;
	err = xnvi_ranges_with(&side->state.marks, range, &next.marks);
	if (!err) {
		const struct xnvi_range *added = next.marks.items;

		err = marks_replace(side, &next);
		*marked = side->state.marks.items == added;
	}
	xnvi_mutex_unlock(&side->mutex);

	return err;
}

int
xnvi_side_unmark(struct xnvi_side *side, uint64_t offset, uint64_t nbytes)
{
	const struct xnvi_range range = units(offset, nbytes);
	struct xnvi_side_state next;
	int err = 0;

	xnvi_mutex_lock(&side->mutex);
	next = side->state;
	if (side->uncertain || xnvi_ranges_meet(&side->state.marks, range)) {
		err = xnvi_ranges_without(&side->state.marks, range, &next.marks);
		err = err ? err : marks_replace(side, &next);
	}
	xnvi_mutex_unlock(&side->mutex);

	return err;
}

int
xnvi_side_save(struct xnvi_side *side)
{
	struct xnvi_side_state next;
	int err;

	xnvi_mutex_lock(&side->mutex);
	next = side->state;
	err = state_replace(side, &next);
	xnvi_mutex_unlock(&side->mutex);

	return err;
}

int
xnvi_side_save_features(struct xnvi_side *side, const struct xnvi_side_feature *features,
			unsigned nfeatures)
{
	struct xnvi_side_state next;
	int err;

	xnvi_mutex_lock(&side->mutex);
	next = side->state;
	memcpy(next.features, features, nfeatures * sizeof(*features));
	next.nfeatures = nfeatures;
	err = state_replace(side, &next);
	xnvi_mutex_unlock(&side->mutex);

	return err;
}

int
xnvi_side_begin_format(struct xnvi_side *side, uint32_t lba_nbytes, uint32_t ses)
{
	struct xnvi_side_state next;
	int err;

	xnvi_mutex_lock(&side->mutex);
	next = side->state;
	next.format = (struct xnvi_side_format){true, lba_nbytes, ses};
	err = state_replace(side, &next);
	xnvi_mutex_unlock(&side->mutex);

	return err;
}

int
xnvi_side_end_format(struct xnvi_side *side)
{
	struct xnvi_side_state next;
	int err;

	xnvi_mutex_lock(&side->mutex);
	next = side->state;
	next.lba_nbytes = side->state.format.lba_nbytes;
	next.format = (struct xnvi_side_format){false, 0, 0};
	next.marks = (struct xnvi_ranges){NULL, 0};
	err = marks_replace(side, &next);
	xnvi_mutex_unlock(&side->mutex);

	return err;
}

int
xnvi_side_begin_sanitize(struct xnvi_side *side, uint32_t cdw10, uint32_t pattern)
{
	struct xnvi_side_state next;
	int err;

	xnvi_mutex_lock(&side->mutex);
	next = side->state;
	next.sanitize = (struct xnvi_side_sanitize){true, cdw10, pattern, 0};
	err = state_replace(side, &next);
	xnvi_mutex_unlock(&side->mutex);

	return err;
}

int
xnvi_side_count_pass(struct xnvi_side *side, uint32_t npasses)
{
	struct xnvi_side_state next;
	int err;

	xnvi_mutex_lock(&side->mutex);
	next = side->state;
	next.sanitize.npasses = npasses;
	err = state_replace(side, &next);
	xnvi_mutex_unlock(&side->mutex);

	return err;
}

int
xnvi_side_end_sanitize(struct xnvi_side *side)
{
	struct xnvi_side_state next;
	int err;

	xnvi_mutex_lock(&side->mutex);
	next = side->state;
	next.sanitize = (struct xnvi_side_sanitize){false, 0, 0, 0};
	next.marks = (struct xnvi_ranges){NULL, 0};
	err = marks_replace(side, &next);
	xnvi_mutex_unlock(&side->mutex);

	return err;
}

int
xnvi_side_abandon(struct xnvi_side *side)
{
	struct xnvi_side_state next;
	int err = 0;

	xnvi_mutex_lock(&side->mutex);
	next = side->state;
	next.format = (struct xnvi_side_format){false, 0, 0};
	next.sanitize = (struct xnvi_side_sanitize){false, 0, 0, 0};
	if (side->uncertain || side->state.format.is_under_way ||
	    side->state.sanitize.is_under_way) {
		err = state_replace(side, &next);
	}
	xnvi_mutex_unlock(&side->mutex);

	return err;
}

/* Opening */

static char *
string_join(const char *a, const char *b)
{
	const size_t nbytes = strlen(a) + strlen(b) + 1;
	char *both = malloc(nbytes);

	if (both) {
		snprintf(both, nbytes, "%s%s", a, b);
	}

	return both;
}

static bool
ends_in(const char *text, const char *end)
{
	const size_t len = strlen(text);

	return len >= strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

/** Make the names of the files beside the image, after following all symbolic links */
static int
paths_init(struct xnvi_side *side, const char *image_path, struct xnvi_target_words *words)
{
	char *real = NULL;
	const int err = xnvi_file_real_path(image_path, &real);
	char *slash;

	if (err) {
		return err;
	}
	if (ends_in(real, XNVI_SIDE_SUFFIX) ||
	    ends_in(real, XNVI_SIDE_SUFFIX XNVI_SIDE_TMP_SUFFIX)) {
		free(real);
		return xnvi_target_refuse(words, -EINVAL, "give the image another name",
					  "names that end in " XNVI_SIDE_SUFFIX
					  " are those of side files");
	}
	side->image_path = string_join(real, "");
	side->path = string_join(real, XNVI_SIDE_SUFFIX);
	side->tmp_path = string_join(real, XNVI_SIDE_SUFFIX XNVI_SIDE_TMP_SUFFIX);
	slash = strrchr(real, '/');
	if (slash) {
		/* The folder of "/image" is the slash */
		slash[slash == real] = '\0';
	}
	side->folder = real;

	return side->image_path && side->path && side->tmp_path ? 0 : -ENOMEM;
}

static int
state_load(struct xnvi_side *side, struct xnvi_target_words *words)
{
	const uint64_t image_nbytes = side->state.image_nbytes;
	uint8_t *buf = NULL;
	size_t nbytes;
	int err;

	err = xnvi_side_read(side->path, &buf, &nbytes);
	if (err == -ENOENT) {
		return 0;
	}
	if (err) {
		return xnvi_target_refuse(words, err, "check the file F.xnvme and its permissions",
					  "the side file %.100s cannot be read: %s", side->path,
					  xnvi_strerror(-err));
	}
	side->exists = true;
	err = xnvi_side_decode(buf, nbytes, side->path, &side->state, words);
	free(buf);
	if (!err && side->state.image_nbytes != image_nbytes) {
		err = XNVI_SIDE_REFUSE(
		    words, side->path, "the image has %llu bytes, its side file says %llu",
		    (unsigned long long)image_nbytes, (unsigned long long)side->state.image_nbytes);
	}

	return err;
}

int
xnvi_side_open(struct xnvi_side *side, const struct xnvi_side_image *image,
	       struct xnvi_target_words *words)
{
	int err;

	memset(side, 0, sizeof(*side));
	err = xnvi_mutex_init(&side->mutex);
	if (err) {
		return err;
	}
	side->access = image->access;
	side->image_id = image->id;
	side->state.image_nbytes = image->nbytes;
	err = paths_init(side, image->path, words);
	err = err ? err : state_load(side, words);
	if (err) {
		xnvi_side_close(side);
		return err;
	}
	xnvi_side_drop_leftover(side->tmp_path);
	atomic_init(&side->has_marks, side->state.marks.n > 0);

	return 0;
}

void
xnvi_side_close(struct xnvi_side *side)
{
	xnvi_ranges_free(&side->state.marks);
	free(side->state.optional);
	free(side->image_path);
	free(side->path);
	free(side->tmp_path);
	free(side->folder);
	xnvi_mutex_term(&side->mutex);
}
