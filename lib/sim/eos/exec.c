/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One command of EOS: exec mode, and configuration mode with or without a session. */
#include "sim/eos/eos.h"

static int say(struct sim_eos_run *run, int code, const char *why)
{
	if (code && !*run->why)
		snprintf(run->why, sizeof(run->why), "%s", why);
	return code;
}

static int save(struct sim_eos_run *run)
{
	json_object_set_new(run->sw->state, "startup", json_deep_copy(sim_cli_config(run->sw)));
	sim_touch(&run->sw->dev);
	run->result = json_pack("{s:[s]}", "messages", "Copy completed successfully.");
	return 0;
}

/* ---- configuration mode ---- */

static int verdict(struct sim_eos_run *run, const struct sim_cli_result *result)
{
	switch (result->verdict) {
	case SIM_CLI_INVALID:
		snprintf(run->why, sizeof(run->why), "Invalid input (at token %u: '%s')",
			 result->token, result->word);
		return 1002;
	case SIM_CLI_INCOMPLETE:
		snprintf(run->why, sizeof(run->why), "Incomplete command (at token %u: '%s')",
			 result->token, result->word);
		return 1002;
	case SIM_CLI_REFUSED:
		snprintf(run->why, sizeof(run->why), "%s", result->why);
		return 1000;
	case SIM_CLI_LEFT:
		run->configuring = false;
		*run->session = 0;
		return 0;
	case SIM_CLI_TAKEN:
		break;
	}
	if (!*run->session)
		sim_switch_changed(run->sw);
	return 0;
}

static int configure(struct sim_eos_run *run, const char *command)
{
	struct sim_cli_result result;
	int code;

	if (sim_eos_session_word(run, command, &code))
		return say(run, code, "Invalid input");
	result = sim_cli_enter(&run->cli, command);
	return verdict(run, &result);
}

/* ---- exec mode ---- */

static int exec(struct sim_eos_run *run, const char *command)
{
	if (!strcmp(command, "enable")) {
		run->privileged = true;
		return 0;
	}
	if (!strcmp(command, "write memory") || !strcmp(command, "write") ||
	    !strcmp(command, "copy running-config startup-config"))
		return run->privileged ? save(run) : 1002;
	if (ms_starts(command, "configure session "))
		return sim_eos_session(run, command + strlen("configure session "));
	if ((!strcmp(command, "configure") || !strcmp(command, "configure terminal")) &&
	    run->privileged) {
		run->configuring = true;
		sim_cli_init(&run->cli, &sim_eos_grammar, sim_cli_config(run->sw), run->sw);
		return 0;
	}
	return -1;
}

int sim_eos_command(struct sim_eos_run *run, const char *command)
{
	char why[200];
	int code = sim_eos_show_command(run, command);

	*run->why = 0;
	if (code == -ENOENT)
		code = run->configuring ? configure(run, command) : exec(run, command);
	if (code < 0)
		code = 1002;
	snprintf(why, sizeof(why), "Invalid input (at token 0: '%.*s')", (int)strcspn(command, " "),
		 command);
	return say(run, code, why);
}
