// SPDX-License-Identifier: BSD-3-Clause
/**
 * Command lines: sub-commands and options as tables
 *
 * A tool describes itself by an array of struct xnvme_cli_sub and calls xnvme_cli_run(). Each entry
 * names a handler and the options that it takes. Names, kinds and ranges of the options are fixed
 * by the library, so that `--slba` means the same in every tool. Usage text comes from the same
 * table.
 *
 * A struct xnvme_cli is used by one thread at a time; different threads may run different ones.
 *
 * Parsing is strict: a value is accepted as a whole, or refused with a message. Kinds of values:
 *
 * - 0xNUM: base 16, with or without the prefix 0x, and without a suffix
 * - NUM: base 10, or 16 with the prefix 0x; optionally with a suffix k, m, g or t in either case
 *   (or Ki, KiB, ...), multiples of 1024
 * - FILE, URI, STRING: as given, not empty
 *
 * `--name value` and `--name=value` are the same. Every sub-command also takes `--help`, `--json`
 * and `--version`, whether it lists them or not. A sub-command that changes a device has an entry
 * of the type XNVME_CLI_CHANGES, and takes `--force` and `--dry-run` as well.
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

/* Sizes, as in 0.7.5: entries of xnvme_cli_sub.opts, characters of the name of a sub-command */
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
 * How a sub-command takes an option
 */
enum xnvme_cli_opt_type {
	XNVME_CLI_POSA = 1, ///< Positional, required
	XNVME_CLI_LFLG = 2, ///< Flag, takes no value
	XNVME_CLI_LOPT = 3, ///< Optional, takes a value
	XNVME_CLI_LREQ = 4, ///< Required, takes a value
	XNVME_CLI_SKIP = 5, ///< Not an option: the title of a section in the usage text
	/** Not an option: says that the sub-command changes a device, and so takes `--force` and
	 * `--dry-run`; `opt` is any value but XNVME_CLI_OPT_NONE. Addition to 0.7.5. */
	XNVME_CLI_CHANGES = 6,
};

/**
 * How the value of an option is written
 */
enum xnvme_cli_opt_value_type {
	XNVME_CLI_OPT_VTYPE_URI = 1,  ///< URI
	XNVME_CLI_OPT_VTYPE_NUM = 2,  ///< NUM: base 10, or 16 with a prefix
	XNVME_CLI_OPT_VTYPE_HEX = 3,  ///< 0xNUM: base 16
	XNVME_CLI_OPT_VTYPE_FILE = 4, ///< FILE
	XNVME_CLI_OPT_VTYPE_STR = 5,  ///< STRING
	XNVME_CLI_OPT_VTYPE_SKIP = 6, ///< No value: a title
};

/**
 * What xnvme_cli_run() does before it calls the handler; values can be OR-ed
 */
enum xnvme_cli_opts {
	XNVME_CLI_INIT_NONE = 0, ///< Nothing
	XNVME_CLI_INIT_DEV_OPEN =
	    1, ///< Open `args.uri`, when given, into `args.dev`; closed afterwards
	XNVME_CLI_INIT_RDONLY = 2, ///< Act as if `--rdonly 1` were given; addition to 0.7.5
	XNVME_CLI_INIT_EXIT =
	    4, ///< Return the exit status for main(), see xnvme_cli_run(); addition to 0.7.5
};

/**
 * Handler of a sub-command; it returns 0, or anything else for a failure
 *
 * The negative errno of a failure is printed with the words of xnvme_err_last(), unless the handler
 * printed a message by xnvme_cli_perr().
 */
typedef int (*xnvme_cli_subfunc)(struct xnvme_cli *);

/**
 * Values of the options
 *
 * An option was on the command line if its entry in xnvme_cli.given is set; any other member has
 * the value from before xnvme_cli_run(). Strings point into argv.
 */
struct xnvme_cli_args {
	struct xnvme_dev *dev;	 ///< Device opened by xnvme_cli_run(), with XNVME_CLI_INIT_DEV_OPEN
	const char *uri;	 ///< URI of the device
	const char *sys_uri;	 ///< URI of the place to look for devices
	const char *subnqn;	 ///< --subnqn: NQN of the subsystem
	const char *hostnqn;	 ///< --hostnqn: NQN of the host
	const char *cmd_input;	 ///< --cmd-input: file to read the command from
	const char *cmd_output;	 ///< --cmd-output: file to write the command to
	size_t data_nbytes;	 ///< --data-nbytes: length of the data, in bytes
	const char *data_input;	 ///< --data-input: file to read the data from
	const char *data_output; ///< --data-output: file to write the data to
	size_t meta_nbytes;	 ///< --meta-nbytes: length of the metadata, in bytes
	const char *meta_input;	 ///< --meta-input: file to read the metadata from
	const char *meta_output; ///< --meta-output: file to write the metadata to
	uint32_t cdw[16];	 ///< --cdw0 to --cdw15: dwords of the command
	uint64_t lbafl;		 ///< --lbafl: low four bits of the LBA format index
	uint64_t lba;		 ///< --lba: logical block
	uint32_t llb;		 ///< --llb: length in logical blocks
	uint32_t nlb;		 ///< --nlb: number of logical blocks, zero-based
	uint64_t slba;		 ///< --slba: first logical block
	uint64_t elba;		 ///< --elba: last logical block
	uint32_t uuid;		 ///< --uuid: index into the UUID list
	uint32_t nsid;		 ///< --nsid: namespace identifier of the command
	uint32_t dev_nsid;	 ///< --dev-nsid: namespace identifier to open the device with
	uint32_t cns;		 ///< --cns: controller or namespace structure
	uint32_t csi;		 ///< --csi: command set identifier
	uint64_t index;		 ///< --index
	uint32_t setid;		 ///< --setid: NVM set identifier
	uint64_t cntid;		 ///< --cntid: controller identifier
	uint32_t lid;		 ///< --lid: log page identifier
	uint32_t lsp;		 ///< --lsp: log specific field
	uint64_t lpo_nbytes;	 ///< --lpo-nbytes: log page offset, in bytes
	uint32_t rae;		 ///< --rae: retain asynchronous event
	bool clear;		 ///< --clear
	uint32_t lbafu;		 ///< --lbafu: high two bits of the LBA format index
	uint32_t ses;		 ///< --ses: secure erase settings
	uint32_t sel;		 ///< --sel: which value of a feature
	uint32_t mset;		 ///< --mset: metadata settings
	bool ause;		 ///< --ause: AUSE of Sanitize
	uint32_t ovrpat;	 ///< --ovrpat: pattern for overwriting
	uint32_t owpass;	 ///< --owpass: number of passes when overwriting
	bool oipbp;		 ///< --oipbp: OIPBP of Sanitize
	bool nodas;		 ///< --nodas: NDAS of Sanitize
	uint32_t sanact;	 ///< --sanact: sanitize action
	uint32_t zsa;		 ///< --zsa: zone send action
	uint32_t pi;		 ///< --pi: protection information type
	uint32_t pil;		 ///< --pil: protection information location
	uint32_t fid;		 ///< --fid: feature identifier
	uint32_t feat;		 ///< --feat: value of the feature
	uint32_t seed;		 ///< --seed: seed of random numbers
	uint32_t iosize;	 ///< --iosize: bytes per read or write
	uint32_t qdepth;	 ///< --qdepth: commands in flight
	bool direct;		 ///< --direct: bypass the page cache
	uint32_t limit;		 ///< --limit: largest number of entries
	uint64_t count;		 ///< --count
	uint64_t offset;	 ///< --offset: where in the input to start, in bytes
	uint64_t opcode;	 ///< --opcode
	uint64_t flags;		 ///< --flags
	bool all;		 ///< --all: all zones
	uint32_t status;	 ///< --status
	bool save;		 ///< --save: keep the value across resets
	uint32_t reset;		 ///< --reset
	bool verbose;		 ///< --verbose: print the parsed command line first
	uint32_t help;		 ///< Not used: --help is handled before the handler
	const char *be;		 ///< --be: backend
	const char *mem;	 ///< --mem: interface for buffers
	const char *sync;	 ///< --sync: interface for commands without a queue
	const char *async;	 ///< --async: interface for queues
	const char *admin;	 ///< --admin: interface for admin commands
	uint64_t shm_id;	 ///< --shm_id: shared memory id of SPDK
	uint32_t main_core;	 ///< --main_core: main core of SPDK
	const char *core_mask;	 ///< --core_mask: cores of SPDK
	struct xnvme_opts_css css; ///< --css: command set to select
	uint32_t use_cmb_sqs;	   ///< --use_cmb_sqs: submission queues in controller memory
	const char *adrfam;	   ///< --adrfam: address family
	uint32_t poll_io;	   ///< --poll_io: poll for completions
	uint32_t poll_sq;	   ///< --poll_sq: the kernel polls for submissions
	uint32_t register_files;   ///< --register_files: register the descriptor
	uint32_t register_buffers; ///< --register_buffers: register buffers
	uint32_t truncate;	   ///< --truncate: cut the file to 0 bytes when opening
	uint32_t rdonly;	   ///< --rdonly: open for reading only
	uint32_t wronly;	   ///< --wronly: open for writing only
	uint32_t rdwr;		   ///< --rdwr: open for reading and writing
	uint32_t create;	   ///< --create: create the file when missing
	uint32_t create_mode;	   ///< --create_mode: permissions of a created file
	uint32_t nr;		   ///< Not set by any option
	bool ad;		   ///< --ad: deallocate
	bool idw;		   ///< --idw: integral dataset for write
	bool idr;		   ///< --idr: integral dataset for read
	uint32_t vec_cnt;	   ///< --vec-cnt: buffers per vectored command
	uint32_t dtype;		   ///< --dtype: directive type
	uint32_t dspec;		   ///< --dspec: directive specific field
	uint32_t doper;		   ///< --doper: directive operation
	uint32_t endir;		   ///< --endir: enable the directive
	uint32_t tgtdir;	   ///< --tgtdir: target directive type
	uint32_t nsr;		   ///< --nsr: namespace streams requested
	uint32_t lsi;		   ///< --lsi: log specific identifier
	uint32_t pid;		   ///< --pid: placement identifier
	const char *kv_key;	   ///< --key: key of a key-value pair
	const char *kv_val;	   ///< --value: value of a key-value pair
	bool kv_store_add;	   ///< --only-add: store only when the key does not exist
	bool kv_store_update;	   ///< --only-update: store only when the key exists
	bool kv_store_compress;	   ///< --compress: let the device compress the value
	bool pract;		   ///< --pract: protection information action
	uint8_t prchk;		   ///< --prchk: protection information check
	uint32_t apptag;	   ///< --apptag: application tag
	uint32_t apptag_mask;	   ///< --apptag_mask: application tag mask
	uint64_t sdlba;		   ///< --sdlba: destination; --seek: byte to start at in the output
};

/**
 * Name and kind of an option, the same in all tools
 */
struct xnvme_cli_opt_attr {
	enum xnvme_cli_opt opt;		     ///< The option
	enum xnvme_cli_opt_value_type vtype; ///< Kind of its value
	const char *name;		     ///< Name without the dashes, or the title
	const char *descr;		     ///< One line for the usage text
	char getoptval;			     ///< Not used: 0
};

/**
 * One option of a sub-command
 */
struct xnvme_cli_sub_opt {
	enum xnvme_cli_opt opt;	      ///< The option
	enum xnvme_cli_opt_type type; ///< How the sub-command takes it
};

/**
 * One sub-command; the library only reads it
 */
struct xnvme_cli_sub {
	const char *name;	   ///< Name on the command line
	const char *descr_short;   ///< One line for the usage text
	const char *descr_long;	   ///< Paragraphs for its own usage text; may be NULL
	xnvme_cli_subfunc command; ///< The handler
	/** Its options; they end with the first entry of XNVME_CLI_OPT_NONE, or with the array */
	struct xnvme_cli_sub_opt opts[200];
};

/**
 * A tool
 *
 * The caller fills in the members up to `ver_pr`, xnvme_cli_run() those after it. `args` is not
 * cleared: the values from before xnvme_cli_run() are the defaults of options that are not given.
 */
struct xnvme_cli {
	const char *title;	    ///< Title for the usage text
	const char *descr_short;    ///< One line for the usage text
	const char *descr_long;	    ///< Paragraphs for the usage text; may be NULL
	int nsubs;		    ///< Number of sub-commands
	struct xnvme_cli_sub *subs; ///< The sub-commands
	int (*ver_pr)(int);	    ///< Prints the version, e.g. xnvme_ver_pr(); may be NULL
	int argc;		    ///< As passed to xnvme_cli_run()
	char **argv;		    ///< As passed to xnvme_cli_run()
	struct xnvme_cli_args args; ///< Values of the options
	int given[125];		    ///< By enum xnvme_cli_opt: whether it was on the command line
	struct xnvme_cli_sub *sub;  ///< The sub-command that runs
	struct xnvme_timer timer;   ///< Stopwatch of the tool
};

/**
 * A list of devices
 */
__extension__ struct xnvme_cli_enumeration {
	uint32_t capacity;	      ///< Number of entries that it has room for
	uint32_t nentries;	      ///< Number of entries
	struct xnvme_ident entries[]; ///< `nentries` entries
};

/**
 * Print the values of the options to stdout
 *
 * @param args The values; NULL prints as ~
 * @param opts Printer options, see ::xnvme_pr
 */
void xnvme_cli_args_pr(struct xnvme_cli_args *args, int opts);

/**
 * Get name and kind of an option
 *
 * @param opt The option
 *
 * @return Pointer to static storage, or NULL for XNVME_CLI_OPT_NONE and unknown values
 */
const struct xnvme_cli_opt_attr *xnvme_cli_get_opt_attr(enum xnvme_cli_opt opt);

/**
 * Allocate an empty list
 *
 * @param list Where to put the list; release it with xnvme_cli_enumeration_free()
 * @param capacity Number of entries to make room for, > 0
 *
 * @return 0; -EINVAL when `list` is NULL or `capacity` is 0; -ENOMEM
 */
int xnvme_cli_enumeration_alloc(struct xnvme_cli_enumeration **list, uint32_t capacity);

/**
 * Release a list
 *
 * @param list The list; NULL does nothing
 */
void xnvme_cli_enumeration_free(struct xnvme_cli_enumeration *list);

/**
 * Append a copy of an entry
 *
 * @param list The list
 * @param entry The entry
 *
 * @return 0; -EINVAL when an argument is NULL; -ENOMEM when the list is full
 */
int xnvme_cli_enumeration_append(struct xnvme_cli_enumeration *list,
				 const struct xnvme_ident *entry);

/**
 * Print the list, every entry in full
 *
 * @param stream Where to write
 * @param list The list; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
 *
 * @return Number of characters written, or a negative errno
 */
int xnvme_cli_enumeration_fpr(FILE *stream, struct xnvme_cli_enumeration *list, int opts);

/**
 * Print the URIs of the list, each device once
 *
 * Entries with the same uri, nsid, csi and dtype are the same device.
 *
 * @param stream Where to write
 * @param list The list; NULL prints as ~
 * @param opts Form of the output, see ::xnvme_pr
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
 * @param cli The tool
 *
 * @return Monotonic time in nanoseconds
 */
uint64_t xnvme_cli_timer_start(struct xnvme_cli *cli);

/**
 * Stop the stopwatch of the tool
 *
 * @param cli The tool
 *
 * @return Monotonic time in nanoseconds
 */
uint64_t xnvme_cli_timer_stop(struct xnvme_cli *cli);

/**
 * Print elapsed time and bandwidth to stdout
 *
 * @param cli The tool, after xnvme_cli_timer_stop()
 * @param prefix Name of the entry; NULL stands for "timer"
 * @param nbytes Number of bytes that were moved between start and stop
 */
void xnvme_cli_timer_bw_pr(struct xnvme_cli *cli, const char *prefix, size_t nbytes);

/**
 * Print "# ", the formatted text and a newline to stdout, and flush it
 *
 * Line breaks are kept; other control bytes and invalid UTF-8 are spelled \xNN.
 *
 * @param format As of printf(3); NULL is ignored
 */
void xnvme_cli_pinf(const char *format, ...);

/**
 * Print one line to stderr: the message, the error code as given and the system's words for it
 *
 * The form is `# ERR: 'MSG': {errno: N, msg: 'WORDS'}`, always one line: control bytes, line breaks
 * included, and invalid UTF-8 in the message are spelled \xNN. Quotes are kept, so a program that
 * reads the line should look for the last `': {errno: `.
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
 * the command line was refused or the device did not open. With XNVME_CLI_INIT_EXIT: 0 on success,
 * 2 when the command line was refused, 1 for every other failure. On failure a message was printed
 * to stderr.
 */
int xnvme_cli_run(struct xnvme_cli *cli, int argc, char **argv, int opts);

/**
 * Copy the options that were given, and that say how to open a device, into `opts`
 *
 * `opts->nsid` comes from `--dev-nsid`. When `--rdonly` or `--wronly` is given without `--rdwr`,
 * `opts->rdwr` is cleared, since it is set by default.
 *
 * @param cli The tool, within its handler
 * @param opts Options to change; strings in it then point into argv
 *
 * @return 0, or -EINVAL when an argument is NULL
 */
int xnvme_cli_to_opts(const struct xnvme_cli *cli, struct xnvme_opts *opts);

/**
 * Get the form of output that the command line asks for, see ::xnvme_pr
 *
 * Addition to 0.7.5.
 *
 * @param cli The tool, within its handler
 *
 * @return XNVME_PR_JSON when `--json` was given to the xnvme_cli_run() that called the handler,
 * else XNVME_PR_DEF
 */
int xnvme_cli_pr_opts(const struct xnvme_cli *cli);

/**
 * Whether the handler should skip questions, and change a device that is in use
 *
 * Addition to 0.7.5.
 *
 * @param cli The tool, within its handler
 *
 * @return true when `--force` was given to the xnvme_cli_run() that called the handler
 */
bool xnvme_cli_is_forced(const struct xnvme_cli *cli);

/**
 * Whether the handler should only print what it would do
 *
 * XNVME_CLI_INIT_DEV_OPEN then opens the device read-only, unless an access mode was given.
 *
 * Addition to 0.7.5.
 *
 * @param cli The tool, within its handler
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
 * @param stream Where to write
 * @param cli The tool, within its handler
 *
 * @return Number of options that were printed, with 0 nothing was written; -EINVAL when an argument
 * is NULL or no sub-command is running
 */
int xnvme_cli_numbers_fpr(FILE *stream, const struct xnvme_cli *cli);

#ifdef __cplusplus
}
#endif

#endif /* __LIBXNVME_CLI_H */
