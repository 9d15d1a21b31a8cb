/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Credential references, resolved at the last moment, kept for the run and wiped at its end. */
#include "core/log-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define SECRET_MAX 65536
#define EXEC_SECONDS 30
#define MASK_MIN 3        /* shorter values would mask half the text and protect nothing */

int ms_secrets_new(struct ms_secrets **ret_secrets, struct ms_err *err)
{
	struct ms_secrets *secrets = calloc(1, sizeof(*secrets));

	if (!secrets)
		return ms_nomem(err);
	ms_gate_init(&secrets->gate, 1);
	ms_log_add_secrets(secrets);
	*ret_secrets = secrets;
	return 0;
}

void ms_secrets_use_loop(struct ms_secrets *secrets, struct ms_loop *loop)
{
	secrets->loop = loop;
}

static void wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

void ms_secrets_free(struct ms_secrets *secrets)
{
	if (!secrets)
		return;
	ms_log_remove_secrets(secrets);
	while (secrets->first) {
		struct ms_secret *secret = secrets->first;

		secrets->first = secret->next;
		wipe(secret->value);
		wipe(secret->escaped);
		free(secret->reference);
		free(secret);
	}
	free(secrets);
}

bool ms_secret_is_reference(const char *text)
{
	static const char *const schemes[] = { "file:", "env:", "exec:" };

	for (size_t i = 0; text && i < MS_ARRAY_SIZE(schemes); i++) {
		if (ms_starts(text, schemes[i]))
			return text[strlen(schemes[i])] != 0;
	}
	return false;
}

/* Anybody could put a password of theirs into a world-writable file.  Who may read it is the
 * owner's business. */
static int read_file(const char *reference, const char *path, struct ms_buf *buf,
		     struct ms_err *err)
{
	MS_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0) {
		r = ms_fail_errno(err, -errno, "cannot read the credential %s", reference);
		ms_hint(err, "the file must exist and be readable by you");
		return r;
	}
	if (S_ISREG(st.st_mode) && st.st_mode & S_IWOTH) {
		r = ms_fail(err, -EPERM, MS_FAILED, "the credential %s may be written by everybody",
			    reference);
		ms_hint(err, "chmod 600 %s", path);
		return r;
	}
	return ms_read_fd(fd, reference, SECRET_MAX, buf, err);
}

static int read_env(const char *name, struct ms_buf *buf, struct ms_err *err)
{
	const char *value = getenv(name);
	int r;

	if (value)
		return ms_buf_puts(buf, value) < 0 ? ms_nomem(err) : 0;
	r = ms_fail(err, -ENOENT, MS_FAILED, "the credential env:%s is not set", name);
	ms_hint(err, "export %s=...", name);
	return r;
}

static int read_exec(struct ms_secrets *secrets, const char *reference, struct ms_buf *buf,
		     struct ms_err *err)
{
	char **words = NULL;
	int r = ms_words_split(reference + strlen("exec:"), &words, err);

	if (!r)
		r = ms_child_output(secrets->loop, words, reference, EXEC_SECONDS, SECRET_MAX, buf,
				    err);
	ms_strv_free(words);
	if (r == -EIO)
		ms_hint(err, "run the command by hand; it must print the value on its first line");
	return r;
}

static int resolve(struct ms_secrets *secrets, const char *reference, struct ms_buf *buf,
		   struct ms_err *err)
{
	int r;

	if (!ms_secret_is_reference(reference)) {
		r = ms_fail(err, -EINVAL, MS_INPUT,
			    "not a credential reference (its text is not shown)");
		ms_hint(err, "write file:PATH, env:NAME or exec:COMMAND");
		return r;
	}
	if (ms_starts(reference, "file:"))
		return read_file(reference, reference + 5, buf, err);
	if (ms_starts(reference, "env:"))
		return read_env(reference + 4, buf, err);
	return read_exec(secrets, reference, buf, err);
}

/* The value as it would stand in a JSON string; NULL when that is the same. */
static char *escape(const char *value)
{
	json_t *string = json_string(value);
	char *text = string ? ms_json_text(string, MS_JSON_COMPACT) : NULL, *inner = NULL;
	size_t len = text ? strlen(text) : 0;

	if (len > 2 && (len - 2 != strlen(value) || strncmp(text + 1, value, len - 2)))
		inner = strndup(text + 1, len - 2);
	json_decref(string);
	wipe(text);
	return inner;
}

static int keep(struct ms_secrets *secrets, const char *reference, struct ms_buf *buf,
		const char **ret_value, struct ms_err *err)
{
	struct ms_secret *secret;
	size_t len = buf->data ? strcspn(buf->data, "\r\n") : 0;

	if (!len)
		return ms_fail(err, -ENODATA, MS_FAILED, "the credential %s is empty", reference);
	secret = calloc(1, sizeof(*secret));
	if (!secret)
		return ms_nomem(err);
	secret->reference = strdup(reference);
	secret->value = strndup(buf->data, len);
	secret->escaped = secret->value ? escape(secret->value) : NULL;
	secret->next = secrets->first;
	secrets->first = secret;
	if (!secret->reference || !secret->value)
		return ms_nomem(err);
	*ret_value = secret->value;
	return 0;
}

static const char *find(const struct ms_secrets *secrets, const char *reference)
{
	for (const struct ms_secret *secret = secrets->first; secret; secret = secret->next) {
		if (secret->value && ms_streq(secret->reference, reference))
			return secret->value;
	}
	return NULL;
}

static int get_new(struct ms_secrets *secrets, const char *reference, const char **ret_value,
		   struct ms_err *err)
{
	struct ms_buf buf = { .max = SECRET_MAX + 1 };
	int r = resolve(secrets, reference, &buf, err);

	if (!r)
		r = keep(secrets, reference, &buf, ret_value, err);
	if (buf.data)
		explicit_bzero(buf.data, buf.len);
	ms_buf_release(&buf);
	return r;
}

/* Many tasks may ask for the same credential at once: one runs the helper, the others find its
 * answer. */
int ms_secret_get(struct ms_secrets *secrets, const char *reference, const char **ret_value,
		  struct ms_err *err)
{
	const char *known = find(secrets, reference);
	int r;

	if (known) {
		*ret_value = known;
		return 0;
	}
	if (!secrets->loop)
		return get_new(secrets, reference, ret_value, err);
	r = ms_gate_enter(secrets->loop, &secrets->gate, 0);
	if (r < 0)
		return ms_fail(err, r, MS_CANCELLED, "stopped while waiting for a credential");
	known = find(secrets, reference);
	if (known)
		*ret_value = known;
	else
		r = get_new(secrets, reference, ret_value, err);
	ms_gate_leave(secrets->loop, &secrets->gate);
	return r;
}

static void mask_one(char *text, const char *value)
{
	size_t len = value ? strlen(value) : 0;

	if (len < MASK_MIN)
		return;
	while ((text = strstr(text, value))) {
		memcpy(text, "***", 3);
		memmove(text + 3, text + len, strlen(text + len) + 1);
		text += 3;
	}
}

void ms_secrets_mask(const struct ms_secrets *secrets, char *text)
{
	if (!secrets || !text)
		return;
	for (const struct ms_secret *secret = secrets->first; secret; secret = secret->next) {
		mask_one(text, secret->value);
		mask_one(text, secret->escaped);
	}
}
