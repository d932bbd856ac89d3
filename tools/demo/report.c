// SPDX-License-Identifier: BSD-3-Clause
/**
 * The demo's table on the terminal, and report.json
 */
#include <shared.h>

#include <print/emit.h>
#include <print/text.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define KILO 1000.0

/** Scale by thousands and keep three digits */
static const char *
scaled(char *text, size_t nbytes, double value, const char *const *units, size_t nunits)
{
	size_t unit = 0;

	while (value >= KILO - 0.5 && unit + 1 < nunits) {
		value /= KILO;
		unit++;
	}
	snprintf(text, nbytes, "%.*f%s",
		 value < 9.995	 ? 2
		 : value < 99.95 ? 1
				 : 0,
		 value, units[unit]);

	return text;
}

const char *
demo_si(char *text, size_t nbytes, double value)
{
	static const char *const units[] = {"", "k", "M", "G"};

	return scaled(text, nbytes, value, units, sizeof(units) / sizeof(units[0]));
}

const char *
demo_time(char *text, size_t nbytes, double ns)
{
	static const char *const units[] = {" ns", " us", " ms", " s"};

	return scaled(text, nbytes, ns, units, sizeof(units) / sizeof(units[0]));
}

void
demo_print_head(const struct demo *demo)
{
	const struct demo_content *content = &demo->content;

	xnvi_text_line(stdout, "file: %s, %zu bytes, CRC-32C %08x", content->path, content->nbytes,
		       content->crc);
	if (content->nbytes < content->file_nbytes) {
		printf("      the first %zu of its %zu bytes\n", content->nbytes,
		       content->file_nbytes);
	}
	printf(
	    "measured: random reads of %u bytes; IOPS, CPU and system calls with %u commands in\n"
	    "flight (sync: one), latency with one\n\n",
	    DEMO_IO_NBYTES, DEMO_QDEPTH);
	printf("%-7s %-14s %-24s %9s %9s %9s %9s %9s\n", "medium", "interface", "data", "IOPS",
	       "p50", "p99", "CPU/cmd", "calls/cmd");
	fflush(stdout);
}

void
demo_print_row(const struct demo_row *row)
{
	char name[48];
	char data[64];
	char iops[16];
	char p50[16];
	char p99[16];
	char cpu[16];
	char calls[16] = "n/a";

	snprintf(name, sizeof(name), "%s%s", row->iface.id[0] ? row->iface.id : row->iface.be,
		 row->iface.sync ? " (sync)" : "");
	if (row->state == DEMO_UNAVAILABLE || row->state == DEMO_FAILED) {
		printf("%-7s %-14s %s: %s%s%s\n", row->medium->name, name[0] ? name : "-",
		       demo_state_name(row->state), row->why, row->remedy[0] ? "; " : "",
		       row->remedy);
		fflush(stdout);
		return;
	}
	if (row->state == DEMO_NO_DATA) {
		snprintf(data, sizeof(data), "moves none, by design");
	} else {
		snprintf(data, sizeof(data), "%s, read by %s",
			 row->state == DEMO_VERIFIED ? "ok" : "MISMATCH", row->reader);
	}
	if (row->has_syscalls) {
		snprintf(calls, sizeof(calls), "%.2f", row->syscalls);
	}
	printf("%-7s %-14s %-24s %9s %9s %9s %9s %9s\n", row->medium->name, name, data,
	       demo_si(iops, sizeof(iops), row->iops), demo_time(p50, sizeof(p50), row->p50_ns),
	       demo_time(p99, sizeof(p99), row->p99_ns),
	       demo_time(cpu, sizeof(cpu), row->user_ns + row->kernel_ns), calls);
	fflush(stdout);
}

void
demo_print_end(const struct demo *demo)
{
	const char *why = NULL;

	for (size_t i = 0; i < demo->nrows && !why; ++i) {
		why = demo->rows[i].syscalls_why[0] ? demo->rows[i].syscalls_why : NULL;
	}
	if (why) {
		printf("\nsystem calls not counted: %s\n", why);
	}
	printf("\n%zu verified, %zu mismatched, %zu failed, %zu not available; %.1f s\n",
	       demo->counts[DEMO_VERIFIED], demo->counts[DEMO_MISMATCH], demo->counts[DEMO_FAILED],
	       demo->counts[DEMO_UNAVAILABLE], demo->seconds);
}

static void
emit_machine(struct xnvi_emit *e)
{
	struct utsname names = {0};

	uname(&names);
	xnvi_emit_map(e, "machine", XNVI_EMIT_FLOW);
	xnvi_emit_str(e, "system", names.sysname);
	xnvi_emit_str(e, "release", names.release);
	xnvi_emit_str(e, "machine", names.machine);
	xnvi_emit_i64(e, "ncpus", sysconf(_SC_NPROCESSORS_ONLN));
	xnvi_emit_bool(e, "root", geteuid() == 0);
	xnvi_emit_end(e);
}

static void
emit_text(struct xnvi_emit *e, const char *key, const char *text)
{
	xnvi_emit_str(e, key, text[0] ? text : NULL);
}

static void
emit_row(struct xnvi_emit *e, const struct demo_row *row)
{
	xnvi_emit_map(e, NULL, XNVI_EMIT_BLOCK);
	xnvi_emit_str(e, "medium", row->medium->name);
	emit_text(e, "uri", row->medium->uri);
	emit_text(e, "be", row->iface.be);
	emit_text(e, "interface", row->iface.id);
	xnvi_emit_bool(e, "sync", row->iface.sync);
	xnvi_emit_str(e, "state", demo_state_name(row->state));
	emit_text(e, "why", row->why);
	emit_text(e, "remedy", row->remedy);
	emit_text(e, "read_back_by", row->reader);
	if (row->state == DEMO_VERIFIED || row->state == DEMO_MISMATCH) {
		char crc[16];

		snprintf(crc, sizeof(crc), "%08x", row->crc);
		xnvi_emit_str(e, "crc32c", crc);
	}
	if (row->iops > 0) {
		xnvi_emit_double(e, "iops", row->iops, 0);
		xnvi_emit_double(e, "latency_p50_ns", row->p50_ns, 0);
		xnvi_emit_double(e, "latency_p99_ns", row->p99_ns, 0);
		xnvi_emit_double(e, "cpu_user_ns_per_command", row->user_ns, 1);
		xnvi_emit_double(e, "cpu_kernel_ns_per_command", row->kernel_ns, 1);
	}
	if (row->has_syscalls) {
		xnvi_emit_double(e, "syscalls_per_command", row->syscalls, 4);
	} else {
		xnvi_emit_null(e, "syscalls_per_command");
		emit_text(e, "syscalls_why", row->syscalls_why);
	}
	xnvi_emit_end(e);
}

int
demo_write_json(const struct demo *demo, FILE *stream)
{
	const struct demo_content *content = &demo->content;
	struct xnvi_emit e;
	char text[32];
	int wrtn;

	xnvi_emit_init(&e, stream, XNVME_PR_JSON);
	xnvi_emit_map(&e, "xnvme_demo", XNVI_EMIT_BLOCK);
	snprintf(text, sizeof(text), "%d.%d.%d", xnvme_ver_major(), xnvme_ver_minor(),
		 xnvme_ver_patch());
	xnvi_emit_str(&e, "version", text);
	emit_machine(&e);
	xnvi_emit_map(&e, "file", XNVI_EMIT_FLOW);
	xnvi_emit_str(&e, "path", content->path);
	xnvi_emit_u64(&e, "file_nbytes", content->file_nbytes);
	xnvi_emit_u64(&e, "nbytes", content->nbytes);
	snprintf(text, sizeof(text), "%08x", content->crc);
	xnvi_emit_str(&e, "crc32c", text);
	xnvi_emit_end(&e);
	xnvi_emit_u64(&e, "io_nbytes", DEMO_IO_NBYTES);
	xnvi_emit_u64(&e, "queue_depth", DEMO_QDEPTH);
	xnvi_emit_bool(&e, "corrupted_on_purpose", demo->corrupt);
	xnvi_emit_double(&e, "seconds", demo->seconds, 1);
	xnvi_emit_u64(&e, "nverified", demo->counts[DEMO_VERIFIED]);
	xnvi_emit_u64(&e, "nmismatched", demo->counts[DEMO_MISMATCH]);
	xnvi_emit_u64(&e, "nfailed", demo->counts[DEMO_FAILED]);
	xnvi_emit_u64(&e, "nunavailable", demo->counts[DEMO_UNAVAILABLE]);
	xnvi_emit_list(&e, "interfaces", XNVI_EMIT_BLOCK);
	for (size_t i = 0; i < demo->nrows; ++i) {
		emit_row(&e, &demo->rows[i]);
	}
	xnvi_emit_end(&e);
	xnvi_emit_end(&e);
	wrtn = xnvi_emit_term(&e);

	return wrtn < 0 ? wrtn : 0;
}
