/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The debug log: one line a message on standard error, with known secrets masked and control bytes
 * replaced. */
#include "core/log-private.h"

static enum ms_level log_level;
static struct ms_secrets *log_secrets; /* every live store, so that no caller can forget to mask */

void ms_log_level(enum ms_level level)
{
	log_level = level;
}

void ms_log_add_secrets(struct ms_secrets *secrets)
{
	secrets->next = log_secrets;
	log_secrets = secrets;
}

void ms_log_remove_secrets(struct ms_secrets *secrets)
{
	struct ms_secrets **at = &log_secrets;

	while (*at && *at != secrets)
		at = &(*at)->next;
	if (*at)
		*at = secrets->next;
}

void ms_debug(const char *fmt, ...)
{
	MS_AUTO_FREE char *text = NULL;
	va_list args;
	int n;

	if (log_level < MS_LOG_DEBUG)
		return;
	va_start(args, fmt);
	n = vasprintf(&text, fmt, args);
	va_end(args);
	if (n < 0) {
		text = NULL;
		return;
	}
	for (const struct ms_secrets *secrets = log_secrets; secrets; secrets = secrets->next)
		ms_secrets_mask(secrets, text);
	for (char *c = text; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = ' ';
	}
	fprintf(stderr, "debug: %s\n", text);
}
