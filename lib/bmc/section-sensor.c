/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sensors: the Sensors collection of each Chassis first, then whatever Thermal and Power tell that
 * it lacks (names decide: BMCs show the same sensor in both).  Power supplies from PowerSubsystem,
 * or Power.
 */
#include <errno.h>
#include "bmc/read.h"

static const struct bmc_row sensor_rows[] = {
	{ "id", "/Id|/MemberId", BMC_TEXT },
	{ "name", "/Name|/FanName", BMC_TEXT },
	{ "type", "/ReadingType", BMC_WORD },
	{ "reading", "/Reading|/ReadingCelsius|/ReadingVolts|/PowerConsumedWatts", BMC_NUM },
	{ "context", "/PhysicalContext", BMC_WORD },
	BMC_ROWS_STATUS,
	BMC_ROW_END
};
static const struct bmc_row threshold_rows[] = {
	{ "upperCaution", "/Thresholds/UpperCaution/Reading|/UpperThresholdNonCritical", BMC_NUM },
	{ "upperCritical", "/Thresholds/UpperCritical/Reading|/UpperThresholdCritical", BMC_NUM },
	{ "upperFatal", "/Thresholds/UpperFatal/Reading|/UpperThresholdFatal", BMC_NUM },
	{ "lowerCaution", "/Thresholds/LowerCaution/Reading|/LowerThresholdNonCritical", BMC_NUM },
	{ "lowerCritical", "/Thresholds/LowerCritical/Reading|/LowerThresholdCritical", BMC_NUM },
	{ "lowerFatal", "/Thresholds/LowerFatal/Reading|/LowerThresholdFatal", BMC_NUM },
	BMC_ROW_END
};
static const struct bmc_row supply_rows[] = {
	{ "id", "/Id|/MemberId", BMC_TEXT },
	{ "name", "/Name", BMC_TEXT },
	BMC_ROWS_MAKE,
	{ "firmwareVersion", "/FirmwareVersion", BMC_TEXT },
	{ "capacityWatts", "/PowerCapacityWatts", BMC_COUNT },
	BMC_ROWS_STATUS,
	BMC_ROW_END
};

/* Units as DSP0266 writes them (UCUM), whatever the firmware writes. */
static const char *unit_of(const json_t *raw, const char *type)
{
	static const struct { const char *from, *to; } words[] = {
		{ "C", "Cel" }, { "Celsius", "Cel" }, { "Volts", "V" }, { "Watts", "W" },
		{ "Amps", "A" }, { "Percent", "%" },   { "Joules", "J" },
	};
	static const struct { const char *type, *unit; } types[] = {
		{ "Temperature", "Cel" }, { "Voltage", "V" }, { "Power", "W" },
		{ "Current", "A" }, { "Percent", "%" }, { "Rotational", "RPM" },
		{ "Frequency", "Hz" }, { "EnergyJoules", "J" }, { "EnergykWh", "kW.h" },
	};
	const char *unit = bmc_text(raw, "/ReadingUnits");

	for (size_t i = 0; unit && i < MS_ARRAY_SIZE(words); i++)
		if (!strcmp(unit, words[i].from))
			return words[i].to;
	for (size_t i = 0; !unit && type && i < MS_ARRAY_SIZE(types); i++)
		if (!strcmp(type, types[i].type))
			return types[i].unit;
	return unit;
}

/* ReadingType, or what the shape of an entry in Thermal or Power means. */
static const char *type_of(const json_t *raw)
{
	const char *unit = ms_str(raw, "/ReadingUnits", "");

	if (ms_at(raw, "/ReadingCelsius"))
		return "Temperature";
	if (ms_at(raw, "/ReadingVolts"))
		return "Voltage";
	if (ms_at(raw, "/PowerConsumedWatts"))
		return "Power";
	if (!strcmp(unit, "RPM"))
		return "Rotational";
	return strcmp(unit, "Percent") ? NULL : "Percent";
}

json_t *bmc_norm_sensor(const struct bmc_norm *norm, const json_t *raw)
{
	json_t *out = bmc_map_new(norm, sensor_rows, raw);
	json_auto_t *limits = bmc_map_new(norm, threshold_rows, raw);
	const char *type = ms_str(out, "/type", type_of(raw)), *unit = unit_of(raw, type);

	if (!out || !limits ||
	    (type && !json_object_get(out, "type") &&
	     json_object_set_new(out, "type", json_string(type))) ||
	    (unit && json_object_set_new(out, "unit", json_string(unit))) ||
	    (json_object_size(limits) && json_object_set(out, "thresholds", limits)))
		json_decref(ms_take(out));
	return out;
}

json_t *bmc_norm_supply(const struct bmc_norm *norm, const json_t *raw)
{
	return bmc_map_new(norm, supply_rows, raw);
}

/* Sensors seen so far, by name: a set, because a DGX has five hundred. */
static bool is_new(json_t *names, const json_t *sensor)
{
	const char *name = ms_str(sensor, "/name", NULL);

	if (!name)
		return true;
	if (json_object_get(names, name))
		return false;
	json_object_set_new(names, name, json_true());
	return true;
}

/* Entries of one array of Thermal or Power that are not there already. */
static int old_entries(struct bmc_reading *rd, const json_t *array, const char *prefix,
		       json_t *names, json_t *into, struct ms_err *err)
{
	const json_t *one;
	size_t i;

	json_array_foreach(array, i, one) {
		json_t *sensor;

		if (!json_is_object(one) || bmc_absent(one) || json_object_size(one) < 3)
			continue;
		sensor = bmc_norm_sensor(&rd->norm, one);
		if (!sensor)
			return ms_nomem(err);
		if ((!ms_at(sensor, "/reading") && !ms_at(sensor, "/health")) ||
		    !is_new(names, sensor)) {
			json_decref(sensor);
			continue;
		}
		/* MemberId counts inside its array only. */
		json_object_set_new(sensor, "id", json_sprintf("%s/%zu", prefix, i));
		if (json_array_append_new(into, sensor))
			return ms_nomem(err);
	}
	return 0;
}

static int old_model(struct bmc_reading *rd, const json_t *chassis, json_t *names, json_t *into,
		     struct ms_err *err)
{
	static const struct { const char *link, *array; } places[] = {
		{ "/Thermal", "Temperatures" },
		{ "/Thermal", "Fans" },
		{ "/Power", "Voltages" },
		{ "/Power", "PowerControl" },
	};

	for (size_t i = 0; i < MS_ARRAY_SIZE(places); i++) {
		json_auto_t *raw = NULL;
		int r = bmc_follow(rd->bmc, chassis, places[i].link, &raw, err);

		if (r > 0)
			r = old_entries(rd, json_object_get(raw, places[i].array), places[i].array,
					names, into, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int chassis_sensors(struct bmc_reading *rd, const json_t *chassis, json_t *into,
			   struct ms_err *err)
{
	json_auto_t *members = NULL, *names = json_object();
	const json_t *one;
	size_t i;
	int r = bmc_members(rd->bmc, chassis, "/Sensors", &members, err);

	if (r < 0)
		return r;
	json_array_foreach(members, i, one) {
		json_t *sensor;

		if (bmc_absent(one))
			continue;
		sensor = bmc_norm_sensor(&rd->norm, one);
		if (json_array_append_new(into, sensor))
			return ms_nomem(err);
		is_new(names, sensor);
	}
	return old_model(rd, chassis, names, into, err);
}

int bmc_section_sensors(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *out = json_array();
	int r = bmc_each_chassis(rd, chassis_sensors, out, err);

	if (r)
		return r;
	return json_object_set(rd->facts, "sensors", out) ? ms_nomem(err) : 0;
}

static int chassis_supplies(struct bmc_reading *rd, const json_t *chassis, json_t *into,
			    struct ms_err *err)
{
	json_auto_t *subsystem = NULL, *power = NULL;
	size_t before = json_array_size(into);
	int r = bmc_follow(rd->bmc, chassis, "/PowerSubsystem", &subsystem, err);

	if (r > 0)
		r = bmc_collect(rd->bmc, &rd->norm, subsystem, "/PowerSupplies", bmc_norm_supply,
				into, err);
	if (r < 0 || json_array_size(into) > before)
		return r;
	r = bmc_follow(rd->bmc, chassis, "/Power", &power, err);
	if (r > 0)
		r = bmc_collect(rd->bmc, &rd->norm, power, "/PowerSupplies", bmc_norm_supply, into,
				err);
	return r;
}

int bmc_section_supplies(struct bmc_reading *rd, struct ms_err *err)
{
	json_auto_t *out = json_array();
	int r = bmc_each_chassis(rd, chassis_supplies, out, err);

	if (r)
		return r;
	return json_array_size(out) && json_object_set(rd->facts, "powerSupplies", out)
		       ? ms_nomem(err)
		       : 0;
}
