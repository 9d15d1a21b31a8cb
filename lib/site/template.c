/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names by rule: "{role}{n:02}", "pod{pod}-leaf{n}". */
#include <errno.h>
#include "site/grow.h"

#define WIDTH_MAX 9

/* One word in braces: its name, and how many digits it wants. */
struct word {
	const char *name;
	size_t len;
	int width;
	const char *end;
};

static bool read_word(const char *open, struct word *ret_word)
{
	const char *name = open + 1, *end = name + strcspn(name, ":}");
	struct word word = { .name = name, .len = (size_t)(end - name) };

	if (*end == ':') {
		if (end[1] != '0' || end[2] < '1' || end[2] > '0' + WIDTH_MAX)
			return false;
		word.width = end[2] - '0';
		end += 3;
	}
	word.end = end + 1;
	*ret_word = word;
	return *end == '}';
}

static const unsigned *value_of(const struct ms_template *words, const struct word *word)
{
	const struct {
		const char *name;
		const unsigned *value;
	} known[] = {
		{ "n", &words->n },
		{ "pod", &words->pod },
		{ "rail", &words->rail },
		{ "unit", &words->unit },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(known); i++)
		if (strlen(known[i].name) == word->len &&
		    !strncmp(known[i].name, word->name, word->len))
			return known[i].value;
	return NULL;
}

static bool is_role(const struct word *word)
{
	return word->len == 4 && !strncmp(word->name, "role", 4) && !word->width;
}

int ms_template_put(struct ms_buf *buf, const char *text, const struct ms_template *words,
		    bool count)
{
	struct word word;

	while (*text) {
		const char *open = text + strcspn(text, "{");
		const unsigned *value;

		ms_buf_add(buf, text, (size_t)(open - text));
		text = open;
		if (!*open)
			break;
		if (!read_word(open, &word))
			return -EINVAL;
		value = value_of(words, &word);
		if (!value && !is_role(&word))
			return -EINVAL;
		if (!value)
			ms_buf_puts(buf, words->role);
		else if (!count || value != &words->n)
			ms_buf_printf(buf, "%0*u", word.width, *value);
		text = word.end;
	}
	return buf->failed;
}

char *ms_template_wrong(const char *text)
{
	const struct ms_template none = { .role = "" };
	struct word word;

	for (text += strcspn(text, "{"); *text; text += strcspn(text, "{")) {
		if (!read_word(text, &word))
			return strdup(text);
		if (!value_of(&none, &word) && !is_role(&word))
			return strndup(text, (size_t)(word.end - text));
		text = word.end;
	}
	return NULL;
}
