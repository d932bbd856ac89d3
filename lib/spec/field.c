// SPDX-License-Identifier: BSD-3-Clause
#include <spec/field.h>
#include <spec/pp.h>

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define KELVIN_OFFSET 273

static bool
fits(const struct xnvi_record *rec, size_t offset, size_t nbytes)
{
	return offset <= rec->nbytes && nbytes <= rec->nbytes - offset;
}

/** Read `nbits` bits from the given position; what is outside of the record is an error */
static int
read_bits(const struct xnvi_record *rec, size_t offset, unsigned int bit, unsigned int nbits,
	  uint64_t *value)
{
	const size_t nbytes = (bit + nbits + 7) / 8;
	uint64_t val = 0;

	assert(nbits && bit + nbits <= 64);
	if (!fits(rec, offset, nbytes)) {
		return -ERANGE;
	}
	for (size_t i = 0; i < nbytes; ++i) {
		val |= (uint64_t)rec->bytes[offset + i] << (8 * i);
	}
	val >>= bit;
	*value = nbits < 64 ? val & ((UINT64_C(1) << nbits) - 1) : val;

	return 0;
}

int
xnvi_spec_get(const struct xnvi_record *rec, const struct xnvi_field *field, uint64_t *value)
{
	return read_bits(rec, field->offset, field->bit, field->nbits, value);
}

size_t
xnvi_spec_list_count(const struct xnvi_record *rec, const struct xnvi_field *field)
{
	const struct xnvi_spec_list *list = field->list;
	uint64_t count = list->nmax;
	size_t room;

	if (list->count_nbits) {
		if (read_bits(rec, list->count_offset, 0, list->count_nbits, &count)) {
			return 0;
		}
		count += list->count_add;
	}
	room = fits(rec, field->offset, 0) ? (rec->nbytes - field->offset) / list->stride : 0;
	count = count < list->nmax ? count : list->nmax;
	count = count < rec->limit ? count : rec->limit;

	return count < room ? (size_t)count : room;
}

const struct xnvi_field *
xnvi_spec_find(const struct xnvi_spec_table *table, const char *path)
{
	for (size_t i = 0; i < table->nfields; ++i) {
		const struct xnvi_field *field = &table->fields[i];
		const size_t len = strlen(field->key);

		if (!strcmp(field->key, path)) {
			return field;
		}
		if (field->kind == XNVI_FIELD_MAP && !strncmp(field->key, path, len) &&
		    path[len] == '.') {
			return xnvi_spec_find(field->map, path + len + 1);
		}
	}

	return NULL;
}

static void
emit_number(struct xnvi_emit *e, const char *key, enum xnvi_field_kind kind, uint64_t value)
{
	if (kind == XNVI_FIELD_HEX) {
		xnvi_emit_hex(e, key, value);
	} else {
		xnvi_emit_u64(e, key, value);
	}
}

static bool
is_zero(const uint8_t *bytes, size_t nbytes)
{
	uint8_t any = 0;

	for (size_t i = 0; i < nbytes; ++i) {
		any |= bytes[i];
	}

	return !any;
}

static void
emit_list(struct xnvi_emit *e, const struct xnvi_record *rec, const struct xnvi_field *field)
{
	const struct xnvi_spec_list *list = field->list;
	const size_t count = xnvi_spec_list_count(rec, field);

	xnvi_emit_list(e, field->key, field->flow ? XNVI_EMIT_FLOW : XNVI_EMIT_BLOCK);
	for (size_t i = 0; i < count; ++i) {
		const struct xnvi_record item = {
		    .bytes = rec->bytes + field->offset + i * list->stride,
		    .nbytes = list->stride,
		    .limit = rec->limit,
		};
		uint64_t value;

		if (list->nonzero && is_zero(item.bytes, item.nbytes)) {
			continue;
		}
		if (list->item) {
			xnvi_emit_map(e, NULL, XNVI_EMIT_FLOW);
			if (list->index) {
				xnvi_emit_u64(e, list->index, i);
			}
			xnvi_spec_walk(e, list->item, &item);
			xnvi_emit_end(e);
		} else if (!read_bits(&item, 0, 0, list->nbits, &value)) {
			emit_number(e, NULL, list->kind, value);
		}
	}
	xnvi_emit_end(e);
}

static void
emit_map(struct xnvi_emit *e, const struct xnvi_record *rec, const struct xnvi_field *field)
{
	xnvi_emit_map(e, field->key, field->flow ? XNVI_EMIT_FLOW : XNVI_EMIT_BLOCK);
	xnvi_spec_walk(e, field->map, rec);
	xnvi_emit_end(e);
}

static void
emit_u128(struct xnvi_emit *e, const struct xnvi_record *rec, const struct xnvi_field *field)
{
	uint64_t lo;
	uint64_t hi;

	if (!read_bits(rec, field->offset, 0, 64, &lo) &&
	    !read_bits(rec, field->offset + 8U, 0, 64, &hi)) {
		xnvi_emit_u128(e, field->key, lo, hi);
	}
}

static void
emit_chars(struct xnvi_emit *e, const struct xnvi_record *rec, const struct xnvi_field *field)
{
	const size_t nbytes = field->nbits / 8U;

	if (fits(rec, field->offset, nbytes)) {
		xnvi_emit_chars(e, field->key, rec->bytes + field->offset, nbytes);
	}
}

static void
emit_digits(struct xnvi_emit *e, const struct xnvi_record *rec, const struct xnvi_field *field)
{
	uint64_t value;
	char text[24];

	if (!xnvi_spec_get(rec, field, &value)) {
		snprintf(text, sizeof(text), "%0*" PRIx64, field->nbits / 4, value);
		xnvi_emit_str(e, field->key, text);
	}
}

static void
emit_value(struct xnvi_emit *e, const struct xnvi_record *rec, const struct xnvi_field *field)
{
	uint64_t value;

	if (xnvi_spec_get(rec, field, &value)) {
		return;
	}
	switch (field->kind) {
	case XNVI_FIELD_KELVIN:
		xnvi_emit_i64(e, field->key, (int64_t)value - KELVIN_OFFSET);
		break;
	case XNVI_FIELD_BITS:
		xnvi_emit_bits(e, field->key, "0b", value, field->nbits);
		break;
	case XNVI_FIELD_NAME:
		xnvi_emit_name(e, field->key, field->name((unsigned int)value));
		break;
	default:
		emit_number(e, field->key, (enum xnvi_field_kind)field->kind, value);
		break;
	}
}

void
xnvi_spec_walk(struct xnvi_emit *e, const struct xnvi_spec_table *table,
	       const struct xnvi_record *rec)
{
	static void (*const emitters[])(struct xnvi_emit * e, const struct xnvi_record *rec,
					const struct xnvi_field *field) = {
	    [XNVI_FIELD_DEC] = emit_value,     [XNVI_FIELD_HEX] = emit_value,
	    [XNVI_FIELD_U128] = emit_u128,     [XNVI_FIELD_CHARS] = emit_chars,
	    [XNVI_FIELD_DIGITS] = emit_digits, [XNVI_FIELD_KELVIN] = emit_value,
	    [XNVI_FIELD_BITS] = emit_value,    [XNVI_FIELD_NAME] = emit_value,
	    [XNVI_FIELD_MAP] = emit_map,       [XNVI_FIELD_LIST] = emit_list,
	};

	for (size_t i = 0; i < table->nfields; ++i) {
		emitters[table->fields[i].kind](e, rec, &table->fields[i]);
	}
}

int
xnvi_spec_print(FILE *stream, const struct xnvi_spec_table *table, const void *buf, size_t nbytes,
		size_t limit, int opts)
{
	const struct xnvi_record rec = {.bytes = buf, .nbytes = nbytes, .limit = limit};
	struct xnvi_emit e;

	xnvi_emit_init(&e, stream, opts);
	if (buf) {
		xnvi_emit_map(&e, table->header, XNVI_EMIT_BLOCK);
		xnvi_spec_walk(&e, table, &rec);
		xnvi_emit_end(&e);
	} else {
		xnvi_emit_null(&e, table->header);
	}

	return xnvi_print_term(&e);
}
