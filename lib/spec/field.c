// SPDX-License-Identifier: BSD-3-Clause
#include <spec/field.h>

#include <assert.h>
#include <errno.h>
#include <string.h>

bool
xnvi_spec_fits(const struct xnvi_record *rec, size_t offset, size_t nbytes)
{
	return offset <= rec->nbytes && nbytes <= rec->nbytes - offset;
}

int
xnvi_spec_read(const struct xnvi_record *rec, size_t offset, unsigned int bit, unsigned int nbits,
	       uint64_t *value)
{
	const size_t nbytes = (bit + nbits + 7) / 8;
	uint64_t val = 0;

	assert(nbits && bit + nbits <= 64);
	if (!xnvi_spec_fits(rec, offset, nbytes)) {
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
	return xnvi_spec_read(rec, field->offset, field->bit, field->nbits, value);
}

size_t
xnvi_spec_list_count(const struct xnvi_record *rec, const struct xnvi_field *field)
{
	const struct xnvi_spec_list *list = field->list;
	uint64_t count = list->nmax;
	size_t room;

	if (list->count_nbits) {
		if (xnvi_spec_read(rec, list->count_offset, 0, list->count_nbits, &count)) {
			return 0;
		}
		count += list->count_add;
	}
	room = xnvi_spec_fits(rec, field->offset, 0) ? (rec->nbytes - field->offset) / list->stride
						     : 0;
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
