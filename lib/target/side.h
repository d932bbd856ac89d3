// SPDX-License-Identifier: BSD-3-Clause
/**
 * State of a target that its image cannot hold, and that is kept in the side file of the image
 *
 * The image F is the plain content of the namespace. F.xnvme beside it holds the LBA size, the
 * identity, saved features, marks of Write Uncorrectable, and the operation that is under way. It
 * is replaced as a whole, so that it is always either the old file or the new one. Its layout is
 * described in side_file.c.
 *
 * The order of steps makes a kill or a power cut safe at any moment:
 *
 *  Write Uncorrectable  the mark is in the side file; then the blocks fail; then completion
 *  Write over a mark    the data is durable in F; then the mark leaves the side file; then
 *                       completion. In between the block still fails, which is its old state.
 *  Format NVM           the intent is in the side file; then F is emptied and made durable; then
 *                       intent and marks leave, and the new LBA size is there; then completion. A
 *                       side file with an intent is one whose image may be half empty: the next
 *                       open begins again.
 *  Sanitize             the intent is in the side file; then completion, and the operation runs.
 *                       Each pass of an overwrite is durable in F before it is counted. At the end
 *                       intent and marks leave. The next open goes on with the first pass that was
 *                       not counted.
 *  Set Features, saved  the values are in the side file; then completion
 *
 * The state in memory is always that which the next open would find. When the new file is in place,
 * and only making that durable fails, it is the new state: the command fails, and `uncertain` is
 * set until a save succeeds, because a power cut may restore the old state.
 */
#ifndef XNVI_TARGET_SIDE_H
#define XNVI_TARGET_SIDE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <os/system.h>
#include <target/ranges.h>
#include <target/controller.h>

#define XNVI_SIDE_SUFFIX	".xnvme"
#define XNVI_SIDE_TMP_SUFFIX	".tmp"
#define XNVI_SIDE_NFEATURES_MAX 16

/** The unit of marks: the smallest logical block */
#define XNVI_SIDE_UNIT_SHIFT 9

struct xnvi_side_feature {
	uint8_t fid;
	uint8_t variant; ///< Which of several values under one identifier
	uint32_t value;
};

struct xnvi_side_format {
	bool is_under_way;
	uint32_t lba_nbytes; ///< LBA size afterwards
	uint32_t ses;
};

struct xnvi_side_sanitize {
	bool is_under_way;
	uint32_t cdw10;
	uint32_t pattern;
	uint32_t npasses; ///< Completed passes of an overwrite
};

struct xnvi_side_state {
	uint64_t image_nbytes;
	uint32_t lba_nbytes;
	uint64_t identity[2];
	struct xnvi_side_feature features[XNVI_SIDE_NFEATURES_MAX];
	unsigned nfeatures;
	struct xnvi_ranges marks; ///< In units
	struct xnvi_side_format format;
	struct xnvi_side_sanitize sanitize;
	/** Unknown records that a reader may ignore, unchanged */
	uint8_t *optional;
	size_t optional_nbytes;
	unsigned noptional;
};

/** The image of a side file */
struct xnvi_side_image {
	const char *path;
	struct xnvi_file_id id;
	struct xnvi_file_access access; ///< For the side file
	uint64_t nbytes;
};

struct xnvi_side {
	struct xnvi_mutex mutex; ///< Guards what follows; the last but one lock to be taken
	char *image_path;	 ///< Without symbolic links
	char *path;
	char *tmp_path;
	char *folder;
	struct xnvi_file_id image_id;
	struct xnvi_file_access access; ///< Of the image, for the side file
	bool exists;
	bool uncertain;
	struct xnvi_side_state state;
	/** Can be read without the mutex; also set while the medium may have marks */
	atomic_bool has_marks;
};

/**
 * The side file of an image: read it when it exists
 *
 * The state of an image without a side file is empty except for its size.
 *
 * @return 0; -EINVAL with words when the file cannot be understood or is of another image, or when
 * the image has the name of a side file; or the negative errno of reading it
 */
int xnvi_side_open(struct xnvi_side *side, const struct xnvi_side_image *image,
		   struct xnvi_target_words *words);
void xnvi_side_close(struct xnvi_side *side);

static inline bool
xnvi_side_has_marks(struct xnvi_side *side)
{
	return atomic_load_explicit(&side->has_marks, memory_order_acquire);
}

/* Changes: 0 when the new state is durable; else a negative errno */

/** Mark a range; `marked` says whether it is in the state, which is possible after a failure too */
int xnvi_side_mark(struct xnvi_side *side, uint64_t offset, uint64_t nbytes, bool *marked);
int xnvi_side_unmark(struct xnvi_side *side, uint64_t offset, uint64_t nbytes);
/** Save the state of a new image */
int xnvi_side_save(struct xnvi_side *side);
int xnvi_side_save_features(struct xnvi_side *side, const struct xnvi_side_feature *features,
			    unsigned nfeatures);
int xnvi_side_begin_format(struct xnvi_side *side, uint32_t lba_nbytes, uint32_t ses);
/** The image is empty: drop the marks and the intent, and take the LBA size of the intent */
int xnvi_side_end_format(struct xnvi_side *side);
int xnvi_side_begin_sanitize(struct xnvi_side *side, uint32_t cdw10, uint32_t pattern);
int xnvi_side_count_pass(struct xnvi_side *side, uint32_t npasses);
int xnvi_side_end_sanitize(struct xnvi_side *side);
/**
 * Make sure that the next open neither begins nor continues an operation
 *
 * When this fails, nothing may be written to the image any more.
 */
int xnvi_side_abandon(struct xnvi_side *side);

/* side_file.c */

/** Make the bytes of a side file; free() them; NULL without memory */
uint8_t *xnvi_side_encode(const struct xnvi_side_state *state, size_t *nbytes);

/**
 * Read the bytes of a side file
 *
 * @param state All zero
 * @param path Name of the image, for words
 *
 * @return 0; -EINVAL with words; -ENOMEM. The caller frees what `state` has allocated.
 */
int xnvi_side_decode(const uint8_t *buf, size_t nbytes, const char *path,
		     struct xnvi_side_state *state, struct xnvi_target_words *words);

/** Remove a new side file that a killed process left unfinished, and nothing else */
void xnvi_side_drop_leftover(const char *tmp_path);

/** Read a side file; -ENOENT when there is none */
int xnvi_side_read(const char *path, uint8_t **buf, size_t *nbytes);
/**
 * Write a new file and put it in place
 *
 * Only our own side file is replaced: -EEXIST when the name belongs to another file. -ESTALE when
 * the path now leads to another image, which the side file then belongs to.
 *
 * An error with `replaced` set: the file is in place, but a power cut may undo that.
 */
int xnvi_side_write(const struct xnvi_side *side, const uint8_t *buf, size_t nbytes,
		    bool *replaced);

/** Record words and return `err`; `words` may be NULL */
int xnvi_target_refuse(struct xnvi_target_words *words, int err, const char *hint,
		       const char *format, ...) __attribute__((format(XNVI_PRINTF, 4, 5)));

/** As xnvi_target_refuse(), with the remedy for side files */
#define XNVI_SIDE_REFUSE(words, path, ...)                                                         \
	xnvi_side_hint((words), (path), xnvi_target_refuse((words), -EINVAL, NULL, __VA_ARGS__))

int xnvi_side_hint(struct xnvi_target_words *words, const char *path, int err);

#endif /* XNVI_TARGET_SIDE_H */
