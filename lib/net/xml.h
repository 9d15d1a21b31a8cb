/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XML from devices, by libxml2: a door of lib/net for those who read what NETCONF brings.
 */
#ifndef MS_NET_XML_H
#define MS_NET_XML_H

#include <libxml/tree.h>
#include "core/core.h"

/* NULL for what is no XML, or has a document type.  Free with ms_xml_free. */
xmlDoc *ms_xml_parse(const char *text, size_t len);
void ms_xml_free(xmlDoc *doc);
static inline void ms_xml_freep(xmlDoc **doc) { ms_xml_free(*doc); }
#define MS_AUTO_XML MS_CLEANUP(ms_xml_freep)
/* Is it an element of that name?  Namespaces are ignored, because devices differ in those that they declare. */
bool ms_xml_is(const xmlNode *node, const char *name);
/* The node behind this one in document order, inside of top; NULL at the end. */
const xmlNode *ms_xml_next(const xmlNode *node, const xmlNode *top);
/* The first element of that name below a node, at any depth; NULL when there is none, or no node. */
const xmlNode *ms_xml_find(const xmlNode *node, const char *name);
/* Text of an element without blanks around it; caller frees; NULL when there is no element. */
char *ms_xml_text(const xmlNode *node);
/* Text of the first element of that name below a node. */
char *ms_xml_text_of(const xmlNode *node, const char *name);

#endif
