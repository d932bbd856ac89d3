// SPDX-License-Identifier: BSD-3-Clause
/**
 * What every system does alike with its calls
 */
#include <os/system.h>

#include <errno.h>

#define ZEROES_NBYTES 65536U

int
xnvi_file_load(xnvi_handle handle, void *buf, size_t nbytes, uint64_t offset)
{
	char *to = buf;

	while (nbytes) {
		const int64_t n = xnvi_file_pread(handle, to, nbytes, offset);

		if (n <= 0) {
			/* End of file: somebody cut the file */
			return n ? (int)n : -EIO;
		}
		to += n;
		offset += (uint64_t)n;
		nbytes -= (size_t)n;
	}

	return 0;
}

int
xnvi_file_store(xnvi_handle handle, const void *buf, size_t nbytes, uint64_t offset)
{
	const char *from = buf;

	while (nbytes) {
		const int64_t n = xnvi_file_pwrite(handle, from, nbytes, offset);

		if (n <= 0) {
			return n ? (int)n : -EIO;
		}
		from += n;
		offset += (uint64_t)n;
		nbytes -= (size_t)n;
	}

	return 0;
}

int64_t
xnvi_file_pwrite(xnvi_handle handle, const void *buf, size_t nbytes, uint64_t offset)
{
	return xnvi_os_pwrite(handle, buf, nbytes, offset, 0);
}

static int
write_zeroes(xnvi_handle handle, uint64_t offset, uint64_t nbytes, uint32_t limit_us)
{
	static char zeroes[ZEROES_NBYTES]; /* not const: in .bss it takes no room in the library */

	while (nbytes) {
		const size_t len = nbytes < sizeof(zeroes) ? (size_t)nbytes : sizeof(zeroes);
		const int64_t n = xnvi_os_pwrite(handle, zeroes, len, offset, limit_us);

		if (n <= 0) {
			return n ? (int)n : -EIO;
		}
		offset += (uint64_t)n;
		nbytes -= (uint64_t)n;
	}

	return 0;
}

int
xnvi_file_zero_range(xnvi_handle handle, uint64_t offset, uint64_t nbytes, bool dealloc,
		     uint32_t limit_us)
{
	const int err = xnvi_os_zero_range(handle, offset, nbytes, dealloc, limit_us);

	return err == -ENOTSUP ? write_zeroes(handle, offset, nbytes, limit_us) : err;
}

int
xnvi_file_trim(xnvi_handle handle, uint64_t nbytes)
{
	struct xnvi_file_info info;
	const int err = xnvi_file_info(handle, &info);

	if (err || info.kind != XNVI_FILE_REGULAR || info.nbytes <= nbytes) {
		return err;
	}

	return xnvi_file_resize(handle, nbytes);
}
