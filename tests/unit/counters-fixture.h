/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ports of switches count: a configuration to count in, and what came of it. */
#ifndef COUNTERS_FIXTURE_H
#define COUNTERS_FIXTURE_H

#include "core-fixture.h"
#include "fabric/driver.h"
#include "json-fixture.h"

/* Priority 3 has traffic class 4 and queue 5. */
#define CONFIG "{'config': {'ports': {'1': {'qos': 'p'}}, 'qos': {" \
	"'profiles': {'p': {'ecn': {'3': {}}}}, 'classes': {'0': {}, '3': {'lossless': true, 'trafficClass': 4, 'queue': 5}}}}}"

static inline void expect(const char *what, const json_t *status, const char *expected)
{
	json_auto_t *want = parse(expected);
	const json_t *seen = json_object_get(status, "counters");

	if (!json_equal(seen, want) && (seen || !json_is_null(want))) {
		MS_AUTO_FREE char *text = ms_json_text(seen, MS_JSON_COMPACT);

		fail_msg("%s: %s, not %s", what, text ? text : "nothing", expected);
	}
}

#endif
