/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One command of NX-OS: exec mode, configuration mode, checkpoints and the scheduler. */
#include <time.h>
#include "sim/nxos/nxos.h"

#define CHECKPOINTS_MAX 10
#define INVALID (-32602)

static int refuse(struct sim_nxos_run *run, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static int refuse(struct sim_nxos_run *run, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(run->why, sizeof(run->why), fmt, args);
	va_end(args);
	return INVALID;
}

/* ---- checkpoints ---- */

int sim_nxos_rollback(struct sim_switch *sw, const char *checkpoint)
{
	const json_t *config = json_object_get(json_object_get(sw->state, "checkpoints"),
					       checkpoint);

	if (!config)
		return -ENOENT;
	sim_nxos_replace(sw, config);
	sim_nxos_schedule(sw);
	return 0;
}

static int checkpoint(struct sim_nxos_run *run, const char *name)
{
	json_t *all = json_object_get(run->sw->state, "checkpoints");

	if (json_object_get(all, name))
		return refuse(run, "ERROR: 1: Checkpoint name %s already exists\n", name);
	if (json_object_size(all) >= CHECKPOINTS_MAX)
		return refuse(run, "ERROR: Maximum number of checkpoints is reached\n");
	json_object_set_new(all, name, json_deep_copy(sim_cli_config(run->sw)));
	sim_touch(&run->sw->dev);
	return 0;
}

static int rollback(struct sim_nxos_run *run, const char *name)
{
	if (sim_nxos_rollback(run->sw, name))
		return refuse(run, "ERROR: Checkpoint %s does not exist\n", name);
	ms_buf_puts(
		&run->out,
		"Collecting Running-Config\nGenerating Rollback Patch\nExecuting Rollback Patch\n"
		"Rollback completed successfully.\n");
	return 0;
}

/* ---- the scheduler: at the minute that a schedule says, its job runs ---- */

static int64_t due(const json_t *schedule)
{
	const char *line = sim_cli_line(schedule, "time start");
	struct tm tm = { 0 };

	if (!line || sscanf(line, "time start %4d:%2d:%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon,
			    &tm.tm_mday, &tm.tm_hour, &tm.tm_min) != 5)
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return timegm(&tm);
}

void sim_nxos_schedule(struct sim_switch *sw)
{
	const char *key;
	json_t *node;

	sim_event_drop(&sw->dev, 101);
	json_object_foreach(sim_cli_config(sw), key, node) {
		int64_t at = ms_starts(key, "scheduler schedule name ")
				     ? due(json_object_get(node, "k"))
				     : 0;

		if (at > sim_wall(&sw->dev))
			sim_event_add(&sw->dev, (double)(at - sim_wall(&sw->dev)), "nxos-job",
				      json_string(key));
	}
}

/* arg: the header of the schedule. */
void sim_nxos_job(struct sim_device *dev, const json_t *arg)
{
	struct sim_switch *sw = sim_switch_of(dev);
	const json_t *schedule = sim_cli_block(
		sim_cli_config(sw), json_string_value(arg) ? json_string_value(arg) : "");
	const char *name = sim_cli_line(schedule, "job name"), *command;
	char header[200], checkpoint_name[128];

	if (!name)
		return;
	snprintf(header, sizeof(header), "scheduler %.150s", name);
	command = sim_cli_line(sim_cli_block(sim_cli_config(sw), header),
			       "rollback running-config checkpoint");
	if (command &&
	    sscanf(command, "rollback running-config checkpoint %127s", checkpoint_name) == 1)
		sim_nxos_rollback(sw, checkpoint_name);
}

/* ---- modes ---- */

static int configure(struct sim_nxos_run *run, const char *command)
{
	struct sim_cli_result result;

	if (!strcmp(command, "end-job"))
		command = "exit";
	result = sim_cli_enter(&run->cli, command);
	switch (result.verdict) {
	case SIM_CLI_INVALID:
	case SIM_CLI_INCOMPLETE:
		return refuse(
			run, "Syntax error while parsing '%s'\n%% %s command at '^' marker.\n",
			command, result.verdict == SIM_CLI_INVALID ? "Invalid" : "Incomplete");
	case SIM_CLI_REFUSED:
		return refuse(run, "%s\n", result.why);
	case SIM_CLI_LEFT:
		run->configuring = false;
		return 0;
	case SIM_CLI_TAKEN:
		break;
	}
	sim_switch_changed(run->sw);
	if (run->cli.depth > 1 && !strcmp(run->cli.stack[run->cli.depth - 1].context, "schedule"))
		sim_nxos_schedule(run->sw);
	if (ms_starts(command, "no scheduler schedule "))
		sim_nxos_schedule(run->sw);
	return 0;
}

static int save(struct sim_nxos_run *run)
{
	json_object_set_new(run->sw->state, "startup", json_deep_copy(sim_cli_config(run->sw)));
	sim_touch(&run->sw->dev);
	ms_buf_puts(&run->out, "[########################################] 100%\nCopy complete.\n");
	return 0;
}

static int exec(struct sim_nxos_run *run, const char *command)
{
	char name[128];

	if (!strcmp(command, "configure terminal") || !strcmp(command, "configure") ||
	    !strcmp(command, "config t")) {
		run->configuring = true;
		sim_cli_init(&run->cli, &sim_nxos_grammar, sim_cli_config(run->sw), run->sw);
		return 0;
	}
	if (!strcmp(command, "copy running-config startup-config"))
		return save(run);
	if (sscanf(command, "rollback running-config checkpoint %127s", name) == 1)
		return rollback(run, name);
	if (sscanf(command, "no checkpoint %127s", name) == 1) {
		json_object_del(json_object_get(run->sw->state, "checkpoints"), name);
		return 0;
	}
	if (sscanf(command, "checkpoint %127s", name) == 1)
		return checkpoint(run, name);
	return refuse(run, "Syntax error while parsing '%s'\n%% Invalid command at '^' marker.\n",
		      command);
}

int sim_nxos_command(struct sim_nxos_run *run, const char *command)
{
	int code = sim_nxos_show_command(run, command);

	if (code != -ENOENT)
		return code;
	return run->configuring ? configure(run, command) : exec(run, command);
}
