// SPDX-License-Identifier: BSD-3-Clause
/**
 * The buffers of a command: a cursor over their segments
 */
#include <target/private.h>

#include <assert.h>

bool
xnvi_data_covers(const struct xnvi_target_data *data, uint64_t nbytes)
{
	uint64_t sum = 0;

	if (nbytes > data->nbytes) {
		return false;
	}
	for (size_t i = 0; i < data->iovcnt && sum < nbytes; ++i) {
		/* Each addend is below 2^64 and the loop ends at nbytes, but a hostile length may
		 * wrap */
		if (data->iov[i].iov_len > nbytes - sum) {
			return true;
		}
		sum += data->iov[i].iov_len;
	}

	return sum >= nbytes;
}

void *
xnvi_cursor_next(struct xnvi_cursor *cursor, size_t nbytes, size_t *part_nbytes)
{
	size_t left;
	char *part;

	while (cursor->iovcnt && cursor->offset == cursor->iov->iov_len) {
		cursor->iov++;
		cursor->iovcnt--;
		cursor->offset = 0;
	}
	assert(cursor->iovcnt);

	left = cursor->iov->iov_len - cursor->offset;
	part = (char *)cursor->iov->iov_base + cursor->offset;
	*part_nbytes = nbytes < left ? nbytes : left;
	cursor->offset += *part_nbytes;

	return part;
}

void
xnvi_cursor_put(struct xnvi_cursor *cursor, const void *src, size_t nbytes)
{
	const char *from = src;

	while (nbytes) {
		size_t part_nbytes;
		void *part = xnvi_cursor_next(cursor, nbytes, &part_nbytes);

		memcpy(part, from, part_nbytes);
		from += part_nbytes;
		nbytes -= part_nbytes;
	}
}

void
xnvi_cursor_get(struct xnvi_cursor *cursor, void *dst, size_t nbytes)
{
	char *to = dst;

	while (nbytes) {
		size_t part_nbytes;
		const void *part = xnvi_cursor_next(cursor, nbytes, &part_nbytes);

		memcpy(to, part, part_nbytes);
		to += part_nbytes;
		nbytes -= part_nbytes;
	}
}

uint16_t
xnvi_data_reply(const struct xnvi_target_run *run, const void *src, size_t nbytes)
{
	struct xnvi_cursor cursor = xnvi_cursor_init(run->data);

	if (!xnvi_data_covers(run->data, nbytes)) {
		return XNVI_ST_SGL_LENGTH;
	}
	xnvi_cursor_put(&cursor, src, nbytes);

	return XNVI_ST_SUCCESS;
}

uint16_t
xnvi_data_fetch(const struct xnvi_target_run *run, void *dst, size_t nbytes)
{
	struct xnvi_cursor cursor = xnvi_cursor_init(run->data);

	if (!xnvi_data_covers(run->data, nbytes)) {
		return XNVI_ST_SGL_LENGTH;
	}
	xnvi_cursor_get(&cursor, dst, nbytes);

	return XNVI_ST_SUCCESS;
}
