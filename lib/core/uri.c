// SPDX-License-Identifier: BSD-3-Clause
/**
 * Parsing URIs
 *
 * The forms, in this order: file:<path>; an existing path; <N>GB; ram:<size>[?key=value&...]; a PCI
 * address; host:port; else a file to create. A text that only resembles a form is refused, so that
 * a typing error does not create a file, or a device of another size. file:<path> is always a path,
 * and nothing in it is a query. When a file is created by its name, every text is a path.
 */
#include <core/err.h>
#include <os/words.h>
#include <core/uri.h>
#include <os/system.h>

#include <ctype.h>
#include <stdlib.h>

#define LAYER "uri"

/** Scheme of URIs that are always a path */
static const char g_file_scheme[] = "file:";

/** Address space of a process on today's largest machines: 128 TiB */
#define RAM_NBYTES_MAX (1ULL << 47)

static const struct {
	uint32_t cls;
	const char *name;
} g_class_names[] = {
    {XNVI_CLASS_RAMDISK, "an in-memory device"},
    {XNVI_CLASS_FILE, "a regular file"},
    {XNVI_CLASS_BLOCK, "a block device"},
    {XNVI_CLASS_NVME, "an NVMe character node"},
    {XNVI_CLASS_NVME_BLOCK, "an NVMe block node"},
    {XNVI_CLASS_PCI, "a PCI address"},
    {XNVI_CLASS_FABRICS, "an NVMe over Fabrics address"},
};

const char *
xnvi_class_name(uint32_t cls)
{
	for (size_t i = 0; i < sizeof(g_class_names) / sizeof(g_class_names[0]); ++i) {
		if (g_class_names[i].cls == cls) {
			return g_class_names[i].name;
		}
	}

	return "unknown";
}

int
xnvi_parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	uint64_t val = 0;

	if (!text || !*text) {
		return -EINVAL;
	}
	for (const char *c = text; *c; ++c) {
		const unsigned digit = (unsigned)(unsigned char)*c - '0';

		if (digit > 9) {
			return -EINVAL;
		}
		if (__builtin_mul_overflow(val, 10, &val) ||
		    __builtin_add_overflow(val, digit, &val)) {
			return -ERANGE;
		}
	}
	if (val < min || val > max) {
		return -ERANGE;
	}
	*value = val;

	return 0;
}

int
xnvi_parse_nbytes(const char *text, uint64_t *nbytes)
{
	static const char units[] = "KMGT";
	char digits[24] = {0};
	size_t ndigits = strspn(text, "0123456789");
	const char *unit = text + ndigits;
	uint64_t val;
	int shift = 0;
	int err;

	if (!ndigits || ndigits >= sizeof(digits)) {
		return -EINVAL;
	}
	memcpy(digits, text, ndigits);
	if (*unit && strchr(units, *unit)) {
		shift = 10 * (int)(strchr(units, *unit) - units + 1);
		unit++;
		unit += strcmp(unit, "iB") == 0 ? 2 : strcmp(unit, "B") == 0 ? 1 : 0;
	} else if (strcmp(unit, "B") == 0) {
		unit++;
	}
	if (*unit) {
		return -EINVAL;
	}
	err = xnvi_parse_u64(digits, 0, UINT64_MAX, &val);
	if (err) {
		return err;
	}
	if (val > (UINT64_MAX >> shift)) {
		return -ERANGE;
	}
	*nbytes = val << shift;

	return 0;
}

const char *
xnvi_uri_opt(const struct xnvi_uri *uri, const char *key)
{
	for (int i = 0; i < uri->nopts; ++i) {
		if (strcmp(uri->opts[i].key, key) == 0) {
			return uri->opts[i].value;
		}
	}

	return NULL;
}

/** Whether the backend opens this class of URIs */
static bool
be_opens(const char *be, uint32_t cls)
{
	for (size_t i = 0; i < xnvi_nrows; ++i) {
		if (xnvi_rows[i].role == XNVI_ROLE_DEV && (xnvi_rows[i].classes & cls) &&
		    strcmp(xnvi_rows[i].be, be) == 0) {
			return true;
		}
	}

	return false;
}

/** Keys of core, for every URI */
static const char *const g_keys[] = {"exclusive", "threads"};

#define NKEYS (sizeof(g_keys) / sizeof(g_keys[0]))

/** Key number `i`, first those of core, then those of backends.def; NULL: not for this class */
static const char *
key_at(size_t i, uint32_t cls)
{
	if (i < NKEYS) {
		return g_keys[i];
	}

	return be_opens(xnvi_keys[i - NKEYS].be, cls) ? xnvi_keys[i - NKEYS].key : NULL;
}

static int
check_key(const struct xnvi_uri *uri, const char *key, const char *text)
{
	char known[128] = {0};
	size_t len = 0;

	for (size_t i = 0; i < NKEYS + xnvi_nkeys; ++i) {
		const char *name = key_at(i, uri->cls);

		if (!name) {
			continue;
		}
		if (strcmp(name, key) == 0) {
			return 0;
		}
		if (len < sizeof(known)) {
			len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s",
						len ? ", " : "", name);
		}
	}

	return xnvi_err(-EINVAL, LAYER, text, "remove the key or use one of the known ones",
			"unknown key '%s' for %s; known: %s", key, xnvi_class_name(uri->cls),
			known);
}

/** Cut "key=value&key=value" in place; `uri->cls` is known */
static int
parse_query(struct xnvi_uri *uri, char *query, const char *text)
{
	while (query) {
		char *next = strchr(query, '&');
		char *value = strchr(query, '=');
		int err;

		if (next) {
			*next++ = '\0';
		}
		if (!value || value == query || !value[1] || (next && value >= next)) {
			return xnvi_err(-EINVAL, LAYER, text, "write ?key=value&key=value",
					"'%s' is not key=value", query);
		}
		*value++ = '\0';
		err = check_key(uri, query, text);
		if (err) {
			return err;
		}
		if (xnvi_uri_opt(uri, query)) {
			return xnvi_err(-EINVAL, LAYER, text, "give each key once",
					"key '%s' is given twice", query);
		}
		if (uri->nopts == XNVI_URI_OPTS_MAX) {
			return xnvi_err(-EINVAL, LAYER, text, "", "more than %d keys",
					XNVI_URI_OPTS_MAX);
		}
		uri->opts[uri->nopts].key = query;
		uri->opts[uri->nopts].value = value;
		uri->nopts++;
		query = next;
	}

	return 0;
}

static int
parse_ram_size(struct xnvi_uri *uri, const char *size, const char *text)
{
	int err = xnvi_parse_nbytes(size, &uri->ram_nbytes);

	if (!err && (!uri->ram_nbytes || uri->ram_nbytes > RAM_NBYTES_MAX)) {
		err = -ERANGE;
	}
	if (err) {
		const size_t pos = (size_t)(size - uri->text) + strspn(size, "0123456789");

		return xnvi_err(-EINVAL, LAYER, text,
				"write a size such as 1GB, or ram:64MiB?lba_nbytes=4096",
				err == -ERANGE ? "size is out of range (position %zu)"
					       : "not a size (position %zu)",
				pos);
	}

	return 0;
}

/** Whether the text is "<N>GB" or resembles it: begins like a number and ends in GB or gb; a query
 * may follow */
static bool
is_gb_form(const char *text)
{
	size_t len = strcspn(text, "?");

	while (len && isspace((unsigned char)text[len - 1])) {
		len--;
	}

	return len >= 2 && toupper((unsigned char)text[len - 2]) == 'G' &&
	       toupper((unsigned char)text[len - 1]) == 'B' && !memchr(text, '/', len) &&
	       (isdigit((unsigned char)text[0]) || text[0] == '-' || text[0] == '+');
}

static int
parse_gb(struct xnvi_uri *uri, const char *text)
{
	const size_t ndigits = strspn(text, "0123456789");

	uri->cls = XNVI_CLASS_RAMDISK;
	if (strncmp(text + ndigits, "GB?", strlen("GB?")) == 0) {
		char hint[XNVME_IDENT_URI_LEN];

		snprintf(hint, sizeof(hint), "write ram:%.*sGiB%s", (int)ndigits, text,
			 text + ndigits + strlen("GB"));
		return xnvi_err(-EINVAL, LAYER, text, hint, "<N>GB takes no options (position %zu)",
				ndigits + strlen("GB"));
	}
	if (strcmp(text + ndigits, "GB") != 0) {
		return xnvi_err(
		    -EINVAL, LAYER, text,
		    "write <N>GB without blanks or signs; ./name for a file of that name",
		    "looks like <N>GB but is not (position %zu)", ndigits);
	}

	return parse_ram_size(uri, uri->text, text);
}

static int
parse_ram(struct xnvi_uri *uri, const char *text)
{
	char *query = strchr(uri->text, '?');
	int err;

	uri->cls = XNVI_CLASS_RAMDISK;
	if (query) {
		*query++ = '\0';
	}
	uri->path = uri->text + strlen("ram:");
	err = parse_ram_size(uri, uri->path, text);
	if (err) {
		return err;
	}

	return parse_query(uri, query, text);
}

/**
 * Whether the text is meant as a PCI address: hex digits with ':' and then a '.', or with more than
 * one ':', as in 0000:01:00.0; while 10.0.0.1:4420 is a host and a port
 */
static bool
is_pci_form(const char *text)
{
	return strchr(text, ':') && strspn(text, "0123456789abcdefABCDEF:.") == strlen(text) &&
	       (strchr(strrchr(text, ':'), '.') || strchr(text, ':') != strrchr(text, ':'));
}

/** Skip 1 to `ndigits_max` hex digits with a value up to `limit`, then `stop`; NULL if not there */
static const char *
hex_field(const char *text, size_t ndigits_max, unsigned limit, char stop)
{
	const size_t ndigits = strspn(text, "0123456789abcdefABCDEF");
	unsigned value = 0;

	if (!ndigits || ndigits > ndigits_max || text[ndigits] != stop) {
		return NULL;
	}
	for (size_t i = 0; i < ndigits; ++i) {
		const unsigned char c = (unsigned char)text[i];

		value = value * 16 + (unsigned)(isdigit(c) ? c - '0' : tolower(c) - 'a' + 10);
	}

	return value <= limit ? text + ndigits + 1 : NULL;
}

/** [domain:]bus:device.function */
static int
parse_pci(struct xnvi_uri *uri, const char *text)
{
	const char *bus = hex_field(text, 4, 0xffff, ':');
	const char *dev, *func;

	/* Without a domain the first field is the bus */
	if (bus && !strchr(bus, ':')) {
		bus = text;
	}
	dev = bus ? hex_field(bus, 2, 0xff, ':') : NULL;
	func = dev ? hex_field(dev, 2, 31, '.') : NULL;
	uri->cls = XNVI_CLASS_PCI;
	if (func && hex_field(func, 1, 7, '\0')) {
		return 0;
	}

	return xnvi_err(-EINVAL, LAYER, text, "write a PCI address as 0000:01:00.0",
			"looks like a PCI address but is not");
}

/** Whether the text is host:port, or resembles it with one half missing */
static bool
is_fabrics_form(const char *text)
{
	const char *colon = strrchr(text, ':');

	return colon && !strchr(text, '/') &&
	       (colon == text || strspn(colon + 1, "0123456789") == strlen(colon + 1));
}

static int
parse_fabrics(struct xnvi_uri *uri, const char *text)
{
	const char *colon = strrchr(text, ':');

	uri->cls = XNVI_CLASS_FABRICS;
	if (colon != text && colon[1]) {
		return 0;
	}

	return xnvi_err(-EINVAL, LAYER, text, "write host:port; ./name for a file of that name",
			"looks like host:port but the %s is missing",
			colon == text ? "host" : "port");
}

static int
classify_path(struct xnvi_uri *uri, const char *text)
{
	const int cls = xnvi_os_classify(text);

	if (cls > 0) {
		uri->cls = (enum xnvi_class)cls;
		return 0;
	}
	switch (cls) {
	case -ENOENT:
	case -ENOTDIR:
		/* Not a failure yet: other forms are tried next */
		return cls;
	case -EISDIR:
		return xnvi_err(cls, LAYER, text, "name a file or a device node", "is a directory");
	case -ENXIO:
		return xnvi_err(cls, LAYER, text,
				"load the driver, or wait until the device is back",
				"the node has no device");
	case -ENOTTY:
		return xnvi_err(cls, LAYER, text, "name a file, a block device or an NVMe node",
				"is a character device, pipe or socket, not an NVMe node");
	default:
		return xnvi_err(cls, LAYER, text, "check the permissions along the path", "%s",
				xnvi_strerror(-cls));
	}
}

/** Accept a path that does not exist if the file is to be created */
static int
parse_new_file(struct xnvi_uri *uri, const struct xnvme_opts *opts, const char *text)
{
	char *query = strchr(uri->text, '?');
	int err;

	uri->cls = XNVI_CLASS_FILE;
	if (query) {
		*query++ = '\0';
		err = classify_path(uri, uri->text);
		if (err == -ENOTDIR) {
			return xnvi_err(err, LAYER, text, "check the path",
					"a part of the path is not a folder");
		}
		if (err && err != -ENOENT) {
			return err;
		}
		err = parse_query(uri, query, text);
		if (err) {
			return err;
		}
		if (xnvi_os_classify(uri->text) > 0) {
			return 0;
		}
	}
	if (!opts->create) {
		return xnvi_err(-ENOENT, LAYER, text,
				"check the path; set opts.create to create the file",
				"no such file or device");
	}

	return 0;
}

/** Parse the text from `path` as a path, whatever it looks like */
static int
parse_path(struct xnvi_uri *uri, const struct xnvme_opts *opts, const char *path)
{
	int err;

	uri->path = path;
	if (!*path) {
		return xnvi_err(-EINVAL, LAYER, uri->text, "write file:PATH",
				"there is no path after file:");
	}
	err = classify_path(uri, path);
	if (err != -ENOENT && err != -ENOTDIR) {
		return err;
	}
	uri->cls = XNVI_CLASS_FILE;
	if (err == -ENOTDIR || !opts->create) {
		return xnvi_err(err, LAYER, path,
				"check the path; set opts.create to create the file",
				err == -ENOENT ? "no such file or device"
					       : "a part of the path is not a folder");
	}

	return 0;
}

static int
copy_text(struct xnvi_uri *uri, const char *text)
{
	memset(uri, 0, sizeof(*uri));
	if (!text || !*text) {
		return xnvi_err(-EINVAL, LAYER, "", "give a path, 1GB, ram:... or a PCI address",
				text ? "the URI is empty" : "the URI is NULL");
	}
	if (strlen(text) >= sizeof(uri->text) &&
	    strncmp(text, g_file_scheme, strlen(g_file_scheme)) == 0) {
		const size_t scheme_len = strlen(g_file_scheme);

		return xnvi_err(-EINVAL, LAYER, "", "use a shorter path, such as a relative one",
				"the path has %zu characters, the limit is %zu",
				strlen(text) - scheme_len, sizeof(uri->text) - 1 - scheme_len);
	}
	if (strlen(text) >= sizeof(uri->text)) {
		return xnvi_err(-EINVAL, LAYER, "", "use a shorter path",
				"the URI has %zu characters, the limit is %d", strlen(text),
				XNVME_IDENT_URI_LEN - 1);
	}
	memcpy(uri->text, text, strlen(text) + 1);
	uri->path = uri->text;

	return 0;
}

int
xnvi_uri_parse(const char *text, const struct xnvme_opts *opts, struct xnvi_uri *uri)
{
	int err;

	err = copy_text(uri, text);
	if (err) {
		return err;
	}
	if (strncmp(text, g_file_scheme, strlen(g_file_scheme)) == 0) {
		return parse_path(uri, opts, uri->text + strlen(g_file_scheme));
	}
	err = classify_path(uri, text);
	if (err != -ENOENT && err != -ENOTDIR) {
		return err;
	}
	if (is_gb_form(text)) {
		return parse_gb(uri, text);
	}
	if (strncmp(text, "ram:", strlen("ram:")) == 0) {
		return parse_ram(uri, text);
	}
	if (is_pci_form(text)) {
		return parse_pci(uri, text);
	}
	if (is_fabrics_form(text)) {
		return parse_fabrics(uri, text);
	}

	return parse_new_file(uri, opts, text);
}

int
xnvi_uri_parse_file(const char *text, const struct xnvme_opts *opts, struct xnvi_uri *uri)
{
	int err;

	if (!opts->create || (text && strncmp(text, g_file_scheme, strlen(g_file_scheme)) == 0)) {
		return xnvi_uri_parse(text, opts, uri);
	}
	err = copy_text(uri, text);

	return err ? err : parse_path(uri, opts, uri->text);
}
