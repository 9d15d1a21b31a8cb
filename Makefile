# msctl: one Makefile, out of tree in build/.   make help lists the targets.
PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build
CC      ?= cc
OPT     ?= -O2 -g
VERSION := $(shell sed -n 's/^\#define MSCTL_VERSION "\(.*\)"/\1/p' lib/core/core.h)
SOVER   := 0

# SAN=1 builds with AddressSanitizer and UndefinedBehaviorSanitizer (use another BUILD).
ifdef SAN
OPT     := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
endif

PKGS     := jansson yaml-0.1 sqlite3 libcrypto
# libcurl is opened at first use (lib/net/curl.c): its headers are needed, its library is not linked.
CPPFLAGS += -Ilib -D_GNU_SOURCE -D_FORTIFY_SOURCE=2 $(shell pkg-config --cflags $(PKGS) libcurl libmicrohttpd gnutls)
WARN     := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wvla -Werror
CFLAGS   += -std=gnu17 $(OPT) $(WARN) -fPIC -fstack-protector-strong -fno-strict-aliasing
LDFLAGS  += -Wl,--as-needed -Wl,-z,relro
LDLIBS   := $(shell pkg-config --libs $(PKGS)) -ldl
LDLIBS_SIM := $(shell pkg-config --libs libmicrohttpd gnutls)
ifdef SAN
CPPFLAGS := $(filter-out -D_FORTIFY_SOURCE=2,$(CPPFLAGS))
endif

SRC     := $(filter-out lib/sim/%,$(wildcard lib/*/*.c))
SIM     := $(wildcard lib/sim/*.c)
BIN     := $(patsubst bin/%.c,$(BUILD)/bin/%,$(wildcard bin/*.c))
UNIT    := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/test-*.c))
FUZZ    := $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz-*.c))
obj      = $(patsubst %.c,$(BUILD)/%.o,$(1))
DOORS   := $(wildcard lib/core/*.h) lib/net/net.h lib/site/site.h lib/state/state.h lib/bmc/bmc.h

.DEFAULT_GOAL := all
.PHONY: all help man check check-fast check-unit lint bench fuzz demo install uninstall clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BIN) $(BUILD)/lib/libmsctl.so $(BUILD)/msctl.pc man ## build everything

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST) | expand -t14

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/lib/libmsctl.a: $(call obj,$(SRC))
	@rm -f $@
	ar rcs $@ $^
$(BUILD)/lib/libsim.a: $(call obj,$(SIM))
	@rm -f $@
	ar rcs $@ $^
$(BUILD)/lib/libmsctl.so.$(SOVER): $(call obj,$(SRC)) lib/libmsctl.sym
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,libmsctl.so.$(SOVER) -Wl,--version-script=lib/libmsctl.sym \
		-o $@ $(filter %.o,$^) $(LDLIBS)
$(BUILD)/lib/libmsctl.so: $(BUILD)/lib/libmsctl.so.$(SOVER)
	ln -sf $(<F) $@

$(BUILD)/bin/msctl-sim: $(BUILD)/bin/msctl-sim.o $(BUILD)/lib/libsim.a $(BUILD)/lib/libmsctl.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(LDLIBS_SIM)
$(BUILD)/bin/%: $(BUILD)/bin/%.o $(BUILD)/lib/libmsctl.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/msctl.pc: lib/msctl.pc.in lib/core/core.h
	@mkdir -p $(@D)
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' $< > $@

clean: ## remove build/
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
