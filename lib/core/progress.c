/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Standard error: errors as text or JSON, and progress as a bar, as JSON events, or not at all. */
#include "core/cmd-private.h"
#include "core/write.h"

#include <errno.h>
#include <sys/ioctl.h>

enum mode { PROGRESS_NONE, PROGRESS_BAR, PROGRESS_JSON };
#define REDRAW_MS 100

struct ms_progress {
	FILE *file;
	const char *name;         /* of the command */
	enum mode mode;
	bool json_errors, quiet, drawn;
	size_t total, done, failed;
	int64_t last;             /* when the bar was drawn */
	char doing[96];           /* the newest step */
};

static bool file_is_terminal(FILE *file)
{
	int fd = fileno(file);

	return fd >= 0 && isatty(fd);
}

int ms_progress_new(FILE *file, const char *name, const struct ms_common *common,
		    struct ms_progress **ret_progress)
{
	struct ms_progress *progress = calloc(1, sizeof(*progress));

	if (!progress)
		return -ENOMEM;
	progress->file = file;
	progress->name = name;
	progress->json_errors = !strcmp(common->errors, "json");
	progress->quiet = common->quiet;
	if (common->quiet || !strcmp(common->progress, "none"))
		progress->mode = PROGRESS_NONE;
	else if (!strcmp(common->progress, "json"))
		progress->mode = PROGRESS_JSON;
	else
		progress->mode = file_is_terminal(file) ? PROGRESS_BAR : PROGRESS_NONE;
	*ret_progress = progress;
	return 0;
}

static void bar_clear(struct ms_progress *progress)
{
	if (!progress->drawn)
		return;
	fputs("\r\033[K", progress->file);
	fflush(progress->file);
	progress->drawn = false;
}

void ms_progress_free(struct ms_progress *progress)
{
	if (!progress)
		return;
	bar_clear(progress);
	free(progress);
}

static int terminal_width(FILE *file)
{
	struct winsize size;

	return ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

static void bar_draw(struct ms_progress *progress, bool force)
{
	int64_t now = ms_clock_ms();
	char bar[21] = "", line[256];
	size_t full = progress->total ? progress->done * 20 / progress->total : 0;
	int n;

	if (progress->mode != PROGRESS_BAR || (!force && now - progress->last < REDRAW_MS))
		return;
	progress->last = now;
	for (size_t i = 0; i < sizeof(bar) - 1; i++)
		bar[i] = i < full ? '=' : ' ';
	if (progress->total)
		n = snprintf(line, sizeof(line), "[%s] %zu/%zu", bar, progress->done,
			     progress->total);
	else
		n = snprintf(line, sizeof(line), "%zu done", progress->done);
	if (progress->failed)
		n += snprintf(line + n, sizeof(line) - n, ", %zu failed", progress->failed);
	snprintf(line + n, sizeof(line) - n, "  %s", progress->doing);
	fprintf(progress->file, "\r\033[K%.*s", terminal_width(progress->file) - 1, line);
	fflush(progress->file);
	progress->drawn = true;
}

static void event_print(struct ms_progress *progress, json_t *event)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };

	if (event && !ms_json_write(&text, event, MS_JSON_COMPACT))
		fprintf(progress->file, "%s\n", text.data);
	json_decref(event);
}

void ms_progress_total(struct ms_progress *progress, size_t total)
{
	progress->total = total;
	if (progress->mode == PROGRESS_JSON)
		event_print(progress,
			    json_pack("{s:s, s:I}", "event", "total", "total", (json_int_t)total));
	bar_draw(progress, true);
}

void ms_progress_step(struct ms_progress *progress, const char *target, const char *what)
{
	if (progress->mode == PROGRESS_JSON)
		event_print(progress, json_pack("{s:s, s:s, s:s}", "event", "step", "target",
						target, "what", what));
	snprintf(progress->doing, sizeof(progress->doing), "%s: %s", target, what);
	bar_draw(progress, false);
}

void ms_progress_done(struct ms_progress *progress, const char *target, const struct ms_err *err)
{
	progress->done++;
	progress->failed += err != NULL;
	if (progress->mode == PROGRESS_JSON)
		event_print(progress, json_pack("{s:s, s:s, s:b, s:s*, s:s*}", "event", "done",
						"target", target, "ok", !err, "code",
						err ? ms_code_name(err->code) : NULL, "message",
						err ? err->message : NULL));
	bar_draw(progress, false);
}

static void print_text(FILE *file, const char *name, const struct ms_err *err)
{
	fputs(err->source[0] ? err->source : name, file);
	if (err->line)
		fprintf(file, ":%u", err->line);
	if (err->line && err->column)
		fprintf(file, ":%u", err->column);
	if (err->path[0])
		fprintf(file, ": %s", err->path);
	fprintf(file, ": %s\n", err->message);
	if (err->hint[0])
		fprintf(file, "hint: %s\n", err->hint);
}

static void print_json(FILE *file, const char *name, const struct ms_err *err)
{
	json_auto_t *object = json_pack("{s:s, s:s, s:s*, s:s*, s:s, s:s*}", "command", name,
					"code", ms_code_name(err->code), "source",
					err->source[0] ? err->source : NULL, "path",
					err->path[0] ? err->path : NULL, "message", err->message,
					"hint", err->hint[0] ? err->hint : NULL);
	MS_AUTO_BUF struct ms_buf text = { 0 };

	if (object && err->line)
		json_object_set_new(object, "line", json_integer(err->line));
	if (object && err->line && err->column)
		json_object_set_new(object, "column", json_integer(err->column));
	if (object && !ms_json_write(&text, object, MS_JSON_COMPACT))
		fprintf(file, "%s\n", text.data);
	else /* bytes that JSON cannot hold, or no memory: better said badly than not at all */
		print_text(file, name, err);
}

void ms_error_print(FILE *file, const char *name, bool json, const struct ms_err *err)
{
	if (json)
		print_json(file, name, err);
	else
		print_text(file, name, err);
}

void ms_progress_error(struct ms_progress *progress, const struct ms_err *err)
{
	bar_clear(progress);
	ms_error_print(progress->file, progress->name, progress->json_errors, err);
}

void ms_progress_note(struct ms_progress *progress, const struct ms_err *note)
{
	if (!progress->quiet)
		ms_progress_error(progress, note);
}
