// SPDX-License-Identifier: BSD-3-Clause
/** Copies: what copying and its arguments ask of both ends */
#include <copy.h>
#include <file.h>
#include <tool.h>

#include <string.h>

bool
tool_copy_is_file(struct xnvme_dev *dev)
{
	const uint32_t dtype_file = 4;

	return dev && xnvme_dev_get_ident(dev)->dtype == dtype_file;
}

int64_t
tool_stream_read(struct tool_stream *stream, void *buf, size_t nbytes)
{
	const size_t ahead = stream->ahead_nbytes - stream->ahead_pos;
	const size_t taken = ahead < nbytes ? ahead : nbytes;
	int64_t got;

	if (taken) {
		memcpy(buf, stream->ahead + stream->ahead_pos, taken);
		stream->ahead_pos += taken;
	}
	got = tool_read_full(stream->file, (uint8_t *)buf + taken, nbytes - taken);

	return got < 0 ? got : got + (int64_t)taken;
}
