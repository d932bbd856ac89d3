// SPDX-License-Identifier: BSD-3-Clause
/**
 * Shared by the files of lib/target
 *
 * Locks are taken in this order: the registry, `admin`, stripes (one, or all in ascending order),
 * the mutex of the side file, `errlog.mutex`. A stripe guards the chunks that map to it, and its
 * counters. Any stripe also guards the shape of the namespace, since a change of the shape holds
 * all of them. Admin commands and the end of a sanitize operation hold `admin`.
 */
#ifndef XNVI_TARGET_PRIVATE_H
#define XNVI_TARGET_PRIVATE_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include <os/system.h>
#include <target/chunks.h>
#include <target/side.h>
#include <target/controller.h>
#include <spec/version.h>

#define XNVI_NSID_ALL 0xFFFFFFFFu

/** Unit of allocation of the store */
#define XNVI_CHUNK_SHIFT  16
#define XNVI_CHUNK_NBYTES (1u << XNVI_CHUNK_SHIFT)

/** Chunks per leaf, and leaves per node, of the table: small, because random writes need many */
#define XNVI_LEAF_SHIFT	  6
#define XNVI_LEAF_NCHUNKS (1u << XNVI_LEAF_SHIFT)
#define XNVI_NODE_SHIFT	  9
#define XNVI_NODE_NLEAVES (1u << XNVI_NODE_SHIFT)

/**
 * A stripe is chosen by LBA, not by byte, so it can be locked before the LBA size is known. 2^7
 * blocks of the smallest size are one chunk, so a chunk belongs to one stripe at every LBA size.
 */
#define XNVI_NSTRIPES	       64u
#define XNVI_STRIPE_LBAS_SHIFT 7
/** Size of a stripe: a cache line, so that stripes of different threads do not share one */
#define XNVI_STRIPE_SHIFT 6

#define XNVI_LBA_SHIFT_MIN 9
#define XNVI_LBA_NFORMATS  4u

/** Advertised limits; see identify.c */
#define XNVI_TARGET_MDTS   9
#define XNVI_MDTS_NBYTES   ((1u << XNVI_TARGET_MDTS) * 4096u)
#define XNVI_COPY_MSSRL	   1024u
#define XNVI_COPY_MCL	   4096u
#define XNVI_COPY_MSRC	   127u
#define XNVI_DSM_DMRL	   128u
#define XNVI_DSM_DMRSL	   (1u << 31)
#define XNVI_DSM_DMSL	   (1ull << 32)
#define XNVI_ERRLOG_NSLOTS 64u

/** Temperatures in kelvin */
#define XNVI_TEMP_COMPOSITE 310u
#define XNVI_TEMP_WARNING   343u
#define XNVI_TEMP_CRITICAL  358u

/** The status field of a completion (sc, sct, dnr), without the phase bit */
#define XNVI_ST(sct, sc) ((sct) << 9 | (sc) << 1)
#define XNVI_ST_MORE	 (1 << 14)
#define XNVI_ST_DNR	 (1 << 15)

enum xnvi_target_status {
	XNVI_ST_SUCCESS = 0,
	XNVI_ST_INVALID_OPCODE = XNVI_ST(0, 0x01) | XNVI_ST_DNR,
	XNVI_ST_INVALID_FIELD = XNVI_ST(0, 0x02) | XNVI_ST_DNR,
	XNVI_ST_INTERNAL = XNVI_ST(0, 0x06),
	XNVI_ST_INVALID_NS = XNVI_ST(0, 0x0B) | XNVI_ST_DNR,
	XNVI_ST_SGL_LENGTH = XNVI_ST(0, 0x0F) | XNVI_ST_DNR,
	XNVI_ST_SANITIZE_FAILED = XNVI_ST(0, 0x1C),
	XNVI_ST_SANITIZE_IN_PROGRESS = XNVI_ST(0, 0x1D),
	XNVI_ST_LBA_RANGE = XNVI_ST(0, 0x80) | XNVI_ST_DNR,
	XNVI_ST_CAPACITY = XNVI_ST(0, 0x81),
	XNVI_ST_FORMAT_IN_PROGRESS = XNVI_ST(0, 0x84),
	XNVI_ST_AER_LIMIT = XNVI_ST(1, 0x05) | XNVI_ST_DNR,
	XNVI_ST_INVALID_LOG = XNVI_ST(1, 0x09) | XNVI_ST_DNR,
	XNVI_ST_INVALID_FORMAT = XNVI_ST(1, 0x0A) | XNVI_ST_DNR,
	XNVI_ST_FEAT_NOT_SAVEABLE = XNVI_ST(1, 0x0D) | XNVI_ST_DNR,
	XNVI_ST_FEAT_NOT_NS = XNVI_ST(1, 0x0F) | XNVI_ST_DNR,
	XNVI_ST_SIZE_LIMIT = XNVI_ST(1, 0x83) | XNVI_ST_DNR,
	XNVI_ST_WRITE_FAULT = XNVI_ST(2, 0x80),
	XNVI_ST_READ_FAULT = XNVI_ST(2, 0x81),
	XNVI_ST_UNRECOVERED_READ = XNVI_ST(2, 0x81) | XNVI_ST_DNR,
	XNVI_ST_COMPARE = XNVI_ST(2, 0x85),
};

/** Lock of the chunks that map to a stripe */
enum xnvi_stripe_state {
	XNVI_STRIPE_FREE,
	XNVI_STRIPE_HELD,
	XNVI_STRIPE_CLOSED, ///< I/O is refused with target->closed_status instead of waiting
};

struct xnvi_stripe {
	_Alignas(1 << XNVI_STRIPE_SHIFT) atomic_uint state;
	/** The last chunk used through this stripe, when it needs no thought: see plain.c */
	uint32_t nreadable; ///< Blocks of the chunk, or 0: no chunk is cached
	uint32_t nwritable; ///< Also 0 when the chunk has no memory to write to
	uint32_t cached_shift;
	uint64_t cached_slba;
	uint8_t *cached_data;
	/* Those of one command are not neighbours: gcc would add to both by a longer vector */
	uint64_t nreads;
	uint64_t nwrites;
	uint64_t read_nbytes;
	uint64_t write_nbytes;
};

_Static_assert(sizeof(struct xnvi_stripe) == 1 << XNVI_STRIPE_SHIFT, "a stripe is a cache line");

/** Marks of Write Uncorrectable, one bit per 512 bytes of a chunk */
struct xnvi_marks {
	uint64_t bits[(XNVI_CHUNK_NBYTES >> XNVI_LBA_SHIFT_MIN) / 64];
};

struct xnvi_slot {
	uint8_t *data; ///< NULL: reads as the pattern of the store, or as zeroes if `hole`
	struct xnvi_marks *marks; ///< NULL: none
	bool hole;		  ///< Deallocated since the store was filled with a pattern
};

struct xnvi_leaf {
	struct xnvi_slot slots[XNVI_LEAF_NCHUNKS];
};

_Static_assert(sizeof(struct xnvi_slot) <= 24, "a leaf stays small");

struct xnvi_node {
	_Atomic(struct xnvi_leaf *) leaves[XNVI_NODE_NLEAVES];
};

/** An open image, before a store uses its file */
struct xnvi_image {
	xnvi_handle file;
	const char *path;
	struct xnvi_file_id id;
	struct xnvi_file_access access;
	bool is_new;	   ///< Created by this open, and removed if the open fails
	bool is_read_only; ///< The handle cannot write
	bool is_locked;
};

/**
 * Logical blocks, sparse, in memory or in a file; marks are in memory, and those of a file in its
 * side file too
 */
struct xnvi_store {
	_Atomic(struct xnvi_node *) *nodes;
	size_t nnodes;
	uint64_t nbytes;
	struct xnvi_chunks chunks;
	xnvi_handle file;	///< XNVI_HANDLE_NONE: in memory
	struct xnvi_side *side; ///< NULL: in memory
	bool patterned;		///< Chunks without memory read as `pattern`, unless holes
	uint32_t pattern;
	atomic_uint_fast64_t nused; ///< Chunks that are not holes (memory only)
};

struct xnvi_errlog {
	struct xnvi_mutex mutex;
	uint64_t count;
	struct xnvme_spec_log_erri_entry entries[XNVI_ERRLOG_NSLOTS]; ///< Ring, by error count
};

/** Features; see features.c */
enum {
	XNVI_FEAT_NROWS_MAX = 16,
	XNVI_NVECTORS = 64,
	XNVI_NQUEUES_MAX = 64,
	XNVI_HOST_BEHAVIOR_NBYTES = 512,
};

struct xnvi_features {
	uint32_t current[XNVI_FEAT_NROWS_MAX];
	uint32_t saved[XNVI_FEAT_NROWS_MAX];
	uint64_t vectors; ///< Bit per interrupt vector: coalescing disabled
	uint64_t timestamp_ms;
	uint64_t timestamp_set_ns; ///< xnvi_time_ns() when `timestamp_ms` was true
	bool timestamp_by_host;
	uint8_t host_behavior[XNVI_HOST_BEHAVIOR_NBYTES];
};

/** An overwrite: each pass writes the pattern, with `invert` every other pass its inverse */
struct xnvi_overwrite {
	uint32_t pattern; ///< Pattern of the first pass
	unsigned npasses;
	unsigned npasses_done; ///< Passes before an operation is continued; 0 for a new one
	bool invert;
};

/** Progress of an erase, written by the erasing thread; `stop` is written by others */
struct xnvi_progress {
	atomic_uint fraction; ///< In 65536ths
	atomic_uint npasses;  ///< Completed passes
	atomic_bool stop;
};

/** Sanitize operation; all but `progress` is guarded by the admin mutex */
struct xnvi_sanitize {
	struct xnvi_thread thread;
	bool joinable;
	bool running;
	bool failed;
	bool unrestricted; ///< AUSE of the failed operation
	uint8_t status;	   ///< SSTAT.SOS of the log
	uint32_t cdw10;
	bool is_overwrite;
	struct xnvi_overwrite overwrite;
	bool erased;		 ///< There was no user data when `erased_nwrites` was counted
	uint64_t erased_nwrites; ///< Number of writes at that time
	struct xnvi_progress progress;
};

struct xnvi_target_op;

struct xnvi_target {
	/* Used by the read and write path */
	uint64_t nblocks;
	_Atomic uint32_t lba_shift; ///< Changes with the shape; read without a stripe as a guess
	uint32_t generation;	    ///< Changes with the shape, so that a long command notices
	atomic_uint closed_status;
	struct xnvi_store store;

	struct xnvi_stripe stripes[XNVI_NSTRIPES];

	const struct xnvi_target_op *io_ops[256];
	const struct xnvi_target_op *admin_ops[256];

	struct xnvi_mutex admin;
	struct xnvi_errlog errlog;
	struct xnvi_features features;
	struct xnvi_sanitize sanitize;
	atomic_uint_fast64_t nmedia_errors;
	atomic_bool write_cache; ///< Feature Volatile Write Cache, for write commands
	bool ns_changed;	 ///< The namespace is in the Changed Namespace List
	uint64_t opened_ns;
	uint64_t identity[2]; ///< Serial number, EUI64, NGUID and UUID are made of this

	/* Used by the registry */
	struct xnvi_target *next;  ///< In the registry
	struct xnvi_target **back; ///< What points here
	unsigned nrefs;
	uint32_t lba_nbytes_opened;
	uint32_t fork_gen; ///< xnvi_fork_generation of the process that created it
	char *name;
	char *path;
	struct xnvi_image image;
	struct xnvi_side side; ///< Used when there is a path
};

/** One command under execution */
struct xnvi_target_run {
	struct xnvi_target *target;
	const struct xnvme_spec_cmd *cmd;
	const struct xnvi_target_data *data;
	uint64_t result;
	uint64_t lba;  ///< LBA of an error, for the log
	uint16_t eloc; ///< Parameter Error Location, for the log
};

/** `flags` of an operation */
enum {
	XNVI_OP_NS = 1 << 0,	      ///< The NSID has to be that of the namespace
	XNVI_OP_NS_ALL = 1 << 1,      ///< The NSID may also be FFFFFFFFh
	XNVI_OP_SANITIZE_OK = 1 << 2, ///< Is executed while a sanitize operation runs or has failed
};

/** Commands Supported and Effects data structure */
enum {
	XNVI_EFFECT_CSUPP = 1 << 0,
	XNVI_EFFECT_LBCC = 1 << 1,
	XNVI_EFFECT_NCC = 1 << 2,
	XNVI_EFFECT_NIC = 1 << 3,
	XNVI_EFFECT_CCC = 1 << 4,
	XNVI_EFFECT_CSE_SAME_NS = 1 << 16,
	XNVI_EFFECT_CSE_ANY_NS = 2 << 16,
	XNVI_EFFECT_SCOPE_NS = 1 << 20,
	XNVI_EFFECT_SCOPE_CTRLR = 1 << 21,
	XNVI_EFFECT_SCOPE_SUBSYS = 1 << 25,
};

/**
 * One command; a command set is a table of these, and a target is composed of tables at open
 */
struct xnvi_target_op {
	uint8_t opcode;
	uint8_t flags;
	uint32_t effects;
	uint16_t (*run)(struct xnvi_target_run *run);
};

extern const struct xnvi_target_op xnvi_target_nvm_ops[];
extern const size_t xnvi_target_nvm_nops;
/** A file command; its opcodes are not those of a controller, so no table has it */
uint16_t xnvi_target_file(struct xnvi_target_run *run);

extern const struct xnvi_target_op xnvi_target_admin_ops[];
extern const size_t xnvi_target_admin_nops;

/* dispatch.c: memory, locks */

/** Allocate memory aligned to a cache line, not cleared; NULL without memory */
void *xnvi_target_alloc(size_t nbytes);
void xnvi_target_free(void *mem);

static inline bool
xnvi_stripe_try_lock(struct xnvi_stripe *stripe)
{
	unsigned expected = XNVI_STRIPE_FREE;

	return atomic_compare_exchange_strong_explicit(&stripe->state, &expected, XNVI_STRIPE_HELD,
						       memory_order_acquire, memory_order_relaxed);
}

static inline void
xnvi_stripe_unlock(struct xnvi_stripe *stripe)
{
	assert(atomic_load_explicit(&stripe->state, memory_order_relaxed) == XNVI_STRIPE_HELD);
	atomic_store_explicit(&stripe->state, XNVI_STRIPE_FREE, memory_order_release);
}

/** Let the next command look at the chunks of the stripe again; the stripe is held */
static inline void
xnvi_stripe_forget(struct xnvi_stripe *stripe)
{
	stripe->nreadable = 0;
	stripe->nwritable = 0;
}

/** Wait a little for a spinning lock that is held; *nspins begins with 0 */
void xnvi_spin_wait(unsigned *nspins);

/** Lock the stripe; success, or the status of a target that is closed to I/O */
uint16_t xnvi_stripe_lock(struct xnvi_target *target, struct xnvi_stripe *stripe);
/** Lock all stripes in order; when it fails, none is held */
uint16_t xnvi_stripes_lock_all(struct xnvi_target *target);
void xnvi_stripes_unlock_all(struct xnvi_target *target);
/** Refuse I/O with `status`, while all stripes are held; accept I/O again */
void xnvi_stripes_close(struct xnvi_target *target, uint16_t status);
void xnvi_stripes_open(struct xnvi_target *target);

static inline struct xnvi_stripe *
xnvi_stripe_of(struct xnvi_target *target, uint64_t lba)
{
	/* As an offset in bytes, two shifts become one */
	const uint64_t offset = (lba >> (XNVI_STRIPE_LBAS_SHIFT - XNVI_STRIPE_SHIFT)) &
				((XNVI_NSTRIPES - 1) << XNVI_STRIPE_SHIFT);

	return (struct xnvi_stripe *)((char *)target->stripes + offset);
}

/** log2 of an LBA size that the target supports, else 0 */
uint32_t xnvi_lba_shift_of(uint32_t lba_nbytes);

/** Set number of blocks and LBA size; all stripes are held, or nobody else has the target */
void xnvi_target_set_shape(struct xnvi_target *target, uint32_t lba_shift);

/** Add the commands of a table to the target, at open */
void xnvi_target_add_ops(const struct xnvi_target_op **map, const struct xnvi_target_op *ops,
			 size_t nops);

/* data.c: buffers of a command */

struct xnvi_cursor {
	const struct iovec *iov;
	size_t iovcnt;
	size_t offset; ///< Offset within iov[0]
};

/** Whether the segments hold at least nbytes, whatever data->nbytes claims */
bool xnvi_data_covers(const struct xnvi_target_data *data, uint64_t nbytes);

static inline struct xnvi_cursor
xnvi_cursor_init(const struct xnvi_target_data *data)
{
	return (struct xnvi_cursor){data->iov, data->iovcnt, 0};
}

/** Get the next contiguous part, at most nbytes; never 0 bytes while data is left */
void *xnvi_cursor_next(struct xnvi_cursor *cursor, size_t nbytes, size_t *part_nbytes);
/** Copy into and out of the buffers */
void xnvi_cursor_put(struct xnvi_cursor *cursor, const void *src, size_t nbytes);
void xnvi_cursor_get(struct xnvi_cursor *cursor, void *dst, size_t nbytes);

/** Return nbytes of src to the host; Data SGL Length Invalid when they do not fit */
uint16_t xnvi_data_reply(const struct xnvi_target_run *run, const void *src, size_t nbytes);
/** Get nbytes of parameters; Data SGL Length Invalid when the buffers are shorter */
uint16_t xnvi_data_fetch(const struct xnvi_target_run *run, void *dst, size_t nbytes);

/* store.c: a part lies within one chunk, and the caller holds the stripe of that chunk */

struct xnvi_part {
	struct xnvi_stripe *stripe;
	uint64_t offset; ///< Byte offset in the namespace
	uint32_t nbytes;
};

/** `fd` -1: memory. 0 or -ENOMEM */
int xnvi_store_init(struct xnvi_store *store, uint64_t nbytes);
void xnvi_store_term(struct xnvi_store *store);

static inline uint64_t
xnvi_chunk_of(uint64_t offset)
{
	return offset >> XNVI_CHUNK_SHIFT;
}

static inline struct xnvi_node *
xnvi_node_find(struct xnvi_store *store, uint64_t chunk)
{
	return atomic_load_explicit(&store->nodes[chunk >> (XNVI_LEAF_SHIFT + XNVI_NODE_SHIFT)],
				    memory_order_acquire);
}

static inline struct xnvi_leaf *
xnvi_leaf_find(struct xnvi_store *store, uint64_t chunk)
{
	struct xnvi_node *node = xnvi_node_find(store, chunk);

	return node ? atomic_load_explicit(
			  &node->leaves[(chunk >> XNVI_LEAF_SHIFT) % XNVI_NODE_NLEAVES],
			  memory_order_acquire)
		    : NULL;
}

/** Data is in a file, and not in chunks in memory */
static inline bool
xnvi_store_has_file(const struct xnvi_store *store)
{
	return store->file != XNVI_HANDLE_NONE;
}

static inline struct xnvi_slot *
xnvi_slot_find(struct xnvi_store *store, uint64_t offset)
{
	struct xnvi_leaf *leaf = xnvi_leaf_find(store, xnvi_chunk_of(offset));

	return leaf ? &leaf->slots[xnvi_chunk_of(offset) % XNVI_LEAF_NCHUNKS] : NULL;
}

/**
 * Whether a chunk needs no thought: it is not in a file, has no marks, and no pattern to read
 *
 * @param data Memory of the chunk; NULL when it reads as zeroes, and a write has to make it
 */
bool xnvi_store_is_plain(struct xnvi_store *store, uint64_t offset, uint8_t **data);
uint16_t xnvi_store_read(struct xnvi_store *store, const struct xnvi_part *part,
			 struct xnvi_cursor *dst);
uint16_t xnvi_store_write(struct xnvi_store *store, const struct xnvi_part *part,
			  struct xnvi_cursor *src);
/** Compare Failure when they differ */
uint16_t xnvi_store_compare(struct xnvi_store *store, const struct xnvi_part *part,
			    struct xnvi_cursor *with);
uint16_t xnvi_store_verify(struct xnvi_store *store, const struct xnvi_part *part);
/** Write zeroes; with `deallocate`, memory of whole chunks is given back */
uint16_t xnvi_store_zero(struct xnvi_store *store, const struct xnvi_part *part, bool deallocate);
uint16_t xnvi_store_mark(struct xnvi_store *store, const struct xnvi_part *part);
/** Whether the part has an uncorrectable unit, and the offset of the first one */
bool xnvi_store_marked(struct xnvi_store *store, const struct xnvi_part *part, uint64_t *offset);

/** First offset at or after `offset` that may be allocated or marked, for skipping the rest */
uint64_t xnvi_store_next_used(struct xnvi_store *store, uint64_t offset);
/** Zero a range of a file at once; the caller holds all stripes */
uint16_t xnvi_store_zero_file(struct xnvi_store *store, uint64_t offset, uint64_t nbytes);
/** Mark a range, also in the side file; the caller holds all stripes */
uint16_t xnvi_store_mark_file(struct xnvi_store *store, uint64_t offset, uint64_t nbytes);
/** Load the marks of the side file, when a target opens; 0 or -ENOMEM */
int xnvi_store_load_marks(struct xnvi_store *store);
/** Clear the marks of a range, also in the side file; the caller holds all stripes */
uint16_t xnvi_store_unmark(struct xnvi_store *store, uint64_t offset, uint64_t nbytes);
/** Make data durable */
uint16_t xnvi_store_flush(struct xnvi_store *store);
/** Number of bytes that are not deallocated */
uint64_t xnvi_store_used_nbytes(struct xnvi_store *store);

/**
 * Erase all data and marks; the caller is the only user
 *
 * Afterwards all blocks read as the pattern of the last pass of `overwrite`, or as zeroes without
 * it. `overwrite` and `progress` may be NULL. Returns 0, -ECANCELED when stopped, or an errno of
 * the file, whose data is then unspecified.
 *
 * The marks of a file stay until its side file is without them: xnvi_store_drop_marks().
 */
int xnvi_store_erase(struct xnvi_store *store, const struct xnvi_overwrite *overwrite,
		     struct xnvi_progress *progress);
void xnvi_store_drop_marks(struct xnvi_store *store);

/* store_file.c: the image; negative errno, or a status where it says so */

/** Open or create an image, and identify its file; `path` has to live as long as the image */
int xnvi_image_open(struct xnvi_image *image, const char *path, bool read_only);
/** Lock the image; give it its size, or check the size */
int xnvi_image_claim(struct xnvi_image *image, uint64_t nbytes, struct xnvi_target_words *words);
/** Unlock and close an image; remove it if it is new */
void xnvi_image_drop(struct xnvi_image *image);

/** Status of a write that failed with `err` */
uint16_t xnvi_store_write_status(int err);
/** Make the whole file a hole */
int xnvi_store_file_clear(struct xnvi_store *store);
uint64_t xnvi_store_file_used(struct xnvi_store *store);

/* logs.c */

/** Record a failed command in the Error Information log */
void xnvi_errlog_add(struct xnvi_target *target, const struct xnvi_target_run *run,
		     uint16_t status);
/** Number of write commands since the target was created; the caller holds the admin mutex */
uint64_t xnvi_target_nwrites(struct xnvi_target *target);
uint16_t xnvi_target_get_log(struct xnvi_target_run *run);

/* features.c */

void xnvi_features_init(struct xnvi_target *target);
/** Apply saved values; false when one of them is not a valid value of a saveable feature */
bool xnvi_features_restore(struct xnvi_target *target, const struct xnvi_side_feature *features,
			   unsigned nfeatures);
uint16_t xnvi_target_get_features(struct xnvi_target_run *run);
uint16_t xnvi_target_set_features(struct xnvi_target_run *run);
/** Entry of the log of supported features, by feature identifier */
void xnvi_features_effects(uint32_t effects[256]);
/** Whether the temperature has reached a threshold */
bool xnvi_features_temp_is_outside(const struct xnvi_target *target);

/* identify.c */

uint16_t xnvi_target_identify(struct xnvi_target_run *run);
/** Fill an ASCII field: the text is padded with blanks, without a NUL */
void xnvi_target_ascii(void *field, size_t nbytes, const char *text);
/** Set the identity: from the side file, else from path or name, so that a file keeps it, else from
 * a counter */
void xnvi_identity_init(struct xnvi_target *target);

/** Firmware revision: the version of the library; Identify pads it with blanks */
#define XNVI_TARGET_FIRMWARE XNVI_VERSION

/* format.c */

uint16_t xnvi_target_format(struct xnvi_target_run *run);
uint16_t xnvi_target_sanitize(struct xnvi_target_run *run);
/** Continue an operation that the last process did not complete, when a target opens */
int xnvi_target_resume(struct xnvi_target *target);
/** Stop a running sanitize operation and join its thread */
void xnvi_sanitize_term(struct xnvi_target *target);

#endif /* XNVI_TARGET_PRIVATE_H */
