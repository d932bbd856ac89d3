// SPDX-License-Identifier: BSD-3-Clause
/**
 * Command lines: sub-commands and options as tables
 *
 * A tool describes itself by an array of struct xnvme_cli_sub, each naming a handler and the
 * options it takes, and calls xnvme_cli_run(). Names, kinds and ranges of the options are fixed by
 * the library, so that `--slba` means the same in every tool; usage text comes from the same rows.
 *
 * Parsing is strict: a value is taken whole or refused with a message. Kinds of values:
 *
 * - 0xNUM: base 16, with or without the prefix 0x, and without a suffix
 * - NUM: base 10, or 16 with the prefix 0x; optionally with a suffix k, m, g or t in either case
 *   (or Ki, KiB, ...), multiples of 1024
 * - FILE, URI, STRING: as given, not empty
 *
 * `--name value` and `--name=value` are the same. Every sub-command also takes `--help`, `--json`
 * and `--version`, whether it lists them or not; one that changes a device, which an entry of the
 * type XNVME_CLI_CHANGES says, takes `--force` and `--dry-run` as well.
 */
#ifndef __LIBXNVME_CLI_H
#define __LIBXNVME_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <libxnvme_dev.h>
#include <libxnvme_ident.h>
#include <libxnvme_opts.h>
#include <libxnvme_util.h>

#ifdef __cplusplus
extern "C" {
#endif

struct xnvme_cli;

#define XNVME_CLI_SUB_OPTS_LEN	   200
#define XNVME_CLI_SUB_NAME_LEN_MAX 30

/**
 * Options that say how a device is opened, for use in the array `opts` of a sub-command; each set
 * includes the ones before it
 */
#define XNVME_CLI_CORE_OPTS                                                                        \
	{XNVME_CLI_OPT_ORCH_TITLE, XNVME_CLI_SKIP}, {XNVME_CLI_OPT_SUBNQN, XNVME_CLI_LOPT},        \
	    {XNVME_CLI_OPT_HOSTNQN, XNVME_CLI_LOPT},                                               \
	{                                                                                          \
		XNVME_CLI_OPT_BE, XNVME_CLI_LOPT                                                   \
	}
#define XNVME_CLI_ADMIN_OPTS                                                                       \
	XNVME_CLI_CORE_OPTS, {XNVME_CLI_OPT_DEV_NSID, XNVME_CLI_LOPT},                             \
	    {XNVME_CLI_OPT_ADMIN, XNVME_CLI_LOPT}, {XNVME_CLI_OPT_MEM, XNVME_CLI_LOPT},            \
	{                                                                                          \
		XNVME_CLI_OPT_DIRECT, XNVME_CLI_LOPT                                               \
	}
#define XNVME_CLI_SYNC_OPTS                                                                        \
	XNVME_CLI_ADMIN_OPTS,                                                                      \
	{                                                                                          \
		XNVME_CLI_OPT_SYNC, XNVME_CLI_LOPT                                                 \
	}
#define XNVME_CLI_ASYNC_OPTS                                                                       \
	XNVME_CLI_SYNC_OPTS,                                                                       \
	{                                                                                          \
		XNVME_CLI_OPT_ASYNC, XNVME_CLI_LOPT                                                \
	}

/**
 * Identifiers of options; the index of xnvme_cli.given
 */
enum xnvme_cli_opt {
	XNVME_CLI_OPT_NONE = 0,
	XNVME_CLI_OPT_CDW00 = 1,
	XNVME_CLI_OPT_CDW01 = 2,
	XNVME_CLI_OPT_CDW02 = 3,
	XNVME_CLI_OPT_CDW03 = 4,
	XNVME_CLI_OPT_CDW04 = 5,
	XNVME_CLI_OPT_CDW05 = 6,
	XNVME_CLI_OPT_CDW06 = 7,
	XNVME_CLI_OPT_CDW07 = 8,
	XNVME_CLI_OPT_CDW08 = 9,
	XNVME_CLI_OPT_CDW09 = 10,
	XNVME_CLI_OPT_CDW10 = 11,
	XNVME_CLI_OPT_CDW11 = 12,
	XNVME_CLI_OPT_CDW12 = 13,
	XNVME_CLI_OPT_CDW13 = 14,
	XNVME_CLI_OPT_CDW14 = 15,
	XNVME_CLI_OPT_CDW15 = 16,
	XNVME_CLI_OPT_CMD_INPUT = 17,
	XNVME_CLI_OPT_CMD_OUTPUT = 18,
	XNVME_CLI_OPT_DATA_NBYTES = 19,
	XNVME_CLI_OPT_DATA_INPUT = 20,
	XNVME_CLI_OPT_DATA_OUTPUT = 21,
	XNVME_CLI_OPT_META_NBYTES = 22,
	XNVME_CLI_OPT_META_INPUT = 23,
	XNVME_CLI_OPT_META_OUTPUT = 24,
	XNVME_CLI_OPT_LBAFL = 25,
	XNVME_CLI_OPT_SLBA = 26,
	XNVME_CLI_OPT_ELBA = 27,
	XNVME_CLI_OPT_LBA = 28,
	XNVME_CLI_OPT_NLB = 29,
	XNVME_CLI_OPT_URI = 30,
	XNVME_CLI_OPT_SYS_URI = 31,
	XNVME_CLI_OPT_UUID = 32,
	XNVME_CLI_OPT_NSID = 33,
	XNVME_CLI_OPT_CNS = 34,
	XNVME_CLI_OPT_CSI = 35,
	XNVME_CLI_OPT_INDEX = 36,
	XNVME_CLI_OPT_SETID = 37,
	XNVME_CLI_OPT_CNTID = 38,
	XNVME_CLI_OPT_LID = 39,
	XNVME_CLI_OPT_LSP = 40,
	XNVME_CLI_OPT_LPO_NBYTES = 41,
	XNVME_CLI_OPT_RAE = 42,
	XNVME_CLI_OPT_CLEAR = 43,
	XNVME_CLI_OPT_LBAFU = 44,
	XNVME_CLI_OPT_SES = 45,
	XNVME_CLI_OPT_SEL = 46,
	XNVME_CLI_OPT_MSET = 47,
	XNVME_CLI_OPT_AUSE = 48,
	XNVME_CLI_OPT_OVRPAT = 49,
	XNVME_CLI_OPT_OWPASS = 50,
	XNVME_CLI_OPT_OIPBP = 51,
	XNVME_CLI_OPT_NODAS = 52,
	XNVME_CLI_OPT_SANACT = 53,
	XNVME_CLI_OPT_ZSA = 54,
	XNVME_CLI_OPT_PI = 55,
	XNVME_CLI_OPT_PIL = 56,
	XNVME_CLI_OPT_FID = 57,
	XNVME_CLI_OPT_FEAT = 58,
	XNVME_CLI_OPT_SEED = 59,
	XNVME_CLI_OPT_LIMIT = 60,
	XNVME_CLI_OPT_IOSIZE = 61,
	XNVME_CLI_OPT_QDEPTH = 62,
	XNVME_CLI_OPT_DIRECT = 63,
	XNVME_CLI_OPT_STATUS = 64,
	XNVME_CLI_OPT_SAVE = 65,
	XNVME_CLI_OPT_RESET = 66,
	XNVME_CLI_OPT_VERBOSE = 67,
	XNVME_CLI_OPT_HELP = 68,
	XNVME_CLI_OPT_COUNT = 69,
	XNVME_CLI_OPT_OFFSET = 70,
	XNVME_CLI_OPT_OPCODE = 71,
	XNVME_CLI_OPT_FLAGS = 72,
	XNVME_CLI_OPT_ALL = 73,
	XNVME_CLI_OPT_BE = 74,
	XNVME_CLI_OPT_MEM = 75,
	XNVME_CLI_OPT_SYNC = 76,
	XNVME_CLI_OPT_ASYNC = 77,
	XNVME_CLI_OPT_ADMIN = 78,
	XNVME_CLI_OPT_SHM_ID = 79,
	XNVME_CLI_OPT_MAIN_CORE = 80,
	XNVME_CLI_OPT_CORE_MASK = 81,
	XNVME_CLI_OPT_USE_CMB_SQS = 82,
	XNVME_CLI_OPT_CSS = 83,
	XNVME_CLI_OPT_POLL_IO = 84,
	XNVME_CLI_OPT_POLL_SQ = 85,
	XNVME_CLI_OPT_REGISTER_FILES = 86,
	XNVME_CLI_OPT_REGISTER_BUFFERS = 87,
	XNVME_CLI_OPT_TRUNCATE = 88,
	XNVME_CLI_OPT_RDONLY = 89,
	XNVME_CLI_OPT_WRONLY = 90,
	XNVME_CLI_OPT_RDWR = 91,
	XNVME_CLI_OPT_CREATE = 92,
	XNVME_CLI_OPT_CREATE_MODE = 93,
	XNVME_CLI_OPT_SEEK = 94, ///< Addition to 0.7.5
	XNVME_CLI_OPT_ADRFAM = 95,
	XNVME_CLI_OPT_DEV_NSID = 96,
	XNVME_CLI_OPT_VEC_CNT = 97,
	XNVME_CLI_OPT_SUBNQN = 98,
	XNVME_CLI_OPT_HOSTNQN = 99,
	XNVME_CLI_OPT_DTYPE = 100,
	XNVME_CLI_OPT_DSPEC = 101,
	XNVME_CLI_OPT_DOPER = 102,
	XNVME_CLI_OPT_ENDIR = 103,
	XNVME_CLI_OPT_TGTDIR = 104,
	XNVME_CLI_OPT_NSR = 105,
	XNVME_CLI_OPT_POSA_TITLE = 106,
	XNVME_CLI_OPT_NON_POSA_TITLE = 107,
	XNVME_CLI_OPT_ORCH_TITLE = 108,
	XNVME_CLI_OPT_AD = 109,
	XNVME_CLI_OPT_IDW = 110,
	XNVME_CLI_OPT_IDR = 111,
	XNVME_CLI_OPT_LLB = 112,
	XNVME_CLI_OPT_LSI = 113,
	XNVME_CLI_OPT_PID = 114,
	XNVME_CLI_OPT_KV_KEY = 115,
	XNVME_CLI_OPT_KV_VAL = 116,
	XNVME_CLI_OPT_KV_STORE_UPDATE = 117,
	XNVME_CLI_OPT_KV_STORE_ADD = 118,
	XNVME_CLI_OPT_KV_STORE_COMPRESS = 119,
	XNVME_CLI_OPT_PRACT = 120,
	XNVME_CLI_OPT_PRCHK = 121,
	XNVME_CLI_OPT_APPTAG = 122,
	XNVME_CLI_OPT_APPTAG_MASK = 123,
	XNVME_CLI_OPT_SDLBA = 124,
	XNVME_CLI_OPT_END = 125,
};

/**
 * What an option is to a sub-command
 */
enum xnvme_cli_opt_type {
	XNVME_CLI_POSA = 1, ///< Positional, required
	XNVME_CLI_LFLG = 2, ///< Flag, takes no value
	XNVME_CLI_LOPT = 3, ///< Optional, takes a value
	XNVME_CLI_LREQ = 4, ///< Required, takes a value
	XNVME_CLI_SKIP = 5, ///< No option: the title of a section in the usage text
	/** No option, and `opt` is any but XNVME_CLI_OPT_NONE: the sub-command changes a device,
	 * so it takes `--force` and `--dry-run`. Addition to 0.7.5. */
	XNVME_CLI_CHANGES = 6,
};

/**
 * How the value of an option is written
 */
enum xnvme_cli_opt_value_type {
	XNVME_CLI_OPT_VTYPE_URI = 1,
	XNVME_CLI_OPT_VTYPE_NUM = 2,
	XNVME_CLI_OPT_VTYPE_HEX = 3,
	XNVME_CLI_OPT_VTYPE_FILE = 4,
	XNVME_CLI_OPT_VTYPE_STR = 5,
	XNVME_CLI_OPT_VTYPE_SKIP = 6,
};

/**
 * What xnvme_cli_run() does before it calls the handler; values can be OR-ed
 */
enum xnvme_cli_opts {
	XNVME_CLI_INIT_NONE = 0,
	XNVME_CLI_INIT_DEV_OPEN =
	    1, ///< Open `args.uri`, when given, into `args.dev`; closed afterwards
	XNVME_CLI_INIT_RDONLY = 2, ///< Act as if `--rdonly 1` were given; addition to 0.7.5
	XNVME_CLI_INIT_EXIT =
	    4, ///< Return what a program exits with, see xnvme_cli_run(); addition to 0.7.5
};

typedef int (*xnvme_cli_subfunc)(struct xnvme_cli *);

/**
 * The values of the options; only those whose xnvme_cli.given is set were on the command line
 */
struct xnvme_cli_args {
	struct xnvme_dev *dev;
	const char *uri;
	const char *sys_uri;
	const char *subnqn;
	const char *hostnqn;
	const char *cmd_input;
	const char *cmd_output;
	size_t data_nbytes;
	const char *data_input;
	const char *data_output;
	size_t meta_nbytes;
	const char *meta_input;
	const char *meta_output;
	uint32_t cdw[16];
	uint64_t lbafl;
	uint64_t lba;
	uint32_t llb;
	uint32_t nlb;
	uint64_t slba;
	uint64_t elba;
	uint32_t uuid;
	uint32_t nsid;
	uint32_t dev_nsid;
	uint32_t cns;
	uint32_t csi;
	uint64_t index;
	uint32_t setid;
	uint64_t cntid;
	uint32_t lid;
	uint32_t lsp;
	uint64_t lpo_nbytes;
	uint32_t rae;
	bool clear;
	uint32_t lbafu;
	uint32_t ses;
	uint32_t sel;
	uint32_t mset;
	bool ause;
	uint32_t ovrpat;
	uint32_t owpass;
	bool oipbp;
	bool nodas;
	uint32_t sanact;
	uint32_t zsa;
	uint32_t pi;
	uint32_t pil;
	uint32_t fid;
	uint32_t feat;
	uint32_t seed;
	uint32_t iosize;
	uint32_t qdepth;
	bool direct;
	uint32_t limit;
	uint64_t count;
	uint64_t offset;
	uint64_t opcode;
	uint64_t flags;
	bool all;
	uint32_t status;
	bool save;
	uint32_t reset;
	bool verbose;
	uint32_t help;
	const char *be;
	const char *mem;
	const char *sync;
	const char *async;
	const char *admin;
	uint64_t shm_id;
	uint32_t main_core;
	const char *core_mask;
	struct xnvme_opts_css css;
	uint32_t use_cmb_sqs;
	const char *adrfam;
	uint32_t poll_io;
	uint32_t poll_sq;
	uint32_t register_files;
	uint32_t register_buffers;
	uint32_t truncate;
	uint32_t rdonly;
	uint32_t wronly;
	uint32_t rdwr;
	uint32_t create;
	uint32_t create_mode;
	uint32_t nr;
	bool ad;
	bool idw;
	bool idr;
	uint32_t vec_cnt;
	uint32_t dtype;
	uint32_t dspec;
	uint32_t doper;
	uint32_t endir;
	uint32_t tgtdir;
	uint32_t nsr;
	uint32_t lsi;
	uint32_t pid;
	const char *kv_key;
	const char *kv_val;
	bool kv_store_add;
	bool kv_store_update;
	bool kv_store_compress;
	bool pract;
	uint8_t prchk;
	uint32_t apptag;
	uint32_t apptag_mask;
	uint64_t sdlba; ///< Also of --seek: where in the output to start, in bytes
};

/**
 * Name and kind of an option, the same in all tools
 */
struct xnvme_cli_opt_attr {
	enum xnvme_cli_opt opt;
	enum xnvme_cli_opt_value_type vtype;
	const char *name;
	const char *descr;
	char getoptval;
};

struct xnvme_cli_sub_opt {
	enum xnvme_cli_opt opt;
	enum xnvme_cli_opt_type type;
};

/**
 * One sub-command
 *
 * `opts` ends with the first entry whose `opt` is XNVME_CLI_OPT_NONE, or with the array. The
 * library only reads it.
 */
struct xnvme_cli_sub {
	const char *name;
	const char *descr_short;
	const char *descr_long;
	xnvme_cli_subfunc command;
	struct xnvme_cli_sub_opt opts[200];
};

/**
 * A tool; the first members describe it, xnvme_cli_run() fills in the ones from `argc` on
 *
 * `args` is not cleared: what a caller stored there before xnvme_cli_run() is the default of the
 * options that are not given.
 */
struct xnvme_cli {
	const char *title;
	const char *descr_short;
	const char *descr_long;
	int nsubs;
	struct xnvme_cli_sub *subs;
	int (*ver_pr)(int); ///< Prints the version, e.g. xnvme_ver_pr(); may be NULL
	int argc;
	char **argv;
	struct xnvme_cli_args args;
	int given[125];
	struct xnvme_cli_sub *sub;
	struct xnvme_timer timer;
};

/**
 * A list of devices with room for `capacity` entries
 */
__extension__ struct xnvme_cli_enumeration {
	uint32_t capacity;
	uint32_t nentries;
	struct xnvme_ident entries[];
};

/**
 * Print the values of the options to stdout
 *
 * @param args The values; NULL prints as ~
 * @param opts Printer options, see ::xnvme_pr
 */
void xnvme_cli_args_pr(struct xnvme_cli_args *args, int opts);

/**
 * Name and kind of an option
 *
 * @return Pointer to static storage, or NULL for XNVME_CLI_OPT_NONE and unknown values
 */
const struct xnvme_cli_opt_attr *xnvme_cli_get_opt_attr(enum xnvme_cli_opt opt);

/**
 * Allocate an empty list; release it with xnvme_cli_enumeration_free()
 *
 * @return 0; -EINVAL when `list` is NULL or `capacity` is 0; -ENOMEM
 */
int xnvme_cli_enumeration_alloc(struct xnvme_cli_enumeration **list, uint32_t capacity);

/**
 * Release a list; NULL is ignored
 */
void xnvme_cli_enumeration_free(struct xnvme_cli_enumeration *list);

/**
 * Append a copy of `entry`
 *
 * @return 0; -EINVAL when an argument is NULL; -ENOMEM when the list is full
 */
int xnvme_cli_enumeration_append(struct xnvme_cli_enumeration *list,
				 const struct xnvme_ident *entry);

/**
 * Print the list, every entry in full
 *
 * @return Number of characters written, or a negative errno
 */
int xnvme_cli_enumeration_fpr(FILE *stream, struct xnvme_cli_enumeration *list, int opts);

/**
 * Print the URIs of the list, each device once
 *
 * Entries with the same uri, nsid, csi and dtype are the same device.
 *
 * @return Number of characters written, or a negative errno
 */
int xnvme_cli_enumeration_fpp(FILE *stream, struct xnvme_cli_enumeration *list, int opts);

/**
 * As xnvme_cli_enumeration_fpp(), to stdout
 */
int xnvme_cli_enumeration_pp(struct xnvme_cli_enumeration *list, int opts);

/**
 * As xnvme_cli_enumeration_fpr(), to stdout
 */
int xnvme_cli_enumeration_pr(struct xnvme_cli_enumeration *list, int opts);

/**
 * Start the stopwatch of the tool
 *
 * @return Monotonic time in nanoseconds
 */
uint64_t xnvme_cli_timer_start(struct xnvme_cli *cli);

/**
 * Stop the stopwatch of the tool
 *
 * @return Monotonic time in nanoseconds
 */
uint64_t xnvme_cli_timer_stop(struct xnvme_cli *cli);

/**
 * Print elapsed time and bandwidth to stdout, `nbytes` having been moved between start and stop
 */
void xnvme_cli_timer_bw_pr(struct xnvme_cli *cli, const char *prefix, size_t nbytes);

/**
 * Print "# ", the formatted text and a newline to stdout, and flush it
 *
 * Line breaks in the text stay; other control bytes and invalid UTF-8 are spelled \xNN.
 */
void xnvme_cli_pinf(const char *format, ...);

/**
 * Print one line to stderr: the message, the error code as given and the system's words for it
 *
 * The line is `# ERR: 'MSG': {errno: N, msg: 'WORDS'}` whatever the message holds: control bytes,
 * line breaks among them, and invalid UTF-8 are spelled \xNN. Quotes stay as they are, so take the
 * last `': {errno: ` for the end of the message.
 *
 * @param msg What failed
 * @param err An errno, of either sign
 */
void xnvme_cli_perr(const char *msg, int err);

/**
 * Parse a command line and run the handler of its sub-command
 *
 * Without arguments, and with `--help` or `-h`, usage is printed and nothing is run. Standard
 * output is flushed and checked before returning, so that output that could not be written is a
 * failure.
 *
 * @param cli Description of the tool
 * @param argc As given to main()
 * @param argv As given to main()
 * @param opts What to do before calling the handler, see ::xnvme_cli_opts
 *
 * @return 0 on success; 1 when the handler failed or its output could not be written; -1 when
 * nothing was run: the command line was refused or the device did not open. With
 * XNVME_CLI_INIT_EXIT these are two: 2 when the command line was refused, 1 for every other
 * failure. Everything but 0 has printed a message to stderr.
 */
int xnvme_cli_run(struct xnvme_cli *cli, int argc, char **argv, int opts);

/**
 * Copy the options that were given, and that say how to open a device, into `opts`
 *
 * `opts->nsid` is taken from `--dev-nsid`. When only `--rdonly` or `--wronly` is given,
 * `opts->rdwr` is cleared, since it is set by default.
 *
 * @return 0, or -EINVAL when an argument is NULL
 */
int xnvme_cli_to_opts(const struct xnvme_cli *cli, struct xnvme_opts *opts);

/**
 * How the handler shall print: the option for printers, see ::xnvme_pr
 *
 * Addition to 0.7.5.
 *
 * @return XNVME_PR_JSON when `--json` was given to the xnvme_cli_run() that called the handler,
 * else XNVME_PR_DEF
 */
int xnvme_cli_pr_opts(const struct xnvme_cli *cli);

/**
 * Whether the handler shall go on where it would ask, or refuse a device that is in use
 *
 * Addition to 0.7.5.
 *
 * @return true when `--force` was given to the xnvme_cli_run() that called the handler
 */
bool xnvme_cli_is_forced(const struct xnvme_cli *cli);

/**
 * Whether the handler shall show what it would do, and not do it
 *
 * XNVME_CLI_INIT_DEV_OPEN then opens the device read-only, unless an access mode was given.
 *
 * Addition to 0.7.5.
 *
 * @return true when `--dry-run` was given to the xnvme_cli_run() that called the handler
 */
bool xnvme_cli_is_dry_run(const struct xnvme_cli *cli);

/**
 * Print the numbers of the command line in one line, as in "# lblk write: --slba 0x16 (22)"
 *
 * For handlers that are about to change a device: options of the kind 0xNUM are base 16, which not
 * everybody expects.
 *
 * Addition to 0.7.5.
 *
 * @param cli That of the handler
 *
 * @return Number of options that were printed: without any, nothing is; -EINVAL when an argument is
 * NULL or no sub-command is running
 */
int xnvme_cli_numbers_fpr(FILE *stream, const struct xnvme_cli *cli);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_CLI_H */
