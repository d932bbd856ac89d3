// SPDX-License-Identifier: BSD-3-Clause
/**
 * A strict reader of the YAML and JSON that the library prints
 *
 * Reads JSON (RFC 8259), or the part of YAML that means the same to every reader: block and flow
 * maps and lists, quoted strings, plain words and numbers. Whatever could be taken for two things
 * is an error, as are tabs, control characters, a key given twice, and a document that does not end
 * in one newline.
 *
 * The result is one line per leaf, so that a YAML and a JSON document can be compared as text:
 *   a.b[0]=n:12   number        a.c=s:text  string     a.d=null   a.e=b:true   a.f=f:1.50   a.g={}
 * a.h=[] Hexadecimal becomes decimal; bytes of a string outside ' '..'~' are written as \xNN.
 */
#ifndef XNVT_DOC_H
#define XNVT_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct doc {
	char *flat;	   ///< Newline-separated leaves; never NULL after doc_read()
	const char *error; ///< What is wrong, NULL when nothing is
	size_t at;	   ///< Byte of the text where it is wrong
};

/** Read a document; the caller releases it with doc_term() */
void doc_read(struct doc *doc, const char *text, bool json);

void doc_term(struct doc *doc);

/** True when there is a leaf such as "xnvme_geo.nsect=n:8" */
bool doc_has(const struct doc *doc, const char *leaf);

#endif /* XNVT_DOC_H */
