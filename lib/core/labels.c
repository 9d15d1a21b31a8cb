/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Label selectors, as Kubernetes has them: "role=compute,env!=test,tier in (a,b),gpu,!old". */
#include <ctype.h>
#include <errno.h>
#include "core/select.h"
#include "core/text.h"
#include "core/write.h"

enum op { OP_EXISTS, OP_ABSENT, OP_IN, OP_NOT_IN };

struct requirement {
	enum op op;
	char *key;
	json_t *values;               /* object used as a set */
	struct requirement *next;
};

struct ms_labels {
	struct requirement *first, **last;
};

struct parser {
	const char *expr, *at;
	struct ms_err *err;
};

static int refuse(struct parser *p, const char *what)
{
	ms_usage(p->err, "label selector \"%.200s\": %s", p->expr, what);
	ms_hint(p->err, "write for example role=compute,env!=test,gpu or \"tier in (a,b)\"");
	return -EINVAL;
}

static void skip_blanks(struct parser *p)
{
	while (isspace((unsigned char)*p->at))
		p->at++;
}

static bool take(struct parser *p, const char *token)
{
	skip_blanks(p);
	if (!ms_starts(p->at, token))
		return false;
	p->at += strlen(token);
	return true;
}

/*
 * Letters, digits and -_./ as in keys and values of Kubernetes labels; may be empty.  Caller frees.
 */
static char *take_word(struct parser *p)
{
	const char *start;

	skip_blanks(p);
	start = p->at;
	while (isalnum((unsigned char)*p->at) || (*p->at && strchr("-_./:", *p->at)) ||
	       (unsigned char)*p->at >= 0x80)
		p->at++;
	return strndup(start, (size_t)(p->at - start));
}

static int take_value(struct parser *p, struct requirement *req)
{
	MS_AUTO_FREE char *value = take_word(p);

	if (!value)
		return ms_nomem(p->err);
	if (!req->values)
		req->values = json_object();
	if (!req->values)
		return ms_nomem(p->err);
	return json_object_set_new(req->values, value, json_true()) ? ms_nomem(p->err) : 0;
}

static int take_set(struct parser *p, struct requirement *req)
{
	if (!take(p, "("))
		return refuse(p, "\"(\" is missing behind in or notin");
	do {
		int error = take_value(p, req);

		if (error)
			return error;
	} while (take(p, ","));
	return take(p, ")") ? 0 : refuse(p, "\")\" is missing");
}

/* "in" and "notin" are words: "indoor" is not one of them. */
static bool take_op_word(struct parser *p, const char *word)
{
	skip_blanks(p);
	if (!ms_starts(p->at, word) ||
	    (p->at[strlen(word)] != '(' && !isspace((unsigned char)p->at[strlen(word)])))
		return false;
	p->at += strlen(word);
	return true;
}

static int take_op(struct parser *p, struct requirement *req)
{
	if (take(p, "!=")) {
		req->op = OP_NOT_IN;
		return take_value(p, req);
	}
	if (take(p, "==") || take(p, "=")) {
		req->op = OP_IN;
		return take_value(p, req);
	}
	if (take_op_word(p, "notin")) {
		req->op = OP_NOT_IN;
		return take_set(p, req);
	}
	if (take_op_word(p, "in")) {
		req->op = OP_IN;
		return take_set(p, req);
	}
	req->op = OP_EXISTS;
	return 0;
}

static int take_requirement(struct parser *p, struct ms_labels *labels)
{
	struct requirement *req = calloc(1, sizeof(*req));
	bool absent = take(p, "!");
	int error = 0;

	if (!req)
		return ms_nomem(p->err);
	*labels->last = req;
	labels->last = &req->next;
	req->key = take_word(p);
	if (!req->key)
		return ms_nomem(p->err);
	if (!*req->key)
		return refuse(p, "a key is missing");
	if (absent)
		req->op = OP_ABSENT;
	else
		error = take_op(p, req);
	skip_blanks(p);
	if (!error && *p->at && *p->at != ',')
		error = refuse(p, "a comma is missing between two requirements");
	return error;
}

int ms_labels_new(const char *expr, struct ms_labels **ret_labels, struct ms_err *err)
{
	struct parser p = { expr, expr, err };
	struct ms_labels *labels = calloc(1, sizeof(*labels));
	int error;

	if (!labels)
		return ms_nomem(err);
	labels->last = &labels->first;
	error = ms_text_is_utf8(expr) ? 0 : refuse(&p, "not UTF-8");
	while (!error) {
		error = take_requirement(&p, labels);
		if (error || !take(&p, ","))
			break;
	}
	if (error)
		ms_labels_free(labels);
	else
		*ret_labels = labels;
	return error;
}

void ms_labels_free(struct ms_labels *labels)
{
	struct requirement *req = labels ? labels->first : NULL;

	while (req) {
		struct requirement *next = req->next;

		json_decref(req->values);
		free(req->key);
		free(req);
		req = next;
	}
	free(labels);
}

/* Labels are strings; a number or a boolean that somebody did not quote is taken by its text. */
static bool has_value(const json_t *values, const json_t *label)
{
	MS_AUTO_BUF struct ms_buf text = { 0 };

	if (json_is_string(label))
		return json_object_get(values, json_string_value(label));
	return !ms_json_write(&text, label, MS_JSON_COMPACT) && json_object_get(values, text.data);
}

static bool holds(const struct requirement *req, const json_t *labels)
{
	const json_t *label = json_object_get(labels, req->key);

	switch (req->op) {
	case OP_EXISTS:
		return label;
	case OP_ABSENT:
		return !label;
	case OP_IN:
		return label && has_value(req->values, label);
	default: /* a label that is not there is none of them, as in Kubernetes */
		return !label || !has_value(req->values, label);
	}
}

bool ms_labels_match(const struct ms_labels *labels, const json_t *res)
{
	const json_t *set = ms_at(res, "/metadata/labels");

	for (const struct requirement *req = labels->first; req; req = req->next)
		if (!holds(req, set))
			return false;
	return true;
}
