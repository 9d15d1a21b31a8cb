/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What NETCONF messages say (RFC 6241).  Elements are found by their local name, because devices
 * differ in the namespaces that they declare.
 */
#include "net/netconf.h"

#include <errno.h>
#include <libxml/parser.h>

/* A document type could declare entities; no device has a use for one. */
xmlDoc *ms_netconf_parse(const char *text, size_t len)
{
	xmlDoc *doc;

	if (len > INT32_MAX)
		return NULL;
	len -= strspn(text, " \t\r\n");
	text += strspn(text, " \t\r\n");
	doc = xmlReadMemory(text, (int)len, "reply", NULL,
			    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
				    XML_PARSE_NOCDATA | XML_PARSE_HUGE);
	if (!doc || !doc->intSubset)
		return doc;
	xmlFreeDoc(doc);
	return NULL;
}

static bool is_named(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && !strcmp((const char *)node->name, name);
}

/* The element behind this one in document order, inside of top. */
static const xmlNode *behind(const xmlNode *node, const xmlNode *top)
{
	if (node->type == XML_ELEMENT_NODE && node->children)
		return node->children;
	while (node != top && !node->next)
		node = node->parent;
	return node == top ? NULL : node->next;
}

const xmlNode *ms_netconf_find(const xmlNode *node, const char *name)
{
	const xmlNode *at = node;

	while (at && (at = behind(at, node)))
		if (is_named(at, name))
			return at;
	return NULL;
}

char *ms_netconf_text(const xmlNode *node)
{
	xmlChar *content = node ? xmlNodeGetContent(node) : NULL;
	const char *from = (const char *)content;
	size_t len;
	char *text;

	if (!content)
		return NULL;
	from += strspn(from, " \t\r\n");
	len = strlen(from);
	while (len && strchr(" \t\r\n", from[len - 1]))
		len--;
	text = strndup(from, len);
	xmlFree(content);
	return text;
}

int ms_netconf_hello(const char *text, size_t len, json_t **ret_capabilities, char **ret_id)
{
	xmlDoc *doc = ms_netconf_parse(text, len);
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL, *list;
	json_auto_t *capabilities = json_array();

	if (!root || !is_named(root, "hello") || !(list = ms_netconf_find(root, "capabilities"))) {
		xmlFreeDoc(doc);
		return -EBADMSG;
	}
	for (const xmlNode *node = list->children; node; node = node->next) {
		MS_AUTO_FREE char *uri = is_named(node, "capability") ? ms_netconf_text(node)
								      : NULL;

		if (uri)
			json_array_append_new(capabilities, json_string(uri));
	}
	*ret_id = ms_netconf_text(ms_netconf_find(root, "session-id"));
	xmlFreeDoc(doc);
	*ret_capabilities = ms_take(capabilities);
	return 0;
}

/* ---- replies ------------------------------------------------------------------------------------
 */

static const struct { const char *word; bool tag; int error; enum ms_code code; } meanings[] = {
	{ "lock-denied", true, -EBUSY, MS_CONFLICT },
	{ "in-use", true, -EBUSY, MS_CONFLICT },
	{ "resource-denied", true, -EBUSY, MS_BUSY },
	{ "access-denied", true, -EACCES, MS_AUTH },
	{ "operation-not-supported", true, -EOPNOTSUPP, MS_UNSUPPORTED },
	{ "data-missing", true, -ENOENT, MS_NOTFOUND },
	/* Junos gives no tag to these. */
	{ "configuration database locked by", false, -EBUSY, MS_CONFLICT },
	{ "configuration database modified", false, -EBUSY, MS_CONFLICT },
	{ "permission denied", false, -EACCES, MS_AUTH },
	{ "syntax error", false, -EINVAL, MS_UNSUPPORTED },
};

static int fail_reply(const char *name, const xmlNode *node, unsigned more, struct ms_err *err)
{
	MS_AUTO_FREE char *tag = ms_netconf_text(ms_netconf_find(node, "error-tag")),
			  *path = ms_netconf_text(ms_netconf_find(node, "error-path")),
			  *message = ms_netconf_text(ms_netconf_find(node, "error-message")),
			  *element = ms_netconf_text(ms_netconf_find(node, "bad-element"));
	enum ms_code code = MS_FAILED;
	int error = -EREMOTEIO;

	for (size_t i = 0; i < MS_ARRAY_SIZE(meanings); i++) {
		const char *in = meanings[i].tag ? tag : message;

		if (in && strstr(in, meanings[i].word)) {
			error = meanings[i].error;
			code = meanings[i].code;
			break;
		}
	}
	ms_fail(err, error, code, "%s: %s%s%s%s%s%s%s", name, path ? path : "", path ? ": " : "",
		message && *message ? message : tag ? tag : "rpc-error without a message",
		element && *element ? " (" : "", element && *element ? element : "",
		element && *element ? ")" : "", more ? ", and more" : "");
	if (code == MS_CONFLICT)
		ms_hint(err,
			"somebody else configures it; wait, or end that session on the device");
	return error;
}

static int take_errors(const char *name, const xmlNode *root, json_t *warnings, struct ms_err *err)
{
	const xmlNode *first = NULL;
	unsigned more = 0;

	for (const xmlNode *at = root; (at = behind(at, root));) {
		MS_AUTO_FREE char *severity = NULL, *message = NULL;

		if (!is_named(at, "rpc-error"))
			continue;
		severity = ms_netconf_text(ms_netconf_find(at, "error-severity"));
		message = ms_netconf_text(ms_netconf_find(at, "error-message"));
		if (ms_streq(severity, "warning")) {
			if (warnings && message)
				json_array_append_new(warnings, json_string(message));
			continue;
		}
		more += first != NULL;
		first = first ? first : at;
	}
	return first ? fail_reply(name, first, more, err) : 0;
}

/* A device that could not read the message-id leaves it out of its error (RFC 6241 section 4.3). */
static bool is_ours(const xmlNode *root, const char *message_id)
{
	xmlChar *id = root && is_named(root, "rpc-reply")
			      ? xmlGetNoNsProp(root, (const xmlChar *)"message-id")
			      : NULL;
	bool ours = id ? !strcmp((const char *)id, message_id)
		       : root && is_named(root, "rpc-reply") && ms_netconf_find(root, "rpc-error");

	xmlFree(id);
	return ours;
}

int ms_netconf_reply(const char *name, const char *text, size_t len, const char *message_id,
		     json_t *warnings, struct ms_err *err)
{
	xmlDoc *doc = ms_netconf_parse(text, len);
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
	int r;

	if (!doc)
		return ms_fail(err, -EBADMSG, MS_INVALID, "%s: its NETCONF reply is no XML", name);
	r = is_ours(root, message_id) ? take_errors(name, root, warnings, err) : -ESTALE;
	xmlFreeDoc(doc);
	return r;
}
