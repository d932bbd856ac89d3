// SPDX-License-Identifier: BSD-3-Clause
/**
 * Torture: random commands over all rows of a device at once, against a shadow of it
 *
 * One stream of commands per seed. It does not depend on when commands complete: what comes next
 * waits until it may run. So the same seed gives the same commands, however the machine is loaded.
 * Commands in flight never overlap, for their order is nobody's promise; across rows there is no
 * other rule.
 */
#ifndef XNVT_TORTURE_H
#define XNVT_TORTURE_H

#include <libxnvme.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_NBYTES  (8U << 20) ///< As much of a device is used
#define NLB_MAX	     256U	///< Longest command, in logical blocks
#define NSEGS_MAX    24U
#define NRANGES_MAX  3U
#define NQUEUES	     2U ///< Per row
#define NROWS_MAX    16U
#define CAPACITY_MAX 256U
#define NSLOTS	     512U	///< Commands in flight, of all queues together
#define HISTORY_MAX  (1U << 16) ///< Commands that are remembered

enum kind {
	KIND_READ = 0,
	KIND_WRITE,
	KIND_ZEROES,
	KIND_DEALLOCATE,
	KIND_FLUSH,
	KIND_COMPARE,
	KIND_BEYOND, ///< A read or write that ends past the end of the device
	NKINDS,
};

struct range {
	uint32_t lba;
	uint32_t nlbas;
};

/** A command of the stream */
struct command {
	uint64_t nth; ///< Of all commands of the disk; 0 is none
	uint8_t kind; ///< enum kind
	uint8_t row;
	uint8_t queue;
	bool sync;
	bool bytes; ///< By the file opcodes
	bool vectored;
	bool fua;
	bool writes;   ///< Of KIND_BEYOND
	bool mismatch; ///< Of KIND_COMPARE: one byte is wrong
	uint8_t nranges;
	struct range ranges[NRANGES_MAX];
	uint64_t rnd; ///< For the details: shapes of vectors
};

struct disk;

/** A command in flight */
struct slot {
	struct disk *disk;
	struct command cmd;
	bool busy;
	uint8_t *buf;
	struct iovec iov[NSEGS_MAX];
	struct xnvme_spec_dsm_range dsm[NRANGES_MAX];
};

struct queue {
	struct xnvme_queue *xq;
	uint32_t limit; ///< Commands that may be in flight now
	int fd;		///< Completion descriptor, -1 when it is not in use
};

struct row {
	char async[24];
	struct xnvme_dev *dev;
	struct queue queues[NQUEUES];
	uint64_t ncmds;
	uint64_t nbytes;
	uint64_t ndeferred;
};

struct disk {
	const char *label;
	char uri[384];
	bool direct;
	bool strict; ///< Deallocated blocks read as zeroes; else also as they were, or as ones
	bool can_compare;
	bool is_file; ///< A write that ends after the end makes it longer
	uint32_t lba_nbytes;
	uint32_t nlbas;	    ///< Used
	uint64_t nlbas_dev; ///< Of the device
	uint32_t nlb_max;
	uint32_t nrows;
	struct row rows[NROWS_MAX];
	uint8_t *shadow;
	bool *loose; ///< Deallocated, and not written since
	bool *busy;
	struct slot slots[NSLOTS];
	uint32_t nbusy;
	uint64_t rnd; ///< State of the stream
	uint64_t nth;
	uint64_t ndone;
	struct command *history;
};

/** What the command line says */
struct options {
	uint64_t seed;
	double cpu_seconds;
	const char *async; ///< Only this row
	uint64_t sabotage; ///< Flip a byte of the first read from this command on; 0 is never
	bool print_commands;
	uint32_t ncmds; ///< Per round
};
extern struct options g_options;

/* --- disk.c --- */

/** Say what is wrong with a command, with the history of the block, and exit */
_Noreturn void die_of(const struct disk *disk, const struct command *cmd, uint32_t lba,
		      const char *format, ...) __attribute__((format(printf, 4, 5)));

/** The command is done: judge the outcome, compare what it read, change the shadow */
void settle(struct slot *slot, const struct xnvme_cmd_ctx *ctx, int err);

/** The contents of a block are those of the shadow */
void check_block(struct disk *disk, const struct command *cmd, uint32_t lba, const uint8_t *data);

void fill_block(const struct disk *disk, uint8_t *block, uint64_t nth, uint32_t lba);
uint8_t *shadow_of(const struct disk *disk, uint32_t lba);
void print_command(const struct disk *disk, const struct command *cmd);

/* --- stream.c --- */

uint64_t rnd(uint64_t *state);

/** The next command of the stream */
struct command next_command(struct disk *disk);

/** Fill in a context and pass it; the slot holds the command */
int pass(struct slot *slot, struct xnvme_cmd_ctx *ctx);

/* --- main.c --- */

/** What was made for the devices; also before the program ends in failure */
void remove_files(void);

#endif /* XNVT_TORTURE_H */
