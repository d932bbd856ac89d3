// SPDX-License-Identifier: BSD-3-Clause
/**
 * report.html of the demo: one file without scripts, which loads nothing from elsewhere
 */
#include <shared.h>

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define TEXT_NBYTES 32

/* Geometry of the charts, in SVG units */
#define CHART_WIDTH 560
#define PLOT_LEFT   118
#define PLOT_WIDTH  310
#define ROW_HEIGHT  26
#define GROUP_GAP   34
#define BAR_HEIGHT  14
#define AXIS_HEIGHT 28

static const char g_head[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>libxnvme demo</title>\n<style>\n"
    ":root{color-scheme:light dark;--page:#f9f9f7;--card:#fcfcfb;--ink:#0b0b0b;--ink2:#52514e;\n"
    "--mute:#898781;--grid:#e1e0d9;--edge:#e4e3dd;--a:#2a78d6;--b:#eb6834;--good:#006300;\n"
    "--bad:#d03b3b}\n"
    "@media(prefers-color-scheme:dark){:root{--page:#0d0d0d;--card:#1a1a19;--ink:#fff;\n"
    "--ink2:#c3c2b7;--mute:#898781;--grid:#2c2c2a;--edge:#2c2c2a;--a:#3987e5;--b:#d95926;\n"
    "--good:#0ca30c;--bad:#e66767}}\n"
    "body{margin:0;background:var(--page);color:var(--ink);\n"
    "font:15px/1.5 system-ui,-apple-system,\"Segoe UI\",sans-serif}\n"
    "main{max-width:1080px;margin:0 auto;padding:32px 20px 56px}\n"
    "h1{font-size:26px;margin:0 0 4px}h2{font-size:17px;margin:0 0 2px}\n"
    "p{margin:0 0 10px;color:var(--ink2)}code{font-size:.92em;overflow-wrap:anywhere}\n"
    ".tiles{display:flex;flex-wrap:wrap;gap:12px;margin:20px 0}\n"
    ".tile,.card{background:var(--card);border:1px solid var(--edge);border-radius:10px}\n"
    ".tile{padding:12px 18px;min-width:120px}.tile b{display:block;font-size:28px;\n"
    "font-weight:600;line-height:1.2}.tile span{color:var(--ink2);font-size:13px}\n"
    ".card{padding:18px 20px;margin:0 0 16px}.wide{overflow-x:auto}\n"
    ".pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(460px,1fr));gap:0 16px}\n"
    "@media(max-width:560px){.pair{grid-template-columns:1fr}}\n"
    ".good{color:var(--good)}.bad{color:var(--bad)}\n"
    "table{border-collapse:collapse;width:100%;font-size:14px}\n"
    "th{text-align:left;color:var(--ink2);font-weight:500;font-size:13px}\n"
    "th,td{padding:6px 10px;border-bottom:1px solid var(--edge);white-space:nowrap}\n"
    "td.why{white-space:normal;color:var(--ink2)}tr:last-child td{border-bottom:0}\n"
    "tr.first td{border-top:2px solid var(--grid)}\n"
    ".n{text-align:right;font-variant-numeric:tabular-nums}\n"
    "svg{display:block;width:100%;height:auto;max-width:760px;font:13px system-ui,sans-serif}\n"
    "svg text{fill:var(--ink)}svg .m{fill:var(--mute);font-size:12px}\n"
    "svg .g{fill:var(--ink2);font-weight:600}svg line{stroke:var(--grid)}\n"
    ".ca{fill:var(--a)}.cb{fill:var(--b)}svg line.r{stroke:var(--a);stroke-width:2}\n"
    ".key{font-size:13px;color:var(--ink2)}.key i{display:inline-block;width:10px;height:10px;\n"
    "border-radius:2px;margin:0 5px 0 12px}.ka{background:var(--a)}.kb{background:var(--b)}\n"
    "</style></head><body><main>\n";

static void
put(FILE *out, const char *text)
{
	for (; *text; ++text) {
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}

static const char *
label_of(const struct demo_row *row, char *text, size_t nbytes)
{
	snprintf(text, nbytes, "%s%s", row->iface.id[0] ? row->iface.id : row->iface.be,
		 row->iface.sync ? " (sync)" : "");

	return text;
}

/** Whether a row is in the charts: its interface moves data and was measured */
static bool
is_charted(const struct demo_row *row)
{
	return row->iops > 0 && row->state != DEMO_NO_DATA && row->state != DEMO_FAILED;
}

/** Whether this is the first row of its medium in the charts */
static bool
opens_group(const struct demo *demo, size_t nth)
{
	for (size_t i = 0; i < nth; ++i) {
		if (is_charted(&demo->rows[i]) && demo->rows[i].medium == demo->rows[nth].medium) {
			return false;
		}
	}

	return true;
}

/** Two values per row: a bar of one or two parts, or the ends of a range */
struct chart {
	const char *title;
	const char *note;
	const char *key[2]; ///< Legend; NULL when there is one series
	const char *(*format)(char *text, size_t nbytes, double value);
	void (*values)(const struct demo_row *row, double *v);
	bool range;
};

static void
iops_values(const struct demo_row *row, double *v)
{
	v[0] = row->iops;
	v[1] = 0;
}

static void
cpu_values(const struct demo_row *row, double *v)
{
	v[0] = row->user_ns;
	v[1] = row->kernel_ns;
}

static void
syscall_values(const struct demo_row *row, double *v)
{
	v[0] = row->syscalls;
	v[1] = 0;
}

static const char *
plain(char *text, size_t nbytes, double value)
{
	snprintf(text, nbytes, "%.2f", value);

	return text;
}

static void
latency_values(const struct demo_row *row, double *v)
{
	v[0] = row->p50_ns;
	v[1] = row->p99_ns;
}

static const struct chart g_charts[] = {
    {
	.title = "Commands per second",
	.note = "16 in flight, (sync): one at a time. Each medium has a scale of its own.",
	.format = demo_si,
	.values = iops_values,
    },
    {
	.title = "CPU time per command",
	.note = "All threads of the process. Each medium has a scale of its own.",
	.key = {"in the program", "in the kernel"},
	.format = demo_time,
	.values = cpu_values,
    },
    {
	.title = "System calls per command",
	.note = "All threads of the process. Each medium has a scale of its own.",
	.format = plain,
	.values = syscall_values,
    },
    {
	.title = "Latency, from the median to the 99th percentile",
	.note = "One command in flight. Logarithmic scale; the figures are median and p99.",
	.format = demo_time,
	.values = latency_values,
	.range = true,
    },
};

static double
group_max(const struct demo *demo, const struct chart *chart, const struct demo_medium *medium)
{
	double max = 0;
	double v[2];

	for (size_t i = 0; i < demo->nrows; ++i) {
		if (is_charted(&demo->rows[i]) && demo->rows[i].medium == medium) {
			chart->values(&demo->rows[i], v);
			max = fmax(max, v[0] + v[1]);
		}
	}

	return max;
}

static void
put_bar(FILE *out, const struct chart *chart, const struct demo_row *row, double max, int y)
{
	char text[TEXT_NBYTES];
	double x = PLOT_LEFT;
	double v[2];

	chart->values(row, v);
	for (int i = 0; i < 2; ++i) {
		const double width = max > 0 ? v[i] / max * PLOT_WIDTH : 0;

		if (width > 0) {
			fprintf(out,
				"<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" "
				"height=\"%d\" rx=\"3\"><title>%s%s%s</title></rect>\n",
				i ? "cb" : "ca", x, y, fmax(width - (i || v[1] > 0 ? 1 : 0), 1),
				BAR_HEIGHT, chart->format(text, sizeof(text), v[i]),
				chart->key[i] ? " " : "", chart->key[i] ? chart->key[i] : "");
			x += width + 1;
		}
	}
	fprintf(out, "<text x=\"%.1f\" y=\"%d\">%s</text>\n", x + 6, y + 12,
		chart->format(text, sizeof(text), v[0] + v[1]));
}

/** Position on a logarithmic axis */
static double
log_x(double value, int decade_min, int decade_max)
{
	return PLOT_LEFT +
	       (log10(fmax(value, 1)) - decade_min) / (decade_max - decade_min) * PLOT_WIDTH;
}

static void
put_range(FILE *out, const struct chart *chart, const struct demo_row *row, const int *decades,
	  int y)
{
	char low[TEXT_NBYTES];
	char high[TEXT_NBYTES];
	double v[2];
	double x[2];

	chart->values(row, v);
	for (int i = 0; i < 2; ++i) {
		x[i] = log_x(v[i], decades[0], decades[1]);
	}
	chart->format(low, sizeof(low), v[0]);
	chart->format(high, sizeof(high), v[1]);
	fprintf(out,
		"<g><title>median %s, p99 %s</title><line class=\"r\" x1=\"%.1f\" x2=\"%.1f\" "
		"y1=\"%d\" y2=\"%d\"/><circle class=\"ca\" cx=\"%.1f\" cy=\"%d\" r=\"5\"/>"
		"<rect class=\"ca\" x=\"%.1f\" y=\"%d\" width=\"3\" height=\"%d\"/></g>\n",
		low, high, x[0], x[1], y + 7, y + 7, x[0], y + 7, x[1] - 1.5, y, BAR_HEIGHT);
	fprintf(out, "<text x=\"%.1f\" y=\"%d\">%s – %s</text>\n", x[1] + 10, y + 12, low, high);
}

static void
find_decades(const struct demo *demo, const struct chart *chart, int *decades)
{
	double min = INFINITY;
	double max = 1;
	double v[2];

	for (size_t i = 0; i < demo->nrows; ++i) {
		if (is_charted(&demo->rows[i])) {
			chart->values(&demo->rows[i], v);
			min = fmin(min, v[0]);
			max = fmax(max, v[1]);
		}
	}
	decades[0] = isfinite(min) ? (int)floor(log10(fmax(min, 1))) : 0;
	decades[1] = (int)ceil(log10(max));
	if (decades[1] <= decades[0]) {
		decades[1] = decades[0] + 1;
	}
}

static void
put_axis(FILE *out, const struct chart *chart, const int *decades, int height)
{
	char text[TEXT_NBYTES];

	for (int i = decades[0]; i <= decades[1]; ++i) {
		const double value = pow(10, i);
		const double x = log_x(value, decades[0], decades[1]);

		fprintf(out,
			"<line x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\"/>"
			"<text class=\"m\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%s</text>\n",
			x, x, height - AXIS_HEIGHT + 8, x, height - 6,
			chart->format(text, sizeof(text), value));
	}
}

static void
put_chart(FILE *out, const struct demo *demo, const struct chart *chart)
{
	int height = chart->range ? AXIS_HEIGHT : 8;
	char label[TEXT_NBYTES * 2];
	int decades[2] = {0};
	int y = 0;

	fprintf(out, "<section class=\"card\"><h2>%s</h2><p>%s</p>\n", chart->title, chart->note);
	if (chart->key[0]) {
		fprintf(out,
			"<div class=\"key\"><i class=\"ka\" style=\"margin-left:0\"></i>%s"
			"<i class=\"kb\"></i>%s</div>\n",
			chart->key[0], chart->key[1]);
	}
	for (size_t i = 0; i < demo->nrows; ++i) {
		if (is_charted(&demo->rows[i])) {
			height += ROW_HEIGHT + (opens_group(demo, i) ? GROUP_GAP : 0);
		}
	}
	fprintf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n", CHART_WIDTH,
		height, chart->title);
	if (chart->range) {
		find_decades(demo, chart, decades);
		put_axis(out, chart, decades, height);
	}
	for (size_t i = 0; i < demo->nrows; ++i) {
		const struct demo_row *row = &demo->rows[i];

		if (!is_charted(row)) {
			continue;
		}
		if (opens_group(demo, i)) {
			fprintf(out, "<text class=\"g\" x=\"0\" y=\"%d\">%s</text>\n", y + 22,
				row->medium->name);
			y += GROUP_GAP;
		}
		fputs("<text x=\"12\" ", out);
		fprintf(out, "y=\"%d\">", y + 12);
		put(out, label_of(row, label, sizeof(label)));
		fputs("</text>\n", out);
		if (chart->range) {
			put_range(out, chart, row, decades, y);
		} else {
			put_bar(out, chart, row, group_max(demo, chart, row->medium), y);
		}
		y += ROW_HEIGHT;
	}
	fputs("</svg></section>\n", out);
}

static void
put_figures(FILE *out, const struct demo_row *row)
{
	char text[TEXT_NBYTES];

	fprintf(out, "<td class=\"n\">%s</td>", demo_si(text, sizeof(text), row->iops));
	fprintf(out, "<td class=\"n\">%s</td>", demo_time(text, sizeof(text), row->p50_ns));
	fprintf(out, "<td class=\"n\">%s</td>", demo_time(text, sizeof(text), row->p99_ns));
	fprintf(out, "<td class=\"n\">%s</td>",
		demo_time(text, sizeof(text), row->user_ns + row->kernel_ns));
	if (row->has_syscalls) {
		fprintf(out, "<td class=\"n\">%.2f</td>", row->syscalls);
	} else {
		fputs("<td class=\"n\" title=\"", out);
		put(out, row->syscalls_why);
		fputs("\">n/a</td>", out);
	}
}

static void
put_row(FILE *out, const struct demo_row *row, bool first)
{
	const bool bad = row->state == DEMO_MISMATCH || row->state == DEMO_FAILED;
	char label[TEXT_NBYTES * 2];

	fprintf(out, "<tr%s><td>%s</td><td>", first ? " class=\"first\"" : "", row->medium->name);
	put(out, label_of(row, label, sizeof(label)));
	fprintf(out, "</td><td class=\"%s\">%s%s</td>",
		bad			      ? "bad"
		: row->state == DEMO_VERIFIED ? "good"
					      : "",
		bad			      ? "✗ "
		: row->state == DEMO_VERIFIED ? "✓ "
					      : "",
		demo_state_name(row->state));
	if (row->state == DEMO_UNAVAILABLE || row->state == DEMO_FAILED) {
		fputs("<td class=\"why\" colspan=\"6\">", out);
		put(out, row->why);
		fputs(row->remedy[0] ? "; " : "", out);
		put(out, row->remedy);
		fputs("</td></tr>\n", out);
		return;
	}
	fputs("<td>", out);
	put(out, row->state == DEMO_NO_DATA ? "–" : row->reader);
	fputs("</td>", out);
	put_figures(out, row);
	fputs("</tr>\n", out);
	if (row->state == DEMO_MISMATCH) {
		fputs("<tr><td></td><td></td><td class=\"why\" colspan=\"7\">", out);
		put(out, row->why);
		fputs("</td></tr>\n", out);
	}
}

static void
put_table(FILE *out, const struct demo *demo)
{
	fputs("<section class=\"card wide\"><h2>Every interface</h2>\n<table><thead><tr>"
	      "<th>Medium</th><th>Interface</th><th>Data</th><th>Read back by</th>"
	      "<th class=\"n\">IOPS</th><th class=\"n\">p50</th><th class=\"n\">p99</th>"
	      "<th class=\"n\">CPU / command</th><th class=\"n\">System calls / command</th>"
	      "</tr></thead><tbody>\n",
	      out);
	for (size_t i = 0; i < demo->nrows; ++i) {
		put_row(out, &demo->rows[i],
			i > 0 && demo->rows[i].medium != demo->rows[i - 1].medium);
	}
	fputs("</tbody></table></section>\n", out);
}

static void
put_tile(FILE *out, size_t value, const char *label, const char *cls)
{
	fprintf(out, "<div class=\"tile\"><b class=\"%s\">%zu</b><span>%s</span></div>\n", cls,
		value, label);
}

static void
put_summary(FILE *out, const struct demo *demo)
{
	const struct demo_content *content = &demo->content;
	const size_t *counts = demo->counts;
	struct utsname names = {0};

	uname(&names);
	fputs("<h1>libxnvme demo</h1>\n<p><code>", out);
	put(out, content->path);
	fprintf(out,
		"</code>, %zu bytes, CRC-32C <code>%08x</code>, went through every interface that "
		"this machine can open: written by one, read back by another, compared.</p>\n<p>",
		content->nbytes, content->crc);
	fprintf(out, "libxnvme %d.%d.%d on ", xnvme_ver_major(), xnvme_ver_minor(),
		xnvme_ver_patch());
	put(out, names.sysname);
	fputs(" ", out);
	put(out, names.release);
	fputs(" ", out);
	put(out, names.machine);
	fprintf(out, ", %ld CPUs, %s; %.1f s</p>\n", sysconf(_SC_NPROCESSORS_ONLN),
		geteuid() ? "not root" : "root", demo->seconds);
	if (demo->corrupt) {
		fputs("<p class=\"bad\">A byte was changed on purpose after each write "
		      "(--corrupt).</p>\n",
		      out);
	}
	fputs("<div class=\"tiles\">\n", out);
	put_tile(out, counts[DEMO_VERIFIED], "verified", "good");
	put_tile(out, counts[DEMO_MISMATCH], "mismatched", counts[DEMO_MISMATCH] ? "bad" : "");
	put_tile(out, counts[DEMO_FAILED], "failed", counts[DEMO_FAILED] ? "bad" : "");
	put_tile(out, counts[DEMO_UNAVAILABLE], "not available", "");
	fputs("</div>\n", out);
}

int
demo_write_html(const struct demo *demo, FILE *stream)
{
	fputs(g_head, stream);
	put_summary(stream, demo);
	put_table(stream, demo);
	fputs("<div class=\"pair\">\n", stream);
	for (size_t i = 0; i < sizeof(g_charts) / sizeof(g_charts[0]); ++i) {
		put_chart(stream, demo, &g_charts[i]);
	}
	fputs("</div>\n", stream);
	fprintf(stream,
		"<section class=\"card\"><h2>How this was measured</h2><p>Random reads of %u bytes "
		"in an area that was just written, so files and loop devices answer from the page "
		"cache: the figures are the cost of the interface, not of the medium. CPU time is "
		"that of all threads of the process (getrusage). System calls are counted in a "
		"child process under ptrace. <b>nil</b> completes commands without moving data; "
		"it shows the cost of the library itself. Before each write the medium gets other "
		"bytes, so that data of an earlier row cannot pass for that of the next one.</p>"
		"</section>\n</main></body></html>\n",
		DEMO_IO_NBYTES);

	return ferror(stream) ? -EIO : 0;
}
