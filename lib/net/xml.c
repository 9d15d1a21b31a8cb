/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XML from devices: bounded, without document types, found by local names. */
#include "net/xml.h"

#include <libxml/parser.h>

/* A document type could declare entities; no device has a use for one. */
xmlDoc *ms_xml_parse(const char *text, size_t len)
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

bool ms_xml_is(const xmlNode *node, const char *name)
{
	return node && node->type == XML_ELEMENT_NODE && !strcmp((const char *)node->name, name);
}

/* The element behind this one in document order, inside of top. */
const xmlNode *ms_xml_next(const xmlNode *node, const xmlNode *top)
{
	if (node->type == XML_ELEMENT_NODE && node->children)
		return node->children;
	while (node != top && !node->next)
		node = node->parent;
	return node == top ? NULL : node->next;
}

const xmlNode *ms_xml_find(const xmlNode *node, const char *name)
{
	const xmlNode *at = node;

	while (at && (at = ms_xml_next(at, node)))
		if (ms_xml_is(at, name))
			return at;
	return NULL;
}

char *ms_xml_text(const xmlNode *node)
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

char *ms_xml_text_of(const xmlNode *node, const char *name)
{
	return ms_xml_text(ms_xml_find(node, name));
}

void ms_xml_free(xmlDoc *doc)
{
	xmlFreeDoc(doc);
}
