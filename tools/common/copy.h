// SPDX-License-Identifier: BSD-3-Clause
/**
 * Moving bytes between devices, files and a pattern, synchronously or through queues
 *
 * On success all bytes are copied and flushed. Every failure is reported, with the bytes of the
 * output that may have changed. An output is not truncated first: it is cut to its length after all
 * bytes are written.
 *
 * Files and devices are read and written through the library. Pipes, terminals and the like are
 * streams: they are read and written in order by system calls.
 */
#ifndef TOOL_COPY_H
#define TOOL_COPY_H

#include <os/file.h>
#include <tool.h>

#define TOOL_IOSIZE_DEFAULT  (64U * 1024)
#define TOOL_QDEPTH_DEFAULT  16U
#define TOOL_VEC_CNT_DEFAULT 4U

struct tool_stream {
	bool open;
	bool standard; ///< Standard input, which stays open
	xnvi_handle file;
	uint8_t *ahead; ///< Bytes that were read before the output was opened
	size_t ahead_nbytes;
	size_t ahead_pos;
};

struct tool_copy {
	const char *what;	///< For messages and progress
	struct xnvme_dev *src;	///< NULL without `in`: the letters A to Z, repeated
	struct xnvme_dev *dst;	///< NULL without `out`: the data is dropped
	struct xnvme_dev *held; ///< The claim, when standard output is a block device
	struct tool_stream in;
	struct tool_stream out;
	uint64_t src_offset; ///< In bytes
	uint64_t dst_offset; ///< In bytes
	uint64_t
	    nbytes;  ///< Bytes to copy; with `to_end` an estimate, and at the end the bytes copied
	bool to_end; ///< Copy until the input ends, not by its size
	uint32_t iosize;  ///< Bytes per buffer
	uint32_t vec_cnt; ///< Buffers per command; 0 for commands that are not vectored
	uint32_t qdepth;  ///< Commands in flight; 0 for synchronous commands
	bool direct;	  ///< src and dst were opened with O_DIRECT
	bool verify;	  ///< Compare the bytes that are read with the pattern
};

/** Copy; 0, or a negative errno after reporting */
int tool_copy_run(struct tool_copy *copy);

/** --iosize, --qdepth and --vec-cnt with their defaults */
void tool_copy_args(const struct xnvme_cli *cli, struct tool_copy *copy);

/**
 * Open the input, for reading only; 0, or a negative errno after reporting
 *
 * `uri` is always a path, unless the tool takes URIs: see tool_files_are_uris
 */
int tool_copy_src_open(const struct xnvme_cli *cli, struct tool_copy *copy, const char *uri);

/**
 * In a dry run, show what would be copied
 *
 * @param src_uri NULL: the pattern
 *
 * @return TOOL_SHOWN in a dry run, else 0; a negative errno when the output cannot be written
 */
int tool_copy_show(struct xnvme_cli *cli, const struct tool_copy *copy, const char *src_uri,
		   const char *dst_uri);

/** Set the plan to copy the open input to its end */
void tool_copy_whole(struct tool_copy *copy);

/**
 * Check the length of the input and read its first bytes, before the output is opened
 *
 * @return 0, or a negative errno after reporting
 */
int tool_copy_src_check(struct tool_copy *copy);

/** Open the output for writing, creating what does not exist, and claim it; as
 * tool_copy_src_open() */
int tool_copy_dst_open(const struct xnvme_cli *cli, struct tool_copy *copy, const char *uri);

/** Close input and output */
void tool_copy_close(struct tool_copy *copy);

/** Whether the device is a file, which can grow */
bool tool_copy_is_file(struct xnvme_dev *dev);

/** Refuse a range that a device or file does not have; when writing, a file may grow */
int tool_copy_range_check(struct xnvme_dev *dev, uint64_t offset, uint64_t nbytes, bool reading);

/** Read `nbytes` from a stream, or to its end; the bytes read, or a negative errno */
int64_t tool_stream_read(struct tool_stream *stream, void *buf, size_t nbytes);

/** Print how many bytes were copied, and how fast */
int tool_copy_summary(struct xnvme_cli *cli, const struct tool_copy *copy);

#endif /* TOOL_COPY_H */
