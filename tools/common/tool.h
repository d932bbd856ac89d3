// SPDX-License-Identifier: BSD-3-Clause
/**
 * Shared by the tools: main(), failure reports, files, hexadecimal dumps, progress
 */
#ifndef TOOL_H
#define TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libxnvme.h>

/** Size of a message that can hold the longest path */
#define TOOL_MESSAGE_NBYTES (4096 + 512)

#define TOOL_ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* Entries of the option table of a sub-command */
#define TOOL_ARGUMENTS                                                                             \
	{                                                                                          \
		XNVME_CLI_OPT_POSA_TITLE, XNVME_CLI_SKIP                                           \
	}
#define TOOL_OPTIONS                                                                               \
	{                                                                                          \
		XNVME_CLI_OPT_NON_POSA_TITLE, XNVME_CLI_SKIP                                       \
	}
#define TOOL_POS(OPT)                                                                              \
	{                                                                                          \
		XNVME_CLI_OPT_##OPT, XNVME_CLI_POSA                                                \
	}
#define TOOL_REQ(OPT)                                                                              \
	{                                                                                          \
		XNVME_CLI_OPT_##OPT, XNVME_CLI_LREQ                                                \
	}
#define TOOL_OPT(OPT)                                                                              \
	{                                                                                          \
		XNVME_CLI_OPT_##OPT, XNVME_CLI_LOPT                                                \
	}
#define TOOL_FLG(OPT)                                                                              \
	{                                                                                          \
		XNVME_CLI_OPT_##OPT, XNVME_CLI_LFLG                                                \
	}

/** What a sub-command does to its devices */
enum tool_use {
	TOOL_READS = 1,	  ///< Changes no device
	TOOL_CHANGES = 2, ///< Changes its device, which is claimed before the handler is called
	TOOL_CHANGES_ALL =
	    3, ///< Changes its device, and can change other namespaces of its controller; likewise
	TOOL_DECIDES = 4, ///< It depends: the handler calls tool_claim() before a change
};

/** A sub-command: how its device is opened (enum xnvme_cli_opts), and what it does to the device */
struct tool_mode {
	const char *sub;
	int opts;
	enum tool_use use;
};

/**
 * Run the tool; the return value is the exit status
 *
 * 0: success. 1: failure, or output could not be written. 2: the command line was refused.
 *
 * @param modes One row for each sub-command. If one has no row, the tool runs nothing, since it is
 * not known whether that one changes a device. All but TOOL_READS take --force and --dry-run.
 */
int tool_main(struct xnvme_cli *cli, const struct tool_mode *modes, size_t nmodes, int argc,
	      char **argv);

/**
 * Report a failure: what was attempted, the errno, and the words of the library
 *
 * @return `err` as a negative errno; -EIO for 0
 */
int tool_fail(const char *what, int err);

/** Report that the tool refuses something, in words; returns -EINVAL */
int tool_refuse(const char *format, ...) __attribute__((format(XNVI_PRINTF, 1, 2)));

/**
 * Report how a command failed: return value `err` of the call and completion in `ctx`
 *
 * @return 0 when neither has an error, else a negative errno
 */
int tool_cmd_check(const char *what, const struct xnvme_cmd_ctx *ctx, int err);

/** Report a failure that is explained already; returns its negative errno */
int tool_explained(const char *what, const struct xnvme_err *words);

/** Turn the result of a printer into 0 or a negative errno */
int tool_printed(int wrtn);

/**
 * Write a buffer to a file, which then holds exactly these bytes, or to standard output
 *
 * Reports failures, and which bytes of the file are new then.
 */
int tool_buf_to_file(const void *buf, size_t nbytes, const char *path);

/** Fill a buffer from a file of any kind, which must hold exactly `nbytes`; reports failures */
int tool_buf_from_file(void *buf, size_t nbytes, const char *path);

/**
 * Read a whole file of any kind into a new buffer for commands to the device
 *
 * @param nbytes Set to its length
 *
 * @return The buffer, or NULL after reporting
 */
void *tool_buf_read_file(struct xnvme_dev *dev, const char *path, size_t *nbytes);

/** A zeroed buffer for commands to the device, or NULL after reporting */
void *tool_buf_alloc(struct xnvme_dev *dev, size_t nbytes);

/** --nsid, or the namespace of the open device */
uint32_t tool_nsid(const struct xnvme_cli *cli);

struct xnvi_emit;

/** Emit a list of {offset, bytes}, 16 bytes each; blocks of zeroes at the end are left out */
void tool_hexdump_emit(struct xnvi_emit *e, const char *key, const void *buf, size_t nbytes);

/** Progress of a copy, printed to stderr after the first second if that is a terminal */
struct tool_progress {
	const char *what;
	uint64_t total;
	uint64_t start_ns;
	uint64_t shown_ns;
	bool enabled;
	bool shown;
};

void tool_progress_start(struct tool_progress *progress, const char *what, uint64_t total);

void tool_progress_update(struct tool_progress *progress, uint64_t done);

void tool_progress_finish(struct tool_progress *progress);

#endif /* TOOL_H */
