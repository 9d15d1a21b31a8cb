/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_REDFISH_H
#define FAKE_REDFISH_H

#include "net/net.h"

/* From a captured tree, or from {uri: resource | HTTP status}; the caller closes it with ms_redfish_close. */
struct ms_redfish *fake_redfish_new(const char *dir, const json_t *map, const char *vendor);
/* URIs asked for since it was made; lent. */
const json_t *fake_redfish_asked(const struct ms_redfish *fake);

#endif
