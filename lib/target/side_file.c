// SPDX-License-Identifier: BSD-3-Clause
/**
 * The side file: layout, reading and writing
 *
 * All numbers are little-endian. Checksums are CRC-64/NVME.
 *
 *  header, 64 bytes
 *     0  8  magic "xnvmeimg"
 *     8  4  version: 1
 *    12  4  number of records
 *    16  8  size of the image in bytes
 *    24  4  LBA size in bytes
 *    28  4  reserved: 0
 *    32 16  identity: serial number, EUI64, NGUID and UUID are made of it
 *    48  8  reserved: 0
 *    56  8  checksum of the bytes before it
 *
 *  record, one after the other up to the end of the file
 *     0  4  type; bit 31: a reader that does not know the type must refuse the file
 *     4  4  length of the payload in bytes
 *     8  8  checksum of type, length and payload
 *    16  -  payload
 *
 *  payloads
 *    80000001h  saved features, 8 bytes each: identifier (1), variant (1), 0 (2), value (4)
 *    80000002h  uncorrectable blocks, 16 bytes each: first unit (8), number of units (8); a unit is
 *               512 bytes; ascending, without overlap
 *    80000003h  Format NVM under way, 8 bytes: LBA size afterwards (4), Secure Erase Settings (4)
 *    80000004h  Sanitize under way, 16 bytes: dword 10 (4), pattern (4), completed passes (4),
 *               0 (4)
 *
 * Records of unknown types without bit 31 are kept when the file is rewritten.
 */
#include <target/private.h>

#include <spec/crc.h>
#include <target/side.h>

#include <errno.h>
#include <stdlib.h>

#define MAGIC		     "xnvmeimg"
#define VERSION		     1u
#define HEADER_NBYTES	     64u
#define HEADER_CRC_OFFSET    56u
#define RECORD_HEADER_NBYTES 16u
#define FILE_NBYTES_MAX	     (1u << 30)
#define FEATURE_NBYTES	     8u
#define MARK_NBYTES	     16u
#define FORMAT_NBYTES	     8u
#define SANITIZE_NBYTES	     16u
#define MANDATORY	     (1u << 31)

enum record_type {
	RECORD_FEATURES = 1,
	RECORD_MARKS,
	RECORD_FORMAT,
	RECORD_SANITIZE,
	NRECORD_TYPES,
};

static uint64_t
get_le(const uint8_t *bytes, unsigned nbytes)
{
	uint64_t value = 0;

	while (nbytes--) {
		value = value << 8 | bytes[nbytes];
	}

	return value;
}

static uint32_t
get_u32(const uint8_t *bytes)
{
	return (uint32_t)get_le(bytes, sizeof(uint32_t));
}

static uint64_t
get_u64(const uint8_t *bytes)
{
	return get_le(bytes, sizeof(uint64_t));
}

/** Store a number; returns the address after it */
static uint8_t *
put_le(uint8_t *to, uint64_t value, unsigned nbytes)
{
	for (unsigned i = 0; i < nbytes; ++i) {
		to[i] = (uint8_t)(value >> 8 * i);
	}

	return to + nbytes;
}

static uint8_t *
put_u32(uint8_t *to, uint32_t value)
{
	return put_le(to, value, sizeof(value));
}

static uint8_t *
put_u64(uint8_t *to, uint64_t value)
{
	return put_le(to, value, sizeof(value));
}

/** Checksum of type, length and payload, which is all but itself */
static uint64_t
record_crc(const uint8_t *record, uint32_t payload_nbytes)
{
	const uint64_t crc = xnvi_crc64_nvme(0, record, 8);

	return xnvi_crc64_nvme(crc, record + RECORD_HEADER_NBYTES, payload_nbytes);
}

/* Writing */

static size_t
state_nbytes(const struct xnvi_side_state *state)
{
	return HEADER_NBYTES + (NRECORD_TYPES - 1) * RECORD_HEADER_NBYTES +
	       state->nfeatures * FEATURE_NBYTES + state->marks.n * MARK_NBYTES + FORMAT_NBYTES +
	       SANITIZE_NBYTES + state->optional_nbytes;
}

static uint8_t *
put_features(uint8_t *to, const struct xnvi_side_state *state)
{
	for (unsigned i = 0; i < state->nfeatures; ++i) {
		to = put_le(to, state->features[i].fid, 1);
		to = put_le(to, state->features[i].variant, 1);
		to = put_le(to, 0, 2);
		to = put_u32(to, state->features[i].value);
	}

	return to;
}

static uint8_t *
put_marks(uint8_t *to, const struct xnvi_side_state *state)
{
	for (size_t i = 0; i < state->marks.n; ++i) {
		const struct xnvi_range *range = &state->marks.items[i];

		to = put_u64(to, range->first);
		to = put_u64(to, range->end - range->first);
	}

	return to;
}

static uint8_t *
put_format(uint8_t *to, const struct xnvi_side_state *state)
{
	if (state->format.is_under_way) {
		to = put_u32(to, state->format.lba_nbytes);
		to = put_u32(to, state->format.ses);
	}

	return to;
}

static uint8_t *
put_sanitize(uint8_t *to, const struct xnvi_side_state *state)
{
	if (state->sanitize.is_under_way) {
		to = put_u32(to, state->sanitize.cdw10);
		to = put_u32(to, state->sanitize.pattern);
		to = put_u32(to, state->sanitize.npasses);
		to = put_u32(to, 0);
	}

	return to;
}

/** Empty records are left out */
static uint8_t *
put_record(uint8_t *record, enum record_type type, const struct xnvi_side_state *state,
	   uint8_t *(*put)(uint8_t *to, const struct xnvi_side_state *state), uint32_t *nrecords)
{
	uint8_t *payload = record + RECORD_HEADER_NBYTES;
	uint8_t *end = put(payload, state);
	const uint32_t nbytes = (uint32_t)(end - payload);

	if (!nbytes) {
		return record;
	}
	put_u32(put_u32(record, MANDATORY | (uint32_t)type), nbytes);
	put_u64(record + 8, record_crc(record, nbytes));
	++*nrecords;

	return end;
}

uint8_t *
xnvi_side_encode(const struct xnvi_side_state *state, size_t *nbytes)
{
	uint8_t *buf = calloc(1, state_nbytes(state));
	uint32_t nrecords = state->noptional;
	uint8_t *end;

	if (!buf) {
		return NULL;
	}
	end = buf + HEADER_NBYTES;
	end = put_record(end, RECORD_FEATURES, state, put_features, &nrecords);
	end = put_record(end, RECORD_MARKS, state, put_marks, &nrecords);
	end = put_record(end, RECORD_FORMAT, state, put_format, &nrecords);
	end = put_record(end, RECORD_SANITIZE, state, put_sanitize, &nrecords);
	if (state->optional_nbytes) {
		memcpy(end, state->optional, state->optional_nbytes);
		end += state->optional_nbytes;
	}

	/* Eight characters without a NUL */
	// NOLINTNEXTLINE(bugprone-not-null-terminated-result)
	memcpy(buf, MAGIC, 8);
	put_u32(put_u32(buf + 8, VERSION), nrecords);
	put_u32(put_u64(buf + 16, state->image_nbytes), state->lba_nbytes);
	put_u64(put_u64(buf + 32, state->identity[0]), state->identity[1]);
	put_u64(buf + HEADER_CRC_OFFSET, xnvi_crc64_nvme(0, buf, HEADER_CRC_OFFSET));
	*nbytes = (size_t)(end - buf);

	return buf;
}

/* Reading */

static int
get_features(const uint8_t *from, uint32_t nbytes, struct xnvi_side_state *state)
{
	if (nbytes % FEATURE_NBYTES || nbytes / FEATURE_NBYTES > XNVI_SIDE_NFEATURES_MAX) {
		return -EINVAL;
	}
	state->nfeatures = nbytes / FEATURE_NBYTES;
	for (unsigned i = 0; i < state->nfeatures; ++i, from += FEATURE_NBYTES) {
		state->features[i].fid = from[0];
		state->features[i].variant = from[1];
		state->features[i].value = get_u32(from + 4);
	}

	return 0;
}

static int
get_marks(const uint8_t *from, uint32_t nbytes, struct xnvi_side_state *state)
{
	const uint64_t nunits = state->image_nbytes >> XNVI_SIDE_UNIT_SHIFT;
	uint64_t last = 0;

	if (nbytes % MARK_NBYTES) {
		return -EINVAL;
	}
	state->marks.items = calloc(nbytes / MARK_NBYTES + 1, sizeof(*state->marks.items));
	if (!state->marks.items) {
		return -ENOMEM;
	}
	for (; nbytes; nbytes -= MARK_NBYTES, from += MARK_NBYTES) {
		const uint64_t first = get_u64(from);
		const uint64_t n = get_u64(from + 8);

		if (first < last || first >= nunits || !n || n > nunits - first) {
			return -EINVAL;
		}
		last = first + n;
		state->marks.items[state->marks.n++] = (struct xnvi_range){first, last};
	}

	return 0;
}

static int
get_format(const uint8_t *from, uint32_t nbytes, struct xnvi_side_state *state)
{
	if (nbytes != FORMAT_NBYTES) {
		return -EINVAL;
	}
	state->format.is_under_way = true;
	state->format.lba_nbytes = get_u32(from);
	state->format.ses = get_u32(from + 4);

	return xnvi_lba_shift_of(state->format.lba_nbytes) ? 0 : -EINVAL;
}

static int
get_sanitize(const uint8_t *from, uint32_t nbytes, struct xnvi_side_state *state)
{
	if (nbytes != SANITIZE_NBYTES) {
		return -EINVAL;
	}
	state->sanitize.is_under_way = true;
	state->sanitize.cdw10 = get_u32(from);
	state->sanitize.pattern = get_u32(from + 4);
	state->sanitize.npasses = get_u32(from + 8);

	return 0;
}

static int (*const g_get[NRECORD_TYPES])(const uint8_t *, uint32_t, struct xnvi_side_state *) = {
    [RECORD_FEATURES] = get_features,
    [RECORD_MARKS] = get_marks,
    [RECORD_FORMAT] = get_format,
    [RECORD_SANITIZE] = get_sanitize,
};

/** Keep an unknown record unchanged */
static int
optional_add(struct xnvi_side_state *state, const uint8_t *record, size_t nbytes)
{
	uint8_t *all = realloc(state->optional, state->optional_nbytes + nbytes);

	if (!all) {
		return -ENOMEM;
	}
	memcpy(all + state->optional_nbytes, record, nbytes);
	state->optional = all;
	state->optional_nbytes += nbytes;
	state->noptional++;

	return 0;
}

/** Read the record at `at`, within `nbytes` bytes; sets *nbytes to its length */
static int
record_decode(const uint8_t *at, size_t *nbytes, const char *path, uint32_t *seen,
	      struct xnvi_side_state *state, struct xnvi_target_words *words)
{
	const uint32_t type = *nbytes < RECORD_HEADER_NBYTES ? 0 : get_u32(at);
	const uint32_t payload_nbytes = *nbytes < RECORD_HEADER_NBYTES ? 0 : get_u32(at + 4);
	const uint32_t known = type & ~MANDATORY;
	int err;

	if (*nbytes < RECORD_HEADER_NBYTES || payload_nbytes > *nbytes - RECORD_HEADER_NBYTES) {
		return XNVI_SIDE_REFUSE(words, path, "the side file ends within a record");
	}
	*nbytes = RECORD_HEADER_NBYTES + payload_nbytes;
	if (get_u64(at + 8) != record_crc(at, payload_nbytes)) {
		return XNVI_SIDE_REFUSE(words, path,
					"a record of type %08xh has the checksum %016llxh, "
					"expected %016llxh",
					type, (unsigned long long)get_u64(at + 8),
					(unsigned long long)record_crc(at, payload_nbytes));
	}
	if (!(type & MANDATORY)) {
		return optional_add(state, at, *nbytes);
	}
	if (!known || known >= NRECORD_TYPES) {
		return XNVI_SIDE_REFUSE(words, path,
					"the side file needs record type %08xh, which this version "
					"does not know",
					type);
	}
	err = *seen >> known & 1 ? -EINVAL
				 : g_get[known](at + RECORD_HEADER_NBYTES, payload_nbytes, state);
	*seen |= 1u << known;

	return err == -EINVAL
		   ? XNVI_SIDE_REFUSE(words, path, "record type %08xh is not valid", type)
		   : err;
}

static int
header_decode(const uint8_t *buf, size_t nbytes, const char *path, struct xnvi_side_state *state,
	      struct xnvi_target_words *words)
{
	if (nbytes < HEADER_NBYTES || memcmp(buf, MAGIC, 8) != 0) {
		return XNVI_SIDE_REFUSE(words, path,
					"the side file does not begin with '%s'; rename it, or the "
					"image, if it is a file of yours",
					MAGIC);
	}
	if (get_u64(buf + HEADER_CRC_OFFSET) != xnvi_crc64_nvme(0, buf, HEADER_CRC_OFFSET)) {
		return XNVI_SIDE_REFUSE(
		    words, path,
		    "the side file's header has the checksum %016llxh, expected %016llxh",
		    (unsigned long long)get_u64(buf + HEADER_CRC_OFFSET),
		    (unsigned long long)xnvi_crc64_nvme(0, buf, HEADER_CRC_OFFSET));
	}
	if (get_u32(buf + 8) != VERSION) {
		return XNVI_SIDE_REFUSE(words, path,
					"the side file has version %u, this library reads %u",
					get_u32(buf + 8), VERSION);
	}
	state->image_nbytes = get_u64(buf + 16);
	state->lba_nbytes = get_u32(buf + 24);
	state->identity[0] = get_u64(buf + 32);
	state->identity[1] = get_u64(buf + 40);
	if (!xnvi_lba_shift_of(state->lba_nbytes)) {
		return XNVI_SIDE_REFUSE(words, path, "the side file has an LBA size of %u bytes",
					state->lba_nbytes);
	}

	return 0;
}

int
xnvi_side_decode(const uint8_t *buf, size_t nbytes, const char *path, struct xnvi_side_state *state,
		 struct xnvi_target_words *words)
{
	int err = header_decode(buf, nbytes, path, state, words);
	const uint32_t nrecords = err ? 0 : get_u32(buf + 12);
	size_t offset = HEADER_NBYTES;
	uint32_t seen = 0;
	uint32_t n = 0;

	for (; !err && offset < nbytes && n < nrecords; ++n) {
		size_t record_nbytes = nbytes - offset;

		err = record_decode(buf + offset, &record_nbytes, path, &seen, state, words);
		offset += record_nbytes;
	}
	if (!err && (n != nrecords || offset != nbytes)) {
		err = XNVI_SIDE_REFUSE(words, path,
				       "the side file has %u of its %u records, and %zu bytes more",
				       n, nrecords, nbytes - offset);
	}

	return err;
}

/* The file */

/** Read a whole open file */
static int
file_load(xnvi_handle file, uint8_t **buf, size_t *nbytes)
{
	struct xnvi_file_info info;
	int err;

	err = xnvi_file_info(file, &info);
	if (err) {
		return err;
	}
	if (info.kind != XNVI_FILE_REGULAR || info.nbytes > FILE_NBYTES_MAX) {
		return -EFBIG;
	}
	*nbytes = (size_t)info.nbytes;
	*buf = malloc(*nbytes + 1);
	if (!*buf) {
		return -ENOMEM;
	}
	err = xnvi_file_load(file, *buf, *nbytes, 0);
	if (err) {
		free(*buf);
		*buf = NULL;
	}

	return err;
}

int
xnvi_side_read(const char *path, uint8_t **buf, size_t *nbytes)
{
	xnvi_handle file;
	int err;

	/* NOWAIT: a pipe of that name is refused instead of waited on */
	err = xnvi_file_open(path, XNVI_OPEN_READ | XNVI_OPEN_NOWAIT, 0, &file);
	if (err) {
		return err;
	}
	err = file_load(file, buf, nbytes);
	(void)xnvi_file_close(file);

	return err;
}

void
xnvi_side_drop_leftover(const char *tmp_path)
{
	uint8_t *buf = NULL;
	size_t nbytes = 0;

	if (!xnvi_path_exists(tmp_path)) {
		return;
	}
	/* A kill may leave any part of it, or nothing; in a read-only folder it stays */
	if (xnvi_side_read(tmp_path, &buf, &nbytes) == 0 && buf &&
	    memcmp(buf, MAGIC, nbytes < 8 ? nbytes : 8) == 0) {
		(void)xnvi_path_remove(tmp_path);
	}
	free(buf);
}

/** Check that the new side file replaces our own one, or none */
static int
place_check(const struct xnvi_side *side)
{
	uint8_t header[HEADER_NBYTES];
	xnvi_handle file;
	int err;

	err = xnvi_file_open(side->path, XNVI_OPEN_READ | XNVI_OPEN_NOWAIT, 0, &file);
	if (err) {
		return err == -ENOENT ? 0 : err;
	}
	err = xnvi_file_load(file, header, sizeof(header), 0);
	(void)xnvi_file_close(file);

	return !err && side->exists && memcmp(header, MAGIC, 8) == 0 &&
		       get_u64(header + 32) == side->state.identity[0] &&
		       get_u64(header + 40) == side->state.identity[1]
		   ? 0
		   : -EEXIST;
}

/** Check that no other file was renamed over the image: the side file would belong to that one */
static int
image_check(const struct xnvi_side *side)
{
	struct xnvi_file_info info;
	const int err = xnvi_path_info(side->image_path, &info);

	return err ? err : xnvi_file_id_eq(&info.id, &side->image_id) ? 0 : -ESTALE;
}

int
xnvi_side_write(const struct xnvi_side *side, const uint8_t *buf, size_t nbytes, bool *replaced)
{
	xnvi_handle file;
	int err;

	*replaced = false;
	err = image_check(side);
	err = err ? err : place_check(side);
	if (err) {
		return err;
	}
	/* The image is locked, so a file of that name was left by a process that was killed */
	xnvi_side_drop_leftover(side->tmp_path);
	err = xnvi_file_open(side->tmp_path, XNVI_OPEN_WRITE | XNVI_OPEN_NEW, side->access.mode,
			     &file);
	if (err) {
		return err;
	}
	/* The owner of the image can read its side file, even when root wrote it */
	err = xnvi_file_set_owner(file, &side->access);
	err = err ? err : xnvi_file_store(file, buf, nbytes, 0);
	err = err ? err : xnvi_file_sync(file);
	(void)xnvi_file_close(file);
	if (!err) {
		err = xnvi_file_replace(side->tmp_path, side->path, side->folder, replaced);
	}
	if (!*replaced) {
		(void)xnvi_path_remove(side->tmp_path);
	}

	return err;
}
