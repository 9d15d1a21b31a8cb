/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A Junos switch, as far as its command line goes: what people look at.
 */
#include "sim/switch.h"

static void show_version(struct sim_exec *exec)
{
	ms_buf_printf(&exec->out, "Hostname: %s\nModel: %s\nJunos: %s\n", exec->sw->dev.name,
		      exec->sw->platform->model, exec->sw->version);
}

static void show_lldp(struct sim_exec *exec)
{
	json_auto_t *ports = sim_cable_ports(exec->sw);
	struct sim_neighbor neighbor;
	char native[64];
	json_t *port;
	size_t i;

	ms_buf_printf(&exec->out, "%-19s%-20s%-20s%-23s%s\n", "Local Interface", "Parent Interface",
		      "Chassis Id", "Port info", "System Name");
	json_array_foreach(ports, i, port)
		if (sim_port_neighbor(exec->sw, json_string_value(port), &neighbor) &&
		    sim_port_native(exec->sw, json_string_value(port), native, sizeof(native)))
			ms_buf_printf(&exec->out, "%-19s%-20s%-20s%-23s%s\n", native, "-",
				      neighbor.chassis, neighbor.port, neighbor.system);
}

static void run(struct sim_exec *exec)
{
	const char *command = exec->command ? exec->command : "";

	if (!strcmp(command, "show version"))
		show_version(exec);
	else if (!strcmp(command, "show lldp neighbors"))
		show_lldp(exec);
	else
		ms_buf_puts(&exec->out, "error: unknown command\n");
}

const struct sim_switch_platform sim_junos = {
	.platform = "junos",
	.vendor = "juniper",
	.model = "qfx5120-48y",
	.version = "23.4R2-S3.9",
	.ssh = true,
	.prefix = "et-0/0/",
	.part = ":",
	.first = 0,
	.step = 1,
	.first_part = 0,
	.ports = 56,
	.speed = 100,
	.exec = run,
};
