// SPDX-License-Identifier: BSD-3-Clause
/**
 * Data structures of the specifications as tables
 *
 * One record per field says where the field is and how to print it. One decoder reads fields from
 * the raw bytes of a device, little-endian and within the number of bytes. One walker
 * (print/walk.h) emits a whole structure. A field that does not lie within the bytes is left out,
 * so a truncated structure prints as far as it goes. Lists have the length that the device reports,
 * but are never longer than the specification, the caller or the bytes allow.
 */
#ifndef XNVI_SPEC_FIELD_H
#define XNVI_SPEC_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum xnvi_field_kind {
	XNVI_FIELD_DEC = 0, ///< Decimal number
	XNVI_FIELD_HEX,	    ///< Hexadecimal number
	XNVI_FIELD_U128,    ///< Decimal number of 128 bits
	XNVI_FIELD_CHARS,   ///< Text of fixed width, `nbits` / 8 bytes
	XNVI_FIELD_DIGITS,  ///< Identifier: all its hexadecimal digits, as text
	XNVI_FIELD_KELVIN,  ///< Temperature, shown in degrees Celsius
	XNVI_FIELD_BITS,    ///< Text of binary digits
	XNVI_FIELD_NAME,    ///< Name of the number
	XNVI_FIELD_MAP,	    ///< Fields of the same record, in a map of their own
	XNVI_FIELD_LIST,    ///< Numbers or records in a row
};

struct xnvi_field;

/** A structure */
struct xnvi_spec_table {
	const char *header; ///< Key under which the printers put the structure
	const char *source; ///< Specification and figure
	const struct xnvi_field *fields;
	uint16_t nfields;
	uint32_t nbytes; ///< Size of the structure, without a list of variable length at its end
};

/** Numbers or records in a row */
struct xnvi_spec_list {
	uint32_t nmax;	       ///< Largest number of entries that the specification allows
	uint16_t stride;       ///< Bytes from one entry to the next
	uint16_t count_offset; ///< Offset of the number of entries
	uint8_t count_nbits;   ///< Width of that number; 0 when there are always `nmax` entries
	uint8_t count_add;     ///< 1 when that number is zero-based, else 0
	const struct xnvi_spec_table *item; ///< An entry as a record, or NULL for a number
	enum xnvi_field_kind kind;	    ///< Kind of a number
	uint8_t nbits;			    ///< Width of a number
	bool nonzero;			    ///< Skip entries that are zero
	const char *index;		    ///< Key in each record for its position, or NULL
};

struct xnvi_field {
	const char *key;
	uint16_t offset; ///< Bytes from the start of the record
	uint16_t nbits;	 ///< Width; 0 of a map or list
	uint8_t bit;	 ///< Least significant bit, within the byte at `offset`
	uint8_t since;	 ///< Version of the specification that introduced it, 0x14 for 1.4
	uint8_t kind;	 ///< enum xnvi_field_kind
	bool flow;	 ///< Of a map or list: on one line
	union {		 /* By kind: one pointer for each of 600 fields */
		const struct xnvi_spec_table *map;	 ///< XNVI_FIELD_MAP
		const struct xnvi_spec_list *list;	 ///< XNVI_FIELD_LIST
		const char *(*name)(unsigned int value); ///< XNVI_FIELD_NAME
	};
};

/** The bytes to decode */
struct xnvi_record {
	const uint8_t *bytes;
	size_t nbytes;
	size_t limit; ///< Entries of lists that the caller wants, SIZE_MAX for all
};

/** Whether `nbytes` bytes at `offset` lie within the bytes */
bool xnvi_spec_fits(const struct xnvi_record *rec, size_t offset, size_t nbytes);

/**
 * Read `nbits` bits, the lowest of them `bit` bits above the byte at `offset`; 64 bits at most
 *
 * @return 0, or -ERANGE when they do not lie within the bytes
 */
int xnvi_spec_read(const struct xnvi_record *rec, size_t offset, unsigned int bit,
		   unsigned int nbits, uint64_t *value);

/**
 * Read a number of up to 64 bits
 *
 * @return 0, or -ERANGE when it does not lie within the bytes
 */
int xnvi_spec_get(const struct xnvi_record *rec, const struct xnvi_field *field, uint64_t *value);

/** Number of entries of a list that can be read */
size_t xnvi_spec_list_count(const struct xnvi_record *rec, const struct xnvi_field *field);

/** Find a field by its path, such as "oncs.compare"; NULL when there is none */
const struct xnvi_field *xnvi_spec_find(const struct xnvi_spec_table *table, const char *path);

#endif /* XNVI_SPEC_FIELD_H */
