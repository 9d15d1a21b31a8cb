/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OS10: a change is a folder on the box, as on FRR, and OS10's own are the words with which the
 * script there enters lines and takes them back.
 *
 * OS10 has no commit that goes back by itself, but it has a candidate, a lock, and a Linux below.
 * What decides, from the User Guide 10.6:
 *   - "Before you start a transaction, you must lock the session": else the commit of anybody
 * commits all that is in the candidate, of which there is one ("CLI command modes").  A lock ends
 * with its session.
 *   - "When a session terminates [...] the changes are maintained in the candidate": so it is
 * discarded after a failure, and nothing is begun while somebody else's changes are in it.
 *   - `clish -B FILE` runs commands from Linux; "if a command in the batch file fails, batch
 * operation stops".
 *   - `show diff candidate-configuration running-configuration` says nothing when they are the
 * same.
 *   - `write memory` is what survives a restart; until then a restart is a way back, too.
 */
#include "fabric/box/box.h"
#include "fabric/os10/os10.h"

const char os10_box_platform[] =
	"# OS10: its command line, as the account that may configure.\n"
	"PATH=$PATH:/opt/dell/os10/bin\n"
	"[ -s \"$d/account\" ] || case ${SUDO_USER:-root} in\n"
	"root | linuxadmin) echo admin ;;\n"
	"*) echo \"$SUDO_USER\" ;;\n"
	"esac > \"$d/account\"\n"
	"cli() { sudo -n -u \"$(cat \"$d/account\")\" clish \"$@\" </dev/null 2>&1; }\n"
	"plain() { grep -v -e '^!' -e ' logged [inout]* at session ' -e '^ *$'; }\n"
	"refused() { grep -i '^ *% *error' \"$d/said\" >&2; }\n"
	"# Commands of standard input, until one is refused.\n"
	"batch() {\n"
	"\tcat > \"$d/batch\"\n"
	"\tchmod 711 \"$d\"\n"
	"\tchown \"$(cat \"$d/account\")\" \"$d/batch\"\n"
	"\tif cli -B \"$d/batch\" > \"$d/said\"; then ! refused; else\n"
	"\t\trefused || tail -n 3 \"$d/said\" >&2\n"
	"\t\treturn 1\n"
	"\tfi\n"
	"}\n"
	"# What is in the candidate and does not run.\n"
	"open() { cli -c 'show diff candidate-configuration running-configuration' | plain; }\n"
	"locked() { { printf 'lock\\nstart transaction\\n'; cat; echo unlock; } | batch; }\n"
	"forget() { echo discard | locked; }\n"
	"# All lines of a file, or none; $2 is commit or discard.\n"
	"enter() {\n"
	"\t{ echo configure terminal; cat \"$d/$1\"; printf 'end\\n%s\\n' \"$2\"; } | locked || {\n"
	"\t\tforget 2>/dev/null\n"
	"\t\treturn 1\n"
	"\t}\n"
	"}\n"
	"running() { cli -c 'show running-configuration | no-more' | plain | sort; }\n"
	"same() { running | cmp -s - \"$d/old.running\"; }\n"
	"# One line after the other, whatever becomes of it: of a change that stopped half-way.\n"
	"pieces() {\n"
	"\trm -f \"$d\"/piece.*\n"
	"\tawk -v to=\"$d/piece.\" '{\n"
	"\t\tdepth = match($0, /[^ ]/) - 1; path[depth] = $0\n"
	"\t\tif ($1 == \"exit\") next\n"
	"\t\tname = to (100000 + ++n); print \"configure terminal\" > name\n"
	"\t\tfor (i = 0; i <= depth; i++) print path[i] > name\n"
	"\t\tclose(name)\n"
	"\t}' \"$d/$1\"\n"
	"\tfor piece in \"$d\"/piece.*; do batch < \"$piece\" 2>/dev/null; done\n"
	"}\n"
	"\n"
	"validate() {\n"
	"\tfor tool in clish sudo flock setsid awk; do\n"
	"\t\tcommand -v $tool >/dev/null || fail \"$tool is not there: is this OS10?\"\n"
	"\tdone\n"
	"\t[ -z \"$(open)\" ] || fail \"a candidate of somebody is open: commit or discard it\"\n"
	"\tenter new discard || exit 1\n"
	"}\n"
	"keep() { running > \"$d/old.running\" && [ -s \"$d/old.running\" ]; }\n"
	"reload() {\n"
	"\tif [ \"$1\" = old ]; then back; return; fi\n"
	"\t[ -z \"$(open)\" ] || { echo 'a candidate of somebody is open' >&2; return 1; }\n"
	"\tenter new commit || return 1\n"
	"\t[ -z \"$(open)\" ] || { echo 'not all was committed' >&2; forget; return 1; }\n"
	"}\n"
	"back() {\n"
	"\tsame && return\n"
	"\tforget\n"
	"\tenter old commit || pieces old\n"
	"\tsame && return\n"
	"\tcp \"$d/old.running\" \"$d.running\"\n"
	"\treturn 1\n"
	"}\n"
	"persist() {\n"
	"\tcli -c 'write memory' > \"$d/said\" || fail \"OS10 cannot write its configuration\"\n"
	"\t! refused || exit 1\n"
	"}\n"
	"logs=\"$d.running for the lines that ran before\"\n";

int os10_stage(struct fabric_session *session, const char *id, const json_t *delta,
	       const json_t *target, struct ms_err *err)
{
	const char *lines = json_string_value(delta) ? json_string_value(delta) : "";
	MS_AUTO_FREE char *back = NULL;
	json_auto_t *running = NULL;
	int r = os10_read(session, &running, err);

	if (!r)
		r = os10_way_back(&session->dialect, json_string_value(running), lines, target,
				  &back, err);
	const struct box_file files[] = {
		{ "platform", os10_box_platform },
		{ "new", lines },
		{ "old", back },
		{ NULL, NULL },
	};

	return r ? r : box_stage(session, id, files, err);
}
