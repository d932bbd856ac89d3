// SPDX-License-Identifier: BSD-3-Clause
#include <print/walk.h>
#include <print/term.h>

#include <inttypes.h>

#define KELVIN_OFFSET 273

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
		} else if (!xnvi_spec_read(&item, 0, 0, list->nbits, &value)) {
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

	if (!xnvi_spec_read(rec, field->offset, 0, 64, &lo) &&
	    !xnvi_spec_read(rec, field->offset + 8U, 0, 64, &hi)) {
		xnvi_emit_u128(e, field->key, lo, hi);
	}
}

static void
emit_chars(struct xnvi_emit *e, const struct xnvi_record *rec, const struct xnvi_field *field)
{
	const size_t nbytes = field->nbits / 8U;

	if (xnvi_spec_fits(rec, field->offset, nbytes)) {
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
