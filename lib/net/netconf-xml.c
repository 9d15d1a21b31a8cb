/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What NETCONF messages say (RFC 6241).
 */
#include "net/netconf.h"

#include <errno.h>

int ms_netconf_hello(const char *text, size_t len, json_t **ret_capabilities, char **ret_id)
{
	xmlDoc *doc = ms_xml_parse(text, len);
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL, *list;
	json_auto_t *capabilities = json_array();

	if (!root || !ms_xml_is(root, "hello") || !(list = ms_xml_find(root, "capabilities"))) {
		xmlFreeDoc(doc);
		return -EBADMSG;
	}
	for (const xmlNode *node = list->children; node; node = node->next) {
		MS_AUTO_FREE char *uri = ms_xml_is(node, "capability") ? ms_xml_text(node)
								      : NULL;

		if (uri)
			json_array_append_new(capabilities, json_string(uri));
	}
	*ret_id = ms_xml_text(ms_xml_find(root, "session-id"));
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
	MS_AUTO_FREE char *tag = ms_xml_text(ms_xml_find(node, "error-tag")),
			  *path = ms_xml_text(ms_xml_find(node, "error-path")),
			  *message = ms_xml_text(ms_xml_find(node, "error-message")),
			  *element = ms_xml_text(ms_xml_find(node, "bad-element"));
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

	for (const xmlNode *at = root; (at = ms_xml_next(at, root));) {
		MS_AUTO_FREE char *severity = NULL, *message = NULL;

		if (!ms_xml_is(at, "rpc-error"))
			continue;
		severity = ms_xml_text(ms_xml_find(at, "error-severity"));
		message = ms_xml_text(ms_xml_find(at, "error-message"));
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
	xmlChar *id = root && ms_xml_is(root, "rpc-reply")
			      ? xmlGetNoNsProp(root, (const xmlChar *)"message-id")
			      : NULL;
	bool ours = id ? !strcmp((const char *)id, message_id)
		       : root && ms_xml_is(root, "rpc-reply") && ms_xml_find(root, "rpc-error");

	xmlFree(id);
	return ours;
}

int ms_netconf_reply(const char *name, const char *text, size_t len, const char *message_id,
		     json_t *warnings, struct ms_err *err)
{
	xmlDoc *doc = ms_xml_parse(text, len);
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
	int r;

	if (!doc)
		return ms_fail(err, -EBADMSG, MS_INVALID, "%s: its NETCONF reply is no XML", name);
	r = is_ours(root, message_id) ? take_errors(name, root, warnings, err) : -ESTALE;
	xmlFreeDoc(doc);
	return r;
}
