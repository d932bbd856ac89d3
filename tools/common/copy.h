// SPDX-License-Identifier: BSD-3-Clause
/**
 * Moving bytes between devices, files and a pattern, synchronously or through queues
 *
 * Either all bytes are where they belong, and flushed, or the result is a failure that has been
 * reported.
 */
#ifndef TOOL_COPY_H
#define TOOL_COPY_H

#include <tool.h>

#define TOOL_IOSIZE_DEFAULT  (64U * 1024)
#define TOOL_QDEPTH_DEFAULT  16U
#define TOOL_VEC_CNT_DEFAULT 4U

struct tool_copy {
	const char *what;      ///< For messages and progress
	struct xnvme_dev *src; ///< NULL: the letters A to Z, repeated
	struct xnvme_dev *dst; ///< NULL: the data is dropped
	uint64_t src_offset;   ///< In bytes
	uint64_t dst_offset;   ///< In bytes
	uint64_t nbytes;
	uint32_t iosize;  ///< Bytes per buffer
	uint32_t vec_cnt; ///< Buffers per command; 0 for commands that are not vectored
	uint32_t qdepth;  ///< Commands in flight; 0 for synchronous commands
	bool direct;	  ///< src and dst were opened without page cache
	bool verify;	  ///< What is read must be the pattern
};

/** Do it; 0, or a negative errno after reporting */
int tool_copy_run(const struct tool_copy *copy);

/** --iosize, --qdepth and --vec-cnt with their defaults */
void tool_copy_args(const struct xnvme_cli *cli, struct tool_copy *copy);

/** Open for reading only; NULL after reporting */
struct xnvme_dev *tool_copy_src_open(const struct xnvme_cli *cli, const char *uri);

/**
 * In a dry run, show what would be copied
 *
 * @param src_uri NULL: the pattern
 *
 * @return TOOL_SHOWN in a dry run, else 0; a negative errno when the output cannot be written
 */
int tool_copy_show(struct xnvme_cli *cli, const struct tool_copy *copy, const char *src_uri,
		   const char *dst_uri);

/**
 * Open for writing, creating what does not exist, and claim it; NULL after reporting
 *
 * @param truncate Drop what a file holds
 */
struct xnvme_dev *tool_copy_dst_open(const struct xnvme_cli *cli, const char *uri, bool truncate);

/** Refuse to copy something onto itself */
int tool_copy_same_check(const char *src_uri, const char *dst_uri);

/** When `uri` is a regular file, cut it to `nbytes` */
int tool_copy_trim(const char *uri, uint64_t nbytes);

/** Print what was done and how fast */
int tool_copy_summary(struct xnvme_cli *cli, const struct tool_copy *copy);

#endif /* TOOL_COPY_H */
