// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <print/text.h>
#include <file.h>

#define TRANSFER_NBYTES_MAX (1U << 30)
/** Bytes that are read of a stream that is too long, to report its length */
#define SURPLUS_NBYTES_MAX (16U << 20)
/** Largest input without a given length */
#define INPUT_NBYTES_MAX ((size_t)256 << 20)
#define GROW_NBYTES_MIN	 65536
/** Suffix of the file beside an image, see docs/target.md */
#define SIDE_SUFFIX ".xnvme"

bool tool_files_are_uris;

/** Standard output, kept before reports go to standard error; XNVI_HANDLE_NONE when not needed */
static xnvi_handle data_file = XNVI_HANDLE_NONE;
/** The argument that named standard output: /dev/stdout and the like now name standard error */
static const char *data_path;

struct file_arg {
	const char *name;
	size_t offset;
	bool output;
};

#define FILE_ARG(NAME, MEMBER, OUTPUT)                                                             \
	{                                                                                          \
		NAME, offsetof(struct xnvme_cli_args, MEMBER), OUTPUT                              \
	}

static const struct file_arg file_args[] = {
    FILE_ARG("data-input", data_input, false),	FILE_ARG("meta-input", meta_input, false),
    FILE_ARG("cmd-input", cmd_input, false),	FILE_ARG("data-output", data_output, true),
    FILE_ARG("meta-output", meta_output, true), FILE_ARG("cmd-output", cmd_output, true),
};

bool
tool_is_stdin(const char *path)
{
	return path && strcmp(path, "-") == 0;
}

int
tool_path_info(const char *path, struct xnvi_file_info *info)
{
	const size_t len = strlen(TOOL_FILE_SCHEME);

	if (tool_files_are_uris && strncmp(path, TOOL_FILE_SCHEME, len) == 0) {
		path += len;
	}

	return xnvi_path_info(path, info);
}

bool
tool_is_stdout(const char *path)
{
	struct xnvi_file_info out;
	struct xnvi_file_info info;

	if (!path || data_file != XNVI_HANDLE_NONE) {
		return path && strcmp(path, data_path) == 0;
	}
	if (strcmp(path, "-") == 0) {
		return true;
	}
	if (xnvi_file_info(xnvi_std_handle(XNVI_STDOUT), &out) || tool_path_info(path, &info) ||
	    !xnvi_file_id_eq(&out.id, &info.id)) {
		return false;
	}

	/* Data and report cannot mix in /dev/null, and on a terminal they may */
	return out.kind != XNVI_FILE_CHARACTER || xnvi_std_is_terminal(XNVI_STDOUT);
}

xnvi_handle
tool_stdout(void)
{
	return data_file;
}

/** Keep standard output for the data, and send everything that is printed to standard error */
static int
reports_to_stderr(const char *path)
{
	const char *doing = "";
	const int err = xnvi_std_divert(&data_file, &doing);

	data_path = path;

	return err ? tool_fail(doing, err) : 0;
}

/** Get the files of a URI: the named one, or the image of a device in memory and its side file */
struct ends {
	size_t n;
	struct xnvi_file_info files[2];
};

static void
ends_add(struct ends *ends, const char *path)
{
	ends->n += xnvi_path_info(path, &ends->files[ends->n]) == 0;
}

/** The value of `path` in the query of a URI; false when there is none */
static bool
query_path(const char *query, char *path, size_t nbytes)
{
	static const char key[] = "path=";

	while (query && *query) {
		const size_t len = strcspn(query + 1, "&");

		if (strncmp(query + 1, key, strlen(key)) == 0) {
			snprintf(path, nbytes, "%.*s", (int)(len - strlen(key)),
				 query + 1 + strlen(key));
			return true;
		}
		query += 1 + len;
	}

	return false;
}

static void
ends_of_uri(struct ends *ends, const char *uri)
{
	char path[XNVME_IDENT_URI_LEN];
	char beside[XNVME_IDENT_URI_LEN + sizeof(SIDE_SUFFIX)];
	const char *query = strchr(uri, '?');

	*ends = (struct ends){0};
	ends_add(ends, uri);
	if (ends->n) {
		return;
	}
	if (strncmp(uri, TOOL_FILE_SCHEME, strlen(TOOL_FILE_SCHEME)) == 0) {
		ends_add(ends, uri + strlen(TOOL_FILE_SCHEME));
	} else if (query_path(query, path, sizeof(path))) {
		ends_add(ends, path);
		snprintf(beside, sizeof(beside), "%s" SIDE_SUFFIX, path);
		ends_add(ends, beside);
	} else if (query) {
		snprintf(path, sizeof(path), "%.*s", (int)(query - uri), uri);
		ends_add(ends, path);
	}
}

/** Get the path of an argument of kind FILE */
static void
ends_of_file(struct ends *ends, const char *path, bool output)
{
	const xnvi_handle out =
	    data_file != XNVI_HANDLE_NONE ? data_file : xnvi_std_handle(XNVI_STDOUT);

	*ends = (struct ends){0};
	if (output && tool_is_stdout(path)) {
		ends->n = xnvi_file_info(out, &ends->files[0]) == 0;
	} else if (!output && tool_is_stdin(path)) {
		ends->n = xnvi_file_info(xnvi_std_handle(XNVI_STDIN), &ends->files[0]) == 0;
	} else if (tool_files_are_uris) {
		ends_of_uri(ends, path);
	} else {
		ends_add(ends, path);
	}
}

static bool
is_same(const struct xnvi_file_info *a, const struct xnvi_file_info *b)
{
	if (a->kind == XNVI_FILE_BLOCK && b->kind == XNVI_FILE_BLOCK) {
		return a->device == b->device;
	}

	/* A terminal may be both: what is written to it is not read back */
	return a->kind == XNVI_FILE_REGULAR && xnvi_file_id_eq(&a->id, &b->id);
}

static int
same_refuse(const struct ends *in, const struct ends *out, const char *name)
{
	for (size_t i = 0; i < in->n; ++i) {
		for (size_t k = 0; k < out->n; ++k) {
			if (is_same(&in->files[i], &out->files[k])) {
				return tool_refuse("input and output are the same: '%s'", name);
			}
		}
	}

	return 0;
}

int
tool_same_check(const char *input, const char *output)
{
	struct ends in;
	struct ends out;

	ends_of_file(&in, input, false);
	ends_of_file(&out, output, true);

	return same_refuse(&in, &out, output);
}

/** Refuse an output that is the device itself, or a file with the data of the device */
static int
device_check(const struct xnvme_cli *cli, const char *output)
{
	struct ends dev;
	struct ends out;

	if (!cli->args.dev || !cli->args.uri) {
		return 0;
	}
	ends_of_uri(&dev, cli->args.uri);
	ends_of_file(&out, output, true);

	return same_refuse(&dev, &out, output);
}

int
tool_files_begin(const struct xnvme_cli *cli)
{
	const struct file_arg *by[2] = {NULL, NULL};
	const char *out = NULL;

	for (size_t i = 0; i < TOOL_ARRAY_LEN(file_args); ++i) {
		const struct file_arg *arg = &file_args[i];
		const char *path;

		memcpy(&path, (const char *)&cli->args + arg->offset, sizeof(path));
		if (path && arg->output && device_check(cli, path)) {
			return -EINVAL;
		}
		if (!(arg->output ? tool_is_stdout : tool_is_stdin)(path)) {
			continue;
		}
		if (by[arg->output]) {
			return tool_refuse(
			    "%s and %s are both standard %s; name a file for one of them",
			    by[arg->output]->name, arg->name, arg->output ? "output" : "input");
		}
		by[arg->output] = arg;
		out = arg->output ? path : out;
	}

	return out ? reports_to_stderr(out) : 0;
}

static int
file_fail(const char *doing, const char *path, int err)
{
	char msg[TOOL_MESSAGE_NBYTES];

	snprintf(msg, sizeof(msg), "%s '%s'", doing, path);
	xnvme_cli_perr(msg, err);

	return err;
}

int64_t
tool_read_full(xnvi_handle file, void *buf, size_t nbytes)
{
	size_t done = 0;

	while (done < nbytes) {
		const size_t left = nbytes - done;
		const int64_t got =
		    xnvi_file_read(file, (char *)buf + done,
				   left < TRANSFER_NBYTES_MAX ? left : TRANSFER_NBYTES_MAX);

		if (got < 0) {
			return got;
		}
		if (!got) {
			break;
		}
		done += (size_t)got;
	}

	return (int64_t)done;
}

int
tool_write_full(xnvi_handle file, const void *buf, size_t nbytes, size_t *done)
{
	for (size_t pos = 0; pos < nbytes;) {
		const size_t left = nbytes - pos;
		const int64_t got =
		    xnvi_file_write(file, (const char *)buf + pos,
				    left < TRANSFER_NBYTES_MAX ? left : TRANSFER_NBYTES_MAX);

		if (got < 0) {
			return (int)got;
		}
		pos += (size_t)got;
		*done += (size_t)got;
	}

	return 0;
}

int
tool_path_write(const void *buf, size_t nbytes, const char *path)
{
	const bool to_stdout = tool_is_stdout(path);
	xnvi_handle file = data_file;
	size_t done = 0;
	int err = 0;

	if (!to_stdout) {
		/* The old content is cut after the new one is written */
		err = xnvi_file_open(path, XNVI_OPEN_WRITE | XNVI_OPEN_CREATE, 0600, &file);
	}
	if (err) {
		return file_fail("opening for writing", path, err);
	}
	err = tool_write_full(file, buf, nbytes, &done);
	if (!err && !to_stdout) {
		err = xnvi_file_trim(file, nbytes);
	}
	if (!to_stdout) {
		const int failed = xnvi_file_close(file);

		err = err ? err : failed;
	}
	if (!err) {
		return 0;
	}
	file_fail("writing", path, err);
	xnvi_text_line(stderr, "#   where: the first %zu bytes are new, the rest is as before",
		       done);

	return err;
}

/** Get standard input, or open the file for reading; 0, or a negative errno after reporting */
static int
input_open(const char *path, xnvi_handle *file)
{
	int err = 0;

	*file = xnvi_std_handle(XNVI_STDIN);
	if (!tool_is_stdin(path)) {
		err = xnvi_file_open(path, XNVI_OPEN_READ, 0, file);
	}

	return err ? file_fail("opening for reading", path, err) : 0;
}

static void
input_close(xnvi_handle file)
{
	if (file != xnvi_std_handle(XNVI_STDIN)) {
		(void)xnvi_file_close(file);
	}
}

/** Count the bytes after the `nbytes` that were read, up to SURPLUS_NBYTES_MAX of a stream */
static int64_t
surplus_read(xnvi_handle file, size_t nbytes)
{
	static char drop[GROW_NBYTES_MIN];
	size_t done = 0;
	struct xnvi_file_info info;
	int64_t got = 1;

	if (xnvi_file_info(file, &info) == 0 && info.kind == XNVI_FILE_REGULAR &&
	    info.nbytes > nbytes) {
		return (int64_t)(info.nbytes - nbytes);
	}

	while (got > 0 && done < SURPLUS_NBYTES_MAX) {
		got = tool_read_full(file, drop, sizeof(drop));
		done += got > 0 ? (size_t)got : 0;
	}

	return got < 0 ? got : (int64_t)done;
}

int
tool_buf_from_file(void *buf, size_t nbytes, const char *path)
{
	int64_t surplus = 0;
	xnvi_handle file;
	int64_t got;
	int err;

	err = input_open(path, &file);
	if (err) {
		return err;
	}
	got = tool_read_full(file, buf, nbytes);
	if (got == (int64_t)nbytes) {
		surplus = surplus_read(file, nbytes);
	}
	input_close(file);
	if (got < 0 || surplus < 0) {
		return file_fail("reading", path, (int)(got < 0 ? got : surplus));
	}
	if ((size_t)got < nbytes || surplus) {
		return tool_refuse("'%s' holds %s%llu bytes, %zu are needed", path,
				   surplus == (int64_t)SURPLUS_NBYTES_MAX ? "more than " : "",
				   (unsigned long long)got + (unsigned long long)surplus, nbytes);
	}

	return 0;
}

/** Read to the end into memory that grows; NULL and *err on failure */
static void *
all_read(xnvi_handle file, size_t *nbytes, int *err)
{
	size_t room = GROW_NBYTES_MIN;
	char *data = malloc(room);
	int64_t got = 0;

	*nbytes = 0;
	while (data) {
		char *more;

		got = tool_read_full(file, data + *nbytes, room - *nbytes);
		*nbytes += got > 0 ? (size_t)got : 0;
		if (got < 0 || *nbytes < room || room > INPUT_NBYTES_MAX) {
			break;
		}
		room *= 2;
		more = realloc(data, room);
		if (!more) {
			free(data);
		}
		data = more;
	}
	*err = !data ? -ENOMEM : got < 0 ? (int)got : 0;
	if (*err) {
		free(data);
		data = NULL;
	}

	return data;
}

void *
tool_buf_read_file(struct xnvme_dev *dev, const char *path, size_t *nbytes)
{
	void *data;
	void *buf = NULL;
	xnvi_handle file;
	int err = 0;

	if (input_open(path, &file)) {
		return NULL;
	}
	data = all_read(file, nbytes, &err);
	input_close(file);
	if (!data) {
		file_fail("reading", path, err);
	} else if (!*nbytes) {
		tool_refuse("'%s' is empty", path);
	} else if (*nbytes > INPUT_NBYTES_MAX) {
		tool_refuse("'%s' holds more than %zu bytes; give the number of bytes to read",
			    path, INPUT_NBYTES_MAX);
	} else {
		buf = tool_buf_alloc(dev, *nbytes);
	}
	if (buf) {
		memcpy(buf, data, *nbytes);
	}
	free(data);

	return buf;
}
